//! How one granted action stands against the needs.

use super::doubt;
use super::evidence::Evidence;
use super::grant::Grant;
use crate::catalog::{ActionEntry, Catalog};
use crate::iam::algebra::{Ask, Left, Likeness, Piece, Remainder};
use crate::iam::inclusion::union_covers;
use crate::iam::{Action, Answer, Glob, ResourceClause, ResourcePattern, Version};
use std::collections::BTreeMap;

/// How one action of a grant stands, on some of its resources.
#[derive(Debug, Clone)]
pub(super) enum Standing {
    /// The statement grants nothing of it.
    Dead(Ineffective),
    /// It was observed, and nothing beyond is granted.
    Justified {
        /// What it was observed on within this grant.
        needed: Vec<String>,
    },
    /// It was observed, and these resources go beyond what it was observed on.
    Beyond {
        /// Resource elements as written.
        resources: Vec<String>,
        /// What it was observed on within this grant; nothing where it was observed on other resources alone.
        needed: Vec<String>,
        /// What of that these resources reach: what they can be replaced by.
        instead: Vec<String>,
    },
    /// It was not observed.
    NotObserved {
        /// Resource elements as written that it can act on.
        resources: Vec<String>,
    },
    /// Nothing here decides whether it is needed.
    Undecided {
        /// Resource elements as written.
        resources: Vec<String>,
        /// What leaves it open.
        reason: String,
        /// Whether calls of the action were observed.
        observed: bool,
    },
}

/// Why a statement grants nothing of an action.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Ineffective {
    /// No resource of the statement is one that it can act on.
    NoResource,
    /// No request meets the statement's conditions.
    NoRequest,
    /// A `Deny` takes all of it away.
    Denied,
    /// The boundary allows nothing of it.
    OutsideBoundary,
}

impl Ineffective {
    pub(super) fn reason(self) -> &'static str {
        match self {
            Self::NoResource => {
                "none of the statement's resources is one that the action can act on"
            }
            Self::NoRequest => "no request can meet its `Condition`",
            Self::Denied => "a `Deny` statement takes it away whole",
            Self::OutsideBoundary => "the permissions boundary does not allow it",
        }
    }

    /// Whether the statement grants it, and something else takes that away.
    pub(super) fn is_taken_away(self) -> bool {
        match self {
            Self::Denied | Self::OutsideBoundary => true,
            Self::NoResource | Self::NoRequest => false,
        }
    }
}

/// A piece of a grant, and why it is not certain that anything of it is granted, where it is not.
struct Reached {
    piece: Piece,
    open: Option<String>,
}

/// Pieces of which it is not certain how they stand, by why.
type Open = BTreeMap<String, Vec<Piece>>;

/// Judges one action of a grant.
pub(super) struct Judge<'j, 'p> {
    pub(super) remainder: &'j mut Remainder<'p>,
    pub(super) catalog: &'j Catalog,
    pub(super) grant: &'j Grant<'j>,
    /// How actions stand of which the needs say nothing: all that are alike stand alike.
    pub(super) not_needed: BTreeMap<Likeness, Vec<Standing>>,
}

impl Judge<'_, '_> {
    /// How an action stands: one answer, or one for what is certain and one for each reason why the rest is not.
    pub(super) fn standings(
        &mut self,
        entry: &ActionEntry<'_>,
        evidence: &Evidence,
    ) -> Vec<Standing> {
        let action = entry.action();
        if !evidence.is_nothing() {
            return self.judged(&action, evidence);
        }
        let likeness = self.remainder.likeness(&action, self.catalog);
        if let Some(known) = self.not_needed.get(&likeness) {
            return known.clone();
        }
        let standings = self.judged(&action, evidence);
        self.not_needed.insert(likeness, standings.clone());
        standings
    }

    fn judged(&mut self, action: &Action, evidence: &Evidence) -> Vec<Standing> {
        let reached = match self.reached(action) {
            Ok(reached) => reached,
            Err(ineffective) => return vec![Standing::Dead(ineffective)],
        };
        if evidence.observed {
            self.observed(action, &reached, evidence)
        } else {
            self.not_observed(action, reached, evidence)
        }
    }

    /// The pieces of which something is granted, in the end.
    fn reached(&mut self, action: &Action) -> Result<Vec<Reached>, Ineffective> {
        let mut pieces = self.grant.pieces();
        let steps = [
            (false, false, Ineffective::NoResource),
            (true, false, Ineffective::Denied),
            (true, true, Ineffective::OutsideBoundary),
        ];
        let mut reached = Vec::new();
        for (denies, bounds, otherwise) in steps {
            let ask = Ask {
                denies,
                bounds,
                ..Ask::default()
            };
            reached = pieces
                .iter()
                .filter_map(|&piece| {
                    let left = self.remainder.left(piece, action, &ask, self.catalog);
                    let open = left.because.sentence();
                    (left.answer != Answer::No).then_some(Reached { piece, open })
                })
                .collect::<Vec<_>>();
            if reached.is_empty() {
                let possible = pieces.iter().any(|piece| self.remainder.can_hold(*piece, self.catalog));
                return Err(if possible {
                    otherwise
                } else {
                    Ineffective::NoRequest
                });
            }
            pieces = reached.iter().map(|reached| reached.piece).collect();
        }
        Ok(reached)
    }

    fn observed(
        &mut self,
        action: &Action,
        reached: &[Reached],
        evidence: &Evidence,
    ) -> Vec<Standing> {
        let pieces: Vec<Piece> = reached.iter().map(|reached| reached.piece).collect();
        let needed = self.within(&pieces, evidence);
        let accounted = patterns(&needed);
        let possible: Vec<String> = evidence.possible_on.iter().map(Glob::to_string).collect();
        let all_accounted = [accounted.as_slice(), &patterns(&possible)].concat();
        let (mut beyond, mut open) = (Vec::new(), Open::new());
        for piece in pieces {
            let left = self.left_beyond(piece, action, &accounted);
            let doubt = match left.answer {
                Answer::No => continue,
                Answer::Undecided => left.because.sentence(),
                Answer::Yes => evidence
                    .unknown_resource
                    .clone()
                    .or_else(|| self.doubt_of_breadth(piece, action)),
            };
            if let Some(reason) = doubt {
                open.entry(reason).or_default().push(piece);
                continue;
            }
            let left = self.left_beyond(piece, action, &all_accounted);
            let why = match left.answer {
                Answer::Yes => None,
                Answer::No => evidence.possible.clone(),
                Answer::Undecided => left.because.sentence(),
            };
            match why {
                Some(reason) => open.entry(reason).or_default().push(piece),
                None => beyond.push(piece),
            }
        }
        if beyond.is_empty() && open.is_empty() {
            return vec![Standing::Justified { needed }];
        }
        let mut standings = self.all_open(open, true);
        if !beyond.is_empty() {
            standings.push(Standing::Beyond {
                instead: self.within(&beyond, evidence),
                resources: self.texts(&beyond),
                needed,
            });
        }
        standings
    }

    fn not_observed(
        &mut self,
        action: &Action,
        reached: Vec<Reached>,
        evidence: &Evidence,
    ) -> Vec<Standing> {
        let (mut certain, mut open) = (Vec::new(), Open::new());
        for Reached { piece, open: why } in reached {
            let involved = self.remainder.involved(piece, action, self.catalog).cells;
            let doubt = doubt::of_principals(&involved)
                .or(why)
                .or_else(|| self.doubt_of_text(piece))
                .or_else(|| doubt::of_services(&involved.first()?.condition))
                .or_else(|| evidence.possible.clone());
            match doubt {
                Some(reason) => open.entry(reason).or_default().push(piece),
                None => certain.push(piece),
            }
        }
        let mut standings = self.all_open(open, false);
        if !certain.is_empty() {
            standings.push(Standing::NotObserved {
                resources: self.texts(&certain),
            });
        }
        standings
    }

    /// Whether a piece reaches further than what is accounted for.
    fn left_beyond(
        &mut self,
        piece: Piece,
        action: &Action,
        accounted: &[ResourcePattern],
    ) -> Left {
        let ask = Ask {
            denies: true,
            bounds: true,
            without: accounted,
            ..Ask::default()
        };
        self.remainder.left(piece, action, &ask, self.catalog)
    }

    /// What keeps it from being certain that more is granted than was observed.
    fn doubt_of_breadth(&mut self, piece: Piece, action: &Action) -> Option<String> {
        let involved = self.remainder.involved(piece, action, self.catalog).cells;
        doubt::of_principals(&involved)
            .or_else(|| doubt::of_conditions(&involved))
            .or_else(|| self.doubt_of_text(piece))
    }

    /// Why it hangs on the request, or is not documented, what a resource element matches.
    fn doubt_of_text(&self, piece: Piece) -> Option<String> {
        let patterns = self.grant.statement.resources.patterns();
        let pattern = &patterns.get(piece.element?)?.value;
        let why = pattern.undecided_because()?;
        Some(format!("`{}`: {why}", pattern.text()))
    }

    /// What was needed of what pieces reach.
    fn within(&self, pieces: &[Piece], evidence: &Evidence) -> Vec<String> {
        let resources = &self.grant.statement.resources;
        let is_reached = |needed: &&String| {
            let needed = Glob::parse(needed);
            match resources {
                ResourceClause::Resource(patterns) => pieces
                    .iter()
                    .filter_map(|piece| patterns.get(piece.element?))
                    .any(|pattern| pattern.value.glob().intersects(&needed)),
                ResourceClause::NotResource(patterns) => {
                    let excluded: Vec<Glob> = patterns
                        .iter()
                        .filter(|pattern| pattern.value.is_exact())
                        .map(|pattern| pattern.value.glob().clone())
                        .collect();
                    union_covers(&excluded, &needed) != Answer::Yes
                }
                ResourceClause::Absent => true,
            }
        };
        evidence.needed.iter().filter(is_reached).cloned().collect()
    }

    fn all_open(&self, open: Open, observed: bool) -> Vec<Standing> {
        let standing = |(reason, pieces): (String, Vec<Piece>)| Standing::Undecided {
            resources: self.texts(&pieces),
            reason,
            observed,
        };
        open.into_iter().map(standing).collect()
    }

    /// The elements of pieces as written; all of a `NotResource`.
    fn texts(&self, pieces: &[Piece]) -> Vec<String> {
        let patterns = self.grant.statement.resources.patterns();
        if self.grant.not_resource() {
            return patterns
                .iter()
                .map(|pattern| pattern.value.text().to_owned())
                .collect();
        }
        let elements = pieces
            .iter()
            .filter_map(|piece| patterns.get(piece.element?));
        elements
            .map(|pattern| pattern.value.text().to_owned())
            .collect()
    }
}

fn patterns(texts: &[String]) -> Vec<ResourcePattern> {
    texts
        .iter()
        .map(|text| ResourcePattern::new(text, Version::V2012))
        .collect()
}
