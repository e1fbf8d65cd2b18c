//! The service without any clock: what happens when, whoever looks how late.

use super::fault::Fault;
use super::room::{Arrival, News, Refusal, Room, Served};
use super::settings::Settings;
use std::sync::Arc;
use std::sync::atomic::AtomicBool;
use stranded_engine::Stream;
use stranded_policy::Nanoseconds;
use stranded_scenario::{Loader, Scenario};
use tokio::sync::oneshot::Receiver;

fn room(section: &str) -> Room {
    let text = format!("[arrivals]\nservice = \"server\"\n[service.server]\n{section}\n[service.next]\n");
    let scenario = Loader::new().load_text::<Scenario>("room.toml", &text).expect("it is valid").value;
    Room::new(Settings::new("server", &scenario.service["server"]), 1)
}

fn milliseconds(count: u64) -> Nanoseconds {
    Nanoseconds(count * 1_000_000)
}

fn arrival(deadline: Nanoseconds, has_real_work: bool) -> Arrival {
    let abandoned = Arc::new(AtomicBool::new(false));
    Arrival { class: 0, work: 1.0, deadline, stream: Stream::new(1, 2, 3), abandoned, has_real_work }
}

fn plain() -> Arrival {
    arrival(Nanoseconds::MAX, false)
}

fn served(news: &mut Receiver<News>) -> Served {
    match news.try_recv() {
        Ok(News::Served(served)) => served,
        other => panic!("{other:?}"),
    }
}

fn refused(news: &mut Receiver<News>) -> (Refusal, bool) {
    match news.try_recv() {
        Ok(News::Refused { reason, hangs }) => (reason, hangs),
        other => panic!("{other:?}"),
    }
}

#[test]
fn a_keeper_that_wakes_late_costs_no_capacity() {
    let mut room = room("service_time = \"10 ms\"");
    let mut news: Vec<_> = (0..3).map(|_| room.enter(plain(), milliseconds(0))).collect();
    room.advance(milliseconds(500));
    for (place, news) in news.iter_mut().enumerate() {
        let served = served(news);
        assert_eq!(served.waited, milliseconds(10 * place as u64));
        assert_eq!(served.worked, milliseconds(10));
    }
    assert_eq!((room.busy(), room.waiting(), room.next_due()), (0, 0, None));
}

#[test]
fn an_arrival_finds_what_was_due_before_it_done() {
    let mut room = room("service_time = \"10 ms\"");
    let _first = room.enter(plain(), milliseconds(0));
    let mut second = room.enter(plain(), milliseconds(25));
    assert_eq!(room.busy(), 1);
    room.advance(milliseconds(35));
    assert_eq!(served(&mut second).waited, Nanoseconds::ZERO);
}

#[test]
fn real_work_that_is_done_within_the_paced_time_costs_nothing_more() {
    for (done_at, worked) in [(3, 10), (17, 17)] {
        let mut room = room("service_time = \"10 ms\"");
        let mut news = room.enter(arrival(Nanoseconds::MAX, true), milliseconds(0));
        let Ok(News::Started { job }) = news.try_recv() else { panic!("a worker was free") };
        let mut end = room.work_done(job, true, milliseconds(done_at));
        room.advance(milliseconds(100));
        assert_eq!(served(&mut end).worked, milliseconds(worked));
    }
}

#[test]
fn at_real_pace_work_takes_what_it_takes_and_longer_at_half_speed() {
    let mut room = room("pace = \"real\"");
    room.inject(Fault { capacity: Some(0.5), ..Fault::default() }, milliseconds(0));
    let mut news = room.enter(arrival(Nanoseconds::MAX, true), milliseconds(0));
    let Ok(News::Started { job }) = news.try_recv() else { panic!("a worker was free") };
    let mut end = room.work_done(job, true, milliseconds(4));
    room.advance(milliseconds(100));
    assert_eq!(served(&mut end).worked, milliseconds(8));
}

#[test]
fn a_full_line_refuses_after_its_time_or_leaves_the_client_hanging() {
    let mut room = room("service_time = \"10 ms\"\nqueue = { capacity = 1 }\nrefusal_time = \"3 ms\"");
    let _worked_on = room.enter(plain(), milliseconds(0));
    let _waiting = room.enter(plain(), milliseconds(0));
    let mut third = room.enter(plain(), milliseconds(0));
    room.advance(milliseconds(2));
    assert!(third.try_recv().is_err(), "it is told after 3 ms");
    room.advance(milliseconds(3));
    assert_eq!(refused(&mut third), (Refusal::Full, false));

    let mut room = self::room("queue = { capacity = 0 }\nrefusal_hangs = 1.0");
    let _worked_on = room.enter(plain(), milliseconds(0));
    assert_eq!(refused(&mut room.enter(plain(), milliseconds(0))), (Refusal::Full, true));
}

#[test]
fn abandoned_work_is_thrown_away_only_when_the_service_is_told_to() {
    for cancel in [false, true] {
        let mut room = room(&format!("service_time = \"10 ms\"\ncancel_abandoned = {cancel}"));
        let _first = room.enter(plain(), milliseconds(0));
        let mut gone = room.enter(arrival(milliseconds(5), false), milliseconds(0));
        room.advance(milliseconds(100));
        if cancel {
            assert_eq!(refused(&mut gone), (Refusal::Abandoned, false));
        } else {
            assert_eq!(served(&mut gone).waited, milliseconds(10));
        }
        assert_eq!(room.counts().abandoned_served, u64::from(!cancel));
    }
}

#[test]
fn a_blocking_caller_holds_its_worker_until_it_is_released() {
    let mut room = room("service_time = \"10 ms\"\ncalls = { service = \"next\", blocking = true }");
    let mut first = room.enter(plain(), milliseconds(0));
    let mut second = room.enter(plain(), milliseconds(0));
    room.advance(milliseconds(100));
    assert!(served(&mut first).holds_worker);
    assert!(second.try_recv().is_err());
    room.release(Nanoseconds::ZERO, false, milliseconds(100));
    room.advance(milliseconds(200));
    assert_eq!(served(&mut second).waited, milliseconds(100));
}

#[test]
fn a_stopped_service_takes_up_its_line_at_the_instant_at_which_the_stop_ends() {
    let mut room = room("service_time = \"10 ms\"\nworkers = 2");
    let stop = Fault { stop: true, lasts_seconds: Some(0.05), relapse_after_seconds: Some(0.05), ..Fault::default() };
    room.inject(stop, milliseconds(0));
    let mut waiting: Vec<_> = (0..2).map(|_| room.enter(plain(), milliseconds(1))).collect();
    room.advance(milliseconds(500));
    for news in &mut waiting {
        assert_eq!(served(news).waited, milliseconds(49));
    }
    // It came back from 100 to 150 ms, and is over.
    assert_eq!(room.faults().in_force().count(), 0);
}

#[test]
fn a_reset_empties_the_line_and_takes_faults_back() {
    let mut room = room("service_time = \"10 ms\"");
    room.inject(Fault { stop: true, lasts_seconds: Some(9.0), ..Fault::default() }, milliseconds(0));
    let mut waiting = room.enter(plain(), milliseconds(1));
    room.reset(milliseconds(2));
    assert_eq!(refused(&mut waiting).0, Refusal::Purged);
    assert_eq!(room.next_due(), None);
    let mut next = room.enter(plain(), milliseconds(3));
    room.advance(milliseconds(13));
    assert_eq!(served(&mut next).waited, Nanoseconds::ZERO);
}

#[test]
fn a_limit_refuses_at_once_falls_with_late_requests_and_grows_with_timely_ones() {
    let limit = "limit = { aimd = { latency_max = \"25 ms\", backoff = 0.5, initial = 4, min = 1, max = 10 } }";
    let mut room = room(&format!("service_time = \"10 ms\"\n{limit}"));
    let mut news: Vec<_> = (0..5).map(|_| room.enter(plain(), milliseconds(0))).collect();
    assert_eq!(refused(&mut news[4]), (Refusal::Limited, false));
    // The third is done after 30 ms, and late; the fourth had come before, and halves the limit no more.
    room.advance(milliseconds(40));
    let mut news: Vec<_> = (0..3).map(|_| room.enter(plain(), milliseconds(40))).collect();
    assert_eq!(refused(&mut news[2]), (Refusal::Limited, false), "two are let in now");
    // Each of these four is in time and adds its part of one.
    for time in [100, 120] {
        let _in_time: Vec<_> = (0..2).map(|_| room.enter(plain(), milliseconds(time))).collect();
    }
    room.advance(milliseconds(200));
    let news: Vec<_> = (0..10).map(|_| room.enter(plain(), milliseconds(200))).collect();
    let let_in = news.into_iter().filter_map(|mut news| news.try_recv().err()).count();
    assert_eq!(let_in, 3);
}
