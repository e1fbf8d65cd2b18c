//! What the routes share.

use crate::key::TrustedIssuers;
use crate::metrics::Metrics;
use crate::service::{NextService, Service};
use crate::store::Store;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, SystemTime, UNIX_EPOCH};
use stranded_wire::issuer::Issuer;

/// What every role has.
#[derive(Clone)]
pub(crate) struct Core {
    pub(crate) service: Service,
    pub(crate) metrics: Arc<Metrics>,
    /// Set while the process drains.
    pub(crate) closing: Arc<AtomicBool>,
}

impl Core {
    pub(crate) fn new(service: Service) -> Self {
        Self { service, metrics: Arc::default(), closing: Arc::default() }
    }

    /// Whether the process drains.
    pub(crate) fn is_closing(&self) -> bool {
        self.closing.load(Ordering::Relaxed)
    }
}

/// Where the core is.
pub(crate) trait HasCore: Clone + Send + Sync + 'static {
    fn core(&self) -> &Core;
}

/// Who signs keys.
#[derive(Clone)]
pub enum KeySource {
    /// The service behind the operator.
    Vendor(Arc<dyn NextService>),
    /// The operator itself, where there is nobody behind it.
    Own(Arc<Issuer>),
}

/// The operator.
#[derive(Clone)]
pub struct Operator(pub(crate) Arc<OperatorState>);

pub(crate) struct OperatorState {
    pub(crate) core: Core,
    pub(crate) store: Arc<dyn Store>,
    pub(crate) keys: KeySource,
    pub(crate) issuers: TrustedIssuers,
    /// How long a session lasts.
    pub(crate) session: Duration,
    /// Price of a slot of ten minutes, won.
    pub(crate) slot_price: i64,
}

impl Operator {
    /// An operator whose sessions last as long as `session`; `slot_price` is what ten minutes cost, in won.
    pub fn new(service: Service, store: Arc<dyn Store>, keys: KeySource, session: Duration, slot_price: i64) -> Self {
        let (core, issuers) = (Core::new(service), TrustedIssuers::default());
        Self(Arc::new(OperatorState { core, store, keys, issuers, session, slot_price }))
    }
}

impl Vendor {
    /// A vendor that signs with one key.
    pub fn new(service: Service, issuer: Issuer) -> Self {
        Self(Arc::new(VendorState { core: Core::new(service), issuer }))
    }
}

impl HasCore for Operator {
    fn core(&self) -> &Core {
        &self.0.core
    }
}

/// The vendor.
#[derive(Clone)]
pub struct Vendor(pub(crate) Arc<VendorState>);

pub(crate) struct VendorState {
    pub(crate) core: Core,
    pub(crate) issuer: Issuer,
}

impl HasCore for Vendor {
    fn core(&self) -> &Core {
        &self.0.core
    }
}

/// Now, seconds since the Unix epoch.
pub(crate) fn now() -> i64 {
    SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |since| since.as_secs() as i64)
}
