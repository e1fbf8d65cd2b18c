//! Tells the program which commit it was built from, so that a file of samples can say so.

use std::process::Command;

fn main() {
    // Without git, or outside a repository (a source archive), the program says that it does not know.
    if let Some(commit) = git(&["rev-parse", "HEAD"]) {
        let changed = git(&["status", "--porcelain", "--untracked-files=no"]).is_some_and(|files| !files.is_empty());
        println!("cargo::rustc-env=STRANDED_COMMIT={commit}{}", if changed { "+changes" } else { "" });
    }
    for path in ["HEAD", "index"].iter().filter_map(|name| git(&["rev-parse", "--git-path", name])) {
        println!("cargo::rerun-if-changed={path}");
    }
}

fn git(arguments: &[&str]) -> Option<String> {
    let output = Command::new("git").args(arguments).output().ok()?;
    output.status.success().then(|| String::from_utf8_lossy(&output.stdout).trim().to_owned())
}
