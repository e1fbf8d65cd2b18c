//! What a core's worth of the operator does, beside a bare axum "hello" and a bare SQLite insert in the same run, taking turns; and what
//! an open connection costs.
//!
//! ```sh
//! cargo run --release -p stranded-server --example throughput
//! ```
//!
//! Each of the three runs as a process of its own. What counts is work per second of processor time that the process used, so that a busy
//! neighbour makes the run longer and not the figures smaller.

mod child;
mod driver;
mod process;

use driver::Load;
use process::Process;
use std::time::Duration;

/// Turns that each contestant gets.
const ROUNDS: usize = 3;
/// How long a turn is.
const TURN: Duration = Duration::from_secs(4);
/// Connections that send at the same time.
const SENDERS: usize = 16;
/// Connections that are held open.
const CONNECTIONS: usize = 2000;

fn main() {
    let mut arguments = std::env::args().skip(1);
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().expect("a runtime");
    match arguments.next().as_deref() {
        Some("hello") => runtime.block_on(child::hello()),
        Some("insert") => child::insert(TURN),
        Some("operator") => runtime.block_on(child::operator()),
        _ => {
            rlimit::increase_nofile_limit(u64::MAX).expect("enough open files");
            runtime.block_on(measure());
        }
    }
}

async fn measure() {
    let mut hello_rates = Vec::new();
    let mut insert_rates = Vec::new();
    let mut journey_rates = Vec::new();
    for round in 1..=ROUNDS {
        let hello = Process::start("hello");
        hello_rates.push(hello.rate(Load::Hello, SENDERS, TURN).await);
        drop(hello);
        let insert = Process::start("insert");
        insert_rates.push(insert.rate_of_itself());
        let operator = Process::start("operator");
        journey_rates.push(operator.rate(Load::Journey, SENDERS, TURN).await);
        drop(operator);
        eprintln!("round {round} of {ROUNDS}");
    }
    let (hello, insert, journeys) = (median(hello_rates), median(insert_rates), median(journey_rates));
    println!("per second of processor time (median of {ROUNDS} turns of {} s, {SENDERS} connections):", TURN.as_secs());
    println!("  bare axum hello           {hello:10.0} requests");
    println!("  bare SQLite insert        {insert:10.0} commits, one row each");
    println!("  reserve + key + unlock    {journeys:10.0} journeys of 3 requests, all acknowledged after their commit");
    println!("  requests of a journey against hello    {:5.1} %", 300.0 * journeys / hello);
    println!("  commits of a journey against insert    {:5.1} %", 300.0 * journeys / insert);

    let operator = Process::start("operator");
    let before = operator.resident_bytes();
    let held = driver::hold(&operator.address, CONNECTIONS).await;
    let after = operator.resident_bytes();
    let still = driver::ask_all(held).await;
    println!("{still} of {CONNECTIONS} open connections answered a first and a second request");
    println!("memory per open connection: {:.1} KiB", (after - before) as f64 / CONNECTIONS as f64 / 1024.0);
}

fn median(mut rates: Vec<f64>) -> f64 {
    rates.sort_by(f64::total_cmp);
    rates[rates.len() / 2]
}
