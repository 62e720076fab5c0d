//! Law 2: a run has one instant, `now`, and nothing else tells the time: contacts and `now` moved by the same number of weeks give the same members.
//! (Months and years are not all as long, and zones change their clocks; so only lengths, days and weeks are asked, in UTC.)

use super::{answers, case, executors};
use arrow_schema::TimeUnit;
use segql_testing::cells::{Cell, Kind};
use segql_testing::random::Random;
use segql_testing::world::{Column, Table, World};
use std::fmt::Write;

const SECOND: i128 = 1_000_000_000;
const DAY: i128 = 86_400 * SECOND;

/// A world of two times and two dates.
fn world(now: i128) -> World {
    let column = |name: &str, kind| Column {
        name: name.into(),
        kind,
        pool: Vec::new(),
        is_timed: false,
        history_of: None,
        missing: 0,
        blank_is_missing: false,
    };
    let columns = vec![
        Column::key(),
        column("t", Kind::Time(TimeUnit::Second)),
        column("u", Kind::Time(TimeUnit::Nanosecond)),
        column("d", Kind::Date),
        column("e", Kind::Date),
    ];
    World::new(columns, "UTC", None, now)
}

/// Times and dates near `now`, many of them exactly at an edge.
fn table(random: &mut Random, now: i128) -> Table {
    let mut columns = vec![Vec::new(); 5];
    let moments = |random: &mut Random| {
        let days = *random.pick(&[0, -1, 1, -7, 7, -14, -30, 30, -60, -90, -91, 3]);
        let drift = *random.pick(&[0, 0, 1, -1, 3_600, -3_600, 40_000]);
        now + days * DAY + drift * SECOND
    };
    for row in 0..100 {
        columns[0].push(Cell::Whole(row));
        for (place, size) in [(1, SECOND), (2, 1)] {
            let moment = moments(random).div_euclid(size);
            let cell = Cell::Time(moment.try_into().expect("a time near now"));
            let missing = random.percent(12);
            columns[place].push(if missing { Cell::Missing } else { cell });
        }
        for cells in &mut columns[3..] {
            let days = moments(random).div_euclid(DAY);
            let cell = Cell::Date(days.try_into().expect("a date near now"));
            let missing = random.percent(12);
            cells.push(if missing { Cell::Missing } else { cell });
        }
    }
    Table { columns }
}

/// The table as it would have been so many days later.
fn moved(table: &Table, days: i64) -> Table {
    let seconds = days * 86_400;
    let of = |place: usize, cell: &Cell| match (place, cell) {
        (1, Cell::Time(count)) => Cell::Time(count + seconds),
        (2, Cell::Time(count)) => Cell::Time(count + seconds * 1_000_000_000),
        (_, Cell::Date(day)) => Cell::Date(day + days),
        (_, other) => other.clone(),
    };
    let columns = table.columns.iter().enumerate();
    Table {
        columns: columns
            .map(|(place, cells)| cells.iter().map(|cell| of(place, cell)).collect())
            .collect(),
    }
}

/// Windows and lengths that speak of `now` and of other fields.
fn text(random: &mut Random) -> String {
    let mut text = String::new();
    for place in 0..14 {
        let time = *random.pick(&["t", "u"]);
        let other = *random.pick(&["t", "u", "d"]);
        let date = *random.pick(&["d", "e"]);
        let days = *random.pick(&[1, 7, 14, 30, 60, 90]);
        let length = match random.below(4) {
            0 => format!("{} hours", days * 24),
            1 if days % 7 == 0 => format!("{} weeks", days / 7),
            2 => format!("{days} calendar days"),
            _ => format!("{days} days"),
        };
        let subject = *random.pick(&[time, date]);
        let of_date = format!("{days} days");
        let length = if subject == date { of_date } else { length };
        let condition = match random.below(13) {
            0 => format!("{subject} in last {length}"),
            1 => format!("{subject} over {length} ago"),
            2 => format!("{subject} in next {length}"),
            3 => format!(
                "{subject} between {} days ago and {days} days ago",
                days + 30
            ),
            4 => format!("{subject} during {}", random.pick(&["today", "yesterday"])),
            5 => format!("{subject} during {} week", random.pick(&["this", "last"])),
            6 => format!(
                "{subject} in last {} full {}",
                1 + days % 3,
                random.pick(&["weeks", "days"])
            ),
            7 => format!("{time} within {days} days after {other}"),
            8 => format!("{time} within {days} days before {other}"),
            9 => format!(
                "{date} within {days} days after {}",
                random.pick(&["d", "e"])
            ),
            10 => format!("since({time}) < {days} days"),
            11 => format!("t - u >= {} hours", days - 7),
            _ => format!(
                "{date} + {days} calendar days {} {}",
                random.pick(&["=", "<", "<="]),
                random.pick(&["d", "e"])
            ),
        };
        let not = if random.percent(25) { "NOT " } else { "" };
        writeln!(text, "segment s{place} = {not}{condition}").expect("a string takes all");
    }
    text
}

#[test]
fn contacts_and_now_moved_together_give_the_same_members() {
    let mut members = 0;
    for seed in 0..10 {
        let mut random = Random::new(9_000 + seed);
        let now = 1_795_338_000 * SECOND + i128::from(random.between(-90_000, 90_000)) * SECOND;
        let text = text(&mut random);
        let contacts = table(&mut random, now);
        let here = case(&world(now), &contacts, &text, seed);
        let weeks = *random.pick(&[-1_500, -52, -1, 1, 3, 700]);
        let days = weeks * 7;
        let later = world(now + i128::from(days) * DAY);
        let there = case(&later, &moved(&contacts, days), &text, seed);
        for executor in executors(seed) {
            let (here, there) = (answers(&executor, &here), answers(&executor, &there));
            for (place, (here, there)) in here.iter().zip(&there).enumerate() {
                let line = text.lines().nth(place).unwrap_or_default();
                assert_eq!(here, there, "{executor}, moved by {weeks} weeks: {line}");
                members += here.iter().filter(|inside| **inside).count();
            }
        }
    }
    assert!(members > 1_000, "hardly anybody is in: {members}");
}
