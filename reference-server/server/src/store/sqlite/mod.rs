//! SQLite, built in: one thread writes, one reads.

mod lane;
mod operation;

use super::{
    Caller, Carried, IssuedKey, KeyUse, Receipt, Reservation, Slots, Store, StoreError, StoreResult, TokenHash, Totals,
};
use lane::{Kind, Lane, database};
use rusqlite::{Connection, OpenFlags};
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

/// How a database file is used.
#[derive(Clone, Copy, Debug)]
pub struct SqliteOptions {
    /// Operations that may wait for the writer, and for the reader; more are refused.
    pub room: usize,
}

impl Default for SqliteOptions {
    fn default() -> Self {
        Self { room: 4096 }
    }
}

/// A SQLite database.
#[derive(Clone, Debug)]
pub struct SqliteStore {
    writer: Arc<Lane>,
    reader: Arc<Lane>,
}

impl SqliteStore {
    /// Opens or makes the database in a file, with cars numbered 1 to `cars`.
    ///
    /// # Errors
    /// The file cannot be used, or another process has it.
    pub fn open(path: &Path, cars: u32, options: SqliteOptions) -> StoreResult<Self> {
        let writer = connect(path)?;
        prepare(&writer, cars).map_err(|error| database(&error))?;
        let reader = connect(path)?;
        reader.pragma_update(None, "query_only", true).map_err(|error| database(&error))?;
        let start = |connection, kind| {
            Lane::start(connection, kind, options.room)
                .map(Arc::new)
                .map_err(|error| StoreError::Database(error.to_string()))
        };
        Ok(Self { writer: start(writer, Kind::Write)?, reader: start(reader, Kind::Read)? })
    }
}

fn connect(path: &Path) -> StoreResult<Connection> {
    let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_CREATE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let connection = Connection::open_with_flags(path, flags).map_err(|error| database(&error))?;
    configure(&connection).map_err(|error| database(&error))?;
    Ok(connection)
}

/// An acknowledged write survives the loss of power: the log is flushed at every commit.
fn configure(connection: &Connection) -> rusqlite::Result<()> {
    connection.busy_timeout(Duration::from_secs(5))?;
    connection.pragma_update(None, "journal_mode", "WAL")?;
    connection.pragma_update(None, "synchronous", "FULL")?;
    connection.pragma_update(None, "foreign_keys", true)?;
    connection.set_prepared_statement_cache_capacity(64);
    Ok(())
}

fn prepare(connection: &Connection, cars: u32) -> rusqlite::Result<()> {
    connection.execute_batch("BEGIN IMMEDIATE")?;
    connection.execute_batch(include_str!("schema.sql"))?;
    connection.execute(
        "WITH RECURSIVE numbers (id) AS (SELECT 1 UNION ALL SELECT id + 1 FROM numbers WHERE id < ?1)
         INSERT OR IGNORE INTO cars SELECT id FROM numbers",
        [cars.max(1)],
    )?;
    connection.execute_batch("COMMIT")
}

#[async_trait::async_trait]
impl Store for SqliteStore {
    async fn open_session(&self, token: TokenHash, renter: u32, expires: i64) -> StoreResult<()> {
        self.writer.run(move |connection| operation::open_session(connection, &token, renter, expires)).await
    }

    async fn free_cars(&self, caller: Caller, slots: Slots, after: u32, limit: u32) -> StoreResult<Vec<u32>> {
        self.reader.run(move |connection| operation::free_cars(connection, &caller, slots, after, limit)).await
    }

    async fn reserve(&self, caller: Caller, car: u32, slots: Slots) -> StoreResult<Reservation> {
        self.writer.run(move |connection| operation::reserve(connection, &caller, car, slots)).await
    }

    async fn reservation(&self, caller: Caller, id: u32) -> StoreResult<Reservation> {
        self.reader.run(move |connection| operation::reservation(connection, &caller, id)).await
    }

    async fn cancel(&self, caller: Caller, id: u32) -> StoreResult<Reservation> {
        self.writer.run(move |connection| operation::cancel(connection, &caller, id)).await
    }

    async fn keep_key(&self, caller: Caller, id: u32, key: IssuedKey) -> StoreResult<IssuedKey> {
        self.writer.run(move |connection| operation::keep_key(connection, &caller, id, key)).await
    }

    async fn use_key(&self, caller: Caller, id: u32, key: KeyUse) -> StoreResult<Carried> {
        self.writer.run(move |connection| operation::use_key(connection, &caller, id, key)).await
    }

    async fn return_car(&self, caller: Caller, id: u32, slot_price: i64) -> StoreResult<Receipt> {
        self.writer.run(move |connection| operation::return_car(connection, &caller, id, slot_price)).await
    }

    async fn ready(&self) -> StoreResult<()> {
        self.reader.run(operation::ready).await
    }

    async fn totals(&self) -> StoreResult<Totals> {
        self.reader.run(operation::totals).await
    }

    async fn close(&self) {
        let (writer, reader) = (Arc::clone(&self.writer), Arc::clone(&self.reader));
        // Joining the threads blocks.
        let _ = tokio::task::spawn_blocking(move || {
            writer.close();
            reader.close();
        })
        .await;
    }
}
