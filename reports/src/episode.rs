//! The rows of `episodes.parquet`: one stranding episode each.

use crate::relief::{ReliefChannel, StrandedClass};
use crate::table::{Column, Field, TableRow, column};
use std::borrow::Cow;

/// A stranding episode of one replication of one arm. The arm's name and the replication are given once per group of
/// rows to the writer, which stores them as the columns `arm` and `replication`.
///
/// Moments are whole milliseconds since the start of the run (at most 24 days, which is what 32 bits hold).
#[derive(Debug, Clone, PartialEq)]
pub struct EpisodeRow {
    /// Number of the episode within the replication, from 0.
    pub episode: u32,
    /// The person: the same number is the same person in every arm.
    pub person: u32,
    /// The app account of the person.
    pub user: u32,
    /// What the person could not do.
    pub class: StrandedClass,
    /// The intent that failed (`unlock`, `lock`, `return`, `start`).
    pub need: Cow<'static, str>,
    /// Kind of place where it happened (`car park`, `destination`).
    pub place: Cow<'static, str>,
    /// First failed attempt.
    pub began_ms: i32,
    /// Relief, or the end of the run when censored.
    pub ended_ms: i32,
    /// What ended it.
    pub relief: ReliefChannel,
    /// Belongs to the headline: longer than the threshold, and begun within the analysed window.
    pub counted: bool,
    /// Attempts at the intent.
    pub attempts: u32,
    /// Calls to the customer centre.
    pub calls: u32,
    /// When the person saw a notice by the operator.
    pub notice_seen_ms: Option<i32>,
    /// When the person sent a complaint by message or form.
    pub complaint_sent_ms: Option<i32>,
    /// When the person learned of a workaround.
    pub aware_ms: Option<i32>,
    /// When the person decided to pay a locksmith.
    pub locksmith_decided_ms: Option<i32>,
    /// What the episode cost the person (locksmith, other transport), in Korean won.
    pub cost_krw: f64,
}

impl EpisodeRow {
    /// Length in minutes, the column `minutes`.
    pub fn minutes(&self) -> f64 {
        (f64::from(self.ended_ms) - f64::from(self.began_ms)) / 60_000.0
    }
}

impl TableRow for EpisodeRow {
    const TABLE: &'static str = "episodes";
    const SCHEMA_VERSION: u32 = 1;

    fn columns() -> Vec<Column<Self>> {
        vec![
            column!(U32 episode),
            column!(U32 person),
            column!(U32 user),
            Column {
                name: "class",
                field: Field::Text {
                    get: |r| r.class.name(),
                    set: |r, v| StrandedClass::from_name(&v).map(|class| r.class = class).is_some(),
                },
            },
            Column {
                name: "need",
                field: Field::Text {
                    get: |r| &r.need,
                    set: |r, v| {
                        r.need = v.into();
                        true
                    },
                },
            },
            Column {
                name: "place",
                field: Field::Text {
                    get: |r| &r.place,
                    set: |r, v| {
                        r.place = v.into();
                        true
                    },
                },
            },
            column!(I32 began_ms),
            column!(I32 ended_ms),
            // Stored for readers in other languages; it follows from the two columns before it.
            Column { name: "minutes", field: Field::F64 { get: Self::minutes, set: |_, _| () } },
            Column {
                name: "relief",
                field: Field::Text {
                    get: |r| r.relief.name(),
                    set: |r, v| ReliefChannel::from_name(&v).map(|relief| r.relief = relief).is_some(),
                },
            },
            column!(Bool counted),
            column!(U32 attempts),
            column!(U32 calls),
            column!(OptionI32 notice_seen_ms),
            column!(OptionI32 complaint_sent_ms),
            column!(OptionI32 aware_ms),
            column!(OptionI32 locksmith_decided_ms),
            column!(F64 cost_krw),
        ]
    }

    fn blank() -> Self {
        Self {
            episode: 0,
            person: 0,
            user: 0,
            class: StrandedClass::Unlock,
            need: Cow::Borrowed(""),
            place: Cow::Borrowed(""),
            began_ms: 0,
            ended_ms: 0,
            relief: ReliefChannel::Server,
            counted: false,
            attempts: 0,
            calls: 0,
            notice_seen_ms: None,
            complaint_sent_ms: None,
            aware_ms: None,
            locksmith_decided_ms: None,
            cost_krw: 0.0,
        }
    }
}
