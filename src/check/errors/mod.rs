//! The words of every fault that checking finds, one constructor each.

mod annotations;
mod as_of;
mod calendar;
mod choices;
mod decided;
mod event_habits;
mod events;
mod habits;
mod key_lists;
mod kinds;
mod labels;
mod limits;
mod names;
mod patterns;
mod places;
mod populations;
mod records;
mod samples;
mod trials;
mod windows;

pub(super) use annotations::*;
pub(super) use as_of::*;
pub(super) use calendar::*;
pub(super) use choices::*;
pub(super) use decided::*;
pub(super) use event_habits::*;
pub(super) use events::*;
pub(super) use habits::*;
pub(super) use key_lists::*;
pub(super) use kinds::*;
pub(super) use labels::*;
pub(super) use limits::*;
pub(super) use names::*;
pub(super) use patterns::*;
pub(super) use places::*;
pub(super) use populations::*;
pub(super) use records::*;
pub(super) use samples::*;
pub(super) use trials::*;
pub(super) use windows::*;

fn arguments(number: usize) -> String {
    match number {
        1 => "one argument".into(),
        2 => "two arguments".into(),
        more => format!("{more} arguments"),
    }
}

fn number_of(number: usize) -> String {
    match number {
        0 => "none".into(),
        1 => "one".into(),
        2 => "two".into(),
        more => more.to_string(),
    }
}

/// A name as a text has to write it: in back-ticks where it is no plain word.
pub(super) fn quoted_if_needed(name: &str) -> String {
    let mut characters = name.chars();
    let is_plain = characters
        .next()
        .is_some_and(|first| first.is_alphabetic() || first == '_')
        && characters.all(|character| character.is_alphanumeric() || character == '_')
        && !crate::syntax::words::is_reserved(name);
    if is_plain {
        name.to_owned()
    } else {
        format!("`{name}`")
    }
}
