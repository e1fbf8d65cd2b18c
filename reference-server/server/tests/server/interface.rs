//! The interface's own description: whole, served without help from elsewhere, and true.

use crate::client::{Client, encode, phone};
use crate::process::{QUICK, Scene, Server};
use serde_json::{Value, json};
use std::process::Command;

#[tokio::test]
async fn the_documentation_fetches_nothing_from_elsewhere() {
    let scene = Scene::new(QUICK);
    let vendor = scene.vendor();
    let operator = scene.operator(&vendor, &[]);
    for server in [&operator, &vendor] {
        let page = Client::new(&server.listen).get("/docs").await;
        let text = String::from_utf8(page.body.to_vec()).expect("text");
        assert!(text.contains("/v1/requests") && text.contains("id=refused"), "{text}");
        for foreign in ["src=", "@import", "<link", "<script", "href=http"] {
            assert!(!text.contains(foreign), "{foreign}");
        }
    }
}

#[tokio::test]
async fn every_operation_is_described() {
    let scene = Scene::new(QUICK);
    let vendor = scene.vendor();
    let operator = scene.operator(&vendor, &[]);
    let api = Client::new(&operator.listen).get("/openapi.json").await.json();
    let paths: Vec<&String> = api["paths"].as_object().expect("paths").keys().collect();
    let expected = [
        "/healthz",
        "/readyz",
        "/v1/cars",
        "/v1/requests",
        "/v1/reservations",
        "/v1/reservations/{id}",
        "/v1/reservations/{id}/key",
        "/v1/reservations/{id}/lock",
        "/v1/reservations/{id}/return",
        "/v1/reservations/{id}/unlock",
        "/v1/sessions",
    ];
    assert_eq!(paths, expected.iter().collect::<Vec<_>>());
}

#[tokio::test]
async fn health_and_metrics() {
    let scene = Scene::new(QUICK);
    let vendor = scene.vendor();
    let operator = scene.operator(&vendor, &[]);
    let client = Client::new(&operator.listen);
    assert_eq!(client.get("/healthz").await.body, "alive\n");
    assert_eq!(client.get("/readyz").await.body, "ready\n");
    client.post("/v1/requests", &json!({})).await;
    let text = String::from_utf8(client.get("/metrics").await.body.to_vec()).expect("text");
    for line in [
        "reference_server_answered_total{method=\"POST\",path=\"/v1/requests\",status=\"200\"} 1",
        "reference_server_workers{service=\"operator\"} 64",
        "reference_server_refused{service=\"operator\",reason=\"full\"} 0",
        "reference_server_connections 1",
        "# EOF",
    ] {
        assert!(text.lines().any(|it| it == line), "{line} is not in\n{text}");
    }
}

/// All checks but two.
///
/// A request that fits the description may still name a car that is taken, a time that is past, or a key that is none: the
/// description cannot know, so "must be accepted" does not hold.
///
/// Schemathesis takes a header that nobody knows for a breach of the description; HTTP says that it is to be ignored (RFC 9110, section
/// 5.1). Only plain requests have nothing but headers and need no reservation that exists. What is wrong in the headers they know is
/// tested in `problems.rs`.
const CONFIGURATION: &str = r#"
[checks]
positive_data_acceptance.enabled = false

[[operations]]
include-name = "POST /v1/requests"
checks.negative_data_rejection.enabled = false
"#;

/// Holds a server against its description with thousands of requests, good and bad.
fn schemathesis(server: &Server, token: Option<&str>) {
    let python = std::env::var("STRANDED_TEST_PYTHON").expect(
        "STRANDED_TEST_PYTHON names the Python with what the tests import; `cargo xtask setup` makes it and prints the line to export",
    );
    let folder = tempfile::TempDir::new().expect("a folder");
    std::fs::write(folder.path().join("schemathesis.toml"), CONFIGURATION).expect("a file");
    let mut command = Command::new(python);
    command.current_dir(folder.path()).args(["-m", "schemathesis.cli", "run"]);
    command.arg(format!("http://{}/openapi.json", server.listen));
    // The same requests every time; no stateful phase, which makes up its links and takes a minute.
    command.args(["--seed", "1", "--max-examples", "60", "--phases", "examples,coverage,fuzzing"]);
    command.args(["--continue-on-failure", "--no-color", "--workers", "1"]);
    if let Some(token) = token {
        command.args(["--header", &format!("Authorization: Bearer {token}")]);
    }
    let output = command.output().expect("STRANDED_TEST_PYTHON starts");
    let text = String::from_utf8_lossy(&output.stdout);
    assert!(output.status.success(), "{text}\n{}", String::from_utf8_lossy(&output.stderr));
    println!("{}", text.lines().rev().take(12).collect::<Vec<_>>().into_iter().rev().collect::<Vec<_>>().join("\n"));
}

#[tokio::test]
async fn no_request_breaks_the_operator_or_its_description() {
    let scene = Scene::new(QUICK);
    let vendor = scene.vendor();
    let operator = scene.operator(&vendor, &["--cars", "1000"]);
    let renter = Client::new(&operator.listen).log_in(1).await;
    // Something to find.
    let reservation = renter.reserve(1).await;
    renter.fetch_key(reservation.id, &phone(1)).await;
    let key = encode(&phone(1).public_key().0);
    assert_eq!(key.len(), 43);
    schemathesis(&operator, renter.token.as_deref());
    let state: Value = Client::new(&operator.admin).get("/admin/state").await.json();
    assert_eq!((&state["busy"], &state["waiting"]), (&json!(0), &json!(0)), "no worker is lost");
}

#[tokio::test]
async fn no_request_breaks_the_vendor_or_its_description() {
    let scene = Scene::new(QUICK);
    let vendor = scene.vendor();
    schemathesis(&vendor, None);
    let state: Value = Client::new(&vendor.admin).get("/admin/state").await.json();
    assert_eq!((&state["busy"], &state["waiting"]), (&json!(0), &json!(0)), "no worker is lost");
}
