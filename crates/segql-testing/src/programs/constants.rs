//! Constants of random programs, likely those that contacts have or that lie beside them.

use super::{Maker, kind_name, number};
use crate::cells::{Cell, KEYS, Kind};
use segql::ir::{Value, ValueId};
use segql::types::{Constant, Exact, Float, NumberKind, Point, Type};

impl Maker<'_> {
    pub(super) fn constant(&mut self, value_type: &Type) -> ValueId {
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
    pub(super) fn constant_of(&mut self, value_type: &Type) -> Constant {
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

    pub(super) fn place(&mut self) -> Point {
        match self.of_pool(&Type::Point) {
            Some(Constant::Point(place)) => place,
            _ => match Kind::Point.cell(self.random, self.world.now) {
                Cell::Point(latitude, longitude) => Point::new(latitude, longitude),
                _ => None,
            }
            .unwrap_or_else(|| unreachable!("a cell of places is a place")),
        }
    }

    pub(super) fn exact(&mut self) -> Exact {
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
    pub(super) fn of_pool(&mut self, value_type: &Type) -> Option<Constant> {
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
