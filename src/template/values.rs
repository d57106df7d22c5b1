//! What is known of a stack besides its template: parameters, where it runs, what its resources are called.

use std::collections::{BTreeMap, BTreeSet};

/// Values that a template does not hold. What is not here stays a symbol; nothing is guessed.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Values {
    /// Parameters by name, as given; they go before a template's defaults.
    pub parameters: BTreeMap<String, String>,
    /// The parameters of each stack that is made of the template, where several stacks nest it and give it different ones.
    pub uses: Vec<BTreeMap<String, String>>,
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
    /// The deployed stacks that the physical ids are of, where they were asked for by name.
    pub stacks: BTreeSet<String>,
    /// Exports of other templates and stacks, by name.
    pub exports: BTreeMap<String, String>,
    /// Outputs of other templates, by stack and name.
    pub outputs: BTreeMap<(String, String), String>,
    /// Outputs of the template's own nested stacks, by logical id and name.
    pub nested: BTreeMap<(String, String), String>,
    /// Whether what may be another value in another stack is told apart from what is the same in all: a parameter stays a symbol in
    /// spite of its default, a function that looks something up is a symbol of its own, and a `${` that is text is `${!`.
    pub told_apart: bool,
}

impl Values {
    /// The values of each stack that is made of the template: one, but where several stacks nest it.
    pub fn each(&self) -> Vec<Self> {
        if self.uses.is_empty() {
            return vec![self.clone()];
        }
        let uses = self.uses.iter().map(|parameters| {
            let mut own = Self {
                uses: Vec::new(),
                ..self.clone()
            };
            for name in self.uses.iter().flat_map(BTreeMap::keys) {
                own.parameters.remove(name);
            }
            own.parameters.extend(parameters.clone());
            own
        });
        uses.collect()
    }
}
