//! Places so far from another: the box around the circle first, which two ranges of degrees tell; then an estimate in a few multiplications; and the
//! exact distance only for those few that the estimate leaves open. Where degrees are there in steps, the estimate is first made of their middles, so that
//! degrees are read only of places near the edge.
//!
//! Both are made too large for certain: the box by a thousandth of a second of arc, the band that the estimate leaves open by a thousand-millionth of
//! the square, where the estimate itself errs by less than a hundredth of that. What decides in the band is [`Point::distance`] alone.

use super::Kind;
use super::numbers::{self, Edge};
use crate::execute::Form;
use crate::execute::column::{Coarse, Column, Middles, Points, Values, stored_bytes};
use crate::execute::kernels::{Constants, Kernel, Origin, Places, Stride, Test, ask_for};
use crate::execute::leaf::{Span, ask, live_words};
use crate::plan::{BoundPlan, ParameterId, Shape};
use crate::types::{Constant, Float, Point};
use std::f64::consts::FRAC_PI_2;
use std::sync::Arc;

/// Places whose distance from one lies in a range.
#[derive(Debug)]
pub(in crate::execute) struct Near {
    from: Point,
    /// Micrometres, both of them within.
    low: i128,
    high: i128,
    around: Option<Around>,
    bounds: Option<Box>,
    estimate: Estimate,
    form: Form,
}

/// The box around a circle.
#[derive(Debug)]
struct Around {
    latitudes: Option<Test>,
    longitudes: Option<Longitudes>,
    /// What the tests are made over, where that is not the degrees themselves.
    steps: Option<Stepped>,
}

/// Degrees in steps, and what the middles of steps say for certain.
#[derive(Debug)]
struct Stepped {
    steps: Arc<[Coarse]>,
    north: Middles,
    east: Middles,
    estimate: Estimate,
}

/// The memory that a test works in.
#[derive(Debug, Default)]
pub(in crate::execute) struct NearBuffers {
    before: Vec<u64>,
    rows: Vec<u32>,
    places: Places,
}

#[derive(Debug)]
enum Longitudes {
    Between(Test),
    /// Across the line where the date changes: those between are too far.
    Outside(Test),
}

/// So many places are asked for before the one that is looked at.
const AHEAD: usize = 24;

/// No two places are further apart, in micrometres.
const FURTHEST: i128 = 20_015_114_442_037;

/// The test for places of a column that lie within the edges from `from`.
pub(super) fn distance(
    column: &Column,
    from: &Constant,
    low: Edge<'_>,
    high: Edge<'_>,
    form: Form,
) -> Kind {
    let (Values::Points(_), Constant::Point(from)) = (&column.values, from) else {
        return Kind::Never;
    };
    let micrometres = |edge: Edge<'_>, otherwise: i128, inward: i128| match edge {
        None => Some(otherwise),
        Some((Constant::Distance(edge), true)) => Some(*edge),
        Some((Constant::Distance(edge), false)) => edge.checked_add(inward),
        Some(_) => None,
    };
    let (Some(low), Some(high)) = (micrometres(low, 0, 1), micrometres(high, FURTHEST, -1)) else {
        return Kind::Never;
    };
    let (low, high) = (low.max(0), high.min(FURTHEST));
    if low > high {
        return Kind::Never;
    }
    if (low, high) == (0, FURTHEST) {
        return Kind::Known;
    }
    let bounds = Box::around(*from, high);
    Kind::Near(Arc::new(Near {
        from: *from,
        low,
        high,
        around: bounds.map(|bounds| bounds.tests(form)),
        bounds,
        estimate: Estimate::new(*from, low, high, 0),
        form,
    }))
}

/// The test of latitudes that whoever passes a test of distance passes; none where that is not known, or may be everywhere.
pub(in crate::execute) fn latitudes(bound: &BoundPlan, shape: &Shape, form: Form) -> Option<Test> {
    let Shape::Distance { from, high, .. } = shape else {
        return None;
    };
    let value = |parameter: ParameterId| &bound.parameters[parameter.0 as usize];
    match (value(*from), value((*high)?.parameter)) {
        (Constant::Point(from), Constant::Distance(high)) => {
            let around = Box::around(*from, (*high).clamp(0, FURTHEST))?;
            around.tests(form).latitudes
        }
        _ => None,
    }
}

impl Near {
    /// The same test, the box of which is looked for over the steps of the degrees; none where that does not serve.
    pub(super) fn over_steps(&self, steps: &Arc<[Coarse]>, form: Form) -> Option<Kind> {
        let ([north, east], Some(bounds)) = (&**steps, self.bounds) else {
            return None;
        };
        let (north_middles, east_middles) = (north.middles()?, east.middles()?);
        // No place is further from the middles of its steps than half a step to the north and half a step to the east.
        let degrees = (north_middles.width + east_middles.width) / 2.0;
        let margin = (degrees.to_radians() * (Point::DIAMETER / 2.0) * (1.0 + 1e-9)).ceil() as i128;
        let within = |first: u16, last: u16| {
            let constants = Constants::range(first.into(), last.wrapping_sub(first).into());
            Test::new(Kernel::Range16, constants, form)
        };
        // Nobody is there.
        let Some(latitudes) = north.range(bounds.south, bounds.north) else {
            return Some(Kind::Never);
        };
        let longitudes = match bounds.longitudes {
            None => None,
            Some((west, east_end)) if west >= -180.0 && east_end <= 180.0 => {
                match east.range(west, east_end) {
                    Some(range) => Some(within(range.first, range.last)),
                    None => return Some(Kind::Never),
                }
            }
            // Across the line where the date changes: what lies on the steps that are wholly between is too far.
            Some((west, east_end)) => {
                let turned = if west < -180.0 {
                    (east_end, west + 360.0)
                } else {
                    (east_end - 360.0, west)
                };
                east.range(turned.0, turned.1).and_then(|range| {
                    let first = range.first.checked_add(1)?;
                    let last = range.last.checked_sub(1)?;
                    (first <= last).then(|| within(last.wrapping_add(1), first.wrapping_sub(1)))
                })
            }
        };
        Some(Kind::Near(Arc::new(Self {
            around: Some(Around {
                latitudes: Some(within(latitudes.first, latitudes.last)),
                longitudes: longitudes.map(Longitudes::Between),
                steps: Some(Stepped {
                    steps: steps.clone(),
                    north: north_middles,
                    east: east_middles,
                    estimate: Estimate::new(self.from, self.low, self.high, margin),
                }),
            }),
            ..*self
        })))
    }

    /// About how many nanoseconds a contact takes.
    pub(super) fn cost(&self, far: bool) -> f32 {
        match &self.around {
            Some(Around { steps: Some(_), .. }) => 0.3,
            Some(_) if far => 1.2,
            Some(_) => 0.6,
            None => 6.0,
        }
    }

    /// Whether most places are told by the box.
    pub(super) fn has_box(&self) -> bool {
        self.around.is_some()
    }

    /// Narrows a mask, of rows that are known, to those within.
    pub(super) fn narrow(
        &self,
        points: &Points,
        span: Span,
        mask: &mut [u64],
        stride: Stride,
        buffers: &mut NearBuffers,
    ) -> usize {
        if let Some(around) = &self.around {
            let (latitudes, longitudes) = match around.steps.as_ref().map(Stepped::both) {
                Some([north, east]) => (north.bytes(span), east.bytes(span)),
                None => (
                    stored_bytes(&points.latitudes, span),
                    stored_bytes(&points.longitudes, span),
                ),
            };
            let mut live = mask.len();
            if let Some(test) = &around.latitudes {
                live = test.narrow(latitudes, None, mask, stride);
            }
            let stride = if live * 3 <= mask.len() {
                Stride::Skip
            } else {
                stride
            };
            match &around.longitudes {
                Some(_) if live == 0 => {}
                Some(Longitudes::Between(test)) => {
                    live = test.narrow(longitudes, None, mask, stride);
                }
                Some(Longitudes::Outside(test)) => {
                    let before = &mut buffers.before;
                    before.clear();
                    before.extend_from_slice(mask);
                    test.narrow(longitudes, None, mask, stride);
                    for (mask, before) in mask.iter_mut().zip(before) {
                        *mask = *before & !*mask;
                    }
                    live = live_words(mask);
                }
                None => {}
            }
            if live == 0 {
                return 0;
            }
        }
        match self
            .around
            .as_ref()
            .and_then(|around| around.steps.as_ref())
        {
            Some(stepped) => self.by_steps(points, stepped, span, mask, buffers),
            None => {
                let (latitudes, longitudes) = points.of(span);
                ask(mask, |row| self.holds(latitudes[row], longitudes[row]))
            }
        }
    }

    /// Narrows a mask to the places within: by their steps where those say enough, which lie close together; else by the degrees, which lie in memory, each
    /// for itself, and are asked for before they are looked at.
    fn by_steps(
        &self,
        points: &Points,
        stepped: &Stepped,
        span: Span,
        mask: &mut [u64],
        buffers: &mut NearBuffers,
    ) -> usize {
        let NearBuffers { rows, places, .. } = buffers;
        let [north, east] = stepped.both().map(|steps| steps.steps(span));
        rows.clear();
        places.clear();
        ask(mask, |row| {
            rows.push(row as u32);
            places.push(stepped.north.of(north[row]), stepped.east.of(east[row]));
            true
        });
        let squares = places.squares(self.form, stepped.estimate.from);
        let mut open = 0;
        for place in 0..rows.len() {
            let row = rows[place];
            match stepped.estimate.decide(squares[place]) {
                Some(true) => {}
                Some(false) => mask[row as usize / 64] &= !(1 << (row % 64)),
                // Those that are looked at again come first.
                None => {
                    rows[open] = row;
                    open += 1;
                }
            }
        }
        let open = &rows[..open];
        let (latitudes, longitudes) = points.of(span);
        for (place, row) in open.iter().enumerate() {
            if span.far
                && let Some(next) = open.get(place + AHEAD)
            {
                ask_for(latitudes, *next as usize);
                ask_for(longitudes, *next as usize);
            }
            let row = *row as usize;
            if !self.holds(latitudes[row], longitudes[row]) {
                mask[row / 64] &= !(1 << (row % 64));
            }
        }
        live_words(mask)
    }

    fn holds(&self, latitude: f64, longitude: f64) -> bool {
        self.estimate
            .decide(self.estimate.from.square(latitude, longitude))
            .unwrap_or_else(|| {
                Point::new(latitude, longitude).is_some_and(|place| {
                    let distance = self.from.distance(place);
                    (self.low..=self.high).contains(&distance)
                })
            })
    }
}

impl Stepped {
    /// Those to the north and those to the east.
    fn both(&self) -> [&Coarse; 2] {
        [&self.steps[0], &self.steps[1]]
    }
}

/// Degrees that hold a circle; what lies outside is certainly further.
#[derive(Clone, Copy, Debug, PartialEq)]
struct Box {
    south: f64,
    north: f64,
    /// Beyond 180 or -180 where it lies across the line; none where all longitudes are in it.
    longitudes: Option<(f64, f64)>,
}

impl Box {
    /// None where the circle holds half the globe or more.
    fn around(from: Point, micrometres: i128) -> Option<Self> {
        // In radians, like all margins here.
        const MARGIN: f64 = 5e-9;
        let reach = micrometres as f64 * 2.0 / Point::DIAMETER + MARGIN;
        if reach >= FRAC_PI_2 {
            return None;
        }
        let degrees = reach.to_degrees() + MARGIN;
        let (south, north) = (from.latitude() - degrees, from.latitude() + degrees);
        // The circle touches the meridians where their sine is this; a pole within it, or nearly, takes them all.
        let sine = reach.sin() / from.latitude().to_radians().cos();
        let longitudes = (south > -90.0 && north < 90.0 && sine < 1.0 - 1e-9).then(|| {
            let aside = (sine.asin() + 10.0 * MARGIN).to_degrees();
            (from.longitude() - aside, from.longitude() + aside)
        });
        Some(Self {
            south,
            north,
            longitudes,
        })
    }

    fn tests(self, form: Form) -> Around {
        let range = |low: f64, high: f64, inclusive: bool| {
            let edge = |degrees| Float::new(degrees).map(Constant::Float);
            let (low, high) = (edge(low)?, edge(high)?);
            let (low, high) = (Some((&low, inclusive)), Some((&high, inclusive)));
            match numbers::float_range::<f64>(low, high, form) {
                Kind::Numbers(test) => Some(test),
                _ => None,
            }
        };
        let longitudes = self.longitudes.and_then(|(west, east)| {
            if west < -180.0 {
                range(east, west + 360.0, false).map(Longitudes::Outside)
            } else if east > 180.0 {
                range(east - 360.0, west, false).map(Longitudes::Outside)
            } else {
                range(west, east, true).map(Longitudes::Between)
            }
        });
        Around {
            latitudes: range(self.south, self.north, true),
            longitudes,
            steps: None,
        }
    }
}

/// What the square of the sine of half the angle between two places says for certain, though it is told but nearly.
#[derive(Clone, Copy, Debug)]
struct Estimate {
    from: Origin,
    /// Below the first too near, above the second far enough; above the third too far, below the fourth near enough.
    too_near: f64,
    far_enough: f64,
    near_enough: f64,
    too_far: f64,
}

impl Estimate {
    /// For places that are known to so many micrometres.
    fn new(from: Point, low: i128, high: i128, margin: i128) -> Self {
        const BAND: f64 = 1e-9;
        // Distances are rounded to the micrometre: one more on either side is left open.
        let square = |micrometres: i128| {
            let angle = micrometres.max(0) as f64 / Point::DIAMETER;
            if angle >= FRAC_PI_2 {
                f64::INFINITY
            } else {
                angle.sin() * angle.sin()
            }
        };
        let below = |micrometres: i128| square(micrometres - 2 - margin) * (1.0 - BAND);
        let above = |micrometres: i128| square(micrometres + 2 + margin) * (1.0 + BAND);
        Self {
            from: Origin::new(from.latitude(), from.longitude()),
            too_near: if low <= 0 { -1.0 } else { below(low) },
            far_enough: if low <= 0 { -1.0 } else { above(low) },
            near_enough: if high >= FURTHEST {
                f64::INFINITY
            } else {
                below(high)
            },
            too_far: if high >= FURTHEST {
                f64::INFINITY
            } else {
                above(high)
            },
        }
    }

    /// Whether a place of this square lies within the edges, where that is certain.
    fn decide(&self, square: f64) -> Option<bool> {
        if square < self.too_near || square > self.too_far {
            Some(false)
        } else if square > self.far_enough && square < self.near_enough {
            Some(true)
        } else {
            None
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Random numbers from 0 up to 1 (SplitMix64).
    struct Dice(u64);

    impl Dice {
        fn next(&mut self) -> f64 {
            self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
            let mut mixed = self.0;
            mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
            mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
            (mixed ^ (mixed >> 31)) as f64 / 2f64.powi(64)
        }

        /// Anywhere, and often beside the poles and the line where the date changes.
        fn point(&mut self) -> Point {
            let beside = |edge: f64, dice: &mut Self| {
                let small = 10f64.powf(-9.0 * dice.next());
                edge - edge.signum() * small
            };
            let latitude = match (self.next() * 6.0) as u8 {
                0 => 90.0,
                1 => -90.0,
                2 => beside(90.0, self),
                3 => beside(-90.0, self),
                _ => self.next() * 180.0 - 90.0,
            };
            let longitude = match (self.next() * 6.0) as u8 {
                0 => 180.0,
                1 => -180.0,
                2 => beside(180.0, self),
                3 => beside(-180.0, self),
                _ => self.next() * 360.0 - 180.0,
            };
            Point::new(latitude, longitude).unwrap()
        }
    }

    #[test]
    fn the_estimate_never_says_what_the_distance_does_not() {
        let mut dice = Dice(7);
        let (mut open, mut told) = (0, 0);
        for _ in 0..40_000 {
            let (from, to) = (dice.point(), dice.point());
            let exact = from.distance(to);
            // Edges right beside the distance, and further off.
            for off in [0, 1, -1, 3, -3, 100, -100, 1_000_000, -1_000_000] {
                let edge = (exact + off).clamp(0, FURTHEST);
                for (low, high) in [(0, edge), (edge, FURTHEST), (edge, edge)] {
                    let estimate = Estimate::new(from, low, high, 0);
                    let square = estimate.from.square(to.latitude(), to.longitude());
                    match estimate.decide(square) {
                        None => open += 1,
                        Some(said) => {
                            told += 1;
                            let holds = (low..=high).contains(&exact);
                            assert_eq!(said, holds, "{from:?} {to:?} {low}..={high}, {exact}");
                        }
                    }
                }
            }
        }
        assert!(open > 1_000 && told > 1_000, "{open} open, {told} told");
    }

    #[test]
    fn the_box_holds_the_circle() {
        let mut dice = Dice(8);
        for round in 0..40_000 {
            let (from, mut to) = (dice.point(), dice.point());
            if round % 2 == 0 {
                // Not far off.
                let step = |dice: &mut Dice| (dice.next() - 0.5) * 10f64.powf(-4.0 * dice.next());
                let longitude = to.longitude() + step(&mut dice);
                let latitude = (from.latitude() + step(&mut dice)).clamp(-90.0, 90.0);
                to = Point::new(latitude, longitude.clamp(-180.0, 180.0)).unwrap();
            }
            let Some(around) = Box::around(from, from.distance(to)) else {
                continue;
            };
            assert!(around.south <= to.latitude() && to.latitude() <= around.north);
            if let Some((west, east)) = around.longitudes {
                let turns = [0.0, 360.0, -360.0];
                let inside = turns
                    .iter()
                    .any(|turn| (west..=east).contains(&(to.longitude() + turn)));
                assert!(inside, "{from:?} {to:?} {around:?}");
            }
        }
    }

    #[test]
    fn boxes_at_the_corners_of_the_globe() {
        let around = |latitude: f64, longitude: f64, kilometres: i128| {
            let from = Point::new(latitude, longitude).unwrap();
            Box::around(from, kilometres * 1_000_000_000)
        };
        // 25 km are 0.2248 degrees of latitude; at 50.85 degrees north 0.3561 of longitude.
        let brussels = around(50.85, 4.35, 25).unwrap();
        assert!((brussels.north - 51.0748).abs() < 1e-4, "{brussels:?}");
        let (west, east) = brussels.longitudes.unwrap();
        assert!((east - 4.7061).abs() < 1e-4 && (west - 3.9939).abs() < 1e-4);
        assert_eq!(around(89.9, 0.0, 25).unwrap().longitudes, None);
        assert!(around(0.0, 179.9, 25).unwrap().longitudes.unwrap().1 > 180.0);
        assert_eq!(around(0.0, 0.0, 10_100), None);
    }
}
