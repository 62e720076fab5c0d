//! `classify`: labels, each with who gets it.

use super::super::ast::{ItemKind, Label};
use super::super::errors;
use super::{Reader, Rule};
use crate::source::Span;
use pest::iterators::Pair;

impl Reader<'_> {
    pub(super) fn classification(&mut self, pair: Pair<'_, Rule>) -> ItemKind {
        let (mut name, mut title, mut labels) = (None, None, Vec::new());
        let mut parts = self.cursor(pair);
        while let Some(part) = parts.next() {
            match part.as_rule() {
                Rule::name => name = Some(self.name(&part)),
                Rule::text => title = Some(self.text_literal(&part)),
                Rule::defined_as | Rule::foreign_where => {
                    let span = self.span(&part);
                    self.report(errors::phrase(
                        format!("no `{}` stands before the labels", part.as_str()),
                        span,
                        "",
                    ));
                }
                Rule::comma => {
                    let span = self.span(&part);
                    self.report(errors::phrase(
                        "no comma stands between labels, each begins a line of its own",
                        span,
                        "",
                    ));
                }
                Rule::label => labels.extend(self.label(part)),
                _ => {}
            }
        }
        match name {
            Some(name) => ItemKind::Classify {
                name,
                title,
                labels,
                is_whole: true,
            },
            None => ItemKind::Hole { name: None },
        }
    }

    fn label(&mut self, pair: Pair<'_, Rule>) -> Option<Label> {
        let span = self.span(&pair);
        let (mut name, mut title, mut condition) = (None, None, None);
        let mut parts = self.cursor(pair);
        while let Some(part) = parts.next() {
            match part.as_rule() {
                Rule::name => name = Some(self.name(&part)),
                Rule::text => title = Some(self.text_literal(&part)),
                Rule::condition => condition = Some(self.condition(part)),
                Rule::foreign_when => self.foreign_word(&part, "when"),
                Rule::foreign_otherwise => self.foreign_word(&part, "otherwise"),
                _ => {}
            }
        }
        Some(Label {
            span,
            name: name?,
            title,
            condition,
        })
    }

    /// `new: …`, `else other`
    fn foreign_word(&mut self, part: &Pair<'_, Rule>, ours: &str) {
        let span = self.span(part);
        let glued = self
            .text
            .as_bytes()
            .get((span.start as usize - self.base).wrapping_sub(1))
            .is_some_and(|before| !before.is_ascii_whitespace());
        let mut fault = errors::foreign(part.as_str(), ours, span);
        // `new: …` has no blank before its colon.
        if glued && let Some(fix) = &mut fault.fix {
            let at: Span = span;
            for edit in &mut fix.edits {
                if edit.span == at {
                    edit.replacement = format!(" {ours}");
                }
            }
        }
        self.report(fault);
    }
}
