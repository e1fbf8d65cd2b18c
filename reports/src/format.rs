//! Numbers as text for people.

use crate::clock::clock_text;
use crate::estimate::Estimate;
use crate::summary::Quantity;

/// What stands where nothing was measured.
pub const NOTHING: &str = "–";

/// A number with so many decimals and a comma between thousands: `-12,345.6`.
pub fn number(value: f64, decimals: usize) -> String {
    let text = format!("{:.decimals$}", value.abs());
    let (whole, fraction) = text.split_once('.').unwrap_or((&text, ""));
    let mut grouped = String::with_capacity(text.len() + whole.len() / 3 + 1);
    // A value that rounds to zero carries no sign.
    if value < 0.0 && text.bytes().any(|byte| matches!(byte, b'1'..=b'9')) {
        grouped.push('−');
    }
    for (index, digit) in whole.chars().enumerate() {
        if index > 0 && (whole.len() - index).is_multiple_of(3) {
            grouped.push(',');
        }
        grouped.push(digit);
    }
    if !fraction.is_empty() {
        grouped.push('.');
        grouped.push_str(fraction);
    }
    grouped
}

/// A number with as many decimals as make sense for its size: none from 100 on, one from 10 on, else two.
pub fn measured(value: f64) -> String {
    let decimals = match value.abs() {
        v if v == 0.0 || v >= 99.95 => 0,
        v if v >= 9.995 => 1,
        _ => 2,
    };
    number(value, decimals)
}

/// A share, 0 to 1, in per cent: `42 %`, `1.2 %` below ten.
pub fn share(value: f64) -> String {
    let percent = value * 100.0;
    let decimals = usize::from(percent.abs() < 9.95 && percent != 0.0);
    format!("{} %", number(percent, decimals))
}

/// A share as a change: `+12 %`, `−83 %`.
pub fn change(value: f64) -> String {
    let text = share(value);
    if value > 0.0 { format!("+{text}") } else { text }
}

/// A length in minutes the way people say it: `12 min`, `5 h 25 min`.
pub fn minutes(value: f64) -> String {
    let total = value.round() as i64;
    match (total / 60, total % 60) {
        (0, minutes) => format!("{minutes} min"),
        (hours, 0) => format!("{hours} h"),
        (hours, minutes) => format!("{hours} h {minutes} min"),
    }
}

/// An amount of Korean won, in millions from a million on: `₩1,640 million`.
pub fn won(value: f64) -> String {
    if value.abs() >= 1e6 {
        let millions = value / 1e6;
        format!("₩{} million", number(millions, usize::from(millions.abs() < 10.0)))
    } else {
        format!("₩{}", number(value, 0))
    }
}

/// A value of this quantity.
pub fn quantity(quantity: Quantity, value: f64) -> String {
    match quantity {
        Quantity::People => number(value, 0),
        Quantity::Hours => format!("{} h", number(value, usize::from(value.abs() < 100.0))),
        Quantity::Minutes => minutes(value),
        Quantity::Share => share(value),
        Quantity::Clock => clock_text(value),
        Quantity::Number => measured(value),
    }
}

/// A difference of two values of this quantity, with its sign: `+12 min`, `−0.4 points`. Times of day differ by a length of time.
pub fn difference(quantity: Quantity, value: f64) -> String {
    let size = value.abs();
    let text = match quantity {
        Quantity::Clock => minutes(size * 60.0),
        Quantity::Share => format!("{} points", measured(size * 100.0)),
        other => self::quantity(other, size),
    };
    // What rounds to zero has no sign.
    let is_zero = !text.bytes().any(|byte| matches!(byte, b'1'..=b'9'));
    match value {
        _ if is_zero => text,
        v if v < 0.0 => format!("−{text}"),
        _ => format!("+{text}"),
    }
}

/// The mean of an estimate by this formatter; [`NOTHING`] for none.
pub fn mean(estimate: Option<&Estimate>, format: impl Fn(f64) -> String) -> String {
    estimate.map_or_else(|| NOTHING.to_owned(), |e| format(e.mean()))
}

/// The interval of an estimate by this formatter: `9,500 to 10,500`; [`NOTHING`] when it is unknown.
pub fn interval(estimate: Option<&Estimate>, format: impl Fn(f64) -> String) -> String {
    match estimate.and_then(Estimate::ci95) {
        Some([low, high]) => {
            let (low, high) = (format(low), format(high));
            if low == high { low } else { format!("{low} to {high}") }
        }
        None => NOTHING.to_owned(),
    }
}

/// The same of something that cannot be negative: the part of the interval below zero is not shown.
pub fn size_interval(estimate: Option<&Estimate>, format: impl Fn(f64) -> String) -> String {
    interval(estimate.map(Estimate::not_below_zero).as_ref(), format)
}

/// Mean and interval: `10,000 (9,500 to 10,500)`; only the mean when the interval is unknown or does not show.
pub fn with_interval(estimate: &Estimate, format: impl Fn(f64) -> String) -> String {
    let mean = format(estimate.mean());
    match estimate.ci95().map(|ends| ends.map(&format)) {
        Some([low, high]) if low != mean || high != mean => format!("{mean} ({low} to {high})"),
        _ => mean,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn thousands_are_separated_and_zero_has_no_sign() {
        assert_eq!(number(0.0, 0), "0");
        assert_eq!(number(999.4, 0), "999");
        assert_eq!(number(1_234_567.25, 1), "1,234,567.2");
        assert_eq!(number(-12_345.0, 0), "−12,345");
        assert_eq!(number(-0.3, 0), "0");
    }

    #[test]
    fn decimals_follow_the_size() {
        assert_eq!([0.0, 0.5, 12.34, 99.97, 1_234.5].map(measured), ["0", "0.50", "12.3", "100", "1,234"]);
        assert_eq!([0.0, 0.0123, 0.42, 1.0].map(share), ["0 %", "1.2 %", "42 %", "100 %"]);
        assert_eq!([0.12, -0.83, 0.0].map(change), ["+12 %", "−83 %", "0 %"]);
        assert_eq!([12.4, 60.0, 325.0].map(minutes), ["12 min", "1 h", "5 h 25 min"]);
        assert_eq!([900.0, 1.64e9, 2.25e6].map(won), ["₩900", "₩1,640 million", "₩2.2 million"]);
    }

    #[test]
    fn differences_carry_their_sign_and_unit() {
        let cases = [
            (Quantity::Clock, -0.25, "−15 min"),
            (Quantity::Share, 0.008, "+0.80 points"),
            (Quantity::People, -1_234.0, "−1,234"),
            (Quantity::Hours, 0.2, "+0.2 h"),
            (Quantity::Hours, -0.01, "0.0 h"),
            (Quantity::Minutes, 0.0, "0 min"),
        ];
        for (quantity, value, text) in cases {
            assert_eq!(difference(quantity, value), text);
        }
    }

    #[test]
    fn an_unknown_interval_is_not_shown_as_a_certain_one() {
        let plain = |v| number(v, 0);
        let one = Estimate::new(10.0, None).unwrap();
        assert_eq!(with_interval(&one, plain), "10");
        assert_eq!(interval(Some(&one), plain), NOTHING);
        let many = Estimate::new(10.0, Some([8.0, 12.0])).unwrap();
        assert_eq!(with_interval(&many, plain), "10 (8 to 12)");
        assert_eq!(interval(Some(&many), plain), "8 to 12");
        assert_eq!(mean(None, plain), NOTHING);
    }
}
