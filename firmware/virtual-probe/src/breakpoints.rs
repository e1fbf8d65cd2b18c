//! The breakpoint unit (FPB), and the breakpoint instructions in the program.

use crate::core_control::CoreControl;
use crate::error::TargetError;

/// Flash patch control: how many comparators there are, and whether they are on.
const FP_CTRL: u32 = 0xE000_2000;
const FP_CTRL_ENABLE: u32 = 1 << 0;
const FP_CTRL_KEY: u32 = 1 << 1;
/// Revision 2, whose comparators hold any address.
const FP_CTRL_REVISION_2: u32 = 1 << 28;
/// The comparators: an address, and in the lowest bit whether it counts.
const FP_COMP: u32 = 0xE000_2008;
const FP_COMP_ENABLE: u32 = 1 << 0;
const COMPARATORS: usize = 8;
const FP_COMP_LAST: u32 = FP_COMP + 4 * COMPARATORS as u32 - 1;

/// `bkpt #0`, which ends flash algorithms and stands in many panic handlers, and `bkpt #0xab`, which asks the debugger
/// for a service (semihosting). Others are rare, and each pattern costs a breakpoint wherever data looks like it.
const INSTRUCTIONS: [[u8; 2]; 2] = [[0x00, 0xBE], [0xAB, 0xBE]];

/// Where the core shall stop.
#[derive(Debug, Default)]
pub(crate) struct Breakpoints {
    enabled: bool,
    comparators: [u32; COMPARATORS],
    /// Addresses in flash that hold what looks like a breakpoint instruction. QEMU raises a fault there instead of
    /// halting, so we make it stop before. An address that holds data, or the second half of a longer instruction, is never
    /// carried out, and does no harm.
    instructions: Vec<u32>,
    /// The program that was searched for them is still the one in flash.
    searched: bool,
    /// What QEMU knows of, sorted.
    placed: Vec<u32>,
}

impl Breakpoints {
    /// Whether a halfword is one of the breakpoint instructions that we look for.
    pub(crate) fn is_instruction(halfword: [u8; 2]) -> bool {
        INSTRUCTIONS.contains(&halfword)
    }

    /// Reads a register of the unit; nothing if the address is none.
    pub(crate) fn read(&self, address: u32) -> Option<u32> {
        match address {
            FP_CTRL => Some(FP_CTRL_REVISION_2 | (COMPARATORS as u32) << 4 | u32::from(self.enabled)),
            FP_COMP..=FP_COMP_LAST => Some(self.comparators[((address - FP_COMP) / 4) as usize]),
            _ => None,
        }
    }

    /// Writes a register of the unit; says whether the address is one.
    pub(crate) fn write(&mut self, address: u32, value: u32) -> bool {
        match address {
            FP_CTRL => {
                if value & FP_CTRL_KEY != 0 {
                    self.enabled = value & FP_CTRL_ENABLE != 0;
                }
                true
            }
            FP_COMP..=FP_COMP_LAST => {
                self.comparators[((address - FP_COMP) / 4) as usize] = value;
                true
            }
            _ => false,
        }
    }

    /// A reset of the core switches the unit off, and starts what may be another program.
    pub(crate) fn reset(&mut self) {
        self.enabled = false;
        self.searched = false;
    }

    /// Whether the program should be searched before the core goes on.
    pub(crate) fn wants_search(&self) -> bool {
        !self.searched
    }

    /// Looks for breakpoint instructions in a program that begins at `start`.
    pub(crate) fn search(&mut self, start: u32, program: &[u8]) {
        let halfwords = (start..).step_by(2).zip(program.chunks_exact(2));
        let found = halfwords.filter(|(_, halfword)| Self::is_instruction([halfword[0], halfword[1]]));
        self.instructions = found.map(|(address, _)| address).collect();
        self.searched = true;
    }

    /// Makes QEMU stop at all of these and at `others`, and nowhere else.
    pub(crate) fn place(
        &mut self,
        core: &mut CoreControl,
        others: impl Iterator<Item = u32>,
    ) -> Result<(), TargetError> {
        let wanted = self.wanted(others);
        for &address in self.placed.iter().filter(|address| wanted.binary_search(address).is_err()) {
            core.clear_breakpoint(address)?;
        }
        for &address in wanted.iter().filter(|address| self.placed.binary_search(address).is_err()) {
            core.set_breakpoint(address)?;
        }
        self.placed = wanted;
        Ok(())
    }

    fn wanted(&self, others: impl Iterator<Item = u32>) -> Vec<u32> {
        let comparators = self.comparators.iter().filter(|&&value| self.enabled && value & FP_COMP_ENABLE != 0);
        let mut wanted: Vec<u32> = comparators.map(|value| value & !FP_COMP_ENABLE).collect();
        wanted.extend(&self.instructions);
        wanted.extend(others);
        wanted.sort_unstable();
        wanted.dedup();
        wanted
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn wanted(breakpoints: &Breakpoints) -> Vec<u32> {
        breakpoints.wanted(std::iter::empty())
    }

    #[test]
    fn comparators_count_only_when_they_and_the_unit_are_on() {
        let mut breakpoints = Breakpoints::default();
        assert!(breakpoints.write(FP_COMP, 0x101));
        assert!(breakpoints.write(FP_COMP + 4, 0x200));
        assert_eq!(wanted(&breakpoints), []);
        assert!(breakpoints.write(FP_CTRL, FP_CTRL_ENABLE), "without the key the write has no effect");
        assert_eq!(wanted(&breakpoints), []);
        assert!(breakpoints.write(FP_CTRL, FP_CTRL_KEY | FP_CTRL_ENABLE));
        assert_eq!(wanted(&breakpoints), [0x100]);
        breakpoints.reset();
        assert_eq!(wanted(&breakpoints), []);
    }

    #[test]
    fn the_unit_says_how_many_comparators_it_has() {
        let breakpoints = Breakpoints::default();
        assert_eq!(breakpoints.read(FP_CTRL), Some(0x1000_0080));
        assert_eq!(breakpoints.read(FP_COMP + 4 * 7), Some(0));
        assert_eq!(breakpoints.read(FP_COMP + 4 * 8), None);
        assert!(!Breakpoints::default().write(FP_COMP + 4 * 8, 1));
    }

    #[test]
    fn breakpoint_instructions_are_found_at_even_addresses() {
        let mut breakpoints = Breakpoints::default();
        assert!(breakpoints.wants_search());
        breakpoints.search(0x100, &[0x00, 0xBE, 0xAB, 0xBE, 0x00, 0x00, 0xBE, 0x00, 0xBE]);
        assert_eq!(wanted(&breakpoints), [0x100, 0x102]);
        assert!(!breakpoints.wants_search());
        breakpoints.reset();
        assert!(breakpoints.wants_search(), "another program may have been flashed");
    }

    #[test]
    fn an_address_is_wanted_once() {
        let mut breakpoints = Breakpoints::default();
        breakpoints.search(0x100, &[0x00, 0xBE]);
        assert_eq!(breakpoints.wanted([0x100, 0x50].into_iter()), [0x50, 0x100]);
    }
}
