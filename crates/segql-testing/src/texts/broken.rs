//! Texts that are broken at random.

use crate::random::Random;

/// What people and random edits put into texts.
const SHARDS: &[&str] = &[
    " AND ",
    " OR ",
    "NOT ",
    "(",
    ")",
    "[",
    "]",
    "\"",
    "`",
    "'",
    "“",
    "=",
    "==",
    "<",
    "--",
    " -- x\n",
    "in ",
    "last ",
    "90 days",
    "between ",
    " and ",
    "segment ",
    "let ",
    "use ",
    "has any of ",
    ",",
    "2026-11-22",
    "2026-W47",
    "3.5%",
    "1_0",
    "ß",
    "\u{0}",
    "\u{feff}",
    "🦀",
    "\n",
    "\r\n",
    "\\",
    "is missing",
    "??",
    "ignoring case",
    "if ",
    "did ",
    "never ",
    " then ",
    " without ",
    " within 2 days",
    " on ",
    " twice",
    " at least 3 times",
    "active days(",
    "first(",
    "gap of ",
    "(distinct ",
    " as x[",
    "{",
    "}",
    "@",
    ";",
    "9999999999999999999999999999999999999999",
];

/// The text after a few random edits.
pub fn broken(text: &str, random: &mut Random) -> String {
    let mut letters: Vec<char> = text.chars().collect();
    for _ in 0..1 + random.below(4) {
        let place = random.below(letters.len() + 1);
        let end = (place + 1 + random.below(6)).min(letters.len());
        match random.below(5) {
            0 => drop(letters.drain(place..end)),
            1 => letters.truncate(place),
            2 => {
                let copy: Vec<char> = letters[place..end].to_vec();
                letters.splice(place..place, copy);
            }
            3 => letters[place..end].reverse(),
            _ => {
                let shard = random.pick::<&str>(SHARDS).chars();
                letters.splice(place..place, shard.collect::<Vec<_>>());
            }
        }
    }
    letters.into_iter().collect()
}
