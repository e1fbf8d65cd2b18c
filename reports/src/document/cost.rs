//! What an arm costs, beside what it saves.

use super::{Cell, Context};
use crate::estimate::Estimate;
use crate::format::{NOTHING, measured};
use crate::summary::{ArmCost, ArmKind, ArmSummary};

/// The cost of an arm and how soon it pays for itself; a blank to fill in where the scenario does not say and somebody could.
pub(super) fn cell(context: &Context<'_>, arm: &ArmSummary) -> Cell {
    let language = context.language;
    match (&arm.cost, arm.kind) {
        (Some(cost), _) => {
            let won = language.won(cost.krw);
            let range = cost.range_krw.map(|[low, high]| language.range(&language.won(low), &language.won(high)));
            Cell::Noted {
                text: range.map_or_else(|| won.clone(), |range| format!("{won} ({range})")),
                note: payback(context, cost, arm).unwrap_or_default(),
                is_strong: false,
            }
        }
        (None, ArmKind::Mitigation | ArmKind::OperatorAction) => Cell::Blank,
        (None, _) => Cell::Plain(NOTHING.to_owned()),
    }
}

/// After how many days such as this one the arm has saved what it costs; nothing when it saves nothing.
fn payback(context: &Context<'_>, cost: &ArmCost, arm: &ArmSummary) -> Option<String> {
    let saved = arm.difference_to_baseline?.money_krw?.scaled(-1.0);
    if saved.mean() <= 0.0 || cost.krw <= 0.0 {
        return None;
    }
    // Where the saving may be none, the days may be any number, and an interval would say less than the doubt does.
    let certain = saved.ci95().filter(|_| !saved.may_be_zero());
    let is_doubtful = saved.ci95().is_some() && certain.is_none();
    let written =
        |mean: f64, ends: Option<[f64; 2]>| Some(context.language.with_interval(&Estimate::new(mean, ends)?, measured));
    // Part of a day reads badly: then it is said how many times over the first one pays.
    let said = if saved.mean() >= cost.krw {
        let times = written(saved.mean() / cost.krw, certain.map(|ends| ends.map(|won| won / cost.krw)))?;
        context.words.pays_at_once(&times)
    } else {
        let days = written(cost.krw / saved.mean(), certain.map(|[low, high]| [cost.krw / high, cost.krw / low]))?;
        context.words.pays_after(&days)
    };
    Some(if is_doubtful { format!("{said}; {}", context.labels.may_save_nothing) } else { said })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::background::Background;
    use crate::document::Report;
    use crate::language::Language;
    use crate::sample;

    /// Text and note of the cell of an arm that costs so much and changes the money by this.
    fn shown(language: Language, cost: ArmCost, money: Option<Estimate>) -> (String, String) {
        let (summary, manifest, background) = (sample::summary(), sample::manifest(), Background::default());
        let findings = sample::findings(&summary, language);
        let report = Report {
            summary: &summary,
            manifest: &manifest,
            findings: &findings,
            background: &background,
            capacity: None,
            language,
        };
        let mut arm = sample::arm("offline-key", ArmKind::Mitigation, 1, 900.0);
        arm.cost = Some(cost);
        arm.difference_to_baseline.as_mut().unwrap().money_krw = money;
        match cell(&Context::new(report), &arm) {
            Cell::Noted { text, note, .. } => (text, note),
            _ => panic!("a cost is a text with a note"),
        }
    }

    const COST: ArmCost = ArmCost { krw: 6e8, range_krw: None };

    fn note(money: Option<Estimate>) -> String {
        shown(Language::English, COST, money).1
    }

    #[test]
    fn a_cost_above_a_days_saving_is_paid_after_some_days() {
        let saves = Estimate::new(-1e8, Some([-1.2e8, -0.8e8]));
        assert_eq!(note(saves), "pays for itself after 6.00 (5.00 to 7.50) such days");
        assert_eq!(shown(Language::Korean, COST, saves).1, "이런 하루 6.00 (5.00~7.50)번이면 본전");
        assert_eq!(note(Estimate::new(-1e8, None)), "pays for itself after 6.00 such days", "one replication");
    }

    #[test]
    fn a_cost_below_a_days_saving_is_paid_on_the_first_one() {
        let saves = Estimate::new(-3e9, Some([-3.6e9, -2.4e9]));
        assert_eq!(note(saves), "the first such day saves 5.00 (4.00 to 6.00) times as much");
    }

    #[test]
    fn a_saving_that_may_be_none_is_called_doubtful() {
        let said = note(Estimate::new(-1e8, Some([-3e8, 1e8])));
        assert_eq!(said, "pays for itself after 6.00 such days; it may save nothing");
    }

    #[test]
    fn what_saves_nothing_never_pays() {
        for money in [Estimate::new(1e8, Some([0.5e8, 1.5e8])), Estimate::exact(0.0), None] {
            assert_eq!(note(money), "");
        }
        let free = ArmCost { krw: 0.0, range_krw: None };
        assert_eq!(shown(Language::English, free, Estimate::new(-1e8, None)), ("₩0".to_owned(), String::new()));
    }

    #[test]
    fn a_range_stands_beside_the_cost() {
        let cost = ArmCost { range_krw: Some([4e8, 9e8]), ..COST };
        assert_eq!(shown(Language::English, cost, None).0, "₩600 million (₩400 million to ₩900 million)");
        assert_eq!(shown(Language::Korean, cost, None).0, "6.0억 원 (4.0억 원~9.0억 원)");
    }

    #[test]
    fn a_cost_that_nobody_has_said_is_a_blank_where_somebody_could() {
        let (summary, manifest, background) = (sample::summary(), sample::manifest(), Background::default());
        let language = Language::English;
        let findings = sample::findings(&summary, language);
        let report = Report {
            summary: &summary,
            manifest: &manifest,
            findings: &findings,
            background: &background,
            capacity: None,
            language,
        };
        let of = |kind| cell(&Context::new(report), &sample::arm("arm", kind, 1, 900.0));
        assert!(matches!(of(ArmKind::Mitigation), Cell::Blank) && matches!(of(ArmKind::OperatorAction), Cell::Blank));
        for kind in [ArmKind::Baseline, ArmKind::Attribution, ArmKind::Experiment] {
            assert!(matches!(of(kind), Cell::Plain(text) if text == NOTHING), "{kind:?}");
        }
    }
}
