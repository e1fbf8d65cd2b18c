//! `surge replay`

use crate::admin::Admin;
use crate::agenda::Due;
use crate::bench::{Bench, Show};
use crate::cli::ReplayArguments;
use crate::command::window::{conclude, tries, words};
use crate::failure::Failure;
use crate::folder;
use crate::interruption::Interruption;
use crate::person::Person;
use crate::plain::duration;
use crate::renter::{Beginning, JourneyCounts, Renter, Renters};
use crate::report;
use crate::result::{Document, Window};
use crate::samples::Samples;
use crate::screen::{note, say};
use crate::source;
use serde::{Deserialize, Serialize};
use std::sync::Arc;
use std::time::Duration;
use stranded_model::schedule::{PlannedVisit, visits};
use stranded_scenario::quantity::Clock;
use stranded_scenario::{Moment, Probability, Scenario};

/// What a replay has come to.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Replay {
    /// Share of the people who came.
    pub share: f64,
    /// From when on, since the calendar's start.
    pub from_seconds: f64,
    /// Until when.
    pub until_seconds: f64,
    /// How their journeys went, those that were brought into position before included.
    pub journeys: JourneyCounts,
    /// What the server did.
    #[serde(flatten)]
    pub window: Window,
}

/// Plays a stretch of the scenario's day.
///
/// # Errors
/// Those of loading, of the server and of the driver; [`Failure::Inconclusive`] when the driver was the bottleneck.
pub fn run(arguments: &ReplayArguments) -> Result<(), Failure> {
    let common = &arguments.common;
    let loaded = source::load(common)?;
    let scenario = &loaded.value;
    let share: Probability = arguments.share.parse().map_err(|error| {
        Failure::Usage(format!("`--share {}`: {error}\nwrite it as `--share '1 %'`", arguments.share))
    })?;
    if scenario.fleet.is_none() {
        return Err(source::unfit(
            &common.scenario,
            "has no `[fleet]`, and so no journeys to replay: `surge window` plays plain arrivals",
        ));
    }
    let (from, until) = stretch(arguments, scenario)?;
    let admin = Admin::new(&common.admin)?;
    let lead = Duration::from_secs_f64(arguments.lead);
    // Actions before the stretch are over, as far as this server knows.
    let mut faults = admin.faults(scenario)?;
    faults.retain(|fault| fault.at >= from && fault.at < until);
    for fault in &mut faults {
        fault.at = (fault.at + lead).saturating_sub(from);
    }
    let stretch = Stretch { from, until, lead };
    let renters = Renters::new(scenario, arguments.replication, scenario.real_cars());
    let people = stretch.people(&visits(scenario, arguments.replication, share.value()), &renters);
    if people.is_empty() {
        return Err(Failure::Inconclusive(format!(
            "nobody comes: {} of the people is none in this stretch\ntake a larger --share or a longer stretch",
            arguments.share
        )));
    }
    let interruption = Interruption::watch()?;
    let users = common.users.map(|users| users as usize);
    let bench = Bench::new(&common.target, admin, &common.processes, users, interruption, common.quiet)?;
    let origin = source::origin(&loaded);
    let folder = folder::for_result("replay", common.out.as_deref(), &common.scenario, &origin)?;
    let end = lead + until.saturating_sub(from);
    let show = Show {
        name: "replay".to_owned(),
        people,
        timeout: source::system(scenario.app.timeout),
        tries: tries(scenario),
        measured: (lead, end),
        objective: source::system(source::objective(scenario).latency),
        end,
        faults,
        replication: arguments.replication,
        report: Some(folder.join(folder::GOOSE_REPORT)),
    };
    let played = folder::runtime()?.block_on(bench.play(show))?;
    for complaint in &played.complaints {
        note(&format!("warning: {complaint}"));
    }
    let replay = Replay {
        share: share.value(),
        from_seconds: from.as_secs_f64(),
        until_seconds: until.as_secs_f64(),
        journeys: renters.journeys.counts(),
        window: played.window.clone(),
    };
    let document = Document::new("surge-replay", origin.clone(), &replay);
    folder::write(&folder, "replay.json", &document.text())?;
    let mut samples = Samples::of(scenario);
    samples.add(&played.window, &played.record.service_seconds);
    folder::write(&folder, "samples.json", &Document::new("server-samples", origin.clone(), &samples).text())?;
    let title = "A stretch of the day, replayed";
    let mut complaints = played.complaints.clone();
    complaints.extend(broken(&replay.journeys));
    folder::write(&folder, "report.html", &report::window(title, &origin, &played.window, &complaints)?)?;
    played.write_log(&folder)?;
    if common.json {
        say(&document.text())?;
    } else {
        say(&format!("{}\n{}", journey_words(&replay.journeys), words(&played.window)))?;
    }
    note(&format!("written to {}", folder.display()));
    conclude(&played)
}

fn journey_words(counts: &JourneyCounts) -> String {
    let mut text = format!(
        "{} people came: {} looked, {} booked, {} opened a car, {} returned one; {} gave up before they had one, {} found none free",
        counts.begun, counts.looked, counts.booked, counts.started, counts.returned, counts.given_up, counts.no_car
    );
    text.extend(broken(counts).map(|broken| format!("\nwarning: {broken}")));
    text
}

fn broken(counts: &JourneyCounts) -> Option<String> {
    let broken = counts.broken;
    (broken > 0).then(|| {
        format!(
            "{broken} journeys ended with an answer that no loaded server gives; the statuses in the report tell which"
        )
    })
}

/// The stretch of the day that is asked for, since the calendar's start.
fn stretch(arguments: &ReplayArguments, scenario: &Scenario) -> Result<(Duration, Duration), Failure> {
    let moment = |flag: &str, text: &Option<String>, default: Moment, after: Moment| {
        let Some(text) = text else { return Ok(default) };
        if let Ok(clock) = text.parse::<Clock>() {
            return Ok(after.next(clock));
        }
        text.parse::<Moment>().map_err(|error| {
            Failure::Usage(format!(
                "`{flag} {text}`: {error}\nwrite a time of day (`12:00`) or a moment (`2022-04-10T12:00:00+09:00`)"
            ))
        })
    };
    let day = scenario.measured_from();
    let from = moment("--from", &arguments.from, day, day)?;
    let until = moment("--until", &arguments.until, scenario.measured_until(), from)?;
    let since = |moment: Moment| source::since_start(scenario, moment);
    if until <= from || from < scenario.calendar.start || until > scenario.calendar.end {
        return Err(Failure::Usage(format!(
            "the stretch from {from} to {until} is empty or outside of the calendar ({} to {})\n\
             choose another one with --from and --until",
            scenario.calendar.start, scenario.calendar.end
        )));
    }
    Ok((since(from), since(until)))
}

/// A stretch of the calendar, with some time before it to bring people into position.
struct Stretch {
    from: Duration,
    until: Duration,
    lead: Duration,
}

impl Stretch {
    /// Everybody who has something to do in it.
    fn people(&self, visits: &[PlannedVisit], renters: &Arc<Renters>) -> Vec<Due<Person>> {
        let mut people = Vec::new();
        let mut before = Vec::new();
        for visit in visits {
            let rental = visit.rental.map(|(start, end)| (duration(start), duration(end)));
            let opened = visit.opened.map(duration);
            let (at, beginning) = match (opened, rental) {
                (Some(opened), _) if opened >= self.until => continue,
                (Some(opened), _) if opened >= self.from => (self.in_run(opened), Beginning::Opens),
                (_, Some((start, end))) if end > self.from && start < self.until => {
                    before.push(people.len());
                    let beginning = if start < self.from { Beginning::Drives } else { Beginning::Booked };
                    (Duration::ZERO, beginning)
                }
                _ => continue,
            };
            let rental = rental.map(|(start, end)| (self.in_run(start), self.in_run(end)));
            let renter = Renter::new(renters, visit.person, visit.user, rental, beginning);
            people.push(Due { at, job: Person::renter(renter) });
        }
        // Those who have booked or drive already come evenly over the first half of the lead; the other half lets the server settle.
        let gap = self.lead / 2 / (before.len().max(1) as u32);
        for (number, index) in before.into_iter().enumerate() {
            people[index].at = gap * number as u32;
        }
        people
    }

    /// A time of the calendar, since the start of the run.
    fn in_run(&self, at: Duration) -> Duration {
        (at + self.lead).saturating_sub(self.from)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use stranded_model::Span;
    use stranded_scenario::Loader;

    fn visit(person: u64, opened: Option<f64>, rental: Option<(f64, f64)>) -> PlannedVisit {
        let span = Span::from_seconds;
        let rental = rental.map(|(start, end)| (span(start), span(end)));
        PlannedVisit { person, user: person as u32, opened: opened.map(span), rental }
    }

    #[test]
    fn a_stretch_holds_those_who_do_something_in_it_at_their_own_times() {
        let scenario =
            Loader::new().load_text::<Scenario>("test.toml", "[fleet]\ncars = 3\n[service.operator]\n").unwrap();
        let renters = Renters::new(&scenario.value, 0, 3);
        let seconds = Duration::from_secs;
        let stretch = Stretch { from: seconds(1000), until: seconds(2000), lead: seconds(20) };
        let visits = [
            visit(1, Some(1100.0), None),
            visit(2, Some(900.0), None),
            visit(3, Some(500.0), Some((1500.0, 9000.0))),
            visit(4, None, Some((100.0, 5000.0))),
            visit(5, None, Some((100.0, 900.0))),
            visit(6, Some(2500.0), Some((3000.0, 4000.0))),
            visit(7, Some(1900.0), Some((3000.0, 4000.0))),
            visit(8, Some(500.0), Some((2500.0, 9000.0))),
        ];
        let people = stretch.people(&visits, &renters);
        let at: Vec<u64> = people.iter().map(|due| due.at.as_secs()).collect();
        // 1 and 7 open the app at their time; 3 has booked and 4 drives, and they are brought into position before.
        assert_eq!(at, [120, 0, 5, 920]);
    }
}
