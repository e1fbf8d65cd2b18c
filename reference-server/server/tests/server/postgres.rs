//! A real PostgreSQL of the test's own, on a free port, gone with the test.

use std::net::TcpListener;
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use tempfile::TempDir;

/// Who runs PostgreSQL when the tests run as root, which it refuses: the user that its package makes.
const USER: &str = "postgres";

/// A running PostgreSQL.
pub(crate) struct Postgres {
    child: Child,
    port: u16,
    _folder: TempDir,
}

impl Postgres {
    /// Makes a cluster and starts it.
    pub(crate) fn start() -> Self {
        let programs = programs();
        let folder = TempDir::new().expect("a folder");
        let is_root = output("id", &["-u"]) == "0";
        if is_root {
            succeed(Command::new("chown").arg(USER).arg(folder.path()));
        }
        let as_user = |program: &str| {
            let program = programs.join(program);
            if !is_root {
                return Command::new(program);
            }
            let mut command = Command::new("setpriv");
            command.args(["--reuid", USER, "--regid", USER, "--clear-groups", "--"]).arg(program);
            command
        };
        let data = folder.path().join("data");
        succeed(
            as_user("initdb")
                .current_dir(folder.path())
                .args(["--username=stranded", "--auth=trust", "--encoding=UTF8", "--locale=C", "--no-sync", "--pgdata"])
                .arg(&data)
                .stdout(Stdio::null()),
        );
        // Somebody may take the port between our looking and PostgreSQL's.
        for _ in 0..5 {
            let port = free_port();
            let mut child = as_user("postgres")
                .current_dir(folder.path())
                .arg("-D")
                .arg(&data)
                .args(["-p", &port.to_string(), "-c", "listen_addresses=127.0.0.1", "-c", "unix_socket_directories="])
                .stdout(Stdio::null())
                .stderr(Stdio::null())
                .spawn()
                .expect("PostgreSQL starts");
            loop {
                let is_ready = Command::new(programs.join("pg_isready"))
                    .args(["-q", "-h", "127.0.0.1", "-p", &port.to_string()])
                    .status()
                    .expect("pg_isready is there");
                if is_ready.success() {
                    return Self { child, port, _folder: folder };
                }
                if child.try_wait().expect("it is ours").is_some() {
                    break;
                }
                std::thread::sleep(std::time::Duration::from_millis(50));
            }
        }
        panic!("PostgreSQL does not start; its programs are in {}", programs.display());
    }

    /// Where the database is.
    pub(crate) fn url(&self) -> String {
        format!("postgres://stranded@127.0.0.1:{}/postgres", self.port)
    }
}

impl Drop for Postgres {
    fn drop(&mut self) {
        // SIGINT: ends at once and cleanly, with all its children.
        let _ = Command::new("kill").args(["-INT", &self.child.id().to_string()]).status();
        let _ = self.child.wait();
    }
}

/// Debian keeps the programs of each version in a folder of its own, and not on the path.
fn programs() -> PathBuf {
    let versions = std::fs::read_dir("/usr/lib/postgresql").into_iter().flatten().flatten();
    let debian = versions.map(|entry| entry.path().join("bin")).filter(|folder| folder.join("initdb").exists()).max();
    let on_path = std::env::var_os("PATH")
        .into_iter()
        .flat_map(|path| std::env::split_paths(&path).collect::<Vec<_>>())
        .find(|folder| folder.join("initdb").exists());
    debian.or(on_path).expect("PostgreSQL is missing; `cargo xtask setup` installs it (Debian: postgresql)")
}

fn free_port() -> u16 {
    let listener = TcpListener::bind(("127.0.0.1", 0)).expect("a free port");
    listener.local_addr().expect("it listens").port()
}

fn output(program: &str, arguments: &[&str]) -> String {
    let output = Command::new(program).args(arguments).output().expect("the program is there");
    String::from_utf8_lossy(&output.stdout).trim().to_owned()
}

fn succeed(command: &mut Command) {
    let status = command.status().unwrap_or_else(|error| panic!("{command:?}: {error}"));
    assert!(status.success(), "{command:?}: {status}");
}
