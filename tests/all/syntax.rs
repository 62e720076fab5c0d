//! Texts as people write them, right and wrong: the messages for one mistake each, trees, tokens, and what must hold of any text.

use segql::diagnostics::render::{RenderOptions, human_all};
use segql::source::Sources;
use segql::syntax;

/// One mistake a file, with its message as people see it.
#[test]
fn mistakes_are_answered() {
    let mut settings = insta::Settings::clone_current();
    settings.set_prepend_module_to_snapshot(false);
    settings.set_snapshot_path("../ui/syntax");
    settings.set_omit_expression(true);
    settings.bind(|| {
        insta::glob!("../ui/syntax", "*.seg", |path| {
            let text = std::fs::read_to_string(path).unwrap();
            let mut sources = Sources::default();
            let name = path.file_name().unwrap().to_string_lossy();
            let id = sources.add(name.as_ref(), text);
            let parsed = syntax::parse(&sources, id);
            assert!(!parsed.diagnostics.is_empty(), "{name} has no mistake");
            insta::assert_snapshot!(
                "message",
                human_all(&parsed.diagnostics, &sources, RenderOptions::default())
            );
        });
    });
}

/// The blocks of a page that are texts of the language.
fn examples(page: &str) -> Vec<&str> {
    page.split("```seg\n")
        .skip(1)
        .filter_map(|rest| rest.split("```").next())
        .collect()
}

/// The first example of a page of ours yields its code and no other; its repair is read without a fault.
#[test]
fn pages_of_codes_show_what_they_say() {
    let ours = ["E00", "E01", "E04", "E06"];
    let mut seen = 0;
    for entry in segql::diagnostics::codes() {
        let code = entry.code.0;
        assert!(
            entry
                .page
                .starts_with(&format!("# {code}: {}\n", entry.title)),
            "the title of the page of {code}"
        );
        let blocks = examples(entry.page);
        if !ours.iter().any(|prefix| code.starts_with(prefix)) || blocks.is_empty() {
            continue;
        }
        let found = |text: &str| -> Vec<&'static str> {
            let mut sources = Sources::default();
            let id = sources.add("example.seg", text);
            let parsed = syntax::parse(&sources, id);
            let mut codes: Vec<_> = parsed.diagnostics.iter().map(|one| one.code.0).collect();
            codes.dedup();
            codes
        };
        assert_eq!(found(blocks[0]), [code], "the first example of {code}");
        for repair in &blocks[1..] {
            assert_eq!(found(repair), [""; 0], "the repair of {code}");
        }
        seen += 1;
    }
    assert!(seen >= 25, "only {seen} pages have examples");
}

/// A tree without the places that it was read from.
fn without_places(tree: &impl std::fmt::Debug) -> String {
    let printed = format!("{tree:#?}");
    let mut kept = String::new();
    let mut skipped: Option<usize> = None;
    for line in printed.lines() {
        let indent = line.len() - line.trim_start().len();
        match skipped {
            Some(outer) if indent > outer => {}
            Some(_) => skipped = None,
            None if line.trim_start().starts_with("span: Span {") => skipped = Some(indent),
            None => {
                kept.push_str(line);
                kept.push('\n');
            }
        }
    }
    kept
}

fn parsed(text: &str) -> syntax::Parsed {
    let mut sources = Sources::default();
    let id = sources.add("text.seg", text);
    syntax::parse(&sources, id)
}

/// Formats a text, and asks all that must hold of that.
fn formatted(text: &str) -> String {
    let once = syntax::format(text).unwrap_or_else(|errors| panic!("{text}\n{errors:#?}"));
    let twice = syntax::format(&once).unwrap_or_else(|errors| panic!("{once}\n{errors:#?}"));
    assert_eq!(once, twice, "formatting twice changes something");
    assert_eq!(
        without_places(&parsed(text).module),
        without_places(&parsed(&once).module),
        "formatting changes the tree of\n{text}"
    );
    let comments = |text: &str| {
        let mut comments: Vec<String> = syntax::tokens(text)
            .iter()
            .filter(|token| token.kind == syntax::TokenKind::Comment)
            .map(|token| token.text(text).trim_end().to_string())
            .collect();
        comments.sort();
        comments
    };
    assert_eq!(
        comments(text),
        comments(&once),
        "formatting loses a comment"
    );
    once
}

#[test]
fn texts_are_set_in_one_form() {
    let mut settings = insta::Settings::clone_current();
    settings.set_prepend_module_to_snapshot(false);
    settings.set_snapshot_path("../stages/format");
    settings.set_omit_expression(true);
    settings.bind(|| {
        insta::glob!("../stages/format", "*.seg", |path| {
            let text = std::fs::read_to_string(path).unwrap();
            insta::assert_snapshot!("formatted", formatted(&text));
        });
    });
}

#[test]
fn words_have_colours_by_their_place() {
    use syntax::Style::{Date, Fault, Function, Keyword, Name, Number, Operator, Text};
    let styles = |text: &str| -> Vec<(String, syntax::Style)> {
        syntax::highlight(text)
            .into_iter()
            .map(|(range, style)| (text[range].to_string(), style))
            .collect()
    };
    let expected = |pairs: &[(&str, syntax::Style)]| -> Vec<(String, syntax::Style)> {
        pairs
            .iter()
            .map(|(text, style)| ((*text).to_string(), *style))
            .collect()
    };
    assert_eq!(
        styles("segment last = last in last 3 days AND lower(x.in) starts with \"a\""),
        expected(&[
            ("segment", Keyword),
            ("last", Name),
            ("=", Operator),
            ("last", Name),
            ("in", Keyword),
            ("last", Keyword),
            ("3", Number),
            ("days", Keyword),
            ("AND", Keyword),
            ("lower", Function),
            ("(", Operator),
            ("x", Name),
            (".", Operator),
            ("in", Name),
            (")", Operator),
            ("starts", Keyword),
            ("with", Keyword),
            ("\"a\"", Text),
        ])
    );
    assert_eq!(
        styles("days == 2025-11 AND seen after 3 weeks ago"),
        expected(&[
            ("days", Name),
            ("==", Fault),
            ("2025-11", Date),
            ("AND", Keyword),
            ("seen", Name),
            ("after", Keyword),
            ("3", Number),
            ("weeks", Keyword),
            ("ago", Keyword),
        ])
    );
}
