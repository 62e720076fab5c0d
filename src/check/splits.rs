//! Splits: each contact of an audience gets one arm at most, by its place under the salt.
//!
//! The arms lie one behind the other from 0 up: the first holds the places below its share, each further one those from where the one before it ends. An
//! arm is a condition, in the audience and at such a place, and is asked as labels are. Whoever was given an arm before keeps it.

use super::errors;
use super::item::{Checker, Scope};
use super::labels::{Classification, Label};
use super::limits;
use super::lints;
use super::logic::{Leaf, Logic};
use super::names::DefinitionId;
use super::operand::{Checked, Operand};
use super::outsiders::Drawing;
use super::samples::{self, Salted};
use crate::diagnostics::Diagnostic;
use crate::ir::{Condition, ConditionId, Value, ValueId};
use crate::source::Span;
use crate::syntax::ast::{self, Expression, ExpressionKind};
use crate::syntax::words;
use crate::types::{Constant, Exact, Type};
use std::collections::HashMap;
use std::rc::Rc;

/// What makes a split of labels.
#[derive(Clone, Debug)]
pub(super) struct Drawn {
    pub audience: ConditionId,
    pub salt: String,
    pub strata: Vec<ValueId>,
    /// By arm.
    pub shares: Vec<Exact>,
    /// Sizes are cut to the contact.
    pub exact: bool,
}

impl<'a> Checker<'a> {
    /// Checks a split; nothing comes of one that is faulty.
    pub(super) fn split(&mut self, id: DefinitionId, split: &'a ast::Split) {
        let definition = self.definitions.get(id);
        let before = self.diagnostics.len();
        let scope = Scope::of_file(definition.file);
        let audience = self.condition(&split.audience, &scope);
        if let Some(audience) = &audience {
            self.tell_admissions(id, audience);
        }
        lints::mixed_and_or(self, &split.audience);
        let strata = self.strata(&split.per, &scope);
        let salt = match &split.salt {
            Some(salt) => self.usable_salt(&salt.value, salt.span),
            None => {
                self.tell(errors::no_salt(&split.name, salt_place(split)));
                None
            }
        };
        self.arm_names(&split.arms);
        let shares = self.shares(split);
        self.extents[id.0] = self.extent;
        let has_error = self.diagnostics[before..].iter().any(Diagnostic::is_error);
        let (Some(audience), Some(strata), Some(salt), Some(shares)) =
            (audience, strata, salt, shares)
        else {
            return;
        };
        if has_error {
            return;
        }
        if let Some(place) = &split.salt {
            self.salts.push(Salted {
                salt: salt.clone(),
                span: place.span,
                sample: None,
            });
        }
        let drawn = Drawn {
            audience: audience.id,
            salt,
            strata,
            shares,
            exact: split.exact.is_some(),
        };
        let Some(classification) = self.drawn(id, split, &audience, drawn) else {
            return;
        };
        self.sound[id.0] = true;
        self.classifications.insert(id, Rc::new(classification));
        self.meanings[id.0] = Some(Operand::Labels {
            id,
            span: definition.name.span,
        });
    }

    /// Tells arms that stand there twice, and words that cannot be arms.
    fn arm_names(&mut self, arms: &[ast::Label]) {
        if arms.len() > limits::LABELS
            && let Some(last) = arms.last()
        {
            self.tell(errors::too_many_arms(limits::LABELS, last.span));
        }
        let mut first: HashMap<&str, Span> = HashMap::new();
        for arm in arms {
            let name = &arm.name;
            match first.get(name.text.as_str()) {
                Some(first) => self.tell(errors::arm_twice(name, *first)),
                None => {
                    first.insert(&name.text, name.span);
                }
            }
            let is_quoted = self.sources.text(name.span).starts_with('`');
            let word = name.text.to_lowercase();
            if ["missing", "known", "not"].contains(&word.as_str()) {
                self.tell(errors::not_an_arm(name));
            } else if !is_quoted
                && (words::is_tail_word(&word) || super::labels::EMPTY.contains(&word.as_str()))
            {
                self.tell(errors::label_in_back_ticks(name));
            }
        }
    }

    /// The shares of the arms; told where there are none, or where they come to more than all.
    fn shares(&mut self, split: &ast::Split) -> Option<Vec<Exact>> {
        if split.arms.is_empty() {
            self.tell(errors::no_arms(&split.name));
            return None;
        }
        let mut shares = Some(Vec::new());
        for place in &split.shares {
            let share = match &*place.kind {
                ExpressionKind::Literal(literal) => samples::share(literal),
                ExpressionKind::Hole => {
                    shares = None;
                    continue;
                }
                _ => None,
            };
            if share.is_none() {
                let text = self.sources.text(place.span);
                self.tell(errors::share_of_an_arm(text, place));
            }
            shares = shares.zip(share).map(|(mut shares, share)| {
                shares.push(share);
                shares
            });
        }
        let mut sum = Exact::ZERO;
        for (share, place) in shares.as_ref()?.iter().zip(&split.shares) {
            let next = sum.checked_add(*share);
            match next.filter(|next| *next <= Exact::whole(1)) {
                Some(next) => sum = next,
                None => {
                    let left = Exact::whole(1).checked_sub(sum);
                    self.tell(errors::shares_beyond_all(left, place.span));
                    return None;
                }
            }
        }
        shares
    }

    fn drawn(
        &mut self,
        id: DefinitionId,
        split: &ast::Split,
        audience: &Checked,
        drawn: Drawn,
    ) -> Option<Classification> {
        let held = self.held(split)?;
        let owners = self.owners(&drawn, &held, split.name.span)?;
        let name = |arm: &ast::Label| Constant::Text(arm.name.text.as_str().into());
        let mut text = self
            .graph
            .add_value(Value::Constant(Constant::Missing), Type::Text);
        let mut conditions = Vec::new();
        for (arm, own) in split.arms.iter().zip(owners) {
            let id = self.add_condition(Condition::And([audience.id, own].into()));
            self.places.entry(id).or_insert(arm.span);
            conditions.push(id);
        }
        for (arm, condition) in split.arms.iter().zip(&conditions).rev() {
            let choice = Value::If {
                condition: *condition,
                then: self.graph.add_constant(name(arm)),
                otherwise: text,
            };
            text = self.graph.add_value(choice, Type::Text);
        }
        self.drawings.push(Drawing {
            text,
            split: id,
            audience: audience.id,
        });
        let mut known_if_true = audience.logic.known_if(true);
        known_if_true.insert(text);
        if held.is_empty() {
            known_if_true.extend(self.needed_of(drawn.strata.iter().copied()));
        }
        let logic = Rc::new(Logic::Leaf(Leaf {
            known_if_true,
            negated: [text].into(),
            ..Leaf::default()
        }));
        let arms = conditions.into_iter().map(|id| Label {
            condition: Checked {
                id,
                logic: Rc::clone(&logic),
            },
            when: None,
        });
        Some(Classification {
            labels: arms.collect(),
            text,
            drawn: Some(drawn),
        })
    }

    /// `spring is missing`, `spring is known`: in no arm, or in one of them. None of a classification.
    pub(super) fn has_arm(&mut self, id: DefinitionId, known: bool) -> Option<Operand> {
        let classification = Rc::clone(self.classifications.get(&id)?);
        classification.drawn.as_ref()?;
        let arms = classification.labels.iter();
        let arms: Vec<ConditionId> = arms.map(|arm| arm.condition.id).collect();
        let any = match arms.as_slice() {
            [only] => *only,
            _ => self.add_condition(Condition::Or(arms.into())),
        };
        let first = &classification.labels.first()?.condition.logic;
        let logic = Logic::about(first.known_if(true));
        Some(if known {
            Operand::Condition(Checked { id: any, logic })
        } else {
            self.checked(Condition::Not(any), logic.denied())
        })
    }
}

/// Where a salt that was left out would stand.
fn salt_place(split: &ast::Split) -> Span {
    let before = split.per.last().unwrap_or(&split.audience).span;
    let end = split
        .exact
        .map_or(before.end, |exact| exact.end.max(before.end));
    Span::new(before.source, end, end)
}

/// Of an arm whose share cannot be one: whether a number was written without its sign.
pub(super) fn percent_of(place: &Expression) -> Option<String> {
    match &*place.kind {
        ExpressionKind::Literal(ast::Literal::Number(number)) => {
            let percent = ast::Literal::Percent(*number);
            samples::share(&percent).map(|_| "%".to_owned())
        }
        _ => None,
    }
}
