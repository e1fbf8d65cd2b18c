//! A contestant: this same program, started as a process of its own.

use crate::driver::{self, Load};
use std::io::{BufRead as _, BufReader};
use std::process::{Child, Command, Stdio};
use std::time::Duration;

/// Ticks of the processor clock in /proc, in all kernels that matter.
const TICKS_PER_SECOND: f64 = 100.0;

pub(crate) struct Process {
    child: Child,
    out: BufReader<std::process::ChildStdout>,
    pub(crate) address: String,
}

impl Process {
    /// Starts it and waits for the line in which it says where it listens.
    pub(crate) fn start(role: &str) -> Self {
        let program = std::env::current_exe().expect("this program");
        let mut child = Command::new(program).arg(role).stdout(Stdio::piped()).spawn().expect("it starts");
        let mut out = BufReader::new(child.stdout.take().expect("it is piped"));
        let mut line = String::new();
        out.read_line(&mut line).expect("it says something");
        let ready: serde_json::Value = serde_json::from_str(&line).expect("a line of JSON");
        let address = ready["listen"].as_str().unwrap_or_default().to_owned();
        Self { child, out, address }
    }

    /// What it does in a turn, per second of its processor time.
    pub(crate) async fn rate(&self, load: Load, senders: usize, turn: Duration) -> f64 {
        let before = self.processor_seconds();
        let done = driver::drive(&self.address, load, senders, turn).await;
        done as f64 / (self.processor_seconds() - before)
    }

    /// The same for one that works by itself for a turn and then says how much it has done.
    pub(crate) fn rate_of_itself(mut self) -> f64 {
        let before = self.processor_seconds();
        let mut line = String::new();
        self.out.read_line(&mut line).expect("it says how much");
        line.trim().parse::<f64>().expect("a number") / (self.processor_seconds() - before)
    }

    fn processor_seconds(&self) -> f64 {
        let stat = std::fs::read_to_string(format!("/proc/{}/stat", self.child.id())).expect("Linux's /proc");
        // Behind the name, which may hold anything, in brackets.
        let fields: Vec<&str> = stat.rsplit(')').next().unwrap_or_default().split_whitespace().collect();
        let ticks = |index: usize| fields[index].parse::<f64>().expect("a number");
        (ticks(11) + ticks(12)) / TICKS_PER_SECOND
    }

    /// Memory it has, bytes.
    pub(crate) fn resident_bytes(&self) -> u64 {
        let status = std::fs::read_to_string(format!("/proc/{}/status", self.child.id())).expect("Linux's /proc");
        let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:")).expect("resident memory");
        line.trim().trim_end_matches(" kB").parse::<u64>().expect("a number") * 1024
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
