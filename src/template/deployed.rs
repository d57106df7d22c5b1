//! Where a template is deployed, as far as what wrote it says: the CDK names each stack with its account and Region.

use super::Values;

/// The stack that a template is of. What is not known is nothing.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Deployed {
    /// The stack's name.
    pub stack: Option<String>,
    /// The account.
    pub account: Option<String>,
    /// The Region.
    pub region: Option<String>,
    /// Whether it is a stack within another, which CloudFormation names.
    pub is_nested: bool,
}

impl Deployed {
    /// What is known beside the template, with what it says itself in the place of what was said of all templates. `others` are
    /// those that are read with it.
    pub fn over<'o>(&self, values: &Values, mut others: impl Iterator<Item = &'o Self>) -> Values {
        let mut own = values.clone();
        if self.region.is_some() && self.region != own.region {
            // The partition was that of another Region.
            own.partition = None;
            own.region.clone_from(&self.region);
        }
        if self.account.is_some() {
            own.account.clone_from(&self.account);
        }
        if self.is_nested {
            own.stack = None;
        }
        let Some(stack) = &self.stack else {
            return own;
        };
        own.stack = Some(stack.clone());
        let is_asked = |deployed: &Self| {
            let stack = deployed.stack.as_ref();
            stack.is_some_and(|stack| values.stacks.contains(stack))
        };
        if !is_asked(self) && others.any(is_asked) {
            // Stages of one app have the same logical ids.
            own.physical.clear();
        }
        own
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn physical_ids_are_those_of_the_stack_that_was_asked_for() {
        let named = |name: &str| Deployed {
            stack: Some(name.to_owned()),
            ..Deployed::default()
        };
        let values = Values {
            stack: Some("given".to_owned()),
            stacks: ["Prod".to_owned()].into(),
            physical: [("Orders".to_owned(), "prod-orders".to_owned())].into(),
            ..Values::default()
        };
        let both = [named("Dev"), named("Prod")];
        let [dev, prod] = [0, 1].map(|own: usize| both[own].over(&values, both.iter()));
        assert_eq!(dev.stack.as_deref(), Some("Dev"));
        assert!(dev.physical.is_empty());
        assert_eq!(prod.physical, values.physical);
        // No stack of the app is called as it was asked for: which one is meant is not known better than before.
        let other = named("Dev").over(&values, [named("Dev")].iter());
        assert_eq!(other.physical, values.physical);
    }

    #[test]
    fn the_partition_is_that_of_the_own_region() {
        let values = Values {
            partition: Some("aws".to_owned()),
            region: Some("eu-west-1".to_owned()),
            ..Values::default()
        };
        let deployed = Deployed {
            region: Some("cn-north-1".to_owned()),
            ..Deployed::default()
        };
        assert_eq!(deployed.over(&values, [].iter()).partition, None);
    }
}
