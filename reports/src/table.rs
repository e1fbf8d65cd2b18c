//! Rows to Parquet and back, one row group for each replication of each arm.
//!
//! A row type says once, as a list of columns, how each of its fields is stored; this module turns the list into the
//! schema, the writer and the reader. Memory is bounded by one replication of one arm: a column at a time is copied out
//! of the caller's rows, and a row group is on disk before the next one begins.

use crate::error::ReportError;
use parquet::basic::Compression;
use parquet::column::reader::{ColumnReader, get_typed_column_reader};
use parquet::data_type::{
    BoolType, ByteArray, ByteArrayType, DataType, DoubleType, FloatType, Int32Type, Int64Type,
};
use parquet::errors::ParquetError;
use parquet::file::metadata::KeyValue;
use parquet::file::properties::WriterProperties;
use parquet::file::reader::{FileReader, RowGroupReader, SerializedFileReader};
use parquet::file::writer::{SerializedColumnWriter, SerializedFileWriter};
use parquet::schema::parser::parse_message_type;
use std::fs::File;
use std::io::{self, BufReader, Read};
use std::marker::PhantomData;
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// Key in a file's footer under which the version of its layout stands.
pub const SCHEMA_VERSION_KEY: &str = "stranded.schema_version";
/// Key in a file's footer under which the version of the program stands.
pub const PROGRAM_VERSION_KEY: &str = "stranded.program_version";

/// A row that has columns.
pub trait TableRow: Sized {
    /// Name of the message in the schema.
    const TABLE: &'static str;
    /// Version of the layout: raised when a column changes its meaning or goes away.
    const SCHEMA_VERSION: u32;
    /// The columns, in order. `arm` and `replication` stand before them and are not listed.
    fn columns() -> Vec<Column<Self>>;
    /// A row to be filled column by column.
    fn blank() -> Self;
}

/// A column: its name, and how a row's value is read and set.
pub struct Column<R> {
    pub(crate) name: &'static str,
    pub(crate) field: Field<R>,
}

/// How a field of a row is stored.
pub(crate) enum Field<R> {
    /// UTF-8, dictionary encoded. `set` says whether the text is one the field can hold.
    Text {
        get: fn(&R) -> &str,
        set: fn(&mut R, String) -> bool,
    },
    U32 {
        get: fn(&R) -> u32,
        set: fn(&mut R, u32),
    },
    I32 {
        get: fn(&R) -> i32,
        set: fn(&mut R, i32),
    },
    OptionI32 {
        get: fn(&R) -> Option<i32>,
        set: fn(&mut R, Option<i32>),
    },
    I64 {
        get: fn(&R) -> i64,
        set: fn(&mut R, i64),
    },
    F32 {
        get: fn(&R) -> f32,
        set: fn(&mut R, f32),
    },
    /// `set` may ignore the value when it follows from other columns.
    F64 {
        get: fn(&R) -> f64,
        set: fn(&mut R, f64),
    },
    Bool {
        get: fn(&R) -> bool,
        set: fn(&mut R, bool),
    },
}

impl<R> Field<R> {
    fn schema(&self, name: &str) -> String {
        match self {
            Self::Text { .. } => format!("required binary {name} (STRING);"),
            Self::U32 { .. } => format!("required int32 {name} (INTEGER(32,false));"),
            Self::I32 { .. } => format!("required int32 {name};"),
            Self::OptionI32 { .. } => format!("optional int32 {name};"),
            Self::I64 { .. } => format!("required int64 {name};"),
            Self::F32 { .. } => format!("required float {name};"),
            Self::F64 { .. } => format!("required double {name};"),
            Self::Bool { .. } => format!("required boolean {name};"),
        }
    }
}

/// A column for a field that is stored as it is: `column!(U32 attempts)`, or under another name `column!(I64 time_unix = time_unix_s)`.
macro_rules! column {
    ($kind:ident $name:ident) => {
        column!($kind $name = $name)
    };
    ($kind:ident $name:ident = $($field:tt)+) => {
        $crate::table::Column {
            name: stringify!($name),
            field: $crate::table::Field::$kind {
                get: |row| row.$($field)+,
                set: |row, value| row.$($field)+ = value,
            },
        }
    };
}
pub(crate) use column;

/// Writes a table of rows to a Parquet file.
pub struct TableWriter<R: TableRow> {
    path: PathBuf,
    writer: SerializedFileWriter<File>,
    columns: Vec<Column<R>>,
}

impl<R: TableRow> TableWriter<R> {
    /// Creates the file, replacing one that is there.
    ///
    /// # Errors
    /// [`ReportError::Io`] when the file cannot be created or written to.
    pub fn create(path: &Path) -> Result<Self, ReportError> {
        let file = File::create(path).map_err(ReportError::io("create the file", path))?;
        let columns = R::columns();
        let mut schema = format!(
            "message {} {{ required binary arm (STRING); required int32 replication (INTEGER(32,false));",
            R::TABLE
        );
        for column in &columns {
            schema.push_str(&column.field.schema(column.name));
        }
        schema.push('}');
        let version = |key: &str, value: String| KeyValue::new(key.to_owned(), value);
        let properties = WriterProperties::builder()
            .set_compression(Compression::SNAPPY)
            .set_created_by(format!("stranded-reports {}", env!("CARGO_PKG_VERSION")))
            .set_key_value_metadata(Some(vec![
                version(SCHEMA_VERSION_KEY, R::SCHEMA_VERSION.to_string()),
                version(PROGRAM_VERSION_KEY, env!("CARGO_PKG_VERSION").to_owned()),
            ]))
            .build();
        let failed = |error| write_error(path, error);
        let schema = Arc::new(parse_message_type(&schema).map_err(failed)?);
        let writer =
            SerializedFileWriter::new(file, schema, Arc::new(properties)).map_err(failed)?;
        Ok(Self {
            path: path.to_owned(),
            writer,
            columns,
        })
    }

    /// Writes the rows of one replication of one arm as a row group. Without rows nothing is written.
    ///
    /// # Errors
    /// [`ReportError::Io`] when the disk is full or fails.
    pub fn write(&mut self, arm: &str, replication: u32, rows: &[R]) -> Result<(), ReportError> {
        if rows.is_empty() {
            return Ok(());
        }
        let Self {
            path,
            writer,
            columns,
        } = self;
        let mut write = || -> Result<(), ParquetError> {
            let mut group = writer.next_row_group()?;
            let mut next = |write: &dyn Fn(&mut SerializedColumnWriter<'_>) -> ColumnResult| {
                let mut column = group.next_column()?.ok_or_else(too_few_columns)?;
                write(&mut column)?;
                column.close()
            };
            let arm = ByteArray::from(arm.as_bytes().to_vec());
            next(&|column| put::<ByteArrayType>(column, rows.iter().map(|_| arm.clone())))?;
            next(&|column| put::<Int32Type>(column, rows.iter().map(|_| replication as i32)))?;
            for field in columns.iter().map(|column| &column.field) {
                next(&|column| put_field(column, field, rows))?;
            }
            group.close()?;
            Ok(())
        };
        write().map_err(|error| write_error(path, error))
    }

    /// Writes the footer. A file without it cannot be read: dropping the writer leaves such a file.
    ///
    /// # Errors
    /// [`ReportError::Io`] when the disk is full or fails.
    pub fn finish(self) -> Result<(), ReportError> {
        let Self {
            path, mut writer, ..
        } = self;
        writer.finish().map_err(|error| write_error(&path, error))?;
        writer
            .inner()
            .sync_all()
            .map_err(ReportError::io("write the file", &path))
    }
}

type ColumnResult = Result<(), ParquetError>;

fn too_few_columns() -> ParquetError {
    ParquetError::General("the schema has fewer columns than the row".to_owned())
}

fn put<T: DataType>(
    column: &mut SerializedColumnWriter<'_>,
    values: impl Iterator<Item = T::T>,
) -> ColumnResult {
    let values: Vec<T::T> = values.collect();
    column.typed::<T>().write_batch(&values, None, None)?;
    Ok(())
}

fn put_field<R>(
    column: &mut SerializedColumnWriter<'_>,
    field: &Field<R>,
    rows: &[R],
) -> ColumnResult {
    let rows = rows.iter();
    match field {
        Field::Text { get, .. } => put::<ByteArrayType>(
            column,
            rows.map(|r| ByteArray::from(get(r).as_bytes().to_vec())),
        ),
        Field::U32 { get, .. } => put::<Int32Type>(column, rows.map(|r| get(r) as i32)),
        Field::I32 { get, .. } => put::<Int32Type>(column, rows.map(get)),
        Field::OptionI32 { get, .. } => {
            let cells: Vec<Option<i32>> = rows.map(get).collect();
            let levels: Vec<i16> = cells.iter().map(|cell| i16::from(cell.is_some())).collect();
            let values: Vec<i32> = cells.into_iter().flatten().collect();
            column
                .typed::<Int32Type>()
                .write_batch(&values, Some(&levels), None)?;
            Ok(())
        }
        Field::I64 { get, .. } => put::<Int64Type>(column, rows.map(get)),
        Field::F32 { get, .. } => put::<FloatType>(column, rows.map(get)),
        Field::F64 { get, .. } => put::<DoubleType>(column, rows.map(get)),
        Field::Bool { get, .. } => put::<BoolType>(column, rows.map(get)),
    }
}

/// Finds the operating system's error in what the Parquet library says, so that a full disk is called a full disk.
fn write_error(path: &Path, error: ParquetError) -> ReportError {
    let message = error.to_string();
    if let ParquetError::External(inner) = error
        && let Ok(source) = inner.downcast::<io::Error>()
    {
        return ReportError::Io {
            action: "write the file",
            path: path.to_owned(),
            source: *source,
        };
    }
    ReportError::Parquet {
        action: "written",
        path: path.to_owned(),
        message,
        way_out: "free some space, or write to another disk with `--out`",
    }
}

/// Reads a table of rows from a Parquet file, a row group at a time.
pub struct TableReader<R: TableRow> {
    path: PathBuf,
    file: SerializedFileReader<File>,
    next_group: usize,
    row: PhantomData<R>,
}

/// The rows of one replication of one arm.
#[derive(Debug, Clone, PartialEq)]
pub struct RowGroup<R> {
    /// Name of the arm.
    pub arm: String,
    /// Replication, from 0.
    pub replication: u32,
    /// The rows.
    pub rows: Vec<R>,
}

impl<R: TableRow> TableReader<R> {
    /// Opens the file.
    ///
    /// # Errors
    /// When the file cannot be opened, is not Parquet or was written by a newer version of the program.
    pub fn open(path: &Path) -> Result<Self, ReportError> {
        let file = File::open(path).map_err(ReportError::io("open the file", path))?;
        // Tells a folder or an unreadable disk from a damaged file before the library puts its own words around it.
        let mut magic = [0_u8; 4];
        let read = BufReader::new(&file).read(&mut magic);
        read.map_err(ReportError::io("read the file", path))?;
        let file = SerializedFileReader::new(file).map_err(|error| read_error(path, &error))?;
        let metadata = file.metadata().file_metadata();
        let version = metadata
            .key_value_metadata()
            .and_then(|pairs| pairs.iter().find(|pair| pair.key == SCHEMA_VERSION_KEY))
            .and_then(|pair| pair.value.as_deref()?.parse::<u64>().ok());
        match version {
            Some(found) if found > u64::from(R::SCHEMA_VERSION) => {
                return Err(ReportError::NewerSchema {
                    path: path.to_owned(),
                    found,
                    known: R::SCHEMA_VERSION,
                });
            }
            Some(_) => {}
            None => {
                return Err(foreign(
                    path,
                    format!("the footer has no `{SCHEMA_VERSION_KEY}`"),
                ));
            }
        }
        Ok(Self {
            path: path.to_owned(),
            file,
            next_group: 0,
            row: PhantomData,
        })
    }

    /// The next row group; `None` at the end of the file.
    ///
    /// # Errors
    /// When the file is damaged or lacks a column.
    pub fn next_group(&mut self) -> Result<Option<RowGroup<R>>, ReportError> {
        if self.next_group >= self.file.num_row_groups() {
            return Ok(None);
        }
        let group = self
            .file
            .get_row_group(self.next_group)
            .map_err(|error| read_error(&self.path, &error))?;
        self.next_group += 1;
        self.read_group(group.as_ref()).map(Some)
    }

    fn read_group(&self, group: &dyn RowGroupReader) -> Result<RowGroup<R>, ReportError> {
        let count = usize::try_from(group.metadata().num_rows())
            .map_err(|_| foreign(&self.path, "negative number of rows".to_owned()))?;
        let arm = self.cells::<ByteArrayType>(group, "arm", 1)?;
        let replication = self.cells::<Int32Type>(group, "replication", 1)?;
        let mut rows: Vec<R> = std::iter::repeat_with(R::blank).take(count).collect();
        for column in R::columns() {
            self.fill(group, &column, &mut rows)?;
        }
        let arm = arm.first().map(text).unwrap_or_default();
        let replication = replication.first().copied().unwrap_or_default() as u32;
        Ok(RowGroup {
            arm,
            replication,
            rows,
        })
    }

    fn fill(
        &self,
        group: &dyn RowGroupReader,
        column: &Column<R>,
        rows: &mut [R],
    ) -> Result<(), ReportError> {
        let (name, count) = (column.name, rows.len());
        match &column.field {
            Field::Text { set, .. } => {
                for (row, cell) in rows
                    .iter_mut()
                    .zip(self.cells::<ByteArrayType>(group, name, count)?)
                {
                    let value = text(&cell);
                    if !set(row, value.clone()) {
                        return Err(foreign(&self.path, format!("unknown {name} `{value}`")));
                    }
                }
            }
            Field::U32 { set, .. } => {
                let cells = self.cells::<Int32Type>(group, name, count)?;
                rows.iter_mut()
                    .zip(cells)
                    .for_each(|(row, cell)| set(row, cell as u32));
            }
            Field::I32 { set, .. } => {
                let cells = self.cells::<Int32Type>(group, name, count)?;
                rows.iter_mut()
                    .zip(cells)
                    .for_each(|(row, cell)| set(row, cell));
            }
            Field::OptionI32 { set, .. } => {
                let (cells, levels) = self.read::<Int32Type>(group, name, count)?;
                let mut cells = cells.into_iter();
                for (row, level) in rows.iter_mut().zip(levels) {
                    set(row, if level == 1 { cells.next() } else { None });
                }
            }
            Field::I64 { set, .. } => {
                let cells = self.cells::<Int64Type>(group, name, count)?;
                rows.iter_mut()
                    .zip(cells)
                    .for_each(|(row, cell)| set(row, cell));
            }
            Field::F32 { set, .. } => {
                let cells = self.cells::<FloatType>(group, name, count)?;
                rows.iter_mut()
                    .zip(cells)
                    .for_each(|(row, cell)| set(row, cell));
            }
            Field::F64 { set, .. } => {
                let cells = self.cells::<DoubleType>(group, name, count)?;
                rows.iter_mut()
                    .zip(cells)
                    .for_each(|(row, cell)| set(row, cell));
            }
            Field::Bool { set, .. } => {
                let cells = self.cells::<BoolType>(group, name, count)?;
                rows.iter_mut()
                    .zip(cells)
                    .for_each(|(row, cell)| set(row, cell));
            }
        }
        Ok(())
    }

    /// The first `count` values of a column that has no empty cells.
    fn cells<T: DataType>(
        &self,
        group: &dyn RowGroupReader,
        name: &str,
        count: usize,
    ) -> Result<Vec<T::T>, ReportError> {
        let (cells, _) = self.read::<T>(group, name, count)?;
        if cells.len() == count {
            Ok(cells)
        } else {
            Err(foreign(
                &self.path,
                format!("column `{name}` has {} of {count} values", cells.len()),
            ))
        }
    }

    /// The first `count` values of a column, without empty cells, and for each cell whether it holds one.
    fn read<T: DataType>(
        &self,
        group: &dyn RowGroupReader,
        name: &str,
        count: usize,
    ) -> Result<(Vec<T::T>, Vec<i16>), ReportError> {
        let schema = group.metadata().schema_descr();
        let index = (0..schema.num_columns())
            .find(|&index| schema.column(index).name() == name)
            .ok_or_else(|| foreign(&self.path, format!("there is no column `{name}`")))?;
        if schema.column(index).physical_type() != T::get_physical_type() {
            return Err(foreign(
                &self.path,
                format!("column `{name}` has another type"),
            ));
        }
        let failed = |error| read_error(&self.path, &error);
        let reader: ColumnReader = group.get_column_reader(index).map_err(failed)?;
        let mut reader = get_typed_column_reader::<T>(reader);
        let (mut values, mut levels) = (Vec::new(), Vec::new());
        let mut records = 0;
        while records < count {
            let (read, _, _) = reader
                .read_records(count - records, Some(&mut levels), None, &mut values)
                .map_err(failed)?;
            if read == 0 {
                break;
            }
            records += read;
        }
        Ok((values, levels))
    }
}

fn text(bytes: &ByteArray) -> String {
    String::from_utf8_lossy(bytes.data()).into_owned()
}

fn read_error(path: &Path, error: &ParquetError) -> ReportError {
    foreign(path, error.to_string())
}

fn foreign(path: &Path, message: String) -> ReportError {
    ReportError::Parquet {
        action: "read",
        path: path.to_owned(),
        message,
        way_out: "the file is damaged or was not written by this program; run the scenario again",
    }
}

#[cfg(test)]
#[path = "table_tests.rs"]
mod tests;
