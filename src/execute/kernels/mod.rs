//! Leaf tests over plain memory, in three forms: plain Rust, AVX2 and AVX-512, chosen when the program runs.
//!
//! Every kernel has one signature and one law: `mask = mask & validity & test(data)`, word by word, 64 rows a word, and the number of words that still have
//! a bit comes back. What lies under missing values and beyond the last row is compared like the rest where it can be read at all, and masked.
//! Nothing is read beyond the rows: the last, incomplete word is tested on a copy.

#[cfg(target_arch = "x86_64")]
mod avx2;
#[cfg(target_arch = "x86_64")]
mod avx512;
mod combine;
#[cfg(target_arch = "x86_64")]
mod compare_avx2;
mod contains;
mod drive;
mod ends;
mod greater;
#[cfg(target_arch = "x86_64")]
mod held;
mod lists;
mod masks;
mod offsets;
mod places;
mod planes;
mod portable;
mod search;
mod tables;
#[cfg(test)]
mod tests;

use super::Form;
use super::column::bits;
use drive::{CallTogether, TOGETHER};

/// Asks for the memory of an item that is to be read soon; of one that is not there for nothing.
#[inline(always)]
pub(super) fn ask_for<T>(items: &[T], place: usize) {
    drive::ask_for(items.as_ptr().wrapping_add(place).cast());
}

/// The shape of a test on numbers or codes of one width. Signed and unsigned numbers of a width share kernels: a range is one subtraction and one
/// unsigned comparison.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) enum Kernel {
    Range8,
    Range16,
    Range32,
    Range64,
    Range128,
    RangeF32,
    RangeF64,
    Set8,
    Set16,
    Set32,
    Set64,
    Set128,
    SetF32,
    SetF64,
    Table8,
    Table16,
    Table32,
    Table64,
}

/// What a test compares with. Which parts count depends on the kernel.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Constants {
    /// Range: the lowest number, in the low bits. Floats: the bits of the lowest number. Table: the number of the first answer.
    pub(super) low: u128,
    /// Range: the highest number less the lowest, without sign. Floats: the bits of the highest number.
    pub(super) span: u128,
    /// Set: the numbers, in the low bits, in no order.
    pub(super) set: Vec<u128>,
    /// Table: a byte for each code, or number from the first on, 1 where it passes, and a 0 behind the last for every one beyond. For `Table8` it has 256
    /// bytes.
    pub(super) table: Vec<u8>,
    /// Table8: the same as bits.
    bitmap: [u8; 32],
    /// Wider tables: the same as bits, in words of 32, with one word more than needed.
    bits: Vec<u32>,
    /// Table16: a bit for each eight answers, 1 where one passes, where few do; else none.
    eights: Vec<u32>,
    /// Table16: after so many answers they repeat themselves up to the last; 0 where they do not before a half, or where nobody has looked.
    period: u16,
}

/// A table is sparse where at most one in so many of its eights has an answer that passes.
const SPARSE: usize = 12;

impl Constants {
    pub(super) fn range(low: u128, span: u128) -> Self {
        Self {
            low,
            span,
            ..Self::default()
        }
    }

    pub(super) fn set(set: Vec<u128>) -> Self {
        Self {
            set,
            ..Self::default()
        }
    }

    /// A truth table by code; codes beyond it do not pass.
    pub(super) fn table(kernel: Kernel, passes: &[bool]) -> Self {
        Self::table_from(kernel, 0, passes)
    }

    /// A truth table by number, from `low` on, which stands in the low bits; other numbers do not pass.
    pub(super) fn table_from(kernel: Kernel, low: u128, passes: &[bool]) -> Self {
        let mut table: Vec<u8> = passes.iter().map(|passes| u8::from(*passes)).collect();
        table.push(0);
        let mut low = low;
        if kernel == Kernel::Table8 {
            table.resize(256, 0);
            // All numbers are there, so the table is turned instead.
            table.truncate(256);
            table.rotate_right(usize::from(low as u8));
            low = 0;
        }
        let mut bitmap = [0; 32];
        let mut bits = vec![0u32; table.len() / 32 + 1];
        for (code, passes) in table.iter().enumerate() {
            bits[code / 32] |= u32::from(*passes) << (code % 32);
            if kernel == Kernel::Table8 {
                bitmap[code / 8] |= passes << (code % 8);
            }
        }
        let mut eights = Vec::new();
        if kernel == Kernel::Table16 {
            let passing = table.chunks(8).map(|eight| eight.contains(&1));
            let passing: Vec<bool> = passing.collect();
            if passing.iter().filter(|passes| **passes).count() * SPARSE <= passing.len() {
                eights.resize(passing.len() / 32 + 1, 0);
                for (eight, passes) in passing.iter().enumerate() {
                    eights[eight / 32] |= u32::from(*passes) << (eight % 32);
                }
            }
        }
        Self {
            low,
            table,
            bitmap,
            bits,
            eights,
            ..Self::default()
        }
    }

    /// The same table, which is likely to repeat itself, as those of dates do: where it does, that is made use of. Finding out takes longer than making it.
    pub(super) fn repeating(mut self) -> Self {
        // Behind the last answer there is one for all numbers beyond.
        if let Some((_, answers)) = self.table.split_last() {
            self.period = period_of(answers);
        }
        self
    }
}

/// After how many answers they repeat themselves up to the last, as those by the day of the year do from leap year to leap year; 0 where they do not
/// before a half (Knuth, Morris and Pratt, Fast pattern matching in strings, 1977).
fn period_of(answers: &[u8]) -> u16 {
    // By place, how many answers up to it are the same as the first ones.
    let mut same = vec![0u32; answers.len()];
    for place in 1..answers.len() {
        let mut length = same[place - 1];
        while length > 0 && answers[place] != answers[length as usize] {
            length = same[length as usize - 1];
        }
        same[place] = length + u32::from(answers[place] == answers[length as usize]);
    }
    let period = answers.len() - same.last().map_or(0, |length| *length as usize);
    match u16::try_from(period) {
        Ok(repeats) if period <= answers.len() / 2 => repeats,
        _ => 0,
    }
}

/// How a kernel goes over its words.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Stride {
    /// One after the other.
    Dense,
    /// The same, asking for the data some blocks ahead: for data that lies in memory, not in a cache.
    Prefetch,
    /// Only those that have a bit.
    Skip,
}

/// The arguments of a kernel.
#[derive(Clone, Copy)]
struct Call<'a> {
    data: *const u8,
    rows: usize,
    /// A word for each 64 rows, or null where all are known.
    validity: *const u64,
    constants: &'a Constants,
    mask: *mut u64,
    stride: Stride,
}

/// A kernel in one form.
#[derive(Clone, Copy, Debug)]
struct Functions {
    one: unsafe fn(&Call<'_>) -> usize,
    /// Several tests of one column.
    together: unsafe fn(&CallTogether<'_>),
}

impl Kernel {
    #[cfg(test)]
    const ALL: [Kernel; 18] = [
        Kernel::Range8,
        Kernel::Range16,
        Kernel::Range32,
        Kernel::Range64,
        Kernel::Range128,
        Kernel::RangeF32,
        Kernel::RangeF64,
        Kernel::Set8,
        Kernel::Set16,
        Kernel::Set32,
        Kernel::Set64,
        Kernel::Set128,
        Kernel::SetF32,
        Kernel::SetF64,
        Kernel::Table8,
        Kernel::Table16,
        Kernel::Table32,
        Kernel::Table64,
    ];

    /// The bytes of one number or code.
    pub(super) fn width(self) -> usize {
        match self {
            Kernel::Range8 | Kernel::Set8 | Kernel::Table8 => 1,
            Kernel::Range16 | Kernel::Set16 | Kernel::Table16 => 2,
            Kernel::Range32 | Kernel::RangeF32 => 4,
            Kernel::Set32 | Kernel::SetF32 | Kernel::Table32 => 4,
            Kernel::Range64 | Kernel::RangeF64 => 8,
            Kernel::Set64 | Kernel::SetF64 | Kernel::Table64 => 8,
            Kernel::Range128 | Kernel::Set128 => 16,
        }
    }

    fn function(self, constants: &Constants, form: Form) -> Functions {
        match form {
            #[cfg(target_arch = "x86_64")]
            Form::Avx512 => avx512::function(self, constants),
            #[cfg(target_arch = "x86_64")]
            Form::Avx2 => avx2::function(self),
            _ => portable::function(self),
        }
    }
}

/// A kernel made ready: its shape, its constants, and the form of this run.
#[derive(Clone, Debug)]
pub(super) struct Test {
    kernel: Kernel,
    constants: Constants,
    functions: Functions,
}

impl Test {
    /// `form` must be one that the machine has: see [`Form::choose`].
    pub(super) fn new(kernel: Kernel, constants: Constants, form: Form) -> Self {
        let form = Form::choose(Some(form));
        Self {
            kernel,
            functions: kernel.function(&constants, form),
            constants,
        }
    }

    /// The bytes of one number or code.
    pub(super) fn width(&self) -> usize {
        self.kernel.width()
    }

    /// The shape of the test: those of one shape and column can be made together.
    pub(super) fn kernel(&self) -> Kernel {
        self.kernel
    }

    /// The lowest and the highest number of a range of four or eight bytes, as signed ones.
    pub(super) fn range_signed(&self) -> Option<(i64, i64)> {
        let (low, span) = (self.constants.low, self.constants.span);
        match self.kernel {
            Kernel::Range64 => {
                let low = low as i64;
                Some((low, low.checked_add_unsigned(span as u64)?))
            }
            Kernel::Range32 => {
                let low = low as i32;
                let high = low.checked_add_unsigned(span as u32)?;
                Some((low.into(), high.into()))
            }
            _ => None,
        }
    }

    /// The number of the first answer of a table of numbers of four or eight bytes, as a signed one, with the answers: 1 where a number passes.
    pub(super) fn table_signed(&self) -> Option<(i64, &[u8])> {
        let low = match self.kernel {
            Kernel::Table64 => self.constants.low as i64,
            Kernel::Table32 => (self.constants.low as i32).into(),
            _ => return None,
        };
        Some((low, &self.constants.table))
    }

    /// The numbers of a set.
    pub(super) fn members(&self) -> &[u128] {
        &self.constants.set
    }

    /// The lowest and the highest number of a range of floats of eight bytes.
    pub(super) fn range_f64(&self) -> Option<(f64, f64)> {
        let float = |bits: u128| f64::from_bits(bits as u64);
        let ends = (float(self.constants.low), float(self.constants.span));
        (self.kernel == Kernel::RangeF64).then_some(ends)
    }

    /// Makes tests of one column, all of one kernel and form. For each a mask is written to `masks`, from its place on, with the bits of the rows that
    /// pass; they may be missing.
    pub(super) fn test_together(
        tests: &[(&Test, usize)],
        data: &[u8],
        far: bool,
        masks: &mut [u64],
    ) {
        let Some((first, _)) = tests.first() else {
            return;
        };
        let rows = data.len() / first.kernel.width();
        let (length, base) = (masks.len(), masks.as_mut_ptr());
        for four in tests.chunks(TOGETHER) {
            // Where there are fewer, the last one is made again.
            let nth = |place: usize| four[place.min(four.len() - 1)];
            let at = |place: usize| {
                let (test, at) = nth(place);
                assert_eq!(test.kernel, first.kernel);
                assert!(at + bits::words(rows) <= length);
                base.wrapping_add(at)
            };
            let call = CallTogether {
                data: data.as_ptr(),
                rows,
                constants: [0, 1, 2, 3].map(|place| &nth(place).0.constants),
                masks: [0, 1, 2, 3].map(at),
                prefetch: far,
            };
            // SAFETY: `data` holds `rows` numbers of the kernel's width; each mask has a word for each 64 of them within `masks`, which is borrowed for
            // writing; tables were made for this kernel; the function's instructions exist on this machine, which `Test::new` made sure of.
            unsafe { (first.functions.together)(&call) };
        }
    }

    /// Narrows the mask to the rows that are known and pass, and tells how many of its words still have a bit.
    ///
    /// `data` holds the numbers of as many rows as the mask and the validity are for, the last of which may be incomplete.
    pub(super) fn narrow(
        &self,
        data: &[u8],
        validity: Option<&[u64]>,
        mask: &mut [u64],
        stride: Stride,
    ) -> usize {
        let rows = data.len() / self.kernel.width();
        assert_eq!(mask.len(), bits::words(rows));
        if let Some(validity) = validity {
            assert!(validity.len() >= mask.len());
        }
        let call = Call {
            data: data.as_ptr(),
            rows,
            validity: validity.map_or(std::ptr::null(), <[u64]>::as_ptr),
            constants: &self.constants,
            mask: mask.as_mut_ptr(),
            stride,
        };
        // SAFETY: `data` holds `rows` numbers of the kernel's width; mask and validity have a word for each 64 of them; tables were made for this kernel and
        // end with an entry for codes beyond; the function's instructions exist on this machine, which `Test::new` made sure of.
        unsafe { (self.functions.one)(&call) }
    }

    /// Whether the number that the first bytes hold does not pass.
    pub(super) fn fails(&self, bytes: &[u8]) -> bool {
        let mut mask = [1];
        self.narrow(
            &bytes[..self.kernel.width()],
            None,
            &mut mask,
            Stride::Dense,
        );
        mask == [0]
    }
}

pub(super) use combine::{Asked, Combination, Combinations, LANE_WORDS, Operand};
pub(super) use contains::Contained;
pub(super) use drive::WORDS_AHEAD;
pub(super) use ends::{End, Ends};
pub(super) use greater::greater;
pub(super) use lists::{Elements, narrow_lists};
pub(super) use masks::{count, count_turned, keep, keep_any, take};
pub(super) use offsets::Offset;
pub(super) use places::{Origin, Places};
pub(super) use planes::{LINE, Line, Lines, MOST_PLANES, narrow_planes};
pub(super) use search::{Hit, MOST_PATTERNS, Patterns};
pub(super) use tables::{MOST_TABLES, Tables};
