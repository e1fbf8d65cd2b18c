//! QEMU as a probe of probe-rs.

use std::fmt;
use std::sync::Arc;

use probe_rs::CoreStatus;
use probe_rs::architecture::arm::sequences::ArmDebugSequence;
use probe_rs::architecture::arm::{
    ArmCommunicationInterface, ArmDebugInterface, ArmError, DapError, DapProbe, RawDapAccess, RegisterAddress,
};
use probe_rs::probe::{DebugProbe, DebugProbeError, Probe, WireProtocol};

use crate::dap::Dap;
use crate::error::TargetError;
use crate::machine::Machine;
use crate::qemu::{Options, Qemu};

/// The reset line in the pins of a probe.
const PIN_RESET: u32 = 1 << 7;

/// What probe-rs expects from a probe that cannot read its pins back.
const PINS_UNKNOWN: u32 = 0xFFFF_FFFF;

/// A probe with a QEMU at its end. Dropping it ends the QEMU.
#[derive(Debug)]
pub struct VirtualProbe {
    dap: Dap,
}

impl VirtualProbe {
    /// Starts a machine and puts a probe to it.
    ///
    /// # Errors
    /// QEMU is not installed or does not start.
    pub fn start(machine: &'static Machine, options: &Options) -> Result<Self, TargetError> {
        Self::new(Qemu::start(machine, options)?)
    }

    /// Puts a probe to a QEMU that was just started.
    ///
    /// # Errors
    /// QEMU has ended or does not answer.
    pub fn new(qemu: Qemu) -> Result<Self, TargetError> {
        Ok(Self { dap: Dap::new(qemu)? })
    }

    /// The QEMU at the end of the probe.
    pub fn qemu(&self) -> &Qemu {
        self.dap.qemu()
    }

    pub(crate) fn into_dap(self) -> Dap {
        self.dap
    }

    /// The probe as probe-rs passes it around.
    pub fn into_probe_rs(self) -> Probe {
        Probe::new(self)
    }
}

impl DebugProbe for VirtualProbe {
    fn get_name(&self) -> &'static str {
        "QEMU virtual probe"
    }

    fn speed_khz(&self) -> u32 {
        1000
    }

    fn set_speed(&mut self, _speed_khz: u32) -> Result<u32, DebugProbeError> {
        Ok(self.speed_khz())
    }

    fn attach(&mut self) -> Result<(), DebugProbeError> {
        self.dap.power_up().map_err(DebugProbeError::from)
    }

    fn detach(&mut self) -> Result<(), probe_rs::Error> {
        Ok(())
    }

    fn target_reset(&mut self) -> Result<(), DebugProbeError> {
        self.dap.reset().map_err(DebugProbeError::from)
    }

    fn target_reset_assert(&mut self) -> Result<(), DebugProbeError> {
        // The machine is reset when the line is let go; nothing can be seen of it in between.
        Ok(())
    }

    fn target_reset_deassert(&mut self) -> Result<(), DebugProbeError> {
        self.target_reset()
    }

    fn select_protocol(&mut self, protocol: WireProtocol) -> Result<(), DebugProbeError> {
        match protocol {
            WireProtocol::Swd => Ok(()),
            WireProtocol::Jtag => Err(DebugProbeError::UnsupportedProtocol(protocol)),
        }
    }

    fn active_protocol(&self) -> Option<WireProtocol> {
        Some(WireProtocol::Swd)
    }

    fn has_arm_interface(&self) -> bool {
        true
    }

    fn try_get_arm_debug_interface<'probe>(
        self: Box<Self>,
        sequence: Arc<dyn ArmDebugSequence>,
    ) -> Result<Box<dyn ArmDebugInterface + 'probe>, (Box<dyn DebugProbe>, ArmError)> {
        // Faults are reported at once, so there are no overruns to detect.
        Ok(ArmCommunicationInterface::create(self, sequence, false))
    }

    fn try_as_dap_probe(&mut self) -> Option<&mut dyn DapProbe> {
        Some(self)
    }

    fn into_probe(self: Box<Self>) -> Box<dyn DebugProbe> {
        self
    }
}

impl DapProbe for VirtualProbe {}

impl RawDapAccess for VirtualProbe {
    fn raw_read_register(&mut self, address: RegisterAddress) -> Result<u32, ArmError> {
        if !address.is_ap() {
            return Ok(self.dap.read_debug_port(address.lsb()));
        }
        let mut value = [0];
        self.raw_read_block(address, &mut value)?;
        Ok(value[0])
    }

    fn raw_read_block(&mut self, address: RegisterAddress, values: &mut [u32]) -> Result<(), ArmError> {
        self.dap.read_access_port(address.lsb(), values).map_err(arm_error)
    }

    fn raw_write_register(&mut self, address: RegisterAddress, value: u32) -> Result<(), ArmError> {
        if address.is_ap() {
            return self.raw_write_block(address, &[value]);
        }
        self.dap.write_debug_port(address.lsb(), value);
        Ok(())
    }

    fn raw_write_block(&mut self, address: RegisterAddress, values: &[u32]) -> Result<(), ArmError> {
        self.dap.write_access_port(address.lsb(), values).map_err(arm_error)
    }

    fn jtag_sequence(&mut self, _cycles: u8, _tms: bool, _tdi: u64) -> Result<(), DebugProbeError> {
        Err(DebugProbeError::CommandNotSupportedByProbe { command_name: "jtag_sequence" })
    }

    fn swj_sequence(&mut self, _bit_len: u8, _bits: u64) -> Result<(), DebugProbeError> {
        // Line resets and protocol switches: there is no line.
        Ok(())
    }

    fn swj_pins(&mut self, pin_out: u32, pin_select: u32, _pin_wait: u32) -> Result<u32, DebugProbeError> {
        if pin_select & PIN_RESET != 0 && pin_out & PIN_RESET != 0 {
            self.target_reset()?;
        }
        Ok(PINS_UNKNOWN)
    }

    fn into_probe(self: Box<Self>) -> Box<dyn DebugProbe> {
        self
    }

    fn core_status_notification(&mut self, _state: CoreStatus) -> Result<(), DebugProbeError> {
        Ok(())
    }
}

/// An error of the target's memory is a response on the wire; all others are errors of the probe.
fn arm_error(error: TargetError) -> ArmError {
    if error.is_fault() { DapError::FaultResponse.into() } else { DebugProbeError::from(error).into() }
}

impl fmt::Display for VirtualProbe {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{} ({})", self.get_name(), self.qemu().machine().name)
    }
}
