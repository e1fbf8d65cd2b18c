//! Runs a shard: replications on all cores, each on the disk as soon as it is done.

use super::decision::best;
use super::journal::Journal;
use super::row::Row;
use super::rule::Samples;
use super::shard::Shard;
use super::study::Study;
use crate::collapse;
use crate::failure::Failure;
use crate::interruption::Interruption;
use crate::pool::{End, run_in_order};
use crate::replication::Replication;
use crate::terminal::Progress;
use crate::terminal::number::{hours, rounded, thousands};
use crate::world;
use std::num::NonZeroUsize;
use std::ops::ControlFlow;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};
use stranded_scenario::Scenario;

/// Worlds of points that are kept made up; threads work on neighbouring points.
const WORLDS_KEPT: usize = 16;

/// Time between two looks at how far it is: they cost a pass over all that is done.
const BETWEEN_STATUS: Duration = Duration::from_millis(200);

/// The world of a point, and the same without its triggers where it has some.
struct World {
    scenario: Scenario,
    without_trigger: Option<Scenario>,
}

/// A shard under way.
pub(crate) struct Execution<'a> {
    study: &'a Study,
    /// Numbers of the shard's points, in order.
    points: Vec<u32>,
    /// The objective of what is done, for each of these points.
    samples: Vec<Samples>,
    /// What is done, for each of these points and each replication.
    done: Vec<Vec<bool>>,
    worlds: Mutex<Vec<(u32, Arc<World>)>>,
    threads: NonZeroUsize,
    interruption: &'a Interruption,
}

impl<'a> Execution<'a> {
    /// A shard of which nothing is done.
    pub(crate) fn new(study: &'a Study, shard: Shard, threads: NonZeroUsize, interruption: &'a Interruption) -> Self {
        let points: Vec<u32> = shard.points(study.len()).collect();
        let count = points.len();
        Self {
            study,
            points,
            samples: vec![Vec::new(); count],
            done: vec![Vec::new(); count],
            worlds: Mutex::default(),
            threads,
            interruption,
        }
    }

    /// Notes a row that is done.
    pub(crate) fn note(&mut self, row: &Row) {
        let Ok(slot) = self.points.binary_search(&row.point) else { return };
        let replication = row.replication as usize;
        let (samples, done) = (&mut self.samples[slot], &mut self.done[slot]);
        if done.len() <= replication {
            done.resize(replication + 1, false);
            samples.resize(replication + 1, None);
        }
        done[replication] = true;
        samples[replication] = objective(self.study, row);
    }

    /// How many replications are done.
    pub(crate) fn count(&self) -> u64 {
        self.done.iter().flatten().filter(|done| **done).count() as u64
    }

    /// Runs what is left to do.
    ///
    /// # Errors
    /// [`Failure::SweepInterrupted`], and what goes wrong with a point or the disk; what is done is in the journal then.
    pub(crate) fn run(&mut self, journal: &mut Journal, quiet: bool) -> Result<(), Failure> {
        let started = Instant::now();
        let before = self.count();
        loop {
            let targets = self.targets();
            let missing = self.missing(&targets);
            if missing.is_empty() {
                return journal.sync();
            }
            let expected = targets.iter().map(|target| u64::from(*target)).sum();
            let progress = Progress::new("sweep", expected as u32, quiet);
            progress.advance(self.count() as f64);
            let result = self.run_round(&missing, journal, &progress, |this| {
                this.status(this.count() - before, expected, started.elapsed().as_secs_f64())
            });
            // Also when it ends before its time.
            journal.sync()?;
            result?;
        }
    }

    fn run_round(
        &mut self,
        missing: &[(u32, u32)],
        journal: &mut Journal,
        progress: &Progress,
        status: impl Fn(&Self) -> String,
    ) -> Result<(), Failure> {
        let (study, interruption, threads) = (self.study, self.interruption, self.threads);
        let worlds = std::mem::take(&mut self.worlds);
        let mut said: Option<Instant> = None;
        let end = run_in_order(
            missing.len() as u32,
            threads,
            |job, go_on| {
                let (point, replication) = missing[job as usize];
                let go_on = || go_on() && !interruption.requested();
                // A replication may be over before it asks.
                if !go_on() {
                    return None;
                }
                let outcome = replicate(study, &worlds, point, replication, &go_on, progress)?;
                Some(outcome.map(|outcome| Row::new(point, replication, &outcome)))
            },
            |_, row| {
                let row = row?;
                journal.append(&row)?;
                self.note(&row);
                if said.is_none_or(|said| said.elapsed() >= BETWEEN_STATUS) {
                    said = Some(Instant::now());
                    progress.estimate(&status(self));
                }
                Ok::<_, Failure>(ControlFlow::Continue(()))
            },
        );
        self.worlds = worlds;
        if end? == End::Interrupted || interruption.requested() { Err(Failure::SweepInterrupted) } else { Ok(()) }
    }

    /// How often each point is to be repeated, as far as can be told. A gap counts as the end of what is known.
    fn targets(&self) -> Vec<u32> {
        let known: Vec<Samples> = self
            .samples
            .iter()
            .zip(&self.done)
            .map(|(samples, done)| samples[..done.iter().take_while(|done| **done).count()].to_vec())
            .collect();
        self.study.rule.targets(&known, |value| self.study.objective.cost(value))
    }

    /// What is to be done, points in order.
    fn missing(&self, targets: &[u32]) -> Vec<(u32, u32)> {
        let of_point = |(slot, target): (usize, &u32)| {
            let done = &self.done[slot];
            let point = self.points[slot];
            let is_missing = |replication: &u32| !done.get(*replication as usize).is_some_and(|done| *done);
            (0..*target).filter(is_missing).map(move |replication| (point, replication)).collect::<Vec<_>>()
        };
        targets.iter().enumerate().flat_map(of_point).collect()
    }

    fn status(&self, done_now: u64, expected: u64, seconds: f64) -> String {
        let done = self.count();
        let rate = done_now as f64 / seconds.max(1e-9);
        let left = expected.saturating_sub(done) as f64 / rate.max(1e-9) / 3600.0;
        let found = best(&self.samples, |value| self.study.objective.cost(value)).map(|slot| {
            let values: Vec<f64> = self.samples[slot].iter().flatten().copied().collect();
            let mean = values.iter().sum::<f64>() / values.len() as f64;
            format!("; best so far {} at {}", rounded(mean), self.study.describe(self.points[slot]))
        });
        format!(
            "{} of {} replications, {}/s, {} left{}",
            thousands(done as f64),
            thousands(expected as f64),
            rounded(rate),
            hours(left),
            found.unwrap_or_default(),
        )
    }
}

/// The objective of a row.
pub(crate) fn objective(study: &Study, row: &Row) -> Option<f64> {
    let coordinates = study.point(row.point);
    study.objective.value(|name| row.metrics.get(name).copied().or_else(|| study.design.number(coordinates, name)))
}

/// One replication of a point; `None` when it was told to stop.
///
/// # Errors
/// When the point makes no sense, or its clock stands still.
pub(crate) fn replicate_once(
    study: &Study,
    point: u32,
    replication: u32,
    interruption: &Interruption,
) -> Result<Option<Row>, Failure> {
    let progress = Progress::new("pilot", 1, true);
    let go_on = || !interruption.requested();
    let outcome = replicate(study, &Mutex::default(), point, replication, &go_on, &progress);
    Ok(outcome.transpose()?.map(|outcome| Row::new(point, replication, &outcome)))
}

fn replicate(
    study: &Study,
    worlds: &Mutex<Vec<(u32, Arc<World>)>>,
    point: u32,
    replication: u32,
    go_on: &dyn Fn() -> bool,
    progress: &Progress,
) -> Option<Result<Replication, Failure>> {
    let world = match world_of(study, worlds, point) {
        Ok(world) => world,
        Err(failure) => return Some(Err(failure)),
    };
    let runs = if world.without_trigger.is_some() { 2.0 } else { 1.0 };
    let simulate = |scenario: &Scenario| {
        let mut reported = 0.0;
        let outcomes = world::simulate(scenario, replication, &mut |done| {
            progress.advance((done - reported) / runs);
            reported = done;
            go_on()
        })?;
        progress.advance((1.0 - reported) / runs);
        Some(
            outcomes
                .map(|outcomes| Replication::new(scenario, outcomes))
                .map_err(|failure| at_point(study, point, failure)),
        )
    };
    let mut outcome = match simulate(&world.scenario)? {
        Ok(outcome) => outcome,
        failed => return Some(failed),
    };
    if let Some(paired) = &world.without_trigger {
        match simulate(paired)? {
            Ok(without) => {
                collapse::note(&mut outcome, &without, world.scenario.measure.outage.down_below.value());
            }
            failed => return Some(failed),
        }
    }
    Some(Ok(outcome))
}

fn at_point(study: &Study, point: u32, failure: Failure) -> Failure {
    let kept = format!("this was at point {point}: {}", study.describe(point));
    Failure::SweepStopped { failure: Box::new(failure), kept }
}

/// The world of a point, made up once for all of its replications.
fn world_of(study: &Study, worlds: &Mutex<Vec<(u32, Arc<World>)>>, point: u32) -> Result<Arc<World>, Failure> {
    let locked = || worlds.lock().unwrap_or_else(PoisonError::into_inner);
    if let Some((_, world)) = locked().iter().find(|(known, _)| *known == point) {
        return Ok(Arc::clone(world));
    }
    let scenario = study.scenario(point)?;
    let world = Arc::new(World { without_trigger: collapse::without_trigger(&scenario), scenario });
    let mut kept = locked();
    if kept.len() >= WORLDS_KEPT {
        kept.remove(0);
    }
    kept.push((point, Arc::clone(&world)));
    Ok(world)
}
