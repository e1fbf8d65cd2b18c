//! Tables, cell by cell.

/// A table with a heading for every column.
pub(crate) struct Table {
    /// What it is, for people who do not see it.
    pub(crate) label: String,
    pub(crate) columns: Vec<Column>,
    pub(crate) rows: Vec<Row>,
    /// What opens it when it is folded away; `None` shows it at once.
    pub(crate) folded: Option<String>,
    /// Whether it stands on paper: what is long and for looking up does not.
    pub(crate) is_printed: bool,
}

/// A column.
pub(crate) struct Column {
    pub(crate) title: String,
    /// Numbers stand at the right edge.
    pub(crate) is_number: bool,
}

/// A row.
pub(crate) struct Row {
    pub(crate) cells: Vec<Cell>,
    /// Set off from the others, such as the baseline among arms.
    pub(crate) is_marked: bool,
}

/// A cell.
pub(crate) enum Cell {
    /// Words or a number.
    Plain(String),
    /// What the row is about, with notes below it.
    Head { text: String, notes: Vec<String> },
    /// A value with a note below it; the note is strong when it is more than luck.
    Noted { text: String, note: String, is_strong: bool },
    /// A verdict: its name for the style sheet, and its sign and word.
    Verdict { class: &'static str, text: String },
    /// Something to be typed or compared letter by letter.
    Code(String),
    /// To be filled in by people.
    Blank,
}

impl Table {
    /// A table that is shown and printed.
    pub(crate) fn new(label: impl Into<String>, columns: Vec<Column>, rows: Vec<Row>) -> Self {
        Self { label: label.into(), columns, rows, folded: None, is_printed: true }
    }

    /// Leaves out all columns but these.
    pub(crate) fn keep_columns(&mut self, kept: &[usize]) {
        fn keep<T>(items: &mut Vec<T>, kept: &[usize]) {
            let mut index = 0..;
            items.retain(|_| index.next().is_some_and(|index| kept.contains(&index)));
        }
        keep(&mut self.columns, kept);
        self.rows.iter_mut().for_each(|row| keep(&mut row.cells, kept));
    }

    /// Folded away until somebody opens it, and not on paper.
    pub(crate) fn folded(mut self, summary: impl Into<String>) -> Self {
        self.folded = Some(summary.into());
        self.is_printed = false;
        self
    }
}

impl Column {
    pub(crate) fn words(title: impl Into<String>) -> Self {
        Self { title: title.into(), is_number: false }
    }

    pub(crate) fn number(title: impl Into<String>) -> Self {
        Self { title: title.into(), is_number: true }
    }
}

impl Row {
    pub(crate) fn new(cells: Vec<Cell>) -> Self {
        Self { cells, is_marked: false }
    }

    /// What the row is about, and numbers.
    pub(crate) fn of(head: impl Into<String>, numbers: impl IntoIterator<Item = String>) -> Self {
        Self::new(std::iter::once(Cell::head(head)).chain(numbers.into_iter().map(Cell::Plain)).collect())
    }

    pub(crate) fn marked(mut self) -> Self {
        self.is_marked = true;
        self
    }
}

impl Cell {
    pub(crate) fn head(text: impl Into<String>) -> Self {
        Self::Head { text: text.into(), notes: Vec::new() }
    }
}
