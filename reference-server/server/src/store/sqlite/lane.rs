//! A thread that owns a connection and runs what comes in batches, a transaction a batch.
//!
//! The writer is the only one who writes, so that nobody ever waits for a lock, and a commit - which waits for the disk - is shared by all
//! that came while the last one was under way. Nothing is answered before it is committed.

use crate::store::{StoreError, StoreResult};
use rusqlite::Connection;
use std::sync::Mutex;
use std::sync::mpsc::{Receiver, SyncSender, TrySendError, sync_channel};
use std::thread::JoinHandle;
use tokio::sync::oneshot;

/// The most operations that share a commit.
const BATCH_MAX: usize = 256;

/// What a lane is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    /// Operations that write; each can fail without taking the others of its batch along.
    Write,
    /// Operations that only look.
    Read,
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
    let statement = if kind == Kind::Write { "BEGIN IMMEDIATE" } else { "BEGIN" };
    let mut replies: Vec<Reply> = Vec::with_capacity(BATCH_MAX);
    while let Ok(first) = operations.recv() {
        let begun = connection.execute_batch(statement);
        replies.push(first(connection, kind));
        while replies.len() < BATCH_MAX
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
