//! How far a run is: a bar in a terminal, a line now and then elsewhere.

use crate::attack::Watch;
use crate::record::{Record, quantiles};
use crate::screen::note;
use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use std::io::IsTerminal as _;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

/// Time between two looks.
const LOOK: Duration = Duration::from_millis(250);
/// Time between two lines where there is no bar.
const BETWEEN_LINES: Duration = Duration::from_secs(10);

/// Progress of one run.
pub struct Progress {
    name: String,
    end: Duration,
    kind: Kind,
}

enum Kind {
    Silent,
    Bar(ProgressBar),
    Lines,
}

impl Progress {
    /// Progress of a run that ends at `end`.
    pub fn new(name: &str, end: Duration, quiet: bool) -> Self {
        let kind = if quiet {
            Kind::Silent
        } else if std::io::stderr().is_terminal() {
            let length = end.as_millis() as u64;
            let bar = ProgressBar::with_draw_target(Some(length), ProgressDrawTarget::stderr_with_hz(5));
            let style = ProgressStyle::with_template("{prefix} [{wide_bar}] {eta} left\n  {wide_msg}");
            let style = style.unwrap_or_else(|_| ProgressStyle::default_bar()).progress_chars("=> ");
            bar.set_style(style);
            bar.set_prefix(name.to_owned());
            Kind::Bar(bar)
        } else {
            Kind::Lines
        };
        Self { name: name.to_owned(), end, kind }
    }

    /// Shows the progress until the run is over.
    pub async fn show(self, record: Arc<Mutex<Record>>, watch: Watch) {
        let mut last_line = Instant::now();
        while !watch.is_over() {
            tokio::time::sleep(LOOK).await;
            match &self.kind {
                Kind::Silent => {}
                Kind::Bar(bar) => {
                    bar.set_position(watch.elapsed().min(self.end).as_millis() as u64);
                    bar.set_message(words(&record));
                }
                Kind::Lines => {
                    if last_line.elapsed() >= BETWEEN_LINES {
                        last_line = Instant::now();
                        let (now, end) = (watch.elapsed().as_secs(), self.end.as_secs());
                        note(&format!("{}: {now} of {end} s, {}", self.name, words(&record)));
                    }
                }
            }
        }
        if let Kind::Bar(bar) = &self.kind {
            bar.finish_and_clear();
        }
    }
}

fn words(record: &Mutex<Record>) -> String {
    let record = record.lock().unwrap_or_else(PoisonError::into_inner);
    let latency = quantiles(&record.latency);
    format!(
        "{} sent, {} answered in time, {} refused, {} timed out; p50 {:.1} ms, p99 {:.1} ms",
        record.attempts, record.answered_in_time, record.refused, record.timed_out, latency.p50, latency.p99
    )
}
