//! A program that is started here and never outlives its use.

use crate::failure::Failure;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::time::{Duration, Instant};
use sysinfo::{Pid, ProcessesToUpdate, Signal, System};

/// How long a program has to end after it was asked to.
const GRACE: Duration = Duration::from_secs(5);
/// How often a program is looked at.
const LOOK: Duration = Duration::from_millis(20);
/// Lines of a program's own words that an error repeats.
const LINES_MAX: usize = 12;

/// A running program. Dropped - at the end, at an error, in a panic - it is asked to end, and ended if it does not.
#[derive(Debug)]
pub(crate) struct Process {
    name: String,
    child: Child,
    log: PathBuf,
}

impl Process {
    /// Starts a program whose standard error goes into the file `log`; its standard output is for [`Self::child`] to read.
    ///
    /// # Errors
    /// [`Failure::File`] when it cannot be started or the log cannot be written.
    pub(crate) fn start(name: &str, command: &mut Command, log: PathBuf) -> Result<Self, Failure> {
        const WAY_OUT: &str = "name a folder that you may write to with `--out`";
        let words = std::fs::File::create(&log).map_err(Failure::file("write the file", &log, WAY_OUT))?;
        let program = PathBuf::from(command.get_program());
        let child = command
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(words)
            .spawn()
            .map_err(Failure::file("start the program", &program, "build it anew, or name another one"))?;
        Ok(Self { name: name.to_owned(), child, log })
    }

    /// The process itself.
    pub(crate) const fn child(&mut self) -> &mut Child {
        &mut self.child
    }

    /// How it ended, if it has.
    ///
    /// # Errors
    /// [`Failure::System`] when the operating system does not say.
    pub(crate) fn ended(&mut self) -> Result<Option<ExitStatus>, Failure> {
        self.child.try_wait().map_err(|source| Failure::System { action: "wait for a program", source })
    }

    /// Waits until it ends by itself; `None` when `go_on` says no or the time is over.
    ///
    /// # Errors
    /// [`Failure::System`] when the operating system does not say.
    pub(crate) fn wait(&mut self, longest: Duration, go_on: &dyn Fn() -> bool) -> Result<Option<ExitStatus>, Failure> {
        let started = Instant::now();
        while started.elapsed() < longest && go_on() {
            if let Some(status) = self.ended()? {
                return Ok(Some(status));
            }
            std::thread::sleep(LOOK);
        }
        Ok(None)
    }

    /// A failure of this program, with its own last words.
    pub(crate) fn failed(&self, what: &str) -> Failure {
        Failure::Program { name: self.name.clone(), what: what.to_owned(), words: last_words(&self.log) }
    }

    /// Asks it to end, and ends it when it does not.
    fn stop(&mut self) {
        if matches!(self.child.try_wait(), Ok(Some(_))) {
            return;
        }
        ask_to_end(self.child.id());
        let asked = Instant::now();
        while asked.elapsed() < GRACE {
            if matches!(self.child.try_wait(), Ok(Some(_))) {
                return;
            }
            std::thread::sleep(LOOK);
        }
        // It has gone meanwhile, or cannot be ended: nothing is left to do about either.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        self.stop();
    }
}

fn ask_to_end(id: u32) {
    let pid = Pid::from_u32(id);
    let mut system = System::new();
    system.refresh_processes(ProcessesToUpdate::Some(&[pid]), false);
    if let Some(process) = system.process(pid) {
        // Where there is no such signal, it is ended after the time of grace.
        let _ = process.kill_with(Signal::Term);
    }
}

/// The last lines of a log.
fn last_words(log: &Path) -> String {
    let text = std::fs::read(log).map(|bytes| String::from_utf8_lossy(&bytes).into_owned()).unwrap_or_default();
    let lines: Vec<&str> = text.lines().filter(|line| !line.trim().is_empty()).collect();
    let from = lines.len().saturating_sub(LINES_MAX);
    if lines.is_empty() { "it said nothing".to_owned() } else { lines[from..].join("\n") }
}

#[cfg(all(test, unix))]
mod tests {
    use super::*;

    fn shell(folder: &Path, script: &str) -> Process {
        let mut command = Command::new("sh");
        command.args(["-c", script]);
        Process::start("sh", &mut command, folder.join("sh.log")).expect("a shell")
    }

    fn is_alive(id: u32) -> bool {
        let pid = Pid::from_u32(id);
        let mut system = System::new();
        system.refresh_processes(ProcessesToUpdate::Some(&[pid]), true);
        system.process(pid).is_some()
    }

    #[test]
    fn a_dropped_program_is_gone_even_in_a_panic() {
        let folder = tempfile::tempdir().unwrap();
        let mut process = shell(folder.path(), "exec sleep 600");
        let id = process.child().id();
        assert!(is_alive(id));
        let panic = std::panic::catch_unwind(std::panic::AssertUnwindSafe(move || {
            let _process = process;
            panic!("on purpose");
        }));
        assert!(panic.is_err() && !is_alive(id));
    }

    #[test]
    fn its_last_words_and_its_end_are_told() {
        let folder = tempfile::tempdir().unwrap();
        let mut process = shell(folder.path(), "echo the disk is full >&2; exit 3");
        let status = process.wait(Duration::from_mins(1), &|| true).unwrap().expect("it ends by itself");
        assert_eq!(status.code(), Some(3));
        let message = process.failed("ended early").to_string();
        assert!(message.contains("the disk is full") && message.contains("ended early"), "{message}");
        let mut waiting = shell(folder.path(), "exec sleep 600");
        assert_eq!(waiting.wait(Duration::from_mins(1), &|| false).unwrap(), None, "told not to go on");
    }
}
