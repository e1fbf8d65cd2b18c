//! Whether and when a client tries again.

use crate::Nanoseconds;

/// How long a client waits before its next attempt.
///
/// Without jitter, clients that failed together return together. The three jittered forms are those of Marc Brooker,
/// "Exponential Backoff And Jitter", AWS Architecture Blog, 2015; the names are his.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Backoff {
    /// Try again at once.
    None,
    /// The same wait before every retry.
    Fixed {
        /// The wait.
        delay: Nanoseconds,
    },
    /// `min(cap, base x 2^(retry - 1))`.
    Exponential {
        /// The wait before the first retry.
        base: Nanoseconds,
        /// The longest wait.
        cap: Nanoseconds,
    },
    /// Half of the exponential wait for certain and a uniform share of the other half.
    EqualJitter {
        /// The full wait before the first retry.
        base: Nanoseconds,
        /// The longest wait.
        cap: Nanoseconds,
    },
    /// A uniform share of the exponential wait, from nothing to all of it.
    FullJitter {
        /// The longest wait before the first retry.
        base: Nanoseconds,
        /// The longest wait.
        cap: Nanoseconds,
    },
    /// `min(cap, uniform between base and 3 x the previous wait)`; the previous wait starts at `base`.
    Decorrelated {
        /// The shortest wait.
        base: Nanoseconds,
        /// The longest wait; it wins where it is below `base`.
        cap: Nanoseconds,
    },
}

/// How often a client tries an intent, and how it spaces its attempts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RetryPolicy {
    /// Attempts in all, the first one included. Zero counts as one: an intent is always tried.
    pub attempts_max: u32,
    /// The wait between attempts.
    pub backoff: Backoff,
}

impl RetryPolicy {
    /// One attempt and no retry.
    pub const NEVER: Self = Self { attempts_max: 1, backoff: Backoff::None };

    /// The wait before the next attempt, or `None` when the client gives up.
    ///
    /// `attempts_made` counts the attempts that have failed so far (1 after the first). `previous` is the wait this
    /// function returned last for the same intent, zero before the first retry; only [`Backoff::Decorrelated`] reads
    /// it. `uniform` is a draw from [0, 1); only the jittered forms read it.
    pub fn delay(&self, attempts_made: u32, previous: Nanoseconds, uniform: f64) -> Option<Nanoseconds> {
        if attempts_made >= self.attempts_max {
            return None;
        }
        Some(match self.backoff {
            Backoff::None => Nanoseconds::ZERO,
            Backoff::Fixed { delay } => delay,
            Backoff::Exponential { base, cap } => exponential(base, cap, attempts_made),
            Backoff::EqualJitter { base, cap } => {
                let full = exponential(base, cap, attempts_made);
                let certain = Nanoseconds(full.0 / 2);
                certain.saturating_add(full.saturating_sub(certain).scaled_by(uniform))
            }
            Backoff::FullJitter { base, cap } => exponential(base, cap, attempts_made).scaled_by(uniform),
            Backoff::Decorrelated { base, cap } => {
                let upper = Nanoseconds(previous.max(base).0.saturating_mul(3));
                base.saturating_add(upper.saturating_sub(base).scaled_by(uniform)).min(cap)
            }
        })
    }
}

/// `min(cap, base x 2^(attempts_made - 1))`, without overflow at any count.
fn exponential(base: Nanoseconds, cap: Nanoseconds, attempts_made: u32) -> Nanoseconds {
    let doublings = attempts_made.saturating_sub(1);
    let factor = 1_u64.checked_shl(doublings).unwrap_or(u64::MAX);
    Nanoseconds(base.0.saturating_mul(factor)).min(cap)
}

#[cfg(test)]
mod tests {
    use super::*;

    const BASE: Nanoseconds = Nanoseconds(100);
    const CAP: Nanoseconds = Nanoseconds(1_000);

    fn delays(backoff: Backoff, uniform: f64) -> [u64; 5] {
        let policy = RetryPolicy { attempts_max: 6, backoff };
        let mut previous = Nanoseconds::ZERO;
        core::array::from_fn(|index| {
            previous = policy.delay(index as u32 + 1, previous, uniform).expect("five retries are allowed");
            previous.0
        })
    }

    #[test]
    fn each_backoff_gives_its_textbook_series() {
        assert_eq!(delays(Backoff::None, 0.9), [0; 5]);
        assert_eq!(delays(Backoff::Fixed { delay: BASE }, 0.9), [100; 5]);
        assert_eq!(delays(Backoff::Exponential { base: BASE, cap: CAP }, 0.9), [100, 200, 400, 800, 1_000]);
        assert_eq!(delays(Backoff::EqualJitter { base: BASE, cap: CAP }, 0.5), [75, 150, 300, 600, 750]);
        assert_eq!(delays(Backoff::FullJitter { base: BASE, cap: CAP }, 0.5), [50, 100, 200, 400, 500]);
        assert_eq!(delays(Backoff::Decorrelated { base: BASE, cap: CAP }, 0.5), [200, 350, 575, 912, 1_000]);
    }

    #[test]
    fn gives_up_after_the_last_attempt() {
        let policy = RetryPolicy { attempts_max: 3, backoff: Backoff::None };
        assert_eq!(policy.delay(2, Nanoseconds::ZERO, 0.0), Some(Nanoseconds::ZERO));
        assert_eq!(policy.delay(3, Nanoseconds::ZERO, 0.0), None);
        assert_eq!(RetryPolicy::NEVER.delay(1, Nanoseconds::ZERO, 0.0), None);
    }

    #[test]
    fn doubling_saturates_instead_of_wrapping() {
        let policy =
            RetryPolicy { attempts_max: u32::MAX, backoff: Backoff::Exponential { base: BASE, cap: Nanoseconds::MAX } };
        for attempts_made in [59, 64, 65, 1_000] {
            assert_eq!(policy.delay(attempts_made, Nanoseconds::ZERO, 0.0), Some(Nanoseconds::MAX), "{attempts_made}");
        }
    }
}
