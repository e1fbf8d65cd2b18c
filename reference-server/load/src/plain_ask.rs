//! What plain arrivals ask of a real server: a plain request, or one step of a journey again and again.

use crate::ask::{Ask, Reply};
use crate::errand::{Errand, Handset};
use crate::failure::Failure;
use crate::record::Ending;
use crate::source;
use goose::goose::GooseMethod;
use reqwest::{Client, Url};
use serde_json::json;
use std::sync::atomic::{AtomicU32, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, SystemTime, UNIX_EPOCH};
use stranded_scenario::Scenario;
use stranded_scenario::section::LoadEndpoint;
use tokio::task::JoinSet;

/// Sessions that searches and reservations are spread over.
const SESSIONS: u32 = 16;
/// Renters who unlock in turn: one's next proof must not overtake the last one.
const HOLDERS: u32 = 64;
/// Those who book cars out before the first search, at the same time: few, because they wait in the service's line like everybody.
const BOOKERS: usize = 8;
/// How long cars are booked out, minutes: longer than any run.
const BOOKED_MINUTES: u32 = 240;
/// First renter of the driver's own; people of scenarios have smaller numbers.
const RENTER_FIRST: u32 = 4_000_000_000;
/// An answer that takes longer is none.
const PATIENCE: Duration = Duration::from_secs(30);
/// Slots of ten minutes ahead in which the driver books; the server takes thirty days.
const SLOTS_AHEAD: u64 = 4000;
const SLOT_SECONDS: u64 = 600;

/// What plain arrivals ask.
pub enum PlainAsk {
    /// It passes the services and writes nothing.
    Request,
    /// A search, in turn in one of these sessions.
    Search(Turns<String>),
    /// A reservation of a car and slot that nobody else asks for.
    Reserve {
        /// Sessions.
        sessions: Turns<String>,
        /// Cars of the server.
        cars: u32,
        /// Where the next reservation is: car and slot in one number.
        next: AtomicU64,
    },
    /// An unlocking by one of these renters.
    Unlock(Turns<Mutex<Handset>>),
}

/// Things that are used in turn.
pub struct Turns<T> {
    things: Vec<T>,
    next: AtomicU64,
}

impl<T> Turns<T> {
    fn new(things: Vec<T>) -> Self {
        Self { things, next: AtomicU64::new(0) }
    }

    fn take(&self) -> &T {
        let turn = self.next.fetch_add(1, Ordering::Relaxed);
        &self.things[(turn % self.things.len() as u64) as usize]
    }
}

impl PlainAsk {
    /// What the scenario's endpoint needs, made ready on the server.
    ///
    /// # Errors
    /// [`Failure::Unreachable`] and [`Failure::UnexpectedAnswer`].
    pub async fn prepare(scenario: &Scenario, target: &Url) -> Result<Self, Failure> {
        let load = source::load_section(scenario);
        let cars = scenario.real_cars();
        let stage = Stage { client: Client::new(), target: target.clone(), cars };
        match load.endpoint {
            LoadEndpoint::Request => Ok(Self::Request),
            LoadEndpoint::Search => {
                let sessions = stage.sessions().await?;
                stage.book(load.booked, &sessions).await?;
                Ok(Self::Search(sessions))
            }
            LoadEndpoint::Reserve => {
                let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
                // Somewhere else each time, so that a second search on the same server finds free cars.
                let next = AtomicU64::new(u64::from(since.subsec_nanos()) % (SLOTS_AHEAD * u64::from(cars)));
                Ok(Self::Reserve { sessions: stage.sessions().await?, cars, next })
            }
            LoadEndpoint::Unlock => Ok(Self::Unlock(stage.holders().await?)),
        }
    }

    /// The next request.
    pub fn ask(&self) -> Ask {
        let mut ask = match self {
            Self::Request => Ask::new("request", GooseMethod::Post, "/v1/requests"),
            Self::Search(sessions) => {
                let ask = Ask::new("search", GooseMethod::Get, "/v1/cars");
                Ask { bearer: Some(sessions.take().clone()), ..ask }
            }
            Self::Reserve { sessions, cars, next } => {
                let place = next.fetch_add(1, Ordering::Relaxed);
                let (car, slot) = (place % u64::from(*cars) + 1, place / u64::from(*cars) % SLOTS_AHEAD + 1);
                let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default().as_secs();
                let from = (now / SLOT_SECONDS + slot) * SLOT_SECONDS;
                let ask = Ask::new("reserve", GooseMethod::Post, "/v1/reservations");
                let body = Some(json!({ "car": car, "from": from, "minutes": 10 }));
                Ask { bearer: Some(sessions.take().clone()), body, ..ask }
            }
            Self::Unlock(holders) => {
                let mut holder = holders.take().lock().unwrap_or_else(PoisonError::into_inner);
                let ask = holder.ask(Errand::Unlock, (Duration::ZERO, Duration::ZERO), 0, 0, String::new());
                holder.count_up();
                let ask = ask.unwrap_or_else(|| Ask::new("unlock", GooseMethod::Post, "/v1/reservations/0/unlock"));
                Ask { idempotency_key: None, ..ask }
            }
        };
        ask.is_strict = true;
        ask
    }
}

/// A server on which something is made ready.
#[derive(Clone)]
struct Stage {
    client: Client,
    target: Url,
    cars: u32,
}

impl Stage {
    async fn sessions(&self) -> Result<Turns<String>, Failure> {
        let mut tokens = Vec::new();
        for number in 0..SESSIONS {
            let mut handset = Handset::new(RENTER_FIRST + number, &[0; 32]);
            self.run(&mut handset, Errand::LogIn, 0).await?;
            tokens.extend(handset.token().map(str::to_owned));
        }
        Ok(Turns::new(tokens))
    }

    async fn holders(&self) -> Result<Turns<Mutex<Handset>>, Failure> {
        let mut holders = Vec::new();
        for number in 0..HOLDERS {
            let mut handset = Handset::new(RENTER_FIRST + number, &[number as u8 + 1; 32]);
            for errand in [Errand::LogIn, Errand::Search, Errand::Reserve, Errand::FetchKey] {
                self.run(&mut handset, errand, u64::from(number)).await?;
            }
            holders.push(Mutex::new(handset));
        }
        Ok(Turns::new(holders))
    }

    /// Books the cars with the lowest numbers out. Those that are it already, by an earlier run, stay so.
    async fn book(&self, cars: u32, sessions: &Turns<String>) -> Result<(), Failure> {
        let next = Arc::new(AtomicU32::new(1));
        let mut bookers = JoinSet::new();
        for _ in 0..BOOKERS {
            let (stage, next, bearer) = (self.clone(), Arc::clone(&next), sessions.take().clone());
            bookers.spawn(async move {
                loop {
                    let car = next.fetch_add(1, Ordering::Relaxed);
                    if car > cars {
                        return Ok(());
                    }
                    let ask = Ask::new("reserve", GooseMethod::Post, "/v1/reservations");
                    let body = Some(json!({ "car": car, "minutes": BOOKED_MINUTES }));
                    let (status, body) = stage.send(&Ask { bearer: Some(bearer.clone()), body, ..ask }).await?;
                    if !matches!(status, 200..=299 | 409) {
                        return Err(
                            stage.unexpected("reserve", format!("{status}: {}", String::from_utf8_lossy(&body)))
                        );
                    }
                }
            });
        }
        while let Some(booker) = bookers.join_next().await {
            booker.unwrap_or_else(|error| std::panic::resume_unwind(error.into_panic()))?;
        }
        Ok(())
    }

    async fn run(&self, handset: &mut Handset, errand: Errand, pick: u64) -> Result<(), Failure> {
        const RENTAL: (Duration, Duration) = (Duration::ZERO, Duration::from_hours(2));
        let Some(ask) = handset.ask(errand, RENTAL, pick, self.cars, String::new()) else {
            return Err(self.unexpected(errand.endpoint(), "no free car".to_owned()));
        };
        let (status, body) = self.send(&ask).await?;
        let text = String::from_utf8_lossy(&body).into_owned();
        let reply = Reply {
            ending: Ending::Answered,
            status: Some(status),
            body,
            work_seconds: None,
            word: status.to_string(),
        };
        handset.take(errand, &reply).map_err(|_| self.unexpected(errand.endpoint(), format!("{status}: {text}")))
    }

    /// Sends a request; its status and body.
    async fn send(&self, ask: &Ask) -> Result<(u16, Vec<u8>), Failure> {
        let url = self.target.join(&ask.path).map_err(|error| Failure::Usage(error.to_string()))?;
        let mut request = match ask.method {
            GooseMethod::Get => self.client.get(url),
            _ => self.client.post(url),
        };
        request = request.timeout(PATIENCE);
        if let Some(bearer) = &ask.bearer {
            request = request.bearer_auth(bearer);
        }
        if let Some(body) = &ask.body {
            request = request.json(body);
        }
        let unreachable = |error: reqwest::Error| Failure::Unreachable {
            what: asked(ask.endpoint),
            url: self.target.to_string(),
            reason: crate::admin::reason(&error),
        };
        let answer = request.send().await.map_err(unreachable)?;
        let status = answer.status().as_u16();
        Ok((status, answer.bytes().await.map_err(unreachable)?.to_vec()))
    }

    fn unexpected(&self, endpoint: &str, answer: String) -> Failure {
        Failure::UnexpectedAnswer {
            what: asked(endpoint),
            url: self.target.to_string(),
            answer,
            way_out: "is this a `reference-server operator` of this version and scenario, with free cars?",
        }
    }
}

fn asked(endpoint: &str) -> String {
    format!("the server, asked for `{endpoint}`,")
}

#[cfg(test)]
mod tests {
    use super::*;
    use axum::http::StatusCode;
    use axum::routing::post;
    use axum::{Json, Router};
    use serde_json::Value;

    /// A server that books cars, refuses one, and keeps count.
    async fn server(refused: u64, status: StatusCode) -> (Url, Arc<Mutex<Vec<u64>>>) {
        let booked = Arc::new(Mutex::new(Vec::new()));
        let cars = Arc::clone(&booked);
        let reserve = move |Json(body): Json<Value>| async move {
            assert_eq!(body["minutes"], BOOKED_MINUTES);
            let car = body["car"].as_u64().unwrap();
            cars.lock().unwrap().push(car);
            if car == refused { (status, "{}") } else { (StatusCode::CREATED, "{}") }
        };
        let log_in = || async { (StatusCode::CREATED, r#"{"token":"secret"}"#) };
        let router = Router::new().route("/v1/sessions", post(log_in)).route("/v1/reservations", post(reserve));
        let listener = tokio::net::TcpListener::bind(("127.0.0.1", 0)).await.unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap()).parse().unwrap();
        tokio::spawn(async move { axum::serve(listener, router).await });
        (url, booked)
    }

    fn scenario() -> Scenario {
        let text = "[arrivals]\nservice = \"server\"\n[service.server]\n[load]\nendpoint = \"search\"\nbooked = 40\n";
        stranded_scenario::Loader::new().load_text::<Scenario>("search.toml", text).unwrap().value
    }

    #[tokio::test]
    async fn every_car_is_booked_out_once_and_one_that_is_it_already_stays_so() {
        let (url, booked) = server(3, StatusCode::CONFLICT).await;
        let ask = PlainAsk::prepare(&scenario(), &url).await.unwrap().ask();
        assert_eq!((ask.path.as_str(), ask.bearer.as_deref()), ("/v1/cars", Some("secret")));
        let mut booked = booked.lock().unwrap().clone();
        booked.sort_unstable();
        assert_eq!(booked, (1..=40).collect::<Vec<u64>>());
    }

    #[tokio::test]
    async fn a_server_that_books_nothing_is_named() {
        let (url, _) = server(5, StatusCode::SERVICE_UNAVAILABLE).await;
        let failure = PlainAsk::prepare(&scenario(), &url).await.err().expect("it cannot go on").to_string();
        assert!(failure.contains("`reserve`") && failure.contains("503"), "{failure}");
    }
}
