//! Rows to Parquet and back, one row group for each replication of each arm.
//!
//! A row type says once, as a list of columns, how each of its fields is stored; this module turns the list into the
//! schema, the writer and the reader. Memory is bounded by one replication of one arm: a column at a time is copied out
//! of the caller's rows, and a row group is on disk before the next one begins.

mod reader;
mod writer;

pub use reader::{RowGroup, TableReader};
pub use writer::TableWriter;
pub(crate) use writer::write_error;

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

#[cfg(test)]
#[path = "table_tests.rs"]
mod tests;
