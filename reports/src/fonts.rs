//! The fonts of this machine, for pictures and paper: a letter that none of them has is an error, not a gap.
//!
//! A browser would draw a box for it and say nothing.

use crate::error::ReportError;
use fontdb::Database;
use std::collections::BTreeSet;

/// The fonts of this machine.
#[derive(Debug, Clone)]
pub struct Fonts {
    database: Database,
}

impl Fonts {
    /// Looks at all fonts that are installed.
    pub fn installed() -> Self {
        let mut database = Database::new();
        database.load_system_fonts();
        Self { database }
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
        let none = Fonts { database: Database::new() };
        let error = none.require("가 a").unwrap_err();
        assert!(matches!(&error, ReportError::NoGlyph { letters } if letters == "a가"), "{error}");
        assert!(error.to_string().contains("fonts-noto-cjk"), "{error}");
        assert!(none.require(" \n").is_ok());
    }
}
