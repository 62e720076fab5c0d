//! Catalogues: tables that fields refer to by key, such as titles with their genres or products with their category.

use super::Field;
use super::globe::Globe;
use crate::types::{Constant, RecordPart, RecordType, Type};
use hashbrown::HashMap;
use std::error::Error;
use std::fmt;
use std::hash::{Hash, Hasher};
use std::sync::{Arc, OnceLock};

/// Reads the records of a catalogue when they are first asked for.
type Loader = dyn Fn() -> Result<Vec<Constant>, Arc<dyn Error + Send + Sync>> + Send + Sync;

/// A catalogue by its name. Cheap to clone; the records are read once, when a program that asks for them first runs, and stay the same from
/// then on, so that every run of a program gives the same answer.
#[derive(Clone)]
pub struct Catalogue {
    parts: Arc<Parts>,
}

struct Parts {
    name: String,
    fields: Vec<Field>,
    record: Arc<RecordType>,
    /// The place of the field that others refer to.
    key: Option<u32>,
    loader: Option<Box<Loader>>,
    rows: OnceLock<Rows>,
}

struct Rows {
    records: Arc<[Constant]>,
    /// The place of the record of each key.
    places: HashMap<Constant, u32, foldhash::fast::RandomState>,
    /// One for each field: its different values, told apart when they are first asked for.
    different: Box<[OnceLock<Different>]>,
    /// One for each field: its values as whole numbers, where they are that.
    numbers: Box<[OnceLock<Option<Numbers>>]>,
    /// The place of the record of each key that is a whole number, where these lie close together.
    by_number: OnceLock<Option<PlacesOfNumbers>>,
    /// One for each field: where the records are on the globe, put in order when it is first asked.
    globes: Box<[OnceLock<Globe>]>,
}

/// For each record a whole number; none where it is missing.
type Numbers = Box<[Option<i64>]>;

/// The places of records whose keys are whole numbers that lie close together.
pub(crate) struct PlacesOfNumbers {
    low: i64,
    /// From the lowest key on; [`u32::MAX`] where no record has that key.
    places: Box<[u32]>,
}

impl PlacesOfNumbers {
    /// None where the numbers are too far apart.
    fn of(numbers: &[Option<i64>]) -> Option<Self> {
        const MOST_A_RECORD: usize = 8;
        let known = numbers.iter().flatten();
        let (low, high) = (*known.clone().min()?, *known.max()?);
        let different = usize::try_from(high.checked_sub(low)?)
            .ok()?
            .checked_add(1)?;
        if different > MOST_A_RECORD * numbers.len() {
            return None;
        }
        let mut places = vec![u32::MAX; different];
        for (place, number) in numbers.iter().enumerate() {
            if let Some(number) = number {
                places[(number - low) as usize] = place as u32;
            }
        }
        Some(Self {
            low,
            places: places.into(),
        })
    }

    /// The place of the record of a key; none where there is no such.
    pub(crate) fn get(&self, key: i128) -> Option<u32> {
        let place = usize::try_from(key.checked_sub(self.low.into())?).ok()?;
        self.places
            .get(place)
            .copied()
            .filter(|place| *place != u32::MAX)
    }
}

/// The different values of a part of records.
pub(crate) struct Different {
    pub(crate) values: Vec<Constant>,
    /// For each record the place of its value.
    pub(crate) of_records: Box<[u32]>,
}

/// Why records do not make a catalogue.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum CatalogueError {
    #[error("the catalogue \"{catalogue}\" has no field \"{key}\" to be its key")]
    NoKey { catalogue: String, key: String },
    #[error("two of its records have the key {key}")]
    KeyTwice { catalogue: String, key: String },
}

impl Catalogue {
    /// A catalogue of these records, each with a value for each field, in the order of the fields. Records whose key is missing are found by
    /// no reference.
    ///
    /// # Errors
    /// There is no field of the name of the key, or a key stands twice.
    pub fn new(
        name: impl Into<String>,
        fields: Vec<Field>,
        key: Option<&str>,
        records: Vec<Constant>,
    ) -> Result<Self, CatalogueError> {
        let mut parts = Parts::new(name.into(), fields, key)?;
        parts.rows = OnceLock::from(parts.rows_of(records)?);
        Ok(Self {
            parts: Arc::new(parts),
        })
    }

    /// A catalogue whose records are read when they are first needed.
    ///
    /// # Errors
    /// There is no field of the name of the key.
    pub fn read_later(
        name: impl Into<String>,
        fields: Vec<Field>,
        key: Option<&str>,
        loader: impl Fn() -> Result<Vec<Constant>, Arc<dyn Error + Send + Sync>> + Send + Sync + 'static,
    ) -> Result<Self, CatalogueError> {
        let mut parts = Parts::new(name.into(), fields, key)?;
        parts.loader = Some(Box::new(loader));
        Ok(Self {
            parts: Arc::new(parts),
        })
    }

    pub fn name(&self) -> &str {
        &self.parts.name
    }

    /// What its records hold.
    pub fn fields(&self) -> &[Field] {
        &self.parts.fields
    }

    /// The type of its records.
    pub fn record(&self) -> &Arc<RecordType> {
        &self.parts.record
    }

    /// The field that others refer to.
    pub fn key(&self) -> Option<&Field> {
        self.parts.fields.get(self.parts.key? as usize)
    }

    /// The place of the key among the fields.
    pub(crate) fn key_place(&self) -> Option<u32> {
        self.parts.key
    }

    /// The place of the record of a key; none where there is no such, or where the records have not been read.
    pub(crate) fn place_of(&self, key: &Constant) -> Option<u32> {
        self.parts.rows.get()?.places.get(key).copied()
    }

    /// Makes sure that the records are there. Nothing happens where they are.
    ///
    /// # Errors
    /// What the loader of the catalogue says, or that a key stands twice.
    pub fn load(&self) -> Result<(), Arc<dyn Error + Send + Sync>> {
        if self.parts.rows.get().is_some() {
            return Ok(());
        }
        let records = match &self.parts.loader {
            Some(loader) => loader()?,
            None => Vec::new(),
        };
        let rows = match self.parts.rows_of(records) {
            Ok(rows) => rows,
            Err(error) => return Err(Arc::new(error)),
        };
        // Two threads may have read the same records; the first stay.
        self.parts.rows.get_or_init(|| rows);
        Ok(())
    }

    /// The records, where they have been read.
    pub fn records(&self) -> Option<&Arc<[Constant]>> {
        self.parts.rows.get().map(|rows| &rows.records)
    }

    /// The different values of a part. None where the records have not been read.
    pub(crate) fn different(&self, part: u32) -> Option<&Different> {
        let rows = self.parts.rows.get()?;
        let different = rows.different.get(part as usize)?;
        Some(different.get_or_init(|| Different::of(&rows.records, part)))
    }

    /// For each record its key as a whole number, none where it is missing. None where keys are something else, or the records have not been read.
    pub(crate) fn key_numbers(&self) -> Option<&[Option<i64>]> {
        self.numbers(self.parts.key?)
    }

    /// For each record a part of it as a whole number, none where it is missing. None where one is something else, or the records have not been read.
    pub(crate) fn numbers(&self, part: u32) -> Option<&[Option<i64>]> {
        let rows = self.parts.rows.get()?;
        let number = |record: &Constant| match record.part(part) {
            Constant::Missing => Some(None),
            other => other.whole_number().map(Some),
        };
        let numbers = rows.numbers.get(part as usize)?;
        let numbers = numbers.get_or_init(|| rows.records.iter().map(number).collect());
        numbers.as_deref()
    }

    /// The places of the records by key. None where keys are no whole numbers, or lie far apart, or the records have not been read.
    pub(crate) fn places_of_numbers(&self) -> Option<&PlacesOfNumbers> {
        let numbers = self.key_numbers()?;
        let rows = self.parts.rows.get()?;
        let places = rows.by_number.get_or_init(|| PlacesOfNumbers::of(numbers));
        places.as_ref()
    }

    /// A part of the record of a key, missing where no record has that key; of a list of keys, a list of the parts, those that are lists
    /// themselves one behind the other. None where the records have not been read.
    pub fn look_up(&self, key: &Constant, part: u32) -> Option<Constant> {
        let rows = self.parts.rows.get()?;
        let Constant::List(keys) = key else {
            return Some(rows.part(key, part));
        };
        let mut parts = Vec::with_capacity(keys.len());
        for key in keys.iter() {
            match rows.part(key, part) {
                Constant::List(elements) => parts.extend(elements.iter().cloned()),
                single => parts.push(single),
            }
        }
        Some(Constant::List(parts.into()))
    }

    /// The key of the record whose place, in this part, is nearest; of several the smallest key. Missing where the place is missing, or no record
    /// has a key and a place. None where the records have not been read.
    pub fn nearest(&self, place: &Constant, part: u32) -> Option<Constant> {
        let rows = self.parts.rows.get()?;
        let (Some(key), Constant::Point(place), Some(globe)) =
            (self.parts.key, place, rows.globes.get(part as usize))
        else {
            return Some(Constant::Missing);
        };
        let globe = globe.get_or_init(|| {
            let known = rows.records.iter().filter_map(|record| {
                match (record.part(key), record.part(part)) {
                    (Constant::Missing, _) => None,
                    (key, Constant::Point(place)) => Some((place, key)),
                    _ => None,
                }
            });
            Globe::of(known.collect())
        });
        Some(globe.nearest(*place).cloned().unwrap_or(Constant::Missing))
    }

    /// The type of a part, asked of a key or of a list of keys.
    pub fn type_of_part(&self, part: u32, of_list: bool) -> Option<Type> {
        let part = &self.parts.record.parts.get(part as usize)?.part_type;
        Some(match part {
            Type::List(_) => part.clone(),
            single if of_list => Type::List(Box::new(single.clone())),
            single => single.clone(),
        })
    }
}

impl Parts {
    fn new(name: String, fields: Vec<Field>, key: Option<&str>) -> Result<Self, CatalogueError> {
        let place = match key {
            Some(key) => match fields.iter().position(|field| field.name == key) {
                Some(place) => Some(place as u32),
                None => {
                    return Err(CatalogueError::NoKey {
                        catalogue: name,
                        key: key.to_owned(),
                    });
                }
            },
            None => None,
        };
        let parts = fields.iter().map(|field| RecordPart {
            name: field.name.clone(),
            part_type: field.field_type.clone(),
            values: field.values.clone(),
            catalogue: field.catalogue.clone(),
        });
        let record = Arc::new(RecordType {
            parts: parts.collect(),
            time: None,
        });
        Ok(Self {
            name,
            fields,
            record,
            key: place,
            loader: None,
            rows: OnceLock::new(),
        })
    }

    fn rows_of(&self, records: Vec<Constant>) -> Result<Rows, CatalogueError> {
        let mut places = HashMap::default();
        if let Some(key) = self.key {
            for (place, record) in records.iter().enumerate() {
                let key = record.part(key);
                if key == Constant::Missing {
                    continue;
                }
                if places.insert(key.clone(), place as u32).is_some() {
                    return Err(CatalogueError::KeyTwice {
                        catalogue: self.name.clone(),
                        key: match &key {
                            Constant::Text(text) => format!("\"{text}\""),
                            Constant::Number(number) => number.numerator().to_string(),
                            other => format!("{other:?}"),
                        },
                    });
                }
            }
        }
        Ok(Rows {
            records: records.into(),
            places,
            different: self.fields.iter().map(|_| OnceLock::new()).collect(),
            numbers: self.fields.iter().map(|_| OnceLock::new()).collect(),
            by_number: OnceLock::new(),
            globes: self.fields.iter().map(|_| OnceLock::new()).collect(),
        })
    }
}

impl Different {
    fn of(records: &[Constant], part: u32) -> Self {
        let mut places: HashMap<Constant, u32, foldhash::fast::RandomState> = HashMap::default();
        let mut values = Vec::new();
        let place = |record: &Constant| {
            let value = record.part(part);
            *places.entry_ref(&value).or_insert_with(|| {
                values.push(value.clone());
                values.len() as u32 - 1
            })
        };
        Self {
            of_records: records.iter().map(place).collect(),
            values,
        }
    }
}

impl Rows {
    fn part(&self, key: &Constant, part: u32) -> Constant {
        match self.places.get(key) {
            Some(place) => self.records[*place as usize].part(part),
            None => Constant::Missing,
        }
    }
}

/// The name tells catalogues of a schema apart.
impl PartialEq for Catalogue {
    fn eq(&self, other: &Self) -> bool {
        self.parts.name == other.parts.name
    }
}

impl Eq for Catalogue {}

impl Hash for Catalogue {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.parts.name.hash(state);
    }
}

impl fmt::Debug for Catalogue {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "catalogue {:?}", self.parts.name)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(text: &str) -> Constant {
        Constant::Text(text.into())
    }

    fn titles(rows: &[(&str, &[&str])]) -> Result<Catalogue, CatalogueError> {
        let fields = vec![
            Field::new("title", Type::Text),
            Field::new("genres", Type::List(Box::new(Type::Text))),
        ];
        let records = rows.iter().map(|(title, genres)| {
            let genres = genres.iter().map(|genre| text(genre)).collect();
            let key = if title.is_empty() {
                Constant::Missing
            } else {
                text(title)
            };
            Constant::Record([key, Constant::List(genres)].into())
        });
        Catalogue::new("titles", fields, Some("title"), records.collect())
    }

    #[test]
    fn parts_are_found_by_key() {
        let titles = titles(&[("t1", &["drama", "crime"]), ("t2", &[]), ("", &["kids"])]).unwrap();
        let genres = |key: Constant| titles.look_up(&key, 1);
        let list =
            |texts: &[&str]| Some(Constant::List(texts.iter().map(|one| text(one)).collect()));
        assert_eq!(genres(text("t1")), list(&["drama", "crime"]));
        assert_eq!(genres(text("t3")), Some(Constant::Missing));
        assert_eq!(genres(Constant::Missing), Some(Constant::Missing));
        let different = titles.different(1).unwrap();
        assert_eq!(*different.of_records, [0, 1, 2]);
        assert_eq!(different.values[1], Constant::List([].into()));
        assert_eq!(titles.different(0).unwrap().values[2], Constant::Missing);
        assert!(titles.different(2).is_none());
        assert!(titles.key_numbers().is_none(), "they are texts");
        let keys = Constant::List([text("t2"), text("t1"), text("t1")].into());
        assert_eq!(genres(keys), list(&["drama", "crime", "drama", "crime"]));
    }

    #[test]
    fn whole_numbers_that_lie_close_together_are_found_by_themselves() {
        let places = |keys: &[Option<i64>]| {
            let fields = vec![Field::new(
                "id",
                Type::Number(crate::types::NumberKind::Whole),
            )];
            let whole = |key: i64| Constant::Number(crate::types::Exact::whole(key.into()));
            let records = keys.iter().map(|key| {
                let key = key.map_or(Constant::Missing, whole);
                Constant::Record([key].into())
            });
            let catalogue = Catalogue::new("some", fields, Some("id"), records.collect());
            let catalogue = catalogue.unwrap();
            let found = (-30..30).map(|key| {
                let place = catalogue.places_of_numbers()?.get(key);
                assert_eq!(place, catalogue.place_of(&whole(key as i64)));
                place
            });
            (
                found.flatten().count(),
                catalogue.places_of_numbers().is_some(),
            )
        };
        assert_eq!(places(&[Some(7), None, Some(-3), Some(12)]), (3, true));
        assert_eq!(places(&[Some(7), Some(7 + 15)]), (2, true));
        assert_eq!(places(&[Some(7), Some(7 + 16)]), (0, false));
        assert_eq!(places(&[Some(i64::MIN), Some(i64::MAX)]), (0, false));
        assert_eq!(places(&[None]), (0, false));
    }

    #[test]
    fn a_key_that_stands_twice_is_told() {
        let error = titles(&[("t1", &[]), ("t1", &["drama"])]).unwrap_err();
        assert_eq!(error.to_string(), "two of its records have the key \"t1\"");
        // Records without a key are not in each other's way.
        assert!(titles(&[("", &[]), ("", &[])]).is_ok());
    }
}
