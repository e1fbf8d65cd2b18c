//! The debug access port: one serial-wire debug port (`DPv1`) with one memory access port (AHB-AP), as a Cortex-M4 has them
//! (Arm Debug Interface Architecture Specification, `ADIv5`).

use crate::debug_unit::DebugUnit;
use crate::error::TargetError;
use crate::qemu::Qemu;

/// DP: identification of an Arm SW-DP.
const DPIDR: u32 = 0x2BA0_1477;
/// DP registers by address.
const DP_ABORT_OR_IDENTIFICATION: u8 = 0x0;
const DP_CONTROL: u8 = 0x4;
const DP_SELECT: u8 = 0x8;
const ABORT_STKERRCLR: u32 = 1 << 2;
const CONTROL_STICKYERR: u32 = 1 << 5;
/// The requests to power the debug and the system domain up; each acknowledge is the bit above.
const CONTROL_POWER_REQUESTS: u32 = 1 << 28 | 1 << 30;
const CONTROL_WRITABLE: u32 = CONTROL_POWER_REQUESTS | 0x0F01;

/// AP registers by bank and address.
const AP_CSW: u8 = 0x00;
const AP_TAR: u8 = 0x04;
const AP_DRW: u8 = 0x0C;
const AP_BD0: u8 = 0x10;
const AP_BD3: u8 = 0x1C;
const AP_BASE: u8 = 0xF8;
const AP_IDR: u8 = 0xFC;
/// Identification of an AHB-AP.
const IDR: u32 = 0x2477_0011;
/// There is no ROM table behind this port.
const BASE_ABSENT: u32 = 0xFFFF_FFFF;
/// The port is enabled; accesses of a word; privileged data.
const CSW_RESET: u32 = 0x0300_0042;
const CSW_DEVICE_ENABLED: u32 = 1 << 6;
const CSW_SIZE: u32 = 0b111;
const CSW_INCREMENT: u32 = 0b11 << 4;
/// The address increments within blocks of 1 KiB only.
const TAR_INCREMENT_MASK: u32 = 0x3FF;

/// The debug access port of a core in QEMU. It owns the QEMU.
#[derive(Debug)]
pub(crate) struct Dap {
    unit: DebugUnit,
    qemu: Qemu,
    select: u32,
    control: u32,
    /// Shown and cleared as in hardware, but it refuses no access: the Glasgow driver in probe-rs never clears it.
    sticky_error: bool,
    csw: u32,
    tar: u32,
}

impl Dap {
    /// Connects to a QEMU that was just started.
    pub(crate) fn new(qemu: Qemu) -> Result<Self, TargetError> {
        let unit = DebugUnit::new(&qemu).map_err(|error| qemu.explain(error))?;
        Ok(Self { unit, qemu, select: 0, control: 0, sticky_error: false, csw: CSW_RESET, tar: 0 })
    }

    /// The QEMU behind the port.
    pub(crate) fn qemu(&self) -> &Qemu {
        &self.qemu
    }

    /// Lets the core run unless it was halted.
    pub(crate) fn power_up(&mut self) -> Result<(), TargetError> {
        let result = self.unit.power_up();
        self.note(result)
    }

    /// Resets the machine, as its reset pin does.
    pub(crate) fn reset(&mut self) -> Result<(), TargetError> {
        let result = self.unit.reset();
        self.note(result)
    }

    /// Reads a register of the debug port.
    pub(crate) fn read_debug_port(&self, address: u8) -> u32 {
        let bank = self.select & 0xF;
        match (address & 0xC, bank) {
            (DP_ABORT_OR_IDENTIFICATION, _) => DPIDR,
            (DP_CONTROL, 0) => {
                let acknowledges = (self.control & CONTROL_POWER_REQUESTS) << 1;
                let error = if self.sticky_error { CONTROL_STICKYERR } else { 0 };
                self.control | acknowledges | error
            }
            _ => 0,
        }
    }

    /// Writes a register of the debug port.
    pub(crate) fn write_debug_port(&mut self, address: u8, value: u32) {
        let bank = self.select & 0xF;
        match (address & 0xC, bank) {
            (DP_ABORT_OR_IDENTIFICATION, _) if value & ABORT_STKERRCLR != 0 => self.sticky_error = false,
            (DP_CONTROL, 0) => self.control = value & CONTROL_WRITABLE,
            (DP_SELECT, _) => self.select = value,
            _ => {}
        }
    }

    /// Reads one register of the access port as often as `values` is long. Memory is read in one piece.
    pub(crate) fn read_access_port(&mut self, address: u8, values: &mut [u32]) -> Result<(), TargetError> {
        let Some(register) = self.access_port_register(address) else {
            values.fill(0);
            return Ok(());
        };
        match register {
            AP_CSW => values.fill(self.csw | CSW_DEVICE_ENABLED),
            AP_TAR => values.fill(self.tar),
            AP_DRW => return self.read_data(values),
            AP_BD0..=AP_BD3 => {
                let mut word = [0; 4];
                let result = self.unit.read(self.banked_address(register), &mut word);
                self.note(result)?;
                values.fill(u32::from_le_bytes(word));
            }
            AP_BASE => values.fill(BASE_ABSENT),
            AP_IDR => values.fill(IDR),
            _ => values.fill(0),
        }
        Ok(())
    }

    /// Writes these values one after the other to one register of the access port. Memory is written in one piece.
    pub(crate) fn write_access_port(&mut self, address: u8, values: &[u32]) -> Result<(), TargetError> {
        let register = self.access_port_register(address);
        let Some(&last) = values.last() else { return Ok(()) };
        match register {
            Some(AP_CSW) => self.csw = last,
            Some(AP_TAR) => self.tar = last,
            Some(AP_DRW) => return self.write_data(values),
            Some(register @ AP_BD0..=AP_BD3) => {
                let result = self.unit.write(self.banked_address(register), &last.to_le_bytes());
                return self.note(result);
            }
            _ => {}
        }
        Ok(())
    }

    /// The register that an address means in the selected bank; nothing if another port than ours is selected.
    fn access_port_register(&self, address: u8) -> Option<u8> {
        let [bank, .., port] = self.select.to_le_bytes();
        (port == 0).then_some(bank & 0xF0 | address & 0xC)
    }

    fn banked_address(&self, register: u8) -> u32 {
        self.tar & !0xF | u32::from(register & 0xC)
    }

    /// Bytes an access.
    fn size(&self) -> usize {
        1 << (self.csw & CSW_SIZE).min(2)
    }

    fn increments(&self) -> bool {
        self.csw & CSW_INCREMENT != 0
    }

    fn advance(&mut self, length: usize) {
        let low = self.tar.wrapping_add(length as u32) & TAR_INCREMENT_MASK;
        self.tar = self.tar & !TAR_INCREMENT_MASK | low;
    }

    fn read_data(&mut self, values: &mut [u32]) -> Result<(), TargetError> {
        let size = self.size();
        // Without increment every value is an access of its own to the same address, as a status register wants it.
        let at_once = if self.increments() { values.len() } else { 1 };
        for values in values.chunks_mut(at_once.max(1)) {
            let mut bytes = vec![0; size * values.len()];
            let result = self.unit.read(self.tar, &mut bytes);
            self.note(result)?;
            for (index, (value, bytes)) in values.iter_mut().zip(bytes.chunks(size)).enumerate() {
                let mut word = [0; 4];
                word[..size].copy_from_slice(bytes);
                *value = u32::from_le_bytes(word) << lane(self.tar, index, size);
            }
            if self.increments() {
                self.advance(size * values.len());
            }
        }
        Ok(())
    }

    fn write_data(&mut self, values: &[u32]) -> Result<(), TargetError> {
        let size = self.size();
        let at_once = if self.increments() { values.len() } else { 1 };
        for values in values.chunks(at_once.max(1)) {
            let bytes: Vec<u8> = values
                .iter()
                .enumerate()
                .flat_map(|(index, value)| (value >> lane(self.tar, index, size)).to_le_bytes().into_iter().take(size))
                .collect();
            let result = self.unit.write(self.tar, &bytes);
            self.note(result)?;
            if self.increments() {
                self.advance(bytes.len());
            }
        }
        Ok(())
    }

    /// Remembers an error of the target's memory, and adds to an end of QEMU how it came.
    fn note<T>(&mut self, result: Result<T, TargetError>) -> Result<T, TargetError> {
        result.map_err(|error| {
            self.sticky_error |= error.is_fault();
            self.qemu.explain(error)
        })
    }
}

/// By how many bits the `index`-th value of accesses from `address` on is shifted in a 32-bit transfer: short accesses use
/// the byte lanes of their address.
fn lane(address: u32, index: usize, size: usize) -> u32 {
    if size == 4 { 0 } else { (address.wrapping_add((index * size) as u32) % 4) * 8 }
}

#[cfg(test)]
mod tests {
    use super::lane;

    #[test]
    fn short_accesses_use_the_lanes_of_their_address() {
        assert_eq!(lane(0x1002, 0, 4), 0);
        assert_eq!([0, 1, 2].map(|index| lane(0x1002, index, 1)), [16, 24, 0]);
        assert_eq!([0, 1].map(|index| lane(0x1000, index, 2)), [0, 16]);
    }
}
