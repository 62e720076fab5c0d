//! Putting fixes into a text: as many at once as do not meet, the rest when the text is checked again.

use super::{Diagnostic, Edit};
use crate::source::SourceId;
use std::collections::BTreeMap;

/// Edits to apply at once.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Repair {
    /// By text, none of which touches another.
    pub edits: BTreeMap<SourceId, Vec<Edit>>,
    /// The fixes that they belong to.
    pub fixes: usize,
}

/// The edits of these diagnostics that can be applied together, the earlier ones first. Those that are a guess only where `guesses`.
pub fn repair(diagnostics: &[Diagnostic], guesses: bool) -> Repair {
    let mut repair = Repair::default();
    let fixes = diagnostics
        .iter()
        .filter_map(|diagnostic| diagnostic.fix.as_ref())
        .filter(|fix| guesses || fix.is_safe);
    for fix in fixes {
        let meets = |edit: &Edit| {
            let taken = repair.edits.get(&edit.span.source).into_iter().flatten();
            taken
                .into_iter()
                .any(|other| edit.span.start <= other.span.end && other.span.start <= edit.span.end)
        };
        if fix.edits.iter().any(meets) {
            continue;
        }
        repair.fixes += 1;
        for edit in &fix.edits {
            let edits = repair.edits.entry(edit.span.source).or_default();
            edits.push(edit.clone());
        }
    }
    repair
}

/// The text with the edits, which do not overlap; of two insertions at one place the first stands first.
pub fn apply(text: &str, edits: &[Edit]) -> String {
    let mut edits: Vec<&Edit> = edits.iter().collect();
    edits.sort_by_key(|edit| (edit.span.start, edit.span.end));
    let mut out = String::with_capacity(text.len());
    let mut at = 0;
    for edit in edits {
        out.push_str(text.get(at..edit.span.start as usize).unwrap_or_default());
        out.push_str(&edit.replacement);
        at = edit.span.end as usize;
    }
    out.push_str(text.get(at..).unwrap_or_default());
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::diagnostics::Code;
    use crate::source::Span;

    fn span(start: u32, end: u32) -> Span {
        Span::new(SourceId(0), start, end)
    }

    #[test]
    fn fixes_that_meet_wait_for_their_turn() {
        let told = |start, end, ours: &str| {
            Diagnostic::warning(Code("no-effect"), "x", span(start, end), "").fix(
                "mend it",
                span(start, end),
                ours,
            )
        };
        let mut guess = told(9, 10, "?");
        guess.fix.as_mut().unwrap().is_safe = false;
        let all = [told(0, 3, "one"), told(3, 4, "no"), told(5, 6, ""), guess];
        let safe = repair(&all, false);
        assert_eq!(safe.fixes, 2);
        assert_eq!(apply("abcdefghij", &safe.edits[&SourceId(0)]), "onedeghij");
        assert_eq!(repair(&all, true).fixes, 3);
        assert_eq!(repair(&[], true), Repair::default());
    }
}
