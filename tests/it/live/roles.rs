//! A stack's functions, their settings and their roles, read from moto.

use super::moto::Moto;
use super::refusing::Guard;
use super::sdk;
use super::shop::{BASIC, Policies, Shop, allow, runtime};
use aws_config::SdkConfig;
use aws_least_privilege::aws::{CloudFormation, Iam, Lambda};
use aws_least_privilege::granted::iam_roles::{self, RoleError, RoleGrants, RolePolicyKind};
use aws_least_privilege::needed::configuration::ConfigurationNeeds;
use aws_least_privilege::roles::in_aws::{Asked, Found, RoleUsers, TargetError, look_up};
use std::collections::{BTreeMap, BTreeSet};

/// What `gate --stack` and its like ask of AWS beside X-Ray. The policy of `docs/reader-role.md` lists the same.
pub(crate) const ACTIONS: &[&str] = &[
    "cloudformation:ListStackResources",
    "iam:GetPolicy",
    "iam:GetPolicyVersion",
    "iam:GetRole",
    "iam:GetRolePolicy",
    "iam:ListAttachedRolePolicies",
    "iam:ListRolePolicies",
    "lambda:ListEventSourceMappings",
    "lambda:ListFunctionEventInvokeConfigs",
    "lambda:ListFunctions",
];

fn find(sdk: &SdkConfig, asked: &Asked) -> Result<Found, TargetError> {
    let asked = Asked {
        region: "eu-west-1".to_owned(),
        ..asked.clone()
    };
    runtime().block_on(look_up(
        &asked,
        &CloudFormation::new(sdk),
        &Lambda::new(sdk),
    ))
}

fn read(sdk: &SdkConfig, roles: &[&str]) -> BTreeMap<String, Result<RoleGrants, RoleError>> {
    let roles = roles.iter().map(|role| (*role).to_owned()).collect();
    runtime().block_on(iam_roles::read(&Iam::new(sdk), &roles))
}

fn of_stack(name: &str) -> Asked {
    Asked {
        stacks: vec![name.to_owned()],
        ..Asked::default()
    }
}

fn users(role: &RoleUsers) -> Vec<(&str, bool)> {
    role.users
        .iter()
        .map(|user| (user.settings.name(), user.target))
        .collect()
}

#[test]
fn a_stack_is_read_whole() {
    let moto = Moto::start();
    let shop = Shop::create(&moto, &Policies::default());

    let found = find(&moto.sdk(), &of_stack(&shop.stack)).expect("it is looked up");
    assert_eq!(found.gaps, BTreeSet::new());
    let roles: Vec<&str> = found.roles.iter().map(|role| role.role.as_str()).collect();
    assert_eq!(roles, [&shop.report_role_arn, &shop.role_arn]);
    assert!(
        shop.role_arn.ends_with(":role/shop/shop-shared"),
        "{}",
        shop.role_arn
    );
    assert_eq!(users(&found.roles[0]), [("report", true)]);
    assert_eq!(
        users(&found.roles[1]),
        [("audit", false), ("checkout", true), ("refund", true)]
    );

    let checkout = ConfigurationNeeds::of(&found.roles[1].users[1].settings);
    let needed: BTreeSet<(String, String)> = checkout
        .needed
        .iter()
        .filter(|need| need.required)
        .flat_map(|need| {
            need.resources
                .iter()
                .map(|on| (need.action.to_string(), on.clone()))
        })
        .collect();
    let log = "arn:aws:logs:eu-west-1:123456789012:log-group:/aws/lambda/checkout:*";
    let expected = [
        ("logs:CreateLogStream", log),
        ("logs:PutLogEvents", log),
        ("sqs:DeleteMessage", &shop.queue_arn),
        ("sqs:GetQueueAttributes", &shop.queue_arn),
        ("sqs:ReceiveMessage", &shop.queue_arn),
        ("xray:PutTelemetryRecords", "*"),
        ("xray:PutTraceSegments", "*"),
    ];
    assert_eq!(
        needed,
        expected
            .map(|(action, on)| (action.to_owned(), on.to_owned()))
            .into()
    );
    assert_eq!(checkout.gaps, BTreeSet::new());

    let grants = read(&moto.sdk(), &roles);
    let shared = grants[&shop.role_arn].as_ref().expect("it is read");
    let kinds: Vec<RolePolicyKind> = shared
        .policies
        .iter()
        .map(|policy| policy.kind.clone())
        .collect();
    assert_eq!(
        kinds,
        [
            RolePolicyKind::Inline {
                name: "inline".to_owned()
            },
            RolePolicyKind::AwsManaged {
                arn: BASIC.to_owned()
            },
            RolePolicyKind::Managed {
                arn: shop.managed_arn.clone()
            },
        ]
    );
    let texts: Vec<&str> = shared
        .policies
        .iter()
        .map(|policy| policy.document.source.as_str())
        .collect();
    for (text, action) in
        texts
            .iter()
            .zip(["sqs:ReceiveMessage", "logs:PutLogEvents", "dynamodb:*"])
    {
        assert!(text.contains(action), "{action} in {text}");
    }
    let boundary = shared.boundary.as_ref().expect("a boundary");
    assert_eq!(boundary.document.name, shop.boundary_arn);
    assert_eq!(shared.insufficient, BTreeSet::new());
    assert!(
        grants[&shop.report_role_arn]
            .as_ref()
            .expect("it is read")
            .policies
            .is_empty()
    );
}

#[test]
fn what_changes_in_a_role_is_seen() {
    let moto = Moto::start();
    let shop = Shop::create(&moto, &Policies::default());
    shop.put_inline(
        &moto,
        &allow(&["s3:GetObject"], &["arn:aws:s3:::shop/100%25/*"]),
    );
    shop.detach(&moto, BASIC);
    let grants = read(&moto.sdk(), &[&shop.role]);
    let shared = grants[&shop.role].as_ref().expect("it is read");
    let names: Vec<&str> = shared
        .policies
        .iter()
        .map(|policy| policy.document.name.as_str())
        .collect();
    assert_eq!(names, ["shop-shared/inline", &shop.managed_arn]);
    assert!(
        shared.policies[0]
            .document
            .source
            .contains("arn:aws:s3:::shop/100%25/*")
    );
}

#[test]
fn functions_and_roles_are_asked_for_in_every_way() {
    let moto = Moto::start();
    let shop = Shop::create(&moto, &Policies::default());
    for function in [
        "audit",
        "audit:$LATEST",
        "arn:aws:lambda:eu-west-1:123456789012:function:audit",
    ] {
        let asked = Asked {
            functions: vec![function.to_owned()],
            ..Asked::default()
        };
        let found = find(&moto.sdk(), &asked).expect("it is looked up");
        assert_eq!(
            users(&found.roles[0]),
            [("audit", true), ("checkout", false), ("refund", false)],
            "{function}"
        );
    }
    for role in [&shop.role, &shop.role_arn] {
        let asked = Asked {
            roles: vec![role.clone()],
            ..Asked::default()
        };
        let found = find(&moto.sdk(), &asked).expect("it is looked up");
        assert_eq!(
            users(&found.roles[0]),
            [("audit", true), ("checkout", true), ("refund", true)],
            "{role}"
        );
    }
    let asked = |functions: &[&str], stacks: &[&str]| Asked {
        functions: functions.iter().map(|name| (*name).to_owned()).collect(),
        stacks: stacks.iter().map(|name| (*name).to_owned()).collect(),
        ..Asked::default()
    };
    let missing = find(&moto.sdk(), &asked(&["missing"], &[]));
    assert_eq!(
        missing,
        Err(TargetError::NoSuchFunction("missing".to_owned()))
    );
    let missing = find(&moto.sdk(), &asked(&[], &["missing"]));
    assert_eq!(missing, Err(TargetError::NoSuchStack("missing".to_owned())));
    let grants = read(&moto.sdk(), &["missing", &shop.role]);
    assert_eq!(
        grants["missing"],
        Err(RoleError::NoSuchRole("missing".to_owned()))
    );
    assert!(grants[&shop.role].is_ok());
}

#[test]
fn the_listed_actions_are_enough_and_each_is_asked_for() {
    let moto = Moto::start();
    let shop = Shop::create(&moto, &Policies::default());
    let guard = Guard::before(&moto, ACTIONS);
    let found = find(&sdk(&guard.url()), &of_stack(&shop.stack)).expect("it is looked up");
    let grants = read(&sdk(&guard.url()), &[&shop.role_arn]);
    assert_eq!(
        found,
        find(&moto.sdk(), &of_stack(&shop.stack)).expect("it is looked up")
    );
    assert_eq!(grants, read(&moto.sdk(), &[&shop.role_arn]));
    assert_eq!(guard.asked(), ACTIONS);
}

#[test]
fn an_action_that_is_refused_is_told_and_never_taken_for_nothing() {
    let moto = Moto::start();
    let shop = Shop::create(&moto, &Policies::default());
    for refused in ACTIONS {
        let allowed: Vec<&str> = ACTIONS
            .iter()
            .filter(|action| *action != refused)
            .copied()
            .collect();
        let guard = Guard::before(&moto, &allowed);
        let operation = refused.split(':').nth(1).expect("an action");
        let found = find(&sdk(&guard.url()), &of_stack(&shop.stack));
        let grants = read(&sdk(&guard.url()), &[&shop.role_arn]);
        let role = grants.values().next().expect("an answer");
        match *refused {
            "cloudformation:ListStackResources" => {
                let error = found.expect_err("the stack cannot be read");
                assert!(
                    error.hint().expect("advice").contains(operation),
                    "{error:?}"
                );
            }
            "lambda:ListFunctions" => {
                // Without the list each function is asked for by itself, which is not allowed here either.
                let found = found.expect("it is told of");
                assert_eq!(found.unread.len(), 3, "{found:?}");
                assert_eq!(found.gaps.len(), 1);
            }
            "lambda:ListEventSourceMappings" | "lambda:ListFunctionEventInvokeConfigs" => {
                let found = found.expect("the rest is looked up");
                let gaps: BTreeSet<String> = found
                    .roles
                    .iter()
                    .flat_map(|role| &role.users)
                    .flat_map(|user| ConfigurationNeeds::of(&user.settings).gaps)
                    .collect();
                assert_eq!(gaps.len(), 4, "{gaps:?}");
                assert!(gaps.iter().all(|gap| gap.contains(operation)), "{gaps:?}");
            }
            _ => {
                assert_eq!(found.expect("it is looked up").gaps, BTreeSet::new());
                let error = role.as_ref().expect_err("the role cannot be read");
                assert!(
                    error.hint().expect("advice").contains(operation),
                    "{error:?}"
                );
                continue;
            }
        }
        assert!(role.is_ok(), "{role:?}");
    }
}

#[test]
fn without_the_list_a_function_is_read_by_itself() {
    let moto = Moto::start();
    let shop = Shop::create(&moto, &Policies::default());
    let guard = Guard::before(
        &moto,
        &[
            "lambda:GetFunctionConfiguration",
            "lambda:ListFunctionEventInvokeConfigs",
        ],
    );
    let asked = Asked {
        functions: vec!["checkout".to_owned()],
        ..Asked::default()
    };
    let found = find(&sdk(&guard.url()), &asked).expect("it is looked up");
    assert_eq!(found.roles[0].role, shop.role_arn);
    assert_eq!(users(&found.roles[0]), [("checkout", true)]);
    assert_eq!(found.roles[0].insufficient.len(), 1);
    assert!(found.roles[0].users[0].settings.versions[0].active_tracing);
}
