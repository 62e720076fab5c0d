//! The segments that are measured, as text.

use crate::contacts::{LANGUAGES, PLANS, REGIONS, Random, tags};

/// A condition of twelve tests.
pub const TREE: &str = r#"((region in ("BE", "NL", "LU") AND language != "en") OR (region = "FR" AND language = "fr"))
  AND (plan in ("plus", "premium") OR orders_90d >= 2)
  AND NOT (nps <= 6 OR consent = false)
  AND age between 18 and 65
  AND (last_seen_at in last 180 days OR signup_at in last 30 days)
  AND NOT email_domain ends with ".com""#;

/// Single conditions, from one test to a tree of twelve.
pub const CONDITIONS: [(&str, &str); 8] = [
    ("Q1 region equals one code", r#"region = "BE""#),
    (
        "Q2 region in 3, age between, consent, plan not",
        r#"region in ("BE", "NL", "FR") AND age between 25 and 45 AND consent AND plan != "free""#,
    ),
    (
        "Q3 last seen over 90 days ago, region, language",
        r#"last_seen_at over 90 days ago AND region = "BE" AND language = "nl""#,
    ),
    (
        "Q4a mail domain ends with .be",
        r#"email_domain ends with ".be""#,
    ),
    ("Q4b mail contains @gmail", r#"email contains "@gmail""#),
    (
        "Q5 tags has x and has not y",
        r#"tags has "vip-a" AND NOT tags has "vip-bx""#,
    ),
    (
        "Q7 home within 25 km",
        "distance(home, point(50.85, 4.35)) <= 25 km",
    ),
    ("Q8 tree of 12 conditions", TREE),
];

fn one<'a, T: ?Sized>(random: &mut Random, of: &[&'a T]) -> &'a T {
    of[random.below(of.len())]
}

/// A test drawn at random: mostly of few different values, now and then of times, lists and mail domains.
fn test(random: &mut Random) -> String {
    let days = |random: &mut Random, of: &[usize]| of[random.below(of.len())];
    match random.below(104) {
        0..10 => format!("region = \"{}\"", one(random, &REGIONS)),
        10..20 => {
            let mut regions: Vec<&str> = Vec::new();
            let members = 2 + random.below(5);
            while regions.len() < members {
                let region = one(random, &REGIONS);
                if !regions.contains(&region) {
                    regions.push(region);
                }
            }
            format!("region in (\"{}\")", regions.join("\", \""))
        }
        20..28 => format!("language = \"{}\"", one(random, &LANGUAGES)),
        28..36 => {
            let low = 15 + random.below(55);
            format!("age between {low} and {}", low + 5 * (1 + random.below(4)))
        }
        36..41 => format!("age >= {}", 18 + random.below(52)),
        41..47 => format!("plan = \"{}\"", one(random, &PLANS)),
        47..51 => format!("plan != \"{}\"", one(random, &PLANS)),
        51..58 => "consent".to_owned(),
        58..64 => format!("ltv > {}", days(random, &[20, 50, 75, 100, 150, 200, 500])),
        64..69 => format!("orders_90d >= {}", 1 + random.below(5)),
        69..77 => format!(
            "last_seen_at over {} days ago",
            days(random, &[30, 60, 90, 180, 365])
        ),
        77..85 => format!(
            "last_seen_at in last {} days",
            days(random, &[7, 14, 30, 60, 90, 180])
        ),
        85..90 => format!(
            "signup_at in last {} days",
            days(random, &[7, 30, 90, 365, 730])
        ),
        90..95 => format!(
            "email_domain ends with \"{}\"",
            one(random, &[".be", ".com", ".fr", ".nl", ".de", ".co.uk"])
        ),
        95..99 => format!("nps {} {}", one(random, &["<=", ">="]), 3 + random.below(7)),
        99..103 => {
            let tags = tags();
            format!("tags has \"{}\"", tags[random.below(60)])
        }
        _ => format!(
            "email contains \"{}\"",
            one(random, &["@gmail", "@skynet", "anna.", "@hotmail"])
        ),
    }
}

/// A text of so many segments of two to five tests each, which share many of them.
pub fn segments(number: usize) -> String {
    let mut random = Random::new(9);
    let mut text = String::new();
    for segment in 0..number {
        let group = |random: &mut Random, tests: usize| -> Vec<String> {
            (0..tests)
                .map(|_| {
                    let not = if random.share() < 0.15 { "NOT " } else { "" };
                    format!("{not}{}", test(random))
                })
                .collect()
        };
        let tests = 2 + random.below(4);
        let condition = if random.share() < 0.3 {
            let either = group(&mut random, 2).join(" OR ");
            format!(
                "({either}) AND {}",
                group(&mut random, tests - 1).join(" AND ")
            )
        } else {
            group(&mut random, tests).join(" AND ")
        };
        text.push_str(&format!("segment s{segment} = {condition}\n"));
    }
    text
}

/// A text of so many segments whose last test looks into plain text, for the few that the quick ones before it leave.
#[allow(dead_code, reason = "not every benchmark uses it")]
pub fn costly(number: usize) -> String {
    let mut random = Random::new(3);
    let mut text = String::new();
    for segment in 0..number {
        text.push_str(&format!(
            "segment s{segment} = region = \"{}\" AND age between {} and 90 AND email contains \"{}{}\"\n",
            one(&mut random, &REGIONS),
            18 + random.below(60),
            ["a", "e", "o", "an", "er"][random.below(5)],
            random.below(10),
        ));
    }
    text
}

/// One segment of so many tests.
pub fn conjunction(tests: usize) -> String {
    let mut random = Random::new(tests as u64);
    let tests: Vec<String> = (0..tests)
        .map(|_| format!("({} OR {})", test(&mut random), test(&mut random)))
        .collect();
    format!("segment all = {}\n", tests.join("\n  AND "))
}

/// A text of so many segments of a dozen tests each, of a stock of about 200.
pub fn dozens(number: usize) -> String {
    let mut random = Random::new(12);
    let test = |random: &mut Random| match random.below(10) {
        0..3 => format!("age >= {}", 15 + random.below(50)),
        3..6 => format!("ltv > {}", 5 * random.below(50)),
        6 => format!("orders_90d >= {}", random.below(12)),
        7 => format!("nps <= {}", random.below(10)),
        8 => format!("region = \"{}\"", REGIONS[random.below(30)]),
        _ => format!("last_seen_at in last {} days", 10 * (1 + random.below(50))),
    };
    let mut text = String::new();
    for segment in 0..number {
        let pairs: Vec<String> = (0..6)
            .map(|_| format!("({} OR {})", test(&mut random), test(&mut random)))
            .collect();
        text.push_str(&format!("segment s{segment} = {}\n", pairs.join(" AND ")));
    }
    text
}
