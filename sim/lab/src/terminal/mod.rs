//! What people read in the terminal: numbers, sentences, tables, progress.

pub(crate) mod number;
mod progress;
pub(crate) mod quantity;
pub(crate) mod screen;
pub(crate) mod sentence;
pub(crate) mod table;

pub(crate) use progress::Progress;
pub(crate) use screen::Screen;
