//! Where a short text occurs in a long one: its first and last byte are looked for in a whole vector of places at once, and what is left is compared.

use super::Form;

/// Notes every place where the pattern begins, in order. The pattern is not empty.
pub(in crate::execute) fn find_all(form: Form, text: &[u8], pattern: &[u8], hits: &mut Vec<usize>) {
    hits.clear();
    match form {
        // SAFETY: the form was chosen among those of this machine.
        #[cfg(target_arch = "x86_64")]
        Form::Avx512 => unsafe { with_avx512(text, pattern, hits) },
        // SAFETY: as above.
        #[cfg(target_arch = "x86_64")]
        Form::Avx2 => unsafe { with_avx2(text, pattern, hits) },
        _ => {
            let finder = memchr::memmem::Finder::new(pattern);
            let mut at = 0;
            while let Some(hit) = finder.find(&text[at..]) {
                hits.push(at + hit);
                at += hit + 1;
            }
        }
    }
}

/// Notes those of 64 places at which the pattern is.
#[inline(always)]
fn check(text: &[u8], pattern: &[u8], first: usize, mut places: u64, hits: &mut Vec<usize>) {
    while places != 0 {
        let at = first + places.trailing_zeros() as usize;
        places &= places - 1;
        if text[at..].starts_with(pattern) {
            hits.push(at);
        }
    }
}

/// The places from `first` on, one by one.
fn rest(text: &[u8], pattern: &[u8], first: usize, hits: &mut Vec<usize>) {
    let end = (text.len() + 1).saturating_sub(pattern.len());
    for at in first..end {
        if text[at..].starts_with(pattern) {
            hits.push(at);
        }
    }
}

/// # Safety
/// The machine has AVX-512 with BW.
#[cfg(target_arch = "x86_64")]
#[target_feature(enable = "avx512f,avx512bw,bmi1")]
unsafe fn with_avx512(text: &[u8], pattern: &[u8], hits: &mut Vec<usize>) {
    use std::arch::x86_64::*;
    let last = pattern.len() - 1;
    let head = _mm512_set1_epi8(pattern[0] as i8);
    let tail = _mm512_set1_epi8(pattern[last] as i8);
    let mut at = 0;
    while at + last + 64 <= text.len() {
        // SAFETY: 64 bytes are there from `at` and from `at + last`.
        let (heads, tails) = unsafe {
            (
                _mm512_loadu_si512(text.as_ptr().add(at).cast()),
                _mm512_loadu_si512(text.as_ptr().add(at + last).cast()),
            )
        };
        let places = _mm512_mask_cmpeq_epi8_mask(_mm512_cmpeq_epi8_mask(heads, head), tails, tail);
        check(text, pattern, at, places, hits);
        at += 64;
    }
    rest(text, pattern, at, hits);
}

/// # Safety
/// The machine has AVX2.
#[cfg(target_arch = "x86_64")]
#[target_feature(enable = "avx2,bmi1")]
unsafe fn with_avx2(text: &[u8], pattern: &[u8], hits: &mut Vec<usize>) {
    use std::arch::x86_64::*;
    let last = pattern.len() - 1;
    let head = _mm256_set1_epi8(pattern[0] as i8);
    let tail = _mm256_set1_epi8(pattern[last] as i8);
    let mut at = 0;
    while at + last + 32 <= text.len() {
        // SAFETY: 32 bytes are there from `at` and from `at + last`.
        let (heads, tails) = unsafe {
            (
                _mm256_loadu_si256(text.as_ptr().add(at).cast()),
                _mm256_loadu_si256(text.as_ptr().add(at + last).cast()),
            )
        };
        let both = _mm256_and_si256(
            _mm256_cmpeq_epi8(heads, head),
            _mm256_cmpeq_epi8(tails, tail),
        );
        let places = _mm256_movemask_epi8(both) as u32;
        check(text, pattern, at, places.into(), hits);
        at += 32;
    }
    rest(text, pattern, at, hits);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_place_is_found_in_every_form() {
        let text: Vec<u8> = (0..1000u32)
            .map(|place| b"aab@gmail"[(place * place % 9) as usize])
            .collect();
        for pattern in [
            &b"a"[..],
            b"ab",
            b"aa",
            b"@gmail",
            b"mm",
            b"zz",
            &text[100..300],
        ] {
            for length in [0, 1, 5, 63, 64, 65, 127, 200, 999, 1000] {
                let text = &text[..length];
                let expected: Vec<usize> = (0..length)
                    .filter(|place| text[*place..].starts_with(pattern))
                    .collect();
                for form in Form::available() {
                    let mut hits = vec![7];
                    find_all(form, text, pattern, &mut hits);
                    assert_eq!(hits, expected, "{form:?} {pattern:?} {length}");
                }
            }
        }
    }
}
