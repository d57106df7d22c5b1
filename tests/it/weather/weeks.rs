//! The twenty pull requests of twelve weeks.

use super::company::Grant;

/// What a pull request changes.
#[derive(Debug, Clone, Copy)]
pub(super) enum Change {
    /// Nothing that the gate reads.
    Readme,
    /// A grant is added to a policy.
    Grant(Grant),
    /// A grant is taken out.
    Revoke(Grant),
    /// Code is written that calls what the grant allows, and deployed so many days after the merge.
    Call(Grant, i64),
    /// A function and its policy file come, which runs for the first time so many days after the merge.
    Found(&'static str, i64),
    /// A function and its policy file get another name.
    Rename(&'static str, &'static str),
    /// A policy is laid out anew.
    LayOut(&'static str),
}

/// What becomes of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Expected {
    Green,
    Red,
    /// Too much, and below high: green in the pull request, and red in a scheduled run.
    GreenThenRed,
}

#[derive(Debug)]
pub(super) struct PullRequest {
    pub(super) day: i64,
    pub(super) title: &'static str,
    pub(super) changes: &'static [Change],
    pub(super) expected: Expected,
}

const fn pull_request(
    day: i64,
    title: &'static str,
    changes: &'static [Change],
    expected: Expected,
) -> PullRequest {
    PullRequest {
        day,
        title,
        changes,
        expected,
    }
}

const fn to(function: &'static str, action: &'static str, resource: &'static str) -> Grant {
    Grant {
        policy: function,
        action,
        resource,
    }
}

const ARCHIVE: Grant = to("checkout", "s3:PutObject", "arn:aws:s3:::archive/*");
const DELETE: Grant = to(
    "checkout",
    "dynamodb:DeleteItem",
    "arn:aws:dynamodb:eu-west-1:111122223333:table/orders",
);
const LOOKUP: Grant = to(
    "refunds",
    "dynamodb:GetItem",
    "arn:aws:dynamodb:eu-west-1:111122223333:table/orders",
);
const MAIL: Grant = to(
    "weekly",
    "sqs:SendMessage",
    "arn:aws:sqs:eu-west-1:111122223333:mail",
);
const INVOICE: Grant = to("billing", "s3:GetObject", "arn:aws:s3:::invoices/*");
const SETTINGS: Grant = to(
    "shared",
    "dynamodb:Query",
    "arn:aws:dynamodb:eu-west-1:111122223333:table/settings",
);
const PURGE: Grant = to(
    "shared",
    "sqs:PurgeQueue",
    "arn:aws:sqs:eu-west-1:111122223333:mail",
);
const EMPTY: Grant = to("weekly", "s3:DeleteObject", "arn:aws:s3:::reports/*");
const EVERYONE: Grant = to(
    "rarely-traced",
    "sns:Publish",
    "arn:aws:sns:eu-west-1:111122223333:alarms",
);

use Change::{Call, Found, LayOut, Readme, Rename, Revoke};
use Expected::{Green, GreenThenRed, Red};

pub(super) const PULL_REQUESTS: [PullRequest; 20] = [
    pull_request(1, "the README says more", &[Readme], Green),
    pull_request(
        2,
        "checkout keeps what it sold",
        &[Change::Grant(ARCHIVE), Call(ARCHIVE, 1)],
        Green,
    ),
    pull_request(
        4,
        "anybody may hand on any role",
        &[Change::Grant(to("checkout", "iam:PassRole", "*"))],
        Red,
    ),
    pull_request(
        5,
        "checkout may delete, just in case",
        &[Change::Grant(DELETE)],
        GreenThenRed,
    ),
    pull_request(
        16,
        "the weekly report is mailed",
        &[Change::Grant(MAIL), Call(MAIL, 1)],
        Green,
    ),
    pull_request(
        22,
        "hotfix: refunds look an order up, deployed at once, while the gate is red at night",
        &[Change::Grant(LOOKUP), Call(LOOKUP, 0)],
        Green,
    ),
    pull_request(27, "checkout deletes nothing", &[Revoke(DELETE)], Green),
    pull_request(
        29,
        "billing reads invoices, which is deployed next week",
        &[Change::Grant(INVOICE), Call(INVOICE, 10)],
        Green,
    ),
    pull_request(
        33,
        "refunds is called paybacks",
        &[Rename("refunds", "paybacks")],
        Green,
    ),
    pull_request(36, "ratings are new", &[Found("ratings", 5)], Green),
    pull_request(
        38,
        "ratings own every bucket",
        &[Change::Grant(to("ratings", "s3:*", "*"))],
        Red,
    ),
    pull_request(
        40,
        "checkout's policy is easier to read",
        &[LayOut("checkout")],
        Green,
    ),
    pull_request(
        43,
        "all functions read their settings",
        &[Change::Grant(SETTINGS), Call(SETTINGS, 2)],
        Green,
    ),
    pull_request(
        44,
        "all functions may purge the mail, just in case",
        &[Change::Grant(PURGE)],
        GreenThenRed,
    ),
    pull_request(
        50,
        "secrets for billing",
        &[Change::Grant(to(
            "billing",
            "secretsmanager:GetSecretValue",
            "*",
        ))],
        Red,
    ),
    pull_request(
        54,
        "a comment in the README, though the gate is red at night",
        &[Readme],
        Green,
    ),
    pull_request(
        60,
        "the weekly report may empty its bucket",
        &[Change::Grant(EMPTY)],
        GreenThenRed,
    ),
    pull_request(66, "nobody purges the mail", &[Revoke(PURGE)], Green),
    pull_request(
        70,
        "alarms of what is hardly traced",
        &[Change::Grant(EVERYONE), Call(EVERYONE, 3)],
        Green,
    ),
    pull_request(
        83,
        "the weekly report empties nothing",
        &[Revoke(EMPTY)],
        Green,
    ),
];
