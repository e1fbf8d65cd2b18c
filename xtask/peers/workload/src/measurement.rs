//! What a run cost.

use std::collections::BTreeMap;
use std::fs;
use std::time::Duration;

use cpu_time::ProcessTime;
use serde::Serialize;

/// CPU time of this process, all its threads, from here on. Not wall-clock time: the machine is shared.
#[derive(Debug)]
pub struct Stopwatch(ProcessTime);

impl Stopwatch {
    /// Starts now.
    pub fn start() -> Self {
        Self(ProcessTime::now())
    }

    /// CPU time since the start.
    pub fn elapsed(&self) -> Duration {
        self.0.elapsed()
    }
}

/// A run: what it cost and what came out.
#[derive(Clone, Debug, Serialize)]
pub struct Measurement {
    /// Events of the workload, counted alike for all engines; an engine may have handled more, such as time-outs of
    /// requests that were answered already.
    pub events: u64,
    /// CPU time of the run itself, without starting the program and placing the first events \[s\].
    pub cpu_seconds: f64,
    /// The most memory that the process ever held \[bytes\].
    pub peak_memory_bytes: u64,
    /// What the engines must agree on, by name.
    pub results: BTreeMap<&'static str, f64>,
}

impl Measurement {
    /// Of a run that took `elapsed`, just now.
    ///
    /// # Panics
    /// When the system does not tell a process its memory.
    pub fn new<const N: usize>(events: u64, elapsed: Duration, results: [(&'static str, f64); N]) -> Self {
        Self {
            events,
            cpu_seconds: elapsed.as_secs_f64(),
            peak_memory_bytes: peak_memory_bytes(),
            results: results.into(),
        }
    }

    /// Prints the line that `cargo xtask bench-peers` reads.
    ///
    /// # Panics
    /// Never: numbers and names have a JSON form.
    pub fn print(&self) {
        println!("{}", serde_json::to_string(self).expect("numbers and names have a JSON form"));
    }
}

/// `VmHWM`: the largest resident set so far. Unlike `ru_maxrss` it starts anew with the program, so that the size of
/// whoever started us does not count.
fn peak_memory_bytes() -> u64 {
    let status = fs::read_to_string("/proc/self/status").expect("peak memory is read from Linux's /proc");
    let kilobytes = status
        .lines()
        .find_map(|line| line.strip_prefix("VmHWM:"))
        .and_then(|rest| rest.trim().strip_suffix(" kB")?.parse::<u64>().ok())
        .expect("/proc/self/status has a line VmHWM in kB");
    kilobytes * 1024
}
