//! The QEMU process: started with its sockets in a folder of its own, watched, and always ended.

use std::fs::{self, File};
use std::os::unix::net::UnixStream;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::mpsc::{self, Receiver, RecvTimeoutError, Sender};
use std::sync::{Arc, Condvar, Mutex, PoisonError};
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};

use tempfile::TempDir;

use crate::error::TargetError;
use crate::machine::Machine;

/// The program that we start.
const PROGRAM: &str = "qemu-system-arm";

/// How often the watchdog looks whether QEMU is still there.
const WATCH_INTERVAL: Duration = Duration::from_millis(50);

/// How long an answer about the end of QEMU may take after its connections closed.
const OBITUARY_LIMIT: Duration = Duration::from_secs(1);

/// How QEMU is started.
#[derive(Debug, Clone)]
pub struct Options {
    /// The watchdog ends QEMU after this time, whatever the firmware and the debugger do. Ten minutes by default.
    pub session_limit: Duration,
    /// How long QEMU may take over one answer, 20 s by default: it is slow on a loaded machine, and nothing here measures
    /// time by it.
    pub answer_limit: Duration,
    /// When set, an instruction takes exactly 2^n ns of the machine's time (`-icount shift=n`), so that its timers count
    /// instructions and runs repeat. Not a statement about the time on hardware.
    pub instruction_shift: Option<u8>,
    /// A file behind the machine's [retained memory](Machine::retained), made when absent. What the firmware writes there
    /// survives the end of QEMU, as flash survives a power cut.
    pub retained_memory: Option<PathBuf>,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            session_limit: Duration::from_mins(10),
            answer_limit: Duration::from_secs(20),
            instruction_shift: None,
            retained_memory: None,
        }
    }
}

/// A running QEMU. Dropping it ends the process; so does the end of our own process, however it comes.
#[derive(Debug)]
pub struct Qemu {
    machine: &'static Machine,
    folder: TempDir,
    answer_limit: Duration,
    process_id: u32,
    life: Arc<Life>,
    /// Dropping the sender tells the keeper to end QEMU.
    stop: Option<Sender<()>>,
    keeper: Option<JoinHandle<()>>,
}

/// How QEMU ended, once it has.
#[derive(Debug, Default)]
struct Life {
    end: Mutex<Option<String>>,
    ended: Condvar,
}

impl Life {
    fn finish(&self, how: String) {
        let mut end = self.end.lock().unwrap_or_else(PoisonError::into_inner);
        end.get_or_insert(how);
        self.ended.notify_all();
    }

    /// How QEMU ended; waits `limit` at most for its end.
    fn obituary(&self, limit: Duration) -> Option<String> {
        let end = self.end.lock().unwrap_or_else(PoisonError::into_inner);
        let waited = self.ended.wait_timeout_while(end, limit, |end| end.is_none());
        waited.unwrap_or_else(PoisonError::into_inner).0.clone()
    }
}

impl Qemu {
    /// Starts a machine without a program; it stands still until a probe attaches.
    ///
    /// # Errors
    /// [`TargetError::Start`] when QEMU is not installed or refuses its arguments.
    pub fn start(machine: &'static Machine, options: &Options) -> Result<Self, TargetError> {
        let folder = tempfile::Builder::new()
            .prefix("virtual-probe-")
            .tempdir()
            .map_err(|source| TargetError::Io { what: "a folder for QEMU's sockets".to_owned(), source })?;
        let command = command(machine, options, folder.path())?;
        let stderr = stderr_file(folder.path());
        let life = Arc::new(Life::default());
        let (stop, stopped) = mpsc::channel();
        let (started, start) = mpsc::channel();
        let keeper = {
            let (life, limit) = (Arc::clone(&life), options.session_limit);
            thread::Builder::new().name("QEMU keeper".to_owned()).spawn(move || {
                keep(command, &started, &stopped, &life, limit, &stderr);
            })
        };
        let keeper = keeper.map_err(|source| TargetError::Io { what: "a thread for QEMU".to_owned(), source })?;
        let process_id = match start.recv() {
            Ok(Ok(process_id)) => process_id,
            Ok(Err(error)) => return Err(error),
            Err(_) => return Err(TargetError::Lost("the keeper of QEMU ended before QEMU was started".to_owned())),
        };
        Ok(Self {
            machine,
            folder,
            answer_limit: options.answer_limit,
            process_id,
            life,
            stop: Some(stop),
            keeper: Some(keeper),
        })
    }

    /// Whether QEMU is installed here.
    pub fn is_installed() -> bool {
        let quiet = Command::new(PROGRAM).arg("--version").stdout(Stdio::null()).stderr(Stdio::null()).status();
        quiet.is_ok_and(|status| status.success())
    }

    /// The machine that runs.
    pub fn machine(&self) -> &'static Machine {
        self.machine
    }

    /// The process, so that a test can end it behind our back.
    pub fn process_id(&self) -> u32 {
        self.process_id
    }

    /// The socket of the machine's first UART. What the firmware writes before somebody is connected is lost.
    pub fn uart(&self) -> PathBuf {
        socket(self.folder.path(), "uart")
    }

    /// How long QEMU may take over one answer.
    pub(crate) fn answer_limit(&self) -> Duration {
        self.answer_limit
    }

    /// Connects to one of QEMU's sockets, with a limit for every read.
    pub(crate) fn connect(&self, name: &str) -> Result<UnixStream, TargetError> {
        let path = socket(self.folder.path(), name);
        let start = Instant::now();
        loop {
            match UnixStream::connect(&path) {
                Ok(stream) => {
                    let result = stream.set_read_timeout(Some(self.answer_limit));
                    let result = result.and_then(|()| stream.set_write_timeout(Some(self.answer_limit)));
                    result.map_err(|source| TargetError::Io { what: format!("socket {name} of QEMU"), source })?;
                    return Ok(stream);
                }
                // QEMU makes its sockets soon after its start; until then there is nothing to wait on but its end.
                Err(_) if start.elapsed() < self.answer_limit => {
                    if let Some(end) = self.life.obituary(Duration::from_millis(5)) {
                        return Err(TargetError::Start { program: PROGRAM.to_owned(), reason: end });
                    }
                }
                Err(source) => return Err(TargetError::Io { what: format!("socket {name} of QEMU"), source }),
            }
        }
    }

    /// Adds to an error that says no more than "lost" how QEMU ended.
    pub(crate) fn explain(&self, error: TargetError) -> TargetError {
        match error {
            TargetError::Lost(said) => TargetError::Lost(self.life.obituary(OBITUARY_LIMIT).unwrap_or(said)),
            other => other,
        }
    }
}

impl Drop for Qemu {
    fn drop(&mut self) {
        drop(self.stop.take());
        if let Some(keeper) = self.keeper.take() {
            // A keeper that panicked has dropped nothing but a process that the system ends with its thread.
            drop(keeper.join());
        }
    }
}

/// Starts QEMU and stays with it to its end.
///
/// The whole life of QEMU is on one thread: the system ends a process with the death signal that we asked for when the
/// *thread* ends that started it.
fn keep(
    mut command: Command,
    started: &Sender<Result<u32, TargetError>>,
    stopped: &Receiver<()>,
    life: &Life,
    limit: Duration,
    stderr: &Path,
) {
    let mut child = match command.spawn() {
        Ok(child) => child,
        Err(error) => {
            let reason = format!("{error}; install it (Debian: `apt-get install {PROGRAM}`)");
            // Nobody listens only when the starter has gone, and then nobody wants to know.
            let _ = started.send(Err(TargetError::Start { program: PROGRAM.to_owned(), reason }));
            return;
        }
    };
    let start = Instant::now();
    let _ = started.send(Ok(child.id()));
    loop {
        match stopped.recv_timeout(WATCH_INTERVAL) {
            Err(RecvTimeoutError::Timeout) => {}
            Ok(()) | Err(RecvTimeoutError::Disconnected) => {
                end(&mut child);
                life.finish("the session was closed".to_owned());
                return;
            }
        }
        if let Ok(Some(status)) = child.try_wait() {
            let said = last_words(stderr).map(|said| format!(": {said}")).unwrap_or_default();
            life.finish(format!("QEMU ended by itself ({status}){said}"));
            return;
        }
        if start.elapsed() >= limit {
            end(&mut child);
            life.finish(format!("the watchdog ended QEMU: the session may last {} s", limit.as_secs()));
            return;
        }
    }
}

fn end(child: &mut Child) {
    // Both fail only when the process has ended already.
    let _ = child.kill();
    let _ = child.wait();
}

/// The last line that QEMU wrote to standard error: why it gave up.
fn last_words(stderr: &Path) -> Option<String> {
    let text = fs::read_to_string(stderr).ok()?;
    let fatal = text.lines().find(|line| line.contains("fatal"));
    fatal.or_else(|| text.lines().rfind(|line| !line.trim().is_empty())).map(str::to_owned)
}

fn stderr_file(folder: &Path) -> PathBuf {
    folder.join("stderr")
}

fn socket(folder: &Path, name: &str) -> PathBuf {
    folder.join(format!("{name}.socket"))
}

fn command(machine: &Machine, options: &Options, folder: &Path) -> Result<Command, TargetError> {
    let io = |what: &str| {
        let what = what.to_owned();
        move |source| TargetError::Io { what, source }
    };
    // On Linux the system itself ends QEMU when we are killed and cannot; without setpriv it may outlive a kill -9.
    let has_death_signal = cfg!(target_os = "linux") && Command::new("setpriv").arg("--version").output().is_ok();
    let mut command = if has_death_signal {
        let mut command = Command::new("setpriv");
        command.args(["--pdeathsig", "KILL", "--", PROGRAM]);
        command
    } else {
        Command::new(PROGRAM)
    };
    let listen = |name: &str| format!("unix:{},server=on,wait=off", socket(folder, name).display());
    command.args(["-display", "none", "-monitor", "none", "-accel", "tcg"]);
    // It stands still until the probe lets it go: a machine without a program would stop with a lockup at once.
    command.arg("-S");
    let debug_socket = socket(folder, "debug");
    command.arg("-chardev").arg(format!("socket,id=debug,path={},server=on,wait=off", debug_socket.display()));
    command.args(["-gdb", "chardev:debug"]);
    command.arg("-qtest").arg(listen("memory")).args(["-qtest-log", "none"]);
    command.arg("-qmp").arg(listen("monitor"));
    command.arg("-serial").arg(listen("uart"));
    let mut machine_argument = machine.name.to_owned();
    if let Some(file) = &options.retained_memory {
        let length = u64::from(machine.retained.addresses.end - machine.retained.addresses.start);
        let opened = File::options().read(true).write(true).create(true).truncate(false).open(file);
        let sized = opened.and_then(|opened| opened.set_len(length));
        sized.map_err(io(&format!("cannot make the file {} for retained memory", file.display())))?;
        let backend = machine.retained.backend;
        command
            .arg("-object")
            .arg(format!("memory-backend-file,id={backend},size={length},share=on,mem-path={}", file.display()));
        machine_argument = format!("{machine_argument},memory-backend={backend}");
    }
    command.arg("-M").arg(machine_argument);
    if let Some(shift) = options.instruction_shift {
        command.arg("-icount").arg(format!("shift={shift},sleep=off"));
    }
    let stderr = File::create(stderr_file(folder)).map_err(io("a file for QEMU's messages"))?;
    command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(stderr);
    Ok(command)
}
