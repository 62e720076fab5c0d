//! Contacts: where they live, what they pay, when they came, how they are reached; skewed as such data are, with missing values.

use super::random::{Chances, Random, Table};
use super::{BLOCK, DAY, NOW, contacts_of};
use arrow_array::builder::{
    BooleanBuilder, ListBuilder, PrimitiveBuilder, StringBuilder, TimestampMicrosecondBuilder,
};
use arrow_array::types::{
    ArrowPrimitiveType, Date32Type, Float64Type, Int8Type, Int16Type, Int32Type, Int64Type,
};
use arrow_array::{ArrayRef, DictionaryArray, RecordBatch, StringArray};
use std::fmt::Write;
use std::sync::Arc;

/// Countries, from the most frequent on, with the middle of where people live.
const REGIONS: [(&str, f64, f64); 30] = [
    ("US", 40.71, -74.0),
    ("DE", 52.52, 13.40),
    ("FR", 48.86, 2.35),
    ("BE", 50.85, 4.35),
    ("NL", 52.37, 4.90),
    ("GB", 51.51, -0.13),
    ("ES", 40.42, -3.70),
    ("IT", 41.90, 12.50),
    ("PL", 52.23, 21.01),
    ("SE", 59.33, 18.07),
    ("CH", 47.38, 8.54),
    ("AT", 48.21, 16.37),
    ("PT", 38.72, -9.14),
    ("DK", 55.68, 12.57),
    ("NO", 59.91, 10.75),
    ("FI", 60.17, 24.94),
    ("IE", 53.35, -6.26),
    ("CZ", 50.08, 14.44),
    ("GR", 37.98, 23.73),
    ("HU", 47.50, 19.04),
    ("RO", 44.43, 26.10),
    ("BG", 42.70, 23.32),
    ("HR", 45.81, 15.98),
    ("SK", 48.15, 17.11),
    ("SI", 46.06, 14.51),
    ("LT", 54.69, 25.28),
    ("LV", 56.95, 24.11),
    ("EE", 59.44, 24.75),
    ("LU", 49.61, 6.13),
    ("MT", 35.90, 14.51),
];
const LANGUAGES: [&str; 12] = [
    "en", "fr", "de", "nl", "es", "it", "pl", "sv", "pt", "da", "fi", "cs",
];
const PLANS: [&str; 4] = ["free", "basic", "plus", "premium"];
const GIVEN: [&str; 32] = [
    "anna", "jan", "marie", "luc", "sofie", "tom", "eva", "bart", "lena", "max", "julia", "paul",
    "nina", "leo", "emma", "noah", "lisa", "finn", "sara", "jonas", "ines", "hugo", "clara",
    "adam", "elena", "david", "mia", "felix", "laura", "simon", "olga", "ivan",
];
/// Family names are made of one of each.
const FAMILY: [[&str; 16]; 2] = [
    [
        "van", "de", "mar", "pet", "jan", "lam", "ros", "ber", "sch", "kow", "nov", "sil", "gar",
        "fer", "dub", "lar",
    ],
    [
        "ens", "son", "ski", "berg", "mann", "ova", "ault", "ier", "etti", "pont", "holm", "wick",
        "ado", "inen", "oglu", "court",
    ],
];
/// The most frequent mail domains.
const TOP_DOMAINS: [&str; 16] = [
    "gmail.com",
    "hotmail.com",
    "outlook.com",
    "yahoo.com",
    "icloud.com",
    "skynet.be",
    "telenet.be",
    "orange.fr",
    "gmx.de",
    "web.de",
    "proximus.be",
    "live.com",
    "free.fr",
    "ziggo.nl",
    "kpn.nl",
    "googlemail.com",
];
const ENDINGS: [&str; 12] = [
    "com", "net", "be", "fr", "de", "nl", "org", "eu", "co.uk", "it", "es", "io",
];
const DOMAINS: u64 = 5000;
/// Tags are made of one of each.
const TAGS: ([&str; 20], [&str; 10]) = (
    [
        "vip", "news", "promo", "app", "web", "shop", "beta", "event", "loyal", "cold", "warm",
        "hot", "lead", "trial", "churn", "win", "ref", "survey", "gift", "care",
    ],
    [
        "a", "bx", "cyan", "delta", "e1", "fox", "golf", "h2o", "ivy", "jet",
    ],
);
/// Birthdays lie between 1930 and 1981: days since 1970.
const FIRST_BIRTHDAY: i64 = -14_600;
const BIRTHDAYS: u64 = 18_980;

/// What contacts are drawn from.
pub struct Contacts {
    regions: Chances,
    languages: Chances,
    plans: Chances,
    domains: Chances,
    tags: Chances,
    domain_names: Vec<String>,
    tag_names: Vec<String>,
    /// The values behind codes: of regions, languages, plans, domains.
    values: [ArrayRef; 4],
}

impl Default for Contacts {
    fn default() -> Self {
        let domain_names = domain_names();
        let texts = |texts: &[&str]| -> ArrayRef { Arc::new(StringArray::from(texts.to_vec())) };
        let regions: Vec<&str> = REGIONS.iter().map(|(region, ..)| *region).collect();
        let tags = |first: &str| TAGS.1.map(|second| format!("{first}-{second}"));
        Self {
            regions: Chances::zipf(30, 1.0),
            languages: Chances::zipf(12, 1.0),
            plans: Chances::new([0.55, 0.25, 0.15, 0.05]),
            domains: Chances::zipf(DOMAINS as u32, 1.05),
            tags: Chances::zipf(200, 0.9),
            values: [
                texts(&regions),
                texts(&LANGUAGES),
                texts(&PLANS),
                Arc::new(StringArray::from(domain_names.clone())),
            ],
            domain_names,
            tag_names: TAGS.0.into_iter().flat_map(tags).collect(),
        }
    }
}

fn domain_names() -> Vec<String> {
    let mut random = Random::of(Table::Domains, 0);
    let others = (TOP_DOMAINS.len() as u64..DOMAINS).map(|number| {
        let (first, second) = (number as usize % 16, number as usize / 16 % 16);
        let ending = ENDINGS[random.below(ENDINGS.len() as u64) as usize];
        format!("{}{}{number}.{ending}", FAMILY[0][first], FAMILY[1][second])
    });
    let top = TOP_DOMAINS.into_iter().map(str::to_owned);
    top.chain(others).collect()
}

/// The columns of a block while it is drawn.
#[derive(Default)]
struct Columns {
    key: PrimitiveBuilder<Int64Type>,
    region: PrimitiveBuilder<Int8Type>,
    language: PrimitiveBuilder<Int8Type>,
    age: PrimitiveBuilder<Int16Type>,
    email: StringBuilder,
    domain: PrimitiveBuilder<Int16Type>,
    signup: TimestampMicrosecondBuilder,
    seen: TimestampMicrosecondBuilder,
    plan: PrimitiveBuilder<Int8Type>,
    consent: BooleanBuilder,
    value: PrimitiveBuilder<Float64Type>,
    orders: PrimitiveBuilder<Int32Type>,
    birthday: PrimitiveBuilder<Date32Type>,
    latitude: PrimitiveBuilder<Float64Type>,
    longitude: PrimitiveBuilder<Float64Type>,
    tags: ListBuilder<StringBuilder>,
    promoter: PrimitiveBuilder<Int8Type>,
}

impl Contacts {
    /// Those of the first so many contacts that are in a block.
    pub fn block(&self, block: u64, contacts: u64) -> RecordBatch {
        let mut random = Random::of(Table::Contacts, block);
        let mut columns = Columns::default();
        let first = block * BLOCK;
        for place in 0..contacts_of(block, contacts) as u64 {
            self.draw(&mut random, (first + place) as i64, &mut columns);
        }
        columns.finish(&self.values)
    }

    fn draw(&self, random: &mut Random, key: i64, columns: &mut Columns) {
        columns.key.append_value(key);
        let region = self.regions.pick(random);
        columns.region.append_value(region as i8);
        let language = self.languages.pick(random);
        columns.language.append_value(language as i8);
        let age = (42.0 + 16.0 * random.normal()).clamp(14.0, 99.0) as i16;
        columns.age.append_option(random.known(0.05, age));

        let domain = self.domains.pick(random);
        columns.domain.append_value(domain as i16);
        let given = GIVEN[random.below(32) as usize];
        let [first, second] = [0, 1].map(|part| FAMILY[part][random.below(16) as usize]);
        let number = random.below(100_000);
        let domain = &self.domain_names[domain];
        // Writing into a builder of text cannot fail.
        let _ = write!(columns.email, "{given}.{first}{second}{number}@{domain}");
        columns.email.append_value("");

        let signup = NOW - (random.share() * (8 * 365 * DAY) as f64) as i64;
        columns.signup.append_value(signup);
        let seen = NOW - (random.exponential(120.0) * DAY as f64) as i64;
        columns
            .seen
            .append_option(random.known(0.05, seen.max(signup)));
        columns.plan.append_value(self.plans.pick(random) as i8);
        let consent = random.chance(0.7);
        columns.consent.append_option(random.known(0.02, consent));
        let value = libm::round(random.log_normal(4.0, 1.2) * 100.0) / 100.0;
        columns.value.append_value(value);
        let orders = random.poisson((value / 150.0).min(20.0));
        columns.orders.append_value(orders);
        let birthday = (FIRST_BIRTHDAY + random.below(BIRTHDAYS) as i64) as i32;
        columns.birthday.append_option(random.known(0.1, birthday));

        // Half of them live in the city, half in the country around it.
        let spread = if random.chance(0.5) { 1.5 } else { 0.3 };
        let (_, latitude, longitude) = REGIONS[region];
        let latitude = latitude + spread * random.normal();
        columns.latitude.append_value(latitude);
        let longitude = longitude + 1.5 * spread * random.normal();
        columns.longitude.append_value(longitude);

        for _ in 0..random.poisson(2.2).min(8) {
            let tag = &self.tag_names[self.tags.pick(random)];
            columns.tags.values().append_value(tag);
        }
        columns.tags.append(true);
        let promoter = (7.5 + 2.2 * random.normal()).clamp(0.0, 10.0) as i8;
        columns.promoter.append_option(random.known(0.6, promoter));
    }
}

impl Columns {
    fn finish(mut self, values: &[ArrayRef; 4]) -> RecordBatch {
        let [regions, languages, plans, domains] = values;
        fn plain<T: ArrowPrimitiveType>(mut column: PrimitiveBuilder<T>) -> ArrayRef {
            Arc::new(column.finish())
        }
        fn coded(mut codes: PrimitiveBuilder<Int8Type>, values: &ArrayRef) -> ArrayRef {
            let values = Arc::clone(values);
            Arc::new(DictionaryArray::<Int8Type>::new(codes.finish(), values))
        }
        let domain = DictionaryArray::<Int16Type>::new(self.domain.finish(), Arc::clone(domains));
        let instants = |mut column: TimestampMicrosecondBuilder| -> ArrayRef {
            Arc::new(column.finish().with_timezone("UTC"))
        };
        let columns: Vec<(&str, ArrayRef)> = vec![
            ("contact_id", plain(self.key)),
            ("region", coded(self.region, regions)),
            ("language", coded(self.language, languages)),
            ("age", plain(self.age)),
            ("email", Arc::new(self.email.finish())),
            ("email_domain", Arc::new(domain)),
            ("signup_at", instants(self.signup)),
            ("last_seen_at", instants(self.seen)),
            ("plan", coded(self.plan, plans)),
            ("consent", Arc::new(self.consent.finish())),
            ("ltv", plain(self.value)),
            ("orders_90d", plain(self.orders)),
            ("birthday", plain(self.birthday)),
            ("lat", plain(self.latitude)),
            ("lon", plain(self.longitude)),
            ("tags", Arc::new(self.tags.finish())),
            ("nps", plain(self.promoter)),
        ];
        let columns = columns
            .into_iter()
            .map(|(name, column)| (name, column, true));
        RecordBatch::try_from_iter_with_nullable(columns).expect("columns of one length")
    }
}
