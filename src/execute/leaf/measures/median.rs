//! The middle one of the gaps of a contact. Few are sorted by a network: the same comparisons whatever they are, and no branch.

use super::events::Events;

/// The median of up to `MOST` gaps of a contact, which `sort` puts in order. Anything where there is none.
#[inline]
pub(super) fn of_few<const MOST: usize>(
    events: Events<'_>,
    lane: usize,
    unit: i64,
    sort: impl Fn(&mut [i64; MOST]),
) -> i64 {
    let (start, end) = events.spans[lane];
    let number = (end.saturating_sub(start) as usize).clamp(2, MOST + 1) - 1;
    let mut gaps = [i64::MAX; MOST];
    let start = start as usize;
    match events.times.get(start..=start + MOST) {
        // Those of others are read as well, and left out.
        Some(times) => {
            for (place, gap) in gaps.iter_mut().enumerate() {
                let own = times[place + 1].wrapping_sub(times[place]);
                *gap = if place < number { own } else { i64::MAX };
            }
        }
        None => {
            for (gap, pair) in gaps.iter_mut().zip(events.of(lane).windows(2)) {
                *gap = pair[1].wrapping_sub(pair[0]);
            }
        }
    }
    sort(&mut gaps);
    middle(gaps[(number - 1) / 2], gaps[number / 2], unit)
}

/// The median of any number of gaps; `gaps` is memory to work in.
pub(super) fn of_many(times: &[i64], unit: i64, gaps: &mut Vec<i64>) -> i64 {
    gaps.clear();
    let pairs = times.windows(2);
    gaps.extend(pairs.map(|pair| pair[1].wrapping_sub(pair[0])));
    if gaps.is_empty() {
        return 0;
    }
    let number = gaps.len();
    let (before, upper, _) = gaps.select_nth_unstable(number / 2);
    let upper = *upper;
    let lower = match before.iter().max() {
        Some(lower) if number.is_multiple_of(2) => *lower,
        _ => upper,
    };
    middle(lower, upper, unit)
}

/// Half of the two, cut down to the whole nanosecond below; they are the same where one stands in the middle.
fn middle(lower: i64, upper: i64, unit: i64) -> i64 {
    lower.wrapping_add(upper).wrapping_mul(unit) >> 1
}

macro_rules! network {
    ($of:ident: $(($one:literal, $other:literal))*) => {$(
        ($of[$one], $of[$other]) = ($of[$one].min($of[$other]), $of[$one].max($of[$other]));
    )*};
}

#[inline]
pub(super) fn sort_4(gaps: &mut [i64; 4]) {
    let mut sorted = *gaps;
    network!(sorted: (0, 1) (2, 3) (0, 2) (1, 3) (1, 2));
    *gaps = sorted;
}

#[inline]
pub(super) fn sort_8(gaps: &mut [i64; 8]) {
    let mut sorted = *gaps;
    network!(sorted:
        (0, 2) (1, 3) (4, 6) (5, 7) (0, 4) (1, 5) (2, 6) (3, 7) (0, 1) (2, 3) (4, 5) (6, 7)
        (2, 4) (3, 5) (1, 4) (3, 6) (1, 2) (3, 4) (5, 6)
    );
    *gaps = sorted;
}

/// Two halves are sorted, and merged as those of Batcher's bitonic sorter are.
#[inline]
pub(super) fn sort_16(gaps: &mut [i64; 16]) {
    let (lower, upper) = gaps.split_at_mut(8);
    if let (Ok(lower), Ok(upper)) = (lower.try_into(), upper.try_into()) {
        sort_8(lower);
        sort_8(upper);
    }
    let mut sorted = *gaps;
    network!(sorted:
        (0, 15) (1, 14) (2, 13) (3, 12) (4, 11) (5, 10) (6, 9) (7, 8)
        (0, 4) (1, 5) (2, 6) (3, 7) (8, 12) (9, 13) (10, 14) (11, 15)
        (0, 2) (1, 3) (4, 6) (5, 7) (8, 10) (9, 11) (12, 14) (13, 15)
        (0, 1) (2, 3) (4, 5) (6, 7) (8, 9) (10, 11) (12, 13) (14, 15)
    );
    *gaps = sorted;
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A network that sorts all rows of zeros and ones sorts everything (Knuth, The Art of Computer Programming, volume 3, 5.3.4).
    fn sorts_all<const N: usize>(sort: impl Fn(&mut [i64; N])) {
        for bits in 0..1u32 << N {
            let mut row: [i64; N] = std::array::from_fn(|place| i64::from(bits >> place & 1));
            sort(&mut row);
            assert!(row.is_sorted(), "{bits:b}");
        }
    }

    #[test]
    fn networks_sort() {
        sorts_all(sort_4);
        sorts_all(sort_8);
        sorts_all(sort_16);
    }

    #[test]
    fn few_and_many_have_the_same_median() {
        let mut state = 1u64;
        let mut next = |below: u64| {
            state = state
                .wrapping_mul(6_364_136_223_846_793_005)
                .wrapping_add(1);
            (state >> 33) % below
        };
        for _ in 0..2000 {
            let mut times = vec![next(1000) as i64 - 500];
            for _ in 0..next(17) + 1 {
                times.push(times[times.len() - 1] + next(50) as i64);
            }
            let behind = next(20);
            let own = [(0, times.len() as u32)];
            let expected = {
                let mut gaps: Vec<i64> = times.windows(2).map(|pair| pair[1] - pair[0]).collect();
                gaps.sort_unstable();
                let number = gaps.len();
                (gaps[(number - 1) / 2] + gaps[number / 2]) * 3 / 2
            };
            assert_eq!(of_many(&times, 3, &mut Vec::new()), expected);
            // What stands behind is another's.
            times.extend((0..behind).map(|_| -(next(1000) as i64)));
            let events = Events {
                times: &times,
                spans: &own,
            };
            match own[0].1 - 1 {
                0..=4 => assert_eq!(of_few(events, 0, 3, sort_4), expected),
                5..=8 => assert_eq!(of_few(events, 0, 3, sort_8), expected),
                9..=16 => assert_eq!(of_few(events, 0, 3, sort_16), expected),
                _ => {}
            }
        }
    }
}
