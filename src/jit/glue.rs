//! Masks of leaves to masks of segments, in native code.
//!
//! A function serves a run of segments, so that it stays below 16 KB and is compiled in a millisecond. It goes over the block two mask words (128
//! contacts) at a time; the mask of a leaf is read where it is used, because an operand in the first-level cache costs what one in a register costs. What
//! several functions need is worked out once, by functions that run first, into memory between them.

use super::Unsupported;
use super::code::{Code, Compiler, Effort, FunctionId, Listing};
use super::gates::{Gate, Gates, Signal};
use crate::plan::Plan;
use cranelift_codegen::ir::condcodes::IntCC;
use cranelift_codegen::ir::{self, InstBuilder, MemFlagsData, types};
use cranelift_frontend::FunctionBuilder;
use std::ops::Range;

/// Operations a function may have; about nine bytes of code each.
const OPERATIONS: usize = 1_000;
/// Segments a function may have.
const SEGMENTS: usize = 200;
/// Gates that so many others have in common are worked out once. A pair in two gates saves one operation and costs a store.
pub(super) const COMMON: u32 = 3;
/// Mask words that are worked on at once.
const LANES: usize = 2;
const WORD_BYTES: usize = 8;

/// `leaves`, `between`, `out` and the number of bytes of a mask.
type Entry = unsafe extern "C" fn(*const u64, *mut u64, *mut u64, usize);

/// The glue of one plan.
pub(super) struct CompiledGlue {
    code: Code,
    functions: Vec<FunctionId>,
    /// Words from a mask to the next one, in the input and in the output.
    stride: usize,
    leaves: usize,
    segments: usize,
    /// Masks between functions.
    between: usize,
}

impl CompiledGlue {
    /// Compiles the glue of a plan for blocks of `stride` words. Other lengths work as well, by copying.
    pub fn new(plan: &Plan, stride: usize) -> Result<Self, Unsupported> {
        let stride = stride.max(LANES);
        let lanes = Lanes::Masks { stride };
        let program = GlueProgram::new(Gates::new(plan).share(COMMON), lanes);
        program.check(plan.leaves.len())?;
        let mut compiler = Compiler::new(Effort::Straight)?;
        let mut functions = Vec::new();
        for part in &program.parts {
            functions.push(compiler.define(4, |builder| program.emit(part, builder))?);
        }
        Ok(Self {
            code: compiler.finish()?,
            functions,
            stride,
            leaves: plan.leaves.len(),
            segments: plan.segments.len(),
            between: program.between,
        })
    }

    /// The size of the code.
    pub fn bytes(&self) -> usize {
        self.code.bytes()
    }

    /// How many functions there are.
    pub fn functions(&self) -> usize {
        self.functions.len()
    }

    /// `masks` holds `words` words of each leaf, `out` takes as many of each segment. Bits are combined as they are: the caller masks the bits of
    /// contacts that do not exist. Blocks of the length that the code was made for are not copied.
    ///
    /// # Panics
    /// Where the slices are not as long as that.
    pub fn run(&self, masks: &[u64], words: usize, out: &mut [u64]) {
        assert_eq!(masks.len(), self.leaves * words);
        assert_eq!(out.len(), self.segments * words);
        if words == self.stride {
            // SAFETY: the masks hold `leaves` and `segments` runs of `stride` words.
            unsafe { self.call(masks.as_ptr(), out.as_mut_ptr(), words) };
            return;
        }
        let mut copies = vec![0; self.leaves * self.stride];
        let mut results = vec![0; self.segments * self.stride];
        for start in (0..words).step_by(self.stride) {
            let part = start..words.min(start + self.stride);
            for (leaf, copy) in copies.chunks_exact_mut(self.stride).enumerate() {
                copy[..part.len()].copy_from_slice(&masks[leaf * words..][part.clone()]);
            }
            // SAFETY: both hold runs of `stride` words.
            unsafe { self.call(copies.as_ptr(), results.as_mut_ptr(), part.len().max(LANES)) };
            for (segment, result) in results.chunks_exact(self.stride).enumerate() {
                out[segment * words..][part.clone()].copy_from_slice(&result[..part.len()]);
            }
        }
    }

    /// # Safety
    /// `masks` and `out` point to a run of `stride` words for each leaf and for each segment; `words` is at least [`LANES`] and at most `stride`.
    unsafe fn call(&self, masks: *const u64, out: *mut u64, words: usize) {
        let mut between: Vec<u64> = Vec::with_capacity(self.between * self.stride);
        for function in &self.functions {
            let entry = self.code.entry(*function);
            // SAFETY: the entry is a function that was compiled with this signature, and `self.code` lives. It reads the first `words` words of
            // runs of `masks` and of `between`, and writes those of `between` and `out`, all with numbers below those of their allocation. Runs of
            // `between` are written by an earlier function than any that reads them.
            unsafe {
                let entry: Entry = std::mem::transmute(entry);
                entry(masks, between.as_mut_ptr(), out, words * WORD_BYTES);
            }
        }
    }
}

/// The text of the glue of one segment.
pub(super) fn list(plan: &Plan, segment: usize, stride: usize) -> Result<Listing, Unsupported> {
    let mut alone = Gates::new(plan);
    alone.outputs = vec![alone.outputs[segment]];
    let program = GlueProgram::new(alone, Lanes::Masks { stride });
    program.check(plan.leaves.len())?;
    let mut compiler = Compiler::new(Effort::Straight)?;
    let mut listing = Listing {
        clif: String::new(),
        assembly: String::new(),
    };
    for part in &program.parts {
        let one = compiler.list(4, |builder| program.emit(part, builder))?;
        listing.clif.push_str(&one.clif);
        listing.assembly.push_str(&one.assembly);
    }
    Ok(listing)
}

/// Which function works out what.
pub(super) struct GlueProgram {
    gates: Gates,
    /// Gates that are computed turned over, because that is how they come out.
    turned: Vec<bool>,
    /// The place of a gate among the masks between functions.
    slots: Vec<Option<usize>>,
    pub(super) between: usize,
    pub(super) parts: Vec<Part>,
    lanes: Lanes,
}

/// What one gate is worked out for at a time.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Lanes {
    /// 128 contacts, of which masks of so many words are gone over.
    Masks { stride: usize },
    /// One contact: the lowest bit of a byte.
    One,
}

impl Lanes {
    /// Bytes from the value of a gate in memory to that of the next.
    fn step(self) -> usize {
        match self {
            Lanes::Masks { stride } => stride * WORD_BYTES,
            Lanes::One => 1,
        }
    }

    fn lane(self) -> ir::Type {
        match self {
            Lanes::Masks { .. } => types::I64X2,
            Lanes::One => types::I8,
        }
    }
}

/// One function.
pub(super) enum Part {
    /// Works out these gates for others.
    Between(Vec<usize>),
    /// Works out these segments.
    Segments(Range<usize>),
}

/// Who needs a gate.
#[derive(Clone, Copy, PartialEq, Eq)]
enum User {
    Nobody,
    /// Only this function.
    Part(usize),
    /// One gate that is itself between functions.
    Between,
    Many,
}

impl User {
    fn and(self, other: User) -> User {
        match (self, other) {
            (User::Nobody, other) => other,
            (User::Part(a), User::Part(b)) if a == b => self,
            _ => User::Many,
        }
    }
}

impl GlueProgram {
    pub(super) fn new(gates: Gates, lanes: Lanes) -> Self {
        let ranges = segment_ranges(&gates);
        let mut users = vec![User::Nobody; gates.gates.len()];
        for (part, range) in ranges.iter().enumerate() {
            for output in &gates.outputs[range.clone()] {
                let user = &mut users[output.gate()];
                *user = user.and(User::Part(part));
            }
        }
        let mut slots = vec![None; gates.gates.len()];
        let mut shared = Vec::new();
        for gate in (0..gates.gates.len()).rev() {
            let Gate::All(inputs) = &gates.gates[gate] else {
                continue;
            };
            let passed_on = match users[gate] {
                User::Nobody => continue,
                User::Many if inputs.len() > 1 => {
                    shared.push(gate);
                    User::Between
                }
                user => user,
            };
            for input in inputs {
                let user = &mut users[input.gate()];
                *user = user.and(passed_on);
            }
        }
        shared.reverse();
        for (slot, gate) in shared.iter().enumerate() {
            slots[*gate] = Some(slot);
        }
        let turned = turned(&gates);
        let mut program = Self {
            turned,
            between: shared.len(),
            parts: Vec::new(),
            slots,
            gates,
            lanes,
        };
        let mut parts = program.between_parts(&shared);
        parts.extend(ranges.into_iter().map(Part::Segments));
        program.parts = parts;
        program
    }

    fn between_parts(&self, shared: &[usize]) -> Vec<Part> {
        let mut parts = Vec::new();
        let mut part = Vec::new();
        let mut operations = 0;
        for gate in shared {
            operations += match &self.gates.gates[*gate] {
                Gate::All(inputs) => inputs.len() + 1,
                Gate::Leaf(_) => 1,
            };
            part.push(*gate);
            if operations >= OPERATIONS {
                parts.push(Part::Between(std::mem::take(&mut part)));
                operations = 0;
            }
        }
        if !part.is_empty() {
            parts.push(Part::Between(part));
        }
        parts
    }

    /// Displacements in the code are 32 bits wide.
    pub(super) fn check(&self, leaves: usize) -> Result<(), Unsupported> {
        let masks = leaves.max(self.gates.outputs.len()).max(self.between);
        match i32::try_from(masks.saturating_mul(self.lanes.step())) {
            Ok(_) => Ok(()),
            Err(_) => Err(Unsupported::new("a block of so many masks is beyond 2 GB")),
        }
    }

    /// The offset of a mask within its memory.
    fn offset(&self, mask: usize) -> i32 {
        (mask * self.lanes.step()) as i32
    }

    /// A function that works out a part for one contact: the answers of leaves, gates between functions, the answers of segments.
    pub(super) fn emit_one(&self, part: &Part, builder: &mut FunctionBuilder<'_>) {
        let entry = builder.current_block().expect("a function has begun");
        let [leaves, between, out] = builder.block_params(entry)[..] else {
            unreachable!("the glue of one contact has three parameters");
        };
        let body = Body {
            program: self,
            leaves,
            between,
            out,
            values: vec![None; self.gates.gates.len()],
            builder,
        };
        body.put(part);
    }

    fn emit(&self, part: &Part, builder: &mut FunctionBuilder<'_>) {
        let entry = builder.current_block().expect("a function has begun");
        let [leaves, between, out, bytes] = builder.block_params(entry)[..] else {
            unreachable!("the glue has four parameters");
        };
        let turn = builder.create_block();
        let at = builder.append_block_param(turn, types::I64);
        let done = builder.create_block();
        let zero = builder.ins().iconst(types::I64, 0);
        builder.ins().jump(turn, &[zero.into()]);

        builder.switch_to_block(turn);
        let body = Body {
            program: self,
            leaves: builder.ins().iadd(leaves, at),
            between: builder.ins().iadd(between, at),
            out: builder.ins().iadd(out, at),
            values: vec![None; self.gates.gates.len()],
            builder,
        };
        body.put(part);

        // The last turn is moved back where the number of words is odd, and works out a word again.
        let step = (LANES * WORD_BYTES) as i64;
        let last = builder.ins().iadd_imm_s(bytes, -step);
        let next = builder.ins().iadd_imm_s(at, step);
        let over = builder.ins().icmp(IntCC::UnsignedGreaterThan, next, last);
        let next = builder.ins().select(over, last, next);
        let ended = builder
            .ins()
            .icmp(IntCC::UnsignedGreaterThanOrEqual, at, last);
        builder.ins().brif(ended, done, &[], turn, &[next.into()]);
        builder.switch_to_block(done);
    }
}

/// The body of a function while it is written.
struct Body<'a, 'b> {
    program: &'a GlueProgram,
    builder: &'a mut FunctionBuilder<'b>,
    leaves: ir::Value,
    between: ir::Value,
    out: ir::Value,
    /// Gates that this function has worked out.
    values: Vec<Option<ir::Value>>,
}

impl Body<'_, '_> {
    fn put(mut self, part: &Part) {
        match part {
            Part::Between(gates) => gates.iter().for_each(|gate| self.put_between(*gate)),
            Part::Segments(range) => range.clone().for_each(|segment| self.put_out(segment)),
        }
    }

    fn put_out(&mut self, segment: usize) {
        let output = self.program.gates.outputs[segment];
        let value = self.value(output.gate(), true);
        let value = match output.is_turned() != self.program.turned[output.gate()] {
            true => self.builder.ins().bnot(value),
            false => value,
        };
        let offset = self.program.offset(segment);
        self.builder.ins().store(flags(), value, self.out, offset);
    }

    fn put_between(&mut self, gate: usize) {
        let value = self.value(gate, false);
        let slot = self.program.slots[gate].expect("a gate between functions has a place");
        let offset = self.program.offset(slot);
        self.builder
            .ins()
            .store(flags(), value, self.between, offset);
    }

    /// The value of a gate, with all that it needs worked out before; `finished` where a gate between functions may be read.
    fn value(&mut self, root: usize, finished: bool) -> ir::Value {
        if finished && self.program.slots[root].is_some() {
            return self.operand(root);
        }
        let mut needed = Vec::new();
        let mut stack = vec![root];
        while let Some(gate) = stack.pop() {
            let known =
                self.values[gate].is_some() || gate != root && self.program.slots[gate].is_some();
            if let (false, Gate::All(inputs)) = (known, &self.program.gates.gates[gate]) {
                needed.push(gate);
                stack.extend(inputs.iter().map(|input| input.gate()));
            }
        }
        needed.sort_unstable();
        needed.dedup();
        for gate in needed {
            if let Gate::All(inputs) = &self.program.gates.gates[gate] {
                self.values[gate] = Some(self.all(inputs));
            }
        }
        match self.values[root] {
            Some(value) => value,
            None => self.operand(root),
        }
    }

    fn all(&mut self, inputs: &[Signal]) -> ir::Value {
        let turned = |signal: &&Signal| signal.is_turned() != self.program.turned[signal.gate()];
        let (negative, positive): (Vec<Signal>, Vec<Signal>) = inputs.iter().partition(turned);
        let mut result = None;
        for signal in &positive {
            let operand = self.operand(signal.gate());
            result = Some(match result {
                Some(result) => self.builder.ins().band(result, operand),
                None => operand,
            });
        }
        let begun = result.is_some();
        for signal in &negative {
            let operand = self.operand(signal.gate());
            result = Some(match result {
                Some(result) if begun => self.builder.ins().band_not(result, operand),
                Some(result) => self.builder.ins().bor(result, operand),
                None => operand,
            });
        }
        match result {
            Some(result) => result,
            None => {
                let lane = self.program.lanes.lane();
                let ones = self.builder.ins().iconst(lane.lane_type(), -1);
                match lane.is_vector() {
                    true => self.builder.ins().splat(lane, ones),
                    false => ones,
                }
            }
        }
    }

    /// A gate as it lies in a register or in memory.
    fn operand(&mut self, gate: usize) -> ir::Value {
        if let Some(value) = self.values[gate] {
            return value;
        }
        let (base, mask) = match (&self.program.gates.gates[gate], self.program.slots[gate]) {
            (Gate::Leaf(leaf), _) => (self.leaves, *leaf),
            (Gate::All(_), Some(slot)) => (self.between, slot),
            (Gate::All(_), None) => unreachable!("a gate is worked out before it is used"),
        };
        let offset = self.program.offset(mask);
        let lane = self.program.lanes.lane();
        self.builder.ins().load(lane, flags(), base, offset)
    }
}

/// Within our memory, so it cannot trap; aligned to words only.
fn flags() -> MemFlagsData {
    MemFlagsData::new().with_notrap()
}

/// Cuts the segments into runs that a function can serve.
fn segment_ranges(gates: &Gates) -> Vec<Range<usize>> {
    let mut ranges = Vec::new();
    let mut seen = vec![usize::MAX; gates.gates.len()];
    let (mut start, mut operations) = (0, 0);
    for (segment, output) in gates.outputs.iter().enumerate() {
        let mut stack = vec![output.gate()];
        while let Some(gate) = stack.pop() {
            if seen[gate] == ranges.len() {
                continue;
            }
            seen[gate] = ranges.len();
            if let Gate::All(inputs) = &gates.gates[gate] {
                operations += inputs.len();
                stack.extend(inputs.iter().map(|input| input.gate()));
            }
        }
        operations += 1;
        let end = segment + 1;
        if operations >= OPERATIONS || end - start >= SEGMENTS || end == gates.outputs.len() {
            ranges.push(start..end);
            (start, operations) = (end, 0);
        }
    }
    ranges
}

/// A gate whose inputs are all turned over is "none of these": an or, whose turned value is the gate's.
fn turned(gates: &Gates) -> Vec<bool> {
    let mut turned = Vec::with_capacity(gates.gates.len());
    for gate in &gates.gates {
        turned.push(match gate {
            Gate::Leaf(_) => false,
            Gate::All(inputs) => {
                !inputs.is_empty()
                    && inputs
                        .iter()
                        .all(|input| input.is_turned() != turned[input.gate()])
            }
        });
    }
    turned
}
