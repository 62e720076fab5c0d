//! The graph worked out for many contacts at once: arithmetic, comparisons and logic lane by lane, whatever else one contact at a time.

use super::lanes::Lanes;
use super::row::Lane;
use super::tables::Tables;
use crate::execute::column::{Column, Values};
use crate::execute::matched::Matched;
use crate::ir::{Arithmetic, Bound, Comparison, Condition, ConditionId, NodeRef, Value, ValueId};
use crate::optimize::constants::{decide, work_out};
use crate::optimize::walk;
use crate::plan::{BoundPlan, TimeBound};
use crate::types::{Constant, NumberKind, Type};
use std::cell::RefCell;
use std::cmp::Ordering;
use std::rc::Rc;

/// The operands of a node, each for all contacts.
struct Operands<'a>(Vec<(ValueId, Lanes, &'a Type)>);

impl Operands<'_> {
    fn constant(&self, value: ValueId, lane: usize) -> Constant {
        let found = self.0.iter().find(|(operand, ..)| *operand == value);
        found.map_or(Constant::Missing, |(_, lanes, value_type)| {
            lanes.constant(lane, value_type)
        })
    }
}

/// Contacts whose columns are those of the plan.
#[derive(Clone, Copy)]
pub(in crate::execute) struct Rows<'a> {
    pub(in crate::execute) bound: &'a BoundPlan,
    /// One for each column of the plan.
    pub(in crate::execute) columns: &'a [Column],
    /// Whether they are those of the contacts, rather than of a column made up of its different values.
    pub(in crate::execute) are_of_data: bool,
}

/// Contacts that are worked out together; in a bracket a contact stands as often as it has elements there.
pub(in crate::execute) struct Vectors<'a> {
    pub(super) rows: Rows<'a>,
    /// Their rows in the columns.
    pub(super) picked: Vec<usize>,
    /// Their elements in the brackets around, the innermost last.
    pub(super) elements: Vec<Elements<'a>>,
    /// Values that are looked up.
    pub(super) tables: Option<&'a Tables>,
    /// The events of the block that the contacts are of.
    pub(super) matched: Option<&'a Matched<'a>>,
    /// Which events of each contact lie within bounds that were asked about.
    pub(super) within: RefCell<Vec<Within<'a>>>,
}

/// The events of a stream within bounds of their time, of each contact the first and the one behind the last.
pub(super) struct Within<'a> {
    pub(super) stream: u32,
    pub(super) bounds: &'a [TimeBound],
    pub(super) events: Rc<[(u32, u32)]>,
}

/// What is asked of contacts that differ in one column: of a contact for each row of the one that is put in its place.
pub(super) fn with_values<T>(
    bound: &BoundPlan,
    columns: &[Column],
    (place, values): (usize, Column),
    ask: impl FnOnce(&Vectors<'_>) -> T,
) -> T {
    let rows = values.rows;
    let mut columns = columns.to_vec();
    columns[place] = values;
    let of = Rows {
        bound,
        columns: &columns,
        are_of_data: false,
    };
    ask(&Vectors::new(of, (0..rows).collect()))
}

/// The elements that lanes stand for.
pub(super) struct Elements<'a> {
    pub(super) column: &'a Column,
    pub(super) element_type: &'a Type,
    /// One for each lane.
    pub(super) rows: Vec<usize>,
}

impl Elements<'_> {
    /// Those of these lanes.
    pub(super) fn picked(&self, lanes: &[usize]) -> Self {
        Self {
            rows: lanes.iter().map(|lane| self.rows[*lane]).collect(),
            ..*self
        }
    }
}

/// Where the values of a node lie.
pub(super) struct Place<'v, 'a> {
    pub(super) column: &'a Column,
    pub(super) value_type: &'a Type,
    /// One for each lane.
    pub(super) rows: &'v [usize],
}

impl Place<'_, '_> {
    pub(super) fn constant(&self, lane: usize) -> Constant {
        self.column.constant(self.rows[lane], self.value_type)
    }
}

impl<'a> Vectors<'a> {
    /// The contacts of these rows.
    pub(in crate::execute) fn new(rows: Rows<'a>, picked: Vec<usize>) -> Self {
        Self {
            rows,
            picked,
            elements: Vec::new(),
            tables: None,
            matched: None,
            within: RefCell::default(),
        }
    }

    /// The same, with values that are looked up, and the events of the block.
    pub(in crate::execute) fn with(
        self,
        tables: Option<&'a Tables>,
        matched: &'a Matched<'a>,
    ) -> Self {
        Self {
            tables,
            matched: Some(matched),
            ..self
        }
    }

    /// Whether there are no contacts.
    pub(in crate::execute) fn is_empty(&self) -> bool {
        self.picked.is_empty()
    }

    pub(super) fn type_of(&self, value: ValueId) -> &'a Type {
        self.rows.bound.plan.graph.type_of(value)
    }

    /// The column that holds a node's values as they are: a field, an element, a part of such. The node stands in so many brackets more than we do.
    pub(super) fn place(&self, value: ValueId, inside: u32) -> Option<Place<'_, 'a>> {
        let plan = &*self.rows.bound.plan;
        match plan.graph.value(value) {
            Value::Field(field) => {
                let place = plan.column(*field)?.0 as usize;
                Some(Place {
                    column: &self.rows.columns[place],
                    value_type: &plan.columns[place].column_type,
                    rows: &self.picked,
                })
            }
            Value::Element { depth } => self.element(depth.checked_sub(inside)?),
            Value::Part { record, part } => {
                let record = self.place(*record, inside)?;
                let column = match &record.column.values {
                    Values::Record(parts) => parts.get(*part as usize)?,
                    Values::Missing => record.column,
                    _ => return None,
                };
                Some(Place {
                    column,
                    value_type: plan.graph.type_of(value),
                    rows: record.rows,
                })
            }
            _ => None,
        }
    }

    /// The elements of the bracket so many brackets outwards.
    pub(super) fn element(&self, depth: u32) -> Option<Place<'_, 'a>> {
        let place = self.elements.len().checked_sub(1 + depth as usize)?;
        let elements = &self.elements[place];
        Some(Place {
            column: elements.column,
            value_type: elements.element_type,
            rows: &elements.rows,
        })
    }

    /// For each contact whether the condition holds.
    pub(in crate::execute) fn holds(&self, condition: ConditionId) -> Vec<bool> {
        let lanes = self.picked.len();
        match self.rows.bound.plan.graph.condition(condition) {
            Condition::Constant(answer) => vec![*answer; lanes],
            Condition::Not(operand) => {
                let mut holds = self.holds(*operand);
                holds.iter_mut().for_each(|holds| *holds = !*holds);
                holds
            }
            Condition::And(parts) => self.together(parts, true),
            Condition::Or(parts) => self.together(parts, false),
            Condition::AtLeast { count, of } => {
                let mut true_ones = vec![0; lanes];
                for part in of {
                    for (count, holds) in true_ones.iter_mut().zip(self.holds(*part)) {
                        *count += u32::from(holds);
                    }
                }
                true_ones.into_iter().map(|found| found >= *count).collect()
            }
            Condition::Holds(value) => {
                let values = self.value(*value);
                let of = |lane| values.constant(lane, &Type::Boolean) == Constant::Boolean(true);
                (0..lanes).map(of).collect()
            }
            Condition::Missing(value) => {
                if let Some(place) = self.place(*value, 0)
                    && let Values::List(_) | Values::Record(_) = place.column.values
                {
                    let rows = place.rows.iter();
                    return rows.map(|row| !place.column.is_valid(*row)).collect();
                }
                let values = self.value(*value);
                (0..lanes).map(|lane| !values.is_known(lane)).collect()
            }
            Condition::Compare {
                comparison,
                left,
                right,
            } => {
                let fits = |order: Ordering| match comparison {
                    Comparison::Equal => order == Ordering::Equal,
                    Comparison::Less => order == Ordering::Less,
                    Comparison::LessOrEqual => order != Ordering::Greater,
                };
                if let Some(holds) = self.texts_compare(*left, *right, &fits) {
                    return holds;
                }
                let orders = self.order(*left, *right);
                orders
                    .into_iter()
                    .map(|order| order.is_some_and(fits))
                    .collect()
            }
            Condition::Range { value, low, high } => {
                let mut holds = vec![true; lanes];
                for (edge, beyond) in [(low, Ordering::Greater), (high, Ordering::Less)] {
                    if let Some(edge) = edge {
                        self.within(*value, edge, beyond, &mut holds);
                    }
                }
                holds
            }
            Condition::InList {
                value,
                list,
                fold_case,
            } => {
                let (is, values) = (
                    self.rows.bound.plan.graph.type_of(*value),
                    self.value(*value),
                );
                let holds = |lane| list.holds(&values.constant(lane, is), *fold_case);
                (0..lanes).map(holds).collect()
            }
            Condition::Any {
                rows,
                condition: inside,
            } => {
                if let Some(folded) = self.folded(NodeRef::Condition(condition)) {
                    return folded.any();
                }
                let found = self.any(*rows, *inside);
                found.unwrap_or_else(|| self.holds_one_by_one(condition))
            }
            Condition::OneOf { value, .. } if self.is_calculated(*value) => {
                if let Some(read) = self.read(*value) {
                    let condition = self.rows.bound.plan.graph.condition(condition);
                    return read.each(|reading| {
                        let constant = |_| Some(reading.clone());
                        decide(condition, &|_| None, &constant).unwrap_or(false)
                    });
                }
                let operands = self.operands([*value]);
                let condition = self.rows.bound.plan.graph.condition(condition);
                let holds = |lane| {
                    let constant = |value| Some(operands.constant(value, lane));
                    decide(condition, &|_| None, &constant).unwrap_or(false)
                };
                (0..lanes).map(holds).collect()
            }
            Condition::OneOf { value, set } => {
                let texts = self.text_place(*value).map(|place| {
                    let is_in = |text: &str| {
                        set.binary_search_by(|member| match member {
                            Constant::Text(member) => (**member).cmp(text),
                            _ => Ordering::Less,
                        })
                        .is_ok()
                    };
                    (0..lanes)
                        .map(|lane| place.text(lane).is_some_and(is_in))
                        .collect()
                });
                texts.unwrap_or_else(|| self.holds_one_by_one(condition))
            }
            Condition::Has { list, all, values } => {
                let found = self.has(*list, *all, values);
                found.unwrap_or_else(|| self.holds_one_by_one(condition))
            }
            Condition::TextTest { .. } | Condition::Matches { .. } => {
                self.holds_one_by_one(condition)
            }
        }
    }

    fn holds_one_by_one(&self, condition: ConditionId) -> Vec<bool> {
        let lanes = 0..self.picked.len();
        let holds = |lane| {
            let lane = Lane {
                vectors: self,
                lane,
            };
            walk::holds(&lane, condition)
        };
        lanes.map(holds).collect()
    }

    /// Where the texts of a node lie.
    pub(super) fn text_place(&self, value: ValueId) -> Option<Place<'_, 'a>> {
        let place = self.place(value, 0)?;
        matches!(place.column.values, Values::Text(_) | Values::Codes(..)).then_some(place)
    }

    /// A text that lies in a column against one that is the same for all; none where it is anything else.
    fn texts_compare(
        &self,
        left: ValueId,
        right: ValueId,
        fits: &impl Fn(Ordering) -> bool,
    ) -> Option<Vec<bool>> {
        let (place, other, turned) = match (self.text_place(left), self.text_place(right)) {
            (Some(place), None) => (place, right, false),
            (None, Some(place)) => (place, left, true),
            _ => return None,
        };
        let Lanes::Same(Constant::Text(other)) = self.value(other) else {
            return None;
        };
        let order = |text: &str| {
            let order = text.cmp(&other);
            fits(if turned { order.reverse() } else { order })
        };
        let lanes = 0..self.picked.len();
        Some(
            lanes
                .map(|lane| place.text(lane).is_some_and(order))
                .collect(),
        )
    }

    /// Whether all hold, or one of them.
    fn together(&self, parts: &[ConditionId], all: bool) -> Vec<bool> {
        let mut holds = vec![all; self.picked.len()];
        for part in parts {
            for (holds, part) in holds.iter_mut().zip(self.holds(*part)) {
                *holds = if all { *holds & part } else { *holds | part };
            }
        }
        holds
    }

    fn within(&self, value: ValueId, edge: &Bound, beyond: Ordering, holds: &mut [bool]) {
        let orders = self.order(value, edge.value);
        for (holds, order) in holds.iter_mut().zip(orders) {
            *holds &= order.is_some_and(|order| {
                order == beyond || (edge.inclusive && order == Ordering::Equal)
            });
        }
    }

    fn order(&self, left: ValueId, right: ValueId) -> Vec<Option<Ordering>> {
        let graph = &self.rows.bound.plan.graph;
        let types = (graph.type_of(left), graph.type_of(right));
        let is_figure = |value| match graph.value(value) {
            Value::Population(population) => population.figure.is_of_member(),
            _ => false,
        };
        if is_figure(left)
            && let Some(orders) = self.population_order(left, &self.value(right))
        {
            return orders;
        }
        if is_figure(right)
            && let Some(mut orders) = self.population_order(right, &self.value(left))
        {
            let known = orders.iter_mut().flatten();
            known.for_each(|order| *order = order.reverse());
            return orders;
        }
        if let Some(orders) = self.read_order(left, right) {
            return orders;
        }
        if let Some(mut orders) = self.read_order(right, left) {
            let known = orders.iter_mut().flatten();
            known.for_each(|order| *order = order.reverse());
            return orders;
        }
        let (left, right) = (self.value(left), self.value(right));
        left.order(&right, types, self.picked.len())
    }

    pub(super) fn value(&self, value: ValueId) -> Lanes {
        let plan = &*self.rows.bound.plan;
        if let Some(parameter) = plan.parameter(value) {
            return Lanes::Same(self.rows.bound.parameters[parameter.0 as usize].clone());
        }
        let value_type = plan.graph.type_of(value);
        let columns = self.rows.columns;
        if let Some(known) =
            (self.tables).and_then(|tables| tables.lanes(value, value_type, columns, &self.picked))
        {
            return known;
        }
        let lanes = self.picked.len();
        let quick = match plan.graph.value(value) {
            Value::Constant(constant) => Some(Lanes::Same(constant.clone())),
            Value::Field(_) | Value::Element { .. } | Value::Part { .. } => {
                let place = self.place(value, 0);
                place.map(|place| Lanes::of_column(place.column, place.value_type, place.rows))
            }
            Value::Count {
                rows,
                condition,
                distinct,
            } => self.count(value, *rows, *condition, *distinct),
            Value::Aggregate {
                function,
                of,
                rows,
                condition,
            } => self.aggregate(value, *function, *of, *rows, *condition),
            Value::Favourite { of, time, .. } => self.favourite(value, *of, *time),
            Value::Now => Some(Lanes::Same(Constant::Time(self.rows.bound.now))),
            Value::Arithmetic {
                operator,
                left,
                right,
            } => self.arithmetic(*operator, *left, *right, value_type),
            Value::Coalesce { value, fallback } => self.coalesce(*value, *fallback),
            Value::If {
                condition,
                then,
                otherwise,
            } => {
                let (holds, types) = (
                    self.holds(*condition),
                    (plan.graph.type_of(*then), plan.graph.type_of(*otherwise)),
                );
                let (then, otherwise) = (self.value(*then), self.value(*otherwise));
                Some(then.chosen(&otherwise, &holds, types))
            }
            Value::Condition(condition) => Some(Lanes::Boolean(
                self.holds(*condition).into_iter().map(Some).collect(),
            )),
            Value::Call { .. } | Value::LookUp { .. } => {
                let read = || Some(self.read(value)?.lanes(value_type));
                let lanes = self.looked_up(value).or_else(read);
                Some(lanes.unwrap_or_else(|| self.lane_by_lane(value)))
            }
            Value::DateOf { time, zone } => {
                let dates = self.dates(*time, *zone);
                Some(dates.unwrap_or_else(|| self.lane_by_lane(value)))
            }
            Value::StartOf { date, period } => {
                let starts = self.starts(*date, *period);
                Some(starts.unwrap_or_else(|| self.lane_by_lane(value)))
            }
            Value::MoveCalendar { .. } | Value::Midnight { .. } => Some(self.lane_by_lane(value)),
            Value::Anniversary { date, from } => {
                let anniversaries = self.value(*date).anniversaries(&self.value(*from));
                Some(anniversaries.unwrap_or_else(|| self.lane_by_lane(value)))
            }
            Value::Negate(_)
            | Value::FoldCase(_)
            | Value::Entry { .. }
            | Value::Gaps(_)
            | Value::Catalogue(_) => None,
            Value::Nearest { .. } => Some(self.lane_by_lane(value)),
            Value::Population(population) => Some(self.population(value, population)),
            Value::Hash { salt, digits, of } => Some(self.hashes(value, salt, *digits, of)),
        };
        let values = quick.unwrap_or_else(|| {
            let of = |lane| {
                let lane = Lane {
                    vectors: self,
                    lane,
                };
                walk::value(&lane, value)
            };
            Lanes::Each((0..lanes).map(of).collect())
        });
        values.of_type(value_type, lanes)
    }

    /// A value whose operands are laid side by side, and which is worked out for one contact after the other.
    fn lane_by_lane(&self, value: ValueId) -> Lanes {
        let plan = &*self.rows.bound.plan;
        let node = plan.graph.value(value);
        let mut operands = Vec::new();
        node.operands(|operand| {
            if let NodeRef::Value(operand) = operand {
                operands.push(operand);
            }
        });
        let operands = self.operands(operands);
        let value_type = plan.graph.type_of(value);
        let of = |lane| {
            let constant = |value| Some(operands.constant(value, lane));
            let now = Some(self.rows.bound.now);
            work_out(node, value_type, &|_| None, &constant, now, &plan.zone)
                .unwrap_or(Constant::Missing)
        };
        Lanes::gathered((0..self.picked.len()).map(of), value_type)
    }

    fn operands(&self, values: impl IntoIterator<Item = ValueId>) -> Operands<'_> {
        let graph = &self.rows.bound.plan.graph;
        let of = |value| (value, self.value(value), graph.type_of(value));
        Operands(values.into_iter().map(of).collect())
    }

    /// Whether a value is more than a field.
    fn is_calculated(&self, value: ValueId) -> bool {
        let graph = &self.rows.bound.plan.graph;
        let is_plain = matches!(
            graph.value(value),
            Value::Field(_) | Value::FoldCase(_) | Value::Element { .. } | Value::Part { .. }
        );
        !is_plain
    }

    /// None where a lane needs more room on the way than 128 bits, or fractions of different divisors.
    fn arithmetic(
        &self,
        operator: Arithmetic,
        left: ValueId,
        right: ValueId,
        result: &Type,
    ) -> Option<Lanes> {
        let lanes = self.picked.len();
        let (left, right) = (self.value(left), self.value(right));
        if *result == Type::Number(NumberKind::Float) {
            let (left, right) = (left.floats(lanes)?, right.floats(lanes)?);
            let of = |(left, right): (f64, f64)| {
                let value = match operator {
                    Arithmetic::Add => left + right,
                    Arithmetic::Subtract => left - right,
                    Arithmetic::Multiply => left * right,
                    Arithmetic::Divide => left / right,
                };
                if value.is_finite() { value } else { f64::NAN }
            };
            return Some(Lanes::Float(left.into_iter().zip(right).map(of).collect()));
        }
        let (left, right) = (left.whole()?, right.whole()?);
        if operator == Arithmetic::Divide {
            return match result {
                Type::Number(_) => left.over(&right, lanes).map(Lanes::Quotients),
                _ => None,
            };
        }
        let least = |a: i128, b: i128| {
            let (mut x, mut y) = (a, b);
            while y != 0 {
                (x, y) = (y, x % y);
            }
            (a / x).checked_mul(b)
        };
        let divisor = match operator {
            Arithmetic::Add | Arithmetic::Subtract => least(left.divisor, right.divisor)?,
            Arithmetic::Multiply => left.divisor.checked_mul(right.divisor)?,
            Arithmetic::Divide => return None,
        };
        let (by_left, by_right) = (divisor / left.divisor, divisor / right.divisor);
        // A duration is a whole number of nanoseconds, a distance of micrometres: what lies between is cut down.
        let cut = matches!(result, Type::Duration | Type::Distance) && divisor != 1;
        let mut numbers = Vec::with_capacity(lanes);
        let mut known = Vec::with_capacity(lanes);
        for lane in 0..lanes {
            let both = left.get(lane).zip(right.get(lane));
            known.push(both.is_some());
            let (left, right) = both.unwrap_or((0, 0));
            let number = match operator {
                Arithmetic::Add => left
                    .checked_mul(by_left)?
                    .checked_add(right.checked_mul(by_right)?)?,
                Arithmetic::Subtract => left
                    .checked_mul(by_left)?
                    .checked_sub(right.checked_mul(by_right)?)?,
                Arithmetic::Multiply | Arithmetic::Divide => left.checked_mul(right)?,
            };
            numbers.push(if cut {
                number.div_euclid(divisor)
            } else {
                number
            });
        }
        Some(Lanes::Whole {
            numbers,
            known,
            divisor: if cut { 1 } else { divisor },
        })
    }

    fn coalesce(&self, value: ValueId, fallback: ValueId) -> Option<Lanes> {
        let (value, fallback) = (self.value(value), self.value(fallback));
        let lanes = self.picked.len();
        match (&value, &fallback) {
            (Lanes::Same(Constant::Missing), _) => return Some(fallback),
            (Lanes::Same(_), _) => return Some(value),
            (Lanes::Float(_), Lanes::Float(_) | Lanes::Same(Constant::Float(_))) => {
                let (value, fallback) = (value.floats(lanes)?, fallback.floats(lanes)?);
                let both = value.into_iter().zip(fallback);
                let first = |(value, fallback): (f64, f64)| {
                    if value.is_nan() { fallback } else { value }
                };
                return Some(Lanes::Float(both.map(first).collect()));
            }
            _ => {}
        }
        let (value, fallback) = (value.whole()?, fallback.whole()?);
        if value.divisor != fallback.divisor && fallback.divisor != 1 {
            return None;
        }
        let scale = value.divisor / fallback.divisor;
        let mut numbers = Vec::with_capacity(lanes);
        let mut known = Vec::with_capacity(lanes);
        for lane in 0..lanes {
            let number = match (value.get(lane), fallback.get(lane)) {
                (Some(number), _) => Some(number),
                (None, Some(number)) => Some(number.checked_mul(scale)?),
                (None, None) => None,
            };
            known.push(number.is_some());
            numbers.push(number.unwrap_or(0));
        }
        Some(Lanes::Whole {
            numbers,
            known,
            divisor: value.divisor,
        })
    }
}
