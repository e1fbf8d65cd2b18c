//! Expressions over names: constraints on parameters, and objectives over metrics.

use exmex::{BinOp, Express as _, FlatEx, MakeOperators, Operator};

/// An expression, parsed once.
#[derive(Clone, Debug)]
pub(crate) struct Expression {
    text: String,
    parsed: FlatEx<f64, Operators>,
}

/// The operators, in the order of strength that people know: `a < b && c < d` asks two questions. (The library's own set of operators
/// over values binds `&&` more tightly than `<`.)
#[derive(Clone, Debug)]
struct Operators;

impl MakeOperators<f64> for Operators {
    #[allow(clippy::float_cmp, reason = "who asks whether two numbers are equal means equal")]
    fn make<'a>() -> Vec<Operator<'a, f64>> {
        const OR: i64 = 0;
        const AND: i64 = 1;
        const COMPARISON: i64 = 2;
        const SUM: i64 = 3;
        const PRODUCT: i64 = 4;
        const POWER: i64 = 5;
        let binary = |apply: fn(f64, f64) -> f64, prio, is_commutative| BinOp { apply, prio, is_commutative };
        let ordered = |apply, prio| binary(apply, prio, false);
        vec![
            Operator::make_bin("||", binary(|a, b| truth(a != 0.0 || b != 0.0), OR, true)),
            Operator::make_bin("&&", binary(|a, b| truth(a != 0.0 && b != 0.0), AND, true)),
            Operator::make_bin("==", binary(|a, b| truth(a == b), COMPARISON, true)),
            Operator::make_bin("!=", binary(|a, b| truth(a != b), COMPARISON, true)),
            Operator::make_bin("<=", ordered(|a, b| truth(a <= b), COMPARISON)),
            Operator::make_bin(">=", ordered(|a, b| truth(a >= b), COMPARISON)),
            Operator::make_bin("<", ordered(|a, b| truth(a < b), COMPARISON)),
            Operator::make_bin(">", ordered(|a, b| truth(a > b), COMPARISON)),
            Operator::make_bin_unary("+", binary(|a, b| a + b, SUM, true), |a| a),
            Operator::make_bin_unary("-", ordered(|a, b| a - b, SUM), |a| -a),
            Operator::make_bin("*", binary(|a, b| a * b, PRODUCT, true)),
            Operator::make_bin("/", ordered(|a, b| a / b, PRODUCT)),
            Operator::make_bin("^", ordered(f64::powf, POWER)),
            Operator::make_bin("min", binary(f64::min, OR, true)),
            Operator::make_bin("max", binary(f64::max, OR, true)),
            Operator::make_unary("abs", f64::abs),
            Operator::make_unary("sqrt", f64::sqrt),
            Operator::make_unary("ln", f64::ln),
            Operator::make_unary("exp", f64::exp),
            Operator::make_constant("true", 1.0),
            Operator::make_constant("false", 0.0),
        ]
    }
}

fn truth(is_true: bool) -> f64 {
    f64::from(u8::from(is_true))
}

impl Expression {
    /// Parses a text.
    ///
    /// # Errors
    /// What is wrong with it, in words.
    pub(crate) fn parse(text: &str) -> Result<Self, String> {
        let parsed = FlatEx::<f64, Operators>::parse(text).map_err(|error| error.to_string())?;
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

    /// Its value where `of` says what the names stand for; `None` when a name stands for nothing, or the value is no number.
    pub(crate) fn value(&self, of: impl Fn(&str) -> Option<f64>) -> Option<f64> {
        let values: Option<Vec<f64>> = self.names().iter().map(|name| of(name)).collect();
        self.parsed.eval(&values?).ok().filter(|value| value.is_finite())
    }

    /// Whether it holds; `None` as for [`Self::value`].
    pub(crate) fn holds(&self, of: impl Fn(&str) -> Option<f64>) -> Option<bool> {
        Some(self.value(of)? != 0.0)
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
        assert_eq!(holds("agents == 3 && crews < 3 && crews != 1"), Some(true), "comparisons before `&&`");
        assert_eq!(holds("agents > 5 || crews >= 2 && agents <= 3"), Some(true), "`&&` before `||`");
        assert_eq!(holds("agents > 5 && crews == 2 || false"), Some(false));
    }

    #[test]
    fn objectives_are_numbers() {
        let value = |text: &str| Expression::parse(text).unwrap().value(of);
        assert_eq!(value("{stranded_minutes.p90} * 2 + max(agents, crews)"), Some(126.0));
        assert_eq!(value("agents - crews - 1"), Some(0.0), "from left to right");
        assert_eq!(value("12 / agents / crews * 2 ^ 2 - 1"), Some(7.0));
        assert_eq!(value("-agents + abs(crews - 5) + min(1, sqrt(16)) + ln(exp(1))"), Some(2.0));
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
