//! Whether a segment has the size that is expected of it.

use super::{Outcome, Program};
use crate::check::{Guard, Size};
use crate::source::Span;
use crate::types::Exact;

/// A segment that has not the size that its text expects.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Breach {
    pub segment: String,
    /// Who answers for it, where that is noted.
    pub owner: Option<String>,
    pub kind: BreachKind,
    /// The guard in the program's sources.
    pub span: Span,
}

/// What is wrong with a size. Shares are of all contacts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BreachKind {
    TooFew {
        count: u64,
        contacts: u64,
        least: Size,
    },
    TooMany {
        count: u64,
        contacts: u64,
        most: Size,
    },
    /// It was `before`, and may differ by a share of that.
    TooFar {
        count: u64,
        before: u64,
        change: Exact,
    },
}

impl Program {
    /// The segments of an outcome of this program whose size is not as expected. `before` tells how large a segment was the last time, where
    /// that is known; without it nothing is said of changes.
    pub fn breaches(&self, outcome: &Outcome, before: impl Fn(&str) -> Option<u64>) -> Vec<Breach> {
        let segments = self.segments().iter().zip(&outcome.segments);
        let guarded = segments.filter_map(|(segment, found)| {
            let guard = segment.notes.guard.as_ref()?;
            Some((segment, guard, found.count))
        });
        guarded
            .flat_map(|(segment, guard, count)| {
                let kinds = breaches(guard, count, outcome.contacts, before(&segment.name));
                kinds.into_iter().map(|kind| Breach {
                    segment: segment.name.clone(),
                    owner: segment.notes.owner.clone(),
                    kind,
                    span: guard.span,
                })
            })
            .collect()
    }
}

fn breaches(guard: &Guard, count: u64, contacts: u64, before: Option<u64>) -> Vec<BreachKind> {
    let mut found = Vec::new();
    if let Some(least) = guard.low
        && Exact::whole(count.into()) < of(least, contacts)
    {
        found.push(BreachKind::TooFew {
            count,
            contacts,
            least,
        });
    }
    if let Some(most) = guard.high
        && Exact::whole(count.into()) > of(most, contacts)
    {
        found.push(BreachKind::TooMany {
            count,
            contacts,
            most,
        });
    }
    if let (Some(change), Some(before)) = (guard.change, before) {
        let moved = Exact::whole(count.abs_diff(before).into());
        let may_move = Exact::whole(before.into()).checked_mul(change);
        if may_move.is_some_and(|may_move| moved > may_move) {
            found.push(BreachKind::TooFar {
                count,
                before,
                change,
            });
        }
    }
    found
}

/// A size in contacts.
fn of(size: Size, contacts: u64) -> Exact {
    match size {
        Size::Contacts(number) => Exact::whole(number.into()),
        Size::Share(share) => {
            let part = Exact::whole(contacts.into()).checked_mul(share);
            part.unwrap_or(Exact::whole(contacts.into()))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::SourceId;

    fn guard(low: Option<Size>, high: Option<Size>, change: Option<(i128, i128)>) -> Guard {
        Guard {
            low,
            high,
            change: change.and_then(|(above, below)| Exact::new(above, below)),
            span: Span::new(SourceId(0), 0, 0),
        }
    }

    #[test]
    fn the_edges_of_a_size_are_as_expected() {
        let size = guard(Some(Size::Contacts(10)), Some(Size::Contacts(20)), None);
        for (count, is_breach) in [(9, true), (10, false), (20, false), (21, true), (0, true)] {
            assert_eq!(
                !breaches(&size, count, 100, None).is_empty(),
                is_breach,
                "{count}"
            );
        }
        let third = Exact::new(1, 3).unwrap();
        let share = guard(Some(Size::Share(third)), None, None);
        assert!(breaches(&share, 33, 99, None).is_empty(), "a third of 99");
        assert_eq!(breaches(&share, 33, 100, None).len(), 1);
        assert!(breaches(&share, 0, 0, None).is_empty(), "nobody of nobody");
    }

    #[test]
    fn a_change_is_of_the_size_before() {
        let change = guard(None, None, Some((1, 5)));
        for (count, before, is_breach) in [
            (120, Some(100), false),
            (121, Some(100), true),
            (80, Some(100), false),
            (79, Some(100), true),
            (1, Some(0), true),
            (0, Some(0), false),
            (7, None, false),
        ] {
            assert_eq!(
                !breaches(&change, count, 1000, before).is_empty(),
                is_breach,
                "{count}"
            );
        }
    }
}
