//! First segments: conditions that suit the columns, each compiled and counted before it is written. What holds for nobody or for everybody is left
//! out, so that what stands there shows something.

use super::contacts::{Column, Contacts};
use super::key::Key;
use super::manifest::{Draft, DraftField, Project};
use super::relations::{EventsFound, Related};
use super::{Request, errors, guess};
use crate::data::DataError;
use crate::engine::{Engine, RunError, RunOptions};
use crate::execute::Input;
use crate::explain::{exchanged, grouped, shown};
use crate::profile::Common;
use crate::syntax;
use crate::types::{Constant, NumberKind, Type, calendar};
use jiff::tz::TimeZone;
use std::collections::HashSet;
use std::sync::Arc;

/// The text of the first segments.
pub(super) struct First {
    pub(super) text: String,
    /// Each with its members.
    pub(super) counts: Vec<(String, u64)>,
}

/// A segment that may be written. Of those that are about the same, the first that shows something is.
struct Proposal {
    about: &'static str,
    name: String,
    title: String,
    condition: String,
}

/// Days that a window may look back, the most usual first.
const DAYS: [i64; 4] = [90, 30, 365, 7];

const HEAD: &str = "-- First segments, made by `segql init` from what the data hold. Change them, give them names that mean something to you, write your own.\n\n";

pub(super) fn first(
    request: &Request<'_>,
    contacts: &Contacts,
    key: &Key,
    related: &Related,
    draft: &Draft,
    project: &Project,
) -> Result<First, DataError> {
    let zone = project.schema.zone().clone();
    let proposer = Proposer {
        contacts,
        key,
        related,
        draft,
        zone: &zone,
        now: request.now.nanoseconds(),
    };
    let engine = Engine::new(project.schema.clone());
    let rows = contacts.profile.rows;
    let count = |proposals: &[Proposal]| -> Result<Vec<u64>, DataError> {
        let text: String = proposals
            .iter()
            .map(|proposal| proposal.written(None))
            .collect();
        let program = engine.compile("segments.seg", &text).map_err(|error| {
            errors::ours(&format!(
                "the segments made from the data are refused: {error}"
            ))
        })?;
        let options = RunOptions::at(request.now).cancel(Arc::clone(&request.cancel));
        let outcome = program
            .run(Input::Source(&*project.source), &options)
            .map_err(|error| match error {
                RunError::Data(error) => error,
                RunError::Cancelled => DataError::stopped(project.source.name()),
                other => errors::ours(&other.to_string()),
            })?;
        Ok(outcome
            .segments
            .iter()
            .map(|segment| segment.count)
            .collect())
    };
    let mut taken: HashSet<String> = project
        .schema
        .fields_and_streams()
        .iter()
        .map(|field| field.name.clone())
        .collect();
    let sound: Vec<Proposal> = proposer
        .proposals()
        .into_iter()
        .map(|proposal| proposal.with_own_name(&mut taken))
        .filter(|proposal| {
            engine
                .compile("segments.seg", &proposal.written(None))
                .is_ok()
        })
        .collect();
    let counts = count(&sound)?;
    let mut chosen: Vec<(Proposal, u64)> = Vec::new();
    for (proposal, count) in sound.into_iter().zip(counts) {
        let is_new = chosen
            .iter()
            .all(|(known, _)| known.about != proposal.about);
        if is_new && count > 0 && count < rows {
            chosen.push((proposal, count));
        }
    }
    if let Some(both) = both(&chosen).map(|both| both.with_own_name(&mut taken)) {
        let mut all: Vec<Proposal> = chosen
            .iter()
            .map(|(proposal, _)| proposal.again())
            .collect();
        all.push(both);
        let both_count = count(&all)?.pop().unwrap_or(0);
        if both_count > 0
            && let Some(both) = all.pop()
        {
            chosen.push((both, both_count));
        }
    }
    if chosen.is_empty() {
        let everybody = Proposal {
            about: "all",
            name: "everybody".into(),
            title: "All contacts".into(),
            condition: "true".into(),
        };
        chosen.push((everybody.with_own_name(&mut taken), rows));
    }
    let text: String = chosen
        .iter()
        .map(|(proposal, count)| proposal.written(Some((*count, rows))))
        .collect();
    let text = syntax::format(&format!("{HEAD}{text}"))
        .map_err(|_| errors::ours("the segments made from the data cannot be laid out"))?;
    Ok(First {
        text,
        counts: chosen
            .into_iter()
            .map(|(proposal, count)| (proposal.name, count))
            .collect(),
    })
}

impl Proposal {
    fn written(&self, count: Option<(u64, u64)>) -> String {
        let comment = match count {
            Some((count, rows)) => {
                format!(
                    "-- {} of {} contacts when this was written.\n",
                    grouped(count),
                    grouped(rows)
                )
            }
            None => String::new(),
        };
        format!(
            "{comment}segment {} {} =\n  {}\n\n",
            self.name,
            quoted(&self.title),
            self.condition
        )
    }

    fn again(&self) -> Proposal {
        Proposal {
            about: self.about,
            name: self.name.clone(),
            title: self.title.clone(),
            condition: self.condition.clone(),
        }
    }

    /// The same under a name that nothing else has.
    fn with_own_name(mut self, taken: &mut HashSet<String>) -> Proposal {
        let base = self.name.clone();
        let mut number = 2;
        while taken.contains(&self.name) || syntax::words::is_reserved(&self.name) {
            self.name = format!("{base}_{number}");
            number += 1;
        }
        taken.insert(self.name.clone());
        self
    }
}

/// A segment made of two others.
fn both(chosen: &[(Proposal, u64)]) -> Option<Proposal> {
    let of = |about: &str| chosen.iter().find(|(proposal, _)| proposal.about == about);
    let group = of("group").or_else(|| of("element"))?;
    let other = of("window")
        .or_else(|| of("number"))
        .or_else(|| of("consent"))
        .or_else(|| of("detail"))?;
    Some(Proposal {
        about: "both",
        name: format!("{}_and_{}", group.0.name, other.0.name),
        title: format!("{}; {}", group.0.title, lower(&other.0.title)),
        condition: format!("{} AND {}", group.0.name, other.0.name),
    })
}

/// With a small letter at its head, as within a sentence.
fn lower(title: &str) -> String {
    let mut characters = title.chars();
    match characters.next() {
        Some(first) => first.to_lowercase().chain(characters).collect(),
        None => String::new(),
    }
}

struct Proposer<'a> {
    contacts: &'a Contacts,
    key: &'a Key,
    related: &'a Related,
    draft: &'a Draft,
    zone: &'a TimeZone,
    now: i128,
}

impl Proposer<'_> {
    fn proposals(&self) -> Vec<Proposal> {
        let mut proposals = Vec::new();
        self.groups(&mut proposals);
        self.elements(&mut proposals);
        self.windows(&mut proposals);
        self.births(&mut proposals);
        self.details(&mut proposals);
        self.consents(&mut proposals);
        self.numbers(&mut proposals);
        self.events(&mut proposals);
        proposals
    }

    /// `did view in last 90 days`, of the streams with the most events.
    fn events(&self, proposals: &mut Vec<Proposal>) {
        const ABOUT: [&str; 3] = ["first events", "second events", "third events"];
        let tables = self.related.events.iter();
        let mut streams: Vec<(&str, u64)> = tables.flat_map(EventsFound::streams).collect();
        streams.retain(|(stream, _)| !stream.contains(['`', '\n']));
        streams.sort_by_key(|(_, rows)| std::cmp::Reverse(*rows));
        for (about, (stream, _)) in ABOUT.into_iter().zip(streams) {
            for days in DAYS {
                proposals.push(Proposal {
                    about,
                    name: name(&["recent", stream]),
                    title: format!("{} in the last {days} days", label(stream)),
                    condition: format!("did {} in last {days} days", named(stream)),
                });
            }
            proposals.push(Proposal {
                about,
                name: name(&["any", stream]),
                title: format!("{} at any time", label(stream)),
                condition: format!("did {}", named(stream)),
            });
        }
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

    fn different(&self, column: &Column<'_>) -> u64 {
        column
            .seen
            .distinct
            .and_then(|distinct| distinct.exactly())
            .unwrap_or(0)
    }
}

/// A field of more different texts does not share contacts out.
const MOST_GROUPS: u64 = 200;

/// Texts that fit into a title.
fn texts(common: &[Common]) -> impl Iterator<Item = &str> {
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

/// A name in the texts: as it is, or in back-ticks.
fn named(name: &str) -> String {
    let mut characters = name.chars();
    let is_plain = characters
        .next()
        .is_some_and(|first| first.is_ascii_alphabetic() || first == '_')
        && characters.all(|c| c.is_ascii_alphanumeric() || c == '_')
        && !syntax::words::is_reserved(name);
    if is_plain {
        name.to_owned()
    } else {
        format!("`{name}`")
    }
}

/// A name for a segment, of these parts.
fn name(parts: &[&str]) -> String {
    let mut name = String::new();
    for c in parts.join("_").chars() {
        if c.is_alphanumeric() && !c.is_control() {
            name.extend(c.to_lowercase());
        } else if !name.ends_with('_') && !name.is_empty() {
            name.push('_');
        }
    }
    let name = name.trim_end_matches('_').to_owned();
    if name.starts_with(|first: char| first.is_alphabetic()) {
        name
    } else {
        format!("segment_{name}")
    }
}

/// `last_seen_at` as people read it: `Last seen`.
fn label(name: &str) -> String {
    let mut words = guess::words(name);
    if words.len() > 1
        && words
            .last()
            .is_some_and(|last| matches!(last.as_str(), "at" | "on"))
    {
        words.pop();
    }
    let words = words.join(" ");
    let mut characters = words.chars();
    match characters.next() {
        Some(first) => first.to_uppercase().chain(characters).collect(),
        None => name.to_owned(),
    }
}

/// A text of the language.
fn quoted(text: &str) -> String {
    format!("\"{}\"", text.replace('\\', "\\\\").replace('"', "\\\""))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_of_segments_are_plain() {
        for (parts, expected) in [
            (vec!["region", "BE"], "region_be"),
            (
                vec!["Plan Type", "Month-to-month"],
                "plan_type_month_to_month",
            ),
            (vec!["area", "*"], "area"),
            (vec!["2024"], "segment_2024"),
            (vec!["été", "à la carte"], "été_à_la_carte"),
        ] {
            assert_eq!(name(&parts), expected);
        }
    }

    #[test]
    fn names_of_fields_are_quoted_where_they_have_to_be() {
        for (name, expected) in [
            ("region", "region"),
            ("is", "`is`"),
            ("first name", "`first name`"),
            ("2nd", "`2nd`"),
        ] {
            assert_eq!(named(name), expected);
        }
    }
}
