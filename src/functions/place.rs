//! Functions of places on the globe.

use super::{Example, Family, Function, Kind, Parameter, ResultType};
use crate::types::{Constant, Point};

pub(super) static POINT: Function = Function {
    name: "point",
    family: Family::Places,
    parameters: &[
        Parameter::needed("latitude", Kind::Number),
        Parameter::needed("longitude", Kind::Number),
    ],
    repeats_last: false,
    result: ResultType::Point,
    documentation: "A place on the globe: degrees north (south below 0), then degrees east (west below 0), each taken as the nearest 64-bit \
        floating-point number.",
    examples: &[
        Example {
            expression: "distance(point(50.85, 4.35), point(50.85, 4.35))",
            result: "0 m",
        },
        Example {
            expression: "point(45 + 46, 4.35)",
            result: "missing",
        },
    ],
    missing: "where the latitude is not from -90 to 90, or the longitude not from -180 to 180; written out, that is an error",
    reads_now: false,
    evaluate: |arguments, _| {
        let degrees = |constant: &Constant| match constant {
            Constant::Number(number) => Some(number.to_f64()),
            Constant::Float(float) => Some(float.get()),
            _ => None,
        };
        match arguments {
            [latitude, longitude] => degrees(latitude)
                .zip(degrees(longitude))
                .and_then(|(latitude, longitude)| Point::new(latitude, longitude))
                .map_or(Constant::Missing, Constant::Point),
            _ => Constant::Missing,
        }
    },
};

pub(super) static DISTANCE: Function = Function {
    name: "distance",
    family: Family::Places,
    parameters: &[
        Parameter::needed("from", Kind::Point),
        Parameter::needed("to", Kind::Point),
    ],
    repeats_last: false,
    result: ResultType::Distance,
    documentation: "How far two places are apart along the surface of a globe of radius 6,371,008.8 m, to the micrometre. It is compared with \
        kilometres, metres and miles.",
    examples: &[
        Example {
            expression: "distance(point(0, 0), point(0, 1))",
            result: "111195.080234 m",
        },
        Example {
            expression: "distance(point(90, 10), point(90, -60))",
            result: "0 m",
        },
    ],
    missing: "",
    reads_now: false,
    evaluate: |arguments, _| match arguments {
        [Constant::Point(from), Constant::Point(to)] => Constant::Distance(from.distance(*to)),
        _ => Constant::Missing,
    },
};
