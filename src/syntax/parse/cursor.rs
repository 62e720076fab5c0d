//! The children of a pair, with a look at the next one.

use super::Rule;
use pest::iterators::{Pair, Pairs};

pub(super) struct Cursor<'i> {
    next: Option<Pair<'i, Rule>>,
    rest: Pairs<'i, Rule>,
}

impl<'i> Cursor<'i> {
    pub(super) fn new(mut pairs: Pairs<'i, Rule>) -> Self {
        Self {
            next: pairs.next(),
            rest: pairs,
        }
    }

    /// The rule of the next pair.
    pub(super) fn peek(&self) -> Option<Rule> {
        self.next.as_ref().map(Pair::as_rule)
    }

    /// The next pair, which stays where it is.
    pub(super) fn peek_pair(&self) -> Option<&Pair<'i, Rule>> {
        self.next.as_ref()
    }

    /// What stands in the next pair if it is of this rule.
    pub(super) fn peek_written(&self, rule: Rule) -> Option<&'i str> {
        let next = self.next.as_ref()?;
        (next.as_rule() == rule).then(|| next.as_str())
    }

    pub(super) fn next(&mut self) -> Option<Pair<'i, Rule>> {
        std::mem::replace(&mut self.next, self.rest.next())
    }

    /// The next pair if it is of this rule.
    pub(super) fn take(&mut self, rule: Rule) -> Option<Pair<'i, Rule>> {
        if self.peek() == Some(rule) {
            self.next()
        } else {
            None
        }
    }
}
