//! Random catalogues of places: stores and the like, some of which stand at the same place, or nowhere.

use crate::cells::{Cell, Kind};
use crate::random::Random;
use crate::world::Column;
use segql::schema::{Catalogue, Field};
use segql::types::{Constant, Point, Type};

/// None, or one or two, with keys that contacts have and others. Each has one place or two.
pub fn catalogues(columns: &[Column], random: &mut Random, now: i128) -> Vec<Catalogue> {
    let count = *random.pick(&[0, 1, 1, 2]);
    (0..count)
        .map(|place| catalogue(&format!("c{place}"), columns, random, now))
        .collect()
}

fn catalogue(name: &str, columns: &[Column], random: &mut Random, now: i128) -> Catalogue {
    let key = match random.percent(60) {
        true => Kind::Text,
        false => Kind::Whole(i64::MIN.into(), i64::MAX.into()),
    };
    let mut parts = vec![key.clone(), Kind::Point];
    for _ in 0..random.below(4) {
        parts.push(match random.below(4) {
            0 => Kind::Point,
            1 => Kind::List(Box::new(Kind::scalar(random))),
            _ => Kind::scalar(random),
        });
    }
    let keys = keys(&key, columns, random, now);
    let places = places(columns, random, now);
    let missing = *random.pick(&[0, 0, 15, 100]);
    let records = keys.into_iter().map(|key| {
        let rest = (parts[1..].iter()).map(|kind| match kind {
            _ if random.percent(missing.min(15)) => Constant::Missing,
            Kind::Point if missing == 100 => Constant::Missing,
            // Few places, so that several are as near as each other.
            Kind::Point => Constant::Point(*random.pick(&places)),
            other => other.constant(&other.cell(random, now)),
        });
        Constant::Record(std::iter::once(key).chain(rest).collect())
    });
    let records = records.collect();
    let fields = (parts.iter().zip(0..)).map(|(kind, place)| {
        let name = if place == 0 {
            "key".into()
        } else {
            format!("r{place}")
        };
        Field::new(name, kind.type_of())
    });
    Catalogue::new(name, fields.collect(), Some("key"), records)
        .expect("each key stands once in a catalogue that has one")
}

/// Keys, each once; some records have none. So many that a tree of places has several branches, now and then.
fn keys(kind: &Kind, columns: &[Column], random: &mut Random, now: i128) -> Vec<Constant> {
    let alike = (columns.iter()).filter(|column| column.kind.type_of() == kind.type_of());
    let known: Vec<Constant> = alike
        .flat_map(|column| column.pool.iter().map(|cell| column.kind.constant(cell)))
        .collect();
    let mut keys: Vec<Constant> = Vec::new();
    for place in 0..*random.pick(&[0, 1, 2, 5, 12, 60]) {
        let key = match random.below(10) {
            0 => Constant::Missing,
            1..=4 if !known.is_empty() => random.pick(&known).clone(),
            5 | 6 => kind.constant(&kind.cell(random, now)),
            _ => match kind {
                Kind::Text => Constant::Text(format!("store {place}").into()),
                _ => kind.constant(&Cell::Whole(place)),
            },
        };
        if key == Constant::Missing || !keys.contains(&key) {
            keys.push(key);
        }
    }
    random.shuffle(&mut keys);
    keys
}

/// Places where contacts are and others, each perhaps several times.
fn places(columns: &[Column], random: &mut Random, now: i128) -> Vec<Point> {
    let mut places = Vec::new();
    let homes = columns
        .iter()
        .filter(|column| column.kind.type_of() == Type::Point);
    for cell in homes.flat_map(|column| &column.pool) {
        places.extend(point(cell).filter(|_| random.percent(40)));
    }
    for _ in 0..=random.below(20) {
        places.extend(point(&Kind::Point.cell(random, now)));
    }
    places
}

fn point(cell: &Cell) -> Option<Point> {
    match cell {
        Cell::Point(latitude, longitude) => Point::new(*latitude, *longitude),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::world::World;

    #[test]
    fn catalogues_have_many_records_and_few_and_share_keys_with_contacts() {
        let mut random = Random::new(5);
        let (mut sizes, mut shared) = (Vec::new(), 0);
        for _ in 0..200 {
            let world = World::random(&mut random, 8);
            for catalogue in world.schema.catalogues() {
                let records = catalogue.records().expect("they are there");
                sizes.push(records.len());
                let keys = records.iter().map(|record| match record {
                    Constant::Record(parts) => parts[0].clone(),
                    other => other.clone(),
                });
                let held = (world.columns.iter())
                    .flat_map(|column| column.pool.iter().map(|cell| column.kind.constant(cell)))
                    .collect::<Vec<_>>();
                shared += usize::from(keys.into_iter().any(|key| held.contains(&key)));
            }
        }
        assert!(sizes.contains(&0) && sizes.iter().any(|size| *size > 40));
        assert!(shared > 40, "{shared} catalogues have keys of contacts");
    }
}
