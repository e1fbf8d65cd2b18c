//! `stranded sweep plan FILE`

use super::selection::{Selection, check_points};
use crate::failure::Failure;
use crate::interruption::Interruption;
use crate::sweep::{Study, replicate_once};
use crate::terminal::number::{hours, rounded, thousands};
use crate::terminal::table::{Row, plain};
use crate::terminal::{Screen, screen};
use std::num::NonZeroUsize;
use std::time::Instant;

/// Points that are shown where not all are wanted.
const POINTS_SHOWN: usize = 20;

/// Points whose first replication is timed: the first, one in the middle, the last.
const PILOTS: usize = 3;

/// Bytes of a number in the tables, more or less: a row is kept as text and then written as Parquet and as CSV.
const TABLE_SHARE: f64 = 1.0;

/// Show what a sweep comes to before it runs: points, replications, time, disk.
///
/// The time is that of one replication of three points, run now; it is as good as they are typical.
#[derive(Clone, Debug, clap::Args)]
pub(super) struct Arguments {
    #[command(flatten)]
    selection: Selection,
    /// Threads that the sweep would use [default: all cores].
    #[arg(long, value_name = "N")]
    threads: Option<NonZeroUsize>,
    /// Show every point, not only the first ones.
    #[arg(long)]
    all: bool,
    /// Do not run anything: no estimate of time and disk.
    #[arg(long)]
    no_pilot: bool,
    /// Print the plan as JSON on the standard output.
    #[arg(long)]
    json: bool,
}

/// What the pilot found.
struct Pilot {
    /// Of one thread, per replication.
    seconds: f64,
    /// Of the disk, per replication.
    bytes: f64,
}

/// Shows the plan.
///
/// # Errors
/// When the scenario or its sweep is invalid.
pub(super) fn run(arguments: &Arguments, quiet: bool) -> Result<(), Failure> {
    let interruption =
        Interruption::watch().map_err(|source| Failure::System { action: "listen for Ctrl-C", source })?;
    let study = arguments.selection.study()?;
    let threads = check_points(&study, arguments.threads, &interruption)?;
    let pilot = if arguments.no_pilot { None } else { Some(pilot(&study, &interruption)?) };
    let rule = study.rule;
    let points = f64::from(study.len());
    let (least, most) = if rule.is_fixed() {
        (rule.sequential.max, rule.sequential.max)
    } else {
        (rule.sequential.min, rule.sequential.max)
    };
    let (fewest, all) = (points * f64::from(least), points * f64::from(most));
    let seconds = |count: f64| pilot.as_ref().map(|pilot| pilot.seconds * count / threads.get() as f64);
    let bytes = |count: f64| pilot.as_ref().map(|pilot| pilot.bytes * count);
    if arguments.json {
        return screen::data(&format!(
            "{:#}\n",
            serde_json::json!({
                "design": study.design.name(),
                "points": study.len(),
                "excluded": study.design.excluded,
                "objective": study.objective.text(),
                "replications": [fewest, all],
                "threads": threads.get(),
                "seconds": pilot.as_ref().map(|_| [seconds(fewest), seconds(all)]),
                "bytes": pilot.as_ref().map(|_| [bytes(fewest), bytes(all)]),
                "designs": (0..study.len()).map(|point| values(&study, point)).collect::<Vec<_>>(),
            })
        ));
    }
    let screen = Screen { json: false, quiet };
    let excluded = match study.design.excluded {
        0 => String::new(),
        count => format!(", {} excluded by constraints", thousands(count as f64)),
    };
    screen.say(&format!("Points:        {} ({}){excluded}", thousands(points), study.design.name()))?;
    screen.say(&format!("Replications:  {}", range(fewest, all, &thousands)))?;
    screen.say(&format!("Objective:     {}", study.objective.text()))?;
    if let (Some(from), Some(to)) = (seconds(fewest), seconds(all)) {
        let time = |seconds: f64| hours(seconds / 3600.0);
        screen.say(&format!("Time:          about {} on {threads} threads", range(from, to, &time)))?;
    }
    if let (Some(from), Some(to)) = (bytes(fewest), bytes(all)) {
        screen.say(&format!("Disk:          about {} while it runs", range(from, to, &size)))?;
    }
    let shown = if arguments.all { study.len() as usize } else { POINTS_SHOWN.min(study.len() as usize) };
    screen.say(&format!("\n{}", table(&study, shown)))?;
    if shown < study.len() as usize {
        screen.say(&format!("... and {} more (`--all` shows them)", study.len() as usize - shown))?;
    }
    Ok(())
}

/// Times a replication of some points.
fn pilot(study: &Study, interruption: &Interruption) -> Result<Pilot, Failure> {
    let last = study.len() - 1;
    let mut points = vec![0, last / 2, last];
    points.dedup();
    let (mut seconds, mut bytes) = (0.0, 0.0);
    for &point in points.iter().take(PILOTS) {
        let started = Instant::now();
        let row = replicate_once(study, point, 0, interruption)?.ok_or(Failure::SweepInterrupted)?;
        seconds += started.elapsed().as_secs_f64();
        // The row twice, while it is put in order, and the tables.
        bytes += row.to_line().len() as f64 * (2.0 + TABLE_SHARE);
    }
    let count = points.len().min(PILOTS) as f64;
    Ok(Pilot { seconds: seconds / count, bytes: bytes / count })
}

fn range(from: f64, to: f64, write: &dyn Fn(f64) -> String) -> String {
    let (from, to) = (write(from), write(to));
    if from == to { from } else { format!("{from} to {to}") }
}

fn size(bytes: f64) -> String {
    match bytes {
        bytes if bytes >= 1e9 => format!("{} GB", rounded(bytes / 1e9)),
        bytes if bytes >= 1e6 => format!("{} MB", rounded(bytes / 1e6)),
        bytes => format!("{} kB", rounded(bytes / 1e3)),
    }
}

fn values(study: &Study, point: u32) -> Vec<Option<String>> {
    let coordinates = study.point(point);
    let parameters = 0..study.design.parameters.len();
    parameters.map(|parameter| study.design.value(coordinates, parameter).map(|value| value.label())).collect()
}

fn table(study: &Study, count: usize) -> String {
    let names: Vec<&str> = study.design.parameters.iter().map(|parameter| parameter.name.as_str()).collect();
    let words: Vec<&str> = std::iter::once("point").chain(names).collect();
    let rows = (0..count as u32).map(|point| {
        let cells = values(study, point).into_iter().map(|value| value.unwrap_or_else(|| "as it is".to_owned()));
        Row {
            words: std::iter::once(point.to_string()).chain(cells).collect(),
            numbers: Vec::new(),
            last: String::new(),
        }
    });
    plain(&words, &[], "", rows.collect())
}
