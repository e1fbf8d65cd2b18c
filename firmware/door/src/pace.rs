//! So many at once, so many an hour: a token bucket in whole numbers.

use crate::Milliseconds;

/// How often something may happen.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PaceConfig {
    /// So many at once.
    pub burst: u16,
    /// One more after each of these, milliseconds; 0 counts as 1.
    pub interval_milliseconds: u32,
}

/// A token bucket. Starts full.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Pace {
    config: PaceConfig,
    left: u16,
    /// Up to here, refills are accounted for.
    refilled_at: Milliseconds,
}

impl Pace {
    pub(crate) const fn new(config: PaceConfig) -> Self {
        Self { config, left: config.burst, refilled_at: Milliseconds(0) }
    }

    /// Takes one, if there is one.
    pub(crate) fn take(&mut self, now: Milliseconds) -> bool {
        self.refill(now);
        match self.left.checked_sub(1) {
            Some(left) => {
                self.left = left;
                true
            }
            None => false,
        }
    }

    /// Whether there is one to take.
    pub(crate) fn has_one(&mut self, now: Milliseconds) -> bool {
        self.refill(now);
        self.left > 0
    }

    /// Fills the bucket.
    pub(crate) fn forgive(&mut self, now: Milliseconds) {
        self.left = self.config.burst;
        self.refilled_at = now;
    }

    fn refill(&mut self, now: Milliseconds) {
        let interval = u64::from(self.config.interval_milliseconds.max(1));
        let earned = now.since(self.refilled_at).0 / interval;
        if earned >= u64::from(self.config.burst - self.left) {
            self.forgive(now);
        } else {
            self.left += earned as u16;
            self.refilled_at = Milliseconds(self.refilled_at.0 + earned * interval);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_burst_and_then_one_an_interval() {
        let mut pace = Pace::new(PaceConfig { burst: 3, interval_milliseconds: 100 });
        let mut taken = 0;
        for now in 0..1_000 {
            taken += u32::from(pace.take(Milliseconds(now)));
        }
        assert_eq!(taken, 3 + 9);
    }

    #[test]
    fn nothing_earned_is_lost_and_no_more_than_a_burst_is_kept() {
        let mut pace = Pace::new(PaceConfig { burst: 2, interval_milliseconds: 100 });
        assert!(pace.take(Milliseconds(0)) && pace.take(Milliseconds(0)) && !pace.take(Milliseconds(99)));
        assert!(pace.take(Milliseconds(150)), "one at 100");
        assert!(!pace.take(Milliseconds(199)) && pace.take(Milliseconds(200)), "and one at 200");
        let late = Milliseconds(u64::MAX);
        assert!(pace.take(late) && pace.take(late) && !pace.take(late));
    }

    #[test]
    fn limits_do_no_harm() {
        let mut never = Pace::new(PaceConfig { burst: 0, interval_milliseconds: 0 });
        assert!(!never.take(Milliseconds(u64::MAX)));
        let mut always = Pace::new(PaceConfig { burst: u16::MAX, interval_milliseconds: 0 });
        assert!(always.take(Milliseconds(u64::MAX)) && always.take(Milliseconds(0)));
    }
}
