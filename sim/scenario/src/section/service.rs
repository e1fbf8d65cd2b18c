use super::{Calibrated, CircuitBreaker, Limit, Retry, exponential, seconds};
use crate::DurationDistribution;
use crate::quantity::{Duration, Probability};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// A server: workers behind a queue.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct Service {
    /// Requests worked on at the same time.
    pub workers: u32,
    /// Work per request of weight one.
    pub service_time: DurationDistribution,
    /// The waiting line.
    pub queue: Queue,
    /// A limit on the requests let in, waiting ones included, that finds itself.
    pub limit: Option<Limit>,
    /// The service that must answer before this one can.
    pub calls: Option<Call>,
    /// Work whose client has gone is dropped instead of done.
    pub cancel_abandoned: bool,
    /// Share of refused requests whose client is left to wait for its own time-out instead of being told.
    pub refusal_hangs: Probability,
    /// Time until the others are told.
    pub refusal_time: Duration,
    /// How long the reference server takes for a request. The simulation always draws its service times.
    pub pace: Pace,
    /// What the numbers were measured from.
    pub calibrated: Option<Calibrated>,
}

/// How long the reference server takes for a request.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Pace {
    /// As long as `service_time` says, drawn with the luck of the attempt: a laptop then behaves like the server of the scenario.
    #[default]
    Paced,
    /// As long as the machine needs.
    Real,
}

impl Default for Service {
    fn default() -> Self {
        Self {
            workers: 1,
            service_time: exponential(seconds(0.01)),
            queue: Queue::default(),
            limit: None,
            calls: None,
            cancel_abandoned: false,
            refusal_hangs: Probability::new(0.0),
            refusal_time: seconds(0.0),
            pace: Pace::Paced,
            calibrated: None,
        }
    }
}

/// A waiting line.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct Queue {
    /// Most requests waiting; without it the line is unbounded.
    pub capacity: Option<u32>,
    /// Who is served next.
    pub discipline: Discipline,
    /// Serve the endpoints' priority classes in order; a full line makes room for more important requests.
    pub prioritised: bool,
}

impl Default for Queue {
    fn default() -> Self {
        Self { capacity: None, discipline: Discipline::Fifo, prioritised: false }
    }
}

/// Who is served next.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub enum Discipline {
    /// First in, first out.
    #[default]
    Fifo,
    /// Last in, first out.
    Lifo,
    /// First in, first out until `threshold` requests wait, last in, first out beyond.
    AdaptiveLifo {
        /// Requests waiting.
        threshold: u32,
    },
    /// First in, first out, but requests that would miss their client's time-out are dropped when their turn comes.
    DeadlineDrop {
        /// Time kept in reserve for the service itself.
        margin: Duration,
    },
    /// Controlled delay (RFC 8289), applied to requests.
    Codel {
        /// Time the wait must exceed the target before the first drop.
        interval: Duration,
        /// Acceptable standing wait.
        target: Duration,
    },
    /// Controlled delay, and last in, first out once the line has stood for an interval.
    CodelLifo {
        /// Time the line must stand before the target holds and the newest goes first.
        interval: Duration,
        /// Acceptable standing wait.
        target: Duration,
    },
}

/// A call from one service to another.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct Call {
    /// Name of the service that is called.
    pub service: String,
    /// Share of requests that a cache answers without the call.
    pub cached: Probability,
    /// A worker of the caller stays occupied until the answer comes.
    pub blocking: bool,
    /// The caller gives a call up after this long; the called service works on. Without it the caller waits as long as it takes.
    pub timeout: Option<Duration>,
    /// The caller calls again after a refusal or its time-out. Needs a `timeout`.
    pub retry: Option<Retry>,
    /// The caller stops calling while too many calls fail, and refuses its own requests at once. Needs a `timeout`.
    pub circuit_breaker: Option<CircuitBreaker>,
}

impl Default for Call {
    fn default() -> Self {
        Self {
            service: "vendor".to_owned(),
            cached: Probability::new(0.0),
            blocking: false,
            timeout: None,
            retry: None,
            circuit_breaker: None,
        }
    }
}
