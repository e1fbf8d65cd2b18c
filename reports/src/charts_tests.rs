use super::*;
use crate::aggregate::Lengths;
use crate::capacity;
use crate::estimate::Estimate;
use crate::relief::ReliefChannel;
use crate::sample;
use crate::summary::ArmKind;
use std::collections::BTreeMap;

const AXIS: DayAxis = DayAxis { from_hours: 6.0, bucket_hours: 0.5, buckets: 60 };

fn bump(height: f64) -> Vec<f64> {
    (0..AXIS.buckets).map(|b| height * (-((AXIS.hours(b) - 16.0) / 3.0).powi(2)).exp()).collect()
}

/// The moments of the day, and one outside the picture.
fn marks() -> Vec<Mark> {
    let mark = |hours, label: &str| Mark { hours, label: label.to_owned() };
    vec![
        mark(12.6, "down 12:36"),
        mark(14.8, "first notice 14:46"),
        mark(24.4, "back 00:24"),
        mark(35.5, "<again> & 11:30"),
        mark(99.0, "beyond"),
    ]
}

fn stranded(height: f64) -> StrandedOverDay {
    StrandedOverDay {
        axis: AXIS,
        by_class: [bump(height), bump(height / 2.0), bump(height / 4.0)],
        fan: Some(Fan { p05: bump(height), p25: bump(height * 1.5), p75: bump(height * 1.9), p95: bump(height * 2.0) }),
        marks: marks(),
    }
}

fn load(height: f64) -> LoadOverDay {
    LoadOverDay {
        axis: AXIS,
        attempts_per_second: bump(height * 5.0),
        first_attempts_per_second: bump(height),
        in_time_per_second: bump(height / 3.0),
        late_per_second: bump(height / 4.0),
        capacity_per_second: (0..AXIS.buckets).map(|b| (b % 20 != 3).then_some(height)).collect(),
        queue: bump(height * 100.0),
        marks: marks(),
    }
}

fn lengths() -> Lengths {
    let minutes: Vec<f64> = (0..60).map(|bin| 15.0 * (f64::from(bin) / 10.0).exp2()).collect();
    let falling = |speed: f64| -> Vec<f64> { minutes.iter().map(|at| (-speed * (at - 15.0) / 300.0).exp()).collect() };
    Lengths {
        all: falling(1.0),
        by_class: [falling(0.8), falling(1.2), Vec::new()],
        p05: falling(1.1),
        p95: falling(0.9),
        censored: 3.0,
        minutes,
    }
}

fn relief_day(height: f64) -> ReliefOverDay {
    let empty = vec![0.0; AXIS.buckets];
    let [server, advice] = [bump(height), bump(height / 2.0)];
    ReliefOverDay {
        axis: AXIS,
        by_channel: [server, empty.clone(), empty.clone(), empty.clone(), advice, bump(height / 3.0), bump(1.0), empty],
        marks: marks(),
    }
}

fn shares() -> BTreeMap<ReliefChannel, Estimate> {
    sample::arm("a", ArmKind::Baseline, 1, 100.0).relief
}

/// What a test does to a file of a capacity.
type Change = fn(&mut serde_json::Value);

/// Every chart of every layout, with data and without.
fn all() -> Vec<(String, String)> {
    let mut charts = Vec::new();
    let arms = ArmDifference::ranked(&sample::summary(), |arm| arm.title.clone());
    let styles = [Layout::Wide, Layout::Narrow]
        .into_iter()
        .flat_map(|layout| Language::ALL.map(|language| Style { layout, language }));
    for style in styles {
        let name = |chart: &str| format!("{chart} {:?} {}", style.layout, style.language);
        for height in [0.0, 0.4, 8_000.0] {
            let name = |chart: &str| format!("{} {height}", name(chart));
            let (day, other) = (stranded(height), bump(height * 9.0));
            charts.push((name("stranded"), stranded_over_day(&day, &[&other], style).unwrap()));
            charts.push((name("load"), load_over_day(&load(height), style).unwrap()));
            charts.push((name("relief over the day"), relief_over_day(&relief_day(height), style).unwrap()));
        }
        let marks =
            [(200.0, "median 3 h"), (480.0, "90 % 8 h")].map(|(hours, label)| Mark { hours, label: label.to_owned() });
        charts.push((name("lengths"), still_stranded(&lengths(), &marks, style).unwrap()));
        charts.push((name("relief"), relief_shares(&shares(), style).unwrap()));
        charts.push((name("no relief"), relief_shares(&BTreeMap::new(), style).unwrap()));
        charts.push((name("arms"), arm_differences(&arms, style).unwrap()));
        charts.push((name("no arms"), arm_differences(&[], style).unwrap()));
        let (was, without) = (bump(100.0), bump(10.0));
        let factor = |title| FactorDay { title, people: &without };
        let factors =
            ["No coupon", "The same Sunday without blossom, and with a title that is long", "C", "D"].map(factor);
        let capacities: [(&str, Change); 4] = [
            ("capacity", |_| {}),
            ("capacity without a law", |file| file["scalability"] = serde_json::Value::Null),
            ("capacity without a rate", |file| file["outcome"] = serde_json::Value::Null),
            ("capacity of two windows far apart", |file| {
                file["trials"].as_array_mut().unwrap().truncate(2);
                file["trials"][0]["window"]["concurrency_mean"] = 0.004.into();
                file["trials"][1]["window"]["concurrency_mean"] = 40_000.0.into();
            }),
        ];
        for (chart, change) in capacities {
            charts.push((name(chart), capacity_curve(&capacity::tests::sample(change), style).unwrap()));
        }
        charts.push((name("factors"), factor_days(AXIS, &was, &factors, style).unwrap()));
    }
    charts
}

#[test]
fn every_chart_is_well_formed_has_an_alternative_text_and_is_not_empty() {
    for (name, svg) in all() {
        let document = roxmltree::Document::parse(&svg).unwrap_or_else(|error| panic!("{name}: {error}"));
        let root = document.root_element();
        assert_eq!(root.attribute("role"), Some("img"), "{name}");
        assert!(root.attribute("aria-label").is_some_and(|label| label.len() > 20), "{name}");
        let count = |tag: &str| {
            root.descendants().filter(|node| node.has_tag_name(("http://www.w3.org/2000/svg", tag))).count()
        };
        assert!(count("text") >= 2, "{name} has labels");
        assert!(count("polyline") + count("polygon") + count("rect") + count("line") >= 3, "{name} has shapes");
        assert!(!svg.contains("NaN") && !svg.contains("inf"), "{name}");
        assert!(!svg.contains("#010203"), "{name} takes its ink from the page");
        assert!(!svg.contains("href") && !svg.contains("url("), "{name} fetches nothing");
    }
}

/// Texts and where they stand, in units: left, right, middle of the line.
fn texts(svg: &str) -> Vec<(String, f64, f64, f64)> {
    let document = roxmltree::Document::parse(svg).unwrap();
    let number = |node: roxmltree::Node<'_, '_>, name: &str| -> f64 {
        node.attribute(name).unwrap().parse::<f64>().unwrap() / 4.0
    };
    document
        .descendants()
        .filter(|node| node.tag_name().name() == "text")
        .map(|node| {
            let words = node.text().unwrap_or_default().trim().to_owned();
            let (x, width) = (number(node, "x"), canvas::text_width(&words));
            let middle = number(node, "y")
                + match node.attribute("dy").unwrap() {
                    "0.76em" => 0.38 * canvas::FONT,
                    "-0.5ex" => -0.5 * canvas::FONT,
                    _ => 0.0,
                };
            match node.attribute("text-anchor").unwrap() {
                "end" => (words, x - width, x, middle),
                "middle" => (words, x - width / 2.0, x + width / 2.0, middle),
                _ => (words, x, x + width, middle),
            }
        })
        .collect()
}

#[test]
fn no_text_leaves_the_image_or_covers_another() {
    for (name, svg) in all() {
        let width = f64::from(if name.contains("Wide") { Layout::Wide } else { Layout::Narrow }.width());
        let texts: Vec<_> = texts(&svg).into_iter().filter(|text| !text.0.is_empty()).collect();
        for (index, (words, left, right, middle)) in texts.iter().enumerate() {
            assert!(*left >= -1.0 && *right <= width + 1.0, "{name}: `{words}` from {left} to {right}");
            for (other, other_left, other_right, other_middle) in &texts[index + 1..] {
                let apart = right < other_left || other_right < left || (middle - other_middle).abs() > 10.0;
                assert!(apart, "{name}: `{words}` and `{other}`");
            }
        }
    }
}

/// Vertical lines in units: where, from where down to where.
fn vertical_lines(svg: &str) -> Vec<(f64, f64, f64)> {
    let document = roxmltree::Document::parse(svg).unwrap();
    let mut lines = Vec::new();
    for points in document.descendants().filter_map(|node| node.attribute("points")) {
        let points: Vec<(f64, f64)> = points
            .split_whitespace()
            .filter_map(|point| point.split_once(','))
            .map(|(x, y)| (x.parse::<f64>().unwrap() / 4.0, y.parse::<f64>().unwrap() / 4.0))
            .collect();
        if let [(x, top), (other, bottom)] = points[..]
            && (x - other).abs() < 0.01
        {
            lines.push((x, top.min(bottom), top.max(bottom)));
        }
    }
    lines
}

#[test]
fn no_line_runs_through_a_label() {
    for (name, svg) in all() {
        let lines = vertical_lines(&svg);
        for (words, left, right, middle) in texts(&svg) {
            for (x, top, bottom) in &lines {
                let crosses = left < *x && *x < right && *top < middle && middle < *bottom;
                assert!(!crosses, "{name}: a line at {x} runs through `{words}`");
            }
        }
    }
}

#[test]
fn a_text_that_is_too_long_is_cut_and_markup_in_it_is_escaped() {
    let arm = ArmDifference {
        title:
            "<b>offline key & a title that goes on and on, far beyond what fits into any chart at all, at any width</b>"
                .to_owned(),
        kind: ArmKind::Mitigation,
        stranded_hours: Estimate::new(-12_345.0, Some([-13_000.0, -11_000.0])).unwrap(),
        share: Some(-0.83),
    };
    let svg = arm_differences(&[arm], Style { layout: Layout::Narrow, language: Language::English }).unwrap();
    assert!(svg.contains("&lt;b&gt;offline") && svg.contains('…') && !svg.contains("<b>"));
    assert!(svg.contains("−12,345 (−83 %)"));
}

#[test]
fn moments_close_together_keep_their_labels_apart() {
    for from in [6.5, 12.0, 20.0, 30.0, 35.0] {
        let mut data = stranded(100.0);
        data.marks =
            [0.0, 0.1, 0.3, 0.8].map(|after| Mark { hours: from + after, label: format!("moment {after}") }).to_vec();
        for layout in [Layout::Wide, Layout::Narrow] {
            let style = Style { layout, language: Language::English };
            let svg = stranded_over_day(&data, &[], style).unwrap();
            let labels: Vec<_> = texts(&svg).into_iter().filter(|text| text.0.starts_with("moment")).collect();
            assert_eq!(labels.len(), 4);
            for (words, left, right, middle) in &labels {
                let crossed = vertical_lines(&svg)
                    .iter()
                    .any(|(x, top, bottom)| left < x && x < right && top < middle && middle < bottom);
                let covered = labels.iter().any(|other| {
                    other.0 != *words && (other.3 - middle).abs() < 11.0 && other.1 < *right && *left < other.2
                });
                assert!(!crossed && !covered, "{layout:?} from {from}: {words}");
            }
        }
    }
}

#[test]
fn buckets_hold_their_moments() {
    assert_eq!(AXIS.bucket(5.99), None);
    assert_eq!(AXIS.bucket(6.0), Some(0));
    assert_eq!(AXIS.bucket(35.99), Some(59));
    assert_eq!(AXIS.bucket(36.0), None);
}

#[test]
fn a_standalone_chart_brings_its_own_card() {
    let style = Style { layout: Layout::Wide, language: Language::Korean };
    let svg = standalone(&relief_shares(&shares(), style).unwrap());
    assert!(roxmltree::Document::parse(&svg).is_ok());
    assert!(svg.contains("fill=\"#ffffff\"") && !svg.contains("currentColor"));
}
