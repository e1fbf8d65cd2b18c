//! Texts with values. Values come as text already, written as the language writes numbers.

/// How many, and for how long.
pub(crate) struct Totals {
    /// People, with their interval.
    pub(crate) people: String,
    /// Person-hours, with their interval.
    pub(crate) hours: String,
    /// From how long on somebody counts.
    pub(crate) threshold: String,
    /// What half of them exceeded, with its interval, and what one in ten exceeded.
    pub(crate) median_and_p90: Option<(String, String)>,
}

/// When the app was down.
pub(crate) struct Happening {
    /// The date; empty when it is beyond the calendar.
    pub(crate) date: String,
    /// When it went down, with its interval.
    pub(crate) down: String,
    /// In what share of the replications, when not in all.
    pub(crate) often: Option<String>,
    /// When it was back; `None` when never.
    pub(crate) back: Option<String>,
    /// When it went down again, and in what share of the replications.
    pub(crate) again: Option<(String, String)>,
}

/// Why an outage lasts.
pub(crate) struct Amplified {
    /// Attempts per intent, with their interval.
    pub(crate) attempts: String,
    /// Share of the answers given while the app was down that came too late.
    pub(crate) late: Option<String>,
}

/// The loop that keeps an overload alive, in numbers of its worst hour.
pub(crate) struct Loop {
    pub(crate) clock: String,
    pub(crate) wanted: String,
    pub(crate) offered: String,
    pub(crate) times: String,
    pub(crate) capacity: String,
    pub(crate) waiting: String,
    pub(crate) late: String,
    pub(crate) in_time: String,
}

/// Every text with values. Each method is one sentence or phrase of the report.
pub(crate) trait Words: Sync {
    fn subtitle(&self, date: &str, from: &str, until: &str, replications: u32, arms: usize) -> String;
    fn page_title(&self, title: &str) -> String;

    fn stranded(&self, totals: &Totals) -> String;
    fn nobody(&self, threshold: &str) -> String;
    fn outage(&self, happening: &Happening) -> String;
    fn why(&self, amplified: &Amplified) -> String;
    fn prevented(&self, title: &str, hours: &str, share: &str, second: Option<(&str, &str)>) -> String;
    fn nothing_helps(&self, arms: usize) -> String;
    fn censored(&self, share: &str) -> String;
    fn replications(&self, count: u32) -> String;
    fn batches(&self, batches: u32, length: &str) -> String;
    fn speed(&self, events: &str, seconds: &str, rate: &str) -> String;

    fn goodput(&self, per_second: &str, share: &str, attempts: &str) -> String;
    fn outlives(&self, share: &str, without: &str) -> String;
    fn overloaded(&self, share: &str, without: &str) -> String;
    fn leaves_nothing(&self, without: &str) -> String;
    fn more_goodput(&self, title: &str, difference: &str) -> String;

    fn stranded_caption(&self, peak: Option<(&str, &str)>, has_fan: bool) -> String;
    fn lengths_caption(&self, shares: &[(String, String)], censored: Option<&str>) -> String;
    fn load_peak(&self, clock: &str, attempts: &str, first: &str) -> String;
    fn relief_caption(&self, first: Option<(&str, &str)>, second: Option<(&str, &str)>) -> String;
    fn relief_day_caption(&self, clock: &str, ends: &str, channel: &str) -> String;
    fn calls(&self, share: &str, attempts: &str, helped: &str) -> String;
    fn started(&self, clock: &str, first: &str, offered: &str, capacity: &str) -> String;
    fn loop_steps(&self, numbers: &Loop) -> [String; 5];
    fn attribution(&self, title: &str, change: &str) -> String;
    fn arms_caption(&self, shown: usize, all: usize) -> String;
    fn pays_after(&self, days: &str) -> String;
    fn pays_at_once(&self, times: &str) -> String;
    fn downtime(&self, hours: &str) -> String;
    fn targets(&self, pass: usize, all: usize, fail: usize, inconclusive: usize) -> String;
    fn sources(&self, all: usize) -> String;
    fn calibration(&self, files: usize) -> String;
    fn parameters_elsewhere(&self, count: usize) -> String;
    fn capacity_found(&self, low: &str, high: &str) -> String;
    fn capacity_at_least(&self, low: &str) -> String;
    fn driver_limited(&self, low: Option<&str>, limit: &str) -> String;
    fn objective_not_met(&self, high: &str) -> String;
    fn objective(&self, share: &str, latency: &str, errors: &str) -> String;
    fn other_scenario(&self, scenario: &str, theirs: &str, ours: &str) -> String;
    fn scalability_caption(&self, r_squared: &str, peak: Option<&[String; 2]>) -> String;
    fn no_scalability_law(&self, reason: &str) -> String;
    fn peak(&self, rate: &str, in_flight: &str) -> String;
    fn digests(&self, count: usize) -> String;
    fn longer_than(&self, length: &str) -> String;
    fn fitted_to(&self, what: &str) -> String;
    fn at_least(&self, value: &str) -> String;
    fn at_most(&self, value: &str) -> String;
    fn axis_ends(&self, length: &str) -> String;
    fn runs(&self, count: usize) -> String;

    fn in_no_replication(&self) -> String;
    fn in_replications(&self, happened: u32, all: u32) -> String;
    fn arm_not_run(&self, arm: &str) -> String;
    fn too_wide(&self, replications: u32, metric: &str, precision: &str) -> String;
    fn no_value(&self, metric: &str) -> String;
    fn correlated(&self, metrics: &str) -> String;
    fn scattered(&self, least: &str, most: &str) -> String;

    fn alt_stranded(&self, peak: Option<(String, String)>) -> String;
    fn alt_lengths(&self, shares: &[(String, String)]) -> String;
    fn alt_load(&self, peak: Option<[String; 3]>) -> String;
    fn alt_relief(&self, most: Option<(String, String)>) -> String;
    fn alt_relief_day(&self, most: Option<(String, String)>) -> String;
    fn alt_capacity(&self, windows: usize, most: Option<[String; 2]>, peak: Option<String>) -> String;
    fn alt_arms(&self, count: usize, best: Option<(String, String)>) -> String;
    fn alt_factors(&self, titles: &[&str]) -> String;
}
