//! What the checker says: one mistake a file in `tests/ui/check`, with its rendered messages beside it.

use crate::contacts;
use segql::check::{Checked, Loader, NoFiles, check};
use segql::diagnostics::render::{RenderOptions, human_all};
use segql::source::Sources;
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
    let checked = check(&contacts::schema(), &mut sources, id, parsed, loader);
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
