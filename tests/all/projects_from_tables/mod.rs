//! Projects made from several tables: which hold events of the contacts, which are catalogues, and what the manifest says of them.

mod choice;
mod counted;
mod forms;
mod found;
mod only_events;

use super::command_line::Project;

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

fn runs(project: &Project) {
    let end = project.segql(&["check", "--data"]);
    assert_eq!(end.code, Some(0), "{}", end.errors);
    assert_eq!(project.segql(&["run"]).code, Some(0));
}
