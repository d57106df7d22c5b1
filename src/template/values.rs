//! What is known of a stack besides its template: parameters, where it runs, what its resources are called.

use std::collections::BTreeMap;

/// Values that a template does not hold. What is not here stays a symbol; nothing is guessed.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Values {
    /// Parameters by name, as given; they go before a template's defaults.
    pub parameters: BTreeMap<String, String>,
    /// `AWS::Partition`.
    pub partition: Option<String>,
    /// `AWS::Region`.
    pub region: Option<String>,
    /// `AWS::AccountId`.
    pub account: Option<String>,
    /// `AWS::StackName`.
    pub stack: Option<String>,
    /// Physical ids by logical id, as the deployed stack has them or the evidence shows.
    pub physical: BTreeMap<String, String>,
    /// Exports of other templates and stacks, by name.
    pub exports: BTreeMap<String, String>,
}
