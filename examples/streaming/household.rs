//! Where and with whom a contact lives, who watches in their house, and what models have worked out about them.
//!
//! These columns are drawn from dice of their own, after all others, so that adding to them moves no other value.

use super::{CONTACTS, Contact, Dice, FIRST_NAMES, PLACES, dictionary, texts};
use arrow_array::builder::{
    Float64Builder, Int8Builder, Int32Builder, ListBuilder, MapBuilder, MapFieldNames,
    StringBuilder, StructBuilder,
};
use arrow_array::{ArrayRef, Float64Array, StructArray};
use arrow_buffer::NullBuffer;
use arrow_schema::{DataType, Field, Fields};
use std::sync::Arc;

/// Where the cities of [`PLACES`] lie, in thousandths of a degree north and east.
const CENTRES: [(i64, i64); 30] = [
    (51_221, 4_400),
    (51_028, 4_480),
    (51_323, 4_944),
    (51_054, 3_725),
    (50_938, 4_039),
    (51_166, 4_143),
    (51_209, 3_224),
    (50_828, 3_265),
    (51_224, 2_919),
    (50_879, 4_701),
    (50_928, 4_425),
    (50_931, 5_338),
    (50_965, 5_500),
    (50_847, 4_352),
    (52_373, 4_893),
    (52_381, 4_637),
    (51_923, 4_479),
    (52_078, 4_312),
    (52_160, 4_497),
    (52_091, 5_122),
    (51_439, 5_478),
    (51_588, 4_776),
    (51_560, 5_086),
    (51_499, 3_614),
    (50_851, 5_691),
    (51_842, 5_853),
    (53_219, 6_567),
    (49_611, 6_132),
    (50_776, 6_084),
    (50_629, 3_057),
];

/// How far around a centre people live, in thousandths of a degree.
const AROUND: i64 = 90;

struct Profile {
    kind: &'static str,
    name: Option<&'static str>,
    age: Option<i32>,
}

struct Address {
    kind: &'static str,
    country: Option<&'static str>,
    postcode: Option<String>,
}

struct House {
    latitude: Option<f64>,
    longitude: Option<f64>,
    time_zone: Option<&'static str>,
    profiles: Option<Vec<Profile>>,
    scores: Option<Vec<(&'static str, Option<f64>)>>,
    addresses: Option<Vec<Address>>,
    household: Option<String>,
    children: Option<i8>,
}

/// The columns, with their names; a row for each contact.
pub fn columns(contacts: &[Contact]) -> Vec<(&'static str, ArrayRef)> {
    let mut dice = Dice(20_261_123);
    let mut households = vec![Vec::new(); PLACES.len()];
    let houses: Vec<House> = contacts
        .iter()
        .enumerate()
        .map(|(place, contact)| house(&mut dice, contact, place, &mut households))
        .collect();
    let all = || houses.iter();
    let mut children = Int8Builder::new();
    all().for_each(|house| children.append_option(house.children));
    vec![
        ("home", homes(&houses)),
        ("time_zone", texts(all().map(|house| house.time_zone))),
        (
            "household",
            texts(all().map(|house| house.household.as_deref())),
        ),
        ("children", Arc::new(children.finish())),
        ("profiles", profiles(&houses)),
        ("addresses", addresses(&houses)),
        ("scores", scores(&houses)),
    ]
}

fn house(
    dice: &mut Dice,
    contact: &Contact,
    number: usize,
    households: &mut [Vec<usize>],
) -> House {
    let (country, _, city, _) = PLACES[contact.place];
    let spread = |dice: &mut Dice| dice.below(AROUND) + dice.below(AROUND) - AROUND;
    let (north, east) = CENTRES[contact.place];
    let (north, east) = (north + spread(dice), east + spread(dice) * 8 / 5);
    // To a thousandth of a degree: about the street, never the house. One in eight is not known; of a few, half the pair was lost.
    let given = !dice.chance(12) && contact.region_known;
    let half = dice.below(200);
    let thousandths = |value: i64| value as f64 / 1_000.0;

    let usual = match country {
        "NL" => "Europe/Amsterdam",
        "LU" => "Europe/Luxembourg",
        "DE" => "Europe/Berlin",
        "FR" => "Europe/Paris",
        _ => "Europe/Brussels",
    };
    let time_zone = dice.weighted(&[
        (Some(usual), 903),
        (None, 62),
        (Some("Europe/London"), 11),
        (Some("America/New_York"), 8),
        (Some("Asia/Tokyo"), 4),
        (Some("Atlantic/Canary"), 7),
        // Typed by hand once, and no zone.
        (Some("Brussels"), 5),
    ]);

    let size = i64::from(contact.household_size.unwrap_or(2));
    let likes_kids = contact
        .declared_genres
        .as_ref()
        .is_some_and(|genres| genres.contains(&"kids"));
    let kids = if size >= 3 {
        size - 2 + i64::from(dice.chance(10))
    } else {
        i64::from(size == 2 && dice.chance(if likes_kids { 35 } else { 6 }))
    };
    let children = dice.chance(38).then_some(kids as i8);
    let profiles = (!dice.chance(9)).then(|| {
        let mut profiles = Vec::new();
        let adults = if dice.chance(4) {
            0
        } else {
            1 + i64::from(size > 1 && dice.chance(48))
        };
        for adult in 0..adults {
            profiles.push(Profile {
                kind: "adult",
                name: named(dice, contact, adult),
                age: match contact.age {
                    Some(age) if adult == 0 => Some(age),
                    _ => dice.chance(22).then(|| 20 + dice.below(50) as i32),
                },
            });
        }
        for kid in 0..kids {
            if dice.chance(25) {
                continue;
            }
            let age = 1 + dice.below(17);
            let is_teen = age >= 13;
            profiles.push(Profile {
                kind: if is_teen { "teen" } else { "kids" },
                name: named(dice, contact, kid + 1),
                age: dice
                    .chance(if is_teen { 80 } else { 70 })
                    .then_some(age as i32),
            });
        }
        profiles
    });

    let scores = (!dice.chance(7)).then(|| {
        let mut scores = Vec::new();
        let quiet = contact
            .score
            .map_or(500, |score| 1_000 - (score * 10.0) as i64);
        if dice.chance(88) {
            let churn = (quiet * 7 / 10 + dice.below(300)).clamp(0, 1_000);
            scores.push(("churn", (!dice.chance(2)).then_some(thousandths(churn))));
        }
        if contact.plan != "free" || dice.chance(20) {
            let euros = 6_000 + dice.skewed(900_000);
            scores.push(("ltv", Some(thousandths(euros))));
        }
        if contact.plan != "family" && dice.chance(60) {
            let upsell = dice.skewed(1_000);
            scores.push(("upsell", Some(thousandths(upsell))));
        }
        if dice.chance(25) {
            scores.push(("advocacy", Some(thousandths(dice.below(1_000)))));
        }
        scores
    });

    let addresses = (!dice.chance(15)).then(|| {
        let mut addresses = Vec::new();
        if dice.chance(90) {
            addresses.push(address(dice, "home", country, city));
        }
        if dice.chance(22) {
            addresses.push(address(dice, "billing", country, city));
        }
        if dice.chance(13) {
            let abroad = dice.weighted(&[(country, 85), ("BE", 6), ("NL", 6), ("FR", 3)]);
            addresses.push(address(dice, "work", abroad, city));
        }
        addresses
    });

    let others = &mut households[contact.place];
    let household = if size > 1 && !others.is_empty() && dice.chance(24) {
        // With somebody of the same city who came not long before.
        let back = dice.skewed(others.len().min(40) as i64) as usize;
        others[others.len() - 1 - back]
    } else {
        others.push(number);
        number
    };
    House {
        latitude: (given && half != 0).then(|| thousandths(north)),
        longitude: (given && half != 1).then(|| thousandths(east)),
        time_zone,
        profiles,
        scores,
        addresses,
        household: (!dice.chance(6)).then(|| format!("H{:05}", 10_000 + household)),
        children,
    }
}

fn named(dice: &mut Dice, contact: &Contact, place: i64) -> Option<&'static str> {
    let own = contact.first_name.as_deref().map(str::trim);
    let name = match own.and_then(|own| FIRST_NAMES.iter().find(|name| **name == own)) {
        Some(own) if place == 0 => own,
        _ => dice.pick(&FIRST_NAMES.each_ref()),
    };
    (!dice.chance(6)).then_some(*name)
}

fn address(dice: &mut Dice, kind: &'static str, country: &'static str, city: &str) -> Address {
    let area = 1_000 + (city.len() as i64 * 613 + dice.below(90) * 10) % 8_900;
    let postcode = match country {
        "NL" => {
            let letters = ["AB", "CD", "GH", "KL", "PR", "XZ"];
            format!("{area} {}", dice.pick(&letters))
        }
        "DE" | "FR" => format!("{area}0"),
        _ => area.to_string(),
    };
    Address {
        kind,
        country: (!dice.chance(2)).then_some(country),
        postcode: (!dice.chance(5)).then_some(postcode),
    }
}

fn homes(houses: &[House]) -> ArrayRef {
    let latitudes: Float64Array = houses.iter().map(|house| house.latitude).collect();
    let longitudes: Float64Array = houses.iter().map(|house| house.longitude).collect();
    let known = houses
        .iter()
        .map(|house| house.latitude.is_some() || house.longitude.is_some());
    let fields = Fields::from(vec![
        Field::new("latitude", DataType::Float64, true),
        Field::new("longitude", DataType::Float64, true),
    ]);
    Arc::new(StructArray::new(
        fields,
        vec![Arc::new(latitudes), Arc::new(longitudes)],
        Some(NullBuffer::from_iter(known)),
    ))
}

/// The type of a dictionary, as a part of a record.
fn closed_type() -> DataType {
    DataType::Dictionary(Box::new(DataType::Int32), Box::new(DataType::Utf8))
}

fn profiles(houses: &[House]) -> ArrayRef {
    let fields = vec![
        Field::new("kind", closed_type(), true),
        Field::new("name", DataType::Utf8, true),
        Field::new("age", DataType::Int32, true),
    ];
    let parts = StructBuilder::new(
        fields,
        vec![
            Box::new(dictionary(vec!["adult", "teen", "kids"])),
            Box::new(StringBuilder::new()),
            Box::new(Int32Builder::new()),
        ],
    );
    let mut column = ListBuilder::new(parts);
    for house in houses {
        for profile in house.profiles.iter().flatten() {
            let parts = column.values();
            let kind = parts.field_builder::<super::Dictionary>(0);
            kind.expect("kinds").append_value(profile.kind);
            let name = parts.field_builder::<StringBuilder>(1);
            name.expect("names").append_option(profile.name);
            let age = parts.field_builder::<Int32Builder>(2);
            age.expect("ages").append_option(profile.age);
            parts.append(true);
        }
        column.append(house.profiles.is_some());
    }
    Arc::new(column.finish())
}

fn addresses(houses: &[House]) -> ArrayRef {
    let fields = vec![
        Field::new("kind", closed_type(), true),
        Field::new("country", closed_type(), true),
        Field::new("postcode", DataType::Utf8, true),
    ];
    let parts = StructBuilder::new(
        fields,
        vec![
            Box::new(dictionary(vec!["home", "billing", "work"])),
            Box::new(dictionary(vec!["BE", "NL", "LU", "DE", "FR"])),
            Box::new(StringBuilder::new()),
        ],
    );
    let mut column = ListBuilder::new(parts);
    for house in houses {
        for address in house.addresses.iter().flatten() {
            let parts = column.values();
            let kind = parts.field_builder::<super::Dictionary>(0);
            kind.expect("kinds").append_value(address.kind);
            let country = parts.field_builder::<super::Dictionary>(1);
            country.expect("countries").append_option(address.country);
            let postcode = parts.field_builder::<StringBuilder>(2);
            postcode
                .expect("postcodes")
                .append_option(address.postcode.as_deref());
            parts.append(true);
        }
        column.append(house.addresses.is_some());
    }
    Arc::new(column.finish())
}

fn scores(houses: &[House]) -> ArrayRef {
    // As Parquet calls them.
    let names = MapFieldNames {
        entry: "key_value".into(),
        key: "key".into(),
        value: "value".into(),
    };
    let keys = StringBuilder::with_capacity(CONTACTS * 3, CONTACTS * 18);
    let mut column = MapBuilder::new(Some(names), keys, Float64Builder::new());
    for house in houses {
        for (name, score) in house.scores.iter().flatten() {
            column.keys().append_value(name);
            column.values().append_option(*score);
        }
        let length = column.append(house.scores.is_some());
        length.expect("as many keys as values");
    }
    Arc::new(column.finish())
}
