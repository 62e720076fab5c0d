//! Runs of equal numbers, and numbers packed bit by bit: how levels and codes are stored.

use super::bits::Bits;

/// Where such numbers are in their page, and how far they have been read.
#[derive(Clone, Copy, Debug)]
pub(super) struct Hybrid {
    /// The next byte that no run has been told of.
    at: usize,
    end: usize,
    /// Bits of a number.
    width: usize,
    run: Run,
}

#[derive(Clone, Copy, Debug)]
enum Run {
    Same {
        number: u32,
        left: usize,
    },
    Packed {
        byte: usize,
        done: usize,
        left: usize,
    },
}

impl Hybrid {
    /// Numbers of so many bits in these bytes of a page. None where that cannot be.
    pub(super) fn new(at: usize, end: usize, width: usize) -> Option<Self> {
        let run = Run::Same { number: 0, left: 0 };
        (width <= 32).then_some(Self {
            at,
            end,
            width,
            run,
        })
    }

    /// Takes as many numbers as there is room for. None where there are fewer.
    pub(super) fn take(&mut self, page: &[u8], mut out: &mut [u32]) -> Option<()> {
        while !out.is_empty() {
            match &mut self.run {
                Run::Same { left: 0, .. } | Run::Packed { left: 0, .. } => self.next_run(page)?,
                Run::Same { number, left } => {
                    let taken = out.split_off_mut(..out.len().min(*left))?;
                    taken.fill(*number);
                    *left -= taken.len();
                }
                Run::Packed { byte, done, left } => {
                    let taken = out.split_off_mut(..out.len().min(*left))?;
                    unpack(page.get(*byte..self.end)?, self.width, *done, taken)?;
                    *done += taken.len();
                    *left -= taken.len();
                }
            }
        }
        Some(())
    }

    /// Passes so many numbers and takes those at these places among them, which rise. None where there are fewer.
    pub(super) fn pick(
        &mut self,
        page: &[u8],
        numbers: usize,
        mut places: &[u32],
        out: &mut Vec<u32>,
    ) -> Option<()> {
        let mut passed = 0;
        while passed < numbers {
            let (Run::Same { left, .. } | Run::Packed { left, .. }) = self.run;
            if left == 0 {
                self.next_run(page)?;
                continue;
            }
            let end = numbers.min(passed + left);
            // Runs are short, and so is the way.
            let is_here = |place: &&u32| (**place as usize) < end;
            let here = places.split_off(..places.iter().take_while(is_here).count())?;
            match &mut self.run {
                Run::Same { number, left } => {
                    out.extend(std::iter::repeat_n(*number, here.len()));
                    *left -= end - passed;
                }
                Run::Packed { byte, done, left } => {
                    let bytes = page.get(*byte..self.end)?;
                    for place in here {
                        let place = *done + *place as usize - passed;
                        out.push(single(bytes, self.width, place)?);
                    }
                    *done += end - passed;
                    *left -= end - passed;
                }
            }
            passed = end;
        }
        Some(())
    }

    /// Takes so many numbers of one bit. None where there are fewer.
    pub(super) fn take_bits(
        &mut self,
        page: &[u8],
        mut wanted: usize,
        out: &mut Bits,
    ) -> Option<()> {
        while wanted > 0 {
            match &mut self.run {
                Run::Same { left: 0, .. } | Run::Packed { left: 0, .. } => self.next_run(page)?,
                Run::Same { number, left } => {
                    let taken = wanted.min(*left);
                    out.repeat(*number & 1 == 1, taken);
                    *left -= taken;
                    wanted -= taken;
                }
                Run::Packed { byte, done, left } => {
                    let taken = wanted.min(*left);
                    out.copy(page.get(*byte..self.end)?, *done, taken)?;
                    *done += taken;
                    *left -= taken;
                    wanted -= taken;
                }
            }
        }
        Some(())
    }

    fn next_run(&mut self, page: &[u8]) -> Option<()> {
        let bytes = page.get(self.at..self.end)?;
        let (mut head, mut read) = (0u64, 0);
        loop {
            let byte = *bytes.get(read)?;
            head |= u64::from(byte & 0x7f).checked_shl(7 * read as u32)?;
            read += 1;
            if byte & 0x80 == 0 {
                break;
            }
        }
        let number = usize::try_from(head >> 1).ok()?;
        if head & 1 == 1 {
            // Groups of eight. Writers may leave away bytes at the end that nobody asks for.
            let left = number.checked_mul(8)?;
            let stored = number.checked_mul(self.width)?;
            self.run = Run::Packed {
                byte: self.at + read,
                done: 0,
                left,
            };
            self.at = (self.at + read).checked_add(stored)?.min(self.end);
            return (left > 0).then_some(());
        }
        let width = self.width.div_ceil(8);
        let value = bytes.get(read..read + width)?;
        let value = (value.iter().rev()).fold(0, |value, byte| value << 8 | u32::from(*byte));
        self.run = Run::Same {
            number: value,
            left: number,
        };
        self.at += read + width;
        (number > 0).then_some(())
    }
}

/// The packed numbers from `first` on.
fn unpack(bytes: &[u8], width: usize, first: usize, out: &mut [u32]) -> Option<()> {
    // One by one up to where a group begins, then groups, then what is left.
    let head = (first.next_multiple_of(8) - first).min(out.len());
    let (before, groups) = out.split_at_mut(head);
    let begin = (first + head) / 8 * width;
    let done = unpack_groups(bytes.get(begin..).unwrap_or(&[]), width, groups);
    let behind = &mut groups[done..];
    let singles = (0..).zip(before).chain((head + done..).zip(behind));
    for (place, number) in singles {
        *number = single(bytes, width, first + place)?;
    }
    Some(())
}

/// One number.
#[inline]
fn single(bytes: &[u8], width: usize, place: usize) -> Option<u32> {
    let bit = place * width;
    let bytes = bytes.get(bit / 8..)?;
    let wide = match bytes.first_chunk() {
        Some(wide) => u64::from_le_bytes(*wide),
        None => {
            let bytes = bytes.get(..(bit % 8 + width).div_ceil(8))?;
            (bytes.iter().rev()).fold(0, |wide, byte| wide << 8 | u64::from(*byte))
        }
    };
    Some((wide >> (bit % 8)) as u32 & mask(width))
}

#[inline]
const fn mask(width: usize) -> u32 {
    ((1u64 << width) - 1) as u32
}

/// Whole groups of eight, as long as there are eight bytes behind each; how many numbers they were.
fn unpack_groups(bytes: &[u8], width: usize, out: &mut [u32]) -> usize {
    macro_rules! by_width {
        ($($width:literal)*) => {
            match width {
                $($width => groups::<$width>(bytes, out),)*
                _ => 0,
            }
        };
    }
    by_width!(0 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20 21 22 23 24 25 26 27 28 29 30 31 32)
}

fn groups<const WIDTH: usize>(bytes: &[u8], out: &mut [u32]) -> usize {
    let (groups, _) = out.as_chunks_mut::<8>();
    let mut at = 0;
    let mut done = 0;
    for group in groups {
        let Some(packed) = bytes.get(at..at + WIDTH + 8) else {
            break;
        };
        for (place, number) in group.iter_mut().enumerate() {
            let bit = place * WIDTH;
            let Some(wide) = packed[bit / 8..].first_chunk() else {
                break;
            };
            *number = (u64::from_le_bytes(*wide) >> (bit % 8)) as u32 & mask(WIDTH);
        }
        at += WIDTH;
        done += 8;
    }
    done
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Numbers packed by their bits.
    fn packed(numbers: &[u32], width: usize) -> Vec<u8> {
        let mut bytes = vec![0; (numbers.len() * width).div_ceil(8)];
        for (place, number) in numbers.iter().enumerate() {
            for bit in 0..width {
                let at = place * width + bit;
                bytes[at / 8] |= (number >> bit & 1) as u8 * (1 << (at % 8));
            }
        }
        bytes
    }

    #[test]
    fn numbers_of_every_width_come_back_however_they_are_taken() {
        for width in 0..=32 {
            let numbers: Vec<u32> = (0..400u32)
                .map(|place| place.wrapping_mul(0x9E37_79B9) & mask(width))
                .collect();
            // 136 packed, then 77 of one, then the rest packed.
            let mut page = vec![9, 9, 9];
            page.push(17 << 1 | 1);
            page.extend(packed(&numbers[..136], width));
            page.extend([77 << 1 & 0x7f | 0x80, 77 >> 6]);
            page.extend(&numbers[399].to_le_bytes()[..width.div_ceil(8)]);
            page.push(33 << 1 | 1);
            page.extend(packed(&numbers[136..], width));
            let expected: Vec<u32> = (numbers[..136].iter().copied())
                .chain(std::iter::repeat_n(numbers[399], 77))
                .chain(numbers[136..].iter().copied())
                .collect();
            for step in [1, 7, 60, 500] {
                let mut hybrid = Hybrid::new(3, page.len(), width).unwrap();
                let (mut found, mut wanted) = (Vec::new(), Vec::new());
                for begin in (0..expected.len()).step_by(step) {
                    let numbers = step.min(expected.len() - begin);
                    let places = (0..numbers as u32).filter(|place| place * 7 % 3 != 1);
                    let places: Vec<u32> = places.collect();
                    wanted.extend(places.iter().map(|place| expected[begin + *place as usize]));
                    hybrid.pick(&page, numbers, &places, &mut found).unwrap();
                }
                assert_eq!(found, wanted, "{width} bits, {step} at once");
                assert_eq!(hybrid.pick(&page, 1, &[0], &mut found), None);
            }
            for step in [1, 3, 8, 50, 477] {
                let mut hybrid = Hybrid::new(3, page.len(), width).unwrap();
                let mut found = Vec::new();
                while found.len() < expected.len() {
                    let begin = found.len();
                    found.resize(expected.len().min(begin + step), 0);
                    hybrid.take(&page, &mut found[begin..]).unwrap();
                }
                assert_eq!(found, expected, "{width} bits, {step} at once");
                assert_eq!(hybrid.take(&page, &mut [0]), None);
            }
        }
    }

    #[test]
    fn too_few_bytes_are_no_numbers() {
        for page in [&[][..], &[0x80], &[3, 1], &[2], &[0], &[1], &[0xff; 12]] {
            for width in [1, 9, 32] {
                let mut hybrid = Hybrid::new(0, page.len(), width).unwrap();
                assert_eq!(hybrid.take(page, &mut [0; 9]), None, "{page:?}");
                assert_eq!(hybrid.take(&[], &mut [0]), None);
            }
        }
        assert!(Hybrid::new(0, 0, 33).is_none());
    }
}
