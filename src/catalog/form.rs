//! Decides whether an ARN that matches none of the documented formats of an action is certainly no resource of it.
//!
//! AWS's pages list one format of most ARNs, and some others are in use. ECS services and tasks from before 2021 have
//! no cluster in their ARNs (<https://docs.aws.amazon.com/AmazonECS/latest/developerguide/service-arn-migration.html>),
//! models that Bedrock calls in any region have no region
//! (<https://docs.aws.amazon.com/bedrock/latest/userguide/global-cross-region-inference.html>), and a copy may have an
//! account where the original has none. An ARN with the known format of another type is certainly no resource of the
//! action: a bucket is not an object. An ARN of no known format may be older or newer than the catalogue, if it begins
//! like an ARN of the action's types or like none of the service's.

use super::Catalog;
use super::overlap;
use super::reference::ServiceReference;
use crate::iam::Action;

impl Catalog {
    /// Whether a pattern that the action cannot act on has no known format, so that this is not certain.
    ///
    /// ```
    /// use aws_least_privilege::catalog::Catalog;
    ///
    /// let catalog = Catalog::embedded();
    /// let update = "ecs:UpdateService".parse()?;
    /// assert!(catalog.is_of_no_known_form(&update, "arn:aws:ecs:eu-west-1:111122223333:service/web"));
    /// // A form that is known, of another type.
    /// assert!(!catalog.is_of_no_known_form(&update, "arn:aws:ecs:eu-west-1:111122223333:cluster/web"));
    /// assert!(!catalog.is_of_no_known_form(&"s3:GetObject".parse()?, "arn:aws:s3:::orders"));
    /// # Ok::<(), aws_least_privilege::iam::action::ParseActionError>(())
    /// ```
    pub fn is_of_no_known_form(&self, action: &Action, pattern: &str) -> bool {
        let (Some(entry), Some(service)) = (self.action(action), overlap::service(pattern)) else {
            return false;
        };
        let own = entry.formats();
        let mut own = own
            .filter(|format| overlap::service(format) == Some(service))
            .peekable();
        if own.peek().is_none() {
            return false;
        }
        let references = [Some(entry.reference), self.service(service)];
        let known = || {
            let all = references.iter().flatten().copied();
            all.flat_map(ServiceReference::all_formats)
                .filter(|format| overlap::service(format) == Some(service))
        };
        if known().any(|format| overlap::can_match_by_parts(format, pattern)) {
            return false;
        }
        let begins_as_none = || known().all(|format| overlap::begins_otherwise(format, pattern));
        own.any(|format| overlap::begins_alike(format, pattern)) || begins_as_none()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn is_open(action: &str, pattern: &str) -> bool {
        let action = action.parse().expect("an action");
        let catalog = Catalog::embedded();
        assert!(
            !catalog.can_act_on(&action, pattern),
            "{action} on {pattern}"
        );
        catalog.is_of_no_known_form(&action, pattern)
    }

    #[test]
    fn older_forms_and_forms_with_another_account_are_not_certain() {
        for (action, pattern) in [
            (
                "ecs:StopTask",
                "arn:aws:ecs:eu-west-1:111122223333:task/0123456789abcdef0",
            ),
            (
                "ecs:UpdateService",
                "arn:aws:ecs:eu-west-1:111122223333:service/web",
            ),
            (
                "ecs:RunTask",
                "arn:aws:ecs:eu-west-1:111122223333:task-definition/web",
            ),
            (
                "ec2:CopySnapshot",
                "arn:aws:ec2:eu-west-1:111122223333:snapshot/*",
            ),
            (
                "ec2:DeregisterImage",
                "arn:aws:ec2:eu-west-1:111122223333:image/ami-0123456789abcdef0",
            ),
            (
                "bedrock:InvokeModel",
                "arn:aws:bedrock:::foundation-model/*",
            ),
            (
                "apigateway:GET",
                "arn:aws:apigateway:eu-west-1:111122223333:/restapis/abc",
            ),
            (
                "appsync:GetGraphqlApi",
                "arn:aws:appsync:eu-west-1:111122223333:/v1/apis/abc",
            ),
            (
                "cloudformation:CreateStack",
                "arn:aws:cloudformation:eu-west-1:111122223333:transform/Include",
            ),
            (
                "cloudformation:DescribeStackEvents",
                "arn:aws:cloudformation:eu-west-1:111122223333:stack/shop",
            ),
        ] {
            assert!(is_open(action, pattern), "{action} on {pattern}");
        }
    }

    #[test]
    fn what_is_of_another_type_is_certain() {
        for (action, pattern) in [
            ("s3:GetObject", "arn:aws:s3:::orders"),
            ("s3:ListBucket", "arn:aws:s3:::orders/*"),
            ("s3:ListBucket", "arn:aws:s3:eu-west-1:111122223333:orders"),
            (
                "dynamodb:GetItem",
                "arn:aws:dynamodb:eu-west-1:111122223333:table/orders/index/*",
            ),
            (
                "dynamodb:GetItem",
                "arn:aws:dynamodb:eu-west-1::table/orders",
            ),
            (
                "dynamodb:GetItem",
                "arn:aws:sqs:eu-west-1:111122223333:orders",
            ),
            (
                "lambda:InvokeFunction",
                "arn:aws:lambda:eu-west-1:111122223333:layer:orders",
            ),
            ("sqs:SendMessage", "arn:aws:sqs:eu-west-1::orders"),
            ("iam:GetRole", "arn:aws:iam::111122223333:user/orders"),
            (
                "ecs:CreateCluster",
                "arn:aws:ecs:eu-west-1:111122223333:service/web",
            ),
        ] {
            assert!(!is_open(action, pattern), "{action} on {pattern}");
        }
    }
}
