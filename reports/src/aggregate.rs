//! From rows to what the report shows of the day, a replication at a time.
//!
//! Kept are, of the arm that the report is about, sums and one number per replication for each bucket of the day, and counts of
//! episodes by length and by place; of every other arm the people stranded in each bucket. Memory is a few hundred
//! kilobytes for each arm, whatever the number of rows.

mod lengths;
mod places;
mod span;

pub use lengths::Lengths;
pub use places::PlaceImpact;

use crate::charts::{DayAxis, Fan, LoadOverDay, Mark, ReliefOverDay, StrandedOverDay};
use crate::clock::AnalysedDay;
use crate::episode::EpisodeRow;
use crate::relief::{ReliefChannel, StrandedClass};
use crate::timeline::TimelineRow;
use lengths::LengthCounts;
use places::PlaceSums;
use std::collections::BTreeMap;

/// What the report shows of the day, beside the summary.
#[derive(Debug, Clone, PartialEq)]
pub struct Findings {
    /// People stranded over the day.
    pub stranded: StrandedOverDay,
    /// Load on the service over the day.
    pub load: LoadOverDay,
    /// What ended episodes over the day.
    pub relief: ReliefOverDay,
    /// How long people were stranded.
    pub lengths: Lengths,
    /// Who was stranded where; the place with most person-hours first.
    pub places: Vec<PlaceImpact>,
    /// The day of every other arm, in the order in which they came.
    pub arms: Vec<ArmDay>,
}

/// People stranded over the day in an arm, in the buckets of [`Findings::stranded`].
#[derive(Debug, Clone, PartialEq)]
pub struct ArmDay {
    /// Short name.
    pub name: String,
    /// People stranded in each bucket, all classes, mean over replications.
    pub people: Vec<f64>,
}

/// Takes the rows of each replication once: those of the arm that the report is about first, then the others.
#[derive(Debug, Clone)]
pub struct Aggregator {
    arm: String,
    day: AnalysedDay,
    axis: Option<DayAxis>,
    buckets: Vec<Bucket>,
    replications: u32,
    lengths: LengthCounts,
    places: PlaceSums,
    others: Vec<OtherArm>,
    other_by_name: BTreeMap<String, usize>,
}

#[derive(Debug, Clone)]
struct OtherArm {
    name: String,
    replications: u32,
    people: Vec<f64>,
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
    late: f64,
    offered_work_seconds: f64,
    capacity_work_seconds: f64,
    queue: f64,
    relief: [f64; ReliefChannel::ALL.len()],
}

impl Aggregator {
    /// An aggregator without rows. The report will be about the arm of this name, usually the baseline, on that day.
    pub fn new(arm: &str, day: AnalysedDay) -> Self {
        Self {
            arm: arm.to_owned(),
            day,
            axis: None,
            buckets: Vec::new(),
            replications: 0,
            lengths: LengthCounts::default(),
            places: PlaceSums::default(),
            others: Vec::new(),
            other_by_name: BTreeMap::new(),
        }
    }

    /// Takes the minutes of one replication of an arm. What is drawn of the day follows from the first rows that come.
    pub fn add_timeline(&mut self, arm: &str, rows: &[TimelineRow]) {
        let axis = match self.axis {
            Some(axis) => axis,
            None => match span::axis_of(rows, self.day) {
                Some(axis) => *self.axis.insert(axis),
                None => return,
            },
        };
        let mut people = vec![(0.0_f64, 0_u32); axis.buckets];
        let place = |row: &TimelineRow| axis.bucket((row.time_unix_s - self.day.midnight_unix_s) as f64 / 3_600.0);
        for row in rows {
            if let Some(index) = place(row) {
                people[index].0 += f64::from(row.stranded());
                people[index].1 += 1;
            }
        }
        let mean = |(sum, minutes): (f64, u32)| if minutes == 0 { 0.0 } else { sum / f64::from(minutes) };
        let people = people.into_iter().map(mean);
        if arm != self.arm {
            let other = self.other(arm, axis.buckets);
            other.replications += 1;
            other.people.iter_mut().zip(people).for_each(|(sum, people)| *sum += people);
            return;
        }
        self.replications += 1;
        self.buckets.resize_with(axis.buckets, Bucket::default);
        for (bucket, people) in self.buckets.iter_mut().zip(people) {
            bucket.stranded_by_replication.push(people as f32);
        }
        for row in rows {
            if let Some(index) = place(row) {
                self.buckets[index].add(row);
            }
        }
    }

    fn other(&mut self, arm: &str, buckets: usize) -> &mut OtherArm {
        let next = self.others.len();
        let index = *self.other_by_name.entry(arm.to_owned()).or_insert(next);
        if index == next {
            self.others.push(OtherArm { name: arm.to_owned(), replications: 0, people: vec![0.0; buckets] });
        }
        &mut self.others[index]
    }

    /// Takes the episodes of one replication of an arm; another arm than that of the report is passed over, and so are
    /// episodes that do not count.
    pub fn add_episodes(&mut self, arm: &str, rows: &[EpisodeRow]) {
        if self.wants_episodes(arm) {
            self.lengths.add(rows);
            self.places.add(rows);
        }
    }

    /// Whether the episodes of this arm are looked at.
    pub fn wants_episodes(&self, arm: &str) -> bool {
        arm == self.arm
    }

    /// What was found. `marks` are moments worth a line, usually the outage's begin and end.
    pub fn finish(self, marks: Vec<Mark>) -> Findings {
        let axis = self.axis.unwrap_or(span::NOTHING);
        let buckets = &self.buckets;
        let several = self.replications > 1;
        let over_replications = |part: f64| -> Vec<f64> {
            let of_bucket = |bucket: &Bucket| {
                let mut people: Vec<f64> = bucket.stranded_by_replication.iter().copied().map(f64::from).collect();
                quantile(&mut people, part).unwrap_or(0.0)
            };
            buckets.iter().map(of_bucket).collect()
        };
        let per_minute = |value: fn(&Bucket) -> f64| -> Vec<f64> {
            let mean = |b: &Bucket| if b.minutes == 0 { 0.0 } else { value(b) / f64::from(b.minutes) };
            let mut means: Vec<f64> = buckets.iter().map(mean).collect();
            means.resize(axis.buckets, 0.0);
            means
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
            fan: several.then(|| Fan {
                p05: over_replications(0.05),
                p25: over_replications(0.25),
                p75: over_replications(0.75),
                p95: over_replications(0.95),
            }),
            marks: marks.clone(),
        };
        let mut capacity_per_second: Vec<Option<f64>> = buckets.iter().map(capacity).collect();
        capacity_per_second.resize(axis.buckets, None);
        let load = LoadOverDay {
            axis,
            attempts_per_second: per_second(|b| b.attempts),
            first_attempts_per_second: per_second(|b| b.first_attempts),
            in_time_per_second: per_second(|b| b.in_time),
            late_per_second: per_second(|b| b.late),
            capacity_per_second,
            queue: per_minute(|b| b.queue),
            marks: marks.clone(),
        };
        Findings {
            stranded,
            load,
            relief: relief(axis, buckets, self.replications, marks),
            lengths: self.lengths.finish(self.replications),
            places: self.places.finish(self.replications),
            arms: self.others.into_iter().map(OtherArm::finish).collect(),
        }
    }
}

impl OtherArm {
    fn finish(self) -> ArmDay {
        let replications = f64::from(self.replications.max(1));
        ArmDay { name: self.name, people: self.people.into_iter().map(|sum| sum / replications).collect() }
    }
}

impl Bucket {
    fn add(&mut self, row: &TimelineRow) {
        self.minutes += 1;
        let classes = [row.stranded_unlock, row.stranded_return, row.stranded_start];
        for (sum, people) in self.stranded.iter_mut().zip(classes) {
            *sum += f64::from(people);
        }
        self.attempts += f64::from(row.attempts);
        self.first_attempts += f64::from(row.first_attempts);
        self.in_time += f64::from(row.answered_in_time);
        self.late += f64::from(row.answered_late);
        self.offered_work_seconds += f64::from(row.offered_work_seconds);
        self.capacity_work_seconds += f64::from(row.capacity_work_seconds);
        self.queue += f64::from(row.queue_length);
        for (sum, episodes) in self.relief.iter_mut().zip(row.relief) {
            *sum += f64::from(episodes);
        }
    }
}

/// Ends of episodes per half hour: in shorter buckets most counts would be noise.
fn relief(axis: DayAxis, buckets: &[Bucket], replications: u32, marks: Vec<Mark>) -> ReliefOverDay {
    let together = ((0.5 / axis.bucket_hours).round() as usize).clamp(1, axis.buckets.max(1));
    let groups: Vec<&[Bucket]> = buckets.chunks(together).collect();
    let replications = f64::from(replications.max(1));
    let of_channel = |channel: ReliefChannel| {
        let index = channel.index();
        groups.iter().map(|group| group.iter().map(|b| b.relief[index]).sum::<f64>() / replications).collect()
    };
    ReliefOverDay {
        axis: DayAxis {
            from_hours: axis.from_hours,
            bucket_hours: axis.bucket_hours * together as f64,
            buckets: groups.len(),
        },
        by_channel: ReliefChannel::ALL.map(of_channel),
        marks,
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
#[path = "aggregate_tests.rs"]
mod tests;
