//! What a program means, contact by contact: slow, obvious, and the judge of everything that is quick.
//!
//! It takes the tree as the checker made it, before any optimisation, reads each cell anew from whatever Arrow layout it lies in,
//! holds exact numbers as fractions of unbounded integers, and walks the tree once for each contact. It shares no evaluation with
//! `execute`, `jit` or `optimize`; only the functions of the language have a single evaluator, called by all.

mod aggregate;
mod calendar;
mod cells;
mod globe;
mod lookup;
mod meaning;
mod population;
mod value;

use crate::ir::{Module, NodeRef, Value};
use crate::schema::Schema;
use crate::types::Constant;
use arrow_array::{Array, BooleanArray, RecordBatch};

/// A column that the reference cannot read as the schema's field.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Unreadable {
    #[error("the batch has no column \"{0}\"")]
    NoColumn(String),
    #[error("column \"{column}\" is {found}, which is not a {expected}")]
    WrongType {
        column: String,
        expected: String,
        found: String,
    },
}

/// The members of each segment among the rows of a batch, who are all contacts that there are; the arrays have no missing values.
///
/// `now` is in nanoseconds since 1970-01-01T00:00Z. Only columns of fields that a segment looks at need to be in the batch.
///
/// # Errors
/// Where the batch lacks such a column, or has another type in it than the schema says.
pub fn evaluate(
    module: &Module,
    schema: &Schema,
    batch: &RecordBatch,
    now: i128,
) -> Result<Vec<BooleanArray>, Unreadable> {
    let roots = module.segments.iter().map(|root| NodeRef::Condition(*root));
    let nodes = module.graph.reachable(roots);
    let mut answers = vec![Vec::with_capacity(batch.num_rows()); module.segments.len()];
    each_contact(module, schema, batch, now, &nodes, |contact| {
        for (segment, answer) in module.segments.iter().zip(&mut answers) {
            answer.push(contact.is_so(*segment));
        }
    })?;
    Ok(answers.into_iter().map(BooleanArray::from).collect())
}

/// Hands over each row of a batch as a contact of which these nodes, operands first, have been worked out.
fn each_contact(
    module: &Module,
    schema: &Schema,
    batch: &RecordBatch,
    now: i128,
    nodes: &[NodeRef],
    mut visit: impl FnMut(&mut meaning::Contact),
) -> Result<(), Unreadable> {
    let columns = columns(nodes, module, schema, batch)?;
    let populations = population::Populations::default();
    for row in 0..batch.num_rows() {
        let contacts = meaning::Contacts {
            module,
            schema,
            columns: &columns,
            number: batch.num_rows(),
            now,
            populations: &populations,
        };
        let mut contact = meaning::Contact::new(contacts, row);
        // Operands first, so that a deep tree needs no deep stack.
        for node in nodes {
            contact.visit(*node);
        }
        visit(&mut contact);
    }
    Ok(())
}

/// What nodes come to, for each row of a batch one behind the other; conditions are true or false. What looks at the elements of a bracket has no value of
/// its own and is missing.
///
/// # Errors
/// As [`evaluate`].
pub fn values(
    module: &Module,
    schema: &Schema,
    batch: &RecordBatch,
    now: i128,
    nodes: &[NodeRef],
) -> Result<Vec<Vec<Constant>>, Unreadable> {
    let all = module.graph.reachable(nodes.iter().copied());
    let mut rows = Vec::with_capacity(batch.num_rows());
    each_contact(module, schema, batch, now, &all, |contact| {
        let values = nodes.iter().map(|node| match *node {
            node if module.graph.reach(node) > 0 => Constant::Missing,
            NodeRef::Condition(id) => Constant::Boolean(contact.is_so(id)),
            NodeRef::Value(id) => contact.value(id).to_constant(),
        });
        rows.push(values.collect());
    })?;
    Ok(rows)
}

/// The column of each field of the schema that the nodes read.
fn columns<'a>(
    nodes: &[NodeRef],
    module: &Module,
    schema: &Schema,
    batch: &'a RecordBatch,
) -> Result<Vec<Option<&'a dyn Array>>, Unreadable> {
    let mut columns = vec![None; schema.fields_and_streams().len()];
    for node in nodes {
        let NodeRef::Value(value) = node else {
            continue;
        };
        let Value::Field(id) = module.graph.value(*value) else {
            continue;
        };
        let field = schema.field(*id);
        let column = batch
            .column_by_name(&field.column)
            .ok_or_else(|| Unreadable::NoColumn(field.column.clone()))?
            .as_ref();
        if !cells::holds(column.data_type(), &field.field_type) {
            return Err(Unreadable::WrongType {
                column: field.column.clone(),
                expected: field.field_type.name(),
                found: column.data_type().to_string(),
            });
        }
        columns[id.0 as usize] = Some(column);
    }
    Ok(columns)
}
