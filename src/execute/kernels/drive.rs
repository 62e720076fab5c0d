//! The loop that all kernels share: over words, with validity or without, in one of three strides.

use super::{Call, Constants, Stride};

/// A test of 64 numbers that lie one behind the other.
pub(super) trait Word: Copy {
    /// The bytes of one number.
    const WIDTH: usize;

    /// # Safety
    /// The instructions of the implementation exist on this machine.
    unsafe fn new(constants: &Constants) -> Self;

    /// A bit for each number.
    ///
    /// # Safety
    /// 64 numbers can be read at `data`, aligned or not, and the instructions exist on this machine.
    unsafe fn word(self, data: *const u8, constants: &Constants) -> u64;
}

/// How far ahead of the word in hand data is asked for, in bytes.
pub(super) const AHEAD: usize = 8192;

/// The same for masks, in words: farther than a block, since they are short and a block is done with them at once.
pub(in crate::execute) const WORDS_AHEAD: usize = 512;

/// # Safety
/// As [`super::Test::narrow`] says, and the instructions of `W` exist on this machine.
#[inline(always)]
pub(super) unsafe fn drive<W: Word>(call: &Call<'_>) -> usize {
    // SAFETY: passed on from the caller.
    unsafe {
        let test = W::new(call.constants);
        match (call.stride, call.validity.is_null()) {
            (Stride::Dense, true) => words::<W, false, false, false>(test, call),
            (Stride::Dense, false) => words::<W, true, false, false>(test, call),
            (Stride::Prefetch, true) => words::<W, false, true, false>(test, call),
            (Stride::Prefetch, false) => words::<W, true, true, false>(test, call),
            (Stride::Skip, true) => words::<W, false, false, true>(test, call),
            (Stride::Skip, false) => words::<W, true, false, true>(test, call),
        }
    }
}

/// # Safety
/// As for [`drive`].
#[inline(always)]
unsafe fn words<W: Word, const VALIDITY: bool, const PREFETCH: bool, const SKIP: bool>(
    test: W,
    call: &Call<'_>,
) -> usize {
    let full = call.rows / 64;
    let mut live = 0;
    for word in 0..full {
        // SAFETY: `word` is below the number of complete words, so its 64 numbers, its mask and its validity are there. Asking for memory ahead never
        // reads it, so the address may lie anywhere.
        unsafe {
            let mask = call.mask.add(word);
            if SKIP && *mask == 0 {
                continue;
            }
            let data = call.data.add(word * 64 * W::WIDTH);
            if PREFETCH {
                for line in 0..W::WIDTH {
                    ask_for(data.wrapping_add(AHEAD + line * 64));
                }
                if VALIDITY {
                    ask_for(call.validity.wrapping_add(word + WORDS_AHEAD).cast());
                }
            }
            let mut passes = test.word(data, call.constants) & *mask;
            if VALIDITY {
                passes &= *call.validity.add(word);
            }
            *mask = passes;
            live += usize::from(passes != 0);
        }
    }
    let rest = call.rows % 64;
    if rest > 0 {
        let mut copy = [0u8; 64 * 16];
        // SAFETY: `rest` numbers remain behind the complete words, with one word of mask and validity for them; the copy holds 64 of the widest.
        unsafe {
            std::ptr::copy_nonoverlapping(
                call.data.add(full * 64 * W::WIDTH),
                copy.as_mut_ptr(),
                rest * W::WIDTH,
            );
            let mask = call.mask.add(full);
            let mut passes = test.word(copy.as_ptr(), call.constants) & *mask & ((1 << rest) - 1);
            if VALIDITY {
                passes &= *call.validity.add(full);
            }
            *mask = passes;
            live += usize::from(passes != 0);
        }
    }
    live
}

/// How many tests of one column are made at one go.
pub(super) const TOGETHER: usize = 4;

/// The arguments of several tests of one column.
#[derive(Clone, Copy)]
pub(super) struct CallTogether<'a> {
    pub(super) data: *const u8,
    pub(super) rows: usize,
    pub(super) constants: [&'a Constants; TOGETHER],
    /// Where each test writes a word for each 64 rows, whatever stands there.
    pub(super) masks: [*mut u64; TOGETHER],
    pub(super) prefetch: bool,
}

/// Makes several tests: each number is loaded once, and known or not, whatever comes of it is written.
///
/// # Safety
/// As [`super::Test::test_together`] says, and the instructions of `W` exist on this machine.
#[inline(always)]
pub(super) unsafe fn drive_together<W: Word>(call: &CallTogether<'_>) {
    // SAFETY: passed on from the caller.
    let tests = unsafe { [0, 1, 2, 3].map(|test: usize| W::new(call.constants[test])) };
    let full = call.rows / 64;
    for word in 0..full {
        // SAFETY: `word` is below the number of complete words, so its 64 numbers and a word of each mask are there.
        unsafe {
            let data = call.data.add(word * 64 * W::WIDTH);
            if call.prefetch {
                for line in 0..W::WIDTH {
                    ask_for(data.wrapping_add(AHEAD + line * 64));
                }
            }
            let first = tests[0].word(data, call.constants[0]);
            let second = tests[1].word(data, call.constants[1]);
            let third = tests[2].word(data, call.constants[2]);
            let fourth = tests[3].word(data, call.constants[3]);
            *call.masks[0].add(word) = first;
            *call.masks[1].add(word) = second;
            *call.masks[2].add(word) = third;
            *call.masks[3].add(word) = fourth;
        }
    }
    let rest = call.rows % 64;
    if rest > 0 {
        let mut copy = [0u8; 64 * 16];
        // SAFETY: `rest` numbers remain behind the complete words, with one word of each mask for them; the copy holds 64 of the widest.
        unsafe {
            std::ptr::copy_nonoverlapping(
                call.data.add(full * 64 * W::WIDTH),
                copy.as_mut_ptr(),
                rest * W::WIDTH,
            );
            for (place, test) in tests.iter().enumerate() {
                let passes = test.word(copy.as_ptr(), call.constants[place]);
                *call.masks[place].add(full) = passes & ((1 << rest) - 1);
            }
        }
    }
}

/// Asks for a line of memory without reading it.
#[inline(always)]
pub(super) fn ask_for(address: *const u8) {
    #[cfg(target_arch = "x86_64")]
    // SAFETY: a prefetch reads nothing and faults on no address; SSE is part of x86-64.
    unsafe {
        std::arch::x86_64::_mm_prefetch::<{ std::arch::x86_64::_MM_HINT_T0 }>(address.cast());
    }
    #[cfg(not(target_arch = "x86_64"))]
    let _ = address;
}
