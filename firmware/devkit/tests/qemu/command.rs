//! The program `devkit` from the shell.

use std::fs;
use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::TcpStream;
use std::process::{Command, Output, Stdio};

use stranded_devkit::lab;
use stranded_wire::issuer::{Next, Outcome, Session, hello};
use stranded_wire::{FrameReader, Reply, Role};

use crate::firmware::folder;

/// The program, with the firmware that is built already.
fn devkit(arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_devkit"));
    command.args(arguments).env("STRANDED_TEST_FIRMWARE", folder());
    command
}

fn run(arguments: &[&str]) -> (Option<i32>, String, String) {
    let Output { status, stdout, stderr } = devkit(arguments).output().expect("it starts");
    (status.code(), String::from_utf8_lossy(&stdout).into_owned(), String::from_utf8_lossy(&stderr).into_owned())
}

#[test]
fn the_list_has_qemu() {
    let (code, stdout, stderr) = run(&["list"]);
    assert_eq!(code, Some(0), "{stderr}");
    assert!(stdout.contains("1209:0001:mps2-an386"), "{stdout}");
}

#[test]
fn what_is_missing_is_said() {
    for (arguments, said) in [
        (&["flash", "--probe", "1209:ffff"][..], "take `--probe qemu`, which needs no hardware"),
        (&["flash", "--probe", "abacus"], "see `devkit list`"),
        (&["flash", "--probe", "qemu", "--board", "nrf52840-dk"], "QEMU does not play an nRF52840"),
        (&["talk", "lock", "--link", "uart", "--board", "nrf52840-dk"], "opening a serial port is missing here"),
        (&["flash", "--programs", "/no/such/folder"], "cargo xtask firmware build"),
    ] {
        let (code, stdout, stderr) = run(arguments);
        assert_eq!(code, Some(1), "{arguments:?}: {stdout}");
        assert!(stderr.contains(said), "{arguments:?}: {stderr}");
    }
}

#[test]
fn the_story_is_told_anew_at_every_repetition() {
    let (code, stdout, stderr) = run(&["test", "--repetitions", "2"]);
    assert_eq!(code, Some(0), "{stdout}{stderr}");
    assert!(stdout.ends_with("2 of 2 repetitions passed\n"), "{stdout}");
    assert_eq!(stdout.lines().filter(|line| line.contains("bad key: ")).count(), 12, "{stdout}");
}

#[test]
fn the_shell_is_a_phone() {
    let (code, stdout, stderr) = run(&["talk", "status", "unlock", "lock", "log", "log"]);
    assert_eq!(code, Some(0), "{stdout}{stderr}");
    for said in ["status: car 7", "done: Unlock", "done: Lock", "Unlocked { key_id: 1 }", "done: ReadLog"] {
        assert!(stdout.contains(said), "{said} is missing in {stdout}");
    }
}

#[test]
fn the_shell_reaches_the_door_by_its_uart() {
    let (code, stdout, stderr) = run(&["talk", "unlock", "lock", "--link", "uart"]);
    assert_eq!(code, Some(0), "{stdout}{stderr}");
    assert_eq!(stdout, "done: Unlock\ndone: Lock\n");
}

#[test]
fn an_unlock_costs_the_sum_of_its_steps_and_mostly_its_two_signatures() {
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("samples.json");
    let (code, stdout, stderr) =
        run(&["bench", "--unlocks", "3", "--library", "salty", "--samples", &file.display().to_string()]);
    assert_eq!(code, Some(0), "{stdout}{stderr}");
    let samples: serde_json::Value =
        serde_json::from_slice(&fs::read(&file).expect("it was written")).expect("it is JSON");
    for (field, value) in [
        ("schema", 1.into()),
        ("kind", "door".into()),
        ("board", "qemu-mps2".into()),
        ("unit", "instructions".into()),
        ("estimated", true.into()),
        ("signature_library", "salty".into()),
    ] {
        let expected: serde_json::Value = value;
        assert_eq!(samples[field], expected, "{field}");
    }
    let step = |name: &str, unlock: usize| samples["steps"][name][unlock].as_u64().expect("a number");
    for unlock in 0..3 {
        let verify = step("verify_token", unlock) + step("verify_proof", unlock);
        let sum = verify + step("challenge", unlock) + step("decode", unlock) + step("rights", unlock);
        // Each step is rounded to a whole instruction.
        assert!(sum.abs_diff(step("unlock_total", unlock)) <= 5, "{samples}");
        assert!(verify > sum / 10 * 9, "{samples}");
    }
    assert_eq!(samples["steps"]["unlock_total"].as_array().map(Vec::len), Some(3));
}

/// QEMU counts instructions, so that the same program with the same key costs the same on any machine under any load: the key's
/// signature is the same in all unlocks of a run.
#[test]
fn counts_repeat() {
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("samples.json");
    let (code, stdout, stderr) = run(&["bench", "--unlocks", "4", "--samples", &file.display().to_string()]);
    assert_eq!(code, Some(0), "{stdout}{stderr}");
    let samples: serde_json::Value =
        serde_json::from_slice(&fs::read(&file).expect("it was written")).expect("it is JSON");
    let verify_token = samples["steps"]["verify_token"].as_array().expect("an array");
    let counts: Vec<u64> = verify_token.iter().filter_map(serde_json::Value::as_u64).collect();
    assert_eq!(counts.len(), 4);
    // To the tick of the timer, which may fall on either side of an instruction.
    assert!(counts.iter().all(|count| count.abs_diff(counts[0]) <= 1), "{counts:?}");
}

#[test]
fn a_socket_leads_to_the_door() {
    let mut served = devkit(&["serve", "--once", "--limit", "300"]).stdout(Stdio::piped()).spawn().expect("it starts");
    let mut line = String::new();
    let stdout = served.stdout.take().expect("it is a pipe");
    BufReader::new(stdout).read_line(&mut line).expect("it says where");
    let address = line.trim().rsplit(' ').next().expect("an address").to_owned();
    let mut stream = TcpStream::connect(&address).expect("it listens");

    let now = lab::now();
    let updated = talk(&mut stream, Session::new(|car, challenge| lab::update_frame(car, challenge, now)));
    assert_eq!(updated, Outcome::Updated);
    let token = lab::issuer().issue(&lab::key(Role::Guest, now));
    let unlock = stranded_wire::Command::Unlock;
    let unlocked = talk(&mut stream, Session::new(|_, challenge| lab::phone().answer(challenge, &token, unlock)));
    assert!(matches!(unlocked, Outcome::Done { command, .. } if command == unlock), "{unlocked:?}");

    drop(stream);
    assert!(served.wait().expect("it ends with its client").success());
}

/// One conversation, on bytes alone.
fn talk<Answer>(stream: &mut TcpStream, mut session: Session<Answer>) -> Outcome
where
    Answer: FnOnce(stranded_wire::CarId, stranded_wire::Challenge) -> Vec<u8>,
{
    stream.write_all(&hello()).expect("it takes bytes");
    let mut reader = FrameReader::new();
    let mut byte = [0];
    loop {
        stream.read_exact(&mut byte).expect("the door answers");
        let Some(reply) = reader.push(byte[0]).and_then(|body| body.and_then(Reply::decode).ok()) else { continue };
        match session.take(reply) {
            Next::Send(frame) => stream.write_all(&frame).expect("it takes bytes"),
            Next::End(outcome) => return outcome,
            Next::Log(_) | Next::Wait => {}
        }
    }
}
