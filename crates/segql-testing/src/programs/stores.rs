//! Catalogues in random programs: what they have under a key, and which of their records is nearest.

use super::{Maker, kind_name};
use segql::ir::{Rows, Value, ValueId};
use segql::schema::Catalogue;
use segql::types::Type;

impl Maker<'_> {
    /// A value of this type from a catalogue: the key of the nearest record, or what a record has. None where no catalogue has such.
    pub(super) fn looked_up(&mut self, value_type: &Type, depth: usize) -> Option<ValueId> {
        let catalogues = self.world.schema.catalogues();
        let keyed = |one: &&Catalogue| one.key().is_some_and(|key| key.field_type == *value_type);
        let keyed: Vec<&Catalogue> = catalogues.iter().filter(keyed).collect();
        if !keyed.is_empty() && self.random.percent(40) {
            let catalogue = (*self.random.pick(&keyed)).clone();
            return self.nearest(catalogue, depth);
        }
        let mut found: Vec<(&Catalogue, u32, bool)> = Vec::new();
        for catalogue in catalogues {
            for part in 0..catalogue.fields().len() as u32 {
                for of_list in [false, true] {
                    if catalogue.type_of_part(part, of_list).as_ref() == Some(value_type) {
                        found.push((catalogue, part, of_list));
                    }
                }
            }
        }
        if found.is_empty() {
            return None;
        }
        let (catalogue, part, of_list) = *self.random.pick(&found);
        Some(self.part_of_record(catalogue.clone(), part, of_list, depth))
    }

    /// The key of the record that is nearest to a place of the contact.
    fn nearest(&mut self, catalogue: Catalogue, depth: usize) -> Option<ValueId> {
        let key = catalogue.key()?.field_type.clone();
        let places = (catalogue.fields().iter().zip(0..))
            .filter(|(field, _)| field.field_type == Type::Point)
            .map(|(_, part)| part)
            .collect::<Vec<u32>>();
        self.count(&format!("nearest {}", kind_name(&key)));
        let nearest = Value::Nearest {
            part: *self.random.pick(&places),
            place: self.value(&Type::Point, depth.min(1)),
            catalogue,
        };
        Some(self.graph.add_value(nearest, key))
    }

    fn part_of_record(
        &mut self,
        catalogue: Catalogue,
        part: u32,
        of_list: bool,
        depth: usize,
    ) -> ValueId {
        let value_type = (catalogue.type_of_part(part, of_list))
            .unwrap_or_else(|| unreachable!("a part of the catalogue"));
        let own = catalogue.key().map(|key| key.field_type.clone());
        let own = own.unwrap_or_else(|| unreachable!("random catalogues have keys"));
        let key = if of_list {
            self.count("look up of a list");
            self.value(&Type::List(Box::new(own)), depth.min(1))
        } else {
            match self.random.percent(60) {
                true => self.nearest(catalogue.clone(), depth),
                false => None,
            }
            .unwrap_or_else(|| self.value(&own, depth.min(1)))
        };
        self.count(&format!("look up {}", kind_name(&value_type)));
        let found = Value::LookUp {
            catalogue,
            key,
            part,
        };
        self.graph.add_value(found, value_type)
    }

    /// `distance(home, nearest(stores, home).at)`
    pub(super) fn distance_from_the_nearest(&mut self, depth: usize) -> ValueId {
        let Some(place) = self.looked_up(&Type::Point, depth) else {
            return self.measured();
        };
        self.count("distance from a record");
        let from = match self.field(&Type::Point) {
            Some(field) => field,
            None => self.constant(&Type::Point),
        };
        let function = segql::functions::lookup("distance").expect("a function of the language");
        let arguments = match self.random.percent(50) {
            true => [place, from],
            false => [from, place],
        };
        let value = Value::Call {
            function,
            arguments: arguments.into(),
        };
        self.graph.add_value(value, Type::Distance)
    }

    /// All records of a catalogue; none where there is no catalogue.
    pub(super) fn records_of_a_catalogue(&mut self) -> Option<(Rows, Type)> {
        let catalogues = self.world.schema.catalogues();
        if catalogues.is_empty() {
            return None;
        }
        let catalogue = self.random.pick(catalogues).clone();
        self.count("records of a catalogue");
        let record = Type::Record(catalogue.record().clone());
        let list = Type::List(Box::new(record.clone()));
        let list = self.graph.add_value(Value::Catalogue(catalogue), list);
        Some((Rows::List(list), record))
    }
}
