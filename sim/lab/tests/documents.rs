//! What the program prints about itself.

mod common;

use common::{Workshop, entries};

fn printed(workshop: &Workshop, arguments: &[&str]) -> String {
    let output = workshop.stranded(arguments).assert().success().get_output().clone();
    String::from_utf8(output.stdout).expect("UTF-8")
}

#[test]
fn what_show_prints_is_the_same_scenario() {
    let workshop = Workshop::new();
    let shown = printed(&workshop, &["scenario", "show", "town.toml", "--set", "fleet.cars=123"]);
    assert!(shown.contains("cars = 123"), "{shown}");
    std::fs::write(workshop.path().join("shown.toml"), &shown).expect("a file");
    let again = printed(&workshop, &["scenario", "show", "shown.toml"]);
    let values = |text: &str| -> Vec<String> {
        // Comments say where a value comes from, and that has changed.
        text.lines().map(|line| line.split(" #").next().unwrap_or_default().trim().to_owned()).collect()
    };
    assert_eq!(values(&shown), values(&again));
}

#[test]
fn the_schema_is_json_and_knows_the_sections() {
    let workshop = Workshop::new();
    let schema: serde_json::Value = serde_json::from_str(&printed(&workshop, &["schema"])).expect("JSON");
    for section in ["fleet", "service", "arm", "extends"] {
        assert!(schema["properties"].get(section).is_some(), "{section}");
    }
}

#[test]
fn every_code_that_is_listed_is_explained() {
    let workshop = Workshop::new();
    let list = printed(&workshop, &["explain"]);
    let codes: Vec<&str> = list.lines().filter_map(|line| line.split(':').next()).collect();
    assert!(codes.len() > 20 && codes.contains(&"S111") && codes.contains(&"metrics"), "{list}");
    for code in codes {
        let text = printed(&workshop, &["explain", code]);
        assert!(text.lines().count() > 2, "{code} is explained in a line: {text}");
    }
    assert!(printed(&workshop, &["explain", "s010"]).starts_with("S010"), "codes in small letters are understood");
    assert!(printed(&workshop, &["explain", "metrics"]).contains("retry_amplification"));
    assert!(printed(&workshop, &["explain", "statistics"]).contains("MSER-5"));
}

#[test]
fn completions_and_man_pages_know_every_command() {
    let workshop = Workshop::new();
    for shell in ["bash", "zsh", "fish", "powershell", "elvish"] {
        let script = printed(&workshop, &["completions", shell]);
        assert!(script.contains("sensitivity") && script.contains("scenario"), "{shell}");
    }
    workshop.stranded(&["man", "--out", "man"]).assert().success();
    let pages = entries(&workshop.path().join("man"));
    for page in ["stranded.1", "stranded-run.1", "stranded-scenario-show.1", "stranded-init.1"] {
        assert!(pages.iter().any(|name| name == page), "{page} is missing in {pages:?}");
    }
}

#[test]
fn help_teaches_by_example() {
    let workshop = Workshop::new();
    for command in [&["--help"][..], &["run", "--help"], &["scenario", "check", "--help"], &["init", "--help"]] {
        let text = printed(&workshop, command);
        assert!(text.contains("Example") && text.contains("  stranded "), "{command:?}: {text}");
    }
}
