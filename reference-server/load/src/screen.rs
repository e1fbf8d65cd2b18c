//! Where output goes: data and answers to the standard output, everything about the way there to the standard error.

use crate::failure::Failure;
use std::fs::File;
use std::io::{self, Write};
use std::sync::OnceLock;

/// The standard output, kept for the answer alone.
static ANSWER: OnceLock<File> = OnceLock::new();

/// Keeps the standard output for the answer: goose prints how many users it has launched, whatever it is told, and whoever reads our
/// JSON must not find that in it. Where this cannot be done, the line stands above the answer.
pub fn keep_the_output_for_the_answer() {
    #[cfg(unix)]
    {
        use std::os::fd::AsFd as _;
        let silence = File::options().write(true).open("/dev/null");
        let kept = io::stdout().as_fd().try_clone_to_owned();
        if let (Ok(silence), Ok(kept)) = (silence, kept)
            && ANSWER.set(File::from(kept)).is_ok()
            && rustix::stdio::dup2_stdout(silence).is_err()
        {
            note("warning: goose prints to the standard output as well");
        }
    }
}

/// Prints a part of the answer.
///
/// # Errors
/// [`Failure::Output`] when the output is closed or full.
pub fn say(text: &str) -> Result<(), Failure> {
    let write = |output: &mut dyn Write| writeln!(output, "{}", text.trim_end()).and_then(|()| output.flush());
    let written = match ANSWER.get() {
        Some(mut output) => write(&mut output),
        None => write(&mut io::stdout().lock()),
    };
    written.map_err(Failure::Output)
}

/// Prints a line to the standard error. A standard error that is closed must not end a run that is fine otherwise.
pub fn note(text: &str) {
    let _ = writeln!(anstream::stderr().lock(), "{text}");
}
