//! Random programs before and after passes in any order, decided by an evaluator of a few lines on every kind of contact.

use super::*;

/// Numbers that look random and are the same every time.
struct Dice(u64);

impl Dice {
    fn below(&mut self, bound: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        ((mixed ^ (mixed >> 31)) % bound as u64) as usize
    }
}

/// A contact at an instant: one small value for each field, or none.
struct Contact {
    x: Option<i64>,
    b: Option<bool>,
    s: Option<&'static str>,
    y: Option<f64>,
    t: Option<i64>,
    now: i64,
}

/// A value as the small evaluator sees it. All numbers here are small enough for a float.
#[derive(Clone, PartialEq, PartialOrd, Debug)]
enum Seen {
    Bool(bool),
    Number(f64),
    Text(String),
    Time(i64),
}

impl Contact {
    fn drawn(dice: &mut Dice) -> Self {
        fn one<T: Copy>(dice: &mut Dice, values: &[T]) -> Option<T> {
            values.get(dice.below(values.len() + 1)).copied()
        }
        Self {
            x: one(dice, &[0, 1, 2, 3]),
            b: one(dice, &[false, true]),
            s: one(dice, &["", "a", "b", "ab"]),
            y: one(dice, &[0.5, 1.0, 2.0]),
            t: one(dice, &[0, 1, 2]),
            now: dice.below(3) as i64,
        }
    }

    fn is(&self, graph: &Graph, id: ConditionId) -> bool {
        let value = |id: &ValueId| self.value(graph, *id);
        match graph.condition(id) {
            Condition::Constant(truth) => *truth,
            Condition::Not(operand) => !self.is(graph, *operand),
            Condition::And(operands) => operands.iter().all(|id| self.is(graph, *id)),
            Condition::Or(operands) => operands.iter().any(|id| self.is(graph, *id)),
            Condition::Holds(operand) => value(operand) == Some(Seen::Bool(true)),
            Condition::Missing(operand) => value(operand).is_none(),
            Condition::Compare {
                comparison,
                left,
                right,
            } => match (value(left), value(right)) {
                (Some(left), Some(right)) => match comparison {
                    Comparison::Equal => left == right,
                    Comparison::Less => left < right,
                    Comparison::LessOrEqual => left <= right,
                },
                _ => false,
            },
            Condition::Range {
                value: operand,
                low,
                high,
            } => {
                let Some(operand) = value(operand) else {
                    return false;
                };
                low.is_none_or(|low| {
                    value(&low.value)
                        .is_some_and(|edge| edge < operand || (low.inclusive && edge == operand))
                }) && high.is_none_or(|high| {
                    value(&high.value)
                        .is_some_and(|edge| operand < edge || (high.inclusive && edge == operand))
                })
            }
            Condition::OneOf {
                value: operand,
                set,
            } => value(operand).is_some_and(|operand| {
                set.iter()
                    .any(|member| seen(member) == Some(operand.clone()))
            }),
            Condition::TextTest {
                value: operand,
                pattern,
                ..
            } => match (value(operand), value(pattern)) {
                (Some(Seen::Text(text)), Some(Seen::Text(pattern))) => text.starts_with(&pattern),
                _ => false,
            },
            Condition::AtLeast { count, of } => {
                of.iter().filter(|id| self.is(graph, **id)).count() >= *count as usize
            }
            other => unreachable!("{other:?} is not drawn"),
        }
    }

    fn value(&self, graph: &Graph, id: ValueId) -> Option<Seen> {
        match graph.value(id) {
            Value::Constant(constant) => seen(constant),
            Value::Field(field) => match field.0 {
                0 => self.x.map(|x| Seen::Number(x as f64)),
                1 => self.b.map(Seen::Bool),
                2 => self.s.map(|s| Seen::Text(s.into())),
                3 => self.y.map(Seen::Number),
                _ => self.t.map(Seen::Time),
            },
            Value::Now => Some(Seen::Time(self.now)),
            Value::Coalesce { value, fallback } => self
                .value(graph, *value)
                .or_else(|| self.value(graph, *fallback)),
            Value::If {
                condition,
                then,
                otherwise,
            } => {
                let chosen = if self.is(graph, *condition) {
                    then
                } else {
                    otherwise
                };
                self.value(graph, *chosen)
            }
            Value::Condition(condition) => Some(Seen::Bool(self.is(graph, *condition))),
            Value::Arithmetic { left, right, .. } => {
                match (self.value(graph, *left)?, self.value(graph, *right)?) {
                    (Seen::Number(left), Seen::Number(right)) => Some(Seen::Number(left + right)),
                    _ => None,
                }
            }
            other => unreachable!("{other:?} is not drawn"),
        }
    }
}

fn seen(constant: &Constant) -> Option<Seen> {
    Some(match constant {
        Constant::Missing => return None,
        Constant::Boolean(truth) => Seen::Bool(*truth),
        Constant::Number(number) => Seen::Number(number.to_f64()),
        Constant::Float(number) => Seen::Number(number.get()),
        Constant::Text(text) => Seen::Text(text.to_string()),
        Constant::Time(time) => Seen::Time(*time as i64),
        other => unreachable!("{other:?} is not drawn"),
    })
}

fn draw_value(build: &mut Build, dice: &mut Dice, kind: usize, depth: usize) -> ValueId {
    if depth > 0 && dice.below(4) == 0 {
        let value = draw_value(build, dice, kind, depth - 1);
        let fallback = draw_value(build, dice, kind, depth - 1);
        let value_type = match (build.graph.type_of(value), build.graph.type_of(fallback)) {
            (left, right) if left == right => left.clone(),
            _ => FLOAT,
        };
        return match dice.below(4) {
            3 => {
                let condition = draw(build, dice, depth - 1);
                let choice = Value::If {
                    condition,
                    then: value,
                    otherwise: fallback,
                };
                build.graph.add_value(choice, value_type)
            }
            0 if kind == 0 => build.graph.add_value(
                Value::Arithmetic {
                    operator: Arithmetic::Add,
                    left: value,
                    right: fallback,
                },
                value_type,
            ),
            0 if kind == 1 => {
                let condition = draw(build, dice, depth - 1);
                build
                    .graph
                    .add_value(Value::Condition(condition), Type::Boolean)
            }
            _ => build
                .graph
                .add_value(Value::Coalesce { value, fallback }, value_type),
        };
    }
    let constant = dice.below(2) == 0;
    match (kind, constant) {
        (0, true) => match dice.below(8) {
            0 => build
                .graph
                .add_value(Value::Constant(Constant::Missing), WHOLE),
            1 => build
                .graph
                .add_constant(Constant::Float(Float::new(0.5).unwrap())),
            number => build.number(number as i128 % 4),
        },
        (0, false) => build.field(if dice.below(3) == 0 { 'y' } else { 'x' }),
        (1, true) => build
            .graph
            .add_constant(Constant::Boolean(dice.below(2) == 0)),
        (1, false) => build.field('b'),
        (2, true) => build.text(["", "a", "b", "ab"][dice.below(4)]),
        (2, false) => build.field('s'),
        (_, true) if dice.below(2) == 0 => build.now(),
        (_, true) => build
            .graph
            .add_constant(Constant::Time(dice.below(3) as i128)),
        (_, false) => build.field('t'),
    }
}

fn draw(build: &mut Build, dice: &mut Dice, depth: usize) -> ConditionId {
    if depth > 0 && dice.below(5) > 0 {
        let count = 1 + dice.below(4);
        let operands: Vec<ConditionId> = (0..count).map(|_| draw(build, dice, depth - 1)).collect();
        return match dice.below(6) {
            5 => build.add(Condition::AtLeast {
                count: dice.below(4) as u32,
                of: operands.into(),
            }),
            0 | 1 => build.and(&operands),
            2 | 3 => build.or(&operands),
            _ => build.not(operands[0]),
        };
    }
    let kind = [0, 0, 0, 1, 2, 3][dice.below(6)];
    let values = usize::from(dice.below(3) == 0);
    let test = dice.below(if kind == 1 { 4 } else { 7 });
    let subject = draw_value(build, dice, kind, values);
    let condition = match test {
        0 => Condition::Missing(subject),
        1 if kind == 1 => Condition::Holds(subject),
        1 | 2 => Condition::Compare {
            comparison: Comparison::Equal,
            left: subject,
            right: draw_value(build, dice, kind, 0),
        },
        3 => {
            let mut set: Vec<Constant> = match kind {
                0 => vec![0.into(), 1.into(), 2.into(), 3.into()],
                1 => vec![Constant::Boolean(false), Constant::Boolean(true)],
                2 => ["", "a", "ab", "b"]
                    .map(|text| Constant::Text(text.into()))
                    .to_vec(),
                _ => (0..3).map(Constant::Time).collect(),
            };
            set.retain(|_| dice.below(2) == 0);
            Condition::OneOf {
                value: subject,
                set: set.into(),
            }
        }
        4 if kind == 2 => Condition::TextTest {
            test: TextTest::StartsWith,
            value: subject,
            pattern: draw_value(build, dice, kind, 0),
        },
        5 if kind != 2 => {
            let mut edge = |dice: &mut Dice| Bound {
                value: draw_value(build, dice, kind, 0),
                inclusive: dice.below(2) == 0,
            };
            let low = edge(dice);
            let high = edge(dice);
            Condition::Range {
                value: subject,
                low: (dice.below(3) > 0).then_some(low),
                high: Some(high),
            }
        }
        _ => {
            let other = draw_value(build, dice, kind, 0);
            let turned = dice.below(2) == 0;
            let (left, right) = if turned {
                (other, subject)
            } else {
                (subject, other)
            };
            let comparison = [Comparison::Less, Comparison::LessOrEqual][dice.below(2)];
            Condition::Compare {
                comparison,
                left,
                right,
            }
        }
    };
    build.add(condition)
}

impl From<i32> for Constant {
    fn from(number: i32) -> Self {
        Constant::Number(Exact::whole(number.into()))
    }
}

/// That the module says the same of contacts after some passes as before.
fn held(module: &Module, passes: &[Pass], optimised: &Module, dice: &mut Dice, seed: u64) {
    for _ in 0..60 {
        let contact = Contact::drawn(dice);
        for place in 0..module.segments.len() {
            assert_eq!(
                contact.is(&optimised.graph, optimised.segments[place]),
                contact.is(&module.graph, module.segments[place]),
                "seed {seed}, {passes:?}, {} became {}",
                shown(&module.graph, module.segments[place]),
                shown(&optimised.graph, optimised.segments[place]),
            );
        }
    }
}

fn drawn_module(dice: &mut Dice) -> Module {
    let mut build = Build::default();
    let segments: Vec<ConditionId> = (0..3).map(|_| draw(&mut build, dice, 4)).collect();
    build.module(&segments)
}

#[test]
fn every_subset_of_passes_keeps_what_random_programs_say() {
    for subset in 0..1_usize << Pass::ALL.len() {
        let passes: Vec<Pass> = (0..Pass::ALL.len())
            .filter(|place| subset >> place & 1 == 1)
            .map(|place| Pass::ALL[place])
            .collect();
        for seed in 0..3 {
            let seed = 10_000 + seed * 1_000 + subset as u64;
            let mut dice = Dice(seed);
            let module = drawn_module(&mut dice);
            let optimised = optimize_with(module.clone(), &passes);
            held(&module, &passes, &optimised, &mut dice, seed);
        }
    }
}

#[test]
fn passes_in_any_order_keep_what_random_programs_say() {
    let mut simpler = 0;
    let programs = 500;
    for seed in 0..programs {
        let mut dice = Dice(seed);
        let module = drawn_module(&mut dice);
        let passes: Vec<Pass> = (0..dice.below(8))
            .map(|_| Pass::ALL[dice.below(Pass::ALL.len())])
            .collect();
        let whole = optimize(module.clone());
        let some = optimize_with(module.clone(), &passes);
        simpler += usize::from(whole.graph.condition_count() < module.graph.condition_count());
        held(&module, &Pass::ALL, &whole, &mut dice, seed);
        held(&module, &passes, &some, &mut dice, seed);
    }
    // A test of passes that do nothing would pass.
    assert!(
        simpler > programs as usize * 9 / 10,
        "only {simpler} became smaller"
    );
}
