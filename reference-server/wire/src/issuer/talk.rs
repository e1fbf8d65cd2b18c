//! A whole conversation over a link.

use super::{Next, Outcome, Session, hello};
use crate::link::{Link, LinkError};
use crate::{CarId, Challenge, LogEntry, Reply};
use embedded_io_async::{Read, Write};
use std::vec::Vec;

/// Holds one conversation with the door at the other end and returns its outcome; `log` gets the lines of the log, if
/// it was asked for. Frames that are no replies are passed over, as radio noise is.
///
/// It waits as long as it takes: the caller sets the time limit.
///
/// # Errors
///
/// The stream failed or ended.
pub async fn talk<Stream: Read + Write>(
    link: &mut Link<Stream>,
    answer: impl FnOnce(CarId, Challenge) -> Vec<u8>,
    mut log: impl FnMut(LogEntry),
) -> Result<Outcome, LinkError<Stream::Error>> {
    let mut session = Session::new(answer);
    link.send(&hello()).await?;
    loop {
        let reply = link.receive().await?.and_then(Reply::decode);
        match reply.map(|reply| session.take(reply)) {
            Ok(Next::Send(frame)) => link.send(&frame).await?,
            Ok(Next::Log(entry)) => log(entry),
            Ok(Next::Wait) | Err(_) => {}
            Ok(Next::End(outcome)) => return Ok(outcome),
        }
    }
}
