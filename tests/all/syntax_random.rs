//! What must hold of any text, tried on random ones: good ones, good ones with one edit, and nonsense.

use proptest::prelude::*;
use segql::source::Sources;
use segql::syntax::{self, TokenKind};

/// A literal, a field or a call.
fn value() -> BoxedStrategy<String> {
    let leaf = prop_oneof![
        Just("region"),
        Just("ltv"),
        Just("last"),
        Just("days"),
        Just("segment"),
        Just("`in`"),
        Just("home.city"),
        Just("x.and"),
        Just("42"),
        Just("1_000.50"),
        Just("30%"),
        Just("\"BE\""),
        Just("\"a \\\" b -- c\""),
        Just("90 days"),
        Just("1 calendar day"),
        Just("3 months ago"),
        Just("now"),
        Just("true"),
        Just("2026-11-22"),
        Just("2026-11-22T10:00:30.5+01:00"),
    ]
    .prop_map(str::to_string)
    .boxed();
    leaf.prop_recursive(3, 12, 3, |inner| {
        prop_oneof![
            inner.clone().prop_map(|a| format!("- {a}")),
            inner.clone().prop_map(|a| format!("(\n{a})")),
            (inner.clone(), inner.clone()).prop_map(|(a, b)| format!("{a} ?? {b}")),
            (inner.clone(), inner.clone(), inner.clone())
                .prop_map(|(a, b, c)| format!("(if {a} = 1\nAND b then {b} else {c})")),
            (inner.clone(), inner.clone())
                .prop_map(|(a, b)| format!("At  least 2 of ({a}, b > 3, {b} = 2,)")),
            (inner.clone(), inner.clone(), 0..4usize)
                .prop_map(|(a, b, sign)| format!("{a} {} {b}", ["+", "-", "*", "/"][sign])),
            proptest::collection::vec(inner, 0..3)
                .prop_map(|arguments| format!("least({})", arguments.join(" , "))),
        ]
    })
    .boxed()
}

fn condition() -> BoxedStrategy<String> {
    let list = proptest::collection::vec(value(), 1..4).prop_map(|values| values.join(", "));
    let leaf = prop_oneof![
        value(),
        (value(), value(), 0..6usize).prop_map(|(a, b, sign)| {
            format!("{a} {} {b}", ["=", "!=", "<", "<=", ">", ">="][sign])
        }),
        (value(), value()).prop_map(|(a, b)| format!("{a} = {b} ignoring case")),
        (value(), value(), value()).prop_map(|(a, b, c)| format!("{a} between {b} and {c}")),
        (value(), value(), value()).prop_map(|(a, b, c)| format!("{a} NOT between {b} AND {c}")),
        (value(), list.clone()).prop_map(|(a, list)| format!("{a} not in ({list})")),
        (value(), list.clone(), 0..3usize).prop_map(|(a, list, which)| {
            format!("{a} has {} of ({list},)", ["any", "all", "none"][which])
        }),
        (value(), value(), 0..3usize).prop_map(|(a, b, which)| {
            format!(
                "{a} {} {b}",
                ["starts with", "ends\nwith", "contains"][which]
            )
        }),
        (value(), 0..8usize).prop_map(|(a, which)| {
            let question = [
                "is missing",
                "is not missing",
                "in last 90 days",
                "in last 4 full weeks",
                "in next 1 month",
                "over 2 quarters ago",
                "during last week",
                "during 2025-Q4",
            ];
            format!("{a} {}", question[which])
        }),
        (value(), value()).prop_map(|(a, b)| format!("{a} within 7 days after {b}")),
        (value(), value()).prop_map(|(a, b)| format!("{a} before {b}")),
    ]
    .boxed();
    leaf.prop_recursive(3, 16, 4, |inner| {
        prop_oneof![
            inner.clone().prop_map(|a| format!("NOT ({a})")),
            (proptest::collection::vec(inner, 2..4), 0..5usize).prop_map(|(parts, which)| {
                let join = [
                    " AND ",
                    " or ",
                    "\n  AND ",
                    " -- why\n  OR ",
                    "\n\n  -- because\n and ",
                ];
                format!("({})", parts.join(join[which]))
            }),
        ]
    })
    .boxed()
}

fn text() -> BoxedStrategy<String> {
    let item = (condition(), condition(), 0..4usize).prop_map(|(a, b, head)| {
        let head = [
            "let part =",
            "-- Documented.\nlet part(g: text, n: list of int) =",
            "segment whole \"Title\" =\n ",
            "SEGMENT whole=",
        ][head];
        format!("{head} {a} AND {b} -- end\n")
    });
    let labels = (condition(), condition(), 0..3usize).prop_map(|(a, b, head)| {
        let (first, second) = [
            ("\n  a \"A\" when ", "\n  `over` when "),
            ("a WHEN", " -- why\n b \"B\"\n when"),
            (" when when ", " c \"C\" when "),
        ][head];
        format!("classify stage \"Stage\" {{{first} {a} {second} {b}\n otherwise rest }}\n")
    });
    let item = prop_oneof![3 => item, 1 => labels];
    proptest::collection::vec(item, 1..4)
        .prop_map(|items| items.join("\n"))
        .boxed()
}

fn parsed(text: &str) -> syntax::Parsed {
    let mut sources = Sources::default();
    let id = sources.add("text.seg", text);
    syntax::parse(&sources, id)
}

/// All that must hold of what parsing gives, whatever the text.
fn hold_to_the_text(text: &str, parsed: &syntax::Parsed) {
    let mut spans: Vec<_> = parsed.module.items.iter().map(|item| item.span).collect();
    for diagnostic in &parsed.diagnostics {
        spans.push(diagnostic.primary.span);
        spans.extend(diagnostic.secondary.iter().map(|label| label.span));
        spans.extend(
            diagnostic
                .fix
                .iter()
                .flat_map(|fix| &fix.edits)
                .map(|edit| edit.span),
        );
        assert!(!diagnostic.message.contains('\0'), "{}", diagnostic.message);
        assert!(segql::diagnostics::code_entry(diagnostic.code.0).is_some());
    }
    for span in spans {
        assert!(text.get(span.range()).is_some(), "{span:?} of\n{text}");
    }
}

fn tile(text: &str) {
    let mut end = 0;
    for token in syntax::tokens(text) {
        assert_eq!(token.start, end, "a gap in {text:?}");
        assert!(token.end > token.start, "an empty token in {text:?}");
        end = token.end;
    }
    assert_eq!(end as usize, text.len());
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 48, failure_persistence: None, rng_seed: proptest::test_runner::RngSeed::Fixed(2_026), ..ProptestConfig::default() })]

    #[test]
    fn good_texts_are_read_whole_and_keep_their_tree_when_formatted(text in text()) {
        let parsed = parsed(&text);
        prop_assert_eq!(&parsed.diagnostics, &vec![], "{}", text);
        hold_to_the_text(&text, &parsed);
        super::syntax::formatted(&text);
    }

    #[test]
    fn one_edit_is_answered_without_harm(text in text(), at in any::<prop::sample::Index>(), edit in 0..4usize, what in 0..20usize) {
        let insert = [
            "(", ")", "\"", "AND", " OR ", "--", "=", "==", ",", "not", "in", "'", "`", ".", "5", "[", "\u{a0}", "\n", "é", "between",
        ][what];
        let tokens = syntax::tokens(&text);
        let token = tokens[at.index(tokens.len())];
        let mut broken = text.clone();
        match edit {
            0 => broken.replace_range(token.range(), ""),
            1 => broken.replace_range(token.range(), insert),
            2 => broken.insert_str(token.start as usize, insert),
            _ => {
                let written = token.text(&text).to_string();
                broken.insert_str(token.end as usize, &written);
            }
        }
        tile(&broken);
        let parsed = parsed(&broken);
        hold_to_the_text(&broken, &parsed);
        // What is told at one place is told once.
        for pair in parsed.diagnostics.windows(2) {
            prop_assert_ne!(&pair[0], &pair[1]);
        }
        syntax::highlight(&broken);
        syntax::is_complete(&broken);
        let _ = syntax::format(&broken);
    }

    #[test]
    fn nonsense_is_answered_without_harm(words in proptest::collection::vec(0..45usize, 0..40)) {
        let vocabulary = [
            "classify", "when", "otherwise", "}", "{",
            "segment", "let", "use", "a", "b", "=", "(", ")", "[", "{", "AND", "OR", "NOT", "in", "last", "next", "90", "days", "ago", "\"x\"",
            "\"", "'", "--", "\n", "is", "missing", "between", "has", "any", "of", "with", "starts", ",", ".", "%", "2025-13", "not", "during", "+", "??",
        ];
        let text = words.iter().map(|word| vocabulary[*word]).collect::<Vec<_>>().join(" ");
        tile(&text);
        hold_to_the_text(&text, &parsed(&text));
        let mut sources = Sources::default();
        let id = sources.add("line", text.as_str());
        let _ = syntax::parse_condition(&sources, id);
        let _ = syntax::format(&text);
    }

    #[test]
    fn any_characters_are_cut_into_tokens(text in any::<String>()) {
        tile(&text);
        hold_to_the_text(&text, &parsed(&text));
        for (range, _) in syntax::highlight(&text) {
            prop_assert!(text.get(range).is_some());
        }
    }
}

/// How well broken texts are answered: nearly always with a tree whose other definitions are whole, mostly with one message.
#[test]
fn one_edit_mostly_gives_one_message() {
    use proptest::strategy::ValueTree;
    use proptest::test_runner::{Config, RngAlgorithm, TestRng, TestRunner};
    let rng = TestRng::from_seed(RngAlgorithm::ChaCha, &[7; 32]);
    let mut runner = TestRunner::new_with_rng(Config::default(), rng);
    let (mut broken_texts, mut one, mut whole_others) = (0, 0, 0);
    for round in 0..200usize {
        let text = text().new_tree(&mut runner).unwrap().current();
        let tokens = syntax::tokens(&text);
        let significant: Vec<_> = tokens
            .iter()
            .filter(|token| !matches!(token.kind, TokenKind::Blank | TokenKind::Comment))
            .collect();
        let token = significant[round * 7919 % significant.len()];
        let mut broken = text.clone();
        if round % 2 == 0 {
            broken.replace_range(token.range(), "");
        } else {
            broken.insert_str(token.end as usize, " = ");
        }
        let parsed = parsed(&broken);
        let errors = parsed.diagnostics.len();
        if errors == 0 {
            continue;
        }
        broken_texts += 1;
        one += usize::from(errors == 1);
        let holes = parsed
            .module
            .items
            .iter()
            .filter(|item| matches!(item.kind, syntax::ast::ItemKind::Hole { .. }))
            .count();
        whole_others += usize::from(holes <= 1);
    }
    assert!(broken_texts > 120, "only {broken_texts} texts were broken");
    assert!(
        one * 100 >= broken_texts * 92,
        "{one} of {broken_texts} gave one message"
    );
    assert!(
        whole_others * 100 >= broken_texts * 98,
        "{whole_others} of {broken_texts}"
    );
}
