//! Paths of the checkout as the repository names them: `${{ github.workspace }}/role.json` is `role.json` in every mark, link and command.

use crate::files::normal;
use crate::github::Environment;
use crate::settings::effective::Effective;
use std::path::{Path, PathBuf};

/// The inputs that have paths of the checkout to read.
const INPUTS: [&str; 4] = [
    "INPUT_POLICY-FILE",
    "INPUT_BASE-POLICY-FILE",
    "INPUT_TRACES",
    "INPUT_CONFIG",
];

/// Where the checkout is, in each spelling of it.
#[derive(Debug, Default)]
pub(super) struct Own {
    roots: Vec<PathBuf>,
}

impl Own {
    /// The checkout, if the program was started in it: a path from there on means the same then.
    pub(super) fn of(environment: &Environment) -> Self {
        let Some(workspace) = environment.workspace.as_deref() else {
            return Self::default();
        };
        let real = |path: &Path| path.canonicalize().ok();
        let here = std::env::current_dir().ok();
        let root = real(workspace);
        if root.is_none() || root != here.as_deref().and_then(real) {
            return Self::default();
        }
        Self {
            roots: [normal(workspace)].into_iter().chain(root).collect(),
        }
    }

    /// The value of a variable, with the paths of an input as the repository names them.
    pub(super) fn input(&self, name: &str, value: String) -> String {
        if !INPUTS.contains(&name) {
            return value;
        }
        let items = value.split_inclusive(['\n', ',']);
        items
            .map(|item| {
                let path =
                    item.trim_matches(|letter: char| letter == ',' || letter.is_whitespace());
                self.shorter(path)
                    .map_or_else(|| item.to_owned(), |own| item.replacen(path, &own, 1))
            })
            .collect()
    }

    /// The paths that a configuration says.
    pub(super) fn settle(&self, effective: &mut Effective) {
        let shorten = |path: &mut String| {
            if let Some(own) = self.shorter(path) {
                *path = own;
            }
        };
        effective.policy_files.iter_mut().for_each(shorten);
        let policies = &mut effective.policies;
        for named in [
            &mut policies.functions,
            &mut policies.roles,
            &mut policies.logical_ids,
        ] {
            let files = named.values_mut().flat_map(|files| &mut files.0);
            files.for_each(shorten);
        }
    }

    /// A path from the checkout on; nothing where it is one already, or lies elsewhere.
    fn shorter(&self, path: &str) -> Option<String> {
        if !path.starts_with('/') {
            return None;
        }
        let whole = normal(Path::new(path));
        let mut inside = self
            .roots
            .iter()
            .filter_map(|root| whole.strip_prefix(root).ok());
        let own = inside.next()?.to_str()?;
        Some(if own.is_empty() { "." } else { own }.to_owned())
    }
}

#[cfg(test)]
mod tests {
    use super::Own;

    #[test]
    fn paths_of_the_checkout_are_those_of_the_repository() {
        let own = Own {
            roots: vec!["/w/shop".into()],
        };
        let told = |value: &str| own.input("INPUT_POLICY-FILE", value.to_owned());
        assert_eq!(
            told("/w/shop/policies/{function}.json"),
            "policies/{function}.json"
        );
        assert_eq!(
            told("/w/shop/a.json,\n  /w/shop/./x/../b.json\n"),
            "a.json,\n  b.json\n"
        );
        assert_eq!(told("/w/shop"), ".");
        for other in [
            "role.json",
            "/w/shopping/a.json",
            "/w/shop/../a.json",
            "/etc/a.json",
        ] {
            assert_eq!(told(other), other);
        }
        assert_eq!(
            own.input("INPUT_FUNCTION", "/w/shop/a".to_owned()),
            "/w/shop/a"
        );
        assert_eq!(
            Own::default().input("INPUT_TRACES", "/w/shop/a".to_owned()),
            "/w/shop/a"
        );
    }
}
