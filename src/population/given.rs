//! What contacts in memory gave to a population, by row: kept from the pass that collected it, so that the answer need not work it out once more.

use super::distribution::Unit;

/// What contacts of a run of rows gave, as whole numbers that stand for it.
#[derive(Clone, Debug)]
pub struct GivenRows {
    first: usize,
    unit: Unit,
    numbers: Numbers,
    /// The group of each row; none of one that gave nothing.
    groups: Vec<u32>,
}

/// For each row its number, in 64 bits where all fit.
#[derive(Clone, Debug)]
enum Numbers {
    Narrow(Vec<i64>),
    Wide(Vec<i128>),
}

/// Stands for no group.
const NONE: u32 = u32::MAX;

impl GivenRows {
    /// The rows from `first` to before `end`, of which these are members of the population: each with the group and the number that it gives, if it does.
    pub fn new(
        (first, end): (usize, usize),
        unit: Unit,
        is_narrow: bool,
        members: impl Iterator<Item = (usize, Option<(usize, i128)>)>,
    ) -> Self {
        let rows = end - first;
        let mut groups = vec![NONE; rows];
        let members = members.filter_map(|(row, given)| Some((row - first, given?)));
        let numbers = if is_narrow {
            let mut numbers = vec![0; rows];
            for (row, (group, number)) in members {
                (groups[row], numbers[row]) = (group as u32, number as i64);
            }
            Numbers::Narrow(numbers)
        } else {
            let mut numbers = vec![0; rows];
            for (row, (group, number)) in members {
                (groups[row], numbers[row]) = (group as u32, number);
            }
            Numbers::Wide(numbers)
        };
        Self {
            first,
            unit,
            numbers,
            groups,
        }
    }

    /// The same with groups at other places.
    pub(super) fn moved(mut self, places: &[usize]) -> Self {
        for group in &mut self.groups {
            if *group != NONE {
                *group = places[*group as usize] as u32;
            }
        }
        self
    }

    fn has(&self, row: usize) -> bool {
        (self.first..self.first + self.groups.len()).contains(&row)
    }

    fn get(&self, row: usize) -> Option<(usize, i128)> {
        let row = row - self.first;
        let group = self.groups[row];
        let number = match &self.numbers {
            Numbers::Narrow(numbers) => numbers[row].into(),
            Numbers::Wide(numbers) => numbers[row],
        };
        (group != NONE).then_some((group as usize, number))
    }
}

/// What all contacts gave. Who gave nothing is not in the population, or in no group, or the value is missing.
#[derive(Debug)]
pub struct Given {
    /// In the order of their rows, at least one.
    runs: Vec<GivenRows>,
}

impl Given {
    /// None where numbers of different units stand for what was given, or of another than `unit`.
    pub(super) fn new(mut runs: Vec<GivenRows>, unit: Unit) -> Option<Self> {
        runs.sort_unstable_by_key(|rows| rows.first);
        let fits = !runs.is_empty() && runs.iter().all(|rows| rows.unit == unit);
        fits.then_some(Self { runs })
    }

    /// The group and the number of each of these rows; quickest where they ascend.
    pub fn of_rows(&self, rows: &[usize]) -> impl Iterator<Item = Option<(usize, i128)>> {
        let mut at = &self.runs[0];
        rows.iter().map(move |row| {
            if !at.has(*row) {
                let next = self.runs.partition_point(|run| run.first <= *row);
                at = self.runs.get(next.checked_sub(1)?)?;
            }
            at.has(*row).then(|| at.get(*row))?
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_find_what_they_gave() {
        let run = |first, end, members: &[(usize, usize, i128)]| {
            let members = members.iter();
            let members = members.map(|(row, group, number)| (*row, Some((*group, *number))));
            GivenRows::new((first, end), Unit::Over(1), end != 192, members)
        };
        let far = i128::from(i64::MAX) + 1;
        let runs = vec![
            run(128, 192, &[(128, 0, far)]),
            run(0, 64, &[(3, 1, 30), (63, 0, 63)]).moved(&[5, 7]),
        ];
        let given = Given::new(runs, Unit::Over(1)).expect("of one unit");
        let rows = [0, 3, 63, 64, 127, 128, 129, 500, 3];
        let found: Vec<_> = given.of_rows(&rows).collect();
        let none = None;
        assert_eq!(
            found,
            [
                none,
                Some((7, 30)),
                Some((5, 63)),
                none,
                none,
                Some((0, far)),
                none,
                none,
                Some((7, 30))
            ]
        );
        let later: Vec<_> = given.of_rows(&[128]).collect();
        assert_eq!(later, [Some((0, far))]);
    }

    #[test]
    fn other_units_are_not_kept() {
        let rows = GivenRows::new((0, 64), Unit::Float, true, std::iter::empty());
        assert!(Given::new(vec![rows], Unit::Over(1)).is_none());
        assert!(Given::new(Vec::new(), Unit::Over(1)).is_none());
    }
}
