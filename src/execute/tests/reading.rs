//! What a run reads of a source, and how much of it is there at once.

use super::driving::{Keys, at_least};
use super::schema;
use crate::data::{Batches, DataError, Source, Statistics, Steps};
use crate::execute::{Input, Options, run};
use arrow_array::{ArrayRef, Int64Array, RecordBatch, StringArray, UInt32Array};
use arrow_buffer::Buffer;
use arrow_schema::{Field as ArrowField, Schema as ArrowSchema, SchemaRef};
use arrow_select::take::take_record_batch;
use std::num::NonZero;
use std::sync::{Arc, Mutex};

/// Three columns, of which nobody needs the text, in pieces of many batches.
#[derive(Debug)]
struct Watched {
    pieces: usize,
    batches: usize,
    seen: Arc<Mutex<Seen>>,
}

#[derive(Debug, Default)]
struct Seen {
    /// The columns that were asked for, by piece.
    columns: Vec<Vec<usize>>,
    /// The rows that were chosen, by batch; none where all were.
    chosen: Vec<Option<Vec<u32>>>,
    /// The memory of the numbers of each batch that was made.
    made: Vec<Buffer>,
    /// The most batches whose memory somebody else held when the next was made.
    most: usize,
}

const ROWS: usize = 100;

impl Watched {
    fn new(pieces: usize, batches: usize) -> Self {
        Self {
            pieces,
            batches,
            seen: Arc::default(),
        }
    }
}

impl Source for Watched {
    fn name(&self) -> &str {
        "watched"
    }
    fn schema(&self) -> SchemaRef {
        let field = |name, of| ArrowField::new(name, of, true);
        Arc::new(ArrowSchema::new(vec![
            field("key", arrow_schema::DataType::Int64),
            field("note", arrow_schema::DataType::Utf8),
            field("int", arrow_schema::DataType::Int64),
        ]))
    }
    fn pieces(&self) -> usize {
        self.pieces
    }
    fn rows(&self, _: usize) -> Option<u64> {
        Some((self.batches * ROWS) as u64)
    }
    fn statistics(&self, _: usize, _: usize) -> Option<Statistics> {
        None
    }
    fn read(&self, piece: usize, columns: &[usize]) -> Result<Batches, DataError> {
        self.seen.lock().unwrap().columns.push(columns.to_vec());
        let (schema, seen) = (self.schema(), self.seen.clone());
        let columns = columns.to_vec();
        let first = piece * self.batches;
        Ok(Box::new((first..first + self.batches).map(move |batch| {
            let numbers = || (batch * ROWS) as i64..((batch + 1) * ROWS) as i64;
            let int = Int64Array::from_iter_values(numbers());
            let mut seen = seen.lock().unwrap();
            let held = seen.made.iter().filter(|made| made.strong_count() > 1);
            seen.most = seen.most.max(held.count());
            seen.made.push(int.values().inner().clone());
            let whole: [ArrayRef; 3] = [
                Arc::new(Int64Array::from_iter_values(numbers())),
                Arc::new(StringArray::from(vec!["note"; ROWS])),
                Arc::new(int),
            ];
            let asked = columns.iter().map(|column| whole[*column].clone());
            let schema = Arc::new(schema.project(&columns).unwrap());
            Ok(RecordBatch::try_new(schema, asked.collect()).unwrap())
        })))
    }
}

fn options(threads: usize) -> Options {
    Options {
        threads: NonZero::new(threads).unwrap(),
        key: Some("key".into()),
        ..Options::default()
    }
}

#[test]
fn only_the_columns_that_are_asked_about_are_read_and_the_key() {
    for threads in [1, 3] {
        let source = Watched::new(2, 3);
        let bound = at_least(&schema(), 250);
        let outcome = run(&bound, Input::Source(&source), &options(threads), None).unwrap();
        assert_eq!((outcome.contacts, outcome.counts[0]), (600, 350));
        assert_eq!(source.seen.lock().unwrap().columns, [[0, 2], [0, 2]]);
    }
}

#[test]
fn a_few_batches_are_there_at_once_however_many_there_are() {
    for (pieces, batches) in [(1, 400), (200, 2), (400, 1)] {
        for threads in [1, 2, 4] {
            for with_sink in [false, true] {
                let source = Watched::new(pieces, batches);
                let bound = at_least(&schema(), 0);
                let mut keys = Keys::default();
                let outcome = if with_sink {
                    run(
                        &bound,
                        Input::Source(&source),
                        &options(threads),
                        Some(&mut keys),
                    )
                } else {
                    run(&bound, Input::Source(&source), &options(threads), None)
                };
                assert_eq!(outcome.unwrap().contacts, 40_000);
                let most = source.seen.lock().unwrap().most;
                // What each thread works on, and what one of them has just let go of.
                assert!(
                    most <= threads + 1,
                    "{most} of 400 batches, {pieces} pieces, {threads} threads, {with_sink}"
                );
            }
        }
    }
}

/// The same, and it can be read in steps.
struct InSteps(Watched);

impl Source for InSteps {
    fn name(&self) -> &str {
        self.0.name()
    }
    fn schema(&self) -> SchemaRef {
        self.0.schema()
    }
    fn pieces(&self) -> usize {
        self.0.pieces()
    }
    fn rows(&self, piece: usize) -> Option<u64> {
        self.0.rows(piece)
    }
    fn statistics(&self, piece: usize, column: usize) -> Option<Statistics> {
        self.0.statistics(piece, column)
    }
    fn read(&self, piece: usize, columns: &[usize]) -> Result<Batches, DataError> {
        self.0.read(piece, columns)
    }
    fn read_in_steps(
        &self,
        piece: usize,
        first: usize,
        columns: &[usize],
        _rows: usize,
    ) -> Result<Option<Box<dyn Steps>>, DataError> {
        assert_eq!((first, columns), (2, &[0, 2][..]));
        Ok(Some(Box::new(TwoSteps {
            batches: self.0.read(piece, columns)?,
            batch: None,
            seen: self.0.seen.clone(),
        })))
    }
}

struct TwoSteps {
    batches: Batches,
    batch: Option<RecordBatch>,
    seen: Arc<Mutex<Seen>>,
}

impl Steps for TwoSteps {
    fn first(&mut self, _most: u64) -> Result<Option<ArrayRef>, DataError> {
        self.batch = self.batches.next().transpose()?;
        Ok(self.batch.as_ref().map(|batch| batch.column(1).clone()))
    }
    fn others(&mut self, rows: Option<&[u32]>) -> Result<RecordBatch, DataError> {
        let chosen = rows.map(<[u32]>::to_vec);
        self.seen.lock().unwrap().chosen.push(chosen.clone());
        let batch = self.batch.take().unwrap();
        Ok(match chosen {
            None => batch,
            Some(rows) => take_record_batch(&batch, &UInt32Array::from(rows)).unwrap(),
        })
    }
}

#[test]
fn of_contacts_who_are_out_already_nothing_more_is_read() {
    // Of the numbers from 0 to 599 those from 590 on.
    let source = InSteps(Watched::new(2, 3));
    let bound = at_least(&schema(), 590);
    let mut keys = Keys::default();
    let input = Input::Source(&source);
    let outcome = run(&bound, input, &options(1), Some(&mut keys)).unwrap();
    assert_eq!((outcome.contacts, outcome.counts[0]), (600, 10));
    assert_eq!(keys.0, (590..600).collect::<Vec<i64>>());
    let nobody = || Some(Vec::new());
    let last: Vec<u32> = (90..100).collect();
    let chosen = [nobody(), nobody(), nobody(), nobody(), nobody(), Some(last)];
    assert_eq!(source.0.seen.lock().unwrap().chosen, chosen);

    // Where many are left, nothing is chosen, and the next piece is read at one go.
    let source = InSteps(Watched::new(2, 3));
    let bound = at_least(&schema(), 100);
    let mut keys = Keys::default();
    let input = Input::Source(&source);
    let outcome = run(&bound, input, &options(1), Some(&mut keys)).unwrap();
    assert_eq!((outcome.contacts, outcome.counts[0]), (600, 500));
    assert_eq!(keys.0, (100..600).collect::<Vec<i64>>());
    let chosen = [nobody(), None, None];
    assert_eq!(source.0.seen.lock().unwrap().chosen, chosen);
}
