//! Where an edit does not hold as a whole: the parts of it that do.
//!
//! What is done to one statement is a part, and so is all that is added. Which parts are tried, and in which order, hangs on
//! the policy alone, so that the same policy gets the same suggestion.

use super::added::Addition;
use super::{Circumstances, Left, Plan, plan, proof};
use crate::catalog::Catalog;
use crate::iam::PolicyDocument;
use crate::iam::edit::apply;
use std::collections::{BTreeMap, BTreeSet};

/// Edits that are put to the proof, beside the whole one.
const MOST_PROOFS: usize = 12;

/// Parts of which each is left out alone before they are taken by halves.
const FEW: usize = 5;

/// Why a part was left out that nobody tried.
const UNTRIED: &str = "too many others could not be proved for it to be tried";

/// A part of an edit.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Part {
    /// What is done to the statement in this place.
    Statement(usize),
    /// All that is added.
    Additions,
}

/// An edit that was proved.
#[derive(Debug)]
pub(super) struct Edit {
    pub(super) plan: Plan,
    /// The policy after it.
    pub(super) text: String,
    /// Why nothing is added, where something should be.
    pub(super) not_added: Option<String>,
}

/// The whole edit if it holds, else the parts of it that do, with what was left out of it; or why nothing holds.
pub(super) fn proved(
    role: &Circumstances<'_>,
    place: usize,
    whole: Plan,
    additions: &[Addition],
    catalog: &Catalog,
) -> Result<Edit, String> {
    let mended = whole.mended.clone();
    let why = match held(role, place, whole, additions, catalog) {
        Ok(edit) => return Ok(edit),
        Err(why) => why,
    };
    let policy = role.granted.policies.get(place).ok_or("it is not there")?;
    let found = without_some(role, place, &mended, &why, additions, catalog);
    let wide: BTreeMap<usize, String> = match &found {
        None => mended.into_iter().map(|own| (own, why.clone())).collect(),
        Some((_, left_out)) => {
            let statements = left_out.iter().filter_map(|(part, why)| match part {
                Part::Statement(own) => Some((*own, why.clone())),
                Part::Additions => None,
            });
            statements.collect()
        }
    };
    // Where no action goes from them, they stay as they are.
    let is_more = |edit: &Edit| found.as_ref().is_none_or(|(own, _)| own.text != edit.text);
    if let Some(edit) = with_wide(role, place, &wide, additions, catalog).filter(is_more) {
        return Ok(edit);
    }
    let (mut edit, left_out) = found.ok_or(why)?;
    for (part, why) in left_out {
        let why = format!("the policy with its edit is not suggested, as {why}");
        match part {
            Part::Additions => edit.not_added = Some(why),
            Part::Statement(_) => tell(&mut edit.plan.left, policy, part, &why),
        }
    }
    Ok(edit)
}

/// The largest part of the edit that was found to hold, and the parts that were left out of it, each with the reason.
fn without_some(
    role: &Circumstances<'_>,
    place: usize,
    mended: &[usize],
    why: &str,
    additions: &[Addition],
    catalog: &Catalog,
) -> Option<(Edit, BTreeMap<Part, String>)> {
    let policy = role.granted.policies.get(place)?;
    let statements = mended.iter().map(|own| Part::Statement(*own));
    let added = (!additions.is_empty()).then_some(Part::Additions);
    let parts: Vec<Part> = statements.chain(added).collect();
    let mut last = None;
    let left_out = left_out(&parts, why, &mut |tried| {
        let texts: Vec<&str> = parts
            .iter()
            .filter(|part| !tried.contains(part))
            .filter_map(|part| written(policy, *part))
            .collect();
        let role = Circumstances {
            left_out: &texts,
            ..*role
        };
        let additions = if tried.contains(&Part::Additions) {
            additions
        } else {
            &[]
        };
        let plan = plan(&role, place, additions, catalog);
        if plan.whole.is_empty() {
            return Err("nothing would be edited".to_owned());
        }
        last = Some(held(&role, place, plan, additions, catalog)?);
        Ok(())
    });
    // The last one that held is the largest.
    last.zip(left_out)
}

/// The edit in which some statements keep their resources, each for a reason, and lose only actions; nothing where it does not hold.
fn with_wide(
    role: &Circumstances<'_>,
    place: usize,
    wide: &BTreeMap<usize, String>,
    additions: &[Addition],
    catalog: &Catalog,
) -> Option<Edit> {
    if wide.is_empty() {
        return None;
    }
    let places = wide.keys().map(|own| (place, *own)).collect();
    let role = Circumstances {
        wide: &places,
        ..*role
    };
    let plan = plan(&role, place, additions, catalog);
    if plan.narrowing.is_empty() {
        return None;
    }
    let mut edit = held(&role, place, plan, additions, catalog).ok()?;
    edit.plan
        .left
        .extend(wide.iter().map(|(statement, why)| Left {
        statement: *statement,
        why: format!(
            "the resources stay as they are: the policy that names them is not suggested, as {why}"
        ),
        wants_a_name: true,
    }));
    Some(edit)
}

/// The edit, if it holds.
fn held(
    role: &Circumstances<'_>,
    place: usize,
    plan: Plan,
    additions: &[Addition],
    catalog: &Catalog,
) -> Result<Edit, String> {
    let policy = role.granted.policies.get(place).ok_or("it is not there")?;
    let text =
        apply(&policy.source, &plan.whole).ok_or("the edits of its statements would overlap")?;
    proof::prove(role, place, &plan, &text, additions, catalog)?;
    Ok(Edit {
        plan,
        text,
        not_added: None,
    })
}

/// The statement of a part as it is written.
fn written(policy: &PolicyDocument, part: Part) -> Option<&str> {
    match part {
        Part::Statement(place) => {
            let statement = policy.statements.get(place)?;
            policy.source.get(statement.span.range())
        }
        Part::Additions => None,
    }
}

/// Says why a statement was left out, and others that are written alike.
fn tell(left: &mut [Left], policy: &PolicyDocument, part: Part, why: &str) {
    let text = written(policy, part);
    for own in left {
        if own.why.is_empty() && written(policy, Part::Statement(own.statement)) == text {
            why.clone_into(&mut own.why);
        }
    }
}

/// Which parts have to be left out so that the others hold together, each with the reason; `None` where none holds. `why` is
/// the reason against all of them. The parts that are left are those that were last found to hold.
fn left_out<P: Copy + Ord>(
    parts: &[P],
    why: &str,
    holds: &mut dyn FnMut(&BTreeSet<P>) -> Result<(), String>,
) -> Option<BTreeMap<P, String>> {
    let mut search = Search {
        kept: BTreeSet::new(),
        left: BTreeMap::new(),
        proofs: 0,
        holds,
    };
    if parts.len() <= FEW {
        for part in parts {
            let others = parts.iter().filter(|other| *other != part);
            let others: BTreeSet<P> = others.copied().collect();
            if !others.is_empty() && search.proved(&others).is_ok() {
                return Some(BTreeMap::from([(*part, why.to_owned())]));
            }
        }
    }
    if parts.len() > 2 {
        search.halves(parts, why);
        search.again();
    }
    (!search.kept.is_empty()).then_some(search.left)
}

/// Parts that hold together, as they are found.
struct Search<'s, P> {
    kept: BTreeSet<P>,
    left: BTreeMap<P, String>,
    proofs: usize,
    holds: &'s mut dyn FnMut(&BTreeSet<P>) -> Result<(), String>,
}

impl<P: Copy + Ord> Search<'_, P> {
    fn proved(&mut self, parts: &BTreeSet<P>) -> Result<(), String> {
        if self.proofs == MOST_PROOFS {
            return Err(UNTRIED.to_owned());
        }
        self.proofs += 1;
        (self.holds)(parts)
    }

    /// Keeps of some parts, in their order, what holds beside what is kept.
    fn keep(&mut self, parts: &[P]) {
        let mut more = self.kept.clone();
        more.extend(parts);
        match (self.proved(&more), parts) {
            (Ok(()), _) => {
                self.kept = more;
                self.left.retain(|part, _| !parts.contains(part));
            }
            (Err(why), [one]) => {
                self.left.insert(*one, why);
            }
            (Err(why), several) => self.halves(several, &why),
        }
    }

    /// Keeps what holds of several parts that do not hold together beside what is kept, for a reason.
    fn halves(&mut self, parts: &[P], why: &str) {
        let (first, second) = parts.split_at(parts.len() / 2);
        self.keep(first);
        let is_whole = first.iter().all(|part| self.kept.contains(part));
        match second {
            // The first half is kept, and it is known what comes of the second beside it.
            [one] if is_whole => {
                self.left.insert(*one, why.to_owned());
            }
            several if is_whole => self.halves(several, why),
            half => self.keep(half),
        }
    }

    /// What did not hold at first may do so beside what was kept later, which can have made the policy shorter.
    fn again(&mut self) {
        let mut before = 0;
        while before < self.kept.len() {
            before = self.kept.len();
            let left: Vec<P> = self.left.keys().copied().collect();
            for part in left {
                // With the last of them it would be the whole again.
                if self.left.len() > 1 && self.proofs < MOST_PROOFS {
                    self.keep(&[part]);
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{Left, MOST_PROOFS, Part, UNTRIED, left_out, tell};
    use crate::iam::PolicyDocument;
    use std::collections::{BTreeMap, BTreeSet};

    /// What is left out of parts by their numbers, what was kept last, and how often it was asked.
    fn search(
        count: usize,
        holds: impl Fn(&BTreeSet<usize>) -> bool,
    ) -> (Option<BTreeMap<usize, String>>, BTreeSet<usize>, usize) {
        let parts: Vec<usize> = (0..count).collect();
        let (mut asked, mut last) = (0, BTreeSet::new());
        let left = left_out(&parts, "all", &mut |tried| {
            asked += 1;
            assert!(tried.len() < count, "the whole was asked before");
            if !holds(tried) {
                return Err("some".to_owned());
            }
            last.clone_from(tried);
            Ok(())
        });
        (left, last, asked)
    }

    fn left(count: usize, holds: impl Fn(&BTreeSet<usize>) -> bool) -> Vec<usize> {
        let (left, kept, asked) = search(count, holds);
        let left: Vec<usize> = left.into_iter().flat_map(BTreeMap::into_keys).collect();
        let together: BTreeSet<usize> = kept.iter().chain(&left).copied().collect();
        assert!(
            kept.is_empty() || together.len() == count,
            "{kept:?} {left:?}"
        );
        assert!(asked <= MOST_PROOFS, "{asked}");
        left
    }

    #[test]
    fn one_that_does_not_hold_is_left_out_alone() {
        for count in 2..40 {
            for wrong in 0..count {
                assert_eq!(
                    left(count, |tried| !tried.contains(&wrong)),
                    [wrong],
                    "{count}"
                );
            }
        }
    }

    #[test]
    fn one_that_needs_another_is_kept_with_it() {
        // In halves, the first is alone with one that is wrong.
        let holds = |tried: &BTreeSet<usize>| {
            !tried.contains(&1) && (!tried.contains(&0) || tried.contains(&5))
        };
        assert_eq!(left(6, holds), [1]);
    }

    #[test]
    fn as_many_are_kept_as_have_room() {
        let holds = |tried: &BTreeSet<usize>| tried.len() <= 2;
        assert_eq!(left(4, holds), [2, 3]);
    }

    #[test]
    fn where_none_holds_there_is_nothing() {
        for count in 0..40 {
            let (left, kept, asked) = search(count, |_| false);
            assert_eq!((left, kept), (None, BTreeSet::new()));
            assert!(asked <= MOST_PROOFS, "{asked}");
        }
    }

    #[test]
    fn what_nobody_tried_is_said_to_be_so() {
        let (left, kept, asked) = search(40, |tried| tried.iter().all(|part| part % 4 == 0));
        assert_eq!((kept, asked), (BTreeSet::from([0, 4]), MOST_PROOFS));
        let left = left.expect("something holds");
        assert_eq!(left.get(&1).map(String::as_str), Some("some"));
        assert_eq!(left.get(&39).map(String::as_str), Some(UNTRIED));
    }

    #[test]
    fn a_reason_is_told_of_the_statements_that_are_written_alike() {
        let one = r#"{"Effect": "Allow", "Action": "s3:GetObject", "Resource": "*"}"#;
        let other = one.replace("Get", "Put");
        let text = format!(r#"{{"Statement": [{one}, {other}, {one}, {one}]}}"#);
        let policy = PolicyDocument::parse(&text, "role.json").unwrap();
        let left = |statement, why: &str| Left {
            statement,
            why: why.to_owned(),
            wants_a_name: false,
        };
        let mut all = [left(0, ""), left(1, ""), left(2, ""), left(3, "its own")];
        tell(&mut all, &policy, Part::Statement(0), "of the first");
        let told = all.map(|own| own.why);
        assert_eq!(told, ["of the first", "", "of the first", "its own"]);
    }
}
