//! What is found of tables of events and catalogues, and what is written of it.

use super::super::command_line::Project;
use super::{activity, has, people, products, runs, runs_as_worked_by_hand, tables};

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

/// Two of three customers are there: what is called as plainly as this is believed.
#[test]
fn a_plain_name_is_believed_where_some_keys_are_gone() {
    let project = Project::empty();
    project.write("contacts.csv", "id,region\n1,BE\n2,NL\n3,BE\n4,FR\n");
    project.write(
        "purchases.csv",
        "customer_id,at,product_id\n1,2026-01-20T10:00:00Z,p1\n3,2026-01-21T10:00:00Z,p2\n9,2026-01-22T10:00:00Z,p9\n",
    );
    project.write("products.csv", "product_id,category\np1,books\np2,toys\n");
    let end = project.segql(&["init", "contacts.csv", "purchases.csv", "products.csv"]);
    has(
        end.answer(),
        &[
            "events       3 in purchases.csv: purchase",
            "catalogue    products: 2 rows in products.csv",
        ],
    );
    has(
        &project.read("segql.toml"),
        &["# Whose it is: 2 of the 3 values that were looked up are keys of contacts."],
    );
    // One of three is less than half.
    project.write("contacts.csv", "id,region\n1,BE\n2,NL\n");
    let end = project.segql(&["init", "contacts.csv", "purchases.csv", "--force"]);
    has(
        end.answer(),
        &[
            "not used     purchases.csv: customer_id is called as if it referred to the contacts, but of its values only 1 of the 3 looked up are in id",
        ],
    );
}
