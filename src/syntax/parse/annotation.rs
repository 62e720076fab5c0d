//! What is noted above a definition: `@owner("crm") @expect(size 1_000 to 50_000, change 20%)`.

use super::super::ast::{Amount, Annotation, AnnotationArgument, Name, Spanned};
use super::{Reader, Rule};
use crate::source::Span;
use pest::iterators::Pair;

impl Reader<'_> {
    pub(super) fn annotations(&mut self, pair: Pair<'_, Rule>) -> Vec<Annotation> {
        let parts = pair.into_inner();
        parts
            .filter(|part| part.as_rule() == Rule::annotation)
            .map(|part| self.annotation(part))
            .collect()
    }

    fn annotation(&mut self, pair: Pair<'_, Rule>) -> Annotation {
        let span = self.span(&pair);
        let mut name = None;
        let mut arguments = Vec::new();
        for part in pair.into_inner() {
            match part.as_rule() {
                Rule::any_name => name = Some(self.keyword(&part)),
                Rule::annotated => {
                    let remarks = part.into_inner();
                    for remark in remarks.filter(|part| part.as_rule() == Rule::remark) {
                        arguments.extend(self.remark(remark));
                    }
                }
                _ => {}
            }
        }
        Annotation {
            span,
            name: name.unwrap_or_else(|| nameless(span)),
            arguments,
        }
    }

    fn remark(&mut self, pair: Pair<'_, Rule>) -> Option<AnnotationArgument> {
        let span = self.span(&pair);
        let (mut name, mut comparison) = (None, None);
        let mut amounts = Vec::new();
        for part in pair.into_inner() {
            match part.as_rule() {
                Rule::text => return Some(AnnotationArgument::Text(self.text_literal(&part))),
                Rule::any_name => name = Some(self.keyword(&part)),
                Rule::count_word => {
                    let span = self.span(&part);
                    let value = self.count_comparison(&part, "number of contacts");
                    comparison = Some(Spanned { value, span });
                }
                Rule::amount => amounts.push(self.amount(part)),
                _ => {}
            }
        }
        let mut amounts = amounts.into_iter();
        Some(AnnotationArgument::Bound {
            span,
            name: name.unwrap_or_else(|| nameless(span)),
            comparison,
            amount: amounts.next()??,
            other: match amounts.next() {
                Some(other) => Some(other?),
                None => None,
            },
        })
    }

    /// A word of the language, in whatever case it was written.
    fn keyword(&self, pair: &Pair<'_, Rule>) -> Name {
        let name = self.name(pair);
        Name {
            text: name.text.to_lowercase(),
            span: name.span,
        }
    }

    /// None where the number has too many digits, which is told.
    fn amount(&mut self, pair: Pair<'_, Rule>) -> Option<Amount> {
        let span = self.span(&pair);
        let mut number = None;
        let mut is_percent = false;
        for part in pair.into_inner() {
            match part.as_rule() {
                Rule::number => number = self.decimal(&part),
                Rule::percent_sign => is_percent = true,
                _ => {}
            }
        }
        Some(Amount {
            span,
            number: number?,
            is_percent,
        })
    }
}

fn nameless(span: Span) -> Name {
    Name {
        text: String::new(),
        span,
    }
}
