//! Windows on events that begin before the data do: what nobody could have done in that time says nothing about them.

use super::windows::Window;
use crate::data::EventReport;
use crate::engine::Program;
use crate::ir::{Condition, Graph, NodeRef, Rows, Value, ValueId};
use crate::schema::FieldId;
use crate::types::{Constant, calendar};

/// A line for each stream of which a window of the program's segments, at this instant (nanoseconds since 1970-01-01T00:00Z), begins before the first event that there is;
/// of several windows of the one that begins first.
pub fn before_the_data(program: &Program, report: &EventReport, now: i128) -> Vec<String> {
    let module = program.checked();
    let graph = &module.graph;
    let mut lines = Vec::new();
    let streams = report.tables.iter().flat_map(|table| &table.streams);
    for stream in streams {
        let Some(first) = stream.first else {
            continue;
        };
        let known = program.schema().fields_and_streams().iter();
        let place = known
            .clone()
            .position(|field| field.column == stream.column);
        let Some(place) = place else {
            continue;
        };
        let window = Window::new(program, now);
        let edges = windows_of(graph, program, FieldId(place as u32)).into_iter();
        let begins = edges.filter_map(|low| match window.value(low) {
            Constant::Time(begin) if begin < first => Some(begin),
            _ => None,
        });
        let Some(begin) = begins.min() else {
            continue;
        };
        let day = |time| match calendar::clock(time, &module.zone) {
            Some(clock) => clock.strftime("%Y-%m-%d").to_string(),
            None => "a day outside the calendar".into(),
        };
        let name = &program.schema().field(FieldId(place as u32)).name;
        lines.push(format!(
            "`{name}` is asked for from {} on, and the first in the data is of {}",
            day(begin),
            day(first)
        ));
    }
    lines
}

/// Where the windows on the time of the events of a stream begin.
fn windows_of(graph: &Graph, program: &Program, stream: FieldId) -> Vec<ValueId> {
    let roots = program.checked().segments.iter();
    let roots = roots.map(|root| NodeRef::Condition(*root));
    let brackets = graph.reachable(roots).into_iter();
    let brackets = brackets.filter_map(|node| graph.bracket(node));
    let of_stream =
        brackets.filter(|(Rows::List(list), _)| *graph.value(*list) == Value::Field(stream));
    let asked = of_stream.flat_map(|(_, condition)| graph.conjuncts(condition));
    let begins = asked.filter_map(|part| match graph.condition(part) {
        Condition::Range {
            value,
            low: Some(low),
            ..
        } if graph.is_time_of_event(*value) => Some(low.value),
        _ => None,
    });
    begins.collect()
}
