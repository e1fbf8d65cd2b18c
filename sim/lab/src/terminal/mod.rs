//! What people read in the terminal: numbers, sentences, tables, progress.

pub(crate) mod number;
mod progress;
mod screen;

pub(crate) use progress::Progress;
pub(crate) use screen::Screen;
