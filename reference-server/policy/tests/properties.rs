//! What holds for every sequence of inputs.

use proptest::prelude::*;
use stranded_policy::{
    Backoff, Discipline, Entry, Nanoseconds, PRIORITY_CLASSES_MAX, Pushed, Queue, QueueConfig, RetryBudget,
    RetryBudgetConfig, RetryPolicy,
};

#[derive(Clone, Copy, Debug)]
enum Step {
    Push { class: u8, patience: u64 },
    Pop,
    Clear,
}

fn steps() -> impl Strategy<Value = Vec<(u64, Step)>> {
    let step = prop_oneof![
        8 => (0..10_u8, prop_oneof![Just(u64::MAX), 0..400_u64])
            .prop_map(|(class, patience)| Step::Push { class, patience }),
        6 => Just(Step::Pop),
        1 => Just(Step::Clear),
    ];
    prop::collection::vec((0..60_u64, step), 0..300)
}

fn disciplines() -> impl Strategy<Value = Discipline> {
    let span = || (0..200_u64).prop_map(Nanoseconds);
    prop_oneof![
        Just(Discipline::Fifo),
        Just(Discipline::Lifo),
        (0..10_u32).prop_map(|threshold| Discipline::AdaptiveLifo { threshold }),
        span().prop_map(|margin| Discipline::DeadlineDrop { margin }),
        (span(), span()).prop_map(|(interval, target)| Discipline::CoDelRfc { interval, target }),
        (span(), span()).prop_map(|(interval, target)| Discipline::CoDel { interval, target }),
        (span(), span()).prop_map(|(interval, target)| Discipline::CoDelLifo { interval, target }),
    ]
}

fn configs() -> impl Strategy<Value = QueueConfig> {
    let capacity = prop::option::of(0..12_u32);
    (capacity, disciplines(), 1..=PRIORITY_CLASSES_MAX)
        .prop_map(|(capacity, discipline, priority_classes)| QueueConfig { capacity, discipline, priority_classes })
}

fn backoffs(base: u64, cap: u64) -> [Backoff; 4] {
    let (base, cap) = (Nanoseconds(base), Nanoseconds(cap));
    [
        Backoff::Exponential { base, cap },
        Backoff::EqualJitter { base, cap },
        Backoff::FullJitter { base, cap },
        Backoff::Decorrelated { base, cap },
    ]
}

proptest! {
    /// Against a plain list that knows nothing of lanes: nobody is lost or doubled, the class order and the order inside
    /// a class hold, the capacity holds, and only what the discipline may drop is dropped.
    #[test]
    fn the_queue_keeps_its_books(config in configs(), steps in steps()) {
        let mut queue = Queue::new(config);
        let mut waiting: Vec<Entry<u32>> = Vec::new();
        let lane = |entry: &Entry<u32>| entry.class.min(config.priority_classes - 1);
        let (mut count_pushed, mut gone) = (0_u32, 0_usize);
        let mut now = Nanoseconds::ZERO;
        let mut out = Vec::new();
        // When an arrival last found its class empty.
        let mut found_empty = [Nanoseconds::ZERO; PRIORITY_CLASSES_MAX as usize];
        for (gap, step) in steps {
            now = now.saturating_add(Nanoseconds(gap));
            match step {
                Step::Push { class, patience } => {
                    let deadline = now.saturating_add(Nanoseconds(patience));
                    let entry = Entry { item: count_pushed, class, enqueued_at: now, deadline };
                    count_pushed += 1;
                    let full = config.capacity.is_some_and(|capacity| waiting.len() >= capacity as usize);
                    let lowest = waiting.iter().map(lane).max();
                    let finds_empty = !waiting.iter().any(|other| lane(other) == lane(&entry));
                    let pushed = queue.push(entry);
                    if finds_empty && !matches!(pushed, Pushed::Refused(_)) {
                        found_empty[lane(&entry) as usize] = now;
                    }
                    match pushed {
                        Pushed::Accepted => {
                            prop_assert!(!full);
                            waiting.push(entry);
                        }
                        Pushed::Refused(back) => {
                            prop_assert!(full && back == entry);
                            prop_assert!(lowest.is_none_or(|lowest| lowest <= lane(&entry)));
                            gone += 1;
                        }
                        Pushed::Displaced(back) => {
                            prop_assert!(full);
                            let newest = waiting.iter().rposition(|other| Some(lane(other)) == lowest);
                            let newest = newest.expect("a full queue has a newest job of its lowest class");
                            prop_assert!(lowest > Some(lane(&entry)));
                            prop_assert_eq!(waiting.remove(newest), back);
                            waiting.push(entry);
                            gone += 1;
                        }
                    }
                }
                Step::Pop => {
                    out.clear();
                    let served = queue.pop(now, &mut out);
                    for entry in out.iter().chain(&served) {
                        let class = waiting.iter().map(lane).min();
                        let mut same = waiting.iter().filter(|other| Some(lane(other)) == class).copied();
                        let count = same.clone().count();
                        let newest_first = match config.discipline {
                            Discipline::Lifo => true,
                            Discipline::AdaptiveLifo { threshold } => count > threshold as usize,
                            Discipline::CoDelLifo { interval, .. } => {
                                now.saturating_sub(found_empty[lane(entry) as usize]) > interval
                            }
                            _ => false,
                        };
                        let expected = if newest_first { same.next_back() } else { same.next() };
                        prop_assert_eq!(Some(*entry), expected);
                        waiting.retain(|other| other.item != entry.item);
                    }
                    for entry in &out {
                        match config.discipline {
                            Discipline::DeadlineDrop { margin } => {
                                prop_assert!(now.saturating_add(margin) > entry.deadline);
                            }
                            Discipline::CoDel { interval, target }
                            | Discipline::CoDelLifo { interval, target }
                            | Discipline::CoDelRfc { interval, target } => {
                                prop_assert!(now.saturating_sub(entry.enqueued_at) >= target.min(interval));
                            }
                            other => prop_assert!(false, "{:?} dropped a job", other),
                        }
                    }
                    if let (Some(entry), Discipline::DeadlineDrop { margin }) = (served, config.discipline) {
                        prop_assert!(now.saturating_add(margin) <= entry.deadline);
                    }
                    prop_assert!(served.is_some() || waiting.is_empty());
                    gone += out.len() + usize::from(served.is_some());
                }
                Step::Clear => {
                    out.clear();
                    queue.clear_into(&mut out);
                    prop_assert_eq!(out.len(), waiting.len());
                    gone += out.len();
                    waiting.clear();
                }
            }
            prop_assert_eq!(queue.len(), waiting.len());
            prop_assert_eq!(queue.is_empty(), waiting.is_empty());
            prop_assert!(config.capacity.is_none_or(|capacity| queue.len() <= capacity as usize));
            let mut by_class = waiting.clone();
            by_class.sort_by_key(lane);
            prop_assert_eq!(queue.iter().copied().collect::<Vec<_>>(), by_class);
            prop_assert_eq!(gone + queue.len(), count_pushed as usize);
        }
    }

    /// A copy goes on exactly as the original does.
    #[test]
    fn a_cloned_queue_continues_alike(config in configs(), before in steps(), after in steps()) {
        let mut now = Nanoseconds::ZERO;
        let mut item = 0_u32;
        let mut run = |queues: &mut [Queue<u32>], steps: Vec<(u64, Step)>| {
            for (gap, step) in steps {
                now = now.saturating_add(Nanoseconds(gap));
                item += 1;
                let outcomes: Vec<_> = queues.iter_mut().map(|queue| {
                    let mut out = Vec::new();
                    let mut outcome = (None, None);
                    match step {
                        Step::Push { class, patience } => {
                            let deadline = now.saturating_add(Nanoseconds(patience));
                            outcome.0 = Some(queue.push(Entry { item, class, enqueued_at: now, deadline }));
                        }
                        Step::Pop => outcome.1 = queue.pop(now, &mut out),
                        Step::Clear => queue.clear_into(&mut out),
                    }
                    (outcome, out)
                }).collect();
                prop_assert!(outcomes.windows(2).all(|pair| pair[0] == pair[1]));
            }
            Ok(())
        };
        let mut queues = vec![Queue::new(config)];
        run(&mut queues, before)?;
        queues.push(queues[0].clone());
        run(&mut queues, after)?;
    }

    #[test]
    fn delays_stay_within_their_bounds(
        base in 0..u64::MAX, cap in 0..u64::MAX, attempts_made in 1..200_u32,
        previous in 0..u64::MAX, uniform in 0.0..1.0_f64,
    ) {
        let doubled = u128::from(base) << (attempts_made - 1).min(64);
        let full = doubled.min(u128::from(cap)) as u64;
        for backoff in backoffs(base, cap) {
            let policy = RetryPolicy { attempts_max: 1_000, backoff };
            let delay = policy.delay(attempts_made, Nanoseconds(previous), uniform).expect("attempts are left").0;
            let (least, most) = match backoff {
                Backoff::Exponential { .. } => (full, full),
                Backoff::EqualJitter { .. } => (full / 2, full),
                Backoff::FullJitter { .. } => (0, full),
                _ => (base.min(cap), previous.max(base).saturating_mul(3).min(cap)),
            };
            prop_assert!((least..=most).contains(&delay), "{:?}: {} not within {}..={}", backoff, delay, least, most);
        }
    }

    #[test]
    fn attempts_never_exceed_the_most_allowed(attempts_max in 0..50_u32) {
        let policy = RetryPolicy { attempts_max, backoff: Backoff::None };
        let mut attempts_made = 1;
        while policy.delay(attempts_made, Nanoseconds::ZERO, 0.5).is_some() {
            attempts_made += 1;
        }
        prop_assert_eq!(attempts_made, attempts_max.max(1));
    }

    /// `deposit` and `try_withdraw` in any order: the tokens stay within [0, max] and the retries within what was paid in.
    #[test]
    fn retries_stay_within_the_budget(
        ratio in 0.0..2.0_f64, tokens_max in 0.0..20.0_f64, tokens_initial in 0.0..20.0_f64,
        withdrawals in prop::collection::vec(any::<bool>(), 0..400),
    ) {
        let config = RetryBudgetConfig::new(ratio, tokens_max, tokens_initial);
        let mut budget = RetryBudget::new(&config);
        let (mut deposits, mut retries) = (0.0, 0.0);
        for withdraw in withdrawals {
            let before = budget.tokens();
            if withdraw {
                let allowed = budget.try_withdraw();
                prop_assert_eq!(allowed, before >= 1.0);
                retries += f64::from(u8::from(allowed));
            } else {
                budget.deposit(&config);
                deposits += 1.0;
                prop_assert!(budget.tokens() >= before);
            }
            // Each deposit is rounded to a billionth of a token.
            let rounding = (deposits + 2.0) * 1e-9;
            prop_assert!(budget.tokens() >= 0.0 && budget.tokens() <= tokens_max + rounding);
            prop_assert!(retries <= ratio * deposits + tokens_initial.min(tokens_max) + rounding);
        }
    }

    #[test]
    fn seconds_survive_the_round_trip(nanoseconds in 0..(1_u64 << 51)) {
        let time = Nanoseconds(nanoseconds);
        prop_assert_eq!(Nanoseconds::from_seconds_f64(time.as_seconds_f64()), time);
    }
}

#[test]
fn senseless_seconds_are_clamped() {
    assert_eq!(Nanoseconds::from_seconds_f64(-1.0), Nanoseconds::ZERO);
    assert_eq!(Nanoseconds::from_seconds_f64(f64::NAN), Nanoseconds::ZERO);
    assert_eq!(Nanoseconds::from_seconds_f64(1e30), Nanoseconds::MAX);
}

/// Checked by hand from the pseudocode of RFC 8289, section 5.5: 100 ms above target, then gaps of 100/sqrt(n) ms.
#[test]
fn the_packet_form_drops_on_the_rfc_schedule() {
    let milliseconds = |count: u64| Nanoseconds(count * 1_000_000);
    let mut queue = Queue::new(QueueConfig {
        capacity: None,
        discipline: Discipline::CoDelRfc { interval: milliseconds(100), target: milliseconds(5) },
        priority_classes: 1,
    });
    for item in 0..600_u32 {
        let entry = Entry { item, class: 0, enqueued_at: Nanoseconds::ZERO, deadline: Nanoseconds::MAX };
        assert_eq!(queue.push(entry), Pushed::Accepted);
    }
    let mut dropped = Vec::new();
    let mut dropped_at = Vec::new();
    for now in 10..400 {
        let already = dropped.len();
        assert!(queue.pop(milliseconds(now), &mut dropped).is_some());
        dropped_at.extend((already..dropped.len()).map(|_| now));
    }
    // 110, then +100, +70.7, +57.7, +50: the pop of the next whole millisecond.
    assert_eq!(dropped_at, [110, 210, 281, 339, 389]);
}

#[test]
#[should_panic(expected = "priority_classes is 0, it must be within 1 to 8")]
fn a_queue_without_classes_is_a_bug() {
    let _ = Queue::<u32>::new(QueueConfig { capacity: None, discipline: Discipline::Fifo, priority_classes: 0 });
}
