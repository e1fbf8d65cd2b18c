//! The document behind a scenario: the tree that its files, what they extend and all assignments make together, in which
//! every key and value knows where it came from.

pub(crate) mod assign;
pub(crate) mod extend;
pub(crate) mod files;
pub(crate) mod node;
pub(crate) mod parse;
pub(crate) mod path;
pub(crate) mod shape;
mod source;

pub use assign::Assignment;
pub use files::{DiskFiles, Files, MemoryFiles};
pub use path::quote_key;
pub use source::{Origin, Source};
