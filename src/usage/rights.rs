//! Decides with whose rights a call was made: those of its owner's role, or perhaps those of credentials that an
//! earlier call returned.
//!
//! A trace does not say which credentials signed a call. After `AssumeRole` and similar calls, any call of the same
//! owner in the same trace may have been signed with either credentials. Before it, only the owner's own are possible.

use crate::catalog::{Resolution, gives_credentials};
use crate::evidence::{Gap, GapReason, Observation, Outcome, Owner};
use crate::xray::Call;
use jiff::Timestamp;
use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;

/// With whose rights calls were made.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Rights {
    /// Those of the owner's role.
    Own,
    /// The rights of the owner's role, or of credentials that an earlier operation returned.
    MayBeAnothers {
        /// The name of that operation: `AssumeRole`.
        after: &'static str,
    },
}

impl Rights {
    /// Returns a gap for a call that may have been made with other rights, if the call needs an action.
    pub(super) fn gap(self, resolution: &Resolution, call: &Call) -> Option<Gap> {
        let Self::MayBeAnothers { after } = self else {
            return None;
        };
        if matches!(resolution, Resolution::Mapped(mapped) if mapped.needs.is_empty()) {
            return None;
        }
        let Call {
            service, operation, ..
        } = call;
        Some(Gap::new(
            GapReason::AssumedRole,
            format!(
                "{service} {operation} after {after}: perhaps with the rights that were handed over, so it is possible and not needed"
            ),
        ))
    }
}

/// The calls of one trace that returned credentials, by owner.
#[derive(Debug, Default)]
pub(super) struct Handovers<'c>(BTreeMap<&'c Owner, OfOwner<'c>>);

#[derive(Debug, Default)]
struct OfOwner<'c> {
    /// The earliest one that has a time.
    first: Option<(Timestamp, &'static str)>,
    /// The resolutions of those without a time. Any call may be after them.
    untimed: BTreeSet<(&'c Resolution, &'static str)>,
    /// The resolutions of all of them.
    all: BTreeSet<(&'c Resolution, &'static str)>,
}

impl<'c> Handovers<'c> {
    pub(super) fn of(calls: &'c [(Observation, Rc<Resolution>)]) -> Self {
        let mut handovers = Self::default();
        for (observation, resolution) in calls {
            let Some(operation) = gives_credentials(&observation.call, resolution) else {
                continue;
            };
            // A caller that was refused, throttled or not answered got no credentials.
            if observation.outcome != Outcome::Success {
                continue;
            }
            let own = handovers.0.entry(&observation.owner).or_default();
            own.all.insert((resolution, operation));
            match observation.at {
                Some(at) if own.first.is_none_or(|(first, _)| at < first) => {
                    own.first = Some((at, operation));
                }
                Some(_) => {}
                None => {
                    own.untimed.insert((resolution, operation));
                }
            }
        }
        handovers
    }

    /// Returns with whose rights a call of the same trace was made. A call without a time counts as after.
    pub(super) fn rights(&self, observation: &Observation, resolution: &Resolution) -> Rights {
        let Some(own) = self.0.get(&observation.owner) else {
            return Rights::Own;
        };
        let hands_over = gives_credentials(&observation.call, resolution).is_some();
        // A call that returns credentials is not after itself, nor after an equal call at the same moment.
        let is_other =
            |(other, _): &&(&Resolution, &'static str)| !hands_over || *other != resolution;
        let after = match observation.at {
            Some(at) => own
                .first
                .filter(|(first, _)| *first < at || (*first == at && !hands_over))
                .map(|(_, operation)| operation)
                .or_else(|| {
                    own.untimed
                        .iter()
                        .find(is_other)
                        .map(|(_, operation)| *operation)
                }),
            None => own
                .all
                .iter()
                .find(is_other)
                .map(|(_, operation)| *operation),
        };
        after.map_or(Rights::Own, |after| Rights::MayBeAnothers { after })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::catalog::Catalog;

    const FUNCTION: &str = "arn:aws:lambda:eu-west-1:123456789012:function:f";

    fn call(operation: &str, second: Option<i64>) -> (Observation, Rc<Resolution>) {
        let (service, operation) = operation.split_once('.').unwrap();
        let call = Call {
            service: service.to_owned(),
            operation: operation.to_owned(),
            ..Call::default()
        };
        let resolution = Rc::new(Catalog::embedded().resolve(&call));
        let observation = Observation {
            owner: Owner::LambdaFunction(FUNCTION.parse().unwrap()),
            call,
            outcome: Outcome::Success,
            at: second.map(|second| Timestamp::from_second(second).unwrap()),
        };
        (observation, resolution)
    }

    /// Which of the calls may be made with another's rights.
    fn perhaps(calls: &[(Observation, Rc<Resolution>)]) -> Vec<&str> {
        let handovers = Handovers::of(calls);
        calls
            .iter()
            .filter(|(observation, resolution)| {
                handovers.rights(observation, resolution) != Rights::Own
            })
            .map(|(observation, _)| observation.call.operation.as_str())
            .collect()
    }

    #[test]
    fn what_comes_after_may_be_anothers_and_what_comes_before_is_not() {
        let calls = [
            call("S3.GetObject", Some(1)),
            call("STS.AssumeRole", Some(2)),
            call("S3.PutObject", Some(2)),
            call("S3.DeleteObject", Some(3)),
            call("STS.AssumeRoleWithWebIdentity", Some(4)),
        ];
        assert_eq!(
            perhaps(&calls),
            ["PutObject", "DeleteObject", "AssumeRoleWithWebIdentity"]
        );
    }

    #[test]
    fn what_has_no_time_may_be_after() {
        assert_eq!(
            perhaps(&[call("STS.AssumeRole", None), call("S3.GetObject", Some(1))]),
            ["GetObject"]
        );
        assert_eq!(
            perhaps(&[call("STS.AssumeRole", Some(2)), call("S3.GetObject", None)]),
            ["GetObject"]
        );
        assert_eq!(
            perhaps(&[call("STS.AssumeRole", None), call("STS.AssumeRole", None)]),
            [] as [&str; 0]
        );
    }

    #[test]
    fn another_owner_or_a_call_without_success_hands_nothing_over() {
        let mut other = call("STS.AssumeRole", Some(1));
        other.0.owner = Owner::Named("other".to_owned());
        let mut denied = call("STS.AssumeRole", Some(1));
        denied.0.outcome = Outcome::Denied {
            action: None,
            resource: None,
        };
        let mut failed = call("SSO.GetRoleCredentials", Some(1));
        failed.0.outcome = Outcome::Failed;
        let calls = [other, denied, failed, call("S3.GetObject", Some(2))];
        assert_eq!(perhaps(&calls), [] as [&str; 0]);
    }
}
