//! One call of an AWS API in the words of whoever recorded it: service, operation, and the request parameters that the
//! SDK or instrumentation kept. The catalogue turns these words into IAM's.

use super::recorder::Recorder;

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
    /// Who recorded it, so that it is known which parameters would have been kept.
    pub recorder: Recorder,
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
pub struct Parameters(Vec<(String, Vec<String>)>);

impl Parameters {
    /// Adds one value under a name in any spelling; a value already there is not added twice.
    pub fn insert(&mut self, name: &str, value: impl Into<String>) {
        let name = normalised(name);
        let position = match self.position(&name) {
            Ok(position) => position,
            Err(position) => {
                self.0.insert(position, (name, Vec::with_capacity(1)));
                position
            }
        };
        let Some((_, values)) = self.0.get_mut(position) else {
            return;
        };
        let value = value.into();
        if !values.contains(&value) {
            values.push(value);
        }
    }

    /// Notes that a parameter was recorded with a value that is of no use: empty, or longer than any name.
    pub fn insert_unusable(&mut self, name: &str) {
        let name = normalised(name);
        if let Err(position) = self.position(&name) {
            self.0.insert(position, (name, Vec::new()));
        }
    }

    /// Whether the parameter with this normalised name was recorded without a value that is of use.
    pub fn is_unusable(&self, normalised_name: &str) -> bool {
        self.position(normalised_name).is_ok() && self.get(normalised_name).is_empty()
    }

    /// Replaces what was recorded under this normalised name, if anything was, by one value.
    pub fn replace(&mut self, normalised_name: &str, value: impl Into<String>) {
        if let Ok(position) = self.position(normalised_name)
            && let Some((_, values)) = self.0.get_mut(position)
        {
            *values = vec![value.into()];
        }
    }

    /// The values of the parameter with this normalised name; none when it was not recorded.
    pub fn get(&self, normalised_name: &str) -> &[String] {
        let found = self.position(normalised_name).ok();
        let found = found.and_then(|position| self.0.get(position));
        found.map_or(&[], |(_, values)| values.as_slice())
    }

    /// Every parameter with its values, by normalised name.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &[String])> {
        self.0
            .iter()
            .map(|(name, values)| (name.as_str(), values.as_slice()))
    }

    /// Where the name stands in their alphabetical order, or where it would.
    fn position(&self, normalised_name: &str) -> Result<usize, usize> {
        self.0
            .binary_search_by(|(name, _)| name.as_str().cmp(normalised_name))
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
