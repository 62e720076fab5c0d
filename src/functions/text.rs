//! Functions of text.

use super::{Example, Family, Function, Kind, Parameter, ResultType};
use crate::types::{Constant, Exact};
use std::borrow::Cow;

const TEXT: &[Parameter] = &[Parameter::needed("text", Kind::Text)];

const COUNTED: &[Parameter] = &[
    Parameter::needed("text", Kind::Text),
    Parameter::needed("count", Kind::WholeNumber),
];

pub(super) static LOWER: Function = Function {
    name: "lower",
    family: Family::Text,
    parameters: TEXT,
    repeats_last: false,
    result: ResultType::Text,
    documentation: "The text in lower case, by the rules of Unicode and of no particular language. To compare without regard to case, \
        `ignoring case` is the surer way.",
    examples: &[
        Example {
            expression: r#"lower("Ann@Example.BE")"#,
            result: r#""ann@example.be""#,
        },
        Example {
            expression: r#"lower("ÉCOLE")"#,
            result: r#""école""#,
        },
    ],
    missing: "",
    reads_now: false,
    evaluate: |arguments, _| of_text(arguments, |text| Constant::Text(text.to_lowercase().into())),
};

pub(super) static UPPER: Function = Function {
    name: "upper",
    family: Family::Text,
    parameters: TEXT,
    repeats_last: false,
    result: ResultType::Text,
    documentation: "The text in upper case, by the rules of Unicode and of no particular language.",
    examples: &[
        Example {
            expression: r#"upper("be")"#,
            result: r#""BE""#,
        },
        Example {
            expression: r#"upper("straße")"#,
            result: r#""STRASSE""#,
        },
    ],
    missing: "",
    reads_now: false,
    evaluate: |arguments, _| of_text(arguments, |text| Constant::Text(text.to_uppercase().into())),
};

pub(super) static TRIM: Function = Function {
    name: "trim",
    family: Family::Text,
    parameters: TEXT,
    repeats_last: false,
    result: ResultType::Text,
    documentation: "The text without white space at its beginning and its end. Nothing is trimmed unless it is asked for.",
    examples: &[
        Example {
            expression: r#"trim("  Ann Peeters ")"#,
            result: r#""Ann Peeters""#,
        },
        Example {
            expression: r#"trim("   ")"#,
            result: r#""""#,
        },
    ],
    missing: "",
    reads_now: false,
    evaluate: |arguments, _| of_text(arguments, |text| Constant::Text(text.trim().into())),
};

pub(super) static LENGTH: Function = Function {
    name: "length",
    family: Family::Text,
    parameters: TEXT,
    repeats_last: false,
    result: ResultType::WholeNumber,
    documentation: "The number of characters (Unicode code points) of a text.",
    examples: &[
        Example {
            expression: r#"length("école")"#,
            result: "5",
        },
        Example {
            expression: r#"length("")"#,
            result: "0",
        },
    ],
    missing: "",
    reads_now: false,
    evaluate: |arguments, _| {
        of_text(arguments, |text| {
            Constant::Number(Exact::whole(text.chars().count() as i128))
        })
    },
};

pub(super) static LEFT: Function = Function {
    name: "left",
    family: Family::Text,
    parameters: COUNTED,
    repeats_last: false,
    result: ResultType::Text,
    documentation: "The first `count` characters of a text: all of it where it has no more, none where `count` is below 1.",
    examples: &[
        Example {
            expression: r#"left("9000 Gent", 4)"#,
            result: r#""9000""#,
        },
        Example {
            expression: r#"left("été", 10)"#,
            result: r#""été""#,
        },
    ],
    missing: "",
    reads_now: false,
    evaluate: |arguments, _| {
        counted(arguments, |text, count| {
            let end = text.char_indices().nth(count);
            end.map_or(text, |(end, _)| &text[..end])
        })
    },
};

pub(super) static RIGHT: Function = Function {
    name: "right",
    family: Family::Text,
    parameters: COUNTED,
    repeats_last: false,
    result: ResultType::Text,
    documentation: "The last `count` characters of a text: all of it where it has no more, none where `count` is below 1.",
    examples: &[
        Example {
            expression: r#"right("BE71 0961 2345 6769", 4)"#,
            result: r#""6769""#,
        },
        Example {
            expression: r#"right("BE", 0)"#,
            result: r#""""#,
        },
    ],
    missing: "",
    reads_now: false,
    evaluate: |arguments, _| {
        counted(arguments, |text, count| match count.checked_sub(1) {
            None => "",
            Some(before) => {
                let start = text.char_indices().rev().nth(before);
                start.map_or(text, |(start, _)| &text[start..])
            }
        })
    },
};

pub(super) static REPLACE: Function = Function {
    name: "replace",
    family: Family::Text,
    parameters: &[
        Parameter::needed("text", Kind::Text),
        Parameter::needed("old", Kind::Text),
        Parameter::needed("new", Kind::Text),
    ],
    repeats_last: false,
    result: ResultType::Text,
    documentation: "The text with `new` wherever `old` stands in it, from left to right. With an empty `old` it stays as it is.",
    examples: &[
        Example {
            expression: r#"replace("0470 12 34 56", " ", "")"#,
            result: r#""0470123456""#,
        },
        Example {
            expression: r#"replace("aaa", "aa", "b")"#,
            result: r#""ba""#,
        },
    ],
    missing: "",
    reads_now: false,
    evaluate: |arguments, _| match arguments {
        [Constant::Text(text), Constant::Text(old), Constant::Text(_)] if old.is_empty() => {
            Constant::Text(text.clone())
        }
        [
            Constant::Text(text),
            Constant::Text(old),
            Constant::Text(new),
        ] => Constant::Text(text.replace(&**old, new).into()),
        _ => Constant::Missing,
    },
};

pub(super) static CONCAT: Function = Function {
    name: "concat",
    family: Family::Text,
    parameters: &[
        Parameter::needed("first", Kind::Text),
        Parameter::needed("next", Kind::Text),
    ],
    repeats_last: true,
    result: ResultType::Text,
    documentation: "Its arguments one behind the other, with nothing between them. Where one may be missing, say what stands for it: \
        `concat(first_name, \" \", last_name ?? \"\")`.",
    examples: &[
        Example {
            expression: r#"concat("Ann", " ", "Peeters")"#,
            result: r#""Ann Peeters""#,
        },
        Example {
            expression: r#"concat("a", "")"#,
            result: r#""a""#,
        },
    ],
    missing: "",
    reads_now: false,
    evaluate: |arguments, _| {
        let texts = arguments.iter().map(|argument| match argument {
            Constant::Text(text) => Some(&**text),
            _ => None,
        });
        match texts.collect::<Option<String>>() {
            Some(text) => Constant::Text(text.into()),
            None => Constant::Missing,
        }
    },
};

pub(super) static PART: Function = Function {
    name: "part",
    family: Family::Text,
    parameters: &[
        Parameter::needed("text", Kind::Text),
        Parameter::needed("separator", Kind::Text),
        Parameter::needed("number", Kind::WholeNumber),
    ],
    repeats_last: false,
    result: ResultType::Text,
    documentation: "One of the parts that the separator cuts a text into: 1 is the first, 2 the second, -1 the last.",
    examples: &[
        Example {
            expression: r#"part("ann@example.be", "@", 2)"#,
            result: r#""example.be""#,
        },
        Example {
            expression: r#"part("www.example.co.uk", ".", -1)"#,
            result: r#""uk""#,
        },
        Example {
            expression: r#"part("no address", "@", 2)"#,
            result: "missing",
        },
    ],
    missing: "where there is no such part, and where the separator is empty",
    reads_now: false,
    evaluate: |arguments, _| match arguments {
        [Constant::Text(_), Constant::Text(separator), _] if separator.is_empty() => {
            Constant::Missing
        }
        [
            Constant::Text(text),
            Constant::Text(separator),
            Constant::Number(number),
        ] => {
            let number = number.numerator();
            let before = usize::try_from(number.unsigned_abs())
                .unwrap_or(usize::MAX)
                .checked_sub(1);
            let part = before.and_then(|before| {
                if number > 0 {
                    text.split(&**separator).nth(before)
                } else {
                    text.rsplit(&**separator).nth(before)
                }
            });
            part.map_or(Constant::Missing, |part| Constant::Text(part.into()))
        }
        _ => Constant::Missing,
    },
};

pub(super) static NUMBER: Function = Function {
    name: "number",
    family: Family::Text,
    parameters: TEXT,
    repeats_last: false,
    result: ResultType::Number,
    documentation: "The number that a text writes in digits, with a sign in front and a decimal point where it has them, and with nothing \
        else: exact, as written. Nothing is turned into a number unless it is asked for.",
    examples: &[
        Example {
            expression: r#"number("-12.50")"#,
            result: "-12.5",
        },
        Example {
            expression: r#"number("0042")"#,
            result: "42",
        },
        Example {
            expression: r#"number("12 euro")"#,
            result: "missing",
        },
    ],
    missing: "where the text is no number, or one that does not fit in 128 bits",
    reads_now: false,
    evaluate: |arguments, _| {
        of_text(arguments, |text| {
            number_in(text).map_or(Constant::Missing, Constant::Number)
        })
    },
};

/// `-12.50`: at least one digit on each side of a point.
fn number_in(text: &str) -> Option<Exact> {
    let digits = text.strip_prefix(['-', '+']).unwrap_or(text);
    let (whole, part) = digits.split_once('.').unwrap_or((digits, "0"));
    let is_digits = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    if !is_digits(whole) || !is_digits(part) {
        return None;
    }
    let part = part.trim_end_matches('0');
    let mantissa: i128 = format!("{whole}{part}").parse().ok()?;
    let scale = 10i128.checked_pow(u32::try_from(part.len()).ok()?)?;
    let mantissa = if text.starts_with('-') {
        -mantissa
    } else {
        mantissa
    };
    Exact::new(mantissa, scale)
}

fn counted(arguments: &[Constant], of: impl Fn(&str, usize) -> &str) -> Constant {
    match arguments {
        [Constant::Text(text), Constant::Number(count)] => {
            let count = usize::try_from(count.numerator().max(0)).unwrap_or(usize::MAX);
            Constant::Text(of(text, count).into())
        }
        _ => Constant::Missing,
    }
}

fn of_text(arguments: &[Constant], evaluate: impl Fn(&str) -> Constant) -> Constant {
    match arguments {
        [Constant::Text(text)] => evaluate(text),
        _ => Constant::Missing,
    }
}

/// The text under full Unicode case folding, which is what `ignoring case` compares by: `STRASSE` and `straße` are the same.
pub fn fold_case(text: &str) -> Cow<'_, str> {
    icu_casemap::CaseMapper::new().fold_string(text)
}
