//! The run loop.

use crate::{Digest, PendingEvents, Span, Time};

/// What is simulated: one event type, one handler.
pub trait Model {
    /// An event; small, since it is copied through the pending-event set.
    type Event: Copy;

    /// A number that tells this event from others, for the digest.
    fn fingerprint(event: &Self::Event) -> u64;

    /// Lets an event happen. More events are scheduled through `scheduler`.
    fn handle(&mut self, now: Time, event: Self::Event, scheduler: &mut Scheduler<Self::Event>);
}

/// The clock and what is to come.
#[derive(Clone, Debug)]
pub struct Scheduler<E> {
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
    /// When the moment has passed: time never runs back, so that is a bug of the model.
    #[inline]
    pub fn at(&mut self, time: Time, event: E) {
        assert!(time >= self.now, "an event was scheduled at {time}, before the current moment {}", self.now);
        if time != Time::NEVER {
            self.pending.push(time, event);
        }
    }

    /// Schedules an event after a span.
    #[inline]
    pub fn after(&mut self, span: Span, event: E) {
        self.at(self.now + span, event);
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
}

/// A model and its future. A clone is a branch: it goes on from here by itself.
#[derive(Clone, Debug)]
pub struct Simulation<M: Model> {
    model: M,
    scheduler: Scheduler<M::Event>,
    digest: Digest,
    events: u64,
}

impl<M: Model> Simulation<M> {
    /// A simulation at time zero with nothing scheduled.
    pub fn new(model: M) -> Self {
        Self {
            model,
            scheduler: Scheduler { now: Time::ZERO, pending: PendingEvents::new(), stopped: false },
            digest: Digest::default(),
            events: 0,
        }
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
        let mut left = events_max;
        loop {
            if self.scheduler.stopped {
                self.scheduler.stopped = false;
                return StopReason::Model;
            }
            if left == 0 {
                return StopReason::Count;
            }
            let Some((time, event)) = self.scheduler.pending.pop_before(end) else { break };
            debug_assert!(time >= self.scheduler.now, "time ran back");
            self.scheduler.now = time;
            self.digest.fold(time.as_nanoseconds(), M::fingerprint(&event));
            self.events += 1;
            left -= 1;
            self.model.handle(time, event, &mut self.scheduler);
        }
        let drained = self.scheduler.pending.is_empty();
        if end > self.scheduler.now && end != Time::NEVER {
            self.scheduler.now = end;
        }
        if drained { StopReason::Drained } else { StopReason::Time }
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
}
