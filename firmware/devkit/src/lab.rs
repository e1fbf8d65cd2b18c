//! The vendor, the phone and the car of the lab. Nothing here is secret, and no car outside the lab trusts it.

use std::time::{SystemTime, UNIX_EPOCH};

use stranded_wire::issuer::{Issuer, Phone};
use stranded_wire::{CarId, CarSeconds, Challenge, IssuerId, KeyToken, PublicKey, Rights, Role, VendorUpdate};

/// The one car.
pub const CAR: CarId = CarId(7);

/// Keys of a lower epoch are revoked.
pub const EPOCH: u32 = 4;

/// How long a key is valid before and after now.
const VALIDITY_SECONDS: u64 = 3_600;

/// The vendor. The firmware has the public half.
pub fn issuer() -> Issuer {
    Issuer::from_seed(IssuerId(1), b"the lab's vendor: opens one door")
}

/// The renter's phone.
pub fn phone() -> Phone {
    Phone::from_seed(b"the phone of the lab's one guest")
}

/// A renter's key, or that of the operator's staff, which may read the log as well.
pub fn key(role: Role, now: CarSeconds) -> KeyToken<PublicKey> {
    let rights = if role == Role::Service { Rights::RENTER | Rights::SERVICE } else { Rights::RENTER };
    KeyToken {
        key_id: 1,
        car: CAR,
        reservation: 11,
        rights,
        not_before: CarSeconds(now.0.saturating_sub(VALIDITY_SECONDS)),
        expires: CarSeconds(now.0.saturating_add(VALIDITY_SECONDS)),
        phone_key: phone().public_key(),
        epoch: EPOCH,
        role,
    }
}

/// The vendor's signed word on time and revocations, as an answer to a challenge.
pub fn update_frame(car: CarId, challenge: Challenge, time: CarSeconds) -> Vec<u8> {
    let Challenge { nonce, boot_epoch, .. } = challenge;
    let issuer_min = IssuerId(0);
    issuer().update_frame(&VendorUpdate { car, boot_epoch, nonce, time, epoch_min: EPOCH, issuer_min })
}

/// The time by this machine's clock.
pub fn now() -> CarSeconds {
    let since_epoch = SystemTime::now().duration_since(UNIX_EPOCH);
    CarSeconds(since_epoch.map_or(0, |duration| duration.as_secs()))
}

#[cfg(test)]
mod tests {
    #[test]
    fn the_firmware_trusts_the_lab() {
        let built_in = include_bytes!("../../boards/application/src/lab-issuer.public-key");
        assert_eq!(super::issuer().public_key().0, *built_in);
    }
}
