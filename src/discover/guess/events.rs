//! What names say of tables of events.

use super::keys::{is_id, is_number};
use super::place;
use super::words::{is_word, words};

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

/// Words for times that are counted.
const COUNTED: &[&str] = &["unix", "unixtime", "epoch", "utc"];

/// Whether a column of whole numbers is called as what tells when something happened. A number of an event, as `event_id`, is none.
pub(in crate::discover) fn is_counted_time(name: &str) -> bool {
    let words = words(name);
    let is_called = |word: &String| {
        let is = |wanted: &&str| is_word(word, wanted);
        TIMES.iter().any(|time| *time != "event" && is(time)) || COUNTED.iter().any(is)
    };
    words.iter().any(is_called) && !words.iter().any(|word| is_id(word) || is_number(word))
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
    fn counted_times_are_known_by_their_names() {
        for (name, expected) in [
            ("timestamp", true),
            ("unixReviewTime", true),
            ("created_utc", true),
            ("ts", true),
            ("event_time", true),
            ("event_id", false),
            ("time_code", false),
            ("event", false),
            ("amount", false),
        ] {
            assert_eq!(is_counted_time(name), expected, "{name}");
        }
    }

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
