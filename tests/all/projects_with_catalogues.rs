//! Catalogues that are not as they should be: keys that stand twice, keys that are missing, references that lead nowhere.

use super::command_line::{End, Project};

const MANIFEST: &str = "\
as_of = \"2026-11-22T09:00Z\"

[contacts]
from = \"events\"
key = \"customer\"

[events.buy]
source = \"buys.csv\"
contact = \"who\"
time = \"at\"

[events.buy.fields.product]
catalogue = \"products\"

[catalogues.products]
source = \"products.csv\"
key = \"id\"
";

/// 1 buys a book, 2 what is in no catalogue, 3 something without a name.
const BUYS: &str = "\
who,at,product
1,2026-11-20T10:00:00Z,b1
2,2026-11-20T10:00:00Z,gone
3,2026-11-20T10:00:00Z,
";

fn shop(products: &str) -> Project {
    let project = Project::empty();
    project.write("segql.toml", MANIFEST);
    project.write("buys.csv", BUYS);
    project.write("products.csv", products);
    project
}

fn asked(project: &Project, condition: &str) -> End {
    project.segql(&["run", "--format", "csv", "-e", condition])
}

#[test]
fn a_key_that_stands_twice_is_told_where_the_catalogue_is_asked() {
    let project = shop("id,category\nb1,books\nb2,books\nb1,toys\n");
    asked(&project, "did buy[product.category = \"books\"]").refused(
        1,
        &[
            "E0739",
            "the catalogue \"products\"",
            "two of its records have the key",
            "\"b1\"",
            "one row for each key",
        ],
    );
    // Who does not ask the catalogue does not need it.
    let end = asked(&project, "did buy");
    assert_eq!(end.code, Some(0), "{}", end.errors);
    assert!(end.output.contains("did buy,,3,1"), "{}", end.output);
}

#[test]
fn references_that_lead_nowhere_find_nothing() {
    // A row without a key is found by no reference, be it one without a value.
    let project = shop("id,category\nb1,books\n,toys\n");
    for (condition, count) in [
        ("did buy[product.category = \"books\"]", 1),
        ("did buy[product.category = \"toys\"]", 0),
        ("did buy[product.category is missing]", 2),
        ("never buy[product.category = \"books\"]", 2),
        (
            "did buy[product is known AND product.category is missing]",
            1,
        ),
        // A bracket looks through all rows.
        ("any products[category = \"toys\"]", 3),
    ] {
        let end = asked(&project, condition);
        assert_eq!(end.code, Some(0), "{condition}: {}", end.errors);
        let cells: Vec<&str> = end.output.lines().nth(1).unwrap().rsplit(',').collect();
        assert_eq!(cells[1], count.to_string(), "{condition}");
    }
}
