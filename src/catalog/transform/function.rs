//! Lambda functions: `name`, `name:qualifier`, `account:function:name` and ARNs, with or without a qualifier.
//!
//! Follows <https://docs.aws.amazon.com/lambda/latest/api/API_Invoke.html>.

use super::Part;
use crate::account;
use crate::catalog::place::Place;
use crate::xray::is_region;

pub(super) fn name(value: &str) -> Vec<Part> {
    let read = read(value);
    read.map(|function| Part::new(function.name).at(function.place))
        .into_iter()
        .collect()
}

pub(super) fn qualifier(value: &str) -> Vec<Part> {
    let read = read(value);
    read.and_then(|function| function.qualifier)
        .map(Part::new)
        .into_iter()
        .collect()
}

struct Function<'a> {
    name: &'a str,
    qualifier: Option<&'a str>,
    place: Place,
}

fn read(value: &str) -> Option<Function<'_>> {
    let mut words = value.split(':').peekable();
    let mut partition = None;
    if words.peek() == Some(&"arn") {
        words.next();
        partition = words.next();
        words.next_if_eq(&"lambda")?;
    }
    let region = words.next_if(|word| is_region(word));
    let account = words.next_if(|word| account::is_id(word));
    if region.is_some() || account.is_some() {
        words.next_if_eq(&"function")?;
    } else if words.clone().nth(1).is_some() {
        // A function may itself be named `function`. The word is a keyword only if a name follows.
        words.next_if_eq(&"function");
    }
    let name = words.next().filter(|name| is_name(name, 140))?;
    let qualifier = words.next();
    if words.next().is_some()
        || qualifier.is_some_and(|word| !is_name(word.trim_start_matches('$'), 128))
    {
        return None;
    }
    let place = Place::new(partition, region, account);
    Some(Function {
        name,
        qualifier,
        place,
    })
}

fn is_name(word: &str, longest: usize) -> bool {
    (1..=longest).contains(&word.len())
        && word
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || byte == b'-' || byte == b'_')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_function_is_told_from_every_form_of_name() {
        let forms = [
            ("checkout", None, "", ""),
            ("checkout:PROD", Some("PROD"), "", ""),
            ("checkout:$LATEST", Some("$LATEST"), "", ""),
            ("checkout:7", Some("7"), "", ""),
            ("function:checkout", None, "", ""),
            ("123456789012:function:checkout", None, "", "123456789012"),
            (
                "123456789012:function:checkout:PROD",
                Some("PROD"),
                "",
                "123456789012",
            ),
            (
                "eu-west-1:123456789012:function:checkout",
                None,
                "eu-west-1",
                "123456789012",
            ),
            (
                "arn:aws:lambda:eu-west-1:123456789012:function:checkout",
                None,
                "eu-west-1",
                "123456789012",
            ),
            (
                "arn:aws:lambda:eu-west-1:123456789012:function:checkout:PROD",
                Some("PROD"),
                "eu-west-1",
                "123456789012",
            ),
        ];
        for (value, qualifier, region, account) in forms {
            let function = read(value).unwrap();
            assert_eq!(
                (function.name, function.qualifier),
                ("checkout", qualifier),
                "{value}"
            );
            assert_eq!(
                function.place.region.as_deref().unwrap_or_default(),
                region,
                "{value}"
            );
            assert_eq!(
                function.place.account.as_deref().unwrap_or_default(),
                account,
                "{value}"
            );
        }
    }

    #[test]
    fn what_names_no_function_tells_nothing() {
        for value in [
            "",
            "*",
            "f:*",
            "a:b:c:d",
            "arn:aws:lambda:eu-west-1:123456789012:layer:x",
            "arn:aws:s3:::b",
            "f g",
        ] {
            assert!(read(value).is_none(), "{value}");
        }
    }
}
