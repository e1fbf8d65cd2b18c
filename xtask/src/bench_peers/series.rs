//! The repetitions of one program on one workload.

use serde::Serialize;

use super::contestant::Contestant;
use super::measurement::Measurement;

/// Middle and ends of a few values.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub(crate) struct Spread {
    pub(crate) median: f64,
    pub(crate) min: f64,
    pub(crate) max: f64,
}

impl Spread {
    /// Of at least one value; `None` of none. The median of an even number of values is the mean of the middle two.
    pub(crate) fn of(values: impl Iterator<Item = f64>) -> Option<Self> {
        let mut values: Vec<f64> = values.collect();
        values.sort_by(f64::total_cmp);
        let (&min, &max) = (values.first()?, values.last()?);
        let median = f64::midpoint(values[(values.len() - 1) / 2], values[values.len() / 2]);
        Some(Self { median, min, max })
    }
}

/// All repetitions of a contestant, in order; never empty once a comparison has run.
#[derive(Clone, Debug)]
pub(crate) struct Series {
    pub(crate) contestant: Contestant,
    pub(crate) measurements: Vec<Measurement>,
    /// The run of the first seed without the trigger, where the comparison has one.
    pub(crate) calm: Option<Measurement>,
}

impl Series {
    /// No repetition yet.
    pub(crate) const fn new(contestant: Contestant) -> Self {
        Self { contestant, measurements: Vec::new(), calm: None }
    }

    /// CPU time of an event \[ns\].
    pub(crate) fn nanoseconds_per_event(&self) -> Option<Spread> {
        Spread::of(self.measurements.iter().map(Measurement::nanoseconds_per_event))
    }

    /// CPU time of a run \[s\].
    pub(crate) fn cpu_seconds(&self) -> Option<Spread> {
        Spread::of(self.measurements.iter().map(|measurement| measurement.cpu_seconds))
    }

    /// Most memory held in any repetition \[bytes\].
    pub(crate) fn peak_memory_bytes(&self) -> Option<u64> {
        self.measurements.iter().map(|measurement| measurement.peak_memory_bytes).max()
    }

    /// Median number of events of a run.
    pub(crate) fn events(&self) -> Option<f64> {
        Spread::of(self.measurements.iter().map(|measurement| measurement.events as f64)).map(|spread| spread.median)
    }

    /// Mean of a result over the repetitions.
    pub(crate) fn result(&self, name: &str) -> Option<f64> {
        let values: Option<Vec<f64>> =
            self.measurements.iter().map(|measurement| measurement.results.get(name).copied()).collect();
        let values = values.filter(|values| !values.is_empty())?;
        Some(values.iter().sum::<f64>() / values.len() as f64)
    }

    /// Whether goodput stayed down after the trigger although it did not in the same run without one; `None` when the
    /// comparison has no trigger.
    ///
    /// Down is less than half. Not a distance from a stretch before the trigger: another tool calls a healthy run collapsed
    /// that way.
    pub(crate) fn collapsed(&self) -> Option<bool> {
        const GOODPUT: &str = "goodput_per_second";
        let calm = self.calm.as_ref()?.results.get(GOODPUT)?;
        let triggered = self.measurements.first()?.results.get(GOODPUT)?;
        Some(*triggered < calm / 2.0)
    }
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;

    /// A series whose repetitions took so many nanoseconds an event and had this result.
    pub(crate) fn series(contestant: Contestant, nanoseconds: &[f64], name: &str, results: &[f64]) -> Series {
        let mut series = Series::new(contestant);
        for (nanoseconds, result) in nanoseconds.iter().zip(results) {
            series.measurements.push(measurement(*nanoseconds, name, *result));
        }
        series
    }

    fn measurement(nanoseconds: f64, name: &str, result: f64) -> Measurement {
        Measurement {
            events: 1000,
            cpu_seconds: nanoseconds * 1e-6,
            peak_memory_bytes: nanoseconds as u64,
            results: [(name.to_owned(), result)].into(),
        }
    }

    #[test]
    fn a_spread_has_median_and_ends() {
        let spread = Spread::of([3.0, 1.0, 10.0].into_iter());
        assert_eq!(spread, Some(Spread { median: 3.0, min: 1.0, max: 10.0 }));
        let spread = Spread::of([3.0, 1.0, 10.0, 5.0].into_iter());
        assert_eq!(spread, Some(Spread { median: 4.0, min: 1.0, max: 10.0 }));
        assert_eq!(Spread::of(std::iter::empty()), None);
    }

    #[test]
    fn a_series_sums_its_repetitions_up() {
        let series = series(Contestant::Simpy, &[30.0, 10.0, 20.0], "retries", &[1.0, 2.0, 6.0]);
        assert_eq!(series.nanoseconds_per_event().map(|spread| spread.median.round()), Some(20.0));
        assert_eq!(series.peak_memory_bytes(), Some(30));
        assert_eq!(series.result("retries"), Some(3.0));
        assert_eq!(series.result("goodput"), None);
    }

    #[test]
    fn a_collapse_needs_a_calm_twin_that_does_not_collapse() {
        let goodput = "goodput_per_second";
        let mut storm = series(Contestant::Engine, &[1.0], goodput, &[0.5]);
        assert_eq!(storm.collapsed(), None, "no twin");
        storm.calm = Some(measurement(1.0, goodput, 80.0));
        assert_eq!(storm.collapsed(), Some(true));
        storm.measurements[0].results.insert(goodput.to_owned(), 79.0);
        assert_eq!(storm.collapsed(), Some(false));
        // A server that is too slow for its load at all times has no trigger to blame.
        storm.measurements[0].results.insert(goodput.to_owned(), 0.0);
        storm.calm = Some(measurement(1.0, goodput, 0.0));
        assert_eq!(storm.collapsed(), Some(false));
    }
}
