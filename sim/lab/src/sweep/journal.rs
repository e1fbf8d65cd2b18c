//! The rows of a shard on the disk: a line each, added as soon as a replication is done.
//!
//! A process may be killed at any moment, and so may the machine. A line is whole or it is not counted (see [`Row::from_line`]); the file
//! is handed to the disk at least once a second, and is locked as long as somebody writes to it.

use super::row::Row;
use crate::failure::Failure;
use std::fs::{File, TryLockError};
use std::io::{BufRead as _, BufReader, Read as _, Seek as _, SeekFrom, Write as _};
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

/// Longest time between two times at which the file is handed to the disk, as long as rows come.
const BETWEEN_SYNCS: Duration = Duration::from_secs(1);

/// How long to wait for somebody else who may be about to end: a task that was cancelled and is started again elsewhere.
const PATIENCE: Duration = Duration::from_secs(2);
/// Time between two looks.
const BETWEEN_TRIES: Duration = Duration::from_millis(50);

/// What to do about a file that cannot be written.
const WAY_OUT: &str = "free some space, or make the folder writable, and go on with `--resume`";

/// Where a row stands in its file.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Place {
    /// Number of the point.
    pub(crate) point: u32,
    /// Replication.
    pub(crate) replication: u32,
    /// First byte of the line.
    offset: u64,
    /// Its bytes, end of line included.
    length: u32,
}

/// The file of a shard under way.
#[derive(Debug)]
pub(crate) struct Journal {
    file: File,
    path: PathBuf,
    length: u64,
    synced: Instant,
}

impl Journal {
    /// Opens the file, or creates it, and keeps everybody else out as long as this lives. `visit` gets the rows that are there; a
    /// last line that was cut off is removed.
    ///
    /// # Errors
    /// When another process writes to it, it is damaged, or the disk refuses.
    pub(crate) fn open(path: &Path, mut visit: impl FnMut(Row)) -> Result<Self, Failure> {
        let refused =
            |action| Failure::file(action, path, "make the folder writable, or name another one with `--out`");
        let file = File::options()
            .read(true)
            .write(true)
            .create(true)
            .truncate(false)
            .open(path)
            .map_err(refused("create the file"))?;
        let started = Instant::now();
        let mut locked = file.try_lock();
        while matches!(locked, Err(TryLockError::WouldBlock)) && started.elapsed() < PATIENCE {
            std::thread::sleep(BETWEEN_TRIES);
            locked = file.try_lock();
        }
        match locked {
            Ok(()) => {}
            // Where there are no locks nobody can be kept out.
            Err(TryLockError::Error(error)) if error.kind() == std::io::ErrorKind::Unsupported => {}
            Err(TryLockError::Error(error)) => return Err(refused("lock the file")(error)),
            Err(TryLockError::WouldBlock) => return Err(taken(path)),
        }
        let mut whole = 0;
        read_lines(&file, path, |place, row| {
            whole = place.offset + u64::from(place.length);
            visit(row);
        })?;
        file.set_len(whole).map_err(refused("write the file"))?;
        Ok(Self { file, path: path.to_owned(), length: whole, synced: Instant::now() })
    }

    /// Adds a row.
    ///
    /// # Errors
    /// When the disk is full or fails; what was there before stays whole.
    pub(crate) fn append(&mut self, row: &Row) -> Result<(), Failure> {
        let line = row.to_line();
        let written = self.file.seek(SeekFrom::Start(self.length)).and_then(|_| self.file.write_all(line.as_bytes()));
        if let Err(source) = written {
            // If even this fails, the next one to open the file removes the rest of the line.
            let _ = self.file.set_len(self.length);
            return Err(Failure::file("write the file", &self.path, WAY_OUT)(source));
        }
        self.length += line.len() as u64;
        if self.synced.elapsed() >= BETWEEN_SYNCS { self.sync() } else { Ok(()) }
    }

    /// Waits until all rows are on the disk.
    ///
    /// # Errors
    /// When the disk is full or fails.
    pub(crate) fn sync(&mut self) -> Result<(), Failure> {
        self.synced = Instant::now();
        self.file.sync_data().map_err(Failure::file("write the file", &self.path, WAY_OUT))
    }
}

/// Somebody else writes to the file.
pub(crate) fn taken(path: &Path) -> Failure {
    let folder = path.parent().and_then(Path::parent).unwrap_or(path);
    Failure::Usage(format!(
        "another process is running this part of the sweep in `{}`\nwait until it has ended, or use another folder with `--out`",
        folder.display()
    ))
}

/// A finished file of rows, read one by one.
#[derive(Debug)]
pub(crate) struct RowFile {
    file: File,
    path: PathBuf,
    /// The rows, in the order of the file.
    pub(crate) places: Vec<Place>,
}

impl RowFile {
    /// Opens the file; `visit` gets its rows.
    ///
    /// # Errors
    /// When it cannot be read or is damaged.
    pub(crate) fn open(path: &Path, mut visit: impl FnMut(&Row)) -> Result<Self, Failure> {
        let file = File::open(path).map_err(Failure::file("open the file", path, "check the folder"))?;
        let mut places = Vec::new();
        read_lines(&file, path, |place, row| {
            visit(&row);
            places.push(place);
        })?;
        Ok(Self { file, path: path.to_owned(), places })
    }

    /// The row at a place.
    ///
    /// # Errors
    /// When it cannot be read any more.
    pub(crate) fn row(&mut self, place: Place) -> Result<Row, Failure> {
        let mut line = vec![0; place.length as usize];
        let read = self.file.seek(SeekFrom::Start(place.offset)).and_then(|_| self.file.read_exact(&mut line));
        read.map_err(Failure::file("read the file", &self.path, "check the disk, and that nothing else writes there"))?;
        Row::from_line(&line).ok_or_else(|| damaged(&self.path, 0))
    }
}

/// Reads whole lines from the start of the file. What stands behind the last whole line is left alone if it is one line or a part
/// of one.
fn read_lines(file: &File, path: &Path, mut visit: impl FnMut(Place, Row)) -> Result<(), Failure> {
    let failed = || Failure::file("read the file", path, "check the disk");
    let mut reader = BufReader::with_capacity(1 << 16, file);
    reader.rewind().map_err(failed())?;
    let (mut offset, mut number) = (0, 0);
    let mut line = Vec::new();
    loop {
        line.clear();
        let length = reader.read_until(b'\n', &mut line).map_err(failed())?;
        if length == 0 {
            return Ok(());
        }
        number += 1;
        let Some(row) = Row::from_line(&line) else {
            let is_last = reader.fill_buf().map_err(failed())?.is_empty();
            return if is_last { Ok(()) } else { Err(damaged(path, number)) };
        };
        visit(Place { point: row.point, replication: row.replication, offset, length: length as u32 }, row);
        offset += length as u64;
    }
}

fn damaged(path: &Path, line: u32) -> Failure {
    Failure::Damaged {
        path: path.to_owned(),
        reason: format!(
            "line {line} does not have the checksum that it had when it was written\ndelete the file and run its part of the \
             sweep again; the other parts stay"
        ),
    }
}

#[cfg(test)]
mod tests {
    use super::super::row::tests::row;
    use super::*;

    fn rows(path: &Path) -> Vec<Row> {
        let mut rows = Vec::new();
        Journal::open(path, |row| rows.push(row)).unwrap();
        rows
    }

    #[test]
    fn what_was_written_before_the_power_failed_is_there_again() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("rows");
        let written: Vec<Row> = (0..3).map(|index| row(index, 0, f64::from(index))).collect();
        let mut journal = Journal::open(&path, |_| panic!("a new file has no rows")).unwrap();
        for row in &written {
            journal.append(row).unwrap();
        }
        drop(journal);
        let bytes = std::fs::read(&path).unwrap();
        let last = bytes.iter().take(bytes.len() - 1).rposition(|byte| *byte == b'\n').unwrap() + 1;
        for end in last..bytes.len() {
            std::fs::write(&path, &bytes[..end]).unwrap();
            assert_eq!(rows(&path), written[..2], "cut at {end}");
            assert_eq!(std::fs::metadata(&path).unwrap().len(), last as u64, "the rest is removed");
            // The lost row is written again behind the others.
            let mut journal = Journal::open(&path, drop).unwrap();
            journal.append(&written[2]).unwrap();
            drop(journal);
            assert_eq!(std::fs::read(&path).unwrap(), bytes);
        }
    }

    #[test]
    fn damage_in_the_middle_is_named_with_its_line() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("rows");
        let text: String = (0..3).map(|index| row(index, 0, 1.0).to_line()).collect();
        std::fs::write(&path, text.replacen("\"point\":1", "\"point\":9", 1)).unwrap();
        let message = Journal::open(&path, drop).unwrap_err().to_string();
        assert!(message.contains("line 2"), "{message}");
    }

    #[test]
    fn only_one_process_writes() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("rows").join("0001-of-0001.partial");
        std::fs::create_dir(path.parent().unwrap()).unwrap();
        let _journal = Journal::open(&path, drop).unwrap();
        let message = Journal::open(&path, drop).unwrap_err().to_string();
        assert!(message.contains("another process"), "{message}");
    }

    #[test]
    fn rows_are_found_again_by_their_places() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("rows");
        let written: Vec<Row> = (0..50).map(|index| row(index, index % 3, f64::from(index) / 3.0)).collect();
        std::fs::write(&path, written.iter().map(Row::to_line).collect::<String>()).unwrap();
        let mut file = RowFile::open(&path, |_| {}).unwrap();
        for (place, row) in file.places.clone().into_iter().zip(written).rev() {
            assert_eq!(file.row(place).unwrap(), row);
        }
    }
}
