//! What is wrong with the tables of arms that were given before.

use super::one_of;
use crate::diagnostics::suggest::nearest;
use crate::diagnostics::{Code, Diagnostic};
use crate::source::Span;

pub(in crate::schema::manifest) fn key_and_arm_in_one(
    first: Span,
    again: Span,
    column: &str,
) -> Diagnostic {
    Diagnostic::error(
        Code("E0514"),
        format!("the column \"{column}\" is named twice"),
        again,
        "again here",
    )
    .also(first, "first here")
    .help("The key of a contact and the arm that was given to it stand in a column each.")
}

pub(in crate::schema::manifest) fn arms_of_no_split(
    span: Span,
    name: &str,
    splits: &[&str],
) -> Diagnostic {
    let fault = Diagnostic::error(
        Code("E0514"),
        format!("there is no split `{name}` whose arms these could be"),
        span,
        "the name of a split belongs here",
    );
    match nearest(name, splits.iter().copied()) {
        Some(near) => fault.fix(format!("write `{near}`"), span, near),
        None if splits.is_empty() => fault.help(
            "Given arms stand under the name of the split that holds them, and the texts define none. Leave them out if the split is over.",
        ),
        None => {
            let splits: Vec<String> = splits.iter().map(|name| (*name).to_owned()).collect();
            fault.help(format!(
                "Given arms stand under the name of the split that holds them: {}. Leave them out if the split is over.",
                one_of(&splits)
            ))
        }
    }
}
