//! Functions that a framework brings along by itself: nobody wrote them, and nobody traces them.
//!
//! They are recognised by the construct that makes them: the CDK says its path in the metadata, and gives it a logical id of the path
//! and eight digits. Follows <https://docs.aws.amazon.com/cdk/v2/guide/identifiers.html> and the packages `aws-cdk-lib` 2.276 and
//! `serverless` 3.40.

use super::roles::TemplateRole;
use super::{Resource, Template};
use crate::iam::{ActionClause, Effect, Statement};

/// Constructs of the CDK of which an app has one: how each begins, and what makes it.
const SINGLETONS: &[(&str, &str)] = &[
    (
        "AWS679f53fac002430cb0da5b7982bd2287",
        "the CDK's AwsCustomResource",
    ),
    ("AWSb4cf1abd4e4f4bc699441af7ccd9ec37", "the CDK's AwsApi"),
    (
        "BucketNotificationsHandler050a0587b7544547bf325f094a3db834",
        "the CDK's bucket notifications",
    ),
    (
        "CrossRegionAwsSdk8a0c93f3dbef4b71ac137aaf2048ce7e",
        "the CDK's CallAwsServiceCrossRegion",
    ),
    (
        "CustomCDKBucketDeployment8693BB64968944B69AAFB0CC9EB8756C",
        "the CDK's BucketDeployment",
    ),
    (
        "LogRetentionaae0aa3c5b4d4f87b02d85b201efdd8a",
        "the CDK's LogRetention",
    ),
];

/// Custom resources that the CDK has a provider of its own for: a team's own are made in the same way under other names.
const PROVIDERS: &[&str] = &[
    "AWSCDKTriggerCustomResourceProvider",
    "CustomAWSCDKCfnUtilsProvider",
    "CustomAWSCDKOpenIdConnectProvider",
    "CustomCrossAccountZoneDelegation",
    "CustomCrossRegionExportReader",
    "CustomCrossRegionExportWriter",
    "CustomCrossRegionStringParameterReader",
    "CustomDeleteExistingRecordSet",
    "CustomECRAutoDeleteImages",
    "CustomS3AutoDeleteObjects",
    "CustomSyntheticsAutoDeleteUnderlyingResources",
    "CustomVpcRestrictDefaultSG",
];

/// What stands behind the name of such a provider.
const PROVIDER: &str = "CustomResourceProvider";

/// The parts of the provider framework, which call the handlers that people write.
const PARTS: &[&str] = &[
    "framework-onEvent",
    "framework-isComplete",
    "framework-onTimeout",
    "waiter-state-machine",
];

/// The nested stacks that the CDK makes for its own resources, and what each is.
const NESTED: &[(&str, &str)] = &[
    (
        "@aws-cdk--aws-dynamodb.ReplicaProvider",
        "the CDK's replicas of tables",
    ),
    (
        "@aws-cdk--aws-eks.ClusterResourceProvider",
        "the CDK's clusters of EKS",
    ),
    ("@aws-cdk--aws-eks.KubectlProvider", "the CDK's kubectl"),
];

/// Whose a role is, where all that use it are a framework's own: `the CDK's LogRetention`.
pub fn of(template: &Template, role: &TemplateRole) -> Option<String> {
    let users = role.functions.iter().chain(&role.state_machines);
    let mut makers = users.map(|id| maker(template, template.resource(id)?));
    let first = makers.next()??;
    makers
        .all(|other| other.as_ref() == Some(&first))
        .then_some(first)
}

/// What of a framework a deployed function is, by its logical id alone.
pub fn of_deployed(logical_id: &str) -> Option<String> {
    of_cdk(logical_id, None)
}

/// What of a framework makes a resource.
fn maker(template: &Template, resource: &Resource) -> Option<String> {
    let path = resource
        .metadata
        .as_ref()
        .and_then(|own| own.get("aws:cdk:path")?.as_text());
    of_cdk(&resource.logical_id, path).or_else(|| of_serverless(template, &resource.logical_id))
}

/// What of the CDK a function or state machine is, by its logical id and its path where that is known.
fn of_cdk(logical_id: &str, path: Option<&str>) -> Option<String> {
    let name = without_hash(logical_id)?;
    // The path of a construct says more than the id that is made of it, and both have to say the same.
    let has = |part: &str| {
        path.is_none_or(|path| path.split('/').any(|own| letters(own).starts_with(part)))
    };
    let mut singletons = SINGLETONS.iter();
    if let Some((_, what)) = singletons.find(|(begin, _)| name.starts_with(begin) && has(begin)) {
        return Some((*what).to_owned());
    }
    let provider = name
        .strip_suffix("Handler")
        .and_then(|name| name.strip_suffix(PROVIDER))
        .filter(|name| PROVIDERS.contains(name) && has(name));
    if let Some(provider) = provider {
        let what = provider.strip_prefix("Custom").unwrap_or(provider);
        let what = what.strip_prefix("AWSCDK").unwrap_or(what);
        let what = what.strip_suffix(PROVIDER).unwrap_or(what);
        return Some(format!("the CDK's {what}"));
    }
    // Whatever is called so may be anybody's where no path says that it is a construct within another.
    let mut parts = path?.split('/').collect::<Vec<_>>().into_iter().rev();
    let is_resource = parts.next() == Some("Resource");
    let part = parts.next()?;
    if is_resource && PARTS.contains(&part) && name.ends_with(&letters(part)) {
        return Some("the CDK's provider framework".to_owned());
    }
    let mut nested = NESTED.iter();
    nested
        .find(|(name, _)| path.is_some_and(|path| path.split('/').any(|own| own == *name)))
        .map(|(_, what)| (*what).to_owned())
}

/// A logical id without the eight digits that the CDK puts behind it.
fn without_hash(logical_id: &str) -> Option<&str> {
    let (name, hash) = logical_id.split_at_checked(logical_id.len().checked_sub(8)?)?;
    let mut digits = hash.chars();
    digits
        .all(|digit| digit.is_ascii_digit() || ('A'..='F').contains(&digit))
        .then_some(name)
}

/// A part of a path as it is in a logical id.
fn letters(part: &str) -> String {
    part.chars().filter(char::is_ascii_alphanumeric).collect()
}

/// What the Serverless Framework writes into the role of every service.
pub const LOGS_OF_SERVERLESS: &str = "the Serverless Framework's statement on logs";

/// Whether a statement is the one that lets functions make their log groups, with the tag that is of no use to them.
pub fn is_log_of_serverless(statement: &Statement) -> bool {
    const ACTIONS: &[&str] = &[
        "logs:CreateLogStream",
        "logs:CreateLogGroup",
        "logs:TagResource",
    ];
    let ActionClause::Action(actions) = &statement.actions else {
        return false;
    };
    let mut resources = statement.resources.patterns().iter();
    statement.effect == Effect::Allow
        && statement.condition.is_none()
        && actions
            .iter()
            .map(|own| own.value.text())
            .eq(ACTIONS.iter().copied())
        && resources.all(|own| own.value.text().contains(":log-group:/aws/lambda/"))
}

/// What of the Serverless Framework a function is: it has one role for all that it brings along.
fn of_serverless(template: &Template, logical_id: &str) -> Option<String> {
    let is_named =
        logical_id.starts_with("CustomDashresourceDash") && logical_id.ends_with("LambdaFunction");
    let has_role = template
        .resource("IamRoleCustomResourcesLambdaExecution")
        .is_some();
    (is_named && has_role).then(|| "the Serverless Framework's custom resources".to_owned())
}

#[cfg(test)]
mod tests {
    use super::of_cdk;

    fn is(logical_id: &str, path: Option<&str>) -> Option<String> {
        of_cdk(logical_id, path)
    }

    #[test]
    fn constructs_of_the_cdk_are_known_by_path_and_logical_id() {
        let retention = "LogRetentionaae0aa3c5b4d4f87b02d85b201efdd8aFD4BFC8A";
        let path = "Shop/LogRetentionaae0aa3c5b4d4f87b02d85b201efdd8a/Resource";
        let known = Some("the CDK's LogRetention".to_owned());
        assert_eq!(is(retention, Some(path)), known);
        assert_eq!(is(retention, None), known);
        // A path that says something else.
        assert_eq!(is(retention, Some("Shop/Checkout/Resource")), None);
        assert_eq!(
            is(
                "CustomS3AutoDeleteObjectsCustomResourceProviderHandler9D90184F",
                Some("Shop/Custom::S3AutoDeleteObjectsCustomResourceProvider/Handler")
            ),
            Some("the CDK's S3AutoDeleteObjects".to_owned())
        );
        assert_eq!(
            is(
                "SeedsframeworkonEventDFD6C1E2",
                Some("Shop/Seeds/framework-onEvent/Resource")
            ),
            Some("the CDK's provider framework".to_owned())
        );
        assert_eq!(
            is(
                "OnEventHandler42BEBAE0",
                Some("Shop/@aws-cdk--aws-dynamodb.ReplicaProvider/OnEventHandler/Resource")
            ),
            Some("the CDK's replicas of tables".to_owned())
        );
    }

    #[test]
    fn what_people_wrote_is_theirs() {
        for (logical_id, path) in [
            ("Checkout", None),
            ("CheckoutB7CD3E82", Some("Shop/Checkout/Resource")),
            ("LogRetention8A3C9D1E", Some("Shop/LogRetention/Resource")),
            // A provider of a team's own.
            (
                "CustomShopCustomResourceProviderHandler9D90184F",
                Some("Shop/Custom::ShopCustomResourceProvider/Handler"),
            ),
            ("SeedsframeworkonEventDFD6C1E2", None),
            ("frameworkonEvent", Some("Shop/framework-onEvent")),
            ("ä", None),
        ] {
            assert_eq!(is(logical_id, path), None, "{logical_id}");
        }
    }
}
