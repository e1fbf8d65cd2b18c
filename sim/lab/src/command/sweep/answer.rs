//! What a sweep says in the terminal.

use crate::failure::Failure;
use crate::sweep::Folder;
use crate::terminal::number::{interval, percent, rounded, thousands};
use crate::terminal::table::{Row, plain};
use crate::terminal::{Screen, screen};
use stranded_reports::estimate::Estimate;
use stranded_reports::folder::{REPORT_FILE, SUMMARY_FILE};
use stranded_reports::sweep::{PointSummary, SweepSummary};

/// Points that are shown besides the best.
const CONTENDERS_SHOWN: usize = 9;

/// Prints what a sweep found out.
pub(super) fn found(summary: &SweepSummary, folder: &Folder, screen: Screen) -> Result<(), Failure> {
    if screen.json {
        let json = serde_json::to_string_pretty(summary).map_err(|error| Failure::Output(error.into()))?;
        screen::data(&format!("{json}\n"))?;
    }
    if !summary.scenario.title.is_empty() {
        screen.heading(&summary.scenario.title)?;
    }
    screen.say(&format!(
        "{} points ({}), {} replications, seed {}",
        thousands(f64::from(summary.points)),
        summary.design,
        thousands(summary.replications as f64),
        summary.seed,
    ))?;
    // The scenario without any of its factors is no advice.
    let is_choice = summary.attribution.is_empty();
    if let Some(best) = summary.best.as_ref().filter(|_| is_choice) {
        let word = if summary.more_is_better { "largest" } else { "smallest" };
        screen.heading(&format!("Where `{}` is {word}", summary.objective))?;
        screen.say(&points(summary, best))?;
        let count = summary.contenders.len();
        if count == 0 {
            screen.say("Every other point is worse by more than luck.")?;
        } else {
            let more =
                if count > CONTENDERS_SHOWN { format!(" ({CONTENDERS_SHOWN} are shown)") } else { String::new() };
            screen.say(&format!(
                "{count} other points may be as good{more}: their difference to the best is within what luck can do. More replications tell."
            ))?;
        }
    }
    sensitivity(summary, screen)?;
    summary.warnings.iter().for_each(|warning| screen::warning(warning));
    screen.say(&format!("\nReport:  {}\nResults: {}", folder.path.join(REPORT_FILE).display(), folder.path.display()))
}

/// Prints what the parameters do to the objective.
fn sensitivity(summary: &SweepSummary, screen: Screen) -> Result<(), Failure> {
    let estimate = |estimate: &Estimate| [rounded(estimate.mean()), interval(estimate, rounded)];
    let row = |name: &str, estimates: &[&Estimate]| Row {
        words: vec![name.to_owned()],
        numbers: estimates.iter().flat_map(|it| estimate(it)).collect(),
        last: String::new(),
    };
    let range = "95 % interval";
    if !summary.effects.is_empty() {
        screen.heading(&format!("What each parameter does to `{}`, on average over the others", summary.objective))?;
        let rows = summary.effects.iter().map(|effect| {
            let level = |level: usize| effect.levels[level].value.clone();
            let mut row = row(&effect.parameter, &[&effect.swing]);
            row.words.extend([level(effect.lowest), level(effect.highest)]);
            row
        });
        screen.say(&plain(&["parameter", "lowest at", "highest at"], &["swing", range], "", rows.collect()))?;
    }
    if !summary.indices.is_empty() {
        screen.heading(&format!("Share of the variance of `{}` (Sobol indices)", summary.objective))?;
        let rows = summary.indices.iter().map(|index| row(&index.parameter, &[&index.first, &index.total]));
        screen.say(&plain(&["parameter"], &["first", range, "total", range], "", rows.collect()))?;
    }
    if !summary.attribution.is_empty() {
        screen.heading(&format!("What each factor adds to `{}` (Shapley values)", summary.objective))?;
        let rows = summary.attribution.iter().map(|blame| {
            let mut row = row(&blame.factor, &[&blame.shapley, &blame.switched_off]);
            row.last = blame.share.map(percent).unwrap_or_default();
            row
        });
        let numbers = ["adds", range, "less when it alone is off", range];
        screen.say(&plain(&["factor"], &numbers, "share", rows.collect()))?;
    }
    Ok(())
}

/// Prints once more what a complete folder holds.
pub(super) fn again(folder: &Folder, screen: Screen) -> Result<(), Failure> {
    let path = folder.path.join(SUMMARY_FILE);
    let text =
        std::fs::read(&path).map_err(Failure::file("read the file", &path, "run the sweep again with `--fresh`"))?;
    let summary = serde_json::from_slice(&text)
        .map_err(|error| Failure::Damaged { path, reason: format!("{error}\nrun the sweep again with `--fresh`") })?;
    found(&summary, folder, screen)
}

/// The best point and those that may be as good.
fn points(summary: &SweepSummary, best: &PointSummary) -> String {
    let parameters: Vec<&str> = summary.parameters.iter().map(|parameter| parameter.name.as_str()).collect();
    let rows = std::iter::once(best).chain(summary.contenders.iter().take(CONTENDERS_SHOWN)).map(|point| {
        let mut words = vec![point.point.to_string()];
        words.extend(point.values.iter().map(|value| value.clone().unwrap_or_else(|| "as it is".to_owned())));
        let objective = point.objective;
        Row {
            words,
            numbers: vec![
                objective.map_or_else(|| "-".to_owned(), |objective| rounded(objective.mean())),
                objective.map_or_else(|| "-".to_owned(), |objective| interval(&objective, rounded)),
                point.replications.to_string(),
            ],
            last: point.difference_to_best.map_or_else(
                || "best".to_owned(),
                |difference| format!("{} ({})", rounded(difference.mean()), interval(&difference, rounded)),
            ),
        }
    });
    let words: Vec<&str> = std::iter::once("point").chain(parameters).collect();
    plain(&words, &[&summary.objective, "95 % interval", "replications"], "difference to the best", rows.collect())
}
