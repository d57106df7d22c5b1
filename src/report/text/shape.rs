//! How much of the report is told as text, how wide, and what the program does with it: what no report says of itself.

use crate::exit::Exit;

/// The width where nobody looks at a terminal.
pub const WIDTH: usize = 100;

/// Narrower than this, names and ARNs leave no room for words.
const NARROWEST: usize = 40;

/// Wider than this, a line is hard to read to its end.
const WIDEST: usize = 120;

/// How much is told.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Detail {
    /// The worst roles whole, the rest in a table.
    #[default]
    Worst,
    /// Every role whole.
    All,
    /// The table and the last line.
    Summary,
    /// The last line.
    Quiet,
}

/// How a report is told as text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Shape {
    /// Columns that prose is wrapped at. Names, ARNs, commands and diffs are never broken.
    pub width: usize,
    /// How much is told.
    pub detail: Detail,
    /// How the program ends, which the last line explains.
    pub exit: Exit,
    /// Policy files that were edited after they were judged.
    pub edited: Vec<String>,
    /// Whether a policy file is compared with what every function in the traces needs, because none was named.
    pub is_of_all: bool,
}

/// The columns that prose is wrapped at, for a terminal so many columns wide, or for none.
pub fn width(columns: Option<usize>) -> usize {
    columns.map_or(WIDTH, |columns| columns.clamp(NARROWEST, WIDEST))
}

impl Shape {
    /// What is told where nothing else is asked for.
    pub fn new(exit: Exit) -> Self {
        Self {
            width: WIDTH,
            detail: Detail::default(),
            exit,
            edited: Vec::new(),
            is_of_all: false,
        }
    }

    /// The same for a terminal so many columns wide; for none, at a fixed width.
    #[must_use]
    pub fn wide(mut self, columns: Option<usize>) -> Self {
        self.width = width(columns);
        self
    }
}
