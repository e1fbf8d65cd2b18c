//! The service path: line, workers, pace, faults, deadlines.

use crate::client::{Client, Reply};
use crate::process::{Scene, Server};
use axum::http::{Method, StatusCode};
use serde_json::{Value, json};
use stranded_model::luck::{AttemptLuck, Luck, ServiceDraws};
use stranded_scenario::{Loader, Scenario};

/// One worker, so that everybody else waits.
fn one_worker(more: &str) -> String {
    format!("[arrivals]\nservice = \"server\"\n[service.server]\nworkers = 1\n{more}\n")
}

struct Stage {
    server: Server,
    client: Client,
    admin: Client,
    scene: Scene,
}

fn stage(scenario: &str) -> Stage {
    let scene = Scene::new(scenario);
    let server = Server::start(&["operator", "--scenario", &scene.scenario()]);
    Stage { client: Client::new(&server.listen), admin: Client::new(&server.admin), server, scene }
}

impl Stage {
    async fn ask(&self, headers: &[(&str, &str)]) -> Reply {
        self.client.send(Method::POST, "/v1/requests", headers, None).await
    }

    async fn fault(&self, fault: &Value) {
        let reply = self.admin.post("/admin/faults", fault).await;
        assert_eq!(reply.status, StatusCode::OK, "{reply:?}");
    }

    async fn state(&self) -> Value {
        self.admin.get("/admin/state").await.json()
    }

    /// Waits until the state is as wanted.
    async fn until(&self, wanted: impl Fn(&Value) -> bool) {
        while !wanted(&self.state().await) {
            tokio::time::sleep(std::time::Duration::from_millis(5)).await;
        }
    }
}

fn timing(reply: &Reply, name: &str) -> f64 {
    let text = reply.header("server-timing");
    let part = text.split(", ").find_map(|part| part.strip_prefix(&format!("{name};dur="))).expect("a timing");
    part.parse().expect("a number")
}

#[tokio::test]
async fn the_work_of_a_request_is_the_one_that_the_simulation_draws() {
    let stage = stage(&one_worker("service_time = { exponential = { mean = \"2 ms\" } }"));
    let scenario = Loader::new().load::<Scenario>(stage.scene.path("scenario.toml")).expect("it is valid").value;
    let draws = ServiceDraws::new(&scenario.service["server"]);
    for person in 1..20 {
        let luck = AttemptLuck::new(Luck::new(7, 0), person, 1);
        let expected = draws.work_seconds(&mut luck.stream()) * 1e3;
        let reply = stage.ask(&[("stranded-luck", &luck.to_string())]).await;
        assert_eq!(reply.status, StatusCode::OK);
        // Ideal instants: what is said to have been worked is the draw, however late the timer rang.
        assert!((timing(&reply, "work") - expected).abs() < 0.002, "{expected}: {reply:?}");
    }
}

#[tokio::test]
async fn a_full_line_refuses_and_a_stopped_service_works_on_when_it_may() {
    let stage = stage(&one_worker("service_time = \"1 ms\"\nqueue = { capacity = 2 }"));
    stage.fault(&json!({ "stop": true })).await;
    let waiting: Vec<_> = (0..2)
        .map(|_| {
            let client = stage.client.clone();
            tokio::spawn(async move { client.send(Method::POST, "/v1/requests", &[], None).await })
        })
        .collect();
    stage.until(|state| state["waiting"] == 2).await;
    let refused = stage.ask(&[]).await;
    assert_eq!((refused.status, refused.problem().as_str()), (StatusCode::SERVICE_UNAVAILABLE, "refused"));
    assert_eq!(refused.header("retry-after"), "1");
    let reset = stage.admin.post("/admin/reset", &json!({})).await.json();
    assert_eq!((&reset["waiting"], &reset["speed"]), (&json!(0), &json!(1.0)));
    for task in waiting {
        assert_eq!(task.await.expect("an answer").problem(), "refused");
    }
    assert_eq!(stage.ask(&[]).await.status, StatusCode::OK);
    assert!(stage.server.terminate());
}

#[tokio::test]
async fn faults_end_by_themselves_come_back_and_fail_the_share_they_say() {
    let stage = stage(&one_worker("service_time = \"1 ms\""));
    stage.fault(&json!({ "capacity": 0.25, "lasts_seconds": 0.3, "relapse_after_seconds": 0.3 })).await;
    let speeds = |speed: f64| move |state: &Value| state["speed"] == speed;
    assert!((timing(&stage.ask(&[]).await, "work") - 4.0).abs() < 0.002);
    stage.until(speeds(1.0)).await;
    stage.until(speeds(0.25)).await;
    stage.until(speeds(1.0)).await;
    stage.fault(&json!({ "fail_share": 1.0 })).await;
    assert_eq!(stage.ask(&[]).await.problem(), "injected");
    stage.admin.post("/admin/reset", &json!({})).await;
    stage.fault(&json!({ "slow": 3.0 })).await;
    assert!((timing(&stage.ask(&[]).await, "work") - 3.0).abs() < 0.002);
    for wrong in
        [json!({ "capacity": -1 }), json!({ "stopp": true }), json!({ "stop": true, "relapse_after_seconds": 1 })]
    {
        assert_eq!(stage.admin.post("/admin/faults", &wrong).await.problem(), "invalid-content", "{wrong}");
    }
}

#[tokio::test]
async fn abandoned_work_is_done_unless_the_service_is_told_otherwise() {
    for (cancel, served, in_vain, turned_away) in [(false, 3, 2, 0), (true, 1, 0, 2)] {
        let stage = stage(&one_worker(&format!("service_time = \"1 ms\"\ncancel_abandoned = {cancel}")));
        stage.fault(&json!({ "stop": true, "lasts_seconds": 1.0 })).await;
        // One says how long it waits, one just goes away, one stays.
        let mut tasks = Vec::new();
        for headers in [vec![("stranded-deadline", "1")], vec![], vec![]] {
            let client = stage.client.clone();
            tasks.push(tokio::spawn(async move { client.send(Method::POST, "/v1/requests", &headers, None).await }));
            let in_line = tasks.len();
            stage.until(|state| state["waiting"] == in_line).await;
        }
        tasks[1].abort();
        stage.until(|state| state["waiting"] == 0 && state["busy"] == 0).await;
        let census = stage.state().await;
        let counts = ["served", "served_in_vain", "refused"].map(|name| census[name].as_u64().expect("a count"));
        assert_eq!(counts, [served, in_vain, turned_away], "cancel_abandoned = {cancel}");
        assert_eq!(tasks.pop().expect("the last one").await.expect("an answer").status, StatusCode::OK);
    }
}

#[tokio::test]
async fn a_drain_lets_the_request_under_way_finish() {
    let stage = stage(&one_worker("service_time = \"400 ms\""));
    let client = stage.client.clone();
    let request = tokio::spawn(async move { client.send(Method::POST, "/v1/requests", &[], None).await });
    stage.until(|state| state["busy"] == 1).await;
    let ended = tokio::task::spawn_blocking(move || stage.server.terminate());
    assert_eq!(request.await.expect("an answer").status, StatusCode::OK);
    assert!(ended.await.expect("it ended"), "the exit code is that of success");
}
