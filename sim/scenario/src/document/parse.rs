//! From bytes to a tree, with all mistakes of the text at once.

use std::sync::Arc;

use toml::de::DeTable;

use super::node::{Node, NodeKind, names};
use super::path::{Path, Step};
use super::source::{Origin, Source};
use crate::diagnostic::{Code, Diagnostic, Diagnostics};

/// The tree that a file's bytes spell, or `None` if they do not spell one.
pub(crate) fn parse(name: &str, bytes: &[u8], findings: &mut Diagnostics) -> Option<Node> {
    let source = match std::str::from_utf8(bytes) {
        Ok(text) => Source::new(name, text),
        Err(error) => {
            findings.push(not_utf8(name, bytes, error));
            return None;
        }
    };
    let (document, errors) = DeTable::parse_recoverable(source.text());
    if !errors.is_empty() {
        findings.extend(errors.iter().map(|error| syntax(&source, error)));
        return None;
    }
    let root = Node::from_document(document.get_ref(), &source);
    find_namesakes(&root, &Path::default(), findings);
    Some(root)
}

fn not_utf8(name: &str, bytes: &[u8], error: std::str::Utf8Error) -> Diagnostic {
    let at = error.valid_up_to();
    let byte = bytes.get(at).copied().unwrap_or_default();
    // What is before the bad byte is the same in the repaired text, so the place is right in it too.
    let source = Source::new(name, String::from_utf8_lossy(bytes));
    Diagnostic::new(Code::NOT_UTF8, format!("the file is not UTF-8: byte {at} is 0x{byte:02x}"))
        .with_origin(Some(&Origin::new(&source, at..at + char::REPLACEMENT_CHARACTER.len_utf8())))
        .with_label("not UTF-8")
        .with_help(Some("save the file as UTF-8".to_owned()))
}

fn syntax(source: &Arc<Source>, error: &toml::de::Error) -> Diagnostic {
    let end = source.text().len();
    let span = error.span().unwrap_or(end..end);
    let is_duplicate = error.message().starts_with("duplicate key");
    let found = source.text().get(span.clone()).unwrap_or_default();
    let (code, message, help) = if is_duplicate {
        let message = format!("`{}` is defined twice", found.trim_matches('"'));
        (Code::DUPLICATE_KEY, message, Some("remove one of the two".to_owned()))
    } else {
        let line = source.text()[..span.start.min(end)].rsplit('\n').next().unwrap_or_default();
        (Code::SYNTAX, format!("this is not TOML: {}", error.message()), unquoted(line, source.text(), span.start))
    };
    Diagnostic::new(code, message).with_origin(Some(&Origin::new(source, span))).with_help(help)
}

/// The most frequent mistake of all is `timeout = 15 s`; then the way out can be given word by word.
fn unquoted(line_before: &str, text: &str, at: usize) -> Option<String> {
    let rest_of_line = text.get(at..)?.lines().next().unwrap_or_default();
    let line = format!("{line_before}{rest_of_line}");
    let (key, value) = line.split_once('=')?;
    let value = value.split('#').next().unwrap_or_default().trim();
    let starts_as_number = value.starts_with(|character: char| character.is_ascii_digit());
    let is_plain = value.chars().all(|character| character.is_alphanumeric() || " ./%_".contains(character));
    (starts_as_number && is_plain).then(|| format!("values with a unit stand in quotes: {} = \"{value}\"", key.trim()))
}

/// Names in a list must differ: everything else addresses the items by them.
fn find_namesakes(node: &Node, path: &Path, findings: &mut Diagnostics) {
    match &node.kind {
        NodeKind::Table(table) => {
            for entry in &table.entries {
                find_namesakes(&entry.node, &path.joined(Step::Key(entry.key.clone())), findings);
            }
        }
        NodeKind::Array(items) => {
            let names = names(items).unwrap_or_default();
            for (index, name) in names.iter().enumerate() {
                if names[..index].contains(name) {
                    let place = items[index].as_table().and_then(|table| table.get("name"));
                    findings.push(
                        Diagnostic::new(Code::DUPLICATE_NAME, format!("`{path}` has two items named `{name}`"))
                            .with_origin(place.and_then(|node| node.origin.as_ref()))
                            .with_label("the second of them")
                            .with_help(Some("give every item a name of its own".to_owned()))
                            .with_path(path),
                    );
                }
            }
            for (index, item) in items.iter().enumerate() {
                find_namesakes(item, &path.joined(Step::Index(index)), findings);
            }
        }
        _ => {}
    }
}
