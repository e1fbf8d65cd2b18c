//! Charts as pictures: SVG with its own background, and PNG.

use crate::charts::standalone;
use crate::document::{self, Block, Report};
use crate::error::ReportError;
use crate::fonts::Fonts;
use resvg::tiny_skia::{Pixmap, Transform};
use resvg::usvg::{Options, Tree};

/// Pixels of a PNG for a unit of a chart, so that text is sharp on dense screens and in print.
const PIXELS_PER_UNIT: f32 = 2.0;

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
    /// The chart as PNG.
    ///
    /// # Errors
    /// [`ReportError::NoGlyph`] when no font has a letter of it; [`ReportError::Drawing`] when it cannot be drawn.
    pub fn png(&self, fonts: &Fonts) -> Result<Vec<u8>, ReportError> {
        let failed = |error: &dyn std::fmt::Display| ReportError::Drawing(format!("chart `{}`: {error}", self.name));
        fonts.require(&self.text())?;
        let options = Options { fontdb: fonts.database(), ..Options::default() };
        let tree = Tree::from_str(&self.svg, &options).map_err(|error| failed(&error))?;
        // One unit of the view box is a quarter of a unit of the chart; the tree has the size of the chart.
        let size = tree.size().to_int_size().scale_by(PIXELS_PER_UNIT).ok_or_else(|| failed(&"it has no size"))?;
        let mut pixels =
            Pixmap::new(size.width(), size.height()).ok_or_else(|| failed(&"it is too large for a picture"))?;
        let scale = Transform::from_scale(PIXELS_PER_UNIT, PIXELS_PER_UNIT);
        resvg::render(&tree, scale, &mut pixels.as_mut());
        pixels.encode_png().map_err(|error| failed(&error))
    }

    /// All letters of the image: what stands between its tags.
    fn text(&self) -> String {
        let after_tags = self.svg.split('<').filter_map(|part| part.split_once('>').map(|(_, text)| text));
        after_tags
            .collect::<String>()
            .replace("&amp;", "&")
            .replace("&lt;", "<")
            .replace("&gt;", ">")
            .replace("&quot;", "\"")
    }
}
