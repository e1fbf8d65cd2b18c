//! From a path and the user's assignments to a scenario that can be run.

use crate::failure::Failure;
use std::path::Path;
use stranded_model::metric;
use stranded_scenario::section::MetricNames;
use stranded_scenario::{Code, Diagnostics, Loaded, Loader, Look, Scenario};

/// Columns of a standard error that is no terminal.
const WIDTH_WITHOUT_TERMINAL: usize = 100;
/// Columns beyond which lines of text are hard to read.
const WIDTH_MAX: usize = 120;

/// Where a scenario says what decides when to stop repeating it.
const STOPPING: &str = "run.replications.metric";

/// Changes of a scenario on the command line.
#[derive(Clone, Debug, Default, clap::Args)]
pub(crate) struct Assignments {
    /// Change a value of the scenario: a dotted path, `=`, a value. Can be repeated; later ones win.
    ///
    /// Items of lists go by their names. Units need no quotes:
    /// `--set app.timeout='5 s' --set arm.offline-key.enabled=false`
    #[arg(long = "set", value_name = "PATH=VALUE")]
    set: Vec<String>,
}

impl Assignments {
    /// A loader that makes these changes.
    pub(crate) fn loader(&self) -> Loader {
        self.set.iter().fold(Loader::new(), |loader, assignment| loader.set(assignment.as_str()))
    }

    /// Whether there are none.
    pub(crate) fn is_empty(&self) -> bool {
        self.set.is_empty()
    }

    /// The flags that make these changes, for a command line to copy.
    pub(crate) fn flags(&self) -> impl Iterator<Item = String> {
        self.set.iter().map(|assignment| format!("--set '{assignment}'"))
    }
}

/// Loads a scenario and checks what only this program knows: the names of metrics.
///
/// # Errors
/// [`Failure::InvalidScenario`] with everything that is wrong.
pub(crate) fn load(path: &Path, loader: &Loader) -> Result<Loaded<Scenario>, Failure> {
    let scenario = loader.load::<Scenario>(path).map_err(|findings| invalid(path, &findings))?;
    scenario.check(check_metrics).map_err(|findings| invalid(path, &findings))?;
    Ok(scenario)
}

/// A scenario that cannot be run, with everything that is wrong with it.
pub(crate) fn invalid(path: &Path, findings: &Diagnostics) -> Failure {
    let look = Look { color: colored(), unicode: true, width: width() };
    let count = match findings.len() {
        1 => "1 error".to_owned(),
        count => format!("{count} errors"),
    };
    let code = findings.iter().next().map_or("S010", |finding| finding.code().as_str());
    Failure::InvalidScenario {
        findings: findings.render(look).trim_end().to_owned(),
        summary: format!("`{}` cannot be run: {count}; `stranded explain {code}` tells more", path.display()),
    }
}

fn check_metrics(scenario: &Scenario, report: &mut stranded_scenario::Reporter<'_>) {
    let metrics = known_metrics(scenario);
    crate::sweep::check(scenario, &metrics.iter().map(String::as_str).collect::<Vec<_>>(), report);
    let quote = stranded_scenario::document::quote_key;
    crate::gate::plan::check(scenario, report);
    for target in &scenario.target {
        check_metric(scenario, report, &format!("target.{}.metric", quote(&target.name)), &target.metric);
    }
    for oracle in &scenario.oracle {
        // An oracle may look at thresholds of its own.
        let has_own = oracle.set.keys().any(|path| path.starts_with("measure.queue"));
        if !has_own || metric::find(&oracle.metric).is_none() {
            check_metric(scenario, report, &format!("oracle.{}.metric", quote(&oracle.name)), &oracle.metric);
        }
    }
    let (stopping, is_list) = match &scenario.run.replications.metric {
        None => return,
        Some(metrics) => (metrics.names(), matches!(metrics, MetricNames::Several(_))),
    };
    for (index, name) in stopping.iter().enumerate() {
        let path = if is_list { format!("{STOPPING}.{index}") } else { STOPPING.to_owned() };
        if check_metric(scenario, report, &path, name) {
            check_measured(scenario, &path, name, report);
        }
    }
}

/// The names of everything that a run of the scenario may measure.
pub(crate) fn known_metrics(scenario: &Scenario) -> Vec<String> {
    let plain = metric::CATALOGUE.iter().filter(|metric| !metric.is_family()).map(|metric| metric.name.to_owned());
    plain.chain(metric::names_measured(&scenario.measure.queue)).collect()
}

/// A metric must be in the catalogue; one with a parameter in brackets must be measured for that parameter. Reports what is not,
/// and says whether all is well.
fn check_metric(scenario: &Scenario, report: &mut stranded_scenario::Reporter<'_>, path: &str, name: &str) -> bool {
    let known = known_metrics(scenario);
    if known.iter().any(|known| known == name) {
        return true;
    }
    let lacks_threshold = name.strip_prefix("queue.").and_then(|rest| rest.strip_suffix(']')?.split_once('['));
    let spelt = lacks_threshold.and_then(|(list, value)| {
        // Two spellings of one length of time: the metric has the shorter one in its name.
        let canonical = format!("queue.{list}[{}]", value.parse::<stranded_scenario::Duration>().ok()?);
        known.iter().find(|known| **known == canonical)
    });
    let help = if let Some(spelt) = spelt {
        format!("it is called `{spelt}`: a length of time has its shortest spelling in the name of a metric")
    } else if let Some((list, value)) = lacks_threshold.filter(|_| metric::find(name).is_some()) {
        let value = if value.parse::<u64>().is_ok() { value.to_owned() } else { format!("\"{value}\"") };
        format!("measure it: `[measure.queue]` with `{list} = [{value}]`, written the same way in both places")
    } else {
        let near = known.iter().min_by_key(|known| strsim::damerau_levenshtein(known, name));
        let near = near.map(|near| format!("did you mean `{near}`? ")).unwrap_or_default();
        format!("{near}`stranded explain metrics` lists them all")
    };
    report.error(path, Code::UNKNOWN_METRIC, format!("there is no metric `{name}`"), help);
    false
}

/// Reports a metric that could never decide anything: absent in every replication, or zero in every one.
fn check_measured(scenario: &Scenario, path: &str, name: &str, report: &mut stranded_scenario::Reporter<'_>) {
    let missing = if scenario.arrivals.is_none() && name.starts_with("queue.") {
        "[arrivals]"
    } else if scenario.fleet.is_none() && name.starts_with("stranded_") {
        "[fleet]"
    } else {
        return;
    };
    report.error(
        path,
        Code::UNKNOWN_METRIC,
        format!("`{name}` is not measured: the scenario has no {missing}"),
        "choose a metric that the scenario has, or leave `metric` away",
    );
}

fn colored() -> bool {
    anstream::AutoStream::choice(&std::io::stderr()) != anstream::ColorChoice::Never
}

fn width() -> usize {
    let terminal = terminal_size::terminal_size_of(std::io::stderr());
    terminal.map_or(WIDTH_WITHOUT_TERMINAL, |(width, _)| usize::from(width.0)).min(WIDTH_MAX)
}
