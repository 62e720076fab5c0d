//! How the files of a table are read: where they are, how CSV is written, which words mean that there is no value.

use super::in_comment;
use crate::data::Format;
use crate::discover::look::{Looked, MissingWord};
use crate::discover::tables::Table;
use crate::discover::{Request, notation};
use crate::explain::grouped;
use crate::schema::{toml_list, toml_text};
use std::fmt::Write;

/// Where a table is.
pub(super) fn of_source(text: &mut String, request: &Request<'_>, table: &Table) {
    let paths: Vec<String> = table
        .paths
        .iter()
        .map(|path| (request.written)(path))
        .collect();
    match &paths[..] {
        [one] => {
            let _ = writeln!(text, "source = {}", toml_text(one));
        }
        several => text.push_str(&toml_list("source", several)),
    }
}

/// How its files are read.
pub(super) fn of_reading(text: &mut String, looked: &Looked) {
    let table = &looked.table;
    if let Some(dialect) = table.dialect {
        text.push_str("\n# How the CSV is written, as far as it could be seen.\n");
        let delimiter = char::from(dialect.delimiter).to_string();
        let _ = writeln!(
            text,
            "delimiter = {}\nheader = {}",
            toml_text(&delimiter),
            dialect.header
        );
    } else if table.format.is_none()
        && let [path] = &table.paths[..]
    {
        // The name does not tell the format, but the first bytes do.
        let _ = writeln!(
            text,
            "# The format of {} is seen from its first bytes.",
            in_comment(&path.display().to_string())
        );
    }
    of_missing(text, looked);
    of_notation(text, &looked.notation);
    of_blank(text, looked);
}

fn of_missing(text: &mut String, looked: &Looked) {
    if looked.table.format != Some(Format::Csv) {
        return;
    }
    let described = |word: &MissingWord| {
        let columns: Vec<String> = word
            .columns
            .iter()
            .map(|column| in_comment(column))
            .collect();
        let plural = if word.rows == 1 { "row" } else { "rows" };
        format!(
            "{} stands in {} {plural} of {}",
            toml_text(&word.word),
            grouped(word.rows),
            columns.join(", ")
        )
    };
    let (taken, doubtful): (Vec<_>, Vec<_>) =
        looked.missing_words.iter().partition(|word| word.is_taken);
    if taken.is_empty() && doubtful.is_empty() {
        return;
    }
    text.push_str("\n# Words that mean a missing value, beside the empty field.\n");
    for word in &taken {
        let _ = writeln!(text, "# {}.", described(word));
    }
    for word in &doubtful {
        let _ = writeln!(
            text,
            "# {}: add it if it means that there is no value there.",
            described(word)
        );
    }
    let words: Vec<String> = taken.iter().map(|word| toml_text(&word.word)).collect();
    let _ = writeln!(text, "missing = [{}]", words.join(", "));
}

/// How numbers, dates, yes and no are written.
fn of_notation(text: &mut String, seen: &notation::Seen) {
    let names = |columns: &[String]| in_comment(&columns.join(", "));
    let words = |words: &[String]| -> String {
        let words: Vec<String> = words.iter().map(|word| toml_text(word)).collect();
        words.join(", ")
    };
    if seen.notation.decimal_comma {
        let _ = writeln!(
            text,
            "\n# Decimals stand behind a comma, in {}.\ndecimal_comma = true",
            names(&seen.decimals)
        );
    }
    if let Some(order) = seen.notation.dates {
        let _ = writeln!(
            text,
            "\n# How dates are written, in {}.\ndates = {}",
            names(&seen.dates),
            toml_text(order.word())
        );
    }
    if !seen.doubtful_dates.is_empty() {
        let _ = writeln!(
            text,
            "\n# Dates in {} do not tell whether the day or the month stands first. Say it, and they are read as dates:",
            names(&seen.doubtful_dates)
        );
        text.push_str("# dates = \"day/month/year\"\n");
    }
    if !seen.yes_and_no.is_empty() {
        let _ = writeln!(
            text,
            "\n# Words for true and false, in {}.\nyes = [{}]\nno = [{}]",
            names(&seen.yes_and_no),
            words(&seen.notation.yes),
            words(&seen.notation.no)
        );
    }
}

fn of_blank(text: &mut String, looked: &Looked) {
    let blank = looked.blank();
    let found = if blank == 0 {
        "No text was found that is blank (empty, or nothing but white space).".to_owned()
    } else {
        let columns: Vec<String> = looked
            .columns()
            .filter(|column| column.seen.blank > 0)
            .map(|column| {
                format!(
                    "{} in {}",
                    grouped(column.seen.blank),
                    in_comment(column.name)
                )
            })
            .collect();
        format!(
            "Blank text (empty, or nothing but white space) was found: {}.",
            columns.join(", ")
        )
    };
    let _ = writeln!(
        text,
        "\n# {found}\n# true: it counts as missing, so `is missing` finds it and no comparison holds for it. false: it is a value like any other.\n# Decide once: segments depend on it.\nblank_text_is_missing = true"
    );
}
