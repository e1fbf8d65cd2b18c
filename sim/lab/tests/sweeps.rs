//! Sweeps through the binary: the same bytes whatever happens on the way.
#![cfg(unix)]

mod common;

use common::{Workshop, entries, json};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::Duration;

const PROGRAM: &str = env!("CARGO_BIN_EXE_stranded");

/// Half a day of the town, with six points.
const SWEEP: &str = r#"
[run]
seed = 7

[calendar]
start = 2022-04-10T00:00:00+09:00
end = 2022-04-10T15:00:00+09:00

[measure]
from = 2022-04-10T05:00:00+09:00

[measure.outage]
minimum_attempts = 20

[fleet]
cars = 60

[demand]
app_openings = "400 /day"
monthly_users = 2_000

[service.operator]
workers = 20
calls = { service = "vendor" }

[service.vendor]
workers = 1
service_time = { exponential = { mean = "4 s" } }
queue = { capacity = 30 }

[sweep]
replications = { min = 3, max = 3 }

[[sweep.parameter]]
name = "agents"
path = "support.call_centre.agents"
list = [1, 2, 4]

[[sweep.parameter]]
name = "notice"
path = "support.notice.delay"
list = ["15 min", "60 min"]
"#;

/// Files whose bytes depend on the study alone. The manifest names the command that put them together.
const RESULTS: [&str; 7] = [
    "points.csv",
    "points.parquet",
    "replications.csv",
    "replications.parquet",
    "report.html",
    "scenario.toml",
    "summary.json",
];

fn workshop() -> Workshop {
    let workshop = Workshop::new();
    std::fs::write(workshop.path().join("sweep.toml"), SWEEP).expect("a file");
    workshop
}

fn stderr(output: &std::process::Output) -> String {
    String::from_utf8_lossy(&output.stderr).into_owned()
}

/// The one sweep folder in `out`.
fn folder(workshop: &Workshop, out: &str) -> PathBuf {
    let folders = entries(&workshop.path().join(out));
    assert_eq!(folders.len(), 1, "one sweep folder, and nothing else: {folders:?}");
    workshop.path().join(out).join(&folders[0])
}

/// Runs the sweep into `out` and returns its folder.
fn run(workshop: &Workshop, out: &str, arguments: &[&str]) -> PathBuf {
    let mut all = vec!["sweep", "run", "sweep.toml", "--quiet", "--out", out];
    all.extend(arguments);
    workshop.stranded(&all).assert().success();
    folder(workshop, out)
}

fn results(folder: &Path) -> Vec<Vec<u8>> {
    RESULTS.map(|name| std::fs::read(folder.join(name)).unwrap_or_else(|error| panic!("{name}: {error}"))).to_vec()
}

fn assert_same(one: &Path, other: &Path) {
    for ((one, other), name) in results(one).iter().zip(results(other)).zip(RESULTS) {
        assert!(*one == other, "{name} differs");
    }
}

#[test]
fn results_do_not_depend_on_threads_shards_or_the_order_of_shards() {
    let workshop = workshop();
    let whole = run(&workshop, "whole", &["--threads", "1"]);
    let names = entries(&whole);
    let expected = RESULTS.iter().copied().chain(["manifest.json", "study.json"]);
    let mut expected: Vec<&str> = expected.collect();
    expected.sort_unstable();
    assert_eq!(names, expected, "nothing unfinished is left");
    assert_same(&whole, &run(&workshop, "threads", &["--threads", "3"]));
    for shard in ["3/4", "1/4", "4/4", "2/4"] {
        run(&workshop, "shards", &["--shard", shard]);
    }
    let shards = folder(&workshop, "shards");
    workshop.stranded(&["sweep", "merge", shards.to_str().unwrap()]).assert().success();
    assert_same(&whole, &shards);
    // The folder's own scenario makes the same study again, without the shell's history.
    std::fs::copy(shards.join("scenario.toml"), workshop.path().join("sweep.toml")).expect("a file");
    let again = run(&workshop, "again", &[]);
    for name in ["points.csv", "replications.csv", "replications.parquet"] {
        assert!(std::fs::read(again.join(name)).unwrap() == std::fs::read(whole.join(name)).unwrap(), "{name} differs");
    }
}

#[test]
fn a_sweep_that_was_killed_goes_on_and_gives_the_same_bytes() {
    let workshop = workshop();
    let whole = run(&workshop, "whole", &[]);
    // Killed after its first, third, ... replication, as often as it takes.
    let mut kills = 0;
    for rows_before in [1, 3, 7, 12] {
        let mut child = Command::new(PROGRAM)
            .args(["sweep", "sweep.toml", "--quiet", "--threads", "1", "--resume", "--out", "killed"])
            .current_dir(workshop.path())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .expect("the program starts");
        loop {
            let rows = entries(&workshop.path().join("killed")).first().map_or(0, |name| {
                let rows = workshop.path().join("killed").join(name).join("rows/0001-of-0001.partial");
                std::fs::read_to_string(rows).map_or(0, |text| text.lines().count())
            });
            if rows >= rows_before {
                child.kill().expect("it can be killed");
                kills += 1;
                break;
            }
            if child.try_wait().expect("a child").is_some() {
                break;
            }
            std::thread::sleep(Duration::from_millis(2));
        }
        child.wait().expect("it ends");
    }
    assert!(kills > 1, "nothing was killed");
    let killed = run(&workshop, "killed", &["--resume"]);
    assert_same(&whole, &killed);
}

#[test]
fn ctrl_c_keeps_what_is_done_and_says_how_to_go_on() {
    let workshop = workshop();
    let mut child = Command::new(PROGRAM)
        .args(["sweep", "sweep.toml", "--replications", "100000", "--threads", "2", "--out", "stopped"])
        .current_dir(workshop.path())
        .env("NO_COLOR", "1")
        .stdout(Stdio::null())
        .stderr(Stdio::piped())
        .spawn()
        .expect("the program starts");
    let rows = || {
        entries(&workshop.path().join("stopped")).first().is_some_and(|name| {
            let rows = workshop.path().join("stopped").join(name).join("rows/0001-of-0001.partial");
            std::fs::read_to_string(rows).is_ok_and(|text| text.lines().count() > 2)
        })
    };
    while !rows() {
        assert!(child.try_wait().expect("a child").is_none(), "it ended by itself");
        std::thread::sleep(Duration::from_millis(5));
    }
    Command::new("kill").args(["-INT", &child.id().to_string()]).status().expect("kill");
    let output = child.wait_with_output().expect("it ends");
    assert_eq!(output.status.code(), Some(130));
    let message = stderr(&output);
    assert!(message.contains("replications are kept in") && message.contains("--resume"), "{message}");
    assert!(message.contains("stranded sweep sweep.toml --replications 100000"), "{message}");
}

#[test]
fn two_sweeps_in_one_folder_do_not_disturb_each_other() {
    let workshop = workshop();
    let arguments = ["sweep", "sweep.toml", "--replications", "100000", "--quiet", "--out", "busy"];
    let mut child = Command::new(PROGRAM)
        .args(arguments)
        .current_dir(workshop.path())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .expect("the program starts");
    let partial = |workshop: &Workshop| {
        let name = entries(&workshop.path().join("busy")).first()?.clone();
        let path = workshop.path().join("busy").join(name).join("rows/0001-of-0001.partial");
        std::fs::metadata(&path).ok().filter(|file| file.len() > 0).map(|_| path)
    };
    while partial(&workshop).is_none() {
        assert!(child.try_wait().expect("a child").is_none(), "it ended by itself");
        std::thread::sleep(Duration::from_millis(5));
    }
    for also in [&[][..], &["--resume"], &["--fresh"]] {
        let output = workshop.stranded(&[&arguments[..], also].concat()).assert().code(2).get_output().clone();
        let message = stderr(&output);
        assert!(message.contains("another process is running") && message.contains("--out"), "{also:?}: {message}");
    }
    child.kill().expect("it can be killed");
    child.wait().expect("it ends");
    // Nobody is there any more, and something is.
    let output = workshop.stranded(&arguments).assert().code(2).get_output().clone();
    let message = stderr(&output);
    assert!(message.contains("unfinished") && message.contains("--resume") && message.contains("--fresh"), "{message}");
    assert!(partial(&workshop).is_some(), "nothing is lost");
}

#[test]
fn a_complete_sweep_is_not_run_again_by_accident() {
    let workshop = workshop();
    let complete = run(&workshop, "sweeps", &[]);
    let before = results(&complete);
    let output = workshop.stranded(&["sweep", "sweep.toml", "--quiet"]).assert().code(2).get_output().clone();
    assert!(stderr(&output).contains("holds this sweep already, complete"), "{}", stderr(&output));
    let output = workshop.stranded(&["sweep", "sweep.toml", "--resume"]).assert().success().get_output().clone();
    assert!(stderr(&output).contains("complete already"), "{}", stderr(&output));
    assert_eq!(results(&complete), before);
    run(&workshop, "sweeps", &["--fresh"]);
    assert_eq!(results(&complete), before);
}

#[test]
fn a_disk_that_fills_up_loses_nothing() {
    let workshop = workshop();
    let whole = run(&workshop, "whole", &[]);
    // A limit on the size of files stands for a full disk: the system refuses the write in the middle of a row.
    let output = Command::new("sh")
        .args(["-c", &format!("ulimit -f 24; '{PROGRAM}' sweep sweep.toml --quiet --out full")])
        .current_dir(workshop.path())
        .env("NO_COLOR", "1")
        .output()
        .expect("a shell");
    let message = stderr(&output);
    assert_eq!(output.status.code(), Some(1), "{message}");
    for part in ["cannot write the file", "rows/0001-of-0001.partial", "replications are kept in", "--resume"] {
        assert!(message.contains(part), "{part} is missing in: {message}");
    }
    assert_same(&whole, &run(&workshop, "full", &["--resume"]));
}

#[test]
fn a_folder_that_nobody_may_write_to_is_named_before_anything_is_simulated() {
    let workshop = workshop();
    // Not even root may make folders there.
    let output =
        workshop.stranded(&["sweep", "sweep.toml", "--out", "/proc/sweeps"]).assert().code(1).get_output().clone();
    let message = stderr(&output);
    assert!(message.contains("cannot create the folder `/proc/sweeps"), "{message}");
    assert!(message.contains("--out") && !message.contains("replication"), "{message}");
}

#[test]
fn merging_finds_what_is_missing_twice_or_damaged() {
    let workshop = workshop();
    for (out, shard) in [("one", "1/2"), ("two", "2/2"), ("two", "1/2")] {
        run(&workshop, out, &["--shard", shard]);
    }
    let (one, two) = (folder(&workshop, "one"), folder(&workshop, "two"));
    let merge = |folders: &[&Path]| {
        let mut arguments = vec!["sweep", "merge"];
        arguments.extend(folders.iter().map(|folder| folder.to_str().unwrap()));
        let output = workshop.stranded(&arguments).output().expect("it runs");
        (output.status.code(), stderr(&output))
    };
    let (code, message) = merge(&[&one]);
    assert_eq!(code, Some(2), "{message}");
    assert!(
        message.contains("1 of 2 shards are missing (2/2)") && message.contains("--shard 2/2 --resume"),
        "{message}"
    );
    let (code, message) = merge(&[&one, &two]);
    assert_eq!(code, Some(2), "{message}");
    assert!(message.contains("shard 1/2 is there twice"), "{message}");
    // A bit flips on the way from another machine.
    let rows = two.join("rows/0002-of-0002.jsonl");
    let bytes = std::fs::read(&rows).expect("rows");
    let mut damaged = bytes.clone();
    damaged[40] ^= 1;
    std::fs::write(&rows, &damaged).expect("a file");
    let (code, message) = merge(&[&two]);
    assert_eq!(code, Some(1), "{message}");
    assert!(message.contains("0002-of-0002") && message.contains("checksum"), "{message}");
    std::fs::write(&rows, &bytes).expect("a file");
    // Shards that were run elsewhere.
    std::fs::remove_file(two.join("rows/0001-of-0002.json")).expect("a file");
    let (code, message) = merge(&[&one, &two]);
    assert_eq!(code, Some(0), "{message}");
    assert_same(&run(&workshop, "whole", &[]), &one);
}

#[test]
fn what_was_varied_is_written_down() {
    let workshop = workshop();
    let varied = ["--vary", "fleet.cars=40..60/2", "--set", "app.timeout=9 s", "--seed", "11", "--replications", "2"];
    let folder = run(&workshop, "varied", &varied);
    let scenario = std::fs::read_to_string(folder.join("scenario.toml")).expect("a file");
    for part in ["name = \"cars\"", "timeout = \"9 s\"", "seed = 11", "max = 2"] {
        assert!(scenario.contains(part), "{part} is missing in: {scenario}");
    }
    let summary = json(&folder, "summary.json");
    assert_eq!(summary["points"], 12);
    assert_eq!(summary["replications"], 24);
    assert_eq!(summary["parameters"][2]["path"], "fleet.cars");
    let csv = std::fs::read_to_string(folder.join("points.csv")).expect("a file");
    assert!(
        csv.starts_with("point,seed,agents,notice,cars,replications,objective,objective_low,objective_high,"),
        "{csv}"
    );
    assert!(csv.lines().nth(1).is_some_and(|line| line.starts_with("0,11,1,15,40,2,")), "{csv}");
    assert_eq!(csv.lines().count(), 13);
}

#[test]
fn points_share_their_luck_unless_they_are_told_not_to() {
    let workshop = workshop();
    let same =
        ["--set", "sweep.parameter.notice.list=['60 min', '60 min']", "--set", "sweep.parameter.agents.list=[2]"];
    let digests = |folder: &Path| {
        let text = std::fs::read_to_string(folder.join("replications.csv")).expect("a file");
        text.lines().skip(1).map(|line| line.rsplit(',').next().unwrap_or_default().to_owned()).collect::<Vec<_>>()
    };
    let common = digests(&run(&workshop, "common", &same));
    assert_eq!(common.len(), 6);
    assert_eq!(common[..3], common[3..]);
    let independent =
        digests(&run(&workshop, "independent", &[&same[..], &["--set", "sweep.seeds=independent"]].concat()));
    assert!(independent.iter().all(|digest| independent.iter().filter(|other| *other == digest).count() == 1));
}

#[test]
fn a_plan_says_what_a_sweep_comes_to_and_writes_nothing() {
    let workshop = workshop();
    let before = entries(workshop.path());
    let output = workshop.stranded(&["sweep", "plan", "sweep.toml"]).assert().success().get_output().clone();
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    for part in
        ["Points:        6 (grid)", "Replications:  18", "Time:          about", "Disk:          about", "60 min"]
    {
        assert!(text.contains(part), "{part} is missing in: {text}");
    }
    assert_eq!(entries(workshop.path()), before);
    let output = workshop.stranded(&["sweep", "plan", "sweep.toml", "--json"]).assert().success().get_output().clone();
    let plan: serde_json::Value = serde_json::from_slice(&output.stdout).expect("JSON");
    assert_eq!(plan["points"], 6);
    assert_eq!(plan["designs"][1], serde_json::json!(["1", "60 min"]));
}

#[test]
fn precision_decides_how_often_a_point_is_repeated_and_shards_agree() {
    let workshop = workshop();
    let precise = ["--set", "sweep.replications={ min = 3, max = 12, precision = 0.2 }"];
    let whole = run(&workshop, "whole", &precise);
    let counts: Vec<u64> = std::fs::read_to_string(whole.join("points.csv"))
        .expect("a file")
        .lines()
        .skip(1)
        .map(|line| line.split(',').nth(4).and_then(|count| count.parse().ok()).expect("a number"))
        .collect();
    assert!(counts.iter().any(|count| *count > 3) && counts.iter().all(|count| (3..=12).contains(count)), "{counts:?}");
    for shard in ["1/3", "2/3", "3/3"] {
        run(&workshop, "shards", &[&precise[..], &["--shard", shard]].concat());
    }
    let shards = folder(&workshop, "shards");
    workshop.stranded(&["sweep", "merge", shards.to_str().unwrap()]).assert().success();
    assert_same(&whole, &shards);
}

#[test]
fn replications_are_spent_where_the_best_point_is_undecided() {
    let workshop = workshop();
    // The cost of 400 agents is beyond any doubt; the other two differ little.
    let decide = [
        "--set",
        "sweep.replications={ min = 3, max = 8, precision = 0.0, decide = true }",
        "--set",
        "sweep.objective=stranded_hours + 100 * agents",
        "--set",
        "sweep.parameter.agents.list=[2, 400]",
    ];
    let folder = run(&workshop, "decided", &decide);
    let csv = std::fs::read_to_string(folder.join("points.csv")).expect("a file");
    let count = |point: usize| csv.lines().nth(point + 1).and_then(|line| line.split(',').nth(4)).map(str::to_owned);
    assert_eq!([count(2), count(3)].map(Option::unwrap), ["3", "3"], "{csv}");
    let sharded = [&["sweep", "sweep.toml", "--shard", "1/2"], &decide[..]].concat();
    let output = workshop.stranded(&sharded).assert().code(2).get_output().clone();
    assert!(stderr(&output).contains("sweep.replications.decide"), "{}", stderr(&output));
}

#[test]
fn the_examples_of_the_manual_read_the_results() {
    let python = std::env::var("STRANDED_TEST_PYTHON").expect(
        "this test reads our Parquet files with DuckDB and Polars: run it with `cargo xtask test`, \
         or set STRANDED_TEST_PYTHON to a Python that can import both (`cargo xtask setup` prints one)",
    );
    let workshop = workshop();
    let folder = run(&workshop, "sweeps", &[]);
    let output = Command::new(python)
        .arg(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/one_liners.py"))
        .arg(concat!(env!("CARGO_MANIFEST_DIR"), "/SWEEPS.md"))
        .arg(&folder)
        .output()
        .expect("STRANDED_TEST_PYTHON starts");
    assert!(output.status.success(), "{}", stderr(&output));
    let printed = String::from_utf8_lossy(&output.stdout).into_owned();
    let found: serde_json::Value = serde_json::from_str(printed.lines().last().expect("a line")).expect("JSON");
    assert_eq!(found["python"], 2);
    // The query for the best points finds the point that the summary calls the best, with the same value.
    let best = &found["sql"][0][0];
    let summary = json(&folder, "summary.json");
    assert_eq!(best[0].to_string(), summary["best"]["values"][0].as_str().expect("a value"));
    assert_eq!(best[2], summary["best"]["objective"]["mean"]);
    assert_eq!(found["sql"][0].as_array().expect("rows").len(), 6);
    assert_eq!(found["sql"][1].as_array().expect("rows").len(), 3);
    assert_eq!(found["sql"][1][0][1], 0.0, "one agent is one agent");
}

/// L(c, a) = a + C(c, a) a / (c - a): the mean number in system of M/M/c, with Erlang's delay probability C (1917).
fn mean_in_system(workers: u32, load: f64) -> f64 {
    let c = f64::from(workers);
    let term = |count: u32| (1..=count).fold(1.0, |term, index| term * load / f64::from(index));
    let all_busy = term(workers) * c / (c - load);
    let delayed = all_busy / ((0..workers).map(term).sum::<f64>() + all_busy);
    load + delayed * load / (c - load)
}

#[test]
fn the_known_optimum_of_a_queue_is_found() {
    let workshop = Workshop::new();
    let file = concat!(env!("CARGO_MANIFEST_DIR"), "/../../scenarios/sweeps/queue-cost.toml");
    std::fs::copy(file, workshop.path().join("queue-cost.toml")).expect("the scenario");
    workshop.stranded(&["sweep", "queue-cost.toml", "--quiet"]).assert().success();
    let summary = json(&folder(&workshop, "sweeps"), "summary.json");
    // The costs that theory gives to the points that the constraint leaves.
    let speeds = [1.0, 1.5, 2.0, 2.5, 3.0];
    let points = (2..=6).flat_map(|workers| speeds.map(|speed| (workers, speed)));
    let costs: Vec<(u32, f64, f64)> = points
        .filter(|(workers, speed)| f64::from(*workers) > *speed)
        .map(|(workers, speed)| {
            let cost = mean_in_system(workers, speed) + 1.2 * f64::from(workers) + 6.0 / speed;
            (workers, speed, cost)
        })
        .collect();
    assert_eq!(summary["points"], costs.len());
    assert_eq!(summary["excluded"], 25 - costs.len());
    let best = costs.iter().min_by(|one, other| one.2.total_cmp(&other.2)).expect("points");
    let found = &summary["best"];
    assert_eq!(found["values"], serde_json::json!([best.0.to_string(), format!("{} s", best.1)]), "{summary}");
    let [low, high] = [0, 1].map(|end| found["objective"]["ci95"][end].as_f64().expect("an interval"));
    let slack = 0.01 * best.2;
    assert!(low - slack < best.2 && best.2 < high + slack, "{low} to {high} against {}", best.2);
}

#[test]
fn the_surge_is_attributed_to_its_factors() {
    let workshop = Workshop::new();
    let attribution = ["--set", "sweep.design=attribution", "--replications", "3", "--set", "fleet.cars=100"];
    let arguments = [&["sweep", "town.toml", "--quiet"], &attribution[..]].concat();
    workshop.stranded(&arguments).assert().success();
    let folder = folder(&workshop, "sweeps");
    let summary = json(&folder, "summary.json");
    assert_eq!(summary["points"], 4);
    let blames = summary["attribution"].as_array().expect("a list");
    assert_eq!(blames.len(), 2);
    let shapley: f64 = blames.iter().map(|blame| blame["shapley"]["mean"].as_f64().expect("a number")).sum();
    // Together they are what the surge adds: all factors on, less all factors off.
    let csv = std::fs::read_to_string(folder.join("points.csv")).expect("a file");
    let objective = |line: usize| {
        let line = csv.lines().nth(line).expect("a point");
        line.split(',').nth(5).and_then(|cell| cell.parse::<f64>().ok()).expect("a number")
    };
    let difference = objective(4) - objective(1);
    assert!((shapley - difference).abs() < 1e-6 * difference.abs().max(1.0), "{shapley} against {difference}: {csv}");
    assert!(std::fs::read_to_string(folder.join("report.html")).expect("a file").contains("to blame"));
}

#[test]
fn a_design_for_indices_finds_what_matters() {
    let workshop = workshop();
    let arguments = [
        "sweep",
        "sweep.toml",
        "--quiet",
        "--set",
        "sweep.design={ sobol-indices = { samples = 32 } }",
        "--set",
        // A cost that does not depend on luck, so that its indices are those of 3 x + y over the values of both.
        "sweep.objective=3 * agents + notice / 30",
        "--replications",
        "1",
    ];
    workshop.stranded(&arguments).assert().success();
    let summary = json(&folder(&workshop, "sweeps"), "summary.json");
    assert_eq!(summary["points"], 32 * 4);
    let index =
        |parameter: usize, which: &str| summary["indices"][parameter][which]["mean"].as_f64().expect("a number");
    // Var(3 agents) over 1, 2, 4 is 14; Var(notice / 30) over 0.5, 2 is 0.5625.
    let share = 14.0 / 14.5625;
    for which in ["first", "total"] {
        assert!((index(0, which) - share).abs() < 0.15, "{which}: {}", summary["indices"]);
        assert!((index(1, which) - (1.0 - share)).abs() < 0.05, "{which}: {}", summary["indices"]);
    }
}
