//! Numbers as people write them.

use stranded_reports::estimate::Estimate;

/// A whole number with commas: `41,200`.
pub(crate) fn thousands(value: f64) -> String {
    let digits = format!("{:.0}", value.abs());
    let mut text = String::with_capacity(digits.len() * 4 / 3 + 1);
    if value < 0.0 && digits != "0" {
        text.push('-');
    }
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

/// A number to three significant digits, with commas: `9,810`, `41,200`, `3.21`, `0.0123`. More digits would claim more than
/// a simulation knows.
pub(crate) fn rounded(value: f64) -> String {
    if value == 0.0 || !value.is_finite() {
        return if value == 0.0 { "0".to_owned() } else { value.to_string() };
    }
    let magnitude = value.abs().log10().floor() as i32;
    let scale = 10_f64.powi(2 - magnitude);
    let kept = (value * scale).round() / scale;
    if kept.abs() >= 100.0 {
        return thousands(kept);
    }
    // Rounding may have gained a digit: 9.996 is 10.0.
    let decimals = (2 - kept.abs().log10().floor() as i32).clamp(0, 12) as usize;
    let text = format!("{kept:.decimals$}");
    if text.contains('.') { text.trim_end_matches('0').trim_end_matches('.').to_owned() } else { text }
}

/// A share as a percentage: `96 %`, `1.4 %`, `99.8 %`. Close to nothing and close to all a digit more is worth having.
pub(crate) fn percent(share: f64) -> String {
    let percent = share * 100.0;
    let to_all = 100.0 - percent.abs();
    if (0.05..0.95).contains(&to_all) {
        return format!("{percent:.1} %");
    }
    // Below a twentieth of a percent the sign would be the sign of nothing.
    if (0.05..9.95).contains(&percent.abs()) { format!("{percent:.1} %") } else { format!("{} %", thousands(percent)) }
}

/// A length of time: `3.2 h`, `45 min`, `20 s`.
pub(crate) fn hours(hours: f64) -> String {
    let minutes = hours * 60.0;
    if hours.abs() >= 100.0 {
        format!("{} h", thousands(hours))
    } else if hours.abs() >= 0.995 {
        format!("{hours:.1} h")
    } else if minutes.abs() >= 1.0 || minutes == 0.0 {
        format!("{minutes:.0} min")
    } else {
        format!("{:.0} s", minutes * 60.0)
    }
}

/// The interval of an estimate, each end written by `write`: `9,500-10,100`, `-41 % to -39 %`. A dash for an unknown one.
pub(crate) fn interval(estimate: &Estimate, write: impl Fn(f64) -> String) -> String {
    let Some([low, high]) = estimate.ci95() else { return "-".to_owned() };
    let (low, high) = (write(low), write(high));
    if low == high {
        return low;
    }
    // A hyphen beside a minus sign or a unit is hard to read.
    let plain = |text: &str| text.chars().all(|letter| letter.is_ascii_digit() || matches!(letter, ',' | '.' | ':'));
    if plain(&low) && plain(&high) { format!("{low}-{high}") } else { format!("{low} to {high}") }
}

/// The same of something that cannot be negative: the part of the interval below zero is not shown.
pub(crate) fn size_interval(estimate: &Estimate, write: impl Fn(f64) -> String) -> String {
    interval(&estimate.not_below_zero(), write)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn commas_stand_between_thousands_only() {
        let texts = [0.0, 7.0, 999.0, 1_000.0, 41_200.4, 1_234_567.0, -12_345.0, -0.2].map(thousands);
        assert_eq!(texts, ["0", "7", "999", "1,000", "41,200", "1,234,567", "-12,345", "0"]);
    }

    #[test]
    fn three_digits_are_kept() {
        let texts = [9_812.0, 41_234.0, 3.214, 99.96, 0.012_345, 9.996, 250.0, -96.44, 0.0, 2.0, 999.6].map(rounded);
        assert_eq!(texts, ["9,810", "41,200", "3.21", "100", "0.0123", "10", "250", "-96.4", "0", "2", "1,000"]);
    }

    #[test]
    fn shares_and_lengths_choose_their_unit() {
        let shares = [0.964, 0.014, 0.0, -0.4, 1.0, -0.998, 0.99, -0.000_1].map(percent);
        assert_eq!(shares, ["96 %", "1.4 %", "0 %", "-40 %", "100 %", "-99.8 %", "99 %", "0 %"]);
        assert_eq!([3.2, 0.75, 0.005, 0.0, 130.0].map(hours), ["3.2 h", "45 min", "18 s", "0 min", "130 h"]);
    }

    #[test]
    fn intervals_are_readable_with_signs_and_units() {
        let estimate = Estimate::new(9_800.0, Some([9_500.0, 10_100.0])).unwrap();
        assert_eq!(interval(&estimate, rounded), "9,500-10,100");
        let difference = Estimate::new(-0.4, Some([-0.41, -0.39])).unwrap();
        assert_eq!(interval(&difference, percent), "-41 % to -39 %");
        assert_eq!(interval(&Estimate::new(1.0, None).unwrap(), rounded), "-");
        assert_eq!(interval(&Estimate::exact(1.0).unwrap(), percent), "100 %");
        let few = Estimate::new(2.0, Some([-1.5, 5.5])).unwrap();
        assert_eq!(size_interval(&few, rounded), "0-5.5");
        assert_eq!(interval(&few, rounded), "-1.5 to 5.5");
    }
}
