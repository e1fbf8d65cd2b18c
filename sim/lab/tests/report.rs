//! `stranded report` through the binary: what it writes, what it refuses, and that its numbers are the run's.

mod common;

use common::{Workshop, entries, json};
use serde_json::Value;
use std::path::{Path, PathBuf};
use std::process::Command;
use stranded_reports::format::{measured, whole};
use stranded_reports::language::Language;

fn read(path: &Path) -> String {
    std::fs::read_to_string(path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

/// Runs `stranded report` and gives the files that it names.
fn report(workshop: &Workshop, run: &Path, arguments: &[&str]) -> Vec<PathBuf> {
    let mut all = vec!["report", run.to_str().expect("UTF-8"), "--quiet"];
    all.extend(arguments);
    let output = workshop.stranded(&all).assert().success().get_output().clone();
    let named = String::from_utf8(output.stdout).expect("UTF-8");
    named.lines().map(|line| workshop.path().join(line)).collect()
}

/// What `stranded report` says about a run that it refuses.
fn refusal(workshop: &Workshop, run: &Path, arguments: &[&str]) -> String {
    let mut all = vec!["report", run.to_str().expect("UTF-8"), "--out", "never"];
    all.extend(arguments);
    let output = workshop.stranded(&all).assert().failure().get_output().clone();
    assert!(output.stdout.is_empty());
    assert!(!workshop.path().join("never").exists(), "nothing is written for a run that is refused");
    String::from_utf8(output.stderr).expect("UTF-8")
}

#[test]
fn a_report_written_later_is_the_one_that_the_run_left() {
    let workshop = Workshop::new();
    let run = workshop.run_town("runs", &["--replications", "2"]);
    let files = report(&workshop, &run, &[]);
    assert_eq!(files, [run.join("post-mortem.en.html")]);
    assert!(read(&files[0]) == read(&run.join("report.html")), "the pages differ");
    // What was added does not make the folder look changed, and the same again gives the same.
    assert!(report(&workshop, &run, &[]) == files);
}

#[test]
fn korean_markdown_and_pictures_come_on_demand() {
    let workshop = Workshop::new();
    let run = workshop.run_town("runs", &["--replications", "2"]);
    let files = report(&workshop, &run, &["--lang", "ko", "--markdown", "--charts", "svg,png", "--out", "wiki"]);
    let page = read(&files[0]);
    assert!(page.contains("<html lang=\"ko\"") && page.contains("장애 사후 보고서"));
    let markdown = read(&workshop.path().join("wiki/post-mortem.ko.md"));
    assert!(markdown.starts_with("# A town for tests\n") && markdown.contains("사람이 채울 곳"), "{markdown}");
    let pictures = entries(&workshop.path().join("wiki/post-mortem.ko"));
    for name in ["stranded", "lengths", "load", "relief", "relief-day", "arms"] {
        let linked = format!("(post-mortem.ko/{name}.svg)");
        assert!(markdown.contains(&linked), "{linked}");
        for kind in ["svg", "png"] {
            assert!(pictures.contains(&format!("{name}.{kind}")), "{name}.{kind} in {pictures:?}");
        }
        let png = std::fs::read(workshop.path().join(format!("wiki/post-mortem.ko/{name}.png"))).expect("a picture");
        assert!(png.starts_with(b"\x89PNG") && png.len() > 5_000, "{name}: {} bytes", png.len());
    }
}

#[test]
fn what_is_no_whole_run_is_refused_with_the_reason() {
    let workshop = Workshop::new();
    let run = workshop.run_town("runs", &["--replications", "2", "--arms", "none"]);
    let said = refusal(&workshop, workshop.path(), &[]);
    assert!(said.contains("is not a run folder: it has no `manifest.json`"), "{said}");

    let summary = run.join("summary.json");
    let (sound, manifest) = (read(&summary), read(&run.join("manifest.json")));
    std::fs::write(&summary, sound.replace("\"seed\": 7", "\"seed\": 8")).expect("a file");
    let said = refusal(&workshop, &run, &[]);
    assert!(said.contains("`summary.json` is not what was written"), "{said}");

    std::fs::write(&summary, sound.replacen("\"schema_version\": 1", "\"schema_version\": 99", 1)).expect("a file");
    let said = refusal(&workshop, &run, &[]);
    assert!(said.contains("has schema version 99, this program reads up to 1"), "{said}");

    std::fs::write(&summary, &sound).expect("a file");
    std::fs::rename(run.join("episodes.parquet"), run.join("elsewhere")).expect("a file");
    let said = refusal(&workshop, &run, &[]);
    assert!(said.contains("`episodes.parquet` is gone"), "{said}");
    std::fs::rename(run.join("elsewhere"), run.join("episodes.parquet")).expect("a file");

    std::fs::write(run.join("manifest.json"), &manifest[..manifest.len() / 2]).expect("a file");
    let said = refusal(&workshop, &run, &[]);
    assert!(said.contains("manifest.json` cannot be read"), "{said}");

    std::fs::write(run.join("manifest.json"), &manifest).expect("a file");
    assert_eq!(report(&workshop, &run, &[]).len(), 1, "put back, it is whole again");
}

#[test]
fn without_a_browser_nothing_is_written_and_the_way_out_is_named() {
    let workshop = Workshop::new();
    let run = workshop.run_town("runs", &["--replications", "1", "--arms", "none"]);
    let said = refusal(&workshop, &run, &["--pdf", "--browser", "no-such-browser"]);
    assert!(
        said.contains("none of these starts: no-such-browser") && said.contains("apt-get install chromium"),
        "{said}"
    );
    let said = refusal(&workshop, &run, &["--lang", "kr"]);
    assert!(said.contains("possible values: en, ko"), "{said}");
}

#[test]
fn a_letter_that_no_font_has_is_an_error_and_no_gap() {
    let workshop = Workshop::new();
    // The last letter of the last private area: no font has it.
    let title = "title=\"A town \u{10fffd}\"";
    let run = workshop.run_town("runs", &["--replications", "1", "--arms", "none", "--set", title]);
    for kind in ["--pdf", "--charts=png"] {
        let said = refusal(&workshop, &run, &[kind]);
        assert!(said.contains("no installed font has a glyph for: \u{10fffd}\n"), "{said}");
    }
    // The reader's own fonts are not known here.
    assert!(report(&workshop, &run, &["--charts=svg"]).len() > 4, "the page and its charts");
}

#[test]
fn quiet_days_single_replications_and_open_ends_have_reports() {
    let workshop = Workshop::new();
    let quiet = workshop.run_town(
        "quiet",
        &[
            "--arms=none",
            "--replications=2",
            "--set=service.vendor.workers=50",
            "--set=place.city.coverage=1.0",
            "--set=place.lake.coverage=1.0",
            "--set=service.vendor.service_time={ constant = \"50 ms\" }",
        ],
    );
    let single = workshop.run_town("single", &["--replications", "1"]);
    let censored = workshop
        .run_town("censored", &["--arms=none", "--replications=2", "--set=calendar.end=2022-04-10T16:00:00+09:00"]);
    for language in ["en", "ko"] {
        let page = |run: &Path| read(&report(&workshop, run, &["--lang", language])[0]);
        let (quiet, single, censored) = (page(&quiet), page(&single), page(&censored));
        for page in [&quiet, &single, &censored] {
            assert!(!page.contains("NaN") && page.len() < 1_500_000);
        }
        assert!(!quiet.contains("id=\"figure-stranded\"") && !quiet.contains("id=\"figure-lengths\""));
        assert!(single.contains("id=\"figure-stranded\"") && censored.contains("id=\"figure-lengths\""));
        if language == "en" {
            assert!(quiet.contains("Nobody was stranded for longer than 15 min."));
            assert!(single.contains("the numbers carry no interval"));
            assert!(censored.contains("had not ended when the simulation did") && censored.contains("Kaplan-Meier"));
        }
    }
}

#[test]
fn where_a_run_was_written_is_nobodys_business() {
    let workshop = Workshop::new();
    let elsewhere = tempfile::tempdir().expect("a temporary folder");
    let out = elsewhere.path().to_str().expect("UTF-8");
    let run = workshop.run_town(out, &["--replications", "1", "--arms", "none", "--threads", "1"]);
    for page in [read(&run.join("report.html")), read(&report(&workshop, &run, &["--lang", "ko"])[0])] {
        assert!(page.contains("stranded run town.toml --replications 1 --arms none</pre>"), "the command");
        assert!(!page.contains(out), "a path of this machine");
    }
}

#[test]
fn what_an_arm_costs_comes_from_the_scenario_to_the_report() {
    let workshop = Workshop::new();
    let priced = r#"
extends = "town.toml"

[[arm]]
name = "offline-key"
cost = { value = "70_000_000 KRW", source = "an offer", confidence = "cited", low = "60_000_000 KRW", high = "90_000_000 KRW" }
"#;
    std::fs::write(workshop.path().join("priced.toml"), priced).expect("a file");
    workshop
        .stranded(&["run", "priced.toml", "-q", "--replications", "3", "--sensitivity", "--out", "runs"])
        .assert()
        .success();
    let runs = workshop.path().join("runs");
    let run = runs.join(&entries(&runs)[0]);
    let summary = json(&run, "summary.json");
    let arm =
        |name: &str| summary["arms"].as_array().expect("arms").iter().find(|arm| arm["name"] == name).expect("an arm");
    assert_eq!(arm("offline-key")["cost"], serde_json::json!({ "krw": 7e7, "range_krw": [6e7, 9e7] }));
    assert!(arm("nothing")["cost"].is_null());
    let varied: Vec<&Value> =
        summary["sensitivity"].as_array().expect("rows").iter().map(|row| &row["parameter"]).collect();
    assert_eq!(varied, ["renter.persistence"], "a cost moves no target");
    let page = read(&run.join("report.html"));
    assert!(page.contains("₩70 million (₩60 million to ₩90 million)"), "the cost");
    assert!(page.contains("arm.offline-key.cost") && page.contains("an offer"), "where it comes from");
    assert!(page.contains("such day"), "what it saves in such a day");
    assert!(page.contains("class=\"fill\""), "the arm that changes nothing has a blank");
}

/// The result of a capacity search, made up.
const CAPACITY: &str = include_str!("../../../reports/tests/data/capacity.json");

#[test]
fn the_capacity_of_a_real_server_is_shown_on_demand_and_what_is_none_is_refused() {
    let workshop = Workshop::new();
    let run = workshop.run_town("runs", &["--replications", "1", "--arms", "none"]);
    std::fs::write(workshop.path().join("capacity.json"), CAPACITY).expect("a file");
    let arguments = ["--capacity", "capacity.json", "--out", "wiki", "--lang", "ko", "--markdown"];
    let page = read(&report(&workshop, &run, &arguments)[0]);
    assert!(page.contains("id=\"figure-capacity\"") && page.contains("서버를 잴 때의 시나리오는"), "{page}");
    assert!(read(&workshop.path().join("wiki/post-mortem.ko.md")).contains("(post-mortem.ko/capacity.svg)"));
    assert!(entries(&workshop.path().join("wiki/post-mortem.ko")).contains(&"capacity.svg".to_owned()));

    for (text, reason) in [
        ("{}", "has no `kind`"),
        (&CAPACITY.replace("surge-capacity", "surge-window"), "its `kind` is \"surge-window\""),
        (&CAPACITY.replacen("\"schema_version\": 1", "\"schema_version\": 7", 1), "has schema version 7"),
    ] {
        std::fs::write(workshop.path().join("other.json"), text).expect("a file");
        let said = refusal(&workshop, &run, &["--capacity", "other.json"]);
        assert!(said.contains("other.json") && said.contains(reason), "{said}");
    }
    let said = refusal(&workshop, &run, &["--capacity", "no-such-file.json"]);
    assert!(said.contains("no-such-file.json") && said.contains("check the path"), "{said}");
}

#[test]
fn a_run_shorter_than_an_hour_has_a_load_chart() {
    let workshop = Workshop::new();
    let scenario = concat!(env!("CARGO_MANIFEST_DIR"), "/../../scenarios/queueing/metastable.toml");
    workshop
        .stranded(&["run", scenario, "-q", "--arms", "none", "--replications", "1", "--out", "runs"])
        .assert()
        .success();
    let runs = workshop.path().join("runs");
    let run = runs.join(&entries(&runs)[0]);
    report(&workshop, &run, &["--charts", "svg"]);
    let load = read(&run.join("post-mortem.en/load.svg"));
    let longest =
        load.split("points=\"").skip(1).map(|line| line.split('"').next().unwrap_or_default().split(' ').count()).max();
    assert!(longest.is_some_and(|points| points > 6), "a curve with points: {load}");
}

#[test]
fn the_front_page_lists_runs_and_leaves_out_what_was_changed() {
    let workshop = Workshop::new();
    let first = workshop.run_town("first", &["--replications", "1", "--arms", "none"]);
    let second = workshop.run_town("second", &["--replications", "1", "--arms", "none", "--seed", "8"]);
    let runs = workshop.path().join("runs");
    std::fs::create_dir(&runs).expect("a folder");
    for (run, name) in [(&first, "first"), (&second, "second")] {
        std::fs::rename(run, runs.join(name)).expect("moved");
    }
    workshop.stranded(&["report", "--index", "runs"]).assert().success();
    let page = read(&runs.join("index.en.html"));
    assert!(page.contains("href=\"first/report.html\"") && page.contains("href=\"second/report.html\""), "{page}");
    std::fs::write(runs.join("second/summary.json"), read(&runs.join("second/summary.json")) + " ").expect("a file");
    let output = workshop.stranded(&["report", "--index", "runs"]).assert().success().get_output().clone();
    let said = String::from_utf8(output.stderr).expect("UTF-8");
    assert!(said.contains("left out") && said.contains("second"), "{said}");
    assert!(!read(&runs.join("index.en.html")).contains("href=\"second/"));
}

/// The value on the card with this label.
fn card<'page>(page: &'page str, label: &str) -> &'page str {
    let end = page.find(&format!("</b><span>{label}")).unwrap_or_else(|| panic!("no card `{label}`"));
    let start = page[..end].rfind("<b>").expect("a value") + 3;
    &page[start..end]
}

/// The cells of the row whose heading is this text, in the table with that label.
fn row<'page>(page: &'page str, table: &str, heading: &str) -> Vec<&'page str> {
    let start = page.find(&format!("aria-label=\"Table: {table}\"")).unwrap_or_else(|| panic!("no table `{table}`"));
    let table = &page[start..start + page[start..].find("</table>").expect("an end")];
    let start =
        table.find(&format!("<th scope=\"row\">{heading}</th>")).unwrap_or_else(|| panic!("no row `{heading}`"));
    let row = &table[start..start + table[start..].find("</tr>").expect("an end")];
    row.split("<td")
        .skip(1)
        .map(|cell| &cell[cell.find('>').expect("a cell") + 1..cell.find("</td>").expect("an end")])
        .collect()
}

#[test]
fn duckdb_finds_the_numbers_of_the_report() {
    let python = std::env::var("STRANDED_TEST_PYTHON")
        .expect("this test reads our Parquet files with DuckDB: run it with `cargo xtask test`");
    let workshop = Workshop::new();
    let run = workshop.run_town("runs", &["--replications", "3", "--arms", "offline-key"]);
    let page = read(&report(&workshop, &run, &[])[0]);
    let output = Command::new(python)
        .arg(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/report_numbers.py"))
        .arg(&run)
        .output()
        .expect("STRANDED_TEST_PYTHON starts");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let found: Value = serde_json::from_slice(&output.stdout).expect("JSON");
    let number = |value: &Value| value.as_f64().expect("a number");
    let english = Language::English;

    assert_eq!(card(&page, "people stranded"), whole(number(&found["people"])));
    assert_eq!(card(&page, "stranded person-hours"), whole(number(&found["hours"])));
    assert_eq!(card(&page, "median stranded time"), english.minutes(number(&found["median_minutes"])));

    let classes = [("unlock", "locked out mid-trip"), ("return", "cannot lock or return"), ("start", "cannot start")];
    let rows = found["by_class"].as_array().expect("rows");
    assert!(!rows.is_empty());
    for class in rows {
        let label = classes.iter().find(|(name, _)| class["class"] == *name).expect("a class").1;
        assert_eq!(row(&page, "By need", label)[0], whole(number(&class["people"])), "{label}");
    }
    let places = found["by_place"].as_array().expect("rows");
    assert_eq!(places.len(), 2);
    for place in places {
        let cells = row(&page, "By place", place["place"].as_str().expect("a name"));
        assert_eq!(cells[3], whole(number(&place["hours"])), "{place}");
        let least = if place["seen"] == found["replications"] { number(&place["least"]) } else { 0.0 };
        assert_eq!(cells[4], english.range(&whole(least), &whole(number(&place["most"]))), "{place}");
    }
    let total = row(&page, "Money", "in all");
    assert_eq!(total[0], english.won(number(&found["money"])));
    assert!(total[1].contains(" to "), "an interval over three replications: {total:?}");
    let recovery = row(&page, "How long until somebody noticed, said so, and helped", "Recovery: the app is back");
    assert_eq!(recovery[1], english.minutes(number(&found["recovery_minutes"])));
    assert!(recovery[2].contains(" to "), "{recovery:?}");
    let channels = [
        ("server", "server back"),
        ("call_centre", "call centre"),
        ("staff", "staff"),
        ("advice", "advice + own hands"),
        ("locksmith", "locksmith"),
        ("gave_up", "gave up"),
        ("censored", "still stranded"),
    ];
    let relief = found["relief"].as_array().expect("rows");
    assert!(relief.len() > 2, "{relief:?}");
    for channel in relief {
        let label = channels.iter().find(|(name, _)| channel["relief"] == *name).expect("a channel").1;
        assert_eq!(row(&page, "What ended it, in all", label)[0], english.share(number(&channel["share"])), "{label}");
    }
    let midnight = json(&run, "summary.json")["day"]["midnight_unix_s"].as_f64().expect("a number");
    let clock = |moment: &Value| english.clock((number(&moment[0]["bucket"]) - midnight) / 3_600.0);
    let peak =
        format!("at about {}: {} at the same time", clock(&found["peak"]), whole(number(&found["peak"][0]["people"])));
    assert!(page.contains(&peak), "`{peak}` is missing");
    let load = format!(
        "At about {} the service is asked {} times a second",
        clock(&found["attempts_peak"]),
        measured(number(&found["attempts_peak"][0]["per_second"]))
    );
    assert!(page.contains(&load), "`{load}` is missing");
}
