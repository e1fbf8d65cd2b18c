//! Rows to Parquet.

use super::{Column, Field, PROGRAM_VERSION_KEY, SCHEMA_VERSION_KEY, TableRow};
use crate::error::ReportError;
use parquet::basic::Compression;
use parquet::data_type::{BoolType, ByteArray, ByteArrayType, DataType, DoubleType, FloatType, Int32Type, Int64Type};
use parquet::errors::ParquetError;
use parquet::file::metadata::KeyValue;
use parquet::file::properties::WriterProperties;
use parquet::file::writer::{SerializedColumnWriter, SerializedFileWriter};
use parquet::schema::parser::parse_message_type;
use std::fs::File;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;

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
        let writer = SerializedFileWriter::new(file, schema, Arc::new(properties)).map_err(failed)?;
        Ok(Self { path: path.to_owned(), writer, columns })
    }

    /// Writes the rows of one replication of one arm as a row group. Without rows nothing is written.
    ///
    /// # Errors
    /// [`ReportError::Io`] when the disk is full or fails.
    pub fn write(&mut self, arm: &str, replication: u32, rows: &[R]) -> Result<(), ReportError> {
        if rows.is_empty() {
            return Ok(());
        }
        let Self { path, writer, columns } = self;
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
        let Self { path, mut writer, .. } = self;
        writer.finish().map_err(|error| write_error(&path, error))?;
        writer.inner().sync_all().map_err(ReportError::io("write the file", &path))
    }
}

type ColumnResult = Result<(), ParquetError>;

fn too_few_columns() -> ParquetError {
    ParquetError::General("the schema has fewer columns than the row".to_owned())
}

fn put<T: DataType>(column: &mut SerializedColumnWriter<'_>, values: impl Iterator<Item = T::T>) -> ColumnResult {
    let values: Vec<T::T> = values.collect();
    column.typed::<T>().write_batch(&values, None, None)?;
    Ok(())
}

fn put_field<R>(column: &mut SerializedColumnWriter<'_>, field: &Field<R>, rows: &[R]) -> ColumnResult {
    let rows = rows.iter();
    match field {
        Field::Text { get, .. } => {
            put::<ByteArrayType>(column, rows.map(|r| ByteArray::from(get(r).as_bytes().to_vec())))
        }
        Field::U32 { get, .. } => put::<Int32Type>(column, rows.map(|r| get(r) as i32)),
        Field::I32 { get, .. } => put::<Int32Type>(column, rows.map(get)),
        Field::OptionI32 { get, .. } => {
            let cells: Vec<Option<i32>> = rows.map(get).collect();
            let levels: Vec<i16> = cells.iter().map(|cell| i16::from(cell.is_some())).collect();
            let values: Vec<i32> = cells.into_iter().flatten().collect();
            column.typed::<Int32Type>().write_batch(&values, Some(&levels), None)?;
            Ok(())
        }
        Field::I64 { get, .. } => put::<Int64Type>(column, rows.map(get)),
        Field::F32 { get, .. } => put::<FloatType>(column, rows.map(get)),
        Field::F64 { get, .. } => put::<DoubleType>(column, rows.map(get)),
        Field::Bool { get, .. } => put::<BoolType>(column, rows.map(get)),
    }
}

/// Finds the operating system's error in what the Parquet library says, so that a full disk is called a full disk.
pub(crate) fn write_error(path: &Path, error: ParquetError) -> ReportError {
    let message = error.to_string();
    if let ParquetError::External(inner) = error
        && let Ok(source) = inner.downcast::<io::Error>()
    {
        return ReportError::Io { action: "write the file", path: path.to_owned(), source: *source };
    }
    ReportError::Parquet {
        action: "written",
        path: path.to_owned(),
        message,
        way_out: "free some space, or write to another disk with `--out`",
    }
}
