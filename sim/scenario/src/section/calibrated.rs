use crate::quantity::{Probability, Rate};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// What a service's numbers were measured from, as `stranded calibrate server` writes it. The simulation does as the numbers say; a
/// run that offers the service more than was ever measured says so in its summary.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct Calibrated {
    /// The lightest load that was measured.
    pub offered_low: Rate,
    /// The heaviest load that was measured: beyond it the simulation extrapolates.
    pub offered_high: Rate,
    /// The machine.
    pub machine: String,
    /// The commit of the programs, if their build knew.
    pub commit: Option<String>,
    /// Service times in the sample.
    pub samples: u64,
    /// Windows of load that they come from.
    pub windows: u32,
    /// Largest difference between the distribution function of the samples and that of the fit.
    pub kolmogorov_smirnov: Probability,
    /// How throughput grows with concurrency, if there were windows enough to tell.
    pub scalability: Option<Scalability>,
}

impl Default for Calibrated {
    fn default() -> Self {
        Self {
            offered_low: Rate::from_per_second(0.0),
            offered_high: Rate::from_per_second(0.0),
            machine: String::new(),
            commit: None,
            samples: 0,
            windows: 0,
            kolmogorov_smirnov: Probability::new(0.0),
            scalability: None,
        }
    }
}

/// The Universal Scalability Law (N. Gunther, "Guerrilla Capacity Planning", Springer 2007, chapter 4): throughput at concurrency N is
/// `one_at_a_time x N / (1 + contention (N - 1) + crosstalk N (N - 1))`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct Scalability {
    /// Throughput of one request at a time.
    pub one_at_a_time: Rate,
    /// Share of the work that cannot be done side by side.
    pub contention: f64,
    /// Cost of keeping each other informed.
    pub crosstalk: f64,
    /// Share of the variance of the throughputs that the law explains; negative when their mean would say more.
    pub r_squared: f64,
    /// Largest deviation of a window from the law, as a share of its throughput.
    pub worst_residual: f64,
}

impl Default for Scalability {
    fn default() -> Self {
        Self {
            one_at_a_time: Rate::from_per_second(0.0),
            contention: 0.0,
            crosstalk: 0.0,
            r_squared: 0.0,
            worst_residual: 0.0,
        }
    }
}
