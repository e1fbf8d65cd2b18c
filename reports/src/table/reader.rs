//! Parquet to rows.

use super::{Column, Field, SCHEMA_VERSION_KEY, TableRow};
use crate::error::ReportError;
use parquet::column::reader::{ColumnReader, get_typed_column_reader};
use parquet::data_type::{BoolType, ByteArray, ByteArrayType, DataType, DoubleType, FloatType, Int32Type, Int64Type};
use parquet::errors::ParquetError;
use parquet::file::reader::{FileReader, RowGroupReader, SerializedFileReader};
use std::fs::File;
use std::io::{BufReader, Read};
use std::marker::PhantomData;
use std::path::{Path, PathBuf};

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
                return Err(ReportError::NewerSchema { path: path.to_owned(), found, known: R::SCHEMA_VERSION });
            }
            Some(_) => {}
            None => {
                return Err(foreign(path, format!("the footer has no `{SCHEMA_VERSION_KEY}`")));
            }
        }
        Ok(Self { path: path.to_owned(), file, next_group: 0, row: PhantomData })
    }

    /// The next row group; `None` at the end of the file.
    ///
    /// # Errors
    /// When the file is damaged or lacks a column.
    pub fn next_group(&mut self) -> Result<Option<RowGroup<R>>, ReportError> {
        if self.next_group >= self.file.num_row_groups() {
            return Ok(None);
        }
        let group = self.file.get_row_group(self.next_group).map_err(|error| read_error(&self.path, &error))?;
        self.next_group += 1;
        self.read_group(group.as_ref()).map(Some)
    }

    /// The next row group of an arm that is wanted; the rows of others are not even read. `None` at the end of the file.
    ///
    /// # Errors
    /// When the file is damaged or lacks a column.
    pub fn next_group_of(&mut self, wanted: impl Fn(&str) -> bool) -> Result<Option<RowGroup<R>>, ReportError> {
        while self.next_group < self.file.num_row_groups() {
            let group = self.file.get_row_group(self.next_group).map_err(|error| read_error(&self.path, &error))?;
            self.next_group += 1;
            let arm = self.cells::<ByteArrayType>(group.as_ref(), "arm", 1)?;
            if arm.first().map(text).is_some_and(|arm| wanted(&arm)) {
                return self.read_group(group.as_ref()).map(Some);
            }
        }
        Ok(None)
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
        Ok(RowGroup { arm, replication, rows })
    }

    fn fill(&self, group: &dyn RowGroupReader, column: &Column<R>, rows: &mut [R]) -> Result<(), ReportError> {
        let (name, count) = (column.name, rows.len());
        match &column.field {
            Field::Text { set, .. } => {
                for (row, cell) in rows.iter_mut().zip(self.cells::<ByteArrayType>(group, name, count)?) {
                    let value = text(&cell);
                    if !set(row, value.clone()) {
                        return Err(foreign(&self.path, format!("unknown {name} `{value}`")));
                    }
                }
            }
            Field::U32 { set, .. } => {
                let cells = self.cells::<Int32Type>(group, name, count)?;
                rows.iter_mut().zip(cells).for_each(|(row, cell)| set(row, cell as u32));
            }
            Field::I32 { set, .. } => {
                let cells = self.cells::<Int32Type>(group, name, count)?;
                rows.iter_mut().zip(cells).for_each(|(row, cell)| set(row, cell));
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
                rows.iter_mut().zip(cells).for_each(|(row, cell)| set(row, cell));
            }
            Field::F32 { set, .. } => {
                let cells = self.cells::<FloatType>(group, name, count)?;
                rows.iter_mut().zip(cells).for_each(|(row, cell)| set(row, cell));
            }
            Field::F64 { set, .. } => {
                let cells = self.cells::<DoubleType>(group, name, count)?;
                rows.iter_mut().zip(cells).for_each(|(row, cell)| set(row, cell));
            }
            Field::Bool { set, .. } => {
                let cells = self.cells::<BoolType>(group, name, count)?;
                rows.iter_mut().zip(cells).for_each(|(row, cell)| set(row, cell));
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
            Err(foreign(&self.path, format!("column `{name}` has {} of {count} values", cells.len())))
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
            return Err(foreign(&self.path, format!("column `{name}` has another type")));
        }
        let failed = |error| read_error(&self.path, &error);
        let reader: ColumnReader = group.get_column_reader(index).map_err(failed)?;
        let mut reader = get_typed_column_reader::<T>(reader);
        let (mut values, mut levels) = (Vec::new(), Vec::new());
        let mut records = 0;
        while records < count {
            let (read, _, _) =
                reader.read_records(count - records, Some(&mut levels), None, &mut values).map_err(failed)?;
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
