#![no_std]
#![doc = env!("CARGO_PKG_DESCRIPTION")]
//!
//! Every policy here is a pure state machine: time and randomness come in as arguments, decisions go out as values. The
//! simulator, the reference server and the load driver run this same code, so what the simulator says about a policy
//! is said about the code that runs.
//!
//! | policy | type | source |
//! |---|---|---|
//! | retries, exponential backoff | [`RetryPolicy`], [`Backoff`] | textbook |
//! | equal, full and decorrelated jitter | [`Backoff`] | M. Brooker, "Exponential Backoff And Jitter", AWS Architecture Blog, 2015 |
//! | retry budget | [`RetryBudget`] | Twitter Finagle; *Site Reliability Engineering*, chapter 21; gRPC proposal A6 |
//! | circuit breaker | [`CircuitBreaker`] | M. Nygard, *Release It!*, 2007 and 2018; share of a sliding window as in resilience4j |
//! | client-side adaptive throttle | [`AdaptiveThrottle`] | *Site Reliability Engineering*, chapter 21, equation 21-1 |
//! | concurrency limit: additive increase, multiplicative decrease | [`ConcurrencyLimit`], [`LimitRule::Aimd`] | D.-M. Chiu, R. Jain, 1989; Netflix concurrency-limits |
//! | concurrency limit: latency gradient | [`ConcurrencyLimit`], [`LimitRule::Gradient`] | Netflix concurrency-limits, `Gradient2Limit` |
//! | bounded queue, priority classes with displacement | [`Queue`] | *Site Reliability Engineering*, chapter 21 (criticality) |
//! | first in, first out; last in, first out | [`Discipline`] | textbook |
//! | adaptive LIFO | [`Discipline::AdaptiveLifo`] | B. Maurer, "Fail at Scale", ACM Queue, 2015 |
//! | deadline drop | [`Discipline::DeadlineDrop`] | *Site Reliability Engineering*, chapter 22 (deadline propagation) |
//! | controlled delay for requests | [`Discipline::CoDel`] | "Fail at Scale"; folly's `Codel` |
//! | controlled delay and adaptive LIFO together | [`Discipline::CoDelLifo`] | "Fail at Scale" |
//! | controlled delay for packets | [`Discipline::CoDelRfc`] | RFC 8289, section 5 |
//!
//! Results are the same bits on every platform: integers for time and tokens; for the rest only float operations that
//! IEEE 754 fixes (`+ - * /`, comparison) and the square root of `libm`.

extern crate alloc;

mod adaptive_throttle;
mod circuit_breaker;
pub mod codel;
mod concurrency_limit;
mod discipline;
mod queue;
mod retry;
mod retry_budget;
mod sliding_window;
mod time;

pub use adaptive_throttle::{AdaptiveThrottle, AdaptiveThrottleConfig};
pub use circuit_breaker::{BreakerState, CircuitBreaker, CircuitBreakerConfig, Permit};
pub use concurrency_limit::{Completion, ConcurrencyLimit, ConcurrencyLimitConfig, LimitRule};
pub use discipline::Discipline;
pub use queue::{Entry, PRIORITY_CLASSES_MAX, Pushed, Queue, QueueConfig};
pub use retry::{Backoff, RetryPolicy};
pub use retry_budget::{RetryBudget, RetryBudgetConfig};
pub use time::Nanoseconds;
