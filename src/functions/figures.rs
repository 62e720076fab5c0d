//! Figures that are taken of several: of the elements of a list, and of events. What they are called, how they are written, what they are of nothing.
//! The checker reads them, since what stands in their parentheses is no plain argument; their pages and completion come from here.

use super::Example;

/// A figure of elements or of events.
#[derive(Debug)]
pub struct Figure {
    pub name: &'static str,
    /// How it is written, in one line.
    pub signature: &'static str,
    /// Sentences.
    pub documentation: &'static str,
    /// What it is where there is nothing to take it of, as the language writes it.
    pub of_nothing: &'static str,
    /// Asked of the contact that [`CONTACT`] describes.
    pub examples: &'static [Example],
}

/// The contact of the examples, in words.
pub const CONTACT: &str = "a contact with three profiles (two of kind \"kids\" of 7 and 12 years, one of kind \"adult\" whose age is missing) and three purchases: 20.00 in a \
    \"store\" on 13 October, 80.00 on the \"web\" on 12 November and 30.00 in a \"store\" on 19 November";

const fn example(expression: &'static str, result: &'static str) -> Example {
    Example { expression, result }
}

static FIGURES: [Figure; 10] = [
    Figure {
        name: "avg",
        signature: "avg(value of rows) → number",
        documentation: "The mean of what is known, exact for whole numbers and decimals. Of lengths of time and distances, cut down to the nanosecond or micrometre.",
        of_nothing: "missing",
        examples: &[
            example("avg(age of profiles)", "9.5"),
            example("avg(amount of purchase in last 30 days)", "55"),
        ],
    },
    Figure {
        name: "count",
        signature: "count(rows) → int, count(distinct value of rows) → int",
        documentation: "How many there are, missing elements among them; with `distinct`, how many different values are known.",
        of_nothing: "0",
        examples: &[
            example("count(profiles)", "3"),
            example("count(profiles[age < 8])", "1"),
            example("count(distinct channel of purchase)", "2"),
            example("count(purchase in last 30 days)", "2"),
        ],
    },
    Figure {
        name: "favourite",
        signature: "favourite(value of events)",
        documentation: "The most frequent value; of equals the most recent, then the smallest. A field that is a list counts once for each element.",
        of_nothing: "missing",
        examples: &[example("favourite(channel of purchase)", "\"store\"")],
    },
    Figure {
        name: "first",
        signature: "first(events)",
        documentation: "The first event by time; it stands for its time, and its fields stand behind a dot. Equal times are told apart by the other fields.",
        of_nothing: "missing",
        examples: &[
            example("first(purchase).amount", "20"),
            example("first(purchase[channel = \"web\"]).amount", "80"),
        ],
    },
    Figure {
        name: "last",
        signature: "last(events)",
        documentation: "The last event by time, as `first` is the first.",
        of_nothing: "missing",
        examples: &[example("last(purchase).channel", "\"store\"")],
    },
    Figure {
        name: "max",
        signature: "max(value of rows)",
        documentation: "The greatest of what is known.",
        of_nothing: "missing",
        examples: &[
            example("max(age of profiles)", "12"),
            example("max(age of profiles[kind = \"adult\"])", "missing"),
        ],
    },
    Figure {
        name: "median",
        signature: "median(value of rows)",
        documentation: "The middle one of what is known in its order; of an even number the mean of the middle two.",
        of_nothing: "missing",
        examples: &[
            example("median(amount of purchase)", "30"),
            example("median(age of profiles)", "9.5"),
        ],
    },
    Figure {
        name: "min",
        signature: "min(value of rows)",
        documentation: "The smallest of what is known.",
        of_nothing: "missing",
        examples: &[example("min(age of profiles)", "7")],
    },
    Figure {
        name: "share",
        signature: "share(events[condition]) → number",
        documentation: "Which part of the events before the last bracket fulfils it, exact.",
        of_nothing: "missing",
        examples: &[example("share(purchase[channel = \"web\"])", "1 / 3")],
    },
    Figure {
        name: "sum",
        signature: "sum(value of rows)",
        documentation: "The sum of what is known: exact for whole numbers and decimals, and of floating-point numbers rounded once, from the exact sum.",
        of_nothing: "0",
        examples: &[
            example("sum(amount of purchase)", "130"),
            example("sum(amount of purchase[channel = \"app\"])", "0"),
        ],
    },
];

/// All figures, by name.
pub fn figures() -> &'static [Figure] {
    &FIGURES
}

/// A figure of many contacts together, or one that looks through a catalogue.
#[derive(Debug)]
pub struct FigureOfMany {
    pub name: &'static str,
    /// How it is written, in one line.
    pub signature: &'static str,
    /// Sentences.
    pub documentation: &'static str,
    /// Asked of the first of the contacts that [`CONTACTS`] describes.
    pub examples: &'static [Example],
}

/// The contacts of the examples, in words.
pub const CONTACTS: &str = "the first of four contacts: a Belgian with 50 euros who viewed \"alps\" and lives in Ghent, another with 100 of the same household who viewed \"alps\" and \
    \"bees\", one from the Netherlands with 70 who viewed \"bees\", and a Belgian of whom nothing else is known";

static OF_MANY: [FigureOfMany; 11] = [
    FigureOfMany {
        name: "decile",
        signature: "decile(value among condition per groups) → int",
        documentation: "The smallest k of which the percentile is at most k tenths: 10 are those on top. Missing where the percentile is.",
        examples: &[example("decile(ltv)", "4")],
    },
    FigureOfMany {
        name: "implied",
        signature: "implied(value of events, from 2, confidence 80%, support 20) → list",
        documentation: "The values that the contact has not, each implied by so many different ones that it has: of the contacts with all of these at least the share `confidence` \
            has it, and they are at least `support`.",
        examples: &[
            example(
                "count(implied(title of view, from 1, confidence 50%, support 2))",
                "1",
            ),
            example(
                "count(implied(title of view, from 1, confidence 51%, support 2))",
                "0",
            ),
        ],
    },
    FigureOfMany {
        name: "nearest",
        signature: "nearest(catalogue, place: point)",
        documentation: "The record of a catalogue that is nearest to a place; its parts stand behind a dot. Of equally near ones it is that with the smallest key. All of it is missing \
            where the place is, or no record has one. Of records with several points, `by (entrance)` says which.",
        examples: &[example("nearest(stores, home).store", "\"Ghent\"")],
    },
    FigureOfMany {
        name: "percentile",
        signature: "percentile(value among condition per groups) → number",
        documentation: "The share of the values that are no greater than the contact's own, of all contacts, those that `among` names, or those of the same group. Missing where the \
            contact has no value, is not among them, or in no group.",
        examples: &[
            example("percentile(ltv)", "1 / 3"),
            example("percentile(ltv per region)", "50%"),
            example("percentile(ltv among region = \"NL\")", "missing"),
        ],
    },
    FigureOfMany {
        name: "quartile",
        signature: "quartile(value among condition per groups) → int",
        documentation: "As `decile`, of quarters.",
        examples: &[example("quartile(ltv)", "2")],
    },
    FigureOfMany {
        name: "quintile",
        signature: "quintile(value among condition per groups) → int",
        documentation: "As `decile`, of fifths.",
        examples: &[example("quintile(ltv)", "2")],
    },
    FigureOfMany {
        name: "rank",
        signature: "rank(value among condition per groups) → int",
        documentation: "How many values are greater than the contact's own, and one more: 1 is the greatest, and equals share a rank. Missing as a percentile is.",
        examples: &[
            example("rank(ltv)", "3"),
            example("rank(ltv per region)", "2"),
        ],
    },
    FigureOfMany {
        name: "reach",
        signature: "reach(value among condition per groups) → int",
        documentation: "How many contacts have the value: the contact's own, or in a bracket of events, with `reach(title of view)`, that of each event.",
        examples: &[
            example("reach(region)", "3"),
            example("count(view[reach(title of view) = 2])", "1"),
        ],
    },
    FigureOfMany {
        name: "similarity",
        signature: "similarity(condition, by (value, …)) → number",
        documentation: "How near a contact is to those of whom the condition holds: 1 less the root of the mean square of the differences between its percentiles and their mean \
            percentiles. The differences are exact, their squares and the root floating-point numbers. Missing where one of the values is, or the condition holds of nobody.",
        examples: &[example("similarity(region = \"NL\", by (region))", "0.75")],
    },
    FigureOfMany {
        name: "top",
        signature: "top(10, value among condition per groups) → list",
        documentation: "The values that most contacts have: those before which fewer than so many others are had by more. Of events, each contact counts once for each of its values. \
            It stands behind `in`. Empty where the contact is in no group.",
        examples: &[
            example("count(top(1, title of view))", "2"),
            example("count(top(1, region))", "1"),
        ],
    },
    // Aggregates have pages of their own; this is what they are of many contacts.
    FigureOfMany {
        name: "avg, sum, min, max, median, count",
        signature: "avg(value among condition per groups), count(contacts among condition per groups)",
        documentation: "Of many contacts, those that `among` names or those of the same group; `among everyone` for all. A contact is told them whether it is counted or not, and in \
            no group they are missing.",
        examples: &[
            example("avg(ltv per region)", "75"),
            example("sum(ltv among everyone)", "220"),
            example("count(contacts per region)", "3"),
        ],
    },
];

/// All figures of many contacts, by name.
pub fn figures_of_many() -> &'static [FigureOfMany] {
    &OF_MANY
}
