//! `sample(10%, "spring" per region)`: a condition that a hash of the contact's key decides, so that it holds for the same contacts every time and on
//! every engine. `sample(1_000, "panel")` takes so many, those of the lowest hash.

use super::errors;
use super::item::{Checker, Scope};
use super::logic::Logic;
use super::operand::{Checked, Operand};
use crate::ir::{Bound, Comparison, Condition, ConditionId, Figure, Population, Value, ValueId};
use crate::source::Span;
use crate::syntax::ast::{Among, Expression, ExpressionKind, Literal, Name};
use crate::types::{Constant, Exact, NumberKind, Type};
use std::collections::HashMap;

/// What the function is called.
pub(super) const NAME: &str = "sample";

/// The hexadecimal digits of a hash that say where a contact stands: 60 bits.
const DIGITS: u8 = 15;
/// Those that contacts are put in an order by: so many that no two contacts share a hash.
const ORDER_DIGITS: u8 = 30;
/// The places there are.
const PLACES: u128 = 1 << (4 * DIGITS);

/// A salt of a sample or a split, as it stands in a text.
pub(super) struct Salted {
    pub salt: String,
    pub span: Span,
    /// Of a sample what it came to: the same sample may be asked for anywhere.
    pub sample: Option<ConditionId>,
}

/// How many a sample takes.
enum Size {
    Share(Exact),
    Number(Exact),
}

impl Checker<'_> {
    pub(super) fn sample(
        &mut self,
        call: &Expression,
        name: &Name,
        arguments: &[Expression],
        scope: &Scope,
    ) -> Operand {
        let [size_place, salt_place] = arguments else {
            return self.hole(errors::sample_arguments(&name.text, arguments, call.span));
        };
        let (salt_place, among, per) = match &*salt_place.kind {
            ExpressionKind::Population { of, among, per } => {
                let among = match among {
                    Among::Those(among) => Some(among),
                    Among::Unsaid | Among::Everyone => None,
                };
                (of, among, per.as_slice())
            }
            _ => (salt_place, None, &[][..]),
        };
        let size = self.sample_size(size_place);
        let among = match among {
            Some(condition) => {
                // A share of some is the same share of all; a number is not.
                if let Some(Size::Share(_)) = size {
                    let text = self.sources.text(condition.span);
                    return self.hole(errors::sample_among(text, condition.span));
                }
                let among = self.condition(condition, &scope.of_population());
                among.map(|among| among.id)
            }
            None => Some(self.add_condition(Condition::Constant(true))),
        };
        let salt = self.salt(salt_place);
        let strata = self.strata(per, scope);
        let (Some(size), Some(salt), Some(strata), Some(among)) = (size, salt, strata, among)
        else {
            return Operand::Hole;
        };
        let needed = self.needed_of(strata.iter().copied());
        let id = match size {
            Size::Share(share) => {
                let place = self.place_of(&salt, &strata);
                self.share_of(place, Exact::ZERO, share)
            }
            Size::Number(number) => {
                let Some(value) = self.order_of(&salt, among, &strata, call.span) else {
                    return Operand::Hole;
                };
                let last = self.graph.add_constant(Constant::Number(number));
                self.add_condition(Condition::Compare {
                    comparison: Comparison::LessOrEqual,
                    left: value,
                    right: last,
                })
            }
        };
        if !scope.expansion {
            self.salts.push(Salted {
                salt,
                span: salt_place.span,
                sample: Some(id),
            });
        }
        Operand::Condition(Checked {
            id,
            logic: Logic::comparison(needed),
        })
    }

    fn sample_size(&mut self, place: &Expression) -> Option<Size> {
        let text = self.sources.text(place.span);
        let ExpressionKind::Literal(literal) = &*place.kind else {
            let fault = match &*place.kind {
                ExpressionKind::Hole => return None,
                ExpressionKind::Negate(_) => errors::share_out_of_bounds(text, place.span),
                _ => errors::share_not_written_out(text, place.span),
            };
            self.tell(fault);
            return None;
        };
        let size = match literal {
            Literal::Number(number) if number.exact().is_whole() => {
                let number = number.exact();
                (number > Exact::ZERO).then_some(Size::Number(number))
            }
            Literal::Percent(_) | Literal::Number(_) => share(literal).map(Size::Share),
            _ => {
                self.tell(errors::share_not_written_out(text, place.span));
                return None;
            }
        };
        if size.is_none() {
            self.tell(errors::share_out_of_bounds(text, place.span));
        }
        size
    }

    /// The text of a salt, which has to be written out.
    fn salt(&mut self, place: &Expression) -> Option<String> {
        match &*place.kind {
            ExpressionKind::Literal(Literal::Text(salt)) => self.usable_salt(salt, place.span),
            ExpressionKind::Hole => None,
            _ => {
                let text = self.sources.text(place.span);
                self.tell(errors::salt_not_written_out(text, place.span));
                None
            }
        }
    }

    /// The salt, unless what is hashed could not be told apart with it.
    pub(super) fn usable_salt(&mut self, salt: &str, span: Span) -> Option<String> {
        if salt.is_empty() || salt.contains(':') {
            self.tell(errors::unusable_salt(salt, span));
            return None;
        }
        Some(salt.to_owned())
    }

    /// The values that make strata.
    pub(super) fn strata(&mut self, per: &[Expression], scope: &Scope) -> Option<Vec<ValueId>> {
        let outside = scope.of_population();
        let mut strata = Some(Vec::new());
        for place in per {
            let value = self.value(place, &outside);
            let value = value.and_then(|value| {
                let is = self.graph.type_of(value.id).clone();
                if is.has_one_text() {
                    return Some(value.id);
                }
                let text = self.sources.text(place.span);
                self.tell(errors::stratum_without_text(text, &is, place.span));
                None
            });
            strata = strata.zip(value).map(|(mut strata, value)| {
                strata.push(value);
                strata
            });
        }
        strata
    }

    /// At which place a contact stands by its hash, from 1 up, among those of its stratum of which `among` holds; missing of others.
    pub(super) fn order_of(
        &mut self,
        salt: &str,
        among: ConditionId,
        strata: &[ValueId],
        span: Span,
    ) -> Option<ValueId> {
        let hash = self.hash(salt, strata, ORDER_DIGITS);
        let figure = Figure::Rank { least_first: true };
        self.of_strata(figure, Some(hash), (among, strata), span)
    }

    /// A whole number that is told of the contacts of a stratum of which `among` holds; none, and told, where too many populations stand in each other.
    pub(super) fn of_strata(
        &mut self,
        figure: Figure,
        of: Option<ValueId>,
        (among, strata): (ConditionId, &[ValueId]),
        span: Span,
    ) -> Option<ValueId> {
        let population = Population {
            figure,
            of,
            among,
            per: strata.into(),
            at: None,
        };
        self.population_value(population, span)
    }

    /// Where a contact stands under a salt, as a whole number below [`PLACES`].
    pub(super) fn place_of(&mut self, salt: &str, strata: &[ValueId]) -> ValueId {
        self.hash(salt, strata, DIGITS)
    }

    fn hash(&mut self, salt: &str, strata: &[ValueId], digits: u8) -> ValueId {
        let key = self.schema.key();
        let key_type = self.schema.field(key).field_type.clone();
        let key = self.graph.add_value(Value::Field(key), key_type);
        let hash = Value::Hash {
            salt: salt.into(),
            digits,
            of: strata.iter().copied().chain([key]).collect(),
        };
        self.graph.add_value(hash, Type::Number(NumberKind::Whole))
    }

    /// Whether the place lies at or above the one share of all places and below the other.
    pub(super) fn share_of(&mut self, place: ValueId, from: Exact, to: Exact) -> ConditionId {
        let mut edge = |share: Exact, inclusive| Bound {
            value: self
                .graph
                .add_constant(Constant::Number(Exact::whole(first_place(share)))),
            inclusive,
        };
        let low = (from > Exact::ZERO).then(|| edge(from, true));
        let high = Some(edge(to, false));
        self.add_condition(Condition::Range {
            value: place,
            low,
            high,
        })
    }
}

/// Salts that stand twice: what they draw is not independent.
pub(super) fn lint(checker: &mut Checker) {
    let mut salts = std::mem::take(&mut checker.salts);
    salts.sort_by_key(|salted| salted.span);
    let mut first: HashMap<&str, &Salted> = HashMap::new();
    for salted in &salts {
        match first.get(salted.salt.as_str()) {
            None => {
                first.insert(&salted.salt, salted);
            }
            // The same sample again.
            Some(first) if first.sample.is_some() && first.sample == salted.sample => {}
            Some(first) => {
                checker.tell(errors::same_salt(&salted.salt, first.span, salted.span));
            }
        }
    }
}

/// The share that a literal says: above 0, and 1 at most.
pub(super) fn share(literal: &Literal) -> Option<Exact> {
    let share = match literal {
        Literal::Percent(percent) => percent.exact().checked_div(Exact::whole(100))?,
        Literal::Number(number) => number.exact(),
        _ => return None,
    };
    (share > Exact::ZERO && share <= Exact::whole(1)).then_some(share)
}

/// The first place at or above a share of all places; `share` is 0 to 1.
fn first_place(share: Exact) -> i128 {
    let below = share.denominator().unsigned_abs();
    let mut rest = share.numerator().unsigned_abs();
    // Division by hand, a bit at a time: the product may be beyond 128 bits. A rest is below the divisor, hence below 2^127.
    let mut places = rest / below;
    rest %= below;
    for _ in 0..PLACES.trailing_zeros() {
        rest *= 2;
        places = places * 2 + rest / below;
        rest %= below;
    }
    (places + u128::from(rest > 0)) as i128
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shares_are_cut_exactly() {
        let place = |above, below| first_place(Exact::new(above, below).unwrap());
        let places = PLACES as i128;
        assert_eq!(place(0, 1), 0);
        assert_eq!(place(1, 1), places);
        assert_eq!(place(1, 2), places / 2);
        assert_eq!(place(1, 10), (places + 9) / 10);
        assert_eq!(place(1, 3), (places + 2) / 3);
        // The rest does not fit a product of 128 bits.
        assert_eq!(place(i128::MAX - 1, i128::MAX), places);
        assert_eq!(place(1, i128::MAX), 1);
    }
}
