//! Where the arms of a split are cut: by the places of contacts or, where sizes are exact, by their order; and whom an arm holds because it was given to them before.

use super::errors;
use super::item::Checker;
use super::splits::Drawn;
use crate::functions;
use crate::ir::{Arithmetic, Bound, Condition, ConditionId, Figure, Graph, Value, ValueId};
use crate::source::Span;
use crate::syntax::ast;
use crate::types::{Constant, Exact, NumberKind, Type};

/// What tells contacts apart that are drawn, and the edges of the arms along it, the lowest first.
enum Cut {
    /// Their place under the salt, and shares of all places.
    Place(ValueId, Vec<Exact>),
    /// A number that grows with their order, and those up to which the arms go. Whoever stands on an edge is in the arm below it.
    Order(ValueId, Vec<ValueId>),
}

impl Checker<'_> {
    /// For each arm who is in it, among those in the audience. `held` are for each arm those who were given it before; none where nobody was given one.
    pub(super) fn owners(
        &mut self,
        drawn: &Drawn,
        held: &[ConditionId],
        span: Span,
    ) -> Option<Vec<ConditionId>> {
        let free = match held {
            [] => None,
            held => {
                let given = self.any_of(held.to_vec());
                Some(self.add_condition(Condition::Not(given)))
            }
        };
        let cut = match (drawn.exact, free) {
            (false, _) => {
                let place = self.place_of(&drawn.salt, &drawn.strata);
                let mut to = Exact::ZERO;
                let ends = drawn.shares.iter().map(|share| {
                    to = to.checked_add(*share).unwrap_or(Exact::whole(1));
                    to
                });
                Cut::Place(place, ends.collect())
            }
            (true, None) => self.shares_of_all(drawn, span)?,
            (true, Some(free)) => self.rooms(drawn, held, free, span)?,
        };
        let mut owners = Vec::with_capacity(drawn.shares.len());
        for arm in 0..drawn.shares.len() {
            let mut own = self.between_edges(&cut, arm);
            if let (Cut::Place(..), Some(free)) = (&cut, free) {
                own = self.add_condition(Condition::And([free, own].into()));
            }
            if let Some(held) = held.get(arm) {
                own = self.any_of(vec![*held, own]);
            }
            owners.push(own);
        }
        Some(owners)
    }

    fn any_of(&mut self, conditions: Vec<ConditionId>) -> ConditionId {
        match conditions.as_slice() {
            [only] => *only,
            _ => self.add_condition(Condition::Or(conditions.into())),
        }
    }

    /// All stand in the order of their hashes: of so many contacts an arm has its share.
    fn shares_of_all(&mut self, drawn: &Drawn, span: Span) -> Option<Cut> {
        let all = (drawn.audience, drawn.strata.as_slice());
        let number = self.of_strata(Figure::Count, None, all, span)?;
        let middle = self.middle(drawn, drawn.audience, span)?;
        let (mut to, mut ends) = (Exact::ZERO, Vec::new());
        for share in &drawn.shares {
            to = to.checked_add(*share).unwrap_or(Exact::whole(1));
            ends.push(self.with_number(Arithmetic::Multiply, number, to));
        }
        Some(Cut::Order(middle, ends))
    }

    /// Those who were given no arm stand in the order of their hashes, and each arm has as much room among them as it lacks of its share of all. An arm that was
    /// given to more has none, and what it has too much the others lack in the ratio of their rooms.
    ///
    /// Nothing is divided: of the free, an arm ends at free × rooms up to it ÷ all rooms, so that a contact is compared as its middle × all rooms.
    fn rooms(
        &mut self,
        drawn: &Drawn,
        held: &[ConditionId],
        free: ConditionId,
        span: Span,
    ) -> Option<Cut> {
        let strata = drawn.strata.as_slice();
        let among = |checker: &mut Self, condition: ConditionId| {
            checker.add_condition(Condition::And([drawn.audience, condition].into()))
        };
        let all = self.of_strata(Figure::Count, None, (drawn.audience, strata), span)?;
        let free = among(self, free);
        let number = self.of_strata(Figure::Count, None, (free, strata), span)?;
        let mut rooms: Option<ValueId> = None;
        let mut ends = Vec::new();
        let mut shares = Exact::ZERO;
        for (share, held) in drawn.shares.iter().zip(held) {
            shares = shares.checked_add(*share).unwrap_or(Exact::whole(1));
            let held = among(self, *held);
            let held = self.of_strata(Figure::Count, None, (held, strata), span)?;
            let size = self.with_number(Arithmetic::Multiply, all, *share);
            let lacks = self.numbers(Arithmetic::Subtract, size, held);
            let room = self.none_below_zero(lacks)?;
            let so_far = match rooms {
                None => room,
                Some(before) => self.numbers(Arithmetic::Add, before, room),
            };
            rooms = Some(so_far);
            ends.push(self.numbers(Arithmetic::Multiply, number, so_far));
        }
        let mut rooms = rooms?;
        // What the arms leave of all.
        let rest = Exact::whole(1).checked_sub(shares)?;
        if rest > Exact::ZERO {
            let rest = self.with_number(Arithmetic::Multiply, all, rest);
            rooms = self.numbers(Arithmetic::Add, rooms, rest);
        }
        let middle = self.middle(drawn, free, span)?;
        let place = self.numbers(Arithmetic::Multiply, middle, rooms);
        Some(Cut::Order(place, ends))
    }

    /// The order of a contact among some, less a half: the share of these ends at the contact whose middle it reaches.
    fn middle(&mut self, drawn: &Drawn, among: ConditionId, span: Span) -> Option<ValueId> {
        let order = self.order_of(&drawn.salt, among, &drawn.strata, span)?;
        let half = Exact::new(1, 2)?;
        Some(self.with_number(Arithmetic::Subtract, order, half))
    }

    fn none_below_zero(&mut self, number: ValueId) -> Option<ValueId> {
        let zero = self.graph.add_constant(Constant::Number(Exact::ZERO));
        let of = self.graph.type_of(number).clone();
        let greatest = Value::Call {
            function: functions::lookup("greatest")?,
            arguments: [zero, number].into(),
        };
        Some(self.graph.add_value(greatest, of))
    }

    fn with_number(&mut self, operator: Arithmetic, left: ValueId, right: Exact) -> ValueId {
        let right = self.graph.add_constant(Constant::Number(right));
        self.numbers(operator, left, right)
    }

    fn numbers(&mut self, operator: Arithmetic, left: ValueId, right: ValueId) -> ValueId {
        let types = (self.graph.type_of(left), self.graph.type_of(right));
        // Numbers go with numbers.
        let result = Graph::arithmetic(operator, types.0, types.1);
        let result = result.unwrap_or(Type::Number(NumberKind::Exact));
        let value = Value::Arithmetic {
            operator,
            left,
            right,
        };
        self.graph.add_value(value, result)
    }

    /// Whether a contact lies between the edges of an arm.
    fn between_edges(&mut self, cut: &Cut, arm: usize) -> ConditionId {
        let below = arm.checked_sub(1);
        match cut {
            Cut::Place(place, ends) => {
                let from = below.map_or(Exact::ZERO, |below| ends[below]);
                self.share_of(*place, from, ends[arm])
            }
            Cut::Order(value, ends) => {
                let edge = |end: usize, inclusive| Bound {
                    value: ends[end],
                    inclusive,
                };
                self.add_condition(Condition::Range {
                    value: *value,
                    low: below.map(|below| edge(below, false)),
                    high: Some(edge(arm, true)),
                })
            }
        }
    }

    /// For each arm of a split those who were given it before; none where the schema knows of none. Told, and nothing, where they cannot be known.
    pub(super) fn held(&mut self, split: &ast::Split) -> Option<Vec<ConditionId>> {
        let name = &split.name;
        let mut unreadable = self.schema.unreadable_arms().iter();
        if let Some(left) = unreadable.find(|left| left.name == name.text) {
            self.tell(errors::unreadable_arms(name, &left.reason));
            return None;
        }
        let Some(given) = self.schema.arms_given_in(&name.text).cloned() else {
            return Some(Vec::new());
        };
        let key_field = self.schema.field(self.schema.key());
        let is = key_field.field_type.clone();
        if (is == Type::Text) != (*given.element() == Type::Text) {
            let key = &key_field.name;
            self.tell(errors::arms_of_other_keys(name, given.element(), key, &is));
            return None;
        }
        let names: Vec<&str> = split
            .arms
            .iter()
            .map(|arm| arm.name.text.as_str())
            .collect();
        if let Err(unknown) = given.fits(&names) {
            self.tell(errors::arm_not_of_the_split(name, &unknown));
            return None;
        }
        let key = self
            .graph
            .add_value(Value::Field(self.schema.key()), is.clone());
        let mut held = Vec::new();
        for (list, arm) in given.lists(&names).into_iter().zip(&split.arms) {
            let id = self.add_condition(Condition::InList {
                value: key,
                list,
                fold_case: false,
            });
            self.places.entry(id).or_insert(arm.span);
            held.push(id);
        }
        Some(held)
    }
}
