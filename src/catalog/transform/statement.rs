//! `PartiQL` statements, which contain the name of their table, and perhaps of its index.
//!
//! Follows <https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/ql-reference.html>. A statement is read up
//! to the table's name and no further.

use super::Part;
use super::table::is_name;

/// Returns the table of a statement on a table. A statement on an index is authorised only on the index:
/// <https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/ql-iam.html>.
pub(super) fn table(value: &str) -> Vec<Part> {
    match target(value) {
        Some((table, None)) => named(table),
        Some((_, Some(_))) | None => Vec::new(),
    }
}

/// Returns the index, or its table, of a statement on an index.
pub(super) fn index(variable: &str, value: &str) -> Vec<Part> {
    match target(value) {
        Some((_, Some(index))) if variable == "IndexName" => named(index),
        Some((table, Some(_))) => named(table),
        Some((_, None)) | None => Vec::new(),
    }
}

fn named(name: String) -> Vec<Part> {
    if is_name(&name) {
        vec![Part::new(name)]
    } else {
        Vec::new()
    }
}

/// Returns the table of a statement, and the index if it names one.
fn target(statement: &str) -> Option<(String, Option<String>)> {
    let mut words = Words { rest: statement };
    let verb = words.next()?.keyword();
    let table = match verb.as_str() {
        "SELECT" | "DELETE" => {
            while words.next()?.keyword() != "FROM" {}
            words.next()?
        }
        "INSERT" if words.next()?.keyword() == "INTO" => words.next()?,
        "UPDATE" => words.next()?,
        _ => return None,
    };
    let table = table.name()?;
    let index = if words.skip_dot() {
        words.next().and_then(Word::name)
    } else {
        None
    };
    Some((table, index))
}

struct Words<'a> {
    rest: &'a str,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Word<'a> {
    Bare(&'a str),
    /// A word in double quotes, which is always a name.
    Quoted(&'a str),
    /// Text in single quotes, or a punctuation mark, which is never a name.
    Other,
}

impl Word<'_> {
    /// Returns the word in upper case. It is empty for a word that cannot be a keyword: a quoted name before `FROM` is
    /// a column.
    fn keyword(self) -> String {
        match self {
            Word::Bare(word) => word.to_ascii_uppercase(),
            Word::Quoted(_) | Word::Other => String::new(),
        }
    }

    fn name(self) -> Option<String> {
        match self {
            Word::Bare(name) | Word::Quoted(name) => Some(name.to_owned()),
            Word::Other => None,
        }
    }
}

impl Words<'_> {
    fn skip_dot(&mut self) -> bool {
        let after = self.rest.trim_start().strip_prefix('.');
        if let Some(after) = after {
            self.rest = after;
        }
        after.is_some()
    }
}

impl<'a> Iterator for Words<'a> {
    type Item = Word<'a>;

    fn next(&mut self) -> Option<Word<'a>> {
        let text = self.rest.trim_start();
        let first = text.chars().next()?;
        if matches!(first, '"' | '\'') {
            let (inside, after) = text.strip_prefix(first)?.split_once(first)?;
            self.rest = after;
            return Some(if first == '"' {
                Word::Quoted(inside)
            } else {
                Word::Other
            });
        }
        let is_bare = |letter: char| letter.is_alphanumeric() || matches!(letter, '_' | '-');
        let length = text.find(|letter| !is_bare(letter)).unwrap_or(text.len());
        if length == 0 {
            self.rest = text.strip_prefix(first)?;
            return Some(Word::Other);
        }
        let (word, after) = text.split_at_checked(length)?;
        self.rest = after;
        Some(Word::Bare(word))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_statement_names_its_table_and_index() {
        let cases = [
            ("SELECT * FROM orders WHERE id = ?", "orders", None),
            (
                "select \"from\", 'FROM x' from \"orders\".\"by-day\" where a=1",
                "orders",
                Some("by-day"),
            ),
            ("SELECT a.b FROM orders.by_day", "orders", Some("by_day")),
            ("  INSERT INTO \"orders\" VALUE {'id': ?}", "orders", None),
            ("UPDATE \"orders\" SET x = 1", "orders", None),
            ("delete\nfrom orders where id=?", "orders", None),
            ("SELECT * FROM \"my.table\"", "my.table", None),
        ];
        for (statement, table, index) in cases {
            assert_eq!(
                target(statement),
                Some((table.to_owned(), index.map(str::to_owned))),
                "{statement}"
            );
        }
    }

    #[test]
    fn what_is_no_statement_names_nothing() {
        for text in [
            "",
            "SELECT",
            "SELECT * FROM",
            "DROP TABLE orders",
            "INSERT orders",
            "SELECT 'open FROM t",
        ] {
            assert_eq!(target(text), None, "{text}");
        }
        assert_eq!(table("SELECT * FROM \"a*b\""), []);
        assert_eq!(table("SELECT * FROM a.b"), []);
        assert_eq!(index("TableName", "SELECT * FROM a.b"), [Part::new("a")]);
        assert_eq!(index("IndexName", "SELECT * FROM a.b"), [Part::new("b")]);
        assert_eq!(index("IndexName", "SELECT * FROM a"), []);
    }
}
