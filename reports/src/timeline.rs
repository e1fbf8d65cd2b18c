//! The rows of `timeline.parquet`: one minute of one replication of one arm each.

use crate::relief::ReliefChannel;
use crate::table::{Column, TableRow, column};

/// A minute of one replication of one arm. The arm's name and the replication are given once per group of rows to the
/// writer, which stores them as the columns `arm` and `replication`.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct TimelineRow {
    /// Minutes since the start of the run.
    pub minute: i32,
    /// Start of the minute, in seconds since 1970-01-01T00:00Z.
    pub time_unix_s: i64,
    /// People locked out of a car they hold, at the start of the minute.
    pub stranded_unlock: u32,
    /// People who cannot lock or return a car they hold, at the start of the minute.
    pub stranded_return: u32,
    /// People who cannot start a booking, at the start of the minute.
    pub stranded_start: u32,
    /// Attempts made in this minute, retries included.
    pub attempts: u32,
    /// Those of them that are the first at their intent.
    pub first_attempts: u32,
    /// Answers that reached the phone in time.
    pub answered_in_time: u32,
    /// Answers nobody waited for any more: wasted work.
    pub answered_late: u32,
    /// Attempts that ran into the client's timeout.
    pub timed_out: u32,
    /// Attempts refused at once (full queue, admission control).
    pub refused: u32,
    /// Work that this minute's attempts ask of the service that limits, in seconds.
    pub offered_work_seconds: f32,
    /// Work that service could do in this minute, in seconds.
    pub capacity_work_seconds: f32,
    /// Requests waiting for that service at the start of the minute.
    pub queue_length: u32,
    /// Calls to the customer centre.
    pub calls: u32,
    /// Those of them that an agent answered.
    pub calls_answered: u32,
    /// Rentals under way at the start of the minute.
    pub active_rentals: u32,
    /// Episodes that ended in this minute, by channel in the order of [`ReliefChannel::ALL`]; the columns
    /// `relief_server` to `relief_censored`.
    pub relief: [u32; ReliefChannel::ALL.len()],
}

impl TimelineRow {
    /// People stranded at the start of the minute, all classes.
    pub fn stranded(&self) -> u32 {
        self.stranded_unlock + self.stranded_return + self.stranded_start
    }
}

impl TableRow for TimelineRow {
    const TABLE: &'static str = "timeline";
    const SCHEMA_VERSION: u32 = 1;

    fn columns() -> Vec<Column<Self>> {
        vec![
            column!(I32 minute),
            column!(I64 time_unix = time_unix_s),
            column!(U32 stranded_unlock),
            column!(U32 stranded_return),
            column!(U32 stranded_start),
            column!(U32 attempts),
            column!(U32 first_attempts),
            column!(U32 answered_in_time),
            column!(U32 answered_late),
            column!(U32 timed_out),
            column!(U32 refused),
            column!(F32 offered_work_seconds),
            column!(F32 capacity_work_seconds),
            column!(U32 queue_length),
            column!(U32 calls),
            column!(U32 calls_answered),
            column!(U32 active_rentals),
            column!(U32 relief_server = relief[0]),
            column!(U32 relief_offline_key = relief[1]),
            column!(U32 relief_call_centre = relief[2]),
            column!(U32 relief_staff = relief[3]),
            column!(U32 relief_advice = relief[4]),
            column!(U32 relief_locksmith = relief[5]),
            column!(U32 relief_gave_up = relief[6]),
            column!(U32 relief_censored = relief[7]),
        ]
    }

    fn blank() -> Self {
        Self::default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn relief_columns_stand_in_the_order_of_the_channels() {
        let names: Vec<_> = TimelineRow::columns().into_iter().map(|column| column.name).collect();
        let relief: Vec<_> = names.iter().filter_map(|name| name.strip_prefix("relief_")).collect();
        assert_eq!(relief, ReliefChannel::ALL.map(ReliefChannel::name));
    }
}
