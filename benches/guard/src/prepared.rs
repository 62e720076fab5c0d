//! Work made ready, so that nothing but the work is counted.

use crate::{Fault, behaviour, contacts, segments};
use jiff::Timestamp;
use segql::arrow_array::RecordBatch;
use segql::contact::Contact;
use segql::data::MemorySource;
use segql::execute::{Dataset, Input};
use segql::{Engine, Now, RunOptions, Schema};

/// Contacts that are asked without their events: one chunk.
const CONTACTS: usize = 65_536;

/// Contacts that are asked with their events, of which each has about thirty.
const WITH_EVENTS: usize = 8_192;

/// What is counted of a text.
pub enum Work {
    /// An answer about contacts in memory.
    AskContacts(Text),
    /// An answer about contacts in memory, and what they did.
    AskEvents(Text),
    /// The way from text to program.
    Compile(Text),
    /// The way from text to program where it is about events, so many times: the tables on that way have random seeds, and a short text has few of them.
    CompileEvents(Text, usize),
    /// The one way to set the text.
    Format(Text),
    /// An answer about one contact.
    MatchContact(Text),
}

/// The text of a program.
#[derive(Clone, Copy)]
pub enum Text {
    Condition(&'static str),
    /// So many segments of two to five tests, which share many.
    Segments(usize),
}

impl Text {
    fn made(self) -> String {
        match self {
            Self::Condition(condition) => format!("segment one = {condition}\n"),
            Self::Segments(number) => segments::segments(number),
        }
    }
}

type Ready = Box<dyn FnMut() -> u64>;

impl Work {
    /// What can be done again and again, and gives the same number each time.
    pub fn prepare(&self) -> Result<Ready, Fault> {
        match *self {
            Self::AskContacts(text) => {
                let (batches, schema) = of_contacts(CONTACTS)?;
                ask(batches, schema, text)
            }
            Self::AskEvents(text) => {
                let (batches, schema) = behaviour::behaviour(WITH_EVENTS);
                ask(batches, schema, text)
            }
            Self::Compile(text) => Ok(compile(of_contacts(1)?.1, text, 1)),
            Self::CompileEvents(text, times) => Ok(compile(behaviour::behaviour(1).1, text, times)),
            Self::Format(text) => {
                let text = text.made();
                let format = move || segql::syntax::format(&text).map_or(0, |text| text.len());
                Ok(Box::new(move || format() as u64))
            }
            Self::MatchContact(text) => match_contact(text),
        }
    }
}

fn of_contacts(rows: usize) -> Result<(Vec<RecordBatch>, Schema), Fault> {
    let batches = contacts::contacts(rows);
    let schema = Schema::from_arrow(&batches[0].schema(), "contact_id", "UTC")?;
    Ok((batches, schema))
}

fn ask(batches: Vec<RecordBatch>, schema: Schema, text: Text) -> Result<Ready, Fault> {
    let source = MemorySource::new("contacts", batches[0].schema(), batches)?;
    let dataset = Dataset::load(&source, &schema)?;
    let program = Engine::new(schema).compile("guard.seg", &text.made())?;
    // One thread: what several do depends on who comes first.
    let options = RunOptions::at(now());
    Ok(Box::new(move || {
        let outcome = program.run(Input::Dataset(&dataset), &options);
        outcome.map_or(0, |outcome| {
            outcome.segments.iter().map(|segment| segment.count).sum()
        })
    }))
}

fn compile(schema: Schema, text: Text, times: usize) -> Ready {
    let (engine, text) = (Engine::new(schema), text.made());
    Box::new(move || {
        let programs = (0..times).map(|_| engine.compile("guard.seg", &text));
        programs
            .map(|program| program.map_or(0, |program| program.segments().len() as u64))
            .sum()
    })
}

fn match_contact(text: Text) -> Result<Ready, Fault> {
    let (_, schema) = of_contacts(1)?;
    let program = Engine::new(schema).compile("guard.seg", &text.made())?;
    let matcher = program.matcher(now());
    let mut contact = Contact::new(program.schema());
    let days_ago = |days: i64| Timestamp::from_second(contacts::NOW_SECONDS - days * 86_400);
    contact.set("region", "BE")?;
    contact.set("language", "nl")?;
    contact.set("plan", "plus")?;
    contact.set("consent", true)?;
    contact.set("age", 41)?;
    contact.set("ltv", 130.5)?;
    contact.set("orders_90d", 2)?;
    contact.set("nps", 7)?;
    contact.set("tags", vec!["vip-a", "promo-fox"])?;
    contact.set("email", "anna.peeters7@gmail.com")?;
    contact.set("email_domain", "gmail.com")?;
    contact.set("signup_at", days_ago(400)?)?;
    contact.set("last_seen_at", days_ago(12)?)?;
    let segments = program.segments().len();
    Ok(Box::new(move || {
        let members = matcher.matches(&contact);
        (0..segments)
            .filter(|place| members.contains(*place))
            .count() as u64
    }))
}

fn now() -> Now {
    Now::from_nanoseconds(i128::from(contacts::NOW_SECONDS) * 1_000_000_000)
}
