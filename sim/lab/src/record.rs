//! Episodes and minutes of a replication into the Parquet files of a run folder.

use crate::summary::{ArmRuns, analysed_day};
use std::borrow::Cow;
use stranded_engine::Time;
use stranded_model::{Class, Episode, Minute, Outcomes, Relief};
use stranded_reports::aggregate::{ChartAggregator, ChartSettings};
use stranded_reports::episode::EpisodeRow;
use stranded_reports::error::ReportError;
use stranded_reports::folder::{EPISODES_FILE, REPLICATIONS_FILE, TIMELINE_FILE, UnfinishedRun};
use stranded_reports::relief::{ReliefChannel, StrandedClass};
use stranded_reports::replication::ReplicationRow;
use stranded_reports::table::TableWriter;
use stranded_reports::timeline::TimelineRow;
use stranded_scenario::Scenario;

/// Writes what every replication had, so that other runs can be held against this one replication by replication.
///
/// # Errors
/// When the disk is full or fails.
pub(crate) fn replications(run: &UnfinishedRun, arms: &[ArmRuns]) -> Result<(), ReportError> {
    let mut table = TableWriter::create(&run.path(REPLICATIONS_FILE))?;
    for arm in arms {
        for (index, replication) in arm.replications.iter().enumerate() {
            let values = replication.metrics.iter().filter(|(_, value)| value.is_finite());
            let rows: Vec<ReplicationRow> =
                values.map(|(metric, &value)| ReplicationRow { metric: metric.clone(), value }).collect();
            table.write(&arm.name, index as u32, &rows)?;
        }
    }
    table.finish()
}

/// Streams rows to the disk, a replication of an arm at a time, so that a run of any length fits into memory.
pub(crate) struct Recorder {
    episodes: TableWriter<EpisodeRow>,
    timeline: TableWriter<TimelineRow>,
    places: Vec<Cow<'static, str>>,
    start_unix_seconds: i64,
    charts: ChartAggregator,
}

impl Recorder {
    /// Creates both files; the charts will be about the arm of that name.
    ///
    /// # Errors
    /// When a file cannot be created.
    pub(crate) fn create(run: &UnfinishedRun, scenario: &Scenario, charted_arm: &str) -> Result<Self, ReportError> {
        Ok(Self {
            episodes: TableWriter::create(&run.path(EPISODES_FILE))?,
            timeline: TableWriter::create(&run.path(TIMELINE_FILE))?,
            places: scenario.place.iter().map(|place| Cow::Owned(place.name.clone())).collect(),
            start_unix_seconds: scenario.calendar.start.unix_seconds(),
            charts: ChartAggregator::new(chart_settings(scenario, charted_arm)),
        })
    }

    /// Writes the rows of one replication of one arm.
    ///
    /// # Errors
    /// When the disk is full or fails.
    pub(crate) fn write(&mut self, arm: &str, replication: u32, outcomes: &Outcomes) -> Result<(), ReportError> {
        let episodes: Vec<EpisodeRow> =
            outcomes.episodes.iter().enumerate().map(|(index, episode)| self.episode_row(index, episode)).collect();
        let timeline: Vec<TimelineRow> =
            outcomes.minutes.iter().enumerate().map(|(index, minute)| self.timeline_row(index, minute)).collect();
        self.charts.add_episodes(arm, &episodes);
        self.charts.add_timeline(arm, &timeline);
        self.episodes.write(arm, replication, &episodes)?;
        self.timeline.write(arm, replication, &timeline)
    }

    /// Completes both files; what is left is the data of the charts.
    ///
    /// # Errors
    /// When the disk is full or fails.
    pub(crate) fn finish(self) -> Result<ChartAggregator, ReportError> {
        self.episodes.finish()?;
        self.timeline.finish()?;
        Ok(self.charts)
    }

    fn episode_row(&self, index: usize, episode: &Episode) -> EpisodeRow {
        // A scenario without places has one, everywhere.
        let place = self.places.get(usize::from(episode.place)).cloned().unwrap_or(Cow::Borrowed("anywhere"));
        EpisodeRow {
            episode: index as u32,
            person: episode.person,
            user: episode.user,
            class: class(episode.class),
            need: Cow::Borrowed(episode.need.name()),
            place,
            began_ms: milliseconds(episode.began),
            ended_ms: milliseconds(episode.ended),
            relief: channel(episode.relief),
            counted: episode.counted,
            attempts: episode.attempts,
            calls: episode.calls,
            notice_seen_ms: episode.notice_seen.map(milliseconds),
            complaint_sent_ms: episode.complaint_sent.map(milliseconds),
            aware_ms: episode.aware.map(milliseconds),
            locksmith_decided_ms: episode.locksmith_decided.map(milliseconds),
            cost_krw: f64::from(episode.cost_krw),
        }
    }

    fn timeline_row(&self, index: usize, minute: &Minute) -> TimelineRow {
        let [stranded_unlock, stranded_return, stranded_start] = minute.stranded;
        TimelineRow {
            minute: index as i32,
            time_unix_s: self.start_unix_seconds + 60 * index as i64,
            stranded_unlock,
            stranded_return,
            stranded_start,
            attempts: minute.attempts,
            first_attempts: minute.first_attempts,
            answered_in_time: minute.answered_in_time,
            answered_late: minute.answered_late,
            timed_out: minute.timed_out,
            refused: minute.refused,
            offered_work_seconds: minute.offered_work_seconds,
            capacity_work_seconds: minute.capacity_work_seconds,
            queue_length: minute.queue_length,
            calls: minute.calls,
            calls_answered: minute.calls_answered,
            active_rentals: minute.active_rentals,
            relief: minute.relieved,
        }
    }
}

/// The charts span the measured day and the next noon, as far as they are simulated.
fn chart_settings(scenario: &Scenario, arm: &str) -> ChartSettings {
    let day = analysed_day(scenario);
    let hours = |unix_seconds: i64| (unix_seconds - day.midnight_unix_s) as f64 / 3600.0;
    let settings = ChartSettings::of_day(arm, day);
    let (start, end) = (hours(scenario.calendar.start.unix_seconds()), hours(scenario.calendar.end.unix_seconds()));
    let (from_hours, until_hours) = (settings.from_hours.max(start), settings.until_hours.min(end));
    if until_hours > from_hours {
        ChartSettings { from_hours, until_hours, ..settings }
    } else {
        // A run that is over before six in the morning, as short experiments with services are.
        ChartSettings { from_hours: start, until_hours: end, ..settings }
    }
}

/// Whole milliseconds since the start of the run; a run longer than the 24 days that 32 bits hold is refused before it starts.
fn milliseconds(time: Time) -> i32 {
    i32::try_from(time.as_nanoseconds() / 1_000_000).unwrap_or(i32::MAX)
}

const fn class(class: Class) -> StrandedClass {
    match class {
        Class::Unlock => StrandedClass::Unlock,
        Class::Return => StrandedClass::Return,
        Class::Start => StrandedClass::Start,
    }
}

const fn channel(relief: Relief) -> ReliefChannel {
    match relief {
        Relief::Censored => ReliefChannel::Censored,
        Relief::Server => ReliefChannel::Server,
        Relief::OfflineKey => ReliefChannel::OfflineKey,
        Relief::CallCentre => ReliefChannel::CallCentre,
        Relief::Staff => ReliefChannel::Staff,
        Relief::Advice => ReliefChannel::Advice,
        Relief::Locksmith => ReliefChannel::Locksmith,
        Relief::GaveUp => ReliefChannel::GaveUp,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn model_and_reports_use_the_same_names_in_the_same_order() {
        // The counts of a minute are copied as an array, so the order is part of the contract.
        assert_eq!(Relief::ALL.map(channel), ReliefChannel::ALL);
        assert_eq!(Relief::ALL.map(Relief::name), ReliefChannel::ALL.map(ReliefChannel::name));
        assert_eq!(Class::ALL.map(class), StrandedClass::ALL);
        assert_eq!(Class::ALL.map(Class::name), StrandedClass::ALL.map(StrandedClass::name));
    }

    #[test]
    fn moments_are_whole_milliseconds() {
        assert_eq!(milliseconds(Time::from_seconds(1.234_567)), 1_234);
    }
}
