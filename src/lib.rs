//! A small, typed language that says who belongs to an audience, compiled to native filters over Arrow data.
//!
//! ```
//! use segql::{Engine, RunOptions, Schema};
//! # use segql::arrow_array::{ArrayRef, BooleanArray, Int64Array, RecordBatch, StringArray};
//! # use std::sync::Arc;
//! # let id: ArrayRef = Arc::new(Int64Array::from(vec![1, 2, 3]));
//! # let region: ArrayRef = Arc::new(StringArray::from(vec![Some("BE"), Some("NL"), None]));
//! # let consent: ArrayRef = Arc::new(BooleanArray::from(vec![true, true, false]));
//! # let batch = RecordBatch::try_from_iter_with_nullable([("id", id, false), ("region", region, true), ("consent", consent, true)])?;
//!
//! // What the contacts look like: seen from Arrow data, told by a manifest, or built field by field.
//! let schema = Schema::from_arrow(&batch.schema(), "id", "Europe/Brussels")?;
//!
//! // Compile once …
//! let program = Engine::new(schema).compile(
//!     "segments.seg",
//!     r#"segment nearby "The Low Countries" = consent AND region in ("BE", "NL")"#,
//! )?;
//!
//! // … and ask as often as you like, from as many threads as you like.
//! let now = std::time::SystemTime::now();
//! let masks = program.masks(&batch, &RunOptions::at(now))?;
//! assert_eq!(masks[0], BooleanArray::from(vec![true, true, false]));
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! # A course
//!
//! ## 1. What contacts look like
//!
//! A [`Schema`] names the fields, their types and the key. [`Schema::from_arrow`] takes all of that from an Arrow schema; [`Schema::builder`] says it
//! field by field, with what a column cannot say, such as the closed set of its values; [`schema::Manifest`] reads it from a `segql.toml`. It never changes and costs
//! nothing to clone.
//!
//! ## 2. From text to program
//!
//! An [`Engine`] compiles texts against a schema. Everything that is wrong with a text comes at once, as a [`CompileError`]: displayed, it shows each fault with its
//! lines; [`CompileError::diagnostics`] has them as data, with codes, places and repairs, and [`diagnostics::code_entry`] the page of a code.
//!
//! ```
//! # use segql::{Engine, Schema};
//! # let schema = Schema::builder().key("id").int("id").text("region").values(["BE", "NL"]).build()?;
//! let error = Engine::new(schema).compile("a.seg", r#"segment s = regoin = "BE""#).unwrap_err();
//! let fault = &error.diagnostics()[0];
//! assert_eq!(fault.code.0, "E0201");
//! assert_eq!(fault.fix.as_ref().unwrap().edits[0].replacement, "region");
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! Texts that `use` others are compiled with a [`check::Loader`], which decides what a path may reach. Texts may come from people you do not trust: nesting, length and what definitions
//! grow to are bounded, and nothing in a text loops or reads anything.
//!
//! ## 3. Asking
//!
//! A [`Program`] answers in three ways:
//!
//! * [`Program::masks`]: a batch in, a mask for each segment out.
//! * [`Program::run`]: the counts over a whole [`data::Source`] (files opened by [`data::open`], or a [`data::MemorySource`]), or over an [`execute::Dataset`], which
//!   holds contacts in memory in the form that tests like best. [`Program::run_into`] hands out the members as well.
//! * [`Program::matcher`]: one [`contact::Contact`] after the other, in a microsecond or so.
//!
//! [`RunOptions`] says as of which instant ([`Now`]: this library never looks at the clock), on how many threads, and by which [`Tier`]. Only the instant has a say
//! in the answer. It also takes a function to hear of progress, and a switch to stop a run.
//!
//! ## 4. What you can rely on
//!
//! A condition is true or false of a contact, never unknown. A program that compiled does not fail on a row: columns are looked at before the first contact is answered, and
//! what is wrong with a single value makes it missing. The same data, text and instant give the same members, on every tier, with any number of threads.
//! That the keys of a source are there and differ is checked by [`data::check_keys`], and that closed sets hold by [`profile::outside`], once for a source and where you want it.
//!
//! [`Engine`], [`Program`] and all that they give are `Send`, `Sync` and `'static`. Native code belongs to its program and is freed with its last clone. Without the feature
//! `jit`, everything works, on kernels alone.
//!
//! # Inside
//!
//! A text goes through [`syntax`] (tokens, tree), [`mod@check`] (the typed tree, [`ir`]), [`optimize`], and [`mod@plan`] to [`execute`] and [`jit`]; [`mod@reference`] says row by row
//! what it all means. [`mod@explain`] shows each stage as text. These modules are public for those who build on them; the names at the root of this
//! crate are the face that stays.

pub mod check;
pub mod contact;
pub mod data;
pub mod decide;
pub mod diagnostics;
pub mod discover;
pub mod engine;
pub mod execute;
pub mod explain;
pub mod functions;
pub mod ir;
pub mod jit;
pub mod optimize;
pub mod plan;
pub mod population;
pub mod profile;
pub mod reference;
pub mod schema;
pub mod source;
pub mod syntax;
pub mod trial;
pub mod types;

/// The data of the public face is Arrow's; this is the version that it is of.
pub use arrow_array;
/// The data of the public face is Arrow's; this is the version that it is of.
pub use arrow_schema;
pub use engine::{
    CompileError, Engine, Label, LabelOutcome, Labelling, LabellingOutcome, Now, Outcome, Part,
    Program, RunError, RunOptions, Segment, SegmentOutcome, Split, Stratum,
};
pub use execute::Tier;
pub use schema::Schema;
