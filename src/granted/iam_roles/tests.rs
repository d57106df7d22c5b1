use super::*;
use futures_util::FutureExt as _;
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

/// IAM in memory: what it has, what it refuses, and what it was asked.
#[derive(Debug, Default)]
struct Account {
    roles: BTreeMap<String, RoleRecord>,
    attached: BTreeMap<String, Vec<(&'static str, String)>>,
    inline: BTreeMap<String, BTreeMap<String, String>>,
    managed: BTreeMap<String, String>,
    refused: BTreeSet<String>,
    asked: Mutex<Vec<String>>,
    /// How long an answer takes, and how many are on their way now and at most.
    delay: Duration,
    under_way: AtomicUsize,
    most: AtomicUsize,
}

const LAMBDA: &str = r#"{"Statement": [{"Effect": "Allow", "Action": "sts:AssumeRole",
    "Principal": {"Service": "lambda.amazonaws.com"}}]}"#;

fn allow(action: &str) -> String {
    format!(
        r#"{{"Version": "2012-10-17", "Statement": [{{"Effect": "Allow", "Action": "{action}", "Resource": "*"}}]}}"#
    )
}

fn encoded(text: &str) -> String {
    percent_encoding::utf8_percent_encode(text, percent_encoding::NON_ALPHANUMERIC).to_string()
}

impl Account {
    fn with_role(mut self, name: &str) -> Self {
        let record = RoleRecord {
            arn: format!("arn:aws-cn:iam::123456789012:role/team/{name}"),
            trust_policy: Some(encoded(LAMBDA)),
            boundary: None,
        };
        self.roles.insert(name.to_owned(), record);
        self
    }

    fn attaching(mut self, role: &str, arn: &str) -> Self {
        self.attached
            .entry(role.to_owned())
            .or_default()
            .push(("policy", arn.to_owned()));
        self.managed
            .entry(arn.to_owned())
            .or_insert_with(|| encoded(&allow("s3:GetObject")));
        self
    }

    fn refusing(mut self, call: &str) -> Self {
        self.refused.insert(call.to_owned());
        self
    }

    async fn ask(&self, operation: &'static str, of: &str) -> Result<(), ApiError> {
        let call = format!("{operation} {of}");
        self.asked.lock().unwrap().push(call.clone());
        if !self.delay.is_zero() {
            let now = self.under_way.fetch_add(1, Ordering::SeqCst) + 1;
            self.most.fetch_max(now, Ordering::SeqCst);
            tokio::time::sleep(self.delay).await;
            self.under_way.fetch_sub(1, Ordering::SeqCst);
        }
        if self.refused.contains(&call) {
            return Err(error(operation, ApiErrorKind::Denied, "AccessDenied"));
        }
        Ok(())
    }

    fn read(&self, roles: &[&str]) -> BTreeMap<String, Result<RoleGrants, RoleError>> {
        let roles = roles.iter().map(|role| (*role).to_owned()).collect();
        read(self, &roles)
            .now_or_never()
            .expect("nothing here waits")
    }

    fn asked(&self, call: &str) -> usize {
        self.asked
            .lock()
            .unwrap()
            .iter()
            .filter(|asked| asked.as_str() == call)
            .count()
    }
}

fn error(operation: &'static str, kind: ApiErrorKind, code: &str) -> ApiError {
    ApiError {
        operation,
        kind,
        code: Some(code.to_owned()),
        message: code.to_owned(),
    }
}

fn absent(operation: &'static str) -> ApiError {
    error(operation, ApiErrorKind::Refused, "NoSuchEntity")
}

impl RoleApi for Account {
    async fn role(&self, name: &str) -> Result<RoleRecord, ApiError> {
        self.ask("GetRole", name).await?;
        self.roles
            .get(name)
            .cloned()
            .ok_or_else(|| absent("GetRole"))
    }

    async fn attached_policies(&self, role: &str) -> Result<Vec<AttachedPolicy>, ApiError> {
        self.ask("ListAttachedRolePolicies", role).await?;
        let attached = self.attached.get(role).into_iter().flatten();
        Ok(attached
            .map(|(name, arn)| AttachedPolicy {
                name: (*name).to_owned(),
                arn: arn.clone(),
            })
            .collect())
    }

    async fn inline_policies(&self, role: &str) -> Result<Vec<String>, ApiError> {
        self.ask("ListRolePolicies", role).await?;
        Ok(self
            .inline
            .get(role)
            .into_iter()
            .flat_map(BTreeMap::keys)
            .cloned()
            .collect())
    }

    async fn inline_policy(&self, role: &str, policy: &str) -> Result<String, ApiError> {
        self.ask("GetRolePolicy", policy).await?;
        Ok(self.inline[role][policy].clone())
    }

    async fn default_version(&self, policy_arn: &str) -> Result<String, ApiError> {
        self.ask("GetPolicy", policy_arn).await?;
        Ok("v2".to_owned())
    }

    async fn policy_version(&self, policy_arn: &str, version: &str) -> Result<String, ApiError> {
        self.ask("GetPolicyVersion", policy_arn).await?;
        assert_eq!(version, "v2", "the default version and no other");
        Ok(self.managed[policy_arn].clone())
    }
}

const SHARED: &str = "arn:aws-cn:iam::123456789012:policy/shared";
const AWS_OWN: &str = "arn:aws-cn:iam::aws:policy/service-role/AWSLambdaBasicExecutionRole";

#[test]
fn case_52_a_role_is_read_with_the_default_version_of_each_policy() {
    let mut account = Account::default()
        .with_role("checkout")
        .attaching("checkout", AWS_OWN)
        .attaching("checkout", SHARED);
    let inline = [
        ("b", allow("sqs:SendMessage")),
        ("a", encoded(&allow("sns:Publish"))),
    ];
    account.inline.insert(
        "checkout".into(),
        inline.map(|(name, text)| (name.to_owned(), text)).into(),
    );
    account.roles.get_mut("checkout").unwrap().boundary =
        Some("arn:aws-cn:iam::123456789012:policy/limit".into());
    account.managed.insert(
        "arn:aws-cn:iam::123456789012:policy/limit".into(),
        encoded(&allow("s3:*")),
    );

    let read = account.read(&["checkout"]);
    let grants = read["checkout"].as_ref().unwrap();
    assert_eq!(
        grants.role.to_string(),
        "arn:aws-cn:iam::123456789012:role/team/checkout"
    );
    let policies: Vec<(&RolePolicyKind, &str)> = grants
        .policies
        .iter()
        .map(|policy| (&policy.kind, policy.document.name.as_str()))
        .collect();
    assert_eq!(
        policies,
        [
            (&RolePolicyKind::Inline { name: "a".into() }, "checkout/a"),
            (&RolePolicyKind::Inline { name: "b".into() }, "checkout/b"),
            (&RolePolicyKind::Managed { arn: SHARED.into() }, SHARED),
            (
                &RolePolicyKind::AwsManaged {
                    arn: AWS_OWN.into()
                },
                AWS_OWN
            ),
        ]
    );
    assert!(grants.policies[0].document.source.contains("sns:Publish"));
    assert!(
        grants
            .boundary
            .as_ref()
            .unwrap()
            .document
            .source
            .contains("s3:*")
    );
    assert_eq!(grants.insufficient, BTreeSet::new());
}

#[test]
fn a_document_that_roles_share_is_read_once() {
    let mut account = Account::default();
    for role in ["a", "b", "c"] {
        account = account.with_role(role).attaching(role, SHARED);
        account.roles.get_mut(role).unwrap().boundary = Some(SHARED.into());
    }
    let read = account.read(&["a", "b", "c"]);
    assert!(read.values().all(Result::is_ok));
    assert_eq!(account.asked(&format!("GetPolicy {SHARED}")), 1);
    assert_eq!(account.asked(&format!("GetPolicyVersion {SHARED}")), 1);
}

#[test]
fn a_role_that_cannot_be_read_does_not_keep_the_others_back() {
    let other = "arn:aws-cn:iam::123456789012:policy/other";
    for call in [
        "GetRole bad".to_owned(),
        "ListAttachedRolePolicies bad".to_owned(),
        "ListRolePolicies bad".to_owned(),
        "GetRolePolicy secret".to_owned(),
        format!("GetPolicy {other}"),
        format!("GetPolicyVersion {other}"),
    ] {
        let mut account = Account::default()
            .with_role("bad")
            .with_role("good")
            .attaching("bad", other)
            .attaching("bad", SHARED)
            .attaching("good", SHARED)
            .refusing(&call);
        account
            .inline
            .insert("bad".into(), [("secret".to_owned(), allow("s3:*"))].into());
        let read = account.read(&["bad", "good"]);
        assert_eq!(read["good"].as_ref().unwrap().policies.len(), 1, "{call}");
        let error = read["bad"].as_ref().unwrap_err();
        let operation = call.split(' ').next().unwrap();
        assert!(
            error.hint().unwrap().contains(operation),
            "{call}: {error:?}"
        );
        assert!(!error.is_of_credentials());
    }
}

#[test]
fn documents_that_are_none_are_errors_of_their_role() {
    for text in ["not a policy", "%FF", ""] {
        let mut account = Account::default().with_role("bad").attaching("bad", SHARED);
        account.managed.insert(SHARED.into(), text.into());
        let read = account.read(&["bad"]);
        assert!(
            matches!(
                read["bad"],
                Err(RoleError::NotAPolicy(_) | RoleError::NotText(_))
            ),
            "{text}: {:?}",
            read["bad"]
        );
    }
}

#[test]
fn roles_are_told_by_arn_or_name_and_only_of_the_account_meant() {
    let account = Account::default().with_role("checkout");
    let arn = "arn:aws-cn:iam::123456789012:role/team/checkout";
    let elsewhere = "arn:aws-cn:iam::210987654321:role/team/checkout";
    let read = account.read(&["checkout", arn, elsewhere, "missing"]);
    assert!(read["checkout"].is_ok() && read[arn].is_ok());
    assert_eq!(
        read[elsewhere],
        Err(RoleError::OtherAccount(elsewhere.into()))
    );
    assert_eq!(
        read["missing"],
        Err(RoleError::NoSuchRole("missing".into()))
    );
}

#[test]
fn a_trust_policy_that_cannot_be_read_makes_the_evidence_insufficient() {
    for trust in [None, Some("%FF".to_owned()), Some("{}".to_owned())] {
        let mut account = Account::default().with_role("checkout");
        account.roles.get_mut("checkout").unwrap().trust_policy = trust;
        let read = account.read(&["checkout"]);
        let insufficient = &read["checkout"].as_ref().unwrap().insufficient;
        assert!(
            insufficient.contains("its trust policy cannot be read, so others may use it"),
            "{insufficient:?}"
        );
    }
}

#[test]
fn requests_are_made_side_by_side_within_bounds() {
    let mut account = Account {
        delay: Duration::from_millis(10),
        ..Account::default()
    };
    let names: BTreeSet<String> = (0..20).map(|number| format!("r{number}")).collect();
    for name in &names {
        let own = format!("arn:aws-cn:iam::123456789012:policy/{name}");
        account = account.with_role(name).attaching(name, &own);
    }
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()
        .unwrap();
    let read = runtime.block_on(read(&account, &names));
    assert!(read.values().all(Result::is_ok));
    assert_eq!(account.asked.lock().unwrap().len(), 20 * (3 + 2));
    assert_eq!(account.most.load(Ordering::SeqCst), CONCURRENT);
}
