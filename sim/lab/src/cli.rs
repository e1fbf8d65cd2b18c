//! The flags, and nothing but the flags.

use crate::command::{
    baseline, calibrate, completions, explain, gate, init, man, report, run, scenario, schema, sweep, validate, verify,
};
use clap::{Parser, Subcommand, ValueEnum};

/// How long people are stuck outside shared cars when the servers fall over, and what would have prevented it.
///
/// `stranded` simulates a day of a keyless car-sharing fleet: people, phones, servers, doors, call centre, locksmiths. One file
/// describes the day; one command runs it and the same day again under each mitigation, with the same people and the
/// same luck.
#[derive(Debug, Parser)]
#[command(name = "stranded", version, max_term_width = 100, after_long_help = EXAMPLES, propagate_version = true)]
pub(crate) struct Arguments {
    #[command(subcommand)]
    pub(crate) command: Command,
    /// Show no progress: only the answer, warnings and errors.
    #[arg(long, short, global = true)]
    pub(crate) quiet: bool,
    /// When to use colour. `auto` uses it in a terminal and obeys `NO_COLOR`.
    #[arg(long, global = true, value_name = "WHEN", default_value = "auto")]
    pub(crate) color: Color,
}

const EXAMPLES: &str = "\
Examples:
  stranded run scenarios/2022-04-10-greencar.toml     the day, and what would have prevented it
  stranded init my-town.toml                          a commented scenario to start from
  stranded run my-town.toml --set fleet.cars=500      the same with another fleet
  stranded scenario show my-town.toml                 every value, defaults included, and where it comes from
  stranded report runs/my-town-1a2b3c4d --lang ko     the post-mortem of a run, in Korean
  stranded gate runs/my-town-1a2b3c4d                 a verdict by its thresholds, for continuous integration
  stranded sweep my-town.toml --vary fleet.cars=100,200,400   many variants, their results in one place
  stranded explain metrics                            what every number means

Exit codes: 0 done; 1 internal error or full disk; 2 usage; 3 invalid scenario or samples; 10 a check failed; 11 it is
inconclusive; 130 interrupted.";

/// What to do.
#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    Run(run::Arguments),
    Report(report::Arguments),
    Gate(gate::Arguments),
    Baseline(baseline::Arguments),
    Sweep(sweep::Arguments),
    Verify(verify::Arguments),
    Validate(validate::Arguments),
    Scenario(scenario::Arguments),
    Init(init::Arguments),
    Schema(schema::Arguments),
    Explain(explain::Arguments),
    Calibrate(calibrate::Arguments),
    Completions(completions::Arguments),
    #[command(hide = true)]
    Man(man::Arguments),
}

/// When to use colour.
#[derive(Clone, Copy, Debug, ValueEnum)]
pub(crate) enum Color {
    /// In a terminal, unless `NO_COLOR` is set.
    Auto,
    /// Always.
    Always,
    /// Never.
    Never,
}

impl Color {
    /// Applies the choice to everything this program prints.
    pub(crate) fn apply(self) {
        let choice = match self {
            // Left to `anstream` and `console`, which look at the terminal and at NO_COLOR.
            Self::Auto => return,
            Self::Always => anstream::ColorChoice::Always,
            Self::Never => anstream::ColorChoice::Never,
        };
        choice.write_global();
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
