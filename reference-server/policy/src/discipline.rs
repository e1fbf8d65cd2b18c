//! Which waiting job is served next.

use crate::Nanoseconds;

/// The order of service inside one priority class, and what is thrown away instead of served.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Discipline {
    /// Oldest first.
    Fifo,
    /// Newest first: under overload somebody is still answered in time.
    Lifo,
    /// Oldest first while at most `threshold` jobs of the class wait, newest first beyond (Ben Maurer, "Fail at
    /// Scale", ACM Queue, 2015).
    AdaptiveLifo {
        /// Jobs of this class waiting, above which the newest goes first.
        threshold: u32,
    },
    /// Oldest first; a job that cannot be answered by its deadline is dropped when its turn comes.
    DeadlineDrop {
        /// Time a job needs from the start of its service to its answer. With zero, only jobs already late are
        /// dropped, and under overload the survivors are answered a moment too late.
        margin: Nanoseconds,
    },
    /// Oldest first with the controlled delay of RFC 8289, its drop schedule unchanged: see [`crate::codel`]. Falls
    /// behind when clients that retry do not hear of drops; [`Discipline::CoDel`] is the one for services.
    CoDelRfc {
        /// How long the wait must stay above `target` before the first drop.
        interval: Nanoseconds,
        /// The standing wait that is tolerated.
        target: Nanoseconds,
    },
    /// Oldest first with controlled delay as services use it: see [`crate::codel`].
    CoDel {
        /// The longest wait tolerated while the queue has lately been empty; also how long it must have stood before
        /// `target` rules.
        interval: Nanoseconds,
        /// The longest wait tolerated once the queue has stood for `interval`.
        target: Nanoseconds,
    },
    /// Controlled delay and adaptive LIFO together, as "Fail at Scale" runs them: the time limits of [`Discipline::CoDel`], and newest
    /// first once the queue has stood for `interval`. No threshold needs tuning, and who waited in vain is told when the queue clears.
    CoDelLifo {
        /// As in [`Discipline::CoDel`]; also how long the queue must have stood before the newest goes first.
        interval: Nanoseconds,
        /// As in [`Discipline::CoDel`].
        target: Nanoseconds,
    },
}
