//! What could have stood where reading stopped, in people's words.

use super::Rule;

/// What the grammar looked for at one place.
#[derive(Debug, Default)]
pub(in crate::syntax) struct Expectation {
    /// Something that begins a value.
    pub value: bool,
    /// A question about the value before, or a connective.
    pub question: bool,
    /// The name of a definition or a parameter.
    pub name: bool,
    /// What else, in words.
    pub words: Vec<&'static str>,
}

impl Expectation {
    /// What could have stood there in a line of a test.
    pub(in crate::syntax) fn line_of_a_test(&self, otherwise: &str) -> String {
        let mut words: Vec<&str> = Vec::new();
        // A part that is given: its sign was left out.
        if self.words.contains(&"`=`") {
            return "`=`".into();
        }
        if self.name {
            words.push("a name");
        }
        if self.value {
            words.push("a value");
        }
        if self.question {
            words.push("what is asked of it");
        }
        words.extend(&self.words);
        words.truncate(4);
        match words.split_last() {
            None => otherwise.into(),
            Some((only, [])) => (*only).into(),
            Some((last, others)) => format!("{} or {last}", others.join(", ")),
        }
    }

    pub(super) fn of(rules: &[Rule]) -> Self {
        let mut expectation = Self::default();
        for rule in rules {
            let word = match rule {
                Rule::reference
                | Rule::choice
                | Rule::counted
                | Rule::group
                | Rule::quantity
                | Rule::moment
                | Rule::constant
                | Rule::sign
                | Rule::negation
                | Rule::value
                | Rule::element
                | Rule::each
                | Rule::each_word
                | Rule::active
                | Rule::active_word
                | Rule::observed
                | Rule::observed_word
                | Rule::sharing
                | Rule::sharing_word
                | Rule::argument
                | Rule::condition => {
                    expectation.value = true;
                    continue;
                }
                Rule::comparison
                | Rule::is_tail
                | Rule::in_tail
                | Rule::negated_tail
                | Rule::connective
                | Rule::among_word
                | Rule::per_word
                | Rule::operator => {
                    expectation.question = true;
                    continue;
                }
                Rule::name => {
                    expectation.name = true;
                    continue;
                }
                Rule::any_name => "a name",
                Rule::remark => "a text, or `size` or `change` with a number",
                Rule::amount => "a number",
                Rule::text => "a text in double quotes",
                Rule::number => "a number",
                Rule::list | Rule::open | Rule::parameters => "`(`",
                Rule::close => "`)`",
                Rule::close_bracket => "`]`",
                Rule::open_brace => "`{`",
                Rule::salt | Rule::salt_word => "`salt` and a text",
                Rule::arm => "an arm",
                Rule::close_brace => "`}`",
                Rule::when_word => "`when`",
                Rule::comma => "`,`",
                Rule::colon => "`:` and a type",
                Rule::type_name => "a type",
                Rule::defined_as => "`=`",
                Rule::unit => "a unit",
                Rule::ago_word => "`ago`",
                Rule::of_word => "`of`",
                Rule::and_word => "`and`",
                Rule::then_word => "`then`",
                Rule::else_word => "`else`",
                Rule::has_tail | Rule::text_tail | Rule::between_tail => "a question",
                Rule::before_word => "`before`",
                Rule::after_word => "`after`",
                Rule::use_definition
                | Rule::let_definition
                | Rule::segment_definition
                | Rule::classify_definition
                | Rule::test_definition => "a definition",
                Rule::label => "a label",
                Rule::given | Rule::given_parts => {
                    expectation.value = true;
                    continue;
                }
                Rule::in_word => "`in`",
                Rule::given_sign => "`=`",
                Rule::record_key => "the key of a record",
                Rule::at_word => "`at`",
                _ => continue,
            };
            if !expectation.words.contains(&word) {
                expectation.words.push(word);
            }
        }
        expectation
    }
}
