//! `whitelist`: the catalogue to the file that makes an X-Ray SDK record resources.

use super::Failure;
use crate::catalog::Catalog;
use crate::deliver::stdout;
use crate::exit::Exit;
use crate::settings::flags::{Sdk, Whitelist};
use crate::whitelist;

pub(super) fn run(options: &Whitelist) -> Result<Exit, Failure> {
    let text = whitelist::render(sdk(options.sdk), Catalog::embedded(), &options.services)
        .map_err(|error| {
            let hint = error.hint();
            Failure::usage(error, Some(hint))
        })?;
    stdout::print(&text).map_err(|error| Failure::job(error, None))?;
    Ok(Exit::Success)
}

fn sdk(sdk: Sdk) -> whitelist::Sdk {
    match sdk {
        Sdk::Node => whitelist::Sdk::Node,
        Sdk::Python => whitelist::Sdk::Python,
        Sdk::Java => whitelist::Sdk::Java,
        Sdk::Dotnet => whitelist::Sdk::Dotnet,
    }
}
