//! How GitHub's runner reads a log: both of its command parsers, and the reader of output files.

/// The commands that a runner knows, by either form.
const KNOWN: [&str; 18] = [
    "set-env",
    "set-output",
    "save-state",
    "add-path",
    "add-mask",
    "add-matcher",
    "remove-matcher",
    "debug",
    "warning",
    "error",
    "notice",
    "group",
    "endgroup",
    "echo",
    "stop-commands",
    "internal-set-repo-path",
    "internal",
    "section",
];

/// A command that was read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Command {
    pub(crate) name: String,
    pub(crate) properties: Vec<(String, String)>,
    pub(crate) data: String,
}

impl Command {
    pub(crate) fn property(&self, name: &str) -> Option<&str> {
        let found = self.properties.iter().find(|(known, _)| known == name)?;
        Some(&found.1)
    }
}

/// Lines as the runner splits them: each of the two characters ends one, alone or together.
pub(crate) fn lines(log: &str) -> impl Iterator<Item = &str> {
    log.split(['\n', '\r'])
}

/// What the runner obeys in a log, in order.
pub(crate) fn commands(log: &str) -> Vec<Command> {
    lines(log)
        .filter_map(|line| at_the_beginning(line).or_else(|| anywhere(line)))
        .collect()
}

/// `::name property=value,...::data` where a line begins, after white space.
fn at_the_beginning(line: &str) -> Option<Command> {
    let line = without_invisible(line);
    let rest = line.trim_start().strip_prefix("::")?;
    let (information, data) = rest.split_once("::")?;
    let unescaped = |text: &str| {
        text.replace("%0D", "\r")
            .replace("%0A", "\n")
            .replace("%3A", ":")
            .replace("%2C", ",")
            .replace("%25", "%")
    };
    let data = data
        .replace("%0D", "\r")
        .replace("%0A", "\n")
        .replace("%25", "%");
    of(information, ',', &unescaped, data)
}

/// `##[name property=value;...]data` anywhere in a line.
fn anywhere(line: &str) -> Option<Command> {
    let line = without_invisible(line);
    let (_, rest) = line.split_once("##[")?;
    let (information, data) = rest.split_once(']')?;
    let unescaped = |text: &str| {
        text.replace("%3B", ";")
            .replace("%0D", "\r")
            .replace("%0A", "\n")
            .replace("%5D", "]")
            .replace("%25", "%")
    };
    of(information, ';', &unescaped, unescaped(data))
}

fn of(
    information: &str,
    separator: char,
    unescaped: &dyn Fn(&str) -> String,
    data: String,
) -> Option<Command> {
    let (name, properties) = information.split_once(' ').unwrap_or((information, ""));
    if !KNOWN.contains(&name) {
        return None;
    }
    let properties = properties
        .trim()
        .split(separator)
        .filter_map(|property| property.split_once('='));
    Some(Command {
        name: name.to_owned(),
        properties: properties
            .map(|(name, value)| (name.to_owned(), unescaped(value)))
            .collect(),
        data,
    })
}

/// The runner compares as a culture does, which may see nothing in characters without width.
fn without_invisible(line: &str) -> String {
    let invisible = |letter: &char| matches!(letter, '\u{ad}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{feff}' | '\0'..='\u{8}' | '\u{e}'..='\u{1f}' | '\u{7f}');
    line.chars().filter(|letter| !invisible(letter)).collect()
}

/// What an output file sets, or why the runner would refuse it.
pub(crate) fn outputs(file: &str) -> Result<Vec<(String, String)>, String> {
    let mut found = Vec::new();
    let mut lines = file.split_inclusive('\n');
    while let Some(line) = lines.next() {
        let Some(line) = line.strip_suffix('\n') else {
            return Err(format!("no line end after {line:?}"));
        };
        if line.is_empty() {
            continue;
        }
        let heredoc = line.find("<<");
        match (line.find('='), heredoc) {
            (Some(equals), heredoc) if heredoc.is_none_or(|heredoc| equals < heredoc) => {
                found.push((line[..equals].to_owned(), line[equals + 1..].to_owned()));
            }
            (_, Some(heredoc)) => {
                let delimiter = &line[heredoc + 2..];
                let mut value = Vec::new();
                loop {
                    let Some(line) = lines.next() else {
                        return Err(format!("{delimiter} is missing"));
                    };
                    let line = line.trim_end_matches('\n');
                    if line == delimiter {
                        break;
                    }
                    value.push(line);
                }
                found.push((line[..heredoc].to_owned(), value.join("\n")));
            }
            _ => return Err(format!("{line:?} sets nothing")),
        }
    }
    Ok(found)
}

#[test]
fn the_ports_read_what_the_runner_reads() {
    let read = commands(
        " \t::error file=a%2Cb,line=7::50%25%0A\n::nothing::x\nsee ##[add-mask]a%5D\r::group::one",
    );
    let names: Vec<&str> = read.iter().map(|command| command.name.as_str()).collect();
    assert_eq!(names, ["error", "add-mask", "group"]);
    assert_eq!(read[0].property("file"), Some("a,b"));
    assert_eq!(read[0].data, "50%\n");
    assert_eq!(read[1].data, "a]");
    assert_eq!(
        outputs("a=1\n\nb<<x\n1\n2\nx\n"),
        Ok(vec![
            ("a".to_owned(), "1".to_owned()),
            ("b".to_owned(), "1\n2".to_owned())
        ])
    );
    assert!(outputs("b<<x\n1\n").is_err());
    assert!(outputs("a=1").is_err());
}
