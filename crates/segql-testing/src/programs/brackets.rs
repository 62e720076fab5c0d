//! Brackets of random programs: lists to look into, conditions on their elements, figures over them.

use super::{Maker, kind_name, number};
use crate::cells::KEYS;
use segql::ir::{Aggregate, Condition, Rows, Value, ValueId};
use segql::schema::FieldId;
use segql::types::{Constant, NumberKind, Type};

impl Maker<'_> {
    /// All fields, all elements of the brackets around, and whatever is in them without a bracket, with their types.
    pub(super) fn places(&mut self) -> Vec<(ValueId, Type)> {
        let mut open: Vec<(Value, Type)> = Vec::new();
        for (place, column) in self.world.columns.iter().enumerate() {
            let field = Value::Field(FieldId(place as u32));
            open.push((field, column.kind.type_of()));
        }
        for (depth, element) in self.brackets.iter().rev().enumerate() {
            let depth = depth as u32;
            open.push((Value::Element { depth }, element.clone()));
        }
        let mut places = Vec::new();
        while let Some((value, value_type)) = open.pop() {
            let id = self.graph.add_value(value, value_type.clone());
            match &value_type {
                Type::Record(record) => {
                    for (part, of) in record.parts.iter().enumerate() {
                        let part = part as u32;
                        open.push((Value::Part { record: id, part }, of.part_type.clone()));
                    }
                }
                Type::Map(value) => {
                    let key = *self.random.pick(&KEYS);
                    let key = self.graph.add_constant(Constant::Text(key.into()));
                    open.push((Value::Entry { map: id, key }, (**value).clone()));
                }
                _ => {}
            }
            places.push((id, value_type));
        }
        places
    }

    /// Rows to look at and the type of their elements; none where there are no lists.
    fn rows(&mut self, depth: usize) -> Option<(Rows, Type)> {
        let mut lists: Vec<Type> = self.places().into_iter().map(|(_, found)| found).collect();
        lists.retain(|found| matches!(found, Type::List(_)));
        // Lists of records are what brackets are for.
        let records: Vec<Type> = (lists.iter())
            .filter(|list| list.record().is_some())
            .cloned()
            .collect();
        if !records.is_empty() && self.random.percent(70) {
            lists = records;
        }
        if self.brackets.len() > 2 {
            return None;
        }
        if self.random.percent(10)
            && let Some(found) = self.records_of_a_catalogue()
        {
            return Some(found);
        }
        if lists.is_empty() {
            return None;
        }
        let list_type = self.random.pick(&lists).clone();
        let list = self.value(&list_type, depth.saturating_sub(1));
        match list_type {
            Type::List(element) => Some((Rows::List(list), *element)),
            _ => None,
        }
    }

    pub(super) fn any(&mut self, depth: usize) -> Condition {
        let Some((rows, element)) = self.rows(depth) else {
            return self.has(depth);
        };
        self.count(&format!("any {}", kind_name(&element)));
        self.brackets.push(element);
        let condition = self.condition(depth.min(2));
        self.brackets.pop();
        Condition::Any { rows, condition }
    }

    /// A figure over elements; none where there are no lists, or where no figure has this type.
    pub(super) fn figure(&mut self, value_type: &Type, depth: usize) -> Option<ValueId> {
        use NumberKind::{Exact, Whole};
        if self.random.percent(15) {
            return self.favourite(value_type, depth);
        }
        let of = match value_type {
            Type::Number(Exact) => number(*self.random.pick(&[Whole, Exact])),
            other => other.clone(),
        };
        let functions: Vec<Option<Aggregate>> = (Aggregate::ALL.into_iter())
            .chain([Aggregate::First, Aggregate::Last, Aggregate::Different])
            .filter(|function| *function != Aggregate::Different || of.record().is_none())
            .filter(|function| function.result(&of).as_ref() == Some(value_type))
            .map(Some)
            .chain((*value_type == number(Whole)).then_some(None))
            .collect();
        if functions.is_empty() {
            return None;
        }
        let function = *self.random.pick(&functions);
        let (rows, element) = self.rows(depth)?;
        self.brackets.push(element);
        let condition = if self.random.percent(40) {
            self.graph.add_condition(Condition::Constant(true))
        } else {
            self.condition(depth.min(1))
        };
        let value = match function {
            Some(function) => {
                self.count(&format!("{} {}", function.name(), kind_name(&of)));
                Value::Aggregate {
                    function,
                    of: self.value(&of, depth.min(1)),
                    rows,
                    condition,
                }
            }
            None => {
                let is_distinct = self.random.percent(50);
                self.count(if is_distinct {
                    "count distinct"
                } else {
                    "count"
                });
                let distinct = is_distinct.then(|| {
                    let (of, _) = self.comparable_types();
                    let of = if self.random.percent(30) {
                        Type::List(Box::new(of))
                    } else {
                        of
                    };
                    segql::ir::Distinct {
                        value: self.value(&of, depth.min(1)),
                        at_least: *self.random.pick(&[1, 1, 2]),
                    }
                });
                Value::Count {
                    rows,
                    condition,
                    distinct,
                }
            }
        };
        self.brackets.pop();
        Some(self.graph.add_value(value, value_type.clone()))
    }

    /// The value that most elements have, by any time.
    fn favourite(&mut self, value_type: &Type, depth: usize) -> Option<ValueId> {
        if let Type::List(_) | Type::Record(_) | Type::Map(_) | Type::Point = value_type {
            return None;
        }
        let (rows, element) = self.rows(depth)?;
        let of = if self.random.percent(30) {
            Type::List(Box::new(value_type.clone()))
        } else {
            value_type.clone()
        };
        self.count(&format!("favourite {}", kind_name(&of)));
        self.brackets.push(element);
        let favourite = Value::Favourite {
            of: self.value(&of, depth.min(1)),
            time: self.value(&Type::Time, depth.min(1)),
            rows,
            condition: self.condition(depth.min(1)),
        };
        self.brackets.pop();
        Some(self.graph.add_value(favourite, value_type.clone()))
    }
}
