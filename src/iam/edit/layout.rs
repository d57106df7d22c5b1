//! Detects how a JSON text is laid out, and lays out new arrays and objects in the same way.

/// The most columns of an array in one line, in a text that breaks lines at all.
const WIDE: usize = 100;

/// The layout of a JSON text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Layout {
    /// The line ending.
    newline: &'static str,
    /// The indentation of one level. Empty if the text is a single line.
    indent: String,
    /// The white space before and after the colon behind a key.
    colon: (String, String),
    /// How arrays with more than one element are written.
    arrays: Arrays,
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum Arrays {
    /// With one element a line.
    Lines,
    /// In one line, with `pad` inside the brackets and `comma` between the elements.
    OneLine { pad: String, comma: String },
}

impl Layout {
    /// The layout of a text, taken from its first indented line, its first colon and its first array of strings.
    ///
    /// ```
    /// use aws_least_privilege::iam::edit::Layout;
    ///
    /// let two = ["\"a\"".to_owned(), "\"b\"".to_owned()];
    /// let minified = r#"{"a":"x"}"#;
    /// assert_eq!(Layout::of(minified).array(minified, 5, &two), r#"["a","b"]"#);
    /// let pretty = "{\n\t\"a\": \"x\"\n}";
    /// assert_eq!(Layout::of(pretty).array(pretty, 7, &two), "[\n\t\t\"a\",\n\t\t\"b\"\n\t]");
    /// ```
    pub fn of(source: &str) -> Self {
        let newline = if source.contains("\r\n") {
            "\r\n"
        } else {
            "\n"
        };
        let indents = source.lines().filter_map(|line| {
            let space = leading(line);
            let more = line.get(space.len()..).unwrap_or_default();
            (!space.is_empty() && !more.is_empty()).then_some(space)
        });
        let indent = indents.min_by_key(|space| space.len()).unwrap_or_default();
        let colon = colon(source);
        let spaced = !colon.1.is_empty();
        let comma = if spaced { ", " } else { "," };
        let arrays = arrays(source, comma).unwrap_or_else(|| {
            if indent.is_empty() {
                Arrays::OneLine {
                    pad: String::new(),
                    comma: comma.to_owned(),
                }
            } else {
                Arrays::Lines
            }
        });
        Self {
            newline,
            indent: indent.to_owned(),
            colon,
            arrays,
        }
    }

    /// The text between two elements in one line.
    pub(super) fn comma(&self) -> String {
        match &self.arrays {
            Arrays::OneLine { comma, .. } => comma.clone(),
            Arrays::Lines if self.colon.1.is_empty() => ",".to_owned(),
            Arrays::Lines => ", ".to_owned(),
        }
    }

    /// An array of these elements, for a value that begins at byte `at` of the text.
    pub fn array(&self, source: &str, at: usize, elements: &[String]) -> String {
        let before = source.get(..at).unwrap_or_default();
        let line = before.rsplit('\n').next().unwrap_or_default();
        let one_line = match &self.arrays {
            Arrays::Lines => None,
            Arrays::OneLine { pad, comma } => Some(format!("[{pad}{}{pad}]", elements.join(comma))),
        };
        // An object that is written in one line stays in one line.
        let breaks = !self.indent.is_empty() && !line.contains('{');
        let comma = self.comma();
        let one_line =
            one_line.or_else(|| (!breaks).then(|| format!("[{}]", elements.join(&comma))));
        if let Some(one_line) = one_line
            && (!breaks || line.chars().count() + one_line.chars().count() <= WIDE)
        {
            return one_line;
        }
        let outer = format!("{}{}", self.newline, leading(line));
        let inner = format!("{outer}{}", self.indent);
        let elements = elements.join(&format!(",{inner}"));
        format!("[{inner}{elements}{outer}]")
    }

    /// An object of these members, given as key and value in JSON. It is laid out like the object at byte `beside` of the
    /// text.
    pub fn object(&self, source: &str, beside: usize, members: &[(&str, Member<'_>)]) -> String {
        let (before, after) = source.split_at_checked(beside).unwrap_or_default();
        let line = before.rsplit('\n').next().unwrap_or_default();
        let inside = after.get(1..).unwrap_or_default();
        let pad_end = inside.len() - inside.trim_start().len();
        let pad = inside.get(..pad_end).unwrap_or_default();
        let (open, comma, close) = if pad.contains('\n') {
            let outer = leading(line);
            let key = leading(pad.rsplit('\n').next().unwrap_or_default());
            (
                format!("{}{key}", self.newline),
                format!(",{}{key}", self.newline),
                format!("{}{outer}", self.newline),
            )
        } else {
            (pad.to_owned(), self.comma(), pad.to_owned())
        };
        let mut text = format!("{{{open}");
        for (place, (name, value)) in members.iter().enumerate() {
            if place > 0 {
                text.push_str(&comma);
            }
            let (left, right) = &self.colon;
            text.extend(["\"", *name, "\"", left, ":", right]);
            match value {
                Member::One(value) => text.push_str(value),
                Member::List([one]) => text.push_str(one),
                Member::List(several) => {
                    let array = self.array(&text, text.len(), several);
                    text.push_str(&array);
                }
            }
        }
        text.push_str(&close);
        text.push('}');
        text
    }
}

/// The value of a member, as JSON.
#[derive(Debug, Clone, Copy)]
pub enum Member<'a> {
    /// This value.
    One(&'a str),
    /// An array of these values, or the value itself if there is only one.
    List(&'a [String]),
}

fn leading(line: &str) -> &str {
    let length = line.len() - line.trim_start_matches([' ', '\t']).len();
    line.get(..length).unwrap_or_default()
}

/// The white space around the first colon behind a key.
fn colon(source: &str) -> (String, String) {
    let usual = || (String::new(), " ".to_owned());
    let Some((name_end, _)) = source.match_indices('"').nth(1) else {
        return usual();
    };
    let after = source.get(name_end + 1..).unwrap_or_default();
    let Some((left, rest)) = after.split_once(':') else {
        return usual();
    };
    let right = leading(rest);
    if left.trim().is_empty() && !left.contains('\n') {
        (left.to_owned(), right.to_owned())
    } else {
        usual()
    }
}

/// How the first array of more than one string is written.
fn arrays(source: &str, usual_comma: &str) -> Option<Arrays> {
    let mut rest = source;
    while let Some((_, after)) = rest.split_once('[') {
        rest = after;
        let pad_end = after.len() - after.trim_start().len();
        let (pad, elements) = after.split_at(pad_end);
        if !elements.starts_with('"') {
            continue;
        }
        if pad.contains('\n') {
            return Some(Arrays::Lines);
        }
        let inside = after.split(']').next().unwrap_or_default();
        let comma = inside.split_once("\",").map(|(_, behind)| {
            let space = behind.len() - behind.trim_start().len();
            behind.get(..space).unwrap_or_default()
        });
        return Some(Arrays::OneLine {
            pad: pad.to_owned(),
            comma: match comma {
                Some(space) if !space.contains('\n') => format!(",{space}"),
                _ => usual_comma.to_owned(),
            },
        });
    }
    None
}
