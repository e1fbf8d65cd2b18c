//! Where output goes: data and answers to the standard output, everything about the way there to the standard error.

use crate::failure::Failure;
use anstyle::Style;
use std::io::Write as _;

/// Headings.
pub(crate) const HEADING: Style = Style::new().bold();

/// The two outputs of a command.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Screen {
    /// The standard output carries JSON, so words go to the standard error.
    pub(crate) json: bool,
    /// Nothing but the answer.
    pub(crate) quiet: bool,
}

impl Screen {
    /// Prints a part of the answer in words. Colours are taken out where the output does not want them.
    ///
    /// # Errors
    /// [`Failure::Output`] when the output is closed or full.
    pub(crate) fn say(self, text: &str) -> Result<(), Failure> {
        if !self.json {
            return writeln!(anstream::stdout().lock(), "{text}").map_err(Failure::Output);
        }
        if !self.quiet {
            note(text);
        }
        Ok(())
    }

    /// Prints a heading of the answer.
    ///
    /// # Errors
    /// [`Failure::Output`] when the output is closed or full.
    pub(crate) fn heading(self, text: &str) -> Result<(), Failure> {
        self.say(&format!("\n{HEADING}{text}{HEADING:#}"))
    }
}

/// Prints data, exactly as it is.
///
/// # Errors
/// [`Failure::Output`] when the output is closed or full.
pub(crate) fn data(text: &str) -> Result<(), Failure> {
    let mut output = std::io::stdout().lock();
    output.write_all(text.as_bytes()).and_then(|()| output.flush()).map_err(Failure::Output)
}

/// Prints a line to the standard error. A standard error that is closed must not end a run that is fine otherwise.
pub(crate) fn note(text: &str) {
    let _ = writeln!(anstream::stderr().lock(), "{text}");
}

/// Prints an error to the standard error.
pub(crate) fn error(text: &str) {
    const ERROR: Style = anstyle::AnsiColor::Red.on_default().bold();
    note(&format!("{ERROR}error{ERROR:#}: {text}"));
}

/// Prints a warning to the standard error.
pub(crate) fn warning(text: &str) {
    const WARNING: Style = anstyle::AnsiColor::Yellow.on_default().bold();
    note(&format!("{WARNING}warning{WARNING:#}: {text}"));
}
