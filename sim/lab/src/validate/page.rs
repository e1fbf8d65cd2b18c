//! The page with the charts.

use super::judgement::{Pair, Verdict};
use super::plan::Kind;
use super::report::{COLUMNS, Compared, Count, cells, verdict};
use stranded_reports::charts::PairedCurve;
use stranded_reports::html::comparison::{Comparison, ComparisonFigure, ComparisonRow};

/// Seconds that a point of the curves over time averages: fewer are noise.
const SMOOTH_SECONDS: usize = 3;

/// The page of all points. `calibrated_seconds` is the mean service time of the calibration, if there was one, `reproduction` what made
/// the page.
pub(crate) fn page(
    title: &str,
    points: &[Compared],
    calibrated_seconds: Option<f64>,
    reproduction: Vec<(String, String)>,
) -> Comparison {
    let count = Count::of(points.iter().map(|compared| compared.judgement.verdict));
    let rows = points.iter().map(|compared| ComparisonRow {
        name: compared.point.title.clone(),
        cells: cells(compared),
        verdict: verdict(compared),
        class: match compared.judgement.verdict {
            Verdict::Agrees => "pass",
            Verdict::Differs => "fail",
            Verdict::Invalid | Verdict::Shown => "inconclusive",
        },
    });
    let rows = rows.collect();
    let mut sentences = vec![format!("{}.", count.sentence())];
    sentences.extend(self::sentences(points, calibrated_seconds));
    Comparison {
        title: title.to_owned(),
        subtitle: "The reference server and the simulator: the same people with the same luck met both.".to_owned(),
        sentences,
        columns: COLUMNS.map(str::to_owned).to_vec(),
        rows,
        figures: figures(points),
        reproduction,
    }
}

/// What is to be said of all points together.
pub(crate) fn sentences(points: &[Compared], calibrated_seconds: Option<f64>) -> Vec<String> {
    worst(points).into_iter().chain(drift(points, calibrated_seconds)).collect()
}

/// How the machine's speed changed between the calibration and the windows.
fn drift(points: &[Compared], calibrated_seconds: Option<f64>) -> Option<String> {
    let ratios = || points.iter().filter_map(|it| Some(it.service_seconds? / calibrated_seconds?));
    let (least, most) = (ratios().reduce(f64::min)?, ratios().reduce(f64::max)?);
    Some(format!(
        "The service took {least:.2} to {most:.2} times as long as in the calibration; each load is simulated with the service times of \
         its own window."
    ))
}

/// The largest differences among the loads that are judged.
fn worst(points: &[Compared]) -> Option<String> {
    let largest = |quantity: &str| {
        let judged = |pair: &&Pair| pair.quantity == quantity && pair.verdict != Verdict::Shown;
        let pairs = points.iter().filter(|compared| matches!(compared.point.kind, Kind::Load { .. }));
        let pairs = pairs.flat_map(|compared| compared.judgement.pairs.iter().filter(judged));
        pairs.filter_map(|pair| pair.difference).map(f64::abs).reduce(f64::max)
    };
    let text = |name: &str, quantity: &str| Some(format!("{name} {:.1} %", largest(quantity)? * 100.0));
    let parts: Vec<String> =
        [text("goodput", "goodput"), text("p50", "p50"), text("p99", "p99")].into_iter().flatten().collect();
    (!parts.is_empty()).then(|| format!("Largest difference over the loads: {}.", parts.join(", ")))
}

fn figures(points: &[Compared]) -> Vec<ComparisonFigure> {
    let loads: Vec<&Compared> =
        points.iter().filter(|compared| matches!(compared.point.kind, Kind::Load { .. })).collect();
    let cases = points.iter().filter(|compared| matches!(compared.point.kind, Kind::Case { .. }));
    let mut figures = Vec::new();
    if !loads.is_empty() {
        let panel = |quantity: &str, title: &str, scale: f64| {
            let value = |compared: &&Compared, of: fn(&Pair) -> Option<f64>| {
                let pair = compared.judgement.pairs.iter().find(|pair| pair.quantity == quantity)?;
                Some((compared.point.offered_per_second, of(pair)? * scale))
            };
            PairedCurve {
                title: title.to_owned(),
                x_title: "offered load (1/s)".to_owned(),
                measured: loads.iter().filter_map(|compared| value(compared, |pair| pair.measured)).collect(),
                simulated: loads.iter().filter_map(|compared| value(compared, |pair| pair.simulated)).collect(),
                has_dots: true,
            }
        };
        figures.push(ComparisonFigure {
            title: "Over the offered load".to_owned(),
            caption: "Answers in time per second, the latency of these answers, and the share of attempts that fail, at each \
                      offered load."
                .to_owned(),
            panels: vec![
                panel("goodput", "goodput (1/s)", 1.0),
                panel("error_share", "failed attempts (%)", 100.0),
                panel("p50", "median latency (ms)", 1e3),
                panel("p99", "99th percentile (ms)", 1e3),
            ],
        });
    }
    let panels: Vec<PairedCurve> = cases.map(over_time).collect();
    if !panels.is_empty() {
        figures.push(ComparisonFigure {
            title: "After a trigger".to_owned(),
            caption: format!(
                "Answers in time per second of each case, averaged over {SMOOTH_SECONDS} seconds, with the trigger and after it."
            ),
            panels,
        });
    }
    figures
}

fn over_time(compared: &Compared) -> PairedCurve {
    let series = |seconds: &[super::recovery::Second]| {
        let smooth = |(index, stretch): (usize, &[super::recovery::Second])| {
            let good: u64 = stretch.iter().map(|second| second.good).sum();
            (index as f64 + SMOOTH_SECONDS as f64 / 2.0, good as f64 / SMOOTH_SECONDS as f64)
        };
        seconds.windows(SMOOTH_SECONDS).enumerate().map(smooth).collect()
    };
    PairedCurve {
        title: compared.point.title.clone(),
        x_title: "seconds".to_owned(),
        measured: series(&compared.measured.seconds),
        simulated: series(&compared.simulated.seconds),
        has_dots: false,
    }
}
