//! A transaction and the questions that several operations ask in it.

use crate::store::rule;
use crate::store::{Caller, Idempotency, Reservation, ReservationState, Slots, StoreError, StoreResult};
use deadpool_postgres::Object;
use serde::Serialize;
use serde::de::DeserializeOwned;
use tokio_postgres::Row;
use tokio_postgres::error::SqlState;
use tokio_postgres::types::ToSql;

type Parameters<'a> = &'a [&'a (dyn ToSql + Sync)];

/// A transaction that has begun. Dropped, it is rolled back.
pub(super) struct Step {
    client: Option<Object>,
    is_over: bool,
}

impl Step {
    pub(super) async fn begin(client: Object) -> StoreResult<Self> {
        client.batch_execute("BEGIN").await.map_err(|error| database(&error))?;
        Ok(Self { client: Some(client), is_over: false })
    }

    fn client(&self) -> &Object {
        self.client.as_ref().expect("only `drop` takes the connection away")
    }

    pub(super) async fn commit(mut self) -> StoreResult<()> {
        let result = self.client().batch_execute("COMMIT").await.map_err(|error| database(&error));
        self.is_over = result.is_ok();
        result
    }

    pub(super) async fn batch(&self, sql: &str) -> StoreResult<()> {
        self.client().batch_execute(sql).await.map_err(|error| database(&error))
    }

    pub(super) async fn query(&self, sql: &str, parameters: Parameters<'_>) -> StoreResult<Vec<Row>> {
        let statement = self.client().prepare_cached(sql).await.map_err(|error| database(&error))?;
        self.client().query(&statement, parameters).await.map_err(|error| database(&error))
    }

    pub(super) async fn one(&self, sql: &str, parameters: Parameters<'_>) -> StoreResult<Option<Row>> {
        Ok(self.query(sql, parameters).await?.into_iter().next())
    }

    pub(super) async fn execute(&self, sql: &str, parameters: Parameters<'_>) -> StoreResult<u64> {
        self.execute_or(sql, parameters, |_| None).await
    }

    /// The same; `means` says what an error of the database means to the caller.
    pub(super) async fn execute_or(
        &self,
        sql: &str,
        parameters: Parameters<'_>,
        means: impl FnOnce(&tokio_postgres::Error) -> Option<StoreError>,
    ) -> StoreResult<u64> {
        let statement = self.client().prepare_cached(sql).await.map_err(|error| database(&error))?;
        let result = self.client().execute(&statement, parameters).await;
        result.map_err(|error| means(&error).unwrap_or_else(|| database(&error)))
    }

    /// The renter whose session it is.
    pub(super) async fn session(&self, caller: &Caller) -> StoreResult<u32> {
        let sql = "SELECT renter, expires FROM sessions WHERE token = $1";
        let row = self.one(sql, &[&caller.token.as_slice()]).await?.ok_or(StoreError::UnknownSession)?;
        if row.get::<_, i64>(1) <= caller.now {
            return Err(StoreError::ExpiredSession);
        }
        Ok(row.get::<_, i64>(0) as u32)
    }

    /// What was answered to the same request before. When there is nothing yet, the key is taken: whoever comes with it meanwhile waits
    /// until this transaction is over.
    pub(super) async fn answered<T: DeserializeOwned>(&self, caller: &Caller, renter: u32) -> StoreResult<Option<T>> {
        let Some(idempotency) = &caller.idempotency else { return Ok(None) };
        let renter = i64::from(renter);
        let sql = "INSERT INTO answers (renter, idempotency_key, fingerprint, answer, at) VALUES ($1, $2, $3, '', $4)
                   ON CONFLICT DO NOTHING";
        let fingerprint = idempotency.fingerprint.as_slice();
        if self.execute(sql, &[&renter, &idempotency.key, &fingerprint, &caller.now]).await? == 1 {
            return Ok(None);
        }
        let sql = "SELECT fingerprint, answer FROM answers WHERE renter = $1 AND idempotency_key = $2";
        match self.one(sql, &[&renter, &idempotency.key]).await? {
            Some(row) => idempotency.replay(row.get(0), row.get(1)).map(Some),
            None => Err(StoreError::Database("an answer that was there is gone".to_owned())),
        }
    }

    /// Commits together with the answer for whoever asks the same again.
    pub(super) async fn commit_answer<T: Serialize>(self, caller: &Caller, renter: u32, answer: T) -> StoreResult<T> {
        if let Some(idempotency) = &caller.idempotency {
            let sql = "UPDATE answers SET answer = $3 WHERE renter = $1 AND idempotency_key = $2";
            let stored = Idempotency::stored(&answer)?;
            self.execute(sql, &[&i64::from(renter), &idempotency.key, &stored]).await?;
        }
        self.commit().await?;
        Ok(answer)
    }

    /// A reservation of the renter's own, which nobody else changes until this transaction is over.
    pub(super) async fn lock_own(&self, id: u32, renter: u32) -> StoreResult<Reservation> {
        let number = i32::try_from(id).map_err(|_| StoreError::UnknownReservation(id))?;
        self.one("SELECT 1 FROM reservations WHERE id = $1 FOR UPDATE", &[&number]).await?;
        let reservation = self.find(id).await?;
        rule::check_owner(&reservation, renter)?;
        Ok(reservation)
    }

    pub(super) async fn find(&self, id: u32) -> StoreResult<Reservation> {
        let number = i32::try_from(id).map_err(|_| StoreError::UnknownReservation(id))?;
        let sql = "SELECT renter, car, from_slot, until_slot, state, charge_won FROM reservations WHERE id = $1";
        let row = self.one(sql, &[&number]).await?.ok_or(StoreError::UnknownReservation(id))?;
        let slots = Slots { from: row.get(2), until: row.get(3) };
        let keys = self.query("SELECT id FROM keys WHERE reservation = $1 ORDER BY issued_at, id", &[&number]).await?;
        Ok(Reservation {
            id,
            renter: row.get::<_, i64>(0) as u32,
            car: row.get::<_, i64>(1) as u32,
            from: slots.from_seconds(),
            until: slots.until_seconds(),
            state: ReservationState::from_code(row.get(4)).unwrap_or(ReservationState::Cancelled),
            keys: keys.iter().map(|row| row.get::<_, i64>(0) as u64).collect(),
            charge_won: row.get(5),
        })
    }

    pub(super) async fn set_state(&self, id: u32, state: ReservationState) -> StoreResult<()> {
        let sql = "UPDATE reservations SET state = $2 WHERE id = $1";
        self.execute(sql, &[&(id as i32), &state.code()]).await.map(|_| ())
    }
}

impl Drop for Step {
    fn drop(&mut self) {
        if let Some(client) = self.client.take()
            && !self.is_over
        {
            // Before anybody else gets the connection. Where there is no runtime any more, the connection goes too.
            if let Ok(runtime) = tokio::runtime::Handle::try_current() {
                runtime.spawn(async move {
                    if client.batch_execute("ROLLBACK").await.is_err() {
                        drop(Object::take(client));
                    }
                });
            }
        }
    }
}

pub(super) fn database(error: &tokio_postgres::Error) -> StoreError {
    StoreError::Database(super::with_causes(error))
}

pub(super) fn is_taken(error: &tokio_postgres::Error) -> bool {
    error.code() == Some(&SqlState::UNIQUE_VIOLATION)
}
