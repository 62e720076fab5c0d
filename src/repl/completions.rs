//! What a line may go on with: names of the project, functions and figures, the words of the language, the commands of the shell.

/// The words that stand in conditions and definitions.
const WORDS: &[&str] = &[
    "AND",
    "OR",
    "NOT",
    "in",
    "in last",
    "in next",
    "in list",
    "not in",
    "is missing",
    "is known",
    "is",
    "is not",
    "has",
    "has any of",
    "has all of",
    "has none of",
    "between",
    "starts with",
    "ends with",
    "contains",
    "matches",
    "ignoring case",
    "over",
    "ago",
    "before",
    "after",
    "within",
    "during",
    "this week",
    "this month",
    "this quarter",
    "this year",
    "last week",
    "last month",
    "last quarter",
    "last year",
    "today",
    "yesterday",
    "seconds",
    "minutes",
    "hours",
    "days",
    "weeks",
    "calendar days",
    "months",
    "quarters",
    "years",
    "full weeks",
    "full months",
    "km",
    "miles",
    "any",
    "every",
    "none",
    "did",
    "never",
    "as",
    "of",
    "distinct",
    "at least",
    "at most",
    "exactly",
    "more than",
    "fewer than",
    "times",
    "per",
    "among",
    "everyone",
    "then",
    "without",
    "on",
    "if",
    "else",
    "now",
    "true",
    "false",
    "let",
    "segment",
    "classify",
    "when",
    "otherwise",
    "use",
];

const COMMANDS: [&str; 6] = [
    ".help",
    ".segments",
    ".fields",
    ".definitions",
    ".windows",
    ".quit",
];

/// All words that may be meant, beside these names of the project; each once, in order.
pub fn completions(names: Vec<String>) -> Vec<String> {
    let mut all = names;
    let functions = segql::functions::all().iter().map(|function| function.name);
    let figures = segql::functions::figures().iter();
    let of_many = segql::functions::figures_of_many().iter();
    let of_many = of_many
        .map(|figure| figure.name)
        .filter(|name| !name.contains(','));
    let called = functions
        .chain(figures.map(|figure| figure.name))
        .chain(of_many)
        .chain(["sample"]);
    all.extend(called.map(|name| format!("{name}(")));
    all.extend(WORDS.iter().chain(&COMMANDS).map(|word| (*word).to_owned()));
    all.sort();
    all.dedup();
    all
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_functions_figures_and_words_are_offered_once() {
        let all = completions(vec!["region".into(), "now".into()]);
        for word in [
            "region",
            "lower(",
            "age(",
            "count(",
            "median(",
            "favourite(",
            "percentile(",
            "any",
            "in list",
            ".windows",
        ] {
            assert!(all.iter().any(|one| one == word), "{word} is not offered");
        }
        assert_eq!(all.iter().filter(|one| *one == "now").count(), 1);
    }
}
