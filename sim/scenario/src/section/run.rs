use crate::quantity::Probability;
use schemars::JsonSchema;
use serde::de::{Error, SeqAccess, Visitor};
use serde::{Deserialize, Deserializer, Serialize};
use std::fmt;

/// How often the scenario is repeated, and with which luck.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct Run {
    /// Master seed. Replication r of every arm draws from streams keyed by (seed, r, person, purpose).
    pub seed: u64,
    /// When to stop repeating.
    pub replications: Replications,
}

impl Default for Run {
    fn default() -> Self {
        Self { seed: 20_220_410, replications: Replications::default() }
    }
}

/// Sequential stopping: repeat until the 95 % interval of what the run is about is tight enough.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct Replications {
    /// Fewest replications before an interval is believed; at least 2.
    pub min: u32,
    /// Most replications.
    pub max: u32,
    /// Half width of the 95 % interval of each of the metrics, relative to its mean, at which repeating stops.
    pub precision: Probability,
    /// What must be that precise: a metric, or a list of them (default: stranded person-hours; without a fleet the mean time in
    /// system, or answers in time per second where clients time out before the run ends).
    pub metric: Option<MetricNames>,
}

impl Default for Replications {
    fn default() -> Self {
        Self { min: 5, max: 20, precision: Probability::new(0.05), metric: None }
    }
}

/// One metric, or several.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(untagged)]
pub enum MetricNames {
    /// One.
    One(String),
    /// At least one.
    Several(#[schemars(length(min = 1))] Vec<String>),
}

impl MetricNames {
    /// The names, in the order of the scenario.
    pub fn names(&self) -> &[String] {
        match self {
            Self::One(name) => std::slice::from_ref(name),
            Self::Several(names) => names,
        }
    }
}

impl<'de> Deserialize<'de> for MetricNames {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(MetricNamesVisitor)
    }
}

/// Says in a sentence what is expected, which serde's own untagged enums do not.
struct MetricNamesVisitor;

impl<'de> Visitor<'de> for MetricNamesVisitor {
    type Value = MetricNames;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("the name of a metric such as \"stranded_hours\", or a list of one or more names")
    }

    fn visit_str<E: Error>(self, name: &str) -> Result<MetricNames, E> {
        Ok(MetricNames::One(name.to_owned()))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<MetricNames, A::Error> {
        let mut names = Vec::new();
        while let Some(name) = items.next_element()? {
            names.push(name);
        }
        if names.is_empty() { Err(A::Error::invalid_length(0, &self)) } else { Ok(MetricNames::Several(names)) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Loaded, Loader, Reporter, Validate};

    #[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
    #[serde(default)]
    struct Only {
        run: Run,
    }

    impl Validate for Only {
        fn validate(&self, _: &mut Reporter<'_>) {}
    }

    fn metric(value: &str) -> Result<Option<MetricNames>, String> {
        let text = format!("[run.replications]\nmetric = {value}\n");
        let loaded: Result<Loaded<Only>, _> = Loader::new().load_text("run.toml", &text);
        loaded.map(|loaded| loaded.value.run.replications.metric).map_err(|findings| findings.to_string())
    }

    #[test]
    fn a_metric_or_a_list_of_them_decides_when_to_stop() {
        assert_eq!(Run::default().replications.metric, None);
        assert_eq!(metric("\"intents\"").unwrap().unwrap().names(), ["intents"]);
        assert_eq!(metric("[\"intents\", \"attempts\"]").unwrap().unwrap().names(), ["intents", "attempts"]);
    }

    #[test]
    fn no_metric_at_all_is_refused_in_a_sentence() {
        for value in ["[]", "5", "[5]", "{ a = 1 }"] {
            let message = metric(value).unwrap_err();
            assert!(message.contains("expected"), "{value}: {message}");
            assert!(!message.contains("untagged"), "{value}: {message}");
        }
    }
}
