//! The hidden line that marks a comment as ours.
//!
//! It contains a digest of what the comment is about, so that jobs for several stacks do not overwrite each other's
//! comments. It also contains a digest of what the comment says, and the run that wrote it. It contains no names or
//! account ids.

use md5::{Digest as _, Md5};
use std::fmt::{self, Write as _};

const BEGIN: &str = "<!-- aws-least-privilege:v1 ";
const SUGGESTION: &str = "<!-- aws-least-privilege:v1 suggestion ";
/// The beginning of a marker of any version.
const ANY: &str = "<!-- aws-least-privilege:v";
const END: &str = " -->";
/// The number of digits of a digest.
const DIGITS: usize = 32;

/// Identifies one of the comments of a pull request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Key {
    about: String,
    account: Option<String>,
}

impl Key {
    /// Creates a key from what was asked for (stacks, functions, roles, the region, a key from the user), and from the
    /// account if it is known.
    ///
    /// ```
    /// use aws_least_privilege::deliver::comment::Key;
    ///
    /// let of = |parts: &[&str]| Key::new(parts.iter().copied(), Some("111122223333"));
    /// assert_eq!(of(&["shop", "eu-west-1"]), of(&["shop", "eu-west-1"]));
    /// assert_ne!(of(&["shop", "eu-west-1"]), of(&["shop-eu", "west-1"]));
    /// ```
    pub fn new<'a>(about: impl IntoIterator<Item = &'a str>, account: Option<&str>) -> Self {
        let mut all = String::new();
        for part in about {
            all.push_str(part);
            all.push('\0');
        }
        Self {
            about: digest(&all),
            account: account.map(|account| digest(&format!("{all}{account}"))),
        }
    }
}

impl Key {
    /// Returns the line that marks a suggestion.
    pub(in crate::deliver) fn mark(&self, suggestion: &str) -> String {
        let account = self.account.as_deref().unwrap_or("-");
        let is = digest(suggestion);
        format!(
            "{SUGGESTION}key={} account={account} is={is}{END}",
            self.about
        )
    }

    /// Whether a line marks a suggestion with this key.
    pub(in crate::deliver) fn marked(&self, line: &str) -> bool {
        let is = line
            .strip_suffix(END)
            .and_then(|line| line.rsplit_once(" is="));
        let same = self.mark("");
        let before = same.rsplit_once(" is=").map(|(before, _)| before);
        is.is_some_and(|(begin, is)| is_digest(is) && Some(begin) == before)
    }
}

/// A run of a workflow. Later runs are greater.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default)]
pub struct Run {
    /// Its id, which is the same for each attempt.
    pub id: u64,
    /// The number of the attempt, from 1.
    pub attempt: u64,
}

/// The marker of a comment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Marker {
    key: Key,
    says: String,
    /// The digest of all text below the marker, which shows whether a person changed it.
    text: String,
    pub(super) run: Run,
}

/// Whether a comment is about the right account.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Account {
    Same,
    Unknown,
    Other,
}

impl Marker {
    /// Creates the marker of a comment with the text `text`, whose lasting part is `lasting`.
    pub(super) fn new(key: &Key, lasting: &str, text: &str, run: Run) -> Self {
        Self {
            key: key.clone(),
            says: digest(lasting),
            text: digest_of_text(text),
            run,
        }
    }

    /// Reads the marker in the first line of a comment. If it is from another version of this program, or the text
    /// below it was changed, the result has the key but no run and no digests, so that the comment is replaced.
    pub(super) fn standing(body: &str, key: &Key) -> Option<Self> {
        let (line, text) = body.split_once('\n').unwrap_or((body, ""));
        let own = Self::of(body).filter(|mark| mark.text == digest_of_text(text));
        own.or_else(|| {
            let fields = line.trim_end().strip_prefix(ANY)?.strip_suffix(END)?;
            let (version, fields) = fields.split_once(' ')?;
            version.parse::<u32>().ok()?;
            if fields.starts_with("suggestion ") {
                return None;
            }
            let field = |name: &str| {
                let mut all = fields.split(' ').filter_map(|field| field.split_once('='));
                let found = all.find_map(|(is, value)| (is == name).then_some(value));
                found.filter(|value| is_digest(value)).map(str::to_owned)
            };
            let about = field("key").filter(|about| *about == key.about)?;
            let account = field("account");
            Some(Self {
                key: Key { about, account },
                says: String::new(),
                text: String::new(),
                run: Run::default(),
            })
        })
    }

    /// Reads the marker in the first line of a comment. It must be exactly as this program writes it.
    pub(super) fn of(body: &str) -> Option<Self> {
        let line = body.lines().next()?;
        let mut fields = line.strip_prefix(BEGIN)?.strip_suffix(END)?.split(' ');
        let mut field = |name: &str| fields.next()?.strip_prefix(name)?.strip_prefix('=');
        let about = field("key")?.to_owned();
        let account = field("account")?;
        let says = field("says")?.to_owned();
        let text = field("text")?.to_owned();
        let (id, attempt) = field("run")?.split_once('.')?;
        let mark = Self {
            key: Key {
                about,
                account: (account != "-").then(|| account.to_owned()),
            },
            says,
            text,
            run: Run {
                id: id.parse().ok()?,
                attempt: attempt.parse().ok()?,
            },
        };
        let digests = [
            Some(&mark.key.about),
            mark.key.account.as_ref(),
            Some(&mark.says),
            Some(&mark.text),
        ];
        let is_whole = digests
            .into_iter()
            .flatten()
            .all(|digest| is_digest(digest));
        (is_whole && mark.to_string() == line).then_some(mark)
    }

    /// Returns whether the comment is about the same things and the same account.
    pub(super) fn account_of(&self, key: &Key) -> Account {
        if self.key.about != key.about {
            return Account::Other;
        }
        match (&self.key.account, &key.account) {
            (one, other) if one == other => Account::Same,
            (Some(_), Some(_)) => Account::Other,
            _ => Account::Unknown,
        }
    }

    /// Whether both comments have the same key and the same lasting text.
    pub(super) fn says_the_same(&self, other: &Self) -> bool {
        self.says == other.says && self.key == other.key
    }
}

impl fmt::Display for Marker {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Key { about, account } = &self.key;
        let account = account.as_deref().unwrap_or("-");
        let Self {
            says, text, run, ..
        } = self;
        let (id, attempt) = (run.id, run.attempt);
        write!(
            out,
            "{BEGIN}key={about} account={account} says={says} text={text} run={id}.{attempt}{END}"
        )
    }
}

fn digest(text: &str) -> String {
    let digest = Md5::digest(text.as_bytes());
    digest.iter().fold(String::new(), |mut out, byte| {
        // Writing to a string cannot fail.
        let _ = write!(out, "{byte:02x}");
        out
    })
}

/// GitHub may return other line ends, or no line break at the end.
fn digest_of_text(text: &str) -> String {
    digest(text.replace("\r\n", "\n").trim_end())
}

fn is_digest(text: &str) -> bool {
    text.len() == DIGITS
        && text
            .bytes()
            .all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn mark() -> Marker {
        let key = Key::new(["shop", "eu-west-1"], Some("111122223333"));
        Marker::new(&key, "text", "### text", Run { id: 12, attempt: 1 })
    }

    #[test]
    fn a_mark_is_read_as_it_was_written() {
        let line = mark().to_string();
        assert_eq!(Marker::of(&format!("{line}\r\n### text")), Some(mark()));
        assert!(!line.contains("111122223333") && !line.contains("shop"));
        assert_eq!(line.lines().count(), 1);
    }

    #[test]
    fn what_is_not_a_mark_to_the_letter_is_none() {
        let line = mark().to_string();
        let wrong = [
            format!(" {line}"),
            format!("> {line}"),
            format!("hello\n{line}"),
            format!("{line} "),
            line.replace("v1", "v2"),
            line.replace("run=12.1", "run=+12.1"),
            line.replace("run=12.1", "run=012.1"),
            line.replace("run=12.1", "run=12"),
            line.replace("account=", "account=-"),
            line.replace("says=", "says=A"),
            line.replace(" -->", "x -->"),
            line.replacen("key=", "key= ", 1),
            String::new(),
        ];
        for body in wrong {
            assert_eq!(Marker::of(&body), None, "{body}");
        }
    }

    #[test]
    fn a_text_that_a_person_changed_or_a_mark_of_the_future_stands_for_nothing() {
        let key = Key::new(["shop", "eu-west-1"], Some("111122223333"));
        let standing = |body: &str| Marker::standing(body, &key);
        let body = format!("{}\n### text\n", mark());
        assert_eq!(standing(&body), Some(mark()));
        assert_eq!(standing(&body.replace('\n', "\r\n")), Some(mark()));
        for body in [
            body.replace("### text", "### all is well"),
            body.replace(":v1 ", ":v2 "),
            body.replace("run=12.1", "run=seven"),
            body.replace(" run=", " color=red run="),
        ] {
            let found = standing(&body).expect("it is ours");
            assert_eq!((found.run, found.says.as_str()), (Run::default(), ""));
            assert_eq!(found.account_of(&key), Account::Same);
        }
        let other = Key::new(["mail"], None);
        assert_eq!(Marker::standing(&body.replace(":v1", ":v2"), &other), None);
        assert_eq!(standing(&format!("hello\n{body}")), None);
    }

    #[test]
    fn an_account_that_is_not_known_may_be_any() {
        let known = Key::new(["shop"], Some("111122223333"));
        let other = Key::new(["shop"], Some("444455556666"));
        let unknown = Key::new(["shop"], None);
        let of = |key: &Key| Marker::new(key, "", "", Run::default());
        assert_eq!(of(&known).account_of(&known), Account::Same);
        assert_eq!(of(&known).account_of(&other), Account::Other);
        assert_eq!(of(&known).account_of(&unknown), Account::Unknown);
        assert_eq!(of(&unknown).account_of(&unknown), Account::Same);
        assert_eq!(
            of(&known).account_of(&Key::new(["mail"], None)),
            Account::Other
        );
    }
}
