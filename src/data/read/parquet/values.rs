//! The values of a column as they are decoded: numbers, truth, text, and text by codes.

use super::bits::{Bits, spread, spread_bits};
use super::hybrid::Hybrid;
use crate::data::First;
use arrow_array::types::Int32Type;
use arrow_array::{
    ArrayRef, ArrowPrimitiveType, BooleanArray, DictionaryArray, PrimitiveArray, StringArray,
};
use arrow_buffer::{ArrowNativeType, Buffer, NullBuffer, OffsetBuffer, ScalarBuffer};
use arrow_schema::{ArrowError, DataType};
use std::sync::Arc;

/// Takes values from pages, the missing ones left out, and makes arrays of them.
///
/// What gives none or an error is damaged.
pub(super) trait Values: Send {
    /// Takes up the dictionary of the column: so many values in the first bytes of this page, which may be kept, another buffer being left for it.
    fn dictionary(&mut self, page: &mut Vec<u8>, length: usize, values: usize) -> Option<()>;

    /// The buffer of the dictionary, when it is not needed any more.
    fn give_back(&mut self) -> Vec<u8> {
        Vec::new()
    }

    /// The values of the dictionary, if it has been taken up.
    fn different(&self) -> Result<Option<ArrayRef>, ArrowError>;

    /// Turns to the values of a page, which begin here.
    fn turn(&mut self, page: &[u8], at: usize, encoding: Encoding) -> Option<()>;

    /// Takes so many values of the page that it was turned to.
    fn take(&mut self, page: &[u8], values: usize) -> Option<()>;

    /// Passes so many values and takes those at these places among them, which rise.
    fn pick(&mut self, page: &[u8], values: usize, places: &[u32]) -> Option<()>;

    /// What was taken since the last time, as an array. Where some are missing, `known` has a bit for each row.
    fn array(&mut self, known: Option<Bits>) -> Result<ArrayRef, ArrowError>;

    /// The same, by codes where there are some.
    fn by_code(&mut self, known: Option<Bits>) -> Result<First, ArrowError> {
        self.array(known).map(First::Plain)
    }
}

/// How the values of a page are stored.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Encoding {
    Plain,
    Dictionary,
    /// Truth in runs.
    Runs,
}

/// Where the next value of a page is.
enum Cursor {
    Plain(usize),
    Codes(Hybrid),
}

impl Cursor {
    fn of(page: &[u8], at: usize, encoding: Encoding) -> Option<Self> {
        Some(match encoding {
            Encoding::Plain => Self::Plain(at),
            Encoding::Dictionary => {
                // Where everything is missing there may be nothing at all.
                let width = page.get(at).copied().unwrap_or(0);
                let begin = (at + 1).min(page.len());
                Self::Codes(Hybrid::new(begin, page.len(), width.into())?)
            }
            // The bytes of all runs stand before them.
            Encoding::Runs => {
                let bytes = u32::from_le_bytes(*page.get(at..)?.first_chunk()?);
                let end = (at + 4).checked_add(usize::try_from(bytes).ok()?)?;
                Self::Codes(Hybrid::new(at + 4, (end <= page.len()).then_some(end)?, 1)?)
            }
        })
    }
}

/// Codes that are looked up at once.
const AT_ONCE: usize = 4096;

/// Whole numbers and floats, from the bytes they are stored in.
pub(super) trait Stored: ArrowNativeType + Default {
    /// Bytes of a stored number.
    const WIDTH: usize;

    fn append(bytes: &[u8], out: &mut Vec<Self>);

    /// Adds the numbers of codes, which are places in a dictionary of stored numbers. None where there is no such place.
    fn look_up(codes: &[u32], dictionary: &[u8], out: &mut Vec<Self>) -> Option<()>;
}

macro_rules! stored {
    ($($native:ty as $stored:ty)*) => {
        $(impl Stored for $native {
            const WIDTH: usize = size_of::<$stored>();

            // Numbers of fewer bits than are stored fit in them, as the type of the column says.
            fn append(bytes: &[u8], out: &mut Vec<Self>) {
                let (numbers, _) = bytes.as_chunks();
                out.extend(numbers.iter().map(|number| <$stored>::from_le_bytes(*number) as $native));
            }

            fn look_up(codes: &[u32], dictionary: &[u8], out: &mut Vec<Self>) -> Option<()> {
                let (numbers, _) = dictionary.as_chunks();
                if are_any_beyond(codes, numbers.len()) {
                    return None;
                }
                let number = |code: &u32| numbers.get(*code as usize).map_or(Default::default(), |number| {
                    <$stored>::from_le_bytes(*number) as $native
                });
                out.extend(codes.iter().map(number));
                Some(())
            }
        })*
    };
}

stored!(i8 as i32 i16 as i32 i32 as i32 i64 as i64 f32 as f32 f64 as f64);
stored!(u8 as i32 u16 as i32 u32 as i32 u64 as i64);

/// Numbers of one width.
pub(super) struct Numbers<P: ArrowPrimitiveType> {
    data_type: DataType,
    /// As it is stored, at the beginning of a buffer, and its bytes.
    dictionary: Vec<u8>,
    length: usize,
    cursor: Cursor,
    codes: Vec<u32>,
    taken: Vec<P::Native>,
}

impl<P: ArrowPrimitiveType> Numbers<P> {
    pub(super) fn new(data_type: &DataType) -> Self {
        Self {
            data_type: data_type.clone(),
            dictionary: Vec::new(),
            length: 0,
            cursor: Cursor::Plain(0),
            codes: Vec::new(),
            taken: Vec::new(),
        }
    }
}

impl<P: ArrowPrimitiveType<Native: Stored>> Values for Numbers<P> {
    fn dictionary(&mut self, page: &mut Vec<u8>, length: usize, values: usize) -> Option<()> {
        self.length = values.checked_mul(P::Native::WIDTH)?;
        (self.length <= length).then_some(())?;
        std::mem::swap(&mut self.dictionary, page);
        Some(())
    }

    fn give_back(&mut self) -> Vec<u8> {
        self.length = 0;
        std::mem::take(&mut self.dictionary)
    }

    fn different(&self) -> Result<Option<ArrayRef>, ArrowError> {
        let mut values = Vec::new();
        Stored::append(&self.dictionary[..self.length], &mut values);
        let values = PrimitiveArray::<P>::try_new(values.into(), None)?;
        Ok(Some(Arc::new(
            values.with_data_type(self.data_type.clone()),
        )))
    }

    fn turn(&mut self, page: &[u8], at: usize, encoding: Encoding) -> Option<()> {
        self.cursor = Cursor::of(page, at, encoding)?;
        Some(())
    }

    fn take(&mut self, page: &[u8], values: usize) -> Option<()> {
        match &mut self.cursor {
            Cursor::Plain(at) => {
                let end = at.checked_add(values.checked_mul(P::Native::WIDTH)?)?;
                Stored::append(page.get(*at..end)?, &mut self.taken);
                *at = end;
            }
            Cursor::Codes(codes) => {
                // As many at once as stay close at hand.
                let mut left = values;
                while left > 0 {
                    self.codes.resize(left.min(AT_ONCE), 0);
                    codes.take(page, &mut self.codes)?;
                    let dictionary = &self.dictionary[..self.length];
                    Stored::look_up(&self.codes, dictionary, &mut self.taken)?;
                    left -= self.codes.len();
                }
            }
        }
        Some(())
    }

    fn pick(&mut self, page: &[u8], values: usize, places: &[u32]) -> Option<()> {
        match &mut self.cursor {
            Cursor::Plain(at) => {
                let width = P::Native::WIDTH;
                let end = at.checked_add(values.checked_mul(width)?)?;
                let stored = page.get(*at..end)?;
                for place in places {
                    let begin = *place as usize * width;
                    Stored::append(stored.get(begin..begin + width)?, &mut self.taken);
                }
                *at = end;
            }
            Cursor::Codes(codes) => {
                self.codes.clear();
                codes.pick(page, values, places, &mut self.codes)?;
                let dictionary = &self.dictionary[..self.length];
                Stored::look_up(&self.codes, dictionary, &mut self.taken)?;
            }
        }
        Some(())
    }

    fn array(&mut self, known: Option<Bits>) -> Result<ArrayRef, ArrowError> {
        let (values, nulls) = spread_out(&mut self.taken, known);
        let array = PrimitiveArray::<P>::try_new(values.into(), nulls)?;
        Ok(Arc::new(array.with_data_type(self.data_type.clone())))
    }
}

/// Whether one of the codes has no place among so many values. Compared one by one and counted, which goes by several at once; to find the highest does not
/// everywhere.
fn are_any_beyond(codes: &[u32], values: usize) -> bool {
    let values = u32::try_from(values).unwrap_or(u32::MAX);
    let beyond = codes.iter().map(|code| u32::from(*code >= values));
    beyond.fold(0, |any, one| any | one) == 1
}

/// One value a row, and which are known, where some are not. What was taken is gone then.
fn spread_out<T: Copy + Default>(
    taken: &mut Vec<T>,
    known: Option<Bits>,
) -> (Vec<T>, Option<NullBuffer>) {
    let Some(known) = known else {
        // The next batch has about as many.
        let room = Vec::with_capacity(taken.len());
        return (std::mem::replace(taken, room), None);
    };
    let values = spread(taken, &known);
    taken.clear();
    (values, Some(NullBuffer::new(known.into_buffer())))
}

/// Text whose pages are dictionaries, by codes.
#[derive(Default)]
pub(super) struct Codes {
    dictionary: Option<ArrayRef>,
    cursor: Option<Hybrid>,
    taken: Vec<u32>,
}

impl Codes {
    fn texts(&self) -> ArrayRef {
        match &self.dictionary {
            Some(texts) => texts.clone(),
            None => Arc::new(StringArray::new_null(0)),
        }
    }
}

impl Values for Codes {
    fn dictionary(&mut self, page: &mut Vec<u8>, length: usize, values: usize) -> Option<()> {
        let mut texts = Texts::default();
        texts.append(page.get(..length)?, 0, values)?;
        self.dictionary = Some(texts.array(None).ok()?);
        Some(())
    }

    fn different(&self) -> Result<Option<ArrayRef>, ArrowError> {
        Ok(self.dictionary.clone())
    }

    fn turn(&mut self, page: &[u8], at: usize, encoding: Encoding) -> Option<()> {
        let Cursor::Codes(codes) = Cursor::of(page, at, encoding)? else {
            return None;
        };
        self.cursor = Some(codes);
        Some(())
    }

    fn take(&mut self, page: &[u8], values: usize) -> Option<()> {
        let begin = self.taken.len();
        self.taken.resize(begin + values, 0);
        self.cursor.as_mut()?.take(page, &mut self.taken[begin..])
    }

    fn pick(&mut self, page: &[u8], values: usize, places: &[u32]) -> Option<()> {
        (self.cursor.as_mut()?).pick(page, values, places, &mut self.taken)
    }

    fn array(&mut self, known: Option<Bits>) -> Result<ArrayRef, ArrowError> {
        let (codes, nulls) = spread_out(&mut self.taken, known);
        let rows = codes.len();
        // Codes beyond what a signed number holds are beyond any dictionary, and told as such.
        let codes = ScalarBuffer::<i32>::new(Buffer::from_vec(codes), 0, rows);
        let codes = PrimitiveArray::<Int32Type>::try_new(codes, nulls)?;
        Ok(Arc::new(DictionaryArray::try_new(codes, self.texts())?))
    }

    fn by_code(&mut self, known: Option<Bits>) -> Result<First, ArrowError> {
        let texts = self.dictionary.as_ref().map_or(0, |texts| texts.len());
        if are_any_beyond(&self.taken, texts) {
            // Which tells what is wrong.
            return self.array(known).map(First::Plain);
        }
        let (codes, known) = spread_out(&mut self.taken, known);
        Ok(First::ByCode {
            codes,
            known,
            values: self.texts(),
        })
    }
}

/// Text one behind the other.
#[derive(Default)]
pub(super) struct Texts {
    dictionary: Option<Box<Texts>>,
    cursor: Option<Cursor>,
    codes: Vec<u32>,
    bytes: Vec<u8>,
    /// Where each text ends.
    ends: Vec<i32>,
}

/// Most texts are not longer, and are copied in one step.
const STEP: usize = 32;

impl Texts {
    /// Adds so many texts, each behind its length; where the next begins.
    fn append(&mut self, page: &[u8], mut at: usize, texts: usize) -> Option<usize> {
        self.ends.reserve(texts);
        for _ in 0..texts {
            let length = u32::from_le_bytes(*page.get(at..)?.first_chunk()?) as usize;
            at += 4;
            match page.get(at..).and_then(<[u8]>::first_chunk::<STEP>) {
                // A few bytes too many, which is quicker than just as many.
                Some(text) if length <= STEP => {
                    let end = self.bytes.len() + length;
                    self.bytes.extend_from_slice(text);
                    self.bytes.truncate(end);
                }
                _ => {
                    let text = page.get(at..at.checked_add(length)?)?;
                    self.bytes.extend_from_slice(text);
                }
            }
            at += length;
            self.ends.push(i32::try_from(self.bytes.len()).ok()?);
        }
        Some(at)
    }

    fn push(&mut self, text: &[u8]) -> Option<()> {
        self.bytes.extend_from_slice(text);
        self.ends.push(i32::try_from(self.bytes.len()).ok()?);
        Some(())
    }

    /// Adds the texts of codes.
    fn look_up(&mut self) -> Option<()> {
        let codes = std::mem::take(&mut self.codes);
        let texts = self.dictionary.take();
        for code in &codes {
            self.push(texts.as_ref()?.get(*code as usize)?)?;
        }
        (self.codes, self.dictionary) = (codes, texts);
        Some(())
    }

    fn get(&self, place: usize) -> Option<&[u8]> {
        let end = *self.ends.get(place)? as usize;
        let start = place.checked_sub(1).map_or(0, |before| self.ends[before]);
        self.bytes.get(start as usize..end)
    }
}

impl Values for Texts {
    fn dictionary(&mut self, page: &mut Vec<u8>, length: usize, values: usize) -> Option<()> {
        let mut texts = Box::<Texts>::default();
        texts.append(page.get(..length)?, 0, values)?;
        self.dictionary = Some(texts);
        Some(())
    }

    /// Text that is not handed out by codes has too many values to look at them first.
    fn different(&self) -> Result<Option<ArrayRef>, ArrowError> {
        Ok(None)
    }

    fn turn(&mut self, page: &[u8], at: usize, encoding: Encoding) -> Option<()> {
        self.cursor = Some(Cursor::of(page, at, encoding)?);
        Some(())
    }

    fn take(&mut self, page: &[u8], values: usize) -> Option<()> {
        match self.cursor.as_mut()? {
            Cursor::Plain(at) => {
                let at = *at;
                let behind = self.append(page, at, values)?;
                self.cursor = Some(Cursor::Plain(behind));
            }
            Cursor::Codes(codes) => {
                self.codes.resize(values, 0);
                codes.take(page, &mut self.codes)?;
                self.look_up()?;
            }
        }
        Some(())
    }

    fn pick(&mut self, page: &[u8], values: usize, places: &[u32]) -> Option<()> {
        match self.cursor.as_mut()? {
            Cursor::Plain(at) => {
                let (mut at, mut places) = (*at, places.iter().peekable());
                for value in 0..values {
                    let length = u32::from_le_bytes(*page.get(at..)?.first_chunk()?) as usize;
                    let begin = at + 4;
                    at = begin.checked_add(length)?;
                    if places.next_if(|place| **place as usize == value).is_some() {
                        self.push(page.get(begin..at)?)?;
                    }
                }
                self.cursor = Some(Cursor::Plain(at));
            }
            Cursor::Codes(codes) => {
                self.codes.clear();
                codes.pick(page, values, places, &mut self.codes)?;
                self.look_up()?;
            }
        }
        Some(())
    }

    fn array(&mut self, known: Option<Bits>) -> Result<ArrayRef, ArrowError> {
        let bytes = std::mem::take(&mut self.bytes);
        let ends = std::mem::take(&mut self.ends);
        // The next batch has about as many.
        self.bytes.reserve(bytes.len() + bytes.len() / 8 + STEP);
        self.ends.reserve(ends.len());
        let mut offsets = Vec::with_capacity(ends.len() + 1);
        offsets.push(0);
        let nulls = match known {
            None => {
                offsets.extend(ends);
                None
            }
            Some(known) => {
                // A missing text ends where the one before it does.
                let (mut next, mut last) = (ends.into_iter(), 0);
                let known = known.into_buffer();
                offsets.extend(known.iter().map(|is_known| {
                    if is_known && let Some(end) = next.next() {
                        last = end;
                    }
                    last
                }));
                Some(NullBuffer::new(known))
            }
        };
        let offsets = OffsetBuffer::new(ScalarBuffer::from(offsets));
        let texts = StringArray::try_new(offsets, Buffer::from_vec(bytes), nulls)?;
        Ok(Arc::new(texts))
    }
}

/// True and false.
#[derive(Default)]
pub(super) struct Truth {
    cursor: Option<Cursor>,
    taken: Bits,
}

impl Values for Truth {
    fn dictionary(&mut self, _page: &mut Vec<u8>, _length: usize, _values: usize) -> Option<()> {
        None
    }

    fn different(&self) -> Result<Option<ArrayRef>, ArrowError> {
        Ok(None)
    }

    fn turn(&mut self, page: &[u8], at: usize, encoding: Encoding) -> Option<()> {
        self.cursor = Some(match encoding {
            // In bits.
            Encoding::Plain => Cursor::Plain(at.checked_mul(8)?),
            Encoding::Runs => Cursor::of(page, at, encoding)?,
            Encoding::Dictionary => return None,
        });
        Some(())
    }

    fn take(&mut self, page: &[u8], values: usize) -> Option<()> {
        match self.cursor.as_mut()? {
            Cursor::Plain(bit) => {
                self.taken.copy(page, *bit, values)?;
                *bit += values;
            }
            Cursor::Codes(codes) => codes.take_bits(page, values, &mut self.taken)?,
        }
        Some(())
    }

    fn pick(&mut self, page: &[u8], values: usize, places: &[u32]) -> Option<()> {
        let mut all = std::mem::take(&mut self.taken);
        self.take(page, values)?;
        for place in places {
            all.repeat(self.taken.get(*place as usize), 1);
        }
        self.taken = all;
        Some(())
    }

    fn array(&mut self, known: Option<Bits>) -> Result<ArrayRef, ArrowError> {
        let taken = std::mem::take(&mut self.taken);
        let Some(known) = known else {
            return Ok(Arc::new(BooleanArray::new(taken.into_buffer(), None)));
        };
        let values = spread_bits(&taken, &known).into_buffer();
        let nulls = NullBuffer::new(known.into_buffer());
        Ok(Arc::new(BooleanArray::new(values, Some(nulls))))
    }
}
