//! The table of codes. A number is never used again for something else; each code has a page under `docs/src/codes/`, whose
//! first example yields it and whose repair compiles (a test of ours keeps that).

use super::Code;

/// A code with its title and its page (Markdown).
#[derive(Clone, Copy, Debug)]
pub struct CodeEntry {
    pub code: Code,
    pub title: &'static str,
    pub page: &'static str,
}

macro_rules! table {
    ($($code:literal $title:literal;)*) => {
        &[$(CodeEntry {
            code: Code($code),
            title: $title,
            page: include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/docs/src/codes/", $code, ".md")),
        }),*]
    };
}

static CODES: &[CodeEntry] = table! {
    // E00xx characters
    // E01xx syntax
    // E02xx names
    // E03xx types and units
    // E04xx literals
    // E05xx schema and host
    // E06xx limits
    // E07xx data
    // E08xx files and command line
    "E0801" "there is no project here";
    "E0802" "a file or folder cannot be read";
    "E0803" "there is no such segment";
    "E0804" "an output cannot be written";
    "E0805" "the form of an output is not known";
    "E0806" "this is not an instant";
    "E0807" "there is no segment to run";
    "E0808" "a text is not UTF-8";
    "E0809" "there is nothing of that name to explain";
    "E0810" "this stage cannot be shown";
    // E09xx ours
    "E0901" "SegQL itself failed";
    // lints
};

/// All codes, in the order of their numbers, lints last.
pub fn codes() -> &'static [CodeEntry] {
    CODES
}

/// The entry of a code as a user writes it (`E0203`, `e0203`, `negation-admits-missing`).
pub fn code_entry(code: &str) -> Option<&'static CodeEntry> {
    CODES
        .iter()
        .find(|entry| entry.code.0.eq_ignore_ascii_case(code))
}
