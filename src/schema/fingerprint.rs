//! A number that tells schemas apart, the same on every machine and in every version: FNV-1a with 128 bits over a plain byte form.

use super::{Field, Parts};
use crate::types::{NumberKind, Type};
use std::fmt;

/// See [`Schema::fingerprint`](super::Schema::fingerprint).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Fingerprint(pub u128);

impl fmt::Display for Fingerprint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:032x}", self.0)
    }
}

const OFFSET: u128 = 0x6c62_272e_07bb_0142_62b8_2175_6295_c58d;
const PRIME: u128 = 0x0000_0000_0100_0000_0000_0000_0000_013b;

pub(super) fn fingerprint(parts: &Parts) -> Fingerprint {
    let (fields, streams) = parts.columns.split_at(parts.fields);
    let mut hash = Fnv(OFFSET);
    hash.text(&parts.zone_name);
    hash.number(u64::from(parts.key.0));
    hash.number(fields.len() as u64);
    fields.iter().for_each(|field| hash.field(field));
    // What a schema without them does not have leaves its fingerprint as it is.
    for stream in streams {
        hash.bytes(b"stream");
        hash.field(stream);
    }
    for set in &parts.sets {
        hash.bytes(b"set");
        hash.text(&set.name);
        hash.number(set.values.len() as u64);
        for value in set.values.iter() {
            hash.text(value);
        }
    }
    for catalogue in &parts.catalogues {
        hash.bytes(b"catalogue");
        hash.text(catalogue.name());
        hash.text(catalogue.key().map_or("", |key| &key.name));
        for field in catalogue.fields() {
            hash.field(field);
        }
    }
    for list in &parts.lists {
        hash.bytes(b"list");
        hash.text(list.name());
        hash.data_type(list.element());
    }
    for arms in &parts.arms {
        hash.bytes(b"arms");
        hash.text(arms.split());
        hash.data_type(arms.element());
    }
    if let Some(contact_zone) = parts.contact_zone {
        hash.text("contact zone");
        hash.number(u64::from(contact_zone.0));
    }
    if let Some(beginning) = parts.beginning {
        hash.text("beginning");
        hash.number(u64::from(beginning.0));
    }
    Fingerprint(hash.0)
}

struct Fnv(u128);

impl Fnv {
    fn bytes(&mut self, bytes: &[u8]) {
        for byte in bytes {
            self.0 = (self.0 ^ u128::from(*byte)).wrapping_mul(PRIME);
        }
    }

    fn number(&mut self, number: u64) {
        self.bytes(&number.to_le_bytes());
    }

    /// With its length in front, so that no two lists of texts have the same bytes.
    fn text(&mut self, text: &str) {
        self.number(text.len() as u64);
        self.bytes(text.as_bytes());
    }

    fn field(&mut self, field: &Field) {
        self.text(&field.name);
        self.text(&field.column);
        self.data_type(&field.field_type);
        self.bytes(&[
            u8::from(field.blank_is_missing),
            u8::from(field.values.is_some()),
        ]);
        if let Some(values) = &field.values {
            self.number(values.len() as u64);
            for value in values.iter() {
                self.text(value);
            }
        }
        self.catalogue(field.catalogue.as_deref());
        if let Some(field) = &field.history_of {
            self.bytes(b"history");
            self.text(field);
        }
    }

    fn catalogue(&mut self, name: Option<&str>) {
        if let Some(name) = name {
            self.bytes(b"catalogue");
            self.text(name);
        }
    }

    fn data_type(&mut self, data_type: &Type) {
        let tag = match data_type {
            Type::Boolean => 0,
            Type::Number(NumberKind::Whole) => 1,
            Type::Number(NumberKind::Exact) => 2,
            Type::Number(NumberKind::Float) => 3,
            Type::Text => 4,
            Type::Date => 5,
            Type::Time => 6,
            Type::Duration => 7,
            Type::Point => 9,
            Type::Distance => 10,
            Type::List(element) => {
                self.bytes(&[8]);
                return self.data_type(element);
            }
            Type::Record(record) => {
                self.bytes(&[9]);
                self.number(record.parts.len() as u64);
                for part in &record.parts {
                    self.text(&part.name);
                    self.data_type(&part.part_type);
                    let values = part.values.as_deref().unwrap_or_default();
                    self.bytes(&[u8::from(part.values.is_some())]);
                    self.number(values.len() as u64);
                    values.iter().for_each(|value| self.text(value));
                    self.catalogue(part.catalogue.as_deref());
                }
                if let Some(time) = record.time {
                    self.bytes(b"time");
                    self.number(u64::from(time));
                }
                return;
            }
            Type::Map(value) => {
                self.bytes(&[10]);
                return self.data_type(value);
            }
        };
        self.bytes(&[tag]);
    }
}
