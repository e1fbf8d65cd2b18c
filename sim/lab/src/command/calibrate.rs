//! `stranded calibrate door SAMPLES`, `stranded calibrate server SAMPLES`

use crate::calibration::door::Door;
use crate::calibration::server::Server;
use crate::calibration::{Samples, ServerSamples};
use crate::failure::Failure;
use crate::terminal::screen::{data, note};
use clap::Subcommand;
use std::io::Write as _;
use std::path::{Path, PathBuf};

/// Turn measurements of real things into parameters for scenarios to extend.
#[derive(Debug, clap::Args)]
pub(crate) struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    Door(DoorArguments),
    Server(ServerArguments),
}

/// Fit how long a car's door takes to check a key.
///
/// The samples come from the firmware itself: `devkit bench` unlocks a door many times and writes what each step cost. Cycles of a
/// board become measured times. Instructions of QEMU become an estimate that says so, with a range for the
/// instructions that a Cortex-M4F does in a cycle.
///
/// The output sets `car.unlock_time`, with its source and how well it fits; a scenario uses it with `extends`.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  devkit bench --unlocks 1000 --samples samples.json
  stranded calibrate door samples.json --out my-door.toml
  stranded calibrate door samples.json --force             renews scenarios/calibration/door.toml

A scenario that uses it:
  extends = [\"small-town.toml\", \"calibration/door.toml\"]")]
struct DoorArguments {
    /// What `devkit bench --samples FILE` wrote.
    #[arg(value_name = "SAMPLES")]
    samples: PathBuf,
    /// Where to write the parameters.
    #[arg(long, value_name = "FILE", default_value = "scenarios/calibration/door.toml")]
    out: PathBuf,
    /// Replace a file that is there.
    #[arg(long)]
    force: bool,
    /// Print the result as JSON.
    #[arg(long)]
    json: bool,
}

/// Fit how long a service takes and how much it does at a time.
///
/// The samples come from the load generator: `surge` writes samples.json with windows of load and the service times that the server
/// reported. Fitted are the service time (a lognormal, or the samples' own quantiles where they are none), the workers (throughput where the
/// server can do no more, times the mean service time), and the Universal Scalability Law with its residuals.
///
/// Samples of a generator that missed its rate are refused. A run that offers the service more than was measured says so in its
/// summary.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  surge capacity --scenario scenarios/validate-real.toml --target http://127.0.0.1:8080 --out load
  stranded calibrate server load/samples.json --out my-server.toml
  stranded calibrate server load/samples.json --service vendor --force   renews scenarios/calibration/server.toml

A scenario that uses it:
  extends = [\"validate-real.toml\", \"calibration/server.toml\"]")]
struct ServerArguments {
    /// What `surge` wrote: samples.json.
    #[arg(value_name = "SAMPLES")]
    samples: PathBuf,
    /// The service of the scenario [default: the one that the samples name, or `server`].
    #[arg(long, value_name = "NAME")]
    service: Option<String>,
    /// Where to write the parameters.
    #[arg(long, value_name = "FILE", default_value = "scenarios/calibration/server.toml")]
    out: PathBuf,
    /// Replace a file that is there.
    #[arg(long)]
    force: bool,
    /// Print the result as JSON.
    #[arg(long)]
    json: bool,
}

/// Calibrates.
///
/// # Errors
/// When the samples cannot be used, or the file is there already or cannot be written.
pub(crate) fn run(arguments: &Arguments, quiet: bool) -> Result<(), Failure> {
    match &arguments.command {
        Command::Door(arguments) => door(arguments, quiet),
        Command::Server(arguments) => server(arguments, quiet),
    }
}

fn door(arguments: &DoorArguments, quiet: bool) -> Result<(), Failure> {
    let DoorArguments { samples: path, out, force, json } = arguments;
    let unusable = |reason| Failure::UnusableSamples { path: path.clone(), reason };
    let bytes = std::fs::read(path).map_err(|error| {
        unusable(format!("{error}\nname a file that is there; `devkit bench --unlocks 1000 --samples FILE` writes one"))
    })?;
    let door = Samples::read(&bytes).and_then(Door::new).map_err(unusable)?;
    write(out, &door.to_toml(), *force)?;
    if *json {
        data(&format!("{:#}\n", door.to_json()))?;
    } else {
        data(&format!("{}\n", door.to_text()))?;
    }
    if !quiet {
        note(&format!("wrote {}", out.display()));
    }
    Ok(())
}

fn server(arguments: &ServerArguments, quiet: bool) -> Result<(), Failure> {
    let ServerArguments { samples: path, service, out, force, json } = arguments;
    let unusable = |reason| Failure::UnusableSamples { path: path.clone(), reason };
    let bytes = std::fs::read(path).map_err(|error| {
        unusable(format!(
            "{error}\nname a file that is there; `surge capacity --scenario FILE --target http://HOST:PORT --out DIR` writes \
             DIR/samples.json"
        ))
    })?;
    let samples = ServerSamples::read(&bytes).map_err(unusable)?;
    let server = Server::new(samples, service.as_deref());
    write(out, &server.to_toml(), *force)?;
    if *json {
        data(&format!("{:#}\n", server.to_json()))?;
    } else {
        data(&format!("{}\n", server.to_text()))?;
    }
    if !quiet {
        note(&format!("wrote {}", out.display()));
    }
    Ok(())
}

/// Writes the whole file or nothing: beside its place first, and then renamed into it.
fn write(path: &Path, text: &str, force: bool) -> Result<(), Failure> {
    const WAY_OUT: &str = "name a file in a folder that is there and that you may write to";
    let folder = match path.parent() {
        Some(folder) if folder != Path::new("") => folder,
        _ => Path::new("."),
    };
    let failed = |source| Failure::file("write the file", path, WAY_OUT)(source);
    let mut builder = tempfile::Builder::new();
    // A temporary file is its owner's alone; this one is for everybody whom the user's mask lets in.
    #[cfg(unix)]
    builder.permissions(std::os::unix::fs::PermissionsExt::from_mode(0o666));
    let mut file = builder.prefix(".calibration-").tempfile_in(folder).map_err(|error| {
        // Only the kind: the name of the temporary file would tell nobody anything.
        failed(error.kind().into())
    })?;
    file.write_all(text.as_bytes()).and_then(|()| file.as_file().sync_all()).map_err(Failure::file(
        "write the file",
        path,
        "free some space, or name a file on another disk",
    ))?;
    // Without force it refuses what is there in the same step as it renames: nothing can come between.
    let renamed = if force { file.persist(path) } else { file.persist_noclobber(path) };
    renamed.map(drop).map_err(|error| match error.error.kind() {
        std::io::ErrorKind::AlreadyExists => Failure::Usage(format!(
            "`{}` is there already\nname another file with `--out`, or replace it with `--force`",
            path.display()
        )),
        _ => failed(error.error),
    })
}
