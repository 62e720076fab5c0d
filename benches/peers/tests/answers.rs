//! The conditions of both projects, answered by SegQL, against plain loops over what was drawn.

use arrow_array::cast::AsArray;
use arrow_array::types::{
    Date32Type, Float64Type, Int8Type, Int16Type, Int32Type, Int64Type, TimestampMicrosecondType,
};
use arrow_array::{Array, ArrayRef, RecordBatch};
use jiff::civil::Date;
use segql_peers::ask::{Answer, Session};
use segql_peers::made::contacts::Contacts;
use segql_peers::made::events::Events;
use segql_peers::made::titles::Titles;
use segql_peers::made::{DAY, NOW};
use segql_peers::written::{Formats, write};
use serde_json::json;
use std::collections::HashSet;
use std::num::NonZero;
use std::path::Path;

const CONTACTS: u64 = 2000;

struct Event {
    time: i64,
    kind: String,
    title: Option<i32>,
    amount: f64,
}

struct Contact {
    region: String,
    language: String,
    age: Option<i16>,
    email: String,
    domain: String,
    signup: i64,
    seen: Option<i64>,
    plan: String,
    consent: Option<bool>,
    orders: i32,
    birthday: Option<i32>,
    place: (f64, f64),
    tags: Vec<String>,
    promoter: Option<i8>,
    events: Vec<Event>,
}

fn text(column: &ArrayRef, row: usize) -> String {
    let dictionary = column.as_any_dictionary_opt();
    let (values, row) = dictionary.map_or((column, row), |found| {
        (found.values(), found.normalized_keys()[row])
    });
    values.as_string::<i32>().value(row).to_owned()
}

macro_rules! known {
    ($column:expr, $type:ty, $row:expr) => {{
        let column = $column.as_primitive::<$type>();
        column.is_valid($row).then(|| column.value($row))
    }};
}

fn contacts(contacts: &RecordBatch, events: &RecordBatch) -> Vec<Contact> {
    let c = |name: &str| &contacts[name];
    let mut read: Vec<Contact> = (0..contacts.num_rows())
        .map(|row| Contact {
            region: text(c("region"), row),
            language: text(c("language"), row),
            age: known!(c("age"), Int16Type, row),
            email: text(c("email"), row),
            domain: text(c("email_domain"), row),
            signup: c("signup_at")
                .as_primitive::<TimestampMicrosecondType>()
                .value(row),
            seen: known!(c("last_seen_at"), TimestampMicrosecondType, row),
            plan: text(c("plan"), row),
            consent: (c("consent").is_valid(row)).then(|| c("consent").as_boolean().value(row)),
            orders: c("orders_90d").as_primitive::<Int32Type>().value(row),
            birthday: known!(c("birthday"), Date32Type, row),
            place: (
                c("lat").as_primitive::<Float64Type>().value(row),
                c("lon").as_primitive::<Float64Type>().value(row),
            ),
            tags: {
                let tags = c("tags").as_list::<i32>().value(row);
                (0..tags.len()).map(|tag| text(&tags, tag)).collect()
            },
            promoter: known!(c("nps"), Int8Type, row),
            events: Vec::new(),
        })
        .collect();
    for row in 0..events.num_rows() {
        let contact = events["contact_id"].as_primitive::<Int64Type>().value(row);
        read[contact as usize].events.push(Event {
            time: events["ts"]
                .as_primitive::<TimestampMicrosecondType>()
                .value(row),
            kind: text(&events["kind"], row),
            title: known!(events["title_id"], Int32Type, row),
            amount: known!(events["amount"], Float64Type, row).unwrap_or(0.0),
        });
    }
    read
}

impl Contact {
    fn of(&self, kind: &str) -> impl Iterator<Item = &Event> {
        self.events.iter().filter(move |event| event.kind == kind)
    }

    fn last(&self, kind: &str, days: i64) -> impl Iterator<Item = &Event> {
        self.of(kind)
            .filter(move |event| event.time >= NOW - days * DAY)
    }

    /// The haversine over the mean radius, in kilometres.
    fn distance_to_brussels(&self) -> f64 {
        let (latitude, longitude) = (50.8503f64, 4.3517f64);
        let half = |from: f64, to: f64| ((to - from).to_radians() / 2.0).sin().powi(2);
        let cosines = latitude.to_radians().cos() * self.place.0.to_radians().cos();
        let a = half(latitude, self.place.0) + cosines * half(longitude, self.place.1);
        2.0 * 6371.0088 * a.sqrt().asin()
    }

    fn likes_documentaries(&self, documentaries: &HashSet<i32>) -> bool {
        let all = self.last("finish", 365).count();
        let titles = self.last("finish", 365).filter_map(|event| event.title);
        let of = titles.filter(|title| documentaries.contains(title)).count();
        of >= 5 && 10 * of >= 3 * all
    }

    fn begun_and_not_finished(&self) -> bool {
        self.last("view", 44).any(|view| {
            let ends = view.time + 14 * DAY;
            let mut finished = self.of("finish").filter(|finish| {
                finish.title == view.title && finish.time > view.time && finish.time <= ends
            });
            ends < NOW && finished.next().is_none()
        })
    }

    fn viewed_clicked_bought(&self) -> bool {
        self.of("view").any(|view| {
            self.of("click").any(|click| {
                let in_time = |bought: &Event| {
                    click.time > view.time
                        && bought.time > click.time
                        && bought.time <= view.time + 7 * DAY
                };
                self.of("purchase").any(in_time)
            })
        })
    }

    /// The gaps between logins, and how long ago the last was.
    fn logins(&self) -> Option<(Vec<i64>, i64)> {
        let times: Vec<i64> = self.of("login").map(|event| event.time).collect();
        let gaps = times.windows(2).map(|pair| pair[1] - pair[0]).collect();
        (times.len() >= 3).then(|| (gaps, NOW - times[times.len() - 1]))
    }

    /// Recency, frequency and money.
    fn purchases(&self) -> [f64; 3] {
        let last = self.of("purchase").last().map_or(0, |event| event.time);
        let spent = self.of("purchase").map(|event| event.amount).sum();
        [last as f64, self.of("purchase").count() as f64, spent]
    }
}

fn has_birthday_soon(birthday: i32) -> bool {
    let epoch = Date::constant(1970, 1, 1);
    let day = epoch + jiff::Span::new().days(birthday);
    matches!((day.month(), day.day()), (12, 28..=31) | (1, 1..=3))
}

fn in_the_tree(c: &Contact) -> bool {
    let nearby = (["BE", "NL", "LU"].contains(&&*c.region) && c.language != "en")
        || (c.region == "FR" && c.language == "fr");
    let pays = ["plus", "premium"].contains(&&*c.plan) || c.orders >= 2;
    let unhappy = c.promoter.is_some_and(|nps| nps <= 6) || c.consent == Some(false);
    let active = c.seen.is_some_and(|seen| seen >= NOW - 180 * DAY) || c.signup >= NOW - 30 * DAY;
    let adult = c.age.is_some_and(|age| (18..=65).contains(&age));
    nearby && pays && !unhappy && adult && active && !c.domain.ends_with(".com")
}

/// The members of each condition, by plain loops.
fn expected(contacts: &[Contact], documentaries: &HashSet<i32>) -> Vec<(&'static str, usize)> {
    let count = |is_in: &dyn Fn(&Contact) -> bool| contacts.iter().filter(|c| is_in(c)).count();
    let lapsed =
        |c: &Contact| c.last("view", 455).next().is_some() && c.last("view", 90).next().is_none();
    let median = |mut gaps: Vec<i64>| {
        gaps.sort_unstable();
        (gaps[(gaps.len() - 1) / 2] + gaps[gaps.len() / 2]) as f64 / 2.0
    };
    let figures: Vec<[f64; 3]> = contacts.iter().map(Contact::purchases).collect();
    let on_top = |own: &[f64; 3]| {
        (0..3).all(|part| {
            let reached = figures
                .iter()
                .filter(|figure| figure[part] <= own[part])
                .count();
            5 * reached > 4 * figures.len()
        })
    };
    vec![
        ("Q1", count(&|c| c.region == "BE")),
        (
            "Q2",
            count(&|c| {
                ["BE", "NL", "FR"].contains(&&*c.region)
                    && c.age.is_some_and(|age| (25..=45).contains(&age))
                    && c.consent == Some(true)
                    && c.plan != "free"
            }),
        ),
        (
            "Q3",
            count(&|c| {
                c.seen.is_some_and(|seen| seen < NOW - 90 * DAY)
                    && c.region == "BE"
                    && c.language == "nl"
            }),
        ),
        ("Q4a", count(&|c| c.domain.ends_with(".be"))),
        ("Q4b", count(&|c| c.email.contains("@gmail"))),
        (
            "Q5",
            count(&|c| {
                c.tags.iter().any(|tag| tag == "vip-a") && !c.tags.iter().any(|tag| tag == "vip-bx")
            }),
        ),
        ("Q6", count(&|c| c.birthday.is_some_and(has_birthday_soon))),
        ("Q7", count(&|c| c.distance_to_brussels() <= 25.0)),
        ("Q8", count(&in_the_tree)),
        ("E1", count(&|c| c.last("purchase", 90).count() >= 3)),
        (
            "E2",
            count(&|c| {
                c.last("purchase", 365)
                    .map(|event| event.amount)
                    .sum::<f64>()
                    > 250.0
            }),
        ),
        (
            "E3",
            count(&|c| {
                c.last("view", 180).next().is_some() && c.last("open", 180).next().is_none()
            }),
        ),
        ("E4", count(&|c| c.likes_documentaries(documentaries))),
        ("E5", count(&Contact::begun_and_not_finished)),
        ("E6", count(&Contact::viewed_clicked_bought)),
        (
            "E7",
            count(&|c| {
                c.logins().is_some_and(|(gaps, away)| {
                    away * gaps.len() as i64 > 2 * gaps.iter().sum::<i64>()
                })
            }),
        ),
        (
            "E7m",
            count(&|c| {
                c.logins()
                    .is_some_and(|(gaps, away)| away as f64 > 2.0 * median(gaps))
            }),
        ),
        ("E8", figures.iter().filter(|own| on_top(own)).count()),
        (
            "E9",
            count(&|c| lapsed(c) && c.likes_documentaries(documentaries) && c.region == "BE"),
        ),
    ]
}

#[test]
fn conditions_mean_what_loops_say() {
    let folder = tempfile::tempdir().expect("a folder");
    let titles = Titles::default();
    let (made, done) = (Contacts::default(), Events::new(&titles, 1.0));
    let formats = Formats {
        parquet: true,
        arrow: false,
    };
    let put = |name: &str, draw: &(dyn Fn(u64) -> RecordBatch + Sync)| {
        write(folder.path(), name, 1, draw, formats, NonZero::<usize>::MIN).expect("written");
    };
    put("contacts", &|block| made.block(block, CONTACTS));
    put("events", &|block| done.block(block, CONTACTS));
    put("titles", &|_| titles.batch.clone());
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    // That of the behaviour comes last: its manifest has all that the other one has.
    for project in ["contacts", "behaviour"] {
        for file in here.join(project).read_dir().expect("a project") {
            let file = file.expect("a file").path();
            let to = folder.path().join(file.file_name().expect("a name"));
            std::fs::copy(&file, to).expect("copied");
        }
    }
    let genres = &titles.batch["genre"];
    let keys = titles.batch["title_id"].as_primitive::<Int32Type>();
    let documentaries = (0..genres.len()).filter(|row| text(genres, *row) == "documentary");
    let documentaries: HashSet<i32> = documentaries.map(|row| keys.value(row)).collect();
    let drawn = contacts(&made.block(0, CONTACTS), &done.block(0, CONTACTS));
    let expected = expected(&drawn, &documentaries);
    for form in ["memory", "files"] {
        let mut session = Session::new(NonZero::<usize>::MIN);
        let open = json!({ "ask": "open", "folder": folder.path(), "form": form });
        let opened = session.answer(&open.to_string());
        assert!(matches!(opened, Answer::Opened { .. }), "{opened:?}");
        for (condition, members) in &expected {
            for kind in ["count", "members"] {
                let question = json!({ "ask": kind, "condition": condition });
                let found = session.answer(&question.to_string());
                let Answer::Found { answer, .. } = &found else {
                    panic!("{condition}: {found:?}");
                };
                assert_eq!(answer[0], *members as i64, "{kind} of {condition}, {form}");
            }
        }
    }
    // A condition that nobody meets would tell nothing. Among so few, there is hardly a lapsed fan in Belgium.
    let empty: Vec<&str> = (expected.iter())
        .filter(|found| found.1 == 0 && found.0 != "E9")
        .map(|found| found.0)
        .collect();
    assert!(empty.is_empty(), "{empty:?}");
}
