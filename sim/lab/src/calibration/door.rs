//! How long the world's doors take to check a key, from samples of one that did.

use super::fit::{Fit, median};
use super::samples::{Samples, Unit, WHOLE_UNLOCK};
use serde_json::{Value, json};
use std::fmt::Write as _;
use stranded_scenario::{Confidence, DurationDistribution};

/// Where the result stands in a scenario.
const PATH: &str = "car.unlock_time";
/// Times outside of these are mistakes in the samples' clock (s).
const PLAUSIBLE_SECONDS: (f64, f64) = (1e-6, 3600.0);

/// Instructions per cycle of a Cortex-M4F, with which counts of an emulator become time.
///
/// The core issues one instruction a cycle at most: that is the upper bound, and it is firm. Loads and stores that cannot be
/// pipelined take two cycles, taken branches two to four (Arm, "Cortex-M4 Technical Reference Manual", 3.3.1), and flash adds
/// wait states: the lower bound and the value between are assumed, not measured.
const INSTRUCTIONS_PER_CYCLE: Assumption = Assumption { value: 0.75, low: 0.5, high: 1.0 };

/// A number that nobody has measured, and how far it may lie off.
#[derive(Clone, Copy, Debug)]
struct Assumption {
    value: f64,
    low: f64,
    high: f64,
}

/// A calibrated door.
#[derive(Clone, Debug)]
pub(crate) struct Door {
    samples: Samples,
    fit: Fit,
}

impl Door {
    /// Fits the door's time.
    ///
    /// # Errors
    /// When the samples' clock makes times of them that no door takes.
    pub(crate) fn new(samples: Samples) -> Result<Self, String> {
        let seconds: Vec<f64> =
            samples.whole_unlock().iter().map(|count| count * seconds_per_count(&samples)).collect();
        let (low, high) = PLAUSIBLE_SECONDS;
        if let Some(index) = seconds.iter().position(|it| !(low..=high).contains(it)) {
            return Err(format!(
                "`steps.{WHOLE_UNLOCK}[{index}]` is {:.1e} s at {} Hz, and a door takes between {low:e} s and {high} s\n\
                 look at `clock_hertz` and `unit`",
                seconds[index], samples.clock_hertz
            ));
        }
        let fit = Fit::new(seconds);
        Ok(Self { samples, fit })
    }

    /// How the world's doors' time is distributed.
    pub(crate) fn value(&self) -> DurationDistribution {
        self.fit.distribution(1.0)
    }

    /// The ends of its plausible range.
    fn bounds(&self) -> (DurationDistribution, DurationDistribution) {
        let (low, high) = match self.samples.unit {
            // More instructions in a cycle make a shorter time.
            Unit::Instructions => {
                let Assumption { value, low, high } = INSTRUCTIONS_PER_CYCLE;
                (value / high, value / low)
            }
            Unit::Cycles => {
                let (low, high) = self.fit.median_interval_seconds;
                (low / self.fit.median_seconds, high / self.fit.median_seconds)
            }
        };
        (self.fit.distribution(low), self.fit.distribution(high))
    }

    fn confidence(&self) -> Confidence {
        match self.samples.unit {
            Unit::Instructions => Confidence::Derived,
            Unit::Cycles => Confidence::Measured,
        }
    }

    fn source(&self) -> String {
        let Samples { board, signature_library, program_version, commit, machine, unit, .. } = &self.samples;
        let commit = commit.as_deref().map_or_else(String::new, |commit| format!(" (commit {commit})"));
        format!(
            "{} unlocks on {board} in {}, firmware {program_version}{commit} with {signature_library}, measured on {machine}",
            self.samples.whole_unlock().len(),
            unit.word(),
        )
    }

    fn note(&self) -> String {
        let (shortest, longest) = self.fit.range_seconds;
        let megahertz = self.samples.clock_hertz / 1e6;
        let how = match self.samples.unit {
            Unit::Instructions => {
                let Assumption { value, low, high } = INSTRUCTIONS_PER_CYCLE;
                format!(
                    "estimated from instructions, no board was measured: at {megahertz} MHz and an assumed {value} instructions a \
                     cycle; low and high are {high} and {low} (a Cortex-M4F does 1 at most)"
                )
            }
            Unit::Cycles => {
                format!("cycles at {megahertz} MHz; low and high are the 95 % interval of the median")
            }
        };
        format!(
            "{how}; valid from {} to {}, the range of the samples; Kolmogorov-Smirnov distance of the fit {:.3}",
            length(shortest),
            length(longest),
            self.fit.kolmogorov_smirnov
        )
    }

    /// The file that a scenario extends. The same samples give the same bytes.
    pub(crate) fn to_toml(&self) -> String {
        let (low, high) = self.bounds();
        let mut text = String::from(
            "# How long a car's door takes to check a key, for scenarios to extend:\n\
             #   extends = [\"small-town.toml\", \"calibration/door.toml\"]\n\
             # Written by `stranded calibrate door`. Change the samples, not this file.\n#\n",
        );
        let unit = self.samples.unit.word();
        // Writing to a string does not fail.
        let _ = writeln!(text, "# What an unlock costs, step by step (median, {unit}):");
        for (name, count) in self.step_medians() {
            let _ = writeln!(text, "#   {name}: {count}");
        }
        let _ = write!(
            text,
            "\n[{PATH}]\nvalue = {}\nsource = {}\nconfidence = \"{}\"\nlow = {}\nhigh = {}\nnote = {}\n",
            in_toml(&self.value()),
            toml::Value::String(self.source()),
            self.confidence(),
            in_toml(&low),
            in_toml(&high),
            toml::Value::String(self.note()),
        );
        text
    }

    /// The result for other programs.
    pub(crate) fn to_json(&self) -> Value {
        let (low, high) = self.bounds();
        json!({
            "parameter": PATH,
            "value": self.value(),
            "low": low,
            "high": high,
            "confidence": self.confidence(),
            "estimated": self.samples.unit == Unit::Instructions,
            "source": self.source(),
            "note": self.note(),
            "samples": self.samples.whole_unlock().len(),
            "median_seconds": self.fit.median_seconds,
            "range_seconds": self.fit.range_seconds,
            "kolmogorov_smirnov": self.fit.kolmogorov_smirnov,
            "unit": self.samples.unit.word(),
            "step_medians": self.step_medians().into_iter().collect::<std::collections::BTreeMap<_, _>>(),
        })
    }

    /// The result in words.
    pub(crate) fn to_text(&self) -> String {
        let (low, high) = self.bounds();
        format!(
            "{PATH} = {}\n  low    {}\n  high   {}\n  {}, from {}\n  {}",
            in_toml(&self.value()),
            in_toml(&low),
            in_toml(&high),
            self.confidence(),
            self.source(),
            self.note()
        )
    }

    /// The median of every step, in the samples' unit.
    fn step_medians(&self) -> Vec<(&str, f64)> {
        let medians = self.samples.steps.iter().map(|(name, counts)| {
            let mut sorted = counts.clone();
            sorted.sort_by(f64::total_cmp);
            (name.as_str(), median(&sorted))
        });
        medians.collect()
    }
}

/// How long one of the samples' counts lasts.
fn seconds_per_count(samples: &Samples) -> f64 {
    match samples.unit {
        Unit::Instructions => 1.0 / (samples.clock_hertz * INSTRUCTIONS_PER_CYCLE.value),
        Unit::Cycles => 1.0 / samples.clock_hertz,
    }
}

/// A distribution on one line of TOML.
fn in_toml(distribution: &DurationDistribution) -> String {
    // The scenario's own types have a form in TOML.
    toml::Value::try_from(distribution).map(|value| value.to_string()).unwrap_or_default()
}

/// A length of time for people.
fn length(seconds: f64) -> String {
    if seconds < 1.0 { format!("{:.3} ms", seconds * 1e3) } else { format!("{seconds:.3} s") }
}

#[cfg(test)]
mod tests {
    use super::*;
    use stranded_scenario::{Loader, Provenance, Scenario};

    /// A scenario to load the result into: by itself it is none.
    const TOWN: &str = include_str!("../../tests/common/town.toml");

    fn samples(unit: Unit, whole_unlock: Vec<f64>) -> Samples {
        let name = |text: &str| text.to_owned();
        Samples {
            board: name("a \"board\""),
            unit,
            clock_hertz: 1e6,
            signature_library: name("dalek"),
            program_version: name("1.2.3"),
            commit: Some(name("abc")),
            machine: name("a desk"),
            steps: [(WHOLE_UNLOCK.to_owned(), whole_unlock)].into(),
        }
    }

    fn loaded(door: &Door) -> (DurationDistribution, Provenance) {
        let text = format!("{TOWN}\n{}", door.to_toml());
        let scenario = Loader::new().load_text::<Scenario>("town-with-door.toml", &text);
        let scenario = scenario.unwrap_or_else(|findings| panic!("{findings}\n{text}"));
        let parameters = scenario.parameters();
        let parameter = parameters.into_iter().find(|it| it.path == PATH).expect("the parameter");
        (scenario.value.car.unlock_time, parameter.provenance.expect("provenance"))
    }

    #[test]
    fn counts_of_an_emulator_stay_an_estimate_with_a_range() {
        let door = Door::new(samples(Unit::Instructions, vec![150_000.0; 50])).expect("a door");
        let (value, provenance) = loaded(&door);
        // 150,000 instructions at 1 MHz and 3/4 of an instruction a cycle.
        assert_eq!(value, "200 ms".parse().map(DurationDistribution::Constant).expect("a duration"));
        assert_eq!(provenance.confidence, Some(Confidence::Derived));
        assert_eq!((provenance.low.as_deref(), provenance.high.as_deref()), (Some("\"150 ms\""), Some("\"0.3 s\"")));
        let note = provenance.note.expect("a note");
        assert!(note.contains("estimated from instructions, no board was measured"), "{note}");
    }

    #[test]
    fn cycles_of_a_board_are_measured() {
        let counts = (0..101).map(|index| f64::from(1000 + index)).collect();
        let door = Door::new(samples(Unit::Cycles, counts)).expect("a door");
        let (value, provenance) = loaded(&door);
        assert!((value.mean() / 1050e-6 - 1.0).abs() < 0.01, "{value:?}");
        assert_eq!(provenance.confidence, Some(Confidence::Measured));
        let source = provenance.source.expect("a source");
        for part in ["101 unlocks", "a \"board\"", "cycles", "1.2.3", "abc", "dalek", "a desk"] {
            assert!(source.contains(part), "{part}: {source}");
        }
        let note = provenance.note.expect("a note");
        assert!(note.contains("from 1.000 ms to 1.100 ms") && note.contains("Kolmogorov-Smirnov"), "{note}");
        assert!(provenance.low.is_some() && provenance.low != provenance.high, "{:?}", provenance.low);
    }

    #[test]
    fn a_clock_that_cannot_be_right_is_refused() {
        let too_long = Door::new(samples(Unit::Cycles, vec![1e12; 30])).expect_err("refused");
        assert!(too_long.contains("clock_hertz") && too_long.contains("unlock_total[0]"), "{too_long}");
        assert!(Door::new(samples(Unit::Cycles, vec![0.01; 30])).is_err());
    }
}
