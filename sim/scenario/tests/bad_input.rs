//! Bad input: every mistake gets a code, a place, a reason and a way out, and all mistakes come at once.

mod town;

use stranded_scenario::{Code, Loader, Look, MemoryFiles, explain};
use town::{Town, load, load_files, load_with, wrong};

#[test]
fn an_unknown_key_is_told_with_the_nearest_name() {
    assert_eq!(
        wrong(load("title = \"x\"\n[app]\ntimout = \"5 s\"\n")),
        ["town.toml:3:1: S010: `app` has no key `timout` (did you mean `timeout`?)"]
    );
    assert_eq!(
        wrong(load("[ap]\ntimeout = \"5 s\"\n")),
        ["town.toml:1:2: S010: a scenario has no key `ap` (did you mean `app`?)"]
    );
    assert_eq!(
        wrong(load("[[place]]\nname = \"home\"\nweather = 1\n")),
        ["town.toml:3:1: S010: `place.home` has no key `weather` (it has: `name`, `share`)"]
    );
}

#[test]
fn a_wrong_unit_is_told_with_the_known_ones() {
    assert_eq!(
        wrong(load("[app]\ntimeout = \"15 parsecs\"\n")),
        ["town.toml:2:11: S011: `app.timeout`: expected a duration such as \"15 s\", \"10 min\" or \"6.5 h\", \
          found \"15 parsecs\": unknown unit \"parsecs\"; use one of ns, us, ms, s, min, h, d"]
    );
}

#[test]
fn a_missing_unit_is_told() {
    assert_eq!(
        wrong(load("[app]\ntimeout = 15\n")),
        ["town.toml:2:11: S011: `app.timeout`: expected a duration such as \"15 s\", \"10 min\" or \"6.5 h\", \
          found 15: the unit is missing; write \"15 s\" if seconds are meant"]
    );
}

#[test]
fn a_negative_rate_is_refused() {
    assert_eq!(
        wrong(load("[app]\nopenings = \"-3 /s\"\n")),
        ["town.toml:2:12: S011: `app.openings`: expected a rate such as \"80 /s\", \"15 /min\", \"15 /h\" or \
          \"1.29 /day\", found \"-3 /s\": a rate cannot be negative"]
    );
}

#[test]
fn a_probability_over_one_is_refused() {
    assert_eq!(
        wrong(load("[app]\nshare = 1.4\n")),
        ["town.toml:2:9: S011: `app.share`: expected a probability such as 0.03 or \"3 %\", found 1.4: \
          a probability cannot be over 1; write \"1.4 %\" if percent are meant"]
    );
}

#[test]
fn wrong_types_are_told_in_plain_words() {
    assert_eq!(
        wrong(load("title = 3\n[app]\nattempts = \"three\"\n")),
        [
            "town.toml:1:9: S011: `title`: expected a text in quotes, found 3",
            "town.toml:3:12: S011: `app.attempts`: expected a whole number from 0 to 4294967295, \
             found the text \"three\"",
        ]
    );
    assert_eq!(
        wrong(load("[app]\nattempts = -1\n")),
        ["town.toml:2:12: S011: `app.attempts`: expected a whole number from 0 to 4294967295, found -1"]
    );
    assert_eq!(wrong(load("app = 3\n")), ["town.toml:1:7: S011: `app`: expected a table, found 3"]);
    assert_eq!(
        wrong(load("[app]\nhours = [0.5, 0.5]\n")),
        ["town.toml:2:9: S011: `app.hours`: expected an array of length 3, found 2 values"]
    );
    assert_eq!(
        wrong(load("[app]\nhours = [0.1, 0.2, 0.3, 0.4]\n")),
        ["town.toml:2:9: S011: `app.hours`: expected 3 values, found 4 values"]
    );
    assert_eq!(
        wrong(load("[app]\nhours = [\"a\", 0.2, \"b\"]\n")),
        [
            "town.toml:2:10: S011: `app.hours.0`: expected a number, found the text \"a\"",
            "town.toml:2:20: S011: `app.hours.2`: expected a number, found the text \"b\"",
        ]
    );
}

#[test]
fn wrong_choices_are_told_with_the_nearest() {
    assert_eq!(
        wrong(load("[service.vendor]\ndiscipline = \"lfio\"\n")),
        ["town.toml:2:14: S013: `service.vendor.discipline` cannot be \"lfio\" (did you mean `lifo`?)"]
    );
    assert_eq!(
        wrong(load("[service.vendor]\ndiscipline = { adaptive-life = { threshold = 3 } }\n")),
        ["town.toml:2:16: S013: `service.vendor.discipline` cannot be \"adaptive-life\" \
          (did you mean `adaptive-lifo`?)"]
    );
    assert_eq!(
        wrong(load("[service.vendor]\ndiscipline = \"adaptive-lifo\"\n")),
        ["town.toml:2:14: S011: `service.vendor.discipline`: \"adaptive-lifo\" needs its settings, \
          as in { adaptive-lifo = { ... } }"]
    );
    assert_eq!(
        wrong(load("[service.vendor]\nservice_time = { exponental = { mean = \"1 s\" } }\n")),
        ["town.toml:2:18: S013: `service.vendor.service_time` cannot be \"exponental\" \
          (did you mean `exponential`?)"]
    );
    assert_eq!(
        wrong(load(
            "[service.vendor]\nservice_time = { exponential = { mean = \"1 s\" }, gamma = { mean = \"1 s\", shape = 2 } }\n"
        )),
        ["town.toml:2:50: S011: `service.vendor.service_time.gamma`: expected a table with one key, \
          found the key `gamma` beside `exponential`"]
    );
}

#[test]
fn missing_keys_are_told() {
    assert_eq!(
        wrong(load("[fleet]\ncars = 3\n")),
        ["town.toml:1:2: S012: `fleet` lacks the key `operator` (add `operator = ...`; it has no default)"]
    );
    assert_eq!(
        wrong(load("[app]\nlatency = { lognormal = { median = \"1 s\" } }\n")),
        ["town.toml:2:13: S012: `app.latency.lognormal` lacks the key `sigma` \
          (add `sigma = ...`; it has no default)"]
    );
    assert_eq!(
        wrong(load("[fleet]\ncars = \"many\"\noperator = \"x\"\n")),
        ["town.toml:2:8: S011: `fleet.cars`: expected a whole number from 0 to 4294967295, found the text \"many\""],
        "a wrong value is not also missing"
    );
}

#[test]
fn several_mistakes_come_at_once_in_the_order_of_the_lines() {
    let text = "
[app]
timout = \"5 s\"
timeout = \"5 parsecs\"
share = 2
attempts = 1.5

[calendar]
start = 2022-04-12T00:00:00+09:00
end = 2022-04-11T00:00:00+09:00

[[place]]
name = \"home\"
shore = 0.5

[service.vendor]
workers = 0
";
    let findings: Vec<String> =
        wrong(load(text)).iter().map(|line| line.split(": ").take(2).collect::<Vec<_>>().join(" ")).collect();
    assert_eq!(
        findings,
        [
            "town.toml:3:1 S010",
            "town.toml:4:11 S011",
            "town.toml:5:9 S011",
            "town.toml:6:12 S011",
            "town.toml:10:7 S011",
            "town.toml:14:1 S010",
            "town.toml:17:11 S011",
        ]
    );
}

#[test]
fn findings_about_defaults_that_stand_in_for_wrong_values_are_dropped() {
    // The default start is later than this end, but the start that was meant may not be.
    assert_eq!(
        wrong(load("[calendar]\nstart = \"soon\"\nend = 2022-04-01T00:00:00+09:00\n")),
        ["town.toml:2:9: S011: `calendar.start`: expected a date and time with its offset such as \
          2022-04-10T12:00:00+09:00, found \"soon\": it is not a date and time of the calendar"]
    );
}

#[test]
fn files_that_extend_each_other_in_a_circle_are_told_with_the_way_around() {
    let files = MemoryFiles::new()
        .with("town.toml", "extends = \"other/base.toml\"\n")
        .with("other/base.toml", "extends = [\"../town.toml\"]\n");
    assert_eq!(
        wrong(load_files(&files, &[])),
        ["other/base.toml:1:12: S006: these files extend each other in a circle: \
          town.toml -> other/base.toml -> town.toml (take one `extends` out of the circle)"]
    );
    assert_eq!(
        wrong(load("extends = \"./town.toml\"\n")),
        ["town.toml:1:11: S006: these files extend each other in a circle: town.toml -> town.toml \
          (take one `extends` out of the circle)"]
    );
}

#[test]
fn a_missing_file_is_told_with_its_neighbours() {
    let files = MemoryFiles::new().with("town.toml", "extends = \"smal-town.toml\"\n").with("small-town.toml", "");
    assert_eq!(
        wrong(load_files(&files, &[])),
        ["town.toml:1:11: S005: cannot read `smal-town.toml`: there is no such file (did you mean `small-town.toml`?)"]
    );
    let files = MemoryFiles::new().with("city.toml", "").with("notes.txt", "");
    assert_eq!(
        wrong(load_files(&files, &[])),
        ["S001: cannot read `town.toml`: there is no such file (in `.` there are `city.toml`)"]
    );
    assert_eq!(
        wrong(load("extends = 3\n")),
        ["town.toml:1:11: S007: expected the path of a file to extend, found 3 \
          (write extends = \"other.toml\" or a list of such paths)"]
    );
}

#[test]
fn a_file_that_is_not_utf8_is_told_with_the_first_bad_byte() {
    assert_eq!(
        wrong(load(b"title = \"a\"\n# \xec\x84\x9c\xff\n".to_vec())),
        ["town.toml:2:4: S002: the file is not UTF-8: byte 17 is 0xff (save the file as UTF-8)"]
    );
}

#[test]
fn a_truncated_file_is_told() {
    let findings = wrong(load("[app]\ntimeout = \"5"));
    assert_eq!(findings.len(), 1, "{findings:?}");
    assert!(findings[0].starts_with("town.toml:2:"), "{findings:?}");
    assert!(findings[0].contains("S003: this is not TOML"), "{findings:?}");
}

#[test]
fn all_mistakes_of_the_text_come_at_once() {
    let findings = wrong(load("[app]\ntimeout = 15 s\nshare = \nattempts = 3\n[broken\n"));
    assert!(findings.len() >= 3, "{findings:#?}");
    assert!(findings[0].starts_with("town.toml:2:"), "{findings:#?}");
    assert!(findings[0].contains("values with a unit stand in quotes: timeout = \"15 s\""), "{findings:#?}");
    assert!(findings.iter().any(|finding| finding.starts_with("town.toml:3:")), "{findings:#?}");
    assert!(findings.iter().any(|finding| finding.starts_with("town.toml:5:")), "{findings:#?}");
}

#[test]
fn a_key_that_stands_twice_is_told() {
    assert_eq!(
        wrong(load("[app]\ntimeout = \"5 s\"\ntimeout = \"6 s\"\n")),
        ["town.toml:3:1: S004: `timeout` is defined twice (remove one of the two)"]
    );
}

#[test]
fn two_items_with_one_name_are_told() {
    assert_eq!(
        wrong(load("[[place]]\nname = \"home\"\n[[place]]\nname = \"home\"\n")),
        ["town.toml:4:8: S014: `place` has two items named `home` (give every item a name of its own)"]
    );
}

#[test]
fn wrong_assignments_are_told_with_set_as_their_place() {
    let text = "[[place]]\nname = \"home\"\n[service.vendor]\nworkers = 3\n";
    let told = |assignment: &str| wrong(load_with(text, &[assignment]));
    assert_eq!(
        told("app.timeout"),
        ["--set:1:1: S020: `app.timeout` has no equals sign (write path=value, such as app.timeout='5 s')"]
    );
    assert_eq!(
        told("app.timeout="),
        ["--set:1:1: S020: `app.timeout=` has no value (write path=value, such as app.timeout='5 s')"]
    );
    assert_eq!(
        told("app..timeout=3"),
        ["--set:1:1: S020: the path `app..timeout` has an empty part (write path=value, such as app.timeout='5 s')"]
    );
    assert_eq!(told("app.timout=5 s"), ["--set:1:1: S010: `app` has no key `timout` (did you mean `timeout`?)"]);
    assert_eq!(told("place.hone.share=0.4"), ["--set:1:1: S021: there is no `hone` in `place` (did you mean `home`?)"]);
    assert_eq!(
        told("service.vendr.workers=4"),
        ["--set:1:1: S021: there is no `vendr` in `service` (did you mean `vendor`?)"]
    );
    assert_eq!(told("title.first=4"), ["--set:1:1: S011: `title`: expected a text in quotes, found a table"]);
    assert_eq!(
        told("app.timeout=5 parsecs"),
        ["--set:1:13: S011: `app.timeout`: expected a duration such as \"15 s\", \"10 min\" or \"6.5 h\", \
          found \"5 parsecs\": unknown unit \"parsecs\"; use one of ns, us, ms, s, min, h, d"]
    );
    assert_eq!(
        told("service.vendor={ workers = 0 }"),
        ["--set:1:28: S011: service `vendor` has no workers (give it at least one)"]
    );
}

#[test]
fn wrong_arms_are_told_with_their_line() {
    let text = "
[[place]]
name = \"home\"

[[arm]]
name = \"typing\"
set = { \"app.timout\" = \"5 s\", \"place.hone.share\" = 0.5 }

[[arm]]
name = \"sense\"
[arm.set]
calendar.end = 2022-01-01T00:00:00+09:00
app.share = 7
";
    assert_eq!(
        wrong(load(text)),
        [
            "town.toml:7:9: S010: `app` has no key `timout` (did you mean `timeout`?)",
            "town.toml:7:31: S021: there is no `hone` in `place` (did you mean `home`?)",
            "town.toml:12:16: S011: the calendar ends at 2022-01-01T00:00:00+09:00 and starts at \
             2022-04-08T00:00:00+09:00 (let it end after it starts)",
            "town.toml:13:13: S011: `app.share`: expected a probability such as 0.03 or \"3 %\", found 7: \
             a probability cannot be over 1; write \"7 %\" if percent are meant",
        ]
    );
}

#[test]
fn a_mistake_is_not_told_again_for_every_arm() {
    let text = "[app]\nshare = 7\n[[arm]]\nname = \"a\"\nset = { \"app.attempts\" = 2 }\n[[arm]]\nname = \"b\"\n";
    assert_eq!(wrong(load(text)).len(), 1);
}

#[test]
fn wrong_provenance_is_told() {
    let told = |parameter: &str| wrong(load(format!("[app]\ntimeout = {parameter}\n")));
    assert_eq!(
        told("{ value = \"5 s\", sorce = \"x\" }"),
        ["town.toml:2:28: S030: a parameter has no key `sorce` beside its value (did you mean `source`?)"]
    );
    assert_eq!(
        told("{ value = \"5 s\", confidence = \"sited\" }"),
        ["town.toml:2:41: S031: expected a confidence such as \"cited\" or \"assumed\", found the text \"sited\" \
          (did you mean `cited`?)"]
    );
    assert_eq!(
        told("{ value = \"5 s\", confidence = \"fitted\" }"),
        ["town.toml:2:13: S032: `app.timeout` is fitted, and does not say to what \
          (add `fitted_to = \"...\"`: the target or number that it was fitted to)"]
    );
    assert_eq!(
        told("{ value = \"5 s\", confidence = \"cited\" }"),
        ["town.toml:2:13: S032: `app.timeout` is cited, and does not say where from \
          (add `source = \"...\"`: where the number stands or was measured)"]
    );
    assert_eq!(told("{ value = \"5 s\", source = 3 }"), ["town.toml:2:37: S031: expected a text in quotes, found 3"]);
    assert_eq!(
        told("{ value = \"5 s\", low = \"1 s\", high = \"9 parsecs\" }"),
        ["town.toml:2:48: S011: `app.timeout`: expected a duration such as \"15 s\", \"10 min\" or \"6.5 h\", \
          found \"9 parsecs\": unknown unit \"parsecs\"; use one of ns, us, ms, s, min, h, d"]
    );
    assert_eq!(
        told("{ value = 5, source = \"x\" }"),
        ["town.toml:2:21: S011: `app.timeout`: expected a duration such as \"15 s\", \"10 min\" or \"6.5 h\", \
          found 5: the unit is missing; write \"5 s\" if seconds are meant"]
    );
}

#[test]
fn mistakes_in_an_extended_file_are_told_with_its_name() {
    let files = MemoryFiles::new()
        .with("town.toml", "extends = \"base/base.toml\"\n[app]\nattempts = 0.5\n")
        .with("base/base.toml", "# comment\n[app]\nshare = 3\nattempts = \"overridden, so never looked at\"\n");
    let findings = wrong(load_files(&files, &[]));
    assert_eq!(findings.len(), 2, "{findings:#?}");
    assert!(
        findings.iter().any(|finding| finding.starts_with("base/base.toml:3:9: S011: `app.share`")),
        "{findings:#?}"
    );
    assert!(
        findings.iter().any(|finding| finding.starts_with("town.toml:3:12: S011: `app.attempts`")),
        "{findings:#?}"
    );
}

#[test]
fn findings_are_drawn_with_an_excerpt() {
    let findings = load("[app]\ntimout = \"5 s\"\n").expect_err("a mistake");
    let plain = findings.render(Look { color: false, unicode: false, width: 80 });
    assert_eq!(
        plain,
        "\
error[S010]: `app` has no key `timout`
 --> town.toml:2:1
  |
2 | timout = \"5 s\"
  | ^^^^^^ unknown key
  |
  = help: did you mean `timeout`?"
    );
    let colored = findings.render(Look { color: true, ..Look::default() });
    assert!(colored.contains('\u{1b}'), "{colored}");
    assert!(!plain.contains('\u{1b}'));
}

#[test]
fn findings_are_written_as_json() {
    let findings = load("[app]\ntimout = \"5 s\"\n").expect_err("a mistake");
    assert_eq!(
        serde_json::to_value(&findings).expect("findings can be written"),
        serde_json::json!([{
            "code": "S010",
            "message": "`app` has no key `timout`",
            "path": "app.timout",
            "file": "town.toml",
            "line": 2,
            "column": 1,
            "help": "did you mean `timeout`?",
        }])
    );
}

#[test]
fn every_code_has_an_explanation_of_its_own() {
    let mut explanations: Vec<&str> =
        Code::ALL.iter().map(|code| explain(code.as_str()).expect("an explanation")).collect();
    assert!(explanations.iter().all(|explanation| explanation.len() > 80));
    explanations.sort_unstable();
    explanations.dedup();
    assert_eq!(explanations.len(), Code::ALL.len());
    assert_eq!(explain("s010"), explain("S010"));
    assert_eq!(explain("S999"), None);
}

#[test]
fn the_file_system_is_read_too() {
    let folder = tempfile::tempdir().expect("a folder");
    std::fs::write(folder.path().join("base.toml"), "[app]\nattempts = 7\n").expect("a file");
    std::fs::write(folder.path().join("town.toml"), "extends = \"base.toml\"\n").expect("a file");
    let loaded = Loader::new().load::<Town>(folder.path().join("town.toml")).expect("a scenario");
    assert_eq!(loaded.value.app.attempts, 7);
    let findings = Loader::new().load::<Town>(folder.path()).expect_err("a folder is no file").to_string();
    assert!(findings.contains("S001") && findings.contains("it is a folder"), "{findings}");
    let findings = Loader::new().load::<Town>(folder.path().join("twon.toml")).expect_err("no such file").to_string();
    assert!(findings.contains("did you mean") && findings.contains("town.toml"), "{findings}");
    std::fs::write(folder.path().join("a.toml"), "extends = \"b.toml\"\n").expect("a file");
    std::fs::write(folder.path().join("b.toml"), "extends = \"./a.toml\"\n").expect("a file");
    let findings = Loader::new().load::<Town>(folder.path().join("a.toml")).expect_err("a circle").to_string();
    assert!(findings.contains("S006") && findings.contains(" -> "), "{findings}");
}
