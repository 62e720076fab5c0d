//! The tree of a text, a line for each node, its operands indented below it.

use crate::source::{Sources, Span};
use crate::syntax::ast::{
    Among, Each, Expectation, ExpectationKind, Expression, ExpressionKind, GivenKind, GivenPart,
    Item, ItemKind, Literal, Quantifier, Test, TestLineKind, Window,
};
use std::fmt::Write;

/// A definition.
pub fn item(item: &Item, sources: &Sources) -> String {
    let mut tree = Tree {
        sources,
        out: String::new(),
    };
    match &item.kind {
        ItemKind::Use { path } => tree.line(0, &format!("use {:?}", path.value)),
        ItemKind::Let {
            name,
            parameters,
            body,
        } => {
            tree.line(0, &format!("let {}", name.text));
            for parameter in parameters {
                let type_name = sources.text(parameter.type_name.span);
                tree.line(
                    1,
                    &format!("parameter {}: {type_name}", parameter.name.text),
                );
            }
            tree.expression(1, body);
        }
        ItemKind::Segment {
            name,
            title,
            condition,
        } => {
            tree.line(0, &format!("segment {}", name.text));
            if let Some(title) = title {
                tree.line(1, &format!("title {:?}", title.value));
            }
            tree.expression(1, condition);
        }
        ItemKind::Test(test) => tree.test(test),
        ItemKind::Classify {
            name,
            title,
            labels,
            ..
        } => {
            tree.line(0, &format!("classify {}", name.text));
            if let Some(title) = title {
                tree.line(1, &format!("title {:?}", title.value));
            }
            for label in labels {
                tree.line(1, &format!("label {}", label.name.text));
                if let Some(title) = &label.title {
                    tree.line(2, &format!("title {:?}", title.value));
                }
                match &label.condition {
                    Some(condition) => tree.expression(2, condition),
                    None => tree.line(2, "otherwise"),
                }
            }
        }
        ItemKind::Split(split) => {
            tree.line(0, &format!("split {}", split.name.text));
            if let Some(title) = &split.title {
                tree.line(1, &format!("title {:?}", title.value));
            }
            tree.expression(1, &split.audience);
            for stratum in &split.per {
                tree.line(1, "per");
                tree.expression(2, stratum);
            }
            if let Some(salt) = &split.salt {
                tree.line(1, &format!("salt {:?}", salt.value));
            }
            for (arm, share) in split.arms.iter().zip(&split.shares) {
                let share = tree.written(share.span);
                tree.line(1, &format!("arm {} {share}", arm.name.text));
                if let Some(title) = &arm.title {
                    tree.line(2, &format!("title {:?}", title.value));
                }
            }
        }
        ItemKind::Hole { .. } => tree.line(0, "(could not be read)"),
    }
    tree.out
}

/// An expression on its own.
pub fn expression(expression: &Expression, sources: &Sources) -> String {
    let mut tree = Tree {
        sources,
        out: String::new(),
    };
    tree.expression(0, expression);
    tree.out
}

struct Tree<'a> {
    sources: &'a Sources,
    out: String,
}

impl Tree<'_> {
    fn test(&mut self, test: &Test) {
        let title = test.title.as_ref().map_or("", |title| &title.value);
        self.line(0, &format!("test {title:?}"));
        if let Some(at) = &test.as_of {
            self.node(1, "as of", &[at]);
        }
        for line in &test.lines {
            match &line.kind {
                TestLineKind::Contact { name, parts } => {
                    self.line(1, &format!("contact {}", name.text));
                    self.given(2, parts);
                }
                TestLineKind::Event {
                    stream,
                    parts,
                    when,
                } => {
                    self.line(2, &format!("event {}", stream.text));
                    self.given(3, parts);
                    if let Some(when) = when {
                        self.node(3, "at", &[when]);
                    }
                }
                TestLineKind::Record {
                    catalogue,
                    key,
                    parts,
                } => {
                    self.node(1, &format!("record {}", catalogue.text), &[key]);
                    self.given(2, parts);
                }
                TestLineKind::List { name, keys } => {
                    self.line(1, &format!("list {:?}", name.value));
                    self.given(2, keys);
                }
                TestLineKind::Expect(expectations) => {
                    self.line(1, "expect");
                    for expectation in expectations {
                        self.expectation(expectation);
                    }
                }
            }
        }
    }

    fn given(&mut self, depth: usize, parts: &[GivenPart]) {
        for part in parts {
            let depth = match &part.name {
                None => depth,
                Some(name) => {
                    let written = self.written(name.span());
                    self.line(depth, &format!("{written} ="));
                    depth + 1
                }
            };
            match &part.value.kind {
                GivenKind::Value(value) => self.expression(depth, value),
                GivenKind::Parts(parts) => {
                    self.line(depth, "( )");
                    self.given(depth + 1, parts);
                }
            }
        }
    }

    fn expectation(&mut self, expectation: &Expectation) {
        match &expectation.kind {
            ExpectationKind::Members {
                only,
                contacts,
                negated,
                audience,
            } => {
                let names: Vec<&str> = contacts.iter().map(|name| name.text.as_str()).collect();
                let only = if *only { "only " } else { "" };
                let not = if *negated { " not" } else { "" };
                self.node(
                    2,
                    &format!("{only}{}{not} in", names.join(", ")),
                    &[audience],
                );
            }
            ExpectationKind::Count { number, audience } => {
                self.node(2, &format!("{} contacts in", number.value), &[audience]);
            }
            ExpectationKind::Value {
                contact, condition, ..
            } => self.node(2, &format!("of {}", contact.text), &[condition]),
        }
    }

    fn line(&mut self, depth: usize, text: &str) {
        let _ = writeln!(self.out, "{:width$}{text}", "", width = depth * 2);
    }

    /// A word, and operands below it.
    fn node(&mut self, depth: usize, word: &str, operands: &[&Expression]) {
        self.line(depth, word);
        for operand in operands {
            self.expression(depth + 1, operand);
        }
    }

    fn written(&self, span: Span) -> String {
        self.sources
            .text(span)
            .split_whitespace()
            .collect::<Vec<_>>()
            .join(" ")
    }

    fn expression(&mut self, depth: usize, expression: &Expression) {
        let folding = |word: &str, ignoring_case: bool| {
            if ignoring_case {
                format!("{word} ignoring case")
            } else {
                word.to_owned()
            }
        };
        match &*expression.kind {
            ExpressionKind::Hole => self.line(depth, "(could not be read)"),
            ExpressionKind::Literal(literal) => {
                let sort = sort(literal);
                let text = self.written(expression.span);
                self.line(depth, &format!("{sort} {text}"));
            }
            ExpressionKind::Now => self.line(depth, "now"),
            ExpressionKind::Name(name) => self.line(depth, &format!("name {}", name.text)),
            ExpressionKind::Call { name, arguments } => {
                self.line(depth, &format!("call {}", name.text));
                for argument in arguments {
                    self.expression(depth + 1, argument);
                }
            }
            ExpressionKind::Member { base, name } => {
                self.node(depth, &format!(".{}", name.text), &[base])
            }
            ExpressionKind::Bracket { base, inner } => self.node(depth, "[ ]", &[base, inner]),
            ExpressionKind::Named { base, name } => {
                self.node(depth, &format!("as {}", name.text), &[base])
            }
            ExpressionKind::Each { each, rows } => {
                let word = match each.value {
                    Each::Any => "any",
                    Each::Every => "every",
                    Each::None => "none",
                    Each::Did => "did",
                    Each::Never => "never",
                };
                self.node(depth, word, &[rows]);
            }
            ExpressionKind::Frequent { rows, frequency } => {
                self.node(depth, &self.written(frequency.span), &[rows]);
            }
            ExpressionKind::Chain { first, steps, on } => {
                self.node(depth, "chain", &[first]);
                for step in steps {
                    let within = match &step.within {
                        Some(within) => format!(" within {}", self.written(within.span)),
                        None => String::new(),
                    };
                    let word = self.written(step.kind.span).to_lowercase();
                    self.node(depth + 1, &format!("{word}{within}"), &[&step.rows]);
                }
                if let Some(on) = on {
                    self.node(depth + 1, "on", &[on]);
                }
            }
            ExpressionKind::Active { period, rows } => {
                let period = self.written(period.span).to_lowercase();
                self.node(depth, &format!("active {period}"), &[rows]);
            }
            ExpressionKind::Observed(measure) => {
                let length = self.written(measure.span);
                self.line(depth, &format!("observed for {length}"));
            }
            ExpressionKind::Of {
                distinct,
                value,
                rows,
            } => {
                let word = match (distinct, rows) {
                    (true, Some(_)) => "distinct of",
                    (true, None) => "distinct",
                    (false, _) => "of",
                };
                let operands: Vec<&Expression> = std::iter::once(value).chain(rows).collect();
                self.node(depth, word, &operands);
            }
            ExpressionKind::Population { of, among, per } => {
                self.node(depth, "population", &[of]);
                match among {
                    Among::Unsaid => {}
                    Among::Everyone => self.line(depth + 1, "among everyone"),
                    Among::Those(condition) => self.node(depth + 1, "among", &[condition]),
                }
                if !per.is_empty() {
                    self.node(depth + 1, "per", &per.iter().collect::<Vec<_>>());
                }
            }
            ExpressionKind::By(values) => {
                self.node(depth, "by", &values.iter().collect::<Vec<_>>());
            }
            ExpressionKind::Setting { setting, value } => {
                self.node(depth, &self.written(setting.span).to_lowercase(), &[value]);
            }
            ExpressionKind::Sharing(shared) => self.node(depth, "sharing", &[shared]),
            ExpressionKind::InValues {
                value,
                negated,
                values,
                ignoring_case,
            } => {
                let word = if *negated {
                    "not in values"
                } else {
                    "in values"
                };
                self.node(depth, &folding(word, *ignoring_case), &[value, values]);
            }
            ExpressionKind::Parenthesized(inner) => self.node(depth, "( )", &[inner]),
            ExpressionKind::Coalesce { value, fallback } => {
                self.node(depth, "??", &[value, fallback])
            }
            ExpressionKind::Negate(value) => self.node(depth, "-", &[value]),
            ExpressionKind::Arithmetic {
                operator,
                left,
                right,
            } => self.node(depth, &self.written(operator.span), &[left, right]),
            ExpressionKind::Ago(measure) => {
                let length = self.written(measure.span);
                self.line(depth, &format!("{length} ago"));
            }
            ExpressionKind::Compare {
                operator,
                left,
                right,
                ignoring_case,
            } => {
                let word = folding(&self.written(operator.span), *ignoring_case);
                self.node(depth, &word, &[left, right]);
            }
            ExpressionKind::Between {
                value,
                negated,
                low,
                high,
            } => self.node(
                depth,
                if *negated { "not between" } else { "between" },
                &[value, low, high],
            ),
            ExpressionKind::In {
                value,
                negated,
                list,
                ignoring_case,
            } => {
                let word = folding(if *negated { "not in" } else { "in" }, *ignoring_case);
                let operands: Vec<&Expression> = std::iter::once(value).chain(list).collect();
                self.node(depth, &word, &operands);
            }
            ExpressionKind::InList {
                value,
                negated,
                list,
                ignoring_case,
            } => {
                let word = if *negated { "not in list" } else { "in list" };
                let word = format!("{} {:?}", folding(word, *ignoring_case), list.value);
                self.node(depth, &word, &[value]);
            }
            ExpressionKind::TextTest {
                test,
                value,
                pattern,
                ignoring_case,
            } => {
                let word = folding(&self.written(test.span), *ignoring_case);
                self.node(depth, &word, &[value, pattern]);
            }
            ExpressionKind::Has {
                list,
                quantifier,
                values,
                ignoring_case,
            } => {
                let word = match quantifier {
                    Quantifier::One => "has",
                    Quantifier::Any => "has any of",
                    Quantifier::All => "has all of",
                    Quantifier::None => "has none of",
                };
                let operands: Vec<&Expression> = std::iter::once(list).chain(values).collect();
                self.node(depth, &folding(word, *ignoring_case), &operands);
            }
            ExpressionKind::Is {
                value,
                negated,
                label,
                ..
            } => {
                let word = if *negated { "is not" } else { "is" };
                self.node(depth, word, &[value, label]);
            }
            ExpressionKind::IsMissing { value, known } => {
                self.node(
                    depth,
                    if *known { "is known" } else { "is missing" },
                    &[value],
                );
            }
            ExpressionKind::Window { subject, window } => {
                let word = self.written(window.span);
                self.node(depth, &word, &[subject]);
                match &window.value {
                    Window::Before(time) | Window::After(time) => self.expression(depth + 1, time),
                    Window::WithinAfter { anchor, .. } | Window::WithinBefore { anchor, .. } => {
                        self.expression(depth + 1, anchor);
                    }
                    Window::InLast(_)
                    | Window::InLastFull(_)
                    | Window::InNext(_)
                    | Window::Over(_)
                    | Window::During(_) => {}
                }
            }
            ExpressionKind::If {
                branches,
                otherwise,
            } => {
                self.line(depth, "if");
                for branch in branches {
                    self.node(depth + 1, "when", &[&branch.condition, &branch.value]);
                }
                self.node(depth + 1, "else", &[otherwise]);
            }
            ExpressionKind::Counted {
                comparison,
                number,
                conditions,
            } => {
                let word = self.written(comparison.span.to(number.span));
                let operands: Vec<&Expression> = conditions.iter().collect();
                self.node(depth, &format!("{word} of"), &operands);
            }
            ExpressionKind::AsOf { subject, time } => self.node(depth, "as of", &[subject, time]),
            ExpressionKind::Not(inner) => self.node(depth, "NOT", &[inner]),
            ExpressionKind::And(operands) => {
                self.node(depth, "AND", &operands.iter().collect::<Vec<_>>())
            }
            ExpressionKind::Or(operands) => {
                self.node(depth, "OR", &operands.iter().collect::<Vec<_>>())
            }
        }
    }
}

fn sort(literal: &Literal) -> &'static str {
    match literal {
        Literal::Number(_) => "number",
        Literal::Percent(_) => "percent",
        Literal::Text(_) => "text",
        Literal::Boolean(_) => "bool",
        Literal::Date(_) => "date",
        Literal::Time { .. } => "time",
        Literal::Measure(_) => "length",
        Literal::Period(_) => "period",
        Literal::Missing => "value",
    }
}
