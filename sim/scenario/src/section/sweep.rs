use crate::quantity::Probability;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// Which variants of the scenario `stranded sweep` runs, how often, and what it looks for.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct Sweep {
    /// How the values of the parameters are combined to design points.
    pub design: SweepDesign,
    /// What is varied.
    pub parameter: Vec<SweepParameter>,
    /// What must hold for a point to be run: expressions over the names of the parameters, such as `"agents + 2 * crews <= 20"`.
    pub constraints: Vec<String>,
    /// What is compared: a metric, or an expression over metrics and names of parameters, such as
    /// `"stranded_hours + 40 * agents"`; names with dots stand in braces: `"{stranded_minutes.p90}"` (default: stranded
    /// person-hours; without a fleet what `run.replications.metric` would be by default).
    pub objective: Option<String>,
    /// Whether a small or a large objective is good (default: small; large where the objective is answers in time).
    pub goal: Option<SweepGoal>,
    /// Whether the points share their luck.
    pub seeds: SweepSeeds,
    /// How often each point is repeated (default: as `run.replications` says).
    pub replications: Option<SweepReplications>,
}

/// How the values of the parameters are combined to design points.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub enum SweepDesign {
    /// Every value of every parameter with every value of every other one; the last parameter varies fastest.
    #[default]
    Grid,
    /// The first values of all parameters, then the second ones, and so on; all have the same number of values.
    Zip,
    /// The scenario as it is, and then each parameter at each of its values with all others as they are: for a tornado chart.
    OneAtATime,
    /// Each parameter's range is cut into as many equal parts as there are points, and each part is used once.
    LatinHypercube {
        /// Number of points.
        points: u32,
    },
    /// An Owen-scrambled Sobol sequence: points that fill the space evenly. Powers of two are best.
    Sobol {
        /// Number of points, at most 65,536.
        points: u32,
    },
    /// The design that Sobol indices are estimated from: `samples` x (parameters + 2) points.
    SobolIndices {
        /// Base samples, at most 65,536; the error of the indices falls with their number. Powers of two are best.
        samples: u32,
    },
    /// Every enabled factor of demand switched on and off, in all combinations: how much of the objective each is to blame
    /// for (Shapley values). It takes no `parameter`.
    Attribution,
}

/// Something that is varied: where it stands in the scenario and which values it takes. Exactly one of `list`, `range`,
/// `log_range` and `between` says which.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct SweepParameter {
    /// Short name: a column of the results and a variable of expressions. Letters, digits and `_`.
    pub name: String,
    /// Dotted path of the value in the scenario, as `--set` takes it.
    pub path: String,
    /// These values.
    #[schemars(with = "Option<Vec<serde_json::Value>>")]
    pub list: Option<Vec<serde_json::Value>>,
    /// Values at equal distances.
    pub range: Option<SweepRange>,
    /// Values at equal ratios.
    pub log_range: Option<SweepRange>,
    /// Anything between two ends: for Latin hypercubes and Sobol designs.
    pub between: Option<SweepBounds>,
}

/// Values from one end to the other, both included. Ends that are whole numbers make whole numbers; write `1.0` for others.
/// With a unit, both ends have the same one.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct SweepRange {
    /// The first value.
    pub from: serde_json::Value,
    /// The last value.
    pub to: serde_json::Value,
    /// How many values, at least 2.
    pub steps: u32,
}

/// The ends of a range that a design picks values from. Ends that are whole numbers make whole numbers; write `1.0` for others.
/// With a unit, both ends have the same one.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct SweepBounds {
    /// The low end.
    pub low: serde_json::Value,
    /// The high end.
    pub high: serde_json::Value,
    /// Whether equal distances or equal ratios are equally likely.
    #[serde(default)]
    pub scale: SweepScale,
}

/// What is equally likely between two ends.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum SweepScale {
    /// Equal distances.
    #[default]
    Linear,
    /// Equal ratios.
    Log,
}

/// What a good objective is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum SweepGoal {
    /// A small one.
    Minimum,
    /// A large one.
    Maximum,
}

/// Whether design points share their luck.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum SweepSeeds {
    /// Replication r of every point has the same people with the same luck, so that points differ by their parameters alone.
    #[default]
    Common,
    /// Every point has luck of its own, made of the master seed and the number of the point.
    Independent,
}

/// How often a design point is repeated.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct SweepReplications {
    /// Fewest replications of a point; at least 2 where anything but `max` is to stop it.
    pub min: u32,
    /// Most replications of a point.
    pub max: u32,
    /// Half width of the objective's 95 % interval, relative to its mean, at which a point is known well enough. 0 repeats every
    /// point `max` times.
    pub precision: Probability,
    /// Spend what goes beyond `min` only on points that may still be the best one; a point that is clearly worse than the best is
    /// not repeated further. Needs all points in one process, so it excludes `--shard`.
    pub decide: bool,
}

impl Default for SweepReplications {
    fn default() -> Self {
        Self { min: 5, max: 20, precision: Probability::new(0.05), decide: false }
    }
}
