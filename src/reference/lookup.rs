//! Catalogues by the rule: their records are looked through one by one.

use super::value::Value;
use crate::schema::Catalogue;
use crate::types::Constant;

/// A part of the record that has this key; of a list of keys a list, those parts that are lists one behind the other.
pub fn look_up(catalogue: &Catalogue, key: &Value, part: u32) -> Value {
    let Value::List(keys) = key else {
        return of_record(catalogue, key, part);
    };
    let mut parts = Vec::new();
    for key in keys {
        match of_record(catalogue, key, part) {
            Value::List(elements) => parts.extend(elements),
            single => parts.push(single),
        }
    }
    Value::List(parts)
}

fn of_record(catalogue: &Catalogue, key: &Value, part: u32) -> Value {
    let own = catalogue.key().map(|own| own.name.as_str());
    let place = (catalogue.fields().iter()).position(|field| Some(field.name.as_str()) == own);
    let (Some(place), Some(records)) = (place, catalogue.records()) else {
        return Value::Missing;
    };
    for record in records.iter() {
        if let Constant::Record(parts) = record
            && Value::from_constant(&parts[place]).equals(key)
        {
            return Value::from_constant(&parts[part as usize]);
        }
    }
    Value::Missing
}
