//! The formats that data may come in.

/// A format of data files.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Format {
    Parquet,
    /// Arrow IPC, as a file or as a stream.
    Arrow,
    /// Fields set apart by a delimiter.
    Csv,
    /// One JSON object a line.
    JsonLines,
}

impl Format {
    pub const ALL: [Format; 4] = [
        Format::Parquet,
        Format::Arrow,
        Format::Csv,
        Format::JsonLines,
    ];

    /// For people: "Parquet", "CSV".
    pub fn name(self) -> &'static str {
        match self {
            Format::Parquet => "Parquet",
            Format::Arrow => "Arrow",
            Format::Csv => "CSV",
            Format::JsonLines => "JSON lines",
        }
    }

    /// As a manifest and the command line write it.
    pub fn word(self) -> &'static str {
        match self {
            Format::Parquet => "parquet",
            Format::Arrow => "arrow",
            Format::Csv => "csv",
            Format::JsonLines => "jsonl",
        }
    }

    /// The format that a manifest or the command line calls so.
    pub fn of_word(word: &str) -> Option<Format> {
        Format::ALL.into_iter().find(|format| format.word() == word)
    }

    /// The format of files whose names end in this, without the dot and in lower case.
    pub fn of_ending(ending: &str) -> Option<Format> {
        Some(match ending {
            "parquet" | "pq" | "parq" => Format::Parquet,
            "arrow" | "arrows" | "ipc" | "feather" => Format::Arrow,
            "csv" | "tsv" => Format::Csv,
            "jsonl" | "ndjson" | "json" => Format::JsonLines,
            _ => return None,
        })
    }
}
