//! Laws of edits in the text that people keep, held on generated documents and edits.
//!
//! A document is laid out in any of the ways that people have, with a comment in any place where one can be, each with a number of
//! its own. What is wanted of its statements is drawn too. The same seeds on each run: a failure names its seed.

use aws_least_privilege::iam::PolicyDocument;
use aws_least_privilege::iam::edit::apply;
use aws_least_privilege::iam::edit::host::{Fate, Plain, Statements, Wanted};
use aws_least_privilege::yaml::{self, Limits, Node, Schema};
use fastrand::Rng;

const DOCUMENTS: u64 = 10_000;

const LIMITS: Limits = Limits {
    bytes: 1 << 20,
    depth: 64,
    values: 10_000,
};

const ACTIONS: [&str; 6] = [
    "s3:GetObject",
    "s3:*",
    "*",
    "dynamodb:Get?tem",
    "sqs:SendMessage",
    "kms:Decrypt",
];

const RESOURCES: [&str; 6] = [
    "*",
    "arn:aws:s3:::orders/*",
    "arn:aws:s3:::${aws:username}/it's #1",
    "arn:aws:dynamodb:*:*:table/orders",
    "arn:aws:sqs:eu-west-1:111122223333:mail",
    "arn:aws:s3:::\u{e9}t\u{e9}",
];

const NEW: [&str; 4] = ["new:One", "new:*", "arn:new:é: x", "it's \"new\" # really"];

/// When a comment is there after the edit.
#[derive(Debug, Clone)]
enum Stays {
    Always,
    /// Where its statement does.
    With(usize),
    /// Where this entry of its statement does.
    Entry(usize, bool, String),
}

#[derive(Debug, Default)]
struct Written {
    text: String,
    comments: Vec<(String, Stays)>,
    statements: Vec<Statement>,
}

#[derive(Debug, Clone)]
struct Statement {
    sid: Option<String>,
    actions: Vec<String>,
    resources: Vec<String>,
    /// Its lines, from the one with its dash on; nothing within brackets.
    lines: Option<String>,
}

struct Writer {
    random: Rng,
    written: Written,
}

fn some(random: &mut Rng, of: &[&str]) -> Vec<String> {
    let mut all: Vec<&str> = of.to_vec();
    random.shuffle(&mut all);
    let count = random.usize(1..=3);
    all.into_iter().take(count).map(str::to_owned).collect()
}

fn word(text: &str, quotes: u8) -> String {
    let plain = !text.starts_with(['*', '"'])
        && !text.contains(" #")
        && !text.contains(['{', '\'', '[', ',']);
    match quotes {
        0 if plain => text.to_owned(),
        1 => serde_json::Value::from(text).to_string(),
        _ => format!("'{}'", text.replace('\'', "''")),
    }
}

impl Writer {
    fn push(&mut self, text: &str) {
        self.written.text.push_str(text);
    }

    fn comment(&mut self, stays: Stays) -> String {
        if self.random.u8(0..3) > 0 {
            return String::new();
        }
        let name = format!("# c{}.", self.written.comments.len());
        self.written.comments.push((name.clone(), stays));
        format!(" {name}")
    }

    fn own_line(&mut self, indent: usize, stays: Stays) {
        let comment = self.comment(stays);
        if !comment.is_empty() {
            let line = format!("{}{}\n", " ".repeat(indent), comment.trim_start());
            self.push(&line);
        }
    }

    /// A key with its list, in lines; its column, whose statement it is.
    fn element(&mut self, key: &str, texts: &[String], column: usize, of: usize) {
        let quotes = self.random.u8(0..3);
        let is_action = key == "Action";
        let entry = |text: &str| Stays::Entry(of, is_action, text.to_owned());
        let style = self.random.u8(0..5);
        match (style, texts) {
            (0, [one]) => {
                let comment = self.comment(entry(one));
                let line = format!("{key}: {}{comment}\n", word(one, quotes));
                self.push(&line);
            }
            (1, texts) => {
                let words: Vec<String> = texts.iter().map(|text| word(text, quotes)).collect();
                let line = format!("{key}: [{}]", words.join(", "));
                self.push(&line);
                let comment = self.comment(Stays::With(of));
                self.push(&format!("{comment}\n"));
            }
            (2, texts) => {
                self.push(&format!("{key}: [\n"));
                let pad = " ".repeat(column + 2);
                for (place, text) in texts.iter().enumerate() {
                    let comma = if place + 1 < texts.len() { "," } else { "" };
                    let word = word(text, quotes);
                    let comment = self.comment(entry(text));
                    self.push(&format!("{pad}{word}{comma}{comment}\n"));
                }
                // Also where the key begins, which YAML 1.2 does not have.
                let closing = column + self.random.usize(0..3);
                self.push(&format!("{}]\n", " ".repeat(closing)));
            }
            (3, texts) => {
                self.push(&format!("{key}: ["));
                self.several_on_a_line(texts, column + 2, |text| entry(text), of);
                self.push("]\n");
            }
            (_, texts) => {
                let comment = self.comment(Stays::With(of));
                self.push(&format!("{key}:{comment}\n"));
                let offset = if self.random.bool() { 2 } else { 0 };
                let pad = " ".repeat(column + offset);
                for text in texts {
                    self.own_line(column + offset, Stays::With(of));
                    let word = word(text, quotes);
                    let gap = if self.random.u8(0..6) == 0 {
                        "   "
                    } else {
                        " "
                    };
                    let comment = self.comment(entry(text));
                    self.push(&format!("{pad}-{gap}{word}{comment}\n"));
                }
            }
        }
    }

    /// Entries in brackets, with line breaks and comments anywhere between them.
    fn several_on_a_line(
        &mut self,
        texts: &[String],
        column: usize,
        entry: impl Fn(&str) -> Stays,
        of: usize,
    ) {
        let pad = " ".repeat(column);
        let quotes = self.random.u8(1..3);
        for (place, text) in texts.iter().enumerate() {
            if self.random.bool() {
                self.push("\n");
                self.own_line(column, Stays::With(of));
                self.push(&pad);
            } else {
                self.push(" ");
            }
            let comma = if place + 1 < texts.len() { "," } else { "" };
            let word = word(text, quotes);
            self.push(&format!("{word}{comma}"));
            let comment = self.comment(entry(text));
            if !comment.is_empty() {
                self.push(&format!("{comment}\n{pad}"));
            }
        }
        if self.random.bool() {
            self.push(&format!("\n{pad}"));
        }
    }

    fn statement(&mut self, of: usize, dash: Option<usize>) {
        let sid = self.random.bool().then(|| format!("S{of}"));
        let actions = some(&mut self.random, &ACTIONS);
        let resources = some(&mut self.random, &RESOURCES);
        let begin = self.written.text.len();
        let pad = dash.map_or(2, |dash| dash + 2);
        if let Some(dash) = dash {
            self.push(&format!("{}- ", " ".repeat(dash)));
        } else {
            self.push("  ");
        }
        if let Some(sid) = &sid {
            let comment = self.comment(Stays::With(of));
            self.push(&format!("Sid: {sid}{comment}\n{}", " ".repeat(pad)));
        }
        let comment = self.comment(Stays::With(of));
        self.push(&format!("Effect: Allow{comment}\n{}", " ".repeat(pad)));
        self.element("Action", &actions, pad, of);
        self.push(&" ".repeat(pad));
        self.element("Resource", &resources, pad, of);
        if self.random.u8(0..4) == 0 {
            self.push(&format!(
                "{}Condition: {{Bool: {{aws:SecureTransport: true}}}}\n",
                " ".repeat(pad)
            ));
        }
        let lines = self.written.text.get(begin..).map(str::to_owned);
        self.written.statements.push(Statement {
            sid,
            actions,
            resources,
            lines,
        });
    }

    fn in_brackets(&mut self, of: usize) -> String {
        let actions = some(&mut self.random, &ACTIONS);
        let resources = some(&mut self.random, &RESOURCES);
        let list = |writer: &mut Self, texts: &[String]| {
            let quotes = writer.random.u8(1..3);
            let words: Vec<String> = texts.iter().map(|text| word(text, quotes)).collect();
            match words.as_slice() {
                [one] if writer.random.bool() => one.clone(),
                several => format!("[{}]", several.join(", ")),
            }
        };
        let own = format!(
            "{{Effect: Allow, Action: {}, Resource: {}}}",
            list(self, &actions),
            list(self, &resources)
        );
        self.written.statements.push(Statement {
            sid: None,
            actions,
            resources,
            lines: None,
        });
        let _ = of;
        own
    }

    fn document(&mut self) {
        self.push("# head\nVersion: '2012-10-17'\n");
        match self.random.u8(0..8) {
            0 => {
                let count = self.random.usize(1..4);
                self.push("Statement: [");
                for of in 0..count {
                    let own = self.in_brackets(of);
                    let comma = if of + 1 < count { "," } else { "" };
                    let comment = self.comment(Stays::With(of));
                    let space = if comment.is_empty() { " " } else { "\n  " };
                    self.push(&format!("{own}{comma}{comment}{space}"));
                }
                self.push("]\n");
            }
            1 => {
                self.push("Statement:\n");
                self.statement(0, None);
            }
            _ => {
                self.push("Statement:\n");
                let dash = if self.random.bool() { 2 } else { 0 };
                for of in 0..self.random.usize(1..4) {
                    self.own_line(dash, Stays::Always);
                    if self.random.u8(0..4) == 0 {
                        let own = self.in_brackets(of);
                        let comment = self.comment(Stays::With(of));
                        self.push(&format!("{}- {own}{comment}\n", " ".repeat(dash)));
                    } else {
                        self.statement(of, Some(dash));
                    }
                    if self.random.u8(0..5) == 0 {
                        self.push("\n");
                    }
                }
                self.own_line(0, Stays::Always);
            }
        }
        if self.random.bool() {
            self.push("Id: tail # tail\n");
        }
    }

    /// What becomes of each statement.
    fn fates(&mut self) -> (Vec<Vec<Wanted>>, Vec<Wanted>) {
        let mut fates = Vec::new();
        for own in self.written.statements.clone() {
            let count = [0, 1, 1, 1, 1, 2, 3][self.random.usize(0..7)];
            let fate = (0..count).map(|copy| {
                let sid = own.sid.as_ref().map(|sid| {
                    if copy == 0 {
                        sid.clone()
                    } else {
                        format!("{sid}x{copy}")
                    }
                });
                Wanted {
                    sid,
                    is_not_action: false,
                    actions: self.changed(&own.actions),
                    resources: self.changed(&own.resources),
                }
            });
            fates.push(fate.collect());
        }
        if fates.iter().all(Vec::is_empty)
            && let (Some(fate), Some(own)) = (fates.first_mut(), self.written.statements.first())
        {
            *fate = vec![same(own)];
        }
        let added = (0..self.random.usize(0..4).saturating_sub(2)).map(|place| Wanted {
            sid: Some(format!("Added{place}")),
            is_not_action: false,
            actions: vec!["new:One".to_owned()],
            resources: vec!["*".to_owned(), "arn:new:b".to_owned()],
        });
        (fates, added.collect())
    }

    fn changed(&mut self, texts: &[String]) -> Vec<String> {
        if self.random.u8(0..3) == 0 {
            return texts.to_vec();
        }
        let mut changed = Vec::new();
        for text in texts {
            match self.random.u8(0..4) {
                0 => {}
                1 => {
                    let new = NEW[self.random.usize(0..NEW.len())].to_owned();
                    if !changed.contains(&new) {
                        changed.push(new);
                    }
                }
                _ => changed.push(text.clone()),
            }
        }
        if changed.is_empty() {
            changed.push(NEW[self.random.usize(0..NEW.len())].to_owned());
        }
        changed
    }
}

fn same(own: &Statement) -> Wanted {
    Wanted {
        sid: own.sid.clone(),
        is_not_action: false,
        actions: own.actions.clone(),
        resources: own.resources.clone(),
    }
}

fn edited(text: &str, fates: &[Vec<Wanted>], added: &[Wanted]) -> Result<String, String> {
    let fates: Vec<Fate> = fates.iter().cloned().map(Fate::Becomes).collect();
    let root = yaml::parse(text, Schema::Core, LIMITS);
    let root: Node = root.map_err(|error| error.to_string())?.ok_or("nothing")?;
    let mut members = root.members().iter();
    let (key, value) = members
        .find(|(key, _)| key.text == "Statement")
        .ok_or("no statements")?;
    let edits = Statements { key, value }
        .edited(text, &Plain, &fates, added)
        .map_err(|why| why.to_string())?;
    apply(text, &edits).ok_or_else(|| "two edits overlap".to_owned())
}

fn said(text: &str) -> Vec<Wanted> {
    let read = PolicyDocument::parse_yaml(text, "policy.yaml");
    let read = read.unwrap_or_else(|error| panic!("{error}\n{text}"));
    let statements = read.statements.iter();
    let said = statements.map(|own| Wanted {
        sid: own.sid.clone(),
        is_not_action: false,
        actions: own
            .actions
            .patterns()
            .iter()
            .map(|one| one.value.text().to_owned())
            .collect(),
        resources: own
            .resources
            .patterns()
            .iter()
            .map(|one| one.value.text().to_owned())
            .collect(),
    });
    said.collect()
}

#[test]
fn an_edit_changes_what_is_wanted_and_nothing_else() {
    for seed in 0..DOCUMENTS {
        let mut writer = Writer {
            random: Rng::with_seed(seed),
            written: Written::default(),
        };
        writer.document();
        let (fates, added) = writer.fates();
        let is_crlf = writer.random.u8(0..5) == 0;
        let laid_out = |text: &str| {
            if is_crlf {
                text.replace('\n', "\r\n")
            } else {
                text.to_owned()
            }
        };
        let mut text = laid_out(&writer.written.text);
        if writer.random.u8(0..5) == 0 {
            text = text.trim_end().to_owned();
        }
        if writer.random.u8(0..5) == 0 {
            text.insert(0, '\u{feff}');
        }
        let told = |what: &str, new: &str| {
            format!("seed {seed}: {what}\n{text}\n---\n{new}\n---\n{fates:?}\n{added:?}")
        };
        let new = edited(&text, &fates, &added).unwrap_or_else(|why| panic!("{}", told(&why, "")));

        // It says what is wanted.
        let wanted: Vec<Wanted> = fates.iter().flatten().chain(&added).cloned().collect();
        assert_eq!(said(&new), wanted, "{}", told("what it says", &new));

        // Comments stay with what they stand beside.
        for (comment, stays) in &writer.written.comments {
            let stays = match stays {
                Stays::Always => true,
                Stays::With(of) => !fates[*of].is_empty(),
                Stays::Entry(of, is_action, text) => fates[*of].first().is_some_and(|own| {
                    let texts = if *is_action {
                        &own.actions
                    } else {
                        &own.resources
                    };
                    texts.contains(text)
                }),
            };
            let there = new.matches(comment.as_str()).count();
            assert_eq!(there, usize::from(stays), "{}", told(comment, &new));
        }

        // What is around, and what is wanted as it is, stays to the letter.
        let (before, _) = text.split_once("Statement:").expect("it has statements");
        assert!(new.starts_with(before), "{}", told("the head", &new));
        assert_eq!(
            text.contains("# tail"),
            new.contains("Id: tail # tail"),
            "{}",
            told("the tail", &new)
        );
        // What stood before the last statement may be an empty line.
        if text.contains("# tail") || fates.last().is_some_and(|last| !last.is_empty()) {
            assert_eq!(
                new.ends_with('\n'),
                text.ends_with('\n'),
                "{}",
                told("the last line", &new)
            );
        }
        assert!(
            !is_crlf || !new.replace("\r\n", "").contains('\n'),
            "{}",
            told("line ends", &new)
        );
        for (own, fate) in writer.written.statements.iter().zip(&fates) {
            if let (Some(lines), [one]) = (&own.lines, fate.as_slice())
                && *one == same(own)
                && text.contains("- ")
            {
                let lines = laid_out(lines);
                let is_single = said(&text).len() == 1 && !added.is_empty();
                assert!(
                    is_single || new.contains(lines.trim_end()),
                    "{}",
                    told("a statement that stays", &new)
                );
            }
        }

        // Twice changes nothing.
        let again: Vec<Vec<Wanted>> = wanted.iter().map(|own| vec![own.clone()]).collect();
        let twice = edited(&new, &again, &[]);
        assert_eq!(
            twice.as_deref(),
            Ok(new.as_str()),
            "{}",
            told("twice", &new)
        );
    }
}
