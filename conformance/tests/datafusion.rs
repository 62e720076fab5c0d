//! Conditions on contacts as SQL on DataFusion.

mod shared;

use segql_testing::cells::{Cell, Kind};
use segql_testing::layout::{self, Taste};
use segql_testing::random::Random;
use segql_testing::world::{Column, Table, World};
use shared::{Both, DAY, Database, NOW, OPERATORS, TODAY, condition, not, test};

fn world() -> World {
    let column = |name: &str, kind: Kind, pool: Vec<Cell>| Column {
        name: name.into(),
        kind,
        pool,
        is_timed: false,
        missing: 25,
        blank_is_missing: false,
        history_of: None,
    };
    let wholes = |values: &[i128]| values.iter().map(|value| Cell::Whole(*value)).collect();
    let texts = [
        "BE",
        "be",
        "NL",
        "",
        " ",
        "ann@example.be",
        "Straße",
        "a text that is longer than a view",
    ];
    let columns = vec![
        Column::key(),
        column(
            "b",
            Kind::Boolean,
            vec![Cell::Boolean(true), Cell::Boolean(false)],
        ),
        column(
            "i",
            Kind::Whole(i64::MIN.into(), i64::MAX.into()),
            wholes(&[-3, 0, 1, 2, 17, 18, 35, i64::MAX.into(), i64::MIN.into()]),
        ),
        column(
            "n",
            Kind::Whole(-128, 127),
            wholes(&[-128, -1, 0, 2, 3, 127]),
        ),
        column(
            "d",
            Kind::Decimal(2),
            [-100, 0, 5, 10, 30, 33, 100, 250]
                .map(Cell::Decimal)
                .to_vec(),
        ),
        column(
            "f",
            Kind::Float(64),
            [-1.5, 0.0, 0.25, 0.5, 1.0, 18.75, 1e9]
                .map(Cell::Float)
                .to_vec(),
        ),
        column(
            "t",
            Kind::Text,
            texts.map(|text| Cell::Text(text.into())).to_vec(),
        ),
        column(
            "day",
            Kind::Date,
            [0, -1, 1, -29, -30, -365, 7, -20_779]
                .map(|days| Cell::Date(TODAY + days))
                .to_vec(),
        ),
        column(
            "seen",
            Kind::Time(arrow_schema::TimeUnit::Second),
            [0, 1, -1, -90 * DAY, 1 - 90 * DAY, 90 * DAY, -400 * DAY]
                .map(|seconds| Cell::Time(NOW + seconds))
                .to_vec(),
        ),
    ];
    World::new(columns, "UTC", None, i128::from(NOW) * 1_000_000_000)
}

fn table(world: &World, random: &mut Random, rows: usize) -> Table {
    let columns = world.columns.iter().enumerate().map(|(place, column)| {
        (0..rows)
            .map(|row| match place {
                0 => Cell::Whole(row as i128),
                _ if random.percent(column.missing) => Cell::Missing,
                _ => random.pick(&column.pool).clone(),
            })
            .collect()
    });
    Table {
        columns: columns.collect(),
    }
}

fn leaf(random: &mut Random) -> Both {
    let operator = *random.pick(&OPERATORS);
    match random.below(16) {
        0 => test("b", "b"),
        1 => {
            let value = random.percent(50);
            test(format!("b = {value}"), format!("b = {value}"))
        }
        2 => {
            let value = random.between(-3, 36);
            test(
                format!("i {operator} {value}"),
                format!("i {operator} {value}"),
            )
        }
        3 => {
            let (low, high) = (random.between(-3, 20), random.between(0, 40));
            test(
                format!("i between {low} and {high}"),
                format!("i BETWEEN {low} AND {high}"),
            )
        }
        4 => test("n in (0, 3, 127)", "n IN (0, 3, 127)"),
        5 => {
            let value = *random.pick(&["0", "0.05", "0.3", "0.33", "1", "-1"]);
            test(
                format!("d {operator} {value}"),
                format!("d {operator} CAST({value} AS DECIMAL(10, 2))"),
            )
        }
        6 => test(
            "d + 0.2 = 0.3",
            "d + CAST(0.2 AS DECIMAL(10, 2)) = CAST(0.3 AS DECIMAL(10, 2))",
        ),
        7 => {
            let value = *random.pick(&["0", "0.25", "1", "18.75"]);
            test(
                format!("f {operator} {value}"),
                format!("f {operator} CAST({value} AS DOUBLE)"),
            )
        }
        8 => test("f * 2 > 1", "f * CAST(2 AS DOUBLE) > CAST(1 AS DOUBLE)"),
        9 => {
            let value = *random.pick(&["BE", "be", "", " ", "Straße", "none"]);
            test(
                format!("t {operator} \"{value}\""),
                format!("t {operator} '{value}'"),
            )
        }
        10 => match random.below(3) {
            0 => test("t starts with \"a\"", "t LIKE 'a%'"),
            1 => test("t ends with \".be\"", "t LIKE '%.be'"),
            _ => test("t contains \"e\"", "t LIKE '%e%'"),
        },
        11 => test("t in (\"BE\", \"NL\")", "t IN ('BE', 'NL')"),
        12 => match random.below(4) {
            0 => test("day = 2026-11-22", "day = DATE '2026-11-22'"),
            1 => test("day before 2026-11-22", "day < DATE '2026-11-22'"),
            2 => test(
                "day in last 30 days",
                "day BETWEEN DATE '2026-10-24' AND DATE '2026-11-22'",
            ),
            _ => test(
                "day during 2026-11",
                "day >= DATE '2026-11-01' AND day < DATE '2026-12-01'",
            ),
        },
        13 => {
            let past = NOW - 90 * DAY;
            let seconds = "CAST(seen AS BIGINT)";
            match random.below(4) {
                0 => test(
                    "seen in last 90 days",
                    format!("{seconds} > {past} AND {seconds} <= {NOW}"),
                ),
                1 => test("seen over 90 days ago", format!("{seconds} <= {past}")),
                2 => test(
                    "seen in next 90 days",
                    format!("{seconds} >= {NOW} AND {seconds} < {}", NOW + 90 * DAY),
                ),
                _ => test("seen after now", format!("{seconds} > {NOW}")),
            }
        }
        14 => {
            let name = *random.pick(&["b", "i", "n", "d", "f", "t", "day", "seen"]);
            if random.percent(50) {
                test(format!("{name} is missing"), format!("{name} IS NULL"))
            } else {
                test(format!("{name} is known"), format!("{name} IS NOT NULL"))
            }
        }
        _ => match random.below(3) {
            0 => test("i ?? 0 > 1", "COALESCE(i, 0) > 1"),
            1 => test("n + 1 > 3", "CAST(n AS BIGINT) + 1 > 3"),
            _ => test("-n = 3", "-CAST(n AS BIGINT) = 3"),
        },
    }
}

fn agree(seed: u64, conditions: &[Both], rows: usize) -> Vec<Vec<bool>> {
    let mut random = Random::new(seed);
    let world = world();
    let table = table(&world, &mut random, rows);
    let batch = layout::batch(&world, &table, Taste::Plain, &mut random);
    let database = Database {
        tables: vec![("contacts", batch)],
        preparations: Vec::new(),
        contacts: "contacts",
    };
    shared::agree(world, table, &database, conditions, &mut random)
}

#[test]
fn every_kind_of_test_agrees() {
    let mut random = Random::new(5);
    let conditions: Vec<_> = (0..120).map(|_| leaf(&mut random)).collect();
    agree(6, &conditions, 400);
}

#[test]
fn random_conditions_agree() {
    for seed in 0..12 {
        let mut random = Random::new(100 + seed);
        let conditions: Vec<_> = (0..25)
            .map(|_| condition(&mut random, 3, &mut leaf))
            .collect();
        agree(200 + seed, &conditions, 150);
    }
}

#[test]
fn complements_partition_the_contacts_in_both() {
    let mut random = Random::new(9);
    let mut conditions = Vec::new();
    for _ in 0..20 {
        let inner = condition(&mut random, 2, &mut leaf);
        conditions.push(not(&inner));
        conditions.push(inner);
    }
    for pair in agree(10, &conditions, 200).chunks(2) {
        assert!(
            pair[0]
                .iter()
                .zip(&pair[1])
                .all(|(one, other)| one != other)
        );
    }
}
