//! Projects made from several tables: which hold events of the contacts, which are catalogues, and what the manifest says of them.

use super::command_line::Project;

/// 60 people with text keys that look like numbers.
fn people() -> String {
    let mut text = String::from("id,region,joined\n");
    for number in 0..60 {
        let region = ["BE", "NL", "FR"][number % 3];
        text += &format!(
            "{:04},{region},2024-01-{:02}T10:00:00Z\n",
            1000 + number * 7,
            1 + number % 28
        );
    }
    text
}

/// 600 rows of three kinds, a page each for two of them, an amount for one; the last is of nobody.
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
            "2026-{:02}-{:02}T08:00:00Z,{person},{rest}\n",
            1 + number % 11,
            1 + number % 28
        );
    }
    text += "2026-11-01T08:00:00Z,9999,login,,,,day\n";
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
            "not used     weather.csv",
        ],
    );
    let manifest = project.read("segql.toml");
    has(
        &manifest,
        &[
            "[events.activity]\nsource = \"activity.csv\"\n",
            "contact = \"person\"\ntime = \"at\"\n",
            "kind = \"action\"\n",
            // By their rows: 300, 201 and 100. A column with a name of its own keeps it but for `time`, which is when it happened.
            "[events.activity.streams]\nview = [\"product\", \"seconds\", \"clock\"]\nlogin = [\"clock\"]\npurchase = [\"product\", \"amount\", \"clock\"]\n",
            "[events.activity.fields.clock]\n",
            "column = \"time\"\n",
            "[events.activity.fields.product]\n",
            "catalogue = \"products\"\n",
            "[catalogues.products]\nsource = \"products.csv\"\nkey = \"id\"\n",
            "[catalogues.products.fields.label]\n",
            "# Other tables that were found, and are not used",
            "#   weather.csv (day, degrees)\n",
        ],
    );
    // What was written holds, and runs.
    let end = project.segql(&["check", "--data"]);
    assert_eq!(end.code, Some(0), "{}", end.errors);
    assert_eq!(
        end.errors,
        "1 event in activity.csv belongs to no contact\n"
    );
    let condition = "did purchase[product.price > 20] AND did view";
    let end = project.segql(&["run", "-e", condition]);
    assert_eq!(end.code, Some(0), "{}", end.errors);
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
    let end = project.segql(&["init", "a.csv", "b.csv"]);
    has(
        end.answer(),
        &[
            "contacts     60 rows in a.csv",
            "events       601 in b.csv: view, login, purchase",
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
            "contact = \"contact_id\"\ntime = \"created_at\"\n",
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
    has(end.answer(), &["not used     readings.csv"]);
}
