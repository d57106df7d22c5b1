//! The resource patterns of a question, each once, ready to be held against each other.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::super::ResourcePattern;
use super::cause::Cause;
use super::forms::Form;
use super::naming::Naming;
use super::shape::{Shape, Variables};

/// A pattern of a [`Patterns`].
pub(super) type PatternId = usize;

/// How far it is known what a pattern matches.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Certainty {
    /// Its shape says all.
    Exact,
    /// A request says what its policy variables stand for.
    Variable,
    /// AWS does not document whether it matches as its shape says, or nothing.
    Disputed,
    /// It matches nothing.
    Never,
}

/// A pattern and its shapes.
#[derive(Debug, Clone)]
pub(super) struct Known {
    pub(super) text: Arc<str>,
    pub(super) certainty: Certainty,
    /// With a letter for each policy variable.
    pub(super) shape: Shape,
    /// With any text for each policy variable.
    pub(super) widest: Shape,
    /// Why a match can be undecided.
    pub(super) cause: Option<Cause>,
    /// Where its wildcards can run over a `:`: what it is where they cannot.
    kept: Option<Kept>,
}

/// A pattern whose wildcards stay in their parts.
#[derive(Debug, Clone)]
struct Kept {
    naming: Naming,
    shape: Shape,
    widest: Shape,
}

impl Known {
    /// Its shape for resources of a form, or of any.
    pub(super) fn shape_in(&self, form: Option<&Form>) -> &Shape {
        self.kept_in(form).map_or(&self.shape, |kept| &kept.shape)
    }

    /// Its widest shape for resources of a form, or of any.
    pub(super) fn widest_in(&self, form: Option<&Form>) -> &Shape {
        self.kept_in(form).map_or(&self.widest, |kept| &kept.widest)
    }

    fn kept_in(&self, form: Option<&Form>) -> Option<&Kept> {
        let (kept, form) = (self.kept.as_ref()?, form?);
        kept.naming.stays_in(&form.naming).then_some(kept)
    }
}

/// Patterns by number.
#[derive(Debug, Default)]
pub(super) struct Patterns {
    known: Vec<Known>,
    by_pattern: BTreeMap<ResourcePattern, PatternId>,
    variables: Variables,
    attached: Option<PatternId>,
    /// Patterns of which the numbers go by what they say.
    in_order: usize,
}

impl Patterns {
    /// The number of a pattern; the same for equal ones.
    pub(super) fn id(&mut self, pattern: &ResourcePattern) -> PatternId {
        if let Some(id) = self.by_pattern.get(pattern) {
            return *id;
        }
        let certainty = if pattern.never_matches().is_some() {
            Certainty::Never
        } else if pattern.disputed().is_some() {
            Certainty::Disputed
        } else if pattern.has_variables() {
            Certainty::Variable
        } else {
            Certainty::Exact
        };
        let text: Arc<str> = pattern.text().into();
        let cause = match (pattern.dispute(), pattern.has_variables()) {
            (Some(dispute), _) => Some(Cause::Disputed {
                pattern: Arc::clone(&text),
                dispute,
            }),
            (None, true) => Some(Cause::Variable {
                pattern: Arc::clone(&text),
            }),
            (None, false) => None,
        };
        let shape = Shape::of_pattern(pattern, Some(&mut self.variables));
        let widest = Shape::of_pattern(pattern, None);
        let kept = Kept {
            naming: Naming::of_pattern(&shape),
            shape: shape.clone().kept_in_parts(),
            widest: widest.clone().kept_in_parts(),
        };
        let is_certain = matches!(certainty, Certainty::Exact | Certainty::Variable);
        let id = self.push(Known {
            text,
            certainty,
            kept: (is_certain && kept.shape != shape).then_some(kept),
            shape,
            widest,
            cause,
        });
        self.by_pattern.insert(pattern.clone(), id);
        id
    }

    /// The number that a pattern has, if it has one.
    pub(super) fn number(&self, pattern: &ResourcePattern) -> Option<PatternId> {
        self.by_pattern.get(pattern).copied()
    }

    /// The number of the resource that a policy without `Resource` is attached to.
    pub(super) fn attached(&mut self) -> PatternId {
        if let Some(id) = self.attached {
            return id;
        }
        let everything = Shape::default().any(super::Alphabet::Any);
        let id = self.push(Known {
            text: "".into(),
            certainty: Certainty::Disputed,
            shape: everything.clone(),
            widest: everything,
            cause: Some(Cause::Attached),
            kept: None,
        });
        self.attached = Some(id);
        id
    }

    fn push(&mut self, known: Known) -> PatternId {
        self.known.push(known);
        self.known.len() - 1
    }

    /// The pattern with a number that this gave.
    #[expect(
        clippy::expect_used,
        reason = "numbers are given out by this alone, and nothing is ever taken away"
    )]
    pub(super) fn get(&self, id: PatternId) -> &Known {
        self.known.get(id).expect("the number was given out")
    }

    /// Notes that up to here patterns were given numbers by what they say.
    pub(super) fn all_in_order(&mut self) {
        self.in_order = self.known.len();
    }

    /// Puts patterns in an order that hangs on nothing but what they say, not on when they were first asked about.
    pub(super) fn sort(&self, ids: &mut [PatternId]) {
        if ids.iter().all(|id| *id < self.in_order) {
            return ids.sort_unstable();
        }
        let said = |id: &PatternId| {
            let known = self.get(*id);
            (&known.text, &known.shape)
        };
        ids.sort_by(|one, other| said(one).cmp(&said(other)).then(one.cmp(other)));
    }
}
