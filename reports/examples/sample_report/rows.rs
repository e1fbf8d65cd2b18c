//! Made-up rows.

use crate::{DAY, MINUTES, START_HOURS};
use stranded_reports::episode::EpisodeRow;
use stranded_reports::relief::{ReliefChannel, StrandedClass};
use stranded_reports::timeline::TimelineRow;

/// A number between 0 and 1 that depends on nothing but these three (`SplitMix64`, Steele et al. 2014).
pub(crate) fn luck(stream: u64, person: u64, draw: u64) -> f64 {
    let mut z = stream.wrapping_mul(0x9E37_79B9_7F4A_7C15) ^ person.wrapping_mul(0xBF58_476D_1CE4_E5B9) ^ draw;
    z = z.wrapping_add(0x9E37_79B9_7F4A_7C15);
    z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
    ((z ^ (z >> 31)) >> 11) as f64 / (1_u64 << 53) as f64
}

pub(crate) fn milliseconds(hours_since_midnight: f64) -> i32 {
    ((hours_since_midnight - START_HOURS) * 3_600_000.0) as i32
}

pub(crate) fn episodes(replication: u32, left: f64) -> Vec<EpisodeRow> {
    let stream = u64::from(replication);
    let people = (9_400.0 * luck(stream, 0, 0).mul_add(0.2, 0.9) * left) as u32;
    let episode = |person: u32| {
        let chance = |draw| luck(stream, u64::from(person), draw);
        let began = 12.5 + 9.5 * chance(1).powf(1.6);
        let class = match chance(2) {
            c if c < 0.38 => StrandedClass::Unlock,
            c if c < 0.73 => StrandedClass::Return,
            _ => StrandedClass::Start,
        };
        let (relief, hours) = match chance(3) {
            c if class == StrandedClass::Start && c < 0.9 => (ReliefChannel::GaveUp, 3.0_f64.mul_add(chance(4), 0.2)),
            c if c < 0.40 => (ReliefChannel::Server, (24.4 - began).max(0.3)),
            c if c < 0.72 => (ReliefChannel::Advice, 3.0_f64.mul_add(chance(4) + chance(5), 2.6)),
            c if c < 0.90 => (ReliefChannel::Locksmith, 2.0_f64.mul_add(chance(4) + chance(5), 4.0)),
            c if c < 0.93 => (ReliefChannel::CallCentre, chance(4).mul_add(4.0, 0.5)),
            c if c < 0.998 => (ReliefChannel::GaveUp, chance(4).mul_add(5.0, 1.0)),
            _ => (ReliefChannel::Censored, 48.0 - began),
        };
        EpisodeRow {
            episode: person,
            person,
            user: person + 40_000,
            class,
            need: class.name().into(),
            place: if chance(6) < 0.6 { "destination".into() } else { "car park".into() },
            began_ms: milliseconds(began),
            ended_ms: milliseconds(began + hours),
            relief,
            counted: hours > 0.25,
            attempts: (hours * 9.0) as u32,
            calls: (chance(7) * 6.0) as u32,
            notice_seen_ms: (chance(8) < 0.5).then(|| milliseconds(14.8)),
            complaint_sent_ms: (chance(9) < 0.3).then(|| milliseconds(18.1)),
            aware_ms: (relief == ReliefChannel::Advice).then(|| milliseconds(began + hours - 0.2)),
            locksmith_decided_ms: (relief == ReliefChannel::Locksmith).then(|| milliseconds(began + hours - 1.0)),
            cost_krw: if relief == ReliefChannel::Locksmith { 80_000.0 } else { 0.0 },
        }
    };
    (0..people).map(episode).collect()
}

pub(crate) fn timeline(replication: u32, episodes: &[EpisodeRow], left: f64) -> Vec<TimelineRow> {
    // People stranded at each minute from their begins and ends.
    let mut changes = vec![[0_i64; 3]; MINUTES as usize + 1];
    let minute_of = |ms: i32| (ms / 60_000).clamp(0, MINUTES) as usize;
    for episode in episodes {
        changes[minute_of(episode.began_ms)][episode.class.index()] += 1;
        changes[minute_of(episode.ended_ms)][episode.class.index()] -= 1;
    }
    let mut stranded = [0_i64; 3];
    let mut queue = 0.0_f64;
    let mut row = |minute: i32| {
        for (people, change) in stranded.iter_mut().zip(changes[minute as usize]) {
            *people += change;
        }
        let hours = START_HOURS + f64::from(minute) / 60.0;
        let day_shape = (-((hours.rem_euclid(24.0) - 14.0) / 5.0).powi(2)).exp();
        let noise = luck(u64::from(replication), 1 << 40, minute as u64).mul_add(0.08, 0.96);
        let first = 60.0 * noise * (if (0.0..24.0).contains(&hours) { 210.0 } else { 150.0 } * day_shape + 12.0);
        let down = left > 0.3 && ((12.6..24.4).contains(&hours) || (37.5..40.0).contains(&hours));
        let attempts = if down { first * (4.2 + 1.2 * day_shape) } else { first * 1.04 };
        let capacity = 60.0 * 200.0;
        let served = attempts.min(capacity);
        queue = (queue + attempts - capacity).clamp(0.0, 24_000.0);
        let in_time = if down { served * 0.04 } else { served };
        TimelineRow {
            minute,
            time_unix_s: DAY.midnight_unix_s + (START_HOURS * 3_600.0) as i64 + i64::from(minute) * 60,
            stranded_unlock: stranded[0] as u32,
            stranded_return: stranded[1] as u32,
            stranded_start: stranded[2] as u32,
            attempts: attempts as u32,
            first_attempts: first as u32,
            answered_in_time: in_time as u32,
            answered_late: (served - in_time) as u32,
            timed_out: (attempts - in_time) as u32,
            refused: 0,
            offered_work_seconds: (attempts * 0.04) as f32,
            capacity_work_seconds: (capacity * 0.04) as f32,
            queue_length: queue as u32,
            calls: (stranded.iter().sum::<i64>() / 12) as u32,
            calls_answered: 1,
            active_rentals: (5_400.0 * day_shape) as u32,
            relief: [0; 8],
        }
    };
    (0..MINUTES).map(&mut row).collect()
}
