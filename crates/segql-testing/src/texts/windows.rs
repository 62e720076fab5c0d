//! Times in random texts: instants, lengths, windows, parts of a day.

use super::Writer;
use super::populations::asks_of_many;
use segql::types::Type;

impl Writer<'_> {
    pub(super) fn measure(&mut self) -> String {
        (*self.random.pick(&[
            "90 days",
            "1 day",
            "2 weeks",
            "30 days",
            "3 months",
            "1 year",
            "1 month",
            "2 quarters",
            "30 calendar days",
        ]))
        .into()
    }

    /// An instant to ask something as of: one that is the same for all where many contacts are asked about.
    pub(super) fn past_of(&mut self, asked: &str, may_be_of_events: bool) -> String {
        match asks_of_many(asked) {
            // The calendar is that of each contact's own zone.
            true => (*self
                .random
                .pick(&["90 days ago", "1 day ago", "2 weeks ago"]))
            .into(),
            false => self.past(may_be_of_events),
        }
    }

    /// An instant that lies before that of the run, or may be missing or lie behind it. One of events nests the brackets deeper of what is asked as of it.
    pub(super) fn past(&mut self, may_be_of_events: bool) -> String {
        let may_nest = may_be_of_events && self.brackets == 0;
        let times: Vec<String> = (self.world.named())
            .filter(|column| column.kind.type_of() == Type::Time)
            .map(|column| column.name.clone())
            .filter(|name| may_nest || self.world.history(name).is_none())
            .collect();
        let streams: Vec<String> = (self.world.streams())
            .map(|column| column.name.clone())
            .collect();
        match self.random.below(6) {
            0 | 1 if !times.is_empty() => {
                let name = self.random.pick(&times).clone();
                let field = self.of_contact(&name);
                match self.random.below(3) {
                    0 => format!("{field} + {}", self.length()),
                    1 => format!("({field} ?? 30 days ago)"),
                    _ => field,
                }
            }
            2 if may_nest && !streams.is_empty() => {
                let word = *self.random.pick(&["first", "last"]);
                format!("{word}({})", self.random.pick(&streams))
            }
            _ => format!("{} ago", self.measure()),
        }
    }

    pub(super) fn length(&mut self) -> String {
        (*self.random.pick(&[
            "90 days",
            "1 day",
            "2 weeks",
            "12 hours",
            "45 minutes",
            "1 second",
            "0 days",
        ]))
        .into()
    }

    pub(super) fn date(&mut self) -> String {
        let days = [
            "2026-11-22",
            "2026-03-29",
            "2024-02-29",
            "1970-01-01",
            "2011-12-30",
            "2026-10-25",
        ];
        (*self.random.pick(&days)).into()
    }

    pub(super) fn instant(&mut self) -> String {
        let instants = [
            "2026-11-22T10:00+01:00",
            "2026-11-22T09:00:00Z",
            "2026-03-29T02:30",
            "2026-10-25T02:30",
            "now",
        ];
        (*self.random.pick(&instants)).into()
    }

    /// A question about a part of a date or a time.
    fn part(&mut self, name: &str, is_time: bool) -> String {
        let zone = if is_time && self.random.percent(30) {
            ", \"Asia/Kathmandu\""
        } else {
            ""
        };
        match self.random.below(if is_time { 5 } else { 3 }) {
            0 => format!("weekday({name}{zone}) in (\"saturday\", \"sunday\")"),
            1 => format!("month({name}{zone}) = {}", 1 + self.random.below(12)),
            2 => format!("week({name}{zone}) > {}", 1 + self.random.below(53)),
            3 => format!("hour({name}{zone}) between 9 and 17"),
            _ => format!("date({name}{zone}) = {}", self.date()),
        }
    }

    pub(super) fn period(&mut self) -> &'static str {
        self.random.pick::<&str>(&[
            "2026",
            "2026-Q4",
            "2026-11",
            "2026-W47",
            "2026-11-22",
            "today",
            "yesterday",
            "this week",
            "last month",
            "this quarter",
            "last year",
        ])
    }

    pub(super) fn window(&mut self, name: &str, is_time: bool) -> String {
        if self.random.percent(15) {
            return self.part(name, is_time);
        }
        let yearly = format!("anniversary({name})");
        let name = if !is_time && self.random.percent(25) {
            &yearly
        } else {
            name
        };
        let edge = |writer: &mut Self| {
            if is_time && writer.random.percent(50) {
                writer.instant()
            } else {
                writer.date()
            }
        };
        match self.random.below(11) {
            0 | 1 => format!("{name} in last {}", self.measure()),
            2 => format!("{name} over {} ago", self.measure()),
            3 => format!("{name} in next {}", self.measure()),
            4 => format!("{name} before {}", edge(self)),
            5 => format!("{name} after {}", edge(self)),
            6 => format!("{name} within {} after {}", self.measure(), self.date()),
            7 => format!("{name} within {} before {}", self.measure(), self.date()),
            8 => format!("{name} during {}", self.period()),
            9 => {
                let units = [
                    "1 week",
                    "4 weeks",
                    "2 months",
                    "1 quarter",
                    "3 years",
                    "5 days",
                ];
                let (count, unit) = self
                    .random
                    .pick(&units)
                    .split_once(' ')
                    .unwrap_or(("2", "weeks"));
                format!("{name} in last {count} full {unit}")
            }
            _ => format!("{name} between {} and {}", self.date(), self.date()),
        }
    }
}
