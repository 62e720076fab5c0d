//! Splits that hold arms given before, at random contacts and random given arms: who has one keeps it, and the sizes are those that the chapter promises, worked out
//! here in whole numbers from the counts of each group alone.

use crate::experiments::contacts;
use arrow_array::{Array, RecordBatch, StringArray};
use segql::contact::Contact;
use segql::data::MemorySource;
use segql::execute::{Input, Tier};
use segql::schema::GivenArms;
use segql::{Engine, Now, RunOptions, Schema};
use segql_testing::random::Random;
use std::collections::HashMap;

const ARMS: [&str; 3] = ["mail", "letter", "control"];

/// Whether a contact is in the audience of all splits here.
fn is_in(number: usize) -> bool {
    !number.is_multiple_of(3)
}

/// The region of a contact; none of some.
fn region(number: usize) -> Option<&'static str> {
    match number % 7 {
        0 => None,
        1..4 => Some("BE"),
        _ => Some("NL"),
    }
}

struct Case {
    numbers: Vec<usize>,
    /// In percent.
    shares: [usize; 3],
    given: HashMap<usize, usize>,
}

impl Case {
    fn new(random: &mut Random) -> Self {
        let mut numbers: Vec<usize> = (0..3_000).collect();
        random.shuffle(&mut numbers);
        numbers.truncate(1 + random.below(400));
        let first = 1 + random.below(60);
        let second = 1 + random.below(98 - first);
        let left = 100 - first - second;
        let third = if random.percent(50) {
            left
        } else {
            1 + random.below(left)
        };
        // Of all or hardly any, and in some cases far too many to one arm; some of them are nobody's.
        let (share, favour) = (random.below(101), random.below(101));
        let mut given = HashMap::new();
        for number in 0..3_000 {
            if random.percent(share) {
                let arm = if random.percent(favour) {
                    0
                } else {
                    random.below(3)
                };
                given.insert(number, arm);
            }
        }
        Self {
            numbers,
            shares: [first, second, third],
            given,
        }
    }

    fn schema(&self, batch: &RecordBatch) -> Schema {
        let rows = self.given.iter();
        let rows = rows.map(|(number, arm)| (format!("c{number}"), ARMS[*arm]));
        let given = GivenArms::of_texts("spring", rows).unwrap();
        let schema = Schema::from_arrow(&batch.schema(), "id", "UTC").unwrap();
        schema.with_given_arms(vec![given], Vec::new())
    }

    fn text(&self, how: &str) -> String {
        let [mail, letter, control] = self.shares;
        format!(
            "split spring of remainder(number, 3) > 0 {how} salt \"s\" {{ mail {mail}%  letter {letter}%  control {control}% }}"
        )
    }

    /// How many of a group each arm gets, in the order of the arms.
    fn sizes(&self, group: &[usize]) -> [usize; 3] {
        let held = |arm: usize| {
            let of_arm = group.iter().filter(|one| self.given.get(one) == Some(&arm));
            of_arm.count()
        };
        let free = group.len() - held(0) - held(1) - held(2);
        // In hundredths of a contact.
        let room = |arm: usize| (self.shares[arm] * group.len()).saturating_sub(100 * held(arm));
        let rest = (100 - self.shares.iter().sum::<usize>()) * group.len();
        let all = room(0) + room(1) + room(2) + rest;
        // The nearest whole number of free × rooms / all, halves up.
        let end = |arms: usize| {
            let rooms: usize = (0..arms).map(room).sum();
            (2 * free * rooms + all).checked_div(2 * all).unwrap_or(0)
        };
        [0, 1, 2].map(|arm| held(arm) + end(arm + 1) - end(arm))
    }
}

fn numbers_of(batch: &RecordBatch) -> Vec<usize> {
    let keys = batch.column(0).as_any().downcast_ref::<StringArray>();
    let keys = keys.unwrap().iter();
    keys.map(|key| key.unwrap()[1..].parse().unwrap()).collect()
}

/// The arm of each contact.
fn arms(text: &str, schema: &Schema, batch: &RecordBatch, tier: Tier) -> Vec<Option<usize>> {
    let program = Engine::new(schema.clone()).compile("splits", text).unwrap();
    let options = RunOptions::at(Now::from_nanoseconds(0)).tier(tier);
    let masks = program.masks(batch, &options).unwrap();
    (0..batch.num_rows())
        .map(|row| {
            let mut own = (0..3).filter(|arm| masks[*arm].value(row));
            let arm = own.next();
            assert_eq!(own.next(), None, "two arms of one contact");
            arm
        })
        .collect()
}

#[test]
fn given_arms_are_kept_and_the_others_fill_what_the_arms_lack() {
    let mut random = Random::new(26);
    for _ in 0..60 {
        let case = Case::new(&mut random);
        let batch = contacts(case.numbers.iter().copied());
        let schema = case.schema(&batch);
        let numbers = numbers_of(&batch);
        for (how, is_exact, is_grouped) in [
            ("", false, false),
            ("per region", false, true),
            ("exact", true, false),
            ("exact per region", true, true),
        ] {
            let text = case.text(how);
            let found = arms(&text, &schema, &batch, Tier::Kernels);
            assert_eq!(found, arms(&text, &schema, &batch, Tier::Native), "{text}");
            for (number, arm) in numbers.iter().zip(&found) {
                match case.given.get(number) {
                    _ if !is_in(*number) => assert_eq!(*arm, None),
                    Some(given) => assert_eq!(*arm, Some(*given), "{text}: {number}"),
                    None if is_grouped && region(*number).is_none() => assert_eq!(*arm, None),
                    None => {}
                }
            }
            if !is_exact {
                // Who was given none is where a split that holds nobody puts it.
                let plain = Schema::from_arrow(&batch.schema(), "id", "UTC").unwrap();
                let drawn = arms(&text, &plain, &batch, Tier::Kernels);
                for (row, number) in numbers.iter().enumerate() {
                    if !case.given.contains_key(number) {
                        assert_eq!(found[row], drawn[row], "{text}: {number}");
                    }
                }
                continue;
            }
            let groups = match is_grouped {
                true => vec![Some("BE"), Some("NL")],
                false => vec![None],
            };
            for group in groups {
                let is_of = |number: &usize| {
                    is_in(*number) && group.is_none_or(|group| region(*number) == Some(group))
                };
                let own: Vec<usize> = numbers.iter().copied().filter(is_of).collect();
                let size = |arm: usize| {
                    let rows = numbers.iter().zip(&found);
                    rows.filter(|(number, found)| is_of(number) && **found == Some(arm))
                        .count()
                };
                let sizes = [0, 1, 2].map(size);
                assert_eq!(sizes, case.sizes(&own), "{text}, {group:?}");
                // Where no arm was given more than its size, each has that to within one contact.
                let held = |arm: usize| {
                    own.iter()
                        .filter(|one| case.given.get(one) == Some(&arm))
                        .count()
                };
                if (0..3).all(|arm| 100 * held(arm) <= case.shares[arm] * own.len()) {
                    for arm in 0..3 {
                        let far = (100 * sizes[arm]).abs_diff(case.shares[arm] * own.len());
                        assert!(far < 100 || own.is_empty(), "{text}, {group:?}: {sizes:?}");
                    }
                }
            }
        }
    }
}

#[test]
fn one_contact_at_a_time_is_answered_alike() {
    let mut random = Random::new(27);
    for how in ["", "exact per region"] {
        let case = Case::new(&mut random);
        let batch = contacts(case.numbers.iter().copied());
        let schema = case.schema(&batch);
        let text = case.text(how);
        let found = arms(&text, &schema, &batch, Tier::Kernels);
        let program = Engine::new(schema.clone())
            .compile("splits", &text)
            .unwrap();
        let source = MemorySource::new("the batch", batch.schema(), vec![batch.clone()]).unwrap();
        let options = RunOptions::at(Now::from_nanoseconds(0));
        let matcher = program
            .matcher_among(Input::Source(&source), &options)
            .unwrap();
        for (number, arm) in numbers_of(&batch).into_iter().zip(found) {
            let mut contact = Contact::new(&schema);
            contact.set("id", format!("c{number}")).unwrap();
            contact.set("number", number as i64).unwrap();
            if let Some(region) = region(number) {
                contact.set("region", region).unwrap();
            }
            let own = matcher.matches(&contact);
            let own = (0..3).find(|arm| own.contains(*arm));
            assert_eq!(own, arm, "{text}: {number}");
        }
    }
}
