//! A source in memory that is cut into pieces and batches at odd places, with or without statistics.

use crate::cells::{Cell, Kind};
use crate::programs::order;
use crate::random::Random;
use crate::world::{Table, World};
use arrow_array::{ArrayRef, RecordBatch, UInt32Array};
use arrow_schema::SchemaRef;
use arrow_select::take::take_record_batch;
use segql::data::{Batches, DataError, Source, Statistics, Steps};
use segql::types::{Constant, Point};
use std::cmp::Ordering;

/// Pieces of a batch, each of several batches.
#[derive(Debug)]
pub struct Pieces {
    schema: SchemaRef,
    pieces: Vec<Piece>,
}

#[derive(Debug)]
struct Piece {
    batches: Vec<RecordBatch>,
    rows: u64,
    /// By column.
    statistics: Vec<Option<Statistics>>,
}

impl Pieces {
    /// All of it as one piece of one batch, nothing known of it.
    pub fn whole(batch: &RecordBatch) -> Pieces {
        Pieces {
            schema: batch.schema(),
            pieces: vec![Piece {
                batches: vec![batch.clone()],
                rows: batch.num_rows() as u64,
                statistics: vec![None; batch.num_columns()],
            }],
        }
    }

    /// Cut at random places, empty pieces and batches among them; statistics are true, and as loose as true ones may be.
    /// The batch holds the table's rows.
    pub fn cut(
        world: &World,
        table: &Table,
        batch: &RecordBatch,
        with_statistics: bool,
        random: &mut Random,
    ) -> Pieces {
        let rows = batch.num_rows();
        let count = random.below(4);
        let pieces = spans(0, rows, count, random)
            .into_iter()
            .map(|(start, end)| {
                let count = random.below(3);
                let batches = spans(start, end, count, random)
                    .into_iter()
                    .map(|(start, end)| batch.slice(start, end - start))
                    .collect();
                let schema = batch.schema();
                let statistics = schema.fields().iter().map(|field| {
                    let place = (world.columns.iter())
                        .position(|column| column.name == *field.name())
                        .filter(|_| with_statistics && random.percent(80))?;
                    let cells = &table.columns[place][start..end];
                    Some(statistics(&world.columns[place].kind, cells, random))
                });
                let statistics = statistics.collect();
                Piece {
                    statistics,
                    batches,
                    rows: (end - start) as u64,
                }
            })
            .collect();
        Pieces {
            schema: batch.schema(),
            pieces,
        }
    }
}

/// A stretch in so many parts and one more.
fn spans(start: usize, end: usize, cuts: usize, random: &mut Random) -> Vec<(usize, usize)> {
    let mut edges: Vec<_> = (0..cuts)
        .map(|_| start + random.below(end - start + 1))
        .collect();
    edges.extend([start, end]);
    edges.sort_unstable();
    edges.windows(2).map(|pair| (pair[0], pair[1])).collect()
}

/// What a file would know of these cells. Nothing is said of lists but how many are missing.
fn statistics(kind: &Kind, cells: &[Cell], random: &mut Random) -> Statistics {
    let known: Vec<Constant> = (cells.iter())
        .map(|cell| kind.constant(cell))
        .filter(|constant| *constant != Constant::Missing)
        .collect();
    let is_ordered = !matches!(kind, Kind::List(_) | Kind::Record(_) | Kind::Map(_));
    let edge = |side: Ordering, random: &mut Random| {
        if *kind == Kind::Point {
            return corner(&known, side).filter(|_| random.percent(85));
        }
        let edge = known.iter().cloned().reduce(|best, other| {
            if order(&other, &best) == side {
                other
            } else {
                best
            }
        });
        edge.filter(|_| is_ordered && random.percent(85))
    };
    // A float column may hold a NaN, which a file does not count as null: then the number of missing values is not known.
    let counts_missing = !matches!(kind, Kind::Float(_) | Kind::Point) && random.percent(85);
    Statistics {
        missing: counts_missing.then(|| (cells.len() - known.len()) as u64),
        low: edge(Ordering::Less, random),
        high: edge(Ordering::Greater, random),
    }
}

/// The south-west or the north-east corner of places.
fn corner(known: &[Constant], side: Ordering) -> Option<Constant> {
    let places = known.iter().filter_map(|constant| match constant {
        Constant::Point(place) => Some(*place),
        _ => None,
    });
    let outer = |one: f64, other: f64| match side {
        Ordering::Less => one.min(other),
        _ => one.max(other),
    };
    let corner = places.reduce(|corner, place| {
        let latitude = outer(corner.latitude(), place.latitude());
        let longitude = outer(corner.longitude(), place.longitude());
        Point::new(latitude, longitude).unwrap_or(corner)
    });
    corner.map(Constant::Point)
}

impl Source for Pieces {
    fn name(&self) -> &str {
        "generated"
    }

    fn schema(&self) -> SchemaRef {
        self.schema.clone()
    }

    fn pieces(&self) -> usize {
        self.pieces.len()
    }

    fn rows(&self, piece: usize) -> Option<u64> {
        Some(self.pieces[piece].rows)
    }

    fn statistics(&self, piece: usize, column: usize) -> Option<Statistics> {
        self.pieces[piece].statistics[column].clone()
    }

    fn read(&self, piece: usize, columns: &[usize]) -> Result<Batches, DataError> {
        let batches: Vec<_> = (self.pieces[piece].batches.iter())
            .map(|batch| Ok(batch.project(columns).expect("columns of the batch")))
            .collect();
        Ok(Box::new(batches.into_iter()))
    }

    fn read_in_steps(
        &self,
        piece: usize,
        first: usize,
        columns: &[usize],
        _rows: usize,
    ) -> Result<Option<Box<dyn Steps>>, DataError> {
        let batches = self.pieces[piece].batches.clone();
        Ok(Some(Box::new(InSteps {
            batches: batches.into_iter(),
            first,
            columns: columns.to_vec(),
            batch: None,
        })))
    }
}

struct InSteps {
    batches: std::vec::IntoIter<RecordBatch>,
    first: usize,
    columns: Vec<usize>,
    /// The one whose first column was asked for.
    batch: Option<RecordBatch>,
}

impl Steps for InSteps {
    fn first(&mut self, _most: u64) -> Result<Option<ArrayRef>, DataError> {
        self.batch = self.batches.next();
        let batch = self.batch.as_ref();
        Ok(batch.map(|batch| batch.column(self.first).clone()))
    }

    fn others(&mut self, rows: Option<&[u32]>) -> Result<RecordBatch, DataError> {
        let batch = self.batch.take().expect("the others of a batch once");
        let others = batch.project(&self.columns).expect("columns of the batch");
        Ok(match rows {
            None => others,
            Some(rows) => {
                assert!(rows.is_sorted_by(|one, other| one < other), "rows rise");
                let rows = UInt32Array::from(rows.to_vec());
                take_record_batch(&others, &rows).expect("rows of the batch")
            }
        })
    }
}
