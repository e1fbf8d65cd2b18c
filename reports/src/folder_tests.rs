use super::*;
use crate::sample;

fn names_in(folder: &Path) -> Vec<String> {
    let mut names: Vec<String> =
        fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().file_name().to_string_lossy().into_owned()).collect();
    names.sort();
    names
}

fn write_run(out: &Path, scenario: &str) -> PathBuf {
    let run = RunFolder::create(out, "sample", "9f3c01ab").unwrap();
    run.write_text(SCENARIO_FILE, scenario).unwrap();
    run.write_summary(&sample::summary()).unwrap();
    run.finish(sample::manifest()).unwrap()
}

#[test]
fn a_finished_folder_reads_back_with_its_checksums() {
    let out = tempfile::tempdir().unwrap();
    let path = write_run(&out.path().join("deep/runs"), "abc");
    assert!(path.ends_with("deep/runs/sample-9f3c01ab"));
    assert_eq!(names_in(&path), [MANIFEST_FILE, SCENARIO_FILE, SUMMARY_FILE]);
    assert_eq!(names_in(path.parent().unwrap()), ["sample-9f3c01ab"], "nothing hidden is left beside it");

    let folder = RunFolder::open(&path).unwrap();
    assert!(folder.summary == sample::summary(), "every number is the same to the last bit");
    let scenario = &folder.manifest.files[0];
    // SHA-256 of "abc" from FIPS 180-2, appendix B.1.
    assert_eq!(scenario.sha256, "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
    assert_eq!((scenario.name.as_str(), scenario.bytes), (SCENARIO_FILE, 3));

    assert!(folder.changed_files().unwrap().is_empty());
    fs::write(path.join(SCENARIO_FILE), "abd").unwrap();
    fs::remove_file(path.join(SUMMARY_FILE)).unwrap();
    assert_eq!(folder.changed_files().unwrap(), [SCENARIO_FILE, SUMMARY_FILE]);
}

#[test]
fn a_run_that_ends_early_leaves_nothing() {
    let out = tempfile::tempdir().unwrap();
    let run = RunFolder::create(out.path(), "sample", "9f3c01ab").unwrap();
    run.write_text(REPORT_FILE, "half").unwrap();
    assert_eq!(names_in(out.path()).len(), 1);
    drop(run);
    assert!(names_in(out.path()).is_empty());
}

#[test]
fn an_unfinished_folder_is_hidden_and_no_run() {
    let out = tempfile::tempdir().unwrap();
    let run = RunFolder::create(out.path(), "sample", "9f3c01ab").unwrap();
    run.write_summary(&sample::summary()).unwrap();
    let hidden = &names_in(out.path())[0];
    assert!(hidden.starts_with(".sample-9f3c01ab.partial-"), "{hidden}");
    let error = RunFolder::open(&out.path().join(hidden)).unwrap_err();
    assert!(matches!(error, ReportError::NotARun { missing: MANIFEST_FILE, .. }), "{error}");
}

#[test]
fn what_a_killed_run_left_is_removed_by_the_next() {
    let out = tempfile::tempdir().unwrap();
    let killed = RunFolder::create(out.path(), "other", "9f3c01ab").unwrap();
    killed.write_text(REPORT_FILE, "half").unwrap();
    let (left, alive) = (killed.partial.clone(), RunFolder::create(out.path(), "sample", "9f3c01ab").unwrap());
    assert!(alive.abandoned().is_empty(), "both are being written");
    // As the operating system does it for a process that ends: nothing but the lock is released.
    let mut killed = std::mem::ManuallyDrop::new(killed);
    killed.claim = None;
    let next = RunFolder::create(out.path(), "sample", "9f3c01ab").unwrap();
    assert_eq!(next.abandoned(), std::slice::from_ref(&left));
    assert!(!left.exists() && alive.partial.exists() && next.partial != alive.partial);
    drop((alive, next));
    assert!(names_in(out.path()).is_empty());
}

#[test]
fn a_hidden_folder_of_somebody_else_stays() {
    let out = tempfile::tempdir().unwrap();
    fs::create_dir(out.path().join(".mine")).unwrap();
    fs::create_dir(out.path().join(".sample-9f3c01ab.partial-1")).unwrap();
    write_run(out.path(), "abc");
    assert_eq!(names_in(out.path()), [".mine", ".sample-9f3c01ab.partial-1", "sample-9f3c01ab"]);
}

#[test]
fn a_folder_is_replaced_whole() {
    let out = tempfile::tempdir().unwrap();
    let path = write_run(out.path(), "first");
    fs::write(path.join("left-over.txt"), "of the first").unwrap();
    assert_eq!(write_run(out.path(), "second"), path);
    assert_eq!(fs::read_to_string(path.join(SCENARIO_FILE)).unwrap(), "second");
    assert_eq!(names_in(&path).len(), 3);
    assert_eq!(names_in(out.path()), ["sample-9f3c01ab"]);
}

#[test]
fn a_file_in_the_way_is_named() {
    let out = tempfile::tempdir().unwrap();
    let file = out.path().join("runs");
    fs::write(&file, "").unwrap();
    let error = RunFolder::create(&file, "sample", "9f3c01ab").unwrap_err();
    let text = error.to_string();
    assert!(text.contains(&file.display().to_string()) && text.contains("--out"), "{text}");
}

#[test]
#[cfg(target_os = "linux")]
fn a_place_that_cannot_be_written_to_is_named() {
    // Not a folder without permission: the tests may run as root, for whom there is none.
    let error = RunFolder::create(Path::new("/proc/runs"), "sample", "9f3c01ab").unwrap_err();
    let text = error.to_string();
    assert!(text.starts_with("cannot create the folder `/proc/runs`"), "{text}");
}

#[test]
fn names_that_would_leave_the_folder_are_refused() {
    let out = tempfile::tempdir().unwrap();
    for name in ["", "../up", "a/b", ".hidden", "with space", "제주", &"x".repeat(100)] {
        let error = RunFolder::create(out.path(), name, "9f3c01ab").unwrap_err();
        assert!(matches!(error, ReportError::InvalidName { .. }), "{name}: {error}");
    }
    assert!(names_in(out.path()).is_empty());
}

#[test]
fn damaged_and_newer_folders_are_refused_with_the_file() {
    let out = tempfile::tempdir().unwrap();
    let path = write_run(out.path(), "abc");
    let summary = path.join(SUMMARY_FILE);
    let text = fs::read_to_string(&summary).unwrap();

    fs::write(&summary, text.replacen("\"schema_version\": 1", "\"schema_version\": 9", 1)).unwrap();
    let error = RunFolder::open(&path).unwrap_err();
    assert!(matches!(error, ReportError::NewerSchema { found: 9, known: 1, .. }), "{error}");

    fs::write(&summary, &text[..text.len() / 2]).unwrap();
    let error = RunFolder::open(&path).unwrap_err().to_string();
    assert!(error.contains(SUMMARY_FILE) && error.contains("line"), "{error}");

    let error = RunFolder::open(&out.path().join("nothing")).unwrap_err();
    assert!(matches!(error, ReportError::NotARun { .. }), "{error}");
}
