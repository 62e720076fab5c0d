//! Simplifies a module: each pass rewrites it by one law, and what it says stays the same for every contact and every `now`.

pub(crate) mod constants;
mod fold;
mod rewrite;

use crate::ir::Module;

/// One rewriting of a module. Any choice of passes, in any order, keeps the meaning.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Pass {
    /// Works out what depends on no contact and not on `now`.
    Fold,
}

impl Pass {
    /// All passes, in the order of the pipeline.
    pub const ALL: [Pass; 1] = [Pass::Fold];
}

/// The module as all passes leave it.
pub fn optimize(module: Module) -> Module {
    optimize_with(module, &Pass::ALL)
}

/// The module as these passes leave it, one after the other.
pub fn optimize_with(mut module: Module, passes: &[Pass]) -> Module {
    for pass in passes {
        module = match pass {
            Pass::Fold => {
                let zone = module.zone.clone();
                rewrite::rewrite(&module, &mut fold::Fold { zone: &zone })
            }
        };
    }
    module
}
