//! How far two places are apart, as the manual says it: along the great circle of a sphere, by the haversine formula in 64-bit floats. Written anew
//! from that page, so that the evaluator of the other executors is held against it; what they share is `libm`.

/// Micrometres between two places, each as degrees north and degrees east.
pub fn distance(one: (f64, f64), two: (f64, f64)) -> i128 {
    let ((latitude1, longitude1), (latitude2, longitude2)) = (one, two);
    let mut d = (longitude2 - longitude1).abs();
    if d > 180.0 {
        d = 360.0 - d;
    }
    let north = radians(latitude2 - latitude1) / 2.0;
    let east = radians(d) / 2.0;
    let (sin_north, sin_east) = (libm::sin(north), libm::sin(east));
    let cosines = libm::cos(radians(latitude1)) * libm::cos(radians(latitude2));
    let h = sin_north * sin_north + cosines * (sin_east * sin_east);
    let angle = libm::asin(f64::min(1.0, libm::sqrt(h)));
    libm::round(12_742_017_600_000.0 * angle) as i128
}

fn radians(degrees: f64) -> f64 {
    degrees * 0.017453292519943295
}
