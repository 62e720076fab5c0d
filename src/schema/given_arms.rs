//! Arms that contacts were given before. A split holds them: who has one keeps it, whoever comes or goes.

use super::{KeyList, Keys};
use crate::diagnostics::suggest::nearest;
use crate::types::{NumberKind, Type};
use std::collections::HashMap;
use std::error::Error;
use std::fmt;
use std::sync::{Arc, OnceLock};

/// Reads the arms when they are first asked for.
type Loader = dyn Fn() -> Result<ArmRows, Arc<dyn Error + Send + Sync>> + Send + Sync;

/// Arms beyond so many are passed over: a split has fewer, so that one of those before is told not to be of it.
const MOST_ARMS: usize = 256;

/// Which contacts were given which arm of a split before, by their keys: text, or whole numbers. Cheap to clone; read once, when a program that asks for them
/// first runs.
#[derive(Clone)]
pub struct GivenArms {
    parts: Arc<Parts>,
}

struct Parts {
    split: String,
    element: Type,
    loader: Option<Box<Loader>>,
    rows: OnceLock<ArmRows>,
}

/// The keys of each arm.
pub struct ArmRows {
    element: Type,
    arms: Vec<Arm>,
    /// By name, where an arm stands among them.
    places: HashMap<String, usize>,
    /// Rows that gave a key the arm which a row before gave it.
    pub repeated: u64,
    /// Rows without a key.
    pub without_key: u64,
    /// Rows with a key that give it no arm.
    pub without_arm: u64,
}

struct Arm {
    name: String,
    keys: Arc<Keys>,
    /// Where it was first met, and with which key.
    first: (String, Option<RowPlace>),
}

/// The key of a contact.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ArmKey<'k> {
    Text(&'k str),
    Number(i128),
}

/// Where a row stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RowPlace {
    /// The file.
    pub source: String,
    /// Counted from 1.
    pub row: u64,
}

/// A key that is given two arms.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{key} is given the arm \"{again}\", and was given \"{first}\" in a row before")]
pub struct TwoArms {
    /// As people are shown it.
    pub key: String,
    pub first: String,
    pub again: String,
}

/// An arm that somebody was given and that the split has not.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the split `{split}` has no arm \"{arm}\", which {key} was given")]
pub struct UnknownArm {
    pub split: String,
    pub arm: String,
    /// The first that was given it, as people are shown it.
    pub key: String,
    /// Where that stands, where it was read from a file.
    pub place: Option<RowPlace>,
    /// The arm that may be meant.
    pub near: Option<String>,
    /// The arms that there are.
    pub known: Vec<String>,
}

impl GivenArms {
    /// The arms of a split, given to contacts whose keys are text.
    ///
    /// ```
    /// use segql::schema::{GivenArms, Schema};
    ///
    /// let given = GivenArms::of_texts("spring", [("ann", "mail"), ("bob", "control")])?;
    /// let schema = Schema::builder().key("id").text("id").given_arms(given).build()?;
    /// assert!(schema.arms_given_in("spring").is_some());
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    /// A key is given two arms.
    pub fn of_texts<K: AsRef<str>, A: AsRef<str>>(
        split: impl Into<String>,
        rows: impl IntoIterator<Item = (K, A)>,
    ) -> Result<Self, TwoArms> {
        let mut given = ArmRows::of(Type::Text);
        for (key, arm) in rows {
            let key = ArmKey::Text(key.as_ref());
            given.add(Some(key), Some(arm.as_ref()), || None)?;
        }
        Ok(Self::filled(split.into(), given))
    }

    /// The same where their keys are whole numbers.
    ///
    /// # Errors
    /// A key is given two arms.
    pub fn of_numbers<K: Into<i128>, A: AsRef<str>>(
        split: impl Into<String>,
        rows: impl IntoIterator<Item = (K, A)>,
    ) -> Result<Self, TwoArms> {
        let mut given = ArmRows::of(Type::Number(NumberKind::Whole));
        for (key, arm) in rows {
            let key = ArmKey::Number(key.into());
            given.add(Some(key), Some(arm.as_ref()), || None)?;
        }
        Ok(Self::filled(split.into(), given))
    }

    fn filled(split: String, rows: ArmRows) -> Self {
        Self {
            parts: Arc::new(Parts {
                split,
                element: rows.element.clone(),
                loader: None,
                rows: OnceLock::from(rows),
            }),
        }
    }

    /// The arms of a split, which are read when they are first needed. `element` is text or a whole number, as the keys are.
    pub fn read_later(
        split: impl Into<String>,
        element: Type,
        loader: impl Fn() -> Result<ArmRows, Arc<dyn Error + Send + Sync>> + Send + Sync + 'static,
    ) -> Self {
        Self {
            parts: Arc::new(Parts {
                split: split.into(),
                element,
                loader: Some(Box::new(loader)),
                rows: OnceLock::new(),
            }),
        }
    }

    /// The name of the split.
    pub fn split(&self) -> &str {
        &self.parts.split
    }

    /// What the keys are: text or a whole number.
    pub fn element(&self) -> &Type {
        &self.parts.element
    }

    /// Makes sure that they are there. Nothing happens where they are.
    ///
    /// # Errors
    /// What the loader says.
    pub fn load(&self) -> Result<&ArmRows, Arc<dyn Error + Send + Sync>> {
        if let Some(rows) = self.parts.rows.get() {
            return Ok(rows);
        }
        let rows = match &self.parts.loader {
            Some(loader) => loader()?,
            None => ArmRows::of(self.parts.element.clone()),
        };
        // Two threads may have read the same rows; the first stay.
        Ok(self.parts.rows.get_or_init(|| rows))
    }

    /// What was given, where it has been read.
    pub fn rows(&self) -> Option<&ArmRows> {
        self.parts.rows.get()
    }

    /// Whether a split with these arms has all that were given.
    ///
    /// # Errors
    /// It has not; nothing is said of what has not been read.
    pub fn fits(&self, known: &[&str]) -> Result<(), Box<UnknownArm>> {
        let arms = self.rows().into_iter().flat_map(|rows| &rows.arms);
        let mut others = arms.filter(|arm| !known.contains(&arm.name.as_str()));
        let Some(other) = others.next() else {
            return Ok(());
        };
        let (key, place) = other.first.clone();
        Err(Box::new(UnknownArm {
            split: self.parts.split.clone(),
            arm: other.name.clone(),
            key,
            place,
            near: nearest(&other.name, known.iter().copied()).map(str::to_owned),
            known: known.iter().map(|name| (*name).to_owned()).collect(),
        }))
    }

    /// For each of these arms of the split the contacts that were given it.
    pub(crate) fn lists(&self, known: &[&str]) -> Vec<KeyList> {
        let all: Arc<[String]> = known.iter().map(|name| (*name).to_owned()).collect();
        let list = |arm: &&str| {
            let (given, all, own) = (self.clone(), Arc::clone(&all), (*arm).to_owned());
            KeyList::of_arm(self, arm, move || {
                let rows = given.load()?;
                let known: Vec<&str> = all.iter().map(String::as_str).collect();
                match given.fits(&known) {
                    Ok(()) => Ok(rows.keys(&own)),
                    Err(unknown) => Err(Arc::new(*unknown)),
                }
            })
        };
        known.iter().map(list).collect()
    }
}

/// The name of the split tells those of a schema apart.
impl PartialEq for GivenArms {
    fn eq(&self, other: &Self) -> bool {
        self.parts.split == other.parts.split
    }
}

impl Eq for GivenArms {}

impl fmt::Debug for GivenArms {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "arms given in {:?}", self.parts.split)
    }
}

impl ArmRows {
    /// None yet; the keys are text or whole numbers.
    pub fn of(element: Type) -> Self {
        Self {
            element,
            arms: Vec::new(),
            places: HashMap::new(),
            repeated: 0,
            without_key: 0,
            without_arm: 0,
        }
    }

    /// Adds a row. A key or an arm that is none is missing; keys of the other sort are passed over.
    ///
    /// # Errors
    /// The key was given another arm.
    pub fn add(
        &mut self,
        key: Option<ArmKey>,
        arm: Option<&str>,
        place: impl FnOnce() -> Option<RowPlace>,
    ) -> Result<(), TwoArms> {
        let Some(key) = key else {
            self.without_key += 1;
            return Ok(());
        };
        let Some(name) = arm else {
            self.without_arm += 1;
            return Ok(());
        };
        let own = match self.places.get(name) {
            Some(own) => *own,
            None if self.arms.len() >= MOST_ARMS => return Ok(()),
            None => {
                self.places.insert(name.to_owned(), self.arms.len());
                self.arms.push(Arm {
                    name: name.to_owned(),
                    keys: Arc::new(Keys::of(&self.element)),
                    first: (key.to_string(), place()),
                });
                self.arms.len() - 1
            }
        };
        let mut others = (self.arms.iter().enumerate()).filter(|(other, _)| *other != own);
        if let Some((_, other)) = others.find(|(_, other)| key.is_among(&other.keys)) {
            return Err(TwoArms {
                key: key.to_string(),
                first: other.name.clone(),
                again: name.to_owned(),
            });
        }
        // Nobody else has the keys before all rows are there.
        if let Some(keys) = Arc::get_mut(&mut self.arms[own].keys) {
            let before = keys.repeated;
            match key {
                ArmKey::Text(text) => keys.add_text(Some(text)),
                ArmKey::Number(number) => keys.add_number(Some(number)),
            }
            self.repeated += keys.repeated - before;
        }
        Ok(())
    }

    /// How many contacts were given an arm.
    pub fn len(&self) -> usize {
        self.arms.iter().map(|arm| arm.keys.len()).sum()
    }

    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Who was given the arm.
    fn keys(&self, arm: &str) -> Arc<Keys> {
        match self.places.get(arm) {
            Some(place) => Arc::clone(&self.arms[*place].keys),
            None => Arc::new(Keys::of(&self.element)),
        }
    }
}

impl ArmKey<'_> {
    fn is_among(self, keys: &Keys) -> bool {
        match self {
            ArmKey::Text(text) => keys.holds_text(text, false),
            ArmKey::Number(number) => keys.holds_number(number),
        }
    }
}

/// As people are shown it.
impl fmt::Display for ArmKey<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            ArmKey::Text(text) => write!(f, "{text:?}"),
            ArmKey::Number(number) => write!(f, "{number}"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_are_counted_and_keys_found_by_their_arms() {
        let mut rows = ArmRows::of(Type::Text);
        for (key, arm) in [
            (Some("ann"), Some("mail")),
            (Some("bob"), Some("control")),
            (Some("ann"), Some("mail")),
            (None, Some("mail")),
            (Some("cas"), None),
        ] {
            rows.add(key.map(ArmKey::Text), arm, || None).unwrap();
        }
        assert_eq!(rows.len(), 2);
        assert_eq!(
            (rows.repeated, rows.without_key, rows.without_arm),
            (1, 1, 1)
        );
        assert!(rows.keys("mail").holds_text("ann", false));
        assert!(!rows.keys("mail").holds_text("bob", false));
        assert!(rows.keys("letter").is_empty());
        let twice = rows.add(Some(ArmKey::Text("bob")), Some("mail"), || None);
        assert_eq!(
            twice.unwrap_err().to_string(),
            "\"bob\" is given the arm \"mail\", and was given \"control\" in a row before"
        );
    }

    #[test]
    fn an_arm_that_the_split_has_not_is_told_with_who_was_given_it() {
        let given = GivenArms::of_numbers("spring", [(7, "mail"), (8, "contrl")]).unwrap();
        assert_eq!(given.fits(&["mail", "contrl"]), Ok(()));
        let unknown = given.fits(&["mail", "control"]).unwrap_err();
        assert_eq!(
            unknown.to_string(),
            "the split `spring` has no arm \"contrl\", which 8 was given"
        );
        assert_eq!(unknown.near.as_deref(), Some("control"));
        // Its lists are not there, rather than empty.
        let lists = given.lists(&["mail", "control"]);
        assert!(lists[0].keys().is_none());
        assert!(lists[0].load().is_err());
        let lists = given.lists(&["mail", "contrl"]);
        assert_eq!(lists[1].keys().map(Keys::len), Some(1));
    }

    #[test]
    fn arms_are_read_once_for_all_programs() {
        let times = Arc::new(std::sync::atomic::AtomicU32::new(0));
        let counted = Arc::clone(&times);
        let given = GivenArms::read_later("spring", Type::Text, move || {
            counted.fetch_add(1, std::sync::atomic::Ordering::Relaxed);
            let mut rows = ArmRows::of(Type::Text);
            let added = rows.add(Some(ArmKey::Text("ann")), Some("mail"), || None);
            added.map_err(|twice| Arc::new(twice) as Arc<dyn Error + Send + Sync>)?;
            Ok(rows)
        });
        for list in given.lists(&["mail", "control"]) {
            assert!(list.keys().is_none());
            list.load().unwrap();
        }
        assert!(given.lists(&["mail"])[0].holds_text("ann", false));
        assert_eq!(times.load(std::sync::atomic::Ordering::Relaxed), 1);
    }
}
