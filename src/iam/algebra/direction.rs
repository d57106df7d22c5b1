//! Finds what one permission set grants and the other does not, in one direction of a comparison: class by class, part by
//! part.

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
use super::region::doubts;
use super::shape::Shape;
use super::share::kinds_among;
use super::twins::Twins;
use super::universe::ActionUniverse;

/// The most parts of one class of actions; a class with more is given up.
const MOST_PARTS: usize = 20_000;

/// The most work for matching cells with parts, in one direction: about a second.
const MOST_LOOKS: usize = 1 << 28;

/// The cost of checking whether a cell and a part can have a request in common, in words of the budget.
const LOOK: usize = 8;

/// Cells of one side that together grant something: one cell of each layer, each with one of its resource patterns, or with
/// `None` for all that its `NotResource` leaves.
pub(super) type Part = Vec<(CellId, Option<PatternId>)>;

/// Why the other set does not grant a part.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Refusal {
    /// The layer with this number of the other set does not allow all of the part.
    NotAllowed(usize),
    /// This cell of the other set denies some of the part.
    Denied(CellId),
}

/// A part that one set grants and the other does not grant, or perhaps does not grant.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Leftover {
    pub(super) part: Part,
    pub(super) refusal: Refusal,
    /// Cells that take away some of the part.
    pub(super) less: Vec<CellId>,
    /// Why it is undecided whether the other set grants it; `None` if it certainly does not.
    pub(super) doubt: Option<Causes>,
}

/// The result of one direction of a comparison.
#[derive(Debug, Default)]
pub(super) struct Direction {
    pub(super) leftovers: BTreeMap<Leftover, Class>,
    /// Why some things were not checked.
    pub(super) cut: Causes,
}

impl Direction {
    /// Whether the other set grants all that this set does.
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

/// Whether the region contains no resource that the actions can act on.
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

/// A class that has to be checked, with its cells and its questions.
struct Open<'c> {
    cells: &'c [CellId],
    class: &'c Class,
    questions: Vec<(Refusal, Vec<CellId>)>,
    /// The number of parts; `None` if there are too many.
    parts: Option<usize>,
    /// The number of kinds of action in the class, estimated.
    kinds: usize,
}

impl Open<'_> {
    /// The work of checking each cell for each question.
    fn looks(&self) -> usize {
        let covers = self.questions.iter();
        let each: usize = covers.map(|(_, cover)| LOOK * (cover.len() + 1)).sum();
        each.saturating_mul(self.parts.unwrap_or_default())
            .saturating_mul(1 + self.kinds)
    }
}

/// Finds what side `from` grants and side `to` does not. `from` and `to` are places in [`Problem::sides`].
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
    // If the work is too much in total, each class above an equal share is given up. So the result does not depend on their
    // order.
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

/// Checks one class in one direction, and adds what is left over to `direction`.
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
            // Shortcut: most denies concern other resources than the part.
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
            let as_named = problem.as_its_arns_say(&part, &region);
            let narrowed = as_named.as_ref().map(|own| &own.region);
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
                let covering = as_named
                    .as_ref()
                    .filter(|own| is_covered(problem, Some(&own.region), cover, any));
                let cause = covering.map(|own| Reasoned::undecided(own.cause()));
                let found = leftover(cause.as_ref().unwrap_or(&whole));
                if !is_covered_as_named(problem, &part, &region, cover) {
                    let found = here.entry(found).or_default();
                    found.unlisted.clone_from(&class.unlisted);
                }
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
                if !is_covered(problem, narrowed, cover, reached) {
                    let class = here.entry(leftover(&found)).or_default();
                    class.known.insert_all(numbers);
                    continue;
                }
                // An action that stays in its region is called in the region of the ARN, on what the ARN's account owns, and
                // there it is covered.
                for (number, cause) in doubts(as_named.as_ref(), numbers, universe) {
                    let leftover = leftover(&Reasoned::undecided(cause));
                    here.entry(leftover).or_default().known.insert(number);
                }
            }
            for (leftover, class) in here {
                direction.add(leftover, class, &idle);
            }
        }
    }
}

/// For each layer of a side, its cells that contain the class.
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

/// The number of parts that [`parts`] would return; `None` if there are too many.
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

/// Every way to choose one cell of each layer, and a resource pattern of it, that grants something to a class.
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

/// The ways in which the other side may fail to grant a part. Each comes with the cells that must cover the part: those that
/// allow it on the other side, and those that deny it on this side.
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

/// Whether the cells cover all of a region; `false` if there is no region.
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

/// Whether actions of which nobody knows the resources are covered: on ARNs of the form that a pattern of the part names, with names
/// that have no `:` that separates something. So a `*` in its account does not run on into the name.
fn is_covered_as_named(
    problem: &mut Problem<'_>,
    part: &Part,
    region: &Region,
    cover: &[CellId],
) -> bool {
    let mut named = part.iter().filter_map(|(_, pattern)| *pattern);
    let Some(shape) = named.find_map(|pattern| problem.patterns.get(pattern).named()) else {
        return false;
    };
    let forms = problem.forms.id(&[shape]);
    is_covered(problem, Some(region), cover, Reached::Forms(forms))
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

/// Whether the region contains every resource.
fn reaches_all(problem: &Problem<'_>, region: &Region) -> bool {
    let everything = |patterns: &Vec<PatternId>| {
        patterns.iter().any(|own| {
            let known = problem.patterns.get(*own);
            known.certainty == super::patterns::Certainty::Exact && known.shape.is_everything()
        })
    };
    region.none_of.is_empty() && region.one_of_each.iter().all(everything)
}

/// Whether a cell may match some request of a region. Returns `true` if the check is given up.
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
