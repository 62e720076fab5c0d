//! Simplifies a module: each pass rewrites it by one law, and what it says stays the same for every contact and every `now`.
//!
//! A pass may be left out, repeated, or run in another order; tests do all of that. In debug builds the graph is verified after each.

pub(crate) mod constants;
mod flatten;
mod fold;
mod interval;
mod negation;
mod ranges;
mod rewrite;
mod share;

#[cfg(test)]
mod tests;

use crate::ir::Module;

/// One rewriting of a module. Any choice of passes, in any order, keeps the meaning.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Pass {
    /// Works out what depends on no contact and not on `now`.
    Fold,
    /// Takes double negations away and moves the others inwards, up to the tests.
    Negation,
    /// Makes nested ANDs and ORs one, without doubles and contradictions.
    Flatten,
    /// Merges the tests of one value.
    Ranges,
    /// Says once what several parts have in common.
    Share,
}

impl Pass {
    /// All passes, in the order of the pipeline.
    pub const ALL: [Pass; 5] = [
        Pass::Fold,
        Pass::Negation,
        Pass::Flatten,
        Pass::Ranges,
        Pass::Share,
    ];

    /// What the pass is called in prints.
    pub fn name(self) -> &'static str {
        match self {
            Pass::Fold => "fold",
            Pass::Negation => "negation",
            Pass::Flatten => "flatten",
            Pass::Ranges => "ranges",
            Pass::Share => "share",
        }
    }
}

/// Rounds of simplification; the first does nearly all there is to do.
const ROUNDS: usize = 4;

/// The module as all passes leave it.
pub fn optimize(mut module: Module) -> Module {
    for _ in 0..ROUNDS {
        let before = size(&module);
        module = optimize_with(
            module,
            &[Pass::Fold, Pass::Negation, Pass::Flatten, Pass::Ranges],
        );
        if size(&module) == before {
            break;
        }
    }
    optimize_with(module, &[Pass::Flatten, Pass::Share])
}

fn size(module: &Module) -> (usize, usize) {
    (module.graph.condition_count(), module.graph.value_count())
}

/// The module as these passes leave it, one after the other.
pub fn optimize_with(mut module: Module, passes: &[Pass]) -> Module {
    verify(&module, "the module as it was given");
    for pass in passes {
        module = match pass {
            Pass::Fold => {
                let zone = module.zone.clone();
                rewrite::rewrite(&module, &mut fold::Fold { zone: &zone })
            }
            Pass::Negation => rewrite::rewrite(&module, &mut negation::Negation),
            Pass::Flatten => rewrite::rewrite(&module, &mut flatten::Flatten),
            Pass::Ranges => rewrite::rewrite(&module, &mut ranges::Ranges),
            Pass::Share => share::common(&rewrite::rewrite(&module, &mut share::Factor)),
        };
        verify(&module, pass.name());
    }
    module
}

/// In debug builds, that the graph is sound.
fn verify(module: &Module, after: &str) {
    if cfg!(debug_assertions)
        && let Err(fault) = module.verify()
    {
        panic!("after {after}: {fault}");
    }
}
