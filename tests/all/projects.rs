//! Projects made from data, and fields shown: what is found, what is written, and what is said where it cannot be.

use super::command_line::{CONTACTS, End, MANIFEST, Project};
use arrow_array::{ArrayRef, Int64Array, RecordBatch};
use arrow_schema::{DataType, Field, Schema};
use std::sync::Arc;

/// Ended so and said this, wherever lines are broken.
fn refused(end: &End, code: i32, words: &[&str]) {
    end.refused(code, &[]);
    let said: Vec<&str> = end
        .errors
        .split_whitespace()
        .filter(|word| *word != "│")
        .collect();
    has(&said.join(" "), words);
}

/// 120 customers, two thirds of them in Belgium; every tenth without an age, every fourth with a blank address.
fn customers() -> String {
    let mut text = String::from("customer_id;region;age;consent;email;joined;spent\n");
    for number in 1..=120 {
        let region = if number % 3 == 0 { "NL" } else { "BE" };
        let age = if number % 10 == 0 {
            "NA".to_owned()
        } else {
            (20 + number % 50).to_string()
        };
        let consent = if number % 2 == 0 { "yes" } else { "no" };
        let email = if number % 4 == 0 {
            " ".to_owned()
        } else {
            format!("c{number}@example.com")
        };
        let day = 1 + number % 28;
        text += &format!(
            "{};{region};{age};{consent};{email};2020-03-{day:02};{number}.50\n",
            1_000 + number
        );
    }
    text
}

/// Words with one blank between them, line by line.
fn plain(text: &str) -> Vec<String> {
    let lines = text
        .lines()
        .map(|line| line.split_whitespace().collect::<Vec<_>>().join(" "));
    lines.filter(|line| !line.is_empty()).collect()
}

fn has(text: &str, words: &[&str]) {
    for word in words {
        assert!(text.contains(word), "`{word}` is not in\n{text}");
    }
}

#[test]
fn a_project_is_made_from_a_csv() {
    let project = Project::empty();
    project.write("customers.csv", customers());
    let end = project.segql(&["init", "customers.csv", "--time-zone", "Europe/Brussels"]);
    let answer = end.answer().to_owned();
    has(
        &answer,
        &[
            "Wrote segql.toml and segments.seg.",
            "120 rows in customers.csv, 7 fields",
            "customer_id: its name says so, and no two contacts have the same",
            "30 values, counted as missing",
            "segql run",
        ],
    );
    assert_eq!(
        project.files(),
        ["customers.csv", "segments.seg", "segql.toml"]
    );
    let manifest = project.read("segql.toml");
    has(
        &manifest,
        &[
            "time_zone = \"Europe/Brussels\"",
            "source = \"customers.csv\"",
            "key = \"customer_id\"",
            "delimiter = \";\"",
            "header = true",
            "# \"NA\" stands in 12 rows of age.\nmissing = [\"NA\"]",
            "was found: 30 in email.",
            "blank_text_is_missing = true",
            "[contacts.fields.region]\n# text; 2 different; BE 66.7%, NL 33.3%\ntype = \"text\"\nvalues = [\"BE\", \"NL\"]\ndescription = \"\"",
            "[contacts.fields.age]\n# int; 10.0% missing;",
            "type = \"int\"",
            "[contacts.fields.consent]\n# bool; 2 different;",
            "type = \"bool\"",
            "type = \"date\"",
            "type = \"number\"",
        ],
    );
    // An address is nobody's set, nor is the key.
    assert_eq!(manifest.matches("\nvalues = ").count(), 1, "{manifest}");
    // The segments are laid out, sound, and counted as they are.
    let segments = project.read("segments.seg");
    has(
        &segments,
        &[
            "-- 80 of 120 contacts when this was written.\nsegment region_be \"Region: BE\" =",
            "region = \"BE\"",
            "-- 90 of 120 contacts when this was written.\nsegment email_is_known",
            "-- 60 of 120 contacts when this was written.\nsegment consent_is_true",
            "-- 31 of 120 contacts when this was written.\nsegment high_spent",
            "spent >= 90.5",
        ],
    );
    assert_eq!(project.segql(&["fmt", "--check"]).code, Some(0));
    has(
        project.segql(&["check", "--data"]).answer(),
        &["no errors; every contact has a key of its own, and closed sets hold"],
    );
    let counts = project.segql(&["run", "--format", "csv"]);
    has(
        counts.answer(),
        &[
            "region_be,Region: BE,80,",
            "email_is_known,Email is known,90,",
            "consent_is_true,Consent is true,60,",
        ],
    );
    // The same is made again.
    let again = project.segql(&[
        "init",
        "customers.csv",
        "--time-zone",
        "Europe/Brussels",
        "--force",
    ]);
    assert_eq!(again.answer(), answer);
    assert_eq!(
        (project.read("segql.toml"), project.read("segments.seg")),
        (manifest, segments)
    );
}

#[test]
fn windows_follow_the_last_day_of_the_data() {
    let project = Project::empty();
    project.write("customers.csv", customers());
    project.segql(&["init", "customers.csv"]).answer();
    // All of them joined in March 2020, so neither the month nor the year shows anything.
    assert!(!project.read("segments.seg").contains("joined"));
    let dates = customers().replace(";2020-03-01;", ";2019-03-01;");
    project.write("customers.csv", dates);
    project
        .segql(&["init", "customers.csv", "--force"])
        .answer();
    // Day 1 is that of the numbers 28, 56, 84 and 112.
    has(
        &project.read("segments.seg"),
        &[
            "-- 116 of 120 contacts when this was written.\nsegment joined_in_2020_03",
            "joined during 2020-03",
        ],
    );
}

#[test]
fn a_project_is_made_in_a_folder_of_its_own() {
    let project = Project::empty();
    project.write("customers.csv", customers());
    let made = project.segql(&["init", "customers.csv", "--into", "projects/shop"]);
    has(
        made.answer(),
        &[
            "Wrote projects/shop/segql.toml and projects/shop/segments.seg",
            "segql run projects/shop",
        ],
    );
    let manifest = project.read("projects/shop/segql.toml");
    has(
        &manifest,
        &["name = \"shop\"", "source = \"../../customers.csv\""],
    );
    has(
        project.segql(&["run", "projects/shop"]).answer(),
        &["region_be"],
    );
}

#[test]
fn nothing_is_written_over_unasked() {
    let project = Project::empty();
    project.write("customers.csv", customers());
    project.write("segql.toml", MANIFEST);
    let init = ["init", "customers.csv"];
    refused(
        &project.segql(&init),
        1,
        &["E0811", "segql.toml is there already", "--force"],
    );
    assert_eq!(project.read("segql.toml"), MANIFEST);
    project
        .segql(&["init", "customers.csv", "--force"])
        .answer();
    assert!(project.read("segql.toml").contains("customer_id"));
    std::fs::remove_file(project.folder.path().join("segql.toml")).unwrap();
    refused(
        &project.segql(&init),
        1,
        &["E0811", "segments.seg is there already"],
    );
    assert_eq!(project.files(), ["customers.csv", "segments.seg"]);
}

#[test]
fn a_folder_that_cannot_be_is_refused_and_nothing_is_left() {
    let project = Project::empty();
    project.write("customers.csv", customers());
    refused(
        &project.segql(&["init", "customers.csv", "--into", "customers.csv"]),
        2,
        &["E0804", "customers.csv is a file"],
    );
    refused(
        &project.segql(&["init", "customers.csv", "--into", "customers.csv/shop"]),
        1,
        &["E0804", "the folder customers.csv/shop cannot be made"],
    );
    assert_eq!(project.files(), ["customers.csv"]);
    refused(
        &project.segql(&["init", "customers.csv", "--time-zone", "Europe/Brusels"]),
        2,
        &["E0503", "Europe/Brussels"],
    );
    refused(&project.segql(&["init"]), 2, &["DATA"]);
}

#[test]
fn data_without_contacts_is_refused() {
    let project = Project::empty();
    project.write("empty.csv", "");
    project.write("header.csv", "id,region\n");
    project.write("broken.csv", "id,region\n1\n");
    project.write("twice.csv", "id,id\n1,2\n");
    project.write("notes.txt", "hello\n");
    project.write("sheet.csv", b"PK\x03\x04\xff\xfe\x00");
    std::fs::create_dir(project.folder.path().join("none")).unwrap();
    for (data, words) in [
        ("empty.csv", ["E0702", "empty"]),
        ("header.csv", ["E0746", "there are no contacts in it"]),
        ("broken.csv", ["E0708", "too few"]),
        ("twice.csv", ["E0716", "two columns are called \"id\""]),
        ("notes.txt", ["E0703", "cannot be told"]),
        ("sheet.csv", ["E0710", "UTF-8"]),
        ("none", ["E0705", "no data files"]),
        ("gone.csv", ["E0701", "no such file"]),
        ("*.parquet", ["E0706", "no file matches"]),
    ] {
        refused(&project.segql(&["init", data]), 1, &words);
    }
    assert!(!project.files().contains(&"segql.toml".to_owned()));
}

#[test]
fn columns_of_the_same_name_are_refused() {
    let project = Project::empty();
    let fields = vec![
        Field::new("id", DataType::Int64, false),
        Field::new("id", DataType::Int64, false),
    ];
    let schema = Arc::new(Schema::new(fields));
    let ids: ArrayRef = Arc::new(Int64Array::from(vec![1, 2]));
    let batch = RecordBatch::try_new(Arc::clone(&schema), vec![Arc::clone(&ids), ids]).unwrap();
    let file = std::fs::File::create(project.folder.path().join("contacts.parquet")).unwrap();
    let mut writer = parquet::arrow::ArrowWriter::try_new(file, schema, None).unwrap();
    writer.write(&batch).unwrap();
    writer.close().unwrap();
    refused(
        &project.segql(&["init", "contacts.parquet"]),
        1,
        &["E0504", "two columns are called \"id\""],
    );
}

#[test]
fn a_single_contact_is_enough() {
    let project = Project::empty();
    project.write(
        "contacts.jsonl",
        "{\"id\": 7, \"email\": \"a@b.be\", \"tags\": [\"vip\"], \"home\": {}, \"phone\": null}\n",
    );
    let made = project.segql(&["init", "contacts.jsonl"]);
    has(
        made.answer(),
        &[
            "1 row in contacts.jsonl, 3 fields, 2 columns left out",
            "id: its name says so",
        ],
    );
    has(
        &project.read("segql.toml"),
        &[
            "type = \"list of text\"",
            "# Columns that are no fields:",
            "#   home, because it holds records",
            "#   phone, because it holds no values",
        ],
    );
    // There is nothing to tell apart, so the one segment is everybody.
    has(
        &project.read("segments.seg"),
        &["segment everybody \"All contacts\"", "  true"],
    );
    has(
        project.segql(&["check", "--data"]).answer(),
        &["1 segment, no errors"],
    );
}

#[test]
fn the_key_is_asked_for_where_it_is_not_to_be_seen() {
    let project = Project::empty();
    project.write("two.csv", "crm_id,shop_id,region\na,1,BE\nb,2,BE\nc,3,NL\n");
    refused(
        &project.segql(&["init", "two.csv"]),
        1,
        &[
            "E0523",
            "\"crm_id\" and \"shop_id\" all differ in each row",
            "--key crm_id or --key shop_id",
        ],
    );
    let asked = project.segql(&["init", "two.csv", "--key", "shop_id", "--into", "asked"]);
    has(asked.answer(), &["shop_id: it was asked for"]);
    refused(
        &project.segql(&["init", "two.csv", "--key", "shopid"]),
        1,
        &["E0501", "Did you mean \"shop_id\"?"],
    );
    refused(
        &project.segql(&["init", "two.csv", "--key", "region"]),
        1,
        &["E0712", "the key \"BE\" stands here and in row 1"],
    );
    // Several rows for a contact.
    project.write("orders.csv", "customer_id,amount\n1,5\n2,5\n1,7\n");
    refused(
        &project.segql(&["init", "orders.csv"]),
        1,
        &[
            "E0522",
            "\"customer_id\" has 2 different values in 3 rows",
            "table of events",
        ],
    );
    refused(
        &project.segql(&["init", "orders.csv", "--key", "amount"]),
        1,
        &["E0712"],
    );
    // A key by its name goes before those that differ by chance, and one that is missing somewhere is none.
    project.write("people.csv", "email,id,name\na@b.be,1,Ann\nb@b.be,2,Bob\n");
    has(
        project
            .segql(&["init", "people.csv", "--into", "people"])
            .answer(),
        &["id: its name says so"],
    );
    project.write("gaps.csv", "id,email\n1,a@b.be\n,b@b.be\n");
    has(
        project
            .segql(&["init", "gaps.csv", "--into", "gaps"])
            .answer(),
        &["email: its name says so"],
    );
    project.write("plain.csv", "who,region\nann,BE\nbob,BE\n");
    has(
        project
            .segql(&["init", "plain.csv", "--into", "plain"])
            .answer(),
        &["who: it is the only column in which no two contacts have the same"],
    );
}

#[test]
fn the_contacts_are_found_among_other_tables() {
    let project = Project::empty();
    std::fs::create_dir(project.folder.path().join("data")).unwrap();
    project.write("data/contacts-1.csv", "id,region\n1,BE\n2,NL\n");
    project.write("data/contacts-2.csv", "region,id\nBE,3\n");
    project.write(
        "data/events.csv",
        "contact_id,time\n1,2026-01-01\n1,2026-01-02\n",
    );
    // Files of one table beside another.
    let found = project.segql(&["init", "data"]);
    has(
        found.answer(),
        &[
            "3 rows in data/contacts-1.csv and 1 more",
            "taken for the contacts because its name says so",
            "events       2 in data/events.csv: event",
        ],
    );
    has(
        &project.read("segql.toml"),
        &["source = [\"data/contacts-1.csv\", \"data/contacts-2.csv\"]"],
    );
    // In a folder of their own, which tells more than the names of the files.
    std::fs::create_dir(project.folder.path().join("data/contacts")).unwrap();
    for number in ["1", "2"] {
        let (from, to) = (
            format!("data/contacts-{number}.csv"),
            format!("data/contacts/part-{number}.csv"),
        );
        std::fs::rename(
            project.folder.path().join(from),
            project.folder.path().join(to),
        )
        .unwrap();
    }
    let both = project.segql(&["init", "data/contacts", "data/events.csv", "--force"]);
    has(
        both.answer(),
        &[
            "3 rows in data/contacts,",
            "events       2 in data/events.csv: event",
        ],
    );
    has(&project.read("segql.toml"), &["source = \"data/contacts\""]);
    has(
        &project.read("segql.toml"),
        &[
            "# Of the tables it is this one, because its name says so.",
            "[events.event]\nsource = \"data/events.csv\"\n",
        ],
    );
    let run = project.segql(&["run"]);
    assert_eq!(run.code, Some(0), "{}", run.errors);
    has(&run.output, &["3 contacts"]);
    // Files of a pattern that are one table stay a pattern.
    let pattern = project.segql(&["init", "data/contacts/*.csv", "--force"]);
    has(pattern.answer(), &["3 rows in data/contacts/*.csv"]);
    has(
        &project.read("segql.toml"),
        &["source = \"data/contacts/*.csv\""],
    );
}

#[test]
fn tables_that_cannot_be_told_apart_are_asked_about() {
    let project = Project::empty();
    project.write("customers.csv", "id,region\n1,BE\n");
    project.write("members.csv", "id,level\n1,gold\n");
    refused(
        &project.segql(&["init", "*.csv"]),
        1,
        &["E0524", "customers.csv and members.csv"],
    );
    project.write("a.csv", "id,region\n1,BE\n");
    project.write("b.csv", "id,level\n1,gold\n");
    refused(
        &project.segql(&["init", "a.csv", "b.csv"]),
        1,
        &[
            "E0524",
            "a.csv has the column \"region\" and this file has not",
        ],
    );
}

#[test]
fn strange_names_and_values_survive() {
    let project = Project::empty();
    let mut text = String::from("id,\"first \"\"name\"\"\",is,a`b,\"Ré gion\",2nd,segment\n");
    for number in 0..200 {
        let region = ["a \"b\"", "c\\d", "é, ü"][number % 3];
        text += &format!(
            "{number},n{number},{},x,\"{}\",{},{}\n",
            number % 7,
            region.replace('"', "\"\""),
            number % 5,
            ["on", "off"][number % 2]
        );
    }
    project.write("contacts.csv", text);
    project.segql(&["init", "contacts.csv"]).answer();
    has(
        &project.read("segql.toml"),
        &[
            "[contacts.fields.\"Ré gion\"]",
            "values = [\"a \\\"b\\\"\", \"c\\\\d\", \"é, ü\"]",
            "[contacts.fields.\"first \\\"name\\\"\"]",
        ],
    );
    assert_eq!(project.segql(&["check", "--data"]).code, Some(0));
    assert_eq!(project.segql(&["fmt", "--check"]).code, Some(0));
    // 200 rows in turn among three values.
    has(
        project
            .segql(&["run", "-e", "`Ré gion` = \"a \\\"b\\\"\""])
            .answer(),
        &[" 67 "],
    );
}

#[test]
fn a_csv_without_names_is_read_as_one() {
    let project = Project::empty();
    project.write("contacts.tsv", "1\tBE\t2026-01-01\n2\tNL\t2026-01-02\n");
    project
        .segql(&["init", "contacts.tsv", "--key", "column_1"])
        .answer();
    has(
        &project.read("segql.toml"),
        &[
            "delimiter = \"\\t\"",
            "header = false",
            "[contacts.fields.column_3]",
            "type = \"date\"",
        ],
    );
    has(project.segql(&["run"]).answer(), &["2 contacts"]);
}

#[test]
fn words_for_missing_values_are_proposed() {
    let project = Project::empty();
    // NA makes a number of the one column and may be a country in the other, where it is no number's word.
    project.write("a.csv", "id,country,age\n1,NA,12\n2,BE,NA\n3,BE,-\n");
    project.segql(&["init", "a.csv"]).answer();
    has(
        &project.read("segql.toml"),
        &[
            "missing = [\"-\", \"NA\"]",
            "# \"NA\" stands in 2 rows of country, age.",
        ],
    );
    project.write("b.csv", "id,country\n1,NA\n2,BE\n");
    project.segql(&["init", "b.csv", "--into", "b"]).answer();
    has(
        &project.read("b/segql.toml"),
        &[
            "# \"NA\" stands in 1 row of country: add it if it means that there is no value there.\nmissing = []",
        ],
    );
}

#[test]
fn values_that_were_typed_by_hand_are_no_set() {
    let project = Project::empty();
    let mut text = String::from("id,source,plan\n");
    for number in 0..120 {
        text += &format!(
            "{number},{},{}\n",
            ["web", "Web ", "shop"][number % 3],
            ["free", "pro"][number % 2]
        );
    }
    project.write("a.csv", text);
    project.segql(&["init", "a.csv"]).answer();
    let manifest = project.read("segql.toml");
    has(
        &manifest,
        &[
            "differ in nothing but case or blanks, such as \"Web \" and \"web\"",
            "values = [\"free\", \"pro\"]",
        ],
    );
    assert_eq!(manifest.matches("\nvalues = ").count(), 1, "{manifest}");
}

#[test]
fn other_notations_are_told() {
    let project = Project::empty();
    project.write(
        "a.csv",
        "id;born;price;code\n1;31/12/1990;1,50;0032\n2;1/2/1991;12;12\n",
    );
    project.segql(&["init", "a.csv"]).answer();
    let manifest = project.read("segql.toml");
    has(
        &manifest,
        &[
            "# Decimals stand behind a comma, in price.\ndecimal_comma = true",
            "# How dates are written, in born.\ndates = \"day/month/year\"",
            "[contacts.fields.born]\n# date; all different; 1990-12-31 to 1991-02-01",
            "[contacts.fields.price]\n# number (decimal); all different; 1.5 to 12",
            "[contacts.fields.code]\n# text; all different",
        ],
    );
    assert!(!manifest.contains("These look like"), "{manifest}");
    // The run reads them so.
    let run = project.segql(&[
        "run",
        "-e",
        "born before 1991-01-01 AND price = 1.5",
        "-e",
        "born during 1991-02 AND price = 12 AND code = \"12\"",
        "--format",
        "csv",
    ]);
    assert_eq!(
        run.answer()
            .lines()
            .filter(|line| line.contains(",1,"))
            .count(),
        2,
        "{}",
        run.output
    );
}

#[test]
fn what_is_seen_of_a_file_of_elsewhere_is_said() {
    let project = Project::empty();
    let mut text = String::from("id;bedrag;geboren;toestemming;leeftijd;sinds\n");
    for id in 1..=20 {
        let age = if id == 7 {
            "n.v.t.".into()
        } else {
            (30 + id).to_string()
        };
        let yes = if id % 2 == 0 { "ja" } else { "nee" };
        text += &format!(
            "{id};{id},25;{:02}/11/1980;{yes};{age};0{}/03/2020\n",
            id + 8,
            id % 9 + 1
        );
    }
    project.write("klanten.csv", &text);
    let said = project.segql(&["init", "klanten.csv"]);
    has(
        &plain(said.answer()).join("\n"),
        &[
            "decimals behind a comma in bedrag: decimal_comma = true",
            "dates day/month/year in geboren, sinds: dates = \"day/month/year\"",
            "yes and no \"ja\" and \"nee\" in toestemming",
            "text leeftijd, though all but 1 of its 20 values are whole numbers; not \"n.v.t.\" in row 7",
        ],
    );
    let shown = project.segql(&["schema"]);
    has(
        shown.answer(),
        &[
            "text: leeftijd, though all but 1 of its 20 values are whole numbers; not \"n.v.t.\" in row 7",
        ],
    );
    refused(
        &project.segql(&["run", "-e", "leeftijd > 40"]),
        1,
        &[
            "`leeftijd` is text because of its values: all but 1 of its 20 values are whole numbers; not \"n.v.t.\" in row 7.",
        ],
    );
    let manifest = project.read("segql.toml");
    let mended = manifest
        .replace("[contacts]\n", "[contacts]\nmissing = [\"n.v.t.\"]\n")
        .replace("\ntype = \"text\"", "");
    project.write("segql.toml", &mended);
    project
        .segql(&[
            "run",
            "-e",
            "leeftijd > 40 AND toestemming AND bedrag > 12.1",
        ])
        .answer();
}

#[test]
fn dates_that_do_not_tell_their_order_are_asked_about() {
    let project = Project::empty();
    project.write("a.csv", "id,born\n1,01/02/1990\n2,03/04/1991\n");
    let said = project.segql(&["init", "a.csv"]);
    has(
        &plain(said.answer()).join("\n"),
        &[
            "dates in born the day or the month stands first: say dates = \"day/month/year\" or \"month/day/year\" in the manifest",
        ],
    );
    has(
        &project.read("segql.toml"),
        &["# dates = \"day/month/year\"", "type = \"text\""],
    );
}

#[test]
fn the_last_day_of_the_data_is_told() {
    let project = Project::empty();
    project.write("a.csv", "id,joined,birthday,ends\n1,2020-03-28,2021-01-01,2999-01-01\n2,2019-01-01,1990-01-01,2998-01-01\n");
    project.segql(&["init", "a.csv"]).answer();
    has(
        &project.read("segql.toml"),
        &["The data end on 2020-03-28;", "# as_of = \"2020-03-29\""],
    );
}

#[test]
fn fields_are_shown() {
    let project = Project::new();
    let table = project.segql(&["schema"]);
    assert_eq!(
        plain(table.answer())[2..],
        [
            "id int 0.0% 5 1 to 5 key",
            "region text 20.0% 3 BE 40.0%, FR 20.0%, NL 20.0%",
            "age int 20.0% 4 17 to 61",
            "consent bool 20.0% 2 true 60.0%, false 20.0%",
            "signup_at time 20.0% 4 2025-06-01 12:00:00 to 2026-11-22 09:00:00",
            "5 contacts",
        ]
    );
    let markdown = project.segql(&["schema", ".", "region", "--format", "markdown"]);
    has(
        markdown.answer(),
        &["| region | text | 20.0% | 3 | BE 40.0%, FR 20.0%, NL 20.0% |  |  |"],
    );
    let csv = project.segql(&["schema", "--format", "csv"]);
    assert_eq!(
        csv.answer().lines().nth(2),
        Some("region,text,1,0.2,0,3,true,BE (2); FR (1); NL (1),,,2,2,")
    );
    let json = project.segql(&["schema", "age", "--format", "json"]);
    let json: serde_json::Value = serde_json::from_str(json.answer()).unwrap();
    assert_eq!(json["contacts"], 5);
    assert_eq!(json["key"], "id");
    let age = &json["fields"][0];
    assert_eq!(age["field"], "age");
    assert_eq!(age["missing"], 1);
    assert_eq!(
        (age["low"].as_str(), age["high"].as_str()),
        (Some("17"), Some("61"))
    );
    let lines = project.segql(&["schema", "--format", "jsonl"]);
    assert_eq!(lines.answer().lines().count(), 5);
}

#[test]
fn a_field_is_shown_in_detail() {
    let project = Project::new();
    let detail = "\
region: text

  missing      1 of 5 contacts (20.0%)
  different    3
  length       2 to 2 characters
  one of       \"BE\", \"NL\", \"FR\"

  BE   2   40.0%   ██████████████████████████████
  FR   1   20.0%   ███████████████
  NL   1   20.0%   ███████████████
";
    assert_eq!(project.segql(&["schema", "region"]).answer(), detail);
    assert_eq!(
        project.segql(&["schema", "segql.toml", "region"]).answer(),
        detail
    );
}

#[test]
fn fields_that_are_not_there_are_told() {
    let project = Project::new();
    refused(
        &project.segql(&["schema", "regoin"]),
        2,
        &["E0813", "did you mean `region`?"],
    );
    refused(
        &project.segql(&["schema", ".", "xyz"]),
        2,
        &["E0813", "without names shows all"],
    );
    refused(&project.segql(&["schema", "nowhere/"]), 2, &["E0802"]);
    project.write(
        "contacts.csv",
        CONTACTS.replace("4,,45,false,", "4,,45,false").as_str(),
    );
    refused(&project.segql(&["schema"]), 1, &["E0708"]);
    let empty = Project::empty();
    refused(&empty.segql(&["schema"]), 1, &["E0801", "segql init"]);
    refused(
        &empty.segql(&["schema", "--manifest-json-schema", "--format", "csv"]),
        2,
        &["cannot be used with"],
    );
    has(
        empty.segql(&["schema", "--manifest-json-schema"]).answer(),
        &["\"blank_text_is_missing\""],
    );
}

#[test]
fn columns_that_are_left_out_are_told_with_the_reason() {
    let project = Project::empty();
    project.write("contacts.jsonl", "{\"id\": 1, \"home\": {}}\n");
    project.write(
        "segql.toml",
        "[contacts]\nsource = \"contacts.jsonl\"\nkey = \"id\"\n",
    );
    has(
        project.segql(&["schema"]).answer(),
        &["left out: home, because it holds records"],
    );
    refused(
        &project.segql(&["schema", "home"]),
        2,
        &[
            "E0813",
            "the column `home` is no field, because it holds records",
        ],
    );
}

/// A contact in Belgum, and one in Germany.
fn strangers() -> String {
    format!("{CONTACTS}6,BEL,20,true,\n7,DE,21,true,\n8,DE,22,true,\n")
}

#[test]
fn values_outside_a_closed_set_end_a_run_before_it_is_answered() {
    let project = Project::new();
    project.write("contacts.csv", strangers());
    refused(
        &project.run(&[]),
        1,
        &[
            "E0745",
            "contacts.csv, row 6, column \"region\"",
            "\"BEL\" (in 1 row), \"DE\" (in 2 rows)",
            "Did you mean \"BE\"?",
            "other_values",
        ],
    );
    refused(&project.run(&["--members", "members.csv"]), 1, &["E0745"]);
    assert!(!project.files().contains(&"members.csv".to_owned()));
    // Only the fields that are read matter.
    let age = project.run(&["-e", "age >= 18"]);
    has(age.answer(), &["8 contacts"]);
    refused(&project.segql(&["check", "--data"]), 1, &["E0745"]);
    has(project.segql(&["check"]).answer(), &["no errors"]);
}

#[test]
fn values_outside_a_closed_set_are_reported_where_the_manifest_says_so() {
    let project = Project::new();
    project.write("contacts.csv", strangers());
    project.write(
        "segql.toml",
        MANIFEST.replace("key = ", "other_values = \"report\"\nkey = "),
    );
    let end = project.run(&[
        "-e",
        "region = \"BE\"",
        "-e",
        "region is known AND region != \"BE\"",
        "--format",
        "csv",
    ]);
    assert_eq!(end.code, Some(0), "{}", end.errors);
    // NL, FR, BEL and two in Germany.
    has(&end.output, &[",2,0.25", ",5,0.625"]);
    has(
        &end.errors,
        &[
            "row 6, column \"region\"",
            "\"DE\" (in 2 rows) are outside the closed set of the field \"region\"; did you mean \"BE\"?",
        ],
    );
    let members = project.run(&["belgians", "--members", "members.csv"]);
    assert_eq!(members.code, Some(0));
    let check = project.segql(&["check", "--data"]);
    assert_eq!(check.code, Some(0));
    has(
        &check.output,
        &["no errors; every contact has a key of its own\n"],
    );
    project.write(
        "segql.toml",
        MANIFEST.replace("key = ", "other_values = \"ignore\"\nkey = "),
    );
    refused(&project.run(&[]), 1, &["E0514", "\"refuse\" or \"report\""]);
}

#[test]
fn birthdays_to_come_are_a_segment() {
    let project = Project::empty();
    let mut text = String::from("id,birthday\n");
    let mut day = jiff::civil::date(2001, 1, 1);
    for number in 0..365 {
        text += &format!("{number},{day}\n");
        day = day.tomorrow().unwrap();
    }
    project.write("contacts.csv", text);
    project.segql(&["init", "contacts.csv"]).answer();
    let segments = project.read("segments.seg");
    has(
        &segments,
        &[
            "segment birthday_in_next_30_days",
            "anniversary(birthday) in next 30 days",
        ],
    );
    // One born on each day of a common year; in a leap year the window may hold 29 February, on which nobody was.
    assert!(
        ["-- 30 of 365", "-- 29 of 365"]
            .iter()
            .any(|count| segments.contains(count)),
        "{segments}"
    );
}

/// Of times long ago, and in the running year.
#[test]
fn a_window_looks_back_from_now_where_the_data_are_fresh() {
    let project = Project::empty();
    let today = jiff::Timestamp::now();
    let mut text = String::from("id,last_seen\n");
    for number in 0..100 {
        let time = today - jiff::SignedDuration::from_hours(24 * number * 2);
        text += &format!("{number},{time}\n");
    }
    project.write("contacts.csv", text);
    project.segql(&["init", "contacts.csv"]).answer();
    // Every other day: those 0 to 88 days ago.
    has(
        &project.read("segments.seg"),
        &[
            "-- 45 of 100 contacts when this was written.\nsegment last_seen_in_last_90_days",
            "last_seen in last 90 days",
        ],
    );
}

/// A project of two households, one of whose members has a kind that its set does not have.
fn households(other_values: &str) -> Project {
    let project = Project::empty();
    project.write(
        "contacts.jsonl",
        "{\"id\": 1, \"region\": \"BE\", \"members\": [{\"kind\": \"kids\", \"age\": 7}, {\"kind\": \"grown\", \"age\": 40}]}\n\
         {\"id\": 2, \"region\": \"NL\", \"members\": []}\n",
    );
    project.write(
        "segql.toml",
        format!(
            "[contacts]\nsource = \"contacts.jsonl\"\nkey = \"id\"\n{other_values}\n\
             [contacts.fields.members.parts.kind]\nvalues = [\"kids\", \"adult\"]\ndescription = \"Who it is\"\n\
             [contacts.fields.members.parts.age]\ndescription = \"In full years\"\n"
        ),
    );
    project
}

#[test]
fn parts_of_records_are_shown_with_their_sets_and_descriptions() {
    let project = households("");
    let table = project.segql(&["schema"]);
    has(
        &plain(table.answer()).join("\n"),
        &[
            "members list of record (kind and age) 0.0% –",
            ".kind text one of \"kids\", \"adult\"; Who it is",
            ".age int In full years",
        ],
    );
    let detail = project.segql(&["schema", ".", "members"]);
    has(
        detail.answer(),
        &[
            "  .kind  text  one of \"kids\", \"adult\"; Who it is\n",
            "  .age   int   In full years\n",
        ],
    );
    let json = project.segql(&["schema", "--format", "json"]);
    let answer: serde_json::Value = serde_json::from_str(json.answer()).unwrap();
    let members = &answer["fields"][2];
    assert_eq!(members["field"], "members");
    assert_eq!(members["parts"][0]["part"], "kind");
    assert_eq!(members["parts"][0]["values"][1], "adult");
    assert_eq!(members["parts"][1]["type"], "int");
    assert_eq!(members["parts"][1]["description"], "In full years");
    let markdown = project.segql(&["schema", "--format", "markdown"]);
    has(
        markdown.answer(),
        &["one of \"kids\", \"adult\"; Who it is"],
    );
    let shell = project.with_input(&["repl"], ".fields\n");
    has(
        &plain(shell.answer()).join("\n"),
        &[".kind text one of \"kids\", \"adult\"; Who it is"],
    );
}

#[test]
fn the_shell_looks_at_closed_sets_and_keys() {
    let project = households("");
    let input =
        "region = \"BE\"\nany members\nsegment kids = any members[kind = \"kids\"]\n.segments\n";
    let end = project.with_input(&["repl"], input);
    // Only what reads the field is refused.
    assert_eq!(end.output, "1 of 2 contacts (50.0%)\n", "{}", end.errors);
    let told =
        "the value \"grown\" (in 1 row) is outside the closed set of the field \"members.kind\"";
    assert_eq!(end.errors.matches(told).count(), 3, "{}", end.errors);
    assert_eq!(end.code, Some(1));

    let project = households("other_values = \"report\"\n");
    let end = project.with_input(&["repl"], "any members\nnone members\n");
    // Said once, and the answers follow.
    assert_eq!(end.output.matches(told).count(), 1, "{}", end.output);
    assert_eq!(end.output.matches("1 of 2 contacts (50.0%)").count(), 2);
    assert_eq!(end.code, Some(0));

    let contacts = project
        .read("contacts.jsonl")
        .replace("\"id\": 2", "\"id\": 1");
    project.write("contacts.jsonl", contacts);
    let end = project.with_input(&["repl"], "region = \"BE\"\n");
    assert_eq!(end.output, "");
    has(&end.errors, &["the key 1 stands here and in row 1"]);
}
