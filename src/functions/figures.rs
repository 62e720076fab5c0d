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
