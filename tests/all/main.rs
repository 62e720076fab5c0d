//! The integration tests, one module each, in one binary.

mod acceptance;
mod check;
mod clock_readings;
#[cfg(feature = "cli")]
mod command_line;
mod contacts;
mod corpus;
mod data;
mod decide;
mod decide_elements;
mod deep;
mod differential;
mod edges;
mod entangled;
mod examples;
mod experiments;
#[cfg(feature = "cli")]
mod figures_of_events;
mod fixing;
mod functions;
mod fuzzing;
#[cfg(feature = "cli")]
mod guards;
mod held_arms;
mod kernels_of_events;
#[cfg(feature = "cli")]
mod labels_exported;
mod late_columns;
mod laws;
mod manifest_schema;
mod manual;
mod many;
mod one_contact;
mod optimizing;
mod page_index;
mod pages;
mod populations_at_size;
#[cfg(feature = "cli")]
mod projects;
#[cfg(feature = "cli")]
mod projects_from_events;
#[cfg(feature = "cli")]
mod projects_from_tables;
#[cfg(feature = "cli")]
mod projects_with_arms;
#[cfg(feature = "cli")]
mod projects_with_catalogues;
#[cfg(feature = "cli")]
mod projects_with_events;
mod projects_with_histories;
#[cfg(feature = "cli")]
mod projects_with_tests;
mod reading;
mod spec;
mod streaming;
mod syntax;
mod syntax_random;
#[cfg(all(unix, feature = "cli"))]
mod terminal;
mod trials;
#[cfg(feature = "cli")]
mod tutorial;
mod walls;
