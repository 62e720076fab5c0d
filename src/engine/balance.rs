//! How the arms of a split lie in its strata.

use super::{Program, RunError, RunOptions};
use crate::execute::{self, Input};
use crate::ir::{Condition, ConditionId, Figure, Population, Value, ValueId};
use crate::plan;
use crate::types::{Constant, NumberKind, Type};
use hashbrown::HashMap;

/// The contacts of a split in one stratum.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Stratum {
    /// What they agree in, one for each value behind `per`.
    pub values: Vec<Constant>,
    /// How many they are.
    pub audience: u64,
    /// How many of them each arm has, in the order of the arms.
    pub arms: Vec<u64>,
}

impl Program {
    /// The strata of a split, the largest first, of equals in the order of their values. Who is in none of them has no arm. It takes one more pass over
    /// the contacts. Empty where the labelling is no split, or one without `per`.
    ///
    /// # Errors
    /// As for [`Program::run`].
    pub fn balance(
        &self,
        labelling: usize,
        input: Input<'_>,
        options: &RunOptions,
    ) -> Result<Vec<Stratum>, RunError> {
        let split = self.labellings().get(labelling);
        let split = split.and_then(|labelling| labelling.split.as_ref());
        let (Some(split), Some(audience)) = (split, self.audience_of(labelling)) else {
            return Ok(Vec::new());
        };
        if split.strata.is_empty() {
            return Ok(Vec::new());
        }
        let mut module = self.parts.checked.clone();
        let roots = [audience].into_iter().chain(self.answers_of(labelling));
        let roots: Vec<ConditionId> = roots.map(|root| module.segments[root]).collect();
        let mut counted: Vec<ValueId> = Vec::new();
        module.segments.clear();
        for root in roots {
            let count = Value::Population(Box::new(Population {
                figure: Figure::Count,
                of: None,
                among: root,
                per: split.strata.clone().into(),
                at: None,
            }));
            let count = module
                .graph
                .add_value(count, Type::Number(NumberKind::Whole));
            counted.push(count);
            let asked = module.graph.add_condition(Condition::Missing(count));
            module.segments.push(asked);
        }
        let plan = plan::plan(&module, self.schema());
        self.load_lists()?;
        let bound = plan.bind(options.now().nanoseconds());
        let bound = execute::with_figures(&bound, input, &options.of_a_pass())?;
        let mut strata: HashMap<Vec<Constant>, Vec<u64>> = HashMap::new();
        for (place, count) in counted.iter().enumerate() {
            let Some(table) = bound.figures.table(*count) else {
                continue;
            };
            for (values, number) in table.numbers() {
                let counts = strata.entry(values.to_vec());
                counts.or_insert_with(|| vec![0; counted.len()])[place] = number;
            }
        }
        let mut strata: Vec<Stratum> = strata
            .into_iter()
            .map(|(values, counts)| Stratum {
                values,
                audience: counts[0],
                arms: counts[1..].to_vec(),
            })
            .collect();
        strata.sort_by(|a, b| {
            let values = a.values.iter().zip(&b.values);
            let mut orders = values.map(|(a, b)| a.total_order(b));
            b.audience.cmp(&a.audience).then_with(|| {
                orders
                    .find(|order| order.is_ne())
                    .unwrap_or(std::cmp::Ordering::Equal)
            })
        });
        Ok(strata)
    }
}
