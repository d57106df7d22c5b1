//! Reads the hunks of a unified diff, as line numbers of the file at the head.
//!
//! GitHub returns the diff of each file of a pull request without its header:
//! <https://docs.github.com/en/rest/pulls/pulls#list-pull-requests-files>.

/// The lines of the head that one hunk shows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Hunk {
    /// The first line, counted from 1.
    pub first: usize,
    /// The last line.
    pub last: usize,
}

impl Hunk {
    /// Whether it contains all these lines.
    pub fn has(&self, first: usize, last: usize) -> bool {
        self.first <= first && first <= last && last <= self.last
    }
}

/// Returns the hunks of a patch whose lines agree with the head. The others are from another commit.
pub fn hunks(patch: &str, head: &[&str]) -> Vec<Hunk> {
    let mut found: Vec<(Hunk, bool)> = Vec::new();
    let mut next = 0;
    for line in patch.split('\n') {
        if line.starts_with("@@") {
            if let Some(hunk) = header(line) {
                next = hunk.first;
                found.push((hunk, true));
            }
            continue;
        }
        let Some((hunk, agrees)) = found.last_mut() else {
            continue;
        };
        let Some(shown) = line.strip_prefix(['+', ' ']) else {
            continue;
        };
        let is = next
            .checked_sub(1)
            .and_then(|place| head.get(place))
            .is_some_and(|is| is.trim_end_matches(['\n', '\r']) == shown.trim_end_matches('\r'));
        *agrees &= is && next <= hunk.last;
        next += 1;
    }
    found
        .into_iter()
        .filter(|(hunk, agrees)| *agrees && hunk.first > 0 && hunk.first <= hunk.last)
        .map(|(hunk, _)| hunk)
        .collect()
}

/// Reads `@@ -1,2 +3,4 @@ ...`. A missing count is 1.
fn header(line: &str) -> Option<Hunk> {
    let new = line.split(' ').find_map(|part| part.strip_prefix('+'))?;
    let (first, count) = new.split_once(',').unwrap_or((new, "1"));
    let (first, count): (usize, usize) = (first.parse().ok()?, count.parse().ok()?);
    Some(Hunk {
        first,
        last: (first + count).saturating_sub(1),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    const PATCH: &str = "@@ -1,3 +1,4 @@ {\n a\n-b\n+B\n+c\n d\n@@ -10 +11 @@\n-x\n+y\n\\ No newline at end of file";

    fn head() -> Vec<&'static str> {
        vec![
            "a\n", "B\n", "c\n", "d\n", "5\n", "6\n", "7\n", "8\n", "9\n", "10\n", "y",
        ]
    }

    #[test]
    fn lines_of_the_head_are_counted() {
        let found = hunks(PATCH, &head());
        let first = Hunk { first: 1, last: 4 };
        let second = Hunk {
            first: 11,
            last: 11,
        };
        assert_eq!(found, [first, second]);
        assert!(first.has(1, 4) && first.has(2, 2));
        assert!(!first.has(4, 5) && !first.has(0, 1) && !first.has(3, 2));
    }

    #[test]
    fn a_hunk_of_another_commit_is_left_out() {
        let mut head = head();
        head[1] = "b\n";
        assert_eq!(hunks(PATCH, &head).len(), 1);
        assert!(hunks(PATCH, &[]).is_empty());
    }

    #[test]
    fn carriage_returns_are_no_difference() {
        let head: Vec<String> = head()
            .iter()
            .map(|line| line.replace('\n', "\r\n"))
            .collect();
        let head: Vec<&str> = head.iter().map(String::as_str).collect();
        assert_eq!(hunks(PATCH, &head).len(), 2);
    }

    #[test]
    fn nonsense_is_no_hunk() {
        for patch in [
            "",
            "+a",
            "@@",
            "@@ +x,y @@\n a",
            "@@ -1 +0,0 @@",
            "@@ -1 +1,99999999999999999999 @@",
        ] {
            assert!(hunks(patch, &head()).is_empty(), "{patch}");
        }
    }
}
