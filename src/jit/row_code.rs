//! The tests of one contact as straight native code: a load, a comparison and a byte for each.

use super::Unsupported;
use super::code::{Code, Compiler, Effort, FunctionId};
use super::row::{RowTest, SLOT_WORDS};
use cranelift_codegen::ir::condcodes::{FloatCC, IntCC};
use cranelift_codegen::ir::{self, InstBuilder, MemFlagsData, types};
use cranelift_frontend::FunctionBuilder;

/// Tests a function may have.
const TESTS: usize = 400;

/// Slots, fixed numbers, and a byte for each answer.
type Entry = unsafe extern "C" fn(*const u64, *const u64, *mut u8);

/// Compiled tests of one contact.
pub(crate) struct RowCode {
    code: Code,
    functions: Vec<FunctionId>,
    /// The words that the code reads of the slots and of the fixed numbers, and the bytes that it may write.
    slot_words: usize,
    block_words: usize,
    answers: usize,
}

impl RowCode {
    /// Compiles tests, each with the place of its answer.
    pub(crate) fn new(tests: &[(usize, RowTest)]) -> Result<Self, Unsupported> {
        let mut compiler = Compiler::new(Effort::Straight)?;
        let mut functions = Vec::new();
        for part in tests.chunks(TESTS) {
            functions.push(compiler.define(3, |builder| emit(part, builder))?);
        }
        let slots = tests.iter().filter_map(|(_, test)| test.slot()).max();
        let blocks = tests.iter().map(|(_, test)| test.block_words().end);
        let answers = tests.iter().map(|(answer, _)| answer + 1);
        let sizes = [
            slots.map_or(0, |slot| (slot + 1) * SLOT_WORDS),
            blocks.max().unwrap_or(0),
            answers.max().unwrap_or(0),
        ];
        if sizes.iter().any(|size| i32::try_from(size * 8).is_err()) {
            return Err(Unsupported::new("a contact of so many values"));
        }
        Ok(Self {
            code: compiler.finish()?,
            functions,
            slot_words: sizes[0],
            block_words: sizes[1],
            answers: sizes[2],
        })
    }

    /// The size of the code.
    pub(crate) fn bytes(&self) -> usize {
        self.code.bytes()
    }

    /// Writes 1 or 0 at the place of each test's answer; other places stay as they are.
    ///
    /// # Panics
    /// Where a slice is shorter than the tests ask for.
    pub(crate) fn run(&self, slots: &[u64], block: &[u64], answers: &mut [u8]) {
        assert!(slots.len() >= self.slot_words);
        assert!(block.len() >= self.block_words);
        assert!(answers.len() >= self.answers);
        for function in &self.functions {
            let entry = self.code.entry(*function);
            // SAFETY: the entry is a function compiled with this signature, and `self.code` lives. All places that it reads or writes lie below the
            // lengths that were checked.
            unsafe {
                let entry: Entry = std::mem::transmute(entry);
                entry(slots.as_ptr(), block.as_ptr(), answers.as_mut_ptr());
            }
        }
    }
}

fn emit(tests: &[(usize, RowTest)], builder: &mut FunctionBuilder<'_>) {
    let entry = builder.current_block().expect("a function has begun");
    let [slots, block, answers] = builder.block_params(entry)[..] else {
        unreachable!("tests of a contact have three parameters");
    };
    let mut body = Body {
        slots,
        block,
        builder,
    };
    for (answer, test) in tests {
        let truth = body.test(test);
        let ins = body.builder.ins();
        ins.store(flags(), truth, answers, *answer as i32);
    }
}

/// Within our memory, so it cannot trap.
fn flags() -> MemFlagsData {
    MemFlagsData::new().with_notrap()
}

struct Body<'a, 'b> {
    slots: ir::Value,
    block: ir::Value,
    builder: &'a mut FunctionBuilder<'b>,
}

impl Body<'_, '_> {
    /// A byte of 0 or 1.
    fn test(&mut self, test: &RowTest) -> ir::Value {
        match test {
            RowTest::Fixed { at } => self.fixed(types::I8, *at),
            RowTest::Missing { slot } => {
                let known = self.known(*slot);
                self.builder.ins().bxor_imm_u(known, 1)
            }
            RowTest::Boolean { slot, value } => {
                let known = self.known(*slot);
                let found = self.value(types::I8, *slot);
                match value {
                    true => self.builder.ins().band(known, found),
                    false => self.builder.ins().band_not(known, found),
                }
            }
            RowTest::Whole { slot, at } => {
                let number = self.value(types::I64, *slot);
                let (low, width) = (self.fixed(types::I64, *at), self.fixed(types::I64, at + 1));
                let above = self.builder.ins().isub(number, low);
                let within = self
                    .builder
                    .ins()
                    .icmp(IntCC::UnsignedLessThan, above, width);
                self.and_known(*slot, within)
            }
            RowTest::Float { slot, at } => {
                let number = self.value(types::F64, *slot);
                let (low, high) = (self.fixed(types::F64, *at), self.fixed(types::F64, at + 1));
                let above = self
                    .builder
                    .ins()
                    .fcmp(FloatCC::GreaterThanOrEqual, number, low);
                let below = self
                    .builder
                    .ins()
                    .fcmp(FloatCC::LessThanOrEqual, number, high);
                let within = self.builder.ins().band(above, below);
                self.and_known(*slot, within)
            }
            RowTest::WholeOneOf { slot, numbers } => {
                let number = self.value(types::I64, *slot);
                let mut found = self.builder.ins().iconst(types::I8, 0);
                for wanted in numbers {
                    let wanted = self.builder.ins().iconst(types::I64, *wanted);
                    let equal = self.builder.ins().icmp(IntCC::Equal, number, wanted);
                    found = self.builder.ins().bor(found, equal);
                }
                self.and_known(*slot, found)
            }
            RowTest::FloatOneOf { slot, numbers } => {
                let number = self.value(types::F64, *slot);
                let mut found = self.builder.ins().iconst(types::I8, 0);
                for wanted in numbers {
                    let wanted = self.builder.ins().f64const(*wanted);
                    let equal = self.builder.ins().fcmp(FloatCC::Equal, number, wanted);
                    found = self.builder.ins().bor(found, equal);
                }
                self.and_known(*slot, found)
            }
        }
    }

    fn and_known(&mut self, slot: usize, truth: ir::Value) -> ir::Value {
        let known = self.known(slot);
        self.builder.ins().band(truth, known)
    }

    fn value(&mut self, lane: ir::Type, slot: usize) -> ir::Value {
        let offset = (slot * SLOT_WORDS * 8) as i32;
        let ins = self.builder.ins();
        ins.load(lane, flags(), self.slots, offset)
    }

    fn known(&mut self, slot: usize) -> ir::Value {
        let offset = (slot * SLOT_WORDS * 8 + 8) as i32;
        let ins = self.builder.ins();
        ins.load(types::I8, flags(), self.slots, offset)
    }

    fn fixed(&mut self, lane: ir::Type, at: usize) -> ir::Value {
        let ins = self.builder.ins();
        ins.load(lane, flags(), self.block, (at * 8) as i32)
    }
}
