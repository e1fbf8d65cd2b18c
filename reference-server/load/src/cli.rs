//! The flags, and nothing but the flags.

use clap::{Args, Parser, Subcommand};
use std::path::PathBuf;

/// Puts a real server under the load of a scenario: open-loop, through goose.
///
/// People come when the scenario says, whether or not the server keeps up, and latency counts from the instant at which a request was
/// due. When the driver itself is the bottleneck, the result says so.
#[derive(Debug, Parser)]
#[command(name = "surge", version, max_term_width = 100, after_long_help = EXAMPLES, propagate_version = true)]
pub struct Arguments {
    /// What to do.
    #[command(subcommand)]
    pub command: Command,
}

const EXAMPLES: &str = "\
Examples:
  reference-server vendor --scenario F         prints the addresses that are used below
  reference-server operator --scenario F --vendor http://127.0.0.1:7001
  surge window --scenario F --target http://127.0.0.1:7002 --admin operator=http://127.0.0.1:7003
  surge capacity --scenario F --target http://127.0.0.1:7002 --admin operator=http://127.0.0.1:7003
  surge replay --scenario F --target http://127.0.0.1:7002 --share '1 %' --from 12:00 --until 12:10

Exit codes: 0 done; 1 internal error, full disk or no server; 2 usage; 3 invalid scenario; 10 the objective is not met
at any rate; 11 the driver was the bottleneck, or nothing can be said for another reason; 130 interrupted.";

/// What to do.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Play the plain arrivals of a scenario once, from the start of its calendar to its end.
    ///
    /// The client is the simulator's: the same instants, time-outs, retries, budget, taps and luck. The scenario's actions are told to the
    /// admin listener of their service at their time. What is measured has the simulator's names and definitions.
    Window(WindowArguments),
    /// Find the largest rate at which the scenario's objective (`[load.objective]`) holds.
    ///
    /// Rates double until the objective fails; bisection over open-loop windows with fresh luck narrows the interval; at its lower end the
    /// objective must hold for `load.sustain`. Clients try once: a capacity is what a server can do, not what its clients do to it.
    Capacity(CapacityArguments),
    /// Play the day of a scenario with cars: people log in, search, reserve, fetch their key, unlock, lock and return.
    ///
    /// A share of the people comes, at their own times and with their own think times: a smaller crowd, never a faster one.
    Replay(ReplayArguments),
}

/// The scenario and the server.
#[derive(Clone, Debug, Args)]
pub struct Common {
    /// The scenario.
    #[arg(long, value_name = "FILE")]
    pub scenario: PathBuf,
    /// Address of the server, as it prints it.
    #[arg(long, value_name = "URL")]
    pub target: String,
    /// Admin listener of a service. Can be repeated.
    ///
    /// For the scenario's actions, for clean queues between windows, and to tell the servers' processor time from other people's.
    #[arg(long, value_name = "SERVICE=URL")]
    pub admin: Vec<String>,
    /// Process number of a server under test, where it cannot be found by its address. Can be repeated.
    #[arg(long = "pid", value_name = "N")]
    pub processes: Vec<i32>,
    /// Change a value of the scenario: a dotted path, `=`, a value. Can be repeated; later ones win.
    #[arg(long = "set", value_name = "PATH=VALUE")]
    pub set: Vec<String>,
    /// Seed of all luck, instead of the scenario's.
    #[arg(long, value_name = "N")]
    pub seed: Option<u64>,
    /// Users in goose's pool [default: as many as can be in flight].
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(1..=12_000))]
    pub users: Option<u32>,
    /// Print the result as JSON on the standard output.
    #[arg(long)]
    pub json: bool,
    /// Show no progress.
    #[arg(long, short)]
    pub quiet: bool,
    /// Folder for the result, its histograms and reports.
    #[arg(long, value_name = "DIR")]
    pub out: Option<PathBuf>,
}

/// Flags of `surge window`.
#[derive(Clone, Debug, Args)]
pub struct WindowArguments {
    /// The flags that all commands have.
    #[command(flatten)]
    pub common: Common,
    /// Which luck: the simulator's replication of that number meets the same people.
    #[arg(long, value_name = "R", default_value_t = 0)]
    pub replication: u32,
}

/// Flags of `surge capacity`.
#[derive(Clone, Debug, Args)]
pub struct CapacityArguments {
    /// The flags that all commands have.
    #[command(flatten)]
    pub common: Common,
}

/// Flags of `surge replay`.
#[derive(Clone, Debug, Args)]
pub struct ReplayArguments {
    /// The flags that all commands have.
    #[command(flatten)]
    pub common: Common,
    /// Share of the people who come.
    #[arg(long, value_name = "SHARE", default_value = "1 %")]
    pub share: String,
    /// Which luck.
    #[arg(long, value_name = "R", default_value_t = 0)]
    pub replication: u32,
    /// Time before the stretch, in seconds, in which those who have booked or drive already are brought into position.
    #[arg(long, value_name = "SECONDS", default_value_t = 20.0, value_parser = seconds)]
    pub lead: f64,
    /// From when on: a time of day (`12:00`) or a moment [default: the measured window].
    #[arg(long, value_name = "TIME")]
    pub from: Option<String>,
    /// Until when.
    #[arg(long, value_name = "TIME")]
    pub until: Option<String>,
}

fn seconds(text: &str) -> Result<f64, String> {
    match text.parse::<f64>() {
        Ok(seconds) if (1.0..=3600.0).contains(&seconds) => Ok(seconds),
        _ => Err("use 1 to 3600 seconds".to_owned()),
    }
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory as _;

    #[test]
    fn the_flags_are_consistent() {
        super::Arguments::command().debug_assert();
    }
}
