//! The templates of nested stacks that lie beside their parent: they are read with it, and nothing outside the checkout is.

use super::super::policy_file::{PolicyFileError, read_text};
use super::{line_and_column, not_a_template, template_of, together};
use crate::files::{Checkout, normal};
use crate::template::Template;
use crate::template::read::LIMITS;
use crate::yaml::{self, Schema};
use std::collections::BTreeSet;
use std::io;
use std::path::{Path, PathBuf};

/// Stacks within each other.
const DEEPEST: usize = 5;

/// Templates of nested stacks that are read for one that was asked for.
const MOST: usize = 100;

/// A template that another one names.
struct Named {
    path: PathBuf,
    /// The place of the other one.
    parent: usize,
    /// Who names it, in words.
    by: String,
}

/// Adds the templates of nested stacks that a template has, and those that these have, but for those that were seen. Why others are
/// not read, their parents say.
///
/// # Errors
///
/// A template that cannot be read as one.
pub(super) fn add(
    found: &mut Vec<Template>,
    seen: &mut BTreeSet<PathBuf>,
) -> Result<(), PolicyFileError> {
    let Some(first) = found.first() else {
        return Ok(());
    };
    if together::children(first).is_empty() {
        return Ok(());
    }
    let checkout = Checkout::of(Path::new(&first.file));
    let most = found.len() + MOST;
    let mut from = 0;
    for _ in 0..DEEPEST {
        let parents = from..found.len();
        from = parents.end;
        for named in named(found, parents) {
            if seen.contains(&named.path) {
                continue;
            }
            if found.len() >= most {
                return Ok(());
            }
            match read(&named, &checkout)? {
                Ok(child) => {
                    seen.insert(named.path);
                    found.push(child);
                }
                Err(why) => {
                    let parent = found.get_mut(named.parent);
                    let refused = parent.map(|parent| &mut parent.refused);
                    refused.map(|refused| refused.insert(named.path, why));
                }
            }
        }
    }
    Ok(())
}

/// The templates that those of a range name.
fn named(found: &[Template], parents: std::ops::Range<usize>) -> Vec<Named> {
    let mut all = Vec::new();
    for parent in parents {
        let Some(template) = found.get(parent) else {
            continue;
        };
        for (resource, path) in together::children(template) {
            let (line, _) = line_and_column(&template.text, resource.span.start);
            let by = format!(
                "the nested stack `{}` of `{}` line {line}",
                resource.words(),
                template.file
            );
            all.push(Named { path, parent, by });
        }
    }
    all
}

/// The template of a nested stack, or why it is not read.
fn read(
    named: &Named,
    checkout: &io::Result<Checkout>,
) -> Result<Result<Template, String>, PolicyFileError> {
    let checked = match checkout {
        Ok(checkout) => checkout.check(&named.path).map_err(|error| told(&error)),
        Err(error) => Err(told(error)),
    };
    if let Err(why) = checked {
        return Ok(Err(why));
    }
    let Some(file) = named.path.to_str() else {
        return Ok(Err("its path is not UTF-8".to_owned()));
    };
    let text = match read_text(file) {
        Ok(text) => text,
        Err(PolicyFileError::TooLarge { .. }) => {
            return Ok(Err("it is larger than any template".to_owned()));
        }
        Err(PolicyFileError::NotText { .. }) => return Ok(Err("it is not UTF-8 text".to_owned())),
        Err(_) => return Ok(Err("it cannot be opened".to_owned())),
    };
    // Whoever names it as a template means one, whatever it looks like.
    if let Err(error) = yaml::parse(&text, Schema::Yaml11, LIMITS) {
        return Err(not_a_template(&error, &text, file, Some(&named.by)));
    }
    let template = template_of(&text, file).map_err(|error| error.named_by(&named.by))?;
    Ok(match template {
        Some(mut child) => {
            child.deployed.is_nested = true;
            Ok(child)
        }
        None => Err("it has no resources and is no template".to_owned()),
    })
}

fn told(error: &io::Error) -> String {
    let kind = error.kind();
    if kind == io::ErrorKind::NotFound {
        "there is no such file".to_owned()
    } else if error.raw_os_error().is_some() {
        "it cannot be opened".to_owned()
    } else if kind == io::ErrorKind::PermissionDenied {
        format!("{error}. If you mean it, give it with `--policy-file` too")
    } else {
        error.to_string()
    }
}

/// The local templates of nested stacks that a template has, by its path.
pub(super) fn of_file(path: &str) -> Vec<String> {
    let read = || template_of(&read_text(path).ok()?, path).ok()?;
    let Some(template) = read() else {
        return Vec::new();
    };
    let mut found = vec![template];
    let mut seen = BTreeSet::from([normal(Path::new(path))]);
    // What cannot be read is told where it is judged.
    let _ = add(&mut found, &mut seen);
    found.into_iter().skip(1).map(|own| own.file).collect()
}
