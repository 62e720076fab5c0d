//! Tests of what a catalogue has under a key, by the answers that were worked out for its records.

use super::{Kind, ask, text};
use crate::execute::Form;
use crate::execute::column::{Column, Integers, Unit, Values, each_integer};
use crate::plan::{Answers, Numbers};
use crate::types::Constant;

/// Fewer rows of a word are looked at one by one.
const FEW: u32 = 12;

/// How the answers are looked up in a column; none where each row is better worked out.
pub(super) fn test(column: &Column, answers: &Answers, form: Form) -> Option<Kind> {
    // A missing key would have to pass as well.
    if answers.absent {
        return None;
    }
    match &column.values {
        Values::Integers(_, Unit::ONE) => answers.numbers.clone().map(Kind::Keys),
        Values::Codes(codes, dictionary) => {
            let texts = 0..dictionary.len();
            let answer = |code: usize| {
                dictionary.is_known(code)
                    && answers.of_key(&Constant::Text(dictionary.texts.get(code).into()))
            };
            let passing: Vec<bool> = texts.map(answer).collect();
            Some(text::coded(codes, dictionary, &passing, form))
        }
        _ => None,
    }
}

/// Narrows a mask of rows, of which the first stands at `first`, to those whose number has a bit.
#[allow(
    clippy::unnecessary_cast,
    reason = "one of the widths is that of the result"
)]
pub(super) fn narrow(
    numbers: &Numbers,
    stored: &Integers,
    first: usize,
    mask: &mut [u64],
) -> usize {
    let (low, bits) = (i128::from(numbers.low), &*numbers.bits);
    each_integer!(stored, stored => {
        let answer = |row: usize| {
            let place = (stored[row] as i128).saturating_sub(low);
            let word = usize::try_from(place / 64).ok().filter(|_| place >= 0);
            match word.and_then(|word| bits.get(word)) {
                Some(word) => word >> (place % 64) & 1,
                None => 0,
            }
        };
        let mut live = 0;
        for (place, word) in mask.iter_mut().enumerate() {
            let base = first + place * 64;
            if word.count_ones() < FEW {
                live += ask(std::slice::from_mut(word), |row| answer(base + row) == 1);
                continue;
            }
            let rows = (stored.len() - base).min(64);
            let passing = (0..rows).fold(0, |passing, row| passing | answer(base + row) << row);
            *word &= passing;
            live += usize::from(*word != 0);
        }
        live
    })
}
