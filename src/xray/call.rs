//! One call of an AWS API in the recorder's words: service, operation, and the request parameters that the SDK or
//! instrumentation recorded. The catalogue maps these words to IAM's.

use super::recorder::Recorder;

/// A call of an AWS API, as a trace names it.
///
/// `service` and `operation` are spelled as the recorder spells them (`AmazonDynamoDBv2`, `dynamodb`, `DynamoDB`;
/// `PutItem`, `DynamoDB/PutItem`). Partition, region and account are those of the call if the trace has them, else
/// those of its owner, else `None`.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct Call {
    /// The name of the service as recorded.
    pub service: String,
    /// The name of the operation as recorded.
    pub operation: String,
    /// The partition (`aws`, `aws-cn`, `aws-us-gov`, ...).
    pub partition: Option<String>,
    /// The region, for example `eu-west-1`.
    pub region: Option<String>,
    /// The account that owns the called resource, twelve digits.
    pub account: Option<String>,
    /// The request parameters that the trace has.
    pub parameters: Parameters,
    /// Which recorder wrote it. This decides which parameters it would have recorded.
    pub recorder: Recorder,
}

/// The request parameters of a call: the recorded values for each normalised name.
///
/// Recorders spell one parameter in many ways (`TableName`, `table_name`, `tableName`, `aws.dynamodb.table_names`), so
/// only the letters and digits of names are compared, in lower case.
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
    /// Adds one value under a name in any spelling. A value that is already there is not added again.
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

    /// Records that a parameter has no usable value: it is empty, or longer than any name.
    pub fn insert_unusable(&mut self, name: &str) {
        let name = normalised(name);
        if let Err(position) = self.position(&name) {
            self.0.insert(position, (name, Vec::new()));
        }
    }

    /// Whether the parameter with this normalised name was recorded without a usable value.
    pub fn is_unusable(&self, normalised_name: &str) -> bool {
        self.position(normalised_name).is_ok() && self.get(normalised_name).is_empty()
    }

    /// Replaces the values under this normalised name by one value. It does nothing if the parameter was not recorded.
    pub fn replace(&mut self, normalised_name: &str, value: impl Into<String>) {
        if let Ok(position) = self.position(normalised_name)
            && let Some((_, values)) = self.0.get_mut(position)
        {
            *values = vec![value.into()];
        }
    }

    /// Returns the values of the parameter with this normalised name. They are empty if it was not recorded.
    pub fn get(&self, normalised_name: &str) -> &[String] {
        let found = self.position(normalised_name).ok();
        let found = found.and_then(|position| self.0.get(position));
        found.map_or(&[], |(_, values)| values.as_slice())
    }

    /// Returns every parameter with its values, sorted by normalised name.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &[String])> {
        self.0
            .iter()
            .map(|(name, values)| (name.as_str(), values.as_slice()))
    }

    /// Returns the index of a name, or the index at which to insert it.
    fn position(&self, normalised_name: &str) -> Result<usize, usize> {
        self.0
            .binary_search_by(|(name, _)| name.as_str().cmp(normalised_name))
    }

    /// Whether nothing was recorded.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

/// Reduces a name to its ASCII letters and digits, in lower case.
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
