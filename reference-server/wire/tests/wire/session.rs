//! A phone's side of a conversation.

use stranded_wire::issuer::{Next, Outcome, Session};
use stranded_wire::{BoltFault, CarId, Challenge, Command, Refusal, Reply};

const CAR: CarId = CarId(7);
const CHALLENGE: Challenge = Challenge { nonce: 1, boot_epoch: 2, counter: 3 };
const ASKED: Reply = Reply::Challenge { car: CAR, challenge: CHALLENGE };
const DONE: Reply = Reply::Done { command: Command::Unlock, counter: 4 };

fn session() -> Session<impl FnOnce(CarId, Challenge) -> Vec<u8>> {
    Session::new(|car, challenge| {
        assert_eq!((car, challenge), (CAR, CHALLENGE));
        b"answer".to_vec()
    })
}

#[test]
fn it_answers_once_and_ends() {
    let mut session = session();
    assert_eq!(session.take(ASKED), Next::Send(b"answer".to_vec()));
    assert_eq!(session.take(ASKED), Next::Wait, "one answer is enough");
    assert_eq!(session.take(DONE), Next::End(Outcome::Done { command: Command::Unlock, counter: 4 }));
}

#[test]
fn what_comes_before_the_challenge_is_about_something_else() {
    let mut session = session();
    for reply in [DONE, Reply::Updated, Reply::BoltFailed { fault: BoltFault::Jammed }] {
        assert_eq!(session.take(reply), Next::Wait);
    }
    assert_eq!(session.take(ASKED), Next::Send(b"answer".to_vec()));
}

#[test]
fn every_end_is_told() {
    let fault = BoltFault::TimedOut;
    for (reply, outcome) in [
        (Reply::Updated, Outcome::Updated),
        (Reply::BoltFailed { fault }, Outcome::BoltFailed(fault)),
        (Reply::Refused { refusal: Refusal::Expired }, Outcome::Refused(Refusal::Expired)),
    ] {
        let mut session = session();
        let _ = session.take(ASKED);
        assert_eq!(session.take(reply), Next::End(outcome));
    }
}
