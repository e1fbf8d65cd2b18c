//! `devkit talk`: the shell as a phone.

use clap::{Args, ValueEnum};
use stranded_devkit::{DevkitError, DoorLink, describe, lab};
use stranded_virtual_probe::Options;
use stranded_wire::issuer::Outcome;
use stranded_wire::{Command, LogEntry, Role};

use crate::Ending;
use crate::link_choice::LinkChoice;
use crate::target::Target;

#[derive(Debug, Args)]
pub(crate) struct Arguments {
    /// What to do, in this order.
    #[arg(required = true)]
    actions: Vec<Action>,

    #[command(flatten)]
    target: Target,

    #[command(flatten)]
    link: LinkChoice,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Action {
    /// Unlock the doors.
    Unlock,
    /// Lock the doors.
    Lock,
    /// Read the door's log with the staff's key.
    Log,
    /// Ask who the door is. Needs no key.
    Status,
}

/// Talks to the door. A board's door goes on as it is; a QEMU is started for this conversation.
///
/// # Errors
/// There is no door, or it does not answer.
pub(crate) fn run(arguments: &Arguments) -> Result<Ending, DevkitError> {
    arguments.link.check(&arguments.target)?;
    let program = arguments.target.door()?;
    let mut device = arguments.target.device(&Options::default())?;
    if arguments.target.is_qemu() {
        device.flash(&program)?;
        device.start(&program)?;
    }
    let mut door = arguments.link.open(&mut device, &program)?;
    let mut ending = Ending::Good;
    for action in &arguments.actions {
        let outcome = match action {
            Action::Status => {
                let (car, challenge) = door.greet()?;
                let (start, counter) = (challenge.boot_epoch, challenge.counter);
                println!("status: car {}, start number {start}, {counter} commands accepted since", car.0);
                continue;
            }
            Action::Unlock => command(&mut door, Role::Guest, Command::Unlock)?,
            Action::Lock => command(&mut door, Role::Guest, Command::Lock)?,
            Action::Log => command(&mut door, Role::Service, Command::ReadLog)?,
        };
        println!("{}", describe(outcome));
        if !matches!(outcome, Outcome::Done { .. }) {
            ending = Ending::Missed;
        }
    }
    Ok(ending)
}

fn command(door: &mut DoorLink<'_>, role: Role, command: Command) -> Result<Outcome, DevkitError> {
    let now = lab::now();
    // A phone brings the time along: a door that has just started knows none.
    let updated = door.talk(|car, challenge| lab::update_frame(car, challenge, now), drop)?;
    if updated != Outcome::Updated {
        return Ok(updated);
    }
    let token = lab::issuer().issue(&lab::key(role, now));
    door.talk(|_, challenge| lab::phone().answer(challenge, &token, command), print)
}

fn print(line: LogEntry) {
    let LogEntry { sequence, boot_epoch, uptime_milliseconds, time, event } = line;
    let time = time.map(|time| format!(", {} s since 1970", time.0)).unwrap_or_default();
    println!("{sequence:>6}  start {boot_epoch}, {uptime_milliseconds} ms{time}: {event:?}");
}
