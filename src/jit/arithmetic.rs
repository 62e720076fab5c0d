//! Arithmetic tests (`ltv * 0.3 + score > 400`) over columns, in native code: 128-bit vectors of two contacts, eight contacts a turn, a byte of the
//! mask out.
//!
//! Whether a value is known lives in two places: validity masks stay bits and are joined to the finished byte, unless a condition asks for them
//! inside (`??`, `is missing`); floats that are not finite are found in the vectors. Fixed numbers are read from a block beside the code, so the same
//! code serves every `now`.

use super::Unsupported;
use super::code::{Code, Compiler, Effort, FunctionId, Listing};
use super::fixed::{PossibleOf, Reading, read};
use super::lanes::{Fixed, Form, Kind, Lane, Test};
use crate::execute::native::{Element, Layout, LeafCode, View};
use crate::ir::Comparison;
use crate::types::Constant;
use cranelift_codegen::ir::condcodes::{FloatCC, IntCC};
use cranelift_codegen::ir::{self, ConstantData, Endianness, InstBuilder, MemFlagsData, types};
use cranelift_frontend::FunctionBuilder;
use std::sync::Arc;

/// Contacts a turn of the loop.
const GROUP: usize = 8;
/// A fixed number fills a vector.
const SLOT_WORDS: usize = 2;

/// Pointers to the data and the validity of each column, fixed numbers, the mask as bytes, and the number of groups.
type Entry = unsafe extern "C" fn(*const *const u8, *const u64, *mut u8, usize);

#[derive(Clone, Debug, PartialEq)]
struct Slot {
    fixed: Fixed,
    reading: Reading,
}

/// The code of a leaf for columns of certain layouts, without the fixed numbers of a run.
pub(super) struct LeafKernel {
    code: Code,
    function: FunctionId,
    layouts: Vec<Layout>,
    slots: Vec<Slot>,
}

/// The code of a leaf with the fixed numbers of a run.
pub(super) struct BoundLeaf {
    kernel: Arc<LeafKernel>,
    block: Vec<u64>,
}

impl LeafKernel {
    pub fn new(test: &Test, layouts: &[Layout]) -> Result<Self, Unsupported> {
        let mut compiler = Compiler::new(Effort::Loops)?;
        let mut slots = Vec::new();
        let function = compiler.define(4, |builder| emit(test, layouts, &mut slots, builder))?;
        Ok(Self {
            code: compiler.finish()?,
            function,
            layouts: layouts.to_vec(),
            slots,
        })
    }

    /// The size of the code.
    pub fn bytes(&self) -> usize {
        self.code.bytes()
    }

    /// The code with the parameters of a run.
    pub fn bind(self: &Arc<Self>, parameters: &[Constant]) -> BoundLeaf {
        let block = (self.slots.iter())
            .flat_map(|slot| {
                let constant = match &slot.fixed {
                    Fixed::Literal(constant) => constant,
                    Fixed::Parameter(place) => &parameters[*place],
                };
                [read(constant, slot.reading); SLOT_WORDS]
            })
            .collect();
        BoundLeaf {
            kernel: self.clone(),
            block,
        }
    }
}

/// The text of the code of a leaf.
pub(super) fn list(test: &Test, layouts: &[Layout]) -> Result<Listing, Unsupported> {
    Compiler::new(Effort::Loops)?.list(4, |builder| emit(test, layouts, &mut Vec::new(), builder))
}

impl LeafCode for BoundLeaf {
    fn run(&self, columns: &[View<'_>], rows: usize, out: &mut [u64]) {
        let layouts = &self.kernel.layouts;
        assert_eq!(columns.len(), layouts.len());
        assert_eq!(out.len(), rows.div_ceil(64));
        for (column, layout) in columns.iter().zip(layouts) {
            assert!(column.data.len() >= rows * size(layout.element));
            assert!(column.validity.is_none_or(|mask| mask.len() >= out.len()));
        }
        out.fill(0);
        let groups = rows / GROUP;
        let known = vec![u64::MAX; out.len()];
        let pointers: Vec<*const u8> = (columns.iter())
            .flat_map(|column| {
                let validity = column.validity.unwrap_or(&known);
                [column.data.as_ptr(), validity.as_ptr().cast()]
            })
            .collect();
        // SAFETY: every column has `rows` numbers of its layout's size and a validity bit for each of them, `out` has as many bits, and `groups`
        // stays within them.
        unsafe { self.call(&pointers, out.as_mut_ptr().cast(), groups) };

        // What is left over is copied to where a whole group may be read.
        let rest = rows % GROUP;
        if rest == 0 {
            return;
        }
        let start = groups * GROUP;
        let mut tails = vec![[0u64; GROUP]; columns.len()];
        let mut masks = vec![0u64; columns.len()];
        let mut pointers = Vec::with_capacity(columns.len() * 2);
        for (place, (column, layout)) in columns.iter().zip(layouts).enumerate() {
            let size = size(layout.element);
            let bytes = &column.data[start * size..rows * size];
            for (word, part) in tails[place].iter_mut().zip(bytes.chunks(8)) {
                let mut buffer = [0; 8];
                buffer[..part.len()].copy_from_slice(part);
                *word = u64::from_ne_bytes(buffer);
            }
            masks[place] = column
                .validity
                .map_or(u64::MAX, |mask| mask[start / 64] >> (start % 64));
        }
        for (tail, mask) in tails.iter().zip(&masks) {
            pointers.push(tail.as_ptr().cast::<u8>());
            pointers.push(std::ptr::from_ref(mask).cast::<u8>());
        }
        let mut byte = 0u8;
        // SAFETY: the copies hold a group of numbers of eight bytes at most and its validity, and there is a byte for the result.
        unsafe { self.call(&pointers, &mut byte, 1) };
        let existing = (1u64 << rest) - 1;
        out[start / 64] |= (u64::from(byte) & existing) << (start % 64);
    }
}

impl BoundLeaf {
    /// # Safety
    /// `pointers` has two for each column: to `groups` times [`GROUP`] numbers of its layout, and to as many bits. `out` points to `groups` bytes.
    unsafe fn call(&self, pointers: &[*const u8], out: *mut u8, groups: usize) {
        let entry = self.kernel.code.entry(self.kernel.function);
        // SAFETY: the entry is a function compiled with this signature, and `self.kernel` holds its code. It reads a slot of `block` for each that
        // was named when it was compiled, and the columns as the caller vouches for; mask bytes lie in words in the order of a little-endian
        // machine, which `suitable` has made sure of.
        unsafe {
            let entry: Entry = std::mem::transmute(entry);
            entry(pointers.as_ptr(), self.block.as_ptr(), out, groups);
        }
    }
}

/// The bytes of a stored number.
fn size(element: Element) -> usize {
    match element {
        Element::I8 | Element::U8 => 1,
        Element::I16 | Element::U16 => 2,
        Element::I32 | Element::U32 | Element::F32 => 4,
        Element::I64 | Element::U64 | Element::F64 => 8,
        // Never in a lane, but a column of the leaf may have it.
        Element::I128 | Element::Other => 0,
    }
}

fn emit(test: &Test, layouts: &[Layout], slots: &mut Vec<Slot>, builder: &mut FunctionBuilder<'_>) {
    let entry = builder.current_block().expect("a function has begun");
    let [pointers, block, out, groups] = builder.block_params(entry)[..] else {
        unreachable!("a leaf has four parameters");
    };
    let mut columns = Vec::new();
    for place in 0..layouts.len() {
        let offset = (place * 16) as i32;
        let data = builder.ins().load(types::I64, flags(), pointers, offset);
        let validity = builder
            .ins()
            .load(types::I64, flags(), pointers, offset + 8);
        columns.push((data, validity));
    }
    let head = builder.create_block();
    let group = builder.append_block_param(head, types::I64);
    let turn = builder.create_block();
    let done = builder.create_block();
    let zero = builder.ins().iconst(types::I64, 0);
    builder.ins().jump(head, &[zero.into()]);
    builder.switch_to_block(head);
    let more = builder.ins().icmp(IntCC::UnsignedLessThan, group, groups);
    builder.ins().brif(more, turn, &[], done, &[]);

    builder.switch_to_block(turn);
    let mut body = Body {
        layouts,
        slots,
        block,
        data: Vec::new(),
        validity: Vec::new(),
        pair: 0,
        builder,
    };
    for ((data, validity), layout) in columns.into_iter().zip(layouts) {
        let step = (size(layout.element) * GROUP) as i64;
        let offset = body.builder.ins().imul_imm_s(group, step);
        body.data.push(body.builder.ins().iadd(data, offset));
        body.validity.push(if layout.nullable {
            let at = body.builder.ins().iadd(validity, group);
            Some(body.builder.ins().uload8(types::I64, flags(), at, 0))
        } else {
            None
        });
    }
    let mut byte = None;
    let mut bits = Vec::new();
    for pair in 0..GROUP / 2 {
        body.pair = pair;
        let truth = body.test(test);
        bits = truth.bits;
        let two = body.builder.ins().vhigh_bits(types::I64, truth.mask);
        let placed = body.builder.ins().ishl_imm_u(two, 2 * pair as i64);
        byte = Some(match byte {
            Some(byte) => body.builder.ins().bor(byte, placed),
            None => placed,
        });
    }
    let mut byte = byte.expect("a group has pairs");
    for column in bits {
        if let Some(validity) = body.validity[column] {
            byte = body.builder.ins().band(byte, validity);
        }
    }
    let at = builder.ins().iadd(out, group);
    builder.ins().istore8(flags(), byte, at, 0);
    let next = builder.ins().iadd_imm_s(group, 1);
    builder.ins().jump(head, &[next.into()]);
    builder.switch_to_block(done);
}

/// Within our memory, so it cannot trap.
fn flags() -> MemFlagsData {
    MemFlagsData::new().with_notrap()
}

/// The body of the loop for two contacts.
struct Body<'a, 'b> {
    layouts: &'a [Layout],
    slots: &'a mut Vec<Slot>,
    block: ir::Value,
    /// Where the numbers of the group begin, for each column.
    data: Vec<ir::Value>,
    /// The validity of the group, for each column that may miss values.
    validity: Vec<Option<ir::Value>>,
    /// Which two contacts of the group.
    pair: usize,
    builder: &'a mut FunctionBuilder<'b>,
}

/// Two numbers, which are known where all of `bits` are set in the validity of these columns and the mask (if there is one) is.
struct Numbers {
    value: ir::Value,
    bits: Vec<usize>,
    mask: Option<ir::Value>,
    /// Floats that may be NaN or infinite, and are missing then.
    unchecked: bool,
}

/// Two answers: those of the mask where the validity of these columns is set, else false.
struct Truth {
    mask: ir::Value,
    bits: Vec<usize>,
}

impl Body<'_, '_> {
    fn test(&mut self, test: &Test) -> Truth {
        match test {
            Test::Lanes(comparison, left, right) => {
                let (left, right) = (self.checked(left), self.checked(right));
                let is_float = self.is_float(left.value);
                let (float, whole) = match comparison {
                    Comparison::Equal => (FloatCC::Equal, IntCC::Equal),
                    Comparison::Less => (FloatCC::LessThan, IntCC::SignedLessThan),
                    Comparison::LessOrEqual => {
                        (FloatCC::LessThanOrEqual, IntCC::SignedLessThanOrEqual)
                    }
                };
                let mask = match is_float {
                    true => self.builder.ins().fcmp(float, left.value, right.value),
                    false => self.builder.ins().icmp(whole, left.value, right.value),
                };
                let mask = self.both(Some(mask), left.mask);
                let mask = self
                    .both(mask, right.mask)
                    .expect("a comparison has a mask");
                Truth {
                    mask,
                    bits: union(left.bits, right.bits),
                }
            }
            Test::Above {
                lane,
                edge,
                or_equal,
            } => {
                let strict = !or_equal;
                self.against(
                    lane,
                    edge,
                    (
                        FloatCC::GreaterThanOrEqual,
                        Reading::FloatAtLeast { strict },
                    ),
                    (
                        IntCC::SignedGreaterThanOrEqual,
                        Reading::WholeAtLeast { strict },
                    ),
                    PossibleOf::AtLeast { strict },
                )
            }
            Test::Below {
                lane,
                edge,
                or_equal,
            } => {
                let strict = !or_equal;
                self.against(
                    lane,
                    edge,
                    (FloatCC::LessThanOrEqual, Reading::FloatAtMost { strict }),
                    (
                        IntCC::SignedLessThanOrEqual,
                        Reading::WholeAtMost { strict },
                    ),
                    PossibleOf::AtMost { strict },
                )
            }
            Test::Equal { lane, to } => self.against(
                lane,
                to,
                (FloatCC::Equal, Reading::FloatEqual),
                (IntCC::Equal, Reading::WholeEqual),
                PossibleOf::Equal,
            ),
            Test::Missing(lane) => {
                let numbers = self.checked(lane);
                let known = self.known(&numbers);
                let mask = match known {
                    Some(known) => self.builder.ins().bnot(known),
                    None => self.all(false),
                };
                Truth {
                    mask,
                    bits: Vec::new(),
                }
            }
            Test::Not(operand) => {
                let mask = self.whole_truth(operand);
                Truth {
                    mask: self.builder.ins().bnot(mask),
                    bits: Vec::new(),
                }
            }
            Test::All(parts) => {
                let mut all: Option<Truth> = None;
                for part in parts {
                    let part = self.test(part);
                    all = Some(match all {
                        Some(all) => Truth {
                            mask: self.builder.ins().band(all.mask, part.mask),
                            bits: union(all.bits, part.bits),
                        },
                        None => part,
                    });
                }
                all.unwrap_or_else(|| Truth {
                    mask: self.all(true),
                    bits: Vec::new(),
                })
            }
            Test::One(parts) => {
                let mut one = self.all(false);
                for part in parts {
                    let part = self.whole_truth(part);
                    one = self.builder.ins().bor(one, part);
                }
                Truth {
                    mask: one,
                    bits: Vec::new(),
                }
            }
        }
    }

    /// The answers with the validity worked in.
    fn whole_truth(&mut self, test: &Test) -> ir::Value {
        let truth = self.test(test);
        match self.spread(&truth.bits) {
            Some(known) => self.builder.ins().band(truth.mask, known),
            None => truth.mask,
        }
    }

    fn against(
        &mut self,
        lane: &Lane,
        fixed: &Fixed,
        float: (FloatCC, Reading),
        whole: (IntCC, Reading),
        possible: PossibleOf,
    ) -> Truth {
        let numbers = self.checked(lane);
        let mask = match lane.kind {
            Kind::Float { .. } => {
                let edge = self.fixed(fixed, float.1, types::F64X2);
                self.builder.ins().fcmp(float.0, numbers.value, edge)
            }
            Kind::Whole { .. } => {
                let edge = self.fixed(fixed, whole.1, types::I64X2);
                let mask = self.builder.ins().icmp(whole.0, numbers.value, edge);
                let possible = self.fixed(fixed, Reading::Possible(possible), types::I64X2);
                self.builder.ins().band(mask, possible)
            }
        };
        let mask = self
            .both(Some(mask), numbers.mask)
            .expect("a comparison has a mask");
        Truth {
            mask,
            bits: numbers.bits,
        }
    }

    /// The numbers of a lane, with the mask telling what is not finite.
    fn checked(&mut self, lane: &Lane) -> Numbers {
        let mut numbers = self.lane(lane);
        if numbers.unchecked {
            let size = self.builder.ins().fabs(numbers.value);
            let literal =
                crate::types::Float::new(f64::MAX).map_or(Constant::Missing, Constant::Float);
            let greatest = self.fixed(&Fixed::Literal(literal), Reading::Nearest, types::F64X2);
            let finite = self
                .builder
                .ins()
                .fcmp(FloatCC::LessThanOrEqual, size, greatest);
            numbers.mask = self.both(Some(finite), numbers.mask);
            numbers.unchecked = false;
        }
        numbers
    }

    fn lane(&mut self, lane: &Lane) -> Numbers {
        let fixed = |value| Numbers {
            value,
            bits: Vec::new(),
            mask: None,
            unchecked: false,
        };
        match &lane.form {
            Form::Column(place) => self.column(*place),
            Form::Nearest(number) => fixed(self.fixed(number, Reading::Nearest, types::F64X2)),
            Form::Whole(number) => fixed(self.fixed(number, Reading::Whole, types::I64X2)),
            Form::Rounded(operand) => {
                let numbers = self.lane(operand);
                let [first, second] = [0, 1].map(|place| {
                    let one = self.builder.ins().extractlane(numbers.value, place);
                    self.builder.ins().fcvt_from_sint(types::F64, one)
                });
                Numbers {
                    value: self.join(types::F64X2, first, second),
                    ..numbers
                }
            }
            Form::Negate(operand) | Form::Absolute(operand) => {
                let numbers = self.lane(operand);
                let is_float = self.is_float(numbers.value);
                let ins = self.builder.ins();
                let value = match (is_float, matches!(lane.form, Form::Negate(_))) {
                    (true, true) => ins.fneg(numbers.value),
                    (true, false) => ins.fabs(numbers.value),
                    (false, true) => ins.ineg(numbers.value),
                    (false, false) => ins.iabs(numbers.value),
                };
                Numbers { value, ..numbers }
            }
            Form::Add(operands) | Form::Subtract(operands) | Form::Multiply(operands) => {
                let [left, right] = operands.each_ref().map(|operand| self.lane(operand));
                let is_float = self.is_float(left.value);
                let (a, b) = (left.value, right.value);
                let ins = self.builder.ins();
                let value = match (&lane.form, is_float) {
                    (Form::Add(_), true) => ins.fadd(a, b),
                    (Form::Add(_), false) => ins.iadd(a, b),
                    (Form::Subtract(_), true) => ins.fsub(a, b),
                    (Form::Subtract(_), false) => ins.isub(a, b),
                    (_, true) => ins.fmul(a, b),
                    (_, false) => ins.imul(a, b),
                };
                // What is not finite stays so through sums and products, up to the check at the end.
                self.joined(value, left, right, is_float)
            }
            Form::Divide(operands) => {
                let left = self.lane(&operands[0]);
                // But a number divided by infinity is 0.
                let right = self.checked(&operands[1]);
                let value = self.builder.ins().fdiv(left.value, right.value);
                self.joined(value, left, right, true)
            }
            Form::Coalesce(operands) => {
                let first = self.checked(&operands[0]);
                let second = self.checked(&operands[1]);
                let Some(known) = self.known(&first) else {
                    return first;
                };
                let is_float = self.is_float(first.value);
                let [a, b] = [first.value, second.value].map(|value| self.as_whole(value));
                let chosen = self.builder.ins().bitselect(known, a, b);
                let value = match is_float {
                    true => self.cast(types::F64X2, chosen),
                    false => chosen,
                };
                let mask = self
                    .known(&second)
                    .map(|second| self.builder.ins().bor(known, second));
                Numbers {
                    value,
                    bits: Vec::new(),
                    mask,
                    unchecked: false,
                }
            }
        }
    }

    fn joined(
        &mut self,
        value: ir::Value,
        left: Numbers,
        right: Numbers,
        unchecked: bool,
    ) -> Numbers {
        Numbers {
            value,
            mask: self.both(left.mask, right.mask),
            bits: union(left.bits, right.bits),
            unchecked,
        }
    }

    fn column(&mut self, place: usize) -> Numbers {
        let element = self.layouts[place].element;
        let data = self.data[place];
        let at = |lane: usize| ((self.pair * 2 + lane) * size(element)) as i32;
        let offsets = [at(0), at(1)];
        let value = match element {
            Element::F64 => self
                .builder
                .ins()
                .load(types::F64X2, flags(), data, offsets[0]),
            Element::I64 => self
                .builder
                .ins()
                .load(types::I64X2, flags(), data, offsets[0]),
            Element::F32 => {
                let [first, second] = offsets.map(|offset| {
                    let one = self.builder.ins().load(types::F32, flags(), data, offset);
                    self.builder.ins().fpromote(types::F64, one)
                });
                self.join(types::F64X2, first, second)
            }
            Element::I8
            | Element::U8
            | Element::I16
            | Element::U16
            | Element::I32
            | Element::U32
            | Element::U64
            | Element::I128
            | Element::Other => {
                let [first, second] = offsets.map(|offset| {
                    let ins = self.builder.ins();
                    match element {
                        Element::I8 => ins.sload8(types::I64, flags(), data, offset),
                        Element::U8 => ins.uload8(types::I64, flags(), data, offset),
                        Element::I16 => ins.sload16(types::I64, flags(), data, offset),
                        Element::U16 => ins.uload16(types::I64, flags(), data, offset),
                        Element::I32 => ins.sload32(flags(), data, offset),
                        Element::U32 => ins.uload32(flags(), data, offset),
                        _ => unreachable!("the analysis makes no lane of such a column"),
                    }
                });
                self.join(types::I64X2, first, second)
            }
        };
        let bits = match self.validity[place] {
            Some(_) => vec![place],
            None => Vec::new(),
        };
        Numbers {
            value,
            bits,
            mask: None,
            unchecked: self.is_float(value),
        }
    }

    /// Where numbers are known, as a mask of lanes; none if everywhere.
    fn known(&mut self, numbers: &Numbers) -> Option<ir::Value> {
        let spread = self.spread(&numbers.bits);
        self.both(spread, numbers.mask)
    }

    /// The validity of columns for these two contacts, as a mask of lanes.
    fn spread(&mut self, columns: &[usize]) -> Option<ir::Value> {
        let mut byte = None;
        for column in columns {
            let validity = self.validity[*column]?;
            byte = Some(match byte {
                Some(byte) => self.builder.ins().band(byte, validity),
                None => validity,
            });
        }
        let all = self.builder.ins().splat(types::I64X2, byte?);
        let bits = [1u64 << (2 * self.pair), 2u64 << (2 * self.pair)];
        let bits: Vec<u8> = bits.iter().flat_map(|bit| bit.to_le_bytes()).collect();
        let bits = self
            .builder
            .func
            .dfg
            .constants
            .insert(ConstantData::from(bits));
        let bits = self.builder.ins().vconst(types::I64X2, bits);
        let own = self.builder.ins().band(all, bits);
        Some(self.builder.ins().icmp(IntCC::Equal, own, bits))
    }

    /// A fixed number in both lanes, read from the block.
    fn fixed(&mut self, fixed: &Fixed, reading: Reading, lanes: ir::Type) -> ir::Value {
        let slot = Slot {
            fixed: fixed.clone(),
            reading,
        };
        let place = (self.slots.iter().position(|known| *known == slot)).unwrap_or_else(|| {
            self.slots.push(slot);
            self.slots.len() - 1
        });
        let offset = (place * SLOT_WORDS * 8) as i32;
        let flags = flags().with_readonly().with_can_move();
        self.builder.ins().load(lanes, flags, self.block, offset)
    }

    fn both(&mut self, left: Option<ir::Value>, right: Option<ir::Value>) -> Option<ir::Value> {
        match (left, right) {
            (Some(left), Some(right)) => Some(self.builder.ins().band(left, right)),
            (one, None) | (None, one) => one,
        }
    }

    fn all(&mut self, value: bool) -> ir::Value {
        let word = self.builder.ins().iconst(types::I64, -i64::from(value));
        self.builder.ins().splat(types::I64X2, word)
    }

    fn join(&mut self, lanes: ir::Type, first: ir::Value, second: ir::Value) -> ir::Value {
        let both = self.builder.ins().splat(lanes, first);
        self.builder.ins().insertlane(both, second, 1)
    }

    fn is_float(&self, value: ir::Value) -> bool {
        self.builder.func.dfg.value_type(value) == types::F64X2
    }

    fn as_whole(&mut self, value: ir::Value) -> ir::Value {
        match self.is_float(value) {
            true => self.cast(types::I64X2, value),
            false => value,
        }
    }

    fn cast(&mut self, lanes: ir::Type, value: ir::Value) -> ir::Value {
        let flags = MemFlagsData::new().with_endianness(Endianness::Little);
        self.builder.ins().bitcast(lanes, flags, value)
    }
}

/// Columns of both, none twice.
fn union(mut left: Vec<usize>, right: Vec<usize>) -> Vec<usize> {
    left.extend(right);
    left.sort_unstable();
    left.dedup();
    left
}

#[cfg(test)]
mod tests;
