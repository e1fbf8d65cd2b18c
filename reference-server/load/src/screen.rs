//! Where output goes: data and answers to the standard output, everything about the way there to the standard error.

use crate::failure::Failure;
use std::io::Write as _;

/// Prints a part of the answer.
///
/// # Errors
/// [`Failure::Output`] when the output is closed or full.
pub fn say(text: &str) -> Result<(), Failure> {
    let mut output = std::io::stdout().lock();
    writeln!(output, "{}", text.trim_end()).and_then(|()| output.flush()).map_err(Failure::Output)
}

/// Prints a line to the standard error. A standard error that is closed must not end a run that is fine otherwise.
pub fn note(text: &str) {
    let _ = writeln!(anstream::stderr().lock(), "{text}");
}
