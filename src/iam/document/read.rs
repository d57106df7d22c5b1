//! From JSON, or YAML as JSON, to statements: what the grammar allows, and where it was written.

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
use super::{MAX_ELEMENT_CHARS, Note, PolicyDocument, PolicyError, PolicyProblem, Syntax, yaml};

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

pub(super) fn document(
    text: &str,
    name: String,
    syntax: Syntax,
) -> Result<PolicyDocument, PolicyError> {
    let plain_text = text.trim_start_matches('\u{feff}');
    let mut reader = Reader {
        lines: Lines::of(text),
        offset: text.len() - plain_text.len(),
        version: Version::default(),
        notes: Vec::new(),
    };
    let parsed = match syntax {
        Syntax::Json => json::parse(plain_text),
        Syntax::Yaml => yaml::parse(plain_text),
    };
    let mut document = parsed
        .and_then(|value| reader.document(&value))
        .map_err(|(place, problem)| PolicyError::new(&name, reader.span(place), problem))?;
    text.clone_into(&mut document.source);
    document.name = name;
    document.syntax = syntax;
    reader.notes.sort_by_key(|note| note.span);
    document.notes = reader.notes;
    Ok(document)
}

struct Reader<'text> {
    lines: Lines<'text>,
    /// Bytes of the byte order mark that the parser does not see.
    offset: usize,
    version: Version,
    notes: Vec<Note>,
}

impl Reader<'_> {
    fn span(&self, place: Range<usize>) -> Span {
        self.lines
            .span(place.start + self.offset..place.end + self.offset)
    }

    fn note(&mut self, place: Range<usize>, message: impl Into<String>) {
        let span = self.span(place);
        self.notes.push(Note {
            message: message.into(),
            span,
        });
    }

    fn document(&mut self, value: &Value<'_>) -> Result<PolicyDocument, Found> {
        let object = value
            .as_object()
            .ok_or_else(|| (range(value), PolicyProblem::NotAnObject(kind(value))))?;
        check_keys(object, Some(DOCUMENT_ELEMENTS))?;
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
            let statement = self.statement(value, index)?;
            if let Some(sid) = statement.sid.as_ref().filter(|sid| !sid.is_empty())
                && !sids.insert(sid.clone())
            {
                return Err((range(value), PolicyProblem::DuplicateSid(sid.clone())));
            }
            statements.push(statement);
        }
        Ok(PolicyDocument {
            name: String::new(),
            source: String::new(),
            syntax: Syntax::default(),
            version: self.version,
            id,
            description,
            statements,
            statements_span: self.span(range(listed)),
            notes: Vec::new(),
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
        Version::from_name(name).ok_or_else(|| {
            let problem = PolicyProblem::BadValue {
                element: "Version",
                value: name.to_owned(),
                hint: "it is `2012-10-17`, or `2008-10-17` in old policies",
            };
            (range(value), problem)
        })
    }

    fn statement(&mut self, value: &Value<'_>, index: usize) -> Result<Statement, Found> {
        let object = object(value, "Statement")?;
        check_keys(object, Some(STATEMENT_ELEMENTS))?;
        let sid = match element(object, "Sid") {
            None => None,
            Some(value) => Some(string(value, "Sid")?.to_owned()),
        };
        let principal = one_of(object, "Principal", "NotPrincipal")?;
        let condition = match element(object, "Condition") {
            None => None,
            Some(value) => {
                let block = condition(value)?;
                let span = self.span(range(value));
                (!block.is_empty()).then_some(Spanned { value: block, span })
            }
        };
        let principal_given = principal.is_some();
        let (actions, actions_span) = self.actions(object)?;
        let (resources, resources_span) = self.resources(object, principal_given)?;
        let key_of = |names: [&str; 2]| names.iter().find_map(|name| key(object, name));
        let actions_key = key_of(["Action", "NotAction"]).unwrap_or_else(|| range(value));
        let resources_key = key_of(["Resource", "NotResource"]);
        Ok(Statement {
            sid,
            sid_span: element(object, "Sid").map(|value| self.span(range(value))),
            effect: effect(object)?,
            actions,
            actions_key: self.span(actions_key),
            actions_span,
            resources,
            resources_key: resources_key.map(|place| self.span(place)),
            resources_span,
            condition,
            principal: principal.map(|(_, value)| self.span(range(value))),
            index,
            span: self.span(range(value)),
        })
    }

    fn actions(&mut self, statement: &Object<'_>) -> Result<(ActionClause, Span), Found> {
        let Some((name, value)) = one_of(statement, "Action", "NotAction")? else {
            return Err(missing(statement, "Action"));
        };
        let mut patterns = Vec::new();
        for (text, place) in self.strings(value, name)? {
            let pattern = ActionPattern::new(text);
            if let Some(reason) = pattern.never_matches() {
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
            let pattern = ResourcePattern::new(text, self.version);
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

    /// A string, or an array of strings, each with its place.
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
                return Err(wrong_type(value, name, "a string or an array of strings"));
            };
            if literal.value.chars().count() > MAX_ELEMENT_CHARS {
                return Err((range(value), PolicyProblem::TooLong(name)));
            }
            strings.push((literal.value.clone().into_owned(), range(value)));
        }
        Ok(strings)
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

fn condition(value: &Value<'_>) -> Result<ConditionBlock, Found> {
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
            return Err((place.start..place.end, problem));
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
