//! One module a command.

pub(crate) mod bench;
pub(crate) mod flash;
pub(crate) mod list;
pub(crate) mod serve;
pub(crate) mod talk;
pub(crate) mod test;
