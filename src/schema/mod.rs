//! What the data looks like to the language: the contact and its fields. Immutable, shared, with a fingerprint.

use crate::types::Type;
use std::sync::Arc;

/// The place of a field in [`Schema::fields`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct FieldId(pub u32);

/// A field of the contact.
#[derive(Clone, Debug, PartialEq)]
pub struct Field {
    /// What a text calls it.
    pub name: String,
    /// The column it is read from.
    pub column: String,
    pub field_type: Type,
    /// The closed set of its values, in the order in which the manifest or the data name them. For text and lists of text.
    pub values: Option<Arc<[String]>>,
    pub description: Option<String>,
    /// Blank text (nothing but white space) counts as missing.
    pub blank_is_missing: bool,
}

/// The schema of a project. Cheap to clone.
#[derive(Clone, Debug)]
pub struct Schema {
    parts: Arc<Parts>,
}

#[derive(Debug)]
struct Parts {
    fields: Vec<Field>,
    key: FieldId,
    zone_name: String,
    zone: jiff::tz::TimeZone,
}

impl Schema {
    /// The fields of the contact, each under its [`FieldId`].
    pub fn fields(&self) -> &[Field] {
        &self.parts.fields
    }

    pub fn field(&self, id: FieldId) -> &Field {
        &self.parts.fields[id.0 as usize]
    }

    /// The field that tells contacts apart.
    pub fn key(&self) -> FieldId {
        self.parts.key
    }

    /// The IANA name of the project's time zone.
    pub fn zone_name(&self) -> &str {
        &self.parts.zone_name
    }

    pub fn zone(&self) -> &jiff::tz::TimeZone {
        &self.parts.zone
    }
}
