//! What the fuzz targets hold to be true of any input. Each panics with the input where it is not.

use crate::executors::Executor;
use crate::oracle;
use crate::programs::Statistics;
use crate::random::Random;
use crate::world::World;
use segql::check::{Checked, NoFiles, check};
use segql::schema::Schema;
use segql::source::Sources;
use segql::syntax;

/// Tokens tile any text: each begins where the one before ends, none is empty, all ends are borders of characters.
pub fn tokens_tile_any_text(text: &str) {
    let mut end = 0;
    for token in syntax::tokens(text) {
        let range = token.range();
        assert_eq!(range.start, end, "a gap or an overlap in {text:?}");
        assert!(range.end > range.start, "an empty token in {text:?}");
        assert!(
            text.is_char_boundary(range.end),
            "a torn character in {text:?}"
        );
        end = range.end;
    }
    assert_eq!(end, text.len(), "the end of {text:?} is in no token");
}

/// Parsing and checking end, whatever they are given, and every place they speak of lies in the text.
pub fn parsing_is_total(text: &str) {
    let schema = Schema::builder()
        .key("id")
        .int("id")
        .text("region")
        .date("birthday")
        .time("seen")
        .list("tags", segql::types::Type::Text)
        .build()
        .expect("a schema");
    let mut sources = Sources::default();
    let id = sources.add("fuzz", text);
    drop(syntax::parse_condition(&sources, id));
    let checked = checked(&schema, text);
    for fault in &checked.diagnostics {
        for label in std::iter::once(&fault.primary).chain(&fault.secondary) {
            let range = label.span.range();
            assert!(
                text.get(range.clone()).is_some(),
                "{} points to {range:?}, outside {text:?}",
                fault.code.0
            );
        }
    }
    let _either_way = syntax::is_complete(text);
    drop(syntax::highlight(text));
}

/// What is formatted is formatted: once more changes nothing, and the text says what it said.
pub fn format_round_trips(text: &str) {
    let Ok(formatted) = syntax::format(text) else {
        return;
    };
    let again = syntax::format(&formatted)
        .unwrap_or_else(|faults| panic!("{formatted:?}, made of {text:?}, is refused: {faults:?}"));
    assert_eq!(formatted, again, "the format of {text:?} is not stable");
    let (before, after) = (said(text), said(&formatted));
    assert_eq!(before, after, "formatting {text:?} changed what it says");
}

/// The comments and the words of a text, without blanks, in the form that does not depend on layout.
fn said(text: &str) -> Vec<String> {
    let mut comments: Vec<String> = syntax::tokens(text)
        .into_iter()
        .filter(|token| token.kind == syntax::TokenKind::Comment)
        .map(|token| text[token.range()].trim_end().to_owned())
        .collect();
    comments.sort();
    comments
}

/// A text means the same before and after formatting, to the last node of the typed tree.
pub fn format_keeps_the_meaning(schema: &Schema, text: &str) {
    let formatted = syntax::format(text)
        .unwrap_or_else(|faults| panic!("{text:?} is not formatted: {faults:?}"));
    let (before, after) = (checked(schema, text), checked(schema, &formatted));
    let shape = |checked: &Checked| {
        let graph = &checked.module.graph;
        format!("{graph:?} {:?}", checked.module.segments)
    };
    assert_eq!(before.is_sound(), after.is_sound(), "{text}\n{formatted}");
    let faults = |checked: &Checked| -> Vec<_> {
        checked.diagnostics.iter().map(|fault| fault.code).collect()
    };
    assert_eq!(faults(&before), faults(&after), "{text}\n{formatted}");
    assert_eq!(
        before.module.segments, after.module.segments,
        "{text}\n{formatted}"
    );
    assert!(shape(&before) == shape(&after), "{text}\n{formatted}");
}

/// All executors answer a random case as the reference does; the bytes are its choices.
pub fn executors_agree(bytes: &[u8]) {
    let mut random = Random::from_bytes(bytes);
    let mut statistics = Statistics::default();
    let case = oracle::case(random.bits(), 6, 80, 6, &mut statistics);
    let executors = Executor::some(&mut random);
    if let Err(disagreement) = oracle::agree(&case, &executors, &mut statistics) {
        panic!("{disagreement}");
    }
}

/// A text that the generator made, checked against its world.
///
/// # Panics
/// Where the checker has an error to tell.
pub fn sound(world: &World, text: &str) -> Checked {
    let checked = checked(&world.schema, text);
    let faults: Vec<_> = (checked.diagnostics.iter())
        .filter(|fault| fault.is_error())
        .map(|fault| {
            let place = fault.primary.span.range();
            format!("{} {} at {:?}", fault.code.0, fault.message, &text[place])
        })
        .collect();
    assert!(faults.is_empty(), "{faults:#?}\n{text}");
    checked
}

fn checked(schema: &Schema, text: &str) -> Checked {
    let mut sources = Sources::default();
    let id = sources.add("fuzz", text);
    let parsed = syntax::parse(&sources, id);
    check(schema, &mut sources, id, parsed, &NoFiles)
}
