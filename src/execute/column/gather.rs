//! Columns of many batches put together into one: text under a single dictionary in order, whole numbers and codes in the least number of bytes that hold
//! them all.

use super::filler::{Filler, fill_f32, fill_f64, fill_whole};
use super::statistics::ends_of_words;
use super::texts::{PlainTexts, Texts, coded};
use super::{Column, Integers, List, Points, Unit, Values, bits, each_integer};
use crate::types::Exact;
use arrow_buffer::{ArrowNativeType, ScalarBuffer};
use std::sync::Arc;

/// More different texts than this are only kept as a dictionary where they repeat.
const FEW_TEXTS: usize = 1 << 16;

/// A column that grows by batches of the same type.
#[derive(Debug, Default)]
pub(in crate::execute) struct Gather {
    rows: usize,
    validity: Vec<u64>,
    values: Gathered,
}

#[derive(Debug, Default)]
enum Gathered {
    /// No value was known so far.
    #[default]
    Missing,
    Boolean(Vec<u64>),
    Narrow(Vec<i64>, Unit),
    Wide(Vec<i128>, Unit),
    Fractions(Vec<Exact>),
    F32(Vec<f32>),
    F64(Vec<f64>),
    Codes(Vec<u32>, Texts),
    Plain(PlainTexts),
    Points(Vec<f64>, Vec<f64>),
    List(Vec<u32>, Box<Gather>),
    Record(Vec<Gather>),
}

impl Gather {
    /// Appends the rows of a column. What stands under its missing values does not matter.
    pub(in crate::execute) fn push(&mut self, column: &Column) -> Result<(), String> {
        let before = self.rows;
        self.rows += column.rows;
        bits::append(
            &mut self.validity,
            before,
            column.validity.as_deref(),
            column.rows,
        );
        if matches!(self.values, Gathered::Missing) {
            self.values = Gathered::like(&column.values, before);
        }
        self.push_values(column, before)
    }

    fn push_values(&mut self, column: &Column, before: usize) -> Result<(), String> {
        let (rows, from_rows) = (self.rows, column.rows);
        let known = |row: usize| column.is_valid(row);
        match (&mut self.values, &column.values) {
            (Gathered::Missing, _) => {}
            (Gathered::Boolean(mask), Values::Boolean(from)) => {
                mask.resize(bits::words(rows), 0);
                for row in 0..column.rows {
                    if known(row) && bits::get(from, row) {
                        bits::set(mask, before + row);
                    }
                }
            }
            (Gathered::Narrow(numbers, unit), Values::Integers(from, from_unit)) => {
                if unit != from_unit {
                    return Err("the unit changes from batch to batch".into());
                }
                let before = numbers.len();
                numbers.resize(before + from_rows, 0);
                let places = &mut numbers[before..];
                let fits = each_integer!(from, from => {
                    places.iter_mut().zip(from.iter()).enumerate().all(|(row, (place, number))| {
                        match narrowed(*number) {
                            Some(number) if known(row) => *place = number,
                            Some(_) => {}
                            None => return !known(row),
                        }
                        true
                    })
                });
                if !fits {
                    numbers.truncate(before);
                    let wide = numbers.iter().map(|number| i128::from(*number)).collect();
                    self.values = Gathered::Wide(wide, *unit);
                    return self.push_values(column, before);
                }
            }
            (Gathered::Wide(numbers, unit), Values::Integers(from, from_unit)) => {
                if unit != from_unit {
                    return Err("the unit changes from batch to batch".into());
                }
                let number = |row| if known(row) { from.get(row) } else { 0 };
                numbers.extend((0..column.rows).map(number));
            }
            (Gathered::Narrow(numbers, unit), Values::Fractions(_)) => {
                let numbers = numbers
                    .iter()
                    .map(|number| fraction((*number).into(), *unit));
                self.values = Gathered::Fractions(numbers.collect());
                return self.push_values(column, before);
            }
            (Gathered::Wide(numbers, unit), Values::Fractions(_)) => {
                let numbers = numbers.iter().map(|number| fraction(*number, *unit));
                self.values = Gathered::Fractions(numbers.collect());
                return self.push_values(column, before);
            }
            (Gathered::Fractions(numbers), Values::Fractions(from)) => {
                numbers.extend_from_slice(from);
            }
            (Gathered::Fractions(numbers), Values::Integers(from, unit)) => {
                let number = |row| {
                    if known(row) {
                        fraction(from.get(row), *unit)
                    } else {
                        Exact::ZERO
                    }
                };
                numbers.extend((0..column.rows).map(number));
            }
            (Gathered::F32(numbers), Values::F32(from)) => numbers.extend_from_slice(from),
            (Gathered::F64(numbers), Values::F64(from)) => numbers.extend_from_slice(from),
            (Gathered::F64(numbers), Values::F32(from)) => {
                numbers.extend(from.iter().map(|number| f64::from(*number)));
            }
            (Gathered::F32(numbers), Values::F64(_)) => {
                let wide = numbers.iter().map(|number| f64::from(*number)).collect();
                self.values = Gathered::F64(wide);
                return self.push_values(column, before);
            }
            (Gathered::Codes(codes, texts), Values::Codes(from, dictionary)) => {
                // Each different text of the batch is looked up once.
                let mut places = vec![None; dictionary.len()];
                for row in 0..column.rows {
                    codes.push(if known(row) {
                        let code = from.get(row);
                        match places[code] {
                            Some(place) => place,
                            None => *places[code].insert(texts.place(dictionary.texts.get(code))),
                        }
                    } else {
                        0
                    });
                }
            }
            (Gathered::Codes(codes, texts), Values::Text(from)) => {
                for row in 0..column.rows {
                    codes.push(if known(row) {
                        texts.place(from.get(row))
                    } else {
                        0
                    });
                }
                if texts.len() > FEW_TEXTS && texts.len() * 2 > rows {
                    self.values = Gathered::Plain(PlainTexts::of(codes, texts, &self.validity));
                }
            }
            (Gathered::Plain(texts), Values::Codes(codes, dictionary)) => {
                for row in 0..column.rows {
                    texts.push(match known(row) {
                        true => dictionary.texts.get(codes.get(row)),
                        false => "",
                    });
                }
            }
            (Gathered::Plain(texts), Values::Text(from)) => {
                for row in 0..column.rows {
                    texts.push(if known(row) { from.get(row) } else { "" });
                }
            }
            (Gathered::Points(latitudes, longitudes), Values::Points(from)) => {
                latitudes.extend_from_slice(&from.latitudes);
                longitudes.extend_from_slice(&from.longitudes);
            }
            (Gathered::List(starts, elements), Values::List(list)) => {
                let first = elements.rows;
                let end = |row: usize| list.starts[row + 1] as usize + first;
                for row in 0..column.rows {
                    let end = u32::try_from(end(row));
                    starts.push(end.map_err(|_| {
                        "lists with more than four thousand million elements".to_owned()
                    })?);
                }
                elements.push(&list.elements)?;
            }
            (Gathered::Record(parts), Values::Record(from)) if parts.len() == from.len() => {
                for (part, from) in parts.iter_mut().zip(&**from) {
                    part.push(from)?;
                }
            }
            (values, Values::Missing) => values.pad(rows),
            _ => return Err("the type changes from batch to batch".into()),
        }
        Ok(())
    }

    /// The column, in its smallest form, with one value under all missing ones.
    pub(in crate::execute) fn finish(self) -> Column {
        let rows = self.rows;
        let known = bits::count(&self.validity) == rows as u64;
        let validity = &self.validity;
        let (values, filler) = match self.values {
            Gathered::Missing => return Column::missing(rows),
            Gathered::Boolean(mask) => (Values::Boolean(mask.into()), Some(Filler::NO_BIT)),
            Gathered::Narrow(numbers, unit) => {
                let (numbers, filler) = narrow(numbers, validity);
                (Values::Integers(numbers, unit), filler)
            }
            Gathered::Wide(numbers, unit) => {
                let numbers = Integers::I128(numbers.into());
                (Values::Integers(numbers, unit), None)
            }
            Gathered::Fractions(numbers) => (Values::Fractions(numbers.into()), None),
            Gathered::F32(mut numbers) => {
                let filler = fill_f32(&mut numbers, validity);
                (Values::F32(numbers.into()), Some(filler))
            }
            Gathered::F64(mut numbers) => {
                let filler = fill_f64(&mut numbers, validity);
                (Values::F64(numbers.into()), Some(filler))
            }
            // A dictionary of texts that hardly repeat costs more than it saves.
            Gathered::Codes(codes, texts)
                if texts.len() > usize::from(u8::MAX) && texts.len() * 2 > rows =>
            {
                let texts = PlainTexts::of(&codes, &texts, validity).finish();
                (Values::Text(texts), None)
            }
            Gathered::Codes(codes, texts) => coded(codes, &texts, validity),
            Gathered::Plain(texts) => (Values::Text(texts.finish()), None),
            Gathered::Points(latitudes, longitudes) => {
                let points = Points {
                    latitudes: latitudes.into(),
                    longitudes: longitudes.into(),
                };
                (Values::Points(points), None)
            }
            Gathered::List(starts, elements) => {
                let list = List::new(starts, elements.finish());
                (Values::List(Arc::new(list)), None)
            }
            Gathered::Record(parts) => {
                let parts = parts.into_iter().map(Gather::finish).collect();
                (Values::Record(parts), None)
            }
        };
        let validity = (!known).then(|| self.validity.into());
        Column::new(rows, validity, values).filled_with(filler)
    }
}

impl Gathered {
    /// An empty column of the same kind behind `rows` missing values.
    fn like(values: &Values, rows: usize) -> Self {
        match values {
            Values::Missing => Gathered::Missing,
            Values::Boolean(_) => Gathered::Boolean(vec![0; bits::words(rows)]),
            Values::Integers(_, unit) => Gathered::Narrow(vec![0; rows], *unit),
            Values::Fractions(_) => Gathered::Fractions(vec![Exact::ZERO; rows]),
            Values::F32(_) => Gathered::F32(vec![0.0; rows]),
            Values::F64(_) => Gathered::F64(vec![0.0; rows]),
            Values::Codes(..) | Values::Text(_) => Gathered::Codes(vec![0; rows], Texts::default()),
            Values::Points(_) => Gathered::Points(vec![0.0; rows], vec![0.0; rows]),
            Values::List(_) => Gathered::List(vec![0; rows + 1], Box::default()),
            Values::Record(parts) => {
                let missing = |_| Gather {
                    rows,
                    validity: vec![0; bits::words(rows)],
                    values: Gathered::Missing,
                };
                Gathered::Record(parts.iter().map(missing).collect())
            }
        }
    }

    /// Adds missing values until there are as many as rows.
    fn pad(&mut self, rows: usize) {
        match self {
            Gathered::Missing => {}
            Gathered::Boolean(mask) => mask.resize(bits::words(rows), 0),
            Gathered::Narrow(numbers, _) => numbers.resize(rows, 0),
            Gathered::Wide(numbers, _) => numbers.resize(rows, 0),
            Gathered::Fractions(numbers) => numbers.resize(rows, Exact::ZERO),
            Gathered::F32(numbers) => numbers.resize(rows, 0.0),
            Gathered::F64(numbers) => numbers.resize(rows, 0.0),
            Gathered::Codes(codes, _) => codes.resize(rows, 0),
            Gathered::Plain(texts) => (texts.rows()..rows).for_each(|_| texts.push("")),
            Gathered::Points(latitudes, longitudes) => {
                latitudes.resize(rows, 0.0);
                longitudes.resize(rows, 0.0);
            }
            Gathered::List(starts, _) => {
                let end = starts[starts.len() - 1];
                starts.resize(rows + 1, end);
            }
            Gathered::Record(parts) => {
                for part in parts {
                    part.rows = rows;
                    part.validity.resize(bits::words(rows), 0);
                    part.values.pad(rows);
                }
            }
        }
    }
}

/// A stored number in lowest terms. Only decimals with places that fit meet such as do not, and their multiplier is 1.
fn fraction(number: i128, unit: Unit) -> Exact {
    Exact::new(number, unit.divisor).unwrap_or(Exact::ZERO)
}

/// A stored number in 64 bits, where it fits.
fn narrowed<T: TryInto<i64>>(number: T) -> Option<i64> {
    number.try_into().ok()
}

/// Whole numbers in the least number of bytes, and what stands under the missing ones.
fn narrow(mut numbers: Vec<i64>, validity: &[u64]) -> (Integers, Option<Filler>) {
    fn to<T: TryFrom<i64> + ArrowNativeType>(numbers: &[i64]) -> ScalarBuffer<T> {
        let number = |number: &i64| T::try_from(*number).unwrap_or_default();
        numbers.iter().map(number).collect()
    }
    let (low, high) = ends_of_words(&numbers, Some(validity)).unwrap_or_default();
    let mut filler = None;
    let mut within = |least: i64, greatest: i64| {
        let fits = least <= low && high <= greatest;
        if fits {
            filler = fill_whole(&mut numbers, validity, (low, high), (least, greatest));
        }
        fits
    };
    let numbers = if within(0, u8::MAX.into()) {
        Integers::U8(to(&numbers))
    } else if within(i8::MIN.into(), i8::MAX.into()) {
        Integers::I8(to(&numbers))
    } else if within(0, u16::MAX.into()) {
        Integers::U16(to(&numbers))
    } else if within(i16::MIN.into(), i16::MAX.into()) {
        Integers::I16(to(&numbers))
    } else if within(0, u32::MAX.into()) {
        Integers::U32(to(&numbers))
    } else if within(i32::MIN.into(), i32::MAX.into()) {
        Integers::I32(to(&numbers))
    } else {
        within(i64::MIN, i64::MAX);
        Integers::I64(numbers.into())
    };
    (numbers, filler)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::execute::column::{Codes, read};
    use crate::types::{Constant, NumberKind, Type};
    use arrow_array::{ArrayRef, Int64Array, NullArray, StringArray};

    fn gathered(batches: &[ArrayRef], value_type: &Type) -> Column {
        let mut gather = Gather::default();
        for batch in batches {
            gather
                .push(&read(batch, value_type, true).unwrap())
                .unwrap();
        }
        gather.finish()
    }

    #[test]
    fn numbers_take_the_bytes_they_need() {
        let whole = Type::Number(NumberKind::Whole);
        let batch = |numbers: Vec<Option<i64>>| -> ArrayRef { Arc::new(Int64Array::from(numbers)) };
        let column = gathered(
            &[
                batch(vec![None, None]),
                batch(vec![Some(3), None]),
                batch(vec![Some(255)]),
            ],
            &whole,
        );
        assert!(matches!(
            column.values,
            Values::Integers(Integers::U8(_), _)
        ));
        let constants: Vec<Constant> = (0..5).map(|row| column.constant(row, &whole)).collect();
        let number = |number| Constant::Number(crate::types::Exact::whole(number));
        assert_eq!(
            constants,
            [
                Constant::Missing,
                Constant::Missing,
                number(3),
                Constant::Missing,
                number(255)
            ]
        );
        let column = gathered(&[batch(vec![Some(-1), Some(300)])], &whole);
        assert!(matches!(
            column.values,
            Values::Integers(Integers::I16(_), _)
        ));
    }

    #[test]
    fn text_gets_one_sorted_dictionary() {
        let batch = |texts: Vec<Option<&str>>| -> ArrayRef { Arc::new(StringArray::from(texts)) };
        let column = gathered(
            &[
                batch(vec![Some("b"), Some(" "), None]),
                Arc::new(NullArray::new(1)),
                batch(vec![Some("a"), Some("b")]),
            ],
            &Type::Text,
        );
        let Values::Codes(Codes::U8(codes), dictionary) = &column.values else {
            panic!("not coded: {column:?}");
        };
        // Under what is missing stands the code behind the last.
        assert_eq!(codes[..], [1, 2, 2, 2, 0, 1]);
        assert_eq!(
            (dictionary.texts.get(0), dictionary.texts.get(1)),
            ("a", "b")
        );
        assert_eq!(column.validity.as_deref(), Some(&[0b11_0001][..]));
    }

    #[test]
    fn one_value_that_no_known_one_has_stands_under_what_is_missing() {
        let whole = Type::Number(NumberKind::Whole);
        let batch =
            |numbers: &[Option<i64>]| -> ArrayRef { Arc::new(Int64Array::from(numbers.to_vec())) };
        // What stands there in the array may be anything.
        let wild: ArrayRef = Arc::new(Int64Array::new(
            vec![7, i64::MAX, i64::MIN, 9].into(),
            Some(vec![true, false, false, true].into()),
        ));
        for (arrays, filler) in [
            (vec![wild], Some(10)),
            (vec![batch(&[Some(-128), None, Some(126)])], Some(127)),
            (vec![batch(&[Some(1), None, Some(255)])], Some(0)),
            (vec![batch(&[Some(0), None, Some(255)])], None),
            (vec![batch(&[Some(i64::MIN), None, Some(i64::MAX)])], None),
            (vec![batch(&[Some(i64::MIN), None])], Some(i64::MIN + 1)),
            // Where nothing is missing, nothing stands there.
            (vec![batch(&[Some(3)]), batch(&[Some(4)])], None),
            (
                vec![batch(&[None]), batch(&[Some(4)]), batch(&[None])],
                Some(5),
            ),
        ] {
            let column = gathered(&arrays, &whole);
            let Values::Integers(numbers, _) = &column.values else {
                panic!("no whole numbers: {column:?}");
            };
            let told = column.filler().map(|filler| filler.bytes());
            assert_eq!(told, filler.map(|filler| i128::from(filler).to_le_bytes()));
            let missing = (0..column.rows).filter(|row| !column.is_valid(*row));
            for row in missing.filter(|_| filler.is_some()) {
                assert_eq!(Some(numbers.get(row) as i64), filler, "{column:?}");
            }
        }
        let floats: ArrayRef = Arc::new(arrow_array::Float64Array::from(vec![Some(1.5), None]));
        let column = gathered(&[floats], &Type::Number(NumberKind::Float));
        assert!(matches!(&column.values, Values::F64(numbers) if numbers[1].is_nan()));
        let texts: Vec<Option<String>> = (0..256).map(|text| Some(text.to_string())).collect();
        let without: ArrayRef = Arc::new(StringArray::from(texts[1..].to_vec()));
        let all: ArrayRef = Arc::new(StringArray::from(texts));
        let none: ArrayRef = Arc::new(NullArray::new(1));
        let codes = |column: &Column| match &column.values {
            Values::Codes(Codes::U8(codes), _) => codes.last().copied(),
            _ => None,
        };
        let column = gathered(&[without, none.clone()], &Type::Text);
        assert_eq!(codes(&column), Some(255));
        assert_eq!(column.filler().map(|filler| filler.bytes()[0]), Some(255));
        // All codes of a byte are taken.
        let column = gathered(&[all.clone(), all, none], &Type::Text);
        assert_eq!((codes(&column), column.filler()), (Some(0), None));
    }

    #[test]
    fn texts_that_end_alike_are_in_the_order_of_their_ends() {
        let hosts = |number: usize| {
            let ends = ["example", "test", "invalid"];
            format!("{:03}.host.{}", number * 7 % 500, ends[number % 3])
        };
        let begins = |number: usize| format!("{}-{:03}", ["a", "bb"][number % 2], number);
        let gathered_of = |text: &dyn Fn(usize) -> String| {
            let texts: Vec<String> = (0..2000).map(|row| text(row % 500)).collect();
            let column = gathered(&[Arc::new(StringArray::from(texts.clone()))], &Type::Text);
            for (row, text) in texts.iter().enumerate() {
                let text = Constant::Text(text.as_str().into());
                assert_eq!(column.constant(row, &Type::Text), text);
            }
            // The least and the greatest text of each hundred, worked out without codes.
            for (chunk, told) in column.statistics(&Type::Text, 100).iter().enumerate() {
                let texts = &texts[chunk * 100..][..100];
                let constant =
                    |text: Option<&String>| text.map(|text| Constant::Text(text.as_str().into()));
                assert_eq!(told.low, constant(texts.iter().min()));
                assert_eq!(told.high, constant(texts.iter().max()));
            }
            let Values::Codes(Codes::U16(_), dictionary) = column.values else {
                panic!("not coded: {column:?}");
            };
            let texts = (0..dictionary.len()).map(|code| dictionary.texts.get(code).to_owned());
            texts.collect::<Vec<String>>()
        };
        let one_run = |texts: &[String], passes: &dyn Fn(&str) -> bool| {
            let turns = texts
                .array_windows()
                .filter(|[one, two]| passes(one) != passes(two));
            turns.count() <= 2
        };
        let texts = gathered_of(&hosts);
        assert!(one_run(&texts, &|text| text.ends_with(".test")));
        assert!(!one_run(&texts, &|text| text.starts_with("1")));
        let texts = gathered_of(&begins);
        assert!(one_run(&texts, &|text| text.starts_with("a-1")));
        assert!(!one_run(&texts, &|text| text.ends_with("7")));
    }

    #[test]
    fn texts_that_hardly_repeat_stay_plain() {
        let texts: Vec<String> = (0..70_000)
            .map(|number| format!("contact {number}"))
            .collect();
        let batch: ArrayRef = Arc::new(StringArray::from(texts.clone()));
        let few: ArrayRef = Arc::new(StringArray::from(vec![Some("x"), None]));
        let column = gathered(&[batch, few], &Type::Text);
        assert!(matches!(column.values, Values::Text(_)));
        assert_eq!(
            column.constant(69_999, &Type::Text),
            Constant::Text(Arc::from("contact 69999"))
        );
        assert_eq!(
            column.constant(70_000, &Type::Text),
            Constant::Text(Arc::from("x"))
        );
        assert_eq!(column.constant(70_001, &Type::Text), Constant::Missing);
    }
}
