//! What samples and splits are made of in random programs: hashes of contacts under a salt, and shares that are cut on them.

use super::{Maker, kind_name, number};
use segql::ir::{Bound, Condition, Value, ValueId};
use segql::schema::FieldId;
use segql::types::{Constant, Exact, NumberKind, Type};

impl Maker<'_> {
    /// A hash of so many digits: of the key, mostly, with values that make strata before it.
    pub(super) fn hash(&mut self, digits: Option<u8>, depth: usize) -> ValueId {
        let digits = digits.unwrap_or_else(|| *self.random.pick(&[1, 1, 2, 8, 15, 30, 31]));
        let salt = *self
            .random
            .pick(&["spring-26", "s", "", "a rather long salt é"]);
        let mut of = Vec::new();
        for _ in 0..*self.random.pick(&[0, 0, 1, 2]) {
            let value_type = match self.random.below(5) {
                0 => Type::Boolean,
                1 => Type::Date,
                2 => number(NumberKind::Exact),
                3 => number(NumberKind::Whole),
                _ => Type::Text,
            };
            self.count(&format!("hash of {}", kind_name(&value_type)));
            of.push(self.value(&value_type, depth.min(1)));
        }
        if of.is_empty() || self.random.percent(80) {
            self.count("hash of the key");
            let key = Value::Field(FieldId(0));
            of.push(self.graph.add_value(key, number(NumberKind::Whole)));
        }
        let hash = Value::Hash {
            salt: salt.into(),
            digits,
            of: of.into(),
        };
        self.graph.add_value(hash, number(NumberKind::Whole))
    }

    /// Whether the hash of a contact lies in some share of all places, as a sample or an arm asks.
    pub(super) fn share_of_contacts(&mut self, depth: usize) -> Condition {
        self.count("share of contacts");
        let digits = *self.random.pick(&[1, 2, 15, 15, 31]);
        let value = self.hash(Some(digits), depth);
        let low = self
            .random
            .percent(50)
            .then(|| self.edge_of_share(digits, 50));
        let high = Some(self.edge_of_share(digits, 100));
        Condition::Range { value, low, high }
    }

    /// A place below which so many of a hundred places lie, or fewer.
    fn edge_of_share(&mut self, digits: u8, most: usize) -> Bound {
        let share = self.random.below(most + 1) as i128;
        let places = 1i128 << (4 * u32::from(digits));
        let edge = places / 100 * share + places % 100 * share / 100;
        Bound {
            value: (self.graph).add_constant(Constant::Number(Exact::whole(edge))),
            inclusive: self.random.percent(50),
        }
    }
}
