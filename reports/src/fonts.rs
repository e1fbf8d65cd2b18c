//! The fonts of this machine, for pictures: a letter that none of them has is an error, not a gap.

use crate::error::ReportError;
use resvg::usvg::fontdb::Database;
use std::collections::BTreeSet;
use std::sync::Arc;

/// Families to draw with, the first that is there; both languages are in those at the front.
const PREFERRED: [&str; 8] = [
    "Noto Sans CJK KR",
    "Noto Sans KR",
    "Apple SD Gothic Neo",
    "Malgun Gothic",
    "NanumGothic",
    "Noto Sans",
    "DejaVu Sans",
    "Arial",
];

/// The fonts of this machine.
#[derive(Debug, Clone)]
pub struct Fonts {
    database: Arc<Database>,
}

impl Fonts {
    /// Looks at all fonts that are installed.
    pub fn installed() -> Self {
        let mut database = Database::new();
        database.load_system_fonts();
        Self::of(database)
    }

    fn of(mut database: Database) -> Self {
        let names: BTreeSet<&str> =
            database.faces().flat_map(|face| face.families.iter().map(|(name, _)| name.as_str())).collect();
        let preferred = PREFERRED.into_iter().find(|family| names.contains(family));
        let family = preferred.or_else(|| names.first().copied()).map(str::to_owned);
        if let Some(family) = family {
            database.set_sans_serif_family(family);
        }
        Self { database: Arc::new(database) }
    }

    /// The fonts as the drawing library takes them.
    pub(crate) fn database(&self) -> Arc<Database> {
        Arc::clone(&self.database)
    }

    /// Insists that every letter of a text is in some font.
    ///
    /// # Errors
    /// [`ReportError::NoGlyph`] with the letters that no font has.
    pub fn require(&self, text: &str) -> Result<(), ReportError> {
        let mut missing: BTreeSet<char> = text.chars().filter(|c| !c.is_control() && !c.is_whitespace()).collect();
        for face in self.database.faces() {
            if missing.is_empty() {
                break;
            }
            self.database.with_face_data(face.id, |data, index| {
                if let Ok(face) = ttf_parser::Face::parse(data, index) {
                    missing.retain(|c| face.glyph_index(*c).is_none());
                }
            });
        }
        if missing.is_empty() { Ok(()) } else { Err(ReportError::NoGlyph { letters: missing.into_iter().collect() }) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_machine_without_fonts_lacks_every_letter() {
        let none = Fonts::of(Database::new());
        let error = none.require("가 a").unwrap_err();
        assert!(matches!(&error, ReportError::NoGlyph { letters } if letters == "a가"), "{error}");
        assert!(error.to_string().contains("fonts-noto-cjk"), "{error}");
        assert!(none.require(" \n").is_ok());
    }
}
