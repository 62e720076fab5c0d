//! What a program needs of events: which parts, and whether their order within one time matters.

use segql::Engine;
use segql::schema::Schema;
use segql::types::{NumberKind, Type};

/// The parts of `view` that are read, and whether something hangs on ties.
fn needed(condition: &str) -> Option<(String, bool)> {
    let whole = Type::Number(NumberKind::Whole);
    let schema = Schema::builder()
        .key("id")
        .int("id")
        .events("view", [("title", Type::Text), ("minutes", whole.clone())])
        .events("login", [("minutes", whole)])
        .build()
        .unwrap();
    let program = Engine::new(schema.clone())
        .compile_condition(condition)
        .unwrap();
    let (id, view) = schema.stream_named("view").unwrap();
    let plan = program.plan();
    let column = plan.columns.iter().find(|column| column.field == id)?;
    let parts = &view.field_type.record().unwrap().parts;
    let names = parts.iter().enumerate().filter_map(|(place, part)| {
        let read = column.parts.as_ref().is_none_or(|read| read[place]);
        read.then_some(part.name.as_str())
    });
    Some((names.collect::<Vec<_>>().join(" "), plan.hangs_on_ties(id)))
}

#[test]
fn parts_and_ties() {
    for (condition, parts, ties) in [
        ("did view", "time", false),
        ("did view[title = \"a\"]", "time title", false),
        ("sum(minutes of view) > 3", "time minutes", false),
        ("last(view) over 90 days ago", "time", false),
        ("last(view) is missing", "time title minutes", false),
        ("last(view).title = \"a\"", "time title", true),
        ("first(view).time before 2026-01-01", "time", false),
        ("first(view[minutes > 3]).minutes = 5", "time minutes", true),
        ("favourite(title of view) = \"a\"", "time title", false),
        ("last(login).minutes = 5 AND did view", "time", false),
    ] {
        let (read, hangs) = needed(condition).unwrap();
        assert_eq!((read.as_str(), hangs), (parts, ties), "{condition}");
    }
    assert_eq!(needed("did login"), None);
}
