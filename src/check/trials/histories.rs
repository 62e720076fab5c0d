//! Fields with a history in tests: what a contact is given is so at every instant, until a line below the contact says since when it was otherwise.

use crate::check::item::Checker;
use crate::schema::{Field, FieldId};
use crate::types::Constant;

/// 1700-01-01T00:00Z, before anything that a test is about, and still a time that a column of nanoseconds holds.
const EVER: i128 = -8_520_336_000 * 1_000_000_000;

impl Checker<'_> {
    /// What a line below a contact is about: events, or the history of the field that it names.
    pub(super) fn stream_of_line(&self, name: &str) -> Option<(FieldId, &Field)> {
        let id = match self.schema.field_named(name) {
            Some((field, _)) => self.schema.history(field)?,
            None => self.schema.stream_named(name)?.0,
        };
        Some((id, self.schema.field(id)))
    }

    /// The values of fields that have a history, each as the first of it.
    pub(super) fn since_ever(&self, fields: &[Constant]) -> Vec<(FieldId, Constant)> {
        let ids = (0..fields.len() as u32).map(FieldId);
        let given = ids
            .zip(fields)
            .filter(|(_, value)| **value != Constant::Missing);
        let histories = given.filter_map(|(field, value)| {
            let first = [Constant::Time(EVER), value.clone()];
            Some((self.schema.history(field)?, Constant::Record(first.into())))
        });
        histories.collect()
    }
}

/// What a line gives, in words: `view` events, rows of the history of `plan`.
pub(super) fn in_words(stream: &Field) -> String {
    match &stream.history_of {
        Some(field) => format!("rows of the history of `{field}`"),
        None => format!("`{}` events", stream.name),
    }
}
