//! How a stranding episode ended, and what it began with.

use serde::{Deserialize, Serialize};
use std::fmt;

/// What ended an episode, in the order in which tables and charts list it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ReliefChannel {
    /// The server answered in time again.
    Server,
    /// A key that the phone held already opened the door without the server.
    OfflineKey,
    /// The customer centre answered and helped.
    CallCentre,
    /// Staff opened or closed the car remotely or came to it.
    Staff,
    /// Advice by other users or by the operator's guide, carried out by hand.
    Advice,
    /// A locksmith or body shop.
    Locksmith,
    /// The renter left the car for other transport.
    GaveUp,
    /// Still stranded when the simulation ended: the true length is unknown and at least as long as recorded.
    Censored,
}

impl ReliefChannel {
    /// Every channel, in order.
    pub const ALL: [Self; 8] = [
        Self::Server,
        Self::OfflineKey,
        Self::CallCentre,
        Self::Staff,
        Self::Advice,
        Self::Locksmith,
        Self::GaveUp,
        Self::Censored,
    ];

    /// Place in [`Self::ALL`], 0 to 7.
    pub fn index(self) -> usize {
        self as usize
    }

    /// The name on disk: `server`, `offline_key`, `call_centre`, `staff`, `advice`, `locksmith`, `gave_up`, `censored`.
    pub fn name(self) -> &'static str {
        match self {
            Self::Server => "server",
            Self::OfflineKey => "offline_key",
            Self::CallCentre => "call_centre",
            Self::Staff => "staff",
            Self::Advice => "advice",
            Self::Locksmith => "locksmith",
            Self::GaveUp => "gave_up",
            Self::Censored => "censored",
        }
    }

    /// The channel with this name on disk.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|channel| channel.name() == name)
    }
}

impl fmt::Display for ReliefChannel {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// What a stranded person could not do.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum StrandedClass {
    /// Holds a car and cannot get into it in the middle of the trip.
    Unlock,
    /// Holds a car and cannot lock or return it.
    Return,
    /// Has a booking and cannot start it.
    Start,
}

impl StrandedClass {
    /// Every class, in order.
    pub const ALL: [Self; 3] = [Self::Unlock, Self::Return, Self::Start];

    /// Place in [`Self::ALL`], 0 to 2.
    pub fn index(self) -> usize {
        self as usize
    }

    /// The name on disk: `unlock`, `return`, `start`.
    pub fn name(self) -> &'static str {
        match self {
            Self::Unlock => "unlock",
            Self::Return => "return",
            Self::Start => "start",
        }
    }

    /// The class with this name on disk.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|class| class.name() == name)
    }
}

impl fmt::Display for StrandedClass {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_on_disk_are_those_serde_writes_and_lead_back() {
        for (index, channel) in ReliefChannel::ALL.into_iter().enumerate() {
            assert_eq!(channel.index(), index);
            assert_eq!(ReliefChannel::from_name(channel.name()), Some(channel));
            assert_eq!(serde_json::to_value(channel).unwrap(), channel.name());
        }
        for (index, class) in StrandedClass::ALL.into_iter().enumerate() {
            assert_eq!(class.index(), index);
            assert_eq!(StrandedClass::from_name(class.name()), Some(class));
            assert_eq!(serde_json::to_value(class).unwrap(), class.name());
        }
        assert_eq!(ReliefChannel::from_name("magic"), None);
    }
}
