use super::*;
use crate::sample::DAY;

fn minute(hours: f64, stranded: u32, attempts: u32) -> TimelineRow {
    TimelineRow {
        time_unix_s: DAY.midnight_unix_s + (hours * 3_600.0).round() as i64,
        stranded_return: stranded,
        attempts,
        first_attempts: attempts / 2,
        answered_late: attempts / 4,
        offered_work_seconds: attempts as f32 * 0.5,
        capacity_work_seconds: 60.0,
        relief: [1, 0, 0, 0, 0, 2, 0, 0],
        ..TimelineRow::default()
    }
}

/// Minutes from five in the morning to the next evening; `special` replaces those at its hours.
fn day(special: &[TimelineRow]) -> Vec<TimelineRow> {
    let plain = |index: i64| TimelineRow {
        time_unix_s: DAY.midnight_unix_s + 5 * 3_600 + 60 * index,
        capacity_work_seconds: 60.0,
        ..TimelineRow::default()
    };
    let mut rows: Vec<TimelineRow> = (0..37 * 60).map(plain).collect();
    for row in special {
        let index = (row.time_unix_s - DAY.midnight_unix_s - 5 * 3_600) / 60;
        rows[index as usize] = row.clone();
    }
    rows
}

#[test]
fn minutes_become_means_and_fans_of_their_bucket() {
    let mut all = Aggregator::new("baseline", DAY);
    for people in [100, 300] {
        let minutes = [0, 1, 2, 3, 4].map(|index| minute(6.0 + f64::from(index) / 60.0, people, 60));
        all.add_timeline("baseline", &day(&[&minutes[..], &[minute(5.5, 999, 999), minute(41.0, 9, 9)]].concat()));
    }
    let data = all.finish(Vec::new());
    assert!((data.stranded.total()[0] - 200.0).abs() < 1e-9);
    let fan = data.stranded.fan.as_ref().unwrap();
    assert!((fan.p05[0] - 110.0).abs() < 1e-9, "type 7 between 100 and 300");
    assert!((fan.p25[0] - 150.0).abs() < 1e-9 && (fan.p75[0] - 250.0).abs() < 1e-9);
    assert!((fan.p95[0] - 290.0).abs() < 1e-9);
    assert!((data.load.attempts_per_second[0] - 1.0).abs() < 1e-9);
    assert!((data.load.first_attempts_per_second[0] - 0.5).abs() < 1e-9);
    assert!((data.load.late_per_second[0] - 0.25).abs() < 1e-9);
    // Half a second of work for each attempt, a second of work each second: two attempts per second.
    assert!((data.load.capacity_per_second[0].unwrap() - 2.0).abs() < 1e-6);
    assert_eq!(data.load.capacity_per_second[1], None, "no requests, no mix of requests");
    // Five minutes of one server relief and two locksmiths each, in the first half hour.
    assert!((data.relief.by_channel[0][0] - 5.0).abs() < 1e-9);
    assert!((data.relief.by_channel[5][0] - 10.0).abs() < 1e-9);
    assert!((data.relief.axis.until_hours() - data.stranded.axis.until_hours()).abs() < 1e-9);
}

#[test]
fn other_arms_are_kept_beside() {
    let mut all = Aggregator::new("baseline", DAY);
    all.add_timeline("baseline", &day(&[]));
    for people in [5, 15] {
        let minutes = [0, 1, 2, 3, 4].map(|index| minute(6.0 + f64::from(index) / 60.0, people, 60));
        all.add_timeline("offline-key", &day(&minutes));
    }
    let data = all.finish(Vec::new());
    assert_eq!(data.arms.len(), 1);
    assert_eq!(data.arms[0].name, "offline-key");
    assert!((data.arms[0].people[0] - 10.0).abs() < 1e-9);
    assert_eq!(data.stranded.peak(), None, "the baseline is another arm");
    assert_eq!(data.stranded.fan, None, "one replication has no fan");
}

#[test]
fn no_rows_are_no_trouble() {
    let data = Aggregator::new("baseline", DAY).finish(Vec::new());
    assert_eq!(data.stranded.total(), [0.0]);
    assert_eq!((data.stranded.peak(), data.load.peak()), (None, None));
    assert!(data.places.is_empty() && data.lengths.all.is_empty());
}

#[test]
fn quantiles_are_of_type_seven() {
    assert_eq!(quantile(&mut [], 0.5), None);
    assert_eq!(quantile(&mut [4.0, 1.0, 3.0, 2.0], 0.5), Some(2.5));
    assert_eq!(quantile(&mut [7.0], 0.95), Some(7.0));
}
