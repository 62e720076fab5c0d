//! What the data looks like to the language: the contact and its fields. Immutable, shared, with a fingerprint.
//!
//! A schema is made from an Arrow schema ([`Schema::from_arrow`]), by a host field by field ([`Schema::builder`]), or from a
//! manifest together with what the data says of itself.

mod builder;
mod catalogue;
mod describe;
mod errors;
mod fingerprint;
mod format;
mod given_arms;
mod globe;
mod infer;
mod key_list;
mod manifest;
mod nearly;
mod notation;

pub use builder::SchemaBuilder;
pub(crate) use builder::{can_be_key, near_zone};
pub use catalogue::{Catalogue, CatalogueError};
pub use describe::{Part, describe, described, parts};
pub use errors::SchemaError;
pub use fingerprint::Fingerprint;
pub use format::Format;
pub use given_arms::{ArmKey, ArmRows, GivenArms, RowPlace, TwoArms, UnknownArm};
pub use infer::{NotRead, point_parts, type_of};
pub use key_list::{KeyList, Keys};
pub use manifest::{
    Contacts, DeclaredArms, DeclaredCatalogue, DeclaredEvents, DeclaredField, DeclaredList,
    DeclaredSet, DeclaredStream, DeclaredValues, Files, Manifest, OtherValues, PointColumns,
    Spanned, StreamFields, TimeUnit, instant, toml_key, toml_list, toml_text,
};
pub use nearly::Nearly;
pub use notation::{DateOrder, Notation};

use crate::types::{RecordType, Type};
use std::collections::HashMap;
use std::sync::Arc;

/// The place of a field in [`Schema::fields`]; those of streams of events follow it.
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
    /// What single parts of its records mean, by the names of the parts.
    pub part_descriptions: Vec<(String, String)>,
    /// Blank text (nothing but white space) counts as missing.
    pub blank_is_missing: bool,
    /// The catalogue that its values, or the elements of its lists, are keys of.
    pub catalogue: Option<Arc<str>>,
    /// Of text: what nearly all values are, where a few make it text.
    pub nearly: Option<Nearly>,
    /// Of a stream: the name of the field whose history it is. Each of its events has a time, and the value of the field from then on.
    pub history_of: Option<String>,
}

impl Field {
    /// A field that is read from the column of the same name; any value is allowed, and blank text is a value.
    pub fn new(name: impl Into<String>, field_type: Type) -> Self {
        let name = name.into();
        Self {
            column: name.clone(),
            name,
            field_type,
            values: None,
            description: None,
            part_descriptions: Vec::new(),
            blank_is_missing: false,
            catalogue: None,
            nearly: None,
            history_of: None,
        }
    }

    /// Whether it is a stream of events: a list of records that have a time.
    pub fn is_stream(&self) -> bool {
        matches!(&self.field_type, Type::List(_))
            && (self.field_type.record()).is_some_and(|record| record.time.is_some())
    }

    /// What the part of this name means, where that is said.
    pub fn part_description(&self, part: &str) -> Option<&str> {
        let mut said = self.part_descriptions.iter();
        said.find(|(name, _)| name == part)
            .map(|(_, description)| description.as_str())
    }

    /// Whether a value of this field may be missing because it is blank: there is text in it, and blank text counts as missing.
    pub fn may_be_blank(&self) -> bool {
        self.blank_is_missing && holds_text(&self.field_type)
    }
}

fn holds_text(field_type: &Type) -> bool {
    match field_type {
        Type::Text => true,
        Type::List(element) | Type::Map(element) => holds_text(element),
        Type::Record(record) => record.parts.iter().any(|part| holds_text(&part.part_type)),
        Type::Boolean
        | Type::Number(_)
        | Type::Date
        | Type::Time
        | Type::Duration
        | Type::Point
        | Type::Distance => false,
    }
}

/// A column that the language cannot read, and why. A use of its name can then be answered better than with "unknown".
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LeftOut {
    pub name: String,
    /// A sentence that begins after "because" and has no full stop: "it holds binary data".
    pub reason: String,
}

/// The schema of a project. Cheap to clone.
#[derive(Clone, Debug)]
pub struct Schema {
    parts: Arc<Parts>,
}

/// A closed set of texts with a name, for fields and parameters.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NamedSet {
    pub name: String,
    pub values: Arc<[String]>,
}

#[derive(Clone, Debug)]
struct Parts {
    /// The fields of the contact, and behind them the streams of its events.
    columns: Vec<Field>,
    /// How many of them are fields.
    fields: usize,
    by_name: HashMap<String, FieldId>,
    left_out: Vec<LeftOut>,
    sets: Vec<NamedSet>,
    lists: Vec<KeyList>,
    unreadable_lists: Vec<LeftOut>,
    arms: Vec<GivenArms>,
    unreadable_arms: Vec<LeftOut>,
    catalogues: Vec<Catalogue>,
    unreadable_catalogues: Vec<LeftOut>,
    key: FieldId,
    zone_name: String,
    zone: jiff::tz::TimeZone,
    contact_zone: Option<FieldId>,
    beginning: Option<FieldId>,
    fingerprint: Fingerprint,
}

impl Parts {
    fn print(&self) -> Fingerprint {
        fingerprint::fingerprint(self)
    }
}

impl Schema {
    /// A schema of all columns of an Arrow schema that the language can read; the others are in [`Schema::left_out`].
    ///
    /// `key` names the column that tells contacts apart, `zone` is an IANA name such as `Europe/Brussels`. A timestamp without a zone
    /// counts as UTC.
    ///
    /// # Errors
    ///
    /// There is no such key column or it cannot be a key, two columns have the same name, or the zone is not known.
    pub fn from_arrow(
        schema: &arrow_schema::Schema,
        key: &str,
        zone: &str,
    ) -> Result<Schema, SchemaError> {
        let mut builder = Schema::builder().key(key).zone(zone);
        for column in schema.fields() {
            builder = match type_of(column.data_type()) {
                Ok(field_type) => builder.field(Field::new(column.name(), field_type)),
                Err(NotRead { reason }) => builder.left_out(column.name(), reason),
            };
        }
        builder.build()
    }

    /// The same schema where a text field names the contacts' own time zones, which calendar words then follow; where it is missing or
    /// names no zone, they follow the project's.
    ///
    /// # Errors
    ///
    /// There is no such field, or it is not text.
    pub fn with_contact_zone(&self, field: &str) -> Result<Schema, SchemaError> {
        let mut parts = Parts::clone(&self.parts);
        parts.contact_zone = Some(builder::zone_field(field, &parts.columns, &parts.by_name)?);
        parts.fingerprint = parts.print();
        Ok(Schema {
            parts: Arc::new(parts),
        })
    }

    /// A schema whose fields are the parts of a record: what tests of events alone are planned against. Its first part stands for the key.
    pub(crate) fn of_record(record: &RecordType, blank_is_missing: bool) -> Schema {
        let fields = record.parts.iter().map(|part| Field {
            values: part.values.clone(),
            blank_is_missing,
            catalogue: part.catalogue.clone(),
            ..Field::new(&part.name, part.part_type.clone())
        });
        let columns: Vec<Field> = fields.collect();
        let mut parts = Parts {
            fields: columns.len(),
            by_name: HashMap::new(),
            left_out: Vec::new(),
            sets: Vec::new(),
            lists: Vec::new(),
            unreadable_lists: Vec::new(),
            arms: Vec::new(),
            unreadable_arms: Vec::new(),
            catalogues: Vec::new(),
            unreadable_catalogues: Vec::new(),
            key: FieldId(0),
            zone_name: "UTC".into(),
            zone: jiff::tz::TimeZone::UTC,
            contact_zone: None,
            beginning: None,
            fingerprint: Fingerprint(0),
            columns,
        };
        parts.fingerprint = parts.print();
        Schema {
            parts: Arc::new(parts),
        }
    }

    /// Starts a schema that is put together field by field.
    pub fn builder() -> SchemaBuilder {
        SchemaBuilder::new()
    }

    /// The fields of the contact, each under its [`FieldId`].
    pub fn fields(&self) -> &[Field] {
        &self.parts.columns[..self.parts.fields]
    }

    /// The streams of the contact's events: lists of records with a time, sorted by it, and where times are equal by the other parts, in
    /// their order, missing values first.
    pub fn streams(&self) -> &[Field] {
        &self.parts.columns[self.parts.fields..]
    }

    /// The fields and behind them the streams, each under its [`FieldId`].
    pub fn fields_and_streams(&self) -> &[Field] {
        &self.parts.columns
    }

    /// The field or stream that this schema gave the id.
    pub fn field(&self, id: FieldId) -> &Field {
        &self.parts.columns[id.0 as usize]
    }

    /// The field that a text calls so; case counts.
    pub fn field_named(&self, name: &str) -> Option<(FieldId, &Field)> {
        let id = *self.parts.by_name.get(name)?;
        (!self.is_stream(id)).then(|| (id, self.field(id)))
    }

    /// The stream of events that a text calls so; case counts.
    pub fn stream_named(&self, name: &str) -> Option<(FieldId, &Field)> {
        let id = *self.parts.by_name.get(name)?;
        self.is_stream(id).then(|| (id, self.field(id)))
    }

    /// The stream that is the history of a field, where it has one: the field is then read from it at every instant.
    pub fn history(&self, field: FieldId) -> Option<FieldId> {
        let name = &self.field(field).name;
        let mut streams = self.streams().iter();
        let place = streams.position(|stream| stream.history_of.as_ref() == Some(name))?;
        Some(FieldId((self.parts.fields + place) as u32))
    }

    /// Whether it is the id of a stream of events.
    pub fn is_stream(&self, id: FieldId) -> bool {
        id.0 as usize >= self.parts.fields
    }

    /// The columns that are no fields, in the order of the data.
    pub fn left_out(&self) -> &[LeftOut] {
        &self.parts.left_out
    }

    /// The column of that name which is no field, with the reason.
    pub fn left_out_named(&self, name: &str) -> Option<&LeftOut> {
        self.parts.left_out.iter().find(|left| left.name == name)
    }

    /// The closed sets that have names, in the order of their names.
    pub fn sets(&self) -> &[NamedSet] {
        &self.parts.sets
    }

    /// The closed set of that name.
    pub fn set_named(&self, name: &str) -> Option<&NamedSet> {
        self.parts.sets.iter().find(|set| set.name == name)
    }

    /// The lists of keys that a text may name.
    pub fn lists(&self) -> &[KeyList] {
        &self.parts.lists
    }

    /// The list of keys of that name.
    pub fn list_named(&self, name: &str) -> Option<&KeyList> {
        self.parts.lists.iter().find(|list| list.name() == name)
    }

    /// The lists that cannot be read, with the reason: their use is answered with it.
    pub fn unreadable_lists(&self) -> &[LeftOut] {
        &self.parts.unreadable_lists
    }

    /// The same schema with lists of keys, and those that cannot be read.
    #[must_use]
    pub fn with_lists(&self, lists: Vec<KeyList>, unreadable: Vec<LeftOut>) -> Schema {
        let mut parts = Parts::clone(&self.parts);
        parts.lists = lists;
        parts.unreadable_lists = unreadable;
        parts.fingerprint = parts.print();
        Schema {
            parts: Arc::new(parts),
        }
    }

    /// The arms of splits that contacts were given before.
    pub fn given_arms(&self) -> &[GivenArms] {
        &self.parts.arms
    }

    /// The arms that contacts were given before in the split of that name.
    pub fn arms_given_in(&self, split: &str) -> Option<&GivenArms> {
        self.parts.arms.iter().find(|arms| arms.split() == split)
    }

    /// The given arms that cannot be read, under the names of their splits, with the reason: a split that is to hold them is answered with it.
    pub fn unreadable_arms(&self) -> &[LeftOut] {
        &self.parts.unreadable_arms
    }

    /// The same schema with arms that were given before, and those that cannot be read.
    #[must_use]
    pub fn with_given_arms(&self, arms: Vec<GivenArms>, unreadable: Vec<LeftOut>) -> Schema {
        let mut parts = Parts::clone(&self.parts);
        parts.arms = arms;
        parts.unreadable_arms = unreadable;
        parts.fingerprint = parts.print();
        Schema {
            parts: Arc::new(parts),
        }
    }

    /// The catalogues that fields refer to and that brackets look through.
    pub fn catalogues(&self) -> &[Catalogue] {
        &self.parts.catalogues
    }

    /// The catalogue of that name.
    pub fn catalogue_named(&self, name: &str) -> Option<&Catalogue> {
        let mut catalogues = self.parts.catalogues.iter();
        catalogues.find(|catalogue| catalogue.name() == name)
    }

    /// The catalogues that cannot be read, with the reason: their use is answered with it.
    pub fn unreadable_catalogues(&self) -> &[LeftOut] {
        &self.parts.unreadable_catalogues
    }

    /// The same schema with catalogues, and those that cannot be read.
    #[must_use]
    pub fn with_catalogues(&self, catalogues: Vec<Catalogue>, unreadable: Vec<LeftOut>) -> Schema {
        let mut parts = Parts::clone(&self.parts);
        parts.catalogues = catalogues;
        parts.unreadable_catalogues = unreadable;
        parts.fingerprint = parts.print();
        Schema {
            parts: Arc::new(parts),
        }
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

    /// The field that names a contact's own time zone, which calendar words follow where it names one.
    pub fn contact_zone(&self) -> Option<FieldId> {
        self.parts.contact_zone
    }

    /// The field of the time or day since which a contact is known.
    pub fn beginning(&self) -> Option<FieldId> {
        self.parts.beginning
    }

    /// The same for schemas that mean the same: names, columns, types, closed sets, lists, given arms, what blank text is, key and zones. Descriptions are
    /// not in it. It stays the same from one version to the next and from machine to machine.
    pub fn fingerprint(&self) -> Fingerprint {
        self.parts.fingerprint
    }
}
