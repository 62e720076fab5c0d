//! Who is like others: `similarity(champions, by (recency, frequency))`, and what goes with what they have:
//! `implied(product of purchase, from 2, confidence 80%, support 20)`.

use super::errors;
use super::item::{Checker, Scope};
use super::operand::{Found, Operand};
use super::populations::{Members, Written};
use crate::functions;
use crate::ir::{
    Aggregate, Arithmetic, Condition, Figure, NodeRef, Population, Rule, Value, ValueId,
};
use crate::syntax::ast::{Expression, ExpressionKind, Setting};
use crate::types::{Constant, Exact, Float, NumberKind, Type};

const FLOAT: Type = Type::Number(NumberKind::Float);

impl Checker<'_> {
    /// `similarity(champions, by (recency, frequency, monetary))`: 1 less the root of the mean square of the differences between the contact's
    /// percentiles and the members' mean percentiles. The differences are exact; squares and root are floating-point numbers, since the
    /// denominators of several populations soon take more than 128 bits together.
    pub(super) fn similarity(
        &mut self,
        call: &Expression,
        those: &Expression,
        by: &Expression,
        scope: &Scope,
    ) -> Operand {
        let written = Written::of(by);
        let ExpressionKind::By(values) = &*written.of.kind else {
            let fault = match &*written.of.kind {
                ExpressionKind::Call { name, .. } if name.text.eq_ignore_ascii_case("by") => {
                    errors::glued_by(name.span)
                }
                _ => errors::form_of_figure("similarity", call.span),
            };
            return self.hole(fault);
        };
        if written.among.is_some() {
            return self.hole(errors::population_out_of_place(
                self.sources.text(by.span),
                by.span,
            ));
        }
        let of_population = scope.of_population();
        let those = match self.condition(those, &of_population) {
            Some(condition) if self.graph.reach(NodeRef::Condition(condition.id)) > 0 => {
                let text = self.sources.text(those.span);
                return self.hole(errors::element_in_population(text, those.span));
            }
            found => found,
        };
        let values: Vec<Option<Found>> = values
            .iter()
            .map(|value| self.value_of_member("similarity", value, scope))
            .collect();
        let (Some(those), Some(values)) = (those, values.into_iter().collect::<Option<Vec<_>>>())
        else {
            return Operand::Hole;
        };
        let mut sum = None;
        for value in &values {
            let everyone = Members {
                among: self.add_condition(Condition::Constant(true)),
                per: [].into(),
            };
            let percentile = self.population(
                call,
                "similarity",
                Figure::Percentile,
                Some(*value),
                everyone,
            );
            let Operand::Value(percentile) = percentile else {
                return Operand::Hole;
            };
            let mean = Population {
                figure: Figure::Aggregate(Aggregate::Average),
                of: Some(percentile.id),
                among: those.id,
                per: [].into(),
                at: None,
            };
            let Some(mean) = self.population_value(mean, call.span) else {
                return Operand::Hole;
            };
            let exact = Type::Number(NumberKind::Exact);
            let difference = self.worked_out(Arithmetic::Subtract, percentile.id, mean, exact);
            let difference = self.as_kind(difference, &FLOAT);
            let square = self.worked_out(Arithmetic::Multiply, difference, difference, FLOAT);
            sum = Some(match sum {
                None => square,
                Some(sum) => self.worked_out(Arithmetic::Add, sum, square, FLOAT),
            });
        }
        let (Some(sum), Some(root)) = (sum, functions::lookup("sqrt")) else {
            return Operand::Hole;
        };
        let number = self.floating(values.len() as f64);
        let mean = self.worked_out(Arithmetic::Divide, sum, number, FLOAT);
        let root = Value::Call {
            function: root,
            arguments: [mean].into(),
        };
        let root = self.graph.add_value(root, FLOAT);
        let one = self.floating(1.0);
        let id = self.worked_out(Arithmetic::Subtract, one, root, FLOAT);
        Operand::Value(Found {
            id,
            span: call.span,
        })
    }

    fn worked_out(
        &mut self,
        operator: Arithmetic,
        left: ValueId,
        right: ValueId,
        result: Type,
    ) -> ValueId {
        let value = Value::Arithmetic {
            operator,
            left,
            right,
        };
        self.graph.add_value(value, result)
    }

    fn floating(&mut self, number: f64) -> ValueId {
        let constant = Float::new(number).map_or(Constant::Missing, Constant::Float);
        self.graph.add_value(Value::Constant(constant), FLOAT)
    }

    /// `implied(product of purchase, from 2, confidence 80%, support 20)`
    pub(super) fn implied(
        &mut self,
        call: &Expression,
        values: &Expression,
        settings: &[Expression],
        scope: &Scope,
    ) -> Operand {
        let written = Written::of(values);
        let of = self.values_of_member("implied", written.of, scope);
        let members = self.members(written, scope);
        let rule = self.rule(call, settings);
        let (Some(of), Some(members), Some(rule)) = (of, members, rule) else {
            return Operand::Hole;
        };
        let figure = Figure::Implied(rule);
        self.population(call, "implied", figure, Some(of), members)
    }

    /// `from 2, confidence 80%, support 20`, in any order, each once.
    fn rule(&mut self, call: &Expression, settings: &[Expression]) -> Option<Rule> {
        let (mut from, mut confidence, mut support) = (None, None, None);
        for place in settings {
            let ExpressionKind::Setting { setting, value } = &*place.kind else {
                self.tell(errors::form_of_figure("implied", call.span));
                return None;
            };
            let known = match setting.value {
                Setting::From => from.is_some(),
                Setting::Confidence => confidence.is_some(),
                Setting::Support => support.is_some(),
            };
            if known {
                self.tell(errors::form_of_figure("implied", call.span));
                return None;
            }
            let number = match self.number_of_setting(value) {
                Some(number) => number,
                None => {
                    self.tell(errors::setting_of_rule(setting.value, place.span));
                    return None;
                }
            };
            let whole = || number.is_whole().then(|| number.numerator());
            let fits = match setting.value {
                Setting::From => {
                    from = whole().filter(|from| (1..=2).contains(from));
                    from.is_some()
                }
                Setting::Confidence => {
                    let zero = Exact::whole(0);
                    confidence = Some(number).filter(|it| *it > zero && *it <= Exact::whole(1));
                    confidence.is_some()
                }
                Setting::Support => {
                    support = whole().and_then(|support| u64::try_from(support).ok());
                    support = support.filter(|support| *support > 0);
                    support.is_some()
                }
            };
            if !fits {
                self.tell(errors::setting_of_rule(setting.value, place.span));
                return None;
            }
        }
        match (from, confidence, support) {
            (Some(from), Some(confidence), Some(support)) => Some(Rule {
                from: from as u32,
                confidence,
                support,
            }),
            _ => {
                self.tell(errors::form_of_figure("implied", call.span));
                None
            }
        }
    }

    fn number_of_setting(&self, value: &Expression) -> Option<Exact> {
        use crate::syntax::ast::Literal;
        match &*value.kind {
            ExpressionKind::Literal(Literal::Number(number)) => Some(number.exact()),
            ExpressionKind::Literal(Literal::Percent(percent)) => {
                percent.exact().checked_div(Exact::whole(100))
            }
            _ => None,
        }
    }
}
