//! Reports in which every text of others is what a test puts there.

use aws_least_privilege::compare::{Kind, Lack, Origin, Severity};
use aws_least_privilege::judge::{State, Verdict};
use aws_least_privilege::report::split::Share;
use aws_least_privilege::report::{
    Accepted, Advice, Appeal, ConfigChange, Dead, Evidence, Excess, FormerName, Function, GapCount,
    KnownPrincipal, Lacking, Missing, NeededPermission, Report, Role, SCHEMA_VERSION, Stale,
    Suggested, Undecided, UnmatchedAccept, Waits, Window,
};

/// A report of one role with one of everything, each text of others being `text`.
#[expect(clippy::too_many_lines, reason = "one value with every field")]
pub(crate) fn of_text(text: &str) -> Report {
    let one = || vec![text.to_owned()];
    let gap = GapCount {
        reason: text.to_owned(),
        detail: text.to_owned(),
        count: 2,
    };
    let function = function(text);
    Report {
        schema_version: SCHEMA_VERSION,
        verdict: Verdict::Fail,
        fail_on: Some(Severity::Medium),
        window: Window {
            start: Some("2026-11-03T01:42:00Z".to_owned()),
            end: Some("2026-11-16T19:50:00Z".to_owned()),
        },
        judged_on: None,
        evidence: Evidence {
            sources: one(),
            traces: 25,
            segments: 50,
            calls: 50,
            scanned: None,
            appeal: Some(appeal(text)),
            region: Some(text.to_owned()),
            account: Some(text.to_owned()),
            others: vec![function.clone()],
            gaps: vec![gap.clone()],
        },
        roles: vec![Role {
            role: Some(text.to_owned()),
            verdict: Verdict::Fail,
            would_fail: true,
            policy_files: one(),
            functions: vec![function],
            split: vec![share(text)],
            insufficient: one(),
            known: vec![KnownPrincipal {
                principal: text.to_owned(),
                reason: text.to_owned(),
                until: "2027-01-31".to_owned(),
            }],
            given_up: one(),
            unknown_grants: one(),
            unread: Some(text.to_owned()),
            needed: vec![NeededPermission {
                action: text.to_owned(),
                resources: one(),
                resource_known: true,
                because: "observed".to_owned(),
                setting: None,
                mapping: "exact".to_owned(),
                calls: 1,
                first_seen: None,
                last_seen: None,
                example_traces: one(),
            }],
            excess: vec![excess(text, None), excess(text, Some(text.to_owned()))],
            not_judged: 0,
            missing: vec![missing(text)],
            undecided: vec![Undecided {
                actions: one(),
                not_action: false,
                resources: one(),
                not_resource: false,
                reason: text.to_owned(),
                reasons: one(),
                severity: Severity::High,
                new: true,
                given_up: true,
                origins: vec![origin(text)],
            }],
            dead: vec![Dead {
                actions: one(),
                not_action: false,
                resources: one(),
                not_resource: false,
                reason: text.to_owned(),
                origins: vec![origin(text)],
            }],
            suggested: suggested(text),
            stale: vec![Stale {
                kind: Kind::UnusedAction,
                actions: one(),
                resources: one(),
            }],
            logical_id: Some(text.to_owned()),
            framework: None,
            written_as: [(text.to_owned(), text.to_owned())].into(),
            gaps: vec![gap],
        }],
        not_judged: None,
        unmatched_accepts: vec![UnmatchedAccept {
            file: text.to_owned(),
            line: 1,
            role: Some(text.to_owned()),
            actions: one(),
            resources: one(),
            reason: text.to_owned(),
            until: "2026-12-31".to_owned(),
        }],
        config_changes: vec![change(text)],
        former_names: vec![FormerName {
            file: text.to_owned(),
            line: Some(3),
            setting: "accept".to_owned(),
            former: text.to_owned(),
            now: text.to_owned(),
        }],
        accepts_count: false,
        next: vec![Advice {
            lacking: Lacking::Calls,
            text: text.to_owned(),
            command: Some(text.to_owned()),
        }],
    }
}

fn change(text: &str) -> ConfigChange {
    ConfigChange {
        file: text.to_owned(),
        line: Some(3),
        setting: "accept".to_owned(),
        base: text.to_owned(),
        head: text.to_owned(),
        loosens: true,
    }
}

/// One policy with a diff, and one without.
fn suggested(text: &str) -> Vec<Suggested> {
    let some = || Some(text.to_owned());
    let with_diff = Suggested {
        policy: text.to_owned(),
        document: some(),
        diff: some(),
        notes: vec![text.to_owned()],
        ..Suggested::default()
    };
    let without = Suggested {
        diff: None,
        reason: some(),
        ..with_diff.clone()
    };
    vec![with_diff, without]
}

fn share(text: &str) -> Share {
    Share {
        function: text.to_owned(),
        permissions: 1,
        of: 2,
        actions_less: 1,
        resources_less: 1,
    }
}

fn origin(text: &str) -> Origin {
    Origin {
        policy: text.to_owned(),
        statement: 0,
        sid: Some(text.to_owned()),
        line: Some(7),
        column: Some(9),
        place: Some(text.to_owned()),
    }
}

/// A function of which every text is `text`.
fn function(text: &str) -> Function {
    Function {
        arn: text.to_owned(),
        traces: 25,
        calls: 50,
        target: true,
        logical_id: Some(text.to_owned()),
        waits: Some(Waits {
            reason: Some(text.to_owned()),
            until: Some("2027-01-31".to_owned()),
        }),
    }
}

/// An appeal of which every text is `text`.
fn appeal(text: &str) -> Appeal {
    let one = || vec![text.to_owned()];
    Appeal {
        functions: one(),
        services: one(),
        days: 30,
        traces: 2,
        found: 1,
        unanswered: Some(text.to_owned()),
    }
}

/// An excess of which every text is `text`.
fn missing(text: &str) -> Missing {
    Missing {
        action: text.to_owned(),
        resources: vec![text.to_owned()],
        because: Lack::Denied,
        calls: 2,
        denied_by: vec![origin(text)],
        detail: text.to_owned(),
    }
}

pub(crate) fn excess(text: &str, advice: Option<String>) -> Excess {
    let one = || vec![text.to_owned()];
    Excess {
        title: text.to_owned(),
        kind: Kind::BroadAction,
        severity: Severity::High,
        state: State::Judged,
        new: false,
        actions: one(),
        not_action: false,
        resources: one(),
        not_resource: false,
        conditional: false,
        observed: one(),
        unobserved: one(),
        unobserved_count: 1,
        not_in_effect: one(),
        needed_resources: one(),
        doubts: one(),
        certain: true,
        settled: true,
        waits_until: Some(text.to_owned()),
        origins: vec![origin(text)],
        advice,
        accepted: Some(Accepted {
            reason: text.to_owned(),
            until: "2026-12-31".to_owned(),
            by: None,
        }),
        expired: Some(Accepted {
            reason: text.to_owned(),
            until: "2026-01-31".to_owned(),
            by: None,
        }),
    }
}
