//! Random programs as an analyst would type them, over the fields of a world; and texts that are broken at random.

use crate::cells::{Cell, Kind};
use crate::programs::Statistics;
use crate::random::Random;
use crate::world::{Column, World};
use segql::types::Type;

mod broken;
mod events;
mod populations;
mod windows;

pub use broken::broken;
pub use populations::{asks_of_many, splitting};

/// A text of so many segments that the checker should have nothing against.
pub fn program(
    world: &World,
    random: &mut Random,
    segments: usize,
    statistics: &mut Statistics,
) -> String {
    let mut writer = Writer::new(world, random, statistics);
    let mut text = String::new();
    for place in 0..segments {
        if writer.random.percent(30) {
            text.push_str("-- What this is about.\n");
        }
        let depth = writer.random.below(4);
        let condition = writer.condition(depth);
        text.push_str(&format!("segment s{place} = {condition}\n"));
        if writer.random.percent(20) {
            text.push('\n');
        }
    }
    text
}

/// A classification of some labels, to stand behind a program, and segments that ask for its labels.
pub fn classification(world: &World, random: &mut Random, statistics: &mut Statistics) -> String {
    let mut writer = Writer::new(world, random, statistics);
    writer.statistics.count("text classify");
    let count = 1 + writer.random.below(4);
    let mut text = String::from("classify labelled \"Labels\" {\n");
    for label in 0..count {
        let title = writer.random.pick::<&str>(&["", "\"Title\" "]);
        let depth = writer.random.below(3);
        let condition = writer.condition(depth);
        text.push_str(&format!("  l{label} {title}when {condition}\n"));
    }
    text.push_str("  otherwise rest\n}\n");
    let label = writer.random.below(count);
    text.push_str(&format!(
        "segment label = labelled is l{label}\nsegment labels = labelled not in (rest, l{label})\n"
    ));
    text
}

struct Writer<'a> {
    world: &'a World,
    random: &'a mut Random,
    statistics: &'a mut Statistics,
    /// How many brackets are open.
    brackets: usize,
    /// How many of them bare names stand outside of, as they do in a population.
    bare: usize,
    /// How many populations are asked about, one in the other.
    populations: usize,
    /// Whether each contact of a group is asked, which cannot be asked of the one that they are asked for.
    is_in_group: bool,
    /// How many names were given to elements.
    names: usize,
}

fn quoted(text: &str) -> String {
    let escaped = text.replace('\\', "\\\\").replace('"', "\\\"");
    format!("\"{escaped}\"")
}

impl<'a> Writer<'a> {
    fn new(world: &'a World, random: &'a mut Random, statistics: &'a mut Statistics) -> Self {
        Writer {
            world,
            random,
            statistics,
            brackets: 0,
            bare: 0,
            populations: 0,
            is_in_group: false,
            names: 0,
        }
    }
}

impl Writer<'_> {
    fn condition(&mut self, depth: usize) -> String {
        if depth == 0 || self.random.percent(30) {
            return self.test();
        }
        if self.random.percent(8) {
            self.statistics.count("text as of");
            let asked = self.operand(depth - 1);
            let past = self.past_of(&asked, false);
            return format!("{asked} as of {past}");
        }
        match self.random.below(7) {
            5 => {
                self.statistics.count("text if");
                let (condition, then) = (self.condition(depth - 1), self.operand(depth - 1));
                format!(
                    "(if {condition} then {then} else {})",
                    self.operand(depth - 1)
                )
            }
            6 => {
                self.statistics.count("text counted");
                let counts = [
                    "at least 2",
                    "at most 1",
                    "exactly 1",
                    "more than 1",
                    "fewer than 3",
                ];
                let of: Vec<_> = (0..3).map(|_| self.condition(depth - 1)).collect();
                format!("{} of ({})", self.random.pick(&counts), of.join(", "))
            }
            0 => format!("NOT {}", self.operand(depth - 1)),
            choice => {
                let word = if choice < 3 { " AND " } else { " OR " };
                self.statistics.count(format!("text{word}"));
                let count = 2 + self.random.below(3);
                let operands: Vec<_> = (0..count).map(|_| self.operand(depth - 1)).collect();
                operands.join(if self.random.percent(20) {
                    if choice < 3 { "\n  and " } else { "\n  or " }
                } else {
                    word
                })
            }
        }
    }

    fn operand(&mut self, depth: usize) -> String {
        format!("({})", self.condition(depth))
    }

    fn test(&mut self) -> String {
        // One in the other they are dear: each contact is asked about each for each.
        let share = if self.populations == 0 { 7 } else { 2 };
        if self.may_ask_of_many() && self.random.percent(share) {
            return self.test_of_many();
        }
        if self.random.percent(7)
            && let Some(test) = self.test_of_the_nearest()
        {
            return test;
        }
        let mut columns: Vec<&Column> = self.world.named().collect();
        // A history is a bracket more.
        if self.brackets > 2 {
            columns.retain(|column| self.world.history(&column.name).is_none());
        }
        // In a bracket inside of it nothing could be asked of the contact.
        if self.is_in_group {
            let is_plain = |kind: &Kind| kind.type_of().record().is_none();
            columns.retain(|column| is_plain(&column.kind));
        }
        let column = (*self.random.pick(&columns)).clone();
        if column.kind.is_stream() {
            return self.events_test(&column.name, &column.kind);
        }
        let name = self.of_contact(&column.name);
        self.test_of(&name, &column.kind)
    }

    /// A field as it is written here: in a bracket it is the contact's.
    fn of_contact(&self, name: &str) -> String {
        if self.brackets > self.bare {
            format!("contact.{name}")
        } else {
            name.to_owned()
        }
    }

    /// A test of what stands under a name.
    fn test_of(&mut self, name: &str, kind: &Kind) -> String {
        if self.random.percent(10) {
            self.statistics.count("text is missing");
            return format!(
                "{name} is {}",
                self.random
                    .pick::<&str>(&["missing", "known", "not missing"])
            );
        }
        self.statistics
            .count(format!("text {}", kind.type_of().name()));
        match kind.type_of() {
            Type::Boolean => match self.random.below(3) {
                0 => name.to_owned(),
                1 => format!("{name} = {}", self.random.percent(50)),
                _ => format!("{name} ?? {}", self.random.percent(50)),
            },
            Type::Number(_) => {
                let value = self.number_of(name);
                match self.random.below(7) {
                    6 => format!("{value} in list \"numbers\""),
                    0 => {
                        let (low, high) = (self.number(), self.number());
                        let not = self.random.pick(&["", "", "not "]);
                        format!("{value} {not}between {low} and {high}")
                    }
                    1 => {
                        let list: Vec<_> = (0..3).map(|_| self.number()).collect();
                        let not = self.random.pick(&["", "", "not "]);
                        format!("{value} {not}in ({})", list.join(", "))
                    }
                    _ => {
                        let operator = self.random.pick(&["=", "!=", "<", "<=", ">", ">="]);
                        format!("{value} {operator} {}", self.number())
                    }
                }
            }
            Type::Text => self.text_test(name),
            Type::Date | Type::Time => self.window(name, kind.type_of() == Type::Time),
            Type::Duration => {
                let operator = self.random.pick(&["=", "<", "<=", ">", ">="]);
                format!("{name} {operator} {}", self.length())
            }
            Type::Point => {
                let operator = self.random.pick(&["<", "<=", ">", ">="]);
                let (latitude, longitude) = *self.random.pick(&[
                    ("50.85", "4.35"),
                    ("90", "0"),
                    ("12.5", "-180"),
                    ("-33", "179.95"),
                ]);
                let distance = self
                    .random
                    .pick(&["25 km", "0 m", "111195.080234 m", "3000 miles"]);
                format!("distance({name}, point({latitude}, {longitude})) {operator} {distance}")
            }
            Type::Distance => unreachable!("no column holds distances"),
            Type::Record(_) => self.test_of_part(&format!("{name}."), kind),
            Type::Map(_) => {
                let Kind::Map(value) = kind else {
                    unreachable!()
                };
                let key = self.random.pick(&crate::cells::KEYS);
                self.test_of(&format!("{name}[\"{key}\"]"), value)
            }
            Type::List(element) if matches!(*element, Type::Record(_)) => {
                if self.brackets > 2 {
                    return format!("{name} is known");
                }
                self.brackets += 1;
                let inside = self.test_of_part("", kind.element());
                self.brackets -= 1;
                match self.random.below(5) {
                    0 => format!("any {name}"),
                    1 => format!("any {name}[{inside}]"),
                    2 => format!("every {name}[{inside}]"),
                    3 => format!("none {name}[{inside}]"),
                    _ => format!("count({name}[{inside}]) > {}", self.random.below(3)),
                }
            }
            Type::List(element) => {
                let words = *self
                    .random
                    .pick(&["has", "has any of", "has all of", "has none of"]);
                let mut values: Vec<String> = (0..3)
                    .filter_map(|_| self.element(kind, &element))
                    .collect();
                let fold = *element == Type::Text && self.random.percent(25);
                let fold = if fold { " ignoring case" } else { "" };
                match values.pop() {
                    None => format!("{name} is known"),
                    Some(value) if words == "has" => format!("{name} has {value}{fold}"),
                    Some(value) => {
                        values.push(value);
                        format!("{name} {words} ({}){fold}", values.join(", "))
                    }
                }
            }
        }
    }

    /// A test of a part of a record, whose name stands behind `before`.
    fn test_of_part(&mut self, before: &str, kind: &Kind) -> String {
        let Kind::Record(parts) = kind else {
            return "true".into();
        };
        let (part, kind) = self.random.pick(parts).clone();
        self.test_of(&format!("{before}{part}"), &kind)
    }

    fn element(&mut self, kind: &Kind, element: &Type) -> Option<String> {
        match element {
            Type::Text => Some(self.text()),
            Type::Number(_) => Some(self.number()),
            Type::Date => Some(self.date()),
            Type::Time => Some(self.instant()),
            Type::Duration => Some(self.length()),
            Type::Boolean => Some(self.random.percent(50).to_string()),
            Type::Point | Type::Distance | Type::List(_) | Type::Record(_) | Type::Map(_) => {
                unreachable!("no {kind:?} holds such elements here")
            }
        }
    }

    fn number_of(&mut self, name: &str) -> String {
        match self.random.below(8) {
            7 => format!("({name} as of {})", self.past_of(name, true)),
            6 => {
                let test = self.test();
                format!("(if {test} then {name} else {})", self.number())
            }
            0 => format!("{name} ?? {}", self.random.below(9)),
            1 => format!("{name} * {}", self.number()),
            2 => format!("({name} + {})", self.number()),
            3 => format!("abs({name})"),
            _ => name.to_owned(),
        }
    }

    fn number(&mut self) -> String {
        match self.random.below(9) {
            0 => "9_223_372_036_854_775_808".into(),
            1 => format!("{}%", self.random.below(120)),
            2 => format!("-{}", self.random.below(4)),
            3 | 4 => format!("{}.{}", self.random.below(12), self.random.below(100)),
            _ => self.random.below(12).to_string(),
        }
    }

    fn text_test(&mut self, name: &str) -> String {
        let fold = if self.random.percent(30) {
            " ignoring case"
        } else {
            ""
        };
        let value = match self.random.below(7) {
            2 => {
                let test = self.test();
                format!("(if {test} then {name} else {})", self.text())
            }
            0 => format!("lower({name})"),
            1 => format!("trim({name})"),
            _ => name.to_owned(),
        };
        match self.random.below(7) {
            0 => {
                let list: Vec<_> = (0..3).map(|_| self.text()).collect();
                let not = self.random.pick(&["", "", "not "]);
                format!("{value} {not}in ({}){fold}", list.join(", "))
            }
            1 => format!("{value} starts with {}{fold}", self.text()),
            2 if self.random.percent(30) => {
                let not = self.random.pick(&["", "not "]);
                format!("{value} {not}in list \"texts\"{fold}")
            }
            2 => format!("{value} ends with {}{fold}", self.text()),
            3 if self.random.percent(30) => {
                let pattern = self
                    .random
                    .pick(&["^[a-z]", "[0-9]+$", "^.{2,4}$", "\\\\w@", "a|e|ß"]);
                format!("{value} matches \"{pattern}\"{fold}")
            }
            3 => format!("{value} contains {}{fold}", self.text()),
            4 => {
                let operator = self.random.pick(&["<", "<=", ">", ">="]);
                format!("{value} {operator} {}", self.text())
            }
            5 => format!("length({name}) > {}", self.random.below(8)),
            _ => {
                let operator = self.random.pick(&["=", "!="]);
                format!("{value} {operator} {}{fold}", self.text())
            }
        }
    }

    /// A text that a contact has, without what cannot be typed.
    fn text(&mut self) -> String {
        let columns: Vec<_> = (self.world.columns.iter())
            .filter(|column| column.kind == Kind::Text && !column.pool.is_empty())
            .collect();
        if columns.is_empty() {
            return quoted("BE");
        }
        let column = self.random.pick(&columns);
        match self.random.pick(&column.pool) {
            Cell::Text(text) if !text.chars().any(char::is_control) => quoted(text),
            _ => quoted("BE"),
        }
    }
}
