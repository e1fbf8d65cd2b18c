//! The scenario's policies as those of `stranded_policy`: one place for it, so that simulation, server and load driver run the same.

use stranded_policy::{
    AdaptiveThrottleConfig, Backoff, CircuitBreakerConfig, ConcurrencyLimitConfig, Discipline, LimitRule, Nanoseconds,
    QueueConfig, RetryBudgetConfig, RetryPolicy,
};
use stranded_scenario::{Duration, section};

/// Priority classes of a service that heeds them.
const PRIORITY_CLASSES: u8 = 4;

fn nanoseconds(duration: Duration) -> Nanoseconds {
    Nanoseconds(duration.as_nanoseconds())
}

/// A waiting line.
pub fn queue(section: &section::Queue) -> QueueConfig {
    QueueConfig {
        capacity: section.capacity,
        discipline: discipline(&section.discipline),
        priority_classes: if section.prioritised { PRIORITY_CLASSES } else { 1 },
    }
}

/// Who is served next.
pub fn discipline(section: &section::Discipline) -> Discipline {
    match *section {
        section::Discipline::Fifo => Discipline::Fifo,
        section::Discipline::Lifo => Discipline::Lifo,
        section::Discipline::AdaptiveLifo { threshold } => Discipline::AdaptiveLifo { threshold },
        section::Discipline::DeadlineDrop { margin } => Discipline::DeadlineDrop { margin: nanoseconds(margin) },
        section::Discipline::Codel { interval, target } => {
            Discipline::CoDel { interval: nanoseconds(interval), target: nanoseconds(target) }
        }
        section::Discipline::CodelLifo { interval, target } => {
            Discipline::CoDelLifo { interval: nanoseconds(interval), target: nanoseconds(target) }
        }
    }
}

/// Automatic retries.
pub fn retry(section: &section::Retry) -> RetryPolicy {
    let (base, cap) = (nanoseconds(section.base), nanoseconds(section.cap));
    let backoff = match section.backoff {
        section::Backoff::None => Backoff::None,
        section::Backoff::Fixed => Backoff::Fixed { delay: base },
        section::Backoff::Exponential => Backoff::Exponential { base, cap },
        section::Backoff::EqualJitter => Backoff::EqualJitter { base, cap },
        section::Backoff::FullJitter => Backoff::FullJitter { base, cap },
        section::Backoff::Decorrelated => Backoff::Decorrelated { base, cap },
    };
    RetryPolicy { attempts_max: section.attempts, backoff }
}

/// A retry budget, full at first.
pub fn retry_budget(section: &section::RetryBudget) -> RetryBudgetConfig {
    RetryBudgetConfig::new(section.ratio, section.tokens_max, section.tokens_max)
}

/// A circuit breaker.
pub fn circuit_breaker(section: &section::CircuitBreaker) -> CircuitBreakerConfig {
    CircuitBreakerConfig {
        failure_share: section.failure_share.value(),
        calls_min: section.minimum_calls,
        window: nanoseconds(section.window),
        open_for: nanoseconds(section.open_for),
        trials: section.trials,
    }
}

/// A client-side throttle.
pub fn adaptive_throttle(section: &section::AdaptiveThrottle) -> AdaptiveThrottleConfig {
    AdaptiveThrottleConfig { requests_per_accept: section.requests_per_accept, window: nanoseconds(section.window) }
}

/// A limit on the requests in a service: those that wait in its line and those that occupy its workers.
pub fn limit(section: &section::Limit) -> ConcurrencyLimitConfig {
    let (min, initial, max) = section.bounds();
    let rule = match section {
        section::Limit::Aimd(it) => {
            LimitRule::Aimd { latency_max: nanoseconds(it.latency_max), backoff: it.backoff.value() }
        }
        section::Limit::Gradient(it) => LimitRule::Gradient {
            tolerance: it.tolerance.value(),
            smoothing: it.smoothing.value(),
            headroom: f64::from(it.headroom),
            window: nanoseconds(it.window),
            long_windows: it.long_windows,
        },
    };
    ConcurrencyLimitConfig { initial, min, max, rule }
}
