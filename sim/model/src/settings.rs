//! The scenario with its constants worked out.

use crate::almanac::Almanac;
use crate::client::ClientPolicy;
use crate::plain::Arrivals;
use crate::sampler::{Sampler, span};
use stranded_engine::{Span, Time};
use stranded_scenario::section::{self, Endpoint};
use stranded_scenario::{Duration, DurationDistribution, Scenario};

/// A kind of place, its share accumulated.
#[derive(Clone, Debug)]
pub(crate) struct Place {
    pub(crate) share_up_to: f64,
    pub(crate) coverage: f64,
    pub(crate) locksmith_travel: Sampler,
}

/// Everything the world reads of the scenario, in the form it needs.
#[derive(Clone, Debug)]
pub(crate) struct Settings {
    pub(crate) almanac: Almanac,
    pub(crate) end: Time,
    pub(crate) measured: (Time, Time),
    pub(crate) stranded_after: Span,
    pub(crate) outage: section::OutageDetection,
    pub(crate) booking: section::Booking,
    pub(crate) think_time: Sampler,
    pub(crate) leg: Sampler,
    pub(crate) parking: Sampler,
    pub(crate) night_ends_seconds: f64,
    pub(crate) night_spread_seconds: f64,
    pub(crate) return_early_max_seconds: f64,
    pub(crate) timeout: Span,
    pub(crate) client: ClientPolicy,
    pub(crate) session: Span,
    pub(crate) request_spacing: Span,
    pub(crate) network_latency: Sampler,
    pub(crate) connect: Sampler,
    /// Nothing where the door answers at once: that needs no luck.
    pub(crate) unlock_time: Option<Sampler>,
    pub(crate) permissions: [(f64, Sampler); 2],
    pub(crate) offline_key: Option<f64>,
    pub(crate) walk_away_lock: bool,
    pub(crate) endpoint: section::Endpoints,
    pub(crate) places: Vec<Place>,
    pub(crate) support: section::Support,
    pub(crate) relief: section::Relief,
    pub(crate) first_call: Sampler,
    pub(crate) handling: Sampler,
    pub(crate) patience: Sampler,
    pub(crate) redial: Sampler,
    pub(crate) call_again_after: Sampler,
    pub(crate) notice_delay: Sampler,
    pub(crate) notice_reach_time: Sampler,
    pub(crate) guide_reach_time: Sampler,
    pub(crate) form_reach_time: Sampler,
    pub(crate) form_handling: Sampler,
    pub(crate) staff_visit: Sampler,
    pub(crate) locksmith_decision: Sampler,
    pub(crate) locksmith_opening: Sampler,
    pub(crate) claim_delay: Sampler,
    pub(crate) claim_handling: Sampler,
    /// Patience before giving up, by class.
    pub(crate) giving_up: [Sampler; 3],
    pub(crate) own_hands_delay: Sampler,
    pub(crate) settle_gap: Sampler,
    /// Rates of key trials in the fleet per second: forged, stale, stolen, replayed.
    pub(crate) key_trials: [f64; 4],
    pub(crate) actions: Vec<Action>,
    pub(crate) arrivals: Option<Arrivals>,
}

/// Something done to a service.
#[derive(Clone, Debug)]
pub(crate) struct Action {
    pub(crate) at: Time,
    pub(crate) service: String,
    pub(crate) purge: bool,
    pub(crate) capacity: Option<f64>,
    pub(crate) lasts: Option<Span>,
}

impl Settings {
    pub(crate) fn new(scenario: &Scenario) -> Self {
        let almanac = Almanac::new(scenario.calendar.start);
        let end = almanac.time(scenario.calendar.end);
        let from = almanac.time(scenario.measured_from());
        let until = almanac.time(scenario.measured_until());
        let (support, relief, app) = (&scenario.support, &scenario.relief, &scenario.app);
        let permission = |it: &section::Permission| (it.granted.value(), Sampler::new(&it.grant_time));
        Self {
            almanac,
            end,
            measured: (from, until),
            stranded_after: span(scenario.measure.stranded_after),
            outage: scenario.measure.outage.clone(),
            booking: scenario.demand.booking.clone(),
            think_time: Sampler::new(&scenario.demand.booking.think_time),
            leg: Sampler::new(&scenario.trip.leg),
            parking: Sampler::new(&scenario.trip.parking),
            night_ends_seconds: f64::from(scenario.trip.night_ends.seconds_of_day()),
            night_spread_seconds: scenario.trip.night_spread.as_seconds(),
            return_early_max_seconds: scenario.trip.return_early_max.as_seconds(),
            timeout: span(app.timeout),
            client: ClientPolicy::new(scenario),
            session: span(app.session),
            request_spacing: span(app.request_spacing),
            network_latency: Sampler::new(&app.network_latency),
            connect: Sampler::new(&scenario.car.connect),
            unlock_time: {
                let at_once = DurationDistribution::constant(Duration::ZERO);
                (scenario.car.unlock_time != at_once).then(|| Sampler::new(&scenario.car.unlock_time))
            },
            permissions: [
                permission(&scenario.car.bluetooth_permission),
                permission(&scenario.car.location_permission),
            ],
            offline_key: scenario.car.offline_key.enabled.then(|| scenario.car.offline_key.success.value()),
            walk_away_lock: scenario.car.walk_away_lock,
            endpoint: scenario.endpoint.clone(),
            places: places(&scenario.place),
            first_call: Sampler::new(&support.call_centre.first_call),
            handling: Sampler::new(&support.call_centre.handling),
            patience: Sampler::new(&support.call_centre.patience),
            redial: Sampler::new(&support.call_centre.redial),
            call_again_after: Sampler::new(&support.call_centre.call_again_after),
            notice_delay: Sampler::new(&support.notice.delay),
            notice_reach_time: Sampler::new(&support.notice.reach_time),
            guide_reach_time: Sampler::new(&support.guide.reach_time),
            form_reach_time: Sampler::new(&support.form.reach_time),
            form_handling: Sampler::new(&support.form.handling),
            staff_visit: Sampler::new(&support.staff.visit),
            locksmith_decision: Sampler::new(&support.locksmiths.decision),
            locksmith_opening: Sampler::new(&support.locksmiths.opening),
            claim_delay: Sampler::new(&support.claims.delay),
            claim_handling: Sampler::new(&support.claims.handling),
            giving_up: [&relief.giving_up.unlock, &relief.giving_up.return_car, &relief.giving_up.start]
                .map(Sampler::new),
            own_hands_delay: Sampler::new(&relief.own_hands.delay),
            settle_gap: Sampler::new(&relief.pent_up.gap),
            key_trials: {
                let trials = &scenario.security.trials;
                [trials.forged, trials.stale, trials.stolen, trials.replayed].map(stranded_scenario::Rate::per_second)
            },
            actions: scenario.action.iter().filter(|it| it.enabled).map(|it| action(it, &almanac)).collect(),
            arrivals: scenario.arrivals.as_ref().map(|it| Arrivals::new(it, end)),
            support: support.clone(),
            relief: relief.clone(),
        }
    }

    /// The endpoint's cost and class.
    pub(crate) fn cost(endpoint: &Endpoint) -> (f32, u8) {
        (endpoint.work.value() as f32, endpoint.class)
    }

    /// Whether a moment lies in the measured window.
    pub(crate) fn is_measured(&self, time: Time) -> bool {
        time >= self.measured.0 && time < self.measured.1
    }
}

fn places(sections: &[section::Place]) -> Vec<Place> {
    let anywhere = [section::Place::default()];
    let sections = if sections.is_empty() { &anywhere } else { sections };
    let total: f64 = sections.iter().map(|place| place.share).sum();
    let mut share_up_to = 0.0;
    sections
        .iter()
        .map(|place| {
            share_up_to += place.share / total;
            Place {
                share_up_to,
                coverage: place.coverage.value(),
                locksmith_travel: Sampler::new(&place.locksmith_travel),
            }
        })
        .collect()
}

fn action(section: &section::Action, almanac: &Almanac) -> Action {
    Action {
        at: almanac.time(section.at),
        service: section.service.clone(),
        purge: section.purge,
        capacity: section.capacity.map(stranded_scenario::Factor::value),
        lasts: section.lasts.map(span),
    }
}
