//! Functions, and definitions with parameters: what stands behind a name with `(` after it.

use super::errors::{self, OffTheGlobe};
use super::item::{Checker, Extent, Scope};
use super::logic::{Leaf, Logic};
use super::names::DefinitionId;
use super::operand::{Checked, Found, Operand};
use crate::functions::{self, ArgumentFault, FunctionId, Kind};
use crate::ir::{Arithmetic, Value, ValueId};
use crate::syntax::ast::{Expression, Name};
use crate::types::{Constant, NumberKind, Point, Type};
use std::collections::HashMap;
use std::rc::Rc;

impl Checker<'_> {
    pub(super) fn call(
        &mut self,
        call: &Expression,
        name: &Name,
        arguments: &[Expression],
        scope: &Scope,
    ) -> Operand {
        if let Some(id) = self.definitions.lookup(scope.file, &name.text) {
            return self.call_definition(call, name, id, arguments, scope);
        }
        if self.is_anniversary(name, scope) {
            self.anniversary_alone(name, arguments, call.span, scope);
            return Operand::Hole;
        }
        if name.text == "nearest" {
            return self.nearest(call, arguments, scope);
        }
        if let Some(asked) = super::populations::asked(&name.text) {
            return self.figure_of_population(call, name, asked, arguments, scope);
        }
        if let Some(asked) = super::aggregates::asked(&name.text) {
            return self.aggregate(call, name, asked, arguments, scope);
        }
        if super::figures::is_figure(&name.text) {
            return self.figure(call, name, arguments, scope);
        }
        if name.text == super::samples::NAME {
            return self.sample(call, name, arguments, scope);
        }
        let Some(function) = functions::lookup(&name.text) else {
            let fault = self.unknown_function(name, arguments, call.span, scope);
            self.tell(fault);
            // Faults inside the arguments are told as well, unless they are words of the function.
            if errors::function_of_elsewhere(name, arguments, call.span, self.sources).is_none() {
                for argument in arguments {
                    self.expression(argument, scope);
                }
            }
            return Operand::Hole;
        };
        self.call_function(call, name, function, arguments, scope)
    }

    fn call_function(
        &mut self,
        call: &Expression,
        name: &Name,
        function: FunctionId,
        arguments: &[Expression],
        scope: &Scope,
    ) -> Operand {
        let found: Vec<Option<Found>> = arguments
            .iter()
            .map(|argument| self.value(argument, scope))
            .collect();
        let Some(found) = found.into_iter().collect::<Option<Vec<Found>>>() else {
            return Operand::Hole;
        };
        let found: Vec<Found> = (found.into_iter())
            .map(|found| self.event_as_time(found))
            .collect();
        let types: Vec<Type> = found
            .iter()
            .map(|found| self.graph.type_of(found.id).clone())
            .collect();
        let table = functions::function(function);
        let result = match table.result_type(&types) {
            Ok(result) => result,
            Err(ArgumentFault::Count { expected }) => {
                if let ("distance", [_, latitude, longitude]) = (table.name, arguments)
                    && types[0] == Type::Point
                {
                    let degrees = latitude.span.to(longitude.span);
                    let fault = errors::place_in_numbers(self.sources.text(degrees), degrees);
                    return self.hole(fault);
                }
                self.tell(errors::argument_count(
                    &name.text,
                    &table.signature(),
                    &expected,
                    types.len(),
                    call.span,
                ));
                return Operand::Hole;
            }
            Err(ArgumentFault::Type { index, expected }) => {
                let is_zone = index > 0
                    && table
                        .parameters
                        .last()
                        .is_some_and(|last| last.kind == Kind::Zone);
                let advice = if is_zone {
                    Some(format!(
                        "The last argument of `{}` is a time zone, such as \"Europe/Brussels\".",
                        name.text
                    ))
                } else {
                    self.argument_advice(&name.text, found[index], &types[index])
                };
                self.tell(errors::argument_type(
                    &name.text,
                    &expected,
                    &types[index],
                    found[index].span,
                    advice,
                ));
                return Operand::Hole;
            }
        };
        if let ("point", [latitude, longitude]) = (table.name, found.as_slice())
            && let Some(fault) = self.off_the_globe(latitude.id, longitude.id)
        {
            let text = |found: &Found| (self.sources.text(found.span), found.span);
            return self.hole(errors::off_the_globe(
                &fault,
                text(latitude),
                text(longitude),
                call.span,
            ));
        }
        let ids: Vec<ValueId> = found.iter().map(|found| found.id).collect();
        if !self.check_zone(table, call.span, arguments, &found) {
            return Operand::Hole;
        }
        // What is a node of the tree of its own is lowered to it, so that it can be worked on like all others.
        let value = match (table.name, ids.as_slice()) {
            ("since", [time]) => Value::Arithmetic {
                operator: Arithmetic::Subtract,
                left: self.graph.add_value(Value::Now, Type::Time),
                right: *time,
            },
            (_, ids) => match self.calendar_call(function, ids) {
                Some(value) => value,
                None => Value::Call {
                    function,
                    arguments: ids.into(),
                },
            },
        };
        Operand::Value(Found {
            id: self.graph.add_value(value, result),
            span: call.span,
        })
    }

    /// What is wrong with a place whose degrees are written out.
    fn off_the_globe(&self, latitude: ValueId, longitude: ValueId) -> Option<OffTheGlobe> {
        let degrees = |value: ValueId| match self.graph.value(value) {
            Value::Constant(Constant::Number(number)) => Some(number.to_f64()),
            Value::Constant(Constant::Float(float)) => Some(float.get()),
            _ => None,
        };
        let (latitude, longitude) = (degrees(latitude), degrees(longitude));
        let beyond = |degrees: Option<f64>, most: f64| degrees.is_some_and(|it| it.abs() > most);
        if beyond(latitude, 90.0) {
            let turned = latitude
                .zip(longitude)
                .and_then(|(latitude, longitude)| Point::new(longitude, latitude));
            return Some(match turned {
                Some(_) => OffTheGlobe::TurnedRound,
                None => OffTheGlobe::Latitude,
            });
        }
        beyond(longitude, 180.0).then_some(OffTheGlobe::Longitude)
    }

    /// What to do where `age` gets a time or `since` a date.
    fn argument_advice(&self, function: &str, argument: Found, is: &Type) -> Option<String> {
        let text = self.sources.text(argument.span);
        match (function, is) {
            ("since", Type::Date) => Some(format!(
                "`since(midnight({text}))` counts from the day's first instant; for whole days, ask `{text} over 90 days ago`."
            )),
            ("age", Type::Time) => Some(format!(
                "Age counts full years between days. Of a time, ask `age(date({text}))`, or `{text} before 18 years ago`."
            )),
            ("date", Type::Date) => Some(format!("`{text}` is a date already.")),
            ("hour" | "minute", Type::Date) => Some(
                "A date is a whole day, and holds every hour; only at a time does the clock show one."
                    .into(),
            ),
            ("midnight", Type::Time) => Some(format!(
                "`midnight(date({text}))` is the first instant of its day."
            )),
            ("distance", Type::Text) => Some(
                "A place is written `point(50.85, 4.35)`: degrees north, then degrees east.".into(),
            ),
            ("length", Type::List(_)) => Some(format!(
                "`length` counts the characters of a text; how many elements there are says `count({text})`."
            )),
            _ => None,
        }
    }

    /// Puts a definition in where it is used.
    fn call_definition(
        &mut self,
        call: &Expression,
        name: &Name,
        id: DefinitionId,
        arguments: &[Expression],
        scope: &Scope,
    ) -> Operand {
        let definitions = self.definitions;
        let definition = definitions.get(id);
        let found: Vec<Option<Found>> = arguments
            .iter()
            .map(|argument| self.value(argument, scope))
            .collect();
        if definition.parameters.is_empty() {
            if definition.is_read() {
                self.tell(errors::takes_no_arguments(
                    name,
                    call.span,
                    definition.name.span,
                ));
            }
            return Operand::Hole;
        }
        if found.len() != definition.parameters.len() {
            self.tell(errors::argument_count_of_definition(
                name,
                definition.parameters.len(),
                found.len(),
                call.span,
                definition.name.span,
            ));
            return Operand::Hole;
        }
        let Some(found) = found.into_iter().collect::<Option<Vec<Found>>>() else {
            return Operand::Hole;
        };
        let Some(parameters) = self.parameter_types[id.0].clone() else {
            return Operand::Hole;
        };
        let mut fits = true;
        for ((argument, wanted), parameter) in
            found.iter().zip(&parameters).zip(definition.parameters)
        {
            let is = self.graph.type_of(argument.id);
            if !admits(wanted, is) {
                let is = is.clone();
                self.tell(errors::argument_type_of_definition(
                    &name.text,
                    &parameter.name,
                    wanted,
                    &is,
                    argument.span,
                ));
                fits = false;
            }
        }
        let sets = self.parameter_sets[id.0].clone();
        for (argument, set) in found.iter().zip(sets) {
            if let Some(set) = set {
                fits &= self.is_in_set(*argument, &set);
            }
        }
        // A faulty definition has been told where it stands.
        if !fits || !self.sound[id.0] {
            return Operand::Hole;
        }
        self.expand(call, id, &found)
    }

    /// The body of a sound definition with these arguments for its parameters.
    fn expand(&mut self, call: &Expression, id: DefinitionId, arguments: &[Found]) -> Operand {
        self.is_used_at(call.span);
        let key = (id, arguments.iter().map(|argument| argument.id).collect());
        if let Some((known, extent)) = self.expanded.get(&key).cloned() {
            if !self.reach(extent, false, call.span) {
                return Operand::Hole;
            }
            return at(known, call);
        }
        let definitions = self.definitions;
        let definition = definitions.get(id);
        let Some(body) = definition.body else {
            return Operand::Hole;
        };
        let scope = Scope {
            parameters: definition
                .parameters
                .iter()
                .zip(arguments)
                .map(|(parameter, argument)| (parameter.name.text.as_str(), Some(*argument)))
                .collect::<HashMap<_, _>>(),
            expansion: true,
            ..Scope::of_file(definition.file)
        };
        let before = self.diagnostics.len();
        let around = self.extent;
        self.extent.depth = self.depth;
        let result = self.expression(body, &scope);
        self.comes_to(body.span, &result);
        let extent = Extent {
            depth: self.extent.depth - self.depth,
            size: self.extent.size - around.size,
        };
        self.extent.depth = self.extent.depth.max(around.depth);
        // What only shows with these arguments (a value outside a closed set) is told with the place that gives them.
        for diagnostic in &mut self.diagnostics[before..] {
            if diagnostic.primary.span.source != call.span.source
                || diagnostic.primary.span.start < call.span.start
                || diagnostic.primary.span.end > call.span.end
            {
                let message = "with what is given here".to_owned();
                diagnostic.secondary.push(crate::diagnostics::Label {
                    span: call.span,
                    message,
                });
            }
        }
        let result = match result {
            Operand::Condition(condition) => {
                let summary = condition.logic.summary();
                let told = &self.told[id.0];
                let admitted = condition
                    .logic
                    .admissions()
                    .into_iter()
                    .flat_map(|admission| admission.fields)
                    .filter(|field| !told.contains(field))
                    .collect();
                Operand::Condition(Checked {
                    id: condition.id,
                    logic: Rc::new(Logic::Leaf(Leaf {
                        admitted,
                        ..summary
                    })),
                })
            }
            other => other,
        };
        if self.diagnostics.len() == before {
            self.expanded.insert(key, (result.clone(), extent));
        }
        at(result, call)
    }
}

/// The result of a definition as it is seen where it is used.
pub(super) fn at(result: Operand, place: &Expression) -> Operand {
    match result {
        Operand::Value(found) => Operand::Value(Found {
            span: place.span,
            ..found
        }),
        Operand::Condition(condition) => match &*condition.logic {
            Logic::Leaf(leaf) => Operand::Condition(Checked {
                id: condition.id,
                logic: Rc::new(Logic::Leaf(Leaf {
                    span: Some(place.span),
                    ..leaf.clone()
                })),
            }),
            Logic::Not { .. } | Logic::And(_) | Logic::Or(_) | Logic::Counted { .. } => {
                Operand::Condition(condition)
            }
        },
        Operand::Labels { id, .. } => Operand::Labels {
            id,
            span: place.span,
        },
        Operand::Hole | Operand::CalendarLength { .. } => result,
    }
}

/// Whether a parameter of one type takes an argument of another: `number` takes every kind of number.
pub(super) fn admits(wanted: &Type, is: &Type) -> bool {
    match (wanted, is) {
        (Type::Number(NumberKind::Whole), Type::Number(NumberKind::Whole)) => true,
        (Type::Number(NumberKind::Exact | NumberKind::Float), Type::Number(_)) => true,
        (Type::List(wanted), Type::List(is)) => admits(wanted, is),
        _ => wanted == is,
    }
}
