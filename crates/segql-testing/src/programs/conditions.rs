//! Tests of random programs: comparisons, ranges, sets, texts, lists.

use super::constants::order;
use super::{Maker, kind_name};
use segql::functions::Pattern;
use segql::ir::{Bound, Comparison, Condition, TextTest, Value, ValueId};
use segql::types::{Constant, Type};

impl Maker<'_> {
    pub(super) fn comparison(&mut self, depth: usize) -> Condition {
        let comparison = *self.random.pick(&[
            Comparison::Equal,
            Comparison::Equal,
            Comparison::Less,
            Comparison::LessOrEqual,
        ]);
        let (left, right) = if comparison == Comparison::Equal && self.random.percent(15) {
            (Type::Boolean, Type::Boolean)
        } else {
            self.comparable_types()
        };
        self.count(&format!(
            "compare {comparison:?} {} {}",
            kind_name(&left),
            kind_name(&right)
        ));
        let left = self.value(&left, depth);
        let right = if self.random.percent(70) {
            self.constant(&right)
        } else {
            self.value(&right, depth)
        };
        let (left, right) = if self.random.percent(30) {
            (right, left)
        } else {
            (left, right)
        };
        Condition::Compare {
            comparison,
            left,
            right,
        }
    }

    pub(super) fn range(&mut self, depth: usize) -> Condition {
        let value_type = loop {
            let (value_type, _) = self.comparable_types();
            if value_type != Type::Text {
                break value_type;
            }
        };
        self.count(&format!("range {}", kind_name(&value_type)));
        let value = self.value(&value_type, depth);
        let mut low = self
            .random
            .percent(75)
            .then(|| self.bound(&value_type, depth));
        let high =
            (low.is_none() || self.random.percent(60)).then(|| self.bound(&value_type, depth));
        if low == high && self.random.percent(50) {
            low = None;
        }
        Condition::Range { value, low, high }
    }

    pub(super) fn bound(&mut self, value_type: &Type, depth: usize) -> Bound {
        let edge_type = match value_type {
            Type::Number(_) => self.number_type(),
            other => other.clone(),
        };
        let value = match self.random.below(10) {
            0 | 1 if depth > 0 => self.value(&edge_type, depth - 1),
            2..=5 if edge_type == Type::Time => self.moving_time(),
            2..=4 if edge_type == Type::Date => self.moving_date(),
            _ => self.constant(&edge_type),
        };
        Bound {
            value,
            inclusive: self.random.percent(50),
        }
    }

    pub(super) fn one_of(&mut self, depth: usize) -> Condition {
        let (value_type, _) = self.comparable_types();
        self.count(&format!("one of {}", kind_name(&value_type)));
        let value = self.value(&value_type, depth);
        let size = *self.random.pick(&[1, 2, 3, 5, 12, 70]);
        let mut set: Vec<Constant> = (0..size)
            .map(|_| match &value_type {
                // Sets of numbers are written as exact ones.
                Type::Number(_) => Constant::Number(self.exact()),
                other => self.constant_of(other),
            })
            .filter(|constant| *constant != Constant::Missing)
            .collect();
        set.sort_by(order);
        set.dedup();
        if set.is_empty() {
            return Condition::Constant(false);
        }
        Condition::OneOf {
            value,
            set: set.into(),
        }
    }

    pub(super) fn text_test(&mut self, depth: usize) -> Condition {
        let test =
            *self
                .random
                .pick(&[TextTest::StartsWith, TextTest::EndsWith, TextTest::Contains]);
        self.count(&format!("text test {test:?}"));
        let mut value = self.value(&Type::Text, depth);
        let mut pattern = if self.random.percent(85) {
            let text = self.pattern();
            self.graph
                .add_constant(Constant::Text(text.as_str().into()))
        } else {
            self.value(&Type::Text, 0)
        };
        if self.random.percent(35) {
            value = self.folded(value);
            pattern = self.folded(pattern);
        }
        Condition::TextTest {
            test,
            value,
            pattern,
        }
    }

    pub(super) fn in_list(&mut self, depth: usize) -> Condition {
        let list = self.random.pick(self.world.schema.lists()).clone();
        self.count(&format!("in list {}", list.name()));
        let value_type = match list.element() {
            Type::Text => Type::Text,
            _ => self.number_type(),
        };
        let mut value = self.value(&value_type, depth);
        let fold_case = value_type == Type::Text && self.random.percent(35);
        if fold_case {
            value = self.folded(value);
        }
        Condition::InList {
            value,
            list,
            fold_case,
        }
    }

    /// A pattern: pieces of what contacts have between signs of their own.
    pub(super) fn matches(&mut self, depth: usize) -> Condition {
        self.count("matches");
        let value = self.value(&Type::Text, depth);
        let piece = escaped(&self.pattern());
        let other = escaped(&self.pattern());
        let text = match self.random.below(8) {
            0 => format!("^{piece}"),
            1 => format!("{piece}$"),
            2 => format!("^({piece}|{other})$"),
            3 => format!("{piece}.*{other}"),
            4 => "^\\w+$".into(),
            5 => "[a-f0-9]{2,}".into(),
            6 => "(?s)^.?$".into(),
            _ => piece,
        };
        let pattern = Pattern::new(&text, self.random.percent(35));
        Condition::Matches {
            value,
            pattern: pattern.expect("the pieces are escaped"),
        }
    }

    /// A piece of a text that contacts have.
    pub(super) fn pattern(&mut self) -> String {
        let Constant::Text(text) = self.constant_of(&Type::Text) else {
            return "e".into();
        };
        let letters: Vec<char> = text.chars().collect();
        if letters.is_empty() || self.random.percent(20) {
            return text.to_string();
        }
        let start = self.random.below(letters.len());
        let length = 1 + self.random.below(letters.len() - start);
        match self.random.below(3) {
            0 => letters[..length].iter().collect(),
            1 => letters[letters.len() - length..].iter().collect(),
            _ => letters[start..start + length].iter().collect(),
        }
    }

    pub(super) fn folded(&mut self, value: ValueId) -> ValueId {
        self.count("fold case");
        let value_type = self.graph.type_of(value).clone();
        self.graph.add_value(Value::FoldCase(value), value_type)
    }

    pub(super) fn has(&mut self, depth: usize) -> Condition {
        let lists: Vec<Type> = (self.world.columns.iter())
            .map(|column| column.kind.type_of())
            .filter(|kind| matches!(kind, Type::List(_)) && kind.record().is_none())
            .collect();
        let list_type = if lists.is_empty() {
            Type::List(Box::new(Type::Text))
        } else {
            self.random.pick(&lists).clone()
        };
        let Type::List(element) = &list_type else {
            return Condition::Constant(false);
        };
        let all = self.random.percent(40);
        self.count(&format!(
            "has {} {}",
            if all { "all" } else { "any" },
            kind_name(element)
        ));
        let mut list = self.value(&list_type, depth);
        let size = *self.random.pick(&[1, 1, 2, 3, 9]);
        let mut values: Vec<ValueId> = (0..size)
            .map(|_| {
                let wanted = match element.as_ref() {
                    Type::Number(_) => self.number_type(),
                    other => other.clone(),
                };
                if self.random.percent(85) {
                    self.constant(&wanted)
                } else {
                    self.value(&wanted, depth.saturating_sub(1))
                }
            })
            .collect();
        if **element == Type::Text && self.random.percent(30) {
            list = self.folded(list);
            values = values.into_iter().map(|value| self.folded(value)).collect();
        }
        Condition::Has {
            list,
            all,
            values: values.into(),
        }
    }
}

/// The text as a pattern that finds it.
pub(super) fn escaped(text: &str) -> String {
    let escape = |letter: char| letter.is_ascii_punctuation().then_some('\\');
    text.chars()
        .flat_map(|letter| escape(letter).into_iter().chain([letter]))
        .collect()
}
