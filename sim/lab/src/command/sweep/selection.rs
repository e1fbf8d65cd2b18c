//! Which study: the scenario, and what the command line says about it.

use crate::failure::Failure;
use crate::interruption::Interruption;
use crate::pool::{End, run_in_order};
use crate::source::{self, Assignments};
use crate::sweep::{Folder, Study, Vary};
use crate::{memory, world};
use std::num::NonZeroUsize;
use std::ops::ControlFlow;
use std::path::{Path, PathBuf};
use stranded_scenario::{Assignment, Loaded, Scenario};

/// Where sweeps go.
pub(super) const OUT: &str = "sweeps";

/// Which study.
#[derive(Clone, Debug, clap::Args)]
pub(super) struct Selection {
    /// The scenario, or the folder of a sweep that was begun.
    // Required by the command line, and absent all the same where a subcommand has one of its own.
    #[arg(value_name = "FILE", required = true)]
    path: Option<PathBuf>,
    #[command(flatten)]
    assignments: Assignments,
    #[command(flatten)]
    vary: Vary,
    /// Repeat every point exactly this often, whatever the scenario says.
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(1..=100_000))]
    replications: Option<u32>,
    /// Master seed, instead of the scenario's.
    #[arg(long, value_name = "N")]
    seed: Option<u64>,
}

impl Selection {
    /// The study and its folder, in `out` unless the folder itself was given.
    ///
    /// # Errors
    /// Everything that is wrong with the scenario and its sweep.
    pub(super) fn study_and_folder(&self, out: Option<&Path>) -> Result<(Study, Folder), Failure> {
        let path = self.path();
        if !path.is_dir() {
            let study = self.study()?;
            let folder = Folder::of(out.unwrap_or(Path::new(OUT)), &study);
            return Ok((study, folder));
        }
        if !self.changes_nothing() || out.is_some() {
            return Err(Failure::Usage(format!(
                "`{}` is the folder of a sweep that was begun, so that nothing about it can be changed\nname the scenario instead of the \
                 folder, or leave `--set`, `--vary`, `--seed`, `--replications` and `--out` away",
                path.display()
            )));
        }
        Folder::begun(path)
    }

    fn path(&self) -> &Path {
        self.path.as_deref().unwrap_or(Path::new(""))
    }

    fn changes_nothing(&self) -> bool {
        self.assignments.is_empty() && self.vary.is_empty() && self.replications.is_none() && self.seed.is_none()
    }

    /// The study, with everything that the command line says written into its scenario.
    ///
    /// # Errors
    /// Everything that is wrong with the scenario and its sweep.
    pub(super) fn study(&self) -> Result<Study, Failure> {
        let path = self.path();
        if path.is_dir() {
            return Ok(self.study_and_folder(None)?.0);
        }
        let mut loader = self.assignments.loader();
        if let Some(seed) = self.seed {
            loader = loader.set(format!("run.seed={seed}"));
        }
        let scenario = self.vary.apply(path, source::load(path, &loader)?)?;
        Study::new(path, &name(path), self.repeat(scenario)?)
    }

    fn repeat(&self, loaded: Loaded<Scenario>) -> Result<Loaded<Scenario>, Failure> {
        let Some(count) = self.replications.filter(|_| loaded.value.sweep.is_some()) else { return Ok(loaded) };
        let value = format!("{{ min = {count}, max = {count}, precision = 0, decide = false }}");
        let change = Assignment::new("sweep.replications", &value, "--replications")
            .map_err(|finding| source::invalid(self.path(), &finding.into()))?;
        loaded.variant(&[change]).map_err(|findings| source::invalid(self.path(), &findings))
    }
}

/// Makes every point's world once, so that nobody learns after an hour that the last point makes no sense; the number of threads,
/// at most `threads`, whose worlds fit into the memory.
///
/// # Errors
/// What is wrong with the first point that makes no sense; [`Failure::SweepInterrupted`].
pub(super) fn check_points(
    study: &Study,
    threads: Option<NonZeroUsize>,
    interruption: &Interruption,
) -> Result<NonZeroUsize, Failure> {
    let wanted = threads.unwrap_or_else(|| std::thread::available_parallelism().unwrap_or(NonZeroUsize::MIN));
    let mut most = 0;
    let end = run_in_order(
        study.len(),
        wanted,
        |point, go_on| {
            let goes_on = go_on() && !interruption.requested();
            goes_on.then(|| study.scenario(point).map(|scenario| world::memory_estimate_bytes(&scenario)))
        },
        |_, bytes| {
            most = most.max(bytes?);
            Ok::<_, Failure>(ControlFlow::Continue(()))
        },
    )?;
    if end == End::Interrupted {
        return Err(Failure::SweepInterrupted);
    }
    memory::threads_that_fit(wanted, most)
}

/// The file's name, in letters that every file system takes.
fn name(path: &Path) -> String {
    let stem = path.file_stem().unwrap_or_default().to_string_lossy();
    let sound = |letter: char| letter.is_ascii_alphanumeric() || matches!(letter, '-' | '_');
    let name: String = stem.chars().take(60).map(|letter| if sound(letter) { letter } else { '-' }).collect();
    if name.is_empty() { "scenario".to_owned() } else { name }
}
