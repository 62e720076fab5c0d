//! Law 5: nothing hidden. There is no conversion between kinds of values, and no arithmetic but what is listed here, from the reference, by hand.

use segql::check::{NoFiles, check};
use segql::schema::{Field, Schema};
use segql::source::Sources;
use segql::syntax;
use segql::types::{NumberKind, RecordType, Type};
use std::sync::Arc;

/// A field of each kind, called by its kind.
const KINDS: [&str; 14] = [
    "truth", "whole", "exact", "float", "words", "day", "moment", "length", "texts", "numbers",
    "place", "person", "people", "scores",
];
const NUMBERS: [&str; 3] = ["whole", "exact", "float"];

fn person() -> Type {
    let parts = [
        ("kind", Type::Text),
        ("age", Type::Number(NumberKind::Whole)),
    ];
    Type::Record(Arc::new(RecordType::new(parts)))
}

fn schema() -> Schema {
    let kind = |name: &str| match name {
        "truth" => Type::Boolean,
        "whole" => Type::Number(NumberKind::Whole),
        "exact" => Type::Number(NumberKind::Exact),
        "float" => Type::Number(NumberKind::Float),
        "words" => Type::Text,
        "day" => Type::Date,
        "moment" => Type::Time,
        "length" => Type::Duration,
        "texts" => Type::List(Box::new(Type::Text)),
        "place" => Type::Point,
        "person" => person(),
        "people" => Type::List(Box::new(person())),
        "scores" => Type::Map(Box::new(Type::Number(NumberKind::Whole))),
        _ => Type::List(Box::new(Type::Number(NumberKind::Whole))),
    };
    let mut builder = Schema::builder().key("id").int("id");
    for name in KINDS {
        builder = builder.field(Field::new(name, kind(name)));
    }
    builder.build().expect("a schema")
}

/// The codes of the errors that a condition has.
fn errors(schema: &Schema, condition: &str) -> Vec<&'static str> {
    let mut sources = Sources::default();
    let id = sources.add("law", format!("segment s = {condition}"));
    let parsed = syntax::parse(&sources, id);
    let checked = check(schema, &mut sources, id, parsed, &NoFiles);
    let errors = checked.diagnostics.iter().filter(|fault| fault.is_error());
    errors.map(|fault| fault.code.0).collect()
}

/// That the condition is taken or refused, and refused for the kinds of its values.
fn held(schema: &Schema, condition: &str, is_allowed: bool) -> Option<String> {
    let codes = errors(schema, condition);
    let of_kinds = codes.iter().all(|code| code.starts_with("E03"));
    (codes.is_empty() != is_allowed || !of_kinds).then(|| {
        format!(
            "{condition}: expected {}, got {codes:?}",
            if is_allowed {
                "none"
            } else {
                "an error of kinds"
            }
        )
    })
}

#[test]
fn only_values_of_one_kind_are_compared() {
    let schema = schema();
    let mut faults = Vec::new();
    for left in KINDS {
        for right in KINDS {
            let are_numbers = NUMBERS.contains(&left) && NUMBERS.contains(&right);
            let are_ordered = are_numbers
                || (left == right && ["words", "day", "moment", "length"].contains(&left));
            let are_alike = are_ordered || (left, right) == ("truth", "truth");
            for operator in ["=", "!="] {
                faults.extend(held(
                    &schema,
                    &format!("{left} {operator} {right}"),
                    are_alike,
                ));
            }
            for operator in ["<", "<=", ">", ">="] {
                faults.extend(held(
                    &schema,
                    &format!("{left} {operator} {right}"),
                    are_ordered,
                ));
            }
        }
    }
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}

#[test]
fn only_listed_arithmetic_is_done() {
    let schema = schema();
    let exact_numbers = ["whole", "exact"];
    let is_allowed = |left: &str, operator: &str, right: &str| match (left, operator, right) {
        (left, _, right) if NUMBERS.contains(&left) && NUMBERS.contains(&right) => true,
        ("moment", "-", "moment" | "length")
        | ("moment", "+", "length")
        | ("length", "+", "moment") => true,
        ("length", "+" | "-" | "/", "length") => true,
        ("length", "*" | "/", number) => exact_numbers.contains(&number),
        (number, "*", "length") => exact_numbers.contains(&number),
        _ => false,
    };
    let mut faults = Vec::new();
    for left in KINDS {
        for operator in ["+", "-", "*", "/"] {
            for right in KINDS {
                let condition = format!("({left} {operator} {right}) is known");
                faults.extend(held(&schema, &condition, is_allowed(left, operator, right)));
            }
        }
        let is_negated = NUMBERS.contains(&left) || left == "length";
        faults.extend(held(&schema, &format!("(-{left}) is known"), is_negated));
    }
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}

#[test]
fn each_kind_of_value_has_its_own_tests() {
    let schema = schema();
    // The test behind a field, and the kinds it is for.
    let tests: [(&str, &[&str]); 15] = [
        ("starts with \"a\"", &["words"]),
        ("= \"a\"", &["words"]),
        ("= \"a\" ignoring case", &["words"]),
        ("in (\"a\", \"b\")", &["words"]),
        ("has \"a\"", &["texts"]),
        ("has 1", &["numbers"]),
        ("= 1", &NUMBERS),
        ("> 30%", &NUMBERS),
        ("between 1 and 2.5", &NUMBERS),
        ("= 3 days", &["length"]),
        ("< 2026-11-22", &["day"]),
        ("< 2026-11-22T10:00Z", &["moment"]),
        ("in last 30 days", &["day", "moment"]),
        ("= true", &["truth"]),
        ("[\"a\"] > 1", &["scores"]),
    ];
    let mut faults = Vec::new();
    for kind in KINDS {
        for (test, kinds) in tests {
            faults.extend(held(
                &schema,
                &format!("{kind} {test}"),
                kinds.contains(&kind),
            ));
        }
        faults.extend(held(&schema, kind, kind == "truth"));
        let is_list = ["texts", "numbers", "people"].contains(&kind);
        for (test, is_allowed) in [
            (
                format!("distance({kind}, point(50, 4)) < 3 km"),
                kind == "place",
            ),
            (format!("distance({kind}, point(50, 4)) < 3"), false),
            (format!("any {kind}"), is_list),
            (format!("count({kind}) > 1"), is_list),
            (format!("sum({kind}) > 1"), kind == "numbers"),
        ] {
            faults.extend(held(&schema, &test, is_allowed));
        }
    }
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}

#[test]
fn a_length_has_a_unit_and_the_two_sorts_are_not_mixed() {
    let schema = schema();
    let faults: Vec<String> = [
        held(&schema, "length > 90", false),
        held(&schema, "length > 3 months", false),
        held(&schema, "since(moment) > 90", false),
        held(&schema, "since(moment) > 3 months", false),
        held(&schema, "since(moment) > 90 days", true),
        held(&schema, "moment + 90 > now", false),
        held(&schema, "moment + 90 days > now", true),
        held(&schema, "moment + 3 months > now", true),
        held(&schema, "day + 90 days > 2026-11-22", false),
        held(&schema, "day + 90 calendar days > 2026-11-22", true),
        held(&schema, "whole > 90 days", false),
    ]
    .into_iter()
    .flatten()
    .collect();
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}
