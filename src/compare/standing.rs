//! Judges one granted action on each resource element of its statement: needed, undecided, or excess.

use super::bound;
use super::evidence::Evidence;
use super::forms::Forms;
use super::grant::Grant;
use super::narrow;
use super::open_name;
use super::readings::{Narrowed, Readings};
use super::spot::{Beyond, Ineffective, Spot};
use crate::catalog::across::may_reach_another_region;
use crate::catalog::{ActionEntry, Catalog};
use crate::iam::action_set::BitSet;
use crate::iam::algebra::{Ask, Left, Likeness, Piece, Remainder};
use crate::iam::{Action, Answer, Glob, ResourcePattern, Version, meet_by_parts};
use crate::needed::{Bound, Doubt};
use std::collections::BTreeSet;
use std::sync::Arc;

/// The most names from the policies that are compared with an element that is not itself such a name.
const MOST_NAMES: usize = 256;

/// The reason for an action that may act in another region than the called one, when a condition tests the region.
const OF_ANOTHER_REGION: &str = "a `Condition` tests the region that is called, and this action may act on a resource of another region: \
    whether the `Condition` lets it is not known";

/// The reason for a grant on an ARN of a form that AWS documents nowhere.
const OF_NO_KNOWN_FORM: &str = "no page of AWS lists an ARN of this form for the action. It may be an older or a newer form, so it is kept";

/// The judged permissions in all readings, prepared for questions.
#[derive(Debug)]
pub(super) struct Asking<'p> {
    pub(super) full: Remainder<'p>,
    widest: Remainder<'p>,
    narrowed: Vec<Remainder<'p>>,
    pub(super) readings: &'p Readings,
    forms: Forms,
    /// The same for actions that may act in another region than the called one; `None` if no condition tests the region.
    in_any_region: Option<Box<Self>>,
}

impl<'p> Asking<'p> {
    pub(super) fn of(readings: &'p Readings, in_any_region: Option<&'p Readings>) -> Self {
        Self {
            full: Remainder::of(&readings.full),
            widest: Remainder::of(&readings.widest),
            narrowed: readings
                .narrowed
                .iter()
                .map(|narrowed| Remainder::of(&narrowed.set))
                .collect(),
            readings,
            forms: Forms::default(),
            in_any_region: in_any_region.map(|own| Box::new(Self::of(own, None))),
        }
    }

    /// The permissions to ask for an action whose resources may be in another region than the called one.
    pub(super) fn for_any_region(&mut self, action: &Action) -> Option<&mut Self> {
        let own = self.in_any_region.as_deref_mut();
        own.filter(|_| may_reach_another_region(action))
    }
}

/// Judges the actions of a grant.
pub(super) struct Judge<'j, 'p> {
    pub(super) asking: &'j mut Asking<'p>,
    pub(super) catalog: &'j Catalog,
    pub(super) grant: &'j Grant<'j>,
}

impl<'p> Judge<'_, 'p> {
    /// What identifies actions with the same answers, among those without evidence.
    pub(super) fn likeness(&mut self, action: &Action) -> Likeness {
        self.asking.full.likeness(action, self.catalog)
    }

    /// Whether the action may act in another region than the called one and a condition tests the region.
    pub(super) fn hangs_on_the_region(&mut self, action: &Action) -> bool {
        self.asking.for_any_region(action).is_some()
    }

    /// The numbers of the actions that the statement grants.
    pub(super) fn known(&self, grant: &Grant<'_>) -> Option<&'p BitSet> {
        let cell = self.asking.readings.full.allows.get(grant.cell)?;
        Some(cell.actions.known())
    }

    /// What remains of the statement's condition after what is known was applied.
    pub(super) fn settled(&self, grant: &Grant<'_>) -> Option<&crate::iam::ConditionBlock> {
        let settled = self.asking.readings.allows.get(grant.cell)?;
        Some(&settled.rest)
    }

    /// The result for an action on each piece of the grant, in order.
    pub(super) fn spots(
        &mut self,
        action: &Action,
        entry: Option<&ActionEntry<'_>>,
        evidence: Option<&Evidence<'_>>,
    ) -> Vec<Spot> {
        let mut spots: Vec<Spot> = Vec::new();
        for piece in self.grant.pieces() {
            let first = piece.element.and_then(|own| self.grant.firsts.get(own));
            let mut spot = match first.and_then(|first| spots.get(*first)) {
                Some(alike) => alike.clone(),
                None => self.on(piece, action, entry, evidence),
            };
            // Neighbours mostly have the same result: then they share its reasons.
            if let Some(last) = spots.last().filter(|last| **last == spot) {
                spot = last.clone();
            }
            spots.push(spot);
        }
        spots
    }

    /// The result for an action on one piece of the grant.
    fn on(
        &mut self,
        piece: Piece,
        action: &Action,
        entry: Option<&ActionEntry<'_>>,
        evidence: Option<&Evidence<'_>>,
    ) -> Spot {
        match self.unreached(piece, action) {
            Some(Spot::Dead(Ineffective::NoResource)) if self.is_seen(piece, evidence) => {
                Spot::Justified
            }
            Some(Spot::Dead(Ineffective::NoResource))
                if self.is_of_no_known_form(piece, action) =>
            {
                Spot::Undecided(BTreeSet::from([OF_NO_KNOWN_FORM.to_owned()]).into())
            }
            Some(Spot::Dead(_)) if self.is_reached_from_elsewhere(piece, action) => {
                Spot::Undecided(BTreeSet::from([OF_ANOTHER_REGION.to_owned()]).into())
            }
            Some(spot) => spot,
            None => evidence.map_or(Spot::NotObserved, |evidence| {
                self.spot(piece, action, entry, evidence)
            }),
        }
    }

    /// Whether calls were seen on the whole piece. They count whatever form AWS documents.
    fn is_seen(&self, piece: Piece, evidence: Option<&Evidence<'_>>) -> bool {
        let (Some(element), Some(evidence)) = (self.element(piece), evidence) else {
            return false;
        };
        let needed: Vec<ResourcePattern> = evidence.needed.iter().map(pattern).collect();
        ResourcePattern::union_covers(&needed, element) == Answer::Yes
    }

    /// Whether AWS documents the form of a piece nowhere.
    fn is_of_no_known_form(&mut self, piece: Piece, action: &Action) -> bool {
        let element = self.grant.element(piece);
        let forms = &mut self.asking.forms;
        element.is_some_and(|own| forms.is_of_no_known_form(piece, own, action, self.catalog))
    }

    /// Whether a piece may be granted after all if the request calls another region than that of the resource.
    fn is_reached_from_elsewhere(&mut self, piece: Piece, action: &Action) -> bool {
        let Some(asking) = self.asking.for_any_region(action) else {
            return false;
        };
        let mut judge = Judge {
            asking,
            catalog: self.catalog,
            grant: self.grant,
        };
        !matches!(judge.unreached(piece, action), Some(Spot::Dead(_)))
    }

    /// Why nothing of a piece is granted, or why that is not known. `None` if something is granted.
    fn unreached(&mut self, piece: Piece, action: &Action) -> Option<Spot> {
        let place = self.asking.readings.place(piece.cell);
        let steps = [
            (None, false, false, Ineffective::NoResource),
            (place, false, false, Ineffective::NoRequest),
            (place, true, false, Ineffective::Denied),
            (place, true, true, Ineffective::OutsideBoundary),
        ];
        let readings = self.asking.readings;
        let is_outside = |own| readings.is_outside(piece.cell, own);
        if readings.is_never(piece.cell) || self.element(piece).is_some_and(is_outside) {
            return Some(Spot::Dead(Ineffective::NoRequest));
        }
        // Nobody knows the name of a template's resource yet, but its type is known.
        let is_of_no_type =
            |element: &ResourcePattern| self.catalog.is_of_no_type(action, element.text());
        if self.element(piece).is_some_and(is_of_no_type) {
            return Some(Spot::Dead(Ineffective::NoResource));
        }
        let mut given_up = BTreeSet::new();
        for (within, denies, bounds, otherwise) in steps {
            let ask = Ask {
                denies,
                bounds,
                within,
                ..Ask::default()
            };
            let left = self.asking.full.left(piece, action, &ask, self.catalog);
            // The widest reading lets a variable match all that it may; if nothing is left there, nothing is.
            let is_sure = left.answer != Answer::Undecided;
            let answer = if is_sure || self.reaches_at_most(piece, action, &ask) {
                left.answer
            } else {
                Answer::No
            };
            match answer {
                Answer::No if otherwise == Ineffective::NoResource => {
                    let holds = self.asking.full.can_hold(piece);
                    let otherwise = if holds {
                        otherwise
                    } else {
                        Ineffective::NoRequest
                    };
                    return Some(Spot::Dead(otherwise));
                }
                Answer::No => return Some(Spot::Dead(otherwise)),
                // Only a `Deny` of everything could take away a plain `*`, and no `Deny` this complex does that.
                Answer::Undecided
                    if left.because.is_given_up() && !self.is_plain(piece, bounds) =>
                {
                    given_up = sentences(&left);
                }
                Answer::Undecided | Answer::Yes => {}
            }
        }
        (!given_up.is_empty()).then_some(Spot::GivenUp(given_up.into()))
    }

    /// Whether anything of a piece is left in the widest reading.
    fn reaches_at_most(&mut self, piece: Piece, action: &Action, ask: &Ask<'_>) -> bool {
        let left = self.asking.widest.left(piece, action, ask, self.catalog);
        left.answer != Answer::No
    }

    /// Whether a piece is `*` and only denials could limit it, or a wildcard's piece that nothing limits.
    fn is_plain(&self, piece: Piece, bounds: bool) -> bool {
        let readings = self.asking.readings;
        let unbounded = !bounds || readings.full.bounds.is_empty();
        let is_everything = || {
            let element = self.element(piece);
            element.is_some_and(ResourcePattern::is_everything)
        };
        let is_unlimited = || {
            let is_placed = readings.place(piece.cell).is_some();
            readings.full.denies.is_empty() && !is_placed && self.grant.is_wildcard()
        };
        unbounded && (is_everything() || is_unlimited())
    }

    /// The result for a piece that is granted and that evidence exists for.
    fn spot(
        &mut self,
        piece: Piece,
        action: &Action,
        entry: Option<&ActionEntry<'_>>,
        evidence: &Evidence<'_>,
    ) -> Spot {
        let needed: Vec<ResourcePattern> = evidence.needed.iter().map(pattern).collect();
        // The needed resource may have a name from a template that nobody knows; the same text is the same resource.
        let is_same = |element: &ResourcePattern| evidence.needed.contains(element.text());
        if evidence.observed && self.element(piece).is_some_and(is_same) {
            return Spot::Justified;
        }
        if evidence.observed {
            match self.beyond(piece, action, &needed) {
                Rest::Nothing => return Spot::Justified,
                Rest::GivenUp(reasons) => return Spot::GivenUp(reasons.into()),
                Rest::Something => {}
            }
        }
        let reasons = self.reasons(piece, evidence);
        let is_named = |element: &ResourcePattern| evidence.acquitted.is_named(element.text());
        if self.element(piece).is_some_and(is_named) {
            return Spot::Undecided(reasons.into());
        }
        let accounted = [needed, evidence.acquitted.some_patterns(MOST_NAMES)].concat();
        // A doubt about other resources acquits nothing here, although the names that it acquits may cover the piece.
        if !reasons.is_empty() {
            match self.beyond(piece, action, &accounted) {
                Rest::Nothing => return Spot::Undecided(reasons.into()),
                Rest::GivenUp(reasons) => return Spot::GivenUp(reasons.into()),
                Rest::Something => {}
            }
        }
        let element = self.element(piece);
        let open = element
            .and_then(|own| open_name::reason(own, action, evidence, self.catalog))
            .or_else(|| self.own_condition(piece, action, entry))
            .or_else(|| self.condition_of_a_deny(piece, action, entry, &accounted));
        if let Some(open) = open {
            let reasons: BTreeSet<String> = reasons.into_iter().chain([open]).collect();
            return Spot::Undecided(reasons.into());
        }
        let instead = self.within(piece, &accounted);
        Spot::Beyond(Beyond {
            is_named: !evidence.has_unnamed(self.element(piece).map(ResourcePattern::glob)),
            instead,
            reasons,
        })
    }

    /// Whether a piece, in its widest reading, reaches further than the accounted resources.
    fn beyond(&mut self, piece: Piece, action: &Action, accounted: &[ResourcePattern]) -> Rest {
        let place = self.asking.readings.place(piece.cell);
        let ask = in_effect(place, accounted);
        Rest::of(&self.asking.widest.left(piece, action, &ask, self.catalog))
    }

    /// The reason for a condition that selects resources, of the statement or of a boundary.
    fn own_condition(
        &mut self,
        piece: Piece,
        action: &Action,
        entry: Option<&ActionEntry<'_>>,
    ) -> Option<String> {
        let settled = self.asking.readings.allows.get(piece.cell)?;
        if let Some(atom) = narrow::of_allow(&settled.rest, entry) {
            return Some(format!(
                "its `Condition` on `{}` narrows it in a way that traces do not show",
                atom.key()
            ));
        }
        let mut bounds = self.asking.readings.full.bounds.iter();
        let narrowing = bounds.find_map(|layer| {
            let mut speaking = layer
                .iter()
                .filter(|cell| cell.actions.contains(action, self.catalog));
            let first = speaking.next()?;
            let atom = narrow::of_allow(&first.condition, entry)?;
            speaking
                .all(|cell| narrow::of_allow(&cell.condition, entry).is_some())
                .then_some(atom)
        })?;
        Some(format!(
            "a boundary with a `Condition` on `{}` may take the rest away",
            narrowing.key()
        ))
    }

    /// The reason for a `Deny` that leaves only what its condition selects.
    fn condition_of_a_deny(
        &mut self,
        piece: Piece,
        action: &Action,
        entry: Option<&ActionEntry<'_>>,
        accounted: &[ResourcePattern],
    ) -> Option<String> {
        let selecting = self.selecting(entry);
        let narrowed = self.leaving_nothing_else(piece, action, &selecting, accounted)?;
        Some(match narrowed.condition.atoms().next() {
            Some(atom) => format!(
                "a `Deny` with a `Condition` on `{}` may take the rest away",
                atom.key()
            ),
            None => "a `Deny` leaves what a policy variable names".to_owned(),
        })
    }

    /// The `Deny` statements that leave an action only what they select, by their places among those that select something.
    pub(super) fn selecting(&self, entry: Option<&ActionEntry<'_>>) -> Vec<usize> {
        let narrowed = self.asking.readings.narrowed.iter().enumerate();
        let counting = narrowed
            .filter(|(_, own)| own.condition.is_empty() || narrow::of_deny(&own.condition, entry));
        counting.map(|(place, _)| place).collect()
    }

    /// Whether `Deny` statements leave an action only what their conditions select, on every piece of the grant.
    pub(super) fn is_selected_by_denials(&mut self, action: &Action, selecting: &[usize]) -> bool {
        let by_condition: Vec<usize> = selecting
            .iter()
            .copied()
            .filter(|place| {
                let narrowed = self.asking.readings.narrowed.get(*place);
                narrowed.is_some_and(|own| !own.condition.is_empty())
            })
            .collect();
        !by_condition.is_empty()
            && self.grant.pieces().into_iter().all(|piece| {
                self.leaving_nothing_else(piece, action, &by_condition, &[])
                    .is_some()
            })
    }

    /// The first of some `Deny` statements that leaves nothing of a piece but what it selects and what is accounted.
    fn leaving_nothing_else(
        &mut self,
        piece: Piece,
        action: &Action,
        selecting: &[usize],
        accounted: &[ResourcePattern],
    ) -> Option<&'p Narrowed> {
        let readings = self.asking.readings;
        let ask = in_effect(readings.place(piece.cell), accounted);
        selecting.iter().find_map(|place| {
            let narrowed = readings.narrowed.get(*place)?;
            let remainder = self.asking.narrowed.get_mut(*place)?;
            let left = remainder.left(piece, action, &ask, self.catalog);
            (left.answer == Answer::No).then_some(narrowed)
        })
    }

    /// The reasons of all doubts that concern a piece.
    fn reasons(&self, piece: Piece, evidence: &Evidence<'_>) -> BTreeSet<String> {
        let element = self.element(piece);
        let is_about = |doubt: &&&Doubt| match (&doubt.on, element) {
            (Bound::Patterns(patterns), Some(element)) => patterns
                .iter()
                .any(|own| element.glob().intersects(&Glob::parse(own))),
            (Bound::NamedAmong(patterns), Some(element)) => {
                bound::is_among(patterns, element.glob())
            }
            _ => true,
        };
        let doubts = evidence.doubts.iter().filter(is_about);
        doubts.map(|doubt| doubt.reason.clone()).collect()
    }
    fn element(&self, piece: Piece) -> Option<&ResourcePattern> {
        self.grant.element(piece)
    }

    /// The accounted patterns that a piece reaches.
    fn within(&self, piece: Piece, accounted: &[ResourcePattern]) -> BTreeSet<String> {
        let is_reached = |needed: &Glob| match self.element(piece) {
            Some(own) => meet_by_parts(own.glob(), needed),
            None => self.grant.reaches(needed),
        };
        let reached = accounted.iter().filter(|own| is_reached(own.glob()));
        reached.map(|own| own.text().to_owned()).collect()
    }
}

/// A question: what is in effect of a piece within its place, less the accounted resources?
fn in_effect<'a>(
    place: Option<&'a Arc<[ResourcePattern]>>,
    accounted: &'a [ResourcePattern],
) -> Ask<'a> {
    Ask {
        denies: true,
        bounds: true,
        within: place,
        without: accounted,
        ..Ask::default()
    }
}

/// What is left of a piece.
enum Rest {
    Nothing,
    Something,
    GivenUp(BTreeSet<String>),
}

impl Rest {
    fn of(left: &Left) -> Self {
        match left.answer {
            Answer::No => Self::Nothing,
            Answer::Undecided if left.because.is_given_up() => Self::GivenUp(sentences(left)),
            // In the widest reading, what AWS does not document counts as granted.
            Answer::Undecided | Answer::Yes => Self::Something,
        }
    }
}

fn sentences(left: &Left) -> BTreeSet<String> {
    let given_up = left.because.iter().filter(|cause| cause.is_given_up());
    given_up.map(ToString::to_string).collect()
}

fn pattern(text: &String) -> ResourcePattern {
    ResourcePattern::new(text, Version::V2012)
}
