//! Whatever is wrong: the right status, and a problem that says so.

use crate::client::{Client, Reply};
use crate::process::{QUICK, Scene, Server};
use axum::http::{Method, StatusCode};
use serde_json::json;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;

struct Stage {
    _vendor: Server,
    operator: Server,
    client: Client,
    _scene: Scene,
}

fn stage(scenario: &str) -> Stage {
    let scene = Scene::new(scenario);
    let vendor = scene.vendor();
    let operator = scene.operator(&vendor, &["--cars", "3"]);
    Stage { client: Client::new(&operator.listen), operator, _vendor: vendor, _scene: scene }
}

/// Sends bytes as they are and reads all that comes until the server closes.
async fn raw(address: &str, bytes: &[u8]) -> String {
    let mut stream = TcpStream::connect(address).await.expect("it listens");
    stream.write_all(bytes).await.expect("it takes bytes");
    let mut answer = Vec::new();
    let _ = stream.read_to_end(&mut answer).await;
    String::from_utf8_lossy(&answer).into_owned()
}

#[tokio::test]
async fn what_is_not_there_and_what_cannot_be_done() {
    let stage = stage(QUICK);
    for path in ["/", "/v1", "/v1/reservations/7/keys", "/v1/reservations/seven"] {
        assert_eq!(stage.client.log_in(1).await.get(path).await.problem(), "not-found", "{path}");
    }
    let wrong_method = stage.client.get("/v1/sessions").await;
    assert_eq!(wrong_method.problem(), "method-not-allowed");
    assert_eq!(wrong_method.header("allow"), "POST");
    assert_eq!(Client::new(&stage.operator.admin).get("/admin/nothing").await.problem(), "not-found");
}

#[tokio::test]
async fn who_has_no_session_is_told_to_log_in() {
    let stage = stage(QUICK);
    let requests =
        [(Method::GET, "/v1/cars"), (Method::GET, "/v1/reservations/1"), (Method::POST, "/v1/reservations/1/return")];
    for (method, path) in requests {
        let without = stage.client.send(method.clone(), path, &[], None).await;
        assert_eq!((without.status, without.problem().as_str()), (StatusCode::UNAUTHORIZED, "unknown-session"));
        assert_eq!(without.header("www-authenticate"), "Bearer");
        let wrong = stage.client.with_token("made-up").send(method, path, &[], None).await;
        assert_eq!(wrong.problem(), "unknown-session");
    }
    let basic = [("authorization", "Basic Zm9vOmJhcg==")];
    assert_eq!(stage.client.send(Method::GET, "/v1/cars", &basic, None).await.problem(), "unknown-session");
}

#[tokio::test]
async fn a_session_ends() {
    let stage = stage(&format!("{QUICK}\n[app]\nsession = \"1 s\"\n"));
    let renter = stage.client.log_in(1).await;
    // The clock of sessions has whole seconds; however long this takes, the session is over in the end.
    loop {
        let reply = renter.get("/v1/cars").await;
        if reply.status != StatusCode::OK {
            assert_eq!(reply.problem(), "expired-session");
            break;
        }
        tokio::time::sleep(std::time::Duration::from_millis(100)).await;
    }
}

#[tokio::test]
async fn what_makes_no_sense_is_named() {
    let stage = stage(QUICK);
    let renter = stage.client.log_in(1).await;
    let detail = |reply: &Reply| reply.json()["detail"].as_str().expect("text").to_owned();
    let cases = [
        (json!({ "car": 1 }), "minutes"),
        (json!({ "car": 1, "minutes": 15 }), "minutes"),
        (json!({ "car": 1, "minutes": 0 }), "minutes"),
        (json!({ "car": 1, "minutes": 1450 }), "minutes"),
        (json!({ "car": -1, "minutes": 10 }), "invalid value"),
        (json!({ "car": "one", "minutes": 10 }), "invalid type"),
        (json!({ "car": 1, "minutes": 10, "from": 601 }), "from"),
        (json!({ "car": 1, "minutes": 10, "from": 0 }), "from"),
        (json!({ "car": 1, "minutes": 10, "colour": "red" }), "colour"),
        (json!([1, 2]), "expected"),
    ];
    for (body, word) in cases {
        let reply = renter.post("/v1/reservations", &body).await;
        assert!(detail(&reply).contains(word), "{body}: {reply:?}");
        assert!(reply.problem().starts_with("invalid-"), "{body}");
    }
    assert_eq!(renter.post("/v1/reservations", &json!({ "car": 4, "minutes": 10 })).await.problem(), "not-found");
    for query in ["from=x", "limit=0", "limit=101", "minutes=7", "colour=red", "from=1"] {
        assert_eq!(renter.get(&format!("/v1/cars?{query}")).await.problem(), "invalid-input", "{query}");
    }
    for (name, value) in [("stranded-luck", "1.2"), ("stranded-deadline", "soon"), ("idempotency-key", "")] {
        let body = json!({ "car": 1, "minutes": 10 });
        let reply = renter.send(Method::POST, "/v1/reservations", &[(name, value)], Some(&body)).await;
        assert_eq!(reply.problem(), "invalid-input", "{name}");
    }
}

#[tokio::test]
async fn bodies_that_cannot_be_read() {
    let stage = stage(QUICK);
    let address = &stage.operator.listen;
    let post = |media: &str, body: &str| {
        format!(
            "POST /v1/sessions HTTP/1.1\r\nhost: x\r\nconnection: close\r\ncontent-type: {media}\r\ncontent-length: {}\r\n\r\n{body}",
            body.len()
        )
    };
    for (media, body, status) in [
        ("text/plain", "{\"renter\":1}", "415"),
        ("application/json", "{\"renter\":", "400"),
        ("application/json", "", "400"),
        ("application/json", "{\"renter\":1.5}", "422"),
        ("application/json; charset=utf-8", "{\"renter\":1}", "201"),
    ] {
        let answer = raw(address, post(media, body).as_bytes()).await;
        assert!(answer.starts_with(&format!("HTTP/1.1 {status}")), "{answer}");
        assert!(status == "201" || answer.contains("application/problem+json"), "{answer}");
    }
    let large = format!("{{\"renter\":1,\"x\":\"{}\"}}", "x".repeat(20_000));
    let answer = raw(address, post("application/json", &large).as_bytes()).await;
    assert!(answer.starts_with("HTTP/1.1 413") && answer.contains("/docs#too-large"), "{answer}");
}

#[tokio::test]
async fn who_sends_a_body_too_slowly_is_told_and_let_go() {
    let stage = stage(QUICK);
    let head = "POST /v1/sessions HTTP/1.1\r\nhost: x\r\nconnection: close\r\ncontent-type: application/json\r\ncontent-length: 50\r\n\r\n{";
    let answer = raw(&stage.operator.listen, head.as_bytes()).await;
    assert!(answer.starts_with("HTTP/1.1 408") && answer.contains("/docs#request-timeout"), "{answer}");
}

#[tokio::test]
async fn who_sends_a_head_too_slowly_is_let_go() {
    let stage = stage(QUICK);
    // Comes back at all because the server closes.
    let answer = raw(&stage.operator.listen, b"POST /v1/sessions HTTP/1.1\r\nhost: x\r\nx-slow: ").await;
    assert!(!answer.contains("HTTP/1.1 2"), "{answer}");
}
