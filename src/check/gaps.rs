//! The lint of windows that leave an instant between them: `x in last 90 days` begins right after what lies 90 days ago, and `x before 90
//! days ago` ends right before it.

use super::errors;
use super::item::Checker;
use super::windows::ago;
use crate::source::{SourceId, Span};
use crate::syntax::ast::{Expression, ExpressionKind, Measure, Window};
use crate::types::{Decimal, Unit};

/// A window of one length on one subject.
struct Found {
    subject: String,
    /// Where it is asked as of another instant, which.
    as_of: Vec<String>,
    source: SourceId,
    length: (Decimal, Unit),
    /// The whole window, and its length.
    window: Span,
    measure: Span,
}

/// Looks at all windows of a text together: what one segment leaves out, another may be thought to hold.
pub(super) fn gaps(checker: &mut Checker) {
    let (mut lasts, mut befores): (Vec<Found>, Vec<Found>) = (Vec::new(), Vec::new());
    let definitions = checker.definitions;
    for definition in &definitions.all {
        let mut stack: Vec<(&Expression, Vec<String>)> = definition
            .expressions()
            .map(|body| (body, Vec::new()))
            .collect();
        while let Some((expression, as_of)) = stack.pop() {
            if let ExpressionKind::AsOf { subject, time } = &*expression.kind {
                stack.push((time, as_of.clone()));
                let mut as_of = as_of;
                as_of.push(checker.sources.text(time.span).to_owned());
                stack.push((subject, as_of));
                continue;
            }
            expression.for_each_part(&mut |part| stack.push((part, as_of.clone())));
            let ExpressionKind::Window { subject, window } = &*expression.kind else {
                continue;
            };
            let found = |measure: &Measure| Found {
                subject: checker.sources.text(subject.span).to_owned(),
                as_of: as_of.clone(),
                source: expression.span.source,
                length: (measure.amount, measure.unit),
                window: window.span,
                measure: measure.span,
            };
            match &window.value {
                Window::InLast(measure) => lasts.push(found(measure)),
                Window::Before(edge) => befores.extend(ago(edge).map(found)),
                _ => {}
            }
        }
    }
    for before in befores {
        let last = lasts.iter().find(|last| {
            last.source == before.source
                && last.subject == before.subject
                && last.as_of == before.as_of
                && last.length == before.length
        });
        if let Some(last) = last {
            let length = checker.sources.text(last.measure);
            checker.tell(errors::gap_between_windows(
                &before.subject,
                length,
                before.window,
                last.window,
            ));
        }
    }
}
