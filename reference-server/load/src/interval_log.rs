//! Latencies by endpoint over time, as `HdrHistogram`'s interval log (V2, deflated).
//!
//! Any tool that reads these logs can draw them. The tag is the endpoint, the unit the microsecond.

use crate::record::latency_histogram;
use hdrhistogram::Histogram;
use hdrhistogram::serialization::V2DeflateSerializer;
use hdrhistogram::serialization::interval_log::{IntervalLogWriterBuilder, Tag};
use std::collections::BTreeMap;
use std::io::{self, Write};
use std::time::{Duration, SystemTime};

/// Intervals of a run at most: a day's log shall stay readable.
const INTERVALS_MAX: u32 = 600;

/// The interval for a run of that length: one second, or longer so that there are not too many.
pub fn interval_for(run: Duration) -> Duration {
    Duration::from_secs((run / INTERVALS_MAX).as_secs()).max(Duration::from_secs(1))
}

/// Histograms of one endpoint.
struct Series {
    /// Number of the interval that is being filled, and what is in it.
    open: (u64, Histogram<u64>),
    whole: Histogram<u64>,
}

/// One histogram for each endpoint and interval. Those that are over are kept as the text that will be written.
pub struct IntervalLog {
    interval: Duration,
    series: BTreeMap<&'static str, Series>,
    /// Finished lines, with the number of their interval.
    lines: Vec<(u64, Vec<u8>)>,
}

impl IntervalLog {
    /// A log with intervals of this length.
    pub fn new(interval: Duration) -> Self {
        Self { interval: interval.max(Duration::from_millis(1)), series: BTreeMap::new(), lines: Vec::new() }
    }

    /// Notes a latency of `endpoint` that became known at `at`. One that comes after its interval was closed goes into the next.
    pub fn note(&mut self, endpoint: &'static str, at: Duration, microseconds: u64) {
        let number = (at.as_nanos() / self.interval.as_nanos()) as u64;
        let series = self
            .series
            .entry(endpoint)
            .or_insert_with(|| Series { open: (number, latency_histogram()), whole: latency_histogram() });
        if number > series.open.0 {
            let line = line(endpoint, series.open.0, self.interval, &series.open.1);
            self.lines.push((series.open.0, line));
            series.open.1.reset();
            series.open.0 = number;
        }
        series.open.1.saturating_record(microseconds);
        series.whole.saturating_record(microseconds);
    }

    /// The latencies of each endpoint over the whole run, in microseconds.
    pub fn endpoints(&self) -> impl Iterator<Item = (&'static str, &Histogram<u64>)> {
        self.series.iter().map(|(endpoint, series)| (*endpoint, &series.whole))
    }

    /// Writes the log; `started` is when the run began.
    ///
    /// # Errors
    /// Those of the writer.
    pub fn write(&self, started: SystemTime, to: &mut impl Write) -> io::Result<()> {
        let mut header = Vec::new();
        IntervalLogWriterBuilder::new()
            .add_comment("[Histogram log format version 1.3]")
            .add_comment("Latencies from the intended instant in microseconds; the tag is the endpoint")
            .with_start_time(started)
            .with_base_time(started)
            .begin_log_with(&mut header, &mut V2DeflateSerializer::new())?;
        to.write_all(&header)?;
        writeln!(to, "\"StartTimestamp\",\"Interval_Length\",\"Interval_Max\",\"Interval_Compressed_Histogram\"")?;
        let open = self.series.iter().map(|(endpoint, series)| {
            let (number, histogram) = &series.open;
            (*number, line(endpoint, *number, self.interval, histogram))
        });
        let mut lines: Vec<(u64, Vec<u8>)> = self.lines.iter().cloned().chain(open).collect();
        lines.sort();
        lines.iter().try_for_each(|(_, line)| to.write_all(line))
    }
}

/// An interval as a line of the log.
fn line(endpoint: &str, number: u64, interval: Duration, histogram: &Histogram<u64>) -> Vec<u8> {
    let mut text = Vec::new();
    let mut serializer = V2DeflateSerializer::new();
    let mut writer = IntervalLogWriterBuilder::new()
        .begin_log_with(&mut text, &mut serializer)
        .expect("memory takes what is written to it");
    let start = interval * u32::try_from(number).unwrap_or(u32::MAX);
    writer
        .write_histogram(histogram, start, interval, Tag::new(endpoint))
        .expect("memory takes what is written to it, and its bounds are constant");
    text
}

#[cfg(test)]
mod tests {
    use super::*;
    use hdrhistogram::serialization::Deserializer;
    use hdrhistogram::serialization::interval_log::{IntervalLogIterator, LogEntry};

    #[test]
    fn what_is_written_can_be_read_by_others() {
        let mut log = IntervalLog::new(Duration::from_secs(1));
        log.note("unlock", Duration::from_millis(100), 1500);
        log.note("unlock", Duration::from_millis(900), 2500);
        log.note("search", Duration::from_millis(1200), 70);
        log.note("unlock", Duration::from_millis(3100), 99_000);
        let mut bytes = Vec::new();
        log.write(SystemTime::UNIX_EPOCH + Duration::from_secs(1000), &mut bytes).unwrap();
        // The legend is not part of the grammar that the reader knows.
        let text = String::from_utf8(bytes).unwrap();
        let text: Vec<&str> = text.lines().filter(|line| !line.starts_with('"')).collect();
        let text = text.join("\n") + "\n";
        let mut found = Vec::new();
        for entry in IntervalLogIterator::new(text.as_bytes()) {
            if let LogEntry::Interval(interval) = entry.unwrap() {
                use base64::Engine as _;
                let bytes = base64::engine::general_purpose::STANDARD.decode(interval.encoded_histogram()).unwrap();
                let histogram: Histogram<u64> = Deserializer::new().deserialize(&mut &bytes[..]).unwrap();
                let tag = interval.tag().unwrap().as_str().to_owned();
                found.push((interval.start_timestamp().as_secs(), tag, histogram.len(), histogram.max()));
            }
        }
        let of = |tag: &str| found.iter().filter(|it| it.1 == tag).map(|it| (it.0, it.2)).collect::<Vec<_>>();
        assert_eq!(of("unlock"), [(0, 2), (3, 1)]);
        assert_eq!(of("search"), [(1, 1)]);
        assert!(found[0].3 >= 2500);
        let whole: Vec<(&str, u64)> =
            log.endpoints().map(|(endpoint, histogram)| (endpoint, histogram.len())).collect();
        assert_eq!(whole, [("search", 1), ("unlock", 3)]);
    }

    #[test]
    fn a_day_has_no_more_intervals_than_an_hour_needs() {
        assert_eq!(interval_for(Duration::from_secs(20)), Duration::from_secs(1));
        assert_eq!(interval_for(Duration::from_hours(24)), Duration::from_secs(144));
    }
}
