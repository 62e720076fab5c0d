//! Runs over pieces: what is read, in what order members come, and how a run ends.

use super::drawing::exact;
use super::{NOW, schema};
use crate::data::{Batches, DataError, Source, Statistics};
use crate::execute::{Input, Members, Options, Sink, run};
use crate::ir::{Bound, Condition, Graph, Module, Value};
use crate::schema::{FieldId, Schema};
use arrow_array::{Array, ArrayRef, Int64Array, RecordBatch};
use arrow_schema::{Field as ArrowField, Schema as ArrowSchema, SchemaRef};
use std::num::NonZero;
use std::sync::Arc;

/// One segment: the field `int` is at least `low`.
pub(super) fn at_least(schema: &Schema, low: i128) -> crate::plan::BoundPlan {
    let mut graph = Graph::default();
    let value = graph.add_value(
        Value::Field(FieldId(0)),
        schema.field(FieldId(0)).field_type.clone(),
    );
    let bound = Bound {
        value: graph.add_constant(exact(low, 1)),
        inclusive: true,
    };
    let segments = vec![graph.add_condition(Condition::Range {
        value,
        low: Some(bound),
        high: None,
    })];
    let module = Module {
        graph,
        segments,
        zone: jiff::tz::TimeZone::UTC,
    };
    crate::plan::plan(&module, schema).bind(NOW)
}

/// Pieces that each hold the numbers from `first` on, and say so in their statistics.
#[derive(Debug)]
struct Sorted {
    pieces: usize,
    read: std::sync::Mutex<Vec<usize>>,
}

impl Sorted {
    const ROWS: usize = 100;

    fn new(pieces: usize) -> Self {
        Self {
            pieces,
            read: std::sync::Mutex::default(),
        }
    }
}

impl Source for Sorted {
    fn name(&self) -> &str {
        "sorted"
    }
    fn schema(&self) -> SchemaRef {
        Arc::new(ArrowSchema::new(vec![ArrowField::new(
            "int",
            arrow_schema::DataType::Int64,
            true,
        )]))
    }
    fn pieces(&self) -> usize {
        self.pieces
    }
    fn rows(&self, _: usize) -> Option<u64> {
        Some(Self::ROWS as u64)
    }
    fn statistics(&self, piece: usize, _: usize) -> Option<Statistics> {
        let first = (piece * Self::ROWS) as i128;
        Some(Statistics {
            missing: Some(0),
            low: Some(exact(first, 1)),
            high: Some(exact(first + Self::ROWS as i128 - 1, 1)),
        })
    }
    fn read(&self, piece: usize, _: &[usize]) -> Result<Batches, DataError> {
        self.read.lock().unwrap().push(piece);
        let first = (piece * Self::ROWS) as i64;
        let schema = self.schema();
        let halves = [first..first + 37, first + 37..first + Self::ROWS as i64];
        Ok(Box::new(halves.into_iter().map(move |numbers| {
            let column: ArrayRef = Arc::new(Int64Array::from_iter_values(numbers));
            Ok(RecordBatch::try_new(schema.clone(), vec![column]).unwrap())
        })))
    }
}

/// The numbers that were members, in the order in which they came.
#[derive(Default)]
struct Numbers {
    found: Vec<i64>,
    fails: bool,
}

impl Sink for Numbers {
    fn members(&mut self, members: Members<'_>) -> Result<(), String> {
        if self.fails {
            return Err("the disk is full".into());
        }
        let keys = members.keys.as_any().downcast_ref::<Int64Array>().unwrap();
        self.found
            .extend(members.masks[0].set_indices().map(|row| keys.value(row)));
        Ok(())
    }
}

#[test]
fn pieces_are_read_only_where_statistics_leave_a_doubt() {
    let (schema, source) = (schema(), Sorted::new(10));
    let bound = at_least(&schema, 342);
    let outcome = run(&bound, Input::Source(&source), &Options::default(), None).unwrap();
    assert_eq!((outcome.contacts, &outcome.counts[..]), (1000, &[658][..]));
    assert_eq!(*source.read.lock().unwrap(), [3]);
    // Members are needed, so pieces of nothing but members are read.
    let mut numbers = Numbers::default();
    run(
        &bound,
        Input::Source(&source),
        &Options::default(),
        Some(&mut numbers),
    )
    .unwrap();
    assert_eq!(*source.read.lock().unwrap(), [3, 3, 4, 5, 6, 7, 8, 9]);
    assert_eq!(numbers.found, (342..1000).collect::<Vec<i64>>());
}

#[test]
fn members_come_in_the_order_of_the_source_from_several_threads() {
    let (schema, source) = (schema(), Sorted::new(40));
    let options = Options {
        threads: NonZero::new(4).unwrap(),
        ..Options::default()
    };
    for low in [0, 1234] {
        let mut numbers = Numbers::default();
        let bound = at_least(&schema, low);
        run(&bound, Input::Source(&source), &options, Some(&mut numbers)).unwrap();
        assert_eq!(numbers.found, (low as i64..4000).collect::<Vec<i64>>());
    }
}

#[test]
fn a_run_ends_with_the_fault_of_its_sink_and_when_it_is_stopped() {
    let (schema, source) = (schema(), Sorted::new(40));
    let bound = at_least(&schema, 0);
    let mut options = Options {
        threads: NonZero::new(3).unwrap(),
        ..Options::default()
    };
    let mut sink = Numbers {
        fails: true,
        ..Numbers::default()
    };
    let error = run(&bound, Input::Source(&source), &options, Some(&mut sink)).unwrap_err();
    assert_eq!(error.to_string(), "the disk is full");
    options.cancel = Some(Arc::new(true.into()));
    let mut sink = Numbers::default();
    let error = run(&bound, Input::Source(&source), &options, Some(&mut sink)).unwrap_err();
    assert_eq!(error.to_string(), "the run was stopped");
    assert_eq!(sink.found, Vec::<i64>::new());
}

#[test]
fn progress_counts_every_contact_once() {
    let (schema, source) = (schema(), Sorted::new(9));
    let bound = at_least(&schema, 342);
    let seen = Arc::new(std::sync::Mutex::new(Vec::new()));
    let noted = seen.clone();
    let options = Options {
        progress: Some(Arc::new(move |rows| noted.lock().unwrap().push(rows))),
        ..Options::default()
    };
    run(&bound, Input::Source(&source), &options, None).unwrap();
    assert_eq!(
        *seen.lock().unwrap(),
        [100, 200, 300, 337, 400, 500, 600, 700, 800, 900]
    );
}

/// The keys of members in the order in which they come, and how often any came.
#[derive(Default)]
pub(super) struct Keys(pub(super) Vec<i64>, usize);

impl Sink for Keys {
    fn members(&mut self, members: Members<'_>) -> Result<(), String> {
        let keys = members.keys.as_any().downcast_ref::<Int64Array>();
        let keys = keys.ok_or("keys are whole numbers")?;
        let own = (0..keys.len()).filter(|row| members.masks[0].value(*row));
        self.0.extend(own.map(|row| keys.value(row)));
        self.1 += 1;
        Ok(())
    }
}

#[test]
fn a_source_of_one_piece_is_answered_by_many_threads_in_its_order() {
    let numbers: Vec<i64> = (0..300_000).collect();
    let batch = RecordBatch::try_from_iter([(
        "int",
        Arc::new(Int64Array::from(numbers.clone())) as ArrayRef,
    )]);
    let source = super::Memory(vec![batch.unwrap()]);
    let bound = at_least(&schema(), 100);
    for threads in [1, 2, 3] {
        let options = Options {
            threads: NonZero::new(threads).unwrap(),
            ..Options::default()
        };
        let mut keys = Keys::default();
        let outcome = run(&bound, Input::Source(&source), &options, Some(&mut keys)).unwrap();
        assert_eq!(
            (outcome.contacts, &outcome.counts[..]),
            (300_000, &[299_900][..])
        );
        assert_eq!(keys.0, numbers[100..], "{threads} threads");
        assert!(keys.1 > 1, "in parts");
        let counted = run(&bound, Input::Source(&source), &options, None).unwrap();
        assert_eq!(counted, outcome);
    }
}
