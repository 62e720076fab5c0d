//! Tests of what a catalogue has under a key, by the answers that were worked out for its records.

use super::{Kind, numbers, text};
use crate::execute::Form;
use crate::execute::column::{Column, Unit, Values};
use crate::plan::Answers;
use crate::types::Constant;

/// How the answers are looked up in a column; none where each row is better worked out.
pub(super) fn test(column: &Column, answers: &Answers, form: Form) -> Option<Kind> {
    // A missing key would have to pass as well.
    if answers.absent {
        return None;
    }
    match &column.values {
        Values::Integers(stored, Unit::ONE) => {
            let keys = answers.numbers.as_ref()?;
            if let Some(kind) = numbers::answered(stored, keys.low.into(), &keys.answers, form) {
                return Some(kind);
            }
            let (stored, keys) = (stored.clone(), keys.clone());
            Some(Kind::rows(move |row| keys.of_number(stored.get(row))))
        }
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
