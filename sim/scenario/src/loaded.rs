//! A scenario that has been loaded, and the variants that can be made of it.

use std::fmt::Write as _;
use std::sync::Arc;

use sha2::{Digest, Sha256};

use crate::Typed;
use crate::binding::{Bound, bind};
use crate::diagnostic::{Code, Diagnostic, Diagnostics};
use crate::document::Assignment;
use crate::document::node::{Node, NodeKind};
use crate::document::path::{Path, Step};
use crate::document::shape::Shape;
use crate::nearest::suggestion;
use crate::provenance::Provenance;
use crate::validate::Reporter;

/// The list whose items are sets of changes, and the key in each that holds them.
const ARMS: &str = "arm";
/// The list whose items are known numbers, and the key in each that names the arm it is read from.
const ORACLES: &str = "oracle";
const ARM_OF: &str = "arm";
const CHANGES: &str = "set";
/// The section whose items say what is varied.
const SWEEP: &str = "sweep";
const VARIED: &str = "parameter";

/// A scenario with the document that it came from.
#[derive(Clone, Debug)]
pub struct Loaded<T> {
    /// The typed scenario.
    pub value: T,
    /// What the files and assignments say.
    pub(crate) root: Node,
    /// The whole scenario, defaults included.
    pub(crate) whole: Node,
    pub(crate) shape: Arc<Shape>,
}

impl<T: Typed> Loaded<T> {
    /// Lays the assignments over the tree and binds it, adding to what is known to be wrong already.
    pub(crate) fn resolve(
        root: Node,
        assignments: &[Assignment],
        shape: &Arc<Shape>,
        mut findings: Diagnostics,
    ) -> Result<Self, Diagnostics> {
        // Of a scenario whose files could not all be read, nobody can say whether it makes sense.
        let is_whole = findings.is_empty();
        let (root, bound) = assign_and_bind::<T>(root, assignments, shape, &mut findings);
        if is_whole {
            check(&root, &bound, &mut findings);
        }
        let Bound { value: Some(value), findings: wrong, damaged } = bound else {
            findings.extend(bound.findings);
            return Err(findings.sorted());
        };
        findings.extend(wrong);
        let loaded = match Node::from_typed(&value) {
            Ok(whole) => Self { value, root, whole, shape: Arc::clone(shape) },
            Err(error) => {
                findings.push(Diagnostic::new(Code::UNWRITABLE, format!("a value has no form in TOML: {error}")));
                return Err(findings.sorted());
            }
        };
        loaded.check_bounds(&damaged, &mut findings);
        loaded.check_arms(&mut findings);
        loaded.check_oracles(&mut findings);
        loaded.gather_sweep_findings(&mut findings);
        if findings.is_empty() { Ok(loaded) } else { Err(findings.sorted()) }
    }

    /// The same scenario with some values changed; errors name what gave the assignments.
    ///
    /// # Errors
    /// Everything that is wrong with the changed scenario.
    pub fn variant(&self, assignments: &[Assignment]) -> Result<Self, Diagnostics> {
        let mut findings = Diagnostics::default();
        let variant = self.changed(assignments, &mut findings);
        match variant {
            Some(variant) if findings.is_empty() => Ok(variant),
            _ => Err(findings.sorted()),
        }
    }

    /// The names of the arms, in the order of the document.
    pub fn arms(&self) -> Vec<&str> {
        self.arm_items().iter().filter_map(Node::name).collect()
    }

    /// The scenario as the arm of that name changes it.
    ///
    /// # Errors
    /// If there is no such arm, or the changed scenario makes no sense.
    pub fn arm(&self, name: &str) -> Result<Self, Diagnostics> {
        let Some(arm) = self.arm_items().iter().find(|arm| arm.name() == Some(name)) else {
            let finding = Diagnostic::new(Code::PATH, format!("there is no arm `{name}`")).with_help(suggestion(
                name,
                &self.arms(),
                "there are",
            ));
            return Err(finding.into());
        };
        let mut findings = Diagnostics::default();
        let assignments = changes(arm, &mut findings);
        let variant = self.changed(&assignments, &mut findings);
        match variant {
            Some(variant) if findings.is_empty() => Ok(variant),
            _ => Err(findings.sorted()),
        }
    }

    /// The scenario that the oracle of that name is about: as its arm and its own `set` change it.
    ///
    /// # Errors
    /// If there is no such oracle, or the changed scenario makes no sense.
    pub fn oracle(&self, name: &str) -> Result<Self, Diagnostics> {
        let Some(oracle) = self.items(ORACLES).iter().find(|oracle| oracle.name() == Some(name)) else {
            let names: Vec<&str> = self.items(ORACLES).iter().filter_map(Node::name).collect();
            let finding = Diagnostic::new(Code::PATH, format!("there is no oracle `{name}`")).with_help(suggestion(
                name,
                &names,
                "there are",
            ));
            return Err(finding.into());
        };
        let mut findings = Diagnostics::default();
        let assignments = self.changes_of_oracle(oracle, &mut findings);
        let variant = self.changed(&assignments, &mut findings);
        match variant {
            Some(variant) if findings.is_empty() => Ok(variant),
            _ => Err(findings.sorted()),
        }
    }

    /// The changes of the oracle's arm, if it names one, and then its own.
    fn changes_of_oracle(&self, oracle: &Node, findings: &mut Diagnostics) -> Vec<Assignment> {
        let arm = oracle.step(&Step::Key(ARM_OF.to_owned())).and_then(Node::as_text);
        let arm = self.arm_items().iter().find(|item| arm.is_some() && item.name() == arm);
        let mut assignments = arm.map(|arm| changes(arm, findings)).unwrap_or_default();
        assignments.extend(changes(oracle, findings));
        assignments
    }

    fn changed(&self, assignments: &[Assignment], findings: &mut Diagnostics) -> Option<Self> {
        let mut root = self.root.clone();
        for assignment in assignments {
            if let Err(finding) = assignment.apply(&mut root, &self.whole, self.shape.cursor()) {
                findings.push(finding);
            }
        }
        let bound = bind::<T>(&root, &self.shape);
        check(&root, &bound, findings);
        findings.extend(bound.findings);
        let value = bound.value?;
        let whole = Node::from_typed(&value).ok()?;
        Some(Self { value, root, whole, shape: Arc::clone(&self.shape) })
    }

    fn arm_items(&self) -> &[Node] {
        self.items(ARMS)
    }

    fn items(&self, list: &str) -> &[Node] {
        match self.root.step(&Step::Key(list.to_owned())).map(|items| &items.kind) {
            Some(NodeKind::Array(items)) => items,
            _ => &[],
        }
    }

    /// Every arm must make sense before anything runs: an hour into a run is too late to learn of a typing mistake.
    fn check_arms(&self, findings: &mut Diagnostics) {
        for arm in self.arm_items() {
            let mut wrong = Diagnostics::default();
            let assignments = changes(arm, &mut wrong);
            self.changed(&assignments, &mut wrong);
            // What is wrong without the arm has been said already; `extend` keeps it from being said twice.
            findings.extend(wrong);
        }
    }

    /// So must every oracle.
    fn check_oracles(&self, findings: &mut Diagnostics) {
        for oracle in self.items(ORACLES) {
            let mut wrong = Diagnostics::default();
            let assignments = self.changes_of_oracle(oracle, &mut wrong);
            if !assignments.is_empty() {
                self.changed(&assignments, &mut wrong);
            }
            findings.extend(wrong);
        }
    }

    /// Whether every path that a sweep varies leads somewhere, and every single value of it can stand there. Loading a
    /// scenario does this; it is for variants whose `[sweep]` was changed.
    ///
    /// # Errors
    /// Everything that is wrong, with the places of the values.
    pub fn check_sweep(&self) -> Result<(), Diagnostics> {
        let mut findings = Diagnostics::default();
        self.gather_sweep_findings(&mut findings);
        if findings.is_empty() { Ok(()) } else { Err(findings.sorted()) }
    }

    /// Values are only read, not held against each other: what makes sense together, the design points will tell.
    fn gather_sweep_findings(&self, findings: &mut Diagnostics) {
        let sweep = self.root.step(&Step::Key(SWEEP.to_owned()));
        let parameters = sweep.and_then(|sweep| sweep.step(&Step::Key(VARIED.to_owned()))).map(|items| &items.kind);
        let Some(NodeKind::Array(parameters)) = parameters else { return };
        for parameter in parameters {
            let Some(path) = parameter.step(&Step::Key("path".to_owned())) else { continue };
            for value in sweep_values(parameter) {
                let mut root = self.root.clone();
                let assignment = match Assignment::at_place(path, value) {
                    Some(Ok(assignment)) => assignment,
                    Some(Err(finding)) => {
                        findings.push(finding);
                        break;
                    }
                    None => break,
                };
                if let Err(finding) = assignment.apply(&mut root, &self.whole, self.shape.cursor()) {
                    findings.push(finding);
                    break;
                }
                findings.extend(bind::<T>(&root, &self.shape).findings);
            }
        }
    }

    /// The ends of a parameter's range must be possible values too: the sensitivity study sets them.
    fn check_bounds(&self, damaged: &[Path], findings: &mut Diagnostics) {
        for (path, provenance) in collect(&self.root) {
            if damaged.contains(&path) {
                continue;
            }
            for end in &provenance.bounds {
                let mut root = self.root.clone();
                let Some(node) = path.steps().iter().try_fold(&mut root, Node::step_mut) else {
                    continue;
                };
                *node = end.clone();
                findings.extend(bind::<T>(&root, &self.shape).findings);
            }
        }
    }
}

impl<T> Loaded<T> {
    /// Checks the scenario against what only the caller knows (names of results, say), with the places of the files.
    ///
    /// # Errors
    /// Everything that `check` reports.
    pub fn check(&self, check: impl FnOnce(&T, &mut Reporter<'_>)) -> Result<(), Diagnostics> {
        let mut reporter = Reporter::new(&self.root, &[]);
        check(&self.value, &mut reporter);
        let mut findings = Diagnostics::default();
        findings.extend(reporter.into_findings());
        if findings.is_empty() { Ok(()) } else { Err(findings.sorted()) }
    }

    /// Where the numbers come from: dotted path and provenance of every parameter that says so, in the document's order.
    pub fn provenance(&self) -> Vec<(String, &Provenance)> {
        collect(&self.root).into_iter().map(|(path, provenance)| (path.to_string(), provenance)).collect()
    }

    /// SHA-256 of the resolved scenario, defaults included, in hexadecimal. Comments, white space, the order of keys and
    /// provenance leave it alone; every value counts.
    pub fn hash(&self) -> String {
        let digest = Sha256::digest(self.whole.to_canonical());
        digest.iter().fold(String::new(), |mut text, byte| {
            let _ = write!(text, "{byte:02x}");
            text
        })
    }

    /// The names of the files and assignments that values came from, sorted.
    pub fn sources(&self) -> Vec<String> {
        let mut names = Vec::new();
        gather_sources(&self.root, &mut names);
        names.sort();
        names.dedup();
        names
    }
}

/// Applies the assignments to the tree. Their paths may lead through what is there by default, so the tree is bound before.
fn assign_and_bind<T: Typed>(
    mut root: Node,
    assignments: &[Assignment],
    shape: &Shape,
    findings: &mut Diagnostics,
) -> (Node, Bound<T>) {
    let mut bound = bind::<T>(&root, shape);
    for assignment in assignments {
        let defaults = bound.value.as_ref().and_then(|value| Node::from_typed(value).ok());
        let defaults = defaults.unwrap_or_else(|| Node::table(None));
        match assignment.apply(&mut root, &defaults, shape.cursor()) {
            Ok(()) => bound = bind::<T>(&root, shape),
            Err(finding) => findings.push(finding),
        }
    }
    (root, bound)
}

fn check<T: Typed>(root: &Node, bound: &Bound<T>, findings: &mut Diagnostics) {
    if let Some(value) = &bound.value {
        let mut reporter = Reporter::new(root, &bound.damaged);
        value.validate(&mut reporter);
        findings.extend(reporter.into_findings());
    }
}

fn changes(arm: &Node, findings: &mut Diagnostics) -> Vec<Assignment> {
    arm.step(&Step::Key(CHANGES.to_owned())).map(|set| Assignment::from_table(set, findings)).unwrap_or_default()
}

/// The values that a parameter of a sweep names.
fn sweep_values(parameter: &Node) -> Vec<&Node> {
    let at = |keys: [&str; 2]| keys.iter().try_fold(parameter, |node, key| node.step(&Step::Key((*key).to_owned())));
    let ends = ["range", "log_range"].into_iter().flat_map(|kind| [[kind, "from"], [kind, "to"]]);
    let ends = ends.chain([["between", "low"], ["between", "high"]]).filter_map(at);
    let listed = match parameter.step(&Step::Key("list".to_owned())).map(|list| &list.kind) {
        Some(NodeKind::Array(items)) => items.as_slice(),
        _ => &[],
    };
    listed.iter().chain(ends).collect()
}

/// The parameters of a tree, with list items by name where they have one.
pub(crate) fn collect(root: &Node) -> Vec<(Path, &Provenance)> {
    fn walk<'tree>(node: &'tree Node, path: &Path, found: &mut Vec<(Path, &'tree Provenance)>) {
        if let Some(provenance) = &node.provenance {
            found.push((path.clone(), provenance));
        }
        match &node.kind {
            NodeKind::Table(table) => {
                for entry in &table.entries {
                    walk(&entry.node, &path.joined(Step::Key(entry.key.clone())), found);
                }
            }
            NodeKind::Array(items) => {
                for (index, item) in items.iter().enumerate() {
                    let step = item.name().map_or(Step::Index(index), |name| Step::Key(name.to_owned()));
                    walk(item, &path.joined(step), found);
                }
            }
            _ => {}
        }
    }
    let mut found = Vec::new();
    walk(root, &Path::default(), &mut found);
    found
}

fn gather_sources(node: &Node, names: &mut Vec<String>) {
    names.extend(node.origin.as_ref().map(|origin| origin.source().name().to_owned()));
    match &node.kind {
        NodeKind::Table(table) => table.entries.iter().for_each(|entry| gather_sources(&entry.node, names)),
        NodeKind::Array(items) => items.iter().for_each(|item| gather_sources(item, names)),
        _ => {}
    }
}
