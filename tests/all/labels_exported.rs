//! Classifications and splits on the command line: asked for by name, counted in every form, and written with the members. Places of keys under the salt were worked
//! out with Python's hashlib: 1 has 0.79, 2 has 0.43, 5 has 0.87.

use super::command_line::{End, Project};
use arrow_array::Array;
use arrow_array::cast::AsArray;
use arrow_cast::cast;
use arrow_schema::DataType;
use serde_json::{Value, json};
use std::path::Path;

const LABELS: &str = "\
classify journey \"Journey\" {
  new       \"New\" when signup_at in last 14 days
  active    \"Of age\" when age >= 18
  otherwise prospect
}
segment belgians = region = \"BE\"
split spring \"Spring mailing\" of consent salt \"spring-26\" { mail \"By mail\" 50%  control 30% }
";

fn project() -> Project {
    let project = Project::new();
    project.write("segments.seg", LABELS);
    project
}

/// What a command answers, as JSON.
fn parsed(end: &End) -> Value {
    serde_json::from_str(end.answer()).unwrap()
}

#[test]
fn a_label_is_asked_for_by_its_name() {
    let project = project();
    let count = |name: &str| {
        let end = project.run(&[name, "--format", "csv"]);
        let line = end.answer().lines().nth(1).unwrap().to_owned();
        assert_eq!(end.answer().lines().count(), 2, "{}", end.output);
        line
    };
    assert_eq!(count("journey.active"), "journey.active,Of age,2,0.4");
    assert_eq!(count("journey.prospect"), "journey.prospect,,1,0.2");
    assert_eq!(count("spring.mail"), "spring.mail,By mail,1,0.2");
    // Twice the same is once.
    let end = project.run(&["journey.new", "journey.new", "belgians"]);
    assert_eq!(end.answer().lines().count(), 6, "{}", end.output);
    project
        .run(&["journey.activ"])
        .refused(2, &["E0803", "journey.activ", "journey.active"]);
    project
        .run(&["belgians.active"])
        .refused(2, &["E0803", "belgians.active"]);
    // Its members are one column, as those of a segment are.
    project
        .run(&["journey.active", "--members", "active.csv"])
        .answer();
    assert_eq!(
        project.read("active.csv"),
        "id,segment\n3,journey.active\n4,journey.active\n"
    );
}

#[test]
fn labels_and_arms_are_counted_in_every_form() {
    let project = project();
    let whole = parsed(&project.run(&["--format", "json"]));
    assert_eq!(
        whole,
        json!({
            "as_of": "2026-11-22T10:00:00+01:00",
            "contacts": 5,
            "segments": [{"segment": "belgians", "title": null, "count": 2, "share": 0.4}],
            "classifications": [{
                "classification": "journey",
                "title": "Journey",
                "labels": [
                    {"label": "new", "title": "New", "count": 2, "share": 0.4},
                    {"label": "active", "title": "Of age", "count": 2, "share": 0.4},
                    {"label": "prospect", "title": null, "count": 1, "share": 0.2},
                ],
            }],
            "splits": [{
                "split": "spring",
                "title": "Spring mailing",
                "salt": "spring-26",
                "count": 3,
                "share": 0.6,
                "arms": [
                    {"arm": "mail", "title": "By mail", "count": 1, "share": 1.0 / 3.0, "asked_share": 0.5},
                    {"arm": "control", "title": null, "count": 1, "share": 1.0 / 3.0, "asked_share": 0.3},
                ],
                "without_arm": 1,
            }],
        })
    );
    let lines = project.run(&["--format", "jsonl"]);
    let lines: Vec<Value> = lines
        .answer()
        .lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect();
    assert_eq!(lines.len(), 6, "{lines:?}");
    assert_eq!(
        lines[2],
        json!({"classification": "journey", "label": "active", "title": "Of age", "count": 2, "share": 0.4, "contacts": 5, "as_of": whole["as_of"]})
    );
    assert_eq!(
        lines[5],
        json!({"split": "spring", "arm": "control", "title": null, "count": 1, "share": 1.0 / 3.0, "asked_share": 0.3, "audience": 3, "contacts": 5, "as_of": whole["as_of"]})
    );
    // Nothing is said of what there is not.
    let alone = parsed(&project.run(&["belgians", "--format", "json"]));
    assert_eq!(
        alone.as_object().unwrap().keys().collect::<Vec<_>>(),
        ["as_of", "contacts", "segments"]
    );
}

#[test]
fn members_have_their_labels() {
    let project = project();
    project.run(&["--members", "long.csv"]).answer();
    assert_eq!(
        project.read("long.csv"),
        "\
id,segment,label
1,belgians,
1,journey,new
1,spring,control
2,journey,prospect
2,spring,mail
3,belgians,
3,journey,active
4,journey,active
5,journey,new
"
    );
    project.run(&["--members", "wide.csv", "--wide"]).answer();
    assert_eq!(
        project.read("wide.csv"),
        "\
id,belgians,journey,spring
1,true,new,control
2,false,prospect,mail
3,true,active,
4,false,active,
5,false,new,
"
    );
    project
        .run(&["spring", "--members", "spring.jsonl", "--wide"])
        .answer();
    let lines: Vec<Value> = (project.read("spring.jsonl").lines())
        .map(|line| serde_json::from_str(line).unwrap())
        .collect();
    assert_eq!(lines.len(), 5);
    assert_eq!(lines[1], json!({"id": 2, "spring": "mail"}));
    assert!(lines[4]["spring"].is_null(), "{}", lines[4]);
}

/// What is written can be read again as a table of contacts, whatever its form.
#[test]
fn written_labels_are_read_back_in_every_form() {
    let project = project();
    for ending in ["parquet", "arrow", "csv", "jsonl"] {
        let file = format!("members.{ending}");
        project.run(&["--members", &file, "--wide"]).answer();
        let again = Project::empty();
        let written = std::fs::read(project.folder.path().join(&file)).unwrap();
        again.write(&file, written);
        again.write(
            "segql.toml",
            format!("[contacts]\nsource = \"{file}\"\nkey = \"id\"\n"),
        );
        again.write(
            "a.seg",
            "segment active = journey = \"active\" AND belgians\nsegment mailed = spring = \"mail\"\nsegment left_out = spring is missing\n",
        );
        let end = again.run(&["--format", "csv"]);
        let counts: Vec<&str> = (end.answer().lines().skip(1))
            .map(|line| line.split(',').nth(2).unwrap())
            .collect();
        assert_eq!(counts, ["1", "1", "3"], "{ending}");

        project.run(&["--members", &file]).answer();
        assert_eq!(
            rows(&project.folder.path().join(&file)),
            [
                "1 belgians -",
                "1 journey new",
                "1 spring control",
                "2 journey prospect",
                "2 spring mail",
                "3 belgians -",
                "3 journey active",
                "4 journey active",
                "5 journey new",
            ],
            "{ending}"
        );
    }
}

/// The rows of a file, each with its cells as texts.
fn rows(file: &Path) -> Vec<String> {
    let source = segql::data::open(&[file], &Default::default()).unwrap();
    let columns: Vec<usize> = (0..source.schema().fields().len()).collect();
    let mut rows = Vec::new();
    for piece in 0..source.pieces() {
        for batch in source.read(piece, &columns).unwrap() {
            let batch = batch.unwrap();
            let texts = batch.columns().iter();
            let texts: Vec<_> = texts
                .map(|column| cast(column, &DataType::Utf8).unwrap())
                .collect();
            rows.extend((0..batch.num_rows()).map(|row| {
                let cells = texts.iter().map(|column| match column.is_null(row) {
                    true => "-",
                    false => column.as_string::<i32>().value(row),
                });
                cells.collect::<Vec<_>>().join(" ")
            }));
        }
    }
    rows
}
