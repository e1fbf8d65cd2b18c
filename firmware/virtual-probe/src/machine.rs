//! The machines of QEMU that can be targets.

use std::ops::Range;

/// Memory that survives the end of QEMU when a file is put behind it: see
/// [`Options::retained_memory`](crate::Options::retained_memory).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RetainedMemory {
    /// What QEMU calls it.
    pub(crate) backend: &'static str,
    /// Where the firmware sees it.
    pub addresses: Range<u32>,
}

/// A machine of QEMU, and how probe-rs is to see it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Machine {
    /// Its name: for QEMU (`-M`), for probe-rs (`--chip`) and in a probe selector.
    pub name: &'static str,
    /// The address range that holds the program. Breakpoint instructions are looked for in it.
    pub flash: Range<u32>,
    /// The data memory.
    pub ram: Range<u32>,
    /// Memory that can outlive QEMU.
    pub retained: RetainedMemory,
    /// The chip description of probe-rs, as YAML.
    pub description: &'static str,
}

/// Arm's MPS2 board with the image AN386: a Cortex-M4F at 25 MHz with CMSDK peripherals.
pub static MPS2_AN386: Machine = Machine {
    name: "mps2-an386",
    flash: 0..0x10_0000,
    ram: 0x2000_0000..0x2004_0000,
    // The board's pseudo-static RAM. It is the one memory of this machine that QEMU lets us provide.
    retained: RetainedMemory { backend: "mps.ram", addresses: 0x2100_0000..0x2200_0000 },
    description: include_str!("../chip/mps2-an386.yaml"),
};

impl Machine {
    /// All machines, the one to take by default first.
    pub const ALL: [&'static Machine; 1] = [&MPS2_AN386];

    /// The machine of this name.
    pub fn named(name: &str) -> Option<&'static Self> {
        Self::ALL.into_iter().find(|machine| machine.name == name)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The value of a key in a YAML file that has it once.
    fn value<'yaml>(yaml: &'yaml str, key: &str) -> &'yaml str {
        let line = yaml.lines().find_map(|line| line.trim().strip_prefix(key)?.strip_prefix(": "));
        line.unwrap_or_else(|| panic!("{key} is missing"))
    }

    fn base64(bytes: &[u8]) -> String {
        const ALPHABET: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
        let mut text = String::new();
        for group in bytes.chunks(3) {
            let mut padded = [0; 3];
            padded[..group.len()].copy_from_slice(group);
            let bits = u32::from_be_bytes([0, padded[0], padded[1], padded[2]]);
            for index in 0..4 {
                let letter = ALPHABET[(bits >> (18 - 6 * index) & 63) as usize];
                text.push(if index <= group.len() { char::from(letter) } else { '=' });
            }
        }
        text
    }

    #[test]
    fn the_flash_algorithm_is_the_listing_beside_it() {
        let listing = include_str!("../chip/flash-algorithm.s");
        let mut bytes: Vec<u8> = Vec::new();
        let mut offsets = Vec::new();
        for line in listing.lines() {
            if let Some((_, rest)) = line.split_once("@ offset 0x") {
                offsets.push((u32::from_str_radix(&rest[..2], 16).expect("an offset"), bytes.len() as u32));
            }
            if let Some((_, encoding)) = line.split_once(" @ ")
                && let Ok(halfword) = u16::from_str_radix(encoding, 16)
            {
                bytes.extend(halfword.to_le_bytes());
            }
        }
        assert_eq!(offsets.len(), 3);
        for (said, is) in &offsets {
            assert_eq!(said, is);
        }
        bytes.resize(bytes.len().next_multiple_of(4), 0);
        let description = MPS2_AN386.description;
        assert_eq!(value(description, "instructions"), base64(&bytes));
        let entries = ["pc_init", "pc_erase_sector", "pc_program_page"].map(|key| value(description, key));
        let said: Vec<_> = offsets.iter().map(|(offset, _)| format!("{offset:#x}")).collect();
        assert_eq!(entries.to_vec(), said);
    }

    #[test]
    fn the_description_has_the_memory_of_the_machine() {
        for machine in Machine::ALL {
            for range in [&machine.flash, &machine.ram] {
                let text = format!("start: {:#x}\n      end: {:#x}\n", range.start, range.end);
                assert!(machine.description.contains(&text), "{text}");
            }
            assert!(machine.description.contains(&format!("- name: {}\n", machine.name)));
            assert_eq!(Machine::named(machine.name), Some(machine));
        }
        assert_eq!(Machine::named("abacus"), None);
    }
}
