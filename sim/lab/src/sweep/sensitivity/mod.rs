//! What the parameters do to the objective.
//!
//! | file | answers |
//! |---|---|
//! | `effects` | the mean objective at each value of a parameter, over all others |
//! | `indices` | which share of the objective's variance each parameter causes: Sobol indices |
//! | `attribution` | how much of the objective each factor of demand is to blame for: Shapley values |

mod attribution;
mod effects;
mod indices;

use super::rule::Samples;
use super::study::Study;
use stranded_reports::sweep::{Blame, HeatMap, MainEffect, SobolIndices};
use stranded_scenario::section::{SweepDesign, SweepGoal};

/// What the points of a design tell about its parameters.
#[derive(Clone, Debug, Default)]
pub(crate) struct Sensitivity {
    pub(crate) heat_map: Option<HeatMap>,
    pub(crate) effects: Vec<MainEffect>,
    pub(crate) indices: Vec<SobolIndices>,
    pub(crate) attribution: Vec<Blame>,
}

/// What the objective of each replication of each point says about the parameters.
pub(crate) fn analyse(study: &Study, samples: &[Samples]) -> Sensitivity {
    let design = &study.design;
    let mut found = Sensitivity::default();
    match design.kind {
        // All parameters change together: nobody can tell which of them did it.
        SweepDesign::Zip => {}
        SweepDesign::Grid
        | SweepDesign::OneAtATime
        | SweepDesign::LatinHypercube { .. }
        | SweepDesign::Sobol { .. } => {
            found.effects = effects::main_effects(design, samples);
            if design.kind == SweepDesign::Grid {
                found.heat_map = heat_map(study, samples, &found.effects);
            }
        }
        SweepDesign::SobolIndices { .. } => {
            let means: Vec<Option<f64>> = samples.iter().map(mean).collect();
            let names: Vec<&str> = design.parameters.iter().map(|parameter| parameter.name.as_str()).collect();
            found.indices = indices::sobol_indices(&names, &means, study.loaded.value.run.seed);
        }
        SweepDesign::Attribution => {
            let names: Vec<&str> = design.parameters.iter().map(|parameter| parameter.name.as_str()).collect();
            found.attribution = attribution::shapley(&names, samples);
        }
    }
    found
}

fn heat_map(study: &Study, samples: &[Samples], effects: &[MainEffect]) -> Option<HeatMap> {
    let cost = |value| study.objective.cost(value);
    let effects::PairMeans { pair: [x, y], cells, best } = effects::pair_means(&study.design, samples, effects, cost)?;
    let parameter = |index: usize| &study.design.parameters[index];
    Some(HeatMap {
        x: parameter(x).name.clone(),
        x_labels: effects::labels(&parameter(x).levels),
        y: parameter(y).name.clone(),
        y_labels: effects::labels(&parameter(y).levels),
        objective: study.objective.text().to_owned(),
        more_is_better: study.objective.goal == SweepGoal::Maximum,
        cells,
        best,
    })
}

/// The mean of the replications that have a value.
fn mean(samples: &Samples) -> Option<f64> {
    let values: Vec<f64> = samples.iter().flatten().copied().collect();
    (!values.is_empty()).then(|| values.iter().sum::<f64>() / values.len() as f64)
}

/// The replications that every point has.
fn common_replications(samples: &[Samples]) -> usize {
    samples.iter().map(Vec::len).min().unwrap_or_default()
}
