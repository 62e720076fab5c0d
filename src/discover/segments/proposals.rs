//! Segments that fields of contacts suggest by their names, their types and their values.

use super::words::{label, name, named, quoted};
use super::{DAYS, Proposal, events};
use crate::discover::guess;
use crate::discover::key::Key;
use crate::discover::look::{Column, Looked};
use crate::discover::manifest::{Draft, DraftField};
use crate::discover::relations::Related;
use crate::explain::{exchanged, shown};
use crate::profile::Common;
use crate::types::{Constant, NumberKind, Type, calendar};
use jiff::tz::TimeZone;

pub(super) struct Proposer<'a> {
    pub(super) contacts: &'a Looked,
    pub(super) key: &'a Key,
    pub(super) related: &'a Related,
    pub(super) draft: &'a Draft,
    pub(super) zone: &'a TimeZone,
    pub(super) now: i128,
}

impl Proposer<'_> {
    pub(super) fn proposals(&self) -> Vec<Proposal> {
        let mut proposals = Vec::new();
        self.groups(&mut proposals);
        self.elements(&mut proposals);
        self.windows(&mut proposals);
        self.births(&mut proposals);
        self.details(&mut proposals);
        self.consents(&mut proposals);
        self.numbers(&mut proposals);
        events::catalogues(self, &mut proposals);
        events::events(self, &mut proposals);
        proposals
    }

    /// Fields beside the key, with what was seen of them, those first whose place is the least.
    fn fields(&self, place: impl Fn(&str) -> usize) -> Vec<(Column<'_>, &DraftField)> {
        let columns = self
            .contacts
            .columns()
            .filter(|column| column.name != self.key.name && !column.name.contains(['`', '\n']));
        let mut fields: Vec<(Column<'_>, &DraftField)> = columns
            .filter_map(|column| {
                let field = self
                    .draft
                    .fields
                    .iter()
                    .find(|field| field.name == column.name)?;
                Some((column, field))
            })
            .collect();
        fields.sort_by_key(|(column, _)| place(column.name));
        fields
    }

    /// `region = "BE"`
    fn groups(&self, proposals: &mut Vec<Proposal>) {
        for (column, field) in self.fields(guess::group_place) {
            if field.value_type == Type::Text
                && (2..=MOST_GROUPS).contains(&self.different(&column))
                && !self.is_each_their_own(&column)
                && !guess::is_own_text(column.name)
            {
                for value in texts(&column.seen.common).take(2) {
                    proposals.push(Proposal {
                        about: "group",
                        name: name(&[column.name, value]),
                        title: format!("{}: {value}", label(column.name)),
                        condition: format!("{} = {}", named(column.name), quoted(value)),
                    });
                }
            }
        }
    }

    /// `tags has "vip"`
    fn elements(&self, proposals: &mut Vec<Proposal>) {
        for (column, field) in self.fields(guess::group_place) {
            if field.value_type == Type::List(Box::new(Type::Text)) {
                for value in texts(&column.seen.common).take(1) {
                    proposals.push(Proposal {
                        about: "element",
                        name: name(&[column.name, value]),
                        title: format!("{}: {value}", label(column.name)),
                        condition: format!("{} has {}", named(column.name), quoted(value)),
                    });
                }
            }
        }
    }

    /// `last_seen_at in last 90 days`; where the data end long before now, the last month or year they have.
    fn windows(&self, proposals: &mut Vec<Proposal>) {
        let times = self
            .fields(guess::time_place)
            .into_iter()
            .filter(|(column, field)| {
                matches!(field.value_type, Type::Date | Type::Time) && !guess::is_birth(column.name)
            });
        for (column, _) in times {
            let Some(last) = self.last_day(&column) else {
                continue;
            };
            let Some(today) = calendar::date_of(self.now, self.zone) else {
                continue;
            };
            if (0..=DAYS[2]).contains(&(today - last)) {
                for days in DAYS {
                    proposals.push(Proposal {
                        about: "window",
                        name: name(&[column.name, &format!("in_last_{days}_days")]),
                        title: format!("{} in the last {days} days", label(column.name)),
                        condition: format!("{} in last {days} days", named(column.name)),
                    });
                }
            }
            let Some(date) = calendar::date(last) else {
                continue;
            };
            for period in [
                date.strftime("%Y-%m").to_string(),
                date.strftime("%Y").to_string(),
            ] {
                proposals.push(Proposal {
                    about: "window",
                    name: name(&[column.name, &format!("in_{period}")]),
                    title: format!("{} in {period}", label(column.name)),
                    condition: format!("{} during {period}", named(column.name)),
                });
            }
        }
    }

    /// The day of the greatest value.
    fn last_day(&self, column: &Column<'_>) -> Option<i64> {
        match &column.seen.range.as_ref()?.1 {
            Constant::Date(day) => Some(*day),
            Constant::Time(time) => calendar::date_of(*time, self.zone),
            _ => None,
        }
    }

    /// `anniversary(birthday) in next 30 days`, and `birthday after 1989-12-31`
    fn births(&self, proposals: &mut Vec<Proposal>) {
        for (column, field) in self.fields(|_| 0) {
            if field.value_type == Type::Date && guess::is_birth(column.name) {
                let Some((Constant::Date(low), Constant::Date(high))) = &column.seen.range else {
                    continue;
                };
                proposals.push(Proposal {
                    about: "anniversary",
                    name: "birthday_in_next_30_days".into(),
                    title: "Birthday in the next 30 days".into(),
                    condition: format!("anniversary({}) in next 30 days", named(column.name)),
                });
                let middle = match &column.seen.upper_quarter {
                    Some(Constant::Date(day)) => *day,
                    _ => low + (high - low) / 2,
                };
                if let Some(date) = calendar::date(middle) {
                    let year = date.year();
                    proposals.push(Proposal {
                        about: "birth",
                        name: format!("born_since_{year}"),
                        title: format!("Born in {year} or later"),
                        condition: format!("{} after {:04}-12-31", named(column.name), year - 1),
                    });
                }
            }
        }
    }

    /// `email is known`
    fn details(&self, proposals: &mut Vec<Proposal>) {
        for (column, _) in self.fields(|_| 0) {
            if guess::is_contact_detail(column.name) && column.value_type != Some(Type::Boolean) {
                proposals.push(Proposal {
                    about: "detail",
                    name: name(&[column.name, "is_known"]),
                    title: format!("{} is known", label(column.name)),
                    condition: format!("{} is known", named(column.name)),
                });
            }
        }
    }

    /// `consent`
    fn consents(&self, proposals: &mut Vec<Proposal>) {
        for (column, field) in self.fields(|name| usize::from(!guess::is_consent(name))) {
            if field.value_type == Type::Boolean {
                proposals.push(Proposal {
                    about: "consent",
                    name: name(&[column.name, "is_true"]),
                    title: format!("{} is true", label(column.name)),
                    condition: named(column.name),
                });
            }
        }
    }

    /// `lifetime_value >= 250`: about a quarter of those with a value.
    fn numbers(&self, proposals: &mut Vec<Proposal>) {
        for (column, field) in self.fields(guess::number_place) {
            let is_number = matches!(
                field.value_type,
                Type::Number(NumberKind::Whole | NumberKind::Exact | NumberKind::Float)
            );
            let Some(at) = column.seen.upper_quarter.as_ref().filter(|_| is_number) else {
                continue;
            };
            let (number, people) = (exchanged(at), shown(at, self.zone));
            if self.different(&column) < 3
                || guess::has_word(column.name, &["id"])
                || number.contains('e')
            {
                continue;
            }
            proposals.push(Proposal {
                about: "number",
                name: name(&["high", column.name]),
                title: format!("{} of {people} or more", label(column.name)),
                condition: format!("{} >= {number}", named(column.name)),
            });
        }
    }

    /// Whether each of many contacts has a value of their own.
    fn is_each_their_own(&self, column: &Column<'_>) -> bool {
        let rows = self.contacts.profile.rows;
        rows >= 10 && self.different(column) == rows
    }

    fn different(&self, column: &Column<'_>) -> u64 {
        column
            .seen
            .distinct
            .and_then(|distinct| distinct.exactly())
            .unwrap_or(0)
    }
}

/// A field of more different texts does not share contacts out.
pub(super) const MOST_GROUPS: u64 = 200;

/// Texts that fit into a title.
pub(super) fn texts(common: &[Common]) -> impl Iterator<Item = &str> {
    common.iter().filter_map(|common| match &common.value {
        Constant::Text(text)
            if !text.trim().is_empty()
                && text.chars().count() <= 60
                && !text.contains(char::is_control) =>
        {
            Some(&**text)
        }
        _ => None,
    })
}
