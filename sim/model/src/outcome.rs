//! What a replication leaves behind: episodes, minutes, counts.

use stranded_engine::Time;

/// What the renter could not do.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Class {
    /// Holds a car and cannot unlock it in mid-trip.
    Unlock,
    /// Holds a car and cannot lock or return it.
    Return,
    /// Has a booking and cannot start.
    Start,
}

impl Class {
    /// All classes, in the order of the report.
    pub const ALL: [Self; 3] = [Self::Unlock, Self::Return, Self::Start];

    /// Name in tables and files.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Unlock => "unlock",
            Self::Return => "return",
            Self::Start => "start",
        }
    }
}

/// How an episode ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Relief {
    /// The run ended first.
    Censored,
    /// The app worked again.
    Server,
    /// The door opened without a server.
    OfflineKey,
    /// An agent helped.
    CallCentre,
    /// Staff came.
    Staff,
    /// Advice or guide, and own hands.
    Advice,
    /// A locksmith came.
    Locksmith,
    /// Other transport.
    GaveUp,
}

impl Relief {
    /// All channels, in the order of the report.
    pub const ALL: [Self; 8] = [
        Self::Server,
        Self::OfflineKey,
        Self::CallCentre,
        Self::Staff,
        Self::Advice,
        Self::Locksmith,
        Self::GaveUp,
        Self::Censored,
    ];

    /// Name in tables and files.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Censored => "censored",
            Self::Server => "server",
            Self::OfflineKey => "offline_key",
            Self::CallCentre => "call_centre",
            Self::Staff => "staff",
            Self::Advice => "advice",
            Self::Locksmith => "locksmith",
            Self::GaveUp => "gave_up",
        }
    }
}

/// The intent that failed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Need {
    /// Only looking.
    Browse,
    /// Reserve a car.
    Book,
    /// Fetch the key and open the door for the first time.
    Start,
    /// Lock the door in mid-trip.
    Lock,
    /// Open it again.
    Unlock,
    /// End the rental.
    Return,
    /// Settle a rental whose people have left.
    Settle,
    /// A plain request of a scenario without cars.
    Request,
}

impl Need {
    /// Name in tables and files.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Browse => "browse",
            Self::Book => "book",
            Self::Start => "start",
            Self::Lock => "lock",
            Self::Unlock => "unlock",
            Self::Return => "return",
            Self::Settle => "settle",
            Self::Request => "request",
        }
    }

    /// The class of a stranding episode that begins with this need, if the renter cannot do without it.
    pub const fn class(self) -> Option<Class> {
        match self {
            Self::Unlock => Some(Class::Unlock),
            Self::Lock | Self::Return => Some(Class::Return),
            Self::Start => Some(Class::Start),
            Self::Browse | Self::Book | Self::Settle | Self::Request => None,
        }
    }
}

/// A stranding episode: from the first failed attempt at an intent the renter cannot do without, until relief.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Episode {
    /// The visit (one person on one rental), stable over the arms of a replication.
    pub person: u32,
    /// The account, stable over visits; below `demand.monthly_users`.
    pub user: u32,
    /// The intent that failed.
    pub need: Need,
    /// What the renter could not do.
    pub class: Class,
    /// Index into the scenario's places.
    pub place: u8,
    /// First failed attempt.
    pub began: Time,
    /// Relief, or the end of the run.
    pub ended: Time,
    /// How it ended.
    pub relief: Relief,
    /// Attempts within the episode, the first failed one included.
    pub attempts: u32,
    /// Calls to the centre.
    pub calls: u32,
    /// When the person saw the first notice.
    pub notice_seen: Option<Time>,
    /// When the person sent a complaint (message or form).
    pub complaint_sent: Option<Time>,
    /// When somebody first read it.
    pub complaint_read: Option<Time>,
    /// When the person learnt of a workaround from other users.
    pub aware: Option<Time>,
    /// When the person decided to hire a locksmith.
    pub locksmith_decided: Option<Time>,
    /// What the person paid for help, in KRW.
    pub cost_krw: f32,
    /// Longer than `measure.stranded_after` and begun between `measure.from` and `measure.until`.
    pub counted: bool,
}

impl Episode {
    /// Stranded time in hours.
    pub fn hours(&self) -> f64 {
        (self.ended - self.began).as_seconds() / 3600.0
    }
}

/// One simulated minute.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Minute {
    /// People in an episode at the end of the minute, by class, in the order of [`Class::ALL`].
    pub stranded: [u32; 3],
    /// Attempts sent.
    pub attempts: u32,
    /// Attempts that were the first of their intent.
    pub first_attempts: u32,
    /// Answered within the client's time-out.
    pub answered_in_time: u32,
    /// Served although the client had gone: wasted work.
    pub answered_late: u32,
    /// Ended by the client's time-out.
    pub timed_out: u32,
    /// Refused by a full line or a policy, and told so.
    pub refused: u32,
    /// Work sent to the bottleneck, in worker-seconds, at its configured speed.
    pub offered_work_seconds: f32,
    /// Work the bottleneck could have done in this minute, in worker-seconds, at its configured speed.
    pub capacity_work_seconds: f32,
    /// Requests waiting at the bottleneck at the end of the minute.
    pub queue_length: u32,
    /// Calls to the centre.
    pub calls: u32,
    /// Calls answered by an agent.
    pub calls_answered: u32,
    /// Rentals open in the system at the end of the minute.
    pub active_rentals: u32,
    /// Episodes ended in this minute, in the order of [`Relief::ALL`].
    pub relieved: [u32; 8],
    /// What this minute adds to the means over a plain stream of requests.
    pub plain: PlainMinute,
}

/// Sums of a minute over the plain requests that arrived in the measured window, and time integrals over the window. All zero in a
/// world of cars.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct PlainMinute {
    /// Requests served.
    pub served: f64,
    /// Time they spent in line in the attempt that was answered, in seconds.
    pub served_wait_seconds: f64,
    /// Time since their first attempt, in seconds.
    pub sojourn_seconds: f64,
    /// Integral of the number of requests waiting or worked on, in request-seconds.
    pub in_system_seconds: f64,
    /// Integral of the number of requests waiting, in request-seconds.
    pub in_line_seconds: f64,
}

/// One simulated second of a plain stream of requests.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Second {
    /// Requests that people began.
    pub intents: u32,
    /// Attempts sent.
    pub attempts: u32,
    /// Answers in time that came.
    pub good: u32,
    /// Refusals that came, and time-outs.
    pub failed: u32,
}

/// A stretch of time in which the service was down by the rule of `measure.outage`.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Outage {
    /// When it went down.
    pub down: Time,
    /// When it came back; `None` when the run ended first.
    pub up: Option<Time>,
}

/// Everything one replication of one arm leaves behind.
#[derive(Clone, Debug)]
pub struct Outcomes {
    /// All episodes, in the order in which they began.
    pub episodes: Vec<Episode>,
    /// All minutes of the calendar.
    pub minutes: Vec<Minute>,
    /// All seconds of the calendar, of plain arrivals in a calendar of an hour at most; otherwise none.
    pub seconds: Vec<Second>,
    /// All outages, in order.
    pub outages: Vec<Outage>,
    /// Scalar results by name; names and units are listed by [`crate::metric::CATALOGUE`]. A metric that has no value in
    /// this replication (the hour of an outage that did not happen) is absent.
    pub metrics: std::collections::BTreeMap<crate::metric::Name, f64>,
    /// Events processed.
    pub events: u64,
    /// Digest over all events in order: same scenario, seed and version give the same digest everywhere.
    pub digest: u64,
    /// Sentences about what the reader should know (extrapolated calibration, unbounded growth, ...).
    pub warnings: Vec<String>,
}
