//! The examples of embedding, compiled as they stand and run from end to end.

#[path = "../../examples/embed_batches.rs"]
mod embed_batches;

#[test]
fn batches_in_memory() {
    embed_batches::main().unwrap();
}

#[path = "../../examples/embed_contact.rs"]
mod embed_contact;

#[test]
fn one_contact_at_a_time() {
    embed_contact::main().unwrap();
}

#[path = "../../examples/embed_events.rs"]
mod embed_events;

#[test]
fn events_and_a_catalogue() {
    embed_events::main().unwrap();
}
