//! What holds for every sequence of calls through a breaker, a throttle and a concurrency limit.

use proptest::prelude::*;
use stranded_policy::{
    AdaptiveThrottle, AdaptiveThrottleConfig, BreakerState, CircuitBreaker, CircuitBreakerConfig, Completion,
    ConcurrencyLimit, ConcurrencyLimitConfig, LimitRule, Nanoseconds, Permit,
};

/// A call is made, or the oldest call under way ends.
#[derive(Clone, Copy, Debug)]
enum Step {
    Call,
    End { has_succeeded: bool },
    Lose,
}

fn steps() -> impl Strategy<Value = Vec<(u64, Step)>> {
    let step = prop_oneof![
        8 => Just(Step::Call),
        4 => any::<bool>().prop_map(|has_succeeded| Step::End { has_succeeded }),
        4 => Just(Step::End { has_succeeded: false }),
        1 => Just(Step::Lose),
    ];
    prop::collection::vec((0..60_u64, step), 0..400)
}

fn breakers() -> impl Strategy<Value = CircuitBreakerConfig> {
    (0.0..1.1_f64, 0..8_u32, 0..1_000_u64, 1..500_u64, 0..4_u32).prop_map(
        |(failure_share, calls_min, window, open_for, trials)| CircuitBreakerConfig {
            failure_share,
            calls_min,
            window: Nanoseconds(window),
            open_for: Nanoseconds(open_for),
            trials,
        },
    )
}

fn rules() -> impl Strategy<Value = LimitRule> {
    prop_oneof![
        (0..300_u64, 0.0..1.0_f64)
            .prop_map(|(latency_max, backoff)| LimitRule::Aimd { latency_max: Nanoseconds(latency_max), backoff }),
        (1.0..3.0_f64, 0.01..1.0_f64, 0.0..10.0_f64, 0..500_u64, 0..700_u32).prop_map(
            |(tolerance, smoothing, headroom, window, long_windows)| LimitRule::Gradient {
                tolerance,
                smoothing,
                headroom,
                window: Nanoseconds(window),
                long_windows,
            }
        ),
    ]
}

proptest! {
    /// Open means open for as long as configured, a breaker never sticks, and between two openings at most the trials pass.
    #[test]
    fn a_breaker_lets_through_what_its_state_allows(config in breakers(), steps in steps()) {
        let mut breaker = CircuitBreaker::new();
        let mut under_way: Vec<Permit> = Vec::new();
        let mut now = Nanoseconds::ZERO;
        let mut opened_at = Nanoseconds::ZERO;
        // Calls let through since it turned half open, or renewed its trials.
        let mut trials: Option<(Nanoseconds, u32)> = None;
        for (gap, step) in steps {
            now = now.saturating_add(Nanoseconds(gap));
            let before = breaker.state(now);
            match step {
                Step::Call => {
                    let permit = breaker.admit(&config, now);
                    match before {
                        BreakerState::Closed => prop_assert!(permit.is_some()),
                        BreakerState::Open => prop_assert!(permit.is_none()),
                        BreakerState::HalfOpen => {
                            let (since, passed) = trials.get_or_insert((now, 0));
                            let renews = *passed >= config.trials.max(1) && now.saturating_sub(*since) >= config.open_for;
                            if renews {
                                (*since, *passed) = (now, 0);
                            }
                            prop_assert_eq!(permit.is_some(), *passed < config.trials.max(1));
                            *passed += u32::from(permit.is_some());
                        }
                    }
                    under_way.extend(permit);
                }
                Step::End { has_succeeded } if !under_way.is_empty() => {
                    breaker.record(&config, under_way.remove(0), now, has_succeeded);
                }
                Step::Lose if !under_way.is_empty() => {
                    let _ = under_way.remove(0);
                }
                Step::End { .. } | Step::Lose => {}
            }
            let after = breaker.state(now);
            if after != BreakerState::HalfOpen {
                trials = None;
            }
            if before != BreakerState::Open && after == BreakerState::Open {
                opened_at = now;
            }
            if after == BreakerState::Open {
                prop_assert!(now.saturating_sub(opened_at) < config.open_for);
            }
        }
        // Left alone for long enough it always tries again.
        let later = now.saturating_add(Nanoseconds(config.open_for.0 * 2 + 1));
        prop_assert!(breaker.admit(&config, later).is_some());
    }

    /// Successes alone never open it.
    #[test]
    fn a_breaker_stays_closed_while_all_succeed(config in breakers(), gaps in prop::collection::vec(0..100_u64, 0..200)) {
        let mut breaker = CircuitBreaker::new();
        let mut now = Nanoseconds::ZERO;
        for gap in gaps {
            now = now.saturating_add(Nanoseconds(gap));
            let permit = breaker.admit(&config, now);
            prop_assert!(permit.is_some());
            breaker.record(&config, permit.expect("it is closed"), now, true);
        }
    }

    /// Against a plain list of what happened: the probability is the book's, over between nine tenths and all of the window.
    #[test]
    fn a_throttle_follows_the_equation(
        requests_per_accept in 1.0..5.0_f64, window in 10..2_000_u64,
        calls in prop::collection::vec((0..100_u64, any::<bool>(), 0.0..1.0_f64), 0..200),
    ) {
        let config = AdaptiveThrottleConfig { requests_per_accept, window: Nanoseconds(window) };
        let mut throttle = AdaptiveThrottle::new();
        let mut now = Nanoseconds::ZERO;
        let mut seen: Vec<(u64, bool)> = Vec::new();
        let width = window / 10;
        for (gap, accepts, uniform) in calls {
            now = now.saturating_add(Nanoseconds(gap));
            let newest = now.0 / width;
            seen.retain(|&(at, _)| at / width + 10 > newest);
            let accepted = seen.iter().filter(|&&(_, accepted)| accepted).count() as f64;
            let expected = ((seen.len() as f64 - requests_per_accept * accepted) / (seen.len() as f64 + 1.0)).max(0.0);
            let probability = throttle.rejection_probability(&config, now);
            prop_assert!((probability - expected).abs() < 1e-12, "{} for {}", probability, expected);
            prop_assert!((0.0..1.0).contains(&probability));
            let admitted = throttle.admits(&config, now, uniform);
            prop_assert_eq!(admitted, uniform >= probability);
            let accepted = admitted && accepts;
            if accepted {
                throttle.accepted(&config, now);
            }
            seen.push((now.0, accepted));
        }
    }

    /// Whatever completes, the limit stays where it may be and lets one in when nothing is under way.
    #[test]
    fn a_limit_stays_within_its_bounds(
        initial in 0..60_u32, bounds in (0..50_u32, 0..50_u32), rule in rules(),
        completions in prop::collection::vec((0..50_u64, 0..1_000_u64, 0..80_u32, prop::bool::weighted(0.1)), 0..300),
    ) {
        let (min, max) = (bounds.0.min(bounds.1), bounds.0.max(bounds.1));
        let config = ConcurrencyLimitConfig { initial, min, max, rule };
        let mut limit = ConcurrencyLimit::new(&config);
        let mut now = Nanoseconds::ZERO;
        for (gap, latency, in_flight, is_lost) in completions {
            now = now.saturating_add(Nanoseconds(gap));
            let before = limit.limit();
            let completion =
                Completion { started_at: now.saturating_sub(Nanoseconds(latency)), ended_at: now, in_flight, is_lost };
            limit.completed(&config, completion);
            prop_assert!((min.max(1)..=max.max(1)).contains(&limit.limit()), "{:?}", limit);
            prop_assert!(limit.admits(0));
            let may_grow = in_flight * 2 >= before || matches!(rule, LimitRule::Gradient { .. });
            prop_assert!(limit.limit() <= before || may_grow, "{:?}", limit);
        }
    }
}
