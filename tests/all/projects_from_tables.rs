//! Projects made from several tables: which hold events of the contacts, which are catalogues, and what the manifest says of them.

use super::command_line::Project;
use arrow_array::{ArrayRef, Int64Array, RecordBatch, StringArray};
use arrow_schema::{DataType, Field, Schema};
use std::sync::Arc;

/// 60 people, whose keys are whole numbers.
fn people() -> String {
    let mut text = String::from("id,region,joined\n");
    for number in 0..60 {
        let region = ["BE", "NL", "FR"][number % 3];
        text += &format!(
            "{},{region},2024-01-{:02}T10:00:00Z\n",
            1000 + number * 7,
            1 + number % 28
        );
    }
    text
}

/// 600 rows of three kinds, a product each for two of them, an amount for one; the last is of nobody. Who is at place p of the people has one kind: purchases
/// where p leaves 0 by 6, logins where it leaves 4 or 5, views else; and one product: p0 where p leaves 0 by 12, p6 where it leaves 6.
fn activity() -> String {
    let mut text = String::from("at,person,action,product,seconds,amount,time\n");
    for number in 0..600 {
        let person = 1000 + (number * 11 % 60) * 7;
        let product = format!("p{}", number % 12);
        let rest = match number % 6 {
            0 => format!("purchase,{product},,{}.50,night", number % 40),
            1 | 2 => "login,,,,day".to_owned(),
            _ => format!("view,{product},{},,day", number % 90),
        };
        text += &format!(
            "2024-{:02}-{:02}T08:00:00Z,{person},{rest}\n",
            1 + number % 11,
            1 + number % 28
        );
    }
    text += "2024-11-01T08:00:00Z,9999,login,,,,day\n";
    text
}

fn products() -> String {
    let mut text = String::from("id,label,price\n");
    for number in 0..12 {
        text += &format!("p{number},Product {number},{}.00\n", number * 3);
    }
    text
}

fn tables() -> Project {
    let project = Project::empty();
    project.write("customers.csv", people());
    project.write("activity.csv", activity());
    project.write("products.csv", products());
    project.write("weather.csv", "day,degrees\n2026-01-01,3\n2026-01-02,5\n");
    project
}

fn has(text: &str, words: &[&str]) {
    for word in words {
        assert!(text.contains(word), "`{word}` is not in\n{text}");
    }
}

/// What the three tables answer, in whatever format they are.
fn runs_as_worked_by_hand(project: &Project) {
    let conditions = [
        // Every sixth of 60.
        ("did purchase", "10"),
        // Of 6 the places 1 to 3.
        ("did view", "30"),
        ("did login", "20"),
        // p6 costs 18, p0 nothing.
        ("did purchase[product.price > 10]", "5"),
    ];
    let mut arguments = vec!["run", "--format", "csv"];
    for (condition, _) in conditions {
        arguments.extend(["-e", condition]);
    }
    let end = project.segql(&arguments);
    assert_eq!(end.code, Some(0), "{}", end.errors);
    for (condition, count) in conditions {
        has(&end.output, &[&format!("{condition},,{count},")]);
    }
    // The first segments hold, and nothing is to be said against them.
    let end = project.segql(&["check"]);
    assert_eq!((end.code, &*end.errors), (Some(0), ""));
    assert_eq!(project.segql(&["run"]).code, Some(0));
}

#[test]
fn events_and_catalogues_are_found() {
    let project = tables();
    let end = project.segql(&["init", "*.csv"]);
    has(
        end.answer(),
        &[
            "contacts     60 rows in customers.csv, 3 fields",
            "events       601 in activity.csv: view, login, purchase",
            "catalogue    products: 12 rows in products.csv",
            "not used     weather.csv: no column refers to the contacts, and no other table refers to it",
        ],
    );
    let manifest = project.read("segql.toml");
    has(
        &manifest,
        &[
            "[events.activity]\nsource = \"activity.csv\"\n",
            "# Whose it is: 60 of the 61 values that were looked up are keys of contacts.\ncontact = \"person\"\n",
            "# When it happened; it is called `time` in a text.\ntime = \"at\"\n",
            "# The column that tells streams of events apart: its name says so, and some columns hold something for some of its values only.",
            "\nkind = \"action\"\n",
            // By their rows: 300, 201 and 100. A column with a name of its own keeps it but for `time`, which is when it happened.
            "[events.activity.streams]\nview = [\"product\", \"seconds\", \"clock\"]\nlogin = [\"clock\"]\npurchase = [\"product\", \"amount\", \"clock\"]\n",
            "[events.activity.fields.clock]\n",
            "column = \"time\"\n",
            "[events.activity.fields.product]\n",
            "catalogue = \"products\"\n",
            "[catalogues.products]\nsource = \"products.csv\"\nkey = \"id\"\n",
            "[catalogues.products.fields.label]\n",
            "# Other tables that were found, and are not used:\n",
            "#   weather.csv (day, degrees): no column refers to the contacts, and no other table refers to it\n",
        ],
    );
    // What was written holds, and runs.
    let end = project.segql(&["check", "--data"]);
    assert_eq!(end.code, Some(0), "{}", end.errors);
    assert_eq!(
        end.errors,
        "1 event in activity.csv belongs to no contact\n"
    );
    runs_as_worked_by_hand(&project);
    assert_eq!(project.segql(&["fmt", "--check"]).code, Some(0));
    // Made again it is the same.
    project.segql(&["init", "*.csv", "--force"]).answer();
    assert_eq!(project.read("segql.toml"), manifest);
}

#[test]
fn contacts_are_known_by_those_who_refer_to_them() {
    let project = Project::empty();
    project.write("a.csv", people());
    project.write("b.csv", activity());
    // The events refer to these as well, but what they are called is nobody.
    project.write("c.csv", products().replace("id,", "product,"));
    let end = project.segql(&["init", "a.csv", "b.csv", "c.csv"]);
    has(
        end.answer(),
        &[
            "contacts     60 rows in a.csv",
            "taken for the contacts because b.csv holds its keys, and tells when something happened",
            "events       601 in b.csv: view, login, purchase",
            "catalogue    c: 12 rows in c.csv",
        ],
    );
}

#[test]
fn a_table_without_kinds_is_one_stream_called_as_its_rows() {
    let project = Project::empty();
    project.write("contacts.csv", "id,login\n1,x\n2,y\n3,z\n");
    let mut text = String::from("id,contact_id,created_at,opened_at,topic\n");
    for number in 0..40 {
        let topic = ["bill", "app", "other", "bill"][number % 4];
        text += &format!(
            "{number},{},2026-03-{:02}T10:00:00Z,,{topic}\n",
            1 + number % 3,
            1 + number % 28
        );
    }
    project.write("support-tickets-2026.csv", &text);
    project.write(
        "logins.csv",
        "contact_id,at\n1,2026-01-01T10:00:00Z\n2,2026-01-02T10:00:00Z\n",
    );
    project
        .segql(&[
            "init",
            "contacts.csv",
            "support-tickets-2026.csv",
            "logins.csv",
        ])
        .answer();
    has(
        &project.read("segql.toml"),
        &[
            "[events.support_ticket]\nsource = \"support-tickets-2026.csv\"\n",
            "\ncontact = \"contact_id\"\n",
            "\ntime = \"created_at\"\n",
            // Its own key is a field like any other; a topic tells nothing apart.
            "[events.support_ticket.fields.id]\n",
            "[events.support_ticket.fields.topic]\n",
            // A field of the contacts is called login already.
            "[events.login_event]\nsource = \"logins.csv\"\n",
        ],
    );
    assert_eq!(project.segql(&["check", "--data"]).code, Some(0));
    let end = project.segql(&["run", "-e", "did login_event", "--format", "csv"]);
    has(end.answer(), &["did login_event,,2,"]);
}

#[test]
fn numbers_that_happen_to_be_keys_are_no_references() {
    let project = Project::empty();
    let mut contacts = String::from("id,age\n");
    let mut readings = String::from("sensor,taken_at,level\n");
    for number in 0..50 {
        contacts += &format!("{number},{}\n", 20 + number % 30);
        readings += &format!(
            "{},2026-03-{:02}T10:00:00Z,{}\n",
            number % 7,
            1 + number % 28,
            number % 50
        );
    }
    project.write("contacts.csv", contacts);
    project.write("readings.csv", readings);
    let end = project.segql(&["init", "contacts.csv", "readings.csv"]);
    has(
        end.answer(),
        &[
            "not used     readings.csv: no column refers to the contacts, and no other table refers to it",
        ],
    );
}

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
fn first_segments_are_about_events_and_catalogues() {
    let project = Project::empty();
    project.write("customers.csv", people());
    project.write("activity.csv", activity());
    let mut products = String::from("id,colour\n");
    for number in 0..12 {
        products += &format!("p{number},{}\n", ["red", "blue"][usize::from(number == 6)]);
    }
    project.write("products.csv", products);
    project.segql(&["init", "*.csv"]).answer();
    // Views are of the products p1 to p3 and p7 to p9, all red: whoever views.
    has(
        &project.read("segments.seg"),
        &[
            "-- 30 of 60 contacts when this was written.\nsegment view_red \"View: colour red\" =\n  did view[product.colour = \"red\"]\n",
            "-- 18 of 60 contacts when this was written.\nsegment login_in_2024_11 \"Login in 2024-11\" =\n  did login during 2024-11\n",
            "-- 9 of 60 contacts when this was written.\nsegment purchase_in_2024_11 ",
        ],
    );
    runs(&project);
}

fn runs(project: &Project) {
    let end = project.segql(&["check", "--data"]);
    assert_eq!(end.code, Some(0), "{}", end.errors);
    assert_eq!(project.segql(&["run"]).code, Some(0));
}

#[test]
fn the_contacts_may_be_named() {
    let project = Project::empty();
    project.write("customers.csv", "id,region\n1,BE\n2,NL\n");
    project.write("members.csv", "id,level\n1,gold\n2,silver\n3,gold\n");
    let end = project.segql(&["init", "*.csv"]);
    end.refused(
        1,
        &["E0524", "customers.csv", "members.csv", "--contacts FILE"],
    );
    let end = project.segql(&["init", "*.csv", "--contacts", "members.csv"]);
    has(
        end.answer(),
        &[
            "contacts     3 rows in members.csv",
            "taken for the contacts because it was asked for",
            "not used     customers.csv",
        ],
    );
    // It need not be among the data.
    let arguments = [
        "init",
        "customers.csv",
        "--contacts",
        "members.csv",
        "--force",
    ];
    has(
        project.segql(&arguments).answer(),
        &["contacts     3 rows in members.csv"],
    );
    // Of two whose names say so, the one that others refer to.
    let mut orders = String::from("customer,ordered_at\n");
    for number in 0..20 {
        orders += &format!("{},2025-03-{:02}T10:00:00Z\n", 11 + number % 5, 1 + number);
    }
    project.write("orders.csv", orders);
    project.write(
        "customers.csv",
        "id,region\n11,BE\n12,NL\n13,BE\n14,NL\n15,FR\n",
    );
    let end = project.segql(&["init", "*.csv", "--force"]);
    has(
        end.answer(),
        &[
            "contacts     5 rows in customers.csv",
            "taken for the contacts because orders.csv holds its keys, and tells when something happened",
        ],
    );
    // One name may say more than the other.
    project.write("crm_users.csv", "id,level\n1,gold\n");
    let end = project.segql(&["init", "customers.csv", "crm_users.csv", "--force"]);
    has(
        end.answer(),
        &["taken for the contacts because its name says so, more than that of crm_users.csv"],
    );
}

#[test]
fn why_a_table_is_not_used_is_said() {
    let project = Project::empty();
    project.write("contacts.csv", people());
    let mut views = String::from("contact_id,page,at\n");
    let mut prices = String::from("user,price\n");
    let mut texts = String::from("user,at\n");
    let mut ratings = String::from("user,stars,timestamp\n");
    for number in 0..30 {
        views += &format!("{},home,2025-03-01T10:00:00Z\n", 5000 + number);
        prices += &format!("{},{number}\n", 1000 + number % 10 * 7);
        ratings += &format!("{},4,{}\n", 1000 + number % 10 * 7, 881_250_949 + number);
        texts += &format!("u{},2025-03-01T10:00:00Z\n", number % 10);
    }
    project.write("views.csv", views);
    project.write("prices.csv", prices);
    project.write("texts.csv", texts);
    project.write("ratings.csv", ratings);
    project.write("none.csv", "contact_id,when\n");
    let end = project.segql(&["init", "*.csv"]);
    let reasons = [
        "none.csv: it has no rows",
        "prices.csv: user refers to the contacts, but no column tells when something happened",
        "ratings.csv: user refers to the contacts, but no column tells when something happened, unless timestamp does and `times` says what it counts",
        "texts.csv: user is called as if it referred to the contacts, but is of another type than their key id",
        "views.csv: contact_id is called as if it referred to the contacts, but of its values only 0 of the 30 looked up are in id",
    ];
    for reason in reasons {
        has(end.answer(), &[&format!("not used     {reason}\n")]);
        let (_, clause) = reason.split_once(": ").unwrap();
        has(&project.read("segql.toml"), &[clause]);
    }
    runs(&project);
}

#[test]
fn keys_of_many_contacts_are_looked_up() {
    let project = Project::empty();
    // More than are counted, each with one event.
    let mut contacts = String::from("id\n");
    let mut logins = String::from("id,who,at\n");
    for number in 0..12_000 {
        contacts += &format!("{}\n", 70_000 + number);
        logins += &format!("{number},{},2025-03-01T10:00:00Z\n", 70_000 + number);
    }
    project.write("contacts.csv", contacts);
    project.write("logins.csv", logins.replace("who", "contact"));
    has(
        project.segql(&["init", "*.csv"]).answer(),
        &["events       12,000 in logins.csv: login"],
    );
    has(
        &project.read("segql.toml"),
        &[
            "# Whose it is: all 400 values that were looked up are keys of contacts.\ncontact = \"contact\"",
        ],
    );
    // Numbers alone tell nothing.
    project.write("logins.csv", logins);
    has(
        project.segql(&["init", "*.csv", "--force"]).answer(),
        &["not used     logins.csv"],
    );
}

#[test]
fn rows_with_an_id_of_their_own_are_not_the_contacts_of_the_same_id() {
    let project = Project::empty();
    let mut contacts = String::from("id,name\n");
    let mut tickets = String::from("id,opened_at\n");
    for number in 0..60 {
        contacts += &format!("{number},n{number}\n");
        if number < 20 {
            tickets += &format!("{number},2025-03-01T10:00:00Z\n");
        }
    }
    project.write("contacts.csv", contacts);
    project.write("tickets.csv", tickets);
    let arguments = ["init", "*.csv", "--key", "id"];
    has(
        project.segql(&arguments).answer(),
        &["not used     tickets.csv"],
    );
}

#[test]
fn what_could_be_otherwise_is_said_in_the_manifest() {
    let project = Project::empty();
    project.write("users.csv", people());
    let mut mails = String::from("sender_user,receiver_user,sent_at,read_on\n");
    for number in 0..50 {
        let (from, to) = (1000 + number % 7 * 7, 1000 + number % 11 * 7);
        mails += &format!("{from},{to},2025-03-01T10:00:00Z,2025-03-02T10:00:00Z\n");
    }
    project.write("mails.csv", mails);
    project.segql(&["init", "*.csv"]).answer();
    has(
        &project.read("segql.toml"),
        &[
            "# Whose it is: all 7 values that were looked up are keys of contacts. Other columns that hold such keys: receiver_user.\ncontact = \"sender_user\"\n",
            "# When it happened; it is called `time` in a text. Other columns that could tell: read_on.\ntime = \"sent_at\"\n",
        ],
    );
    runs(&project);
}

#[test]
fn days_tell_when_where_there_are_no_times() {
    let project = Project::empty();
    project.write("users.csv", people());
    let mut visits = String::from("user,birthday,visited\n");
    for number in 0..50 {
        visits += &format!(
            "{},1990-01-01,2025-03-{:02}\n",
            1000 + number % 7 * 7,
            1 + number % 28
        );
    }
    project.write("visits.csv", visits);
    project.segql(&["init", "*.csv"]).answer();
    has(
        &project.read("segql.toml"),
        &["[events.visit]\n", "\ntime = \"visited\"\n"],
    );
    let end = project.segql(&["run", "-e", "did visit during 2025-03", "--format", "csv"]);
    has(end.answer(), &["did visit during 2025-03,,7,"]);
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

#[test]
fn names_are_of_one_thing_each() {
    let project = Project::empty();
    let mut contacts = String::from("id,region,products\n");
    let mut first = String::from("customer,at,event,product\n");
    let mut second = String::from("customer,when,action\n");
    for number in 0..100 {
        contacts += &format!("{number},BE,{}\n", number % 9);
        let event = ["region", "and", "sign in", "a`b"][number % 4];
        first += &format!("{number},2025-03-01T10:00:00Z,{event},p{}\n", number % 12);
        second += &format!(
            "{number},2025-03-01T10:00:00Z,{}\n",
            ["open", "and"][number % 2]
        );
    }
    project.write("contacts.csv", contacts);
    for folder in ["a", "b"] {
        std::fs::create_dir(project.folder.path().join(folder)).unwrap();
    }
    project.write("a/events.csv", first);
    project.write("b/events.csv", second);
    project.write("products.csv", products());
    let end = project.segql(&[
        "init",
        "contacts.csv",
        "a/events.csv",
        "b/events.csv",
        "products.csv",
    ]);
    end.answer();
    has(
        &project.read("segql.toml"),
        &[
            "[events.events]\n",
            "\nregion_event = { value = \"region\", fields = \"all\" }\n",
            "[events.events_2]\n",
            "\nand_event = { value = \"and\", fields = \"all\" }\n",
            "[catalogues.products_catalogue]\n",
            "catalogue = \"products_catalogue\"\n",
        ],
    );
    runs(&project);
}
