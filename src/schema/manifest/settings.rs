//! The settings that a manifest may have, in one table: the reader knows from it what there is, and editors are told by the JSON Schema made
//! from it. A new setting is a line here, and its reading in `read`.

use super::Manifest;
use crate::schema::Format;
use serde::ser::{Serialize, Serializer};

/// A setting that a table of the manifest may have.
pub(super) struct Setting {
    pub(super) name: &'static str,
    kind: Kind,
    /// What it says, for people: a sentence with its full stop.
    description: &'static str,
    is_needed: bool,
}

/// What may stand behind a setting.
enum Kind {
    Text,
    /// A text of at least one character.
    SomeText,
    /// A text, or a list of texts.
    Texts,
    /// The same, and at least one.
    SomeTexts,
    /// The same, each once.
    Values,
    Boolean,
    /// One character that is neither a double quote nor a line break.
    Character,
    /// A day, or a time with or without an offset.
    Instant,
    OneOf(fn() -> Vec<&'static str>),
    Table(&'static [Setting]),
    /// Tables under names of the user's.
    NamedTables(&'static [Setting]),
}

/// The types that the manifest may name.
pub(super) const TYPES: &[&str] = &[
    "bool",
    "int",
    "number",
    "text",
    "date",
    "time",
    "duration",
    "point",
    "list of text",
    "list of int",
    "list of number",
    "list of date",
    "list of time",
    "map of text",
    "map of number",
    "list of bool",
    "list of duration",
];

/// What a value outside a closed set may do.
pub(super) const OTHER_VALUES: &[&str] = &["refuse", "report"];

const fn setting(name: &'static str, kind: Kind, description: &'static str) -> Setting {
    Setting {
        name,
        kind,
        description,
        is_needed: false,
    }
}

impl Setting {
    const fn needed(mut self) -> Self {
        self.is_needed = true;
        self
    }
}

pub(super) const PROJECT: &[Setting] = &[
    setting(
        "name",
        Kind::Text,
        "The project's name. That of its folder if it is not said.",
    ),
    setting(
        "time_zone",
        Kind::Text,
        "The time zone that calendar words follow, by its IANA name such as Europe/Brussels. UTC if it is not said.",
    ),
    setting(
        "as_of",
        Kind::Instant,
        "The instant of a run that is told none, for data that stand still: 2026-11-22, 2026-11-22T10:00 or 2026-11-22T10:00+01:00. The present if it is not said.",
    ),
    setting(
        "segments",
        Kind::Texts,
        "The files of segments, a text or a list. All .seg files beside the manifest if it is not said.",
    ),
    setting(
        "contacts",
        Kind::Table(CONTACTS),
        "The table of contacts: where it is, and what its columns cannot say themselves.",
    )
    .needed(),
    setting(
        "sets",
        Kind::NamedTables(SET),
        "Closed sets with names, for fields and for the parameters of definitions.",
    ),
    setting(
        "lists",
        Kind::NamedTables(LIST),
        "Lists of keys that a text may ask for, as in: email in list \"suppressed\".",
    ),
];

pub(super) const SET: &[Setting] =
    &[setting("values", Kind::Values, "The values of the set.").needed()];

/// What a list of keys may hold.
pub(super) const LIST_TYPES: &[&str] = &["text", "int"];

pub(super) const LIST: &[Setting] = &[
    setting(
        "source",
        Kind::SomeTexts,
        "A file, a pattern, a folder, or a list of them. Paths begin at the manifest's folder.",
    )
    .needed(),
    setting(
        "column",
        Kind::Text,
        "The column that holds the keys. The only one if it is not said.",
    ),
    setting(
        "type",
        Kind::OneOf(|| LIST_TYPES.to_vec()),
        "What the keys are. Seen from the column if it is not said.",
    ),
    setting(
        "format",
        Kind::OneOf(|| Format::ALL.iter().map(|format| format.word()).collect()),
        "The format of the files. Told by the ending of their names, else by their first bytes, if it is not said.",
    ),
    setting(
        "delimiter",
        Kind::Character,
        "Of CSV: the character between fields. A comma if it is not said, and a tab in .tsv files.",
    ),
    setting(
        "header",
        Kind::Boolean,
        "Of CSV: whether the first line names the columns. True if it is not said; without it they are column_1, column_2 and so on.",
    ),
    setting(
        "missing",
        Kind::Texts,
        "Of CSV: words that mean a missing value, beside the empty field.",
    ),
];

pub(super) const CONTACTS: &[Setting] = &[
    setting(
        "source",
        Kind::SomeTexts,
        "A file, a pattern (data/*.parquet, data/**/*.csv), a folder, or a list of them. Paths begin at the manifest's folder.",
    )
    .needed(),
    setting("key", Kind::Text, "The field that tells contacts apart: whole numbers, decimals or text.").needed(),
    setting(
        "time_zone",
        Kind::Text,
        "The text field that holds a contact's own time zone, which calendar words then follow. The project's if it is not said.",
    ),
    setting(
        "format",
        Kind::OneOf(|| Format::ALL.iter().map(|format| format.word()).collect()),
        "The format of the files. Told by the ending of their names, else by their first bytes, if it is not said.",
    ),
    setting("delimiter", Kind::Character, "Of CSV: the character between fields. A comma if it is not said, and a tab in .tsv files."),
    setting(
        "header",
        Kind::Boolean,
        "Of CSV: whether the first line names the columns. True if it is not said; without it they are column_1, column_2 and so on.",
    ),
    setting("missing", Kind::Texts, "Of CSV: words that mean a missing value, beside the empty field."),
    setting(
        "blank_text_is_missing",
        Kind::Boolean,
        "Whether text of nothing but white space counts as missing. False if it is not said.",
    ),
    setting(
        "other_values",
        Kind::OneOf(|| OTHER_VALUES.to_vec()),
        "What a value of the data outside a closed set does: refuse ends a run, report goes on and says so. Refuse if it is not said.",
    ),
    setting("fields", Kind::NamedTables(FIELD), "What is to be said about single fields. All columns are fields, named here or not."),
];

pub(super) const FIELD: &[Setting] = &[
    setting(
        "column",
        Kind::Text,
        "The column, where it is called otherwise than the field.",
    ),
    setting(
        "type",
        Kind::OneOf(|| TYPES.to_vec()),
        "The type. In CSV and JSON lines it decides how values are read; elsewhere the column has one, which may be repeated and not changed.",
    ),
    setting(
        "values",
        Kind::Values,
        "The closed set of the values of text, or the name of one under sets: any other in a condition is an error.",
    ),
    setting(
        "description",
        Kind::Text,
        "What the field means, for people.",
    ),
    setting(
        "latitude",
        Kind::Text,
        "Of a place that the data holds in two columns: that of the degrees north.",
    ),
    setting(
        "longitude",
        Kind::Text,
        "Of a place that the data holds in two columns: that of the degrees east.",
    ),
    setting(
        "parts",
        Kind::NamedTables(PART),
        "What is to be said about single parts of a record, or of a list of records.",
    ),
];

pub(super) const PART: &[Setting] = &[setting(
    "values",
    Kind::Values,
    "The closed set of the values of text in this part, or the name of one under sets: any other in a condition is an error.",
)
.needed()];

impl Manifest {
    /// The JSON Schema of the manifest (draft 7), for editors that check and complete TOML by one.
    pub fn json_schema() -> String {
        let mut schema = vec![
            (
                "$schema",
                Json::text("http://json-schema.org/draft-07/schema#"),
            ),
            (
                "title",
                Json::text("The manifest of a SegQL project, segql.toml"),
            ),
        ];
        schema.extend(table(PROJECT));
        serde_json::to_string_pretty(&Json::Object(schema))
            .expect("texts, lists and objects can be written")
            + "\n"
    }
}

/// The keywords for a table that has these settings and no others.
fn table(settings: &'static [Setting]) -> Vec<(&'static str, Json)> {
    let needed: Vec<Json> = settings
        .iter()
        .filter(|setting| setting.is_needed)
        .map(|setting| Json::text(setting.name))
        .collect();
    let properties = settings.iter().map(|setting| {
        let mut keywords = vec![("description", Json::text(setting.description))];
        keywords.extend(setting.kind.keywords());
        (setting.name, Json::Object(keywords))
    });
    let mut keywords = vec![
        ("type", Json::text("object")),
        ("properties", Json::Object(properties.collect())),
        ("additionalProperties", Json::Flag(false)),
    ];
    if !needed.is_empty() {
        keywords.push(("required", Json::List(needed)));
    }
    keywords
}

impl Kind {
    fn keywords(&self) -> Vec<(&'static str, Json)> {
        let text = || ("type", Json::text("string"));
        let some_text = || vec![text(), ("minLength", Json::Number(1))];
        match self {
            Kind::Text => vec![text()],
            Kind::SomeText => some_text(),
            Kind::Texts => either(Vec::new(), Kind::Text),
            Kind::SomeTexts => either(vec![("minItems", Json::Number(1))], Kind::SomeText),
            Kind::Values => either(
                vec![
                    ("minItems", Json::Number(1)),
                    ("uniqueItems", Json::Flag(true)),
                ],
                Kind::Text,
            ),
            Kind::Boolean => vec![("type", Json::text("boolean"))],
            Kind::Character => {
                let refused = ["\"", "\n", "\r"].map(Json::text);
                vec![
                    text(),
                    ("minLength", Json::Number(1)),
                    ("maxLength", Json::Number(1)),
                    (
                        "not",
                        Json::Object(vec![("enum", Json::List(refused.into()))]),
                    ),
                ]
            }
            // As long as a day at least; a reader of the schema cannot know the calendar.
            Kind::Instant => vec![text(), ("minLength", Json::Number(10))],
            Kind::OneOf(words) => {
                let words = words().into_iter().map(Json::text).collect();
                vec![text(), ("enum", Json::List(words))]
            }
            Kind::Table(settings) => table(settings),
            Kind::NamedTables(settings) => vec![
                ("type", Json::text("object")),
                ("additionalProperties", Json::Object(table(settings))),
            ],
        }
    }
}

/// One such text, or a list of them.
fn either(of_list: Vec<(&'static str, Json)>, element: Kind) -> Vec<(&'static str, Json)> {
    let mut list = vec![
        ("type", Json::text("array")),
        ("items", Json::Object(element.keywords())),
    ];
    list.extend(of_list);
    let ways = vec![Json::Object(element.keywords()), Json::Object(list)];
    vec![("anyOf", Json::List(ways))]
}

/// JSON that keeps its order.
enum Json {
    Text(String),
    Flag(bool),
    Number(u64),
    List(Vec<Json>),
    Object(Vec<(&'static str, Json)>),
}

impl Json {
    fn text(text: &str) -> Json {
        Json::Text(text.to_owned())
    }
}

impl Serialize for Json {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Json::Text(text) => serializer.serialize_str(text),
            Json::Flag(flag) => serializer.serialize_bool(*flag),
            Json::Number(number) => serializer.serialize_u64(*number),
            Json::List(elements) => serializer.collect_seq(elements),
            Json::Object(members) => {
                serializer.collect_map(members.iter().map(|(name, value)| (name, value)))
            }
        }
    }
}
