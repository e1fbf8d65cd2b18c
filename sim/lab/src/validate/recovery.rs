//! When goodput has recovered from a trigger.

use stranded_scenario::section::Recovery;

/// What was wanted and what was answered in time in one second of a run.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Second {
    /// Intents that began.
    pub(crate) intents: u64,
    /// Attempts that were sent.
    pub(crate) attempts: u64,
    /// Answers in time.
    pub(crate) good: u64,
}

/// How long after `trigger_ends` (in seconds since the start) goodput recovers; `None` when it does not within the record.
///
/// Looked at are the shares of what was wanted that was answered in time, over stretches of `rule.lasts` that begin at each second. The
/// first stretch that reaches `rule.share` ends the search; between it and the one before the moment is interpolated, so that a record
/// by seconds does not round a recovery of seconds.
pub(crate) fn recovery_seconds(seconds: &[Second], trigger_ends: f64, rule: &Recovery) -> Option<f64> {
    let stretch = rule.lasts.as_seconds().round().max(1.0) as usize;
    let first = trigger_ends.max(0.0).ceil() as usize;
    let shares: Vec<f64> = seconds.get(first..)?.windows(stretch).map(share).collect();
    let reached = shares.iter().position(|share| *share >= rule.share.value())?;
    let since = first as f64 - trigger_ends;
    if reached == 0 {
        return Some(0.0);
    }
    let (before, at) = (shares[reached - 1], shares[reached]);
    let part = if at > before { (at - rule.share.value()) / (at - before) } else { 0.0 };
    Some((since + reached as f64 - part).max(0.0))
}

/// Share of what was wanted in the stretch; all of it when nothing was.
fn share(stretch: &[Second]) -> f64 {
    let (intents, good) =
        stretch.iter().fold((0, 0), |(intents, good), second| (intents + second.intents, good + second.good));
    if intents == 0 { 1.0 } else { good as f64 / intents as f64 }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Ten requests a second, answered from second `from` on.
    fn series(length: usize, answered: impl Fn(usize) -> u64) -> Vec<Second> {
        (0..length).map(|at| Second { intents: 10, attempts: 10, good: answered(at) }).collect()
    }

    #[test]
    fn a_step_is_found_where_nine_tenths_of_the_stretch_lie_behind_it() {
        let seconds = series(60, |at| if at >= 40 { 10 } else { 0 });
        // The stretch from second 39 on has nine of its ten seconds answered.
        assert_eq!(recovery_seconds(&seconds, 30.0, &Recovery::default()), Some(9.0));
        assert_eq!(recovery_seconds(&seconds, 45.0, &Recovery::default()), Some(0.0));
    }

    #[test]
    fn between_two_seconds_the_moment_is_interpolated() {
        // Half of second 39 is answered: half a second earlier than from 40 on.
        let seconds = series(60, |at| if at >= 40 { 10 } else { 5 * u64::from(at == 39) });
        let recovered = recovery_seconds(&seconds, 30.0, &Recovery::default()).unwrap();
        assert!((recovered - 8.5).abs() < 1e-9, "{recovered}");
    }

    #[test]
    fn what_never_comes_back_has_no_time() {
        assert_eq!(recovery_seconds(&series(60, |_| 0), 30.0, &Recovery::default()), None);
        assert_eq!(recovery_seconds(&series(60, |at| 10 * u64::from(at % 2 == 0)), 30.0, &Recovery::default()), None);
        assert_eq!(recovery_seconds(&series(60, |_| 10), 55.0, &Recovery::default()), None, "the record is too short");
        assert_eq!(recovery_seconds(&[], 5.0, &Recovery::default()), None);
    }

    #[test]
    fn nobody_wanting_anything_is_no_trouble() {
        let seconds = vec![Second::default(); 30];
        assert_eq!(recovery_seconds(&seconds, 10.5, &Recovery::default()), Some(0.0));
    }
}
