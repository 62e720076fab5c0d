//! A contact with a million events among others with few. The second number `n` since midnight is one event; expected figures are worked out from that.

use super::*;
use segql::execute::Input;
use segql::types::{NumberKind, Type};
use segql::{Engine, Now, RunOptions, Schema};

const EVENTS: i64 = 1_000_000;
/// 2023-11-15T00:00Z
const MIDNIGHT: i64 = 1_700_006_400;

/// The events of contact 1 in no order, five equal ones of contact 2.
fn events() -> EventTable {
    // A prime that divides no power of ten reaches every second once.
    let seconds = (0..EVENTS).map(|event| event * 7_919 % EVENTS);
    let seconds: Vec<i64> = seconds.chain([0; 5]).collect();
    let who: Vec<i64> = (0..EVENTS + 5)
        .map(|event| 1 + i64::from(event >= EVENTS))
        .collect();
    let at: Vec<i64> = seconds.iter().map(|second| MIDNIGHT + second).collect();
    let minutes: Vec<i64> = seconds.iter().map(|second| second % 60).collect();
    let batch = [
        ("who", whole(&who)),
        ("at", times(&at)),
        ("minutes", whole(&minutes)),
    ];
    views(memory("views", vec![batch]), &["minutes"])
}

#[test]
fn a_contact_may_have_a_million_events() {
    let contacts = memory("contacts", vec![[("id", whole(&[3, 1, 2]))]]);
    let joined = joined(contacts, events());
    let schema = Schema::builder()
        .key("id")
        .zone("UTC")
        .int("id")
        .events("view", [("minutes", Type::Number(NumberKind::Whole))])
        .build()
        .unwrap();
    // (condition, of how many contacts it is true)
    let cases = [
        ("count(view) = 1_000_000", 1),
        ("count(view) = 5", 1),
        ("never view", 1),
        // Seconds 996,401 to 999,999.
        ("count(view in last 1 hour) = 3_599", 1),
        ("median(gap of view) = 1 second", 1),
        ("median(gap of view) = 0 seconds", 1),
        ("max(gap of view) = 1 second", 1),
        ("count((view then view within 1 second)) = 999_999", 1),
        ("count((view then view)) = 999_999", 1),
        // The last of each, and all five of contact 2.
        ("did (view without view within 1 second) exactly once", 1),
        ("did (view without view within 1 second) exactly 5 times", 1),
        // 11 days and a part.
        ("active days(view) = 12", 1),
        ("active weeks(view) = 2", 1),
        // 16,666 times 0 to 59, and 0 to 39 once more.
        ("sum(minutes of view) = 29_499_600", 1),
        ("favourite(minutes of view) = 39", 1),
        ("first(view).minutes = 0 AND last(view).minutes = 39", 1),
        ("count(distinct minutes of view) = 60", 1),
        ("share(view[minutes < 30]) = 50.001%", 1),
        ("did view at least 1_000_000 times", 1),
        ("did view at least 1_000_001 times", 0),
        ("never view[minutes > 59]", 3),
    ];
    let text: Vec<String> = (cases.iter().enumerate())
        .map(|(place, (condition, _))| format!("segment s{place} = {condition}"))
        .collect();
    let program = Engine::new(schema)
        .compile("million.seg", &text.join("\n"))
        .unwrap();
    let now = i128::from(MIDNIGHT + EVENTS) * 1_000_000_000;
    let outcome = program
        .run(
            Input::Source(&joined),
            &RunOptions::at(Now::from_nanoseconds(now)),
        )
        .unwrap();
    for (segment, (condition, expected)) in outcome.segments.iter().zip(cases) {
        assert_eq!(segment.count, expected, "{condition}");
    }
}
