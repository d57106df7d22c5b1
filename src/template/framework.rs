//! Functions that a framework brings along by itself: nobody wrote them, and nobody traces them.
//!
//! They are recognised by the construct that makes them: the CDK says its path in the metadata, and gives it a logical id of the path
//! and eight digits. Follows <https://docs.aws.amazon.com/cdk/v2/guide/identifiers.html> and the packages `aws-cdk-lib` 2.276 and
//! `serverless` 3.40.

use super::roles::TemplateRole;
use super::{Resource, Template};
use crate::iam::{ActionClause, Effect, Statement};

/// A construct that makes functions and their roles.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Framework {
    /// What it is: `the CDK's LogRetention`.
    pub whose: &'static str,
    /// What it writes into the role.
    grants: Grants,
}

/// What a construct writes into the role of its function. Anybody can call a function as a construct does: the name alone proves
/// nothing, so a grant that the construct does not make is judged like that of any other function.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Grants {
    /// Always the same. These are the actions that it grants on more than what the app names.
    Fixed(&'static [&'static str]),
    /// What people hand to it.
    Written,
}

impl Framework {
    const fn fixed(whose: &'static str, wide: &'static [&'static str]) -> Self {
        let grants = Grants::Fixed(wide);
        Self { whose, grants }
    }

    const fn written(whose: &'static str) -> Self {
        let grants = Grants::Written;
        Self { whose, grants }
    }

    /// Whether the construct itself grants these actions on more than what the app names.
    pub fn grants_widely<'a>(&self, mut actions: impl Iterator<Item = &'a str>) -> bool {
        let Grants::Fixed(wide) = self.grants else {
            return false;
        };
        actions.all(|action| wide.iter().any(|own| own.eq_ignore_ascii_case(action)))
    }

    /// Whether people say what it grants: the statements are theirs, and no trace shows whether they are needed.
    pub fn is_written(&self) -> bool {
        self.grants == Grants::Written
    }
}

/// Constructs of the CDK of which an app has one: what each is called, and what it is.
const SINGLETONS: &[(&str, Framework)] = &[
    (
        "AWS679f53fac002430cb0da5b7982bd2287",
        Framework::written("the CDK's AwsCustomResource"),
    ),
    (
        "AWSb4cf1abd4e4f4bc699441af7ccd9ec37",
        Framework::written("the CDK's AwsApi"),
    ),
    (
        "BucketNotificationsHandler050a0587b7544547bf325f094a3db834",
        Framework::fixed(
            "the CDK's bucket notifications",
            &["s3:GetBucketNotification", "s3:PutBucketNotification"],
        ),
    ),
    (
        "CrossRegionAwsSdk8a0c93f3dbef4b71ac137aaf2048ce7e",
        Framework::written("the CDK's CallAwsServiceCrossRegion"),
    ),
    (
        "CustomCDKBucketDeployment8693BB64968944B69AAFB0CC9EB8756C",
        Framework::fixed(
            "the CDK's BucketDeployment",
            &[
                "cloudfront:CreateInvalidation",
                "cloudfront:GetInvalidation",
            ],
        ),
    ),
    (
        "LogRetentionaae0aa3c5b4d4f87b02d85b201efdd8a",
        Framework::fixed(
            "the CDK's LogRetention",
            &["logs:DeleteRetentionPolicy", "logs:PutRetentionPolicy"],
        ),
    ),
];

/// What stands behind the name of a singleton whose memory the app sets: `512MiB`.
const MEMORY: &str = "MiB";

/// Custom resources that the CDK has a provider of its own for: a team's own are made in the same way under other names.
const PROVIDERS: &[(&str, Framework)] = &[
    (
        "AWSCDKTriggerCustomResourceProvider",
        Framework::fixed("the CDK's Trigger", &[]),
    ),
    (
        "CustomAWSCDKCfnUtilsProvider",
        Framework::fixed("the CDK's CfnUtilsProvider", &[]),
    ),
    (
        "CustomAWSCDKOpenIdConnectProvider",
        Framework::fixed(
            "the CDK's OpenIdConnectProvider",
            &[
                "iam:AddClientIDToOpenIDConnectProvider",
                "iam:CreateOpenIDConnectProvider",
                "iam:DeleteOpenIDConnectProvider",
                "iam:RemoveClientIDFromOpenIDConnectProvider",
                "iam:UpdateOpenIDConnectProviderThumbprint",
            ],
        ),
    ),
    (
        "CustomCrossAccountZoneDelegation",
        Framework::fixed("the CDK's CrossAccountZoneDelegation", &[]),
    ),
    (
        "CustomCrossRegionExportReader",
        Framework::fixed("the CDK's CrossRegionExportReader", &[]),
    ),
    (
        "CustomCrossRegionExportWriter",
        Framework::fixed("the CDK's CrossRegionExportWriter", &[]),
    ),
    (
        "CustomCrossRegionStringParameterReader",
        Framework::fixed("the CDK's CrossRegionStringParameterReader", &[]),
    ),
    (
        "CustomDeleteExistingRecordSet",
        Framework::fixed("the CDK's DeleteExistingRecordSet", &[]),
    ),
    (
        "CustomECRAutoDeleteImages",
        Framework::fixed("the CDK's ECRAutoDeleteImages", &[]),
    ),
    (
        "CustomS3AutoDeleteObjects",
        Framework::fixed("the CDK's S3AutoDeleteObjects", &[]),
    ),
    (
        "CustomSyntheticsAutoDeleteUnderlyingResources",
        Framework::fixed("the CDK's SyntheticsAutoDeleteUnderlyingResources", &[]),
    ),
    (
        "CustomVpcRestrictDefaultSG",
        Framework::fixed("the CDK's VpcRestrictDefaultSG", &[]),
    ),
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

const PROVIDER_FRAMEWORK: Framework = Framework::fixed("the CDK's provider framework", &[]);

/// The nested stacks that the CDK makes for its own resources, and what each is.
const NESTED: &[(&str, Framework)] = &[
    (
        "@aws-cdk--aws-dynamodb.ReplicaProvider",
        Framework::fixed(
            "the CDK's replicas of tables",
            &["dynamodb:DescribeLimits", "iam:CreateServiceLinkedRole"],
        ),
    ),
    (
        "@aws-cdk--aws-eks.ClusterResourceProvider",
        Framework::fixed(
            "the CDK's clusters of EKS",
            &[
                "eks:CreateCluster",
                "eks:CreateFargateProfile",
                "eks:DeleteCluster",
                "eks:DescribeCluster",
                "eks:DescribeUpdate",
                "eks:TagResource",
                "eks:UntagResource",
                "eks:UpdateClusterConfig",
                "eks:UpdateClusterVersion",
                "iam:CreateServiceLinkedRole",
                "iam:GetRole",
                "iam:ListAttachedRolePolicies",
            ],
        ),
    ),
    (
        "@aws-cdk--aws-eks.KubectlProvider",
        Framework::fixed("the CDK's kubectl", &[]),
    ),
];

/// The role that all functions share which the Serverless Framework brings along.
const ROLE_OF_SERVERLESS: &str = "IamRoleCustomResourcesLambdaExecution";

const CUSTOM_OF_SERVERLESS: Framework =
    Framework::fixed("the Serverless Framework's custom resources", &[]);

/// Whose a role is, where all that use it are a framework's own.
pub fn of(template: &Template, role: &TemplateRole) -> Option<Framework> {
    let users = role.functions.iter().chain(&role.state_machines);
    let mut makers = users.map(|id| maker(template.resource(id)?, role));
    let first = makers.next()??;
    makers.all(|other| other == Some(first)).then_some(first)
}

/// What of a framework a deployed function is, by its logical id alone.
pub fn of_deployed(logical_id: &str) -> Option<Framework> {
    of_cdk(logical_id, None)
}

/// What of a framework makes a resource that uses this role.
fn maker(resource: &Resource, role: &TemplateRole) -> Option<Framework> {
    let path = resource
        .metadata
        .as_ref()
        .and_then(|own| own.get("aws:cdk:path"));
    let of_cdk = match path {
        // Where a path is, it is a text.
        Some(path) => of_cdk(&resource.logical_id, Some(path.as_text()?)),
        None => of_cdk(&resource.logical_id, None),
    };
    of_cdk.or_else(|| {
        let id = &resource.logical_id;
        let is_named = id.starts_with("CustomDashresourceDash") && id.ends_with("LambdaFunction");
        (is_named && role.logical_id == ROLE_OF_SERVERLESS).then_some(CUSTOM_OF_SERVERLESS)
    })
}

/// What of the CDK a function or state machine is, by its logical id and its path where that is known.
fn of_cdk(logical_id: &str, path: Option<&str>) -> Option<Framework> {
    let name = without_hash(logical_id)?;
    // The logical id is made of the construct's path, so both have to say the same.
    let has = |part: &str| path.is_none_or(|path| path.split('/').any(|own| letters(own) == part));
    let mut singletons = SINGLETONS.iter();
    let is_called = |begin: &str| {
        let behind = name.strip_prefix(begin);
        behind.is_some_and(|behind| behind.is_empty() || is_memory(behind)) && has(name)
    };
    if let Some((_, own)) = singletons.find(|(begin, _)| is_called(begin)) {
        return Some(*own);
    }
    if let Some(provider) = name.strip_suffix("Handler")
        && let Some(kind) = provider.strip_suffix(PROVIDER)
        && let Some((_, own)) = PROVIDERS.iter().find(|(own, _)| *own == kind)
    {
        return has(provider).then_some(*own);
    }
    // Whatever is called so may be anybody's where no path says that it is a construct within another.
    let mut parts = path?.split('/').rev();
    let is_resource = parts.next() == Some("Resource");
    let part = parts.next()?;
    if is_resource && PARTS.contains(&part) && name.ends_with(&letters(part)) {
        return Some(PROVIDER_FRAMEWORK);
    }
    let mut nested = NESTED.iter();
    nested
        .find(|(name, _)| path.is_some_and(|path| path.split('/').any(|own| own == *name)))
        .map(|(_, own)| *own)
}

/// Whether a text is a memory size as the CDK puts it behind the name of a singleton.
fn is_memory(text: &str) -> bool {
    text.strip_suffix(MEMORY)
        .is_some_and(|size| !size.is_empty() && size.bytes().all(|digit| digit.is_ascii_digit()))
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

#[cfg(test)]
mod tests {
    use super::of_cdk;

    fn is(logical_id: &str, path: Option<&str>) -> Option<&'static str> {
        of_cdk(logical_id, path).map(|own| own.whose)
    }

    #[test]
    fn constructs_of_the_cdk_are_known_by_path_and_logical_id() {
        let retention = "LogRetentionaae0aa3c5b4d4f87b02d85b201efdd8aFD4BFC8A";
        let path = "Shop/LogRetentionaae0aa3c5b4d4f87b02d85b201efdd8a/Resource";
        let known = Some("the CDK's LogRetention");
        assert_eq!(is(retention, Some(path)), known);
        assert_eq!(is(retention, None), known);
        // The app sets the memory.
        assert_eq!(
            is(
                "CustomCDKBucketDeployment8693BB64968944B69AAFB0CC9EB8756C512MiBFD4BFC8A",
                None
            ),
            Some("the CDK's BucketDeployment")
        );
        // A path that says something else.
        assert_eq!(is(retention, Some("Shop/Checkout/Resource")), None);
        assert_eq!(
            is(
                "CustomS3AutoDeleteObjectsCustomResourceProviderHandler9D90184F",
                Some("Shop/Custom::S3AutoDeleteObjectsCustomResourceProvider/Handler")
            ),
            Some("the CDK's S3AutoDeleteObjects")
        );
        assert_eq!(
            is(
                "SeedsframeworkonEventDFD6C1E2",
                Some("Shop/Seeds/framework-onEvent/Resource")
            ),
            Some("the CDK's provider framework")
        );
        assert_eq!(
            is(
                "OnEventHandler42BEBAE0",
                Some("Shop/@aws-cdk--aws-dynamodb.ReplicaProvider/OnEventHandler/Resource")
            ),
            Some("the CDK's replicas of tables")
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
            // More than a construct is called, in the id or in the path.
            (
                "LogRetentionaae0aa3c5b4d4f87b02d85b201efdd8aCopyFD4BFC8A",
                None,
            ),
            (
                "LogRetentionaae0aa3c5b4d4f87b02d85b201efdd8aFD4BFC8A",
                Some("Shop/LogRetentionaae0aa3c5b4d4f87b02d85b201efdd8aCopy/Resource"),
            ),
            (
                "CustomCDKBucketDeployment8693BB64968944B69AAFB0CC9EB8756CMiBFD4BFC8A",
                None,
            ),
            ("frameworkonEvent", Some("Shop/framework-onEvent")),
            ("ä", None),
        ] {
            assert_eq!(is(logical_id, path), None, "{logical_id}");
        }
    }
}
