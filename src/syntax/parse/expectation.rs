//! What could have stood where reading stopped, in people's words.

use super::Rule;

/// The words of a set of rules, at most four of them, joined by "or".
pub(in crate::syntax) fn words(rules: &[Rule]) -> String {
    let mut words: Vec<&'static str> = Vec::new();
    for rule in rules {
        let word = word(*rule);
        if !word.is_empty() && !words.contains(&word) {
            words.push(word);
        }
    }
    match words.as_slice() {
        [] => "something else".to_string(),
        [one] => (*one).to_string(),
        [rest @ .., last] => format!("{} or {last}", rest.join(", ")),
    }
}

/// What a rule is called; nothing for what nobody should be told to write.
fn word(rule: Rule) -> &'static str {
    match rule {
        Rule::name => "a name",
        Rule::any_name => "a name",
        Rule::text => "a text in double quotes",
        Rule::number | Rule::quantity | Rule::moment => "a value",
        Rule::reference | Rule::group | Rule::condition | Rule::value => "a value",
        Rule::constant | Rule::sign => "a value",
        Rule::negation | Rule::not_word => "`NOT`",
        Rule::and_word => "`and`",
        Rule::connective => "`AND` or `OR`",
        Rule::open | Rule::list => "`(`",
        Rule::close => "`)`",
        Rule::comma => "`,`",
        Rule::colon => "`:`",
        Rule::defined_as => "`=`",
        Rule::unit => "a unit",
        Rule::ago_word => "`ago`",
        Rule::comparison | Rule::in_tail | Rule::is_tail | Rule::negated_tail => {
            "a question about the value before it"
        }
        Rule::before_word => "`before`",
        Rule::after_word => "`after`",
        _ => "",
    }
}
