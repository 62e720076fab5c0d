//! The lint about contacts who are newer than a window: `never view in last 90 days` is true of a contact of yesterday. Told of a segment
//! that asks nothing beside it that a contact of yesterday could fail: no other events, no time and no day.

use super::errors;
use super::item::Checker;
use super::names::Definition;
use crate::syntax::ast::{Each, Expression, ExpressionKind, Name, Window};
use crate::types::Type;

/// Definitions in definitions, looked into so far.
const DEPTH: usize = 16;

/// Tells of the segments that let newcomers in.
pub(super) fn lint(checker: &mut Checker) {
    let definitions = checker.definitions;
    for (place, definition) in definitions.all.iter().enumerate() {
        let Some(body) = definition.body.filter(|_| definition.is_segment) else {
            continue;
        };
        if !checker.sound[place] {
            continue;
        }
        let mut parts = Parts::default();
        parts.collect(checker, definition, body, None, 0);
        // Most segments ask nothing that nobody did, so that the rest need not be looked at.
        if parts.never.is_empty() || parts.is_more_asked || parts.could_fail(checker) {
            continue;
        }
        for (part, length) in parts.never {
            checker.tell(errors::never_admits_new(part.span, &length));
        }
    }
}

/// What a segment asks, part by part.
#[derive(Default)]
struct Parts<'a> {
    /// That nothing happened in a window up to now, as it stands in the segment, and a length that is as long as the window at least.
    never: Vec<(&'a Expression, String)>,
    /// Something else that a newcomer could fail.
    is_more_asked: bool,
    /// What is asked besides, where it stands, and in how many definitions that is.
    others: Vec<(&'a Definition<'a>, &'a Expression, usize)>,
}

impl<'a> Parts<'a> {
    /// `shown` is the part of the segment whose definition is looked into.
    fn collect(
        &mut self,
        checker: &Checker<'a>,
        inside: &'a Definition<'a>,
        expression: &'a Expression,
        shown: Option<&'a Expression>,
        depth: usize,
    ) {
        match &*expression.kind {
            ExpressionKind::And(parts) => {
                for part in parts {
                    self.collect(checker, inside, part, shown, depth);
                }
            }
            ExpressionKind::Parenthesized(inner) => {
                self.collect(checker, inside, inner, shown, depth);
            }
            // Who was new then is let in as well. What is added belongs into the parentheses, where there are some.
            ExpressionKind::AsOf { subject, .. }
                if matches!(*subject.kind, ExpressionKind::Parenthesized(_)) =>
            {
                self.collect(checker, inside, subject, shown, depth);
            }
            ExpressionKind::Name(name) if depth < DEPTH => match body_of(checker, inside, name) {
                Some((definition, body)) => {
                    let shown = shown.or(Some(expression));
                    self.collect(checker, definition, body, shown, depth + 1);
                }
                None => self.is_more_asked |= is_of_time(checker, name),
            },
            _ => match never(expression) {
                Some(Never::In(window)) => match length(checker, window) {
                    Some(length) => self.never.push((shown.unwrap_or(expression), length)),
                    // A window that hangs on something else asks of it.
                    None => self.is_more_asked = true,
                },
                // Of all time, newcomers are meant as well.
                Some(Never::AtAll) => {}
                None => self.others.push((inside, expression, depth)),
            },
        }
    }

    /// Whether a newcomer could fail something that is asked besides.
    fn could_fail(&self, checker: &Checker<'a>) -> bool {
        let mut others = self.others.iter();
        others.any(|(inside, other, depth)| could_fail(checker, inside, other, *depth))
    }
}

/// When it is that nothing happened.
enum Never<'a> {
    AtAll,
    In(&'a Window),
}

/// Whether an expression asks that nothing happened, and when.
fn never(expression: &Expression) -> Option<Never<'_>> {
    let rows = match &*expression.kind {
        ExpressionKind::Each { each, rows } if each.value == Each::Never => rows,
        ExpressionKind::Not(inner) => {
            let inner = match &*inner.kind {
                ExpressionKind::Parenthesized(inner) => inner,
                _ => inner,
            };
            match &*inner.kind {
                ExpressionKind::Each { each, rows } if each.value == Each::Did => rows,
                _ => return None,
            }
        }
        _ => return None,
    };
    match &*rows.kind {
        ExpressionKind::Window { window, .. } => Some(Never::In(&window.value)),
        ExpressionKind::Between { .. } | ExpressionKind::Frequent { .. } => None,
        _ => Some(Never::AtAll),
    }
}

/// How long ago a window up to now began at the earliest, as a text writes it.
fn length(checker: &Checker, window: &Window) -> Option<String> {
    match window {
        Window::InLast(length) => Some(checker.sources.text(length.span).to_owned()),
        // The last four full weeks began less than five weeks ago.
        Window::InLastFull(length) if length.amount.scale == 0 => {
            let one_more = length.amount.mantissa.checked_add(1)?;
            Some(format!("{one_more} {}", length.unit.plural()))
        }
        _ => None,
    }
}

/// Whether a part asks of events, of a time or of a day, which somebody new may not have.
fn could_fail<'a>(
    checker: &Checker<'a>,
    inside: &Definition<'a>,
    expression: &'a Expression,
    depth: usize,
) -> bool {
    let mut found = false;
    let mut stack = vec![expression];
    while let Some(one) = stack.pop() {
        match &*one.kind {
            ExpressionKind::Observed(_)
            | ExpressionKind::Window { .. }
            | ExpressionKind::Ago(_)
            | ExpressionKind::Active { .. } => found = true,
            ExpressionKind::Name(name) => {
                found |=
                    checker.schema.stream_named(&name.text).is_some() || is_of_time(checker, name);
                if depth < DEPTH
                    && let Some((definition, body)) = body_of(checker, inside, name)
                {
                    found |= could_fail(checker, definition, body, depth + 1);
                }
            }
            // A definition with parameters may ask anything.
            ExpressionKind::Call { name, .. } => {
                found |= checker
                    .definitions
                    .lookup(inside.file, &name.text)
                    .is_some();
            }
            _ => {}
        }
        if found {
            return true;
        }
        one.for_each_part(&mut |part| stack.push(part));
    }
    false
}

fn is_of_time(checker: &Checker, name: &Name) -> bool {
    let field = checker.schema.field_named(&name.text);
    field.is_some_and(|(_, field)| matches!(field.field_type, Type::Time | Type::Date))
}

fn body_of<'a>(
    checker: &Checker<'a>,
    inside: &Definition<'a>,
    name: &Name,
) -> Option<(&'a Definition<'a>, &'a Expression)> {
    let id = checker.definitions.lookup(inside.file, &name.text)?;
    let definition = &checker.definitions.all[id.0];
    (definition.parameters.is_empty()).then_some((definition, definition.body?))
}
