//! When the next request of a plain stream arrives.

use crate::sampler::span;
use stranded_engine::{Span, Time};
use stranded_scenario::section::{ArrivalProfile, Arrivals};

/// A Poisson process whose rate may vary with time.
///
/// It is drawn exactly, by inversion: the expected number of arrivals from one to the next is exponential with mean one (Çınlar,
/// "Introduction to Stochastic Processes", 1975, section 4.7). Thinning would be exact as well, but would take a varying count of
/// random numbers for one arrival.
#[derive(Clone, Debug)]
pub(crate) enum ArrivalProcess {
    Constant { mean_gap_seconds: f64 },
    Sinusoid { mean_gap_seconds: f64, amplitude: f64, period: Span, phase: Span },
    Piecewise { steps: Vec<Step>, period: Option<Span> },
}

/// A stretch of time with one rate.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Step {
    from: Span,
    rate_per_second: f64,
}

impl ArrivalProcess {
    pub(crate) fn new(section: &Arrivals) -> Self {
        let rate_per_second = section.rate.per_second();
        let mean_gap_seconds = 1.0 / rate_per_second;
        match &section.profile {
            None => Self::Constant { mean_gap_seconds },
            Some(ArrivalProfile::Sinusoid { amplitude, period, phase }) => Self::Sinusoid {
                mean_gap_seconds,
                amplitude: amplitude.value(),
                period: span(*period),
                phase: span(*phase),
            },
            Some(ArrivalProfile::Piecewise { steps, period }) => Self::Piecewise {
                steps: steps
                    .iter()
                    .map(|step| Step { from: span(step.from), rate_per_second: rate_per_second * step.factor.value() })
                    .collect(),
                period: period.map(span),
            },
        }
    }

    /// The arrival after one at `now`: when `expected` more arrivals are expected. [`Time::NEVER`] when the rate stays zero.
    pub(crate) fn next(&self, now: Time, expected: f64) -> Time {
        let seconds = match self {
            Self::Constant { mean_gap_seconds } => mean_gap_seconds * expected,
            Self::Sinusoid { mean_gap_seconds, amplitude, period, phase } => {
                // In whole nanoseconds, so that nothing is lost however long the run is.
                let into = (now + *phase).as_nanoseconds() % period.as_nanoseconds();
                let period_seconds = period.as_seconds();
                let angle = std::f64::consts::TAU * (into as f64 / period.as_nanoseconds() as f64);
                invert_wave(mean_gap_seconds * expected, *amplitude, angle, period_seconds)
            }
            Self::Piecewise { steps, period } => walk_steps(steps, *period, now, expected),
        };
        now + Span::from_seconds(seconds)
    }
}

/// The time `d` at which `d + a / w (cos(angle) - cos(angle + w d))` reaches `level`: Newton's method, kept within a bracket.
fn invert_wave(level: f64, amplitude: f64, angle: f64, period_seconds: f64) -> f64 {
    /// Bisection alone would gain a bit a step; Newton needs about five.
    const STEPS_MAX: u32 = 100;
    if !level.is_finite() {
        return f64::INFINITY;
    }
    let frequency = std::f64::consts::TAU / period_seconds;
    let swing = amplitude / frequency;
    let (start, mut low, mut high) = (libm::cos(angle), (level - 2.0 * swing).max(0.0), level + 2.0 * swing);
    let mut time = level.clamp(low, high);
    for _ in 0..STEPS_MAX {
        let miss = time + swing * (start - libm::cos(angle + frequency * time)) - level;
        if miss > 0.0 {
            high = time;
        } else {
            low = time;
        }
        let slope = 1.0 + amplitude * libm::sin(angle + frequency * time);
        let newton = time - miss / slope;
        let better = if newton > low && newton < high { newton } else { f64::midpoint(low, high) };
        // A tenth of a nanosecond is less than the clock can tell.
        if (better - time).abs() < 1e-10 {
            return better;
        }
        time = better;
    }
    time
}

/// The time until the steps have brought `expected` arrivals.
fn walk_steps(steps: &[Step], period: Option<Span>, now: Time, mut expected: f64) -> f64 {
    let now_nanoseconds = now.as_nanoseconds();
    let (mut at, mut waited) = match period {
        Some(period) => {
            let period_seconds = period.as_seconds();
            let of_a_period: f64 = (0..steps.len())
                .map(|index| steps[index].rate_per_second * step_end(steps, Some(period), index))
                .zip(steps)
                .map(|(until_end, step)| until_end - step.rate_per_second * step.from.as_seconds())
                .sum();
            if of_a_period <= 0.0 {
                return f64::INFINITY;
            }
            // Whole periods at once, so that a rate of next to nothing takes no longer than any other.
            let periods = (expected / of_a_period).floor();
            expected -= periods * of_a_period;
            let at = Span::from_nanoseconds(now_nanoseconds % period.as_nanoseconds()).as_seconds();
            (at, periods * period_seconds)
        }
        None => (now.as_seconds(), 0.0),
    };
    let mut index = steps.iter().rposition(|step| step.from.as_seconds() <= at).unwrap_or(0);
    loop {
        let end = step_end(steps, period, index);
        let (rate, left) = (steps[index].rate_per_second, (end - at).max(0.0));
        if rate > 0.0 && expected <= rate * left {
            return waited + expected / rate;
        }
        if !left.is_finite() {
            return f64::INFINITY;
        }
        expected -= rate * left;
        waited += left;
        at = end;
        index += 1;
        if index == steps.len() {
            (index, at) = (0, 0.0);
        }
    }
}

/// When a step ends, in seconds since the start (of the period).
fn step_end(steps: &[Step], period: Option<Span>, index: usize) -> f64 {
    match (steps.get(index + 1), period) {
        (Some(next), _) => next.from.as_seconds(),
        (None, Some(period)) => period.as_seconds(),
        (None, None) => f64::INFINITY,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn seconds(seconds: f64) -> Span {
        Span::from_seconds(seconds)
    }

    fn sinusoid(amplitude: f64) -> ArrivalProcess {
        ArrivalProcess::Sinusoid { mean_gap_seconds: 0.1, amplitude, period: seconds(24.0), phase: Span::ZERO }
    }

    /// Expected arrivals of that wave in the first `t` seconds.
    fn expected(amplitude: f64, t: f64) -> f64 {
        let w = std::f64::consts::TAU / 24.0;
        10.0 * (t + amplitude / w * (1.0 - libm::cos(w * t)))
    }

    #[test]
    fn the_inverse_of_a_wave_undoes_its_integral() {
        for amplitude in [0.0, 0.3, 0.8, 1.0] {
            for (from, until) in [(0.0, 0.01), (0.0, 6.0), (3.0, 17.9), (17.0, 19.0), (5.0, 500.0), (1e6, 1e6 + 7.0)] {
                let between = expected(amplitude, until) - expected(amplitude, from);
                let found = sinusoid(amplitude).next(Time::from_seconds(from), between).as_seconds();
                // At the bottom of a full wave the rate is zero, and the integral of a whole run holds nine digits.
                assert!((found - until).abs() < 1e-3, "{amplitude}: {from} to {until}, found {found}");
            }
        }
    }

    #[test]
    fn steps_are_walked_through_silence_and_over_periods() {
        let steps = vec![
            Step { from: Span::ZERO, rate_per_second: 2.0 },
            Step { from: seconds(10.0), rate_per_second: 0.0 },
            Step { from: seconds(20.0), rate_per_second: 1.0 },
        ];
        let once = ArrivalProcess::Piecewise { steps: steps.clone(), period: None };
        let at = |process: &ArrivalProcess, now: f64, expected: f64| {
            process.next(Time::from_seconds(now), expected).as_seconds()
        };
        assert!((at(&once, 4.0, 2.0) - 5.0).abs() < 1e-9);
        assert!((at(&once, 9.0, 3.0) - 21.0).abs() < 1e-9);
        assert!((at(&once, 15.0, 100.0) - 120.0).abs() < 1e-9);
        // 20 expected in a period of 30 s, and 10 in its last 10 s.
        let again = ArrivalProcess::Piecewise { steps, period: Some(seconds(30.0)) };
        assert!((at(&again, 29.0, 3.0) - 31.0).abs() < 1e-9);
        assert!((at(&again, 0.0, 30.0 * 5.0 + 2.0) - 151.0).abs() < 1e-6);
        let silent = vec![Step { from: Span::ZERO, rate_per_second: 0.0 }];
        assert_eq!(
            ArrivalProcess::Piecewise { steps: silent, period: Some(seconds(1.0)) }.next(Time::ZERO, 1.0),
            Time::NEVER
        );
    }
}
