//! Where the measuring programs are.

use crate::failure::Failure;
use std::path::{Path, PathBuf};

/// The two programs that play a scenario for real.
#[derive(Clone, Debug)]
pub(crate) struct Programs {
    /// `reference-server`.
    pub(crate) server: PathBuf,
    /// `surge`.
    pub(crate) surge: PathBuf,
}

impl Programs {
    /// Those that are named; else those beside this program; else those on the path.
    ///
    /// # Errors
    /// [`Failure::Usage`] with the command that builds what is missing.
    pub(crate) fn find(server: Option<&Path>, surge: Option<&Path>) -> Result<Self, Failure> {
        let own = std::env::current_exe().ok();
        let beside = own.as_deref().and_then(Path::parent);
        let path = std::env::var_os("PATH").unwrap_or_default();
        let folders: Vec<PathBuf> =
            beside.map(Path::to_owned).into_iter().chain(std::env::split_paths(&path)).collect();
        Ok(Self {
            server: locate(server, "reference-server", "--server", "stranded-server", &folders)?,
            surge: locate(surge, "surge", "--surge", "stranded-load", &folders)?,
        })
    }
}

fn locate(
    named: Option<&Path>,
    name: &str,
    flag: &str,
    package: &str,
    folders: &[PathBuf],
) -> Result<PathBuf, Failure> {
    let build = format!("build it with `cargo build --release -p {package}`");
    if let Some(path) = named {
        if path.is_file() {
            // A bare name would be looked for on the path.
            return Ok(std::path::absolute(path).unwrap_or_else(|_| path.to_owned()));
        }
        return Err(Failure::Usage(format!("`{flag} {}` is no file\n{build}, and name what it makes", path.display())));
    }
    let file = format!("{name}{}", std::env::consts::EXE_SUFFIX);
    let found = folders.iter().map(|folder| folder.join(&file)).find(|path| path.is_file());
    found.ok_or_else(|| {
        Failure::Usage(format!(
            "the program `{name}` is neither beside `stranded` nor on the path\n{build}, or name it with `{flag} FILE`"
        ))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_folder_that_has_it_wins() {
        let (first, second) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
        let folders = [first.path().to_owned(), second.path().to_owned()];
        let find = |named: Option<&Path>| locate(named, "surge", "--surge", "stranded-load", &folders);
        let message = find(None).unwrap_err().to_string();
        assert!(message.contains("cargo build --release -p stranded-load") && message.contains("--surge"), "{message}");
        let file = format!("surge{}", std::env::consts::EXE_SUFFIX);
        std::fs::write(second.path().join(&file), "").unwrap();
        assert_eq!(find(None).unwrap(), second.path().join(&file));
        std::fs::write(first.path().join(&file), "").unwrap();
        assert_eq!(find(None).unwrap(), first.path().join(&file));
        let message = find(Some(Path::new("not-there"))).unwrap_err().to_string();
        assert!(message.contains("`--surge not-there` is no file"), "{message}");
    }
}
