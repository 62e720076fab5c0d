//! Random typed programs, as the checker could have made them: every node of the tree, over the fields of a world.

use crate::cells::{Cell, KEYS, Kind};
use crate::random::Random;
use crate::world::{World, ZONE_NAMES};
use segql::functions::{self, Pattern};
use segql::ir::{
    Arithmetic, Bound, Comparison, Condition, ConditionId, Graph, Module, NodeRef, Period,
    TextTest, Value, ValueId, Zone,
};
use segql::types::{CalendarUnit, Constant, Exact, Float, NumberKind, Point, Type};
use std::collections::BTreeMap;
use std::fmt;

mod brackets;

/// How often each form was made: what stands at 0 is not tested.
#[derive(Clone, Debug, Default)]
pub struct Statistics {
    counts: BTreeMap<String, u64>,
}

impl Statistics {
    pub fn count(&mut self, name: impl Into<String>) {
        *self.counts.entry(name.into()).or_default() += 1;
    }

    pub fn get(&self, name: &str) -> u64 {
        self.counts.get(name).copied().unwrap_or(0)
    }

    pub fn merge(&mut self, other: &Statistics) {
        for (name, count) in &other.counts {
            *self.counts.entry(name.clone()).or_default() += count;
        }
    }
}

impl fmt::Display for Statistics {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (name, count) in &self.counts {
            writeln!(f, "{count:>9}  {name}")?;
        }
        Ok(())
    }
}

/// A module of so many segments over the world's fields.
pub fn module(
    world: &World,
    random: &mut Random,
    segments: usize,
    statistics: &mut Statistics,
) -> Module {
    let mut maker = Maker {
        world,
        random,
        graph: Graph::default(),
        made: Vec::new(),
        brackets: Vec::new(),
        statistics,
    };
    let segments = (0..segments)
        .map(|_| {
            let depth = maker.random.below(5);
            maker.condition(depth)
        })
        .collect();
    Module {
        graph: maker.graph,
        segments,
        zone: world.schema.zone().clone(),
    }
}

struct Maker<'a> {
    world: &'a World,
    random: &'a mut Random,
    graph: Graph,
    /// Conditions made before, to be shared.
    made: Vec<ConditionId>,
    /// The types of the elements of the brackets around, the innermost last.
    brackets: Vec<Type>,
    statistics: &'a mut Statistics,
}

const ORDERED: [Type; 5] = [
    Type::Text,
    Type::Date,
    Type::Time,
    Type::Duration,
    Type::Distance,
];

fn number(kind: NumberKind) -> Type {
    Type::Number(kind)
}

impl Maker<'_> {
    fn count(&mut self, name: &str) {
        self.statistics.count(name);
    }

    fn condition(&mut self, depth: usize) -> ConditionId {
        if !self.made.is_empty() && self.random.percent(8) {
            self.count("condition shared");
            return *self.random.pick(&self.made);
        }
        let condition = if depth > 0 && self.random.percent(75) {
            self.combination(depth - 1)
        } else {
            self.test(depth)
        };
        let id = self.graph.add_condition(condition);
        // What looks at an element means something else in another bracket.
        if self.graph.reach(NodeRef::Condition(id)) == 0 {
            self.made.push(id);
        }
        id
    }

    fn combination(&mut self, depth: usize) -> Condition {
        match self.random.below(6) {
            5 => {
                self.count("at least");
                let size = *self.random.pick(&[1, 2, 3, 4, 7, 9]);
                Condition::AtLeast {
                    count: self.random.below(size + 2) as u32,
                    of: (0..size).map(|_| self.condition(depth)).collect(),
                }
            }
            0 => {
                self.count("not");
                Condition::Not(self.condition(depth))
            }
            choice => {
                let size = *self.random.pick(&[2, 2, 2, 3, 4, 7]);
                let operands = (0..size).map(|_| self.condition(depth)).collect();
                if choice < 3 {
                    self.count("and");
                    Condition::And(operands)
                } else {
                    self.count("or");
                    Condition::Or(operands)
                }
            }
        }
    }

    fn test(&mut self, depth: usize) -> Condition {
        match self.random.below(25) {
            22.. => self.any(depth),
            0 => {
                self.count("constant condition");
                Condition::Constant(self.random.percent(50))
            }
            1 | 2 => {
                self.count("holds");
                Condition::Holds(self.value(&Type::Boolean, depth))
            }
            3 | 4 => {
                self.count("missing");
                let value_type = self.any_type();
                Condition::Missing(self.value(&value_type, depth))
            }
            5..=9 => self.comparison(depth),
            10..=13 => self.range(depth),
            14 | 15 => self.one_of(depth),
            16 | 17 => self.text_test(depth),
            18 => self.matches(depth),
            21 if !self.world.schema.lists().is_empty() => self.in_list(depth),
            _ => self.has(depth),
        }
    }

    fn comparison(&mut self, depth: usize) -> Condition {
        let comparison = *self.random.pick(&[
            Comparison::Equal,
            Comparison::Equal,
            Comparison::Less,
            Comparison::LessOrEqual,
        ]);
        let (left, right) = if comparison == Comparison::Equal && self.random.percent(15) {
            (Type::Boolean, Type::Boolean)
        } else {
            self.comparable_types()
        };
        self.count(&format!(
            "compare {comparison:?} {} {}",
            kind_name(&left),
            kind_name(&right)
        ));
        let left = self.value(&left, depth);
        let right = if self.random.percent(70) {
            self.constant(&right)
        } else {
            self.value(&right, depth)
        };
        let (left, right) = if self.random.percent(30) {
            (right, left)
        } else {
            (left, right)
        };
        Condition::Compare {
            comparison,
            left,
            right,
        }
    }

    fn range(&mut self, depth: usize) -> Condition {
        let value_type = loop {
            let (value_type, _) = self.comparable_types();
            if value_type != Type::Text {
                break value_type;
            }
        };
        self.count(&format!("range {}", kind_name(&value_type)));
        let value = self.value(&value_type, depth);
        let mut low = self
            .random
            .percent(75)
            .then(|| self.bound(&value_type, depth));
        let high =
            (low.is_none() || self.random.percent(60)).then(|| self.bound(&value_type, depth));
        if low == high && self.random.percent(50) {
            low = None;
        }
        Condition::Range { value, low, high }
    }

    fn bound(&mut self, value_type: &Type, depth: usize) -> Bound {
        let edge_type = match value_type {
            Type::Number(_) => self.number_type(),
            other => other.clone(),
        };
        let value = match self.random.below(10) {
            0 | 1 if depth > 0 => self.value(&edge_type, depth - 1),
            2..=5 if edge_type == Type::Time => self.moving_time(),
            2..=4 if edge_type == Type::Date => self.moving_date(),
            _ => self.constant(&edge_type),
        };
        Bound {
            value,
            inclusive: self.random.percent(50),
        }
    }

    fn one_of(&mut self, depth: usize) -> Condition {
        let (value_type, _) = self.comparable_types();
        self.count(&format!("one of {}", kind_name(&value_type)));
        let value = self.value(&value_type, depth);
        let size = *self.random.pick(&[1, 2, 3, 5, 12, 70]);
        let mut set: Vec<Constant> = (0..size)
            .map(|_| match &value_type {
                // Sets of numbers are written as exact ones.
                Type::Number(_) => Constant::Number(self.exact()),
                other => self.constant_of(other),
            })
            .filter(|constant| *constant != Constant::Missing)
            .collect();
        set.sort_by(order);
        set.dedup();
        if set.is_empty() {
            return Condition::Constant(false);
        }
        Condition::OneOf {
            value,
            set: set.into(),
        }
    }

    fn text_test(&mut self, depth: usize) -> Condition {
        let test =
            *self
                .random
                .pick(&[TextTest::StartsWith, TextTest::EndsWith, TextTest::Contains]);
        self.count(&format!("text test {test:?}"));
        let mut value = self.value(&Type::Text, depth);
        let mut pattern = if self.random.percent(85) {
            let text = self.pattern();
            self.graph
                .add_constant(Constant::Text(text.as_str().into()))
        } else {
            self.value(&Type::Text, 0)
        };
        if self.random.percent(35) {
            value = self.folded(value);
            pattern = self.folded(pattern);
        }
        Condition::TextTest {
            test,
            value,
            pattern,
        }
    }

    fn in_list(&mut self, depth: usize) -> Condition {
        let list = self.random.pick(self.world.schema.lists()).clone();
        self.count(&format!("in list {}", list.name()));
        let value_type = match list.element() {
            Type::Text => Type::Text,
            _ => self.number_type(),
        };
        let mut value = self.value(&value_type, depth);
        let fold_case = value_type == Type::Text && self.random.percent(35);
        if fold_case {
            value = self.folded(value);
        }
        Condition::InList {
            value,
            list,
            fold_case,
        }
    }

    /// A pattern: pieces of what contacts have between signs of their own.
    fn matches(&mut self, depth: usize) -> Condition {
        self.count("matches");
        let value = self.value(&Type::Text, depth);
        let piece = escaped(&self.pattern());
        let other = escaped(&self.pattern());
        let text = match self.random.below(8) {
            0 => format!("^{piece}"),
            1 => format!("{piece}$"),
            2 => format!("^({piece}|{other})$"),
            3 => format!("{piece}.*{other}"),
            4 => "^\\w+$".into(),
            5 => "[a-f0-9]{2,}".into(),
            6 => "(?s)^.?$".into(),
            _ => piece,
        };
        let pattern = Pattern::new(&text, self.random.percent(35));
        Condition::Matches {
            value,
            pattern: pattern.expect("the pieces are escaped"),
        }
    }

    /// A piece of a text that contacts have.
    fn pattern(&mut self) -> String {
        let Constant::Text(text) = self.constant_of(&Type::Text) else {
            return "e".into();
        };
        let letters: Vec<char> = text.chars().collect();
        if letters.is_empty() || self.random.percent(20) {
            return text.to_string();
        }
        let start = self.random.below(letters.len());
        let length = 1 + self.random.below(letters.len() - start);
        match self.random.below(3) {
            0 => letters[..length].iter().collect(),
            1 => letters[letters.len() - length..].iter().collect(),
            _ => letters[start..start + length].iter().collect(),
        }
    }

    fn folded(&mut self, value: ValueId) -> ValueId {
        self.count("fold case");
        let value_type = self.graph.type_of(value).clone();
        self.graph.add_value(Value::FoldCase(value), value_type)
    }

    fn has(&mut self, depth: usize) -> Condition {
        let lists: Vec<Type> = (self.world.columns.iter())
            .map(|column| column.kind.type_of())
            .filter(|kind| matches!(kind, Type::List(_)) && kind.record().is_none())
            .collect();
        let list_type = if lists.is_empty() {
            Type::List(Box::new(Type::Text))
        } else {
            self.random.pick(&lists).clone()
        };
        let Type::List(element) = &list_type else {
            return Condition::Constant(false);
        };
        let all = self.random.percent(40);
        self.count(&format!(
            "has {} {}",
            if all { "all" } else { "any" },
            kind_name(element)
        ));
        let mut list = self.value(&list_type, depth);
        let size = *self.random.pick(&[1, 1, 2, 3, 9]);
        let mut values: Vec<ValueId> = (0..size)
            .map(|_| {
                let wanted = match element.as_ref() {
                    Type::Number(_) => self.number_type(),
                    other => other.clone(),
                };
                if self.random.percent(85) {
                    self.constant(&wanted)
                } else {
                    self.value(&wanted, depth.saturating_sub(1))
                }
            })
            .collect();
        if **element == Type::Text && self.random.percent(30) {
            list = self.folded(list);
            values = values.into_iter().map(|value| self.folded(value)).collect();
        }
        Condition::Has {
            list,
            all,
            values: values.into(),
        }
    }

    fn number_type(&mut self) -> Type {
        number(*self.random.pick(&[
            NumberKind::Whole,
            NumberKind::Whole,
            NumberKind::Exact,
            NumberKind::Float,
        ]))
    }

    /// A type for the left and one for the right of a comparison; those of the world's fields are likely.
    fn comparable_types(&mut self) -> (Type, Type) {
        let of_field = self.random.pick(&self.world.columns).kind.type_of();
        match of_field {
            Type::Number(_) => (of_field, self.number_type()),
            Type::Text | Type::Date | Type::Time | Type::Duration | Type::Distance => {
                (of_field.clone(), of_field)
            }
            Type::Point => (Type::Distance, Type::Distance),
            Type::Boolean | Type::List(_) | Type::Record(_) | Type::Map(_) => {
                match self.random.below(9) {
                    choice if choice < ORDERED.len() => {
                        (ORDERED[choice].clone(), ORDERED[choice].clone())
                    }
                    _ => (self.number_type(), self.number_type()),
                }
            }
        }
    }

    fn any_type(&mut self) -> Type {
        if self.random.percent(70) {
            self.random.pick(&self.world.columns).kind.type_of()
        } else {
            self.comparable_types().0
        }
    }

    fn field(&mut self, value_type: &Type) -> Option<ValueId> {
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
    fn value(&mut self, value_type: &Type, depth: usize) -> ValueId {
        // No field holds distances.
        if *value_type == Type::Distance && self.random.percent(80) {
            let parameters = [Type::Point, Type::Point];
            return match self.random.below(3) {
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
    fn measured(&mut self) -> ValueId {
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

    fn calculation(&mut self, kind: NumberKind, depth: usize) -> ValueId {
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
            NumberKind::Whole => match self.random.below(8) {
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

    fn arithmetic(
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

    fn negation(&mut self, value_type: &Type, depth: usize) -> ValueId {
        self.count("negate");
        let value = self.value(value_type, depth);
        self.graph
            .add_value(Value::Negate(value), value_type.clone())
    }

    fn call(&mut self, name: &str, parameters: &[Type], depth: usize) -> ValueId {
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

    /// A call of what reads a date, or a time in a zone.
    fn clock_call(&mut self, name: &str, argument: &Type, depth: usize) -> ValueId {
        let zone = match argument {
            Type::Time => self.zone(),
            _ => None,
        };
        let told = if zone.is_some() { " in a zone" } else { "" };
        self.count(&format!("call {name} {}{told}", kind_name(argument)));
        let function = functions::lookup(name).expect("a function of the language");
        let mut arguments = vec![self.value(argument, depth)];
        arguments.extend(zone);
        let types: Vec<Type> = (arguments.iter())
            .map(|argument| self.graph.type_of(*argument).clone())
            .collect();
        let result = functions::function(function)
            .result_type(&types)
            .expect("the maker chooses arguments that fit");
        let call = Value::Call {
            function,
            arguments: arguments.into(),
        };
        self.graph.add_value(call, result)
    }

    /// A time that depends on `now` alone.
    fn moving_time(&mut self) -> ValueId {
        let now = self.graph.add_value(Value::Now, Type::Time);
        match self.random.below(4) {
            0 => now,
            1 => {
                self.count("duration from now");
                let length = self.constant(&Type::Duration);
                let operator = *self.random.pick(&[Arithmetic::Add, Arithmetic::Subtract]);
                self.graph.add_value(
                    Value::Arithmetic {
                        operator,
                        left: now,
                        right: length,
                    },
                    Type::Time,
                )
            }
            2 => self.moved(now, Type::Time),
            _ => {
                let date = self.moving_date();
                self.midnight(date)
            }
        }
    }

    /// A date that depends on `now` alone.
    fn moving_date(&mut self) -> ValueId {
        self.count("today");
        let now = self.graph.add_value(Value::Now, Type::Time);
        let zone = self.zone();
        let today = Value::DateOf { time: now, zone };
        let today = self.graph.add_value(today, Type::Date);
        match self.random.below(3) {
            0 => today,
            1 => self.moved(today, Type::Date),
            _ => self.start_of(today),
        }
    }

    fn moved(&mut self, value: ValueId, value_type: Type) -> ValueId {
        let unit = *self.random.pick(&[CalendarUnit::Day, CalendarUnit::Month]);
        self.count(&format!("move {} by {unit:?}", kind_name(&value_type)));
        let count = if self.random.percent(4) {
            *self.random.pick(&[i64::MIN, i64::MAX, 1_000_000])
        } else {
            *self.random.pick(&[-1, -1, 1, 0, -3, 12, -12, -30, -90, 7])
        };
        let zone = match value_type {
            Type::Time => self.zone(),
            _ => None,
        };
        let moved = Value::MoveCalendar {
            value,
            count,
            unit,
            zone,
        };
        self.graph.add_value(moved, value_type)
    }

    /// The project's zone, one with a name written out, or that of a field: with another where it names none, or as it is.
    fn zone(&mut self) -> Zone {
        if self.random.percent(60) {
            return None;
        }
        let named = |maker: &mut Self| {
            let name = *maker.random.pick(ZONE_NAMES);
            maker.graph.add_constant(Constant::Text(name.into()))
        };
        let field = match self.random.percent(70) {
            true => self.field(&Type::Text),
            false => None,
        };
        let Some(field) = field else {
            self.count("zone written out");
            return Some(named(self));
        };
        self.count("zone of a field");
        if self.random.percent(40) {
            return Some(field);
        }
        let fallback = named(self);
        let value = Value::Coalesce {
            value: field,
            fallback,
        };
        Some(self.graph.add_value(value, Type::Text))
    }

    fn midnight(&mut self, date: ValueId) -> ValueId {
        self.count("midnight");
        let zone = self.zone();
        self.graph
            .add_value(Value::Midnight { date, zone }, Type::Time)
    }

    fn start_of(&mut self, date: ValueId) -> ValueId {
        let period =
            *self
                .random
                .pick(&[Period::Week, Period::Month, Period::Quarter, Period::Year]);
        self.count(&format!("start of {period:?}"));
        self.graph
            .add_value(Value::StartOf { date, period }, Type::Date)
    }

    /// A value without operands.
    fn leaf(&mut self, value_type: &Type) -> ValueId {
        if *value_type == Type::Time && self.random.percent(30) {
            self.count("now");
            return self.graph.add_value(Value::Now, Type::Time);
        }
        self.constant(value_type)
    }

    fn constant(&mut self, value_type: &Type) -> ValueId {
        if self.random.percent(2) {
            self.count("constant missing");
            return self
                .graph
                .add_value(Value::Constant(Constant::Missing), value_type.clone());
        }
        self.count(&format!("constant {}", kind_name(value_type)));
        let constant = self.constant_of(value_type);
        self.graph
            .add_value(Value::Constant(constant), value_type.clone())
    }

    /// A constant, likely one that a contact has or one that lies beside it.
    fn constant_of(&mut self, value_type: &Type) -> Constant {
        match value_type {
            Type::Boolean => Constant::Boolean(self.random.percent(50)),
            Type::Number(NumberKind::Whole) => Constant::Number(Exact::whole(self.exact().floor())),
            Type::Number(NumberKind::Exact) => Constant::Number(self.exact()),
            Type::Number(NumberKind::Float) => {
                let near = match self.of_pool(value_type) {
                    Some(Constant::Float(float)) => float.get(),
                    _ => *self.random.pick(&[0.0, 0.1, 1.0, 2.5, -3.0, 1e18, 0.3]),
                };
                let moved = match self.random.below(4) {
                    0 => near.next_up(),
                    1 => near.next_down(),
                    _ => near,
                };
                Float::new(moved).map_or(Constant::Missing, Constant::Float)
            }
            Type::Text => self
                .of_pool(value_type)
                .unwrap_or_else(|| Constant::Text("BE".into())),
            Type::Date => {
                let today = self.world.now.div_euclid(86_400_000_000_000) as i64;
                let near = match self.of_pool(value_type) {
                    Some(Constant::Date(days)) => days,
                    _ => today,
                };
                Constant::Date(near.saturating_add(*self.random.pick(&[0, 0, 0, 1, -1, 30])))
            }
            Type::Time => {
                let near = match self.of_pool(value_type) {
                    Some(Constant::Time(instant)) => instant,
                    _ => self.world.now,
                };
                // Between the steps of coarse units as well.
                let steps = [0, 0, 0, 1, -1, 999_999_999, 1_000_000, -500_000_000];
                Constant::Time(near + *self.random.pick(&steps))
            }
            Type::Duration => {
                let near = match self.of_pool(value_type) {
                    Some(Constant::Duration(length)) if self.random.percent(60) => length,
                    _ => {
                        let day = 86_400_000_000_000;
                        day * i128::from(*self.random.pick(&[0, 1, 7, 30, 90, 91, 365, -1]))
                    }
                };
                Constant::Duration(near + *self.random.pick(&[0, 0, 1, -1, 1_500_000]))
            }
            Type::Point => Constant::Point(self.place()),
            Type::Distance => {
                // How far two places are from each other, to the micrometre, so that many lie on the border.
                let near = match self.random.below(4) {
                    0 => *self
                        .random
                        .pick(&[0, 25_000_000_000, 1_609_344_000, 20_015_114_442_036]),
                    _ => self.place().distance(self.place()),
                };
                Constant::Distance(near + *self.random.pick(&[0, 0, 0, 1, -1, 1_000_000_000]))
            }
            Type::List(element) => {
                let size = self.random.below(4);
                let elements: Vec<_> = (0..size).map(|_| self.constant_of(element)).collect();
                Constant::List(elements.into())
            }
            Type::Record(record) => {
                let parts = record.parts.iter();
                Constant::Record(
                    parts
                        .map(|part| self.constant_of(&part.part_type))
                        .collect(),
                )
            }
            Type::Map(value) => {
                let keys = KEYS.iter().take(self.random.below(3));
                Constant::Map(
                    keys.map(|key| ((*key).into(), self.constant_of(value)))
                        .collect(),
                )
            }
        }
    }

    fn place(&mut self) -> Point {
        match self.of_pool(&Type::Point) {
            Some(Constant::Point(place)) => place,
            _ => match Kind::Point.cell(self.random, self.world.now) {
                Cell::Point(latitude, longitude) => Point::new(latitude, longitude),
                _ => None,
            }
            .unwrap_or_else(|| unreachable!("a cell of places is a place")),
        }
    }

    fn exact(&mut self) -> Exact {
        let of_field = match self.random.below(4) {
            0 => self.of_pool(&number(NumberKind::Exact)),
            1 | 2 => self.of_pool(&number(NumberKind::Whole)),
            _ => match self.of_pool(&number(NumberKind::Float)) {
                // A float near a field's, as the fraction with few digits that somebody would write.
                Some(Constant::Float(float)) if float.get().abs() < 1e6 => {
                    Exact::new((float.get() * 10.0).round() as i128, 10).map(Constant::Number)
                }
                _ => None,
            },
        };
        let near = match of_field {
            Some(Constant::Number(number)) => number,
            _ => Exact::whole(self.random.between(-3, 12).into()),
        };
        let moved = match self.random.below(12) {
            0 => near.numerator().checked_add(1).map(Exact::whole),
            1 => Exact::new(near.numerator().saturating_mul(2).saturating_add(1), 2),
            2 => Exact::new(1, 3),
            3 => Some(*self.random.pick(&[
                Exact::whole(i64::MAX.into()),
                Exact::whole(i128::from(i64::MAX) + 1),
                Exact::whole(i64::MIN.into()),
                Exact::whole(i128::from(i64::MIN) - 1),
                Exact::whole(u64::MAX.into()),
                Exact::whole(i128::MAX),
                Exact::whole(i128::MIN),
                Exact::whole((1 << 53) + 1),
                Exact::whole(256),
                Exact::whole(-129),
            ])),
            _ => Some(near),
        };
        moved.unwrap_or(near)
    }

    /// A known value from the pool of a field of this type, or of lists of it.
    fn of_pool(&mut self, value_type: &Type) -> Option<Constant> {
        let columns: Vec<_> = (self.world.columns.iter())
            .filter(|column| column.kind.element().type_of() == *value_type)
            .collect();
        if columns.is_empty() {
            return None;
        }
        let column = *self.random.pick(&columns);
        let (kind, mut cell) = (column.kind.element(), column.pool.first()?);
        if column.pool.len() > 1 {
            cell = self.random.pick(&column.pool);
        }
        match cell {
            Cell::Missing => None,
            Cell::List(cells) if cells.is_empty() => None,
            Cell::List(cells) => Some(kind.constant(self.random.pick(cells)))
                .filter(|constant| *constant != Constant::Missing),
            cell => Some(kind.constant(cell)),
        }
    }
}

/// The order in which the tree holds a set.
pub fn order(left: &Constant, right: &Constant) -> std::cmp::Ordering {
    match (left, right) {
        (Constant::Number(a), Constant::Number(b)) => a.cmp(b),
        (Constant::Float(a), Constant::Float(b)) => a.get().total_cmp(&b.get()),
        (Constant::Text(a), Constant::Text(b)) => a.cmp(b),
        (Constant::Date(a), Constant::Date(b)) => a.cmp(b),
        (Constant::Time(a), Constant::Time(b))
        | (Constant::Duration(a), Constant::Duration(b))
        | (Constant::Distance(a), Constant::Distance(b)) => a.cmp(b),
        (Constant::Boolean(a), Constant::Boolean(b)) => a.cmp(b),
        _ => std::cmp::Ordering::Equal,
    }
}

fn kind_name(value_type: &Type) -> String {
    match value_type {
        Type::Number(NumberKind::Whole) => "whole".into(),
        Type::Number(NumberKind::Exact) => "exact".into(),
        Type::Number(NumberKind::Float) => "float".into(),
        Type::List(element) => format!("list of {}", kind_name(element)),
        other => other.name(),
    }
}

/// The text as a pattern that finds it.
fn escaped(text: &str) -> String {
    let escape = |letter: char| letter.is_ascii_punctuation().then_some('\\');
    text.chars()
        .flat_map(|letter| escape(letter).into_iter().chain([letter]))
        .collect()
}
