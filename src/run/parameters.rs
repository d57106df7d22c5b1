//! Parameters of templates that were given by a name that no template declares.

use super::Failure;
use crate::template::Template;
use anyhow::anyhow;
use std::collections::BTreeMap;

/// What CloudFormation says of every stack, without a declaration.
const PSEUDO: [&str; 7] = [
    "AWS::AccountId",
    "AWS::NotificationARNs",
    "AWS::Partition",
    "AWS::Region",
    "AWS::StackId",
    "AWS::StackName",
    "AWS::URLSuffix",
];

/// Refuses a value for a parameter that is in none of the templates: nothing would come of it.
pub(super) fn declared(
    templates: &[Template],
    given: &BTreeMap<String, String>,
) -> Result<(), Failure> {
    let declared = templates.iter().flat_map(|template| &template.parameters);
    let declared: Vec<&str> = declared.map(|own| own.name.as_str()).collect();
    let is_known =
        |name: &&String| declared.contains(&name.as_str()) || PSEUDO.contains(&name.as_str());
    let Some(wrong) = given.keys().find(|name| !is_known(name)) else {
        return Ok(());
    };
    let files: Vec<&str> = templates.iter().map(|own| own.file.as_str()).collect();
    let error = anyhow!(
        "the parameter `{wrong}` has a value, and no parameter of that name is declared in {}",
        files.join(", ")
    );
    Err(Failure::usage(error, Some(hint(wrong, &declared))))
}

/// The name that was meant, as far as can be told.
fn hint(wrong: &str, declared: &[&str]) -> String {
    let distance = |name: &str| strsim::osa_distance(&name.to_lowercase(), &wrong.to_lowercase());
    let near = declared
        .iter()
        .chain(&PSEUDO)
        .map(|name| (distance(name), *name))
        .filter(|(distance, _)| *distance <= wrong.chars().count() / 3 + 1)
        .min();
    match (near, declared) {
        (Some((_, name)), _) => format!("did you mean `{name}`?"),
        (None, []) => "the template declares no parameters".to_owned(),
        (None, declared) => format!("it declares {}", declared.join(", ")),
    }
}

#[cfg(test)]
mod tests {
    use super::hint;

    #[test]
    fn the_nearest_name_is_proposed() {
        let declared = ["Stage", "OrdersTable"];
        assert_eq!(hint("stage", &declared), "did you mean `Stage`?");
        assert_eq!(hint("OrderTable", &declared), "did you mean `OrdersTable`?");
        assert_eq!(
            hint("AWS::StackNam", &declared),
            "did you mean `AWS::StackName`?"
        );
        assert_eq!(hint("Owner", &declared), "it declares Stage, OrdersTable");
        assert_eq!(hint("Owner", &[]), "the template declares no parameters");
    }
}
