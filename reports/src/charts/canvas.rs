//! What all charts share: the image, its colours, texts, legend and the panel with axes.

use super::axis::Axis;
use super::marks::place_marks;
use super::{DayAxis, Mark, Style};
use crate::error::ReportError;
use crate::relief::{ReliefChannel, StrandedClass};
use plotters::coord::Shift;
use plotters::element::{Circle, PathElement, Rectangle, Text};
use plotters::prelude::{
    Cartesian2d, ChartBuilder, ChartContext, Color, DrawingArea, DrawingAreaErrorKind, IntoDrawingArea, IntoFont,
    RGBColor, SVGBackend, ShapeStyle, TextStyle,
};
use plotters::style::RGBAColor;
use plotters::style::text_anchor::{HPos, Pos, VPos};
use std::io;

pub(super) type Area<'b> = DrawingArea<SVGBackend<'b>, Shift>;
pub(super) type Panel<'b> = ChartContext<'b, SVGBackend<'b>, Cartesian2d<Axis, Axis>>;
pub(super) type Painted<T = ()> = Result<T, DrawingAreaErrorKind<io::Error>>;

/// plotters rounds to whole pixels. Drawing four times as large and letting the view box shrink it keeps flat curves smooth.
const PIXELS_PER_UNIT: f64 = 4.0;
/// Size of all text, in units.
pub(super) const FONT: f64 = 12.5;
/// Height of a line of text, in units.
pub(super) const LINE: f64 = 17.0;
/// Half the size of a dot, in units.
pub(super) const DOT: f64 = 4.0;
/// plotters divides font sizes by this before it writes them.
const PLOTTERS_FONT_DIVISOR: f64 = 1.24;

/// Stands for the colour of the surrounding text while plotters draws, because plotters only knows numbers.
pub(super) const INK: RGBColor = RGBColor(1, 2, 3);
const INK_HEX: &str = "#010203";

/// Colours of Okabe and Ito.
pub(super) const ORANGE: RGBColor = RGBColor(230, 159, 0);
pub(super) const SKY_BLUE: RGBColor = RGBColor(86, 180, 233);
pub(super) const GREEN: RGBColor = RGBColor(0, 158, 115);
pub(super) const BLUE: RGBColor = RGBColor(0, 114, 178);
pub(super) const VERMILLION: RGBColor = RGBColor(213, 94, 0);
pub(super) const PURPLE: RGBColor = RGBColor(204, 121, 167);
pub(super) const YELLOW: RGBColor = RGBColor(240, 228, 66);
pub(super) const GREY: RGBColor = RGBColor(128, 128, 128);

/// The colour of a class of stranded people, the same in every chart.
pub(super) fn class_colour(class: StrandedClass) -> RGBColor {
    match class {
        StrandedClass::Unlock => VERMILLION,
        StrandedClass::Return => SKY_BLUE,
        StrandedClass::Start => GREEN,
    }
}

/// The colour of a relief channel. What the operator gives is green and blue, what people pay for themselves warm.
pub(super) fn channel_colour(channel: ReliefChannel) -> RGBColor {
    match channel {
        ReliefChannel::Server => BLUE,
        ReliefChannel::OfflineKey => GREEN,
        ReliefChannel::CallCentre => SKY_BLUE,
        ReliefChannel::Staff => YELLOW,
        ReliefChannel::Advice => ORANGE,
        ReliefChannel::Locksmith => VERMILLION,
        ReliefChannel::GaveUp => PURPLE,
        ReliefChannel::Censored => GREY,
    }
}

/// Units to the pixels of plotters.
pub(super) fn px(units: f64) -> i32 {
    (units * PIXELS_PER_UNIT).round() as i32
}

/// A solid line of this width in units.
pub(super) fn line(colour: impl Color, width: f64) -> ShapeStyle {
    colour.stroke_width(px(width).max(1) as u32)
}

/// Text in the ink colour; `strength` 0 to 1.
pub(super) fn text(strength: f64, horizontal: HPos, vertical: VPos) -> TextStyle<'static> {
    let font = ("sans-serif", FONT * PIXELS_PER_UNIT * PLOTTERS_FONT_DIVISOR).into_font();
    TextStyle { font, color: INK.mix(strength).to_backend_color(), pos: Pos::new(horizontal, vertical) }
}

/// A generous estimate of a text's width, in units: nobody knows the reader's font.
pub(super) fn text_width(text: &str) -> f64 {
    let ems = |c: char| if u32::from(c) >= 0x1100 { 1.0 } else { 0.57 };
    text.chars().map(ems).sum::<f64>() * FONT
}

/// The text, cut with an ellipsis where it would be wider than so many units.
pub(super) fn fitted(text: &str, width: f64) -> String {
    if text_width(text) <= width {
        return text.to_owned();
    }
    let mut cut = String::new();
    for c in text.chars() {
        cut.push(c);
        if text_width(&cut) + FONT > width {
            break;
        }
    }
    format!("{}…", cut.trim_end())
}

/// Where the plot of a chart lies and what its axes span, so that a page can point at values.
#[derive(Debug, Clone, Copy)]
pub(super) struct Plot {
    /// Left, top, right and bottom edge, in units of the view box.
    edges: [i32; 4],
    /// The horizontal axis.
    from: f64,
    until: f64,
    is_logarithmic: bool,
    /// Top of the vertical axis, which begins at zero.
    highest: f64,
}

impl Plot {
    /// The plot down to the bottom of another one that lies below it and has the same horizontal axis.
    pub(super) fn down_to(mut self, other: Self) -> Self {
        self.edges[3] = other.edges[3];
        self
    }

    /// Height in units.
    pub(super) fn height(self) -> u32 {
        (self.edges[3] - self.edges[1]).unsigned_abs() / PIXELS_PER_UNIT as u32
    }

    fn attribute(self) -> String {
        let [left, top, right, bottom] = self.edges;
        let scale = if self.is_logarithmic { "log" } else { "linear" };
        format!(" data-plot=\"{left} {top} {right} {bottom} {} {} {scale} {}\"", self.from, self.until, self.highest)
    }
}

/// Draws an image of this height in units. `description` is what a screen reader says.
pub(super) fn draw(
    style: Style,
    height: f64,
    description: &str,
    paint: impl FnOnce(&Area<'_>) -> Painted<Option<Plot>>,
) -> Result<String, ReportError> {
    let mut image = String::new();
    let size = (px(f64::from(style.layout.width())) as u32, px(height) as u32);
    let painted = {
        let area = SVGBackend::with_string(&mut image, size).into_drawing_area();
        paint(&area).and_then(|plot| area.present().map(|()| plot))
    };
    let plot = painted.map_err(|error| ReportError::Drawing(error.to_string()))?;
    let (_, content) =
        image.split_once('>').ok_or_else(|| ReportError::Drawing("the image has no beginning".to_owned()))?;
    Ok(format!(
        "<svg class=\"chart chart-{}\" role=\"img\" aria-label=\"{}\"{} width=\"{}\" height=\"{}\" viewBox=\"0 0 {} {}\" \
         xmlns=\"http://www.w3.org/2000/svg\">{}",
        style.pick("wide", "narrow"),
        escaped(description),
        plot.map(Plot::attribute).unwrap_or_default(),
        style.layout.width(),
        height,
        size.0,
        size.1,
        content.replace(INK_HEX, "currentColor"),
    ))
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}

/// How a series is shown in the legend.
#[derive(Debug, Clone, Copy)]
pub(super) enum Swatch {
    Area(RGBColor),
    Line(RGBColor),
    Dashes(RGBColor),
    /// A filled dot.
    Dot(RGBColor),
    /// A ring, so that the colour is not the only difference to a dot.
    Ring(RGBColor),
    /// Two bands around a line.
    Fan(RGBColor),
}

/// The points of a curve over buckets, drawn through their middles and out to the edges of the axis.
pub(super) fn curve(axis: &DayAxis, values: &[f64]) -> Vec<(f64, f64)> {
    let inner = values.iter().enumerate().map(|(bucket, value)| (axis.hours(bucket), *value));
    let first = values.first().map(|value| (axis.from_hours, *value));
    let last = values.last().map(|value| (axis.until_hours(), *value));
    first.into_iter().chain(inner).chain(last).collect()
}

/// The closed line around the area between two series.
pub(super) fn outline(axis: &DayAxis, floor: &[f64], ceiling: &[f64]) -> Vec<(f64, f64)> {
    curve(axis, ceiling).into_iter().chain(curve(axis, floor).into_iter().rev()).collect()
}

/// The sum of two series.
pub(super) fn stacked(floor: &[f64], more: &[f64]) -> Vec<f64> {
    floor.iter().zip(more).map(|(below, value)| below + value).collect()
}

/// Draws the legend at the top of the area, in as many lines as it needs, and returns its height in units.
pub(super) fn legend(area: &Area<'_>, entries: &[(Swatch, &str)]) -> Painted<f64> {
    const SWATCH: f64 = 14.0;
    let width = f64::from(area.dim_in_pixel().0) / PIXELS_PER_UNIT;
    let (mut x, mut y) = (0.0, 0.0);
    for (swatch, label) in entries {
        let needed = SWATCH + 6.0 + text_width(label);
        if x > 0.0 && x + needed > width {
            (x, y) = (0.0, y + LINE + 1.0);
        }
        let (left, right) = (px(x), px(x + SWATCH));
        let (top, middle, bottom) = (px(y + 3.5), px(y + 8.5), px(y + 13.5));
        match *swatch {
            Swatch::Area(colour) => {
                area.draw(&Rectangle::new([(left, top), (right, bottom)], colour.mix(0.85).filled()))?;
            }
            Swatch::Line(colour) => {
                area.draw(&PathElement::new([(left, middle), (right, middle)], line(colour, 2.2)))?;
            }
            Swatch::Fan(colour) => {
                let (above, below) = (px(y + 6.0), px(y + 11.0));
                area.draw(&Rectangle::new([(left, top), (right, bottom)], colour.mix(0.16).filled()))?;
                area.draw(&Rectangle::new([(left, above), (right, below)], colour.mix(0.24).filled()))?;
                area.draw(&PathElement::new([(left, middle), (right, middle)], line(colour.mix(0.85), 1.4)))?;
            }
            Swatch::Dot(colour) => {
                area.draw(&Circle::new((px(x + SWATCH / 2.0), middle), px(DOT), colour.filled()))?;
            }
            Swatch::Ring(colour) => {
                area.draw(&Circle::new((px(x + SWATCH / 2.0), middle), px(DOT), line(colour, 2.0)))?;
            }
            Swatch::Dashes(colour) => {
                let style = line(colour, 1.8);
                area.draw(&PathElement::new([(left, middle), (px(x + 5.5), middle)], style))?;
                area.draw(&PathElement::new([(px(x + 8.5), middle), (right, middle)], style))?;
            }
        }
        let style = text(0.85, HPos::Left, VPos::Center);
        area.draw(&Text::new((*label).to_owned(), (px(x + SWATCH + 5.0), middle), style))?;
        x += needed + 14.0;
    }
    Ok(if entries.is_empty() { 0.0 } else { y + LINE + 9.0 })
}

/// Where the plot lies within its area, in units from the area's edges, and what stands around it.
pub(super) struct PanelText<'a> {
    /// Room for the labels of the vertical axis.
    pub(super) left: f64,
    /// What the vertical axis shows and its unit; stands above the axis.
    pub(super) y_title: &'a str,
    /// What the horizontal axis shows and its unit; empty for none.
    pub(super) x_title: &'a str,
    pub(super) x_label: &'a dyn Fn(&f64) -> String,
    pub(super) y_label: &'a dyn Fn(&f64) -> String,
    /// Moments with a vertical line.
    pub(super) marks: &'a [Mark],
}

/// Room at the right of a plot, for half a tick label.
pub(super) const RIGHT: f64 = 22.0;

/// Draws axes, grid, titles and marks, and gives the panel to draw into and where it lies.
pub(super) fn panel<'b>(area: &Area<'b>, x: &Axis, y: &Axis, texts: &PanelText<'_>) -> Painted<(Panel<'b>, Plot)> {
    let (width, height) = area.dim_in_pixel();
    let width = f64::from(width) / PIXELS_PER_UNIT;
    let height = f64::from(height) / PIXELS_PER_UNIT;
    let title = if texts.y_title.is_empty() { 4.0 } else { LINE + 3.0 };
    let placed = place_marks(texts.marks, x, texts.left, width - RIGHT);
    let rows = placed.iter().map(|mark| mark.row + 1).max().unwrap_or(0);
    let top = (rows as f64).mul_add(LINE, title);
    let bottom = if texts.x_title.is_empty() { LINE + 13.0 } else { 2.0 * LINE + 5.0 };

    let mut chart = ChartBuilder::on(area)
        .margin_top(px(top))
        .margin_right(px(RIGHT))
        .set_left_and_bottom_label_area_size(0)
        .y_label_area_size(px(texts.left))
        .x_label_area_size(px(bottom))
        .build_cartesian_2d(x.clone(), y.clone())?;
    let mut mesh = chart.configure_mesh();
    if y.ticks.is_empty() {
        mesh.disable_y_axis();
    }
    mesh.disable_x_mesh()
        .bold_line_style(line(INK.mix(0.13), 1.0))
        .light_line_style(RGBAColor(0, 0, 0, 0.0))
        .axis_style(line(INK.mix(0.45), 1.0))
        .set_all_tick_mark_size(px(3.0))
        .label_style(text(0.75, HPos::Left, VPos::Top))
        .x_label_formatter(texts.x_label)
        .y_label_formatter(texts.y_label)
        .draw()?;

    let quiet = |horizontal, vertical| text(0.75, horizontal, vertical);
    if !texts.y_title.is_empty() {
        area.draw(&Text::new(fitted(texts.y_title, width), (0, px(1.0)), quiet(HPos::Left, VPos::Top)))?;
    }
    if !texts.x_title.is_empty() {
        let middle = f64::midpoint(texts.left, width - RIGHT);
        let place = (px(middle), px(height - 1.0));
        area.draw(&Text::new(texts.x_title.to_owned(), place, quiet(HPos::Center, VPos::Bottom)))?;
    }
    for mark in &placed {
        let above = (mark.row as f64).mul_add(LINE, title);
        let style = line(INK.mix(0.55), 1.0);
        area.draw(&PathElement::new([(px(mark.x), px(above)), (px(mark.x), px(height - bottom))], style))?;
        let (side, horizontal) = if mark.label_is_left { (-4.0, HPos::Right) } else { (4.0, HPos::Left) };
        let place = (px(mark.x + side), px(above + 1.0));
        area.draw(&Text::new(mark.label.clone(), place, text(0.9, horizontal, VPos::Top)))?;
    }
    let (across, down) = chart.plotting_area().get_pixel_range();
    let edges = [across.start, down.start, across.end, down.end];
    let plot = Plot { edges, from: x.from, until: x.until, is_logarithmic: x.is_logarithmic, highest: y.until };
    Ok((chart, plot))
}
