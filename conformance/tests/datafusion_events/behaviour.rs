//! Whether, how often, on how many days, on how many different things, since when.

use crate::data::{GENRES, TITLES};
use crate::fields::{STREAMS, Sort};
use crate::selections::{Selection, days, of_stream, selection};
use crate::shared::{Both, DAY, NOW};
use crate::{Writer, resting};

/// How many there are, a row for each contact that has some.
fn count_of(selection: &Selection) -> String {
    format!(
        "SELECT c.id AS person, COUNT(*) AS n {} GROUP BY c.id",
        selection.from()
    )
}

/// A number of times in words, and what it asks of `n`.
pub fn often(writer: &mut Writer<'_>) -> (String, String) {
    let number = writer.random.between(1, 4);
    let times = match number {
        1 => "once".to_owned(),
        2 => "twice".to_owned(),
        _ => format!("{number} times"),
    };
    let (words, operator) = *writer.random.pick(&[
        ("at least", ">="),
        ("at most", "<="),
        ("exactly", "="),
        ("more than", ">"),
        ("fewer than", "<"),
    ]);
    (format!("{words} {times}"), format!("{operator} {number}"))
}

pub fn happened(writer: &mut Writer<'_>) -> Both {
    let selection = selection(writer);
    let queries = vec![count_of(&selection)];
    let seg = selection.seg();
    match writer.random.below(4) {
        0 | 1 => resting(writer, format!("did {seg}"), "{0}.n > 0", queries),
        2 => resting(
            writer,
            format!("never {seg}"),
            "COALESCE({0}.n, 0) = 0",
            queries,
        ),
        _ => {
            let (words, asked) = often(writer);
            let seg = format!("did {} {words}{}", selection.rows, selection.window);
            resting(
                writer,
                seg,
                &format!("COALESCE({{0}}.n, 0) {asked}"),
                queries,
            )
        }
    }
}

pub fn counted(writer: &mut Writer<'_>) -> Both {
    let one = selection(writer);
    let operator = writer.operator();
    if writer.random.percent(40) {
        let number = writer.random.between(0, 4);
        let seg = format!("count({}) {operator} {number}", one.seg());
        let sql = format!("COALESCE({{0}}.n, 0) {operator} {number}");
        return resting(writer, seg, &sql, vec![count_of(&one)]);
    }
    let other = if writer.random.percent(50) {
        of_stream(writer, one.stream)
    } else {
        selection(writer)
    };
    let queries = vec![count_of(&one), count_of(&other)];
    let (one, other) = (one.seg(), other.seg());
    let (seg, sql) = match writer.random.below(3) {
        0 => (
            format!("count({one}) {operator} count({other})"),
            format!("COALESCE({{0}}.n, 0) {operator} COALESCE({{1}}.n, 0)"),
        ),
        1 => (
            format!("count({one}) {operator} 50% * count({other})"),
            format!("2 * COALESCE({{0}}.n, 0) {operator} COALESCE({{1}}.n, 0)"),
        ),
        _ => (
            format!("count({one}) + count({other}) {operator} level"),
            format!("COALESCE({{0}}.n, 0) + COALESCE({{1}}.n, 0) {operator} people.level"),
        ),
    };
    resting(writer, seg, &sql, queries)
}

/// A field, as SQL has it, with what is to be joined for it: the genres of a title are several.
pub fn single_or_genres(
    writer: &mut Writer<'_>,
    selection: &mut Selection,
) -> (&'static str, String, Sort) {
    if selection.stream.has_title() && writer.random.percent(25) {
        selection
            .joins
            .push_str(" JOIN genres g ON g.title = e.title AND g.genre IS NOT NULL");
        return ("title.genres", "g.genre".into(), Sort::Word);
    }
    let part = writer.random.pick(selection.stream.parts);
    (part.seg, format!("e.{}", part.sql), part.sort)
}

/// How many different values, and whether some value is among them.
pub fn different(writer: &mut Writer<'_>) -> Both {
    let mut selection = selection(writer);
    let said = selection.seg();
    let (seg, sql, sort) = single_or_genres(writer, &mut selection);
    let operator = writer.operator();
    if matches!(sort, Sort::Title | Sort::Word) && writer.random.percent(40) {
        let words: Vec<&str> = TITLES
            .iter()
            .chain(&GENRES)
            .chain(&["tv"])
            .copied()
            .collect();
        let word = *writer.random.pick(&words);
        let query = format!(
            "SELECT c.id AS person, COUNT(CASE WHEN {sql} = '{word}' OR {sql} LIKE 'c%' THEN 1 END) AS n, COUNT({sql}) AS known {} GROUP BY c.id",
            selection.from()
        );
        let (quantifier, asked) = *writer.random.pick(&[
            ("any", "{0}.n > 0"),
            ("none", "COALESCE({0}.n, 0) = 0"),
            ("every", "COALESCE({0}.n, 0) = COALESCE({0}.known, 0)"),
        ]);
        let seg = format!(
            "{quantifier} (distinct {seg} of {said}) as x[x = \"{word}\" OR x starts with \"c\"]"
        );
        return resting(writer, seg, asked, vec![query]);
    }
    let number = writer.random.between(0, 3);
    let query = format!(
        "SELECT c.id AS person, COUNT(DISTINCT {sql}) AS n {} GROUP BY c.id",
        selection.from()
    );
    let seg = format!("count(distinct {seg} of {said}) {operator} {number}");
    let sql = format!("COALESCE({{0}}.n, 0) {operator} {number}");
    resting(writer, seg, &sql, vec![query])
}

/// On how many days, weeks or months. 1970-01-01 was a Thursday.
pub fn active(writer: &mut Writer<'_>) -> Both {
    let selection = selection(writer);
    let (word, period, join) = *writer.random.pick(&[
        ("days", "e.instant / 86400", ""),
        ("weeks", "(e.instant / 86400 + 3) / 7", ""),
        (
            "months",
            "m.begins",
            " JOIN months m ON e.instant >= m.begins AND e.instant < m.ends",
        ),
    ]);
    let least = *writer.random.pick(&[1, 1, 2]);
    let twice = if least == 2 { " at least twice" } else { "" };
    let query = format!(
        "SELECT person, COUNT(*) AS n FROM (SELECT c.id AS person, {period} AS period, COUNT(*) AS times FROM people c {}{join} WHERE {} GROUP BY c.id, {period}) p WHERE times >= {least} GROUP BY person",
        selection.joins, selection.filter
    );
    let (operator, number) = (writer.operator(), writer.random.between(0, 4));
    let seg = format!(
        "active {word}({}{twice}{}) {operator} {number}",
        selection.rows, selection.window
    );
    let sql = format!("COALESCE({{0}}.n, 0) {operator} {number}");
    resting(writer, seg, &sql, vec![query])
}

/// Since when they are known, and titles that they have not met.
pub fn other(writer: &mut Writer<'_>) -> Both {
    if writer.random.percent(30) {
        let days = days(writer);
        let all: Vec<_> = (STREAMS.iter())
            .map(|stream| format!("SELECT contact, instant FROM {}", stream.table))
            .collect();
        let query = format!(
            "SELECT contact AS person, MIN(instant) AS beginning FROM ({}) a GROUP BY contact",
            all.join(" UNION ALL ")
        );
        let sql = format!("{{0}}.beginning <= {}", NOW - days * DAY);
        return resting(
            writer,
            format!("observed for {days} days"),
            &sql,
            vec![query],
        );
    }
    let stream = &STREAMS[writer.random.below(2)];
    let selection = of_stream(writer, stream);
    let genre = *writer.random.pick(&GENRES);
    let met = *writer.random.pick(&[true, false]);
    let query = format!(
        "SELECT p.id AS person, COUNT(*) AS n FROM people p CROSS JOIN shelf t LEFT JOIN (SELECT DISTINCT c.id AS id, e.title {}) v \
         ON v.id = p.id AND v.title = t.title WHERE t.{genre} > 0 AND v.title IS {} GROUP BY p.id",
        selection.from(),
        if met { "NOT NULL" } else { "NULL" },
    );
    let seg = format!(
        "titles as t[t.genres has \"{genre}\" AND {} {}[title = t.title]{}]",
        if met { "did" } else { "never" },
        selection.rows,
        // A bare name is the record's of the catalogue.
        selection.window.replace("signup", "contact.signup")
    );
    let (operator, number) = (writer.operator(), writer.random.between(0, 3));
    let (seg, sql) = match writer.random.below(3) {
        0 => (format!("any {seg}"), "{0}.n > 0".to_owned()),
        1 => (format!("none {seg}"), "COALESCE({0}.n, 0) = 0".to_owned()),
        _ => (
            format!("count({seg}) {operator} {number}"),
            format!("COALESCE({{0}}.n, 0) {operator} {number}"),
        ),
    };
    resting(writer, seg, &sql, vec![query])
}
