//! The answers of leaves to those of segments, for one contact, in straight native code: a byte for each answer, of which the lowest bit counts.

use super::Unsupported;
use super::code::{Code, Compiler, Effort, FunctionId};
use super::gates::Gates;
use super::glue::{COMMON, GlueProgram, Lanes};
use crate::plan::Plan;

/// Answers of leaves, gates between functions, answers of segments.
type Entry = unsafe extern "C" fn(*const u8, *mut u8, *mut u8);

/// The combination of leaves into segments for one contact.
pub(crate) struct RowGlue {
    code: Code,
    functions: Vec<FunctionId>,
    leaves: usize,
    between: usize,
    segments: usize,
}

impl RowGlue {
    /// Compiles the combination of a plan.
    pub(crate) fn new(plan: &Plan) -> Result<Self, Unsupported> {
        let program = GlueProgram::new(Gates::new(plan).share(COMMON), Lanes::One);
        program.check(plan.leaves.len())?;
        let mut compiler = Compiler::new(Effort::Straight)?;
        let mut functions = Vec::new();
        for part in &program.parts {
            functions.push(compiler.define(3, |builder| program.emit_one(part, builder))?);
        }
        Ok(Self {
            code: compiler.finish()?,
            functions,
            leaves: plan.leaves.len(),
            between: program.between,
            segments: plan.segments.len(),
        })
    }

    /// The size of the code.
    pub(crate) fn bytes(&self) -> usize {
        self.code.bytes()
    }

    /// Joins the answers of the leaves, 0 or 1 each. `scratch` is memory to work in; `members` has a bit for each segment.
    ///
    /// # Panics
    /// Where a slice is shorter than the segments or the leaves ask for.
    pub(crate) fn members(&self, answers: &[u8], scratch: &mut Vec<u8>, members: &mut [u64]) {
        assert!(answers.len() >= self.leaves);
        assert_eq!(members.len(), self.segments.div_ceil(64));
        // Whole words of segments, so that they can be gathered 64 at a time; those that do not exist stay 0.
        scratch.clear();
        scratch.resize(members.len() * 64 + self.between, 0);
        let (out, between) = scratch.split_at_mut(members.len() * 64);
        for function in &self.functions {
            let entry = self.code.entry(*function);
            // SAFETY: the entry is a function compiled with this signature, and `self.code` lives. It reads a byte of each leaf and of gates between
            // functions, and writes such and a byte of each segment, all with numbers below the lengths above. A byte between functions is written by
            // an earlier function than any that reads it.
            unsafe {
                let entry: Entry = std::mem::transmute(entry);
                entry(answers.as_ptr(), between.as_mut_ptr(), out.as_mut_ptr());
            }
        }
        for (member, bytes) in members.iter_mut().zip(out.as_chunks::<64>().0) {
            let mut word = 0;
            for (place, eight) in bytes.as_chunks::<8>().0.iter().enumerate() {
                let lowest = u64::from_le_bytes(*eight) & 0x0101_0101_0101_0101;
                word |= (lowest.wrapping_mul(0x0102_0408_1020_4080) >> 56) << (place * 8);
            }
            *member = word;
        }
    }
}
