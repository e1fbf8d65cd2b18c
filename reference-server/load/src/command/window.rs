//! `surge window`

use crate::admin::Admin;
use crate::bench::{Bench, Played, Show};
use crate::cli::WindowArguments;
use crate::failure::Failure;
use crate::folder;
use crate::generator::Verdict;
use crate::interruption::Interruption;
use crate::plain::{PlainClients, plain_people};
use crate::plain_ask::PlainAsk;
use crate::report;
use crate::result::{Document, Window};
use crate::samples::Samples;
use crate::screen::{note, say};
use crate::source;
use std::sync::Arc;
use stranded_model::schedule::PlainSchedule;
use stranded_scenario::Scenario;

/// Plays the plain arrivals of a scenario once.
///
/// # Errors
/// Those of loading, of the server and of the driver; [`Failure::Inconclusive`] when the driver was the bottleneck.
pub fn run(arguments: &WindowArguments) -> Result<(), Failure> {
    let common = &arguments.common;
    let loaded = source::load(common)?;
    let scenario = &loaded.value;
    let admin = Admin::new(&common.admin)?;
    let faults = admin.faults(scenario)?;
    let lacks =
        "has no schedule of plain requests: give it `[arrivals]` without `finite_source`, or use `surge replay`";
    if PlainSchedule::new(scenario, arguments.replication).is_none() {
        return Err(source::unfit(&common.scenario, lacks));
    }
    let interruption = Interruption::watch()?;
    let users = common.users.map(|users| users as usize);
    let bench = Bench::new(&common.target, admin, &common.processes, users, interruption, common.quiet)?;
    let folder = common.out.as_deref().map(folder::create).transpose()?;
    let runtime = folder::runtime()?;
    let ask = Arc::new(runtime.block_on(PlainAsk::prepare(scenario, &bench.target))?);
    let people = plain_people(scenario, arguments.replication, &PlainClients::new(scenario, ask)).unwrap_or_default();
    let show = Show {
        name: "window".to_owned(),
        people,
        timeout: source::system(scenario.app.timeout),
        tries: tries(scenario),
        measured: (
            source::since_start(scenario, scenario.measured_from()),
            source::since_start(scenario, scenario.measured_until()),
        ),
        objective: source::system(source::objective(scenario).latency),
        end: source::since_start(scenario, scenario.calendar.end),
        faults,
        replication: arguments.replication,
        report: folder.as_ref().map(|folder| folder.join(folder::GOOSE_REPORT)),
    };
    let played = runtime.block_on(bench.play(show))?;
    played.complaints.iter().for_each(|complaint| note(&format!("warning: {complaint}")));

    let origin = source::origin(&loaded);
    let document = Document::new("surge-window", origin.clone(), &played.window);
    if let Some(folder) = &folder {
        let mut samples = Samples::of(scenario);
        samples.add(&played.window, &played.record.service_seconds);
        folder::write(folder, "window.json", &document.text())?;
        folder::write(folder, "samples.json", &Document::new("server-samples", origin.clone(), &samples).text())?;
        let page = report::window("A window of load", &origin, &played.window, &played.complaints)?;
        folder::write(folder, "report.html", &page)?;
        played.write_log(folder)?;
    }
    if common.json {
        say(&document.text())?;
    } else {
        say(&words(&played.window))?;
    }
    conclude(&played)
}

/// Tries that an intent of the scenario may have at a time-out each.
pub fn tries(scenario: &Scenario) -> u32 {
    let taps = 1.0 / (1.0 - scenario.renter.persistence.value()).max(0.01);
    scenario.app.retry.attempts.saturating_mul(taps.ceil() as u32)
}

/// The result in words.
pub fn words(window: &Window) -> String {
    let latency = &window.latency_ms;
    let mut text = format!(
        "{:.1} requests a second offered for {:.0} s: {:.1} answered in time a second, {:.2} % of {} attempts failed ({} refused, {} timed out)\n\
         latency from the intended instant: mean {:.1} ms, p50 {:.1}, p90 {:.1}, p99 {:.1}, p99.9 {:.1}, max {:.1}\n",
        window.offered_per_second,
        window.measured_seconds,
        window.goodput_per_second,
        window.error_share * 100.0,
        window.attempts,
        window.refused,
        window.timed_out,
        latency.mean,
        latency.p50,
        latency.p90,
        latency.p99,
        latency.p999,
        latency.max,
    );
    text.push_str(&generator_words(window));
    text
}

/// What the driver says about itself.
pub fn generator_words(window: &Window) -> String {
    let generator = &window.generator;
    let percent =
        |share: Option<f64>| share.map_or_else(|| "unknown".to_owned(), |share| format!("{:.0} %", share * 100.0));
    let use_of_processors = format!(
        "processors: {} this driver, {} the servers, {} others",
        percent(generator.cpu_share),
        percent(generator.server_cpu_share),
        percent(generator.neighbour_cpu_share)
    );
    let verdict = match generator.verdict {
        Verdict::KeptUp => "the driver kept up",
        Verdict::GeneratorLimited => "the driver was the bottleneck: nothing is known of the server at this rate",
        Verdict::NoisyNeighbour => {
            "the driver kept up, but others used the processors beside the server (noisy neighbour)"
        }
    };
    format!(
        "{verdict}: {:.2} % of the starts more than {} ms late, lag p99 {:.2} ms, {} of {} users in use\n{use_of_processors}",
        generator.late_share * 100.0,
        crate::generator::LATE_AFTER.as_millis(),
        generator.lag_ms_p99,
        generator.in_flight_max,
        generator.users,
    )
}

/// The exit code of a window.
///
/// # Errors
/// [`Failure::Interrupted`], or [`Failure::Inconclusive`] when the driver was the bottleneck.
pub fn conclude(played: &Played) -> Result<(), Failure> {
    if played.is_interrupted {
        return Err(Failure::Interrupted);
    }
    if played.window.generator.verdict == Verdict::GeneratorLimited {
        return Err(Failure::Inconclusive(bottleneck(&played.window)));
    }
    Ok(())
}

/// Why a window says nothing, and what helps.
pub fn bottleneck(window: &Window) -> String {
    let generator = &window.generator;
    let is_crowded = generator.in_flight_max >= generator.users;
    let neighbours = generator.neighbour_cpu_share.is_some_and(|share| share > 0.1);
    let way_out = if is_crowded {
        "more users (`--users`) may help"
    } else if neighbours {
        "others use this machine's processors: stop them, or measure on a quieter machine"
    } else {
        "offer less, or run the driver on a machine of its own"
    };
    format!(
        "the driver was the bottleneck: {:.1} % of the requests started late\n{way_out}",
        generator.late_share * 100.0
    )
}
