//! Quantities: what they read, what they refuse and how, and that what they write reads back the same.

use std::fmt::{Debug, Display};
use std::str::FromStr;

use proptest::prelude::*;
use stranded_scenario::quantity::RateUnit;
use stranded_scenario::{Clock, Duration, Factor, Moment, Money, Probability, Rate};

/// The error that reading `text` gives, as a person sees it.
fn error<Q: FromStr<Err: Display> + Debug>(text: &str) -> String {
    text.parse::<Q>().expect_err(text).to_string()
}

/// What serde makes of a TOML value.
fn from_toml<Q: serde::de::DeserializeOwned>(value: &str) -> Result<Q, String> {
    #[derive(serde::Deserialize)]
    struct Holder<Q> {
        value: Q,
    }
    toml::from_str::<Holder<Q>>(&format!("value = {value}"))
        .map(|holder| holder.value)
        .map_err(|error| error.message().to_owned())
}

fn round_trip<Q>(quantity: Q) -> Result<(), TestCaseError>
where
    Q: FromStr<Err: Debug> + Display + PartialEq + Debug + Copy + serde::Serialize + serde::de::DeserializeOwned,
{
    let text = quantity.to_string();
    prop_assert_eq!(text.parse::<Q>().expect(&text), quantity);
    let value = toml::Value::try_from(quantity).expect("a quantity can be written");
    prop_assert_eq!(from_toml::<Q>(&value.to_string()), Ok(quantity));
    Ok(())
}

proptest! {
    #[test]
    fn durations_read_back(nanoseconds: u64) {
        round_trip(Duration::from_nanoseconds(nanoseconds))?;
    }

    #[test]
    fn round_durations_read_back(count in 0_u64..100_000, unit in prop::sample::select(vec![1_u64, 1_000, 1_000_000, 500_000_000, 60_000_000_000])) {
        round_trip(Duration::from_nanoseconds(count * unit))?;
    }

    #[test]
    fn rates_read_back(amount in 0.0..1e12_f64, unit in prop::sample::select(vec![RateUnit::Second, RateUnit::Minute, RateUnit::Hour, RateUnit::Day])) {
        round_trip(Rate::new(amount, unit))?;
    }

    #[test]
    fn factors_read_back(value in 0.0..1e12_f64) {
        round_trip(Factor::new(value))?;
    }

    #[test]
    fn probabilities_read_back(value in 0.0..=1.0_f64) {
        round_trip(Probability::new(value))?;
    }

    #[test]
    fn money_reads_back(krw in 0.0..1e15_f64) {
        round_trip(Money::from_krw(krw))?;
    }

    #[test]
    fn clocks_read_back(hour in 0_u32..24, minute in 0_u32..60) {
        round_trip(Clock::at(hour, minute))?;
    }

    #[test]
    fn moments_read_back(nanoseconds in 0_u64..9_000_000_000_000_000_000, offset in prop::sample::select(vec!["Z", "+09:00", "-03:30", "+14:00"])) {
        let start: Moment = format!("1900-01-01T00:00:00{offset}").parse().expect("a moment");
        round_trip(start.plus(Duration::from_nanoseconds(nanoseconds)))?;
    }

    #[test]
    fn no_text_makes_a_quantity_panic(text in "\\PC{0,24}") {
        let _ = (text.parse::<Duration>(), text.parse::<Rate>(), text.parse::<Factor>(), text.parse::<Probability>());
        let _ = (text.parse::<Money>(), text.parse::<Clock>(), text.parse::<Moment>());
    }

    #[test]
    fn no_number_and_unit_makes_a_quantity_panic(text in "[-+]?[0-9._e+-]{0,30} ?(ns|s|d|/s|x|%|KRW)?") {
        let _ = (text.parse::<Duration>(), text.parse::<Rate>(), text.parse::<Factor>(), text.parse::<Probability>());
        let _ = (text.parse::<Money>(), text.parse::<Clock>(), text.parse::<Moment>());
    }

    #[test]
    fn durations_agree_with_floats(amount in 0.0..1e6_f64) {
        let read: Duration = format!("{amount} h").parse().expect("a duration");
        prop_assert!((read.as_seconds() - amount * 3_600.0).abs() <= 1e-9 + amount * 3_600.0 * 1e-15);
    }
}

#[test]
fn durations_are_exact() {
    let nanoseconds = |text: &str| text.parse::<Duration>().expect(text).as_nanoseconds();
    assert_eq!(nanoseconds("15 s"), 15_000_000_000);
    assert_eq!(nanoseconds("10 min"), 600_000_000_000);
    assert_eq!(nanoseconds("6.5 h"), 23_400_000_000_000);
    assert_eq!(nanoseconds("0.1 ms"), 100_000);
    assert_eq!(nanoseconds("1_000 us"), 1_000_000);
    assert_eq!(nanoseconds("1e3ms"), 1_000_000_000);
    assert_eq!(nanoseconds("0.5 ns"), 1, "halves are rounded up");
    assert_eq!(nanoseconds("0.49 ns"), 0);
    assert_eq!(nanoseconds("-0 s"), 0);
    assert_eq!(nanoseconds("18446744073709551615 ns"), u64::MAX);
    assert_eq!(
        error::<Duration>("18446744073709551616 ns").split(": ").last(),
        Some("the longest duration is 584 years")
    );
}

#[test]
fn durations_are_shown_as_a_person_would_write_them() {
    let shown = |nanoseconds| Duration::from_nanoseconds(nanoseconds).to_string();
    assert_eq!(shown(0), "0 s");
    assert_eq!(shown(380_000_000), "380 ms");
    assert_eq!(shown(500_000_000), "0.5 s");
    assert_eq!(Duration::seconds(90).to_string(), "90 s");
    assert_eq!(Duration::minutes(15).to_string(), "15 min");
    assert_eq!(Duration::minutes(390).to_string(), "6.5 h");
    assert_eq!(Duration::hours(24).to_string(), "1 d");
}

#[test]
fn wrong_quantities_say_what_was_expected() {
    assert_eq!(
        error::<Duration>("15 parsecs"),
        "expected a duration such as \"15 s\", \"10 min\" or \"6.5 h\", found \"15 parsecs\": \
         unknown unit \"parsecs\"; use one of ns, us, ms, s, min, h, d"
    );
    assert_eq!(
        error::<Duration>("15 minutes"),
        "expected a duration such as \"15 s\", \"10 min\" or \"6.5 h\", found \"15 minutes\": \
         unknown unit \"minutes\"; use one of ns, us, ms, s, min, h, d (did you mean \"min\"?)"
    );
    assert_eq!(
        error::<Duration>("15"),
        "expected a duration such as \"15 s\", \"10 min\" or \"6.5 h\", found \"15\": \
         the unit is missing; use one of ns, us, ms, s, min, h, d"
    );
    assert_eq!(
        error::<Duration>("-1 s"),
        "expected a duration such as \"15 s\", \"10 min\" or \"6.5 h\", found \"-1 s\": a duration cannot be negative"
    );
    assert_eq!(
        error::<Duration>("soon"),
        "expected a duration such as \"15 s\", \"10 min\" or \"6.5 h\", found \"soon\": it does not begin with a number"
    );
    assert_eq!(
        error::<Rate>("80 /fortnight"),
        "expected a rate such as \"80 /s\", \"15 /min\", \"15 /h\" or \"1.29 /day\", found \"80 /fortnight\": \
         unknown unit \"/fortnight\"; use one of /s, /min, /h, /day"
    );
    assert_eq!(
        error::<Rate>("-80 /s"),
        "expected a rate such as \"80 /s\", \"15 /min\", \"15 /h\" or \"1.29 /day\", found \"-80 /s\": \
         a rate cannot be negative"
    );
    assert_eq!(
        error::<Probability>("130 %"),
        "expected a probability such as 0.03 or \"3 %\", found \"130 %\": a probability cannot be over 100 %"
    );
    assert_eq!(
        error::<Factor>("1.4 times"),
        "expected a factor such as \"1.4 x\" or 1.4, found \"1.4 times\": \
         unknown unit \"times\"; use one of x (did you mean \"x\"?)"
    );
    assert_eq!(
        error::<Money>("80000"),
        "expected an amount of money such as \"80000 KRW\", found \"80000\": \
         the currency is missing; write KRW behind the number"
    );
    assert_eq!(
        error::<Clock>("25:00"),
        "expected a time of day such as \"21:00\" or \"06:30\", found \"25:00\": the day ends at 24:00"
    );
    assert_eq!(
        error::<Moment>("2022-04-10T12:00:00"),
        "expected a date and time with its offset such as 2022-04-10T12:00:00+09:00, found \"2022-04-10T12:00:00\": \
         the offset from UTC is missing; Korea's is +09:00"
    );
}

#[test]
fn bare_numbers_are_refused_where_the_unit_matters() {
    assert_eq!(
        from_toml::<Duration>("15").unwrap_err(),
        "expected a duration such as \"15 s\", \"10 min\" or \"6.5 h\", found 15: \
         the unit is missing; write \"15 s\" if seconds are meant"
    );
    assert_eq!(
        from_toml::<Rate>("1.5").unwrap_err(),
        "expected a rate such as \"80 /s\", \"15 /min\", \"15 /h\" or \"1.29 /day\", found 1.5: \
         the unit is missing; write \"1.5 /s\" if times a second are meant"
    );
    assert_eq!(
        from_toml::<Probability>("3").unwrap_err(),
        "expected a probability such as 0.03 or \"3 %\", found 3: \
         a probability cannot be over 1; write \"3 %\" if percent are meant"
    );
    assert_eq!(
        from_toml::<Duration>("true").unwrap_err(),
        "invalid type: boolean `true`, expected a duration such as \"15 s\", \"10 min\" or \"6.5 h\""
    );
    assert_eq!(from_toml::<Factor>("1.4"), Ok(Factor::new(1.4)));
    assert_eq!(from_toml::<Factor>("2"), Ok(Factor::new(2.0)));
    assert_eq!(from_toml::<Probability>("\"3 %\""), Ok(Probability::new(0.03)));
    assert_eq!(from_toml::<Probability>("1"), Ok(Probability::ONE));
    assert!(from_toml::<Factor>("nan").is_err());
    assert!(from_toml::<Probability>("nan").is_err());
    assert!(from_toml::<Factor>("inf").is_err());
}

#[test]
fn rates_know_their_unit() {
    let rate: Rate = "1.29 /day".parse().expect("a rate");
    assert_eq!(rate.to_string(), "1.29 /day");
    assert!((rate.per_second() - 1.29 / 86_400.0).abs() < 1e-18);
    assert_eq!("15 / min".parse::<Rate>().expect("a rate"), Rate::from_per_second(0.25));
    assert_eq!(Rate::from_per_minute(15.0).mean_gap(), Some(Duration::seconds(4)));
    assert_eq!(Rate::ZERO.mean_gap(), None);
}

#[test]
fn moments_read_all_the_ways_of_writing_them() {
    let noon = "2022-04-10T12:00:00+09:00".parse::<Moment>().expect("a moment");
    assert_eq!(noon.unix_seconds(), 1_649_559_600, "date -d 2022-04-10T12:00:00+09:00 +%s");
    for text in [
        "2022-04-10T12:00:00+09:00",
        "2022-04-10T12:00+09:00",
        "\"2022-04-10T12:00+09:00\"",
        "2022-04-10 12:00:00+09:00",
    ] {
        assert_eq!(from_toml::<Moment>(text), Ok(noon), "{text}");
    }
    assert_eq!(noon.to_string(), "2022-04-10T12:00:00+09:00");
    assert_eq!(noon.plus(Duration::hours(13)).to_string(), "2022-04-11T01:00:00+09:00");
    assert_eq!(noon.weekday(), 6, "the day was a Sunday");
    assert_eq!(noon.seconds_of_day(), 12 * 3_600);
    assert_eq!(noon.next(Clock::at(6, 30)).to_string(), "2022-04-11T06:30:00+09:00");
    assert_eq!(noon.next(Clock::at(12, 0)), noon);
    assert_eq!(noon.plus(Duration::hours(2)).since(noon), Some(Duration::hours(2)));
    assert_eq!(noon.since(noon.plus(Duration::hours(2))), None);
    assert!("2022-02-29T12:00:00Z".parse::<Moment>().is_err());
    assert_eq!(
        "9999-12-31T23:59:59+09:00".parse::<Moment>().map(|end| end.plus(Duration::MAX)),
        "9999-12-31T23:59:59+09:00".parse()
    );
}

#[test]
fn clocks_read_both_ways_of_writing_them() {
    assert_eq!(from_toml::<Clock>("\"21:00\""), Ok(Clock::at(21, 0)));
    assert_eq!(from_toml::<Clock>("21:00:00"), Ok(Clock::at(21, 0)));
    assert_eq!("24:00".parse::<Clock>().map(Clock::seconds_of_day).ok(), Some(86_400));
    assert_eq!("6:30:15".parse::<Clock>().map(|clock| clock.to_string()).ok().as_deref(), Some("06:30:15"));
}
