//! A client that sends less the less is accepted.

use crate::Nanoseconds;
use crate::sliding_window::SlidingWindow;

/// How early a throttle holds back.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct AdaptiveThrottleConfig {
    /// Requests the client may make for each one accepted before it holds any back; the book uses 2. More lets more wasted requests
    /// through and learns sooner that the service is back.
    pub requests_per_accept: f64,
    /// How far back it looks; the book uses two minutes. It forgets in tenths of this.
    pub window: Nanoseconds,
}

/// Client-side adaptive throttling: a request is held back with probability `max(0, (requests - K x accepts) / (requests + 1))`, over
/// all requests of the window, those held back included.
///
/// *Site Reliability Engineering* (O'Reilly, 2016), chapter 21, "Handling Overload", equation 21-1.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct AdaptiveThrottle {
    /// Requests, and those accepted among them.
    window: SlidingWindow,
}

impl AdaptiveThrottle {
    /// A throttle that has seen nothing and holds nothing back.
    pub fn new() -> Self {
        Self::default()
    }

    /// Counts a request that the client wants to make at `now`, and whether it may. `uniform` is a draw from [0, 1).
    #[must_use]
    pub fn admits(&mut self, config: &AdaptiveThrottleConfig, now: Nanoseconds, uniform: f64) -> bool {
        let probability = self.rejection_probability(config, now);
        self.window.add(config.window, now, 1, 0);
        uniform >= probability
    }

    /// A request was accepted: answered in time.
    pub fn accepted(&mut self, config: &AdaptiveThrottleConfig, now: Nanoseconds) {
        self.window.add(config.window, now, 0, 1);
    }

    /// The probability with which the next request is held back.
    pub fn rejection_probability(&mut self, config: &AdaptiveThrottleConfig, now: Nanoseconds) -> f64 {
        let counts = self.window.total(config.window, now);
        let (requests, accepts) = (f64::from(counts.all), f64::from(counts.marked));
        let probability = (requests - config.requests_per_accept * accepts) / (requests + 1.0);
        // Not `max`, which would turn not-a-number into something.
        if probability > 0.0 { probability } else { 0.0 }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const CONFIG: AdaptiveThrottleConfig =
        AdaptiveThrottleConfig { requests_per_accept: 2.0, window: Nanoseconds(1_000) };

    #[test]
    fn follows_the_equation_of_the_book() {
        let mut throttle = AdaptiveThrottle::new();
        let now = Nanoseconds(1);
        for _ in 0..100 {
            assert!(throttle.admits(&CONFIG, now, 0.999));
            throttle.accepted(&CONFIG, now);
        }
        assert!(throttle.rejection_probability(&CONFIG, now) <= 0.0);
        for _ in 0..200 {
            let _ = throttle.admits(&CONFIG, now, 0.0);
        }
        // 300 requests, 100 accepted.
        assert!((throttle.rejection_probability(&CONFIG, now) - 100.0 / 301.0).abs() < 1e-12);
    }

    #[test]
    fn a_service_that_takes_nothing_still_gets_a_request_now_and_then() {
        let mut throttle = AdaptiveThrottle::new();
        for _ in 0..1_000 {
            let _ = throttle.admits(&CONFIG, Nanoseconds(1), 0.5);
        }
        let probability = throttle.rejection_probability(&CONFIG, Nanoseconds(1));
        assert!((probability - 1_000.0 / 1_001.0).abs() < 1e-12);
        assert!(throttle.rejection_probability(&CONFIG, Nanoseconds(2_000)) <= 0.0, "what is past is forgotten");
    }
}
