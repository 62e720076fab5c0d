//! Texts of many definitions: the work of checking them grows with them, or has a bound.

use crate::check::checked;
use segql::check::Work;
use segql_testing::many;

/// The work of checking so many definitions and segments, and how many warnings there are.
fn work(definitions: usize, segments: usize) -> (Work, usize) {
    let (checked, _) = checked("many.seg", &many::text(definitions, segments));
    assert!(checked.is_sound());
    (checked.work, checked.diagnostics.len())
}

#[test]
fn ten_thousand_definitions_are_checked() {
    let (few, _) = work(1_000, 0);
    let (many, told) = work(10_000, 0);
    assert_eq!(told, 0);
    assert!(
        many.expressions <= few.expressions * 11,
        "{few:?}, then {many:?}"
    );
    // Ten times as many have a hundred times as many pairs.
    assert!(many.steps <= few.steps * 100, "{few:?}, then {many:?}");
}

#[test]
fn a_thousand_segments_are_held_against_each_other() {
    let (few, _) = work(0, 100);
    let (many, told) = work(0, 1_000);
    assert_eq!(told, 0);
    assert!(
        many.expressions <= few.expressions * 11,
        "{few:?}, then {many:?}"
    );
    assert!(many.steps <= few.steps * 100, "{few:?}, then {many:?}");
}

#[test]
fn ten_thousand_faults_are_told() {
    let text: String = (0..10_000)
        .map(|at| format!("let d{at} = regoin = \"BE\"\n"))
        .collect();
    let (checked, _) = checked("many.seg", &text);
    assert_eq!(checked.diagnostics.len(), 10_000);
}
