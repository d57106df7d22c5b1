//! A request, a line each for action, resource and every `key=value` of its context, an empty line, and a policy in JSON or
//! YAML: no panic, and rulings that agree with each other.

#![no_main]

use aws_least_privilege::iam::evaluate::{
    Asks, Outcome, Policies, Request, Ruling, decide, evaluate,
};
use aws_least_privilege::iam::{Action, Context, PolicyDocument};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|input: &str| {
    let Some((asked, text)) = input.split_once("\n\n") else {
        return;
    };
    let json = PolicyDocument::parse(text, "fuzzed");
    let parsed = json.or_else(|_| PolicyDocument::parse_yaml(text, "fuzzed"));
    let policy = match parsed {
        Ok(policy) => [policy],
        Err(error) => {
            assert!(text.get(error.span().range()).is_some(), "{error}");
            return;
        }
    };
    let mut lines = asked.lines();
    let action = lines.next().and_then(|line| line.parse::<Action>().ok());
    let (Some(action), Some(resource)) = (action, lines.next()) else {
        return;
    };
    let context: Context = lines.filter_map(|line| line.split_once('=')).collect();
    let request = Request {
        action: &action,
        resource,
        context: Some(&context),
        asks: Asks::Resource,
    };
    let identity = Policies {
        identity: &policy,
        ..Policies::default()
    };
    let access = evaluate(identity, &request);
    assert_eq!(
        access.decisive().next().is_none(),
        access.ruling == Ruling::ImplicitlyDenied
    );
    let bounded = Policies {
        boundaries: &policy,
        ..identity
    };
    assert_eq!(evaluate(bounded, &request).ruling, access.ruling);
    let [policy] = &policy;
    match decide(&[policy], &action, resource).outcome {
        Outcome::Allowed => assert_eq!(access.ruling, Ruling::Allowed),
        Outcome::ExplicitlyDenied => assert_eq!(access.ruling, Ruling::ExplicitlyDenied),
        Outcome::ImplicitlyDenied => assert_ne!(access.ruling, Ruling::Allowed),
        Outcome::Undecided(_) => {}
    }
});
