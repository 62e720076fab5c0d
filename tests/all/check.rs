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
struct Beside;

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
