//! The policies of a role edited where its template has them.
//!
//! After the edit the template is read again: the role is granted what was proved, every other role what it was granted, and nothing
//! of the template is different but the statements that were edited.

use super::deploys::{harm, has_branches};
use super::kept::Kept;
use super::language::{CloudFormation, elements};
use super::named::{self, Entry, Replaced};
use super::references::References;
use super::same::is_same;
use super::stages::{Own, differ, lost};
use super::{Carried, says, shared, statements};
use crate::granted::template::{Templates, template_of};
use crate::iam::edit::host::{Fate, Language as _, Statements, Wanted, without};
use crate::iam::edit::{Replacement, apply};
use crate::iam::{MadeBy, PolicyDocument, Statement};
use crate::roles::InTemplate;
use crate::template::Values;
use crate::template::framework::LOGS_OF_SERVERLESS;
use crate::template::read::LIMITS;
use crate::template::resolve::Resolver;
use crate::yaml::{self, Node, Schema};
use std::collections::{BTreeMap, BTreeSet};

/// What the key of a loop among resources begins with.
const LOOP: &str = "Fn::ForEach::";

/// The statements of one document of a template.
pub(super) struct Site<'n> {
    pub(super) statements: Statements<'n>,
    /// The resource that it stands in.
    resource: &'n Node,
    logical_id: &'n str,
}

/// The entries that go out of lists of policies, by where each list begins.
#[derive(Default)]
struct Gone<'n>(BTreeMap<usize, (&'n Node, BTreeSet<usize>)>);

impl<'n> Gone<'n> {
    fn take(&mut self, list: &'n Node, at: usize) {
        let own = self.0.entry(list.span().start);
        own.or_insert((list, BTreeSet::new())).1.insert(at);
    }
}

/// What a role of a template is granted: its own policies as JSON, and the statements' places.
pub(super) struct Read {
    pub(super) logical_id: String,
    pub(super) documents: Vec<PolicyDocument>,
}

/// Statements that stay as they are, and why, by their places among those of the role; `worse` are those of which more is judged than
/// what is small.
pub(in crate::suggest) fn fixed(
    policy: &PolicyDocument,
    place: &InTemplate,
    worse: &BTreeSet<usize>,
) -> BTreeMap<usize, String> {
    let all = |why: &str| {
        let places = policy.statements.iter().map(|own| own.index);
        places.map(|index| (index, why.to_owned())).collect()
    };
    let Some(root) = tree(&policy.source) else {
        return all("its template does not read as it did");
    };
    let Some(roles) = read(&policy.source, &place.file, &place.values) else {
        return all("its template does not read as it did");
    };
    let sites = sites(&root);
    let references = References::of(&root);
    let mut fixed = BTreeMap::new();
    for statement in &policy.statements {
        if let Some(why) = of_loop(&root, statement, &roles) {
            fixed.insert(statement.index, why);
            continue;
        }
        let why = match (&statement.made_by, found(&sites, statement)) {
            (Some(MadeBy::PolicyTemplate(name)), _) => {
                named::fixed(&root, name, statement, policy, worse)
            }
            (Some(MadeBy::Setting(what)), _) if what == LOGS_OF_SERVERLESS => {
                Some(format!("it is {what}"))
            }
            (Some(MadeBy::Setting(_)), _) => Some("SAM makes it of a setting".to_owned()),
            (None, None) => {
                Some("the template does not have it as a statement of its own".to_owned())
            }
            (None, Some((_, node))) if has_branches(node) => {
                Some("it has `Fn::If`, whose branches are not judged apart".to_owned())
            }
            (None, Some((site, _))) => others(site, statement, &roles, place)
                .or_else(|| shared::others(site.logical_id, site.resource, &references)),
        };
        fixed.extend(why.map(|why| (statement.index, why)));
    }
    fixed
}

/// Why a statement stays that a loop makes for several roles.
fn of_loop(root: &Node, statement: &Statement, roles: &[Read]) -> Option<String> {
    let resources = root.get("Resources").map(Node::members)?;
    let (key, _) = resources.iter().find(|(key, body)| {
        key.text.starts_with(LOOP) && body.span().contains(&statement.span.start)
    })?;
    let having = roles.iter().filter(|role| has(role, statement));
    let names: Vec<String> = having
        .map(|role| format!("`{}`", role.logical_id))
        .collect();
    let [first @ .., last] = names.as_slice() else {
        return None;
    };
    (!first.is_empty()).then(|| {
        format!(
            "one text, in `{}`, makes {} and {last}, and what one of them does not need another may",
            key.text,
            first.join(", ")
        )
    })
}

/// Whether a role is granted a statement that stands in the template.
fn has(role: &Read, statement: &Statement) -> bool {
    let own = role.documents.iter().flat_map(|own| &own.statements);
    let mut own = own.filter(|own| own.place.is_some());
    own.any(|own| own.span == statement.span)
}

/// Who else is granted a statement.
fn others(
    site: &Site<'_>,
    statement: &Statement,
    roles: &[Read],
    place: &InTemplate,
) -> Option<String> {
    let having = roles.iter().filter(|role| has(role, statement));
    let having: Vec<&Read> = having.collect();
    if let Some(other) = having
        .iter()
        .find(|role| role.logical_id != place.logical_id)
    {
        return Some(format!(
            "`{}` is granted it too, and may need what `{}` does not",
            other.logical_id, place.logical_id
        ));
    }
    let properties = site.resource.get("Properties");
    let listed = |name: &str| {
        let list = properties.and_then(|properties| properties.get(name));
        list.map_or(0, |list| elements(list).len())
    };
    let kind = site.resource.get("Type").and_then(Node::as_text);
    let is_attached = matches!(kind, Some("AWS::IAM::Policy" | "AWS::IAM::ManagedPolicy"));
    if is_attached && listed("Users") + listed("Groups") > 0 {
        return Some("users or groups are granted it too".to_owned());
    }
    if is_attached && listed("Roles") > having.len() {
        return Some("a role that is not in the template is granted it too".to_owned());
    }
    None
}

/// Carries an edit over to the template.
pub(super) fn carried(
    policy: &PolicyDocument,
    place: &InTemplate,
    old: &PolicyDocument,
    fates: &[Fate],
    target: &str,
) -> Result<Carried, String> {
    let Edits {
        replacements,
        touched,
        text,
        by_resource,
    } = edits(policy, place, old, fates)?;
    let root = tree(&policy.source).ok_or("the template does not read")?;
    prove(&text, policy, place, &root, &touched, target)?;
    let lost = lost(&policy.source, &text, place, fates).into_values();
    let differs = differ(&policy.source, &text, place, fates, &by_resource);
    let differs = differs.or_else(|| lost.min());
    if let Some(why) = differs {
        return Err(why);
    }
    Ok(Carried { replacements, text })
}

/// Whether some statements can be edited, whatever is done to the others; the error says why not.
pub(super) fn alone(
    policy: &PolicyDocument,
    place: &InTemplate,
    old: &PolicyDocument,
    fates: &[Fate],
) -> Result<(), String> {
    let Edits {
        text, by_resource, ..
    } = edits(policy, place, old, fates)?;
    let root = tree(&policy.source).ok_or("the template does not read")?;
    let edited = tree(&text).ok_or("the edited template does not read")?;
    harm(&root, &edited, &place.values)
        .or_else(|| differ(&policy.source, &text, place, fates, &by_resource))
        .map_or(Ok(()), Err)
}

/// Statements that cannot be edited together with the others, and why.
pub(super) fn together(
    policy: &PolicyDocument,
    place: &InTemplate,
    old: &PolicyDocument,
    fates: &[Fate],
) -> BTreeMap<usize, String> {
    let edits = edits(policy, place, old, fates);
    let lost = edits.map(|own| lost(&policy.source, &own.text, place, fates));
    lost.unwrap_or_default()
}

/// An edit that is not proved.
struct Edits {
    replacements: Vec<Replacement>,
    /// Where the lists begin that it changes.
    touched: BTreeSet<usize>,
    text: String,
    by_resource: Own,
}

fn edits(
    policy: &PolicyDocument,
    place: &InTemplate,
    old: &PolicyDocument,
    fates: &[Fate],
) -> Result<Edits, String> {
    let source = policy.source.as_str();
    let template = template_of(source, &place.file)
        .ok()
        .flatten()
        .ok_or("the template does not read")?;
    let templates = Templates::of(vec![template], &place.values, &BTreeSet::new());
    let own = templates
        .templates
        .first()
        .ok_or("the template does not read")?;
    let resolver = Resolver::new(&own.template, &own.values);
    let apart = Values {
        told_apart: true,
        ..Values::default()
    };
    let apart = Resolver::new(&own.template, &apart);
    let root = tree(source).ok_or("the template does not read")?;
    let sites = sites(&root);
    let resources: Vec<&Node> = sites
        .iter()
        .flat_map(|site| site.statements.nodes())
        .filter_map(|node| node.get("Resource"))
        .collect();
    let language = CloudFormation::of(&root, source, &resolver, &place.words, &resources);
    let mut by_site: BTreeMap<usize, Vec<Fate>> = BTreeMap::new();
    let mut gone = Gone::default();
    let mut named = Replaced::default();
    let mut made: BTreeMap<usize, Kept<'_>> = BTreeMap::new();
    let mut by_resource = Own::new();
    let mut touched = BTreeSet::new();
    for (statement, fate) in policy.statements.iter().zip(fates) {
        let before = old.statements.get(statement.index).map(super::wanted_of);
        if matches!(statement.made_by, Some(MadeBy::PolicyTemplate(_)))
            && let Some(entry) = Entry::of(&root, statement)
        {
            let at = statement.span.start;
            if let Fate::Becomes(wanted) = fate {
                let kept = made.entry(at).or_insert_with(|| {
                    Kept::made(&own.template, &statement.span.range(), &resolver, &apart)
                });
                by_resource.extend(language.by_resource(kept, at, wanted));
            }
            named.take(entry, at, fate, before);
            continue;
        }
        if *fate == Fate::Stays {
            continue;
        }
        let (node, (site, at)) =
            numbered(&sites, statement).ok_or("a statement is not found in it")?;
        if !fate.goes() && !before.is_some_and(|old| says_the_same(node, &old, &language)) {
            return Err("the value of an entry of it is not known".to_owned());
        }
        let count = sites
            .get(site)
            .map_or(0, |site| site.statements.nodes().len());
        let fates = by_site
            .entry(site)
            .or_insert_with(|| vec![Fate::Stays; count]);
        if let Some(own) = fates.get_mut(at) {
            own.clone_from(fate);
        }
    }
    let mut replacements = Vec::new();
    for (site, fates) in &by_site {
        let site = sites.get(*site).ok_or("a statement is not found in it")?;
        if fates.iter().all(Fate::goes) {
            let (list, at) = entry(site).ok_or("nothing of one of its policies stays")?;
            gone.take(list, at);
            continue;
        }
        touched.insert(site.statements.value.span().start);
        let own = of_site(site, fates, source, (&apart, &language), &mut by_resource)?;
        replacements.extend(own);
    }
    let different = named.edits(source, &|entry| {
        language.keeping(made.get(&entry.start).cloned().unwrap_or_default())
    })?;
    for entry in different.gone {
        gone.take(entry.list, entry.at);
    }
    for (entry, own) in different.edited {
        touched.insert(entry.list.span().start);
        replacements.extend(own);
    }
    for (list, places) in gone.0.values() {
        touched.insert(list.span().start);
        let own = without(source, list, places);
        replacements.extend(own.map_err(|why| why.to_string())?);
    }
    let text = apply(source, &replacements).ok_or("its edits would overlap")?;
    Ok(Edits {
        replacements,
        touched,
        text,
        by_resource,
    })
}

/// The edits of one document.
fn of_site<'a>(
    site: &Site<'_>,
    fates: &[Fate],
    source: &str,
    (apart, language): (&Resolver<'a>, &CloudFormation<'a>),
    by_resource: &mut Own,
) -> Result<Vec<Replacement>, String> {
    let changed = site.statements.nodes().iter().zip(fates);
    let changed = changed.filter_map(|(node, fate)| match fate {
        Fate::Stays => None,
        Fate::Becomes(wanted) => Some((node, wanted)),
    });
    let changed: Vec<(&Node, &Vec<Wanted>)> = changed.collect();
    let nodes: Vec<&Node> = changed.iter().map(|(node, _)| *node).collect();
    let kept = Kept::of_text(&nodes, source, apart, language);
    for (node, wanted) in changed {
        let kept = kept.beside(node);
        by_resource.extend(language.by_resource(&kept, node.span().start, wanted));
    }
    let language = language.keeping(kept);
    let own = site.statements.edited(source, &language, fates, &[]);
    own.map_err(|why| why.to_string())
}

/// Whether a statement as it is written says what it was read as.
fn says_the_same(node: &Node, old: &Wanted, language: &CloudFormation<'_>) -> bool {
    let listed = |names: [&str; 2]| -> Option<Vec<String>> {
        let list = names.iter().find_map(|name| node.get(name))?;
        let texts = elements(list).iter().map(|element| language.reads(element));
        Some(texts.collect::<Option<Vec<_>>>()?.concat())
    };
    listed(["Action", "NotAction"]).as_ref() == Some(&old.actions)
        && listed(["Resource", "NotResource"]).as_ref() == Some(&old.resources)
}

fn prove(
    text: &str,
    policy: &PolicyDocument,
    place: &InTemplate,
    root: &Node,
    touched: &BTreeSet<usize>,
    target: &str,
) -> Result<(), String> {
    let edited = tree(text).ok_or("the edited template does not read")?;
    if let Some(why) = harm(root, &edited, &place.values) {
        return Err(why);
    }
    if !is_same(root, &edited, touched) {
        return Err("something else of the template would be different".to_owned());
    }
    let before =
        read(&policy.source, &place.file, &place.values).ok_or("the template does not read")?;
    let after =
        read(text, &place.file, &place.values).ok_or("the edited template does not read")?;
    if before.len() != after.len() {
        return Err("the template would have other roles".to_owned());
    }
    for (before, after) in before.iter().zip(&after) {
        let is_own = before.logical_id == place.logical_id;
        if before.logical_id != after.logical_id || before.documents.len() != after.documents.len()
        {
            return Err("the template would have other roles".to_owned());
        }
        for (number, (before, after)) in before.documents.iter().zip(&after.documents).enumerate() {
            let said = after.json.as_deref().unwrap_or(&after.source);
            let wanted = if is_own && number == 0 {
                target
            } else {
                before.json.as_deref().unwrap_or(&before.source)
            };
            if says(said) != says(wanted) {
                return Err("the edited template would say something else".to_owned());
            }
        }
    }
    Ok(())
}

pub(super) fn tree(text: &str) -> Option<Node> {
    yaml::parse(text, Schema::Yaml11, LIMITS).ok().flatten()
}

pub(super) fn read(text: &str, file: &str, values: &Values) -> Option<Vec<Read>> {
    let template = template_of(text, file).ok().flatten()?;
    let templates = Templates::of(vec![template], values, &BTreeSet::new());
    let found = templates.templates.first()?.granted().ok()?;
    let roles = found.roles.into_iter().map(|own| Read {
        logical_id: own.role.logical_id,
        documents: own.policies,
    });
    Some(roles.collect())
}

pub(super) fn sites(root: &Node) -> Vec<Site<'_>> {
    let resources = root.get("Resources").map(Node::members).unwrap_or_default();
    let sites = resources.iter().flat_map(|(key, resource)| {
        statements(resource)
            .into_iter()
            .map(move |statements| Site {
                statements,
                resource,
                logical_id: &key.text,
            })
    });
    sites.collect()
}

fn found<'s, 'n>(sites: &'s [Site<'n>], statement: &Statement) -> Option<(&'s Site<'n>, &'n Node)> {
    let (node, (site, _)) = numbered(sites, statement)?;
    Some((sites.get(site)?, node))
}

/// A statement as it is written, with the numbers of its document and of its place there.
pub(super) fn numbered<'n>(
    sites: &[Site<'n>],
    statement: &Statement,
) -> Option<(&'n Node, (usize, usize))> {
    sites.iter().enumerate().find_map(|(number, site)| {
        let nodes = site.statements;
        let value = nodes.value;
        let nodes = elements(value);
        let at = nodes.iter().position(|node| {
            node.is_map() && node.tag.is_none() && node.span() == statement.span.range()
        })?;
        Some((nodes.get(at)?, (number, at)))
    })
}

/// The entry of `Policies` that a document is: the list, which has others, and the place.
pub(super) fn entry<'n>(site: &Site<'n>) -> Option<(&'n Node, usize)> {
    let properties = site.resource.get("Properties")?;
    let list = properties.get("Policies")?;
    if !list.is_list() || list.tag.is_some() || list.items().len() < 2 {
        return None;
    }
    let at = site.statements.key.span.start;
    let place = list
        .items()
        .iter()
        .position(|item| item.span().contains(&at))?;
    let item = list.items().get(place)?;
    (item.is_map() && item.tag.is_none() && statements(item).len() == 1).then_some((list, place))
}
