use super::*;
use crate::aws::ApiErrorKind;
use crate::aws::cloudformation::{StackApi, StackResource};
use crate::aws::lambda::{FunctionApi, FunctionEventSource, FunctionVersion};
use crate::lambda::{Destination, EventSource, VersionSettings};
use futures_util::FutureExt as _;
use std::sync::Mutex;

const REGION: &str = "eu-west-1";

/// Lambda and CloudFormation in memory: what they have, what they refuse, and what they were asked.
#[derive(Debug, Default)]
struct Account {
    versions: Vec<FunctionVersion>,
    aliases: BTreeMap<(String, String), String>,
    event_sources: Vec<FunctionEventSource>,
    destinations: BTreeMap<String, Vec<Destination>>,
    stacks: BTreeMap<String, Vec<StackResource>>,
    failing: BTreeMap<&'static str, ApiErrorKind>,
    asked: Mutex<Vec<String>>,
}

fn arn(function: &str) -> Arn {
    format!("arn:aws:lambda:{REGION}:123456789012:function:{function}")
        .parse()
        .unwrap()
}

fn role(name: &str) -> String {
    format!("arn:aws:iam::123456789012:role/team/{name}")
}

fn error(operation: &'static str, kind: ApiErrorKind, code: &str) -> ApiError {
    ApiError {
        operation,
        kind,
        code: Some(code.to_owned()),
        message: code.to_owned(),
    }
}

impl Account {
    fn with(mut self, function: &str, version: &str, role_name: &str) -> Self {
        self.versions.push(FunctionVersion {
            function: arn(function),
            role: role(role_name),
            settings: VersionSettings {
                version: version.into(),
                ..VersionSettings::default()
            },
        });
        self
    }

    fn with_stack(mut self, name: &str, resources: &[(&str, Option<&str>)]) -> Self {
        let resources = resources.iter().map(|(kind, id)| StackResource {
            logical_id: "Logical".into(),
            kind: (*kind).to_owned(),
            physical_id: id.map(str::to_owned),
            status: if id.is_some() {
                "CREATE_COMPLETE"
            } else {
                "CREATE_IN_PROGRESS"
            }
            .into(),
        });
        self.stacks.insert(name.to_owned(), resources.collect());
        self
    }

    fn failing(mut self, operation: &'static str, kind: ApiErrorKind) -> Self {
        self.failing.insert(operation, kind);
        self
    }

    fn ask(&self, operation: &'static str, of: &str) -> Result<(), ApiError> {
        self.asked.lock().unwrap().push(format!("{operation} {of}"));
        match self.failing.get(operation) {
            Some(kind) => Err(error(operation, *kind, "Failing")),
            None => Ok(()),
        }
    }

    fn look_up(&self, asked: &Asked) -> Result<Found, TargetError> {
        let asked = Asked {
            region: REGION.into(),
            ..asked.clone()
        };
        look_up(&asked, self, self)
            .now_or_never()
            .expect("nothing here waits")
    }

    fn asked(&self, operation: &str) -> usize {
        self.asked
            .lock()
            .unwrap()
            .iter()
            .filter(|asked| asked.starts_with(operation))
            .count()
    }
}

impl FunctionApi for Account {
    async fn functions(&self) -> Result<Vec<FunctionVersion>, ApiError> {
        self.ask("ListFunctions", "")?;
        Ok(self.versions.clone())
    }

    async fn function(
        &self,
        name: &str,
        qualifier: Option<&str>,
    ) -> Result<FunctionVersion, ApiError> {
        self.ask("GetFunctionConfiguration", name)?;
        let bare = name.rsplit(':').next().unwrap().to_owned();
        let qualifier = qualifier.unwrap_or("$LATEST");
        let version = self
            .aliases
            .get(&(bare.clone(), qualifier.to_owned()))
            .map_or(qualifier, String::as_str);
        let mut versions = self.versions.iter();
        let found = versions
            .find(|found| found.function == arn(&bare) && found.settings.version == version);
        found.cloned().ok_or_else(|| {
            error(
                "GetFunctionConfiguration",
                ApiErrorKind::Refused,
                "ResourceNotFoundException",
            )
        })
    }

    async fn event_sources(&self) -> Result<Vec<FunctionEventSource>, ApiError> {
        self.ask("ListEventSourceMappings", "")?;
        Ok(self.event_sources.clone())
    }

    async fn destinations(&self, function: &str) -> Result<Vec<Destination>, ApiError> {
        self.ask("ListFunctionEventInvokeConfigs", function)?;
        Ok(self.destinations.get(function).cloned().unwrap_or_default())
    }
}

impl StackApi for Account {
    async fn resources(&self, stack: &str) -> Result<Vec<StackResource>, ApiError> {
        self.ask("ListStackResources", stack)?;
        let missing = || ApiError {
            message: format!("Stack with id {stack} does not exist"),
            ..error(
                "ListStackResources",
                ApiErrorKind::Refused,
                "ValidationError",
            )
        };
        self.stacks.get(stack).cloned().ok_or_else(missing)
    }
}

fn functions(names: &[&str]) -> Asked {
    Asked {
        functions: names.iter().map(|name| (*name).to_owned()).collect(),
        ..Asked::default()
    }
}

fn of_stack(name: &str) -> Asked {
    Asked {
        stacks: vec![name.to_owned()],
        ..Asked::default()
    }
}

fn of_role(name: &str) -> Asked {
    Asked {
        roles: vec![name.to_owned()],
        ..Asked::default()
    }
}

/// Each role's name with its functions, `*` before those asked for.
fn told(found: &Found) -> Vec<String> {
    let tell = |role: &RoleUsers| {
        let users: Vec<String> = role
            .users
            .iter()
            .map(|user| {
                format!(
                    "{}{}",
                    if user.target { "*" } else { "" },
                    user.settings.name()
                )
            })
            .collect();
        format!(
            "{}: {}",
            crate::granted::iam_roles::role_name(&role.role),
            users.join(" ")
        )
    };
    found.roles.iter().map(tell).collect()
}

const FUNCTION: &str = "AWS::Lambda::Function";
const STACK: &str = "AWS::CloudFormation::Stack";

fn shop() -> Account {
    Account::default()
        .with("checkout", "$LATEST", "shared")
        .with("refund", "$LATEST", "shared")
        .with("report", "$LATEST", "own")
}

#[test]
fn a_function_brings_its_role_and_everyone_who_shares_it() {
    let full_arn = arn("checkout").to_string();
    for name in [
        "checkout",
        "checkout:$LATEST",
        "123456789012:function:checkout",
        &full_arn,
    ] {
        let found = shop().look_up(&functions(&[name])).unwrap();
        assert_eq!(told(&found), ["shared: *checkout refund"], "{name}");
        assert_eq!(found.roles[0].role, role("shared"));
        assert!(found.gaps.is_empty() && found.unread.is_empty());
    }
    let both = shop()
        .look_up(&functions(&["report", "refund", "refund"]))
        .unwrap();
    assert_eq!(told(&both), ["own: *report", "shared: checkout *refund"]);
}

#[test]
fn an_alias_means_the_role_of_the_version_behind_it() {
    let mut account = shop()
        .with("checkout", "3", "old")
        .with("other", "$LATEST", "old");
    account
        .aliases
        .insert(("checkout".into(), "PROD".into()), "3".into());
    for name in ["checkout:PROD", "checkout:3"] {
        let found = account.look_up(&functions(&[name])).unwrap();
        assert_eq!(told(&found), ["old: *checkout other"], "{name}");
        let versions: Vec<&str> = found.roles[0].users[0]
            .settings
            .versions
            .iter()
            .map(|settings| settings.version.as_str())
            .collect();
        assert_eq!(
            versions,
            ["3"],
            "only versions that use the role, once each"
        );
    }
}

#[test]
fn a_published_version_counts_among_the_users_of_its_role() {
    let account = shop()
        .with("archive", "$LATEST", "other")
        .with("archive", "7", "shared");
    let found = account.look_up(&functions(&["checkout"])).unwrap();
    assert_eq!(told(&found), ["shared: archive *checkout refund"]);
}

#[test]
fn a_role_is_asked_for_by_name_or_arn() {
    for name in ["shared", &role("shared")] {
        let found = shop().look_up(&of_role(name)).unwrap();
        assert_eq!(told(&found), ["shared: *checkout *refund"], "{name}");
    }
    let elsewhere = shop()
        .look_up(&of_role("arn:aws:iam::210987654321:role/team/shared"))
        .unwrap();
    assert_eq!(told(&elsewhere), ["shared: "]);
    assert_eq!(
        told(&shop().look_up(&of_role("nobody")).unwrap()),
        ["nobody: "]
    );
}

#[test]
fn stacks_are_followed_into_nested_ones_and_not_in_circles() {
    let account = shop()
        .with_stack(
            "shop",
            &[
                (FUNCTION, Some("checkout")),
                (STACK, Some("arn:nested")),
                ("AWS::SQS::Queue", Some("q")),
            ],
        )
        .with_stack(
            "arn:nested",
            &[
                (FUNCTION, Some("report")),
                (STACK, Some("arn:nested")),
                (STACK, Some("shop")),
            ],
        );
    let found = account.look_up(&of_stack("shop")).unwrap();
    assert_eq!(told(&found), ["own: *report", "shared: *checkout refund"]);
    assert_eq!(account.asked("ListStackResources"), 2);
}

#[test]
fn stacks_nested_without_end_are_given_up_on() {
    let mut account = shop().with_stack("s0", &[(FUNCTION, Some("checkout")), (STACK, Some("s1"))]);
    for depth in 1..100 {
        account = account.with_stack(
            &format!("s{depth}"),
            &[(STACK, Some(&format!("s{}", depth + 1)))],
        );
    }
    let found = account.look_up(&of_stack("s0")).unwrap();
    assert_eq!(account.asked("ListStackResources"), 33);
    assert_eq!(
        found.gaps,
        BTreeSet::from(["the nested stack s33 was not read: there are too many".to_owned()])
    );
}

#[test]
fn what_a_stack_does_not_have_yet_or_any_more_is_a_gap() {
    let account = shop().with_stack(
        "shop",
        &[
            (FUNCTION, None),
            (FUNCTION, Some("gone")),
            (FUNCTION, Some("checkout")),
            (STACK, Some("lost")),
        ],
    );
    let found = account.look_up(&of_stack("shop")).unwrap();
    assert_eq!(told(&found), ["shared: *checkout refund"]);
    let gaps: Vec<&str> = found.gaps.iter().map(String::as_str).collect();
    assert_eq!(gaps.len(), 3, "{gaps:?}");
    assert!(
        gaps[0].starts_with("Logical of the stack shop does not exist yet: CREATE_IN_PROGRESS"),
        "{gaps:?}"
    );
    assert_eq!(
        gaps[1],
        "the function gone of the stack shop does not exist"
    );
    assert!(
        gaps[2].starts_with("the nested stack lost was not read"),
        "{gaps:?}"
    );
}

#[test]
fn what_was_deleted_is_no_part_of_a_stack() {
    let mut account = shop().with_stack(
        "shop",
        &[(FUNCTION, Some("checkout")), (FUNCTION, Some("report"))],
    );
    account.stacks.get_mut("shop").unwrap()[1].status = "DELETE_COMPLETE".into();
    assert_eq!(
        told(&account.look_up(&of_stack("shop")).unwrap()),
        ["shared: *checkout refund"]
    );
}

#[test]
fn names_that_mean_nothing_are_errors_with_advice() {
    let none = shop().with_stack("empty", &[]);
    let elsewhere = "arn:aws:lambda:us-east-1:123456789012:function:checkout";
    for (asked, message) in [
        (
            of_stack("missing"),
            "there is no stack `missing` in this account and region",
        ),
        (of_stack("empty"), "no Lambda function is in empty"),
        (
            functions(&["missing"]),
            "there is no function `missing` in this account and region",
        ),
        (
            functions(&["checkout:NOPE"]),
            "there is no function `checkout:NOPE` in this account and region",
        ),
        (
            functions(&["a:b:c"]),
            "`a:b:c` is not a function's name or ARN",
        ),
        (
            functions(&[elsewhere]),
            &format!("the function `{elsewhere}` is not in the region eu-west-1"),
        ),
    ] {
        let error = none.look_up(&asked).unwrap_err();
        assert_eq!(error.to_string(), message);
        assert!(error.hint().is_some(), "{message}");
    }
}

#[test]
fn settings_are_read_for_every_user_and_lists_once() {
    let mut account = shop();
    let source = EventSource {
        source: Some("arn:aws:sqs:eu-west-1:123456789012:orders".into()),
        ..EventSource::default()
    };
    account.event_sources.push(FunctionEventSource {
        function: arn("refund"),
        source: source.clone(),
    });
    let destination = Destination {
        on_success: false,
        target: "arn:aws:sns:eu-west-1:123456789012:failed".into(),
    };
    account.destinations.insert(
        arn("checkout").to_string(),
        vec![destination.clone(), destination.clone()],
    );
    let found = account
        .look_up(&functions(&["checkout", "report"]))
        .unwrap();
    let settings = |name: &str| {
        let mut users = found.roles.iter().flat_map(|role| &role.users);
        users
            .find(|user| user.settings.name() == name)
            .unwrap()
            .settings
            .clone()
    };
    assert_eq!(settings("refund").event_sources, Ok(vec![source]));
    assert_eq!(settings("checkout").event_sources, Ok(vec![]));
    assert_eq!(settings("checkout").destinations, Ok(vec![destination]));
    assert_eq!(settings("report").destinations, Ok(vec![]));
    assert_eq!(
        (
            account.asked("ListFunctions "),
            account.asked("ListEventSourceMappings")
        ),
        (1, 1)
    );
    assert_eq!(account.asked("ListFunctionEventInvokeConfigs"), 3);
    assert_eq!(account.asked("GetFunctionConfiguration"), 0);
}

#[test]
fn without_the_list_of_functions_others_may_share_the_role() {
    let account = shop().failing("ListFunctions", ApiErrorKind::Denied);
    let found = account.look_up(&functions(&["checkout"])).unwrap();
    assert_eq!(told(&found), ["shared: *checkout"]);
    assert_eq!(found.roles[0].insufficient.len(), 1);
    assert_eq!(found.gaps.len(), 1);
    let error = account.look_up(&of_role("shared")).unwrap_err();
    assert_eq!(
        error.to_string(),
        "cannot look up the functions that use the role `shared`"
    );
    assert!(error.hint().unwrap().contains("ListFunctions"));
}

#[test]
fn a_function_that_may_not_be_read_is_told_of() {
    let account = shop()
        .failing("ListFunctions", ApiErrorKind::Denied)
        .failing("GetFunctionConfiguration", ApiErrorKind::Denied)
        .with_stack("shop", &[(FUNCTION, Some("refund"))]);
    let found = account
        .look_up(&Asked {
            seen: vec![arn("report")],
            ..Asked {
                functions: vec!["checkout".into()],
                ..of_stack("shop")
            }
        })
        .unwrap();
    let unread: Vec<&str> = found.unread.keys().map(String::as_str).collect();
    assert_eq!(
        unread,
        [
            arn("report").to_string().as_str(),
            "checkout",
            "refund of the stack shop"
        ]
    );
}

#[test]
fn settings_that_may_not_be_read_are_told_with_their_reason() {
    let account = shop()
        .failing("ListEventSourceMappings", ApiErrorKind::Denied)
        .failing("ListFunctionEventInvokeConfigs", ApiErrorKind::Denied);
    let found = account.look_up(&functions(&["report"])).unwrap();
    let settings = &found.roles[0].users[0].settings;
    assert_eq!(
        settings.event_sources,
        Err("ListEventSourceMappings: not permitted: Failing".into())
    );
    assert_eq!(
        settings.destinations,
        Err("ListFunctionEventInvokeConfigs: not permitted: Failing".into())
    );
}

#[test]
fn credentials_that_are_no_good_end_the_search_and_so_does_a_stack_that_cannot_be_read() {
    let of_lambda = [
        "ListFunctions",
        "ListEventSourceMappings",
        "ListFunctionEventInvokeConfigs",
    ];
    let credentials = of_lambda.map(|operation| (operation, ApiErrorKind::Credentials));
    let of_stacks = [
        ApiErrorKind::Credentials,
        ApiErrorKind::Denied,
        ApiErrorKind::Network,
        ApiErrorKind::Throttled,
    ];
    let of_stacks = of_stacks.map(|kind| ("ListStackResources", kind));
    for (operation, kind) in credentials.into_iter().chain(of_stacks) {
        let account = shop()
            .with_stack("shop", &[(FUNCTION, Some("checkout"))])
            .failing(operation, kind);
        let error = account.look_up(&of_stack("shop")).unwrap_err();
        assert!(
            matches!(&error, TargetError::Api { source, .. } if source.kind == kind),
            "{operation} {error:?}"
        );
    }
}

#[test]
fn what_lambda_does_not_tell_for_whatever_reason_is_told() {
    for kind in [
        ApiErrorKind::Denied,
        ApiErrorKind::Refused,
        ApiErrorKind::Network,
        ApiErrorKind::Throttled,
        ApiErrorKind::TimedOut,
    ] {
        let look_up = |operation| {
            let account = shop().failing(operation, kind);
            account.look_up(&functions(&["checkout"])).unwrap()
        };
        let found = look_up("ListFunctions");
        assert_eq!(told(&found), ["shared: *checkout"]);
        assert_eq!(
            found.roles[0].insufficient.len(),
            1,
            "others may use the role"
        );
        assert_eq!(found.gaps.len(), 1);
        let settings = |found: &Found| found.roles[0].users[0].settings.clone();
        assert!(
            settings(&look_up("ListEventSourceMappings"))
                .event_sources
                .is_err()
        );
        assert!(
            settings(&look_up("ListFunctionEventInvokeConfigs"))
                .destinations
                .is_err()
        );
    }
}

#[test]
fn where_nobody_is_meant_nothing_is_asked() {
    let account = shop();
    assert_eq!(
        account.look_up(&Asked::default()).unwrap(),
        Found::default()
    );
    assert!(account.asked.lock().unwrap().is_empty());
}

#[test]
fn one_refusal_is_enough_where_the_list_is_refused_too() {
    let account = shop()
        .failing("ListFunctions", ApiErrorKind::Denied)
        .failing("GetFunctionConfiguration", ApiErrorKind::Denied);
    let seen = Asked {
        seen: ["checkout", "refund", "report"].map(arn).into(),
        ..Asked::default()
    };
    let found = account.look_up(&seen).unwrap();
    assert_eq!(found.unread.len(), 3);
    assert_eq!(account.asked("GetFunctionConfiguration"), 1);
}

#[test]
fn functions_are_there_or_gone_and_a_refusal_ends_the_asking() {
    let existence = |account: &Account, names: &[&str]| {
        let names = names.iter().map(|name| (*name).to_owned()).collect();
        existence(&names, account)
            .now_or_never()
            .expect("nothing here waits")
    };
    let found = existence(&shop(), &["checkout", "gone", "refund:$LATEST"]).unwrap();
    assert_eq!(found.gone, BTreeSet::from(["gone".to_owned()]));
    assert_eq!((found.untold, found.refused), (BTreeSet::new(), None));

    let denying = shop().failing("GetFunctionConfiguration", ApiErrorKind::Denied);
    let found = existence(&denying, &["checkout", "refund", "report"]).unwrap();
    assert_eq!((found.gone.len(), found.untold.len()), (0, 3));
    assert_eq!(found.refused.unwrap().kind, ApiErrorKind::Denied);

    let expired = shop().failing("GetFunctionConfiguration", ApiErrorKind::Credentials);
    assert!(existence(&expired, &["checkout"]).is_err());
}

#[test]
fn functions_of_the_traces_are_found_and_the_others_are_gaps() {
    let seen = Asked {
        seen: vec![
            arn("checkout"),
            arn("gone"),
            "arn:aws:lambda:us-east-1:123456789012:function:checkout"
                .parse()
                .unwrap(),
        ],
        ..Asked::default()
    };
    let found = shop().look_up(&seen).unwrap();
    assert_eq!(told(&found), ["shared: *checkout refund"]);
    assert_eq!(found.gaps.len(), 2, "{:?}", found.gaps);
}
