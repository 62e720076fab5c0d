//! The record of a catalogue that is nearest to a place: `nearest(stores, home).store`.

use super::errors;
use super::item::{Checker, Scope};
use super::operand::Operand;
use crate::ir::Value;
use crate::schema::Catalogue;
use crate::syntax::ast::{Expression, ExpressionKind};
use crate::types::Type;

impl Checker<'_> {
    /// `nearest(stores, home)`, `nearest(stores, home, by (entrance))`: a key of the catalogue, whose parts stand behind a dot.
    pub(super) fn nearest(
        &mut self,
        call: &Expression,
        arguments: &[Expression],
        scope: &Scope,
    ) -> Operand {
        let (of, place, by) = match arguments {
            [of, place] => (of, place, None),
            [of, place, by] => (of, place, Some(by)),
            _ => return self.hole(errors::form_of_nearest(call.span)),
        };
        let catalogue = match &*of.kind {
            ExpressionKind::Name(name) if !self.is_name(name, scope) => {
                self.schema.catalogue_named(&name.text).cloned()
            }
            _ => None,
        };
        let text = self.sources.text(of.span);
        let Some(catalogue) = catalogue else {
            let names = self.schema.catalogues().iter().map(Catalogue::name);
            let names: Vec<&str> = names.collect();
            return self.hole(errors::nearest_of_no_catalogue(text, &names, of.span));
        };
        let Some(key) = catalogue.key().map(|key| key.field_type.clone()) else {
            return self.hole(errors::nearest_without_key(text, of.span));
        };
        let Some(part) = self.place_of_records(&catalogue, of, by) else {
            return Operand::Hole;
        };
        let Some(place) = self.value(place, scope) else {
            return Operand::Hole;
        };
        let is = self.graph.type_of(place.id).clone();
        if is != Type::Point {
            let text = self.sources.text(place.span);
            return self.hole(errors::nearest_to_no_place(text, &is, place.span));
        }
        let nearest = Value::Nearest {
            catalogue,
            part,
            place: place.id,
        };
        self.found(nearest, key, call.span)
    }

    /// Which part of the records is their place.
    fn place_of_records(
        &mut self,
        catalogue: &Catalogue,
        of: &Expression,
        by: Option<&Expression>,
    ) -> Option<u32> {
        let fields = || catalogue.fields().iter().zip(0u32..);
        let places = || fields().filter(|(field, _)| field.field_type == Type::Point);
        let names: Vec<&str> = places().map(|(field, _)| field.name.as_str()).collect();
        let text = self.sources.text(of.span);
        let Some(by) = by else {
            return match (places().next(), names.len()) {
                (Some((_, part)), 1) => Some(part),
                (None, _) => {
                    self.tell(errors::nearest_without_place(text, of.span));
                    None
                }
                _ => {
                    self.tell(errors::nearest_by_which(text, &names, of.span));
                    None
                }
            };
        };
        let named = match &*by.kind {
            ExpressionKind::By(values) => match values.as_slice() {
                [only] => match &*only.kind {
                    ExpressionKind::Name(name) => Some(&name.text),
                    _ => None,
                },
                _ => None,
            },
            _ => None,
        };
        let found = named.and_then(|name| places().find(|(field, _)| field.name == *name));
        if found.is_none() {
            self.tell(errors::nearest_by_which(text, &names, by.span));
        }
        found.map(|(_, part)| part)
    }
}
