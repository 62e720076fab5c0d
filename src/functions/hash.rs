//! The hash that places contacts in samples and splits. It is a promise to other engines: what is hashed, and how a number is made of the hash, never
//! changes. The manual has it bit by bit.
//!
//! A salt and texts, joined by colons, are hashed with SHA-256 as UTF-8; the first hexadecimal digits of the hash, read as a whole number, are the value.

use crate::types::{Constant, Exact, calendar};
use sha2::{Digest, Sha256};
use std::fmt::Write;

/// The most digits that fit a number of 128 bits with a sign.
pub const MOST_DIGITS: u8 = 31;

/// Hashes texts under one salt.
#[derive(Clone, Debug)]
pub struct Hash {
    text: String,
    /// The bytes of the salt in `text`.
    salt: usize,
    digits: u8,
}

impl Hash {
    /// `digits` hexadecimal digits are read, [`MOST_DIGITS`] at most.
    pub fn new(salt: &str, digits: u8) -> Self {
        Self {
            text: salt.to_owned(),
            salt: salt.len(),
            digits: digits.min(MOST_DIGITS),
        }
    }

    /// Begins anew with the salt alone.
    pub fn begin(&mut self) {
        self.text.truncate(self.salt);
    }

    /// Puts a text behind what there is.
    pub fn text(&mut self, text: &str) {
        self.text.push(':');
        self.text.push_str(text);
    }

    /// Puts a whole number behind what there is, in decimal digits.
    pub fn whole(&mut self, number: i128) {
        self.text.push(':');
        match i64::try_from(number) {
            // Much quicker, and nearly all numbers.
            Ok(number) => self.written(number),
            Err(_) => self.written(number),
        }
    }

    /// Puts a constant behind what there is: text as it is, all else as the language writes it. False where it is missing, or has no text of its own.
    pub fn constant(&mut self, constant: &Constant) -> bool {
        match constant {
            Constant::Text(text) => self.text(text),
            Constant::Number(number) if number.is_whole() => self.whole(number.numerator()),
            Constant::Number(number) => {
                self.text.push(':');
                self.written(number);
            }
            Constant::Boolean(truth) => self.text(if *truth { "true" } else { "false" }),
            Constant::Date(days) => {
                let Some(date) = calendar::date(*days) else {
                    return false;
                };
                self.text.push(':');
                self.written(date);
            }
            Constant::Missing
            | Constant::Float(_)
            | Constant::Time(_)
            | Constant::Duration(_)
            | Constant::Point(_)
            | Constant::Distance(_)
            | Constant::List(_)
            | Constant::Record(_)
            | Constant::Map(_) => return false,
        }
        true
    }

    fn written(&mut self, value: impl std::fmt::Display) {
        // A String takes whatever is written to it.
        let _ = write!(self.text, "{value}");
    }

    /// The number of what there is.
    pub fn number(&self) -> i128 {
        let hash = Sha256::digest(self.text.as_bytes());
        let first: [u8; 16] = std::array::from_fn(|place| hash[place]);
        let shift = 128 - 4 * u32::from(self.digits);
        (u128::from_be_bytes(first).checked_shr(shift).unwrap_or(0)) as i128
    }

    /// The number of these constants under the salt; missing where one of them is.
    pub fn of(&mut self, constants: impl IntoIterator<Item = Constant>) -> Constant {
        self.begin();
        for constant in constants {
            if !self.constant(&constant) {
                return Constant::Missing;
            }
        }
        Constant::Number(Exact::whole(self.number()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// By Python: `int(hashlib.sha256(b"spring:ann").hexdigest()[:15], 16)`, and 30 digits the same way.
    #[test]
    fn the_hash_is_that_of_other_engines() {
        let text = |text: &str| Constant::Text(text.into());
        let number = |above: i128, below: i128| {
            Constant::Number(Exact::new(above, below).expect("a fraction"))
        };
        let vectors: [(Vec<Constant>, i128, i128); 6] = [
            (
                vec![text("ann")],
                1_036_705_309_799_420_459,
                1_195_239_845_607_855_257_067_071_720_349_008_571,
            ),
            (
                vec![text("bob")],
                164_922_592_739_159_728,
                190_142_803_764_494_290_281_007_093_755_358_178,
            ),
            (
                vec![number(1001, 1)],
                477_570_715_443_251_992,
                550_601_547_805_002_458_660_554_673_273_052_436,
            ),
            (
                vec![text("BE"), text("ann")],
                802_425_853_788_842_807,
                925_134_022_685_666_451_076_284_332_999_111_435,
            ),
            (
                vec![
                    Constant::Boolean(true),
                    Constant::Date(20_779),
                    number(3, 2),
                    text("Zoë"),
                ],
                339_389_626_551_905_470,
                391_289_598_892_178_758_023_437_344_274_205_532,
            ),
            (
                vec![text("")],
                1_078_699_501_192_752_626,
                1_243_655_851_933_803_682_755_519_782_606_222_106,
            ),
        ];
        for (of, short, long) in vectors {
            for (digits, number) in [(15, short), (30, long)] {
                let found = Hash::new("spring", digits).of(of.clone());
                assert_eq!(found, Constant::Number(Exact::whole(number)), "{of:?}");
            }
        }
    }

    #[test]
    fn without_a_part_there_is_no_number() {
        let of = [Constant::Missing, Constant::Text("ann".into())];
        assert_eq!(Hash::new("spring", 15).of(of), Constant::Missing);
    }
}
