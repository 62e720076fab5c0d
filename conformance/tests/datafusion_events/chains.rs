//! Chains of steps as joins of streams with themselves.

use crate::behaviour::often;
use crate::fields::{STREAMS, Stream};
use crate::selections::{brackets, days, stream, window};
use crate::shared::{Both, DAY, NOW};
use crate::{Writer, resting};

/// What a chain reads, as it grows.
struct Chain {
    seg: String,
    joins: String,
    filter: String,
}

impl Chain {
    fn asks(&mut self, sql: &str) {
        self.filter.push_str(&format!(" AND {sql}"));
    }
}

pub fn chain(writer: &mut Writer<'_>) -> Both {
    let on_title = writer.random.percent(35);
    let pick = |writer: &mut Writer<'_>| -> &'static Stream {
        if on_title {
            &STREAMS[writer.random.below(2)]
        } else {
            stream(writer)
        }
    };
    let first = pick(writer);
    let is_named = !on_title && first.has_title() && writer.random.percent(30);
    let (rows, filter) = brackets(writer, first, "s0");
    let mut chain = Chain {
        seg: format!(
            "{}{rows}{}",
            first.name,
            if is_named { " as v" } else { "" }
        ),
        joins: format!("JOIN {} s0 ON s0.contact = c.id", first.table),
        filter,
    };
    let mut aliases = vec!["s0".to_owned()];
    let followers = 1 + writer.random.below(2);
    let has_without = writer.random.percent(35);
    for place in 1..=followers {
        let is_without = has_without && place == followers;
        let stream = pick(writer);
        step(
            writer,
            &mut chain,
            &mut aliases,
            stream,
            Rules {
                on_title,
                is_named,
                is_without,
            },
        );
    }
    if on_title {
        chain.seg.push_str(" on title");
    }
    let mut behind = String::new();
    if writer.random.percent(45) {
        // One window for every step but the one after `without`.
        let last = window(writer, "s0");
        behind = format!(" {}", last.seg);
        chain.joins.push_str(&last.join);
        for alias in &aliases {
            chain.asks(&last.sql.replace("s0.", &format!("{alias}.")));
        }
    }
    let query = format!(
        "SELECT c.id AS person, COUNT(DISTINCT s0.event) AS n FROM people c {} WHERE {} GROUP BY c.id",
        chain.joins, chain.filter
    );
    let seg = chain.seg;
    let (operator, number) = (writer.operator(), writer.random.between(0, 3));
    let (seg, sql) = match writer.random.below(5) {
        0 => (
            format!("never ({seg}){behind}"),
            "COALESCE({0}.n, 0) = 0".to_owned(),
        ),
        1 => {
            let (words, asked) = often(writer);
            (
                format!("did ({seg}) {words}{behind}"),
                format!("COALESCE({{0}}.n, 0) {asked}"),
            )
        }
        2 => (
            format!("count(({seg}){behind}) {operator} {number}"),
            format!("COALESCE({{0}}.n, 0) {operator} {number}"),
        ),
        _ => (format!("did ({seg}){behind}"), "{0}.n > 0".to_owned()),
    };
    resting(writer, seg, &sql, vec![query])
}

#[derive(Clone, Copy)]
struct Rules {
    on_title: bool,
    is_named: bool,
    is_without: bool,
}

fn step(
    writer: &mut Writer<'_>,
    chain: &mut Chain,
    aliases: &mut Vec<String>,
    stream: &Stream,
    rules: Rules,
) {
    let before = aliases[aliases.len() - 1].clone();
    let alias = format!("s{}", aliases.len());
    let (mut rows, mut own) = brackets(writer, stream, &alias);
    let mut pair = format!("{alias}.instant > {before}.instant");
    if rules.on_title {
        pair.push_str(&format!(" AND {alias}.title = s0.title"));
    }
    if rules.is_named && stream.has_title() {
        rows.push_str("[title = v.title]");
        pair.push_str(&format!(" AND {alias}.title = s0.title"));
    }
    let word = if rules.is_without { "without" } else { "then" };
    chain
        .seg
        .push_str(&format!(" {word} {}{rows}", stream.name));
    if writer.random.percent(15) {
        let span = days(writer);
        chain.seg.push_str(&format!(" in last {span} days"));
        own.push_str(&format!(" AND {alias}.instant > {}", NOW - span * DAY));
    }
    let within = writer.random.percent(60).then(|| days(writer));
    if let Some(days) = within {
        chain.seg.push_str(&format!(" within {days} days"));
        pair.push_str(&format!(
            " AND {alias}.instant <= {before}.instant + {}",
            days * DAY
        ));
    }
    if rules.is_without {
        chain.joins.push_str(&format!(
            " LEFT JOIN (SELECT {alias}.* FROM people c JOIN {} {alias} ON {alias}.contact = c.id WHERE {own}) {alias} ON {alias}.contact = c.id AND {pair}",
            stream.table
        ));
        chain.asks(&format!("{alias}.event IS NULL"));
        // It counts once the time has passed.
        if let Some(days) = within {
            chain.asks(&format!("{before}.instant + {} <= {NOW}", days * DAY));
        }
    } else {
        chain.joins.push_str(&format!(
            " JOIN {} {alias} ON {alias}.contact = c.id AND {pair}",
            stream.table
        ));
        chain.asks(&own);
        aliases.push(alias);
    }
}
