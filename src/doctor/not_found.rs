//! Finds named stacks, functions and roles that do not exist here. They may be in another region, or have another name.

use super::{Cause, Examined, Finding, NotFound};
use crate::shell::quoted;

/// How many names are suggested.
const OFFERED: usize = 3;

pub(super) fn find(examined: &Examined) -> Vec<Finding> {
    let not_found = examined.not_found.iter();
    not_found.map(|missing| of(missing, examined)).collect()
}

fn of(missing: &NotFound, examined: &Examined) -> Finding {
    let NotFound {
        kind,
        name,
        elsewhere,
    } = missing;
    let (word, where_to) = (kind.word(), whereabouts(examined));
    let again = |name: &str, more: &str| {
        format!("aws-least-privilege doctor --{word} {}{more}", quoted(name))
    };
    if let Some(region) = elsewhere.first() {
        let text = format!(
            "There is no {word} `{name}` {where_to}. It is in {}.",
            elsewhere.join(", ")
        );
        let mend = again(name, &format!(" --region {region}"));
        return Finding::new(Cause::OtherRegion, text).mended_by(mend);
    }
    let near = near(name, examined);
    let Some(nearest) = near.first() else {
        let text = format!("There is no {word} `{name}` {where_to}.");
        let finding = Finding::new(Cause::NotFound, text);
        if !examined.is_live {
            let advice = "Save traces in which it runs, or take the name as the traces have it.";
            return finding.advising(advice).mended_by(format!(
                "aws-least-privilege doctor{}",
                examined.source_flags
            ));
        }
        return finding
            .advising("Check the name, --region, and which account the credentials are of.")
            .mended_by("aws sts get-caller-identity");
    };
    let text = format!(
        "There is no {word} `{name}` {where_to}. Did you mean {}?",
        near.join(" or ")
    );
    let more = if examined.is_live {
        ""
    } else {
        &examined.source_flags
    };
    Finding::new(Cause::NotFound, text).mended_by(again(nearest, more))
}

fn whereabouts(examined: &Examined) -> String {
    match (&examined.region, examined.is_live) {
        (_, false) => "in the traces that were read".to_owned(),
        (Some(region), true) => format!("in the region {region} of this account"),
        (None, true) => "in this account and region".to_owned(),
    }
}

/// Returns names that may be meant: those with only a few wrong letters, and those that contain the typed name.
fn near(name: &str, examined: &Examined) -> Vec<String> {
    let asked = name.rsplit([':', '/']).next().unwrap_or(name);
    let asked = asked.to_lowercase();
    let most = (asked.chars().count() / 3).clamp(1, 4);
    let mut near: Vec<(usize, &String)> = examined
        .known
        .iter()
        .filter_map(|known| {
            let lower = known.to_lowercase();
            let slips = strsim::osa_distance(&asked, &lower);
            let is_part = asked.len() >= 3 && lower.contains(&asked);
            (slips <= most || is_part).then_some((slips, known))
        })
        .collect();
    near.sort_unstable();
    let names = near.into_iter().map(|(_, known)| known.clone());
    names.take(OFFERED).collect()
}
