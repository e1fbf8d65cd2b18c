//! Everything that can happen.

/// An event: twelve bytes, so that the pending-event set moves little.
///
/// `generation` fields hold the value a person's or episode's counter had when the event was scheduled: when it has moved on in
/// the meantime, the event has lost its meaning and does nothing. That is cheaper than taking it out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Event {
    // The app.
    /// The next visit of the list begins.
    Visit,
    /// A person (or their app) sends a request.
    Attempt { person: u32, generation: u32 },
    /// An answer reaches the phone.
    Answer { person: u32, attempt: u32 },
    /// A refusal reaches the phone.
    Refusal { person: u32, attempt: u32 },
    /// The app stops waiting.
    TimedOut { person: u32, attempt: u32 },
    /// The app has not sent an attempt.
    HeldBack { person: u32, attempt: u32 },
    /// The client leaves the waiting line (plain arrivals).
    LeaveLine { person: u32, attempt: u32 },
    /// The radio to the door is up.
    AtDoor { person: u32, generation: u32 },
    /// The next plain request.
    Arrival,

    // Services.
    /// A worker has finished a request.
    Served { service: u8, request: u32 },
    /// A service's call of the next one has failed, or has taken too long.
    CallFailed { request: u32, call: u32 },
    /// A service calls again.
    CallAgain { request: u32, call: u32 },
    /// Something is done to a service.
    Action { index: u32 },
    /// ... and undone.
    ActionEnds { index: u32 },

    // The trip.
    /// The booked start has come.
    StartDue { person: u32, generation: u32 },
    /// A leg is driven: lock the car.
    Park { person: u32, generation: u32 },
    /// Back at the car: unlock it.
    Depart { person: u32, generation: u32 },
    /// Back at the station: return it.
    ReturnDue { person: u32, generation: u32 },
    /// Another try to settle a rental that was left open.
    SettleDue { person: u32, generation: u32 },
    /// Somebody turned away comes back the next day.
    ComeBack { person: u32, generation: u32 },

    // Help. `episode` is an index.
    /// Patience is over.
    GiveUp { episode: u32 },
    /// A call to the centre.
    Call { episode: u32, call: u32 },
    /// A waiting caller hangs up.
    HangUp { episode: u32, call: u32 },
    /// A call ends.
    CallEnds { episode: u32, call: u32 },
    /// The first notice of an outage appears.
    NoticePublished { outage: u32 },
    /// A person sees it.
    NoticeSeen { episode: u32 },
    /// How to lock and return by hand appears.
    LockingGuidePublished,
    /// "Leave the car or hire an opener" appears.
    OpeningGuidePublished,
    /// A person reads a guide.
    GuideSeen { episode: u32 },
    /// The complaint form opens.
    FormOpens,
    /// A person finds it.
    FormFound { episode: u32 },
    /// Somebody has read a complaint.
    ComplaintRead { episode: u32 },
    /// A person may hear of the workaround.
    Contact { episode: u32 },
    /// A person has locked the car by hand and left.
    HandsDone { episode: u32 },
    /// A person has waited long enough for an answer to the complaint.
    AnswerOverdue { episode: u32 },
    /// The locksmith has opened the door.
    LocksmithDone { episode: u32 },
    /// A crew can take the next order.
    CrewFree,
    /// Staff are sent out.
    StaffStart,
    /// Staff have dealt with one car.
    StaffDone { episode: u32 },
    /// A claim for compensation is filed.
    ClaimFiled { claim: u32 },
    /// A clerk has closed one.
    ClaimClosed { claim: u32 },
    /// The clerks' day begins.
    ClaimsOpen,

    // Around it.
    /// A minute is over.
    Minute,
    /// An intruder tries a door.
    KeyTrial,
    /// A client of a finite source has thought (plain arrivals).
    NextRequest { person: u32 },
}

impl Event {
    /// A number that tells this event from others.
    pub(crate) fn fingerprint(self) -> u64 {
        let pack = |tag: u64, a: u32, b: u32| tag << 58 ^ u64::from(a) << 29 ^ u64::from(b);
        match self {
            Self::Visit => pack(0, 0, 0),
            Self::Attempt { person, generation } => pack(1, person, generation),
            Self::Answer { person, attempt } => pack(2, person, attempt),
            Self::Refusal { person, attempt } => pack(3, person, attempt),
            Self::TimedOut { person, attempt } => pack(4, person, attempt),
            Self::LeaveLine { person, attempt } => pack(5, person, attempt),
            Self::AtDoor { person, generation } => pack(6, person, generation),
            Self::Arrival => pack(7, 0, 0),
            Self::Served { service, request } => pack(8, u32::from(service), request),
            Self::Action { index } => pack(9, index, 0),
            Self::ActionEnds { index } => pack(10, index, 0),
            Self::StartDue { person, generation } => pack(11, person, generation),
            Self::Park { person, generation } => pack(12, person, generation),
            Self::Depart { person, generation } => pack(13, person, generation),
            Self::ReturnDue { person, generation } => pack(14, person, generation),
            Self::SettleDue { person, generation } => pack(15, person, generation),
            Self::ComeBack { person, generation } => pack(16, person, generation),
            Self::GiveUp { episode } => pack(17, episode, 0),
            Self::Call { episode, call } => pack(18, episode, call),
            Self::HangUp { episode, call } => pack(19, episode, call),
            Self::CallEnds { episode, call } => pack(20, episode, call),
            Self::NoticePublished { outage } => pack(21, outage, 0),
            Self::NoticeSeen { episode } => pack(22, episode, 0),
            Self::LockingGuidePublished => pack(23, 0, 0),
            Self::OpeningGuidePublished => pack(24, 0, 0),
            Self::GuideSeen { episode } => pack(25, episode, 0),
            Self::FormOpens => pack(26, 0, 0),
            Self::FormFound { episode } => pack(27, episode, 0),
            Self::ComplaintRead { episode } => pack(28, episode, 0),
            Self::Contact { episode } => pack(29, episode, 0),
            Self::HandsDone { episode } => pack(30, episode, 0),
            Self::AnswerOverdue { episode } => pack(31, episode, 0),
            Self::LocksmithDone { episode } => pack(32, episode, 0),
            Self::CrewFree => pack(33, 0, 0),
            Self::StaffStart => pack(34, 0, 0),
            Self::StaffDone { episode } => pack(35, episode, 0),
            Self::ClaimFiled { claim } => pack(36, claim, 0),
            Self::ClaimClosed { claim } => pack(37, claim, 0),
            Self::ClaimsOpen => pack(38, 0, 0),
            Self::Minute => pack(39, 0, 0),
            Self::KeyTrial => pack(40, 0, 0),
            Self::NextRequest { person } => pack(41, person, 0),
            Self::HeldBack { person, attempt } => pack(42, person, attempt),
            Self::CallFailed { request, call } => pack(43, request, call),
            Self::CallAgain { request, call } => pack(44, request, call),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_event_stays_small() {
        assert!(size_of::<Event>() <= 12, "{}", size_of::<Event>());
    }
}
