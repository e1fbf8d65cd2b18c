//! Sweeps on a real Slurm: a cluster of one node on loopback, of this user's own and for this test alone.
#![cfg(target_os = "linux")]

mod common;

use common::entries;
use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Output, Stdio};
use std::time::{Duration, Instant};
use tempfile::TempDir;

const PROGRAM: &str = env!("CARGO_BIN_EXE_stranded");

/// When something that should come does not, the test ends instead of waiting for ever.
const PATIENCE: Duration = Duration::from_mins(3);

/// A queue with six points, each repeated often enough that a task can be killed in the middle.
const SWEEP: &str = r#"
[calendar]
start = 2022-01-01T00:00:00+00:00
end = 2022-01-01T04:00:00+00:00

[arrivals]
rate = "2 /s"
service = "server"

[app]
timeout = "365 d"
retry = { attempts = 1 }

[service.server]
workers = 3
service_time = { exponential = { mean = "1 s" } }

[sweep]
replications = { min = 40, max = 40 }

[[sweep.parameter]]
name = "workers"
path = "service.server.workers"
list = [3, 4, 5, 6, 7, 8]
"#;

const RESULTS: [&str; 6] =
    ["points.csv", "points.parquet", "replications.csv", "replications.parquet", "report.html", "summary.json"];

/// A cluster, ended with this.
struct Cluster {
    folder: TempDir,
    daemons: Vec<(&'static str, Child)>,
}

impl Cluster {
    fn start() -> Self {
        for program in ["munged", "slurmctld", "slurmd", "sbatch"] {
            assert!(
                find(program).is_some(),
                "this test runs a real Slurm and `{program}` is not there: `cargo xtask setup` installs it \
                 (Debian, Ubuntu: slurmctld slurmd slurm-client munge)"
            );
        }
        let folder = tempfile::tempdir().expect("a temporary folder");
        // munge trusts no folder that others may write to.
        fs::set_permissions(folder.path(), fs::Permissions::from_mode(0o755)).expect("its own folder");
        for name in ["state", "spool", "log", "run"] {
            fs::create_dir(folder.path().join(name)).expect("a folder");
        }
        let mut cluster = Self { folder, daemons: Vec::new() };
        cluster.configure();
        let path = |name: &str| cluster.path().join(name).display().to_string();
        let munge = [
            "--foreground".to_owned(),
            "--force".to_owned(),
            "--num-threads=2".to_owned(),
            format!("--socket={}", path("run/munge.socket")),
            format!("--key-file={}", path("munge.key")),
            format!("--pid-file={}", path("run/munged.pid")),
            format!("--log-file={}", path("log/munged.log")),
            format!("--seed-file={}", path("munge.seed")),
        ];
        cluster.spawn("munged", &munge);
        let socket = cluster.path().join("run/munge.socket");
        wait("munged", || socket.exists());
        cluster.spawn("slurmctld", &["-D".to_owned()]);
        wait("slurmctld", || cluster.command("sinfo", &["-h"]).output().is_ok_and(|output| output.status.success()));
        cluster.start_node();
        cluster
    }

    fn path(&self) -> &Path {
        self.folder.path()
    }

    fn configure(&self) {
        // Any 128 bytes are a key; this one protects a cluster that nobody else can reach.
        let key: Vec<u8> = (0..128_u32).map(|byte| (byte * 37 + std::process::id()) as u8).collect();
        let file = self.path().join("munge.key");
        fs::write(&file, key).expect("a file");
        fs::set_permissions(&file, fs::Permissions::from_mode(0o600)).expect("its own file");
        let host = text(&Command::new("hostname").arg("-s").output().expect("hostname"));
        let user = text(&Command::new("id").arg("-un").output().expect("id"));
        let cores = std::thread::available_parallelism().map_or(1, std::num::NonZeroUsize::get);
        let [controller, node] = free_ports();
        let folder = self.path().display();
        let configuration = format!(
            "ClusterName=lab\n\
             SlurmctldHost={host}(127.0.0.1)\n\
             CommunicationParameters=NoInAddrAny,NoCtldInAddrAny\n\
             SlurmUser={user}\n\
             SlurmdUser={user}\n\
             AuthType=auth/munge\n\
             AuthInfo=socket={folder}/run/munge.socket\n\
             StateSaveLocation={folder}/state\n\
             SlurmdSpoolDir={folder}/spool\n\
             SlurmctldPidFile={folder}/run/slurmctld.pid\n\
             SlurmdPidFile={folder}/run/slurmd.pid\n\
             SlurmctldLogFile={folder}/log/slurmctld.log\n\
             SlurmdLogFile={folder}/log/slurmd.log\n\
             SlurmctldPort={controller}\n\
             SlurmdPort={node}\n\
             ProctrackType=proctrack/linuxproc\n\
             TaskPlugin=task/none\n\
             SelectType=select/cons_tres\n\
             SelectTypeParameters=CR_Core\n\
             SchedulerType=sched/backfill\n\
             SchedulerParameters=sched_interval=1,batch_sched_delay=0\n\
             JobAcctGatherType=jobacct_gather/none\n\
             AccountingStorageType=accounting_storage/none\n\
             MpiDefault=none\n\
             SwitchType=switch/none\n\
             ReturnToService=2\n\
             NodeName={host} NodeAddr=127.0.0.1 CPUs={cores} State=UNKNOWN\n\
             PartitionName=main Nodes={host} Default=YES MaxTime=INFINITE State=UP\n"
        );
        fs::write(self.path().join("slurm.conf"), configuration).expect("a file");
    }

    fn start_node(&mut self) {
        self.spawn("slurmd", &["-D".to_owned()]);
        wait("the node", || {
            let output = self.command("sinfo", &["-h", "-o", "%T"]).output().expect("sinfo");
            matches!(text(&output).as_str(), "idle" | "mixed" | "allocated")
        });
    }

    fn spawn(&mut self, name: &'static str, arguments: &[String]) {
        let log = fs::File::create(self.path().join("log").join(format!("{name}.out"))).expect("a file");
        let child = Command::new(find(name).expect("it was there"))
            .args(arguments)
            .env("SLURM_CONF", self.path().join("slurm.conf"))
            .stdin(Stdio::null())
            .stdout(log.try_clone().expect("the same file"))
            .stderr(log)
            .spawn()
            .expect("the daemon starts");
        self.daemons.push((name, child));
    }

    /// A command that knows the cluster.
    fn command(&self, program: &str, arguments: &[&str]) -> Command {
        let mut command = Command::new(program);
        command.args(arguments).current_dir(self.path()).env("SLURM_CONF", self.path().join("slurm.conf"));
        command.env("NO_COLOR", "1");
        command
    }

    fn stranded(&self, arguments: &[&str]) -> String {
        let output = self.command(PROGRAM, arguments).output().expect("the program starts");
        assert!(output.status.success(), "{arguments:?}: {}", String::from_utf8_lossy(&output.stderr));
        text(&output)
    }

    /// The jobs that the scheduler knows, with their states.
    fn queue(&self) -> String {
        text(&self.command("squeue", &["-h", "-o", "%i %T"]).output().expect("squeue"))
    }

    /// The one sweep folder in `out`.
    fn sweep(&self, out: &str) -> PathBuf {
        let folders = entries(&self.path().join(out));
        assert_eq!(folders.len(), 1, "{folders:?}");
        self.path().join(out).join(&folders[0])
    }

    fn wait_for_results(sweep: &Path) {
        let manifest = sweep.join("manifest.json");
        wait("the merged results", || manifest.is_file());
    }

    /// Waits until a task of the sweep is in the middle of its work; the numbers of its process and of the one that watches over it.
    fn task_under_way(sweep: &Path) -> [u32; 2] {
        let mut found = None;
        wait("a task", || {
            let rows = sweep.join("rows");
            let has_begun = |name: &String| {
                let file = fs::read_to_string(rows.join(name)).unwrap_or_default();
                name.ends_with(".partial") && (3..60).contains(&file.lines().count())
            };
            let Some(name) = entries(&rows).into_iter().find(has_begun) else { return false };
            // 0002-of-0003.partial is run by `... --shard 2/3 ...`.
            let index = name[..4].trim_start_matches('0').to_owned();
            found = process_with(&[sweep.to_str().expect("UTF-8"), &format!("{index}/3")]);
            found.is_some()
        });
        let task = found.expect("it was found");
        [task, parent_of(task).expect("a task has a parent")]
    }
}

impl Drop for Cluster {
    fn drop(&mut self) {
        for (_, daemon) in self.daemons.iter_mut().rev() {
            // Slurm's own way to end; by its number, so that no other cluster is meant.
            kill("TERM", daemon.id());
        }
        let started = Instant::now();
        for (_, daemon) in &mut self.daemons {
            while started.elapsed() < Duration::from_secs(5) && !matches!(daemon.try_wait(), Ok(Some(_))) {
                std::thread::sleep(Duration::from_millis(50));
            }
            let _ = daemon.kill();
            let _ = daemon.wait();
        }
        if std::thread::panicking() {
            for log in ["slurmctld.log", "slurmd.log", "munged.out"] {
                let text = fs::read_to_string(self.path().join("log").join(log)).unwrap_or_default();
                let lines: Vec<&str> = text.lines().rev().take(20).collect();
                eprintln!("== {log}, last line first\n{}", lines.join("\n"));
            }
        }
    }
}

#[test]
fn a_sweep_on_slurm_survives_killed_tasks_and_nodes_and_gives_the_same_bytes() {
    let mut cluster = Cluster::start();
    fs::write(cluster.path().join("queue.toml"), SWEEP).expect("a file");
    cluster.stranded(&["sweep", "queue.toml", "--quiet", "--out", "whole"]);
    let whole = cluster.sweep("whole");
    let submit = |cluster: &Cluster, what: &str, more: &[&str]| {
        cluster.stranded(&[&["sweep", "submit", what, "--engine", "slurm"], more].concat())
    };
    let assert_same = |sweep: &Path| {
        for name in RESULTS {
            let [one, other] = [&whole, sweep].map(|folder| fs::read(folder.join(name)).expect("a result"));
            assert!(one == other, "{name} differs");
        }
    };

    // An array and the merge that waits for it.
    let said = submit(&cluster, "queue.toml", &["--shards", "3", "--out", "array"]);
    assert!(said.contains("runs 3 of 3 shards") && said.contains("merges them then"), "{said}");
    let sweep = cluster.sweep("array");
    Cluster::wait_for_results(&sweep);
    assert_same(&sweep);

    // A task is killed: its shard fails, the merge does not run, and only what is left is submitted again.
    submit(&cluster, "queue.toml", &["--shards", "3", "--out", "killed"]);
    let sweep = cluster.sweep("killed");
    let [task, _] = Cluster::task_under_way(&sweep);
    kill("KILL", task);
    wait("the end of all jobs", || cluster.queue().is_empty());
    assert!(!sweep.join("manifest.json").exists(), "a shard is missing");
    let missing = cluster.command(PROGRAM, &["sweep", "merge", sweep.to_str().unwrap()]).output().expect("it starts");
    assert!(String::from_utf8_lossy(&missing.stderr).contains("1 of 3 shards are missing"), "{missing:?}");
    let said = submit(&cluster, sweep.to_str().unwrap(), &[]);
    assert!(said.contains("runs 1 of 3 shards"), "{said}");
    Cluster::wait_for_results(&sweep);
    assert_same(&sweep);

    // The node goes down with everything on it: the scheduler believes that its tasks still run, and the folder knows better.
    submit(&cluster, "queue.toml", &["--shards", "3", "--out", "node"]);
    let sweep = cluster.sweep("node");
    let [task, watcher] = Cluster::task_under_way(&sweep);
    let node = cluster.daemons.iter().position(|(name, _)| *name == "slurmd").expect("the node's daemon");
    let (_, mut daemon) = cluster.daemons.remove(node);
    daemon.kill().expect("it can be killed");
    daemon.wait().expect("it ends");
    kill("KILL", watcher);
    kill("KILL", task);
    while let Some(other) = process_with(&[sweep.to_str().unwrap(), "--shard"]) {
        for process in parent_of(other).into_iter().chain([other]) {
            kill("KILL", process);
        }
        std::thread::sleep(Duration::from_millis(20));
    }
    assert!(cluster.queue().contains("RUNNING"), "the scheduler has noticed: {}", cluster.queue());
    cluster.start_node();
    submit(&cluster, sweep.to_str().unwrap(), &[]);
    Cluster::wait_for_results(&sweep);
    assert_same(&sweep);
    // What watches over the last job tells the controller so before it ends itself.
    wait("the end of all jobs", || cluster.queue().is_empty());
}

/// Waits until something has come.
fn wait(what: &str, mut has_come: impl FnMut() -> bool) {
    let started = Instant::now();
    while !has_come() {
        assert!(started.elapsed() < PATIENCE, "{what} did not come in {PATIENCE:?}");
        std::thread::sleep(Duration::from_millis(5));
    }
}

fn text(output: &Output) -> String {
    String::from_utf8_lossy(&output.stdout).trim().to_owned()
}

/// A program, also where only root looks for programs.
fn find(program: &str) -> Option<PathBuf> {
    let path = std::env::var_os("PATH").unwrap_or_default();
    let folders = std::env::split_paths(&path).chain(["/usr/sbin", "/usr/local/sbin"].map(PathBuf::from));
    folders.map(|folder| folder.join(program)).find(|file| file.is_file())
}

/// Two ports that nobody listens to at the moment.
fn free_ports() -> [u16; 2] {
    let listeners = [(); 2].map(|()| std::net::TcpListener::bind("127.0.0.1:0").expect("a port"));
    listeners.each_ref().map(|listener| listener.local_addr().expect("an address").port())
}

fn kill(signal: &str, process: u32) {
    // One that has ended in the meantime need not be killed.
    let _ = Command::new("kill").args([&format!("-{signal}"), &process.to_string()]).stderr(Stdio::null()).status();
}

/// A process whose command line has all of these words.
fn process_with(words: &[&str]) -> Option<u32> {
    fs::read_dir("/proc").expect("/proc").flatten().find_map(|entry| {
        let process: u32 = entry.file_name().to_str()?.parse().ok()?;
        let line = fs::read(entry.path().join("cmdline")).ok()?;
        let found: Vec<&[u8]> = line.split(|byte| *byte == 0).collect();
        words.iter().all(|word| found.contains(&word.as_bytes())).then_some(process)
    })
}

fn parent_of(process: u32) -> Option<u32> {
    let status = fs::read_to_string(format!("/proc/{process}/status")).ok()?;
    let line = status.lines().find(|line| line.starts_with("PPid:"))?;
    line.split_whitespace().nth(1)?.parse().ok()
}
