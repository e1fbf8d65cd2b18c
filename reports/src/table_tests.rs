use super::*;
use crate::episode::EpisodeRow;
use crate::error::ReportError;
use crate::relief::{ReliefChannel, StrandedClass};
use crate::timeline::TimelineRow;
use std::path::Path;

fn episode(number: u32) -> EpisodeRow {
    EpisodeRow {
        episode: number,
        person: u32::MAX - number,
        user: number * 3,
        class: StrandedClass::ALL[number as usize % 3],
        need: if number.is_multiple_of(2) { "unlock".into() } else { "lock".into() },
        place: "Jeju 제주 <car park>".into(),
        began_ms: -60_000 + number as i32,
        ended_ms: 7_200_000,
        relief: ReliefChannel::ALL[number as usize % 8],
        counted: number.is_multiple_of(3),
        attempts: number,
        calls: 2,
        notice_seen_ms: (number.is_multiple_of(2)).then_some(5),
        complaint_sent_ms: None,
        aware_ms: Some(number as i32),
        locksmith_decided_ms: (number == 1).then_some(i32::MAX),
        cost_krw: f64::from(number) * 0.5,
    }
}

fn read_all<R: TableRow>(path: &Path) -> Vec<RowGroup<R>> {
    let mut reader = TableReader::<R>::open(path).unwrap();
    std::iter::from_fn(|| reader.next_group().unwrap()).collect()
}

#[test]
fn episodes_come_back_as_they_were_written() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("episodes.parquet");
    let mut writer = TableWriter::<EpisodeRow>::create(&path).unwrap();
    let first: Vec<_> = (0..5_000).map(episode).collect();
    let second: Vec<_> = (7..9).map(episode).collect();
    writer.write("baseline", 0, &first).unwrap();
    writer.write("nobody", 0, &[]).unwrap();
    writer.write("offline-key", 3, &second).unwrap();
    writer.finish().unwrap();

    let groups = read_all::<EpisodeRow>(&path);
    assert_eq!(groups.len(), 2, "an empty group is not written");
    assert_eq!((groups[0].arm.as_str(), groups[0].replication), ("baseline", 0));
    assert_eq!(groups[0].rows, first);
    assert_eq!((groups[1].arm.as_str(), groups[1].replication), ("offline-key", 3));
    assert_eq!(groups[1].rows, second);
}

#[test]
fn timelines_come_back_as_they_were_written() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("timeline.parquet");
    let rows: Vec<_> = (0..2_880)
        .map(|minute| TimelineRow {
            minute,
            time_unix_s: 1_649_516_400 + i64::from(minute) * 60,
            stranded_return: minute as u32,
            offered_work_seconds: minute as f32 * 0.25,
            relief: [0, 1, 2, 3, 4, 5, 6, minute as u32],
            ..TimelineRow::default()
        })
        .collect();
    let mut writer = TableWriter::<TimelineRow>::create(&path).unwrap();
    writer.write("baseline", 1, &rows).unwrap();
    writer.finish().unwrap();
    assert_eq!(read_all::<TimelineRow>(&path)[0].rows, rows);
}

#[test]
fn a_file_without_rows_can_be_read() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("episodes.parquet");
    TableWriter::<EpisodeRow>::create(&path).unwrap().finish().unwrap();
    assert!(read_all::<EpisodeRow>(&path).is_empty());
}

#[test]
fn a_file_that_was_not_finished_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("episodes.parquet");
    let mut writer = TableWriter::<EpisodeRow>::create(&path).unwrap();
    writer.write("baseline", 0, &[episode(1)]).unwrap();
    drop(writer);
    let error = TableReader::<EpisodeRow>::open(&path).err().unwrap();
    assert!(error.to_string().contains("run the scenario again"), "{error}");
}

#[test]
fn the_wrong_table_names_the_missing_column() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("timeline.parquet");
    let mut writer = TableWriter::<TimelineRow>::create(&path).unwrap();
    writer.write("baseline", 0, &[TimelineRow::default()]).unwrap();
    writer.finish().unwrap();
    let error = TableReader::<EpisodeRow>::open(&path).unwrap().next_group().unwrap_err();
    assert!(error.to_string().contains("no column `episode`"), "{error}");
}

/// The same table as a later version would write it.
struct Later;

impl TableRow for Later {
    const TABLE: &'static str = "episodes";
    const SCHEMA_VERSION: u32 = EpisodeRow::SCHEMA_VERSION + 1;
    fn columns() -> Vec<Column<Self>> {
        vec![Column { name: "only", field: Field::U32 { get: |_| 1, set: |_, _| () } }]
    }
    fn blank() -> Self {
        Self
    }
}

#[test]
fn a_newer_file_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("episodes.parquet");
    let mut writer = TableWriter::<Later>::create(&path).unwrap();
    writer.write("baseline", 0, &[Later]).unwrap();
    writer.finish().unwrap();
    let error = TableReader::<EpisodeRow>::open(&path).err().unwrap();
    assert!(matches!(error, ReportError::NewerSchema { found: 2, known: 1, .. }), "{error}");
}

#[test]
#[cfg(target_os = "linux")]
fn a_full_disk_is_called_a_full_disk() {
    let mut writer = TableWriter::<EpisodeRow>::create(Path::new("/dev/full")).unwrap();
    let rows: Vec<_> = (0..5_000).map(episode).collect();
    let error =
        writer.write("baseline", 0, &rows).and_then(|()| writer.finish()).expect_err("nothing fits on this device");
    assert!(error.is_disk_full(), "{error:?}");
    assert!(error.to_string().contains("free some space"), "{error}");
}
