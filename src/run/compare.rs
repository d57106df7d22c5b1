//! `compare`: two policy files to how they relate.

use super::Failure;
use super::check::read;
use crate::catalog::Catalog;
use crate::deliver::stdout;
use crate::exit::Exit;
use crate::iam::algebra::{Relation, compare};
use crate::iam::permissions::PermissionSet;
use crate::report::relation::Compared;
use crate::settings::flags::compare::{Compare, CompareFormat};

pub(super) fn run(options: &Compare) -> Result<Exit, Failure> {
    let [ref one, ref other] = read(&[options.one.clone(), options.other.clone()])?[..] else {
        return Ok(Exit::Failure);
    };
    let catalog = Catalog::embedded();
    let set = |document| PermissionSet::from_documents(&[document], catalog);
    let comparison = compare(&set(one), &set(other), catalog);
    let compared = Compared::new(&comparison, one, other);
    let told = match options.format {
        CompareFormat::Text => compared.text(),
        CompareFormat::Json => compared.json(),
    };
    stdout::print(&told).map_err(|error| Failure::job(error, None))?;
    Ok(match comparison.relation {
        Relation::Equivalent | Relation::Narrower => Exit::Success,
        Relation::Broader | Relation::Incomparable => Exit::Broader,
        Relation::Undecided => Exit::Inconclusive,
    })
}
