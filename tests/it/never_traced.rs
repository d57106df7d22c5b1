//! The page of what traces never show is made from the tables: `UPDATE_SNAPSHOTS=1 cargo test --test it never_traced` rewrites it.

use crate::snapshots::assert_is_snapshot_at;
use aws_least_privilege::catalog::untraced::{ALL, TABLE};
use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::path::Path;

const HEAD: &str = "\
# What traces never show

X-Ray records calls of an AWS SDK. The permissions below are used without one, so no trace can tell whether they are needed. Granted on named
resources they are *cannot tell*. On `*` they are too much.

| action | why no trace shows it |
|---|---|
";

const REST: &str = "
Other things that no trace shows are not in the table, because they hang on more than the action:

- **Presigned URLs**: whoever has one uses the rights of the role that signed it, and the role makes no call
  ([AWS](https://docs.aws.amazon.com/AmazonS3/latest/userguide/using-presigned-url.html)). Such a grant is *never called*: accept it.
- **Before the handler runs**: secrets, parameters, configuration and keys that a Lambda function reads when its module is loaded.
- **Roles handed on**: every operation whose request takes a role needs `iam:PassRole` on it, and the first call in an account may make the
  service's own role. Where the role was recorded, that role alone is undecided.
- **Services that go on with the caller's rights**: the rules are in [data/possible](../data/possible), each with AWS's page.
- **Keys**: reading what is encrypted decrypts, writing asks for a data key; grants on keys are made by the operations alone that AWS names.
";

fn page() -> String {
    let mut rows: BTreeMap<(&str, &str, &str), Vec<&str>> = BTreeMap::new();
    for row in &TABLE {
        let names = rows.entry((row.prefix, row.reason, row.page));
        names.or_default().push(row.name);
    }
    let mut text = HEAD.to_owned();
    for ((prefix, reason, page), names) in rows {
        let actions: Vec<String> = names
            .iter()
            .map(|name| format!("`{prefix}:{}`", if *name == ALL { "*" } else { name }))
            .collect();
        let actions = actions.join(", ");
        writeln!(
            text,
            "| {actions} | {reason} ([AWS](https://docs.aws.amazon.com/{page})) |"
        )
        .expect("a text can be written to");
    }
    text + REST
}

#[test]
fn the_page_of_what_traces_never_show_is_what_the_table_says() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/never-traced.md");
    assert_is_snapshot_at(&path, &page());
}
