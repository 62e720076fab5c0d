//! `split`: arms, each with its share of an audience.

use super::super::ast::{Expression, ExpressionKind, ItemKind, Label, Split};
use super::super::errors;
use super::{Reader, Rule, expression};
use pest::iterators::Pair;

impl Reader<'_> {
    pub(super) fn split(&mut self, pair: Pair<'_, Rule>) -> ItemKind {
        let whole = self.span(&pair);
        let (mut name, mut title, mut audience) = (None, None, None);
        let (mut exact, mut per, mut salt) = (None, Vec::new(), None);
        let (mut arms, mut shares) = (Vec::new(), Vec::new());
        let mut parts = self.cursor(pair);
        while let Some(part) = parts.next() {
            match part.as_rule() {
                Rule::name => name = Some(self.name(&part)),
                Rule::text => title = Some(self.text_literal(&part)),
                Rule::foreign_of => {
                    let span = self.span(&part);
                    self.report(errors::foreign(part.as_str(), "of", span));
                }
                Rule::condition => audience = Some(self.condition(part)),
                Rule::exact_word => exact = Some(self.span(&part)),
                Rule::per => per = self.per(part),
                Rule::salt => {
                    let mut inner = self.cursor(part);
                    inner.take(Rule::salt_word);
                    salt = inner.next().map(|text| self.text_literal(&text));
                }
                Rule::comma => {
                    let span = self.span(&part);
                    self.report(errors::phrase("no comma stands between arms", span, ""));
                }
                Rule::arm => {
                    if let Some((arm, share)) = self.arm(part) {
                        arms.push(arm);
                        shares.push(share);
                    }
                }
                _ => {}
            }
        }
        let Some(name) = name else {
            return ItemKind::Hole { name: None };
        };
        ItemKind::Split(Box::new(Split {
            name,
            title,
            audience: audience.unwrap_or_else(|| expression(whole, ExpressionKind::Hole)),
            exact,
            per,
            salt,
            arms,
            shares,
        }))
    }

    /// `mail 45%`, `mail "By mail" 45%`
    fn arm(&mut self, pair: Pair<'_, Rule>) -> Option<(Label, Expression)> {
        let span = self.span(&pair);
        let (mut name, mut title, mut share) = (None, None, None);
        let mut parts = self.cursor(pair);
        while let Some(part) = parts.next() {
            match part.as_rule() {
                Rule::name => name = Some(self.name(&part)),
                Rule::text => title = Some(self.text_literal(&part)),
                Rule::colon | Rule::defined_as => {
                    let span = self.span(&part);
                    self.report(errors::phrase(
                        format!("no `{}` stands before the share of an arm", part.as_str()),
                        span,
                        "",
                    ));
                }
                Rule::quantity => share = Some(self.quantity(part)),
                _ => {}
            }
        }
        let arm = Label {
            span,
            name: name?,
            title,
            condition: None,
        };
        Some((arm, share?))
    }
}
