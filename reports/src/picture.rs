//! Charts as pictures of their own: SVG, and what a browser needs to make a PNG of one.

use crate::charts::standalone;
use crate::document::{self, Block, Report};
use crate::error::ReportError;

/// A chart as a picture of its own.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Picture {
    /// Name of the chart.
    pub name: String,
    /// The image for wide places, on a white background.
    pub svg: String,
}

/// Every chart of a report.
///
/// # Errors
/// [`ReportError::Drawing`] when a chart cannot be drawn.
pub fn pictures(report: &Report<'_>) -> Result<Vec<Picture>, ReportError> {
    let document = document::write(report)?;
    let blocks = document.sections.iter().flat_map(|section| &section.blocks);
    let pictures = blocks.filter_map(|block| match block {
        Block::Figure(figure) => Some(Picture { name: figure.id.to_owned(), svg: standalone(&figure.wide) }),
        _ => None,
    });
    Ok(pictures.collect())
}

impl Picture {
    /// Width and height in units; one unit is one pixel at its natural size.
    pub fn size(&self) -> (u32, u32) {
        let side = |name: &str| {
            let (_, rest) = self.svg.split_once(&format!(" {name}=\""))?;
            rest.split('"').next()?.parse::<f64>().ok()
        };
        let whole = |side: Option<f64>| side.unwrap_or(0.0).ceil() as u32;
        (whole(side("width")), whole(side("height")))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::background::Background;
    use crate::language::Language;
    use crate::sample;

    #[test]
    fn every_chart_is_a_picture_with_a_size() {
        let (summary, manifest, background) = (sample::summary(), sample::manifest(), Background::default());
        let language = Language::Korean;
        let findings = sample::findings(&summary, language);
        let report = Report {
            summary: &summary,
            manifest: &manifest,
            findings: &findings,
            background: &background,
            capacity: None,
            language,
        };
        let pictures = pictures(&report).unwrap();
        let names: Vec<&str> = pictures.iter().map(|picture| picture.name.as_str()).collect();
        assert_eq!(names, ["stranded", "lengths", "factors", "load", "relief-day", "relief", "arms"]);
        for picture in &pictures {
            let (width, height) = picture.size();
            assert!(width == 720 && height >= 150, "{}: {width} x {height}", picture.name);
            assert!(roxmltree::Document::parse(&picture.svg).is_ok());
        }
    }
}
