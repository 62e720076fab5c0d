//! Which of many places is nearest: a tree of them, cut in two along one axis after the other, of which only the near parts are looked through.
//!
//! The tree finds what may be nearest by the straight line through the globe, which is worked out in another way than the distance along it. So it keeps all that are
//! within the rounding of both, and the distance of the language decides between them.

use crate::types::{Constant, Point};
use std::cmp::Ordering;

/// Places with keys.
pub(super) struct Globe {
    /// A tree in one row: the middle one of a stretch is cut at, those before and behind it lie on its two sides.
    spots: Vec<Spot>,
}

struct Spot {
    /// On a globe of radius 1.
    at: [f64; 3],
    place: Point,
    key: Constant,
}

/// A stretch this short is looked through.
const SHORT: usize = 8;

impl Globe {
    pub(super) fn of(places: Vec<(Point, Constant)>) -> Self {
        let mut spots: Vec<Spot> = places
            .into_iter()
            .map(|(place, key)| Spot {
                at: place.on_the_globe(),
                place,
                key,
            })
            .collect();
        let mut stretches = vec![(0, spots.len(), 0)];
        while let Some((from, to, axis)) = stretches.pop() {
            if to - from <= SHORT {
                continue;
            }
            let middle = (to - from) / 2;
            spots[from..to]
                .select_nth_unstable_by(middle, |a, b| a.at[axis].total_cmp(&b.at[axis]));
            let next = (axis + 1) % 3;
            stretches.push((from, from + middle, next));
            stretches.push((from + middle + 1, to, next));
        }
        Self { spots }
    }

    /// The key of the place that is nearest, of several the smallest; none where there are no places.
    pub(super) fn nearest(&self, place: Point) -> Option<&Constant> {
        let mut search = Search {
            place,
            at: place.on_the_globe(),
            shortest: f64::INFINITY,
            best: None,
        };
        // Each with how far off, squared, the cut lies that it is behind.
        let mut stretches = vec![(0, self.spots.len(), 0, 0.0)];
        while let Some((from, to, axis, off)) = stretches.pop() {
            if search.is_out_of_reach(off) {
                continue;
            }
            if to - from <= SHORT {
                (self.spots[from..to].iter()).for_each(|spot| search.look_at(spot));
                continue;
            }
            let middle = from + (to - from) / 2;
            let cut = &self.spots[middle];
            search.look_at(cut);
            let aside = search.at[axis] - cut.at[axis];
            let next = (axis + 1) % 3;
            let (near, far) = match aside < 0.0 {
                true => ((from, middle), (middle + 1, to)),
                false => ((middle + 1, to), (from, middle)),
            };
            stretches.push((far.0, far.1, next, aside * aside));
            stretches.push((near.0, near.1, next, 0.0));
        }
        search.best.map(|(_, key)| key)
    }
}

struct Search<'g> {
    place: Point,
    at: [f64; 3],
    /// The shortest straight line so far, squared.
    shortest: f64,
    /// The distance along the globe and the key.
    best: Option<(i128, &'g Constant)>,
}

impl<'g> Search<'g> {
    /// Whether nothing that is so far off, squared, can be nearest. What two ways of working out a distance, and its micrometres, leave open is far less
    /// than this leaves.
    fn is_out_of_reach(&self, off: f64) -> bool {
        off > self.shortest + 1e-11 * self.shortest.sqrt() + 1e-13
    }

    fn look_at(&mut self, spot: &'g Spot) {
        let squares = self.at.iter().zip(spot.at);
        let off: f64 = squares.map(|(a, b)| (a - b) * (a - b)).sum();
        if self.is_out_of_reach(off) {
            return;
        }
        self.shortest = self.shortest.min(off);
        let distance = self.place.distance(spot.place);
        let is_better = self.best.is_none_or(|(known, key)| {
            distance < known || distance == known && spot.key.compare(key) == Some(Ordering::Less)
        });
        if is_better {
            self.best = Some((distance, &spot.key));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::types::Exact;

    fn number(number: usize) -> Constant {
        Constant::Number(Exact::whole(number as i128))
    }

    /// By looking at all of them.
    fn plainly(places: &[(Point, Constant)], place: Point) -> Option<&Constant> {
        let mut best: Option<(i128, &Constant)> = None;
        for (other, key) in places {
            let distance = place.distance(*other);
            let is_better = best.is_none_or(|(known, known_key)| {
                distance < known
                    || distance == known && key.compare(known_key) == Some(Ordering::Less)
            });
            if is_better {
                best = Some((distance, key));
            }
        }
        best.map(|(_, key)| key)
    }

    #[test]
    fn the_nearest_is_that_of_looking_at_all() {
        let mut state = 1u64;
        let mut random = |below: u64| {
            state = state
                .wrapping_mul(6_364_136_223_846_793_005)
                .wrapping_add(1);
            (state >> 33) % below
        };
        for round in 0..60 {
            // Some on a coarse grid, with ties and equal places; some close together; the poles and the date line.
            let step = [1.0, 10.0, 0.000_000_01, 30.0][round % 4];
            let mut place = || {
                let (north, east) = (random(19) as f64 - 9.0, random(37) as f64 - 18.0);
                match round % 4 {
                    2 => Point::new(50.0 + north * step, 4.0 + east * step),
                    3 => Point::new(
                        (north * step).clamp(-90.0, 90.0),
                        (east * step).clamp(-180.0, 180.0),
                    ),
                    _ => Point::new(north * step, east * step.min(10.0)),
                }
                .unwrap()
            };
            let number_of_places = [0, 1, 7, 40, 400][round % 5];
            let mut places: Vec<(Point, Constant)> = (0..number_of_places)
                .map(|key| (place(), number(key * 7 % 401)))
                .collect();
            let globe = Globe::of(places.clone());
            places.reverse();
            for _ in 0..50 {
                let from = place();
                assert_eq!(globe.nearest(from), plainly(&places, from), "{from:?}");
            }
        }
    }
}
