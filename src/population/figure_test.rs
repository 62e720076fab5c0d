//! Comparisons of a figure with numbers, answered from what contacts gave.

use super::given::Given;
use super::table::{Table, TurnsOfGroups};
use super::turns::Turns;
use crate::ir::Figure;
use crate::types::Exact;
use std::cmp::Ordering;
use std::sync::Arc;

/// A test of a figure that measures what each contact itself gave.
#[derive(Debug)]
pub struct FigureTest {
    table: Arc<Table>,
    comparisons: Vec<FigureComparison>,
}

/// How a figure has to compare with a number.
#[derive(Debug)]
pub(super) struct FigureComparison {
    turns: TurnsOfGroups,
    orders: Vec<Ordering>,
}

/// A comparison for the contacts of one group.
pub(super) struct OfGroup {
    /// Numbers beyond these lie beyond the first turn, and beyond the second.
    beyond: [i64; 2],
    /// A bit for those beyond none, beyond one and beyond both, where they pass.
    passing: u64,
}

impl FigureTest {
    /// The test whether a figure of the table compares so with each of these numbers; none where that takes the figures themselves, or where what
    /// contacts gave is not kept.
    pub fn new(
        table: Arc<Table>,
        figure: Figure,
        numbers: &[(Exact, &[Ordering])],
    ) -> Option<Self> {
        table.given()?;
        let comparisons = numbers.iter().map(|(number, orders)| {
            Some(FigureComparison {
                turns: table.turns(figure, *number)?,
                orders: orders.to_vec(),
            })
        });
        Some(Self {
            comparisons: comparisons.collect::<Option<_>>()?,
            table,
        })
    }

    /// Narrows the mask of the contacts from `first` on, a multiple of 64, to those that pass. `greater` gives a bit for each of at most 64 numbers that is
    /// greater than another.
    pub fn narrow(&self, first: usize, mask: &mut [u64], greater: impl Fn(&[i64], i64) -> u64) {
        match self.table.given() {
            Some(given) => given.narrow(first, mask, &self.comparisons, greater),
            None => mask.fill(0),
        }
    }
}

impl FigureComparison {
    pub(super) fn passes(&self, group: usize, number: i128) -> bool {
        (self.turns[group].as_ref()).is_some_and(|turns| self.orders.contains(&turns.order(number)))
    }

    /// None where no contact of the group passes.
    pub(super) fn of_group(&self, group: usize) -> Option<OfGroup> {
        let turns: &Turns = self.turns[group].as_ref()?;
        let passes = turns.orders().map(|order| self.orders.contains(&order));
        let [first, second] = turns.from();
        // Every number lies beyond a turn that comes before the least, which then does not count.
        let is_before_all = |from: Option<i128>| from.is_some_and(|from| from <= i64::MIN.into());
        let passes = match (is_before_all(first), is_before_all(second)) {
            (_, true) => [passes[2]; 3],
            (true, false) => [passes[1], passes[2], passes[2]],
            (false, false) => passes,
        };
        let beyond =
            |from: Option<i128>| match from.map(|from| i64::try_from(from.saturating_sub(1))) {
                Some(Ok(last)) => last,
                // No number lies beyond the greatest.
                _ => i64::MAX,
            };
        Some(OfGroup {
            beyond: match is_before_all(first) {
                true => [beyond(second), i64::MAX],
                false => [beyond(first), beyond(second)],
            },
            passing: (0..3).fold(0, |bits, class| bits | u64::from(passes[class]) << class),
        })
    }
}

impl OfGroup {
    /// A bit for each of at most 64 numbers.
    pub(super) fn passing(&self, numbers: &[i64], greater: &impl Fn(&[i64], i64) -> u64) -> u64 {
        // The second turn is never before the first.
        let beyond = |last: i64| match last {
            i64::MAX => 0,
            last => greater(numbers, last),
        };
        let (first, second) = (beyond(self.beyond[0]), beyond(self.beyond[1]));
        let of_class = |class: u32| (self.passing >> class & 1).wrapping_neg();
        let passing = of_class(0) & !first | of_class(1) & first & !second | of_class(2) & second;
        passing & (u64::MAX >> (64 - numbers.len().clamp(1, 64)))
    }
}

/// What contacts gave, as far as tests of it go.
impl Given {
    /// Narrows a mask, the first bit of which is the row `first`, to those whose numbers pass; who gave nothing does not.
    pub(super) fn narrow(
        &self,
        first: usize,
        mask: &mut [u64],
        comparisons: &[FigureComparison],
        greater: impl Fn(&[i64], i64) -> u64,
    ) {
        for (word, mask) in mask.iter_mut().enumerate().filter(|(_, mask)| **mask != 0) {
            let row = first + word * 64;
            if let Some((group, numbers, gave)) = self.word(row) {
                let passing = |comparison: &FigureComparison| match comparison.of_group(group) {
                    Some(of_group) => of_group.passing(numbers, &greater),
                    None => 0,
                };
                *mask &= gave;
                for comparison in comparisons {
                    *mask &= passing(comparison);
                }
                continue;
            }
            let rows: Vec<usize> = (row..row + 64).collect();
            let passes = |(group, number)| comparisons.iter().all(|of| of.passes(group, number));
            let given = self.of_rows(&rows).enumerate();
            *mask &= given.fold(0, |bits, (bit, given)| {
                bits | u64::from(given.is_some_and(passes)) << bit
            });
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::distribution::Unit;
    use super::super::given::GivenRows;
    use super::super::tally::{Tally, TallyKind};
    use super::*;
    use crate::types::{NumberKind, Type};

    fn greater(numbers: &[i64], than: i64) -> u64 {
        let numbers = numbers.iter().enumerate();
        numbers.fold(0, |bits, (place, number)| {
            bits | u64::from(*number > than) << place
        })
    }

    /// Rows of two runs, the second of which has groups of its own, and what they are told, counted by hand: of 1, 2, 3 … 10 the quintiles are 1, 1, 2, 2 …
    #[test]
    fn a_mask_is_narrowed_to_those_whose_figure_passes() {
        let unit = Unit::Over(1);
        let numbers: Vec<i64> = (1..=10).collect();
        let mut tally =
            Tally::new(TallyKind::Order, Type::Number(NumberKind::Whole)).keeping_rows();
        let group = tally.group(&[]).expect("a group");
        // Rows 64 to 68 give 1 to 5, row 66 among them; 128, 131, 134 … give the others; row 69 is there and gives nothing.
        let narrow = vec![1, 2, 3, 4, 5, 99];
        let rows = GivenRows::of_one_group(64, unit, narrow, group, vec![0b01_1111]);
        tally.give_rows(rows);
        tally.add_numbers(group, numbers[5..].iter().copied(), unit);
        let others = (0..5).map(|place| (128 + 3 * place, Some((group, 6 + place as i128))));
        tally.keep_rows(Some(GivenRows::new((128, 141), unit, true, others)));
        let table = Arc::new(tally.finish());
        let figure = Figure::Quantile { parts: 5 };
        let number = |number| Exact::new(number, 1).expect("a number");
        let members = |numbers: &[(Exact, &[Ordering])]| {
            let test = FigureTest::new(table.clone(), figure, numbers).expect("kept");
            let mut mask = [u64::MAX; 4];
            test.narrow(0, &mut mask, greater);
            let rows = (0..256).filter(|row| mask[row / 64] >> (row % 64) & 1 == 1);
            rows.collect::<Vec<usize>>()
        };
        let (less, equal, more) = (Ordering::Less, Ordering::Equal, Ordering::Greater);
        assert_eq!(members(&[(number(1), &[equal])]), [64, 65]);
        assert_eq!(members(&[(number(5), &[equal])]), [137, 140]);
        assert_eq!(
            members(&[(number(3), &[less, equal])]),
            [64, 65, 66, 67, 68, 128]
        );
        assert_eq!(
            members(&[(number(2), &[equal, more]), (number(4), &[less])]),
            [66, 67, 68, 128]
        );
        assert_eq!(members(&[(number(0), &[less])]), [0usize; 0]);
        assert_eq!(members(&[(number(9), &[less])]).len(), 10);
    }

    #[test]
    fn numbers_at_the_ends_of_64_bits_are_no_exception() {
        let unit = Unit::Over(1);
        let numbers = [i64::MIN, -1, 0, i64::MAX];
        let mut tally =
            Tally::new(TallyKind::Order, Type::Number(NumberKind::Whole)).keeping_rows();
        let group = tally.group(&[]).expect("a group");
        let rows = GivenRows::of_one_group(0, unit, numbers.to_vec(), group, vec![0b1111]);
        tally.give_rows(rows);
        let table = Arc::new(tally.finish());
        for asked in 0..=5 {
            for order in [Ordering::Less, Ordering::Equal, Ordering::Greater] {
                let number = Exact::new(asked, 1).expect("a number");
                let figure = Figure::Quantile { parts: 4 };
                let test = FigureTest::new(table.clone(), figure, &[(number, &[order])]);
                let mut mask = [u64::MAX];
                test.expect("kept").narrow(0, &mut mask, greater);
                // The quartiles are 1, 2, 3 and 4.
                let passing = (1..=4).filter(|quartile: &i128| quartile.cmp(&asked) == order);
                let expected = passing.fold(0, |bits, quartile| bits | 1u64 << (quartile - 1));
                assert_eq!(mask, [expected], "{order:?} {asked}");
            }
        }
    }
}
