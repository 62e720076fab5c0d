//! Conditions on events that have kernels of their own, over contacts whose events are what those find hard: none and many, at one time and at the ends
//! of time, with values that are missing, no numbers, or too large to be summed as they are. Every executor says what the reference says.
//!
//! `SEGQL_TEST_CASES` asks for a longer run.

use crate::differential::conditions_agree;
use arrow_schema::TimeUnit;
use segql_testing::cells::{Cell, Kind, nanoseconds};
use segql_testing::random::Random;
use segql_testing::world::{Column, World};

const NOW: i128 = 1_766_880_000_000_000_000;

const CONDITIONS: &[&str] = &[
    // Sums.
    "sum(amount of buy in last 30 days) > 12.5",
    "sum(amount of buy) = 0",
    "sum(amount of buy) >= 0.3",
    "sum(amount of buy[points > 2] in last 60 days) between -3 and 4.5",
    "sum(amount of buy between 60 days ago and 10 days ago) < 0",
    "sum(points of buy in last 30 days) > 12",
    "sum(points of buy) = 0",
    "sum(points of buy[amount > 1]) between 3 and 40",
    "sum(small of buy in last 60 days) <= 7",
    "sum(small of buy) > 9223372036854775807",
    "sum(points of buy) >= -9223372036854775808",
    // How many.
    "did buy[points > 2] in last 30 days",
    "did buy[points > 2] at least 3 times in last 60 days",
    "did login at least 4 times",
    "never login in last 30 days",
    "count(login in last 60 days) > 2",
    "count(login[channel = \"web\"]) >= 2",
    "count(login) > count(buy)",
    "count(login in last 30 days) * 2 >= count(login)",
    "count(login in last 30 days) - count(buy in last 30 days) between 1 and 3",
    // Chains.
    "did (login then buy)",
    "did (login then login within 1 day)",
    "did (login then buy within 3 days)",
    "never (login[channel = \"web\"] then buy[points > 2] within 5 days)",
    "did (login then buy within 2 days) in last 30 days",
    "did (login then buy within 2 days) at least twice in last 60 days",
    "did (login without buy within 2 days) in last 44 days",
    "did (login as l then buy then login[time <= l.time + 4 days])",
    "did (buy as b then login[channel = \"web\"] then buy[time <= b.time + 2 days])",
    // Times.
    "since(last(login)) > 20 days",
    "since(first(buy)) between 10 days and 50 days",
    "last(login) before first(buy)",
    "last(buy[points > 2]).time > last(login).time",
    "last(login).time - first(login).time > 30 days",
    // Gaps.
    "since(last(login)) > 2 * avg(gap of login)",
    "count(login) >= 3 AND since(last(login)) > 2 * avg(gap of login)",
    "since(last(login)) > 2 * median(gap of login)",
    "since(last(login)) > 1.5 * median(gap of login[channel = \"web\"])",
    "since(last(login)) / 3 <= median(gap of login in last 60 days)",
    "median(gap of login) = 1 day",
    "median(gap of login) < avg(gap of login)",
    "avg(gap of login in last 60 days) between 1 day and 5 days",
    "avg(gap of login) * 0.3333333333 < 1 day",
    "min(gap of login) >= 1 day",
    "max(gap of login) > 2 * median(gap of login)",
    "sum(gap of login) = 0 days",
    "sum(gap of buy) > sum(gap of login)",
    "max(gap of login between 60 days ago and 10 days ago) > 3 days",
    // Tests of events that take their time, each in a window or in several.
    "did login[hour(time) between 6 and 20] in last 30 days",
    "count(login[weekday(time) = \"monday\"] between 60 days ago and 10 days ago) < 2",
    "did login[hour(time) < 9] in last 10 days AND never login[hour(time) < 9] between 60 days ago and 30 days ago",
    "never login[hour(time) >= 12] in last 5 days OR count(login[hour(time) >= 12]) > 3",
    "sum(amount of buy[weekday(time) = \"friday\"] in last 60 days) > 0.4",
    "since(last(login[hour(time) in (3, 8, 16)] in last 60 days)) > 20 days",
    "max(gap of login[hour(time) != 8] in last 44 days) > 2 days",
    "did (login[hour(time) > 6] then buy[hour(time) < 20] within 3 days) in last 44 days",
    "did (login[hour(time) > 7] without buy[hour(time) < 21] within 2 days)",
    // Around a time of the contact.
    "did login within 2 days after signed",
    "count(buy within 10 days before signed) >= 2",
    // Who has no event in the windows, as all others have who have none.
    "count(distinct small of buy in last 20 days) < 2",
    "count(distinct small of buy in last 10 days) <= count(distinct small of buy between 60 days ago and 20 days ago)",
    "sum(small + small of buy in last 20 days) < count(login in last 5 days)",
    "favourite(channel of login in last 30 days) = \"app\"",
    "if did login in last 10 days then did buy in last 20 days else never buy between 60 days ago and 40 days ago",
    // What is worked out of events that pass.
    "sum(small + small of buy) < 3",
    "sum(small + small of buy in last 60 days) > 7",
    "min(small - 3 of buy[points > 1]) <= -2",
    "max(points + 1 of buy) > 9",
    "max(date(time) of login) > max(date(time) of buy)",
    "count(distinct points of buy) >= 3",
    "count(distinct small of buy in last 60 days) = 2",
    "count(distinct channel of login[hour(time) > 3]) = 2",
    "count(distinct date(time) of login) between 3 and 7",
];

fn stream(name: &str, fields: Vec<(String, Kind)>, unit: TimeUnit) -> Column {
    Column {
        name: name.into(),
        kind: Kind::events(fields, unit),
        pool: Vec::new(),
        missing: 0,
        is_timed: true,
        blank_is_missing: false,
        history_of: None,
    }
}

fn world(random: &mut Random) -> World {
    let units = [
        TimeUnit::Second,
        TimeUnit::Millisecond,
        TimeUnit::Microsecond,
        TimeUnit::Nanosecond,
    ];
    let unit = *random.pick(&units);
    let channel = ("channel".to_owned(), Kind::Text);
    let points = match random.below(3) {
        0 => Kind::Whole(i64::MIN.into(), i64::MAX.into()),
        1 => Kind::Whole(0, u64::MAX.into()),
        _ => Kind::Whole(-1000, 1000),
    };
    let fields = [
        ("amount", Kind::Float(64)),
        ("points", points),
        ("small", Kind::Whole(-100, 100)),
    ];
    let fields = fields.map(|(name, kind)| (name.to_owned(), kind));
    let signed = Column {
        kind: Kind::Time(unit),
        missing: 10,
        ..stream("signed", Vec::new(), unit)
    };
    let columns = vec![
        Column::key(),
        signed,
        stream("login", vec![channel], unit),
        stream("buy", fields.into(), unit),
    ];
    World::new(columns, "UTC", None, NOW)
}

/// The events of a contact. Where `is_rare`, values and times lie at their ends now and then.
fn events(kind: &Kind, is_rare: bool, random: &mut Random) -> Cell {
    let Kind::Record(parts) = kind.element() else {
        return Cell::Missing;
    };
    let Kind::Time(unit) = parts[0].1 else {
        return Cell::Missing;
    };
    let unit = i128::from(nanoseconds(unit));
    let day = (86_400_000_000_000 / unit) as i64;
    let now = (NOW / unit) as i64;
    let number = *random.pick(&[
        0, 0, 1, 1, 2, 3, 4, 5, 6, 7, 9, 10, 11, 16, 17, 18, 19, 40, 66,
    ]);
    let step = *random.pick(&[1, day / 3, day / 3 + 1, day]);
    let mut cells = Vec::new();
    for _ in 0..number {
        let time = match (is_rare, random.below(40)) {
            (true, 0) => *random.pick(&[0, (1 << 62) / unit as i64, -(i64::MAX / unit as i64)]),
            (_, 1) => now + random.between(-1, 2),
            _ => now - step * random.between(0, 70),
        };
        let mut record = vec![Cell::Time(time)];
        for (name, part) in &parts[1..] {
            record.push(match (name.as_str(), part) {
                _ if random.percent(5) => Cell::Missing,
                ("channel", _) => Cell::Text((*random.pick(&["web", "web", "app"])).to_owned()),
                (_, part) if is_rare => part.cell(random, NOW),
                (_, Kind::Float(_)) => Cell::Float(random.between(-3, 12) as f64 / 10.0),
                (_, Kind::Whole(low, _)) => {
                    Cell::Whole(i128::from(random.between(-3, 12)).max(*low))
                }
                (_, part) => part.cell(random, NOW),
            });
        }
        cells.push(Cell::Record(record));
    }
    let mut cell = Cell::List(cells);
    kind.in_order(&mut cell);
    cell
}

#[test]
fn kernels_of_events_say_what_the_reference_says() {
    conditions_agree(CONDITIONS, |random| {
        let world = world(random);
        let rows = *random.pick(&[1, 63, 64, 70, 130, 300]);
        let mut columns = vec![(0..rows).map(Cell::Whole).collect()];
        for column in &world.columns[1..] {
            let missing = *random.pick(&[0, 0, 10]);
            // A run of common contacts, in which no block is spoilt by one, or rare ones among them.
            let rare = *random.pick(&[0, 2, 30]);
            let cell = |_| match &column.kind {
                _ if random.percent(missing) => Cell::Missing,
                Kind::Time(unit) => {
                    let unit = i128::from(nanoseconds(*unit));
                    let days = i128::from(random.between(0, 70));
                    Cell::Time(((NOW - days * 86_400_000_000_000) / unit) as i64)
                }
                _ => events(&column.kind, random.percent(rare), random),
            };
            columns.push((0..rows).map(cell).collect());
        }
        (world, columns)
    });
}
