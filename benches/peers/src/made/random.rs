//! Random numbers, and the distributions that data about people have.

/// What a stream of random numbers is for. Each table has streams of its own, so that a change of one table leaves the others as they are.
#[derive(Clone, Copy)]
pub enum Table {
    Contacts = 1,
    Titles = 2,
    Events = 3,
    Domains = 4,
}

/// Numbers by mixing a counter.
pub struct Random(u64);

const STEP: u64 = 0x9e37_79b9_7f4a_7c15;

impl Random {
    /// The stream of a block of a table.
    pub fn of(table: Table, block: u64) -> Self {
        let mut seed = Self(((table as u64) << 48) | block);
        Self(seed.next())
    }

    pub fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(STEP);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    /// A whole number from 0 up to `end`.
    pub fn below(&mut self, end: u64) -> u64 {
        ((u128::from(self.next()) * u128::from(end)) >> 64) as u64
    }

    /// From 0 up to 1.
    pub fn share(&mut self) -> f64 {
        (self.next() >> 11) as f64 / (1u64 << 53) as f64
    }

    pub fn chance(&mut self, of: f64) -> bool {
        self.share() < of
    }

    /// The value, or in so many cases nothing.
    pub fn known<T>(&mut self, missing: f64, value: T) -> Option<T> {
        (!self.chance(missing)).then_some(value)
    }

    /// With mean 0 and deviation 1.
    pub fn normal(&mut self) -> f64 {
        let (radius, turn) = (self.above_nothing(), self.share());
        libm::sqrt(-2.0 * libm::log(radius)) * libm::cos(std::f64::consts::TAU * turn)
    }

    pub fn exponential(&mut self, mean: f64) -> f64 {
        -libm::log(self.above_nothing()) * mean
    }

    /// The exponential function of a normal number.
    pub fn log_normal(&mut self, mean: f64, deviation: f64) -> f64 {
        libm::exp(mean + deviation * self.normal())
    }

    pub fn poisson(&mut self, mean: f64) -> i32 {
        let (limit, mut product, mut count) = (libm::exp(-mean), self.share(), 0);
        while product > limit {
            product *= self.share();
            count += 1;
        }
        count
    }

    /// A share that has a logarithm.
    fn above_nothing(&mut self) -> f64 {
        1.0 - self.share()
    }
}

/// Places with the chance of each.
pub struct Chances {
    /// The chances up to and with each place.
    sums: Vec<f64>,
    /// For each of equal parts of the whole, the first place that reaches into it.
    starts: Vec<u32>,
}

impl Chances {
    pub fn new(weights: impl IntoIterator<Item = f64>) -> Self {
        let weights: Vec<f64> = weights.into_iter().collect();
        let total: f64 = weights.iter().sum();
        let mut sum = 0.0;
        let sums: Vec<f64> = weights
            .iter()
            .map(|weight| {
                sum += weight / total;
                sum
            })
            .collect();
        let parts = sums.len() * 4;
        let start = |part: usize| {
            let low = part as f64 / parts as f64;
            sums.partition_point(|sum| *sum <= low) as u32
        };
        Self {
            starts: (0..parts).map(start).collect(),
            sums,
        }
    }

    /// Chances that fall with the rank.
    pub fn zipf(ranks: u32, steepness: f64) -> Self {
        Self::new((1..=ranks).map(|rank| libm::pow(f64::from(rank), -steepness)))
    }

    pub fn pick(&self, random: &mut Random) -> usize {
        let share = random.share();
        let part = (share * self.starts.len() as f64) as usize;
        let mut place = self.starts[part] as usize;
        let last = self.sums.len() - 1;
        while place < last && self.sums[place] <= share {
            place += 1;
        }
        place
    }
}
