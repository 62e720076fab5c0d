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
    "E0001" "a character that has no meaning here";
    "E0002" "a text without its closing quote";
    "E0003" "curly quotes";
    "E0004" "single quotes";
    "E0005" "a comment that is glued to what stands before it";
    "E0006" "a blank that is not a plain one";
    "E0007" "a name without its closing back-tick";
    // E01xx syntax
    "E0101" "something else is expected here";
    "E0102" "a bracket without its partner";
    "E0103" "a sign of another language";
    "E0104" "a phrase that is said in another way";
    "E0105" "two comparisons in one";
    "E0106" "a reserved word as a name";
    "E0108" "a list in the wrong place, or no list where one is due";
    "E0109" "`not` in the middle of a condition";
    "E0110" "text that belongs to no definition";
    "E0111" "an `if` without `else`";
    "E0112" "a note above a definition that cannot be so";
    "E0116" "a test without its title, its instant or its braces";
    "E0117" "a line of a test that cannot be read";
    // E02xx names
    "E0201" "a name that means nothing here";
    "E0202" "a name that is given twice";
    "E0203" "a value that the field never has";
    "E0204" "a function that is not there";
    "E0205" "the wrong number of arguments";
    "E0206" "a definition that is made of itself";
    "E0207" "a name that hides another";
    "E0208" "a file that cannot be used";
    "E0209" "files that use each other in a circle";
    "E0210" "a type that is not there";
    "E0211" "a part of the language that is not there yet";
    "E0212" "a part that records of that kind do not have";
    "E0213" "a name that means nothing in this bracket";
    "E0214" "a parameter hidden by a part of a record";
    "E0215" "a name behind `as` that means something already";
    "E0216" "a name behind `as` that nothing uses";
    "E0217" "too many brackets in each other";
    "E0218" "a classification whose last label is not `otherwise`";
    "E0219" "a label that the classification has not";
    "E0220" "a list that the manifest does not name";
    "E0221" "a list that cannot be read";
    "E0222" "a catalogue that cannot be read";
    "E0223" "a word that cannot be a label";
    "E0224" "given arms that cannot be read";
    // E03xx types and units
    "E0301" "values of different kinds side by side";
    "E0302" "something that is not a condition";
    "E0303" "an argument of the wrong kind";
    "E0304" "arithmetic on what cannot be calculated with";
    "E0305" "exact and calendar lengths mixed";
    "E0306" "a time set against a date";
    "E0307" "a list compared as a whole";
    "E0308" "`missing` used as a value";
    "E0309" "a window on what is not a time";
    "E0310" "a length that does not fit the calendar";
    "E0311" "the edge of a window is no time";
    "E0312" "a test of text on what is not text";
    "E0313" "`has` on what is not a list";
    "E0314" "`ignoring case` on what is not text";
    "E0315" "a period used as a value";
    "E0316" "something that is never missing asked whether it is";
    "E0317" "an order of true and false";
    "E0318" "a number or a time that is too much";
    "E0319" "a record or a map compared as a whole";
    "E0320" "a bracket behind what has no elements";
    "E0321" "a question about a list asked of something else";
    "E0322" "a selection where a value or a condition is due";
    "E0323" "a key that is no text";
    "E0324" "a part asked of a list of records";
    "E0325" "`of` or `distinct` where no aggregate takes them";
    "E0326" "an aggregate without the values of a list";
    "E0327" "an aggregate of values that it does not take";
    "E0328" "`distinct` missing or out of place";
    "E0329" "`every` without a bracket";
    "E0330" "a distance where a length of time is due";
    "E0331" "points compared with each other";
    "E0340" "an anniversary without a window";
    "E0341" "an instant at the edge of an anniversary's window";
    "E0342" "a time zone told of a date";
    "E0343" "a part of a date that has not this number";
    "E0344" "a time zone that does not exist";
    "E0350" "a pattern that is not written out";
    "E0351" "an `if` whose parts are of different kinds";
    "E0352" "a count that decides nothing";
    "E0353" "a value asked for in a list of others";
    "E0354" "a label asked like a text";
    "E0360" "an event where a value or a condition is due";
    "E0361" "events asked as a list, or a list asked as events";
    "E0362" "events to come";
    "E0363" "how often, where that is not asked";
    "E0364" "two windows behind the same events";
    "E0365" "a window behind a list";
    "E0366" "a chain whose steps do not follow each other";
    "E0367" "a field of an event asked of the contact";
    "E0368" "active periods without a minimum";
    "E0369" "a figure of events asked of something else";
    "E0370" "nothing tells how long a contact has been observed";
    "E0371" "a figure of many contacts that is told something else";
    "E0372" "a population of values that it cannot be made of";
    "E0373" "a population that hangs on the element of a bracket";
    "E0374" "a group whose figure hangs on who asks";
    "E0375" "`among`, `per` or a setting where they are not taken";
    "E0376" "contacts that share a value, asked in another way";
    "E0377" "a share without its `%`";
    "E0378" "a nearest record asked in another way";
    "E0380" "no instant behind `as of`";
    "E0381" "as of an instant that is still to come";
    "E0382" "`as of` behind what cannot be moved";
    "E0391" "a value in a test that its field cannot have";
    "E0392" "a value in a test that is not written out";
    "E0393" "a test that expects nothing";
    "E0394" "an event or a record of a test that lacks something";
    "E0395" "a salt that cannot be used";
    "E0396" "a share that cannot be drawn";
    "E0397" "a stratum that has no text of its own";
    "E0398" "arms that cannot be drawn";
    "E0399" "a split without a salt";
    // E04xx literals
    "E0401" "a date that does not exist";
    "E0402" "a time that does not exist";
    "E0403" "a number without its unit";
    "E0404" "a word that is not a unit";
    "E0405" "a number that is written in another way";
    "E0406" "a date that is written in another way";
    "E0407" "a period that does not exist";
    "E0408" "an escape that means nothing";
    "E0409" "a unit that has no full periods";
    "E0410" "a place that is not on the globe";
    "E0420" "a pattern that cannot be read";
    "E0421" "a count that is no whole number";
    // E05xx schema and host
    "E0501" "the key is not among the fields";
    "E0502" "this field cannot be the key";
    "E0503" "this time zone is not known";
    "E0504" "two fields have the same name";
    "E0505" "only text has a closed set of values";
    "E0510" "the manifest is not TOML";
    "E0511" "the manifest has a setting that is not known";
    "E0512" "the manifest leaves out a setting that is needed";
    "E0513" "a setting of the manifest has the wrong kind of value";
    "E0514" "a setting of the manifest has a value that it cannot have";
    "E0515" "the manifest contradicts the data";
    "E0516" "the manifest names a column that the data has not";
    "E0520" "the data has not a column that the schema names";
    "E0521" "a column has another type than the schema says";
    "E0522" "no column tells contacts apart";
    "E0523" "several columns could be the key";
    "E0524" "several tables could be that of the contacts";
    "E0525" "the beginning of contacts is no field of times or days";
    // E06xx limits
    "E0601" "a text that is nested too deep";
    "E0602" "a file that is too long";
    "E0603" "a number with too many digits";
    "E0604" "a text that is too long";
    "E0620" "definitions or expressions that nest too deep";
    "E0621" "definitions that grow too large";
    "E0622" "too many files";
    "E0630" "a pattern that is too large";
    "E0631" "too many conditions to count";
    "E0632" "too many populations in each other";
    "E0633" "too many labels";
    // E07xx data
    "E0701" "a data file cannot be opened or read";
    "E0702" "a data file is empty";
    "E0703" "a data file is not in the format it is read as";
    "E0704" "a data file is damaged or not whole";
    "E0705" "a folder holds no data files";
    "E0706" "a pattern matches no file";
    "E0707" "the files of a source differ";
    "E0708" "a CSV row has too few or too many fields";
    "E0709" "a value is not of its type";
    "E0710" "a text is not UTF-8";
    "E0711" "a contact has no key";
    "E0712" "two contacts have the same key";
    "E0713" "members cannot be written";
    "E0714" "reading was stopped";
    "E0715" "a line is not a JSON object";
    "E0716" "the first line of a CSV does not name the columns";
    "E0730" "the contacts' own time zone is no field of text";
    "E0735" "a list has not the column that is named";
    "E0736" "a list with several columns";
    "E0737" "a list of something else than keys";
    "E0738" "a list of a host that cannot be read";
    "E0739" "a catalogue that cannot be used";
    "E0740" "an arm that was given and that the split has not";
    "E0741" "a contact that was given two arms";
    "E0742" "given arms without keys or names";
    "E0745" "a value outside the closed set of its field";
    "E0746" "there are no contacts in the data";
    "E0748" "more contacts or events than can be told apart";
    "E0749" "events that cannot be kept in files";
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
    "E0811" "there is a project here already";
    "E0813" "there is no such field";
    "E0814" "there are no such events";
    "E0815" "a segment has not the size that is expected";
    "E0816" "there is no test to answer";
    // E09xx ours
    "E0901" "SegQL itself failed";
    // lints
    "negation-admits-missing" "a negation that lets missing values in";
    "negation-admits-outsiders" "a negation that lets in whom a split is not of";
    "never-admits-new" "a `never` that lets in who is new";
    "every-admits-none" "an `every` that lets in who has none";
    "mixed-and-or" "AND and OR without parentheses";
    "gap-between-windows" "two windows with an instant between them";
    "unused-definition" "a definition that nothing uses";
    "unused-parameter" "a parameter that nothing uses";
    "never-true" "a condition that never holds";
    "always-true" "a condition that always holds";
    "empty-range" "a range without anything in it";
    "covers-all-values" "a list of all values there are";
    "no-effect" "a part that changes nothing";
    "duplicate-definition" "a definition that says the same under another name";
    "contained-segment" "a segment that lies wholly in another";
    "no-history" "a field of today as of another instant";
    "unreachable-label" "a label that no contact can have";
    "float-equality" "a floating-point number asked whether it is exactly a decimal";
    "same-salt" "a salt that draws the same contacts twice";
    "wildcard-in-text" "a wildcard that stands for itself";
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
