//! The contacts of a made-up streaming service in Flanders and the Netherlands, and what they did: the same rows on every machine.
//!
//! All choices come from one generator of numbers and from whole-number arithmetic, so that nothing hangs on how a machine rounds.
//! Habits are drawn first (where somebody lives, what they pay, how much they watch), and fields follow from them, with the gaps that real data has:
//! addresses never given, consent never asked, birthdays kept private.

#[path = "events.rs"]
mod events;
#[path = "household.rs"]
mod household;
#[path = "plans.rs"]
mod plans;
#[path = "titles.rs"]
mod titles;

use arrow_array::builder::{
    BooleanBuilder, Date32Builder, Decimal128Builder, Float64Builder, Int8Builder, Int32Builder,
    Int64Builder, ListBuilder, StringBuilder, StringDictionaryBuilder, TimestampMicrosecondBuilder,
};
use arrow_array::types::Int32Type;
use arrow_array::{ArrayRef, RecordBatch};
use jiff::civil::{Date, date};
use jiff::tz::TimeZone;
use std::sync::Arc;

/// How many contacts there are.
const CONTACTS: usize = 10_000;

/// The data are made for this instant: nobody signed up or was seen after it.
pub const AS_OF: &str = "2026-11-22T10:00+01:00";

/// Draws numbers that look random and are the same every time (SplitMix64).
struct Dice(u64);

impl Dice {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    /// From 0 up to, not with, `bound`.
    fn below(&mut self, bound: i64) -> i64 {
        (self.next() % bound as u64) as i64
    }

    /// True `percent` times in a hundred.
    fn chance(&mut self, percent: i64) -> bool {
        self.below(1_000) < percent * 10
    }

    /// A number below `bound`, small ones far more often: half of them lie in the first quarter.
    fn skewed(&mut self, bound: i64) -> i64 {
        let draw = self.below(1_000_000);
        bound * (draw * draw / 1_000_000) / 1_000_000
    }

    fn pick<T: Copy>(&mut self, choices: &[T]) -> T {
        choices[self.below(choices.len() as i64) as usize]
    }

    /// One of the choices, each as often as its weight says.
    fn weighted<T: Copy>(&mut self, choices: &[(T, i64)]) -> T {
        let total = choices.iter().map(|(_, weight)| weight).sum();
        let mut draw = self.below(total);
        for (choice, weight) in choices {
            if draw < *weight {
                return *choice;
            }
            draw -= weight;
        }
        unreachable!("the draw is below the sum of the weights")
    }
}

/// Region, province, city, and how many contacts of a thousand live there.
const PLACES: [(&str, &str, &str, i64); 30] = [
    ("BE", "Antwerpen", "Antwerpen", 118),
    ("BE", "Antwerpen", "Mechelen", 26),
    ("BE", "Antwerpen", "Turnhout", 15),
    ("BE", "Oost-Vlaanderen", "Gent", 84),
    ("BE", "Oost-Vlaanderen", "Aalst", 24),
    ("BE", "Oost-Vlaanderen", "Sint-Niklaas", 21),
    ("BE", "West-Vlaanderen", "Brugge", 36),
    ("BE", "West-Vlaanderen", "Kortrijk", 24),
    ("BE", "West-Vlaanderen", "Oostende", 20),
    ("BE", "Vlaams-Brabant", "Leuven", 39),
    ("BE", "Vlaams-Brabant", "Vilvoorde", 13),
    ("BE", "Limburg", "Hasselt", 25),
    ("BE", "Limburg", "Genk", 20),
    ("BE", "Brussel", "Brussel", 62),
    ("NL", "Noord-Holland", "Amsterdam", 92),
    ("NL", "Noord-Holland", "Haarlem", 19),
    ("NL", "Zuid-Holland", "Rotterdam", 71),
    ("NL", "Zuid-Holland", "Den Haag", 56),
    ("NL", "Zuid-Holland", "Leiden", 16),
    ("NL", "Utrecht", "Utrecht", 46),
    ("NL", "Noord-Brabant", "Eindhoven", 30),
    ("NL", "Noord-Brabant", "Breda", 23),
    ("NL", "Noord-Brabant", "Tilburg", 20),
    ("NL", "Zeeland", "Middelburg", 8),
    ("NL", "Limburg", "Maastricht", 17),
    ("NL", "Gelderland", "Nijmegen", 20),
    ("NL", "Groningen", "Groningen", 24),
    ("LU", "Luxembourg", "Luxembourg", 7),
    ("DE", "Nordrhein-Westfalen", "Aachen", 14),
    ("FR", "Nord", "Lille", 10),
];

const GENRES: [(&str, i64); 10] = [
    ("drama", 30),
    ("comedy", 26),
    ("crime", 24),
    ("documentary", 18),
    ("kids", 15),
    ("reality", 14),
    ("sport", 12),
    ("science fiction", 10),
    ("horror", 6),
    ("arthouse", 4),
];

const FIRST_NAMES: [&str; 40] = [
    "Emma", "Noah", "Louise", "Liam", "Olivia", "Arthur", "Marie", "Lucas", "Lotte", "Daan",
    "Sofie", "Bram", "An", "Jan", "Els", "Piet", "Fatima", "Mohamed", "Yasmine", "Youssef", "Ann",
    "Koen", "Ingrid", "Joost", "Femke", "Sander", "Griet", "Wout", "Anouk", "Thijs", "Zoë",
    "Björn", "Chloé", "André", "Renée", "Jürgen", "Aylin", "Emre", "Mila", "Finn",
];

const LAST_NAMES: [&str; 24] = [
    "peeters", "janssens", "maes", "jacobs", "mertens", "willems", "claes", "goossens", "wouters",
    "desmet", "devries", "jansen", "devos", "bakker", "visser", "smit", "meijer", "mulder", "bos",
    "vos", "yilmaz", "elamrani", "dubois", "hendriks",
];

/// One contact before its fields are written into columns.
struct Contact {
    email: Option<String>,
    first_name: Option<String>,
    phone: Option<String>,
    place: usize,
    region_known: bool,
    language: &'static str,
    plan: &'static str,
    monthly_price: Option<i128>,
    consent: Option<bool>,
    age: Option<i32>,
    birthday: Option<i32>,
    household_size: Option<i8>,
    declared_genres: Option<Vec<&'static str>>,
    tags: Vec<&'static str>,
    devices: Vec<&'static str>,
    acquisition: Option<&'static str>,
    voucher: Option<String>,
    signup_at: i64,
    last_seen_at: Option<i64>,
    contract_end: Option<i32>,
    lifetime_value: Option<i128>,
    score: Option<f64>,
}

/// Everything that the example holds.
pub struct Data {
    /// In the order in which they signed up.
    pub contacts: RecordBatch,
    /// In the order in which they happened.
    pub events: RecordBatch,
    /// Which plan they had since when.
    pub plans: RecordBatch,
    /// What there is to watch, as JSON lines.
    pub titles: String,
    /// What the service desk was asked, as CSV.
    pub tickets: String,
}

/// The data, the same on every machine.
pub fn data() -> Data {
    let contacts = drawn();
    let titles = titles::titles();
    Data {
        events: events::events(&contacts, &titles),
        plans: plans::plans(&contacts),
        titles: titles::json_lines(&titles),
        tickets: events::tickets(&contacts),
        contacts: columns(&contacts),
    }
}

fn drawn() -> Vec<Contact> {
    let mut dice = Dice(20_261_122);
    let mut contacts: Vec<Contact> = (0..CONTACTS).map(|_| contact(&mut dice)).collect();
    contacts.sort_by_key(|contact| contact.signup_at);
    contacts
}

fn days(day: Date) -> i32 {
    let epoch = date(1970, 1, 1);
    (day - epoch).get_days()
}

/// The instant, in microseconds, at which clocks in Brussels (and Amsterdam) show this.
fn local(day: Date, minute: i64, second: i64) -> i64 {
    let clock = day.at((minute / 60) as i8, (minute % 60) as i8, second as i8, 0);
    let zone = TimeZone::get("Europe/Brussels").expect("a zone of every database");
    let instant = zone.to_zoned(clock).expect("a time of our time");
    instant.timestamp().as_microsecond()
}

/// The same time of day, a day earlier where it still lies ahead.
fn before(now: i64, time: i64) -> i64 {
    const DAY: i64 = 86_400_000_000;
    if time < now { time } else { time - DAY }
}

/// A minute of the day as people use a streaming service: most in the evening, few at night.
fn minute(dice: &mut Dice) -> i64 {
    let hour = dice.weighted(&[(0, 10), (7, 12), (12, 20), (17, 25), (20, 60), (22, 30)]);
    let length = if hour == 0 { 7 } else { 2 };
    (hour * 60 + dice.below(length * 60)).min(24 * 60 - 1)
}

fn contact(dice: &mut Dice) -> Contact {
    let today = date(2026, 11, 22);
    let now = local(today, 10 * 60, 0);
    let back = |count: i64| today.saturating_sub(jiff::Span::new().days(count));

    let place = dice.weighted(&std::array::from_fn::<_, 30, _>(|place| {
        (place, PLACES[place].3)
    }));
    let (region, _, city, _) = PLACES[place];
    let language = match region {
        "NL" => dice.weighted(&[("nl", 90), ("en", 10)]),
        "BE" if city == "Brussel" => dice.weighted(&[("nl", 40), ("fr", 48), ("en", 12)]),
        "BE" => dice.weighted(&[("nl", 92), ("fr", 5), ("en", 3)]),
        "DE" => "de",
        _ => "fr",
    };

    // How much they like the service, from 0 to 999: what they pay, when they were last seen and their score hang on it.
    let warmth = (dice.below(1_000) + dice.below(1_000)) / 2;
    let age = 16 + dice.skewed(30) + dice.below(42);
    let birthday = {
        let past = age * 365 + age / 4 + dice.below(365);
        days(back(past))
    };
    let signup_days = dice.skewed(2_820);
    let signup_at = before(now, local(back(signup_days), minute(dice), dice.below(60)));

    let household_size = 1 + dice.weighted(&[(0i8, 33), (1, 33), (2, 14), (3, 14), (4, 6)]);
    let plan = if warmth < 380 || dice.chance(18) {
        "free"
    } else if household_size >= 3 && dice.chance(45) {
        "family"
    } else {
        dice.weighted(&[("basic", 62), ("pro", 38)])
    };
    let monthly_price = match plan {
        "basic" => Some(799),
        "pro" => Some(1_399),
        "family" => Some(1_799),
        _ => None,
    };
    let months = signup_days / 30;
    let lifetime_value = match monthly_price {
        // Not every month was paid, and some had a discount.
        Some(price) => Some(i128::from(price * (1 + months * (40 + warmth / 20) / 100))),
        // Once a subscriber, now free again.
        None if months > 3 && dice.chance(30) => Some(i128::from(799 * (1 + dice.skewed(months)))),
        None => None,
    }
    .map(|cents| cents - i128::from(dice.skewed(400)));
    let contract_end = monthly_price.map(|_| {
        let ahead = dice.below(365) + i64::from(dice.chance(30)) * 30;
        days(today.saturating_add(jiff::Span::new().days(ahead)))
    });

    let idle_days = if warmth > 700 {
        dice.skewed(14)
    } else if plan != "free" {
        dice.skewed(120)
    } else {
        dice.skewed(700)
    };
    let seen = local(
        back(idle_days.min(signup_days)),
        minute(dice),
        dice.below(60),
    );
    let last_seen_at = (!dice.chance(6)).then_some(before(now, seen).max(signup_at));
    let score = (!dice.chance(8)).then(|| {
        let thousandths = warmth * 80 + (10_000 - idle_days.min(100) * 100) + dice.below(10_000);
        thousandths as f64 / 1_000.0
    });

    let mut declared = Vec::new();
    for (genre, weight) in GENRES {
        if dice.below(100) < weight + i64::from(genre == "kids" && household_size >= 3) * 30 {
            declared.push(genre);
        }
    }
    let mut tags = Vec::new();
    for (tag, percent) in [
        ("newsletter", 35),
        ("beta", 4),
        ("press", 1),
        ("complaint", 3),
        ("student", if age < 26 { 40 } else { 1 }),
        ("vip", if lifetime_value > Some(50_000) { 30 } else { 0 }),
    ] {
        if dice.chance(percent) {
            tags.push(tag);
        }
    }
    let mut devices = Vec::new();
    for (device, percent) in [
        ("tv", 62),
        ("mobile", 71),
        ("tablet", 28),
        ("desktop", 33),
        ("console", 9),
    ] {
        if dice.chance(percent) {
            devices.push(device);
        }
    }

    let first_name = dice.pick(&FIRST_NAMES);
    let last_name = dice.pick(&LAST_NAMES);
    let acquisition = dice.weighted(&[
        (Some("organic"), 34),
        (Some("paid search"), 18),
        (Some("social"), 20),
        (Some("referral"), 11),
        (Some("partner"), 7),
        (Some("television"), 5),
        (None, 5),
    ]);
    Contact {
        email: (!dice.chance(4)).then(|| email(dice, first_name, last_name, region)),
        first_name: (!dice.chance(9)).then(|| typed(dice, first_name)),
        phone: dice.chance(55).then(|| phone(dice, region)),
        place,
        region_known: !dice.chance(2),
        language,
        plan,
        monthly_price: monthly_price.map(i128::from),
        consent: dice.weighted(&[(Some(true), 64), (Some(false), 29), (None, 7)]),
        age: dice.chance(70).then_some(age as i32),
        birthday: dice.chance(78).then_some(birthday),
        household_size: dice.chance(85).then_some(household_size),
        declared_genres: dice.chance(82).then_some(declared),
        tags,
        devices,
        acquisition,
        voucher: dice.chance(14).then(|| {
            let code = dice.weighted(&[("SUMMER26", 45), ("WELCOME", 40), ("CINEMA", 15)]);
            typed(dice, code)
        }),
        signup_at,
        last_seen_at,
        contract_end,
        lifetime_value,
        score,
    }
}

fn email(dice: &mut Dice, first: &str, last: &str, region: &str) -> String {
    let ascii: String = first
        .chars()
        .map(|letter| match letter {
            'ë' | 'é' => 'e',
            'ö' => 'o',
            'ü' => 'u',
            other => other.to_ascii_lowercase(),
        })
        .collect();
    // A reserved domain, so that none of these can be somebody's address.
    let domain = match region {
        "NL" => dice.weighted(&[
            ("mail.example", 52),
            ("post.example", 22),
            ("glasvezel.example", 14),
            ("school.example", 7),
            ("werk.example", 5),
        ]),
        _ => dice.weighted(&[
            ("mail.example", 47),
            ("kabel.example", 26),
            ("post.example", 14),
            ("school.example", 8),
            ("werk.example", 5),
        ]),
    };
    let number = dice.below(1_000);
    let address = match dice.below(5) {
        0 => format!("{ascii}.{last}@{domain}"),
        1 => format!("{last}.{ascii}{number}@{domain}"),
        2 => format!("{ascii}{number}@{domain}"),
        3 => format!("info@{last}{number}.example"),
        _ => format!("{ascii}.{last}{number}@{domain}"),
    };
    // A few were typed with the caps lock on.
    if dice.chance(3) {
        address.to_uppercase()
    } else {
        address
    }
}

/// As people type: now and then in capitals, in small letters, or with a blank too many.
fn typed(dice: &mut Dice, text: &str) -> String {
    match dice.below(12) {
        0 => text.to_uppercase(),
        1 => text.to_lowercase(),
        2 => format!("{text} "),
        3 => format!(" {}", text.to_lowercase()),
        _ => text.to_owned(),
    }
}

fn phone(dice: &mut Dice, region: &str) -> String {
    let code = match region {
        "NL" => "+316",
        "LU" => "+352",
        "DE" => "+4915",
        "FR" => "+336",
        _ => "+324",
    };
    // No number begins with three zeros behind its code, so that none of these rings.
    format!("{code}000{:05}", dice.below(100_000))
}

type Dictionary = StringDictionaryBuilder<Int32Type>;

/// A column of a closed set: a dictionary with every value in it, in alphabetical order.
fn closed<'a>(
    mut values: Vec<&'static str>,
    of: impl Iterator<Item = Option<&'a str>>,
) -> ArrayRef {
    values.sort_unstable();
    values.dedup();
    let mut column = dictionary(values);
    of.for_each(|value| column.append_option(value));
    Arc::new(column.finish())
}

fn dictionary(values: Vec<&str>) -> Dictionary {
    let values = arrow_array::StringArray::from(values);
    Dictionary::new_with_dictionary(CONTACTS, &values).expect("a short dictionary")
}

fn texts<'a>(of: impl Iterator<Item = Option<&'a str>>) -> ArrayRef {
    let mut column = StringBuilder::new();
    of.for_each(|value| column.append_option(value));
    Arc::new(column.finish())
}

fn columns(contacts: &[Contact]) -> RecordBatch {
    let all = || contacts.iter();
    let mut id = Int64Builder::new();
    (0..contacts.len()).for_each(|place| id.append_value(100_001 + place as i64));
    let mut consent = BooleanBuilder::new();
    all().for_each(|contact| consent.append_option(contact.consent));
    let mut age = Int32Builder::new();
    all().for_each(|contact| age.append_option(contact.age));
    let mut household_size = Int8Builder::new();
    all().for_each(|contact| household_size.append_option(contact.household_size));
    let day = |of: fn(&Contact) -> Option<i32>| {
        let mut column = Date32Builder::new();
        all().for_each(|contact| column.append_option(of(contact)));
        Arc::new(column.finish()) as ArrayRef
    };
    let time = |of: fn(&Contact) -> Option<i64>| {
        let mut column = TimestampMicrosecondBuilder::new();
        all().for_each(|contact| column.append_option(of(contact)));
        Arc::new(column.finish().with_timezone("UTC")) as ArrayRef
    };
    let money = |of: fn(&Contact) -> Option<i128>| {
        let mut column = Decimal128Builder::new();
        all().for_each(|contact| column.append_option(of(contact)));
        let column = column.finish().with_precision_and_scale(9, 2);
        Arc::new(column.expect("cents have two places")) as ArrayRef
    };
    let mut score = Float64Builder::new();
    all().for_each(|contact| score.append_option(contact.score));
    let genres: Vec<&str> = GENRES.iter().map(|(genre, _)| *genre).collect();
    let mut declared_genres = ListBuilder::new(dictionary(genres));
    for contact in contacts {
        for genre in contact.declared_genres.iter().flatten() {
            declared_genres.values().append_value(genre);
        }
        declared_genres.append(contact.declared_genres.is_some());
    }
    let mut devices = ListBuilder::new(dictionary(vec![
        "console", "desktop", "mobile", "tablet", "tv",
    ]));
    let mut tags = ListBuilder::new(StringBuilder::new());
    for contact in contacts {
        contact
            .devices
            .iter()
            .for_each(|device| devices.values().append_value(device));
        devices.append(true);
        contact
            .tags
            .iter()
            .for_each(|tag| tags.values().append_value(tag));
        tags.append(true);
    }
    let places = |of: fn(usize) -> &'static str| {
        let values = (0..PLACES.len()).map(of).collect();
        let known = all().map(|contact| contact.region_known.then(|| of(contact.place)));
        closed(values, known)
    };
    let mut columns = vec![
        ("id", Arc::new(id.finish()) as ArrayRef),
        (
            "email",
            texts(all().map(|contact| contact.email.as_deref())),
        ),
        (
            "first_name",
            texts(all().map(|contact| contact.first_name.as_deref())),
        ),
        (
            "phone",
            texts(all().map(|contact| contact.phone.as_deref())),
        ),
        ("region", places(|place| PLACES[place].0)),
        ("province", places(|place| PLACES[place].1)),
        ("city", places(|place| PLACES[place].2)),
        (
            "language",
            closed(
                vec!["de", "en", "fr", "nl"],
                all().map(|contact| Some(contact.language)),
            ),
        ),
        (
            "plan",
            closed(
                vec!["free", "basic", "pro", "family"],
                all().map(|contact| Some(contact.plan)),
            ),
        ),
        ("monthly_price", money(|contact| contact.monthly_price)),
        ("contract_end", day(|contact| contact.contract_end)),
        ("consent", Arc::new(consent.finish())),
        ("age", Arc::new(age.finish())),
        ("birthday", day(|contact| contact.birthday)),
        ("household_size", Arc::new(household_size.finish())),
        ("declared_genres", Arc::new(declared_genres.finish())),
        ("tags", Arc::new(tags.finish())),
        ("devices", Arc::new(devices.finish())),
        (
            "acquisition",
            closed(
                vec![
                    "organic",
                    "paid search",
                    "social",
                    "referral",
                    "partner",
                    "television",
                ],
                all().map(|contact| contact.acquisition),
            ),
        ),
        (
            "voucher",
            texts(all().map(|contact| contact.voucher.as_deref())),
        ),
        ("signup_at", time(|contact| Some(contact.signup_at))),
        ("last_seen_at", time(|contact| contact.last_seen_at)),
        ("lifetime_value", money(|contact| contact.lifetime_value)),
        ("score", Arc::new(score.finish())),
    ];
    columns.extend(household::columns(contacts));
    RecordBatch::try_from_iter(columns).expect("columns of one length")
}
