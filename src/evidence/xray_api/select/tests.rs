//! Tests the choice among listed traces.

use super::*;

fn summary(number: u64, start: i64, service: &str) -> Summary {
    let service = Service {
        name: service.to_owned(),
        kind: "AWS::DynamoDB::Table".to_owned(),
        account: None,
    };
    Summary {
        id: format!("1-{start:08x}-{number:024x}"),
        start: Some(start),
        services: vec![service],
        ..Summary::default()
    }
}

fn subject(name: &str) -> Subject {
    Subject {
        name: name.to_owned(),
        account: None,
    }
}

fn listed(
    traces: impl IntoIterator<Item = (i64, &'static str, &'static [&'static str])>,
) -> Candidates {
    let mut candidates = Candidates::default();
    for (number, (start, service, subjects)) in traces.into_iter().enumerate() {
        let subjects = subjects.iter().map(|name| subject(name));
        assert!(candidates.add(&summary(number as u64, start, service), subjects));
    }
    candidates
}

#[test]
fn everything_is_read_when_there_is_no_more_than_asked_for() {
    let choice = listed((0..10).map(|at| (1000 + at, "orders", ["f"].as_slice()))).choose(10);
    assert_eq!(choice.traces.len(), 10);
    assert!(choice.sampled.is_empty());
}

#[test]
fn a_trace_listed_twice_is_read_once() {
    let mut candidates = Candidates::default();
    for _ in 0..2 {
        candidates.add(&summary(7, 1000, "orders"), [subject("f")]);
    }
    assert_eq!(candidates.choose(10).traces.len(), 1);
}

#[test]
fn rare_kinds_are_read_first() {
    let common = (0..1000).map(|at| (1000 + at, "orders", ["f"].as_slice()));
    let rare = [
        (1500, "audit", ["f"].as_slice()),
        (1700, "billing", ["f"].as_slice()),
    ];
    let mut kinds = BTreeMap::new();
    for (number, (start, service, _)) in common.clone().chain(rare).enumerate() {
        let id = TraceId::parse(&summary(number as u64, start, service).id).unwrap();
        kinds.insert(id, service);
    }
    let choice = listed(common.chain(rare)).choose(5);
    let read: BTreeSet<&str> = choice
        .traces
        .iter()
        .map(|chosen| kinds[&chosen.trace])
        .collect();
    assert_eq!(read, BTreeSet::from(["audit", "billing", "orders"]));
    assert_eq!(choice.traces.len(), 5);
    assert_eq!(choice.sampled, [(subject("f"), 5, 1002)]);
}

#[test]
fn a_busy_hour_does_not_crowd_out_a_quiet_night() {
    let night = (0..50).map(|at| (1000 + at * 1000, "orders", ["f"].as_slice()));
    let rush = (0..10_000).map(|at| (60_000 + at / 10, "orders", ["f"].as_slice()));
    let choice = listed(night.chain(rush)).choose(500);
    let of_night = choice
        .traces
        .iter()
        .filter(|chosen| chosen.start < 60_000)
        .count();
    assert_eq!(choice.traces.len(), 500);
    assert_eq!(of_night, 50);
}

#[test]
fn each_subject_gets_its_share_and_shared_traces_count_for_both() {
    let both = (0..30).map(|at| (1000 + at, "orders", ["a", "b"].as_slice()));
    let one = (0..30).map(|at| (2000 + at, "orders", ["a"].as_slice()));
    let choice = listed(both.chain(one)).choose(20);
    let (shared, own): (Vec<Chosen>, Vec<Chosen>) =
        choice.traces.iter().partition(|chosen| chosen.start < 2000);
    assert_eq!(
        shared.len(),
        20,
        "`b` fills up with what it shares with `a`"
    );
    assert_eq!(
        own.len() + choice.sampled[0].1 - own.len(),
        choice.sampled[0].1
    );
    assert_eq!(
        choice
            .sampled
            .iter()
            .map(|(_, _, of)| *of)
            .collect::<Vec<_>>(),
        [60, 30]
    );
    assert!(choice.sampled.iter().all(|(_, read, _)| *read >= 20));
}

#[test]
fn the_order_of_listing_changes_nothing() {
    let traces: Vec<_> = (0..500)
        .map(|at| (1000 + at * 7 % 301, "orders", ["f"].as_slice()))
        .collect();
    let mut forwards = Candidates::default();
    let mut backwards = Candidates::default();
    for (number, (start, service, _)) in traces.iter().enumerate() {
        forwards.add(&summary(number as u64, *start, service), [subject("f")]);
    }
    for (number, (start, service, _)) in traces.iter().enumerate().rev() {
        backwards.add(&summary(number as u64, *start, service), [subject("f")]);
    }
    assert_eq!(forwards.choose(37).traces, backwards.choose(37).traces);
}

#[test]
fn traces_in_progress_come_last() {
    let mut candidates = Candidates::default();
    candidates.add(
        &Summary {
            partial: true,
            ..summary(1, 1000, "orders")
        },
        [subject("f")],
    );
    candidates.add(&summary(2, 2000, "orders"), [subject("f")]);
    let choice = candidates.choose(10);
    assert_eq!(
        choice
            .traces
            .iter()
            .map(|chosen| chosen.partial)
            .collect::<Vec<_>>(),
        [false, true]
    );
}

#[test]
fn an_id_that_is_none_is_said() {
    let mut candidates = Candidates::default();
    assert!(!candidates.add(
        &Summary {
            id: "1-nothing".to_owned(),
            ..Summary::default()
        },
        [subject("f")]
    ));
}

#[test]
fn none_are_read_when_none_are_asked_for() {
    let choice = listed((0..10).map(|at| (1000 + at, "orders", ["f"].as_slice()))).choose(0);
    assert!(choice.traces.is_empty());
    assert_eq!(choice.sampled, [(subject("f"), 0, 10)]);
}
