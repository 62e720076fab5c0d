//! `region = "BE" OR "NL"`: a value where a condition is due, since the one before was to go on.

use super::errors;
use super::item::Checker;
use crate::syntax::ast::{CompareOperator, Expression, ExpressionKind, Literal, Quantifier};

impl Checker<'_> {
    /// Which of these parts are values that belong to the comparison before them; the first of each row is told.
    pub(super) fn short_values(&mut self, parts: &[Expression], is_and: bool) -> Vec<bool> {
        let is_value = |part: &Expression| {
            matches!(
                &*part.kind,
                ExpressionKind::Literal(
                    Literal::Text(_) | Literal::Number(_) | Literal::Date(_) | Literal::Percent(_)
                )
            )
        };
        let mut short = vec![false; parts.len()];
        let mut at = 1;
        while at < parts.len() {
            let count = parts[at..].iter().take_while(|part| is_value(part)).count();
            let before = &parts[at - 1];
            if count == 0 || is_value(before) {
                at += 1;
                continue;
            }
            let text = |part: &Expression| self.sources.text(part.span).to_owned();
            let values: Vec<String> = parts[at..at + count].iter().map(text).collect();
            let ours = match &*before.kind {
                ExpressionKind::Compare {
                    operator,
                    left,
                    right,
                    ignoring_case: false,
                } => {
                    let word = match (operator.value, is_and) {
                        (CompareOperator::Equal, false) => Some("in"),
                        (CompareOperator::NotEqual, true) => Some("not in"),
                        _ => None,
                    };
                    word.map(|word| {
                        let values = [vec![text(right)], values].concat().join(", ");
                        format!("{} {word} ({values})", text(left))
                    })
                }
                ExpressionKind::Has {
                    list,
                    quantifier: Quantifier::One,
                    values: first,
                    ignoring_case: false,
                } => {
                    let word = if is_and { "all" } else { "any" };
                    let first: Vec<String> = first.iter().map(text).collect();
                    let values = [first, values].concat().join(", ");
                    Some(format!("{} has {word} of ({values})", text(list)))
                }
                _ => None,
            };
            if let Some(ours) = ours {
                let whole = before.span.to(parts[at + count - 1].span);
                self.tell(errors::value_alone(parts[at].span, whole, ours));
                short[at..at + count].fill(true);
            }
            at += count;
        }
        short
    }
}
