//! One call of an AWS API in the words of whoever recorded it: service, operation, and the request parameters that the
//! SDK or instrumentation kept. The catalogue turns these words into IAM's.

use std::collections::BTreeMap;

/// A call of an AWS API as a trace names it.
///
/// `service` and `operation` keep the recorder's spelling (`AmazonDynamoDBv2`, `dynamodb`, `DynamoDB`; `PutItem`,
/// `DynamoDB/PutItem`). Partition, region and account are those of the call where the trace has them, else those of its
/// owner, else absent.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct Call {
    /// Name of the service as recorded.
    pub service: String,
    /// Name of the operation as recorded.
    pub operation: String,
    /// Partition (`aws`, `aws-cn`, `aws-us-gov`, ...).
    pub partition: Option<String>,
    /// Region, for example `eu-west-1`.
    pub region: Option<String>,
    /// Account that owns what was called, twelve digits.
    pub account: Option<String>,
    /// Request parameters that the trace carries.
    pub parameters: Parameters,
}

/// Request parameters of a call, by normalised name, each with the values recorded for it.
///
/// Recorders spell one parameter in many ways (`TableName`, `table_name`, `tableName`, `aws.dynamodb.table_names`), so
/// names are compared by their lower-case letters and digits alone.
///
/// ```
/// use aws_least_privilege::xray::Parameters;
///
/// let mut parameters = Parameters::default();
/// parameters.insert("table_name", "orders");
/// assert_eq!(parameters.get("tablename"), ["orders"]);
/// assert!(parameters.get("bucket").is_empty());
/// ```
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct Parameters(BTreeMap<String, Vec<String>>);

impl Parameters {
    /// Adds one value under a name in any spelling; a value already there is not added twice.
    pub fn insert(&mut self, name: &str, value: impl Into<String>) {
        let values = self.0.entry(normalised(name)).or_default();
        let value = value.into();
        if !values.contains(&value) {
            values.push(value);
        }
    }

    /// The values of the parameter with this normalised name; none when it was not recorded.
    pub fn get(&self, normalised_name: &str) -> &[String] {
        self.0.get(normalised_name).map_or(&[], Vec::as_slice)
    }

    /// Every parameter with its values, by normalised name.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &[String])> {
        self.0
            .iter()
            .map(|(name, values)| (name.as_str(), values.as_slice()))
    }

    /// Whether nothing was recorded.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

/// A name reduced to its lower-case ASCII letters and digits.
///
/// ```
/// use aws_least_privilege::xray::call::normalised;
///
/// assert_eq!(normalised("QueueOwnerAWSAccountId"), normalised("queue_owner_a_w_s_account_id"));
/// assert_eq!(normalised("aws.dynamodb.table_names"), "awsdynamodbtablenames");
/// ```
pub fn normalised(name: &str) -> String {
    name.chars()
        .filter(char::is_ascii_alphanumeric)
        .map(|letter| letter.to_ascii_lowercase())
        .collect()
}
