//! `virtual-probe`: a machine of QEMU on a socket, for the probe-rs program.

use std::process::ExitCode;

use clap::Parser;
use clap::builder::PossibleValuesParser;
use stranded_virtual_probe::{Machine, Options, Server, TargetError, VirtualProbe};

/// Puts a machine of QEMU on a socket where the unmodified probe-rs program finds it as a probe.
///
/// It serves one client after the other until it is interrupted; the machine goes on meanwhile.
#[derive(Debug, Parser)]
struct Arguments {
    /// The machine.
    #[arg(default_value = Machine::ALL[0].name, value_parser = PossibleValuesParser::new(Machine::ALL.map(|machine| machine.name)))]
    machine: String,

    /// Write the machine's chip description to this file, for `probe-rs --chip-description-path`.
    #[arg(long, value_name = "FILE")]
    description: Option<std::path::PathBuf>,

    /// End after so many seconds.
    #[arg(long, value_name = "SECONDS", default_value_t = 3600)]
    limit: u64,
}

fn main() -> ExitCode {
    match serve(&Arguments::parse()) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error}");
            ExitCode::FAILURE
        }
    }
}

fn serve(arguments: &Arguments) -> Result<(), TargetError> {
    // The parser has refused other names.
    let machine = Machine::named(&arguments.machine).unwrap_or(Machine::ALL[0]);
    if let Some(file) = &arguments.description {
        std::fs::write(file, machine.description)
            .map_err(|source| TargetError::Io { what: file.display().to_string(), source })?;
    }
    let session_limit = std::time::Duration::from_secs(arguments.limit);
    let probe = VirtualProbe::start(machine, &Options { session_limit, ..Options::default() })?;
    println!("QEMU {} runs as process {}", machine.name, probe.qemu().process_id());
    let mut server = Server::new(probe)?;
    let selector = server.selector().map_err(|source| TargetError::Io { what: "the server".to_owned(), source })?;
    println!("probe-rs ... --probe {selector} --chip {}", machine.name);
    loop {
        match server.serve_one() {
            Ok(()) => {}
            Err(error @ TargetError::Io { .. }) => eprintln!("{error}"),
            Err(error) => return Err(error),
        }
    }
}
