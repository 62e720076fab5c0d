//! One contact at a time against all segments.

use super::{Fault, Project};
use segql::Program;
use segql::contact::{Contact, SegmentSet};
use segql::data::MemorySource;
use segql::execute::records;
use segql::schema::FieldId;
use segql::types::Constant;
use std::hint::black_box;
use std::sync::atomic::AtomicBool;
use std::time::{Duration, Instant};

const ROUNDS: usize = 50;

/// What came of asking for contacts one at a time.
pub struct Matched {
    /// The time for one contact in the fastest round.
    pub fastest: Duration,
    /// Segments that the contacts are in, all together.
    pub memberships: i64,
    /// Whether native code answered.
    pub path: String,
}

/// Asks which segments the first contacts of the data are in, several times over.
pub fn matched(project: &Project, program: &Program, wanted: usize) -> Result<Matched, Fault> {
    let contacts = first(project, wanted)?;
    let matcher = program.matcher(project.now());
    let mut members = SegmentSet::default();
    let mut fastest = Duration::MAX;
    for _ in 0..ROUNDS {
        let started = Instant::now();
        for contact in &contacts {
            matcher.matches_into(black_box(contact), &mut members);
            black_box(&members);
        }
        fastest = fastest.min(started.elapsed());
    }
    let memberships = contacts
        .iter()
        .map(|contact| matcher.matches(contact).count() as i64);
    Ok(Matched {
        fastest: fastest / contacts.len().max(1) as u32,
        memberships: memberships.sum(),
        path: format!("{:?}", matcher.path()).to_lowercase(),
    })
}

fn first(project: &Project, wanted: usize) -> Result<Vec<Contact>, Fault> {
    let source = project.source();
    let columns: Vec<usize> = (0..source.schema().fields().len()).collect();
    let batch = source
        .read(0, &columns)?
        .next()
        .ok_or("there are no contacts")??;
    let batch = batch.slice(0, wanted.min(batch.num_rows()));
    let few = MemorySource::new("the first contacts", batch.schema(), vec![batch])?;
    let schema = project.schema();
    let rows = records(&few, schema.fields(), &AtomicBool::new(false))?;
    let contacts = rows.into_iter().map(|row| {
        let mut contact = Contact::new(schema);
        if let Constant::Record(values) = row {
            for (place, value) in values.iter().enumerate() {
                contact.set_field(FieldId(place as u32), value.clone())?;
            }
        }
        Ok(contact)
    });
    contacts.collect()
}
