//! What a service draws for a request.

use crate::sampler::Sampler;
use stranded_engine::Stream;
use stranded_scenario::section::Service;

/// Numbers set aside for a call that the caller watches over: work, cache and refusal at the called service.
const DRAWS_A_CALL: u32 = 3;

/// The stream of a call that the caller watches over (`service.X.calls.timeout`), from the stream of the request that makes it.
///
/// The request's own stream goes on behind the numbers set aside for the call, because a caller that gives up does not know how many the
/// called service has drawn. A failed call then draws one number from it for the jitter of the retry, whether there is one or not.
/// Calls that nobody watches over go on with the request's own stream.
#[inline]
pub fn call(stream: &mut Stream) -> Stream {
    let of_the_call = *stream;
    for _ in 0..DRAWS_A_CALL {
        let _ = stream.next_bits();
    }
    of_the_call
}

/// All that chance decides for a request at one service. The simulated network and a paced server both draw through this, so that
/// neither the order of draws nor their number can drift apart.
///
/// The order is that of a request's way: [`Self::work_seconds`] when a worker takes it up; [`Self::is_cached`] when that work is done and
/// only if the service calls another; [`Self::hangs`] instead of either when the service refuses it or throws it out of its line.
/// After the last service the network's latency is drawn from the same stream.
#[derive(Clone, Debug)]
pub struct ServiceDraws {
    time: Sampler,
    cached: f64,
    refusal_hangs: f64,
}

impl ServiceDraws {
    /// The draws of a service of the scenario.
    pub fn new(section: &Service) -> Self {
        Self {
            time: Sampler::new(&section.service_time),
            cached: section.calls.as_ref().map_or(0.0, |call| call.cached.value()),
            refusal_hangs: section.refusal_hangs.value(),
        }
    }

    /// Work for a request of weight one at the configured speed, in seconds: multiply by the endpoint's `work`, divide by the speed.
    #[inline]
    pub fn work_seconds(&self, stream: &mut Stream) -> f64 {
        self.time.seconds(stream)
    }

    /// Whether a cache spares the call of the next service. Draws also where nothing is cached; a service that calls nobody must not
    /// ask.
    #[inline]
    pub fn is_cached(&self, stream: &mut Stream) -> bool {
        stream.chance(self.cached)
    }

    /// Whether a refused client is left to wait for its own time-out instead of being told.
    #[inline]
    pub fn hangs(&self, stream: &mut Stream) -> bool {
        stream.chance(self.refusal_hangs)
    }

    /// Share of requests that never reach the next service.
    pub(crate) fn cached(&self) -> f64 {
        self.cached
    }
}
