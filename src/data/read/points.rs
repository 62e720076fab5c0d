//! Places of two columns: a source with a column more for each pair of latitudes and longitudes that a manifest puts together.

use crate::data::{Batches, DataError, First, Source, Statistics, Steps, errors};
use crate::schema::{PointColumns, type_of};
use crate::types::{Constant, Point, Type};
use arrow_array::{ArrayRef, RecordBatch, RecordBatchOptions, StructArray};
use arrow_schema::{DataType, Field, Fields, Schema, SchemaRef};
use std::sync::Arc;

/// The source with its places behind all other columns. Pairs of which a column is not there or holds no numbers are passed over; the manifest says so.
pub fn with_points(source: Arc<dyn Source>, points: &[PointColumns]) -> Arc<dyn Source> {
    let has = source.schema();
    let number = |column: &str| {
        let (place, field) = has.column_with_name(column)?;
        matches!(type_of(field.data_type()), Ok(Type::Number(_))).then_some(place)
    };
    let pairs: Vec<Pair> = points
        .iter()
        .filter_map(|point| {
            let (latitude, longitude) = (number(&point.latitude)?, number(&point.longitude)?);
            let part = |name: &str, place: usize| {
                Field::new(name, has.field(place).data_type().clone(), true)
            };
            let parts = vec![part("latitude", latitude), part("longitude", longitude)];
            Some(Pair {
                name: point.column(),
                latitude,
                longitude,
                parts: parts.into(),
            })
        })
        .collect();
    if pairs.is_empty() {
        return source;
    }
    let added = pairs.iter().map(|pair| {
        Arc::new(Field::new(
            &pair.name,
            DataType::Struct(pair.parts.clone()),
            true,
        ))
    });
    let fields: Vec<_> = has.fields().iter().cloned().chain(added).collect();
    Arc::new(Pointed {
        schema: Arc::new(Schema::new_with_metadata(fields, has.metadata().clone())),
        own: has.fields().len(),
        source,
        pairs,
    })
}

/// A latitude and a longitude of the source.
struct Pair {
    name: String,
    latitude: usize,
    longitude: usize,
    parts: Fields,
}

struct Pointed {
    source: Arc<dyn Source>,
    schema: SchemaRef,
    /// How many columns the source has itself.
    own: usize,
    pairs: Vec<Pair>,
}

/// What a column of a batch is made of, as places in the batch of the source.
enum Made {
    Same(usize),
    Point(usize, usize, Fields),
}

impl Source for Pointed {
    fn name(&self) -> &str {
        self.source.name()
    }

    fn schema(&self) -> SchemaRef {
        self.schema.clone()
    }

    fn pieces(&self) -> usize {
        self.source.pieces()
    }

    fn rows(&self, piece: usize) -> Option<u64> {
        self.source.rows(piece)
    }

    fn statistics(&self, piece: usize, column: usize) -> Option<Statistics> {
        let Some(pair) = column.checked_sub(self.own).map(|pair| &self.pairs[pair]) else {
            return self.source.statistics(piece, column);
        };
        let latitude = self.source.statistics(piece, pair.latitude)?;
        let longitude = self.source.statistics(piece, pair.longitude)?;
        Some(corners(&latitude, &longitude))
    }

    fn piece_name(&self, piece: usize) -> &str {
        self.source.piece_name(piece)
    }

    fn parts(&self, piece: usize, column: usize) -> Option<Vec<(u64, Statistics)>> {
        (column < self.own).then(|| self.source.parts(piece, column))?
    }

    fn different(&self, piece: usize, column: usize) -> Result<Option<ArrayRef>, DataError> {
        match column < self.own {
            true => self.source.different(piece, column),
            false => Ok(None),
        }
    }

    fn lacks(&self, piece: usize, column: usize, values: &[Constant]) -> Result<bool, DataError> {
        Ok(column < self.own && self.source.lacks(piece, column, values)?)
    }

    fn latitude(&self, column: usize) -> Option<usize> {
        Some(self.pairs[column.checked_sub(self.own)?].latitude)
    }

    fn read(&self, piece: usize, columns: &[usize]) -> Result<Batches, DataError> {
        let (wanted, together) = self.together(columns)?;
        let batches = self.source.read(piece, &wanted)?;
        Ok(Box::new(batches.map(move |batch| together.batch(&batch?))))
    }

    fn read_in_steps(
        &self,
        piece: usize,
        first: usize,
        columns: &[usize],
        rows: usize,
    ) -> Result<Option<Box<dyn Steps>>, DataError> {
        if first >= self.own {
            return Ok(None);
        }
        let (wanted, together) = self.together(columns)?;
        let steps = self.source.read_in_steps(piece, first, &wanted, rows)?;
        Ok(steps.map(|steps| Box::new(InSteps { steps, together }) as Box<dyn Steps>))
    }
}

impl Pointed {
    /// The columns of the source that these are made of, ascending, and how.
    fn together(&self, columns: &[usize]) -> Result<(Vec<usize>, Together), DataError> {
        let mut wanted: Vec<usize> = Vec::new();
        for column in columns {
            match column.checked_sub(self.own) {
                None => wanted.push(*column),
                Some(pair) => {
                    wanted.extend([self.pairs[pair].latitude, self.pairs[pair].longitude])
                }
            }
        }
        wanted.sort_unstable();
        wanted.dedup();
        let place = |column: usize| wanted.binary_search(&column).unwrap_or(0);
        let made: Vec<Made> = columns
            .iter()
            .map(|column| match column.checked_sub(self.own) {
                None => Made::Same(place(*column)),
                Some(pair) => {
                    let pair = &self.pairs[pair];
                    Made::Point(
                        place(pair.latitude),
                        place(pair.longitude),
                        pair.parts.clone(),
                    )
                }
            })
            .collect();
        let name = self.name().to_owned();
        let schema = self.schema.project(columns);
        let schema = schema.map_err(|error| errors::damaged(&name, "data", &error.to_string()))?;
        let schema = Arc::new(schema);
        Ok((wanted, Together { name, schema, made }))
    }
}

/// How batches are made of those of the source.
struct Together {
    name: String,
    schema: SchemaRef,
    made: Vec<Made>,
}

impl Together {
    fn batch(&self, batch: &RecordBatch) -> Result<RecordBatch, DataError> {
        put_together(&self.schema, &self.made, batch)
            .map_err(|error| errors::damaged(&self.name, "data", &error.to_string()))
    }
}

struct InSteps {
    steps: Box<dyn Steps>,
    together: Together,
}

impl Steps for InSteps {
    fn first(&mut self, most: u64) -> Result<Option<ArrayRef>, DataError> {
        self.steps.first(most)
    }

    fn first_by_code(&mut self, most: u64) -> Result<Option<First>, DataError> {
        self.steps.first_by_code(most)
    }

    fn others(&mut self, rows: Option<&[u32]>) -> Result<RecordBatch, DataError> {
        self.together.batch(&self.steps.others(rows)?)
    }

    fn pass(&mut self, rows: u64) -> Result<u64, DataError> {
        self.steps.pass(rows)
    }
}

fn put_together(
    schema: &SchemaRef,
    made: &[Made],
    batch: &RecordBatch,
) -> Result<RecordBatch, arrow_schema::ArrowError> {
    let arrays = made
        .iter()
        .map(|made| match made {
            Made::Same(place) => Ok(batch.column(*place).clone()),
            Made::Point(latitude, longitude, parts) => {
                let halves = [latitude, longitude].map(|half| batch.column(*half).clone());
                StructArray::try_new(parts.clone(), halves.to_vec(), None)
                    .map(|places| Arc::new(places) as ArrayRef)
            }
        })
        .collect::<Result<Vec<ArrayRef>, _>>()?;
    let options = RecordBatchOptions::new().with_row_count(Some(batch.num_rows()));
    RecordBatch::try_new_with_options(schema.clone(), arrays, &options)
}

/// The corners of places, from what is known of their halves.
pub(super) fn corners(latitude: &Statistics, longitude: &Statistics) -> Statistics {
    let degrees = |bound: &Option<Constant>, most: f64| match bound {
        // What lies off the globe is missing, so a bound beyond its edge is as good as the edge.
        Some(Constant::Number(number)) => Some(number.to_f64().clamp(-most, most)),
        Some(Constant::Float(float)) => Some(float.get().clamp(-most, most)),
        _ => None,
    };
    let corner = |latitude: &Option<Constant>, longitude: &Option<Constant>| {
        let (latitude, longitude) = (degrees(latitude, 90.0)?, degrees(longitude, 180.0)?);
        Point::new(latitude, longitude).map(Constant::Point)
    };
    Statistics {
        missing: None,
        low: corner(&latitude.low, &longitude.low),
        high: corner(&latitude.high, &longitude.high),
    }
}
