//! Events of a made-up service for measurements: about thirty a contact over two years, skewed as such data are, as a list a contact for each stream.
//! The same ones every time, in blocks that each have random numbers of their own, so that fewer contacts are the first of more.

use crate::contacts::{self, NOW_SECONDS, Random};
use arrow_array::{
    ArrayRef, Float64Array, Int32Array, ListArray, RecordBatch, StructArray,
    TimestampMicrosecondArray,
};
use arrow_buffer::{NullBuffer, OffsetBuffer};
use arrow_schema::{DataType, Field};
use segql::schema::{Catalogue, Field as SchemaField};
use segql::types::{Constant, Exact, NumberKind, RecordType, Type};
use segql::{Schema, schema};
use std::sync::Arc;

const DAY: i64 = 86_400_000_000;
/// Two years.
const SPAN: f64 = 730.0 * DAY as f64;
pub const TITLES: usize = 50_000;
const GENRES: [&str; 20] = [
    "drama",
    "comedy",
    "thriller",
    "documentary",
    "action",
    "romance",
    "crime",
    "family",
    "animation",
    "horror",
    "scifi",
    "fantasy",
    "history",
    "music",
    "sport",
    "war",
    "western",
    "mystery",
    "reality",
    "short",
];

/// What an event is, how often it is drawn, and whether it is one of a title, or of money.
const STREAMS: [(&str, f64, bool, bool); 9] = [
    ("view", 0.33, true, false),
    ("login", 0.20, false, false),
    ("open", 0.15, false, false),
    ("click", 0.10, true, false),
    ("search", 0.08, false, false),
    ("purchase", 0.07, true, true),
    ("cart", 0.04, true, false),
    ("share", 0.02, true, false),
    ("rate", 0.01, true, false),
];

/// An event of a contact.
#[derive(Clone, Copy)]
struct Event {
    time: i64,
    title: i32,
    amount: f64,
}

/// The contacts with their events, and what they look like.
pub fn behaviour(rows: usize) -> (Vec<RecordBatch>, Schema) {
    let batches: Vec<RecordBatch> = contacts::contacts(rows)
        .iter()
        .enumerate()
        .map(|(block, batch)| with_events(batch, block))
        .collect();
    let arrow = batches[0].schema();
    let mut builder = Schema::builder().key("contact_id").zone("UTC");
    for field in arrow.fields() {
        let Ok(field_type) = schema::type_of(field.data_type()) else {
            continue;
        };
        builder = match (&field_type, stream_type(field.name())) {
            (Type::List(_), Some(events)) => {
                let made = builder.field(SchemaField::new(field.name(), events));
                made.part_catalogue("title", "titles")
            }
            _ => builder.field(SchemaField::new(field.name(), field_type)),
        };
    }
    let schema = builder.catalogue(titles()).build();
    (batches, schema.expect("the columns make a schema"))
}

fn stream_type(name: &str) -> Option<Type> {
    let (_, _, of_title, of_money) = stream(name)?;
    let title = of_title.then_some(("title", Type::Number(NumberKind::Whole)));
    let amount = of_money.then_some(("amount", Type::Number(NumberKind::Float)));
    let record = RecordType::event(title.into_iter().chain(amount));
    Some(Type::List(Box::new(Type::Record(Arc::new(record)))))
}

fn stream(name: &str) -> Option<(&'static str, f64, bool, bool)> {
    let finish = ("finish", 0.0, true, false);
    STREAMS
        .into_iter()
        .chain([finish])
        .find(|stream| stream.0 == name)
}

/// Titles, each of one genre.
fn titles() -> Catalogue {
    let fields = vec![
        SchemaField::new("title", Type::Number(NumberKind::Whole)),
        SchemaField::new("genre", Type::Text),
    ];
    let records = (0..TITLES).map(|title| {
        let genre = Constant::Text(GENRES[genre_of(title)].into());
        Constant::Record([Constant::Number(Exact::whole(title as i128)), genre].into())
    });
    let catalogue = Catalogue::new("titles", fields, Some("title"), records.collect());
    catalogue.expect("every title stands once")
}

fn genre_of(title: usize) -> usize {
    // Frequent genres have more titles.
    let share = (title % 1000) as f64 / 1000.0;
    ((share * share) * GENRES.len() as f64) as usize
}

fn with_events(batch: &RecordBatch, block: usize) -> RecordBatch {
    let mut random = Random::new(7_000_001 + block as u64);
    let rows = batch.num_rows();
    let mut streams: Vec<(&str, Vec<Vec<Event>>)> = STREAMS
        .iter()
        .map(|(name, ..)| (*name, vec![Vec::new(); rows]))
        .collect();
    streams.push(("finish", vec![Vec::new(); rows]));
    let now = NOW_SECONDS * 1_000_000;
    for row in 0..rows {
        let r = &mut random;
        let count = ((2.77 + r.normal()).exp() as usize).min(1500);
        let start = r.share() * 0.6;
        let end = if r.share() < 0.6 {
            1.0
        } else {
            start + r.share() * (1.0 - start)
        };
        let favourite = r.below(1000);
        for _ in 0..count {
            let at = now - SPAN as i64 + ((start + (end - start) * r.share()) * SPAN) as i64;
            let mut chance = r.share();
            let kind = STREAMS.iter().position(|(_, weight, ..)| {
                chance -= weight;
                chance < 0.0
            });
            let kind = kind.unwrap_or(0);
            // Of a favourite genre often, and of few titles more than of most.
            let within = if r.share() < 0.4 {
                favourite
            } else {
                r.below(1000)
            };
            let title = (r.share().powi(3) * (TITLES / 1000) as f64) as usize * 1000 + within;
            let event = Event {
                time: at,
                title: title as i32,
                amount: ((3.0 + 0.8 * r.normal()).exp() * 4.0).round() / 4.0,
            };
            streams[kind].1[row].push(event);
            let done = at + 600_000_000 + (-r.share().max(1e-12).ln() * 4.0 * DAY as f64) as i64;
            if kind == 0 && r.share() < 0.45 && done < now {
                let finished = Event {
                    time: done,
                    ..event
                };
                streams[STREAMS.len()].1[row].push(finished);
            }
        }
        for (_, events) in &mut streams {
            events[row].sort_by_key(|event| event.time);
        }
    }
    let columns = batch.schema().fields().iter().zip(batch.columns()).fold(
        Vec::new(),
        |mut columns, (field, column)| {
            columns.push((field.name().clone(), column.clone()));
            columns
        },
    );
    let events = streams
        .into_iter()
        .map(|(name, events)| (name.to_owned(), list(name, &events)));
    RecordBatch::try_from_iter(columns.into_iter().chain(events)).expect("columns of one length")
}

fn list(name: &str, events: &[Vec<Event>]) -> ArrayRef {
    let (_, _, of_title, of_money) = stream(name).expect("a stream of ours");
    let all = || events.iter().flatten();
    let time = TimestampMicrosecondArray::from_iter_values(all().map(|event| event.time));
    let mut parts: Vec<(&str, ArrayRef)> = vec![("time", Arc::new(time.with_timezone("UTC")))];
    if of_title {
        let titles = Int32Array::from_iter_values(all().map(|event| event.title));
        parts.push(("title", Arc::new(titles)));
    }
    if of_money {
        let amounts = Float64Array::from_iter_values(all().map(|event| event.amount));
        parts.push(("amount", Arc::new(amounts)));
    }
    let fields = parts
        .iter()
        .map(|(name, part)| Arc::new(Field::new(*name, part.data_type().clone(), true)));
    let records = StructArray::new(
        fields.collect(),
        parts.iter().map(|(_, part)| part.clone()).collect(),
        None::<NullBuffer>,
    );
    let element = Field::new("item", DataType::Struct(records.fields().clone()), true);
    Arc::new(ListArray::new(
        Arc::new(element),
        OffsetBuffer::from_lengths(events.iter().map(Vec::len)),
        Arc::new(records),
        None,
    ))
}
