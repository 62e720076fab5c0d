//! The pages of codes: the first example of each yields its code, the second is without fault.

use crate::check::{Beside, checked_with};
use segql::diagnostics::codes;
use segql::diagnostics::render::{RenderOptions, human_all};

/// The blocks of the language on a page.
fn examples(page: &str) -> Vec<String> {
    let mut blocks = Vec::new();
    let mut open: Option<String> = None;
    for line in page.lines() {
        match (&mut open, line) {
            (None, "```seg") => open = Some(String::new()),
            (Some(_), "```") => blocks.extend(open.take()),
            (Some(block), line) => {
                block.push_str(line);
                block.push('\n');
            }
            (None, _) => {}
        }
    }
    blocks
}

/// The codes of faults that a text alone shows.
fn of_the_text(code: &str) -> bool {
    let of_texts = ["E00", "E01", "E02", "E03", "E04"];
    // What the manifest says of the beginning of contacts is not in a text.
    let is_of_a_text = of_texts.iter().any(|section| code.starts_with(section)) && code != "E0370";
    is_of_a_text || !code.starts_with('E')
}

#[test]
fn the_first_example_of_a_page_yields_its_code_and_the_second_mends_it() {
    let mut faults = Vec::new();
    for entry in codes().iter().filter(|entry| of_the_text(entry.code.0)) {
        let code = entry.code.0;
        let blocks = examples(entry.page);
        let [wrong, right, ..] = blocks.as_slice() else {
            faults.push(format!("{code}: the page has fewer than two examples"));
            continue;
        };
        let (found, sources) = checked_with("a.seg", wrong, &Beside);
        if !found.diagnostics.iter().any(|told| told.code.0 == code) {
            let said = human_all(&found.diagnostics, &sources, RenderOptions::default());
            faults.push(format!(
                "{code}: the first example does not yield it but\n{said}"
            ));
        }
        let (found, sources) = checked_with("a.seg", right, &Beside);
        let is_mended = found
            .diagnostics
            .iter()
            .all(|told| !told.is_error() && told.code.0 != code);
        if !is_mended {
            let said = human_all(&found.diagnostics, &sources, RenderOptions::default());
            faults.push(format!(
                "{code}: the second example is not without fault\n{said}"
            ));
        }
    }
    assert!(faults.is_empty(), "{}", faults.join("\n\n"));
}

#[test]
fn every_page_has_its_code_and_title_at_its_head() {
    for entry in codes() {
        let head = entry.page.lines().next().unwrap_or_default();
        assert_eq!(head, format!("# {}: {}", entry.code.0, entry.title));
    }
}
