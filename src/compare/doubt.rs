//! What in a statement hangs on the request, and whether it can tell the resources that were observed from others.
//!
//! A condition on how a request comes (over TLS, from an address, at a time, by whom) is met for one resource as for
//! another: breadth under it is breadth. A condition on anything else, a tag or a prefix, may narrow a wildcard to
//! just what is needed, and traces do not show it.

use crate::iam::ConditionBlock;
use crate::iam::permissions::Cell;

/// Keys of a request's context that say nothing of the resource. Follows
/// <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html>.
const SILENT_ON_RESOURCES: [&str; 28] = [
    "aws:calledviafirst",
    "aws:calledvialast",
    "aws:calledvia",
    "aws:currenttime",
    "aws:epochtime",
    "aws:federatedprovider",
    "aws:multifactorauthage",
    "aws:multifactorauthpresent",
    "aws:principalaccount",
    "aws:principalarn",
    "aws:principalisawsservice",
    "aws:principalorgid",
    "aws:principalorgpaths",
    "aws:principalservicename",
    "aws:principalservicenameslist",
    "aws:principaltype",
    "aws:referer",
    "aws:securetransport",
    "aws:sourceidentity",
    "aws:sourceip",
    "aws:sourcevpc",
    "aws:sourcevpce",
    "aws:tokenissuetime",
    "aws:useragent",
    "aws:userid",
    "aws:username",
    "aws:viaawsservice",
    "aws:vpcsourceip",
];

/// Whether a condition key says nothing of the resource that is asked for.
fn is_silent(key: &str) -> bool {
    SILENT_ON_RESOURCES.contains(&key) || key.starts_with("aws:principaltag/")
}

/// Whether a condition can tell one resource from another.
pub(super) fn narrows(condition: &ConditionBlock) -> bool {
    condition.atoms().any(|atom| !is_silent(atom.key()))
}

/// Why it may be that just the observed resources are granted, where a condition of one of these statements may see to
/// that. The first is the one that grants.
pub(super) fn of_conditions(cells: &[&Cell]) -> Option<String> {
    let open = |cell: &Cell| {
        let key = cell.condition.atoms().find(|atom| !is_silent(atom.key()));
        key.map(|atom| atom.key().to_owned())
    };
    let (own, others) = cells.split_first()?;
    let by_own =
        |key| format!("its `Condition` on `{key}` narrows it in a way that traces do not show");
    let by_others = |key| {
        format!("a `Deny` or a boundary with a `Condition` on `{key}` may take the rest away")
    };
    open(own)
        .map(by_own)
        .or_else(|| others.iter().find_map(|cell| open(cell)).map(by_others))
}

/// Keys that a request has where a service makes it with the role's rights: of such calls traces show nothing.
const MADE_BY_SERVICES: [&str; 4] = [
    "aws:calledvia",
    "aws:calledviafirst",
    "aws:calledvialast",
    "kms:viaservice",
];

/// Operators that hold only where the key is there and has the value.
const NEED_THE_VALUE: [&str; 5] = [
    "foranyvalue:stringequals",
    "foranyvalue:stringlike",
    "stringequals",
    "stringequalsignorecase",
    "stringlike",
];

/// Why it is not known whether something was used that only a service can use for the role.
pub(super) fn of_services(condition: &ConditionBlock) -> Option<String> {
    let atom = condition.atoms().find(|atom| {
        let operator = atom.operator().to_ascii_lowercase();
        if atom.key() == "aws:viaawsservice" {
            operator == "bool"
                && atom
                    .values()
                    .all(|value| value.eq_ignore_ascii_case("true"))
        } else {
            MADE_BY_SERVICES.contains(&atom.key()) && NEED_THE_VALUE.contains(&operator.as_str())
        }
    })?;
    Some(format!(
        "its `Condition` on `{}` asks for calls that a service makes for the role, and traces do not show those",
        atom.key()
    ))
}

/// Why nothing can be said where one of these statements names principals.
pub(super) fn of_principals(cells: &[&Cell]) -> Option<String> {
    let named = cells.iter().any(|cell| cell.principal.is_some());
    named.then(|| {
        "a statement names a `Principal`, as only the policy of a resource does".to_owned()
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::iam::ConditionAtom;

    fn condition(operator: &str, key: &str, value: &str) -> ConditionBlock {
        ConditionBlock::new([ConditionAtom::new(operator, key, [value.to_owned()])])
    }

    #[test]
    fn only_calls_that_a_service_must_make_are_out_of_sight() {
        let via = |operator, key, value| of_services(&condition(operator, key, value)).is_some();
        assert!(via(
            "StringEquals",
            "kms:ViaService",
            "s3.eu-west-1.amazonaws.com"
        ));
        assert!(via("Bool", "aws:ViaAWSService", "true"));
        // The role's own calls meet these too.
        assert!(!via(
            "StringNotEquals",
            "kms:ViaService",
            "s3.eu-west-1.amazonaws.com"
        ));
        assert!(!via(
            "StringEqualsIfExists",
            "kms:ViaService",
            "s3.eu-west-1.amazonaws.com"
        ));
        assert!(!via("Bool", "aws:ViaAWSService", "false"));
        assert!(!via("Bool", "aws:SecureTransport", "true"));
    }

    #[test]
    fn tags_of_who_asks_say_nothing_of_the_resource_and_its_own_tags_do() {
        assert!(is_silent("aws:principaltag/team"));
        assert!(is_silent("aws:securetransport"));
        assert!(!is_silent("aws:resourcetag/team"));
        assert!(!is_silent("s3:prefix"));
        // Which region or account is asked narrows what is reached.
        assert!(!is_silent("aws:requestedregion"));
        assert!(!is_silent("aws:resourceaccount"));
    }
}
