//! Expressions over names: constraints on parameters, and objectives over metrics.

use exmex::{Express as _, FlatExVal, Val};

/// A value in an expression.
pub(crate) type Number = Val<i64, f64>;

/// An expression, parsed once.
#[derive(Clone, Debug)]
pub(crate) struct Expression {
    text: String,
    parsed: FlatExVal<i64, f64>,
}

impl Expression {
    /// Parses a text.
    ///
    /// # Errors
    /// What is wrong with it, in words.
    pub(crate) fn parse(text: &str) -> Result<Self, String> {
        let parsed = exmex::parse_val::<i64, f64>(text).map_err(|error| error.to_string())?;
        Ok(Self { text: text.to_owned(), parsed })
    }

    /// As it was written.
    pub(crate) fn text(&self) -> &str {
        &self.text
    }

    /// The names in it.
    pub(crate) fn names(&self) -> &[String] {
        self.parsed.var_names()
    }

    /// Its value where `of` says what the names stand for; `None` when a name stands for nothing, or there is no value.
    pub(crate) fn value(&self, of: impl Fn(&str) -> Option<f64>) -> Option<f64> {
        let value = self.evaluate(of)?.to_float().ok()?;
        value.is_finite().then_some(value)
    }

    /// Whether it holds; `None` as for [`Self::value`].
    pub(crate) fn holds(&self, of: impl Fn(&str) -> Option<f64>) -> Option<bool> {
        self.evaluate(of)?.to_bool().ok()
    }

    fn evaluate(&self, of: impl Fn(&str) -> Option<f64>) -> Option<Number> {
        let values: Option<Vec<Number>> = self.names().iter().map(|name| of(name).map(Val::Float)).collect();
        self.parsed.eval(&values?).ok()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(name: &str) -> Option<f64> {
        match name {
            "agents" => Some(3.0),
            "crews" => Some(2.0),
            "stranded_minutes.p90" => Some(61.5),
            _ => None,
        }
    }

    #[test]
    fn constraints_hold_or_do_not() {
        let holds = |text: &str| Expression::parse(text).unwrap().holds(of);
        assert_eq!(holds("agents + 2 * crews <= 7"), Some(true));
        assert_eq!(holds("agents < crews || crews == 1"), Some(false));
        assert_eq!(holds("agents / crews > 1.4 && crews >= 2"), Some(true), "no division of whole numbers");
        assert_eq!(holds("unknown > 1"), None);
    }

    #[test]
    fn objectives_are_numbers() {
        let value = |text: &str| Expression::parse(text).unwrap().value(of);
        assert_eq!(value("{stranded_minutes.p90} * 2 + max(agents, crews)"), Some(126.0));
        assert_eq!(value("agents / 0"), None, "nothing that could be compared");
        assert_eq!(Expression::parse("agents + 1").unwrap().names(), ["agents"]);
    }

    #[test]
    fn nonsense_is_refused() {
        for text in ["agents +", "(agents", "", "agents crews"] {
            assert!(Expression::parse(text).is_err(), "{text}");
        }
    }
}
