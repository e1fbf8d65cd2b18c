//! What only people can say: marked blanks.

use super::{Blank, Block, Context, Section};

pub(super) fn section(context: &Context<'_>) -> Section {
    let labels = context.labels;
    let free = |title, hint| Block::Blank(Blank { title, hint, columns: Vec::new() });
    let blocks = vec![
        free(labels.authors, labels.authors_hint),
        free(labels.root_decisions, labels.root_decisions_hint),
        free(labels.went_well, labels.went_well_hint),
        free(labels.went_badly, labels.went_badly_hint),
        free(labels.lucky, labels.lucky_hint),
        Block::Blank(Blank {
            title: labels.action_items,
            hint: labels.action_items_hint,
            columns: vec![labels.action, labels.owner, labels.due],
        }),
    ];
    Section { id: "people", title: labels.people_part, blocks }
}
