//! Joins the documents of one trace: it finds the parents, the owner of each document, and which of several nodes with
//! the same id counts.

use super::Owner;
use super::caller::Caller;
use super::digest::{Digest, Point, Root, Seen};
use super::identity::Identity;
use crate::xray::SegmentId;
use std::collections::BTreeMap;

/// How many levels above an HTTP request are searched for the AWS call that it belongs to.
const LEVELS_TO_CALL: usize = 64;

/// The owner of a document.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Whose<'d> {
    Caller(&'d Caller),
    LambdaService(Option<&'d Caller>),
    Service,
    Nobody,
}

/// The documents of one trace, joined to each other.
#[derive(Debug)]
pub(super) struct Lineage<'d> {
    digests: &'d [Digest],
    places: BTreeMap<SegmentId, (usize, usize)>,
    superseded: Vec<bool>,
    whose: Vec<Option<Whose<'d>>>,
}

impl<'d> Lineage<'d> {
    /// Joins documents. They must be sorted, so that the result does not depend on the order in which they were added.
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

    /// Whether another document shows the same segment more completely.
    pub(super) fn is_superseded(&self, index: usize) -> bool {
        self.superseded.get(index).copied().unwrap_or_default()
    }

    /// Whether this node is the one that counts among the nodes with its id.
    pub(super) fn counts(&self, index: usize, position: usize) -> bool {
        match self.point(index, position).and_then(|point| point.id) {
            Some(id) => self.places.get(&id) == Some(&(index, position)),
            None => !self.is_superseded(index),
        }
    }

    /// Returns the owner of the code that the document shows.
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
            // This entry ends the search if a document is its own ancestor: such a document has no owner.
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

    /// Whether a node above this one is an AWS call, so that this node is only its HTTP request.
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

    /// Returns the parent of the document's root, which is in another document.
    fn above(&self, index: usize) -> Option<(usize, usize)> {
        let id = self.digests.get(index)?.above?;
        self.places
            .get(&id)
            .copied()
            .filter(|(other, _)| *other != index)
    }

    /// Returns the owner that the document itself names.
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

    /// Returns the owner of a document that names none. `above` is the owner of the document above it.
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
        // Below the node of a client call comes the called code, which has another owner.
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

/// Ranks one of several nodes with the same id; the highest counts. A complete node comes first, then one that shows a
/// call, then one inside a document before one that is a document's root.
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
