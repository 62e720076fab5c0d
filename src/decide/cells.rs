//! Sets of cells. Nearly all subjects have fewer than 64, which take no memory of their own.

/// A set of small numbers.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub(super) struct Cells {
    first: u64,
    rest: Vec<u64>,
}

impl Cells {
    /// The numbers below `count`.
    pub fn below(count: usize) -> Self {
        let bits = |left: usize| match left {
            64.. => u64::MAX,
            _ => (1 << left) - 1,
        };
        Self {
            first: bits(count),
            rest: (64..count).step_by(64).map(|at| bits(count - at)).collect(),
        }
    }

    /// The numbers from the first to the last.
    pub fn between(first: usize, last: usize) -> Self {
        let mut set = Self::below(last + 1);
        set.keep(&Self::below(first), false);
        set
    }

    pub fn of(cells: impl IntoIterator<Item = usize>) -> Self {
        let mut set = Self::default();
        for cell in cells {
            set.insert(cell);
        }
        set
    }

    pub fn insert(&mut self, cell: usize) {
        match cell / 64 {
            0 => self.first |= 1 << cell,
            word => {
                if self.rest.len() < word {
                    self.rest.resize(word, 0);
                }
                self.rest[word - 1] |= 1 << (cell % 64);
            }
        }
    }

    pub fn remove(&mut self, cell: usize) {
        match cell / 64 {
            0 => self.first &= !(1 << cell),
            word => {
                if let Some(bits) = self.rest.get_mut(word - 1) {
                    *bits &= !(1 << (cell % 64));
                }
            }
        }
    }

    pub fn contains(&self, cell: usize) -> bool {
        self.word(cell / 64) >> (cell % 64) & 1 == 1
    }

    fn word(&self, at: usize) -> u64 {
        match at {
            0 => self.first,
            _ => self.rest.get(at - 1).copied().unwrap_or(0),
        }
    }

    fn words(&self) -> usize {
        1 + self.rest.len()
    }

    pub fn is_empty(&self) -> bool {
        self.first == 0 && self.rest.iter().all(|bits| *bits == 0)
    }

    /// Whether all of these are in the other (`true`), or none is (`false`).
    pub fn lie_in(&self, other: &Self) -> Option<bool> {
        let (mut inside, mut outside) = (true, true);
        for at in 0..self.words() {
            let (own, others) = (self.word(at), other.word(at));
            inside &= own & !others == 0;
            outside &= own & others == 0;
        }
        if inside {
            Some(true)
        } else if outside {
            Some(false)
        } else {
            None
        }
    }

    /// Keeps what is in the other, or what is not; whether anything went.
    pub fn keep(&mut self, other: &Self, truth: bool) -> bool {
        let mut changed = false;
        for at in 0..self.words() {
            let others = other.word(at);
            let kept = if truth { others } else { !others };
            let word = match at {
                0 => &mut self.first,
                _ => &mut self.rest[at - 1],
            };
            changed |= *word & !kept != 0;
            *word &= kept;
        }
        changed
    }

    pub fn iter(&self) -> impl Iterator<Item = usize> + '_ {
        (0..self.words()).flat_map(move |at| {
            let mut bits = self.word(at);
            std::iter::from_fn(move || {
                (bits != 0).then(|| {
                    let cell = bits.trailing_zeros() as usize;
                    bits &= bits - 1;
                    at * 64 + cell
                })
            })
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sets_of_any_size_are_kept_apart_and_put_together() {
        let small = Cells::of([0, 3, 63]);
        let large = Cells::of([3, 64, 200]);
        assert_eq!(large.iter().collect::<Vec<_>>(), [3, 64, 200]);
        assert_eq!(small.lie_in(&Cells::below(64)), Some(true));
        assert_eq!(Cells::below(130), Cells::of(0..130));
        assert_eq!(Cells::between(60, 70), Cells::of(60..=70));
        assert!(Cells::between(2, 1).is_empty());
        assert_eq!(small.lie_in(&Cells::of([1, 200])), Some(false));
        assert_eq!(large.lie_in(&small), None);
        let mut both = large.clone();
        assert!(both.keep(&small, true));
        assert_eq!(both.iter().collect::<Vec<_>>(), [3]);
        let mut others = large.clone();
        assert!(others.keep(&small, false));
        assert_eq!(others.iter().collect::<Vec<_>>(), [64, 200]);
        assert!(!others.keep(&Cells::below(300), true));
        assert_eq!(others.iter().count(), 2);
        others.remove(64);
        others.remove(200);
        others.remove(500);
        assert!(others.is_empty());
    }
}
