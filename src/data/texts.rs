//! Texts in any of Arrow's layouts, read in one way.

use arrow_array::cast::AsArray;
use arrow_array::{Array, ArrayRef, LargeStringArray, StringArray, StringViewArray};
use arrow_schema::DataType;

/// Texts in one of Arrow's layouts.
#[derive(Clone, Copy)]
pub(crate) enum Texts<'a> {
    Small(&'a StringArray),
    Large(&'a LargeStringArray),
    View(&'a StringViewArray),
}

impl<'a> Texts<'a> {
    /// None where the array is no plain text.
    pub(crate) fn of(array: &'a ArrayRef) -> Option<Self> {
        Some(match array.data_type() {
            DataType::Utf8 => Texts::Small(array.as_string()),
            DataType::LargeUtf8 => Texts::Large(array.as_string()),
            DataType::Utf8View => Texts::View(array.as_string_view()),
            _ => return None,
        })
    }

    /// The text of a row that is not null.
    pub(crate) fn get(&self, row: usize) -> &'a str {
        match self {
            Texts::Small(array) => array.value(row),
            Texts::Large(array) => array.value(row),
            Texts::View(array) => array.value(row),
        }
    }

    /// The text of a row, where it is not null.
    pub(crate) fn known(&self, row: usize) -> Option<&'a str> {
        let is_null = match self {
            Texts::Small(array) => array.is_null(row),
            Texts::Large(array) => array.is_null(row),
            Texts::View(array) => array.is_null(row),
        };
        (!is_null).then(|| self.get(row))
    }
}
