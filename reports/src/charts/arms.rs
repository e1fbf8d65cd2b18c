//! What each arm changes.

use super::Style;
use super::axis::Axis;
use super::canvas::{self, BLUE, GREEN, INK, ORANGE, PURPLE, PanelText, Swatch};
use crate::error::ReportError;
use crate::estimate::Estimate;
use crate::format;
use crate::summary::{ArmKind, ArmSummary, Summary};
use plotters::element::{Circle, EmptyElement, PathElement, Text};
use plotters::prelude::{Color, RGBColor};
use plotters::style::text_anchor::{HPos, VPos};

/// An arm against the baseline.
#[derive(Debug, Clone, PartialEq)]
pub struct ArmDifference {
    /// Title for people.
    pub title: String,
    /// What the arm is for.
    pub kind: ArmKind,
    /// Stranded person-hours of the arm minus those of the baseline, paired.
    pub stranded_hours: Estimate,
    /// The same as a share of the baseline's; `None` when the baseline has none.
    pub share: Option<f64>,
}

impl ArmDifference {
    /// Every arm of the summary but the baseline, the most helpful first; `title` gives the title to show.
    pub fn ranked(summary: &Summary, title: impl Fn(&ArmSummary) -> String) -> Vec<Self> {
        let of_arm = |arm: &ArmSummary| {
            let difference = arm.difference_to_baseline?;
            Some(Self {
                title: title(arm),
                kind: arm.kind,
                stranded_hours: difference.stranded_hours,
                share: difference.share.map(|share| share.mean()),
            })
        };
        let mut arms: Vec<Self> = summary.arms.iter().filter_map(of_arm).collect();
        arms.sort_by(|a, b| a.stranded_hours.mean().total_cmp(&b.stranded_hours.mean()));
        arms
    }
}

fn kind_colour(kind: ArmKind) -> RGBColor {
    match kind {
        ArmKind::Baseline => canvas::GREY,
        ArmKind::Mitigation => GREEN,
        ArmKind::OperatorAction => BLUE,
        ArmKind::Attribution => ORANGE,
        ArmKind::Experiment => PURPLE,
    }
}

/// A dot with its 95 % interval for each arm, in the order given; left of zero is better than the baseline.
///
/// # Errors
/// [`ReportError::Drawing`] when the image cannot be drawn.
pub fn arm_differences(arms: &[ArmDifference], style: Style) -> Result<String, ReportError> {
    let language = style.language;
    let best = arms.first().map(|best| (best.title.clone(), format::whole(best.stranded_hours.mean())));
    let description = language.words().alt_arms(arms.len(), best);
    // The title stands above its dot: titles are long, and a column of them would leave a phone no room for dots.
    let row = 2.0 * LINE_OF_ARM;
    let kinds: Vec<ArmKind> = [ArmKind::Mitigation, ArmKind::OperatorAction, ArmKind::Attribution, ArmKind::Experiment]
        .into_iter()
        .filter(|kind| arms.iter().any(|arm| arm.kind == *kind))
        .collect();
    let height = (arms.len().max(1) as f64).mul_add(row, 105.0);
    canvas::draw(style, height, &description, |area| {
        let entries: Vec<(Swatch, &str)> =
            kinds.iter().map(|kind| (Swatch::Area(kind_colour(*kind)), language.arm_kind(*kind))).collect();
        let legend = canvas::legend(area, &entries)?;
        let (_, area) = area.split_vertically(canvas::px(legend));
        let ends = |arm: &ArmDifference| arm.stranded_hours.ci95().unwrap_or([arm.stranded_hours.mean(); 2]);
        let lowest = arms.iter().map(|arm| ends(arm)[0]).fold(0.0, f64::min);
        let highest = arms.iter().map(|arm| ends(arm)[1]).fold(0.0, f64::max);
        let x = Axis::spanning(lowest, highest, style.pick(7, 3));
        let y =
            Axis { from: 0.0, until: arms.len().max(1) as f64, ticks: Vec::new(), decimals: 0, is_logarithmic: false };
        let (mut panel, _) = canvas::panel(
            &area,
            &x,
            &y,
            &PanelText {
                left: LEFT,
                y_title: "",
                x_title: language.labels().axis_arm_difference,
                x_label: &|hours| x.number(*hours),
                y_label: &|_| String::new(),
                marks: &[],
            },
        )?;
        let plot_width = f64::from(style.layout.width()) - LEFT - canvas::RIGHT;
        for (index, arm) in arms.iter().enumerate() {
            let colour = kind_colour(arm.kind);
            let at = y.until - index as f64 - 0.72;
            let above = y.until - index as f64 - 0.28;
            let [low, high] = ends(arm);
            let mean = arm.stranded_hours.mean();
            let rail = [(x.from, at), (x.until, at)];
            panel.draw_series(std::iter::once(PathElement::new(rail, canvas::line(INK.mix(0.1), 1.0))))?;
            // Not through the titles: the line of zero is drawn beside the dots only.
            let zero = [(0.0, at - 0.24), (0.0, at + 0.2)];
            panel.draw_series(std::iter::once(PathElement::new(zero, canvas::line(INK.mix(0.7), 1.2))))?;
            let interval = PathElement::new([(low, at), (high, at)], canvas::line(colour, 3.0));
            panel.draw_series(std::iter::once(interval))?;
            let dot = EmptyElement::at((mean, at)) + Circle::new((0, 0), canvas::px(4.5), colour.filled());
            panel.draw_series(std::iter::once(dot))?;
            let value = match arm.share {
                Some(share) => format!("{} ({})", format::whole(mean), language.change(share)),
                None => format::whole(mean),
            };
            let room = plot_width - canvas::text_width(&value) - 12.0;
            let title = canvas::fitted(&arm.title, room);
            let name = canvas::text(0.95, HPos::Left, VPos::Center);
            panel.draw_series(std::iter::once(Text::new(title, (x.from, above), name)))?;
            let number = canvas::text(0.75, HPos::Right, VPos::Center);
            panel.draw_series(std::iter::once(Text::new(value, (x.until, above), number)))?;
        }
        if arms.is_empty() {
            let place = (f64::midpoint(x.from, x.until), y.until / 2.0);
            let style = canvas::text(0.75, HPos::Center, VPos::Center);
            panel.draw_series(std::iter::once(Text::new(language.labels().only_the_baseline, place, style)))?;
        }
        Ok(None)
    })
}

/// Room at the left of the plot, for half a tick label.
const LEFT: f64 = 30.0;

/// Height of a title or a dot, in units.
const LINE_OF_ARM: f64 = 19.0;
