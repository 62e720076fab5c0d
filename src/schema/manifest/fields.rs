//! What the manifest says about single fields.

use super::read::{Reader, type_named};
use super::settings::{FIELD, PART, TYPES};
use super::{DeclaredField, DeclaredPart, DeclaredValues, PointParts, Spanned, errors};
use crate::types::Type;
use toml::de::{DeTable, DeValue};

impl Reader {
    /// The tables under `fields`; `place` is the path of the table they stand in, `example` a field of it.
    pub(super) fn fields(
        &mut self,
        table: &DeTable,
        place: &str,
        example: &str,
    ) -> Vec<DeclaredField> {
        let shown = format!("[{place}.fields.{example}]");
        let Some(tables) =
            (table.get("fields")).and_then(|value| self.table(value, "fields", &shown))
        else {
            return Vec::new();
        };
        let mut fields = Vec::new();
        for (name, value) in tables {
            let example = format!("[{place}.fields.{}]", name.get_ref());
            let Some(settings) = self.table(value, name.get_ref(), &example) else {
                continue;
            };
            let name = Spanned {
                value: name.get_ref().to_string(),
                span: self.span(name.span()),
            };
            fields.push(self.field(name, settings));
        }
        fields.sort_by_key(|field: &DeclaredField| field.name.span.start);
        fields
    }

    fn field(&mut self, name: Spanned<String>, table: &DeTable) -> DeclaredField {
        self.known_only(table, "a field", FIELD);
        let column = self.text(table, "column", "\"REGION_CD\"");
        let field_type = self.text(table, "type", "\"text\"").and_then(|written| {
            let Some(value) = type_named(&written.value) else {
                let message = format!("there is no type \"{}\"", written.value);
                self.faults.push(errors::not_allowed(
                    written.span,
                    message,
                    TYPES,
                    &written.value,
                ));
                return None;
            };
            Some(Spanned {
                value,
                span: written.span,
            })
        });
        let values = self.declared_values(table);
        let parts = self.parts(table);
        let description = self
            .text(table, "description", "\"Where the contact lives\"")
            .map(|description| description.value)
            // `segql init` leaves it to be filled in.
            .filter(|description| !description.trim().is_empty());
        let catalogue = self.text(table, "catalogue", "\"titles\"");
        let point = self.point(&name, table, field_type.as_ref());
        DeclaredField {
            name,
            column,
            field_type,
            values,
            description,
            point,
            parts,
            catalogue,
        }
    }

    /// A closed set, written out or by its name.
    fn declared_values(&mut self, table: &DeTable) -> Option<Spanned<DeclaredValues>> {
        let place = table.get("values")?;
        let span = self.span(place.span());
        let value = match place.get_ref() {
            DeValue::String(name) => DeclaredValues::Named(name.to_string()),
            _ => DeclaredValues::Listed(self.values(table)?.value),
        };
        Some(Spanned { value, span })
    }

    /// What is said about the parts of a record.
    fn parts(&mut self, field: &DeTable) -> Vec<DeclaredPart> {
        let example = "[contacts.fields.profiles.parts.kind]";
        let Some(tables) =
            (field.get("parts")).and_then(|value| self.table(value, "parts", example))
        else {
            return Vec::new();
        };
        let mut parts = Vec::new();
        for (name, value) in tables {
            let span = self.span(name.span());
            let name = name.get_ref().to_string();
            let Some(settings) = self.table(value, &name, example) else {
                continue;
            };
            self.known_only(settings, "a part", PART);
            let values = self.declared_values(settings);
            let catalogue = self.text(settings, "catalogue", "\"titles\"");
            let description = self.text(settings, "description", "\"how old they are\"");
            if settings.is_empty() {
                self.faults.push(errors::setting_missing(
                    span,
                    "values",
                    "the part",
                    "values = [\"a\", \"b\"]",
                ));
            }
            parts.push(DeclaredPart {
                name: Spanned { value: name, span },
                description: description.map(|text| text.value),
                values,
                catalogue,
            });
        }
        parts.sort_by_key(|part: &DeclaredPart| part.name.span.start);
        parts
    }

    /// The two columns of a place.
    fn point(
        &mut self,
        name: &Spanned<String>,
        table: &DeTable,
        field_type: Option<&Spanned<Type>>,
    ) -> Option<PointParts> {
        let latitude = self.text(table, "latitude", "\"home_lat\"");
        let longitude = self.text(table, "longitude", "\"home_lon\"");
        let said = |setting: &str| table.get(setting).is_some();
        if !said("latitude") && !said("longitude") {
            return None;
        }
        for (half, other, example) in [
            ("latitude", "longitude", "latitude = \"home_lat\""),
            ("longitude", "latitude", "longitude = \"home_lon\""),
        ] {
            if !said(half) {
                let place = format!("the place \"{}\", which has a {other},", name.value);
                self.faults
                    .push(errors::setting_missing(name.span, half, &place, example));
            }
        }
        for (setting, reason) in [
            ("column", "it is put together of two columns"),
            ("values", "a place has no closed set of values"),
            ("catalogue", "a place is no key"),
        ] {
            if let Some(value) = table.get(setting) {
                let span = self.span(value.span());
                self.faults
                    .push(errors::not_of_a_point(span, &name.value, setting, reason));
            }
        }
        if let Some(wanted) = field_type
            && wanted.value != Type::Point
        {
            self.faults.push(errors::point_of_another_type(
                wanted.span,
                &name.value,
                &wanted.value.name(),
            ));
        }
        Some(PointParts {
            latitude: latitude?,
            longitude: longitude?,
        })
    }

    /// A closed set, written out.
    pub(super) fn values(&mut self, table: &DeTable) -> Option<Spanned<Vec<String>>> {
        let values = self.texts(table, "values", "[\"BE\", \"NL\"]")?;
        let span = self.span(table.get("values")?.span());
        if values.is_empty() {
            self.faults.push(errors::empty(
                span,
                "values",
                "the values that there may be, or leave the line out",
            ));
        }
        for (at, value) in values.iter().enumerate() {
            if let Some(first) = values[..at].iter().find(|first| first.value == value.value) {
                self.faults
                    .push(errors::value_twice(first.span, value.span, &value.value));
            }
        }
        Some(Spanned {
            value: values.into_iter().map(|value| value.value).collect(),
            span,
        })
    }
}
