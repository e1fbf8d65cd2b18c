//! From when on a scenario without a fleet is measured: given, or found by a pilot run.

use crate::failure::Failure;
use crate::runner::Runner;
use crate::source;
use crate::statistics::{Truncation, mser5};
use std::path::Path;
use stranded_model::Minute;
use stranded_scenario::{Assignment, Duration, Loaded, Scenario};

/// Replications whose minutes are averaged before anything is read from them: one alone may wander far off by luck.
///
/// Hoad, Robinson and Davies, "Automating warm-up length estimation", *Journal of the Operational Research Society* 61, 2010.
const PILOT_REPLICATIONS: u32 = 5;

/// What `--warm-up` says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum WarmUp {
    /// Find it out.
    Automatic,
    /// This long, as in a scenario.
    Given(String),
}

impl std::str::FromStr for WarmUp {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        if text == "auto" {
            return Ok(Self::Automatic);
        }
        text.parse::<Duration>().map_err(|error| format!("{error}, or `auto`"))?;
        Ok(Self::Given(text.to_owned()))
    }
}

/// The scenario measured from when `choice` says, and how that was found.
///
/// # Errors
/// [`Failure::Usage`] when the scenario has no warm-up, or a pilot run does not show one; [`Failure::Interrupted`].
pub(crate) fn apply(
    choice: &WarmUp,
    path: &Path,
    loaded: &Loaded<Scenario>,
    runner: &Runner,
) -> Result<(Loaded<Scenario>, String), Failure> {
    let scenario = &loaded.value;
    if scenario.arrivals.is_none() {
        return Err(Failure::Usage(format!(
            "`{}` has no `[arrivals]` to warm up: a day with a fleet begins with rentals under way, and `measure.from` says \
             from when on it counts\nleave `--warm-up` away",
            path.display()
        )));
    }
    if scenario.measure.from.is_some() {
        return Err(Failure::Usage(format!(
            "`{}` says with `measure.from` from when on it counts, and `--warm-up` would say so too\nleave one of them away",
            path.display()
        )));
    }
    let (length, reason) = match choice {
        WarmUp::Given(length) => (length.clone(), "as given".to_owned()),
        WarmUp::Automatic => found_by_pilot(path, scenario, runner)?,
    };
    let change = Assignment::new("arrivals.warm_up", &length, "--warm-up")
        .map_err(|finding| source::invalid(path, &finding.into()))?;
    let changed = loaded.variant(&[change]).map_err(|findings| source::invalid(path, &findings))?;
    Ok((changed, format!("Warm-up: {length}, {reason}; the same in every arm.")))
}

/// The warm-up that a pilot run shows, and in words how.
fn found_by_pilot(path: &Path, scenario: &Scenario, runner: &Runner) -> Result<(String, String), Failure> {
    if let Some(action) = scenario.action.iter().find(|action| action.enabled) {
        return Err(Failure::Usage(format!(
            "`{}` changes its services on the way (action `{}`), so that it has no steady state to warm up to\n\
             say from when on to measure with `--warm-up '10 min'` or `arrivals.warm_up`",
            path.display(),
            action.name,
        )));
    }
    let count = PILOT_REPLICATIONS.min(scenario.run.replications.max);
    let mut pilot = Pilot::default();
    runner.replicate_all(
        "pilot",
        std::slice::from_ref(scenario),
        count,
        &mut |_, _, outcomes| {
            pilot.add(&outcomes.minutes);
            Ok(())
        },
        &mut |_, _, _| Ok(()),
    )?;
    match pilot.truncation() {
        Truncation::After(minutes) => Ok((
            format!("{minutes} min"),
            format!("found by MSER-5 on {count} pilot replications (line and answers, minute by minute)"),
        )),
        Truncation::NotSettled => Err(Failure::Usage(format!(
            "no warm-up can be found for `{}`: in {count} pilot replications the line or the answers still change in the second \
             half of the run\nlet it run longer (`calendar.end`) if its services can do what is asked of them, or say from \
             when on to measure with `--warm-up '10 min'`",
            path.display()
        ))),
        Truncation::TooShort => Err(Failure::Usage(format!(
            "`{}` is too short to find a warm-up: MSER-5 needs 50 minutes and better many more\nlet it run longer \
             (`calendar.end`), or say from when on to measure with `--warm-up '5 min'`",
            path.display()
        ))),
    }
}

/// Sums over pilot replications, minute by minute.
#[derive(Debug, Default)]
struct Pilot {
    /// Requests waiting at the end of the minute: what fills up while a queue warms up.
    waiting: Vec<f64>,
    /// Requests answered in the minute: what rises in services where nobody waits.
    answered: Vec<f64>,
}

impl Pilot {
    fn add(&mut self, minutes: &[Minute]) {
        add(&mut self.waiting, minutes.iter().map(|minute| f64::from(minute.queue_length)));
        add(&mut self.answered, minutes.iter().map(|minute| f64::from(minute.answered_in_time)));
    }

    /// The later end of the two transients, in minutes.
    fn truncation(&self) -> Truncation {
        match [&self.waiting, &self.answered].map(|series| mser5(series)) {
            [Truncation::After(one), Truncation::After(other)] => Truncation::After(one.max(other)),
            [Truncation::After(_), unclear] | [unclear, _] => unclear,
        }
    }
}

fn add(sums: &mut Vec<f64>, values: impl ExactSizeIterator<Item = f64>) {
    sums.resize(values.len().max(sums.len()), 0.0);
    for (sum, value) in sums.iter_mut().zip(values) {
        *sum += value;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_warm_up_is_a_length_of_time_or_auto() {
        assert_eq!("auto".parse(), Ok(WarmUp::Automatic));
        assert_eq!("10 min".parse(), Ok(WarmUp::Given("10 min".to_owned())));
        assert!("soon".parse::<WarmUp>().unwrap_err().ends_with("or `auto`"));
    }

    #[test]
    fn the_later_of_two_transients_counts() {
        let minute = |index: u32| Minute {
            queue_length: if index < 30 { index } else { 30 },
            answered_in_time: if index < 60 { 2 * index } else { 120 },
            ..Minute::default()
        };
        let mut pilot = Pilot::default();
        pilot.add(&(0..500).map(minute).collect::<Vec<_>>());
        assert_eq!(mser5(&pilot.waiting), Truncation::After(30));
        assert_eq!(pilot.truncation(), Truncation::After(60));
        pilot.answered = (0..500).map(f64::from).collect();
        assert_eq!(pilot.truncation(), Truncation::NotSettled);
    }
}
