//! What the files of suggested policies are called: names that neither collide nor lead out of their folder.

use super::{Kind, Suggestion};
use std::collections::BTreeSet;

/// Characters that a file's name may have, so that no system refuses it.
const LONGEST: usize = 120;

/// A path for each suggestion, in their order: after the policy file, and in a folder of its role's name where the policy is kept in
/// AWS, `ROLE/NAME.json`. A file that is edited in its own text keeps its ending. Names that would be the same, in whatever case, get a number.
pub fn file_names(suggestions: &[&Suggestion]) -> Vec<String> {
    let mut taken = BTreeSet::new();
    suggestions
        .iter()
        .map(|suggestion| {
            let folder = suggestion.role.as_deref().map(fit);
            let folder = folder.map_or_else(String::new, |name| format!("{name}/"));
            let stem = format!("{folder}{}", stem(suggestion));
            let numbers = std::iter::once(String::new()).chain((2_u64..).map(|n| format!(".{n}")));
            let ending = ending(suggestion);
            let mut names = numbers.map(|number| format!("{stem}{number}.{ending}"));
            let free = names.find(|name| taken.insert(name.to_ascii_lowercase()));
            free.unwrap_or(stem)
        })
        .collect()
}

fn stem(suggestion: &Suggestion) -> String {
    let policy = suggestion.policy.as_str();
    let last = policy.rsplit(['/', '\\']).next().unwrap_or_default();
    let named = match suggestion.kind {
        Kind::File | Kind::Template => match last.rsplit_once('.') {
            Some((stem, ending)) if is_ending(ending) => stem,
            _ => last,
        },
        Kind::Inline => {
            let role = suggestion.role.as_deref();
            let own = role.and_then(|role| policy.strip_prefix(role)?.strip_prefix('/'));
            own.unwrap_or(policy)
        }
        Kind::Managed | Kind::AwsManaged => last,
    };
    fit(named)
}

/// A name that every system takes for one.
fn fit(name: &str) -> String {
    let fit = |letter: char| match letter {
        '/' => '.',
        '-' | '_' | '.' => letter,
        _ if letter.is_ascii_alphanumeric() => letter,
        _ => '-',
    };
    let name: String = name.chars().map(fit).take(LONGEST).collect();
    let name = name.trim_matches('.');
    if name.is_empty() {
        "policy".to_owned()
    } else {
        name.to_owned()
    }
}

/// What the document is written in.
fn ending(suggestion: &Suggestion) -> &str {
    let own = suggestion.policy.rsplit_once('.').map(|(_, ending)| ending);
    match own.filter(|ending| is_ending(ending)) {
        Some(own) if suggestion.is_editable() => own,
        Some(_) | None => "json",
    }
}

fn is_ending(ending: &str) -> bool {
    ["json", "yaml", "yml"]
        .iter()
        .any(|known| ending.eq_ignore_ascii_case(known))
}

#[cfg(test)]
mod tests {
    use super::super::Suggestion;
    use super::{Kind, file_names};
    use crate::iam::PolicyDocument;
    use crate::iam::edit::Replacement;

    #[test]
    fn names_neither_collide_nor_lead_elsewhere() {
        let suggestion = |kind, policy: &str| Suggestion {
            policy: policy.to_owned(),
            ..Suggestion::of(
                &PolicyDocument::parse(r#"{"Statement": []}"#, "p").unwrap(),
                kind,
            )
        };
        let of_role = |role: &str, policy: &str| Suggestion {
            role: Some(role.to_owned()),
            ..suggestion(Kind::Inline, policy)
        };
        let all = [
            suggestion(Kind::File, "a/role.json"),
            suggestion(Kind::File, "b/Role.yaml"),
            suggestion(Kind::File, "../.."),
            suggestion(Kind::File, "c:\\x\\..json"),
            suggestion(Kind::Inline, "shop-role/../../etc"),
            suggestion(Kind::Inline, "shop-role/write orders"),
            suggestion(
                Kind::AwsManaged,
                "arn:aws:iam::aws:policy/service-role/Basic",
            ),
            suggestion(Kind::File, "role.2.json"),
            of_role("shop-role", "shop-role/../x"),
            of_role("Shop-Role", "Shop-Role/../X"),
            of_role("..", "../a"),
            suggestion(Kind::File, "a/policy.v2"),
        ];
        let names = file_names(&all.iter().collect::<Vec<_>>());
        let expected = [
            "role.json",
            "Role.2.json",
            "policy.json",
            "policy.2.json",
            "shop-role.......etc.json",
            "shop-role.write-orders.json",
            "Basic.json",
            "role.2.2.json",
            "shop-role/x.json",
            "Shop-Role/X.2.json",
            "policy/a.json",
            "policy.v2.json",
        ];
        assert_eq!(names, expected);
    }

    #[test]
    fn only_a_file_that_is_edited_in_its_text_keeps_its_ending() {
        let text = r#"{"Statement": []}"#;
        let document = PolicyDocument::parse(text, "role.yaml").unwrap();
        let edited = |kind| Suggestion {
            document: Some(text.to_owned()),
            replacements: vec![Replacement::new(0..0, String::new())],
            ..Suggestion::of(&document, kind)
        };
        // IAM takes a dot in the name of a policy too.
        let kept_in_aws = edited(Kind::Inline);
        let edited_file = edited(Kind::File);
        let not_edited = Suggestion {
            replacements: Vec::new(),
            ..edited(Kind::File)
        };
        assert_eq!(file_names(&[&edited_file]), ["role.yaml"]);
        assert_eq!(file_names(&[&kept_in_aws]), ["role.yaml.json"]);
        assert_eq!(file_names(&[&not_edited]), ["role.json"]);
    }
}
