//! What a session has looked at in the data: keys and closed sets, each column once.

use super::session::Ground;
use segql::Program;
use segql::data::{self, DataError};
use segql::profile::{self, Outside};
use segql::schema::{FieldId, OtherValues};
use std::collections::HashSet;
use std::collections::hash_map::{Entry, HashMap};
use std::fmt::Write;
use std::sync::atomic::Ordering;

/// What was found when the data was looked at: each column once.
#[derive(Default)]
pub(super) struct LookedAt {
    /// Whether every contact has a key of its own.
    keys: Option<Result<(), String>>,
    /// Values outside the closed sets of fields; none where all are in them.
    values: HashMap<FieldId, Vec<Outside>>,
    /// Fields whose other values have been reported.
    reported: HashSet<FieldId>,
}

impl LookedAt {
    /// Looks at the keys, and at closed sets of the fields that a program reads, as far as that has not been done. What is to be reported of
    /// values outside a set is said once.
    pub(super) fn by(&mut self, ground: &Ground, program: &Program) -> Result<String, String> {
        let source = &*ground.source;
        let schema = ground.engine.schema();
        let stop = &ground.stop;
        if self.keys.is_none() {
            let checked = data::bind_field(source, schema, schema.key())
                .and_then(|column| data::check_keys(source, column, stop));
            if let Err(error) = &checked
                && stop.load(Ordering::SeqCst)
            {
                return Err(of_data(error));
            }
            self.keys = Some(checked.map_err(|error| of_data(&error)));
        }
        if let Some(Err(words)) = &self.keys {
            return Err(words.clone());
        }
        let mut reports = String::new();
        let plans = program.plan().all();
        let fields: Vec<FieldId> = plans
            .flat_map(|plan| &plan.columns)
            .map(|column| column.field)
            .filter(|field| !schema.is_stream(*field))
            .collect();
        for field in fields {
            let found = match self.values.entry(field) {
                Entry::Occupied(known) => known.into_mut(),
                Entry::Vacant(free) => free.insert(
                    profile::outside(source, schema, &[field], stop)
                        .map_err(|error| of_data(&error))?,
                ),
            };
            let [first, rest @ ..] = found.as_slice() else {
                continue;
            };
            if ground.other_values == OtherValues::Refuse {
                return Err(of_data(&first.error()));
            }
            if self.reported.insert(field) {
                for found in std::iter::once(first).chain(rest) {
                    let _ = writeln!(reports, "{}", found.report());
                }
            }
        }
        Ok(reports)
    }
}

/// What is wrong with the data, and what to do about it.
pub(super) fn of_data(error: &DataError) -> String {
    match &error.help {
        Some(help) => format!("{error}\n  {help}\n"),
        None => format!("{error}\n"),
    }
}
