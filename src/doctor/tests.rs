use super::*;

fn function(name: &str, traces: u64, calls: u64) -> Function {
    Function {
        name: name.to_owned(),
        traces,
        calls,
        ..Function::default()
    }
}

fn live() -> Examined {
    Examined {
        is_live: true,
        is_listed: true,
        found: 1,
        minutes: 7 * 24 * 60,
        min_traces: 20,
        now: "2026-11-28T12:00:00Z".parse().unwrap(),
        ..Examined::default()
    }
}

#[test]
fn nothing_wrong_has_no_finding() {
    let examined = Examined {
        functions: vec![function("checkout", 20, 40)],
        ..live()
    };
    assert_eq!(diagnose(&examined), []);
}

#[test]
fn the_pace_says_how_long_it_takes() {
    let examined = live();
    // 5 in 7 days are 20 in 28.
    assert_eq!(examined.days_needed(5), Some(28));
    assert_eq!(examined.days_needed(20), Some(7));
    assert_eq!(examined.days_needed(0), None);
}

#[test]
fn the_first_rule_that_fits_counts_and_one_for_some_requests_tells_nothing() {
    let rule = |name: &str, service: &str, rate| SamplingRule {
        name: name.to_owned(),
        rate,
        reservoir: 1,
        service: service.to_owned(),
        kind: "*".to_owned(),
        is_of_some_requests: false,
    };
    let mut examined = Examined {
        functions: vec![function("checkout", 2, 2)],
        rules: vec![rule("all", "check*", 1.0), rule("Default", "*", 0.05)],
        ..live()
    };
    let causes = |examined: &Examined| -> Vec<Cause> {
        let findings = diagnose(examined).into_iter();
        findings.map(|finding| finding.cause).collect()
    };
    // The first rule keeps every request: there are no more.
    assert_eq!(causes(&examined), [Cause::FewTraces]);
    examined.rules[0].service = "refund*".to_owned();
    assert_eq!(causes(&examined), [Cause::Sampling]);
    examined.rules[1].is_of_some_requests = true;
    assert_eq!(causes(&examined), [Cause::FewTraces]);
}

#[test]
fn a_sentence_names_three_functions_and_counts_the_rest() {
    assert_eq!(finding::they_were(&["checkout"]), "checkout was");
    assert_eq!(finding::they_were(&["b", "a"]), "a, b were");
    assert_eq!(
        finding::they_were(&["d", "c", "b", "a"]),
        "a, b, c and 1 more were"
    );
}
