//! Lists of keys: suppressions, an import from another tool. A text asks whether a value stands in one.

use super::GivenArms;
use crate::types::{Constant, NumberKind, Type};
use hashbrown::{HashSet, HashTable};
use std::error::Error;
use std::fmt;
use std::hash::{BuildHasher, Hash, Hasher};
use std::sync::{Arc, OnceLock};

/// Reads the keys of a list when they are first asked for.
type Loader = dyn Fn() -> Result<Arc<Keys>, Arc<dyn Error + Send + Sync>> + Send + Sync;

/// A list of keys by its name: text, or whole numbers. Cheap to clone; the keys are read once, when a program that asks for them first runs,
/// and stay the same from then on, so that every run of a program gives the same answer.
#[derive(Clone)]
pub struct KeyList {
    parts: Arc<Parts>,
}

struct Parts {
    name: String,
    /// Where these are the contacts that were given an arm before, which the list is called like: all that were given.
    arms: Option<GivenArms>,
    element: Type,
    loader: Option<Box<Loader>>,
    keys: OnceLock<Arc<Keys>>,
}

/// The keys of a list, each once.
pub struct Keys {
    set: Set,
    /// Rows that held a key which stood in a row before.
    pub repeated: u64,
    /// Rows without a key.
    pub missing: u64,
}

enum Set {
    Text {
        exact: TextSet,
        /// The same keys case-folded; made when it is first asked for.
        folded: OnceLock<TextSet>,
    },
    Numbers(HashSet<i128, foldhash::fast::FixedState>),
}

impl KeyList {
    /// A list of text.
    pub fn of_texts<T: AsRef<str>>(
        name: impl Into<String>,
        texts: impl IntoIterator<Item = T>,
    ) -> Self {
        let mut keys = Keys::of_text();
        for text in texts {
            keys.add_text(Some(text.as_ref()));
        }
        Self::filled(name, Type::Text, keys)
    }

    /// A list of whole numbers.
    pub fn of_numbers<N: Into<i128>>(
        name: impl Into<String>,
        numbers: impl IntoIterator<Item = N>,
    ) -> Self {
        let mut keys = Keys::of_numbers();
        for number in numbers {
            keys.add_number(Some(number.into()));
        }
        Self::filled(name, Type::Number(NumberKind::Whole), keys)
    }

    fn filled(name: impl Into<String>, element: Type, keys: Keys) -> Self {
        Self {
            parts: Arc::new(Parts {
                name: name.into(),
                arms: None,
                element,
                loader: None,
                keys: OnceLock::from(Arc::new(keys)),
            }),
        }
    }

    /// A list of text or of whole numbers whose keys are read when they are first needed.
    pub fn read_later(
        name: impl Into<String>,
        element: Type,
        loader: impl Fn() -> Result<Keys, Arc<dyn Error + Send + Sync>> + Send + Sync + 'static,
    ) -> Self {
        Self {
            parts: Arc::new(Parts {
                name: name.into(),
                arms: None,
                element,
                loader: Some(Box::new(move || loader().map(Arc::new))),
                keys: OnceLock::new(),
            }),
        }
    }

    /// Those who were given the arm before. They are there at once where `arms` have been read and fit the split.
    pub(super) fn of_arm(
        arms: &GivenArms,
        arm: &str,
        loader: impl Fn() -> Result<Arc<Keys>, Arc<dyn Error + Send + Sync>> + Send + Sync + 'static,
    ) -> Self {
        let keys = match arms.rows() {
            Some(_) => loader().ok(),
            None => None,
        };
        Self {
            parts: Arc::new(Parts {
                name: arm.to_owned(),
                arms: Some(arms.clone()),
                element: arms.element().clone(),
                loader: Some(Box::new(loader)),
                keys: keys.map_or_else(OnceLock::new, OnceLock::from),
            }),
        }
    }

    /// The list that stands for the same in a text, with other keys.
    pub(crate) fn with_keys(&self, keys: Keys) -> Self {
        let parts = &self.parts;
        Self {
            parts: Arc::new(Parts {
                name: parts.name.clone(),
                arms: parts.arms.clone(),
                element: parts.element.clone(),
                loader: None,
                keys: OnceLock::from(Arc::new(keys)),
            }),
        }
    }

    pub fn name(&self) -> &str {
        &self.parts.name
    }

    /// Where these are the contacts that were given an arm before, which the list is called like: all that were given.
    pub fn arms(&self) -> Option<&GivenArms> {
        self.parts.arms.as_ref()
    }

    fn split(&self) -> Option<&str> {
        self.parts.arms.as_ref().map(GivenArms::split)
    }

    /// Text or a whole number.
    pub fn element(&self) -> &Type {
        &self.parts.element
    }

    /// Makes sure that the keys are there. Nothing happens where they are.
    ///
    /// # Errors
    /// What the loader of the list says.
    pub fn load(&self) -> Result<&Keys, Arc<dyn Error + Send + Sync>> {
        if let Some(keys) = self.parts.keys.get() {
            return Ok(keys);
        }
        let keys = match &self.parts.loader {
            Some(loader) => loader()?,
            None => Arc::new(Keys::of_text()),
        };
        // Two threads may have read the same keys; the first stays.
        Ok(self.parts.keys.get_or_init(|| keys))
    }

    /// The keys, where they have been read.
    pub fn keys(&self) -> Option<&Keys> {
        self.parts.keys.get().map(|keys| &**keys)
    }

    /// Whether a known value stands in the list; false where its keys have not been read.
    pub fn holds(&self, value: &Constant, fold_case: bool) -> bool {
        match value {
            Constant::Text(text) => self.holds_text(text, fold_case),
            Constant::Number(number) if number.is_whole() => self
                .keys()
                .is_some_and(|keys| keys.holds_number(number.numerator())),
            Constant::Float(float) => whole(float.get())
                .is_some_and(|number| self.keys().is_some_and(|keys| keys.holds_number(number))),
            _ => false,
        }
    }

    /// Whether a text stands in the list. With `fold_case` the keys are case-folded; the text is already.
    pub fn holds_text(&self, text: &str, fold_case: bool) -> bool {
        self.keys()
            .is_some_and(|keys| keys.holds_text(text, fold_case))
    }
}

/// The whole number that a float is exactly.
fn whole(float: f64) -> Option<i128> {
    const LIMIT: f64 = (1u128 << 127) as f64;
    (float.fract() == 0.0 && (-LIMIT..LIMIT).contains(&float)).then_some(float as i128)
}

/// The name tells lists of a schema apart, and with the split those of arms.
impl PartialEq for KeyList {
    fn eq(&self, other: &Self) -> bool {
        self.parts.name == other.parts.name && self.split() == other.split()
    }
}

impl Eq for KeyList {}

impl Hash for KeyList {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.parts.name.hash(state);
        self.split().hash(state);
    }
}

impl fmt::Debug for KeyList {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.split() {
            Some(split) => write!(f, "those given {split}.{}", self.parts.name),
            None => write!(f, "list {:?}", self.parts.name),
        }
    }
}

impl Keys {
    /// No keys yet, of text.
    pub fn of_text() -> Self {
        Self::new(Set::Text {
            exact: TextSet::default(),
            folded: OnceLock::new(),
        })
    }

    /// No keys yet, of text or of whole numbers.
    pub(crate) fn of(element: &Type) -> Self {
        match element {
            Type::Text => Self::of_text(),
            _ => Self::of_numbers(),
        }
    }

    /// No keys yet, of whole numbers.
    pub fn of_numbers() -> Self {
        Self::new(Set::Numbers(HashSet::default()))
    }

    fn new(set: Set) -> Self {
        Self {
            set,
            repeated: 0,
            missing: 0,
        }
    }

    /// Adds the key of a row; none is one that is missing. Does nothing to keys of numbers.
    pub fn add_text(&mut self, key: Option<&str>) {
        let Set::Text { exact, .. } = &mut self.set else {
            return;
        };
        match key {
            None => self.missing += 1,
            Some(key) => self.repeated += u64::from(!exact.insert(key)),
        }
    }

    /// Adds the key of a row; none is one that is missing. Does nothing to keys of text.
    pub fn add_number(&mut self, key: Option<i128>) {
        let Set::Numbers(numbers) = &mut self.set else {
            return;
        };
        match key {
            None => self.missing += 1,
            Some(key) => self.repeated += u64::from(!numbers.insert(key)),
        }
    }

    /// How many different keys there are.
    pub fn len(&self) -> usize {
        match &self.set {
            Set::Text { exact, .. } => exact.table.len(),
            Set::Numbers(numbers) => numbers.len(),
        }
    }

    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    pub(super) fn holds_text(&self, text: &str, fold_case: bool) -> bool {
        match &self.set {
            Set::Text { exact, folded } if fold_case => {
                folded.get_or_init(|| exact.folded()).holds(text)
            }
            Set::Text { exact, .. } => exact.holds(text),
            Set::Numbers(_) => false,
        }
    }

    pub(super) fn holds_number(&self, number: i128) -> bool {
        match &self.set {
            Set::Numbers(numbers) => numbers.contains(&number),
            Set::Text { .. } => false,
        }
    }
}

/// Texts one behind the other, and where each ends: some nine bytes a text beside the text itself.
#[derive(Default)]
struct TextSet {
    bytes: String,
    ends: Vec<u64>,
    table: HashTable<u32>,
    hasher: foldhash::fast::FixedState,
}

impl TextSet {
    fn get(&self, place: u32) -> &str {
        text_at(&self.bytes, &self.ends, place)
    }

    /// Whether the text is new. Four thousand million texts are the most; further ones are taken for known.
    fn insert(&mut self, text: &str) -> bool {
        let Ok(place) = u32::try_from(self.ends.len()) else {
            return false;
        };
        let Self {
            bytes,
            ends,
            table,
            hasher,
        } = self;
        let hash = hasher.hash_one(text);
        let is_same = |known: &u32| text_at(bytes, ends, *known) == text;
        if table.find(hash, is_same).is_some() {
            return false;
        }
        bytes.push_str(text);
        ends.push(bytes.len() as u64);
        table.insert_unique(hash, place, |known| {
            hasher.hash_one(text_at(bytes, ends, *known))
        });
        true
    }

    fn holds(&self, text: &str) -> bool {
        let hash = self.hasher.hash_one(text);
        let is_same = |known: &u32| self.get(*known) == text;
        self.table.find(hash, is_same).is_some()
    }

    fn folded(&self) -> Self {
        let mut folded = Self::default();
        let mapper = icu_casemap::CaseMapper::new();
        for place in 0..self.ends.len() {
            folded.insert(&mapper.fold_string(self.get(place as u32)));
        }
        folded
    }
}

fn text_at<'t>(bytes: &'t str, ends: &[u64], place: u32) -> &'t str {
    let place = place as usize;
    let start = place.checked_sub(1).map_or(0, |before| ends[before]) as usize;
    &bytes[start..ends[place] as usize]
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::types::{Exact, Float};

    #[test]
    fn keys_are_counted_once_and_found() {
        let list = KeyList::of_texts("suppressed", ["ann@x.be", "", "Bob@x.be", "ann@x.be"]);
        let keys = list.keys().unwrap();
        assert_eq!((keys.len(), keys.repeated, keys.missing), (3, 1, 0));
        assert!(list.holds_text("ann@x.be", false));
        assert!(list.holds_text("", false));
        assert!(!list.holds_text("bob@x.be", false));
        assert!(list.holds_text("bob@x.be", true));
        assert!(!list.holds_text("ann@x.b", false));
    }

    #[test]
    fn numbers_are_found_by_value() {
        let list = KeyList::of_numbers("vip", [3i64, -1, 9_007_199_254_740_993]);
        let holds = |constant| list.holds(&constant, false);
        assert!(holds(Constant::Number(Exact::whole(-1))));
        assert!(!holds(Constant::Number(Exact::new(3, 2).unwrap())));
        assert!(holds(Constant::Float(Float::new(3.0).unwrap())));
        assert!(!holds(Constant::Float(
            Float::new(9_007_199_254_740_992.0).unwrap()
        )));
        assert!(!holds(Constant::Text("3".into())));
        assert!(!holds(Constant::Missing));
    }

    #[test]
    fn a_list_is_read_when_it_is_first_needed_and_not_again() {
        let times = Arc::new(std::sync::atomic::AtomicU32::new(0));
        let counted = Arc::clone(&times);
        let list = KeyList::read_later("later", Type::Text, move || {
            counted.fetch_add(1, std::sync::atomic::Ordering::Relaxed);
            let mut keys = Keys::of_text();
            keys.add_text(Some("a"));
            keys.add_text(None);
            Ok(keys)
        });
        assert!(!list.holds_text("a", false));
        assert_eq!(list.load().unwrap().missing, 1);
        list.load().unwrap();
        assert!(list.holds_text("a", false));
        assert_eq!(times.load(std::sync::atomic::Ordering::Relaxed), 1);
    }

    #[test]
    fn many_texts_are_each_found() {
        let list = KeyList::of_texts("many", (0..10_000).map(|number| format!("key {number}")));
        assert!((0..10_000).all(|number| list.holds_text(&format!("key {number}"), false)));
        assert!(!list.holds_text("key 10000", false));
        assert_eq!(list.keys().unwrap().len(), 10_000);
    }
}
