//! Ctrl-C and its kin.

use crate::failure::Failure;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

/// Exit code after Ctrl-C: 128 + SIGINT, as shells have it.
const INTERRUPTED: i32 = 130;

/// Whether somebody wants the program to stop.
#[derive(Clone, Debug, Default)]
pub struct Interruption {
    requested: Arc<AtomicBool>,
}

impl Interruption {
    /// Watches for Ctrl-C and for requests to terminate. A second one ends the program at once.
    ///
    /// Goose watches too, but only the first handler of a process counts: this one must be there before the first attack.
    ///
    /// # Errors
    /// When the operating system refuses the handler.
    pub fn watch() -> Result<Self, Failure> {
        let interruption = Self::default();
        let requested = Arc::clone(&interruption.requested);
        let handler = move || {
            if requested.swap(true, Ordering::Relaxed) {
                std::process::exit(INTERRUPTED);
            }
        };
        ctrlc::set_handler(handler)
            .map_err(|error| Failure::System { action: "listen for Ctrl-C", source: std::io::Error::other(error) })?;
        Ok(interruption)
    }

    /// Whether it was asked for.
    pub fn requested(&self) -> bool {
        self.requested.load(Ordering::Relaxed)
    }

    /// Asks for it.
    pub fn request(&self) {
        self.requested.store(true, Ordering::Relaxed);
    }
}
