//! How long until somebody noticed, said so, and helped.

use super::{Block, Column, Context, Row, Section, Table};
use crate::estimate::Estimate;
use crate::summary::Service;

pub(super) fn section(context: &Context<'_>) -> Section {
    let (language, labels) = (context.language, context.labels);
    let mut rows = Vec::new();
    let mut blocks = Vec::new();
    let Some(arm) = context.baseline().filter(|arm| arm.service.down_at.is_some()) else {
        return Section { id: "lags", title: labels.lags, blocks };
    };
    let minutes = |value: f64| language.minutes(value);
    let mut push = |name: &str, clock: &str, estimate: Option<Estimate>| {
        if let Some(estimate) = estimate {
            let (mean, interval) = context.mean_and_interval(Some(&estimate), minutes);
            rows.push(Row::of(name, [clock.to_owned(), mean, interval]));
        }
    };
    // The monitor's window says "down" when half of it is bad: the trouble began in its middle.
    let window = context.report.background.outage_window_minutes;
    let detection = Estimate::new(window / 2.0, None).filter(|_| window > 0.0);
    let in_hours = |name: &str| context.metric(name).map(|hours| hours.scaled(60.0));
    push(labels.lag_detection, labels.clock_start, detection);
    push(labels.lag_notice, labels.clock_start, arm.notice_lag_minutes);
    push(labels.lag_advice, labels.clock_episode, in_hours("advice_heard_hours.p50"));
    push(labels.lag_first_action, labels.clock_complaint, in_hours("complaint_first_action_hours.p50"));
    push(labels.lag_locksmith, labels.clock_complaint, in_hours("form_to_locksmith_hours.p50"));
    push(labels.lag_locksmith_arrives, labels.clock_hired, context.metric("locksmith_minutes.p50").copied());
    push(labels.lag_recovery, labels.clock_start, recovery(&arm.service));
    push(labels.lag_claim, labels.clock_claim, in_hours("claims.closure_hours.p50"));
    let columns = vec![
        Column::words(labels.lag),
        Column::words(labels.from_to),
        Column::number(labels.mean),
        Column::number(labels.interval),
    ];
    blocks.push(Block::Table(Table::new(labels.lags, columns, rows)));
    blocks.push(Block::Quiet(labels.lags_note.to_owned()));
    Section { id: "lags", title: labels.lags, blocks }
}

/// From down to back, in minutes.
fn recovery(service: &Service) -> Option<Estimate> {
    service.recovery_minutes.or_else(|| {
        // A folder of a version that kept the two moments only: they are of the same replications, and nobody knows how far their
        // distance varies.
        let (down, back) = service.down_at.as_ref().zip(service.recovered_at.as_ref())?;
        Estimate::new((back.hours.mean() - down.hours.mean()) * 60.0, None)
    })
}
