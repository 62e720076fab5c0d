//! What no test reaches: conditions that are never true or never false, and edges that nobody stands on.

use super::reached::{Edge, Item, collect};
use super::{Ready, TrialError, on_one_line};
use crate::check::Trial;
use crate::engine::Tests;
use crate::ir::{ConditionId, NodeRef};
use crate::reference;
use crate::source::Span;
use crate::types::Constant;

/// What the tests together reach of the definitions that they see. A definition with parameters is told of where it stands: what one use of it reaches is
/// reached.
#[derive(Clone, Debug, Default)]
pub struct Coverage {
    /// How many conditions there are: those of definitions, and each part of an `AND`, an `OR`, an `if`.
    pub conditions: usize,
    /// Those that some side of is never seen, in the order of the texts.
    pub uncovered: Vec<Uncovered>,
    /// How many edges there are: of windows, and of comparisons by size.
    pub edges: usize,
    /// Those that no test stands on, in the order of the texts.
    pub boundaries: Vec<Boundary>,
}

/// A condition that is not both true of one contact of a test and false of another.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Uncovered {
    pub span: Span,
    /// As it is written, on one line.
    pub text: String,
    pub never_true: bool,
    pub never_false: bool,
}

/// An edge that no value of a test lies on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Boundary {
    /// The condition that has it.
    pub span: Span,
    /// As it is written, on one line.
    pub text: String,
    /// The value that lies on it: `5`, `90 days ago`; in a definition with parameters that of each use, `3 or 5`.
    pub edge: String,
}

/// Answers every test and looks at what they reach together.
///
/// # Errors
/// As [`run`](super::run).
pub fn coverage(tests: &Tests, trials: &[&Trial]) -> Result<Coverage, TrialError> {
    let mut known: Option<(Vec<Item>, Vec<Edge>)> = None;
    for trial in trials {
        let ready = Ready::new(tests, trial)?;
        let mut module = ready.program.checked().clone();
        // Every program of these tests has the same nodes, so that what is added has the same ids as well.
        let found = collect(tests, &ready.program, &mut module);
        let (items, edges) = known.get_or_insert(found);
        let of_items = items.iter().flat_map(|item| &item.conditions);
        let of_edges = edges.iter().flat_map(|edge| &edge.touched);
        let nodes: Vec<NodeRef> = (of_items.chain(of_edges))
            .map(|condition: &ConditionId| NodeRef::Condition(*condition))
            .collect();
        let rows = reference::values(
            &module,
            ready.program.schema(),
            &ready.batch,
            trial.now,
            &nodes,
        )
        .map_err(|error| TrialError::Internal(error.to_string()))?;
        for row in rows {
            let mut holds = row.iter().map(|value| *value == Constant::Boolean(true));
            for item in items.iter_mut() {
                for is_true in holds.by_ref().take(item.conditions.len()) {
                    item.seen[usize::from(is_true)] = true;
                }
            }
            for edge in edges.iter_mut() {
                for is_touched in holds.by_ref().take(edge.touched.len()) {
                    edge.seen |= is_touched;
                }
            }
        }
    }
    let (items, edges) = known.unwrap_or_default();
    let sources = tests.sources();
    let text = |span: Span| on_one_line(sources.text(span));
    let mut uncovered: Vec<Uncovered> = (items.iter())
        .filter(|item| item.seen != [true, true])
        .map(|item| Uncovered {
            span: item.span,
            text: text(item.span),
            never_false: !item.seen[0],
            never_true: !item.seen[1],
        })
        .collect();
    let mut boundaries: Vec<Boundary> = (edges.iter())
        .filter(|edge| !edge.seen)
        .map(|edge| Boundary {
            span: edge.span,
            text: text(edge.span),
            edge: edge.words(),
        })
        .collect();
    uncovered.sort_by_key(|one| one.span);
    boundaries.sort_by_key(|one| one.span);
    Ok(Coverage {
        conditions: items.len(),
        uncovered,
        edges: edges.len(),
        boundaries,
    })
}
