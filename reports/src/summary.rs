//! The types of `summary.json`.
//!
//! Field names are a contract: other programs read them. A metric that varies over replications is an [`Estimate`]; a
//! metric that nothing was measured for (the median wait of nobody) is `null`.

use crate::clock::{AnalysedDay, ClockEstimate};
use crate::estimate::Estimate;
use crate::relief::ReliefChannel;
use crate::remark::Remark;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// Version of the layout of `summary.json`. Raised when a field changes its meaning or goes away; new fields do not raise it.
pub const SUMMARY_SCHEMA_VERSION: u32 = 1;

/// Everything a run found out.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Summary {
    /// Always [`SUMMARY_SCHEMA_VERSION`] when written by this version.
    pub schema_version: u32,
    /// Version of the program that wrote it.
    pub program_version: String,
    /// The scenario that was run.
    pub scenario: ScenarioName,
    /// What arms are compared and ranked by.
    #[serde(default)]
    pub headline: Headline,
    /// The day the headline is about.
    pub day: AnalysedDay,
    /// The window of the headline: episodes that begin in it count.
    pub window: Window,
    /// How long an episode must last to count, in minutes.
    pub threshold_minutes: f64,
    /// Seed of the run.
    pub seed: u64,
    /// Replications per arm.
    pub replications: u32,
    /// Events simulated, over all arms and replications.
    pub events: u64,
    /// Events simulated per second of wall-clock time.
    pub events_per_second: f64,
    /// Wall-clock time of the run, in seconds.
    pub duration_seconds: f64,
    /// The arms; the baseline first.
    pub arms: Vec<ArmSummary>,
    /// What the scenario expects to come out, judged.
    pub targets: Vec<TargetVerdict>,
    /// Each free parameter at its low and high value; empty when no sensitivity analysis was asked for.
    #[serde(default)]
    pub sensitivity: Vec<SensitivityRow>,
    /// What a reader should know before believing the numbers, in English.
    #[serde(default)]
    pub warnings: Vec<String>,
    /// The same, so that it can be said in other languages.
    #[serde(default)]
    pub remarks: Vec<Remark>,
}

impl Summary {
    /// The baseline arm: the one of that kind, or the first. `None` without any arm.
    pub fn baseline(&self) -> Option<&ArmSummary> {
        self.arms.iter().find(|arm| arm.kind == ArmKind::Baseline).or_else(|| self.arms.first())
    }
}

/// What a run is about, and arms are compared and ranked by.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Headline {
    /// Stranded person-hours, of scenarios with cars; less is better.
    #[default]
    StrandedHours,
    /// Answers in time, of scenarios with services and requests only; more is better.
    Goodput,
}

/// How a scenario is called.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ScenarioName {
    /// Short name, as in the run folder.
    pub name: String,
    /// Title for people.
    pub title: String,
}

/// A span of the analysed day, in hours since its midnight.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Window {
    /// First hour that belongs to it.
    pub from_hours: f64,
    /// First hour that no longer does.
    pub until_hours: f64,
}

/// What an arm is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ArmKind {
    /// The day as it was.
    Baseline,
    /// Something the operator could have built or bought before the day.
    Mitigation,
    /// Something the operator could have done during the day (purge, more capacity).
    OperatorAction,
    /// A cause of the surge taken away, to see how much of the harm it carries.
    Attribution,
    /// A question put to the model (no retries, surge removed at 14:00).
    Experiment,
}

/// One arm: the same people and the same luck under a set of changes.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ArmSummary {
    /// Short name, as in the Parquet files.
    pub name: String,
    /// Title for people.
    pub title: String,
    /// What is different in this arm.
    pub description: String,
    /// What the arm is for.
    pub kind: ArmKind,
    /// What it costs to have what is different; `null` when the scenario does not say.
    #[serde(default)]
    pub cost: Option<ArmCost>,
    /// People with at least one counted episode.
    pub stranded_people: Estimate,
    /// The same by what they could not do. A person is counted once, under the first counted episode.
    pub stranded_people_by_class: PeopleByClass,
    /// Person-hours of all counted episodes: the headline.
    pub stranded_hours: Estimate,
    /// Length of counted episodes, in minutes.
    pub stranded_minutes: StrandedMinutes,
    /// Share of counted episodes that each channel ended, 0 to 1; empty when there were none.
    pub relief: BTreeMap<ReliefChannel, Estimate>,
    /// From the start of the outage to the first public notice, in minutes; `null` without outage or notice.
    pub notice_lag_minutes: Option<Estimate>,
    /// From the complaint (message or form) to the decision to pay a locksmith.
    pub form_to_locksmith_hours: FormToLocksmithHours,
    /// The customer centre while the app was down.
    pub calls: Calls,
    /// The app as a whole.
    pub service: Service,
    /// Attempts per intent; `null` without intents.
    pub retry_amplification: Option<Estimate>,
    /// Bookings that did not happen because the app did not answer.
    pub lost_bookings: Estimate,
    /// Minutes billed beyond what was used, because a return did not go through.
    pub overbilled_minutes: Estimate,
    /// Doors opened for somebody without the right to it. Must be 0.
    pub false_unlocks: Estimate,
    /// People who leave the operator for good.
    pub churned_people: Estimate,
    /// Revenue lost to failed bookings and churn, in Korean won.
    pub lost_revenue_krw: Estimate,
    /// Compensation paid, in Korean won.
    pub compensation_krw: Estimate,
    /// Paid to locksmiths and body shops, in Korean won.
    pub locksmith_krw: Estimate,
    /// The three above together, summed replication by replication, in Korean won; `null` where there is no money, and in folders of
    /// versions that did not keep it.
    #[serde(default)]
    pub total_money_krw: Option<Estimate>,
    /// Compensation claims.
    pub claims: Claims,
    /// Door attempts that failed for a missing Bluetooth or location permission.
    pub permission_failures: Estimate,
    /// Rentals that could not start at their slot.
    pub failed_starts: Estimate,
    /// Every scalar result by its name in the catalogue (`stranded explain metrics`), those above among them: what targets
    /// and gates read. A metric that nothing was measured for is absent.
    #[serde(default)]
    pub metrics: BTreeMap<String, Estimate>,
    /// How the intervals of a single long run were taken, by metric; empty after several replications, and for a scenario with a
    /// fleet. A metric whose batches are correlated is here and has no interval.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub batch_means: BTreeMap<String, BatchMeans>,
    /// Against the baseline, paired by replication; `null` for the baseline itself.
    pub difference_to_baseline: Option<DifferenceToBaseline>,
    /// 1 = best by the run's headline among all arms; arms that tie share a rank.
    pub rank: u32,
}

/// What it costs to have what is different in an arm, as the scenario says it. Where the number comes from stands among the parameters
/// of `background.json`.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct ArmCost {
    /// The cost, in Korean won.
    pub krw: f64,
    /// From where to where it may lie, in Korean won; `null` when the scenario gives no range.
    #[serde(default)]
    pub range_krw: Option<[f64; 2]>,
}

/// The batches of one long run that the interval of a metric comes from.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct BatchMeans {
    /// Number of batches.
    pub batches: u32,
    /// Length of a batch, in minutes of simulated time.
    pub batch_minutes: u32,
    /// Correlation of neighbouring batches of half that length, -1 to 1.
    pub lag_one_correlation: f64,
    /// Whether that is more than luck, so that the run is too short for an interval.
    pub correlated: bool,
}

/// Stranded people by what they could not do.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct PeopleByClass {
    /// Locked out of a car they hold.
    pub unlock: Estimate,
    /// Cannot lock or return a car they hold.
    #[serde(rename = "return")]
    pub return_: Estimate,
    /// Cannot start a booking.
    pub start: Estimate,
}

/// Length of counted episodes in minutes: each is the quantile within a replication, averaged over replications.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct StrandedMinutes {
    /// Median.
    pub p50: Option<Estimate>,
    /// 90 % are at most this long.
    pub p90: Option<Estimate>,
    /// 99 % are at most this long.
    pub p99: Option<Estimate>,
    /// The longest.
    pub max: Option<Estimate>,
}

/// From the complaint to the decision to pay a locksmith, in hours.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct FormToLocksmithHours {
    /// Median.
    pub p50: Option<Estimate>,
}

/// The customer centre while the app was down.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Calls {
    /// Call attempts, redials included.
    pub attempts: Estimate,
    /// Share of call attempts that an agent answered, 0 to 1.
    pub answered_share: Option<Estimate>,
    /// People who reached an agent at least once.
    pub people_answered: Estimate,
    /// People whose episode the call ended.
    pub people_helped: Estimate,
}

/// The app as a whole: down when in-time answers stay low although people ask.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Service {
    /// When it first went down; `null` when it never did.
    pub down_at: Option<ClockEstimate>,
    /// When it was back after that; `null` when it never was.
    pub recovered_at: Option<ClockEstimate>,
    /// From going down to being back, in minutes, over the replications in which it did both; `null` when there were none, and in
    /// folders of versions that did not keep it.
    #[serde(default)]
    pub recovery_minutes: Option<Estimate>,
    /// Share of replications in which it went down again after having recovered, 0 to 1.
    pub relapsed: Estimate,
    /// When it went down again; `null` when it never did.
    pub relapsed_at: Option<ClockEstimate>,
    /// Hours of the measured window for which it was down.
    pub down_hours: Estimate,
}

/// Compensation claims.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Claims {
    /// Claims filed.
    pub filed: Estimate,
    /// Share of them closed by the end of the run, 0 to 1.
    pub closed_share: Option<Estimate>,
    /// Median time from filing to closing, in hours.
    pub closure_hours_p50: Option<Estimate>,
}

/// An arm against the baseline, paired replication by replication (common random numbers).
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct DifferenceToBaseline {
    /// Stranded person-hours of the arm minus those of the baseline; negative is better.
    pub stranded_hours: Estimate,
    /// The same as a share of the baseline's: -0.8 means four fifths less. `null` when the baseline has none.
    pub share: Option<Estimate>,
    /// Answers in time per second of the arm minus those of the baseline; more is better. `null` where goodput is not the headline.
    #[serde(default)]
    pub goodput_per_second: Option<Estimate>,
    /// Compensation, locksmiths and lost revenue of the arm minus those of the baseline, in Korean won; negative is better. `null` where
    /// nobody can be stranded.
    #[serde(default)]
    pub money_krw: Option<Estimate>,
}

/// Whether a target is something put in or something that must come out.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum TargetKind {
    /// Put in: only checked to be honoured.
    Input,
    /// Must come out of the model by itself.
    Target,
}

/// Outcome of a check.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Verdict {
    /// Within what was expected.
    Pass,
    /// Outside.
    Fail,
    /// The interval reaches over the limit, or nothing was measured.
    Inconclusive,
}

impl Verdict {
    /// The word on disk and for people.
    pub fn label(self) -> &'static str {
        match self {
            Self::Pass => "pass",
            Self::Fail => "fail",
            Self::Inconclusive => "inconclusive",
        }
    }
}

/// What the number of a target is, so that it can be printed for people.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Quantity {
    /// A count of people.
    People,
    /// A length in hours.
    Hours,
    /// A length in minutes.
    Minutes,
    /// A share, 0 to 1.
    Share,
    /// A time of day, in hours since the analysed day's midnight.
    Clock,
    /// A number without unit.
    Number,
}

/// A target of the scenario and how the run met it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct TargetVerdict {
    /// Its name in the scenario (`6a`).
    pub id: String,
    /// What is measured.
    pub what: String,
    /// Put in, or must come out.
    pub kind: TargetKind,
    /// What was expected.
    pub expected: Expected,
    /// What the quantity is.
    pub quantity: Quantity,
    /// What the run found; `null` when nothing was measured.
    pub simulated: Option<Estimate>,
    /// Outcome.
    pub verdict: Verdict,
    /// What goes with it ("share within 5-6 h: 62 %"), in English.
    #[serde(default)]
    pub notes: Vec<String>,
    /// The same, so that it can be said in other languages.
    #[serde(default)]
    pub remarks: Vec<Remark>,
}

/// What a target expects.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Expected {
    /// For people (`22:30-02:30`).
    pub text: String,
    /// Lowest value that passes, in the unit of the target's quantity; `null` = no limit.
    pub low: Option<f64>,
    /// Highest value that passes; `null` = no limit.
    pub high: Option<f64>,
}

/// One free parameter at its low and at its high value.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct SensitivityRow {
    /// Path in the scenario (`service.vendor.capacity`).
    pub parameter: String,
    /// The low value, as written in a scenario.
    pub low: String,
    /// The high value, as written in a scenario.
    pub high: String,
    /// What it does to each of the named targets, in the same order in every row.
    pub effects: Vec<SensitivityEffect>,
}

/// What a parameter does to one target.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct SensitivityEffect {
    /// Id of the target.
    pub target: String,
    /// What the quantity is.
    pub quantity: Quantity,
    /// The target's value with the parameter at its low value; `null` when nothing was measured.
    pub at_low: Option<Estimate>,
    /// The target's value with the parameter at its high value.
    pub at_high: Option<Estimate>,
    /// What the low value changes, against the scenario as it is, paired by replication (common random numbers); `null` when no
    /// replication has a value in both.
    #[serde(default)]
    pub low_difference: Option<Estimate>,
    /// What the high value changes.
    #[serde(default)]
    pub high_difference: Option<Estimate>,
}
