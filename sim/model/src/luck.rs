//! The luck of people and their attempts, for programs that play the same scenario for real.
//!
//! A paired comparison needs the same people with the same luck on both sides: a load driver gives every attempt the luck that the
//! simulated attempt has, and a server that is paced by the scenario draws from it what the simulated service draws, in the same order.
//! Then a difference between the two curves is the machine's or the model's doing, and not chance.
//!
//! ```
//! use stranded_model::luck::{AttemptLuck, Luck, ServiceDraws};
//! use stranded_scenario::section::Service;
//!
//! // What the driver sends ...
//! let header = AttemptLuck::new(Luck::new(20220410, 0), 17, 1).to_string();
//! // ... and the server draws from.
//! let luck: AttemptLuck = header.parse()?;
//! let mut stream = luck.stream();
//! let seconds = ServiceDraws::new(&Service::default()).work_seconds(&mut stream);
//! assert!(seconds > 0.0);
//! // The next service on the attempt's way goes on where this one stopped.
//! let next = luck.after(&stream);
//! assert_eq!(next.drawn, luck.drawn + 1);
//! # Ok::<(), stranded_model::luck::NotLuck>(())
//! ```

use crate::purpose::Purpose;
use std::fmt;
use std::str::FromStr;
use stranded_engine::Stream;

pub use crate::purpose::Luck;
pub use crate::sampler::Sampler;
pub use crate::service_draws::{ServiceDraws, call};

/// Draws set aside for one attempt: one or two for each service on its way and one for the network.
const DRAWS_AN_ATTEMPT: u32 = 16;

/// The luck of one attempt at a point of its way: where its stream is, so that another process can go on drawing from it.
///
/// Its text is the value of the HTTP header `Stranded-Luck`: three hexadecimal numbers with dots between, `luck.person.drawn`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct AttemptLuck {
    /// The luck of the replication ([`Luck::key`]).
    pub luck: u64,
    /// The key of the person.
    pub person: u64,
    /// Numbers drawn from the person's stream of requests before this point; an attempt begins at 16 times its number.
    pub drawn: u64,
}

impl AttemptLuck {
    /// The luck with which a person's attempt begins. `attempt` counts the person's attempts of the run, from 1.
    #[inline]
    pub fn new(luck: Luck, person: u64, attempt: u32) -> Self {
        Self { luck: luck.key(), person, drawn: u64::from(draws_before(attempt)) }
    }

    /// The very stream from which the simulated services and the network draw for this attempt.
    #[inline]
    pub const fn stream(self) -> Stream {
        Stream::resume(self.luck, self.person, Purpose::Request as u64, self.drawn)
    }

    /// The same attempt after what `stream`, which began as [`Self::stream`], has drawn: what the next service on its way is told.
    #[must_use]
    pub const fn after(self, stream: &Stream) -> Self {
        Self { drawn: stream.drawn(), ..self }
    }
}

/// Draws of a person's stream that earlier attempts may have made.
#[inline]
pub(crate) const fn draws_before(attempt: u32) -> u32 {
    attempt.wrapping_mul(DRAWS_AN_ATTEMPT)
}

impl fmt::Display for AttemptLuck {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{:x}.{:x}.{:x}", self.luck, self.person, self.drawn)
    }
}

impl FromStr for AttemptLuck {
    type Err = NotLuck;

    fn from_str(text: &str) -> Result<Self, NotLuck> {
        let mut numbers = text.split('.').map(|number| {
            // `from_str_radix` would take a sign.
            let is_plain = !number.is_empty() && number.bytes().all(|byte| byte.is_ascii_hexdigit());
            is_plain.then(|| u64::from_str_radix(number, 16).ok()).flatten().ok_or(NotLuck)
        });
        let mut next = || numbers.next().unwrap_or(Err(NotLuck));
        let luck = Self { luck: next()?, person: next()?, drawn: next()? };
        if numbers.next().is_some() { Err(NotLuck) } else { Ok(luck) }
    }
}

/// A text that is not the luck of an attempt.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NotLuck;

impl fmt::Display for NotLuck {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(
            "the luck of an attempt is three hexadecimal numbers with dots between, as `1f3a.11.10` (luck, person, draws made)",
        )
    }
}

impl std::error::Error for NotLuck {}
