//! What a column of text nearly is: seen while a file is looked through, noted beside the column, and told where the field is used as such.

use crate::types::Type;
use std::collections::HashMap;

/// The type that nearly all values of a text field are of, and which are not.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Nearly {
    pub data_type: Type,
    /// A clause without a full stop: `all but 1 of its 40 values are whole numbers; not "n/a" in row 18`.
    pub words: String,
}

const TYPE: &str = "segql.nearly";
const WORDS: &str = "segql.nearly.words";

impl Nearly {
    /// An Arrow field with this noted in its metadata.
    pub(crate) fn noted(&self, field: arrow_schema::Field) -> arrow_schema::Field {
        let notes = HashMap::from([
            (TYPE.to_owned(), self.data_type.name()),
            (WORDS.to_owned(), self.words.clone()),
        ]);
        field.with_metadata(notes)
    }

    /// What is noted of an Arrow field.
    pub fn of(field: &arrow_schema::Field) -> Option<Self> {
        let data_type = Type::named(field.metadata().get(TYPE)?)?;
        let words = field.metadata().get(WORDS)?.clone();
        Some(Self { data_type, words })
    }
}
