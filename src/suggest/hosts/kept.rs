//! The resources of statements that are edited, as they are written: what stays of them stays what it refers to.
//!
//! A name that is `orders` in this stack may be another one in the next, so that it is not enough for a new text to be the same here.

use super::language::spelled;
use super::sources::{Part, Source, each, made_of, one};
use super::stages::{self, covers, is_fixed, within};
use super::varied::Stages;
use crate::iam::edit::host::Language;
use crate::template::read::long;
use crate::template::resolve::Resolver;
use crate::template::words::{Word, Words};
use crate::template::{Template, Values};
use crate::yaml::Node;
use std::ops::Range;

/// The resources of the statements that are edited.
#[derive(Debug, Clone, Default)]
pub(super) struct Kept<'t> {
    sources: Vec<Source>,
    words: Words,
    template: Option<&'t Template>,
}

/// How a text was written.
pub(super) enum Found {
    /// No resource of the statements is it.
    No,
    /// Several are, which are not the same in each stack.
    Several,
    /// As the template spells it, and in words.
    As(Option<String>, Word),
    /// By a resource of the template, which is within what was with every value that the template itself knows.
    Own(Word),
}

impl<'t> Kept<'t> {
    /// Those of statements that stand in a text; `apart` tells apart what differs between stacks, and `reads` says what is so in this
    /// one.
    pub(super) fn of_text(
        statements: &[&Node],
        source: &str,
        apart: &Resolver<'t>,
        reads: &dyn Language,
    ) -> Self {
        let all = statements.iter().flat_map(|own| each(own));
        let all = all.filter_map(|(element, statement)| {
            let read = match reads.reads(element)?.as_slice() {
                [one] => one.clone(),
                _ => return None,
            };
            let spelling = spelled(element, source).map(str::to_owned);
            let own = one(&long(element.clone()), read, statement, apart)?;
            Some(Source { spelling, ..own })
        });
        Self::new(all.collect(), apart)
    }

    /// Those of the statements that SAM made of the entry which stands in these bytes.
    pub(super) fn made(
        template: &Template,
        entry: &Range<usize>,
        resolver: &Resolver<'_>,
        apart: &Resolver<'t>,
    ) -> Self {
        let mut statements = Vec::new();
        for resource in &template.resources {
            made_of(&resource.properties, entry, &mut statements);
        }
        let all = statements.iter().flat_map(|own| each(own));
        let all = all.filter_map(|(element, statement)| {
            let read = resolver.value(element)?;
            one(element, read.as_text()?.to_owned(), statement, apart)
        });
        Self::new(all.collect(), apart)
    }

    fn new(sources: Vec<Source>, apart: &Resolver<'t>) -> Self {
        Self {
            words: if sources.is_empty() {
                Words::default()
            } else {
                Words::of(apart)
            },
            sources,
            template: Some(apart.template),
        }
    }

    /// Those of the statement that has a node.
    pub(super) fn beside(&self, node: &Node) -> Self {
        let at = node.span().start;
        let own = self.sources.iter();
        let own = own.filter(|own| own.statement.contains(&at));
        Self {
            sources: own.cloned().collect(),
            words: self.words.clone(),
            template: self.template,
        }
    }

    /// How a text was written, itself or what it is a part of; `words` are those of this stack.
    pub(super) fn of(&self, text: &str, words: &Words, values: &Values) -> Found {
        let same: Vec<&Source> = self.sources.iter().filter(|own| own.read == text).collect();
        if let Some(first) = same.first() {
            if same.iter().any(|own| own.apart != first.apart) {
                return Found::Several;
            }
            if !first.written.refers() {
                return Found::No;
            }
            let word = self.words.as_written(&first.written, &first.apart);
            return Found::As(first.spelling.clone(), word);
        }
        self.narrowed(text, words, values)
    }

    /// The text of a `!Sub` for what is within what was, with the partition as it was written there.
    pub(super) fn with_partition(&self, arn: &str, sub: String) -> String {
        let own = |text: &str| text.split(':').nth(1).unwrap_or_default().to_owned();
        let around = self.sources.iter().filter(|own| covers(&own.read, arn));
        let mut around = around.map(|own| own.written.text.as_str()).peekable();
        let partition = own(arn);
        if around.peek().is_none() || !around.all(|text| own(text) == partition) {
            return sub;
        }
        sub.replacen("${AWS::Partition}", &partition, 1)
    }

    /// How something is written that is within what was.
    fn narrowed(&self, text: &str, words: &Words, values: &Values) -> Found {
        let around = self.sources.iter().filter(|own| covers(&own.read, text));
        let around: Vec<&Source> = around.collect();
        let placed = |own: &&Source| stages::placed(&own.apart, values);
        let apart: Vec<String> = around.iter().map(placed).collect();
        if apart.iter().any(|own| is_fixed(own)) {
            return Found::No;
        }
        // What the template has is better than a part of its name.
        let own = words.of_own(text);
        if let Some(word) = &own
            && let Some(says) = self.words.says(word)
        {
            let says = stages::placed(&says, values);
            if apart.iter().any(|own| within(own, &says, values)) {
                return Found::As(None, word.clone());
            }
        }
        let stages = own
            .as_ref()
            .and_then(|word| Stages::of(word, self.template?, &around, values));
        let parts: Vec<Part<'_>> = around.iter().filter_map(|own| own.part(text)).collect();
        let mut fitting: Vec<&Part<'_>> = Vec::new();
        for part in parts.iter().filter(|part| part.is_of_words()) {
            if fitting.iter().all(|own| own.apart != part.apart) {
                fitting.push(part);
            }
        }
        let loses = |part: &Part<'_>| stages.as_ref().is_some_and(|own| own.loses(part));
        match fitting.as_slice() {
            // The letters that CloudFormation puts behind a name are of this stack alone.
            [_] if own.is_some() && !stages.as_ref().is_some_and(Stages::is_named) => {
                Found::Several
            }
            [part] if !loses(part) => {
                Found::As(None, self.words.as_written(&part.written, &part.apart))
            }
            _ if parts.is_empty() => Found::No,
            _ => match own {
                Some(word) if stages.is_some_and(|own| own.has_all()) => Found::Own(word),
                _ => Found::Several,
            },
        }
    }
}
