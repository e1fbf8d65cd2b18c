//! A limit on requests under way that finds itself.

use crate::Nanoseconds;

/// How a limit moves.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct ConcurrencyLimitConfig {
    /// Requests under way that it allows at first.
    pub initial: u32,
    /// It never falls below this.
    pub min: u32,
    /// It never rises above this.
    pub max: u32,
    /// The rule.
    pub rule: LimitRule,
}

/// By what a limit moves.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum LimitRule {
    /// Additive increase, multiplicative decrease: one more for every `limit` requests done in time, `backoff` times as many after one
    /// that was late or lost. What had begun before the last decrease does not decrease it once more, as in TCP.
    ///
    /// D.-M. Chiu, R. Jain, "Analysis of the increase and decrease algorithms for congestion avoidance in computer networks", Computer
    /// Networks and ISDN Systems 17, 1989; `AIMDLimit` of Netflix's concurrency-limits, which adds one for every request.
    Aimd {
        /// Time from arrival to completion beyond which a request counts as late.
        latency_max: Nanoseconds,
        /// Factor of a decrease, between 0 and 1.
        backoff: f64,
    },
    /// Follows the ratio of the long-term latency to that of the latest window: `limit x ratio + headroom`, smoothed.
    ///
    /// `Gradient2Limit` of Netflix's concurrency-limits, with the averages of its `WindowedLimit` for samples. The long-term average
    /// follows a queue that stands long enough, so that `max` must be what clients can wait for.
    Gradient {
        /// How much the latest latency may exceed the long-term one before the limit falls; 1.5 is half as much again.
        tolerance: f64,
        /// Weight of the new limit against the old one, above 0 to 1.
        smoothing: f64,
        /// Requests that may wait, by which the limit grows while latency stays what it was.
        headroom: f64,
        /// Shortest window over which latencies are averaged; it also takes ten of them.
        window: Nanoseconds,
        /// Windows that the long-term average remembers.
        long_windows: u32,
    },
}

/// A request that is done with.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Completion {
    /// When it was let in.
    pub started_at: Nanoseconds,
    /// When it was done, or thrown away.
    pub ended_at: Nanoseconds,
    /// Requests under way just before, itself included.
    pub in_flight: u32,
    /// It was thrown away, or failed for another reason than what was asked for.
    pub is_lost: bool,
}

/// Samples that a window of the gradient takes at least.
const SAMPLES_MIN: u32 = 10;
/// Windows after which the long-term average stops being the plain mean of what there was.
const WARM_UP_WINDOWS: u32 = 10;

/// A limit and what it has learnt. Requests beyond it are to be refused at once: a line that nobody waits in is what it is for.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct ConcurrencyLimit {
    limit: f64,
    decreased_at: Option<Nanoseconds>,
    window: Window,
    /// Nanoseconds.
    long_latency: f64,
    windows: u32,
}

/// Latencies since a moment.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
struct Window {
    began: Nanoseconds,
    samples: u32,
    latencies: f64,
    in_flight_max: u32,
    has_lost: bool,
}

impl ConcurrencyLimit {
    /// The limit at its initial value, or the nearest that `min` and `max` allow.
    pub fn new(config: &ConcurrencyLimitConfig) -> Self {
        Self {
            limit: bounded(f64::from(config.initial), config),
            decreased_at: None,
            window: Window::default(),
            long_latency: 0.0,
            windows: 0,
        }
    }

    /// Requests that may be under way; at least one, or it would never learn of anything again.
    pub fn limit(&self) -> u32 {
        (self.limit as u32).max(1)
    }

    /// Whether one more may be let in while so many are under way, waiting ones included.
    pub fn admits(&self, in_flight: u32) -> bool {
        in_flight < self.limit()
    }

    /// Learns from a request that was let in and is done with. Requests that the limit itself refused teach nothing.
    pub fn completed(&mut self, config: &ConcurrencyLimitConfig, completion: Completion) {
        let latency = completion.ended_at.saturating_sub(completion.started_at);
        // Few requests under way say nothing of how many there could be.
        let is_used = f64::from(completion.in_flight) * 2.0 >= self.limit;
        match config.rule {
            LimitRule::Aimd { latency_max, backoff } => {
                if completion.is_lost || latency > latency_max {
                    if self.decreased_at.is_none_or(|at| completion.started_at >= at) {
                        self.decreased_at = Some(completion.ended_at);
                        self.limit = bounded(self.limit * backoff, config);
                    }
                } else if is_used {
                    self.limit = bounded(self.limit + 1.0 / self.limit.max(1.0), config);
                }
            }
            LimitRule::Gradient { tolerance, smoothing, headroom, window, long_windows } => {
                let Some(latest) = self.window.add(completion, latency, window) else { return };
                let short = latest.latencies / f64::from(latest.samples);
                self.remember(short, long_windows);
                if f64::from(latest.in_flight_max) * 2.0 < self.limit {
                    return;
                }
                // No fall by more than half, so that an outlier does not shed most of the load.
                let ratio = if latest.has_lost {
                    0.5
                } else {
                    (tolerance * self.long_latency / short.max(1.0)).clamp(0.5, 1.0)
                };
                let limit = self.limit * ratio + headroom;
                self.limit = bounded(self.limit * (1.0 - smoothing) + limit * smoothing, config);
            }
        }
    }

    fn remember(&mut self, short: f64, long_windows: u32) {
        self.windows = self.windows.saturating_add(1);
        let weight = if self.windows <= WARM_UP_WINDOWS {
            1.0 / f64::from(self.windows)
        } else {
            2.0 / (f64::from(long_windows) + 1.0)
        };
        self.long_latency += (short - self.long_latency) * weight;
        // After a time of load, what is normal is learnt again faster than it would be forgotten.
        if self.long_latency > 2.0 * short {
            self.long_latency *= 0.95;
        }
    }
}

impl Window {
    /// Adds a sample; the whole window, and a new one begun, when it was the last.
    fn add(&mut self, completion: Completion, latency: Nanoseconds, length: Nanoseconds) -> Option<Self> {
        if self.samples == 0 {
            self.began = completion.ended_at;
        }
        self.samples = self.samples.saturating_add(1);
        self.latencies += latency.0 as f64;
        self.in_flight_max = self.in_flight_max.max(completion.in_flight);
        self.has_lost |= completion.is_lost;
        let is_over = self.samples >= SAMPLES_MIN && completion.ended_at.saturating_sub(self.began) >= length;
        is_over.then(|| core::mem::take(self))
    }
}

fn bounded(limit: f64, config: &ConcurrencyLimitConfig) -> f64 {
    // Not `clamp`, which panics where people typed a `min` above the `max`.
    limit.min(f64::from(config.max)).max(f64::from(config.min))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn config(rule: LimitRule) -> ConcurrencyLimitConfig {
        ConcurrencyLimitConfig { initial: 10, min: 2, max: 40, rule }
    }

    fn aimd() -> ConcurrencyLimitConfig {
        config(LimitRule::Aimd { latency_max: Nanoseconds(100), backoff: 0.5 })
    }

    fn gradient() -> ConcurrencyLimitConfig {
        config(LimitRule::Gradient {
            tolerance: 1.5,
            smoothing: 0.2,
            headroom: 4.0,
            window: Nanoseconds(0),
            long_windows: 100,
        })
    }

    fn done(started_at: u64, latency: u64, in_flight: u32) -> Completion {
        Completion {
            started_at: Nanoseconds(started_at),
            ended_at: Nanoseconds(started_at + latency),
            in_flight,
            is_lost: false,
        }
    }

    #[test]
    fn a_round_in_time_adds_one_and_a_late_one_halves() {
        let config = aimd();
        let mut limit = ConcurrencyLimit::new(&config);
        for _ in 0..11 {
            limit.completed(&config, done(0, 50, 10));
        }
        assert_eq!(limit.limit(), 11);
        limit.completed(&config, done(1_000, 101, 10));
        assert_eq!(limit.limit(), 5);
        // It had begun before the limit fell.
        limit.completed(&config, done(1_050, 500, 5));
        assert_eq!(limit.limit(), 5);
        limit.completed(&config, Completion { is_lost: true, ..done(1_101, 1, 5) });
        assert_eq!(limit.limit(), 2);
        assert!(limit.admits(1) && !limit.admits(2));
    }

    #[test]
    fn a_limit_that_is_not_used_does_not_grow() {
        for config in [aimd(), gradient()] {
            let mut limit = ConcurrencyLimit::new(&config);
            for at in 0..1_000 {
                limit.completed(&config, done(at, 50, 4));
            }
            assert_eq!(limit.limit(), 10, "{config:?}");
        }
    }

    #[test]
    fn a_gradient_grows_while_latency_stays_and_falls_when_it_rises() {
        let config = gradient();
        let mut limit = ConcurrencyLimit::new(&config);
        for at in 0..1_000 {
            limit.completed(&config, done(at, 50, limit.limit()));
        }
        assert_eq!(limit.limit(), 40);
        for at in 1_000..1_050 {
            limit.completed(&config, done(at, 500, limit.limit()));
        }
        assert!(limit.limit() < 30, "{}", limit.limit());
    }

    #[test]
    fn there_is_always_room_for_one() {
        let config = ConcurrencyLimitConfig { initial: 0, min: 0, max: 0, ..aimd() };
        assert!(ConcurrencyLimit::new(&config).admits(0));
    }
}
