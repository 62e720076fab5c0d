//! What contacts in memory gave to a population, by row: kept from the pass that collected it, so that the answer need not work it out once more.

use super::distribution::Unit;

/// What contacts of a run of rows gave, as whole numbers that stand for it.
#[derive(Clone, Debug)]
pub struct GivenRows {
    first: usize,
    unit: Unit,
    numbers: Numbers,
    groups: Groups,
}

/// Which rows gave something, and to which group.
#[derive(Clone, Debug)]
enum Groups {
    /// The group of each row; none of one that gave nothing.
    Each(Vec<u32>),
    /// All of those that gave are of one group: a bit for each row.
    One { group: u32, gave: Vec<u64> },
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
            groups: Groups::Each(groups),
        }
    }

    /// The rows from `first` on, a multiple of 64, each with its number, of which those with a bit gave theirs to one group. None of the rows behind them
    /// that share their last 64 gave anything.
    pub fn of_one_group(
        first: usize,
        unit: Unit,
        numbers: Vec<i64>,
        group: usize,
        gave: Vec<u64>,
    ) -> Self {
        Self {
            first,
            unit,
            numbers: Numbers::Narrow(numbers),
            groups: Groups::One {
                group: group as u32,
                gave,
            },
        }
    }

    pub(super) fn unit(&self) -> Unit {
        self.unit
    }

    /// Where all gave theirs to one group: hands over its place and their numbers, as many at a time as lie behind each other.
    pub(super) fn each_of_one_group(&self, mut look: impl FnMut(usize, &[i64])) {
        if let (Numbers::Narrow(numbers), Groups::One { group, gave }) =
            (&self.numbers, &self.groups)
        {
            each_given(numbers, gave, |numbers| look(*group as usize, numbers));
        }
    }

    /// The same with groups at other places.
    pub(super) fn moved(mut self, places: &[usize]) -> Self {
        match &mut self.groups {
            Groups::Each(groups) => {
                for group in groups.iter_mut().filter(|group| **group != NONE) {
                    *group = places[*group as usize] as u32;
                }
            }
            Groups::One { group, .. } => *group = places[*group as usize] as u32,
        }
        self
    }

    fn rows(&self) -> usize {
        match &self.numbers {
            Numbers::Narrow(numbers) => numbers.len(),
            Numbers::Wide(numbers) => numbers.len(),
        }
    }

    fn has(&self, row: usize) -> bool {
        (self.first..self.first + self.rows()).contains(&row)
    }

    fn get(&self, row: usize) -> Option<(usize, i128)> {
        let row = row - self.first;
        let group = match &self.groups {
            Groups::Each(groups) => Some(groups[row]).filter(|group| *group != NONE)?,
            Groups::One { group, gave } => {
                (gave[row / 64] >> (row % 64) & 1 == 1).then_some(*group)?
            }
        };
        let number = match &self.numbers {
            Numbers::Narrow(numbers) => numbers[row].into(),
            Numbers::Wide(numbers) => numbers[row],
        };
        Some((group as usize, number))
    }
}

/// Hands over the numbers of those rows that have a bit, as many at a time as lie behind each other.
fn each_given(numbers: &[i64], gave: &[u64], mut look: impl FnMut(&[i64])) {
    let full = |word: usize| gave[word] == u64::MAX && numbers.len() >= (word + 1) * 64;
    let words = numbers.len().div_ceil(64);
    let mut word = 0;
    while word < words {
        let first = word;
        while word < words && full(word) {
            word += 1;
        }
        if word > first {
            look(&numbers[first * 64..word * 64]);
            continue;
        }
        let mut left = gave[word];
        while left != 0 {
            let row = word * 64 + left.trailing_zeros() as usize;
            let more = (left >> (row % 64)).trailing_ones() as usize;
            look(&numbers[row..row + more]);
            left &= u64::MAX.checked_shl((row % 64 + more) as u32).unwrap_or(0);
        }
        word += 1;
    }
}

/// What stands for the numbers of all rows, where all gave theirs to one group and in 64 bits.
pub(super) fn unit_of_one_group(runs: &[GivenRows]) -> Option<Unit> {
    let unit = runs.first()?.unit;
    let fits = |run: &GivenRows| {
        let narrow = matches!(run.numbers, Numbers::Narrow(_));
        narrow && matches!(run.groups, Groups::One { group: 0, .. }) && run.unit == unit
    };
    runs.iter().all(fits).then_some(unit)
}

/// What all contacts gave. Who gave nothing is not in the population, or in no group, or the value is missing.
#[derive(Debug)]
pub struct Given {
    /// In the order of their rows, at least one.
    runs: Vec<GivenRows>,
}

impl Given {
    /// Of at least one run of rows; numbers of one unit stand for all that was given.
    pub(super) fn new(mut runs: Vec<GivenRows>) -> Self {
        runs.sort_unstable_by_key(|rows| rows.first);
        Self { runs }
    }

    /// Hands over the numbers of all that gave theirs to one group, as many at a time as lie behind each other.
    pub(super) fn each_of_one_group(&self, mut look: impl FnMut(&[i64])) {
        for run in &self.runs {
            run.each_of_one_group(|_, numbers| look(numbers));
        }
    }

    /// How many gave theirs to one group.
    pub(super) fn number_of_one_group(&self) -> u64 {
        let mut all = 0;
        self.each_of_one_group(|numbers| all += numbers.len() as u64);
        all
    }

    /// The group of 64 rows from this one on, their numbers, fewer where those behind them gave nothing, and a bit for each that gave its own. None where
    /// they are of several groups, do not fit in 64 bits, or are not kept together.
    pub(super) fn word(&self, row: usize) -> Option<(usize, &[i64], u64)> {
        let next = self.runs.partition_point(|run| run.first <= row);
        let run = self.runs.get(next.checked_sub(1)?)?;
        let (Numbers::Narrow(numbers), Groups::One { group, gave }) = (&run.numbers, &run.groups)
        else {
            return None;
        };
        let at = row - run.first;
        if !at.is_multiple_of(64) || at >= numbers.len() {
            return None;
        }
        let numbers = &numbers[at..numbers.len().min(at + 64)];
        Some((*group as usize, numbers, gave[at / 64]))
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
        let given = Given::new(runs);
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
}
