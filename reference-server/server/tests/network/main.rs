//! Operator and vendor on a simulated network that is cut, slow, or comes and goes. Time is virtual: nothing here waits.

mod twins;
mod wire;

use axum::body::Bytes;
use axum::http::{Request, StatusCode};
use http_body_util::{BodyExt as _, Full};
use hyper_util::client::legacy::Client;
use hyper_util::rt::TokioExecutor;
use std::time::Duration;
use stranded_scenario::{Loader, Scenario};
use stranded_server::service::Fault;
use wire::{Connector, run};

fn scenario(operator: &str, vendor: &str) -> Scenario {
    let text = format!(
        "[arrivals]\nservice = \"operator\"\n[service.operator]\nworkers = 2\nservice_time = \"10 ms\"\n{operator}\n[service.vendor]\nworkers = 2\nservice_time = \"20 ms\"\n{vendor}\n"
    );
    let loaded = Loader::new().load_text::<Scenario>("scenario.toml", &text).expect("it is valid");
    loaded.value
}

/// Asks the operator once; the status, and how long it took.
async fn ask(patience: Duration) -> (StatusCode, Duration) {
    let client: Client<_, Full<Bytes>> = Client::builder(TokioExecutor::new()).build(Connector);
    let begun = tokio::time::Instant::now();
    let request = Request::post("http://operator/v1/requests").body(Full::new(Bytes::new())).expect("a request");
    let answer = tokio::time::timeout(patience, client.request(request)).await;
    let status = match answer {
        Ok(Ok(answer)) => {
            let status = answer.status();
            answer.into_body().collect().await.expect("a body");
            status
        }
        // The client's own time-out.
        _ => StatusCode::REQUEST_TIMEOUT,
    };
    (status, begun.elapsed())
}

const NON_BLOCKING: &str = "calls = { service = \"vendor\" }";
const BLOCKING: &str = "calls = { service = \"vendor\", blocking = true }\nqueue = { capacity = 1 }";

#[test]
fn a_vendor_behind_a_cut_is_a_time_out_and_comes_back_by_itself() -> turmoil::Result {
    let timeout = Duration::from_secs(2);
    run(&scenario(NON_BLOCKING, ""), timeout, |operator, _| async move {
        assert_eq!(ask(Duration::from_mins(1)).await.0, StatusCode::OK);
        turmoil::partition("operator", "vendor");
        let (status, took) = ask(Duration::from_mins(1)).await;
        assert!(matches!(status, StatusCode::GATEWAY_TIMEOUT | StatusCode::BAD_GATEWAY), "{status}");
        assert!(took <= Duration::from_secs(3), "virtual time: {took:?}");
        // Its own workers were never held: requests that wait for the vendor wait outside of them.
        assert_eq!(operator.census().busy, 0);
        turmoil::repair("operator", "vendor");
        assert_eq!(ask(Duration::from_mins(1)).await.0, StatusCode::OK);
        Ok(())
    })
}

#[test]
fn a_slow_vendor_holds_the_workers_of_a_blocking_operator_and_no_others() -> turmoil::Result {
    for (operator, refused, busy) in [(NON_BLOCKING, 0, 0), (BLOCKING, 5, 2)] {
        run(&scenario(operator, ""), Duration::from_mins(1), move |operator, mut told| async move {
            let vendor = told.recv().await.ok_or("no vendor")?;
            vendor.inject(Fault { slow: Some(500.0), ..Fault::default() });
            // Eight at once: two workers and one place in the line before the vendor's ten seconds a request.
            let asked: Vec<_> = (0..8).map(|_| tokio::spawn(ask(Duration::from_mins(2)))).collect();
            tokio::time::sleep(Duration::from_secs(5)).await;
            assert_eq!(operator.census().busy, busy);
            assert_eq!(operator.census().refused, refused);
            let mut answered = 0;
            for asked in asked {
                answered += u64::from(asked.await?.0 == StatusCode::OK);
            }
            assert_eq!(answered, 8 - refused);
            assert_eq!(operator.census().busy, 0);
            Ok(())
        })?;
    }
    Ok(())
}

#[test]
fn a_vendor_that_comes_and_goes_costs_requests_and_never_a_worker() -> turmoil::Result {
    run(&scenario(BLOCKING, ""), Duration::from_secs(2), |operator, _| async move {
        for _ in 0..10 {
            turmoil::repair("operator", "vendor");
            assert_eq!(ask(Duration::from_secs(30)).await.0, StatusCode::OK);
            turmoil::partition("operator", "vendor");
            let (status, _) = ask(Duration::from_secs(30)).await;
            assert!(status.is_server_error(), "{status}");
            assert_eq!(operator.census().busy, 0, "a worker that waited for the vendor is free again");
        }
        Ok(())
    })
}

#[test]
fn clients_that_give_up_are_worked_for_all_the_same() -> turmoil::Result {
    run(&scenario(NON_BLOCKING, ""), Duration::from_mins(1), |_, mut told| async move {
        let vendor = told.recv().await.ok_or("no vendor")?;
        vendor.inject(Fault { slow: Some(100.0), ..Fault::default() });
        for _ in 0..4 {
            assert_eq!(ask(Duration::from_secs(1)).await.0, StatusCode::REQUEST_TIMEOUT);
        }
        tokio::time::sleep(Duration::from_secs(30)).await;
        let census = vendor.census();
        assert_eq!((census.entered, census.served, census.busy), (4, 4, 0));
        Ok(())
    })
}
