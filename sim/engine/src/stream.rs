//! Random numbers keyed by (seed, entity, purpose).

use crate::{normal, ziggurat};

/// A stream of random numbers that depends on nothing but its key and how often it was drawn from.
///
/// Draw n of a stream is a hash of (key, n). Two streams with different keys share nothing, so switching a mitigation on,
/// which changes who draws when, reshuffles nobody's luck. The state is 16 bytes, the key comes from [`Stream::new`].
///
/// The generator is `SplitMix64` (Steele, Lea, Flood: "Fast splittable pseudorandom number generators", OOPSLA 2014) with a
/// second round of its finaliser that mixes the key in again: two keys that differ by a multiple of the golden gamma would
/// otherwise give the same numbers, shifted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Stream {
    key: u64,
    drawn: u64,
}

const GOLDEN_GAMMA: u64 = 0x9e37_79b9_7f4a_7c15;

/// The finaliser of `SplitMix64` (variant 13 of D. Stafford's mixers).
const fn mix(value: u64) -> u64 {
    let value = (value ^ (value >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    let value = (value ^ (value >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    value ^ (value >> 31)
}

impl Stream {
    /// The stream of an entity for one purpose. Use a different purpose for every kind of decision, so that an extra draw for
    /// one kind does not shift the others.
    pub const fn new(seed: u64, entity: u64, purpose: u64) -> Self {
        Self::resume(seed, entity, purpose, 0)
    }

    /// The same stream after `drawn` draws.
    pub const fn resume(seed: u64, entity: u64, purpose: u64, drawn: u64) -> Self {
        let key = mix(mix(seed.wrapping_add(GOLDEN_GAMMA)) ^ entity);
        let key = mix(key.wrapping_add(purpose.wrapping_mul(GOLDEN_GAMMA)));
        Self { key, drawn }
    }

    /// How many numbers were drawn so far.
    pub const fn drawn(&self) -> u64 {
        self.drawn
    }

    /// 64 uniform bits.
    #[inline]
    pub const fn next_bits(&mut self) -> u64 {
        self.drawn += 1;
        mix(mix(self.key.wrapping_add(self.drawn.wrapping_mul(GOLDEN_GAMMA))).wrapping_add(self.key.rotate_left(32)))
    }

    /// Uniform in the open interval (0, 1), a multiple of 2^-53 plus 2^-54: logarithms of it are always finite.
    #[inline]
    pub fn uniform(&mut self) -> f64 {
        ((self.next_bits() >> 11) as f64 + 0.5) * (1.0 / 9_007_199_254_740_992.0)
    }

    /// True with the given probability. Draws once in any case, so that changing a probability shifts nobody's luck.
    #[inline]
    pub fn chance(&mut self, probability: f64) -> bool {
        self.uniform() < probability
    }

    /// Exponential with the given mean, by inversion.
    #[inline]
    pub fn exponential(&mut self, mean: f64) -> f64 {
        -mean * libm::log(self.uniform())
    }

    /// Standard normal, by inversion.
    #[inline]
    pub fn normal(&mut self) -> f64 {
        normal::quantile(self.uniform())
    }

    /// Exponential with the given mean, by the ziggurat method, which needs no logarithm for 99 draws of 100.
    ///
    /// It scales with the mean as inversion does, so that arms which differ in a mean stay coupled. It does not rise with the uniform it
    /// came from, and one of a hundred draws takes more than one number of the stream: use inversion where exponentials shall stay
    /// coupled with variates of other distributions.
    #[inline]
    pub fn ziggurat_exponential(&mut self, mean: f64) -> f64 {
        mean * ziggurat::exponential(self)
    }

    /// Standard normal by the ziggurat method; see [`Self::ziggurat_exponential`] for when to use it.
    #[inline]
    pub fn ziggurat_normal(&mut self) -> f64 {
        ziggurat::normal(self)
    }

    /// A whole number below `bound`, by multiplication (Lemire); the bias is below `bound` / 2^64.
    #[inline]
    pub fn below(&mut self, bound: u32) -> u32 {
        ((u128::from(self.next_bits()) * u128::from(bound)) >> 64) as u32
    }

    /// Poisson with the given mean: by products of uniforms in steps of at most 16, so that no mean underflows.
    pub fn poisson(&mut self, mean: f64) -> u64 {
        let mut count = 0;
        let mut left = mean;
        while left > 0.0 {
            let step = left.min(16.0);
            left -= step;
            let floor = libm::exp(-step);
            let mut product = self.uniform();
            while product > floor {
                count += 1;
                product *= self.uniform();
            }
        }
        count
    }
}

/// Lets the distributions of the `rand` family draw from a stream.
impl rand_core::TryRng for Stream {
    type Error = std::convert::Infallible;

    fn try_next_u32(&mut self) -> Result<u32, Self::Error> {
        Ok((self.next_bits() >> 32) as u32)
    }

    fn try_next_u64(&mut self) -> Result<u64, Self::Error> {
        Ok(self.next_bits())
    }

    fn try_fill_bytes(&mut self, bytes: &mut [u8]) -> Result<(), Self::Error> {
        for chunk in bytes.chunks_mut(8) {
            let word = self.next_bits().to_le_bytes();
            chunk.copy_from_slice(&word[..chunk.len()]);
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Largest distance between the empirical and the wanted distribution function, times sqrt(n); 1.95 is the 0.1 % point.
    fn kolmogorov_smirnov(mut sample: Vec<f64>, distribution: impl Fn(f64) -> f64) -> f64 {
        sample.sort_by(f64::total_cmp);
        let n = sample.len() as f64;
        let mut distance = 0.0_f64;
        for (index, &x) in sample.iter().enumerate() {
            let f = distribution(x);
            distance = distance.max((f - index as f64 / n).abs()).max(((index + 1) as f64 / n - f).abs());
        }
        distance * n.sqrt()
    }

    #[test]
    fn uniforms_exponentials_and_normals_follow_their_distributions() {
        let mut stream = Stream::new(1, 2, 3);
        let sample = |draw: &mut dyn FnMut() -> f64| (0..100_000).map(|_| draw()).collect::<Vec<_>>();
        assert!(kolmogorov_smirnov(sample(&mut || stream.uniform()), |x| x) < 1.95);
        assert!(kolmogorov_smirnov(sample(&mut || stream.exponential(2.0)), |x| 1.0 - (-x / 2.0).exp()) < 1.95);
        let normal = |x: f64| 0.5 * libm::erfc(-x / std::f64::consts::SQRT_2);
        assert!(kolmogorov_smirnov(sample(&mut || stream.normal()), normal) < 1.95);
        let by_ziggurat = sample(&mut || stream.ziggurat_exponential(2.0));
        assert!(kolmogorov_smirnov(by_ziggurat, |x| 1.0 - (-x / 2.0).exp()) < 1.95);
        assert!(kolmogorov_smirnov(sample(&mut || stream.ziggurat_normal()), normal) < 1.95);
    }

    #[test]
    fn first_draws_of_neighbouring_streams_are_uniform_and_uncorrelated() {
        // The world draws a few numbers from each of very many streams: this is the direction that matters.
        for purpose in 0..4 {
            let first: Vec<f64> = (0..100_000).map(|entity| Stream::new(7, entity, purpose).uniform()).collect();
            let product: f64 = first.windows(2).map(|pair| (pair[0] - 0.5) * (pair[1] - 0.5)).sum();
            let correlation = product / first.len() as f64 * 12.0;
            assert!(correlation.abs() * (first.len() as f64).sqrt() < 3.9, "{correlation}");
            assert!(kolmogorov_smirnov(first, |x| x) < 1.95);
        }
    }

    #[test]
    fn a_chi_square_over_low_and_high_bits_finds_nothing() {
        for shift in [0, 56] {
            let mut counts = [0.0_f64; 256];
            let mut stream = Stream::new(11, 0, 0);
            for _ in 0..256_000 {
                counts[((stream.next_bits() >> shift) & 255) as usize] += 1.0;
            }
            let chi_square: f64 = counts.iter().map(|count| (count - 1000.0).powi(2) / 1000.0).sum();
            // 255 degrees of freedom: mean 255, 0.1 % point 330.5.
            assert!(chi_square < 330.5, "{chi_square}");
        }
    }

    #[test]
    fn neighbours_in_every_direction_are_independent() {
        // Pairs of draws over a grid of 16 by 16 cells: successive draws, neighbouring entities, purposes, seeds.
        type Pair = fn(u64) -> (Stream, Stream);
        let pairs: [(&str, Pair); 3] = [
            ("entities", |n| (Stream::new(1, n, 0), Stream::new(1, n + 1, 0))),
            ("purposes", |n| (Stream::new(1, 0, n), Stream::new(1, 0, n + 1))),
            ("seeds", |n| (Stream::new(n, 5, 0), Stream::new(n + 1, 5, 0))),
        ];
        let assert_independent = |name: &str, draw: &mut dyn FnMut(u64) -> (u64, u64)| {
            let mut counts = [0.0_f64; 256];
            for n in 0..256_000 {
                let (first, second) = draw(n);
                counts[(first >> 60 << 4 | second >> 60) as usize] += 1.0;
            }
            let chi_square: f64 = counts.iter().map(|count| (count - 1000.0).powi(2) / 1000.0).sum();
            // 255 degrees of freedom: mean 255, 0.1 % point 330.5.
            assert!(chi_square < 330.5, "{name}: {chi_square}");
        };
        for (name, streams) in pairs {
            assert_independent(name, &mut |n| {
                let (mut first, mut second) = streams(n);
                (first.next_bits(), second.next_bits())
            });
        }
        let mut one = Stream::new(2, 3, 4);
        assert_independent("successive draws", &mut |_| (one.next_bits(), one.next_bits()));
    }

    #[test]
    fn resuming_continues_where_the_stream_stopped() {
        let mut whole = Stream::new(5, 6, 7);
        let _ = (whole.next_bits(), whole.next_bits());
        assert_eq!(Stream::resume(5, 6, 7, 2).next_bits(), whole.next_bits());
    }

    #[test]
    fn poisson_has_its_mean_and_variance() {
        for mean in [0.3, 3.0, 40.0] {
            let mut stream = Stream::new(9, 9, 9);
            let draws: Vec<f64> = (0..50_000).map(|_| stream.poisson(mean) as f64).collect();
            let average = draws.iter().sum::<f64>() / draws.len() as f64;
            let variance = draws.iter().map(|x| (x - average).powi(2)).sum::<f64>() / draws.len() as f64;
            assert!((average - mean).abs() < 4.0 * (mean / 50_000.0).sqrt(), "{average} for {mean}");
            assert!((variance / mean - 1.0).abs() < 0.05, "{variance} for {mean}");
        }
    }

    #[test]
    fn below_stays_below_and_hits_every_value() {
        let mut stream = Stream::new(1, 1, 1);
        let mut seen = [false; 6];
        for _ in 0..1000 {
            seen[stream.below(6) as usize] = true;
        }
        assert!(seen.iter().all(|&hit| hit));
    }
}
