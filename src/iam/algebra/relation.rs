//! Compares two permission sets: does one grant anything that the other does not, and what?

use std::collections::{BTreeMap, BTreeSet};

use super::super::action_set::Outside;
use super::super::evaluate::StatementRef;
use super::super::permissions::PermissionSet;
use super::super::{ActionPattern, Answer, ConditionBlock};
use super::budget::Budget;
use super::cause::Causes;
use super::classes::{Class, Classes};
use super::direction::{self, Direction, Leftover, Refusal};
use super::fold::{Elements, Vocabulary};
use super::patterns::PatternId;
use super::problem::{CellId, Clause, Problem};
use super::shape::Reading;
use super::share::Share;
use super::twins::Twins;
use super::universe::ActionUniverse;
use super::walk;

/// The work that writing the differences may take. It changes no answer: work given up here only makes the text longer.
const TELLING: usize = 1 << 28;

/// How the first permission set of a comparison relates to the second.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
#[must_use]
pub enum Relation {
    /// Both grant the same.
    Equivalent,
    /// The first grants nothing that the second does not. The second grants more, or perhaps more.
    Narrower,
    /// The first grants something that the second does not. The second grants nothing that the first does not.
    Broader,
    /// Each grants something that the other does not.
    Incomparable,
    /// It is undecided whether the first grants something that the second does not; or the first does, and it is undecided
    /// whether the second does too.
    Undecided,
}

impl Relation {
    /// The name in reports.
    pub fn id(self) -> &'static str {
        match self {
            Self::Equivalent => "equivalent",
            Self::Narrower => "narrower",
            Self::Broader => "broader",
            Self::Incomparable => "incomparable",
            Self::Undecided => "undecided",
        }
    }
}

/// Something that one permission set grants and the other does not.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Difference {
    /// The statements that grant it.
    pub origins: BTreeSet<StatementRef>,
    /// The statement of the other set that denies it, if there is one.
    pub denied_by: Option<StatementRef>,
    /// The actions.
    pub actions: Elements,
    /// Actions that `actions` matches but that do not belong to the difference.
    pub except_actions: Vec<String>,
    /// Whether the difference contains only actions that the catalogue does not list.
    pub unlisted_only: bool,
    /// The resources of the difference match these elements,
    pub resources: Elements,
    /// and each of these,
    pub within: Vec<Elements>,
    /// except these,
    pub except: Vec<Except>,
    /// under all of these conditions together.
    pub conditions: BTreeSet<ConditionBlock>,
    /// Why it is undecided whether this is a difference; `None` if it is one.
    pub doubt: Option<Causes>,
}

/// Requests that a difference does not include.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Except {
    /// These resources,
    pub resources: Elements,
    /// under this condition.
    pub condition: ConditionBlock,
}

/// The result of comparing two permission sets.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Comparison {
    /// How the first set relates to the second.
    pub relation: Relation,
    /// What the first grants and the second does not, or perhaps does not.
    pub only_one: Vec<Difference>,
    /// What the second grants and the first does not, or perhaps does not.
    pub only_other: Vec<Difference>,
    /// Whether the first grants nothing that the second does not. Only this decides whether the first may replace the
    /// second.
    pub within: Answer,
    /// Why some things were not checked; empty if everything was.
    pub cut: Causes,
}

/// Compares two permission sets and lists what each grants that the other does not.
///
/// ```
/// use aws_least_privilege::catalog::Catalog;
/// use aws_least_privilege::iam::PolicyDocument;
/// use aws_least_privilege::iam::algebra::{Relation, compare};
/// use aws_least_privilege::iam::permissions::PermissionSet;
///
/// let catalog = Catalog::embedded();
/// let set = |statements: &str| {
///     let text = format!(r#"{{"Version": "2012-10-17", "Statement": [{statements}]}}"#);
///     let policy = PolicyDocument::parse(&text, "policy.json").unwrap();
///     PermissionSet::from_documents(&[&policy], catalog)
/// };
/// let all = r#"{"Effect": "Allow", "Action": "sqs:*", "Resource": "*"}"#;
/// let but_delete = r#"{"Effect": "Allow", "Action": "sqs:*", "Resource": "*"},
///     {"Effect": "Deny", "Action": "sqs:DeleteQueue", "Resource": "*"}"#;
/// let compared = compare(&set(all), &set(but_delete), catalog);
/// assert_eq!(compared.relation, Relation::Broader);
/// assert_eq!(compared.only_one[0].actions.elements, ["sqs:DeleteQueue"]);
/// ```
pub fn compare(
    one: &PermissionSet,
    other: &PermissionSet,
    universe: &dyn ActionUniverse,
) -> Comparison {
    compare_within(one, other, universe, None)
}

/// Does the same as [`compare`], with a fixed share of work for each question.
pub(super) fn compare_within(
    one: &PermissionSet,
    other: &PermissionSet,
    universe: &dyn ActionUniverse,
    share: Option<Share>,
) -> Comparison {
    let mut problem = Problem::of(&[one, other]);
    problem.share = share;
    let Looked {
        classes,
        forth,
        back,
    } = Looked::at(&mut problem, universe);
    Comparison {
        relation: relation(&forth, &back),
        within: forth.answer(),
        cut: forth.cut.clone().and(back.cut.clone()),
        only_one: differences(&mut problem, &classes, forth, universe),
        only_other: differences(&mut problem, &classes, back, universe),
    }
}

/// How the first permission set relates to the second, as [`compare`] finds it, without the list of differences.
pub fn relate(
    one: &PermissionSet,
    other: &PermissionSet,
    universe: &dyn ActionUniverse,
) -> Relation {
    let looked = Looked::at(&mut Problem::of(&[one, other]), universe);
    relation(&looked.forth, &looked.back)
}

/// Both directions of a comparison.
struct Looked {
    classes: Classes,
    forth: Direction,
    back: Direction,
}

impl Looked {
    fn at(problem: &mut Problem<'_>, universe: &dyn ActionUniverse) -> Self {
        problem.begin();
        let twins = [(0, 1), (1, 0)].map(|sides| Twins::of(problem, sides));
        let open = twins.iter().flat_map(Twins::open).copied().collect();
        let classes = Classes::of(problem, &open, universe);
        let [forth, back] = twins;
        let forth = direction::direction(problem, &classes, (0, 1), &forth, universe);
        let back = direction::direction(problem, &classes, (1, 0), &back, universe);
        Self {
            classes,
            forth,
            back,
        }
    }
}

fn relation(forth: &Direction, back: &Direction) -> Relation {
    match (forth.answer(), back.answer()) {
        // The first certainly grants more, but it is not known whether it is broader or incomparable.
        (Answer::Undecided, _) | (Answer::No, Answer::Undecided) => Relation::Undecided,
        (Answer::Yes, Answer::Yes) => Relation::Equivalent,
        (Answer::Yes, Answer::No | Answer::Undecided) => Relation::Narrower,
        (Answer::No, Answer::Yes) => Relation::Broader,
        (Answer::No, Answer::No) => Relation::Incomparable,
    }
}

/// Leftovers that differ only in the first resource pattern of their part.
struct Group {
    leftover: Leftover,
    patterns: Vec<PatternId>,
    class: Class,
}

fn differences(
    problem: &mut Problem<'_>,
    classes: &Classes,
    direction: Direction,
    universe: &dyn ActionUniverse,
) -> Vec<Difference> {
    // Writing has a budget of its own, so that the work of deciding takes nothing from it.
    problem.budget = Budget::of(TELLING);
    let mut groups: Vec<Group> = Vec::new();
    for (leftover, class) in direction.leftovers {
        let pattern = leftover.part.first().and_then(|(_, pattern)| *pattern);
        let same = |group: &&mut Group| {
            let (own, their) = (&group.leftover, &leftover);
            let cells = |part: &direction::Part| part.first().map(|(cell, _)| *cell);
            cells(&own.part) == cells(&their.part)
                && own.part.get(1..) == their.part.get(1..)
                && (&own.refusal, &own.less, &own.doubt)
                    == (&their.refusal, &their.less, &their.doubt)
                && group.class.known == class.known
                && group.class.unlisted == class.unlisted
        };
        match groups.iter_mut().find(same) {
            Some(group) => {
                group.patterns.extend(pattern);
                group.class.idle.retain_all(&class.idle);
            }
            None => groups.push(Group {
                patterns: pattern.into_iter().collect(),
                leftover,
                class,
            }),
        }
    }
    let mut vocabulary = Vocabulary::of(written(problem), classes, universe);
    let mut found: BTreeMap<Difference, BTreeSet<StatementRef>> = BTreeMap::new();
    for group in groups {
        let own = own(problem, &group);
        let folded = vocabulary.fold(&group.class, &own, &mut problem.budget);
        let told = told(problem, &group);
        let unlisted = Elements {
            all_but: false,
            elements: folded.unlisted,
        };
        for (actions, except_actions, unlisted_only) in [
            (folded.elements, folded.except, false),
            (unlisted, Vec::new(), true),
        ] {
            if actions.elements.is_empty() {
                continue;
            }
            let difference = Difference {
                actions,
                except_actions,
                unlisted_only,
                ..told.clone()
            };
            // Differences with the same text become one.
            let origins = difference.origins;
            let told = Difference {
                origins: BTreeSet::new(),
                ..difference
            };
            found.entry(told).or_default().extend(origins);
        }
    }
    let found = found.into_iter();
    let mut found: Vec<Difference> = found
        .map(|(told, origins)| Difference { origins, ..told })
        .collect();
    found.sort();
    found
}

/// The action patterns of the statement that grants the group, unless it has `NotAction`.
fn own(problem: &Problem<'_>, group: &Group) -> BTreeSet<ActionPattern> {
    let first = group.leftover.part.first();
    match first.map(|(cell, _)| problem.cell(*cell).cell.actions.outside()) {
        Some(Outside::Only(patterns)) => patterns.clone(),
        Some(Outside::AllBut(_)) | None => BTreeSet::new(),
    }
}

/// Every action pattern of both sets.
fn written(problem: &Problem<'_>) -> BTreeSet<ActionPattern> {
    let outside = problem.cells.iter().map(|cell| cell.cell.actions.outside());
    outside
        .flat_map(|(Outside::Only(patterns) | Outside::AllBut(patterns))| patterns)
        .cloned()
        .collect()
}

/// The difference of a group, without its actions.
fn told(problem: &mut Problem<'_>, group: &Group) -> Difference {
    let Leftover {
        part,
        refusal,
        less,
        doubt,
    } = &group.leftover;
    let condition_of =
        |problem: &Problem<'_>, cell: CellId| problem.cell(cell).cell.condition.clone();
    let mut difference = Difference {
        origins: part
            .iter()
            .flat_map(|(cell, _)| problem.cell(*cell).origins.iter().copied())
            .collect(),
        denied_by: None,
        actions: Elements::default(),
        except_actions: Vec::new(),
        unlisted_only: false,
        resources: Elements::default(),
        within: Vec::new(),
        except: Vec::new(),
        conditions: part
            .iter()
            .map(|(cell, _)| condition_of(problem, *cell))
            .collect(),
        doubt: doubt.clone(),
    };
    let mut patterns = group.patterns.clone();
    let first = part
        .first()
        .map(|(cell, _)| problem.cell(*cell).resources.clone());
    let all_but = match first {
        Some(Clause::AllBut(excluded)) => {
            patterns = excluded;
            true
        }
        Some(Clause::Only(_)) | None => false,
    };
    for (cell, pattern) in part.iter().skip(1) {
        let clause = match pattern {
            Some(pattern) => Clause::Only(vec![*pattern]),
            None => problem.cell(*cell).resources.clone(),
        };
        difference.within.push(elements(problem, &clause));
    }
    if let Refusal::Denied(deny) = refusal {
        difference.denied_by = problem.cell(*deny).origins.first().copied();
        difference.conditions.insert(condition_of(problem, *deny));
        match problem.cell(*deny).resources.clone() {
            Clause::Only(denied) if !all_but => match narrower(problem, &patterns, &denied) {
                Some(narrower) => patterns = narrower,
                None => difference
                    .within
                    .push(elements(problem, &Clause::Only(denied))),
            },
            Clause::Only(denied) => difference
                .within
                .push(elements(problem, &Clause::Only(denied))),
            Clause::AllBut(excluded) => difference.except.push(Except {
                resources: elements(problem, &Clause::Only(excluded)),
                condition: ConditionBlock::default(),
            }),
        }
    }
    let clause = if all_but {
        Clause::AllBut(patterns.clone())
    } else {
        Clause::Only(patterns.clone())
    };
    difference.resources = elements(problem, &clause);
    difference
        .conditions
        .retain(|condition| !condition.is_empty());
    for cell in less {
        take_away(problem, &mut difference, *cell, &patterns, all_but);
    }
    difference.except.sort();
    difference.except.dedup();
    difference.within.sort();
    difference.within.dedup();
    difference
}

/// Adds to a difference what a cell takes away from it.
fn take_away(
    problem: &mut Problem<'_>,
    difference: &mut Difference,
    cell: CellId,
    patterns: &[PatternId],
    all_but: bool,
) {
    let condition = problem.cell(cell).cell.condition.clone();
    let always = condition.is_empty() || difference.conditions.contains(&condition);
    let clause = problem.cell(cell).resources.clone();
    match clause {
        Clause::AllBut(excluded) if always => {
            let within = elements(problem, &Clause::Only(excluded));
            difference.within.push(within);
        }
        Clause::Only(excluded) => {
            let excluded = if all_but {
                excluded
            } else {
                meeting(problem, &excluded, patterns)
            };
            difference.except.push(Except {
                resources: elements(problem, &Clause::Only(excluded)),
                condition: if always {
                    ConditionBlock::default()
                } else {
                    condition
                },
            });
        }
        Clause::AllBut(_) => difference.except.push(Except {
            resources: elements(problem, &clause),
            condition,
        }),
    }
}

fn elements(problem: &Problem<'_>, clause: &Clause) -> Elements {
    let (Clause::Only(patterns) | Clause::AllBut(patterns)) = clause;
    let mut elements: Vec<String> = patterns
        .iter()
        .map(|id| problem.patterns.get(*id).text.to_string())
        .collect();
    elements.sort();
    elements.dedup();
    Elements {
        all_but: matches!(clause, Clause::AllBut(_)),
        elements,
    }
}

/// Patterns for the resources that match both lists. `None` if two patterns overlap and neither covers the other.
fn narrower(
    problem: &mut Problem<'_>,
    ones: &[PatternId],
    others: &[PatternId],
) -> Option<Vec<PatternId>> {
    let mut found = Vec::new();
    for one in ones {
        for other in meeting(problem, others, &[*one]) {
            let (own, their) = (
                &problem.patterns.get(*one).widest,
                &problem.patterns.get(other).widest,
            );
            if walk::covers(&[own], &[their], Reading::Every, &mut problem.budget).is_yes() {
                found.push(*one);
            } else if walk::covers(&[their], &[own], Reading::Every, &mut problem.budget).is_yes() {
                found.push(other);
            } else {
                return None;
            }
        }
    }
    Some(found)
}

/// The patterns of `of` that overlap one of `with`.
fn meeting(problem: &mut Problem<'_>, of: &[PatternId], with: &[PatternId]) -> Vec<PatternId> {
    let mut meeting = Vec::new();
    for &id in of {
        let own = &problem.patterns.get(id).widest;
        let meets = with.iter().any(|other| {
            let their = &problem.patterns.get(*other).widest;
            !walk::meet(&[own, their], &mut problem.budget).is_no()
        });
        if meets {
            meeting.push(id);
        }
    }
    meeting
}
