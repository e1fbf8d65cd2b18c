//! English, texts with values.

use super::words::{Amplified, Happening, Loop, Totals, Words};

pub(super) struct English;

fn counted(count: usize, noun: &str) -> String {
    let plural = if count == 1 { "" } else { "s" };
    format!("{count} {noun}{plural}")
}

impl Words for English {
    fn subtitle(&self, date: &str, from: &str, until: &str, replications: u32, arms: usize) -> String {
        let (runs, arms) = (counted(replications as usize, "replication"), counted(arms, "arm"));
        format!("Simulated: {date}, {from} to {until}, {runs} in {arms}")
    }

    fn page_title(&self, title: &str) -> String {
        format!("{title} - post-mortem")
    }

    fn stranded(&self, totals: &Totals) -> String {
        let Totals { people, hours, threshold, median_and_p90 } = totals;
        let half = median_and_p90.as_ref().map_or_else(String::new, |(median, p90)| {
            format!("; half of them were stuck for more than {median}, one in ten for more than {p90}")
        });
        format!(
            "{people} people stood beside a car that they could not use for longer than {threshold}, together {hours} \
             person-hours{half}."
        )
    }

    fn nobody(&self, threshold: &str) -> String {
        format!("Nobody was stranded for longer than {threshold}.")
    }

    fn outage(&self, happening: &Happening) -> String {
        let Happening { date, down, often, back, again } = happening;
        let date = if date.is_empty() { String::new() } else { format!("On {date} the ") };
        let the = if date.is_empty() { "The " } else { "" };
        let often = often.as_ref().map_or_else(String::new, |share| format!(" (in {share} of the replications)"));
        let back =
            back.as_ref().map_or_else(|| " and never came back".to_owned(), |back| format!(" and was back at {back}"));
        let again = again.as_ref().map_or_else(String::new, |(when, share)| {
            format!("; it went down again at {when} in {share} of the replications")
        });
        format!("{date}{the}app went down at {down}{often}{back}{again}.")
    }

    fn why(&self, amplified: &Amplified) -> String {
        let Amplified { attempts, late } = amplified;
        let late = late.as_ref().map_or_else(String::new, |late| {
            format!(
                ", and while it was down {late} of the service's answers reached nobody, because they came too late"
            )
        });
        format!("It lasted because everything that people wanted was asked for {attempts} times{late}.")
    }

    fn prevented(&self, title: &str, hours: &str, share: &str, second: Option<(&str, &str)>) -> String {
        let second = second.map_or_else(String::new, |(title, share)| format!("; next best: {title} ({share} less)"));
        format!("What would have helped most: {title}, {hours} person-hours less ({share}){second}.")
    }

    fn nothing_helps(&self, arms: usize) -> String {
        let tried = counted(arms, "change");
        format!("Of {tried} that were tried, none certainly leaves fewer person-hours.")
    }

    fn censored(&self, share: &str) -> String {
        format!(
            "{share} of the episodes had not ended when the simulation did: they are counted with the time until then, and their \
             true length is longer."
        )
    }

    fn replications(&self, count: u32) -> String {
        format!(
            "Means over {count} replications; in brackets the 95 % interval of the mean. Differences are paired: every arm has the \
             same people and the same luck. Where an interval reaches below zero and its number cannot, it is shown from 0 on; \
             summary.json has it as computed."
        )
    }

    fn batches(&self, batches: u32, length: &str) -> String {
        format!(
            "One long run: a 95 % interval is that of {batches} batch means, {length} each; where there is none, none can be told."
        )
    }

    fn speed(&self, events: &str, seconds: &str, rate: &str) -> String {
        format!("{events} events in {seconds} s, {rate} events per second")
    }

    fn goodput(&self, per_second: &str, share: &str, attempts: &str) -> String {
        format!(
            "{per_second} requests a second were answered in time, {share} of what was wanted; each was tried {attempts} times."
        )
    }

    fn outlives(&self, share: &str, without: &str) -> String {
        format!(
            "The collapse outlives its trigger (metastable) in {share} of the replications; the paired runs without the trigger \
             answer {without} a second."
        )
    }

    fn overloaded(&self, share: &str, without: &str) -> String {
        format!(
            "Not metastable but overloaded in {share} of the replications: the paired runs without the trigger answer {without} a \
             second."
        )
    }

    fn leaves_nothing(&self, without: &str) -> String {
        format!("The trigger leaves no collapse behind: the paired runs without the trigger answer {without} a second.")
    }

    fn more_goodput(&self, title: &str, difference: &str) -> String {
        format!("What would have helped most: {title}, with {difference} more answers in time a second.")
    }

    fn stranded_caption(&self, peak: Option<(&str, &str)>, has_fan: bool) -> String {
        let Some((people, clock)) = peak else { return "Nobody is stranded at any time of the day.".to_owned() };
        let fan = if has_fan { "; the fan shows how far the replications lie apart" } else { "" };
        format!(
            "Most people are stranded at about {clock}: {people} at the same time. The height is the mean over replications{fan}."
        )
    }

    fn lengths_caption(&self, shares: &[(String, String)], censored: Option<&str>) -> String {
        let shares: Vec<String> = shares.iter().map(|(length, share)| format!("{share} after {length}")).collect();
        let censored = censored.map_or_else(String::new, |episodes| {
            format!(
                " {episodes} episodes that had not ended with the simulation are at risk until then (Kaplan-Meier)."
            )
        });
        format!("Still stranded: {}.{censored}", shares.join(", "))
    }

    fn load_peak(&self, clock: &str, attempts: &str, first: &str) -> String {
        format!("At about {clock} the service is asked {attempts} times a second, {first} of them for the first time.")
    }

    fn relief_caption(&self, first: Option<(&str, &str)>, second: Option<(&str, &str)>) -> String {
        let Some((first, share)) = first else { return "There was no episode to end.".to_owned() };
        let second = second.map_or_else(String::new, |(second, share)| format!(", then {second} ({share})"));
        format!("Share of the counted episodes by what ended them. Most often: {first} ({share}){second}.")
    }

    fn relief_day_caption(&self, clock: &str, ends: &str, channel: &str) -> String {
        format!(
            "Most episodes, short ones too, end in the bar that begins at {clock}: {ends}. Over the day most are ended by: {channel}."
        )
    }

    fn calls(&self, share: &str, attempts: &str, helped: &str) -> String {
        format!(
            "While the app was down the call centre answered {share} of the call attempts ({attempts} in all); calls ended the wait \
             of {helped} people."
        )
    }

    fn started(&self, clock: &str, first: &str, offered: &str, capacity: &str) -> String {
        format!(
            "When the app went down, at about {clock}, people wanted {first} things a second and the service was asked {offered} times \
             a second; it could do {capacity}. No line of the scenario says when the app fails: demand met a finite service."
        )
    }

    fn loop_steps(&self, numbers: &Loop) -> [String; 5] {
        let Loop { clock, wanted, offered, times, capacity, waiting, late, in_time } = numbers;
        [
            format!("{wanted} things a second at {clock}"),
            format!("{waiting} requests wait; the service can do {capacity} a second"),
            format!("{late} of what it works off reaches nobody"),
            format!("{times} attempts for each thing wanted"),
            format!("{offered} attempts a second, {in_time} answered in time"),
        ]
    }

    fn attribution(&self, title: &str, change: &str) -> String {
        format!("{title}: {change} stranded person-hours.")
    }

    fn arms_caption(&self, shown: usize, all: usize) -> String {
        let rest = if shown < all {
            format!(" The {shown} largest of {all} differences are drawn; the table has all.")
        } else {
            String::new()
        };
        format!(
            "Each dot is an arm, its line the 95 % interval of the paired difference. The further left, the fewer hours people are \
             stranded; a line that crosses zero is no certain change.{rest}"
        )
    }

    fn pays_after(&self, days: &str) -> String {
        format!("pays for itself after {days} such days")
    }

    fn pays_at_once(&self, times: &str) -> String {
        format!("the first such day saves {times} times as much")
    }

    fn downtime(&self, hours: &str) -> String {
        format!("In the measured window the app was down for {hours}.")
    }

    fn targets(&self, pass: usize, all: usize, fail: usize, inconclusive: usize) -> String {
        format!("{pass} of {all} pass; fail: {fail}; inconclusive: {inconclusive}.")
    }

    fn sources(&self, all: usize) -> String {
        format!("{all} parameters say where they come from.")
    }

    fn calibration(&self, files: usize) -> String {
        match files {
            0 => "No measured calibration is in use: services and doors have the times that the scenario gives."
                .to_owned(),
            1 => "One file of measured calibration is in use.".to_owned(),
            files => format!("{files} files of measured calibration are in use."),
        }
    }

    fn parameters_elsewhere(&self, count: usize) -> String {
        format!("All {count} parameters with source and confidence stand in the HTML and the Markdown of this report.")
    }

    fn capacity_found(&self, low: &str, high: &str) -> String {
        format!("The server holds its objective up to {low} requests a second, and no longer at {high}.")
    }

    fn capacity_at_least(&self, low: &str) -> String {
        format!("The server holds its objective at {low} requests a second, the largest rate that was tried.")
    }

    fn driver_limited(&self, low: Option<&str>, limit: &str) -> String {
        match low {
            Some(low) => format!(
                "The server holds its objective at {low} requests a second; at {limit} the load driver was the bottleneck, and nothing \
                 is known of the server."
            ),
            None => format!(
                "The load driver did not even keep up with {limit} requests a second: nothing is known of the server."
            ),
        }
    }

    fn objective_not_met(&self, high: &str) -> String {
        format!("The server holds its objective at no rate that was tried, not even at {high} requests a second.")
    }

    fn objective(&self, share: &str, latency: &str, errors: &str) -> String {
        format!("The objective: {share} of the attempts answered within {latency}, and at most {errors} failed.")
    }

    fn other_scenario(&self, scenario: &str, theirs: &str, ours: &str) -> String {
        format!(
            "the server was measured under another scenario, “{scenario}” ({theirs}…), than this run ({ours}…). Compare them only if they \
             differ in what the server does not see, such as the seed or the number of replications."
        )
    }

    fn scalability_caption(&self, r_squared: &str, peak: Option<&[String; 2]>) -> String {
        let peak = match peak {
            Some([at, rate]) => format!(
                " By the law, more than {at} requests in flight give less than its peak of {rate} answers a second."
            ),
            None => " By the law, more requests in flight never give less.".to_owned(),
        };
        format!("Each dot is a window of the search; the law explains R squared = {r_squared} of their variance.{peak}")
    }

    fn no_scalability_law(&self, reason: &str) -> String {
        format!("Each dot is a window of the search. The load driver found no law: {reason}.")
    }

    fn peak(&self, rate: &str, in_flight: &str) -> String {
        format!("{rate} a second, with {in_flight} in flight")
    }

    fn digests(&self, count: usize) -> String {
        format!("Event digests of {count} replications")
    }

    fn longer_than(&self, length: &str) -> String {
        format!("longer than {length}")
    }

    fn fitted_to(&self, what: &str) -> String {
        format!("fitted to: {what}")
    }

    fn at_least(&self, value: &str) -> String {
        format!("at least {value}")
    }

    fn at_most(&self, value: &str) -> String {
        format!("at most {value}")
    }

    fn axis_ends(&self, length: &str) -> String {
        format!("episodes ended per {length}")
    }

    fn runs(&self, count: usize) -> String {
        counted(count, "run")
    }

    fn in_no_replication(&self) -> String {
        "in no replication".to_owned()
    }

    fn in_replications(&self, happened: u32, all: u32) -> String {
        format!("in {happened} of {all} replications")
    }

    fn arm_not_run(&self, arm: &str) -> String {
        format!("arm `{arm}` was not run")
    }

    fn too_wide(&self, replications: u32, metric: &str, precision: &str) -> String {
        format!(
            "after {replications} replications the interval of `{metric}` is still wider than +-{precision}; raise \
             `run.replications.max` (or `--replications`) for a narrower one"
        )
    }

    fn no_value(&self, metric: &str) -> String {
        format!(
            "no replication has a value of `{metric}`, which is to decide how many there are; choose another metric with \
             `run.replications.metric`"
        )
    }

    fn correlated(&self, metrics: &str) -> String {
        format!(
            "one run of this length has no interval for {metrics}: its batches are correlated; let it run longer (`calendar.end`), or \
             repeat it with `--replications`"
        )
    }

    fn scattered(&self, least: &str, most: &str) -> String {
        format!(
            "replications differ widely, from {least} to {most} person-hours: the mean describes few of them; see the shares"
        )
    }

    fn alt_stranded(&self, peak: Option<(String, String)>) -> String {
        match peak {
            None => "People stranded over the day: nobody at any time.".to_owned(),
            Some((people, clock)) => format!(
                "People stranded over the day, stacked by what they cannot do. The peak is {people} people at about {clock}."
            ),
        }
    }

    fn alt_lengths(&self, shares: &[(String, String)]) -> String {
        let shares: Vec<String> = shares.iter().map(|(length, share)| format!("{share} after {length}")).collect();
        format!("Share of people still stranded, falling over time on a logarithmic axis: {}.", shares.join(", "))
    }

    fn alt_load(&self, peak: Option<[String; 3]>) -> String {
        match peak {
            None => "Load on the service over the day: no requests.".to_owned(),
            Some([attempts, first, in_time]) => format!(
                "Load on the service over the day. At the peak {attempts} attempts per second are made, of which {first} are first \
                 attempts and {in_time} are answered in time."
            ),
        }
    }

    fn alt_relief(&self, most: Option<(String, String)>) -> String {
        match most {
            None => "What ended the stranding: there was no episode.".to_owned(),
            Some((channel, share)) => {
                format!(
                    "What ended the stranding, as shares of all counted episodes. The largest is {channel} with {share}."
                )
            }
        }
    }

    fn alt_relief_day(&self, most: Option<(String, String)>) -> String {
        match most {
            None => "What ended episodes over the day: nothing ended.".to_owned(),
            Some((channel, ends)) => {
                format!("What ended episodes over the day, as stacked bars. Most were ended by {channel}: {ends}.")
            }
        }
    }

    fn alt_capacity(&self, windows: usize, most: Option<[String; 2]>, peak: Option<String>) -> String {
        let most = most.map_or_else(String::new, |[rate, in_flight]| {
            format!(" The most were {rate} a second with {in_flight} in flight.")
        });
        let peak = peak.map_or_else(String::new, |at| format!(" The law peaks at {at} in flight."));
        format!(
            "Answers in time per second by requests in flight, on a logarithmic axis, in {}.{most}{peak}",
            counted(windows, "window")
        )
    }

    fn alt_arms(&self, count: usize, best: Option<(String, String)>) -> String {
        match best {
            None => "Difference of the arms to the baseline: there is only the baseline.".to_owned(),
            Some((title, hours)) => format!(
                "Difference of {} to the baseline in stranded person-hours, ranked. First is {title} with {hours}.",
                counted(count, "arm"),
            ),
        }
    }

    fn alt_factors(&self, titles: &[&str]) -> String {
        format!(
            "People stranded over the day as it was, and each without one cause of the surge: {}.",
            titles.join("; ")
        )
    }
}
