//! Reports in a real browser: at the width of a phone, a tablet and a desk, light and dark, on paper, and by axe-core.

mod common;

use common::{Workshop, entries};
use std::process::Command;

#[test]
fn reports_can_be_read_used_and_printed() {
    let python = std::env::var("STRANDED_TEST_PYTHON").expect(
        "this test opens reports in a Chromium: run it with `cargo xtask test`, or set STRANDED_TEST_PYTHON to a Python that can \
         import playwright and axe_playwright_python (`cargo xtask setup` prints one)",
    );
    let workshop = Workshop::new();
    let run = workshop.run_town("runs", &["--replications", "3"]);
    let other = workshop.run_town("other", &["--replications", "2", "--arms", "none", "--seed", "8"]);
    let runs = workshop.path().join("runs");
    // So that its figure is looked at too.
    let capacity = include_str!("../../../reports/tests/data/capacity.json");
    std::fs::write(workshop.path().join("capacity.json"), capacity).expect("a file");
    std::fs::rename(&other, runs.join("other")).expect("moved");
    let run_name = run.to_str().expect("UTF-8");
    let mut pages = Vec::new();
    for language in ["en", "ko"] {
        // Printed by the program itself too.
        let with_capacity = ["report", run_name, "--quiet", "--lang", language, "--pdf", "--capacity", "capacity.json"];
        workshop.stranded(&with_capacity).assert().success();
        let pdf = std::fs::read(run.join(format!("post-mortem.{language}.pdf"))).expect("a PDF");
        assert!(pdf.starts_with(b"%PDF-"));
        workshop.stranded(&["report", "--index", "runs", "--quiet", "--lang", language]).assert().success();
        pages.extend([run.join(format!("post-mortem.{language}.html")), runs.join(format!("index.{language}.html"))]);
    }
    assert!(entries(&run).iter().all(|name| !name.starts_with('.')), "the browser's folder is gone");
    let output = Command::new(python)
        .arg(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/browser.py"))
        .args(&pages)
        .output()
        .expect("STRANDED_TEST_PYTHON starts");
    let (said, problems) = (String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
    assert!(output.status.success(), "{said}\n{problems}");
    assert_eq!(said.matches("pages on paper").count(), pages.len(), "{said}");
}
