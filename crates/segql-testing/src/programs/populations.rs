//! Figures of populations in random programs.

use super::{Maker, ORDERED, number};
use segql::ir::{Condition, Figure, Population, Rule, Value, ValueId};
use segql::types::{Aggregate, Exact, NumberKind, Type};

impl Maker<'_> {
    /// A figure of this type; none where no figure is.
    pub(super) fn population(&mut self, value_type: &Type, depth: usize) -> Option<ValueId> {
        let own_kind = |aggregate| (Figure::Aggregate(aggregate), Some(value_type.clone()));
        let (figure, of) = match value_type {
            Type::Number(NumberKind::Exact) => match self.random.below(4) {
                0 | 1 => (Figure::Percentile, Some(self.measured_type())),
                2 => {
                    let of = number(*self.random.pick(&[NumberKind::Whole, NumberKind::Exact]));
                    let median = self.random.percent(50);
                    let aggregate = if median {
                        Aggregate::Median
                    } else {
                        Aggregate::Average
                    };
                    (Figure::Aggregate(aggregate), Some(of))
                }
                _ => own_kind(*self.random.pick(&[
                    Aggregate::Sum,
                    Aggregate::Least,
                    Aggregate::Greatest,
                ])),
            },
            Type::Number(NumberKind::Whole) => match self.random.below(8) {
                0 | 1 => {
                    let parts = *self.random.pick(&[1, 4, 5, 10, 7]);
                    (Figure::Quantile { parts }, Some(self.measured_type()))
                }
                2 | 3 => {
                    let least_first = self.random.percent(50);
                    (Figure::Rank { least_first }, Some(self.measured_type()))
                }
                4 => (Figure::Count, None),
                5 => return Some(self.reach(depth)),
                _ => own_kind(*self.random.pick(&[
                    Aggregate::Sum,
                    Aggregate::Least,
                    Aggregate::Greatest,
                ])),
            },
            Type::Number(NumberKind::Float) | Type::Duration | Type::Distance => {
                own_kind(*self.random.pick(&[
                    Aggregate::Sum,
                    Aggregate::Average,
                    Aggregate::Least,
                    Aggregate::Greatest,
                    Aggregate::Median,
                ]))
            }
            Type::Text | Type::Date | Type::Time => {
                own_kind(*self.random.pick(&[Aggregate::Least, Aggregate::Greatest]))
            }
            Type::List(element) => {
                let of = match self.random.percent(50) {
                    true => value_type.clone(),
                    false => (**element).clone(),
                };
                let figure = match self.random.percent(60) {
                    true => Figure::Top {
                        most: self.random.below(5) as u32,
                    },
                    false => Figure::Implied(Rule {
                        from: 1 + self.random.below(2) as u32,
                        confidence: *self.random.pick(&[
                            Exact::whole(1),
                            Exact::new(1, 2)?,
                            Exact::new(4, 5)?,
                            Exact::new(1, 100)?,
                        ]),
                        support: self.random.below(4) as u64,
                    }),
                };
                figure.result(Some(&of))?;
                (figure, Some(of))
            }
            Type::Boolean | Type::Point | Type::Record(_) | Type::Map(_) => return None,
        };
        self.count(&format!("population {}", name(figure)));
        let of = of.map(|of| {
            let is_drawn = of == number(NumberKind::Whole) && self.random.percent(20);
            self.outside(|maker| match is_drawn {
                // An exact number of contacts is drawn by the order of their hashes.
                true => maker.hash(Some(30), depth.min(1)),
                false => maker.value(&of, depth.min(2)),
            })
        });
        Some(self.of_contacts(figure, of, None, value_type.clone(), depth))
    }

    fn reach(&mut self, depth: usize) -> ValueId {
        self.count("population reach");
        let element = match self.random.below(3) {
            0 => number(NumberKind::Whole),
            1 => Type::Boolean,
            _ => Type::Text,
        };
        let of = match self.random.percent(50) {
            true => Type::List(Box::new(element.clone())),
            false => element.clone(),
        };
        let of = self.outside(|maker| maker.value(&of, depth.min(1)));
        let at = self.value(&element, 0);
        let whole = number(NumberKind::Whole);
        self.of_contacts(Figure::Reach, Some(of), Some(at), whole, depth)
    }

    fn of_contacts(
        &mut self,
        figure: Figure,
        of: Option<ValueId>,
        at: Option<ValueId>,
        value_type: Type,
        depth: usize,
    ) -> ValueId {
        let among = match self.random.percent(40) {
            true => self.graph.add_condition(Condition::Constant(true)),
            false => self.outside(|maker| maker.condition(depth.min(2))),
        };
        let groups = *self.random.pick(&[0, 0, 1, 1, 2]);
        if groups > 0 {
            self.count("population per");
        }
        let per = (0..groups).map(|_| {
            let of = match self.random.below(4) {
                0 => Type::Boolean,
                1 => number(NumberKind::Whole),
                _ => Type::Text,
            };
            self.outside(|maker| maker.value(&of, 0))
        });
        let population = Population {
            figure,
            of,
            among,
            per: per.collect(),
            at,
        };
        let population = Value::Population(Box::new(population));
        self.graph.add_value(population, value_type)
    }

    /// What is made in no bracket.
    fn outside<T>(&mut self, make: impl FnOnce(&mut Self) -> T) -> T {
        let around = std::mem::take(&mut self.brackets);
        let made = make(self);
        self.brackets = around;
        made
    }

    /// The type of values that stand somewhere among others.
    fn measured_type(&mut self) -> Type {
        match self.random.below(9) {
            choice if choice < ORDERED.len() => ORDERED[choice].clone(),
            _ => self.number_type(),
        }
    }
}

fn name(figure: Figure) -> String {
    match figure {
        Figure::Percentile => "percentile".into(),
        Figure::Quantile { .. } => "quantile".into(),
        Figure::Rank { .. } => "rank".into(),
        Figure::Count => "count".into(),
        Figure::Aggregate(aggregate) => aggregate.name().into(),
        Figure::Top { .. } => "top".into(),
        Figure::Reach => "reach".into(),
        Figure::Implied(rule) => format!("implied from {}", rule.from),
    }
}
