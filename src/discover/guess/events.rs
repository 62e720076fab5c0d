//! What names say of tables of events.

use super::place;
use super::words::words;

/// Words for when something happened, the most telling first.
const TIMES: &[&str] = &[
    "time",
    "timestamp",
    "occurred",
    "happened",
    "at",
    "when",
    "datetime",
    "event",
    "date",
    "created",
    "ts",
    "start",
    "started",
    "opened",
    "sent",
];

/// Words for what tells kinds of events apart.
const KINDS: &[&str] = &["event", "action", "activity", "kind", "type", "verb"];

/// How much a time says of when something happened.
pub(in crate::discover) fn event_time_place(name: &str) -> usize {
    place(name, TIMES)
}

/// Whether a column is called as what tells when something happened.
pub(in crate::discover) fn is_event_time(name: &str) -> bool {
    event_time_place(name) < TIMES.len()
}

/// How much the name of a column says that it tells kinds of events apart.
pub(in crate::discover) fn kind_place(name: &str) -> usize {
    place(name, KINDS)
}

/// Whether the name of a column allows that it tells kinds of events apart.
pub(in crate::discover) fn may_be_kind(name: &str) -> bool {
    kind_place(name) < KINDS.len()
}

/// Whether a column is called as what tells kinds of events apart, and nothing else. A `type` is one in a table of events, and says something of a ticket in a
/// table of tickets.
pub(in crate::discover) fn is_kind(name: &str, table: &str) -> bool {
    let is = |word: &String, wanted: &[&str]| wanted.contains(&word.as_str());
    let of_events = || {
        let general = [
            "events",
            "activity",
            "activities",
            "actions",
            "log",
            "history",
        ];
        words(table).iter().any(|word| is(word, &general))
    };
    match &words(name)[..] {
        [only] => {
            is(only, &["event", "action", "activity", "kind", "verb"])
                || is(only, &["type"]) && of_events()
        }
        [first, last] => {
            is(first, &["event", "action", "activity"]) && is(last, &["type", "name", "kind"])
        }
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_kind_is_known_by_its_name() {
        for (name, table, expected) in [
            ("event", "data", true),
            ("event_type", "data", true),
            ("type", "web_events", true),
            ("type", "tickets", false),
            ("ticket_type", "events", false),
            ("topic", "events", false),
        ] {
            assert_eq!(is_kind(name, table), expected, "{name} in {table}");
        }
    }
}
