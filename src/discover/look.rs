//! Looking at a table: what its columns hold, and which words of a CSV mean that there is no value.

use super::tables::Table;
use super::{Request, errors, notation};
use crate::data::{self, DataError, Format, OpenOptions, Source};
use crate::profile::{self, ColumnProfile, Profile, Wanted};
use crate::schema::{Nearly, type_of};
use crate::types::{Constant, Type};
use arrow_schema::SchemaRef;
use std::sync::Arc;

/// Words that are taken for a missing value wherever they stand. The others are only where the column reads as something better than text without them.
const SURE_WORDS: &[&str] = &[
    "#N/A", "-", "--", "?", "N/A", "NULL", "NaN", "\\N", "n/a", "nan", "null",
];

/// A table as it was seen.
pub(super) struct Looked {
    pub(super) table: Table,
    pub(super) source: Arc<dyn Source>,
    pub(super) schema: SchemaRef,
    pub(super) profile: Profile,
    /// Words of a CSV that mean a missing value, with the rows and the columns they stand in.
    pub(super) missing_words: Vec<MissingWord>,
    /// Of a CSV: how it writes numbers, dates, yes and no.
    pub(super) notation: notation::Seen,
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
    /// What nearly all of its values are, where a few make it text.
    pub(super) nearly: Option<Nearly>,
}

impl Looked {
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
                nearly: Nearly::of(field),
            }
        })
    }

    /// What people should know of how the file is read, each as a few words and a sentence.
    pub(super) fn remarks(&self) -> Vec<(String, String)> {
        let seen = &self.notation;
        let mut remarks: Vec<(&str, String)> = Vec::new();
        let names = |columns: &[String]| columns.join(", ");
        if !seen.decimals.is_empty() {
            let of = names(&seen.decimals);
            remarks.push((
                "decimals",
                format!("behind a comma in {of}: decimal_comma = true"),
            ));
        }
        if let Some(order) = seen.notation.dates {
            let (of, order) = (names(&seen.dates), order.word());
            remarks.push(("dates", format!("{order} in {of}: dates = \"{order}\"")));
        }
        if !seen.doubtful_dates.is_empty() {
            remarks.push((
                "dates",
                format!(
                    "in {} the day or the month stands first: say dates = \"day/month/year\" or \"month/day/year\" in the manifest",
                    names(&seen.doubtful_dates)
                ),
            ));
        }
        if !seen.yes_and_no.is_empty() {
            let quoted = |words: &[String]| {
                let words: Vec<String> = words.iter().map(|word| format!("\"{word}\"")).collect();
                words.join(", ")
            };
            remarks.push((
                "yes and no",
                format!(
                    "{} and {} in {}",
                    quoted(&seen.notation.yes),
                    quoted(&seen.notation.no),
                    names(&seen.yes_and_no)
                ),
            ));
        }
        for column in self.columns() {
            if let Some(nearly) = column.nearly {
                remarks.push(("text", format!("{}, though {}", column.name, nearly.words)));
            }
        }
        (remarks.into_iter())
            .map(|(what, words)| (what.to_owned(), words))
            .collect()
    }

    /// Whether the manifest decides how values are read.
    pub(super) fn is_text_format(&self) -> bool {
        matches!(self.table.format, Some(Format::Csv | Format::JsonLines))
    }

    /// How its files are opened, after what was seen of them.
    pub(super) fn options(&self, request: &Request<'_>) -> OpenOptions {
        OpenOptions {
            missing_words: self.words_taken(),
            notation: self.notation.notation.clone(),
            ..self.table.options(request)
        }
    }

    /// The words that mean a missing value.
    fn words_taken(&self) -> Vec<String> {
        let taken = self.missing_words.iter().filter(|word| word.is_taken);
        taken.map(|word| word.word.clone()).collect()
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

/// Whether a table was refused because there is nothing in it to be seen.
pub(super) fn is_empty(error: &DataError) -> bool {
    error.code.0 == "E0746"
}

/// Opens and reads the table.
pub(super) fn look(request: &Request<'_>, table: Table) -> Result<Looked, DataError> {
    let source = Arc::clone(&table.source);
    let profile = profiled(request, &*source)?;
    if profile.rows == 0 {
        return Err(errors::no_rows(source.name()));
    }
    let mut looked = Looked {
        schema: source.schema(),
        table,
        source,
        profile,
        missing_words: Vec::new(),
        notation: notation::Seen::default(),
    };
    if looked.table.format == Some(Format::Csv) {
        look_for_words(request, &mut looked)?;
        let seen = notation::look(&looked);
        if !seen.notation.is_plain() {
            looked.notation = seen.clone();
            let source = data::open(&looked.table.paths, &looked.options(request))?;
            looked.profile = profiled(request, &*source)?;
            looked.schema = source.schema();
            looked.source = source;
        }
        looked.notation = seen.kept(|name| {
            let field = looked.schema.field_with_name(name);
            field.is_ok_and(|field| type_of(field.data_type()) != Ok(Type::Text))
        });
    }
    Ok(looked)
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
fn look_for_words(request: &Request<'_>, looked: &mut Looked) -> Result<(), DataError> {
    let mut words: Vec<MissingWord> = Vec::new();
    for (field, seen) in looked.schema.fields().iter().zip(&looked.profile.columns) {
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
            ..looked.table.options(request)
        };
        data::open(&looked.table.paths, &options)
    };
    // Without all of them: the columns that are no text any more tell which ones stood for nothing.
    let without = opened(words.iter().map(|word| word.word.clone()).collect())?.schema();
    for word in &mut words {
        word.is_taken |= word.columns.iter().any(|column| {
            let is_text = |schema: &SchemaRef| {
                let field = schema.field_with_name(column);
                field.is_ok_and(|field| type_of(field.data_type()) == Ok(Type::Text))
            };
            is_text(&looked.schema) && !is_text(&without)
        });
    }
    let taken: Vec<String> = words
        .iter()
        .filter(|word| word.is_taken)
        .map(|word| word.word.clone())
        .collect();
    let source = (!taken.is_empty()).then(|| opened(taken)).transpose()?;
    if let Some(source) = source {
        looked.profile = profiled(request, &*source)?;
        looked.schema = source.schema();
        looked.source = source;
    }
    looked.missing_words = words;
    Ok(())
}
