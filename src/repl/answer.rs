//! An answer in one line.

use segql::explain::{grouped, share};

/// `1,234 of 12,345 contacts (10.0%)`
pub fn share_line(count: u64, contacts: u64) -> String {
    let word = if contacts == 1 { "contact" } else { "contacts" };
    format!(
        "{} of {} {word} ({})",
        grouped(count),
        grouped(contacts),
        share(count, contacts)
    )
}
