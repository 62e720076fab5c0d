//! Contacts with streams of events, and a catalogue that they refer to.

use crate::database::database;
use crate::shared::{DAY, Database, NOW, TODAY};
use segql::schema::{Catalogue, Field};
use segql_testing::cells::{Cell, Kind};
use segql_testing::random::Random;
use segql_testing::world::{Column, Table, World};

pub const TITLES: [&str; 5] = ["alps", "bees", "cats", "dunes", "lost"];
pub const GENRES: [&str; 3] = ["crime", "drama", "kids"];
pub const WORDS: [&str; 4] = ["tv", "web", "app", ""];
pub const REGIONS: [&str; 3] = ["BE", "NL", "FR"];

/// 2026-11-01
pub const MONTH: i64 = TODAY - 21;

pub fn unit() -> Kind {
    Kind::Time(arrow_schema::TimeUnit::Second)
}

pub fn part(name: &str, kind: Kind) -> (String, Kind) {
    (name.into(), kind)
}

pub fn wholes() -> Kind {
    Kind::Whole(i64::MIN.into(), i64::MAX.into())
}

/// A stream, the table that stands for it, and its fields.
pub type Stream = (&'static str, &'static str, Vec<(String, Kind)>);

pub fn streams() -> [Stream; 3] {
    [
        (
            "view",
            "views",
            vec![
                part("title", Kind::Text),
                part("minutes", wholes()),
                part("device", Kind::Text),
            ],
        ),
        (
            "purchase",
            "purchases",
            vec![
                part("amount", Kind::Decimal(2)),
                part("channel", Kind::Text),
                part("title", Kind::Text),
            ],
        ),
        (
            "login",
            "logins",
            vec![part("ok", Kind::Boolean), part("day", Kind::Date)],
        ),
    ]
}

pub fn columns() -> Vec<Column> {
    let column = |name: &str, kind: Kind| Column {
        name: name.into(),
        kind,
        pool: Vec::new(),
        missing: 0,
        is_timed: false,
        blank_is_missing: false,
        history_of: None,
    };
    let mut columns = vec![
        Column::key(),
        column("region", Kind::Text),
        column("level", wholes()),
        column("signup", unit()),
        column("wish", Kind::Text),
    ];
    for (name, _, fields) in streams() {
        columns.push(column(
            name,
            Kind::events(fields, arrow_schema::TimeUnit::Second),
        ));
    }
    columns
}

fn text(random: &mut Random, words: &[&str]) -> Cell {
    Cell::Text((*random.pick(words)).into())
}

fn value(random: &mut Random, name: &str, kind: &Kind) -> Cell {
    if random.percent(15) {
        return Cell::Missing;
    }
    match kind {
        Kind::Text if matches!(name, "title" | "wish") => text(random, &TITLES),
        Kind::Text if name == "region" => text(random, &REGIONS),
        Kind::Text => text(random, &WORDS),
        Kind::Whole(..) => Cell::Whole(random.between(-1, 5).into()),
        Kind::Decimal(_) => Cell::Decimal(i128::from(random.between(-1, 6)) * 250),
        Kind::Boolean => Cell::Boolean(random.percent(50)),
        Kind::Date => Cell::Date(TODAY - *random.pick(&[0, 1, 21, 22, 30])),
        _ => Cell::Time(instant(random, &[NOW])),
    }
}

/// An instant at which windows that begin or end at one of these have an edge, or a second beside it; or the beginning of a period.
fn instant(random: &mut Random, edges: &[i64]) -> i64 {
    let days = *random.pick(&[0, 0, 0, 1, 2, 7, 7, 14, 30, 30, 60, 90, 90, 365]);
    let second = *random.pick(&[0, 0, 0, 1, -1]);
    let edge = *random.pick(edges);
    match random.below(8) {
        0 => (TODAY - *random.pick(&[-1, 0, 1, 6, 13, 20, 21, 27, 34, 52])) * DAY + second,
        1 => edge + days.min(90) * DAY + second,
        2 => NOW - random.between(0, 100 * DAY),
        _ => edge - days * DAY + second,
    }
}

fn events(random: &mut Random, fields: &[(String, Kind)], signup: &Cell) -> Cell {
    let mut edges = vec![NOW, NOW];
    if let Cell::Time(signup) = signup {
        edges.push(*signup);
    }
    let mut events = Vec::new();
    for _ in 0..*random.pick(&[0, 1, 1, 2, 3, 5, 8]) {
        // The table of months does not reach further back.
        let time = match edges.last() {
            Some(same) if random.percent(15) => *same,
            _ => instant(random, &edges).max(NOW - 700 * DAY),
        };
        edges.push(time);
        let time = if random.percent(4) {
            Cell::Missing
        } else {
            Cell::Time(time)
        };
        let mut cells = vec![time];
        cells.extend(fields.iter().map(|(name, kind)| value(random, name, kind)));
        let copies = if random.percent(5) { 2 } else { 1 };
        events.extend(std::iter::repeat_n(Cell::Record(cells), copies));
    }
    Cell::List(events)
}

/// A catalogue of titles: their genres, several or none or unknown, and their season.
fn titles(random: &mut Random) -> Vec<Vec<Cell>> {
    let mut titles = Vec::new();
    for title in &TITLES[..4] {
        let genres = match random.below(6) {
            0 => Cell::Missing,
            1 => Cell::List(vec![]),
            _ => {
                let mut genres: Vec<_> = (GENRES.iter())
                    .map(|genre| Cell::Text((*genre).into()))
                    .filter(|_| random.percent(50))
                    .collect();
                if random.percent(20) {
                    genres.push(Cell::Missing);
                }
                random.shuffle(&mut genres);
                Cell::List(genres)
            }
        };
        let season = value(random, "season", &wholes());
        titles.push(vec![Cell::Text((*title).into()), genres, season]);
    }
    titles
}

/// So many contacts, as segql has them and as a database has them.
pub fn data(random: &mut Random, rows: usize) -> (World, Table, Database) {
    let references = ["wish", "view.title", "purchase.title"];
    let references = references.map(|field| (field.to_owned(), "titles".to_owned()));
    let now = i128::from(NOW) * 1_000_000_000;
    let mut world = World::referring(columns(), "UTC", None, now, &references);
    let titles = titles(random);
    let kinds = [
        part("title", Kind::Text),
        part("genres", Kind::List(Box::new(Kind::Text))),
        part("season", wholes()),
    ];
    let record = Kind::Record(kinds.to_vec());
    let records = titles.iter().cloned().map(Cell::Record);
    let catalogue = Catalogue::new(
        "titles",
        (kinds.iter())
            .map(|(name, kind)| Field::new(name, kind.type_of()))
            .collect(),
        Some("title"),
        records.map(|cell| record.constant(&cell)).collect(),
    );
    let catalogues = vec![catalogue.expect("a key for each title")];
    world.schema = world.schema.with_catalogues(catalogues, Vec::new());

    let mut table = Table {
        columns: vec![Vec::new(); world.columns.len()],
    };
    for row in 0..rows {
        table.columns[0].push(Cell::Whole(row as i128));
        for place in 1..5 {
            let column = &world.columns[place];
            table.columns[place].push(value(random, &column.name, &column.kind));
        }
        let signup = table.columns[3][row].clone();
        for (place, (_, _, fields)) in streams().iter().enumerate() {
            let mut cell = match random.below(12) {
                0 => Cell::Missing,
                _ => events(random, fields, &signup),
            };
            world.columns[5 + place].kind.in_order(&mut cell);
            table.columns[5 + place].push(cell);
        }
    }
    let database = database(&table, titles, random);
    (world, table, database)
}
