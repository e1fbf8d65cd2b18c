#![doc = env!("CARGO_PKG_DESCRIPTION")]
//!
//! This file holds the flags only; each command lives in a module of its name.

mod apt;
mod bench_peers;
mod browser;
mod firmware;
mod gates;
mod instructions;
mod postgres;
mod process;
mod publish;
mod python;
mod qemu;
mod scenarios;
mod setup;
mod slurm;
mod step;
mod tally;
mod test;
mod toolchain;
mod validate;
mod workspace;

use std::process::ExitCode;

use clap::{Parser, Subcommand};

/// Set-up, tests, pictures and benchmarks of the stranded workspace.
#[derive(Debug, Parser)]
#[command(name = "cargo xtask", bin_name = "cargo xtask")]
struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Install what the tests need, and say what was found and what was installed.
    ///
    /// Quick when everything is there already.
    Setup {
        /// Throw the tests' Python environment away and build it anew.
        #[arg(long)]
        fresh: bool,
    },
    /// Run the set-up and then every check; all of them run, also after a failure.
    Test {
        /// Leave the slow checks out, and say which.
        #[arg(long)]
        quick: bool,
    },
    /// Count the instructions of the engine's own workload (installs valgrind where it is missing).
    Instructions {
        /// Write the count into the record that `cargo xtask test` compares with.
        #[arg(long)]
        renew: bool,
    },
    /// Publish the report of the day anew: run it, write its post-mortem in English and Korean, and photograph the top of it for the
    /// README with a Chromium.
    Publish {
        /// How often the day and its arms are repeated.
        #[arg(long, value_name = "N", default_value_t = 5)]
        replications: u32,
    },
    /// Run the same workloads in our engine, in other engines and in hand-written loops, side by side, and compare cost and results.
    ///
    /// Builds what it needs into target/peers, and a Python environment for SimPy and happysim. The processes take turns, one
    /// at a time. Ends with an error when engines disagree on what happened.
    BenchPeers(bench_peers::Arguments),
    /// The firmware for the boards, a workspace of its own.
    Firmware {
        #[command(subcommand)]
        command: FirmwareCommand,
    },
}

#[derive(Debug, Subcommand)]
enum FirmwareCommand {
    /// Build it and report what it takes of flash and RAM; fails above the budget.
    Build {
        /// One board only.
        #[arg(long)]
        board: Option<firmware::Board>,
    },
}

fn main() -> ExitCode {
    let result = match Arguments::parse().command {
        Command::Setup { fresh } => setup::run(fresh).map(|_| ExitCode::SUCCESS),
        Command::Test { quick } => Ok(test::run(quick)),
        Command::BenchPeers(arguments) => bench_peers::run(&arguments),
        Command::Instructions { renew } => instructions::run(renew).map(|()| ExitCode::SUCCESS),
        Command::Publish { replications } => publish::run(replications).map(|()| ExitCode::SUCCESS),
        Command::Firmware { command: FirmwareCommand::Build { board } } => {
            firmware::build(board).map(|()| ExitCode::SUCCESS)
        }
    };
    result.unwrap_or_else(|error| {
        eprintln!("error: {error:#}");
        ExitCode::FAILURE
    })
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory as _;

    #[test]
    fn the_flags_are_consistent() {
        super::Arguments::command().debug_assert();
    }
}
