//! What an analyst would ask of many contacts: percentiles and ranks, figures of groups, what most have, who is alike; and of the place that is nearest.

use super::Writer;
use crate::cells::Kind;
use crate::random::Random;
use crate::texts::events::is_single;
use crate::world::World;
use arrow_schema::TimeUnit;
use segql::types::{NumberKind, Type};

/// How many populations may stand in each other here; each asks every contact about every other.
const DEEP: usize = 2;

/// An audience parted into arms, to stand behind a program, and segments that ask for its arms.
pub fn splitting(
    world: &World,
    random: &mut Random,
    statistics: &mut crate::programs::Statistics,
) -> String {
    let mut writer = Writer::new(world, random, statistics);
    writer.statistics.count("text split");
    let audience = writer.condition(1);
    let strata = match writer.random.below(3) {
        0 => String::new(),
        1 => writer
            .stratum()
            .map_or(String::new(), |of| format!(" per {of}")),
        _ => writer
            .stratum()
            .map_or(String::new(), |of| format!(" exact per {of}")),
    };
    let arms = *writer.random.pick(&[
        "a 45%  b \"B\" 45%  control 10%",
        "a 100%",
        "a 0.5%  b 33.3%",
        "a 50%\n  b 50%\n",
    ]);
    format!(
        "split drawn \"Drawn\" of {audience}{strata} salt \"drawn-26\" {{ {arms} }}\n\
         segment arm = drawn is a\n\
         segment armless = drawn is missing OR drawn not in (a)\n"
    )
}

impl Writer<'_> {
    /// Whether a question about many contacts may stand here.
    pub(super) fn may_ask_of_many(&self) -> bool {
        self.populations < DEEP && self.brackets < 3
    }

    /// A question about many contacts.
    pub(super) fn test_of_many(&mut self) -> String {
        let choice = self.random.below(12);
        self.statistics.count(format!("text of many {choice}"));
        let operator = *self.random.pick(&["=", "<", "<=", ">", ">=", "!="]);
        let number = 1 + self.random.below(4);
        let found = match choice {
            0 | 1 => self.own_figure(operator),
            2 | 3 => self.compared_with_many(operator),
            4 => {
                let tail = self.tail(true);
                Some(format!("count(contacts{tail}) {operator} {number}"))
            }
            5 => self.on_top(number),
            6 => self.events_on_top(number),
            7 => {
                let field = self.field_of_contact(is_single);
                field.map(|(field, _)| {
                    let tail = self.tail(false);
                    format!("reach({field}{tail}) {operator} {number}")
                })
            }
            8 | 9 => self.of_group(operator, number),
            10 => self.alike(),
            _ => self.sampled(),
        };
        found.unwrap_or_else(|| format!("count(contacts among everyone) {operator} {number}"))
    }

    /// What is made in a population: it stands in no bracket, so that bare names are the contact's.
    fn in_population<T>(&mut self, make: impl FnOnce(&mut Self) -> T) -> T {
        let bare = std::mem::replace(&mut self.bare, self.brackets);
        self.populations += 1;
        let made = make(self);
        self.populations -= 1;
        self.bare = bare;
        made
    }

    /// A field of the contact whose values fit, with its kind.
    fn field_of_contact(&mut self, fits: impl Fn(&Kind) -> bool) -> Option<(String, Kind)> {
        let fields: Vec<(String, Kind)> = (self.world.named())
            .filter(|column| !column.kind.is_stream() && fits(&column.kind))
            .filter(|column| self.brackets < 3 || self.world.history(&column.name).is_none())
            .map(|column| (column.name.clone(), column.kind.clone()))
            .collect();
        (!fields.is_empty()).then(|| self.random.pick(&fields).clone())
    }

    /// A field that a stratum may be made of.
    fn stratum(&mut self) -> Option<String> {
        let field = self.field_of_contact(|kind| kind.type_of().has_one_text());
        field.map(|(name, _)| name)
    }

    /// `among consent per region`, with a blank before it; something is said where it has to be.
    fn tail(&mut self, is_needed: bool) -> String {
        self.in_population(|writer| {
            let mut tail = String::new();
            let choice = writer.random.below(4);
            if choice == 0 {
                tail.push_str(" among everyone");
            } else if choice == 1 {
                let depth = writer.random.below(2);
                tail = format!(" among {}", writer.operand(depth));
            }
            let groups = *writer.random.pick(&[0, 0, 1, 1, 2]);
            let keys: Vec<String> = (0..groups)
                .filter_map(|_| writer.field_of_contact(is_single))
                .map(|(name, _)| name)
                .collect();
            match &keys[..] {
                [] if tail.is_empty() && is_needed => tail.push_str(" among everyone"),
                [] => {}
                [only] => tail.push_str(&format!(" per {only}")),
                several => tail.push_str(&format!(" per ({})", several.join(", "))),
            }
            tail
        })
    }

    /// A value that contacts are put in an order by.
    fn measured(&mut self) -> Option<String> {
        self.in_population(|writer| {
            let streams: Vec<String> = (writer.world.streams())
                .map(|column| column.name.clone())
                .collect();
            if !streams.is_empty() && !writer.is_in_group && writer.random.percent(30) {
                let stream = writer.random.pick(&streams).clone();
                return Some(match writer.random.below(3) {
                    0 => format!("last({stream})"),
                    1 => format!("since(first({stream}))"),
                    _ => format!("count({stream} in last {})", writer.measure()),
                });
            }
            let (name, kind) =
                writer.field_of_contact(|kind| is_single(kind) && *kind != Kind::Boolean)?;
            Some(match kind.type_of() {
                Type::Number(_) if writer.random.percent(30) => format!("{name} ?? 0"),
                Type::Text if writer.random.percent(20) => format!("lower({name})"),
                _ => name,
            })
        })
    }

    /// `percentile(ltv among consent) >= 90%`
    fn own_figure(&mut self, operator: &str) -> Option<String> {
        let of = self.measured()?;
        let tail = self.tail(false);
        let figure = *self
            .random
            .pick(&["percentile", "quartile", "quintile", "decile", "rank"]);
        let value = format!("{figure}({of}{tail})");
        if self.random.percent(15) {
            return Some(format!("{value} is missing"));
        }
        Some(match figure {
            "percentile" => {
                let share = self.random.pick(&["0%", "50%", "100%", "33.3%", "90%"]);
                format!("{value} {operator} {share}")
            }
            _ => format!("{value} {operator} {}", 1 + self.random.below(4)),
        })
    }

    /// `ltv > avg(ltv per region)`
    fn compared_with_many(&mut self, operator: &str) -> Option<String> {
        let (name, kind) =
            self.field_of_contact(|kind| is_single(kind) && *kind != Kind::Boolean)?;
        let figures = match kind.type_of() {
            Type::Number(_) | Type::Duration => &["sum", "avg", "median", "min", "max"][..],
            _ => &["min", "max"][..],
        };
        let figure = *self.random.pick(figures);
        let tail = self.tail(true);
        let value = format!("{figure}({name}{tail})");
        if self.random.percent(15) {
            return Some(format!("{value} is known"));
        }
        Some(format!("{} {operator} {value}", self.of_contact(&name)))
    }

    /// `region in top(3, region among consent)`
    fn on_top(&mut self, number: usize) -> Option<String> {
        let (name, kind) = self.field_of_contact(|kind| {
            is_single(kind) || matches!(kind, Kind::List(element) if is_single(element))
        })?;
        let tail = self.tail(false);
        let top = format!("top({number}, {name}{tail})");
        Some(match kind {
            Kind::List(_) => format!("count({top}) > {}", self.random.below(3)),
            _ => {
                let not = self.random.pick::<&str>(&["", "not "]);
                format!("{} {not}in {top}", self.of_contact(&name))
            }
        })
    }

    /// `did view[title in top(10, title of view in last 7 days)]`, `did view[reach(title of view) < 3]`
    fn events_on_top(&mut self, number: usize) -> Option<String> {
        if self.is_in_group || self.brackets > 1 {
            return None;
        }
        let streams: Vec<(String, Kind)> = (self.world.streams())
            .map(|column| (column.name.clone(), column.kind.clone()))
            .collect();
        if streams.is_empty() {
            return None;
        }
        let (stream, kind) = self.random.pick(&streams).clone();
        let (field, _) = self.field_of(&kind, is_single)?;
        self.brackets += 1;
        let window = match self.random.percent(40) {
            true => format!(" in last {}", self.measure()),
            false => String::new(),
        };
        let tail = self.tail(false);
        let asked = match self.random.percent(50) {
            true => format!("{field} in top({number}, {field} of {stream}{window}{tail})"),
            false => format!("reach({field} of {stream}{window}{tail}) > {number}"),
        };
        self.brackets -= 1;
        let word = self.random.pick(&["did", "never"]);
        Some(format!("{word} {stream}[{asked}]"))
    }

    /// `any in household[consent]`, `sum(ltv of in household) > 3`
    fn of_group(&mut self, operator: &str, number: usize) -> Option<String> {
        let (shared, _) = self.field_of_contact(is_single)?;
        let figure = self.random.below(5);
        let of = match figure {
            4 => self.field_of_contact(|kind| matches!(kind.type_of(), Type::Number(_))),
            _ => None,
        };
        let was_in_group = std::mem::replace(&mut self.is_in_group, true);
        let depth = self.random.below(2);
        let inside = self.in_population(|writer| writer.condition(depth));
        self.is_in_group = was_in_group;
        Some(match figure {
            0 => format!("any in {shared}[{inside}]"),
            1 => format!("none in {shared}[{inside}]"),
            2 => format!("every in {shared}[{inside}]"),
            _ => match of {
                Some((name, _)) => {
                    format!("sum({name} of in {shared}[{inside}]) {operator} {number}")
                }
                None => format!("count(in {shared}[{inside}]) {operator} {number}"),
            },
        })
    }

    /// `similarity(champions, by (recency, monetary)) >= 90%`, `count(implied(tags, …)) >= 1`
    fn alike(&mut self) -> Option<String> {
        if self.random.percent(40) {
            let (name, _) = self.field_of_contact(
                |kind| matches!(kind, Kind::List(element) if is_single(element)),
            )?;
            let (from, confidence) = (
                1 + self.random.below(2),
                self.random.pick::<&str>(&["50%", "80%", "100%", "1%"]),
            );
            return Some(format!(
                "count(implied({name}, from {from}, confidence {confidence}, support {})) >= 1",
                1 + self.random.below(3)
            ));
        }
        let by: Vec<String> = (0..1 + self.random.below(2))
            .filter_map(|_| self.measured())
            .collect();
        if by.is_empty() {
            return None;
        }
        let those = self.in_population(|writer| writer.operand(0));
        let share = self.random.pick::<&str>(&["50%", "90%", "100%"]);
        Some(format!(
            "similarity({those}, by ({})) >= {share}",
            by.join(", ")
        ))
    }

    /// `sample(10%, "spring" per region)`, `sample(20, "panel" among consent)`
    fn sampled(&mut self) -> Option<String> {
        self.names += 1;
        let salt = format!("salt {}", self.names);
        let per = match self.random.percent(40) {
            true => self
                .stratum()
                .map_or(String::new(), |of| format!(" per {of}")),
            false => String::new(),
        };
        if self.random.percent(50) {
            let share = self.random.pick::<&str>(&["10%", "50%", "99.9%", "33.3%"]);
            return Some(format!("sample({share}, \"{salt}\"{per})"));
        }
        let among = match self.random.percent(40) {
            true => self.in_population(|writer| format!(" among {}", writer.operand(0))),
            false => String::new(),
        };
        let number = 1 + self.random.below(30);
        Some(format!("sample({number}, \"{salt}\"{among}{per})"))
    }

    /// `nearest(stores, home).town = "Ghent"`; none where there are no such catalogues.
    pub(super) fn test_of_the_nearest(&mut self) -> Option<String> {
        let catalogues = self.world.schema.catalogues();
        if catalogues.is_empty() {
            return None;
        }
        let catalogue = self.random.pick(catalogues).clone();
        let places: Vec<&str> = (catalogue.fields().iter())
            .filter(|field| field.field_type == Type::Point)
            .map(|field| field.name.as_str())
            .collect();
        let by = match places[..] {
            [_] if self.random.percent(70) => String::new(),
            _ => format!(", by ({})", self.random.pick(&places)),
        };
        let home = match self.field_of_contact(|kind| *kind == Kind::Point) {
            Some((name, _)) if self.random.percent(85) => self.of_contact(&name),
            _ => "point(50.85, 4.35)".into(),
        };
        let part = self.random.pick(catalogue.fields());
        let kind = kind_of(&part.field_type)?;
        self.statistics
            .count(format!("text nearest {}", part.field_type.name()));
        let nearest = format!("nearest({}, {home}{by}).{}", catalogue.name(), part.name);
        Some(self.test_of(&nearest, &kind))
    }
}

/// Whether a text asks about many contacts, or looks as if it did: such a question is asked as of an instant that is the same for all.
pub fn asks_of_many(text: &str) -> bool {
    const WORDS: &[&str] = &[
        "percentile(",
        "quartile(",
        "quintile(",
        "decile(",
        "rank(",
        "top(",
        "reach(",
        "similarity(",
        "implied(",
        "sample(",
        " among ",
        " per ",
        " in f",
        " in id",
    ];
    WORDS.iter().any(|word| text.contains(word)) || text.contains("(in ")
}

/// A kind whose values have this type; none of what is tested in no way here.
fn kind_of(value_type: &Type) -> Option<Kind> {
    Some(match value_type {
        Type::Boolean => Kind::Boolean,
        Type::Number(NumberKind::Whole) => Kind::Whole(i64::MIN.into(), i64::MAX.into()),
        Type::Number(NumberKind::Exact) => Kind::Decimal(2),
        Type::Number(NumberKind::Float) => Kind::Float(64),
        Type::Text => Kind::Text,
        Type::Date => Kind::Date,
        Type::Time => Kind::Time(TimeUnit::Nanosecond),
        Type::Duration => Kind::Duration(TimeUnit::Nanosecond),
        Type::Point => Kind::Point,
        Type::List(element) => Kind::List(Box::new(kind_of(element)?)),
        Type::Distance | Type::Record(_) | Type::Map(_) => return None,
    })
}
