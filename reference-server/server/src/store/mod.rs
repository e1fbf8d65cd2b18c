//! What must survive: sessions, reservations, keys, returns.
//!
//! An operation is one transaction, and is answered when it is committed. No two reservations of a car overlap: the database refuses the
//! second row of a slot. A request that comes again with its `Idempotency-Key` gets the answer that was stored with what it did.

mod error;
mod idempotency;
mod postgres;
mod record;
mod rule;
mod slot;
mod sqlite;

pub use error::{StoreError, StoreResult};
pub use idempotency::{Fingerprint, Idempotency};
pub use postgres::PostgresStore;
pub use record::{Carried, Challenge, DoorCommand, IssuedKey, KeyUse, Receipt, Reservation, ReservationState, Totals};
pub use slot::{SLOT_SECONDS, Slots};
pub use sqlite::{SqliteOptions, SqliteStore};

/// The SHA-256 of a session's token: the token itself is not kept.
pub type TokenHash = [u8; 32];

/// Who asks, when, and whether again.
#[derive(Clone, Debug)]
pub struct Caller {
    /// The session.
    pub token: TokenHash,
    /// Now, seconds since the Unix epoch.
    pub now: i64,
    /// Set for requests that may come again.
    pub idempotency: Option<Idempotency>,
}

/// A database.
///
/// Every operation but [`Store::open_session`], [`Store::ready`] and [`Store::totals`] needs a session that has not expired, and a
/// reservation of the caller's own. All of them can fail with [`StoreError::Busy`] and [`StoreError::Database`].
#[async_trait::async_trait]
pub trait Store: Send + Sync {
    /// Opens a session.
    ///
    /// # Errors
    /// See the trait.
    async fn open_session(&self, token: TokenHash, renter: u32, expires: i64) -> StoreResult<()>;

    /// Cars with numbers above `after` that are free in all of `slots`, the lowest first, at most `limit`.
    ///
    /// # Errors
    /// See the trait.
    async fn free_cars(&self, caller: Caller, slots: Slots, after: u32, limit: u32) -> StoreResult<Vec<u32>>;

    /// Reserves a car.
    ///
    /// # Errors
    /// The car is not there or taken.
    async fn reserve(&self, caller: Caller, car: u32, slots: Slots) -> StoreResult<Reservation>;

    /// Looks at a reservation.
    ///
    /// # Errors
    /// See the trait.
    async fn reservation(&self, caller: Caller, id: u32) -> StoreResult<Reservation>;

    /// Cancels a reservation that nobody has driven on; its keys are revoked. Cancelling twice is no error.
    ///
    /// # Errors
    /// The car was unlocked before.
    async fn cancel(&self, caller: Caller, id: u32) -> StoreResult<Reservation>;

    /// Keeps a key that was issued for a reservation.
    ///
    /// # Errors
    /// The reservation is over.
    async fn keep_key(&self, caller: Caller, id: u32, key: IssuedKey) -> StoreResult<IssuedKey>;

    /// Carries out a command whose key and proof were verified.
    ///
    /// # Errors
    /// The reservation is over, the key revoked, the proof used before.
    async fn use_key(&self, caller: Caller, id: u32, key: KeyUse) -> StoreResult<Carried>;

    /// Ends a rental, frees the car and bills it; `slot_price` is in won. Unused slots are free again, late ones are billed.
    ///
    /// # Errors
    /// The car is not out.
    async fn return_car(&self, caller: Caller, id: u32, slot_price: i64) -> StoreResult<Receipt>;

    /// Whether the database answers.
    ///
    /// # Errors
    /// It does not.
    async fn ready(&self) -> StoreResult<()>;

    /// How much there is.
    ///
    /// # Errors
    /// See the trait.
    async fn totals(&self) -> StoreResult<Totals>;

    /// Finishes what was begun and closes the database.
    async fn close(&self);
}
