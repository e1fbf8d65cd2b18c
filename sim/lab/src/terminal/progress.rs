//! How far a run is: a bar in a terminal, a line now and then elsewhere.

use super::screen::note;
use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use std::io::IsTerminal as _;
use std::sync::Mutex;
use std::time::{Duration, Instant};

/// Steps of the bar per job: fine enough that it moves within a long replication.
const STEPS_PER_JOB: f64 = 1000.0;

/// Time between two lines where there is no bar.
const BETWEEN_LINES: Duration = Duration::from_secs(10);

/// Progress of one phase of a run.
pub(crate) struct Progress {
    kind: Kind,
}

enum Kind {
    Silent,
    Bar(ProgressBar),
    Lines { name: &'static str, last: Mutex<Option<Instant>> },
}

impl Progress {
    /// Progress of the phase `name` with that many jobs.
    pub(crate) fn new(name: &'static str, jobs: u32, quiet: bool) -> Self {
        let kind = if quiet {
            Kind::Silent
        } else if std::io::stderr().is_terminal() {
            let target = ProgressDrawTarget::stderr_with_hz(5);
            let bar = ProgressBar::with_draw_target(Some(steps(f64::from(jobs))), target).with_prefix(name);
            // Colours here obey NO_COLOR through the `console` crate.
            let style = ProgressStyle::with_template("{prefix} [{wide_bar}] {percent} %, {eta} left\n  {wide_msg}")
                .expect("a literal template")
                .progress_chars("=> ");
            bar.set_style(style);
            Kind::Bar(bar)
        } else {
            Kind::Lines { name, last: Mutex::new(None) }
        };
        Self { kind }
    }

    /// Some jobs (or a part of one) are done.
    pub(crate) fn advance(&self, jobs: f64) {
        if let Kind::Bar(bar) = &self.kind {
            bar.inc(steps(jobs));
        }
    }

    /// The number of jobs is better known now.
    pub(crate) fn expect(&self, jobs: u32) {
        if let Kind::Bar(bar) = &self.kind {
            bar.set_length(steps(f64::from(jobs)));
        }
    }

    /// What is known so far: beside the bar, or as a line if the last one was some time ago.
    pub(crate) fn estimate(&self, text: &str) {
        match &self.kind {
            Kind::Silent => {}
            Kind::Bar(bar) => bar.set_message(text.to_owned()),
            Kind::Lines { name, last } => {
                let Ok(mut last) = last.lock() else { return };
                if last.is_none_or(|last| last.elapsed() >= BETWEEN_LINES) {
                    *last = Some(Instant::now());
                    note(&format!("{name}: {text}"));
                }
            }
        }
    }
}

impl Drop for Progress {
    fn drop(&mut self) {
        if let Kind::Bar(bar) = &self.kind {
            bar.finish_and_clear();
        }
    }
}

fn steps(jobs: f64) -> u64 {
    (jobs * STEPS_PER_JOB) as u64
}
