//! What the record says of names that a change takes away. It holds for the change itself, and for nothing once that is merged.

use super::exempt::baseline::Baseline;
use super::exempt::{Subject, accept};
use super::known::is_called;
use crate::roles::{Role, User};
use crate::settings::file::{Accept, Known, Lined};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::path::PathBuf;

/// The record as a change leaves it.
#[derive(Debug, Clone, Default)]
pub struct RecordAtHead {
    /// The configuration's path.
    pub file: PathBuf,
    /// Its `accept` entries.
    pub accepts: Vec<Lined<Accept>>,
    /// Its `known` entries.
    pub known: Vec<Lined<Known>>,
    /// The baseline and its path.
    pub baseline: Option<(PathBuf, Baseline)>,
}

/// A policy file or function that an entry of the record calls as it was called before the change.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
pub struct FormerName {
    /// The file that the entry is in.
    pub file: String,
    /// The line of the entry, where that is known.
    pub line: Option<usize>,
    /// `accept`, `known` or `baseline`.
    pub setting: String,
    /// What the entry says.
    pub former: String,
    /// What it is called now.
    pub now: String,
}

impl Role {
    /// The entries of the record that would not hold for this role any more once the change is merged.
    pub fn former_names(&self, record: &RecordAtHead, folder: Option<&str>) -> Vec<FormerName> {
        let subject = self.subject(folder);
        let config = record.file.display().to_string();
        let entry = |setting: &str, line: usize, (former, now): (String, String)| FormerName {
            file: config.clone(),
            line: Some(line),
            setting: setting.to_owned(),
            former,
            now,
        };
        let accepts = record.accepts.iter().filter_map(|own| {
            let named = own.value.role.as_ref()?;
            Some(entry("accept", own.line, self.file(&named.0, &subject)?))
        });
        let known = record.known.iter().flat_map(|own| {
            let file = own.value.role.as_ref();
            let file = file.and_then(|named| self.file(&named.0, &subject));
            let function = own.value.function.as_ref();
            let function = function.and_then(|named| self.function(&named.0));
            let both = file.into_iter().chain(function);
            both.map(|names| entry("known", own.line, names))
        });
        let baseline = record.baseline.iter().flat_map(|(path, baseline)| {
            let holds_before = baseline.holds_before(&subject);
            let files = self.former_paths(&subject.policy_files).into_iter();
            let moved = files.filter(move |(now, former)| holds_before && now != former);
            moved.map(|(now, former)| FormerName {
                file: path.display().to_string(),
                line: None,
                setting: "baseline".to_owned(),
                former,
                now,
            })
        });
        let found = accepts.chain(known);
        found.chain(baseline).collect()
    }

    /// The former path and the path of a file that has this name no more.
    fn file(&self, named: &str, subject: &Subject) -> Option<(String, String)> {
        let today = Subject {
            former_files: Vec::new(),
            ..subject.clone()
        };
        if accept::is_named(named, &today) {
            return None;
        }
        let folder = subject.folder.as_deref();
        let files = self.former_paths(&subject.policy_files).into_iter();
        let mut files = files
            .filter(|(_, former)| accept::plain(former, folder) == accept::plain(named, folder));
        files.next().map(|(now, _)| (named.to_owned(), now))
    }

    /// The former name and the name of a function that has this name no more.
    fn function(&self, named: &str) -> Option<(String, String)> {
        if self.users.iter().any(|user| is_called(user, named)) {
            return None;
        }
        let is_meant = |user: &&User| user.former.as_deref() == Some(named);
        let user = self.users.iter().find(is_meant)?;
        Some((named.to_owned(), user.target.name().to_owned()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::iam::PolicyDocument;
    use crate::settings::table::Config;

    #[test]
    fn an_entry_is_told_of_the_file_that_it_named() {
        let file = |name: &str| PolicyDocument::parse(r#"{"Statement": []}"#, name).unwrap();
        let moved = [("new/a.json", "old/a.json"), ("new/b.json", "old/b.json")];
        let role = Role {
            policies: moved.iter().map(|(now, _)| file(now)).collect(),
            are_files: true,
            moved: moved
                .map(|(now, former)| (now.to_owned(), former.to_owned()))
                .into(),
            ..Role::default()
        };
        let entry = |role: &str| {
            format!(
                r#"  - {{"role": "{role}", "reason": "because", "until": "2999-12-31", "actions": ["s3:*"], "resources": ["*"]}}"#
            )
        };
        let entries = ["./old/b.json", "new/a.json", "old/c.json"].map(entry);
        let text = format!("accept:\n{}", entries.join("\n"));
        let record = RecordAtHead {
            accepts: Config::parse(&text, "test.yml").unwrap().accept,
            ..RecordAtHead::default()
        };
        let told = role.former_names(&record, None);
        let told: Vec<_> = told
            .iter()
            .map(|own| (own.line, own.former.as_str(), own.now.as_str()))
            .collect();
        assert_eq!(told, [(Some(2), "./old/b.json", "new/b.json")]);
    }
}
