//! The registration with probe-rs: afterwards the machines of QEMU stand in every list of probes and of chips.

use std::fmt;
use std::sync::Once;

use probe_rs::config::ChipFamily;
use probe_rs::plugin::{Plugin, register_plugin};
use probe_rs::probe::list::ProbeListItem;
use probe_rs::probe::{
    DebugProbe, DebugProbeError, DebugProbeInfo, DebugProbeSelector, ProbeCreationError, ProbeFactory,
};

use crate::machine::Machine;
use crate::probe::VirtualProbe;
use crate::qemu::{Options, Qemu};

/// The USB identification of our probes: pid.codes keeps this pair free for tests, so that no product has it.
pub const VENDOR_ID: u16 = 0x1209;
/// See [`VENDOR_ID`].
pub const PRODUCT_ID: u16 = 0x0001;

/// Registers the probes and chips of this crate with probe-rs. Doing it again has no effect.
///
/// Afterwards a selector of the form `1209:0001:mps2-an386` opens a probe with a QEMU of its own, started with
/// [default options](Options), and the chip of the same name is known.
///
/// # Panics
/// Never: the chip descriptions of this crate are tested to be valid.
pub fn register() {
    static REGISTERED: Once = Once::new();
    REGISTERED.call_once(|| {
        let targets: Vec<ChipFamily> = Machine::ALL.iter().map(|machine| chip_family(machine)).collect();
        register_plugin(Plugin { probe_drivers: &[&FACTORY], targets: &targets, ..Plugin::default() });
    });
}

/// The selector that opens a probe to this machine.
pub fn selector(machine: &Machine) -> DebugProbeSelector {
    DebugProbeSelector {
        vendor_id: VENDOR_ID,
        product_id: PRODUCT_ID,
        interface: None,
        serial_number: Some(machine.name.to_owned()),
    }
}

fn chip_family(machine: &Machine) -> ChipFamily {
    yaml_serde::from_str(machine.description).expect("the chip descriptions of this crate are tested")
}

static FACTORY: VirtualProbeFactory = VirtualProbeFactory;

#[derive(Debug)]
struct VirtualProbeFactory;

impl fmt::Display for VirtualProbeFactory {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("QEMU")
    }
}

impl ProbeFactory for VirtualProbeFactory {
    fn open(&self, selector: &DebugProbeSelector) -> Result<Box<dyn DebugProbe>, DebugProbeError> {
        // probe-rs asks every driver; whatever is not ours is "not found".
        let is_ours = selector.vendor_id == VENDOR_ID && selector.product_id == PRODUCT_ID;
        let machine = match &selector.serial_number {
            _ if !is_ours => None,
            Some(name) => Machine::named(name),
            None => Some(Machine::ALL[0]),
        };
        let machine = machine.ok_or(ProbeCreationError::NotFound)?;
        let probe = VirtualProbe::start(machine, &Options::default())?;
        Ok(Box::new(probe))
    }

    fn list_probes(&self) -> Vec<ProbeListItem> {
        if !Qemu::is_installed() {
            return Vec::new();
        }
        let info = |machine: &Machine| {
            let identifier = format!("QEMU {}", machine.name);
            let serial_number = Some(machine.name.to_owned());
            DebugProbeInfo::new(identifier, VENDOR_ID, PRODUCT_ID, serial_number, &FACTORY, None, false)
        };
        Machine::ALL.iter().map(|machine| ProbeListItem::accessible(info(machine))).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_machine_is_a_valid_chip() {
        for machine in Machine::ALL {
            let family = chip_family(machine);
            assert!(family.validate().is_ok(), "{:?}", family.validate());
            assert_eq!(family.variants[0].name, machine.name);
        }
    }

    #[test]
    fn probes_of_others_are_not_found() {
        for selector in ["1366:0101", "1209:0001:abacus"] {
            let selector = selector.parse().expect("a selector");
            let error = FACTORY.open(&selector).expect_err("not ours");
            assert!(matches!(error, DebugProbeError::ProbeCouldNotBeCreated(ProbeCreationError::NotFound)), "{error}");
        }
    }
}
