//! Whether a module keeps the rules of its tree. What the checker and the passes hand on always does; tests and debug builds make sure of it.

use super::{Condition, ConditionId, Figure, Graph, Module, NodeRef, Rows, Value, ValueId};
use crate::functions;
use crate::types::{Constant, NumberKind, Type};
use foldhash::fast::FixedState;
use hashbrown::HashSet;
use std::cmp::Ordering;
use std::sync::Arc;

impl Module {
    /// Checks every node that a segment is built on.
    ///
    /// # Errors
    ///
    /// What is wrong with the first node that breaks a rule.
    pub fn verify(&self) -> Result<(), String> {
        let graph = &self.graph;
        for place in 0..graph.condition_count() {
            exist(
                graph,
                place,
                |visit| graph.conditions()[place].operands(visit),
                true,
            )?;
        }
        for place in 0..graph.value_count() {
            exist(
                graph,
                place,
                |visit| graph.values()[place].0.operands(visit),
                false,
            )?;
        }
        if let Some(root) = self
            .segments
            .iter()
            .find(|id| id.index() >= graph.condition_count())
        {
            return Err(format!("segment root {} does not exist", root.index()));
        }
        brackets(graph, &self.segments)?;
        for node in graph.reachable(self.segments.iter().copied().map(NodeRef::Condition)) {
            match node {
                NodeRef::Condition(id) => condition(graph, graph.condition(id))
                    .map_err(|fault| format!("condition {}: {fault}", id.index()))?,
                NodeRef::Value(id) => value(graph, graph.value(id), graph.type_of(id))
                    .map_err(|fault| format!("value {}: {fault}", id.index()))?,
            }
        }
        Ok(())
    }
}

/// Operands exist, and those of the node's own sort stand before it.
fn exist(
    graph: &Graph,
    place: usize,
    operands: impl FnOnce(&mut dyn FnMut(NodeRef)),
    is_condition: bool,
) -> Result<(), String> {
    let mut sound = true;
    operands(&mut |operand| {
        sound &= match operand {
            NodeRef::Condition(ConditionId(id)) => {
                let end = if is_condition {
                    place
                } else {
                    graph.condition_count()
                };
                (id as usize) < end
            }
            NodeRef::Value(ValueId(id)) => {
                let end = if is_condition {
                    graph.value_count()
                } else {
                    place
                };
                (id as usize) < end
            }
        };
    });
    let sort = if is_condition { "condition" } else { "value" };
    ensure(sound, || {
        format!("{sort} {place} is built on what does not exist before it")
    })
}

/// Whatever looks at an element stands in so many brackets, and the element has there the type that it is taken for.
fn brackets(graph: &Graph, segments: &[ConditionId]) -> Result<(), String> {
    let mut seen: HashSet<(NodeRef, Vec<Type>), FixedState> = HashSet::default();
    let roots = segments.iter().copied().map(NodeRef::Condition);
    // The types of the elements of the brackets around, the outermost first.
    let mut stack: Vec<(NodeRef, Vec<Type>)> = roots.map(|root| (root, Vec::new())).collect();
    while let Some((node, around)) = stack.pop() {
        let reach = graph.reach(node) as usize;
        ensure(reach <= around.len(), || {
            format!(
                "{node:?} looks at an element {reach} brackets around, of {}",
                around.len()
            )
        })?;
        // What looks at no bracket means the same everywhere.
        let around = around[around.len() - reach..].to_vec();
        if !seen.insert((node, around.clone())) {
            continue;
        }
        let mut rows = None;
        match node {
            NodeRef::Condition(id) => {
                if let Condition::Any { rows: ranged, .. } = graph.condition(id) {
                    rows = Some(*ranged);
                }
            }
            NodeRef::Value(id) => match graph.value(id) {
                Value::Count { rows: ranged, .. }
                | Value::Aggregate { rows: ranged, .. }
                | Value::Favourite { rows: ranged, .. } => {
                    rows = Some(*ranged);
                }
                Value::Element { depth } => {
                    let is = &around[around.len() - 1 - *depth as usize];
                    let typed = graph.type_of(id);
                    ensure(is == typed, || {
                        format!("an element that is {} typed {}", is.name(), typed.name())
                    })?;
                }
                _ => {}
            },
        }
        let mut inside = around.clone();
        if let Some(Rows::List(list)) = rows {
            let Type::List(element) = graph.type_of(list) else {
                return Err(format!("a {} has no elements", graph.type_of(list).name()));
            };
            inside.push((**element).clone());
        }
        let mut visit = |operand, brackets| {
            let around = if brackets == 0 { &around } else { &inside };
            stack.push((operand, around.clone()));
        };
        match node {
            NodeRef::Condition(id) => graph.condition(id).operands_by_bracket(&mut visit),
            NodeRef::Value(id) => graph.value(id).operands_by_bracket(&mut visit),
        }
    }
    Ok(())
}

fn ensure(sound: bool, fault: impl FnOnce() -> String) -> Result<(), String> {
    if sound { Ok(()) } else { Err(fault()) }
}

fn same_sort(left: &Type, right: &Type) -> bool {
    left == right || matches!((left, right), (Type::Number(_), Type::Number(_)))
}

fn is_ordered(value_type: &Type) -> bool {
    match value_type {
        Type::Number(_)
        | Type::Text
        | Type::Date
        | Type::Time
        | Type::Duration
        | Type::Distance => true,
        Type::Boolean | Type::Point | Type::List(_) | Type::Record(_) | Type::Map(_) => false,
    }
}

fn condition(graph: &Graph, condition: &Condition) -> Result<(), String> {
    let type_of = |id: &ValueId| graph.type_of(*id);
    match condition {
        Condition::Constant(_)
        | Condition::Not(_)
        | Condition::And(_)
        | Condition::Or(_)
        | Condition::AtLeast { .. }
        | Condition::Missing(_)
        | Condition::Any { .. } => Ok(()),
        Condition::Holds(value) => ensure(*type_of(value) == Type::Boolean, || {
            format!("a {} cannot hold", type_of(value).name())
        }),
        Condition::Compare {
            comparison,
            left,
            right,
        } => {
            let (left, right) = (type_of(left), type_of(right));
            let ordered = is_ordered(left);
            let equal_only = *comparison == super::Comparison::Equal && *left == Type::Boolean;
            ensure(same_sort(left, right) && (ordered || equal_only), || {
                format!("{} and {} do not compare", left.name(), right.name())
            })
        }
        Condition::Range { value, low, high } => {
            ensure(low.is_some() || high.is_some(), || {
                "a range without an edge".into()
            })?;
            let value = type_of(value);
            ensure(is_ordered(value), || format!("a range of {}", value.name()))?;
            for edge in [low, high].into_iter().flatten() {
                let edge = type_of(&edge.value);
                ensure(same_sort(value, edge), || {
                    format!(
                        "a range of {} with an edge of {}",
                        value.name(),
                        edge.name()
                    )
                })?;
            }
            Ok(())
        }
        Condition::OneOf { value, set } => {
            let value = type_of(value);
            for member in set {
                ensure(
                    *member != Constant::Missing && is_of_sort(member, value),
                    || format!("{member:?} is no {}", value.name()),
                )?;
            }
            let sorted = set
                .windows(2)
                .all(|pair| pair[0].compare(&pair[1]) == Some(Ordering::Less));
            ensure(sorted, || "a set that is not sorted or has doubles".into())
        }
        Condition::TextTest { value, pattern, .. } => {
            let both = *type_of(value) == Type::Text && *type_of(pattern) == Type::Text;
            ensure(both, || "a text test of what is not text".into())
        }
        Condition::Matches { value, .. } => ensure(*type_of(value) == Type::Text, || {
            "a pattern in what is not text".into()
        }),
        Condition::InList { value, list, .. } => {
            let (value, element) = (type_of(value), list.element());
            ensure(same_sort(value, element), || {
                format!("{} in a list of {}", value.name(), element.name())
            })
        }
        Condition::Has { list, values, .. } => {
            let Type::List(element) = type_of(list) else {
                return Err(format!("a {} has no elements", type_of(list).name()));
            };
            ensure(!matches!(**element, Type::Record(_) | Type::Map(_)), || {
                format!("a list of {} that has something", element.name())
            })?;
            let fit = values
                .iter()
                .all(|value| same_sort(type_of(value), element));
            ensure(fit, || {
                format!("a list of {} compared with others", element.name())
            })
        }
    }
}

fn value(graph: &Graph, value: &Value, value_type: &Type) -> Result<(), String> {
    let type_of = |id: &ValueId| graph.type_of(*id);
    let is = |expected: Type| {
        ensure(*value_type == expected, || {
            format!("typed {}, but it is {}", value_type.name(), expected.name())
        })
    };
    match value {
        Value::Constant(constant) => ensure(is_of_type(constant, value_type), || {
            format!("{constant:?} typed {}", value_type.name())
        }),
        Value::Field(_) => Ok(()),
        Value::Now => is(Type::Time),
        Value::Arithmetic {
            operator,
            left,
            right,
        } => match Graph::arithmetic(*operator, type_of(left), type_of(right)) {
            Some(expected) => is(expected),
            None => Err(format!(
                "{operator:?} of {} and {}",
                type_of(left).name(),
                type_of(right).name()
            )),
        },
        Value::Negate(operand) => {
            let signed = matches!(
                value_type,
                Type::Number(_) | Type::Duration | Type::Distance
            );
            ensure(signed, || format!("a negative {}", value_type.name()))?;
            is(type_of(operand).clone())
        }
        Value::Coalesce { value, fallback } => {
            let fit =
                same_sort(type_of(value), value_type) && same_sort(type_of(fallback), value_type);
            ensure(fit, || "a fallback of another sort".into())
        }
        Value::If {
            then, otherwise, ..
        } => {
            let fit =
                same_sort(type_of(then), value_type) && same_sort(type_of(otherwise), value_type);
            ensure(fit, || "a choice between values of different sorts".into())
        }
        Value::Condition(_) => is(Type::Boolean),
        Value::FoldCase(operand) => {
            let text = match type_of(operand) {
                Type::List(element) => **element == Type::Text,
                other => *other == Type::Text,
            };
            ensure(text, || "case folding of what is not text".into())?;
            is(type_of(operand).clone())
        }
        Value::Call {
            function,
            arguments,
        } => {
            let types: Vec<Type> = arguments.iter().map(|id| type_of(id).clone()).collect();
            let function = functions::function(*function);
            match function.result_type(&types) {
                Ok(expected) => is(expected),
                Err(fault) => Err(format!(
                    "{} of the wrong arguments: {fault:?}",
                    function.name
                )),
            }
        }
        Value::MoveCalendar { value, zone, .. } => {
            let dated = matches!(value_type, Type::Date | Type::Time);
            ensure(dated, || {
                format!("a {} moved along the calendar", value_type.name())
            })?;
            let zoned = zone.is_none() || *value_type == Type::Time;
            ensure(zoned, || "a date moved in a zone".into())?;
            named(graph, *zone)?;
            is(type_of(value).clone())
        }
        Value::DateOf { time, zone } => {
            ensure(*type_of(time) == Type::Time, || {
                "the day of what is no time".into()
            })?;
            named(graph, *zone)?;
            is(Type::Date)
        }
        Value::Midnight { date, zone } => {
            ensure(*type_of(date) == Type::Date, || {
                "midnight of what is no date".into()
            })?;
            named(graph, *zone)?;
            is(Type::Time)
        }
        Value::Anniversary { date, from } => {
            let dates = *type_of(date) == Type::Date && *type_of(from) == Type::Date;
            ensure(dates, || "an anniversary of what is no date".into())?;
            is(Type::Date)
        }
        // Whether it is the element's type is looked at with the brackets around.
        Value::Element { .. } => Ok(()),
        Value::Part { record, part } => {
            let part = match type_of(record) {
                Type::Record(record) => record.parts.get(*part as usize),
                _ => None,
            };
            match part {
                Some(part) => is(part.part_type.clone()),
                None => Err(format!("a {} without that part", type_of(record).name())),
            }
        }
        Value::Entry { map, key } => {
            ensure(*type_of(key) == Type::Text, || {
                "a key that is no text".into()
            })?;
            match type_of(map) {
                Type::Map(value) => is((**value).clone()),
                other => Err(format!("a {} has no keys", other.name())),
            }
        }
        Value::Count { distinct, .. } => {
            let counts = distinct.is_none_or(|distinct| distinct.at_least > 0);
            ensure(counts, || "a count of values that nothing has".into())?;
            is(Type::Number(NumberKind::Whole))
        }
        Value::Favourite { of, time, .. } => {
            ensure(*type_of(time) == Type::Time, || {
                "a favourite by what is no time".into()
            })?;
            is(match type_of(of) {
                Type::List(element) => (**element).clone(),
                single => single.clone(),
            })
        }
        Value::Catalogue(catalogue) => is(Type::List(Box::new(Type::Record(Arc::clone(
            catalogue.record(),
        ))))),
        Value::LookUp {
            catalogue,
            key,
            part,
        } => {
            let Some(own) = catalogue.key() else {
                return Err("a catalogue without a key that is asked by one".into());
            };
            let (key, of_list) = match type_of(key) {
                Type::List(element) => (&**element, true),
                single => (single, false),
            };
            ensure(same_sort(key, &own.field_type), || {
                format!("a key that is {} of {}", key.name(), own.field_type.name())
            })?;
            match catalogue.type_of_part(*part, of_list) {
                Some(expected) => is(expected),
                None => Err("a record of a catalogue without that part".into()),
            }
        }
        Value::Nearest {
            catalogue,
            part,
            place,
        } => {
            let own = catalogue.fields().get(*part as usize);
            let are_places = *type_of(place) == Type::Point
                && own.is_some_and(|own| own.field_type == Type::Point);
            ensure(are_places, || {
                "a nearest record by what are no places".into()
            })?;
            match catalogue.key() {
                Some(key) => is(key.field_type.clone()),
                None => Err("a nearest record of a catalogue without a key".into()),
            }
        }
        Value::Gaps(times) => {
            let has_times = *type_of(times) == Type::List(Box::new(Type::Time));
            ensure(has_times, || "gaps of what are no times".into())?;
            is(Type::List(Box::new(Type::Duration)))
        }
        Value::Population(population) => {
            let mut pass = population.values().map(NodeRef::Value).collect::<Vec<_>>();
            pass.push(NodeRef::Condition(population.among));
            ensure(pass.iter().all(|node| graph.reach(*node) == 0), || {
                "a population that hangs on where it stands".into()
            })?;
            let of = population.of.as_ref().map(type_of);
            let asks = population.at.is_some() == (population.figure == Figure::Reach);
            ensure(asks, || {
                "a figure of a population that is asked of the wrong value".into()
            })?;
            match population.figure.result(of) {
                Some(expected) => is(expected),
                None => Err(format!("{:?} of a population", population.figure)),
            }
        }
        Value::Hash { digits, of, .. } => {
            let has_digits = (1..=functions::MOST_DIGITS).contains(digits);
            ensure(has_digits && !of.is_empty(), || {
                "a hash of nothing, or without digits that fit".into()
            })?;
            for value in of {
                ensure(type_of(value).has_one_text(), || {
                    format!("a hash of {}", type_of(value).name())
                })?;
            }
            is(Type::Number(NumberKind::Whole))
        }
        Value::Aggregate { function, of, .. } => match function.result(type_of(of)) {
            Some(expected) => is(expected),
            None => Err(format!("{} of {}", function.name(), type_of(of).name())),
        },
        Value::StartOf { date, .. } => {
            ensure(*type_of(date) == Type::Date, || {
                "a period of what is no date".into()
            })?;
            is(Type::Date)
        }
    }
}

/// A zone is told by its name.
fn named(graph: &Graph, zone: super::Zone) -> Result<(), String> {
    let is_text = zone.is_none_or(|zone| *graph.type_of(zone) == Type::Text);
    ensure(is_text, || "a zone whose name is no text".into())
}

/// Whether a constant may stand where this type is; every type may be missing. A whole number may be typed as a decimal, not the other way.
fn is_of_type(constant: &Constant, value_type: &Type) -> bool {
    match (constant, value_type) {
        (Constant::Missing, _)
        | (Constant::Boolean(_), Type::Boolean)
        | (Constant::Number(_), Type::Number(NumberKind::Exact))
        | (Constant::Float(_), Type::Number(NumberKind::Float))
        | (Constant::Text(_), Type::Text)
        | (Constant::Date(_), Type::Date)
        | (Constant::Time(_), Type::Time)
        | (Constant::Duration(_), Type::Duration)
        | (Constant::Point(_), Type::Point)
        | (Constant::Distance(_), Type::Distance) => true,
        (Constant::Number(number), Type::Number(NumberKind::Whole)) => number.is_whole(),
        (Constant::List(elements), Type::List(element)) => elements
            .iter()
            .all(|constant| is_of_sort(constant, element)),
        (Constant::Record(parts), Type::Record(record)) => {
            parts.len() == record.parts.len()
                && (parts.iter().zip(&record.parts))
                    .all(|(constant, part)| is_of_sort(constant, &part.part_type))
        }
        (Constant::Map(entries), Type::Map(value)) => entries
            .iter()
            .all(|(_, constant)| is_of_sort(constant, value)),
        _ => false,
    }
}

/// Whether a constant compares with values of this type.
fn is_of_sort(constant: &Constant, value_type: &Type) -> bool {
    matches!(
        (constant, value_type),
        (Constant::Number(_) | Constant::Float(_), Type::Number(_))
    ) || is_of_type(constant, value_type)
}
