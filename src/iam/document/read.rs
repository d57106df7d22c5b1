//! Builds statements from parsed JSON, or from YAML read as JSON. Checks the grammar and records places.

use std::borrow::Cow;
use std::collections::BTreeSet;
use std::ops::Range;

use jsonc_parser::ast::{Object, ObjectProp, Value};
use jsonc_parser::common::Ranged as _;

use super::super::condition::Operator;
use super::super::span::Lines;
use super::super::{
    ActionClause, ActionPattern, ConditionAtom, ConditionBlock, Effect, ResourceClause,
    ResourcePattern, Span, Spanned, Statement, Version,
};
use super::elements::{
    check_keys, element, items, key, missing, object, one_of, required, shortened, string,
    wrong_type,
};
use super::json::{self, Found, kind, range};
use super::placeholder::placeholder;
use super::{
    MAX_ELEMENT_CHARS, Note, PolicyDocument, PolicyError, PolicyProblem, Syntax, envelope, foreign,
    hosted, yaml,
};

const DOCUMENT_ELEMENTS: &[&str] = &["Version", "Id", "Statement", "Description"];

const STATEMENT_ELEMENTS: &[&str] = &[
    "Sid",
    "Effect",
    "Principal",
    "NotPrincipal",
    "Action",
    "NotAction",
    "Resource",
    "NotResource",
    "Condition",
];

/// How strictly a document is read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Reading {
    /// As somebody wrote it: whatever the grammar does not have is an error.
    Written,
    /// As AWS stores it, so AWS accepted it: whatever is not known here becomes a note and is read as granting as much as
    /// possible.
    Kept,
}

pub(super) fn document(
    text: &str,
    name: String,
    syntax: Syntax,
    reading: Reading,
) -> Result<PolicyDocument, PolicyError> {
    let plain_text = text.trim_start_matches('\u{feff}');
    let mut reader = Reader {
        lines: Lines::of(text),
        offset: text.len() - plain_text.len(),
        whole: None,
        reading,
        version: Version::default(),
        notes: Vec::new(),
        is_hosted: false,
    };
    let mut document = parse(plain_text, syntax)
        .map_err(|found| by_content(plain_text, found, reading))
        .and_then(|value| reader.policy(&value, syntax))
        .map_err(|(place, problem)| PolicyError::new(&name, reader.span(place), problem))?;
    text.clone_into(&mut document.source);
    document.name = name;
    reader.notes.sort_by_key(|note| note.span);
    document.notes = reader.notes;
    Ok(document)
}

/// The document in a string of a JSON text.
pub(super) fn encoded(text: &str) -> Option<String> {
    let value = json::parse(text.trim_start_matches('\u{feff}')).ok()?;
    let literal = envelope::inside(&value)?.as_string_lit()?;
    envelope::decode(&literal.value).map(Cow::into_owned)
}

fn parse(text: &str, syntax: Syntax) -> Result<Value<'_>, Found> {
    match syntax {
        Syntax::Json | Syntax::Encoded => json::parse(text),
        // Another reader reads templates and resolves the values of their policies.
        Syntax::Template | Syntax::Yaml => yaml::parse(text),
    }
}

/// The kind of file that an unreadable text is, if its words show that. Otherwise the problem as it was.
fn by_content(text: &str, (place, problem): Found, reading: Reading) -> Found {
    if reading == Reading::Kept || matches!(problem, PolicyProblem::TooLarge(_)) {
        return (place, problem);
    }
    if let Some(foreign) = foreign::of_text(text) {
        return (place, PolicyProblem::Foreign(foreign));
    }
    match placeholder(text) {
        Some(found) => (place, PolicyProblem::Placeholder(shortened(found))),
        None => (place, problem),
    }
}

pub(super) struct Reader<'text> {
    pub(super) lines: Lines<'text>,
    /// The length of the byte order mark, which the parser does not see.
    pub(super) offset: usize,
    /// The string that contains the whole document. Elements of such a document have no places of their own.
    pub(super) whole: Option<Range<usize>>,
    pub(super) reading: Reading,
    pub(super) version: Version,
    pub(super) notes: Vec<Note>,
    /// Whether the document is in a template, so that its texts may have symbols.
    pub(super) is_hosted: bool,
}

impl Reader<'_> {
    pub(super) fn span(&self, place: Range<usize>) -> Span {
        let place = self.whole.clone().unwrap_or(place);
        self.lines
            .span(place.start + self.offset..place.end + self.offset)
    }

    fn note(&mut self, place: Range<usize>, message: impl Into<String>) {
        let span = self.span(place);
        self.notes.push(Note {
            message: message.into(),
            span,
            is_doubt: false,
        });
    }

    /// Reads the policy that a file is or that a response of IAM contains.
    fn policy(&mut self, value: &Value<'_>, syntax: Syntax) -> Result<PolicyDocument, Found> {
        let Some(inside) = envelope::inside(value) else {
            if let Some(found) = foreign::of_value(value) {
                return Err((range(value), PolicyProblem::Foreign(found)));
            }
            return self.document(value, syntax);
        };
        check_keys(object(value, "the file")?, None)?;
        let not_in_force = envelope::not_in_force(value).map(|place| self.span(range(place)));
        let document = if let Value::StringLit(literal) = inside {
            let decoded = envelope::decode(&literal.value)
                .ok_or_else(|| (range(inside), PolicyProblem::NotEncoded))?;
            self.whole = Some(range(inside));
            self.document(&json::parse(&decoded)?, Syntax::Encoded)
        } else {
            self.document(inside, syntax)
        };
        document.map(|document| PolicyDocument {
            not_in_force,
            ..document
        })
    }

    pub(super) fn document(
        &mut self,
        value: &Value<'_>,
        syntax: Syntax,
    ) -> Result<PolicyDocument, Found> {
        let object = value
            .as_object()
            .ok_or_else(|| (range(value), PolicyProblem::NotAnObject(kind(value))))?;
        self.knows_all(object, DOCUMENT_ELEMENTS)?;
        self.version = self.version(object)?;
        let description = match element(object, "Description") {
            None => None,
            Some(value) => {
                self.note(
                    range(value),
                    "`Description` is no element of a policy: IAM refuses it, this tool ignores it",
                );
                Some(Spanned {
                    value: string(value, "Description")?.to_owned(),
                    span: self.span(range(value)),
                })
            }
        };
        let id = match element(object, "Id") {
            None => None,
            Some(value) => Some(string(value, "Id")?.to_owned()),
        };
        let listed = required(object, "Statement", "the document")?;
        let found = items(listed);
        if found.is_empty() {
            self.note(range(listed), "no statements: the policy grants nothing");
        }
        let mut sids = BTreeSet::new();
        let mut statements = Vec::new();
        for (index, value) in found.iter().enumerate() {
            let Some(statement) = self.statement(value, index)? else {
                continue;
            };
            if let Some(sid) = statement.sid.as_ref().filter(|sid| !sid.is_empty())
                && !sids.insert(sid.clone())
            {
                self.unless_kept(range(value), PolicyProblem::DuplicateSid(sid.clone()))?;
            }
            statements.push(statement);
        }
        Ok(PolicyDocument {
            name: String::new(),
            source: String::new(),
            syntax,
            version: self.version,
            id,
            description,
            statements,
            statements_span: self.span(range(listed)),
            notes: Vec::new(),
            json: None,
            not_in_force: None,
        })
    }

    fn version(&mut self, document: &Object<'_>) -> Result<Version, Found> {
        let Some(value) = element(document, "Version") else {
            self.note(
                document.start()..document.start() + 1,
                format!(
                    "no `Version`: AWS reads the policy as {}, without policy variables",
                    Version::default()
                ),
            );
            return Ok(Version::default());
        };
        let name = string(value, "Version")?;
        if let Some(version) = Version::from_name(name) {
            return Ok(version);
        }
        let problem = PolicyProblem::BadValue {
            element: "Version",
            value: name.to_owned(),
            hint: "it is `2012-10-17`, or `2008-10-17` in old policies",
        };
        self.unless_kept(range(value), problem)?;
        Ok(Version::V2012)
    }

    /// Returns an error for a written document, and adds a note for a stored one.
    fn unless_kept(&mut self, place: Range<usize>, problem: PolicyProblem) -> Result<(), Found> {
        match self.reading {
            Reading::Written => Err((place, problem)),
            Reading::Kept => {
                self.note(place, problem.to_string());
                Ok(())
            }
        }
    }

    /// Whether all elements are known.
    fn knows_all(&mut self, object: &Object<'_>, known: &[&'static str]) -> Result<bool, Found> {
        if self.reading == Reading::Written {
            return check_keys(object, Some(known)).map(|()| true);
        }
        let mut all = true;
        for property in &object.properties {
            let key = property.name.as_str();
            if !known.contains(&key) {
                all = false;
                let place = property.name.range();
                let key = shortened(key);
                let problem = PolicyProblem::UnknownElement { key, meant: None };
                self.note(place.start..place.end, problem.to_string());
            }
        }
        Ok(all)
    }

    /// Reads a statement. `None` for a stored `Deny` with an unknown element, which may deny less than its known elements
    /// say.
    fn statement(&mut self, value: &Value<'_>, index: usize) -> Result<Option<Statement>, Found> {
        let object = object(value, "Statement")?;
        let mut knows_all = self.knows_all(object, STATEMENT_ELEMENTS)?;
        let sid = match element(object, "Sid") {
            None => None,
            Some(value) => Some(string(value, "Sid")?.to_owned()),
        };
        let principal = one_of(object, "Principal", "NotPrincipal")?;
        let condition = match element(object, "Condition") {
            None => None,
            Some(value) => {
                let block = self.condition(value, &mut knows_all)?;
                let span = self.span(range(value));
                (!block.is_empty()).then_some(Spanned { value: block, span })
            }
        };
        let principal_given = principal.is_some();
        let effect = effect(object)?;
        if effect == Effect::Deny && !knows_all {
            return Ok(None);
        }
        let (actions, actions_span) = self.actions(object, effect)?;
        let (resources, resources_span) = self.resources(object, principal_given)?;
        let key_of = |names: [&str; 2]| names.iter().find_map(|name| key(object, name));
        let actions_key = key_of(["Action", "NotAction"]).unwrap_or_else(|| range(value));
        let resources_key = key_of(["Resource", "NotResource"]);
        Ok(Some(Statement {
            sid,
            sid_span: element(object, "Sid").map(|value| self.span(range(value))),
            effect,
            actions,
            actions_key: self.span(actions_key),
            actions_span,
            resources,
            resources_key: resources_key.map(|place| self.span(place)),
            resources_span,
            condition,
            principal: principal.map(|(_, value)| self.span(range(value))),
            index,
            place: None,
            made_by: None,
            span: self.span(range(value)),
        }))
    }

    fn actions(
        &mut self,
        statement: &Object<'_>,
        effect: Effect,
    ) -> Result<(ActionClause, Span), Found> {
        let Some((name, value)) = one_of(statement, "Action", "NotAction")? else {
            return Err(missing(statement, "Action"));
        };
        // Text whose meaning is not documented is read so that the statement grants the most.
        let grants_by_matching = (effect == Effect::Allow) == (name == "Action");
        let mut patterns = Vec::new();
        for (text, place) in self.strings(value, name)? {
            let pattern = if grants_by_matching {
                ActionPattern::new(text)
            } else {
                ActionPattern::narrowest(text)
            };
            if pattern.is_unclear() {
                let taken = if grants_by_matching {
                    "for `*`"
                } else {
                    "to match nothing"
                };
                let span = self.span(place.clone());
                self.notes.push(Note {
                    message: format!("AWS does not say what `{pattern}` means: it is taken {taken}, which grants most"),
                    span,
                    is_doubt: true,
                });
            } else if let Some(reason) = pattern.never_matches() {
                self.note(
                    place.clone(),
                    format!("`{pattern}` matches no action: {reason}"),
                );
            }
            patterns.push(Spanned {
                value: pattern,
                span: self.span(place),
            });
        }
        let clause = match name {
            "Action" => ActionClause::Action(patterns),
            _ => ActionClause::NotAction(patterns),
        };
        Ok((clause, self.span(range(value))))
    }

    fn resources(
        &mut self,
        statement: &Object<'_>,
        has_principal: bool,
    ) -> Result<(ResourceClause, Option<Span>), Found> {
        let Some((name, value)) = one_of(statement, "Resource", "NotResource")? else {
            if !has_principal {
                return Err(missing(statement, "Resource"));
            }
            return Ok((ResourceClause::Absent, None));
        };
        let mut patterns = Vec::new();
        for (text, place) in self.strings(value, name)? {
            let pattern = if self.is_hosted {
                hosted::pattern(&text, self.version)
            } else {
                ResourcePattern::new(text, self.version)
            };
            if let Some(reason) = pattern.never_matches() {
                self.note(
                    place.clone(),
                    format!("`{pattern}` matches no resource: {reason}"),
                );
            }
            patterns.push(Spanned {
                value: pattern,
                span: self.span(place),
            });
        }
        let clause = match name {
            "Resource" => ResourceClause::Resource(patterns),
            _ => ResourceClause::NotResource(patterns),
        };
        Ok((clause, Some(self.span(range(value)))))
    }

    /// The strings of a string or an array, each with its place.
    fn strings(
        &mut self,
        value: &Value<'_>,
        name: &'static str,
    ) -> Result<Vec<(String, Range<usize>)>, Found> {
        let found = items(value);
        if found.is_empty() {
            self.note(range(value), format!("`{name}` lists nothing"));
        }
        let mut strings = Vec::new();
        for value in found {
            let Value::StringLit(literal) = value else {
                if foreign::is_function(value) {
                    let problem = PolicyProblem::Foreign(foreign::FUNCTION);
                    return Err((range(value), problem));
                }
                return Err(wrong_type(value, name, "a string or an array of strings"));
            };
            if literal.value.chars().count() > MAX_ELEMENT_CHARS {
                self.unless_kept(range(value), PolicyProblem::TooLong(name))?;
            }
            strings.push((literal.value.clone().into_owned(), range(value)));
        }
        Ok(strings)
    }

    /// Reads a condition. Sets `knows_all` to `false` if an operator is not known.
    fn condition(
        &mut self,
        value: &Value<'_>,
        knows_all: &mut bool,
    ) -> Result<ConditionBlock, Found> {
        let operators = object(value, "Condition")?;
        check_keys(operators, None)?;
        let mut atoms = Vec::new();
        for operator in &operators.properties {
            let name = operator.name.as_str();
            if Operator::from_name(name).is_none() {
                let place = operator.name.range();
                let problem = PolicyProblem::UnknownOperator {
                    operator: shortened(name),
                    meant: Operator::nearest_name(name),
                };
                self.unless_kept(place.start..place.end, problem)?;
                *knows_all = false;
                continue;
            }
            let keys = object(&operator.value, operator.name.as_str())?;
            check_keys(keys, None)?;
            for key in &keys.properties {
                let values: Result<Vec<_>, _> = items(&key.value)
                    .iter()
                    .map(|value| scalar(value, key))
                    .collect();
                atoms.push(ConditionAtom::new(
                    operator.name.as_str(),
                    key.name.as_str(),
                    values?,
                ));
            }
        }
        Ok(ConditionBlock::new(atoms))
    }
}

fn effect(statement: &Object<'_>) -> Result<Effect, Found> {
    let value = required(statement, "Effect", "the statement")?;
    match string(value, "Effect")? {
        "Allow" => Ok(Effect::Allow),
        "Deny" => Ok(Effect::Deny),
        other => {
            let problem = PolicyProblem::BadValue {
                element: "Effect",
                value: other.to_owned(),
                hint: "it is `Allow` or `Deny`, in exactly these letters",
            };
            Err((range(value), problem))
        }
    }
}

fn scalar(value: &Value<'_>, key: &ObjectProp<'_>) -> Result<String, Found> {
    match value {
        Value::StringLit(literal) => Ok(literal.value.clone().into_owned()),
        Value::NumberLit(literal) => Ok(literal.value.to_owned()),
        Value::BooleanLit(literal) => Ok(literal.value.to_string()),
        Value::Object(_) | Value::Array(_) | Value::NullKeyword(_) => {
            let expected = "a string, a number, a boolean or an array of these";
            Err(wrong_type(value, key.name.as_str(), expected))
        }
    }
}
