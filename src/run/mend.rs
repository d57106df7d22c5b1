//! What `gate` does with suggestions besides telling them: whole documents in a folder, and policy files edited in place.

use super::Failure;
use crate::cli::Gate;
use crate::deliver::file::WriteError;
use crate::deliver::{file, stderr};
use crate::judge::JudgedRole;
use crate::judge::Verdict;
use crate::suggest::{Kind, Suggestion, file_names};
use std::path::Path;

/// The suggestions of all roles, with how each role was judged.
pub(super) struct Mended {
    suggestions: Vec<(Verdict, Suggestion)>,
}

impl Mended {
    pub(super) fn of(judged: &[(JudgedRole, Vec<Suggestion>)]) -> Self {
        let of_role = |(role, suggestions): &(JudgedRole, Vec<Suggestion>)| {
            let verdict = role.verdict;
            let own = suggestions.clone().into_iter();
            own.map(move |suggestion| (verdict, suggestion))
        };
        Self {
            suggestions: judged.iter().flat_map(of_role).collect(),
        }
    }

    /// Writes what was asked for, and says on standard error what was written and what was not.
    pub(super) fn deliver(&self, options: &Gate) -> Result<(), Failure> {
        if let Some(folder) = &options.suggest_dir {
            self.write_documents(folder)?;
        }
        if options.write {
            self.edit_files()?;
        }
        Ok(())
    }

    fn write_documents(&self, folder: &Path) -> Result<(), Failure> {
        let with_document = |(_, own): &'_ &(Verdict, Suggestion)| own.document.is_some();
        let suggestions: Vec<&Suggestion> = self
            .suggestions
            .iter()
            .filter(with_document)
            .map(|(_, suggestion)| suggestion)
            .collect();
        for (suggestion, name) in suggestions.iter().zip(file_names(&suggestions)) {
            let path = folder.join(name);
            let document = suggestion.document.as_deref().unwrap_or_default();
            file::write(&path, document).map_err(failed)?;
            stderr::note(&format!(
                "wrote {}: {} as suggested",
                path.display(),
                suggestion.policy
            ));
        }
        Ok(())
    }

    /// Edits the files, but for those of a role of which nobody can tell yet.
    fn edit_files(&self) -> Result<(), Failure> {
        for (verdict, suggestion) in &self.suggestions {
            let policy = &suggestion.policy;
            let left = |why: &str| stderr::note(&format!("left {policy} as it is: {why}"));
            if let Some(reason) = &suggestion.reason {
                left(reason);
            } else if suggestion.kind != Kind::File {
                left(
                    "it is kept in AWS, and only files are edited; --suggest-dir writes it to one",
                );
            } else if let Some(why) = &suggestion.not_edited {
                left(&format!(
                    "{why}; --suggest-dir writes the policy as it should be, as JSON"
                ));
            } else if *verdict == Verdict::Inconclusive {
                left("nobody can tell yet whether its role is right, so nothing is edited");
            } else if let Some(document) = &suggestion.document {
                file::replace(Path::new(policy), &suggestion.source, document).map_err(failed)?;
                stderr::note(&format!("edited {policy} as suggested"));
            }
        }
        Ok(())
    }
}

fn failed(error: WriteError) -> Failure {
    let hint = error.hint();
    Failure::job(error, hint)
}
