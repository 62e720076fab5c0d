//! Where a table lies and how its files are read: what all tables of a manifest have in common.

use super::read::{Reader, names};
use super::settings::Setting;
use super::{Spanned, errors};
use crate::diagnostics::suggest::nearest;
use crate::schema::{DateOrder, Format, Notation};
use crate::source::Span;
use std::path::{Path, PathBuf};
use toml::de::DeTable;

/// What a manifest says about the files of a table.
#[derive(Clone, Debug)]
pub struct Files {
    /// Files, patterns and folders, as they are written.
    pub source: Vec<Spanned<String>>,
    pub format: Option<Format>,
    /// Of CSV.
    pub delimiter: Option<u8>,
    /// Of CSV.
    pub header: bool,
    /// Of CSV.
    pub missing_words: Vec<String>,
    /// Of CSV.
    pub notation: Notation,
}

impl Files {
    pub(super) fn none() -> Self {
        Self {
            source: Vec::new(),
            format: None,
            delimiter: None,
            header: true,
            missing_words: Vec::new(),
            notation: Notation::default(),
        }
    }

    /// Their paths, from the folder the manifest lies in.
    pub fn paths(&self, folder: &Path) -> Vec<PathBuf> {
        let sources = self.source.iter();
        sources
            .map(|source| super::within(folder, &source.value))
            .collect()
    }
}

impl Reader {
    /// The settings about files; none where it is not said where they are, which is told by [`Reader::needed`]. `example` is a source.
    pub(super) fn files(&mut self, table: &DeTable, example: &str) -> Option<Files> {
        let source = self.texts(table, "source", &format!("\"{example}\""));
        if let (Some(source), Some(value)) = (&source, table.get("source"))
            && (source.is_empty() || source.iter().any(|source| source.value.is_empty()))
        {
            let span = self.span(value.span());
            self.faults.push(errors::empty(
                span,
                "source",
                "a file, a pattern or a folder",
            ));
        }
        let format = self.format(table);
        let delimiter = self.delimiter(table);
        let header = self.boolean(table, "header").unwrap_or(true);
        let missing = self
            .texts(table, "missing", "[\"NA\", \"-\"]")
            .unwrap_or_default();
        Some(Files {
            source: source?,
            format,
            delimiter,
            header,
            missing_words: missing.into_iter().map(|word| word.value).collect(),
            notation: self.notation(table),
        })
    }

    /// Tells of settings that are not there, and not under a name that is nearly right either.
    pub(super) fn needed(
        &mut self,
        table: &DeTable,
        span: Span,
        place: &str,
        known: &[Setting],
        examples: &[(&str, &str)],
    ) {
        for (name, example) in examples {
            let mut keys = table.keys();
            let is_misspelt =
                keys.any(|written| nearest(written.get_ref(), names(known)) == Some(name));
            if table.get(*name).is_none() && !is_misspelt {
                let line = format!("{name} = \"{example}\"");
                self.faults
                    .push(errors::setting_missing(span, name, place, &line));
            }
        }
    }

    fn notation(&mut self, table: &DeTable) -> Notation {
        let dates = self.text(table, "dates", "\"day/month/year\"");
        let order = dates
            .as_ref()
            .and_then(|dates| DateOrder::of_word(&dates.value));
        if let (Some(dates), None) = (&dates, order) {
            let known = DateOrder::ALL.map(DateOrder::word);
            let message = format!("dates are not written \"{}\"", dates.value);
            self.faults.push(errors::not_allowed(
                dates.span,
                message,
                &known,
                &dates.value,
            ));
        }
        let mut words = |name: &str, example: &str| {
            self.texts(table, name, &format!("[\"{example}\"]"))
                .unwrap_or_default()
        };
        let (yes, no) = (words("yes", "ja"), words("no", "nee"));
        let same = |yes: &&Spanned<String>| {
            no.iter()
                .any(|no| no.value.to_lowercase() == yes.value.to_lowercase())
        };
        if let Some(both) = yes.iter().find(same) {
            self.faults.push(errors::yes_and_no(both.span, &both.value));
        }
        let values = |words: Vec<Spanned<String>>| -> Vec<String> {
            words.into_iter().map(|word| word.value).collect()
        };
        Notation {
            decimal_comma: self.boolean(table, "decimal_comma").unwrap_or(false),
            dates: order,
            yes: values(yes),
            no: values(no),
        }
    }

    fn format(&mut self, table: &DeTable) -> Option<Format> {
        let written = self.text(table, "format", "\"parquet\"")?;
        let format = Format::of_word(&written.value);
        if format.is_none() {
            let known: Vec<&str> = Format::ALL.iter().map(|format| format.word()).collect();
            let message = format!("there is no format \"{}\"", written.value);
            self.faults.push(errors::not_allowed(
                written.span,
                message,
                &known,
                &written.value,
            ));
        }
        format
    }

    fn delimiter(&mut self, table: &DeTable) -> Option<u8> {
        let written = self.text(table, "delimiter", "\";\"")?;
        match written.value.as_bytes() {
            [byte] if byte.is_ascii() && !matches!(byte, b'"' | b'\n' | b'\r') => Some(*byte),
            _ => {
                self.faults
                    .push(errors::bad_delimiter(written.span, &written.value));
                None
            }
        }
    }
}
