//! `firmware/SECURITY.md` says what is stopped, limited or open, and names tests that exist.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

const DOCUMENT: &str = include_str!("../../../SECURITY.md");

const THREATS: [&str; 11] = [
    "Relay",
    "Replay",
    "Clock rollback",
    "Stolen phone",
    "Cancelled booking",
    "Over-broad token",
    "Mass issuance during the outage",
    "Issuer-key leak",
    "Battery drain by wake-ups",
    "Jamming",
    "Service-key abuse",
];

/// `suite::file::name`, where the document has it in backquotes.
fn named_tests(text: &str) -> BTreeSet<(&str, &str, &str)> {
    text.split('`')
        .skip(1)
        .step_by(2)
        .filter_map(|quoted| {
            let mut parts = quoted.split("::");
            let named = (parts.next()?, parts.next()?, parts.next()?);
            parts.next().is_none().then_some(named)
        })
        .collect()
}

fn file_of(suite: &str, file: &str) -> PathBuf {
    let door = Path::new(env!("CARGO_MANIFEST_DIR"));
    let tests = if suite == "wire" { door.join("../../reference-server/wire/tests") } else { door.join("tests") };
    tests.join(suite).join(file).with_extension("rs")
}

/// Whether the source has a test of this name: an attribute or a `proptest!` entry, then the function.
fn has_test(source: &str, name: &str) -> bool {
    let function = format!("fn {name}(");
    source.split("#[test]").skip(1).any(|after| {
        let declaration = after.lines().find(|line| line.trim_start().starts_with("fn "));
        declaration.is_some_and(|line| line.contains(&function))
    })
}

#[test]
fn the_named_tests_exist() {
    let named = named_tests(DOCUMENT);
    assert!(named.len() > 30, "{}", named.len());
    let missing: Vec<_> = named
        .into_iter()
        .filter(|(suite, file, name)| {
            let source = fs::read_to_string(file_of(suite, file)).unwrap_or_default();
            !has_test(&source, name)
        })
        .collect();
    assert!(missing.is_empty(), "firmware/SECURITY.md names tests that do not exist: {missing:?}");
}

#[test]
fn every_threat_has_a_verdict_and_a_test() {
    for threat in THREATS {
        let heading = format!("## {threat}: ");
        let section = DOCUMENT.split_once(&heading).map(|(_, after)| after.split("\n## ").next().unwrap_or(after));
        let Some(section) = section else {
            panic!("firmware/SECURITY.md has no section {heading:?}");
        };
        let verdict = section.lines().next().unwrap_or_default();
        assert!(["stopped", "limited", "open"].contains(&verdict), "{threat}: {verdict:?}");
        assert!(!named_tests(section).is_empty(), "{threat} names no test");
    }
}

/// The canary: a name that nobody uses is missed.
#[test]
fn a_missing_test_is_missed() {
    let source = fs::read_to_string(file_of("security", "main")).expect("this file exists");
    assert!(has_test(&source, "a_missing_test_is_missed"));
    assert!(!has_test(&source, "named_tests") && !has_test(&source, "nobody_wrote_this"));
}
