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

#[cfg(all(test, feature = "jit"))]
mod tests {
    use super::*;
    use crate::engine::Engine;
    use crate::schema::Schema;

    fn plan(text: &str) -> Arc<Plan> {
        let schema = Schema::builder()
            .key("id")
            .int("id")
            .float("ltv")
            .int("age");
        let schema = schema.build().expect("the fields fit together");
        let program = Engine::new(schema).compile("a.seg", text);
        program.expect("a sound text").parts.plan.clone()
    }

    /// Whether code comes by itself for so many contacts.
    fn comes(plan: &Arc<Plan>, contacts: Option<u64>) -> bool {
        let native = Native::default();
        let slot = native.slot(plan, Tier::Auto, contacts).expect("a place");
        if !native.started.is_completed() {
            return false;
        }
        while slot.get().is_none() {
            std::thread::yield_now();
        }
        true
    }

    #[test]
    fn code_comes_by_itself_where_it_is_worth_making() {
        let small: String = (0..1_000)
            .map(|at| format!("segment s{at} = age > {at} OR age < {}\n", at / 3))
            .collect();
        assert!(!comes(&plan(&small), Some(100_000_000)));
        let large = |at: u32| {
            format!(
                "segment s{at} = (ltv > {at}.5 OR age = {at}) AND (ltv < 9{at}.5 OR age = 1{at}) AND (ltv = {at}.25 OR age > 2{at})\n"
            )
        };
        let many = plan(&(0..1_000).map(large).collect::<String>());
        assert!(!comes(&many, Some(1_000)));
        assert!(comes(&many, Some(100_000_000)));
        // A source that does not say how many there are may have many.
        assert!(comes(&many, None));
        let arithmetic = plan("segment s = ltv * 0.3 + age > 60");
        assert!(!comes(&arithmetic, Some(100_000)));
        assert!(comes(&arithmetic, Some(250_000)));
        let three: String = (1..4)
            .map(|at| format!("segment s{at} = ltv * 0.{at} + age > 60\n"))
            .collect();
        assert!(comes(&plan(&three), Some(100_000)));
        // There is no code for one comparison that a kernel would not be as quick as.
        assert!(!comes(&plan("segment s = age > 60"), Some(100_000_000)));
    }

    #[test]
    fn code_is_made_once_and_none_where_it_is_not_wanted() {
        let plan = plan("segment s = ltv * 0.3 + age > 60");
        let native = Native::default();
        assert!(native.slot(&plan, Tier::Kernels, None).is_none());
        assert!(!native.started.is_completed());
        // Asked for, it is there at once, however few contacts there are.
        let first = native.slot(&plan, Tier::Native, Some(1)).expect("a place");
        let code = first.get().expect("this machine has native code");
        let second = native.slot(&plan, Tier::Auto, None).expect("a place");
        assert!(Arc::ptr_eq(code, second.get().expect("the same place")));
    }
}
