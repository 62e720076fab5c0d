//! How a CSV writes numbers, dates, yes and no: told from what its columns of text hold.

use super::look::{Column, Looked};
use crate::schema::{DateOrder, Notation};
use crate::types::{Constant, NumberKind, Type};

/// Words for yes and no, as a column has them and nothing else.
const YES_AND_NO: &[(&str, &str)] = &[
    ("ja", "nee"),
    ("ja", "nein"),
    ("j", "n"),
    ("oui", "non"),
    ("o", "n"),
    ("si", "no"),
    ("sí", "no"),
    ("sì", "no"),
    ("sim", "não"),
    ("tak", "nie"),
];

/// What was seen, with the columns it was seen in.
#[derive(Clone, Debug, Default)]
pub(super) struct Seen {
    pub(super) notation: Notation,
    pub(super) decimals: Vec<String>,
    pub(super) dates: Vec<String>,
    pub(super) yes_and_no: Vec<String>,
    /// Columns of dates that do not tell whether the day or the month stands first.
    pub(super) doubtful_dates: Vec<String>,
}

impl Seen {
    /// What holds for whole columns: of those that are read as more than text with it. Only some values were looked at before.
    pub(super) fn kept(mut self, is_read: impl Fn(&str) -> bool) -> Self {
        for columns in [&mut self.decimals, &mut self.dates, &mut self.yes_and_no] {
            columns.retain(|name| is_read(name));
        }
        self.notation.decimal_comma &= !self.decimals.is_empty();
        if self.dates.is_empty() {
            self.notation.dates = None;
        }
        if self.yes_and_no.is_empty() {
            self.notation.yes.clear();
            self.notation.no.clear();
        }
        self
    }
}

/// Looks at the columns of text.
pub(super) fn look(contacts: &Looked) -> Seen {
    let mut seen = Seen::default();
    let has_points = (contacts.columns()).any(|column| {
        matches!(
            column.value_type,
            Some(Type::Number(NumberKind::Exact | NumberKind::Float))
        )
    });
    let mut orders = Vec::new();
    for column in contacts.columns() {
        let texts = texts(&column);
        if texts.is_empty() {
            continue;
        }
        let name = column.name.to_owned();
        if !has_points && is_with_commas(&texts) {
            seen.notation.decimal_comma = true;
            seen.decimals.push(name);
        } else if texts.iter().all(|text| days(text).is_some()) {
            orders.push(order(&texts));
            seen.dates.push(name);
        } else if let Some((yes, no)) = yes_and_no(&column, &texts) {
            for (words, word) in [(&mut seen.notation.yes, yes), (&mut seen.notation.no, no)] {
                if !word.is_empty() && !words.contains(&word) {
                    words.push(word);
                }
            }
            seen.yes_and_no.push(name);
        }
    }
    let told: Vec<DateOrder> = orders.iter().copied().flatten().collect();
    // One order for the whole file; where columns differ, nothing is decided.
    match told.split_first() {
        Some((first, others)) if others.iter().all(|other| other == first) => {
            seen.notation.dates = Some(*first);
        }
        _ => seen.doubtful_dates = std::mem::take(&mut seen.dates),
    }
    // A word cannot be both.
    if (seen.notation.yes.iter()).any(|word| seen.notation.no.contains(word)) {
        seen.notation.yes.clear();
        seen.notation.no.clear();
        seen.yes_and_no.clear();
    }
    seen
}

/// The different values of a column of text.
fn texts<'a>(column: &Column<'a>) -> Vec<&'a str> {
    if column.value_type != Some(Type::Text) {
        return Vec::new();
    }
    let common = column.seen.common.iter();
    common
        .filter_map(|common| match &common.value {
            Constant::Text(text) => Some(text.trim()),
            _ => None,
        })
        .filter(|text| !text.is_empty())
        .collect()
}

/// Whether these are numbers, and some of them have a comma.
pub(super) fn is_with_commas(texts: &[&str]) -> bool {
    let is_number = |text: &&str| {
        let unsigned = text.strip_prefix('-').unwrap_or(text);
        let digits =
            |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
        let (whole, part) = unsigned.split_once(',').unwrap_or((unsigned, "0"));
        digits(&whole.replace('.', "")) && digits(part)
    };
    texts.iter().all(is_number) && texts.iter().any(|text| text.contains(','))
}

/// The first two numbers of a date such as `22/11/2026`.
pub(super) fn days(text: &str) -> Option<(u8, u8)> {
    let day = text.split([' ', 'T']).next()?;
    let parts: Vec<&str> = day.split(['/', '.', '-']).collect();
    let [first, second, year] = parts[..] else {
        return None;
    };
    let is_number = |text: &str, lengths: std::ops::RangeInclusive<usize>| {
        lengths.contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_digit())
    };
    let is_day = is_number(first, 1..=2) && is_number(second, 1..=2) && is_number(year, 4..=4);
    let (first, second): (u8, u8) = (first.parse().ok()?, second.parse().ok()?);
    let fits = (1..=31).contains(&first) && (1..=31).contains(&second) && first.min(second) <= 12;
    (is_day && fits).then_some((first, second))
}

fn order(texts: &[&str]) -> Option<DateOrder> {
    let days: Vec<(u8, u8)> = texts.iter().filter_map(|text| days(text)).collect();
    let day_first = days.iter().any(|(first, _)| *first > 12);
    let month_first = days.iter().any(|(_, second)| *second > 12);
    match (day_first, month_first) {
        (true, false) => Some(DateOrder::DayFirst),
        (false, true) => Some(DateOrder::MonthFirst),
        _ => None,
    }
}

/// The words of a column that says yes or no, as it writes them.
fn yes_and_no(column: &Column<'_>, texts: &[&str]) -> Option<(String, String)> {
    let distinct = column.seen.distinct?.exactly()?;
    if distinct != 2 || texts.len() != 2 || column.seen.blank > 0 {
        return None;
    }
    let lower: Vec<String> = texts.iter().map(|text| text.to_lowercase()).collect();
    YES_AND_NO.iter().find_map(|(yes, no)| {
        let place = |word: &str| lower.iter().position(|text| text == word);
        Some((texts[place(yes)?].to_owned(), texts[place(no)?].to_owned()))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dates_tell_their_order_where_a_day_is_beyond_twelve() {
        assert_eq!(
            order(&["01/02/2020", "13/02/2020"]),
            Some(DateOrder::DayFirst)
        );
        assert_eq!(
            order(&["01/02/2020", "01/13/2020"]),
            Some(DateOrder::MonthFirst)
        );
        assert_eq!(order(&["01/02/2020"]), None);
        assert_eq!(order(&["13/02/2020", "01/13/2020"]), None);
        assert_eq!(days("45/11/2020"), None);
        assert_eq!(days("13/14/2020"), None);
        assert_eq!(days("1.2.2020 10:00"), Some((1, 2)));
        assert_eq!(days("2020-01-02"), None);
    }

    #[test]
    fn commas_make_numbers_of_texts_that_are_digits_else() {
        assert!(is_with_commas(&["12,5", "3"]));
        assert!(is_with_commas(&["1.234,5"]));
        assert!(!is_with_commas(&["12", "3"]));
        assert!(!is_with_commas(&["12,5", "a,b"]));
        assert!(!is_with_commas(&["1,2,3"]));
    }
}
