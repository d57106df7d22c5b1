//! The holes of an ARN: what `data/cfn.bin` writes between `{` and `}`.

/// A part of an ARN with holes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in super::super) enum Piece<'a> {
    /// Text that is in every such ARN.
    Text(&'a str),
    /// What the resource says.
    Hole(Hole<'a>),
}

/// What fills a hole.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in super::super) enum Hole<'a> {
    /// `{p}`
    Partition,
    /// `{r}`
    Region,
    /// `{a}`
    Account,
    /// `{.}`, the id that AWS makes of the resource, and `{.Name}`, another part that AWS makes.
    Made(&'a str),
    /// `{Name}`, `{Name=default}`, `{Name|mode}`.
    Property {
        /// The property.
        name: &'a str,
        /// Its value where nothing is written.
        default: Option<&'a str>,
        /// How the value is changed.
        mode: Option<Mode>,
    },
    /// `{?Name=text%}`, `{?Name!value=text%}`: only where the property is written, and is not the value.
    Optional {
        /// The property.
        name: &'a str,
        /// The value that counts as none.
        none: Option<&'a str>,
        /// The text, with `%` for the value.
        text: &'a str,
    },
}

/// How AWS changes a value in the ARN.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in super::super) enum Mode {
    /// Small letters.
    Lower,
    /// Some other way: only a value of small letters, digits and dashes stays as it is.
    Plain,
    /// `REGIONAL` is `regional`, `CLOUDFRONT` is `global`.
    Scope,
    /// Without the slashes at the beginning.
    Slash,
}

/// The pieces of an ARN with holes.
pub(in super::super) fn pieces(arn: &str) -> impl Iterator<Item = Piece<'_>> {
    let mut rest = arn;
    std::iter::from_fn(move || {
        if let Some((inside, after)) = rest.strip_prefix('{').and_then(|rest| rest.split_once('}'))
        {
            rest = after;
            return Some(Piece::Hole(hole(inside)));
        }
        let end = rest.find('{').unwrap_or(rest.len());
        let (text, after) = rest.split_at_checked(end)?;
        rest = after;
        (!text.is_empty()).then_some(Piece::Text(text))
    })
}

fn hole(inside: &str) -> Hole<'_> {
    match inside {
        "p" => return Hole::Partition,
        "r" => return Hole::Region,
        "a" => return Hole::Account,
        _ => {}
    }
    if let Some(made) = inside.strip_prefix('.') {
        return Hole::Made(made);
    }
    if let Some(optional) = inside.strip_prefix('?') {
        let (name, text) = optional.split_once('=').unwrap_or((optional, "%"));
        let (name, none) = match name.split_once('!') {
            Some((name, none)) => (name, Some(none)),
            None => (name, None),
        };
        return Hole::Optional { name, none, text };
    }
    let (inside, mode) = match inside.split_once('|') {
        Some((inside, mode)) => (inside, Mode::of(mode)),
        None => (inside, None),
    };
    let (name, default) = match inside.split_once('=') {
        Some((name, default)) => (name, Some(default)),
        None => (inside, None),
    };
    Hole::Property {
        name,
        default,
        mode,
    }
}

impl Mode {
    fn of(name: &str) -> Option<Self> {
        Some(match name {
            "lower" => Self::Lower,
            "plain" => Self::Plain,
            "scope" => Self::Scope,
            "slash" => Self::Slash,
            _ => return None,
        })
    }

    /// The value as it is in the ARN; nothing where nobody knows. What is not known yet stays as it is.
    pub(in super::super) fn changed(self, value: &str) -> Option<String> {
        match self {
            Self::Lower => Some(lower(value)),
            Self::Plain => {
                let is_kept = |letter: char| {
                    letter.is_ascii_digit() || letter.is_ascii_lowercase() || letter == '-'
                };
                let is_plain =
                    parts(value).all(|part| is_symbol(part) || part.chars().all(is_kept));
                is_plain.then(|| value.to_owned())
            }
            Self::Scope => match value {
                "REGIONAL" => Some("regional".to_owned()),
                "CLOUDFRONT" => Some("global".to_owned()),
                _ => None,
            },
            Self::Slash => Some(value.trim_start_matches('/').to_owned()),
        }
    }
}

/// In small letters, but for symbols.
fn lower(value: &str) -> String {
    let changed = parts(value).map(|part| {
        if is_symbol(part) {
            part.to_owned()
        } else {
            part.to_lowercase()
        }
    });
    changed.collect()
}

fn is_symbol(part: &str) -> bool {
    part.starts_with("${")
}

/// The symbols of a value, and the texts between them.
fn parts(value: &str) -> impl Iterator<Item = &str> {
    let mut rest = value;
    std::iter::from_fn(move || {
        let end = match rest.strip_prefix("${") {
            Some(inside) => inside.find('}').map_or(rest.len(), |end| end + 3),
            None => rest.find("${").unwrap_or(rest.len()),
        };
        let (part, after) = rest.split_at_checked(end)?;
        rest = after;
        (!part.is_empty()).then_some(part)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_arn_falls_into_text_and_holes() {
        let found: Vec<_> =
            pieces("arn:{p}:x:{r}:{a}:y{Path=/}{?Bus!default=%/}{Name|lower}:{.Id}").collect();
        let property = |name, default, mode| {
            Piece::Hole(Hole::Property {
                name,
                default,
                mode,
            })
        };
        assert_eq!(
            found,
            [
                Piece::Text("arn:"),
                Piece::Hole(Hole::Partition),
                Piece::Text(":x:"),
                Piece::Hole(Hole::Region),
                Piece::Text(":"),
                Piece::Hole(Hole::Account),
                Piece::Text(":y"),
                property("Path", Some("/"), None),
                Piece::Hole(Hole::Optional {
                    name: "Bus",
                    none: Some("default"),
                    text: "%/"
                }),
                property("Name", None, Some(Mode::Lower)),
                Piece::Text(":"),
                Piece::Hole(Hole::Made("Id")),
            ]
        );
    }

    #[test]
    fn values_change_as_aws_changes_them() {
        for (mode, value, expected) in [
            (Mode::Lower, "Orders-${Stage}", Some("orders-${Stage}")),
            (Mode::Plain, "orders-1", Some("orders-1")),
            (Mode::Plain, "orders-${Stage}", Some("orders-${Stage}")),
            (Mode::Plain, "Orders", None),
            (Mode::Plain, "my orders", None),
            (Mode::Scope, "CLOUDFRONT", Some("global")),
            (Mode::Scope, "${Scope}", None),
            (Mode::Slash, "/shop/key", Some("shop/key")),
        ] {
            assert_eq!(mode.changed(value).as_deref(), expected, "{value}");
        }
    }
}
