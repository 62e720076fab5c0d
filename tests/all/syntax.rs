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
