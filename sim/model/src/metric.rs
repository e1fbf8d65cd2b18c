//! The scalar results of a replication, by name.

use std::borrow::Cow;
use stranded_scenario::section::QueueMeasure;

/// A scalar result.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Metric {
    /// Name, as in targets, gates and `summary.json`. One with brackets stands for a family: its results have a value of
    /// `[measure.queue]` in them.
    pub name: &'static str,
    /// Unit.
    pub unit: &'static str,
    /// What it says.
    pub meaning: &'static str,
}

const fn metric(name: &'static str, unit: &'static str, meaning: &'static str) -> Metric {
    Metric { name, unit, meaning }
}

/// Every scalar result, in the order of the report.
pub const CATALOGUE: &[Metric] = &[
    metric(
        "stranded_people",
        "people",
        "episodes longer than measure.stranded_after that began in the measured window",
    ),
    metric("stranded_people.unlock", "people", "of those: could not unlock in mid-trip (A)"),
    metric("stranded_people.return", "people", "of those: could not lock or return (B)"),
    metric("stranded_people.start", "people", "of those: could not start (C)"),
    metric("stranded_hours", "h", "sum of their stranded time"),
    metric("stranded_minutes.p50", "min", "median of their stranded time"),
    metric("stranded_minutes.p90", "min", "90th percentile of their stranded time"),
    metric("stranded_minutes.p99", "min", "99th percentile of their stranded time"),
    metric("stranded_minutes.max", "min", "longest stranded time"),
    metric(
        "afternoon_holders_hours.p50",
        "h",
        "median stranded time of holders of a car (A+B) whose episode began 20 min to 3 h 50 min after 12:10 of the measured day, that is 12:30 to 16:00",
    ),
    metric("afternoon_holders_hours.share_5_to_6", "share", "share of those stranded for 5 to 6 h"),
    metric("afternoon_starters_hours.p50", "h", "the same median for people who could not start (C)"),
    metric("relief.server", "share", "episodes of stranded people ended because the app worked again"),
    metric("relief.offline_key", "share", "... because the door opened without a server"),
    metric("relief.call_centre", "share", "... by an agent"),
    metric("relief.staff", "share", "... by staff on the spot"),
    metric("relief.advice", "share", "... by advice or guide and own hands"),
    metric("relief.locksmith", "share", "... by a locksmith"),
    metric("relief.gave_up", "share", "... by leaving"),
    metric("relief.censored", "share", "... not before the run ended"),
    metric("notice_lag_minutes", "min", "from the start of the outage to the first notice"),
    metric("form_to_locksmith_hours.p50", "h", "median time from sending a complaint to deciding for a locksmith"),
    metric("complaint_first_action_hours.p50", "h", "median time from sending a complaint to somebody reading it"),
    metric(
        "advice_heard_hours.p50",
        "h",
        "median time from the start of an episode to hearing of a workaround from other users",
    ),
    metric("locksmith_minutes.p50", "min", "median time from hiring a locksmith to the open door"),
    metric("log_in.answered_share", "share", "attempts to log in that were answered in time"),
    metric(
        "unlock_seconds.p50",
        "s",
        "median time from wanting to unlock (or start) to the open door, for those whom the app or the key let in",
    ),
    metric("unlock_seconds.p99", "s", "99th percentile of the same"),
    metric(
        "offline_key.success_share",
        "share",
        "requests at the door without a server that it granted; absent without offline keys",
    ),
    metric("calls.attempts", "calls", "calls to the centre in the measured window"),
    metric("calls.answered_share", "share", "share of the call attempts while the app was down that an agent answered"),
    metric("calls.people_answered", "people", "people who reached an agent"),
    metric("calls.people_helped", "people", "people whose episode an agent ended"),
    metric("service.down", "0/1", "the service went down in the measured window"),
    metric("service.down_hours", "h", "time for which it was down in the measured window"),
    metric("service.down_hour", "h", "hour of the measured day at which it went down"),
    metric("service.recovered", "0/1", "it came back before the run ended; absent when it never went down"),
    metric(
        "service.recovered_hour",
        "h",
        "hour at which it came back, counted from midnight of the measured day; past 24 is the next day",
    ),
    metric("service.down_at_20", "0/1", "down at 20:00 of the measured day"),
    metric(
        "service.relapsed",
        "0/1",
        "down again on the next day; absent when the first outage did not end before 10:00 of it",
    ),
    metric("service.relapse_hour", "h", "hour of the next day at which it went down again"),
    metric(
        "service.goodput_share",
        "share",
        "intents of the measured window (log in, search, reserve, fetch key, unlock, lock, return) that were answered in time",
    ),
    metric("retry_amplification", "x", "attempts per intent in the measured window"),
    metric("lost_bookings", "bookings", "bookings given up because the app failed or the car was not back"),
    metric("failed_starts", "rentals", "rentals that never started because of the app"),
    metric(
        "overbilled_minutes",
        "min",
        "minutes by which rentals were open beyond their booked end because they could not be returned",
    ),
    metric("booked_out", "visits", "searches that ended without a free car nearby"),
    metric("lost_visits", "visits", "visits that churned people would have made"),
    metric("late_cars", "rentals", "starts at which the car was not back"),
    metric("permission_failures", "taps", "phones that had to ask for a permission at the door"),
    metric("claims.filed", "claims", "claims for compensation filed before the run ended"),
    metric("claims.closed_share", "share", "of those, closed before the run ended"),
    metric("claims.closure_hours.p50", "h", "median time from claim to closure, closed ones"),
    metric("compensation_krw", "KRW", "refunds, points and expenses owed to the stranded who claim"),
    metric("locksmith_krw", "KRW", "paid for locksmiths"),
    metric("damaged_cars", "cars", "cars damaged by opening them"),
    metric("churned_people", "people", "people who will not come back"),
    metric("lost_revenue_krw", "KRW", "their revenue of a year"),
    metric("key_trials", "trials", "trials of parked doors by intruders"),
    metric("false_unlocks", "doors", "doors they opened; must be zero"),
    metric("active_rentals_peak", "rentals", "most rentals open in the system at once"),
    metric("active_rentals_1230", "rentals", "rentals open at 12:30 of the measured day"),
    metric("rentals_touched", "rentals", "rentals open at some time between 12:30 and 24:00 of the measured day"),
    metric("attempts", "attempts", "attempts in the measured window"),
    metric(
        "attempts_held_back",
        "attempts",
        "attempts that the app's own circuit breaker or throttle did not send, not among the others; absent without either",
    ),
    metric("intents", "intents", "intents in the measured window"),
    metric("latency_seconds.p50", "s", "median time to answer of the answered attempts in the measured window"),
    metric("latency_seconds.p99", "s", "99th percentile of the same"),
    metric("goodput_per_second", "1/s", "answers in time per second in the measured window"),
    // Of a plain stream of requests. Means and shares are over the requests that arrive in the measured window, time averages over the
    // window itself.
    metric(
        "queue.arrivals",
        "requests",
        "requests that arrived in the measured window (plain arrivals; so are all below)",
    ),
    metric(
        "queue.wait_mean_seconds",
        "s",
        "mean wait in line of requests served, in the attempt that was answered, over all services of the chain",
    ),
    metric(
        "queue.wait_all_mean_seconds",
        "s",
        "mean time in line over all requests, served or not, all their attempts together (Lq / lambda)",
    ),
    metric("queue.wait_waiting_mean_seconds", "s", "mean time in line of the attempts that had to wait, served or not"),
    metric("queue.sojourn_mean_seconds", "s", "mean time from the first attempt to the answer of requests served"),
    metric(
        "queue.until_service_mean_seconds",
        "s",
        "mean time from the first attempt to the start of service of requests served: failed attempts, orbit and lines",
    ),
    metric(
        "queue.orbit_mean_seconds",
        "s",
        "mean time between attempts over all requests, those never retried included",
    ),
    metric(
        "queue.mean_in_system",
        "requests",
        "time average of requests waiting or worked on; who waits to retry is not there",
    ),
    metric("queue.mean_waiting", "requests", "time average of requests waiting in a line (Lq)"),
    metric("queue.mean_in_orbit", "requests", "time average of requests waiting to be tried again"),
    metric("queue.waited_share", "share", "requests whose first attempt found all workers of the first service busy"),
    metric("queue.blocked_share", "share", "attempts refused by a full line or a policy"),
    metric("queue.blocked_first_share", "share", "requests whose first attempt was so refused"),
    metric("queue.abandoned_share", "share", "attempts whose client lost patience and left the line"),
    metric("queue.failed_share", "share", "attempts refused, left or timed out, of those that are over"),
    metric("queue.never_served_share", "share", "requests given up without an answer, of all that are over"),
    metric(
        "queue.wait_longer_than[t]",
        "share",
        "P(W > t): attempts let in that were longer in line, served or not; for each t of measure.queue.wait_longer_than",
    ),
    metric(
        "queue.sojourn_longer_than[t]",
        "share",
        "P(T > t): requests served that took longer from their first attempt to the answer; for each t of measure.queue.sojourn_longer_than",
    ),
    metric(
        "queue.in_system_at_least[n]",
        "share",
        "P(N >= n): share of the time with at least n requests in the system; for each n of measure.queue.in_system_at_least",
    ),
    metric(
        "queue.in_system_at[t]",
        "requests",
        "N(t): requests in the system t after the start; for each t of measure.queue.in_system_at",
    ),
    metric(
        "queue.in_orbit_at[t]",
        "requests",
        "requests waiting to be tried again t after the start; for each t of measure.queue.in_orbit_at",
    ),
    metric(
        "queue.arrivals_within[t]",
        "requests",
        "N(0, t): requests arrived before t after the start; for each t of measure.queue.arrivals_within",
    ),
    metric(
        "queue.empty_after[t]",
        "s",
        "time from t after the start until nobody is in the system or in orbit; for each t of measure.queue.empty_after; absent when that never comes",
    ),
    metric(
        "collapse.metastable",
        "0/1",
        "goodput stays down after the trigger although the paired run without it (same people, same luck) does not; absent without a trigger",
    ),
    metric("collapse.overloaded", "0/1", "goodput is down in the measured window even without the trigger"),
    metric("collapse.recovered", "0/1", "goodput is not down in the measured window although there was a trigger"),
    metric(
        "collapse.goodput_without_trigger_per_second",
        "1/s",
        "answers in time per second in the paired run without the trigger",
    ),
];

/// The name of a result: as in the catalogue, or with its parameter in the brackets, such as `queue.wait_longer_than[2 s]`.
pub type Name = Cow<'static, str>;

/// The metric of that name; a parameter in brackets may be any.
pub fn find(name: &str) -> Option<&'static Metric> {
    let family = family(name);
    CATALOGUE.iter().find(|metric| metric.name == name || (family.is_some() && self::family(metric.name) == family))
}

/// What stands before the brackets of a name that has some.
fn family(name: &str) -> Option<&str> {
    name.strip_suffix(']')?.split_once('[').map(|(family, _)| family)
}

impl Metric {
    /// Whether it exists once for each value that `[measure.queue]` lists.
    pub fn is_family(&self) -> bool {
        family(self.name).is_some()
    }

    /// Whether `name` is this metric's, with a parameter in the brackets if it is a family.
    pub fn is_named(&self, name: &str) -> bool {
        self.name == name || (self.is_family() && family(self.name) == family(name))
    }
}

/// The names of the families' results in a run that looks at these thresholds and instants.
pub fn names_measured(measure: &QueueMeasure) -> Vec<String> {
    let durations = [
        ("wait_longer_than", &measure.wait_longer_than),
        ("sojourn_longer_than", &measure.sojourn_longer_than),
        ("in_system_at", &measure.in_system_at),
        ("in_orbit_at", &measure.in_orbit_at),
        ("arrivals_within", &measure.arrivals_within),
        ("empty_after", &measure.empty_after),
    ];
    let counts = measure.in_system_at_least.iter().map(|count| format!("queue.in_system_at_least[{count}]"));
    durations
        .into_iter()
        .flat_map(|(family, values)| values.iter().map(move |value| format!("queue.{family}[{value}]")))
        .chain(counts)
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_parameter_does_not_hide_the_metric() {
        assert_eq!(find("queue.wait_longer_than[2 s]").map(|metric| metric.unit), Some("share"));
        assert_eq!(find("queue.mean_waiting").map(|metric| metric.unit), Some("requests"));
        assert_eq!(find("queue.mean_waiting[2 s]"), None);
        assert_eq!(find("queue.wait_longer_than"), None);
    }

    #[test]
    fn every_name_that_can_be_measured_is_in_the_catalogue() {
        let second = stranded_scenario::Duration::seconds(1);
        let measure = QueueMeasure {
            wait_longer_than: vec![second],
            sojourn_longer_than: vec![second],
            in_system_at_least: vec![3],
            in_system_at: vec![second],
            in_orbit_at: vec![second],
            arrivals_within: vec![second],
            empty_after: vec![second],
        };
        let names = names_measured(&measure);
        assert!(names.iter().all(|name| find(name).is_some()), "{names:?}");
        assert_eq!(names.len(), CATALOGUE.iter().filter(|metric| metric.is_family()).count());
    }
}
