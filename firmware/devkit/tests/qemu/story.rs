//! No server runs here. The door opens for a valid key, for no bad one, and locks again.

use std::collections::BTreeSet;

use stranded_devkit::{DoorLink, lab};
use stranded_virtual_probe::Options;
use stranded_wire::issuer::{BadKey, Outcome, Scene};
use stranded_wire::{Command, LogEvent, Role};

use crate::firmware::{flashed, program};

/// The story once from start to end.
fn tell(door: &mut DoorLink<'_>) {
    let now = lab::now();
    let (issuer, phone, key) = (lab::issuer(), lab::phone(), lab::key(Role::Guest, now));
    let token = issuer.issue(&key);
    let updated = door.talk(|car, challenge| lab::update_frame(car, challenge, lab::now()), drop);
    assert_eq!(updated.expect("the door answers"), Outcome::Updated);

    let mut recorded = Vec::new();
    let mut command = |door: &mut DoorLink<'_>, command| {
        let answer = |_, challenge| {
            recorded = phone.answer(challenge, &token, command);
            recorded.clone()
        };
        let outcome = door.talk(answer, drop).expect("the door answers");
        assert!(matches!(outcome, Outcome::Done { command: done, .. } if done == command), "{outcome:?}");
        recorded.clone()
    };
    let unlock = command(door, Command::Unlock);
    command(door, Command::Start);

    let scene = Scene { issuer: &issuer, phone: &phone, key };
    let mut reasons = BTreeSet::new();
    for bad in BadKey::ALL {
        let outcome = door.talk(|_, challenge| bad.frame(&scene, challenge, &unlock), drop).expect("the door answers");
        assert_eq!(outcome, Outcome::Refused(bad.refusal()), "{}", bad.name());
        reasons.insert(bad.refusal().code());
        // Guesses would lock the door for everybody; a good key makes it forget them.
        command(door, Command::Lock);
    }
    assert_eq!(reasons.len(), 12);

    let service = issuer.issue(&lab::key(Role::Service, now));
    let mut log = Vec::new();
    let told = door.talk(|_, challenge| phone.answer(challenge, &service, Command::ReadLog), |line| log.push(line));
    assert!(matches!(told, Ok(Outcome::Done { command: Command::ReadLog, .. })), "{told:?}");
    assert!(log.windows(2).all(|pair| pair[0].sequence + 1 == pair[1].sequence), "{log:?}");
    let events: Vec<_> = log.iter().map(|line| line.event).collect();
    for event in
        [LogEvent::Unlocked { key_id: 1 }, LogEvent::EngineEnabled { key_id: 1 }, LogEvent::Locked { key_id: 1 }]
    {
        assert!(events.contains(&event), "{event:?} is missing in {events:?}");
    }
}

#[test]
fn the_door_opens_with_the_servers_down_and_for_nobody_else() {
    let program = program("qemu-mps2");
    let mut device = flashed(&program, &Options::default());
    for _ in 0..3 {
        device.start(&program).expect("it starts");
        tell(&mut DoorLink::open(&mut device, &program).expect("the door is there"));
    }
}
