//! From a scenario to the points at which simulator and server are compared.

use super::capacity;
use crate::experiment::BASELINE;
use crate::failure::Failure;
use crate::source;
use std::path::Path;
use stranded_scenario::section::{Action, Validation};
use stranded_scenario::{Assignment, Loaded, Scenario};

/// What a point is about.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Kind {
    /// An offered load, against the capacity.
    Load {
        /// Offered load by capacity.
        factor: f64,
        /// Whether it is judged or only shown.
        is_judged: bool,
    },
    /// A collapse whose trigger ends at this second of the run.
    Case {
        /// Since the start.
        trigger_ends_seconds: f64,
    },
}

/// A point: one scenario that is simulated and played for real.
#[derive(Clone, Debug)]
pub(crate) struct Point {
    /// Short, fit for a folder: `load-0.80x`, `case-lifo`.
    pub(crate) name: String,
    /// For people.
    pub(crate) title: String,
    pub(crate) kind: Kind,
    /// Requests that people begin, per second.
    pub(crate) offered_per_second: f64,
    pub(crate) scenario: Loaded<Scenario>,
}

/// The capacity that the loads are multiples of.
pub(crate) fn capacity_per_second(scenario: &Scenario) -> f64 {
    let said = scenario.validate.as_ref().and_then(|validation| validation.capacity);
    said.map_or_else(|| capacity::of_chain(&scenario.service, entry(scenario)), stranded_scenario::Rate::per_second)
}

/// The service where requests enter.
pub(crate) fn entry(scenario: &Scenario) -> &str {
    scenario.arrivals.as_ref().map_or("operator", |arrivals| arrivals.service.as_str())
}

/// The points of a scenario: its loads in order, then its cases. `filter` keeps those that have it in their name or title.
///
/// # Errors
/// When the scenario has nothing to validate, a case has no trigger, or a variant makes no sense.
pub(crate) fn plan(path: &Path, loaded: &Loaded<Scenario>, filter: Option<&str>) -> Result<Vec<Point>, Failure> {
    let Some(validation) = &loaded.value.validate else {
        return Err(Failure::Usage(format!(
            "`{}` has no `[validate]`, so there is nothing to compare\nadd it: loads, cases, tolerance; scenarios/README.md shows how",
            path.display()
        )));
    };
    check_chain(path, &loaded.value)?;
    let mut points = loads(path, loaded, validation)?;
    for name in &validation.cases {
        points.push(case(path, loaded, name)?);
    }
    if let Some(filter) = filter {
        let wanted = filter.to_lowercase();
        let has = |text: &str| text.to_lowercase().contains(&wanted);
        let names = points.iter().map(|point| format!("`{}`", point.name)).collect::<Vec<_>>().join(", ");
        points.retain(|point| has(&point.name) || has(&point.title));
        if points.is_empty() {
            return Err(Failure::Usage(format!("no point has `{filter}` in its name\nthere are: {names}")));
        }
    }
    Ok(points)
}

/// The reference server has two roles: a chain of more than two services cannot be played.
fn check_chain(path: &Path, scenario: &Scenario) -> Result<(), Failure> {
    let called = |name: &str| scenario.service.get(name).and_then(|service| service.calls.as_ref());
    let third = called(entry(scenario)).and_then(|call| called(&call.service));
    third.map_or(Ok(()), |third| {
        Err(Failure::Usage(format!(
            "`{}` has a chain of more than two services, and the reference server plays an operator and a vendor\n\
             let nobody call `{}`",
            path.display(),
            third.service
        )))
    })
}

impl Point {
    /// The same point with another rate of arrivals.
    ///
    /// # Errors
    /// When the scenario makes no sense with it.
    pub(crate) fn at_rate(self, path: &Path, offered_per_second: f64) -> Result<Self, Failure> {
        Ok(Self { offered_per_second, scenario: at_rate(path, &self.scenario, offered_per_second)?, ..self })
    }
}

/// The scenario with another rate of arrivals.
pub(crate) fn at_rate(
    path: &Path,
    scenario: &Loaded<Scenario>,
    offered_per_second: f64,
) -> Result<Loaded<Scenario>, Failure> {
    let rate = Assignment::new("arrivals.rate", &format!("\"{offered_per_second:.6} /s\""), "[validate]")
        .map_err(|finding| source::invalid(path, &finding.into()))?;
    scenario.variant(&[rate]).map_err(|findings| source::invalid(path, &findings))
}

fn loads(path: &Path, loaded: &Loaded<Scenario>, validation: &Validation) -> Result<Vec<Point>, Failure> {
    let base = arm(path, loaded, &validation.load_arm)?;
    let capacity = capacity_per_second(&base.value);
    let mut points = Vec::new();
    for load in &validation.loads {
        let factor = load.value();
        let offered_per_second = capacity * factor;
        let scenario = at_rate(path, &base, offered_per_second)?;
        points.push(Point {
            name: format!("load-{factor:.2}x"),
            title: format!("{factor:.2} x capacity"),
            kind: Kind::Load { factor, is_judged: validation.judged_up_to.is_none_or(|limit| factor <= limit.value()) },
            offered_per_second,
            scenario,
        });
    }
    Ok(points)
}

fn case(path: &Path, loaded: &Loaded<Scenario>, name: &str) -> Result<Point, Failure> {
    let scenario = arm(path, loaded, name)?;
    let title = loaded.value.arm.iter().find(|arm| arm.name == name).map(|arm| arm.title.clone());
    let trigger_ends_seconds = trigger_ends_seconds(&scenario.value).ok_or_else(|| {
        Failure::Usage(format!(
            "the case `{name}` of `{}` has no trigger that ends, so there is nothing to recover from\n\
             add an `[[action]]` with `trigger = true` and `lasts`, or take the case out of `validate.cases`",
            path.display()
        ))
    })?;
    Ok(Point {
        name: format!("case-{name}"),
        title: title.filter(|title| !title.is_empty()).unwrap_or_else(|| name.to_owned()),
        kind: Kind::Case { trigger_ends_seconds },
        offered_per_second: scenario.value.arrivals.as_ref().map_or(0.0, |arrivals| arrivals.rate.per_second()),
        scenario,
    })
}

/// When the last trigger of a scenario is over, in seconds since the start.
fn trigger_ends_seconds(scenario: &Scenario) -> Option<f64> {
    let ends = |action: &Action| {
        let at = action.at.since(scenario.calendar.start)?.as_seconds();
        match (action.capacity, action.lasts) {
            (Some(_), Some(lasts)) => Some(at + lasts.as_seconds()),
            (Some(_), None) => None,
            (None, _) => Some(at),
        }
    };
    scenario.action.iter().filter(|action| action.enabled && action.trigger).filter_map(ends).reduce(f64::max)
}

fn arm(path: &Path, loaded: &Loaded<Scenario>, name: &str) -> Result<Loaded<Scenario>, Failure> {
    if name.is_empty() || name == BASELINE {
        return Ok(loaded.clone());
    }
    loaded.arm(name).map_err(|findings| source::invalid(path, &findings))
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;
    use stranded_scenario::Loader;

    /// A server of 100 requests a second, with a trigger and one defence.
    pub(crate) const TEXT: &str = r#"
[calendar]
start = 2022-01-01T00:00:00+00:00
end = 2022-01-01T00:01:30+00:00
[arrivals]
rate = "80 /s"
warm_up = "40 s"
[app]
timeout = "1 s"
network_latency = "0 s"
retry = { attempts = 3, backoff = "none" }
[renter]
persistence = 0.0
[service.server]
workers = 4
service_time = { exponential = { mean = "40 ms" } }
refusal_time = "0 s"
[[action]]
name = "trigger"
at = 2022-01-01T00:00:20+00:00
service = "server"
capacity = "0.5 x"
lasts = "10 s"
trigger = true
[[arm]]
name = "one-attempt"
title = "One attempt"
set = { "app.retry.attempts" = 1 }
[[arm]]
name = "calm"
set = { "action.trigger.enabled" = false, "service.server.queue.capacity" = 50 }
[validate]
loads = [0.5, 2.0]
load_arm = "calm"
judged_up_to = 1.0
cases = ["baseline", "one-attempt"]
"#;

    pub(crate) fn loaded(text: &str) -> Loaded<Scenario> {
        Loader::new().load_text("validate.toml", text).unwrap_or_else(|findings| panic!("{findings}"))
    }

    #[test]
    fn loads_come_first_and_carry_the_rate_of_their_factor() {
        let points = plan(Path::new("validate.toml"), &loaded(TEXT), None).unwrap();
        let names: Vec<&str> = points.iter().map(|point| point.name.as_str()).collect();
        assert_eq!(names, ["load-0.50x", "load-2.00x", "case-baseline", "case-one-attempt"]);
        let rate = |index: usize| points[index].scenario.value.arrivals.as_ref().unwrap().rate.per_second();
        assert!((rate(0) - 50.0).abs() < 1e-9 && (rate(1) - 200.0).abs() < 1e-9);
        assert!(!points[0].scenario.value.action[0].enabled, "the arm of the loads holds");
        assert_eq!(points[0].kind, Kind::Load { factor: 0.5, is_judged: true });
        assert_eq!(points[1].kind, Kind::Load { factor: 2.0, is_judged: false });
        assert_eq!(points[2].kind, Kind::Case { trigger_ends_seconds: 30.0 });
        assert_eq!((points[3].title.as_str(), points[3].scenario.value.app.retry.attempts), ("One attempt", 1));
    }

    #[test]
    fn a_filter_keeps_what_it_names_and_says_what_there_is() {
        let path = Path::new("validate.toml");
        assert_eq!(plan(path, &loaded(TEXT), Some("ATTEMPT")).unwrap().len(), 1);
        let message = plan(path, &loaded(TEXT), Some("nothing")).unwrap_err().to_string();
        assert!(message.contains("`load-0.50x`, `load-2.00x`"), "{message}");
    }

    #[test]
    fn three_services_in_a_row_are_refused() {
        let text = TEXT.replace("workers = 4\n", "workers = 4\ncalls = { service = \"vendor\" }\n");
        let chain = "[service.vendor]\ncalls = { service = \"bank\" }\n[service.bank]\n[validate]";
        let message =
            plan(Path::new("v.toml"), &loaded(&text.replace("[validate]", chain)), None).unwrap_err().to_string();
        assert!(message.contains("more than two services") && message.contains("`bank`"), "{message}");
    }

    #[test]
    fn a_case_without_a_trigger_is_refused() {
        let text = TEXT.replace("cases = [\"baseline\", \"one-attempt\"]", "cases = [\"calm\"]");
        let message = plan(Path::new("validate.toml"), &loaded(&text), None).unwrap_err().to_string();
        assert!(message.contains("case `calm`") && message.contains("trigger = true"), "{message}");
        let text = TEXT.split("[validate]").next().unwrap();
        let message = plan(Path::new("validate.toml"), &loaded(text), None).unwrap_err().to_string();
        assert!(message.contains("no `[validate]`"), "{message}");
    }
}
