//! Random schemas with contacts: what a program is checked against and what it is run on.

use crate::cells::{Cell, Kind};
use crate::random::Random;
use crate::stores;
use segql::schema::{Field, KeyList, Schema};

/// A column with the values that it likes.
#[derive(Clone, Debug)]
pub struct Column {
    pub name: String,
    pub kind: Kind,
    /// A few values, so that cells meet each other and the constants of programs.
    pub pool: Vec<Cell>,
    /// How many cells in a hundred are missing.
    pub missing: usize,
    /// Of a stream: whether all events have their time, as those of tables do.
    pub is_timed: bool,
    pub blank_is_missing: bool,
    /// Of a stream: the field whose history it is.
    pub history_of: Option<String>,
}

/// A schema with what is needed to fill it.
#[derive(Clone, Debug)]
pub struct World {
    /// The first is the key.
    pub columns: Vec<Column>,
    pub schema: Schema,
    /// Nanoseconds since 1970-01-01T00:00Z.
    pub now: i128,
}

/// Contacts, a column after the other.
#[derive(Clone, Debug, PartialEq)]
pub struct Table {
    pub columns: Vec<Vec<Cell>>,
}

/// What stands in a column of zones: names of such, in other letters as well, and what is no zone.
pub const ZONE_NAMES: &[&str] = &[
    "UTC",
    "Europe/Brussels",
    "Europe/Brussels",
    "europe/brussels",
    "America/New_York",
    "Asia/Kathmandu",
    "America/Havana",
    "Pacific/Apia",
    "Pacific/Kiritimati",
    "Pacific/Pago_Pago",
    "Europe/Brusels",
    "+01:00",
    "",
];

/// Zones with quarter hours, with a change of clocks at midnight, with a skipped day.
const ZONES: &[&str] = &[
    "UTC",
    "Europe/Brussels",
    "America/New_York",
    "Asia/Kathmandu",
    "America/Havana",
    "Pacific/Apia",
    "Australia/Lord_Howe",
];

impl World {
    /// A key and up to `most` other fields; behind them, as often as not, streams of events.
    pub fn random(random: &mut Random, most: usize) -> World {
        let now = random_now(random);
        let count = 1 + random.below(most);
        let mut columns = vec![Column::key()];
        for place in 0..count {
            let kind = Kind::random(random);
            let sizes = if kind == Kind::Text && random.percent(20) {
                [40, 60]
            } else {
                [1, 9]
            };
            let pool = if kind == Kind::Text && random.percent(25) {
                let names = ZONE_NAMES.iter();
                names.map(|name| Cell::Text((*name).into())).collect()
            } else {
                (0..random.between(sizes[0], sizes[1]))
                    .map(|_| kind.cell(random, now))
                    .collect()
            };
            columns.push(Column {
                name: format!("f{place}"),
                blank_is_missing: matches!(kind.element(), Kind::Text) && random.percent(15),
                kind,
                pool,
                missing: *random.pick(&[0, 0, 10, 30, 30, 100]),
                is_timed: false,
                history_of: None,
            });
        }
        if random.percent(50) {
            for place in 0..1 + random.below(2) {
                let kind = Kind::stream(random);
                columns.push(Column {
                    name: format!("e{place}"),
                    blank_is_missing: random.percent(15),
                    pool: (0..random.between(1, 9))
                        .map(|_| kind.cell(random, now))
                        .collect(),
                    kind,
                    missing: *random.pick(&[0, 0, 10]),
                    is_timed: random.percent(65),
                    history_of: None,
                });
            }
        }
        let zone = *random.pick::<&str>(ZONES);
        let of_zones = columns
            .iter()
            .find(|column| column.kind == Kind::Text && column.pool.len() == ZONE_NAMES.len());
        let own = of_zones.map(|column| column.name.clone());
        for _ in 0..*random.pick(&[0, 0, 1, 2]) {
            let history = Column::history(&columns, own.as_deref(), random, now);
            columns.extend(history);
        }
        let mut world = World::new(columns, zone, own.as_deref(), now);
        world.schema = world.schema.with_lists(world.lists(random), Vec::new());
        let stores = stores::catalogues(&world.columns, random, now);
        world.schema = world.schema.with_catalogues(stores, Vec::new());
        world
    }

    /// Lists of keys, some of which contacts have.
    fn lists(&self, random: &mut Random) -> Vec<KeyList> {
        let pools = || self.columns.iter().flat_map(|column| &column.pool);
        let mut texts: Vec<String> = vec!["nobody has this".into(), String::new()];
        let mut numbers: Vec<i128> = vec![0, 3, i128::from(i64::MAX) + 1];
        for cell in pools() {
            match cell {
                Cell::Text(text) if random.percent(40) => texts.push(text.to_string()),
                Cell::Whole(number) if random.percent(40) => numbers.push(*number),
                _ => {}
            }
        }
        vec![
            KeyList::of_texts("texts", texts),
            KeyList::of_numbers("numbers", numbers),
        ]
    }

    /// The columns that a text may name: all but the histories of fields.
    pub fn named(&self) -> impl Iterator<Item = &Column> {
        self.columns.iter().filter(|one| one.history_of.is_none())
    }

    /// The streams of events that a text may name.
    pub fn streams(&self) -> impl Iterator<Item = &Column> {
        self.named().filter(|column| column.kind.is_stream())
    }

    /// The history of the field of that name, with its place, where it has one.
    pub fn history(&self, field: &str) -> Option<(usize, &Column)> {
        let mut all = self.columns.iter().enumerate();
        all.find(|(_, column)| column.history_of.as_deref() == Some(field))
    }

    /// The schema of these columns, of which the first is the key; one of text may name the contacts' own zones.
    ///
    /// # Panics
    /// Where they do not make a schema; the caller chose them.
    pub fn new(columns: Vec<Column>, zone: &str, contact_zone: Option<&str>, now: i128) -> World {
        World::referring(columns, zone, contact_zone, now, &[])
    }

    /// The same, where fields (`region`, `view.title`) hold keys of catalogues.
    ///
    /// # Panics
    /// As [`World::new`].
    pub fn referring(
        columns: Vec<Column>,
        zone: &str,
        contact_zone: Option<&str>,
        now: i128,
        references: &[(String, String)],
    ) -> World {
        let mut builder = Schema::builder().key(&columns[0].name).zone(zone);
        if let Some(field) = contact_zone {
            builder = builder.contact_zone(field);
        }
        for column in &columns {
            let mut field = Field::new(&column.name, column.kind.type_of());
            field.blank_is_missing = column.blank_is_missing;
            field.history_of.clone_from(&column.history_of);
            let of_field = references.iter().find(|(of, _)| *of == column.name);
            field.catalogue = of_field.map(|(_, catalogue)| catalogue.as_str().into());
            builder = builder.field(field);
            for (of, catalogue) in references {
                if let Some((stream, part)) = of.split_once('.')
                    && stream == column.name
                {
                    builder = builder.part_catalogue(part, catalogue);
                }
            }
        }
        let schema = builder.build().expect("generated columns make a schema");
        World {
            columns,
            schema,
            now,
        }
    }

    /// So many contacts with keys 0, 1, 2 …
    pub fn table(&self, random: &mut Random, rows: usize) -> Table {
        let keys = (0..rows).map(|row| Cell::Whole(row as i128)).collect();
        let mut columns = vec![keys];
        for column in &self.columns[1..] {
            // Runs of equal cells now and then, as sorted files have them.
            let run = *random.pick(&[1, 1, 1, 5, 40]);
            let mut cells: Vec<Cell> = Vec::with_capacity(rows);
            while cells.len() < rows {
                let cell = column.cell(random, self.now);
                let times = 1 + random.below(run);
                cells.extend(std::iter::repeat_n(cell, times.min(rows - cells.len())));
            }
            columns.push(cells);
        }
        Table { columns }
    }
}

impl Column {
    /// The key, `id`, a whole number.
    pub fn key() -> Column {
        Column {
            name: "id".into(),
            kind: Kind::Whole(0, i64::MAX.into()),
            pool: Vec::new(),
            missing: 0,
            is_timed: false,
            blank_is_missing: false,
            history_of: None,
        }
    }

    /// The history of a field that has none yet; none where no field may have one. What the contacts' zones and their key are is not asked of another
    /// instant.
    fn history(
        columns: &[Column],
        zones: Option<&str>,
        random: &mut Random,
        now: i128,
    ) -> Option<Column> {
        let has_history = |name: &str| {
            let mut of = columns.iter().filter_map(|one| one.history_of.as_deref());
            of.any(|of| of == name)
        };
        let fields: Vec<&Column> = (columns.iter().skip(1))
            .filter(|column| !column.kind.is_stream() && column.kind != Kind::Point)
            .filter(|column| zones != Some(column.name.as_str()) && !has_history(&column.name))
            .collect();
        if fields.is_empty() {
            return None;
        }
        let of = *random.pick(&fields);
        let kind = Kind::stream_of(vec![("value".to_owned(), of.kind.clone())], random);
        let parts = |random: &mut Random| match random.pick(&of.pool) {
            // Mostly what the field holds elsewhere, at a time of its own.
            value if random.percent(85) => {
                Cell::Record(vec![kind.time(random, now), value.clone()])
            }
            _ => Cell::Record(vec![kind.time(random, now), Cell::Missing]),
        };
        let pool = (0..random.between(1, 9)).map(|_| Cell::List(vec![parts(random)]));
        Some(Column {
            name: format!("{} (history)", of.name),
            pool: pool.collect(),
            missing: *random.pick(&[0, 0, 10]),
            is_timed: random.percent(80),
            blank_is_missing: random.percent(15),
            history_of: Some(of.name.clone()),
            kind,
        })
    }

    /// A cell: missing, of the pool, or another of the kind; of a stream, several of them together.
    pub fn cell(&self, random: &mut Random, now: i128) -> Cell {
        if random.percent(self.missing) {
            Cell::Missing
        } else if self.kind.is_stream() {
            let mut events = Vec::new();
            for _ in 0..*random.pick(&[0, 1, 1, 2, 3, 8]) {
                if let Cell::List(more) = random.pick(&self.pool) {
                    events.extend(more.iter().cloned());
                }
            }
            if self.is_timed {
                events.retain(|event| match event {
                    Cell::Record(parts) => parts[0] != Cell::Missing,
                    _ => false,
                });
            }
            let mut cell = Cell::List(events);
            self.kind.in_order(&mut cell);
            cell
        } else if self.pool.is_empty() || random.percent(10) {
            self.kind.cell(random, now)
        } else {
            random.pick(&self.pool).clone()
        }
    }
}

impl Kind {
    /// The kind of the elements, of a list; else the kind itself.
    pub fn element(&self) -> &Kind {
        match self {
            Kind::List(element) => element,
            other => other,
        }
    }
}

impl Table {
    pub fn rows(&self) -> usize {
        self.columns.first().map_or(0, Vec::len)
    }

    /// These rows, in this order.
    #[must_use]
    pub fn take(&self, rows: &[usize]) -> Table {
        let columns = self.columns.iter();
        Table {
            columns: columns
                .map(|cells| rows.iter().map(|row| cells[*row].clone()).collect())
                .collect(),
        }
    }
}

/// An instant, often one where the clock does something.
fn random_now(random: &mut Random) -> i128 {
    let second = *random.pick(&[
        1_795_338_000, // 2026-11-22T09:00Z
        1_774_746_000, // 2026-03-29T01:00Z, clocks go forward in Europe
        1_792_890_000, // 2026-10-25T01:00Z, clocks go back in Europe
        1_709_208_000, // 2024-02-29T12:00Z
        1_325_239_200, // 2011-12-30T10:00Z, Apia skips a day
        1_767_225_599, // 2025-12-31T23:59:59Z
        1_772_956_800, // 2026-03-08T08:00Z, clocks change in America
        0,
    ]);
    let nanoseconds = *random.pick(&[0, 0, 1, 999_999_999]);
    let drift = if random.percent(50) {
        0
    } else {
        random.between(-40_000_000, 40_000_000)
    };
    i128::from(second + drift) * 1_000_000_000 + nanoseconds
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_seed_makes_the_same_world_again() {
        let table = |seed| {
            let mut random = Random::new(seed);
            let world = World::random(&mut random, 8);
            format!("{:?}", world.table(&mut random, 50))
        };
        assert_eq!(table(3), table(3));
        assert_ne!(table(3), table(4));
    }

    #[test]
    fn worlds_hold_every_type() {
        let mut random = Random::new(1);
        let mut names = std::collections::BTreeSet::new();
        for _ in 0..1_000 {
            let world = World::random(&mut random, 8);
            names.extend(
                world
                    .columns
                    .iter()
                    .map(|column| column.kind.type_of().name()),
            );
        }
        for name in [
            "bool",
            "int",
            "number",
            "text",
            "date",
            "time",
            "duration",
            "list of text",
            "list of int",
            "list of number",
            "list of time",
            "list of date",
        ] {
            assert!(names.contains(name), "no {name} in {names:?}");
        }
    }
}
