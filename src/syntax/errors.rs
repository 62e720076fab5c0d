//! The faults of a text that can be told without a schema, one constructor each.

mod populations;
mod test;

pub(super) use populations::*;
pub(super) use test::*;

use crate::diagnostics::{Code, Diagnostic};
use crate::source::Span;

/// Something else was due here.
pub(super) fn expected(expected: &str, found: &str, span: Span) -> Diagnostic {
    Diagnostic::error(
        Code("E0101"),
        format!("expected {expected}, found {found}"),
        span,
        format!("expected {expected}"),
    )
}

/// Text that belongs to no definition.
pub(super) fn outside_definition(span: Span) -> Diagnostic {
    Diagnostic::error(
        Code("E0110"),
        "this belongs to no definition",
        span,
        "expected `use`, `let`, `segment`, `classify`, `split` or `test`",
    )
    .help("Give the condition a name: `segment name = …`, or `let name = …` for a part that others share.")
}

/// `@owner("crm")` with nothing below it.
pub(super) fn annotation_of_nothing(span: Span) -> Diagnostic {
    Diagnostic::error(
        Code("E0110"),
        "this is noted of no definition",
        span,
        "expected a definition below it",
    )
    .help("What begins with `@` stands above the definition that it is about.")
}

/// The spelling of another language, with ours.
pub(super) fn foreign(theirs: &str, ours: &str, span: Span) -> Diagnostic {
    let shown = ours.trim();
    Diagnostic::error(
        Code("E0103"),
        format!("`{theirs}` is written `{shown}` here"),
        span,
        "from another language",
    )
    .fix(format!("write `{shown}`"), span, ours)
}

/// A phrase that is said in another way, with a repair of the same place.
pub(super) fn phrase(
    message: impl Into<String>,
    span: Span,
    ours: impl Into<String>,
) -> Diagnostic {
    let ours = ours.into();
    let title = if ours.is_empty() {
        "leave it out".to_string()
    } else {
        format!("write `{}`", ours.trim())
    };
    Diagnostic::error(Code("E0104"), message, span, "").fix(title, span, ours)
}

/// The same fault, with a repair that is only likely to be what was meant.
pub(super) fn as_guess(mut fault: Diagnostic) -> Diagnostic {
    if let Some(fix) = &mut fault.fix {
        fix.is_safe = false;
    }
    fault
}

/// A phrase that cannot stand here, without a repair that could be applied as it is.
pub(super) fn phrase_without_fix(
    message: impl Into<String>,
    span: Span,
    help: impl Into<String>,
) -> Diagnostic {
    Diagnostic::error(Code("E0104"), message, span, "").help(help)
}

/// `18 <= age <= 35`
pub(super) fn chained(first: Span, second: Span) -> Diagnostic {
    Diagnostic::error(
        Code("E0105"),
        "one question at a time: comparisons do not chain",
        second,
        "a second question about the same value",
    )
    .also(first, "the first")
}

/// `count(view) > 3 in last 30 days`
pub(super) fn window_outside(window: Span, whole: Span, ours: String) -> Diagnostic {
    Diagnostic::error(
        Code("E0105"),
        "the window of a figure stands in its parentheses, behind the events",
        window,
        "asks nothing of a number",
    )
    .guess(format!("write `{ours}`"), whole, ours)
}

/// `as of last month`: a stretch of time where an instant is due.
pub(super) fn period_as_of(written: &str, span: Span) -> Diagnostic {
    let words: Vec<String> = (written.split_whitespace())
        .map(str::to_lowercase)
        .collect();
    let ours = match words.iter().map(String::as_str).collect::<Vec<_>>()[..] {
        ["yesterday"] => Some("1 day ago".to_owned()),
        ["last", unit] => Some(format!("1 {unit} ago")),
        _ => None,
    };
    let fault = Diagnostic::error(
        Code("E0104"),
        "behind `as of` stands one instant",
        span,
        "a stretch of time",
    );
    match ours {
        Some(ours) => fault.guess(format!("write `{ours}`"), span, ours),
        None => fault.help(
            "Instants are `30 days ago`, `2026-11-22T10:00`, `midnight(2026-11-22)`, a field that is a time.",
        ),
    }
}

/// `count(view) as of 30 days ago < 5`
pub(super) fn value_as_of(whole: Span, ours: String) -> Diagnostic {
    Diagnostic::error(
        Code("E0105"),
        "a value as of another instant stands in parentheses",
        whole,
        "`as of` belongs to all that stands before it",
    )
    .fix(format!("write `{ours}`"), whole, ours)
}

/// A second `as of` behind the first.
pub(super) fn as_of_twice(second: Span, whole: Span, ours: String) -> Diagnostic {
    Diagnostic::error(
        Code("E0105"),
        "a question is asked as of one instant",
        second,
        "a second one",
    )
    .guess(
        format!("write `{ours}`: the one as seen from the other"),
        whole,
        ours,
    )
}

/// A list where one value is due.
pub(super) fn list_misplaced(span: Span) -> Diagnostic {
    Diagnostic::error(
        Code("E0108"),
        "a list cannot stand here",
        span,
        "one value is expected",
    )
    .help("Lists in parentheses stand behind `in`, `has any of`, `has all of` and `has none of`.")
}

/// `in` without a list.
pub(super) fn list_expected(after: &str, span: Span) -> Diagnostic {
    Diagnostic::error(
        Code("E0108"),
        format!("a list in parentheses is expected after `{after}`"),
        span,
        "not a list in parentheses",
    )
}

/// A `not` that stands between a value and a question that takes none.
pub(super) fn misplaced_not(span: Span) -> Diagnostic {
    Diagnostic::error(
        Code("E0109"),
        "`not` stands before the whole condition here",
        span,
        "only `in` and `between` take it in this place",
    )
}

/// `AND consent`
pub(super) fn nothing_before(written: &str, span: Span) -> Diagnostic {
    Diagnostic::error(
        Code("E0101"),
        format!("nothing stands before this `{written}`"),
        span,
        "it joins two conditions",
    )
    .guess("leave it out", span, "")
}

/// `consent NOT`
pub(super) fn not_behind(not: Span) -> Diagnostic {
    Diagnostic::error(
        Code("E0109"),
        "`NOT` stands before what it negates",
        not,
        "nothing comes behind it",
    )
}

/// `tags has not "a"`
pub(super) fn not_before_a_value(not: Span) -> Diagnostic {
    Diagnostic::error(
        Code("E0109"),
        "`NOT` stands before the whole condition here",
        not,
        "a value is expected in this place",
    )
}

/// `genre of view` outside of a figure.
pub(super) fn of_outside(of: Span) -> Diagnostic {
    Diagnostic::error(
        Code("E0104"),
        "`of` stands in the parentheses of a figure",
        of,
        "of what is there a figure here?",
    )
    .help("A figure has its name before the parentheses, as in `max(age of profiles) > 12`.")
}

/// `("BE" "NL")`
pub(super) fn comma_left_out(second: Span, gap: Span) -> Diagnostic {
    Diagnostic::error(
        Code("E0104"),
        "what stands in a list is set apart with commas",
        second,
        "the next one begins here",
    )
    .guess("set a comma before it", gap, ",")
}

/// A day that no calendar has, an hour that no clock has.
pub(super) fn impossible_date(written: &str, reason: &str, span: Span) -> Diagnostic {
    Diagnostic::error(
        Code("E0401"),
        format!("there is no such date: {written}"),
        span,
        reason.to_string(),
    )
}

pub(super) fn impossible_time(written: &str, reason: &str, span: Span) -> Diagnostic {
    Diagnostic::error(
        Code("E0402"),
        format!("there is no such time: {written}"),
        span,
        reason.to_string(),
    )
}

/// A length of time is due and its unit is not there.
pub(super) fn missing_unit(number: &str, span: Span) -> Diagnostic {
    Diagnostic::error(
        Code("E0403"),
        format!("{number} what? The unit is not there"),
        span,
        "a unit is expected behind this number",
    )
    .help(format!("Write `{number} days`; units are seconds, minutes, hours, days, weeks, calendar days, months, quarters and years."))
}

/// A week 54, a month 13, a quarter 5.
pub(super) fn impossible_period(written: &str, reason: &str, span: Span) -> Diagnostic {
    Diagnostic::error(
        Code("E0407"),
        format!("there is no such period: {written}"),
        span,
        reason.to_string(),
    )
}

pub(super) fn unknown_escape(written: &str, span: Span) -> Diagnostic {
    Diagnostic::error(
        Code("E0408"),
        format!("`{written}` means nothing in a text"),
        span,
        "unknown escape",
    )
    .help(
        "The escapes are \\\" \\\\ \\n \\t and \\u{…} with the number of a character. A backslash itself, as in patterns, is written twice.",
    )
    .fix(
        format!("write `\\{written}`"),
        span,
        format!("\\{written}"),
    )
}

/// `if a then b` with nothing behind it; the condition and the value as they are written, empty where there are several.
pub(super) fn no_else(condition: &str, value: &str, span: Span) -> Diagnostic {
    let fault = Diagnostic::error(
        Code("E0111"),
        "this `if` has no `else`",
        span,
        "`else` and a value are expected here",
    );
    if condition.is_empty() || value.len() > 40 {
        return fault
            .help("An `if` says what holds in both cases, as in `if consent then 1 else 0`.");
    }
    fault.help(format!(
        "An `if` says what holds in both cases. If you ask whether both hold, write `{condition} AND {value}`."
    ))
}

/// `at least 1.5 of (…)`
pub(super) fn no_whole_count(written: &str, span: Span) -> Diagnostic {
    Diagnostic::error(
        Code("E0421"),
        format!("`{written}` of several conditions cannot hold"),
        span,
        "a whole number is expected here",
    )
}

/// `did purchase twice`
pub(super) fn bare_times(word: &str, span: Span) -> Diagnostic {
    phrase_without_fix(
        format!("exactly {word}, or at least {word}?"),
        span,
        format!("Write `exactly {word}`, `at least {word}` or `at most {word}`."),
    )
}

/// `(view on title)`
pub(super) fn agreement_without_chain(on: &str, span: Span) -> Diagnostic {
    phrase_without_fix(
        format!("nothing else is there to agree on `{on}`"),
        span,
        "`on` stands behind the steps of a chain: `(start then finish on title)`.",
    )
}

/// `active days()`
pub(super) fn active_of_one(unit: &str, span: Span) -> Diagnostic {
    phrase_without_fix(
        format!("active {unit} of what?"),
        span,
        format!("Write the events in the parentheses: `active {unit}(view in last 30 days)`."),
    )
}

/// `in last 4 full hours`
pub(super) fn not_a_full_unit(unit: &str, span: Span) -> Diagnostic {
    Diagnostic::error(
        Code("E0409"),
        format!("full {unit} are not counted"),
        span,
        "full days, weeks, months, quarters and years are",
    )
}

/// A number with more digits than can be held exactly.
pub(super) fn too_many_digits(span: Span) -> Diagnostic {
    Diagnostic::error(
        Code("E0603"),
        "this number has more than 38 digits",
        span,
        "38 digits are the most",
    )
}

// Characters

/// A character that the language has no use for.
pub(super) fn unknown_character(written: &str, span: Span) -> Diagnostic {
    let diagnostic = Diagnostic::error(
        Code("E0001"),
        format!("`{}` has no meaning here", written.escape_debug()),
        span,
        "not part of the language",
    );
    match written {
        ";" => diagnostic.fix("leave it out", span, ""),
        "#" => diagnostic.help("A comment begins with `--`."),
        "$" | "€" | "£" => diagnostic.fix("leave it out", span, ""),
        "~" => diagnostic.help(
            "Texts are asked with `starts with`, `ends with`, `contains`, `=`, and patterns with `matches`.",
        ),
        "?" => diagnostic.help("A choice is written `if … then … else …`; `a ?? b` is a where it is known, else b."),
        _ => diagnostic,
    }
}

/// A quote without its partner.
pub(super) fn open_text(written: &str, span: Span) -> Diagnostic {
    let fault = Diagnostic::error(
        Code("E0002"),
        "this text has no closing quote",
        span,
        "it runs to the end of the line",
    )
    .help("Close it with `\"`. A quote inside a text is written `\\\"`.");
    let length = text_before(&written[1..]);
    if length == 0 {
        return fault;
    }
    let end = span.start + 1 + length as u32;
    fault.guess(
        format!("write `{}\"`", &written[..=length]),
        Span::new(span.source, end, end),
        "\"",
    )
}

/// How many bytes of an open text are likely to be meant: up to what can only be the language again.
fn text_before(rest: &str) -> usize {
    // Lower case keeps the places of what is looked for, as long as it is ASCII alone that changes.
    let lower = rest.to_ascii_lowercase();
    let signs = [" and ", " or ", ",", ")", "]"];
    let end = signs.iter().filter_map(|sign| lower.find(sign)).min();
    rest[..end.unwrap_or(rest.len())].trim_end().len()
}

/// Quotes that are not the plain double ones.
pub(super) fn foreign_quotes(ours: &str, curly: bool, span: Span) -> Diagnostic {
    let (code, message) = if curly {
        (
            Code("E0003"),
            "curly quotes, as a word processor or a mail makes them",
        )
    } else {
        (Code("E0004"), "single quotes; a text stands in double ones")
    };
    Diagnostic::error(code, message, span, "texts stand in plain double quotes").fix(
        format!("write `{ours}`"),
        span,
        ours,
    )
}

/// `a--3`
pub(super) fn glued_comment(span: Span) -> Diagnostic {
    let start = Span::new(span.source, span.start, span.start);
    let dashes = Span::new(span.source, span.start, span.start + 2);
    Diagnostic::error(
        Code("E0005"),
        "a comment needs a space before it",
        dashes,
        "a comment begins here",
    )
    .help("If two minus signs are meant, set a space between them.")
    .guess("set a space before the comment", start, " ")
}

/// A blank that is none.
pub(super) fn foreign_blank(written: &str, span: Span) -> Diagnostic {
    let name = match written.chars().next() {
        Some('\u{a0}') => "a no-break space",
        Some('\u{feff}') => "a byte order mark",
        Some('\u{200b}'..='\u{200d}' | '\u{2060}') => "a character without width",
        _ => "a blank that is not a plain one",
    };
    Diagnostic::error(
        Code("E0006"),
        format!("{name} stands between the words"),
        span,
        "it looks like a blank, or like nothing",
    )
    .fix("write a plain blank", span, " ")
}

/// A back-tick without its partner.
pub(super) fn open_name(span: Span) -> Diagnostic {
    Diagnostic::error(
        Code("E0007"),
        "this name has no closing back-tick",
        span,
        "it runs to the end of the line",
    )
}

// Brackets, names, what is to come

pub(super) fn never_closed(written: &str, span: Span) -> Diagnostic {
    Diagnostic::error(
        Code("E0102"),
        format!("this `{written}` is never closed"),
        span,
        "opened here",
    )
}

pub(super) fn never_opened(written: &str, span: Span) -> Diagnostic {
    Diagnostic::error(
        Code("E0102"),
        format!("this `{written}` closes nothing"),
        span,
        "nothing is open here",
    )
    .guess("leave it out", span, "")
}

/// A reserved word where a name is due.
pub(super) fn reserved(word: &str, span: Span) -> Diagnostic {
    Diagnostic::error(
        Code("E0106"),
        format!("`{word}` is a word of the language and cannot be a name as it stands"),
        span,
        "reserved",
    )
    .fix("set it in back-ticks", span, format!("`{word}`"))
}

// Literals

pub(super) fn unknown_unit(
    number: &str,
    word: &str,
    near: Option<&str>,
    glued: bool,
    span: Span,
) -> Diagnostic {
    let diagnostic = Diagnostic::error(
        Code("E0404"),
        format!("`{word}` is not a unit"),
        span,
        "unknown unit",
    );
    match near {
        Some(near) => {
            let blank = if glued { " " } else { "" };
            diagnostic.guess(
                format!("write `{number} {near}`"),
                span,
                format!("{blank}{near}"),
            )
        }
        None => diagnostic.help(UNITS),
    }
}

const UNITS: &str = "Units are seconds, minutes, hours, days, weeks, calendar days, months, quarters and years; km, m and miles.";

/// A number as other places write it.
pub(super) fn number_spelling(message: &str, span: Span, ours: Option<String>) -> Diagnostic {
    let diagnostic = Diagnostic::error(Code("E0405"), message, span, "not a number as it stands");
    match ours {
        Some(ours) => diagnostic.guess(format!("write `{ours}`"), span, ours),
        None => diagnostic.help("Numbers are written `42`, `1_000_000` and `3.5`."),
    }
}

/// A date as other places write it.
pub(super) fn foreign_date(written: &str, span: Span) -> Diagnostic {
    let diagnostic = Diagnostic::error(
        Code("E0406"),
        "dates are written year-month-day: `2026-11-22`",
        span,
        "not a date as it stands",
    )
    .help("If numbers are subtracted or divided here, set blanks around the sign.");
    match date_of(written) {
        Some(ours) => diagnostic.fix(format!("write `{ours}`"), span, ours),
        None => diagnostic,
    }
}

/// The date that is meant, where day and month cannot be taken for each other.
pub(super) fn date_of(written: &str) -> Option<String> {
    let parts: Vec<i16> = written
        .split(['/', '-', '.'])
        .map(str::parse)
        .collect::<Result<_, _>>()
        .ok()?;
    let [first, second, third] = parts[..] else {
        return None;
    };
    let (year, month, day) = match (first > 31, first > 12, second > 12) {
        (true, ..) => (first, second, third),
        (_, true, _) => (third, second, first),
        (_, _, true) => (third, first, second),
        _ if first == second => (third, first, second),
        _ => return None,
    };
    let date = jiff::civil::Date::new(year, month.try_into().ok()?, day.try_into().ok()?).ok()?;
    Some(date.to_string())
}

/// `2026-11-22 10:00`
pub(super) fn time_without_t(gap: Span) -> Diagnostic {
    Diagnostic::error(
        Code("E0406"),
        "a `T` stands between a date and its time: `2026-11-22T10:00`",
        gap,
        "no blank here",
    )
    .fix("write `T`", gap, "T")
}

// Limits

pub(super) fn too_deep(span: Span) -> Diagnostic {
    Diagnostic::error(
        Code("E0601"),
        "brackets are nested more than 128 deep",
        span,
        "the 129th",
    )
    .help("Give the inner parts names of their own with `let`.")
}

pub(super) fn too_many_steps(limit: usize, span: Span) -> Diagnostic {
    Diagnostic::error(
        Code("E0601"),
        format!("this goes more than {limit} steps deep"),
        span,
        "one step too many",
    )
    .help("Give parts of it names of their own with `let`.")
}

pub(super) fn text_too_long(span: Span) -> Diagnostic {
    Diagnostic::error(
        Code("E0602"),
        "this file is longer than 16 MiB",
        span,
        "nothing of it was read",
    )
    .help("Set it apart into several files and bring them together with `use`.")
}

pub(super) fn text_literal_too_long(span: Span) -> Diagnostic {
    Diagnostic::error(
        Code("E0604"),
        "this text is longer than 64 KiB",
        span,
        "too long",
    )
}

/// `// a comment`
pub(super) fn comment_of_elsewhere(sign: &str, span: Span, ours: Option<String>) -> Diagnostic {
    let diagnostic = Diagnostic::error(
        Code("E0103"),
        format!("a comment begins with `--` here, not with `{sign}`"),
        span,
        "from another language",
    );
    match ours {
        Some(ours) => diagnostic.fix("write it with `--`", span, ours),
        None => diagnostic.help("Begin each line of it with `--`."),
    }
}

/// `segment "Belgians" = …`
pub(super) fn name_first(at: Span, title: Span, name: &str) -> Diagnostic {
    Diagnostic::error(
        Code("E0104"),
        "a name comes first, then the title in quotes",
        title,
        "a title",
    )
    .guess(format!("call it `{name}`"), at, format!("{name} "))
}

/// `segment young belgians = …`
pub(super) fn name_of_words(span: Span, ours: &str) -> Diagnostic {
    Diagnostic::error(
        Code("E0104"),
        "a name is one word, of letters, digits and `_`",
        span,
        "not one word",
    )
    .fix(format!("write `{ours}`"), span, ours)
    .help("What people are to read stands behind it as the title, in quotes.")
}

/// `age >= 18 AND <= 35`
pub(super) fn value_left_out(sign: Span, at: Span, name: &str) -> Diagnostic {
    Diagnostic::error(
        Code("E0104"),
        "each comparison says anew what it is about",
        sign,
        "what is compared here?",
    )
    .guess(format!("write `{name}` before it"), at, format!("{name} "))
}
