//! The run loop.

use crate::{Digest, EventKey, PendingEvents, Span, Time};

/// What is simulated: one event type, one handler.
pub trait Model {
    /// An event; small, since it is copied through the pending-event set.
    type Event: Copy;

    /// A number that tells this event from others, for the digest.
    fn fingerprint(event: &Self::Event) -> u64;

    /// Lets an event happen. More events are scheduled through `scheduler`.
    fn handle(&mut self, now: Time, event: Self::Event, scheduler: &mut Scheduler<Self::Event>);
}

/// Events that may run at one moment before the run is taken for one that stands still, unless
/// [`Simulation::set_events_per_moment_max`] says otherwise. Ten million take about half a second; no model starts with as many at once.
const EVENTS_PER_MOMENT_MAX: u64 = 10_000_000;

/// The clock and what is to come.
#[derive(Clone, Debug)]
pub struct Scheduler<E: Copy> {
    now: Time,
    pending: PendingEvents<E>,
    stopped: bool,
}

impl<E: Copy> Scheduler<E> {
    /// The current moment.
    pub const fn now(&self) -> Time {
        self.now
    }

    /// Schedules an event at a moment. An event at [`Time::NEVER`] is not kept.
    ///
    /// # Panics
    /// When the moment has passed: time never runs back, so that is a bug of the model. A model that takes moments from outside
    /// compares them with [`Self::now`] first.
    #[inline]
    pub fn at(&mut self, time: Time, event: E) {
        self.assert_to_come(time);
        if time != Time::NEVER {
            self.pending.push(time, event);
        }
    }

    /// Schedules an event after a span. A span beyond the end of the clock is one that never ends: nothing wraps around.
    #[inline]
    pub fn after(&mut self, span: Span, event: E) {
        self.at(self.now + span, event);
    }

    /// Schedules an event that can be cancelled. At [`Time::NEVER`] it never happens, but its key can be cancelled like any other.
    ///
    /// # Panics
    /// When the moment has passed, or 2^32 such events are pending.
    #[inline]
    pub fn at_keyed(&mut self, time: Time, event: E) -> EventKey {
        self.assert_to_come(time);
        self.pending.push_keyed(time, event)
    }

    /// Schedules an event after a span that can be cancelled.
    ///
    /// # Panics
    /// When 2^32 such events are pending.
    #[inline]
    pub fn after_keyed(&mut self, span: Span, event: E) -> EventKey {
        self.at_keyed(self.now + span, event)
    }

    /// Takes an event back. True when it was still to come: a time-out that can be cancelled is one whose client still waits.
    #[inline]
    pub fn cancel(&mut self, key: EventKey) -> bool {
        self.pending.cancel(key)
    }

    #[inline]
    fn assert_to_come(&self, time: Time) {
        assert!(time >= self.now, "an event was scheduled at {time}, before the current moment {}", self.now);
    }

    /// Ends the run after the current event.
    pub const fn stop(&mut self) {
        self.stopped = true;
    }

    /// Events to come.
    pub const fn pending(&self) -> usize {
        self.pending.len()
    }
}

/// Why a run stopped.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum StopReason {
    /// The wanted moment was reached; later events are still pending.
    Time,
    /// The wanted number of events was reached.
    Count,
    /// Nothing is left to happen.
    Drained,
    /// The model asked for it.
    Model,
    /// Time stands still: more events than the limit ran at one moment, as when two of them cause each other without delay.
    Stalled,
    /// Whoever watched the run did not want it to go on.
    Interrupted,
}

/// A model and its future. A clone is a branch: it goes on from here by itself.
#[derive(Clone, Debug)]
pub struct Simulation<M: Model> {
    model: M,
    scheduler: Scheduler<M::Event>,
    digest: Digest,
    events: u64,
    /// Value of `events` when the clock last moved.
    events_before_moment: u64,
    events_per_moment_max: u64,
}

impl<M: Model> Simulation<M> {
    /// A simulation at time zero with nothing scheduled.
    pub fn new(model: M) -> Self {
        Self {
            model,
            scheduler: Scheduler { now: Time::ZERO, pending: PendingEvents::new(), stopped: false },
            digest: Digest::default(),
            events: 0,
            events_before_moment: 0,
            events_per_moment_max: EVENTS_PER_MOMENT_MAX,
        }
    }

    /// Sets how many events may run at one moment before a run ends as [`StopReason::Stalled`] (ten million by default).
    pub const fn set_events_per_moment_max(&mut self, events: u64) {
        self.events_per_moment_max = events;
    }

    /// The model.
    pub const fn model(&self) -> &M {
        &self.model
    }

    /// The model, to be changed between two runs: how a branch takes another decision.
    pub const fn model_mut(&mut self) -> &mut M {
        &mut self.model
    }

    /// The scheduler, to place the first events.
    pub const fn scheduler(&mut self) -> &mut Scheduler<M::Event> {
        &mut self.scheduler
    }

    /// Model and scheduler together, for a model that schedules its own first events.
    pub const fn parts(&mut self) -> (&mut M, &mut Scheduler<M::Event>) {
        (&mut self.model, &mut self.scheduler)
    }

    /// Ends the simulation and gives the model back.
    pub fn into_model(self) -> M {
        self.model
    }

    /// The current moment.
    pub const fn now(&self) -> Time {
        self.scheduler.now
    }

    /// Events handled so far.
    pub const fn events(&self) -> u64 {
        self.events
    }

    /// Digest over the events handled so far.
    pub const fn digest(&self) -> u64 {
        self.digest.value()
    }

    /// Runs all events before `end` and sets the clock to `end`.
    pub fn run_until(&mut self, end: Time) -> StopReason {
        self.run(end, u64::MAX)
    }

    /// Runs all events before `end`, but no more than `events_max`. The clock stands at `end` afterwards, unless the run
    /// stopped earlier.
    pub fn run(&mut self, end: Time, events_max: u64) -> StopReason {
        self.run_traced(end, events_max, |_, _, _| {})
    }

    /// The same, and shows every event to `trace` before it is handled. [`Self::run`] is this with a trace that the compiler
    /// leaves out, so that a trace which is off costs nothing.
    pub fn run_traced(&mut self, end: Time, events_max: u64, mut trace: impl FnMut(Time, &M::Event, &M)) -> StopReason {
        let mut left = events_max;
        loop {
            if self.scheduler.stopped {
                self.scheduler.stopped = false;
                return StopReason::Model;
            }
            if left == 0 {
                return StopReason::Count;
            }
            if self.events - self.events_before_moment >= self.events_per_moment_max {
                return StopReason::Stalled;
            }
            let Some((time, event)) = self.scheduler.pending.pop_before(end) else { break };
            debug_assert!(time >= self.scheduler.now, "time ran back");
            if time > self.scheduler.now {
                self.events_before_moment = self.events;
                self.scheduler.now = time;
            }
            self.digest.fold(time.as_nanoseconds(), M::fingerprint(&event));
            self.events += 1;
            left -= 1;
            trace(time, &event, &self.model);
            self.model.handle(time, event, &mut self.scheduler);
        }
        let drained = self.scheduler.pending.is_empty();
        if end > self.scheduler.now && end != Time::NEVER {
            self.scheduler.now = end;
            self.events_before_moment = self.events;
        }
        if drained { StopReason::Drained } else { StopReason::Time }
    }

    /// Runs all events before `end` and shows the simulation to `watch` every `events_between` events. The run ends as
    /// [`StopReason::Interrupted`] when `watch` answers false.
    ///
    /// Events, not simulated time, set the pace: a second of simulated time may hold nothing or a million events.
    pub fn run_watched(&mut self, end: Time, events_between: u64, mut watch: impl FnMut(&Self) -> bool) -> StopReason {
        loop {
            let reason = self.run(end, events_between.max(1));
            if reason != StopReason::Count {
                return reason;
            }
            if !watch(self) {
                return StopReason::Interrupted;
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Clone)]
    struct Recorder {
        seen: Vec<(u64, u32)>,
        stop_at: u32,
    }

    impl Model for Recorder {
        type Event = u32;

        fn fingerprint(event: &u32) -> u64 {
            u64::from(*event)
        }

        fn handle(&mut self, now: Time, event: u32, scheduler: &mut Scheduler<u32>) {
            self.seen.push((now.as_nanoseconds(), event));
            if event == self.stop_at {
                scheduler.stop();
            }
            if event == 100 {
                scheduler.after(Span::ZERO, 101);
            }
        }
    }

    fn recorder() -> Simulation<Recorder> {
        Simulation::new(Recorder { seen: Vec::new(), stop_at: u32::MAX })
    }

    #[test]
    fn equal_times_run_in_insertion_order_and_what_they_schedule_now_runs_last() {
        let mut simulation = recorder();
        let moment = Time::from_nanoseconds(5);
        for event in [100, 1, 2] {
            simulation.scheduler().at(moment, event);
        }
        assert_eq!(simulation.run_until(Time::from_nanoseconds(6)), StopReason::Drained);
        assert_eq!(simulation.model().seen, [(5, 100), (5, 1), (5, 2), (5, 101)]);
    }

    #[test]
    fn stops_before_the_end_by_count_and_by_the_model() {
        let mut simulation = recorder();
        for event in 0..5 {
            simulation.scheduler().at(Time::from_nanoseconds(u64::from(event)), event);
        }
        simulation.model_mut().stop_at = 3;
        assert_eq!(simulation.run_until(Time::from_nanoseconds(2)), StopReason::Time);
        assert_eq!(simulation.now(), Time::from_nanoseconds(2));
        assert_eq!(simulation.run(Time::NEVER, 1), StopReason::Count);
        assert_eq!(simulation.run_until(Time::NEVER), StopReason::Model);
        assert_eq!(simulation.run_until(Time::NEVER), StopReason::Drained);
        assert_eq!(simulation.events(), 5);
    }

    #[test]
    fn a_branch_goes_on_by_itself_and_to_the_same_digest() {
        let mut simulation = recorder();
        for event in 0..50 {
            simulation.scheduler().at(Time::from_nanoseconds(u64::from(event % 7)), event);
        }
        simulation.run_until(Time::from_nanoseconds(3));
        let mut branch = simulation.clone();
        simulation.run_until(Time::NEVER);
        branch.run_until(Time::NEVER);
        assert_eq!(simulation.digest(), branch.digest());
        assert_eq!(simulation.model().seen, branch.model().seen);
    }

    #[test]
    #[should_panic(expected = "before the current moment")]
    fn scheduling_in_the_past_is_a_bug() {
        let mut simulation = recorder();
        simulation.scheduler().at(Time::from_nanoseconds(5), 1);
        simulation.run_until(Time::from_nanoseconds(6));
        simulation.scheduler().at(Time::from_nanoseconds(5), 2);
    }

    #[test]
    fn what_is_scheduled_for_never_is_not_kept() {
        let mut simulation = recorder();
        simulation.scheduler().at(Time::NEVER, 1);
        assert_eq!(simulation.run_until(Time::NEVER), StopReason::Drained);
        assert_eq!(simulation.events(), 0);
    }

    #[test]
    fn what_was_cancelled_does_not_happen_and_a_stale_key_does_nothing() {
        let mut simulation = recorder();
        let scheduler = simulation.scheduler();
        let first = scheduler.at_keyed(Time::from_nanoseconds(1), 1);
        let second = scheduler.after_keyed(Span::from_nanoseconds(2), 2);
        assert_eq!(scheduler.pending(), 2);
        assert!(scheduler.cancel(second));
        assert!(!scheduler.cancel(second));
        assert_eq!(scheduler.pending(), 1);
        assert_eq!(simulation.run_until(Time::from_nanoseconds(2)), StopReason::Drained);
        // The slot of a key is used again; the old keys must not reach the new events.
        let third = simulation.scheduler().at_keyed(Time::from_nanoseconds(3), 3);
        assert!(!simulation.scheduler().cancel(first));
        assert!(!simulation.scheduler().cancel(second));
        simulation.run_until(Time::NEVER);
        assert!(!simulation.scheduler().cancel(third));
        assert_eq!(simulation.model().seen, [(1, 1), (3, 3)]);
    }

    #[test]
    fn a_keyed_event_that_never_happens_can_be_cancelled() {
        let mut simulation = recorder();
        let key = simulation.scheduler().at_keyed(Time::NEVER, 1);
        assert_eq!(simulation.run_until(Time::NEVER), StopReason::Time);
        assert!(simulation.scheduler().cancel(key));
        assert_eq!(simulation.run_until(Time::NEVER), StopReason::Drained);
        assert_eq!(simulation.events(), 0);
    }

    #[test]
    fn a_run_whose_time_stands_still_ends_and_says_so() {
        struct Echo;
        impl Model for Echo {
            type Event = ();
            fn fingerprint((): &()) -> u64 {
                0
            }
            fn handle(&mut self, _: Time, (): (), scheduler: &mut Scheduler<()>) {
                scheduler.after(Span::ZERO, ());
            }
        }
        let mut simulation = Simulation::new(Echo);
        simulation.set_events_per_moment_max(1000);
        simulation.scheduler().at(Time::from_seconds(7.0), ());
        assert_eq!(simulation.run_until(Time::NEVER), StopReason::Stalled);
        assert_eq!((simulation.now(), simulation.events()), (Time::from_seconds(7.0), 1000));
        assert_eq!(simulation.run_until(Time::NEVER), StopReason::Stalled);
    }

    #[test]
    fn an_endless_span_schedules_nothing() {
        let mut simulation = recorder();
        simulation.run_until(Time::from_seconds(5.0));
        simulation.scheduler().after(Span::from_nanoseconds(u64::MAX - 1), 1);
        assert_eq!(simulation.scheduler().pending(), 0);
    }

    #[test]
    fn a_trace_sees_every_event_and_changes_nothing() {
        let mut plain = recorder();
        for event in 0..50 {
            plain.scheduler().at(Time::from_nanoseconds(u64::from(event % 7)), event);
        }
        let mut traced = plain.clone();
        let mut seen = Vec::new();
        traced.run_traced(Time::NEVER, u64::MAX, |time, event, model| {
            assert_eq!(model.seen.len(), seen.len(), "the trace comes before the handler");
            seen.push((time.as_nanoseconds(), *event));
        });
        plain.run_until(Time::NEVER);
        assert_eq!(seen, plain.model().seen);
        assert_eq!(traced.digest(), plain.digest());
    }

    #[test]
    fn a_watched_run_can_be_interrupted_and_taken_up_again() {
        let mut simulation = recorder();
        for event in 0..10 {
            simulation.scheduler().at(Time::from_nanoseconds(u64::from(event)), event);
        }
        let reason = simulation.run_watched(Time::NEVER, 3, |simulation| simulation.events() < 6);
        assert_eq!((reason, simulation.events()), (StopReason::Interrupted, 6));
        let mut looks = 0;
        let reason = simulation.run_watched(Time::NEVER, 3, |_| {
            looks += 1;
            true
        });
        assert_eq!((reason, simulation.events(), looks), (StopReason::Drained, 10, 1));
    }
}
