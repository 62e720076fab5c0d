//! Whose the events of a chunk are: contact by contact where they come so, else event by event.

/// Events of one contact that lie side by side.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Run {
    pub(super) contact: u32,
    pub(super) rows: u32,
}

/// The contacts of events.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Owners {
    /// The events are in order: by contact, and those of a contact by time. A contact has one run.
    Runs(Vec<Run>),
    Each(Vec<u32>),
}

impl Owners {
    /// What says whose they are in the fewest words. `times` are those of the events; with `ties`, events of one contact and one time are in no order yet.
    pub(super) fn of(contacts: Vec<u32>, times: &[i64], ties: bool) -> Self {
        match runs(&contacts, times, ties) {
            Some(runs) => Self::Runs(runs),
            None => Self::Each(contacts),
        }
    }

    /// The number of events.
    pub(super) fn rows(&self) -> usize {
        match self {
            Self::Runs(runs) => runs.iter().map(|run| run.rows as usize).sum(),
            Self::Each(contacts) => contacts.len(),
        }
    }

    pub(super) fn bytes(&self) -> usize {
        match self {
            Self::Runs(runs) => size_of_val(&runs[..]),
            Self::Each(contacts) => size_of_val(&contacts[..]),
        }
    }

    /// The contact of each event.
    pub(super) fn each(self) -> Vec<u32> {
        match self {
            Self::Runs(runs) => {
                let runs = runs.into_iter();
                runs.flat_map(|run| std::iter::repeat_n(run.contact, run.rows as usize))
                    .collect()
            }
            Self::Each(contacts) => contacts,
        }
    }
}

/// Events that are looked at before it is asked whether they are in order.
const AT_ONCE: usize = 4096;

/// The runs of events that are in order; none where they are not.
fn runs(contacts: &[u32], times: &[i64], ties: bool) -> Option<Vec<Run>> {
    if contacts.len() != times.len() || u32::try_from(contacts.len()).is_err() {
        return None;
    }
    let changes = contacts.windows(2).filter(|pair| pair[0] != pair[1]);
    let mut runs = vec![Run::default(); changes.count() + 1];
    let (mut run, mut last) = (0, *contacts.first()?);
    let (mut begun, mut last_time) = (0, i64::MIN);
    let events = contacts.chunks(AT_ONCE).zip(times.chunks(AT_ONCE));
    let mut row = 0u32;
    for (contacts, times) in events {
        let mut is_wrong = false;
        for (contact, time) in contacts.iter().zip(times) {
            // Without a branch: how long runs are cannot be foreseen.
            let is_same = *contact == last;
            let is_early = (*time < last_time) | (ties & (*time == last_time));
            is_wrong |= (*contact < last) | (is_same & is_early & (row > 0));
            begun = if is_same { begun } else { row };
            run += usize::from(!is_same);
            row += 1;
            runs[run] = Run {
                contact: *contact,
                rows: row - begun,
            };
            (last, last_time) = (*contact, *time);
        }
        if is_wrong {
            return None;
        }
    }
    Some(runs)
}

#[cfg(test)]
mod tests {
    use super::{Owners, Run, runs};

    fn found(contacts: &[u32], times: &[i64], ties: bool) -> Option<Vec<(u32, u32)>> {
        let runs = runs(contacts, times, ties)?;
        Some(runs.iter().map(|run| (run.contact, run.rows)).collect())
    }

    #[test]
    fn events_in_order_have_a_run_for_each_contact() {
        assert_eq!(found(&[7], &[i64::MIN], true), Some(vec![(7, 1)]));
        let runs = Some(vec![(1, 2), (4, 1), (5, 3)]);
        assert_eq!(found(&[1, 1, 4, 5, 5, 5], &[3, 9, 1, 0, 1, 2], true), runs);
        // A time is the same twice.
        assert_eq!(found(&[1, 1, 4, 5, 5, 5], &[3, 9, 1, 0, 0, 2], false), runs);
        assert_eq!(found(&[1, 1, 4, 5, 5, 5], &[3, 9, 1, 0, 0, 2], true), None);
        // An earlier time, an earlier contact, a contact that comes again.
        assert_eq!(found(&[1, 1], &[4, 3], false), None);
        assert_eq!(found(&[2, 1], &[3, 4], false), None);
        assert_eq!(found(&[1, 2, 1], &[3, 4, 5], false), None);
        assert_eq!(found(&[], &[], false), None);
        assert_eq!(found(&[1, 1], &[i64::MAX, i64::MAX], true), None);
    }

    #[test]
    fn what_is_out_of_order_is_found_wherever_it_is() {
        let contacts: Vec<u32> = (0..10_000).map(|row| row / 7).collect();
        let mut times: Vec<i64> = (0..10_000).collect();
        assert_eq!(
            found(&contacts, &times, true).map(|runs| runs.len()),
            Some(1_429)
        );
        times[9_998] = 0;
        assert_eq!(found(&contacts, &times, true), None);
    }

    #[test]
    fn whose_they_are_is_the_same_either_way() {
        let contacts = vec![1, 1, 4, 5];
        let runs = Owners::of(contacts.clone(), &[1, 2, 3, 4], false);
        assert_eq!((runs.rows(), runs.clone().each()), (4, contacts.clone()));
        assert!(matches!(runs, Owners::Runs(_)));
        assert_eq!(runs.bytes(), 3 * size_of::<Run>());
        let each = Owners::of(contacts.clone(), &[2, 1, 3, 4], false);
        assert_eq!(each, Owners::Each(contacts));
        assert_eq!(each.rows(), 4);
    }
}
