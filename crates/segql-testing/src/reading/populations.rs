//! Many contacts of the second reading: each of them is asked for itself, and what a contact is told is worked out of all answers, by the words of the
//! language reference.

use super::{Reader, equal};
use segql::syntax::ast::{Among, Each, Expression, ExpressionKind};
use segql::types::{Constant, Exact};
use std::cmp::Ordering;

/// The population that an argument names.
struct Population<'e> {
    of: &'e Expression,
    among: Option<&'e Expression>,
    per: &'e [Expression],
}

impl<'e> Population<'e> {
    fn named_in(argument: &'e Expression) -> Self {
        match &*argument.kind {
            ExpressionKind::Population { of, among, per } => Population {
                of,
                among: match among {
                    Among::Those(condition) => Some(condition),
                    Among::Unsaid | Among::Everyone => None,
                },
                per,
            },
            _ => Population {
                of: argument,
                among: None,
                per: &[],
            },
        }
    }
}

/// What is asked of contacts that share a value.
struct Together<'e> {
    shared: &'e Expression,
    brackets: Vec<&'e Expression>,
}

fn together(rows: &Expression) -> Option<Together<'_>> {
    match &*rows.kind {
        ExpressionKind::Sharing(shared) => Some(Together {
            shared,
            brackets: Vec::new(),
        }),
        ExpressionKind::Bracket { base, inner } => {
            let mut together = together(base)?;
            together.brackets.push(inner);
            Some(together)
        }
        _ => None,
    }
}

/// Whether an expression selects contacts that share a value.
pub(super) fn is_of_group(rows: &Expression) -> bool {
    together(rows).is_some()
}

impl<'a> Reader<'a> {
    /// Another contact, in no bracket.
    fn member(&self, row: usize) -> Self {
        Self {
            row,
            brackets: Vec::new(),
            ..self.clone()
        }
    }

    fn all(&self) -> impl Iterator<Item = Self> {
        (0..self.table.rows()).map(|row| self.member(row))
    }

    /// The contacts of the population that the contact belongs to or is told of; none inside where it belongs to no group.
    fn members(&self, population: &Population) -> Option<Option<Vec<Self>>> {
        let keys = |contact: &Self| -> Option<Vec<Constant>> {
            let keys = population.per.iter();
            keys.map(|key| contact.moment(key)).collect()
        };
        let own = keys(&self.member(self.row))?;
        let mut members = Vec::new();
        for contact in self.all() {
            let is_among = match population.among {
                Some(condition) => contact.holds(condition)?,
                None => true,
            };
            let theirs = keys(&contact)?;
            let agree = own
                .iter()
                .zip(&theirs)
                .all(|(one, other)| equal(one, other));
            if is_among && agree {
                members.push(contact);
            }
        }
        Some((!own.contains(&Constant::Missing)).then_some(members))
    }

    /// `percentile(ltv among consent per region)`, `rank(ltv)`; the figure of another name, no opinion.
    pub(super) fn own_figure(&self, name: &str, argument: &Expression) -> Option<Constant> {
        let population = Population::named_in(argument);
        let Some(members) = self.members(&population)? else {
            return Some(Constant::Missing);
        };
        let mut values = Vec::new();
        let mut own = Constant::Missing;
        for member in &members {
            let value = member.moment(population.of)?;
            if member.row == self.row {
                own = value.clone();
            }
            if value != Constant::Missing {
                values.push(value);
            }
        }
        if own == Constant::Missing {
            return Some(Constant::Missing);
        }
        let count = |orders: &[Ordering]| {
            let counted = values.iter().filter(|value| {
                value
                    .compare(&own)
                    .is_some_and(|order| orders.contains(&order))
            });
            counted.count() as i128
        };
        let percentile = Exact::new(
            count(&[Ordering::Less, Ordering::Equal]),
            values.len() as i128,
        )?;
        let quantile = |parts: i128| {
            let reached = (1..=parts)
                .find(|k| Exact::new(*k, parts).is_some_and(|share| percentile <= share));
            reached.map(Exact::whole)
        };
        Some(Constant::Number(match name {
            "percentile" => percentile,
            "quartile" => quantile(4)?,
            "quintile" => quantile(5)?,
            "decile" => quantile(10)?,
            "rank" => Exact::whole(count(&[Ordering::Greater]) + 1),
            _ => return None,
        }))
    }

    /// `avg(ltv per region)`, `count(contacts among consent)`
    pub(super) fn figure_of_many(&self, name: &str, argument: &Expression) -> Option<Constant> {
        let population = Population::named_in(argument);
        let Some(members) = self.members(&population)? else {
            return Some(Constant::Missing);
        };
        if name == "count" {
            return Some(Constant::Number(Exact::whole(members.len() as i128)));
        }
        self.figure_of_values(name, population.of, &members)
    }

    fn figure_of_values(&self, name: &str, of: &Expression, members: &[Self]) -> Option<Constant> {
        let kind = self.member(self.row).place(of).map(|(kind, _)| kind);
        let values = members.iter().map(|member| member.moment(of));
        super::events::figure(name, kind, values.collect::<Option<_>>()?)
    }

    /// `top(3, region among consent)`, from the least to the greatest value.
    pub(super) fn top(&self, number: &Expression, argument: &Expression) -> Option<Vec<Constant>> {
        let Constant::Number(most) = self.value(number)? else {
            return None;
        };
        let population = Population::named_in(argument);
        let Some(members) = self.members(&population)? else {
            return Some(Vec::new());
        };
        let held = Self::held(&members, population.of)?;
        let more = |count: usize| held.iter().filter(|(_, other)| *other > count).count();
        let top = (held.iter()).filter(|(_, count)| (more(*count) as i128) < most.numerator());
        Some(top.map(|(value, _)| value.clone()).collect())
    }

    /// Each value, with how many of the contacts have it.
    fn held(members: &[Self], of: &Expression) -> Option<Vec<(Constant, usize)>> {
        let mut held: Vec<(Constant, usize)> = Vec::new();
        for member in members {
            for value in member.values_had(of)? {
                match held.iter_mut().find(|(known, _)| equal(known, &value)) {
                    Some((_, count)) => *count += 1,
                    None => held.push((value, 1)),
                }
            }
        }
        held.sort_by(|(a, _), (b, _)| a.compare(b).unwrap_or(Ordering::Equal));
        Some(held)
    }

    /// The different values that a contact has.
    fn values_had(&self, of: &Expression) -> Option<Vec<Constant>> {
        let mut values = match &*of.kind {
            ExpressionKind::Of {
                value,
                rows: Some(rows),
                ..
            } => self.different(value, rows)?.elements,
            _ => super::events::each(&self.moment(of)?),
        };
        values.sort_by(|a, b| a.compare(b).unwrap_or(Ordering::Equal));
        values.dedup_by(|a, b| equal(a, b));
        Some(values)
    }

    /// `reach(region)`, `reach(title of view)` in a bracket of `view`
    pub(super) fn reach(&self, argument: &Expression) -> Option<Constant> {
        let population = Population::named_in(argument);
        let own = match &*population.of.kind {
            ExpressionKind::Of { value, .. } => self.value(value)?,
            _ => self.member(self.row).moment(population.of)?,
        };
        let members = self.members(&population)?;
        let (Some(members), true) = (members, own != Constant::Missing) else {
            return Some(Constant::Missing);
        };
        let held = Self::held(&members, population.of)?;
        let of_own = held.iter().find(|(value, _)| equal(value, &own));
        let count = of_own.map_or(0, |(_, count)| *count as i128);
        Some(Constant::Number(Exact::whole(count)))
    }

    /// The contacts that share a value with this one, the contact itself among them, each bracket but so many of the last asked.
    fn sharing(&self, rows: &Expression, without: usize) -> Option<Vec<Self>> {
        let together = together(rows)?;
        let of_own = self.member(self.row);
        let own = of_own.moment(together.shared)?;
        let mut those = Vec::new();
        for contact in self.all() {
            let is_one = match own {
                Constant::Missing => contact.row == self.row,
                _ => equal(&own, &contact.moment(together.shared)?),
            };
            let mut is_asked_for = true;
            let asked = together.brackets.len() - without;
            for bracket in &together.brackets[..asked] {
                is_asked_for &= contact.holds(bracket)?;
            }
            if is_one && is_asked_for {
                those.push(contact);
            }
        }
        Some(those)
    }

    /// `any in household[c]`
    pub(super) fn each_of_group(&self, each: Each, rows: &Expression) -> Option<bool> {
        let those = self.sharing(rows, 0)?.len();
        Some(match each {
            Each::Any => those > 0,
            Each::None => those == 0,
            Each::Every => those == self.sharing(rows, 1)?.len(),
            Each::Did | Each::Never => return None,
        })
    }

    /// `count(in household[c])`, `sum(ltv of in household)`
    pub(super) fn figure_of_group(
        &self,
        name: &str,
        of: Option<&Expression>,
        rows: &Expression,
    ) -> Option<Constant> {
        let those = self.sharing(rows, 0)?;
        match of {
            None if name == "count" => Some(Constant::Number(Exact::whole(those.len() as i128))),
            None => None,
            Some(of) => self.figure_of_values(name, of, &those),
        }
    }

    /// What a call asks of many contacts, where it does.
    pub(super) fn asked_of_many(
        &self,
        name: &str,
        arguments: &[Expression],
    ) -> Option<Option<Constant>> {
        let is_population =
            |one: &Expression| matches!(&*one.kind, ExpressionKind::Population { .. });
        Some(match (name, arguments) {
            ("percentile" | "quartile" | "quintile" | "decile" | "rank", [argument]) => {
                self.own_figure(name, argument)
            }
            ("reach", [argument]) => self.reach(argument),
            ("top", [number, argument]) => {
                let top = self.top(number, argument);
                top.map(|values| Constant::List(values.into()))
            }
            ("sample" | "similarity" | "implied" | "nearest", _) => None,
            (_, [argument]) if is_population(argument) => self.figure_of_many(name, argument),
            (_, [argument]) => match &*argument.kind {
                ExpressionKind::Of {
                    value,
                    rows: Some(rows),
                    distinct: false,
                } if is_of_group(rows) => self.figure_of_group(name, Some(value), rows),
                _ if is_of_group(argument) => self.figure_of_group(name, None, argument),
                // A list that is counted.
                ExpressionKind::Call { name: inner, .. }
                    if name == "count" && inner.text == "top" =>
                {
                    match self.value(argument) {
                        Some(Constant::List(values)) => {
                            Some(Constant::Number(Exact::whole(values.len() as i128)))
                        }
                        _ => None,
                    }
                }
                ExpressionKind::Call { name: inner, .. } if inner.text == "implied" => None,
                _ => return None,
            },
            _ => return None,
        })
    }
}
