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
            let (code, told) = company.pull_request(&head);
            let expected = match pull_request.expected {
                Expected::Green | Expected::GreenThenRed => 0,
                Expected::Red => 3,
            };
            assert_eq!(code, expected, "day {day}, {}:\n{told}", pull_request.title);
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
            let (code, told) = company.scheduled();
            let late = injected.iter().any(|(_, since)| day - since >= GRACE);
            let open = !injected.is_empty();
            assert!(
                code == 0 || (code == 3 && open),
                "the run of day {day} is red for nothing:\n{told}"
            );
            assert!(
                code == 3 || !late,
                "the run of day {day} lets too much stand:\n{told}"
            );
            red_runs += u32::from(code == 3);
        }
    }
    assert_eq!(judged, PULL_REQUESTS.len());
    assert!(pull_requests.next().is_none());
    assert!(injected.is_empty(), "each was mended");
    assert!(red_runs >= 3, "the scheduled runs saw {red_runs} of them");
}
