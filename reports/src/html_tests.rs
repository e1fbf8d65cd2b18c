use super::*;
use crate::aggregate::Aggregator;
use crate::background::{Background, ParameterRow, ReportedEvent};
use crate::capacity::Capacity;
use crate::capacity::tests::sample as sample_capacity;
use crate::estimate::Estimate;
use crate::language::Language;
use crate::remark::Remark;
use crate::sample;
use crate::summary::{ArmCost, ArmKind, BatchMeans, Headline, Summary, Verdict};
use std::collections::BTreeMap;

const HOSTILE: &str = "</script><script>alert('x')</script> & \"quotes\"";

fn background() -> Background {
    let row = |confidence: &str, fitted_to: Option<&str>| ParameterRow {
        path: "service.vendor.capacity".to_owned(),
        value: "1.52 x".to_owned(),
        source: "the article".to_owned(),
        confidence: confidence.to_owned(),
        fitted_to: fitted_to.map(str::to_owned),
    };
    Background {
        parameters: vec![row("fitted", Some("target 8")), row("cited", None)],
        events: vec![ReportedEvent {
            hours: 14.5,
            until_hours: Some(14.75),
            what: "First notice".to_owned(),
            source: "the article".to_owned(),
        }],
        translations: BTreeMap::from([(
            "ko".to_owned(),
            BTreeMap::from([("First notice".to_owned(), "첫 공지".to_owned())]),
        )]),
        outage_window_minutes: 10.0,
        ..Background::default()
    }
}

fn page_in(summary: &Summary, language: Language) -> String {
    let (findings, manifest, background) = (sample::findings(summary, language), sample::manifest(), background());
    let report =
        Report { summary, manifest: &manifest, findings: &findings, background: &background, capacity: None, language };
    render(&report).unwrap()
}

fn page(summary: &Summary) -> String {
    page_in(summary, Language::English)
}

fn parsed(page: &str) -> roxmltree::Document<'_> {
    let options = roxmltree::ParsingOptions { allow_dtd: true, ..roxmltree::ParsingOptions::default() };
    roxmltree::Document::parse_with_options(page, options).unwrap()
}

/// All words of the page, without markup, style and script.
fn text(page: &str) -> String {
    let document = parsed(page);
    let is_read = |node: &roxmltree::Node<'_, '_>| {
        node.is_text() && node.parent().is_none_or(|it| !matches!(it.tag_name().name(), "style" | "script"))
    };
    let texts = document.descendants().filter(is_read).filter_map(|node| node.text());
    texts.map(str::trim).filter(|text| !text.is_empty()).collect::<Vec<_>>().join(" ")
}

#[test]
fn the_page_is_well_formed_and_holds_the_answer() {
    let page = page(&sample::summary());
    let text = text(&page);
    for said in [
        "10,000 (9,500 to 10,500) people stood beside a car that they could not use for longer than 15 min, together 40,000 \
         (38,000 to 42,000) person-hours; half of them were stuck for more than 5 h 25 min (5 h 9 min to 5 h 41 min)",
        "On Sunday, 10 April 2022 the app went down at 12:38 (12:23 to 12:53) and was back at 00:24 the next day (00:09 to 00:39)",
        "asked for 5.10 (4.84 to 5.35) times",
        "What would have helped most: Arm offline-key, 39,100 (37,145 to 41,055) person-hours less (98 %; ",
        "−39,100 (−41,055 to −37,145)",
        "share within 5-6 h: 62 %",
        "+0.5 h (+0.3 h to +0.7 h)",
        "stranded run sample.toml",
        "0123456789abcdef",
        "A sample & its <title>",
        "14:30 to 14:45",
        "fitted to: target 8",
        "to be filled in by people",
        "Where we got lucky",
    ] {
        assert!(text.contains(said), "`{said}` is missing in: {text}");
    }
    let document = parsed(&page);
    let figures: Vec<_> = document.descendants().filter(|n| n.tag_name().name() == "figure").collect();
    assert_eq!(figures.len(), 7);
    for figure in figures {
        let images = figure.descendants().filter(|n| n.tag_name().name() == "svg");
        let described = images.filter(|n| n.attribute("role") == Some("img") && n.attribute("aria-label").is_some());
        assert_eq!(described.count(), 2, "a wide and a narrow chart, each with an alternative text");
        assert!(figure.descendants().any(|n| n.tag_name().name() == "figcaption" && n.text().is_some()));
        assert!(figure.descendants().any(|n| n.tag_name().name() == "table"), "a table beside every chart");
    }
}

#[test]
fn korean_is_korean_throughout() {
    let page = page_in(&sample::summary(), Language::Korean);
    let text = text(&page);
    for said in [
        "10,000명 (9,500명~10,500명)이 쓸 수 없는 차 옆에서 15분 넘게 발이 묶였고",
        "2022년 4월 10일 일요일, 앱은 12:38 (12:23~12:53)에 멈춰 다음 날 00:24 (00:09~00:39)에 복구되었습니다",
        "첫 공지",
        "사람이 채울 곳",
    ] {
        assert!(text.contains(said), "`{said}` is missing in: {text}");
    }
    // No label of ours is left in English; texts of the scenario may be.
    for (english, korean) in Language::English.labels().all().into_iter().zip(Language::Korean.labels().all()) {
        let is_sentence = english.split(' ').count() > 3;
        assert!(!is_sentence || korean == english || !text.contains(english), "`{english}` in: {text}");
    }
    assert!(page.contains("<html lang=\"ko\""));
}

#[test]
fn the_page_fetches_nothing() {
    let page = page(&sample::summary());
    let outside = page.replace("http://www.w3.org/2000/svg", "").replace("http://www.w3.org/1999/xhtml", "");
    for fetch in
        ["http:", "https:", "src=", "@import", "url(", "<link rel=\"stylesheet\"", "fetch(", "XMLHttp", "import("]
    {
        assert!(!outside.contains(fetch), "{fetch}");
    }
    let links: Vec<_> = parsed(&page).descendants().filter_map(|n| n.attribute("href").map(str::to_owned)).collect();
    assert_eq!(links[0], "data:,", "an empty icon, so that browsers do not ask for one");
    assert!(links[1..].iter().all(|link| link.starts_with('#')), "{links:?}");
}

#[test]
fn every_link_in_the_contents_leads_somewhere() {
    let page = page(&sample::summary());
    let document = parsed(&page);
    for link in document.descendants().filter_map(|n| n.attribute("href")).filter(|link| link.starts_with('#')) {
        assert!(document.descendants().any(|n| n.attribute("id") == Some(&link[1..])), "{link}");
    }
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
    assert_eq!(page.matches("<script").count(), 2, "the data and our own");
    assert!(text(&page).contains(HOSTILE));
}

#[test]
fn words_between_backticks_are_code() {
    let mut summary = sample::summary();
    summary.warnings = vec!["use `a < b` or `c".to_owned()];
    let page = page(&summary);
    assert!(page.contains("use <code>a &#60; b</code> or `c"), "{page}");
}

#[test]
fn a_quiet_day_says_so_without_empty_frames() {
    let mut summary = sample::summary();
    summary.arms = vec![sample::arm("baseline", ArmKind::Baseline, 1, 0.0)];
    summary.targets.clear();
    summary.sensitivity.clear();
    let page = page(&summary);
    let text = text(&page);
    assert!(text.contains("Nobody was stranded for longer than 15 min."), "{text}");
    assert!(text.contains("The app never went down."));
    assert!(text.contains("Only the baseline was run."));
    for absent in ["must come out", "guesses matter", "NaN", "Error budget", "One in"] {
        assert!(!text.contains(absent), "{absent}");
    }
    assert!(!page.contains("<figure"), "nothing to draw");
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
    assert!(text.contains("9,000 people stood beside a car that they could not use for longer than 15 min, together 41,234 person-hours"), "{text}");
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
    assert!(text.contains("12 (0 to 31) people stood"), "{text}");
    assert!(text.contains("0 to 8") && text.contains("shown from 0 on"), "{text}");
    for below in ["−7", "−2 ", "−0.2"] {
        assert!(!text.contains(below), "{below} in {text}");
    }
}

#[test]
fn two_hundred_arms_and_every_verdict_fit() {
    let mut summary = sample::summary();
    for rank in 4..201 {
        summary.arms.push(sample::arm(&format!("many {rank}"), ArmKind::Experiment, rank, 41_000.0));
    }
    for verdict in [Verdict::Fail, Verdict::Inconclusive] {
        let mut target = summary.targets[0].clone();
        target.verdict = verdict;
        target.simulated = None;
        target.remarks = vec![Remark::InNoReplication];
        summary.targets.push(target);
    }
    let page = page(&summary);
    let text = text(&page);
    assert!(text.contains("many 200") && text.contains("1 of 3 pass; fail: 1; inconclusive: 1."), "{text}");
    assert!(text.contains("of 199 differences are drawn"), "{text}");
    assert!(text.contains("in no replication"));
    assert!(page.len() < 1_500_000, "{} bytes", page.len());
}

/// The cells of the first row with this heading.
fn cells(page: &str, heading: &str) -> Vec<String> {
    let document = parsed(page);
    let is_row = |node: &roxmltree::Node<'_, '_>| {
        node.tag_name().name() == "tr" && node.first_element_child().is_some_and(|head| head.text() == Some(heading))
    };
    let row = document.descendants().find(is_row).unwrap_or_else(|| panic!("no row `{heading}`"));
    let texts = row.children().filter(roxmltree::Node::is_element).skip(1).filter_map(|cell| cell.text());
    texts.map(str::to_owned).collect()
}

#[test]
fn recovery_and_money_have_intervals_and_folders_without_them_are_read() {
    let summary = sample::summary();
    let new = page(&summary);
    assert_eq!(cells(&new, "in all"), ["₩2,280 million", "₩2,166 million to ₩2,394 million"]);
    let recovery = "Recovery: the app is back";
    assert_eq!(cells(&new, recovery), ["from the start of the outage", "11 h 46 min", "11 h 11 min to 12 h 21 min"]);

    let mut kept = serde_json::to_value(&summary).unwrap();
    for arm in kept["arms"].as_array_mut().unwrap() {
        let arm = arm.as_object_mut().unwrap();
        assert!(arm.remove("total_money_krw").is_some() && arm.remove("cost").is_some());
        assert!(arm["service"].as_object_mut().unwrap().remove("recovery_minutes").is_some());
    }
    let old = page(&serde_json::from_value(kept).unwrap());
    assert_eq!(cells(&old, "in all"), ["₩2,280 million", "–"]);
    assert_eq!(cells(&old, recovery), ["from the start of the outage", "11 h 46 min", "–"]);
}

#[test]
fn what_an_arm_costs_stands_beside_what_it_saves() {
    let mut summary = sample::summary();
    let without = text(&page(&summary));
    assert!(!without.contains("such day"), "{without}");
    summary.arms[1].cost = Some(ArmCost { krw: 5e9, range_krw: Some([4e9, 6e9]) });
    let page = page(&summary);
    let text = text(&page);
    for said in [
        "₩5,000 million (₩4,000 million to ₩6,000 million)",
        "pays for itself after 2.24 (2.14 to 2.36) such days",
        "how often such days come is for people to say",
    ] {
        assert!(text.contains(said), "`{said}` is missing in: {text}");
    }
}

fn page_with(capacity: &Capacity, language: Language) -> String {
    let (summary, manifest, background) = (sample::summary(), sample::manifest(), background());
    let findings = sample::findings(&summary, language);
    let report = Report {
        summary: &summary,
        manifest: &manifest,
        findings: &findings,
        background: &background,
        capacity: Some(capacity),
        language,
    };
    render(&report).unwrap()
}

#[test]
fn the_capacity_of_a_real_server_stands_beside_how_far_to_trust_the_run() {
    let capacity = sample_capacity(|_| {});
    let page = page_with(&capacity, Language::English);
    let english = text(&page);
    for said in [
        "The server holds its objective up to 415 requests a second, and no longer at 433.",
        "99 % of the attempts answered within 250 ms, and at most 1.0 % failed",
        "R squared = 0.999",
        "443 a second, with 56.2 in flight",
        "a machine made up for tests, 2 cores",
        "3.10e-4",
        "2dbd7af",
    ] {
        assert!(english.contains(said), "`{said}` is missing in: {english}");
    }
    assert_eq!(cells(&page, "0.81"), ["19.5", "20.0", "−0.48"], "a residual");
    assert!(!english.contains("another scenario"), "the sample's server had the run's scenario");
    let document = parsed(&page);
    let trust = document.descendants().find(|node| node.attribute("id") == Some("trust")).unwrap();
    assert!(trust.descendants().any(|node| node.attribute("id") == Some("figure-capacity")));
    let korean = text(&page_with(&capacity, Language::Korean));
    assert!(
        korean.contains("서버는 초당 요청 415건까지 목표를 지키고") && korean.contains("범용 확장성 법칙"),
        "{korean}"
    );
    assert!(!text(&self::page(&sample::summary())).contains("real server"), "only where it was asked for");
}

#[test]
fn a_capacity_of_another_scenario_or_beside_others_carries_a_warning() {
    let capacity = sample_capacity(|file| {
        file["scenario_hash"] = "0123456789abcdef".into();
        file["is_noisy"] = true.into();
    });
    let english = text(&page_with(&capacity, Language::English));
    for said in ["measured under another scenario", "0123456789ab…", "9f3c9f3c9f3c…", "others used the processors"]
    {
        assert!(english.contains(said), "`{said}` is missing in: {english}");
    }
    assert!(text(&page_with(&capacity, Language::Korean)).contains("서버를 잴 때의 시나리오는"));
}

#[test]
fn without_a_law_the_windows_are_shown_and_the_reason() {
    let capacity = sample_capacity(|file| {
        file["scalability"] = serde_json::Value::Null;
        file["scalability_note"] = "4 usable windows are too few".into();
        file["outcome"] = serde_json::json!({ "verdict": "generator-limited", "low": null, "limit": 320.0 });
    });
    let page = page_with(&capacity, Language::English);
    let text = text(&page);
    assert!(text.contains("found no law: 4 usable windows are too few."), "{text}");
    assert!(text.contains("did not even keep up with 320 requests a second"), "{text}");
    assert_eq!(cells(&page, "160"), ["323", "objective failed"]);
    assert!(!text.contains("gamma: answers") && !page.contains("NaN"));
}

#[test]
fn no_arm_at_all_is_still_a_page() {
    let mut summary = sample::summary();
    summary.arms.clear();
    assert!(text(&page(&summary)).contains("No arm was run."));
}

#[test]
fn a_run_of_services_tells_of_answers_and_of_nobody() {
    let mut summary = sample::summary();
    summary.headline = Headline::Goodput;
    let estimate = |mean: f64| Estimate::new(mean, Some([mean - 0.5, mean + 0.5])).unwrap();
    for (arm, (goodput, metastable)) in summary.arms.iter_mut().zip([(0.0, 1.0), (79.0, 0.0), (5.0, 0.6)]) {
        let metrics = [
            ("goodput_per_second", goodput),
            ("service.goodput_share", goodput / 80.0),
            ("collapse.metastable", metastable),
            ("collapse.overloaded", 0.0),
            ("collapse.goodput_without_trigger_per_second", 80.0),
        ];
        arm.metrics = metrics.map(|(name, value)| (name.to_owned(), estimate(value))).into();
        if let Some(difference) = &mut arm.difference_to_baseline {
            difference.goodput_per_second = Some(estimate(goodput));
        }
    }
    let text = text(&page(&summary));
    assert!(text.contains("outlives its trigger (metastable) in 100 %"), "{text}");
    assert!(
        text.contains("What would have helped most: Arm offline-key, with 79.0 (78.5 to 79.5) more answers in time"),
        "{text}"
    );
    for fate in ["metastable", "sometimes metastable", "recovers"] {
        assert!(text.contains(fate), "{fate}");
    }
    assert!(!text.contains("person-hours") && !text.contains("Money"), "{text}");
}

#[test]
fn a_report_without_rows_is_still_a_page() {
    let (summary, manifest, background) = (sample::summary(), sample::manifest(), Background::default());
    let findings = Aggregator::new("baseline", sample::DAY).finish(Vec::new());
    for language in Language::ALL {
        let report = Report {
            summary: &summary,
            manifest: &manifest,
            findings: &findings,
            background: &background,
            capacity: None,
            language,
        };
        let page = render(&report).unwrap();
        assert!(!page.contains("NaN") && !page.contains("inf "), "{language}");
    }
}
