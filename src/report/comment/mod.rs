//! The report as one comment of a pull request: the verdict in a line, what is wrong, how to fix it, and on what evidence.
//!
//! Text of others stands in code spans and fences alone. A comment that would be too long leaves out whole items, the least
//! important first.

mod budget;
mod changes;
mod failure;
mod findings;
mod fix;
mod folded;
mod headline;
mod links;
mod roles;
mod suggestion;

pub(super) use changes::changes;
pub use failure::failure;
pub use suggestion::suggestion;

use crate::judge::Verdict;
use crate::report::order::{judged, worst_first};
use crate::report::{GapCount, Report, Role};
use budget::{Item, Rank};

/// The most that a comment is given, in bytes. GitHub takes 65,536 characters.
pub const COMMENT_BYTES: usize = 60_000;

/// Where an acceptance has to be written for it to hold.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Accepting {
    /// On the base.
    #[default]
    OnBase,
    /// In the pull request itself: the base takes that, and the file has an owner.
    Here,
    /// On the base, though that would take the pull request's own: nobody owns the file.
    OnBaseForWantOfOwner,
}

/// What a command judges in a checkout.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Elsewhere {
    /// What is judged here.
    #[default]
    Same,
    /// What was there before with the rest, for there is no base.
    WithoutBase,
}

/// What the comment tells beside the report.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Context {
    /// What was asked for: stacks, functions or roles by name.
    pub subject: Vec<String>,
    /// The commit that was judged.
    pub commit: Option<String>,
    /// Where people see the run.
    pub run_url: Option<String>,
    /// The program's arguments that judge in a checkout, without its name: all that were given.
    pub arguments: Vec<String>,
    /// What that judges.
    pub elsewhere: Elsewhere,
    /// Where people see files of the commit that was judged, up to the path.
    pub files_url: Option<String>,
    /// Where people see the pages of this program's repository, up to the path.
    pub pages_url: Option<String>,
    /// Whether there is a base that the commit is held against.
    pub has_base: bool,
    /// Whether roles are judged as they are deployed, and no policy of the commit.
    pub is_deployed: bool,
    /// Whether suggestions are offered on lines of the pull request.
    pub suggestions: bool,
    /// The configuration's path, where exceptions are written.
    pub config: String,
    /// Where an exception has to be written.
    pub accepting: Accepting,
    /// The branch that the commit is to be merged into.
    pub base: Option<String>,
    /// The days of the grace, where it is known what the base granted when that began.
    pub grace: Option<u16>,
}

/// Whether there is anything to tell: a verdict that is no pass, something new, something missing, or a gate that would be
/// loosened.
pub fn has_something_to_say(report: &Report) -> bool {
    let new = |role: &Role| role.excess.iter().any(|finding| finding.new);
    report.verdict != Verdict::Pass
        || report
            .roles
            .iter()
            .any(|role| new(role) || !role.missing.is_empty())
        || report.config_changes.iter().any(|change| change.loosens)
        || !report.former_names.is_empty()
        || report.evidence.gaps.iter().any(GapCount::is_judged_no_more)
}

/// The comment, without the line that marks it as ours.
pub fn render(report: &Report, context: &Context) -> String {
    render_within(report, context, COMMENT_BYTES)
}

/// The comment in at most so many bytes.
pub fn render_within(report: &Report, context: &Context, bytes: usize) -> String {
    let report = &worst_first(report);
    let mut items = vec![
        Item::new(Rank::Headline, headline::headline(report, context)),
        Item::new(Rank::Evidence, headline::evidence(report)),
    ];
    let deployed = context.is_deployed && report.not_judged.is_none();
    items.extend(deployed.then(|| Item::new(Rank::Evidence, DEPLOYED.to_owned())));
    items.extend(folded::not_judged(report));
    items.extend(changes::section(report));
    items.extend(roles::table(report));
    for (place, role) in report.roles.iter().enumerate() {
        items.extend(findings::section(
            role,
            &name_in(report, role),
            place,
            context,
        ));
    }
    items.extend(fix::ways(report, context));
    items.extend(folded::set_aside(report, context));
    let outdated = crate::report::markdown::outdated(report);
    items.extend(outdated.map(|text| Item::new(Rank::SetAside, text)));
    items.push(Item::new(Rank::Headline, headline::footer(context)));
    budget::fitted(items, bytes)
}

/// What a comment says first where it is not of the pull request's own policies.
const DEPLOYED: &str = "Only deployed roles are judged here: what this pull request changes of policies is not. \
    The input `policy-file` judges that.\n\n";

/// The sign of a verdict.
fn sign(verdict: Verdict) -> &'static str {
    match verdict {
        Verdict::Pass => "✅",
        Verdict::Inconclusive => "⚠️",
        Verdict::Fail => "❌",
    }
}

/// A role as people call it, with the account where another role is called the same.
fn name_in(report: &Report, role: &Role) -> String {
    let own = role.called();
    let arn = role.role.as_deref();
    let is_twin = |other: &&Role| other.role.as_deref() != arn && other.called() == own;
    match arn.filter(|_| report.roles.iter().any(|other| is_twin(&other))) {
        Some(arn) => {
            let account = arn.split(':').nth(4).unwrap_or_default();
            format!("{account}/{own}")
        }
        None => own,
    }
}
