//! The whole journey, as a renter makes it.

use crate::client::{Client, door_body, phone};
use crate::process::{QUICK, Scene};
use axum::http::{Method, StatusCode};
use serde_json::json;
use stranded_wire::Command;

#[tokio::test]
async fn a_renter_drives_and_is_billed() {
    let scene = Scene::new(QUICK);
    let vendor = scene.vendor();
    let operator = scene.operator(&vendor, &["--cars", "5", "--slot-price", "1000"]);
    let renter = Client::new(&operator.listen).log_in(17).await;
    let cars = renter.get("/v1/cars?limit=3").await;
    assert_eq!(cars.status, StatusCode::OK);
    assert_eq!(cars.json()["cars"], json!([{ "id": 1 }, { "id": 2 }, { "id": 3 }]));

    let reservation = renter.reserve(2).await;
    let cars = renter.get("/v1/cars").await;
    assert_eq!(cars.json()["cars"], json!([{ "id": 1 }, { "id": 3 }, { "id": 4 }, { "id": 5 }]));

    let phone = phone(17);
    let key = renter.fetch_key(reservation.id, &phone).await;
    let path = format!("/v1/reservations/{}", reservation.id);
    let unlocked = renter.post(&format!("{path}/unlock"), &door_body(&phone, &key, Command::Unlock, 1)).await;
    assert_eq!(unlocked.status, StatusCode::OK, "{unlocked:?}");
    assert!(unlocked.header("server-timing").starts_with("queue;dur="), "{unlocked:?}");
    let locked = renter.post(&format!("{path}/lock"), &door_body(&phone, &key, Command::Lock, 2)).await;
    assert_eq!(locked.status, StatusCode::OK, "{locked:?}");
    let receipt = renter.send(Method::POST, &format!("{path}/return"), &[], None).await;
    assert_eq!(receipt.status, StatusCode::OK, "{receipt:?}");
    let receipt = receipt.json();
    let slots = receipt["slots"].as_i64().expect("slots");
    assert!((1..=2).contains(&slots), "the test may run over the end of a slot: {receipt}");
    assert_eq!(receipt["charge_won"], slots * 1000);

    let seen = renter.get(&path).await.json();
    assert_eq!(seen["state"], "returned");
    assert_eq!(seen["keys"], json!([key.key_id]));
    assert_eq!(seen["charge_won"], slots * 1000);
}

#[tokio::test]
async fn a_cancelled_reservation_frees_the_car() {
    let scene = Scene::new(QUICK);
    let vendor = scene.vendor();
    let operator = scene.operator(&vendor, &[]);
    let client = Client::new(&operator.listen);
    let first = client.log_in(1).await;
    let second = client.log_in(2).await;
    let reservation = first.reserve(9).await;
    let wanted = json!({ "car": 9, "minutes": 10, "from": reservation.from });
    assert_eq!(second.post("/v1/reservations", &wanted).await.problem(), "taken");
    let path = format!("/v1/reservations/{}", reservation.id);
    assert_eq!(second.send(Method::DELETE, &path, &[], None).await.problem(), "not-yours");
    for _ in 0..2 {
        let cancelled = first.send(Method::DELETE, &path, &[], None).await;
        assert_eq!(cancelled.json()["state"], "cancelled");
    }
    assert_eq!(second.post("/v1/reservations", &wanted).await.status, StatusCode::CREATED);
}

#[tokio::test]
async fn a_request_that_comes_again_is_carried_out_once() {
    let scene = Scene::new(QUICK);
    let vendor = scene.vendor();
    let operator = scene.operator(&vendor, &[]);
    let renter = Client::new(&operator.listen).log_in(1).await;
    let again = [("idempotency-key", "first")];
    let body = json!({ "car": 3, "minutes": 20 });
    let first = renter.send(Method::POST, "/v1/reservations", &again, Some(&body)).await;
    let second = renter.send(Method::POST, "/v1/reservations", &again, Some(&body)).await;
    assert_eq!((first.status, second.status), (StatusCode::CREATED, StatusCode::CREATED));
    assert_eq!(first.json(), second.json());
    let other = json!({ "car": 4, "minutes": 20 });
    let reused = renter.send(Method::POST, "/v1/reservations", &again, Some(&other)).await;
    assert_eq!(reused.problem(), "idempotency-key-reused");

    let id = first.json()["id"].as_u64().expect("a number") as u32;
    let phone = phone(1);
    let key = renter.fetch_key(id, &phone).await;
    let path = format!("/v1/reservations/{id}");
    let unlock = door_body(&phone, &key, Command::Unlock, 1);
    let tap = [("idempotency-key", "tap")];
    for _ in 0..2 {
        let reply = renter.send(Method::POST, &format!("{path}/unlock"), &tap, Some(&unlock)).await;
        assert_eq!(reply.status, StatusCode::OK, "{reply:?}");
    }
    let end = [("idempotency-key", "end")];
    let bills = [
        renter.send(Method::POST, &format!("{path}/return"), &end, None).await.json(),
        renter.send(Method::POST, &format!("{path}/return"), &end, None).await.json(),
    ];
    assert_eq!(bills[0], bills[1]);
    let without = renter.send(Method::POST, &format!("{path}/return"), &[], None).await;
    assert_eq!(without.problem(), "wrong-state");
    let state = Client::new(&operator.admin).get("/admin/state").await.json();
    assert_eq!((&state["store"]["reservations"], &state["store"]["returns"]), (&json!(1), &json!(1)));
}

#[tokio::test]
async fn an_operator_without_a_vendor_signs_itself() {
    let scene =
        Scene::new("[arrivals]\nservice = \"operator\"\n[service.operator]\nworkers = 4\nservice_time = \"0 s\"\n");
    let operator = crate::process::Server::start(&["operator", "--scenario", &scene.scenario()]);
    let renter = Client::new(&operator.listen).log_in(5).await;
    let reservation = renter.reserve(1).await;
    let phone = phone(5);
    let key = renter.fetch_key(reservation.id, &phone).await;
    let path = format!("/v1/reservations/{}/unlock", reservation.id);
    let reply = renter.post(&path, &door_body(&phone, &key, Command::Unlock, 1)).await;
    assert_eq!(reply.status, StatusCode::OK, "{reply:?}");
}
