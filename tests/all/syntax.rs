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
