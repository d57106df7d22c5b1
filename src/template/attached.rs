//! Gives policies to the roles that they name, and says of which roles the policies are not all known.

use super::resolve::{Resolver, has_symbol};
use super::roles::{RolePolicy, Roles, TemplateRole, named};
use super::{Gap, Resource, Touches};
use crate::yaml::{Node, Value};

/// Whom a value means that names a role.
enum Holder {
    /// The role in this place of the template's roles.
    Role(usize),
    /// A role of this name, which the template does not have.
    Elsewhere(String),
    /// Nobody knows before the template is deployed.
    Unknown,
}

/// Gives a policy to the roles that its resource names.
pub(super) fn attach(
    resource: &Resource,
    property: &str,
    policy: &RolePolicy,
    resolver: &Resolver<'_>,
    found: &mut Roles,
) {
    let Some(list) = resource.property(property) else {
        return;
    };
    for (node, _) in resolver.branches(list, false) {
        let words = resource.words();
        let (message, touches) = match holder(node, resolver, &found.roles) {
            Holder::Role(place) => {
                if let Some(role) = found.roles.get_mut(place) {
                    role.policies.push(policy.clone());
                }
                continue;
            }
            Holder::Elsewhere(name) => {
                let told = format!(
                    "{words} is given to the role `{name}`, which this template does not have: only what a change adds to it is judged"
                );
                found.elsewhere.push(TemplateRole {
                    policies: vec![policy.clone()],
                    name: Some(name),
                    ..TemplateRole::nobody(&resource.logical_id, node.span())
                });
                (told, Touches::Beside)
            }
            Holder::Unknown => (
                format!(
                    "{words} is given to a role whose name is not known before it is deployed: it may be any role of this template"
                ),
                Touches::Every,
            ),
        };
        found.gaps.push(Gap {
            message,
            span: node.span(),
            touches,
        });
    }
}

/// The role that a value names: by logical id, name or ARN.
pub(super) fn role_of<'r>(
    node: &Node,
    resolver: &Resolver<'_>,
    roles: &'r mut [TemplateRole],
) -> Option<&'r mut TemplateRole> {
    match holder(node, resolver, roles) {
        Holder::Role(place) => roles.get_mut(place),
        Holder::Elsewhere(_) | Holder::Unknown => None,
    }
}

fn holder(node: &Node, resolver: &Resolver<'_>, roles: &[TemplateRole]) -> Holder {
    let place = |is_meant: &dyn Fn(&TemplateRole) -> bool| roles.iter().position(is_meant);
    let id = named(node).filter(|id| resolver.template.resource(id).is_some());
    if let Some(place) = id.and_then(|id| place(&|role| role.logical_id == id)) {
        return Holder::Role(place);
    }
    let Some(text) = resolver.text(node).filter(|_| id.is_none()) else {
        return Holder::Unknown;
    };
    let name = text.rsplit('/').next().unwrap_or(&text);
    let symbols = |role: &TemplateRole| {
        let id = &role.logical_id;
        [format!("${{{id}}}"), format!("${{{id}.Arn}}")]
    };
    let is_meant = |role: &TemplateRole| {
        role.name.as_deref() == Some(name)
            || symbols(role).iter().any(|symbol| symbol == name)
            || written_name(role, resolver).is_some_and(|own| own == text)
    };
    match place(&is_meant) {
        Some(place) => Holder::Role(place),
        None if has_symbol(&text) => Holder::Unknown,
        None => Holder::Elsewhere(name.to_owned()),
    }
}

/// The name that a template gives to a role, though parts of it are not known yet.
fn written_name(role: &TemplateRole, resolver: &Resolver<'_>) -> Option<String> {
    let resource = resolver.template.resource(&role.logical_id)?;
    resolver.text(resource.property("RoleName")?)
}

/// What modules may give to the roles that are handed to them: the template of a module is known to AWS alone.
///
/// Follows <https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/modules.html>.
pub(super) fn of_modules(resolver: &Resolver<'_>, found: &mut Roles) {
    let modules = resolver.template.resources.iter();
    let modules = modules.filter(|own| own.kind.ends_with("::MODULE"));
    for module in modules.filter(|own| resolver.is_there(own) != Some(false)) {
        let handed = found.roles.iter().filter(|role| {
            let properties = module.properties.members();
            properties.iter().any(|(_, value)| mentions(value, role))
        });
        found.gaps.push(Gap {
            message: format!(
                "{} is the module {}, whose template is known to AWS alone: it may give more to the roles that are handed to it",
                module.words(),
                module.kind
            ),
            span: module.span.clone(),
            touches: Touches::These(handed.map(|role| role.logical_id.clone()).collect()),
        });
    }
}

/// Whether a value names a role somewhere, by its logical id or its name.
fn mentions(node: &Node, role: &TemplateRole) -> bool {
    let id = &role.logical_id;
    match &node.value {
        Value::Text(text) => {
            text == id
                || role.name.as_ref() == Some(text)
                || text.contains(&format!("${{{id}}}"))
                || text.contains(&format!("${{{id}."))
        }
        Value::List(items) => items.iter().any(|item| mentions(item, role)),
        Value::Map(_) => {
            let members = node.members();
            members.iter().any(|(_, value)| mentions(value, role))
        }
        Value::Null | Value::Bool(_) | Value::Number(_) => false,
    }
}
