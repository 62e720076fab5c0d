//! Tables of several formats, in several files, in the notation of elsewhere, with lists.

use super::super::command_line::Project;
use super::{activity, has, products, runs, runs_as_worked_by_hand};
use arrow_array::{ArrayRef, Int64Array, RecordBatch, StringArray};
use arrow_schema::{DataType, Field, Schema};
use std::sync::Arc;

/// The people in a Parquet file.
fn people_in_parquet(project: &Project) {
    let fields = vec![
        Field::new("id", DataType::Int64, false),
        Field::new("region", DataType::Utf8, false),
    ];
    let keys: ArrayRef = Arc::new(Int64Array::from_iter_values(
        (0..60).map(|number| 1000 + number * 7),
    ));
    let regions = (0..60).map(|number| ["BE", "NL", "FR"][number % 3]);
    let regions: ArrayRef = Arc::new(StringArray::from_iter_values(regions));
    let schema = Arc::new(Schema::new(fields));
    let batch = RecordBatch::try_new(Arc::clone(&schema), vec![keys, regions]).unwrap();
    let file = std::fs::File::create(project.folder.path().join("people.parquet")).unwrap();
    let mut writer = parquet::arrow::ArrowWriter::try_new(file, schema, None).unwrap();
    writer.write(&batch).unwrap();
    writer.close().unwrap();
}

/// Lines of CSV as JSON lines: numbers as numbers, and nothing for an empty field.
fn json_lines(csv: &str) -> String {
    let mut lines = csv.lines().map(|line| line.split(',').collect::<Vec<_>>());
    let names = lines.next().unwrap();
    let mut text = String::new();
    for values in lines {
        let pairs = names
            .iter()
            .zip(values)
            .filter(|(_, value)| !value.is_empty());
        let pairs = pairs.map(|(name, value)| match value.parse::<f64>() {
            Ok(_) => format!("\"{name}\": {value}"),
            Err(_) => format!("\"{name}\": \"{value}\""),
        });
        text += &format!("{{{}}}\n", pairs.collect::<Vec<_>>().join(", "));
    }
    text
}

#[test]
fn tables_of_different_formats_belong_together() {
    let project = Project::empty();
    people_in_parquet(&project);
    project.write("activity.jsonl", json_lines(&activity()));
    project.write("products.csv", products());
    let end = project.segql(&["init", "people.parquet", "activity.jsonl", "products.csv"]);
    has(
        end.answer(),
        &[
            "contacts     60 rows in people.parquet",
            "events       601 in activity.jsonl: view, login, purchase",
            "catalogue    products: 12 rows in products.csv",
        ],
    );
    runs_as_worked_by_hand(&project);
    let end = project.segql(&["init", "people.parquet", "activity.jsonl", "--force"]);
    assert!(!end.answer().contains("catalogue"), "{}", end.answer());
    // The other way round, with the products in JSON lines and the events in CSV.
    project.write("activity.csv", activity());
    project.write("products.jsonl", json_lines(&products()));
    let tables = [
        "init",
        "products.jsonl",
        "activity.csv",
        "people.parquet",
        "--force",
    ];
    has(
        project.segql(&tables).answer(),
        &["catalogue    products: 12 rows in products.jsonl"],
    );
    runs_as_worked_by_hand(&project);
}

#[test]
fn lists_and_keys_of_contacts_refer_to_catalogues() {
    let project = Project::empty();
    let mut contacts = String::new();
    let mut extra = String::from("contact_id,income\n");
    for number in 0..60 {
        let (first, second) = (number % 12, (number + 5) % 12);
        contacts += &format!(
            "{{\"contact_id\": {number}, \"favourites\": [\"p{first}\", \"p{second}\"]}}\n"
        );
        extra += &format!("{number},{}\n", ["low", "high", "low"][number % 3]);
    }
    project.write("contacts.jsonl", contacts);
    project.write("products.csv", products());
    project.write("demographics.csv", extra);
    let end = project.segql(&["init", "*.jsonl", "*.csv"]);
    has(
        end.answer(),
        &[
            "catalogue    products: 12 rows in products.csv",
            "catalogue    demographics: 60 rows in demographics.csv",
            // Every third is high.
            "income_low",
        ],
    );
    let conditions = ["contact_id.income = \"high\"", "favourites has \"p11\""];
    let end = project.segql(&[
        "run",
        "-e",
        conditions[0],
        "-e",
        conditions[1],
        "--format",
        "csv",
    ]);
    // p11 is the first of 5 and the second of 5 others.
    has(end.answer(), &["\",,20,", ",,10,"]);
    runs(&project);
}

#[test]
fn tables_with_the_same_columns_are_parts_of_one_where_names_say_so() {
    let project = Project::empty();
    let folder = project.folder.path();
    std::fs::create_dir_all(folder.join("data/visits")).unwrap();
    project.write("data/users-be.csv", "id,region\n1,BE\n2,BE\n");
    project.write("data/users-nl.csv", "id,region\n3,NL\n");
    for (file, key, at) in [
        ("logins-2025", 1, "2025-03-01T10:00:00Z"),
        ("logins-2026", 2, "2026-03-01T10:00:00Z"),
        ("logouts", 3, "2025-03-01T11:00:00Z"),
        ("visits/ghent", 1, "2025-03-01T11:00:00Z"),
        ("visits/bruges", 2, "2025-03-01T11:00:00Z"),
    ] {
        project.write(
            &format!("data/{file}.csv"),
            format!("user_id,at\n{key},{at}\n"),
        );
    }
    let end = project.segql(&["init", "data/*.csv", "data/visits"]);
    has(
        end.answer(),
        &[
            "contacts     3 rows in data/users-be.csv and 1 more",
            "events       2 in data/logins-2025.csv and 1 more: login",
            "events       1 in data/logouts.csv: logout",
            "events       2 in data/visits: visit",
        ],
    );
    runs(&project);
}

#[test]
fn a_shop_of_elsewhere_is_understood() {
    let project = Project::empty();
    let mut people = String::from("klantnummer;naam\n");
    let mut orders = String::from("klantnummer;datum;artikel;bedrag\n");
    let mut things = String::from("artikel;groep\n");
    for number in 0..50 {
        people += &format!("K{number:03};Naam {number}\n");
        let who = if number % 10 == 0 {
            "NULL".to_owned()
        } else {
            format!("K{:03}", number % 20)
        };
        orders += &format!(
            "{who};{:02}/03/2025;A{};{number},50\n",
            1 + number % 28,
            number % 8
        );
    }
    for number in 0..8 {
        things += &format!("A{number};{}\n", ["boek", "film"][number % 2]);
    }
    project.write("klanten.csv", people);
    project.write("bestellingen.csv", orders);
    project.write("artikelen.csv", things);
    let end = project.segql(&["init", "*.csv"]);
    has(
        end.answer(),
        &[
            "contacts     50 rows in klanten.csv",
            "key          klantnummer: its name says so",
            "events       50 in bestellingen.csv: bestellingen",
            "catalogue    artikelen: 8 rows in artikelen.csv",
        ],
    );
    has(
        &project.read("segql.toml"),
        &[
            "missing = [\"NULL\"]\n",
            "dates = \"day/month/year\"\n",
            "decimal_comma = true\n",
        ],
    );
    // Names that nobody shares make no group.
    assert!(!project.read("segments.seg").contains("Naam"));
    // 45 orders of who is known: of the keys 1 to 9 and 11 to 19. On the last of the days, the 28th, is order 27, of K007.
    let conditions = ["did bestellingen", "did bestellingen during 2025-03-28"];
    let end = project.segql(&[
        "run",
        "-e",
        conditions[0],
        "-e",
        conditions[1],
        "--format",
        "csv",
    ]);
    assert_eq!(end.code, Some(0), "{}", end.errors);
    has(&end.output, &["did bestellingen,,18,", "2025-03-28,,1,"]);
    assert_eq!(end.errors, "5 events in bestellingen.csv name no contact\n");
}
