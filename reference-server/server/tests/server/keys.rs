//! Keys that must not open anything.

use crate::client::{Client, decode, door_body, encode, phone};
use crate::process::{QUICK, Scene, Server};
use axum::http::{Method, StatusCode};
use serde_json::json;
use stranded_server::store::{IssuedKey, Reservation};
use stranded_wire::issuer::Issuer;
use stranded_wire::{CarId, CarSeconds, Command, IssuerId, KeyToken, PublicKey, Rights, Role, Signed};

struct Rental {
    _vendor: Server,
    operator: Server,
    renter: Client,
    reservation: Reservation,
    key: IssuedKey,
    scene: Scene,
}

impl Rental {
    async fn new() -> Self {
        let scene = Scene::new(QUICK);
        let vendor = scene.vendor();
        let operator = scene.operator(&vendor, &[]);
        let renter = Client::new(&operator.listen).log_in(1).await;
        let reservation = renter.reserve(1).await;
        let key = renter.fetch_key(reservation.id, &phone(1)).await;
        Self { _vendor: vendor, operator, renter, reservation, key, scene }
    }

    fn path(&self, what: &str) -> String {
        format!("/v1/reservations/{}/{what}", self.reservation.id)
    }

    /// What the key says.
    fn token(&self) -> KeyToken<PublicKey> {
        Signed::<KeyToken<PublicKey>>::decode(&decode(&self.key.key)).expect("a key").content
    }

    /// The vendor's own signing key, stolen, to make keys that are genuine and still wrong.
    fn issuer(&self) -> Issuer {
        let text = std::fs::read_to_string(self.scene.path("signing.key")).expect("the vendor's file");
        let (id, seed) = text.trim().split_once(' ').expect("number and seed");
        let seed: [u8; 32] = decode(seed).try_into().expect("32 bytes");
        Issuer::from_seed(IssuerId(id.parse().expect("a number")), &seed)
    }

    fn with(&self, issuer: &Issuer, token: &KeyToken<PublicKey>) -> IssuedKey {
        IssuedKey { key: encode(&issuer.issue(token)), ..self.key.clone() }
    }

    async fn unlock(&self, key: &IssuedKey, counter: u32) -> crate::client::Reply {
        let body = door_body(&phone(1), key, Command::Unlock, counter);
        self.renter.post(&self.path("unlock"), &body).await
    }
}

#[tokio::test]
async fn forged_and_wrong_keys_are_refused_and_the_good_one_opens() {
    let rental = Rental::new().await;
    let token = rental.token();
    let issuer = rental.issuer();
    let stranger = Issuer::from_seed(issuer.id(), &[9; 32]);
    let unheard_of = Issuer::from_seed(IssuerId(issuer.id().0.wrapping_add(1)), &[9; 32]);
    for forger in [&stranger, &unheard_of] {
        assert_eq!(rental.unlock(&rental.with(forger, &token), 1).await.problem(), "forged-key");
    }
    let mut flipped = decode(&rental.key.key);
    *flipped.last_mut().expect("bytes") ^= 1;
    let flipped = IssuedKey { key: encode(&flipped), ..rental.key.clone() };
    assert_eq!(rental.unlock(&flipped, 1).await.problem(), "forged-key");
    let garbage = IssuedKey { key: encode(b"no key at all"), ..rental.key.clone() };
    assert_eq!(rental.unlock(&garbage, 1).await.problem(), "forged-key");

    let past = KeyToken { not_before: CarSeconds(1), expires: CarSeconds(2), ..token };
    assert_eq!(rental.unlock(&rental.with(&issuer, &past), 1).await.problem(), "stale-key");
    let future = KeyToken { not_before: CarSeconds(1 << 40), expires: CarSeconds(1 << 41), ..token };
    assert_eq!(rental.unlock(&rental.with(&issuer, &future), 1).await.problem(), "stale-key");
    let other = KeyToken { reservation: token.reservation + 1, ..token };
    assert_eq!(rental.unlock(&rental.with(&issuer, &other), 1).await.problem(), "wrong-key");
    let weak = KeyToken { rights: Rights::LOCK, ..token };
    assert_eq!(rental.unlock(&rental.with(&issuer, &weak), 1).await.problem(), "wrong-key");
    let unknown = KeyToken { key_id: token.key_id ^ 1, ..token };
    assert_eq!(rental.unlock(&rental.with(&issuer, &unknown), 1).await.problem(), "revoked-key");
    assert_eq!((token.car, token.role), (CarId(1), Role::Guest));

    assert_eq!(rental.unlock(&rental.key, 1).await.status, StatusCode::OK);
}

#[tokio::test]
async fn a_copied_key_opens_nothing_and_a_recorded_proof_opens_once() {
    let rental = Rental::new().await;
    let copied = door_body(&phone(2), &rental.key, Command::Unlock, 1);
    assert_eq!(rental.renter.post(&rental.path("unlock"), &copied).await.problem(), "forged-key");
    let for_lock = door_body(&phone(1), &rental.key, Command::Lock, 1);
    assert_eq!(rental.renter.post(&rental.path("unlock"), &for_lock).await.problem(), "wrong-key");
    let mut elsewhere = rental.key.clone();
    elsewhere.challenge.nonce ^= 1;
    assert_eq!(rental.unlock(&elsewhere, 1).await.problem(), "replayed-proof");

    assert_eq!(rental.unlock(&rental.key, 5).await.status, StatusCode::OK);
    for counter in [5, 4, 1] {
        assert_eq!(rental.unlock(&rental.key, counter).await.problem(), "replayed-proof");
    }
    assert_eq!(rental.unlock(&rental.key, 6).await.status, StatusCode::OK);
}

#[tokio::test]
async fn others_and_those_who_cancelled_stay_outside() {
    let rental = Rental::new().await;
    let thief = Client::new(&rental.operator.listen).log_in(2).await;
    let body = door_body(&phone(1), &rental.key, Command::Unlock, 1);
    assert_eq!(thief.post(&rental.path("unlock"), &body).await.problem(), "not-yours");
    let key = json!({ "phone_key": encode(&phone(2).public_key().0) });
    assert_eq!(thief.post(&rental.path("key"), &key).await.problem(), "not-yours");
    assert_eq!(thief.get(&format!("/v1/reservations/{}", rental.reservation.id)).await.problem(), "not-yours");

    let path = format!("/v1/reservations/{}", rental.reservation.id);
    assert_eq!(rental.renter.send(Method::DELETE, &path, &[], None).await.status, StatusCode::OK);
    assert_eq!(rental.renter.post(&rental.path("unlock"), &body).await.problem(), "wrong-state");
    assert_eq!(rental.renter.post(&rental.path("key"), &key).await.problem(), "wrong-state");
}

#[tokio::test]
async fn a_returned_car_does_not_open_any_more() {
    let rental = Rental::new().await;
    assert_eq!(rental.unlock(&rental.key, 1).await.status, StatusCode::OK);
    let returned = rental.renter.send(Method::POST, &rental.path("return"), &[], None).await;
    assert_eq!(returned.status, StatusCode::OK);
    assert_eq!(rental.unlock(&rental.key, 2).await.problem(), "wrong-state");
}

#[tokio::test]
async fn a_phone_key_that_anybody_could_use_is_refused() {
    let rental = Rental::new().await;
    // The neutral element of the curve: signatures by it verify for everybody.
    let mut weak = [0; 32];
    weak[0] = 1;
    for phone_key in [encode(&weak), encode(&[1; 31]), "not base64!".to_owned()] {
        let reply = rental.renter.post(&rental.path("key"), &json!({ "phone_key": phone_key })).await;
        assert_eq!(reply.problem(), "invalid-input");
    }
}
