//! Tests in plain Rust, for every machine. What vectors have no way of their own for builds on them, with another way of gathering bits.

use super::drive::{CallTogether, Word, drive, drive_together};
use super::{Call, Constants, Functions, Kernel};

/// Gathers 64 bytes that are 0 or 1 into the bits of a word.
pub(super) trait Gather: Copy {
    /// # Safety
    /// The instructions of the implementation exist on this machine.
    unsafe fn gather(bytes: &[u8; 64]) -> u64;
}

/// Gathers eight bytes by one multiplication.
#[derive(Clone, Copy)]
pub(super) struct Multiply;

impl Gather for Multiply {
    #[inline(always)]
    unsafe fn gather(bytes: &[u8; 64]) -> u64 {
        let mut word = 0;
        for (place, eight) in bytes.as_chunks::<8>().0.iter().enumerate() {
            let bits = u64::from_le_bytes(*eight).wrapping_mul(0x0102_0408_1020_4080) >> 56;
            word |= bits << (place * 8);
        }
        word
    }
}

/// A number as it lies in memory.
pub(super) trait Number: Copy + PartialEq + PartialOrd {
    fn from_constant(bits: u128) -> Self;
    fn less(self, low: Self) -> Self;
}

macro_rules! numbers {
    ($($number:ty),*) => {$(
        impl Number for $number {
            #[inline(always)]
            fn from_constant(bits: u128) -> Self {
                bits as $number
            }
            #[inline(always)]
            fn less(self, low: Self) -> Self {
                self.wrapping_sub(low)
            }
        }
    )*};
}
numbers!(u8, u16, u32, u64, u128);

/// 64 answers, each from the number at its place.
///
/// # Safety
/// 64 numbers can be read at `data`, and the instructions of `G` exist on this machine.
#[inline(always)]
pub(super) unsafe fn each<T: Copy, G: Gather>(data: *const u8, passes: impl Fn(T) -> bool) -> u64 {
    let mut bytes = [0u8; 64];
    for (place, byte) in bytes.iter_mut().enumerate() {
        // SAFETY: `place` is below 64.
        let number = unsafe { data.cast::<T>().add(place).read_unaligned() };
        *byte = u8::from(passes(number));
    }
    // SAFETY: passed on from the caller.
    unsafe { G::gather(&bytes) }
}

#[derive(Clone, Copy)]
pub(super) struct Range<T, G> {
    low: T,
    span: T,
    gather: std::marker::PhantomData<G>,
}

impl<T: Number, G: Gather> Word for Range<T, G> {
    const WIDTH: usize = size_of::<T>();

    #[inline(always)]
    unsafe fn new(constants: &Constants) -> Self {
        Self {
            low: T::from_constant(constants.low),
            span: T::from_constant(constants.span),
            gather: std::marker::PhantomData,
        }
    }

    #[inline(always)]
    unsafe fn word(self, data: *const u8, _: &Constants) -> u64 {
        // SAFETY: passed on from the caller.
        unsafe { each::<T, G>(data, |number| number.less(self.low) <= self.span) }
    }
}

#[derive(Clone, Copy)]
pub(super) struct Set<T, G>(std::marker::PhantomData<(T, G)>);

impl<T: Number, G: Gather> Word for Set<T, G> {
    const WIDTH: usize = size_of::<T>();

    #[inline(always)]
    unsafe fn new(_: &Constants) -> Self {
        Self(std::marker::PhantomData)
    }

    #[inline(always)]
    unsafe fn word(self, data: *const u8, constants: &Constants) -> u64 {
        let mut word = 0;
        for member in &constants.set {
            let member = T::from_constant(*member);
            // SAFETY: passed on from the caller.
            word |= unsafe { each::<T, G>(data, |number| number == member) };
        }
        word
    }
}

macro_rules! floats {
    ($range:ident, $set:ident, $float:ty, $bits:ty) => {
        #[derive(Clone, Copy)]
        struct $range {
            low: $float,
            high: $float,
        }

        impl Word for $range {
            const WIDTH: usize = size_of::<$float>();

            #[inline(always)]
            unsafe fn new(constants: &Constants) -> Self {
                Self {
                    low: <$float>::from_bits(constants.low as $bits),
                    high: <$float>::from_bits(constants.span as $bits),
                }
            }

            #[inline(always)]
            unsafe fn word(self, data: *const u8, _: &Constants) -> u64 {
                // SAFETY: passed on from the caller.
                unsafe {
                    each::<$float, Multiply>(data, |number| {
                        (number >= self.low) & (number <= self.high)
                    })
                }
            }
        }

        #[derive(Clone, Copy)]
        struct $set;

        impl Word for $set {
            const WIDTH: usize = size_of::<$float>();

            #[inline(always)]
            unsafe fn new(_: &Constants) -> Self {
                Self
            }

            #[inline(always)]
            unsafe fn word(self, data: *const u8, constants: &Constants) -> u64 {
                let mut word = 0;
                for member in &constants.set {
                    let member = <$float>::from_bits(*member as $bits);
                    // SAFETY: passed on from the caller.
                    word |= unsafe { each::<$float, Multiply>(data, |number| number == member) };
                }
                word
            }
        }
    };
}
floats!(RangeF32, SetF32, f32, u32);
floats!(RangeF64, SetF64, f64, u64);

/// A truth table by code or number.
#[derive(Clone, Copy)]
pub(super) struct Table<T, G> {
    low: T,
    gather: std::marker::PhantomData<G>,
}

impl<T: Number + Into<u64>, G: Gather> Word for Table<T, G> {
    const WIDTH: usize = size_of::<T>();

    #[inline(always)]
    unsafe fn new(constants: &Constants) -> Self {
        Self {
            low: T::from_constant(constants.low),
            gather: std::marker::PhantomData,
        }
    }

    #[inline(always)]
    unsafe fn word(self, data: *const u8, constants: &Constants) -> u64 {
        let table = &*constants.table;
        let last = (table.len() - 1) as u64;
        let mut bytes = [0u8; 64];
        for (place, byte) in bytes.iter_mut().enumerate() {
            // SAFETY: `place` is below 64, and the index is at most the last of the table.
            *byte = unsafe {
                let number = data.cast::<T>().add(place).read_unaligned();
                let code: u64 = number.less(self.low).into();
                *table.get_unchecked(code.min(last) as usize)
            };
        }
        // SAFETY: passed on from the caller.
        unsafe { G::gather(&bytes) }
    }
}

pub(super) fn function(kernel: Kernel) -> Functions {
    /// # Safety
    /// As [`drive`] says.
    unsafe fn one<W: Word>(call: &Call<'_>) -> usize {
        // SAFETY: passed on from the caller.
        unsafe { drive::<W>(call) }
    }
    /// # Safety
    /// As [`drive_together`] says.
    unsafe fn together<W: Word>(call: &CallTogether<'_>) {
        // SAFETY: passed on from the caller.
        unsafe { drive_together::<W>(call) }
    }
    fn of<W: Word>() -> Functions {
        Functions {
            one: one::<W>,
            together: together::<W>,
        }
    }
    match kernel {
        Kernel::Range8 => of::<Range<u8, Multiply>>(),
        Kernel::Range16 => of::<Range<u16, Multiply>>(),
        Kernel::Range32 => of::<Range<u32, Multiply>>(),
        Kernel::Range64 => of::<Range<u64, Multiply>>(),
        Kernel::Range128 => of::<Range<u128, Multiply>>(),
        Kernel::RangeF32 => of::<RangeF32>(),
        Kernel::RangeF64 => of::<RangeF64>(),
        Kernel::Set8 => of::<Set<u8, Multiply>>(),
        Kernel::Set16 => of::<Set<u16, Multiply>>(),
        Kernel::Set32 => of::<Set<u32, Multiply>>(),
        Kernel::Set64 => of::<Set<u64, Multiply>>(),
        Kernel::Set128 => of::<Set<u128, Multiply>>(),
        Kernel::SetF32 => of::<SetF32>(),
        Kernel::SetF64 => of::<SetF64>(),
        Kernel::Table8 => of::<Table<u8, Multiply>>(),
        Kernel::Table16 => of::<Table<u16, Multiply>>(),
        Kernel::Table32 => of::<Table<u32, Multiply>>(),
        Kernel::Table64 => of::<Table<u64, Multiply>>(),
    }
}
