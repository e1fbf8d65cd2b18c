//! A server for a probe-rs program that is not ours: it speaks the protocol of the Glasgow Interface Explorer's `probe-rs`
//! applet, whose driver in probe-rs takes a socket address.
//!
//! Frames are coded by COBS and end with a zero byte. Their first byte names an endpoint; each endpoint sees a stream of
//! bytes, whatever the frames. The root endpoint identifies the applet and moves the reset line, the other one makes SWD
//! transfers. Every transfer is a byte: bit 0 is set for the access port, bit 1 for reading, bits 2 and 3 are the address.

use std::io::{self, Read, Write};
use std::net::{SocketAddr, TcpListener};

use crate::dap::Dap;
use crate::error::TargetError;
use crate::probe::VirtualProbe;

const ENDPOINT_ROOT: u8 = 0;
const ENDPOINT_SWD: u8 = 1;

const ROOT_IDENTIFY: u8 = 0x00;
const ROOT_GET_REFERENCE_CLOCK: u8 = 0x10;
const ROOT_GET_DIVISOR: u8 = 0x11;
const ROOT_SET_DIVISOR: u8 = 0x12;
const ROOT_CLEAR_RESET: u8 = 0x21;
const IDENTIFIER: &[u8] = b"probe-rs,v01";
const REFERENCE_CLOCK_HERTZ: u32 = 48_000_000;

const SWD_SEQUENCE: u8 = 0x20;
const SWD_ACCESS_PORT: u8 = 1 << 0;
const SWD_READ: u8 = 1 << 1;
const SWD_ADDRESS: u8 = 0b1100;
/// A command byte and a word.
const SWD_LONG_COMMAND: usize = 5;
/// The debug port's register that returns the last value read from the access port.
const SWD_READ_BUFFER: u8 = 0xC;

const RESPONSE_DATA: u8 = 0x00;
const RESPONSE_OK: u8 = 0x10 | 0b001;
const RESPONSE_FAULT: u8 = 0x10 | 0b100;

/// A virtual probe on a socket of this machine.
///
/// A target that is lost answers every transfer with a fault, for as long as the client stays: the driver in probe-rs waits
/// for ever for a peer that closes the connection.
#[derive(Debug)]
pub struct Server {
    listener: TcpListener,
    dap: Dap,
}

impl Server {
    /// Listens on a free port of the loopback interface.
    ///
    /// # Errors
    /// The system gives no port.
    pub fn new(probe: VirtualProbe) -> Result<Self, TargetError> {
        let listener = TcpListener::bind(("127.0.0.1", 0));
        let listener =
            listener.map_err(|source| TargetError::Io { what: "a port for the probe".to_owned(), source })?;
        Ok(Self { listener, dap: probe.into_dap() })
    }

    /// Where it listens.
    ///
    /// # Errors
    /// The socket has failed.
    pub fn address(&self) -> io::Result<SocketAddr> {
        self.listener.local_addr()
    }

    /// What to give the probe-rs program as `--probe`.
    ///
    /// # Errors
    /// The socket has failed.
    pub fn selector(&self) -> io::Result<String> {
        self.address().map(|address| format!("20b7:9db1:tcp:{address}"))
    }

    /// Waits for a client and serves it until it goes.
    ///
    /// # Errors
    /// The connection fails otherwise than by the client's going, or the target is lost; it was served to the end all the
    /// same.
    pub fn serve_one(&mut self) -> Result<(), TargetError> {
        let io = |source| TargetError::Io { what: "the probe's client".to_owned(), source };
        let (stream, _) = self.listener.accept().map_err(io)?;
        stream.set_nodelay(true).map_err(io)?;
        let mut connection = Connection::new(&mut self.dap);
        // As with a probe plugged into a powered board, the core runs by the time that somebody attaches.
        if let Err(error) = connection.dap.power_up() {
            connection.error = Some(error);
        }
        match connection.serve(stream) {
            Ok(()) => {}
            Err(error) if error.kind() == io::ErrorKind::ConnectionReset => {}
            Err(error) => return Err(io(error)),
        }
        connection.error.map_or(Ok(()), Err)
    }
}

/// One client's streams.
#[derive(Debug)]
struct Connection<'dap> {
    dap: &'dap mut Dap,
    root: Vec<u8>,
    swd: Vec<u8>,
    /// The value that the access port read last: SWD delivers it one transfer later.
    posted: u32,
    /// The first error that was more than a fault of the target's memory.
    error: Option<TargetError>,
}

impl<'dap> Connection<'dap> {
    fn new(dap: &'dap mut Dap) -> Self {
        Self { dap, root: Vec::new(), swd: Vec::new(), posted: 0, error: None }
    }

    fn serve(&mut self, mut stream: impl Read + Write) -> io::Result<()> {
        let mut received = Vec::new();
        let mut bytes = vec![0; 65536];
        loop {
            let length = stream.read(&mut bytes)?;
            if length == 0 {
                return Ok(());
            }
            received.extend_from_slice(&bytes[..length]);
            while let Some(end) = received.iter().position(|&byte| byte == 0) {
                let frame: Vec<u8> = received.drain(..=end).collect();
                let answer = self.answer(&frame[..end])?;
                stream.write_all(&answer)?;
            }
        }
    }

    /// The answer to a frame, as a frame; empty if there is none.
    fn answer(&mut self, frame: &[u8]) -> io::Result<Vec<u8>> {
        let invalid = |reason: &str| io::Error::new(io::ErrorKind::InvalidData, reason.to_owned());
        let packet = cobs::decode_vec(frame).map_err(|_| invalid("a frame that COBS does not make"))?;
        let Some((&endpoint, body)) = packet.split_first() else { return Ok(Vec::new()) };
        let mut answer = vec![endpoint];
        match endpoint {
            ENDPOINT_ROOT => {
                self.root.extend_from_slice(body);
                self.root_commands(&mut answer);
            }
            ENDPOINT_SWD => {
                self.swd.extend_from_slice(body);
                self.swd_commands(&mut answer);
            }
            _ => return Err(invalid("a frame for an endpoint that does not exist")),
        }
        if answer.len() == 1 {
            return Ok(Vec::new());
        }
        let mut frame = cobs::encode_vec(&answer);
        frame.push(0);
        Ok(frame)
    }

    fn root_commands(&mut self, answer: &mut Vec<u8>) {
        while let Some(&command) = self.root.first() {
            let length = match command {
                ROOT_SET_DIVISOR => 3,
                _ => 1,
            };
            if self.root.len() < length {
                return;
            }
            self.root.drain(..length);
            match command {
                ROOT_IDENTIFY => answer.extend_from_slice(IDENTIFIER),
                ROOT_GET_REFERENCE_CLOCK => answer.extend(REFERENCE_CLOCK_HERTZ.to_le_bytes()),
                ROOT_GET_DIVISOR => answer.extend(0_u16.to_le_bytes()),
                ROOT_CLEAR_RESET => {
                    let result = self.dap.reset();
                    self.keep_error(result);
                }
                // Asserting reset (0x20) and ROOT_SET_DIVISOR among them: the machine is reset when the line is let go, and there
                // is no clock to divide.
                _ => {}
            }
        }
    }

    fn swd_commands(&mut self, answer: &mut Vec<u8>) {
        while let Some(&command) = self.swd.first() {
            let is_read = command & SWD_READ != 0 && command & SWD_SEQUENCE == 0;
            if !is_read && self.swd.len() < SWD_LONG_COMMAND {
                return;
            }
            if command & SWD_SEQUENCE != 0 {
                // Line resets and protocol switches: there is no line.
                self.swd.drain(..SWD_LONG_COMMAND);
                continue;
            }
            let done = if is_read { self.read(command, answer) } else { self.write(command, answer) };
            if !done {
                // probe-rs looks at no answer after the first fault; what it asked beyond must not be answered later.
                answer.push(RESPONSE_FAULT);
                self.swd.clear();
            }
        }
    }

    /// Carries out a run of equal reads. Says whether it succeeded.
    fn read(&mut self, command: u8, answer: &mut Vec<u8>) -> bool {
        let address = command & SWD_ADDRESS;
        if command & SWD_ACCESS_PORT == 0 {
            self.swd.drain(..1);
            let is_buffer = address == SWD_READ_BUFFER;
            let value = if is_buffer { self.posted } else { self.dap.read_debug_port(address) };
            push_data(answer, value);
            return true;
        }
        let count = self.swd.iter().take_while(|&&byte| byte == command).count();
        self.swd.drain(..count);
        let mut values = vec![0; count];
        let result = self.dap.read_access_port(address, &mut values);
        if !self.keep_error(result) {
            return false;
        }
        for value in values {
            push_data(answer, std::mem::replace(&mut self.posted, value));
        }
        true
    }

    /// Carries out a run of writes to the same register. Says whether it succeeded.
    fn write(&mut self, command: u8, answer: &mut Vec<u8>) -> bool {
        let address = command & SWD_ADDRESS;
        let commands = self.swd.chunks_exact(SWD_LONG_COMMAND).take_while(|bytes| bytes[0] == command);
        let values: Vec<u32> =
            commands.map(|bytes| u32::from_le_bytes([bytes[1], bytes[2], bytes[3], bytes[4]])).collect();
        self.swd.drain(..SWD_LONG_COMMAND * values.len());
        if command & SWD_ACCESS_PORT == 0 {
            for &value in &values {
                self.dap.write_debug_port(address, value);
            }
        } else {
            let result = self.dap.write_access_port(address, &values);
            if !self.keep_error(result) {
                return false;
            }
        }
        answer.extend(std::iter::repeat_n(RESPONSE_OK, values.len()));
        true
    }

    /// Keeps the first error that is more than a fault of the target's memory. Says whether there was none of any kind.
    fn keep_error(&mut self, result: Result<(), TargetError>) -> bool {
        match result {
            Ok(()) => true,
            Err(error) => {
                if !error.is_fault() {
                    self.error.get_or_insert(error);
                }
                false
            }
        }
    }
}

fn push_data(answer: &mut Vec<u8>, value: u32) {
    answer.push(RESPONSE_DATA);
    answer.extend(value.to_le_bytes());
}
