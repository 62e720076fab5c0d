//! What random programs ask of the clock and the calendar.

use super::{Maker, kind_name};
use crate::world::ZONE_NAMES;
use segql::functions;
use segql::ir::{Arithmetic, Period, Value, ValueId, Zone};
use segql::types::{CalendarUnit, Constant, Type};

impl Maker<'_> {
    /// A call of what reads a date, or a time in a zone.
    pub(super) fn clock_call(&mut self, name: &str, argument: &Type, depth: usize) -> ValueId {
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
    pub(super) fn moving_time(&mut self) -> ValueId {
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
    pub(super) fn moving_date(&mut self) -> ValueId {
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

    pub(super) fn moved(&mut self, value: ValueId, value_type: Type) -> ValueId {
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
    pub(super) fn zone(&mut self) -> Zone {
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

    pub(super) fn midnight(&mut self, date: ValueId) -> ValueId {
        self.count("midnight");
        let zone = self.zone();
        self.graph
            .add_value(Value::Midnight { date, zone }, Type::Time)
    }

    pub(super) fn start_of(&mut self, date: ValueId) -> ValueId {
        let period =
            *self
                .random
                .pick(&[Period::Week, Period::Month, Period::Quarter, Period::Year]);
        self.count(&format!("start of {period:?}"));
        self.graph
            .add_value(Value::StartOf { date, period }, Type::Date)
    }
}
