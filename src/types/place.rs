//! Places on the globe, and how far they are apart.
//!
//! The earth is a sphere of radius 6,371,008.8 m (the mean radius of the IUGG), and a distance is that along the great circle, worked out by the
//! haversine formula in 64-bit floats with `libm`, so that every machine finds the same:
//!
//! ```text
//! radians(x) = x × 0.017453292519943295
//! north = radians(latitude₂ - latitude₁) / 2
//! east  = radians(d) / 2, where d = |longitude₂ - longitude₁|, or 360 - d where that is more than 180
//! h = sin(north)² + cos(radians(latitude₁)) × cos(radians(latitude₂)) × sin(east)²
//! micrometres = round(12,742,017,600,000 × asin(least(1, √h)))
//! ```

use super::Float;

/// A place on the globe: degrees north (south below 0) and degrees east (west below 0).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Point {
    latitude: Float,
    longitude: Float,
}

/// π / 180.
const RADIANS: f64 = 0.017_453_292_519_943_295;

impl Point {
    /// Micrometres of the radius, twice.
    pub const DIAMETER: f64 = 12_742_017_600_000.0;

    /// None where one of them is no number, the latitude is beyond a pole, or the longitude lies more than half round the globe.
    pub fn new(latitude: f64, longitude: f64) -> Option<Self> {
        let is_place = latitude.abs() <= 90.0 && longitude.abs() <= 180.0;
        let (latitude, longitude) = (Float::new(latitude)?, Float::new(longitude)?);
        is_place.then_some(Self {
            latitude,
            longitude,
        })
    }

    /// Degrees, from -90 to 90.
    pub fn latitude(self) -> f64 {
        self.latitude.get()
    }

    /// Degrees, from -180 to 180.
    pub fn longitude(self) -> f64 {
        self.longitude.get()
    }

    /// Where it is on a globe of radius 1, from the middle of it.
    pub fn on_the_globe(self) -> [f64; 3] {
        let (north, east) = (self.latitude() * RADIANS, self.longitude() * RADIANS);
        let round = libm::cos(north);
        let (x, y) = (round * libm::cos(east), round * libm::sin(east));
        [x, y, libm::sin(north)]
    }

    /// How far another place is, in micrometres.
    pub fn distance(self, other: Self) -> i128 {
        let cosine = |place: Self| libm::cos(place.latitude() * RADIANS);
        let north = libm::sin((other.latitude() - self.latitude()) * RADIANS / 2.0);
        let apart = (other.longitude() - self.longitude()).abs();
        let apart = if apart > 180.0 { 360.0 - apart } else { apart };
        let east = libm::sin(apart * RADIANS / 2.0);
        let haversine = north * north + cosine(self) * cosine(other) * (east * east);
        (Self::DIAMETER * libm::asin(haversine.sqrt().min(1.0))).round() as i128
    }
}

/// A distance as the language writes it: in whole kilometres where it is that, else in metres with as many places as it needs.
pub fn distance_text(micrometres: i128) -> String {
    const METRE: u128 = 1_000_000;
    const KILOMETRE: u128 = 1_000 * METRE;
    let sign = if micrometres < 0 { "-" } else { "" };
    let size = micrometres.unsigned_abs();
    if size != 0 && size.is_multiple_of(KILOMETRE) {
        return format!("{sign}{} km", size / KILOMETRE);
    }
    let part = format!("{:06}", size % METRE);
    match part.trim_end_matches('0') {
        "" => format!("{sign}{} m", size / METRE),
        part => format!("{sign}{}.{part} m", size / METRE),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn point(latitude: f64, longitude: f64) -> Point {
        Point::new(latitude, longitude).unwrap()
    }

    #[test]
    fn places_lie_on_the_globe() {
        assert_eq!(Point::new(90.1, 0.0), None);
        assert_eq!(Point::new(0.0, -180.5), None);
        assert_eq!(Point::new(f64::NAN, 0.0), None);
        assert_eq!(Point::new(0.0, f64::INFINITY), None);
        assert!(Point::new(-90.0, 180.0).is_some());
        assert_eq!(point(-0.0, 0.0), point(0.0, 0.0));
    }

    /// A degree of a great circle is π × 6,371,008.8 / 180 = 111,195.0802335329 m (worked out with 30 digits).
    #[test]
    fn a_degree_is_the_same_along_every_great_circle() {
        for (from, to) in [
            (point(0.0, 0.0), point(0.0, 1.0)),
            (point(0.0, 0.0), point(1.0, 0.0)),
            (point(89.5, 10.0), point(89.5, -170.0)),
            (point(0.0, 179.5), point(0.0, -179.5)),
            (point(-0.5, -60.0), point(0.5, -60.0)),
        ] {
            assert_eq!(from.distance(to), 111_195_080_234, "{from:?} {to:?}");
            assert_eq!(to.distance(from), 111_195_080_234, "{from:?} {to:?}");
        }
    }

    #[test]
    fn poles_and_opposite_places() {
        // Whatever the longitude, a pole is one place.
        assert_eq!(point(90.0, 0.0).distance(point(90.0, 90.0)), 0);
        assert_eq!(point(12.0, 180.0).distance(point(12.0, -180.0)), 0);
        // Half round the globe: π × 6,371,008.8 m = 20,015,114.442035926 m.
        for (from, to) in [
            (point(0.0, 0.0), point(0.0, 180.0)),
            (point(90.0, 0.0), point(-90.0, 0.0)),
            (point(0.0, -90.0), point(0.0, 90.0)),
        ] {
            assert_eq!(from.distance(to), 20_015_114_442_036);
        }
    }

    #[test]
    fn distances_are_written_as_they_would_be_read() {
        for (micrometres, text) in [
            (25_000_000_000, "25 km"),
            (-1_500_000_000, "-1500 m"),
            (1_609_344_000, "1609.344 m"),
            (1, "0.000001 m"),
            (0, "0 m"),
        ] {
            assert_eq!(distance_text(micrometres), text);
        }
    }
}
