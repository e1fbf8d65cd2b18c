//! How much of a run's start to leave out.

/// Observations averaged before the rule looks at them.
const BATCH: usize = 5;

/// Fewest batches of five in which anything can be seen.
const BATCHES_MIN: usize = 10;

/// Of the batches, what a cut must leave at least: one in so many, and never fewer than five. Few values may lie close together by
/// luck, and then the rule would cut there.
const SHARE_LEFT_MIN: usize = 4;

/// What MSER-5 says of a series.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Truncation {
    /// Leave out this many observations at the start, a multiple of five; none, when the run begins as it goes on.
    After(usize),
    /// The best cut lies in the second half: the series has not settled, or is too short to show that it has.
    NotSettled,
    /// Fewer than 50 observations: too few to tell.
    TooShort,
}

/// Where the initial transient of a run ends, by MSER-5: the marginal standard error rule on means of five observations.
///
/// It cuts where the standard error of what remains is smallest: after d batches of n, at the least value of
/// `sum((z - mean)^2) / (n - d)^2` over the batches z that remain. Leaving out a transient makes the sum smaller, leaving out more
/// than that makes the divisor smaller.
///
/// White, "An effective truncation heuristic for bias reduction in simulation output", *Simulation* 69, 1997; White, Cobb and
/// Spratt, "A comparison of five steady-state truncation heuristics for simulation", *Winter Simulation Conference* 2000. A cut in the second
/// half, and one just before the end, are not believed: Hoad, Robinson and Davies, "Automating warm-up length estimation", *Journal of
/// the Operational Research Society* 61, 2010, who also average the series of some replications first.
pub(crate) fn mser5(series: &[f64]) -> Truncation {
    let batches: Vec<f64> = series.chunks_exact(BATCH).map(|batch| batch.iter().sum::<f64>() / BATCH as f64).collect();
    let count = batches.len();
    if count < BATCHES_MIN {
        return Truncation::TooShort;
    }
    let left_min = (count / SHARE_LEFT_MIN).max(5);
    // Welford's way, from the end to the start: a series that ends constant has a spread of exactly zero there.
    let (mut mean, mut squares) = (0.0, 0.0);
    let mut best = (f64::INFINITY, 0);
    for (left, cut) in (1..=count).zip((0..count).rev()) {
        let deviation = batches[cut] - mean;
        mean += deviation / left as f64;
        squares += deviation * (batches[cut] - mean);
        if left < left_min {
            continue;
        }
        let error = squares / (left * left) as f64;
        // Of equal errors the earliest cut leaves the most.
        if error <= best.0 {
            best = (error, cut);
        }
    }
    if best.1 > count / 2 { Truncation::NotSettled } else { Truncation::After(best.1 * BATCH) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::statistics::tests::autoregressive;

    /// The rule as it is written in the papers, in quadratic time.
    fn by_the_book(series: &[f64]) -> usize {
        let batches: Vec<f64> = series.chunks_exact(5).map(|batch| batch.iter().sum::<f64>() / 5.0).collect();
        let error = |cut: usize| {
            let left = &batches[cut..];
            let mean = left.iter().sum::<f64>() / left.len() as f64;
            left.iter().map(|value| (value - mean).powi(2)).sum::<f64>() / (left.len() as f64).powi(2)
        };
        (0..=batches.len() * 3 / 4).min_by(|&one, &other| error(one).total_cmp(&error(other))).unwrap() * 5
    }

    /// A queue that begins empty: a level of 10 that is approached from 0 with this time constant, and noise that remembers.
    fn filling(seed: u64, time_constant: f64, length: usize) -> Vec<f64> {
        let noise = autoregressive(seed, 0.5, length);
        let level = |index: usize| 10.0 * (1.0 - (-(index as f64) / time_constant).exp());
        noise.iter().enumerate().map(|(index, noise)| level(index) + 0.3 * noise).collect()
    }

    #[test]
    fn an_initial_transient_is_cut_off_and_little_else() {
        // After 100 observations 0.8 of the transient's 10 are left, after 135 no more than the noise has, after 400 nothing.
        for seed in 0..50 {
            let Truncation::After(cut) = mser5(&filling(seed, 40.0, 2_000)) else { panic!("seed {seed} has settled") };
            assert!((100..=400).contains(&cut), "seed {seed}: {cut}");
        }
    }

    #[test]
    fn what_is_left_has_lost_its_bias() {
        let series = filling(1, 40.0, 2_000);
        let Truncation::After(cut) = mser5(&series) else { panic!("it has settled") };
        let mean = |values: &[f64]| values.iter().sum::<f64>() / values.len() as f64;
        // The transient of 40 observations of 10 takes 400 / 2000 off the mean.
        assert!((mean(&series) - 9.8).abs() < 0.05, "{}", mean(&series));
        assert!((mean(&series[cut..]) - 10.0).abs() < 0.05, "{}", mean(&series[cut..]));
    }

    #[test]
    fn a_series_that_begins_as_it_goes_on_keeps_nearly_all() {
        let cuts: Vec<usize> = (0..50)
            .map(|seed| match mser5(&autoregressive(seed, 0.0, 2_000)) {
                Truncation::After(cut) => cut,
                other => panic!("seed {seed}: {other:?}"),
            })
            .collect();
        assert!(cuts.iter().sum::<usize>() / cuts.len() < 100, "{cuts:?}");
        assert_eq!(mser5(&[3.0; 100]), Truncation::After(0));
        let full: Vec<f64> = (0..500).map(|index| if index < 30 { 0.1 * f64::from(index) } else { 3.3 }).collect();
        assert_eq!(mser5(&full), Truncation::After(30), "no rounding error decides where it is cut");
    }

    #[test]
    fn a_series_that_still_rises_has_not_settled() {
        let rising: Vec<f64> = (0..500).map(f64::from).collect();
        assert_eq!(mser5(&rising), Truncation::NotSettled);
        assert_eq!(mser5(&filling(1, 500.0, 1_000)), Truncation::NotSettled);
    }

    #[test]
    fn too_little_to_tell_is_said_so() {
        assert_eq!(mser5(&[1.0; 49]), Truncation::TooShort);
        assert_eq!(mser5(&[1.0; 50]), Truncation::After(0));
        assert_eq!(mser5(&[]), Truncation::TooShort);
    }

    #[test]
    fn one_pass_finds_what_the_papers_formula_finds() {
        for seed in 0..30 {
            let series = filling(seed, 25.0, 400);
            assert_eq!(mser5(&series), Truncation::After(by_the_book(&series)), "seed {seed}");
        }
    }
}
