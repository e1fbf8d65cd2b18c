//! Replications of arms on all cores.

use crate::failure::Failure;
use crate::interruption::Interruption;
use crate::pool::{End, run_in_order};
use crate::replication::{Replication, samples};
use crate::statistics::mean_interval;
use crate::summary::StoppingRule;
use crate::terminal::{Progress, sentence};
use crate::world;
use std::num::NonZeroUsize;
use std::ops::ControlFlow;
use stranded_model::Outcomes;
use stranded_scenario::Scenario;

/// What takes the rows of a replication before only its scalars are kept.
pub(crate) type Keep<'a> = dyn FnMut(usize, u32, &Outcomes) -> Result<(), Failure> + 'a;

/// What hears that a scenario is complete: its index and replications, and where to say so.
pub(crate) type Done<'a> = dyn FnMut(usize, &[Replication], &Progress) -> Result<(), Failure> + 'a;

/// Runs replications in parallel.
#[derive(Clone, Debug)]
pub(crate) struct Runner {
    /// Threads to use.
    pub(crate) threads: NonZeroUsize,
    /// Ctrl-C.
    pub(crate) interruption: Interruption,
    /// Show no progress.
    pub(crate) quiet: bool,
}

impl Runner {
    /// Repeats the scenario until `rule` is satisfied. `keep` gets each replication's rows, in order.
    ///
    /// # Errors
    /// [`Failure::Interrupted`], [`Failure::Stalled`], and those of `keep`.
    pub(crate) fn repeat(
        &self,
        name: &'static str,
        scenario: &Scenario,
        rule: &StoppingRule,
        keep: &mut Keep<'_>,
    ) -> Result<Vec<Replication>, Failure> {
        let most = rule.sequential.max;
        let progress = Progress::new(name, most, self.quiet);
        let metric = rule.first_metric();
        let mut replications: Vec<Replication> = Vec::new();
        let end = run_in_order(
            most,
            self.threads,
            |job, go_on| self.replicate(scenario, job, go_on, &progress),
            |job, outcomes| {
                let outcomes = outcomes?;
                keep(0, job, &outcomes)?;
                replications.push(Replication::new(scenario, outcomes));
                if replications.len() > 1 {
                    let people = mean_interval(&samples(&replications, "stranded_people"));
                    progress.estimate(&sentence::estimate(metric, &samples(&replications, metric), people.as_ref()));
                    progress.expect(rule.expected(&replications));
                }
                Ok::<_, Failure>(if rule.satisfied(&replications) {
                    ControlFlow::Break(())
                } else {
                    ControlFlow::Continue(())
                })
            },
        )?;
        self.completed(end)?;
        Ok(replications)
    }

    /// Runs the same replications, `0..count`, of each of the scenarios, one scenario after the other. `keep` gets the rows as
    /// (index of the scenario, replication, outcomes) in that order; `done` hears when a scenario is complete.
    ///
    /// # Errors
    /// [`Failure::Interrupted`], [`Failure::Stalled`], and those of `keep` and `done`.
    pub(crate) fn replicate_all(
        &self,
        name: &'static str,
        scenarios: &[Scenario],
        count: u32,
        keep: &mut Keep<'_>,
        done: &mut Done<'_>,
    ) -> Result<Vec<Vec<Replication>>, Failure> {
        let jobs = scenarios.len() as u32 * count;
        let progress = Progress::new(name, jobs, self.quiet);
        let mut runs: Vec<Vec<Replication>> = vec![Vec::with_capacity(count as usize); scenarios.len()];
        let end = run_in_order(
            jobs,
            self.threads,
            |job, go_on| self.replicate(&scenarios[(job / count) as usize], job % count, go_on, &progress),
            |job, outcomes| {
                let outcomes = outcomes?;
                let (index, replication) = ((job / count) as usize, job % count);
                keep(index, replication, &outcomes)?;
                runs[index].push(Replication::new(&scenarios[index], outcomes));
                if replication + 1 == count {
                    done(index, &runs[index], &progress)?;
                }
                Ok::<_, Failure>(ControlFlow::Continue(()))
            },
        )?;
        self.completed(end)?;
        Ok(runs)
    }

    fn replicate(
        &self,
        scenario: &Scenario,
        replication: u32,
        go_on: &dyn Fn() -> bool,
        progress: &Progress,
    ) -> Option<Result<Outcomes, Failure>> {
        let mut reported = 0.0;
        let outcomes = world::simulate(scenario, replication, &mut |done| {
            progress.advance(done - reported);
            reported = done;
            go_on() && !self.interruption.requested()
        });
        progress.advance(1.0 - reported);
        outcomes
    }

    fn completed(&self, end: End) -> Result<(), Failure> {
        // Ctrl-C may also come just after the last job.
        if end == End::Interrupted || self.interruption.requested() { Err(Failure::Interrupted) } else { Ok(()) }
    }
}
