//! The passes over all contacts that come before the answer: which populations each of them works out. What rests on other populations comes in a later
//! pass than these; populations that need not wait for each other share one.

use super::Plan;
use crate::ir::{ConditionId, Graph, Module, NodeRef, Population, Value, ValueId};
use crate::population::TallyKind;
use crate::schema::Schema;
use crate::types::Type;
use foldhash::fast::FixedState;
use hashbrown::HashMap;
use std::sync::Arc;

/// One pass over all contacts.
#[derive(Clone, Debug)]
pub struct Pass {
    /// Its segments are the populations; it reads what is looked at of their contacts as well.
    pub plan: Arc<Plan>,
    pub tallies: Box<[Tallied]>,
}

/// What is kept of the contacts of a population. The values are of the plan's graph.
#[derive(Clone, Debug)]
pub struct Tallied {
    /// The place of the population among the segments of the pass.
    pub segment: u32,
    pub of: Option<ValueId>,
    pub per: Box<[ValueId]>,
    pub kind: TallyKind,
    /// The type of what contacts give.
    pub of_type: Type,
    /// The nodes whose figures are told from it.
    pub figures: Box<[ValueId]>,
}

/// What populations have in common that are tallied once.
#[derive(PartialEq, Eq, Hash)]
struct Shared {
    of: Option<ValueId>,
    among: ConditionId,
    per: Box<[ValueId]>,
    kind: TallyKind,
}

/// The passes that a module needs, in the order in which they are made.
pub(super) fn passes(module: &Module, schema: &Schema) -> Box<[Pass]> {
    let graph = &module.graph;
    if !graph.has_populations() {
        return Box::default();
    }
    let mut levels: Vec<Vec<(Shared, Vec<ValueId>)>> = Vec::new();
    for (node, level) in levelled(module) {
        let Value::Population(population) = graph.value(node) else {
            continue;
        };
        if levels.len() <= level {
            levels.resize_with(level + 1, Vec::new);
        }
        let shared = Shared::of(population);
        match levels[level].iter_mut().find(|(known, _)| *known == shared) {
            Some((_, nodes)) => nodes.push(node),
            None => levels[level].push((shared, vec![node])),
        }
    }
    let passes = levels.into_iter().map(|level| pass(level, module, schema));
    passes.collect()
}

/// The populations that a module asks, each with the number of passes that come before its own.
fn levelled(module: &Module) -> Vec<(ValueId, usize)> {
    let graph = &module.graph;
    let mut passes_before: HashMap<NodeRef, usize, FixedState> = HashMap::default();
    let mut found = Vec::new();
    let roots = module.segments.iter().copied().map(NodeRef::Condition);
    // Operands come before what is built on them.
    for node in graph.reachable(roots) {
        let mut most = 0;
        let operand = |operand: NodeRef| most = most.max(passes_before[&operand]);
        match node {
            NodeRef::Condition(id) => graph.condition(id).operands(operand),
            NodeRef::Value(id) => match graph.value(id) {
                Value::Population(population) => {
                    let mut own = 0;
                    let mut visit = |operand: NodeRef| own = own.max(passes_before[&operand]);
                    population
                        .values()
                        .for_each(|value| visit(NodeRef::Value(value)));
                    visit(NodeRef::Condition(population.among));
                    found.push((id, own));
                    // What it is asked of may rest on a later pass than it itself.
                    most = own + 1;
                    if let Some(at) = population.at {
                        most = most.max(passes_before[&NodeRef::Value(at)]);
                    }
                }
                other => other.operands(operand),
            },
        }
        passes_before.insert(node, most);
    }
    found
}

impl Shared {
    fn of(population: &Population) -> Self {
        Self {
            of: population.of,
            among: population.among,
            per: population.per.clone(),
            kind: TallyKind::of(population.figure),
        }
    }
}

fn pass(populations: Vec<(Shared, Vec<ValueId>)>, module: &Module, schema: &Schema) -> Pass {
    let graph: &Graph = &module.graph;
    let mut segments: Vec<ConditionId> = Vec::new();
    let mut values: Vec<ValueId> = Vec::new();
    let tallies = populations.into_iter().map(|(shared, figures)| {
        let segment = segments.iter().position(|known| *known == shared.among);
        let segment = segment.unwrap_or_else(|| {
            segments.push(shared.among);
            segments.len() - 1
        });
        values.extend(shared.of.iter().chain(&shared.per));
        Tallied {
            segment: segment as u32,
            of: shared.of,
            of_type: shared
                .of
                .map_or(Type::Boolean, |of| graph.type_of(of).clone()),
            per: shared.per,
            kind: shared.kind,
            figures: figures.into(),
        }
    });
    let tallies = tallies.collect();
    values.sort_unstable();
    values.dedup();
    let module = Module {
        graph: graph.clone(),
        segments,
        zone: module.zone.clone(),
    };
    Pass {
        plan: super::lower::plan_with_values(&module, schema, &values),
        tallies,
    }
}
