//! A compiler for the firmware's processor.

use std::env;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context as _, Result, bail};

use crate::{apt, process};

/// The firmware's target: a Cortex-M4 with floating-point unit.
pub(crate) const TARGET: &str = "thumbv7em-none-eabihf";

/// Set to `debian`, takes Debian's compiler even where rustup could help: to try it out.
const CHOICE_VARIABLE: &str = "STRANDED_FIRMWARE_TOOLCHAIN";

/// Debian's compiler, and the sources of the standard library, from which it builds the target's part.
const DEBIAN_PACKAGES: [&str; 2] = ["rustc-web", "rust-web-src"];
const DEBIAN_COMPILER: &str = "/usr/bin/rustc";

/// How the firmware is compiled.
#[derive(Debug)]
pub(crate) enum FirmwareToolchain {
    /// The toolchain that compiles us has the target.
    Own,
    /// Debian's compiler builds `core` for the target, and a linker of the own toolchain links.
    Debian {
        /// `rust-lld` of the own toolchain.
        linker: PathBuf,
    },
}

impl FirmwareToolchain {
    /// Finds or installs a compiler for the firmware, and says which it took.
    ///
    /// # Errors
    /// Neither rustup nor Debian has one for us.
    pub(crate) fn prepare() -> Result<(Self, String)> {
        let own_complaint = if env::var_os(CHOICE_VARIABLE).is_some_and(|choice| choice == "debian") {
            format!("{CHOICE_VARIABLE} is set to debian")
        } else {
            if has_target()? {
                return Ok((Self::Own, format!("found: {TARGET} of the Rust toolchain")));
            }
            match process::run(Command::new("rustup").args(["target", "add", TARGET])) {
                Ok(()) if has_target()? => return Ok((Self::Own, format!("installed: {TARGET} by rustup"))),
                Ok(()) => "rustup installed it for another toolchain than ours".to_owned(),
                Err(error) => format!("{error:#}"),
            }
        };
        let debian = Self::prepare_debian().with_context(|| {
            format!(
                "the firmware needs the Rust target {TARGET}; neither rustup ({own_complaint}) nor Debian's packages {} \
                 provide it",
                DEBIAN_PACKAGES.join(" and ")
            )
        });
        debian.map(|(toolchain, found)| (toolchain, format!("{found}, because of rustup: {own_complaint}")))
    }

    fn prepare_debian() -> Result<(Self, String)> {
        let mut word = "found";
        if debian_source().is_err() {
            apt::install(&DEBIAN_PACKAGES)?;
            word = "installed";
        }
        debian_source()?;
        let version = process::capture(Command::new(DEBIAN_COMPILER).arg("--version"))?;
        Ok((Self::Debian { linker: linker()? }, format!("{word}: Debian's {version}")))
    }

    /// Makes a cargo command compile for the target with this toolchain.
    pub(crate) fn apply(&self, cargo: &mut Command) {
        let Self::Debian { linker } = self else { return };
        let target = TARGET.to_uppercase().replace('-', "_");
        cargo
            .env("RUSTC", DEBIAN_COMPILER)
            // Debian's compiler is a stable one, and building `core` is not a stable feature.
            .env("RUSTC_BOOTSTRAP", "1")
            .env("CARGO_UNSTABLE_BUILD_STD", "core,alloc")
            .env(format!("CARGO_TARGET_{target}_LINKER"), linker)
            // A toolchain's own clippy would drive another compiler.
            .env_remove("RUSTC_WORKSPACE_WRAPPER");
    }

    /// Whether clippy can look at the firmware: it brings its own compiler, which must have the target.
    pub(crate) fn has_clippy(&self) -> bool {
        matches!(self, Self::Own)
    }
}

/// Whether the compiler that cargo starts for us has the target.
fn has_target() -> Result<bool> {
    let folder = process::capture(Command::new(compiler()).args(["--print", "target-libdir", "--target", TARGET]))?;
    Ok(Path::new(&folder).is_dir())
}

fn compiler() -> PathBuf {
    env::var_os("RUSTC").filter(|value| !value.is_empty()).map_or_else(|| "rustc".into(), PathBuf::from)
}

/// The sources from which Debian's compiler builds `core`.
fn debian_source() -> Result<PathBuf> {
    let root = process::capture(Command::new(DEBIAN_COMPILER).args(["--print", "sysroot"]))?;
    let source = Path::new(&root).join("lib/rustlib/src/rust/library/core/src/lib.rs");
    if !source.is_file() {
        bail!("{} is missing", source.display());
    }
    Ok(source)
}

fn linker() -> Result<PathBuf> {
    let root = process::capture(Command::new(compiler()).args(["--print", "sysroot"]))?;
    let version = process::capture(Command::new(compiler()).arg("-vV"))?;
    let host = version.lines().find_map(|line| line.strip_prefix("host: ")).context("rustc does not name its host")?;
    let linker = Path::new(&root).join("lib/rustlib").join(host).join("bin/rust-lld");
    if !linker.is_file() {
        bail!("{} is missing: the firmware is linked with it", linker.display());
    }
    Ok(linker)
}
