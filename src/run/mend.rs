//! What `gate` does with suggestions besides telling them: whole documents in a folder, and policy files edited in place.

use super::Failure;
use crate::deliver::file::WriteError;
use crate::deliver::{file, stderr};
use crate::files;
use crate::granted::iam_roles::role_name;
use crate::iam::edit::apply;
use crate::judge::JudgedRole;
use crate::judge::Verdict;
use crate::roles::Role;
use crate::settings::flags::Gate;
use crate::suggest::{Kind, Suggestion, file_names, not_now};
use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

/// The suggestions of all roles, with how each role was judged.
pub(super) struct Mended {
    suggestions: Vec<(Verdict, Suggestion)>,
    /// What is left as it is, and why.
    silent: BTreeSet<Silent>,
}

/// A file, or the role of a template, that has no suggestion.
#[derive(PartialEq, Eq, PartialOrd, Ord)]
struct Silent {
    file: String,
    /// By its name in the template.
    role: Option<String>,
    why: String,
}

impl Silent {
    /// A file that was edited for another role is not as it was.
    fn told(&self, edited: &[String]) -> String {
        let Self { file, role, why } = self;
        match role {
            Some(role) if edited.contains(file) => format!("no edit for {role} in {file}: {why}"),
            Some(role) => format!("left {file} as it is for {role}: {why}"),
            None => format!("left {file} as it is: {why}"),
        }
    }
}

impl Mended {
    pub(super) fn of(judged: &[(JudgedRole, Vec<Suggestion>)], roles: &[Role]) -> Self {
        let mut suggestions: Vec<(Verdict, Suggestion)> = Vec::new();
        let mut silent = BTreeSet::new();
        for ((judged, own), role) in judged.iter().zip(roles) {
            if own.is_empty() {
                let why =
                    not_now(role, judged).unwrap_or("an edit would change nothing that counts");
                let files = judged.policy_files.iter();
                silent.extend(files.map(|file| Silent {
                    file: file.clone(),
                    role: role.template.as_ref().map(|own| own.logical_id.clone()),
                    why: why.to_owned(),
                }));
            }
            let verdict = judged.verdict;
            let name = judged.role.as_deref().map(|arn| role_name(arn).to_owned());
            suggestions.extend(own.iter().map(|own| {
                let in_aws = !matches!(own.kind, Kind::File | Kind::Template);
                let role = name.clone().filter(|_| in_aws);
                (
                    verdict,
                    Suggestion {
                        role,
                        ..own.clone()
                    },
                )
            }));
        }
        Self {
            suggestions,
            silent,
        }
    }

    /// Writes what was asked for, and says on standard error what was written and what was not. The files that were edited,
    /// and what failed.
    pub(super) fn deliver(&self, options: &Gate) -> (Vec<String>, Vec<Failure>) {
        let mut edited = Vec::new();
        let mut failures = Vec::new();
        if let Some(folder) = &options.suggest_dir {
            self.write_documents(folder, &mut failures);
        }
        if options.write {
            self.edit_files(&mut edited, &mut failures);
        }
        (edited, failures)
    }

    /// The suggestions that are whole documents.
    fn documents(&self) -> Vec<Suggestion> {
        let with_document = |(_, own): &'_ &(Verdict, Suggestion)| own.document.is_some();
        let found = self.suggestions.iter().filter(with_document);
        together(found.map(|(_, suggestion)| suggestion))
    }

    /// Where they are written in a folder.
    pub(super) fn paths(&self, folder: &Path) -> Vec<PathBuf> {
        let suggestions = self.documents();
        let names = file_names(&suggestions.iter().collect::<Vec<_>>());
        names.into_iter().map(|name| folder.join(name)).collect()
    }

    fn write_documents(&self, folder: &Path, failures: &mut Vec<Failure>) {
        for (suggestion, path) in self.documents().iter().zip(self.paths(folder)) {
            let document = suggestion.document.as_deref().unwrap_or_default();
            match file::write(&path, document) {
                Ok(()) => stderr::note(&format!(
                    "wrote {}: {} as suggested",
                    path.display(),
                    suggestion.policy
                )),
                Err(error) => failures.push(failed(error)),
            }
        }
    }

    /// Edits the files, but for those of a role of which nobody can tell yet.
    fn edit_files(&self, edited: &mut Vec<String>, failures: &mut Vec<Failure>) {
        let mut editable = Vec::new();
        for (verdict, suggestion) in &self.suggestions {
            let policy = &suggestion.policy;
            let left = |why: &str| stderr::note(&format!("left {policy} as it is: {why}"));
            if let Some(reason) = &suggestion.reason {
                left(reason);
            } else if !matches!(suggestion.kind, Kind::File | Kind::Template) {
                left(
                    "it is kept in AWS, and only files are edited; --suggest-dir writes it to one",
                );
            } else if files::kind(Path::new(policy)).is_ok_and(|kind| kind == files::Kind::Other) {
                left(
                    "it is a pipe or a device, and only files are edited; --suggest-dir writes it to one",
                );
            } else if let Some(why) = &suggestion.not_edited {
                left(&format!(
                    "{why}; --suggest-dir writes the policy as it should be, as JSON"
                ));
            } else if *verdict == Verdict::Inconclusive {
                left("nobody can tell yet whether its role is right, so nothing is edited");
            } else {
                editable.push(suggestion);
            }
        }
        for suggestion in together(editable.into_iter()) {
            let policy = &suggestion.policy;
            if let Some(document) = &suggestion.document {
                match file::replace(Path::new(policy), &suggestion.source, document) {
                    Ok(()) => {
                        stderr::note(&format!("edited {policy} as suggested"));
                        edited.push(policy.clone());
                    }
                    Err(error) => failures.push(failed(error)),
                }
            }
        }
        for silent in &self.silent {
            stderr::note(&silent.told(edited));
        }
    }
}

/// The suggestions, those for the roles of one template as one.
fn together<'s>(suggestions: impl Iterator<Item = &'s Suggestion>) -> Vec<Suggestion> {
    let mut all: Vec<Suggestion> = Vec::new();
    for own in suggestions {
        let same = all.iter_mut().find(|other| {
            own.kind == Kind::Template && other.policy == own.policy && other.source == own.source
        });
        let Some(other) = same else {
            all.push(own.clone());
            continue;
        };
        let mut replacements = other.replacements.clone();
        replacements.extend_from_slice(&own.replacements);
        if let Some(text) = apply(&own.source, &replacements) {
            other.document = Some(text);
            other.replacements = replacements;
        }
    }
    all
}

fn failed(error: WriteError) -> Failure {
    let hint = error.hint();
    Failure::job(error, hint)
}
