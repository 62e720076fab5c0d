//! Several files as one source: the same columns in all, one after another. Where files hold a type in different widths or layouts,
//! batches are brought to one of them, so that every batch of the source has the same schema.

use crate::data::{Batches, DataError, First, Source, Statistics, Steps, errors};
use crate::schema::{Nearly, type_of};
use crate::types::{Constant, NumberKind, Type};
use arrow_array::{ArrayRef, RecordBatch, RecordBatchOptions};
use arrow_cast::{CastOptions, cast_with_options};
use arrow_schema::{DataType, Field, Schema, SchemaRef, TimeUnit};
use std::sync::Arc;

/// Files one after another.
pub(in crate::data) struct Combined {
    name: String,
    schema: SchemaRef,
    parts: Vec<Part>,
    /// For each piece, its part and its place in it.
    pieces: Vec<(usize, usize)>,
}

struct Part {
    source: Arc<dyn Source>,
    /// For each column of the whole, its place in this part.
    columns: Vec<usize>,
}

impl Combined {
    /// `types` says what columns without values are, where the manifest says it.
    pub(in crate::data) fn new(
        name: String,
        sources: Vec<Arc<dyn Source>>,
        types: &[(String, Type)],
    ) -> Result<Self, DataError> {
        let Some(first) = sources.first() else {
            return Err(errors::nothing_named());
        };
        let leader = first.schema();
        let mut fields = Vec::with_capacity(leader.fields().len());
        for field in leader.fields() {
            let mut data_type = field.data_type().clone();
            for other in &sources[1..] {
                let schema = other.schema();
                let Some((_, has)) = schema.column_with_name(field.name()) else {
                    return Err(errors::column_only_in(
                        first.name(),
                        other.name(),
                        field.name(),
                    ));
                };
                data_type = common(&data_type, has.data_type()).ok_or_else(|| {
                    let named = |data_type| {
                        type_of(data_type)
                            .map_or_else(|_| data_type.to_string(), |known| known.name())
                    };
                    let fault = errors::types_differ(
                        first.name(),
                        &named(field.data_type()),
                        other.name(),
                        &named(has.data_type()),
                        field.name(),
                    );
                    let noted = [(first, field.as_ref()), (other, has)];
                    let nearly = noted
                        .into_iter()
                        .find_map(|(source, field)| Some((source.name(), Nearly::of(field)?)));
                    match nearly {
                        Some((source, nearly)) => {
                            errors::nearly_another_type(fault, source, &nearly.words)
                        }
                        None => fault,
                    }
                })?;
            }
            if data_type == DataType::Null
                && let Some((_, declared)) = types.iter().find(|(column, _)| column == field.name())
            {
                data_type = empty_of(declared);
            }
            let made = Field::new(field.name(), data_type, true);
            fields.push(match Nearly::of(field) {
                Some(nearly) => nearly.noted(made),
                None => made,
            });
        }
        let schema = Arc::new(Schema::new(fields));
        let mut parts = Vec::with_capacity(sources.len());
        let mut pieces = Vec::new();
        for source in &sources {
            let has = source.schema();
            if let Some(extra) = has
                .fields()
                .iter()
                .find(|field| schema.column_with_name(field.name()).is_none())
            {
                return Err(errors::column_only_in(
                    source.name(),
                    first.name(),
                    extra.name(),
                ));
            }
            let columns = schema
                .fields()
                .iter()
                .filter_map(|field| has.column_with_name(field.name()).map(|(place, _)| place))
                .collect();
            pieces.extend((0..source.pieces()).map(|piece| (parts.len(), piece)));
            parts.push(Part {
                source: source.clone(),
                columns,
            });
        }
        Ok(Self {
            name,
            schema,
            parts,
            pieces,
        })
    }
}

/// The type that holds the values of both exactly, or none.
fn common(left: &DataType, right: &DataType) -> Option<DataType> {
    if left == right {
        return Some(left.clone());
    }
    if *left == DataType::Null {
        return Some(right.clone());
    }
    if *right == DataType::Null {
        return Some(left.clone());
    }
    let (Ok(left_type), Ok(right_type)) = (type_of(left), type_of(right)) else {
        return None;
    };
    Some(match (&left_type, &right_type) {
        (Type::Boolean, Type::Boolean) => DataType::Boolean,
        (Type::Number(NumberKind::Whole), Type::Number(NumberKind::Whole)) => whole(left, right),
        (Type::Number(NumberKind::Float), Type::Number(NumberKind::Float)) => DataType::Float64,
        (
            Type::Number(NumberKind::Whole | NumberKind::Exact),
            Type::Number(NumberKind::Whole | NumberKind::Exact),
        ) => decimal(left, right)?,
        (Type::Text, Type::Text) => DataType::Utf8,
        (Type::Date, Type::Date) => DataType::Date32,
        // An offset and not the name of a zone, which casting does not know.
        (Type::Time, Type::Time) => DataType::Timestamp(finer(left, right), Some("+00:00".into())),
        (Type::Duration, Type::Duration) => DataType::Duration(finer(left, right)),
        (Type::Point, Type::Point) => point(left, right)?,
        (Type::List(_), Type::List(_)) => {
            let element = common(element(left)?, element(right)?)?;
            DataType::List(Arc::new(Field::new("item", element, true)))
        }
        (Type::Record(_), Type::Record(_)) => {
            let (DataType::Struct(left), DataType::Struct(right)) = (left, right) else {
                return None;
            };
            if left.len() != right.len() {
                return None;
            }
            let part = |part: &Arc<Field>| {
                let (_, other) = right.find(part.name())?;
                let data_type = common(part.data_type(), other.data_type())?;
                Some(Field::new(part.name(), data_type, true))
            };
            DataType::Struct(left.iter().map(part).collect::<Option<_>>()?)
        }
        (Type::Map(_), Type::Map(_)) => map_of(common(map_value(left)?, map_value(right)?)?),
        _ => return None,
    })
}

fn values(data_type: &DataType) -> &DataType {
    match data_type {
        DataType::Dictionary(_, values) => values,
        DataType::RunEndEncoded(_, values) => values.data_type(),
        other => other,
    }
}

fn whole(left: &DataType, right: &DataType) -> DataType {
    match (values(left), values(right)) {
        (DataType::UInt64, other) | (other, DataType::UInt64) if other.is_unsigned_integer() => {
            DataType::UInt64
        }
        (DataType::UInt64, _) | (_, DataType::UInt64) => DataType::Decimal128(20, 0),
        _ => DataType::Int64,
    }
}

fn decimal(left: &DataType, right: &DataType) -> Option<DataType> {
    let parts = |data_type: &DataType| match values(data_type) {
        DataType::Decimal32(precision, scale)
        | DataType::Decimal64(precision, scale)
        | DataType::Decimal128(precision, scale) => {
            Some((i32::from(*precision) - i32::from(*scale), i32::from(*scale)))
        }
        other if other.is_integer() => Some((20, 0)),
        _ => None,
    };
    let (left, right) = (parts(left)?, parts(right)?);
    let (digits, scale) = (left.0.max(right.0), left.1.max(right.1));
    // What CSV and JSON hold needs less than it is given; a value that does not fit after all is an error when it is read.
    let scale = i8::try_from(scale).ok()?;
    let precision = u8::try_from((digits + i32::from(scale)).clamp(1, 38)).ok()?;
    Some(DataType::Decimal128(precision, scale))
}

/// The parts under the names of the first.
fn point(left: &DataType, right: &DataType) -> Option<DataType> {
    let (DataType::Struct(left), DataType::Struct(right)) = (values(left), values(right)) else {
        return None;
    };
    let same_names = left.len() == right.len()
        && left
            .iter()
            .zip(right)
            .all(|(left, right)| left.name() == right.name());
    let parts = left.iter().zip(right).map(|(left, right)| {
        let part = common(left.data_type(), right.data_type())?;
        Some(Field::new(left.name(), part, true))
    });
    let parts: Vec<Field> = parts.collect::<Option<_>>()?;
    same_names.then(|| DataType::Struct(parts.into()))
}

fn unit(data_type: &DataType) -> TimeUnit {
    match values(data_type) {
        DataType::Timestamp(unit, _) | DataType::Duration(unit) => *unit,
        _ => TimeUnit::Nanosecond,
    }
}

fn finer(left: &DataType, right: &DataType) -> TimeUnit {
    unit(left).max(unit(right))
}

fn element(data_type: &DataType) -> Option<&DataType> {
    match data_type {
        DataType::List(element)
        | DataType::LargeList(element)
        | DataType::FixedSizeList(element, _)
        | DataType::ListView(element)
        | DataType::LargeListView(element) => Some(element.data_type()),
        _ => None,
    }
}

/// The Arrow type of a declared column in which no file has a value.
fn empty_of(declared: &Type) -> DataType {
    match declared {
        Type::Boolean => DataType::Boolean,
        Type::Number(NumberKind::Whole) => DataType::Int64,
        Type::Number(NumberKind::Exact) => DataType::Decimal128(38, 0),
        Type::Number(NumberKind::Float) => DataType::Float64,
        Type::Text => DataType::Utf8,
        Type::Date => DataType::Date32,
        Type::Time => DataType::Timestamp(TimeUnit::Microsecond, Some("UTC".into())),
        Type::Duration => DataType::Duration(TimeUnit::Nanosecond),
        Type::Point => DataType::Struct(
            ["latitude", "longitude"]
                .map(|part| Field::new(part, DataType::Float64, true))
                .to_vec()
                .into(),
        ),
        // No column holds distances.
        Type::Distance => DataType::Null,
        Type::List(element) => {
            DataType::List(Arc::new(Field::new("item", empty_of(element), true)))
        }
        Type::Record(record) => DataType::Struct(
            (record.parts.iter())
                .map(|part| Field::new(&part.name, empty_of(&part.part_type), true))
                .collect(),
        ),
        Type::Map(value) => map_of(empty_of(value)),
    }
}

fn map_value(data_type: &DataType) -> Option<&DataType> {
    let DataType::Map(entries, _) = data_type else {
        return None;
    };
    match entries.data_type() {
        DataType::Struct(parts) => Some(parts.get(1)?.data_type()),
        _ => None,
    }
}

/// A map from text to values of this type.
fn map_of(value: DataType) -> DataType {
    let parts = [
        Field::new("key", DataType::Utf8, false),
        Field::new("value", value, true),
    ];
    let entries = DataType::Struct(parts.into_iter().collect());
    DataType::Map(Arc::new(Field::new("entries", entries, false)), false)
}

impl Source for Combined {
    fn name(&self) -> &str {
        &self.name
    }

    fn schema(&self) -> SchemaRef {
        self.schema.clone()
    }

    fn pieces(&self) -> usize {
        self.pieces.len()
    }

    fn rows(&self, piece: usize) -> Option<u64> {
        let (part, piece) = self.pieces[piece];
        self.parts[part].source.rows(piece)
    }

    fn statistics(&self, piece: usize, column: usize) -> Option<Statistics> {
        let (part, piece) = self.pieces[piece];
        let part = &self.parts[part];
        part.source.statistics(piece, part.columns[column])
    }

    fn piece_name(&self, piece: usize) -> &str {
        let (part, piece) = self.pieces[piece];
        self.parts[part].source.piece_name(piece)
    }

    fn read(&self, piece: usize, columns: &[usize]) -> Result<Batches, DataError> {
        let (part, piece) = self.pieces[piece];
        let (wanted, adapted) = self.adapted(part, columns)?;
        let batches = self.parts[part].source.read(piece, &wanted)?;
        Ok(Box::new(batches.map(move |batch| adapted.batch(&batch?))))
    }

    fn parts(&self, piece: usize, column: usize) -> Option<Vec<(u64, Statistics)>> {
        let (part, piece) = self.pieces[piece];
        let part = &self.parts[part];
        part.source.parts(piece, part.columns[column])
    }

    fn different(&self, piece: usize, column: usize) -> Result<Option<ArrayRef>, DataError> {
        let (part, piece) = self.pieces[piece];
        let part = &self.parts[part];
        let different = part.source.different(piece, part.columns[column])?;
        let field = self.schema.field(column);
        let adapt = |values| adapt_column(part.source.name(), field, &values);
        different.map(adapt).transpose()
    }

    fn lacks(&self, piece: usize, column: usize, values: &[Constant]) -> Result<bool, DataError> {
        let (part, piece) = self.pieces[piece];
        let part = &self.parts[part];
        let column = part.columns[column];
        part.source.lacks(piece, column, values)
    }

    fn read_in_steps(
        &self,
        piece: usize,
        first: usize,
        columns: &[usize],
        rows: usize,
    ) -> Result<Option<Box<dyn Steps>>, DataError> {
        let (part, piece) = self.pieces[piece];
        let (wanted, adapted) = self.adapted(part, columns)?;
        let field = self.schema.field(first).clone();
        let part = &self.parts[part];
        let first = part.columns[first];
        let steps = part.source.read_in_steps(piece, first, &wanted, rows)?;
        Ok(steps.map(|steps| {
            Box::new(InSteps {
                steps,
                first: field,
                adapted,
            }) as Box<dyn Steps>
        }))
    }
}

impl Combined {
    /// The columns of a part that these are, ascending, and how they come to be as asked for.
    fn adapted(&self, part: usize, columns: &[usize]) -> Result<(Vec<usize>, Adapted), DataError> {
        let part = &self.parts[part];
        let schema = self
            .schema
            .project(columns)
            .map_err(|error| errors::damaged(&self.name, "data", &error.to_string()))?;
        // The part wants its own places, ascending; afterwards the columns are put back in the order asked for.
        let mut wanted: Vec<usize> = columns.iter().map(|column| part.columns[*column]).collect();
        let asked = wanted.clone();
        wanted.sort_unstable();
        let order: Vec<usize> = asked
            .iter()
            .filter_map(|place| wanted.binary_search(place).ok())
            .collect();
        let adapted = Adapted {
            name: part.source.name().to_owned(),
            schema: Arc::new(schema),
            order,
        };
        Ok((wanted, adapted))
    }
}

/// How batches of a part become those of the whole.
struct Adapted {
    name: String,
    schema: SchemaRef,
    order: Vec<usize>,
}

impl Adapted {
    fn batch(&self, batch: &RecordBatch) -> Result<RecordBatch, DataError> {
        let fields = self.order.iter().zip(self.schema.fields());
        let arrays = fields
            .map(|(place, field)| adapt_column(&self.name, field, batch.column(*place)))
            .collect::<Result<Vec<_>, DataError>>()?;
        let options = RecordBatchOptions::new().with_row_count(Some(batch.num_rows()));
        RecordBatch::try_new_with_options(self.schema.clone(), arrays, &options)
            .map_err(|error| errors::damaged(&self.name, "data", &error.to_string()))
    }
}

struct InSteps {
    steps: Box<dyn Steps>,
    first: Field,
    adapted: Adapted,
}

impl Steps for InSteps {
    fn first(&mut self, most: u64) -> Result<Option<ArrayRef>, DataError> {
        let first = self.steps.first(most)?;
        let adapt = |array| adapt_column(&self.adapted.name, &self.first, &array);
        first.map(adapt).transpose()
    }

    fn first_by_code(&mut self, most: u64) -> Result<Option<First>, DataError> {
        let first = match self.steps.first_by_code(most)? {
            Some(First::Plain(array)) => {
                First::Plain(adapt_column(&self.adapted.name, &self.first, &array)?)
            }
            Some(First::ByCode {
                codes,
                known,
                values,
            }) => First::ByCode {
                codes,
                known,
                values: match self.first.data_type() {
                    DataType::Dictionary(_, of_values) => {
                        let field = Field::new(self.first.name(), (**of_values).clone(), true);
                        adapt_column(&self.adapted.name, &field, &values)?
                    }
                    _ => adapt_column(&self.adapted.name, &self.first, &values)?,
                },
            },
            None => return Ok(None),
        };
        Ok(Some(first))
    }

    fn others(&mut self, rows: Option<&[u32]>) -> Result<RecordBatch, DataError> {
        self.adapted.batch(&self.steps.others(rows)?)
    }

    fn pass(&mut self, rows: u64) -> Result<u64, DataError> {
        self.steps.pass(rows)
    }
}

fn adapt_column(name: &str, field: &Field, array: &ArrayRef) -> Result<ArrayRef, DataError> {
    if array.data_type() == field.data_type() {
        return Ok(array.clone());
    }
    let strict = CastOptions {
        safe: false,
        ..CastOptions::default()
    };
    cast_with_options(array, field.data_type(), &strict)
        .map_err(|error| errors::does_not_fit_all(name, field.name(), &error.to_string()))
}
