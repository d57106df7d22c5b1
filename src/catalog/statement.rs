//! Tells what kind of statement a recorded query is.

use crate::xray::Parameters;

/// The request member that carries a statement, folded.
const MEMBER: &str = "querystring";

/// The first words of statements that only read. What `EXECUTE` runs is not known, and `UNLOAD` writes.
const READING: [&str; 6] = ["describe", "explain", "select", "show", "values", "with"];

/// Whether a statement was recorded, and every statement that was recorded only reads.
pub(super) fn only_reads(parameters: &Parameters) -> bool {
    let statements = parameters.get(MEMBER);
    !statements.is_empty() && statements.iter().all(|text| reads(text))
}

fn reads(statement: &str) -> bool {
    let statement = after_comments(statement);
    let first = statement
        .split(|letter: char| !letter.is_ascii_alphabetic())
        .find(|word| !word.is_empty());
    let starts_plainly = statement
        .trim_start()
        .starts_with(|letter: char| letter.is_ascii_alphabetic() || letter == '(');
    starts_plainly
        && first.is_some_and(|word| READING.iter().any(|own| own.eq_ignore_ascii_case(word)))
}

/// Returns what follows the comments at the beginning of a statement. A comment that does not end is all there is.
fn after_comments(statement: &str) -> &str {
    let mut rest = statement.trim_start();
    loop {
        let (ending, inside) = if let Some(inside) = rest.strip_prefix("--") {
            ("\n", inside)
        } else if let Some(inside) = rest.strip_prefix("/*") {
            ("*/", inside)
        } else {
            return rest;
        };
        let behind = inside.split_once(ending).map(|(_, behind)| behind);
        rest = behind.unwrap_or_default().trim_start();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_word_says_what_a_statement_does() {
        for (statement, expected) in [
            ("SELECT * FROM orders", true),
            ("  with a as (select 1) select * from a", true),
            ("(select 1)", true),
            ("SHOW TABLES", true),
            ("INSERT INTO a SELECT * FROM b", false),
            ("create table a as select 1", false),
            ("DROP TABLE a", false),
            ("EXECUTE prepared", false),
            (
                "-- by day\n/* of\nall */ WITH x AS (SELECT 1) SELECT * FROM x",
                true,
            ),
            ("-- select\ndrop table a", false),
            ("/* select */ drop table a", false),
            ("/* select", false),
            ("-- select 1", false),
            ("", false),
        ] {
            assert_eq!(reads(statement), expected, "{statement}");
        }
    }
}
