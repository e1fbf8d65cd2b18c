//! A sweep as an array of Slurm jobs: a task for each shard, and a job that puts them together once all are done.

use super::durable;
use super::folder::Folder;
use super::shard::Shard;
use crate::failure::Failure;
use std::path::{Path, PathBuf};
use std::process::Command;

/// Folder of the scripts, and of what the tasks say.
const FOLDER: &str = "slurm";
/// Numbers of the jobs that were submitted last, one a line.
const JOBS: &str = "jobs";

/// What is submitted.
#[derive(Clone, Debug)]
pub(crate) struct Submission<'a> {
    /// The program, as the nodes find it.
    pub(crate) program: &'a Path,
    /// The sweep's folder, as the nodes find it.
    pub(crate) folder: &'a Folder,
    /// The shards that are to be run.
    pub(crate) shards: &'a [Shard],
    /// Cores of each task.
    pub(crate) cores: u32,
    /// Further options for `sbatch`.
    pub(crate) options: &'a [String],
}

/// The numbers of the jobs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Submitted {
    /// The array; `None` when no shard was left to run.
    pub(crate) array: Option<String>,
    /// The merge.
    pub(crate) merge: String,
}

/// The scripts of both jobs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Scripts {
    /// Runs a shard.
    pub(crate) array: PathBuf,
    /// Puts all together.
    pub(crate) merge: PathBuf,
}

impl Submission<'_> {
    /// Writes both scripts into the sweep's folder.
    ///
    /// # Errors
    /// When the folder cannot be written to.
    pub(crate) fn write(&self) -> Result<Scripts, Failure> {
        let folder = self.folder.path.join(FOLDER);
        let way_out = "name a folder you may write to with `--out`";
        std::fs::create_dir_all(&folder).map_err(Failure::file("create the folder", &folder, way_out))?;
        let scripts = Scripts { array: folder.join("array.sh"), merge: folder.join("merge.sh") };
        durable::write(&scripts.array, self.array_script().as_bytes())?;
        durable::write(&scripts.merge, self.merge_script().as_bytes())?;
        Ok(scripts)
    }

    /// Submits both jobs.
    ///
    /// # Errors
    /// When Slurm is not there or does not take them.
    pub(crate) fn submit(&self, scripts: &Scripts) -> Result<Submitted, Failure> {
        self.cancel_earlier();
        let array = if self.shards.is_empty() { None } else { Some(sbatch(self.options, &[], &scripts.array)?) };
        // Without the second option a merge whose array has failed would wait for ever.
        let after = array
            .iter()
            .flat_map(|job| [format!("--dependency=afterok:{job}"), "--kill-on-invalid-dep=yes".to_owned()]);
        let after = after.collect::<Vec<_>>();
        let merge = sbatch(self.options, &after, &scripts.merge)?;
        let jobs: Vec<&str> = array.iter().chain([&merge]).map(String::as_str).collect();
        durable::write(&self.folder.path.join(FOLDER).join(JOBS), format!("{}\n", jobs.join("\n")).as_bytes())?;
        Ok(Submitted { array, merge })
    }

    /// Takes back what is left of an earlier submission: a scheduler that has lost a node believes for long that its tasks run, and
    /// would start them again beside the new ones.
    fn cancel_earlier(&self) {
        let jobs = std::fs::read_to_string(self.folder.path.join(FOLDER).join(JOBS)).unwrap_or_default();
        let numbers: Vec<&str> = jobs.lines().filter(|job| job.chars().all(|digit| digit.is_ascii_digit())).collect();
        if !numbers.is_empty() {
            // Jobs that have ended long ago cannot be cancelled, and need not.
            let _ = Command::new("scancel").args(numbers).output();
        }
    }

    fn array_script(&self) -> String {
        let numbers: Vec<String> = self.shards.iter().map(|shard| shard.index.to_string()).collect();
        let count = self.shards.first().map_or(1, |shard| shard.count);
        // A task that Slurm starts again goes on where it was.
        format!(
            "#!/bin/sh\n\
             #SBATCH --job-name={name}\n\
             #SBATCH --array={numbers}\n\
             #SBATCH --cpus-per-task={cores}\n\
             #SBATCH --requeue\n\
             #SBATCH --open-mode=append\n\
             #SBATCH --output={output}\n\
             exec {program} sweep run {folder} --shard \"$SLURM_ARRAY_TASK_ID/{count}\" --threads {cores} --resume --quiet\n",
            name = self.name(),
            numbers = numbers.join(","),
            cores = self.cores,
            output = self.output("%A_%a"),
            program = quoted(self.program),
            folder = quoted(&self.folder.path),
        )
    }

    fn merge_script(&self) -> String {
        format!(
            "#!/bin/sh\n\
             #SBATCH --job-name={name}-merge\n\
             #SBATCH --cpus-per-task=1\n\
             #SBATCH --output={output}\n\
             exec {program} sweep merge {folder}\n",
            name = self.name(),
            output = self.output("merge-%j"),
            program = quoted(self.program),
            folder = quoted(&self.folder.path),
        )
    }

    fn name(&self) -> String {
        self.folder.path.file_name().unwrap_or_default().to_string_lossy().into_owned()
    }

    /// Where a job's words go. Slurm reads the rest of the line, with quotes around what holds spaces.
    fn output(&self, file: &str) -> String {
        format!("\"{}\"", self.folder.path.join(FOLDER).join(format!("{file}.out")).display())
    }
}

/// Submits a script; the number of the job.
fn sbatch(options: &[String], more: &[String], script: &Path) -> Result<String, Failure> {
    let output = Command::new("sbatch").arg("--parsable").args(options).args(more).arg(script).output();
    let output = output.map_err(|error| {
        Failure::Usage(format!(
            "cannot start `sbatch`: {error}\nrun this where Slurm is installed; `{}` and its neighbour can be submitted by hand",
            script.display()
        ))
    })?;
    if !output.status.success() {
        return Err(Failure::Usage(format!(
            "`sbatch` does not take `{}`: {}\nwhat stands behind `--` goes to `sbatch`, such as `-- --partition=long --time=2:00:00`",
            script.display(),
            String::from_utf8_lossy(&output.stderr).trim()
        )));
    }
    // With several clusters the number is followed by the name of one.
    let text = String::from_utf8_lossy(&output.stdout);
    Ok(text.trim().split(';').next().unwrap_or_default().to_owned())
}

/// A path as a shell takes it.
fn quoted(path: &Path) -> String {
    format!("'{}'", path.display().to_string().replace('\'', r"'\''"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn scripts_run_the_shards_that_are_left_and_survive_odd_names() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("it's a sweep");
        std::fs::create_dir(&path).unwrap();
        let shards = [2, 5].map(|index| Shard { index, count: 8 });
        let submission = Submission {
            program: Path::new("/opt/stranded"),
            folder: &Folder { path: path.clone() },
            shards: &shards,
            cores: 4,
            options: &[],
        };
        let scripts = submission.write().unwrap();
        let array = std::fs::read_to_string(&scripts.array).unwrap();
        assert!(array.starts_with("#!/bin/sh\n") && array.contains("--array=2,5\n"), "{array}");
        assert!(array.contains("--shard \"$SLURM_ARRAY_TASK_ID/8\" --threads 4 --resume"), "{array}");
        for script in [&scripts.array, &scripts.merge] {
            let status = Command::new("sh").arg("-n").arg(script).status().unwrap();
            assert!(status.success(), "{}", script.display());
        }
    }
}
