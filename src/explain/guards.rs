//! Sizes that are not as expected, in words.

use super::grouped;
use crate::check::Size;
use crate::engine::{Breach, BreachKind};
use crate::types::Exact;

/// In words: "spring_mail has 812 members, where at least 1,000 are expected (crm answers for it)".
pub fn breach(breach: &Breach) -> String {
    let size = |size: Size| match size {
        Size::Contacts(number) => grouped(number),
        Size::Share(share) => percent(share),
    };
    let share = |contacts: u64, like: Size| match like {
        Size::Contacts(_) => String::new(),
        Size::Share(_) => format!(" of {} contacts", grouped(contacts)),
    };
    let name = &breach.segment;
    let found = match breach.kind {
        BreachKind::TooFew {
            count,
            contacts,
            least,
        } => format!(
            "{name} has {}{}, where at least {} are expected",
            members(count),
            share(contacts, least),
            size(least)
        ),
        BreachKind::TooMany {
            count,
            contacts,
            most,
        } => format!(
            "{name} has {}{}, where at most {} are expected",
            members(count),
            share(contacts, most),
            size(most)
        ),
        BreachKind::TooFar {
            count,
            before,
            change,
        } => format!(
            "{name} has {}, where there were {}: a change of more than {}",
            members(count),
            grouped(before),
            percent(change)
        ),
    };
    match &breach.owner {
        Some(owner) => format!("{found} ({owner} answers for it)"),
        None => found,
    }
}

fn members(count: u64) -> String {
    match count {
        0 => "no members".into(),
        1 => "1 member".into(),
        more => format!("{} members", grouped(more)),
    }
}

fn percent(share: Exact) -> String {
    let of_hundred = share.checked_mul(Exact::whole(100));
    of_hundred.map_or_else(|| share.to_string(), |percent| format!("{percent} %"))
}
