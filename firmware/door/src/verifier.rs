//! Who signed what.

use stranded_wire::{KeyToken, Proof, PublicKeyId, VendorUpdate};

/// Tells who signed what: curve arithmetic in a car, plain bookkeeping in the simulator.
///
/// `Signature` is a signature, or a note of one; `PhoneKey` is how a key names its phone.
pub trait Verifier<Signature, PhoneKey = PublicKeyId> {
    /// Whether the vendor signed this key, every field of it.
    fn issued_by_vendor(&self, token: &KeyToken<PhoneKey>, signature: &Signature) -> bool;

    /// Whether the phone with this key signed this proof, every field of it.
    fn signed_by_phone(&self, phone_key: &PhoneKey, proof: &Proof, signature: &Signature) -> bool;

    /// Whether the vendor signed this update, every field of it.
    fn updated_by_vendor(&self, update: &VendorUpdate, signature: &Signature) -> bool;
}
