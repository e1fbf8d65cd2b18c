//! What is allowed, whatever the database.

use super::record::{DoorCommand, Reservation, ReservationState};
use super::slot::{SLOT_SECONDS, Slots};
use super::{StoreError, StoreResult};

/// A key, as far as its use depends on it.
#[derive(Clone, Copy, Debug)]
pub(crate) struct KeptKey {
    pub(crate) nonce: u64,
    pub(crate) counter: u32,
    pub(crate) is_revoked: bool,
}

/// The caller may touch the reservation only when it is theirs.
pub(crate) fn check_owner(reservation: &Reservation, renter: u32) -> StoreResult<()> {
    if reservation.renter == renter { Ok(()) } else { Err(StoreError::NotYours(reservation.id)) }
}

/// Keys are issued and used only while the reservation is open.
pub(crate) fn check_open(reservation: &Reservation) -> StoreResult<()> {
    if reservation.state.is_open() {
        return Ok(());
    }
    Err(wrong_state(reservation, "keys are only for reservations that are neither returned nor cancelled"))
}

/// Whether there is anything to cancel. Somebody who drives must return the car.
pub(crate) fn check_cancel(reservation: &Reservation) -> StoreResult<bool> {
    match reservation.state {
        ReservationState::Reserved => Ok(true),
        ReservationState::Cancelled => Ok(false),
        ReservationState::Driving | ReservationState::Returned => {
            Err(wrong_state(reservation, "only a reservation that nobody has driven on can be cancelled"))
        }
    }
}

/// Only a car that is out can come back.
pub(crate) fn check_return(reservation: &Reservation) -> StoreResult<()> {
    match reservation.state {
        ReservationState::Driving => Ok(()),
        _ => Err(wrong_state(reservation, "only a car that was unlocked and not yet returned can be returned")),
    }
}

/// Whether a key may be used once more, and the state that the reservation is in then.
pub(crate) fn check_key(
    reservation: &Reservation,
    kept: KeptKey,
    wanted: &super::KeyUse,
) -> StoreResult<ReservationState> {
    check_open(reservation)?;
    if kept.is_revoked {
        return Err(StoreError::RevokedKey(wanted.key_id));
    }
    if kept.nonce != wanted.nonce {
        return Err(StoreError::WrongChallenge);
    }
    if wanted.counter <= kept.counter {
        return Err(StoreError::Replayed { counter: wanted.counter, last: kept.counter });
    }
    Ok(match wanted.command {
        DoorCommand::Unlock => ReservationState::Driving,
        DoorCommand::Lock => reservation.state,
    })
}

/// Slots that are billed when the car is back at `now`: all from the begin of the reservation, the one that has begun included.
pub(crate) fn billed(reservation: &Reservation, now: i64) -> Slots {
    let from = reservation.from / SLOT_SECONDS;
    let until = now.div_euclid(SLOT_SECONDS) + 1;
    Slots { from, until: until.max(from + 1) }
}

fn wrong_state(reservation: &Reservation, wanted: &'static str) -> StoreError {
    StoreError::WrongState { reservation: reservation.id, state: reservation.state, wanted }
}
