//! What the figures of populations are worked out from: a pass over all contacts hands over what each gives ([`Tally`]), threads put their tallies together, and
//! what they come to ([`Table`]) tells each contact its figure.
//!
//! Nothing here hangs on the order in which contacts are met. What is kept grows with the different values that are met, not with the contacts;
//! what goes together (`implied`) with the different values of each contact. Of contacts in memory what they gave may be kept by row, up to a limit, and is not copied then.

mod baskets;
mod counted;
mod distribution;
mod figure_test;
mod given;
mod groups;
mod items;
mod numbers;
mod selection;
mod table;
mod tally;
mod turns;

pub use distribution::{Ordered, Standing, Unit, float_key};
pub use figure_test::FigureTest;
pub use given::{Given, GivenRows};
pub use groups::Groups;
pub use table::{Table, of_standing};
pub use tally::{Tally, TallyKind};
pub use turns::Turns;

use crate::ir::ValueId;
use foldhash::fast::FixedState;
use hashbrown::HashMap;
use std::sync::Arc;

/// The tables that the figures of a program are told from, as far as they have been worked out.
#[derive(Clone, Debug, Default)]
pub struct Figures {
    tables: HashMap<ValueId, Arc<Table>, FixedState>,
}

impl Figures {
    /// The table that the figure of this node is told from.
    pub fn table(&self, node: ValueId) -> Option<&Table> {
        self.tables.get(&node).map(|table| &**table)
    }

    /// The same table, to be held on to.
    pub fn shared(&self, node: ValueId) -> Option<Arc<Table>> {
        self.tables.get(&node).cloned()
    }

    /// Nodes that are told from a table.
    pub fn insert(&mut self, nodes: impl IntoIterator<Item = ValueId>, table: Table) {
        let table = Arc::new(table);
        for node in nodes {
            self.tables.insert(node, Arc::clone(&table));
        }
    }
}
