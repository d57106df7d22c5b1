//! Parses the ways to name a function: `name`, `function:name`, `account:function:name`, and ARNs, each with or without
//! a qualifier.
//!
//! Follows the `FunctionName` of <https://docs.aws.amazon.com/lambda/latest/api/API_GetFunctionConfiguration.html>.

use crate::account;
use crate::iam::Arn;
use std::fmt;
use std::str::FromStr;

/// A function as a user names it.
///
/// ```
/// use aws_least_privilege::lambda::FunctionName;
///
/// let name: FunctionName = "123456789012:function:checkout:PROD".parse()?;
/// assert_eq!((name.name(), name.qualifier(), name.account()), ("checkout", Some("PROD"), Some("123456789012")));
/// assert!("arn:aws:sqs:eu-west-1:123456789012:orders".parse::<FunctionName>().is_err());
/// # Ok::<(), aws_least_privilege::lambda::ParseFunctionNameError>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct FunctionName {
    name: String,
    qualifier: Option<String>,
    region: Option<String>,
    account: Option<String>,
}

impl FunctionName {
    /// Returns the function's name.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Returns its version or alias, if the text names one.
    pub fn qualifier(&self) -> Option<&str> {
        self.qualifier.as_deref()
    }

    /// Returns its region, if the text names one.
    pub fn region(&self) -> Option<&str> {
        self.region.as_deref()
    }

    /// Returns its account, if the text names one.
    pub fn account(&self) -> Option<&str> {
        self.account.as_deref()
    }

    /// Whether it can be the name of this function.
    pub fn is(&self, function: &Arn) -> bool {
        function.resource().strip_prefix("function:") == Some(&self.name)
            && self
                .account()
                .is_none_or(|account| account == function.account())
            && self
                .region()
                .is_none_or(|region| region == function.region())
    }
}

/// The text is not the name of a function.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` is not a function's name or ARN")]
pub struct ParseFunctionNameError(String);

impl FromStr for FunctionName {
    type Err = ParseFunctionNameError;

    /// # Errors
    ///
    /// Returns an error if the text has none of the forms that Lambda accepts.
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let words: Vec<&str> = text.split(':').collect();
        let (region, account, name, qualifier) = match words.as_slice() {
            ["arn", _, "lambda", region, account, "function", name] => {
                (Some(*region), Some(*account), *name, None)
            }
            [
                "arn",
                _,
                "lambda",
                region,
                account,
                "function",
                name,
                qualifier,
            ] => (Some(*region), Some(*account), *name, Some(*qualifier)),
            [account, "function", name] => (None, Some(*account), *name, None),
            [account, "function", name, qualifier] => {
                (None, Some(*account), *name, Some(*qualifier))
            }
            ["function", name] | [name] => (None, None, *name, None),
            ["function", name, qualifier] | [name, qualifier] => {
                (None, None, *name, Some(*qualifier))
            }
            _ => return Err(ParseFunctionNameError(shortened(text))),
        };
        let fits = is_word(name, 140)
            && qualifier.is_none_or(|word| is_word(word.strip_prefix('$').unwrap_or(word), 128))
            && account.is_none_or(account::is_id)
            && region.is_none_or(|region| is_word(region, 40));
        if !fits {
            return Err(ParseFunctionNameError(shortened(text)));
        }
        Ok(Self {
            name: name.to_owned(),
            qualifier: qualifier.map(str::to_owned),
            region: region.map(str::to_owned),
            account: account.map(str::to_owned),
        })
    }
}

impl fmt::Display for FunctionName {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.qualifier {
            Some(qualifier) => write!(formatter, "{}:{qualifier}", self.name),
            None => formatter.write_str(&self.name),
        }
    }
}

fn is_word(word: &str, longest: usize) -> bool {
    (1..=longest).contains(&word.len())
        && word
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || byte == b'-' || byte == b'_')
}

fn shortened(text: &str) -> String {
    text.chars()
        .filter(|letter| !letter.is_control())
        .take(200)
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_form_that_lambda_takes_is_read() {
        let arn = "arn:aws-us-gov:lambda:us-gov-west-1:123456789012:function:checkout";
        let forms = [
            ("checkout", None, None, None),
            ("checkout:PROD", Some("PROD"), None, None),
            ("function:checkout", None, None, None),
            ("function:checkout:PROD", Some("PROD"), None, None),
            ("checkout:$LATEST", Some("$LATEST"), None, None),
            (
                "123456789012:function:checkout",
                None,
                None,
                Some("123456789012"),
            ),
            (
                "123456789012:function:checkout:7",
                Some("7"),
                None,
                Some("123456789012"),
            ),
            (arn, None, Some("us-gov-west-1"), Some("123456789012")),
        ];
        for (text, qualifier, region, account) in forms {
            let name: FunctionName = text.parse().unwrap();
            assert_eq!(name.name(), "checkout", "{text}");
            assert_eq!(
                (name.qualifier(), name.region(), name.account()),
                (qualifier, region, account),
                "{text}"
            );
        }
        let wrong = [
            "",
            ":",
            "a:b:c",
            "a b",
            "arn:aws:s3:::bucket",
            "checkout:",
            "12:function:checkout",
            "a/b",
            "äöü",
        ];
        for text in wrong {
            assert!(text.parse::<FunctionName>().is_err(), "{text}");
        }
    }

    #[test]
    fn a_name_is_any_function_of_that_name_and_an_arn_only_itself() {
        let function: Arn = "arn:aws:lambda:eu-west-1:123456789012:function:checkout"
            .parse()
            .unwrap();
        let is = |text: &str| text.parse::<FunctionName>().unwrap().is(&function);
        assert!(is("checkout") && is("checkout:PROD") && is("123456789012:function:checkout"));
        assert!(!is("Checkout") && !is("210987654321:function:checkout"));
        assert!(!is(
            "arn:aws:lambda:us-east-1:123456789012:function:checkout"
        ));
    }
}
