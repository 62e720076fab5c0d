//! What a run is given and what it gives back.

use super::Dataset;
use super::native::NativeSlot;
use crate::data::{DataError, Source};
use arrow_array::ArrayRef;
use arrow_buffer::BooleanBuffer;
use std::num::NonZero;
use std::sync::Arc;
use std::sync::atomic::AtomicBool;

/// Where contacts come from.
#[derive(Clone, Copy)]
pub enum Input<'a> {
    /// Pieces that are read while the run goes on.
    Source(&'a dyn Source),
    /// Columns that lie in memory, made for repeated runs.
    Dataset(&'a Dataset),
}

/// Called now and then with the number of contacts done so far, from the threads of the run.
pub type Progress = Arc<dyn Fn(u64) + Send + Sync>;

/// How a run is made. None of it changes the answer.
#[derive(Clone)]
pub struct Options {
    pub threads: NonZero<usize>,
    pub tier: Tier,
    /// The instructions that kernels use; the best the machine has where none is named, or where it lacks the named one.
    pub form: Option<Form>,
    /// Contacts a block, rounded up to a multiple of 64; chosen by the plan where none is named.
    pub block_rows: Option<NonZero<usize>>,
    /// Native code, or a place where it will appear.
    pub native: Option<NativeSlot>,
    pub progress: Option<Progress>,
    /// Set it to true, from anywhere, and the run ends soon with [`ExecuteError::Cancelled`].
    pub cancel: Option<Arc<AtomicBool>>,
    /// The column whose values are handed to the sink beside the masks; the first column of the source where none is named.
    pub key: Option<String>,
}

impl Default for Options {
    /// One thread, the best tier and form.
    fn default() -> Self {
        Self {
            threads: NonZero::<usize>::MIN,
            tier: Tier::Auto,
            form: None,
            block_rows: None,
            native: None,
            progress: None,
            cancel: None,
            key: None,
        }
    }
}

/// Which executor answers.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Default)]
pub enum Tier {
    /// Kernels, and native code where it is there and pays.
    #[default]
    Auto,
    /// Kernels and the interpreter alone.
    Kernels,
    /// Native code wherever it exists, whether it pays or not.
    Native,
}

/// The instructions that kernels use.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Form {
    /// Plain Rust.
    Portable,
    /// x86-64 with AVX2.
    Avx2,
    /// x86-64 with AVX-512 (F, BW, DQ, VL).
    Avx512,
}

impl Form {
    /// Every form this machine can run, the slowest first.
    pub fn available() -> Vec<Form> {
        let mut forms = vec![Form::Portable];
        #[cfg(target_arch = "x86_64")]
        {
            if std::arch::is_x86_feature_detected!("avx2")
                && std::arch::is_x86_feature_detected!("bmi2")
                && std::arch::is_x86_feature_detected!("popcnt")
            {
                forms.push(Form::Avx2);
                if std::arch::is_x86_feature_detected!("avx512f")
                    && std::arch::is_x86_feature_detected!("avx512bw")
                    && std::arch::is_x86_feature_detected!("avx512dq")
                    && std::arch::is_x86_feature_detected!("avx512vl")
                {
                    forms.push(Form::Avx512);
                }
            }
        }
        forms
    }

    /// The form asked for, where the machine has it, else its best.
    pub fn choose(asked: Option<Form>) -> Form {
        let available = Form::available();
        match asked {
            Some(form) if available.contains(&form) => form,
            _ => *available.last().expect("the portable form is always there"),
        }
    }
}

/// What came of a run.
#[derive(Clone, Debug, PartialEq, Eq, Default)]
pub struct Outcome {
    /// Contacts in the data.
    pub contacts: u64,
    /// Members of each segment, in the order of the program.
    pub counts: Vec<u64>,
}

/// The members of one batch.
pub struct Members<'a> {
    /// The keys of the contacts of the batch, as they lie in the data.
    pub keys: &'a ArrayRef,
    /// For each segment a bit a contact.
    pub masks: &'a [BooleanBuffer],
}

/// Takes members, one batch after the other in the order of the source.
pub trait Sink: Send {
    /// An error ends the run as [`ExecuteError::Sink`].
    fn members(&mut self, members: Members<'_>) -> Result<(), String>;

    /// Whether batches in which nobody is a member have to be handed out as well; else they may be passed over unread.
    fn wants_everyone(&self) -> bool {
        false
    }
}

/// Why a run ended without an answer.
#[derive(Debug, thiserror::Error)]
pub enum ExecuteError {
    #[error(transparent)]
    Data(#[from] DataError),
    /// A column that the plan needs is not there or does not hold what it should.
    #[error("{source_name}, column \"{column}\": {message}")]
    Column {
        source_name: String,
        column: String,
        message: String,
    },
    #[error("the run was stopped")]
    Cancelled,
    /// What the sink said.
    #[error("{0}")]
    Sink(String),
    /// A mistake of ours.
    #[error("internal error, please report it: {0}")]
    Internal(String),
}

impl ExecuteError {
    pub(super) fn column(source_name: &str, column: &str, message: &str) -> Self {
        Self::Column {
            source_name: source_name.to_owned(),
            column: column.to_owned(),
            message: message.to_owned(),
        }
    }
}
