//! What the door needs from a link.

use embedded_io_async::{Read, Write};

/// A stream of bytes in both directions: RTT, a UART, and later a Bluetooth characteristic.
///
/// Frames and their checks are the application's business, so that a link may lose, split and join bytes as it likes.
pub trait Link: Read + Write {}

impl<L: Read + Write> Link for L {}
