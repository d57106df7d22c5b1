//! Numbers the resource patterns of a question and prepares each once for comparing.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::super::ResourcePattern;
use super::cause::Cause;
use super::ends::Ends;
use super::forms::Form;
use super::naming::Naming;
use super::shape::{Shape, Variables};

/// The number of a pattern in [`Patterns`].
pub(super) type PatternId = usize;

/// How certain it is what a pattern matches.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Certainty {
    /// It matches exactly what its shape says.
    Exact,
    /// It has policy variables, and only a request gives them values.
    Variable,
    /// AWS does not document whether it matches what its shape says, or nothing.
    Disputed,
    /// It matches nothing.
    Never,
}

/// A pattern, prepared for comparing.
#[derive(Debug, Clone)]
pub(super) struct Known {
    pub(super) text: Arc<str>,
    pub(super) certainty: Certainty,
    /// The pattern with one special letter for each policy variable.
    pub(super) shape: Shape,
    /// The pattern with any text for each policy variable.
    pub(super) widest: Shape,
    /// Why it can be undecided whether it matches.
    pub(super) cause: Option<Cause>,
    /// The beginning and the end of its widest shape.
    ends: Ends,
    /// For a pattern whose wildcards could match a `:`: the same pattern with wildcards that cannot.
    kept: Option<Kept>,
}

/// A pattern whose wildcards stay in their parts of the ARN.
#[derive(Debug, Clone)]
struct Kept {
    naming: Naming,
    shape: Shape,
    widest: Shape,
}

impl Known {
    /// The shape for resources of a form; `None` stands for any form.
    pub(super) fn shape_in(&self, form: Option<&Form>) -> &Shape {
        self.kept_in(form).map_or(&self.shape, |kept| &kept.shape)
    }

    /// The widest shape for resources of a form; `None` stands for any form.
    pub(super) fn widest_in(&self, form: Option<&Form>) -> &Shape {
        self.kept_in(form).map_or(&self.widest, |kept| &kept.widest)
    }

    /// Whether it is plain from the text that no resource matches both patterns.
    pub(super) fn is_apart(&self, other: &Self) -> bool {
        self.ends.differ(&other.ends)
    }

    /// The form of the ARNs that it names, where its wildcards stay in their parts; `None` if all its five `:` are not written.
    pub(super) fn named(&self) -> Option<Shape> {
        let kept = self.kept.as_ref()?;
        kept.naming
            .has_all_parts()
            .then(|| kept.widest.clone().with_names())
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
    /// The number of patterns that were numbered in sorted order.
    in_order: usize,
}

impl Patterns {
    /// The number of a pattern. Equal patterns have the same number.
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
            ends: Ends::of(&widest),
            widest,
            cause,
        });
        self.by_pattern.insert(pattern.clone(), id);
        id
    }

    /// The number that a pattern already has, if any.
    pub(super) fn number(&self, pattern: &ResourcePattern) -> Option<PatternId> {
        self.by_pattern.get(pattern).copied()
    }

    /// The number that stands for the resource to which a policy without `Resource` is attached.
    pub(super) fn attached(&mut self) -> PatternId {
        if let Some(id) = self.attached {
            return id;
        }
        let everything = Shape::default().any(super::Alphabet::Any);
        let id = self.push(Known {
            text: "".into(),
            certainty: Certainty::Disputed,
            shape: everything.clone(),
            ends: Ends::of(&everything),
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

    /// The pattern of a number that [`id`](Self::id) or [`attached`](Self::attached) returned.
    #[expect(
        clippy::expect_used,
        reason = "numbers are given out by this alone, and nothing is ever taken away"
    )]
    pub(super) fn get(&self, id: PatternId) -> &Known {
        self.known.get(id).expect("the number was given out")
    }

    /// Records that all patterns so far were numbered in sorted order.
    pub(super) fn all_in_order(&mut self) {
        self.in_order = self.known.len();
    }

    /// Sorts patterns by their text, so that the order does not depend on when they were first asked about.
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
