//! Good input: files, what they extend, assignments, arms, provenance; and that everything shown loads again.

mod town;

use proptest::prelude::*;
use stranded_scenario::{
    Assignment, Confidence, Duration, DurationDistribution, Extent, Loaded, MemoryFiles, Probability, Rate,
};
use town::{Discipline, Town, load, load_files, load_with};

const TOWN: &str = r#"
title = "A town"

[app]
timeout = { value = "8 s", source = "app 3.2", confidence = "measured", low = "5 s", high = "30 s" }
share = "40 %" # a comment
latency.lognormal = { median = { value = "50 ms", confidence = "assumed", note = "a guess" }, sigma = 0.5 }

[calendar]
start = 2022-04-09T00:00+09:00

[[place]]
name = "home"
share = 0.25

[[place]]
name = "station"
share = { value = 0.75, confidence = "fitted", fitted_to = "target 2" }

[service.vendor]
workers = 10
service_time = { value = { exponential = { mean = "20 ms" } }, confidence = "derived" }
discipline = { adaptive-lifo = { threshold = 5 } }

[[arm]]
name = "patience"
set = { "app.timeout" = "60 s", "place.home.share" = 0.5, "service.vendor.discipline" = "lifo" }

[[arm]]
name = "dotted"
enabled = false
[arm.set]
app.timeout = "1 s"
service.vendor.workers = { value = 20, confidence = "assumed" }

[[arm]]
name = "nothing"
"#;

fn share_of(town: &Town, place: &str) -> f64 {
    town.place.iter().find(|candidate| candidate.name == place).expect(place).share.value()
}

#[test]
fn a_file_is_read_with_its_defaults() {
    let town = load(TOWN).expect("a town").value;
    assert_eq!(town.app.timeout, Duration::seconds(8));
    assert_eq!(town.app.share, Probability::new(0.4));
    assert_eq!(town.app.attempts, 3, "a default");
    assert_eq!(town.app.latency, DurationDistribution::lognormal_with_median(Duration::milliseconds(50), 0.5));
    assert_eq!(town.calendar.start.to_string(), "2022-04-09T00:00:00+09:00");
    assert_eq!(town.service["vendor"].discipline, Discipline::AdaptiveLifo { threshold: 5 });
    assert_eq!(town.fleet, None);
    assert_eq!(load("").expect("an empty file is all defaults").value, Town::default());
}

#[test]
fn to_set_one_key_leaves_its_neighbours_alone() {
    // By itself serde would take `Tapping`'s own default for the key that is not set, not that of the pause.
    let town = load("[app.pause]\ngap = \"30 min\"\n").expect("a town").value;
    assert_eq!((town.app.pause.gap, town.app.pause.gap_max), (Duration::minutes(30), Duration::hours(2)));
    let town = load_with("", &["app.pause.gap=30 min"]).expect("a town").value;
    assert_eq!((town.app.pause.gap, town.app.pause.gap_max), (Duration::minutes(30), Duration::hours(2)));
    let town = load("[[day.list]]\nname = \"monday\"\n").expect("a town").value;
    assert_eq!(town.day.list.len(), 1, "a list that is given takes the place of the default one");
}

#[test]
fn the_child_wins_key_by_key_and_item_by_item() {
    let files = MemoryFiles::new().with("base/town.toml", TOWN).with(
        "town.toml",
        r#"
extends = "base/town.toml"
app.attempts = 7
[[place]]
name = "station"
share = 0.5
[[place]]
name = "beach"
share = 0.25
[service.vendor]
service_time = { gamma = { mean = "1 s", shape = 2 } }
[service.operator]
workers = 2
"#,
    );
    let loaded = load_files(&files, &[]).expect("a town");
    let town = &loaded.value;
    assert_eq!((town.app.attempts, town.app.timeout), (7, Duration::seconds(8)));
    let names: Vec<&str> = town.place.iter().map(|place| place.name.as_str()).collect();
    assert_eq!(names, ["home", "station", "beach"]);
    assert!((share_of(town, "station") - 0.5).abs() < 1e-12);
    assert_eq!(town.service["vendor"].service_time.name(), "gamma", "a choice is replaced as a whole");
    assert_eq!(town.service["vendor"].workers, 10);
    assert_eq!(town.service["operator"].workers, 2);
    assert_eq!(loaded.sources(), ["base/town.toml", "town.toml"]);
    let told: Vec<String> = loaded.provenance().into_iter().map(|(path, _)| path).collect();
    assert_eq!(
        told,
        ["app.timeout", "app.latency.lognormal.median", "arm.dotted.set.service.vendor.workers"],
        "a changed value loses what was said about the old"
    );
}

#[test]
fn of_several_extended_files_the_later_wins_and_one_may_be_met_twice() {
    let files = MemoryFiles::new()
        .with("town.toml", "extends = [\"a.toml\", \"b.toml\"]\n")
        .with("a.toml", "extends = \"root.toml\"\napp.attempts = 1\napp.share = 0.1\n")
        .with("b.toml", "extends = \"root.toml\"\napp.attempts = 2\n")
        .with("root.toml", "title = \"root\"\n");
    let town = load_files(&files, &[]).expect("a town").value;
    assert_eq!((town.app.attempts, town.app.share, town.title.as_str()), (2, Probability::new(0.1), "root"));
}

#[test]
fn lists_of_plain_values_are_replaced() {
    let files = MemoryFiles::new()
        .with("town.toml", "extends = \"base.toml\"\n[app]\nhours = [1, 0, 0]\n[[place]]\n")
        .with("base.toml", "[app]\nhours = [0, 0, 1]\n[[place]]\nname = \"home\"\n");
    let town = load_files(&files, &[]).expect("a town").value;
    assert_eq!(town.app.hours.map(|hour| hour.to_string()), ["1", "0", "0"]);
    assert_eq!(town.place.len(), 1, "items without names cannot be matched, so the list is replaced");
}

#[test]
fn assignments_reach_everywhere() {
    let set = |assignments: &[&str]| load_with(TOWN, assignments).expect("a town").value;
    assert_eq!(set(&["app.timeout=5 s"]).app.timeout, Duration::seconds(5));
    assert_eq!(set(&["app.timeout=\"5 s\"", "app.timeout = 6 s"]).app.timeout, Duration::seconds(6), "the later wins");
    assert!((share_of(&set(&["place.home.share=0.4"]), "home") - 0.4).abs() < 1e-12);
    assert!((share_of(&set(&["place.1.share=40 %"]), "station") - 0.4).abs() < 1e-12);
    assert!(!set(&["arm.patience.enabled=false"]).arm[0].enabled);
    assert_eq!(set(&["service.vendor.workers=3"]).service["vendor"].workers, 3);
    assert_eq!(
        set(&["service.vendor={ workers = 3 }"]).service["vendor"].discipline,
        Discipline::AdaptiveLifo { threshold: 5 }
    );
    assert_eq!(
        set(&["app.latency.exponential.mean=3 s"]).app.latency,
        DurationDistribution::exponential(Duration::seconds(3))
    );
    assert_eq!(set(&["app.latency=3 s"]).app.latency, DurationDistribution::constant(Duration::seconds(3)));
    assert_eq!(
        set(&["app.latency.lognormal.sigma=1.5"]).app.latency,
        DurationDistribution::lognormal_with_median(Duration::milliseconds(50), 1.5)
    );
    assert_eq!(set(&["app.hours=[0.2, 0.3, 0.5]"]).app.hours.len(), 3);
    assert_eq!(set(&["calendar.end=2022-05-01T00:00+09:00"]).calendar.end.to_string(), "2022-05-01T00:00:00+09:00");
    assert_eq!(set(&["fleet={ cars = 3, operator = \"a=b\" }"]).fleet.expect("a fleet").operator, "a=b");
    assert_eq!(set(&["day.list.friday.share=0.5"]).day.list[0].share, Probability::new(0.5), "an item by default");
    assert_eq!(set(&["title=12 monkeys"]).title, "12 monkeys");
    let spoken = load_with(TOWN, &["app.openings={ value = \"3 /s\", source = \"me\", confidence = \"assumed\" }"])
        .expect("a town");
    assert_eq!(spoken.value.app.openings, Rate::from_per_second(3.0));
    assert!(spoken.provenance().iter().any(|(path, _)| path == "app.openings"));
}

#[test]
fn arms_change_the_same_scenario() {
    let loaded = load(TOWN).expect("a town");
    assert_eq!(loaded.arms(), ["patience", "dotted", "nothing"]);
    let patience = loaded.arm("patience").expect("an arm").value;
    assert_eq!(patience.app.timeout, Duration::minutes(1));
    assert!((share_of(&patience, "home") - 0.5).abs() < 1e-12);
    assert_eq!(patience.service["vendor"].discipline, Discipline::Lifo);
    assert_eq!(patience.app.share, loaded.value.app.share, "the rest is as it was");
    let dotted = loaded.arm("dotted").expect("an arm").value;
    assert_eq!((dotted.app.timeout, dotted.service["vendor"].workers), (Duration::seconds(1), 20));
    assert_eq!(loaded.arm("nothing").expect("an arm").value, loaded.value);
    let unknown = loaded.arm("patients").expect_err("no such arm").to_string();
    assert_eq!(unknown, "S021: there is no arm `patients` (did you mean `patience`?)");
}

#[test]
fn variants_take_the_ends_of_a_parameters_range() {
    let loaded = load(TOWN).expect("a town");
    let (path, provenance) = loaded.provenance().into_iter().next().expect("a parameter");
    let low = provenance.low.as_deref().expect("a low end");
    let assignment = Assignment::new(&path, low, "sensitivity").expect("an assignment");
    assert_eq!((assignment.path().as_str(), assignment.value().as_str()), ("app.timeout", "\"5 s\""));
    let variant = loaded.variant(&[assignment]).expect("a variant");
    assert_eq!(variant.value.app.timeout, Duration::seconds(5));
    assert_eq!(
        variant.arm("patience").expect("an arm").value.app.timeout,
        Duration::minutes(1),
        "arms work on variants"
    );
    let assignment = Assignment::new("app.timeout", "5 parsecs", "sensitivity").expect("an assignment");
    let findings = loaded.variant(&[assignment]).expect_err("a wrong unit").to_string();
    assert!(findings.starts_with("sensitivity:1:13: S011: `app.timeout`"), "{findings}");
}

#[test]
fn provenance_is_kept_beside_the_values() {
    let loaded = load(TOWN).expect("a town");
    let provenance = loaded.provenance();
    let paths: Vec<&str> = provenance.iter().map(|(path, _)| path.as_str()).collect();
    assert_eq!(
        paths,
        [
            "app.timeout",
            "app.latency.lognormal.median",
            "place.station.share",
            "service.vendor.service_time",
            "arm.dotted.set.service.vendor.workers"
        ]
    );
    let (_, timeout) = &provenance[0];
    assert_eq!((timeout.source.as_deref(), timeout.confidence), (Some("app 3.2"), Some(Confidence::Measured)));
    assert_eq!((timeout.low.as_deref(), timeout.high.as_deref()), (Some("\"5 s\""), Some("\"30 s\"")));
    assert_eq!(provenance[2].1.fitted_to.as_deref(), Some("target 2"));
}

#[test]
fn what_is_shown_loads_again_to_the_same() {
    let loaded = load(TOWN).expect("a town");
    for extent in [Extent::All, Extent::Changed] {
        let shown = loaded.show(extent);
        let again = load(shown.clone()).unwrap_or_else(|findings| panic!("{findings}\n{shown}"));
        assert_eq!(again.value, loaded.value, "{shown}");
        assert_eq!(again.hash(), loaded.hash());
        assert_eq!(
            again.provenance().into_iter().map(|(path, _)| path).collect::<std::collections::BTreeSet<_>>(),
            loaded.provenance().into_iter().map(|(path, _)| path).collect(),
        );
    }
}

#[test]
fn what_is_said_of_a_number_inside_a_distribution_is_kept() {
    let loaded = load(
        r#"
[service.vendor.service_time.exponential]
mean = { value = "900 ms", confidence = "fitted", fitted_to = "the start", low = "850 ms", high = "950 ms" }

[app]
latency = { value = { lognormal = { median = { value = "80 ms", source = "ours", confidence = "measured" }, sigma = 0.5 } }, note = "all of it" }
hours = [0.5, { value = 0.25, note = "noon" }, 0.25]
"#,
    )
    .expect("a town");
    let paths = |it: &Loaded<Town>| it.provenance().into_iter().map(|(path, _)| path).collect::<Vec<_>>();
    let mean = "service.vendor.service_time.exponential.mean";
    assert!(paths(&loaded).iter().any(|path| path == mean), "{:?}", paths(&loaded));
    for extent in [Extent::All, Extent::Changed] {
        let shown = loaded.show(extent);
        let again = load(shown.clone()).unwrap_or_else(|findings| panic!("{findings}\n{shown}"));
        assert_eq!(again.value, loaded.value, "{shown}");
        let sorted = |it: &Loaded<Town>| paths(it).into_iter().collect::<std::collections::BTreeSet<_>>();
        assert_eq!(sorted(&again), sorted(&loaded), "{shown}");
        let (_, kept) = again.provenance().into_iter().find(|(path, _)| path == mean).expect("the mean's");
        assert_eq!((kept.low.as_deref(), kept.fitted_to.as_deref()), (Some("\"850 ms\""), Some("the start")));
    }
    let parameters = loaded.parameters();
    let listed = parameters.iter().find(|parameter| parameter.path == mean).expect("in the list of parameters too");
    assert_eq!(listed.value, "\"900 ms\"");
    assert_eq!(listed.provenance.as_ref().and_then(|provenance| provenance.confidence), Some(Confidence::Fitted));
}

#[test]
fn every_shown_line_says_where_its_value_comes_from() {
    let loaded = load_with(
        "[app]\ntimeout = { value = \"8 s\", source = \"app\", confidence = \"cited\" }\nlatency = \"1 s\"\n",
        &["app.attempts=5"],
    )
    .expect("a town");
    assert_eq!(
        loaded.show(Extent::All),
        r#"title = ""  # default
place = []  # default
arm = []  # default

[app]
timeout = { value = "8 s", source = "app", confidence = "cited" }  # town.toml:2
openings = "45000 /day"  # default
attempts = 5  # --set
share = 0.25  # default
latency = "1 s"  # town.toml:3
hours = [0.5, 0.25, 0.25]  # default

[app.tap]
gap = "1 s"  # default
gap_max = "2 s"  # default

[app.pause]
gap = "1 h"  # default
gap_max = "2 h"  # default

[calendar]
start = "2022-04-08T00:00:00+09:00"  # default
end = "2022-04-12T00:00:00+09:00"  # default

[day]

[[day.list]]
name = "friday"  # default
share = 1.0  # default

[service]
"#
    );
    assert_eq!(
        loaded.show(Extent::Changed),
        r#"[app]
timeout = { value = "8 s", source = "app", confidence = "cited" }  # town.toml:2
attempts = 5  # --set
latency = "1 s"  # town.toml:3
"#
    );
}

#[test]
fn parameters_are_listed_flat() {
    let loaded = load(TOWN).expect("a town");
    let parameters = loaded.parameters();
    let of = |path: &str| parameters.iter().find(|parameter| parameter.path == path).expect(path);
    assert_eq!((of("app.timeout").value.as_str(), of("app.timeout").is_default), ("\"8 s\"", false));
    assert_eq!(of("app.timeout").place, Some(("town.toml".to_owned(), 5)));
    assert_eq!(
        of("app.timeout").provenance.as_ref().and_then(|provenance| provenance.confidence),
        Some(Confidence::Measured)
    );
    assert!(of("app.attempts").is_default);
    assert_eq!(of("app.attempts").place, None);
    assert_eq!(of("place.station.share").value, "0.75");
    assert_eq!(of("service.vendor.discipline").value, "{ adaptive-lifo = { threshold = 5 } }");
    assert_eq!(of("day.list.friday.share").value, "1.0");
}

#[test]
fn the_hash_is_that_of_the_values() {
    let hash = |text: &str| load(text).expect("a town").hash();
    let plain = hash("title = \"x\"\n[app]\nattempts = 3\ntimeout = \"5 s\"\n");
    assert_eq!(plain.len(), 64);
    assert_eq!(plain, hash("# comment\ntitle=\"x\"\n\n[app]\ntimeout = \"5000 ms\"   # the other way around\n"));
    assert_eq!(plain, hash("title = \"x\"\napp = { timeout = { value = \"5 s\", source = \"y\" } }\n"));
    assert_ne!(plain, hash("title = \"x\"\n[app]\nattempts = 4\ntimeout = \"5 s\"\n"));
    let services = |text: &str| hash(&format!("{text}\n"));
    assert_eq!(
        services("[service.a]\nworkers = 2\n[service.b]\nworkers = 3"),
        services("[service.b]\nworkers = 3\n[service.a]\nworkers = 2")
    );
}

fn any_town() -> impl Strategy<Value = String> {
    let name = prop::sample::select(vec!["home", "station", "a.b", "with \"quotes\"", "비치"]);
    (
        any::<u32>(),
        0.0..=1.0_f64,
        0_u64..1_000_000_000_000_000,
        prop::collection::vec((name, 0.0..=1.0_f64), 0..3),
        prop::option::of(1_u32..9),
        ".{0,12}",
    )
        .prop_map(|(attempts, share, nanoseconds, places, threshold, title)| {
            let mut seen = std::collections::BTreeSet::new();
            let places: Vec<String> = places
                .into_iter()
                .filter(|(name, _)| seen.insert(*name))
                .map(|(name, share)| format!("[[place]]\nname = {}\nshare = {share:?}\n", toml::Value::from(name)))
                .collect();
            let places = places.concat();
            let service = threshold.map_or(String::new(), |threshold| {
                format!("[service.\"a.b\"]\ndiscipline = {{ adaptive-lifo = {{ threshold = {threshold} }} }}\n")
            });
            format!(
                "title = {}\n[app]\nattempts = {attempts}\nshare = {{ value = {share:?}, note = {} }}\ntimeout = \"{nanoseconds} ns\"\n{places}{service}",
                toml::Value::from(title.as_str()),
                toml::Value::from(title.as_str()),
            )
        })
}

proptest! {
    #[test]
    fn any_town_that_is_shown_loads_again_to_the_same(text in any_town()) {
        let loaded = load(text.clone()).map_err(|findings| TestCaseError::fail(format!("{findings}\n{text}")))?;
        let shown = loaded.show(Extent::All);
        let again = load(shown.clone()).map_err(|findings| TestCaseError::fail(format!("{findings}\n{shown}")))?;
        prop_assert_eq!(&again.value, &loaded.value, "{}", shown);
        prop_assert_eq!(again.hash(), loaded.hash());
        prop_assert_eq!(again.show(Extent::All).lines().count(), shown.lines().count());
    }

    #[test]
    fn every_listed_parameter_can_be_set_to_its_own_value(text in any_town()) {
        let loaded = load(text).expect("a town");
        for parameter in loaded.parameters().into_iter().filter(|parameter| !parameter.path.is_empty()) {
            let assignment = Assignment::new(&parameter.path, &parameter.value, "test").expect("an assignment");
            let variant = loaded.variant(&[assignment]);
            let variant = variant.map_err(|findings| TestCaseError::fail(format!("{} = {}: {findings}", parameter.path, parameter.value)))?;
            prop_assert_eq!(&variant.value, &loaded.value, "{}", parameter.path);
        }
    }

    #[test]
    fn no_text_makes_the_loader_panic(text in "(\\[{1,2}[a-z.]{1,8}\\]{1,2}\n|[a-z.]{1,9} ?= ?(\\{|\\[)?[0-9a-z\". =]{0,9}(\\}|\\])?\n){0,6}") {
        let _ = load(text.clone());
        let _ = load_with(TOWN, &[text.as_str()]);
    }

    #[test]
    fn no_damage_makes_the_loader_panic(position in 0..TOWN.len(), byte: u8) {
        let mut bytes = TOWN.as_bytes().to_vec();
        bytes[position] = byte;
        if let Err(findings) = load(bytes) {
            prop_assert!(!findings.is_empty());
            prop_assert!(findings.iter().all(|finding| finding.place().is_some()), "{}", findings);
        }
        let _ = load(TOWN.as_bytes()[..position].to_vec());
    }
}
