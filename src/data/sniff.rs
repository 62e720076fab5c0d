//! What the beginning of a CSV file shows: the character between fields, and whether the first line names the columns.

use super::errors;
use super::{DataError, Format};
use std::fs::File;
use std::io::Read;
use std::path::Path;

/// As much of a file is looked at.
const BEGINNING: u64 = 1 << 16;
/// So many rows are looked at.
const ROWS: usize = 50;
/// In the order in which they are preferred where they do equally well.
const DELIMITERS: [u8; 4] = [b',', b';', b'\t', b'|'];

/// How a CSV file is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Dialect {
    pub delimiter: u8,
    /// The first line names the columns.
    pub header: bool,
}

/// Looks at the beginning of a file. A file that is not CSV gives a dialect that means nothing.
///
/// # Errors
///
/// The file cannot be read.
pub fn dialect(path: &Path) -> Result<Dialect, DataError> {
    let file = File::open(path).map_err(|error| errors::cannot_open(path, &error))?;
    let mut bytes = Vec::new();
    file.take(BEGINNING)
        .read_to_end(&mut bytes)
        .map_err(|error| errors::reading_failed(&path.display().to_string(), &error))?;
    if bytes.len() as u64 == BEGINNING {
        // The last line may be cut off.
        let end = bytes
            .iter()
            .rposition(|byte| *byte == b'\n')
            .map_or(0, |at| at + 1);
        bytes.truncate(end);
    }
    Ok(of(bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(&bytes)))
}

fn of(bytes: &[u8]) -> Dialect {
    // All rows are as wide as the first: more columns are better. Where no character does that, a faulty row may be in the way: then
    // the one that most rows bear out, so that reading can say which row is at fault.
    let mut best = (false, 1, b',');
    for delimiter in DELIMITERS {
        let rows = rows(bytes, delimiter);
        let width = rows.first().map_or(0, Vec::len);
        let fitting = rows.iter().filter(|row| row.len() == width).count();
        let even = fitting == rows.len();
        if width > 1 && fitting * 2 > rows.len() && (even, width) > (best.0, best.1) {
            best = (even, width, delimiter);
        }
    }
    let rows = rows(bytes, best.2);
    Dialect {
        delimiter: best.2,
        header: names_columns(&rows),
    }
}

fn rows(bytes: &[u8], delimiter: u8) -> Vec<Vec<String>> {
    let reader = ::csv::ReaderBuilder::new()
        .has_headers(false)
        .flexible(true)
        .delimiter(delimiter)
        .from_reader(bytes);
    let records = reader.into_byte_records().take(ROWS).filter_map(Result::ok);
    records
        .map(|record| {
            let fields = record.iter();
            fields
                .map(|field| String::from_utf8_lossy(field).trim().to_owned())
                .collect()
        })
        .collect()
}

/// Whether the first row names the columns: above numbers something else does. Else names are there, and are no numbers, dates or addresses.
fn names_columns(rows: &[Vec<String>]) -> bool {
    let Some((first, others)) = rows.split_first() else {
        return true;
    };
    let above_numbers = first.iter().enumerate().any(|(column, name)| {
        let mut below = others
            .iter()
            .filter_map(|row| row.get(column))
            .filter(|field| !field.is_empty())
            .peekable();
        !is_number(name) && below.peek().is_some() && below.all(|field| is_number(field))
    });
    above_numbers || !first.iter().any(|name| is_value(name))
}

fn is_number(field: &str) -> bool {
    field
        .replace(',', ".")
        .parse::<f64>()
        .is_ok_and(f64::is_finite)
}

fn is_value(field: &str) -> bool {
    let is_date = |field: &str| {
        let bytes = field.as_bytes();
        bytes.len() >= 8 && bytes[0].is_ascii_digit() && field.contains(['-', '/', '.', ':'])
    };
    field.is_empty()
        || field.contains('@')
        || is_number(field)
        || is_date(field)
        || matches!(
            field.to_lowercase().as_str(),
            "true" | "false" | "null" | "na" | "n/a"
        )
}

/// The format that the name of a file tells.
pub fn format_of(path: &Path) -> Option<Format> {
    let ending = path.extension()?.to_str()?.to_lowercase();
    Format::of_ending(&ending)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn seen(text: &str) -> (char, bool) {
        let dialect = of(text.as_bytes());
        (dialect.delimiter.into(), dialect.header)
    }

    #[test]
    fn the_delimiter_is_the_one_that_makes_even_rows() {
        assert_eq!(seen("id,name\n1,\"a, b; c\"\n2,d\n"), (',', true));
        assert_eq!(
            seen("id;name;amount\n1;\"a;b\";1,5\n2;c;2,5\n"),
            (';', true)
        );
        assert_eq!(seen("id\tname\n1\ta,b\n"), ('\t', true));
        assert_eq!(seen("id|name\n1|a\n"), ('|', true));
        // A row that is too short, one that is too long.
        assert_eq!(seen("id;name;plan\n1;a;b\n2;c\n3;d;e\n"), (';', true));
        assert_eq!(seen("id;name\n1;a;b\n2;c\n3;d\n4;e\n"), (';', true));
        // One column of sentences.
        assert_eq!(seen("note\na, b; c\nd\n"), (',', true));
        // One column, and nothing at all.
        assert_eq!(seen("id\n1\n2\n"), (',', true));
        assert_eq!(seen(""), (',', true));
    }

    #[test]
    fn a_first_line_of_values_names_no_columns() {
        assert_eq!(seen("1,BE,a@b.be\n2,NL,c@d.nl\n"), (',', false));
        assert_eq!(seen("ann,2026-01-01\nbob,2026-01-02\n"), (',', false));
        assert_eq!(seen("1\n2\n"), (',', false));
        // Names above numbers are names, however odd.
        for odd in [
            "a,a\n1,2\n",
            "id,,x\n1,2,3\n",
            "id,2025\n1,2\n",
            "id,2nd,a@b\n1,,\n",
        ] {
            assert_eq!(seen(odd), (',', true), "{odd}");
        }
        assert_eq!(seen("Émile,âge\nx,1\n"), (',', true));
        assert_eq!(seen("name,city\nann,Gent\n"), (',', true));
    }
}
