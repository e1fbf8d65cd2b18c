//! `devkit`: the door on a board, or in QEMU, from the shell. This file holds the flags only.

mod command;
mod link_choice;
mod target;

use std::process::ExitCode;

use clap::{Parser, Subcommand};
use stranded_devkit::DevkitError;

/// Flashes, tests and talks to the door, on a board or in QEMU: the same code for both.
#[derive(Debug, Parser)]
#[command(
    name = "devkit",
    after_help = "Exit codes: 0 done, 1 it could not be done, 2 wrong flags, 10 the door does not do what it must."
)]
struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// The probes that are there, QEMU's among them.
    List,
    /// Build the door, flash it and start it.
    Flash(command::flash::Arguments),
    /// Build the door, flash it, and tell it the whole story: a valid key opens it, twelve kinds of bad key do not, and it locks.
    Test(command::test::Arguments),
    /// Talk to the door as a phone does.
    Talk(command::talk::Arguments),
    /// Count what an unlock costs, step by step.
    Bench(command::bench::Arguments),
    /// Put the door on a socket of this machine: the bytes of its link, both ways.
    Serve(command::serve::Arguments),
}

/// How a command ended that could be carried out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Ending {
    Good,
    /// The door does not do what it must.
    Missed,
}

impl From<Ending> for ExitCode {
    fn from(ending: Ending) -> Self {
        match ending {
            Ending::Good => Self::SUCCESS,
            Ending::Missed => Self::from(10),
        }
    }
}

fn main() -> ExitCode {
    run(Arguments::parse().command).map_or_else(
        |error| {
            eprintln!("error: {error}");
            ExitCode::FAILURE
        },
        ExitCode::from,
    )
}

fn run(command: Command) -> Result<Ending, DevkitError> {
    match command {
        Command::List => {
            command::list::run();
            Ok(Ending::Good)
        }
        Command::Flash(arguments) => command::flash::run(&arguments).map(|()| Ending::Good),
        Command::Test(arguments) => command::test::run(&arguments),
        Command::Talk(arguments) => command::talk::run(&arguments),
        Command::Bench(arguments) => command::bench::run(&arguments).map(|()| Ending::Good),
        Command::Serve(arguments) => command::serve::run(&arguments).map(|()| Ending::Good),
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
