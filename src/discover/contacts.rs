//! Looking at the table of contacts: what its columns hold, and which words of a CSV mean that there is no value.

use super::tables::Table;
use super::{Request, errors};
use crate::data::{self, DataError, Format, OpenOptions, Source};
use crate::profile::{self, ColumnProfile, Profile, Wanted};
use crate::schema::type_of;
use crate::types::{Constant, Type};
use arrow_schema::SchemaRef;
use std::sync::Arc;

/// Words that are taken for a missing value wherever they stand. The others are only where the column reads as something better than text without them.
const SURE_WORDS: &[&str] = &[
    "#N/A", "-", "--", "?", "N/A", "NULL", "NaN", "\\N", "n/a", "nan", "null",
];

/// The contacts as they were seen.
pub(super) struct Contacts {
    pub(super) table: Table,
    pub(super) source: Arc<dyn Source>,
    pub(super) schema: SchemaRef,
    pub(super) profile: Profile,
    /// Words of a CSV that mean a missing value, with the rows and the columns they stand in.
    pub(super) missing_words: Vec<MissingWord>,
}

pub(super) struct MissingWord {
    pub(super) word: String,
    pub(super) rows: u64,
    pub(super) columns: Vec<String>,
    /// Whether it is taken for a missing value.
    pub(super) is_taken: bool,
}

/// A column with what was seen of it.
pub(super) struct Column<'a> {
    pub(super) name: &'a str,
    /// None where the language cannot read it.
    pub(super) value_type: Option<Type>,
    /// Why it cannot be read.
    pub(super) reason: String,
    pub(super) seen: &'a ColumnProfile,
}

impl Contacts {
    pub(super) fn columns(&self) -> impl Iterator<Item = Column<'_>> {
        let fields = self.schema.fields().iter();
        fields.zip(&self.profile.columns).map(|(field, seen)| {
            let (value_type, reason) = match type_of(field.data_type()) {
                Ok(value_type) => (Some(value_type), String::new()),
                Err(not_read) => (None, not_read.reason),
            };
            Column {
                name: field.name(),
                value_type,
                reason,
                seen,
            }
        })
    }

    /// Whether the manifest decides how values are read.
    pub(super) fn is_text_format(&self) -> bool {
        matches!(self.table.format, Some(Format::Csv | Format::JsonLines))
    }

    /// Rows of blank text, over all columns.
    pub(super) fn blank(&self) -> u64 {
        self.profile.columns.iter().map(|column| column.blank).sum()
    }
}

impl Column<'_> {
    /// Text that says yes or no in each row, in words that a declared bool is read from.
    pub(super) fn is_yes_or_no(&self) -> bool {
        let is_word = |value: &Constant| match value {
            Constant::Text(text) => {
                let text = text.trim().to_lowercase();
                matches!(
                    text.as_str(),
                    "yes" | "no" | "y" | "n" | "t" | "f" | "true" | "false"
                )
            }
            _ => false,
        };
        self.value_type == Some(Type::Text)
            && self.seen.blank == 0
            && self
                .seen
                .distinct
                .and_then(profile::Distinct::exactly)
                .is_some_and(|number| (1..=2).contains(&number))
            && self.seen.common.iter().all(|common| is_word(&common.value))
    }
}

/// Opens and reads the table.
pub(super) fn look(request: &Request<'_>, table: Table) -> Result<Contacts, DataError> {
    let source = Arc::clone(&table.source);
    let profile = profiled(request, &*source)?;
    if profile.rows == 0 {
        return Err(errors::no_rows(source.name()));
    }
    let mut contacts = Contacts {
        schema: source.schema(),
        table,
        source,
        profile,
        missing_words: Vec::new(),
    };
    if contacts.table.format == Some(Format::Csv) {
        look_for_words(request, &mut contacts)?;
    }
    Ok(contacts)
}

fn profiled(request: &Request<'_>, source: &dyn Source) -> Result<Profile, DataError> {
    let wanted: Vec<Wanted> = (0..source.schema().fields().len())
        .map(|column| Wanted {
            column,
            blank_is_missing: true,
        })
        .collect();
    profile::profile(
        source,
        &wanted,
        &mut |rows| (request.progress)(rows),
        &request.cancel,
    )
}

/// Words that stand for missing values, and the table read again without them.
fn look_for_words(request: &Request<'_>, contacts: &mut Contacts) -> Result<(), DataError> {
    let mut words: Vec<MissingWord> = Vec::new();
    for (field, seen) in contacts
        .schema
        .fields()
        .iter()
        .zip(&contacts.profile.columns)
    {
        for (word, rows) in &seen.missing_words {
            let known = match words.iter_mut().find(|known| known.word == *word) {
                Some(known) => known,
                None => {
                    words.push(MissingWord {
                        word: word.clone(),
                        rows: 0,
                        columns: Vec::new(),
                        is_taken: SURE_WORDS.contains(&word.as_str()),
                    });
                    let last = words.len() - 1;
                    &mut words[last]
                }
            };
            known.rows += rows;
            known.columns.push(field.name().clone());
        }
    }
    if words.is_empty() {
        return Ok(());
    }
    words.sort_by(|left, right| left.word.cmp(&right.word));
    let opened = |words: Vec<String>| {
        let options = OpenOptions {
            missing_words: words,
            ..contacts.table.options(request)
        };
        data::open(&contacts.table.paths, &options)
    };
    // Without all of them: the columns that are no text any more tell which ones stood for nothing.
    let without = opened(words.iter().map(|word| word.word.clone()).collect())?.schema();
    for word in &mut words {
        word.is_taken |= word.columns.iter().any(|column| {
            let is_text = |schema: &SchemaRef| {
                let field = schema.field_with_name(column);
                field.is_ok_and(|field| type_of(field.data_type()) == Ok(Type::Text))
            };
            is_text(&contacts.schema) && !is_text(&without)
        });
    }
    let taken: Vec<String> = words
        .iter()
        .filter(|word| word.is_taken)
        .map(|word| word.word.clone())
        .collect();
    if !taken.is_empty() {
        let source = opened(taken)?;
        contacts.profile = profiled(request, &*source)?;
        contacts.schema = source.schema();
        contacts.source = source;
    }
    contacts.missing_words = words;
    Ok(())
}
