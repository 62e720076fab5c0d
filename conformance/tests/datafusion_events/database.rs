//! The same contacts and events as flat tables, and what SQL makes of them before anything is asked.

use crate::data::{MONTH, columns, part, streams, unit, wholes};
use crate::shared::{DAY, Database, NOW};
use arrow_array::{ArrayRef, RecordBatch};
use segql::types::RecordType;
use segql_testing::cells::{Cell, Kind};
use segql_testing::layout::{self, Taste};
use segql_testing::random::Random;
use segql_testing::world::Table;

/// The first days of the months of two years, in days before the one in which today is: 2024-11-01 is 730 days before 2026-11-01.
const MONTHS: [i64; 26] = [
    730, 700, 669, 638, 610, 579, 549, 518, 488, 457, 426, 396, 365, 335, 304, 273, 245, 214, 184,
    153, 123, 92, 61, 31, 0, -30,
];

/// Tables of contacts, of each stream, of the catalogue with its genres, and of months. The key of a contact is its row.
pub fn database(table: &Table, titles: Vec<Vec<Cell>>, random: &mut Random) -> Database {
    let mut named = |columns: Vec<(String, Kind)>, rows: Vec<Vec<Cell>>| {
        let arrays = columns.iter().enumerate().map(|(place, (name, kind))| {
            let cells: Vec<_> = rows.iter().map(|row| row[place].clone()).collect();
            (name, layout::array(kind, &cells, Taste::Plain, random))
        });
        let arrays: Vec<(&String, ArrayRef)> = arrays.collect();
        RecordBatch::try_from_iter_with_nullable(
            arrays.into_iter().map(|(name, array)| (name, array, true)),
        )
        .expect("columns of one length")
    };
    let contacts = columns().into_iter().take(5);
    let contacts = contacts.map(|column| (column.name, column.kind));
    let rows = (0..table.rows()).map(|row| {
        let cells = table.columns[..5].iter();
        cells.map(|cells| cells[row].clone()).collect()
    });
    let mut tables = vec![("contacts", named(contacts.collect(), rows.collect()))];
    let mut preparations = vec![
        "CREATE TABLE shelf AS SELECT t.title, t.season, COALESCE(g.crime, 0) AS crime, COALESCE(g.drama, 0) AS drama, \
         COALESCE(g.kids, 0) AS kids FROM titles t LEFT JOIN (SELECT title, \
         COUNT(CASE WHEN genre = 'crime' THEN 1 END) AS crime, COUNT(CASE WHEN genre = 'drama' THEN 1 END) AS drama, \
         COUNT(CASE WHEN genre = 'kids' THEN 1 END) AS kids FROM genres GROUP BY title) g ON g.title = t.title"
            .to_owned(),
        "CREATE TABLE people AS SELECT c.id, c.region, c.level, CAST(c.signup AS BIGINT) AS signup, c.wish, \
         s.season, s.crime, s.drama, s.kids FROM contacts c LEFT JOIN shelf s ON s.title = c.wish"
            .to_owned(),
    ];
    // What is later than now, or at no known time, is not seen.
    for (place, (stream, name, fields)) in streams().into_iter().enumerate() {
        let mut columns = vec![part("event", wholes()), part("contact", wholes())];
        columns.push(part(RecordType::TIME, unit()));
        columns.extend(fields.clone());
        let mut rows = Vec::new();
        for (contact, cell) in table.columns[5 + place].iter().enumerate() {
            let Cell::List(events) = cell else { continue };
            for event in events {
                let Cell::Record(cells) = event else { continue };
                let mut row = vec![
                    Cell::Whole(rows.len() as i128),
                    Cell::Whole(contact as i128),
                ];
                row.extend(cells.iter().cloned());
                rows.push(row);
            }
        }
        tables.push((stream, named(columns, rows)));
        let has_title = fields.iter().any(|(name, _)| name == "title");
        let (of_title, join) = if has_title {
            (
                ", s.season, s.crime, s.drama, s.kids",
                " LEFT JOIN shelf s ON s.title = e.title",
            )
        } else {
            ("", "")
        };
        let fields = fields.iter().map(|(name, _)| match name.as_str() {
            "amount" => ", CAST(e.amount * 100 AS BIGINT) AS cents".to_owned(),
            name => format!(", e.{name}"),
        });
        preparations.push(format!(
            "CREATE TABLE {name} AS SELECT e.event, e.contact, CAST(e.time AS BIGINT) AS instant{}{of_title} \
             FROM {stream} e{join} WHERE CAST(e.time AS BIGINT) <= {NOW}",
            fields.collect::<String>()
        ));
    }
    let genres = titles.iter().flat_map(|title| match &title[1] {
        Cell::List(genres) => {
            let genres = genres.iter();
            genres
                .map(|genre| vec![title[0].clone(), genre.clone()])
                .collect()
        }
        _ => Vec::new(),
    });
    let kinds = vec![part("title", Kind::Text), part("genre", Kind::Text)];
    tables.push(("genres", named(kinds, genres.collect())));
    let rows = titles.into_iter();
    let rows = rows.map(|title| vec![title[0].clone(), title[2].clone()]);
    let kinds = vec![part("title", Kind::Text), part("season", wholes())];
    tables.push(("titles", named(kinds, rows.collect())));
    let months = MONTHS.windows(2).map(|pair| {
        let first = |days: i64| Cell::Whole(((MONTH - days) * DAY).into());
        vec![first(pair[0]), first(pair[1])]
    });
    let kinds = vec![part("begins", wholes()), part("ends", wholes())];
    tables.push(("months", named(kinds, months.collect())));
    Database {
        tables,
        preparations,
        contacts: "people",
    }
}
