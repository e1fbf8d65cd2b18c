//! A phone's side of one conversation: replies in, frames out.

use super::frame;
use crate::{BoltFault, CarId, Challenge, Command, LogEntry, Refusal, Reply, Request};
use std::vec::Vec;

/// The frame that begins every conversation.
pub fn hello() -> Vec<u8> {
    frame(Request::Hello)
}

/// One conversation with a door: a greeting, a challenge, one answer, one outcome. Does no input or output.
///
/// The answer is a function from the car and its challenge to a frame: `Phone::answer` for a command,
/// `Issuer::update_frame` for an update, `BadKey::frame` for what must be refused.
pub struct Session<Answer> {
    /// Taken when it was given.
    answer: Option<Answer>,
}

/// What to do after a reply.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Next {
    /// Send this frame.
    Send(Vec<u8>),
    /// A line of the log; more replies follow.
    Log(LogEntry),
    /// The reply belongs to something else: wait for the next.
    Wait,
    /// It is over.
    End(Outcome),
}

/// How a conversation ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Outcome {
    /// The door says that it has carried out the command.
    Done {
        /// The command.
        command: Command,
        /// Its counter.
        counter: u32,
    },
    /// The door accepted an update.
    Updated,
    /// The door refused.
    Refused(Refusal),
    /// The door accepted, but the bolt did not get there.
    BoltFailed(BoltFault),
}

impl<Answer: FnOnce(CarId, Challenge) -> Vec<u8>> Session<Answer> {
    /// A conversation that begins with [`hello`].
    pub const fn new(answer: Answer) -> Self {
        Self { answer: Some(answer) }
    }

    /// Takes the door's reply.
    pub fn take(&mut self, reply: Reply) -> Next {
        match reply {
            Reply::Challenge { car, challenge } => match self.answer.take() {
                Some(answer) => Next::Send(answer(car, challenge)),
                None => Next::Wait,
            },
            Reply::Refused { refusal } => Next::End(Outcome::Refused(refusal)),
            // Before the answer was given, these are about an earlier conversation.
            _ if self.answer.is_some() => Next::Wait,
            Reply::Done { command, counter } => Next::End(Outcome::Done { command, counter }),
            Reply::Updated => Next::End(Outcome::Updated),
            Reply::BoltFailed { fault } => Next::End(Outcome::BoltFailed(fault)),
            Reply::Log { entry } => Next::Log(entry),
        }
    }
}
