//! The services: queues with workers that call one another.
//!
//! A request enters at one service and goes down the chain of calls. Nobody takes abandoned work back unless the service is told to
//! (`cancel_abandoned`): what is served after its client has gone is wasted, and that waste is what makes a collapse last.

mod calls;
mod limiter;

use self::calls::{CallPolicy, Calls};
use self::limiter::Limiter;
use crate::calibrated_range::CalibratedRange;
use crate::event::Event;
use crate::service_draws::ServiceDraws;
use crate::world::Agenda;
use std::collections::BTreeMap;
use stranded_engine::{Span, Stream, Time};
use stranded_policy::{Entry, Nanoseconds, Pushed, Queue, QueueConfig};
use stranded_scenario::section::Service as ServiceSection;

/// Place of a request among those in the services.
pub(crate) type RequestIndex = u32;

/// One attempt on its way through the services.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Request {
    pub(crate) person: u32,
    /// Tells this attempt from the person's others.
    pub(crate) attempt: u32,
    /// Service time against the service's own.
    pub(crate) work: f32,
    pub(crate) class: u8,
    /// How far down the chain it is.
    pub(crate) depth: u8,
    /// Its client has left the line; it is thrown away when its turn comes.
    pub(crate) left: bool,
    /// When it was sent.
    pub(crate) sent: Time,
    /// When its client stops waiting.
    pub(crate) deadline: Time,
    /// When it began to wait for its present service.
    pub(crate) queued: Time,
    /// Time in the lines of all its services so far; the present wait is added when it ends.
    pub(crate) waited: Span,
    /// Its present service works on it; also true of places without a request.
    pub(crate) is_worked_on: bool,
    /// Luck: where this attempt's draws start.
    pub(crate) stream: Stream,
}

/// How a request left the services.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Departure {
    /// The chain has answered.
    Answered(Request),
    /// A service refused it or threw it away. `told`: the client hears of it after this span; otherwise it waits for its time-out.
    Refused { request: Request, told: Option<Span> },
}

/// A server in simulated form.
#[derive(Clone, Debug)]
struct Service {
    workers: u32,
    busy: u32,
    /// Against the configured speed: the last of the changes in force.
    speed: f64,
    /// Changes of speed in force, by the action that made them, in the order in which they were made.
    changes: Vec<(u32, f64)>,
    draws: ServiceDraws,
    queue: Queue<u32>,
    /// Most requests waiting whose clients have not left, where clients leave: the queue itself cannot tell them apart.
    room: Option<u32>,
    /// Limit on the requests let in, waiting ones included.
    limiter: Option<Box<Limiter>>,
    /// Whether a worker stays with the request while the next service of the chain works on it.
    blocking: bool,
    cancel_abandoned: bool,
    refusal_time: Span,
    /// What it was measured with, if it was.
    range: Option<CalibratedRange>,
}

/// A chain of services, entry first.
#[derive(Clone, Debug)]
pub(crate) struct Network {
    names: Vec<String>,
    services: Vec<Service>,
    requests: Vec<Request>,
    free: Vec<u32>,
    /// Requests in a line whose clients have left it.
    left: usize,
    /// Calls that services watch over; nothing where none does.
    calls: Option<Box<Calls>>,
    departures: Vec<Departure>,
    dropped: Vec<Entry<u32>>,
    /// Index of the service with the least capacity for the requests that reach it.
    bottleneck: usize,
    /// Mean work that a request of weight one brings to the bottleneck, in worker-seconds; less where a cache spares it.
    bottleneck_seconds: f64,
}

impl Network {
    /// The chain that begins at `entry`. `impatient`: clients leave the line of the first service.
    pub(crate) fn new(sections: &BTreeMap<String, ServiceSection>, entry: &str, impatient: bool) -> Self {
        let mut names = Vec::new();
        let mut services = Vec::new();
        let mut capacities = Vec::new();
        let mut call_policies = Vec::new();
        let mut next = Some(entry);
        while let Some(name) = next {
            // Validation has refused cycles and unknown names; the length bound keeps even a wrong file from hanging.
            let Some(section) = sections.get(name).filter(|_| names.len() < sections.len()) else { break };
            let call = section.calls.as_ref();
            // Requests whose clients have left stay in the queue until their turn comes, but take up no room.
            let leaves_room = impatient && names.is_empty();
            names.push(name.to_owned());
            capacities.push(f64::from(section.workers) / section.service_time.mean());
            services.push(Service {
                workers: section.workers,
                busy: 0,
                speed: 1.0,
                changes: Vec::new(),
                draws: ServiceDraws::new(section),
                queue: Queue::new(QueueConfig {
                    capacity: section.queue.capacity.filter(|_| !leaves_room),
                    ..crate::policies::queue(&section.queue)
                }),
                room: section.queue.capacity.filter(|_| leaves_room),
                limiter: section.limit.as_ref().map(|limit| Box::new(Limiter::new(limit))),
                blocking: call.is_some_and(|call| call.blocking),
                cancel_abandoned: section.cancel_abandoned,
                refusal_time: crate::sampler::span(section.refusal_time),
                range: section.calibrated.as_ref().map(CalibratedRange::new),
            });
            call_policies.push(call.and_then(CallPolicy::new));
            next = call.map(|call| call.service.as_str());
        }
        // What is answered from a cache never gets further down.
        let reach = |depth: usize| {
            services[..depth].iter().map(|service: &Service| 1.0 - service.draws.cached()).product::<f64>()
        };
        let load = |depth: usize| reach(depth) / capacities[depth];
        let bottleneck = (0..capacities.len()).max_by(|&a, &b| load(a).total_cmp(&load(b))).unwrap_or(0);
        let bottleneck_seconds =
            reach(bottleneck) * names.get(bottleneck).map_or(1.0, |name| sections[name].service_time.mean());
        Self {
            names,
            services,
            requests: Vec::new(),
            free: Vec::new(),
            left: 0,
            calls: Calls::new(call_policies),
            departures: Vec::new(),
            dropped: Vec::new(),
            bottleneck,
            bottleneck_seconds,
        }
    }

    /// What the reader should know of services that were offered more than was ever measured.
    pub(crate) fn extrapolations(&self) -> impl Iterator<Item = String> {
        self.names.iter().zip(&self.services).filter_map(|(name, service)| service.range.as_ref()?.warning(name))
    }

    /// Requests waiting at the bottleneck.
    pub(crate) fn queue_length(&self) -> usize {
        self.services.get(self.bottleneck).map_or(0, |service| service.queue.len())
    }

    /// Requests that wait or are worked on, at all services; those whose clients have left the line do not count.
    pub(crate) fn in_system(&self) -> usize {
        let paired = self.calls.as_ref().map_or(0, |calls| calls.paired);
        self.requests.len() - self.free.len() - self.left - paired
    }

    /// Requests that wait in a line, of all services; those whose clients have left it do not count.
    pub(crate) fn in_line(&self) -> usize {
        self.services.iter().map(|service| service.queue.len()).sum::<usize>() - self.left
    }

    /// Whether `person`'s request waits in the line of the first service.
    pub(crate) fn is_waiting(&self, index: RequestIndex, person: u32) -> bool {
        let request = &self.requests[index as usize];
        request.person == person && !request.is_worked_on && request.depth == 0
    }

    /// How long a request has been in lines by now.
    pub(crate) fn waited(&self, index: RequestIndex, now: Time) -> Span {
        let request = &self.requests[index as usize];
        if request.is_worked_on { request.waited } else { request.waited + (now - request.queued) }
    }

    /// Mean work that a request of weight one brings to the bottleneck, in worker-seconds; less where a cache spares it.
    pub(crate) fn bottleneck_seconds(&self) -> f64 {
        self.bottleneck_seconds
    }

    /// What the bottleneck can do in a second, in worker-seconds at its configured speed.
    pub(crate) fn capacity_work(&self) -> f64 {
        self.services.get(self.bottleneck).map_or(0.0, |service| f64::from(service.workers) * service.speed)
    }

    /// Whether all workers of the entry service are busy.
    pub(crate) fn entry_is_full(&self) -> bool {
        self.services[0].busy >= self.services[0].workers
    }

    /// Takes a request in at the entry; its place is valid until it leaves.
    pub(crate) fn submit(&mut self, request: Request, now: Time, scheduler: &mut Agenda<'_>) -> RequestIndex {
        let index = self.take_in(request);
        self.enter(index, now, scheduler);
        index
    }

    /// A place for a request.
    #[inline]
    fn take_in(&mut self, request: Request) -> RequestIndex {
        let index = if let Some(index) = self.free.pop() {
            self.requests[index as usize] = request;
            index
        } else {
            self.requests.push(request);
            (self.requests.len() - 1) as u32
        };
        if let Some(calls) = &mut self.calls {
            calls.begin(index);
        }
        index
    }

    /// A worker of `service` has finished `index`.
    pub(crate) fn served(&mut self, service: u8, index: u32, now: Time, scheduler: &mut Agenda<'_>) {
        let depth = usize::from(service);
        let goes_on = depth + 1 < self.services.len()
            && !self.services[depth].draws.is_cached(&mut self.requests[index as usize].stream);
        if goes_on {
            if !self.services[depth].blocking {
                self.completed(depth, index, false, now);
                self.release_worker(depth, now, scheduler);
            }
            if self.watches_calls(depth) {
                self.call(index, now, scheduler);
                return;
            }
            self.requests[index as usize].depth += 1;
            self.enter(index, now, scheduler);
        } else {
            self.completed(depth, index, false, now);
            self.release_worker(depth, now, scheduler);
            self.finish(index, now, scheduler);
        }
    }

    /// A request is done at the service where it is, and has an answer.
    fn finish(&mut self, index: u32, now: Time, scheduler: &mut Agenda<'_>) {
        let depth = usize::from(self.requests[index as usize].depth);
        self.unwind(index, self.entered_at(index)..depth, false, now, scheduler);
        let request = self.requests[index as usize];
        self.free.push(index);
        self.depart(index, Departure::Answered(request), now, scheduler);
    }

    /// A service's limit learns of a request that it let in.
    #[inline]
    fn completed(&mut self, depth: usize, index: u32, is_lost: bool, now: Time) {
        let service = &mut self.services[depth];
        if let Some(limiter) = &mut service.limiter {
            limiter.completed(index, service.busy + service.queue.len() as u32, is_lost, now);
        }
    }

    /// What has left since this was last called; the buffer is handed back through [`Self::recycle`].
    pub(crate) fn take_departures(&mut self) -> Vec<Departure> {
        std::mem::take(&mut self.departures)
    }

    /// Whether anything has left.
    pub(crate) fn has_departures(&self) -> bool {
        !self.departures.is_empty()
    }

    /// Takes the buffer back for its allocation, unless more has left meanwhile.
    pub(crate) fn recycle(&mut self, mut departures: Vec<Departure>) {
        if self.departures.is_empty() {
            departures.clear();
            self.departures = departures;
        }
    }

    /// Throws away all that waits at a service.
    pub(crate) fn purge(&mut self, name: &str, now: Time, scheduler: &mut Agenda<'_>) {
        if let Some(depth) = self.names.iter().position(|it| it == name) {
            let mut purged = std::mem::take(&mut self.dropped);
            self.services[depth].queue.clear_into(&mut purged);
            for entry in purged.drain(..) {
                self.refuse(entry.item, now, scheduler);
            }
            self.dropped = purged;
        }
    }

    /// An action sets a service's speed against its configured one, or (`None`) takes that back; the last change in force rules.
    /// Requests being worked on keep their finishing time. A service of no speed takes up no work until it has one again.
    pub(crate) fn change_speed(
        &mut self,
        name: &str,
        action: u32,
        speed: Option<f64>,
        now: Time,
        scheduler: &mut Agenda<'_>,
    ) {
        let Some(depth) = self.names.iter().position(|it| it == name) else { return };
        let service = &mut self.services[depth];
        service.changes.retain(|&(by, _)| by != action);
        service.changes.extend(speed.map(|speed| (action, speed)));
        service.speed = service.changes.last().map_or(1.0, |&(_, speed)| speed);
        for _ in service.busy..service.workers {
            if self.services[depth].queue.is_empty() || self.services[depth].speed <= 0.0 {
                break;
            }
            self.services[depth].busy += 1;
            self.release_worker(depth, now, scheduler);
        }
    }

    fn enter(&mut self, index: u32, now: Time, scheduler: &mut Agenda<'_>) {
        let request = &mut self.requests[index as usize];
        request.queued = now;
        request.is_worked_on = false;
        let (depth, class, deadline) = (usize::from(request.depth), request.class, request.deadline);
        let service = &mut self.services[depth];
        if let Some(range) = &mut service.range {
            range.note(now);
        }
        if let Some(limiter) = &mut service.limiter
            && !limiter.admits(index, service.busy + service.queue.len() as u32, now)
        {
            self.fail(index, now, scheduler);
            return;
        }
        if service.busy < service.workers && service.queue.is_empty() && service.speed > 0.0 {
            service.busy += 1;
            self.start(depth, index, now, scheduler);
            return;
        }
        if service.room.is_some_and(|room| service.queue.len() - self.left >= room as usize) {
            self.fail(index, now, scheduler);
            return;
        }
        let entry = Entry {
            item: index,
            class,
            enqueued_at: Nanoseconds(now.as_nanoseconds()),
            deadline: Nanoseconds(deadline.as_nanoseconds()),
        };
        match service.queue.push(entry) {
            Pushed::Accepted => {}
            Pushed::Refused(entry) => self.fail(entry.item, now, scheduler),
            Pushed::Displaced(entry) => self.refuse(entry.item, now, scheduler),
        }
    }

    fn start(&mut self, depth: usize, index: u32, now: Time, scheduler: &mut Agenda<'_>) {
        let request = &mut self.requests[index as usize];
        request.waited = request.waited + (now - request.queued);
        request.is_worked_on = true;
        let service = &self.services[depth];
        let seconds = service.draws.work_seconds(&mut request.stream) * f64::from(request.work) / service.speed;
        scheduler.after(Span::from_seconds(seconds), Event::Served { service: depth as u8, request: index });
    }

    /// A worker turns to the next request worth its time.
    fn release_worker(&mut self, depth: usize, now: Time, scheduler: &mut Agenda<'_>) {
        let mut dropped = std::mem::take(&mut self.dropped);
        let next = loop {
            let service = &mut self.services[depth];
            if service.speed <= 0.0 {
                break None;
            }
            let Some(entry) = service.queue.pop(Nanoseconds(now.as_nanoseconds()), &mut dropped) else { break None };
            let request = &self.requests[entry.item as usize];
            let abandoned = request.left || (service.cancel_abandoned && request.deadline <= now);
            if abandoned {
                dropped.push(entry);
            } else {
                break Some(entry.item);
            }
        };
        match next {
            Some(index) => self.start(depth, index, now, scheduler),
            None => self.services[depth].busy -= 1,
        }
        for entry in dropped.drain(..) {
            self.refuse(entry.item, now, scheduler);
        }
        self.dropped = dropped;
    }

    /// Lets the services above, whose workers waited for an answer, go on.
    fn unwind(
        &mut self,
        index: u32,
        above: std::ops::Range<usize>,
        is_lost: bool,
        now: Time,
        scheduler: &mut Agenda<'_>,
    ) {
        for above in above.rev() {
            if self.services[above].blocking {
                self.completed(above, index, is_lost, now);
                self.release_worker(above, now, scheduler);
            }
        }
    }

    /// A request that was let in is thrown away.
    fn refuse(&mut self, index: u32, now: Time, scheduler: &mut Agenda<'_>) {
        self.completed(usize::from(self.requests[index as usize].depth), index, true, now);
        self.fail(index, now, scheduler);
    }

    /// A request gets no answer from the service where it is.
    fn fail(&mut self, index: u32, now: Time, scheduler: &mut Agenda<'_>) {
        let entered_at = self.entered_at(index);
        let mut request = self.requests[index as usize];
        let depth = usize::from(request.depth);
        self.requests[index as usize].is_worked_on = true;
        self.free.push(index);
        self.left -= usize::from(request.left);
        let service = &self.services[depth];
        let hangs = service.draws.hangs(&mut request.stream);
        let told = (!hangs).then_some(service.refusal_time);
        self.depart(index, Departure::Refused { request, told }, now, scheduler);
        self.unwind(index, entered_at..depth, true, now, scheduler);
    }

    /// `person` leaves the line: the request is thrown away when its turn comes. How long it had waited; `None` when it does not wait
    /// there.
    pub(crate) fn abandon(&mut self, index: RequestIndex, person: u32, now: Time) -> Option<Span> {
        if !self.is_waiting(index, person) {
            return None;
        }
        let request = &mut self.requests[index as usize];
        request.left = true;
        self.left += 1;
        Some(request.waited + (now - request.queued))
    }
}
