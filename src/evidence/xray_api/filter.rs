//! Builds filter expressions from the functions whose traces are read and from the user's own expression.
//!
//! Follows <https://docs.aws.amazon.com/xray/latest/devguide/xray-console-filters.html>. The user's expression is not
//! parsed: X-Ray reports what is wrong with it.

use std::ops::Range;

/// The longest expression that X-Ray's API accepts, in characters.
const LONGEST: usize = 2000;

/// A Lambda function whose traces are read.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Function {
    /// Its name, without version or alias.
    pub name: String,
    /// Its account, if it is known.
    pub account: Option<String>,
}

/// Consecutive functions, and the expression that selects their traces.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Group {
    /// The range of functions. It is empty if all traces are read.
    pub(super) functions: Range<usize>,
    pub(super) expression: Option<String>,
    /// Whether the expression selects the functions. If not, all traces are listed, and those of the functions are
    /// picked from them.
    pub(super) selects: bool,
}

/// The user's expression leaves no room for the expression of a function.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error(
    "the filter expression is {length} characters long, and X-Ray takes {most} with what selects a function"
)]
pub struct FilterTooLong {
    length: usize,
    most: usize,
}

/// Returns as few expressions as possible that select the traces of all functions, each within X-Ray's limit.
pub(super) fn groups(
    functions: &[Function],
    filter: Option<&str>,
) -> Result<Vec<Group>, FilterTooLong> {
    let filter = filter.map(str::trim).filter(|filter| !filter.is_empty());
    if functions.is_empty() {
        return Ok(vec![group(functions, 0..0, filter)?]);
    }
    let mut groups = Vec::new();
    let mut begin = 0;
    while begin < functions.len() {
        let mut accepted = group(functions, begin..begin + 1, filter)?;
        for end in begin + 2..=functions.len() {
            match group(functions, begin..end, filter) {
                Ok(larger) => accepted = larger,
                Err(_) => break,
            }
        }
        begin = accepted.functions.end;
        groups.push(accepted);
    }
    Ok(groups)
}

/// Returns the expressions to ask X-Ray for: a single one if it can select all functions. X-Ray scans the whole time
/// range for each expression, so where several would be necessary, all traces are listed once instead.
pub(super) fn questions(
    functions: &[Function],
    filter: Option<&str>,
) -> Result<Vec<Group>, FilterTooLong> {
    let groups = groups(functions, filter)?;
    if groups.len() < 2 {
        return Ok(groups);
    }
    let all = group(&[], 0..0, filter)?;
    Ok(vec![Group {
        functions: 0..functions.len(),
        selects: false,
        ..all
    }])
}

/// Returns the expression for these functions only.
pub(super) fn group(
    functions: &[Function],
    range: Range<usize>,
    filter: Option<&str>,
) -> Result<Group, FilterTooLong> {
    let filter = filter.map(str::trim).filter(|filter| !filter.is_empty());
    let selected: Vec<String> = functions
        .get(range.clone())
        .unwrap_or_default()
        .iter()
        .map(service)
        .collect();
    let selected = selected.join(" OR ");
    let expression = match (filter, selected.is_empty()) {
        (None, true) => None,
        (Some(filter), true) => Some(filter.to_owned()),
        (None, false) => Some(selected),
        (Some(filter), false) => Some(format!("({selected}) AND ({filter})")),
    };
    let length = expression
        .as_deref()
        .map_or(0, |expression| expression.chars().count());
    if length > LONGEST {
        let own = filter.map_or(0, |filter| filter.chars().count());
        return Err(FilterTooLong {
            length: own,
            most: LONGEST - (length - own).min(LONGEST),
        });
    }
    Ok(Group {
        functions: range,
        expression,
        selects: true,
    })
}

fn service(function: &Function) -> String {
    let name = quoted(&function.name);
    let account = function
        .account
        .as_deref()
        .map(|account| format!(", account.id: {}", quoted(account)));
    let account = account.unwrap_or_default();
    format!("service(id(name: {name}, type: \"AWS::Lambda::Function\"{account}))")
}

/// Writes a string literal. Function names need no escapes, but any other text must not become more than a name.
fn quoted(text: &str) -> String {
    format!("\"{}\"", text.replace('\\', "\\\\").replace('"', "\\\""))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn functions(count: usize) -> Vec<Function> {
        let function = |index| Function {
            name: format!("orders-{index}"),
            account: Some("123456789012".to_owned()),
        };
        (0..count).map(function).collect()
    }

    #[test]
    fn without_functions_the_filter_is_the_user_s() {
        assert_eq!(groups(&[], None).unwrap()[0].expression, None);
        assert_eq!(groups(&[], Some("  ")).unwrap()[0].expression, None);
        assert_eq!(
            groups(&[], Some("error")).unwrap()[0].expression.as_deref(),
            Some("error")
        );
    }

    #[test]
    fn functions_are_joined_by_or_and_the_user_s_filter_by_and() {
        let groups = groups(&functions(2), Some("http.status = 200 OR error")).unwrap();
        let one = r#"service(id(name: "orders-0", type: "AWS::Lambda::Function", account.id: "123456789012"))"#;
        let other = one.replace("-0", "-1");
        let expected = format!("({one} OR {other}) AND (http.status = 200 OR error)");
        assert_eq!(groups.len(), 1);
        assert_eq!(groups[0].expression.as_deref(), Some(expected.as_str()));
    }

    #[test]
    fn many_functions_are_split_and_none_is_lost() {
        let groups = groups(&functions(100), Some("error")).unwrap();
        assert!(groups.len() > 1);
        assert!(
            groups
                .iter()
                .all(|group| group.expression.as_deref().unwrap().len() <= LONGEST)
        );
        let covered: Vec<usize> = groups
            .iter()
            .flat_map(|group| group.functions.clone())
            .collect();
        assert_eq!(covered, (0..100).collect::<Vec<_>>());
    }

    #[test]
    fn a_name_cannot_break_out_of_its_quotes() {
        let function = Function {
            name: r#"a\" OR error OR ""#.to_owned(),
            account: None,
        };
        let groups = groups(&[function], None).unwrap();
        let expected =
            r#"service(id(name: "a\\\" OR error OR \"", type: "AWS::Lambda::Function"))"#;
        assert_eq!(groups[0].expression.as_deref(), Some(expected));
    }

    #[test]
    fn a_filter_that_leaves_no_room_is_refused() {
        let long = "e".repeat(1950);
        assert!(groups(&[], Some(&long)).is_ok());
        let error = groups(&functions(1), Some(&long)).unwrap_err();
        assert!(error.to_string().contains("1950 characters"), "{error}");
    }
}
