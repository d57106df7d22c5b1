//! A report without account ids, for places that everyone can read.
//!
//! Every text of the report is gone through, whatever it is about; a field that is added does not compile until it is decided
//! here. Numbers, times and names that are ours stay.

use super::split::Share;
use super::{
    Accepted, Advice, Appeal, ConfigChange, Dead, Evidence, Excess, Function, GapCount,
    KnownPrincipal, Missing, NeededPermission, Report, Role, Stale, Suggested, Undecided,
    UnmatchedAccept, Waits,
};
use crate::compare::Origin;
use crate::suggest::LineEdit;

/// Digits of an account id.
const ACCOUNT: usize = 12;
/// Digits of it that are kept, so that accounts can be told apart by whoever knows them.
const KEPT: usize = 4;

/// The report with every account id shortened to its last four digits.
pub fn redact(report: Report) -> Report {
    let Report {
        schema_version,
        verdict,
        window,
        evidence,
        roles,
        not_judged,
        unmatched_accepts,
        config_changes,
        next,
    } = report;
    Report {
        schema_version,
        verdict,
        window,
        evidence: self::evidence(evidence),
        roles: all(roles, role),
        not_judged: not_judged.map(text),
        unmatched_accepts: all(unmatched_accepts, unmatched),
        config_changes: all(config_changes, config_change),
        next: all(next, advice),
    }
}

/// A text with every account id shortened: each run of exactly twelve digits.
///
/// ```
/// use aws_least_privilege::report::redact::shortened;
///
/// assert_eq!(shortened("arn:aws:sqs:eu-west-1:111122223333:mail"), "arn:aws:sqs:eu-west-1:…3333:mail");
/// assert_eq!(shortened("invoices-111122223333"), "invoices-…3333");
/// assert_eq!(shortened("1795000000000"), "1795000000000");
/// ```
pub fn shortened(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(start) = rest.find(|letter: char| letter.is_ascii_digit()) {
        let (before, from) = rest.split_at(start);
        let length = from
            .find(|letter: char| !letter.is_ascii_digit())
            .unwrap_or(from.len());
        let (digits, after) = from.split_at(length);
        out.push_str(before);
        if length == ACCOUNT {
            out.push('…');
            out.push_str(digits.get(ACCOUNT - KEPT..).unwrap_or_default());
        } else {
            out.push_str(digits);
        }
        rest = after;
    }
    out.push_str(rest);
    out
}

#[expect(
    clippy::needless_pass_by_value,
    reason = "a field is replaced by what it is shortened to"
)]
fn text(text: String) -> String {
    shortened(&text)
}

fn all<T>(values: Vec<T>, one: fn(T) -> T) -> Vec<T> {
    values.into_iter().map(one).collect()
}

fn config_change(change: ConfigChange) -> ConfigChange {
    let ConfigChange {
        file,
        line,
        setting,
        base,
        head,
        loosens,
    } = change;
    ConfigChange {
        file: text(file),
        line,
        setting,
        base: text(base),
        head: text(head),
        loosens,
    }
}

fn evidence(evidence: Evidence) -> Evidence {
    let Evidence {
        sources,
        traces,
        segments,
        calls,
        scanned,
        appeal,
        region,
        account,
        others,
        gaps,
    } = evidence;
    Evidence {
        sources: all(sources, text),
        traces,
        segments,
        calls,
        scanned,
        appeal: appeal.map(self::appeal),
        region: region.map(text),
        account: account.map(text),
        others: all(others, function),
        gaps: all(gaps, gap),
    }
}

fn appeal(appeal: Appeal) -> Appeal {
    Appeal {
        functions: all(appeal.functions, text),
        services: all(appeal.services, text),
        unanswered: appeal.unanswered.map(text),
        ..appeal
    }
}

fn role(role: Role) -> Role {
    let Role {
        role,
        verdict,
        would_fail,
        policy_files,
        functions,
        split,
        insufficient,
        known,
        given_up,
        unread,
        needed,
        excess,
        missing,
        undecided,
        dead,
        suggested,
        stale,
        gaps,
        written_as,
    } = role;
    Role {
        role: role.map(text),
        verdict,
        would_fail,
        policy_files: all(policy_files, text),
        functions: all(functions, function),
        split: all(split, share),
        insufficient: all(insufficient, text),
        known: all(known, known_principal),
        given_up: all(given_up, text),
        unread: unread.map(text),
        needed: all(needed, self::needed),
        excess: all(excess, self::excess),
        missing: all(missing, self::missing),
        undecided: all(undecided, self::undecided),
        dead: all(dead, self::dead),
        suggested: all(suggested, self::suggested),
        stale: all(stale, self::stale),
        gaps: all(gaps, gap),
        written_as: written_as
            .into_iter()
            .map(|(arn, written)| (text(arn), text(written)))
            .collect(),
    }
}

fn known_principal(known: KnownPrincipal) -> KnownPrincipal {
    KnownPrincipal {
        principal: text(known.principal),
        reason: text(known.reason),
        until: known.until,
    }
}

fn waits(waits: Waits) -> Waits {
    Waits {
        reason: waits.reason.map(text),
        until: waits.until,
    }
}

fn share(share: Share) -> Share {
    Share {
        function: text(share.function),
        ..share
    }
}

fn advice(advice: Advice) -> Advice {
    let Advice {
        lacking,
        text: told,
        command,
    } = advice;
    Advice {
        lacking,
        text: text(told),
        command: command.map(text),
    }
}

fn function(function: Function) -> Function {
    Function {
        arn: text(function.arn),
        waits: function.waits.map(waits),
        ..function
    }
}

fn gap(gap: GapCount) -> GapCount {
    let GapCount {
        reason,
        detail,
        count,
    } = gap;
    GapCount {
        reason: text(reason),
        detail: text(detail),
        count,
    }
}

fn needed(needed: NeededPermission) -> NeededPermission {
    let NeededPermission {
        action,
        resources,
        resource_known,
        because,
        setting,
        mapping,
        calls,
        first_seen,
        last_seen,
        example_traces,
    } = needed;
    NeededPermission {
        action: text(action),
        resources: all(resources, text),
        resource_known,
        because,
        setting: setting.map(text),
        mapping,
        calls,
        first_seen,
        last_seen,
        example_traces: all(example_traces, text),
    }
}

fn excess(excess: Excess) -> Excess {
    let Excess {
        title,
        kind,
        severity,
        state,
        new,
        actions,
        not_action,
        resources,
        not_resource,
        conditional,
        observed,
        unobserved,
        unobserved_count,
        not_in_effect,
        needed_resources,
        doubts,
        certain,
        origins,
        advice,
        accepted,
        expired,
    } = excess;
    Excess {
        title: text(title),
        kind,
        severity,
        state,
        new,
        actions: all(actions, text),
        not_action,
        resources: all(resources, text),
        not_resource,
        conditional,
        observed: all(observed, text),
        unobserved: all(unobserved, text),
        unobserved_count,
        not_in_effect: all(not_in_effect, text),
        needed_resources: all(needed_resources, text),
        doubts: all(doubts, text),
        certain,
        origins: all(origins, origin),
        advice: advice.map(text),
        accepted: accepted.map(self::accepted),
        expired: expired.map(self::accepted),
    }
}

fn stale(stale: Stale) -> Stale {
    let Stale {
        kind,
        actions,
        resources,
    } = stale;
    Stale {
        kind,
        actions: all(actions, text),
        resources: all(resources, text),
    }
}

fn unmatched(entry: UnmatchedAccept) -> UnmatchedAccept {
    let UnmatchedAccept {
        file,
        line,
        role,
        actions,
        resources,
        reason,
        until,
    } = entry;
    UnmatchedAccept {
        file: text(file),
        line,
        role: role.map(text),
        actions: all(actions, text),
        resources: all(resources, text),
        reason: text(reason),
        until,
    }
}

fn origin(origin: Origin) -> Origin {
    let Origin {
        policy,
        statement,
        sid,
        line,
        column,
        place,
    } = origin;
    Origin {
        policy: text(policy),
        statement,
        sid: sid.map(text),
        line,
        column,
        place: place.map(text),
    }
}

fn accepted(accepted: Accepted) -> Accepted {
    let Accepted { reason, until, by } = accepted;
    Accepted {
        reason: text(reason),
        until,
        by,
    }
}

fn missing(missing: Missing) -> Missing {
    let Missing {
        action,
        resources,
        because,
        calls,
        denied_by,
        detail,
    } = missing;
    Missing {
        action: text(action),
        resources: all(resources, text),
        because,
        calls,
        denied_by: all(denied_by, origin),
        detail: text(detail),
    }
}

fn undecided(undecided: Undecided) -> Undecided {
    let Undecided {
        actions,
        not_action,
        resources,
        not_resource,
        reason,
        reasons,
        severity,
        new,
        given_up,
        origins,
    } = undecided;
    Undecided {
        actions: all(actions, text),
        not_action,
        resources: all(resources, text),
        not_resource,
        reason: text(reason),
        reasons: all(reasons, text),
        severity,
        new,
        given_up,
        origins: all(origins, origin),
    }
}

fn dead(dead: Dead) -> Dead {
    let Dead {
        actions,
        not_action,
        resources,
        not_resource,
        reason,
        origins,
    } = dead;
    Dead {
        actions: all(actions, text),
        not_action,
        resources: all(resources, text),
        not_resource,
        reason: text(reason),
        origins: all(origins, origin),
    }
}

fn suggested(suggested: Suggested) -> Suggested {
    let Suggested {
        policy,
        document,
        diff,
        edits,
        reason,
        notes,
    } = suggested;
    let edit = |edit: LineEdit| LineEdit {
        text: text(edit.text),
        ..edit
    };
    Suggested {
        policy: text(policy),
        document: document.map(text),
        diff: diff.map(text),
        edits: edits.into_iter().map(edit).collect(),
        reason: reason.map(text),
        notes: all(notes, text),
    }
}
