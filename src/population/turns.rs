//! From which value on a figure reaches a number. The figures of members rise, or fall, with the value that is measured: so a comparison of a figure with a
//! number is one of the value with another.

use super::distribution::{Ordered, Standing};
use super::table::of_standing;
use crate::ir::Figure;
use crate::types::Exact;
use std::cmp::Ordering;

/// The values from which on a figure is no longer what it was, as against a number.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Turns {
    /// What the figure is below the first turn, from there to the second, and from the second on.
    orders: [Ordering; 3],
    /// The least whole numbers beyond the turns; none where there are none.
    from: [Option<i128>; 2],
}

impl Turns {
    /// What the figure is below the first turn, from there to the second, and from the second on.
    pub(super) fn orders(&self) -> [Ordering; 3] {
        self.orders
    }

    /// The least whole numbers beyond the turns; none where there are none.
    pub(super) fn from(&self) -> [Option<i128>; 2] {
        self.from
    }

    /// How the figure of the value compares with the number for which this whole number stands.
    pub fn order(&self, number: i128) -> Ordering {
        let beyond = |from: Option<i128>| usize::from(from.is_some_and(|from| number >= from));
        self.orders[beyond(self.from[0]) + beyond(self.from[1])]
    }
}

impl Ordered {
    /// Where a figure turns from less than a number to the number itself, and to more; or from more to less. None where whole numbers do not stand for the
    /// values, where there are none, and for figures that measure no value.
    pub fn turns(&self, figure: Figure, number: Exact) -> Option<Turns> {
        let all = self.number();
        // Of a value that so many are no greater than, or less than, as the figure asks for.
        let (rises, is_of_less) = match figure {
            Figure::Percentile | Figure::Quantile { .. } => (true, false),
            Figure::Rank { least_first } => (least_first, least_first),
            _ => return None,
        };
        let order = |many: u64| {
            let (above, below) = of_standing(
                figure,
                Standing {
                    less: many,
                    no_greater: many,
                    all,
                },
            )?;
            Some(Exact::new(above, below)?.cmp(&number))
        };
        let orders = match rises {
            true => [Ordering::Less, Ordering::Equal, Ordering::Greater],
            false => [Ordering::Greater, Ordering::Equal, Ordering::Less],
        };
        let mut from = [None; 2];
        for (place, from) in from.iter_mut().enumerate() {
            let is_beyond = |order: Ordering| orders[place + 1..].contains(&order);
            // The fewest of which that is so; 0 and all are no exception.
            let (mut low, mut high) = (0, all + 1);
            while low < high {
                let middle = low + (high - low) / 2;
                match is_beyond(order(middle)?) {
                    true => high = middle,
                    false => low = middle + 1,
                }
            }
            *from = match low {
                0 => Some(i128::MIN),
                // At least so many are less than what is greater than the value at that place.
                fewest if is_of_less => match self.number_at(fewest - 1) {
                    Some(last) => last.checked_add(1),
                    None => None,
                },
                fewest => self.number_at(fewest - 1),
            };
        }
        self.unit().map(|_| Turns { orders, from })
    }
}

#[cfg(test)]
mod tests {
    use super::super::distribution::{Distribution, Unit};
    use super::*;
    use crate::types::Constant;

    /// Every figure of small groups against every number near, by the definition.
    #[test]
    fn a_turn_says_what_the_figure_does() {
        let like = Constant::Number(Exact::ZERO);
        let figures = [
            Figure::Percentile,
            Figure::Quantile { parts: 5 },
            Figure::Quantile { parts: 2 },
            Figure::Rank { least_first: true },
            Figure::Rank { least_first: false },
        ];
        for values in [
            vec![4],
            vec![4, 4],
            vec![1, 3, 3, 7, 7, 7, 9],
            vec![2, 1, 0],
        ] {
            for figure in figures {
                for (above, below) in (-1..=9)
                    .map(|above| (above, 1))
                    .chain((0..=9).map(|above| (above, 7)))
                {
                    let number = Exact::new(above, below).expect("a fraction");
                    let mut distribution = Distribution::default();
                    distribution.add_numbers(values.iter().copied(), Unit::Over(1), &like);
                    let ordered = distribution.finish();
                    let turns = ordered.turns(figure, number).expect("numbers");
                    for value in -1..=10 {
                        let standing = Standing {
                            less: values.iter().filter(|other| **other < value).count() as u64,
                            no_greater: values.iter().filter(|other| **other <= value).count()
                                as u64,
                            all: values.len() as u64,
                        };
                        let (above, below) = of_standing(figure, standing).expect("a member");
                        let figure_of_it = Exact::new(above, below).expect("a fraction");
                        assert_eq!(
                            turns.order(value.into()),
                            figure_of_it.cmp(&number),
                            "{figure:?} of {value} in {values:?} against {number:?}"
                        );
                    }
                }
            }
        }
    }

    #[test]
    fn nothing_turns_where_there_is_nothing() {
        let ordered = Distribution::default().finish();
        assert_eq!(ordered.turns(Figure::Percentile, Exact::ZERO), None);
    }
}
