//! Plans of small modules, their prints and what statistics say of them, all worked out by hand.

use super::*;
use crate::data::Statistics;
use crate::ir::{Arithmetic, Bound, Comparison, Condition, Module, Value};
use crate::schema::Schema;
use crate::types::{Exact, NumberKind};

const DAY: i128 = 86_400_000_000_000;

/// Builds modules over one schema.
struct Builder {
    schema: Schema,
    graph: Graph,
}

impl Builder {
    fn new() -> Self {
        let schema = Schema::builder()
            .key("id")
            .int("id")
            .text("region")
            .int("age")
            .bool("consent")
            .time("seen")
            .float("score")
            .list("tags", Type::Text)
            .build()
            .unwrap();
        Self {
            schema,
            graph: Graph::default(),
        }
    }

    fn field(&mut self, name: &str) -> ValueId {
        let place = self
            .schema
            .fields()
            .iter()
            .position(|field| field.name == name)
            .unwrap();
        let field_type = self.schema.fields()[place].field_type.clone();
        self.graph
            .add_value(Value::Field(FieldId(place as u32)), field_type)
    }

    fn number(&mut self, number: i128) -> ValueId {
        self.graph
            .add_constant(Constant::Number(Exact::whole(number)))
    }

    fn text(&mut self, text: &str) -> ValueId {
        self.graph.add_constant(Constant::Text(text.into()))
    }

    fn compare(&mut self, comparison: Comparison, left: ValueId, right: ValueId) -> ConditionId {
        self.graph.add_condition(Condition::Compare {
            comparison,
            left,
            right,
        })
    }

    fn all(&mut self, operands: &[ConditionId]) -> ConditionId {
        self.graph.add_condition(Condition::And(operands.into()))
    }

    fn any(&mut self, operands: &[ConditionId]) -> ConditionId {
        self.graph.add_condition(Condition::Or(operands.into()))
    }

    fn not(&mut self, operand: ConditionId) -> ConditionId {
        self.graph.add_condition(Condition::Not(operand))
    }

    fn plan(self, segments: &[ConditionId]) -> Arc<Plan> {
        let module = Module {
            graph: self.graph,
            segments: segments.to_vec(),
            zone: jiff::tz::TimeZone::UTC,
        };
        plan(&module, &self.schema)
    }
}

#[test]
fn a_program_of_constants_reads_nothing() {
    let mut build = Builder::new();
    let everyone = build.graph.add_condition(Condition::Constant(true));
    let age = build.field("age");
    let missing = build.graph.add_condition(Condition::Missing(age));
    // What a conjunction with a false condition would have read is not read.
    let nobody = build.not(everyone);
    let nobody = build.all(&[missing, nobody]);
    let plan = build.plan(&[everyone, nobody]);
    assert!(plan.columns.is_empty());
    assert!(plan.leaves.is_empty());
    assert_eq!(
        plan.print(&[]).to_string(),
        "\
columns
  none
segments
  segment 1  [0.00 ns, 100 % pass]
    everyone
  segment 2  [0.00 ns, 0 % pass]
    nobody
"
    );
}

#[test]
fn a_plan_shares_tests_and_puts_cheap_ones_first() {
    let mut build = Builder::new();
    let (region, age, consent) = (
        build.field("region"),
        build.field("age"),
        build.field("consent"),
    );
    let tags = build.field("tags");
    let score = build.field("score");
    let vip = build.text("vip");
    let has = build.graph.add_condition(Condition::Has {
        list: tags,
        all: false,
        values: [vip].into(),
    });
    let belgian = {
        let text = build.text("BE");
        build.compare(Comparison::Equal, region, text)
    };
    let adult = {
        let number = build.number(18);
        build.compare(Comparison::LessOrEqual, number, age)
    };
    let consent = build.graph.add_condition(Condition::Holds(consent));
    let twice = {
        let two = build.number(2);
        let float = Type::Number(NumberKind::Float);
        let doubled = build.graph.add_value(
            Value::Arithmetic {
                operator: Arithmetic::Multiply,
                left: score,
                right: two,
            },
            float,
        );
        build.compare(Comparison::Less, age, doubled)
    };
    let both = build.all(&[has, belgian, consent]);
    let no_adult = build.not(adult);
    let first = build.any(&[both, no_adult]);
    let second = build.all(&[twice, both]);
    let plan = build.plan(&[first, second]);
    let names = ["one".to_owned(), "two".to_owned()];
    assert_eq!(
        plan.print(&names).to_string(),
        "\
columns
  region: text
  age: int
  consent: bool
  score: number
  tags: list of text
parameters
  p0: int = 18
  p1: int = 2
tests
  t0: tags has \"vip\"  [1.00 ns, 10 % pass]
  t1: region = \"BE\"  [0.15 ns, 10 % pass]
  t2: consent = true  [0.02 ns, 50 % pass]
  t3: p0 <= age  [0.05 ns, 33 % pass]
  t4: work out age < score * p1  [8.00 ns, 33 % pass]
shared
  n3  [0.15 ns, 1 % pass]
    all of
      t2
      t1
      t0
segments
  one  [0.10 ns, 67 % pass]
    one of
      not
        t3
      n3
  two  [0.19 ns, 0 % pass]
    all of
      n3
      t4
"
    );
}

#[test]
fn parameters_are_as_large_as_can_be_and_worked_out_from_now() {
    let mut build = Builder::new();
    let seen = build.field("seen");
    let now = build.graph.add_value(Value::Now, Type::Time);
    let length = build.graph.add_constant(Constant::Duration(90 * DAY));
    let since = build.graph.add_value(
        Value::Arithmetic {
            operator: Arithmetic::Subtract,
            left: now,
            right: length,
        },
        Type::Time,
    );
    let window = build.graph.add_condition(Condition::Range {
        value: seen,
        low: Some(Bound {
            value: since,
            inclusive: false,
        }),
        high: Some(Bound {
            value: now,
            inclusive: true,
        }),
    });
    let late = build.compare(Comparison::Less, length, length);
    let after = build.graph.add_constant(Constant::Time(5 * DAY));
    let after = build.compare(Comparison::Less, after, now);
    let plan = build.plan(&[window, late, after]);
    assert_eq!(plan.parameters.len(), 3);
    assert_eq!(plan.leaves.len(), 2);
    let early = plan.bind(0);
    assert_eq!(
        early.parameters[..],
        [
            Constant::Time(-90 * DAY),
            Constant::Time(0),
            Constant::Boolean(false)
        ]
    );
    let later = plan.bind(100 * DAY);
    assert_eq!(
        later.parameters[..],
        [
            Constant::Time(10 * DAY),
            Constant::Time(100 * DAY),
            Constant::Boolean(true)
        ]
    );
}

#[test]
fn statistics_decide_where_they_can_and_missing_values_never_pass() {
    let mut build = Builder::new();
    let (age, region) = (build.field("age"), build.field("region"));
    let five = build.number(5);
    let below = build.compare(Comparison::Less, age, five);
    let not_below = build.not(below);
    let missing = build.graph.add_condition(Condition::Missing(age));
    let text = build.text("BE");
    let belgian = build.compare(Comparison::Equal, region, text);
    let both = build.all(&[below, belgian]);
    let either = build.any(&[below, belgian]);
    let bound = build
        .plan(&[below, not_below, missing, belgian, both, either])
        .bind(0);

    let number = |value| Some(Constant::Number(Exact::whole(value)));
    let ages = |missing, low, high| Statistics {
        missing,
        low: number(low),
        high: number(high),
    };
    let regions = |low: &str, high: &str| Statistics {
        missing: Some(0),
        low: Some(Constant::Text(low.into())),
        high: Some(Constant::Text(high.into())),
    };
    let judge = |age: Statistics, region: Statistics| {
        let place = |name: &str| {
            bound
                .plan
                .columns
                .iter()
                .position(|column| column.name == name)
                .unwrap() as u32
        };
        let (age_column, region_column) = (ColumnId(place("age")), ColumnId(place("region")));
        let verdicts = bound.verdicts(Some(10), |column| match column {
            id if id == age_column => Some(age.clone()),
            id if id == region_column => Some(region.clone()),
            _ => None,
        });
        verdicts.segments
    };
    use Verdict::{Always, Maybe, Never};
    let cases = [
        (
            ages(Some(0), 7, 9),
            regions("BE", "BE"),
            [Never, Always, Never, Always, Never, Always],
        ),
        (
            ages(Some(0), 1, 3),
            regions("DE", "NL"),
            [Always, Never, Never, Never, Never, Always],
        ),
        (
            ages(Some(2), 1, 3),
            regions("AT", "NL"),
            [Maybe, Maybe, Maybe, Maybe, Maybe, Maybe],
        ),
        (
            ages(None, 5, 9),
            regions("AT", "BA"),
            [Never, Always, Maybe, Never, Never, Never],
        ),
        (
            ages(Some(0), 3, 5),
            Statistics::default(),
            [Maybe, Maybe, Never, Maybe, Maybe, Maybe],
        ),
        (
            Statistics {
                missing: Some(10),
                ..Statistics::default()
            },
            regions("BE", "BE"),
            [Never, Always, Always, Always, Never, Always],
        ),
    ];
    for (age, region, expected) in cases {
        assert_eq!(
            judge(age.clone(), region.clone()),
            expected,
            "{age:?} {region:?}"
        );
    }
}

#[test]
fn blank_text_and_nan_may_be_missing_whatever_statistics_count() {
    let mut build = Builder::new();
    let score = build.field("score");
    let five = build.number(5);
    let below = build.compare(Comparison::Less, score, five);
    let missing = build.graph.add_condition(Condition::Missing(score));
    let bound = build.plan(&[below, missing]).bind(0);
    let number = |value| Some(Constant::Number(Exact::whole(value)));
    let verdicts = bound.verdicts(Some(10), |_| {
        Some(Statistics {
            missing: Some(0),
            low: number(1),
            high: number(2),
        })
    });
    assert_eq!(verdicts.segments, [Verdict::Maybe, Verdict::Maybe]);
}

#[test]
fn only_text_can_be_blank() {
    let schema = Schema::builder()
        .key("id")
        .int("id")
        .blank_is_missing()
        .text("email")
        .blank_is_missing()
        .build()
        .unwrap();
    let mut build = Builder {
        schema,
        graph: Graph::default(),
    };
    let (id, email) = (build.field("id"), build.field("email"));
    let segments = [id, email].map(|value| build.graph.add_condition(Condition::Missing(value)));
    let plan = build.plan(&segments);
    let blank = plan
        .columns
        .iter()
        .map(|column| (&*column.name, column.blank_is_missing));
    assert_eq!(blank.collect::<Vec<_>>(), [("id", false), ("email", true)]);
}
