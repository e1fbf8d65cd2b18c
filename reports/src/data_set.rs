//! Tables whose columns are only known when the program runs, as those of a sweep: the same rows as Parquet and as CSV.
//!
//! Rows are written in groups of a fixed number, so that memory does not grow with the number of rows, and the bytes depend on nothing
//! but the rows.

use crate::error::ReportError;
use crate::table::{PROGRAM_VERSION_KEY, SCHEMA_VERSION_KEY};
use parquet::basic::{Compression, LogicalType, Repetition, Type as PhysicalType};
use parquet::data_type::{BoolType, ByteArray, ByteArrayType, DataType, DoubleType, Int64Type};
use parquet::errors::ParquetError;
use parquet::file::metadata::KeyValue;
use parquet::file::properties::WriterProperties;
use parquet::file::writer::{SerializedColumnWriter, SerializedFileWriter};
use parquet::schema::types::Type;
use std::fs::File;
use std::io::BufWriter;
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// Version of the layout of data sets: raised when a column changes its meaning.
pub const DATA_SET_SCHEMA_VERSION: u32 = 1;

/// Rows in memory before they are written.
const ROWS_PER_GROUP: usize = 512;

/// What a column holds. Every cell may be empty.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CellKind {
    /// UTF-8.
    Text,
    /// Whole numbers of 64 bits.
    Integer,
    /// 64-bit floating point numbers.
    Number,
    /// True or false.
    Boolean,
}

/// A column: its name, and what it holds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DataColumn {
    /// Name; unique in the table.
    pub name: String,
    /// What its cells hold.
    pub kind: CellKind,
}

/// A cell. Its kind is that of its column, or it is empty.
#[derive(Debug, Clone, PartialEq)]
pub enum Cell {
    /// UTF-8.
    Text(String),
    /// A whole number.
    Integer(i64),
    /// A number.
    Number(f64),
    /// True or false.
    Boolean(bool),
    /// Nothing was measured.
    Empty,
}

impl Cell {
    /// A number, or an empty cell.
    pub fn number(value: Option<f64>) -> Self {
        value.map_or(Self::Empty, Self::Number)
    }

    fn csv(&self) -> String {
        match self {
            Self::Text(text) => text.clone(),
            Self::Integer(number) => number.to_string(),
            // The shortest text that reads back as the same number.
            Self::Number(number) => number.to_string(),
            Self::Boolean(on) => on.to_string(),
            Self::Empty => String::new(),
        }
    }
}

/// Writes a table as Parquet and as CSV.
pub struct DataSetWriter {
    columns: Vec<DataColumn>,
    rows: Vec<Vec<Cell>>,
    parquet: (PathBuf, SerializedFileWriter<File>),
    csv: (PathBuf, csv::Writer<BufWriter<File>>),
}

impl DataSetWriter {
    /// Creates both files, replacing those that are there.
    ///
    /// # Errors
    /// When a file cannot be created or written to.
    pub fn create(parquet: &Path, csv: &Path, columns: Vec<DataColumn>) -> Result<Self, ReportError> {
        let create = |path: &Path| File::create(path).map_err(ReportError::io("create the file", path));
        let failed = |error| write_error(parquet, error);
        let schema = schema(&columns).map_err(failed)?;
        let version = |key: &str, value: String| KeyValue::new(key.to_owned(), value);
        let properties = WriterProperties::builder()
            .set_compression(Compression::SNAPPY)
            .set_created_by(format!("stranded-reports {}", env!("CARGO_PKG_VERSION")))
            .set_key_value_metadata(Some(vec![
                version(SCHEMA_VERSION_KEY, DATA_SET_SCHEMA_VERSION.to_string()),
                version(PROGRAM_VERSION_KEY, env!("CARGO_PKG_VERSION").to_owned()),
            ]))
            .build();
        let writer =
            SerializedFileWriter::new(create(parquet)?, Arc::new(schema), Arc::new(properties)).map_err(failed)?;
        let mut table = csv::Writer::from_writer(BufWriter::new(create(csv)?));
        let header = columns.iter().map(|column| column.name.as_str());
        table.write_record(header).map_err(|error| csv_error(csv, error))?;
        Ok(Self { columns, rows: Vec::new(), parquet: (parquet.to_owned(), writer), csv: (csv.to_owned(), table) })
    }

    /// Adds a row, a cell for each column in their order.
    ///
    /// # Errors
    /// When the disk is full or fails.
    ///
    /// # Panics
    /// When the row has another number of cells than the table has columns.
    pub fn push(&mut self, row: Vec<Cell>) -> Result<(), ReportError> {
        assert_eq!(row.len(), self.columns.len(), "a row has a cell for each column");
        let (path, table) = &mut self.csv;
        table.write_record(row.iter().map(Cell::csv)).map_err(|error| csv_error(path, error))?;
        self.rows.push(row);
        if self.rows.len() >= ROWS_PER_GROUP { self.write_group() } else { Ok(()) }
    }

    /// Completes both files and waits until they are on the disk.
    ///
    /// # Errors
    /// When the disk is full or fails.
    pub fn finish(mut self) -> Result<(), ReportError> {
        self.write_group()?;
        let (path, mut writer) = self.parquet;
        writer.finish().map_err(|error| write_error(&path, error))?;
        writer.inner().sync_all().map_err(ReportError::io("write the file", &path))?;
        let (path, table) = self.csv;
        let buffer = table.into_inner().map_err(|error| {
            let source = std::io::Error::from(error.error().kind());
            ReportError::io("write the file", &path)(source)
        })?;
        let file = buffer.into_inner().map_err(|error| ReportError::io("write the file", &path)(error.into_error()))?;
        file.sync_all().map_err(ReportError::io("write the file", &path))
    }

    fn write_group(&mut self) -> Result<(), ReportError> {
        if self.rows.is_empty() {
            return Ok(());
        }
        let (path, writer) = &mut self.parquet;
        let (columns, rows) = (&self.columns, &self.rows);
        let mut write = || -> Result<(), ParquetError> {
            let mut group = writer.next_row_group()?;
            for (index, column) in columns.iter().enumerate() {
                let mut writer = group
                    .next_column()?
                    .ok_or_else(|| ParquetError::General("the schema has fewer columns than the table".to_owned()))?;
                put_column(&mut writer, column.kind, rows.iter().map(|row| &row[index]))?;
                writer.close()?;
            }
            group.close()?;
            Ok(())
        };
        write().map_err(|error| write_error(path, error))?;
        self.rows.clear();
        Ok(())
    }
}

/// The schema: built, not parsed, because names of metrics hold dots and brackets.
fn schema(columns: &[DataColumn]) -> Result<Type, ParquetError> {
    let fields: Result<Vec<Arc<Type>>, ParquetError> = columns
        .iter()
        .map(|column| {
            let (physical, logical) = match column.kind {
                CellKind::Text => (PhysicalType::BYTE_ARRAY, Some(LogicalType::String)),
                CellKind::Integer => (PhysicalType::INT64, None),
                CellKind::Number => (PhysicalType::DOUBLE, None),
                CellKind::Boolean => (PhysicalType::BOOLEAN, None),
            };
            let field = Type::primitive_type_builder(&column.name, physical)
                .with_repetition(Repetition::OPTIONAL)
                .with_logical_type(logical)
                .build()?;
            Ok(Arc::new(field))
        })
        .collect();
    Type::group_type_builder("sweep").with_fields(fields?).build()
}

fn put_column<'a>(
    writer: &mut SerializedColumnWriter<'_>,
    kind: CellKind,
    cells: impl Iterator<Item = &'a Cell> + Clone,
) -> Result<(), ParquetError> {
    let levels: Vec<i16> = cells.clone().map(|cell| i16::from(*cell != Cell::Empty)).collect();
    match kind {
        CellKind::Text => put::<ByteArrayType>(
            writer,
            &levels,
            cells.filter_map(|cell| match cell {
                Cell::Text(text) => Some(ByteArray::from(text.as_bytes().to_vec())),
                _ => None,
            }),
        ),
        CellKind::Integer => put::<Int64Type>(
            writer,
            &levels,
            cells.filter_map(|cell| match cell {
                Cell::Integer(number) => Some(*number),
                _ => None,
            }),
        ),
        CellKind::Number => put::<DoubleType>(
            writer,
            &levels,
            cells.filter_map(|cell| match cell {
                Cell::Number(number) => Some(*number),
                _ => None,
            }),
        ),
        CellKind::Boolean => put::<BoolType>(
            writer,
            &levels,
            cells.filter_map(|cell| match cell {
                Cell::Boolean(on) => Some(*on),
                _ => None,
            }),
        ),
    }
}

fn put<T: DataType>(
    writer: &mut SerializedColumnWriter<'_>,
    levels: &[i16],
    values: impl Iterator<Item = T::T>,
) -> Result<(), ParquetError> {
    let values: Vec<T::T> = values.collect();
    writer.typed::<T>().write_batch(&values, Some(levels), None)?;
    Ok(())
}

/// Finds the operating system's error in what the CSV library says.
fn csv_error(path: &Path, error: csv::Error) -> ReportError {
    let source = match error.into_kind() {
        csv::ErrorKind::Io(source) => source,
        _ => std::io::Error::other("a row has another number of cells than the header"),
    };
    ReportError::Io { action: "write the file", path: path.to_owned(), source }
}

/// The same for the Parquet library, so that a full disk is called a full disk.
fn write_error(path: &Path, error: ParquetError) -> ReportError {
    crate::table::write_error(path, error)
}

#[cfg(test)]
mod tests {
    use super::*;
    use parquet::file::reader::{FileReader as _, SerializedFileReader};
    use parquet::record::Field;

    fn columns() -> Vec<DataColumn> {
        let column = |name: &str, kind| DataColumn { name: name.to_owned(), kind };
        vec![
            column("point", CellKind::Integer),
            column("discipline", CellKind::Text),
            column("queue.wait_longer_than[2 s]", CellKind::Number),
            column("cached", CellKind::Boolean),
        ]
    }

    fn row(index: i64) -> Vec<Cell> {
        let number = if index % 3 == 0 { Cell::Empty } else { Cell::Number(index as f64 / 7.0) };
        vec![Cell::Integer(index), Cell::Text("lifo, \"last\"".to_owned()), number, Cell::Boolean(index % 2 == 0)]
    }

    fn write(folder: &Path, name: &str) -> (PathBuf, PathBuf) {
        let paths = (folder.join(format!("{name}.parquet")), folder.join(format!("{name}.csv")));
        let mut writer = DataSetWriter::create(&paths.0, &paths.1, columns()).unwrap();
        for index in 0..1_300 {
            writer.push(row(index)).unwrap();
        }
        writer.finish().unwrap();
        paths
    }

    #[test]
    fn rows_come_back_from_both_files_over_several_groups() {
        let folder = tempfile::tempdir().unwrap();
        let (parquet, table) = write(folder.path(), "a");
        let reader = SerializedFileReader::new(File::open(parquet).unwrap()).unwrap();
        assert_eq!(reader.num_row_groups(), 3);
        let rows: Vec<_> = reader.get_row_iter(None).unwrap().map(Result::unwrap).collect();
        assert_eq!(rows.len(), 1_300);
        let cells: Vec<(String, Field)> =
            rows[1_299].get_column_iter().map(|(name, field)| (name.clone(), field.clone())).collect();
        assert_eq!(cells[0], ("point".to_owned(), Field::Long(1_299)));
        assert_eq!(cells[1].1, Field::Str("lifo, \"last\"".to_owned()));
        assert_eq!(cells[2], ("queue.wait_longer_than[2 s]".to_owned(), Field::Null));
        assert_eq!(cells[3].1, Field::Bool(false));
        let mut reader = csv::Reader::from_path(table).unwrap();
        let records: Vec<csv::StringRecord> = reader.records().map(Result::unwrap).collect();
        assert_eq!(records.len(), 1_300);
        assert_eq!(records[1][2].parse::<f64>().unwrap().to_bits(), (1.0_f64 / 7.0).to_bits());
        assert_eq!(&records[1_299][1], "lifo, \"last\"");
        assert_eq!(&records[1_299][2], "");
    }

    #[test]
    fn the_same_rows_give_the_same_bytes() {
        let folder = tempfile::tempdir().unwrap();
        let bytes = |(parquet, csv): (PathBuf, PathBuf)| [parquet, csv].map(|path| std::fs::read(path).unwrap());
        assert_eq!(bytes(write(folder.path(), "a")), bytes(write(folder.path(), "b")));
    }
}
