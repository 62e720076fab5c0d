//! The mistakes about events and catalogues.

use crate::diagnostics::suggest::{nearest, one_of};
use crate::diagnostics::{Code, Diagnostic};
use crate::source::Span;

/// Contacts that have a file and are those of the events as well.
pub(in crate::schema::manifest) fn source_and_from(span: Span, from: Span) -> Diagnostic {
    Diagnostic::error(
        Code("E0514"),
        "the contacts have a `source` and come `from` the events",
        span,
        "one of the two too many",
    )
    .also(from, "and here")
    .help("With a file of contacts, they are those in the file, whatever the events name: leave `from` out. Without one, leave `source` out.")
}

/// `delimiter = ";"` of contacts that come from the events.
pub(in crate::schema::manifest) fn no_files_of_contacts(
    span: Span,
    name: &str,
    from: Span,
) -> Diagnostic {
    Diagnostic::error(
        Code("E0514"),
        format!(
            "`{name}` says how files of contacts are read, and the contacts come from the events"
        ),
        span,
        "there are no such files",
    )
    .also(from, "said here")
    .help(format!(
        "Say `{name}` of the tables of events whose files are meant: in `[events.…]`."
    ))
}

/// Contacts that come from events which are not there.
pub(in crate::schema::manifest) fn from_no_events(span: Span) -> Diagnostic {
    Diagnostic::error(
        Code("E0512"),
        "the contacts come from the events, and the manifest has no table of events",
        span,
        "no events to come from",
    )
    .help("Add one: `[events.purchase]` with `source = \"data/purchases.csv\"`, `contact = \"customer_id\"` and `time = \"at\"`.")
}

/// `[histories.plam]`
pub(in crate::schema::manifest) fn history_of_no_field(
    span: Span,
    name: &str,
    known: &[&str],
) -> Diagnostic {
    let fault = Diagnostic::error(
        Code("E0514"),
        format!("the contacts have no field \"{name}\" that this could be the history of"),
        span,
        "the name of a field belongs here",
    );
    match nearest(name, known.iter().copied()) {
        Some(near) => fault.fix(format!("write `{near}`"), span, near),
        None => fault.help(format!(
            "A history stands under the name of its field, which is a column of the contacts: {}.",
            one_of(
                &known
                    .iter()
                    .map(|name| (*name).to_owned())
                    .collect::<Vec<_>>()
            )
        )),
    }
}

pub(in crate::schema::manifest) fn history_of_another_type(
    span: Span,
    name: &str,
    field: &str,
    column: &str,
    found: &str,
) -> Diagnostic {
    Diagnostic::error(
        Code("E0515"),
        format!("the field `{name}` is {field}, and the values of its history are {found}"),
        span,
        format!("read from the column `{column}`"),
    )
    .help(format!(
        "Both are the same field, so they are of one type. In CSV and JSON lines `[contacts.fields.{name}]` with `type` says it for both."
    ))
}

/// `[histories.id]`, of the key.
pub(in crate::schema::manifest) fn no_history_of_it(
    span: Span,
    setting: Span,
    name: &str,
    what: &str,
) -> Diagnostic {
    Diagnostic::error(
        Code("E0514"),
        format!("the field `{name}` {what}, and has no history"),
        span,
        "it is the same at every instant",
    )
    .also(setting, "said here")
}

/// `catalogue = "titels"`
pub(in crate::schema::manifest) fn no_catalogue(
    span: Span,
    name: &str,
    known: &[&str],
) -> Diagnostic {
    let fault = Diagnostic::error(
        Code("E0514"),
        format!("there is no catalogue \"{name}\""),
        span,
        "the name of a catalogue belongs here",
    );
    match nearest(name, known.iter().copied()) {
        Some(near) => fault.help(format!("Did you mean \"{near}\"?")).fix(
            format!("write \"{near}\""),
            span,
            format!("\"{near}\""),
        ),
        None => fault.help(format!(
            "A catalogue is a table of its own: `[catalogues.{name}]` with `source = \"data/{name}.csv\"` and `key = \"id\"`."
        )),
    }
}

pub(in crate::schema::manifest) fn catalogue_without_key(
    span: Span,
    catalogue: Span,
    name: &str,
) -> Diagnostic {
    Diagnostic::error(
        Code("E0514"),
        format!("the catalogue \"{name}\" has no key, so fields cannot refer to it"),
        span,
        "refers to it",
    )
    .also(catalogue, "without a key")
    .help(format!(
        "Say in `[catalogues.{name}]` which of its fields these values are: `key = \"id\"`."
    ))
}

/// A field of contacts or events that refers to a catalogue and holds something else than keys.
pub(in crate::schema::manifest) fn no_key_of_a_catalogue(
    span: Span,
    field: &str,
    is: &str,
) -> Diagnostic {
    Diagnostic::error(
        Code("E0515"),
        format!("the field \"{field}\" is {is}, and keys of a catalogue are text, whole numbers or decimals"),
        span,
        "not for this type",
    )
    .help("Leave `catalogue` out, or name it with the field that holds the keys.")
}

pub(in crate::schema::manifest) fn column_twice(
    first: Span,
    span: Span,
    column: &str,
) -> Diagnostic {
    Diagnostic::error(
        Code("E0514"),
        format!("the column \"{column}\" is named twice"),
        span,
        "again here",
    )
    .also(first, "first here")
    .help("The contact, the time and the kind of an event stand in a column each.")
}

/// A field that is read from the column of the contact, the time or the kind.
pub(in crate::schema::manifest) fn no_field_of_events(
    span: Span,
    column: &str,
    what: &str,
) -> Diagnostic {
    Diagnostic::error(
        Code("E0514"),
        format!("\"{column}\" is no field of the events: it {what}"),
        span,
        "not a field",
    )
    .help("Leave it out; what is left are the fields.")
}

pub(in crate::schema::manifest) fn second_time(span: Span) -> Diagnostic {
    Diagnostic::error(
        Code("E0504"),
        "a field of events cannot be called \"time\"",
        span,
        "the name is taken",
    )
    .help("`time` is when the event happened. Call the field something else, and name its column: `column = \"time\"`.")
}

/// A column called `time` that is not the time of the events.
pub(in crate::schema::manifest) fn column_called_time(
    span: Span,
    table: &str,
    column: &str,
) -> Diagnostic {
    Diagnostic::error(
        Code("E0504"),
        format!("the time of these events is in the column \"{column}\", and another column is called \"time\""),
        span,
        "is called `time` in a text",
    )
    .help(format!(
        "Give the other one a name of its own: `[events.{table}.fields.clock]` with `column = \"time\"`. Or is it the time that is meant?"
    ))
}

pub(in crate::schema::manifest) fn streams_without_kind(span: Span) -> Diagnostic {
    Diagnostic::error(
        Code("E0512"),
        "the table of events does not say `kind`, so its streams cannot be told apart",
        span,
        "streams of which column?",
    )
    .help("Add a line such as `kind = \"event\"`, the column whose values these are. Without it the table is one stream, called as the table.")
}

pub(in crate::schema::manifest) fn field_twice(first: Span, span: Span, field: &str) -> Diagnostic {
    Diagnostic::error(
        Code("E0514"),
        format!("the field \"{field}\" stands twice in the stream"),
        span,
        "again here",
    )
    .also(first, "first here")
    .help("Leave one of the two out.")
}

pub(in crate::schema::manifest) fn kind_twice(first: Span, span: Span, kind: &str) -> Diagnostic {
    Diagnostic::error(
        Code("E0514"),
        format!("two streams are the events with the value \"{kind}\""),
        span,
        "again here",
    )
    .also(first, "first here")
    .help("Leave one of the two out; a `let` gives a selection of events another name.")
}

pub(in crate::schema::manifest) fn stream_twice(first: Span, span: Span, name: &str) -> Diagnostic {
    Diagnostic::error(
        Code("E0504"),
        format!("two streams are called \"{name}\""),
        span,
        "again here",
    )
    .also(first, "first here")
    .help(format!(
        "Call one of them something else: in `streams` of a table with a kind, `other_{name} = {{ value = \"{name}\" }}`; a table without a kind by its own name."
    ))
}

/// A stream that is called as a field of the contact.
pub(in crate::schema::manifest) fn stream_like_field(
    span: Span,
    name: &str,
    has_kind: bool,
) -> Diagnostic {
    let other = if has_kind {
        format!("Call the stream something else, `{name}_event = {{ value = \"{name}\" }}`")
    } else {
        format!("Call the table something else, `[events.{name}_event]`")
    };
    Diagnostic::error(
        Code("E0504"),
        format!("a stream and a field of the contact are both called \"{name}\""),
        span,
        "the name is taken",
    )
    .help(format!(
        "{other}, or the field: `[contacts.fields.{name}_now]` with `column = \"{name}\"`."
    ))
}

/// `streams.view = ["titel"]`
pub(in crate::schema::manifest) fn no_field_of_stream(
    span: Span,
    stream: &str,
    field: &str,
    known: &[&str],
) -> Diagnostic {
    let fault = Diagnostic::error(
        Code("E0516"),
        format!("the events of \"{stream}\" have no field \"{field}\""),
        span,
        "no such field",
    );
    match nearest(field, known.iter().copied()) {
        Some(near) => fault.help(format!("Did you mean \"{near}\"?")).fix(
            format!("write \"{near}\""),
            span,
            format!("\"{near}\""),
        ),
        None if known.is_empty() => fault.help("The table has no fields beside its time."),
        None => {
            const MOST: usize = 12;
            let shown = known.iter().take(MOST);
            let shown: Vec<String> = shown.map(|name| format!("\"{name}\"")).collect();
            fault.help(match known.len() > MOST {
                true => format!("It may be {}, …", shown.join(", ")),
                false => format!("It may be {}.", one_of(&shown)),
            })
        }
    }
}

/// A field of a stream whose column has no type in the language.
pub(in crate::schema::manifest) fn stream_field_not_readable(
    span: Span,
    table: &str,
    column: &str,
    reason: &str,
) -> Diagnostic {
    Diagnostic::error(
        Code("E0515"),
        format!("the column \"{column}\" cannot be a field, because {reason}"),
        span,
        "named here",
    )
    .help(format!(
        "Leave it out of the stream. A column of CSV or JSON lines that has no values yet is a field once its type is said: `[events.{table}.fields.{column}]` with `type = \"text\"`."
    ))
}

pub(in crate::schema::manifest) fn keys_of_two_sorts(
    span: Span,
    column: &str,
    is: &str,
    key: &str,
    key_is: &str,
) -> Diagnostic {
    Diagnostic::error(
        Code("E0515"),
        format!("the column \"{column}\" is {is}, and the key \"{key}\" of the contacts is {key_is}"),
        span,
        format!("the data says {is}"),
    )
    .help("Events find their contacts by the key, and a number is never equal to text: write one of the two files with the type of the other.")
}

pub(in crate::schema::manifest) fn time_is_none(span: Span, column: &str, is: &str) -> Diagnostic {
    let fault = Diagnostic::error(
        Code("E0515"),
        format!("the time of events stands in a column of times, and \"{column}\" is {is}"),
        span,
        format!("the data says {is}"),
    );
    fault.help(match is {
        "int" => "Say what the numbers count since 1970: `times = \"seconds\"`, `times = \"milliseconds\"` or `times = \"microseconds\"`. Numbers such as 20261122 count nothing: write the data with days such as 2026-11-22.",
        _ => "Name the column that tells when, or write the data with times such as 2026-11-22T10:00+01:00.",
    })
}

pub(in crate::schema::manifest) fn kind_is_no_text(
    span: Span,
    column: &str,
    is: &str,
) -> Diagnostic {
    Diagnostic::error(
        Code("E0515"),
        format!("streams are told apart by text, and the column \"{column}\" is {is}"),
        span,
        format!("the data says {is}"),
    )
    .help("Name the column that says what happened: view, purchase, login.")
}
