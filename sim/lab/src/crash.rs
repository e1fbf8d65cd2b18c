//! What people see when the program itself is wrong.

use crate::terminal::screen;
use std::panic::PanicHookInfo;
use std::sync::OnceLock;

/// Seed of the run that is under way: with it, a crash can be repeated.
static SEED: OnceLock<u64> = OnceLock::new();

/// Remembers the seed for the case of a crash.
pub(crate) fn remember_seed(seed: u64) {
    // A process runs one scenario; whoever comes second changes nothing.
    let _ = SEED.set(seed);
}

/// Replaces Rust's own report of a panic by one that says what to do.
pub(crate) fn report_panics() {
    std::panic::set_hook(Box::new(|panic| screen::error(&report(panic, SEED.get().copied()))));
}

fn report(panic: &PanicHookInfo<'_>, seed: Option<u64>) -> String {
    let place = panic.location().map(|place| format!(" at {}:{}", place.file(), place.line())).unwrap_or_default();
    message(panic.payload_as_str().unwrap_or("no reason given"), &place, seed)
}

fn message(reason: &str, place: &str, seed: Option<u64>) -> String {
    let seed = seed.map(|seed| format!(", seed {seed}")).unwrap_or_default();
    format!(
        "internal error: {reason}{place}\n\
         this is a bug of the program: please report it with these lines, the scenario and the command\n\
         stranded {} ({}){seed}",
        env!("CARGO_PKG_VERSION"),
        crate::command::run::COMMIT.unwrap_or("commit unknown"),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_crash_says_what_to_report() {
        let text = message("time runs back", " at sim/engine/src/simulation.rs:12", Some(2022));
        for part in ["internal error: time runs back", "report", env!("CARGO_PKG_VERSION"), "seed 2022"] {
            assert!(text.contains(part), "{part} is missing in: {text}");
        }
    }
}
