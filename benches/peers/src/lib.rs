//! SegQL measured beside other engines: the made-up service that all of them are asked about, and the files it is kept in.
//!
//! `generate` writes the data, `answer` is SegQL's side of the measurement, and `run.py` drives both beside the peers.

pub mod ask;
pub mod made;
pub mod written;
