//! The real program, started for a test and ended with it.

use serde_json::Value;
use std::io::{BufRead as _, BufReader, Read as _};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use tempfile::TempDir;

/// A process of `reference-server` that has said it is ready.
pub(crate) struct Server {
    child: Child,
    pub(crate) listen: String,
    pub(crate) admin: String,
}

impl Server {
    /// Starts the program and waits for its line.
    pub(crate) fn start(arguments: &[&str]) -> Self {
        let mut child = Command::new(env!("CARGO_BIN_EXE_reference-server"))
            .args(arguments)
            .stdout(Stdio::piped())
            .stderr(Stdio::inherit())
            .env("RUST_LOG", "warn")
            .spawn()
            .expect("the program starts");
        let mut line = String::new();
        let mut out = BufReader::new(child.stdout.take().expect("it is piped"));
        out.read_line(&mut line).expect("it can be read");
        let ready: Value = serde_json::from_str(&line).unwrap_or_else(|error| panic!("{error}: {line:?}"));
        let text = |name: &str| ready[name].as_str().expect("an address").to_owned();
        Self { listen: text("listen"), admin: text("admin"), child }
    }

    /// Its process number.
    pub(crate) fn id(&self) -> u32 {
        self.child.id()
    }

    /// Ends it as a power cut would: SIGKILL.
    pub(crate) fn kill(mut self) {
        self.child.kill().expect("it runs");
        self.child.wait().expect("it ends");
    }

    /// Asks it to end, waits, and says whether it ended with success.
    pub(crate) fn terminate(mut self) -> bool {
        end_in_peace(self.id());
        self.child.wait().expect("it ends").success()
    }
}

/// SIGTERM, by the system's own program: sending signals needs unsafe code.
pub(crate) fn end_in_peace(id: u32) {
    let status = Command::new("kill").arg(id.to_string()).status().expect("there is a `kill`");
    assert!(status.success());
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// Runs the program to its end; its exit code and what it wrote to the standard error.
pub(crate) fn run(arguments: &[&str]) -> (i32, String) {
    let mut child = Command::new(env!("CARGO_BIN_EXE_reference-server"))
        .args(arguments)
        .stdout(Stdio::null())
        .stderr(Stdio::piped())
        .spawn()
        .expect("the program starts");
    let mut text = String::new();
    child.stderr.take().expect("it is piped").read_to_string(&mut text).expect("it can be read");
    (child.wait().expect("it ends").code().expect("it was not killed"), text)
}

/// A folder with a scenario in it.
pub(crate) struct Scene {
    folder: TempDir,
}

/// Two services that take next to no time.
pub(crate) const QUICK: &str = r#"
[arrivals]
service = "operator"

[service.operator]
workers = 64
service_time = "0 s"
calls = { service = "vendor" }

[service.vendor]
workers = 64
service_time = "0 s"
"#;

impl Scene {
    pub(crate) fn new(scenario: &str) -> Self {
        let folder = TempDir::new().expect("a folder");
        std::fs::write(folder.path().join("scenario.toml"), scenario).expect("a file");
        Self { folder }
    }

    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    pub(crate) fn scenario(&self) -> String {
        text(&self.path("scenario.toml"))
    }

    /// The vendor of the scenario. Its signing key outlives it.
    pub(crate) fn vendor(&self) -> Server {
        let key = text(&self.path("signing.key"));
        Server::start(&["vendor", "--scenario", &self.scenario(), "--signing-key", &key])
    }

    /// The operator before that vendor.
    pub(crate) fn operator(&self, vendor: &Server, more: &[&str]) -> Server {
        let url = format!("http://{}", vendor.listen);
        let scenario = self.scenario();
        let mut arguments = vec!["operator", "--scenario", &scenario, "--vendor", &url];
        arguments.extend(more);
        Server::start(&arguments)
    }
}

pub(crate) fn text(path: &Path) -> String {
    path.to_str().expect("paths of tests are text").to_owned()
}
