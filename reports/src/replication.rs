//! The rows of `replications.parquet`: one scalar result of one replication of one arm each.
//!
//! `summary.json` holds means with their intervals; who compares two runs needs what the replications had themselves, because only
//! the same replication of both shares people and luck.

use crate::error::ReportError;
use crate::table::{Column, Field, TableReader, TableRow, column};
use std::borrow::Cow;
use std::collections::BTreeMap;
use std::path::Path;

/// A scalar result of one replication of one arm. The arm's name and the replication are given once per group of rows to the
/// writer. A metric that nothing was measured for in a replication has no row there.
#[derive(Debug, Clone, PartialEq)]
pub struct ReplicationRow {
    /// Name of the metric, as in the catalogue (`stranded explain metrics`).
    pub metric: Cow<'static, str>,
    /// Its value, in the catalogue's unit; finite.
    pub value: f64,
}

/// The values of every arm: by arm, by replication, by metric.
pub type ReplicationValues = BTreeMap<String, BTreeMap<u32, BTreeMap<String, f64>>>;

/// Reads a whole table of replications.
///
/// # Errors
/// When the file cannot be opened, is damaged or was written by a newer version of the program.
pub fn read_replications(path: &Path) -> Result<ReplicationValues, ReportError> {
    let mut reader = TableReader::<ReplicationRow>::open(path)?;
    let mut arms = ReplicationValues::new();
    while let Some(group) = reader.next_group()? {
        let values = arms.entry(group.arm).or_default().entry(group.replication).or_default();
        values.extend(group.rows.into_iter().map(|row| (row.metric.into_owned(), row.value)));
    }
    Ok(arms)
}

impl TableRow for ReplicationRow {
    const TABLE: &'static str = "replications";
    const SCHEMA_VERSION: u32 = 1;

    fn columns() -> Vec<Column<Self>> {
        vec![
            Column {
                name: "metric",
                field: Field::Text {
                    get: |r| &r.metric,
                    set: |r, v| {
                        r.metric = v.into();
                        true
                    },
                },
            },
            column!(F64 value),
        ]
    }

    fn blank() -> Self {
        Self { metric: Cow::Borrowed(""), value: 0.0 }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::table::TableWriter;

    #[test]
    fn values_come_back_by_arm_replication_and_metric() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("replications.parquet");
        let mut writer = TableWriter::create(&path).unwrap();
        let row = |metric: &'static str, value| ReplicationRow { metric: metric.into(), value };
        writer.write("baseline", 0, &[row("intents", 10.0), row("stranded_hours", 0.1)]).unwrap();
        writer.write("baseline", 1, &[row("intents", 11.0)]).unwrap();
        writer.write("offline-key", 0, &[row("intents", 10.0)]).unwrap();
        writer.finish().unwrap();
        let arms = read_replications(&path).unwrap();
        assert_eq!(arms["baseline"][&0]["stranded_hours"].to_bits(), 0.1_f64.to_bits());
        assert_eq!(arms["baseline"][&1].len(), 1);
        assert_eq!(arms["offline-key"].len(), 1);
    }
}
