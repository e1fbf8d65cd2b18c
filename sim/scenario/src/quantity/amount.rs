//! A decimal number followed by a unit, kept exact: `"6.5 h"` is 65 tenths of an hour, not the nearest float.

/// More digits than this do not fit beside a unit of a day in nanoseconds.
const DIGITS_MAX: usize = 24;

/// An exact decimal number: `mantissa x 10^exponent`, with its sign kept apart.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Decimal {
    pub(super) negative: bool,
    pub(super) mantissa: u128,
    pub(super) exponent: i32,
    /// The nearest float, sign included.
    pub(super) value: f64,
}

/// Splits `"15 min"` into its number and its unit (which may be empty). `Err` says what is wrong with the number.
pub(super) fn split(text: &str) -> Result<(Decimal, &str), String> {
    let text = text.trim();
    let end = number_end(text);
    let (number, unit) = text.split_at(end);
    if !number.bytes().any(|byte| byte.is_ascii_digit()) {
        return Err("it does not begin with a number".to_owned());
    }
    Ok((decimal(number)?, unit.trim()))
}

/// Where the number at the beginning of `text` ends. An `e` belongs to it only if digits follow.
fn number_end(text: &str) -> usize {
    let bytes = text.as_bytes();
    let mut end = 0;
    while end < bytes.len() {
        let following = bytes.get(end + 1);
        let belongs = match bytes[end] {
            b'0'..=b'9' | b'.' | b'_' => true,
            b'+' | b'-' => end == 0 || matches!(bytes[end - 1], b'e' | b'E'),
            b'e' | b'E' => end > 0 && following.is_some_and(|byte| matches!(byte, b'0'..=b'9' | b'+' | b'-')),
            _ => false,
        };
        if !belongs {
            break;
        }
        end += 1;
    }
    end
}

fn decimal(number: &str) -> Result<Decimal, String> {
    let plain: String = number.chars().filter(|character| *character != '_').collect();
    let value: f64 = plain.parse().map_err(|_| format!("{number:?} is not a number"))?;
    if !value.is_finite() {
        return Err(format!("{number:?} is too large"));
    }
    let (negative, unsigned) = match plain.strip_prefix('-') {
        Some(rest) => (true, rest),
        None => (false, plain.strip_prefix('+').unwrap_or(&plain)),
    };
    let (digits, exponent) = match unsigned.split_once(['e', 'E']) {
        Some((digits, exponent)) => {
            (digits, exponent.parse::<i32>().map_err(|_| format!("{number:?} is not a number"))?)
        }
        None => (unsigned, 0),
    };
    let (whole, fraction) = digits.split_once('.').unwrap_or((digits, ""));
    let significant = format!("{whole}{fraction}");
    let significant = significant.trim_start_matches('0');
    if significant.len() > DIGITS_MAX {
        return Err(format!("{number:?} has more than {DIGITS_MAX} digits"));
    }
    let mantissa = if significant.is_empty() {
        0
    } else {
        significant.parse::<u128>().map_err(|_| format!("{number:?} is not a number"))?
    };
    let fraction_digits = i32::try_from(fraction.len()).map_err(|_| format!("{number:?} has too many digits"))?;
    Ok(Decimal { negative, mantissa, exponent: exponent.saturating_sub(fraction_digits), value })
}

impl Decimal {
    /// The number times `unit`, rounded to the nearest whole (halves up); `None` beyond 2^64.
    pub(super) fn times(&self, unit: u64) -> Option<u64> {
        let product = self.mantissa.checked_mul(u128::from(unit))?;
        let result = if self.exponent >= 0 {
            if product == 0 { 0 } else { product.checked_mul(10_u128.checked_pow(self.exponent.unsigned_abs())?)? }
        } else {
            match 10_u128.checked_pow(self.exponent.unsigned_abs()) {
                Some(divisor) => product / divisor + u128::from(product % divisor >= divisor.div_ceil(2)),
                None => 0,
            }
        };
        u64::try_from(result).ok()
    }
}

/// The complaint about a unit that does not exist, with the one that was probably meant.
pub(super) fn unknown_unit(unit: &str, known: &[&str], spoken: &[(&str, &str)]) -> String {
    let lower = unit.to_lowercase();
    let meant = spoken
        .iter()
        .find(|(alias, _)| *alias == lower)
        .map(|(_, meant)| *meant)
        .or_else(|| known.iter().copied().find(|candidate| candidate.to_lowercase() == lower));
    let hint = meant.map(|meant| format!(" (did you mean \"{meant}\"?)")).unwrap_or_default();
    format!("unknown unit {unit:?}; use one of {}{hint}", known.join(", "))
}
