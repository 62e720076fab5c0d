//! Holds executors against the reference, and makes what disagrees small enough to be read.

use crate::executors::{Answers, Case, Executor};
use crate::layout::Taste;
use crate::programs::{self, Statistics};
use crate::random::Random;
use crate::world::World;
use segql::ir::{Condition, ConditionId, Graph, NodeRef, Value};
use std::fmt::{self, Write};
use std::panic::{AssertUnwindSafe, catch_unwind};

/// An executor that does not say what the reference says.
#[derive(Clone, Debug)]
pub struct Disagreement {
    pub executor: Executor,
    /// As small as it became.
    pub case: Case,
    pub expected: Result<Answers, String>,
    pub got: Result<Answers, String>,
}

/// A random case: a world of up to `fields` fields, up to `rows` contacts, up to `segments` segments.
pub fn case(
    seed: u64,
    fields: usize,
    rows: usize,
    segments: usize,
    statistics: &mut Statistics,
) -> Case {
    let mut random = Random::new(seed);
    let world = World::random(&mut random.part(), fields);
    // Sizes about the edges of words and blocks.
    let rows = match random.below(6) {
        0 => random.below(4),
        1 => *random.pick(&[63, 64, 65, 128, 129]),
        _ => 1 + random.below(rows.max(1)),
    }
    .min(rows);
    let table = world.table(&mut random.part(), rows);
    let segments = 1 + random.below(segments);
    let module = programs::module(&world, &mut random.part(), segments, statistics);
    Case {
        world,
        table,
        module,
        seed: random.bits(),
    }
}

/// The answers, a panic among the errors.
fn answers(executor: &Executor, case: &Case) -> Result<Answers, String> {
    catch_unwind(AssertUnwindSafe(|| executor.answers(case))).unwrap_or_else(|panic| {
        let words = panic
            .downcast_ref::<String>()
            .cloned()
            .or_else(|| panic.downcast_ref::<&str>().map(ToString::to_string));
        Err(format!("panics: {}", words.unwrap_or_default()))
    })
}

/// Whether all executors answer as the reference does on the plain layout. Counts in the statistics how the segments came out.
///
/// # Errors
/// The first executor that does not, with the case made small.
pub fn agree(
    case: &Case,
    executors: &[Executor],
    statistics: &mut Statistics,
) -> Result<(), Box<Disagreement>> {
    let expected = answers(&Executor::Reference(Taste::Plain), case);
    if let Ok(answers) = &expected {
        for answer in answers {
            let members = answer.iter().filter(|member| **member).count();
            statistics.count(match members {
                _ if answer.is_empty() => "outcome: no contacts at all",
                0 => "outcome: no member",
                all if all == answer.len() => "outcome: all are members",
                _ => "outcome: some are members",
            });
        }
    }
    for executor in executors {
        if answers(executor, case) != expected || expected.is_err() {
            return Err(Box::new(smallest(executor, case)));
        }
    }
    Ok(())
}

/// Whether the executor still disagrees; then with what.
fn differs(executor: &Executor, case: &Case) -> Option<Disagreement> {
    let expected = answers(&Executor::Reference(Taste::Plain), case);
    let got = answers(executor, case);
    (expected != got || expected.is_err()).then(|| Disagreement {
        executor: executor.clone(),
        case: case.clone(),
        expected,
        got,
    })
}

/// One segment, few rows, and the smallest condition below it that still shows the difference.
fn smallest(executor: &Executor, case: &Case) -> Disagreement {
    let mut best = differs(executor, case).unwrap_or_else(|| Disagreement {
        executor: executor.clone(),
        case: case.clone(),
        expected: Err("the disagreement was not seen a second time".into()),
        got: Err(String::new()),
    });
    for _ in 0..4 {
        let mut is_smaller = false;
        // Fewer segments.
        if best.case.module.segments.len() > 1 {
            for root in best.case.module.segments.clone() {
                let mut smaller = best.case.clone();
                smaller.module.segments = vec![root];
                if let Some(found) = differs(executor, &smaller) {
                    (best, is_smaller) = (found, true);
                    break;
                }
            }
        }
        // A condition inside.
        while let [root] = best.case.module.segments[..] {
            let below = conditions_below(&best.case.module.graph, root);
            let found = below.into_iter().find_map(|inner| {
                let mut smaller = best.case.clone();
                smaller.module.segments = vec![inner];
                differs(executor, &smaller)
            });
            match found {
                Some(found) => (best, is_smaller) = (found, true),
                None => break,
            }
        }
        // Fewer rows: halves, then one by one.
        let mut size = best.case.table.rows().div_ceil(2);
        while size > 0 {
            let rows = best.case.table.rows();
            let without = (0..rows).step_by(size).find_map(|start| {
                let kept: Vec<usize> = (0..rows)
                    .filter(|row| !(start..start + size).contains(row))
                    .collect();
                if kept.len() == rows {
                    return None;
                }
                let mut smaller = best.case.clone();
                smaller.table = best.case.table.take(&kept);
                differs(executor, &smaller)
            });
            match without {
                Some(found) => (best, is_smaller) = (found, true),
                None => size /= 2,
            }
        }
        if !is_smaller {
            break;
        }
    }
    best
}

/// The conditions that a condition is built on, the smallest first, itself left out.
fn conditions_below(graph: &Graph, root: ConditionId) -> Vec<ConditionId> {
    graph
        .reachable([NodeRef::Condition(root)])
        .into_iter()
        .filter_map(|node| match node {
            // What looks at an element means nothing outside of its bracket.
            NodeRef::Condition(id) if id != root && graph.reach(node) == 0 => Some(id),
            NodeRef::Condition(_) | NodeRef::Value(_) => None,
        })
        .collect()
}

impl fmt::Display for Disagreement {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let case = &self.case;
        writeln!(f, "{} disagrees with the reference", self.executor)?;
        writeln!(
            f,
            "now {}, zone {}, seed {}",
            case.world.now,
            case.world.schema.zone_name(),
            case.seed
        )?;
        let mut fields = std::collections::BTreeSet::new();
        for root in &case.module.segments {
            let mut text = String::new();
            condition(&case.module.graph, *root, &mut text, &mut fields)?;
            writeln!(f, "segment: {text}")?;
        }
        for place in &fields {
            let column = &case.world.columns[*place];
            writeln!(
                f,
                "field {place}: {:?}{}",
                column.kind,
                if column.blank_is_missing {
                    ", blank is missing"
                } else {
                    ""
                }
            )?;
        }
        for row in 0..case.table.rows().min(20) {
            let cells: Vec<_> = (fields.iter())
                .map(|place| format!("{place}: {:?}", case.table.columns[*place][row]))
                .collect();
            let of_row = |answers: &Result<Answers, String>| match answers {
                Ok(answers) => format!(
                    "{:?}",
                    answers
                        .iter()
                        .map(|answer| answer.get(row))
                        .collect::<Vec<_>>()
                ),
                Err(error) => format!("an error ({error})"),
            };
            writeln!(
                f,
                "row {row}: {} → expected {}, got {}",
                cells.join(", "),
                of_row(&self.expected),
                of_row(&self.got)
            )?;
        }
        if let Err(error) = &self.expected {
            writeln!(f, "the reference: {error}")?;
        }
        if let Err(error) = &self.got {
            writeln!(f, "the executor: {error}")?;
        }
        Ok(())
    }
}

type Fields = std::collections::BTreeSet<usize>;

/// A condition in a form made for reading a failure: nested, with the places of fields.
fn condition(graph: &Graph, id: ConditionId, out: &mut String, fields: &mut Fields) -> fmt::Result {
    let node = graph.condition(id);
    match node {
        Condition::OneOf { set, .. } => write!(out, "OneOf{{{set:?}}}")?,
        Condition::Compare { comparison, .. } => write!(out, "{comparison:?}")?,
        Condition::TextTest { test, .. } => write!(out, "{test:?}")?,
        Condition::InList { list, .. } => write!(out, "InList{{{list:?}}}")?,
        Condition::Matches { pattern, .. } => write!(out, "Matches{{{pattern:?}}}")?,
        Condition::Has { all, .. } => write!(out, "Has{{all: {all}}}")?,
        Condition::Range { low, high, .. } => write!(
            out,
            "Range{{low: {:?}, high: {:?}}}",
            low.map(|bound| bound.inclusive),
            high.map(|bound| bound.inclusive)
        )?,
        Condition::Constant(value) => return write!(out, "{value}"),
        Condition::Not(_) => out.push_str("Not"),
        Condition::And(_) => out.push_str("And"),
        Condition::Or(_) => out.push_str("Or"),
        Condition::AtLeast { count, .. } => write!(out, "AtLeast{{{count}}}")?,
        Condition::Holds(_) => out.push_str("Holds"),
        Condition::Missing(_) => out.push_str("Missing"),
        Condition::Any { .. } => out.push_str("Any"),
    }
    let mut operands = Vec::new();
    node.operands(|operand| operands.push(operand));
    list(graph, &operands, out, fields)
}

fn value(
    graph: &Graph,
    id: segql::ir::ValueId,
    out: &mut String,
    fields: &mut Fields,
) -> fmt::Result {
    let node = graph.value(id);
    match node {
        Value::Constant(constant) => return write!(out, "{constant:?}"),
        Value::Field(field) => {
            fields.insert(field.0 as usize);
            return write!(out, "field {}", field.0);
        }
        Value::Now => return write!(out, "now"),
        Value::Arithmetic { operator, .. } => write!(out, "{operator:?}")?,
        Value::Negate(_) => out.push_str("Negate"),
        Value::Coalesce { .. } => out.push_str("Coalesce"),
        Value::If { .. } => out.push_str("If"),
        Value::Condition(_) => out.push_str("Condition"),
        Value::FoldCase(_) => out.push_str("FoldCase"),
        Value::Call { function, .. } => {
            out.push_str(segql::functions::function(*function).name);
        }
        Value::MoveCalendar { count, unit, .. } => write!(out, "Move{{{count} {unit:?}}}")?,
        Value::DateOf { .. } => out.push_str("DateOf"),
        Value::Midnight { .. } => out.push_str("Midnight"),
        Value::Anniversary { .. } => out.push_str("Anniversary"),
        Value::StartOf { period, .. } => write!(out, "StartOf{{{period:?}}}")?,
        Value::Element { depth } => return write!(out, "element {depth}"),
        Value::Part { part, .. } => write!(out, "Part{{{part}}}")?,
        Value::Entry { .. } => out.push_str("Entry"),
        Value::Count { distinct, .. } => {
            let at_least = distinct.map_or(0, |distinct| distinct.at_least);
            write!(out, "Count{{distinct: {at_least}}}")?;
        }
        Value::Aggregate { function, .. } => write!(out, "{function:?}")?,
        Value::Favourite { .. } => out.push_str("Favourite"),
        Value::Gaps(_) => out.push_str("Gaps"),
        Value::Hash { salt, digits, .. } => write!(out, "Hash{{{salt:?} {digits}}}")?,
        Value::Catalogue(catalogue) => write!(out, "{catalogue:?}")?,
        Value::LookUp {
            catalogue, part, ..
        } => write!(out, "LookUp{{{catalogue:?} {part}}}")?,
        Value::Nearest {
            catalogue, part, ..
        } => write!(out, "Nearest{{{catalogue:?} {part}}}")?,
        Value::Population(population) => {
            write!(
                out,
                "Population{{{:?}, per {}}}",
                population.figure,
                population.per.len()
            )?;
        }
    }
    write!(out, ":{}", graph.type_of(id).name())?;
    let mut operands = Vec::new();
    node.operands(|operand| operands.push(operand));
    list(graph, &operands, out, fields)
}

fn list(graph: &Graph, operands: &[NodeRef], out: &mut String, fields: &mut Fields) -> fmt::Result {
    out.push('(');
    for (place, operand) in operands.iter().enumerate() {
        if place > 0 {
            out.push_str(", ");
        }
        match operand {
            NodeRef::Condition(id) => condition(graph, *id, out, fields)?,
            NodeRef::Value(id) => value(graph, *id, out, fields)?,
        }
    }
    out.push(')');
    Ok(())
}
