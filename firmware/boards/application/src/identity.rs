//! Who this door is. A real car gets a number and its issuers' public keys at the factory; this firmware is the lab's.

use stranded_door::Issuers;
use stranded_wire::{CarId, IssuerId, PublicKey};

/// The lab's one car.
pub const CAR: CarId = CarId(7);

/// The lab's vendor. Its secret half is a constant in the program `devkit`: everybody can make keys for this door, and that is
/// what it is for.
pub const ISSUER: (IssuerId, PublicKey) = (IssuerId(1), PublicKey(*include_bytes!("lab-issuer.public-key")));

/// Whom this door trusts.
pub const fn issuers() -> Issuers {
    Issuers::new(&[ISSUER], IssuerId(0))
}
