//! Time zones: which one calendar words follow, the functions that are told one, and names that no zone has.

use super::errors;
use super::item::Checker;
use super::operand::Found;
use crate::functions::{self, Function, FunctionId, Kind};
use crate::ir::{Value, ValueId, Zone};
use crate::source::Span;
use crate::syntax::ast::{Expression, ExpressionKind, Literal};
use crate::types::{Constant, Type, calendar};

/// The functions that read a day, of a date or of a time.
const OF_A_DAY: [&str; 6] = ["weekday", "day", "week", "month", "quarter", "year"];

impl Checker<'_> {
    /// The zone that calendar words follow: the contact's own where the schema names a field of such, else the project's. A contact whose
    /// field is missing or names no zone has the project's.
    pub(super) fn zone(&mut self) -> Zone {
        let field = self.schema.contact_zone()?;
        let name = self.graph.add_value(Value::Field(field), Type::Text);
        let known = Value::Call {
            function: functions::lookup("zone")?,
            arguments: [name].into(),
        };
        let known = self.graph.add_value(known, Type::Text);
        let project = Constant::Text(self.schema.zone_name().into());
        let own = Value::Coalesce {
            value: known,
            fallback: self.graph.add_constant(project),
        };
        Some(self.graph.add_value(own, Type::Text))
    }

    /// The zone of a call: the one it is told.
    fn told_zone(&mut self, told: &[ValueId]) -> Zone {
        match told {
            [zone, ..] => Some(*zone),
            [] => self.zone(),
        }
    }

    /// The day of a time.
    pub(super) fn date_of(&mut self, time: ValueId, zone: Zone) -> ValueId {
        self.graph
            .add_value(Value::DateOf { time, zone }, Type::Date)
    }

    /// A call that reads the calendar, as the node that it is, or with the zone or the day that it is not told; none for any other.
    pub(super) fn calendar_call(
        &mut self,
        function: FunctionId,
        arguments: &[ValueId],
    ) -> Option<Value> {
        let call = |arguments: &[ValueId]| Value::Call {
            function,
            arguments: arguments.into(),
        };
        match (functions::function(function).name, arguments) {
            ("date", [time, told @ ..]) => Some(Value::DateOf {
                time: *time,
                zone: self.told_zone(told),
            }),
            ("midnight", [date, told @ ..]) => Some(Value::Midnight {
                date: *date,
                zone: self.told_zone(told),
            }),
            ("age", [date]) => {
                let today = self.today();
                Some(call(&[*date, today]))
            }
            ("hour" | "minute", [time]) => self.zone().map(|zone| call(&[*time, zone])),
            (name, [day, told @ ..])
                if OF_A_DAY.contains(&name) && *self.graph.type_of(*day) == Type::Time =>
            {
                let zone = self.told_zone(told);
                let day = self.date_of(*day, zone);
                Some(call(&[day]))
            }
            _ => None,
        }
    }

    /// Tells where the zone of a call is none, or stands beside a date. False where it does.
    pub(super) fn check_zone(
        &mut self,
        table: &Function,
        call: Span,
        places: &[Expression],
        arguments: &[Found],
    ) -> bool {
        let zone = (table.parameters.iter())
            .position(|parameter| parameter.kind == Kind::Zone)
            .filter(|place| *place < arguments.len());
        let Some(zone) = zone else { return true };
        if table.parameters[0].kind == Kind::Day
            && *self.graph.type_of(arguments[0].id) == Type::Date
        {
            let date = self.sources.text(arguments[0].span);
            let ours = format!("{}({date})", table.name);
            self.tell(errors::zone_of_a_date(
                date,
                arguments[zone].span,
                ours,
                call,
            ));
            return false;
        }
        let mut names = Vec::new();
        if let Value::Constant(Constant::Text(name)) = self.graph.value(arguments[zone].id) {
            names.push((name.to_string(), arguments[zone].span));
        } else if let Some(place) = places.get(zone) {
            written_names(place, &mut names);
        }
        let mut all_known = true;
        for (name, span) in names {
            if calendar::zone_named(&name).is_none() {
                let near = crate::schema::near_zone(&name);
                self.tell(errors::unknown_zone(&name, near.as_deref(), span));
                all_known = false;
            }
        }
        all_known
    }
}

/// The names that are written out in an expression that gives a zone: `tz ?? "Europe/Brussels"`.
fn written_names(place: &Expression, names: &mut Vec<(String, Span)>) {
    match &*place.kind {
        ExpressionKind::Literal(Literal::Text(name)) => names.push((name.clone(), place.span)),
        ExpressionKind::Parenthesized(inner) => written_names(inner, names),
        ExpressionKind::Coalesce { value, fallback } => {
            written_names(value, names);
            written_names(fallback, names);
        }
        _ => {}
    }
}
