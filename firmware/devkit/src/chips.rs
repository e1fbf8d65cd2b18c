//! The chips that we know beside QEMU's.

use std::sync::Once;

use probe_rs::config::ChipFamily;
use probe_rs::plugin::{Plugin, register_plugin};

/// The nRF52840, for probe-rs.
pub const NRF52840: &str = "nRF52840_xxAA";

const NRF52840_DESCRIPTION: &str = include_str!("../chip/nrf52840.yaml");

/// Makes all probes and chips known to probe-rs: QEMU's and ours. Doing it again has no effect.
///
/// # Panics
/// Never: the chip description is tested to be valid.
pub fn register() {
    static REGISTERED: Once = Once::new();
    stranded_virtual_probe::register();
    REGISTERED.call_once(|| {
        register_plugin(Plugin { targets: &[nrf52840()], ..Plugin::default() });
    });
}

fn nrf52840() -> ChipFamily {
    yaml_serde::from_str(NRF52840_DESCRIPTION).expect("the chip description is tested")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_chip_description_is_valid() {
        let family = nrf52840();
        assert!(family.validate().is_ok(), "{:?}", family.validate());
        assert_eq!(family.variants[0].name, NRF52840);
        assert_eq!(family.flash_algorithms.len(), 1);
    }
}
