//! What an analyst would ask of events: whether, how often, when, in what order, and figures over them.

use super::Writer;
use crate::cells::Kind;
use segql::types::Type;

impl Writer<'_> {
    /// A question about a stream.
    pub(super) fn events_test(&mut self, stream: &str, kind: &Kind) -> String {
        if self.brackets > 1 {
            let word = self.random.pick(&["did", "never"]);
            return format!("{word} {stream}{}", self.behind());
        }
        let rows = self.rows(stream, kind);
        let behind = self.behind();
        let choice = self.random.below(14);
        self.statistics.count(format!("text events {choice}"));
        match choice {
            0 | 1 => format!("did {rows}{behind}"),
            2 => format!("never {rows}{behind}"),
            3 => format!("did {rows} {}{behind}", self.often()),
            4 => {
                let operator = *self.random.pick(&["=", "<", "<=", ">", ">=", "!="]);
                let number = self.random.below(4);
                if self.random.percent(30) {
                    if self.random.percent(30) {
                        let past = self.past(true);
                        return format!("(count({stream}) as of {past}) {operator} {number}");
                    }
                    let past = self.past_of(&format!("{rows}{behind}"), false);
                    return format!("(count({rows}{behind}) as of {past}) {operator} {number}");
                }
                format!("count({rows}{behind}) {operator} {number}")
            }
            5 => {
                let inside = self.inside(kind);
                let share = self.random.pick(&["0%", "50%", "100%", "33.3%"]);
                let operator = self.random.pick(&["=", "<", "<=", ">", ">="]);
                format!("share({rows}[{inside}]{behind}) {operator} {share}")
            }
            6 => {
                let word = self.random.pick(&["first", "last"]);
                let one = format!("{word}({rows}{behind})");
                match self.random.below(4) {
                    0 => format!("{one} is {}", self.random.pick(&["missing", "known"])),
                    1 => self.window(&one, true),
                    2 => format!("since({one}) > {}", self.length()),
                    _ => self.test_of_part(&format!("{one}."), kind.element()),
                }
            }
            7 => match self.field_of(kind, |kind| is_single(element_of(kind))) {
                Some((field, kind)) => {
                    let favourite = format!("favourite({field} of {rows}{behind})");
                    self.test_of(&favourite, element_of(&kind))
                }
                None => format!("did {rows}{behind}"),
            },
            8 => {
                let gaps = match self.random.below(4) {
                    0 => format!("gap of (distinct time of {rows}{behind})"),
                    _ => format!("gap of {rows}{behind}"),
                };
                let figure = self
                    .random
                    .pick(&["count", "sum", "avg", "min", "max", "median"]);
                let operator = self.random.pick(&["=", "<", "<=", ">", ">="]);
                let number = if *figure == "count" {
                    self.random.below(4).to_string()
                } else {
                    self.length()
                };
                format!("{figure}({gaps}) {operator} {number}")
            }
            9 => {
                let period = self
                    .random
                    .pick(&["days", "weeks", "months", "quarters", "years"]);
                let often = match self.random.below(3) {
                    0 => " at least twice",
                    1 => " more than 2 times",
                    _ => "",
                };
                let operator = self.random.pick(&["=", "<", ">="]);
                let number = 1 + self.random.below(3);
                format!("active {period}({rows}{often}{behind}) {operator} {number}")
            }
            10 => match self.field_of(kind, |kind| is_single(element_of(kind))) {
                Some((field, kind)) => {
                    let different = format!("(distinct {field} of {rows}{behind})");
                    let element = element_of(&kind);
                    if self.random.percent(40) && !matches!(element, Kind::Boolean) {
                        return self.test_of(&different, &Kind::List(Box::new(element.clone())));
                    }
                    let name = self.fresh();
                    self.brackets += 1;
                    let inside = self.test_of(&name, element);
                    self.brackets -= 1;
                    let word = self.random.pick(&["any", "every", "none"]);
                    format!("{word} {different} as {name}[{inside}]")
                }
                None => format!("never {rows}{behind}"),
            },
            11 => match self.field_of(kind, is_single) {
                Some((field, kind)) => {
                    let figures = match kind.type_of() {
                        Type::Number(_) | Type::Duration => {
                            &["sum", "avg", "median", "min", "max"][..]
                        }
                        Type::Boolean => return format!("count(distinct {field} of {rows}) = 2"),
                        _ => &["min", "max"][..],
                    };
                    let figure = self.random.pick(figures);
                    self.test_of(&format!("{figure}({field} of {rows}{behind})"), &kind)
                }
                None => format!("did {rows}{behind}"),
            },
            _ => self.chain(stream, kind, &behind),
        }
    }

    /// A stream with brackets.
    fn rows(&mut self, stream: &str, kind: &Kind) -> String {
        let mut rows = stream.to_owned();
        for _ in 0..*self.random.pick(&[0, 0, 1, 1, 2]) {
            rows = format!("{rows}[{}]", self.inside(kind));
        }
        rows
    }

    /// What stands in a bracket of events.
    fn inside(&mut self, kind: &Kind) -> String {
        self.brackets += 1;
        let inside = self.test_of_part("", kind.element());
        self.brackets -= 1;
        inside
    }

    /// A field of the events, with its kind.
    pub(super) fn field_of(
        &mut self,
        kind: &Kind,
        fits: impl Fn(&Kind) -> bool,
    ) -> Option<(String, Kind)> {
        let Kind::Record(parts) = kind.element() else {
            return None;
        };
        let parts: Vec<_> = parts.iter().filter(|(_, kind)| fits(kind)).collect();
        (!parts.is_empty()).then(|| (*self.random.pick(&parts)).clone())
    }

    /// A name that nothing has yet.
    fn fresh(&mut self) -> String {
        self.names += 1;
        format!("x{}", self.names)
    }

    fn often(&mut self) -> &'static str {
        self.random.pick::<&str>(&[
            "at least once",
            "at least twice",
            "at least 3 times",
            "at most 1 time",
            "at most twice",
            "exactly once",
            "exactly 2 times",
            "more than once",
            "more than 0 times",
            "fewer than 3 times",
            "fewer than once",
            "exactly 0 times",
        ])
    }

    /// A window behind events, with a blank before it; or none.
    fn behind(&mut self) -> String {
        let window = match self.random.below(11) {
            0 | 1 => return String::new(),
            2 | 3 => format!("in last {}", self.measure()),
            4 => format!("over {} ago", self.measure()),
            5 => format!(
                "between {} and {}",
                self.random
                    .pick(&["60 days ago", "1 year ago", "91 days ago"]),
                self.random
                    .pick::<&str>(&["30 days ago", "now", "1 week ago"])
            ),
            6 => {
                let word = self.random.pick(&["before", "after"]);
                format!("{word} {}", self.edge())
            }
            7 => {
                let word = self.random.pick(&["after", "before"]);
                format!("within {} {word} {}", self.measure(), self.edge())
            }
            8 => format!("during {}", self.period()),
            9 => {
                let units = ["1 week", "4 weeks", "2 months", "1 quarter", "5 days"];
                let (count, unit) = self
                    .random
                    .pick(&units)
                    .split_once(' ')
                    .unwrap_or(("2", "weeks"));
                format!("in last {count} full {unit}")
            }
            _ => format!("between {} and {}", self.instant(), self.instant()),
        };
        format!(" {window}")
    }

    /// A time or a day at the edge of a window: written out, of the contact, or of an event of theirs.
    fn edge(&mut self) -> String {
        match self.random.below(5) {
            0 => self.instant(),
            1 => self.date(),
            2 => {
                // A history at an edge is a bracket more, as an event is.
                let fields: Vec<String> = (self.world.named())
                    .filter(|column| matches!(column.kind, Kind::Time(_) | Kind::Date))
                    .map(|column| column.name.clone())
                    .filter(|name| self.brackets < 2 || self.world.history(name).is_none())
                    .collect();
                if fields.is_empty() {
                    return "90 days ago".into();
                }
                let field = self.random.pick(&fields).clone();
                self.of_contact(&field)
            }
            // An event at an edge is a bracket more.
            3 if self.brackets < 2 => {
                let streams: Vec<(String, Kind)> = (self.world.streams())
                    .map(|column| (column.name.clone(), column.kind.clone()))
                    .collect();
                let (stream, kind) = self.random.pick(&streams).clone();
                let word = self.random.pick(&["first", "last"]);
                if self.brackets > 0 || self.random.percent(50) {
                    return format!("{word}({stream})");
                }
                format!("{word}({stream}[{}])", self.inside(&kind))
            }
            _ => (*self
                .random
                .pick(&["7 days ago", "90 days ago", "1 month ago", "2 weeks ago"]))
            .into(),
        }
    }

    /// `did (a then b within 2 days on f) …`, or how many there are of such.
    fn chain(&mut self, stream: &str, kind: &Kind, behind: &str) -> String {
        let on = self
            .field_of(kind, is_single)
            .filter(|_| self.random.percent(30));
        let streams: Vec<(String, Kind)> = (self.world.streams())
            // What they are to agree on they all have to have.
            .filter(|column| match (&on, column.kind.element()) {
                (Some((field, of)), Kind::Record(parts)) => (parts.iter())
                    .any(|(name, kind)| name == field && kind.type_of() == of.type_of()),
                _ => true,
            })
            .map(|column| (column.name.clone(), column.kind.clone()))
            .collect();
        let before = self.brackets;
        let mut text = self.rows(stream, kind);
        let mut named = None;
        if self.random.percent(30) {
            let name = self.fresh();
            text = format!("{stream} as {name}");
            named = Some((name, kind.clone()));
        }
        let steps = if before == 0 {
            1 + self.random.below(2)
        } else {
            1
        };
        for step in 0..steps {
            self.brackets += 1;
            let (next, next_kind) = self.random.pick(&streams).clone();
            let is_last = step + 1 == steps;
            let word = if is_last && self.random.percent(35) {
                "without"
            } else {
                "then"
            };
            let rows = match named.take() {
                // A test of an earlier step in the bracket of a later one.
                Some((name, kind)) => {
                    self.brackets += 1;
                    let test = self.test_of_part(&format!("{name}."), kind.element());
                    self.brackets -= 1;
                    format!("{next}[{test}]")
                }
                None if self.brackets < 3 => self.rows(&next, &next_kind),
                None => next,
            };
            text = format!("{text} {word} {rows}");
            if self.random.percent(15) {
                text = format!("{text} in last {}", self.measure());
            }
            if self.random.percent(60) {
                text = format!("{text} within {}", self.measure());
            }
        }
        self.brackets = before;
        if let Some((field, _)) = on {
            text = format!("{text} on {field}");
        }
        match self.random.below(5) {
            0 => format!("never ({text}){behind}"),
            1 => format!("did ({text}) {}{behind}", self.often()),
            2 => format!("count(({text}){behind}) > {}", self.random.below(3)),
            _ => format!("did ({text}){behind}"),
        }
    }
}

/// The kind of the elements of a list, or the kind itself.
fn element_of(kind: &Kind) -> &Kind {
    match kind {
        Kind::List(element) => element,
        single => single,
    }
}

/// Whether values of this kind can be compared.
pub(super) fn is_single(kind: &Kind) -> bool {
    !matches!(
        kind,
        Kind::List(_) | Kind::Record(_) | Kind::Map(_) | Kind::Point
    )
}
