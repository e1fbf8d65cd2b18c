//! How far measurement and simulation lie apart, and whether that is near enough.

use super::figures::Figures;
use super::plan::{Kind, Point};
use stranded_scenario::section::Tolerance;

/// With fewer answers the 99th percentile is the accident of a few.
const ANSWERS_MIN: f64 = 200.0;
/// Goodput below this share of what is offered is nothing on both sides.
const NOTHING: f64 = 0.01;

/// Whether something agrees.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Verdict {
    /// Within the tolerance.
    Agrees,
    /// Outside of it.
    Differs,
    /// The measurement cannot be believed: the generator was the limit, twice.
    Invalid,
    /// Shown, and not judged.
    Shown,
}

impl Verdict {
    /// The word for people and programs.
    pub(crate) const fn label(self) -> &'static str {
        match self {
            Self::Agrees => "agrees",
            Self::Differs => "differs",
            Self::Invalid => "invalid",
            Self::Shown => "not judged",
        }
    }
}

/// A number of both sides.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Pair {
    /// `goodput`, `p50`, `p99`, `error_share`, `recovery`.
    pub(crate) quantity: &'static str,
    pub(crate) measured: Option<f64>,
    pub(crate) simulated: Option<f64>,
    /// Measured less simulated: as a share of the simulated value; of an error share, the plain difference.
    pub(crate) difference: Option<f64>,
    /// How large it may be.
    pub(crate) tolerance: f64,
    pub(crate) verdict: Verdict,
}

/// A point with what both sides say.
#[derive(Clone, Debug)]
pub(crate) struct Judgement {
    pub(crate) pairs: Vec<Pair>,
    /// Whether goodput stays down after the trigger, measured and simulated; only of cases.
    pub(crate) stays_down: Option<(bool, bool)>,
    pub(crate) verdict: Verdict,
}

/// Judges a point. `is_valid`: the generator kept up. `down_below`: the share of what is wanted below which goodput is down.
pub(crate) fn judge(
    point: &Point,
    measured: &Figures,
    simulated: &Figures,
    is_valid: bool,
    tolerance: &Tolerance,
    down_below: f64,
) -> Judgement {
    let is_load = matches!(point.kind, Kind::Load { is_judged: true, .. });
    let is_case = matches!(point.kind, Kind::Case { .. });
    let enough = measured.answers.min(simulated.answers) >= ANSWERS_MIN;
    let nothing = NOTHING * point.offered_per_second;
    let stays_down = is_case.then(|| (measured.stays_down(down_below), simulated.stays_down(down_below)));
    let recovers = stays_down == Some((false, false));
    let pairs = vec![
        relative(
            "goodput",
            (Some(measured.goodput_per_second), Some(simulated.goodput_per_second)),
            tolerance.goodput.value(),
            nothing,
            is_load,
        ),
        relative("p50", (measured.p50_seconds, simulated.p50_seconds), tolerance.p50.value(), 0.0, is_load && enough),
        relative("p99", (measured.p99_seconds, simulated.p99_seconds), tolerance.p99.value(), 0.0, is_load && enough),
        errors(measured, simulated, tolerance.error_share.value(), is_load),
        relative(
            "recovery",
            (measured.recovery_seconds, simulated.recovery_seconds),
            tolerance.recovery.value(),
            tolerance.recovery_within.as_seconds(),
            recovers,
        ),
    ];
    let same_fate = stays_down.is_none_or(|(measured, simulated)| measured == simulated);
    let judged = is_load || is_case;
    let verdict = if !judged {
        Verdict::Shown
    } else if !is_valid {
        Verdict::Invalid
    } else if same_fate && pairs.iter().all(|pair| pair.verdict != Verdict::Differs) {
        Verdict::Agrees
    } else {
        Verdict::Differs
    };
    Judgement { pairs, stays_down, verdict }
}

/// Compares by the share of the simulated value; a plain difference up to `within` agrees in any case.
fn relative(
    quantity: &'static str,
    (measured, simulated): (Option<f64>, Option<f64>),
    tolerance: f64,
    within: f64,
    is_judged: bool,
) -> Pair {
    let plain = measured.zip(simulated).map(|(measured, simulated)| measured - simulated);
    let share = plain.zip(simulated).filter(|(_, simulated)| *simulated > 0.0);
    let difference = share.map(|(plain, simulated)| plain / simulated);
    let agrees = match plain {
        Some(plain) => plain.abs() <= within || difference.is_some_and(|share| share.abs() <= tolerance),
        None => measured.is_none() && simulated.is_none(),
    };
    Pair { quantity, measured, simulated, difference, tolerance, verdict: verdict(agrees, is_judged) }
}

fn errors(measured: &Figures, simulated: &Figures, tolerance: f64, is_judged: bool) -> Pair {
    let difference = measured.error_share - simulated.error_share;
    Pair {
        quantity: "error_share",
        measured: Some(measured.error_share),
        simulated: Some(simulated.error_share),
        difference: Some(difference),
        tolerance,
        verdict: verdict(difference.abs() <= tolerance, is_judged),
    }
}

const fn verdict(agrees: bool, is_judged: bool) -> Verdict {
    match (is_judged, agrees) {
        (false, _) => Verdict::Shown,
        (true, true) => Verdict::Agrees,
        (true, false) => Verdict::Differs,
    }
}

#[cfg(test)]
mod tests {
    use super::super::plan::{plan, tests as plans};
    use super::*;
    use std::path::Path;

    fn point(name: &str) -> Point {
        plan(Path::new("validate.toml"), &plans::loaded(plans::TEXT), Some(name)).unwrap().remove(0)
    }

    fn figures(goodput: f64, p99: f64) -> Figures {
        Figures {
            goodput_per_second: goodput,
            p50_seconds: Some(0.030),
            p99_seconds: Some(p99),
            error_share: 0.0,
            answered_share: 1.0,
            recovery_seconds: None,
            answers: 1_000.0,
            seconds: Vec::new(),
        }
    }

    fn judged(point: &Point, measured: &Figures, simulated: &Figures) -> Judgement {
        judge(point, measured, simulated, true, &Tolerance::default(), 0.5)
    }

    #[test]
    fn a_load_agrees_within_its_tolerances_and_not_beyond() {
        let load = point("load-0.50x");
        let simulated = figures(50.0, 0.200);
        assert_eq!(judged(&load, &figures(52.0, 0.225), &simulated).verdict, Verdict::Agrees);
        let late = judged(&load, &figures(50.0, 0.231), &simulated);
        assert_eq!(late.verdict, Verdict::Differs);
        let p99 = late.pairs.iter().find(|pair| pair.quantity == "p99").unwrap();
        assert!((p99.difference.unwrap() - 0.155).abs() < 1e-9 && p99.verdict == Verdict::Differs);
        assert_eq!(judged(&load, &figures(47.0, 0.2), &simulated).verdict, Verdict::Differs);
        let failing = Figures { error_share: 0.06, ..figures(50.0, 0.2) };
        assert_eq!(judged(&load, &failing, &simulated).verdict, Verdict::Differs);
    }

    #[test]
    fn loads_beyond_the_limit_are_shown_and_few_answers_have_no_percentile() {
        let simulated = figures(100.0, 0.5);
        assert_eq!(judged(&point("load-2.00x"), &figures(10.0, 0.1), &simulated).verdict, Verdict::Shown);
        let few = Figures { answers: 150.0, ..figures(50.0, 0.9) };
        assert_eq!(judged(&point("load-0.50x"), &few, &figures(50.0, 0.2)).verdict, Verdict::Agrees);
    }

    #[test]
    fn a_case_is_judged_by_its_fate_and_its_recovery_alone() {
        let case = point("case-baseline");
        let recovered = |seconds| Figures { recovery_seconds: Some(seconds), ..figures(80.0, 0.1) };
        let down = Figures { answered_share: 0.0, ..figures(0.0, 0.9) };
        assert_eq!(judged(&case, &recovered(11.9), &recovered(10.0)).verdict, Verdict::Agrees);
        assert_eq!(judged(&case, &recovered(12.1), &recovered(10.0)).verdict, Verdict::Differs);
        assert_eq!(
            judged(&case, &recovered(0.0), &recovered(1.0)).verdict,
            Verdict::Agrees,
            "a second is no difference"
        );
        assert_eq!(judged(&case, &down, &recovered(10.0)).verdict, Verdict::Differs);
        let both_down = judged(&case, &down, &Figures { p99_seconds: None, ..down.clone() });
        assert_eq!((both_down.verdict, both_down.stays_down), (Verdict::Agrees, Some((true, true))));
    }

    #[test]
    fn what_the_generator_spoilt_is_invalid_even_when_it_agrees() {
        let (load, same) = (point("load-0.50x"), figures(50.0, 0.2));
        assert_eq!(judge(&load, &same, &same, false, &Tolerance::default(), 0.5).verdict, Verdict::Invalid);
    }

    #[test]
    fn goodput_of_nothing_agrees_with_nothing() {
        let load = point("load-0.50x");
        let (none, little) = (figures(0.0, 0.2), figures(0.4, 0.2));
        assert_eq!(judged(&load, &little, &none).verdict, Verdict::Agrees);
        assert_eq!(judged(&load, &figures(2.0, 0.2), &none).verdict, Verdict::Differs);
    }
}
