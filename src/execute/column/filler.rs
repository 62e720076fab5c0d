//! What stands under missing values of columns that stay in memory: a value that no known one has, so that most tests fail it by themselves and need not read
//! which values are known.

use super::bits;

/// A value as it is stored: a number, the bits of a float, a code, a bit.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::execute) struct Filler(u128);

impl Filler {
    /// No bit of a column of booleans.
    pub(super) const NO_BIT: Self = Self(0);

    /// The bytes as they are stored; those behind the width of the column mean nothing.
    pub(in crate::execute) fn bytes(self) -> [u8; 16] {
        self.0.to_le_bytes()
    }
}

/// Puts a whole number next to those that are known under the missing ones; none where the type, of numbers between the limits, has no other.
pub(super) fn fill_whole(
    numbers: &mut [i64],
    validity: &[u64],
    (low, high): (i64, i64),
    (least, greatest): (i64, i64),
) -> Option<Filler> {
    let number = match (high < greatest, low > least) {
        (true, _) => high + 1,
        (false, true) => low - 1,
        (false, false) => return None,
    };
    fill(numbers, validity, number);
    Some(Filler(i128::from(number) as u128))
}

/// Puts NaN under the missing ones.
pub(super) fn fill_f32(numbers: &mut [f32], validity: &[u64]) -> Filler {
    fill(numbers, validity, f32::NAN);
    Filler(f32::NAN.to_bits().into())
}

/// Puts NaN under the missing ones.
pub(super) fn fill_f64(numbers: &mut [f64], validity: &[u64]) -> Filler {
    fill(numbers, validity, f64::NAN);
    Filler(f64::NAN.to_bits().into())
}

/// Puts the code behind the last of so many under the missing ones; none where the type has no greater than `most`.
pub(super) fn fill_codes(
    codes: &mut [u32],
    validity: &[u64],
    known: usize,
    most: u32,
) -> Option<Filler> {
    let code = u32::try_from(known).ok().filter(|code| *code <= most)?;
    fill(codes, validity, code);
    Some(Filler(code.into()))
}

fn fill<T: Copy>(values: &mut [T], validity: &[u64], filler: T) {
    for (values, known) in values.chunks_mut(64).zip(validity) {
        let missing = [!known & bits::live(0, values.len())];
        bits::each(&missing).for_each(|row| values[row] = filler);
    }
}
