//! Selections of events: a stream with brackets, and a window behind it.

use crate::Writer;
use crate::data::MONTH;
use crate::fields::{STREAMS, Stream, bracket};
use crate::shared::{DAY, NOW, TODAY};

pub struct Selection {
    pub stream: &'static Stream,
    /// The stream with its brackets.
    pub rows: String,
    /// What follows it, with a blank before it; or nothing.
    pub window: String,
    /// Everything that SQL reads, the contacts as `c` and the events by their alias.
    pub joins: String,
    /// What holds of the events.
    pub filter: String,
}

/// A window behind events of this alias.
pub struct Window {
    pub seg: String,
    pub join: String,
    pub sql: String,
}

impl Selection {
    /// In SegQL.
    pub fn seg(&self) -> String {
        format!("{}{}", self.rows, self.window)
    }

    /// In SQL, from `FROM` on.
    pub fn from(&self) -> String {
        format!("FROM people c {} WHERE {}", self.joins, self.filter)
    }
}

pub fn stream(writer: &mut Writer<'_>) -> &'static Stream {
    &STREAMS[*writer.random.pick(&[0, 0, 1, 1, 2])]
}

/// Brackets behind the name of a stream, and what they ask.
pub fn brackets(writer: &mut Writer<'_>, stream: &Stream, alias: &str) -> (String, String) {
    let (mut rows, mut filter) = (String::new(), Vec::new());
    for _ in 0..*writer.random.pick(&[0, 0, 1, 1, 2]) {
        let both = bracket(writer, stream, alias);
        rows.push_str(&format!("[{}]", both.seg));
        filter.push(format!("({})", both.sql));
    }
    filter.push("true".into());
    (rows, filter.join(" AND "))
}

/// Events of a stream, as `e`.
pub fn of_stream(writer: &mut Writer<'_>, stream: &'static Stream) -> Selection {
    let (rows, filter) = brackets(writer, stream, "e");
    let mut selection = Selection {
        stream,
        rows: format!("{}{rows}", stream.name),
        window: String::new(),
        joins: format!("JOIN {} e ON e.contact = c.id", stream.table),
        filter,
    };
    if writer.random.percent(60) {
        let window = window(writer, "e");
        selection.window = format!(" {}", window.seg);
        selection.joins.push_str(&window.join);
        selection.filter = format!("{} AND {}", selection.filter, window.sql);
    }
    selection
}

pub fn selection(writer: &mut Writer<'_>) -> Selection {
    let stream = stream(writer);
    of_stream(writer, stream)
}

/// How long a window is.
pub fn days(writer: &mut Writer<'_>) -> i64 {
    *writer.random.pick(&[1, 7, 14, 30, 60, 90])
}

pub fn window(writer: &mut Writer<'_>, alias: &str) -> Window {
    let instant = format!("{alias}.instant");
    let span = days(writer);
    let length = span * DAY;
    let (edge, column, join) = match writer.random.below(3) {
        0 => {
            let stream = stream(writer);
            let (word, figure) = *writer.random.pick(&[("first", "MIN"), ("last", "MAX")]);
            let name = writer.name();
            let join = format!(
                " LEFT JOIN (SELECT contact, {figure}(instant) AS edge FROM {} GROUP BY contact) {name} ON {name}.contact = c.id",
                stream.table
            );
            let edge = format!("{word}({})", stream.name);
            (edge, format!("{name}.edge"), join)
        }
        _ => ("signup".into(), "c.signup".to_owned(), String::new()),
    };
    let fixed = |seg: String, sql: String| (seg, sql, false);
    let from_to = |seg: &str, first: i64, end: i64| {
        let (first, end) = (first * DAY, end * DAY);
        fixed(
            seg.into(),
            format!("{instant} >= {first} AND {instant} < {end}"),
        )
    };
    let (seg, sql, has_edge) = match writer.random.below(16) {
        0 | 1 => fixed(
            format!("in last {span} days"),
            format!("{instant} > {} AND {instant} <= {NOW}", NOW - length),
        ),
        2 => fixed(
            format!("over {span} days ago"),
            format!("{instant} <= {}", NOW - length),
        ),
        3 => {
            let other = *writer.random.pick(&[0, 1, 7, 30]);
            let length = length + other * DAY;
            fixed(
                format!("between {} days ago and {other} days ago", span + other),
                format!(
                    "{instant} > {} AND {instant} <= {}",
                    NOW - length,
                    NOW - other * DAY
                ),
            )
        }
        4 => (
            format!("before {edge}"),
            format!("{instant} < {column}"),
            true,
        ),
        5 => (
            format!("after {edge}"),
            format!("{instant} > {column}"),
            true,
        ),
        6 => (
            format!("within {span} days after {edge}"),
            format!("{instant} > {column} AND {instant} <= {column} + {length}"),
            true,
        ),
        7 => (
            format!("within {span} days before {edge}"),
            format!("{instant} >= {column} - {length} AND {instant} < {column}"),
            true,
        ),
        8 => (
            format!("between {edge} and {span} days ago"),
            format!("{instant} > {column} AND {instant} <= {}", NOW - length),
            true,
        ),
        9 => from_to("during 2026-11", MONTH, MONTH + 30),
        10 => from_to("during yesterday", TODAY - 1, TODAY),
        // Today is a Sunday, so the running week began six days ago.
        11 => from_to("in last 4 full weeks", TODAY - 6 - 28, TODAY - 6),
        12 => from_to(
            &format!("in last {span} calendar days"),
            TODAY + 1 - span,
            TODAY + 1,
        ),
        13 => from_to("between 2026-10-01 and 2026-10-31", MONTH - 31, MONTH),
        14 => fixed(
            "before 2026-11-01".into(),
            format!("{instant} < {}", MONTH * DAY),
        ),
        _ => fixed(
            "after 2026-11-01".into(),
            format!("{instant} >= {}", (MONTH + 1) * DAY),
        ),
    };
    Window {
        seg,
        join: if has_edge { join } else { String::new() },
        sql: format!("COALESCE({sql}, false)"),
    }
}
