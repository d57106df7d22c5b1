//! What policies cost that are made to be hard: the gate with its suggestion, on files of up to 200 kB.
//!
//! Each is judged by the program in a process of its own. Prints its processor time and the most memory it used, and ends
//! with an error if one took more than 5 seconds or 300 MB. Reads `/proc`, so it runs on Linux.

#![expect(
    clippy::print_stdout,
    clippy::disallowed_methods,
    reason = "a benchmark writes its input, starts the program, and prints its figures"
)]

use serde_json::{Value, json};
use std::error::Error;
use std::fs;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::thread::sleep;
use std::time::Duration;

const PROGRAM: &str = env!("CARGO_BIN_EXE_aws-least-privilege");
const MOST_SECONDS: f64 = 5.0;
const MOST_KIB: u64 = 300_000_000 / 1024;

fn main() -> Result<(), Box<dyn Error>> {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR"));
    fs::create_dir_all(folder)?;
    let mut over = 0;
    let policies = [long(), conditional(), denied()].concat();
    for (name, statements) in policies {
        let text = json!({"Version": "2012-10-17", "Statement": statements}).to_string();
        let path = folder.join("bench-hostile.json");
        fs::write(&path, &text)?;
        let before = seconds_of_children()?;
        let (kib, code) = most_memory(
            Command::new(PROGRAM)
                .args(["gate", "--function", "checkout", "--traces"])
                .arg(Path::new(env!("CARGO_MANIFEST_DIR")).join("examples/shop/traces"))
                .arg("--policy-file")
                .arg(&path)
                .stdout(Stdio::null())
                .stderr(Stdio::null())
                .spawn()?,
        )?;
        let seconds = seconds_of_children()? - before;
        if !matches!(code, Some(0 | 3 | 4)) {
            return Err(format!("{name}: the gate ended in {code:?}, which is no verdict").into());
        }
        let is_over = seconds > MOST_SECONDS || kib > MOST_KIB;
        over += usize::from(is_over);
        println!(
            "{name} ({} kB): {seconds:.2} s, {} MB{}",
            text.len() / 1000,
            kib * 1024 / 1_000_000,
            if is_over { ": too much" } else { "" }
        );
    }
    if over > 0 {
        return Err(format!("{over} took more than {MOST_SECONDS} s or 300 MB").into());
    }
    Ok(())
}

/// The most memory of a process in KiB, looked at until it ends, and its exit code.
fn most_memory(mut child: Child) -> Result<(u64, Option<i32>), Box<dyn Error>> {
    let path = format!("/proc/{}/status", child.id());
    let mut most = 0;
    loop {
        let status = fs::read_to_string(&path).unwrap_or_default();
        let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
        let kib = line.and_then(|line| line.trim().strip_suffix(" kB")?.parse().ok());
        most = most.max(kib.unwrap_or(0));
        if let Some(ended) = child.try_wait()? {
            return Ok((most, ended.code()));
        }
        sleep(Duration::from_millis(2));
    }
}

/// The processor time of all processes that this one started and that have ended.
fn seconds_of_children() -> Result<f64, Box<dyn Error>> {
    let stat = fs::read_to_string("/proc/self/stat")?;
    // The name, in brackets, may hold anything; fields 16 and 17 are counted in hundredths of a second.
    let (_, fields) = stat.rsplit_once(')').ok_or("/proc/self/stat has a name")?;
    let times = fields.split_whitespace().skip(13).take(2);
    let hundredths: f64 = times.map(|own| own.parse().unwrap_or(0.0)).sum();
    Ok(hundredths / 100.0)
}

type Policy = (&'static str, Vec<Value>);

fn statement(effect: &str, action: impl Into<Value>, resource: impl Into<Value>) -> Value {
    json!({"Effect": effect, "Action": action.into(), "Resource": resource.into()})
}

fn allow(action: impl Into<Value>, resource: impl Into<Value>) -> Value {
    statement("Allow", action, resource)
}

fn deny(action: impl Into<Value>, resource: impl Into<Value>) -> Value {
    statement("Deny", action, resource)
}

fn under(mut statement: Value, condition: Value) -> Value {
    if let Some(own) = statement.as_object_mut() {
        own.insert("Condition".to_owned(), condition);
    }
    statement
}

/// So many words of three letters.
fn words(count: usize) -> Vec<String> {
    let letters = || 'a'..='z';
    let pairs = letters().flat_map(|one| letters().map(move |two| (one, two)));
    let triples = pairs
        .flat_map(|(one, two)| letters().map(move |three| String::from_iter([one, two, three])));
    triples.take(count).collect()
}

/// A text for each of so many words.
fn each(count: usize, make: impl Fn(&str) -> String) -> Vec<String> {
    words(count).iter().map(|word| make(word)).collect()
}

/// A statement for each of so many words, and then one more.
fn one_by_one(count: usize, make: impl Fn(&str) -> Value, last: Value) -> Vec<Value> {
    let each = words(count);
    let each = each.iter().map(|word| make(word));
    each.chain([last]).collect()
}

fn bucket(word: &str) -> String {
    format!("arn:aws:s3:::*{word}*")
}

/// Many resources, many actions, or many statements.
fn long() -> Vec<Policy> {
    let instance = |word: &str| format!("arn:aws:ec2:*:*:?{word}*/{word}?*");
    let objects = each(400, |word| format!("arn:aws:s3:::{word}/*"));
    let buckets = each(6_000, |word| format!("arn:aws:s3:::{word}*"));
    let wild = |word: &str| format!("s3:*{word}*");
    let services = "ec2 iam sagemaker rds glue iot connect quicksight bedrock lambda ssm";
    let of_service = |own: &str| {
        let patterns = each(60, |word| format!("arn:aws:{own}:*:*:*{word}*"));
        allow(format!("{own}:*"), patterns)
    };
    let variables = each(2_000, |word| {
        format!("arn:aws:s3:::${{aws:PrincipalTag/{word}}}/*{word}*")
    });
    let two_thousand = one_by_one(
        2_000,
        |word| allow(wild(word), bucket(word)),
        allow("s3:GetObject", "*"),
    );
    let instances = |count| each(count, instance);
    vec![
        ("* on 400 buckets", vec![allow("*", objects)]),
        ("* on 6,000 patterns", vec![allow("*", buckets)]),
        ("* on * in 3,400 statements", vec![allow("*", "*"); 3_400]),
        (
            "8,000 buckets",
            vec![allow("s3:GetObject", each(8_000, bucket))],
        ),
        (
            "676 wildcards on 676 patterns",
            vec![allow(each(676, wild), each(676, bucket))],
        ),
        ("2,000 wildcards, a pattern each", two_thousand),
        (
            "ec2:* on 676 patterns, six times",
            vec![allow("ec2:*", vec![instances(676); 6].concat())],
        ),
        (
            "ec2:* on 1,000 patterns",
            vec![allow("ec2:*", instances(1_000))],
        ),
        (
            "ec2:* on 3,000 patterns",
            vec![allow("ec2:*", instances(3_000))],
        ),
        (
            "11 services on 60 patterns each",
            services.split(' ').map(of_service).collect(),
        ),
        ("2,000 variables", vec![allow("s3:*", variables)]),
    ]
}

/// Conditions of many values, and many conditions.
fn conditional() -> Vec<Policy> {
    let regions = |ending: char| each(676, |word| format!("{word}{ending}*"));
    let in_regions = |ending| {
        let condition = json!({"StringLike": {"aws:RequestedRegion": regions(ending)}});
        under(allow("*", "*"), condition)
    };
    let in_places = |first: usize| {
        let accounts: Vec<String> = (first..first + 12)
            .map(|own| format!("{:012}", own * 7))
            .collect();
        let regions = words(first + 12).split_off(first);
        let places = json!({"aws:RequestedRegion": regions, "aws:ResourceAccount": accounts});
        under(allow("*", "*"), json!({"StringEquals": places}))
    };
    let tagged = |word: &str| {
        let key = format!("aws:PrincipalTag/{word}");
        let condition = json!({"StringLike": {key: words(26)}});
        under(allow("dynamodb:*", "*"), condition)
    };
    let values = under(
        allow("dynamodb:*", "*"),
        json!({"StringLike": {"aws:PrincipalTag/x": words(14_000)}}),
    );
    vec![
        ("* in 676 regions, 18 times", vec![in_regions('x'); 18]),
        (
            "* in 676 regions, others each time",
            ('a'..='p').map(in_regions).collect(),
        ),
        (
            "* in 12 regions and 12 accounts, 300 times",
            (0..300).map(in_places).collect(),
        ),
        ("a condition of 14,000 values", vec![values]),
        (
            "600 conditions of 26 values",
            one_by_one(600, tagged, allow("s3:GetObject", "*")),
        ),
    ]
}

/// Much that is taken away.
fn denied() -> Vec<Policy> {
    let all_but = |word: &str| {
        let others = each(26, |own| bucket(&format!("{word}{own}")));
        json!({"Effect": "Deny", "Action": "s3:*", "NotResource": others})
    };
    let untagged = |word: &str| {
        let tables = format!("arn:aws:dynamodb:*:*:table/{word}*");
        let condition = json!({"StringNotEquals": {"aws:PrincipalTag/a": word}});
        under(deny("dynamodb:*", tables), condition)
    };
    let not_actions = json!({
        "Effect": "Allow",
        "NotAction": each(1_000, |word| format!("s3:*{word}*")),
        "Resource": "*",
    });
    let runs = |make: fn(String) -> String| -> Vec<String> {
        (1..190).map(|own| make("?".repeat(own))).collect()
    };
    let around = runs(|own| format!("arn:aws:s3:::*{own}a{own}*"));
    let behind = runs(|own| format!("arn:aws:s3:::*a{own}*"));
    vec![
        (
            "900 denials",
            one_by_one(
                900,
                |word| deny(format!("s3:*{word}*"), bucket(word)),
                allow("*", "*"),
            ),
        ),
        (
            "150 denials but for 26 patterns",
            one_by_one(150, all_but, allow("s3:*", "*")),
        ),
        (
            "600 denials of a tag",
            one_by_one(600, untagged, allow("dynamodb:*", "*")),
        ),
        ("8 statements but for 1,000 actions", vec![not_actions; 8]),
        (
            "190 runs of question marks",
            vec![allow("s3:*", around), deny("s3:*", behind)],
        ),
    ]
}
