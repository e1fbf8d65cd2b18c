//! One value of a parameter: what the scenario gets, and the number in it.

use serde_json::Value as Json;

/// A value that a parameter takes at a design point.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Value {
    /// As the scenario gets it: TOML on one line.
    pub(crate) toml: String,
    /// The number in it, in its unit.
    pub(crate) number: Option<f64>,
    /// The unit behind the number; empty where there is none.
    pub(crate) unit: String,
}

impl Value {
    /// A value as it stands in a scenario.
    pub(crate) fn new(json: &Json) -> Self {
        let toml = toml_of(json);
        match json {
            Json::Number(number) => Self { toml, number: number.as_f64(), unit: String::new() },
            Json::Bool(on) => Self { toml, number: Some(f64::from(u8::from(*on))), unit: String::new() },
            Json::String(text) => match number_and_unit(text) {
                Some((number, unit)) => Self { toml, number: Some(number), unit: unit.to_owned() },
                None => Self { toml, number: None, unit: String::new() },
            },
            _ => Self { toml, number: None, unit: String::new() },
        }
    }

    /// For people: without quotes.
    pub(crate) fn label(&self) -> String {
        let is_quoted = self.toml.len() > 1 && self.toml.starts_with(['"', '\'']);
        if is_quoted { self.toml[1..self.toml.len() - 1].to_owned() } else { self.toml.clone() }
    }
}

/// The ends of a range, of the same unit.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Scale {
    low: f64,
    high: f64,
    unit: String,
    /// Whether only whole numbers are meant.
    is_whole: bool,
    /// Whether equal ratios are equally far apart, instead of equal distances.
    is_log: bool,
}

impl Scale {
    /// The scale between two values of a scenario.
    ///
    /// # Errors
    /// When there is no number between them; in words.
    pub(crate) fn new(low: &Json, high: &Json, is_log: bool) -> Result<Self, String> {
        let ends = [low, high].map(Value::new);
        let [Some(from), Some(to)] = [ends[0].number, ends[1].number] else {
            return Err("the ends of a range are numbers, with a unit where there is one: 2 or \"15 min\"".to_owned());
        };
        if [low, high].iter().any(|end| end.is_boolean()) {
            return Err("there is nothing between true and false; use `list = [false, true]`".to_owned());
        }
        if ends[0].unit != ends[1].unit {
            let [low, high] = ends.map(|end| end.label());
            return Err(format!("write both ends with the same unit: `{low}` and `{high}` differ in it"));
        }
        if is_log && (from <= 0.0 || to <= 0.0) {
            return Err("equal ratios need ends above zero".to_owned());
        }
        let [end, _] = ends;
        let is_whole = [low, high].iter().all(|end| end.is_i64() || end.is_u64());
        Ok(Self { low: from, high: to, unit: end.unit, is_whole, is_log })
    }

    /// The value at a share of the way from the low end (0) to the high end (1).
    pub(crate) fn at(&self, share: f64) -> Value {
        let Self { low, high, .. } = *self;
        let exact = if self.is_log { low * (high / low).powf(share) } else { (high - low).mul_add(share, low) };
        let number = if self.is_whole { exact.round() } else { tidy(exact) };
        let toml = match (self.unit.is_empty(), self.is_whole) {
            (true, true) => format!("{number:.0}"),
            (true, false) => format!("{number:?}"),
            (false, _) => format!("\"{number} {}\"", self.unit),
        };
        Value { toml, number: Some(number), unit: self.unit.clone() }
    }

    /// Whether only whole numbers are meant.
    pub(crate) const fn is_whole(&self) -> bool {
        self.is_whole
    }

    /// So many values from the low end to the high end, both included; what rounds to the same is there once.
    pub(crate) fn steps(&self, count: u32) -> Vec<Value> {
        let mut values: Vec<Value> = Vec::new();
        for step in 0..count {
            let value = self.at(f64::from(step) / f64::from(count.max(2) - 1));
            if values.last() != Some(&value) {
                values.push(value);
            }
        }
        values
    }
}

/// A number to twelve digits: what is left of sums like 0.1 + 0.2 is nothing that anybody asked for.
fn tidy(number: f64) -> f64 {
    format!("{number:.11e}").parse().unwrap_or(number)
}

/// `15 min` as 15 and `min`; `None` for texts that are no single number with a unit.
fn number_and_unit(text: &str) -> Option<(f64, &str)> {
    let text = text.trim();
    let end = text.find(|letter: char| !(letter.is_ascii_digit() || matches!(letter, '.' | '+' | '-' | '_')));
    let (number, unit) = text.split_at(end.unwrap_or(text.len()));
    let unit = unit.trim();
    let is_single = !unit.chars().any(|letter| letter.is_ascii_digit());
    let number: f64 = number.replace('_', "").parse().ok()?;
    is_single.then_some((number, unit))
}

fn toml_of(json: &Json) -> String {
    match json {
        // TOML's dates come through serde as a table with one private key.
        Json::Object(table) if table.len() == 1 && table.keys().all(|key| key.starts_with("$__toml")) => {
            table.values().next().and_then(Json::as_str).unwrap_or_default().to_owned()
        }
        _ => toml::Value::try_from(json).map_or_else(|_| json.to_string(), |value| value.to_string()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn numbers_are_found_in_front_of_their_units() {
        assert_eq!(number_and_unit("15 min"), Some((15.0, "min")));
        assert_eq!(number_and_unit("2.5 /s"), Some((2.5, "/s")));
        assert_eq!(number_and_unit("3 %"), Some((3.0, "%")));
        for text in ["fifo", "1 h 30 min", "07:30", "2022-04-10T12:00:00+09:00", ""] {
            assert_eq!(number_and_unit(text), None, "{text}");
        }
    }

    #[test]
    fn values_are_written_as_the_scenario_reads_them() {
        let toml = |value: Json| Value::new(&value).toml;
        assert_eq!(toml(json!(4)), "4");
        assert_eq!(toml(json!(0.5)), "0.5");
        assert_eq!(toml(json!(true)), "true");
        assert_eq!(toml(json!("15 min")), "\"15 min\"");
        assert_eq!(toml(json!({ "$__toml_private_datetime": "2022-04-10T12:00:00Z" })), "2022-04-10T12:00:00Z");
        assert_eq!(Value::new(&json!("15 min")).label(), "15 min");
        assert!(toml(json!({ "exponential": { "mean": "1 s" } })).contains("mean"));
    }

    #[test]
    fn ranges_keep_units_and_whole_numbers() {
        let labels = |values: Vec<Value>| values.iter().map(Value::label).collect::<Vec<_>>();
        let scale = |low, high, is_log| Scale::new(&low, &high, is_log).unwrap();
        assert_eq!(labels(scale(json!(2), json!(10), false).steps(5)), ["2", "4", "6", "8", "10"]);
        assert_eq!(labels(scale(json!(1), json!(3), false).steps(9)), ["1", "2", "3"], "none twice");
        assert_eq!(labels(scale(json!("10 min"), json!("25 min"), false).steps(3)), ["10 min", "17.5 min", "25 min"]);
        assert_eq!(labels(scale(json!(0.1), json!(0.4), false).steps(4)), ["0.1", "0.2", "0.3", "0.4"]);
        assert_eq!(labels(scale(json!(1.0), json!(100.0), true).steps(3)), ["1.0", "10.0", "100.0"]);
    }

    #[test]
    fn what_is_no_range_is_told() {
        let error = |low, high, is_log| Scale::new(&low, &high, is_log).unwrap_err();
        assert!(error(json!("30 s"), json!("2 min"), false).contains("same unit"));
        assert!(error(json!("fifo"), json!("lifo"), false).contains("numbers"));
        assert!(error(json!(false), json!(true), false).contains("list"));
        assert!(error(json!(0), json!(10), true).contains("above zero"));
    }
}
