//! What one permission set grants and another does not, part by part.

use std::collections::BTreeMap;

use super::super::Answer;
use super::super::action_set::BitSet;
use super::cause::{Cause, Causes, Limit};
use super::classes::{Class, Classes};
use super::cover::Region;
use super::patterns::PatternId;
use super::problem::{CellId, Clause, Problem};
use super::reasoned::Reasoned;
use super::shape::Shape;
use super::twins::Twins;
use super::universe::{ActionUniverse, Reach};

/// Parts that one class of actions may have before the rest is given up.
const MOST_PARTS: usize = 20_000;

/// What it takes to see that a cell has nothing to do with a part, in words of the budget.
const LOOK: usize = 8;

/// Statements of one side that together grant something: one of each layer, each with one of its resource patterns, or with
/// all that it excludes.
pub(super) type Part = Vec<(CellId, Option<PatternId>)>;

/// Why a part is not in the other set.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Refusal {
    /// Not all of it is allowed by the other set's layer of this number.
    NotAllowed(usize),
    /// Some of it the other set denies, by this cell.
    Denied(CellId),
}

/// Something granted by the one that is not, or perhaps not, granted by the other.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Leftover {
    pub(super) part: Part,
    pub(super) refusal: Refusal,
    /// Cells that take some of it away.
    pub(super) less: Vec<CellId>,
    /// Why it is undecided, where it is.
    pub(super) doubt: Option<Causes>,
}

/// One direction of a comparison.
#[derive(Debug, Default)]
pub(super) struct Direction {
    pub(super) leftovers: BTreeMap<Leftover, Class>,
    /// Why some things were not looked at.
    pub(super) cut: Causes,
}

impl Direction {
    /// Whether the other set grants all that the one does.
    pub(super) fn answer(&self) -> Answer {
        if self
            .leftovers
            .keys()
            .any(|leftover| leftover.doubt.is_none())
        {
            Answer::No
        } else if self.leftovers.is_empty() && self.cut.is_empty() {
            Answer::Yes
        } else {
            Answer::Undecided
        }
    }

    fn give_up(&mut self, limit: Limit) {
        self.cut = std::mem::take(&mut self.cut).and(Cause::GivenUp { limit }.into());
    }

    fn add(&mut self, leftover: Leftover, found: Class, idle: &BitSet) {
        let class = self.leftovers.entry(leftover).or_default();
        class.known.insert_all(&found.known);
        class.unlisted.extend(found.unlisted);
        class.idle.insert_all(idle);
    }
}

/// Whether no resource that the actions can act on is in the region.
fn is_dead(problem: &mut Problem<'_>, region: &Region, reach: &Reach) -> bool {
    match reach {
        Reach::Unknown => false,
        Reach::Forms(forms) => problem.covers(region, &[], forms).answer.is_yes(),
        Reach::EitherForms(one, other) => {
            problem.covers(region, &[], one).answer.is_yes()
                && problem.covers(region, &[], other).answer.is_yes()
        }
    }
}

/// Looks at one direction. `from` and `to` are sides of the problem.
pub(super) fn direction(
    problem: &mut Problem<'_>,
    classes: &Classes,
    (from, to): (usize, usize),
    twins: &Twins,
    universe: &dyn ActionUniverse,
) -> Direction {
    let mut direction = Direction::default();
    if classes.is_cut && !twins.open().is_empty() {
        direction.give_up(Limit::Actions);
    }
    let mut reaches: BTreeMap<Vec<usize>, Reach> = BTreeMap::new();
    for (cells, class) in &classes.by_cells {
        if !cells.iter().any(|cell| twins.open().contains(cell)) {
            continue;
        }
        let parts = parts(problem, from, cells);
        let Some(parts) = parts else {
            direction.give_up(Limit::Patterns);
            continue;
        };
        if parts.is_empty() {
            continue;
        }
        let questions = questions(problem, (from, to), cells, twins);
        let mut kinds: Option<BTreeMap<Vec<usize>, BitSet>> = None;
        for part in parts {
            for (refusal, cover) in &questions {
                let is_plain = |cell: CellId| match refusal {
                    Refusal::NotAllowed(layer) => twins.is_allowed(cell, *layer),
                    Refusal::Denied(_) => false,
                };
                if part.iter().any(|(cell, _)| is_plain(*cell)) {
                    continue;
                }
                // Every cell is at least looked at.
                if !problem.budget.take(LOOK * (cover.len() + 1)) {
                    direction.give_up(Limit::Patterns);
                    return direction;
                }
                let region = region(problem, &part, refusal);
                let whole = problem.covers(&region, cover, &[]);
                if whole.answer.is_yes() {
                    continue;
                }
                let leftover = |problem: &mut Problem<'_>, found: &Reasoned| Leftover {
                    part: part.clone(),
                    refusal: refusal.clone(),
                    less: cover
                        .iter()
                        .copied()
                        .filter(|cell| meets(problem, &region, *cell))
                        .collect(),
                    doubt: (!found.answer.is_no()).then(|| found.because.clone()),
                };
                let mut here: BTreeMap<Leftover, Class> = BTreeMap::new();
                let mut idle = classes.free.clone();
                if !class.unlisted.is_empty() {
                    let found = here.entry(leftover(problem, &whole)).or_default();
                    found.unlisted.clone_from(&class.unlisted);
                }
                let is_all =
                    whole.answer.is_no() && reaches_all(problem, &region) && cover.is_empty();
                if is_all && !class.known.is_empty() {
                    let found = here.entry(leftover(problem, &whole)).or_default();
                    found.known.insert_all(&class.known);
                }
                let nothing = BTreeMap::new();
                let left = if is_all {
                    &nothing
                } else {
                    kinds.get_or_insert_with(|| by_kind(&class.known, universe))
                };
                for (kind, numbers) in left {
                    let reach = reaches.entry(kind.clone()).or_insert_with(|| {
                        numbers
                            .iter()
                            .next()
                            .map_or(Reach::Unknown, |number| universe.reach(number))
                    });
                    let found = match reach {
                        Reach::Unknown => whole.clone(),
                        Reach::Forms(forms) => problem.covers(&region, cover, forms),
                        Reach::EitherForms(one, other) => {
                            let one = problem.covers(&region, cover, one);
                            either(&one, &problem.covers(&region, cover, other))
                        }
                    };
                    if found.answer.is_yes() {
                        if is_dead(problem, &region, reach) {
                            idle.insert_all(numbers);
                        }
                    } else {
                        let leftover = leftover(problem, &found);
                        let class = here.entry(leftover).or_default();
                        class.known.insert_all(numbers);
                    }
                }
                for (leftover, class) in here {
                    direction.add(leftover, class, &idle);
                }
            }
        }
    }
    direction
}

/// The answer in two readings, of which it is not documented which holds.
pub(super) fn either(one: &Reasoned, other: &Reasoned) -> Reasoned {
    if one.answer == other.answer {
        return one.clone().and(other.clone());
    }
    let causes = one.because.clone().and(other.because.clone());
    Reasoned::undecided(causes.and(Cause::WithoutResourceTypes.into()))
}

fn by_kind(known: &BitSet, universe: &dyn ActionUniverse) -> BTreeMap<Vec<usize>, BitSet> {
    let mut kinds: BTreeMap<Vec<usize>, BitSet> = BTreeMap::new();
    for number in known.iter() {
        kinds
            .entry(universe.kind(number))
            .or_default()
            .insert(number);
    }
    kinds
}

/// Every way in which cells of each layer grant something to a class; `None` where there are too many.
fn parts(problem: &Problem<'_>, side: usize, class: &[CellId]) -> Option<Vec<Part>> {
    let mut parts: Vec<Part> = vec![Vec::new()];
    for layer in problem
        .sides
        .get(side)
        .into_iter()
        .flat_map(|side| &side.layers)
    {
        let mut pieces = Vec::new();
        for cell in layer
            .iter()
            .filter(|cell| class.binary_search(cell).is_ok())
        {
            match &problem.cell(*cell).resources {
                Clause::Only(patterns) => {
                    pieces.extend(patterns.iter().map(|own| (*cell, Some(*own))));
                }
                Clause::AllBut(_) => pieces.push((*cell, None)),
            }
        }
        if parts.len().saturating_mul(pieces.len()) > MOST_PARTS {
            return None;
        }
        let extended = |part: &Part| {
            let extended = pieces
                .iter()
                .map(|piece| [part.as_slice(), &[*piece]].concat());
            extended.collect::<Vec<_>>()
        };
        parts = parts.iter().flat_map(extended).collect();
    }
    Some(parts)
}

/// For each way in which the other side may not grant something, the cells that would have to speak of it: those that allow
/// it there, and those that deny it here.
fn questions(
    problem: &Problem<'_>,
    (from, to): (usize, usize),
    class: &[CellId],
    twins: &Twins,
) -> Vec<(Refusal, Vec<CellId>)> {
    let in_class = |cells: &Vec<CellId>| -> Vec<CellId> {
        cells
            .iter()
            .copied()
            .filter(|cell| class.binary_search(cell).is_ok())
            .collect()
    };
    let denied_here = problem
        .sides
        .get(from)
        .map(|side| in_class(&side.denies))
        .unwrap_or_default();
    let mut questions = Vec::new();
    if let Some(to) = problem.sides.get(to) {
        for (number, layer) in to.layers.iter().enumerate() {
            let cover = [in_class(layer), denied_here.clone()].concat();
            questions.push((Refusal::NotAllowed(number), cover));
        }
        let denies = in_class(&to.denies);
        for deny in denies.into_iter().filter(|deny| !twins.is_denied(*deny)) {
            questions.push((Refusal::Denied(deny), denied_here.clone()));
        }
    }
    questions
}

fn region(problem: &Problem<'_>, part: &Part, refusal: &Refusal) -> Region {
    let mut region = Region::default();
    for (cell, pattern) in part {
        let cell = problem.cell(*cell);
        let chosen = pattern.map(|pattern| Clause::Only(vec![pattern]));
        region = region.within(chosen.as_ref().unwrap_or(&cell.resources), cell.condition);
    }
    if let Refusal::Denied(deny) = refusal {
        let deny = problem.cell(*deny);
        region = region.within(&deny.resources, deny.condition);
    }
    region
}

/// Whether no resource is outside of it.
fn reaches_all(problem: &Problem<'_>, region: &Region) -> bool {
    let everything = |patterns: &Vec<PatternId>| {
        patterns.iter().any(|own| {
            let known = problem.patterns.get(*own);
            known.certainty == super::patterns::Certainty::Exact && known.shape.is_everything()
        })
    };
    region.none_of.is_empty() && region.one_of_each.iter().all(everything)
}

/// Whether a cell may take something of a region away.
pub(super) fn meets(problem: &mut Problem<'_>, region: &Region, cell: CellId) -> bool {
    let mut narrowed = Region {
        conditions: region.conditions.clone(),
        ..Region::default()
    };
    narrowed.conditions.push(problem.cell(cell).condition);
    let possible = problem
        .conditions
        .can_be(&narrowed.conditions, &[], &mut problem.budget);
    if possible.answer.is_no() {
        return false;
    }
    let Some(Clause::Only(patterns)) = problem.cells.get(cell).map(|cell| &cell.resources) else {
        return true;
    };
    let widest = |id: &PatternId| -> &Shape { &problem.patterns.get(*id).widest };
    patterns.iter().any(|own| {
        region.one_of_each.iter().all(|union| {
            union.iter().any(|their| {
                !super::walk::meet(&[widest(own), widest(their)], &mut problem.budget).is_no()
            })
        })
    })
}
