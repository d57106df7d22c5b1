//! AWS's managed policies that are known without asking AWS: those for what Lambda itself does with a role, and the one that grants all.
//!
//! Follows <https://docs.aws.amazon.com/aws-managed-policy/latest/reference/policy-list.html>.

use crate::iam::PolicyDocument;
use crate::lambda::managed_policies;

/// The policy that grants every action on every resource:
/// <https://docs.aws.amazon.com/aws-managed-policy/latest/reference/AdministratorAccess.html>.
const ADMINISTRATOR: &str = "policy/AdministratorAccess";

/// The policy of AWS's that an ARN names, where its text is known here.
///
/// ```
/// use aws_least_privilege::granted::managed::known;
///
/// let basic = known("arn:aws:iam::aws:policy/service-role/AWSLambdaBasicExecutionRole").unwrap();
/// assert_eq!(basic.statements[0].actions.patterns().len(), 3);
/// assert!(known("arn:aws:iam::aws:policy/AdministratorAccess").is_some());
/// assert!(known("arn:aws:iam::aws:policy/AmazonS3FullAccess").is_none());
/// assert!(known("arn:aws:iam::111122223333:policy/AWSLambdaBasicExecutionRole").is_none());
/// ```
pub fn known(arn: &str) -> Option<PolicyDocument> {
    // It is the same text in every partition.
    let arn = &arn.replace("${AWS::Partition}", "aws");
    let mut parts = arn.splitn(6, ':').skip(3);
    let (region, account, resource) = (parts.next()?, parts.next()?, parts.next()?);
    if !region.is_empty() || account != "aws" {
        return None;
    }
    let name = resource.strip_prefix("policy/")?;
    let name = name.rsplit('/').next()?;
    let actions: Vec<&str> = if resource == ADMINISTRATOR {
        vec!["*"]
    } else {
        managed_policies::actions_of(name)?.collect()
    };
    let document = serde_json::json!({
        "Version": "2012-10-17",
        "Statement": [{"Effect": "Allow", "Action": actions, "Resource": "*"}],
    });
    let text = serde_json::to_string_pretty(&document).ok()?;
    PolicyDocument::parse(&text, arn).ok()
}
