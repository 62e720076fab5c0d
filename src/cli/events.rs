//! The events of a project for a run: put to their contacts, as far as a program needs them, and what is told of those that nobody sees.

use super::progress::Progress;
use super::project::Project;
use super::{Failure, interrupt, moment, terminal};
use jiff::Zoned;
use segql::Program;
use segql::data::{DataError, JoinOptions, Source, WithEvents};
use segql::engine::Needed;
use segql::explain::{before_the_data, unseen};
use segql::profile::{Outside, outside_of_events};
use segql::schema::OtherValues;
use std::num::NonZero;
use std::sync::Arc;

/// The contacts, with the lists of events that are needed.
pub struct Joined {
    source: Arc<dyn Source>,
    with_events: Option<(WithEvents, Needed)>,
}

impl Joined {
    /// Reads the events that are needed, holding about so many bytes of them. Where none are needed, the contacts stay as they are. The keys of the contacts are
    /// looked at as well. What `since` tells of need not be read before these instants.
    pub fn of(
        project: &Project,
        needed: Needed,
        since: Vec<(String, i128)>,
        now: &Zoned,
        threads: NonZero<usize>,
        memory: Option<u64>,
    ) -> Result<Self, Failure> {
        if needed.is_empty() {
            return Ok(Self {
                source: project.shared_source(),
                with_events: None,
            });
        }
        let (schema, events) = (project.schema(), project.events());
        let progress = Arc::new(Progress::of("events", events.rows(schema, &needed)));
        let shown = Arc::clone(&progress);
        let usual = JoinOptions::default();
        let options = JoinOptions {
            now: Some(moment::nanoseconds(now)),
            since,
            threads,
            memory: memory.unwrap_or(usual.memory),
            folder: Some(std::env::temp_dir()),
            cancel: interrupt::stop(),
            progress: Some(Arc::new(move |events| shown.done(events))),
        };
        let work = interrupt::work();
        let joined = events.join(project.shared_source(), schema, &needed, &options);
        drop(work);
        drop((options, progress));
        let joined = joined.map_err(read_fault)?;
        project.keys_were_found_sound();
        for line in unseen(joined.report(), &moment::exchanged(now)) {
            terminal::say(&format!("{line}\n"));
        }
        Ok(Self {
            source: Arc::new(joined.clone()),
            with_events: Some((joined, needed)),
        })
    }

    pub fn source(&self) -> &dyn Source {
        &*self.source
    }

    /// Says which windows begin before the events do.
    pub fn tell_windows_before_the_data(&self, program: &Program, now: &Zoned) {
        if let Some((joined, _)) = &self.with_events {
            let now = moment::nanoseconds(now);
            for line in before_the_data(program, joined.report(), now) {
                terminal::say(&format!("{line}\n"));
            }
        }
    }

    /// The events of a stream by themselves.
    pub fn events(&self, column: &str) -> Option<Arc<dyn Source>> {
        self.with_events.as_ref()?.0.events(column)
    }

    /// Looks for values outside closed sets among the events that were read: a fault, or what is to be reported, as the manifest says of their table.
    pub fn values_are_known(&self, project: &Project) -> Result<Vec<String>, Failure> {
        let mut reports = Vec::new();
        let Some((joined, needed)) = &self.with_events else {
            return Ok(reports);
        };
        for id in needed.streams() {
            let stream = project.schema().field(id);
            let Some(events) = joined.events(&stream.column) else {
                continue;
            };
            let found = outside_of_events(&*events, stream, &interrupt::stop());
            let found = found.map_err(read_fault)?;
            let declared = project.events().declared(&stream.name);
            let other_values = declared.map(|table| table.other_values).unwrap_or_default();
            match (other_values, found.first()) {
                (OtherValues::Refuse, Some(first)) => return Err(first.error().into()),
                _ => reports.extend(found.iter().map(Outside::report)),
            }
        }
        Ok(reports)
    }
}

fn read_fault(error: DataError) -> Failure {
    if interrupt::stopped() {
        Failure::Interrupted
    } else {
        error.into()
    }
}
