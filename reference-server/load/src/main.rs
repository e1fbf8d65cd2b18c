#![doc = env!("CARGO_PKG_DESCRIPTION")]

use clap::Parser as _;
use std::process::ExitCode;

fn main() -> ExitCode {
    stranded_load::run(&stranded_load::cli::Arguments::parse())
}
