//! The whole story of a door whose servers are down: it opens for a valid key, for no bad one, and locks again.

use std::fmt;

use stranded_wire::issuer::{BadKey, Outcome, Scene};
use stranded_wire::{Command, LogEvent, Role};

use crate::door_link::DoorLink;
use crate::error::DevkitError;
use crate::lab;

/// One thing that the door had to do.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Check {
    /// What was put to the door.
    pub what: String,
    /// What the door must say.
    pub expected: String,
    /// What it said.
    pub got: String,
}

impl Check {
    fn new(what: impl Into<String>, expected: impl fmt::Display, got: impl fmt::Display) -> Self {
        Self { what: what.into(), expected: expected.to_string(), got: got.to_string() }
    }

    /// Whether the door did what it had to do.
    pub fn passed(&self) -> bool {
        self.expected == self.got
    }
}

/// Tells the story to a door that has just started. It hears from nobody but the phone.
///
/// # Errors
/// The probe fails or the door does not answer; what the door answers is in the result.
pub fn tell_story(door: &mut DoorLink<'_>) -> Result<Vec<Check>, DevkitError> {
    let now = lab::now();
    let (issuer, phone, key) = (lab::issuer(), lab::phone(), lab::key(Role::Guest, now));
    let token = issuer.issue(&key);
    let mut story = Vec::new();

    let updated = door.talk(|car, challenge| lab::update_frame(car, challenge, now), drop)?;
    story.push(Check::new("the vendor's word on the time, signed before", "updated", describe(updated)));

    let mut recorded = Vec::new();
    let mut command = |door: &mut DoorLink<'_>, command| {
        let answer = |_, challenge| {
            recorded = phone.answer(challenge, &token, command);
            recorded.clone()
        };
        let outcome = door.talk(answer, drop)?;
        Ok::<_, DevkitError>((outcome, recorded.clone()))
    };
    let (unlocked, unlock) = command(door, Command::Unlock)?;
    story.push(Check::new("valid key: unlock", done(Command::Unlock), describe(unlocked)));
    let (started, _) = command(door, Command::Start)?;
    story.push(Check::new("valid key: start", done(Command::Start), describe(started)));
    // Guesses would lock the door for everybody; a good key makes it forget them.
    let (locked, _) = command(door, Command::Lock)?;
    story.push(Check::new("valid key: lock", done(Command::Lock), describe(locked)));

    let scene = Scene { issuer: &issuer, phone: &phone, key };
    for bad in BadKey::ALL {
        let outcome = door.talk(|_, challenge| bad.frame(&scene, challenge, &unlock), drop)?;
        let expected = describe(Outcome::Refused(bad.refusal()));
        story.push(Check::new(format!("bad key: {}", bad.name()), expected, describe(outcome)));
        let (locked, _) = command(door, Command::Lock)?;
        if describe(locked) != done(Command::Lock) {
            let what = format!("valid key after the bad one ({}): lock", bad.name());
            story.push(Check::new(what, done(Command::Lock), describe(locked)));
        }
    }
    let (unlocked, _) = command(door, Command::Unlock)?;
    story.push(Check::new("valid key: unlock again", done(Command::Unlock), describe(unlocked)));
    let (locked, _) = command(door, Command::Lock)?;
    story.push(Check::new("valid key: lock again", done(Command::Lock), describe(locked)));
    story.push(read_log(door)?);
    Ok(story)
}

/// What the door itself has written down. It must have unlocked for the valid key only, and have locked last.
fn read_log(door: &mut DoorLink<'_>) -> Result<Check, DevkitError> {
    let service = lab::issuer().issue(&lab::key(Role::Service, lab::now()));
    let mut log = Vec::new();
    let answer = |_, challenge| lab::phone().answer(challenge, &service, Command::ReadLog);
    let told = door.talk(answer, |line| log.push(line))?;
    let what = "service key: the door's log";
    let expected = "unlocked twice since its start, locked last, no line lost";
    if describe(told) != done(Command::ReadLog) {
        return Ok(Check::new(what, expected, describe(told)));
    }
    let start = log.iter().rposition(|line| line.event == LogEvent::Started);
    let lines = log.get(start.unwrap_or(0)..).unwrap_or_default();
    let unlocked = lines.iter().filter(|line| matches!(line.event, LogEvent::Unlocked { .. })).count();
    let last = lines.iter().rfind(|line| matches!(line.event, LogEvent::Unlocked { .. } | LogEvent::Locked { .. }));
    let locked_last = last.is_some_and(|line| matches!(line.event, LogEvent::Locked { .. }));
    let whole = start.is_some() && lines.windows(2).all(|pair| pair[0].sequence + 1 == pair[1].sequence);
    if unlocked == 2 && locked_last && whole {
        return Ok(Check::new(what, expected, expected));
    }
    Ok(Check::new(what, expected, format!("unlocked {unlocked} times, locked last: {locked_last}, whole: {whole}")))
}

fn done(command: Command) -> String {
    format!("done: {command:?}")
}

/// How a conversation ended, in words.
pub fn describe(outcome: Outcome) -> String {
    match outcome {
        Outcome::Done { command, .. } => done(command),
        Outcome::Updated => "updated".to_owned(),
        Outcome::Refused(refusal) => format!("{refusal:?}: {refusal}"),
        Outcome::BoltFailed(fault) => format!("the bolt failed: {fault:?}"),
    }
}
