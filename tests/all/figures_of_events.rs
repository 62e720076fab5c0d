//! What very many contacts have in common in their events, and figures of groups beside what a contact has: over titles that are near and far apart, that a catalogue
//! knows or not, that are missing and had equally often. Every executor says what the reference says.
//!
//! `SEGQL_TEST_CASES` asks for a longer run.

use crate::differential::conditions_agree;
use arrow_schema::TimeUnit;
use segql::schema::{Catalogue, Field};
use segql::types::{Constant, Exact, NumberKind, Type};
use segql_testing::cells::{Cell, Kind};
use segql_testing::random::Random;
use segql_testing::world::{Column, World};

const NOW: i128 = 1_766_880_000_000_000_000;

const CONDITIONS: &[&str] = &[
    // How many have the title of an event.
    "did view[reach(title of view) < 3]",
    "did view[reach(title of view in last 20 days) >= 4]",
    "did view[reach(title of view in last 5 days) = 0]",
    "did view[reach(title of view[channel = \"web\"]) = 2]",
    "did view[reach(title of view) is missing]",
    "count(view[reach(title of view among region = \"be\") > 2]) >= 2",
    "did view[reach(title of view per region) = 1]",
    "did view[reach(title of view per region) = 0]",
    "did view[reach(title of view per region) is missing]",
    "did view[reach(title of view among plan = 1 per (region, plan)) >= 1]",
    "did buy[reach(title of buy in last 30 days per plan) between 2 and 5]",
    "sum(reach(title of view) of view in last 30 days) > 20",
    "max(reach(channel of view) of view) > 30",
    "did view[reach(channel of view per plan) < 12]",
    "did view[reach(title.genre of view) <= 40]",
    "did view[reach(title.genre of view in last 10 days per region) between 1 and 6]",
    "did view[reach(title.genre of view among region = \"be\") = 0]",
    "did view[reach(title.genre of view per region) is missing]",
    "did view[reach(title.year of view) < 10]",
    "did view[reach(title.tags of view) < 4]",
    "did view[reach(hour(time) of view) < 9]",
    "did view[reach(weekday(time) of view per region) > 6]",
    "did view[reach(date(time) of view) >= 4]",
    "did buy[reach(amount of buy) > 5]",
    // What most have.
    "did view[title in top(3, title of view)]",
    "did view[title in top(40, title of view in last 30 days)]",
    "did view[NOT title in top(1, title of view)]",
    "did view[title in top(1, title of view in last 3 days per region)]",
    "did view[NOT title in top(2, title of view per region)]",
    "did view[title in top(2, title of view among plan = 1)]",
    "did view[title.genre in top(2, title.genre of view in last 30 days)]",
    "did view[NOT title.genre in top(1, title.genre of view)]",
    "did view[title.genre in top(1, title.genre of view per (region, plan))]",
    "did view[title.year in top(2, title.year of view)]",
    "did view[channel in top(1, channel of view)]",
    "did view[hour(time) in top(4, hour(time) of view)]",
    "did buy[amount in top(2, amount of buy)]",
    "did buy[title in top(5, title of view)]",
    "count(view[title not in top(1, title of buy)]) > 2",
    "top(2, title of view) has any of (1, 2)",
    "top(3, title of view per region) has any of (3, 4)",
    "plan in top(1, plan)",
    "reach(plan) > 20",
    "reach(plan per region) between 2 and 12",
    "reach(region) > 20",
    // What a catalogue knows of them.
    "min(title.year of view) < 1992",
    "max(title.year of view in last 20 days) - min(title.year of view) >= 4",
    "sum(title.year of view[channel = \"web\"]) < 4000",
    "count(distinct title.year of view) >= 3",
    "did view[title.year is missing]",
    "did view[title.year + 3 > 1999]",
    // A contact beside a figure of its group.
    "count(view) <= 2 * avg(count(view) per region)",
    "count(view) > avg(count(view) among plan = 1 per region)",
    "count(view in last 20 days) < 0.5 * avg(count(view in last 20 days) among region in (\"be\", \"nl\") per plan)",
    "2 * avg(count(view) per region) = count(view)",
    "count(view) >= median(count(view) per (region, plan))",
    "count(view) between min(count(view) per region) + 1 and max(count(view) per region) - 1",
    "count(view) > sum(count(buy) per region) / count(contacts among plan = 1 per region)",
    "count(view) > (avg(count(view) per region) ?? 3)",
    "count(view) > (avg(count(view) among plan = 2 per region) ?? 1)",
    "avg(count(view) per region) > 2.5",
    "avg(count(view) per region) > avg(count(view) per plan)",
    "count(view) < avg(count(view) per region) + avg(count(view) per plan)",
    "spent > avg(spent per region)",
    "spent <= 0.5 * avg(spent among plan = 1 per region)",
    "spent < avg(plan per region)",
    "plan < avg(spent per region)",
    "plan = median(plan per region)",
    "signed > min(signed per region)",
    "signed < min(signed per plan) + 3 days",
    "date(signed) > min(date(signed) per region)",
    "large > avg(large per region)",
    "large <= avg(large per plan)",
    "region = max(region per plan)",
    "did buy[amount > avg(sum(amount of buy) per region)]",
    "did view[hour(time) < 5 * avg(plan per region)]",
];

fn column(name: &str, kind: Kind) -> Column {
    Column {
        name: name.into(),
        kind,
        pool: Vec::new(),
        missing: 0,
        is_timed: true,
        blank_is_missing: false,
        history_of: None,
    }
}

fn stream(name: &str, fields: &[(&str, Kind)], unit: TimeUnit) -> Column {
    let fields = fields.iter();
    let fields = fields.map(|(name, kind)| ((*name).to_owned(), kind.clone()));
    column(name, Kind::events(fields.collect(), unit))
}

/// Titles, of which some are in no catalogue.
struct Titles {
    /// How far two are apart.
    step: i64,
    number: i64,
}

impl Titles {
    fn drawn(random: &mut Random) -> Self {
        Self {
            step: *random.pick(&[1, 1, 1_000_003, 1 << 50]),
            number: *random.pick(&[4, 12, 200]),
        }
    }

    fn draw(&self, random: &mut Random) -> i64 {
        // The first are had by many.
        let most = *random.pick(&[2, 6, self.number]);
        random.between(0, most.min(self.number)) * self.step
    }

    fn catalogue(&self, random: &mut Random) -> Catalogue {
        let text = Type::Text;
        let whole = Type::Number(NumberKind::Whole);
        let fields = vec![
            Field::new("key", whole.clone()),
            Field::new("genre", text.clone()),
            Field::new("year", whole),
            Field::new("tags", text),
        ];
        let number = |number: i64| Constant::Number(Exact::whole(number.into()));
        let missing = *random.pick(&[0, 0, 20]);
        let records = (0..self.number).filter(|title| title % 7 != 5);
        let records: Vec<i64> = records.collect();
        let record = |title: i64| {
            let genre = *random.pick(&["drama", "short", "news", "western"]);
            let mut parts = vec![
                number(title * self.step),
                Constant::Text(genre.into()),
                number(1990 + random.between(0, 9)),
                Constant::Text(format!("tag {title}").into()),
            ];
            for part in &mut parts[1..] {
                if random.percent(missing) {
                    *part = Constant::Missing;
                }
            }
            Constant::Record(parts.into_iter().collect())
        };
        let records = records.into_iter().map(record).collect();
        Catalogue::new("titles", fields, Some("key"), records).expect("keys stand once")
    }
}

fn world(titles: &Titles, random: &mut Random) -> World {
    let units = [TimeUnit::Millisecond, TimeUnit::Microsecond];
    let unit = *random.pick(&units);
    let title = match titles.step {
        1 => Kind::Whole(0, 1000),
        _ => Kind::Whole(i64::MIN.into(), i64::MAX.into()),
    };
    let columns = vec![
        Column::key(),
        column("region", Kind::Text),
        column("plan", Kind::Whole(0, 100)),
        column("large", Kind::Whole(i64::MIN.into(), i64::MAX.into())),
        column("spent", Kind::Float(64)),
        column("signed", Kind::Time(unit)),
        stream(
            "view",
            &[("title", title.clone()), ("channel", Kind::Text)],
            unit,
        ),
        stream(
            "buy",
            &[("title", title), ("amount", Kind::Float(64))],
            unit,
        ),
    ];
    let references = ["view.title", "buy.title"];
    let references = references.map(|field| (field.to_owned(), "titles".to_owned()));
    let mut world = World::referring(columns, "UTC", None, NOW, &references);
    let catalogue = titles.catalogue(random);
    world.schema = world.schema.with_catalogues(vec![catalogue], Vec::new());
    world
}

fn time(kind: &Kind, random: &mut Random) -> Cell {
    let Kind::Time(unit) = kind else {
        return Cell::Missing;
    };
    let nanoseconds = segql_testing::cells::nanoseconds(*unit);
    let hours = i128::from(random.between(1, 40 * 24));
    Cell::Time(((NOW - hours * 3_600_000_000_000) / i128::from(nanoseconds)) as i64)
}

fn events(kind: &Kind, titles: &Titles, random: &mut Random) -> Cell {
    let Kind::Record(parts) = kind.element() else {
        return Cell::Missing;
    };
    let number = *random.pick(&[0, 0, 1, 2, 3, 5, 12]);
    let event = |_| {
        let part = |(name, kind): &(String, Kind)| match (name.as_str(), kind) {
            (_, Kind::Time(_)) => time(kind, random),
            _ if random.percent(6) => Cell::Missing,
            ("channel", _) => Cell::Text((*random.pick(&["web", "web", "app"])).to_owned()),
            ("title", _) => Cell::Whole(titles.draw(random).into()),
            _ => Cell::Float(random.between(0, 6) as f64 / 2.0),
        };
        Cell::Record(parts.iter().map(part).collect())
    };
    let mut cell = Cell::List((0..number).map(event).collect());
    kind.in_order(&mut cell);
    cell
}

fn cell(column: &Column, titles: &Titles, random: &mut Random) -> Cell {
    match (column.name.as_str(), &column.kind) {
        ("view" | "buy", kind) => events(kind, titles, random),
        _ if random.percent(12) => Cell::Missing,
        ("region", _) => Cell::Text((*random.pick(&["be", "be", "nl", "fr"])).to_owned()),
        ("plan", _) => Cell::Whole(random.between(0, 3).into()),
        ("spent", _) => Cell::Float(random.between(-3, 12) as f64 / 10.0),
        (_, kind @ Kind::Time(_)) => time(kind, random),
        (_, kind) => kind.cell(random, NOW),
    }
}

#[test]
fn figures_of_events_are_what_the_reference_says() {
    conditions_agree(CONDITIONS, |random| {
        let titles = Titles::drawn(random);
        let world = world(&titles, random);
        let rows = *random.pick(&[1, 63, 70, 130, 300]);
        let mut columns = vec![(0..rows).map(Cell::Whole).collect()];
        for column in &world.columns[1..] {
            let cells = (0..rows).map(|_| cell(column, &titles, random));
            columns.push(cells.collect());
        }
        (world, columns)
    });
}
