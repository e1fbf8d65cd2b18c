//! Writes a run folder from made-up rows, to look at the report without waiting for a simulation.
//!
//! ```sh
//! cargo run -p stranded-reports --example sample_report -- target/sample-report
//! ```
//!
//! The rows have the shape of the day (a collapse at noon, people free after five to six hours), but nothing in them was
//! simulated.

mod numbers;
mod rows;

use numbers::{Replication, parameters, summary};
use rows::{episodes, luck, timeline};
use std::collections::BTreeMap;
use std::error::Error;
use std::path::PathBuf;
use stranded_reports::aggregate::Aggregator;
use stranded_reports::background::Background;
use stranded_reports::charts::marks_of;
use stranded_reports::clock::AnalysedDay;
use stranded_reports::document::Report;
use stranded_reports::episode::EpisodeRow;
use stranded_reports::folder::{EPISODES_FILE, REPORT_FILE, RunFolder, SCENARIO_FILE, TIMELINE_FILE};
use stranded_reports::html::render;
use stranded_reports::language::Language;
use stranded_reports::manifest::{EventDigest, MANIFEST_SCHEMA_VERSION, Manifest};
use stranded_reports::summary::ArmKind;
use stranded_reports::table::TableWriter;
use stranded_reports::timeline::TimelineRow;

/// Sunday 10 April 2022 in Korea; the run starts on Friday at noon.
pub(crate) const DAY: AnalysedDay = AnalysedDay { midnight_unix_s: 1_649_516_400, utc_offset_s: 32_400 };
pub(crate) const START_HOURS: f64 = -36.0;
pub(crate) const MINUTES: i32 = 84 * 60;
pub(crate) const REPLICATIONS: u32 = 6;

/// Name, title, what is different, kind, and the share of the baseline's stranded people that is left.
pub(crate) const ARMS: [(&str, &str, &str, ArmKind, f64); 12] = [
    ("baseline", "The day as it was", "nothing is changed", ArmKind::Baseline, 1.0),
    (
        "offline-key",
        "Key kept on the phone",
        "the key is fetched at booking and opens the door without the server",
        ArmKind::Mitigation,
        0.03,
    ),
    (
        "admission",
        "Unlock and return first",
        "the operator refuses searches before it refuses unlock and return",
        ArmKind::Mitigation,
        0.11,
    ),
    ("retry-budget", "Retry budget in the app", "one retry for ten answered requests", ArmKind::Mitigation, 0.62),
    (
        "bounded-queue",
        "Short queue at the vendor",
        "the queue is shorter than the client's timeout",
        ArmKind::Mitigation,
        0.2,
    ),
    (
        "notice-15",
        "Notice after 15 minutes",
        "the first notice with the guide goes out 15 minutes after the start",
        ArmKind::Mitigation,
        0.71,
    ),
    ("agents-x2", "Twice the agents", "the customer centre has twice the people", ArmKind::Mitigation, 0.985),
    ("purge-1500", "Purge the queue at 15:00", "the vendor's queue is emptied once", ArmKind::OperatorAction, 0.93),
    ("purge-capacity-1800", "Purge and double capacity at 18:00", "both at once", ArmKind::OperatorAction, 0.6),
    ("no-promotion", "No promotion", "the coupon of the week is not given out", ArmKind::Attribution, 0.08),
    ("no-blossom", "No cherry blossom", "an ordinary Sunday's demand for trips", ArmKind::Attribution, 0.02),
    ("no-retries", "Nobody tries again", "one attempt, then the person gives up", ArmKind::Experiment, 0.01),
];

fn main() -> Result<(), Box<dyn Error>> {
    let out = std::env::args_os().nth(1).map_or_else(|| PathBuf::from("target/sample-report"), PathBuf::from);
    let run = RunFolder::create(&out, "sample", "00c0ffee")?;
    let mut episode_writer = TableWriter::<EpisodeRow>::create(&run.path(EPISODES_FILE))?;
    let mut timeline_writer = TableWriter::<TimelineRow>::create(&run.path(TIMELINE_FILE))?;
    let mut findings = Aggregator::new("baseline", DAY);
    let mut digests = Vec::new();
    let mut arms: Vec<Vec<Replication>> = Vec::new();
    for (name, .., left) in ARMS {
        let mut replications = Vec::new();
        for replication in 0..REPLICATIONS {
            let episodes = episodes(replication, left);
            let timeline = timeline(replication, &episodes, left);
            episode_writer.write(name, replication, &episodes)?;
            timeline_writer.write(name, replication, &timeline)?;
            findings.add_timeline(name, &timeline);
            findings.add_episodes(name, &episodes);
            replications.push(Replication::of(&episodes));
            digests.push(EventDigest {
                arm: name.to_owned(),
                replication,
                seed: 20_220_410 + u64::from(replication),
                events: 11_000_000,
                digest: format!("{:016x}", (luck(7, u64::from(replication), 7) * 1e18) as u64),
            });
        }
        arms.push(replications);
    }
    episode_writer.finish()?;
    timeline_writer.finish()?;

    let summary = summary(&arms);
    let manifest = Manifest {
        schema_version: MANIFEST_SCHEMA_VERSION,
        program_version: env!("CARGO_PKG_VERSION").to_owned(),
        commit: None,
        scenario_hash: "00c0ffee".repeat(8),
        calibration_hashes: BTreeMap::new(),
        engine_digest: None,
        seed: summary.seed,
        digests,
        duration_seconds: summary.duration_seconds,
        command_line: ["stranded", "run", "scenarios/sample.toml", "--replications", "6"].map(str::to_owned).to_vec(),
        files: Vec::new(),
    };
    let language = Language::English;
    let findings = findings.finish(marks_of(&summary.arms[0], language));
    let background = Background { parameters: parameters(), ..Background::default() };
    let report = Report {
        summary: &summary,
        manifest: &manifest,
        findings: &findings,
        background: &background,
        capacity: None,
        language,
    };
    run.write_text(REPORT_FILE, &render(&report)?)?;
    run.write_background(&background)?;
    run.write_text(SCENARIO_FILE, "# made up\n")?;
    run.write_summary(&summary)?;
    println!("{}", run.finish(manifest)?.display());
    Ok(())
}
