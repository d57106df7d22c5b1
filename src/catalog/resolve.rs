//! Resolves a recorded call: it returns the operation and the permissions that the call needs.

use super::names::{self, SdkService};
use super::needs::{self, Needs};
use super::{Catalog, block, statement, template};
use crate::iam::Action;
use crate::xray::Call;
use std::collections::BTreeSet;

/// What a recorded call needs.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Resolution {
    /// The catalogue knows the operation.
    Mapped(Mapped),
    /// The service is known, but the operation is not.
    UnknownOperation {
        /// The IAM prefix of the service.
        prefix: String,
        /// The operation as recorded.
        operation: String,
    },
    /// No AWS service has the name.
    UnknownService,
}

/// An operation and the permissions it needs.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Mapped {
    /// The botocore name of the service.
    pub service: String,
    /// The IAM prefix of the service's actions.
    pub prefix: String,
    /// The operation, as the service's API spells it.
    pub operation: String,
    /// How certain the mapping from operation to actions is.
    pub kind: MappingKind,
    /// What it needs, one entry for each action.
    pub needs: Vec<Need>,
    /// What AWS may check as well although the trace does not show it. A grant of it is neither needed nor excess.
    pub optional: Vec<Need>,
    /// The widest patterns of what the operation makes under an id that AWS gives.
    pub made: BTreeSet<String>,
    /// Whether the call runs a statement that was recorded and only reads.
    pub only_reads: bool,
    /// Request members whose recorded value cannot be the name that the member stands for: it is empty, has a wildcard
    /// or is too long. Their resource counts as not recorded.
    pub misnamed: BTreeSet<String>,
}

/// How certain the mapping from operation to action is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum MappingKind {
    /// It is written by hand, or follows a rule that AWS documents.
    Exact,
    /// The action has the same name as the operation.
    SameName,
    /// The operation is newer than the list of actions, so an action of the same name is assumed.
    Assumed,
    /// The operation needs no permission.
    None,
}

/// One action and the resources it is needed on.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Need {
    /// The action.
    pub action: Action,
    /// The resources.
    pub resources: Resources,
}

/// ARN patterns, generalised as policies usually write them.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Resources {
    /// What the call acted on, or only `*` for an action without resource types. If the trace does not show it, the
    /// widest patterns of the resource types, in the call's account and region.
    pub patterns: BTreeSet<String>,
    /// Whether the patterns are what the call acted on. If not, that is somewhere within them.
    pub known: bool,
}

impl MappingKind {
    /// Returns the name in reports.
    pub fn id(self) -> &'static str {
        match self {
            Self::Exact => "exact",
            Self::SameName => "same-name",
            Self::Assumed => "assumed",
            Self::None => "none",
        }
    }
}

impl From<block::Kind> for MappingKind {
    fn from(kind: block::Kind) -> Self {
        match kind {
            block::Kind::Exact => Self::Exact,
            block::Kind::SameName => Self::SameName,
            block::Kind::Assumed => Self::Assumed,
            block::Kind::None => Self::None,
        }
    }
}

impl Catalog {
    /// Returns what a recorded call needs.
    ///
    /// ```
    /// use aws_least_privilege::catalog::{Catalog, Resolution};
    /// use aws_least_privilege::xray::Call;
    ///
    /// let call = Call { service: "S3".into(), operation: "ListObjectsV2".into(), ..Call::default() };
    /// let Resolution::Mapped(mapped) = Catalog::embedded().resolve(&call) else { panic!("not mapped") };
    /// assert_eq!(mapped.needs[0].action, "s3:ListBucket".parse()?);
    /// assert!(!mapped.needs[0].resources.known);
    /// # Ok::<(), aws_least_privilege::iam::action::ParseActionError>(())
    /// ```
    pub fn resolve(&self, call: &Call) -> Resolution {
        let (service_in_operation, operation) = names::split(&call.operation);
        let mut services = self.services_named(&call.service);
        if services.is_empty() {
            services =
                service_in_operation.map_or_else(Vec::new, |service| self.services_named(service));
        }
        let Some(likeliest) = services.first().copied() else {
            return Resolution::UnknownService;
        };
        let mut answer: Option<Mapped> = None;
        for service in &services {
            let Some(mapped) = self.mapped(*service, operation, call) else {
                continue;
            };
            // Services that share a name and an operation also share their IAM prefix. The service whose needs fit the
            // parameters is the right one. An action without resources fits any parameters, so it is no evidence for a
            // less likely service.
            let fits = mapped.needs.iter().all(|need| need.resources.known);
            let names_something = || {
                let mut needs = mapped.needs.iter();
                needs.any(|need| need.resources.patterns.iter().any(|pattern| pattern != "*"))
            };
            if fits && (answer.is_none() || names_something()) {
                return Resolution::Mapped(mapped);
            }
            answer.get_or_insert(mapped);
        }
        let answer = answer.or_else(|| {
            services
                .iter()
                .find_map(|service| self.by_action_name(*service, operation))
        });
        answer.map_or_else(
            || Resolution::UnknownOperation {
                prefix: likeliest.prefix().to_owned(),
                operation: operation.to_owned(),
            },
            Resolution::Mapped,
        )
    }

    fn mapped(&self, service: SdkService<'_>, operation: &str, call: &Call) -> Option<Mapped> {
        let found = service.words()?.operation(operation)?;
        let Needs {
            sure: needs,
            optional,
            made,
            misnamed,
        } = found.mapping.map_or_else(Needs::default, |mapping| {
            needs::of(self, service, mapping, call)
        });
        Some(Mapped {
            service: service.name().to_owned(),
            prefix: service.prefix().to_owned(),
            operation: found.name.to_owned(),
            kind: found
                .mapping
                .map_or(MappingKind::None, |mapping| mapping.kind.into()),
            needs,
            optional,
            made,
            only_reads: statement::only_reads(&call.parameters),
            misnamed,
        })
    }

    /// Maps an operation that the SDK models lack to the IAM action of the same name.
    fn by_action_name(&self, service: SdkService<'_>, operation: &str) -> Option<Mapped> {
        let reference = self.service(service.prefix())?;
        let row = reference.actions.get(reference.action_place(operation)?)?;
        let types = row
            .types
            .iter()
            .filter_map(|place| reference.types.get(*place));
        let mut patterns: BTreeSet<String> = types
            .flat_map(|kind| {
                kind.granularity
                    .iter()
                    .map(|template| template::widest(template))
            })
            .collect();
        let known = patterns.is_empty();
        if known {
            patterns.insert("*".to_owned());
        }
        Some(Mapped {
            service: service.name().to_owned(),
            prefix: service.prefix().to_owned(),
            operation: row.action.name().to_owned(),
            kind: MappingKind::SameName,
            needs: vec![Need {
                action: row.action.clone(),
                resources: Resources { patterns, known },
            }],
            optional: Vec::new(),
            made: BTreeSet::new(),
            only_reads: false,
            misnamed: BTreeSet::new(),
        })
    }

    /// Returns the action that is meant by the name of an operation that is no action: `s3:ListObjectsV2` means
    /// `s3:ListBucket`.
    ///
    /// ```
    /// use aws_least_privilege::catalog::Catalog;
    ///
    /// let meant = Catalog::embedded().operation_not_action("s3:HeadObject");
    /// assert_eq!(meant, Some("s3:GetObject".parse()?));
    /// assert_eq!(Catalog::embedded().operation_not_action("s3:GetObject"), None);
    /// # Ok::<(), aws_least_privilege::iam::action::ParseActionError>(())
    /// ```
    pub fn operation_not_action(&self, action: &str) -> Option<Action> {
        let action: Action = action.parse().ok()?;
        let block = self.block(action.prefix())?;
        if block.reference.action_place(action.name()).is_some() {
            return None;
        }
        let rule = block.services.values().find_map(|words| {
            let mapping = words.operation(action.name())?.mapping?;
            mapping.needs.iter().find(|rule| rule.optional == 0)
        })?;
        needs::action_of(block, rule).filter(|meant| *meant != action)
    }
}
