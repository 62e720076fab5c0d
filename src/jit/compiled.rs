//! What a plan becomes: its glue, and its arithmetic leaves as they are asked for.

use super::Unsupported;
use super::arithmetic::{self, LeafKernel};
use super::code::{Compiler, Effort, Listing};
use super::glue::{self, CompiledGlue};
use super::lanes;
use crate::execute::native::{Element, Glue, Layout, LeafCode, Native};
use crate::plan::{BoundPlan, ColumnId, Leaf, LeafId, Node, Plan, Shape};
use crate::types::{NumberKind, Type};
use cranelift_codegen::ir::InstBuilder;
use hashbrown::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

pub use super::code::live_code_bytes;

/// Words of a block in what is printed; a run has its own.
const PRINTED_STRIDE: usize = 64;

/// The native code of one plan. Its memory is given back when it is dropped.
pub struct Compiled {
    glue: CompiledGlue,
    leaves: Mutex<Leaves>,
}

/// The code of leaves for columns as they came, or the knowledge that there can be none.
type Leaves = HashMap<(LeafId, Vec<Layout>), Option<Arc<LeafKernel>>>;

/// Makes the native code of a plan, for blocks of `block_words` mask words (64 contacts each). Takes milliseconds: call it beside a run, not before it.
pub fn compile(plan: &Plan, block_words: usize) -> Result<Compiled, Unsupported> {
    Ok(Compiled {
        glue: CompiledGlue::new(plan, block_words)?,
        leaves: Mutex::default(),
    })
}

impl Compiled {
    /// The size of the code that was made so far.
    pub fn code_bytes(&self) -> usize {
        let leaves = self.kernels();
        let leaves = leaves.values().flatten().map(|leaf| leaf.bytes());
        self.glue.bytes() + leaves.sum::<usize>()
    }

    /// The number of functions that was made so far.
    pub fn functions(&self) -> usize {
        self.glue.functions() + self.kernels().values().flatten().count()
    }

    fn kernels(&self) -> MutexGuard<'_, Leaves> {
        // Entries are only ever added whole, so what a thread that panicked has left is sound.
        self.leaves.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Native for Compiled {
    fn glue(&self) -> Option<&dyn Glue> {
        Some(&self.glue)
    }

    fn leaf(
        &self,
        leaf: LeafId,
        layouts: &[Layout],
        bound: &BoundPlan,
    ) -> Option<Arc<dyn LeafCode>> {
        let kernel = (self.kernels())
            .entry((leaf, layouts.to_vec()))
            .or_insert_with(|| {
                let test = lanes::analyse(&bound.plan, leaf.0 as usize, layouts)?;
                LeafKernel::new(&test, layouts).ok().map(Arc::new)
            })
            .clone()?;
        Some(Arc::new(kernel.bind(&bound.parameters)))
    }
}

impl Glue for CompiledGlue {
    fn run(&self, leaf_masks: &[u64], words: usize, out: &mut [u64]) {
        CompiledGlue::run(self, leaf_masks, words, out);
    }
}

/// Compiles a function of nothing: the first one in a process takes a few milliseconds more than those after it.
pub fn warm_up() {
    let made = Compiler::new(Effort::Straight).and_then(|mut compiler| {
        compiler.define(0, |builder| {
            builder.ins().nop();
        })
    });
    // A machine without native code learns it again, with the reason, from `compile`.
    drop(made);
}

/// How many leaves of the plan are arithmetic that there would be code for, with columns as they mostly come.
pub fn arithmetic_tests(plan: &Plan) -> usize {
    let is_arithmetic = |(leaf, test): &(usize, &Leaf)| {
        let Shape::General { columns } = &test.shape else {
            return false;
        };
        let layouts: Vec<Layout> = columns.iter().map(|column| usual(plan, *column)).collect();
        lanes::analyse(plan, *leaf, &layouts).is_some()
    };
    plan.leaves.iter().enumerate().filter(is_arithmetic).count()
}

/// What Cranelift is given for one segment, as text; `segment` is its place in the plan.
pub fn print_clif(plan: &Plan, segment: usize) -> Result<String, Unsupported> {
    print(plan, segment, |listing| listing.clif)
}

/// The machine's instructions for one segment, as text; `segment` is its place in the plan.
pub fn print_asm(plan: &Plan, segment: usize) -> Result<String, Unsupported> {
    print(plan, segment, |listing| listing.assembly)
}

/// The segment's arithmetic leaves, each under a line that says for what columns, then its glue.
fn print(plan: &Plan, segment: usize, text: fn(Listing) -> String) -> Result<String, Unsupported> {
    let mut printed = String::new();
    for leaf in leaves_of(plan, segment) {
        let Shape::General { columns } = &plan.leaves[leaf].shape else {
            continue;
        };
        let layouts: Vec<Layout> = columns.iter().map(|column| usual(plan, *column)).collect();
        if let Some(test) = lanes::analyse(plan, leaf, &layouts) {
            let names: Vec<String> = (columns.iter().zip(&layouts))
                .map(|(column, layout)| {
                    let name = &plan.columns[column.0 as usize].name;
                    format!("{name} as {:?}", layout.element)
                })
                .collect();
            printed.push_str(&format!("; leaf {leaf}, with {}\n", names.join(", ")));
            printed.push_str(&text(arithmetic::list(&test, &layouts)?));
            printed.push('\n');
        }
    }
    printed.push_str(&format!(
        "; the combination of leaves, {PRINTED_STRIDE} mask words a block\n"
    ));
    printed.push_str(&text(glue::list(plan, segment, PRINTED_STRIDE)?));
    Ok(printed)
}

/// The leaves that a segment is made of, in the order of the plan.
fn leaves_of(plan: &Plan, segment: usize) -> Vec<usize> {
    let mut needed = vec![false; plan.nodes.len()];
    needed[plan.segments[segment].0 as usize] = true;
    let mut leaves = Vec::new();
    for place in (0..plan.nodes.len()).rev() {
        if !needed[place] {
            continue;
        }
        match &plan.nodes[place] {
            Node::Constant(_) => {}
            Node::Leaf(leaf) => leaves.push(leaf.0 as usize),
            Node::Not(operand) => needed[operand.0 as usize] = true,
            Node::And(operands) | Node::Or(operands) => {
                for operand in operands {
                    needed[operand.0 as usize] = true;
                }
            }
        }
    }
    leaves.sort_unstable();
    leaves
}

/// The layout that a column of its type has most often. What a run prints depends on its data; this is what is shown without any.
fn usual(plan: &Plan, column: ColumnId) -> Layout {
    let element = match plan.columns[column.0 as usize].column_type {
        Type::Number(NumberKind::Float) => Element::F64,
        Type::Number(NumberKind::Whole) | Type::Date => Element::I32,
        Type::Number(NumberKind::Exact)
        | Type::Boolean
        | Type::Text
        | Type::Time
        | Type::Duration
        | Type::Point
        | Type::Distance
        | Type::List(_)
        | Type::Record(_)
        | Type::Map(_) => Element::Other,
    };
    Layout {
        element,
        multiplier: 1,
        divisor: 1,
        nullable: true,
        bits: 63,
    }
}
