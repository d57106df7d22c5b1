//! Roles of functions that a framework brings along by itself.

use super::{Patience, Role};
use crate::template::framework::{self, Framework};
use std::collections::BTreeMap;

impl Role {
    /// The same role as a framework's own: nobody waits for evidence of its functions. Nothing changes where more is
    /// unknown of it than its calls, such as who else may assume it: then it is a role like any other.
    #[must_use]
    pub fn of_framework(mut self, own: Option<Framework>) -> Self {
        let is_plain = !self.users.is_empty() && self.insufficient.is_empty();
        let Some(own) = own.filter(|_| is_plain) else {
            return self;
        };
        for user in &mut self.users {
            user.patience = Some(Patience::OfFramework {
                whose: own.whose.to_owned(),
            });
        }
        self.framework = Some(own);
        self
    }

    /// The same role, recognised by what the template of its stack calls all the functions that use it: `logical_ids` by name.
    #[must_use]
    pub fn named_by_template(self, logical_ids: &BTreeMap<String, String>) -> Self {
        if self.unreadable || self.framework.is_some() {
            return self;
        }
        let users = self.users.iter();
        let mut makers = users.map(|user| {
            let logical_id = logical_ids.get(user.target.name())?;
            framework::of_deployed(logical_id)
        });
        let first = makers.next().flatten();
        let is_one = makers.all(|other| other == first);
        drop(makers);
        self.of_framework(first.filter(|_| is_one))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::roles::{Target, User};

    #[test]
    fn a_deployed_role_is_a_frameworks_where_all_its_functions_are() {
        let user = |name: &str| User::asked(Target::NotSeen(name.to_owned()));
        let role = |users: &[&str]| Role {
            users: users.iter().map(|name| user(name)).collect(),
            ..Role::default()
        };
        let ids = BTreeMap::from([
            (
                "shop-LogRetentionaae0aa3c5b4d4f8-1ABC".to_owned(),
                "LogRetentionaae0aa3c5b4d4f87b02d85b201efdd8aFD4BFC8A".to_owned(),
            ),
            ("shop-checkout".to_owned(), "CheckoutB7CD3E82".to_owned()),
        ]);
        let own = role(&["shop-LogRetentionaae0aa3c5b4d4f8-1ABC"]).named_by_template(&ids);
        assert_eq!(
            own.framework.map(|own| own.whose),
            Some("the CDK's LogRetention")
        );
        // Somebody else may use it.
        let others = Role {
            insufficient: vec!["a task may assume it".to_owned()],
            ..role(&["shop-LogRetentionaae0aa3c5b4d4f8-1ABC"])
        };
        assert_eq!(others.named_by_template(&ids).framework, None);
        for users in [
            &["shop-checkout"] as &[&str],
            &["shop-LogRetentionaae0aa3c5b4d4f8-1ABC", "shop-checkout"],
            &["someone"],
            &[],
        ] {
            let other = role(users).named_by_template(&ids);
            assert_eq!(other.framework, None, "{users:?}");
        }
    }
}
