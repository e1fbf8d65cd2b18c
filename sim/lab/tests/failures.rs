//! What goes wrong outside the scenario: disks, folders, pipes, Ctrl-C. Nothing half-written is left behind.
#![cfg(unix)]

mod common;

use common::{Workshop, entries};
use std::io::{BufRead as _, BufReader, Read as _};
use std::process::{Command, Stdio};

const PROGRAM: &str = env!("CARGO_BIN_EXE_stranded");

fn stderr(output: &std::process::Output) -> String {
    String::from_utf8_lossy(&output.stderr).into_owned()
}

/// A shell command in the workshop, with `stranded` standing for the program.
fn shell(workshop: &Workshop, command: &str) -> std::process::Output {
    Command::new("sh")
        .args(["-c", &command.replace("stranded", &format!("'{PROGRAM}'"))])
        .current_dir(workshop.path())
        .output()
        .expect("a shell")
}

#[test]
fn a_file_that_is_not_utf8_is_refused_at_the_first_byte_that_is_not() {
    let workshop = Workshop::new();
    std::fs::write(workshop.path().join("euc-kr.toml"), b"title = \"ok\"\ndescription = \"\xb1\xd7\xb8\xb0\"\n")
        .expect("a file");
    let output = workshop.stranded(&["run", "euc-kr.toml"]).assert().code(3).get_output().clone();
    let message = stderr(&output);
    assert!(message.contains("S002") && message.contains("euc-kr.toml:2:"), "{message}");
}

#[test]
fn a_disk_that_fills_up_leaves_nothing_behind() {
    let workshop = Workshop::new();
    // A limit on the size of files stands for a full disk: the system refuses the write in the middle of a file.
    let output = shell(&workshop, "ulimit -f 16; stranded run town.toml -q");
    assert_eq!(output.status.code(), Some(1), "{}", stderr(&output));
    let message = stderr(&output);
    assert!(message.contains("cannot write the file") && message.contains("parquet"), "no place: {message}");
    assert!(message.contains("--out"), "no way out: {message}");
    assert!(!workshop.path().join("runs").exists(), "{:?}", entries(&workshop.path().join("runs")));
}

#[test]
fn a_standard_output_that_is_full_is_an_error_with_a_way_out() {
    let workshop = Workshop::new();
    let output = shell(&workshop, "stranded schema > /dev/full");
    assert_eq!(output.status.code(), Some(1));
    let message = stderr(&output);
    assert!(message.contains("standard output") && message.contains("free some space"), "{message}");
}

#[test]
fn a_reader_who_has_seen_enough_is_no_error() {
    let mut child = Command::new(PROGRAM)
        .arg("schema")
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("the program starts");
    drop(child.stdout.take());
    let output = child.wait_with_output().expect("it ends");
    assert_eq!((output.status.code(), stderr(&output).as_str()), (Some(0), ""));
}

#[test]
#[cfg(target_os = "linux")]
fn a_folder_that_nobody_may_write_to_is_named_before_anything_is_simulated() {
    let workshop = Workshop::new();
    // Not even root may make folders there.
    let output = workshop.stranded(&["run", "town.toml", "--out", "/proc/runs"]).assert().code(1).get_output().clone();
    let message = stderr(&output);
    assert!(message.contains("cannot create the folder `/proc/runs`"), "{message}");
    assert!(!message.contains("replication"), "it was found out too late: {message}");
}

#[test]
fn ctrl_c_in_mid_run_removes_the_unfinished_run() {
    let workshop = Workshop::new();
    let mut child = Command::new(PROGRAM)
        .args(["run", "town.toml", "--replications", "100000"])
        .current_dir(workshop.path())
        .stdout(Stdio::null())
        .stderr(Stdio::piped())
        .spawn()
        .expect("the program starts");
    let mut lines = BufReader::new(child.stderr.take().expect("a pipe"));
    let mut first = String::new();
    lines.read_line(&mut first).expect("a first estimate");
    assert!(first.starts_with("baseline: 2 replications"), "{first}");
    let runs = workshop.path().join("runs");
    let unfinished = entries(&runs);
    assert!(unfinished.len() == 1 && unfinished[0].starts_with('.'), "hidden until it is whole: {unfinished:?}");

    let killed = Command::new("kill").args(["-INT", &child.id().to_string()]).status().expect("kill");
    assert!(killed.success());
    let mut rest = String::new();
    lines.read_to_string(&mut rest).expect("the end of the words");
    assert_eq!(child.wait().expect("it ends").code(), Some(130), "{rest}");
    assert!(rest.contains("interrupted"), "{rest}");
    assert!(!runs.exists(), "{:?}", entries(&runs));
}

#[test]
fn what_a_killed_run_leaves_is_removed_by_the_next() {
    let workshop = Workshop::new();
    let mut child = Command::new(PROGRAM)
        .args(["run", "town.toml", "--replications", "100000"])
        .current_dir(workshop.path())
        .stdout(Stdio::null())
        .stderr(Stdio::piped())
        .spawn()
        .expect("the program starts");
    let mut first = String::new();
    BufReader::new(child.stderr.take().expect("a pipe")).read_line(&mut first).expect("a first estimate");
    let runs = workshop.path().join("runs");
    let left = entries(&runs);
    assert!(left.len() == 1 && left[0].starts_with('.'), "{left:?}");
    // While it lives, another run leaves it alone.
    workshop.stranded(&["run", "town.toml", "--quiet", "--replications", "1", "--arms", "none"]).assert().success();
    assert_eq!(entries(&runs).len(), 2);
    assert_eq!(entries(&runs)[0], left[0]);
    // SIGKILL: it cannot tidy up.
    child.kill().expect("kill");
    child.wait().expect("it ends");
    assert_eq!(entries(&runs)[0], left[0]);
    let output = workshop
        .stranded(&["run", "town.toml", "--replications", "1", "--arms", "none"])
        .assert()
        .success()
        .get_output()
        .clone();
    let message = stderr(&output);
    assert!(message.contains(&left[0]) && message.contains("left by a run that was killed"), "{message}");
    let names = entries(&runs);
    assert!(names.len() == 1 && !names[0].starts_with('.'), "{names:?}");
    assert!(!entries(&runs.join(&names[0])).iter().any(|name| name.starts_with('.')), "no lock in a finished run");
}
