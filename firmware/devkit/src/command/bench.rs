//! `devkit bench`.

use std::collections::BTreeMap;
use std::env::consts;
use std::fs;
use std::path::{Path, PathBuf};

use clap::Args;
use comfy_table::presets::NOTHING;
use comfy_table::{Cell, CellAlignment, Table};
use hdrhistogram::Histogram;
use serde::Serialize;
use stranded_devkit::{Counts, DevkitError, STEPS, SignatureLibrary, Unit, bench, bench_options};

use crate::target::{Board, Target};

/// The program that counts.
const PROGRAM: &str = "door-bench";

#[derive(Debug, Args)]
pub(crate) struct Arguments {
    #[command(flatten)]
    target: Target,

    /// How many unlocks, for each library.
    #[arg(long, value_name = "N", default_value_t = 20, value_parser = clap::value_parser!(u32).range(1..=100_000))]
    unlocks: u32,

    /// Write the samples of one library to this file, for `stranded calibrate door`.
    #[arg(long, value_name = "FILE")]
    samples: Option<PathBuf>,

    /// The library whose samples are written: the one that the door has.
    #[arg(long, default_value = "dalek")]
    library: SignatureLibrary,
}

/// What `stranded calibrate door` reads.
#[derive(Debug, Serialize)]
struct Samples<'counts> {
    schema: u32,
    kind: &'static str,
    board: &'static str,
    unit: Unit,
    /// The core's clock, by which counts become time.
    clock_hertz: u64,
    /// Counts of instructions are no time on hardware: whoever turns them into time estimates.
    estimated: bool,
    signature_library: SignatureLibrary,
    program_version: &'static str,
    commit: Option<&'static str>,
    machine: String,
    steps: &'counts BTreeMap<&'static str, Vec<u64>>,
}

/// Counts with both libraries, prints the tables and writes the samples of one.
///
/// # Errors
/// The device fails, or the file cannot be written.
pub(crate) fn run(arguments: &Arguments) -> Result<(), DevkitError> {
    let board = arguments.target.board()?;
    let program = arguments.target.program(PROGRAM)?;
    let mut device = arguments.target.device(&bench_options())?;
    device.flash(&program)?;
    for library in [SignatureLibrary::Dalek, SignatureLibrary::Salty] {
        let counts = bench(&mut device, &program, library, arguments.unlocks)?;
        println!("{}\n{}\n", headline(board, library, counts.unit, arguments.unlocks), table(&counts));
        if let (Some(file), true) = (&arguments.samples, library == arguments.library) {
            write(file, board, library, &counts)?;
            println!("samples of {library:?} written to {}\n", file.display());
        }
    }
    Ok(())
}

fn headline(board: Board, library: SignatureLibrary, unit: Unit, unlocks: u32) -> String {
    let note = match unit {
        Unit::Instructions => "instructions in QEMU, which are no time on hardware",
        Unit::Cycles => "cycles of the core",
    };
    format!("{library:?} on {}, {unlocks} unlocks: {note}", board.name())
}

fn table(counts: &Counts) -> Table {
    let mut table = Table::new();
    table.load_preset(NOTHING).set_header(["step", "median", "90 %", "99 %", "largest", "share of the median"]);
    let histogram = |step: &str| histogram(counts.steps.get(step).map_or(&[], Vec::as_slice));
    let whole = histogram("unlock_total").value_at_quantile(0.5);
    for step in STEPS {
        let histogram = histogram(step);
        let at = |quantile| histogram.value_at_quantile(quantile);
        let share = at(0.5) as f64 * 100.0 / whole.max(1) as f64;
        let numbers = [at(0.5), at(0.9), at(0.99), histogram.max()].map(|number| number.to_string());
        let cells = numbers.into_iter().chain([format!("{share:.1} %")]);
        let mut row = vec![Cell::new(step)];
        row.extend(cells.map(|text| Cell::new(text).set_alignment(CellAlignment::Right)));
        table.add_row(row);
    }
    table
}

/// Four significant digits.
fn histogram(numbers: &[u64]) -> Histogram<u64> {
    let mut histogram = Histogram::new(4).expect("four digits are allowed");
    for &number in numbers {
        histogram.record(number).expect("it grows by itself");
    }
    histogram
}

fn write(file: &Path, board: Board, library: SignatureLibrary, counts: &Counts) -> Result<(), DevkitError> {
    let samples = Samples {
        schema: 1,
        kind: "door",
        board: board.name(),
        unit: counts.unit,
        clock_hertz: board.clock_hertz(),
        estimated: counts.unit == Unit::Instructions,
        signature_library: library,
        program_version: env!("CARGO_PKG_VERSION"),
        commit: option_env!("STRANDED_COMMIT"),
        machine: format!("{} {}", consts::OS, consts::ARCH),
        steps: &counts.steps,
    };
    let failed = |source| DevkitError::Io { what: file.display().to_string(), source };
    let mut text = serde_json::to_string_pretty(&samples).map_err(|error| failed(error.into()))?;
    text.push('\n');
    fs::write(file, text).map_err(failed)
}

#[cfg(test)]
mod tests {
    use super::histogram;

    #[test]
    fn the_histogram_keeps_four_digits() {
        let histogram = histogram(&[1_000, 2_000_000, 3_000_000]);
        assert_eq!(histogram.value_at_quantile(0.0), 1_000);
        assert!(histogram.value_at_quantile(0.5).abs_diff(2_000_000) <= 200);
    }
}
