//! What `--help` prints, taken apart.

/// A flag or argument of a help: how it is written, and what is said of it.
#[derive(Debug)]
pub(super) struct Flag {
    pub(super) spec: String,
    text: String,
    values: Vec<String>,
}

impl Flag {
    pub(super) fn row(&self) -> String {
        let values = match self.values.as_slice() {
            [] => String::new(),
            values => format!(". One of `{}`", values.join("`, `")),
        };
        let text = format!("{}{values}", self.text.trim());
        let (spec, text) = (self.spec.replace('|', "\\|"), text.replace('|', "\\|"));
        format!("| `{spec}` | {text} |\n")
    }
}

/// The flags and arguments that a help lists, but for `--help` itself.
pub(super) fn flags(help: &str) -> Vec<Flag> {
    let mut flags: Vec<Flag> = Vec::new();
    let mut is_listed = false;
    let mut is_values = false;
    let mut is_apart = false;
    for line in help.lines() {
        if !line.is_empty() && !line.starts_with(' ') {
            // Below headings there are flags, but for these two.
            is_listed = line.ends_with(':') && !["Examples:", "Exit codes:"].contains(&line);
            continue;
        }
        let indent = line.len() - line.trim_start().len();
        let line = line.trim();
        if !is_listed || line.is_empty() {
            is_apart = true;
            continue;
        }
        let begins = line.starts_with('-') && !line.starts_with("- ");
        if indent <= 6 && (begins || line.starts_with(['<', '['])) {
            let (spec, text) = line.split_once("  ").unwrap_or((line, ""));
            (is_values, is_apart) = (false, false);
            flags.push(Flag {
                spec: spec.to_owned(),
                text: text.trim().to_owned(),
                values: Vec::new(),
            });
            continue;
        }
        let flag = flags.last_mut().expect("a flag comes first");
        match line.strip_prefix("- ") {
            Some(value) if is_values => {
                let name = value.split(':').next().unwrap_or(value);
                flag.values.push(name.to_owned());
            }
            _ if line == "Possible values:" => is_values = true,
            // The rest of what is said of a value.
            _ if is_values && !line.starts_with("[default") => {}
            _ => {
                // A paragraph is a sentence of its own; a default in brackets is none.
                if is_apart && !flag.text.is_empty() && !line.starts_with('[') {
                    flag.text.push('.');
                }
                flag.text.push(' ');
                flag.text.push_str(line);
            }
        }
        is_apart = false;
    }
    flags.retain(|flag| !flag.spec.contains("--help"));
    flags
}
