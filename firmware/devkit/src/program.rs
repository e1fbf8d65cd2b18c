//! A built program for a board.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use object::read::elf::ElfFile32;
use object::{Endianness, Object as _, ObjectSection as _, ObjectSymbol as _};
use serde::Deserialize;

use crate::error::DevkitError;

/// Where embedded-test describes its tests, and the version of that description that we know.
const TEST_SECTION: &str = ".embedded_test";
const TEST_VERSION: (&str, u32) = ("EMBEDDED_TEST_VERSION", 1);

/// A built program for a board.
#[derive(Debug, Clone)]
pub struct Program {
    path: PathBuf,
    symbols: BTreeMap<String, u64>,
    tests: Vec<TargetTest>,
}

/// One test in a program that was built with embedded-test.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TargetTest {
    /// Its name.
    pub name: String,
    /// Whether it passes by failing.
    pub should_panic: bool,
    /// Where the function is that runs it.
    pub address: u32,
}

/// The name of a test's symbol, which is JSON.
#[derive(Debug, Deserialize)]
struct Described {
    name: String,
    should_panic: bool,
    ignored: bool,
}

impl Program {
    /// Reads a program.
    ///
    /// # Errors
    /// There is none, or it is not for a 32-bit board.
    pub fn load(path: &Path) -> Result<Self, DevkitError> {
        let bytes = fs::read(path).map_err(|source| DevkitError::NoProgram { path: path.to_owned(), source })?;
        let bad = |reason: String| DevkitError::BadProgram { path: path.to_owned(), reason };
        let file = ElfFile32::<Endianness>::parse(&*bytes).map_err(|error| bad(error.to_string()))?;
        let tests = tests(&file).map_err(bad)?;
        let symbols = file.symbols();
        let symbols = symbols.filter_map(|symbol| Some((symbol.name().ok()?.to_owned(), symbol.address()))).collect();
        Ok(Self { path: path.to_owned(), symbols, tests })
    }

    /// Where it was read from.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// The address of a symbol.
    pub fn address(&self, symbol: &str) -> Option<u64> {
        self.symbols.get(symbol).copied()
    }

    /// Its tests, sorted by name; none if it is no program of tests.
    pub fn tests(&self) -> &[TargetTest] {
        &self.tests
    }
}

fn tests(file: &ElfFile32<'_>) -> Result<Vec<TargetTest>, String> {
    let Some(section) = file.section_by_name(TEST_SECTION) else { return Ok(Vec::new()) };
    let data = section.data().map_err(|error| error.to_string())?;
    // A symbol of this section stands for a place in it.
    let word = |address: u64| {
        let start = address.checked_sub(section.address()).and_then(|start| usize::try_from(start).ok());
        let bytes = start.and_then(|start| data.get(start..start + 4)?.try_into().ok());
        bytes.map(u32::from_le_bytes).ok_or_else(|| format!("{TEST_SECTION} ends before {address:#x}"))
    };
    let mut tests = Vec::new();
    let mut version = None;
    for symbol in file.symbols().filter(|symbol| symbol.section_index() == Some(section.index())) {
        let name = symbol.name().map_err(|error| error.to_string())?;
        if name == TEST_VERSION.0 {
            version = Some(word(symbol.address())?);
        } else if name.starts_with('{') {
            let Described { name, should_panic, ignored } =
                serde_json::from_str(name).map_err(|error| format!("the description of a test, {name}: {error}"))?;
            if ignored {
                return Err(format!("{name} is ignored; a test that never runs is none"));
            }
            // The function's address is the first word of what describes the test.
            tests.push(TargetTest { name, should_panic, address: word(symbol.address())? });
        }
    }
    if version != Some(TEST_VERSION.1) {
        return Err(format!("its tests are described in version {version:?}, and we know {}", TEST_VERSION.1));
    }
    tests.sort_by(|left, right| left.name.cmp(&right.name));
    Ok(tests)
}
