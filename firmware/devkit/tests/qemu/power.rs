//! The power goes while the door writes its log: QEMU is killed at some moment, and another one starts with the same flash.

use std::process::Command;

use stranded_devkit::{Device, DoorLink, lab};
use stranded_virtual_probe::{MPS2_AN386, Options, VirtualProbe, register};
use stranded_wire::issuer::Outcome;
use stranded_wire::{LogEntry, Role};

use crate::firmware::program;

const CUTS: usize = 4;

#[test]
fn the_log_survives_cuts_of_the_power() {
    let program = program("qemu-mps2");
    let folder = tempfile::tempdir().expect("a folder");
    let options = Options { retained_memory: Some(folder.path().join("flash")), ..Options::default() };
    register();
    let mut safe: Vec<LogEntry> = Vec::new();
    for cut in 0..=CUTS {
        let probe = VirtualProbe::start(&MPS2_AN386, &options).expect("QEMU starts");
        let process_id = probe.qemu().process_id();
        let mut device = Device::attach(probe.into_probe_rs(), MPS2_AN386.name).expect("it attaches");
        device.flash(&program).expect("it flashes");
        device.start(&program).expect("it starts");
        let mut door = DoorLink::open(&mut device, &program).expect("the door is there");
        let updated = door.talk(|car, challenge| lab::update_frame(car, challenge, lab::now()), drop);
        assert_eq!(updated.expect("the door answers"), Outcome::Updated);

        let log = read_log(&mut door);
        assert!(log.starts_with(&safe), "cut {cut}: {safe:?} became {log:?}");
        // One start a cut, and this one.
        let starts: Vec<u32> = log.iter().map(|line| line.boot_epoch).collect();
        assert_eq!(starts.last().copied(), Some(cut as u32 + 1), "{starts:?}");
        safe = log;

        // A command, and the power goes without waiting for anything that follows from it.
        let token = lab::issuer().issue(&lab::key(Role::Guest, lab::now()));
        door.talk(|_, challenge| lab::phone().answer(challenge, &token, stranded_wire::Command::Unlock), drop)
            .expect("the door answers");
        let killed = Command::new("kill").args(["-9", &process_id.to_string()]).status();
        assert!(killed.expect("kill starts").success());
    }
}

/// Reads the log twice: the first reading writes a line itself, which the second shows.
fn read_log(door: &mut DoorLink<'_>) -> Vec<LogEntry> {
    let token = lab::issuer().issue(&lab::key(Role::Service, lab::now()));
    let mut log = Vec::new();
    for _ in 0..2 {
        log.clear();
        let command = stranded_wire::Command::ReadLog;
        let told = door.talk(|_, challenge| lab::phone().answer(challenge, &token, command), |line| log.push(line));
        assert!(matches!(told, Ok(Outcome::Done { .. })), "{told:?}");
    }
    log
}
