//! Law 2: an event later than `now` does not exist for a run. Whatever is to come, the answers are the same.

use super::{answers, case, executors};
use segql_testing::cells::{Cell, Kind, nanoseconds};
use segql_testing::executors::Case;
use segql_testing::programs::Statistics;
use segql_testing::random::Random;
use segql_testing::texts;
use segql_testing::world::World;

/// The kind of the times of events, where a column has events.
fn unit_of_times(kind: &Kind) -> Option<i128> {
    match kind.element() {
        Kind::Record(parts) if kind.is_stream() => match parts[0].1 {
            Kind::Time(unit) => Some(nanoseconds(unit).into()),
            _ => None,
        },
        _ => None,
    }
}

/// The case with each list of events changed.
fn with_events(case: &Case, mut change: impl FnMut(&mut Vec<Cell>, i128)) -> Case {
    let mut changed = case.clone();
    for (column, cells) in case.world.columns.iter().zip(&mut changed.table.columns) {
        let Some(unit) = unit_of_times(&column.kind) else {
            continue;
        };
        for cell in cells {
            if let Cell::List(events) = cell {
                change(events, unit);
            }
            column.kind.in_order(cell);
        }
    }
    changed
}

fn time(event: &Cell) -> Option<i64> {
    match event {
        Cell::Record(parts) => match parts[0] {
            Cell::Time(time) => Some(time),
            _ => None,
        },
        _ => None,
    }
}

#[test]
fn events_to_come_are_not_seen() {
    let mut with_streams = 0;
    let mut put_in = 0;
    for seed in 77_000..77_024 {
        let mut random = Random::new(seed);
        let world = World::random(&mut random, 4);
        if !world.columns.iter().any(|column| column.kind.is_stream()) {
            continue;
        }
        let text = texts::program(&world, &mut random, 6, &mut Statistics::default());
        let case = case(&world, &world.table(&mut random, 70), &text, seed);
        let now = world.now;
        let with_more = with_events(&case, |events, unit| {
            for event in events.clone() {
                let later = *random.pick(&[1, 2, 60, 86_400, 90 * 86_400]);
                let (Cell::Record(mut parts), Ok(time)) =
                    (event, i64::try_from(now.div_euclid(unit) + later))
                else {
                    continue;
                };
                parts[0] = Cell::Time(time);
                events.push(Cell::Record(parts));
                put_in += 1;
            }
        });
        with_streams += 1;
        let with_fewer = with_events(&case, |events, unit| {
            let last = now.div_euclid(unit);
            events.retain(|event| time(event).is_none_or(|time| i128::from(time) <= last));
        });
        for executor in executors(seed) {
            let expected = answers(&executor, &case);
            for (what, other) in [("more", &with_more), ("fewer", &with_fewer)] {
                assert!(
                    answers(&executor, other) == expected,
                    "{executor}: {what} events to come, seed {seed}\n{text}"
                );
            }
        }
    }
    assert!(with_streams > 8 && put_in > 400, "{with_streams}, {put_in}");
}
