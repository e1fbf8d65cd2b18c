//! What is drawn of a day, and in how fine buckets.

use crate::charts::DayAxis;
use crate::clock::AnalysedDay;
use crate::timeline::TimelineRow;

/// Drawn from six in the morning of the analysed day on, if the run is longer.
const FROM_HOURS: f64 = 6.0;
/// Drawn until four in the afternoon of the next day, where a relapse shows.
const UNTIL_HOURS: f64 = 40.0;
/// More buckets than this no screen shows.
const BUCKETS_MAX: f64 = 420.0;
/// Lengths of a bucket to choose from, in minutes: a row is a minute, and hours must be whole numbers of buckets.
const BUCKET_MINUTES: [f64; 9] = [1.0, 2.0, 5.0, 10.0, 15.0, 30.0, 60.0, 180.0, 720.0];

/// The axis of a run without a single minute.
pub(super) const NOTHING: DayAxis = DayAxis { from_hours: 0.0, bucket_hours: 1.0, buckets: 1 };

/// The axis that suits these minutes of a replication; `None` when there are none.
pub(super) fn axis_of(rows: &[TimelineRow], day: AnalysedDay) -> Option<DayAxis> {
    let hours = |row: &TimelineRow| (row.time_unix_s - day.midnight_unix_s) as f64 / 3_600.0;
    let (start, end) = (hours(rows.first()?), hours(rows.last()?) + 1.0 / 60.0);
    let (from, until) = (FROM_HOURS.max(start), UNTIL_HOURS.min(end));
    // A run that is over before six in the morning, as short experiments with services are, is drawn whole.
    let (from_hours, until) = if until > from { (from, until) } else { (start, end) };
    let minutes = ((until - from_hours) * 60.0).round();
    let fits = |length: &f64| minutes / length <= BUCKETS_MAX;
    let bucket_minutes = BUCKET_MINUTES.into_iter().find(fits).unwrap_or(1_440.0);
    let buckets = (minutes / bucket_minutes).ceil().max(1.0) as usize;
    Some(DayAxis { from_hours, bucket_hours: bucket_minutes / 60.0, buckets })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sample::DAY;

    fn minutes(from_hours: f64, count: i64) -> Vec<TimelineRow> {
        let start = DAY.midnight_unix_s + (from_hours * 3_600.0) as i64;
        (0..count).map(|minute| TimelineRow { time_unix_s: start + 60 * minute, ..TimelineRow::default() }).collect()
    }

    #[test]
    fn a_weekend_is_drawn_from_six_to_the_next_afternoon() {
        let axis = axis_of(&minutes(-48.0, 4 * 1_440), DAY).unwrap();
        assert!((axis.from_hours - 6.0).abs() < 1e-9 && (axis.until_hours() - 40.0).abs() < 1e-9, "{axis:?}");
        assert_eq!(axis.buckets, 408);
    }

    #[test]
    fn a_run_of_minutes_has_a_bucket_for_each() {
        let axis = axis_of(&minutes(0.0, 7), DAY).unwrap();
        assert_eq!(axis.buckets, 7);
        assert!((axis.until_hours() - 7.0 / 60.0).abs() < 1e-9, "{axis:?}");
        assert_eq!(axis_of(&minutes(9.5, 1), DAY).unwrap().buckets, 1);
        assert_eq!(axis_of(&[], DAY), None);
    }

    #[test]
    fn buckets_never_grow_beyond_what_a_screen_shows() {
        for hours in [1, 5, 12, 24, 34, 80] {
            let axis = axis_of(&minutes(6.0, hours * 60), DAY).unwrap();
            assert!(axis.buckets <= 420 && axis.buckets >= 60, "{hours}: {axis:?}");
        }
    }
}
