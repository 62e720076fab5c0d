//! Values outside the closed sets that a manifest declares, found before a run is answered.
//!
//! Text in a dictionary is looked at once for each different value; rows are gone through only where one of them is outside.

use super::cells::{Texts, lists, places};
use crate::data::{DataError, Source, bind_field};
use crate::diagnostics::suggest::nearest;
use crate::schema::{Field, FieldId, Schema};
use arrow_array::cast::AsArray;
use arrow_array::{Array, ArrayRef};
use hashbrown::HashSet;
use std::sync::atomic::{AtomicBool, Ordering};

/// Different values outside a set that are told apart.
const MOST: usize = 20;

/// What stands in a field although its closed set does not have it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Outside {
    pub field: String,
    pub column: String,
    /// Each different value, in the order in which they were met: the first twenty of them.
    pub values: Vec<OutsideValue>,
    /// Rows with further different values.
    pub other_rows: u64,
}

/// A value outside the closed set of its field.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OutsideValue {
    pub value: String,
    /// In how many rows it stands; in a list, how many times; of events, how many have it.
    pub rows: u64,
    /// The file it was met in first, and the row there, counted from 1; of events no row is known.
    pub file: String,
    pub row: Option<u64>,
    /// The value of the set that may have been meant.
    pub near: Option<String>,
}

/// Reads those of the fields that have a closed set, and finds the values that are not in it.
///
/// # Errors
///
/// A column is not there or cannot be read; `cancel` has been set.
pub fn outside(
    source: &dyn Source,
    schema: &Schema,
    fields: &[FieldId],
    cancel: &AtomicBool,
) -> Result<Vec<Outside>, DataError> {
    let mut searches = Vec::new();
    for id in fields {
        let field = schema.field(*id);
        let parts = field.field_type.record().into_iter();
        let parts = parts.flat_map(|record| &record.parts).filter_map(|part| {
            let name = format!("{}.{}", field.name, part.name);
            Some((name, Some(part.name.as_str()), part.values.as_ref()?))
        });
        let whole = (field.values.iter()).map(|values| (field.name.clone(), None, values));
        for (name, part, values) in whole.chain(parts) {
            searches.push(Search {
                column: bind_field(source, schema, *id)?,
                blank_is_missing: field.blank_is_missing,
                part,
                has_rows: true,
                allowed: values.iter().map(String::as_str).collect(),
                found: Outside::nothing(name, &field.column),
            });
        }
    }
    search(source, searches, cancel)
}

/// The same for the events of a stream, in a source that has a column for each of their parts; parts that are not there are passed over.
///
/// # Errors
///
/// The source cannot be read; `cancel` has been set.
pub fn outside_of_events(
    events: &dyn Source,
    stream: &Field,
    cancel: &AtomicBool,
) -> Result<Vec<Outside>, DataError> {
    let columns = events.schema();
    let parts = stream.field_type.record().into_iter();
    let searches = parts.flat_map(|record| &record.parts).filter_map(|part| {
        let (column, _) = columns.column_with_name(&part.name)?;
        let values = part.values.as_ref()?;
        let name = format!("{}.{}", stream.name, part.name);
        Some(Search {
            column,
            blank_is_missing: stream.blank_is_missing,
            part: None,
            has_rows: false,
            allowed: values.iter().map(String::as_str).collect(),
            found: Outside::nothing(name, &part.name),
        })
    });
    search(events, searches.collect(), cancel)
}

fn search(
    source: &dyn Source,
    mut searches: Vec<Search<'_>>,
    cancel: &AtomicBool,
) -> Result<Vec<Outside>, DataError> {
    if searches.is_empty() {
        return Ok(Vec::new());
    }
    let mut columns: Vec<usize> = searches.iter().map(|search| search.column).collect();
    columns.sort_unstable();
    columns.dedup();
    let (mut file, mut rows_before) = ("", 0);
    for piece in 0..source.pieces() {
        let name = source.piece_name(piece);
        if name != file {
            (file, rows_before) = (name, 0);
        }
        for batch in source.read(piece, &columns)? {
            if cancel.load(Ordering::Relaxed) {
                return Err(DataError::stopped(source.name()));
            }
            let batch = batch?;
            for search in &mut searches {
                let place = columns.binary_search(&search.column).unwrap_or(0);
                search.look(batch.column(place), file, rows_before);
            }
            rows_before += batch.num_rows() as u64;
        }
    }
    let found = searches.into_iter().map(Search::finish);
    Ok(found.filter(|found| !found.values.is_empty()).collect())
}

/// The elements of lists, each with the row that it stands in, if any: parts of the child may belong to none. Anything else as it is.
fn spread(
    array: ArrayRef,
    owners: Option<Vec<Option<usize>>>,
) -> (ArrayRef, Option<Vec<Option<usize>>>) {
    let Some((ranges, elements)) = lists(&array) else {
        return (array, owners);
    };
    let mut rows = vec![None; elements.len()];
    for (place, (first, end)) in ranges.into_iter().enumerate() {
        if !array.is_null(place) {
            let row = owners.as_ref().map_or(Some(place), |owners| owners[place]);
            rows[first..end].fill(row);
        }
    }
    (elements, Some(rows))
}

struct Search<'a> {
    column: usize,
    blank_is_missing: bool,
    /// Whether the rows of the source are rows of a file.
    has_rows: bool,
    /// Where the set is that of a part of a record: its name.
    part: Option<&'a str>,
    allowed: HashSet<&'a str>,
    found: Outside,
}

impl Search<'_> {
    fn is_outside(&self, text: &str) -> bool {
        let is_missing = self.blank_is_missing && text.trim().is_empty();
        !is_missing && !self.allowed.contains(text)
    }

    fn look(&mut self, array: &ArrayRef, file: &str, rows_before: u64) {
        let (mut array, mut owners) = spread(array.clone(), None);
        if let Some(part) = self.part {
            let Some((records, of_part)) = (array.as_struct_opt())
                .and_then(|records| Some((records, records.column_by_name(part)?)))
            else {
                return;
            };
            // A missing record has no parts, whatever stands there.
            let of_record = |place: usize| match &owners {
                _ if records.is_null(place) => None,
                Some(owners) => owners[place],
                None => Some(place),
            };
            let of_records: Vec<Option<usize>> = (0..records.len()).map(of_record).collect();
            (array, owners) = spread(of_part.clone(), Some(of_records));
        }
        let owner = |place: usize| match &owners {
            Some(owners) => owners[place],
            None => Some(place),
        };
        let row = |place: usize| rows_before + owner(place).unwrap_or(0) as u64 + 1;
        self.look_at(&array, row, |place| owner(place).is_some(), file);
    }

    fn look_at(
        &mut self,
        array: &ArrayRef,
        row: impl Fn(usize) -> u64,
        is_meant: impl Fn(usize) -> bool,
        file: &str,
    ) {
        if let Some((places, values)) = places(array) {
            let Some(texts) = Texts::of(&values) else {
                return;
            };
            let wrong: Vec<bool> = (0..values.len())
                .map(|place| !values.is_null(place) && self.is_outside(texts.get(place)))
                .collect();
            if wrong.contains(&true) {
                for (at, place) in places.into_iter().enumerate() {
                    if let Some(place) = place
                        && wrong[place]
                        && is_meant(at)
                    {
                        self.note(texts.get(place), file, row(at));
                    }
                }
            }
        } else if let Some(texts) = Texts::of(array) {
            for at in 0..array.len() {
                if !array.is_null(at) && is_meant(at) && self.is_outside(texts.get(at)) {
                    self.note(texts.get(at), file, row(at));
                }
            }
        }
    }

    fn note(&mut self, text: &str, file: &str, row: u64) {
        let found = &mut self.found;
        if let Some(known) = found.values.iter_mut().find(|known| known.value == text) {
            known.rows += 1;
        } else if found.values.len() < MOST {
            found.values.push(OutsideValue {
                value: text.to_owned(),
                rows: 1,
                file: file.to_owned(),
                row: self.has_rows.then_some(row),
                near: None,
            });
        } else {
            found.other_rows += 1;
        }
    }

    fn finish(mut self) -> Outside {
        for found in &mut self.found.values {
            let mut known: Vec<&str> = self.allowed.iter().copied().collect();
            known.sort_unstable();
            // Of two letters one is half of the word: DE is no misspelt BE.
            let is_code = found.value.chars().count() <= 2;
            found.near = nearest(&found.value, known)
                .filter(|near| !is_code || near.eq_ignore_ascii_case(&found.value))
                .map(str::to_owned);
        }
        self.found
    }
}

impl Outside {
    fn nothing(field: String, column: &str) -> Self {
        Self {
            field,
            column: column.to_owned(),
            values: Vec::new(),
            other_rows: 0,
        }
    }

    /// The fault that a run ends with.
    pub fn error(&self) -> DataError {
        let first = &self.values[0];
        let message = format!(
            "{} outside the closed set of the field \"{}\"",
            self.told(),
            self.field
        );
        let meant = match &first.near {
            Some(near) => format!("Did you mean \"{near}\"? "),
            None => String::new(),
        };
        let mut error = DataError::new("E0745", &first.file, message).column(&self.column);
        error.row = first.row;
        error.help(format!(
                "{meant}Mend the data, or add the value to `values` of the field in the manifest; with `other_values = \"report\"` there, such values are reported and the run goes on."
            ))
    }

    /// The same as a line beside an answer.
    pub fn report(&self) -> String {
        let first = &self.values[0];
        let meant = match &first.near {
            Some(near) => format!("; did you mean \"{near}\"?"),
            None => String::new(),
        };
        let row = first
            .row
            .map_or_else(String::new, |row| format!(", row {row}"));
        format!(
            "{}{row}, column \"{}\": {} outside the closed set of the field \"{}\"{meant}",
            first.file,
            self.column,
            self.told(),
            self.field
        )
    }

    /// `the value "DE" (in 3 rows) is`
    fn told(&self) -> String {
        const SHOWN: usize = 3;
        let plural = |found: &OutsideValue| match (found.row, found.rows) {
            (Some(_), 1) => "row",
            (Some(_), _) => "rows",
            (None, 1) => "event",
            (None, _) => "events",
        };
        let shown = |found: &OutsideValue| {
            let plural = plural(found);
            let text: String = found.value.chars().take(60).collect();
            format!("\"{}\" (in {} {plural})", text.escape_debug(), found.rows)
        };
        let words: Vec<String> = self.values.iter().take(SHOWN).map(shown).collect();
        let more: u64 = self
            .values
            .iter()
            .skip(SHOWN)
            .map(|found| found.rows)
            .sum::<u64>()
            + self.other_rows;
        match (&words[..], more) {
            ([one], 0) => format!("the value {one} is"),
            (_, 0) => format!("the values {} are", words.join(", ")),
            (_, more) => format!(
                "the values {} and others (in {more} {}) are",
                words.join(", "),
                match self.values[0].row {
                    Some(_) => "rows",
                    None => "events",
                }
            ),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::data::MemorySource;
    use crate::types::Type;
    use arrow_array::builder::{ListBuilder, StringBuilder};
    use arrow_array::types::Int8Type;
    use arrow_array::{
        DictionaryArray, Int64Array, ListArray, RecordBatch, StringArray, StructArray,
    };
    use arrow_buffer::{NullBuffer, OffsetBuffer};
    use arrow_schema::DataType;
    use std::sync::Arc;

    fn schema(blank_is_missing: bool) -> Schema {
        let mut region = Field::new("country", Type::Text);
        region.column = "region".into();
        region.values = Some(["BE".to_owned(), "Netherlands".to_owned()].into());
        region.blank_is_missing = blank_is_missing;
        Schema::builder()
            .key("id")
            .int("id")
            .field(region)
            .build()
            .unwrap()
    }

    fn found(arrays: Vec<ArrayRef>, schema: &Schema) -> Vec<Outside> {
        let batches: Vec<RecordBatch> = arrays
            .into_iter()
            .map(|array| {
                let ids: ArrayRef = Arc::new(Int64Array::from_iter_values(0..array.len() as i64));
                RecordBatch::try_from_iter_with_nullable([
                    ("id", ids, false),
                    ("region", array, true),
                ])
                .unwrap()
            })
            .collect();
        let source = MemorySource::new("the data", batches[0].schema(), batches).unwrap();
        let fields = [FieldId(0), FieldId(1)];
        outside(&source, schema, &fields, &AtomicBool::new(false)).unwrap()
    }

    fn text(values: &[Option<&str>]) -> ArrayRef {
        Arc::new(StringArray::from(values.to_vec()))
    }

    #[test]
    fn the_value_its_rows_and_what_was_meant_are_told() {
        let arrays = vec![
            text(&[Some("BE"), None]),
            text(&[Some("Netherland"), Some("DE"), Some("Netherland")]),
        ];
        let found = found(arrays, &schema(false));
        let [found] = &found[..] else {
            panic!("{found:?}")
        };
        let first = &found.values[0];
        assert_eq!(
            (first.value.as_str(), first.rows, first.row),
            ("Netherland", 2, Some(3))
        );
        assert_eq!(first.near.as_deref(), Some("Netherlands"));
        assert_eq!(
            (
                found.values[1].value.as_str(),
                found.values[1].near.as_deref()
            ),
            ("DE", None)
        );
        let error = found.error();
        assert_eq!(
            error.to_string(),
            "the data, row 3, column \"region\": the values \"Netherland\" (in 2 rows), \"DE\" (in 1 row) are outside the closed set of the field \"country\""
        );
        assert!(
            error
                .help
                .unwrap()
                .starts_with("Did you mean \"Netherlands\"?")
        );
    }

    #[test]
    fn what_no_row_has_and_what_is_missing_is_not_outside() {
        let values = [Some("BE"), Some("XX"), None, Some("BE")];
        let dictionary: DictionaryArray<Int8Type> = values.into_iter().collect();
        let whole: ArrayRef = Arc::new(dictionary);
        assert_eq!(found(vec![whole.slice(2, 2)], &schema(false)), []);
        assert_eq!(found(vec![whole], &schema(false))[0].values[0].row, Some(2));
        let blank = text(&[Some(" "), Some("BE")]);
        assert_eq!(found(vec![blank.clone()], &schema(true)), []);
        assert_eq!(found(vec![blank], &schema(false))[0].values[0].value, " ");
    }

    #[test]
    fn elements_of_lists_are_looked_at() {
        let mut lists = ListBuilder::new(StringBuilder::new());
        for list in [vec!["a"], vec![], vec!["b", "c", "c"]] {
            list.into_iter()
                .for_each(|element| lists.values().append_value(element));
            lists.append(true);
        }
        let schema = Schema::builder()
            .key("id")
            .int("id")
            .list("region", Type::Text)
            .values(["a", "b"])
            .build()
            .unwrap();
        let found = found(vec![Arc::new(lists.finish())], &schema);
        assert_eq!(
            (found[0].values[0].rows, found[0].values[0].row),
            (2, Some(3))
        );
    }

    #[test]
    fn parts_of_records_in_lists_are_looked_at() {
        // Row 1 has a profile of kids and one of "dog"; row 2 is missing, whatever stands in it; row 3 has a missing profile and one of "cat".
        let kinds: ArrayRef = Arc::new(StringArray::from(vec!["kids", "dog", "fox", "bee", "cat"]));
        let kind = Arc::new(arrow_schema::Field::new("kind", DataType::Utf8, true));
        let known = NullBuffer::from(vec![true, true, true, false, true]);
        let records = StructArray::new(vec![kind].into(), vec![kinds], Some(known));
        let item = Arc::new(arrow_schema::Field::new(
            "item",
            records.data_type().clone(),
            true,
        ));
        let rows = NullBuffer::from(vec![true, false, true]);
        let offsets = OffsetBuffer::from_lengths([2, 1, 2]);
        let lists: ArrayRef =
            Arc::new(ListArray::new(item, offsets, Arc::new(records), Some(rows)));
        let schema = Schema::builder()
            .key("id")
            .int("id")
            .records("region", [("kind", Type::Text)])
            .part_values("kind", ["kids", "adult"])
            .build()
            .unwrap();
        let found = found(vec![lists.clone(), lists], &schema);
        let told: Vec<(&str, u64, u64)> = (found[0].values.iter())
            .map(|value| (value.value.as_str(), value.rows, value.row.unwrap_or(0)))
            .collect();
        assert_eq!(found[0].field, "region.kind");
        assert_eq!(told, [("dog", 2, 1), ("cat", 2, 3)]);
    }

    #[test]
    fn events_are_counted_and_have_no_rows() {
        let stream = Schema::builder()
            .key("id")
            .int("id")
            .events("view", [("device", Type::Text), ("screen", Type::Text)])
            .part_values("device", ["tv", "phone"])
            .part_values("screen", ["small"])
            .build()
            .unwrap();
        let devices = text(&[Some("tv"), Some("phon"), None, Some("phon")]);
        let batch = RecordBatch::try_from_iter([("device", devices)]).unwrap();
        let source = MemorySource::new("views.csv", batch.schema(), vec![batch]).unwrap();
        let never = AtomicBool::new(false);
        let found = outside_of_events(&source, &stream.streams()[0], &never).unwrap();
        assert_eq!(
            found[0].error().to_string(),
            "views.csv, column \"device\": the value \"phon\" (in 2 events) is outside the closed set of the field \"view.device\""
        );
        assert!(found[0].report().ends_with("did you mean \"phone\"?"));
    }

    #[test]
    fn of_many_values_the_first_are_told() {
        let many: Vec<String> = (0..30).map(|number| format!("v{number}")).collect();
        let many: Vec<Option<&str>> = many.iter().map(|value| Some(value.as_str())).collect();
        let found = found(vec![text(&many)], &schema(false));
        assert_eq!((found[0].values.len(), found[0].other_rows), (20, 10));
        assert!(
            found[0].report().contains("and others (in 27 rows)"),
            "{}",
            found[0].report()
        );
    }
}
