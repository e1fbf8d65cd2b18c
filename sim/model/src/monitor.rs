//! The minute-by-minute record, and the rule that calls the service down.

use crate::outcome::{Minute, Outage, Relief, Second};
use crate::settings::Settings;
use crate::world::{Agenda, World};
use stranded_engine::{Span, Time};

const MINUTE_NANOSECONDS: u64 = 60_000_000_000;
const SECOND_NANOSECONDS: u64 = 1_000_000_000;

/// Seconds of a run that are recorded at most: those of a comparison with a real server, not those of a long run.
const SECONDS_MAX: usize = 3600;

/// An outage that begins within this time after another is the same one.
const FLICKER: Span = Span::from_nanoseconds(60 * MINUTE_NANOSECONDS);

/// What is counted as it happens.
#[derive(Clone, Debug)]
pub(crate) struct Monitor {
    pub(crate) minutes: Vec<Minute>,
    /// Plain arrivals by seconds; empty where they are not recorded.
    pub(crate) seconds: Vec<Second>,
    present: Minute,
    window_minutes: usize,
    up_for_minutes: usize,
    /// Minutes in a row in which the service was well again.
    well_minutes: usize,
    pub(crate) outages: Vec<Outage>,
    /// First notice of each outage.
    pub(crate) notices: Vec<Option<Time>>,
}

impl Monitor {
    pub(crate) fn new(settings: &Settings) -> Self {
        let minutes = |duration: stranded_scenario::Duration| {
            (duration.as_nanoseconds().div_ceil(MINUTE_NANOSECONDS) as usize).max(1)
        };
        Self {
            minutes: Vec::with_capacity((settings.end.as_whole_minutes() + 1) as usize),
            seconds: vec![Second::default(); seconds_recorded(settings)],
            present: Minute::default(),
            window_minutes: minutes(settings.outage.window),
            up_for_minutes: minutes(settings.outage.up_for),
            well_minutes: 0,
            outages: Vec::new(),
            notices: Vec::new(),
        }
    }

    pub(crate) fn attempt(&mut self, first: bool, now: Time) {
        self.present.attempts += 1;
        self.present.first_attempts += u32::from(first);
        self.note_second(now, |second| {
            second.attempts += 1;
            second.intents += u32::from(first);
        });
    }

    /// Adds to the record of the present second, where there is one.
    #[inline]
    fn note_second(&mut self, now: Time, note: impl FnOnce(&mut Second)) {
        if !self.seconds.is_empty()
            && let Some(second) = self.seconds.get_mut((now.as_nanoseconds() / SECOND_NANOSECONDS) as usize)
        {
            note(second);
        }
    }

    pub(crate) fn offer(&mut self, work_seconds: f64) {
        self.present.offered_work_seconds += work_seconds as f32;
    }

    pub(crate) fn answered_in_time(&mut self, now: Time) {
        self.present.answered_in_time += 1;
        self.note_second(now, |second| second.good += 1);
    }

    pub(crate) fn answered_late(&mut self) {
        self.present.answered_late += 1;
    }

    pub(crate) fn timed_out(&mut self, now: Time) {
        self.present.timed_out += 1;
        self.note_second(now, |second| second.failed += 1);
    }

    pub(crate) fn refused(&mut self, now: Time) {
        self.present.refused += 1;
        self.note_second(now, |second| second.failed += 1);
    }

    pub(crate) fn call(&mut self) {
        self.present.calls += 1;
    }

    pub(crate) fn call_answered(&mut self) {
        self.present.calls_answered += 1;
    }

    pub(crate) fn relieved(&mut self, relief: Relief) {
        let channel = Relief::ALL.iter().position(|&it| it == relief).unwrap_or(Relief::ALL.len() - 1);
        self.present.relieved[channel] += 1;
    }

    pub(crate) fn is_down(&self) -> bool {
        self.outages.last().is_some_and(|outage| outage.up.is_none())
    }

    /// Whether that outage is still going on.
    pub(crate) fn is_outage(&self, outage: u32) -> bool {
        self.is_down() && self.outages.len() == outage as usize + 1
    }

    pub(crate) fn notice_published(&mut self, now: Time) {
        if let Some(notice) = self.notices.last_mut() {
            *notice = Some(now);
        }
    }

    /// Attempts and answers in time of the sliding window.
    fn window(&self) -> (u32, u32) {
        let from = self.minutes.len().saturating_sub(self.window_minutes);
        self.minutes[from..].iter().fold((0, 0), |(attempts, answered), minute| {
            (attempts + minute.attempts, answered + minute.answered_in_time)
        })
    }
}

/// How many seconds are recorded: all of them, or none.
fn seconds_recorded(settings: &Settings) -> usize {
    let count = settings.end.as_nanoseconds().div_ceil(SECOND_NANOSECONDS) as usize;
    if settings.arrivals.is_some() && count <= SECONDS_MAX { count } else { 0 }
}

impl World {
    /// Closes the minute that ends now; true news of an outage sets the operator's clock.
    pub(crate) fn close_minute(&mut self, now: Time, scheduler: &mut Agenda<'_>) {
        let settings = self.settings.clone();
        let mut minute = std::mem::take(&mut self.monitor.present);
        minute.stranded = self.episodes.stranded;
        minute.capacity_work_seconds = (self.network.capacity_work() * 60.0) as f32;
        minute.queue_length = self.network.queue_length() as u32;
        minute.active_rentals = self.tally.active_rentals;
        minute.plain = self.plain.record.take_minute(now);
        self.monitor.minutes.push(minute);

        let rule = &settings.outage;
        let (attempts, answered) = self.monitor.window();
        let share = f64::from(answered) / f64::from(attempts.max(1));
        let enough = attempts >= rule.minimum_attempts;
        let half_window = Span::from_nanoseconds(self.monitor.window_minutes as u64 * MINUTE_NANOSECONDS / 2);
        let back = |span: Span| Time::from_nanoseconds(now.as_nanoseconds().saturating_sub(span.as_nanoseconds()));
        if !self.monitor.is_down() {
            if enough && share < rule.down_below.value() {
                if let Some(outage) = self.monitor.outages.last_mut()
                    && outage.up.is_some_and(|up| now.saturating_since(up) < FLICKER)
                {
                    // A service that comes back for a moment has not come back.
                    outage.up = None;
                    self.monitor.well_minutes = 0;
                    return;
                }
                // The window's share crosses half when half of it is bad: the trouble began in its middle.
                let earliest = self.monitor.outages.last().and_then(|outage| outage.up).unwrap_or(Time::ZERO);
                let down = back(half_window).max(earliest);
                let outage = self.monitor.outages.len() as u32;
                self.monitor.outages.push(Outage { down, up: None });
                self.monitor.notices.push(None);
                self.monitor.well_minutes = 0;
                self.plan_broadcasts(outage, down, now, scheduler);
            }
            return;
        }
        // In the quiet of the night a window may hold few attempts; a service that answers them is well, and a window without
        // any says nothing.
        if attempts == 0 {
            return;
        }
        let well = share >= rule.up_above.value();
        self.monitor.well_minutes = if well { self.monitor.well_minutes + 1 } else { 0 };
        if self.monitor.well_minutes >= self.monitor.up_for_minutes {
            let well_for = Span::from_nanoseconds(self.monitor.well_minutes as u64 * MINUTE_NANOSECONDS);
            if let Some(outage) = self.monitor.outages.last_mut() {
                outage.up = Some(back(well_for + half_window).max(outage.down));
            }
        }
    }
}
