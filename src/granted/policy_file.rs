//! Policies from files in a checkout.
//!
//! `{function}` in a path stands for each function's name, so `policies/{function}.json` is one policy a function. A path
//! without it is one policy that all of them share.

use super::placeholder::{self, FUNCTION, ROLE};
use crate::files::Kind;
use crate::iam::{PolicyDocument, PolicyError};
use std::path::Path;

/// The largest policy file that is read: far beyond what IAM accepts.
pub(super) const MAX_BYTES: u64 = 1 << 20;

/// Where a policy file is, as the user wrote it.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct PolicyPath {
    path: String,
    only: Option<Only>,
}

/// Whose alone a file is.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
enum Only {
    Function(String),
    Role(String),
}

/// A policy file that could not be used.
#[derive(Debug, thiserror::Error)]
pub enum PolicyFileError {
    /// It cannot be opened or read.
    #[error("cannot read the policy file `{path}`")]
    Unreadable {
        /// The path, placeholders filled in.
        path: String,
        /// What the system says.
        source: std::io::Error,
    },
    /// It is larger than any policy.
    #[error("the policy file `{path}` is larger than {MAX_BYTES} bytes")]
    TooLarge {
        /// The path.
        path: String,
    },
    /// It looks like a template and cannot be read.
    #[error("the template `{path}` line {line}, column {column}: {problem}")]
    NotATemplate {
        /// The path.
        path: String,
        /// The line, from 1.
        line: usize,
        /// The column, from 1.
        column: usize,
        /// What is wrong.
        problem: String,
    },
    /// It is not UTF-8.
    #[error("the policy file `{path}` is not UTF-8 text")]
    NotText {
        /// The path.
        path: String,
    },
    /// A function's or role's name, which comes from traces or files, is not fit to be part of a path.
    #[error("the name `{name}` of a function or role cannot be part of a file name")]
    UnfitName {
        /// The name.
        name: String,
    },
    /// Files are named for others, and none for this one.
    #[error("no policy file is named for `{name}`")]
    NoneNamed {
        /// The function's or role's name.
        name: String,
    },
    /// It is not a policy document, or one that IAM would refuse.
    #[error(transparent)]
    NotAPolicy(#[from] PolicyError),
    /// It has no statements.
    #[error("`{path}` line {line}: `Statement` lists nothing")]
    NoStatements {
        /// The path.
        path: String,
        /// Where its statements would be.
        line: usize,
    },
    /// It denies and allows nothing, and so does every file beside it.
    #[error(
        "`{path}` line {line}: this policy denies and allows nothing, as a service control policy (SCP) does"
    )]
    OnlyDenies {
        /// The path.
        path: String,
        /// Where its statements begin.
        line: usize,
    },
}

impl PolicyFileError {
    /// That of a file without statements.
    pub fn no_statements(policy: &PolicyDocument) -> Self {
        Self::NoStatements {
            path: policy.name.clone(),
            line: policy.statements_span.line,
        }
    }

    /// The same with who names the template, in words.
    pub(super) fn named_by(mut self, by: &str) -> Self {
        if let Self::NotATemplate { problem, .. } = &mut self {
            problem.push_str("; it is the template of ");
            problem.push_str(by);
        }
        self
    }

    /// What to do about it.
    pub fn hint(&self) -> Option<String> {
        match self {
            Self::Unreadable { path, .. } if is_folder(path) => Some(format!(
                "`{path}` is a folder without `*.template.json` files, and no `.serverless` that the framework packaged: give one policy file or template, or {}/{{function}}.json for one policy file a function",
                path.trim_end_matches('/')
            )),
            Self::Unreadable { path, .. } if is_link(path) => {
                Some("put the policy itself at that path".to_owned())
            }
            Self::Unreadable { path, .. } => Some(near(path).map_or_else(
                || {
                    format!(
                        "check the path: with a function's name in place of `{{function}}` it became `{path}`"
                    )
                },
                |near| format!("did you mean `{near}`?"),
            )),
            Self::TooLarge { .. } => {
                Some("a managed policy may have 6,144 characters: is this the right file?".to_owned())
            }
            Self::NotATemplate { .. } => {
                Some("CloudFormation would refuse it too: fix the text at that place".to_owned())
            }
            Self::NotText { .. } => Some("save the file as UTF-8".to_owned()),
            Self::UnfitName { .. } => Some(
                "rename the file after the function or role that it is for, name the functions to judge with --function, or give the policy file without a placeholder".to_owned(),
            ),
            Self::NoneNamed { .. } => Some(
                "name its file under `policies` in the configuration, or name fewer targets".to_owned(),
            ),
            Self::NotAPolicy(error) => error.hint(),
            Self::NoStatements { .. } => Some(
                "IAM refuses a policy without statements: where the role needs none, remove the file".to_owned(),
            ),
            Self::OnlyDenies { .. } => Some(
                "give the policy that grants, and this one beside it if the role has both".to_owned(),
            ),
        }
    }
}

impl PolicyPath {
    /// Takes a path as written.
    pub fn new(path: impl Into<String>) -> Self {
        Self {
            path: path.into(),
            only: None,
        }
    }

    /// The file of one function, by the function's name.
    pub fn of_function(name: impl Into<String>, path: impl Into<String>) -> Self {
        Self {
            path: path.into(),
            only: Some(Only::Function(name.into())),
        }
    }

    /// The file of one role, by the role's name.
    pub fn of_role(name: impl Into<String>, path: impl Into<String>) -> Self {
        Self {
            path: path.into(),
            only: Some(Only::Role(name.into())),
        }
    }

    /// The path as it was given, placeholders and all.
    pub fn as_written(&self) -> &str {
        &self.path
    }

    /// Whether each function has its own file.
    pub fn is_per_function(&self) -> bool {
        match &self.only {
            Some(Only::Function(_)) => true,
            Some(Only::Role(_)) => false,
            None => self.path.contains("{function}"),
        }
    }

    /// Whether `{function}` in it stands for whatever files are there.
    pub fn is_pattern(&self) -> bool {
        self.only.is_none() && self.path.contains("{function}")
    }

    /// Whether it names roles, which saved traces do not know.
    pub fn is_per_role(&self) -> bool {
        match &self.only {
            Some(Only::Role(_)) => true,
            Some(Only::Function(_)) => false,
            None => self.path.contains("{role}"),
        }
    }

    /// Whether it may be the file of a function, by its name.
    pub fn is_for_function(&self, name: &str) -> bool {
        match &self.only {
            Some(Only::Function(own)) => own == name,
            Some(Only::Role(_)) => false,
            None => true,
        }
    }

    /// The functions that there are files for: that of its name, or one for each file that a path with `{function}` leads to.
    pub fn functions(&self) -> Vec<String> {
        match &self.only {
            Some(Only::Function(name)) => vec![name.clone()],
            Some(Only::Role(_)) => Vec::new(),
            None => self.named_by(FUNCTION),
        }
    }

    /// The roles that there are files for: that of its name, or one for each file that a path with `{role}` leads to.
    pub fn roles(&self) -> Vec<String> {
        match &self.only {
            Some(Only::Role(name)) => vec![name.clone()],
            Some(Only::Function(_)) => Vec::new(),
            None => self.named_by(ROLE),
        }
    }

    /// The names that a placeholder may stand for, by the files that are there.
    fn named_by(&self, own: &str) -> Vec<String> {
        let is_own = placeholder::placeholder(&self.path) == Some(own);
        let files = is_own.then(|| placeholder::files_of(&self.path, own));
        let files = files.unwrap_or_default().into_iter();
        files.map(|file| file.name).collect()
    }

    /// Whether it may be the file of a role, by its name.
    pub fn is_for_role(&self, name: &str) -> bool {
        match &self.only {
            Some(Only::Role(own)) => own == name,
            Some(Only::Function(_)) => false,
            None => true,
        }
    }

    /// The path for one function: `{function}` stands for its name.
    pub fn for_function(&self, name: &str) -> String {
        self.path.replace("{function}", name)
    }

    /// The path for one role: `{role}` stands for its name.
    pub fn for_role(&self, name: &str) -> String {
        self.path.replace("{role}", name)
    }

    /// Reads the file of one role: `{role}` stands for its name.
    ///
    /// # Errors
    ///
    /// Those of [`read`](Self::read).
    pub fn read_for_role(&self, role: &str) -> Result<PolicyDocument, PolicyFileError> {
        if !is_fit_for_a_path(role) {
            return Err(unfit(role));
        }
        Self::new(self.for_role(role)).read(None)
    }

    /// Reads the file of one function, or the shared file where the path has no placeholder: a policy that a role can have.
    ///
    /// # Errors
    ///
    /// When the file is missing, too large, not text, not a policy document, or one that IAM would refuse.
    pub fn read(&self, function: Option<&str>) -> Result<PolicyDocument, PolicyFileError> {
        let path = match function {
            Some(name) if !is_fit_for_a_path(name) => return Err(unfit(name)),
            Some(name) => self.for_function(name),
            None => self.path.clone(),
        };
        let text = read_text(&path)?;
        Ok(permissions_policy(&text, path)?)
    }

    /// Reads the file as it is written: a boundary, an SCP, or a policy of which it is asked what IAM would make of it.
    ///
    /// # Errors
    ///
    /// When the file is missing, too large, not text or not a policy document.
    pub fn read_as_written(&self) -> Result<PolicyDocument, PolicyFileError> {
        let text = read_text(&self.path)?;
        Ok(as_written(&text, self.path.clone())?)
    }
}

/// A policy that a role can have, from a file's text; the path says whether it is YAML.
///
/// # Errors
///
/// What is no policy document, and what IAM would refuse in one.
pub fn permissions_policy(
    text: &str,
    path: impl Into<String>,
) -> Result<PolicyDocument, PolicyError> {
    as_written(text, path.into())?.of_identity()
}

fn as_written(text: &str, path: String) -> Result<PolicyDocument, PolicyError> {
    let is_yaml = Path::new(&path).extension().is_some_and(|extension| {
        extension.eq_ignore_ascii_case("yaml") || extension.eq_ignore_ascii_case("yml")
    });
    if is_yaml {
        PolicyDocument::parse_yaml(text, path)
    } else {
        PolicyDocument::parse(text, path)
    }
}

fn is_folder(path: &str) -> bool {
    crate::files::kind(Path::new(path)).is_ok_and(|kind| kind == Kind::Folder)
}

/// Whether something is there that is not opened: in a checkout no link is followed.
fn is_link(path: &str) -> bool {
    let kind = crate::files::kind(Path::new(path));
    crate::files::is_confined()
        && kind.is_err_and(|error| error.kind() != std::io::ErrorKind::NotFound)
}

/// The file beside it whose name is nearest, where nothing is at the path.
fn near(path: &str) -> Option<String> {
    const SLIPS: usize = 3;
    let path = Path::new(path);
    if crate::files::kind(path).is_ok() {
        return None;
    }
    let asked = path.file_name()?.to_str()?;
    let folder = path.parent().filter(|folder| *folder != Path::new(""));
    let entries = crate::files::entries(folder.unwrap_or(Path::new("."))).ok()?;
    let names = entries
        .iter()
        .filter_map(|(entry, _)| entry.file_name()?.to_str());
    let near = names
        .map(|name| (strsim::osa_distance(asked, name), name))
        .min()?;
    let (slips, name) = near;
    let name = folder.map_or_else(|| name.into(), |folder| folder.join(name));
    (slips <= SLIPS && slips < asked.len() / 2).then(|| name.display().to_string())
}

fn unfit(name: &str) -> PolicyFileError {
    PolicyFileError::UnfitName {
        name: name
            .chars()
            .filter(|letter| !letter.is_control())
            .take(200)
            .collect(),
    }
}

/// Whether a name from a trace can be part of a path without leading anywhere else. All letters that a role's name may have are.
pub(crate) fn is_fit_for_a_path(name: &str) -> bool {
    let letters = |letter: char| letter.is_ascii_alphanumeric() || "-_.+=,@".contains(letter);
    !name.is_empty() && name.len() <= 200 && !name.starts_with('.') && name.chars().all(letters)
}

/// The text of a policy file.
///
/// # Errors
///
/// When the file is missing, too large or not text.
pub fn read_text(path: &str) -> Result<String, PolicyFileError> {
    let unreadable = |source| PolicyFileError::Unreadable {
        path: path.to_owned(),
        source,
    };
    let bytes = crate::files::kept::bytes(Path::new(path), MAX_BYTES).map_err(unreadable)?;
    if bytes.len() as u64 > MAX_BYTES {
        return Err(PolicyFileError::TooLarge {
            path: path.to_owned(),
        });
    }
    String::from_utf8(bytes).map_err(|_not_text| PolicyFileError::NotText {
        path: path.to_owned(),
    })
}
