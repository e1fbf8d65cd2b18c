use super::*;

const ENGLISH: Language = Language::English;
const KOREAN: Language = Language::Korean;

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
    assert_eq!([0.0, 0.0123, 0.42, 1.0].map(|v| ENGLISH.share(v)), ["0 %", "1.2 %", "42 %", "100 %"]);
    assert_eq!([0.12, -0.83, 0.0].map(|v| ENGLISH.change(v)), ["+12 %", "−83 %", "0 %"]);
    assert_eq!([12.4, 60.0, 325.0].map(|v| ENGLISH.minutes(v)), ["12 min", "1 h", "5 h 25 min"]);
    assert_eq!([900.0, 1.64e9, 2.25e6].map(|v| ENGLISH.won(v)), ["₩900", "₩1,640 million", "₩2.2 million"]);
    assert_eq!([-900.0, -1.64e9, -0.2].map(|v| ENGLISH.won(v)), ["−₩900", "−₩1,640 million", "₩0"]);
}

#[test]
fn korean_writes_units_its_own_way() {
    assert_eq!([0.0123, 0.42].map(|v| KOREAN.share(v)), ["1.2%", "42%"]);
    assert_eq!([12.4, 60.0, 325.0].map(|v| KOREAN.minutes(v)), ["12분", "1시간", "5시간 25분"]);
    assert_eq!([900.0, 2.25e6, 1.64e9].map(|v| KOREAN.won(v)), ["900원", "225만 원", "16.4억 원"]);
    assert_eq!(KOREAN.clock(25.0), "다음 날 01:00");
    assert_eq!(KOREAN.people(11_700.0), "11,700명");
    assert_eq!(KOREAN.difference(Quantity::Share, 0.008), "+0.80%p");
    let many = Estimate::new(10.0, Some([8.0, 12.0])).unwrap();
    assert_eq!(KOREAN.with_interval(&many, whole), "10 (8~12)");
}

#[test]
fn a_day_has_its_weekday() {
    let sunday = AnalysedDay { midnight_unix_s: 1_649_516_400, utc_offset_s: 32_400 };
    assert_eq!(ENGLISH.date(sunday).unwrap(), "Sunday, 10 April 2022");
    assert_eq!(KOREAN.date(sunday).unwrap(), "2022년 4월 10일 일요일");
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
        assert_eq!(ENGLISH.difference(quantity, value), text);
    }
}

#[test]
fn an_unknown_interval_is_not_shown_as_a_certain_one() {
    let one = Estimate::new(10.0, None).unwrap();
    assert_eq!(ENGLISH.with_interval(&one, whole), "10");
    assert_eq!(ENGLISH.interval(Some(&one), whole), NOTHING);
    let many = Estimate::new(10.0, Some([8.0, 12.0])).unwrap();
    assert_eq!(ENGLISH.with_interval(&many, whole), "10 (8 to 12)");
    assert_eq!(ENGLISH.interval(Some(&many), whole), "8 to 12");
    assert_eq!(mean(None, whole), NOTHING);
}

#[test]
fn a_moment_after_midnight_names_its_day_once() {
    let back = Estimate::new(24.5, Some([23.9, 25.1])).unwrap();
    assert_eq!(ENGLISH.clock_with_interval(&back), "00:30 the next day (23:54 to 01:06)");
    assert_eq!(KOREAN.clock_with_interval(&back), "다음 날 00:30 (23:54~01:06)");
}
