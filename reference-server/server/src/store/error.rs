//! What the store refuses, and what can go wrong with it.

use super::record::ReservationState;

/// Why the store did not do as asked.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum StoreError {
    /// No session has this token.
    #[error("no session has this token; log in")]
    UnknownSession,
    /// The session is over.
    #[error("the session expired; log in again")]
    ExpiredSession,
    /// There is no such car.
    #[error("there is no car {0}")]
    UnknownCar(u32),
    /// There is no such reservation.
    #[error("there is no reservation {0}")]
    UnknownReservation(u32),
    /// It is somebody else's.
    #[error("reservation {0} is another renter's")]
    NotYours(u32),
    /// Somebody has the car in that time.
    #[error("car {car} is taken between {from} and {until}; search for another one")]
    Taken {
        /// The car.
        car: u32,
        /// Begin of what was asked for.
        from: i64,
        /// End of what was asked for.
        until: i64,
    },
    /// The reservation's state does not allow it.
    #[error("reservation {reservation} is {state:?}: {wanted}")]
    WrongState {
        /// The reservation.
        reservation: u32,
        /// Where it stands.
        state: ReservationState,
        /// What is possible only in another one.
        wanted: &'static str,
    },
    /// No such key was issued for the reservation, or it was taken back.
    #[error("key {0} was never issued for this reservation, or was taken back")]
    RevokedKey(u64),
    /// A proof that was seen before, or an older one.
    #[error("this proof was used before: its counter is {counter}, the last accepted one {last}")]
    Replayed {
        /// The proof's counter.
        counter: u32,
        /// The last accepted one.
        last: u32,
    },
    /// A proof that answers another challenge.
    #[error("this proof answers another challenge than the key's")]
    WrongChallenge,
    /// The same idempotency key came with another request.
    #[error("this Idempotency-Key was used for another request; every new request needs a new one")]
    KeyReused,
    /// More waits to be written than the store takes.
    #[error("the store has too much to write")]
    Busy,
    /// The database failed.
    #[error("the database failed: {0}")]
    Database(String),
}

/// What the store answers.
pub type StoreResult<T> = Result<T, StoreError>;
