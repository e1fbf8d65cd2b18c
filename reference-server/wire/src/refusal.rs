//! Why a door refuses.

use core::fmt;

/// Makes the enumeration, its numbers on the wire and its texts from one table, so that none of them can be forgotten.
macro_rules! refusals {
    ($($(#[$doc:meta])* $name:ident = $code:literal, $text:literal;)*) => {
        /// Why a door refuses: one reason each, so that an app can say what to do next.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        pub enum Refusal {
            $($(#[$doc])* $name,)*
        }

        impl Refusal {
            /// Every reason.
            pub const ALL: &'static [Self] = &[$(Self::$name,)*];

            /// The reason's number on the wire.
            pub const fn code(self) -> u8 {
                match self {
                    $(Self::$name => $code,)*
                }
            }

            /// The reason with this number.
            pub const fn from_code(code: u8) -> Option<Self> {
                match code {
                    $($code => Some(Self::$name),)*
                    _ => None,
                }
            }
        }

        impl fmt::Display for Refusal {
            fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
                formatter.write_str(match self {
                    $(Self::$name => $text,)*
                })
            }
        }
    };
}

refusals! {
    /// The key or the update was not signed by the vendor.
    Forged = 0, "not signed by the vendor";
    /// The key is past its end.
    Expired = 1, "the key has expired";
    /// The key is before its beginning.
    NotYetValid = 2, "the key is not valid yet";
    /// The key or the update is for another car.
    WrongCar = 3, "the key is for another car";
    /// The proof was not signed by the phone the key is for.
    WrongPhone = 4, "the key is for another phone";
    /// The challenge answered is not the one that is open, or it was open too long; or the update is an old one.
    Replayed = 5, "an old message, or an answer that came too late: ask for a new challenge";
    /// The key's epoch, or whoever issued it, has been revoked.
    Revoked = 6, "the key has been revoked";
    /// The key does not allow this.
    WrongRights = 7, "the key does not allow this";
    /// The car's clock is too uncertain to tell whether the key is valid: it needs an update.
    ClockUnsure = 8, "the car does not know the time well enough: it needs a time update";
    /// Too many guesses: the door listens to service keys only for a while.
    LockedOut = 9, "too many wrong attempts: wait, or use a service key";
    /// The counter is not the next one: used before, or skipped ahead.
    CounterReuse = 10, "the counter is not the next one: ask for a new challenge";
    /// The door accepts no key without the server's word, and the server has not spoken.
    Unconfirmed = 11, "the server has not confirmed this, and this car needs it to";
    /// The message, or the key in it, is longer than any can be.
    Oversized = 12, "the message is too long";
    /// The message, or the key in it, ends too early.
    Truncated = 13, "the message was cut off: send it again";
    /// The message's check sum is wrong.
    Corrupted = 14, "the message was damaged on the way: send it again";
    /// The message is whole and means nothing.
    Malformed = 15, "the message makes no sense";
    /// The message speaks another version of the protocol.
    WrongVersion = 16, "the door speaks another version of the protocol";
    /// Messages that cost the battery come too fast.
    TooFast = 17, "too many messages: slow down";
    /// The battery is too weak to move the bolt all the way.
    LowBattery = 18, "the car's battery is too weak to move the bolt";
}

impl core::error::Error for Refusal {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_reason_has_a_number_of_its_own() {
        for (index, &refusal) in Refusal::ALL.iter().enumerate() {
            assert_eq!(usize::from(refusal.code()), index);
            assert_eq!(Refusal::from_code(refusal.code()), Some(refusal));
        }
        assert_eq!(Refusal::from_code(Refusal::ALL.len() as u8), None);
    }
}
