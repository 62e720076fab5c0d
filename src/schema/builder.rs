//! A schema put together field by field, by a host or by what reads a manifest.

use super::described;
use super::fingerprint::Fingerprint;
use super::{
    Catalogue, Field, FieldId, GivenArms, KeyList, LeftOut, NamedSet, Parts, Schema, SchemaError,
    errors,
};
use crate::diagnostics::suggest::nearest;
use crate::types::{NumberKind, RecordType, Type};
use std::collections::HashMap;
use std::sync::Arc;

/// Collects fields; [`SchemaBuilder::build`] checks that they fit together.
///
/// ```
/// use segql::schema::Schema;
///
/// let schema = Schema::builder()
///     .key("id")
///     .zone("Europe/Brussels")
///     .int("id")
///     .text("region")
///     .values(["BE", "NL"])
///     .date("birthday")
///     .build()?;
/// assert_eq!(schema.fields().len(), 3);
/// # Ok::<(), segql::schema::SchemaError>(())
/// ```
#[derive(Clone, Debug)]
pub struct SchemaBuilder {
    fields: Vec<Field>,
    left_out: Vec<LeftOut>,
    sets: Vec<NamedSet>,
    lists: Vec<KeyList>,
    arms: Vec<GivenArms>,
    catalogues: Vec<Catalogue>,
    key: Option<String>,
    zone: String,
    contact_zone: Option<String>,
    beginning: Option<String>,
}

impl SchemaBuilder {
    pub(super) fn new() -> Self {
        Self {
            fields: Vec::new(),
            left_out: Vec::new(),
            sets: Vec::new(),
            lists: Vec::new(),
            arms: Vec::new(),
            catalogues: Vec::new(),
            key: None,
            zone: "UTC".into(),
            contact_zone: None,
            beginning: None,
        }
    }

    /// Names the field that tells contacts apart. It is one of the fields, and is added like them.
    #[must_use]
    pub fn key(mut self, name: impl Into<String>) -> Self {
        self.key = Some(name.into());
        self
    }

    /// The IANA name of the time zone that calendar words follow; UTC if it is not said.
    #[must_use]
    pub fn zone(mut self, name: impl Into<String>) -> Self {
        self.zone = name.into();
        self
    }

    /// Names the text field that holds a contact's own time zone, by its IANA name. Calendar words then follow that zone; where the field
    /// is missing or names no zone, the project's.
    #[must_use]
    pub fn contact_zone(mut self, name: impl Into<String>) -> Self {
        self.contact_zone = Some(name.into());
        self
    }

    /// Names the field of the time or day since which a contact is known, by which `observed for` goes.
    #[must_use]
    pub fn beginning(mut self, name: impl Into<String>) -> Self {
        self.beginning = Some(name.into());
        self
    }

    /// Adds a field.
    #[must_use]
    pub fn field(mut self, field: Field) -> Self {
        self.fields.push(field);
        self
    }

    /// Adds a field of true and false.
    #[must_use]
    pub fn bool(self, name: impl Into<String>) -> Self {
        self.field(Field::new(name, Type::Boolean))
    }

    /// Adds a field of whole numbers.
    #[must_use]
    pub fn int(self, name: impl Into<String>) -> Self {
        self.field(Field::new(name, Type::Number(NumberKind::Whole)))
    }

    /// Adds a field of exact numbers: a decimal column.
    #[must_use]
    pub fn number(self, name: impl Into<String>) -> Self {
        self.field(Field::new(name, Type::Number(NumberKind::Exact)))
    }

    /// Adds a field of floating-point numbers; NaN and the infinities in it count as missing.
    #[must_use]
    pub fn float(self, name: impl Into<String>) -> Self {
        self.field(Field::new(name, Type::Number(NumberKind::Float)))
    }

    /// Adds a field of text.
    #[must_use]
    pub fn text(self, name: impl Into<String>) -> Self {
        self.field(Field::new(name, Type::Text))
    }

    /// Adds a field of days without a zone.
    #[must_use]
    pub fn date(self, name: impl Into<String>) -> Self {
        self.field(Field::new(name, Type::Date))
    }

    /// Adds a field of instants: a timestamp column; without a zone it counts as UTC.
    #[must_use]
    pub fn time(self, name: impl Into<String>) -> Self {
        self.field(Field::new(name, Type::Time))
    }

    /// Adds a field of lengths of time.
    #[must_use]
    pub fn duration(self, name: impl Into<String>) -> Self {
        self.field(Field::new(name, Type::Duration))
    }

    /// Adds a field of places on the globe: a record of two columns, `latitude` and `longitude`.
    #[must_use]
    pub fn point(self, name: impl Into<String>) -> Self {
        self.field(Field::new(name, Type::Point))
    }

    /// Adds a field of lists.
    #[must_use]
    pub fn list(self, name: impl Into<String>, element: Type) -> Self {
        self.field(Field::new(name, Type::List(Box::new(element))))
    }

    /// Adds a field of records with these parts.
    #[must_use]
    pub fn record<N: Into<String>>(
        self,
        name: impl Into<String>,
        parts: impl IntoIterator<Item = (N, Type)>,
    ) -> Self {
        let record = Type::Record(Arc::new(RecordType::new(parts)));
        self.field(Field::new(name, record))
    }

    /// Adds a field of lists of records with these parts.
    #[must_use]
    pub fn records<N: Into<String>>(
        self,
        name: impl Into<String>,
        parts: impl IntoIterator<Item = (N, Type)>,
    ) -> Self {
        let record = Type::Record(Arc::new(RecordType::new(parts)));
        self.list(name, record)
    }

    /// Adds a stream of events with these parts; its time is a part called `time` in front of them.
    #[must_use]
    pub fn events<N: Into<String>>(
        self,
        name: impl Into<String>,
        parts: impl IntoIterator<Item = (N, Type)>,
    ) -> Self {
        self.list(name, Type::Record(Arc::new(RecordType::event(parts))))
    }

    /// Gives the field of this name and type a history: a stream of events called `NAME (history)`, whose one part `value` is the field's value from the
    /// event's time on. The field is then read from it at every instant.
    #[must_use]
    pub fn history(self, field: impl Into<String>, field_type: Type) -> Self {
        let field = field.into();
        let record = Type::Record(Arc::new(RecordType::event([("value", field_type)])));
        self.field(Field {
            history_of: Some(field.clone()),
            ..Field::new(format!("{field} (history)"), Type::List(Box::new(record)))
        })
    }

    /// Adds a field of maps from text to values of this type.
    #[must_use]
    pub fn map(self, name: impl Into<String>, value: Type) -> Self {
        self.field(Field::new(name, Type::Map(Box::new(value))))
    }

    /// The column that the field added last is read from, where its name differs. Without a field yet, nothing happens.
    #[must_use]
    pub fn column(mut self, column: impl Into<String>) -> Self {
        if let Some(field) = self.fields.last_mut() {
            field.column = column.into();
        }
        self
    }

    /// The closed set of values of the field added last, which is text or a list of text. Without a field yet, nothing happens.
    #[must_use]
    pub fn values<T: Into<String>>(mut self, values: impl IntoIterator<Item = T>) -> Self {
        if let Some(field) = self.fields.last_mut() {
            field.values = Some(values.into_iter().map(Into::into).collect());
        }
        self
    }

    /// Adds a closed set with a name, which parameters may have as their type.
    #[must_use]
    pub fn set<T: Into<String>>(
        mut self,
        name: impl Into<String>,
        values: impl IntoIterator<Item = T>,
    ) -> Self {
        self.sets.push(NamedSet {
            name: name.into(),
            values: values.into_iter().map(Into::into).collect(),
        });
        self
    }

    /// Adds a catalogue, whose keys fields may hold.
    #[must_use]
    pub fn catalogue(mut self, catalogue: Catalogue) -> Self {
        self.catalogues.push(catalogue);
        self
    }

    /// The values of a part of the field added last are keys of a catalogue. Without such a part, nothing happens.
    #[must_use]
    pub fn part_catalogue(mut self, part: &str, catalogue: &str) -> Self {
        if let Some(field) = self.fields.last_mut()
            && let Some(record) = field.field_type.record_mut()
            && let Some(part) = record.parts.iter_mut().find(|known| known.name == part)
        {
            part.catalogue = Some(catalogue.into());
        }
        self
    }

    /// Adds a list of keys, which a text asks by its name: `email in list "suppressed"`.
    #[must_use]
    pub fn key_list(mut self, list: KeyList) -> Self {
        self.lists.push(list);
        self
    }

    /// Adds the arms that contacts were given before in a split, which then holds them.
    #[must_use]
    pub fn given_arms(mut self, arms: GivenArms) -> Self {
        self.arms.push(arms);
        self
    }

    /// The closed set of values of a part of the field added last, which is a record or a list of records with such a part. Without one, nothing
    /// happens.
    #[must_use]
    pub fn part_values<T: Into<String>>(
        mut self,
        part: &str,
        values: impl IntoIterator<Item = T>,
    ) -> Self {
        if let Some(field) = self.fields.last_mut()
            && let Some(record) = field.field_type.record_mut()
            && let Some(part) = record.parts.iter_mut().find(|known| known.name == part)
        {
            part.values = Some(values.into_iter().map(Into::into).collect());
        }
        self
    }

    /// What the field added last means, for people. Without a field yet, nothing happens.
    #[must_use]
    pub fn description(mut self, description: impl Into<String>) -> Self {
        if let Some(field) = self.fields.last_mut() {
            field.description = Some(description.into());
        }
        self
    }

    /// In the field added last, text of nothing but white space counts as missing. Without a field yet, nothing happens.
    #[must_use]
    pub fn blank_is_missing(mut self) -> Self {
        if let Some(field) = self.fields.last_mut() {
            field.blank_is_missing = true;
        }
        self
    }

    /// Remembers a column that is no field, so that its use in a text is answered with the reason.
    #[must_use]
    pub fn left_out(mut self, name: impl Into<String>, reason: impl Into<String>) -> Self {
        self.left_out.push(LeftOut {
            name: name.into(),
            reason: reason.into(),
        });
        self
    }

    /// The schema.
    ///
    /// # Errors
    ///
    /// No key is named, it is not among the fields or is neither number nor text; the time zone is not known; the field of the contacts'
    /// own zones is not there or is not text; two fields or streams have the same name; a field that is not text has a closed set of values.
    pub fn build(mut self) -> Result<Schema, SchemaError> {
        self.fields.sort_by_key(Field::is_stream);
        let fields = self.fields.partition_point(|field| !field.is_stream());
        let mut by_name = HashMap::with_capacity(self.fields.len());
        for (place, field) in self.fields.iter().enumerate() {
            if by_name
                .insert(field.name.clone(), FieldId(place as u32))
                .is_some()
            {
                return Err(errors::twice(&field.name));
            }
            check_values(field)?;
        }
        let key = self.key_field(&by_name)?;
        let zone = jiff::tz::TimeZone::get(&self.zone)
            .map_err(|_| errors::unknown_zone(&self.zone, near_zone(&self.zone).as_deref()))?;
        let contact_zone = match &self.contact_zone {
            Some(name) => Some(zone_field(name, &self.fields, &by_name)?),
            None => None,
        };
        let beginning = match &self.beginning {
            Some(name) => Some(beginning_field(name, &self.fields, &by_name)?),
            None => None,
        };
        let mut sets = self.sets;
        sets.sort_by(|a, b| a.name.cmp(&b.name));
        let mut parts = Parts {
            columns: self.fields,
            fields,
            by_name,
            left_out: self.left_out,
            sets,
            lists: self.lists,
            unreadable_lists: Vec::new(),
            arms: self.arms,
            unreadable_arms: Vec::new(),
            catalogues: self.catalogues,
            unreadable_catalogues: Vec::new(),
            key,
            zone_name: self.zone,
            zone,
            contact_zone,
            beginning,
            fingerprint: Fingerprint(0),
        };
        parts.fingerprint = parts.print();
        Ok(Schema {
            parts: Arc::new(parts),
        })
    }

    fn key_field(&self, by_name: &HashMap<String, FieldId>) -> Result<FieldId, SchemaError> {
        let name = self.key.as_ref().ok_or_else(errors::key_not_said)?;
        let Some(&key) = by_name.get(name) else {
            if let Some(left) = self.left_out.iter().find(|left| left.name == *name) {
                return Err(errors::key_type(
                    name,
                    &format!("left out because {}", left.reason),
                ));
            }
            let names = self.fields.iter().map(|field| field.name.as_str());
            return Err(errors::no_key(name, nearest(name, names)));
        };
        let field = &self.fields[key.0 as usize];
        if can_be_key(&field.field_type) {
            Ok(key)
        } else {
            let what = format!("a {}", described(&field.field_type));
            Err(errors::key_type(name, &what))
        }
    }
}

/// The text field that names the contacts' own zones.
pub(super) fn zone_field(
    name: &str,
    fields: &[Field],
    by_name: &HashMap<String, FieldId>,
) -> Result<FieldId, SchemaError> {
    let Some(&id) = by_name.get(name) else {
        let names = fields.iter().map(|field| field.name.as_str());
        return Err(errors::no_zone_field(name, nearest(name, names)));
    };
    match &fields[id.0 as usize].field_type {
        Type::Text => Ok(id),
        other => Err(errors::zone_field_type(name, &other.described())),
    }
}

/// The field of the time or day since which a contact is known.
fn beginning_field(
    name: &str,
    fields: &[Field],
    by_name: &HashMap<String, FieldId>,
) -> Result<FieldId, SchemaError> {
    let Some(&id) = by_name.get(name) else {
        let names = fields.iter().map(|field| field.name.as_str());
        return Err(errors::no_beginning(name, nearest(name, names)));
    };
    match &fields[id.0 as usize].field_type {
        Type::Time | Type::Date => Ok(id),
        other => Err(errors::beginning_type(name, &other.described())),
    }
}

/// A key is a value that is equal to itself alone, and that people can write down.
pub(crate) fn can_be_key(field_type: &Type) -> bool {
    match field_type {
        Type::Number(NumberKind::Whole | NumberKind::Exact) | Type::Text => true,
        Type::Number(NumberKind::Float)
        | Type::Boolean
        | Type::Date
        | Type::Time
        | Type::Duration
        | Type::Point
        | Type::Distance
        | Type::List(_)
        | Type::Record(_)
        | Type::Map(_) => false,
    }
}

fn check_values(field: &Field) -> Result<(), SchemaError> {
    let element = match &field.field_type {
        Type::List(element) => element,
        other => other,
    };
    if field.values.is_some() && *element != Type::Text {
        return Err(errors::values_without_text(
            &field.name,
            &field.field_type.name(),
        ));
    }
    Ok(())
}

/// The zone that somebody may have meant: that of a city written alone, else the one with the nearest name.
pub(crate) fn near_zone(name: &str) -> Option<String> {
    let names: Vec<String> = jiff::tz::db()
        .available()
        .map(|known| known.as_str().to_owned())
        // Abbreviations and offsets do not say when clocks change.
        .filter(|known| known == "UTC" || known.contains('/') && !known.starts_with("Etc/"))
        .collect();
    let city = name.trim().replace(' ', "_");
    let of_city = names.iter().find(|known| {
        let ending = known.rsplit('/').next().unwrap_or_default();
        known.contains('/') && ending.eq_ignore_ascii_case(&city)
    });
    if let Some(zone) = of_city {
        return Some(zone.clone());
    }
    nearest(name, names.iter().map(String::as_str)).map(str::to_owned)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fields_are_found_by_name() {
        let schema = Schema::builder()
            .key("id")
            .zone("Europe/Brussels")
            .int("id")
            .text("region")
            .column("REGION_CD")
            .build()
            .unwrap();
        let (id, field) = schema.field_named("region").unwrap();
        assert_eq!((id, field.column.as_str()), (FieldId(1), "REGION_CD"));
        assert_eq!(schema.key(), FieldId(0));
        assert!(schema.field_named("Region").is_none());
    }

    #[test]
    fn streams_stand_behind_the_fields() {
        let builder = Schema::builder()
            .key("id")
            .int("id")
            .events("view", [("title", Type::Text)])
            .text("region");
        let schema = builder.build().unwrap();
        assert_eq!(schema.fields().len(), 2);
        assert!(schema.field_named("view").is_none());
        let (id, view) = schema.stream_named("view").unwrap();
        assert_eq!(id, FieldId(2));
        assert_eq!(schema.field(id), view);
        let record = view.field_type.record().unwrap();
        assert_eq!(record.names(), "time and title");
        assert_eq!(record.time, Some(0));
        assert!(schema.stream_named("region").is_none());
    }

    #[test]
    fn what_does_not_fit_together_is_refused() {
        let fault = |builder: SchemaBuilder| {
            let error = builder.build().unwrap_err();
            (error.code.0, error.message, error.help.unwrap())
        };
        let id = Schema::builder().int("id");
        assert_eq!(
            fault(id.clone().key("ids")),
            (
                "E0501",
                "there is no field \"ids\" to be the key".into(),
                "Did you mean \"id\"?".into()
            )
        );
        assert_eq!(fault(id.clone()).0, "E0501");
        assert_eq!(fault(id.clone().float("x").key("x")).0, "E0502");
        assert_eq!(
            fault(id.clone().left_out("b", "it holds maps").key("b")).0,
            "E0502"
        );
        assert_eq!(
            fault(id.clone().key("id").zone("Europe/Brusels")).2,
            "Did you mean \"Europe/Brussels\"?"
        );
        let zoned = id.clone().key("id").time("at");
        assert_eq!(fault(zoned.clone().contact_zone("att")).0, "E0730");
        assert_eq!(
            fault(zoned.clone().contact_zone("att")).2,
            "Did you mean \"at\"?"
        );
        assert_eq!(
            fault(zoned.contact_zone("at")).1,
            "the field \"at\" is a time and cannot name the contacts' time zones"
        );
        let begun = id.clone().key("id").text("since");
        assert_eq!(fault(begun.clone().beginning("sinc")).0, "E0525");
        assert_eq!(
            fault(begun.beginning("since")).1,
            "the field \"since\" is text and cannot tell since when contacts are known"
        );
        assert_eq!(fault(id.clone().key("id").text("id")).0, "E0504");
        assert_eq!(fault(id.key("id").values(["a"])).0, "E0505");
    }

    #[test]
    fn the_fingerprint_follows_the_meaning_and_not_the_description() {
        let base = Schema::builder().key("id").int("id").text("region");
        let print = |builder: SchemaBuilder| builder.build().unwrap().fingerprint();
        assert_eq!(
            print(base.clone()),
            print(base.clone().description("where"))
        );
        assert_ne!(print(base.clone()), print(base.clone().values(["BE"])));
        assert_ne!(
            print(base.clone()),
            print(base.clone().zone("Europe/Brussels"))
        );
        assert_ne!(print(base.clone()), print(base.clone().blank_is_missing()));
        assert_ne!(
            print(base.clone()),
            print(base.clone().contact_zone("region"))
        );
        // Pinned: a stored fingerprint must mean the same in every version.
        assert_eq!(print(base).to_string(), "b26d32a901140e4afabda9be9fc0c8a3");
    }
}
