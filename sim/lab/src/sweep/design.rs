//! From parameters and their values to design points.

use super::expression::Expression;
use super::value::{Scale, Value};
use stranded_engine::Stream;
use stranded_scenario::section::{Scenario, Sweep, SweepDesign, SweepParameter, SweepScale};

/// More points than anybody waits for; their list alone would fill the memory.
const POINTS_MAX: u64 = 1_000_000;

/// Purpose of the stream that a Latin hypercube draws from; no person has it.
const LATIN: u64 = 0x1A71;

/// A parameter and the values it can take.
#[derive(Clone, Debug)]
pub(crate) struct Parameter {
    /// Short name: a column, a variable.
    pub(crate) name: String,
    /// Where it stands in the scenario.
    pub(crate) path: String,
    /// Its values.
    pub(crate) levels: Levels,
}

/// The values that a parameter can take.
#[derive(Clone, Debug)]
pub(crate) enum Levels {
    /// These.
    Single(Vec<Value>),
    /// Any between two ends.
    Between(Scale),
}

/// Where a point lies in one of the parameters.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Coordinate {
    /// At the level of that number.
    Level(u32),
    /// At that share of the way between the ends.
    Share(f64),
    /// Where the scenario has it.
    AsItIs,
}

/// A point: a coordinate for each parameter.
pub(crate) type Point = Vec<Coordinate>;

/// All points of a sweep.
#[derive(Clone, Debug)]
pub(crate) struct Design {
    /// How they were made.
    pub(crate) kind: SweepDesign,
    /// What is varied.
    pub(crate) parameters: Vec<Parameter>,
    /// The points, in the order of the design.
    pub(crate) points: Vec<Point>,
    /// Points that the constraints exclude.
    pub(crate) excluded: usize,
}

/// Why there is no design: the path of what is wrong, the reason and the way out.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct NoDesign {
    pub(crate) path: String,
    pub(crate) message: String,
    pub(crate) help: String,
}

impl NoDesign {
    fn new(path: impl Into<String>, message: impl Into<String>, help: impl Into<String>) -> Self {
        Self { path: path.into(), message: message.into(), help: help.into() }
    }
}

impl Levels {
    /// The values of a parameter.
    ///
    /// # Errors
    /// What is wrong with its ends; the key that holds them, and the reason.
    pub(crate) fn new(parameter: &SweepParameter) -> Result<Self, (&'static str, String)> {
        let scale = |key, from, to, is_log| Scale::new(from, to, is_log).map_err(|reason| (key, reason));
        if let Some(range) = &parameter.range {
            return Ok(Self::Single(scale("range", &range.from, &range.to, false)?.steps(range.steps)));
        }
        if let Some(range) = &parameter.log_range {
            return Ok(Self::Single(scale("log_range", &range.from, &range.to, true)?.steps(range.steps)));
        }
        if let Some(ends) = &parameter.between {
            let is_log = ends.scale == SweepScale::Log;
            return Ok(Self::Between(scale("between", &ends.low, &ends.high, is_log)?));
        }
        Ok(Self::Single(parameter.list.iter().flatten().map(Value::new).collect()))
    }

    fn count(&self) -> u32 {
        match self {
            Self::Single(values) => values.len() as u32,
            Self::Between(_) => 2,
        }
    }

    /// Where a number from 0 to 1 falls.
    fn coordinate(&self, share: f64) -> Coordinate {
        match self {
            Self::Single(values) => {
                let count = values.len().max(1);
                Coordinate::Level(((share * count as f64) as usize).min(count - 1) as u32)
            }
            Self::Between(_) => Coordinate::Share(share),
        }
    }

    /// The value at a coordinate; `None` where it is the scenario's own.
    pub(crate) fn value(&self, coordinate: Coordinate) -> Option<Value> {
        match (self, coordinate) {
            (Self::Single(values), Coordinate::Level(level)) => values.get(level as usize).cloned(),
            (Self::Between(scale), Coordinate::Share(share)) => Some(scale.at(share)),
            _ => None,
        }
    }
}

impl Design {
    /// The design of a scenario's sweep.
    ///
    /// # Errors
    /// When it has no points, or far too many.
    pub(crate) fn new(scenario: &Scenario, sweep: &Sweep, constraints: &[Expression]) -> Result<Self, NoDesign> {
        let mut parameters = Vec::with_capacity(sweep.parameter.len());
        for parameter in &sweep.parameter {
            let levels = Levels::new(parameter).map_err(|(key, reason)| {
                let path = format!("sweep.parameter.{}.{key}", parameter.name);
                NoDesign::new(path, format!("`{}` has no values: {reason}", parameter.name), "")
            })?;
            parameters.push(Parameter { name: parameter.name.clone(), path: parameter.path.clone(), levels });
        }
        if sweep.design == SweepDesign::Attribution {
            parameters = factors(scenario);
            if parameters.is_empty() {
                let message = "an attribution switches factors of demand off, and the scenario has none that is on";
                return Err(NoDesign::new(
                    "sweep.design",
                    message,
                    "switch a `[[demand.factor]]` on, or use another design",
                ));
            }
        }
        let all = points(sweep.design, &parameters, scenario.run.seed)?;
        let considered = all.len();
        let mut design = Self { kind: sweep.design, parameters, points: all, excluded: 0 };
        if !constraints.is_empty() {
            design.constrain(constraints)?;
        }
        design.excluded = considered - design.points.len();
        if design.points.is_empty() {
            let (path, message) = match constraints {
                [only] => {
                    ("sweep.constraints.0".to_owned(), format!("`{}` excludes all {considered} points", only.text()))
                }
                _ => (
                    "sweep.constraints".to_owned(),
                    format!("the constraints exclude all {considered} points together"),
                ),
            };
            return Err(NoDesign::new(path, message, "relax a constraint, or widen the values of the parameters"));
        }
        Ok(design)
    }

    /// The value of a parameter at a point; `None` where it is the scenario's own.
    pub(crate) fn value(&self, point: &[Coordinate], parameter: usize) -> Option<Value> {
        self.parameters[parameter].levels.value(*point.get(parameter)?)
    }

    /// The number that a name stands for at a point.
    pub(crate) fn number(&self, point: &[Coordinate], name: &str) -> Option<f64> {
        let parameter = self.parameters.iter().position(|parameter| parameter.name == name)?;
        self.value(point, parameter)?.number
    }

    fn constrain(&mut self, constraints: &[Expression]) -> Result<(), NoDesign> {
        if matches!(self.kind, SweepDesign::SobolIndices { .. } | SweepDesign::Attribution) {
            let message = "this design needs all of its points, and constraints would take some away";
            return Err(NoDesign::new(
                "sweep.constraints",
                message,
                "take the constraints away, or use another design",
            ));
        }
        let mut kept = Vec::with_capacity(self.points.len());
        for point in &self.points {
            let mut holds = true;
            for (index, constraint) in constraints.iter().enumerate() {
                let verdict = constraint.holds(|name| self.number(point, name));
                // In one-at-a-time designs most values are the scenario's own, which nobody has counted.
                let is_open = point.contains(&Coordinate::AsItIs);
                holds &= match verdict {
                    Some(verdict) => verdict,
                    None if is_open => true,
                    None => {
                        let message = format!("`{}` has no value at {}", constraint.text(), self.describe(point));
                        let help = "only numbers, numbers with a unit, true and false can be calculated with";
                        return Err(NoDesign::new(format!("sweep.constraints.{index}"), message, help));
                    }
                };
            }
            if holds {
                kept.push(point.clone());
            }
        }
        self.points = kept;
        Ok(())
    }

    /// How the points were made, in a word.
    pub(crate) const fn name(&self) -> &'static str {
        match self.kind {
            SweepDesign::Grid => "grid",
            SweepDesign::Zip => "zip",
            SweepDesign::OneAtATime => "one-at-a-time",
            SweepDesign::LatinHypercube { .. } => "latin-hypercube",
            SweepDesign::Sobol { .. } => "sobol",
            SweepDesign::SobolIndices { .. } => "sobol-indices",
            SweepDesign::Attribution => "attribution",
        }
    }

    /// A point in words: `agents = 4, delay = 15 min`.
    pub(crate) fn describe(&self, point: &[Coordinate]) -> String {
        let words = self.parameters.iter().enumerate().filter_map(|(index, parameter)| {
            let value = self.value(point, index)?;
            Some(format!("{} = {}", parameter.name, value.label()))
        });
        let words: Vec<String> = words.collect();
        if words.is_empty() { "the scenario as it is".to_owned() } else { words.join(", ") }
    }
}

/// The factors of demand that are on, each as a switch.
fn factors(scenario: &Scenario) -> Vec<Parameter> {
    let quote = stranded_scenario::document::quote_key;
    let enabled = scenario.demand.factor.iter().filter(|factor| factor.enabled);
    let switch = || Levels::Single([false, true].map(|on| Value::new(&on.into())).to_vec());
    enabled
        .map(|factor| Parameter {
            name: factor.name.clone(),
            path: format!("demand.factor.{}.enabled", quote(&factor.name)),
            levels: switch(),
        })
        .collect()
}

fn points(kind: SweepDesign, parameters: &[Parameter], seed: u64) -> Result<Vec<Point>, NoDesign> {
    let counts: Vec<u32> = parameters.iter().map(|parameter| parameter.levels.count()).collect();
    let total = match kind {
        SweepDesign::Grid | SweepDesign::Attribution => {
            counts.iter().try_fold(1_u64, |total, count| total.checked_mul(u64::from(*count)))
        }
        SweepDesign::SobolIndices { samples } => u64::from(samples).checked_mul(counts.len() as u64 + 2),
        SweepDesign::LatinHypercube { points } | SweepDesign::Sobol { points } => Some(points.into()),
        SweepDesign::Zip | SweepDesign::OneAtATime => Some(counts.iter().map(|count| u64::from(*count)).sum()),
    };
    if total.is_none_or(|total| total > POINTS_MAX) {
        let message = format!("the design has more than {POINTS_MAX} points");
        let help = "use fewer values, or a Latin hypercube or Sobol design of as many points as you can afford";
        return Err(NoDesign::new("sweep.design", message, help));
    }
    Ok(match kind {
        SweepDesign::Grid | SweepDesign::Attribution => grid(&counts),
        SweepDesign::Zip => zip(parameters, &counts)?,
        SweepDesign::OneAtATime => one_at_a_time(&counts),
        SweepDesign::LatinHypercube { points } => placed(parameters, &latin_hypercube(points, counts.len(), seed)),
        SweepDesign::Sobol { points } => placed(parameters, &sobol(points, counts.len(), seed)),
        SweepDesign::SobolIndices { samples } => placed(parameters, &saltelli(samples, counts.len(), seed)),
    })
}

fn grid(counts: &[u32]) -> Vec<Point> {
    let mut points = vec![Vec::new()];
    for &count in counts {
        points = points
            .into_iter()
            .flat_map(|point: Point| (0..count).map(move |level| [&point[..], &[Coordinate::Level(level)]].concat()))
            .collect();
    }
    points
}

fn zip(parameters: &[Parameter], counts: &[u32]) -> Result<Vec<Point>, NoDesign> {
    let first = counts.first().copied().unwrap_or_default();
    if let Some(other) = counts.iter().position(|count| *count != first) {
        let (one, two) = (&parameters[0].name, &parameters[other].name);
        let message =
            format!("`{one}` has {first} values and `{two}` has {}, so they cannot go in pairs", counts[other]);
        let help = "give all parameters the same number of values, or use `design = \"grid\"`";
        return Err(NoDesign::new(format!("sweep.parameter.{two}"), message, help));
    }
    Ok((0..first).map(|level| vec![Coordinate::Level(level); counts.len()]).collect())
}

fn one_at_a_time(counts: &[u32]) -> Vec<Point> {
    let centre = vec![Coordinate::AsItIs; counts.len()];
    let mut points = vec![centre.clone()];
    for (parameter, &count) in counts.iter().enumerate() {
        for level in 0..count {
            let mut point = centre.clone();
            point[parameter] = Coordinate::Level(level);
            points.push(point);
        }
    }
    points
}

fn placed(parameters: &[Parameter], shares: &[Vec<f64>]) -> Vec<Point> {
    let place = |row: &Vec<f64>| {
        parameters.iter().zip(row).map(|(parameter, share)| parameter.levels.coordinate(*share)).collect()
    };
    shares.iter().map(place).collect()
}

/// A Latin hypercube: in each dimension every n-th part of the unit interval holds one point, somewhere in it (`McKay`, Beckman and
/// Conover, *Technometrics* 21, 1979).
pub(crate) fn latin_hypercube(count: u32, dimensions: usize, seed: u64) -> Vec<Vec<f64>> {
    let mut rows = vec![Vec::with_capacity(dimensions); count as usize];
    for dimension in 0..dimensions {
        let mut luck = Stream::new(seed, LATIN, dimension as u64);
        let mut parts: Vec<u32> = (0..count).collect();
        // Fisher and Yates: every order is equally likely.
        for index in (1..count).rev() {
            parts.swap(index as usize, luck.below(index + 1) as usize);
        }
        for (row, part) in rows.iter_mut().zip(parts) {
            row.push((f64::from(part) + luck.uniform()) / f64::from(count));
        }
    }
    rows
}

/// A Sobol sequence with Owen's scrambling (Burley, *Journal of Computer Graphics Techniques* 9, 2020), directions by Joe and Kuo.
pub(crate) fn sobol(count: u32, dimensions: usize, seed: u64) -> Vec<Vec<f64>> {
    let seed = (seed ^ (seed >> 32)) as u32;
    // More dimensions than the sequence has are further sequences, independent of the first.
    let coordinate = |point, dimension: u32| {
        let (set, dimension) = (dimension / sobol_burley::NUM_DIMENSIONS, dimension % sobol_burley::NUM_DIMENSIONS);
        f64::from(sobol_burley::sample(point, dimension, seed.wrapping_add(set)))
    };
    (0..count).map(|point| (0..dimensions as u32).map(|dimension| coordinate(point, dimension)).collect()).collect()
}

/// The rows that Sobol indices are estimated from: for each base sample the row a, the row b, and for each parameter the row a with
/// that parameter from b (Saltelli et al., *Computer Physics Communications* 181, 2010).
pub(crate) fn saltelli(samples: u32, dimensions: usize, seed: u64) -> Vec<Vec<f64>> {
    let mut rows = Vec::with_capacity(samples as usize * (dimensions + 2));
    for both in sobol(samples, 2 * dimensions, seed) {
        let (a, b) = both.split_at(dimensions);
        rows.push(a.to_vec());
        rows.push(b.to_vec());
        for parameter in 0..dimensions {
            let mut mixed = a.to_vec();
            mixed[parameter] = b[parameter];
            rows.push(mixed);
        }
    }
    rows
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn parameter(name: &str, values: &[serde_json::Value]) -> SweepParameter {
        SweepParameter {
            name: name.to_owned(),
            path: format!("support.{name}"),
            list: Some(values.to_vec()),
            ..SweepParameter::default()
        }
    }

    fn sweep(design: SweepDesign) -> Sweep {
        let parameter = vec![
            parameter("agents", &[json!(2), json!(4), json!(8)]),
            parameter("delay", &[json!("5 min"), json!("30 min")]),
        ];
        Sweep { design, parameter, ..Sweep::default() }
    }

    fn described(sweep: &Sweep, constraints: &[&str]) -> Result<Vec<String>, NoDesign> {
        let constraints: Vec<Expression> = constraints.iter().map(|text| Expression::parse(text).unwrap()).collect();
        let design = Design::new(&Scenario::default(), sweep, &constraints)?;
        Ok(design.points.iter().map(|point| design.describe(point)).collect())
    }

    #[test]
    fn a_grid_has_every_combination_and_its_last_parameter_is_fastest() {
        let points = described(&sweep(SweepDesign::Grid), &[]).unwrap();
        assert_eq!(points.len(), 6);
        assert_eq!(
            points[..3],
            ["agents = 2, delay = 5 min", "agents = 2, delay = 30 min", "agents = 4, delay = 5 min"]
        );
    }

    #[test]
    fn constraints_take_points_away() {
        let grid = sweep(SweepDesign::Grid);
        let points = described(&grid, &["agents * delay <= 60", "agents > 2"]).unwrap();
        assert_eq!(points, ["agents = 4, delay = 5 min", "agents = 8, delay = 5 min"]);
        let nothing = described(&grid, &["agents > 9"]).unwrap_err();
        assert_eq!(nothing.path, "sweep.constraints.0");
        assert!(nothing.message.contains("`agents > 9` excludes all 6 points"), "{}", nothing.message);
    }

    #[test]
    fn a_zip_goes_in_pairs() {
        let mut zip = sweep(SweepDesign::Zip);
        assert!(described(&zip, &[]).unwrap_err().message.contains("cannot go in pairs"));
        zip.parameter[0].list.as_mut().unwrap().pop();
        assert_eq!(described(&zip, &[]).unwrap(), ["agents = 2, delay = 5 min", "agents = 4, delay = 30 min"]);
    }

    #[test]
    fn one_at_a_time_begins_with_the_scenario_as_it_is() {
        let points = described(&sweep(SweepDesign::OneAtATime), &[]).unwrap();
        assert_eq!(points[..2], ["the scenario as it is", "agents = 2"]);
        assert_eq!(points.len(), 6);
    }

    #[test]
    fn a_latin_hypercube_uses_every_part_once() {
        let rows = latin_hypercube(50, 3, 7);
        for dimension in 0..3 {
            let mut parts: Vec<u32> = rows.iter().map(|row| (row[dimension] * 50.0) as u32).collect();
            parts.sort_unstable();
            assert_eq!(parts, (0..50).collect::<Vec<_>>());
        }
        assert_eq!(rows, latin_hypercube(50, 3, 7));
        assert_ne!(rows, latin_hypercube(50, 3, 8));
    }

    #[test]
    fn a_sobol_sequence_is_a_net_in_its_first_dimensions() {
        // 64 points: each of the 8 x 8 boxes of the first two dimensions holds exactly one.
        let mut boxes: Vec<u32> =
            sobol(64, 2, 3).iter().map(|row| (row[0] * 8.0) as u32 * 8 + (row[1] * 8.0) as u32).collect();
        boxes.sort_unstable();
        assert_eq!(boxes, (0..64).collect::<Vec<_>>());
    }

    #[test]
    fn saltelli_rows_differ_from_a_in_one_parameter() {
        let rows = saltelli(4, 3, 1);
        assert_eq!(rows.len(), 4 * 5);
        for block in rows.chunks_exact(5) {
            for parameter in 0..3 {
                let mixed = &block[2 + parameter];
                let differing: Vec<usize> =
                    (0..3).filter(|&index| mixed[index].to_bits() != block[0][index].to_bits()).collect();
                assert_eq!(differing, [parameter]);
                assert_eq!(mixed[parameter].to_bits(), block[1][parameter].to_bits());
            }
        }
    }

    #[test]
    fn a_design_beyond_all_patience_is_refused() {
        let mut huge = sweep(SweepDesign::Grid);
        for index in 0..7 {
            let values: Vec<serde_json::Value> = (0..10).map(Into::into).collect();
            huge.parameter.push(parameter(&format!("p{index}"), &values));
        }
        assert!(described(&huge, &[]).unwrap_err().message.contains("more than"));
    }
}
