//! From rows to the charts' data, a replication at a time.
//!
//! Only what the charts show is kept: for the arm that the charts are about, per bucket of the day the sums over
//! replications and one number per replication for the band. Rows of other arms are not looked at; their numbers are in
//! the summary. Memory is a few hundred kilobytes, whatever the number of rows.

use crate::charts::{DayAxis, LoadOverDay, Mark, StrandedOverDay, StrandedTime};
use crate::clock::AnalysedDay;
use crate::episode::EpisodeRow;
use crate::relief::{ReliefChannel, StrandedClass};
use crate::timeline::TimelineRow;

/// Width of a bin of the histogram of stranded time, in minutes.
const BIN_MINUTES: f64 = 30.0;
/// Bins of that histogram: 48 hours; what lasts longer is counted in the last one.
const BINS: usize = 96;

/// What the charts are about.
#[derive(Debug, Clone, PartialEq)]
pub struct ChartSettings {
    /// Name of the arm whose day is drawn, usually the baseline.
    pub arm: String,
    /// The day whose midnight hours are counted from.
    pub day: AnalysedDay,
    /// First hour drawn, since that midnight.
    pub from_hours: f64,
    /// End of the last hour drawn, since that midnight.
    pub until_hours: f64,
    /// Length of a bucket, in minutes.
    pub bucket_minutes: f64,
}

impl ChartSettings {
    /// From six in the morning of the analysed day to four in the afternoon of the next (where a relapse shows), in
    /// buckets of five minutes.
    pub fn of_day(arm: &str, day: AnalysedDay) -> Self {
        Self { arm: arm.to_owned(), day, from_hours: 6.0, until_hours: 40.0, bucket_minutes: 5.0 }
    }
}

/// The data of the charts over the day and of the histogram.
#[derive(Debug, Clone, PartialEq)]
pub struct ChartData {
    /// People stranded over the day.
    pub stranded: StrandedOverDay,
    /// Load on the service over the day.
    pub load: LoadOverDay,
    /// How long people were stranded.
    pub time: StrandedTime,
}

/// Takes the rows of each replication once, in any order of arms and replications.
#[derive(Debug, Clone)]
pub struct ChartAggregator {
    settings: ChartSettings,
    axis: DayAxis,
    buckets: Vec<Bucket>,
    replications_of_timeline: u32,
    replications_of_episodes: u32,
    bins: [Vec<f64>; 3],
    bins_by_replication: Vec<[u32; BINS]>,
    medians: Vec<f64>,
    censored: u32,
}

/// Sums over all minutes and replications of one bucket.
#[derive(Debug, Clone, Default)]
struct Bucket {
    minutes: u32,
    stranded: [f64; 3],
    stranded_by_replication: Vec<f32>,
    attempts: f64,
    first_attempts: f64,
    in_time: f64,
    offered_work_seconds: f64,
    capacity_work_seconds: f64,
    queue: f64,
}

impl ChartAggregator {
    /// An aggregator without rows.
    ///
    /// # Panics
    /// When the span is empty or the buckets have no length: that is a mistake of the caller.
    pub fn new(settings: ChartSettings) -> Self {
        assert!(
            settings.until_hours > settings.from_hours && settings.bucket_minutes > 0.0,
            "the charts need a span of time and buckets to cut it into: {settings:?}"
        );
        let bucket_hours = settings.bucket_minutes / 60.0;
        let buckets = ((settings.until_hours - settings.from_hours) / bucket_hours).round().max(1.0) as usize;
        Self {
            axis: DayAxis { from_hours: settings.from_hours, bucket_hours, buckets },
            buckets: vec![Bucket::default(); buckets],
            settings,
            replications_of_timeline: 0,
            replications_of_episodes: 0,
            bins: std::array::from_fn(|_| vec![0.0; BINS]),
            bins_by_replication: Vec::new(),
            medians: Vec::new(),
            censored: 0,
        }
    }

    /// Takes the minutes of one replication of an arm; another arm than that of the settings is passed over.
    pub fn add_timeline(&mut self, arm: &str, rows: &[TimelineRow]) {
        if arm != self.settings.arm {
            return;
        }
        self.replications_of_timeline += 1;
        let mut people = vec![(0.0_f64, 0_u32); self.axis.buckets];
        for row in rows {
            let hours = (row.time_unix_s - self.settings.day.midnight_unix_s) as f64 / 3_600.0;
            let Some(index) = self.axis.bucket(hours) else {
                continue;
            };
            let bucket = &mut self.buckets[index];
            bucket.minutes += 1;
            let classes = [row.stranded_unlock, row.stranded_return, row.stranded_start];
            for (sum, people) in bucket.stranded.iter_mut().zip(classes) {
                *sum += f64::from(people);
            }
            people[index].0 += f64::from(row.stranded());
            people[index].1 += 1;
            bucket.attempts += f64::from(row.attempts);
            bucket.first_attempts += f64::from(row.first_attempts);
            bucket.in_time += f64::from(row.answered_in_time);
            bucket.offered_work_seconds += f64::from(row.offered_work_seconds);
            bucket.capacity_work_seconds += f64::from(row.capacity_work_seconds);
            bucket.queue += f64::from(row.queue_length);
        }
        for (bucket, (sum, minutes)) in self.buckets.iter_mut().zip(people) {
            let mean = if minutes == 0 { 0.0 } else { sum / f64::from(minutes) };
            bucket.stranded_by_replication.push(mean as f32);
        }
    }

    /// Takes the episodes of one replication of an arm; another arm than that of the settings is passed over, and so are
    /// episodes that do not count. A replication without episodes must be handed over too.
    pub fn add_episodes(&mut self, arm: &str, rows: &[EpisodeRow]) {
        if arm != self.settings.arm {
            return;
        }
        self.replications_of_episodes += 1;
        let mut bins = [0_u32; BINS];
        let mut minutes = Vec::new();
        for row in rows.iter().filter(|row| row.counted) {
            let bin = ((row.minutes() / BIN_MINUTES).max(0.0) as usize).min(BINS - 1);
            self.bins[row.class.index()][bin] += 1.0;
            bins[bin] += 1;
            self.censored += u32::from(row.relief == ReliefChannel::Censored);
            minutes.push(row.minutes());
        }
        self.bins_by_replication.push(bins);
        self.medians.extend(quantile(&mut minutes, 0.5));
    }

    /// The data of the charts. `marks` are moments worth a line, usually the outage's begin and end.
    pub fn finish(self, marks: Vec<Mark>) -> ChartData {
        let axis = self.axis;
        let several = self.replications_of_timeline > 1;
        let over_replications = |part: f64| -> Vec<f64> {
            let of_bucket = |bucket: &Bucket| {
                let mut people: Vec<f64> = bucket.stranded_by_replication.iter().copied().map(f64::from).collect();
                quantile(&mut people, part).unwrap_or(0.0)
            };
            if several { self.buckets.iter().map(of_bucket).collect() } else { Vec::new() }
        };
        let per_minute = |value: fn(&Bucket) -> f64| -> Vec<f64> {
            self.buckets.iter().map(|b| if b.minutes == 0 { 0.0 } else { value(b) / f64::from(b.minutes) }).collect()
        };
        let per_second = |value| per_minute(value).into_iter().map(|v| v / 60.0).collect();
        let capacity = |bucket: &Bucket| {
            let work_per_attempt = bucket.offered_work_seconds / bucket.attempts;
            let attempts = bucket.capacity_work_seconds / work_per_attempt;
            (attempts.is_finite() && attempts > 0.0).then(|| attempts / f64::from(bucket.minutes) / 60.0)
        };
        let stranded = StrandedOverDay {
            axis,
            by_class: [
                per_minute(|b| b.stranded[StrandedClass::Unlock.index()]),
                per_minute(|b| b.stranded[StrandedClass::Return.index()]),
                per_minute(|b| b.stranded[StrandedClass::Start.index()]),
            ],
            total_p05: over_replications(0.05),
            total_p95: over_replications(0.95),
            marks: marks.clone(),
        };
        let load = LoadOverDay {
            axis,
            attempts_per_second: per_second(|b| b.attempts),
            first_attempts_per_second: per_second(|b| b.first_attempts),
            in_time_per_second: per_second(|b| b.in_time),
            capacity_per_second: self.buckets.iter().map(capacity).collect(),
            queue: per_minute(|b| b.queue),
            marks,
        };
        ChartData { stranded, load, time: self.time() }
    }

    fn time(&self) -> StrandedTime {
        let replications = f64::from(self.replications_of_episodes.max(1));
        let over_replications = |part: f64| -> Vec<f64> {
            let of_bin = |bin: usize| {
                let mut counts: Vec<f64> = self.bins_by_replication.iter().map(|bins| f64::from(bins[bin])).collect();
                quantile(&mut counts, part).unwrap_or(0.0)
            };
            if self.replications_of_episodes > 1 { (0..BINS).map(of_bin).collect() } else { Vec::new() }
        };
        let medians = self.medians.len() as f64;
        StrandedTime {
            bin_minutes: BIN_MINUTES,
            by_class: self.bins.clone().map(|bins| bins.into_iter().map(|n| n / replications).collect()),
            total_p05: over_replications(0.05),
            total_p95: over_replications(0.95),
            median_minutes: (!self.medians.is_empty()).then(|| self.medians.iter().sum::<f64>() / medians),
            censored: f64::from(self.censored) / replications,
        }
    }
}

/// The quantile by linear interpolation between order statistics (type 7 of Hyndman and Fan, 1996, the default of R and
/// numpy, and `quantile_cont` of `DuckDB`). Sorts the values; `None` without any.
pub fn quantile(values: &mut [f64], part: f64) -> Option<f64> {
    values.sort_by(f64::total_cmp);
    let last = values.len().checked_sub(1)?;
    let place = part.clamp(0.0, 1.0) * last as f64;
    let below = place.floor() as usize;
    let above = (below + 1).min(last);
    Some((values[above] - values[below]).mul_add(place - place.floor(), values[below]))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sample::DAY;
    use crate::table::TableRow;

    fn minute(hours: f64, stranded: u32, attempts: u32) -> TimelineRow {
        TimelineRow {
            time_unix_s: DAY.midnight_unix_s + (hours * 3_600.0) as i64,
            stranded_return: stranded,
            attempts,
            first_attempts: attempts / 2,
            offered_work_seconds: attempts as f32 * 0.5,
            capacity_work_seconds: 60.0,
            ..TimelineRow::default()
        }
    }

    fn episode(minutes: i32, counted: bool, relief: ReliefChannel) -> EpisodeRow {
        EpisodeRow { began_ms: 1_000, ended_ms: 1_000 + minutes * 60_000, counted, relief, ..EpisodeRow::blank() }
    }

    fn aggregator() -> ChartAggregator {
        ChartAggregator::new(ChartSettings::of_day("baseline", DAY))
    }

    #[test]
    fn minutes_become_means_and_bands_of_their_bucket() {
        let mut all = aggregator();
        for people in [100, 300] {
            let rows = [minute(5.9, 999, 999), minute(6.0, people, 120), minute(6.05, people, 0), minute(41.0, 9, 9)];
            all.add_timeline("baseline", &rows);
        }
        all.add_timeline("offline-key", &[minute(6.0, 7, 7)]);
        let data = all.finish(Vec::new());
        assert!((data.stranded.total()[0] - 200.0).abs() < 1e-9);
        assert!((data.stranded.total_p05[0] - 110.0).abs() < 1e-9, "type 7 between 100 and 300");
        assert!((data.stranded.total_p95[0] - 290.0).abs() < 1e-9);
        // 120 attempts in two minutes.
        assert!((data.load.attempts_per_second[0] - 1.0).abs() < 1e-9);
        assert!((data.load.first_attempts_per_second[0] - 0.5).abs() < 1e-9);
        // Half a second of work for each attempt, a second of work each second: two attempts per second.
        assert!((data.load.capacity_per_second[0].unwrap() - 2.0).abs() < 1e-6);
        assert_eq!(data.load.capacity_per_second[1], None);
        assert_eq!(data.stranded.peak().unwrap().0, 0);
    }

    #[test]
    fn only_counted_episodes_are_in_the_histogram() {
        let mut all = aggregator();
        all.add_episodes(
            "baseline",
            &[
                episode(29, true, ReliefChannel::Server),
                episode(30, true, ReliefChannel::Censored),
                episode(60, true, ReliefChannel::Advice),
                episode(14, false, ReliefChannel::Server),
                episode(60 * 72, true, ReliefChannel::Server),
            ],
        );
        all.add_episodes("baseline", &[]);
        let time = all.finish(Vec::new()).time;
        let bins: Vec<f64> = time.by_class[0][..3].to_vec();
        assert_eq!(bins, [0.5, 0.5, 0.5]);
        assert!((time.by_class[0][BINS - 1] - 0.5).abs() < 1e-12, "what lasts longer is in the last bin");
        assert_eq!(time.median_minutes, Some(45.0));
        assert!((time.censored - 0.5).abs() < 1e-12);
    }

    #[test]
    fn one_replication_has_no_band_and_no_rows_have_no_peak() {
        let mut one = aggregator();
        one.add_timeline("baseline", &[minute(12.0, 5, 5)]);
        one.add_episodes("baseline", &[]);
        let data = one.finish(Vec::new());
        assert!(data.stranded.total_p95.is_empty() && data.time.total_p95.is_empty());
        let none = aggregator().finish(Vec::new());
        assert!(none.stranded.peak().is_none() && none.load.peak().is_none() && none.time.median_minutes.is_none());
    }

    #[test]
    fn quantiles_are_those_of_duckdb_and_numpy() {
        // numpy.quantile([1, 2, 3, 4], [0.1, 0.5, 0.9]) = 1.3, 2.5, 3.7
        let mut values = [4.0, 1.0, 3.0, 2.0];
        for (part, expected) in [(0.1, 1.3), (0.5, 2.5), (0.9, 3.7), (1.0, 4.0)] {
            assert!((quantile(&mut values, part).unwrap() - expected).abs() < 1e-12);
        }
        assert_eq!(quantile(&mut [], 0.5), None);
    }
}
