//! Where the inline policies of a deployed role are written: SAM names each by its place in the template.

use super::Role;
use crate::template::sam::entry_of;
use std::collections::BTreeMap;

impl Role {
    /// The same deployed role, its policies placed by the logical ids of its stack: `FnRolePolicy3` of the role `FnRole` is entry 3 of
    /// what the function `Fn` has under `Policies`.
    #[must_use]
    pub fn placed_by_template(mut self, logical_ids: &BTreeMap<String, String>) -> Self {
        let name = self.arn.as_deref().and_then(|arn| arn.rsplit('/').next());
        let logical_id = name.and_then(|name| logical_ids.get(name));
        let Some(of) = logical_id.and_then(|own| own.strip_suffix("Role")) else {
            return self;
        };
        if self.are_files {
            return self;
        }
        for policy in &mut self.policies {
            let name = policy.name.rsplit('/').next().unwrap_or_default();
            let Some(entry) = entry_of(of, name).filter(|_| !policy.name.starts_with("arn:"))
            else {
                continue;
            };
            let place = entry.words(of);
            for statement in &mut policy.statements {
                statement.place = Some(place.clone());
            }
        }
        self
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::iam::PolicyDocument;

    #[test]
    fn the_name_of_an_inline_policy_leads_to_its_entry() {
        let text = r#"{"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "s3:GetObject", "Resource": "*"}]}"#;
        let policy = |name: &str| PolicyDocument::parse(text, name).unwrap();
        let own = Role {
            arn: Some("arn:aws:iam::111122223333:role/shop-FnRole-1ABC".to_owned()),
            policies: vec![
                policy("shop-FnRole-1ABC/FnRolePolicy3"),
                policy("shop-FnRole-1ABC/by-hand"),
                policy("arn:aws:iam::111122223333:policy/FnRolePolicy4"),
            ],
            ..Role::default()
        };
        let ids = BTreeMap::from([("shop-FnRole-1ABC".to_owned(), "FnRole".to_owned())]);
        let places = |role: Role| -> Vec<Option<String>> {
            let policies = role.policies.into_iter();
            policies
                .map(|policy| policy.statements[0].place.clone())
                .collect()
        };
        let known = own.clone().placed_by_template(&ids);
        assert_eq!(
            places(known),
            [Some("Fn › Policies[3]".to_owned()), None, None]
        );
        let other = own.placed_by_template(&BTreeMap::new());
        assert_eq!(places(other), [None, None, None]);
    }
}
