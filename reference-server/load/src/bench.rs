//! The bench: a server under test, the machine it shares with this program, and one run of people after the other.

use crate::admin::{self, Admin, TimedFault};
use crate::agenda::Due;
use crate::attack::{self, Plan, USERS_MAX, Watch};
use crate::failure::Failure;
use crate::interruption::Interruption;
use crate::interval_log::{IntervalLog, interval_for};
use crate::person::Person;
use crate::processor::Processor;
use crate::progress::Progress;
use crate::record::Record;
use crate::result::Window;
use reqwest::Url;
use serde_json::Value;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, SystemTime};

/// Handles that are not connections: files, timers, the runtime's own.
const HANDLES_BESIDE: u64 = 64;
/// Users beyond those that are expected to be in flight.
const USERS_SPARE: usize = 16;

/// A server under test.
#[derive(Clone, Debug)]
pub struct Bench {
    /// Where its API is.
    pub target: Url,
    /// Its admin listeners.
    pub admin: Admin,
    /// Who uses the processors.
    pub processor: Processor,
    /// Users in the pool, when they are not to be reckoned.
    pub users: Option<usize>,
    /// Whether somebody wants to stop.
    pub interruption: Interruption,
    /// No progress.
    pub quiet: bool,
}

/// People and times of one run.
pub struct Show {
    /// What it is called in the progress.
    pub name: String,
    /// Everybody, with the instants of their first requests.
    pub people: Vec<Due<Person>>,
    /// How long a client waits for an answer.
    pub timeout: Duration,
    /// Tries that an intent has at most, for the number of users.
    pub tries: u32,
    /// The measured window, since the start.
    pub measured: (Duration, Duration),
    /// Latency within which an answer meets the objective.
    pub objective: Duration,
    /// When the run ends.
    pub end: Duration,
    /// What happens to the servers on the way.
    pub faults: Vec<TimedFault>,
    /// Which luck.
    pub replication: u32,
    /// Where goose writes its own report.
    pub report: Option<PathBuf>,
}

/// A run that is over.
pub struct Played {
    /// Its result.
    pub window: Window,
    /// Everything that was noted.
    pub record: Record,
    /// When it began.
    pub began: SystemTime,
    /// What did not happen as it should have.
    pub complaints: Vec<String>,
    /// It was ended by Ctrl-C: the result is about the part before.
    pub is_interrupted: bool,
}

impl Bench {
    /// The bench with a server at `target`.
    ///
    /// # Errors
    /// [`Failure::Usage`] for an address that cannot be one; [`Failure::Unreachable`] when nobody listens there.
    pub fn new(
        target: &str,
        admin: Admin,
        processes: &[i32],
        users: Option<usize>,
        interruption: Interruption,
        quiet: bool,
    ) -> Result<Self, Failure> {
        let target = parse_target(target)?;
        let address = admin::address(&target);
        reach(&target, address)?;
        let listeners: Vec<_> = address.into_iter().chain(admin.addresses()).collect();
        let processor = Processor::new(processes, &listeners);
        // A connection for every user; where the system allows fewer, users wait for one, start late, and are counted.
        let wanted = (USERS_MAX as u64) + HANDLES_BESIDE;
        let _ = rlimit::increase_nofile_limit(wanted);
        Ok(Self { target, admin, processor, users, interruption, quiet })
    }

    /// Plays a show.
    ///
    /// # Errors
    /// Those of goose. Ctrl-C is no error here: what happened before it is in the result.
    pub async fn play(&self, show: Show) -> Result<Played, Failure> {
        let Show { name, people, timeout, tries, measured, objective, end, faults, replication, report } = show;
        let users = self.users.unwrap_or_else(|| users_for(&people, timeout, tries));
        let record = Arc::new(Mutex::new(Record::new(measured, objective, IntervalLog::new(interval_for(end)))));
        let watch = Watch::default();
        let before = self.admin.states().await;
        let progress = Progress::new(&name, end, self.quiet);
        let shower = tokio::spawn(progress.show(Arc::clone(&record), watch.clone()));
        let (admin, fault_watch) = (self.admin.clone(), watch.clone());
        let player = tokio::spawn(async move { admin.play(&faults, &fault_watch).await });
        let (processor, use_watch) = (self.processor.clone(), watch.clone());
        let usage = tokio::spawn(async move { shares(&processor, measured, &use_watch).await });
        let plan = Plan { target: self.target.to_string(), people, timeout, end, users, report };
        let outcome = Box::pin(attack::attack(plan, &record, &watch, &self.interruption)).await;
        let _ = shower.await;
        let complaints = player.await.unwrap_or_default();
        let shares = usage.await.unwrap_or_default();
        let (began, is_interrupted) = match outcome {
            Ok(began) => (began, false),
            Err(Failure::Interrupted) => (SystemTime::now() - watch.elapsed(), true),
            Err(failure) => return Err(failure),
        };
        let after = self.admin.states().await;
        let record = Arc::into_inner(record).map(|record| record.into_inner().unwrap_or_else(PoisonError::into_inner));
        let mut record = record.ok_or_else(|| Failure::Inconclusive("a user of goose never ended".to_owned()))?;
        if is_interrupted {
            record.end_window(watch.elapsed());
        }
        let generator = record.lag.account(shares, record.measured_seconds(), users, record.in_flight_max);
        let window = Window::new(&record, generator, replication, answered_late(&before, &after));
        Ok(Played { window, record, began, complaints, is_interrupted })
    }
}

impl Played {
    /// Measured attempts that had no end when the run was over.
    pub fn under_way(&self) -> u64 {
        let window = &self.window;
        window.attempts.saturating_sub(window.answered_in_time + window.refused + window.timed_out)
    }

    /// Writes the interval log into a folder.
    ///
    /// # Errors
    /// [`Failure::File`].
    pub fn write_log(&self, folder: &Path) -> Result<(), Failure> {
        let path = folder.join("latency.hlog");
        let file = std::fs::File::create(&path).map_err(Failure::writing(&path))?;
        let mut file = std::io::BufWriter::new(file);
        self.record.log.write(self.began, &mut file).map_err(Failure::writing(&path))?;
        std::io::Write::flush(&mut file).map_err(Failure::writing(&path))
    }
}

/// Shares of the processors within the measured window.
async fn shares(
    processor: &Processor,
    measured: (Duration, Duration),
    watch: &Watch,
) -> Option<crate::processor::Shares> {
    let start = watch.started().await?;
    tokio::time::sleep_until((start + measured.0).into()).await;
    let (from, before) = (std::time::Instant::now(), processor.usage());
    while !watch.is_over() && start.elapsed() < measured.1 {
        let left = measured.1.saturating_sub(start.elapsed());
        tokio::time::sleep(left.min(Duration::from_millis(100))).await;
    }
    processor.shares(before, processor.usage(), from.elapsed().as_secs_f64())
}

/// Work done in vain, by the servers' own counts.
fn answered_late(before: &BTreeMap<String, Value>, after: &BTreeMap<String, Value>) -> Option<u64> {
    let count = |states: &BTreeMap<String, Value>, service: &str| {
        states.get(service).and_then(|state| state.get("served_in_vain")).and_then(Value::as_u64)
    };
    after.keys().map(|service| Some(count(after, service)?.saturating_sub(count(before, service)?))).max().flatten()
}

fn parse_target(target: &str) -> Result<Url, Failure> {
    let wrong = |reason: &str| {
        Failure::Usage(format!(
            "`--target {target}` {reason}\nwrite the address that `reference-server operator` printed, as `--target http://127.0.0.1:8080`"
        ))
    };
    let url = Url::parse(target).map_err(|_| wrong("is no address"))?;
    match url.scheme() {
        "http" if url.has_host() => Ok(url),
        "https" => Err(wrong("wants TLS, which this driver does not speak: it measures servers, not ciphers")),
        _ => Err(wrong("is no address")),
    }
}

fn reach(target: &Url, address: Option<std::net::SocketAddr>) -> Result<(), Failure> {
    let unreachable =
        |reason: String| Failure::Unreachable { what: "the server".to_owned(), url: target.to_string(), reason };
    let address = address.ok_or_else(|| unreachable("the name has no address".to_owned()))?;
    std::net::TcpStream::connect_timeout(&address, Duration::from_secs(5))
        .map(drop)
        .map_err(|error| unreachable(error.to_string()))
}

/// Users that are enough: nobody has more than one request in flight, and no longer than a time-out for each try.
fn users_for(people: &[Due<Person>], timeout: Duration, tries: u32) -> usize {
    let reach = timeout.saturating_mul(tries.max(1));
    let mut instants: Vec<Duration> = people.iter().map(|due| due.at).collect();
    instants.sort_unstable();
    let mut first = 0;
    let mut most = 0;
    for (index, at) in instants.iter().enumerate() {
        while instants[first] + reach < *at {
            first += 1;
        }
        most = most.max(index - first + 1);
    }
    (most + most / 10 + USERS_SPARE).min(USERS_MAX)
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn addresses_are_refused_with_the_way_out() {
        for (target, reason) in [
            ("127.0.0.1:80", "is no address"),
            ("nonsense", "is no address"),
            ("https://localhost", "TLS"),
            ("ftp://localhost", "is no address"),
        ] {
            let error = parse_target(target).unwrap_err().to_string();
            assert!(error.contains(reason) && error.contains("--target http://"), "{error}");
        }
        assert!(parse_target("http://127.0.0.1:8080").is_ok());
    }

    #[test]
    fn nobody_at_the_address_is_said_before_anything_runs() {
        let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
        let target = format!("http://{}", listener.local_addr().unwrap());
        drop(listener);
        let bench = Bench::new(&target, Admin::new(&[]).unwrap(), &[], None, Interruption::default(), true);
        let error = bench.unwrap_err().to_string();
        assert!(error.contains("does not answer") && error.contains("reference-server"), "{error}");
    }

    #[test]
    fn work_in_vain_is_the_difference_of_counts() {
        let states = |count: u64| BTreeMap::from([("operator".to_owned(), json!({"served_in_vain": count}))]);
        assert_eq!(answered_late(&states(3), &states(10)), Some(7));
        assert_eq!(answered_late(&BTreeMap::new(), &BTreeMap::new()), None);
    }
}
