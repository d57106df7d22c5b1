use super::*;

const HEAD: &str = r#"{
  "Version": "2012-10-17",
  "Statement": [
    {
      "Effect": "Allow",
      "Action": [
        "s3:GetObject",
        "s3:PutObject",
        "s3:DeleteObject"
      ],
      "Resource": "*"
    },
    {
      "Effect": "Allow",
      "Action": ["sqs:SendMessage", "sqs:PurgeQueue"],
      "Resource": "*"
    },
    {
      "Effect": "Allow",
      "Action": "iam:PassRole",
      "Resource": "*"
    }
  ]
}
"#;

/// Returns a patch in which every line of the head is new.
fn all_new(head: &str) -> String {
    let lines = head.lines().count();
    let shown: Vec<String> = head.lines().map(|line| format!("+{line}")).collect();
    format!("@@ -0,0 +1,{lines} @@\n{}", shown.join("\n"))
}

fn edit(first: usize, last: usize, text: &str) -> Edit {
    Edit {
        first,
        last,
        text: Some(text.to_owned()),
    }
}

fn gone(first: usize, last: usize) -> Edit {
    Edit {
        first,
        last,
        text: None,
    }
}

fn read(text: &str) -> Option<Vec<PolicyDocument>> {
    let policy = PolicyDocument::parse(text, "policy.json");
    policy.ok().map(|policy| vec![policy])
}

fn offered(head: &str, patch: &str, edits: &[Edit]) -> Vec<Edit> {
    clicks(head, patch, edits, &read, Catalog::embedded())
}

#[test]
fn each_statement_is_a_click_that_is_right_alone() {
    let edits = [
        edit(8, 9, "        \"s3:PutObject\""),
        edit(11, 11, "      \"Resource\": \"arn:aws:s3:::orders/*\""),
        edit(15, 15, "      \"Action\": [\"sqs:SendMessage\"],"),
    ];
    let clicks = offered(HEAD, &all_new(HEAD), &edits);
    let first = edit(
        8,
        11,
        "        \"s3:PutObject\"\n      ],\n      \"Resource\": \"arn:aws:s3:::orders/*\"",
    );
    assert_eq!(clicks, [first, edits[2].clone()]);
}

#[test]
fn lines_that_are_not_in_one_hunk_get_none() {
    let edits = [
        edit(8, 9, "        \"s3:PutObject\""),
        edit(15, 15, "      \"Action\": [\"sqs:SendMessage\"],"),
    ];
    let line = |number: usize| HEAD.lines().nth(number - 1).expect("a line");
    let one = format!("@@ -15 +15 @@\n-old\n+{}", line(15));
    assert_eq!(offered(HEAD, &one, &edits), [edits[1].clone()]);
    let halves = format!("@@ -8 +8 @@\n+{}\n@@ -9 +9 @@\n+{}", line(8), line(9));
    assert_eq!(offered(HEAD, &halves, &edits), []);
    let other = format!("@@ -15 +15 @@\n-old\n+{} ", line(15));
    assert_eq!(offered(HEAD, &other, &edits), [], "a patch of another text");
}

#[test]
fn a_comma_that_hangs_on_another_line_comes_along() {
    // The last statement is removed, and the comma after the one before it too.
    let whole = [edit(17, 22, "    }")];
    assert_eq!(offered(HEAD, &all_new(HEAD), &whole), whole);
    // These are two edits. Alone neither leaves valid JSON, so they become one click.
    let apart = [edit(17, 17, "    }"), gone(18, 22)];
    assert_eq!(offered(HEAD, &all_new(HEAD), &apart), whole);
}

#[test]
fn half_of_a_statement_that_is_split_is_no_click() {
    // Sending stays on one queue, purging on another: the second statement alone would add what is not there, the first
    // alone would take away what is needed.
    let edits = [
        edit(
            15,
            16,
            "      \"Action\": [\"sqs:SendMessage\"],\n      \"Resource\": \"arn:aws:sqs:eu-west-1:111122223333:a\"",
        ),
        edit(
            22,
            22,
            "    },\n    {\n      \"Effect\": \"Allow\",\n      \"Action\": \"sqs:PurgeQueue\",\n      \"Resource\": \"arn:aws:sqs:eu-west-1:111122223333:b\"\n    }",
        ),
    ];
    let clicks = offered(HEAD, &all_new(HEAD), &edits);
    assert!(
        clicks
            .iter()
            .all(|click| click.first > 15 || click.last >= 22),
        "{clicks:?}"
    );
    for click in clicks {
        let lines: Vec<&str> = HEAD.split_inclusive('\n').collect();
        assert!(read(&edited(&lines, &[click]).expect("it applies")).is_some());
    }
}

#[test]
fn what_would_grant_more_is_no_click() {
    let more = [edit(15, 15, "      \"Action\": [\"sqs:*\"],")];
    assert_eq!(offered(HEAD, &all_new(HEAD), &more), []);
}

#[test]
fn line_ends_are_the_files_own() {
    let head = HEAD.replace('\n', "\r\n");
    let edits = [edit(15, 15, "      \"Action\": [\"sqs:SendMessage\"],")];
    assert_eq!(offered(&head, &all_new(&head), &edits), edits);
    let lines: Vec<&str> = head.split_inclusive('\n').collect();
    let after = edited(&lines, &edits).expect("it applies");
    assert_eq!(after.matches("\r\n").count(), after.matches('\n').count());
}

#[test]
fn what_is_not_the_heads_or_does_not_parse_gets_none() {
    let edits = [edit(400, 401, "x")];
    assert_eq!(offered(HEAD, &all_new(HEAD), &edits), []);
    assert_eq!(offered("{", "@@ -0,0 +1 @@\n+{", &[edit(1, 1, "{}")]), []);
    assert_eq!(offered(HEAD, &all_new(HEAD), &[]), []);
}
