//! The weather law: twelve weeks of a company through the real program, on a history of its own. No pull request that is unrelated
//! or adds exactly what is needed is ever red; every grant that goes too far is red in its pull request, where it is high or worse,
//! or in a scheduled run within the grace and seven days.

mod company;
mod weeks;

use company::{Company, Grant};
use weeks::{Change, Expected, PULL_REQUESTS};

/// Days between two scheduled runs.
const WEEK: i64 = 7;
/// Days in which a grant may wait for its first call.
const GRACE: i64 = 14;
const DAYS: i64 = 12 * WEEK;

/// What a pull request grants.
fn grants(changes: &[Change]) -> Vec<Grant> {
    let granted = changes.iter().filter_map(|change| match change {
        Change::Grant(grant) => Some(*grant),
        Change::Readme
        | Change::Revoke(_)
        | Change::Call(..)
        | Change::Found(..)
        | Change::Rename(..)
        | Change::LayOut(_) => None,
    });
    granted.collect()
}

#[test]
fn a_required_check_survives_twelve_weeks() {
    let mut company = Company::founded();
    // What was granted too far and merged all the same, with the day on which that was.
    let mut injected: Vec<(Grant, i64)> = Vec::new();
    let mut pull_requests = PULL_REQUESTS.iter().peekable();
    let (mut judged, mut red_runs) = (0, 0);
    for day in 0..=DAYS {
        company.today = day;
        while let Some(pull_request) = pull_requests.next_if(|own| own.day == day) {
            let head = company.with(pull_request.changes);
            let said = company.pull_request(&head);
            let expected = match pull_request.expected {
                Expected::Green | Expected::GreenThenRed => 0,
                Expected::Red => 3,
            };
            let title = pull_request.title;
            assert_eq!(said.code, expected, "day {day}, {title}:\n{}", said.told);
            let own = grants(pull_request.changes);
            let others = said.besides(&own);
            assert!(others.is_empty(), "day {day}, {title}: red for {others:?}");
            judged += 1;
            if pull_request.expected == Expected::Red {
                continue;
            }
            company.merge(head, pull_request.changes);
            for change in pull_request.changes {
                match change {
                    Change::Grant(grant) if pull_request.expected == Expected::GreenThenRed => {
                        injected.push((*grant, day));
                    }
                    Change::Revoke(grant) => injected.retain(|(own, _)| own != grant),
                    Change::Readme
                    | Change::Grant(_)
                    | Change::Call(..)
                    | Change::Found(..)
                    | Change::Rename(..)
                    | Change::LayOut(_) => {}
                }
            }
        }
        if day % WEEK == 0 && day > 0 {
            let said = company.scheduled();
            let (code, told) = (said.code, &said.told);
            let open: Vec<Grant> = injected.iter().map(|(grant, _)| *grant).collect();
            assert!(
                code == 0 || (code == 3 && !open.is_empty()),
                "the run of day {day} is red for nothing:\n{told}"
            );
            let others = said.besides(&open);
            assert!(
                others.is_empty(),
                "the run of day {day} is red for {others:?}"
            );
            // The first run after the grace is at most seven days later.
            for (grant, since) in &injected {
                assert!(
                    day - since < GRACE || said.names(grant),
                    "the run of day {day} lets {grant:?} stand:\n{told}"
                );
            }
            red_runs += u32::from(code == 3);
        }
    }
    assert_eq!(judged, PULL_REQUESTS.len());
    assert!(pull_requests.next().is_none());
    assert!(injected.is_empty(), "each was mended");
    assert!(red_runs >= 3, "the scheduled runs saw {red_runs} of them");
}
