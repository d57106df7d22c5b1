//! A resource of a template in every stack of which the template itself tells.

use super::sources::{Part, Source};
use super::stages::covers;
use crate::template::resolve::Resolver;
use crate::template::varied::varied;
use crate::template::words::{Word, Words};
use crate::template::{Template, Values};
use crate::yaml::Node;

/// A resource of the template, and what it is within, in each stack of which the template tells.
pub(super) struct Stages<'t> {
    template: &'t Template,
    /// What is known in each, and the ARN of the resource.
    each: Vec<(Values, Option<String>)>,
    around: Vec<Source>,
}

impl<'t> Stages<'t> {
    pub(super) fn of(
        word: &Word,
        template: &'t Template,
        around: &[&Source],
        values: &Values,
    ) -> Option<Self> {
        let resource = template.resource(id_of(word))?;
        let mut nodes: Vec<&Node> = around.iter().map(|own| &own.node).collect();
        nodes.push(&resource.properties);
        let each = varied(template, values, &nodes)?.into_iter().map(|own| {
            let says = Words::of(&Resolver::new(template, &own)).says(word);
            (own, says)
        });
        Some(Self {
            template,
            each: each.collect(),
            around: around.iter().map(|own| (*own).clone()).collect(),
        })
    }

    /// Whether the template names the resource: the name that CloudFormation makes is of one stack.
    pub(super) fn is_named(&self) -> bool {
        self.each.iter().any(|(_, own)| own.is_some())
    }

    fn reads(&self, source: &Source, values: &Values) -> Option<String> {
        Resolver::new(self.template, values).text(&source.node)
    }

    /// Whether the resource is within what was in all of them.
    pub(super) fn has_all(&self) -> bool {
        self.each.iter().all(|(values, own)| {
            let mut around = self.around.iter();
            let covers = |source: &Source, own: &str| {
                self.reads(source, values)
                    .is_some_and(|own_text| covers(&own_text, own))
            };
            own.as_ref()
                .is_some_and(|own| around.any(|source| covers(source, own)))
        })
    }

    /// Whether the resource is within what was in one of them, and not within the part that would stay.
    pub(super) fn loses(&self, part: &Part<'_>) -> bool {
        self.each.iter().any(|(values, own)| {
            let (Some(own), Some(old)) = (own, self.reads(part.of, values)) else {
                return false;
            };
            let new = old.strip_suffix(part.tail);
            let new = new.map(|before| format!("{before}{}", part.end));
            covers(&old, own) && !new.is_some_and(|new| covers(&new, own))
        })
    }
}

/// The logical id of the resource that a word is of.
fn id_of(word: &Word) -> &str {
    match word {
        Word::Reference(id) | Word::Attribute(id, _) => id.as_str(),
        Word::Text(text) => {
            let inside = text.strip_prefix("${").unwrap_or_default();
            inside.split(['.', '}']).next().unwrap_or_default()
        }
        Word::Mapped(..) => "",
    }
}
