//! What a process plays, from the scenario and the flags.

use crate::cli::Common;
use crate::failure::Failure;
use axum::http::Uri;
use axum::http::uri::Authority;
use std::io::IsTerminal as _;
use std::time::Duration;
use stranded_scenario::{Loader, Look, Scenario};

/// Where requests enter when `[arrivals]` does not say.
const ENTRY: &str = "operator";
/// Columns of what is printed about mistakes in a scenario.
const WIDTH: usize = 100;

/// Loads the scenario with the changes of the command line.
///
/// # Errors
/// With everything that is wrong.
pub(crate) fn load(common: &Common) -> Result<Scenario, Failure> {
    let loader = common.set.iter().fold(Loader::new(), |loader, assignment| loader.set(assignment.as_str()));
    loader.load::<Scenario>(&common.scenario).map(|scenario| scenario.value).map_err(|findings| {
        let look = Look { color: std::io::stderr().is_terminal(), unicode: true, width: WIDTH };
        let summary = match findings.len() {
            1 => "1 error".to_owned(),
            count => format!("{count} errors"),
        };
        let findings = findings.render(look).trim_end().to_owned();
        Failure::InvalidScenario { path: common.scenario.clone(), findings, summary }
    })
}

/// The service at which requests enter, or the one that `--service` names.
///
/// # Errors
/// There is none.
pub(crate) fn entry(common: &Common, scenario: &Scenario) -> Result<String, Failure> {
    if let Some(name) = &common.service {
        known(common, scenario, name, "`--service`")
    } else {
        let name = scenario.arrivals.as_ref().map_or(ENTRY, |arrivals| arrivals.service.as_str());
        known(common, scenario, name, "requests enter at")
    }
}

/// The service that the entry calls, or the one that `--service` names.
///
/// # Errors
/// There is none.
pub(crate) fn behind_entry(common: &Common, scenario: &Scenario) -> Result<String, Failure> {
    if let Some(name) = &common.service {
        return known(common, scenario, name, "`--service`");
    }
    let entry = entry(common, scenario)?;
    match &scenario.service[&entry].calls {
        Some(call) => known(common, scenario, &call.service, "it calls"),
        None => Err(Failure::Usage(format!(
            "service `{entry}` of `{}` calls nobody, so there is no vendor to play\nname the service with `--service`",
            common.scenario.display()
        ))),
    }
}

fn known(common: &Common, scenario: &Scenario, name: &str, why: &str) -> Result<String, Failure> {
    if scenario.service.contains_key(name) {
        return Ok(name.to_owned());
    }
    let known: Vec<&str> = scenario.service.keys().map(String::as_str).collect();
    let known = if known.is_empty() { "none".to_owned() } else { known.join(", ") };
    Err(Failure::Usage(format!(
        "{why} service `{name}`, which `{}` does not have; it has: {known}\nname one of them with `--service`",
        common.scenario.display()
    )))
}

/// Where the called service is.
///
/// # Errors
/// The flag is missing or holds something else.
pub(crate) fn vendor_address(common: &Common, scenario: &Scenario, name: &str) -> Result<Authority, Failure> {
    let Some(url) = &common.vendor else {
        let called = scenario.service[name].calls.as_ref().map_or("", |call| call.service.as_str());
        return Err(Failure::Usage(format!(
            "service `{name}` calls `{called}`, and nothing says where that is\n\
             start it with `reference-server vendor --scenario {}`, and give its address: `--vendor http://HOST:PORT`",
            common.scenario.display()
        )));
    };
    let wrong =
        |reason: &str| Failure::Usage(format!("`--vendor {url}`: {reason}; it should look as `http://127.0.0.1:7001`"));
    let uri: Uri = url.parse().map_err(|_| wrong("this is no address"))?;
    if uri.scheme_str() != Some("http") {
        return Err(wrong("only http is spoken here"));
    }
    if !matches!(uri.path(), "" | "/") {
        return Err(wrong("it must not have a path"));
    }
    uri.authority().cloned().ok_or_else(|| wrong("it names no host"))
}

/// A span of seconds that a flag holds.
///
/// # Errors
/// It is none.
pub(crate) fn seconds(flag: &str, value: f64) -> Result<Duration, Failure> {
    if value > 0.0 && value <= 86_400.0 {
        return Ok(Duration::from_secs_f64(value));
    }
    Err(Failure::Usage(format!("`{flag} {value}`: it must be more than 0 and at most 86400 seconds")))
}
