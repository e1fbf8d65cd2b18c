use super::{delayed_exponential, delayed_lognormal, exponential, hours, lognormal, minutes, uniform};
use crate::DurationDistribution;
use crate::quantity::{Clock, Duration, Factor, Money, Probability, Rate};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// Everything outside the app that can help.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct Support {
    /// Telephone.
    pub call_centre: CallCentre,
    /// First public notice.
    pub notice: Notice,
    /// Situation-by-situation guide.
    pub guide: Guide,
    /// Web form for complaints.
    pub form: Form,
    /// What users tell each other.
    pub peer_advice: PeerAdvice,
    /// People sent out with means to open a car.
    pub staff: Staff,
    /// Locksmiths and body shops that renters hire.
    pub locksmiths: Locksmiths,
    /// Compensation afterwards.
    pub claims: Claims,
}

/// Multi-server queue with impatience and redialling.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct CallCentre {
    /// Switch.
    pub enabled: bool,
    /// Agents on duty.
    pub agents: u32,
    /// Callers who can wait; others hear the busy tone.
    pub lines: u32,
    /// Share of stranded people who call.
    pub call_share: Probability,
    /// Time from the start of the episode to the first call.
    pub first_call: DurationDistribution,
    /// Length of a call.
    pub handling: DurationDistribution,
    /// Waiting callers hang up after this long.
    pub patience: DurationDistribution,
    /// Time between an unanswered call and the next.
    pub redial: DurationDistribution,
    /// Probability of no more calls after an unanswered one.
    pub stop_redialling: Probability,
    /// Share of answered calls that end the episode when the agent can only advise.
    pub helped: Probability,
    /// Share of answered calls in which the agent can open or close the car from afar, over another way than the app's.
    pub remote_unlock: Probability,
    /// Share of the answered but not helped who call again.
    pub call_again: Probability,
    /// ... after this long.
    pub call_again_after: DurationDistribution,
}

impl Default for CallCentre {
    fn default() -> Self {
        Self {
            enabled: true,
            agents: 27,
            lines: 100,
            call_share: Probability::new(0.8),
            first_call: delayed_exponential(minutes(2.0), minutes(10.0)),
            handling: lognormal(minutes(5.0), 0.6),
            patience: exponential(minutes(10.0)),
            redial: exponential(minutes(4.0)),
            stop_redialling: Probability::new(0.05),
            helped: Probability::new(0.1),
            remote_unlock: Probability::new(0.0),
            call_again: Probability::new(0.5),
            call_again_after: exponential(hours(1.0)),
        }
    }
}

/// A broadcast with a reach curve.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct Notice {
    /// Switch.
    pub enabled: bool,
    /// Time from the start of the outage to the first notice.
    pub delay: DurationDistribution,
    /// Share of stranded people who can be reached at all.
    pub reach: Probability,
    /// Time from the notice to when a reachable person sees it.
    pub reach_time: DurationDistribution,
    /// Share of those who see it that send the complaint it asks for.
    pub complaint_share: Probability,
}

impl Default for Notice {
    fn default() -> Self {
        Self {
            enabled: true,
            delay: uniform(hours(2.0), hours(2.7)),
            reach: Probability::new(0.7),
            reach_time: exponential(hours(1.0)),
            complaint_share: Probability::new(0.8),
        }
    }
}

/// A second broadcast that changes what people do: how to return and lock, how to open the lock by hand.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct Guide {
    /// Switch.
    pub enabled: bool,
    /// Return and lock by hand: time after the first notice.
    pub locking_after_notice: Duration,
    /// "Leave the car or hire an opener": time after the start of the outage.
    pub opening_after_outage: Duration,
    /// Time until a person has seen it: the first guide reaches those whom notices reach, the second one everybody.
    pub reach_time: DurationDistribution,
}

impl Default for Guide {
    fn default() -> Self {
        Self {
            enabled: true,
            locking_after_notice: hours(2.5),
            opening_after_outage: hours(6.0),
            reach_time: exponential(hours(1.2)),
        }
    }
}

/// An unbounded line of complaints with few people behind it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct Form {
    /// Switch.
    pub enabled: bool,
    /// Opens this long after the start of the outage.
    pub opens_after: Duration,
    /// Time until a stranded person finds it.
    pub reach_time: DurationDistribution,
    /// People who read complaints (messages and forms alike).
    pub readers: u32,
    /// Time to read one and put it on the staff's list.
    pub handling: DurationDistribution,
}

impl Default for Form {
    fn default() -> Self {
        Self {
            enabled: true,
            opens_after: hours(5.6),
            reach_time: exponential(hours(1.7)),
            readers: 10,
            handling: lognormal(minutes(4.0), 0.5),
        }
    }
}

/// Advice that spreads by contact between the stranded.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct PeerAdvice {
    /// Switch.
    pub enabled: bool,
    /// Rate at which somebody finds the workaround without hearing of it.
    pub discovery: Rate,
    /// Rate of contacts with other stranded people; one in the share who know passes it on.
    pub contact: Rate,
    /// People do not look for advice before they have been stranded for this long.
    pub after: Duration,
    /// The operator closes the comments under its notice.
    pub comments_closed: bool,
    /// Contact rate after that, against before.
    pub closed_factor: Factor,
}

impl Default for PeerAdvice {
    fn default() -> Self {
        Self {
            enabled: true,
            discovery: Rate::from_per_hour(0.03),
            contact: Rate::from_per_hour(1.0),
            after: minutes(10.0),
            comments_closed: true,
            closed_factor: Factor::new(0.5),
        }
    }
}

/// Staff who drive to stranded cars.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct Staff {
    /// People; none switches staff off.
    pub people: u32,
    /// They are sent out this long after the start of the outage.
    pub starts_after: Duration,
    /// Way and work for one car.
    pub visit: DurationDistribution,
    /// A caller gets on the list after this many calls; a complaint that was read gets on it too.
    pub calls_to_be_listed: u32,
    /// They work from this time of day until midnight.
    pub from: Clock,
}

impl Default for Staff {
    fn default() -> Self {
        Self {
            people: 40,
            starts_after: hours(1.0),
            visit: delayed_lognormal(minutes(10.0), minutes(50.0), 0.4),
            calls_to_be_listed: 6,
            from: "08:00".parse().expect("a literal time of day"),
        }
    }
}

/// Finite crews with travel times by place.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct Locksmiths {
    /// Crews for hire; none switches locksmiths off.
    pub crews: u32,
    /// The operator has a contract: people are sent a locksmith as soon as their complaint or call is known, at no cost.
    pub contract: bool,
    /// Share of the locked-out who would pay a locksmith at all.
    pub willing: Probability,
    /// Time from sending the complaint to giving up on an answer to it.
    pub decision: DurationDistribution,
    /// Time from the order to departure.
    pub dispatch: Duration,
    /// Time to open the door.
    pub opening: DurationDistribution,
    /// Time until the crew is free again.
    pub clean_up: Duration,
    /// Price, paid by the renter.
    pub price: Money,
    /// Probability that the opening damages the car.
    pub damage: Probability,
}

impl Default for Locksmiths {
    fn default() -> Self {
        Self {
            crews: 300,
            contract: false,
            willing: Probability::new(0.7),
            decision: lognormal(hours(3.3), 0.35),
            dispatch: minutes(5.0),
            opening: lognormal(minutes(15.0), 0.4),
            clean_up: minutes(15.0),
            price: Money::from_krw(80_000.0),
            damage: Probability::new(0.05),
        }
    }
}

/// Compensation by message: a line of claims.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct Claims {
    /// Share of stranded people who claim.
    pub share: Probability,
    /// Time from relief to the claim.
    pub delay: DurationDistribution,
    /// Clerks.
    pub clerks: u32,
    /// Time per claim.
    pub handling: DurationDistribution,
    /// Clerks work from this time of day ...
    pub from: Clock,
    /// ... until this one.
    pub until: Clock,
    /// Refund of the rental.
    pub refund: Money,
    /// Points.
    pub points: Money,
}

impl Default for Claims {
    fn default() -> Self {
        Self {
            share: Probability::new(0.8),
            delay: lognormal(hours(3.0), 0.8),
            clerks: 20,
            handling: lognormal(minutes(8.0), 0.6),
            from: "09:00".parse().expect("a literal time of day"),
            until: "18:00".parse().expect("a literal time of day"),
            refund: Money::from_krw(60_000.0),
            points: Money::from_krw(30_000.0),
        }
    }
}
