//! Figures of many contacts together: `percentile(ltv among consent per region)`, `avg(ltv per region)`, `top(3, region)`, `reach(title of finish)`.
//!
//! What a population is made of stands in no bracket: it is asked of each contact for itself, before the first of them is answered.

use super::errors;
use super::item::{Checker, Scope};
use super::limits;
use super::logic::Fields;
use super::operand::{Found, Operand};
use super::selection::Selection;
use crate::diagnostics::Diagnostic;
use crate::ir::{Aggregate, Condition, ConditionId, Figure, NodeRef, Population, Value, ValueId};
use crate::source::Span;
use crate::syntax::ast::{Among, Expression, ExpressionKind, Literal, Name};
use crate::types::{Constant, Exact, Type};

/// What a name with an argument behind it asks of a population.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Asked {
    /// A figure of the contact's own value.
    Own(Figure),
    Top,
    Reach,
    Similarity,
    Implied,
}

pub(super) fn asked(name: &str) -> Option<Asked> {
    Some(match name {
        "percentile" => Asked::Own(Figure::Percentile),
        "quartile" => Asked::Own(Figure::Quantile { parts: 4 }),
        "quintile" => Asked::Own(Figure::Quantile { parts: 5 }),
        "decile" => Asked::Own(Figure::Quantile { parts: 10 }),
        "rank" => Asked::Own(Figure::Rank { least_first: false }),
        "top" => Asked::Top,
        "reach" => Asked::Reach,
        "similarity" => Asked::Similarity,
        "implied" => Asked::Implied,
        _ => return None,
    })
}

/// The population that an argument names, as it is written.
#[derive(Clone, Copy)]
pub(super) struct Written<'e> {
    pub of: &'e Expression,
    pub among: Option<&'e Among>,
    pub per: &'e [Expression],
}

impl<'e> Written<'e> {
    pub fn of(argument: &'e Expression) -> Self {
        match &*argument.kind {
            ExpressionKind::Population { of, among, per } => Written {
                of,
                among: Some(among),
                per,
            },
            _ => Written {
                of: argument,
                among: None,
                per: &[],
            },
        }
    }
}

/// Who is in a population, and in which groups.
pub(super) struct Members {
    pub among: ConditionId,
    pub per: Box<[ValueId]>,
}

impl Checker<'_> {
    /// `percentile(ltv among consent)`, `top(3, region)`, …
    pub(super) fn figure_of_population(
        &mut self,
        call: &Expression,
        name: &Name,
        asked: Asked,
        arguments: &[Expression],
        scope: &Scope,
    ) -> Operand {
        if !self.may_nest(call.span, scope) {
            return Operand::Hole;
        }
        match (asked, arguments) {
            (Asked::Own(figure), [argument]) => {
                self.own_figure(call, name, figure, argument, scope)
            }
            (Asked::Own(_), [value, rest @ ..]) => {
                let text = self.sources.text(value.span);
                let others = rest
                    .iter()
                    .map(|one| self.sources.text(one.span).to_owned());
                let others: Vec<String> = others.collect();
                self.hole(errors::figure_of_several(
                    &name.text, text, &others, call.span,
                ))
            }
            (Asked::Top, [number, values]) => self.top(call, number, values, scope),
            (Asked::Reach, [argument]) => self.reach_of(call, argument, scope),
            (Asked::Similarity, [those, by]) => self.similarity(call, those, by, scope),
            (Asked::Implied, [values, settings @ ..]) => {
                self.implied(call, values, settings, scope)
            }
            _ => self.hole(errors::form_of_figure(&name.text, call.span)),
        }
    }

    /// `percentile(ltv among consent per region)`
    fn own_figure(
        &mut self,
        call: &Expression,
        name: &Name,
        figure: Figure,
        argument: &Expression,
        scope: &Scope,
    ) -> Operand {
        let written = Written::of(argument);
        let of = self.value_of_member(&name.text, written.of, scope);
        let members = self.members(written, scope);
        let (Some(of), Some(members)) = (of, members) else {
            return Operand::Hole;
        };
        self.population(call, &name.text, figure, Some(of), members)
    }

    /// `avg(ltv per region)`, `count(contacts among consent)`
    pub(super) fn aggregate_of_population(
        &mut self,
        call: &Expression,
        name: &Name,
        function: Option<Aggregate>,
        argument: &Expression,
        scope: &Scope,
    ) -> Operand {
        if !self.may_nest(call.span, scope) {
            return Operand::Hole;
        }
        let written = Written::of(argument);
        let Some(function) = function else {
            let is_contacts = matches!(&*written.of.kind, ExpressionKind::Name(of) if of.text.eq_ignore_ascii_case("contacts"));
            // What is left out has been told by the grammar.
            if !is_contacts && *written.of.kind != ExpressionKind::Hole {
                let text = self.sources.text(written.of.span);
                return self.hole(errors::count_of_no_contacts(text, written.of.span));
            }
            let Some(members) = self.members(written, scope) else {
                return Operand::Hole;
            };
            return self.population(call, "count", Figure::Count, None, members);
        };
        let of = self.value_of_member(&name.text, written.of, scope);
        let members = self.members(written, scope);
        let (Some(of), Some(members)) = (of, members) else {
            return Operand::Hole;
        };
        let figure = Figure::Aggregate(function);
        self.population(call, &name.text, figure, Some(of), members)
    }

    /// `top(10, title of view in last 7 days per region)`
    fn top(
        &mut self,
        call: &Expression,
        number: &Expression,
        values: &Expression,
        scope: &Scope,
    ) -> Operand {
        let written = Written::of(values);
        let most = self.small_number("top", number, scope);
        let of = self.values_of_member("top", written.of, scope);
        let members = self.members(written, scope);
        let (Some(most), Some(of), Some(members)) = (most, of, members) else {
            return Operand::Hole;
        };
        self.population(call, "top", Figure::Top { most }, Some(of), members)
    }

    /// `reach(title of finish)` in a bracket of `finish`, `reach(region)`
    fn reach_of(&mut self, call: &Expression, argument: &Expression, scope: &Scope) -> Operand {
        let written = Written::of(argument);
        let of = self.values_of_member("reach", written.of, scope);
        let members = self.members(written, scope);
        let (Some(of), Some(members)) = (of, members) else {
            return Operand::Hole;
        };
        let asked = match &*written.of.kind {
            ExpressionKind::Of {
                value,
                rows: Some(rows),
                ..
            } => {
                let is_of = |checker: &mut Self| {
                    let before = checker.diagnostics.len();
                    let selection = checker.selection("reach", rows, &scope.of_population());
                    checker.diagnostics.truncate(before);
                    selection.map(|selection| selection.bracket.element)
                };
                let innermost = scope.brackets.iter().rfind(|bracket| bracket.is_open);
                let innermost = innermost.map(|bracket| bracket.element.clone());
                if innermost.is_none() || is_of(self) != innermost {
                    let value = self.sources.text(value.span);
                    let rows = self.sources.text(rows.span);
                    return self.hole(errors::reach_outside(value, rows, call.span));
                }
                self.value(value, scope)
            }
            _ => Some(of),
        };
        let Some(asked) = asked else {
            return Operand::Hole;
        };
        let single = self.element_type(of.id);
        if *self.graph.type_of(asked.id) != single {
            let text = self.sources.text(asked.span);
            return self.hole(errors::reach_of_a_list(text, asked.span));
        }
        let population = Population {
            figure: Figure::Reach,
            of: Some(of.id),
            among: members.among,
            per: members.per,
            at: Some(asked.id),
        };
        self.told_of_population(call, population)
    }

    /// A whole number that is written out, at least 1.
    pub(super) fn small_number(
        &mut self,
        function: &str,
        place: &Expression,
        scope: &Scope,
    ) -> Option<u32> {
        let found = self.value(place, scope)?;
        let number = match self.graph.value(found.id) {
            Value::Constant(Constant::Number(number)) if number.is_whole() => {
                u32::try_from(number.numerator()).ok()
            }
            // A parameter.
            Value::Constant(Constant::Missing) => Some(1),
            _ => None,
        };
        let number = number.filter(|number| *number > 0);
        if number.is_none() {
            let text = self.sources.text(place.span);
            self.tell(errors::number_of_figure(function, text, place.span));
        }
        number
    }

    /// A value that each contact of a population gives, as the contact is asked for it alone.
    pub(super) fn value_of_member(
        &mut self,
        function: &str,
        place: &Expression,
        scope: &Scope,
    ) -> Option<Found> {
        let of_population = scope.of_population();
        if let ExpressionKind::Of {
            value,
            rows: Some(rows),
            distinct,
        } = &*place.kind
        {
            let (value, rows) = (self.sources.text(value.span), self.sources.text(rows.span));
            self.tell(errors::figure_of_a_list(
                function, value, rows, *distinct, place.span,
            ));
            return None;
        }
        let found = self.value(place, &of_population)?;
        let found = self.event_as_time(found);
        self.is_of_contact(NodeRef::Value(found.id), place.span)
            .then_some(found)
    }

    /// The same where a list gives each of its different elements: `title of view in last 7 days`.
    pub(super) fn values_of_member(
        &mut self,
        function: &str,
        place: &Expression,
        scope: &Scope,
    ) -> Option<Found> {
        let of_population = scope.of_population();
        let operand = match &*place.kind {
            ExpressionKind::Of {
                value,
                rows: Some(rows),
                ..
            } => self.values_of(true, value, rows, place.span, &of_population),
            _ => self.expression(place, &of_population),
        };
        let found = self.operand_value(operand, place)?;
        let found = self.event_as_time(found);
        if !self.is_of_contact(NodeRef::Value(found.id), place.span)
            || !self.is_countable(function, found)
        {
            return None;
        }
        Some(found)
    }

    /// `among consent per region`
    pub(super) fn members(&mut self, written: Written, scope: &Scope) -> Option<Members> {
        let of_population = scope.of_population();
        let among = match written.among {
            Some(Among::Those(condition)) => {
                let among = self.condition(condition, &of_population);
                let among = among.map(|among| among.id);
                among.filter(|among| {
                    let is_of_contact =
                        self.is_of_contact(NodeRef::Condition(*among), condition.span);
                    let is_nobody = *self.graph.condition(*among) == Condition::Constant(false);
                    if is_nobody {
                        self.tell(errors::nobody(condition.span));
                    }
                    is_of_contact && !is_nobody
                })
            }
            Some(Among::Unsaid | Among::Everyone) | None => {
                Some(self.add_condition(Condition::Constant(true)))
            }
        };
        let per: Vec<Option<ValueId>> = written
            .per
            .iter()
            .map(|key| self.key_of_group(key, &of_population))
            .collect();
        let per: Option<Box<[ValueId]>> = per.into_iter().collect();
        Some(Members {
            among: among?,
            per: per?,
        })
    }

    /// A value that contacts of one group have in common.
    pub(super) fn key_of_group(&mut self, key: &Expression, scope: &Scope) -> Option<ValueId> {
        let found = self.value(key, scope)?;
        let found = self.event_as_time(found);
        let is = self.graph.type_of(found.id).clone();
        if let Type::List(_) | Type::Record(_) | Type::Map(_) | Type::Point = is {
            let text = self.sources.text(key.span);
            self.tell(errors::group_by_no_value(text, &is, key.span));
            return None;
        }
        self.is_of_contact(NodeRef::Value(found.id), key.span)
            .then_some(found.id)
    }

    /// Whether a part of a population looks at no element around it; told where it does.
    fn is_of_contact(&mut self, node: NodeRef, span: Span) -> bool {
        let is_alone = self.graph.reach(node) == 0;
        if !is_alone {
            let text = self.sources.text(span);
            self.tell(errors::element_in_population(text, span));
        }
        is_alone
    }

    /// A figure of a population.
    pub(super) fn population(
        &mut self,
        call: &Expression,
        name: &str,
        figure: Figure,
        of: Option<Found>,
        members: Members,
    ) -> Operand {
        if let Some(of) = of
            && figure.result(Some(self.graph.type_of(of.id))).is_none()
        {
            let is = self.graph.type_of(of.id).clone();
            let takes = match figure {
                Figure::Aggregate(Aggregate::Sum | Aggregate::Average | Aggregate::Median) => {
                    "numbers, durations or distances"
                }
                _ => "numbers, text, dates, times, durations or distances",
            };
            return self.hole(errors::aggregate_of_wrong_values(name, &is, takes, of.span));
        }
        let population = Population {
            figure,
            of: of.map(|of| of.id),
            among: members.among,
            per: members.per,
            at: None,
        };
        self.told_of_population(call, population)
    }

    fn told_of_population(&mut self, call: &Expression, population: Population) -> Operand {
        let id = self.population_value(population, call.span);
        id.map_or(Operand::Hole, |id| {
            Operand::Value(Found {
                id,
                span: call.span,
            })
        })
    }

    /// The node of a population; none, and told, where too many stand in each other.
    pub(super) fn population_value(
        &mut self,
        population: Population,
        span: Span,
    ) -> Option<ValueId> {
        let of = population.of.map(|of| self.graph.type_of(of).clone());
        let result = population.figure.result(of.as_ref())?;
        let id = (self.graph).add_value(Value::Population(Box::new(population)), result);
        if self.populations_in(NodeRef::Value(id)) > limits::POPULATIONS {
            self.tell_once(errors::too_many_populations(limits::POPULATIONS, span));
            return None;
        }
        self.is_shallow(NodeRef::Value(id), span).then_some(id)
    }

    /// A part of a figure of many contacts that stands in no such figure.
    pub(super) fn of_many_alone(&mut self, place: &Expression) -> Operand {
        let (text, span) = (self.sources.text(place.span), place.span);
        self.hole(match &*place.kind {
            ExpressionKind::Sharing(_) => errors::together_alone(text, span),
            ExpressionKind::Population { .. } => errors::population_out_of_place(text, span),
            _ => errors::setting_out_of_place(text, span),
        })
    }

    /// Whether one more population may stand in those around; told where not, before what is in it is looked at.
    pub(super) fn may_nest(&mut self, span: Span, scope: &Scope) -> bool {
        let is_shallow = scope.populations < limits::POPULATIONS;
        if !is_shallow {
            self.tell_once(errors::too_many_populations(limits::POPULATIONS, span));
        }
        is_shallow
    }

    /// What puts the contact in a group whose list each of the elements has to be in: `view[title in top(10, title of view per region)]`.
    pub(super) fn groups_of_lists(&self, selection: &Selection) -> Fields {
        let conjuncts =
            (selection.conditions.iter()).flat_map(|condition| self.graph.conjuncts(condition.id));
        let lists = conjuncts.filter_map(|id| match self.graph.condition(id) {
            Condition::Has { list, .. } => Some(*list),
            _ => None,
        });
        let lists = lists.filter(|list| matches!(self.graph.value(*list), Value::Population(_)));
        lists.flat_map(|list| self.needed(list)).collect()
    }

    /// `percentile(ltv) >= 90`
    pub(super) fn share_without_percent(
        &self,
        left: &Expression,
        right: &Expression,
        scope: &Scope,
    ) -> Option<Diagnostic> {
        let pairs = [(left, right), (right, left)];
        pairs.into_iter().find_map(|(figure, number)| {
            let ExpressionKind::Call { name, .. } = &*figure.kind else {
                return None;
            };
            let ExpressionKind::Literal(Literal::Number(share)) = &*number.kind else {
                return None;
            };
            let is_share = ["percentile", "similarity"].contains(&name.text.as_str())
                && self.definitions.lookup(scope.file, &name.text).is_none();
            let text = self.sources.text(number.span);
            (is_share && share.exact() > Exact::whole(1))
                .then(|| errors::share_without_percent(&name.text, text, number.span))
        })
    }

    /// How many populations stand in each other in a node.
    fn populations_in(&mut self, root: NodeRef) -> u32 {
        let mut stack = vec![(root, false)];
        while let Some((node, is_open)) = stack.pop() {
            if self.populations.contains_key(&node) {
                continue;
            }
            let mut operands = Vec::new();
            match node {
                NodeRef::Condition(id) => {
                    (self.graph.condition(id)).operands(|operand| operands.push(operand));
                }
                NodeRef::Value(id) => {
                    (self.graph.value(id)).operands(|operand| operands.push(operand));
                }
            }
            if !is_open {
                stack.push((node, true));
                stack.extend(operands.into_iter().map(|operand| (operand, false)));
                continue;
            }
            let own = match node {
                NodeRef::Value(id) => {
                    u32::from(matches!(self.graph.value(id), Value::Population(_)))
                }
                NodeRef::Condition(_) => 0,
            };
            let known = |operand: &NodeRef| self.populations.get(operand).copied();
            let deepest = operands.iter().filter_map(known).max().unwrap_or(0);
            self.populations.insert(node, deepest + own);
        }
        self.populations.get(&root).copied().unwrap_or(0)
    }
}
