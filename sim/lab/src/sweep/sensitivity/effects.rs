//! The mean objective at each value of a parameter, over all values of the others.

use super::super::design::{Coordinate, Design, Levels};
use super::super::rule::Samples;
use super::common_replications;
use crate::statistics::mean_interval;
use stranded_reports::estimate::Estimate;
use stranded_reports::sweep::{LevelEffect, MainEffect};

/// Parts that the range of a parameter is cut into where it may be anything between two ends.
const PARTS: u32 = 4;

/// The main effect of each parameter, the largest swing first. Means are taken within each replication, whose people and luck all points
/// share, and their intervals over the replications that every point has.
pub(super) fn main_effects(design: &Design, samples: &[Samples]) -> Vec<MainEffect> {
    let mut effects: Vec<MainEffect> =
        (0..design.parameters.len()).filter_map(|parameter| main_effect(design, samples, parameter)).collect();
    effects.sort_by(|one, other| other.swing.mean().total_cmp(&one.swing.mean()));
    effects
}

fn main_effect(design: &Design, samples: &[Samples], parameter: usize) -> Option<MainEffect> {
    let levels = &design.parameters[parameter].levels;
    let labels = labels(levels);
    let group = |level: usize| -> Vec<&Samples> {
        let points = design.points.iter().zip(samples);
        points.filter(|(point, _)| level_of(point[parameter]) == Some(level)).map(|(_, samples)| samples).collect()
    };
    let groups: Vec<(String, Vec<&Samples>)> =
        labels.into_iter().enumerate().map(|(level, label)| (label, group(level))).collect();
    // Constraints may have taken every point of a value.
    let groups: Vec<(String, Vec<&Samples>)> = groups.into_iter().filter(|(_, points)| !points.is_empty()).collect();
    let count = common_replications(samples);
    // One list of means, level by level, for each replication in which every level has one.
    let by_replication: Vec<Vec<f64>> = (0..count)
        .filter_map(|replication| groups.iter().map(|(_, points)| mean_of(points, replication)).collect())
        .collect();
    let estimate = |of: &dyn Fn(&Vec<f64>) -> f64| -> Option<Estimate> {
        mean_interval(&by_replication.iter().map(of).collect::<Vec<f64>>())
    };
    let found: Option<Vec<LevelEffect>> = groups
        .iter()
        .enumerate()
        .map(|(level, (label, _))| {
            Some(LevelEffect { value: label.clone(), objective: estimate(&|means| means[level])? })
        })
        .collect();
    let found = found?;
    let order = |one: &usize, other: &usize| found[*one].objective.mean().total_cmp(&found[*other].objective.mean());
    let lowest = (0..found.len()).min_by(order)?;
    let highest = (0..found.len()).max_by(order)?;
    let swing = estimate(&|means| means[highest] - means[lowest])?;
    Some(MainEffect { parameter: design.parameters[parameter].name.clone(), levels: found, lowest, highest, swing })
}

/// The mean objective for each pair of values of two parameters.
pub(super) struct PairMeans {
    /// Which parameters: that of the columns, that of the rows.
    pub(super) pair: [usize; 2],
    /// A row for each value of the second, with a cell for each value of the first.
    pub(super) cells: Vec<Vec<Option<f64>>>,
    /// Column and row of the best cell.
    pub(super) best: Option<[usize; 2]>,
}

/// The mean objective for each pair of values of the two parameters with the largest swings, over all values of the others. `cost` says
/// what is bad.
pub(super) fn pair_means(
    design: &Design,
    samples: &[Samples],
    effects: &[MainEffect],
    cost: impl Fn(f64) -> f64,
) -> Option<PairMeans> {
    let place = |effect: &MainEffect| design.parameters.iter().position(|parameter| parameter.name == effect.parameter);
    let [one, other, ..] = effects else { return None };
    // The parameter that the file names first lies along the columns.
    let mut pair = [place(one)?, place(other)?];
    pair.sort_unstable();
    let [columns, rows] = pair.map(|parameter| labels(&design.parameters[parameter].levels).len());
    let mut sums = vec![vec![(0.0, 0_u32); columns]; rows];
    for (point, samples) in design.points.iter().zip(samples) {
        let [Some(x), Some(y)] = pair.map(|parameter| level_of(point[parameter])) else { continue };
        if let Some(mean) = super::mean(samples) {
            let (sum, count) = &mut sums[y][x];
            *sum += mean;
            *count += 1;
        }
    }
    let cells: Vec<Vec<Option<f64>>> = sums
        .into_iter()
        .map(|row| row.into_iter().map(|(sum, count)| (count > 0).then(|| sum / f64::from(count))).collect())
        .collect();
    let places = (0..rows).flat_map(|y| (0..columns).map(move |x| [x, y]));
    let known = places.filter_map(|[x, y]| Some(([x, y], cost(cells[y][x]?))));
    let best = known.min_by(|(_, one), (_, other)| one.total_cmp(other)).map(|(place, _)| place);
    Some(PairMeans { pair, cells, best })
}

/// The values of a parameter, or the parts of its range.
pub(super) fn labels(levels: &Levels) -> Vec<String> {
    match levels {
        Levels::Single(values) => values.iter().map(super::super::value::Value::label).collect(),
        Levels::Between(scale) => (0..PARTS)
            .map(|part| {
                let end = |part: u32| scale.at(f64::from(part) / f64::from(PARTS)).label();
                format!("{} to {}", end(part), end(part + 1))
            })
            .collect(),
    }
}

fn level_of(coordinate: Coordinate) -> Option<usize> {
    match coordinate {
        Coordinate::Level(level) => Some(level as usize),
        Coordinate::Share(share) => Some(((share * f64::from(PARTS)) as usize).min(PARTS as usize - 1)),
        Coordinate::AsItIs => None,
    }
}

fn mean_of(points: &[&Samples], replication: usize) -> Option<f64> {
    let values: Vec<f64> = points.iter().filter_map(|samples| samples[replication]).collect();
    (!values.is_empty()).then(|| values.iter().sum::<f64>() / values.len() as f64)
}

#[cfg(test)]
mod tests {
    use super::super::super::design::Parameter;
    use super::super::super::value::Value;
    use super::*;
    use serde_json::json;
    use stranded_scenario::section::SweepDesign;

    fn design() -> Design {
        let parameter = |name: &str, values: &[i64]| Parameter {
            name: name.to_owned(),
            path: String::new(),
            levels: Levels::Single(values.iter().map(|value| Value::new(&json!(value))).collect()),
        };
        let points = (0..3).flat_map(|x| (0..2).map(move |y| vec![Coordinate::Level(x), Coordinate::Level(y)]));
        Design {
            kind: SweepDesign::Grid,
            parameters: vec![parameter("x", &[1, 2, 4]), parameter("y", &[10, 20])],
            points: points.collect(),
            excluded: 0,
        }
    }

    /// f = x + 10 y + luck that all points share.
    fn samples() -> Vec<Samples> {
        let luck = [0.0, 50.0, -20.0];
        let of = |x: f64, y: f64| luck.iter().map(|luck| Some(x + 10.0 * y + luck)).collect();
        [1.0, 2.0, 4.0].iter().flat_map(|x| [10.0, 20.0].map(|y| of(*x, y))).collect()
    }

    #[test]
    fn the_largest_swing_stands_first_and_shared_luck_cancels() {
        let effects = main_effects(&design(), &samples());
        assert_eq!(effects.iter().map(|effect| effect.parameter.as_str()).collect::<Vec<_>>(), ["y", "x"]);
        assert!((effects[0].swing.mean() - 100.0).abs() < 1e-9);
        let [low, high] = effects[1].swing.ci95().unwrap();
        assert!((effects[1].swing.mean() - 3.0).abs() < 1e-9 && high - low < 1e-9, "{low} to {high}");
        assert_eq!((effects[1].lowest, effects[1].highest), (0, 2));
        assert_eq!(effects[1].levels[2].value, "4");
        // Luck does not cancel in a mean.
        let [low, high] = effects[1].levels[2].objective.ci95().unwrap();
        assert!(high - low > 10.0);
    }

    #[test]
    fn the_two_widest_parameters_make_a_map() {
        let (design, samples) = (design(), samples());
        let effects = main_effects(&design, &samples);
        let PairMeans { pair, cells, best } = pair_means(&design, &samples, &effects, |value| value).unwrap();
        assert_eq!((pair, best), ([0, 1], Some([0, 0])));
        assert_eq!(cells.len(), 2);
        assert!((cells[1][2].unwrap() - (4.0 + 200.0 + 10.0)).abs() < 1e-9);
        assert!(pair_means(&design, &samples, &effects[..1], |value| value).is_none());
    }

    #[test]
    fn a_replication_without_a_value_is_left_out() {
        let mut samples = samples();
        samples[0][1] = None;
        samples[1][1] = None;
        let effects = main_effects(&design(), &samples);
        // x = 1 has no value in the second replication, so only the others count for x.
        let x = effects.iter().find(|effect| effect.parameter == "x").unwrap();
        assert!((x.levels[0].objective.mean() - (1.0 + 150.0 - 10.0)).abs() < 1e-9);
    }
}
