//! What contacts did over two years: about thirty events each, of one table, contact after contact and each one's in the order of time.

use super::random::{Chances, Random, Table};
use super::titles::{self, Titles};
use super::{BLOCK, DAY, NOW, contacts_of};
use arrow_array::builder::{
    Float64Builder, Int8Builder, Int32Builder, Int64Builder, TimestampMicrosecondBuilder,
};
use arrow_array::types::Int8Type;
use arrow_array::{ArrayRef, DictionaryArray, RecordBatch, StringArray};
use std::sync::Arc;

const KINDS: [&str; 10] = [
    "view", "login", "open", "click", "finish", "search", "purchase", "cart", "share", "rate",
];
const VIEW: i8 = 0;
const FINISH: i8 = 4;
const PURCHASE: i8 = 6;
/// Kinds that are of no title.
const WITHOUT_TITLE: [i8; 3] = [1, 2, 5];
/// How often each kind is drawn. What is viewed may be finished later; nothing else is.
const WEIGHTS: [f64; 10] = [0.33, 0.20, 0.15, 0.10, 0.0, 0.08, 0.07, 0.04, 0.02, 0.01];
/// Milliseconds.
const SPAN: i64 = 730 * DAY / 1000;

/// What events are drawn from.
pub struct Events<'t> {
    titles: &'t Titles,
    genres: Chances,
    kinds: Chances,
    kind_names: ArrayRef,
    /// How many times as many events as is usual.
    activity: f64,
}

/// An event of a contact.
#[derive(Clone, Copy)]
struct Event {
    /// Milliseconds since the beginning.
    time: i64,
    kind: i8,
    title: i32,
    amount: f64,
}

#[derive(Default)]
struct Columns {
    contact: Int64Builder,
    time: TimestampMicrosecondBuilder,
    kind: Int8Builder,
    title: Int32Builder,
    amount: Float64Builder,
}

impl<'t> Events<'t> {
    /// Events that refer to these titles, so many times as many as is usual.
    pub fn new(titles: &'t Titles, activity: f64) -> Self {
        Self {
            titles,
            genres: titles::genres(),
            kinds: Chances::new(WEIGHTS),
            kind_names: Arc::new(StringArray::from(KINDS.to_vec())),
            activity,
        }
    }

    /// The events of those of the first so many contacts that are in a block.
    pub fn block(&self, block: u64, contacts: u64) -> RecordBatch {
        let mut random = Random::of(Table::Events, block);
        let mut columns = Columns::default();
        let mut events = Vec::new();
        for place in 0..contacts_of(block, contacts) as u64 {
            self.draw(&mut random, &mut events);
            columns.push((block * BLOCK + place) as i64, &events);
        }
        columns.finish(&self.kind_names)
    }

    /// The events of one contact, sorted by time.
    fn draw(&self, random: &mut Random, events: &mut Vec<Event>) {
        events.clear();
        let count = (random.log_normal(2.77, 1.0) * self.activity) as usize;
        let start = random.share() * 0.6;
        let end = match random.chance(0.6) {
            true => 1.0,
            false => start + random.share() * (1.0 - start),
        };
        let favourite = self.genres.pick(random);
        for _ in 0..count.min(1500) {
            let at = start + (end - start) * random.share();
            let kind = self.kinds.pick(random) as i8;
            let genre = match random.chance(0.4) {
                true => favourite,
                false => self.genres.pick(random),
            };
            let event = Event {
                time: (at * (SPAN - 1) as f64) as i64,
                kind,
                title: self.titles.pick(genre, random),
                amount: libm::round(random.log_normal(3.0, 0.8) * 4.0) / 4.0,
            };
            events.push(event);
            if kind == VIEW && random.chance(0.45) {
                // Ten minutes later, or on another day.
                let later = 600_000 + (random.exponential(4.0) * (DAY / 1000) as f64) as i64;
                let time = event.time + later;
                if time < SPAN {
                    let kind = FINISH;
                    events.push(Event {
                        time,
                        kind,
                        ..event
                    });
                }
            }
        }
        events.sort_by_key(|event| event.time);
    }
}

impl Columns {
    fn push(&mut self, contact: i64, events: &[Event]) {
        let mut before = i64::MIN;
        for event in events {
            let time = (NOW + (event.time - SPAN) * 1000).max(before + 1);
            before = time;
            self.contact.append_value(contact);
            self.time.append_value(time);
            self.kind.append_value(event.kind);
            let has_title = !WITHOUT_TITLE.contains(&event.kind);
            self.title.append_option(has_title.then_some(event.title));
            let has_amount = event.kind == PURCHASE;
            self.amount
                .append_option(has_amount.then_some(event.amount));
        }
    }

    fn finish(mut self, kinds: &ArrayRef) -> RecordBatch {
        let kinds = DictionaryArray::<Int8Type>::new(self.kind.finish(), Arc::clone(kinds));
        let columns: [(&str, ArrayRef); 5] = [
            ("contact_id", Arc::new(self.contact.finish())),
            ("ts", Arc::new(self.time.finish().with_timezone("UTC"))),
            ("kind", Arc::new(kinds)),
            ("title_id", Arc::new(self.title.finish())),
            ("amount", Arc::new(self.amount.finish())),
        ];
        let columns = columns.map(|(name, column)| (name, column, true));
        RecordBatch::try_from_iter_with_nullable(columns).expect("columns of one length")
    }
}
