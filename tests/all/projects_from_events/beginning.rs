//! Since when a contact is known.

use super::{BUYS, MANIFEST, members, shop};

/// Known since the sign-up, else since the first event: 90 days before 2023-11-14T23:00Z it was 2023-08-16T23:00Z.
#[test]
fn the_beginning_of_a_contact_is_told_by_the_manifest() {
    let project = shop();
    let manifest = MANIFEST.replace(
        "from = \"events\"",
        "source = \"customers.csv\"\nbeginning = \"since\"",
    );
    project.write("segql.toml", manifest);
    // 1 bought in July, and signed up later; 3 has no sign-up, 5 neither that nor an old event; 6 has an instant of its own.
    project.write(
        "customers.csv",
        "customer,since\n1,2023-11-01T00:00Z\n3,\n5,\n6,2023-08-16T23:00:00Z\n7,2023-08-16T23:00:01Z\n8,2020-01-01T00:00Z\n",
    );
    assert_eq!(members(&project, "observed for 90 days"), ["6", "8"]);
    project.write("buys.csv", format!("{BUYS}3,1600000000,1.00\n"));
    assert_eq!(members(&project, "observed for 90 days"), ["3", "6", "8"]);
    // A day is a beginning as well.
    project.write(
        "customers.csv",
        "customer,since\n1,2023-08-10\n3,2023-09-10\n",
    );
    assert_eq!(members(&project, "observed for 90 days"), ["1"]);
    // What is no field, or tells no time, is told where it stands.
    for (wrong, words) in [
        ("sinse", ["sinse", "Did you mean \"since\"?"]),
        ("customer", ["customer", "cannot tell since when"]),
    ] {
        let manifest = project.read("segql.toml");
        project.write(
            "segql.toml",
            manifest.replace("\"since\"", &format!("\"{wrong}\"")),
        );
        project.segql(&["check"]).refused(1, &words);
        project.write("segql.toml", manifest);
    }
}
