//! The settings that a manifest may have, in one table: the reader knows from it what there is, and editors are told by the JSON Schema made
//! from it. A new setting is a line here, and its reading in `read`.

use super::{Manifest, TimeUnit};
use crate::schema::{DateOrder, Format};
use serde::ser::{Serialize, Serializer};

/// A setting that a table of the manifest may have.
pub(super) struct Setting {
    pub(super) name: &'static str,
    kind: Kind,
    /// What it says, for people: a sentence with its full stop.
    description: &'static str,
    is_needed: bool,
    /// The setting that stands in its place: one of the two is needed, and not both.
    instead: Option<&'static str>,
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
    /// The same with at least one setting in each, as none of them is needed by itself.
    SomeNamedTables(&'static [Setting]),
    /// The fields of streams under their names: a list, all of them, or a table that says more.
    Streams,
    /// A list of fields, or all of them.
    Fields,
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

/// Where the contacts come from that have no files.
pub(super) const FROM_EVENTS: &str = "events";

/// The settings that say how files are read.
pub(super) const OF_FILES: &[&str] = &[
    "format",
    "delimiter",
    "header",
    "missing",
    "decimal_comma",
    "dates",
    "yes",
    "no",
];

/// In the place of a list of fields.
pub(super) const ALL_FIELDS: &str = "all";

/// What a value outside a closed set may do.
pub(super) const OTHER_VALUES: &[&str] = &["refuse", "report"];

const fn setting(name: &'static str, kind: Kind, description: &'static str) -> Setting {
    Setting {
        name,
        kind,
        description,
        is_needed: false,
        instead: None,
    }
}

impl Setting {
    const fn needed(mut self) -> Self {
        self.is_needed = true;
        self
    }

    /// This one or the other.
    const fn or(mut self, other: &'static str) -> Self {
        self.is_needed = false;
        self.instead = Some(other);
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
    setting(
        "arms",
        Kind::NamedTables(ARMS),
        "Arms that splits gave to contacts before, under the names of the splits, which hold them.",
    ),
    setting(
        "events",
        Kind::NamedTables(EVENTS),
        "Tables of events: what contacts did, and when.",
    ),
    setting(
        "histories",
        Kind::NamedTables(HISTORY),
        "Histories of fields of contacts, under the names of the fields: tables that say since when a contact had which value.",
    ),
    setting(
        "catalogues",
        Kind::NamedTables(CATALOGUE),
        "Tables that fields refer to by key: titles, products, stores.",
    ),
];

pub(super) const SET: &[Setting] =
    &[setting("values", Kind::Values, "The values of the set.").needed()];

/// What a list of keys may hold.
pub(super) const LIST_TYPES: &[&str] = &["text", "int"];

const SOURCE: Setting = setting(
    "source",
    Kind::SomeTexts,
    "A file, a pattern (data/*.parquet, data/**/*.csv), a folder, or a list of them. Paths begin at the manifest's folder.",
)
.needed();

const FORMAT: Setting = setting(
    "format",
    Kind::OneOf(|| Format::ALL.iter().map(|format| format.word()).collect()),
    "The format of the files. Told by the ending of their names, else by their first bytes, if it is not said.",
);

const DELIMITER: Setting = setting(
    "delimiter",
    Kind::Character,
    "Of CSV: the character between fields. A comma if it is not said, and a tab in .tsv files.",
);

const HEADER: Setting = setting(
    "header",
    Kind::Boolean,
    "Of CSV: whether the first line names the columns. True if it is not said; without it they are column_1, column_2 and so on.",
);

const MISSING: Setting = setting(
    "missing",
    Kind::Texts,
    "Of CSV: words that mean a missing value, beside the empty field.",
);

const DECIMAL_COMMA: Setting = setting(
    "decimal_comma",
    Kind::Boolean,
    "Of CSV: whether decimals stand behind a comma, as in 12,50 and 1.234,50. False if it is not said.",
);

const DATES: Setting = setting(
    "dates",
    Kind::OneOf(|| DateOrder::ALL.map(DateOrder::word).to_vec()),
    "Of CSV: how dates are written that are not written as 2026-11-22. The year has four digits; between the parts stand /, - or points.",
);

const YES: Setting = setting(
    "yes",
    Kind::Texts,
    "Of CSV: words for true, in any case, beside true itself.",
);

const NO: Setting = setting(
    "no",
    Kind::Texts,
    "Of CSV: words for false, in any case, beside false itself.",
);

const BLANK: Setting = setting(
    "blank_text_is_missing",
    Kind::Boolean,
    "Whether text of nothing but white space counts as missing. False if it is not said.",
);

const OTHER: Setting = setting(
    "other_values",
    Kind::OneOf(|| OTHER_VALUES.to_vec()),
    "What a value of the data outside a closed set does: refuse ends a run, report goes on and says so. Refuse if it is not said.",
);

pub(super) const LIST: &[Setting] = &[
    SOURCE,
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
    FORMAT,
    DELIMITER,
    HEADER,
    MISSING,
    DECIMAL_COMMA,
    DATES,
    YES,
    NO,
];

pub(super) const ARMS: &[Setting] = &[
    SOURCE,
    setting(
        "key",
        Kind::SomeText,
        "The column that holds the keys of the contacts. The one that is called as their key field if it is not said.",
    ),
    setting(
        "arm",
        Kind::SomeText,
        "The column that holds the names of their arms. The one called arm, or else label, if it is not said.",
    ),
    FORMAT,
    DELIMITER,
    HEADER,
    MISSING,
    DECIMAL_COMMA,
    DATES,
    YES,
    NO,
];

pub(super) const CONTACTS: &[Setting] = &[
    SOURCE.or("from"),
    setting(
        "from",
        Kind::OneOf(|| vec![FROM_EVENTS]),
        "In the place of source: events, where the contacts are those whom the tables of events name, and nothing else is known of them.",
    )
    .or("source"),
    setting(
        "key",
        Kind::Text,
        "The field that tells contacts apart: whole numbers, decimals or text.",
    )
    .needed(),
    setting(
        "time_zone",
        Kind::Text,
        "The text field that holds a contact's own time zone, which calendar words then follow. The project's if it is not said.",
    ),
    setting(
        "beginning",
        Kind::Text,
        "The field of the time or day since which a contact is known, by which observed for goes. The first event of any kind if it is not said.",
    ),
    FORMAT,
    DELIMITER,
    HEADER,
    MISSING,
    DECIMAL_COMMA,
    DATES,
    YES,
    NO,
    BLANK,
    OTHER,
    setting(
        "fields",
        Kind::NamedTables(FIELD),
        "What is to be said about single fields. All columns are fields, named here or not.",
    ),
];

pub(super) const EVENTS: &[Setting] = &[
    SOURCE,
    setting(
        "contact",
        Kind::SomeText,
        "The column that holds the key of the contact an event belongs to.",
    )
    .needed(),
    setting(
        "time",
        Kind::SomeText,
        "The column that tells when an event happened. In the language it is called time.",
    )
    .needed(),
    setting(
        "times",
        Kind::OneOf(|| TimeUnit::ALL.map(TimeUnit::word).to_vec()),
        "What the times count since the beginning of 1970 in UTC, where they are whole numbers.",
    ),
    setting(
        "kind",
        Kind::SomeText,
        "The column that tells several streams apart. Without it the table is one stream, called as the table.",
    ),
    setting(
        "streams",
        Kind::Streams,
        "With kind: the values of that column that are streams, each with its fields.",
    ),
    FORMAT,
    DELIMITER,
    HEADER,
    MISSING,
    DECIMAL_COMMA,
    DATES,
    YES,
    NO,
    BLANK,
    OTHER,
    setting(
        "fields",
        Kind::NamedTables(FIELD),
        "What is to be said about single fields. All other columns are fields as well, named here or not.",
    ),
];

pub(super) const HISTORY: &[Setting] = &[
    SOURCE,
    setting(
        "contact",
        Kind::SomeText,
        "The column that holds the key of the contact.",
    )
    .needed(),
    setting(
        "time",
        Kind::SomeText,
        "The column that tells since when the contact had the value.",
    )
    .needed(),
    setting(
        "times",
        Kind::OneOf(|| TimeUnit::ALL.map(TimeUnit::word).to_vec()),
        "What the times count since the beginning of 1970 in UTC, where they are whole numbers.",
    ),
    setting("value", Kind::SomeText, "The column that holds the value.").needed(),
    FORMAT,
    DELIMITER,
    HEADER,
    MISSING,
    DECIMAL_COMMA,
    DATES,
    YES,
    NO,
    BLANK,
    OTHER,
];

pub(super) const STREAM: &[Setting] = &[
    setting(
        "value",
        Kind::SomeText,
        "The value of the kind column, where the stream is called otherwise.",
    ),
    setting(
        "fields",
        Kind::Fields,
        "The fields of the stream, as a list. All of the table if it is not said.",
    ),
];

pub(super) const CATALOGUE: &[Setting] = &[
    SOURCE,
    setting(
        "key",
        Kind::SomeText,
        "The field that fields of contacts and events refer to. Without it none can.",
    ),
    FORMAT,
    DELIMITER,
    HEADER,
    MISSING,
    DECIMAL_COMMA,
    DATES,
    YES,
    NO,
    BLANK,
    setting(
        "fields",
        Kind::NamedTables(FIELD),
        "What is to be said about single fields. All columns are fields, named here or not.",
    ),
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
        Kind::SomeNamedTables(PART),
        "What is to be said about single parts of a record, or of a list of records.",
    ),
    setting(
        "catalogue",
        Kind::Text,
        "The catalogue that the values, or the elements of lists, are keys of.",
    ),
];

pub(super) const PART: &[Setting] = &[
    setting(
        "description",
        Kind::Text,
        "What the part means, for people.",
    ),
    setting(
        "values",
        Kind::Values,
        "The closed set of the values of text in this part, or the name of one under sets: any other in a condition is an error.",
    ),
    setting(
        "catalogue",
        Kind::Text,
        "The catalogue that the values in this part, or the elements of its lists, are keys of.",
    ),
];

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
    let either = settings.iter().filter_map(|setting| {
        let there = ("required", Json::List(vec![Json::text(setting.name)]));
        let other = vec![("required", Json::List(vec![Json::text(setting.instead?)]))];
        Some(vec![there, ("not", Json::Object(other))])
    });
    let either: Vec<_> = either.collect();
    if !either.is_empty() {
        keywords.extend(any_of(either));
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
            Kind::SomeNamedTables(settings) => {
                let mut some = table(settings);
                some.push(("minProperties", Json::Number(1)));
                vec![
                    ("type", Json::text("object")),
                    ("additionalProperties", Json::Object(some)),
                ]
            }
            Kind::Streams => {
                let stream = Json::Object(any_of(vec![all_fields(), texts(), table(STREAM)]));
                vec![
                    ("type", Json::text("object")),
                    ("additionalProperties", stream),
                    ("minProperties", Json::Number(1)),
                ]
            }
            Kind::Fields => any_of(vec![all_fields(), texts()]),
        }
    }
}

fn all_fields() -> Vec<(&'static str, Json)> {
    vec![("enum", Json::List(vec![Json::text(ALL_FIELDS)]))]
}

/// A list of texts.
fn texts() -> Vec<(&'static str, Json)> {
    vec![
        ("type", Json::text("array")),
        ("items", Json::Object(Kind::Text.keywords())),
    ]
}

fn any_of(ways: Vec<Vec<(&'static str, Json)>>) -> Vec<(&'static str, Json)> {
    let ways = ways.into_iter().map(Json::Object).collect();
    vec![("anyOf", Json::List(ways))]
}

/// One such text, or a list of them.
fn either(of_list: Vec<(&'static str, Json)>, element: Kind) -> Vec<(&'static str, Json)> {
    let mut list = vec![
        ("type", Json::text("array")),
        ("items", Json::Object(element.keywords())),
    ];
    list.extend(of_list);
    any_of(vec![element.keywords(), list])
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
