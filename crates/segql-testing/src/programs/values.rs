//! Values of random programs: fields, arithmetic, calls.

use super::{Maker, kind_name, number};
use segql::functions;
use segql::ir::{Arithmetic, Graph, NodeRef, Value, ValueId};
use segql::types::{NumberKind, Type};

impl Maker<'_> {
    pub(super) fn field(&mut self, value_type: &Type) -> Option<ValueId> {
        let mut places = self.places();
        places.retain(|(_, found)| found == value_type);
        // In a bracket, mostly what is in it.
        if self.random.percent(75) {
            let inside = |(id, _): &(ValueId, Type)| self.graph.reach(NodeRef::Value(*id)) > 0;
            let own: Vec<_> = places
                .iter()
                .filter(|place| inside(place))
                .cloned()
                .collect();
            if !own.is_empty() {
                places = own;
            }
        }
        if places.is_empty() {
            return None;
        }
        let (id, _) = self.random.pick(&places).clone();
        if let Some(remembered) = self.remembered(id) {
            return Some(remembered);
        }
        let sort = match self.graph.value(id) {
            Value::Field(_) => "field",
            Value::Element { .. } => "element",
            Value::Part { .. } => "part",
            _ => "entry",
        };
        self.count(&format!("{sort} {}", kind_name(value_type)));
        Some(id)
    }

    /// A value of exactly this type.
    pub(super) fn value(&mut self, value_type: &Type, depth: usize) -> ValueId {
        // No field holds distances.
        if *value_type == Type::Distance && self.random.percent(80) {
            let parameters = [Type::Point, Type::Point];
            return match self.random.below(4) {
                3 => self.distance_from_the_nearest(depth.saturating_sub(1)),
                0 => self.call("distance", &parameters, depth.saturating_sub(1)),
                _ => self.measured(),
            };
        }
        if depth == 0 || self.random.percent(55) {
            return match self.field(value_type) {
                Some(field) if self.random.percent(92) => field,
                _ => self.leaf(value_type),
            };
        }
        if self.random.percent(12) {
            self.count("coalesce");
            // Of numbers, the other side may be of a narrower kind.
            let narrower = match value_type {
                Type::Number(NumberKind::Float) => self.number_type(),
                Type::Number(NumberKind::Exact) => {
                    number(*self.random.pick(&[NumberKind::Whole, NumberKind::Exact]))
                }
                other => other.clone(),
            };
            let first = self.value(value_type, depth - 1);
            let second = self.value(&narrower, depth - 1);
            let (value, fallback) = if self.random.percent(50) {
                (first, second)
            } else {
                (second, first)
            };
            return self
                .graph
                .add_value(Value::Coalesce { value, fallback }, value_type.clone());
        }
        if !matches!(value_type, Type::List(_)) && self.random.percent(10) {
            self.count(&format!("if {}", kind_name(value_type)));
            let condition = self.condition(depth - 1);
            let part = |maker: &mut Self| match value_type {
                Type::Number(NumberKind::Exact) if maker.random.percent(30) => {
                    maker.value(&number(NumberKind::Whole), depth - 1)
                }
                other => maker.value(other, depth - 1),
            };
            let (then, otherwise) = (part(self), part(self));
            let choice = Value::If {
                condition,
                then,
                otherwise,
            };
            return self.graph.add_value(choice, value_type.clone());
        }
        if self.random.percent(10)
            && let Some(found) = self.looked_up(value_type, depth - 1)
        {
            return found;
        }
        if self.random.percent(12)
            && let Some(figure) = self.population(value_type, depth - 1)
        {
            return figure;
        }
        if self.random.percent(22)
            && let Some(figure) = self.figure(value_type, depth)
        {
            return figure;
        }
        match value_type {
            Type::Boolean => {
                self.count("condition as value");
                let condition = self.condition(depth - 1);
                self.graph
                    .add_value(Value::Condition(condition), Type::Boolean)
            }
            Type::Number(kind) => self.calculation(*kind, depth - 1),
            Type::Text if self.random.percent(12) => {
                let day = self.random.pick(&[Type::Date, Type::Time]).clone();
                self.clock_call("weekday", &day, depth - 1)
            }
            Type::Text if self.random.percent(5) => self.call("zone", &[Type::Text], depth - 1),
            Type::Text => {
                let name = *self.random.pick(&[
                    "lower", "upper", "trim", "least", "greatest", "concat", "replace", "left",
                    "right", "part",
                ]);
                let whole = || number(NumberKind::Whole);
                let parameters = match name {
                    "least" | "greatest" | "concat" => vec![Type::Text; 2],
                    "replace" => vec![Type::Text; 3],
                    "left" | "right" => vec![Type::Text, whole()],
                    "part" => vec![Type::Text, Type::Text, whole()],
                    _ => vec![Type::Text],
                };
                self.call(name, &parameters, depth - 1)
            }
            Type::Date => match self.random.below(6) {
                0 => {
                    self.count("date of");
                    let time = self.value(&Type::Time, depth - 1);
                    let zone = self.zone();
                    self.graph
                        .add_value(Value::DateOf { time, zone }, Type::Date)
                }
                1 => {
                    let date = self.value(&Type::Date, depth - 1);
                    self.start_of(date)
                }
                2 => self.moving_date(),
                3 => {
                    let date = self.value(&Type::Date, depth - 1);
                    self.moved(date, Type::Date)
                }
                4 => {
                    self.count("anniversary");
                    let date = self.value(&Type::Date, depth - 1);
                    let from = self.moving_date();
                    self.graph
                        .add_value(Value::Anniversary { date, from }, Type::Date)
                }
                _ => self.call("least", &[Type::Date, Type::Date], depth - 1),
            },
            Type::Time => match self.random.below(6) {
                0 => {
                    let date = self.value(&Type::Date, depth - 1);
                    self.midnight(date)
                }
                1 => self.call("midnight", &[Type::Date], depth - 1),
                2 => self.moving_time(),
                3 => {
                    let time = self.value(&Type::Time, depth - 1);
                    self.moved(time, Type::Time)
                }
                4 => self.call("greatest", &[Type::Time, Type::Time], depth - 1),
                _ => {
                    let operator = *self.random.pick(&[Arithmetic::Add, Arithmetic::Subtract]);
                    self.arithmetic(operator, &Type::Time, &Type::Duration, depth - 1)
                }
            },
            Type::Duration => match self.random.below(7) {
                0 => self.arithmetic(Arithmetic::Subtract, &Type::Time, &Type::Time, depth - 1),
                1 => self.arithmetic(Arithmetic::Add, &Type::Duration, &Type::Duration, depth - 1),
                2 => self.arithmetic(
                    Arithmetic::Multiply,
                    &Type::Duration,
                    &number(NumberKind::Exact),
                    depth - 1,
                ),
                3 => self.arithmetic(
                    Arithmetic::Divide,
                    &Type::Duration,
                    &number(NumberKind::Whole),
                    depth - 1,
                ),
                4 => self.call("since", &[Type::Time], depth - 1),
                5 => self.negation(&Type::Duration, depth - 1),
                _ => self.call("least", &[Type::Duration, Type::Duration], depth - 1),
            },
            Type::Point => {
                let kind = number(*self.random.pick(&[NumberKind::Exact, NumberKind::Float]));
                self.call("point", &[kind.clone(), kind], depth - 1)
            }
            Type::Distance => match self.random.below(5) {
                0 => self.arithmetic(Arithmetic::Add, &Type::Distance, &Type::Distance, depth - 1),
                1 => self.arithmetic(
                    Arithmetic::Multiply,
                    &number(NumberKind::Exact),
                    &Type::Distance,
                    depth - 1,
                ),
                2 => self.arithmetic(
                    Arithmetic::Divide,
                    &Type::Distance,
                    &number(NumberKind::Whole),
                    depth - 1,
                ),
                3 => self.negation(&Type::Distance, depth - 1),
                _ => self.call("greatest", &[Type::Distance, Type::Distance], depth - 1),
            },
            Type::List(_) | Type::Record(_) | Type::Map(_) => self.leaf(value_type),
        }
    }

    /// The distance of a field from a fixed place, either way round.
    pub(super) fn measured(&mut self) -> ValueId {
        self.count("distance from a place");
        let place = match self.field(&Type::Point) {
            Some(field) => field,
            None => self.constant(&Type::Point),
        };
        let from = self.constant(&Type::Point);
        let function = functions::lookup("distance").expect("a function of the language");
        let arguments = if self.random.percent(50) {
            [place, from]
        } else {
            [from, place]
        };
        let value = Value::Call {
            function,
            arguments: arguments.into(),
        };
        self.graph.add_value(value, Type::Distance)
    }

    pub(super) fn calculation(&mut self, kind: NumberKind, depth: usize) -> ValueId {
        use Arithmetic::{Add, Divide, Multiply, Subtract};
        let (whole, exact, float) = (
            number(NumberKind::Whole),
            number(NumberKind::Exact),
            number(NumberKind::Float),
        );
        if self.random.percent(12) {
            return self.negation(&number(kind), depth);
        }
        if self.random.percent(15) {
            let wanted = number(kind);
            return match self.random.below(5) {
                0 if kind == NumberKind::Whole => {
                    let name = *self.random.pick(&["round", "floor", "ceil"]);
                    let argument = self.number_type();
                    self.call(name, &[argument], depth)
                }
                0 if kind == NumberKind::Exact => {
                    let argument = self.number_type();
                    self.call("round", &[argument, whole], depth)
                }
                0 => {
                    let argument = self.number_type();
                    self.call("sqrt", &[argument], depth)
                }
                1 if kind == NumberKind::Whole => {
                    self.call("remainder", &[whole.clone(), whole], depth)
                }
                1 if kind == NumberKind::Exact => self.call("number", &[Type::Text], depth),
                1 | 2 => self.call("abs", &[wanted], depth),
                3 => self.call("least", &[wanted.clone(), wanted], depth),
                _ => self.call("greatest", &[wanted.clone(), wanted.clone(), wanted], depth),
            };
        }
        match kind {
            NumberKind::Whole => match self.random.below(9) {
                8 => self.hash(None, depth),
                0 => self.call("length", &[Type::Text], depth),
                1 if self.random.percent(50) => self.call("age", &[Type::Date], depth),
                1 => self.call("age", &[Type::Date, Type::Date], depth),
                2 => {
                    let name = *self.random.pick(&["hour", "hour", "minute"]);
                    self.clock_call(name, &Type::Time, depth)
                }
                3 => {
                    let names = ["year", "quarter", "month", "week", "day"];
                    let name = *self.random.pick(&names);
                    let day = self.random.pick(&[Type::Date, Type::Time]).clone();
                    self.clock_call(name, &day, depth)
                }
                _ => {
                    let operator = *self.random.pick(&[Add, Subtract, Multiply]);
                    self.arithmetic(operator, &whole, &whole, depth)
                }
            },
            NumberKind::Exact => match self.random.below(7) {
                6 => self.arithmetic(Divide, &Type::Distance, &Type::Distance, depth),
                0 => self.arithmetic(Divide, &Type::Duration, &Type::Duration, depth),
                1 | 2 => self.arithmetic(Divide, &whole, &whole, depth),
                _ => {
                    let operator = *self.random.pick(&[Add, Subtract, Multiply, Divide]);
                    let other = self.random.pick(&[whole, exact.clone()]).clone();
                    self.arithmetic(operator, &exact, &other, depth)
                }
            },
            NumberKind::Float => {
                let operator = *self.random.pick(&[Add, Subtract, Multiply, Divide]);
                let other = self.random.pick(&[whole, exact, float.clone()]).clone();
                if self.random.percent(50) {
                    self.arithmetic(operator, &float, &other, depth)
                } else {
                    self.arithmetic(operator, &other, &float, depth)
                }
            }
        }
    }

    pub(super) fn arithmetic(
        &mut self,
        operator: Arithmetic,
        left: &Type,
        right: &Type,
        depth: usize,
    ) -> ValueId {
        self.count(&format!(
            "arithmetic {operator:?} {} {}",
            kind_name(left),
            kind_name(right)
        ));
        let result = Graph::arithmetic(operator, left, right)
            .unwrap_or_else(|| unreachable!("the maker chooses operands that fit"));
        let left = self.value(left, depth);
        let right = self.value(right, depth);
        self.graph.add_value(
            Value::Arithmetic {
                operator,
                left,
                right,
            },
            result,
        )
    }

    pub(super) fn negation(&mut self, value_type: &Type, depth: usize) -> ValueId {
        self.count("negate");
        let value = self.value(value_type, depth);
        self.graph
            .add_value(Value::Negate(value), value_type.clone())
    }

    pub(super) fn call(&mut self, name: &str, parameters: &[Type], depth: usize) -> ValueId {
        self.count(&format!("call {name} {}", kind_name(&parameters[0])));
        let function = functions::lookup(name).expect("a function of the language");
        let result = functions::function(function)
            .result_type(parameters)
            .expect("the maker chooses arguments that fit");
        let arguments = (parameters.iter())
            .map(|parameter| self.value(parameter, depth))
            .collect();
        self.graph.add_value(
            Value::Call {
                function,
                arguments,
            },
            result,
        )
    }

    /// A value without operands.
    pub(super) fn leaf(&mut self, value_type: &Type) -> ValueId {
        if *value_type == Type::Time && self.random.percent(30) {
            self.count("now");
            return self.graph.add_value(Value::Now, Type::Time);
        }
        self.constant(value_type)
    }
}
