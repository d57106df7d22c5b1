//! The roles of a template: the policies that each has, however they are attached, and who uses it.

use super::attached::{attach, of_modules, role_of};
use super::document;
use super::resolve::Resolver;
use super::{Gap, Resource, Touches, sam};
use crate::iam::MadeBy;
use crate::yaml::{Node, Value};
use std::collections::BTreeSet;
use std::ops::Range;

/// A role of a template.
#[derive(Debug, Clone)]
pub struct TemplateRole {
    /// Its logical id.
    pub logical_id: String,
    /// Its name, where the template gives one that is known.
    pub name: Option<String>,
    /// Its policies, in the order of the template.
    pub policies: Vec<RolePolicy>,
    /// Managed policies that the template does not have, by ARN or name.
    pub managed: Vec<Managed>,
    /// The permissions boundary.
    pub boundary: Option<Boundary>,
    /// The trust policy, resolved.
    pub trust: Option<Node>,
    /// The functions that use it, by logical id.
    pub functions: BTreeSet<String>,
    /// The state machines that use it, by logical id.
    pub state_machines: BTreeSet<String>,
    /// Where its logical id stands.
    pub span: Range<usize>,
}

/// A policy of a role, resolved.
#[derive(Debug, Clone)]
pub struct RolePolicy {
    /// Its name, or its logical id.
    pub name: String,
    /// Where it is in words: `OrdersFunction › Policies[1]`.
    pub place: String,
    /// The document.
    pub document: Node,
}

/// A managed policy that is attached by its ARN.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Managed {
    /// The ARN, or what of it is known.
    pub arn: String,
    /// Whether SAM attaches it by itself, for a function or a setting: no entry of `Policies` names it.
    pub by_itself: bool,
    /// Where.
    pub span: Range<usize>,
}

/// A permissions boundary.
#[derive(Debug, Clone)]
pub enum Boundary {
    /// A policy of the template.
    Document(RolePolicy),
    /// One that the template does not have.
    Named(String),
}

/// What a template says of roles.
#[derive(Debug, Clone, Default)]
pub struct Roles {
    /// The roles, in the order of the template.
    pub roles: Vec<TemplateRole>,
    /// Roles that the template does not have and gives policies to, each by the logical id of a policy.
    pub elsewhere: Vec<TemplateRole>,
    /// Functions and state machines that run with a role which the template does not have.
    pub without_role: Vec<WithoutRole>,
    /// What could not be read.
    pub gaps: Vec<Gap>,
}

/// A function or state machine that runs with a role which its template does not have.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WithoutRole {
    /// Its logical id.
    pub logical_id: String,
    /// What it is called for people.
    pub words: String,
    /// Whether it is a state machine, and no function.
    pub is_state_machine: bool,
    /// The role, as far as the template says which.
    pub role: String,
    /// Where it is named.
    pub span: Range<usize>,
}

impl TemplateRole {
    /// A role of which nothing is known but what stands for it.
    pub fn nobody(logical_id: &str, span: Range<usize>) -> Self {
        Self {
            logical_id: logical_id.to_owned(),
            name: None,
            policies: Vec::new(),
            managed: Vec::new(),
            boundary: None,
            trust: None,
            functions: BTreeSet::new(),
            state_machines: BTreeSet::new(),
            span,
        }
    }
}

/// A managed policy of the template.
struct OwnPolicy<'t> {
    resource: &'t Resource,
    policy: RolePolicy,
}

/// The roles of a template.
pub fn roles(resolver: &Resolver<'_>) -> Roles {
    let mut found = Roles::default();
    let resources = || {
        let all = resolver.template.resources.iter();
        all.filter(|resource| resolver.is_there(resource) != Some(false))
    };
    let of_kind = |kind: &'static str| resources().filter(move |own| own.kind == kind);
    let mut managed = Vec::new();
    for resource in of_kind("AWS::IAM::ManagedPolicy") {
        if let Some(policy) = of_resource(resource, resolver, &mut found.gaps) {
            managed.push(OwnPolicy { resource, policy });
        }
    }
    for resource in of_kind("AWS::IAM::Role") {
        let role = role(resource, &managed, resolver, &mut found.gaps);
        found.roles.push(role);
    }
    for resource in of_kind("AWS::IAM::Policy") {
        if let Some(policy) = of_resource(resource, resolver, &mut found.gaps) {
            attach(resource, "Roles", &policy, resolver, &mut found);
        }
    }
    for resource in of_kind("AWS::IAM::RolePolicy") {
        if let Some(policy) = of_resource(resource, resolver, &mut found.gaps) {
            attach(resource, "RoleName", &policy, resolver, &mut found);
        }
    }
    for own in &managed {
        attach(own.resource, "Roles", &own.policy, resolver, &mut found);
    }
    of_nobody(resolver, &managed, &mut found);
    of_modules(resolver, &mut found);
    find_users(resolver, &mut found);
    found
}

/// Gives each role the functions and state machines that run with it.
fn find_users(resolver: &Resolver<'_>, found: &mut Roles) {
    let resources = resolver.template.resources.iter();
    let resources = resources.filter(|resource| resolver.is_there(resource) != Some(false));
    for resource in resources {
        let property = match resource.kind.as_str() {
            "AWS::Lambda::Function" => "Role",
            "AWS::StepFunctions::StateMachine" => "RoleArn",
            _ => continue,
        };
        let Some(written) = resource.property(property) else {
            continue;
        };
        for (node, _) in resolver.branches(written, false) {
            let Some(role) = role_of(node, resolver, &mut found.roles) else {
                found.without_role.push(WithoutRole {
                    logical_id: resource.logical_id.clone(),
                    words: resource.words(),
                    is_state_machine: property == "RoleArn",
                    role: as_named(node, resolver),
                    span: node.span(),
                });
                continue;
            };
            let users = if property == "Role" {
                &mut role.functions
            } else {
                &mut role.state_machines
            };
            users.insert(resource.logical_id.clone());
        }
    }
}

/// A role as a template names it: its ARN as far as that is known, else the text.
fn as_named(node: &Node, resolver: &Resolver<'_>) -> String {
    let written = || resolver.template.text.get(node.span()).unwrap_or_default();
    let text = resolver.text(node).unwrap_or_else(|| written().to_owned());
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// Tells of policies that no role is given here: those of users and groups, and those that another stack may attach.
fn of_nobody(resolver: &Resolver<'_>, managed: &[OwnPolicy<'_>], found: &mut Roles) {
    let is_held = |own: &OwnPolicy<'_>| {
        let is_own = |policy: &RolePolicy| policy.place == own.policy.place;
        found.roles.iter().any(|role| {
            let limits = matches!(&role.boundary, Some(Boundary::Document(limit)) if is_own(limit));
            limits || role.policies.iter().any(is_own)
        })
    };
    let free = managed.iter().filter(|own| !is_held(own));
    let free: BTreeSet<&str> = free.map(|own| own.resource.logical_id.as_str()).collect();
    for resource in &resolver.template.resources {
        let is_of_nobody = match resource.kind.as_str() {
            "AWS::IAM::ManagedPolicy" => free.contains(resource.logical_id.as_str()),
            "AWS::IAM::Policy" | "AWS::IAM::UserPolicy" | "AWS::IAM::GroupPolicy" => true,
            _ => false,
        };
        let names_roles = resource.property("Roles").is_some();
        if is_of_nobody && !names_roles && resolver.is_there(resource) != Some(false) {
            found.gaps.push(Gap {
                message: format!(
                    "{} is given to no role of this template: it is not judged",
                    resource.words()
                ),
                span: resource.span.clone(),
                touches: Touches::Beside,
            });
        }
    }
}

fn role(
    resource: &Resource,
    managed: &[OwnPolicy<'_>],
    resolver: &Resolver<'_>,
    gaps: &mut Vec<Gap>,
) -> TemplateRole {
    let mut role = TemplateRole {
        name: literal(resource.property("RoleName"), resolver),
        trust: resource
            .property("AssumeRolePolicyDocument")
            .and_then(|trust| resolver.value(trust)),
        ..TemplateRole::nobody(&resource.logical_id, resource.span.clone())
    };
    let of_role = Touches::These(BTreeSet::from([resource.logical_id.clone()]));
    let inline = resource.property("Policies");
    let inline = inline.map(|list| resolver.branches(list, false));
    for (place, (node, uncertain)) in inline.into_iter().flatten().enumerate() {
        let name = node.get("PolicyName").and_then(|name| resolver.text(name));
        let words = words(resource, place, name.as_deref(), node);
        let Some(written) = node.get("PolicyDocument") else {
            continue;
        };
        let read = document::settled(written, uncertain, resolver);
        gaps.extend(read.gaps(&of_role, &words));
        if let Some(document) = read.document {
            role.policies.push(RolePolicy {
                name: name.unwrap_or_else(|| words.clone()),
                place: words,
                document,
            });
        }
    }
    let attached = resource.property("ManagedPolicyArns");
    let attached = attached.map(|list| resolver.branches(list, false));
    for (node, _) in attached.into_iter().flatten() {
        if let Some(policy) = of_template(node, managed) {
            role.policies.push(policy);
        } else if let Some(arn) = resolver.text(node) {
            role.managed.push(Managed {
                arn,
                by_itself: node.by().is_some_and(sam::attaches),
                span: node.span(),
            });
        } else if resolver.value(node).is_some() {
            gaps.push(Gap {
                message: format!(
                    "{} has a managed policy whose ARN is no text",
                    resource.words()
                ),
                span: node.span(),
                touches: of_role.clone(),
            });
        }
    }
    if let Some(node) = resource.property("PermissionsBoundary") {
        let branches = resolver.branches(node, false);
        let own = match branches.as_slice() {
            [(only, _)] => of_template(only, managed),
            _ => None,
        };
        role.boundary = match own {
            Some(policy) => Some(Boundary::Document(policy)),
            None => resolver.text(node).map(Boundary::Named),
        };
    }
    role
}

/// Where an inline policy is in words, as the template has it.
fn words(role: &Resource, place: usize, name: Option<&str>, node: &Node) -> String {
    let own = role.words();
    let entry = name.filter(|_| role.made_of.is_some());
    let entry = entry.and_then(|name| sam::entry_of(&own, name));
    let document = node.get("PolicyDocument");
    let by = document.and_then(first_maker).and_then(sam::made_by);
    let template = match &by {
        Some(MadeBy::PolicyTemplate(name)) => format!(" › {name}"),
        Some(MadeBy::Setting(_)) | None => String::new(),
    };
    match entry {
        Some(entry @ sam::Entry::Policies(_)) => format!("{}{template}", entry.words(&own)),
        Some(entry) => entry.words(&own),
        None => match node.by() {
            Some(by) => format!("{own} › {by}"),
            None => format!("{own} › Policies[{place}]"),
        },
    }
}

/// What made a document, or the first statement of it.
fn first_maker(document: &Node) -> Option<&str> {
    document
        .by()
        .or_else(|| document.get("Statement")?.items().first()?.by())
}

/// The managed policy of the template that a `Ref` or `GetAtt` names.
fn of_template(node: &Node, managed: &[OwnPolicy<'_>]) -> Option<RolePolicy> {
    let name = named(node)?;
    let found = managed.iter().find(|own| own.resource.logical_id == name)?;
    Some(found.policy.clone())
}

/// The logical id that a `Ref`, a `GetAtt` or a `Sub` of one alone names.
pub(super) fn named(node: &Node) -> Option<&str> {
    let (function, argument) = node.only_member()?;
    match function {
        "Ref" => argument.as_text(),
        "Fn::GetAtt" => argument.items().first()?.as_text(),
        "Fn::Sub" => {
            let inside = argument.as_text()?.strip_prefix("${")?.strip_suffix('}')?;
            inside.split('.').next().filter(|name| !name.contains('$'))
        }
        _ => None,
    }
}

fn of_resource(
    resource: &Resource,
    resolver: &Resolver<'_>,
    gaps: &mut Vec<Gap>,
) -> Option<RolePolicy> {
    let written = resource.property("PolicyDocument")?;
    let uncertain = resolver.is_there(resource).is_none();
    let read = document::settled(written, uncertain, resolver);
    let place = resource.words();
    gaps.extend(read.gaps(&Touches::Every, &place));
    let name = ["PolicyName", "ManagedPolicyName"];
    let name = name.iter().find_map(|name| resource.property(name));
    let name = name.and_then(|name| resolver.text(name));
    Some(RolePolicy {
        name: name.unwrap_or_else(|| resource.logical_id.clone()),
        place,
        document: read.document?,
    })
}

fn literal(node: Option<&Node>, resolver: &Resolver<'_>) -> Option<String> {
    let text = resolver.text(node?)?;
    (!super::resolve::has_symbol(&text)).then_some(text)
}

impl Resource {
    /// What it is called for people: the logical id in the text.
    pub fn words(&self) -> String {
        match &self.made_of {
            Some(made) => made.logical_id.clone(),
            None => self.logical_id.clone(),
        }
    }
}

impl Resolver<'_> {
    /// Whether a resource is there; nothing where its condition is not known.
    pub fn is_there(&self, resource: &Resource) -> Option<bool> {
        match &resource.condition {
            None => Some(true),
            Some(condition) => self.condition(condition),
        }
    }

    /// The entries of a list as written, each with whether only an unknown condition brings it; those of an `Fn::If` are the entries
    /// of its branches.
    pub fn branches<'n>(&self, node: &'n Node, uncertain: bool) -> Vec<(&'n Node, bool)> {
        self.within(node, uncertain, 0)
    }

    fn within<'n>(&self, node: &'n Node, uncertain: bool, depth: usize) -> Vec<(&'n Node, bool)> {
        if depth > 32 {
            return Vec::new();
        }
        match &node.value {
            Value::Null => Vec::new(),
            Value::List(items) => {
                let inside = items.iter();
                inside
                    .flat_map(|item| self.within(item, uncertain, depth + 1))
                    .collect()
            }
            Value::Map(_) => match node.only_member() {
                Some(("Fn::If", argument)) => {
                    let [condition, yes, no] = argument.items() else {
                        return Vec::new();
                    };
                    match condition.as_text().and_then(|name| self.condition(name)) {
                        Some(true) => self.within(yes, uncertain, depth + 1),
                        Some(false) => self.within(no, uncertain, depth + 1),
                        None => {
                            let mut both = self.within(yes, true, depth + 1);
                            both.extend(self.within(no, true, depth + 1));
                            both
                        }
                    }
                }
                Some(("Ref", argument)) if argument.as_text() == Some("AWS::NoValue") => Vec::new(),
                _ => vec![(node, uncertain)],
            },
            Value::Bool(_) | Value::Number(_) | Value::Text(_) => vec![(node, uncertain)],
        }
    }
}
