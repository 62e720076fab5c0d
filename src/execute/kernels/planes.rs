//! Truth tables of values that lie bit by bit: whole words of rows at once, by choosing between the answers for 0 and 1, bit after bit.

#![expect(
    clippy::needless_range_loop,
    reason = "several lines go side by side, and closures of iterators are not always compiled with the instructions of a form"
)]

use super::ask_for;
use crate::execute::Form;

/// Planes of a column, at most.
pub(in crate::execute) const MOST_PLANES: usize = 5;

/// Words that lie one behind the other in a line.
pub(in crate::execute) const LINE: usize = 8;

/// One bit of the values of 512 rows: a line of memory.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[repr(align(64))]
pub(in crate::execute) struct Line(pub(in crate::execute) [u64; LINE]);

/// How far ahead of the line in hand lines are asked for.
const LINES_AHEAD: usize = 128;

/// The bits of the values of a run of rows.
#[derive(Clone, Copy)]
pub(in crate::execute) struct Lines<'a> {
    /// One for each bit of the values of 512 rows, the lowest first, then those of the next rows.
    pub(in crate::execute) lines: &'a [Line],
    /// Bits a value: one to five.
    pub(in crate::execute) planes: usize,
    /// In which word of the first lines the run begins.
    pub(in crate::execute) first: usize,
}

/// Narrows a mask to the rows whose value passes, and tells how many of its words still have a bit. `passing` has a bit for each value. `form` must be one
/// that the machine has: see [`Form::choose`].
pub(in crate::execute) fn narrow_planes(
    form: Form,
    lines: Lines<'_>,
    passing: u32,
    far: bool,
    mask: &mut [u64],
) -> usize {
    match form {
        // SAFETY: the form was chosen among those of this machine.
        #[cfg(target_arch = "x86_64")]
        Form::Avx512 => unsafe { with_avx512(lines, passing, far, mask) },
        // SAFETY: as above.
        #[cfg(target_arch = "x86_64")]
        Form::Avx2 => unsafe { with_avx2(lines, passing, far, mask) },
        _ => plainly(lines, passing, far, mask),
    }
}

/// # Safety
/// The machine has AVX2.
#[cfg(target_arch = "x86_64")]
#[target_feature(enable = "avx2")]
unsafe fn with_avx2(lines: Lines<'_>, passing: u32, far: bool, mask: &mut [u64]) -> usize {
    plainly(lines, passing, far, mask)
}

/// # Safety
/// The machine has AVX-512.
#[cfg(target_arch = "x86_64")]
#[target_feature(enable = "avx512f,avx512bw,avx512dq,avx512vl,avx2")]
unsafe fn with_avx512(lines: Lines<'_>, passing: u32, far: bool, mask: &mut [u64]) -> usize {
    plainly(lines, passing, far, mask)
}

#[inline(always)]
fn plainly(lines: Lines<'_>, passing: u32, far: bool, mask: &mut [u64]) -> usize {
    match lines.planes {
        1 => with_planes::<1>(lines, passing, far, mask),
        2 => with_planes::<2>(lines, passing, far, mask),
        3 => with_planes::<3>(lines, passing, far, mask),
        4 => with_planes::<4>(lines, passing, far, mask),
        5 => with_planes::<5>(lines, passing, far, mask),
        _ => {
            debug_assert!(false, "one to {MOST_PLANES} planes");
            mask.fill(0);
            0
        }
    }
}

#[inline(always)]
fn with_planes<const PLANES: usize>(
    lines: Lines<'_>,
    passing: u32,
    far: bool,
    mask: &mut [u64],
) -> usize {
    // No more values than their bits tell apart.
    let passing = passing & (u32::MAX >> (32 - (1 << PLANES)));
    let others = passing ^ (u32::MAX >> (32 - (1 << PLANES)));
    if passing.count_ones() <= FEW {
        return each::<PLANES, _>(lines, far, mask, Few::new(passing, 0));
    }
    if others.count_ones() <= FEW {
        return each::<PLANES, _>(lines, far, mask, Few::new(others, u64::MAX));
    }
    let mut table = [0; 1 << MOST_PLANES];
    for (value, answer) in table.iter_mut().enumerate() {
        *answer = u64::from(passing >> value & 1).wrapping_neg();
    }
    each::<PLANES, _>(lines, far, mask, Table(table))
}

/// What the bits of 512 values say.
trait Answer<const PLANES: usize> {
    fn answer(&self, group: &[Line; PLANES]) -> [u64; LINE];
}

/// Values that are looked for one after the other, at most.
const FEW: u32 = 4;

/// A few values pass, or all but them.
struct Few<const PLANES: usize> {
    /// For each value what turns over the bits of its that are 0.
    flips: [[u64; PLANES]; FEW as usize],
    values: usize,
    /// All ones where they are those that do not pass.
    turned: u64,
}

impl<const PLANES: usize> Few<PLANES> {
    fn new(mut passing: u32, turned: u64) -> Self {
        let mut flips = [[0; PLANES]; FEW as usize];
        let values = passing.count_ones() as usize;
        for flips in &mut flips[..values] {
            let value = passing.trailing_zeros();
            for (plane, flip) in flips.iter_mut().enumerate() {
                *flip = u64::from(value >> plane & 1).wrapping_sub(1);
            }
            passing &= passing - 1;
        }
        Self {
            flips,
            values,
            turned,
        }
    }
}

impl<const PLANES: usize> Answer<PLANES> for Few<PLANES> {
    #[inline(always)]
    fn answer(&self, group: &[Line; PLANES]) -> [u64; LINE] {
        let mut answer = [self.turned; LINE];
        for flips in &self.flips[..self.values] {
            let mut is_value = [u64::MAX; LINE];
            for plane in 0..PLANES {
                for place in 0..LINE {
                    is_value[place] &= group[plane].0[place] ^ flips[plane];
                }
            }
            // Nobody has two values.
            for place in 0..LINE {
                answer[place] ^= is_value[place];
            }
        }
        answer
    }
}

/// The answer for each value.
struct Table([u64; 1 << MOST_PLANES]);

impl<const PLANES: usize> Answer<PLANES> for Table {
    #[inline(always)]
    fn answer(&self, group: &[Line; PLANES]) -> [u64; LINE] {
        let mut answers = [[0; LINE]; 1 << (MOST_PLANES - 1)];
        for value in 0..1 << (PLANES - 1) {
            let (if_one, if_zero) = (self.0[2 * value + 1], self.0[2 * value]);
            for place in 0..LINE {
                answers[value][place] = (if_one ^ if_zero) & group[0].0[place] ^ if_zero;
            }
        }
        for plane in 1..PLANES {
            for value in 0..1 << (PLANES - 1 - plane) {
                for place in 0..LINE {
                    let bits = group[plane].0[place];
                    answers[value][place] =
                        answers[2 * value + 1][place] & bits | answers[2 * value][place] & !bits;
                }
            }
        }
        answers[0]
    }
}

/// Narrows a mask by what is said of the bits of each 64 values.
#[inline(always)]
fn each<const PLANES: usize, A: Answer<PLANES>>(
    lines: Lines<'_>,
    far: bool,
    mask: &mut [u64],
    answer: A,
) -> usize {
    let groups = lines.lines.as_chunks::<PLANES>().0;
    let head = mask.len().min((LINE - lines.first) % LINE);
    let (head, rest) = mask.split_at_mut(head);
    let (head_groups, groups) = groups.split_at(usize::from(!head.is_empty()));
    let (whole, tail) = rest.as_chunks_mut::<LINE>();
    let (groups, tail_groups) = groups.split_at(whole.len());
    let mut live = 0;
    if let [group] = head_groups {
        live += some(group, lines.first, head, &answer);
    }
    for (mask, group) in whole.iter_mut().zip(groups) {
        if *mask == [0; LINE] {
            continue;
        }
        if far {
            for line in 0..PLANES {
                ask_for(group, LINES_AHEAD + line);
            }
        }
        let answer = answer.answer(group);
        for place in 0..LINE {
            mask[place] &= answer[place];
            live += u64::from(mask[place] != 0);
        }
    }
    if let ([group, ..], false) = (tail_groups, tail.is_empty()) {
        live += some(group, 0, tail, &answer);
    }
    live as usize
}

/// Some words of a line, from the first on.
fn some<const PLANES: usize>(
    group: &[Line; PLANES],
    first: usize,
    mask: &mut [u64],
    answer: &impl Answer<PLANES>,
) -> u64 {
    let answer = answer.answer(group);
    let mut live = 0;
    for (mask, answer) in mask.iter_mut().zip(&answer[first..]) {
        *mask &= answer;
        live += u64::from(*mask != 0);
    }
    live
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::execute::column::bits;

    #[test]
    fn all_forms_find_the_values_that_pass() {
        let word = |seed: u64| seed.wrapping_mul(0x9e37_79b9_7f4a_7c15).rotate_left(29) ^ seed;
        let before: Vec<u64> = (0..27u64)
            .map(|place| match place {
                8..16 => 0,
                _ if place % 5 == 0 => 0,
                _ => word(place + 900),
            })
            .collect();
        let tables = [
            0,
            1,
            0b10,
            1 << 15,
            1 << 26,
            1 << 31,
            0b0110_1001,
            0xbeef,
            0xffff,
            0x9e37_79b9,
            u32::MAX,
        ];
        for planes in 1..=MOST_PLANES {
            let lines: Vec<Line> = (0..4 * planes as u64)
                .map(|line| {
                    Line(std::array::from_fn(|place| {
                        word(line * 8 + place as u64 + 1)
                    }))
                })
                .collect();
            for (form, passing) in Form::available()
                .into_iter()
                .flat_map(|form| tables.map(|passing| (form, passing)))
            {
                for (first, words) in [(0, 0), (0, 1), (0, 8), (0, 19), (3, 4), (5, 27), (7, 17)] {
                    let lines = Lines {
                        lines: &lines,
                        planes,
                        first,
                    };
                    let mut mask = before[..words].to_vec();
                    let live = narrow_planes(form, lines, passing, words == 19, &mut mask);
                    for row in 0..words * 64 {
                        let place = first + row / 64;
                        let bit = |plane: usize| {
                            let line = lines.lines[place / 8 * planes + plane];
                            (line.0[place % 8] >> (row % 64) & 1) as u32
                        };
                        let value = (0..planes).fold(0, |value, plane| value | bit(plane) << plane);
                        let expected = bits::get(&before, row) && passing >> value & 1 == 1;
                        let said = format!("{form:?} {planes} {passing:b} {first} {row}");
                        assert_eq!(bits::get(&mask, row), expected, "{said}");
                    }
                    assert_eq!(live, mask.iter().filter(|word| **word != 0).count());
                }
            }
        }
    }
}
