//! `--vary` on the command line: parameters of the sweep, written into the scenario as the file would have them.

use super::value::Value;
use crate::failure::Failure;
use crate::source;
use serde_json::Value as Json;
use std::path::Path;
use stranded_scenario::section::{SweepBounds, SweepParameter, SweepRange, SweepScale};
use stranded_scenario::{Assignment, Loaded, Scenario};

/// What was given.
const GIVEN_BY: &str = "--vary";

/// Parameters that the command line adds to the sweep, or varies in another way.
#[derive(Clone, Debug, Default, clap::Args)]
pub(crate) struct Vary {
    /// Vary a value: its path, `=`, and values with commas between them, or a range. Can be repeated.
    ///
    /// `support.call_centre.agents=2,4,8`, `fleet.cars=100..500/5` (5 values), `app.retry.attempts=log 1..16/5`, and for
    /// designs that fill space `fleet.cars=100..500` (anything between).
    #[arg(long = "vary", value_name = "PATH=VALUES")]
    vary: Vec<String>,
}

impl Vary {
    /// Whether nothing was given.
    pub(crate) fn is_empty(&self) -> bool {
        self.vary.is_empty()
    }

    /// The scenario with these parameters in its sweep.
    ///
    /// # Errors
    /// When one is not written as it should be, or makes no sense in the scenario.
    pub(crate) fn apply(&self, path: &Path, loaded: Loaded<Scenario>) -> Result<Loaded<Scenario>, Failure> {
        if self.is_empty() {
            return Ok(loaded);
        }
        let mut parameters = loaded.value.sweep.as_ref().map(|sweep| sweep.parameter.clone()).unwrap_or_default();
        for text in &self.vary {
            let (varied, values) = parse(text).map_err(|reason| {
                Failure::Usage(format!(
                    "--vary `{text}`: {reason}\nwrite a path and its values: --vary support.call_centre.agents=2,4,8 or --vary \
                     fleet.cars=100..500/5"
                ))
            })?;
            let name = parameters
                .iter()
                .find(|parameter| parameter.path == varied)
                .map_or_else(|| new_name(&varied, &parameters), |parameter| parameter.name.clone());
            let parameter = SweepParameter { name, path: varied, ..values };
            match parameters.iter_mut().find(|known| known.path == parameter.path) {
                Some(known) => *known = parameter,
                None => parameters.push(parameter),
            }
        }
        let list: Vec<String> = parameters.iter().map(to_toml).collect();
        // Named items are laid over those that are there, key by key: an empty list first makes room.
        let assignments: Result<Vec<Assignment>, _> = ["[]".to_owned(), format!("[{}]", list.join(", "))]
            .iter()
            .map(|value| Assignment::new("sweep.parameter", value, GIVEN_BY))
            .collect();
        let assignments = assignments.map_err(|finding| source::invalid(path, &finding.into()))?;
        let changed = loaded.variant(&assignments).map_err(|findings| source::invalid(path, &findings))?;
        changed.check_sweep().map_err(|findings| source::invalid(path, &findings))?;
        Ok(changed)
    }
}

/// The path and the values of `path=values`.
fn parse(text: &str) -> Result<(String, SweepParameter), String> {
    let (path, values) = text.split_once('=').ok_or("there is no equals sign")?;
    let (path, values) = (path.trim(), values.trim());
    if path.is_empty() || values.is_empty() {
        return Err("there is nothing on one side of the equals sign".to_owned());
    }
    let mut parameter = SweepParameter::default();
    let (is_log, range) = match values.strip_prefix("log ") {
        Some(range) => (true, range),
        None => (false, values),
    };
    if let Some((from, rest)) = range.split_once("..").filter(|_| !values.starts_with('[')) {
        let (to, steps) = match rest.rsplit_once('/').map(|(to, steps)| (to, steps.trim().parse::<u32>())) {
            Some((to, Ok(steps))) => (to, Some(steps)),
            // `/s` is a unit.
            _ => (rest, None),
        };
        let (from, to) = (json(from), json(to));
        if let Some(steps) = steps {
            let range = SweepRange { from, to, steps };
            *(if is_log { &mut parameter.log_range } else { &mut parameter.range }) = Some(range);
        } else {
            let scale = if is_log { SweepScale::Log } else { SweepScale::Linear };
            parameter.between = Some(SweepBounds { low: from, high: to, scale });
        }
    } else if is_log {
        return Err("`log` stands before a range such as `log 1..16/5`".to_owned());
    } else {
        parameter.list = Some(match toml::from_str::<Json>(&format!("list = {values}")) {
            Ok(table) if table["list"].is_array() => table["list"].as_array().cloned().unwrap_or_default(),
            _ => values.split(',').map(json).collect(),
        });
    }
    Ok((path.to_owned(), parameter))
}

/// A value as TOML would read it, or a plain text.
fn json(text: &str) -> Json {
    let text = text.trim();
    let read = toml::from_str::<Json>(&format!("value = {text}")).ok();
    read.and_then(|table| table.get("value").cloned()).unwrap_or_else(|| Json::String(text.to_owned()))
}

/// The last words of a path, as many as it takes to be new.
fn new_name(path: &str, known: &[SweepParameter]) -> String {
    let words: Vec<String> = path
        .split('.')
        .map(|word| word.chars().map(|letter| if letter.is_ascii_alphanumeric() { letter } else { '_' }).collect())
        .collect();
    let is_new = |name: &String| known.iter().all(|parameter| parameter.name != *name);
    let names = (1..=words.len()).map(|count| words[words.len() - count..].join("_"));
    let sound = |name: String| {
        if name.starts_with(|letter: char| letter.is_ascii_alphabetic()) { name } else { format!("p{name}") }
    };
    names
        .map(|name| sound(name.trim_matches('_').to_owned()))
        .find(is_new)
        .unwrap_or_else(|| format!("p{}", known.len()))
}

fn to_toml(parameter: &SweepParameter) -> String {
    let text = |text: &str| toml::Value::String(text.to_owned()).to_string();
    let value = |json: &Json| Value::new(json).toml;
    let mut parts = vec![format!("name = {}", text(&parameter.name)), format!("path = {}", text(&parameter.path))];
    if let Some(list) = &parameter.list {
        parts.push(format!("list = [{}]", list.iter().map(value).collect::<Vec<_>>().join(", ")));
    }
    for (key, range) in [("range", &parameter.range), ("log_range", &parameter.log_range)] {
        if let Some(range) = range {
            let (from, to) = (value(&range.from), value(&range.to));
            parts.push(format!("{key} = {{ from = {from}, to = {to}, steps = {} }}", range.steps));
        }
    }
    if let Some(ends) = &parameter.between {
        let scale = match ends.scale {
            SweepScale::Linear => "linear",
            SweepScale::Log => "log",
        };
        parts.push(format!(
            "between = {{ low = {}, high = {}, scale = \"{scale}\" }}",
            value(&ends.low),
            value(&ends.high)
        ));
    }
    format!("{{ {} }}", parts.join(", "))
}

/// Whether a scenario would have a sweep with these parameters.
#[cfg(test)]
fn sweep_of(loaded: &Loaded<Scenario>) -> &stranded_scenario::section::Sweep {
    loaded.value.sweep.as_ref().expect("a sweep")
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json as value;
    use stranded_scenario::Loader;

    const TOWN: &str = r#"
[fleet]
cars = 20

[service.operator]

[[sweep.parameter]]
name = "agents"
path = "support.call_centre.agents"
range = { from = 2, to = 8, steps = 3 }
"#;

    fn varied(texts: &[&str]) -> Result<Loaded<Scenario>, Failure> {
        let loaded = Loader::new().load_text("town.toml", TOWN).unwrap_or_else(|findings| panic!("{findings}"));
        let vary = Vary { vary: texts.iter().map(|text| (*text).to_owned()).collect() };
        vary.apply(Path::new("town.toml"), loaded)
    }

    #[test]
    fn lists_and_ranges_are_read() {
        let parameter = |text| parse(text).unwrap().1;
        assert_eq!(parameter("a.b=2,4, 8").list, Some(vec![value!(2), value!(4), value!(8)]));
        assert_eq!(parameter("a.b=5 min,1 h").list, Some(vec![value!("5 min"), value!("1 h")]));
        assert_eq!(parameter("a.b=[\"fifo\", \"lifo\"]").list, Some(vec![value!("fifo"), value!("lifo")]));
        assert_eq!(parameter("a.b=true,false").list, Some(vec![value!(true), value!(false)]));
        let range = parameter("a.b=10 min..30 min/3").range.unwrap();
        assert_eq!((range.from, range.to, range.steps), (value!("10 min"), value!("30 min"), 3));
        assert_eq!(parameter("a.b=log 1..16/5").log_range.unwrap().steps, 5);
        assert_eq!(parameter("a.b=1 /s..5 /s").between.unwrap().high, value!("5 /s"));
        for text in ["a.b", "=3", "a.b=", "a.b=log 3"] {
            assert!(parse(text).is_err(), "{text}");
        }
    }

    #[test]
    fn the_command_line_adds_parameters_and_replaces_those_of_the_same_path() {
        let loaded = varied(&["support.call_centre.agents=1,2", "fleet.cars=10..20/2"]).unwrap();
        let parameters = &sweep_of(&loaded).parameter;
        assert_eq!(parameters.len(), 2);
        assert_eq!((parameters[0].name.as_str(), &parameters[0].list), ("agents", &Some(vec![value!(1), value!(2)])));
        assert_eq!(parameters[0].range, None);
        assert_eq!(parameters[1].name, "cars");
    }

    #[test]
    fn names_are_new() {
        let loaded = varied(&["support.staff.agents=1"]);
        assert!(loaded.is_err(), "there is no such value");
        let loaded = varied(&["service.operator.workers=1,2", "fleet.cars=3"]).unwrap();
        assert_eq!(sweep_of(&loaded).parameter[1].name, "workers");
        let known = [SweepParameter { name: "workers".to_owned(), ..SweepParameter::default() }];
        assert_eq!(new_name("service.vendor.workers", &known), "vendor_workers");
    }

    #[test]
    fn a_wrong_value_is_told_with_the_flag() {
        let Err(Failure::InvalidScenario { findings, .. }) = varied(&["app.timeout=5 m/s"]) else {
            panic!("it is wrong")
        };
        assert!(findings.contains("--vary") && findings.contains("app.timeout"), "{findings}");
    }
}
