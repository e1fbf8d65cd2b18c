//! The page "put it in your CI in five minutes" followed literally, and the action that it uses, step by step.

use serde_json::Value;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

const PAGE: &str = include_str!("../CI.md");

/// A code block of the page: its language, what stands behind it on the fence, and its text.
struct Block {
    language: String,
    note: String,
    text: String,
}

fn blocks() -> Vec<Block> {
    let mut blocks = Vec::new();
    let mut open: Option<Block> = None;
    for line in PAGE.lines() {
        match (&mut open, line.strip_prefix("```")) {
            (None, Some(fence)) => {
                let (language, note) = fence.split_once(' ').unwrap_or((fence, ""));
                open = Some(Block { language: language.to_owned(), note: note.to_owned(), text: String::new() });
            }
            (Some(_), Some(_)) => blocks.extend(open.take()),
            (Some(block), None) => {
                block.text.push_str(line);
                block.text.push('\n');
            }
            (None, None) => {}
        }
    }
    blocks
}

/// A shell as GitHub starts it, with `stranded` on the path.
fn bash(folder: &Path, script: &str, variables: &BTreeMap<String, String>) -> Output {
    let program = Path::new(env!("CARGO_BIN_EXE_stranded")).parent().expect("a folder");
    let mut path = vec![program.to_owned()];
    path.extend(std::env::split_paths(&std::env::var_os("PATH").expect("a path")));
    let mut command = Command::new("bash");
    command.args(["--noprofile", "--norc", "-e", "-o", "pipefail", "-c", script]).current_dir(folder);
    command.env("PATH", std::env::join_paths(path).expect("a path")).env("NO_COLOR", "1").envs(variables);
    command.output().expect("bash runs")
}

fn said(output: &Output) -> String {
    format!("{}{}", String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr))
}

#[test]
fn the_page_works_when_it_is_followed_literally() {
    let folder = tempfile::tempdir().unwrap();
    let mut commands = 0;
    for block in blocks() {
        match block.language.as_str() {
            "sh" => {
                commands += 1;
                let expected = block.note.strip_prefix("exit=").map_or(0, |code| code.parse().expect("a number"));
                let output = bash(folder.path(), &block.text, &BTreeMap::new());
                assert_eq!(output.status.code(), Some(expected), "{}\n{}", block.text, said(&output));
            }
            "yaml" => {
                let file = folder.path().join(block.note.strip_prefix("file=").expect("where it belongs"));
                std::fs::create_dir_all(file.parent().unwrap()).unwrap();
                std::fs::write(file, &block.text).unwrap();
            }
            _ => {}
        }
    }
    assert!(commands >= 6, "the page has {commands} commands");
    let gate: Value = serde_json::from_slice(&std::fs::read(folder.path().join("gate.json")).unwrap()).unwrap();
    assert_eq!(gate["verdict"], "pass");
    assert!(std::fs::read_to_string(folder.path().join("gate.xml")).unwrap().contains("failures=\"0\" errors=\"0\""));

    // The workflow that the page has written, with the action in this repository instead of a checkout of it.
    let with = the_workflow(&folder.path().join(".github/workflows/stranded.yml"));
    // After the last command the baseline is that of an unchanged program.
    let step = act(folder.path(), &with);
    assert_eq!(step.code, Some(0), "{}", step.said);
    assert_eq!(step.outputs["verdict"], "pass");
    assert!(step.summary.contains("✅") && step.summary.contains("lost_bookings.change <= 5 %"), "{}", step.summary);
    for file in ["stranded-gate.xml", "stranded-gate.json"] {
        assert!(folder.path().join(file).is_file(), "the workflow uploads {file}");
    }
}

/// What the workflow gives to the action.
fn the_workflow(path: &Path) -> BTreeMap<String, String> {
    let workflow: Value = yaml_serde::from_str(&std::fs::read_to_string(path).unwrap()).expect("YAML");
    let steps = workflow["jobs"]["gate"]["steps"].as_array().expect("steps");
    let uses = |step: &&Value| step["uses"].as_str().is_some_and(|uses| uses.ends_with("/.github/actions/gate"));
    let with = steps.iter().find(uses).expect("the action is used")["with"].as_object().expect("inputs").clone();
    with.into_iter().map(|(name, value)| (name, scalar(&value))).collect()
}

fn scalar(value: &Value) -> String {
    value.as_str().map_or_else(|| value.to_string(), str::to_owned)
}

/// What became of the action's steps.
struct Acted {
    /// Exit code of the last step that ran.
    code: Option<i32>,
    outputs: BTreeMap<String, String>,
    summary: String,
    said: String,
}

fn action_folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../.github/actions/gate")
}

/// Runs the action's steps one after the other as GitHub does: expressions filled in, outputs handed on, stopped at the first failure.
fn act(folder: &Path, with: &BTreeMap<String, String>) -> Acted {
    let action: Value =
        yaml_serde::from_str(&std::fs::read_to_string(action_folder().join("action.yml")).unwrap()).unwrap();
    assert_eq!(action["runs"]["using"], "composite");
    let mut values: BTreeMap<String, String> = BTreeMap::new();
    for (name, input) in action["inputs"].as_object().expect("inputs") {
        assert!(input["description"].is_string(), "{name} is not described");
        values.insert(format!("inputs.{name}"), scalar(&input["default"]));
    }
    for (name, value) in with {
        let known = values.insert(format!("inputs.{name}"), value.clone());
        assert!(known.is_some(), "the action has no input `{name}`");
    }
    values.insert("github.action_path".to_owned(), action_folder().to_string_lossy().into_owned());
    values.insert("inputs.scenario != ''".to_owned(), (!values["inputs.scenario"].is_empty()).to_string());
    let own = tempfile::tempdir().unwrap();
    let summary = own.path().join("summary.md");
    let mut acted = Acted { code: None, outputs: BTreeMap::new(), summary: String::new(), said: String::new() };
    for step in action["runs"]["steps"].as_array().expect("steps") {
        assert_eq!(step["shell"], "bash", "a composite step names its shell");
        let script = step["run"].as_str().expect("a script");
        assert!(!script.contains("${{"), "what users write must not become part of a script");
        let outputs = own.path().join("outputs");
        std::fs::write(&outputs, "").unwrap();
        let mut variables: BTreeMap<String, String> = BTreeMap::new();
        for (name, value) in step["env"].as_object().into_iter().flatten() {
            variables.insert(name.clone(), fill_in(&scalar(value), &values));
        }
        for (name, path) in
            [("GITHUB_OUTPUT", &outputs), ("GITHUB_STEP_SUMMARY", &summary), ("RUNNER_TEMP", &own.path().to_owned())]
        {
            variables.insert(name.to_owned(), path.to_string_lossy().into_owned());
        }
        let output = bash(folder, script, &variables);
        acted.said.push_str(&said(&output));
        acted.code = output.status.code();
        let id = step["id"].as_str().expect("an id");
        for line in std::fs::read_to_string(&outputs).unwrap().lines() {
            let (name, value) = line.split_once('=').expect("name=value");
            values.insert(format!("steps.{id}.outputs.{name}"), value.to_owned());
        }
        if acted.code != Some(0) {
            break;
        }
    }
    acted.summary = std::fs::read_to_string(&summary).unwrap_or_default();
    for (name, output) in action["outputs"].as_object().expect("outputs") {
        let expression = scalar(&output["value"]);
        let key = expression.trim_start_matches("${{").trim_end_matches("}}").trim().to_owned();
        acted.outputs.insert(name.clone(), values.get(&key).cloned().unwrap_or_default());
    }
    acted
}

/// Fills in the expressions that the action uses; any other is a mistake.
fn fill_in(text: &str, values: &BTreeMap<String, String>) -> String {
    let Some(expression) = text.strip_prefix("${{").and_then(|rest| rest.strip_suffix("}}")) else {
        return text.to_owned();
    };
    let key = expression.trim();
    if key.starts_with("steps.") {
        // A step that has not said it leaves it empty, as on GitHub.
        return values.get(key).cloned().unwrap_or_default();
    }
    values.get(key).unwrap_or_else(|| panic!("the action uses `{key}`, which there is not")).clone()
}

fn inputs(pairs: &[(&str, &str)]) -> BTreeMap<String, String> {
    pairs.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect()
}

#[test]
fn the_action_is_red_unless_the_verdict_is_a_pass() {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("my town.toml"), include_str!("common/town.toml")).unwrap();
    let town = [("scenario", "my town.toml"), ("arms", "none"), ("replications", "5")];
    let judge = |more: &[(&str, &str)]| {
        let mut with = inputs(&town);
        with.extend(inputs(more));
        act(folder.path(), &with)
    };
    let failed = judge(&[("threshold", "stranded_hours < 1 h\n\n  service.goodput_share >= 0 %\n")]);
    assert_eq!((failed.code, failed.outputs["verdict"].as_str()), (Some(10), "fail"), "{}", failed.said);
    assert!(failed.said.contains("::error title=fail%3A stranded_hours < 1 h::"), "{}", failed.said);
    let open = judge(&[("threshold", "stranded_hours < 1e9 h"), ("replications", "2")]);
    assert_eq!((open.code, open.outputs["exit-code"].as_str()), (Some(11), "11"), "{}", open.said);
    // A value is data, whatever stands in it.
    let sly = judge(&[("threshold", "stranded_hours < 1 h'; touch pwned; echo '$(touch pwned)")]);
    assert_eq!(sly.code, Some(2), "{}", sly.said);
    assert!(!folder.path().join("pwned").exists());
    let both = act(folder.path(), &inputs(&[]));
    assert!(both.code == Some(2) && both.said.contains("::error"), "{}", both.said);
    // A run that is there already.
    let judged = act(folder.path(), &inputs(&[("run", "absent"), ("threshold", "stranded_hours < 1 h")]));
    assert_eq!((judged.code, judged.outputs["verdict"].as_str()), (Some(3), "invalid"), "{}", judged.said);
}
