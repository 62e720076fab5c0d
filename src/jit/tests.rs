//! Native code against loops that are too simple to be wrong.

use super::gates::{Gate, Gates};
use super::glue::CompiledGlue;
use crate::ir::{Condition, Graph};
use crate::plan::{ColumnId, Estimate, Leaf, LeafId, Node, NodeId, Plan, Shape};
use proptest::prelude::*;
use std::sync::Arc;

pub(super) const ESTIMATE: Estimate = Estimate {
    cost: 1.0,
    pass_rate: 0.5,
};

/// A plan of these nodes; what the leaves ask does not matter to glue.
fn plan(leaves: usize, nodes: Vec<Node>, segments: Vec<NodeId>) -> Plan {
    let mut graph = Graph::default();
    let condition = graph.add_condition(Condition::Constant(true));
    let leaf = Leaf {
        condition,
        shape: Shape::Missing(ColumnId(0)),
        estimate: ESTIMATE,
        looked_up: None,
    };
    Plan {
        folds: Default::default(),
        values: Box::default(),
        passes: Box::default(),
        graph: Arc::new(graph),
        zone: jiff::tz::TimeZone::UTC,
        columns: Vec::new(),
        parameters: Vec::new(),
        leaves: vec![leaf; leaves],
        estimates: vec![ESTIMATE; nodes.len()],
        nodes,
        segments,
        parameter_of: Box::default(),
        column_of: Box::default(),
    }
}

#[test]
fn code_that_combines_is_made_for_many_large_segments() {
    let of = |segments: u32, joins: u32| {
        let mut nodes = vec![Node::Leaf(LeafId(0)), Node::Leaf(LeafId(1))];
        let both = Node::And([NodeId(0), NodeId(1)].into());
        nodes.extend((0..segments * joins).map(|_| both.clone()));
        let roots = (0..segments).map(|segment| NodeId(2 + segment * joins));
        plan(2, nodes, roots.collect())
    };
    let pays_from = |plan: &Plan| {
        let rows = [1, 1_999_999, 2_000_000, u64::MAX];
        rows.into_iter().find(|rows| super::worthwhile(plan, *rows))
    };
    assert_eq!(pays_from(&of(999, 8)), None);
    assert_eq!(pays_from(&of(1_000, 3)), None);
    assert_eq!(pays_from(&of(1_000, 4)), Some(2_000_000));
}

/// Numbers that look random and are the same every time.
pub(super) struct Numbers(pub(super) u64);

impl Numbers {
    pub(super) fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    pub(super) fn below(&mut self, bound: usize) -> usize {
        (self.next() % bound as u64) as usize
    }
}

/// Random nodes over the leaves, each over any nodes before it, and random segments.
fn random_plan(seed: u64, leaves: usize, inner: usize, segments: usize) -> Plan {
    let mut numbers = Numbers(seed);
    let mut nodes: Vec<Node> = vec![Node::Constant(false), Node::Constant(true)];
    nodes.extend((0..leaves).map(|leaf| Node::Leaf(LeafId(leaf as u32))));
    for _ in 0..inner {
        let mut operand = || NodeId(numbers.below(nodes.len()) as u32);
        let first = operand();
        let mut operands = vec![first, operand()];
        let kind = first.0 % 7;
        let more = operands[1].0 % 5;
        operands.extend((0..more).map(|_| operand()));
        nodes.push(match kind {
            0 => Node::Not(first),
            1..4 => Node::And(operands.into()),
            _ => Node::Or(operands.into()),
        });
    }
    let roots = (0..segments)
        .map(|_| NodeId(numbers.below(nodes.len()) as u32))
        .collect();
    plan(leaves, nodes, roots)
}

/// What the nodes mean, a word at a time.
fn expected(plan: &Plan, masks: &[u64], words: usize) -> Vec<u64> {
    let mut out = vec![0; plan.segments.len() * words];
    for word in 0..words {
        let mut values: Vec<u64> = Vec::new();
        for node in &plan.nodes {
            let value = match node {
                Node::Constant(value) => [0, u64::MAX][usize::from(*value)],
                Node::Leaf(leaf) => masks[leaf.0 as usize * words + word],
                Node::Not(operand) => !values[operand.0 as usize],
                Node::And(operands) => (operands.iter())
                    .fold(u64::MAX, |all, operand| all & values[operand.0 as usize]),
                Node::Or(operands) => {
                    (operands.iter()).fold(0, |one, operand| one | values[operand.0 as usize])
                }
            };
            values.push(value);
        }
        for (segment, root) in plan.segments.iter().enumerate() {
            out[segment * words + word] = values[root.0 as usize];
        }
    }
    out
}

fn masks(seed: u64, leaves: usize, words: usize) -> Vec<u64> {
    let mut numbers = Numbers(seed);
    (0..leaves * words)
        .map(|_| match numbers.below(4) {
            0 => numbers.next() & numbers.next() & numbers.next(),
            1 => numbers.next() | numbers.next(),
            _ => numbers.next(),
        })
        .collect()
}

fn check(plan: &Plan, glue: &CompiledGlue, words: usize, seed: u64) {
    let masks = masks(seed, plan.leaves.len(), words);
    let mut out = vec![0x5555_5555_5555_5555; plan.segments.len() * words];
    glue.run(&masks, words, &mut out);
    assert!(out == expected(plan, &masks, words), "{plan:?}");
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(60))]

    #[test]
    fn glue_combines_as_the_nodes_say(
        seed: u64, leaves in 1usize..40, inner in 0usize..120, segments in 1usize..60, words in 1usize..20,
    ) {
        let plan = random_plan(seed, leaves, inner, segments);
        let glue = CompiledGlue::new(&plan, words).unwrap();
        check(&plan, &glue, words, seed);
        // Blocks shorter and longer than the code was made for.
        for other in [0, 1, words / 2, words - 1, words + 1, words * 3] {
            check(&plan, &glue, other, !seed);
        }
    }

    #[test]
    fn drawing_out_pairs_changes_no_value(seed: u64, leaves in 1usize..12, inner in 0usize..60) {
        let plan = random_plan(seed, leaves, inner, 20);
        let masks = masks(seed, leaves, 1);
        let gates = Gates::new(&plan).share(2);
        let mut values: Vec<u64> = Vec::new();
        for gate in &gates.gates {
            let value = match gate {
                Gate::Leaf(leaf) => masks[*leaf],
                Gate::All(inputs) => inputs.iter().fold(u64::MAX, |all, input| {
                    let value = values[input.gate()];
                    all & if input.is_turned() { !value } else { value }
                }),
            };
            values.push(value);
        }
        let outputs: Vec<u64> = (gates.outputs.iter())
            .map(|output| if output.is_turned() { !values[output.gate()] } else { values[output.gate()] })
            .collect();
        prop_assert_eq!(outputs, expected(&plan, &masks, 1));
    }
}

/// Segments as marketers write them: a dozen conditions each, of a common stock of leaves, a few of them in an OR.
pub(super) fn marketing_plan(segments: usize, leaves: usize) -> Plan {
    let mut numbers = Numbers(7);
    let mut nodes: Vec<Node> = (0..leaves)
        .map(|leaf| Node::Leaf(LeafId(leaf as u32)))
        .collect();
    let mut roots = Vec::new();
    for _ in 0..segments {
        let mut operands = Vec::new();
        for part in 0..10 {
            let leaf = NodeId(numbers.below(leaves) as u32);
            match part {
                0 => {
                    let other = NodeId(numbers.below(leaves) as u32);
                    nodes.push(Node::Or([leaf, other].into()));
                    operands.push(NodeId(nodes.len() as u32 - 1));
                }
                1 => {
                    nodes.push(Node::Not(leaf));
                    operands.push(NodeId(nodes.len() as u32 - 1));
                }
                _ => operands.push(leaf),
            }
        }
        nodes.push(Node::And(operands.into()));
        roots.push(NodeId(nodes.len() as u32 - 1));
    }
    plan(leaves, nodes, roots)
}

#[test]
fn a_thousand_segments_become_small_functions() {
    let plan = marketing_plan(1_000, 200);
    let glue = CompiledGlue::new(&plan, 16).unwrap();
    check(&plan, &glue, 16, 3);
    assert!(glue.functions() >= 5, "{}", glue.functions());
    let average = glue.bytes() / glue.functions();
    assert!(average < 16 << 10, "{average} bytes a function");
}

#[test]
fn glue_runs_in_many_threads_at_once() {
    let plan = Arc::new(random_plan(11, 30, 200, 50));
    let glue = Arc::new(CompiledGlue::new(&plan, 16).unwrap());
    std::thread::scope(|scope| {
        for seed in 0..4 {
            let (plan, glue) = (plan.clone(), glue.clone());
            scope
                .spawn(move || (0..50).for_each(|turn| check(&plan, &glue, 16, seed * 100 + turn)));
        }
    });
}

#[test]
fn a_segment_can_be_printed() {
    let plan = marketing_plan(3, 20);
    let clif = super::print_clif(&plan, 1).unwrap();
    assert!(clif.contains("band"), "{clif}");
    let assembly = super::print_asm(&plan, 1).unwrap();
    assert!(assembly.contains("ret"), "{assembly}");
}

/// Counts code in a process of its own, because other tests have code of theirs.
#[test]
fn code_is_freed_with_its_last_user() {
    const ALONE: &str = "SEGQL_COUNT_CODE";
    if std::env::var_os(ALONE).is_none() {
        let test = "jit::tests::code_is_freed_with_its_last_user";
        let status = std::process::Command::new(std::env::current_exe().unwrap())
            .args([test, "--exact", "--test-threads=1"])
            .env(ALONE, "1")
            .status();
        assert!(status.unwrap().success());
        return;
    }
    assert_eq!(super::live_code_bytes(), 0);
    let plan = marketing_plan(100, 40);
    let first = Arc::new(super::compile(&plan, 16).unwrap());
    let second = super::compile(&plan, 64).unwrap();
    assert_eq!(
        super::live_code_bytes(),
        first.code_bytes() + second.code_bytes()
    );
    let user = first.clone();
    let bytes = second.code_bytes();
    drop(first);
    assert_eq!(super::live_code_bytes(), user.code_bytes() + bytes);
    // The last user may be another thread.
    std::thread::spawn(move || drop(user)).join().unwrap();
    assert_eq!(super::live_code_bytes(), bytes);
    drop(second);
    assert_eq!(super::live_code_bytes(), 0);
    // Whatever is mapped for each is given back: many programs leave the process as large as a few do.
    let pages = || {
        let statm = std::fs::read_to_string("/proc/self/statm").unwrap_or_default();
        let pages = statm.split_whitespace().next().map(str::parse::<usize>);
        pages.and_then(Result::ok).unwrap_or(0)
    };
    let compile_some = || (0..8).for_each(|_| drop(super::compile(&plan, 16).unwrap()));
    compile_some();
    let before = pages();
    compile_some();
    compile_some();
    assert!(pages() <= before + 16, "{} pages, then {}", before, pages());
}
