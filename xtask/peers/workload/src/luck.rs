//! Random numbers.

use rand::rngs::SmallRng;
use rand::{RngExt as _, SeedableRng as _};
use rand_distr::Exp1;

/// The fastest good generator and the fastest exponentials that the ecosystem has (xoshiro256++, ziggurat), so that no peer
/// loses by its random numbers.
#[derive(Clone, Debug)]
pub struct Luck(SmallRng);

impl Luck {
    /// A generator of its own for a seed.
    pub fn new(seed: u64) -> Self {
        Self(SmallRng::seed_from_u64(seed))
    }

    /// Exponential with the given mean, in the unit of the mean.
    #[inline]
    pub fn exponential(&mut self, mean: f64) -> f64 {
        let standard: f64 = self.0.sample(Exp1);
        standard * mean
    }
}
