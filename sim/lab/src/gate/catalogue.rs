//! The metrics there are to compare, and a condition bound to one of them.

use super::threshold::{Comparison, Condition, FORM, Mistake};
use stranded_model::metric;
use stranded_scenario::{Duration, Scenario};

/// What a condition takes of a metric's values over the replications.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Statistic {
    /// Their mean.
    Mean,
    /// The value that this share of the replications does not exceed, between 0 and 1.
    Quantile(f64),
}

/// What the statistic is compared with.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Contrast {
    /// The limit itself.
    None,
    /// The baseline; what is more than it, as a share of it.
    Change,
    /// The baseline; what is more than it, in the metric's unit.
    Difference,
}

/// A metric that a subject has.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Metric {
    /// Its name.
    pub(crate) name: String,
    /// Its unit, as in `stranded explain metrics`.
    pub(crate) unit: String,
    /// How many of it go into a second, where it can be turned into time: cycles of a clock.
    pub(crate) per_second: Option<f64>,
}

impl Metric {
    /// A metric of that name and unit.
    pub(crate) fn new(name: impl Into<String>, unit: impl Into<String>) -> Self {
        Self { name: name.into(), unit: unit.into(), per_second: None }
    }
}

/// A condition on a metric that exists, its limit in the metric's unit.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Threshold {
    /// As it was written.
    pub(crate) text: String,
    /// The arm, `None` for the baseline arm.
    pub(crate) arm: Option<String>,
    /// The metric.
    pub(crate) metric: String,
    /// The unit of the limit: the metric's, or `share` for a change.
    pub(crate) unit: String,
    /// What is taken of its values.
    pub(crate) statistic: Statistic,
    /// What that is compared with.
    pub(crate) contrast: Contrast,
    /// How.
    pub(crate) comparison: Comparison,
    /// With what.
    pub(crate) limit: f64,
}

/// The metrics of a scenario before it is run.
pub(crate) fn of_scenario(scenario: &Scenario) -> Vec<Metric> {
    let measured = metric::names_measured(&scenario.measure.queue);
    let plain = metric::CATALOGUE.iter().filter(|metric| !metric.is_family()).map(|metric| metric.name.to_owned());
    plain.chain(measured).map(|name| named(&name)).collect()
}

/// A metric of the simulator's by its name; its unit is empty where the catalogue has no such name.
pub(crate) fn named(name: &str) -> Metric {
    Metric::new(name, metric::find(name).map_or("", |metric| metric.unit))
}

/// Binds a condition to the metric that it names.
///
/// # Errors
/// When there is no such metric (the nearest is named), or the unit is of another kind.
pub(crate) fn bind(condition: &Condition, known: &[Metric]) -> Result<Threshold, Mistake> {
    let (path, at) = (&condition.path.0, condition.path.1);
    let (stem, contrast) = split_contrast(path, known);
    let (metric, statistic) = split_statistic(stem, known).ok_or_else(|| {
        let help = nearest(stem, known)
            .map(|near| format!("did you mean `{}{}`? ", near, &path[stem.len()..]))
            .unwrap_or_default();
        Mistake {
            text: condition.text.clone(),
            at,
            message: format!("there is no metric `{stem}`"),
            help: format!("{help}`stranded explain metrics` lists those of a run"),
        }
    })?;
    let unit = if contrast == Contrast::Change { "share" } else { &metric.unit };
    let limit = in_unit(condition, metric, unit).map_err(|(message, help)| Mistake {
        text: condition.text.clone(),
        at: condition.unit.1,
        message,
        help,
    })?;
    Ok(Threshold {
        text: condition.text.trim().to_owned(),
        arm: condition.arm.as_ref().map(|(name, _)| name.clone()),
        metric: metric.name.clone(),
        unit: unit.to_owned(),
        statistic,
        contrast,
        comparison: condition.comparison,
        limit,
    })
}

fn find<'known>(name: &str, known: &'known [Metric]) -> Option<&'known Metric> {
    known.iter().find(|metric| metric.name == name)
}

fn split_contrast<'path>(path: &'path str, known: &[Metric]) -> (&'path str, Contrast) {
    // A metric's own name goes first.
    if find(path, known).is_some() {
        return (path, Contrast::None);
    }
    let suffixes = [(".change", Contrast::Change), (".difference", Contrast::Difference)];
    let found = suffixes.into_iter().find_map(|(suffix, contrast)| Some((path.strip_suffix(suffix)?, contrast)));
    found.unwrap_or((path, Contrast::None))
}

fn split_statistic<'known>(stem: &str, known: &'known [Metric]) -> Option<(&'known Metric, Statistic)> {
    if let Some(metric) = find(stem, known) {
        return Some((metric, Statistic::Mean));
    }
    let (name, suffix) = stem.rsplit_once('.')?;
    let statistic = match suffix.strip_prefix('p') {
        Some(digits) => {
            // p999 is 99.9 %, as everywhere.
            let scale = 10_f64.powi(digits.len().max(2) as i32);
            let share = f64::from(digits.parse::<u32>().ok()?) / scale;
            Statistic::Quantile((0.0 < share && share < 1.0).then_some(share)?)
        }
        None if suffix == "mean" => Statistic::Mean,
        None => return None,
    };
    Some((find(name, known)?, statistic))
}

/// The name that was probably meant.
fn nearest<'known>(stem: &str, known: &'known [Metric]) -> Option<&'known str> {
    let wanted = stem.strip_suffix(".mean").unwrap_or(stem);
    known
        .iter()
        .map(|metric| metric.name.as_str())
        .min_by_key(|name| strsim::damerau_levenshtein(&name.to_lowercase(), &wanted.to_lowercase()))
}

/// The number of a condition in `unit`; otherwise what is wrong and the way out.
fn in_unit(condition: &Condition, metric: &Metric, unit: &str) -> Result<f64, (String, String)> {
    let (number, written) = (condition.number, condition.unit.0.as_str());
    if written.is_empty() || written == unit {
        return Ok(number);
    }
    let wrong = |help: String| Err((format!("`{written}` is no unit of `{}`, which is in {unit}", metric.name), help));
    match unit {
        "share" | "0/1" => {
            if written == "%" {
                Ok(number / 100.0)
            } else {
                wrong("write a share as `99 %` or `0.99`".to_owned())
            }
        }
        "ms" | "s" | "min" | "h" => match (seconds(number, written), seconds(1.0, unit)) {
            (Some(seconds), Some(one)) => Ok(seconds / one),
            _ => wrong("lengths of time are in ms, s, min, h or d".to_owned()),
        },
        "1/s" if written == "/s" => Ok(number),
        _ => match (metric.per_second, seconds(number, written)) {
            (Some(per_second), Some(seconds)) => Ok(seconds * per_second),
            (None, Some(_)) if unit == "instructions" => {
                wrong("instructions counted by an emulator are no time; leave the unit away".to_owned())
            }
            _ => wrong(format!("leave the unit away, or see {FORM}")),
        },
    }
}

/// A length of time in seconds, negative ones too; `None` when the unit is none of time.
fn seconds(number: f64, unit: &str) -> Option<f64> {
    let one = format!("1 {unit}").parse::<Duration>().ok()?;
    Some(number * one.as_seconds())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::gate::threshold::parse;

    fn threshold(text: &str) -> Result<Threshold, Mistake> {
        let mut known = of_scenario(&Scenario::default());
        known.push(Metric { name: "unlock_total".to_owned(), unit: "cycles".to_owned(), per_second: Some(64e6) });
        known.push(Metric::new("verify", "instructions"));
        known.push(Metric::new("latency_ms.p99", "ms"));
        bind(&parse(text).unwrap(), &known)
    }

    #[test]
    fn a_statistic_may_follow_a_metric_whose_name_looks_like_one() {
        assert_eq!(threshold("stranded_hours < 5").unwrap().statistic, Statistic::Mean);
        assert_eq!(threshold("stranded_hours.mean < 5").unwrap().metric, "stranded_hours");
        let own = threshold("stranded_minutes.p90 < 60").unwrap();
        assert_eq!((own.metric.as_str(), own.statistic), ("stranded_minutes.p90", Statistic::Mean));
        let over = threshold("stranded_minutes.p90.p75 < 60").unwrap();
        assert_eq!((over.metric.as_str(), over.statistic), ("stranded_minutes.p90", Statistic::Quantile(0.75)));
        assert_eq!(threshold("stranded_hours.p90.change < 5 %").unwrap().contrast, Contrast::Change);
        assert_eq!(threshold("unlock_total.p999 < 5").unwrap().statistic, Statistic::Quantile(0.999));
        assert!(threshold("unlock_total.p0 < 5").is_err() && threshold("unlock_total.pp < 5").is_err());
    }

    #[test]
    fn limits_are_turned_into_the_metrics_unit() {
        let limit = |text: &str| threshold(text).unwrap().limit;
        assert!((limit("stranded_minutes.p90 < 1.5 h") - 90.0).abs() < 1e-9);
        assert!((limit("service.goodput_share >= 99 %") - 0.99).abs() < 1e-12);
        assert!((limit("stranded_hours.change <= 2 %") - 0.02).abs() < 1e-12);
        assert!((limit("stranded_hours.difference >= -30 min") + 0.5).abs() < 1e-12);
        assert!((limit("unlock_total < 250 ms") - 16e6).abs() < 1e-3);
        assert!((limit("latency_ms.p99 < 0.5 s") - 500.0).abs() < 1e-9);
        assert!((limit("goodput_per_second > 40 /s") - 40.0).abs() < 1e-12);
    }

    #[test]
    fn what_does_not_exist_names_the_nearest() {
        let mistake = threshold("stranded_houres.mean < 500").unwrap_err();
        assert!(mistake.message.contains("no metric `stranded_houres.mean`"), "{mistake}");
        assert!(mistake.help.contains("did you mean `stranded_hours`"), "{mistake}");
        let mistake = threshold("a: stranded_minutes.p9O.change < 5 %").unwrap_err();
        assert!(mistake.help.contains("`stranded_minutes.p90.change`") && mistake.at == 3, "{mistake}");
    }

    #[test]
    fn a_unit_of_another_kind_is_refused_at_its_column() {
        let mistake = threshold("stranded_hours < 500 %").unwrap_err();
        assert_eq!(mistake.column(), 22);
        assert!(threshold("service.goodput_share >= 99 h").is_err());
        assert!(threshold("verify < 3 ms").unwrap_err().help.contains("no time"));
        assert!(threshold("stranded_people < 5 people").is_ok());
        assert!(threshold("stranded_hours.change <= 2 h").is_err());
    }
}
