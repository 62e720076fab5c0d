//! Windows on events: as they are explained, and those that begin before the data do.

use super::{MANIFEST, shop, well};

/// As of midnight in Brussels, before which the clocks went back on 29 October. That events to come are not seen is said of none.
#[test]
fn windows_are_explained_in_the_words_of_the_text() {
    let project = shop();
    for (condition, windows) in [
        (
            "did buy in last 30 days AND never visit",
            "  did buy in last 30 days: after 2023-10-16 01:00:00 up to and with 2023-11-15 00:00:00",
        ),
        (
            "count(buy[amount > 5] between 20 days ago and 10 days ago) > 2",
            "  buy[amount > 5] between 20 days ago and 10 days ago: after 2023-10-26 01:00:00 up to and with 2023-11-05 00:00:00",
        ),
        (
            "did (buy then visit within 2 days) in last 10 days",
            "  did (buy then visit within 2 days) in last 10 days: after 2023-11-05 00:00:00 up to and with 2023-11-15 00:00:00",
        ),
        (
            "observed for 10 days",
            "  observed for 10 days: up to and with 2023-11-05 00:00:00",
        ),
    ] {
        let end = project.segql(&["explain", "-e", condition]);
        let (_, behind) = well(&end).split_once("\nwindows as of").unwrap();
        let (shown, _) = behind.split_once("\n\n").unwrap();
        let lines = shown.split_once('\n').map(|(_, lines)| lines);
        assert_eq!(lines, Some(windows), "{condition}\n{}", end.output);
    }
}

/// As of 2023-11-14T23:00Z. The first visit of a contact is of 10 November, one of 1 October is of nobody; the first purchase is of 1 November.
#[test]
fn windows_that_begin_before_the_data_are_told() {
    let project = shop();
    let manifest = MANIFEST.replace("from = \"events\"", "source = \"customers.csv\"");
    project.write("segql.toml", manifest.replace("times = \"seconds\"\n", ""));
    project.write("customers.csv", "customer\n1\n3\n");
    project.write(
        "buys.csv",
        "who,at,amount\n3,2023-11-01T10:00Z,5\n1,2023-11-02T10:00Z,5\n",
    );
    project.write(
        "visits.jsonl",
        "{\"visitor\": 1, \"day\": \"2023-11-10\"}\n{\"visitor\": 9, \"day\": \"2023-10-01\"}\n",
    );
    let told = |condition: &str| {
        let end = project.segql(&["run", "-e", condition]);
        well(&end);
        let lines = end.errors.lines();
        let told = lines.filter(|line| line.contains("is asked for from"));
        told.map(str::to_owned).collect::<Vec<_>>()
    };
    let visit = |day: &str| {
        format!("`visit` is asked for from {day} on, and the first in the data is of 2023-11-10")
    };
    let buy = |day: &str| {
        format!("`buy` is asked for from {day} on, and the first in the data is of 2023-11-01")
    };
    assert_eq!(told("did visit in last 30 days"), [visit("2023-10-16")]);
    assert_eq!(
        told("count(visit in last 7 days) > 1"),
        [visit("2023-11-08")]
    );
    assert_eq!(told("did visit in last 4 days"), [""; 0]);
    assert_eq!(told("did visit"), [""; 0]);
    // Of several windows, the one that begins first; each stream for itself.
    assert_eq!(
        told(
            "count(visit in last 30 days) < count(visit between 60 days ago and 30 days ago) OR sum(amount of buy in last 30 days) > 5"
        ),
        [buy("2023-10-16"), visit("2023-09-16")]
    );
    assert_eq!(told("sum(amount of buy in last 10 days) > 5"), [""; 0]);
    project.write("segments.seg", "segment s = did visit in last 30 days\n");
    let end = project.segql(&["check", "--data"]);
    assert!(end.errors.contains(&visit("2023-10-16")), "{}", end.errors);
}
