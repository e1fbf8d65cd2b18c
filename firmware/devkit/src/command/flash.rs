//! `devkit flash`.

use clap::Args;
use stranded_devkit::{DevkitError, DoorLink};
use stranded_virtual_probe::Options;

use crate::target::Target;

#[derive(Debug, Args)]
pub(crate) struct Arguments {
    #[command(flatten)]
    target: Target,
}

/// Flashes the door, starts it and waits until it answers.
///
/// # Errors
/// It cannot be built or flashed, or does not answer.
pub(crate) fn run(arguments: &Arguments) -> Result<(), DevkitError> {
    let program = arguments.target.door()?;
    let mut device = arguments.target.device(&Options::default())?;
    device.flash(&program)?;
    device.start(&program)?;
    let (car, challenge) = DoorLink::open(&mut device, &program)?.greet()?;
    println!("flashed and verified; the door of car {} answers, start number {}", car.0, challenge.boot_epoch);
    if arguments.target.is_qemu() {
        println!("this QEMU ends now, and its flash with it");
    }
    Ok(())
}
