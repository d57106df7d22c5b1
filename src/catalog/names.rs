//! Finds the SDK service and operation for the names in a recording. Every recorder spells them in its own way.
//!
//! X-Ray for Python writes the endpoint prefix (`states`), Node the client or its v2 identifier (`SFN`,
//! `stepfunctions`), Java the request's service (`AmazonDynamoDBv2`, `Amazon S3`), .NET the class
//! (`SimpleSystemsManagement`), OpenTelemetry the service id (`Secrets Manager`) or `AWS::SecretsManager`. If several
//! services share a name, the operation decides between them.

use super::Catalog;
use super::block::{Mapping, ServiceWords};
use super::index::ServiceRow;
use crate::xray::call::normalised;

/// Names that the SDKs' models lack, and names that several services share. The most likely service is first.
const BY_HAND: [(&str, &str); 24] = [
    ("cloudwatchevents", "events"),
    ("cognitoidentityserviceprovider", "cognito-idp"),
    ("ec2containerregistry", "ecr"),
    ("ec2containerservice", "ecs"),
    ("elasticbeanstalk", "elasticbeanstalk"),
    ("elasticmapreduce", "emr"),
    ("email", "ses"),
    ("email", "sesv2"),
    ("eventbridge", "events"),
    ("keymanagementservice", "kms"),
    ("rds", "rds"),
    ("s3control", "s3control"),
    ("securitytoken", "sts"),
    ("securitytokenservice", "sts"),
    ("ses", "ses"),
    ("ses", "sesv2"),
    ("simpleemail", "ses"),
    ("simpleemailservice", "ses"),
    ("simplenotificationservice", "sns"),
    ("simplequeueservice", "sqs"),
    ("simplesystemsmanagement", "ssm"),
    ("simplesystemsmanager", "ssm"),
    ("stepfunctions", "stepfunctions"),
    ("streamsdynamodb", "dynamodbstreams"),
];

/// Words that SDKs put before a service's name, longest first.
const LEADS: [&str; 3] = ["awssdk", "amazon", "aws"];

/// A service as the SDKs name it.
#[derive(Debug, Clone, Copy)]
pub struct SdkService<'c> {
    pub(super) catalog: &'c Catalog,
    pub(super) row: &'c ServiceRow,
}

impl<'c> SdkService<'c> {
    /// Returns the name in botocore, which is unique: `dynamodb`, `cognito-idp`.
    pub fn name(self) -> &'c str {
        &self.row.name
    }

    /// Returns the service id of the newer SDKs: `Secrets Manager`.
    pub fn service_id(self) -> &'c str {
        &self.row.service_id
    }

    /// Returns the endpoint prefix, which X-Ray for Python records: `states`.
    pub fn endpoint_prefix(self) -> &'c str {
        &self.row.endpoint_prefix
    }

    /// Returns the name in the AWS SDK for Java 1, if it is known: `AmazonDynamoDBv2`.
    pub fn java_v1_name(self) -> Option<&'c str> {
        Some(self.row.java_v1.as_str()).filter(|name| !name.is_empty())
    }

    /// Returns the name in the AWS SDK for .NET, if it is known: `DynamoDBv2`.
    pub fn dotnet_name(self) -> Option<&'c str> {
        Some(self.row.dotnet.as_str()).filter(|name| !name.is_empty())
    }

    /// Returns the IAM prefix of the service's actions.
    pub fn prefix(self) -> &'c str {
        let row = self.catalog.index.blocks.get(self.row.block);
        row.map_or("", |row| row.prefix.as_str())
    }

    /// Returns the names of its operations that the catalogue maps, sorted.
    pub fn operations(self) -> impl Iterator<Item = &'c str> {
        self.words()
            .into_iter()
            .flat_map(|words| words.operations.keys().map(String::as_str))
    }

    /// Returns names of operations that occur only in recordings (the request classes of some SDKs), each with the
    /// operation it stands for. The operation is empty if the name stands for no AWS call.
    pub fn spellings(self) -> impl Iterator<Item = (&'c str, &'c str)> {
        let spellings = self.words().into_iter().flat_map(|words| &words.spellings);
        spellings.map(|(recorded, operation)| (recorded.as_str(), operation.as_str()))
    }

    pub(super) fn words(self) -> Option<&'c ServiceWords> {
        let block = self.catalog.block_at(self.row.block).ok()?;
        block.services.get(&self.row.name)
    }
}

impl Catalog {
    /// Returns every service of the SDKs, by its botocore name.
    pub fn services(&self) -> impl Iterator<Item = SdkService<'_>> {
        self.index
            .services
            .iter()
            .map(|row| SdkService { catalog: self, row })
    }

    /// Returns the services that a recorder may mean by a name, the most likely first.
    ///
    /// ```
    /// use aws_least_privilege::catalog::Catalog;
    ///
    /// for name in ["states", "SFN", "stepfunctions", "AWSStepFunctions", "AWS::StepFunctions"] {
    ///     assert_eq!(Catalog::embedded().services_named(name)[0].prefix(), "states", "{name}");
    /// }
    /// assert!(Catalog::embedded().services_named("checkout-service").is_empty());
    /// ```
    pub fn services_named(&self, name: &str) -> Vec<SdkService<'_>> {
        let mut found: Vec<usize> = Vec::new();
        for key in keys(name) {
            // A shorter form is used only if no longer form was found.
            if !found.is_empty() {
                break;
            }
            let mut add = |place: usize| {
                if !found.contains(&place) {
                    found.push(place);
                }
            };
            let by_hand = BY_HAND.iter().filter(|(alias, _)| *alias == key);
            by_hand
                .filter_map(|(_, service)| self.service_place(service))
                .for_each(&mut add);
            let places = self.index.aliases.get(&key).map_or(&[][..], Vec::as_slice);
            let is_own = |place: &&usize| {
                let row = self.index.services.get(**place);
                row.is_some_and(|row| {
                    normalised(&row.name) == key || normalised(&row.service_id) == key
                })
            };
            places.iter().filter(is_own).copied().for_each(&mut add);
            places.iter().copied().for_each(&mut add);
        }
        let rows = found
            .into_iter()
            .filter_map(|place| self.index.services.get(place));
        rows.map(|row| SdkService { catalog: self, row }).collect()
    }

    /// Returns the IAM prefix of the service that an endpoint's name stands for, or `None` if it stands for no service.
    ///
    /// ```
    /// use aws_least_privilege::catalog::Catalog;
    ///
    /// let prefix = |word| Catalog::embedded().prefix_of_endpoint(word);
    /// assert_eq!(prefix("monitoring").as_deref(), Some("cloudwatch"));
    /// assert_eq!(prefix("execute-api").as_deref(), Some("execute-api"));
    /// assert_eq!(prefix("internal"), None);
    /// ```
    pub fn prefix_of_endpoint(&self, word: &str) -> Option<String> {
        if let Some(service) = self.service(word) {
            return Some(service.prefix().to_owned());
        }
        let services = self.services_named(word);
        services.first().map(|service| service.prefix().to_owned())
    }

    fn service_place(&self, name: &str) -> Option<usize> {
        self.index
            .services
            .binary_search_by(|row| row.name.as_str().cmp(name))
            .ok()
    }
}

/// Returns the normalised forms under which a name may be listed, the closest to the name first.
fn keys(name: &str) -> Vec<String> {
    let plain = normalised(name);
    let mut keys = Vec::new();
    let mut stem = plain.as_str();
    for lead in LEADS {
        if let Some(rest) = stem.strip_prefix(lead).filter(|rest| !rest.is_empty()) {
            stem = rest;
            break;
        }
    }
    for key in [stem, plain.as_str()] {
        for key in [Some(key), key.strip_suffix("v2")].into_iter().flatten() {
            if !key.is_empty() && !keys.iter().any(|known| known == key) {
                keys.push(key.to_owned());
            }
        }
    }
    // The AWS SDK for Java 2 drops the word `service` at the end: `DatabaseMigration`, `Directory`.
    keys.push(format!("{stem}service"));
    keys
}

/// An operation of a service that was found by a recorder's spelling.
#[derive(Debug, Clone, Copy)]
pub(super) struct FoundOperation<'c> {
    /// The name as the service's API spells it.
    pub(super) name: &'c str,
    /// What it needs. `None` if the recorder's operation is no AWS call.
    pub(super) mapping: Option<&'c Mapping>,
}

impl ServiceWords {
    /// Finds the operation that a recorder means: by its exact name, by a name that occurs only in recordings, or
    /// without regard to case, punctuation and API version.
    pub(super) fn operation(&self, recorded: &str) -> Option<FoundOperation<'_>> {
        if let Some((name, mapping)) = self.operations.get_key_value(recorded) {
            let mapping = Some(mapping);
            return Some(FoundOperation { name, mapping });
        }
        let wanted = folded(recorded);
        let spelling = self
            .by_folded_spelling
            .get(&wanted)
            .map_or(recorded, String::as_str);
        let spelling = self.spellings.get_key_value(spelling);
        if let Some((known, name)) = spelling {
            if name.is_empty() {
                return Some(FoundOperation {
                    name: known,
                    mapping: None,
                });
            }
            let mapping = Some(self.operations.get(name)?);
            return Some(FoundOperation { name, mapping });
        }
        let name = self.by_folded_name.get(&wanted)?;
        let mapping = Some(self.operations.get(name)?);
        Some(FoundOperation { name, mapping })
    }
}

/// Folds an operation's name for comparison: only lower-case letters and digits, without the date of an API version at
/// the end (`CreateDistribution2020_05_31`, `Invoke20150331`).
pub(super) fn folded(operation: &str) -> String {
    let mut name = normalised(operation);
    let stem = name.trim_end_matches(|letter: char| letter.is_ascii_digit());
    if name.len() - stem.len() == 8
        && !stem.is_empty()
        && name
            .get(stem.len()..)
            .is_some_and(|date| date.starts_with("20"))
    {
        name.truncate(stem.len());
    }
    name
}

/// Splits `DynamoDB/PutItem` and `DynamoDB.PutItem`, which newer versions of OpenTelemetry record, into service and
/// operation.
pub(super) fn split(operation: &str) -> (Option<&str>, &str) {
    match operation.rsplit_once(['/', '.']) {
        Some((service, operation)) => (Some(service), operation),
        None => (None, operation),
    }
}
