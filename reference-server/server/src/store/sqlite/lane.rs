//! A thread that owns a connection and runs what comes, a transaction a batch.
//!
//! The writer is the only one who writes, so that nobody ever waits for a lock, and a commit - which waits for the disk - is shared by all
//! that came while the last one was under way. Nothing is answered before it is committed.
//!
//! A reader's transaction sees the database as it was when it began. So it serves one operation alone: one that joins later may come from
//! somebody who was told of a commit in between, and must find what he was told.

use crate::store::{StoreError, StoreResult};
use rusqlite::Connection;
use std::sync::Mutex;
use std::sync::mpsc::{Receiver, SyncSender, TrySendError, sync_channel};
use std::thread::JoinHandle;
use tokio::sync::oneshot;

/// What a lane is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    /// Operations that write; each can fail without taking the others of its batch along.
    Write,
    /// Operations that only look.
    Read,
}

impl Kind {
    /// How a transaction begins.
    fn begin(self) -> &'static str {
        match self {
            Self::Write => "BEGIN IMMEDIATE",
            Self::Read => "BEGIN",
        }
    }

    /// The most operations that share a transaction.
    fn batch_max(self) -> usize {
        match self {
            Self::Write => 256,
            Self::Read => 1,
        }
    }
}

/// An operation: runs inside the transaction, and returns what is to be done when the transaction is over.
type Operation = Box<dyn FnOnce(&Connection, Kind) -> Reply + Send>;
type Reply = Box<dyn FnOnce(Result<(), &rusqlite::Error>) + Send>;

/// A thread with its connection.
#[derive(Debug)]
pub(crate) struct Lane {
    operations: Mutex<Option<SyncSender<Operation>>>,
    thread: Mutex<Option<JoinHandle<()>>>,
}

impl Lane {
    /// Starts the thread. `room`: operations that may wait.
    ///
    /// # Errors
    /// The system has no thread left.
    pub(crate) fn start(connection: Connection, kind: Kind, room: usize) -> std::io::Result<Self> {
        let (sender, receiver) = sync_channel(room);
        let name = if kind == Kind::Write { "store-writer" } else { "store-reader" };
        let thread =
            std::thread::Builder::new().name(name.to_owned()).spawn(move || run(&connection, kind, &receiver))?;
        Ok(Self { operations: Mutex::new(Some(sender)), thread: Mutex::new(Some(thread)) })
    }

    /// Runs an operation in the next batch and waits for the commit.
    ///
    /// # Errors
    /// What the operation says; [`StoreError::Busy`] when too many wait; [`StoreError::Database`] when the commit fails.
    pub(crate) async fn run<T: Send + 'static>(
        &self,
        operation: impl FnOnce(&Connection) -> StoreResult<T> + Send + 'static,
    ) -> StoreResult<T> {
        let (sender, receiver) = oneshot::channel();
        let boxed: Operation = Box::new(move |connection, kind| {
            let result = contained(connection, kind, operation);
            Box::new(move |committed| {
                let result = match committed {
                    Ok(()) => result,
                    Err(error) => Err(database(error)),
                };
                // Whoever asked may have gone.
                let _ = sender.send(result);
            })
        });
        self.send(boxed)?;
        receiver.await.unwrap_or_else(|_| Err(StoreError::Database("the store is closed".to_owned())))
    }

    fn send(&self, operation: Operation) -> StoreResult<()> {
        let operations = self.operations.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        let Some(sender) = operations.as_ref() else {
            return Err(StoreError::Database("the store is closed".to_owned()));
        };
        sender.try_send(operation).map_err(|error| match error {
            TrySendError::Full(_) => StoreError::Busy,
            TrySendError::Disconnected(_) => StoreError::Database("the store's thread is gone".to_owned()),
        })
    }

    /// Lets the thread finish what waits, and waits for it.
    pub(crate) fn close(&self) {
        drop(self.operations.lock().unwrap_or_else(std::sync::PoisonError::into_inner).take());
        let thread = self.thread.lock().unwrap_or_else(std::sync::PoisonError::into_inner).take();
        if let Some(thread) = thread {
            // Its panic was reported when it happened.
            let _ = thread.join();
        }
    }
}

fn run(connection: &Connection, kind: Kind, operations: &Receiver<Operation>) {
    let mut replies: Vec<Reply> = Vec::with_capacity(kind.batch_max());
    while let Ok(first) = operations.recv() {
        let begun = connection.execute_batch(kind.begin());
        replies.push(first(connection, kind));
        while replies.len() < kind.batch_max()
            && let Ok(operation) = operations.try_recv()
        {
            replies.push(operation(connection, kind));
        }
        let committed = begun.and_then(|()| connection.execute_batch("COMMIT"));
        if committed.is_err() {
            // Nothing of a batch that was not committed may stay; where nothing was begun there is nothing to roll back.
            let _ = connection.execute_batch("ROLLBACK");
        }
        for reply in replies.drain(..) {
            reply(committed.as_ref().map(|&()| ()));
        }
    }
}

/// Runs an operation so that what it wrote is gone when it fails.
fn contained<T>(
    connection: &Connection,
    kind: Kind,
    operation: impl FnOnce(&Connection) -> StoreResult<T>,
) -> StoreResult<T> {
    if kind == Kind::Read {
        return operation(connection);
    }
    let run = |statement: &str| {
        connection.prepare_cached(statement).and_then(|mut it| it.execute([])).map_err(|error| database(&error))
    };
    run("SAVEPOINT operation")?;
    let result = operation(connection);
    if result.is_err() {
        run("ROLLBACK TO operation")?;
    }
    run("RELEASE operation")?;
    result
}

pub(crate) fn database(error: &rusqlite::Error) -> StoreError {
    StoreError::Database(error.to_string())
}

#[cfg(test)]
mod tests {
    use super::super::connect;
    use super::{Connection, Kind, Lane, StoreError, StoreResult, database};
    use std::sync::mpsc::channel;

    fn count(connection: &Connection) -> StoreResult<u32> {
        let sql = "SELECT count(*) FROM things";
        connection.query_row(sql, [], |row| row.get(0)).map_err(|error| database(&error))
    }

    #[tokio::test]
    async fn who_was_told_of_a_commit_finds_it() {
        let folder = tempfile::TempDir::new().expect("a folder");
        let file = folder.path().join("lane.sqlite");
        let connection = connect(&file).expect("a database");
        connection.execute_batch("CREATE TABLE things (id INTEGER PRIMARY KEY)").expect("a table");
        let writer = Lane::start(connection, Kind::Write, 8).expect("a thread");
        let reader = Lane::start(connect(&file).expect("the same"), Kind::Read, 8).expect("a thread");

        // Somebody looks, and is not done when a write is committed.
        let (looking, looks) = channel();
        let (go_on, gone_on) = channel::<()>();
        let slow = reader.run(move |connection| {
            let seen = count(connection);
            looking.send(()).expect("the test waits");
            gone_on.recv().expect("the test says when");
            seen
        });
        let rest = async {
            tokio::task::spawn_blocking(move || looks.recv()).await.expect("no panic").expect("it looks");
            let insert = |connection: &Connection| {
                connection.execute("INSERT INTO things VALUES (1)", []).map_err(|error| database(&error))
            };
            writer.run(insert).await.expect("it is written");
            // Who asks now was told of it.
            let after = reader.run(count);
            let release = async { go_on.send(()).expect("it waits") };
            tokio::join!(after, release).0
        };
        assert_eq!(tokio::join!(slow, rest), (Ok(0), Ok(1)));
        writer.close();
        reader.close();
        assert!(matches!(reader.run(count).await, Err(StoreError::Database(_))));
    }
}
