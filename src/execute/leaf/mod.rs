//! Leaves of a plan over the physical form of their columns: which kernel, with which constants, and how a mask is narrowed by it.

mod backward;
mod bind;
mod chain;
mod events;
mod figures;
mod holders;
mod idle;
mod keys;
mod measures;
mod near;
mod numbers;
mod running;
mod steps;
mod sums;
mod text;
mod together;
mod walk;
mod window;

pub(super) use figures::figure_test;
pub(super) use near::latitudes;
pub(super) use together::{Masks, Together};
pub(super) use window::Window;

use super::Form;
use super::column::{Column, Holders, Integers, List, Narrower, Planes, Text, Values, bits};
use super::evaluate::{ByClock, Few, Tables};
use super::kernels::{self, Elements, Ends, Hit, Stride, Test, greater, keep_any, narrow_lists};
use crate::population::FigureTest;
use events::EventsTest;
use holders::HeldTest;
use idle::Idle;
use std::mem::Discriminant;
use std::sync::{Arc, Mutex};
use steps::StepsTest;
use text::Search;

/// A leaf ready to be tested.
#[derive(Clone, Debug)]
pub(super) struct Leaf {
    /// The place of the column; nothing is read of it where the kind needs none.
    column: usize,
    kind: Kind,
    form: Form,
    /// Whether what stands under missing values of the column fails the test, so that nobody has to look which values are known.
    fails_missing: bool,
}

/// How a leaf is tested.
#[derive(Clone)]
pub(super) enum Kind {
    Never,
    Always,
    /// Every known value passes.
    Known,
    /// Every value that is not known passes.
    Missing,
    /// Values that the test would let through are known; those it would not, pass.
    Unknown(Test),
    /// Bits of a boolean column.
    Boolean(bool),
    /// A kernel over numbers or codes.
    Numbers(Test),
    /// A kernel over the steps of numbers, and a look at those on the edges.
    Steps(Arc<StepsTest>),
    /// Values bit by bit, with a bit for each value that passes.
    Planes(Arc<Planes>, u32),
    /// A search through plain text.
    Search(Arc<Search>),
    /// A look at the ends of plain texts.
    Ends(Text, Arc<Ends>),
    /// A question asked of each known row.
    Rows(Question),
    /// The answer hangs on one column of few different values.
    Few(Arc<Few>),
    /// The answer hangs on what the clock shows at the times of one column.
    Clock(Arc<ByClock>),
    /// A place so far from another.
    Near(Arc<near::Near>),
    /// A list that has an element for each of these tests.
    List(Form, Box<[Leaf]>),
    /// The same where it is known which rows hold an element: for each test the elements that pass, counted from the lowest.
    Holders(Arc<Holders>, Box<[Vec<usize>]>),
    /// Values of which it is known which rows have each.
    Held(Arc<HeldTest>),
    /// So many events of a stream.
    Events(Arc<EventsTest>),
    /// What the contact gave to a population stands so.
    Figure(Arc<FigureTest>),
    /// The condition is worked out from the graph.
    General(General),
}

/// What spares a condition that is worked out from the graph some of the work.
#[derive(Clone)]
pub(super) struct General {
    /// The values of the condition that are looked up.
    pub(super) tables: Option<Arc<Tables>>,
    /// Who need not be told apart.
    pub(super) idle: Option<Arc<Idle>>,
}

type Question = Arc<dyn Fn(usize) -> bool + Send + Sync>;

impl std::fmt::Debug for Kind {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Kind::Never => "Never",
            Kind::Always => "Always",
            Kind::Known => "Known",
            Kind::Missing => "Missing",
            Kind::Unknown(_) => "Unknown",
            Kind::Boolean(_) => "Boolean",
            Kind::Numbers(_) => "Numbers",
            Kind::Steps(_) => "Steps",
            Kind::Planes(..) => "Planes",
            Kind::Search(_) => "Search",
            Kind::Ends(..) => "Ends",
            Kind::Rows(_) => "Rows",
            Kind::Few(_) => "Few",
            Kind::Clock(_) => "Clock",
            Kind::Near(_) => "Near",
            Kind::List(..) => "List",
            Kind::Holders(..) => "Holders",
            Kind::Held(_) => "Held",
            Kind::Events(_) => "Events",
            Kind::Figure(_) => "Figure",
            Kind::General(_) => "General",
        })
    }
}

/// The answers of a leaf by number, kept from one batch to the next.
#[derive(Debug, Default)]
pub(super) struct KeptAnswers(Mutex<Option<Answered>>);

#[derive(Debug)]
struct Answered {
    few: Arc<Few>,
    /// How the numbers lay in memory.
    stored: Discriminant<Integers>,
    /// The test that was made of the answers.
    kind: Kind,
}

impl Kind {
    /// Whether what stands under missing values of a column is known to fail the test: that of numbers, where those pass that it fails.
    fn fails_missing(&self, column: &Column) -> bool {
        let Some(filler) = column.filler() else {
            return false;
        };
        match self {
            Kind::Numbers(test) | Kind::Unknown(test) => test.fails(&filler.bytes()),
            Kind::Boolean(value) => *value,
            Kind::Steps(test) => test.fails_missing(),
            Kind::Planes(planes, passing) => planes.fails_missing(*passing),
            Kind::Held(test) => test.fails_missing(),
            _ => false,
        }
    }

    fn rows(question: impl Fn(usize) -> bool + Send + Sync + 'static) -> Self {
        Kind::Rows(Arc::new(question))
    }
}

/// The memory that tests of a thread use.
#[derive(Debug, Default)]
pub(super) struct Buffers {
    elements: Vec<u64>,
    packed: Vec<u64>,
    before: Vec<u64>,
    hits: Vec<Hit>,
    places: Vec<u64>,
    found: Vec<u64>,
    near: near::NearBuffers,
}

/// A run of rows of a column; `first` is a multiple of 64.
#[derive(Clone, Copy, Debug)]
pub(super) struct Span {
    pub(super) first: usize,
    pub(super) rows: usize,
    /// Whether the data is expected to lie in memory rather than in a cache.
    pub(super) far: bool,
}

impl Leaf {
    /// A test of a column at a place.
    fn of_column(place: usize, kind: Kind, column: &Column, form: Form) -> Self {
        Self {
            fails_missing: kind.fails_missing(column),
            column: place,
            kind,
            form,
        }
    }

    /// A test that reads no column by itself.
    fn without_column(kind: Kind, form: Form) -> Self {
        Self {
            column: 0,
            kind,
            form,
            fails_missing: false,
        }
    }

    /// The same test over what is kept beside its column, where that serves; what is tested together with others of its column only where it can be all the
    /// same.
    pub(super) fn over_narrower(
        self,
        columns: &[Column],
        narrower: &[Option<Narrower>],
        together: bool,
    ) -> Self {
        let form = self.form;
        let kind = match (&self.kind, narrower.get(self.column)) {
            (Kind::Numbers(test), Some(Some(Narrower::Steps(steps)))) => {
                StepsTest::of(test, steps, !together, form)
            }
            (Kind::Near(near), Some(Some(Narrower::Steps(steps)))) => near.over_steps(steps, form),
            (Kind::Numbers(test), Some(Some(Narrower::Values(planes, holders)))) if !together => {
                Some(holders::of_values(test, planes, holders))
            }
            (Kind::List(_, tests), Some(Some(Narrower::Lists(holders)))) => {
                holders::of_lists(tests, holders)
            }
            _ => None,
        };
        match kind {
            Some(kind) => Leaf::of_column(self.column, kind, &columns[self.column], form),
            None => self,
        }
    }

    /// Whether the condition has to be worked out from the graph.
    pub(super) fn is_general(&self) -> bool {
        matches!(self.kind, Kind::General(_))
    }

    /// How it is tested, by name.
    #[cfg(test)]
    pub(super) fn kind_name(&self) -> String {
        format!("{:?}", self.kind)
    }

    /// The test of the number of events that it is.
    pub(super) fn events(&self) -> Option<&EventsTest> {
        match &self.kind {
            Kind::Events(test) => Some(test),
            _ => None,
        }
    }

    /// What helps to work the condition out from the graph, where that has to be done.
    pub(super) fn general(&self) -> Option<&General> {
        match &self.kind {
            Kind::General(general) => Some(general),
            _ => None,
        }
    }

    /// Whether all contacts of a block are tested at one go, in about the time it takes for some.
    pub(super) fn is_at_once(&self) -> bool {
        match &self.kind {
            Kind::General(_) | Kind::Rows(_) | Kind::Few(_) | Kind::Clock(_) | Kind::Events(_) => {
                false
            }
            Kind::Near(near) => near.has_box(),
            _ => true,
        }
    }

    /// About how many nanoseconds a contact takes: by the bytes that are read, or by what is done with each. None where the graph decides.
    pub(super) fn cost(&self, columns: &[Column], far: bool) -> Option<f32> {
        let column = || &columns[self.column];
        Some(match &self.kind {
            Kind::Never | Kind::Always => 0.001,
            Kind::Known | Kind::Missing | Kind::Boolean(_) => 0.005,
            Kind::Numbers(test) | Kind::Unknown(test) => {
                let width = test.width() as f32;
                width * if far { 0.04 } else { 0.02 }
                    + if test.table_low().is_some() { 0.3 } else { 0.0 }
            }
            Kind::Steps(_) => 0.08,
            Kind::Planes(..) | Kind::Holders(..) | Kind::Held(_) => 0.02,
            Kind::Few(_) | Kind::Clock(_) => 3.0,
            Kind::Near(near) => near.cost(far),
            Kind::Rows(_) => 10.0,
            Kind::Events(_) => 3.0,
            Kind::Figure(_) => 1.0,
            Kind::Ends(..) => 2.0,
            Kind::Search(_) => {
                let column = column();
                column.bytes() as f32 / column.rows.max(1) as f32 * 0.1
            }
            Kind::List(_, tests) => match &column().values {
                Values::List(list) => {
                    let elements = list.elements.rows as f32 / column().rows.max(1) as f32;
                    let columns = std::slice::from_ref(&list.elements);
                    let one = |test: &Leaf| 0.1 + elements * test.cost(columns, far).unwrap_or(1.0);
                    tests.iter().map(one).sum()
                }
                _ => 0.001,
            },
            Kind::General(_) => return None,
        })
    }

    /// Narrows the mask of a run of rows to those that pass, and tells how many of its words still have a bit. `live` is how many had one.
    pub(super) fn narrow(
        &self,
        columns: &[Column],
        span: Span,
        mask: &mut [u64],
        live: usize,
        buffers: &mut Buffers,
    ) -> usize {
        match &self.kind {
            Kind::Never => {
                mask.fill(0);
                0
            }
            Kind::Always => live,
            Kind::Figure(test) => {
                test.narrow(span.first, mask, |numbers, than| {
                    greater(self.form, numbers, than)
                });
                live_words(mask)
            }
            _ => self.in_column(&columns[self.column], span, mask, live, buffers),
        }
    }

    fn in_column(
        &self,
        column: &Column,
        span: Span,
        mask: &mut [u64],
        live: usize,
        buffers: &mut Buffers,
    ) -> usize {
        let words = span.first / 64..span.first / 64 + mask.len();
        let validity = column.validity.as_deref().filter(|_| !self.fails_missing);
        let validity = validity.map(|validity| &validity[words.clone()]);
        // From memory, lines that nobody asks for are better not read at all.
        let few = if span.far { 3 } else { 8 };
        let stride = if live * few <= mask.len() {
            Stride::Skip
        } else if span.far {
            Stride::Prefetch
        } else {
            Stride::Dense
        };
        // Those whom the other mask has, turned over by `flip`; without one all are kept.
        let keep = |mask: &mut [u64], other: Option<&[u64]>, flip: u64| match other {
            None => live_words(mask),
            Some(other) => keep_any(self.form, mask, &[other], flip, span.far),
        };
        match &self.kind {
            Kind::Never => {
                mask.fill(0);
                0
            }
            Kind::Always => live,
            Kind::Known => keep(mask, validity, 0),
            Kind::Missing => match validity {
                Some(_) => keep(mask, validity, u64::MAX),
                None => {
                    mask.fill(0);
                    0
                }
            },
            Kind::Unknown(test) => {
                let mut before = std::mem::take(&mut buffers.before);
                before.clear();
                before.extend_from_slice(mask);
                test.narrow(column.values.bytes(span), validity, mask, stride);
                for (mask, before) in mask.iter_mut().zip(&before) {
                    *mask = before & !*mask;
                }
                buffers.before = before;
                live_words(mask)
            }
            Kind::Boolean(value) => {
                let Values::Boolean(bits) = &column.values else {
                    return live;
                };
                keep(mask, validity, 0);
                let flip = if *value { 0 } else { u64::MAX };
                keep(mask, Some(&bits[words]), flip)
            }
            Kind::Numbers(test) => test.narrow(column.values.bytes(span), validity, mask, stride),
            Kind::Steps(test) => {
                test.narrow(column, span, validity, mask, stride, &mut buffers.before)
            }
            Kind::Planes(planes, passing) => {
                if validity.is_some() && keep(mask, validity, 0) == 0 {
                    return 0;
                }
                kernels::narrow_planes(self.form, planes.lines(span), *passing, span.far, mask)
            }
            Kind::Search(search) => {
                let live = keep(mask, validity, 0);
                if live == 0 {
                    return 0;
                }
                search.narrow(span.first, span.rows, mask, buffers)
            }
            Kind::Ends(texts, ends) => {
                keep(mask, validity, 0);
                text::narrow_by_ends(texts, ends, span, mask)
            }
            Kind::Rows(question) => {
                keep(mask, validity, 0);
                ask(mask, |row| question(span.first + row))
            }
            Kind::Clock(clock) => {
                let mut at = 0;
                ask(mask, |row| clock.answer(column, span.first + row, &mut at))
            }
            Kind::Few(few) => ask(mask, |row| few.answer(column, span.first + row)),
            Kind::Near(near) => {
                let Values::Points(points) = &column.values else {
                    return live;
                };
                keep(mask, validity, 0);
                near.narrow(points, span, mask, stride, &mut buffers.near)
            }
            Kind::List(form, tests) => {
                let Values::List(list) = &column.values else {
                    return live;
                };
                let mut live = keep(mask, validity, 0);
                for test in tests {
                    if live > 0 {
                        live = test.in_list(list, *form, span, mask, buffers);
                    }
                }
                live
            }
            Kind::Holders(holders, tests) => {
                let mut live = keep(mask, validity, 0);
                for elements in tests {
                    if live > 0 {
                        let any = holders::Any { holders, elements };
                        live = any.narrow(self.form, span, mask, 0, &mut buffers.before);
                    }
                }
                live
            }
            Kind::Held(test) => {
                let live = keep(mask, validity, 0);
                if live == 0 {
                    return 0;
                }
                test.narrow(self.form, span, mask, &mut buffers.before)
            }
            // Whoever holds the graph and the events does it.
            Kind::General(_) | Kind::Events(_) | Kind::Figure(_) => live,
        }
    }

    /// Narrows the mask to the rows that have an element which passes.
    fn in_list(
        &self,
        list: &List,
        form: Form,
        span: Span,
        mask: &mut [u64],
        buffers: &mut Buffers,
    ) -> usize {
        let first = list.starts[span.first] as usize;
        let end = list.starts[span.first + span.rows] as usize;
        // Whole words of elements, some of which may belong to rows before or behind.
        let aligned = first / 64 * 64;
        let rows = (bits::words(end) * 64).min(list.elements.rows) - aligned.min(end);
        let mut elements = std::mem::take(&mut buffers.elements);
        elements.clear();
        if end > first {
            elements.extend((0..bits::words(rows)).map(|word| bits::live(word, rows)));
            let span = Span {
                first: aligned,
                rows,
                far: span.far,
            };
            let live = elements.len();
            let column = std::slice::from_ref(&list.elements);
            self.narrow(column, span, &mut elements, live, buffers);
        }
        let words = aligned / 64..aligned / 64 + elements.len();
        let of_rows = Elements {
            passing: &elements,
            lasts: &list.lasts[words],
            first: first - aligned,
            end: end - aligned,
        };
        let filled = &list.filled[span.first / 64..];
        narrow_lists(form, of_rows, filled, mask, &mut buffers.packed);
        buffers.elements = elements;
        live_words(mask)
    }
}

pub(super) fn live_words(mask: &[u64]) -> usize {
    mask.iter().filter(|word| **word != 0).count()
}

/// Narrows a mask to the rows for which the answer is yes.
pub(super) fn ask(mask: &mut [u64], mut answer: impl FnMut(usize) -> bool) -> usize {
    let mut live = 0;
    for (place, word) in mask.iter_mut().enumerate() {
        let mut left = *word;
        while left != 0 {
            let bit = left.trailing_zeros() as usize;
            left &= left - 1;
            if !answer(place * 64 + bit) {
                *word &= !(1 << bit);
            }
        }
        live += usize::from(*word != 0);
    }
    live
}
