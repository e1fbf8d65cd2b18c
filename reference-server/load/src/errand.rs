//! What renters ask of the server, one request each, and what they take from the answers.

use crate::ask::{Ask, Reply};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use goose::goose::GooseMethod;
use serde_json::{Value, json};
use std::time::{Duration, SystemTime, UNIX_EPOCH};
use stranded_wire::issuer::Phone;
use stranded_wire::{Challenge, Command, Proof};

/// Cars are booked in slots of ten minutes.
const SLOT_SECONDS: i64 = 600;
/// The longest reservation that the server takes.
const SLOTS_MAX: i64 = 144;

/// One thing to ask.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Errand {
    /// Log in.
    LogIn,
    /// Search for a car.
    Search,
    /// Reserve one of those that were found.
    Reserve,
    /// Fetch the key of the reservation.
    FetchKey,
    /// Open the door.
    Unlock,
    /// Close it.
    Lock,
    /// End the rental.
    ReturnCar,
}

impl Errand {
    /// Name of the endpoint, as in the scenario.
    pub const fn endpoint(self) -> &'static str {
        match self {
            Self::LogIn => "log_in",
            Self::Search => "search",
            Self::Reserve => "reserve",
            Self::FetchKey => "fetch_key",
            Self::Unlock => "unlock",
            Self::Lock => "lock",
            Self::ReturnCar => "return_car",
        }
    }
}

/// A key and where its proofs stand.
#[derive(Clone, Debug)]
struct Key {
    text: String,
    token: Vec<u8>,
    nonce: u64,
    boot_epoch: u32,
    counter: u32,
}

/// What a renter's phone holds.
pub struct Handset {
    renter: u32,
    phone: Phone,
    token: Option<String>,
    /// Cars that the last search has found.
    cars: Vec<u64>,
    reservation: Option<u64>,
    key: Option<Key>,
}

/// Why an answer is of no use.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Useless {
    /// The session is over: log in again.
    LoggedOut,
    /// The car was taken meanwhile, or none was found: search again.
    NoCar,
    /// It is not what the errand needs.
    Wrong,
}

impl Handset {
    /// The phone of a renter, with a secret of its own.
    pub fn new(renter: u32, secret: &[u8; 32]) -> Self {
        Self { renter, phone: Phone::from_seed(secret), token: None, cars: Vec::new(), reservation: None, key: None }
    }

    /// The token of the session.
    pub fn token(&self) -> Option<&str> {
        self.token.as_deref()
    }

    /// The next proof has a higher counter, whether or not the last one has been answered.
    pub fn count_up(&mut self) {
        if let Some(key) = &mut self.key {
            key.counter += 1;
        }
    }

    /// Whether there is a session.
    pub fn has_session(&self) -> bool {
        self.token.is_some()
    }

    /// The request of an errand. `rental`: when the rental shall start and end, from now. `pick`: a random number for where to look.
    /// `repeat` tells a retry from a new request.
    pub fn ask(
        &self,
        errand: Errand,
        rental: (Duration, Duration),
        pick: u64,
        cars: u32,
        repeat: String,
    ) -> Option<Ask> {
        let mut ask = match errand {
            Errand::LogIn => {
                let mut ask = Ask::new(errand.endpoint(), GooseMethod::Post, "/v1/sessions");
                ask.body = Some(json!({ "renter": self.renter }));
                return Some(ask);
            }
            Errand::Search => {
                let (from, minutes) = slots(rental);
                // Everybody looks somewhere else, as people in a town do; a search from the top would send all to the same car.
                let after = if cars > 20 { pick % u64::from(cars - 20) } else { 0 };
                let path = format!("/v1/cars?from={from}&minutes={minutes}&after={after}&limit=20");
                Ask::new(errand.endpoint(), GooseMethod::Get, path)
            }
            Errand::Reserve => {
                let (from, minutes) = slots(rental);
                let car = self.cars.get((pick % self.cars.len().max(1) as u64) as usize)?;
                let mut ask = Ask::new(errand.endpoint(), GooseMethod::Post, "/v1/reservations");
                ask.body = Some(json!({ "car": car, "from": from, "minutes": minutes }));
                ask
            }
            Errand::FetchKey => {
                let key = URL_SAFE_NO_PAD.encode(self.phone.public_key().0);
                self.of_reservation(errand, "key", Some(json!({ "phone_key": key })))?
            }
            Errand::Unlock => self.of_reservation(errand, "unlock", Some(self.proof(Command::Unlock)?))?,
            Errand::Lock => self.of_reservation(errand, "lock", Some(self.proof(Command::Lock)?))?,
            Errand::ReturnCar => self.of_reservation(errand, "return", None)?,
        };
        ask.bearer.clone_from(&self.token);
        if !matches!(errand, Errand::Search) {
            ask.idempotency_key = Some(repeat);
        }
        Some(ask)
    }

    fn of_reservation(&self, errand: Errand, what: &str, body: Option<Value>) -> Option<Ask> {
        let path = format!("/v1/reservations/{}/{what}", self.reservation?);
        Some(Ask { body, ..Ask::new(errand.endpoint(), GooseMethod::Post, path) })
    }

    fn proof(&self, command: Command) -> Option<Value> {
        let key = self.key.as_ref()?;
        let challenge = Challenge { nonce: key.nonce, boot_epoch: key.boot_epoch, counter: key.counter };
        let proof = self.phone.prove(&Proof { challenge, command, counter: key.counter + 1 }, &key.token);
        Some(json!({ "key": key.text, "proof": URL_SAFE_NO_PAD.encode(proof) }))
    }

    /// Takes what an answer brings.
    ///
    /// # Errors
    /// What is wrong with it.
    pub fn take(&mut self, errand: Errand, reply: &Reply) -> Result<(), Useless> {
        match reply.status {
            Some(200..=299) => {}
            Some(401) => {
                self.token = None;
                return Err(Useless::LoggedOut);
            }
            Some(409) if errand == Errand::Reserve => return Err(Useless::NoCar),
            _ => return Err(Useless::Wrong),
        }
        let body: Value = serde_json::from_slice(&reply.body).unwrap_or_default();
        let number = |value: &Value, name: &str| value[name].as_u64().ok_or(Useless::Wrong);
        match errand {
            Errand::LogIn => self.token = Some(body["token"].as_str().ok_or(Useless::Wrong)?.to_owned()),
            Errand::Search => {
                let cars = body["cars"].as_array().ok_or(Useless::Wrong)?;
                self.cars = cars.iter().filter_map(|car| car["id"].as_u64()).collect();
            }
            Errand::Reserve => self.reservation = Some(number(&body, "id")?),
            Errand::FetchKey => {
                let text = body["key"].as_str().ok_or(Useless::Wrong)?.to_owned();
                let token = URL_SAFE_NO_PAD.decode(&text).map_err(|_| Useless::Wrong)?;
                let challenge = &body["challenge"];
                self.key = Some(Key {
                    text,
                    token,
                    nonce: number(challenge, "nonce")?,
                    boot_epoch: number(challenge, "boot_epoch")? as u32,
                    counter: number(challenge, "counter")? as u32,
                });
            }
            Errand::Unlock | Errand::Lock => {
                let counter = number(&body, "counter")? as u32;
                if let Some(key) = &mut self.key {
                    key.counter = counter;
                }
            }
            Errand::ReturnCar => {}
        }
        Ok(())
    }
}

/// Slots of a rental by the wall clock: the begin of the first one in seconds since the Unix epoch, and the length in minutes.
fn slots((start, end): (Duration, Duration)) -> (i64, i64) {
    let now = SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |now| now.as_secs() as i64);
    let from = (now + start.as_secs() as i64).div_euclid(SLOT_SECONDS);
    // The slot in which the rental ends belongs to it.
    let until = (now + end.as_secs() as i64).div_euclid(SLOT_SECONDS) + 1;
    (from * SLOT_SECONDS, (until - from).clamp(1, SLOTS_MAX) * SLOT_SECONDS / 60)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::record::Ending;

    fn reply(status: u16, body: &Value) -> Reply {
        Reply {
            ending: Ending::Answered,
            status: Some(status),
            body: body.to_string().into_bytes(),
            work_seconds: None,
            word: status.to_string(),
        }
    }

    const RENTAL: (Duration, Duration) = (Duration::from_mins(1), Duration::from_secs(5000));

    fn ask(handset: &Handset, errand: Errand) -> Option<Ask> {
        handset.ask(errand, RENTAL, 7, 100, "again".to_owned())
    }

    #[test]
    fn a_handset_goes_the_whole_way() {
        let mut handset = Handset::new(3, &[1; 32]);
        assert_eq!(ask(&handset, Errand::LogIn).unwrap().body, Some(json!({ "renter": 3 })));
        handset.take(Errand::LogIn, &reply(201, &json!({ "token": "secret" }))).unwrap();
        assert!(ask(&handset, Errand::Reserve).is_none(), "nothing was found yet");
        let search = ask(&handset, Errand::Search).unwrap();
        assert!(search.path.contains("after=7") && search.bearer.as_deref() == Some("secret"), "{search:?}");
        handset.take(Errand::Search, &reply(200, &json!({ "cars": [{ "id": 8 }, { "id": 9 }] }))).unwrap();
        let reserve = ask(&handset, Errand::Reserve).unwrap();
        assert_eq!(reserve.body.as_ref().unwrap()["car"], 9);
        assert_eq!(reserve.idempotency_key.as_deref(), Some("again"));
        assert!(ask(&handset, Errand::FetchKey).is_none());
        handset.take(Errand::Reserve, &reply(201, &json!({ "id": 5 }))).unwrap();
        assert_eq!(ask(&handset, Errand::FetchKey).unwrap().path, "/v1/reservations/5/key");
        assert!(ask(&handset, Errand::Unlock).is_none());
        let key = URL_SAFE_NO_PAD.encode([9; 120]);
        let challenge = json!({ "nonce": 77, "boot_epoch": 0, "counter": 0 });
        handset.take(Errand::FetchKey, &reply(201, &json!({ "key": key, "challenge": challenge }))).unwrap();
        let unlock = ask(&handset, Errand::Unlock).unwrap();
        assert_eq!(unlock.body.as_ref().unwrap()["key"], key);
        handset.take(Errand::Unlock, &reply(200, &json!({ "counter": 1 }))).unwrap();
        let lock = ask(&handset, Errand::Lock).unwrap();
        assert_ne!(lock.body.unwrap()["proof"], unlock.body.unwrap()["proof"], "a proof is good once");
        assert_eq!(ask(&handset, Errand::ReturnCar).unwrap().path, "/v1/reservations/5/return");
    }

    #[test]
    fn useless_answers_are_told_apart() {
        let mut handset = Handset::new(3, &[1; 32]);
        let empty = json!({});
        assert_eq!(handset.take(Errand::Search, &reply(401, &empty)), Err(Useless::LoggedOut));
        assert_eq!(handset.take(Errand::Reserve, &reply(409, &empty)), Err(Useless::NoCar));
        assert_eq!(handset.take(Errand::Lock, &reply(409, &empty)), Err(Useless::Wrong));
        assert_eq!(handset.take(Errand::LogIn, &reply(201, &empty)), Err(Useless::Wrong));
    }

    #[test]
    fn rentals_are_whole_slots_and_no_longer_than_a_day() {
        let (from, minutes) = slots(RENTAL);
        assert_eq!((from % SLOT_SECONDS, minutes % 10), (0, 0));
        assert!((90..=100).contains(&minutes), "{minutes}");
        assert_eq!(slots((Duration::ZERO, Duration::from_secs(1_000_000))).1, 1440);
        assert_eq!(slots((Duration::from_mins(1), Duration::ZERO)).1 % 10, 0);
    }
}
