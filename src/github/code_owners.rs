//! Reads `CODEOWNERS` and returns the owners of a file.
//!
//! Follows
//! <https://docs.github.com/en/repositories/managing-your-repositorys-settings-and-features/customizing-your-repository/about-code-owners>:
//! the last matching pattern counts, and a pattern without owners means that the file has no owner. A line that GitHub
//! cannot read is ignored, as GitHub does.

/// The places where GitHub looks for the file. The first that exists counts.
pub const PLACES: [&str; 3] = [".github/CODEOWNERS", "CODEOWNERS", "docs/CODEOWNERS"];

/// Returns the owners of a path, which is relative to the repository's root.
///
/// ```
/// use aws_least_privilege::github::code_owners::owners;
///
/// let text = "*  @acme/everyone\n/.least-privilege.yml  @acme/security  # the gate\n";
/// assert_eq!(owners(text, ".least-privilege.yml"), ["@acme/security"]);
/// assert_eq!(owners(text, "src/main.rs"), ["@acme/everyone"]);
/// assert!(owners("docs/ @acme/writers\n", ".least-privilege.yml").is_empty());
/// ```
pub fn owners(text: &str, path: &str) -> Vec<String> {
    let lines = text.lines().filter_map(line);
    let matching = lines.filter(|(pattern, _)| matches(pattern, path));
    matching
        .map(|(_, owners)| owners)
        .next_back()
        .unwrap_or_default()
}

/// Returns the pattern of a line and its owners, or `None` if the line has no pattern or GitHub cannot read it.
fn line(text: &str) -> Option<(String, Vec<String>)> {
    let mut words = words(text).into_iter();
    let pattern = words.next()?;
    if pattern.starts_with('!') || pattern.contains('[') {
        return None;
    }
    let owners: Vec<String> = words.collect();
    let is_owner = |word: &String| word.contains('@') && !word.ends_with('@');
    owners.iter().all(is_owner).then_some((pattern, owners))
}

/// Returns the words of a line up to a comment. An escaped space is part of its word.
fn words(text: &str) -> Vec<String> {
    let mut words = Vec::new();
    let mut word = String::new();
    let mut letters = text.chars();
    while let Some(letter) = letters.next() {
        match letter {
            '\\' => word.extend(letters.next()),
            '#' if word.is_empty() => break,
            letter if letter.is_whitespace() => {
                if !word.is_empty() {
                    words.push(std::mem::take(&mut word));
                }
            }
            letter => word.push(letter),
        }
    }
    if !word.is_empty() {
        words.push(word);
    }
    words
}

fn matches(pattern: &str, path: &str) -> bool {
    let inner = pattern.trim_end_matches('/');
    let is_folder = inner.len() < pattern.len();
    let is_at_root = inner.contains('/');
    let mut parts: Vec<&str> = inner.split('/').filter(|part| !part.is_empty()).collect();
    if !is_at_root {
        parts.insert(0, "**");
    }
    let names: Vec<&str> = path.split('/').collect();
    // A pattern that matches a folder also matches everything in it, but `docs/*` only matches what is directly there.
    let is_deep = parts.last().is_some_and(|last| *last != "*") || !is_at_root;
    let shortest = usize::from(is_folder);
    (1..=names.len()).any(|length| {
        let is_whole = length == names.len();
        let rest = names.len() - length;
        (is_whole || is_deep || is_folder)
            && rest >= shortest
            && names
                .get(..length)
                .is_some_and(|names| all_match(&parts, names))
    })
}

/// Whether the parts of a pattern match these names one by one. `**` matches any number of names.
fn all_match(parts: &[&str], names: &[&str]) -> bool {
    match (parts.split_first(), names.split_first()) {
        (None, None) => true,
        (Some((&"**", more)), _) => {
            let mut tails = (0..=names.len()).filter_map(|skipped| names.get(skipped..));
            more.is_empty() || tails.any(|tail| all_match(more, tail))
        }
        (Some((part, more)), Some((name, rest))) => {
            let (part, name): (Vec<char>, Vec<char>) =
                (part.chars().collect(), name.chars().collect());
            is_like(&part, &name) && all_match(more, rest)
        }
        (Some(_), None) | (None, Some(_)) => false,
    }
}

/// Whether a name matches a part with `*` and `?`.
fn is_like(part: &[char], name: &[char]) -> bool {
    match (part.split_first(), name.split_first()) {
        (None, None) => true,
        (Some(('*', more)), _) => {
            is_like(more, name)
                || name
                    .split_first()
                    .is_some_and(|(_, rest)| is_like(part, rest))
        }
        (Some(('?', more)), Some((_, rest))) => is_like(more, rest),
        (Some((letter, more)), Some((own, rest))) => letter == own && is_like(more, rest),
        (Some(_), None) | (None, Some(_)) => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The examples of GitHub's own page.
    #[test]
    fn patterns_mean_what_github_says() {
        let cases = [
            ("*", ".least-privilege.yml", true),
            ("*", "a/b/c.json", true),
            ("*.js", "src/a.js", true),
            ("*.js", "src/a.jsx", false),
            ("/build/logs/", "build/logs/a.txt", true),
            ("/build/logs/", "build/logs/deep/a.txt", true),
            ("/build/logs/", "src/build/logs/a.txt", false),
            ("docs/*", "docs/getting-started.md", true),
            ("docs/*", "docs/build-app/troubleshooting.md", false),
            ("apps/", "apps/a.yml", true),
            ("apps/", "src/apps/a.yml", true),
            ("apps/", "apps", false),
            ("/docs/", "docs/a.md", true),
            ("/docs/", "src/docs/a.md", false),
            ("/scripts/", "scripts/a/b.sh", true),
            ("**/logs", "build/logs/a.txt", true),
            ("**/logs", "logs/a.txt", true),
            ("/apps/github", "apps/github/a.md", true),
            ("/apps/github", "apps/github", true),
            (".least-privilege.yml", "app/.least-privilege.yml", true),
            ("/.least-privilege.yml", "app/.least-privilege.yml", false),
            ("a/**/c", "a/b/b/c", true),
            ("a/**/c", "a/c", true),
            ("a/**", "a/b/c", true),
            ("?.json", "a.json", true),
        ];
        for (pattern, path, expected) in cases {
            assert_eq!(matches(pattern, path), expected, "{pattern} and {path}");
        }
    }

    #[test]
    fn the_last_pattern_counts_and_one_without_owners_frees() {
        let text = "* @all\n*.yml @ymls a@b.example\n/free.yml\n# *.yml @comment\n!x.yml @no\n*.yml nobody\n";
        assert_eq!(owners(text, "a.yml"), ["@ymls", "a@b.example"]);
        assert!(owners(text, "free.yml").is_empty());
        assert_eq!(owners(text, "a.md"), ["@all"]);
        assert_eq!(owners("my\\ file.yml @one\n", "my file.yml"), ["@one"]);
    }
}
