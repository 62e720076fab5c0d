//! Definitions before what uses them; those that use themselves are found here.

use super::names::{DefinitionId, Definitions};
use super::uses::uses;
use crate::schema::Schema;
use crate::syntax::ast::{Expression, ExpressionKind};

/// What [`sort`] found.
pub(super) struct Order {
    /// Every definition, each behind all that it uses, except in circles.
    pub sorted: Vec<DefinitionId>,
    /// Definitions that use each other in a circle, each using the next and the last the first.
    pub circles: Vec<Vec<DefinitionId>>,
    /// What each definition uses, by [`DefinitionId`].
    pub uses: Vec<Vec<DefinitionId>>,
}

pub(super) fn sort(schema: &Schema, definitions: &Definitions) -> Order {
    let used_by: Vec<Vec<DefinitionId>> = definitions
        .all
        .iter()
        .map(|definition| {
            let mut used = Vec::new();
            let is_labelled = |name: &str| {
                let id = definitions.lookup(definition.file, name);
                id.is_some_and(|id| definitions.get(id).labels.is_some())
            };
            for body in definition.expressions() {
                uses(schema, body, &is_labelled, &mut |name| {
                    let is_parameter = definition
                        .parameters
                        .iter()
                        .any(|parameter| parameter.name.text == name);
                    if let Some(id) = definitions.lookup(definition.file, name)
                        && !is_parameter
                        && !used.contains(&id)
                    {
                        used.push(id);
                    }
                });
            }
            used
        })
        .collect();

    #[derive(Clone, Copy, PartialEq)]
    enum State {
        New,
        Open,
        Done,
    }
    let mut state = vec![State::New; definitions.all.len()];
    let mut sorted = Vec::new();
    let mut circles = Vec::new();
    for start in 0..definitions.all.len() {
        if state[start] != State::New {
            continue;
        }
        // The way from the start to the definition at hand, each with the next of its uses to look at.
        let mut way = vec![(DefinitionId(start), 0)];
        state[start] = State::Open;
        while let Some((id, next)) = way.last_mut() {
            let Some(used) = used_by[id.0].get(*next).copied() else {
                state[id.0] = State::Done;
                sorted.push(*id);
                way.pop();
                continue;
            };
            *next += 1;
            match state[used.0] {
                State::Done => {}
                State::New => {
                    state[used.0] = State::Open;
                    way.push((used, 0));
                }
                State::Open => {
                    let from = way
                        .iter()
                        .position(|(id, _)| *id == used)
                        .unwrap_or_default();
                    circles.push(way[from..].iter().map(|(id, _)| *id).collect());
                }
            }
        }
    }
    Order {
        sorted,
        circles,
        uses: used_by,
    }
}

/// Calls `visit` for every name in an expression that may be that of a definition. It goes by its own stack, so depth costs none.
pub(super) fn names<'a>(expression: &'a Expression, visit: &mut impl FnMut(&'a str)) {
    let mut stack = vec![expression];
    while let Some(expression) = stack.pop() {
        if let ExpressionKind::Name(name) | ExpressionKind::Call { name, .. } = &*expression.kind {
            visit(&name.text);
        }
        let above = stack.len();
        expression.for_each_part(&mut |part| stack.push(part));
        stack[above..].reverse();
    }
}
