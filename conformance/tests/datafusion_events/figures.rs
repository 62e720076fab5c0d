//! Sums and averages, the first and the last, gaps, shares and favourites.

use crate::behaviour::single_or_genres;
use crate::fields::{Part, Sort, bracket, number, value};
use crate::selections::{Selection, days, selection};
use crate::shared::{Both, DAY, NOW};
use crate::{Writer, resting};

const LEVEL: [&str; 2] = ["level", "people.level"];

/// The figures of the values `x` that a query has for each `person`.
fn figures_of(values: &str) -> String {
    format!(
        "SELECT person, SUM(x) AS total, COUNT(x) AS number, MIN(x) AS least, MAX(x) AS greatest FROM ({values}) v GROUP BY person"
    )
}

/// The one or two values in the middle: their sum, and how many they are.
fn median_of(values: &str) -> String {
    format!(
        "SELECT person, SUM(x) AS total, COUNT(*) AS number FROM (SELECT person, x, ROW_NUMBER() OVER (PARTITION BY person ORDER BY x) AS place, \
         COUNT(*) OVER (PARTITION BY person) AS size FROM ({values}) v WHERE x IS NOT NULL) r \
         WHERE place = (size + 1) / 2 OR place = (size + 2) / 2 GROUP BY person"
    )
}

/// The seconds since the event before; of different times alone, or of all.
fn gaps(selection: &Selection, distinct: bool) -> String {
    let distinct = if distinct { "DISTINCT " } else { "" };
    format!(
        "SELECT person, x FROM (SELECT person, instant - LAG(instant) OVER (PARTITION BY person ORDER BY instant) AS x FROM \
         (SELECT {distinct}c.id AS person, e.instant AS instant {}) i) g WHERE x IS NOT NULL",
        selection.from()
    )
}

/// A figure of numbers or of gaps, held against a constant.
pub fn figure(writer: &mut Writer<'_>) -> Both {
    let selection = selection(writer);
    let said = selection.seg();
    let parts: Vec<&Part> = (selection.stream.parts.iter())
        .filter(|part| part.sort.is_number() || part.sort == Sort::Day)
        .collect();
    let part = *writer.random.pick(&parts);
    let (values, of, (bound, constant)) = if writer.random.percent(35) {
        let distinct = writer.random.percent(20);
        let of = if distinct {
            format!("gap of (distinct time of {said})")
        } else {
            format!("gap of {said}")
        };
        let days = *writer.random.pick(&[0, 1, 2, 7, 23, 30]);
        let length = (format!("{days} days"), days * DAY);
        (gaps(&selection, distinct), of, length)
    } else {
        let values = format!(
            "SELECT c.id AS person, e.{} AS x {}",
            part.sql,
            selection.from()
        );
        let of = format!("{} of {said}", part.seg);
        if part.sort == Sort::Day {
            return edge_of_days(writer, &values, &of);
        }
        (values, of, number(writer, part.sort))
    };
    let operator = writer.operator();
    let (figure, sql, is_median) = match writer.random.below(6) {
        0 => (
            "sum",
            format!("COALESCE({{0}}.total, 0) {operator} {constant}"),
            false,
        ),
        1 => (
            "avg",
            format!("{{0}}.total {operator} {constant} * {{0}}.number"),
            false,
        ),
        2 => ("min", format!("{{0}}.least {operator} {constant}"), false),
        3 => (
            "max",
            format!("{{0}}.greatest {operator} {constant}"),
            false,
        ),
        4 => {
            let figure = *writer.random.pick(&["avg", "min", "max", "median"]);
            let query = figures_of(&values);
            let seg = format!("{figure}({of}) is missing");
            return resting(writer, seg, "COALESCE({0}.number, 0) = 0", vec![query]);
        }
        _ => (
            "median",
            format!("{{0}}.total {operator} {constant} * {{0}}.number"),
            true,
        ),
    };
    let query = if is_median {
        median_of(&values)
    } else {
        figures_of(&values)
    };
    let seg = format!("{figure}({of}) {operator} {bound}");
    resting(writer, seg, &sql, vec![query])
}

fn edge_of_days(writer: &mut Writer<'_>, values: &str, of: &str) -> Both {
    let (figure, aggregate) = *writer.random.pick(&[("min", "MIN"), ("max", "MAX")]);
    let query = format!("SELECT person, {aggregate}(x) AS day FROM ({values}) v GROUP BY person");
    let both = value(
        writer,
        &format!("{figure}({of})"),
        "{0}.day",
        Sort::Day,
        LEVEL,
    );
    taking(writer, both, query)
}

/// A test of a single value that the query has.
fn taking(writer: &mut Writer<'_>, mut both: Both, query: String) -> Both {
    let name = writer.name();
    both.sql = both.sql.replace("{0}", &name);
    both.joined.push((name, query));
    both
}

/// The first and the last event: their fields and their times.
pub fn end(writer: &mut Writer<'_>) -> Both {
    let selection = selection(writer);
    let is_first = writer.random.percent(50);
    let (word, aggregate) = if is_first {
        ("first", "MIN")
    } else {
        ("last", "MAX")
    };
    let seg = format!("{word}({})", selection.seg());
    if writer.random.percent(55) {
        // Ties go by the other fields; what is missing is the smallest.
        let way = if is_first {
            "ASC NULLS FIRST"
        } else {
            "DESC NULLS LAST"
        };
        let order: Vec<_> = (["instant"].iter().chain(selection.stream.order))
            .map(|column| format!("e.{column} {way}"))
            .collect();
        let part = writer.random.pick(selection.stream.parts);
        let query = format!(
            "SELECT person, x FROM (SELECT c.id AS person, e.{} AS x, ROW_NUMBER() OVER (PARTITION BY c.id ORDER BY {}) AS place {}) r WHERE place = 1",
            part.sql,
            order.join(", "),
            selection.from()
        );
        let seg = format!("{seg}.{}", part.seg);
        let both = value(writer, &seg, "{0}.x", part.sort, LEVEL);
        return taking(writer, both, query);
    }
    let query = format!(
        "SELECT c.id AS person, {aggregate}(e.instant) AS x {} GROUP BY c.id",
        selection.from()
    );
    let operator = writer.operator();
    let days = days(writer);
    let length = days * DAY;
    let (seg, sql) = match writer.random.below(6) {
        0 => (format!("{seg} is missing"), "{0}.x IS NULL".to_owned()),
        1 => (
            format!("{seg} over {days} days ago"),
            format!("{{0}}.x <= {}", NOW - length),
        ),
        2 => (
            format!("{seg} before signup"),
            "{0}.x < people.signup".into(),
        ),
        3 => (
            format!("{seg} within {days} days after signup"),
            format!("{{0}}.x > people.signup AND {{0}}.x <= people.signup + {length}"),
        ),
        4 => {
            let gaps = median_of(&gaps(&selection, false));
            let seg = format!(
                "since({seg}) {operator} 2 * median(gap of {})",
                selection.seg()
            );
            let sql = format!("({NOW} - {{0}}.x) * {{1}}.number {operator} 2 * {{1}}.total");
            return resting(writer, seg, &sql, vec![query, gaps]);
        }
        _ => (
            format!("since({seg}) {operator} {days} days"),
            format!("{NOW} - {{0}}.x {operator} {length}"),
        ),
    };
    resting(writer, seg, &sql, vec![query])
}

pub fn favourite_or_share(writer: &mut Writer<'_>) -> Both {
    let mut selection = selection(writer);
    let said = selection.seg();
    if writer.random.percent(50) {
        let picked = bracket(writer, selection.stream, "e");
        let query = format!(
            "SELECT c.id AS person, COUNT(*) AS whole, COUNT(CASE WHEN {} THEN 1 END) AS part {} GROUP BY c.id",
            picked.sql,
            selection.from()
        );
        let seg = format!(
            "share({}[{}]{})",
            selection.rows, picked.seg, selection.window
        );
        if writer.random.percent(15) {
            return resting(
                writer,
                format!("{seg} is missing"),
                "{0}.whole IS NULL",
                vec![query],
            );
        }
        let (operator, percent) = (
            writer.operator(),
            *writer.random.pick(&[0, 25, 50, 60, 100]),
        );
        let sql = format!("100 * {{0}}.part {operator} {percent} * {{0}}.whole");
        return resting(
            writer,
            format!("{seg} {operator} {percent}%"),
            &sql,
            vec![query],
        );
    }
    // The most frequent; of equals the one met last; of these the smallest.
    let (seg, sql, sort) = single_or_genres(writer, &mut selection);
    let query = format!(
        "SELECT person, x FROM (SELECT person, x, ROW_NUMBER() OVER (PARTITION BY person ORDER BY times DESC, latest DESC, x ASC) AS place FROM \
         (SELECT c.id AS person, {sql} AS x, COUNT(*) AS times, MAX(e.instant) AS latest {} AND {sql} IS NOT NULL GROUP BY c.id, {sql}) k) r WHERE place = 1",
        selection.from()
    );
    let seg = format!("favourite({seg} of {said})");
    let both = value(writer, &seg, "{0}.x", sort, LEVEL);
    taking(writer, both, query)
}
