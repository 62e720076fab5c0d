//! How far places are from another, quickly and nearly: the square of the sine of half the angle between them, in a few multiplications.

use crate::execute::Form;
use std::f64::consts::FRAC_PI_2;

/// The place that others are so far from.
#[derive(Clone, Copy, Debug)]
pub(in crate::execute) struct Origin {
    latitude: f64,
    longitude: f64,
    cosine: f64,
}

/// Places by their degrees, with room for how far they are.
#[derive(Debug, Default)]
pub(in crate::execute) struct Places {
    latitudes: Vec<f64>,
    longitudes: Vec<f64>,
    squares: Vec<f64>,
}

impl Places {
    pub(in crate::execute) fn clear(&mut self) {
        self.latitudes.clear();
        self.longitudes.clear();
    }

    #[inline]
    pub(in crate::execute) fn push(&mut self, latitude: f64, longitude: f64) {
        self.latitudes.push(latitude);
        self.longitudes.push(longitude);
    }

    /// For each place the square of the sine of half the angle; see [`Origin::square`]. `form` must be one that the machine has: see [`Form::choose`].
    pub(in crate::execute) fn squares(&mut self, form: Form, from: Origin) -> &[f64] {
        self.squares.clear();
        self.squares.resize(self.latitudes.len(), 0.0);
        match form {
            // SAFETY: the form was chosen among those of this machine.
            #[cfg(target_arch = "x86_64")]
            Form::Avx512 => unsafe { with_avx512(from, self) },
            // SAFETY: as above.
            #[cfg(target_arch = "x86_64")]
            Form::Avx2 => unsafe { with_avx2(from, self) },
            _ => each(from, self),
        }
        &self.squares
    }
}

/// # Safety
/// The machine has AVX2.
#[cfg(target_arch = "x86_64")]
#[target_feature(enable = "avx2")]
unsafe fn with_avx2(from: Origin, places: &mut Places) {
    each(from, places);
}

/// # Safety
/// The machine has AVX-512.
#[cfg(target_arch = "x86_64")]
#[target_feature(enable = "avx512f,avx512bw,avx512dq,avx512vl,avx2")]
unsafe fn with_avx512(from: Origin, places: &mut Places) {
    each(from, places);
}

#[inline(always)]
fn each(from: Origin, places: &mut Places) {
    let degrees = places.latitudes.iter().zip(&places.longitudes);
    for (square, (latitude, longitude)) in places.squares.iter_mut().zip(degrees) {
        *square = from.square(*latitude, *longitude);
    }
}

impl Origin {
    pub(in crate::execute) fn new(latitude: f64, longitude: f64) -> Self {
        Self {
            latitude,
            longitude,
            cosine: cosine(latitude),
        }
    }

    /// The square of the sine of half the angle to a place, in degrees of which no two are more than 360 apart. Off by less than one part in 10^11.
    #[inline(always)]
    pub(in crate::execute) fn square(self, latitude: f64, longitude: f64) -> f64 {
        let north = sine((latitude - self.latitude) * HALF_RADIANS);
        let apart = (longitude - self.longitude).abs();
        let apart = apart.min(360.0 - apart);
        let east = sine(apart * HALF_RADIANS);
        north * north + self.cosine * cosine(latitude) * (east * east)
    }
}

const HALF_RADIANS: f64 = std::f64::consts::PI / 360.0;

/// The sine of an angle from -π/2 to π/2, as the first nine terms of its series: off by less than one part in 10^13.
#[inline(always)]
fn sine(angle: f64) -> f64 {
    let square = angle * angle;
    let mut series = 1.0 / 355_687_428_096_000.0;
    series = series * square - 1.0 / 1_307_674_368_000.0;
    series = series * square + 1.0 / 6_227_020_800.0;
    series = series * square - 1.0 / 39_916_800.0;
    series = series * square + 1.0 / 362_880.0;
    series = series * square - 1.0 / 5_040.0;
    series = series * square + 1.0 / 120.0;
    series = series * square - 1.0 / 6.0;
    angle + angle * square * series
}

/// The cosine of a latitude in degrees, as the sine of what is left to the pole, so that it is right beside the poles as well.
#[inline(always)]
fn cosine(latitude: f64) -> f64 {
    // What a float leaves off of π / 2.
    const REST: f64 = 6.123_233_995_736_766e-17;
    sine(FRAC_PI_2 - (latitude * (2.0 * HALF_RADIANS)).abs() + REST)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn squares_are_those_of_the_sines_in_every_form() {
        let degrees = |count: usize, most: f64| {
            (0..count)
                .map(move |place| (place as f64 * 0.618_033_988_75).fract() * 2.0 * most - most)
        };
        for form in Form::available() {
            for (latitude, longitude) in [(50.85, 4.35), (-90.0, 0.0), (89.99, -179.9)] {
                let from = Origin::new(latitude, longitude);
                for count in [0, 1, 7, 8, 200] {
                    let mut places = Places::default();
                    places.push(1.0, 1.0);
                    places.clear();
                    let of: Vec<(f64, f64)> = degrees(count, 90.0)
                        .zip(degrees(count, 180.0).skip(count / 3).chain([0.0, 180.0]))
                        .collect();
                    for (latitude, longitude) in &of {
                        places.push(*latitude, *longitude);
                    }
                    let squares = places.squares(form, from).to_vec();
                    assert_eq!(squares.len(), of.len());
                    for ((of_latitude, of_longitude), square) in of.iter().zip(squares) {
                        // The sum of the squares of what lies between the points of a ball of diameter 1 (chords).
                        let point = |latitude: f64, longitude: f64| {
                            let (north, east) = (latitude.to_radians(), longitude.to_radians());
                            [
                                north.cos() * east.cos(),
                                north.cos() * east.sin(),
                                north.sin(),
                            ]
                        };
                        let (a, b) = (
                            point(latitude, longitude),
                            point(*of_latitude, *of_longitude),
                        );
                        let chord: f64 =
                            a.iter().zip(b).map(|(a, b)| (a - b) * (a - b) / 4.0).sum();
                        assert!((chord - square).abs() < 1e-14 + 1e-11 * chord, "{form:?}");
                    }
                }
            }
        }
    }
}
