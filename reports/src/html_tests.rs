use super::*;
use crate::aggregate::{ChartAggregator, ChartSettings};
use crate::charts::marks_of;
use crate::estimate::Estimate;
use crate::sample;
use crate::summary::{ArmKind, BatchMeans, Verdict};

const HOSTILE: &str = "<script>alert('x')</script> & \"quoted\" </svg>";

fn parameters() -> Vec<ParameterRow> {
    vec![ParameterRow {
        path: "service.vendor.capacity".to_owned(),
        value: "1.52 x".to_owned(),
        source: format!("press {HOSTILE}"),
        confidence: "low".to_owned(),
        fitted_to: Some("start of the outage".to_owned()),
    }]
}

fn page(summary: &Summary) -> String {
    let marks = summary.baseline().map(marks_of).unwrap_or_default();
    let charts = ChartAggregator::new(ChartSettings::of_day("baseline", sample::DAY)).finish(marks);
    let parameters = parameters();
    let manifest = sample::manifest();
    render(&Report { summary, manifest: &manifest, charts: &charts, parameters: &parameters }).unwrap()
}

/// The page is written as XML too, so that a parser can tell whether every element is closed.
fn parsed(page: &str) -> roxmltree::Document<'_> {
    let options = roxmltree::ParsingOptions { allow_dtd: true, ..Default::default() };
    roxmltree::Document::parse_with_options(page, options).unwrap()
}

/// All words of the page, without markup.
fn text(page: &str) -> String {
    let document = parsed(page);
    let texts = document.descendants().filter(roxmltree::Node::is_text).filter_map(|node| node.text());
    texts.map(str::trim).collect::<Vec<_>>().join(" ")
}

#[test]
fn the_page_is_well_formed_and_holds_the_answer() {
    let page = page(&sample::summary());
    let text = text(&page);
    for said in [
        "10,000 (9,500 to 10,500) people were stranded for longer than 15 min: 40,000 (38,000 to 42,000) person-hours in all.",
        "Half of the episodes lasted longer than 5 h 25 min",
        "The app went down at 12:38",
        "was back at 00:24 the next day (00:09 to 00:39)",
        "What would have helped most: Arm offline-key, 39,100 person-hours less (98 %; ",
        "−39,100 (−41,055 to −37,145)",
        "share within 5-6 h: 62 %",
        "+0.5 h (+0.3 h to +0.7 h)",
        "stranded run sample.toml",
        "0123456789abcdef",
        "A sample & its <title>",
    ] {
        assert!(text.contains(said), "`{said}` is missing in: {text}");
    }
    let document = parsed(&page);
    let figures: Vec<_> = document.descendants().filter(|n| n.tag_name().name() == "figure").collect();
    assert_eq!(figures.len(), 5);
    for figure in figures {
        let images = figure.descendants().filter(|n| n.tag_name().name() == "svg");
        let described = images.filter(|n| n.attribute("role") == Some("img") && n.attribute("aria-label").is_some());
        assert_eq!(described.count(), 2, "a wide and a narrow chart, each with an alternative text");
        assert!(figure.descendants().any(|n| n.tag_name().name() == "figcaption" && n.text().is_some()));
    }
}

#[test]
fn the_page_fetches_nothing() {
    let page = page(&sample::summary());
    let outside = page.replace("http://www.w3.org/2000/svg", "").replace("http://www.w3.org/1999/xhtml", "");
    for fetch in ["http:", "https:", "src=", "@import", "url(", "<script", "<link rel=\"stylesheet\""] {
        assert!(!outside.contains(fetch), "{fetch}");
    }
    let links: Vec<_> = parsed(&page).descendants().filter_map(|n| n.attribute("href").map(str::to_owned)).collect();
    assert_eq!(links, ["data:,"], "an empty icon, so that browsers do not ask for one");
}

#[test]
fn text_from_a_scenario_cannot_become_markup() {
    let mut summary = sample::summary();
    summary.scenario.title = HOSTILE.to_owned();
    summary.warnings = vec![HOSTILE.to_owned()];
    summary.targets[0].what = HOSTILE.to_owned();
    summary.sensitivity[0].parameter = HOSTILE.to_owned();
    for arm in &mut summary.arms {
        arm.title = HOSTILE.to_owned();
        arm.description = HOSTILE.to_owned();
    }
    let page = page(&summary);
    assert!(!page.contains("<script"));
    assert!(text(&page).contains(HOSTILE));
}

#[test]
fn a_quiet_day_says_so() {
    let mut summary = sample::summary();
    summary.arms = vec![sample::arm("baseline", ArmKind::Baseline, 1, 0.0)];
    summary.targets.clear();
    summary.sensitivity.clear();
    let text = text(&page(&summary));
    assert!(text.contains("Nobody was stranded for longer than 15 min."), "{text}");
    assert!(text.contains("The app never went down."));
    assert!(text.contains("Only the baseline was run."));
    assert!(!text.contains("Replay targets") && !text.contains("Sensitivity") && !text.contains("NaN"));
}

#[test]
fn one_replication_claims_no_interval() {
    let mut summary = sample::summary();
    summary.replications = 1;
    summary.arms.truncate(1);
    summary.targets.clear();
    summary.arms[0].stranded_people = Estimate::new(9_000.0, None).unwrap();
    summary.arms[0].stranded_hours = Estimate::new(41_234.0, None).unwrap();
    let text = text(&page(&summary));
    assert!(text.contains("9,000 people were stranded for longer than 15 min: 41,234 person-hours"), "{text}");
    assert!(text.contains("the numbers carry no interval"));
    let means = BatchMeans { batches: 23, batch_minutes: 100, lag_one_correlation: 0.04, correlated: false };
    summary.arms[0].batch_means.insert("goodput_per_second".to_owned(), means);
    let text = self::text(&page(&summary));
    assert!(text.contains("One long run: a 95 % interval is that of 23 batch means, 1 h 40 min each"), "{text}");
}

#[test]
fn people_are_never_fewer_than_none() {
    let mut summary = sample::summary();
    summary.arms[0].stranded_people = Estimate::new(12.0, Some([-7.0, 31.0])).unwrap();
    summary.arms[0].lost_bookings = Estimate::new(3.0, Some([-2.0, 8.0])).unwrap();
    summary.targets[0].simulated = Estimate::new(0.4, Some([-0.2, 1.0]));
    let text = text(&page(&summary));
    assert!(text.contains("12 (0 to 31) people were stranded"), "{text}");
    assert!(text.contains("0 to 8") && text.contains("shown from 0 on"), "{text}");
    for below in ["−7", "−2 ", "−0.2"] {
        assert!(!text.contains(below), "{below} in {text}");
    }
}

#[test]
fn many_arms_and_every_verdict_fit() {
    let mut summary = sample::summary();
    for rank in 4..40 {
        summary.arms.push(sample::arm(&format!("many {rank}"), ArmKind::Experiment, rank, 41_000.0));
    }
    for verdict in [Verdict::Fail, Verdict::Inconclusive] {
        let mut target = summary.targets[0].clone();
        target.verdict = verdict;
        target.simulated = None;
        summary.targets.push(target);
    }
    let text = text(&page(&summary));
    assert!(text.contains("many 39") && text.contains("1 of 3 pass; fail: 1; inconclusive: 1."), "{text}");
}

#[test]
fn no_arm_at_all_is_still_a_page() {
    let mut summary = sample::summary();
    summary.arms.clear();
    assert!(text(&page(&summary)).contains("No arm was run."));
}

#[test]
fn a_command_can_be_pasted_into_a_shell() {
    let words = ["stranded", "run", "my file.toml", "--set", "a=it's", ""].map(str::to_owned);
    assert_eq!(command(&words), r"stranded run 'my file.toml' --set 'a=it'\''s' ''");
}
