//! A sweep as it is going to be run: everything but the machine.

use super::design::{Coordinate, Design, Levels};
use super::expression::Expression;
use super::objective::Objective;
use super::rule::Rule;
use super::table::ParameterColumn;
use super::value::Value;
use crate::failure::Failure;
use crate::source;
use std::path::{Path, PathBuf};
use stranded_engine::Stream;
use stranded_reports::data_set::CellKind;
use stranded_scenario::section::{Sweep, SweepDesign, SweepSeeds};
use stranded_scenario::{Assignment, Code, Loaded, Scenario};

/// Purpose of the stream that the seeds of points come from; no person has it.
const SEEDS: u64 = 0x5EED;

/// A sweep as it is going to be run.
#[derive(Clone, Debug)]
pub(crate) struct Study {
    /// The scenario's file, for messages.
    pub(crate) path: PathBuf,
    /// Short name, as in the folder.
    pub(crate) name: String,
    /// The scenario, with its sweep as the file and the command line have it.
    pub(crate) loaded: Loaded<Scenario>,
    /// The points.
    pub(crate) design: Design,
    /// What they are compared by.
    pub(crate) objective: Objective,
    /// How often each is repeated.
    pub(crate) rule: Rule,
    seeds: SweepSeeds,
    /// The values that the scenario itself has, for each parameter, where that is a single value.
    own_values: Vec<Option<Value>>,
    columns: Vec<ParameterColumn>,
}

impl Study {
    /// The study that a loaded scenario asks for.
    ///
    /// # Errors
    /// When it asks for none, or for one without points.
    pub(crate) fn new(path: &Path, name: &str, loaded: Loaded<Scenario>) -> Result<Self, Failure> {
        let scenario = &loaded.value;
        let Some(sweep) = scenario.sweep.clone() else {
            return Err(Failure::Usage(format!(
                "`{}` has no `[sweep]`, so there is nothing to vary\nadd one, or say it here: --vary fleet.cars=100,200,400",
                path.display()
            )));
        };
        if sweep.parameter.is_empty() && sweep.design != SweepDesign::Attribution {
            let fail = loaded.check(|_, report| {
                report.error(
                    "sweep",
                    Code::SWEEP_EMPTY,
                    "the sweep varies nothing: it has no parameter",
                    "add a `[[sweep.parameter]]` with `name`, `path` and `list`, or give --vary PATH=a,b,c",
                );
            });
            fail.map_err(|findings| source::invalid(path, &findings))?;
        }
        let refuse = |report: &mut stranded_scenario::Reporter<'_>| {
            let metrics = source::known_metrics(scenario);
            let metrics: Vec<&str> = metrics.iter().map(String::as_str).collect();
            super::check::check(scenario, &metrics, report);
        };
        loaded.check(|_, report| refuse(report)).map_err(|findings| source::invalid(path, &findings))?;
        let unclear = |reason: String| {
            let fail = loaded.check(|_, report| report.error("sweep", Code::SWEEP_EMPTY, reason, ""));
            fail.map_or_else(|findings| source::invalid(path, &findings), |()| Failure::Usage(String::new()))
        };
        let constraints: Result<Vec<Expression>, String> =
            sweep.constraints.iter().map(|text| Expression::parse(text)).collect();
        let design = constraints
            .and_then(|constraints| Design::new(scenario, &sweep, &constraints).map_err(|no_design| no_design.message));
        let design = design.map_err(unclear)?;
        let objective = Objective::new(scenario, &sweep).map_err(unclear)?;
        let rule = Rule::new(scenario, &sweep);
        let own_values = own_values(&loaded, &design);
        let columns =
            design.parameters.iter().zip(&own_values).map(|(parameter, own)| column(&parameter.levels, own.as_ref()));
        Ok(Self {
            path: path.to_owned(),
            name: name.to_owned(),
            columns: columns.collect(),
            own_values,
            design,
            objective,
            rule,
            seeds: sweep.seeds,
            loaded,
        })
    }

    /// What the file says about the sweep.
    pub(crate) fn sweep(&self) -> &Sweep {
        self.loaded.value.sweep.as_ref().expect("a study has one")
    }

    /// Number of points.
    pub(crate) fn len(&self) -> u32 {
        self.design.points.len() as u32
    }

    /// The value that the scenario itself has for a parameter.
    pub(crate) fn own_value(&self, parameter: usize) -> Option<&Value> {
        self.own_values[parameter].as_ref()
    }

    /// The column of a parameter in the tables.
    pub(crate) fn column(&self, parameter: usize) -> &ParameterColumn {
        &self.columns[parameter]
    }

    /// The coordinates of a point.
    pub(crate) fn point(&self, point: u32) -> &[Coordinate] {
        &self.design.points[point as usize]
    }

    /// A point in words.
    pub(crate) fn describe(&self, point: u32) -> String {
        self.design.describe(self.point(point))
    }

    /// The seed of a point: the master seed, or one of its own.
    pub(crate) fn seed(&self, point: u32) -> u64 {
        let master = self.loaded.value.run.seed;
        match self.seeds {
            SweepSeeds::Common => master,
            SweepSeeds::Independent => Stream::new(master, SEEDS, u64::from(point)).next_bits(),
        }
    }

    /// The scenario at a point.
    ///
    /// # Errors
    /// When the values of the point make no sense together.
    pub(crate) fn scenario(&self, point: u32) -> Result<Scenario, Failure> {
        let given_by = format!("sweep: point {point}");
        let coordinates = self.point(point);
        let mut changes = Vec::new();
        for (index, parameter) in self.design.parameters.iter().enumerate() {
            if let Some(value) = self.design.value(coordinates, index) {
                let change = Assignment::new(&parameter.path, &value.toml, &given_by)
                    .map_err(|finding| source::invalid(&self.path, &finding.into()))?;
                changes.push(change);
            }
        }
        let variant = self.loaded.variant(&changes).map_err(|findings| {
            let failure = source::invalid(&self.path, &findings);
            match failure {
                Failure::InvalidScenario { findings, summary } => Failure::InvalidScenario {
                    findings,
                    summary: format!(
                        "{summary}\nthis is point {point} of the sweep ({}): keep it out with `sweep.constraints`",
                        self.describe(point)
                    ),
                },
                failure => failure,
            }
        })?;
        let mut scenario = variant.value;
        scenario.run.seed = self.seed(point);
        Ok(scenario)
    }
}

/// What the scenario has where the design leaves it as it is.
fn own_values(loaded: &Loaded<Scenario>, design: &Design) -> Vec<Option<Value>> {
    if design.kind != SweepDesign::OneAtATime {
        return vec![None; design.parameters.len()];
    }
    let known = loaded.parameters();
    let own = |path: &str| {
        // Paths may be written in several ways; an assignment writes them in one.
        let path = Assignment::new(path, "0", "sweep").ok()?.path();
        let value = &known.iter().find(|parameter| parameter.path == path)?.value;
        let table: serde_json::Value = toml::from_str(&format!("value = {value}")).ok()?;
        table.get("value").map(Value::new)
    };
    design.parameters.iter().map(|parameter| own(&parameter.path)).collect()
}

/// Numbers of one unit are a column of numbers; everything else is text.
fn column(levels: &Levels, own: Option<&Value>) -> ParameterColumn {
    let scale_ends;
    let (values, is_whole) = match levels {
        Levels::Single(values) => (values.as_slice(), values.iter().all(|value| value.toml.parse::<i64>().is_ok())),
        Levels::Between(scale) => {
            scale_ends = [scale.at(0.0), scale.at(1.0)];
            (scale_ends.as_slice(), scale.is_whole())
        }
    };
    let text = ParameterColumn { kind: CellKind::Text, unit: String::new() };
    let Some(first) = values.first() else { return text };
    let all = || values.iter().chain(own);
    let is_switch = all().all(|value| matches!(value.toml.as_str(), "true" | "false"));
    if is_switch {
        return ParameterColumn { kind: CellKind::Boolean, unit: String::new() };
    }
    if !all().all(|value| value.number.is_some() && value.unit == first.unit) {
        return text;
    }
    let is_whole = is_whole && first.unit.is_empty() && own.is_none_or(|own| own.toml.parse::<i64>().is_ok());
    ParameterColumn { kind: if is_whole { CellKind::Integer } else { CellKind::Number }, unit: first.unit.clone() }
}
