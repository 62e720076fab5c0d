//! What the tests against DataFusion share: conditions in both languages, joined at random, and the answers of both held against each
//! other. Each test is made two-valued in SQL by `COALESCE(test, false)`; everything that is built on tests is written alike.

use arrow_array::cast::AsArray;
use arrow_array::{Array, RecordBatch};
use datafusion::prelude::{SessionConfig, SessionContext};
use segql_testing::executors::{Answers, Case, Executor};
use segql_testing::fuzz;
use segql_testing::layout::Taste;
use segql_testing::random::Random;
use segql_testing::world::{Table, World};

/// 2026-11-22T09:00Z
pub const NOW: i64 = 1_795_338_000;
pub const DAY: i64 = 86_400;
/// 2026-11-22, in days since 1970-01-01
pub const TODAY: i64 = 20_779;

pub const OPERATORS: [&str; 5] = ["=", "<", "<=", ">", ">="];

/// How many joined queries one statement has at most, about: plans of many joins take long.
const JOINED: usize = 8;

/// A condition in both languages.
#[derive(Clone)]
pub struct Both {
    pub seg: String,
    /// Of a row of the table of contacts, with what is joined to it.
    pub sql: String,
    /// Queries with one row for a contact at most, whose key they call `person`; each has a name of its own.
    pub joined: Vec<(String, String)>,
}

pub fn test(seg: impl Into<String>, sql: impl AsRef<str>) -> Both {
    Both {
        seg: seg.into(),
        sql: format!("COALESCE({}, false)", sql.as_ref()),
        joined: Vec::new(),
    }
}

pub fn not(inner: &Both) -> Both {
    Both {
        seg: format!("NOT ({})", inner.seg),
        sql: format!("NOT ({})", inner.sql),
        joined: inner.joined.clone(),
    }
}

/// Leaves under `AND`, `OR` and `NOT`.
pub fn condition(
    random: &mut Random,
    depth: usize,
    leaf: &mut dyn FnMut(&mut Random) -> Both,
) -> Both {
    if depth == 0 || random.percent(25) {
        return leaf(random);
    }
    if random.percent(25) {
        return not(&condition(random, depth - 1, leaf));
    }
    let word = *random.pick(&[" AND ", " OR "]);
    let count = 2 + random.below(2);
    let operands: Vec<_> = (0..count)
        .map(|_| condition(random, depth - 1, leaf))
        .collect();
    let side = |side: fn(&Both) -> &str| {
        let texts: Vec<_> = operands
            .iter()
            .map(|both| format!("({})", side(both)))
            .collect();
        texts.join(word)
    };
    Both {
        seg: side(|both| &both.seg),
        sql: side(|both| &both.sql),
        joined: operands
            .iter()
            .flat_map(|both| both.joined.clone())
            .collect(),
    }
}

/// What DataFusion is given.
pub struct Database {
    pub tables: Vec<(&'static str, RecordBatch)>,
    /// Statements that make further tables of these.
    pub preparations: Vec<String>,
    /// The table of contacts, with their keys as `id`.
    pub contacts: &'static str,
}

impl Database {
    /// For each condition, for each contact, in the order of keys.
    pub fn answers(&self, conditions: &[Both]) -> Answers {
        let runtime = tokio::runtime::Builder::new_current_thread()
            .build()
            .expect("a runtime");
        runtime.block_on(async {
            let config = SessionConfig::new().with_target_partitions(1);
            let context = SessionContext::new_with_config(config);
            for (name, batch) in &self.tables {
                context
                    .register_batch(*name, batch.clone())
                    .expect("a table");
            }
            for statement in &self.preparations {
                let frame = context.sql(statement).await.expect("a valid statement");
                frame.collect().await.expect("a table");
            }
            let mut answers = Vec::with_capacity(conditions.len());
            let mut rest = conditions;
            while !rest.is_empty() {
                let mut joined = 0;
                let fitting = rest.iter().take_while(|both| {
                    joined += both.joined.len();
                    joined <= JOINED
                });
                let count = fitting.count().max(1);
                let (these, others) = rest.split_at(count);
                rest = others;
                let query = self.query(these);
                let batches = match context.sql(&query).await {
                    Ok(frame) => frame.collect().await,
                    Err(error) => Err(error),
                };
                let batches = batches.unwrap_or_else(|error| panic!("{error}\n{query}"));
                answers.extend((0..count).map(|place| column(&batches, place)));
            }
            answers
        })
    }

    fn query(&self, conditions: &[Both]) -> String {
        let columns: Vec<_> = (conditions.iter().enumerate())
            .map(|(place, both)| format!("{} AS c{place}", both.sql))
            .collect();
        let contacts = self.contacts;
        let mut query = format!("SELECT {}\nFROM {contacts}", columns.join(", "));
        for (name, joined) in conditions.iter().flat_map(|both| &both.joined) {
            query.push_str(&format!(
                "\nLEFT JOIN ({joined}) {name} ON {name}.person = {contacts}.id"
            ));
        }
        query + &format!("\nORDER BY {contacts}.id")
    }
}

fn column(batches: &[RecordBatch], place: usize) -> Vec<bool> {
    let values = batches.iter().flat_map(|batch| {
        let column = batch.column(place);
        assert_eq!(column.null_count(), 0, "SQL is made two-valued");
        column.as_boolean().values().iter().collect::<Vec<_>>()
    });
    values.collect()
}

/// Asserts that DataFusion and all executors find the same members. Gives the answers.
pub fn agree(
    world: World,
    table: Table,
    database: &Database,
    conditions: &[Both],
    random: &mut Random,
) -> Answers {
    let text: String = (conditions.iter().enumerate())
        .map(|(place, both)| format!("segment s{place} = {}\n", both.seg))
        .collect();
    let module = fuzz::sound(&world, &text).module;
    let expected = database.answers(conditions);
    let case = Case {
        world,
        table,
        module,
        seed: random.bits(),
    };
    let mut executors = Executor::some(random);
    executors.push(Executor::Reference(Taste::Plain));
    for executor in executors {
        let answers = executor.answers(&case).expect("an answer");
        for ((both, expected), answer) in conditions.iter().zip(&expected).zip(&answers) {
            let rows: Vec<_> = (0..expected.len())
                .filter(|row| expected[*row] != answer[*row])
                .map(|row| {
                    let columns = case.world.columns.iter().zip(&case.table.columns);
                    let cells = columns.map(|(column, cells)| (&column.name, &cells[row]));
                    (expected[row], cells.collect::<Vec<_>>())
                })
                .take(3)
                .collect();
            assert!(
                rows.is_empty(),
                "{executor} and DataFusion differ\n{}\n{}\n{:#?}\n{rows:?}",
                both.seg,
                both.sql,
                both.joined
            );
        }
    }
    expected
}
