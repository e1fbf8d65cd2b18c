//! From experiments to judgements.

use super::judgement::{Judgement, is_precise, judge};
use super::plan::Experiment;
use crate::collapse;
use crate::failure::Failure;
use crate::interruption::Interruption;
use crate::memory;
use crate::pool::{End, run_in_order};
use crate::replication::Replication;
use crate::terminal::Progress;
use crate::world;
use std::num::NonZeroUsize;
use std::ops::ControlFlow;
use stranded_scenario::Scenario;

/// Runs experiments on all cores.
#[derive(Debug)]
pub(crate) struct Verifier {
    pub(crate) threads: NonZeroUsize,
    pub(crate) interruption: Interruption,
    pub(crate) quiet: bool,
}

impl Verifier {
    /// Runs the experiments one after the other and judges their oracles, in order.
    ///
    /// # Errors
    /// [`Failure::Interrupted`], or a world that does not fit into the memory.
    pub(crate) fn run(&self, experiments: &[Experiment]) -> Result<Vec<Judgement>, Failure> {
        let progress = Progress::new("verify", experiments.len() as u32, self.quiet);
        let mut judgements = Vec::new();
        for experiment in experiments {
            let values = self.measure(experiment, &progress)?;
            for (oracle, values) in experiment.oracles.iter().zip(values) {
                let (measured, verdict) = judge(oracle, &values);
                progress.estimate(&format!("{}: {}", oracle.name, verdict.label()));
                judgements.push(Judgement {
                    file: experiment.file.clone(),
                    oracle: oracle.clone(),
                    measured,
                    replications: values.len(),
                    verdict,
                });
            }
        }
        Ok(judgements)
    }

    /// The values of each oracle's metric, over as many replications as their precision needs. Replications are looked at in their order,
    /// so that their number does not depend on the threads.
    fn measure(&self, experiment: &Experiment, progress: &Progress) -> Result<Vec<Vec<f64>>, Failure> {
        let settings = &experiment.scenario.run.replications;
        let threads = memory::threads_that_fit(self.threads, world::memory_estimate_bytes(&experiment.scenario))?;
        let mut values: Vec<Vec<f64>> = vec![Vec::new(); experiment.oracles.len()];
        // Looking at all values after every replication would take the square of their number.
        let mut look_at = settings.min.max(2);
        let mut advanced = 0.0;
        let end = run_in_order(
            settings.max,
            threads,
            |job, go_on| self.replicate(experiment, job, go_on),
            |job, replication: Result<Replication, Failure>| {
                let replication = replication?;
                for (oracle, values) in experiment.oracles.iter().zip(&mut values) {
                    values.extend(replication.metrics.get(oracle.metric.as_str()));
                }
                let done = f64::from(job + 1) / f64::from(settings.max);
                progress.advance(done - advanced);
                advanced = done;
                if job + 1 < look_at {
                    return Ok(ControlFlow::Continue(()));
                }
                look_at = job + 2 + job / 20;
                let enough = experiment.oracles.iter().zip(&values).all(|(oracle, values)| is_precise(oracle, values));
                Ok::<_, Failure>(if enough { ControlFlow::Break(()) } else { ControlFlow::Continue(()) })
            },
        )?;
        progress.advance(1.0 - advanced);
        if end == End::Interrupted || self.interruption.requested() {
            return Err(Failure::Interrupted);
        }
        Ok(values)
    }

    /// A replication, with the verdict on its collapse where there is a trigger; `None` when it was interrupted.
    fn replicate(
        &self,
        experiment: &Experiment,
        job: u32,
        go_on: &dyn Fn() -> bool,
    ) -> Option<Result<Replication, Failure>> {
        let mut watch = |_: f64| go_on() && !self.interruption.requested();
        let mut run = |scenario: &Scenario| {
            let outcomes = world::simulate(scenario, job, &mut watch)?;
            Some(outcomes.map(|outcomes| Replication::new(scenario, outcomes)))
        };
        let mut replication = match run(&experiment.scenario)? {
            Ok(replication) => replication,
            Err(failure) => return Some(Err(failure)),
        };
        if let Some(paired) = &experiment.without_trigger {
            let down_below = experiment.scenario.measure.outage.down_below.value();
            match run(paired)? {
                Ok(paired) => collapse::note(&mut replication, &paired, down_below),
                Err(failure) => return Some(Err(failure)),
            }
        }
        Some(Ok(replication))
    }
}
