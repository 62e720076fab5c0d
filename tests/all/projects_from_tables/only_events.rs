//! Projects made from tables of events alone: the contacts are those whom they name.

use super::super::command_line::Project;
use super::{has, runs};

/// Ratings of 20 users, ten each: user u, of 1 to 20, rates the films u to u + 9, each a day after the other from 1997-09-20T00:00Z on, which is 874,713,600.
fn ratings(name: impl Fn(usize) -> String) -> String {
    let mut text = String::from("userId,movieId,rating,timestamp\n");
    for user in 1..=20 {
        for number in 0..10 {
            let at = 874_713_600 + number * 86_400;
            text += &format!(
                "{},{},{}.5,{at}\n",
                name(user),
                user + number,
                1 + number % 4
            );
        }
    }
    text
}

/// The films 1 to 40; every tenth is a western, so that 10 and 20 are rated.
fn movies() -> String {
    let mut text = String::from("movieId,title,genre\n");
    for movie in 1..=40 {
        let genre = if movie % 10 == 0 { "western" } else { "drama" };
        text += &format!("{movie},Film {movie},{genre}\n");
    }
    text
}

fn counts(project: &Project, conditions: &[(&str, &str)]) {
    for (condition, count) in conditions {
        let end = project.segql(&["run", "-e", condition, "--format", "csv"]);
        assert_eq!(end.code, Some(0), "{}", end.errors);
        has(&end.output, &[&format!(",,{count},")]);
    }
}

#[test]
fn a_table_of_events_alone_names_the_contacts() {
    let project = Project::empty();
    project.write("ratings.csv", ratings(|user| user.to_string()));
    let end = project.segql(&["init", "ratings.csv"]);
    has(
        end.answer(),
        &[
            "contacts     20 whom the events name, 1 field\n",
            "taken from the events because no table has a row for each contact, and in ratings.csv userId repeats (20 different in 200 rows) and timestamp tells when\n",
            "key          userId: its name says so, and it repeats in ratings.csv\n",
            "events       200 in ratings.csv: rating\n",
        ],
    );
    has(
        &project.read("segql.toml"),
        &[
            "\n[contacts]\n# 20 contacts.\n# They are those whom the events below name: no table has a row for each contact, and in ratings.csv userId repeats (20 different in 200 rows) and timestamp tells when.\n",
            "\nfrom = \"events\"\n",
            "\nkey = \"userId\"\n",
            "[contacts.fields.userId]\n# int; all different; 1 to 20\ntype = \"int\"\n",
            "\ncontact = \"userId\"\n",
            "\ntimes = \"seconds\"\n",
        ],
    );
    // All ten ratings of each end on 1997-09-29.
    counts(
        &project,
        &[
            ("count(rating during 1997-09-29) = 1", "20"),
            ("did rating after 1997-09-30", "0"),
            ("userId <= 5", "5"),
        ],
    );
    runs(&project);
    assert_eq!(project.segql(&["fmt", "--check"]).code, Some(0));
}

#[test]
fn what_the_events_are_about_is_a_catalogue_though_its_keys_are_those_of_users() {
    // Each number of a user is one of a film, too.
    for (key, refers) in [("movieId", "movieId"), ("id", "movie_id")] {
        let project = Project::empty();
        let ratings = ratings(|user| user.to_string()).replace("movieId", refers);
        project.write("ratings.csv", ratings);
        project.write("movies.csv", movies().replace("movieId", key));
        let end = project.segql(&["init", "*.csv"]);
        has(
            end.answer(),
            &[
                "contacts     20 whom the events name",
                "events       200 in ratings.csv: rating",
                "catalogue    movies: 40 rows in movies.csv",
            ],
        );
        // 10 is rated by the users 1 to 10, 20 by 11 to 20; 30 is beyond 20 + 9.
        let western = format!("did rating[{refers}.genre = \"western\"]");
        let tenth = format!("did rating[{refers} = 10]");
        counts(&project, &[(&western, "20"), (&tenth, "10")]);
        runs(&project);
    }
}

#[test]
fn tables_of_events_name_contacts_together() {
    let project = Project::empty();
    project.write("ratings.csv", ratings(|user| user.to_string()));
    // The same column elsewhere, half of whose contacts are others: 11 to 30.
    let mut tags = String::from("user_id,tag,at\n");
    for number in 0..40 {
        let user = 11 + number % 20;
        tags += &format!("{user},t,2025-03-01T10:00:00Z\n");
    }
    project.write("tags.csv", tags);
    // Called otherwise: of 1 to 22 all are known but for 31 and 32, who are contacts for that reason.
    let mut visits = String::from("visitor,day\n");
    for number in 0..44 {
        let number = number % 22;
        let user = if number < 20 { number + 1 } else { number + 11 };
        visits += &format!("{user},2025-03-01\n");
    }
    project.write("visits.csv", visits);
    let end = project.segql(&["init", "ratings.csv", "tags.csv", "visits.csv"]);
    has(
        end.answer(),
        &[
            "contacts     32 whom the events name",
            "events       200 in ratings.csv: rating",
            "events       40 in tags.csv: tag",
            "events       44 in visits.csv: visit",
        ],
    );
    counts(
        &project,
        &[("did rating", "20"), ("did tag", "20"), ("did visit", "22")],
    );
    runs(&project);
}

#[test]
fn keys_are_text_where_any_are() {
    let project = Project::empty();
    project.write("a.csv", ratings(|user| user.to_string()));
    let mixed = ratings(|user| match user {
        20 => "anna".to_owned(),
        other => other.to_string(),
    });
    project.write("b.csv", mixed.replace("rating,", "stars,"));
    let end = project.segql(&["init", "a.csv", "b.csv"]);
    has(end.answer(), &["contacts     21 whom the events name"]);
    has(
        &project.read("segql.toml"),
        &["[contacts.fields.userId]\n# text; all different\ntype = \"text\"\n"],
    );
    counts(
        &project,
        &[("did a", "20"), ("did b", "20"), ("userId = \"anna\"", "1")],
    );
    runs(&project);
}

#[test]
fn orders_with_keys_of_their_own_are_events() {
    let project = Project::empty();
    let mut orders = String::from("id,customer_id,ordered_at\n");
    for number in 0..30 {
        let who = if number % 10 == 9 {
            String::new()
        } else {
            format!("C{}", number % 6)
        };
        orders += &format!("{number},{who},2025-03-01T10:00:00Z\n");
    }
    project.write("orders.csv", orders);
    let end = project.segql(&["init", "orders.csv"]);
    has(
        end.answer(),
        &[
            "contacts     6 whom the events name",
            "events       30 in orders.csv: order",
        ],
    );
    // Of the 30 the numbers 9, 19 and 29 are nobody's, of the rest 5 are of each; but 3 of who leaves 3 by 6 or 1 or 5 are gone: 9, 19 and 29 leave 3, 1 and 5.
    counts(
        &project,
        &[("count(order) = 5", "3"), ("count(order) = 4", "3")],
    );
    // Who says that it is the table of contacts, or which column is the key, is believed.
    let asked = ["init", "orders.csv", "--key", "id", "--force"];
    has(
        project.segql(&asked).answer(),
        &[
            "contacts     30 rows in orders.csv",
            "key          id: it was asked for",
        ],
    );
    let asked = ["init", "--contacts", "orders.csv", "orders.csv", "--force"];
    has(
        project.segql(&asked).answer(),
        &[
            "contacts     30 rows in orders.csv",
            "key          id: its name says so",
        ],
    );
}

#[test]
fn a_column_of_any_name_names_contacts_where_it_was_asked_for() {
    let project = Project::empty();
    let plays = ratings(|user| format!("x{user}")).replace("userId", "card");
    project.write("plays.csv", plays);
    let end = project.segql(&["init", "plays.csv", "--key", "card"]);
    has(
        end.answer(),
        &[
            "contacts     20 whom the events name",
            "key          card: it was asked for, and repeats in plays.csv",
            "events       200 in plays.csv: play",
        ],
    );
    runs(&project);
}

#[test]
fn a_table_with_a_row_for_each_contact_is_that_of_the_contacts() {
    let project = Project::empty();
    project.write("ratings.csv", ratings(|user| user.to_string()));
    let rows = (1..=20).map(|user| format!("{user},{}\n", 20 + user));
    project.write(
        "about.csv",
        format!("userId,age\n{}", rows.collect::<String>()),
    );
    let end = project.segql(&["init", "*.csv"]);
    has(
        end.answer(),
        &[
            "contacts     20 rows in about.csv",
            "events       200 in ratings.csv: rating",
        ],
    );
    // People of a household, of a shop whose export has no name.
    let project = Project::empty();
    let mut people = String::from("id,email,household_id,created_at\n");
    for number in 0..40 {
        let household = number / 4;
        people += &format!("{number},a{number}@b.be,{household},2025-03-01T10:00:00Z\n");
    }
    project.write("export.csv", people);
    let end = project.segql(&["init", "export.csv"]);
    has(
        end.answer(),
        &[
            "contacts     40 rows in export.csv",
            "key          id: its name says so",
        ],
    );
}

#[test]
fn a_key_that_stands_twice_is_a_mistake_and_no_event() {
    let project = Project::empty();
    let mut people = String::from("customer_id,region,created_at\n");
    for number in 0..40 {
        people += &format!("{},BE,2025-03-01T10:00:00Z\n", number.min(38));
    }
    project.write("export.csv", &people);
    project.segql(&["init", "export.csv"]).refused(
        1,
        &["E0522", "\"customer_id\" has 39", "with a column of times"],
    );
    // Nor is a table of contacts one of events.
    project.write("customers.csv", people.replace("38,", "1,"));
    let end = project.segql(&["init", "customers.csv"]);
    end.refused(1, &["E0522"]);
}
