//! What the checker says: one mistake a file in `tests/ui/check`, with its rendered messages beside it.

use crate::contacts;
use segql::check::{Checked, Loader, NoFiles, check, check_tests};
use segql::diagnostics::render::{RenderOptions, human_all};
use segql::source::Sources;
use segql::syntax::ast::{Item, ItemKind};
use segql::syntax::parse;
use std::path::Path;

/// Checks a text that stands alone against the schema of the streaming example.
pub fn checked(name: &str, text: &str) -> (Checked, Sources) {
    checked_with(name, text, &NoFiles)
}

pub fn checked_with(name: &str, text: &str, loader: &dyn Loader) -> (Checked, Sources) {
    let mut sources = Sources::default();
    let id = sources.add(name, text);
    let parsed = parse(&sources, id);
    let is_test = |item: &Item| matches!(item.kind, ItemKind::Test(_));
    let checked = match parsed.module.items.iter().any(is_test) {
        true => check_tests(&contacts::schema(), &mut sources, id, parsed, loader, false),
        false => check(&contacts::schema(), &mut sources, id, parsed, loader),
    };
    (checked, sources)
}

/// Files of `tests/ui/check/used`.
pub struct Beside;

impl Loader for Beside {
    fn load(&self, _from: &str, path: &str) -> Result<(String, String), String> {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/ui/check/used");
        match std::fs::read_to_string(folder.join(path)) {
            Ok(text) => Ok((path.to_owned(), text)),
            Err(_) => Err("there is no such file".into()),
        }
    }
}

#[test]
fn messages_of_the_checker_are_as_they_were_read() {
    insta::glob!("../ui/check", "*.seg", |path| {
        let name = path.file_name().unwrap().to_str().unwrap();
        let text = std::fs::read_to_string(path).unwrap();
        let (checked, sources) = checked_with(name, &text, &Beside);
        assert!(
            !checked.diagnostics.is_empty(),
            "{name} shows a mistake, so something is to be said about it"
        );
        let messages = human_all(&checked.diagnostics, &sources, RenderOptions::default());
        insta::assert_snapshot!(messages);
    });
}

/// What people bring along from other languages and from speech: one habit a file, with what they are told.
#[test]
fn habits_are_answered() {
    insta::glob!("../ui/habits", "*.seg", |path| {
        let name = path.file_name().unwrap().to_str().unwrap();
        let text = std::fs::read_to_string(path).unwrap();
        let (checked, sources) = checked(name, &text);
        let messages = human_all(&checked.diagnostics, &sources, RenderOptions::default());
        insta::with_settings!({prepend_module_to_snapshot => false, omit_expression => true}, {
            insta::assert_snapshot!("told", messages);
        });
    });
}

/// Mistakes whose messages we are not proud of. Each file begins with words that a good message would have (`-- wanted: …`); when the message
/// has them, the file goes to `tests/ui/habits`.
#[test]
fn poor_messages_stay_in_sight() {
    insta::glob!("../ui/quarantine", "*.seg", |path| {
        let name = path.file_name().unwrap().to_str().unwrap();
        let text = std::fs::read_to_string(path).unwrap();
        let wanted = text
            .lines()
            .next()
            .and_then(|line| line.strip_prefix("-- wanted: "))
            .unwrap_or_else(|| panic!("{name} does not say what is wanted"));
        let (checked, sources) = checked(name, &text);
        let messages = human_all(&checked.diagnostics, &sources, RenderOptions::default());
        let told = checked.diagnostics.iter().map(|told| {
            let fix = told.fix.as_ref().map(|fix| fix.title.clone());
            [Some(told.message.clone()), told.help.clone(), fix]
        });
        let flowing: Vec<String> = told.flatten().flatten().collect();
        let flowing = flowing.join(" ");
        assert!(
            !flowing.contains(wanted),
            "{name} says {wanted:?} now: move it to tests/ui/habits\n{messages}"
        );
        insta::with_settings!({prepend_module_to_snapshot => false, omit_expression => true}, {
            insta::assert_snapshot!("poor", messages);
        });
    });
}

/// The typed tree of a condition, on as few lines as it takes.
fn lowered(condition: &str) -> String {
    let (checked, sources) = checked("test.seg", &format!("segment s = {condition}"));
    let errors: Vec<_> = checked
        .diagnostics
        .into_iter()
        .filter(|d| d.is_error())
        .collect();
    assert!(
        errors.is_empty(),
        "{condition}\n{}",
        human_all(&errors, &sources, RenderOptions::default())
    );
    segql::ir::print::print_condition(
        &checked.module.graph,
        checked.module.segments[0],
        Some(&contacts::schema()),
        0,
    )
}

/// Each line of a file as a condition, with what it comes to below it.
#[test]
fn conditions_come_to_what_the_language_reference_says() {
    insta::glob!("../stages/check", "*.txt", |path| {
        let text = std::fs::read_to_string(path).unwrap();
        let mut out = String::new();
        for condition in text.lines().filter(|line| !line.trim().is_empty()) {
            out += &format!(
                "{condition}\n    {}\n",
                lowered(condition).replace('\n', "\n    ")
            );
        }
        insta::with_settings!({omit_expression => true}, {
            insta::assert_snapshot!(out);
        });
    });
}

/// The text with the edits of a fix.
fn mended(text: &str, fix: &segql::diagnostics::Fix) -> String {
    let mut edits = fix.edits.clone();
    edits.sort_by_key(|edit| std::cmp::Reverse((edit.span.start, edit.span.end)));
    edits.into_iter().fold(text.to_owned(), |mut text, edit| {
        text.replace_range(edit.span.range(), &edit.replacement);
        text
    })
}

#[test]
fn every_fix_mends_what_it_is_offered_for_and_breaks_nothing() {
    let mut fixes = 0;
    insta::glob!("../ui", "{check,habits}/*.seg", |path| {
        let name = path.file_name().unwrap().to_str().unwrap();
        let text = std::fs::read_to_string(path).unwrap();
        let (before, _) = checked_with(name, &text, &Beside);
        for diagnostic in &before.diagnostics {
            let Some(fix) = &diagnostic.fix else { continue };
            fixes += 1;
            let mended = mended(&text, fix);
            let (after, sources) = checked_with(name, &mended, &Beside);
            let said = human_all(&after.diagnostics, &sources, RenderOptions::default());
            let same = |checked: &Checked| {
                let told = checked.diagnostics.iter();
                told.filter(|told| {
                    told.code == diagnostic.code && told.message == diagnostic.message
                })
                .count()
            };
            let is_readable = after.diagnostics.iter().all(|told| {
                !told.code.0.starts_with("E01")
                    || before.diagnostics.iter().any(|old| old.code == told.code)
            });
            assert!(
                same(&after) < same(&before) && is_readable,
                "{name}: {} does not mend {}\n{mended}\n{said}",
                fix.title,
                diagnostic.message
            );
        }
    });
    assert!(fixes > 40, "{fixes} fixes are hardly all");
}

/// `count` definitions, each made of the one before.
fn chain(count: usize, step: impl Fn(usize) -> String) -> String {
    let mut text = String::from("let step0 = age > 0\n");
    for at in 1..=count {
        text += &format!("let step{at} = {}\n", step(at - 1));
    }
    text + &format!("segment s = step{count}\n")
}

fn codes_of(text: &str) -> Vec<&'static str> {
    let (checked, _) = checked("test.seg", text);
    let errors = checked.diagnostics.iter().filter(|told| told.is_error());
    let mut codes: Vec<_> = errors.map(|told| told.code.0).collect();
    codes.dedup();
    codes
}

#[test]
fn populations_are_bounded_in_depth() {
    let nested = |count| (0..count).fold("visits".to_owned(), |of, _| format!("rank({of})"));
    let once = |count| format!("segment s = {} = 1", nested(count));
    assert_eq!(codes_of(&once(8)), Vec::<&str>::new());
    assert_eq!(codes_of(&once(9)), ["E0632"]);
    // Those of definitions count.
    let steps = |count| {
        chain(count, |before| {
            format!("count(contacts among step{before}) > 1")
        })
    };
    assert_eq!(codes_of(&steps(6)), Vec::<&str>::new());
    assert_eq!(codes_of(&steps(30)), ["E0632"]);
}

/// What a population is made of means what it means outside of the bracket that it stands in, whatever the bracket's records have.
#[test]
fn definitions_are_found_behind_the_parts_of_records() {
    for text in [
        "segment s = did view[minutes > avg(minutes among everyone)]\nlet minutes = visits",
        "segment s = did view[device in top(2, device)]\nlet device = region",
        "segment s = did view[any in region[device]]\nlet device = consent",
        "segment s = did view[minutes < sum(minutes of in region)]\nlet minutes = visits",
    ] {
        let (checked, _) = checked("test.seg", text);
        assert!(
            checked.diagnostics.is_empty(),
            "{text}: {:?}",
            checked.diagnostics
        );
        assert_eq!(checked.segments.len(), 1, "{text}");
    }
}

#[test]
fn definitions_are_bounded_in_depth_and_size() {
    let deep = |count| chain(count, |before| format!("step{before} AND consent"));
    assert_eq!(codes_of(&deep(100)), Vec::<&str>::new());
    assert_eq!(codes_of(&deep(2_000)), ["E0620"]);

    let wide = |count| {
        chain(count, |before| {
            format!("step{before} AND (consent OR step{before})")
        })
    };
    assert_eq!(codes_of(&wide(10)), Vec::<&str>::new());
    assert_eq!(codes_of(&wide(60)), ["E0621"]);

    // The same with parameters, where every call is put in anew.
    let mut text = String::from("let f0(x: int) = age > x\n");
    for at in 1..60 {
        let before = at - 1;
        text += &format!("let f{at}(x: int) = f{before}(x + {at}) OR f{before}(x - {at})\n");
    }
    text += "segment s = f59(1)\n";
    let codes = codes_of(&text);
    assert!(
        codes == ["E0620"] || codes == ["E0621"],
        "{codes:?} where one limit or the other is due"
    );
}

#[test]
fn the_advice_on_depth_fits_what_is_deep() {
    let advice = |text: &str| {
        let (checked, _) = checked("test.seg", text);
        let fault = checked.diagnostics.iter().find(|told| told.is_error());
        let fault = fault.expect("it is too deep").clone();
        assert_eq!(fault.code.0, "E0620");
        (fault.message, fault.help.unwrap_or_default())
    };
    let (message, help) = advice(&chain(2_000, |before| format!("step{before} AND consent")));
    assert_eq!(message, "definitions nest too deep");
    assert!(help.contains("definitions"), "{help}");
    // One expression, and no definition that could be blamed.
    let open = "(age = 0 OR NOT NOT ".repeat(100);
    let (message, help) = advice(&format!("segment s = {open}consent{}", ")".repeat(100)));
    assert_eq!(message, "an expression nests too deep");
    assert!(help.contains("flatter"), "{help}");
}

#[test]
fn a_long_list_of_parts_is_no_depth() {
    let parts: Vec<String> = (0..5_000).map(|at| format!("age = {at}")).collect();
    assert_eq!(
        codes_of(&format!("segment s = {}", parts.join(" OR "))),
        Vec::<&str>::new()
    );
    let terms = vec!["age"; 5_000].join(" + ");
    assert_eq!(codes_of(&format!("segment s = {terms} > 3")), ["E0601"]);
}

#[test]
fn too_many_files_are_told() {
    /// Every file uses the next one.
    struct Endless;
    impl Loader for Endless {
        fn load(&self, _from: &str, path: &str) -> Result<(String, String), String> {
            let number: usize = path
                .trim_end_matches(".seg")
                .parse()
                .map_err(|_| "no number")?;
            Ok((path.to_owned(), format!("use \"{}.seg\"\n", number + 1)))
        }
    }
    let (checked, _) = checked_with("0.seg", "use \"1.seg\"\nsegment s = consent", &Endless);
    let codes: Vec<_> = checked.diagnostics.iter().map(|told| told.code.0).collect();
    assert_eq!(codes, ["E0622"]);
}

#[test]
fn a_faulty_item_takes_only_itself_and_what_rests_on_it() {
    let (checked, _) = checked(
        "test.seg",
        "let broken = regoin = \"BE\"\nlet sound = consent\nsegment a = broken\nsegment b = sound\nsegment c = age = ",
    );
    let names: Vec<_> = checked
        .segments
        .iter()
        .map(|segment| &*segment.name)
        .collect();
    assert_eq!(names, ["b"]);
    assert_eq!(checked.module.segments.len(), 1);
    let errors = checked.diagnostics.iter().filter(|told| told.is_error());
    assert_eq!(
        errors.count(),
        2,
        "one for `regoin`, one for what is not there"
    );
    assert!(!checked.is_sound());
}

#[test]
fn what_is_defined_is_known_by_name_with_what_it_means() {
    use segql::check::Meaning;
    let (checked, _) = checked_with(
        "test.seg",
        "use \"lifecycle.seg\"\n-- Money so far.\nlet paid = lifetime_value ?? 0\nlet over(limit: number) = paid > limit\n\
         -- Those who pay.\nsegment payers \"Payers\" = over(0) AND NOT lapsed AND last_seen_at is known",
        &Beside,
    );
    assert_eq!(checked.diagnostics, []);
    let definitions: Vec<_> = checked
        .definitions
        .iter()
        .map(|known| {
            (
                &*known.name,
                known.segment.is_some(),
                known.parameters.len(),
            )
        })
        .collect();
    assert_eq!(
        definitions,
        [
            ("paid", false, 0),
            ("over", false, 1),
            ("payers", true, 0),
            ("lapsed", false, 0)
        ]
    );
    assert_eq!(
        checked.definitions[0].documentation.as_deref(),
        Some("Money so far.")
    );
    assert!(matches!(
        checked.definitions[0].meaning,
        Some(Meaning::Value(_))
    ));
    assert_eq!(checked.definitions[1].meaning, None);
    assert_eq!(
        checked.definitions[1].parameters,
        [("limit".to_owned(), "number".to_owned())]
    );
    assert!(matches!(
        checked.definitions[3].meaning,
        Some(Meaning::Condition(_))
    ));
    assert_eq!(checked.segments[0].title.as_deref(), Some("Payers"));
    assert_eq!(
        checked.segments[0].documentation.as_deref(),
        Some("Those who pay.")
    );
    let root = checked.module.segments[0];
    assert!(checked.places.contains_key(&root));
    assert_eq!(
        segql::ir::print::print(&checked.module, &["payers"], Some(&contacts::schema())),
        "payers =\n  (0 < (lifetime_value ?? 0) AND NOT last_seen_at <= (now - 90 days) AND last_seen_at is known)\n"
    );
}

#[test]
fn equal_conditions_of_several_segments_are_one_node() {
    let (checked, _) = checked(
        "test.seg",
        "let f(r: text) = region = r AND consent\nsegment a = f(\"BE\")\nsegment b = region = \"BE\" AND consent\nsegment c = f(\"NL\")",
    );
    let [a, b, c] = checked.module.segments[..] else {
        panic!("three segments")
    };
    assert_eq!(a, b);
    assert_ne!(a, c);
}

/// Events, definitions and functions of one name: what stands in front of a parenthesis is the definition, else the function.
#[test]
fn streams_may_be_called_as_functions_and_definitions_are() {
    let schema = segql::Schema::builder()
        .key("id")
        .int("id")
        .events("share", [("title", segql::types::Type::Text)])
        .events("since", [("title", segql::types::Type::Text)])
        .events("view", [("title", segql::types::Type::Text)])
        .build()
        .unwrap();
    for text in [
        "segment s = share(share[title = \"a\"] in last 365 days) >= 30% AND did share",
        "segment s = since(last(since)) > 3 days",
        "let gap(seen: bool) = NOT seen\nsegment s = gap(did view)",
    ] {
        let mut sources = Sources::default();
        let id = sources.add("test.seg", text);
        let parsed = parse(&sources, id);
        let checked = check(&schema, &mut sources, id, parsed, &NoFiles);
        let errors: Vec<_> = (checked.diagnostics.iter())
            .filter(|told| told.is_error())
            .collect();
        assert!(errors.is_empty(), "{text}: {errors:?}");
    }
}
