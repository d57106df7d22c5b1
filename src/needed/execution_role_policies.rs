//! Recognises the AWS managed policies for Lambda execution roles, and says what to attach instead.
//!
//! These policies grant on `*`, because AWS cannot know the function. AWS's documentation recommends attaching them, so
//! their excess has a low severity. Follows
//! <https://docs.aws.amazon.com/lambda/latest/dg/lambda-intro-execution-role.html>.

use crate::iam::{Action, Arn};
use crate::lambda::managed_policies;
use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

/// The managed policies that grant only what Lambda, or an extension by AWS, does itself.
const NAMES: &[&str] = &[
    "AWSLambdaBasicDurableExecutionRolePolicy",
    "AWSLambdaBasicExecutionRole",
    "AWSLambdaDynamoDBExecutionRole",
    "AWSLambdaENIManagementAccess",
    "AWSLambdaKinesisExecutionRole",
    "AWSLambdaMSKExecutionRole",
    "AWSLambdaSQSQueueExecutionRole",
    "AWSLambdaVPCAccessExecutionRole",
    "AWSXRayDaemonWriteAccess",
    "AWSXrayWriteOnlyAccess",
    "CloudWatchLambdaApplicationSignalsExecutionRolePolicy",
    "CloudWatchLambdaInsightsExecutionRolePolicy",
];

/// Whether one of those policies grants an action.
///
/// ```
/// use aws_least_privilege::needed::execution_role_policies::grant;
///
/// assert!(grant(&"logs:PutLogEvents".parse()?));
/// assert!(!grant(&"sqs:SendMessage".parse()?));
/// # Ok::<(), aws_least_privilege::iam::action::ParseActionError>(())
/// ```
pub fn grant(action: &Action) -> bool {
    let text = action.to_string();
    managed_policies::all_actions().any(|own| own.eq_ignore_ascii_case(&text))
}

/// Returns the name of the policy if the ARN is of one of those policies.
///
/// ```
/// use aws_least_privilege::needed::execution_role_policies::name;
///
/// let basic = "arn:aws-cn:iam::aws:policy/service-role/AWSLambdaBasicExecutionRole";
/// assert_eq!(name(basic), Some("AWSLambdaBasicExecutionRole"));
/// // Its namesake in an account is anyone's, and this one grants S3 besides.
/// assert_eq!(name("arn:aws:iam::123456789012:policy/AWSLambdaBasicExecutionRole"), None);
/// assert_eq!(name("arn:aws:iam::aws:policy/AWSLambdaExecute"), None);
/// ```
pub fn name(policy_arn: &str) -> Option<&'static str> {
    let arn: Arn = policy_arn.parse().ok()?;
    let path = arn.resource().strip_prefix("policy/")?;
    let name = path.rsplit('/').next()?;
    let is_aws = arn.service() == "iam" && arn.account() == "aws";
    NAMES.iter().find(|own| is_aws && **own == name).copied()
}

/// What to attach instead of an AWS managed policy that grants more than is needed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Replacement {
    /// The name of the attached policy.
    pub attached: &'static str,
    /// The needed part of it: actions by the resources they are needed on. If this is empty, the policy can be
    /// detached.
    pub keep: BTreeMap<BTreeSet<String>, BTreeSet<Action>>,
}

impl Replacement {
    /// Works out which part of an attached policy is needed. `granted` says which actions the policy grants, `needed`
    /// lists what the role's functions need.
    ///
    /// ```
    /// use aws_least_privilege::iam::Action;
    /// use aws_least_privilege::needed::execution_role_policies::Replacement;
    /// use std::collections::BTreeSet;
    ///
    /// let write: Action = "logs:PutLogEvents".parse()?;
    /// let log = BTreeSet::from(["arn:aws:logs:eu-west-1:123456789012:log-group:/aws/lambda/f:*".to_owned()]);
    /// let granted = |action: &Action| action.prefix() == "logs" || action.prefix() == "ec2";
    /// let replacement = Replacement::of("AWSLambdaVPCAccessExecutionRole", granted, [(&write, &log)]);
    /// assert_eq!(
    ///     replacement.to_string(),
    ///     "replace the attached policy AWSLambdaVPCAccessExecutionRole by logs:PutLogEvents on \
    ///      arn:aws:logs:eu-west-1:123456789012:log-group:/aws/lambda/f:*",
    /// );
    /// let nothing = Replacement::of("AWSLambdaVPCAccessExecutionRole", |_| false, [(&write, &log)]);
    /// assert_eq!(nothing.to_string(), "detach the policy AWSLambdaVPCAccessExecutionRole: nothing that it grants is needed");
    /// # Ok::<(), aws_least_privilege::iam::action::ParseActionError>(())
    /// ```
    pub fn of<'a>(
        attached: &'static str,
        granted: impl Fn(&Action) -> bool,
        needed: impl IntoIterator<Item = (&'a Action, &'a BTreeSet<String>)>,
    ) -> Self {
        let mut on: BTreeMap<&Action, BTreeSet<String>> = BTreeMap::new();
        for (action, resources) in needed {
            if granted(action) {
                on.entry(action)
                    .or_default()
                    .extend(resources.iter().cloned());
            }
        }
        let mut keep: BTreeMap<BTreeSet<String>, BTreeSet<Action>> = BTreeMap::new();
        for (action, resources) in on {
            keep.entry(resources).or_default().insert(action.clone());
        }
        Self { attached, keep }
    }
}

impl fmt::Display for Replacement {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let attached = self.attached;
        if self.keep.is_empty() {
            return write!(
                formatter,
                "detach the policy {attached}: nothing that it grants is needed"
            );
        }
        let parts: Vec<String> = self
            .keep
            .iter()
            .map(|(resources, actions)| {
                let actions: Vec<String> = actions.iter().map(Action::to_string).collect();
                let resources: Vec<&str> = resources.iter().map(String::as_str).collect();
                format!("{} on {}", actions.join(", "), resources.join(", "))
            })
            .collect();
        write!(
            formatter,
            "replace the attached policy {attached} by {}",
            parts.join("; ")
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_sorted_and_found_under_any_path() {
        assert!(NAMES.is_sorted());
        for known in NAMES {
            assert_eq!(
                name(&format!("arn:aws:iam::aws:policy/{known}")),
                Some(*known)
            );
            assert_eq!(
                name(&format!(
                    "arn:aws-us-gov:iam::aws:policy/service-role/{known}"
                )),
                Some(*known)
            );
            assert_eq!(name(&format!("arn:aws:iam::aws:role/{known}")), None);
            assert_eq!(name(&format!("arn:aws:iam::aws:policy/{known}x")), None);
        }
        assert_eq!(name("AWSLambdaBasicExecutionRole"), None);
    }

    #[test]
    fn case_56_a_policy_of_awss_own_is_replaced_and_each_need_is_told_once() {
        let action: Action = "logs:PutLogEvents".parse().unwrap();
        let on = |group: &str| BTreeSet::from([group.to_owned()]);
        let (a, b) = (on("a"), on("b"));
        let replacement = Replacement::of(
            "AWSLambdaBasicExecutionRole",
            |_| true,
            [(&action, &b), (&action, &a)],
        );
        assert_eq!(
            replacement.to_string(),
            "replace the attached policy AWSLambdaBasicExecutionRole by logs:PutLogEvents on a, b"
        );
    }
}
