//! The functions of the language, one family a file. A function's signature, documentation, examples and evaluation stand together;
//! adding one touches its family's file and one line of the table here.
//!
//! Of every function of today: a missing argument makes the result missing. What else does is said in [`Function::missing`].

mod ordered;
mod place;
mod text;
mod time;

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
    pub parameters: &'static [Parameter],
    /// The last parameter may be given more than once.
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

/// A parameter of a function.
#[derive(Debug)]
pub struct Parameter {
    pub name: &'static str,
    pub kind: Kind,
}

/// What an argument may be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    Text,
    Number,
    Date,
    Time,
    Point,
    /// A number, text, date, time, duration or distance; all arguments of this kind are of one sort.
    Ordered,
}

/// The type of what a function gives.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ResultType {
    Text,
    WholeNumber,
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

static FUNCTIONS: [&Function; 12] = [
    &ordered::ABS,
    &time::AGE,
    &place::DISTANCE,
    &ordered::GREATEST,
    &ordered::LEAST,
    &text::LENGTH,
    &text::LOWER,
    &time::MIDNIGHT,
    &place::POINT,
    &time::SINCE,
    &text::TRIM,
    &text::UPPER,
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

impl Function {
    /// `length(text: text) → int`, as the manual and completion show it; where a parameter may be of several types, `least(a, b, …)`.
    pub fn signature(&self) -> String {
        let mut parameters: Vec<String> = self
            .parameters
            .iter()
            .map(|parameter| match parameter.kind.type_name() {
                Some(name) => format!("{}: {name}", parameter.name),
                None => parameter.name.to_owned(),
            })
            .collect();
        if self.repeats_last {
            parameters.push("…".into());
        }
        let result = match self.result {
            ResultType::Text => Some("text"),
            ResultType::WholeNumber => Some("int"),
            ResultType::Time => Some("time"),
            ResultType::Duration => Some("duration"),
            ResultType::Point => Some("point"),
            ResultType::Distance => Some("distance"),
            ResultType::OfArguments => self.parameters[0].kind.type_name(),
        };
        let result = result.map_or_else(String::new, |name| format!(" → {name}"));
        format!("{}({}){result}", self.name, parameters.join(", "))
    }

    /// The type of the result for arguments of these types.
    ///
    /// # Errors
    ///
    /// The number of arguments or the type of one does not fit; the first such fault.
    pub fn result_type(&self, arguments: &[Type]) -> Result<Type, ArgumentFault> {
        let wanted = self.parameters.len();
        if arguments.len() < wanted || (arguments.len() > wanted && !self.repeats_last) {
            let number = match wanted {
                1 => "one argument".to_owned(),
                2 if self.repeats_last => "two or more arguments".to_owned(),
                2 => "two arguments".to_owned(),
                more => format!("{more} arguments"),
            };
            return Err(ArgumentFault::Count { expected: number });
        }
        for (index, argument) in arguments.iter().enumerate() {
            let kind = self.parameters[index.min(wanted - 1)].kind;
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
            ResultType::Text => Type::Text,
            ResultType::WholeNumber => Type::Number(NumberKind::Whole),
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
            Kind::Date => "a date",
            Kind::Time => "a time",
            Kind::Point => "a point",
            Kind::Ordered => "numbers, text, dates, times, durations or distances",
        }
    }

    /// The name of the only type that it admits.
    pub fn type_name(self) -> Option<&'static str> {
        match self {
            Kind::Text => Some("text"),
            Kind::Number => Some("number"),
            Kind::Date => Some("date"),
            Kind::Time => Some("time"),
            Kind::Point => Some("point"),
            Kind::Ordered => None,
        }
    }

    fn admits(self, argument: &Type) -> bool {
        match self {
            Kind::Text => *argument == Type::Text,
            Kind::Number => matches!(argument, Type::Number(_)),
            Kind::Date => *argument == Type::Date,
            Kind::Time => *argument == Type::Time,
            Kind::Point => *argument == Type::Point,
            Kind::Ordered => match argument {
                Type::Number(_)
                | Type::Text
                | Type::Date
                | Type::Time
                | Type::Duration
                | Type::Distance => true,
                Type::Boolean | Type::Point | Type::List(_) => false,
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
