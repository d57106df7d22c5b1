//! Decides whether every text that several shapes match together is matched by at least one shape of a union.
//!
//! This is a product walk over subset states with antichain pruning: it follows the texts of the intersection and keeps the
//! set of places that the union can be in, and it never continues from a place where an earlier walk had fewer places. Each
//! step takes work from a budget. If the budget is used up, the answer is [`Answer::Undecided`] and the budget records that
//! work was given up; there is no other undecided answer.

use std::collections::BTreeMap;

use super::super::Answer;
use super::budget::Budget;
use super::cause::Limit;
use super::shape::{Alphabet, FRESH, Letters, Reading, Shape, Step};

/// The most shapes that can be walked together.
const MOST_TOGETHER: usize = 8;

/// A place in each of the shapes.
type At = [u16; MOST_TOGETHER];

/// The work after which one walk gives up, in machine words: some hundredths of a second.
///
/// Real policies stay far below it. Only unions that are made to be hard reach it, with long runs of `?` after `*`.
pub(super) const WALK_BUDGET: usize = 1 << 24;

/// The fixed cost of a step, for the lists that it allocates.
const STEP: usize = 4;

/// Whether each text that all of `left` match is matched by one of `right`.
pub(super) fn covers(
    left: &[&Shape],
    right: &[&Shape],
    reading: Reading,
    budget: &mut Budget,
) -> Answer {
    if right
        .iter()
        .any(|own| own.is_everything() || left.contains(own))
    {
        return Answer::Yes;
    }
    for (place, one) in left.iter().enumerate() {
        if left
            .iter()
            .skip(place + 1)
            .any(|other| one.differs_plainly(other))
        {
            return Answer::Yes;
        }
    }
    let relevant: Vec<&Shape> = right
        .iter()
        .copied()
        .filter(|own| !left.iter().any(|other| own.differs_plainly(other)))
        .collect();
    let mut share = Budget::of(budget.left().min(WALK_BUDGET));
    let before = share.left();
    // Each shape of the union was already read once.
    share.take(right.len());
    let answer = match Places::new(&relevant, reading, &mut share) {
        Some(places) => Walk::new(left, &places).run(&mut share),
        None => Answer::Undecided,
    };
    budget.take(before - share.left());
    if answer == Answer::Undecided {
        budget.give_up(Limit::Patterns);
    }
    answer
}

/// Whether some text matches all of the shapes.
pub(super) fn meet(shapes: &[&Shape], budget: &mut Budget) -> Answer {
    // A single shape always matches something.
    let telling = shapes.iter().filter(|shape| !shape.is_everything());
    let telling: Vec<&Shape> = telling.copied().collect();
    if telling.len() < 2 {
        return Answer::Yes;
    }
    covers(&telling, &[], Reading::Fresh, budget).negate()
}

type Set = Vec<u64>;

/// The places in a union of shapes: for each shape, one before every step and one at its end.
struct Places {
    /// The step behind each place; `None` at the end of a shape.
    steps: Vec<Option<Step>>,
    reading: Reading,
    /// The number of machine words in a set of places.
    words: usize,
    start: Set,
    accepting: Set,
    /// Places before a step that takes any number of letters.
    runs: Set,
    /// Places before a `*` that ends its shape. From there every text is matched.
    certain: Set,
    /// Places before a `*`, each with the first place of its shape.
    first_of_run: Vec<(usize, usize)>,
    /// The letters that have to be tried for a wildcard. All other letters behave like one of them.
    telling: Vec<u32>,
}

impl Places {
    fn new(union: &[&Shape], reading: Reading, budget: &mut Budget) -> Option<Self> {
        let count: usize = union.iter().map(|shape| shape.steps().len() + 1).sum();
        if !budget.take(4 * count) {
            return None;
        }
        let steps: Vec<Option<Step>> = union
            .iter()
            .flat_map(|shape| shape.steps().iter().copied().map(Some).chain([None]))
            .collect();
        let words = steps.len().div_ceil(64);
        let empty = vec![0; words];
        let mut places = Self {
            reading,
            words,
            start: empty.clone(),
            accepting: empty.clone(),
            runs: empty.clone(),
            certain: empty,
            first_of_run: Vec::new(),
            telling: vec![FRESH],
            steps,
        };
        let mut first = 0;
        for (place, step) in places.steps.iter().enumerate() {
            if place == first {
                fill(&mut places.start, place, place);
            }
            if let Some(Letters::Of(alphabet)) = step.map(Step::letters) {
                let told = match alphabet {
                    Alphabet::Any | Alphabet::Name => &[][..],
                    Alphabet::Path => &[':'],
                    Alphabet::Word => &[':', '/'],
                };
                for letter in told.iter().copied().map(u32::from) {
                    if !places.telling.contains(&letter) {
                        places.telling.push(letter);
                    }
                }
            }
            match step {
                None => {
                    fill(&mut places.accepting, place, place);
                    first = place + 1;
                }
                Some(Step::Many(letters)) => {
                    fill(&mut places.runs, place, place);
                    if *letters == Letters::Of(Alphabet::Any) {
                        places.first_of_run.push((place, first));
                        if places.steps.get(place + 1) == Some(&None) {
                            fill(&mut places.certain, place, place);
                        }
                    }
                }
                Some(Step::One(_)) => {}
            }
        }
        places.start = places.settle(places.start.clone());
        Some(places)
    }

    /// The places whose step takes this letter.
    fn takers(&self, letter: u32) -> Set {
        let mut set = vec![0; self.words];
        for (place, step) in self.steps.iter().enumerate() {
            if step.is_some_and(|step| step.takes(letter, self.reading)) {
                fill(&mut set, place, place);
            }
        }
        set
    }

    /// Adds the places that are reached without a letter: the place behind a run. Before a `*` it also adds all earlier
    /// places of the shape, because whatever they match is matched from the `*` too; so sets can be compared by inclusion.
    fn settle(&self, mut set: Set) -> Set {
        // A run can follow another run with other letters.
        loop {
            let waiting: Set = both(&set, &self.runs).collect();
            let mut grown = false;
            for (word, more) in set.iter_mut().zip(shifted(&waiting)) {
                grown |= more & !*word != 0;
                *word |= more;
            }
            if !grown {
                break;
            }
        }
        for &(place, first) in &self.first_of_run {
            if has(&set, place) {
                fill(&mut set, first, place);
            }
        }
        set
    }

    fn step(&self, set: &Set, takers: &Set) -> Set {
        let moving: Set = both(set, takers).collect();
        let runs: Set = both(&moving, &self.runs).collect();
        let moved = moving
            .iter()
            .zip(&runs)
            .map(|(moving, runs)| moving & !runs);
        let moved: Set = moved.collect();
        let next = shifted(&moved)
            .zip(runs)
            .map(|(moved, stays)| moved | stays);
        self.settle(next.collect())
    }
}

/// A walk: the shapes of the intersection, the places of the union, and the places that take each letter.
struct Walk<'a> {
    left: &'a [&'a Shape],
    places: &'a Places,
    takers: BTreeMap<u32, Set>,
}

impl<'a> Walk<'a> {
    fn new(left: &'a [&'a Shape], places: &'a Places) -> Self {
        Self {
            left,
            places,
            takers: BTreeMap::new(),
        }
    }

    fn run(mut self, budget: &mut Budget) -> Answer {
        let fits = |shape: &&Shape| u16::try_from(shape.steps().len()).is_ok();
        if self.left.len() > MOST_TOGETHER || !self.left.iter().all(fits) {
            return Answer::Undecided;
        }
        let step_cost = 6 * self.places.words + self.places.first_of_run.len() + STEP;
        let mut seen: BTreeMap<At, Vec<Set>> = BTreeMap::new();
        let mut open = vec![(At::default(), self.places.start.clone())];
        let mut steps: Vec<Option<Step>> = Vec::new();
        while let Some((at, set)) = open.pop() {
            if both(&set, &self.places.certain).any(|word| word != 0) {
                continue;
            }
            steps.clear();
            let here = self.left.iter().zip(at);
            steps.extend(here.map(|(shape, place)| shape.steps().get(usize::from(place)).copied()));
            if steps.iter().all(Option::is_none) {
                if both(&set, &self.places.accepting).all(|word| word == 0) {
                    return Answer::No;
                }
                continue;
            }
            let earlier = seen.entry(at).or_default();
            if !budget.take(step_cost + 2 * earlier.len() * self.places.words) {
                return Answer::Undecided;
            }
            if earlier.iter().any(|fewer| within(fewer, &set)) {
                continue;
            }
            earlier.retain(|more| !within(&set, more));
            earlier.push(set.clone());
            for letter in self.letters(&steps) {
                let mut moved = at;
                for (place, step) in moved.iter_mut().zip(&steps) {
                    *place += u16::from(matches!(step, Some(Step::One(_))));
                }
                let places = self.places;
                let takers = self.takers.entry(letter);
                let takers = takers.or_insert_with(|| places.takers(letter));
                open.push((moved, places.step(&set, takers)));
            }
            // A run may end here.
            for (index, step) in steps.iter().enumerate() {
                if matches!(step, Some(Step::Many(_))) {
                    let mut ended = at;
                    if let Some(place) = ended.get_mut(index) {
                        *place += 1;
                    }
                    open.push((ended, set.clone()));
                }
            }
        }
        Answer::Yes
    }

    /// The letters that every shape can take next. A letter is left out if another one is at least as hard for the union.
    fn letters(&self, steps: &[Option<Step>]) -> Vec<u32> {
        if steps.iter().any(Option::is_none) {
            return Vec::new();
        }
        let steps = || steps.iter().flatten();
        let named = steps().find_map(|step| match step.letters() {
            Letters::Just(own) => Some(own),
            Letters::Of(_) => None,
        });
        let candidates = named.map_or(self.places.telling.clone(), |own| vec![own]);
        candidates
            .into_iter()
            .filter(|letter| steps().all(|step| step.letters().take(*letter)))
            .collect()
    }
}

fn both(one: &Set, two: &Set) -> impl Iterator<Item = u64> {
    one.iter().zip(two).map(|(one, two)| one & two)
}

fn within(fewer: &Set, more: &Set) -> bool {
    fewer
        .iter()
        .zip(more)
        .all(|(fewer, more)| fewer & !more == 0)
}

/// Moves every place on by one.
fn shifted(set: &Set) -> impl Iterator<Item = u64> {
    let carries = std::iter::once(0).chain(set.iter().map(|word| word >> 63));
    set.iter()
        .zip(carries)
        .map(|(word, carry)| (word << 1) | carry)
}

fn has(set: &Set, place: usize) -> bool {
    set.get(place / 64)
        .is_some_and(|word| (word >> (place % 64)) & 1 == 1)
}

/// Adds the places from `first` to `last`, both included.
fn fill(set: &mut Set, first: usize, last: usize) {
    let words = set.iter_mut().enumerate();
    for (index, word) in words.take(last / 64 + 1).skip(first / 64) {
        let from = if index == first / 64 { first % 64 } else { 0 };
        let to = if index == last / 64 { last % 64 } else { 63 };
        *word |= (u64::MAX << from) & (u64::MAX >> (63 - to));
    }
}
