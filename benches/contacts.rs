//! Contacts of a made-up service for measurements: the same ones every time, skewed as such data are, in blocks that each have random numbers of their own,
//! so that fewer contacts are the first of more.

use arrow_array::builder::{ListBuilder, StringBuilder, StringDictionaryBuilder};
use arrow_array::types::{Int8Type, Int16Type};
use arrow_array::{
    ArrayRef, BooleanArray, DictionaryArray, Float64Array, Int8Array, Int16Array, Int32Array,
    Int64Array, RecordBatch, StringArray, StructArray, TimestampMicrosecondArray,
};
use arrow_schema::{DataType, Field};
use std::sync::Arc;

/// 2025-12-28T00:00Z.
pub const NOW_SECONDS: i64 = 1_766_880_000;
const DAY: i64 = 86_400_000_000;
const BLOCK: usize = 65_536;

pub const REGIONS: [&str; 30] = [
    "US", "DE", "FR", "BE", "NL", "GB", "ES", "IT", "PL", "SE", "CH", "AT", "PT", "DK", "NO", "FI",
    "IE", "CZ", "GR", "HU", "RO", "BG", "HR", "SK", "SI", "LT", "LV", "EE", "LU", "MT",
];
pub const LANGUAGES: [&str; 12] = [
    "en", "fr", "de", "nl", "es", "it", "pl", "sv", "pt", "da", "fi", "cs",
];
pub const PLANS: [&str; 4] = ["free", "basic", "plus", "premium"];
const FIRST: [&str; 16] = [
    "anna", "jan", "marie", "luc", "sofie", "tom", "eva", "bart", "lena", "max", "julia", "paul",
    "nina", "leo", "emma", "noah",
];
const LAST: [&str; 16] = [
    "vanens", "deson", "marski", "petberg", "janmann", "lamova", "rosault", "berier", "schetti",
    "kowpont", "novens", "silson", "garski", "ferberg", "dubmann", "larova",
];
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
const TOP_LEVEL: [&str; 12] = [
    "com", "net", "be", "fr", "de", "nl", "org", "eu", "co.uk", "it", "es", "io",
];

/// Random numbers by splitting and mixing a counter.
pub struct Random(u64);

impl Random {
    pub fn new(seed: u64) -> Self {
        Self(seed.wrapping_mul(0x9e37_79b9_7f4a_7c15))
    }

    pub fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    pub fn below(&mut self, end: usize) -> usize {
        (self.next() % end as u64) as usize
    }

    /// From 0 up to 1.
    pub fn share(&mut self) -> f64 {
        (self.next() >> 11) as f64 / (1u64 << 53) as f64
    }

    pub fn normal(&mut self) -> f64 {
        let (radius, turn) = (self.share().max(1e-12), self.share());
        (-2.0 * radius.ln()).sqrt() * (std::f64::consts::TAU * turn).cos()
    }

    fn poisson(&mut self, mean: f64) -> i32 {
        let (limit, mut product, mut count) = ((-mean).exp(), self.share(), 0);
        while product > limit {
            product *= self.share();
            count += 1;
        }
        count
    }
}

/// Chances that fall with the rank, added up.
fn zipf(ranks: usize, steepness: f64) -> Vec<f64> {
    let weights = (1..=ranks).map(|rank| (rank as f64).powf(-steepness));
    let total: f64 = weights.clone().sum();
    weights
        .scan(0.0, |sum, weight| {
            *sum += weight / total;
            Some(*sum)
        })
        .collect()
}

fn pick(random: &mut Random, chances: &[f64]) -> usize {
    let share = random.share();
    chances
        .partition_point(|sum| *sum <= share)
        .min(chances.len() - 1)
}

pub fn tags() -> Vec<String> {
    let first = [
        "vip", "news", "promo", "app", "web", "shop", "beta", "event", "loyal", "cold", "warm",
        "hot", "lead", "trial", "churn", "win", "ref", "survey", "gift", "care",
    ];
    let second = [
        "a", "bx", "cyan", "delta", "e1", "fox", "golf", "h2o", "ivy", "jet",
    ];
    let names = first
        .iter()
        .flat_map(|first| second.iter().map(move |second| format!("{first}-{second}")));
    names.collect()
}

fn domains() -> Vec<String> {
    let mut random = Random::new(99);
    let mut domains: Vec<String> = TOP_DOMAINS
        .iter()
        .map(|domain| (*domain).to_owned())
        .collect();
    while domains.len() < 5000 {
        let number = domains.len();
        let top = TOP_LEVEL[random.below(TOP_LEVEL.len())];
        domains.push(format!("{}{number}.{top}", LAST[number % LAST.len()]));
    }
    domains
}

/// The first contacts, in batches of 65,536.
pub fn contacts(rows: usize) -> Vec<RecordBatch> {
    let chances = (
        zipf(30, 1.0),
        zipf(12, 1.0),
        zipf(5000, 1.05),
        zipf(200, 0.9),
    );
    let (domains, tags) = (domains(), tags());
    let domain_values: ArrayRef = Arc::new(StringArray::from(domains.clone()));
    let mut batches = Vec::new();
    for first in (0..rows).step_by(BLOCK) {
        let mut random = Random::new(1 + first as u64);
        let r = &mut random;
        let n = BLOCK;
        let coded = |r: &mut Random, chances: &[f64], values: &[&str]| -> ArrayRef {
            let codes: Int8Array = (0..n).map(|_| pick(r, chances) as i8).collect();
            let values = Arc::new(StringArray::from(values.to_vec()));
            Arc::new(DictionaryArray::<Int8Type>::new(codes, values))
        };
        let region = coded(r, &chances.0, &REGIONS);
        let language = coded(r, &chances.1, &LANGUAGES);
        let age: Int16Array = (0..n)
            .map(|_| {
                let age = (42.0 + 16.0 * r.normal()).clamp(14.0, 99.0) as i16;
                (r.share() >= 0.05).then_some(age)
            })
            .collect();
        let domain: Int16Array = (0..n).map(|_| pick(r, &chances.2) as i16).collect();
        let mut email = StringBuilder::new();
        for row in 0..n {
            let (given, family) = (FIRST[r.below(16)], LAST[r.below(16)]);
            let domain = &domains[domain.value(row) as usize];
            email.append_value(format!("{given}.{family}{}@{domain}", r.below(100_000)));
        }
        let now = NOW_SECONDS * 1_000_000;
        let signup: Vec<i64> = (0..n)
            .map(|_| now - (r.share() * 8.0 * 365.0 * DAY as f64) as i64)
            .collect();
        let seen: Vec<Option<i64>> = signup
            .iter()
            .map(|signup| {
                let ago = -r.share().max(1e-12).ln() * 120.0 * DAY as f64;
                let seen = (now - ago as i64).max(*signup);
                (r.share() >= 0.05).then_some(seen)
            })
            .collect();
        let plan = coded(r, &[0.55, 0.8, 0.95, 1.0], &PLANS);
        let consent: BooleanArray = (0..n)
            .map(|_| {
                let consent = r.share() < 0.7;
                (r.share() >= 0.02).then_some(consent)
            })
            .collect();
        let ltv: Vec<f64> = (0..n)
            .map(|_| ((4.0 + 1.2 * r.normal()).exp() * 100.0).round() / 100.0)
            .collect();
        let orders: Int32Array = ltv
            .iter()
            .map(|ltv| Some(r.poisson((ltv / 150.0).min(20.0))))
            .collect();
        let nps: Int8Array = (0..n)
            .map(|_| {
                let nps = (7.5 + 2.2 * r.normal()).clamp(0.0, 10.0) as i8;
                (r.share() >= 0.6).then_some(nps)
            })
            .collect();
        let mut tagged = ListBuilder::new(StringDictionaryBuilder::<Int16Type>::new());
        for _ in 0..n {
            for _ in 0..r.poisson(2.2).min(8) {
                tagged.values().append_value(&tags[pick(r, &chances.3)]);
            }
            tagged.append(true);
        }
        // Around Brussels, from a few kilometres to a few hundred.
        let degrees = |r: &mut Random, centre: f64, spread: f64| -> ArrayRef {
            let degree = |_| centre + spread * r.normal();
            Arc::new((0..n).map(degree).collect::<Float64Array>())
        };
        let part = |name| Arc::new(Field::new(name, DataType::Float64, true));
        let home = StructArray::from(vec![
            (part("latitude"), degrees(r, 50.85, 1.0)),
            (part("longitude"), degrees(r, 4.35, 1.5)),
        ]);
        let columns: Vec<(&str, ArrayRef)> = vec![
            (
                "contact_id",
                Arc::new((first as i64..(first + n) as i64).collect::<Int64Array>()),
            ),
            ("region", region),
            ("language", language),
            ("age", Arc::new(age)),
            ("email", Arc::new(email.finish())),
            (
                "email_domain",
                Arc::new(DictionaryArray::<Int16Type>::new(
                    domain,
                    domain_values.clone(),
                )),
            ),
            (
                "signup_at",
                Arc::new(TimestampMicrosecondArray::from(signup).with_timezone("UTC")),
            ),
            (
                "last_seen_at",
                Arc::new(TimestampMicrosecondArray::from(seen).with_timezone("UTC")),
            ),
            ("plan", plan),
            ("consent", Arc::new(consent)),
            ("ltv", Arc::new(Float64Array::from(ltv))),
            ("orders_90d", Arc::new(orders)),
            ("nps", Arc::new(nps)),
            ("tags", Arc::new(tagged.finish())),
            ("home", Arc::new(home)),
        ];
        let batch = RecordBatch::try_from_iter_with_nullable(
            columns
                .into_iter()
                .map(|(name, column)| (name, column, true)),
        );
        let batch = batch.expect("columns of one length");
        batches.push(batch.slice(0, n.min(rows - first)));
    }
    batches
}
