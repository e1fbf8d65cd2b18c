//! Whether a service is offered more than it was ever measured with: the simulation then extrapolates, and must say so.

use stranded_engine::Time;
use stranded_scenario::section::Calibrated;

/// Requests are counted over stretches of this length: over shorter ones chance alone passes any limit.
const STRETCH_NANOSECONDS: u64 = 10_000_000_000;
const STRETCH_SECONDS: f64 = 10.0;
/// A stretch that is busier than the limit by less than this many standard deviations of a Poisson count may be chance.
const DEVIATIONS: f64 = 3.0;

/// Counts what a calibrated service is offered.
#[derive(Clone, Copy, Debug)]
pub(crate) struct CalibratedRange {
    high_per_second: f64,
    stretch: u64,
    count: u32,
    /// Most requests in a stretch.
    most: u32,
}

impl CalibratedRange {
    /// The range of a calibration.
    pub(crate) fn new(calibrated: &Calibrated) -> Self {
        Self { high_per_second: calibrated.offered_high.per_second(), stretch: 0, count: 0, most: 0 }
    }

    /// A request has come.
    pub(crate) fn note(&mut self, now: Time) {
        let stretch = now.as_nanoseconds() / STRETCH_NANOSECONDS;
        if stretch != self.stretch {
            (self.stretch, self.count) = (stretch, 0);
        }
        self.count += 1;
        self.most = self.most.max(self.count);
    }

    /// What the reader should know of the service `name`, if it was offered more than was measured.
    pub(crate) fn warning(&self, name: &str) -> Option<String> {
        let expected = self.high_per_second * STRETCH_SECONDS;
        if f64::from(self.most) <= expected + DEVIATIONS * expected.sqrt() {
            return None;
        }
        // Without the number of this replication, so that it is said once for all of them.
        Some(format!(
            "the service `{name}` was offered more than the {} that it was measured with at most: what comes out beyond is extrapolated",
            stranded_scenario::Rate::from_per_second(self.high_per_second),
        ))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use stranded_scenario::Rate;

    fn range_after(count: u32) -> CalibratedRange {
        let calibrated = Calibrated { offered_high: Rate::from_per_second(10.0), ..Calibrated::default() };
        let mut range = CalibratedRange::new(&calibrated);
        range.note(Time::from_seconds(1.0));
        for _ in 0..count {
            range.note(Time::from_seconds(65.0));
        }
        range.note(Time::from_seconds(80.0));
        range
    }

    #[test]
    fn more_than_was_measured_is_said_and_chance_is_not() {
        assert_eq!(range_after(100).warning("server"), None);
        assert_eq!(range_after(130).warning("server"), None, "three deviations of 10");
        let warning = range_after(200).warning("server").unwrap();
        assert!(warning.contains("`server` was offered more than the 10 /s"), "{warning}");
    }
}
