//! The debug registers of a Cortex-M core, which QEMU does not have, on top of what it has.
//!
//! A debugger halts, steps and looks into a Cortex-M by reading and writing registers in its private peripheral bus
//! (Arm v7-M Architecture Reference Manual, part C1). Here each of them is turned into requests to QEMU. All other
//! addresses are memory: read through the GDB stub, which reports where there is none, while the core stands still, and through
//! qtest, which need not stop the core, while it runs; written through qtest.

use std::ops::Range;

use crate::breakpoints::Breakpoints;
use crate::core_control::CoreControl;
use crate::core_registers;
use crate::error::TargetError;
use crate::memory::Memory;
use crate::monitor::Monitor;
use crate::qemu::Qemu;

/// From here on addresses are registers of the core and not memory.
const PRIVATE_PERIPHERALS: u32 = 0xE000_0000;

/// Application interrupt and reset control: a key and the request for a reset.
const AIRCR: u32 = 0xE000_ED0C;
const AIRCR_KEY: u32 = 0x05FA;
const AIRCR_SYSRESETREQ: u32 = 1 << 2;

/// Vector table offset.
const VTOR: u32 = 0xE000_ED08;
/// Where the vector table holds the address of the `HardFault` handler.
const HARD_FAULT_VECTOR: u32 = 3 * 4;

/// Debug fault status: why the core halted.
const DFSR: u32 = 0xE000_ED30;
const DFSR_HALTED: u32 = 1 << 0;
const DFSR_BKPT: u32 = 1 << 1;
const DFSR_VCATCH: u32 = 1 << 3;

/// Debug halting control and status.
const DHCSR: u32 = 0xE000_EDF0;
const DHCSR_KEY: u32 = 0xA05F;
const DHCSR_C_DEBUGEN: u32 = 1 << 0;
const DHCSR_C_HALT: u32 = 1 << 1;
const DHCSR_C_STEP: u32 = 1 << 2;
const DHCSR_C_MASK: u32 = 0b1111;
const DHCSR_S_REGRDY: u32 = 1 << 16;
const DHCSR_S_HALT: u32 = 1 << 17;
const DHCSR_S_LOCKUP: u32 = 1 << 19;
const DHCSR_S_RETIRE_ST: u32 = 1 << 24;
const DHCSR_S_RESET_ST: u32 = 1 << 25;

/// Debug core register selector and data.
const DCRSR: u32 = 0xE000_EDF4;
const DCRSR_SELECTOR: u32 = 0x7F;
const DCRSR_WRITE: u32 = 1 << 16;
const DCRDR: u32 = 0xE000_EDF8;

/// Debug exception and monitor control: which exceptions halt the core.
const DEMCR: u32 = 0xE000_EDFC;
const DEMCR_VC_CORERESET: u32 = 1 << 0;
const DEMCR_VC_HARDERR: u32 = 1 << 10;

/// The Thumb bit of xPSR. A core without it cannot carry out a single instruction.
const XPSR_T: u32 = 1 << 24;

/// A core of QEMU with debug registers.
#[derive(Debug)]
pub(crate) struct DebugUnit {
    core: CoreControl,
    memory: Memory,
    monitor: Monitor,
    flash: Range<u32>,
    breakpoints: Breakpoints,
    /// The control bits of DHCSR.
    control: u32,
    fault_status: u32,
    exception_control: u32,
    register_data: u32,
    was_reset: bool,
    /// The core has no program: hardware would lock up, QEMU would abort, so we do not let it run.
    locked_up: bool,
    /// A reset was caught before the debugger enabled debugging; it stays caught until then.
    catch_pending: bool,
    hard_fault_handler: Option<u32>,
}

impl DebugUnit {
    /// Connects to a QEMU whose core stands still.
    pub(crate) fn new(qemu: &Qemu) -> Result<Self, TargetError> {
        let limit = qemu.answer_limit();
        Ok(Self {
            core: CoreControl::new(qemu.connect("debug")?, limit)?,
            memory: Memory::new(qemu.connect("memory")?, limit),
            monitor: Monitor::new(qemu.connect("monitor")?, limit)?,
            flash: qemu.machine().flash.clone(),
            breakpoints: Breakpoints::default(),
            control: 0,
            fault_status: 0,
            exception_control: 0,
            register_data: 0,
            was_reset: false,
            locked_up: false,
            catch_pending: false,
            hard_fault_handler: None,
        })
    }

    /// Reads memory or registers.
    pub(crate) fn read(&mut self, address: u32, output: &mut [u8]) -> Result<(), TargetError> {
        if address < PRIVATE_PERIPHERALS || !address.is_multiple_of(4) {
            return self.read_memory(address, output);
        }
        for (address, word) in (address..).step_by(4).zip(output.chunks_mut(4)) {
            match self.read_debug_register(address)? {
                Some(value) => word.copy_from_slice(&value.to_le_bytes()[..word.len()]),
                None => self.read_memory(address, word)?,
            }
        }
        Ok(())
    }

    /// Writes memory or registers.
    pub(crate) fn write(&mut self, address: u32, data: &[u8]) -> Result<(), TargetError> {
        if address < PRIVATE_PERIPHERALS || !address.is_multiple_of(4) {
            return self.write_memory(address, data);
        }
        for (address, bytes) in (address..).step_by(4).zip(data.chunks(4)) {
            let is_ours = match *bytes {
                [a, b, c, d] => self.write_debug_register(address, u32::from_le_bytes([a, b, c, d]))?,
                _ => false,
            };
            if !is_ours {
                self.write_memory(address, bytes)?;
            }
        }
        Ok(())
    }

    /// Lets the core run, as it does when a probe is plugged into a board with power.
    pub(crate) fn power_up(&mut self) -> Result<(), TargetError> {
        if self.control & DHCSR_C_HALT == 0 { self.resume() } else { Ok(()) }
    }

    /// Resets the machine, and catches the core at its first instruction if it is asked to.
    pub(crate) fn reset(&mut self) -> Result<(), TargetError> {
        self.core.interrupt()?;
        self.monitor.reset()?;
        self.was_reset = true;
        self.locked_up = false;
        self.breakpoints.reset();
        if self.exception_control & DEMCR_VC_CORERESET == 0 {
            self.control &= !DHCSR_C_HALT;
            return self.resume();
        }
        // probe-rs attaches under reset before it enables debugging, and expects the catch to hold.
        self.catch_pending = self.control & DHCSR_C_DEBUGEN == 0;
        self.halt_because(DFSR_VCATCH);
        Ok(())
    }

    fn read_debug_register(&mut self, address: u32) -> Result<Option<u32>, TargetError> {
        Ok(Some(match address {
            DHCSR => self.halting_status()?,
            DCRSR => 0,
            DCRDR => self.register_data,
            DEMCR => self.exception_control,
            DFSR => self.fault_status,
            _ => return Ok(self.breakpoints.read(address)),
        }))
    }

    /// Carries out a write to a debug register; says whether the address is one.
    fn write_debug_register(&mut self, address: u32, value: u32) -> Result<bool, TargetError> {
        match address {
            DHCSR => self.control_halting(value)?,
            DCRSR => self.transfer_register(value)?,
            DCRDR => self.register_data = value,
            DEMCR => self.exception_control = value,
            // Writing ones clears.
            DFSR => self.fault_status &= !value,
            AIRCR if value >> 16 == AIRCR_KEY && value & AIRCR_SYSRESETREQ != 0 => self.reset()?,
            _ => {
                let is_ours = self.breakpoints.write(address, value);
                // Those of a core that stands still are set when it goes on.
                if is_ours && self.core.runs() {
                    self.core.interrupt()?;
                    self.place_breakpoints()?;
                    self.core.resume()?;
                }
                return Ok(is_ours);
            }
        }
        Ok(true)
    }

    fn halting_status(&mut self) -> Result<u32, TargetError> {
        self.notice_stop()?;
        let state = if self.locked_up {
            DHCSR_S_LOCKUP
        } else if self.core.runs() {
            0
        } else {
            DHCSR_S_HALT
        };
        let reset = if std::mem::take(&mut self.was_reset) { DHCSR_S_RESET_ST } else { 0 };
        Ok(self.control | DHCSR_S_REGRDY | DHCSR_S_RETIRE_ST | state | reset)
    }

    fn control_halting(&mut self, value: u32) -> Result<(), TargetError> {
        if value >> 16 != DHCSR_KEY {
            return Ok(());
        }
        self.notice_stop()?;
        let mut control = value & DHCSR_C_MASK;
        if control & DHCSR_C_DEBUGEN != 0 && std::mem::take(&mut self.catch_pending) {
            control |= DHCSR_C_HALT;
        }
        self.control = control;
        if control & DHCSR_C_DEBUGEN == 0 {
            return self.resume();
        }
        if control & DHCSR_C_HALT != 0 {
            if std::mem::take(&mut self.locked_up) || self.core.runs() {
                self.core.interrupt()?;
                self.halt_because(DFSR_HALTED);
            }
            return Ok(());
        }
        if control & DHCSR_C_STEP != 0 { self.step() } else { self.resume() }
    }

    fn transfer_register(&mut self, value: u32) -> Result<(), TargetError> {
        let selector = value & DCRSR_SELECTOR;
        if value & DCRSR_WRITE != 0 {
            core_registers::write(&mut self.core, selector, self.register_data)
        } else {
            self.register_data = core_registers::read(&mut self.core, selector)?;
            Ok(())
        }
    }

    fn resume(&mut self) -> Result<(), TargetError> {
        if self.core.runs() || self.locked_up {
            return Ok(());
        }
        if core_registers::status(&mut self.core)? & XPSR_T == 0 {
            self.locked_up = true;
            return Ok(());
        }
        if self.is_at_breakpoint_instruction()? {
            self.halt_because(DFSR_BKPT);
            return Ok(());
        }
        self.place_breakpoints()?;
        self.core.resume()
    }

    fn step(&mut self) -> Result<(), TargetError> {
        if self.core.runs() || self.locked_up {
            return Ok(());
        }
        if self.is_at_breakpoint_instruction()? {
            self.halt_because(DFSR_BKPT);
        } else {
            self.core.step()?;
            self.halt_because(DFSR_HALTED);
        }
        Ok(())
    }

    /// The core would carry out a breakpoint instruction next. Hardware halts before it; QEMU would raise a fault.
    fn is_at_breakpoint_instruction(&mut self) -> Result<bool, TargetError> {
        let program_counter = core_registers::program_counter(&mut self.core)?;
        self.holds_breakpoint_instruction(program_counter)
    }

    fn holds_breakpoint_instruction(&mut self, address: u32) -> Result<bool, TargetError> {
        let mut instruction = [0; 2];
        if address >= PRIVATE_PERIPHERALS {
            return Ok(false);
        }
        match self.core.read_memory(address, &mut instruction) {
            Ok(()) => Ok(Breakpoints::is_instruction(instruction)),
            Err(error) if error.is_fault() => Ok(false),
            Err(error) => Err(error),
        }
    }

    /// Tells QEMU where to stop. The core stands still.
    fn place_breakpoints(&mut self) -> Result<(), TargetError> {
        if self.breakpoints.wants_search() {
            let mut program = vec![0; self.flash.len()];
            self.memory.read(self.flash.start, &mut program)?;
            self.breakpoints.search(self.flash.start, &program);
        }
        // A flash algorithm returns to a breakpoint instruction that the debugger put into RAM.
        let return_address = core_registers::return_address(&mut self.core)?;
        let return_address = self.holds_breakpoint_instruction(return_address)?.then_some(return_address);
        self.hard_fault_handler = None;
        if self.exception_control & DEMCR_VC_HARDERR != 0 {
            self.hard_fault_handler = self.find_hard_fault_handler()?;
        }
        self.breakpoints.place(&mut self.core, return_address.into_iter().chain(self.hard_fault_handler))
    }

    fn find_hard_fault_handler(&mut self) -> Result<Option<u32>, TargetError> {
        let mut word = [0; 4];
        self.core.read_memory(VTOR, &mut word)?;
        let entry = u32::from_le_bytes(word).wrapping_add(HARD_FAULT_VECTOR);
        match self.core.read_memory(entry, &mut word) {
            // The lowest bit says "Thumb".
            Ok(()) => Ok(Some(u32::from_le_bytes(word) & !1).filter(|&address| address < PRIVATE_PERIPHERALS)),
            Err(error) if error.is_fault() => Ok(None),
            Err(error) => Err(error),
        }
    }

    /// Takes note of a core that stopped by itself.
    fn notice_stop(&mut self) -> Result<(), TargetError> {
        if self.core.has_stopped()? {
            let program_counter = core_registers::program_counter(&mut self.core)?;
            let is_caught = self.hard_fault_handler == Some(program_counter);
            self.halt_because(if is_caught { DFSR_VCATCH } else { DFSR_BKPT });
        }
        Ok(())
    }

    fn halt_because(&mut self, reason: u32) {
        self.fault_status |= reason;
        self.control |= DHCSR_C_HALT;
    }

    fn read_memory(&mut self, address: u32, output: &mut [u8]) -> Result<(), TargetError> {
        self.notice_stop()?;
        if self.core.runs() { self.memory.read(address, output) } else { self.core.read_memory(address, output) }
    }

    /// Always through qtest: the GDB stub drops what is written to a peripheral.
    fn write_memory(&mut self, address: u32, data: &[u8]) -> Result<(), TargetError> {
        self.notice_stop()?;
        self.memory.write(address, data)
    }
}
