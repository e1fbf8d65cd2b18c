//! A condition as text.
//!
//! ```text
//! condition  = [ arm ":" ] metric comparison number [ unit ]
//! arm        = the name of an arm; without it the baseline arm is meant
//! metric     = a name from the catalogue, then perhaps a statistic over replications (`.mean`, `.p90`), then perhaps what
//!              is compared with the baseline (`.change` as a share of it, `.difference` in the metric's unit)
//! comparison = "<" | "<=" | ">" | ">=" | "=="
//! unit       = of the metric's kind: ms, s, min, h, d; %; or the metric's own
//! ```
//!
//! No crate fits as it is: general expression languages (evalexpr, CEL) compute with numbers, and here the left side is an interval and a
//! verdict has three values.

use std::fmt;
use winnow::ascii::space0;
use winnow::combinator::{alt, cut_err, opt, terminated};
use winnow::error::{StrContext, StrContextValue};
use winnow::prelude::*;
use winnow::token::{rest, take_while};

/// How the two sides must stand to each other.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Comparison {
    Less,
    LessOrEqual,
    Greater,
    GreaterOrEqual,
    Equal,
}

impl Comparison {
    /// The sign as it is written.
    pub(crate) const fn sign(self) -> &'static str {
        match self {
            Self::Less => "<",
            Self::LessOrEqual => "<=",
            Self::Greater => ">",
            Self::GreaterOrEqual => ">=",
            Self::Equal => "==",
        }
    }

    /// Whether a value holds the limit.
    pub(crate) fn holds(self, value: f64, limit: f64) -> bool {
        match self {
            Self::Less => value < limit,
            Self::LessOrEqual => value <= limit,
            Self::Greater => value > limit,
            Self::GreaterOrEqual => value >= limit,
            Self::Equal => value.to_bits() == limit.to_bits() || (value - limit).abs() <= f64::EPSILON * limit.abs(),
        }
    }
}

/// A condition that is well formed; whether its metric exists is another question.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Condition {
    /// The whole of it.
    pub(crate) text: String,
    /// The arm it is about, if it names one, and at which byte.
    pub(crate) arm: Option<(String, usize)>,
    /// The metric with what follows it, and at which byte.
    pub(crate) path: (String, usize),
    /// The comparison.
    pub(crate) comparison: Comparison,
    /// The number as written.
    pub(crate) number: f64,
    /// The unit as written, perhaps empty, and at which byte.
    pub(crate) unit: (String, usize),
}

/// What is wrong with a condition, and where.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Mistake {
    /// The condition.
    pub(crate) text: String,
    /// The byte at which it goes wrong.
    pub(crate) at: usize,
    /// What is wrong.
    pub(crate) message: String,
    /// The way out.
    pub(crate) help: String,
}

impl Mistake {
    /// Column of the mistake, in letters from 1.
    pub(crate) fn column(&self) -> usize {
        self.text.get(..self.at).map_or(0, |before| before.chars().count()) + 1
    }
}

impl fmt::Display for Mistake {
    /// The condition with a mark under the place, and the way out.
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { text, message, help, .. } = self;
        let column = self.column();
        let space = " ".repeat(column - 1);
        write!(formatter, "column {column}: {message}\n  {text}\n  {space}^\n{help}")
    }
}

/// The way out of most mistakes.
pub(crate) const FORM: &str =
    "write `METRIC < NUMBER UNIT`, such as `stranded_hours.mean < 500 h`; `stranded explain thresholds` tells more";

const EXPECTED_METRIC: &str = "the name of a metric";
const EXPECTED_COMPARISON: &str = "`<`, `<=`, `>`, `>=` or `==`";
const EXPECTED_NUMBER: &str = "a number";

/// Reads a condition.
///
/// # Errors
/// The first thing that does not belong there.
pub(crate) fn parse(text: &str) -> Result<Condition, Mistake> {
    condition.parse(text).map_err(|error| {
        let at = error.offset();
        let expected = error.inner().context().find_map(|context| match context {
            StrContext::Expected(StrContextValue::Description(what)) => Some(*what),
            _ => None,
        });
        let found = match text[at..].trim() {
            "" => "and it ends there".to_owned(),
            rest => format!("and found `{}`", rest.chars().take(20).collect::<String>()),
        };
        let message = format!("expected {}, {found}", expected.unwrap_or(EXPECTED_METRIC));
        Mistake { text: text.to_owned(), at, message, help: FORM.to_owned() }
    })
}

type Part<T> = ModalResult<T>;

fn condition(input: &mut &str) -> Part<Condition> {
    let text = *input;
    let place = |rest: &str| text.len() - rest.len();
    space0.parse_next(input)?;
    let arm_at = place(input);
    let arm = opt(terminated(arm, ':')).parse_next(input)?.map(|name| (name.trim().to_owned(), arm_at));
    space0.parse_next(input)?;
    let path_at = place(input);
    let path = cut_err(metric).context(expected(EXPECTED_METRIC)).parse_next(input)?.to_owned();
    space0.parse_next(input)?;
    let comparison = cut_err(comparison).context(expected(EXPECTED_COMPARISON)).parse_next(input)?;
    space0.parse_next(input)?;
    let number = cut_err(number).context(expected(EXPECTED_NUMBER)).parse_next(input)?;
    space0.parse_next(input)?;
    let unit_at = place(input);
    let unit = rest.parse_next(input)?.trim().to_owned();
    Ok(Condition { text: text.to_owned(), arm, path: (path, path_at), comparison, number, unit: (unit, unit_at) })
}

fn expected(what: &'static str) -> StrContext {
    StrContext::Expected(StrContextValue::Description(what))
}

fn arm<'text>(input: &mut &'text str) -> Part<&'text str> {
    take_while(1.., |letter: char| !matches!(letter, ':' | '<' | '>' | '=' | '[')).parse_next(input)
}

/// Words with dots between them; what stands in brackets may be anything.
fn metric<'text>(input: &mut &'text str) -> Part<&'text str> {
    let word = |letter: char| letter.is_alphanumeric() || matches!(letter, '_' | '.' | '-' | '/');
    let brackets = ('[', take_while(0.., |letter: char| letter != ']'), ']');
    (take_while(1.., word), opt(brackets), take_while(0.., word)).take().parse_next(input)
}

fn comparison(input: &mut &str) -> Part<Comparison> {
    alt((
        "<=".value(Comparison::LessOrEqual),
        ">=".value(Comparison::GreaterOrEqual),
        "==".value(Comparison::Equal),
        '<'.value(Comparison::Less),
        '>'.value(Comparison::Greater),
    ))
    .parse_next(input)
}

/// A number with `_` between its digits if that helps; not `inf` and not `nan`.
fn number(input: &mut &str) -> Part<f64> {
    let sign = opt('-').parse_next(input)?;
    let digits = |letter: char| letter.is_ascii_digit() || matches!(letter, '_' | '.');
    let exponent = (alt(('e', 'E')), opt(alt(('-', '+'))), take_while(1.., |letter: char| letter.is_ascii_digit()));
    let finite = |text: &str| text.replace('_', "").parse::<f64>().ok().filter(|value| value.is_finite());
    let value = (take_while(1.., digits), opt(exponent)).take().verify_map(finite).parse_next(input)?;
    Ok(if sign.is_some() { -value } else { value })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn mistake(text: &str) -> (usize, String) {
        let mistake = parse(text).unwrap_err();
        (mistake.column(), mistake.message)
    }

    #[test]
    fn a_condition_has_up_to_five_parts() {
        let condition = parse("offline-key: stranded_minutes.p90 <= 1_060.5 min").unwrap();
        assert_eq!(condition.arm, Some(("offline-key".to_owned(), 0)));
        assert_eq!(condition.path, ("stranded_minutes.p90".to_owned(), 13));
        assert_eq!((condition.comparison, condition.number), (Comparison::LessOrEqual, 1_060.5));
        assert_eq!(condition.unit, ("min".to_owned(), 45));
        let short = parse("lost_bookings.change>=-3%").unwrap();
        assert_eq!((short.arm, short.number, short.unit.0.as_str()), (None, -3.0, "%"));
        assert_eq!(parse("queue.wait_longer_than[2 s] < 1e-2").unwrap().path.0, "queue.wait_longer_than[2 s]");
        assert_eq!(parse("false_unlocks == 0").unwrap().comparison, Comparison::Equal);
    }

    #[test]
    fn a_mistake_has_its_column() {
        assert_eq!(mistake(""), (1, "expected the name of a metric, and it ends there".to_owned()));
        assert_eq!(mistake("stranded_hours 500").0, 16);
        assert_eq!(mistake("stranded_hours =< 500").0, 16);
        let (column, message) = mistake("stranded_hours < many");
        assert_eq!((column, message.as_str()), (18, "expected a number, and found `many`"));
        assert_eq!(mistake("stranded_hours <"), (17, "expected a number, and it ends there".to_owned()));
        assert_eq!(mistake("stranded_hours < 1.2.3").0, 18);
        assert_eq!(mistake("offline-key: < 3").0, 14);
        // Letters are counted, not bytes.
        assert_eq!(mistake("시간 500").0, 4);
    }

    #[test]
    fn a_mistake_shows_its_place() {
        let text = parse("stranded_hours < many").unwrap_err().to_string();
        assert!(text.contains("\n  stranded_hours < many\n                   ^\n"), "{text}");
    }
}
