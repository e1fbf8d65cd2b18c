//! The baseline, and the arms that are compared with it on the same people and the same luck.

use crate::failure::Failure;
use crate::source;
use std::path::Path;
use stranded_reports::summary::{ArmCost, ArmKind};
use stranded_scenario::section::{Arm, ArmKind as ScenarioArmKind};
use stranded_scenario::{Assignment, Loaded, Money, Scenario};

/// Name of the world as it is in the scenario, without any arm.
pub(crate) const BASELINE: &str = "baseline";

/// Which arms to run.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum ArmChoice {
    /// Those that the scenario enables.
    Enabled,
    /// None: the baseline alone.
    None,
    /// These, whether the scenario enables them or not.
    Named(Vec<String>),
}

impl std::str::FromStr for ArmChoice {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        match text.trim() {
            "all" => Ok(Self::Enabled),
            "none" => Ok(Self::None),
            names => {
                let names: Vec<String> = names.split(',').map(|name| name.trim().to_owned()).collect();
                if names.iter().any(String::is_empty) {
                    return Err("give `all`, `none`, or names of arms with commas between them".to_owned());
                }
                Ok(Self::Named(names))
            }
        }
    }
}

/// An arm that is going to be run.
#[derive(Clone, Debug)]
pub(crate) struct PlannedArm {
    /// Short name.
    pub(crate) name: String,
    /// Title for people.
    pub(crate) title: String,
    /// Its changes, in words.
    pub(crate) description: String,
    /// What the arm is for.
    pub(crate) kind: ArmKind,
    /// What it costs, where the scenario says so.
    pub(crate) cost: Option<ArmCost>,
    /// The world of this arm.
    pub(crate) scenario: Scenario,
}

/// Writes the choice of arms into the scenario, so that the resolved scenario of a run says what was run.
///
/// # Errors
/// When there is no arm of a name.
pub(crate) fn choose(path: &Path, loaded: Loaded<Scenario>, choice: &ArmChoice) -> Result<Loaded<Scenario>, Failure> {
    if let ArmChoice::Named(names) = choice {
        for name in names {
            if !loaded.value.arm.iter().any(|arm| arm.name == *name) {
                return Err(Failure::Usage(unknown_arm(name, &loaded.value.arm)));
            }
        }
    }
    let wanted = |arm: &Arm| match choice {
        ArmChoice::Enabled => arm.enabled,
        ArmChoice::None => false,
        ArmChoice::Named(names) => names.contains(&arm.name),
    };
    let changes: Vec<Assignment> = loaded
        .value
        .arm
        .iter()
        .filter(|arm| arm.enabled != wanted(arm))
        .map(|arm| {
            let path = format!("arm.{}.enabled", stranded_scenario::document::quote_key(&arm.name));
            Assignment::new(&path, if wanted(arm) { "true" } else { "false" }, "--arms")
        })
        .collect::<Result<_, _>>()
        .map_err(|finding| source::invalid(path, &finding.into()))?;
    if changes.is_empty() {
        return Ok(loaded);
    }
    loaded.variant(&changes).map_err(|findings| source::invalid(path, &findings))
}

/// The enabled arms of a scenario, each with its own world.
///
/// # Errors
/// When an arm makes no sense; loading the scenario has found that already.
pub(crate) fn plan(path: &Path, loaded: &Loaded<Scenario>) -> Result<Vec<PlannedArm>, Failure> {
    loaded
        .value
        .arm
        .iter()
        .filter(|arm| arm.enabled)
        .map(|arm| {
            let world = loaded.arm(&arm.name).map_err(|findings| source::invalid(path, &findings))?;
            Ok(PlannedArm {
                name: arm.name.clone(),
                title: arm.title.clone(),
                description: describe(arm),
                kind: kind(arm.kind),
                cost: cost(loaded, arm),
                scenario: world.value,
            })
        })
        .collect()
}

fn describe(arm: &Arm) -> String {
    let changes = arm.set.iter().map(|(path, value)| match value {
        serde_json::Value::String(text) => format!("{path} = {text}"),
        value => format!("{path} = {value}"),
    });
    changes.collect::<Vec<_>>().join("; ")
}

/// What the arm costs, with the range that its provenance gives.
fn cost(loaded: &Loaded<Scenario>, arm: &Arm) -> Option<ArmCost> {
    let krw = arm.cost?.krw();
    let path = format!("arm.{}.cost", stranded_scenario::document::quote_key(&arm.name));
    let about = loaded.provenance().into_iter().find(|(parameter, _)| *parameter == path);
    let range_krw =
        about.and_then(|(_, provenance)| Some([won(provenance.low.as_ref()?)?, won(provenance.high.as_ref()?)?]));
    Some(ArmCost { krw, range_krw })
}

/// An amount as it stands in TOML, in Korean won; loading the scenario has found out that it is one.
fn won(text: &str) -> Option<f64> {
    Some(text.trim_matches(['"', '\'']).parse::<Money>().ok()?.krw())
}

const fn kind(kind: ScenarioArmKind) -> ArmKind {
    match kind {
        ScenarioArmKind::Mitigation => ArmKind::Mitigation,
        ScenarioArmKind::Action => ArmKind::OperatorAction,
        ScenarioArmKind::Attribution => ArmKind::Attribution,
        ScenarioArmKind::Experiment => ArmKind::Experiment,
    }
}

fn unknown_arm(name: &str, arms: &[Arm]) -> String {
    if arms.is_empty() {
        return format!("there is no arm `{name}`: the scenario has no arms\nleave `--arms` away, or add an `[[arm]]`");
    }
    let known: Vec<String> = arms.iter().map(|arm| format!("`{}`", arm.name)).collect();
    let near = arms.iter().min_by_key(|arm| strsim::damerau_levenshtein(&arm.name, name));
    let near = near.map(|arm| format!("did you mean `{}`? ", arm.name)).unwrap_or_default();
    format!("there is no arm `{name}`\n{near}the scenario has: {}", known.join(", "))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn arms_are_chosen_by_word_or_by_name() {
        assert_eq!("all".parse(), Ok(ArmChoice::Enabled));
        assert_eq!("none".parse(), Ok(ArmChoice::None));
        assert_eq!("a, b".parse(), Ok(ArmChoice::Named(vec!["a".to_owned(), "b".to_owned()])));
        assert!("a,,b".parse::<ArmChoice>().is_err());
    }

    #[test]
    fn an_unknown_arm_names_the_nearest() {
        let arms = ["offline-key", "twice-the-agents"].map(|name| Arm { name: name.to_owned(), ..Arm::default() });
        let message = unknown_arm("offlin-key", &arms);
        assert!(message.contains("did you mean `offline-key`?"), "{message}");
    }

    #[test]
    fn what_an_arm_costs_comes_with_its_range() {
        const TEXT: &str = r#"
            [[arm]]
            name = "priced and known"
            cost = { value = "50_000_000 KRW", source = "an offer", confidence = "cited", low = "4e7 KRW", high = "60000000 KRW" }
            [[arm]]
            name = "priced"
            cost = "80000 KRW"
            [[arm]]
            name = "not-priced"
            [service.server]
            [arrivals]
            service = "server"
        "#;
        let loaded = stranded_scenario::Loader::new().load_text::<Scenario>("costs.toml", TEXT).unwrap();
        let costs: Vec<Option<ArmCost>> = loaded.value.arm.iter().map(|arm| cost(&loaded, arm)).collect();
        let known = ArmCost { krw: 5e7, range_krw: Some([4e7, 6e7]) };
        assert_eq!(costs, [Some(known), Some(ArmCost { krw: 80_000.0, range_krw: None }), None]);
    }

    #[test]
    fn changes_are_described_without_quotes() {
        let mut arm = Arm::default();
        arm.set.insert("app.timeout".to_owned(), "5 s".into());
        arm.set.insert("fleet.cars".to_owned(), 100.into());
        assert_eq!(describe(&arm), "app.timeout = 5 s; fleet.cars = 100");
    }
}
