//! A run of people against a server, through goose and open-loop.
//!
//! Goose's users are the hands: each takes the next job that is due, sends its request at once, reads the whole answer, and says
//! what follows. There are so many of them that a job never has to wait for one; when it does, it starts late, and late starts are
//! counted. What goose itself would do - send the next request when the last one is answered - is a closed loop, which
//! slows down with the server and hides what people would have waited (coordinated omission).

use crate::agenda::{Agenda, Due, Report};
use crate::ask::{self, Reply};
use crate::failure::Failure;
use crate::interruption::Interruption;
use crate::person::{Move, Next, Person};
use crate::record::{Attempt, Ending, Record};
use goose::GooseAttack;
use goose::client::GooseClientBuilder;
use goose::config::GooseConfiguration;
use goose::goose::{GooseUser, Scenario, Transaction, TransactionFunction};
use std::path::PathBuf;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError};
use std::time::{Duration, Instant, SystemTime};
use tokio::sync::watch;

/// Time from the moment all users are there to the start of the schedule.
const LEAD: Duration = Duration::from_millis(30);
/// Users that goose starts in a second.
const USERS_PER_SECOND: &str = "100000";
/// Nobody needs more: every user may hold a connection, and ports are finite.
pub const USERS_MAX: usize = 12_000;

/// What is to be run.
pub struct Plan {
    /// Address of the server, `http://host:port`.
    pub target: String,
    /// Everybody, with the instants of their first requests.
    pub people: Vec<Due<Person>>,
    /// How long a client waits for an answer.
    pub timeout: Duration,
    /// When the run ends, whatever is under way.
    pub end: Duration,
    /// Users in the pool.
    pub users: usize,
    /// Where goose writes its own report.
    pub report: Option<PathBuf>,
}

/// What users and dispatcher share.
struct Run {
    start: OnceLock<Instant>,
    ready: AtomicUsize,
    timeout: Duration,
    hands: flume::Receiver<Due<Person>>,
    reports: flume::Sender<Report<Person>>,
    record: Arc<Mutex<Record>>,
    cut: watch::Receiver<bool>,
}

/// What is known while a run is under way, for progress and for whoever acts at certain times.
#[derive(Clone, Default)]
pub struct Watch {
    start: Arc<OnceLock<Instant>>,
    is_over: Arc<AtomicBool>,
}

impl Watch {
    /// Waits until the run has begun, and says when that was. Nothing when it was over before.
    pub async fn started(&self) -> Option<Instant> {
        loop {
            if let Some(start) = self.start.get() {
                return Some(*start);
            }
            if self.is_over() {
                return None;
            }
            tokio::time::sleep(Duration::from_millis(2)).await;
        }
    }

    /// Time since the start of the run.
    pub fn elapsed(&self) -> Duration {
        self.start.get().map_or(Duration::ZERO, Instant::elapsed)
    }

    /// Whether it is over.
    pub fn is_over(&self) -> bool {
        self.is_over.load(Ordering::Relaxed)
    }
}

/// Runs a plan and fills the record. Returns when the run began by the wall clock.
///
/// # Errors
/// Those of goose, and [`Failure::Interrupted`] after Ctrl-C; the record then holds what happened before.
pub async fn attack(
    plan: Plan,
    record: &Arc<Mutex<Record>>,
    watch: &Watch,
    interruption: &Interruption,
) -> Result<SystemTime, Failure> {
    let (hand, hands) = flume::unbounded();
    let (report, reports) = flume::unbounded();
    let (cut, is_cut) = watch::channel(false);
    let run = Arc::new(Run {
        start: OnceLock::new(),
        ready: AtomicUsize::new(0),
        timeout: plan.timeout,
        hands,
        reports: report,
        record: Arc::clone(record),
        cut: is_cut,
    });
    let users = plan.users.clamp(1, USERS_MAX);
    let goose = goose(&plan, users, &run)?;
    let (agenda, end) = (Agenda::new(plan.people), plan.end);
    let dispatcher = {
        let (run, watch, interruption) = (Arc::clone(&run), watch.clone(), interruption.clone());
        std::thread::Builder::new().name("agenda".to_owned()).spawn(move || {
            while run.ready.load(Ordering::Acquire) < users && !interruption.requested() && !watch.is_over() {
                std::thread::sleep(Duration::from_millis(1));
            }
            let start = Instant::now() + LEAD;
            let began = SystemTime::now() + LEAD;
            let _ = run.start.set(start);
            let _ = watch.start.set(start);
            agenda.hand_out(start, end, &reports, &hand, &|| interruption.requested() || watch.is_over());
            // Whoever still waits for an answer stops; with the last sender gone, the users see that nothing more comes.
            let _ = cut.send(true);
            began
        })
    };
    let dispatcher = dispatcher.map_err(|source| Failure::System { action: "start a thread", source })?;
    let outcome = Box::pin(goose.execute()).await;
    watch.is_over.store(true, Ordering::Relaxed);
    let joined = tokio::task::spawn_blocking(move || dispatcher.join()).await;
    let began = joined.ok().and_then(Result::ok).unwrap_or_else(SystemTime::now);
    outcome?;
    if interruption.requested() { Err(Failure::Interrupted) } else { Ok(began) }
}

/// The attack in goose's terms: one scenario with one transaction, which every user runs once and which lasts until the end.
fn goose(plan: &Plan, users: usize, run: &Arc<Run>) -> Result<GooseAttack, Failure> {
    let mut configuration = GooseConfiguration::default();
    configuration.host = Some(plan.target.clone());
    configuration.users = Some(users);
    configuration.increase_rate = Some(USERS_PER_SECOND.to_owned());
    configuration.iterations = Some(1);
    configuration.quiet = 3;
    configuration.no_telnet = true;
    configuration.no_print_metrics = true;
    configuration.no_error_summary = true;
    configuration.no_transaction_metrics = true;
    configuration.no_scenario_metrics = true;
    configuration.no_percentiles_over_time = true;
    configuration.no_gzip = true;
    configuration.report_file = plan.report.iter().map(|path| path.display().to_string()).collect();
    let run = Arc::clone(run);
    let work: TransactionFunction = Arc::new(move |user| {
        let run = Arc::clone(&run);
        Box::pin(async move {
            serve(user, &run).await;
            Ok(())
        })
    });
    let transaction = Transaction::new(work).set_name("people");
    let scenario = Scenario::new("surge").register_transaction(transaction);
    // One client for all, so that connections are shared, and without cookies, which would make users differ.
    let client = GooseClientBuilder::new().without_cookies().gzip(false).user_agent("surge");
    let attack = GooseAttack::initialize_with_config(configuration)?;
    Ok(attack.set_client_builder_without_cookies(client)?.register_scenario(scenario))
}

/// A user's work: one job after the other, until nothing more comes.
async fn serve(user: &mut GooseUser, run: &Run) {
    run.ready.fetch_add(1, Ordering::Release);
    let mut cut = run.cut.clone();
    while let Ok(Due { at, job: mut person }) = run.hands.recv_async().await {
        let next = attempt(user, run, &mut cut, at, &mut person).await;
        let report = match next.and_then(|next| next.due) {
            Some(at) => Report::Again(Due { at, job: person }),
            None => Report::Over,
        };
        if run.reports.send(report).is_err() {
            return;
        }
    }
}

/// One attempt of a person; nothing when the run ended before it was over.
async fn attempt(
    user: &mut GooseUser,
    run: &Run,
    cut: &mut watch::Receiver<bool>,
    due: Duration,
    person: &mut Person,
) -> Option<Next> {
    let start = *run.start.get()?;
    let is_measured = {
        let mut record = lock(&run.record);
        if person.is_fresh() {
            record.intent(due);
        }
        person.note_measured(record.is_measured(due))
    };
    let ask = match person.act(due) {
        Move::Ask(ask) => ask,
        Move::HeldBack(next) => return Some(next),
    };
    let lag = Instant::now().saturating_duration_since(start + due);
    lock(&run.record).sent(due, lag, is_measured);
    let deadline = due + run.timeout;
    let network = person.network_latency();
    let reply = tokio::select! {
        reply = ask::send(user, &ask, start + deadline.saturating_sub(network)) => reply,
        _ = cut.wait_for(|is_cut| *is_cut) => Reply::without_answer(Ending::UnderWay, "end of the run"),
    };
    let mut over = Instant::now().saturating_duration_since(start);
    let mut reply = reply;
    if matches!(reply.ending, Ending::Answered | Ending::Refused) {
        over += network;
        if over >= deadline {
            reply.ending = Ending::TimedOut;
        }
    }
    if reply.ending == Ending::TimedOut {
        // The client stops waiting at its deadline, not when a coarse timer says so.
        over = deadline.max(due);
    }
    let is_good = reply.ending == Ending::Answered;
    {
        let mut record = lock(&run.record);
        record.answer(reply.word.clone());
        let work_seconds = reply.work_seconds;
        let ending = reply.ending;
        record.over(&Attempt { endpoint: ask.endpoint, due, over, ending, is_measured, work_seconds });
    }
    if reply.ending == Ending::UnderWay {
        return None;
    }
    // Goose's own report shows both: its time to the first byte, and the time from the intended instant.
    let latency = over.saturating_sub(due);
    let error = (!is_good).then_some(reply.word.as_str());
    let _ = user.record_custom_request_duration("DUE", ask.endpoint, latency, is_good, reply.status, error).await;
    let next = person.told(&reply, over);
    if next.is_fulfilled {
        lock(&run.record).fulfilled(is_measured);
    }
    Some(next)
}

fn lock(record: &Mutex<Record>) -> MutexGuard<'_, Record> {
    record.lock().unwrap_or_else(PoisonError::into_inner)
}
