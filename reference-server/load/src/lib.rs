#![doc = env!("CARGO_PKG_DESCRIPTION")]
//!
//! | room | what is in it |
//! |---|---|
//! | [`cli`], [`command`], [`source`] | the flags, one file per command, from a path to a scenario |
//! | [`agenda`] | what is due when, and the thread that hands it out |
//! | [`person`], [`plain`], [`plain_ask`], [`renter`], [`errand`] | who sends requests, with the simulator's luck and retries: plain clients, and renters on a journey |
//! | [`attack`], [`ask`] | goose's users, and one attempt over HTTP |
//! | [`mod@bench`], [`admin`], [`processor`] | a server under test: one run after the other, faults, who uses the processors |
//! | [`record`], [`interval_log`], [`generator`] | what happened, and whether the load can be believed |
//! | [`search`], [`capacity`], [`scalability`] | what to try next on the way to a capacity, what it comes to, the law behind it as it is written down |
//! | [`result`], [`samples`], [`report`], [`chart`], [`folder`] | what is written |
//! | [`progress`], [`screen`], [`failure`], [`interruption`] | what people see, and what may go wrong |

pub mod admin;
pub mod agenda;
pub mod ask;
pub mod attack;
pub mod bench;
pub mod capacity;
pub mod chart;
pub mod cli;
pub mod command;
pub mod errand;
pub mod failure;
pub mod folder;
pub mod generator;
pub mod interruption;
pub mod interval_log;
pub mod person;
pub mod plain;
pub mod plain_ask;
pub mod processor;
pub mod progress;
pub mod record;
pub mod renter;
pub mod report;
pub mod result;
pub mod samples;
pub mod scalability;
pub mod screen;
pub mod search;
pub mod source;

use cli::{Arguments, Command};
use failure::Failure;
use std::process::ExitCode;
use stranded_scenario::Look;

/// Does what the flags say.
pub fn run(arguments: &Arguments) -> ExitCode {
    screen::keep_the_output_for_the_answer();
    let outcome = match &arguments.command {
        Command::Window(window) => command::window::run(window),
        Command::Capacity(capacity) => command::capacity::run(capacity),
        Command::Replay(replay) => command::replay::run(replay),
    };
    let Err(failure) = outcome else { return ExitCode::SUCCESS };
    if let Failure::InvalidScenario { findings, .. } = &failure {
        let color = anstream::AutoStream::choice(&std::io::stderr()) != anstream::ColorChoice::Never;
        screen::note(findings.render(Look { color, unicode: true, width: 100 }).trim_end());
    }
    screen::note(&format!("error: {failure}"));
    failure.exit_code()
}
