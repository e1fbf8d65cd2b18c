//! Why a door refuses.

use core::fmt;

/// Why a door refuses: one reason each, so that an app can say what to do next.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Refusal {
    /// The key or the update was not signed by the vendor.
    Forged,
    /// The key is past its end.
    Expired,
    /// The key is before its beginning.
    NotYetValid,
    /// The key or the update is for another car.
    WrongCar,
    /// The proof was not signed by the phone the key is for.
    WrongPhone,
    /// The challenge answered is not the one that is open, or it was open too long; or the update is an old one.
    Replayed,
    /// The key's epoch has been revoked.
    Revoked,
    /// The key does not allow this.
    WrongRights,
    /// The car's clock is too uncertain to tell whether the key is valid: it needs an update.
    ClockUnsure,
    /// Too many guesses: the door listens to service keys only for a while.
    LockedOut,
    /// The counter is not the next one: used before, or skipped ahead.
    CounterReuse,
    /// The door accepts no key without the server's word, and the server has not spoken.
    Unconfirmed,
}

impl fmt::Display for Refusal {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(match self {
            Self::Forged => "not signed by the vendor",
            Self::Expired => "the key has expired",
            Self::NotYetValid => "the key is not valid yet",
            Self::WrongCar => "the key is for another car",
            Self::WrongPhone => "the key is for another phone",
            Self::Replayed => "an old message, or an answer that came too late: ask for a new challenge",
            Self::Revoked => "the key has been revoked",
            Self::WrongRights => "the key does not allow this",
            Self::ClockUnsure => "the car does not know the time well enough: it needs a time update",
            Self::LockedOut => "too many wrong attempts: wait, or use a service key",
            Self::CounterReuse => "the counter is not the next one: ask for a new challenge",
            Self::Unconfirmed => "the server has not confirmed this, and this car needs it to",
        })
    }
}

impl core::error::Error for Refusal {}
