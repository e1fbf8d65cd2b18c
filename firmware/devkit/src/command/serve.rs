//! `devkit serve`: the door on a socket.

use std::io::{self, ErrorKind, Read as _, Write as _};
use std::net::{Ipv4Addr, TcpListener, TcpStream};
use std::thread;
use std::time::{Duration, Instant};

use clap::Args;
use stranded_devkit::{DevkitError, DoorLink};
use stranded_virtual_probe::Options;

use crate::link_choice::LinkChoice;
use crate::target::Target;

/// How often both sides are looked at.
const POLL_INTERVAL: Duration = Duration::from_millis(1);

#[derive(Debug, Args)]
pub(crate) struct Arguments {
    #[command(flatten)]
    target: Target,

    #[command(flatten)]
    link: LinkChoice,

    /// The port on 127.0.0.1; 0 takes a free one. It is printed.
    #[arg(long, default_value_t = 0)]
    port: u16,

    /// End when the first client has gone.
    #[arg(long)]
    once: bool,

    /// End after so many seconds in any case.
    #[arg(long, value_name = "SECONDS", default_value_t = 3_600)]
    limit: u64,
}

/// Serves one client after the other. Ends by itself, and with it the door of a QEMU.
///
/// # Errors
/// The device or the socket fails.
pub(crate) fn run(arguments: &Arguments) -> Result<(), DevkitError> {
    arguments.link.check(&arguments.target)?;
    let program = arguments.target.door()?;
    let limit = Duration::from_secs(arguments.limit);
    // QEMU's own watchdog is the second line: for the case that this process hangs.
    let options = Options { session_limit: limit + Duration::from_mins(10), ..Options::default() };
    let mut device = arguments.target.device(&options)?;
    if arguments.target.is_qemu() {
        device.flash(&program)?;
        device.start(&program)?;
    }
    let mut door = arguments.link.open(&mut device, &program)?;
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, arguments.port)).map_err(socket)?;
    listener.set_nonblocking(true).map_err(socket)?;
    println!("the door listens on {}", listener.local_addr().map_err(socket)?);
    // Whoever reads this through a pipe waits for the line.
    io::stdout().flush().map_err(socket)?;
    let start = Instant::now();
    while start.elapsed() < limit {
        match listener.accept() {
            Ok((mut client, _)) => {
                client.set_nonblocking(true).map_err(socket)?;
                pass(&mut door, &mut client, start + limit)?;
                if arguments.once {
                    return Ok(());
                }
            }
            Err(error) if error.kind() == ErrorKind::WouldBlock => thread::sleep(POLL_INTERVAL),
            Err(error) => return Err(socket(error)),
        }
    }
    Ok(())
}

/// Passes bytes until the client has gone.
fn pass(door: &mut DoorLink<'_>, client: &mut TcpStream, end: Instant) -> Result<(), DevkitError> {
    let mut buffer = [0; 1024];
    while Instant::now() < end {
        let mut idle = true;
        match client.read(&mut buffer) {
            Ok(0) => return Ok(()),
            Ok(length) => {
                door.send(&buffer[..length])?;
                idle = false;
            }
            Err(error) if error.kind() == ErrorKind::WouldBlock => {}
            // The client's affair: the next one comes.
            Err(_) => return Ok(()),
        }
        let bytes = door.take_bytes()?;
        if !bytes.is_empty() {
            idle = false;
            if write(client, &bytes, end).is_err() {
                return Ok(());
            }
        }
        if idle {
            thread::sleep(POLL_INTERVAL);
        }
    }
    Ok(())
}

fn write(client: &mut TcpStream, mut bytes: &[u8], end: Instant) -> io::Result<()> {
    while !bytes.is_empty() {
        match client.write(bytes) {
            Ok(length) => bytes = &bytes[length..],
            Err(error) if error.kind() == ErrorKind::WouldBlock && Instant::now() < end => thread::sleep(POLL_INTERVAL),
            Err(error) => return Err(error),
        }
    }
    Ok(())
}

fn socket(source: io::Error) -> DevkitError {
    DevkitError::Io { what: "the door's socket".to_owned(), source }
}
