//! What the beginning of a CSV file shows: the character between fields, and whether the first line names the columns.

use super::errors;
use super::{DataError, Format};
use std::collections::HashSet;
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
    let mut best = (0, b',');
    for delimiter in DELIMITERS {
        let rows = rows(bytes, delimiter);
        let width = rows.first().map_or(0, Vec::len);
        // All rows are as wide as the first: more columns are better. Else it does not separate anything.
        let even = rows.iter().all(|row| row.len() == width);
        if even && width > best.0.max(1) {
            best = (width, delimiter);
        }
    }
    let rows = rows(bytes, best.1);
    Dialect {
        delimiter: best.1,
        header: rows.first().is_none_or(|first| names_columns(first)),
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

/// Names are there, differ, and are neither numbers nor dates nor addresses.
fn names_columns(first: &[String]) -> bool {
    let mut known = HashSet::new();
    first.iter().all(|name| {
        let is_value = name.is_empty()
            || name.contains('@')
            || name
                .starts_with(|first: char| first.is_ascii_digit() || first == '-' || first == '+')
            || matches!(
                name.to_lowercase().as_str(),
                "true" | "false" | "null" | "na" | "n/a"
            );
        !is_value && known.insert(name)
    })
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
        // One column, and nothing at all.
        assert_eq!(seen("id\n1\n2\n"), (',', true));
        assert_eq!(seen(""), (',', true));
    }

    #[test]
    fn a_first_line_of_values_names_no_columns() {
        assert_eq!(seen("1,BE,a@b.be\n2,NL,c@d.nl\n"), (',', false));
        assert_eq!(seen("a,a\n1,2\n"), (',', false));
        assert_eq!(seen("id,,x\n1,2,3\n"), (',', false));
        assert_eq!(seen("id,2025\n1,2\n"), (',', false));
        assert_eq!(seen("Émile,âge\nx,1\n"), (',', true));
    }
}
