//! Figures of many contacts together, which a contact is measured by: percentiles and ranks, averages of a group, what is on top in a region.
//!
//! A figure is worked out in a pass over all contacts before the first of them is answered. Whatever the pass looks at stands in no bracket.

use super::{ConditionId, NodeRef, ValueId};
use crate::types::{Aggregate, Exact, NumberKind, Type};

/// What a contact is told of the contacts of a population.
///
/// The population are the contacts of which `among` is true; with `per`, those among them that agree with the contact in these values. A contact of which
/// one of these is missing belongs to no group: it counts nowhere, and is told nothing.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Population {
    pub figure: Figure,
    /// What each contact of the population gives: a value; of [`Figure::Top`], [`Figure::Reach`] and [`Figure::Implied`] a value or a list, each of
    /// whose different elements it gives. Missing ones are not counted. Of [`Figure::Count`] nothing.
    pub of: Option<ValueId>,
    pub among: ConditionId,
    pub per: Box<[ValueId]>,
    /// Of [`Figure::Reach`] the value that is asked about; the only part that may look at the brackets around.
    pub at: Option<ValueId>,
}

/// What is worked out of the values of a population.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Figure {
    /// The share of the values that are no greater than the contact's own. Missing where the contact is not in the population or has no value.
    Percentile,
    /// The smallest k of which the percentile is at most k of so many parts; as the percentile otherwise. At least 1.
    Quantile { parts: u32 },
    /// How many values are greater than the contact's own, and one more; as the percentile otherwise. With `least_first`, how many are less.
    Rank { least_first: bool },
    /// How many contacts there are. Of none 0.
    Count,
    /// [`Aggregate::Sum`], [`Aggregate::Average`], [`Aggregate::Least`], [`Aggregate::Greatest`] or [`Aggregate::Median`] of the values.
    Aggregate(Aggregate),
    /// The values that most contacts give, as a list in the order of values: those before which fewer than so many others are given by more contacts.
    Top { most: u32 },
    /// How many contacts give the value that is asked about.
    Reach,
    /// The values that the contact does not give, each implied by `from` different ones that it gives, as a list in the order of values.
    Implied(Rule),
}

/// When values imply another: of the contacts that give all of them, at least the share `confidence` gives the other, and they are at least `support`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Rule {
    /// 1 or 2.
    pub from: u32,
    pub confidence: Exact,
    pub support: u64,
}

impl Figure {
    /// Whether it measures the contact's own value, and so hangs on whether the contact is in the population.
    pub fn is_of_member(self) -> bool {
        match self {
            Figure::Percentile | Figure::Quantile { .. } | Figure::Rank { .. } => true,
            Figure::Count
            | Figure::Aggregate(_)
            | Figure::Top { .. }
            | Figure::Reach
            | Figure::Implied(_) => false,
        }
    }

    /// Whether all contacts of a group are told the same.
    pub fn is_of_group(self) -> bool {
        match self {
            Figure::Count | Figure::Aggregate(_) | Figure::Top { .. } => true,
            Figure::Percentile
            | Figure::Quantile { .. }
            | Figure::Rank { .. }
            | Figure::Reach
            | Figure::Implied(_) => false,
        }
    }

    /// The type of the figure over values of this type; none where it takes no such values.
    pub fn result(self, of: Option<&Type>) -> Option<Type> {
        const WHOLE: Type = Type::Number(NumberKind::Whole);
        let is_ordered = |of: &Type| Aggregate::Least.result(of).is_some();
        let element = |of: &Type| match of {
            Type::List(element) => (**element).clone(),
            single => single.clone(),
        };
        let is_counted = |of: &Type| is_ordered(of) || *of == Type::Boolean;
        match (self, of) {
            (Figure::Count, None) => Some(WHOLE),
            (Figure::Percentile, Some(of)) => {
                is_ordered(of).then_some(Type::Number(NumberKind::Exact))
            }
            (Figure::Quantile { parts }, Some(of)) => {
                (parts > 0 && is_ordered(of)).then_some(WHOLE)
            }
            (Figure::Rank { .. }, Some(of)) => is_ordered(of).then_some(WHOLE),
            (Figure::Aggregate(aggregate), Some(of)) => {
                let is_figure = Aggregate::ALL.contains(&aggregate);
                aggregate.result(of).filter(|_| is_figure)
            }
            (Figure::Reach, Some(of)) => is_counted(&element(of)).then_some(WHOLE),
            (Figure::Top { .. } | Figure::Implied(_), Some(of)) => {
                let element = element(of);
                is_counted(&element).then(|| Type::List(Box::new(element)))
            }
            (Figure::Count, Some(_)) | (_, None) => None,
        }
    }
}

impl Population {
    /// Calls `visit` for each operand, in their order.
    pub fn operands(&self, mut visit: impl FnMut(NodeRef)) {
        self.of.iter().for_each(|of| visit(NodeRef::Value(*of)));
        visit(NodeRef::Condition(self.among));
        self.per.iter().for_each(|per| visit(NodeRef::Value(*per)));
        self.at.iter().for_each(|at| visit(NodeRef::Value(*at)));
    }

    /// The same figure over other operands.
    pub fn with_operands(
        &self,
        condition: impl Fn(ConditionId) -> ConditionId,
        value: impl Fn(ValueId) -> ValueId,
    ) -> Population {
        Population {
            figure: self.figure,
            of: self.of.map(&value),
            among: condition(self.among),
            per: self.per.iter().map(|per| value(*per)).collect(),
            at: self.at.map(&value),
        }
    }

    /// What is looked at of the contact that is told the figure.
    pub fn looked_at(&self, mut visit: impl FnMut(NodeRef)) {
        let is_of_member = self.figure.is_of_member();
        if is_of_member {
            visit(NodeRef::Condition(self.among));
        }
        if is_of_member || matches!(self.figure, Figure::Implied(_)) {
            self.of.iter().for_each(|of| visit(NodeRef::Value(*of)));
        }
        self.per.iter().for_each(|per| visit(NodeRef::Value(*per)));
        self.at.iter().for_each(|at| visit(NodeRef::Value(*at)));
    }

    /// The values that the pass over all contacts looks at.
    pub fn values(&self) -> impl Iterator<Item = ValueId> {
        self.of.iter().chain(&self.per).copied()
    }
}

impl Population {
    /// As a text would write it, with its operands as they are printed.
    pub fn print(&self, value: impl Fn(ValueId) -> String, among: Option<String>) -> String {
        let of = self.of.map(&value).unwrap_or_default();
        let among = among.map_or_else(String::new, |among| format!(" among {among}"));
        let per: Vec<String> = self.per.iter().map(|per| value(*per)).collect();
        let per = match &per[..] {
            [] => String::new(),
            [only] => format!(" per {only}"),
            several => format!(" per ({})", several.join(", ")),
        };
        let tail = format!("{among}{per}");
        match self.figure {
            Figure::Percentile => format!("percentile({of}{tail})"),
            Figure::Quantile { parts } => format!("quantile {parts}({of}{tail})"),
            Figure::Rank { least_first: false } => format!("rank({of}{tail})"),
            Figure::Rank { least_first: true } => format!("rank from the least({of}{tail})"),
            Figure::Count => format!("count(contacts{tail})"),
            Figure::Aggregate(aggregate) => format!("{}({of}{tail})", aggregate.name()),
            Figure::Top { most } => format!("top({most}, {of}{tail})"),
            Figure::Reach => {
                let at = self.at.map(value).unwrap_or_default();
                format!("reach({at} in {of}{tail})")
            }
            Figure::Implied(rule) => format!(
                "implied({of}, from {}, confidence {}, support {}{tail})",
                rule.from, rule.confidence, rule.support
            ),
        }
    }
}
