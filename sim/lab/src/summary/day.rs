//! The day a run is about.

use stranded_reports::clock::AnalysedDay;
use stranded_reports::summary::Window;
use stranded_scenario::section::Scenario;

const SECONDS_PER_HOUR: f64 = 3600.0;

/// The day on which the measured window begins, by local clocks.
pub(crate) fn analysed_day(scenario: &Scenario) -> AnalysedDay {
    let from = scenario.measured_from();
    AnalysedDay {
        midnight_unix_s: from.unix_seconds() - i64::from(from.seconds_of_day()),
        utc_offset_s: i32::from(from.offset_minutes()) * 60,
    }
}

/// The measured window in hours of that day.
pub(crate) fn window(scenario: &Scenario) -> Window {
    let midnight = analysed_day(scenario).midnight_unix_s;
    let hours = |unix_seconds: i64| (unix_seconds - midnight) as f64 / SECONDS_PER_HOUR;
    Window {
        from_hours: hours(scenario.measured_from().unix_seconds()),
        until_hours: hours(scenario.measured_until().unix_seconds()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_day_begins_at_local_midnight() {
        let mut scenario = Scenario::default();
        scenario.measure.from = Some("2022-04-10T12:10:00+09:00".parse().unwrap());
        scenario.measure.until = Some("2022-04-11T06:00:00+09:00".parse().unwrap());
        let day = analysed_day(&scenario);
        assert_eq!(day.iso8601(0.0).unwrap(), "2022-04-10T00:00:00+09:00");
        let window = window(&scenario);
        assert!((window.from_hours - (12.0 + 10.0 / 60.0)).abs() < 1e-9);
        assert!((window.until_hours - 30.0).abs() < 1e-9);
    }
}
