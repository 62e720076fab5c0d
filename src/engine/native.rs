//! Native code beside the kernels: compiled at most once a program, in the background where nobody asked to wait for it.

use crate::contact::ContactMatcher;
use crate::execute::native::NativeSlot;
use crate::execute::{Tier, block_rows};
use crate::jit;
use crate::plan::{BoundPlan, Plan};
use std::sync::{Arc, Once, OnceLock};

/// The place for a program's native code.
pub(super) struct Native {
    slot: NativeSlot,
    started: Once,
    /// For one contact at a time; made when it is first asked for.
    matcher: OnceLock<ContactMatcher>,
}

impl Default for Native {
    fn default() -> Self {
        Self {
            slot: NativeSlot::default(),
            started: Once::new(),
            matcher: OnceLock::new(),
        }
    }
}

impl Native {
    /// The tests of one contact. The code is made once and serves every instant.
    pub(super) fn matcher(&self, bound: &BoundPlan) -> ContactMatcher {
        self.matcher
            .get_or_init(|| ContactMatcher::new(bound))
            .rebind(bound)
    }

    /// The place to hand to a run. For [`Tier::Native`] the code is in it, where this machine and build can make it; for [`Tier::Auto`] it may
    /// come while the run goes on, and is taken over at the border of a batch.
    pub(super) fn slot(
        &self,
        plan: &Arc<Plan>,
        tier: Tier,
        contacts: Option<u64>,
    ) -> Option<NativeSlot> {
        match tier {
            Tier::Kernels => return None,
            Tier::Native => self.started.call_once(|| fill(&self.slot, plan)),
            Tier::Auto => {
                // Files that do not say how many contacts they hold are taken to hold enough.
                if jit::worthwhile(plan, contacts.unwrap_or(u64::MAX)) {
                    self.started.call_once(|| {
                        let (slot, plan) = (Arc::clone(&self.slot), Arc::clone(plan));
                        // Without a thread to spare the kernels go on alone.
                        drop(
                            std::thread::Builder::new()
                                .name("segql-native".into())
                                .spawn(move || fill(&slot, &plan)),
                        );
                    });
                }
            }
        }
        Some(Arc::clone(&self.slot))
    }
}

/// Compiles the plan into the slot; where it cannot be done the slot stays empty, and kernels answer.
fn fill(slot: &NativeSlot, plan: &Plan) {
    if let Ok(compiled) = jit::compile(plan, block_rows(plan) / 64) {
        drop(slot.set(Arc::new(compiled)));
    }
}
