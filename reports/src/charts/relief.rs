//! What ended the episodes.

use super::Style;
use super::canvas::{self, INK, LINE};
use crate::error::ReportError;
use crate::estimate::Estimate;
use crate::relief::ReliefChannel;
use plotters::element::{PathElement, Rectangle, Text};
use plotters::prelude::Color;
use plotters::style::text_anchor::{HPos, VPos};
use std::collections::BTreeMap;

/// A horizontal bar for each channel, with its share and the 95 % interval as a whisker; all channels are listed, also
/// those that helped nobody, because that is an answer too.
///
/// # Errors
/// [`ReportError::Drawing`] when the image cannot be drawn.
pub fn relief_shares(shares: &BTreeMap<ReliefChannel, Estimate>, style: Style) -> Result<String, ReportError> {
    const ROW: f64 = 29.0;
    let language = style.language;
    let most = shares.iter().max_by(|a, b| a.1.mean().total_cmp(&b.1.mean()));
    let description = language
        .words()
        .alt_relief(most.map(|(channel, share)| (language.channel(*channel).to_owned(), language.share(share.mean()))));
    let end = |share: &Estimate| share.ci95().map_or(share.mean(), |[_, high]| high);
    let longest = shares.values().map(end).fold(0.0, f64::max).clamp(0.05, 1.5);
    let height = ReliefChannel::ALL.len() as f64 * ROW + 4.0;
    canvas::draw(style, height, &description, |area| {
        let labels =
            ReliefChannel::ALL.map(|c| canvas::text_width(language.channel(c))).into_iter().fold(0.0, f64::max);
        let left = labels + 8.0;
        let value_width = canvas::text_width(&language.range("42.0 % (42.0 %", "42.0 %)"));
        let scale = (f64::from(style.layout.width()) - left - value_width - 10.0).max(60.0) / longest;
        for (row, channel) in ReliefChannel::ALL.into_iter().enumerate() {
            let top = row as f64 * ROW;
            let middle = canvas::px(top + ROW / 2.0);
            let name = canvas::text(0.9, HPos::Right, VPos::Center);
            area.draw(&Text::new(language.channel(channel), (canvas::px(left - 8.0), middle), name))?;
            let share = shares.get(&channel);
            let mean = share.map_or(0.0, Estimate::mean).clamp(0.0, longest);
            let bar = [
                (canvas::px(left), canvas::px(top + 5.0)),
                (canvas::px(mean.mul_add(scale, left)), canvas::px(top + 5.0 + LINE + 2.0)),
            ];
            area.draw(&Rectangle::new(bar, canvas::channel_colour(channel).mix(0.85).filled()))?;
            let mut right = mean;
            if let Some([low, high]) = share.and_then(Estimate::ci95).filter(|[low, high]| high > low) {
                let ends = [low, high].map(|v| (canvas::px(v.clamp(0.0, longest).mul_add(scale, left)), middle));
                area.draw(&PathElement::new(ends, canvas::line(INK.mix(0.8), 1.4)))?;
                right = right.max(high.min(longest));
            }
            let write = |share| language.share(share);
            let value = share.map_or_else(|| write(0.0), |share| language.with_interval(share, write));
            let place = (canvas::px(right.mul_add(scale, left) + 6.0), middle);
            area.draw(&Text::new(value, place, canvas::text(0.85, HPos::Left, VPos::Center)))?;
        }
        let spine = [(canvas::px(left), 0), (canvas::px(left), canvas::px(height - 4.0))];
        area.draw(&PathElement::new(spine, canvas::line(INK.mix(0.45), 1.0)))?;
        Ok(None)
    })
}
