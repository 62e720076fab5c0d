//! Where rows of text begin and end, in either width that Arrow has for it.

/// An offset of Arrow.
pub(in crate::execute) trait Offset: Copy {
    fn place(self) -> usize;

    /// How many of these, which never fall, are at most a place.
    ///
    /// # Safety
    /// The machine has AVX-512 with VL.
    #[cfg(target_arch = "x86_64")]
    unsafe fn count_to(offsets: &[Self; 8], place: usize) -> usize;

    /// Eight offsets in 64 bits each.
    ///
    /// # Safety
    /// The machine has AVX-512.
    #[cfg(target_arch = "x86_64")]
    unsafe fn eight(offsets: &[Self; 8]) -> std::arch::x86_64::__m512i;

    /// Four offsets in 64 bits each.
    ///
    /// # Safety
    /// The machine has AVX2.
    #[cfg(target_arch = "x86_64")]
    unsafe fn four(offsets: &[Self; 4]) -> std::arch::x86_64::__m256i;
}

impl Offset for i32 {
    #[inline(always)]
    fn place(self) -> usize {
        self as usize
    }

    #[cfg(target_arch = "x86_64")]
    #[inline(always)]
    unsafe fn count_to(offsets: &[Self; 8], place: usize) -> usize {
        use std::arch::x86_64::*;
        // SAFETY: eight offsets are there; the caller made sure of the instructions.
        unsafe {
            let offsets = _mm256_loadu_si256(offsets.as_ptr().cast());
            _mm256_cmple_epu32_mask(offsets, _mm256_set1_epi32(place as i32)).count_ones() as usize
        }
    }

    #[cfg(target_arch = "x86_64")]
    #[inline(always)]
    unsafe fn eight(offsets: &[Self; 8]) -> std::arch::x86_64::__m512i {
        use std::arch::x86_64::*;
        // SAFETY: eight offsets are there; the caller made sure of the instructions.
        unsafe { _mm512_cvtepu32_epi64(_mm256_loadu_si256(offsets.as_ptr().cast())) }
    }

    #[cfg(target_arch = "x86_64")]
    #[inline(always)]
    unsafe fn four(offsets: &[Self; 4]) -> std::arch::x86_64::__m256i {
        use std::arch::x86_64::*;
        // SAFETY: four offsets are there; the caller made sure of the instructions.
        unsafe { _mm256_cvtepu32_epi64(_mm_loadu_si128(offsets.as_ptr().cast())) }
    }
}

impl Offset for i64 {
    #[inline(always)]
    fn place(self) -> usize {
        self as usize
    }

    #[cfg(target_arch = "x86_64")]
    #[inline(always)]
    unsafe fn count_to(offsets: &[Self; 8], place: usize) -> usize {
        use std::arch::x86_64::*;
        // SAFETY: eight offsets are there; the caller made sure of the instructions.
        unsafe {
            let offsets = _mm512_loadu_si512(offsets.as_ptr().cast());
            _mm512_cmple_epu64_mask(offsets, _mm512_set1_epi64(place as i64)).count_ones() as usize
        }
    }

    #[cfg(target_arch = "x86_64")]
    #[inline(always)]
    unsafe fn eight(offsets: &[Self; 8]) -> std::arch::x86_64::__m512i {
        // SAFETY: eight offsets are there; the caller made sure of the instructions.
        unsafe { std::arch::x86_64::_mm512_loadu_si512(offsets.as_ptr().cast()) }
    }

    #[cfg(target_arch = "x86_64")]
    #[inline(always)]
    unsafe fn four(offsets: &[Self; 4]) -> std::arch::x86_64::__m256i {
        // SAFETY: four offsets are there; the caller made sure of the instructions.
        unsafe { std::arch::x86_64::_mm256_loadu_si256(offsets.as_ptr().cast()) }
    }
}
