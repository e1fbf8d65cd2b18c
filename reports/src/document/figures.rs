//! Figures: a chart for a desk and for a phone, what to see in it, and its numbers.

use super::{Context, Table};
use crate::charts::{Layout, Style};
use crate::error::ReportError;
use serde_json::Value;

/// A chart with all that stands around it.
pub(crate) struct Figure {
    /// Name within the page and of its files.
    pub(crate) id: &'static str,
    pub(crate) title: &'static str,
    pub(crate) wide: String,
    pub(crate) narrow: String,
    /// What to see.
    pub(crate) caption: String,
    /// The numbers.
    pub(crate) table: Table,
    /// Series for a page that shows values at a pointer.
    pub(crate) series: Option<Value>,
}

impl Figure {
    /// Draws the chart in both layouts.
    ///
    /// # Errors
    /// [`ReportError::Drawing`] when it cannot be drawn.
    pub(crate) fn draw(
        context: &Context<'_>,
        id: &'static str,
        title: &'static str,
        caption: String,
        table: Table,
        chart: impl Fn(Style) -> Result<String, ReportError>,
    ) -> Result<Self, ReportError> {
        let draw = |layout| chart(Style { layout, language: context.language });
        Ok(Self {
            id,
            title,
            wide: draw(Layout::Wide)?,
            narrow: draw(Layout::Narrow)?,
            caption,
            table: table.folded(context.labels.show_table),
            series: None,
        })
    }

    /// Lets the page point at values.
    pub(crate) fn with_series(mut self, series: Value) -> Self {
        self.series = Some(series);
        self
    }
}

/// A number short enough for a page that holds thousands of them: three significant digits.
pub(crate) fn short(value: f64) -> f64 {
    if value == 0.0 || !value.is_finite() {
        return 0.0;
    }
    let scale = 10_f64.powi(3 - value.abs().log10().ceil() as i32);
    let rounded = (value * scale).round() / scale;
    // Without what the division leaves behind: 0.1 + 0.2 is not written as 0.30000000000000004.
    format!("{rounded:.4}").parse().unwrap_or(rounded)
}

/// The same of a series.
pub(crate) fn shortened(values: &[f64]) -> Vec<f64> {
    values.iter().copied().map(short).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn three_digits_are_enough() {
        assert_eq!(
            [0.0, 1_234.56, 0.012_345, 9.999, f64::NAN].map(short).map(|v| v.to_string()),
            ["0", "1230", "0.0123", "10", "0"]
        );
    }
}
