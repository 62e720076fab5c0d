//! The executors that are held against each other: each turns a program and contacts into members.

use crate::cells::Cell;
use crate::layout::{self, Taste};
use crate::pieces::Pieces;
use crate::random::Random;
use crate::world::{Column, Table, World};
use arrow_array::types::ArrowPrimitiveType;
use segql::contact::{Contact, ContactMatcher};
use segql::execute::native::NativeSlot;
use segql::execute::{self, Dataset, Form, Input, Members, Options, Sink, Tier};
use segql::ir::{Condition, Graph, Module};
use segql::optimize::{self, Pass};
use segql::{jit, plan, reference};
use std::fmt;
use std::num::NonZero;
use std::sync::{Arc, LazyLock};

/// A program with contacts.
#[derive(Clone, Debug)]
pub struct Case {
    pub world: World,
    pub table: Table,
    pub module: Module,
    /// Decides layouts and cuts.
    pub seed: u64,
}

/// For each segment, for each contact, whether it is a member.
pub type Answers = Vec<Vec<bool>>;

/// One way to answer.
#[derive(Clone, Debug, PartialEq)]
pub enum Executor {
    /// The reference on the tree as it is.
    Reference(Taste),
    /// The reference on the tree as these passes leave it.
    Optimized(Vec<Pass>),
    /// A run of the plan.
    Run(Run),
    /// One contact at a time, by native code or without it.
    Contact { native: bool },
}

/// How a plan is run.
#[derive(Clone, Debug, PartialEq)]
pub struct Run {
    /// None for all.
    pub passes: Option<Vec<Pass>>,
    pub taste: Taste,
    pub holding: Holding,
    /// With native code that is there from the beginning, unless it is kernels.
    pub tier: Tier,
    pub form: Option<Form>,
    pub block_rows: Option<usize>,
    pub threads: usize,
}

/// Where the contacts lie.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Holding {
    /// One batch.
    Whole,
    /// Pieces and batches cut at odd places.
    Cut { with_statistics: bool },
    /// Loaded beforehand.
    Dataset,
}

impl fmt::Display for Executor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Executor::Reference(taste) => write!(f, "reference, {taste:?} layout"),
            Executor::Optimized(passes) => write!(f, "reference after the passes {passes:?}"),
            Executor::Contact { native: true } => write!(f, "one contact at a time, native code"),
            Executor::Contact { native: false } => write!(f, "one contact at a time"),
            Executor::Run(run) => {
                f.write_str(match run.tier {
                    Tier::Kernels => "kernels",
                    Tier::Native => "native code",
                    Tier::Auto => "native code where it pays",
                })?;
                match run.form {
                    Some(form) => write!(f, " {form:?}")?,
                    None => write!(f, " of the best form")?,
                }
                write!(f, ", {:?} layout, {:?}", run.taste, run.holding)?;
                write!(f, ", blocks {:?}, {} threads", run.block_rows, run.threads)?;
                match &run.passes {
                    Some(passes) => write!(f, ", after the passes {passes:?}"),
                    None => Ok(()),
                }
            }
        }
    }
}

impl Executor {
    /// Executors that together reach every form, input and size: a random choice that changes with the case, small enough to be run for each.
    pub fn some(random: &mut Random) -> Vec<Executor> {
        let mut subset: Vec<Pass> = Pass::ALL.to_vec();
        random.shuffle(&mut subset);
        subset.truncate(random.below(subset.len() + 1));
        let mut executors = vec![
            Executor::Reference(Taste::Hostile),
            Executor::Optimized(subset.clone()),
        ];
        for form in Form::available() {
            executors.push(Executor::Run(Run {
                form: Some(form),
                ..Run::random(random)
            }));
        }
        executors.push(Executor::Run(Run {
            passes: Some(subset),
            ..Run::random(random)
        }));
        for native in ways_to_run() {
            executors.push(Executor::Contact { native });
            if native {
                executors.push(Executor::Run(Run {
                    tier: *random.pick(&[Tier::Native, Tier::Native, Tier::Auto]),
                    ..Run::random(random)
                }));
            }
        }
        executors
    }

    /// Every executor of note, for few cases.
    pub fn all() -> Vec<Executor> {
        let mut executors = vec![
            Executor::Reference(Taste::Plain),
            Executor::Reference(Taste::Hostile),
            Executor::Optimized(Pass::ALL.to_vec()),
        ];
        let holdings = [
            Holding::Whole,
            Holding::Cut {
                with_statistics: true,
            },
            Holding::Dataset,
        ];
        let mut ways: Vec<(Tier, Option<Form>)> = Form::available()
            .into_iter()
            .map(|form| (Tier::Kernels, Some(form)))
            .collect();
        for native in ways_to_run() {
            executors.push(Executor::Contact { native });
            if native {
                ways.extend([(Tier::Native, None), (Tier::Auto, None)]);
            }
        }
        for (tier, form) in ways {
            for holding in holdings {
                for taste in [Taste::Plain, Taste::Hostile] {
                    executors.push(Executor::Run(Run {
                        passes: None,
                        taste,
                        holding,
                        tier,
                        form,
                        block_rows: (taste == Taste::Hostile).then_some(64),
                        threads: if taste == Taste::Hostile { 2 } else { 1 },
                    }));
                }
            }
        }
        executors
    }

    /// The members, or why there is no answer.
    ///
    /// # Errors
    /// What the executor says; of a well-made case none does.
    pub fn answers(&self, case: &Case) -> Result<Answers, String> {
        let mut random = Random::new(case.seed);
        match self {
            Executor::Reference(taste) => by_reference(case, &case.module, *taste, &mut random),
            Executor::Optimized(passes) => {
                let module = optimize::optimize_with(case.module.clone(), passes);
                by_reference(case, &module, Taste::Plain, &mut random)
            }
            Executor::Run(run) => run.answers(case, &mut random),
            Executor::Contact { native } => by_contact(case, *native, &mut random),
        }
    }
}

/// Without native code, and with it where this build and machine have it.
fn ways_to_run() -> Vec<bool> {
    static NATIVE: LazyLock<bool> = LazyLock::new(|| {
        let world = World::new(vec![Column::key()], "UTC", None, 0);
        let mut graph = Graph::default();
        let all = graph.add_condition(Condition::Constant(true));
        let module = Module {
            graph,
            segments: vec![all],
            zone: world.schema.zone().clone(),
        };
        jit::compile(&plan::plan(&module, &world.schema), 1).is_ok()
    });
    if *NATIVE {
        vec![false, true]
    } else {
        vec![false]
    }
}

fn by_contact(case: &Case, native: bool, random: &mut Random) -> Result<Answers, String> {
    let world = &case.world;
    let module = optimize::optimize(case.module.clone());
    let bound = plan::plan(&module, &world.schema).bind(world.now);
    let batch = layout::batch(world, &case.table, Taste::Plain, random);
    let source = Pieces::whole(&batch);
    let options = Options {
        key: Some(world.columns[0].name.clone()),
        ..Options::default()
    };
    let bound = execute::with_figures(&bound, Input::Source(&source), &options)
        .map_err(|error| error.to_string())?;
    let matcher = if native {
        ContactMatcher::native(&bound).map_err(|error| error.to_string())?
    } else {
        ContactMatcher::portable(&bound)
    };
    let segments = case.module.segments.len();
    let mut answers = vec![Vec::with_capacity(case.table.rows()); segments];
    let mut contact = Contact::new(&world.schema);
    for row in 0..case.table.rows() {
        contact.clear();
        for (column, cells) in world.columns.iter().zip(&case.table.columns) {
            let mut cell = cells[row].clone();
            if let (true, Cell::List(events)) = (column.kind.is_stream(), &mut cell) {
                random.shuffle(events);
            }
            contact
                .set(&column.name, column.kind.constant(&cell))
                .map_err(|error| error.to_string())?;
        }
        let members = matcher.matches(&contact);
        for (segment, answer) in answers.iter_mut().enumerate() {
            answer.push(members.contains(segment));
        }
    }
    Ok(answers)
}

fn by_reference(
    case: &Case,
    module: &Module,
    taste: Taste,
    random: &mut Random,
) -> Result<Answers, String> {
    let batch = layout::batch(&case.world, &case.table, taste, random);
    let arrays = reference::evaluate(module, &case.world.schema, &batch, case.world.now)
        .map_err(|error| error.to_string())?;
    Ok(arrays
        .iter()
        .map(|array| array.values().iter().collect())
        .collect())
}

impl Run {
    fn random(random: &mut Random) -> Run {
        Run {
            passes: None,
            taste: *random.pick(&[Taste::Plain, Taste::Hostile, Taste::Hostile]),
            holding: *random.pick(&[
                Holding::Whole,
                Holding::Cut {
                    with_statistics: false,
                },
                Holding::Cut {
                    with_statistics: true,
                },
                Holding::Dataset,
            ]),
            tier: Tier::Kernels,
            form: None,
            block_rows: *random.pick(&[None, None, Some(64), Some(128), Some(1)]),
            threads: *random.pick(&[1, 1, 2]),
        }
    }

    fn answers(&self, case: &Case, random: &mut Random) -> Result<Answers, String> {
        let world = &case.world;
        let module = match &self.passes {
            Some(passes) => optimize::optimize_with(case.module.clone(), passes),
            None => optimize::optimize(case.module.clone()),
        };
        let plan = plan::plan(&module, &world.schema);
        let bound = plan.bind(world.now);
        let batch = layout::batch(world, &case.table, self.taste, random);
        let source = match self.holding {
            Holding::Whole | Holding::Dataset => Pieces::whole(&batch),
            Holding::Cut { with_statistics } => {
                Pieces::cut(world, &case.table, &batch, with_statistics, random)
            }
        };
        let wants_native = self.tier != Tier::Kernels;
        let native = wants_native.then(|| native_code(&plan, self.block_rows));
        let options = Options {
            native: native.transpose()?,
            threads: NonZero::new(self.threads).unwrap_or(NonZero::<usize>::MIN),
            tier: self.tier,
            form: self.form,
            block_rows: self.block_rows.and_then(NonZero::new),
            key: Some(world.columns[0].name.clone()),
            ..Options::default()
        };
        let mut members = Collected {
            keys: Vec::new(),
            masks: vec![Vec::new(); case.module.segments.len()],
        };
        let outcome = match self.holding {
            Holding::Dataset => {
                let dataset =
                    Dataset::load(&source, &world.schema).map_err(|error| error.to_string())?;
                execute::run(
                    &bound,
                    Input::Dataset(&dataset),
                    &options,
                    Some(&mut members),
                )
            }
            Holding::Whole | Holding::Cut { .. } => {
                execute::run(&bound, Input::Source(&source), &options, Some(&mut members))
            }
        }
        .map_err(|error| error.to_string())?;
        // The count and the members are two ways to the same figure.
        let counted: Vec<u64> = (members.masks.iter())
            .map(|mask| mask.iter().filter(|member| **member).count() as u64)
            .collect();
        if counted != outcome.counts {
            return Err(format!(
                "counts {:?} but hands out {counted:?} members",
                outcome.counts
            ));
        }
        if outcome.contacts != case.table.rows() as u64 {
            return Err(format!("counts {} contacts", outcome.contacts));
        }
        // Keys come in the order of the source; who is left out (of a piece that was passed over) is a member of nothing.
        let mut answers = vec![vec![false; case.table.rows()]; case.module.segments.len()];
        let mut rows = case.table.columns[0].iter().enumerate();
        for (place, key) in members.keys.iter().enumerate() {
            let (row, _) = rows
                .find(|(_, cell)| **cell == Cell::Whole((*key).into()))
                .ok_or("hands out keys in another order")?;
            for (mask, answer) in members.masks.iter().zip(&mut answers) {
                answer[row] = mask[place];
            }
        }
        Ok(answers)
    }
}

fn native_code(plan: &plan::Plan, block_rows: Option<usize>) -> Result<NativeSlot, String> {
    let rows = block_rows.unwrap_or_else(|| execute::block_rows(plan));
    let compiled = jit::compile(plan, rows.div_ceil(64)).map_err(|error| error.to_string())?;
    let slot = NativeSlot::default();
    drop(slot.set(Arc::new(compiled)));
    Ok(slot)
}

struct Collected {
    keys: Vec<i64>,
    masks: Answers,
}

impl Sink for Collected {
    fn members(&mut self, members: Members<'_>) -> Result<(), String> {
        for row in 0..members.keys.len() {
            self.keys.push(whole(members.keys.as_ref(), row)?);
        }
        for (mask, all) in members.masks.iter().zip(&mut self.masks) {
            if mask.len() != members.keys.len() {
                return Err("a mask of another length than the keys".into());
            }
            all.extend(mask.iter());
        }
        Ok(())
    }
}

/// A key in whatever layout it lies.
fn whole(keys: &dyn arrow_array::Array, row: usize) -> Result<i64, String> {
    use arrow_array::{downcast_dictionary_array, downcast_primitive_array, downcast_run_array};
    fn native<T: ArrowPrimitiveType>(array: &arrow_array::PrimitiveArray<T>, row: usize) -> i64 {
        use arrow_buffer::ArrowNativeType;
        array.value(row).to_i64().unwrap_or(-1)
    }
    downcast_primitive_array!(
        keys => Ok(native(keys, row)),
        arrow_schema::DataType::Dictionary(_, _) => downcast_dictionary_array!(
            keys => whole(keys.values(), keys.key(row).ok_or("a missing key")?),
            other => Err(format!("keys of {other}")),
        ),
        arrow_schema::DataType::RunEndEncoded(_, _) => downcast_run_array!(
            keys => whole(keys.values(), keys.get_physical_index(row)),
            other => Err(format!("keys of {other}")),
        ),
        other => Err(format!("keys of {other}")),
    )
}
