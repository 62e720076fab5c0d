//! Reading, binding and writing data: the formats agree, and every fault has its own message with its place.

pub mod contacts;
mod damage;
mod events;
mod faults;
mod formats;
mod keys;
mod lists;
mod manifest;
mod members;
mod notation;
mod parquet;
mod places;
mod records;
