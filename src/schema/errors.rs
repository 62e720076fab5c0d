//! What can be wrong with a schema, whoever made it. The manifest's faults are diagnostics, with a place in its text.

use crate::diagnostics::Code;

/// A schema that cannot be: the data or the host says something that does not fit together.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{message}")]
pub struct SchemaError {
    pub code: Code,
    /// One sentence without a full stop.
    pub message: String,
    /// What to do about it, as a sentence.
    pub help: Option<String>,
}

impl SchemaError {
    fn new(code: &'static str, message: String, help: impl Into<String>) -> Self {
        Self {
            code: Code(code),
            message,
            help: Some(help.into()),
        }
    }
}

pub(super) fn no_key(name: &str, near: Option<&str>) -> SchemaError {
    let help = match near {
        Some(near) => format!("Did you mean \"{near}\"?"),
        None => {
            "The key is the field that tells contacts apart; name one that the data has.".into()
        }
    };
    SchemaError::new(
        "E0501",
        format!("there is no field \"{name}\" to be the key"),
        help,
    )
}

pub(super) fn key_not_said() -> SchemaError {
    SchemaError::new(
        "E0501",
        "it is not said which field is the key".into(),
        "The key is the field that tells contacts apart; name one.",
    )
}

pub(super) fn key_type(name: &str, what: &str) -> SchemaError {
    SchemaError::new(
        "E0502",
        format!("the field \"{name}\" is {what} and cannot be the key"),
        "A key is a whole number, an exact decimal or text.",
    )
}

pub(super) fn unknown_zone(name: &str, near: Option<&str>) -> SchemaError {
    let help = match near {
        Some(near) => format!("Did you mean \"{near}\"?"),
        None => {
            "Write a name of the IANA time zone database, such as \"Europe/Brussels\" or \"UTC\"."
                .into()
        }
    };
    SchemaError::new(
        "E0503",
        format!("the time zone \"{name}\" is not known"),
        help,
    )
}

pub(super) fn no_zone_field(name: &str, near: Option<&str>) -> SchemaError {
    let help = match near {
        Some(near) => format!("Did you mean \"{near}\"?"),
        None => "Name the text field that holds a contact's own time zone.".into(),
    };
    SchemaError::new(
        "E0730",
        format!("there is no field \"{name}\" to name the contacts' time zones"),
        help,
    )
}

pub(super) fn zone_field_type(name: &str, what: &str) -> SchemaError {
    SchemaError::new(
        "E0730",
        format!("the field \"{name}\" is {what} and cannot name the contacts' time zones"),
        "A zone is named by text, such as \"Europe/Brussels\".",
    )
}

pub(super) fn no_beginning(name: &str, near: Option<&str>) -> SchemaError {
    let help = match near {
        Some(near) => format!("Did you mean \"{near}\"?"),
        None => "Name the field of the time or day since which a contact is known.".into(),
    };
    SchemaError::new(
        "E0525",
        format!("there is no field \"{name}\" to tell since when contacts are known"),
        help,
    )
}

pub(super) fn beginning_type(name: &str, what: &str) -> SchemaError {
    SchemaError::new(
        "E0525",
        format!("the field \"{name}\" is {what} and cannot tell since when contacts are known"),
        "A beginning is a time or a date, such as the day of sign-up.",
    )
}

pub(super) fn twice(name: &str) -> SchemaError {
    SchemaError::new(
        "E0504",
        format!("two fields are called \"{name}\""),
        "Each field needs a name of its own; rename one of the columns.",
    )
}

pub(super) fn values_without_text(name: &str, type_name: &str) -> SchemaError {
    SchemaError::new(
        "E0505",
        format!("the field \"{name}\" is {type_name}, and only text has a closed set of values"),
        "Leave the values out, or make the field text or a list of text.",
    )
}
