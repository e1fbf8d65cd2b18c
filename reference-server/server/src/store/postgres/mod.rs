//! PostgreSQL: a pool of connections, a transaction an operation.

mod transaction;

use super::rule::{self, KeptKey};
use super::{
    Caller, Carried, IssuedKey, KeyUse, Receipt, Reservation, ReservationState, Slots, Store, StoreError, StoreResult,
    TokenHash, Totals,
};
use deadpool_postgres::{Manager, ManagerConfig, Pool, PoolError, RecyclingMethod, Runtime};
use std::time::Duration;
use tokio_postgres::NoTls;
use transaction::{Step, database, is_taken};

/// Connections in the pool.
const CONNECTIONS: usize = 16;
/// How long an operation waits for a connection.
const WAIT: Duration = Duration::from_secs(5);
/// Keeps two operators that start at once from making the tables twice.
const SCHEMA_LOCK: i64 = 0x7374_7261_6e64_6564;

/// A PostgreSQL database.
#[derive(Clone)]
pub struct PostgresStore {
    pool: Pool,
}

impl PostgresStore {
    /// Connects to the database at `url` and makes what is missing, with cars numbered 1 to `cars`.
    ///
    /// # Errors
    /// The URL is none, or the database refuses.
    pub async fn open(url: &str, cars: u32) -> StoreResult<Self> {
        let config: tokio_postgres::Config = url.parse().map_err(|error| database(&error))?;
        let manager = Manager::from_config(config, NoTls, ManagerConfig { recycling_method: RecyclingMethod::Fast });
        let pool = Pool::builder(manager)
            .max_size(CONNECTIONS)
            .wait_timeout(Some(WAIT))
            .create_timeout(Some(WAIT))
            .runtime(Runtime::Tokio1)
            .build()
            .map_err(|error| StoreError::Database(error.to_string()))?;
        let store = Self { pool };
        let step = store.begin().await?;
        step.execute("SELECT pg_advisory_xact_lock($1)", &[&SCHEMA_LOCK]).await?;
        step.batch(include_str!("schema.sql")).await?;
        let sql = "INSERT INTO cars SELECT generate_series(1, $1::BIGINT) ON CONFLICT DO NOTHING";
        step.execute(sql, &[&i64::from(cars.max(1))]).await?;
        step.commit().await?;
        Ok(store)
    }

    async fn begin(&self) -> StoreResult<Step> {
        let client = self.pool.get().await.map_err(|error| match error {
            PoolError::Timeout(_) => StoreError::Busy,
            error => StoreError::Database(with_causes(&error)),
        })?;
        Step::begin(client).await
    }
}

fn with_causes(error: &dyn std::error::Error) -> String {
    let mut text = error.to_string();
    let mut cause = error.source();
    while let Some(it) = cause {
        text = format!("{text}: {it}");
        cause = it.source();
    }
    text
}

#[async_trait::async_trait]
impl Store for PostgresStore {
    async fn open_session(&self, token: TokenHash, renter: u32, expires: i64) -> StoreResult<()> {
        let step = self.begin().await?;
        let sql = "INSERT INTO sessions (token, renter, expires) VALUES ($1, $2, $3)";
        step.execute(sql, &[&token.as_slice(), &i64::from(renter), &expires]).await?;
        step.commit().await
    }

    async fn free_cars(&self, caller: Caller, slots: Slots, after: u32, limit: u32) -> StoreResult<Vec<u32>> {
        let step = self.begin().await?;
        step.session(&caller).await?;
        let sql = "SELECT id FROM cars WHERE id > $1 AND NOT EXISTS (
                       SELECT 1 FROM slots WHERE slots.car = cars.id AND slot >= $2 AND slot < $3
                   ) ORDER BY id LIMIT $4";
        let rows = step.query(sql, &[&i64::from(after), &slots.from, &slots.until, &i64::from(limit)]).await?;
        Ok(rows.iter().map(|row| row.get::<_, i64>(0) as u32).collect())
    }

    async fn reserve(&self, caller: Caller, car: u32, slots: Slots) -> StoreResult<Reservation> {
        let step = self.begin().await?;
        let renter = step.session(&caller).await?;
        if let Some(answer) = step.answered(&caller, renter).await? {
            return Ok(answer);
        }
        let number = i64::from(car);
        if step.one("SELECT 1 FROM cars WHERE id = $1", &[&number]).await?.is_none() {
            return Err(StoreError::UnknownCar(car));
        }
        let sql = "INSERT INTO reservations (renter, car, from_slot, until_slot) VALUES ($1, $2, $3, $4) RETURNING id";
        let row = step.one(sql, &[&i64::from(renter), &number, &slots.from, &slots.until]).await?;
        let id: i32 = row.map_or(0, |row| row.get(0));
        // In order, so that two who want overlapping slots wait for each other in one direction only.
        let sql =
            "INSERT INTO slots SELECT $1, slot, $2 FROM generate_series($3::BIGINT, $4::BIGINT) AS slot ORDER BY slot";
        let taken = StoreError::Taken { car, from: slots.from_seconds(), until: slots.until_seconds() };
        step.execute_or(sql, &[&number, &id, &slots.from, &(slots.until - 1)], |error| {
            is_taken(error).then_some(taken)
        })
        .await?;
        let reservation = step.find(id as u32).await?;
        step.commit_answer(&caller, renter, reservation).await
    }

    async fn reservation(&self, caller: Caller, id: u32) -> StoreResult<Reservation> {
        let step = self.begin().await?;
        let renter = step.session(&caller).await?;
        let reservation = step.find(id).await?;
        rule::check_owner(&reservation, renter)?;
        Ok(reservation)
    }

    async fn cancel(&self, caller: Caller, id: u32) -> StoreResult<Reservation> {
        let step = self.begin().await?;
        let renter = step.session(&caller).await?;
        let reservation = step.lock_own(id, renter).await?;
        if !rule::check_cancel(&reservation)? {
            return Ok(reservation);
        }
        step.set_state(id, ReservationState::Cancelled).await?;
        let number = id as i32;
        step.execute("UPDATE keys SET revoked = TRUE WHERE reservation = $1", &[&number]).await?;
        let sql = "DELETE FROM slots WHERE car = $1 AND reservation = $2";
        step.execute(sql, &[&i64::from(reservation.car), &number]).await?;
        let reservation = step.find(id).await?;
        step.commit().await?;
        Ok(reservation)
    }

    async fn keep_key(&self, caller: Caller, id: u32, key: IssuedKey) -> StoreResult<IssuedKey> {
        let step = self.begin().await?;
        let renter = step.session(&caller).await?;
        if let Some(answer) = step.answered(&caller, renter).await? {
            return Ok(answer);
        }
        rule::check_open(&step.lock_own(id, renter).await?)?;
        let sql = "INSERT INTO keys (id, reservation, nonce, counter, issued_at) VALUES ($1, $2, $3, $4, $5)";
        let (nonce, counter) = (key.challenge.nonce as i64, i64::from(key.challenge.counter));
        step.execute(sql, &[&(key.key_id as i64), &(id as i32), &nonce, &counter, &caller.now]).await?;
        step.commit_answer(&caller, renter, key).await
    }

    async fn use_key(&self, caller: Caller, id: u32, wanted: KeyUse) -> StoreResult<Carried> {
        let step = self.begin().await?;
        let renter = step.session(&caller).await?;
        if let Some(answer) = step.answered(&caller, renter).await? {
            return Ok(answer);
        }
        let reservation = step.lock_own(id, renter).await?;
        let key = wanted.key_id as i64;
        let sql = "SELECT nonce, counter, revoked FROM keys WHERE id = $1 AND reservation = $2";
        let row = step.one(sql, &[&key, &(id as i32)]).await?.ok_or(StoreError::RevokedKey(wanted.key_id))?;
        let kept = KeptKey {
            nonce: row.get::<_, i64>(0) as u64,
            counter: row.get::<_, i64>(1) as u32,
            is_revoked: row.get(2),
        };
        let state = rule::check_key(&reservation, kept, &wanted)?;
        step.set_state(id, state).await?;
        let counter = i64::from(wanted.counter);
        step.execute("UPDATE keys SET counter = $2 WHERE id = $1", &[&key, &counter]).await?;
        let sql = "INSERT INTO commands (key, counter, command, at) VALUES ($1, $2, $3, $4)";
        step.execute(sql, &[&key, &counter, &wanted.command.code(), &caller.now]).await?;
        let carried = Carried { reservation: id, at: caller.now, counter: wanted.counter };
        step.commit_answer(&caller, renter, carried).await
    }

    async fn return_car(&self, caller: Caller, id: u32, slot_price: i64) -> StoreResult<Receipt> {
        let step = self.begin().await?;
        let renter = step.session(&caller).await?;
        if let Some(answer) = step.answered(&caller, renter).await? {
            return Ok(answer);
        }
        let reservation = step.lock_own(id, renter).await?;
        rule::check_return(&reservation)?;
        let billed = rule::billed(&reservation, caller.now);
        let slots = billed.until - billed.from;
        let charge_won = slots * slot_price;
        let number = id as i32;
        let sql = "UPDATE reservations SET state = $2, returned_at = $3, charge_won = $4 WHERE id = $1";
        step.execute(sql, &[&number, &ReservationState::Returned.code(), &caller.now, &charge_won]).await?;
        step.execute("UPDATE keys SET revoked = TRUE WHERE reservation = $1", &[&number]).await?;
        let sql = "DELETE FROM slots WHERE car = $1 AND slot >= $2 AND reservation = $3";
        step.execute(sql, &[&i64::from(reservation.car), &billed.until, &number]).await?;
        let receipt = Receipt { reservation: id, car: reservation.car, returned_at: caller.now, slots, charge_won };
        step.commit_answer(&caller, renter, receipt).await
    }

    async fn ready(&self) -> StoreResult<()> {
        self.begin().await?.one("SELECT 1", &[]).await.map(|_| ())
    }

    async fn totals(&self) -> StoreResult<Totals> {
        let step = self.begin().await?;
        let sql = "SELECT (SELECT count(*) FROM cars), (SELECT count(*) FROM sessions),
                          (SELECT count(*) FROM reservations), (SELECT count(*) FROM keys),
                          (SELECT count(*) FROM reservations WHERE state = 2)";
        let Some(row) = step.one(sql, &[]).await? else { return Ok(Totals::default()) };
        let count = |index: usize| row.get::<_, i64>(index) as u64;
        Ok(Totals { cars: count(0), sessions: count(1), reservations: count(2), keys: count(3), returns: count(4) })
    }

    async fn close(&self) {
        self.pool.close();
    }
}
