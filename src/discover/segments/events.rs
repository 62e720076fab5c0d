//! Segments that events and catalogues suggest.

use super::proposals::{MOST_GROUPS, Proposer, texts};
use super::words::{label, name, named, quoted};
use super::{DAYS, Proposal};
use crate::discover::guess;
use crate::discover::look::Column;
use crate::discover::relations::{CatalogueFound, EventsFound};
use crate::types::{Type, calendar};

/// Streams that no text can name.
fn can_be_named(name: &str) -> bool {
    !name.contains(['`', '\n'])
}

/// `did view in last 90 days`, of the streams with the most events; where the data end long before now, in the last month or year they have.
pub(super) fn events(proposer: &Proposer<'_>, proposals: &mut Vec<Proposal>) {
    const ABOUT: [&str; 3] = ["first events", "second events", "third events"];
    let tables = proposer.related.events.iter();
    let mut streams: Vec<(&EventsFound, &str, u64)> = tables
        .flat_map(|table| {
            let streams = table.streams().into_iter();
            streams.map(move |(name, rows)| (table, name, rows))
        })
        .filter(|(_, name, _)| can_be_named(name))
        .collect();
    streams.sort_by_key(|(_, _, rows)| std::cmp::Reverse(*rows));
    for (about, (table, stream, _)) in ABOUT.into_iter().zip(streams) {
        let mut propose = |of: &str, title: &str, window: &str| {
            proposals.push(Proposal {
                about,
                name: name(&[stream, of]),
                title: format!("{} {title}", label(stream)),
                condition: format!("did {}{window}", named(stream)),
            });
        };
        let last = table.last_day(proposer.zone);
        let today = calendar::date_of(proposer.now, proposer.zone);
        let is_recent = |last: i64| today.is_some_and(|today| today - last <= DAYS[2]);
        match last {
            Some(last) if !is_recent(last) => {
                let Some(date) = calendar::date(last) else {
                    continue;
                };
                for period in ["%Y-%m", "%Y"] {
                    let period = date.strftime(period).to_string();
                    propose(
                        &format!("in_{period}"),
                        &format!("in {period}"),
                        &format!(" during {period}"),
                    );
                }
            }
            _ => {
                for days in DAYS {
                    propose(
                        &format!("in_last_{days}_days"),
                        &format!("in the last {days} days"),
                        &format!(" in last {days} days"),
                    );
                }
            }
        }
        propose("at_any_time", "at any time", "");
        for times in [2, 5, 10] {
            propose(
                &format!("{times}_times"),
                &format!("at least {times} times"),
                &format!(" at least {times} times"),
            );
        }
    }
}

/// `did view[title.genres has "drama"]`, or `last_title.genres has "drama"`: what a catalogue is for.
pub(super) fn catalogues(proposer: &Proposer<'_>, proposals: &mut Vec<Proposal>) {
    const ABOUT: [&str; 2] = ["first catalogue", "second catalogue"];
    let related = proposer.related;
    for (about, catalogue) in ABOUT.into_iter().zip(&related.catalogues) {
        let mut columns: Vec<Column<'_>> = catalogue.looked.columns().collect();
        columns.retain(|column| column.name != catalogue.key && can_be_named(column.name));
        columns.sort_by_key(|column| guess::group_place(column.name));
        for asks in columns.iter().flat_map(asks) {
            for (table, column) in referring_events(proposer, catalogue) {
                let Some(stream) = stream_with(table, column) else {
                    continue;
                };
                let field = named(table.field_name(column));
                proposals.push(Proposal {
                    about,
                    name: name(&[stream, asks.value]),
                    title: format!(
                        "{}: {} {}",
                        label(stream),
                        label(asks.column).to_lowercase(),
                        asks.value
                    ),
                    condition: format!("did {}[{field}.{}]", named(stream), asks.condition),
                });
            }
            let of_contacts = related.of_contacts.iter();
            for reference in of_contacts.filter(|reference| reference.catalogue == catalogue.name) {
                let column = &reference.column;
                proposals.push(Proposal {
                    about,
                    name: name(&[asks.column, asks.value]),
                    title: format!("{}: {}", label(asks.column), asks.value),
                    condition: format!("{}.{}", named(column), asks.condition),
                });
            }
        }
    }
}

/// What may be asked of a row of a catalogue.
struct Ask<'a> {
    column: &'a str,
    value: &'a str,
    /// After the point.
    condition: String,
}

/// Conditions by the common values of a column.
fn asks<'a>(column: &'a Column<'_>) -> Vec<Ask<'a>> {
    let test = match &column.value_type {
        Some(Type::Text) => "=",
        Some(Type::List(element)) if **element == Type::Text => "has",
        _ => return Vec::new(),
    };
    let different = column.seen.distinct.and_then(|distinct| distinct.exactly());
    let is_group = different.is_some_and(|number| (2..=MOST_GROUPS).contains(&number));
    if !is_group || guess::is_own_text(column.name) {
        return Vec::new();
    }
    texts(&column.seen.common)
        .take(2)
        .map(|value| Ask {
            column: column.name,
            value,
            condition: format!("{} {test} {}", named(column.name), quoted(value)),
        })
        .collect()
}

/// The columns of events that refer to a catalogue.
fn referring_events<'a>(
    proposer: &'a Proposer<'_>,
    catalogue: &'a CatalogueFound,
) -> impl Iterator<Item = (&'a EventsFound, &'a str)> {
    let tables = proposer.related.events.iter();
    tables.flat_map(|table| {
        let references = table.references.iter();
        references
            .filter(|reference| reference.catalogue == catalogue.name)
            .map(move |reference| (table, reference.column.as_str()))
    })
}

/// The stream with the most events that has this field.
fn stream_with<'a>(table: &'a EventsFound, column: &str) -> Option<&'a str> {
    let Some(kinds) = &table.kinds else {
        return Some(&table.name);
    };
    let has = |fields: &Vec<String>| fields.iter().any(|field| field == column);
    let mut streams = kinds.streams.iter();
    let stream = streams.find(|stream| stream.fields.as_ref().is_none_or(has));
    stream.map(|stream| stream.name.as_str())
}
