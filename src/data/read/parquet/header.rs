//! The headers of pages, which are written in the compact form of Thrift.

/// What a header tells of its page.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Header {
    pub(super) kind: Kind,
    /// Bytes behind the header.
    pub(super) stored: usize,
    /// Bytes when decompressed.
    pub(super) length: usize,
    /// Values, missing ones among them.
    pub(super) values: usize,
    pub(super) encoding: i64,
    /// The encoding of levels, where they lie before the values in one block.
    pub(super) levels: i64,
    /// Bytes of levels, where they lie apart from the values.
    pub(super) definitions: usize,
    pub(super) repetitions: usize,
    /// The values of such a page are as they are.
    pub(super) is_plain: bool,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum Kind {
    /// Levels and values in one block.
    #[default]
    Data,
    /// Levels apart from the values.
    DataApart,
    Dictionary,
    Other,
}

impl Header {
    /// The header at the beginning of these bytes, and where its page begins. None where there is none.
    pub(super) fn read(bytes: &[u8]) -> Option<(Self, usize)> {
        let mut input = Input { bytes, at: 0 };
        let mut header = Self::default();
        let mut fields = Fields::default();
        while let Some((field, form)) = fields.next(&mut input)? {
            match (field, form) {
                (1, NUMBER) => {
                    header.kind = match input.number()? {
                        0 => Kind::Data,
                        2 => Kind::Dictionary,
                        3 => Kind::DataApart,
                        _ => Kind::Other,
                    }
                }
                (2, NUMBER) => header.length = input.size()?,
                (3, NUMBER) => header.stored = input.size()?,
                (5, RECORD) => header.data(&mut input)?,
                (7, RECORD) => header.dictionary(&mut input)?,
                (8, RECORD) => header.data_apart(&mut input)?,
                _ => input.skip(form, 0)?,
            }
        }
        Some((header, input.at))
    }

    fn data(&mut self, input: &mut Input<'_>) -> Option<()> {
        let mut fields = Fields::default();
        while let Some((field, form)) = fields.next(input)? {
            match (field, form) {
                (1, NUMBER) => self.values = input.size()?,
                (2, NUMBER) => self.encoding = input.number()?,
                (3, NUMBER) => self.levels = input.number()?,
                _ => input.skip(form, 0)?,
            }
        }
        Some(())
    }

    fn dictionary(&mut self, input: &mut Input<'_>) -> Option<()> {
        let mut fields = Fields::default();
        while let Some((field, form)) = fields.next(input)? {
            match (field, form) {
                (1, NUMBER) => self.values = input.size()?,
                (2, NUMBER) => self.encoding = input.number()?,
                _ => input.skip(form, 0)?,
            }
        }
        Some(())
    }

    fn data_apart(&mut self, input: &mut Input<'_>) -> Option<()> {
        let mut fields = Fields::default();
        while let Some((field, form)) = fields.next(input)? {
            match (field, form) {
                (1, NUMBER) => self.values = input.size()?,
                (4, NUMBER) => self.encoding = input.number()?,
                (5, NUMBER) => self.definitions = input.size()?,
                (6, NUMBER) => self.repetitions = input.size()?,
                (7, TRUE) => self.is_plain = false,
                (7, FALSE) => self.is_plain = true,
                _ => input.skip(form, 0)?,
            }
        }
        Some(())
    }
}

// How fields are written.
const TRUE: u8 = 1;
const FALSE: u8 = 2;
/// Whole numbers of 32 bits.
const NUMBER: u8 = 5;
const RECORD: u8 = 12;
/// Records within records, at most.
const DEEPEST: u8 = 8;

/// The fields of a record: each is told by its distance from the one before.
#[derive(Default)]
struct Fields {
    last: i64,
}

impl Fields {
    /// The next field and how it is written; none behind the last.
    fn next(&mut self, input: &mut Input<'_>) -> Option<Option<(i64, u8)>> {
        let head = input.byte()?;
        if head == 0 {
            return Some(None);
        }
        self.last = match head >> 4 {
            0 => input.number()?,
            distance => self.last.checked_add(distance.into())?,
        };
        Some(Some((self.last, head & 15)))
    }
}

struct Input<'a> {
    bytes: &'a [u8],
    at: usize,
}

impl Input<'_> {
    fn byte(&mut self) -> Option<u8> {
        let byte = *self.bytes.get(self.at)?;
        self.at += 1;
        Some(byte)
    }

    fn varint(&mut self) -> Option<u64> {
        let mut number = 0;
        for place in 0..10 {
            let byte = self.byte()?;
            number |= u64::from(byte & 0x7f).checked_shl(7 * place)?;
            if byte & 0x80 == 0 {
                return Some(number);
            }
        }
        None
    }

    /// A number with its sign in the lowest bit.
    fn number(&mut self) -> Option<i64> {
        let number = self.varint()?;
        Some((number >> 1).cast_signed() ^ -(number & 1).cast_signed())
    }

    fn size(&mut self) -> Option<usize> {
        usize::try_from(self.number()?).ok()
    }

    fn pass(&mut self, bytes: usize) -> Option<()> {
        let behind = self.at.checked_add(bytes)?;
        self.at = behind;
        (behind <= self.bytes.len()).then_some(())
    }

    /// Passes what is written like this.
    fn skip(&mut self, form: u8, depth: u8) -> Option<()> {
        match form {
            TRUE | FALSE => Some(()),
            3 => self.pass(1),
            4..=6 => self.varint().map(drop),
            7 => self.pass(8),
            8 => {
                let bytes = usize::try_from(self.varint()?).ok()?;
                self.pass(bytes)
            }
            9 | 10 => {
                let head = self.byte()?;
                let number = match head >> 4 {
                    15 => self.varint()?,
                    few => few.into(),
                };
                // Truth in lists takes a byte.
                let form = match head & 15 {
                    TRUE | FALSE => 3,
                    form => form,
                };
                for _ in 0..number {
                    self.deeper(form, depth)?;
                }
                Some(())
            }
            RECORD => {
                let mut fields = Fields::default();
                while let Some((_, form)) = fields.next(self)? {
                    self.deeper(form, depth)?;
                }
                Some(())
            }
            _ => None,
        }
    }

    fn deeper(&mut self, form: u8, depth: u8) -> Option<()> {
        (depth < DEEPEST).then_some(())?;
        self.skip(form, depth + 1)
    }
}
