//! A client, and a renter who makes the whole journey.

use axum::body::Bytes;
use axum::http::{HeaderMap, Method, Request, StatusCode};
use http_body_util::{BodyExt as _, Full};
use hyper_util::client::legacy::Client as Pool;
use hyper_util::client::legacy::connect::HttpConnector;
use hyper_util::rt::TokioExecutor;
use serde_json::{Value, json};
use stranded_server::store::{IssuedKey, Reservation};
use stranded_wire::issuer::Phone;
use stranded_wire::{Challenge, Command, Proof};

/// Sends requests to one address.
#[derive(Clone)]
pub(crate) struct Client {
    pool: Pool<HttpConnector, Full<Bytes>>,
    pub(crate) address: String,
    pub(crate) token: Option<String>,
}

/// An answer, read to its end.
#[derive(Debug)]
pub(crate) struct Reply {
    pub(crate) status: StatusCode,
    pub(crate) headers: HeaderMap,
    pub(crate) body: Bytes,
}

impl Reply {
    pub(crate) fn json(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap_or_else(|error| panic!("{error}: {:?}", self.body))
    }

    pub(crate) fn header(&self, name: &str) -> &str {
        self.headers.get(name).map_or("", |value| value.to_str().expect("a header of text"))
    }

    /// The short name of the problem; the answer must be one, whole and consistent.
    pub(crate) fn problem(&self) -> String {
        assert_eq!(self.header("content-type"), "application/problem+json", "{self:?}");
        let body = self.json();
        assert_eq!(body["status"], self.status.as_u16(), "{body}");
        assert!(body["title"].as_str().is_some_and(|text| !text.is_empty()), "{body}");
        assert!(body["detail"].as_str().is_some_and(|text| !text.is_empty()), "{body}");
        body["type"].as_str().expect("a type").trim_start_matches("/docs#").to_owned()
    }
}

impl Client {
    pub(crate) fn new(address: &str) -> Self {
        Self { pool: Pool::builder(TokioExecutor::new()).build_http(), address: address.to_owned(), token: None }
    }

    /// The same for somebody who has logged in.
    pub(crate) fn with_token(&self, token: &str) -> Self {
        Self { token: Some(token.to_owned()), ..self.clone() }
    }

    /// Logs in.
    pub(crate) async fn log_in(&self, renter: u32) -> Self {
        let reply = self.post("/v1/sessions", &json!({ "renter": renter })).await;
        assert_eq!(reply.status, StatusCode::CREATED, "{reply:?}");
        self.with_token(reply.json()["token"].as_str().expect("a token"))
    }

    pub(crate) async fn get(&self, path: &str) -> Reply {
        self.send(Method::GET, path, &[], None).await
    }

    pub(crate) async fn post(&self, path: &str, body: &Value) -> Reply {
        self.send(Method::POST, path, &[], Some(body)).await
    }

    pub(crate) async fn send(
        &self,
        method: Method,
        path: &str,
        headers: &[(&str, &str)],
        body: Option<&Value>,
    ) -> Reply {
        self.try_send(method, path, headers, body).await.expect("an answer")
    }

    /// The same where the server may be gone.
    pub(crate) async fn try_send(
        &self,
        method: Method,
        path: &str,
        headers: &[(&str, &str)],
        body: Option<&Value>,
    ) -> Option<Reply> {
        let mut request = Request::builder().method(method).uri(format!("http://{}{path}", self.address));
        if let Some(token) = &self.token {
            request = request.header("authorization", format!("Bearer {token}"));
        }
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        let bytes = body.map_or_else(Bytes::new, |body| Bytes::from(body.to_string()));
        if body.is_some() {
            request = request.header("content-type", "application/json");
        }
        let request = request.body(Full::new(bytes)).expect("a request");
        let (head, body) = self.pool.request(request).await.ok()?.into_parts();
        let body = body.collect().await.ok()?.to_bytes();
        Some(Reply { status: head.status, headers: head.headers, body })
    }

    /// Reserves a car for ten minutes from now.
    pub(crate) async fn reserve(&self, car: u32) -> Reservation {
        let reply = self.post("/v1/reservations", &json!({ "car": car, "minutes": 10 })).await;
        assert_eq!(reply.status, StatusCode::CREATED, "{reply:?}");
        serde_json::from_slice(&reply.body).expect("a reservation")
    }

    /// Fetches the key of a reservation for a phone.
    pub(crate) async fn fetch_key(&self, reservation: u32, phone: &Phone) -> IssuedKey {
        let body = json!({ "phone_key": encode(&phone.public_key().0) });
        let reply = self.post(&format!("/v1/reservations/{reservation}/key"), &body).await;
        assert_eq!(reply.status, StatusCode::CREATED, "{reply:?}");
        serde_json::from_slice(&reply.body).expect("a key")
    }
}

pub(crate) fn encode(bytes: &[u8]) -> String {
    use base64::Engine as _;
    base64::engine::general_purpose::URL_SAFE_NO_PAD.encode(bytes)
}

pub(crate) fn decode(text: &str) -> Vec<u8> {
    use base64::Engine as _;
    base64::engine::general_purpose::URL_SAFE_NO_PAD.decode(text).expect("base64url")
}

/// The phone of a renter: always the same for the same number.
pub(crate) fn phone(renter: u32) -> Phone {
    let mut seed = [7; 32];
    seed[..4].copy_from_slice(&renter.to_le_bytes());
    Phone::from_seed(&seed)
}

/// What a phone sends to a door.
pub(crate) fn door_body(phone: &Phone, key: &IssuedKey, command: Command, counter: u32) -> Value {
    let challenge =
        Challenge { nonce: key.challenge.nonce, boot_epoch: key.challenge.boot_epoch, counter: key.challenge.counter };
    let proof = phone.prove(&Proof { challenge, command, counter }, &decode(&key.key));
    json!({ "key": key.key, "proof": encode(&proof) })
}
