//! Tests on the target, as `probe-rs run` runs them: the target asks by semihosting which one, and says how it ended.

use std::thread;
use std::time::{Duration, Instant};

use probe_rs::semihosting::SemihostingCommand;
use probe_rs::{BreakpointCause, CoreStatus, HaltReason};

use crate::device::Device;
use crate::error::DevkitError;
use crate::program::TargetTest;

/// How often we look whether a test has something to say.
const POLL_INTERVAL: Duration = Duration::from_millis(2);

/// How a test ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Verdict {
    /// As it should.
    Passed,
    /// Otherwise.
    Failed(String),
}

/// Runs one test of the program that was flashed, in a fresh start of the device.
///
/// `limit` is for a test that never ends, not for one that is slow: QEMU on a loaded machine is.
///
/// # Errors
/// The probe or the target fails; how the test itself ends is the verdict.
pub fn run_test(device: &mut Device, test: &TargetTest, limit: Duration) -> Result<Verdict, DevkitError> {
    device.reset_and_halt()?;
    let mut core = device.core()?;
    core.run().map_err(DevkitError::probe("cannot run"))?;
    let start = Instant::now();
    let died = loop {
        let status = core.status().map_err(DevkitError::probe("cannot ask the core for its status"))?;
        match status {
            CoreStatus::Running | CoreStatus::Sleeping if start.elapsed() < limit => {
                thread::sleep(POLL_INTERVAL);
            }
            CoreStatus::Running | CoreStatus::Sleeping => {
                return Ok(Verdict::Failed(format!("it has not ended within {} s", limit.as_secs())));
            }
            CoreStatus::Halted(HaltReason::Breakpoint(BreakpointCause::Semihosting(command))) => match command {
                SemihostingCommand::GetCommandLine(request) => {
                    request
                        .write_command_line_to_target(&mut core, &format!("run_addr {}", test.address))
                        .map_err(DevkitError::probe("cannot tell the target which test to run"))?;
                    core.run().map_err(DevkitError::probe("cannot run"))?;
                }
                SemihostingCommand::ExitSuccess => break None,
                SemihostingCommand::ExitError(details) => break Some(details.to_string()),
                other => break Some(format!("it asked for {other:?}")),
            },
            other => return Ok(Verdict::Failed(format!("the core is {other:?}"))),
        }
    };
    Ok(match (died, test.should_panic) {
        (None, false) | (Some(_), true) => Verdict::Passed,
        (None, true) => Verdict::Failed("it should have failed".to_owned()),
        (Some(how), false) => Verdict::Failed(how),
    })
}
