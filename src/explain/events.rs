//! What became of events that nobody sees, in words.

use super::grouped;
use crate::data::{EventReport, TableReport};

/// A line for each sort of events that nobody sees, and for each kind that no event has; `now` is the instant of the run in words.
pub fn unseen(report: &EventReport, now: &str) -> Vec<String> {
    let tables = report.tables.iter();
    tables.flat_map(|table| of_table(table, now)).collect()
}

fn of_table(table: &TableReport, now: &str) -> Vec<String> {
    let source = &table.source;
    let later = (
        format!("is later than {now} and was not seen"),
        format!("are later than {now} and were not seen"),
    );
    let sorts = [
        (
            table.of_no_contact,
            "belongs to no contact",
            "belong to no contact",
        ),
        (table.without_key, "names no contact", "name no contact"),
        (table.without_time, "has no time", "have no time"),
        (table.without_kind, "has no kind", "have no kind"),
        (table.later, &later.0, &later.1),
    ];
    let mut lines = Vec::new();
    for (count, one, several) in sorts {
        match count {
            0 => {}
            1 => lines.push(format!("1 event in {source} {one}")),
            count => lines.push(format!("{} events in {source} {several}", grouped(count))),
        }
    }
    for stream in &table.streams {
        if let (Some(kind), 0) = (&stream.kind, stream.events) {
            lines.push(format!("no event in {source} is of the kind \"{kind}\""));
        }
    }
    lines
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::data::StreamReport;

    #[test]
    fn each_sort_has_a_line() {
        let stream = |kind: &str, events| StreamReport {
            column: kind.into(),
            kind: Some(kind.into()),
            events,
            first: None,
        };
        let table = TableReport {
            source: "a.csv".into(),
            of_no_contact: 3,
            without_key: 1,
            without_time: 1_200,
            without_kind: 0,
            later: 1,
            streams: vec![stream("view", 9), stream("veiw", 0)],
            ..TableReport::default()
        };
        let report = EventReport {
            tables: vec![TableReport::default(), table],
        };
        assert_eq!(
            unseen(&report, "2026-11-22T10:00+01:00"),
            [
                "3 events in a.csv belong to no contact",
                "1 event in a.csv names no contact",
                "1,200 events in a.csv have no time",
                "1 event in a.csv is later than 2026-11-22T10:00+01:00 and was not seen",
                "no event in a.csv is of the kind \"veiw\"",
            ]
        );
    }
}
