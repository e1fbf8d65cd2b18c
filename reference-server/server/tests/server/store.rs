//! What the store promises, held against both databases.

use crate::postgres::Postgres;
use proptest::prelude::*;
use proptest::test_runner::{Config, TestRunner};
use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use stranded_server::store::{
    Caller, Challenge, DoorCommand, Idempotency, IssuedKey, KeyUse, PostgresStore, ReservationState, SLOT_SECONDS,
    Slots, SqliteOptions, SqliteStore, Store, StoreError,
};
use tempfile::TempDir;

const NOW: i64 = 1_650_000_000;
const CARS: u32 = 2000;
const PRICE: i64 = 1500;

/// A store with what it lives in, and numbers that no other check has used.
struct Bench {
    store: Arc<dyn Store>,
    next: AtomicU32,
}

impl Bench {
    fn new(store: impl Store + 'static) -> Self {
        Self { store: Arc::new(store), next: AtomicU32::new(1) }
    }

    fn number(&self) -> u32 {
        self.next.fetch_add(1, Ordering::Relaxed)
    }

    /// A renter with a session.
    async fn renter(&self) -> Caller {
        let renter = self.number();
        let mut token = [0; 32];
        token[..4].copy_from_slice(&renter.to_le_bytes());
        self.store.open_session(token, renter, NOW + 10_000).await.expect("a session");
        Caller { token, now: NOW, idempotency: None }
    }

    fn key(&self) -> IssuedKey {
        let challenge = Challenge { nonce: 77, boot_epoch: 0, counter: 0 };
        IssuedKey {
            key_id: u64::from(self.number()),
            key: "key".to_owned(),
            not_before: NOW,
            expires: NOW + 600,
            challenge,
        }
    }
}

fn slots(from: i64, count: i64) -> Slots {
    let first = NOW / SLOT_SECONDS;
    Slots { from: first + from, until: first + from + count }
}

fn once(caller: &Caller, key: &str, what: &str) -> Caller {
    Caller { idempotency: Some(Idempotency::new(key.to_owned(), what, b"")), ..caller.clone() }
}

async fn all_promises(bench: &Bench) {
    sessions_are_known_and_end(bench).await;
    overlaps_are_refused(bench).await;
    one_of_many_gets_the_car(bench).await;
    keys_are_used_in_order(bench).await;
    a_rental_is_billed_once(bench).await;
    a_request_that_comes_again_at_the_same_time_is_carried_out_once(bench).await;
    no_car_is_booked_twice(bench);
}

async fn sessions_are_known_and_end(bench: &Bench) {
    let renter = bench.renter().await;
    let stranger = Caller { token: [9; 32], ..renter.clone() };
    assert_eq!(bench.store.free_cars(stranger, slots(0, 1), 0, 1).await, Err(StoreError::UnknownSession));
    let late = Caller { now: NOW + 10_000, ..renter.clone() };
    assert_eq!(bench.store.reservation(late, 1).await, Err(StoreError::ExpiredSession));
    assert_eq!(bench.store.reservation(renter.clone(), 999_999).await, Err(StoreError::UnknownReservation(999_999)));
    assert_eq!(bench.store.reservation(renter, u32::MAX).await, Err(StoreError::UnknownReservation(u32::MAX)));
}

async fn overlaps_are_refused(bench: &Bench) {
    let (first, second) = (bench.renter().await, bench.renter().await);
    let car = bench.number();
    let reservation = bench.store.reserve(first.clone(), car, slots(10, 3)).await.expect("it is free");
    for (from, count) in [(10, 1), (12, 1), (8, 3), (12, 5), (5, 20)] {
        let refused = bench.store.reserve(second.clone(), car, slots(from, count)).await;
        assert!(matches!(refused, Err(StoreError::Taken { .. })), "{from}+{count}: {refused:?}");
    }
    // What was refused has left nothing behind.
    for (from, count) in [(8, 2), (13, 4)] {
        bench.store.reserve(second.clone(), car, slots(from, count)).await.expect("it is free beside the other");
    }
    let free = bench.store.free_cars(first.clone(), slots(10, 1), car - 1, 1).await.expect("a list");
    assert_ne!(free, vec![car]);
    let cancelled = bench.store.cancel(first.clone(), reservation.id).await.expect("it can be cancelled");
    assert_eq!(cancelled.state, ReservationState::Cancelled);
    bench.store.reserve(second, car, slots(10, 3)).await.expect("it is free again");
    assert_eq!(bench.store.reserve(first, CARS + 1, slots(0, 1)).await, Err(StoreError::UnknownCar(CARS + 1)));
}

async fn one_of_many_gets_the_car(bench: &Bench) {
    let car = bench.number();
    let mut tasks = Vec::new();
    for _ in 0..32 {
        let (store, caller) = (Arc::clone(&bench.store), bench.renter().await);
        tasks.push(tokio::spawn(async move { store.reserve(caller, car, slots(0, 6)).await }));
    }
    let mut got = 0;
    for task in tasks {
        match task.await.expect("no panic") {
            Ok(_) => got += 1,
            Err(error) => assert!(matches!(error, StoreError::Taken { .. }), "{error:?}"),
        }
    }
    assert_eq!(got, 1);
}

async fn keys_are_used_in_order(bench: &Bench) {
    let renter = bench.renter().await;
    let reservation = bench.store.reserve(renter.clone(), bench.number(), slots(0, 1)).await.expect("free").id;
    let key = bench.store.keep_key(renter.clone(), reservation, bench.key()).await.expect("kept");
    let wanted = KeyUse { key_id: key.key_id, command: DoorCommand::Lock, nonce: 77, counter: 3 };
    let carry = |wanted: KeyUse| bench.store.use_key(renter.clone(), reservation, wanted);
    carry(wanted).await.expect("a good key");
    assert_eq!(carry(wanted).await, Err(StoreError::Replayed { counter: 3, last: 3 }));
    assert_eq!(carry(KeyUse { counter: 2, ..wanted }).await, Err(StoreError::Replayed { counter: 2, last: 3 }));
    assert_eq!(carry(KeyUse { nonce: 78, counter: 4, ..wanted }).await, Err(StoreError::WrongChallenge));
    let unknown = KeyUse { key_id: 1 << 50, ..wanted };
    assert_eq!(carry(unknown).await, Err(StoreError::RevokedKey(1 << 50)));
    // Of many at once with the same proof, one gets through.
    let again = KeyUse { counter: 9, command: DoorCommand::Unlock, ..wanted };
    let tasks: Vec<_> = (0..8)
        .map(|_| {
            let (store, renter) = (Arc::clone(&bench.store), renter.clone());
            tokio::spawn(async move { store.use_key(renter, reservation, again).await.is_ok() })
        })
        .collect();
    let mut carried = 0;
    for task in tasks {
        carried += u32::from(task.await.expect("no panic"));
    }
    assert_eq!(carried, 1);
    let driving = bench.store.reservation(renter.clone(), reservation).await.expect("it is there");
    assert_eq!(driving.state, ReservationState::Driving);
    let cancelled = bench.store.cancel(renter, reservation).await;
    assert!(matches!(cancelled, Err(StoreError::WrongState { .. })), "{cancelled:?}");
}

async fn a_rental_is_billed_once(bench: &Bench) {
    let renter = bench.renter().await;
    let car = bench.number();
    let reservation = bench.store.reserve(renter.clone(), car, slots(0, 12)).await.expect("free").id;
    let early = bench.store.return_car(renter.clone(), reservation, PRICE).await;
    assert!(matches!(early, Err(StoreError::WrongState { .. })), "nobody has driven: {early:?}");
    let key = bench.store.keep_key(renter.clone(), reservation, bench.key()).await.expect("kept");
    let unlock = KeyUse { key_id: key.key_id, command: DoorCommand::Unlock, nonce: 77, counter: 1 };
    bench.store.use_key(renter.clone(), reservation, unlock).await.expect("a good key");
    // In the middle of the third slot.
    let later = Caller { now: slots(2, 1).from_seconds() + 300, ..renter.clone() };
    let receipt = bench.store.return_car(later.clone(), reservation, PRICE).await.expect("it is out");
    assert_eq!((receipt.slots, receipt.charge_won), (3, 3 * PRICE));
    let again = bench.store.return_car(later.clone(), reservation, PRICE).await;
    assert!(matches!(again, Err(StoreError::WrongState { .. })), "{again:?}");
    let used = bench.store.use_key(later, reservation, KeyUse { counter: 2, ..unlock }).await;
    assert!(matches!(used, Err(StoreError::WrongState { .. })), "{used:?}");
    // The rest of the time is free again, the billed time is not.
    let other = bench.renter().await;
    bench.store.reserve(other.clone(), car, slots(3, 9)).await.expect("the rest is free");
    let billed = bench.store.reserve(other, car, slots(2, 1)).await;
    assert!(matches!(billed, Err(StoreError::Taken { .. })), "{billed:?}");
}

async fn a_request_that_comes_again_at_the_same_time_is_carried_out_once(bench: &Bench) {
    let renter = bench.renter().await;
    let car = bench.number();
    let before = bench.store.totals().await.expect("totals").reservations;
    let tasks: Vec<_> = (0..16)
        .map(|_| {
            let (store, caller) = (Arc::clone(&bench.store), once(&renter, "tap", "reserve"));
            tokio::spawn(async move { store.reserve(caller, car, slots(0, 2)).await })
        })
        .collect();
    let mut answers = Vec::new();
    for task in tasks {
        answers.push(task.await.expect("no panic").expect("the stored answer"));
    }
    assert!(answers.iter().all(|answer| *answer == answers[0]), "{answers:?}");
    assert_eq!(bench.store.totals().await.expect("totals").reservations, before + 1);
    let other = bench.store.reserve(once(&renter, "tap", "another"), car, slots(5, 1)).await;
    assert_eq!(other, Err(StoreError::KeyReused));
    // The key is the renter's own.
    let neighbour = bench.renter().await;
    bench.store.reserve(once(&neighbour, "tap", "another"), car, slots(5, 1)).await.expect("a request of its own");
}

/// What somebody does.
#[derive(Clone, Debug)]
enum Act {
    Reserve { car: u32, from: i64, count: i64 },
    Cancel { which: usize },
}

fn act() -> impl Strategy<Value = Act> {
    let reserve = (0..3_u32, 0..12_i64, 1..5_i64).prop_map(|(car, from, count)| Act::Reserve { car, from, count });
    let cancel = (0..20_usize).prop_map(|which| Act::Cancel { which });
    prop_oneof![4 => reserve, 1 => cancel]
}

fn no_car_is_booked_twice(bench: &Bench) {
    let handle = tokio::runtime::Handle::current();
    let mut runner = TestRunner::new(Config { cases: 48, failure_persistence: None, ..Config::default() });
    let result = runner.run(&proptest::collection::vec(act(), 1..40), |acts| {
        tokio::task::block_in_place(|| handle.block_on(book(bench, acts)))
    });
    result.unwrap_or_else(|error| panic!("{error}"));
}

/// Books in the store and in a map, and compares what they say.
async fn book(bench: &Bench, acts: Vec<Act>) -> Result<(), TestCaseError> {
    let renter = bench.renter().await;
    let cars = [bench.number(), bench.number(), bench.number()];
    let mut booked: BTreeMap<(u32, i64), u32> = BTreeMap::new();
    let mut reservations: Vec<u32> = Vec::new();
    for act in acts {
        match act {
            Act::Reserve { car, from, count } => {
                let car = cars[car as usize];
                let is_free = (from..from + count).all(|slot| !booked.contains_key(&(car, slot)));
                match bench.store.reserve(renter.clone(), car, slots(from, count)).await {
                    Ok(reservation) => {
                        prop_assert!(is_free, "car {car} is booked twice in {from}+{count}");
                        booked.extend((from..from + count).map(|slot| ((car, slot), reservation.id)));
                        reservations.push(reservation.id);
                    }
                    Err(error) => {
                        let is_taken = matches!(error, StoreError::Taken { .. });
                        prop_assert!(is_taken && !is_free, "{}", error);
                    }
                }
            }
            Act::Cancel { which } => {
                if let Some(&id) = reservations.get(which) {
                    let cancelled = bench.store.cancel(renter.clone(), id).await;
                    prop_assert!(cancelled.is_ok(), "{cancelled:?}");
                    booked.retain(|_, holder| *holder != id);
                }
            }
        }
    }
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn sqlite_keeps_its_promises() {
    let folder = TempDir::new().expect("a folder");
    let path = folder.path().join("test.sqlite");
    let bench = Bench::new(SqliteStore::open(&path, CARS, SqliteOptions::default()).expect("a database"));
    all_promises(&bench).await;
    // What was committed is there for the next process.
    let totals = bench.store.totals().await.expect("totals");
    bench.store.close().await;
    let again = SqliteStore::open(&path, CARS, SqliteOptions::default()).expect("the same database");
    assert_eq!(again.totals().await.expect("totals"), totals);
}

#[tokio::test(flavor = "multi_thread")]
async fn postgres_keeps_its_promises() {
    let postgres = Postgres::start();
    let bench = Bench::new(PostgresStore::open(&postgres.url(), CARS).await.expect("a database"));
    all_promises(&bench).await;
    let totals = bench.store.totals().await.expect("totals");
    bench.store.close().await;
    let again = PostgresStore::open(&postgres.url(), CARS).await.expect("the same database");
    assert_eq!(again.totals().await.expect("totals"), totals);
}

#[tokio::test]
async fn a_writer_with_too_much_to_do_refuses() {
    let folder = TempDir::new().expect("a folder");
    let store =
        SqliteStore::open(&folder.path().join("test.sqlite"), 1, SqliteOptions { room: 1 }).expect("a database");
    let results = (0..200_u32).map(|number| {
        let store = store.clone();
        tokio::spawn(async move { store.open_session([number as u8; 32], number, NOW).await })
    });
    let mut busy = 0;
    for result in results.collect::<Vec<_>>() {
        match result.await.expect("no panic") {
            Ok(()) => {}
            Err(error) => {
                assert_eq!(error, StoreError::Busy);
                busy += 1;
            }
        }
    }
    assert!(busy > 0, "two hundred at once do not fit into room for one");
}
