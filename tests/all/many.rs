//! Texts of many definitions: they are checked in a time that grows with them and no faster.

use crate::check::checked;
use std::time::{Duration, Instant};

/// Definitions that use each other now and then, and segments that resemble each other.
fn text(definitions: usize, segments: usize) -> String {
    let mut text = String::new();
    for at in 0..definitions {
        text += &match at % 4 {
            0 => format!("let d{at} = visits > {at} AND consent\n"),
            1 => format!(
                "let d{at} = signup_at in last {} days OR d{}\n",
                at + 1,
                at - 1
            ),
            2 => format!("let d{at}(limit: number) = lifetime_value > limit + {at}\n"),
            _ => format!("let d{at} = d{}({at}) AND region = \"BE\"\n", at - 1),
        };
    }
    for at in 0..segments {
        let region = ["BE", "NL", "DE", "FR", "LU"][at % 5];
        text += &format!(
            "segment s{at} = region = \"{region}\" AND visits between {at} and {} AND signup_at in last {} days\n",
            2 * at + 7,
            at % 90 + 1
        );
    }
    text
}

fn time(definitions: usize, segments: usize) -> (Duration, usize) {
    let text = text(definitions, segments);
    let start = Instant::now();
    let (checked, _) = checked("many.seg", &text);
    assert!(checked.is_sound());
    (start.elapsed(), checked.diagnostics.len())
}

#[test]
fn ten_thousand_definitions_are_checked() {
    // Machines differ and are busy; what grows with the square takes a hundred times as long here and is found all the same.
    let (few, _) = time(1_000, 0);
    let (many, told) = time(10_000, 0);
    println!("1,000 definitions in {few:?}, 10,000 in {many:?}; {told} warnings");
    assert_eq!(told, 0);
    assert!(
        many < few * 40 + Duration::from_secs(1),
        "{few:?}, then {many:?}"
    );
}

#[test]
fn a_thousand_segments_are_held_against_each_other() {
    let (few, _) = time(0, 100);
    let (many, told) = time(0, 1_000);
    println!("100 segments in {few:?}, 1,000 in {many:?}; {told} warnings");
    assert!(
        many < few * 100 + Duration::from_secs(1),
        "{few:?}, then {many:?}"
    );
}

#[test]
fn ten_thousand_faults_are_told() {
    let text: String = (0..10_000)
        .map(|at| format!("let d{at} = regoin = \"BE\"\n"))
        .collect();
    let start = Instant::now();
    let (checked, _) = checked("many.seg", &text);
    println!("10,000 faults in {:?}", start.elapsed());
    assert_eq!(checked.diagnostics.len(), 10_000);
}
