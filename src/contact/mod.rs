//! One contact as a value, and the segments it belongs to, without any table around it.

mod lookup;
mod matcher;
mod members;
mod planes;
mod value;

#[cfg(test)]
mod tests;

pub use matcher::{ContactMatcher, Path};
pub use members::SegmentSet;
pub use value::FieldValue;

use crate::diagnostics::suggest::nearest;
use crate::schema::{FieldId, Schema};
use crate::types::{Constant, Type};

/// The values of one contact. Whatever has not been set is missing.
#[derive(Clone, Debug)]
pub struct Contact {
    schema: Schema,
    /// One for each field of the schema.
    values: Vec<Constant>,
}

/// Why a value was not taken.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ContactError {
    /// No field has this name.
    #[error("contacts have no field \"{name}\"{}", near.as_ref().map(|near| format!("; did you mean \"{near}\"?")).unwrap_or_default())]
    NoField { name: String, near: Option<String> },
    /// The value does not fit the field's type.
    #[error("the field \"{field}\" is {expected}, which {found} is not")]
    WrongType {
        field: String,
        /// The field's type, with its article.
        expected: String,
        /// The value's type, with its article.
        found: String,
    },
}

impl Contact {
    /// A contact of which nothing is known yet.
    pub fn new(schema: &Schema) -> Self {
        Self {
            schema: schema.clone(),
            values: vec![Constant::Missing; schema.fields_and_streams().len()],
        }
    }

    /// What contacts look like.
    pub fn schema(&self) -> &Schema {
        &self.schema
    }

    /// Sets the field of this name, or the events of the stream of this name: a list of records, in any order.
    ///
    /// # Errors
    /// Where there is no such field, or where the value does not fit it: numbers are not made of text, nor times of dates. A whole number fits every
    /// field of numbers; in a field of floats it becomes the nearest float. NaN and the infinities are missing.
    pub fn set(&mut self, name: &str, value: impl Into<FieldValue>) -> Result<(), ContactError> {
        let (field, stream) = (
            self.schema.field_named(name),
            self.schema.stream_named(name),
        );
        let Some((id, _)) = field.or(stream) else {
            let names = (self.schema.fields_and_streams().iter()).map(|field| &*field.name);
            return Err(ContactError::NoField {
                name: name.to_owned(),
                near: nearest(name, names).map(str::to_owned),
            });
        };
        self.set_field(id, value)
    }

    /// Sets a field by its place, which [`Schema::field_named`] gives: for hosts that set the same fields again and again.
    ///
    /// # Errors
    /// As for [`Contact::set`].
    pub fn set_field(
        &mut self,
        id: FieldId,
        value: impl Into<FieldValue>,
    ) -> Result<(), ContactError> {
        let Some(field) = self.schema.fields_and_streams().get(id.0 as usize) else {
            return Err(ContactError::NoField {
                name: format!("number {}", id.0),
                near: None,
            });
        };
        let FieldValue(constant) = value.into();
        let fitted = value::fit(constant, &field.field_type, field.blank_is_missing);
        let fitted = fitted.map_err(|constant| ContactError::WrongType {
            field: field.name.clone(),
            expected: with_article(&field.field_type),
            found: value::described(&constant),
        })?;
        self.values[id.0 as usize] = if field.is_stream() {
            in_order(fitted)
        } else {
            fitted
        };
        Ok(())
    }

    /// Makes every field missing again, so that the value can be used for the next contact.
    pub fn clear(&mut self) {
        self.values.fill(Constant::Missing);
    }

    /// The value of a field; [`Constant::Missing`] where it has none.
    pub fn get(&self, id: FieldId) -> &Constant {
        self.values.get(id.0 as usize).unwrap_or(&Constant::Missing)
    }
}

/// Events by their time, and where that is equal by their other parts, in their order; missing values come first.
fn in_order(events: Constant) -> Constant {
    let Constant::List(events) = events else {
        return events;
    };
    let mut events = events.to_vec();
    events.sort_by(Constant::total_order);
    Constant::List(events.into())
}

/// The type in words that follow "is".
fn with_article(field_type: &Type) -> String {
    match field_type {
        Type::Text => "text".into(),
        Type::Record(_) => field_type.described(),
        Type::List(element) if matches!(**element, Type::Record(_)) => field_type.described(),
        Type::Number(_) if field_type.name() == "int" => "an int".into(),
        Type::Boolean
        | Type::Number(_)
        | Type::Date
        | Type::Time
        | Type::Duration
        | Type::Point
        | Type::Distance
        | Type::List(_)
        | Type::Map(_) => format!("a {}", field_type.name()),
    }
}
