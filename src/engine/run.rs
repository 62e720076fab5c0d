//! Asking a program.

use super::{LabellingOutcome, Program, RunError};
use crate::contact::ContactMatcher;
use crate::data::{self, MemorySource, Source};
use crate::execute::{self, Input, Members, Options, Progress, Sink, Tier};
use arrow_array::{BooleanArray, RecordBatch};
use arrow_buffer::{BooleanBuffer, BooleanBufferBuilder};
use std::num::NonZero;
use std::sync::Arc;
use std::sync::atomic::AtomicBool;
use std::time::{Duration, SystemTime};

/// The instant that an answer is for. SegQL never looks at the clock: who asks says what `now` is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Now {
    nanoseconds: i128,
}

impl Now {
    /// So many nanoseconds after 1970-01-01T00:00Z.
    pub fn from_nanoseconds(nanoseconds: i128) -> Self {
        Self { nanoseconds }
    }

    /// Nanoseconds since 1970-01-01T00:00Z.
    pub fn nanoseconds(self) -> i128 {
        self.nanoseconds
    }
}

impl From<SystemTime> for Now {
    fn from(time: SystemTime) -> Self {
        let nanoseconds = |length: Duration| length.as_nanos() as i128;
        Self::from_nanoseconds(match time.duration_since(SystemTime::UNIX_EPOCH) {
            Ok(after) => nanoseconds(after),
            Err(before) => -nanoseconds(before.duration()),
        })
    }
}

/// How a run is made. Only `now` has a say in the answer.
#[derive(Clone)]
pub struct RunOptions {
    now: Now,
    threads: NonZero<usize>,
    tier: Tier,
    progress: Option<Progress>,
    cancel: Option<Arc<AtomicBool>>,
}

impl RunOptions {
    /// As of this instant, on one thread, by whatever tier is quickest.
    pub fn at(now: impl Into<Now>) -> Self {
        Self {
            now: now.into(),
            threads: NonZero::<usize>::MIN,
            tier: Tier::Auto,
            progress: None,
            cancel: None,
        }
    }

    /// The instant of the run.
    pub fn now(&self) -> Now {
        self.now
    }

    /// How many threads share the work, at most.
    #[must_use]
    pub fn threads(mut self, threads: NonZero<usize>) -> Self {
        self.threads = threads;
        self
    }

    /// Forces kernels or native code. Where native code cannot be made, kernels answer.
    #[must_use]
    pub fn tier(mut self, tier: Tier) -> Self {
        self.tier = tier;
        self
    }

    /// Is called now and then with the number of contacts done so far, from the threads of the run.
    #[must_use]
    pub fn progress(mut self, progress: impl Fn(u64) + Send + Sync + 'static) -> Self {
        self.progress = Some(Arc::new(progress));
        self
    }

    /// What a pass over the contacts needs of them that answers nothing.
    pub(super) fn of_a_pass(&self) -> Options {
        Options {
            threads: self.threads,
            progress: self.progress.clone(),
            cancel: self.cancel.clone(),
            ..Options::default()
        }
    }

    /// Set it to true, from anywhere, and the run ends soon with [`RunError::Cancelled`].
    #[must_use]
    pub fn cancel(mut self, cancel: Arc<AtomicBool>) -> Self {
        self.cancel = Some(cancel);
        self
    }
}

/// What a run came to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Outcome {
    /// Contacts in the data.
    pub contacts: u64,
    /// In the order of [`Program::segments`].
    pub segments: Vec<SegmentOutcome>,
    /// In the order of [`Program::labellings`].
    pub labellings: Vec<LabellingOutcome>,
}

/// What it came to for one segment.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SegmentOutcome {
    pub name: String,
    pub title: Option<String>,
    /// Members among the contacts.
    pub count: u64,
}

impl Outcome {
    /// The members of a segment; none where there is no such segment.
    pub fn count(&self, name: &str) -> Option<u64> {
        let segment = self.segments.iter().find(|segment| segment.name == name)?;
        Some(segment.count)
    }

    /// What a run came to for a classification; none where there is no such one.
    pub fn labelling(&self, name: &str) -> Option<&LabellingOutcome> {
        self.labellings
            .iter()
            .find(|labelling| labelling.name == name)
    }

    /// The members of a segment as a share of the contacts, the nearest floating-point number; none where there are no contacts or no such segment.
    pub fn share(&self, name: &str) -> Option<f64> {
        let count = self.count(name)?;
        (self.contacts > 0).then(|| count as f64 / self.contacts as f64)
    }
}

impl Program {
    /// Counts the members of each segment, and the contacts of each label.
    ///
    /// # Errors
    /// The data cannot be read or is not what the schema says, or the run was stopped.
    pub fn run(&self, input: Input<'_>, options: &RunOptions) -> Result<Outcome, RunError> {
        self.answer(input, options, None)
    }

    /// The same, and hands the members to `sink`, batch by batch in the order of the data.
    ///
    /// # Errors
    /// As for [`Program::run`], or the sink said no. The sink may have been given members before.
    pub fn run_into(
        &self,
        input: Input<'_>,
        options: &RunOptions,
        sink: &mut dyn Sink,
    ) -> Result<Outcome, RunError> {
        self.answer(input, options, Some(sink))
    }

    /// Who of the contacts of a batch is in: a mask for each segment, then for each label (in the order of [`Program::answers`]), true or false for each row, never missing. The batch needs the columns that
    /// the segments look at, and that of the key.
    ///
    /// # Errors
    /// A column is not in the batch, or is of another type than the schema says.
    pub fn masks(
        &self,
        batch: &RecordBatch,
        options: &RunOptions,
    ) -> Result<Vec<BooleanArray>, RunError> {
        let source = MemorySource::new("the batch", batch.schema(), vec![batch.clone()])?;
        let mut masks = Masks {
            parts: vec![Vec::new(); self.answers().len()],
        };
        self.run_into(Input::Source(&source), options, &mut masks)?;
        Ok(masks.parts.iter().map(|parts| joined(parts)).collect())
    }

    /// Makes the program ready for one [`Contact`](crate::contact::Contact) after the other, as of an instant. Native code is made by the first call
    /// and kept by the program; a matcher for another instant costs little.
    /// Lists of keys are read, where they have not been; one that cannot be read holds nothing, which [`Program::load_lists`] tells beforehand. What is asked as
    /// of an instant that is still to come is false, which [`Program::check_instants`] tells.
    /// A figure of a population (a percentile, a rank, an average of a group) is missing; [`Program::matcher_among`] knows them.
    pub fn matcher(&self, now: impl Into<Now>) -> ContactMatcher {
        let _ = self.load_lists();
        let bound = self.parts.plan.bind(now.into().nanoseconds());
        self.parts.native.matcher(&bound)
    }

    /// The same, where figures of populations are those of these contacts at the instant of the options. Whoever is not among them is measured by them.
    ///
    /// # Errors
    /// As for [`Program::run`].
    pub fn matcher_among(
        &self,
        contacts: Input<'_>,
        options: &RunOptions,
    ) -> Result<ContactMatcher, RunError> {
        if let Input::Source(source) = contacts {
            self.bind(source)?;
        }
        self.check_instants(options.now)?;
        self.load_lists()?;
        let bound = self.parts.plan.bind(options.now.nanoseconds());
        let bound = execute::with_figures(&bound, contacts, &options.of_a_pass())?;
        Ok(self.parts.native.matcher(&bound))
    }

    /// Makes sure that the data has the columns that are looked at, with their types, before the first contact is answered.
    fn bind(&self, source: &dyn Source) -> Result<(), RunError> {
        for column in self.parts.plan.all().flat_map(|plan| &plan.columns) {
            let parts = column.parts.as_deref();
            data::bind_parts(source, self.schema(), column.field, parts)?;
        }
        data::bind_field(source, self.schema(), self.schema().key())?;
        Ok(())
    }

    fn answer(
        &self,
        input: Input<'_>,
        options: &RunOptions,
        sink: Option<&mut dyn Sink>,
    ) -> Result<Outcome, RunError> {
        if let Input::Source(source) = input {
            self.bind(source)?;
        }
        self.check_instants(options.now)?;
        self.load_lists()?;
        let contacts = contacts(input);
        let native = self
            .parts
            .native
            .slot(&self.parts.plan, options.tier, contacts);
        let bound = self.parts.plan.bind(options.now.nanoseconds());
        // Who only counts needs no keys.
        let key = self.schema().field(self.schema().key());
        let key = sink.is_some().then(|| key.column.clone());
        let options = Options {
            threads: options.threads,
            tier: options.tier,
            native,
            progress: options.progress.clone(),
            cancel: options.cancel.clone(),
            key,
            ..Options::default()
        };
        let mut answers = sink.map(|sink| Answers {
            sink,
            count: self.answers().len(),
        });
        let sink = answers.as_mut().map(|answers| answers as &mut dyn Sink);
        let outcome = execute::run(&bound, input, &options, sink)?;
        let labellings = self.labellings().iter().enumerate();
        let labellings = labellings
            .map(|(place, labelling)| {
                let audience = self.audience_of(place).map(|place| outcome.counts[place]);
                let counts = &outcome.counts[self.answers_of(place)];
                LabellingOutcome::of(labelling, counts, audience)
            })
            .collect();
        let segments = self.segments().iter().zip(outcome.counts);
        Ok(Outcome {
            contacts: outcome.contacts,
            segments: segments
                .map(|(segment, count)| SegmentOutcome {
                    name: segment.name.clone(),
                    title: segment.title.clone(),
                    count,
                })
                .collect(),
            labellings,
        })
    }
}

/// Hands on the members of the answers, without the audiences behind them, which are only counted.
struct Answers<'s> {
    sink: &'s mut dyn Sink,
    count: usize,
}

impl Sink for Answers<'_> {
    fn members(&mut self, members: Members<'_>) -> Result<(), String> {
        self.sink.members(Members {
            masks: &members.masks[..self.count.min(members.masks.len())],
            ..members
        })
    }

    fn wants_everyone(&self) -> bool {
        self.sink.wants_everyone()
    }
}

/// Collects masks.
struct Masks {
    parts: Vec<Vec<BooleanBuffer>>,
}

impl Sink for Masks {
    fn members(&mut self, members: Members<'_>) -> Result<(), String> {
        for (parts, mask) in self.parts.iter_mut().zip(members.masks) {
            parts.push(mask.clone());
        }
        Ok(())
    }
}

fn joined(parts: &[BooleanBuffer]) -> BooleanArray {
    if let [one] = parts {
        return BooleanArray::new(one.clone(), None);
    }
    let mut whole = BooleanBufferBuilder::new(parts.iter().map(BooleanBuffer::len).sum());
    for part in parts {
        whole.append_buffer(part);
    }
    BooleanArray::new(whole.finish(), None)
}

/// How many contacts there are, where that is known before they are read.
fn contacts(input: Input<'_>) -> Option<u64> {
    match input {
        Input::Source(source) => (0..source.pieces()).map(|piece| source.rows(piece)).sum(),
        Input::Dataset(dataset) => Some(dataset.rows()),
    }
}
