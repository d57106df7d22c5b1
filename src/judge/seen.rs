//! Collects what was observed of the users of a role, for each user and for all together.

use super::judged::{Function, Waits, has_evidence};
use super::verdict::Coverage;
use crate::catalog::Catalog;
use crate::evidence::{Gap, GapReason, Gaps, Owner};
use crate::needed::NeededPermissions;
use crate::roles::{Patience, Target, User};
use crate::settings::thresholds::Thresholds;
use crate::usage::Usage;

/// What was observed of all users of a role.
pub(super) struct OfUsers {
    /// What they need together.
    pub(super) needs: NeededPermissions,
    /// The users as the report lists them, sorted.
    pub(super) functions: Vec<Function>,
    /// What each of them needs.
    pub(super) alone: Vec<(String, NeededPermissions)>,
    /// How much evidence each user has, sorted. Users with too little are left out if no evidence is required of them.
    pub(super) coverage: Vec<Coverage>,
    /// What is missing from their evidence.
    pub(super) gaps: Gaps,
    /// Whether one of them is too new to have sufficient evidence.
    pub(super) is_thin: bool,
    /// Whether nothing was observed of any user, and the configuration says that this is normal.
    pub(super) is_silent: bool,
}

impl OfUsers {
    pub(super) fn of(
        users: &[User],
        usage: &Usage,
        thresholds: &Thresholds,
        catalog: &Catalog,
    ) -> Self {
        let mut needs = NeededPermissions::default();
        let mut functions = Vec::new();
        let mut alone = Vec::new();
        let mut coverage = Vec::new();
        let mut gaps = Gaps::default();
        let mut is_thin = false;
        for user in users {
            let Seen {
                traces,
                calls,
                gaps: own_gaps,
                needs: needs_alone,
            } = seen_of(user, usage, catalog);
            needs.merge(&needs_alone);
            gaps.merge(&own_gaps);
            for detail in user
                .configuration
                .iter()
                .flat_map(|configuration| &configuration.gaps)
            {
                gaps.add(Gap::new(GapReason::NotLookedUp, detail.clone()));
            }
            for role in needs_alone.assumed_roles() {
                gaps.add(Gap::new(GapReason::AssumedRole, format!(
                        "{} assumes {role}: what it calls afterwards in the same trace may be that role's, and is no need of this one",
                        user.target.name()
                    )));
            }
            for operation in needs_alone.done_by_others() {
                gaps.add(Gap::new(GapReason::CallersRights, format!(
                        "{} calls {operation}: what is done then is done with its rights, unless the call hands on a role, and no trace shows it",
                        user.target.name()
                    )));
            }
            let own = Coverage {
                name: user.target.name().to_owned(),
                traces,
                calls,
            };
            let waits = user.patience.as_ref().filter(|patience| match patience {
                // Whoever calls AWS in traces is waited for like any other function.
                Patience::OfFramework { .. } => calls == 0,
                Patience::Known { .. } | Patience::Waits { .. } => !thresholds.suffices(&own),
            });
            if waits.is_none() {
                coverage.push(own);
            }
            is_thin |= waits.is_some_and(|patience| matches!(patience, Patience::Waits { .. }));
            functions.push(Function {
                arn: user.target.to_string(),
                traces,
                calls,
                target: user.asked,
                logical_id: None,
                waits: waits.map(told),
            });
            alone.push((user.target.to_string(), needs_alone));
        }
        functions.sort();
        coverage.sort();
        let is_known = |user: &User| {
            matches!(
                user.patience,
                Some(Patience::Known { .. } | Patience::OfFramework { .. })
            )
        };
        let is_silent =
            !users.is_empty() && users.iter().all(is_known) && !has_evidence(&functions);
        Self {
            needs,
            functions,
            alone,
            coverage,
            gaps,
            is_thin,
            is_silent,
        }
    }
}

/// Why no evidence is required of a user, as the report shows it.
fn told(patience: &Patience) -> Waits {
    match patience {
        Patience::Known { reason, until } => Waits {
            reason: Some(reason.clone()),
            until: Some(until.to_string()),
        },
        Patience::Waits { until } => Waits {
            reason: None,
            until: until.map(|until| until.to_string()),
        },
        Patience::OfFramework { whose } => Waits {
            reason: Some(format!("it is {whose}")),
            until: None,
        },
    }
}

/// What was observed of a function, and what it needs according to that and to its configuration.
struct Seen {
    traces: u64,
    calls: u64,
    gaps: Gaps,
    needs: NeededPermissions,
}

fn seen_of(user: &User, usage: &Usage, catalog: &Catalog) -> Seen {
    let mut seen = Seen {
        traces: 0,
        calls: 0,
        gaps: Gaps::default(),
        needs: NeededPermissions::default(),
    };
    let own = match &user.target {
        Target::Seen(owner) => Some(owner),
        Target::NotSeen(_) => None,
    };
    let former = user.former.as_deref();
    let former = usage.owners.keys().filter(|owner| {
        let is_function = matches!(owner, Owner::LambdaFunction(_));
        is_function && Some(owner.name()) == former && Some(*owner) != own
    });
    for owner in own.into_iter().chain(former) {
        let observed = usage.owners.get(owner).cloned().unwrap_or_default();
        let needs = NeededPermissions::of(owner, &observed, user.configuration.as_ref(), catalog);
        seen.traces += observed.traces;
        seen.calls += observed.calls;
        seen.gaps.merge(&observed.gaps);
        seen.needs.merge(&needs);
    }
    seen
}
