//! One file per command.

pub(crate) mod baseline;
pub(crate) mod calibrate;
pub(crate) mod completions;
pub(crate) mod explain;
pub(crate) mod gate;
pub(crate) mod init;
pub(crate) mod man;
pub(crate) mod report;
pub(crate) mod run;
pub(crate) mod scenario;
pub(crate) mod schema;
pub(crate) mod sweep;
pub(crate) mod validate;
pub(crate) mod verify;
