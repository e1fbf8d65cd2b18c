//! What ended episodes, over the day.

use super::axis::Axis;
use super::canvas::{self, PanelText, Swatch};
use super::{DayAxis, Mark, Style};
use crate::error::ReportError;
use crate::format::whole;
use crate::relief::ReliefChannel;
use plotters::element::Rectangle;
use plotters::prelude::Color;

/// Ends of episodes over the day, of short ones too.
#[derive(Debug, Clone, PartialEq)]
pub struct ReliefOverDay {
    /// The buckets of all series below.
    pub axis: DayAxis,
    /// Episodes that ended in each bucket, mean over replications, by channel in the order of [`ReliefChannel::ALL`].
    pub by_channel: [Vec<f64>; 8],
    /// Moments worth marking.
    pub marks: Vec<Mark>,
}

impl ReliefOverDay {
    /// Ends in each bucket, all channels.
    pub fn total(&self) -> Vec<f64> {
        (0..self.axis.buckets).map(|bucket| self.by_channel.iter().map(|ends| ends[bucket]).sum()).collect()
    }

    /// Channels that ended anything, in order; the end of the simulation is no relief.
    pub fn channels(&self) -> Vec<ReliefChannel> {
        let helped = |channel: &ReliefChannel| {
            *channel != ReliefChannel::Censored && self.by_channel[channel.index()].iter().any(|ends| *ends > 0.0)
        };
        ReliefChannel::ALL.into_iter().filter(helped).collect()
    }
}

/// Stacked bars, one for each bucket, by what ended the episodes.
///
/// # Errors
/// [`ReportError::Drawing`] when the image cannot be drawn.
pub fn relief_over_day(data: &ReliefOverDay, style: Style) -> Result<String, ReportError> {
    let language = style.language;
    let (labels, words) = (language.labels(), language.words());
    let channels = data.channels();
    let sums = channels.iter().map(|channel| (*channel, data.by_channel[channel.index()].iter().sum::<f64>()));
    let most = sums.max_by(|a, b| a.1.total_cmp(&b.1));
    let description =
        words.alt_relief_day(most.map(|(channel, ends)| (language.channel(channel).to_owned(), whole(ends))));
    canvas::draw(style, style.pick(320.0, 350.0), &description, |area| {
        let entries: Vec<(Swatch, &str)> = channels
            .iter()
            .map(|channel| (Swatch::Area(canvas::channel_colour(*channel)), language.channel(*channel)))
            .collect();
        let legend = canvas::legend(area, &entries)?;
        let (_, area) = area.split_vertically(canvas::px(legend));
        let x = Axis::of_day(data.axis.from_hours, data.axis.until_hours(), style.pick(12, 6));
        let y = Axis::from_zero(data.total().into_iter().fold(0.0, f64::max), 5);
        let title = words.axis_ends(&language.minutes(data.axis.bucket_hours * 60.0));
        let texts = PanelText {
            left: canvas::text_width(&y.number(y.until)) + 12.0,
            y_title: &title,
            x_title: labels.axis_time_of_day,
            x_label: &|hours| Axis::clock(*hours),
            y_label: &|ends| y.number(*ends),
            marks: &data.marks,
        };
        let (mut panel, plot) = canvas::panel(&area, &x, &y, &texts)?;
        for bucket in 0..data.axis.buckets {
            let (from, length) = (data.axis.begin_hours(bucket), data.axis.bucket_hours);
            let edges = [length.mul_add(0.06, from), length.mul_add(0.94, from)];
            let mut floor = 0.0;
            for channel in &channels {
                let ceiling = floor + data.by_channel[channel.index()][bucket];
                if ceiling > floor {
                    let fill = canvas::channel_colour(*channel).mix(0.9).filled();
                    let bar = Rectangle::new([(edges[0], floor), (edges[1], ceiling)], fill);
                    panel.draw_series(std::iter::once(bar))?;
                }
                floor = ceiling;
            }
        }
        Ok(Some(plot))
    })
}
