//! `stranded sweep run|plan|merge|submit`

mod answer;
mod merge;
mod plan;
mod run;
mod selection;
mod submit;

use crate::failure::Failure;
use clap::Subcommand;

/// Run many variants of a scenario, and keep their results in one place.
///
/// `[sweep]` in the scenario says what is varied and how; `--vary` adds to it. Each design point is repeated with the same people
/// and the same luck, so that points differ by their parameters alone. `stranded sweep FILE` is short for `stranded sweep run FILE`.
#[derive(Debug, clap::Args)]
#[command(args_conflicts_with_subcommands = true, subcommand_negates_reqs = true, after_help = EXAMPLES)]
pub(crate) struct Arguments {
    #[command(subcommand)]
    command: Option<Command>,
    #[command(flatten)]
    run: run::Arguments,
}

const EXAMPLES: &str = "\
Examples:
  stranded sweep scenarios/sweeps/agents.toml                   runs the sweep of the file
  stranded sweep plan scenarios/sweeps/agents.toml              what it comes to: points, replications, time, disk
  stranded sweep scenarios/small-town.toml --vary support.call_centre.agents=1,2,4 --vary 'support.notice.delay=15 min..60 min/4'
  stranded sweep run big.toml --resume                          goes on after Ctrl-C, a crash or a full disk
  stranded sweep run big.toml --shard 3/8                       the third of eight parts, on whichever machine
  stranded sweep merge sweeps/big-sweep-1a2b3c4d                puts the parts together
  stranded sweep submit big.toml --engine slurm --shards 8      the same as an array of jobs on a cluster";

#[derive(Debug, Subcommand)]
enum Command {
    Run(run::Arguments),
    Plan(plan::Arguments),
    Merge(merge::Arguments),
    Submit(submit::Arguments),
}

/// Does it.
///
/// # Errors
/// Those of the subcommand.
pub(crate) fn run(arguments: &Arguments, quiet: bool) -> Result<(), Failure> {
    match &arguments.command {
        None => run::run(&arguments.run, quiet),
        Some(Command::Run(arguments)) => run::run(arguments, quiet),
        Some(Command::Plan(arguments)) => plan::run(arguments, quiet),
        Some(Command::Merge(arguments)) => merge::run(arguments, quiet),
        Some(Command::Submit(arguments)) => submit::run(arguments, quiet),
    }
}
