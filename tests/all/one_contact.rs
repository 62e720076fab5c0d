//! What is worked out once of one contact, however many tests ask for it: distances and anniversaries, on the edges and where something is missing.

use segql::contact::{Contact, ContactMatcher, Path};
use segql::types::Point;
use segql::{Engine, Schema};

/// Names of the segments that a contact is in, by each way.
fn segments(matchers: &[ContactMatcher], names: &[String], contact: &Contact) -> Vec<String> {
    let found = matchers.iter().map(|matcher| {
        let members = matcher.matches(contact);
        let names = members.iter().map(|segment| names[segment].clone());
        names.collect::<Vec<_>>()
    });
    let mut found: Vec<_> = found.collect();
    found.dedup();
    assert_eq!(found.len(), 1, "the ways differ: {found:?}");
    found.remove(0)
}

#[test]
fn distances_and_anniversaries_of_one_contact() {
    let schema = Schema::builder().key("id").int("id");
    let schema = schema.point("home").date("birthday").build().unwrap();
    // A degree of latitude is 111,195.080234 m on a sphere of 6,371,008.8 m: its circumference over 360.
    let text = r#"
segment within = distance(home, point(51, 4)) <= 111195.080234 m
segment nearer = distance(home, point(51, 4)) < 111195.080234 m
segment far = distance(home, point(51, 4)) > 100 km
segment ring = distance(home, point(51, 4)) between 50 km and 120 km
segment elsewhere = NOT distance(home, point(0, 0)) <= 1000 km
segment today = anniversary(birthday) in next 1 day
segment this_week = anniversary(birthday) in next 7 days
segment not_this_week = NOT anniversary(birthday) in next 7 days
"#;
    let program = Engine::new(schema.clone())
        .without_warnings()
        .compile("one.seg", text)
        .unwrap();
    let names: Vec<String> = (program.segments().iter())
        .map(|one| one.name.clone())
        .collect();
    // 2026-11-28, a Saturday: the week of anniversaries is that day and the six behind it.
    let now = jiff::civil::date(2026, 11, 28);
    let now = now.to_zoned(jiff::tz::TimeZone::UTC).unwrap().timestamp();
    let bound = program.plan().bind(now.as_nanosecond());
    let portable = ContactMatcher::portable(&bound);
    let quickest = ContactMatcher::new(&bound);
    assert_eq!(portable.path(), Path::Portable);
    let matchers = [portable, quickest];
    let found = |home: Option<(f64, f64)>, birthday: Option<(i16, i8, i8)>| {
        let mut contact = Contact::new(&schema);
        if let Some((latitude, longitude)) = home {
            let place = Point::new(latitude, longitude).unwrap();
            contact.set("home", place).unwrap();
        }
        if let Some((year, month, day)) = birthday {
            let day = jiff::civil::date(year, month, day);
            contact.set("birthday", day).unwrap();
        }
        segments(&matchers, &names, &contact).join(" ")
    };
    assert_eq!(found(None, None), "elsewhere not_this_week");
    assert_eq!(
        found(Some((52.0, 4.0)), Some((1990, 11, 28))),
        "within far ring elsewhere today this_week"
    );
    // A hundred thousandth of a degree nearer is a metre.
    assert_eq!(
        found(Some((51.99999, 4.0)), Some((1990, 12, 4))),
        "within nearer far ring elsewhere this_week"
    );
    assert_eq!(
        found(Some((52.00001, 4.0)), Some((1990, 12, 5))),
        "far ring elsewhere not_this_week"
    );
    assert_eq!(
        found(Some((51.0, 4.0)), Some((1990, 11, 27))),
        "within nearer elsewhere not_this_week"
    );
    assert_eq!(found(Some((1.0, 1.0)), None), "far not_this_week");
    // Who was born today has the first anniversary in a year.
    assert_eq!(found(None, Some((2026, 11, 28))), "elsewhere not_this_week");
}
