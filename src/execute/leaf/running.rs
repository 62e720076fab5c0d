//! Sums of the events of 64 contacts at one go. The events of contacts lie behind each other, so one running sum is made over those of all of them, and
//! what a contact's come to is the difference of two places of it: no branch hangs on how many events a contact has.

/// Running sums, before each event and behind the last.
#[derive(Debug, Default)]
pub(super) struct Running<T> {
    sums: Vec<T>,
}

impl Running<f64> {
    /// Sums up those events that count; what is no number comes to nothing. Gives by how much the sum of a contact may be off; not finite where nothing
    /// can be said of any.
    #[inline]
    pub(super) fn floats(&mut self, stored: &[f64], counts: impl Fn(usize) -> bool) -> f64 {
        const EXPONENT: u64 = 0x7ff << 52;
        self.sums.clear();
        self.sums.resize(stored.len() + 1, 0.0);
        // First what counts, several at a time and without a branch; then the sums, which have to wait for each other.
        for (event, (float, own)) in stored.iter().zip(&mut self.sums[1..]).enumerate() {
            let bits = float.to_bits();
            let counts = u64::from(counts(event)).wrapping_neg();
            let is_finite = u64::from(bits & EXPONENT < EXPONENT).wrapping_neg();
            *own = f64::from_bits(bits & counts & is_finite);
        }
        let (mut sum, mut size) = (0.0f64, 0.0f64);
        for own in &mut self.sums[1..] {
            sum += *own;
            size += own.abs();
            *own = sum;
        }
        // Both places of the running sum are off by at most half a unit of the last place of the whole size for each addition, and their difference and
        // the size itself by a little: this is twice as much.
        size * (4.0 * (stored.len() + 1) as f64) * f64::EPSILON
    }

    #[inline]
    pub(super) fn between(&self, start: usize, end: usize) -> f64 {
        self.sums[end] - self.sums[start]
    }
}

impl Running<i64> {
    /// Sums up those events that count. Tells whether all sums fit; where they do not, nothing can be said of any.
    #[inline]
    pub(super) fn whole(
        &mut self,
        events: usize,
        number: impl Fn(usize) -> i64,
        counts: impl Fn(usize) -> bool,
    ) -> bool {
        self.sums.clear();
        self.sums.resize(events + 1, 0);
        for (event, own) in self.sums[1..].iter_mut().enumerate() {
            *own = number(event) & i64::from(counts(event)).wrapping_neg();
        }
        let (mut sum, mut sizes) = (0i64, 0u64);
        for own in &mut self.sums[1..] {
            // The running sum may go round: a difference that fits comes out all the same.
            sum = sum.wrapping_add(*own);
            sizes |= (*own ^ (*own >> 63)) as u64;
            *own = sum;
        }
        // No number lies farther from 0 than a power of 2 whose digits are all of `sizes`.
        let digits = u64::BITS - sizes.leading_zeros();
        let events = usize::BITS - events.leading_zeros();
        digits + events < i64::BITS
    }

    #[inline]
    pub(super) fn between(&self, start: usize, end: usize) -> i64 {
        self.sums[end].wrapping_sub(self.sums[start])
    }
}

#[cfg(test)]
mod tests {
    use super::Running;

    #[test]
    fn sums_of_whole_numbers_fit_or_are_told_not_to() {
        let mut running = Running::<i64>::default();
        let stored = [5i64, -7, 100, i64::MAX, 1];
        let number = |event: usize| stored[event];
        assert!(running.whole(3, number, |event| event != 2));
        assert_eq!(running.between(0, 3), -2);
        assert_eq!(running.between(1, 2), -7);
        assert_eq!(running.between(2, 2), 0);
        assert!(!running.whole(5, number, |_| true));
        assert!(running.whole(5, number, |event| event != 3));
        assert_eq!(running.between(2, 5), 101);
        // Four times 2^60 does not fit beside its sign; twice does, and so does four times the least number of 61 digits.
        assert!(!running.whole(4, |_| 1 << 60, |_| true));
        assert!(running.whole(3, |_| -(1 << 60), |_| true));
        assert_eq!(running.between(0, 3), -3 << 60);
        assert!(!running.whole(1, |_| i64::MIN, |_| true));
    }

    #[test]
    fn sums_of_floats_are_off_by_no_more_than_is_told() {
        let mut running = Running::default();
        let stored = [0.1, f64::NAN, f64::INFINITY, 1e16, 1.0, -1e16, 0.1];
        let doubt = running.floats(&stored, |_| true);
        assert!(running.between(0, 3) == 0.1 && doubt < 1e3);
        // The whole of these three is 1.
        assert!((running.between(3, 6) - 1.0).abs() <= doubt);
        assert!((running.between(6, 7) - 0.1).abs() <= doubt);
        assert_eq!(running.floats(&[], |_| true), 0.0);
        assert_eq!(running.floats(&[f64::NAN, 2.0], |event| event == 0), 0.0);
        assert!(!running.floats(&[f64::MAX; 2], |_| true).is_finite());
    }
}
