//! Simplifies a module: each pass rewrites it by one law, and what it says stays the same for every contact and every `now`.
//!
//! A pass may be left out, repeated, or run in another order; tests do all of that. In debug builds the graph is verified after each.

mod choice;
pub(crate) mod constants;
mod flatten;
mod fold;
mod implied;
mod interval;
mod negation;
mod ranges;
mod rewrite;
mod share;
mod since;
pub(crate) mod walk;

#[cfg(test)]
mod tests;

use crate::ir::Module;
use rewrite::Ordered;

/// One rewriting of a module. Any choice of passes, in any order, keeps the meaning.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Pass {
    /// Takes tests to the parts of an `if`, and counts of conditions to AND and OR where they are that.
    Choice,
    /// Works out what depends on no contact and not on `now`.
    Fold,
    /// Takes double negations away and moves the others inwards, up to the tests.
    Negation,
    /// Makes nested ANDs and ORs one, without doubles and contradictions.
    Flatten,
    /// Makes tests of lengths of time since a field tests of the field.
    Since,
    /// Merges the tests of one value.
    Ranges,
    /// Leaves out what follows from the rest.
    Implied,
    /// Says once what several parts have in common.
    Share,
}

impl Pass {
    /// All passes, in the order of the pipeline.
    pub const ALL: [Pass; 8] = [
        Pass::Choice,
        Pass::Fold,
        Pass::Negation,
        Pass::Flatten,
        Pass::Since,
        Pass::Ranges,
        Pass::Implied,
        Pass::Share,
    ];

    /// What the pass is called in prints.
    pub fn name(self) -> &'static str {
        match self {
            Pass::Choice => "choice",
            Pass::Fold => "fold",
            Pass::Negation => "negation",
            Pass::Flatten => "flatten",
            Pass::Since => "since",
            Pass::Ranges => "ranges",
            Pass::Implied => "implied",
            Pass::Share => "share",
        }
    }
}

/// What simplifies, again and again until nothing changes. Sharing comes once, at the end: it builds up what flattening takes down.
const SIMPLIFY: [Pass; 6] = [
    Pass::Choice,
    Pass::Fold,
    Pass::Negation,
    Pass::Flatten,
    Pass::Since,
    Pass::Ranges,
];

/// The most passes that are tried; hardly a program needs half of them.
const PATIENCE: usize = 4 * SIMPLIFY.len();

/// The module as all passes leave it.
pub fn optimize(module: Module) -> Module {
    verify(&module, "the module as it was given");
    let simple = simplify(Ordered::compact(module));
    // What follows from the rest is asked for once, of what is simple already: each question takes a while.
    let (shorter, changed) = apply(simple, Pass::Implied);
    let shorter = if changed { simplify(shorter) } else { shorter };
    apply(shorter, Pass::Share).0.module
}

/// The module as the simplifications leave it when they find nothing more.
fn simplify(mut module: Ordered) -> Ordered {
    let mut unchanged = 0;
    for pass in SIMPLIFY.into_iter().cycle().take(PATIENCE) {
        let changed;
        (module, changed) = apply(module, pass);
        unchanged = if changed { 0 } else { unchanged + 1 };
        if unchanged == SIMPLIFY.len() {
            break;
        }
    }
    module
}

/// The module as these passes leave it, one after the other.
pub fn optimize_with(module: Module, passes: &[Pass]) -> Module {
    verify(&module, "the module as it was given");
    let mut module = Ordered::of(module);
    for pass in passes {
        module = apply(module, *pass).0;
    }
    Ordered::compact(module.module).module
}

/// The module as a pass leaves it, and whether it changed anything.
fn apply(module: Ordered, pass: Pass) -> (Ordered, bool) {
    let zone = module.module.zone.clone();
    let (rewritten, changed) = match pass {
        Pass::Fold => module.rewrite(&mut fold::Fold { zone: &zone }),
        Pass::Choice => module.rewrite(&mut choice::Choice),
        Pass::Negation => module.rewrite(&mut negation::Negation),
        Pass::Flatten => module.rewrite(&mut flatten::Flatten),
        Pass::Since => module.rewrite(&mut since::Since),
        Pass::Ranges => module.rewrite(&mut ranges::Ranges),
        Pass::Implied => module.rewrite(&mut implied::Implied::new(&zone)),
        Pass::Share => {
            let (factored, _) = module.rewrite(&mut share::Factor);
            (Ordered::of(share::common(&factored.module)), true)
        }
    };
    verify(&rewritten.module, pass.name());
    (rewritten, changed)
}

/// In debug builds, that the graph is sound.
fn verify(module: &Module, after: &str) {
    if cfg!(debug_assertions)
        && let Err(fault) = module.verify()
    {
        panic!("after {after}: {fault}");
    }
}
