//! A token bucket that bounds retries to a share of ordinary calls.

/// Billionths in one token. Counting in whole billionths makes ten deposits of 0.1 worth exactly one retry, which a
/// float sum does not.
const BILLIONTHS: f64 = 1e9;
const ONE_TOKEN: u64 = 1_000_000_000;

/// What every client's bucket has in common; share one per policy.
///
/// The idea is the retry budget of Twitter's Finagle, the client-side throttling of Google's *Site Reliability
/// Engineering* (chapter 21, "Handling Overload": retries at most 10 % of requests) and gRPC's retry throttling
/// (proposal A6: `maxTokens`, `tokenRatio`). gRPC deposits on success, Finagle on every first call: call
/// [`RetryBudget::deposit`] at the moment you mean.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RetryBudgetConfig {
    // All three in billionths of a token.
    ratio: u64,
    tokens_max: u64,
    tokens_initial: u64,
}

impl RetryBudgetConfig {
    /// `ratio`: tokens for each deposit (0.1 lets retries be a tenth of calls); `tokens_max`: what the bucket holds at
    /// most; `tokens_initial`: what it starts with, at most `tokens_max`. All are rounded to a billionth of a token;
    /// negative values and not-a-number count as zero.
    pub fn new(ratio: f64, tokens_max: f64, tokens_initial: f64) -> Self {
        let tokens_max = billionths(tokens_max);
        let tokens_initial = billionths(tokens_initial).min(tokens_max);
        Self { ratio: billionths(ratio), tokens_max, tokens_initial }
    }
}

fn billionths(tokens: f64) -> u64 {
    (tokens * BILLIONTHS + 0.5) as u64
}

/// One client's bucket of retry tokens: eight bytes, so that every phone can carry its own.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RetryBudget {
    billionths: u64,
}

impl RetryBudget {
    /// A bucket with its initial tokens.
    pub fn new(config: &RetryBudgetConfig) -> Self {
        Self { billionths: config.tokens_initial }
    }

    /// Earns `ratio` tokens, up to the most the bucket holds.
    pub fn deposit(&mut self, config: &RetryBudgetConfig) {
        self.billionths = self.billionths.saturating_add(config.ratio).min(config.tokens_max);
    }

    /// Pays one token for a retry. `false`, and nothing paid, when less than one is left: do not retry.
    #[must_use]
    pub fn try_withdraw(&mut self) -> bool {
        let Some(rest) = self.billionths.checked_sub(ONE_TOKEN) else {
            return false;
        };
        self.billionths = rest;
        true
    }

    /// Tokens left.
    pub fn tokens(&self) -> f64 {
        self.billionths as f64 / BILLIONTHS
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ten_deposits_of_a_tenth_buy_exactly_one_retry() {
        let config = RetryBudgetConfig::new(0.1, 10.0, 0.0);
        let mut budget = RetryBudget::new(&config);
        for _ in 0..9 {
            budget.deposit(&config);
        }
        assert!(!budget.try_withdraw(), "nine tenths do not buy a retry");
        budget.deposit(&config);
        assert!(budget.try_withdraw());
        assert!(!budget.try_withdraw());
    }

    #[test]
    fn senseless_settings_allow_no_retry() {
        for config in [RetryBudgetConfig::new(-1.0, f64::NAN, 5.0), RetryBudgetConfig::new(1.0, 0.5, 99.0)] {
            let mut budget = RetryBudget::new(&config);
            budget.deposit(&config);
            assert!(!budget.try_withdraw(), "{config:?}");
        }
    }

    #[test]
    fn a_budget_fits_into_every_phone() {
        assert!(size_of::<RetryBudget>() <= 16);
    }
}
