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
    for (name, statements) in policies() {
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

fn allow(action: &Value, resource: &Value) -> Value {
    json!({"Effect": "Allow", "Action": action, "Resource": resource})
}

fn deny(action: &Value, resource: &Value) -> Value {
    json!({"Effect": "Deny", "Action": action, "Resource": resource})
}

fn under(mut statement: Value, operator: &str, key: &str, values: &[String]) -> Value {
    statement["Condition"][operator][key] = json!(values);
    statement
}

/// So many words of three letters.
fn words(count: usize) -> Vec<String> {
    let letters = || 'a'..='z';
    let pairs = letters().flat_map(|one| letters().map(move |two| (one, two)));
    let all = pairs.flat_map(|(one, two)| letters().map(move |three| [one, two, three].iter().collect()));
    all.take(count).collect()
}

fn each(count: usize, make: impl Fn(&str) -> String) -> Value {
    words(count).iter().map(|word| make(word)).collect()
}

/// Policies that are hard in one way each.
fn policies() -> Vec<(&'static str, Vec<Value>)> {
    let all = || allow(&json!("*"), &json!("*"));
    let some = |word: &str| format!("arn:aws:s3:::*{word}*");
    let services = "ec2 iam sagemaker rds glue iot connect quicksight bedrock lambda ssm";
    let regions = |ending: &str| -> Vec<String> { words(676).iter().map(|own| format!("{own}{ending}*")).collect() };
    let places = |first: usize| -> Vec<String> { (first..first + 12).map(|own| format!("{:012}", own * 7)).collect() };
    vec![
        ("* on 400 buckets", vec![allow(&json!("*"), &each(400, |word| format!("arn:aws:s3:::{word}/*")))]),
        ("* on 6,000 patterns", vec![allow(&json!("*"), &each(6_000, |word| format!("arn:aws:s3:::{word}*")))]),
        ("* on * in 3,400 statements", vec![all(); 3_400]),
        ("8,000 buckets", vec![allow(&json!("s3:GetObject"), &each(8_000, some))]),
        ("676 wildcards on 676 patterns", vec![allow(&each(676, |word| format!("s3:*{word}*")), &each(676, some))]),
        ("2,000 wildcards, a pattern each", words(2_000).iter().map(|word| allow(&json!(format!("s3:*{word}*")), &json!(some(word)))).collect()),
        ("ec2:* on 676 patterns, six times", vec![allow(&json!("ec2:*"), &vec![each(676, |word| format!("arn:aws:ec2:*:*:?{word}*/{word}?*")); 6].iter().flat_map(|own| own.as_array().cloned().unwrap_or_default()).collect())]),
        ("ec2:* on 1,000 patterns", vec![allow(&json!("ec2:*"), &each(1_000, |word| format!("arn:aws:ec2:*:*:?{word}*/{word}?*")))]),
        ("ec2:* on 3,000 patterns", vec![allow(&json!("ec2:*"), &each(3_000, |word| format!("arn:aws:ec2:*:*:?{word}*/{word}?*")))]),
        ("11 services on 60 patterns each", services.split(' ').map(|own| allow(&json!(format!("{own}:*")), &each(60, |word| format!("arn:aws:{own}:*:*:*{word}*")))).collect()),
        ("* in 676 regions, 18 times", vec![under(all(), "StringLike", "aws:RequestedRegion", &regions("")); 18]),
        ("* in 676 regions, others each time", "abcdefghijklmnop".chars().map(|own| under(all(), "StringLike", "aws:RequestedRegion", &regions(&own.to_string()))).collect()),
        ("* in 12 regions and 12 accounts, 300 times", (0..300).map(|own| under(under(all(), "StringEquals", "aws:RequestedRegion", &words(600 + own)[588 + own..]), "StringEquals", "aws:ResourceAccount", &places(own))).collect()),
        ("a condition of 14,000 values", vec![under(allow(&json!("dynamodb:*"), &json!("*")), "StringLike", "aws:PrincipalTag/x", &words(14_000))]),
        ("600 conditions of 26 values", words(600).iter().map(|word| under(allow(&json!("dynamodb:*"), &json!("*")), "StringLike", &format!("aws:PrincipalTag/{word}"), &words(26))).collect()),
        ("900 denials", words(900).iter().map(|word| deny(&json!(format!("s3:*{word}*")), &json!(some(word)))).chain([all()]).collect()),
        ("150 denials but for 26 patterns", (0..150).map(|own| json!({"Effect": "Deny", "Action": "s3:*", "NotResource": words(26 * own + 26)[26 * own..].iter().map(|word| some(word)).collect::<Value>()})).chain([allow(&json!("s3:*"), &json!("*"))]).collect()),
        ("600 denials of a tag", words(600).iter().map(|word| under(deny(&json!("dynamodb:*"), &json!(format!("arn:aws:dynamodb:*:*:table/{word}*"))), "StringNotEquals", "aws:PrincipalTag/a", std::slice::from_ref(word))).chain([allow(&json!("dynamodb:*"), &json!("*"))]).collect()),
        ("2,000 variables", vec![allow(&json!("s3:*"), &each(2_000, |word| format!("arn:aws:s3:::${{aws:PrincipalTag/{word}}}/*{word}*")))]),
        ("8 statements but for 1,000 actions", vec![json!({"Effect": "Allow", "NotAction": each(1_000, |word| format!("s3:*{word}*")), "Resource": "*"}); 8]),
        ("190 runs of question marks", vec![allow(&json!("s3:*"), &(1..190).map(|own| format!("arn:aws:s3:::*{0}a{0}*", "?".repeat(own))).collect()), deny(&json!("s3:*"), &(1..190).map(|own| format!("arn:aws:s3:::*a{}*", "?".repeat(own))).collect())]),
    ]
}
