//! What a key says.

use core::ops::BitOr;

/// A car of the fleet: the audience of a key.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct CarId(pub u32);

/// Names a phone's public key where bookkeeping stands for curve arithmetic, as in the simulator.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct PublicKeyId(pub u64);

/// An Ed25519 public key, compressed as in RFC 8032.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct PublicKey(pub [u8; 32]);

/// Names one of the vendor's signing keys (`kid`, RFC 9052). Later keys have higher numbers.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct IssuerId(pub u32);

/// Seconds since the Unix epoch, as the vendor signs them and the car's clock counts them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct CarSeconds(pub u64);

/// What a key allows: a set of bits.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct Rights(u8);

impl Rights {
    /// Nothing.
    pub const NONE: Self = Self(0);
    /// Unlock the doors.
    pub const UNLOCK: Self = Self(1);
    /// Lock the doors.
    pub const LOCK: Self = Self(1 << 1);
    /// Start the engine.
    pub const START: Self = Self(1 << 2);
    /// Act as the operator's staff: gets past a lock-out. Only together with [`Role::Service`].
    pub const SERVICE: Self = Self(1 << 3);
    /// What a renter's key usually allows: unlock, lock, start.
    pub const RENTER: Self = Self(Self::UNLOCK.0 | Self::LOCK.0 | Self::START.0);

    /// Every right there is.
    const ALL: Self = Self(Self::RENTER.0 | Self::SERVICE.0);

    /// The set as a number: the sum of its bits.
    pub const fn bits(self) -> u8 {
        self.0
    }

    /// The set with these bits; nothing if one of them means nothing.
    pub const fn from_bits(bits: u8) -> Option<Self> {
        if bits & !Self::ALL.0 == 0 { Some(Self(bits)) } else { None }
    }

    /// Whether every right in `wanted` is in this set.
    pub const fn contains(self, wanted: Self) -> bool {
        self.0 & wanted.0 == wanted.0
    }
}

impl BitOr for Rights {
    type Output = Self;

    fn bitor(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }
}

/// Whose key it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Role {
    /// A renter's, for one reservation.
    Guest,
    /// The operator's own staff.
    Service,
}

impl Role {
    /// The role's number on the wire.
    pub const fn code(self) -> u8 {
        match self {
            Self::Guest => 0,
            Self::Service => 1,
        }
    }

    /// The role with this number.
    pub const fn from_code(code: u8) -> Option<Self> {
        match code {
            0 => Some(Self::Guest),
            1 => Some(Self::Service),
            _ => None,
        }
    }
}

/// A key: the vendor's signed word that one phone may do some things with one car for some time.
///
/// `PhoneKey` is how the phone is known: its [`PublicKey`] in bytes on the wire, its name in the simulator.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct KeyToken<PhoneKey = PublicKeyId> {
    /// Number of this key, unique with the vendor.
    pub key_id: u64,
    /// The one car it is for.
    pub car: CarId,
    /// The reservation it was issued for; 0 for service keys.
    pub reservation: u32,
    /// What it allows.
    pub rights: Rights,
    /// The first second it is valid.
    pub not_before: CarSeconds,
    /// The first second it is no longer valid.
    pub expires: CarSeconds,
    /// The one phone that may use it: the confirmation claim (`cnf`, RFC 8747).
    pub phone_key: PhoneKey,
    /// Keys of an epoch below the car's are revoked.
    pub epoch: u32,
    /// Whose key it is.
    pub role: Role,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_set_of_rights_contains_its_parts_and_no_more() {
        let valet = Rights::UNLOCK | Rights::LOCK;
        assert!(valet.contains(Rights::UNLOCK) && valet.contains(valet) && valet.contains(Rights::NONE));
        assert!(!valet.contains(Rights::START) && !valet.contains(Rights::RENTER));
        assert!(!Rights::RENTER.contains(Rights::SERVICE));
        assert_eq!(valet | Rights::START, Rights::RENTER);
    }

    #[test]
    fn only_bits_that_mean_something_make_a_set() {
        for bits in 0..=u8::MAX {
            let rights = Rights::from_bits(bits);
            assert_eq!(rights.is_some(), bits < 16, "{bits}");
            assert!(rights.is_none_or(|rights| rights.bits() == bits));
        }
    }
}
