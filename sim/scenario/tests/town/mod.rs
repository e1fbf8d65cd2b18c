//! A small scenario type for tests, with one of everything that the real one has.
#![allow(dead_code, unreachable_pub, reason = "every test file uses its own part of this")]

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use stranded_scenario::{
    Code, Diagnostics, Duration, DurationDistribution, Loaded, Loader, MemoryFiles, Moment, Probability, Rate,
    Reporter, Validate,
};

/// A scenario with a section, a map of sections, lists of named sections, a choice, an optional section and arms.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct Town {
    /// Title.
    pub title: String,
    /// App.
    pub app: App,
    /// Calendar.
    pub calendar: Calendar,
    /// Fleet.
    pub fleet: Option<Fleet>,
    /// Places.
    pub place: Vec<Place>,
    /// Days.
    pub day: Days,
    /// Services.
    pub service: BTreeMap<String, Service>,
    /// Arms.
    pub arm: Vec<Arm>,
}

/// App.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct App {
    /// Time-out.
    pub timeout: Duration,
    /// Openings.
    pub openings: Rate,
    /// Attempts.
    pub attempts: u32,
    /// Share of something.
    pub share: Probability,
    /// Latency.
    pub latency: DurationDistribution,
    /// Hours.
    pub hours: [f64; 3],
    /// Taps.
    pub tap: Tapping,
    /// Pauses, which by default are not those of `Tapping` itself.
    pub pause: Tapping,
}

/// Tapping.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct Tapping {
    /// Gap.
    pub gap: Duration,
    /// Longest gap.
    pub gap_max: Duration,
}

impl Default for Tapping {
    fn default() -> Self {
        Self { gap: Duration::seconds(1), gap_max: Duration::seconds(2) }
    }
}

impl Default for App {
    fn default() -> Self {
        Self {
            timeout: Duration::seconds(10),
            openings: Rate::from_per_day(45_000.0),
            attempts: 3,
            share: Probability::new(0.25),
            latency: DurationDistribution::constant(Duration::milliseconds(100)),
            hours: [0.5, 0.25, 0.25],
            tap: Tapping::default(),
            pause: Tapping { gap: Duration::hours(1), gap_max: Duration::hours(2) },
        }
    }
}

/// Calendar.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct Calendar {
    /// Start.
    pub start: Moment,
    /// End.
    pub end: Moment,
}

impl Default for Calendar {
    fn default() -> Self {
        Self {
            start: "2022-04-08T00:00:00+09:00".parse().expect("a literal date"),
            end: "2022-04-12T00:00:00+09:00".parse().expect("a literal date"),
        }
    }
}

/// Fleet.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Fleet {
    /// Cars: no default.
    pub cars: u32,
    /// Name: no default.
    pub operator: String,
}

/// A place.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct Place {
    /// Name.
    pub name: String,
    /// Share.
    pub share: Probability,
}

/// A list that has items by default.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct Days {
    /// Days.
    pub list: Vec<Place>,
}

impl Default for Days {
    fn default() -> Self {
        Self { list: vec![Place { name: "friday".to_owned(), share: Probability::ONE }] }
    }
}

/// A service.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
#[expect(clippy::struct_field_names, reason = "queueing theory calls it service time")]
pub struct Service {
    /// Workers.
    pub workers: u32,
    /// Service time.
    pub service_time: DurationDistribution,
    /// Discipline.
    pub discipline: Discipline,
}

impl Default for Service {
    fn default() -> Self {
        Self {
            workers: 1,
            service_time: DurationDistribution::exponential(Duration::milliseconds(10)),
            discipline: Discipline::Fifo,
        }
    }
}

/// Discipline.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub enum Discipline {
    /// First in, first out.
    Fifo,
    /// Last in, first out.
    Lifo,
    /// Changes over.
    AdaptiveLifo {
        /// Waiting.
        threshold: u32,
    },
}

/// An arm.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct Arm {
    /// Name.
    pub name: String,
    /// Switch.
    pub enabled: bool,
    /// Changes.
    pub set: BTreeMap<String, serde_json::Value>,
}

impl Default for Arm {
    fn default() -> Self {
        Self { name: String::new(), enabled: true, set: BTreeMap::new() }
    }
}

impl Validate for Town {
    fn validate(&self, report: &mut Reporter<'_>) {
        if self.calendar.end <= self.calendar.start {
            report.error(
                "calendar.end",
                Code::WRONG_VALUE,
                format!("the calendar ends at {} and starts at {}", self.calendar.end, self.calendar.start),
                "let it end after it starts",
            );
        }
        for (name, service) in &self.service {
            if service.workers == 0 {
                report.error(
                    &format!("service.{name}.workers"),
                    Code::WRONG_VALUE,
                    format!("service `{name}` has no workers"),
                    "give it at least one",
                );
            }
        }
    }
}

/// Loads a text as the file `town.toml`, with assignments.
pub fn load_with(text: impl Into<Vec<u8>>, assignments: &[&str]) -> Result<Loaded<Town>, Diagnostics> {
    load_files(&MemoryFiles::new().with("town.toml", text), assignments)
}

/// Loads a text as the file `town.toml`.
pub fn load(text: impl Into<Vec<u8>>) -> Result<Loaded<Town>, Diagnostics> {
    load_with(text, &[])
}

/// Loads `town.toml` from several files.
pub fn load_files(files: &MemoryFiles, assignments: &[&str]) -> Result<Loaded<Town>, Diagnostics> {
    let loader = assignments.iter().fold(Loader::new(), |loader, assignment| loader.set(*assignment));
    loader.load_from(files, "town.toml")
}

/// What is wrong, a line each: `file:line:column: code: message (help)`.
#[track_caller]
pub fn wrong(result: Result<Loaded<Town>, Diagnostics>) -> Vec<String> {
    match result {
        Ok(loaded) => panic!("nothing is wrong: {:?}", loaded.value),
        Err(findings) => {
            for finding in &findings {
                assert!(
                    stranded_scenario::explain(finding.code().as_str()).is_some(),
                    "{} is not explained",
                    finding.code()
                );
            }
            findings.iter().map(ToString::to_string).collect()
        }
    }
}
