//! What `devkit bench --samples` writes: one number per unlock for each step.

use serde::Deserialize;
use serde_json::Value;
use std::collections::BTreeMap;

/// The version of the samples' form that we read.
const SCHEMA: u64 = 1;
/// What the samples must be of.
const KIND: &str = "door";
/// The step that the world needs: all that the door's controller computes for one unlock.
pub(crate) const WHOLE_UNLOCK: &str = "unlock_total";
/// Fewer samples say nothing about a distribution.
const COUNT_MIN: usize = 30;
/// Longer names are none; the output repeats them.
const NAME_LENGTH_MAX: usize = 200;
/// How to get samples that are right.
const WAY_OUT: &str = "take new ones with `devkit bench --unlocks 1000 --samples FILE`";

/// What the numbers count.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Unit {
    /// Instructions that an emulator executed. They are no time.
    Instructions,
    /// Cycles of a real core's own counter.
    Cycles,
}

impl Unit {
    /// The word that the file uses.
    pub(crate) const fn word(self) -> &'static str {
        match self {
            Self::Instructions => "instructions",
            Self::Cycles => "cycles",
        }
    }
}

/// The form of the file.
#[derive(Debug, Deserialize)]
struct Form {
    board: String,
    unit: Unit,
    clock_hertz: f64,
    estimated: bool,
    signature_library: String,
    program_version: String,
    #[serde(default)]
    commit: Option<String>,
    machine: String,
    steps: BTreeMap<String, Vec<Value>>,
}

/// Samples of unlocks, checked.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Samples {
    /// The board that ran the firmware.
    pub(crate) board: String,
    /// What the numbers count.
    pub(crate) unit: Unit,
    /// The core's clock (Hz), above zero.
    pub(crate) clock_hertz: f64,
    /// The library that checks signatures.
    pub(crate) signature_library: String,
    /// The firmware's version.
    pub(crate) program_version: String,
    /// The firmware's commit, if its build knew.
    pub(crate) commit: Option<String>,
    /// The machine that the measurement ran on.
    pub(crate) machine: String,
    /// The numbers by step, each above zero; all steps have equally many, at least 30, in the order of the unlocks.
    pub(crate) steps: BTreeMap<String, Vec<f64>>,
}

impl Samples {
    /// Reads a file's bytes.
    ///
    /// # Errors
    /// What is wrong, where, and the way out.
    pub(crate) fn read(bytes: &[u8]) -> Result<Self, String> {
        let value: Value =
            serde_json::from_slice(bytes).map_err(|error| format!("it is not JSON: {error}\n{WAY_OUT}"))?;
        if !value.is_object() {
            return Err(format!("expected an object with `schema`, `kind` and `steps`\n{WAY_OUT}"));
        }
        let kind = &value["kind"];
        if kind != KIND {
            return Err(format!(
                "`kind` is {kind}, and a door is calibrated from samples of kind \"{KIND}\"\n{WAY_OUT}"
            ));
        }
        let schema = &value["schema"];
        if schema != SCHEMA {
            return Err(format!("`schema` is {schema}, and this program reads schema {SCHEMA}\n{WAY_OUT}"));
        }
        let form: Form = serde_json::from_value(value).map_err(|error| format!("{error}\n{WAY_OUT}"))?;
        Self::check(form).map_err(|reason| format!("{reason}\n{WAY_OUT}"))
    }

    fn check(form: Form) -> Result<Self, String> {
        let Form { board, unit, clock_hertz, estimated, signature_library, program_version, commit, machine, steps } =
            form;
        // Instruction counts must never pass for time on hardware, nor the other way round.
        if estimated != (unit == Unit::Instructions) {
            let unit = unit.word();
            return Err(format!(
                "`unit` is \"{unit}\" and `estimated` is {estimated}: instructions are always estimated, cycles never"
            ));
        }
        if !(clock_hertz.is_finite() && clock_hertz > 0.0) {
            return Err(format!("`clock_hertz` is {clock_hertz}, and must be above zero, such as 64000000"));
        }
        for (key, text) in [
            ("board", &board),
            ("signature_library", &signature_library),
            ("program_version", &program_version),
            ("machine", &machine),
        ] {
            check_name(&format!("`{key}`"), text)?;
        }
        commit.as_ref().map_or(Ok(()), |commit| check_name("`commit`", commit))?;
        let count = steps.get(WHOLE_UNLOCK).map(Vec::len).ok_or_else(|| {
            let names = steps.keys().map(|name| format!("{name:?}")).collect::<Vec<_>>().join(", ");
            let names = if names.is_empty() { "none".to_owned() } else { names };
            format!("`steps` has no `{WHOLE_UNLOCK}`, the step that the world's cars take; there are: {names}")
        })?;
        if count < COUNT_MIN {
            return Err(format!(
                "`steps.{WHOLE_UNLOCK}` has {count} samples, and a distribution needs at least {COUNT_MIN}"
            ));
        }
        let steps = steps
            .into_iter()
            .map(|(name, values)| {
                check_name("the name of a step", &name)?;
                if values.len() != count {
                    let found = values.len();
                    return Err(format!("`steps.{name}` has {found} samples and `{WHOLE_UNLOCK}` has {count}"));
                }
                let numbers = values.iter().enumerate().map(|(index, value)| {
                    let number = value.as_f64().filter(|number| number.is_finite() && *number > 0.0);
                    number.ok_or_else(|| format!("`steps.{name}[{index}]` is {value}, and not a number above zero"))
                });
                let numbers = numbers.collect::<Result<Vec<f64>, String>>()?;
                Ok((name, numbers))
            })
            .collect::<Result<_, String>>()?;
        Ok(Self { board, unit, clock_hertz, signature_library, program_version, commit, machine, steps })
    }

    /// The numbers of the whole unlock.
    pub(crate) fn whole_unlock(&self) -> &[f64] {
        // There is one: `check` has looked.
        self.steps.get(WHOLE_UNLOCK).map_or(&[], Vec::as_slice)
    }
}

/// Names are repeated in comments of the output, which a line break would end.
fn check_name(what: &str, text: &str) -> Result<(), String> {
    let length = text.chars().count();
    if length == 0 || length > NAME_LENGTH_MAX || text.chars().any(char::is_control) {
        return Err(format!("{what} must be 1 to {NAME_LENGTH_MAX} characters on one line, and is {text:?}"));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn good() -> Value {
        json!({
            "schema": 1, "kind": "door", "board": "a board", "unit": "cycles", "clock_hertz": 64_000_000,
            "estimated": false, "signature_library": "dalek", "program_version": "1.2.3", "commit": "abc",
            "machine": "a desk", "steps": { "rights": vec![10; 40], "unlock_total": vec![1000; 40] }
        })
    }

    fn refusal(change: impl FnOnce(&mut Value)) -> String {
        let mut value = good();
        change(&mut value);
        Samples::read(value.to_string().as_bytes()).expect_err("refused")
    }

    #[test]
    fn good_samples_are_read_and_more_keys_do_not_hurt() {
        let mut value = good();
        value["histogram"] = json!({});
        value["commit"] = json!(null);
        let samples = Samples::read(value.to_string().as_bytes()).expect("good");
        assert_eq!((samples.unit, samples.whole_unlock().len(), samples.steps.len()), (Unit::Cycles, 40, 2));
    }

    #[test]
    fn every_mistake_is_named_with_its_place() {
        for (expected, message) in [
            ("`kind` is \"server\"", refusal(|it| it["kind"] = json!("server"))),
            ("`schema` is 2", refusal(|it| it["schema"] = json!(2))),
            ("`schema` is null", refusal(|it| drop(it.as_object_mut().map(|it| it.remove("schema"))))),
            ("missing field `board`", refusal(|it| drop(it.as_object_mut().map(|it| it.remove("board"))))),
            ("unknown variant `ticks`", refusal(|it| it["unit"] = json!("ticks"))),
            ("cycles never", refusal(|it| it["estimated"] = json!(true))),
            ("instructions are always", refusal(|it| it["unit"] = json!("instructions"))),
            ("`clock_hertz` is 0", refusal(|it| it["clock_hertz"] = json!(0))),
            ("`board` must be", refusal(|it| it["board"] = json!("two\nlines"))),
            ("`commit` must be", refusal(|it| it["commit"] = json!("\t"))),
            ("`machine` must be", refusal(|it| it["machine"] = json!(""))),
            ("there are: none", refusal(|it| it["steps"] = json!({}))),
            ("there are: \"rights\"", refusal(|it| it["steps"] = json!({ "rights": [1] }))),
            ("has 0 samples", refusal(|it| it["steps"]["unlock_total"] = json!([]))),
            ("has 29 samples", refusal(|it| it["steps"]["unlock_total"] = json!(vec![1; 29]))),
            ("`steps.rights` has 39", refusal(|it| it["steps"]["rights"] = json!(vec![1; 39]))),
            ("`steps.unlock_total[7]` is -3", refusal(|it| it["steps"]["unlock_total"][7] = json!(-3))),
            ("`steps.unlock_total[0]` is 0", refusal(|it| it["steps"]["unlock_total"][0] = json!(0))),
            ("`steps.rights[39]` is null", refusal(|it| it["steps"]["rights"][39] = json!(null))),
        ] {
            assert!(message.contains(expected), "{expected}: {message}");
            assert!(message.contains("devkit bench"), "no way out: {message}");
        }
    }
}
