//! The languages of a report: every word, number and date that people read, in one place for each language.
//!
//! A text without values is a field of `Labels`; a text with values is a method of `Words`. Both are checked by the compiler: a
//! language that lacks a text does not build. Texts of a scenario (titles, places, what is reported of the day) are not
//! ours: a scenario brings their translations along, see [`crate::background`].

mod english;
mod english_labels;
mod korean;
mod korean_labels;
mod labels;
mod words;

pub(crate) use labels::Labels;
pub(crate) use words::{Amplified, Happening, Loop, Totals, Words};

use crate::relief::{ReliefChannel, StrandedClass};
use crate::summary::{ArmKind, TargetKind, Verdict};
use std::fmt;
use std::str::FromStr;

/// A language that a report can be written in.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord)]
pub enum Language {
    /// English.
    #[default]
    English,
    /// Korean.
    Korean,
}

impl Language {
    /// Every language.
    pub const ALL: [Self; 2] = [Self::English, Self::Korean];

    /// Its code by BCP 47, as in `--lang` and in names of files.
    pub fn code(self) -> &'static str {
        match self {
            Self::English => "en",
            Self::Korean => "ko",
        }
    }

    /// Its name in itself.
    pub fn own_name(self) -> &'static str {
        match self {
            Self::English => "English",
            Self::Korean => "한국어",
        }
    }

    pub(crate) fn words(self) -> &'static dyn Words {
        match self {
            Self::English => &english::English,
            Self::Korean => &korean::Korean,
        }
    }

    pub(crate) fn labels(self) -> &'static Labels {
        match self {
            Self::English => &english_labels::LABELS,
            Self::Korean => &korean_labels::LABELS,
        }
    }

    pub(crate) fn class(self, class: StrandedClass) -> &'static str {
        self.labels().classes[class.index()]
    }

    pub(crate) fn channel(self, channel: ReliefChannel) -> &'static str {
        self.labels().channels[channel.index()]
    }

    pub(crate) fn arm_kind(self, kind: ArmKind) -> &'static str {
        self.labels().arm_kinds[kind as usize]
    }

    pub(crate) fn verdict(self, verdict: Verdict) -> &'static str {
        self.labels().verdicts[verdict as usize]
    }

    pub(crate) fn target_kind(self, kind: TargetKind) -> &'static str {
        self.labels().target_kinds[kind as usize]
    }

    /// How much a source is to be trusted, by its word in the scenario; words that are not ours stay as they are.
    pub(crate) fn confidence(self, word: &str) -> &str {
        let index = CONFIDENCES.iter().position(|known| *known == word);
        index.map_or(word, |index| self.labels().confidences[index])
    }
}

/// The words of a scenario for how much a value is to be trusted, in the order of [`Labels::confidences`].
pub(crate) const CONFIDENCES: [&str; 5] = ["cited", "measured", "derived", "assumed", "fitted"];

impl fmt::Display for Language {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.code())
    }
}

/// A code that is no language of ours.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("there is no report in `{0}`; languages: en, ko")]
pub struct UnknownLanguage(String);

impl FromStr for Language {
    type Err = UnknownLanguage;

    fn from_str(code: &str) -> Result<Self, Self::Err> {
        Self::ALL.into_iter().find(|language| language.code() == code).ok_or_else(|| UnknownLanguage(code.to_owned()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_lead_back() {
        for language in Language::ALL {
            assert_eq!(language.code().parse(), Ok(language));
        }
        assert!("kr".parse::<Language>().unwrap_err().to_string().contains("en, ko"));
    }

    #[test]
    fn korean_texts_are_korean_and_english_ones_are_not() {
        let is_hangul = |c: char| ('\u{ac00}'..='\u{d7a3}').contains(&c);
        for (english, korean) in Language::English.labels().all().into_iter().zip(Language::Korean.labels().all()) {
            assert!(!english.is_empty() && !english.chars().any(is_hangul), "{english}");
            assert!(korean.chars().any(is_hangul), "`{english}` is `{korean}`");
        }
    }
}
