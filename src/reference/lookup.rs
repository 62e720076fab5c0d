//! Catalogues by the rule: their records are looked through one by one.

use super::globe;
use super::value::Value;
use crate::schema::Catalogue;
use crate::types::Constant;
use std::cmp::Ordering;

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

/// The key of the record whose place is nearest, of several the smallest key.
pub fn nearest(catalogue: &Catalogue, place: &Value, part: u32) -> Value {
    let own = catalogue.key().map(|own| own.name.as_str());
    let key = (catalogue.fields().iter()).position(|field| Some(field.name.as_str()) == own);
    let (Some(key), Some(records), Value::Point(north, east)) = (key, catalogue.records(), place)
    else {
        return Value::Missing;
    };
    let mut best: Option<(i128, Value)> = None;
    for record in records.iter() {
        let Constant::Record(parts) = record else {
            continue;
        };
        let key = Value::from_constant(&parts[key]);
        let other = Value::from_constant(&parts[part as usize]);
        let (false, Value::Point(other_north, other_east)) = (key.is_missing(), other) else {
            continue;
        };
        let distance = globe::distance((*north, *east), (other_north, other_east));
        let is_better = best.as_ref().is_none_or(|(known, smallest)| {
            distance < *known || distance == *known && key.order(smallest) == Some(Ordering::Less)
        });
        if is_better {
            best = Some((distance, key));
        }
    }
    best.map_or(Value::Missing, |(_, key)| key)
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
