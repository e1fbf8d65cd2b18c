//! From a path to a typed scenario.

use std::path::Path as FilePath;
use std::sync::Arc;

use crate::Typed;
use crate::diagnostic::Diagnostics;
use crate::document::Assignment;
use crate::document::extend::Reader;
use crate::document::files::{DiskFiles, Files};
use crate::document::node::Node;
use crate::document::shape::Shape;
use crate::loaded::Loaded;

/// What says that an assignment came from the command line.
const SET: &str = "--set";

/// Reads scenario files, with the assignments of the command line laid over them.
///
/// ```no_run
/// # use stranded_scenario::{Loaded, Loader, Typed, Diagnostics};
/// # fn load<T: Typed>() -> Result<Loaded<T>, Diagnostics> {
/// let loaded = Loader::new().set("app.timeout=5 s").load("scenarios/small-town.toml")?;
/// # Ok(loaded)
/// # }
/// ```
#[derive(Clone, Debug, Default)]
pub struct Loader {
    assignments: Vec<String>,
}

impl Loader {
    /// A loader without assignments.
    pub const fn new() -> Self {
        Self { assignments: Vec::new() }
    }

    /// Adds an assignment `path=value`; later ones win. Mistakes in it are reported by the loading.
    #[must_use]
    pub fn set(mut self, assignment: impl Into<String>) -> Self {
        self.assignments.push(assignment.into());
        self
    }

    /// Loads the scenario at `path` from the file system.
    ///
    /// # Errors
    /// Everything that is wrong with the files, the assignments and the scenario's arms.
    pub fn load<T: Typed>(&self, path: impl AsRef<FilePath>) -> Result<Loaded<T>, Diagnostics> {
        self.load_from(&DiskFiles, path)
    }

    /// Loads the scenario at `path` from `files`.
    ///
    /// # Errors
    /// As [`Loader::load`].
    pub fn load_from<T: Typed>(&self, files: &dyn Files, path: impl AsRef<FilePath>) -> Result<Loaded<T>, Diagnostics> {
        self.resolve(files, |reader| reader.read(path.as_ref(), None))
    }

    /// Loads a scenario from its text; `name` stands in errors, and `extends` is relative to it.
    ///
    /// # Errors
    /// As [`Loader::load`].
    pub fn load_text<T: Typed>(&self, name: &str, text: &str) -> Result<Loaded<T>, Diagnostics> {
        self.resolve(&DiskFiles, |reader| reader.read_bytes(FilePath::new(name), text.as_bytes()))
    }

    fn resolve<T: Typed>(
        &self,
        files: &dyn Files,
        read: impl FnOnce(&mut Reader<'_>) -> Option<Node>,
    ) -> Result<Loaded<T>, Diagnostics> {
        let shape = Arc::new(Shape::with_defaults::<T>());
        let mut findings = Diagnostics::default();
        let mut reader = Reader { files, cursor: shape.cursor(), findings: &mut findings, way: Vec::new() };
        let root = read(&mut reader);
        let mut assignments = Vec::new();
        for text in &self.assignments {
            match Assignment::parse(text, SET) {
                Ok(assignment) => assignments.push(assignment),
                Err(finding) => findings.push(finding),
            }
        }
        match root {
            Some(root) => Loaded::resolve(root, &assignments, &shape, findings),
            None => Err(findings.sorted()),
        }
    }
}
