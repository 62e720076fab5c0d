//! The windows of a program with the two instants, or days, that each comes to in a run at `now`.

use crate::engine::Program;
use crate::ir::{Bound, Condition, Module, NodeRef, Value, ValueId, print};
use crate::optimize::constants::work_out;
use crate::schema::FieldId;
use crate::types::{Constant, Type, calendar};
use std::collections::HashSet;
use std::fmt::Write;

/// A line for each window of the program's segments, as the text has it, with what it holds at this instant (nanoseconds since
/// 1970-01-01T00:00Z) in the project's zone; nothing where there is none.
///
/// ```
/// use segql::{Engine, Schema};
///
/// let schema = Schema::builder().key("id").zone("Europe/Brussels").int("id").time("seen_at").build()?;
/// let program = Engine::new(schema).compile_condition("seen_at in last 2 calendar days")?;
/// let now = 1_795_338_000_000_000_000; // 2026-11-22T10:00+01:00
/// assert_eq!(
///     segql::explain::windows(&program, now),
///     "seen_at in last 2 calendar days: from 2026-11-21 00:00:00 up to and with 2026-11-22 10:00:00\n"
/// );
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn windows(program: &Program, now: i128) -> String {
    let module = program.checked();
    let graph = &module.graph;
    let roots = module.segments.iter().map(|root| NodeRef::Condition(*root));
    let mut windows = Vec::new();
    for node in graph.reachable(roots) {
        let NodeRef::Condition(id) = node else {
            continue;
        };
        let Condition::Range { value, low, high } = graph.condition(id) else {
            continue;
        };
        if !matches!(graph.type_of(*value), Type::Date | Type::Time) {
            continue;
        }
        // That events to come are not seen is said of none.
        let is_now = high.is_some_and(|high| *graph.value(high.value) == Value::Now);
        let moved_by = program.moved_by(id);
        let is_of_seen = low.is_none() && is_now && graph.is_time_of_event(*value);
        if is_of_seen || moved_by.is_some_and(<[_]>::is_empty) {
            continue;
        }
        let place = program.place(id);
        let text = match place {
            Some(place) => {
                let as_of = moved_by.into_iter().flatten();
                let texts = [place].into_iter().chain(as_of.copied());
                let texts: Vec<String> = texts
                    .map(|place| words(program.sources().text(place)))
                    .collect();
                texts.join(" ")
            }
            None => print::print_condition(graph, id, Some(program.schema()), 0),
        };
        // Of an anniversary, the first day is where it is looked for from.
        let low = match graph.value(*value) {
            Value::Anniversary { date, from } if date != from => Some(Bound {
                value: *from,
                inclusive: true,
            }),
            Value::Anniversary { .. } => None,
            _ => *low,
        };
        let mut window = Window::new(program, now);
        let bounds = window.bounds(low, *high);
        let own = match window.own_zone {
            true => " (in the contact's own zone, if it has one)",
            false => "",
        };
        windows.push((place, format!("{text}: {bounds}{own}\n")));
    }
    windows.sort_by_key(|(place, _)| place.map(|place| (place.source, place.start, place.end)));
    let mut seen = HashSet::new();
    windows.retain(|(_, line)| seen.insert(line.clone()));
    windows.into_iter().map(|(_, line)| line).collect()
}

/// On one line, without comments.
fn words(text: &str) -> String {
    let lines = text.lines().map(|line| match line.split_once("--") {
        Some((before, _)) if before.matches('"').count().is_multiple_of(2) => before,
        _ => line,
    });
    let words: Vec<&str> = lines.flat_map(str::split_whitespace).collect();
    words.join(" ")
}

/// The edges of windows at an instant.
pub(super) struct Window<'a> {
    program: &'a Program,
    module: &'a Module,
    now: i128,
    /// An edge hangs on the contact's own zone.
    own_zone: bool,
}

impl<'a> Window<'a> {
    pub fn new(program: &'a Program, now: i128) -> Self {
        Self {
            program,
            module: program.checked(),
            now,
            own_zone: false,
        }
    }

    fn bounds(&mut self, low: Option<Bound>, high: Option<Bound>) -> String {
        let mut out = String::new();
        if let Some(low) = low {
            let word = if low.inclusive { "from" } else { "after" };
            let _ = write!(out, "{word} {}", self.edge(low.value));
        }
        if let Some(high) = high {
            let word = match (high.inclusive, out.is_empty()) {
                (true, _) => "up to and with",
                (false, true) => "before",
                (false, false) => "up to",
            };
            let blank = if out.is_empty() { "" } else { " " };
            let _ = write!(out, "{blank}{word} {}", self.edge(high.value));
        }
        out
    }

    /// The instant or the day that an edge comes to; where it hangs on the contact, what it is made of.
    fn edge(&mut self, edge: ValueId) -> String {
        let graph = &self.module.graph;
        let zone_field = self.program.schema().contact_zone();
        let mut fields: HashSet<FieldId> = HashSet::new();
        for node in graph.reachable([NodeRef::Value(edge)]) {
            if let NodeRef::Value(value) = node
                && let Value::Field(field) = graph.value(value)
            {
                fields.insert(*field);
            }
        }
        let hangs_on_zone = zone_field.is_some_and(|zone| fields.remove(&zone));
        if !fields.is_empty() {
            return print::print_value(graph, edge, Some(self.program.schema()));
        }
        self.own_zone |= hangs_on_zone;
        let zone = &self.module.zone;
        match self.value(edge) {
            Constant::Date(day) => match calendar::date(day) {
                Some(date) => date.to_string(),
                None => "a day outside the calendar".into(),
            },
            Constant::Time(time) => match calendar::clock(time, zone) {
                Some(clock) => clock.strftime("%Y-%m-%d %H:%M:%S%.f").to_string(),
                None => "an instant outside the calendar".into(),
            },
            _ => "a missing edge (so that it holds nothing)".into(),
        }
    }

    /// What hangs on no contact; a contact without a zone of its own has the project's, so the field of zones counts as missing.
    pub fn value(&self, value: ValueId) -> Constant {
        let graph = &self.module.graph;
        if let Value::Field(_) = graph.value(value) {
            return Constant::Missing;
        }
        work_out(
            graph.value(value),
            graph.type_of(value),
            &|_| None,
            &|operand| Some(self.value(operand)),
            Some(self.now),
            &self.module.zone,
        )
        .unwrap_or(Constant::Missing)
    }
}
