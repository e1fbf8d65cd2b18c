//! The vendor's secret.

use crate::failure::Failure;
use crate::key::{from_text, to_text};
use std::fs;
use std::io::{self, Write as _};
use std::path::Path;
use std::time::{SystemTime, UNIX_EPOCH};
use stranded_wire::IssuerId;
use stranded_wire::issuer::Issuer;

/// A new signing key. Later ones have higher numbers.
///
/// # Errors
/// The system has no random numbers.
pub(crate) fn fresh() -> Result<Issuer, Failure> {
    let (id, seed) = draw()?;
    Ok(Issuer::from_seed(IssuerId(id), &seed))
}

/// The signing key in a file, which is made when it is missing.
///
/// # Errors
/// The file cannot be used, or holds something else.
pub(crate) fn kept_in(path: &Path) -> Result<Issuer, Failure> {
    let wrong = |reason: String| Failure::SigningKey { path: path.to_owned(), reason };
    match fs::read_to_string(path) {
        Ok(text) => parse(&text).ok_or_else(|| {
            wrong(
                "it does not hold a number and a seed of 32 bytes; choose another file, and a new key is made there"
                    .to_owned(),
            )
        }),
        Err(error) if error.kind() == io::ErrorKind::NotFound => {
            let (id, seed) = draw()?;
            write(path, &format!("{id} {}\n", to_text(&seed))).map_err(|error| wrong(error.to_string()))?;
            Ok(Issuer::from_seed(IssuerId(id), &seed))
        }
        Err(error) => Err(wrong(error.to_string())),
    }
}

fn draw() -> Result<(u32, [u8; 32]), Failure> {
    let mut seed = [0; 32];
    getrandom::fill(&mut seed)
        .map_err(|error| Failure::System { action: "draw a random signing key", source: io::Error::other(error) })?;
    let id = SystemTime::now().duration_since(UNIX_EPOCH).map_or(1, |since| since.as_secs() as u32);
    Ok((id, seed))
}

fn parse(text: &str) -> Option<Issuer> {
    let (id, seed) = text.trim().split_once(' ')?;
    let seed: [u8; 32] = from_text(seed)?.try_into().ok()?;
    Some(Issuer::from_seed(IssuerId(id.parse().ok()?), &seed))
}

fn write(path: &Path, text: &str) -> io::Result<()> {
    let mut options = fs::OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let mut file = options.open(path)?;
    file.write_all(text.as_bytes())?;
    file.sync_all()
}
