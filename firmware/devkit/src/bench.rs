//! What an unlock costs, counted by the target itself: the program `door-bench`.

use std::collections::BTreeMap;

use clap::ValueEnum;
use serde::Serialize;
use stranded_virtual_probe::Options;
use stranded_wire::issuer::Outcome;
use stranded_wire::{Command, Role};

use crate::device::Device;
use crate::door_link::DoorLink;
use crate::error::DevkitError;
use crate::lab;
use crate::program::Program;

/// The steps in the order in which the target counts them, and in which they happen. The last is their sum.
pub const STEPS: [&str; 6] = ["challenge", "decode", "verify_token", "verify_proof", "rights", "unlock_total"];

/// The channel of the counts.
const COUNTS_UP: usize = 0;

/// An instruction takes 2^6 ns of QEMU's time. More than a tick of the timer, so that none is lost by rounding.
const INSTRUCTION_SHIFT: u8 = 6;
const INSTRUCTION_NANOSECONDS: u64 = 1 << INSTRUCTION_SHIFT;
/// A tick of the 25 MHz timer of `mps2-an386`.
const TICK_NANOSECONDS: u64 = 40;

/// A library that verifies signatures.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, ValueEnum)]
#[serde(rename_all = "lowercase")]
pub enum SignatureLibrary {
    /// `ed25519-dalek`.
    Dalek,
    /// `salty`.
    Salty,
}

/// What the target counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Unit {
    /// Instructions, on QEMU: no statement about time on hardware.
    Instructions,
    /// Cycles of a real core.
    Cycles,
}

/// What unlocks cost: one number per unlock for each of [`STEPS`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Counts {
    /// What is counted.
    pub unit: Unit,
    /// The numbers by the step's name.
    pub steps: BTreeMap<&'static str, Vec<u64>>,
}

/// How QEMU must be started so that its timer counts instructions.
pub fn bench_options() -> Options {
    Options {
        instruction_shift: Some(INSTRUCTION_SHIFT),
        session_limit: std::time::Duration::from_hours(1),
        ..Options::default()
    }
}

/// Unlocks so many times on a device that has `door-bench` in its flash. Every unlock has a nonce, a counter and so a signature
/// of its own.
///
/// # Errors
/// The probe fails, or the door does not answer or not as it should.
pub fn bench(
    device: &mut Device,
    program: &Program,
    library: SignatureLibrary,
    unlocks: u32,
) -> Result<Counts, DevkitError> {
    device.start(program)?;
    let mut door = DoorLink::open(device, program)?;
    let unit = match door.receive_bytes(COUNTS_UP, 1)?[0] {
        b't' => Unit::Instructions,
        b'c' => Unit::Cycles,
        other => return Err(DevkitError::Unexpected { what: "the unit of the counts", got: other.to_string() }),
    };
    door.send(match library {
        SignatureLibrary::Dalek => b"d",
        SignatureLibrary::Salty => b"s",
    })?;
    let now = lab::now();
    let token = lab::issuer().issue(&lab::key(Role::Guest, now));
    let phone = lab::phone();
    let updated = door.talk(|car, challenge| lab::update_frame(car, challenge, now), drop)?;
    expect("the update", updated, matches!(updated, Outcome::Updated))?;
    let mut counts = Counts { unit, steps: STEPS.map(|step| (step, Vec::new())).into() };
    for _ in 0..unlocks {
        let outcome = door.talk(|_, challenge| phone.answer(challenge, &token, Command::Unlock), drop)?;
        expect("an unlock", outcome, matches!(outcome, Outcome::Done { command: Command::Unlock, .. }))?;
        let bytes = door.receive_bytes(COUNTS_UP, 4 * STEPS.len())?;
        for (step, bytes) in STEPS.into_iter().zip(bytes.as_chunks().0) {
            counts.steps.entry(step).or_default().push(from_raw(unit, u32::from_le_bytes(*bytes)));
        }
    }
    Ok(counts)
}

fn expect(what: &'static str, got: Outcome, as_expected: bool) -> Result<(), DevkitError> {
    if as_expected { Ok(()) } else { Err(DevkitError::Unexpected { what, got: crate::story::describe(got) }) }
}

/// Ticks become instructions, to the nearest; cycles are cycles.
fn from_raw(unit: Unit, raw: u32) -> u64 {
    match unit {
        Unit::Instructions => {
            (u64::from(raw) * TICK_NANOSECONDS + INSTRUCTION_NANOSECONDS / 2) / INSTRUCTION_NANOSECONDS
        }
        Unit::Cycles => u64::from(raw),
    }
}

#[cfg(test)]
mod tests {
    use super::{Unit, from_raw};

    #[test]
    fn ticks_are_instructions_to_the_nearest() {
        // 8 ticks are 320 ns are 5 instructions of 64 ns.
        assert_eq!(from_raw(Unit::Instructions, 8_000), 5_000);
        assert_eq!(from_raw(Unit::Instructions, 8_001), 5_001);
        assert_eq!(from_raw(Unit::Cycles, 8_001), 8_001);
    }
}
