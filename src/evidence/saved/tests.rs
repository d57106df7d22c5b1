use super::*;
use crate::evidence::GapReason;
use flate2::Compression;
use flate2::write::GzEncoder;
use std::io::Write as _;

const FUNCTION: &str = "arn:aws:lambda:eu-west-1:123456789012:function:shop";

fn now() -> Timestamp {
    Timestamp::from_second(1_600_000_000).unwrap()
}

fn trace_id(number: u32) -> String {
    format!("1-5aaf0fa0-{number:024x}")
}

/// The document of a function that writes one item.
fn document(number: u32) -> String {
    format!(
        r#"{{"id":"{number:016x}","trace_id":"{}","name":"shop","start_time":1.5E9,"end_time":1500000001,"origin":"AWS::Lambda::Function","aws":{{"function_arn":"{FUNCTION}"}},"subsegments":[{{"id":"{:016x}","name":"DynamoDB","namespace":"aws","aws":{{"operation":"PutItem","table_name":"orders"}}}}]}}"#,
        trace_id(number),
        number + 0x1000_0000,
    )
}

fn quoted(text: &str) -> String {
    serde_json::to_string(text).unwrap()
}

fn trace(number: u32) -> String {
    let document = quoted(&document(number));
    format!(
        r#"{{"Id":"{}","Duration":0.1,"Segments":[{{"Id":"{number:016x}","Document":{document}}}]}}"#,
        trace_id(number)
    )
}

fn response(numbers: std::ops::Range<u32>) -> String {
    let traces: Vec<String> = numbers.map(trace).collect();
    format!(
        r#"{{"Traces":[{}],"UnprocessedTraceIds":[]}}"#,
        traces.join(",")
    )
}

fn read_text(text: &[u8]) -> Result<(Vec<TraceEvidence>, Gaps), SavedError> {
    let mut traces = Vec::new();
    let mut stdin = text;
    let gaps = read(&["-".into()], &mut stdin, now(), &mut |trace| {
        traces.push(trace);
    })?;
    traces.sort_by_key(|trace| trace.trace);
    Ok((traces, gaps))
}

fn reasons(gaps: &Gaps) -> Vec<(GapReason, String, u64)> {
    gaps.iter()
        .map(|(reason, detail, count)| (reason, detail.to_owned(), count))
        .collect()
}

fn gzipped(text: &str) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::fast());
    encoder.write_all(text.as_bytes()).unwrap();
    encoder.finish().unwrap()
}

/// Two traces in every form in which they may be saved.
fn shapes() -> Vec<(&'static str, Vec<u8>)> {
    let (one, two) = (trace(1), trace(2));
    let (first, second) = (document(1), document(2));
    let both = response(1..3);
    let pretty: serde_json::Value = serde_json::from_str(&both).unwrap();
    let members = [gzipped(&one), gzipped(&two)].concat();
    let parsed = format!(
        r#"{{"Id":"{}","Segments":[{{"Id":"1","Document":{first}}}]}}"#,
        trace_id(1)
    );
    let inline = format!(r#"{{"Id":"{}","Segments":[{second}]}}"#, trace_id(2));
    vec![
        ("a response", both.clone().into_bytes()),
        ("a response over many lines", serde_json::to_vec_pretty(&pretty).unwrap()),
        ("a response with its members in another order", format!(r#"{{"UnprocessedTraceIds":[],"ResponseMetadata":{{"a":"}}"}},"Traces": [{one},{two}] }}"#).into_bytes()),
        ("responses as JSON Lines", format!("{}\n{}\n", response(1..2), response(2..3)).into_bytes()),
        ("an array of responses", format!("[{},{}]", response(1..2), response(2..3)).into_bytes()),
        ("an array of traces", format!("[{one},\n{two}]").into_bytes()),
        ("traces as JSON Lines", format!("{one}\r\n{two}\r\n").into_bytes()),
        ("documents one after another", format!("{first}{second}").into_bytes()),
        ("an array of documents", format!("[{first},{second}]").into_bytes()),
        ("an array of documents as strings", format!("[{},{}]", quoted(&first), quoted(&second)).into_bytes()),
        ("documents as strings, one a line", format!("{}\n{}", quoted(&first), quoted(&second)).into_bytes()),
        ("segments without their trace", format!(r#"[{{"Id":"1","Document":{}}},{{"Id":"2","Document":{second}}}]"#, quoted(&first)).into_bytes()),
        ("documents that are parsed already", format!("[{parsed},{inline}]").into_bytes()),
        ("what the daemon is sent", format!("{{\"format\":\"json\",\"version\":1}}\n{first}\n{{\"format\": \"json\", \"version\": 1}}\n{second}").into_bytes()),
        ("a request to put segments", format!(r#"{{"TraceSegmentDocuments":[{},{}]}}"#, quoted(&first), quoted(&second)).into_bytes()),
        ("a byte order mark first", format!("\u{feff}{both}").into_bytes()),
        ("gzip", gzipped(&both)),
        ("gzip in several members", members),
    ]
}

#[test]
fn every_shape_shows_the_same() {
    let (expected, _) = read_text(response(1..3).as_bytes()).unwrap();
    assert_eq!(expected.len(), 2);
    assert_eq!(expected[0].observations[0].owner.to_string(), FUNCTION);
    for (shape, bytes) in shapes() {
        let (traces, gaps) = read_text(&bytes).unwrap_or_else(|error| panic!("{shape}: {error}"));
        assert_eq!(traces, expected, "{shape}");
        assert!(gaps.is_empty(), "{shape}: {gaps:?}");
    }
}

#[test]
fn a_trace_counts_once_however_often_and_in_whatever_shape_it_is_saved() {
    let all: Vec<u8> = shapes()
        .into_iter()
        .filter(|(shape, _)| !shape.contains("gzip"))
        .flat_map(|(_, bytes)| [bytes, b"\n".to_vec()].concat())
        .collect();
    let (traces, _) = read_text(&all).unwrap();
    assert_eq!(traces.len(), 2);
}

#[test]
fn scattered_documents_of_one_trace_find_each_other() {
    let segment = document(1);
    let call = format!(
        r#"{{"id":"00000000000000aa","trace_id":"{}","parent_id":"{:016x}","type":"subsegment","name":"S3","namespace":"aws","aws":{{"operation":"GetObject"}}}}"#,
        trace_id(1),
        1
    );
    let (traces, _) = read_text(format!("{call}\n{}\n{segment}", document(2)).as_bytes()).unwrap();
    assert_eq!(traces.len(), 2);
    assert_eq!(traces[0].observations.len(), 2);
    assert!(traces[0].gaps.is_empty());
}

#[test]
fn a_file_cut_short_keeps_the_traces_before_the_cut() {
    let text = response(1..4);
    let cut = text.find(&trace_id(3)).unwrap() + 60;
    let (traces, gaps) = read_text(&text.as_bytes()[..cut]).unwrap();
    assert_eq!(traces.len(), 2);
    assert_eq!(
        reasons(&gaps),
        [(GapReason::Truncated, "standard input:1".into(), 1)]
    );

    let compressed = gzipped(&response(1..2000));
    let (traces, gaps) = read_text(&compressed[..compressed.len() / 2]).unwrap();
    assert!(traces.len() > 10, "{}", traces.len());
    assert_eq!(reasons(&gaps).len(), 1);
    assert_eq!(reasons(&gaps)[0].0, GapReason::Truncated);
}

#[test]
fn a_broken_item_costs_itself_alone() {
    for broken in [
        "{\"Id\": \"1-5aaf",
        "{\"Id\": \"x\", \"Segments\": [",
        "{\"Id\" 5}",
        "{]}",
        "nonsense",
        "12",
        "{\"hello\": \"world\"}",
        "\"text\"",
    ] {
        let text = format!("{}\n{broken}\n{}\n", trace(1), trace(2));
        let (traces, gaps) = read_text(text.as_bytes()).unwrap();
        assert_eq!(traces.len(), 2, "{broken}");
        let reasons = reasons(&gaps);
        assert_eq!(reasons[0].0, GapReason::Malformed, "{broken}");
        assert_eq!(reasons[0].1, "standard input:2", "{broken}");
    }
}

#[test]
fn bytes_that_are_no_text_cost_their_trace_alone() {
    let mut bytes = trace(1).into_bytes();
    bytes.push(b'\n');
    let line = trace(2).replace("Duration", "Dur?tion");
    bytes.extend(
        line.bytes()
            .map(|byte| if byte == b'?' { 0xff } else { byte }),
    );
    let (traces, gaps) = read_text(&bytes).unwrap();
    assert_eq!(traces.len(), 1);
    assert_eq!(
        reasons(&gaps),
        [(GapReason::Malformed, "standard input:2".into(), 1)]
    );
}

#[test]
fn gaps_that_x_ray_itself_names() {
    let limited = trace(1).replacen(r#""Duration""#, r#""LimitExceeded":true,"Duration""#, 1);
    let text = format!(r#"{{"Traces":[{limited}],"UnprocessedTraceIds":["1-5aaf0fa0-0"]}}"#);
    let (traces, gaps) = read_text(text.as_bytes()).unwrap();
    assert_eq!(traces[0].gaps.len(), 1);
    assert_eq!(traces[0].gaps[0].reason, GapReason::LimitExceeded);
    assert_eq!(traces[0].gaps[0].detail, trace_id(1));
    assert_eq!(
        reasons(&gaps),
        [(GapReason::Unprocessed, "standard input:1".into(), 1)]
    );
}

#[test]
fn a_file_without_traces_is_an_error_that_helps() {
    let too_many = "no trace\n".repeat(5000);
    for text in [
        "# Readme",
        "{\"hello\": 1}",
        "[1, 2]",
        "\0\0\0",
        "\n\n{]",
        too_many.as_str(),
    ] {
        let error = read_text(text.as_bytes()).unwrap_err();
        assert!(
            matches!(error, SavedError::NotTraces { .. }),
            "{text:.20}: {error}"
        );
        assert!(error.hint().contains("JSON Lines"));
    }
    let error = read_text(b"\n\n{\"hello\": 1}").unwrap_err();
    assert_eq!(
        error.to_string(),
        "`standard input` holds no traces: line 3 is neither a trace nor a segment document"
    );
    for empty in ["[]", "{\"Traces\": []}"] {
        let (traces, gaps) = read_text(empty.as_bytes()).unwrap();
        assert!(traces.is_empty() && gaps.is_empty(), "{empty}");
    }
    for blank in ["", " \n", "\t\r\n\n"] {
        let (traces, gaps) = read_text(blank.as_bytes()).unwrap();
        let told = (GapReason::Skipped, "standard input is empty".into(), 1);
        assert_eq!((traces.len(), reasons(&gaps)), (0, vec![told]));
    }
}

#[test]
fn folders_are_read_whole() {
    let folder = tempfile::tempdir().unwrap();
    let write = |name: &str, bytes: &[u8]| {
        let path = folder.path().join(name);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::io::Write::write_all(
            &mut std::fs::OpenOptions::new()
                .create(true)
                .truncate(true)
                .write(true)
                .open(path)
                .unwrap(),
            bytes,
        )
        .unwrap();
    };
    write("b.json", trace(1).as_bytes());
    write("deep/er/a.jsonl", trace(2).as_bytes());
    write("deep/c.json.gz", &gzipped(&trace(3)));
    write("deep/plain", trace(4).as_bytes());
    write(".hidden/d.json", b"no trace");
    write(".gitkeep", b"");
    write("README.md", b"no trace");
    let mut count = 0;
    read(
        &[folder.path().to_owned(), folder.path().join("b.json")],
        &mut std::io::empty(),
        now(),
        &mut |_| count += 1,
    )
    .unwrap();
    assert_eq!(count, 4);

    let empty = tempfile::tempdir().unwrap();
    let error = read(
        &[empty.path().to_owned()],
        &mut std::io::empty(),
        now(),
        &mut |_| {},
    )
    .unwrap_err();
    assert!(matches!(error, SavedError::EmptyFolder { .. }));
    let error = read(
        &[empty.path().join("missing.json")],
        &mut std::io::empty(),
        now(),
        &mut |_| {},
    )
    .unwrap_err();
    assert!(matches!(error, SavedError::Unreadable { .. }));
}

/// A source of any length that repeats a pattern between a beginning and an end.
struct Generated {
    begin: std::io::Cursor<Vec<u8>>,
    pattern: Vec<u8>,
    repeats: usize,
    end: std::io::Cursor<Vec<u8>>,
}

impl Generated {
    fn new(begin: &str, pattern: &str, repeats: usize, end: &str) -> Self {
        Self {
            begin: std::io::Cursor::new(begin.into()),
            pattern: pattern.into(),
            repeats,
            end: std::io::Cursor::new(end.into()),
        }
    }
}

impl Read for Generated {
    fn read(&mut self, buffer: &mut [u8]) -> std::io::Result<usize> {
        let begun = self.begin.read(buffer)?;
        if begun > 0 || buffer.len() < self.pattern.len() {
            return Ok(begun);
        }
        let times = self.repeats.min(buffer.len() / self.pattern.len());
        if times == 0 {
            return self.end.read(buffer);
        }
        self.repeats -= times;
        let length = times * self.pattern.len();
        for slot in buffer[..length].chunks_mut(self.pattern.len()) {
            slot.copy_from_slice(&self.pattern);
        }
        Ok(length)
    }
}

fn read_source(source: &mut dyn Read) -> Result<(usize, Gaps), SavedError> {
    let mut traces = 0;
    let gaps = read(&["-".into()], source, now(), &mut |_| traces += 1)?;
    Ok((traces, gaps))
}

#[test]
fn a_document_of_a_hundred_megabytes_is_a_gap_and_what_follows_is_read() {
    let begin = format!("{}\n{{\"id\":\"1\",\"name\":\"", trace(1));
    let end = format!("\"}}\n{}", trace(2));
    let mut source = Generated::new(&begin, "0123456789", 10_000_000, &end);
    let (traces, gaps) = read_source(&mut source).unwrap();
    assert_eq!(traces, 2);
    assert_eq!(
        reasons(&gaps),
        [(GapReason::TooLarge, "standard input:2".into(), 1)]
    );
}

#[test]
fn a_bomb_of_gzip_is_no_more_than_what_it_unpacks_to() {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::best());
    std::io::copy(
        &mut Generated::new("{\"Traces\":[", "      ", 20_000_000, &trace(1)),
        &mut encoder,
    )
    .unwrap();
    let bomb = encoder.finish().unwrap();
    assert!(bomb.len() < 200_000);
    let (traces, gaps) = read_text(&bomb).unwrap();
    assert_eq!(traces.len(), 1);
    assert_eq!(reasons(&gaps)[0].0, GapReason::Truncated);
}

#[test]
fn gzip_that_is_damaged_keeps_the_traces_before_the_damage() {
    let mut bytes = gzipped(&trace(1));
    bytes.extend(b"no gzip, but some more bytes");
    let (traces, gaps) = read_text(&bytes).unwrap();
    assert_eq!(traces.len(), 1);
    assert_eq!(reasons(&gaps)[0].0, GapReason::Malformed);
    let error = read_text(&[0x1f, 0x8b, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10]).unwrap_err();
    assert!(matches!(error, SavedError::Corrupt { .. }), "{error}");
}

#[test]
fn deep_documents_are_read_as_far_as_they_may_be() {
    let levels = 100_000;
    let deep = format!(
        "{}{{}}{}",
        "{\"name\":\"x\",\"id\":\"1\",\"subsegments\":[".repeat(levels),
        "]}".repeat(levels)
    );
    let text = format!("{}\n{deep}\n", trace(1));
    let (traces, gaps) = read_text(text.as_bytes()).unwrap();
    assert_eq!(traces.len(), 2);
    assert!(gaps.is_empty());
    assert_eq!(traces[0].gaps[0].reason, GapReason::TooLarge);
}

/// A call in a document of its own, below a node of another document.
fn span(trace: u32, id: u64, above: u64, call: bool) -> String {
    let aws = if call {
        r#","namespace":"aws","aws":{"operation":"GetObject","region":"eu-west-1"}"#
    } else {
        ""
    };
    format!(
        r#"{{"id":"{id:016x}","trace_id":"{}","parent_id":"{above:016x}","type":"subsegment","name":"S3"{aws}}}"#,
        trace_id(trace)
    )
}

mod order {
    use super::*;
    use proptest::prelude::*;

    /// Documents of two traces: segments, half-done segments, spans below any of them, and copies.
    fn documents() -> impl Strategy<Value = Vec<String>> {
        let segment = (1_u32..3, any::<bool>()).prop_map(|(trace, in_progress)| {
            let document = document(trace);
            if in_progress {
                document.replacen(r#""end_time":1500000001"#, r#""in_progress":true"#, 1)
            } else {
                document
            }
        });
        let span = (1_u32..3, 0x20_u64..0x28, 1_u64..0x28, any::<bool>())
            .prop_map(|(trace, id, above, call)| span(trace, id, above, call));
        proptest::collection::vec(prop_oneof![segment, span], 0..12)
    }

    proptest! {
        #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(200) })]

        #[test]
        fn neither_order_nor_copies_change_what_is_shown(
            (first, second) in documents().prop_flat_map(|documents| {
                let again: Vec<String> = documents.iter().chain(&documents).cloned().collect();
                (Just(documents), Just(again).prop_shuffle())
            })
        ) {
            let (expected, _) = read_text(first.join("\n").as_bytes()).unwrap();
            let (shuffled, _) = read_text(second.join("").as_bytes()).unwrap();
            prop_assert_eq!(&shuffled, &expected);
            let strings: Vec<String> = second.iter().map(|document| quoted(document)).collect();
            let (as_strings, _) = read_text(format!("[{}]", strings.join(", ")).as_bytes()).unwrap();
            prop_assert_eq!(&as_strings, &expected);
        }

        #[test]
        fn any_bytes_end_in_a_result(bytes in proptest::collection::vec(any::<u8>(), 0..200)) {
            let _ = read_text(&bytes);
        }

        #[test]
        fn any_json_like_text_ends_in_a_result(text in r#"([\[\]{}:,"\\ \n]|"Segments":|"Document":|"Traces":|"id":|"subsegments":|"x"|1){0,60}"#) {
            let _ = read_text(text.as_bytes());
        }
    }
}
