//! What an expression turns out to be while it is checked.

use super::logic::Logic;
use super::names::DefinitionId;
use crate::ir::{ConditionId, ValueId};
use crate::source::Span;
use crate::types::CalendarUnit;
use std::rc::Rc;

/// The meaning of an expression.
#[derive(Clone, Debug)]
pub(super) enum Operand {
    /// Faulty; the fault has been told.
    Hole,
    Condition(Checked),
    Value(Found),
    /// A classification: its labels are asked, and it stands for the name of a contact's label where a text is due.
    Labels {
        id: DefinitionId,
        /// Where the reader sees it.
        span: Span,
    },
    /// `3 months`: a length along the calendar, which only moves dates and times.
    CalendarLength {
        count: i64,
        unit: CalendarUnit,
    },
}

/// A condition with what it does about missing values.
#[derive(Clone, Debug)]
pub(super) struct Checked {
    pub id: ConditionId,
    pub logic: Rc<Logic>,
}

/// A value and the place where the reader sees it: for an argument that was put in for a parameter, the place of the argument.
#[derive(Clone, Copy, Debug)]
pub(super) struct Found {
    pub id: ValueId,
    pub span: Span,
}
