//! What is sent.

use axum::body::Bytes;
use axum::http::{Method, Request};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use http_body_util::{BodyExt as _, Full};
use hyper::client::conn::http1::{SendRequest, handshake};
use hyper_util::rt::TokioIo;
use serde_json::{Value, json};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};
use stranded_wire::issuer::Phone;
use stranded_wire::{Challenge, Command, Proof};
use tokio::net::TcpStream;

/// What a sender does again and again.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Load {
    /// One GET.
    Hello,
    /// Reserve a car, fetch its key, unlock it.
    Journey,
}

/// A connection.
pub(crate) struct Sender {
    send: SendRequest<Full<Bytes>>,
    token: Option<String>,
}

impl Sender {
    pub(crate) async fn connect(address: &str) -> Self {
        let stream = TcpStream::connect(address).await.expect("it listens");
        stream.set_nodelay(true).expect("a TCP connection");
        let (send, connection) = handshake(TokioIo::new(stream)).await.expect("it speaks HTTP");
        tokio::spawn(connection);
        Self { send, token: None }
    }

    async fn ask(&mut self, method: Method, path: &str, body: Option<Value>) -> Bytes {
        let mut request = Request::builder().method(method).uri(path).header("host", "localhost");
        if let Some(token) = &self.token {
            request = request.header("authorization", format!("Bearer {token}"));
        }
        if body.is_some() {
            request = request.header("content-type", "application/json");
        }
        let body = body.map_or_else(Bytes::new, |body| Bytes::from(body.to_string()));
        let answer =
            self.send.send_request(request.body(Full::new(body)).expect("a request")).await.expect("an answer");
        let status = answer.status();
        let body = answer.into_body().collect().await.expect("a body").to_bytes();
        assert!(status.is_success(), "{path}: {status} {body:?}");
        body
    }

    async fn post(&mut self, path: &str, body: Value) -> Value {
        serde_json::from_slice(&self.ask(Method::POST, path, Some(body)).await).expect("JSON")
    }

    async fn log_in(&mut self, renter: u64) {
        let session = self.post("/v1/sessions", json!({ "renter": renter })).await;
        self.token = session["token"].as_str().map(str::to_owned);
    }

    async fn journey(&mut self, car: u64, phone: &Phone) {
        let reservation = self.post("/v1/reservations", json!({ "car": car, "minutes": 10 })).await;
        let path = format!("/v1/reservations/{}", reservation["id"]);
        let phone_key = URL_SAFE_NO_PAD.encode(phone.public_key().0);
        let key = self.post(&format!("{path}/key"), json!({ "phone_key": phone_key })).await;
        let text = key["key"].as_str().expect("a key");
        let token = URL_SAFE_NO_PAD.decode(text).expect("base64url");
        let nonce = key["challenge"]["nonce"].as_u64().expect("a number");
        let challenge = Challenge { nonce, boot_epoch: 0, counter: 0 };
        let proof = phone.prove(&Proof { challenge, command: Command::Unlock, counter: 1 }, &token);
        self.post(&format!("{path}/unlock"), json!({ "key": text, "proof": URL_SAFE_NO_PAD.encode(proof) })).await;
    }
}

/// Sends for a turn; how often it was done.
pub(crate) async fn drive(address: &str, load: Load, senders: usize, turn: Duration) -> u64 {
    let cars = Arc::new(AtomicU64::new(1));
    let ends = Instant::now() + turn;
    let mut tasks = Vec::new();
    for number in 0..senders as u64 {
        let mut sender = Sender::connect(address).await;
        let cars = Arc::clone(&cars);
        tasks.push(tokio::spawn(async move {
            let phone = Phone::from_seed(&[number as u8; 32]);
            if matches!(load, Load::Journey) {
                sender.log_in(number).await;
            }
            let mut done = 0;
            while Instant::now() < ends {
                match load {
                    Load::Hello => drop(sender.ask(Method::GET, "/", None).await),
                    Load::Journey => sender.journey(cars.fetch_add(1, Ordering::Relaxed), &phone).await,
                }
                done += 1;
            }
            done
        }));
    }
    let mut done = 0;
    for task in tasks {
        done += task.await.expect("no panic");
    }
    done
}

/// Opens connections, sends a request over each, and keeps them open.
pub(crate) async fn hold(address: &str, connections: usize) -> Vec<Sender> {
    let mut held = Vec::with_capacity(connections);
    for _ in 0..connections {
        let mut sender = Sender::connect(address).await;
        sender.ask(Method::GET, "/healthz", None).await;
        held.push(sender);
    }
    held
}

/// Sends one more request over each; how many were answered.
pub(crate) async fn ask_all(held: Vec<Sender>) -> usize {
    let mut answered = 0;
    for mut sender in held {
        sender.ask(Method::GET, "/healthz", None).await;
        answered += 1;
    }
    answered
}
