//! Ctrl-C and its kin.

use signal_hook::consts::{SIGINT, SIGTERM};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

/// Whether somebody wants the program to stop.
#[derive(Clone, Debug, Default)]
pub(crate) struct Interruption {
    requested: Arc<AtomicBool>,
}

impl Interruption {
    /// Watches for Ctrl-C and for requests to terminate. A second one ends the program at once.
    ///
    /// # Errors
    /// When the operating system refuses the handlers.
    pub(crate) fn watch() -> std::io::Result<Self> {
        let interruption = Self::default();
        for signal in [SIGINT, SIGTERM] {
            let code = crate::failure::INTERRUPTED.into();
            // This order: the first signal only sets the flag, the next one finds it set.
            signal_hook::flag::register_conditional_shutdown(signal, code, Arc::clone(&interruption.requested))?;
            signal_hook::flag::register(signal, Arc::clone(&interruption.requested))?;
        }
        // A limit on the size of files would kill the program and leave half a folder; handled, it is an error of the write
        // like that of a full disk.
        #[cfg(unix)]
        signal_hook::flag::register(signal_hook::consts::SIGXFSZ, Arc::default())?;
        Ok(interruption)
    }

    /// Whether it was asked for.
    pub(crate) fn requested(&self) -> bool {
        self.requested.load(Ordering::Relaxed)
    }
}
