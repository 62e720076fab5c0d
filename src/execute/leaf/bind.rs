//! Leaves bound to the physical form of their columns: which kind of test, with which constants.

use super::idle::Idle;
use super::{
    Answered, EventsTest, General, KeptAnswers, Kind, Leaf, figures, keys, near, numbers, text,
};
use crate::execute::Form;
use crate::execute::column::{Column, Values};
use crate::execute::evaluate::{ByClock, Few, Tables};
use crate::ir::ConditionId;
use crate::plan::{BoundPlan, ColumnId, Leaf as PlanLeaf, Shape, TextPredicate, TextTestKind};
use crate::types::Constant;
use std::sync::{Arc, PoisonError};

impl Leaf {
    /// Binds a leaf to the columns of a plan.
    pub(in crate::execute) fn bind(
        bound: &BoundPlan,
        leaf: &PlanLeaf,
        columns: &[Column],
        kept: &KeptAnswers,
        form: Form,
    ) -> Self {
        let condition = leaf.condition;
        let of = |column: &ColumnId, kind: &dyn Fn(&Column) -> Kind| {
            let place = column.0 as usize;
            let column = &columns[place];
            Leaf::of_column(place, kind(column), column, form)
        };
        match &leaf.shape {
            Shape::Parameter(parameter) => match bound.parameters[parameter.0 as usize] {
                Constant::Boolean(true) => Leaf::without_column(Kind::Always, form),
                _ => Leaf::without_column(Kind::Never, form),
            },
            Shape::Missing(column) => of(column, &|column| missing(column, form)),
            Shape::Boolean { column, value } => of(column, &|column| match &column.values {
                Values::Boolean(_) => Kind::Boolean(*value),
                _ => Kind::Never,
            }),
            Shape::Range { column, low, high } => of(column, &|column| {
                let edge = |edge: &Option<crate::plan::Edge>| {
                    let edge = edge.as_ref()?;
                    let constant = &bound.parameters[edge.parameter.0 as usize];
                    Some((constant, edge.inclusive))
                };
                range(column, edge(low), edge(high), form)
            }),
            Shape::Distance {
                column,
                from,
                low,
                high,
            } => of(column, &|column| {
                let edge = |edge: &Option<crate::plan::Edge>| {
                    let edge = edge.as_ref()?;
                    let constant = &bound.parameters[edge.parameter.0 as usize];
                    Some((constant, edge.inclusive))
                };
                let from = &bound.parameters[from.0 as usize];
                near::distance(column, from, edge(low), edge(high), form)
            }),
            Shape::OneOf { column, set } => of(column, &|column| one_of(column, set, form)),
            Shape::Text { column, test } => of(column, &|column| text_test(column, test, form)),
            Shape::Has {
                column,
                all,
                values,
                fold_case,
            } => of(column, &|column| {
                has(column, *all, values, *fold_case, form)
            }),
            Shape::General { columns: used } => {
                let by_key = leaf.looked_up.as_ref().and_then(|looked_up| {
                    let place = looked_up.column.0 as usize;
                    let answers = looked_up.answers(bound)?;
                    let column = &columns[place];
                    let kind = keys::test(column, &answers, form)?;
                    Some(Leaf::of_column(place, kind, column, form))
                });
                by_key.unwrap_or_else(|| general(bound, condition, used, columns, kept, form))
            }
        }
    }
}

fn missing(column: &Column, form: Form) -> Kind {
    let beyond = |known: Kind| match known {
        Kind::Numbers(test) => Kind::Unknown(test),
        _ => Kind::Missing,
    };
    match &column.values {
        Values::Missing => Kind::Always,
        Values::F32(_) => beyond(numbers::float_range::<f32>(None, None, form)),
        Values::F64(_) => beyond(numbers::float_range::<f64>(None, None, form)),
        Values::Integers(stored, unit) => beyond(numbers::known(stored, *unit, form)),
        Values::Boolean(_)
        | Values::Codes(..)
        | Values::Text(_)
        | Values::Points(_)
        | Values::Fractions(_)
        | Values::List(_)
        | Values::Record(_) => Kind::Missing,
    }
}

/// A condition of general shape: by the different values of its one column, where they are few, else from the graph.
fn general(
    bound: &BoundPlan,
    condition: ConditionId,
    used: &[ColumnId],
    columns: &[Column],
    kept: &KeptAnswers,
    form: Form,
) -> Leaf {
    if let Some(test) = EventsTest::new(bound, condition, columns) {
        return Leaf::without_column(Kind::Events(Arc::new(test)), form);
    }
    if let Some(test) = figures::figure_test(bound, condition) {
        return Leaf::without_column(Kind::Figure(Arc::new(test)), form);
    }
    let from_graph = || {
        let general = General {
            tables: Tables::new(bound, condition, columns).map(Arc::new),
            idle: Idle::new(bound, condition, columns).map(Arc::new),
        };
        Leaf::without_column(Kind::General(general), form)
    };
    let [column] = used else {
        return from_graph();
    };
    let place = column.0 as usize;
    let column = &columns[place];
    let Values::Integers(numbers, _) = &column.values else {
        let Some(few) = Few::new(bound, condition, columns, place, None) else {
            return from_graph();
        };
        let kind = match (few.by_code(column), &column.values) {
            (Some((codes, answers)), Values::Codes(_, dictionary)) => {
                text::coded(codes, dictionary, answers, form)
            }
            _ => Kind::Few(Arc::new(few)),
        };
        return Leaf::of_column(place, kind, column, form);
    };
    let stored = std::mem::discriminant(numbers);
    let mut kept = kept.0.lock().unwrap_or_else(PoisonError::into_inner);
    if let Some(kept) = &*kept
        && kept.stored == stored
        && kept.few.answers_all(column)
    {
        return Leaf::of_column(place, kept.kind.clone(), column, form);
    }
    let before = kept.as_ref().map(|kept| &*kept.few);
    let Some(few) = Few::new(bound, condition, columns, place, before) else {
        return match ByClock::new(bound, condition, columns, place) {
            Some(clock) => Leaf::of_column(place, Kind::Clock(Arc::new(clock)), column, form),
            None => from_graph(),
        };
    };
    let few = Arc::new(few);
    let by_number = few.by_number(column);
    let test = by_number
        .and_then(|(numbers, low, answers)| numbers::answered(numbers, low, answers, form));
    let kind = test.unwrap_or_else(|| Kind::Few(few.clone()));
    *kept = Some(Answered {
        few,
        stored,
        kind: kind.clone(),
    });
    Leaf::of_column(place, kind, column, form)
}

fn range(column: &Column, low: numbers::Edge<'_>, high: numbers::Edge<'_>, form: Form) -> Kind {
    match &column.values {
        Values::Integers(stored, unit) => {
            // What stands under missing values lies beyond the ends.
            let ends = column.filler().and_then(|_| column.ends());
            numbers::range_within(stored, *unit, ends, (low, high), form)
        }
        Values::F32(_) => numbers::float_range::<f32>(low, high, form),
        Values::F64(_) => numbers::float_range::<f64>(low, high, form),
        Values::Fractions(fractions) => numbers::fraction_range(fractions, low, high),
        Values::Missing
        | Values::Boolean(_)
        | Values::Codes(..)
        | Values::Text(_)
        | Values::Points(_)
        | Values::List(_)
        | Values::Record(_) => Kind::Never,
    }
}

fn one_of(column: &Column, set: &[Constant], form: Form) -> Kind {
    match &column.values {
        Values::Integers(stored, unit) => numbers::one_of(stored, *unit, set, form),
        Values::F32(stored) => numbers::float_one_of(stored, set, form),
        Values::F64(stored) => numbers::float_one_of(stored, set, form),
        Values::Fractions(fractions) => numbers::fraction_one_of(fractions, set),
        Values::Boolean(_) => {
            let has = |value| set.contains(&Constant::Boolean(value));
            match (has(true), has(false)) {
                (true, true) => Kind::Known,
                (true, false) => Kind::Boolean(true),
                (false, true) => Kind::Boolean(false),
                (false, false) => Kind::Never,
            }
        }
        Values::Codes(..) | Values::Text(_) => text_test(column, &texts(set, false), form),
        Values::Missing | Values::Points(_) | Values::List(_) | Values::Record(_) => Kind::Never,
    }
}

/// The test for being one of these texts.
fn texts(set: &[Constant], fold_case: bool) -> TextPredicate {
    let mut texts: Vec<Arc<str>> = set
        .iter()
        .filter_map(|constant| match constant {
            Constant::Text(text) => Some(text.clone()),
            _ => None,
        })
        .collect();
    texts.sort_unstable();
    TextPredicate {
        fold_case,
        test: TextTestKind::OneOf(texts.into()),
    }
}

fn text_test(column: &Column, test: &TextPredicate, form: Form) -> Kind {
    match &column.values {
        Values::Codes(codes, dictionary) => text::codes(codes, dictionary, test, form),
        Values::Text(texts) => text::plain(texts, test, form),
        Values::Missing
        | Values::Boolean(_)
        | Values::Integers(..)
        | Values::F32(_)
        | Values::F64(_)
        | Values::Points(_)
        | Values::Fractions(_)
        | Values::List(_)
        | Values::Record(_) => Kind::Never,
    }
}

fn has(column: &Column, all: bool, values: &[Constant], fold_case: bool, form: Form) -> Kind {
    let Values::List(list) = &column.values else {
        return Kind::Never;
    };
    let test = |values: &[Constant]| {
        let elements = &list.elements;
        let kind = match fold_case {
            true => text_test(elements, &texts(values, true), form),
            false => one_of(elements, values, form),
        };
        Leaf::of_column(0, kind, elements, form)
    };
    let tests: Box<[Leaf]> = if all {
        values.chunks(1).map(test).collect()
    } else {
        [test(values)].into()
    };
    if tests.iter().any(|test| matches!(test.kind, Kind::Never)) {
        return Kind::Never;
    }
    Kind::List(form, tests)
}
