//! `stranded verify [FILE ...]`

use crate::crash;
use crate::failure::Failure;
use crate::interruption::Interruption;
use crate::source::Assignments;
use crate::terminal::{Screen, screen};
use crate::verify::{Verdict, Verifier, json, plan, table};
use std::num::NonZeroUsize;
use std::path::PathBuf;
use std::time::Instant;

/// Hold the simulator against numbers that are known from elsewhere: queueing theory and overload experiments.
///
/// Each `[[oracle]]` of a scenario file names a metric and the value that it must come out with. Its scenario is repeated until the
/// 99.9 % interval of the metric is as narrow as the oracle wants it, and the oracle holds when the interval holds the known value.
/// Without FILE, the project's own are run (scenarios/queueing, from here or from a folder above).
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  stranded verify                          all that the project knows: some minutes on two cores
  stranded verify --filter retrial         those with this word in name, text, metric or file
  stranded verify my-queue.toml            your own: a scenario with `[[oracle]]`, see scenarios/README.md
  stranded verify --seed 7 --json

Exit codes: 0 all hold; 10 one does not; otherwise as for every command.")]
pub(crate) struct Arguments {
    /// Scenario files with `[[oracle]]`, or folders of them.
    #[arg(value_name = "FILE")]
    paths: Vec<PathBuf>,
    #[command(flatten)]
    assignments: Assignments,
    /// Only oracles that have this in their name, words, metric or file.
    #[arg(long, value_name = "TEXT")]
    filter: Option<String>,
    /// Seed of all luck, instead of the scenarios'.
    #[arg(long, value_name = "N")]
    seed: Option<u64>,
    /// Threads to use; the results do not depend on it [default: all cores].
    #[arg(long, value_name = "N")]
    threads: Option<NonZeroUsize>,
    /// Print the table as JSON on the standard output; words go to the standard error.
    #[arg(long)]
    json: bool,
}

/// Verifies.
///
/// # Errors
/// [`Failure::NotVerified`] when an oracle does not hold; those of loading and of interruption.
pub(crate) fn run(arguments: &Arguments, quiet: bool) -> Result<(), Failure> {
    let interruption =
        Interruption::watch().map_err(|source| Failure::System { action: "listen for Ctrl-C", source })?;
    let started = Instant::now();
    let mut loader = arguments.assignments.loader();
    if let Some(seed) = arguments.seed {
        loader = loader.set(format!("run.seed={seed}"));
    }
    let experiments = plan(&arguments.paths, arguments.filter.as_deref(), &loader)?;
    let seeds: Vec<u64> = experiments.iter().map(|experiment| experiment.scenario.run.seed).collect();
    let seed = seeds.iter().all(|seed| *seed == seeds[0]).then_some(seeds[0]);
    seed.into_iter().for_each(crash::remember_seed);
    let threads =
        arguments.threads.unwrap_or_else(|| std::thread::available_parallelism().unwrap_or(NonZeroUsize::MIN));
    let judgements = Verifier { threads, interruption, quiet }.run(&experiments)?;

    let screen = Screen { json: arguments.json, quiet };
    if arguments.json {
        screen::data(&format!("{:#}\n", json(&judgements, seed)))?;
    }
    screen.say(&table(&judgements))?;
    let missed = judgements.iter().filter(|judgement| judgement.verdict != Verdict::Holds).count();
    let seed = seed.map_or_else(|| "several seeds".to_owned(), |seed| format!("seed {seed}"));
    screen.say(&format!(
        "\n{} of {} hold ({seed}, {:.0} s on {threads} threads)",
        judgements.len() - missed,
        judgements.len(),
        started.elapsed().as_secs_f64(),
    ))?;
    if missed > 0 { Err(Failure::NotVerified { missed, count: judgements.len() }) } else { Ok(()) }
}
