//! Every kernel, in every form of this machine, against a plain loop.

use super::{Constants, Elements, Kernel, Stride, Tables, Test, narrow_lists, period_of};
use crate::execute::Form;
use crate::execute::column::bits;
use std::collections::HashSet;

/// Numbers that look random and are the same ones every time.
struct Random(u64);

impl Random {
    fn next(&mut self) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0.wrapping_mul(0x2545_f491_4f6c_dd1d)
    }

    fn below(&mut self, end: u64) -> u64 {
        self.next() % end
    }
}

/// A number of the kernel's width: often at an edge of its type, often near the constants.
fn number(random: &mut Random, kernel: Kernel, near: u128) -> u128 {
    let all = match kernel.width() {
        16 => u128::MAX,
        width => (1 << (width * 8)) - 1,
    };
    let number = match random.below(6) {
        0 => 0,
        1 => all,
        2 => all >> 1,
        3 => near
            .wrapping_add(u128::from(random.below(5)))
            .wrapping_sub(2),
        4 => u128::from(random.below(300)),
        _ => u128::from(random.next()) << 64 | u128::from(random.next()),
    };
    match kernel {
        Kernel::RangeF64 | Kernel::SetF64 => match random.below(4) {
            0 => {
                let odd = [
                    0.0,
                    -0.0,
                    f64::NAN,
                    f64::INFINITY,
                    f64::NEG_INFINITY,
                    5e-324,
                    f64::MAX,
                ];
                odd[random.below(7) as usize].to_bits().into()
            }
            _ => f64::from(random.below(40) as i32 - 20).to_bits().into(),
        },
        Kernel::RangeF32 | Kernel::SetF32 => match random.below(4) {
            0 => {
                let odd = [
                    0.0,
                    -0.0,
                    f32::NAN,
                    f32::INFINITY,
                    f32::NEG_INFINITY,
                    1e-45,
                    f32::MAX,
                ];
                odd[random.below(7) as usize].to_bits().into()
            }
            _ => (random.below(40) as f32 - 20.0).to_bits().into(),
        },
        _ => number & all,
    }
}

/// The meaning of a kernel for one number.
fn passes(kernel: Kernel, constants: &Constants, number: u128) -> bool {
    let all = match kernel.width() {
        16 => u128::MAX,
        width => (1 << (width * 8)) - 1,
    };
    let float = |bits: u128| match kernel {
        Kernel::RangeF32 | Kernel::SetF32 => f64::from(f32::from_bits(bits as u32)),
        _ => f64::from_bits(bits as u64),
    };
    match kernel {
        Kernel::Range8 | Kernel::Range16 | Kernel::Range32 | Kernel::Range64 | Kernel::Range128 => {
            // Counting up from the lowest, around the end of the type if need be.
            let distance = if number >= constants.low {
                number - constants.low
            } else {
                (all - constants.low) + number + 1
            };
            distance <= constants.span
        }
        Kernel::RangeF32 | Kernel::RangeF64 => {
            let number = float(number);
            float(constants.low) <= number && number <= float(constants.span)
        }
        Kernel::SetF32 | Kernel::SetF64 => constants
            .set
            .iter()
            .any(|member| float(*member) == float(number)),
        Kernel::Set8 | Kernel::Set16 | Kernel::Set32 | Kernel::Set64 | Kernel::Set128 => {
            constants.set.contains(&number)
        }
        Kernel::Table8 | Kernel::Table16 | Kernel::Table32 | Kernel::Table64 => {
            let place = number.wrapping_sub(constants.low) & all;
            usize::try_from(place).is_ok_and(|place| constants.table.get(place) == Some(&1))
        }
    }
}

/// `low` is the number of a table's first answer.
fn constants(random: &mut Random, kernel: Kernel, low: u128) -> Constants {
    match kernel {
        Kernel::Range8 | Kernel::Range16 | Kernel::Range32 | Kernel::Range64 | Kernel::Range128 => {
            Constants::range(number(random, kernel, 0), number(random, kernel, 0))
        }
        Kernel::RangeF32 | Kernel::RangeF64 => {
            Constants::range(number(random, kernel, 0), number(random, kernel, 0))
        }
        Kernel::Table8 | Kernel::Table16 | Kernel::Table32 | Kernel::Table64 => {
            let codes = match kernel {
                Kernel::Table8 => random.below(257),
                // An answer for every number there is, and as many as registers hold.
                Kernel::Table16 if random.below(8) == 0 => 1 << 16,
                Kernel::Table16 if random.below(2) == 0 => random.below(40_000),
                _ => random.below(2000),
            };
            let one_in = [2, 3, 400][random.below(3) as usize];
            let mut codes: Vec<bool> = (0..codes).map(|_| random.below(one_in) == 0).collect();
            if random.below(4) == 0 {
                // They repeat themselves.
                let period = 1 + random.below(2100) as usize;
                for place in period..codes.len() {
                    codes[place] = codes[place - period];
                }
            }
            let table = Constants::table_from(kernel, low, &codes);
            match random.below(2) {
                0 => table,
                _ => table.repeating(),
            }
        }
        _ => Constants::set(
            (0..random.below(9))
                .map(|_| number(random, kernel, 7))
                .collect(),
        ),
    }
}

#[test]
fn answers_repeat_themselves_after_a_period() {
    let answers = |period: usize, length: usize| -> Vec<u8> {
        let one = |place: usize| place.is_multiple_of(period) || place % period == period / 3;
        (0..length).map(|place| u8::from(one(place))).collect()
    };
    for period in [1, 7, 1461, 2048] {
        assert_eq!(usize::from(period_of(&answers(period, 20_000))), period);
        assert_eq!(usize::from(period_of(&answers(period, 1 << 16))), period);
    }
    let mut last_differs = answers(1461, 20_000);
    *last_differs.last_mut().expect("there are some") ^= 1;
    assert_eq!(period_of(&last_differs), 0);
    assert_eq!(period_of(&answers(1461, 2921)), 0, "less than two turns");
    assert_eq!(period_of(&[]), 0);
}

/// 0 or any other number.
fn lowest(random: &mut Random, kernel: Kernel) -> u128 {
    match random.below(2) {
        0 => 0,
        _ => number(random, kernel, 0),
    }
}

#[test]
fn kernels_agree_with_a_plain_loop() {
    let mut random = Random(0x5e9);
    for form in Form::available() {
        for kernel in Kernel::ALL {
            for round in 0..48 {
                let rows = [0, 1, 63, 64, 65, 127, 128, 200, 319][random.below(9) as usize];
                let low = lowest(&mut random, kernel);
                let constants = constants(&mut random, kernel, low);
                let near = constants.low;
                let numbers: Vec<u128> = (0..rows)
                    .map(|_| number(&mut random, kernel, near))
                    .collect();
                // The bytes stand at an odd address, with nothing behind them.
                let mut bytes = vec![0xa5];
                for number in &numbers {
                    bytes.extend(&number.to_le_bytes()[..kernel.width()]);
                }
                let validity: Option<Vec<u64>> =
                    (round % 2 == 0).then(|| bits::from_rows(rows, |_| random.below(4) > 0));
                let before: Vec<u64> = (0..bits::words(rows))
                    .map(|word| match random.below(3) {
                        0 => 0,
                        1 => random.next(),
                        _ => u64::MAX,
                    } & bits::live(word, rows))
                    .collect();
                let expected = bits::from_rows(rows, |row| {
                    bits::get(&before, row)
                        && validity.as_ref().is_none_or(|known| bits::get(known, row))
                        && passes(kernel, &constants, numbers[row])
                });
                let test = Test::new(kernel, constants.clone(), form);
                for stride in [Stride::Dense, Stride::Prefetch, Stride::Skip] {
                    let mut mask = before.clone();
                    let live = test.narrow(&bytes[1..], validity.as_deref(), &mut mask, stride);
                    assert_eq!(
                        mask, expected,
                        "{form:?} {kernel:?} {stride:?} {constants:?}"
                    );
                    assert_eq!(live, expected.iter().filter(|word| **word != 0).count());
                }
            }
        }
    }
}

#[test]
fn tests_that_are_made_together_say_the_same() {
    let mut random = Random(0x70_9e7);
    for form in Form::available() {
        for kernel in Kernel::ALL {
            for round in 0..10 {
                let rows = [1, 63, 64, 65, 200, 319][random.below(6) as usize];
                let low = lowest(&mut random, kernel);
                let tests: Vec<Test> = (0..1 + round)
                    .map(|_| Test::new(kernel, constants(&mut random, kernel, low), form))
                    .collect();
                let near = tests[0].constants.low;
                let mut bytes = vec![0xa5];
                for _ in 0..rows {
                    let number = number(&mut random, kernel, near);
                    bytes.extend(&number.to_le_bytes()[..kernel.width()]);
                }
                let words = bits::words(rows);
                let mut expected = Vec::new();
                for test in &tests {
                    let mut mask: Vec<u64> =
                        (0..words).map(|word| bits::live(word, rows)).collect();
                    test.narrow(&bytes[1..], None, &mut mask, Stride::Dense);
                    expected.extend(mask);
                }
                let mut masks = vec![7; words * tests.len()];
                let places: Vec<(&Test, usize)> = (tests.iter().enumerate())
                    .map(|(place, test)| (test, place * words))
                    .collect();
                for far in [false, true] {
                    Test::test_together(&places, &bytes[1..], far, &mut masks);
                    assert_eq!(masks, expected, "{form:?} {kernel:?}");
                }
                if tests[0].table_low().is_some() {
                    let tests: Vec<&Test> = tests.iter().collect();
                    masks.fill(7);
                    Tables::of(form, &tests).test(&bytes[1..], &mut masks);
                    assert_eq!(masks, expected, "{form:?} {kernel:?} as one table");
                }
            }
        }
    }
}

#[test]
fn rows_are_found_by_their_elements() {
    let mut random = Random(77);
    for form in Form::available() {
        for _ in 0..200 {
            let rows = 1 + random.below(300) as usize;
            let longest = [1, 3, 70, 200][random.below(4) as usize];
            let before = random.below(100) as usize;
            let mut starts = vec![before];
            for _ in 0..rows {
                let length = if random.below(3) == 0 {
                    0
                } else {
                    random.below(longest + 1)
                };
                starts.push(starts[starts.len() - 1] + length as usize);
            }
            let end = starts[rows];
            let words = bits::words(end + 40);
            let one_in = [1, 2, 50][random.below(3) as usize];
            let ends: HashSet<usize> = starts
                .windows(2)
                .filter(|list| list[0] < list[1])
                .map(|list| list[1])
                .collect();
            // Elements of other rows may pass and be last as well.
            let passing: Vec<u64> = bits::from_rows(words * 64, |_| random.below(one_in) == 0);
            let lasts = bits::from_rows(words * 64, |element| {
                if element < before || element >= end {
                    return random.below(2) == 0;
                }
                ends.contains(&(element + 1))
            });
            let filled = bits::from_rows(rows, |row| starts[row] < starts[row + 1]);
            let mut mask = bits::from_rows(rows, |_| random.below(5) > 0);
            let expected = bits::from_rows(rows, |row| {
                bits::get(&mask, row)
                    && (starts[row]..starts[row + 1]).any(|element| bits::get(&passing, element))
            });
            let skipped = before / 64;
            let elements = Elements {
                passing: &passing[skipped..bits::words(end).max(skipped)],
                lasts: &lasts[skipped..bits::words(end).max(skipped)],
                first: before - skipped * 64,
                end: end - skipped * 64,
            };
            narrow_lists(form, elements, &filled, &mut mask, &mut Vec::new());
            assert_eq!(mask, expected, "{form:?} {starts:?}");
        }
    }
}
