//! What a plan becomes: its glue, and its arithmetic leaves as they are asked for.

use super::Unsupported;
use super::code::{Compiler, Effort};
use super::glue::{self, CompiledGlue};
use crate::plan::Plan;
use cranelift_codegen::ir::InstBuilder;

pub use super::code::live_code_bytes;

/// Words of a block in what is printed; a run has its own.
const PRINTED_STRIDE: usize = 64;

/// The native code of one plan. Its memory is given back when it is dropped.
pub struct Compiled {
    glue: CompiledGlue,
}

/// Makes the native code of a plan, for blocks of `block_words` mask words (64 contacts each). Takes milliseconds: call it beside a run, not before it.
pub fn compile(plan: &Plan, block_words: usize) -> Result<Compiled, Unsupported> {
    Ok(Compiled {
        glue: CompiledGlue::new(plan, block_words)?,
    })
}

impl Compiled {
    /// The size of the code that was made so far.
    pub fn code_bytes(&self) -> usize {
        self.glue.bytes()
    }

    /// The number of functions that was made so far.
    pub fn functions(&self) -> usize {
        self.glue.functions()
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
