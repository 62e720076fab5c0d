//! Values that rest on one text column of few different texts (the instants that calendar words come to in a contact's own zone): worked
//! out once for each text, so that a contact only looks them up.

use super::lanes::Lanes;
use super::vector::with_values;
use crate::execute::column::{Codes, Column, Text, Values};
use crate::ir::{ConditionId, NodeRef, Value, ValueId};
use crate::plan::{BoundPlan, ColumnId};
use crate::types::{Constant, Type};
use hashbrown::HashMap;

/// More different texts than this in a column that is no dictionary are not counted any further.
const MOST_TEXTS: usize = 1024;

/// The values of a condition that are looked up, by the columns that they were made for.
#[derive(Debug, Default)]
pub(in crate::execute) struct Tables {
    tables: Vec<(ValueId, Table)>,
}

#[derive(Debug)]
struct Table {
    /// The place in `values` for each row whose text is known.
    codes: Codes,
    column: usize,
    values: Vec<Constant>,
    missing: Constant,
}

/// What a node rests on.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Rests {
    OnNothing,
    On(ColumnId),
    OnMore,
}

impl Rests {
    fn and(self, other: Rests) -> Rests {
        match (self, other) {
            (Rests::OnNothing, rests) | (rests, Rests::OnNothing) => rests,
            (Rests::On(one), Rests::On(other)) if one == other => self,
            _ => Rests::OnMore,
        }
    }
}

impl Tables {
    /// None where no value of the condition is better looked up.
    pub(in crate::execute) fn new(
        bound: &BoundPlan,
        condition: ConditionId,
        columns: &[Column],
    ) -> Option<Self> {
        let mut tables = Vec::new();
        for (value, column) in candidates(bound, condition) {
            let place = column.0 as usize;
            if let Some(table) = Table::new(bound, value, columns, place) {
                tables.push((value, table));
            }
        }
        (!tables.is_empty()).then_some(Self { tables })
    }

    /// The values of these rows, where there is a table for the value.
    pub(super) fn lanes(
        &self,
        value: ValueId,
        value_type: &Type,
        columns: &[Column],
        rows: &[usize],
    ) -> Option<Lanes> {
        let (_, table) = self.tables.iter().find(|(known, _)| *known == value)?;
        let column = &columns[table.column];
        let at = |row: &usize| match column.is_valid(*row) {
            true => &table.values[table.codes.get(*row)],
            false => &table.missing,
        };
        Some(Lanes::gathered(
            rows.iter().map(|row| at(row).clone()),
            value_type,
        ))
    }
}

impl Table {
    /// None where the column holds no text, or too many different ones for it to pay.
    fn new(bound: &BoundPlan, value: ValueId, columns: &[Column], place: usize) -> Option<Self> {
        let column = &columns[place];
        let (codes, texts) = match &column.values {
            Values::Codes(codes, dictionary) if dictionary.len() <= column.rows / 2 + 64 => {
                (codes.clone(), dictionary.column())
            }
            Values::Text(texts) => interned(texts, column)?,
            _ => return None,
        };
        let of = |column: Column| {
            let rows = column.rows;
            with_values(bound, columns, (place, column), |vectors| {
                let value_type = bound.plan.graph.type_of(value);
                let lanes = vectors.value(value);
                (0..rows)
                    .map(|lane| lanes.constant(lane, value_type))
                    .collect::<Vec<_>>()
            })
        };
        Some(Self {
            codes,
            column: place,
            values: of(texts),
            missing: of(Column::missing(1)).pop().unwrap_or(Constant::Missing),
        })
    }
}

/// Codes for the known texts of a column, with the different texts; none where these are many.
fn interned(texts: &Text, column: &Column) -> Option<(Codes, Column)> {
    let mut places: HashMap<&str, u32, foldhash::fast::FixedState> = HashMap::default();
    let mut different: Vec<&str> = Vec::new();
    let mut codes = vec![0u32; column.rows];
    for (row, code) in codes.iter_mut().enumerate() {
        if !column.is_valid(row) {
            continue;
        }
        let text = texts.get(row);
        *code = *places.entry(text).or_insert_with(|| {
            different.push(text);
            (different.len() - 1) as u32
        });
        if different.len() > MOST_TEXTS {
            return None;
        }
    }
    let texts = arrow_array::StringArray::from_iter_values(&different);
    let column = Column::new(different.len(), None, Values::Text(Text::Small(texts)));
    Some((Codes::U32(codes.into()), column))
}

/// The greatest values of a condition that rest on one text column and are more than that column.
fn candidates(bound: &BoundPlan, condition: ConditionId) -> Vec<(ValueId, ColumnId)> {
    let plan = &*bound.plan;
    let graph = &plan.graph;
    let mut rests: HashMap<NodeRef, Rests, foldhash::fast::FixedState> = HashMap::default();
    // Operands come before what is built on them.
    for node in graph.reachable([NodeRef::Condition(condition)]) {
        let mut found = Rests::OnNothing;
        let operand = |operand| found = found.and(rests[&operand]);
        match node {
            NodeRef::Condition(id) => graph.condition(id).operands(operand),
            NodeRef::Value(id) if plan.parameter(id).is_some() => {}
            NodeRef::Value(id) => {
                graph.value(id).operands(operand);
                if let Value::Field(field) = graph.value(id) {
                    found = plan.column(*field).map_or(Rests::OnMore, Rests::On);
                }
                // An element is another one each time.
                if graph.reach(node) > 0 {
                    found = Rests::OnMore;
                }
            }
        }
        rests.insert(node, found);
    }
    let mut candidates = Vec::new();
    let mut stack = vec![NodeRef::Condition(condition)];
    while let Some(node) = stack.pop() {
        if let NodeRef::Value(value) = node {
            match rests[&node] {
                _ if matches!(graph.value(value), Value::Field(_)) => continue,
                Rests::OnNothing => continue,
                Rests::On(column) if plan.columns[column.0 as usize].column_type == Type::Text => {
                    if !candidates.contains(&(value, column)) {
                        candidates.push((value, column));
                    }
                    continue;
                }
                Rests::On(_) | Rests::OnMore => {}
            }
        }
        match node {
            NodeRef::Condition(id) => graph.condition(id).operands(|node| stack.push(node)),
            NodeRef::Value(id) => graph.value(id).operands(|node| stack.push(node)),
        }
    }
    candidates
}
