//! Chooses which traces to read when there are more than the limit: first one of each kind, then spread over time.
//!
//! The functions are pure. A few dozen bytes are kept for each trace. The kind of a trace comes from its summary:
//! services, resources, outcome.

use crate::aws::xray::{Service, Summary};
use crate::xray::TraceId;
use std::collections::{BTreeMap, BTreeSet};
use std::hash::{DefaultHasher, Hash as _, Hasher as _};

/// Time is divided into this many parts. Each gets an equal share of the choice, if it has enough traces.
const PARTS: u64 = 96;

/// The function that a choice is made for, by name and account. If a trace has no function, the name of its first
/// service.
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
    /// Whether the summary says that it is in progress.
    pub(super) partial: bool,
}

/// The traces to read, and the subjects for which some listed traces are not read.
#[derive(Debug, Default)]
pub(super) struct Choice {
    /// The traces. Those in progress come last, so that they have time to end.
    pub(super) traces: Vec<Chosen>,
    /// The subjects with more traces than the limit: how many of their traces are read, and how many were listed.
    pub(super) sampled: Vec<(Subject, usize, usize)>,
}

/// All traces that were listed.
#[derive(Debug, Default)]
pub(super) struct Candidates {
    listed: Vec<Candidate>,
    interned: BTreeMap<Vec<u32>, u32>,
    subjects: BTreeMap<Subject, u32>,
}

impl Candidates {
    /// Adds the trace of one summary. Returns `false` if the summary has no usable id.
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

    /// How many were added. A trace that was listed twice counts twice.
    pub(super) fn len(&self) -> usize {
        self.listed.len()
    }

    /// Returns the traces to read: at most `most` for each subject, and each trace once. The order in which they were
    /// added makes no difference.
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

/// Chooses among `members`, which are sorted by time, until `most` of them are taken.
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

/// Divides the members into parts of the time, and returns each part with its share. Shares are equal, and what a part
/// cannot use goes to other parts.
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

/// Returns `most` of the members, evenly spaced.
fn spread(members: &[usize], most: usize) -> Vec<usize> {
    if most >= members.len() {
        return members.to_vec();
    }
    // The members are divided into `most` stretches of equal length, and the middle of each is chosen.
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

/// Returns the number of a value. A new value gets the next number.
fn number<T: Ord>(numbers: &mut BTreeMap<T, u32>, value: T) -> u32 {
    let next = u32::try_from(numbers.len()).unwrap_or(u32::MAX);
    *numbers.entry(value).or_insert(next)
}

/// Returns a hash of the kind of a trace: its services and resources in any order, and its outcome.
fn kind(summary: &Summary) -> u64 {
    let services: BTreeSet<&Service> = summary.services.iter().collect();
    let resources: BTreeSet<&String> = summary.resources.iter().collect();
    let mut hasher = DefaultHasher::new();
    (services, resources, summary.outcome).hash(&mut hasher);
    hasher.finish()
}

/// Returns the time at which the trace began, which X-Ray's own ids begin with.
fn start_of(trace: TraceId) -> u32 {
    u32::try_from(trace.as_u128() >> 96).unwrap_or_default()
}

#[cfg(test)]
mod tests;
