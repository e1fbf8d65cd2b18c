//! The tests that run on the target.

use std::time::Duration;

use stranded_devkit::{Verdict, run_test};
use stranded_virtual_probe::Options;

use crate::firmware::{flashed, program};

/// For a test that never ends.
const TEST_LIMIT: Duration = Duration::from_mins(20);

#[test]
fn every_test_passes_on_the_target() {
    let program = program("target-tests");
    let options = Options { session_limit: Duration::from_hours(1), ..Options::default() };
    let mut device = flashed(&program, &options);
    let mut passed = Vec::new();
    for test in program.tests() {
        let verdict = run_test(&mut device, test, TEST_LIMIT).expect("the target is there");
        println!("on target: {} ... {verdict:?}", test.name);
        assert_eq!(verdict, Verdict::Passed, "{}", test.name);
        passed.push(test.name.as_str());
    }
    assert!(passed.contains(&"canary") && passed.len() >= 8, "{passed:?}");
}

/// The runner's own canary: a test that fails is seen to fail.
#[test]
fn a_test_that_fails_is_found_out() {
    let program = program("target-tests");
    let mut device = flashed(&program, &Options::default());
    let mut canary = program.tests().iter().find(|test| test.name == "canary_that_dies").expect("it is there").clone();
    canary.should_panic = false;
    let verdict = run_test(&mut device, &canary, TEST_LIMIT).expect("the target is there");
    assert!(matches!(verdict, Verdict::Failed(_)), "{verdict:?}");
}
