//! Tests of single values: of the contact's, of an event's, of what a catalogue has under a title.

use crate::Writer;
use crate::data::{GENRES, MONTH, REGIONS, TITLES, WORDS};
use crate::shared::{Both, DAY, NOW, condition, not, test};

#[derive(Clone, Copy, PartialEq)]
pub enum Sort {
    Title,
    Word,
    Whole,
    /// A decimal with two places, in SQL a whole number of hundredths.
    Cents,
    Yes,
    Day,
}

/// A field of events, behind a catalogue or not.
pub struct Part {
    pub seg: &'static str,
    pub sql: &'static str,
    pub sort: Sort,
}

const fn part(seg: &'static str, sql: &'static str, sort: Sort) -> Part {
    Part { seg, sql, sort }
}

pub struct Stream {
    pub name: &'static str,
    pub table: &'static str,
    pub parts: &'static [Part],
    /// The columns that order events of one time.
    pub order: &'static [&'static str],
}

pub static STREAMS: [Stream; 3] = [
    Stream {
        name: "view",
        table: "views",
        parts: &[
            part("title", "title", Sort::Title),
            part("minutes", "minutes", Sort::Whole),
            part("device", "device", Sort::Word),
            part("title.season", "season", Sort::Whole),
        ],
        order: &["title", "minutes", "device"],
    },
    Stream {
        name: "purchase",
        table: "purchases",
        parts: &[
            part("amount", "cents", Sort::Cents),
            part("channel", "channel", Sort::Word),
            part("title", "title", Sort::Title),
            part("title.season", "season", Sort::Whole),
        ],
        order: &["cents", "channel", "title"],
    },
    Stream {
        name: "login",
        table: "logins",
        parts: &[part("ok", "ok", Sort::Yes), part("day", "day", Sort::Day)],
        order: &["ok", "day"],
    },
];

impl Stream {
    pub fn has_title(&self) -> bool {
        self.name != "login"
    }
}

impl Sort {
    pub fn is_number(self) -> bool {
        matches!(self, Sort::Whole | Sort::Cents)
    }
}

/// A number for a comparison, in both.
pub fn number(writer: &mut Writer<'_>, sort: Sort) -> (String, i64) {
    let value = writer.random.between(-1, 6);
    if sort == Sort::Cents {
        let cents = value * 250;
        let sign = if cents < 0 { "-" } else { "" };
        let (units, rest) = (cents.abs() / 100, cents.abs() % 100);
        (format!("{sign}{units}.{rest:02}"), cents)
    } else {
        (value.to_string(), value)
    }
}

/// A test of a value; `level` is how the field of the contact is called here.
pub fn value(writer: &mut Writer<'_>, seg: &str, sql: &str, sort: Sort, level: [&str; 2]) -> Both {
    match writer.random.below(9) {
        0 => return test(format!("{seg} is missing"), format!("{sql} IS NULL")),
        1 => return test(format!("{seg} is known"), format!("{sql} IS NOT NULL")),
        _ => {}
    }
    let operator = writer.operator();
    match sort {
        Sort::Title | Sort::Word => {
            let words: &[&str] = if sort == Sort::Title { &TITLES } else { &WORDS };
            let word = *writer.random.pick(words);
            match writer.random.below(7) {
                0 => not(&test(
                    format!("{seg} = \"{word}\""),
                    format!("{sql} = '{word}'"),
                )),
                1 => Both {
                    seg: format!("{seg} != \"{word}\""),
                    ..not(&test("", format!("{sql} = '{word}'")))
                },
                2 => test(
                    format!("{seg} {operator} \"{word}\""),
                    format!("{sql} {operator} '{word}'"),
                ),
                3 => test(
                    format!("{seg} in (\"{word}\", \"bees\", \"web\")"),
                    format!("{sql} IN ('{word}', 'bees', 'web')"),
                ),
                4 => test(format!("{seg} contains \"e\""), format!("{sql} LIKE '%e%'")),
                _ => test(format!("{seg} = \"{word}\""), format!("{sql} = '{word}'")),
            }
        }
        Sort::Whole if writer.random.percent(20) => test(
            format!("{seg} {operator} {}", level[0]),
            format!("{sql} {operator} {}", level[1]),
        ),
        Sort::Whole | Sort::Cents => {
            let (said, number) = number(writer, sort);
            test(
                format!("{seg} {operator} {said}"),
                format!("{sql} {operator} {number}"),
            )
        }
        Sort::Yes if writer.random.percent(50) => test(seg, sql),
        Sort::Yes => test(format!("{seg} = false"), format!("{sql} = false")),
        Sort::Day => match writer.random.below(3) {
            0 => test(
                format!("{seg} before 2026-11-01"),
                format!("{sql} < DATE '2026-11-01'"),
            ),
            1 => test(
                format!("{seg} after 2026-10-31"),
                format!("{sql} > DATE '2026-10-31'"),
            ),
            _ => test(
                format!("{seg} = 2026-11-22"),
                format!("{sql} = DATE '2026-11-22'"),
            ),
        },
    }
}

/// A condition on one event, which SQL calls by this alias, and the contact `c`.
pub fn bracket(writer: &mut Writer<'_>, stream: &Stream, alias: &str) -> Both {
    let names = &mut *writer.names;
    let depth = *writer.random.pick(&[0, 0, 1, 2]);
    condition(writer.random, depth, &mut |random| {
        let writer = &mut Writer {
            random,
            names: &mut *names,
        };
        match writer.random.below(8) {
            0 if stream.has_title() => {
                let genre = *writer.random.pick(&GENRES);
                test(
                    format!("title.genres has \"{genre}\""),
                    format!("{alias}.{genre} > 0"),
                )
            }
            1 if stream.has_title() => {
                test("title = contact.wish", format!("{alias}.title = c.wish"))
            }
            2 => {
                let region = *writer.random.pick(&REGIONS);
                test(
                    format!("contact.region = \"{region}\""),
                    format!("c.region = '{region}'"),
                )
            }
            3 => match writer.random.below(3) {
                0 => test(
                    "time after contact.signup",
                    format!("{alias}.instant > c.signup"),
                ),
                1 => test(
                    "time in last 30 days",
                    format!("{alias}.instant > {}", NOW - 30 * DAY),
                ),
                _ => test(
                    "time before 2026-11-01",
                    format!("{alias}.instant < {}", MONTH * DAY),
                ),
            },
            _ => {
                let part = writer.random.pick(stream.parts);
                let sql = format!("{alias}.{}", part.sql);
                let level = ["contact.level", "c.level"];
                value(writer, part.seg, &sql, part.sort, level)
            }
        }
    })
}

/// A test of the contact's own fields.
pub fn of_contact(writer: &mut Writer<'_>) -> Both {
    let level = ["level + 1", "people.level + 1"];
    match writer.random.below(7) {
        0 => {
            let region = *writer.random.pick(&REGIONS);
            test(
                format!("region = \"{region}\""),
                format!("people.region = '{region}'"),
            )
        }
        1 => {
            let genre = *writer.random.pick(&GENRES);
            test(
                format!("wish.genres has \"{genre}\""),
                format!("people.{genre} > 0"),
            )
        }
        2 => value(writer, "wish.season", "people.season", Sort::Whole, level),
        3 => value(writer, "wish", "people.wish", Sort::Title, level),
        4 => test(
            "signup in last 30 days",
            format!(
                "people.signup > {} AND people.signup <= {NOW}",
                NOW - 30 * DAY
            ),
        ),
        _ => value(writer, "level", "people.level", Sort::Whole, level),
    }
}
