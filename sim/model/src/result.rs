//! From the end of a run to its scalar results.

use crate::metric;
use crate::outcome::{Class, Episode, Outcomes, Relief};
use crate::person::NONE;
use crate::world::World;
use std::collections::{BTreeMap, BTreeSet};
use stranded_engine::{Span, Time};
use stranded_scenario::Duration;

const HOUR_SECONDS: f64 = 3600.0;

/// Scalar results by name.
struct Results(BTreeMap<metric::Name, f64>);

impl Results {
    /// Notes a result; what is not a number has no value and is left out.
    fn note(&mut self, name: &str, value: f64) {
        let metric = metric::find(name).unwrap_or_else(|| panic!("the metric {name} is not in the catalogue"));
        if value.is_finite() {
            self.0.insert(metric.name.into(), value);
        }
    }

    /// Notes a result of a metric that exists once for each parameter, such as a threshold.
    fn note_at(&mut self, family: &str, parameter: impl std::fmt::Display, value: f64) {
        let name = format!("{family}[{parameter}]");
        assert!(metric::find(&name).is_some(), "the metric {name} is not in the catalogue");
        if value.is_finite() {
            self.0.insert(name.into(), value);
        }
    }

    fn note_some(&mut self, name: &str, value: Option<f64>) {
        if let Some(value) = value {
            self.note(name, value);
        }
    }
}

/// The quantile of a sorted list, by linear interpolation between neighbours (R's type 7, the default of `NumPy` and `DuckDB`'s
/// `quantile_cont`); nothing for an empty list.
fn quantile(sorted: &[f64], share: f64) -> Option<f64> {
    let last = sorted.len().checked_sub(1)?;
    let position = share * last as f64;
    let below = position.floor() as usize;
    let above = (below + 1).min(last);
    Some(sorted[below] + (sorted[above] - sorted[below]) * (position - below as f64))
}

fn sorted(values: impl Iterator<Item = f64>) -> Vec<f64> {
    let mut values: Vec<f64> = values.collect();
    values.sort_by(f64::total_cmp);
    values
}

impl World {
    /// Ends the run and sums it up.
    pub(crate) fn finish_run(mut self, events: u64, digest: u64) -> Outcomes {
        self.plain.record.finish(self.settings.end);
        self.censor_episodes();
        self.check_conservation();
        let mut results = Results(BTreeMap::new());
        self.note_stranded(&mut results);
        self.note_afternoon(&mut results);
        self.note_support(&mut results);
        self.note_service(&mut results);
        self.note_rentals(&mut results);
        self.note_costs(&mut results);
        if self.settings.arrivals.is_some() {
            self.note_plain(&mut results);
        }
        let mut warnings = Vec::new();
        if self.tally.door_refusals > 0 {
            warnings.push(format!("doors refused {} genuine commands", self.tally.door_refusals));
        }
        warnings.extend(self.network.extrapolations());
        Outcomes {
            episodes: self.episodes.all,
            minutes: self.monitor.minutes,
            seconds: self.monitor.seconds,
            outages: self.monitor.outages,
            metrics: results.0,
            events,
            digest,
            warnings,
        }
    }

    /// Every attempt ends in exactly one outcome or is under way at the end; every open rental is held by somebody.
    ///
    /// # Panics
    /// When the books do not balance: that is a bug of the model, and its numbers must not be used.
    fn check_conservation(&self) {
        let under_way = self.people.iter().filter(|person| person.waiting).count() as u64;
        let tally = &self.tally;
        assert_eq!(
            tally.attempts_all,
            tally.answered + tally.timed_out + tally.refused + tally.superseded + tally.held_back + under_way,
            "attempts are not conserved"
        );
        let renting = self.people.iter().filter(|person| person.renting).count() as u32;
        assert_eq!(tally.active_rentals, renting, "rentals are not conserved");
        let open = self.episodes.all.iter().filter(|episode| episode.relief == Relief::Censored).count();
        assert_eq!(open, self.episodes.open.len(), "episodes are not conserved");
        let held = self.people.iter().filter(|person| person.episode != NONE).count();
        assert_eq!(held, open, "an open episode belongs to nobody");
        assert!(
            self.episodes.all.iter().all(|episode| episode.ended >= episode.began),
            "an episode ended before it began"
        );
    }

    fn counted(&self) -> impl Iterator<Item = &Episode> {
        self.episodes.all.iter().filter(|episode| episode.counted)
    }

    fn note_stranded(&self, results: &mut Results) {
        let people: BTreeSet<u32> = self.counted().map(|episode| episode.person).collect();
        results.note("stranded_people", people.len() as f64);
        for class in Class::ALL {
            let people: BTreeSet<u32> =
                self.counted().filter(|episode| episode.class == class).map(|episode| episode.person).collect();
            results.note(&format!("stranded_people.{}", class.name()), people.len() as f64);
        }
        results.note("stranded_hours", self.counted().map(Episode::hours).fold(0.0, |sum, hours| sum + hours));
        let minutes = sorted(self.counted().map(|episode| episode.hours() * 60.0));
        for (name, share) in [("p50", 0.5), ("p90", 0.9), ("p99", 0.99), ("max", 1.0)] {
            results.note_some(&format!("stranded_minutes.{name}"), quantile(&minutes, share));
        }
        if !minutes.is_empty() {
            for relief in Relief::ALL {
                let count = self.counted().filter(|episode| episode.relief == relief).count();
                results.note(&format!("relief.{}", relief.name()), count as f64 / minutes.len() as f64);
            }
        }
    }

    /// Midnight of the measured day in seconds of simulated time; negative when the run began later on that day.
    fn midnight_seconds(&self) -> f64 {
        self.settings.almanac.midnight_seconds(self.settings.measured.0)
    }

    fn hour_of_measured_day(&self, time: Time) -> f64 {
        (time.as_seconds() - self.midnight_seconds()) / HOUR_SECONDS
    }

    /// An hour of the measured day; time zero if that was before the run.
    fn at_hour(&self, hour: f64) -> Time {
        Time::from_seconds(self.midnight_seconds() + hour * HOUR_SECONDS)
    }

    fn note_afternoon(&self, results: &mut Results) {
        let began = self.at_hour(12.5)..self.at_hour(16.0);
        let hours = |starters: bool| {
            sorted(
                self.counted()
                    .filter(|episode| began.contains(&episode.began) && (episode.class == Class::Start) == starters)
                    .map(Episode::hours),
            )
        };
        let holders = hours(false);
        results.note_some("afternoon_holders_hours.p50", quantile(&holders, 0.5));
        if !holders.is_empty() {
            let between = holders.iter().filter(|&&hours| (5.0..=6.0).contains(&hours)).count();
            results.note("afternoon_holders_hours.share_5_to_6", between as f64 / holders.len() as f64);
        }
        results.note_some("afternoon_starters_hours.p50", quantile(&hours(true), 0.5));
    }

    fn note_support(&self, results: &mut Results) {
        let span_hours = |from: Time, to: Time| (to - from).as_seconds() / HOUR_SECONDS;
        let decided = sorted(
            self.counted().filter_map(|episode| Some(span_hours(episode.complaint_sent?, episode.locksmith_decided?))),
        );
        results.note_some("form_to_locksmith_hours.p50", quantile(&decided, 0.5));
        let read = sorted(
            self.counted().filter_map(|episode| Some(span_hours(episode.complaint_sent?, episode.complaint_read?))),
        );
        results.note_some("complaint_first_action_hours.p50", quantile(&read, 0.5));
        let learnt = sorted(self.counted().filter_map(|episode| Some(span_hours(episode.began, episode.aware?))));
        results.note_some("advice_heard_hours.p50", quantile(&learnt, 0.5));
        let arrived = sorted(
            self.counted()
                .filter(|episode| episode.relief == Relief::Locksmith)
                .filter_map(|episode| Some(span_hours(episode.locksmith_decided?, episode.ended) * 60.0)),
        );
        results.note_some("locksmith_minutes.p50", quantile(&arrived, 0.5));
        let tally = &self.tally;
        results.note("log_in.answered_share", tally.log_ins_answered as f64 / tally.log_ins as f64);
        results.note_some("unlock_seconds.p50", tally.unlock_seconds(0.5));
        results.note_some("unlock_seconds.p99", tally.unlock_seconds(0.99));
        results.note("offline_key.success_share", tally.fulfilled_by_door as f64 / tally.asked_door as f64);
        results.note("calls.attempts", tally.calls as f64);
        results.note("calls.answered_share", tally.calls_answered_while_down as f64 / tally.calls_while_down as f64);
        results.note("calls.people_answered", tally.people_answered as f64);
        results.note("calls.people_helped", tally.people_helped as f64);
        results.note("key_trials", tally.key_trials as f64);
        results.note("false_unlocks", tally.false_unlocks as f64);
    }

    fn note_service(&self, results: &mut Results) {
        let outages = &self.monitor.outages;
        let (from, until) = self.settings.measured;
        // One that is under way when the measured window begins counts too.
        let first = outages.iter().position(|outage| outage.down < until && outage.up.is_none_or(|up| up > from));
        results.note("service.down", f64::from(u8::from(first.is_some())));
        let down_hours = outages.iter().fold(0.0, |sum, outage| {
            let end = outage.up.unwrap_or(self.settings.end).min(until);
            sum + end.saturating_since(outage.down.max(from)).as_seconds() / HOUR_SECONDS
        });
        results.note("service.down_hours", down_hours);
        let eight_in_the_evening = self.at_hour(20.0);
        let down_then = outages
            .iter()
            .any(|outage| outage.down <= eight_in_the_evening && outage.up.is_none_or(|up| up > eight_in_the_evening));
        results.note("service.down_at_20", f64::from(u8::from(down_then)));
        if let Some(first) = first {
            let outage = outages[first];
            results.note("service.down_hour", self.hour_of_measured_day(outage.down));
            let up = outage.up;
            results.note("service.recovered", f64::from(u8::from(up.is_some())));
            results.note_some("service.recovered_hour", up.map(|up| self.hour_of_measured_day(up)));
            let next_morning = self.at_hour(34.0);
            if up.is_some_and(|up| up <= next_morning) {
                let relapse = outages[first + 1..].iter().find(|outage| outage.down > next_morning);
                results.note("service.relapsed", f64::from(u8::from(relapse.is_some())));
                results.note_some(
                    "service.relapse_hour",
                    relapse.map(|outage| self.hour_of_measured_day(outage.down) - 24.0),
                );
            }
            results.note_some(
                "notice_lag_minutes",
                self.monitor.notices[first].map(|notice| (notice - outage.down).as_seconds() / 60.0),
            );
        }
        let tally = &self.tally;
        let fulfilled = tally.intents_answered + tally.fulfilled_by_door;
        results.note("service.goodput_share", fulfilled as f64 / tally.intents as f64);
        results.note("retry_amplification", tally.attempts as f64 / tally.intents as f64);
        results.note("attempts", tally.attempts as f64);
        if self.settings.client.holds_back() {
            results.note("attempts_held_back", tally.held_back_measured as f64);
        }
        results.note("intents", tally.intents as f64);
        results.note_some("latency_seconds.p50", tally.latency_seconds(0.5));
        results.note_some("latency_seconds.p99", tally.latency_seconds(0.99));
        results.note("goodput_per_second", tally.answered_measured as f64 / until.saturating_since(from).as_seconds());
    }

    fn note_rentals(&self, results: &mut Results) {
        let tally = &self.tally;
        results.note("lost_bookings", tally.lost_bookings as f64);
        results.note("failed_starts", tally.failed_starts as f64);
        results.note("overbilled_minutes", tally.overbilled_minutes);
        results.note("booked_out", tally.booked_out as f64);
        results.note("lost_visits", tally.lost_visits as f64);
        results.note("late_cars", tally.late_cars as f64);
        results.note("permission_failures", tally.permission_failures as f64);
        results.note("active_rentals_peak", f64::from(tally.active_rentals_peak));
        let half_past_noon = self.at_hour(12.5);
        // Minute n of the record ends n + 1 minutes after the start.
        let minute = (half_past_noon.as_whole_minutes() as usize).wrapping_sub(1);
        results.note_some(
            "active_rentals_1230",
            self.monitor.minutes.get(minute).map(|minute| f64::from(minute.active_rentals)),
        );
        let midnight = self.at_hour(24.0);
        let begun = tally.rentals_begun.iter().filter(|(_, begun)| (half_past_noon..midnight).contains(begun)).count();
        results.note(
            "rentals_touched",
            self.monitor.minutes.get(minute).map_or(f64::NAN, |minute| f64::from(minute.active_rentals) + begun as f64),
        );
    }

    fn note_costs(&self, results: &mut Results) {
        let claims = &self.settings.support.claims;
        let filed: Vec<_> = self.claims.all.iter().filter(|claim| claim.filed.is_some()).collect();
        let hours =
            sorted(filed.iter().filter_map(|claim| Some((claim.closed? - claim.filed?).as_seconds() / HOUR_SECONDS)));
        results.note("claims.filed", filed.len() as f64);
        results.note("claims.closed_share", hours.len() as f64 / filed.len() as f64);
        results.note_some("claims.closure_hours.p50", quantile(&hours, 0.5));
        let expenses: f64 =
            filed.iter().map(|claim| f64::from(self.episodes.all[claim.episode as usize].cost_krw)).sum();
        let flat = claims.refund.krw() + claims.points.krw();
        results.note("compensation_krw", filed.len() as f64 * flat + expenses);
        results.note("locksmith_krw", self.tally.locksmith_krw);
        results.note("damaged_cars", self.tally.damaged_cars as f64);
        results.note("churned_people", self.tally.churned_people as f64);
        results.note(
            "lost_revenue_krw",
            self.tally.churned_people as f64 * self.settings.relief.churn.yearly_revenue.krw(),
        );
    }

    fn note_plain(&self, results: &mut Results) {
        let record = &self.plain.record;
        let per = |sum: f64, count: u64| sum / count as f64;
        let ended = record.served + record.lost;
        results.note("queue.wait_mean_seconds", per(record.served_wait_seconds, record.served));
        results.note("queue.wait_all_mean_seconds", per(record.waited_seconds, ended));
        results.note("queue.wait_waiting_mean_seconds", per(record.waited_seconds, record.waited));
        results.note("queue.sojourn_mean_seconds", per(record.sojourn_seconds, record.served));
        results.note("queue.until_service_mean_seconds", per(record.until_service_seconds, record.served));
        results.note("queue.orbit_mean_seconds", per(record.orbit_seconds, ended));
        results.note("queue.mean_in_system", record.average(record.in_system_area));
        results.note("queue.mean_waiting", record.average(record.in_line_area));
        results.note("queue.mean_in_orbit", record.average(record.in_orbit_area));
        results.note("queue.waited_share", per(record.found_full as f64, record.arrivals));
        results.note("queue.blocked_share", per(record.refused as f64, record.attempts));
        results.note("queue.blocked_first_share", per(record.refused_first as f64, record.arrivals));
        results.note("queue.abandoned_share", per(record.left_line as f64, record.attempts));
        results.note("queue.failed_share", per((record.attempts - record.answered) as f64, record.attempts));
        results.note("queue.never_served_share", per(record.lost as f64, ended));
        results.note("queue.arrivals", record.arrivals as f64);
        let share_beyond = |count: u64, of: u64| per(count as f64, of);
        for &(threshold, count) in &record.waited_longer {
            results.note_at("queue.wait_longer_than", span_text(threshold), share_beyond(count, record.let_in));
        }
        for &(threshold, count) in &record.stayed_longer {
            results.note_at("queue.sojourn_longer_than", span_text(threshold), share_beyond(count, record.served));
        }
        for &(threshold, area) in &record.at_least {
            results.note_at("queue.in_system_at_least", threshold, record.average(area));
        }
        for (name, list) in [("queue.in_system_at", &record.in_system_at), ("queue.in_orbit_at", &record.in_orbit_at)] {
            for &(instant, count) in list {
                results.note_at(name, time_text(instant), count.map_or(f64::NAN, |count| count as f64));
            }
        }
        for &(instant, count) in &record.arrivals_within {
            results.note_at("queue.arrivals_within", time_text(instant), count as f64);
        }
        for &(instant, seconds) in &record.empty_after {
            results.note_at("queue.empty_after", time_text(instant), seconds.unwrap_or(f64::NAN));
        }
    }
}

/// A span as a scenario writes it.
fn span_text(span: Span) -> Duration {
    Duration::from_nanoseconds(span.as_nanoseconds())
}

/// The time from the start to an instant as a scenario writes it.
fn time_text(time: Time) -> Duration {
    Duration::from_nanoseconds(time.as_nanoseconds())
}

#[cfg(test)]
mod tests {
    use super::quantile;

    #[test]
    fn quantiles_interpolate() {
        assert_eq!(quantile(&[], 0.5), None);
        assert_eq!(quantile(&[3.0], 0.9), Some(3.0));
        assert_eq!(quantile(&[1.0, 2.0, 3.0, 4.0], 0.5), Some(2.5));
        assert_eq!(quantile(&[1.0, 2.0, 3.0], 1.0), Some(3.0));
    }
}
