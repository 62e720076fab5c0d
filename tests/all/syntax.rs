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
    let ours = ["E00", "E01", "E040", "E06"];
    // Patterns are read when the text is checked, and what they are asked of is known.
    let checked = ["E0112", "E0420", "E0630", "E0631", "E0632", "E0633"];
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
        if !ours.iter().any(|prefix| code.starts_with(prefix))
            || blocks.is_empty()
            || checked.contains(&code)
        {
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
pub fn formatted(text: &str) -> String {
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

/// Every construct may be nested as deep as the limit says, in a thread with an ordinary stack; one deeper is told.
#[test]
fn nesting_is_read_up_to_its_limit() {
    let nested = |open: &str, inner: &str, close: &str, depth: usize| {
        format!(
            "segment deep = {}{inner}{}",
            open.repeat(depth),
            close.repeat(depth)
        )
    };
    for (open, inner, close) in [
        ("(", "consent", ")"),
        ("NOT (", "consent", ")"),
        ("(a = 1 OR b AND ", "consent", " OR c AND d)"),
        ("lower(", "email", ")"),
        ("least(1, 2 + -", "age", ", 3 * 4)"),
        ("a in (1, ", "2", ", 3)"),
        ("(", "age", ") between 1 and 2"),
        ("a between (", "1", ") and 2"),
        ("tags has any of (least(", "1", "), 2)"),
        ("seen within 7 days after (", "now", ")"),
    ] {
        let brackets = open.matches('(').count();
        let text = nested(open, inner, close, 128 / brackets);
        let read = parsed(&text);
        let codes: Vec<_> = read.diagnostics.iter().map(|one| one.code.0).collect();
        // A question inside an element of a list is not grammar, but it is answered without harm.
        assert!(!codes.contains(&"E0601"), "{open}");
        let read = parsed(&nested(open, inner, close, 128 / brackets + 1));
        assert_eq!(read.diagnostics[0].code.0, "E0601", "{open}");
        // Broken at the innermost place.
        let broken = nested(open, "= =", close, 40 / brackets);
        assert!(!parsed(&broken).diagnostics.is_empty(), "{open}");
    }
    let sum = |terms: usize| format!("segment long = {}1 > 2", "1 + ".repeat(terms));
    assert!(parsed(&sum(250)).diagnostics.is_empty());
    assert_eq!(parsed(&sum(300)).diagnostics[0].code.0, "E0601");
    let deep = format!(
        "segment deep = {}consent{}",
        format!("{}(", "NOT ".repeat(100)).repeat(12),
        ")".repeat(12)
    );
    assert_eq!(parsed(&deep).diagnostics[0].code.0, "E0601");
    let negated = format!("segment long = {}consent", "NOT ".repeat(300));
    assert_eq!(parsed(&negated).diagnostics[0].code.0, "E0601");
}

#[test]
fn what_is_too_long_is_told() {
    let long = format!("segment a = region = \"{}\"", "x".repeat(70_000));
    assert_eq!(parsed(&long).diagnostics[0].code.0, "E0604");
    let long = "-- a comment line\n".repeat(1_000_000);
    assert_eq!(parsed(&long).diagnostics[0].code.0, "E0602");
}

/// Trees of texts that show every form of the language.
#[test]
fn texts_have_these_trees() {
    let mut settings = insta::Settings::clone_current();
    settings.set_prepend_module_to_snapshot(false);
    settings.set_snapshot_path("../stages/ast");
    settings.set_omit_expression(true);
    settings.bind(|| {
        insta::glob!("../stages/ast", "*.seg", |path| {
            let text = std::fs::read_to_string(path).unwrap();
            let read = parsed(&text);
            assert_eq!(read.diagnostics, []);
            insta::assert_snapshot!("tree", outline(&text, &read.module));
        });
    });
}

/// A tree as an outline: a line for each node, with the text it was read from.
fn outline(text: &str, module: &syntax::ast::Module) -> String {
    use segql::syntax::ast::{ItemKind, TestLineKind};
    let mut out = String::new();
    for item in &module.items {
        if let Some(documentation) = &item.documentation {
            out.push_str(&format!("documentation {documentation:?}\n"));
        }
        match &item.kind {
            ItemKind::Use { path } => out.push_str(&format!("use {:?}\n", path.value)),
            ItemKind::Let {
                name,
                parameters,
                body,
            } => {
                out.push_str(&format!("let {}", name.text));
                for parameter in parameters {
                    let list = if parameter.type_name.is_list {
                        "list of "
                    } else {
                        ""
                    };
                    let (name, of) = (&parameter.name.text, &parameter.type_name.name.text);
                    out.push_str(&format!(" ({name}: {list}{of})"));
                }
                out.push('\n');
                node(text, body, 1, &mut out);
            }
            ItemKind::Segment {
                name,
                title,
                condition,
            } => {
                let title = title.as_ref().map(|title| title.value.as_str());
                out.push_str(&format!("segment {} {title:?}\n", name.text));
                node(text, condition, 1, &mut out);
            }
            ItemKind::Test(test) => {
                let title = test.title.as_ref().map(|title| title.value.as_str());
                out.push_str(&format!("test {title:?}\n"));
                if let Some(at) = &test.as_of {
                    node(text, at, 1, &mut out);
                }
                for line in &test.lines {
                    let written = &text[line.span.range()];
                    let name = line.name().map(|name| name.text.as_str());
                    out.push_str(&format!("  line of {name:?}: {written}\n"));
                    if let TestLineKind::Expect(expectations) = &line.kind {
                        for expectation in expectations {
                            let written = &text[expectation.span.range()];
                            out.push_str(&format!("    expectation {written}\n"));
                            node(text, expectation.asked(), 3, &mut out);
                        }
                    }
                }
            }
            ItemKind::Classify {
                name,
                title,
                labels,
                is_whole,
            } => {
                let title = title.as_ref().map(|title| title.value.as_str());
                out.push_str(&format!("classify {} {title:?}", name.text));
                out.push_str(if *is_whole { "\n" } else { " in part\n" });
                for label in labels {
                    let title = label.title.as_ref().map(|title| title.value.as_str());
                    out.push_str(&format!("  label {} {title:?}\n", label.name.text));
                    match &label.condition {
                        Some(condition) => node(text, condition, 2, &mut out),
                        None => out.push_str("    otherwise\n"),
                    }
                }
            }
            ItemKind::Split(split) => {
                let title = split.title.as_ref().map(|title| title.value.as_str());
                let salt = split.salt.as_ref().map(|salt| salt.value.as_str());
                out.push_str(&format!(
                    "split {} {title:?} salt {salt:?}, exact: {}\n",
                    split.name.text,
                    split.exact.is_some()
                ));
                node(text, &split.audience, 1, &mut out);
                for stratum in &split.per {
                    out.push_str("  per\n");
                    node(text, stratum, 2, &mut out);
                }
                for (arm, share) in split.arms.iter().zip(&split.shares) {
                    let title = arm.title.as_ref().map(|title| title.value.as_str());
                    out.push_str(&format!("  arm {} {title:?}\n", arm.name.text));
                    node(text, share, 2, &mut out);
                }
            }
            ItemKind::Hole { name } => out.push_str(&format!("hole {name:?}\n")),
        }
    }
    out
}

fn node(text: &str, expression: &syntax::ast::Expression, depth: usize, out: &mut String) {
    use segql::syntax::ast::{ExpressionKind, Window};
    let written = &text[expression.span.range()];
    let what = match &*expression.kind {
        ExpressionKind::Hole => "hole".to_string(),
        ExpressionKind::Literal(literal) => without_places(literal)
            .split_whitespace()
            .collect::<Vec<_>>()
            .join(" "),
        ExpressionKind::Now => "now".to_string(),
        ExpressionKind::Name(name) => format!("name {}", name.text),
        ExpressionKind::Call { name, .. } => format!("call {}", name.text),
        ExpressionKind::Member { name, .. } => format!("member {}", name.text),
        ExpressionKind::Bracket { .. } => "bracket".to_string(),
        ExpressionKind::Named { name, .. } => format!("as {}", name.text),
        ExpressionKind::Each { each, .. } => format!("{:?}", each.value),
        ExpressionKind::Of { distinct, .. } => format!("of, distinct: {distinct}"),
        ExpressionKind::Parenthesized(_) => "parentheses".to_string(),
        ExpressionKind::Coalesce { .. } => "??".to_string(),
        ExpressionKind::Negate(_) => "negate".to_string(),
        ExpressionKind::Arithmetic { operator, .. } => format!("{:?}", operator.value),
        ExpressionKind::Ago(measure) => {
            format!("ago {} {:?}", measure.amount.exact(), measure.unit)
        }
        ExpressionKind::Compare {
            operator,
            ignoring_case,
            ..
        } => format!("{:?}, ignoring case: {ignoring_case}", operator.value),
        ExpressionKind::Between { negated, .. } => format!("between, negated: {negated}"),
        ExpressionKind::In {
            negated,
            ignoring_case,
            ..
        } => format!("in, negated: {negated}, ignoring case: {ignoring_case}"),
        ExpressionKind::InList {
            negated,
            list,
            ignoring_case,
            ..
        } => format!(
            "in list {:?}, negated: {negated}, ignoring case: {ignoring_case}",
            list.value
        ),
        ExpressionKind::TextTest {
            test,
            ignoring_case,
            ..
        } => format!("{:?}, ignoring case: {ignoring_case}", test.value),
        ExpressionKind::Has {
            quantifier,
            ignoring_case,
            ..
        } => format!("has {quantifier:?}, ignoring case: {ignoring_case}"),
        ExpressionKind::Is { negated, .. } => format!("is, negated: {negated}"),
        ExpressionKind::IsMissing { known, .. } => format!("is missing, known: {known}"),
        ExpressionKind::Window { window, .. } => {
            let window_written = &text[window.span.range()];
            let kind = match &window.value {
                Window::InLast(measure) => format!("in last {:?}", measure.unit),
                Window::InLastFull(measure) => format!("in last full {:?}", measure.unit),
                Window::InNext(measure) => format!("in next {:?}", measure.unit),
                Window::Over(measure) => format!("over {:?}", measure.unit),
                Window::Before(_) => "before".to_string(),
                Window::After(_) => "after".to_string(),
                Window::WithinAfter { length, .. } => format!("within after {:?}", length.unit),
                Window::WithinBefore { length, .. } => format!("within before {:?}", length.unit),
                Window::During(period) => format!("during {:?}", period.value),
            };
            format!("window {kind} `{window_written}`")
        }
        ExpressionKind::If { branches, .. } => format!("if, branches: {}", branches.len()),
        ExpressionKind::Counted {
            comparison, number, ..
        } => format!("counted {:?} {}", comparison.value, number.value),
        ExpressionKind::Not(_) => "NOT".to_string(),
        ExpressionKind::And(_) => "AND".to_string(),
        ExpressionKind::Frequent { frequency, .. } => format!("{:?}", frequency.value),
        ExpressionKind::Chain { steps, on, .. } => {
            let steps: Vec<_> = steps.iter().map(|step| step.kind.value).collect();
            format!("chain {steps:?} on {}", on.is_some())
        }
        ExpressionKind::Active { period, .. } => format!("active {:?}", period.value),
        ExpressionKind::Observed(_) => "observed".to_string(),
        ExpressionKind::Population { among, per, .. } => {
            use segql::syntax::ast::Among;
            let among = match among {
                Among::Unsaid => "",
                Among::Everyone => " among everyone",
                Among::Those(_) => " among",
            };
            format!("population{among}, per: {}", per.len())
        }
        ExpressionKind::By(_) => "by".to_string(),
        ExpressionKind::Setting { setting, .. } => format!("{:?}", setting.value),
        ExpressionKind::Sharing(_) => "sharing".to_string(),
        ExpressionKind::InValues {
            negated,
            ignoring_case,
            ..
        } => format!("in values, negated: {negated}, ignoring case: {ignoring_case}"),
        ExpressionKind::Or(_) => "OR".to_string(),
        ExpressionKind::AsOf { .. } => "as of".to_string(),
    };
    out.push_str(&format!("{}{what}  `{written}`\n", "  ".repeat(depth)));
    expression.for_each_part(&mut |part| node(text, part, depth + 1, out));
}
