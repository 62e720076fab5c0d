//! Contacts that share a value with the contact, oneself among them: `any in household[did purchase]`, `sum(ltv of in household)`. Who has no such
//! value stands alone.

use super::aggregates::Asked;
use super::errors;
use super::item::{Checker, Scope};
use super::logic::Logic;
use super::operand::{Checked, Found, Operand};
use super::populations::Members;
use crate::ir::{
    Aggregate, Comparison, Condition, ConditionId, Figure, Population, Value, ValueId,
};
use crate::source::Span;
use crate::syntax::ast::{Each, Expression, ExpressionKind, Name, Spanned};
use crate::types::{Constant, Exact, NumberKind, Type};

/// Contacts that share a value, as they are written.
pub(super) struct Together<'e> {
    shared: &'e Expression,
    /// `in household`
    of: Span,
    /// What `as` calls each of them.
    name: Option<&'e Name>,
    /// What is asked of them, a bracket each.
    brackets: Vec<&'e Expression>,
}

/// The contacts that an expression selects by what they share; none where it selects something else.
pub(super) fn together(place: &Expression) -> Option<Together<'_>> {
    match &*place.kind {
        ExpressionKind::Sharing(shared) => Some(Together {
            shared,
            of: place.span,
            name: None,
            brackets: Vec::new(),
        }),
        ExpressionKind::Bracket { base, inner } => {
            let mut together = together(base)?;
            together.brackets.push(inner);
            Some(together)
        }
        ExpressionKind::Named { base, name } => {
            let mut together = together(base)?;
            together.name = Some(name);
            Some(together)
        }
        ExpressionKind::Parenthesized(inner) => together(inner),
        _ => None,
    }
}

impl Checker<'_> {
    /// `any in household[c]`, `every in household[c]`, `none in household[c]`; none where it is asked of something else.
    pub(super) fn each_together(
        &mut self,
        each: Spanned<Each>,
        place: &Expression,
        span: Span,
        scope: &Scope,
    ) -> Option<Operand> {
        let together = together(place)?;
        if !self.may_nest(span, scope) {
            return Some(Operand::Hole);
        }
        Some(self.each_of_those(each, &together, span, scope))
    }

    fn each_of_those(
        &mut self,
        each: Spanned<Each>,
        together: &Together,
        span: Span,
        scope: &Scope,
    ) -> Operand {
        let text = self.sources.text(together.of);
        let word = self.sources.text(each.span).to_lowercase();
        if let Each::Did | Each::Never = each.value {
            return self.hole(errors::did_together(&word, text, each.span));
        }
        let Some((last, before)) = together.brackets.split_last() else {
            return self.hole(errors::together_without_bracket(&word, text, together.of));
        };
        let inside = scope.of_group(together.of, together.name);
        let Some(key) = self.shared(together, scope) else {
            return Operand::Hole;
        };
        let before = self.conditions_of_members(before, &inside);
        let last = self.condition(last, &inside);
        let (Some(mut ids), Some(last)) = (before, last) else {
            return Operand::Hole;
        };
        ids.push(match each.value {
            Each::Every => self.add_condition(Condition::Not(last.id)),
            _ => last.id,
        });
        let those = self.together(&ids);
        let Some(number) = self.number_together(key, those, span) else {
            return Operand::Hole;
        };
        let one = self.whole(1);
        let some = self.add_condition(Condition::Compare {
            comparison: Comparison::LessOrEqual,
            left: one,
            right: number,
        });
        let alone = self.add_condition(Condition::Missing(key));
        let own = self.add_condition(Condition::And([alone, those].into()));
        let any = self.add_condition(Condition::Or([own, some].into()));
        let any = Checked {
            id: any,
            logic: Logic::about(Default::default()),
        };
        match each.value {
            Each::Any | Each::Did => Operand::Condition(any),
            Each::Every | Each::None | Each::Never => self.negated(any, span),
        }
    }

    /// `count(in household[c])`, `sum(ltv of in household[c])`
    pub(super) fn aggregate_together(
        &mut self,
        call: &Expression,
        name: &Name,
        asked: Asked,
        value: Option<&Expression>,
        together: &Together,
        scope: &Scope,
    ) -> Operand {
        let text = self.sources.text(together.of);
        let function = match (asked, value) {
            (Asked::Count, None) => None,
            (Asked::Count, Some(value)) => {
                let value = self.sources.text(value.span);
                return self.hole(errors::count_values_together(value, text, call.span));
            }
            (Asked::Aggregate(function), Some(_)) => Some(function),
            (Asked::Aggregate(_), None) => {
                return self.hole(errors::aggregate_together_of_no_value(
                    &name.text, text, call.span,
                ));
            }
        };
        if !self.may_nest(call.span, scope) {
            return Operand::Hole;
        }
        let inside = scope.of_group(together.of, together.name);
        let Some(key) = self.shared(together, scope) else {
            return Operand::Hole;
        };
        let of = match value {
            Some(value) => self.value_of_member(&name.text, value, &inside).map(Some),
            None => Some(None),
        };
        let those = self.conditions_of_members(&together.brackets, &inside);
        let (Some(of), Some(ids)) = (of, those) else {
            return Operand::Hole;
        };
        let those = self.together(&ids);
        let (figure, alone) = match (function, of) {
            (Some(function), Some(of)) => {
                let members = Members {
                    among: those,
                    per: [key].into(),
                };
                let figure = Figure::Aggregate(function);
                let figure = self.population(call, &name.text, figure, Some(of), members);
                let Operand::Value(figure) = figure else {
                    return Operand::Hole;
                };
                (figure.id, self.alone(function, of, those, figure.id))
            }
            _ => {
                let Some(number) = self.number_together(key, those, call.span) else {
                    return Operand::Hole;
                };
                let (one, none) = (self.whole(1), self.whole(0));
                let own = self.either_value(those, one, none);
                (number, own)
            }
        };
        let is_alone = self.add_condition(Condition::Missing(key));
        Operand::Value(Found {
            id: self.either_value(is_alone, alone, figure),
            span: call.span,
        })
    }

    /// The figure of the contact alone: its own value where it is one of those, of the sort of the figure.
    fn alone(
        &mut self,
        function: Aggregate,
        of: Found,
        those: ConditionId,
        figure: ValueId,
    ) -> ValueId {
        let result = self.graph.type_of(figure).clone();
        let own = self.as_kind(of.id, &result);
        let nothing = match (function, &result) {
            (Aggregate::Sum, Type::Number(NumberKind::Float)) => {
                let zero = self.whole(0);
                self.as_kind(zero, &result)
            }
            (Aggregate::Sum, Type::Number(_)) => self.whole(0),
            (Aggregate::Sum, Type::Duration) => self.graph.add_constant(Constant::Duration(0)),
            (Aggregate::Sum, Type::Distance) => self.graph.add_constant(Constant::Distance(0)),
            _ => (self.graph).add_value(Value::Constant(Constant::Missing), result.clone()),
        };
        let own = match function {
            Aggregate::Sum => {
                let coalesced = Value::Coalesce {
                    value: own,
                    fallback: nothing,
                };
                self.graph.add_value(coalesced, result)
            }
            _ => own,
        };
        self.either_value(those, own, nothing)
    }

    /// The value that is shared.
    fn shared(&mut self, together: &Together, scope: &Scope) -> Option<ValueId> {
        if let Some(name) = together.name {
            let is_taken = name.text == "contact"
                || scope.parameters.contains_key(name.text.as_str())
                || self.schema.field_named(&name.text).is_some()
                || self.definitions.lookup(scope.file, &name.text).is_some();
            if is_taken {
                self.tell(errors::name_taken(name, "something already"));
                return None;
            }
        }
        self.key_of_group(together.shared, &scope.of_population())
    }

    fn conditions_of_members(
        &mut self,
        brackets: &[&Expression],
        inside: &Scope,
    ) -> Option<Vec<ConditionId>> {
        let all: Vec<Option<Checked>> = brackets
            .iter()
            .map(|bracket| self.condition(bracket, inside))
            .collect();
        let all: Option<Vec<Checked>> = all.into_iter().collect();
        Some(all?.into_iter().map(|one| one.id).collect())
    }

    /// How many of the contacts that share this value are among those; missing where there is no such value.
    fn number_together(&mut self, key: ValueId, those: ConditionId, span: Span) -> Option<ValueId> {
        let population = Population {
            figure: Figure::Count,
            of: None,
            among: those,
            per: [key].into(),
            at: None,
        };
        self.population_value(population, span)
    }

    fn whole(&mut self, number: i128) -> ValueId {
        self.graph
            .add_constant(Constant::Number(Exact::whole(number)))
    }

    fn either_value(
        &mut self,
        condition: ConditionId,
        then: ValueId,
        otherwise: ValueId,
    ) -> ValueId {
        let result = match (self.graph.type_of(then), self.graph.type_of(otherwise)) {
            (Type::Number(a), Type::Number(b)) => Type::Number(super::arithmetic::widest(*a, *b)),
            (_, otherwise) => otherwise.clone(),
        };
        let choice = Value::If {
            condition,
            then,
            otherwise,
        };
        self.graph.add_value(choice, result)
    }
}
