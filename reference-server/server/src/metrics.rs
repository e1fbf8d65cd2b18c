//! Metrics in the OpenMetrics text format, which Prometheus reads.

use crate::service::Service;
use prometheus_client::encoding::EncodeLabelSet;
use prometheus_client::encoding::text::encode;
use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::family::Family;
use prometheus_client::metrics::gauge::Gauge;
use prometheus_client::metrics::histogram::{Histogram, exponential_buckets};
use prometheus_client::registry::{Registry, Unit};
use std::sync::atomic::AtomicU64;
use std::time::Duration;

#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct Answered {
    method: String,
    path: String,
    status: u16,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct Path {
    path: String,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct OfService {
    service: String,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct RefusedBy {
    service: String,
    reason: &'static str,
}

/// The metrics of a process.
#[derive(Debug)]
pub(crate) struct Metrics {
    registry: Registry,
    answered: Family<Answered, Counter>,
    seconds: Family<Path, Histogram, fn() -> Histogram>,
    pub(crate) connections: Gauge,
    waiting: Family<OfService, Gauge>,
    busy: Family<OfService, Gauge>,
    workers: Family<OfService, Gauge>,
    speed: Family<OfService, Gauge<f64, AtomicU64>>,
    entered: Family<OfService, Gauge>,
    served: Family<OfService, Gauge>,
    in_vain: Family<OfService, Gauge>,
    refused: Family<RefusedBy, Gauge>,
}

impl Default for Metrics {
    fn default() -> Self {
        let mut registry = Registry::with_prefix("reference_server");
        let answered = Family::default();
        registry.register("answered", "Requests answered, by route and status", answered.clone());
        let seconds = Family::<Path, Histogram, fn() -> Histogram>::new_with_constructor(|| {
            Histogram::new(exponential_buckets(0.001, 2.0, 16))
        });
        registry.register_with_unit("answer", "Time to the answer", Unit::Seconds, seconds.clone());
        let connections = Gauge::default();
        registry.register("connections", "Connections that are open", connections.clone());
        let mut family = |name: &str, help: &str| {
            let family = Family::<OfService, Gauge>::default();
            registry.register(name, help, family.clone());
            family
        };
        let waiting = family("waiting", "Requests in the service's line");
        let busy = family("busy_workers", "Workers with a request in hand");
        let workers = family("workers", "Workers the service has");
        let entered = family("entered", "Requests that came to the service since the start");
        let served = family("served", "Requests that were worked on to the end since the start");
        let in_vain = family("served_in_vain", "Of those, requests whose client had gone");
        let speed = Family::default();
        registry.register("speed", "Speed against the configured one", speed.clone());
        let refused = Family::default();
        registry.register("refused", "Requests refused or thrown out of the line since the start", refused.clone());
        Self {
            registry,
            answered,
            seconds,
            connections,
            waiting,
            busy,
            workers,
            speed,
            entered,
            served,
            in_vain,
            refused,
        }
    }
}

impl Metrics {
    pub(crate) fn answered(&self, method: &str, path: &str, status: u16, took: Duration) {
        let labels = Answered { method: method.to_owned(), path: path.to_owned(), status };
        self.answered.get_or_create(&labels).inc();
        self.seconds.get_or_create(&Path { path: path.to_owned() }).observe(took.as_secs_f64());
    }

    /// All metrics as text, those of the service as they are now.
    pub(crate) fn render(&self, service: &Service) -> String {
        let census = service.census();
        let of = || OfService { service: census.service.clone() };
        self.waiting.get_or_create(&of()).set(census.waiting as i64);
        self.busy.get_or_create(&of()).set(i64::from(census.busy));
        self.workers.get_or_create(&of()).set(i64::from(census.workers));
        self.speed.get_or_create(&of()).set(census.speed);
        self.entered.get_or_create(&of()).set(census.entered as i64);
        self.served.get_or_create(&of()).set(census.served as i64);
        self.in_vain.get_or_create(&of()).set(census.served_in_vain as i64);
        for (reason, count) in service.refused() {
            let labels = RefusedBy { service: census.service.clone(), reason: reason.word() };
            self.refused.get_or_create(&labels).set(count as i64);
        }
        let mut text = String::new();
        // Writing to a string cannot fail.
        let _ = encode(&mut text, &self.registry);
        text
    }
}
