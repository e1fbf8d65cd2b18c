//! The running hash over all events.

/// Folds every event's time and fingerprint into 64 bits; the order matters. Not cryptographic: it tells runs apart.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Digest(u64);

impl Default for Digest {
    fn default() -> Self {
        Self(0x9e37_79b9_7f4a_7c15)
    }
}

impl Digest {
    /// Folds one event in.
    #[inline]
    pub fn fold(&mut self, time_nanoseconds: u64, fingerprint: u64) {
        // One multiplication and a rotation an event: an xor-multiply hash in the manner of FxHash, with both inputs spread by
        // odd constants first so that neither small times nor small fingerprints cancel.
        let mixed =
            time_nanoseconds.wrapping_mul(0xff51_afd7_ed55_8ccd) ^ fingerprint.wrapping_mul(0xc4ce_b9fe_1a85_ec53);
        self.0 = (self.0.rotate_left(23) ^ mixed).wrapping_mul(0x2545_f491_4f6c_dd1d);
    }

    /// The digest so far.
    pub const fn value(self) -> u64 {
        self.0 ^ (self.0 >> 29)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn order_and_content_change_the_digest() {
        let digest = |events: &[(u64, u64)]| {
            let mut digest = Digest::default();
            for &(time, fingerprint) in events {
                digest.fold(time, fingerprint);
            }
            digest.value()
        };
        let reference = digest(&[(1, 1), (2, 2)]);
        assert_eq!(reference, digest(&[(1, 1), (2, 2)]));
        assert_ne!(reference, digest(&[(2, 2), (1, 1)]));
        assert_ne!(reference, digest(&[(1, 1), (2, 3)]));
        assert_ne!(reference, digest(&[(1, 1)]));
    }
}
