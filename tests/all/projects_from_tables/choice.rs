//! Which table is that of the contacts, which refer to it, and why one is not used.

use super::super::command_line::Project;
use super::{activity, has, people, products, runs};

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
        ratings += &format!("{},4,{}\n", 1000 + number % 10 * 7, 20_250_301 + number);
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
        "ratings.csv: user refers to the contacts, but no column tells when something happened: the numbers of timestamp are not all between 1990 and 2100 in seconds, milliseconds or microseconds since 1970",
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
