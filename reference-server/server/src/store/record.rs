//! What is kept.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// Where a reservation stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "kebab-case")]
pub enum ReservationState {
    /// The car is held.
    Reserved,
    /// The car was unlocked.
    Driving,
    /// The car is back, the bill is made.
    Returned,
    /// The renter took it back before driving.
    Cancelled,
}

impl ReservationState {
    /// The number in the database.
    pub const fn code(self) -> i32 {
        self as i32
    }

    /// The state with this number.
    pub const fn from_code(code: i32) -> Option<Self> {
        match code {
            0 => Some(Self::Reserved),
            1 => Some(Self::Driving),
            2 => Some(Self::Returned),
            3 => Some(Self::Cancelled),
            _ => None,
        }
    }

    /// Whether keys are of any use.
    pub const fn is_open(self) -> bool {
        matches!(self, Self::Reserved | Self::Driving)
    }
}

/// A reservation.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Reservation {
    /// Its number.
    pub id: u32,
    /// Who made it.
    pub renter: u32,
    /// The car.
    pub car: u32,
    /// When it begins, seconds since the Unix epoch, a whole slot of 600 s.
    pub from: i64,
    /// When it ends, seconds since the Unix epoch.
    pub until: i64,
    /// Where it stands.
    pub state: ReservationState,
    /// Numbers of the keys that were issued for it, the first one first.
    pub keys: Vec<u64>,
    /// What was billed at the return, won.
    pub charge_won: Option<i64>,
}

/// The receipt of a return.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Receipt {
    /// The reservation.
    pub reservation: u32,
    /// The car.
    pub car: u32,
    /// When the car was back, seconds since the Unix epoch.
    pub returned_at: i64,
    /// Slots of ten minutes that are billed.
    pub slots: i64,
    /// The bill, won.
    pub charge_won: i64,
}

/// A key, as it is kept.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct IssuedKey {
    /// Its number.
    pub key_id: u64,
    /// The key: a CBOR Web Token in `COSE_Sign1`, signed by the vendor, in base64url without padding.
    pub key: String,
    /// From when on it is valid, seconds since the Unix epoch.
    pub not_before: i64,
    /// When it is no longer valid, seconds since the Unix epoch.
    pub expires: i64,
    /// What proofs that go with it must answer.
    pub challenge: Challenge,
}

/// What the phone signs along with its command. Each proof must have a higher counter than the last one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Challenge {
    /// A random number.
    pub nonce: u64,
    /// Always 0 here: servers do not reboot as doors do.
    pub boot_epoch: u32,
    /// The last counter that was accepted.
    pub counter: u32,
}

/// A command that was carried out.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Carried {
    /// The reservation.
    pub reservation: u32,
    /// When, seconds since the Unix epoch.
    pub at: i64,
    /// The counter that was accepted; the next proof needs a higher one.
    pub counter: u32,
}

/// What a door shall do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DoorCommand {
    /// Open.
    Unlock,
    /// Close.
    Lock,
}

impl DoorCommand {
    /// The number in the database.
    pub const fn code(self) -> i32 {
        self as i32
    }
}

/// A verified use of a key.
#[derive(Clone, Copy, Debug)]
pub struct KeyUse {
    /// Which key.
    pub key_id: u64,
    /// For what.
    pub command: DoorCommand,
    /// The nonce that the proof answers.
    pub nonce: u64,
    /// The proof's counter.
    pub counter: u32,
}

/// How many of each there are.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Totals {
    /// Cars.
    pub cars: u64,
    /// Sessions, expired ones included.
    pub sessions: u64,
    /// Reservations, whatever their state.
    pub reservations: u64,
    /// Keys issued.
    pub keys: u64,
    /// Cars returned.
    pub returns: u64,
}
