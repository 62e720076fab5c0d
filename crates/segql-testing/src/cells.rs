//! What stands in a cell, before it is laid out in Arrow: values of a kind, drawn with a liking for edges.

use crate::random::Random;
use arrow_array::types::{ArrowPrimitiveType, Float16Type};
use arrow_buffer::i256;
use arrow_schema::TimeUnit;
use segql::types::{Constant, Decimal, Exact, Float, NumberKind, Point, RecordType, Type};
use std::sync::Arc;

/// A float of 16 bits.
type Half = <Float16Type as ArrowPrimitiveType>::Native;

/// A cell as people would write it down.
#[derive(Clone, Debug, PartialEq)]
pub enum Cell {
    Missing,
    Boolean(bool),
    Whole(i128),
    /// The mantissa; the scale is the kind's.
    Decimal(i128),
    /// The mantissa, in 256 bits; the scale is the kind's.
    Wide(i256),
    /// Finite; what is not is `Missing`.
    Float(f64),
    Text(String),
    /// Days since 1970-01-01.
    Date(i64),
    /// In the kind's unit since 1970-01-01T00:00Z.
    Time(i64),
    /// In the kind's unit.
    Duration(i64),
    /// Degrees north and degrees east, on the globe.
    Point(f64, f64),
    List(Vec<Cell>),
    /// One for each part of the kind.
    Record(Vec<Cell>),
    Map(Vec<(String, Cell)>),
}

/// What the cells of a column are.
#[derive(Clone, Debug, PartialEq)]
pub enum Kind {
    Boolean,
    /// Whole numbers from the first to the second.
    Whole(i128, i128),
    /// Decimals with so many places.
    Decimal(u8),
    /// Decimals of 256 bits with so many places; below 0, so many zeros are left away.
    Wide(i8),
    /// Floats that 64, 32 or 16 bits can hold.
    Float(u8),
    Text,
    Date,
    Time(TimeUnit),
    Duration(TimeUnit),
    Point,
    /// Of anything but lists and points.
    List(Box<Kind>),
    /// Parts with their names.
    Record(Vec<(String, Kind)>),
    /// From text.
    Map(Box<Kind>),
}

/// The nanoseconds of a unit.
pub fn nanoseconds(unit: TimeUnit) -> i64 {
    match unit {
        TimeUnit::Second => 1_000_000_000,
        TimeUnit::Millisecond => 1_000_000,
        TimeUnit::Microsecond => 1_000,
        TimeUnit::Nanosecond => 1,
    }
}

const UNITS: [TimeUnit; 4] = [
    TimeUnit::Second,
    TimeUnit::Millisecond,
    TimeUnit::Microsecond,
    TimeUnit::Nanosecond,
];

/// Texts that differ where text goes wrong: empty and blank, longer than a view holds inline, beyond ASCII, with several case foldings, with a
/// null byte, with wildcards of other languages, alike but for the last byte.
const TEXTS: &[&str] = &[
    "",
    " ",
    "\t\u{3000}",
    "BE",
    "be",
    "Be",
    "NL",
    "BEL",
    "B",
    "ann@example.be",
    "Ann@Example.BE",
    "bob@example.com",
    "a rather long text, longer than a view",
    "a rather long text, longer than a vieW",
    "straße",
    "STRASSE",
    "strasse",
    "ẞ",
    "ß",
    "ﬁ",
    "FI",
    "İ",
    "i\u{307}",
    "ı",
    "I",
    "i",
    "Σίσυφος",
    "ΣΊΣΥΦΟΣ",
    "σίσυφοσ",
    "é",
    "e\u{301}",
    "K",
    "k",
    "ſ",
    "s",
    "%",
    "_",
    "a\0b",
    "𝔄🦀",
    "\u{10FFFF}",
    "\u{FFFF}",
    "aaaaaaaaaaaaaaaaaaaaaaab",
    "aaaaaaaaaaaab",
    "aab",
];

/// Keys of maps.
pub const KEYS: [&str; 4] = ["churn", "ltv", "", "Churn"];

impl Kind {
    /// A kind, lists among them.
    pub fn random(random: &mut Random) -> Kind {
        match random.below(21) {
            20 => Kind::Point,
            0 => Kind::List(Box::new(Kind::Text)),
            1 => Kind::List(Box::new(Kind::scalar(random))),
            2 => Kind::record(random, 2),
            3 | 4 => Kind::List(Box::new(Kind::record(random, 2))),
            5 => Kind::Map(Box::new(Kind::scalar(random))),
            _ => Kind::scalar(random),
        }
    }

    /// A record with parts that may hold records and lists in their turn, so deep.
    fn record(random: &mut Random, depth: usize) -> Kind {
        let part = |random: &mut Random| match random.below(8) {
            0 => Kind::List(Box::new(Kind::scalar(random))),
            1 if depth > 0 => Kind::record(random, depth - 1),
            2 if depth > 0 => Kind::List(Box::new(Kind::record(random, depth - 1))),
            3 if depth > 0 => Kind::Map(Box::new(Kind::scalar(random))),
            _ => Kind::scalar(random),
        };
        let count = 1 + random.below(3);
        Kind::Record(
            (0..count)
                .map(|place| (format!("p{place}"), part(random)))
                .collect(),
        )
    }

    pub fn scalar(random: &mut Random) -> Kind {
        match random.below(16) {
            0 | 1 => Kind::Boolean,
            2..=5 => {
                let wide = |low: i64, high: i64| Kind::Whole(low.into(), high.into());
                match random.below(7) {
                    0 => wide(-128, 127),
                    1 => wide(0, 255),
                    2 => wide(i16::MIN.into(), i16::MAX.into()),
                    3 => wide(i32::MIN.into(), i32::MAX.into()),
                    4 => wide(0, u32::MAX.into()),
                    5 => Kind::Whole(0, u64::MAX.into()),
                    _ => wide(i64::MIN, i64::MAX),
                }
            }
            6 if random.percent(30) => {
                Kind::Wide(*random.pick(&[0, 2, 37, 38, 39, 40, 60, 76, -2, -38, -40]))
            }
            6 => Kind::Decimal(*random.pick(&[0, 1, 2, 2, 2, 5, 18, 38])),
            7 | 8 => Kind::Float(*random.pick(&[16, 32, 64, 64])),
            9..=11 => Kind::Text,
            12 => Kind::Date,
            13 | 14 => Kind::Time(*random.pick(&UNITS)),
            _ => Kind::Duration(*random.pick(&UNITS)),
        }
    }

    /// A stream of events with up to three fields, lists of single values among them.
    pub fn stream(random: &mut Random) -> Kind {
        let fields = (0..random.below(4)).map(|place| {
            let field = match random.below(6) {
                0 => Kind::List(Box::new(Kind::Text)),
                1 if random.percent(50) => Kind::record(random, 1),
                _ => Kind::scalar(random),
            };
            (format!("p{place}"), field)
        });
        let fields = fields.collect();
        Kind::stream_of(fields, random)
    }

    /// A stream of events with these fields, whose times are kept in some unit.
    pub fn stream_of(fields: Vec<(String, Kind)>, random: &mut Random) -> Kind {
        Kind::events(fields, *random.pick(&UNITS))
    }

    /// A time of an event of such a stream.
    pub fn time(&self, random: &mut Random, now: i128) -> Cell {
        match self {
            Kind::List(event) => event.time(random, now),
            Kind::Record(parts) if self.is_event() => parts[0].1.cell(random, now),
            _ => Cell::Missing,
        }
    }

    /// A stream of events with these fields.
    pub fn events(fields: Vec<(String, Kind)>, unit: TimeUnit) -> Kind {
        let time = (RecordType::TIME.to_owned(), Kind::Time(unit));
        let parts = std::iter::once(time).chain(fields).collect();
        Kind::List(Box::new(Kind::Record(parts)))
    }

    /// Records whose first part is called `time` are events.
    pub fn is_event(&self) -> bool {
        matches!(self, Kind::Record(parts) if parts.first().is_some_and(|(name, _)| name == RecordType::TIME))
    }

    /// Whether these are lists of events, which are sorted.
    pub fn is_stream(&self) -> bool {
        matches!(self, Kind::List(element) if element.is_event())
    }

    /// Puts the events of a cell in their order.
    pub fn in_order(&self, cell: &mut Cell) {
        if let (Kind::List(element), Cell::List(events)) = (self, cell)
            && element.is_event()
        {
            events.sort_by(|a, b| element.constant(a).total_order(&element.constant(b)));
        }
    }

    /// The type of such a column in the language.
    pub fn type_of(&self) -> Type {
        match self {
            Kind::Boolean => Type::Boolean,
            Kind::Whole(..) => Type::Number(NumberKind::Whole),
            Kind::Decimal(_) | Kind::Wide(_) => Type::Number(NumberKind::Exact),
            Kind::Float(_) => Type::Number(NumberKind::Float),
            Kind::Text => Type::Text,
            Kind::Date => Type::Date,
            Kind::Time(_) => Type::Time,
            Kind::Duration(_) => Type::Duration,
            Kind::Point => Type::Point,
            Kind::List(element) => Type::List(Box::new(element.type_of())),
            Kind::Record(parts) => Type::Record(Arc::new(RecordType {
                time: self.is_event().then_some(0),
                ..RecordType::new(parts.iter().map(|(name, kind)| (name, kind.type_of())))
            })),
            Kind::Map(value) => Type::Map(Box::new(value.type_of())),
        }
    }

    /// A value of the kind. Small numbers and days near `now` are likely, so that values meet; edges of the type come now and then.
    pub fn cell(&self, random: &mut Random, now: i128) -> Cell {
        let is_edge = random.percent(12);
        match self {
            Kind::Boolean => Cell::Boolean(random.percent(50)),
            Kind::Whole(low, high) => Cell::Whole(if is_edge {
                let edges = [
                    *low,
                    *high,
                    low + 1,
                    high - 1,
                    (1 << 53) + 1,
                    (1 << 53),
                    -(1 << 53) - 1,
                    1 << 24,
                    (1 << 24) + 1,
                ];
                (*random.pick(&edges)).clamp(*low, *high)
            } else {
                i128::from(random.between(-3, 12)).clamp(*low, *high)
            }),
            Kind::Decimal(scale) => {
                let one = 10i128.pow((*scale).into());
                Cell::Decimal(if is_edge {
                    *random.pick(&[
                        10i128.pow(38) - 1,
                        1 - 10i128.pow(38),
                        999_999_999,
                        i128::from(i64::MAX),
                        i128::from(i64::MIN),
                        1,
                        -1,
                    ])
                } else if random.percent(50) || *scale > 30 {
                    i128::from(random.between(-40, 120))
                } else {
                    (one / 10).max(1) * i128::from(random.between(-30, 60))
                })
            }
            Kind::Wide(scale) => Cell::Wide(wide(*scale, is_edge, random)),
            Kind::Float(bits) => {
                let value = if is_edge {
                    *random.pick(&[
                        0.1,
                        -0.1,
                        1e300,
                        -1e300,
                        f64::MIN_POSITIVE,
                        5e-324,
                        f64::MAX,
                        9_007_199_254_740_992.0,
                        9_007_199_254_740_994.0,
                        0.30000000000000004,
                        1.0 / 3.0,
                        16_777_217.0,
                    ])
                } else {
                    random.between(-30, 60) as f64 / *random.pick(&[1.0, 2.0, 4.0, 10.0])
                };
                let value = match bits {
                    16 => f64::from(Half::from_f64(value).to_f32()),
                    32 => f64::from(value as f32),
                    _ => value,
                };
                if value.is_finite() {
                    Cell::Float(value + 0.0)
                } else {
                    Cell::Float(1.0)
                }
            }
            Kind::Text => Cell::Text((*random.pick(TEXTS)).to_owned()),
            Kind::Date => {
                let today = now.div_euclid(86_400_000_000_000) as i64;
                Cell::Date(if is_edge {
                    *random.pick(&[
                        i64::from(i32::MIN),
                        i64::from(i32::MAX),
                        0,
                        -1,
                        2_932_896,
                        2_932_897,
                        -4_371_587,
                        11_016,
                    ])
                } else {
                    today + *random.pick(&[0, 0, -1, 1, -7, 7, -30, -31, -90, 30, -365, -366])
                })
            }
            Kind::Time(unit) => {
                let size = nanoseconds(*unit);
                let here = now.div_euclid(size.into()) as i64;
                Cell::Time(if is_edge {
                    *random.pick(&[i64::MIN, i64::MAX, 0, -1, i64::MIN + 1])
                } else {
                    let day = 86_400_000_000_000 / size;
                    let days = *random.pick(&[0, 0, -1, 1, -7, 7, -30, -90, -91, 30, -365]);
                    let step = *random.pick(&[0, 0, 1, -1, day / 24, -day / 24]);
                    here + days * day + step
                })
            }
            Kind::Duration(unit) => {
                let hour = 3_600_000_000_000 / nanoseconds(*unit);
                Cell::Duration(if is_edge {
                    *random.pick(&[i64::MIN, i64::MAX, 0, 1, -1])
                } else {
                    hour * random.between(-3, 50)
                })
            }
            Kind::Point => {
                // A place that many know, or one of the corners of the globe; and a little beside it.
                let (latitude, longitude): (f64, f64) = *random.pick(&[
                    (50.85, 4.35),
                    (50.85, 4.35),
                    (51.22, 4.4),
                    (0.0, 0.0),
                    (90.0, 0.0),
                    (-90.0, 77.0),
                    (89.999, -120.0),
                    (12.5, 180.0),
                    (12.5, -180.0),
                    (-33.0, 179.95),
                    (-33.0, -179.95),
                    (-50.85, -175.65),
                ]);
                let step = *random.pick(&[0.0, 0.0, 1e-9, 0.001, 0.125, 1.0, 30.0, 100.0]);
                let beside =
                    |degrees: f64, most: f64, sign: f64| (degrees + sign * step).clamp(-most, most);
                let signs = [1.0, -1.0, 0.0];
                Cell::Point(
                    beside(latitude, 90.0, *random.pick(&signs)),
                    beside(longitude, 180.0, *random.pick(&signs)),
                )
            }
            Kind::List(element) => {
                let length = *random.pick(&[0, 0, 1, 1, 2, 3, 3, 9]);
                let mut list = Cell::List(
                    (0..length)
                        .map(|_| {
                            if random.percent(15) {
                                Cell::Missing
                            } else {
                                element.cell(random, now)
                            }
                        })
                        .collect(),
                );
                self.in_order(&mut list);
                list
            }
            Kind::Record(parts) => Cell::Record(
                (parts.iter())
                    .map(|(_, part)| {
                        if random.percent(15) {
                            Cell::Missing
                        } else {
                            part.cell(random, now)
                        }
                    })
                    .collect(),
            ),
            Kind::Map(value) => {
                let mut entries = Vec::new();
                for key in KEYS {
                    // A key may be missing, come with a missing value, or stand twice.
                    for _ in 0..*random.pick(&[0, 0, 1, 1, 1, 2]) {
                        let value = if random.percent(15) {
                            Cell::Missing
                        } else {
                            value.cell(random, now)
                        };
                        entries.push((key.to_owned(), value));
                    }
                }
                random.shuffle(&mut entries);
                Cell::Map(entries)
            }
        }
    }

    /// What a cell of this kind is to the language.
    pub fn constant(&self, cell: &Cell) -> Constant {
        match (self, cell) {
            (_, Cell::Boolean(value)) => Constant::Boolean(*value),
            (_, Cell::Whole(value)) => Constant::Number(Exact::whole(*value)),
            (Kind::Decimal(scale), Cell::Decimal(mantissa)) => Constant::Number(
                Decimal {
                    mantissa: *mantissa,
                    scale: *scale,
                }
                .exact(),
            ),
            (Kind::Wide(scale), Cell::Wide(mantissa)) => {
                lowest_terms(*mantissa, *scale).map_or(Constant::Missing, Constant::Number)
            }
            (_, Cell::Float(value)) => {
                Float::new(*value).map_or(Constant::Missing, Constant::Float)
            }
            (_, Cell::Text(text)) => Constant::Text(text.as_str().into()),
            (_, Cell::Date(days)) => Constant::Date(*days),
            (Kind::Time(unit), Cell::Time(count)) => {
                Constant::Time(i128::from(*count) * i128::from(nanoseconds(*unit)))
            }
            (Kind::Duration(unit), Cell::Duration(count)) => {
                Constant::Duration(i128::from(*count) * i128::from(nanoseconds(*unit)))
            }
            (_, Cell::Point(latitude, longitude)) => {
                Point::new(*latitude, *longitude).map_or(Constant::Missing, Constant::Point)
            }
            (Kind::List(element), Cell::List(cells)) => {
                Constant::List(cells.iter().map(|cell| element.constant(cell)).collect())
            }
            (Kind::Record(parts), Cell::Record(cells)) => Constant::Record(
                (parts.iter().zip(cells))
                    .map(|((_, part), cell)| part.constant(cell))
                    .collect(),
            ),
            (Kind::Map(value), Cell::Map(entries)) => Constant::Map(
                (entries.iter())
                    .map(|(key, cell)| (key.as_str().into(), value.constant(cell)))
                    .collect(),
            ),
            _ => Constant::Missing,
        }
    }
}

/// Digits of a wide decimal: mostly such that the value is small whatever the places, now and then such that it fits only in lowest terms, or not at all.
fn wide(scale: i8, is_edge: bool, random: &mut Random) -> i256 {
    let small = |random: &mut Random| i256::from_i128(random.between(-3, 12).into());
    if scale < 0 {
        return if is_edge { i256::MAX } else { small(random) };
    }
    let places = u32::from(scale.unsigned_abs());
    let ten = i256::from_i128(10);
    if is_edge {
        let edges = [
            i256::MAX,
            ten.wrapping_pow(76),
            ten.wrapping_pow(76).wrapping_sub(i256::ONE),
            i256::from_i128(5).wrapping_pow(places),
            i256::from_i128(2).wrapping_pow(places),
            i256::from_i128(i128::MAX),
            i256::from_i128(i128::MIN).wrapping_sub(i256::ONE),
            ten.wrapping_pow(40),
            i256::MINUS_ONE,
        ];
        return *random.pick(&edges);
    }
    // Whole numbers or tenths, as far as 76 digits go.
    let zeros = places.saturating_sub(*random.pick(&[0, 0, 1]));
    small(random).wrapping_mul(ten.wrapping_pow(zeros.min(74)))
}

/// The value of a wide decimal by Euclid's algorithm; none where a part of it does not fit in 128 bits.
fn lowest_terms(mantissa: i256, scale: i8) -> Option<Exact> {
    let power = i256::from_i128(10).checked_pow(scale.unsigned_abs().into())?;
    if scale < 0 {
        return mantissa.checked_mul(power)?.to_i128().map(Exact::whole);
    }
    let (mut divisor, mut rest) = (power, mantissa.wrapping_abs());
    while rest != i256::ZERO {
        (divisor, rest) = (rest, divisor.wrapping_rem(rest));
    }
    Exact::new(
        mantissa.wrapping_div(divisor).to_i128()?,
        power.wrapping_div(divisor).to_i128()?,
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn wide_decimals_count_in_lowest_terms() {
        let ten = i256::from_i128(10);
        let value = |digits, scale| lowest_terms(digits, scale);
        assert_eq!(value(ten.wrapping_pow(41), 40), Some(Exact::whole(10)));
        assert_eq!(
            value(i256::from_i128(5).wrapping_pow(76), 76),
            Exact::new(1, 1 << 76)
        );
        assert_eq!(value(i256::ONE, 40), None);
        assert_eq!(value(i256::ZERO, 40), Some(Exact::ZERO));
        assert_eq!(value(i256::from_i128(-3), -2), Some(Exact::whole(-300)));
        assert_eq!(value(i256::ONE, -39), None);
    }
}
