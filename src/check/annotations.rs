//! What is noted above definitions: who answers for one, what it is for, and how many contacts are expected in it.

use super::errors;
use super::files::Files;
use super::item::Checker;
use crate::source::Span;
use crate::syntax::ast::{Amount, Annotation, AnnotationArgument, CountComparison, Item, ItemKind};
use crate::types::Exact;

/// What is known of a definition besides its meaning.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Notes {
    /// `@owner("crm")`: who answers for it.
    pub owner: Option<String>,
    /// `@goal("…")`: what it is for.
    pub goal: Option<String>,
    /// `@expect(size 1_000 to 50_000, change 20%)`; of segments alone.
    pub guard: Option<Guard>,
}

/// How many members a segment is expected to have.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Guard {
    /// The least and the greatest size.
    pub low: Option<Size>,
    pub high: Option<Size>,
    /// By what share of it the size may differ from the size before.
    pub change: Option<Exact>,
    /// Where it stands.
    pub span: Span,
}

/// A number of members.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Size {
    Contacts(u64),
    /// A share of all contacts.
    Share(Exact),
}

/// The annotations that there are.
const NAMES: [&str; 3] = ["owner", "goal", "expect"];

impl Checker<'_> {
    /// Looks at what is noted in all files.
    pub(super) fn annotations(&mut self, files: &Files) {
        let definitions = self.definitions;
        for (place, definition) in definitions.all.iter().enumerate() {
            self.notes[place] = self.notes_of(definition.item);
        }
        let items = files.files.iter().flat_map(|file| &file.module.items);
        for item in items.filter(|item| matches!(item.kind, ItemKind::Use { .. })) {
            self.notes_of(item);
        }
    }

    /// What is noted above an item; what is wrong with it is told.
    fn notes_of(&mut self, item: &Item) -> Notes {
        let mut notes = Notes::default();
        let mut seen: Vec<(String, Span)> = Vec::new();
        for annotation in &item.annotations {
            let name = annotation.name.text.clone();
            if !NAMES.contains(&name.as_str()) {
                self.tell(errors::unknown_annotation(&annotation.name, NAMES));
                continue;
            }
            if let ItemKind::Use { .. } = item.kind {
                self.tell(errors::annotated_use(annotation.span));
                continue;
            }
            if let Some((_, first)) = seen.iter().find(|(known, _)| *known == name) {
                self.tell(errors::annotated_twice(&name, annotation.span, *first));
                continue;
            }
            seen.push((name.clone(), annotation.span));
            match name.as_str() {
                "owner" => notes.owner = self.noted_text(annotation),
                "goal" => notes.goal = self.noted_text(annotation),
                _ if !matches!(item.kind, ItemKind::Segment { .. } | ItemKind::Hole { .. }) => {
                    self.tell(errors::expects_no_segment(annotation.span));
                }
                _ => notes.guard = self.guard(annotation),
            }
        }
        notes
    }

    fn noted_text(&mut self, annotation: &Annotation) -> Option<String> {
        match &annotation.arguments[..] {
            [AnnotationArgument::Text(text)] if !text.value.trim().is_empty() => {
                Some(text.value.clone())
            }
            _ => {
                let name = annotation.name.text.clone();
                self.tell(errors::annotation_wants_text(&name, annotation.span));
                None
            }
        }
    }

    fn guard(&mut self, annotation: &Annotation) -> Option<Guard> {
        let mut guard = Guard {
            low: None,
            high: None,
            change: None,
            span: annotation.span,
        };
        let mut is_sound = true;
        let mut seen: Vec<(&str, Span)> = Vec::new();
        for argument in &annotation.arguments {
            let AnnotationArgument::Bound {
                span,
                name,
                comparison,
                amount,
                other,
            } = argument
            else {
                is_sound = false;
                continue;
            };
            let word = match name.text.as_str() {
                "size" => "size",
                "change" => "change",
                _ => {
                    self.tell(errors::unknown_expectation(name, ["size", "change"]));
                    return None;
                }
            };
            if let Some((_, first)) = seen.iter().find(|(known, _)| *known == word) {
                self.tell(errors::annotated_twice(word, *span, *first));
                return None;
            }
            seen.push((word, *span));
            if word == "change" {
                match (comparison, other, amount.is_percent) {
                    (None, None, true) => guard.change = Some(share(amount)?),
                    _ => {
                        self.tell(errors::change_is_a_share(*span));
                        return None;
                    }
                }
                continue;
            }
            let first = self.size(amount)?;
            match (comparison.map(|comparison| comparison.value), other) {
                (None, Some(other)) => {
                    guard.low = Some(first);
                    guard.high = Some(self.size(other)?);
                }
                (Some(CountComparison::AtLeast), None) => guard.low = Some(first),
                (Some(CountComparison::AtMost), None) => guard.high = Some(first),
                _ => {
                    self.tell(errors::size_is_a_range(*span));
                    return None;
                }
            }
            let order = match (guard.low, guard.high) {
                (Some(Size::Contacts(low)), Some(Size::Contacts(high))) => Some(low.cmp(&high)),
                (Some(Size::Share(low)), Some(Size::Share(high))) => Some(low.cmp(&high)),
                (Some(_), Some(_)) => {
                    self.tell(errors::sizes_of_two_sorts(*span));
                    return None;
                }
                _ => None,
            };
            if order.is_some_and(|order| order.is_gt()) {
                self.tell(errors::size_without_room(*span));
                return None;
            }
        }
        if seen.is_empty() || !is_sound {
            self.tell(errors::annotation_wants_bounds(annotation.span));
            return None;
        }
        Some(guard)
    }

    fn size(&mut self, amount: &Amount) -> Option<Size> {
        let number = amount.number.exact();
        let size = if amount.is_percent {
            share(amount)
                .filter(|share| *share <= Exact::whole(1))
                .map(Size::Share)
        } else {
            let whole = number.is_whole().then(|| number.numerator());
            whole
                .and_then(|whole| u64::try_from(whole).ok())
                .map(Size::Contacts)
        };
        if size.is_none() {
            self.tell(errors::no_size(amount.span));
        }
        size
    }
}

fn share(amount: &Amount) -> Option<Exact> {
    amount.number.exact().checked_div(Exact::whole(100))
}
