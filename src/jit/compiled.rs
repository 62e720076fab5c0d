//! What a plan becomes: its glue, and its arithmetic leaves as they are asked for.

use super::Unsupported;
use super::arithmetic::LeafKernel;
use super::code::{Compiler, Effort};
use super::glue::{self, CompiledGlue};
use super::lanes;
use crate::execute::native::{Glue, Layout, LeafCode, Native};
use crate::plan::{BoundPlan, LeafId, Plan};
use cranelift_codegen::ir::InstBuilder;
use hashbrown::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

pub use super::code::live_code_bytes;

/// Words of a block in what is printed; a run has its own.
const PRINTED_STRIDE: usize = 64;

/// The native code of one plan. Its memory is given back when it is dropped.
pub struct Compiled {
    glue: CompiledGlue,
    /// The code of leaves for columns as they came, or the knowledge that there can be none.
    leaves: Mutex<HashMap<(LeafId, Vec<Layout>), Option<Arc<LeafKernel>>>>,
}

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

    fn kernels(&self) -> MutexGuard<'_, HashMap<(LeafId, Vec<Layout>), Option<Arc<LeafKernel>>>> {
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

/// What Cranelift is given for one segment, as text; `segment` is its place in the plan.
pub fn print_clif(plan: &Plan, segment: usize) -> Result<String, Unsupported> {
    Ok(glue::list(plan, segment, PRINTED_STRIDE)?.clif)
}

/// The machine's instructions for one segment, as text; `segment` is its place in the plan.
pub fn print_asm(plan: &Plan, segment: usize) -> Result<String, Unsupported> {
    Ok(glue::list(plan, segment, PRINTED_STRIDE)?.assembly)
}
