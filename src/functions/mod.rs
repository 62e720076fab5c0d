//! The functions of the language, one family a file. A function's signature, documentation, examples and evaluation stand together;
//! adding one touches its family's file and one line of the table here.
//!
//! Of every function of today: a missing argument makes the result missing. What else does is said in [`Function::missing`].

mod calendar;
mod figures;
mod hash;
mod numbers;
mod ordered;
mod pattern;
mod place;
mod text;
mod time;

pub(crate) use calendar::ClockPart;
pub use figures::{CONTACT, CONTACTS, Figure, FigureOfMany, figures, figures_of_many};
pub use hash::{Hash, MOST_DIGITS};
pub use pattern::{Pattern, PatternFault};
pub use text::fold_case;

use crate::types::{Constant, NumberKind, Type};
use jiff::tz::TimeZone;

/// The place of a function in the table of functions.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct FunctionId(pub u16);

/// What a function may know besides its arguments.
#[derive(Clone, Copy, Debug)]
pub struct Context<'a> {
    /// The instant of the run, in nanoseconds since the epoch.
    pub now: i128,
    /// The project's zone.
    pub zone: &'a TimeZone,
}

/// A function of the language.
#[derive(Debug)]
pub struct Function {
    pub name: &'static str,
    pub family: Family,
    /// Those that may be left out stand behind the others.
    pub parameters: &'static [Parameter],
    /// The last parameter may be given more than once; then none may be left out.
    pub repeats_last: bool,
    pub result: ResultType,
    /// One or two sentences for the manual (Markdown).
    pub documentation: &'static str,
    pub examples: &'static [Example],
    /// When the result is missing though no argument is, in words that follow "missing"; empty where never.
    pub missing: &'static str,
    /// The result depends on the instant of the run, so it is no constant before that is known.
    pub reads_now: bool,
    evaluate: fn(&[Constant], &Context) -> Constant,
}

/// What a function is about: the manual has a section for each.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Family {
    Text,
    Numbers,
    /// Of values of several types, as long as they have an order.
    Ordered,
    Time,
    Places,
}

/// A parameter of a function.
#[derive(Debug)]
pub struct Parameter {
    pub name: &'static str,
    pub kind: Kind,
    /// It may be left out, together with those behind it.
    pub optional: bool,
}

impl Parameter {
    const fn needed(name: &'static str, kind: Kind) -> Self {
        Self {
            name,
            kind,
            optional: false,
        }
    }

    const fn optional(name: &'static str, kind: Kind) -> Self {
        Self {
            name,
            kind,
            optional: true,
        }
    }
}

/// What an argument may be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    Text,
    Number,
    WholeNumber,
    Date,
    Time,
    /// A date or a time.
    Day,
    /// The name of a time zone.
    Zone,
    Point,
    /// A number, text, date, time, duration or distance; all arguments of this kind are of one sort.
    Ordered,
}

/// The type of what a function gives.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ResultType {
    Text,
    /// One of these texts.
    OneOf(&'static [&'static str]),
    WholeNumber,
    /// An exact number.
    Number,
    /// A whole number, or an exact one where the last of the optional arguments is given.
    WholeUnlessAllGiven,
    FloatingNumber,
    /// A whole number from the first to the second.
    WholeWithin(i64, i64),
    Date,
    Time,
    Duration,
    Point,
    Distance,
    /// The type of the arguments; of numbers of several kinds the widest (whole, exact, floating).
    OfArguments,
}

/// An expression and what it comes to at 2026-11-22T10:00+01:00 in Europe/Brussels, both as the language writes them; a result that
/// is `missing` is written so. Tests run them.
#[derive(Debug)]
pub struct Example {
    pub expression: &'static str,
    pub result: &'static str,
}

/// Why arguments do not fit a function.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ArgumentFault {
    /// The number of arguments does not fit; how many there should be, in words ("one argument").
    Count { expected: String },
    /// The argument at this place is of the wrong type; what it should be, in words ("text").
    Type { index: usize, expected: String },
}

static FUNCTIONS: [&Function; 34] = [
    &numbers::ABS,
    &time::AGE,
    &calendar::ANNIVERSARY,
    &numbers::CEIL,
    &text::CONCAT,
    &calendar::DATE,
    &calendar::DAY,
    &place::DISTANCE,
    &numbers::FLOOR,
    &ordered::GREATEST,
    &calendar::HOUR,
    &ordered::LEAST,
    &text::LEFT,
    &text::LENGTH,
    &text::LOWER,
    &calendar::MIDNIGHT,
    &calendar::MINUTE,
    &calendar::MONTH,
    &text::NUMBER,
    &text::PART,
    &place::POINT,
    &calendar::QUARTER,
    &numbers::REMAINDER,
    &text::REPLACE,
    &text::RIGHT,
    &numbers::ROUND,
    &time::SINCE,
    &numbers::SQRT,
    &text::TRIM,
    &text::UPPER,
    &calendar::WEEK,
    &calendar::WEEKDAY,
    &calendar::YEAR,
    &calendar::ZONE,
];

/// All functions, by name.
pub fn all() -> &'static [&'static Function] {
    &FUNCTIONS
}

/// The function of this name.
pub fn lookup(name: &str) -> Option<FunctionId> {
    let index = FUNCTIONS.binary_search_by(|function| function.name.cmp(name));
    index.ok().map(|index| FunctionId(index as u16))
}

/// The function with this id, which [`lookup`] gave.
pub fn function(id: FunctionId) -> &'static Function {
    FUNCTIONS[usize::from(id.0)]
}

/// What a function gives for these arguments, which are of the types that [`Function::result_type`] admitted.
/// Missing where one of them is missing, and where [`Function::missing`] says so.
pub fn evaluate(id: FunctionId, arguments: &[Constant], context: &Context) -> Constant {
    if arguments.contains(&Constant::Missing) {
        return Constant::Missing;
    }
    (function(id).evaluate)(arguments, context)
}

/// Which part of a clock reading a function tells of a date or a time, in the zone that is its second argument or else the project's; none where it tells
/// anything else.
pub(crate) fn clock_part(id: FunctionId) -> Option<ClockPart> {
    calendar::clock_part(function(id))
}

impl Function {
    /// `length(text: text) → int`, as the manual and completion show it; where a parameter may be of several types, `least(a, b, …)`.
    pub fn signature(&self) -> String {
        let mut parameters: Vec<String> = self
            .parameters
            .iter()
            .map(|parameter| {
                let optional = if parameter.optional { "?" } else { "" };
                match parameter.kind.type_name() {
                    Some(name) => format!("{}{optional}: {name}", parameter.name),
                    None => format!("{}{optional}", parameter.name),
                }
            })
            .collect();
        if self.repeats_last {
            parameters.push("…".into());
        }
        let result = match self.result {
            ResultType::Number | ResultType::WholeUnlessAllGiven | ResultType::FloatingNumber => {
                Some("number")
            }
            ResultType::Text | ResultType::OneOf(_) => Some("text"),
            ResultType::WholeNumber | ResultType::WholeWithin(..) => Some("int"),
            ResultType::Date => Some("date"),
            ResultType::Time => Some("time"),
            ResultType::Duration => Some("duration"),
            ResultType::Point => Some("point"),
            ResultType::Distance => Some("distance"),
            ResultType::OfArguments => self.parameters[0].kind.type_name(),
        };
        let result = result.map_or_else(String::new, |name| format!(" → {name}"));
        format!("{}({}){result}", self.name, parameters.join(", "))
    }

    /// How many arguments cannot be left out.
    pub fn needed(&self) -> usize {
        let needed = self.parameters.iter().filter(|one| !one.optional);
        needed.count()
    }

    /// "one argument", "two or more arguments", "one or two arguments"
    fn count_in_words(&self) -> String {
        let word = |count: usize| match count {
            1 => "one".to_owned(),
            2 => "two".to_owned(),
            3 => "three".to_owned(),
            4 => "four".to_owned(),
            more => more.to_string(),
        };
        let (least, most) = (self.needed(), self.parameters.len());
        match (least, most) {
            _ if self.repeats_last => format!("{} or more arguments", word(least)),
            (1, 1) => "one argument".into(),
            _ if least == most => format!("{} arguments", word(most)),
            _ if least + 1 == most => format!("{} or {} arguments", word(least), word(most)),
            _ => format!("{} to {} arguments", word(least), word(most)),
        }
    }

    /// The type of the result for arguments of these types.
    ///
    /// # Errors
    ///
    /// The number of arguments or the type of one does not fit; the first such fault.
    pub fn result_type(&self, arguments: &[Type]) -> Result<Type, ArgumentFault> {
        let most = self.parameters.len();
        let least = self.needed();
        if arguments.len() < least || (arguments.len() > most && !self.repeats_last) {
            return Err(ArgumentFault::Count {
                expected: self.count_in_words(),
            });
        }
        for (index, argument) in arguments.iter().enumerate() {
            let kind = self.parameters[index.min(most - 1)].kind;
            let fits = kind.admits(argument)
                && (kind != Kind::Ordered || same_sort(&arguments[0], argument));
            if !fits {
                let expected = if index > 0 && kind == Kind::Ordered {
                    format!("{} like the first", arguments[0].described())
                } else {
                    kind.described().to_owned()
                };
                return Err(ArgumentFault::Type { index, expected });
            }
        }
        Ok(match self.result {
            ResultType::Text | ResultType::OneOf(_) => Type::Text,
            ResultType::WholeNumber | ResultType::WholeWithin(..) => {
                Type::Number(NumberKind::Whole)
            }
            ResultType::Date => Type::Date,
            ResultType::WholeUnlessAllGiven if arguments.len() < most => {
                Type::Number(NumberKind::Whole)
            }
            ResultType::Number | ResultType::WholeUnlessAllGiven => Type::Number(NumberKind::Exact),
            ResultType::FloatingNumber => Type::Number(NumberKind::Float),
            ResultType::Time => Type::Time,
            ResultType::Duration => Type::Duration,
            ResultType::Point => Type::Point,
            ResultType::Distance => Type::Distance,
            ResultType::OfArguments => arguments
                .iter()
                .cloned()
                .reduce(widest)
                .unwrap_or_else(|| unreachable!("no such function is without parameters")),
        })
    }
}

impl Kind {
    /// What the argument should be, in a sentence.
    fn described(self) -> &'static str {
        match self {
            Kind::Text => "text",
            Kind::Number => "a number",
            Kind::WholeNumber => "a whole number",
            Kind::Date => "a date",
            Kind::Time => "a time",
            Kind::Day => "a date or a time",
            Kind::Zone => "the name of a time zone",
            Kind::Point => "a point",
            Kind::Ordered => "numbers, text, dates, times, durations or distances",
        }
    }

    /// The name of the only type that it admits.
    pub fn type_name(self) -> Option<&'static str> {
        match self {
            Kind::Text => Some("text"),
            Kind::Number => Some("number"),
            Kind::WholeNumber => Some("int"),
            Kind::Date => Some("date"),
            Kind::Time => Some("time"),
            Kind::Zone => Some("text"),
            Kind::Point => Some("point"),
            Kind::Day | Kind::Ordered => None,
        }
    }

    fn admits(self, argument: &Type) -> bool {
        match self {
            Kind::Text | Kind::Zone => *argument == Type::Text,
            Kind::Number => matches!(argument, Type::Number(_)),
            Kind::WholeNumber => *argument == Type::Number(NumberKind::Whole),
            Kind::Date => *argument == Type::Date,
            Kind::Time => *argument == Type::Time,
            Kind::Point => *argument == Type::Point,
            Kind::Day => matches!(argument, Type::Date | Type::Time),
            Kind::Ordered => match argument {
                Type::Number(_)
                | Type::Text
                | Type::Date
                | Type::Time
                | Type::Duration
                | Type::Distance => true,
                Type::Boolean | Type::Point | Type::List(_) | Type::Record(_) | Type::Map(_) => {
                    false
                }
            },
        }
    }
}

fn same_sort(left: &Type, right: &Type) -> bool {
    left == right || matches!((left, right), (Type::Number(_), Type::Number(_)))
}

/// The type that holds the values of both; they are of one sort.
fn widest(left: Type, right: Type) -> Type {
    use NumberKind::{Exact, Float};
    match (&left, &right) {
        (Type::Number(Float), _) | (_, Type::Number(Float)) => Type::Number(Float),
        (Type::Number(Exact), _) | (_, Type::Number(Exact)) => Type::Number(Exact),
        _ => left,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_is_sorted_so_that_lookup_finds_every_function() {
        for (index, function) in all().iter().enumerate() {
            assert_eq!(
                lookup(function.name),
                Some(FunctionId(index as u16)),
                "{}",
                function.name
            );
        }
        assert_eq!(lookup("lowercase"), None);
    }

    #[test]
    fn every_function_is_documented_with_examples() {
        for function in all() {
            assert!(!function.documentation.is_empty(), "{}", function.name);
            assert!(!function.examples.is_empty(), "{}", function.name);
        }
    }

    #[test]
    fn parameters_that_may_be_left_out_stand_last() {
        for function in all() {
            let mut parameters = function.parameters.iter();
            let is_sorted = parameters.by_ref().is_sorted_by_key(|one| one.optional);
            assert!(is_sorted, "{}", function.name);
            let repeats = function.repeats_last;
            assert!(
                !repeats || function.needed() == function.parameters.len(),
                "{}",
                function.name
            );
        }
    }

    #[test]
    fn a_missing_argument_makes_the_result_missing() {
        let zone = TimeZone::UTC;
        let context = Context {
            now: 0,
            zone: &zone,
        };
        for (index, function) in all().iter().enumerate() {
            let arguments = vec![Constant::Missing; function.parameters.len()];
            let result = evaluate(FunctionId(index as u16), &arguments, &context);
            assert_eq!(result, Constant::Missing, "{}", function.name);
        }
    }

    #[test]
    fn arguments_are_checked_by_number_and_type() {
        let result =
            |name: &str, arguments: &[Type]| function(lookup(name).unwrap()).result_type(arguments);
        let whole = Type::Number(NumberKind::Whole);
        let float = Type::Number(NumberKind::Float);
        assert_eq!(result("lower", &[Type::Text]), Ok(Type::Text));
        assert_eq!(
            result("lower", &[]),
            Err(ArgumentFault::Count {
                expected: "one argument".into()
            })
        );
        assert_eq!(
            result("round", std::slice::from_ref(&float)),
            Ok(whole.clone())
        );
        assert_eq!(
            result("round", &[float.clone(), whole.clone()]),
            Ok(Type::Number(NumberKind::Exact))
        );
        assert_eq!(
            result("round", &[]),
            Err(ArgumentFault::Count {
                expected: "one or two arguments".into()
            })
        );
        assert_eq!(
            result("round", &[whole.clone(), float.clone()]),
            Err(ArgumentFault::Type {
                index: 1,
                expected: "a whole number".into()
            })
        );
        assert_eq!(
            result("least", &[whole.clone(), float.clone(), whole.clone()]),
            Ok(float)
        );
        assert_eq!(
            result("least", &[whole.clone(), Type::Text]),
            Err(ArgumentFault::Type {
                index: 1,
                expected: "a whole number like the first".into()
            })
        );
        assert_eq!(
            result("age", &[Type::Time]),
            Err(ArgumentFault::Type {
                index: 0,
                expected: "a date".into()
            })
        );
    }
}
