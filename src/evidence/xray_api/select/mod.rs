//! Which traces to read where there are more than were asked for: distinct kinds first, then spread over the time.
//!
//! Pure. Keeps a few dozen bytes a trace. The kind of a trace is what its summary tells: services, resources, outcome.

use crate::aws::xray::{Service, Summary};
use crate::xray::TraceId;
use std::collections::{BTreeMap, BTreeSet};
use std::hash::{DefaultHasher, Hash as _, Hasher as _};

/// Parts of the time that each get an equal share of the choice, as far as there are traces in them.
const PARTS: u64 = 96;

/// Who a choice is made for: a Lambda function by name and account, or the name of the first service where there is none.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Subject {
    pub(super) name: String,
    pub(super) account: Option<String>,
}

/// A listed trace.
#[derive(Debug, Clone, Copy)]
struct Candidate {
    trace: TraceId,
    kind: u64,
    start: u32,
    subjects: u32,
    partial: bool,
}

/// A trace to read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Chosen {
    pub(super) trace: TraceId,
    /// When it began, in seconds since the epoch.
    pub(super) start: u32,
    /// Whether its summary says that it is in progress.
    pub(super) partial: bool,
}

/// What to read, and for whom that is a part of what was listed.
#[derive(Debug, Default)]
pub(super) struct Choice {
    /// The traces, those in progress last so that they have time to end.
    pub(super) traces: Vec<Chosen>,
    /// For each subject with more traces than asked for: how many are read, of how many.
    pub(super) sampled: Vec<(Subject, usize, usize)>,
}

/// All that was listed.
#[derive(Debug, Default)]
pub(super) struct Candidates {
    listed: Vec<Candidate>,
    interned: BTreeMap<Vec<u32>, u32>,
    subjects: BTreeMap<Subject, u32>,
}

impl Candidates {
    /// Adds what one summary tells. `false` when it has no id that could be asked for.
    pub(super) fn add(
        &mut self,
        summary: &Summary,
        subjects: impl IntoIterator<Item = Subject>,
    ) -> bool {
        let Some(trace) = TraceId::parse(&summary.id) else {
            return false;
        };
        let mut numbers: Vec<u32> = subjects
            .into_iter()
            .map(|subject| number(&mut self.subjects, subject))
            .collect();
        numbers.sort_unstable();
        numbers.dedup();
        let start = summary.start.and_then(|start| u32::try_from(start).ok());
        self.listed.push(Candidate {
            trace,
            kind: kind(summary),
            start: start.unwrap_or_else(|| start_of(trace)),
            subjects: number(&mut self.interned, numbers),
            partial: summary.partial,
        });
        true
    }

    /// How many were added; a trace that was listed twice counts twice.
    pub(super) fn len(&self) -> usize {
        self.listed.len()
    }

    /// The traces to read: at most so many for each subject, each trace once, in an order that depends on nothing else.
    pub(super) fn choose(mut self, most: usize) -> Choice {
        self.listed
            .sort_unstable_by_key(|candidate| (candidate.start, candidate.trace));
        self.listed.dedup_by_key(|candidate| candidate.trace);
        let mut members: BTreeMap<u32, Vec<usize>> = BTreeMap::new();
        let sets: BTreeMap<u32, &Vec<u32>> = self
            .interned
            .iter()
            .map(|(set, number)| (*number, set))
            .collect();
        for (index, candidate) in self.listed.iter().enumerate() {
            for subject in sets.get(&candidate.subjects).into_iter().copied().flatten() {
                members.entry(*subject).or_default().push(index);
            }
        }
        let mut taken = vec![false; self.listed.len()];
        let mut sampled = Vec::new();
        for (subject, number) in &self.subjects {
            let members = members.remove(number).unwrap_or_default();
            choose_for(&self.listed, &members, most, &mut taken);
            let read = members.iter().filter(|index| is(&taken, **index)).count();
            if read < members.len() {
                sampled.push((subject.clone(), read, members.len()));
            }
        }
        let chosen = self.listed.iter().zip(&taken).filter(|(_, taken)| **taken);
        let chosen = chosen.map(|(candidate, _)| Chosen {
            trace: candidate.trace,
            start: candidate.start,
            partial: candidate.partial,
        });
        let (partial, complete): (Vec<Chosen>, Vec<Chosen>) =
            chosen.partition(|chosen| chosen.partial);
        Choice {
            traces: complete.into_iter().chain(partial).collect(),
            sampled,
        }
    }
}

/// Takes of the members, which are in order of time, until so many are taken.
fn choose_for(listed: &[Candidate], members: &[usize], most: usize, taken: &mut [bool]) {
    let mut kinds: BTreeSet<u64> = BTreeSet::new();
    let mut room = most;
    for index in members.iter().filter(|index| is(taken, **index)) {
        room = room.saturating_sub(1);
        kinds.extend(listed.get(*index).map(|candidate| candidate.kind));
    }
    let is_new_kind = |index: &&usize| {
        listed
            .get(**index)
            .is_some_and(|candidate| kinds.insert(candidate.kind))
    };
    let untaken = members.iter().filter(|index| !is(taken, **index));
    let first_of_kinds: Vec<usize> = untaken.filter(is_new_kind).copied().collect();
    room -= take(&spread(&first_of_kinds, room), taken);
    let rest: Vec<usize> = members
        .iter()
        .filter(|index| !is(taken, **index))
        .copied()
        .collect();
    for (part, share) in shares(listed, &rest, room) {
        take(&spread(&part, share), taken);
    }
}

/// Parts of the time with members in them, each with its share: equal shares, and what a part cannot use goes to others.
fn shares(listed: &[Candidate], members: &[usize], most: usize) -> Vec<(Vec<usize>, usize)> {
    let start = |index: &usize| {
        listed
            .get(*index)
            .map_or(0, |candidate| u64::from(candidate.start))
    };
    let (Some(first), Some(last)) = (members.first().map(start), members.last().map(start)) else {
        return Vec::new();
    };
    let length = last - first + 1;
    let mut parts: BTreeMap<u64, Vec<usize>> = BTreeMap::new();
    for index in members {
        parts
            .entry((start(index) - first) * PARTS / length)
            .or_default()
            .push(*index);
    }
    let mut parts: Vec<Vec<usize>> = parts.into_values().collect();
    parts.sort_by_key(Vec::len);
    let mut room = most;
    let mut waiting = parts.len();
    let shared = parts.into_iter().map(|part| {
        let share = part.len().min(room.div_ceil(waiting.max(1)));
        room -= share;
        waiting -= 1;
        (part, share)
    });
    shared.collect()
}

/// So many of the members, evenly spaced.
fn spread(members: &[usize], most: usize) -> Vec<usize> {
    if most >= members.len() {
        return members.to_vec();
    }
    // The middle of each of `most` stretches of equal length.
    let at = |index: usize| (2 * index + 1) * members.len() / (2 * most);
    (0..most)
        .filter_map(|index| members.get(at(index)).copied())
        .collect()
}

fn take(indices: &[usize], taken: &mut [bool]) -> usize {
    for index in indices {
        if let Some(slot) = taken.get_mut(*index) {
            *slot = true;
        }
    }
    indices.len()
}

fn is(taken: &[bool], index: usize) -> bool {
    taken.get(index).copied().unwrap_or_default()
}

/// The number of a value, the next one when it is new.
fn number<T: Ord>(numbers: &mut BTreeMap<T, u32>, value: T) -> u32 {
    let next = u32::try_from(numbers.len()).unwrap_or(u32::MAX);
    *numbers.entry(value).or_insert(next)
}

/// What a trace is like, as a fingerprint: services and resources in any order, and the outcome.
fn kind(summary: &Summary) -> u64 {
    let services: BTreeSet<&Service> = summary.services.iter().collect();
    let resources: BTreeSet<&String> = summary.resources.iter().collect();
    let mut hasher = DefaultHasher::new();
    (services, resources, summary.outcome).hash(&mut hasher);
    hasher.finish()
}

/// X-Ray's own ids begin with the time at which the trace began.
fn start_of(trace: TraceId) -> u32 {
    u32::try_from(trace.as_u128() >> 96).unwrap_or_default()
}

#[cfg(test)]
mod tests;
