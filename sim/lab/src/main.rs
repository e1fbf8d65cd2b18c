#![doc = env!("CARGO_PKG_DESCRIPTION")]
//!
//! | room | what is in it |
//! |---|---|
//! | [`cli`], [`command`] | the flags, and one file per command |
//! | [`source`] | from a path and `--set` to a scenario |
//! | [`experiment`], [`warm_up`] | the baseline and the arms that are compared with it; from when on they are measured |
//! | [`runner`], [`pool`], [`world`] | replications on all cores, results in order |
//! | [`record`], [`replication`], [`long_run`] | what goes to the disk, and what is kept in memory |
//! | [`statistics`], [`summary`], [`sensitivity`] | from replications to numbers with intervals and verdicts |
//! | [`sweep`] | many variants of a scenario |
//! | [`calibration`] | from samples of real things to parameters with their source |
//! | [`verify`], [`collapse`] | known numbers held against the simulator; whether a collapse outlives its trigger |
//! | [`gate`], [`engine_digest`] | a verdict on a finished run: thresholds, comparison with a baseline; what may be compared |
//! | [`validate`] | the simulator held against the reference server, which it starts |
//! | [`terminal`] | what people read |
//! | [`failure`], [`crash`], [`interruption`], [`memory`] | what may go wrong |

mod calibration;
mod cli;
mod collapse;
mod command;
mod crash;
mod engine_digest;
mod experiment;
mod failure;
mod gate;
mod interruption;
mod long_run;
mod memory;
mod pool;
mod record;
mod replication;
mod runner;
mod sensitivity;
mod source;
mod statistics;
mod summary;
mod sweep;
mod terminal;
mod validate;
mod verify;
mod warm_up;
mod world;

use clap::Parser as _;
use cli::{Arguments, Command};
use failure::Failure;
use std::process::ExitCode;
use terminal::screen;

fn main() -> ExitCode {
    let arguments = Arguments::parse();
    arguments.color.apply();
    crash::report_panics();
    match std::panic::catch_unwind(|| execute(&arguments)) {
        Ok(Ok(())) => ExitCode::SUCCESS,
        Ok(Err(failure)) => {
            if !failure.is_silent() {
                failure.findings().into_iter().for_each(|findings| screen::note(&format!("{findings}\n")));
                screen::error(&failure.to_string());
            }
            failure.exit_code()
        }
        // The message is out already; unwinding has removed an unfinished run.
        Err(_) => ExitCode::from(failure::INTERNAL),
    }
}

fn execute(arguments: &Arguments) -> Result<(), Failure> {
    match &arguments.command {
        Command::Report(report) => command::report::run(report, arguments.quiet),
        Command::Run(run) => command::run::run(run, arguments.quiet),
        Command::Gate(gate) => command::gate::run(gate, arguments.quiet),
        Command::Baseline(baseline) => command::baseline::run(baseline, arguments.quiet),
        Command::Sweep(sweep) => command::sweep::run(sweep, arguments.quiet),
        Command::Verify(verify) => command::verify::run(verify, arguments.quiet),
        Command::Validate(validate) => command::validate::run(validate, arguments.quiet),
        Command::Scenario(scenario) => command::scenario::run(scenario),
        Command::Init(init) => command::init::run(init, arguments.quiet),
        Command::Schema(schema) => command::schema::run(schema),
        Command::Calibrate(calibrate) => command::calibrate::run(calibrate, arguments.quiet),
        Command::Explain(explain) => command::explain::run(explain),
        Command::Completions(completions) => command::completions::run(completions),
        Command::Man(man) => command::man::run(man),
    }
}
