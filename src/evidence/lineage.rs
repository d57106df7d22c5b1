//! How the documents of one trace hang together: which node counts where several have one id, and whose each document is.

use super::Owner;
use super::caller::Caller;
use super::digest::{Digest, Point, Root, Seen};
use super::identity::Identity;
use crate::xray::SegmentId;
use std::collections::BTreeMap;

/// Levels above an HTTP request in which an AWS call of it is looked for.
const LEVELS_TO_CALL: usize = 64;

/// Whose a document is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Whose<'d> {
    Caller(&'d Caller),
    LambdaService(Option<&'d Caller>),
    Service,
    Nobody,
}

/// The documents of one trace, joined.
#[derive(Debug)]
pub(super) struct Lineage<'d> {
    digests: &'d [Digest],
    places: BTreeMap<SegmentId, (usize, usize)>,
    superseded: Vec<bool>,
    whose: Vec<Option<Whose<'d>>>,
}

impl<'d> Lineage<'d> {
    /// Joins documents; they must be sorted, so that equal rank is decided alike whatever order they came in.
    pub(super) fn of(digests: &'d [Digest]) -> Self {
        let mut places = BTreeMap::new();
        for (index, digest) in digests.iter().enumerate() {
            for (position, point) in digest.points.iter().enumerate() {
                let Some(id) = point.id else { continue };
                let place = places.entry(id).or_insert((index, position));
                if *place != (index, position)
                    && rank(digests, *place) < rank(digests, (index, position))
                {
                    *place = (index, position);
                }
            }
        }
        let counts_elsewhere = |(index, digest): (usize, &Digest)| {
            let place = digest.id().and_then(|id| places.get(&id));
            place.is_some_and(|(other, _)| *other != index)
        };
        let superseded = digests.iter().enumerate().map(counts_elsewhere).collect();
        Self {
            digests,
            places,
            superseded,
            whose: vec![None; digests.len()],
        }
    }

    /// Whether another document tells of the same segment, and more of it.
    pub(super) fn is_superseded(&self, index: usize) -> bool {
        self.superseded.get(index).copied().unwrap_or_default()
    }

    /// Whether this node is the one that counts of all with its id.
    pub(super) fn counts(&self, index: usize, position: usize) -> bool {
        match self.point(index, position).and_then(|point| point.id) {
            Some(id) => self.places.get(&id) == Some(&(index, position)),
            None => !self.is_superseded(index),
        }
    }

    /// Whose code the document shows.
    pub(super) fn whose(&mut self, index: usize) -> Whose<'d> {
        let mut pending = Vec::new();
        let mut current = index;
        let mut found = loop {
            if let Some(Some(known)) = self.whose.get(current) {
                break *known;
            }
            if let Some(own) = self.own(current) {
                break own;
            }
            // Until it is known, a document met twice is its own ancestor, and nobody's.
            if let Some(slot) = self.whose.get_mut(current) {
                *slot = Some(Whose::Nobody);
            }
            pending.push(current);
            match self.above(current) {
                Some((parent, _)) => current = parent,
                None => break Whose::Nobody,
            }
        };
        if let Some(slot) = self.whose.get_mut(current)
            && slot.is_none()
        {
            *slot = Some(found);
        }
        while let Some(below) = pending.pop() {
            found = self.inherited(below, found);
            if let Some(slot) = self.whose.get_mut(below) {
                *slot = Some(found);
            }
        }
        found
    }

    /// Whether a node above this one is a call of AWS, so that this one is but its transport.
    pub(super) fn is_below_call(&self, index: usize, position: usize) -> bool {
        let mut place = (index, position);
        for _ in 0..LEVELS_TO_CALL {
            let Some(above) = self.node_above(place) else {
                return false;
            };
            let seen = self.point(above.0, above.1).and_then(Point::seen);
            if matches!(seen, Some(Seen::Call { .. } | Seen::Unnamed { .. })) {
                return true;
            }
            place = above;
        }
        false
    }

    fn point(&self, index: usize, position: usize) -> Option<&'d Point> {
        self.digests.get(index)?.points.get(position)
    }

    fn node_above(&self, (index, position): (usize, usize)) -> Option<(usize, usize)> {
        match self.point(index, position)?.parent {
            Some(parent) => Some((index, usize::try_from(parent).ok()?)),
            None => self.above(index),
        }
    }

    /// The node of another document that this document hangs below.
    fn above(&self, index: usize) -> Option<(usize, usize)> {
        let id = self.digests.get(index)?.above?;
        self.places
            .get(&id)
            .copied()
            .filter(|(other, _)| *other != index)
    }

    /// Whose the document is by its own word.
    fn own(&self, index: usize) -> Option<Whose<'d>> {
        match &self.digests.get(index)?.root {
            Root::Segment(Identity::Own(caller)) | Root::Subsegment(Some(caller)) => {
                Some(Whose::Caller(caller))
            }
            Root::Segment(Identity::LambdaService(function)) => {
                Some(Whose::LambdaService(function.as_deref()))
            }
            Root::Segment(Identity::Service) => Some(Whose::Service),
            Root::Segment(Identity::Unsaid(_)) | Root::Subsegment(None) => None,
        }
    }

    /// Whose a document is that does not say so, given whose the document above it is.
    fn inherited(&self, index: usize, above: Whose<'d>) -> Whose<'d> {
        let Some(digest) = self.digests.get(index) else {
            return Whose::Nobody;
        };
        let Root::Segment(Identity::Unsaid(caller)) = &digest.root else {
            return above;
        };
        let parent = self
            .above(index)
            .and_then(|(other, position)| self.point(other, position));
        // Below a client call stands what was called, which is someone else's code.
        let is_called = parent.is_none_or(|parent| parent.is_client);
        match above {
            Whose::Caller(function) if !is_called && is_function(function) => above,
            Whose::LambdaService(Some(function)) if !is_called => Whose::Caller(function),
            Whose::Caller(_) | Whose::LambdaService(_) | Whose::Service | Whose::Nobody => {
                Whose::Caller(caller)
            }
        }
    }
}

fn is_function(caller: &Caller) -> bool {
    matches!(caller.owner, Owner::LambdaFunction(_))
}

/// What makes one of several nodes with one id the one that counts: being complete, then showing a call, then lying inside a
/// document rather than being one.
fn rank(digests: &[Digest], (index, position): (usize, usize)) -> (bool, bool, bool, bool) {
    let Some(digest) = digests.get(index) else {
        return (false, false, false, false);
    };
    let Some(point) = digest.points.get(position) else {
        return (false, false, false, false);
    };
    (
        !point.in_progress,
        point.shown.is_some(),
        position > 0,
        digest.in_progress.is_none(),
    )
}
