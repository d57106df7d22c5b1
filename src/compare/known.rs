//! Applies what is known about every request of a role to the conditions of its policies, and returns what remains of them.
//!
//! Follows <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html>. It assumes that the
//! role's own calls use TLS and are not made by a service on its behalf, and uses that only where it makes a grant wider.
//! What is known about the caller is used both ways. The ARN of a resource contains its region and account, so tests of
//! those become resource patterns.

use super::place::Place;
use crate::iam::condition::{Operator, REQUESTED_REGION, Test};
use crate::iam::{
    Answer, ConditionAtom, ConditionBlock, Context, Effect, Glob, ResourcePattern, Version,
};

/// What is known about every request of a role.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Known<'a> {
    /// The account of the role, twelve digits.
    pub account: Option<&'a str>,
    /// The role's ARN.
    pub role: Option<&'a str>,
}

/// How a test of `aws:RequestedRegion` relates to the resource.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Region {
    /// It tests the region in the resource's ARN, if the ARN has one.
    OfTheArn,
    /// It says nothing about the resource, which may be in another region.
    OfTheRequest,
}

/// What remains of a condition after what is known was applied.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(super) struct Settled {
    /// Whether no request of the role meets it.
    pub(super) never: bool,
    /// The tests that still depend on the request.
    pub(super) rest: ConditionBlock,
    /// The place (regions and accounts) of the resources to which the statement is limited; `None` if it is not limited. For
    /// a `Deny` it stands for all tests of the place, or is `None`.
    pub(super) place: Option<Place>,
    /// Places to which an `Allow` is limited by tests that narrow no breadth: negative ones, and those of a set of values.
    pub(super) limits: Vec<Place>,
}

/// Condition keys for the account that owns the resource.
const ACCOUNTS: [&str; 2] = ["aws:resourceaccount", "s3:resourceaccount"];

impl Known<'_> {
    /// Applies what is known to a statement's condition.
    pub(super) fn settle(
        self,
        condition: &ConditionBlock,
        effect: Effect,
        version: Version,
        region: Region,
    ) -> Settled {
        let who = self.who();
        let how: Context = [
            ("aws:ViaAWSService", "false"),
            ("aws:SecureTransport", "true"),
        ]
        .into_iter()
        .collect();
        let mut settled = Settled::default();
        let mut rest = Vec::new();
        let mut places = Vec::new();
        for atom in condition.atoms() {
            if effect == Effect::Allow {
                settled.limits.extend(self.limit(atom, region));
            }
            if self.role.is_none() && is_of_no_role(atom, effect) {
                settled.never = true;
            } else if who.values(atom.key()).is_some() {
                match atom.test(&who, version).answer {
                    Answer::Yes => {}
                    Answer::No => settled.never = true,
                    Answer::Undecided => rest.push(atom.clone()),
                }
            } else if how.values(atom.key()).is_some() {
                // Used only to widen: to settle an `Allow` that the role's own calls meet, and to drop a `Deny` that they
                // never meet.
                match (atom.test(&how, version).answer, effect) {
                    (Answer::Yes, Effect::Allow) => {}
                    (Answer::No, Effect::Deny) => settled.never = true,
                    _ => rest.push(atom.clone()),
                }
            } else if lets_the_organization(atom, effect) {
                settled.never |= effect == Effect::Deny;
            } else if let Some(place) = self.place(atom, region) {
                places.push((place, atom));
            } else {
                rest.push(atom.clone());
            }
        }
        match (effect, places.as_slice()) {
            (Effect::Allow, _) => {
                let positive = places.into_iter().map(|(place, _)| place);
                settled.place = positive
                    .filter(|place| !place.elsewhere)
                    .reduce(|one, other| one.and(&other));
                // A request has one region, and a resource one owner.
                settled.never |= settled.place.as_ref().is_some_and(Place::is_nowhere);
            }
            (Effect::Deny, []) => {}
            // One place is a pattern, and so is a region combined with an account. What other combinations leave is not a
            // pattern.
            (Effect::Deny, [(place, _)]) => settled.place = Some(place.clone()),
            (Effect::Deny, [(one, _), (other, _)]) if one.is_beside(other) => {
                settled.place = Some(one.and(other));
            }
            (Effect::Deny, _) => rest.extend(places.into_iter().map(|(_, atom)| atom.clone())),
        }
        settled.rest = ConditionBlock::new(rest);
        settled
    }

    /// The place that a test asks for; `None` if it asks for something else.
    fn place(self, atom: &ConditionAtom, region: Region) -> Option<Place> {
        let operator = Operator::from_name(atom.operator()).filter(|own| own.set.is_none())?;
        self.place_by(atom, operator, region)
    }

    /// The place outside of which a test that narrows no breadth is never met.
    fn limit(self, atom: &ConditionAtom, region: Region) -> Option<Place> {
        let operator = Operator::from_name(atom.operator())?;
        if !operator.negated && (operator.set.is_none() || is_same_organization(atom)) {
            return None;
        }
        // Without the account, nobody knows which resources are the caller's.
        self.account.or((!is_same_owner(atom)).then_some(""))?;
        // A request has one region, and a resource one owner.
        let of_one = Operator {
            set: None,
            ..operator
        };
        self.place_by(atom, of_one, region)
    }

    fn place_by(self, atom: &ConditionAtom, operator: Operator, region: Region) -> Option<Place> {
        if !is_text(operator) {
            return None;
        }
        if is_same_owner(atom) {
            // A resource belongs to the caller's account and organization, unless its ARN says otherwise.
            let account = self.account.unwrap_or("*");
            return Some(Place {
                accounts: Some(vec![account.to_owned()]),
                elsewhere: operator.negated,
                regions: None,
            });
        }
        let plain = |value: &str| {
            let wild = operator.test == Test::StringLike;
            let letters = |letter: char| {
                letter.is_ascii_alphanumeric() || letter == '-' || (wild && "*?".contains(letter))
            };
            !value.is_empty() && value.chars().all(letters)
        };
        // Names of regions are always lower case, so this operator tests the same as `StringEquals` here.
        let spelt = |value: &str| {
            if operator.test == Test::StringEqualsIgnoreCase {
                value.to_ascii_lowercase()
            } else {
                value.to_owned()
            }
        };
        let globs: Vec<String> = atom.values().map(spelt).collect();
        if !globs.iter().all(|value| plain(value)) {
            return None;
        }
        let mut place = Place {
            elsewhere: operator.negated,
            ..Place::default()
        };
        if atom.key() == REQUESTED_REGION && region == Region::OfTheArn {
            place.regions = Some(globs);
        } else if ACCOUNTS.contains(&atom.key()) {
            place.accounts = Some(globs);
        } else {
            return None;
        }
        Some(place)
    }

    fn who(self) -> Context {
        let mut who = Context::default();
        who.add("aws:PrincipalType", "AssumedRole");
        if let Some(account) = self.account {
            who.add("aws:PrincipalAccount", account);
        }
        if let Some(role) = self.role {
            who.add("aws:PrincipalArn", role);
        }
        who
    }
}

/// Whether a statement speaks of callers that are no roles: a positive test of `aws:PrincipalArn`, for users alone.
fn is_of_no_role(atom: &ConditionAtom, effect: Effect) -> bool {
    let operator = Operator::from_name(atom.operator());
    let tests = |own: Operator| {
        let is_text = is_text(own) || (own.test == Test::ArnLike && own.set.is_none());
        is_text && !own.negated
    };
    let role = Glob::parse("role/*");
    // A variable may stand for anything, so that a `Deny` with one is kept.
    let is_other = |value: &str| {
        let pattern = ResourcePattern::new(value, Version::V2012);
        let widest = pattern.widest().glob().to_string();
        // The ARN of a role has five colons, so that in six parts no wildcard stands for one.
        let parts: Vec<&str> = widest.split(':').collect();
        let [_, _, _, _, _, resource] = parts.as_slice() else {
            return false;
        };
        let is_certain = effect == Effect::Allow || pattern.is_exact();
        is_certain && !Glob::parse(resource).intersects(&role)
    };
    atom.key() == "aws:principalarn" && operator.is_some_and(tests) && atom.values().all(is_other)
}

/// Whether a test lets requests through for the resources of the caller's organization: it is positive in an `Allow`, or
/// negated in a `Deny`. Resources of other accounts may belong to it too, so that nothing is certainly taken away.
fn lets_the_organization(atom: &ConditionAtom, effect: Effect) -> bool {
    let operator = Operator::from_name(atom.operator()).filter(|own| is_text(*own));
    is_same_organization(atom)
        && operator.is_some_and(|own| own.negated == (effect == Effect::Deny))
}

/// Whether a test is about resources of the caller's account or organization.
fn is_same_owner(atom: &ConditionAtom) -> bool {
    let is_own_account = ACCOUNTS.contains(&atom.key()) && is_all(atom, "${aws:principalaccount}");
    is_own_account || is_same_organization(atom)
}

fn is_same_organization(atom: &ConditionAtom) -> bool {
    atom.key() == "aws:resourceorgid" && is_all(atom, "${aws:principalorgid}")
}

fn is_all(atom: &ConditionAtom, own: &str) -> bool {
    atom.values().all(|value| value.eq_ignore_ascii_case(own))
}

fn is_text(operator: Operator) -> bool {
    operator.set.is_none()
        && matches!(
            operator.test,
            Test::StringEquals | Test::StringEqualsIgnoreCase | Test::StringLike
        )
}

#[cfg(test)]
mod tests {
    use super::*;

    const KNOWN: Known<'_> = Known {
        account: Some("111122223333"),
        role: Some("arn:aws:iam::111122223333:role/app"),
    };

    fn settled(effect: Effect, operator: &str, key: &str, value: &str) -> Settled {
        let atom = ConditionAtom::new(operator, key, [value.to_owned()]);
        let condition = ConditionBlock::new([atom]);
        KNOWN.settle(&condition, effect, Version::V2012, Region::OfTheArn)
    }

    #[test]
    fn without_the_account_nobody_knows_what_is_not_of_the_own_account() {
        let limits = |account, key: &str, value: &str| {
            let atom = ConditionAtom::new("StringNotEquals", key, [value.to_owned()]);
            let known = Known { account, ..KNOWN };
            let condition = ConditionBlock::new([atom]);
            let settled = known.settle(&condition, Effect::Allow, Version::V2012, Region::OfTheArn);
            settled.limits.len()
        };
        let own = ("aws:ResourceAccount", "${aws:PrincipalAccount}");
        assert_eq!(limits(KNOWN.account, own.0, own.1), 1);
        assert_eq!(limits(None, own.0, own.1), 0);
        assert_eq!(limits(None, "aws:ResourceAccount", "444455556666"), 1);
        assert_eq!(limits(None, "aws:RequestedRegion", "eu-west-1"), 1);
    }

    #[test]
    fn a_variable_in_the_name_of_a_user_may_be_anything_in_a_deny() {
        let never = |effect, user: &str| {
            let arn = format!("arn:aws:iam::111122223333:user/{user}");
            let atom = ConditionAtom::new("ArnLike", "aws:PrincipalArn", [arn]);
            let nobody = Known {
                role: None,
                ..KNOWN
            };
            let condition = ConditionBlock::new([atom]);
            nobody
                .settle(&condition, effect, Version::V2012, Region::OfTheArn)
                .never
        };
        for effect in [Effect::Allow, Effect::Deny] {
            assert!(never(effect, "ann"), "{effect:?}");
        }
        assert!(never(Effect::Allow, "${aws:username}"));
        assert!(!never(Effect::Deny, "${aws:username}"));
    }

    #[test]
    fn who_calls_is_known_both_ways() {
        let own = settled(
            Effect::Allow,
            "StringEquals",
            "aws:PrincipalAccount",
            "111122223333",
        );
        assert!(!own.never && own.rest.is_empty());
        let other = settled(
            Effect::Deny,
            "StringEquals",
            "aws:PrincipalAccount",
            "999988887777",
        );
        assert!(other.never);
        let like = settled(
            Effect::Allow,
            "ArnLike",
            "aws:PrincipalArn",
            "arn:aws:iam::*:role/a*",
        );
        assert!(!like.never && like.rest.is_empty());
    }

    #[test]
    fn how_a_request_comes_only_widens() {
        let tls = settled(Effect::Deny, "Bool", "aws:SecureTransport", "false");
        assert!(tls.never);
        let allows = settled(Effect::Allow, "Bool", "aws:SecureTransport", "true");
        assert!(allows.rest.is_empty() && !allows.never);
        // Services that act for the role meet these, so that nothing is taken away by them.
        for (effect, value) in [(Effect::Allow, "true"), (Effect::Deny, "false")] {
            let by_services = settled(effect, "Bool", "aws:ViaAWSService", value);
            assert!(!by_services.never && !by_services.rest.is_empty());
        }
    }

    #[test]
    fn tests_of_the_place_become_patterns() {
        let region = settled(
            Effect::Allow,
            "StringEquals",
            "aws:RequestedRegion",
            "eu-west-1",
        );
        let patterns = region.place.unwrap().patterns(false);
        let holds = |arn: &str| patterns.iter().any(|own| own.matches(arn) == Answer::Yes);
        assert!(holds("arn:aws:sqs:eu-west-1:111122223333:jobs"));
        assert!(!holds("arn:aws:sqs:us-east-1:111122223333:jobs"));
        assert!(holds("arn:aws:iam::111122223333:role/app"));
        let outside = settled(
            Effect::Deny,
            "StringNotEquals",
            "aws:RequestedRegion",
            "eu-west-1",
        );
        assert!(outside.place.unwrap().elsewhere && outside.rest.is_empty());
        let inside = settled(
            Effect::Deny,
            "StringEquals",
            "aws:RequestedRegion",
            "eu-west-1",
        );
        let certain = inside.place.unwrap().patterns(true);
        assert!(
            !certain
                .iter()
                .any(|own| own.matches("arn:aws:iam::1:role/a") == Answer::Yes)
        );
    }

    #[test]
    fn the_callers_own_account_is_met_by_every_resource_of_it() {
        let own = settled(
            Effect::Allow,
            "StringEquals",
            "aws:ResourceAccount",
            "${aws:PrincipalAccount}",
        );
        assert!(own.rest.is_empty() && !own.never);
        let organisation = settled(
            Effect::Allow,
            "StringEquals",
            "aws:ResourceOrgID",
            "${aws:PrincipalOrgID}",
        );
        assert!(organisation.rest.is_empty() && !organisation.never);
    }

    #[test]
    fn another_account_may_be_of_the_same_organization() {
        let own = |effect, operator: &str| {
            settled(
                effect,
                operator,
                "aws:ResourceOrgID",
                "${aws:PrincipalOrgID}",
            )
        };
        for operator in [
            "StringEquals",
            "StringLike",
            "ForAllValues:StringEquals",
            "ForAnyValue:StringEquals",
        ] {
            let allows = own(Effect::Allow, operator);
            assert!(
                allows.place.is_none() && allows.limits.is_empty(),
                "{operator}"
            );
        }
        for operator in ["StringNotEquals", "StringNotEqualsIfExists"] {
            assert!(own(Effect::Deny, operator).never, "{operator}");
        }
        // What is of the caller's own account is of its organization.
        let denied = own(Effect::Deny, "StringEquals");
        assert!(!denied.never && denied.place.is_some_and(|place| !place.elsewhere));
        let outside = own(Effect::Allow, "StringNotEquals");
        assert!(outside.limits.iter().all(|place| place.elsewhere) && !outside.limits.is_empty());
    }
}
