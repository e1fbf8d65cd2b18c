//! The operator is killed in the middle of its work, again and again. What it has acknowledged is there afterwards, and nothing twice.
//!
//! `STRANDED_CRASHES=100` sets how often, for each of the two databases; `STRANDED_CRASH_SEED` repeats the moments of a run.

use crate::client::{Client, door_body, encode, phone};
use crate::postgres::Postgres;
use crate::process::{QUICK, Scene, Server, text};
use axum::http::Method;
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::collections::btree_map::Entry;
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;
use stranded_server::store::{IssuedKey, Receipt, Reservation};
use stranded_wire::Command;

/// Renters at work at the same time.
const RENTERS: u32 = 8;
/// How often the operator is killed when nobody says otherwise.
const CRASHES: u32 = 5;
/// Cars; each journey takes one of its own.
const CARS: &str = "100000";

/// What was asked, and what was acknowledged.
#[derive(Clone, Debug)]
struct Asked {
    renter: u32,
    path: String,
    idempotency: String,
    body: Option<Value>,
    /// The answer, when one came before the crash.
    answer: Option<Value>,
}

/// Everything the renters asked in one life of the operator.
type Diary = Arc<Mutex<Vec<Asked>>>;

/// Numbers that are never used twice.
#[derive(Default)]
struct Numbers {
    car: AtomicU32,
    request: AtomicU32,
}

struct Renter {
    number: u32,
    client: Client,
    diary: Diary,
    numbers: Arc<Numbers>,
}

impl Renter {
    /// Drives until the operator is gone.
    async fn drive(self) {
        while self.journey().await.is_some() {}
    }

    async fn journey(&self) -> Option<()> {
        let car = self.numbers.car.fetch_add(1, Ordering::Relaxed) + 1;
        let reserved = self.ask("/v1/reservations".to_owned(), Some(json!({ "car": car, "minutes": 60 }))).await?;
        let reservation: Reservation = serde_json::from_value(reserved).expect("a reservation");
        let path = format!("/v1/reservations/{}", reservation.id);
        let phone = phone(self.number);
        let body = json!({ "phone_key": encode(&phone.public_key().0) });
        let key: IssuedKey = serde_json::from_value(self.ask(format!("{path}/key"), Some(body)).await?).expect("a key");
        self.ask(format!("{path}/unlock"), Some(door_body(&phone, &key, Command::Unlock, 1))).await?;
        self.ask(format!("{path}/lock"), Some(door_body(&phone, &key, Command::Lock, 2))).await?;
        self.ask(format!("{path}/return"), None).await?;
        Some(())
    }

    /// Asks once and writes down what came back; `None` when the operator is gone.
    async fn ask(&self, path: String, body: Option<Value>) -> Option<Value> {
        let idempotency = format!("request-{}", self.numbers.request.fetch_add(1, Ordering::Relaxed));
        let place = {
            let mut diary = self.diary.lock().expect("no panic");
            let (path, idempotency, body) = (path.clone(), idempotency.clone(), body.clone());
            diary.push(Asked { renter: self.number, path, idempotency, body, answer: None });
            diary.len() - 1
        };
        let headers = [("idempotency-key", idempotency.as_str())];
        let reply = self.client.try_send(Method::POST, &path, &headers, body.as_ref()).await?;
        assert!(reply.status.is_success(), "{path}: {reply:?}");
        let answer = reply.json();
        self.diary.lock().expect("no panic")[place].answer = Some(answer.clone());
        Some(answer)
    }
}

/// Kills and starts the operator again and again, and looks at what it remembers.
async fn crash_again_and_again(scene: &Scene, database: &[&str]) {
    let crashes: u32 = std::env::var("STRANDED_CRASHES").map_or(CRASHES, |text| text.parse().expect("a number"));
    let seed =
        std::env::var("STRANDED_CRASH_SEED").map_or_else(|_| fastrand::u64(..), |text| text.parse().expect("a number"));
    println!("STRANDED_CRASH_SEED={seed}");
    let mut moments = fastrand::Rng::with_seed(seed);
    let vendor = scene.vendor();
    let numbers = Arc::new(Numbers::default());
    let mut known = Known::default();
    let arguments = [&["--cars", CARS][..], database].concat();
    let mut operator = scene.operator(&vendor, &arguments);
    for crash in 0..crashes {
        let diary = Diary::default();
        let client = Client::new(&operator.listen);
        let mut renters = Vec::new();
        for number in 1..=RENTERS {
            let (client, diary, numbers) = (client.log_in(number).await, Arc::clone(&diary), Arc::clone(&numbers));
            renters.push(tokio::spawn(Renter { number, client, diary, numbers }.drive()));
        }
        tokio::time::sleep(Duration::from_millis(moments.u64(1..400))).await;
        operator.kill();
        for renter in renters {
            renter.await.expect("no renter was treated badly");
        }
        operator = scene.operator(&vendor, &arguments);
        let diary = std::mem::take(&mut *diary.lock().expect("no panic"));
        known.compare(&operator, diary).await;
        println!(
            "crash {}: {} reservations, {} keys, {} returns",
            crash + 1,
            known.reservations,
            known.keys,
            known.returns
        );
    }
    assert!(known.returns > 0, "nothing was under way when it crashed");
}

/// What must be there.
#[derive(Default)]
struct Known {
    reservations: u64,
    keys: u64,
    returns: u64,
}

impl Known {
    /// Asks everything again, acknowledged or not, and compares; then looks at each reservation, and counts what there is.
    async fn compare(&mut self, operator: &Server, diary: Vec<Asked>) {
        let client = Client::new(&operator.listen);
        let mut sessions = BTreeMap::new();
        let mut reservations = BTreeMap::<u32, (u32, Vec<u64>, Option<Receipt>)>::new();
        for asked in diary {
            let session: &Client = match sessions.entry(asked.renter) {
                Entry::Occupied(session) => session.into_mut(),
                Entry::Vacant(place) => place.insert(client.log_in(asked.renter).await),
            };
            // Without an answer, a renter's app asks again with the same key: the request is carried out now or was before.
            let headers = [("idempotency-key", asked.idempotency.as_str())];
            let reply = session.send(Method::POST, &asked.path, &headers, asked.body.as_ref()).await;
            assert!(reply.status.is_success(), "{asked:?}: {reply:?}");
            let answer = reply.json();
            if let Some(acknowledged) = asked.answer {
                assert_eq!(answer, acknowledged, "{}", asked.path);
            }
            match asked.path.rsplit('/').next() {
                Some("reservations") => {
                    let reservation: Reservation = serde_json::from_value(answer).expect("a reservation");
                    let before = reservations.insert(reservation.id, (asked.renter, Vec::new(), None));
                    assert!(before.is_none(), "two requests made one reservation");
                }
                Some("key") => {
                    let key: IssuedKey = serde_json::from_value(answer).expect("a key");
                    let id = id_in(&asked.path);
                    reservations.get_mut(&id).expect("it was reserved before").1.push(key.key_id);
                }
                Some("return") => {
                    let receipt: Receipt = serde_json::from_value(answer).expect("a receipt");
                    let id = receipt.reservation;
                    reservations.get_mut(&id).expect("it was reserved before").2 = Some(receipt);
                }
                _ => {}
            }
        }
        for (id, (renter, keys, receipt)) in reservations {
            let reply = sessions[&renter].get(&format!("/v1/reservations/{id}")).await;
            let found: Reservation = serde_json::from_slice(&reply.body).expect("it is there");
            assert_eq!((found.renter, &found.keys), (renter, &keys));
            assert_eq!(found.charge_won, receipt.as_ref().map(|receipt| receipt.charge_won));
            self.reservations += 1;
            self.keys += keys.len() as u64;
            self.returns += u64::from(receipt.is_some());
        }
        let state = Client::new(&operator.admin).get("/admin/state").await.json();
        let counts = ["reservations", "keys", "returns"].map(|name| state["store"][name].as_u64().expect("a count"));
        assert_eq!(
            counts,
            [self.reservations, self.keys, self.returns],
            "nothing is there that nobody asked for, or twice"
        );
    }
}

fn id_in(path: &str) -> u32 {
    path.split('/').nth(3).and_then(|id| id.parse().ok()).expect("a path of a reservation")
}

#[tokio::test(flavor = "multi_thread")]
async fn what_sqlite_has_acknowledged_survives_every_crash() {
    let scene = Scene::new(QUICK);
    let file = text(&scene.path("crash.sqlite"));
    crash_again_and_again(&scene, &["--database", &file]).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_postgres_has_acknowledged_survives_every_crash() {
    let postgres = Postgres::start();
    crash_again_and_again(&Scene::new(QUICK), &["--database-url", &postgres.url()]).await;
}
