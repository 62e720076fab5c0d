//! Which plan the contacts had, and since when: the first from their sign-up on, the last is the one they have.
//!
//! Each contact has dice of their own, so that a change in one moves no other.

use super::{Contact, Dice, local};
use arrow_array::builder::{Int64Builder, StringDictionaryBuilder, TimestampMicrosecondBuilder};
use arrow_array::types::Int8Type;
use arrow_array::{ArrayRef, RecordBatch};
use jiff::civil::date;
use std::sync::Arc;

const SECOND: i64 = 1_000_000;
const DAY: i64 = 24 * 60 * 60 * SECOND;

/// From this instant on a contact had this plan.
struct Since {
    contact: i64,
    at: i64,
    plan: &'static str,
}

/// The plans, in the order in which they began.
pub fn plans(contacts: &[Contact]) -> RecordBatch {
    let mut plans = Vec::new();
    for (place, contact) in contacts.iter().enumerate() {
        let id = 100_001 + place as i64;
        let mut dice = Dice(9_000_000_000 + id as u64);
        plans_of(&mut dice, id, contact, &mut plans);
    }
    plans.sort_by_key(|since| (since.at, since.contact));
    columns(&plans)
}

fn plans_of(dice: &mut Dice, contact: i64, of: &Contact, plans: &mut Vec<Since>) {
    let now = local(date(2026, 11, 22), 10 * 60, 0);
    let days = (now - of.signup_at) / DAY;
    let before = match of.plan {
        // Once a subscriber, now free again: what was paid says for how long.
        "free" => of.lifetime_value.map(|cents| {
            let months = cents as i64 / 799 + 1;
            ("basic", (months * 30 + dice.below(30)).min(days - 1))
        }),
        // Tried it for nothing first.
        _ if days > 1 && dice.chance(35) => Some(("free", 1 + dice.below(days - 1))),
        "pro" | "family" if days > 1 && dice.chance(40) => {
            Some(("basic", 1 + dice.below(days - 1)))
        }
        _ => None,
    };
    let mut since = |plan, day: i64| {
        let at = (of.signup_at + day * DAY) / SECOND * SECOND;
        plans.push(Since { contact, at, plan });
    };
    match before {
        Some((plan, day)) if day > 0 => {
            since(plan, 0);
            since(of.plan, day);
        }
        _ => since(of.plan, 0),
    }
}

fn columns(plans: &[Since]) -> RecordBatch {
    let mut contact = Int64Builder::new();
    let mut at = TimestampMicrosecondBuilder::new();
    let mut plan = StringDictionaryBuilder::<Int8Type>::new();
    for since in plans {
        contact.append_value(since.contact);
        at.append_value(since.at);
        plan.append_value(since.plan);
    }
    let columns: Vec<(&str, ArrayRef)> = vec![
        ("contact", Arc::new(contact.finish())),
        ("since", Arc::new(at.finish().with_timezone("UTC"))),
        ("plan", Arc::new(plan.finish())),
    ];
    RecordBatch::try_from_iter(columns).expect("columns of one length")
}
