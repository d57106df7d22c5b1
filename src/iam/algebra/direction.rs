//! What one permission set grants and another does not, part by part.

use std::collections::BTreeMap;

use super::super::Answer;
use super::super::action_set::BitSet;
use super::budget::Budget;
use super::cause::{Cause, Causes, Limit};
use super::classes::{Class, Classes};
use super::cover::Region;
use super::forms::Reached;
use super::kinds::KindId;
use super::patterns::PatternId;
use super::problem::{CellId, Clause, Problem};
use super::reasoned::Reasoned;
use super::shape::Shape;
use super::share::kinds_among;
use super::twins::Twins;
use super::universe::ActionUniverse;

/// Parts that one class of actions may have before the rest is given up.
const MOST_PARTS: usize = 20_000;

/// What may be taken to see which cells have nothing to do with which parts, in one direction: a second or so.
const MOST_LOOKS: usize = 1 << 28;

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
fn is_dead(problem: &mut Problem<'_>, region: &Region, reached: Reached) -> bool {
    match reached {
        Reached::Forms(forms) if forms == problem.forms.any() => false,
        Reached::Forms(forms) => problem.covers(region, &[], forms).answer.is_yes(),
        Reached::Either(one, other) => {
            problem.covers(region, &[], one).answer.is_yes()
                && problem.covers(region, &[], other).answer.is_yes()
        }
    }
}

/// Cells that have something to say of a class, and the questions that come of that.
struct Open<'c> {
    cells: &'c [CellId],
    class: &'c Class,
    questions: Vec<(Refusal, Vec<CellId>)>,
    /// Parts; `None` where there are too many.
    parts: Option<usize>,
    /// About how many kinds of actions are in the class.
    kinds: usize,
}

impl Open<'_> {
    /// What it takes to look at every cell for every question.
    fn looks(&self) -> usize {
        let covers = self.questions.iter();
        let each: usize = covers.map(|(_, cover)| LOOK * (cover.len() + 1)).sum();
        each.saturating_mul(self.parts.unwrap_or_default())
            .saturating_mul(1 + self.kinds)
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
    if problem.part() == 0 && !twins.open().is_empty() {
        direction.give_up(Limit::Patterns);
        return direction;
    }
    let mut open = Vec::new();
    for (cells, class) in &classes.by_cells {
        if !cells.iter().any(|cell| twins.open().contains(cell)) {
            continue;
        }
        let parts = count_of_parts(problem, from, cells);
        if parts == Some(0) {
            continue;
        }
        open.push(Open {
            cells,
            class,
            questions: questions(problem, (from, to), cells, twins),
            parts,
            kinds: kinds_among(class.known.len()),
        });
    }
    // Where there is too much for all, what is more than a fair share is given up, whichever comes first.
    let all = open.iter().map(Open::looks).fold(0, usize::saturating_add);
    let fair = if all > MOST_LOOKS {
        MOST_LOOKS / open.len().max(1)
    } else {
        MOST_LOOKS
    };
    for open in open {
        if open.parts.is_none() || open.looks() > fair {
            direction.give_up(Limit::Patterns);
            continue;
        }
        look(
            problem,
            classes,
            &open,
            (from, twins),
            universe,
            &mut direction,
        );
    }
    direction
}

/// Looks at one class of one direction.
fn look(
    problem: &mut Problem<'_>,
    classes: &Classes,
    open: &Open<'_>,
    (from, twins): (usize, &Twins),
    universe: &dyn ActionUniverse,
    direction: &mut Direction,
) {
    let class = open.class;
    let mut kinds: Option<BTreeMap<KindId, BitSet>> = None;
    for part in parts(problem, from, open.cells) {
        for (refusal, cover) in &open.questions {
            let is_plain = |cell: CellId| match refusal {
                Refusal::NotAllowed(layer) => twins.is_allowed(cell, *layer),
                Refusal::Denied(_) => false,
            };
            if part.iter().any(|(cell, _)| is_plain(*cell)) {
                continue;
            }
            // What is not denied, or what no cell here speaks of, is most of it.
            let apart = |problem: &Problem<'_>, cell: CellId| {
                let resources = &problem.cell(cell).resources;
                let mut named = part.iter().filter_map(|(_, pattern)| *pattern);
                named.any(|pattern| problem.speaks_of_others(resources, pattern))
            };
            if let Refusal::Denied(deny) = refusal
                && apart(problem, *deny)
            {
                continue;
            }
            let region = region(problem, &part, refusal);
            problem.begin();
            let any = problem.forms.any();
            let whole = problem.covers(&region, cover, any);
            if whole.answer.is_yes() {
                continue;
            }
            let in_its_region = in_its_region(problem, &part, &region);
            let less: Vec<CellId> = cover
                .iter()
                .copied()
                .filter(|cell| !apart(problem, *cell) && meets(problem, &region, *cell))
                .collect();
            let leftover = |found: &Reasoned| Leftover {
                part: part.clone(),
                refusal: refusal.clone(),
                less: less.clone(),
                doubt: (!found.answer.is_no()).then(|| found.because.clone()),
            };
            let mut here: BTreeMap<Leftover, Class> = BTreeMap::new();
            let mut idle = classes.free.clone();
            if !class.unlisted.is_empty() {
                let any = Reached::Forms(any);
                let found = if is_covered(problem, in_its_region.as_ref(), cover, any) {
                    leftover(&Reasoned::undecided(Cause::Region))
                } else {
                    leftover(&whole)
                };
                let found = here.entry(found).or_default();
                found.unlisted.clone_from(&class.unlisted);
            }
            let is_all = whole.answer.is_no() && reaches_all(problem, &region) && cover.is_empty();
            if is_all && !class.known.is_empty() {
                let found = here.entry(leftover(&whole)).or_default();
                found.known.insert_all(&class.known);
            }
            let nothing = BTreeMap::new();
            let left = if is_all {
                &nothing
            } else {
                let (kinds_of, forms) = (&mut problem.kinds, &mut problem.forms);
                kinds.get_or_insert_with(|| kinds_of.divided(&class.known, universe, forms))
            };
            for (kind, numbers) in left {
                let reached = problem.kinds.reached(*kind);
                let mut named = part.iter().filter_map(|(_, pattern)| *pattern);
                if named.any(|pattern| problem.is_apart(pattern, *kind)) {
                    idle.insert_all(numbers);
                    continue;
                }
                problem.begin();
                let found = problem.covers_reached(&region, cover, reached);
                if found.answer.is_yes() {
                    problem.begin();
                    if is_dead(problem, &region, reached) {
                        idle.insert_all(numbers);
                    }
                    continue;
                }
                if !is_covered(problem, in_its_region.as_ref(), cover, reached) {
                    let class = here.entry(leftover(&found)).or_default();
                    class.known.insert_all(numbers);
                    continue;
                }
                // Of others the region of the ARN is the one that is asked.
                let numbers = numbers.iter();
                let elsewhere = numbers.filter(|own| universe.may_reach_another_region(*own));
                for number in elsewhere {
                    let leftover = leftover(&Reasoned::undecided(Cause::Region));
                    here.entry(leftover).or_default().known.insert(number);
                }
            }
            for (leftover, class) in here {
                direction.add(leftover, class, &idle);
            }
        }
    }
}

/// Cells of each layer of a side that are among those of a class.
fn layers(problem: &Problem<'_>, side: usize, class: &[CellId]) -> Vec<Vec<CellId>> {
    let layers = problem.sides.get(side).into_iter();
    let of_class = |layer: &Vec<CellId>| {
        let layer = layer.iter().copied();
        layer
            .filter(|cell| class.binary_search(cell).is_ok())
            .collect()
    };
    layers.flat_map(|side| &side.layers).map(of_class).collect()
}

/// In how many ways cells of each layer grant something to a class; `None` where there are too many.
fn count_of_parts(problem: &Problem<'_>, side: usize, class: &[CellId]) -> Option<usize> {
    let mut count: usize = 1;
    for layer in layers(problem, side, class) {
        let pieces = layer
            .iter()
            .map(|cell| match &problem.cell(*cell).resources {
                Clause::Only(patterns) => patterns.len(),
                Clause::AllBut(_) => 1,
            });
        count = count.saturating_mul(pieces.sum());
    }
    (count <= MOST_PARTS).then_some(count)
}

/// Every way in which cells of each layer grant something to a class.
fn parts(problem: &Problem<'_>, side: usize, class: &[CellId]) -> Vec<Part> {
    let mut parts: Vec<Part> = vec![Vec::new()];
    for layer in layers(problem, side, class) {
        let mut pieces = Vec::new();
        for cell in layer {
            match &problem.cell(cell).resources {
                Clause::Only(patterns) => {
                    pieces.extend(patterns.iter().map(|own| (cell, Some(*own))));
                }
                Clause::AllBut(_) => pieces.push((cell, None)),
            }
        }
        let extended = |part: &Part| {
            let extended = pieces
                .iter()
                .map(|piece| [part.as_slice(), &[*piece]].concat());
            extended.collect::<Vec<_>>()
        };
        parts = parts.iter().flat_map(extended).collect();
    }
    parts
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

/// Whether cells speak of all of a region, if there is one.
fn is_covered(
    problem: &mut Problem<'_>,
    region: Option<&Region>,
    cover: &[CellId],
    reached: Reached,
) -> bool {
    region.is_some_and(|region| {
        problem.begin();
        let found = problem.covers_reached(region, cover, reached);
        found.answer.is_yes()
    })
}

/// The same region where the regions of its ARNs are asked; nothing where its ARNs name none, or no condition tests it.
fn in_its_region(problem: &mut Problem<'_>, part: &Part, region: &Region) -> Option<Region> {
    if !problem.tests_the_region {
        return None;
    }
    let asked = problem.in_their_regions(part);
    let mut region = region.clone();
    region.conditions.extend(&asked);
    (!asked.is_empty()).then_some(region)
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

/// Whether a cell may take something of a region away. Where that is given up, it may.
pub(super) fn meets(problem: &mut Problem<'_>, region: &Region, cell: CellId) -> bool {
    let part = problem.part();
    if let Some(Clause::Only(patterns)) = problem.cells.get(cell).map(|cell| &cell.resources) {
        let widest = |id: &PatternId| -> &Shape { &problem.patterns.get(*id).widest };
        let mut budget = Budget::of(part);
        let meets = patterns.iter().any(|own| {
            region.one_of_each.iter().all(|union| {
                union.iter().any(|their| {
                    !super::walk::meet(&[widest(own), widest(their)], &mut budget).is_no()
                })
            })
        });
        if !meets {
            return false;
        }
        problem.budget.note(&Reasoned::undecided(budget.given_up()));
    }
    let condition = problem.cell(cell).condition;
    let both = [region.conditions.as_slice(), &[condition]].concat();
    let (possible, _) = problem.conditions.can_be(&both, &[], part);
    problem.budget.note(&possible);
    !possible.answer.is_no()
}
