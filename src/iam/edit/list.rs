//! Changes elements of a JSON array, or of the single value that stands for an array of one.

use std::ops::Range;

use super::{Layout, Replacement};

/// The change of one element.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub enum Change {
    /// The element stays.
    #[default]
    Keep,
    /// The element is removed, with its comma and its line.
    Remove,
    /// These elements replace it, as JSON. There must be at least one.
    Replace(Vec<String>),
    /// The element stays and these follow it.
    Follow(Vec<String>),
}

/// A list in a text: the place of its value and of each element.
#[derive(Debug, Clone, Copy)]
pub struct List<'a> {
    /// The text.
    pub source: &'a str,
    /// The value: an array with its brackets, or a single element.
    pub value: &'a Range<usize>,
    /// The elements, in order.
    pub elements: &'a [Range<usize>],
}

impl List<'_> {
    /// The replacements that make these changes. `changes` has one for each element; a missing one means [`Change::Keep`].
    /// At least one element must stay or be replaced, otherwise nothing is changed.
    ///
    /// ```
    /// use aws_least_privilege::iam::edit::{Change, Layout, List, apply};
    ///
    /// let text = "[\n  1,\n  2,\n  3\n]\n";
    /// let list = List { source: text, value: &(0..17), elements: &[4..5, 9..10, 14..15] };
    /// let edited = |changes: &[Change]| apply(text, &list.edited(changes, &Layout::of(text)));
    /// let five = Change::Replace(vec!["5".to_owned(), "6".to_owned()]);
    /// assert_eq!(edited(&[Change::Keep, Change::Remove, five]).unwrap(), "[\n  1,\n  5,\n  6\n]\n");
    /// assert_eq!(edited(&[Change::Keep, Change::Keep, Change::Remove]).unwrap(), "[\n  1,\n  2\n]\n");
    /// ```
    pub fn edited(&self, changes: &[Change], layout: &Layout) -> Vec<Replacement> {
        let change = |place: usize| changes.get(place).unwrap_or(&Change::Keep);
        let kept: Vec<usize> = (0..self.elements.len())
            .filter(|place| *change(*place) != Change::Remove)
            .collect();
        if kept.is_empty() {
            return Vec::new();
        }
        if !self.is_array() {
            return self.single(change(0), layout);
        }
        let separator = self.separator(layout);
        let joined = |texts: &[String]| texts.join(&separator);
        let mut replacements = Vec::new();
        for (place, element) in self.elements.iter().enumerate() {
            match change(place) {
                Change::Keep | Change::Remove => {}
                Change::Replace(texts) => {
                    replacements.push(Replacement::new(element.clone(), joined(texts)));
                }
                Change::Follow(texts) => {
                    let text = format!("{separator}{}", joined(texts));
                    replacements.push(Replacement::insert(element.end, text));
                }
            }
        }
        replacements.extend(self.gaps(&kept));
        replacements
    }

    fn is_array(&self) -> bool {
        let value = self.source.get(self.value.clone()).unwrap_or_default();
        value.starts_with('[')
    }

    /// The replacements that take out the removed elements: each up to the next element that stays, or from the last one
    /// that stays.
    fn gaps(&self, kept: &[usize]) -> Vec<Replacement> {
        let end = |place: &usize| self.elements.get(*place).map_or(0, |element| element.end);
        let start = |place: usize| self.elements.get(place).map_or(0, |element| element.start);
        let mut gaps = Vec::new();
        let mut next = 0;
        for place in kept {
            if next < *place {
                gaps.push(Replacement::new(start(next)..start(*place), ""));
            }
            next = place + 1;
        }
        if let (Some(last), Some(end_of_all)) = (kept.last(), self.elements.last())
            && next < self.elements.len()
        {
            gaps.push(Replacement::new(end(last)..end_of_all.end, ""));
        }
        gaps
    }

    /// The text between two elements: as between the first two, or as before the only one.
    fn separator(&self, layout: &Layout) -> String {
        if let [first, second, ..] = self.elements {
            let between = self.source.get(first.end..second.start);
            return between.unwrap_or(",").to_owned();
        }
        let first = self.elements.first().map_or(0, |element| element.start);
        let before = self.source.get(self.value.start + 1..first);
        match before {
            Some(space) if space.contains('\n') => format!(",{space}"),
            _ => layout.comma(),
        }
    }

    fn single(&self, change: &Change, layout: &Layout) -> Vec<Replacement> {
        match change {
            Change::Keep | Change::Remove => Vec::new(),
            Change::Replace(texts) => {
                let text = match texts.as_slice() {
                    [one] => one.clone(),
                    several => layout.array(self.source, self.value.start, several),
                };
                vec![Replacement::new(self.value.clone(), text)]
            }
            Change::Follow(texts) => {
                let more: String = texts.iter().map(|text| layout.comma() + text).collect();
                vec![
                    Replacement::insert(self.value.start, "["),
                    Replacement::insert(self.value.end, format!("{more}]")),
                ]
            }
        }
    }
}
