#![no_std]
#![doc = env!("CARGO_PKG_DESCRIPTION")]
//!
//! [`Door`] is the decision: the caller brings the time, the input and a [`Verifier`], and carries out the [`Action`]
//! that comes back. It is small and knows no bytes; the simulator runs one for every car, with a verifier that knows
//! who signed what.
//!
//! With the feature `controller` there is everything else that a board runs: `Controller` puts the door together with
//! its bolt, battery, sleep and watchdog, takes frames and gives effects; `Lock` carries the effects out and keeps the
//! `Journal` in flash. `dalek` and `salty` are two verifiers to choose from.
//!
//! # What the door guarantees
//!
//! A command is carried out only if all of this holds, and each failure has its own
//! [`Refusal`](stranded_wire::Refusal):
//!
//! - it answers the challenge that is open, which is at most [`DoorConfig::challenge_lifetime_milliseconds`] old, was
//!   issued since the last start and is used up by the answer, whether accepted or not;
//! - the key is for this car and signed by the vendor; the proof is signed by the key's phone;
//! - the proof carries the next counter;
//! - the key's epoch is not revoked; the highest epoch heard of stays;
//! - by the car's own clock the key is valid *for certain*. The clock's uncertainty grows with the time since the last
//!   signed update; beyond [`DoorConfig::clock_uncertainty_seconds_max`], or where it straddles the key's beginning or
//!   end, the door says that it does not know. A genuine update that is older than the clock's earliest possible time
//!   is a replay, so the clock cannot be turned back;
//! - the key allows the command;
//! - the server has confirmed it, unless [`DoorConfig::offline_keys`] is set. Without that flag the door is the one of
//!   10 April 2022: no server, no door.
//!
//! After [`DoorConfig::guesses_max`] guesses (answers that show no hold of a key: forged, by the wrong phone, replayed,
//! out of order) within [`DoorConfig::lock_out_milliseconds`] of each other the door locks out for that long; then only
//! a genuine service key is heard, and every refusal reads `LockedOut`. An honest renter's expired key is no guess.
//!
//! An update must answer the open challenge, unless [`DoorConfig::accept_unasked_updates`] is set: whoever carries one
//! could hold it back and make the clock late.
//!
//! # What it does not
//!
//! It does not stop a relay of the live exchange between phone and car, nor somebody who jams it or asks for challenges
//! all day; somebody at the car can bring about the lock-out, which is why it should be short. `firmware/SECURITY.md`
//! goes through the threats one by one.

#[cfg(feature = "controller")]
mod battery;
#[cfg(feature = "controller")]
mod bolt_drive;
mod clock;
mod config;
#[cfg(feature = "controller")]
mod controller;
#[cfg(feature = "controller")]
mod curve;
mod door;
#[cfg(feature = "controller")]
mod effect;
mod input;
#[cfg(feature = "controller")]
mod issuers;
#[cfg(feature = "controller")]
mod journal;
#[cfg(feature = "controller")]
mod lock;
#[cfg(feature = "controller")]
mod memory;
#[cfg(feature = "controller")]
mod pace;
#[cfg(feature = "controller")]
mod power;
#[cfg(feature = "stories")]
pub mod stories;
mod verifier;
#[cfg(feature = "controller")]
mod watchdog;

#[cfg(feature = "controller")]
pub use battery::{Battery, BatteryChange, BatteryConfig};
#[cfg(feature = "controller")]
pub use bolt_drive::{BoltConfig, BoltDrive, BoltOutcome, BoltSense, BoltStep, Motor};
pub use config::DoorConfig;
#[cfg(feature = "controller")]
pub use controller::{Controller, ControllerConfig};
#[cfg(feature = "dalek")]
pub use curve::Dalek;
#[cfg(feature = "salty")]
pub use curve::Salty;
#[cfg(feature = "controller")]
pub use curve::{CoseVerifier, Curve};
pub use door::Door;
#[cfg(feature = "controller")]
pub use effect::{EFFECTS_MAX, Effect, Effects, Event};
pub use input::{Action, Bolt, Input, Milliseconds};
#[cfg(feature = "controller")]
pub use issuers::{ISSUERS_MAX, Issuers};
#[cfg(feature = "controller")]
pub use journal::{Journal, JournalError, JournalRegions};
#[cfg(feature = "controller")]
pub use lock::{Board, Lock};
#[cfg(feature = "controller")]
pub use memory::Memory;
#[cfg(feature = "controller")]
pub use pace::PaceConfig;
#[cfg(feature = "controller")]
pub use power::{Power, PowerConfig, Sleep, Wake};
pub use verifier::Verifier;
#[cfg(feature = "controller")]
pub use watchdog::{Part, Watchdog};
